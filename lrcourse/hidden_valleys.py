"""Noisy problems that can only be asked: what they are made of stays here, and every question is
counted. First the problems, then the one that is counted.

Raises ``BadInput`` for counts that are not whole and for a ``w`` of another shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, generator, parameters

SIZE = 8
BUDGET = 500
PROBLEMS = 21
"""Hidden problems of one attempt."""
STEEPEST, CONDITION, DISTANCE = (0.1, 10.0), (10.0, 100.0), (10.0, 30.0)
"""Between which numbers a problem's largest curvature, condition number and way to go are drawn,
each evenly on a log axis: no one rate is right for all."""


class Valleys(NamedTuple):
    """Bowls of any tilt; call k sees each with its minimum moved by draw k, as a mini-batch does.

    Leading axes are problems, side by side.
    """

    hessian: Array
    minimum: Array
    draws: Array
    """``[..., calls, P]``, each number from a normal distribution of deviation 1."""

    def ask(self, w: Array, call: int) -> tuple[Array, Array]:
        """Return the loss ``[...]`` and the gradient ``[..., P]`` that call ``call`` sees at w."""
        return self._seen(w - self.minimum - self.draws[..., call, :])

    def above(self, w: Array) -> Array:
        """Return the true loss above the minimum, in units of what the best average of all draws
        would leave: half the sum of the curvatures over the number of draws."""
        left = np.trace(self.hessian, axis1=-2, axis2=-1) / (2 * self.draws.shape[-2])
        return self._seen(w - self.minimum)[0] / left

    def _seen(self, gap: Array) -> tuple[Array, Array]:
        grad = (self.hessian @ gap[..., np.newaxis])[..., 0]
        return np.vecdot(gap, grad) / 2, grad


def valley(
    rng: np.random.Generator, budget: int = BUDGET, steepness: tuple[float, float] = STEEPEST
) -> Valleys:
    """Draw one problem whose largest curvature lies in ``steepness``, with a draw for each of
    ``budget`` calls."""
    rng, budget = generator(rng), count("budget", budget)
    steepest, condition, way = (
        np.exp(rng.uniform(*np.log(each))) for each in (steepness, CONDITION, DISTANCE)
    )
    axes = np.linalg.qr(rng.normal(size=(SIZE, SIZE)))[0]
    direction = rng.normal(size=SIZE)
    minimum = way * direction / np.sqrt((direction**2).sum())
    curvatures = steepest * np.geomspace(1 / condition, 1, SIZE)
    return Valleys(axes * curvatures @ axes.T, minimum, rng.normal(size=(budget, SIZE)))


def side_by_side(valleys: Sequence[Valleys]) -> Valleys:
    """Return several problems as one, with an axis in front."""
    return Valleys(*map(np.stack, zip(*valleys, strict=True)))


class Problem(NamedTuple):
    """What a rule is given: where to start, ``[P]``, and three ways to ask at a ``w`` ``[P]``.
    Each call costs one of the budget, a loss too; loss and gradient together cost one."""

    start: Array
    loss: Callable[[Array], float]
    grad: Callable[[Array], Array]
    loss_and_grad: Callable[[Array], tuple[float, Array]]


class BudgetSpent(RuntimeError):
    """More was asked than the budget allows: the run is over and counts for nothing."""


class HiddenProblem:
    """A problem and its counter. ``problem`` goes to a rule and tells it nothing but answers.

    Raises ``BadInput`` unless ``rng`` is a generator and ``budget`` a whole number of at least 1.

    >>> hidden = HiddenProblem(np.random.default_rng(0), budget=2)
    >>> w = hidden.problem.start
    >>> for _ in range(2):
    ...     w = w - 0.1 * hidden.problem.grad(w)
    >>> bool(hidden.score(w) < hidden.score(hidden.problem.start))
    True
    >>> hidden.problem.loss(w)
    Traceback (most recent call last):
    lrcourse.hidden_valleys.BudgetSpent: the budget is 2 calls, and this was call 3
    """

    def __init__(
        self,
        rng: np.random.Generator,
        budget: int = BUDGET,
        steepness: tuple[float, float] = STEEPEST,
    ):
        """Draw the problem; nothing has been asked yet."""
        self.valley, self.budget = valley(rng, budget, steepness), budget
        self.asked: list[Array] = []
        """Where each call was made: the last may be one too many."""
        self.closed = False
        self.problem = self._doors()

    @property
    def overspent(self) -> bool:
        """Whether more was asked than the budget allows."""
        return len(self.asked) > self.budget

    def score(self, w: Any) -> float:
        """Return the true loss above the minimum at ``w``: 1 is what the best average of all draws
        would reach. Infinite after an overspent run, and where ``w`` is no ``[P]`` of numbers."""
        try:
            w = parameters(w, SIZE)
        except BadInput:
            return np.inf
        if self.overspent or w.ndim != 1:
            return np.inf
        with np.errstate(all="ignore"):
            above = float(self.valley.above(w))
        return above if np.isfinite(above) else np.inf

    def tried(self, rule: Callable, rng: np.random.Generator) -> float:
        """Return the score of what ``rule(problem, budget, rng)`` returns; then no call is answered
        any more. What the rule raises goes through."""
        try:
            with np.errstate(all="ignore"):
                return self.score(rule(self.problem, self.budget, rng))
        finally:
            self.closed = True

    def _doors(self) -> Problem:
        """Return the problem as functions that hold no number of it where a copy would find it."""

        def loss_and_grad(w):
            return self._answer(w)

        def loss(w):
            return self._answer(w)[0]

        def grad(w):
            return self._answer(w)[1]

        return Problem(np.zeros(SIZE), loss, grad, loss_and_grad)

    def _answer(self, w: Any) -> tuple[float, Array]:
        if self.closed:
            raise BudgetSpent("this run is over: its problem answers no more")
        if self.overspent:
            raise BudgetSpent(f"the budget of {self.budget} calls is spent, and the run over")
        w = np.array(parameters(w, SIZE), float)
        if w.ndim != 1:
            raise BadInput(f"ask at one w of shape ({SIZE},), got shape {w.shape}")
        self.asked.append(w)
        if self.overspent:
            told = f"the budget is {self.budget} calls, and this was call {len(self.asked)}"
            raise BudgetSpent(told)
        return self.valley.ask(w, len(self.asked) - 1)


def hidden_problems(
    rng: np.random.Generator, problems: int = PROBLEMS, budget: int = BUDGET
) -> list[HiddenProblem]:
    """Draw several problems, none of them asked yet. Their steepness covers the whole range, one in
    each equal part of it: no rule is lucky to meet only flat ones.

    >>> [hidden.budget for hidden in hidden_problems(np.random.default_rng(0), 2, budget=50)]
    [50, 50]
    """
    rng, problems = generator(rng), count("problems", problems)
    edges = np.geomspace(*STEEPEST, problems + 1)
    parts = [(edges[part], edges[part + 1]) for part in rng.permutation(problems)]
    return [HiddenProblem(rng, budget, each) for each in parts]
