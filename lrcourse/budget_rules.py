"""Five rules of the course with one tuned rate each, and what a rule of your own is worth beside
them over the same hidden problems.

What a rule raises goes through; only a budget overspent is scored.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.cycles import one_cycle
from lrcourse.hidden_valleys import BudgetSpent, HiddenProblem, Valleys, side_by_side
from lrcourse.optimizers import adam
from lrcourse.schedules import constant, cosine_decay

TUNED_RATES = {
    "constant": 0.15,
    "cosine": 0.32,
    "1cycle": 0.32,
    "Adam": 0.1,
    "stochastic Polyak": 0.1,
}
"""Rule -> the rate with the lowest median over 41 problems; for stochastic Polyak the share of
its step. A test tunes them again."""
GRID = [
    0.01,
    0.015,
    0.022,
    0.032,
    0.046,
    0.068,
    0.1,
    0.15,
    0.22,
    0.32,
    0.46,
    0.68,
    1,
    1.5,
    2.2,
    3.2,
]
"""The rates that were tried, for all five."""


def followed(valleys: Valleys, lr: Mapping[str, float | Array] = TUNED_RATES) -> Iterator[Array]:
    """Yield where the five rules stand before each call and after the last, ``[rules, ..., P]``.

    ``lr`` holds a rate for each, or several: their axis comes after that of the rules.
    """
    calls, named = np.arange(valleys.draws.shape[-2]), list(TUNED_RATES)
    flat = constant(1.0)(calls)
    shape = {
        "cosine": cosine_decay(1.0, len(calls))(calls),
        "1cycle": one_cycle(1.0, len(calls))(calls),
    }
    heights = np.stack([shape.get(name, flat) for name in named])
    lr = np.stack([np.asarray(lr[name], float) for name in named])
    lr = lr.reshape(*lr.shape, *[1] * valleys.minimum.ndim)
    adams, polyaks = named.index("Adam"), named.index("stochastic Polyak")
    w = np.zeros(np.broadcast_shapes(lr.shape, valleys.minimum.shape))
    state = adam.init(w[adams])
    with np.errstate(all="ignore"):
        for call in calls:
            yield w
            loss, grad = valleys.ask(w, call)
            grad[polyaks] *= (loss[polyaks] / (grad[polyaks] ** 2).sum(-1))[..., None]
            after = w - lr * heights[:, call].reshape(-1, *[1] * (w.ndim - 1)) * grad
            after[adams], state = adam.update(w[adams], grad[adams], state, lr[adams])
            w = after
        yield w


def ends(valleys: Valleys, lr: Mapping[str, float | Array] = TUNED_RATES) -> Array:
    """Return the scores of the five rules, ``[rules, ...]``, infinite where one has blown up."""
    (last,) = deque(followed(valleys, lr), maxlen=1)
    with np.errstate(all="ignore"):
        above = valleys.above(last)
    return np.where(np.isfinite(above), above, np.inf)


class Scores(NamedTuple):
    """True losses above the minimum, ``[problems]``: yours, and those of each baseline."""

    yours: Array
    baselines: dict[str, Array]

    @property
    def median(self) -> float:
        """Your score."""
        return float(np.median(self.yours))

    @property
    def best(self) -> str:
        """The baseline with the lowest median."""
        return min(self.baselines, key=lambda name: np.median(self.baselines[name]))

    @property
    def ahead(self) -> bool:
        """Whether your median is below that of every baseline."""
        return self.median < float(np.median(self.baselines[self.best]))


def baselines(hidden: Sequence[HiddenProblem]) -> dict[str, Array]:
    """Return the scores of the five tuned rules on these problems, ``[problems]`` each: they see
    what you see, draw by draw.

    >>> from lrcourse.hidden_valleys import hidden_problems
    >>> scores = baselines(hidden_problems(np.random.default_rng(0), 5))
    >>> list(scores)
    ['constant', 'cosine', '1cycle', 'Adam', 'stochastic Polyak']
    """
    found = ends(side_by_side([each.valley for each in hidden]))
    return dict(zip(TUNED_RATES, found, strict=True))


def tried_on(rule: Callable, hidden: Sequence[HiddenProblem]) -> Scores:
    """Return what ``rule(problem, budget, rng)`` reached on each problem, beside the baselines.

    A run that asks too much counts as infinite; what else the rule raises goes through.

    The generator that a rule gets tells nothing of its problem: it is numbered by its place.

    >>> from lrcourse.hidden_valleys import hidden_problems
    >>> few = hidden_problems(np.random.default_rng(0), 3)
    >>> tried_on(lambda problem, budget, rng: problem.start, few).ahead
    False
    """
    yours = [_tried(rule, each, np.random.default_rng(at)) for at, each in enumerate(hidden)]
    return Scores(np.array(yours), baselines(hidden))


def _tried(rule: Callable, hidden: HiddenProblem, rng: np.random.Generator) -> float:
    try:
        return hidden.tried(rule, rng)
    except BudgetSpent:
        return np.inf
