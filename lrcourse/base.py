"""The contracts everything else keeps: schedule, objective, optimizer, controller, Run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

Array = np.ndarray


class BadInput(ValueError):
    """What was given cannot be used; its one sentence says what was seen and what to do.

    A notebook shows the sentence alone, without the way through the course's code.

    >>> raise BadInput("steps must be a whole number, 0 or more, got -1")
    Traceback (most recent call last):
    lrcourse.base.BadInput: steps must be a whole number, 0 or more, got -1
    """

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


Schedule = Callable[[Any], Any]
"""``step -> lr``: a float, or an array with one rate per run. It keeps no memory: the same step
always gives the same rate, and steps count from 0."""


class Objective(Protocol):
    """A number to make small. ``w`` is ``[..., P]``: the last axis holds the parameters, the
    leading axes are independent runs, and every result keeps those leading axes.

    >>> from lrcourse.objectives import parabola
    >>> parabola().loss_and_grad(np.array([[1.0], [2.0]]))
    (array([0.5, 2. ]), array([[1.],
           [2.]]))
    """

    def loss(self, w: Array) -> Array:
        """Return the loss at ``w``, shape ``[...]``."""

    def grad(self, w: Array) -> Array:
        """Return the gradient at ``w``, shape ``[..., P]``."""

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both from one pass; the gradient is written into ``out`` if that is given."""

    def batches(self, rng, batch_size: int | None, replace: bool = False) -> Iterator[Objective]:
        """Yield one objective per step, for ever; an objective without data yields itself."""


def keep(w: Array, state: Any) -> Array:
    """Return ``w``: what most optimizers have to show at the end is where they stand."""
    return w


class Optimizer(NamedTuple):
    """A rule that turns gradients into steps.

    ``init(w) -> state``, ``update(w, grad, state, lr, **hyper) -> (w, state)`` and
    ``result(w, state) -> w``, which is ``w`` itself unless the rule says otherwise. The leaves of
    a state are scalars shared by all runs, or arrays with ``w``'s leading axes. The rate is an
    argument of ``update`` because it is what this course varies.

    >>> def update(w, grad, count, lr):
    ...     return w - lr / (count + 1) * grad, count + 1
    >>> Optimizer(lambda w: 0, update).update(np.ones(1), np.ones(1), 1, lr=0.5)
    (array([0.75]), 2)
    """

    init: Callable[[Array], Any]
    update: Callable[..., tuple[Array, Any]]
    result: Callable[[Array, Any], Array] = keep


def stateless(step: Callable[[Array, Array, Any], Array]) -> Optimizer:
    """Make an optimizer of a function ``step(w, grad, lr) -> w`` that remembers nothing.

    What else ``step`` takes are its hyper-parameters.
    ``w`` and ``grad`` are ``[..., P]``.

    >>> descend = stateless(lambda w, grad, lr: w - lr * grad)
    >>> descend.update(np.array([1.0]), np.array([2.0]), descend.init(None), 0.25)
    (array([0.5]), ())
    """

    def update(w, grad, state, lr, **hyper):
        return step(w, grad, lr, **hyper), state

    update.step = step
    return Optimizer(init=lambda w: (), update=update)


Step = Callable[[Any, Any, Any], Any]
"""``step(w, grad, lr) -> w``, as learners write it: taken where an ``Optimizer`` belongs."""


class Probe(NamedTuple):
    """What a controller may look at before it names the next rate.

    >>> ones = np.ones(2)
    >>> probe = Probe(0, ones, np.float64(1.0), ones, loss_at=lambda w: (w**2).sum() / 2)
    >>> float(probe.loss_at(probe.w - 0.5 * probe.grad))
    0.25
    """

    step: int
    w: Array
    loss: Array
    grad: Array
    loss_at: Callable[[Array], Array]
    """The loss elsewhere, on the mini-batch of this very step."""


class Controller(NamedTuple):
    """A rule that listens before it names a rate: asked once before each step.

    ``init(w) -> state`` and ``update(state, probe) -> (lr, state)``; the rate it starts from is
    an argument of the function that makes the controller.

    >>> halves = Controller(init=lambda w: 1.0, update=lambda lr, probe: (lr, lr / 2))
    >>> halves.update(halves.init(np.ones(1)), probe=None)
    (1.0, 0.5)
    """

    init: Callable[[Array], Any]
    update: Callable[[Any, Probe], tuple[Any, Any]]


@dataclass(frozen=True)
class Run:
    """What happened. Row 0 is always the start; the axes after the first are those of the runs.

    >>> from lrcourse import gd, parabola, train
    >>> train(parabola(), [1.0], gd, lr=[0.5, 5.0], steps=20).diverged
    array([False,  True])
    """

    w: Array
    """Recorded parameters, ``[rows, ..., P]``: start and end, or more if ``record`` asked."""
    w_steps: Array
    """The step at which each row of ``w`` was taken, ``[rows]``."""
    loss: Array
    """``loss[k]`` is the (mini-batch) loss before step ``k``, ``[steps + 1, ...]``; the last entry
    is the loss after the last step. NaN from where a run diverged."""
    lr: Array
    """The rate used at each step, ``[steps]`` or ``[steps, ...]``; fewer rows than steps where
    every run diverged before the end."""
    diverged: Array
    """True where the loss passed ``blowup`` or stopped being a number, ``[...]``."""
    full_loss: Array = field(default_factory=lambda: np.empty(0))
    """Losses on the objective that ``evaluate`` named, ``[rows, ...]``."""
    full_steps: Array = field(default_factory=lambda: np.empty(0, int))
    """The step at which each row of ``full_loss`` was taken, ``[rows]``."""

    @property
    def failed(self) -> Array:
        """True where the last loss is not below the first, ``[...]``: diverged runs, and runs that
        went nowhere. A network at far too high a rate does not overflow, it ends at chance."""
        return ~(self.loss[-1] < self.loss[0])
