"""Schedules, which name the rate of each step: a constant, then decays that never rise again.

A schedule is a function ``step -> lr`` without memory; steps count from 0. It takes one step, or a
whole array of steps, so that a curve is one call: ``schedule(np.arange(100))``. A rate may be an
array with one entry per run; then ``schedule(step)`` holds one rate per run, and
``schedule(steps[:, np.newaxis])`` is ``[steps, runs]``. After its last step a decay stays where it
is. Each raises ValueError for a rate below 0, for counts that are not whole or too small, for a
fraction outside 0..1 and for an ``end_lr`` above ``peak_lr``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lrcourse.base import Array, BadInput, Schedule
from lrcourse.inputs import Rates, count, fraction, positive, rates, seen, whole_numbers


def schedule_of(formula: Callable[[Any], Any]) -> Schedule:
    """Make a schedule of a formula in ``step``: it takes one step or an array of them.

    One step gives a Python float, or one rate per run. Raises ValueError for a step that is not
    whole or lies below 0: a formula would answer without a word; and where the rates are of several
    runs and the steps have no axis for them.

    >>> halving = schedule_of(lambda step: 0.5**step)
    >>> halving(2), halving([0, 1, 2])
    (0.25, array([1.  , 0.5 , 0.25]))
    """

    def schedule(step):
        step = whole_numbers("step", step)
        try:
            lr = np.asarray(formula(step), float)
        except ValueError as error:
            raise _of_many_runs(error, step) from None
        return float(lr) if lr.ndim == 0 else lr

    return schedule


def _of_many_runs(error: ValueError, step: Any) -> ValueError:
    """Return the error, in words where steps and rates of several runs do not fit together."""
    if isinstance(error, BadInput) or "broadcast" not in str(error):
        return error
    if np.shape(step)[-1:] in ((), (1,)):
        return BadInput(f"its rates are for different numbers of runs: NumPy says {error}")
    return BadInput(
        f"steps of shape {np.shape(step)} do not fit one rate for each run: give them an axis for "
        "the runs, as in schedule(steps[:, np.newaxis])"
    )


def boundaries_of(value: Any) -> Array:
    """Return the steps at which something changes, ``[boundaries]``, in rising order."""
    boundaries = whole_numbers("each boundary", np.atleast_1d(value))
    if np.any(np.diff(boundaries) < 0):
        raise BadInput(f"boundaries must rise, got {seen(value)}")
    return boundaries


def falling(high_name: str, high: Any, low_name: str, low: Any) -> tuple[Any, Any]:
    """Return two rates of which the second is not above the first.

    >>> falling("peak_lr", 0.01, "end_lr", 0.1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: end_lr must not be above peak_lr = 0.01, got 0.1
    """
    high, low = rates(high_name, high), rates(low_name, low)
    if np.any(low > high):
        raise BadInput(f"{low_name} must not be above {high_name} = {seen(high)}, got {seen(low)}")
    return high, low


def constant(lr: Rates) -> Schedule:
    """The same rate at every step.

    torch: an optimizer without a scheduler.

    >>> constant(0.1)(np.arange(3))
    array([0.1, 0.1, 0.1])
    """
    lr = rates("lr", lr)

    @schedule_of
    def schedule(step):
        return lr + np.zeros(np.shape(step))

    return schedule


def step_decay(peak_lr: Rates, steps_per_drop: int, factor: float = 0.1) -> Schedule:
    """A staircase: times ``factor`` after every ``steps_per_drop`` steps.

    torch: ``StepLR(step_size=steps_per_drop, gamma=factor)``.

    >>> lr = step_decay(1.0, steps_per_drop=30, factor=0.5)
    >>> [lr(step) for step in (0, 29, 30, 60)]       # 30 steps at the peak: 0 to 29
    [1.0, 1.0, 0.5, 0.25]
    """
    peak_lr, factor = rates("peak_lr", peak_lr), fraction("factor", factor)
    steps_per_drop = count("steps_per_drop", steps_per_drop)

    @schedule_of
    def schedule(step):
        return peak_lr * factor ** (step // steps_per_drop)

    return schedule


def multistep(peak_lr: Rates, boundaries: Sequence[int], factor: float = 0.1) -> Schedule:
    """A staircase with uneven steps: times ``factor`` at each of the ``boundaries``.

    torch: ``MultiStepLR(milestones=boundaries, gamma=factor)``.

    >>> multistep(1.0, boundaries=[2, 3])(np.arange(5))
    array([1.  , 1.  , 0.1 , 0.01, 0.01])
    """
    peak_lr, factor = rates("peak_lr", peak_lr), fraction("factor", factor)
    boundaries = boundaries_of(boundaries)

    @schedule_of
    def schedule(step):
        return peak_lr * factor ** np.searchsorted(boundaries, step, side="right")

    return schedule


def exponential_decay(peak_lr: Rates, factor: float) -> Schedule:
    """Times ``factor`` at every step; all rates together come to ``peak_lr / (1 - factor)``.

    torch: ``ExponentialLR(gamma=factor)``; also ``MultiplicativeLR(lambda step: factor)``.

    >>> lr = exponential_decay(1.0, factor=0.9)
    >>> [f"{lr(np.arange(steps)).sum():.6g}" for steps in (10, 100, 1000)]   # never beyond 10
    ['6.51322', '9.99973', '10']
    """
    peak_lr, factor = rates("peak_lr", peak_lr), fraction("factor", factor)

    @schedule_of
    def schedule(step):
        return peak_lr * factor**step

    return schedule


def time_decay(peak_lr: Rates, timescale: float) -> Schedule:
    """One over time: half the rate after ``timescale`` steps, a third after twice as many.

    torch: ``LambdaLR(lambda step: 1 / (1 + step / timescale))``. Robbins & Monro 1951 is why:
    the rates shrink to nothing and yet their sum has no bound.

    >>> time_decay(1.0, timescale=100)(np.array([0, 100, 200, 900]))
    array([1.        , 0.5       , 0.33333333, 0.1       ])
    """
    peak_lr, timescale = rates("peak_lr", peak_lr), positive("timescale", timescale)

    @schedule_of
    def schedule(step):
        return peak_lr / (1 + step / timescale)

    return schedule


def inverse_sqrt(peak_lr: Rates, timescale: float) -> Schedule:
    """One over the root of time: half the rate after three times ``timescale`` steps.

    torch: ``LambdaLR(lambda step: (1 + step / timescale) ** -0.5)``. Transformers' inverse square
    root is ``warmup(inverse_sqrt(peak_lr, warmup_steps), warmup_steps)``.

    >>> inverse_sqrt(1.0, timescale=100)(np.array([0, 300, 800, 9900]))
    array([1.        , 0.5       , 0.33333333, 0.1       ])
    """
    peak_lr, timescale = rates("peak_lr", peak_lr), positive("timescale", timescale)

    @schedule_of
    def schedule(step):
        return peak_lr / np.sqrt(1 + step / timescale)

    return schedule


def linear_decay(peak_lr: Rates, total_steps: int, end_lr: Rates = 0.0) -> Schedule:
    """A straight line from ``peak_lr`` down to ``end_lr``, then flat.

    torch: ``LinearLR(start_factor=1, end_factor=end_lr / peak_lr, total_iters=total_steps)``.

    >>> linear_decay(1.0, total_steps=4)(np.arange(6))      # step 4 is the fifth
    array([1.  , 0.75, 0.5 , 0.25, 0.  , 0.  ])
    """
    peak_lr, end_lr = falling("peak_lr", peak_lr, "end_lr", end_lr)
    total_steps = count("total_steps", total_steps)

    @schedule_of
    def schedule(step):
        return end_lr + (peak_lr - end_lr) * (1 - np.minimum(step / total_steps, 1))

    return schedule


def polynomial_decay(
    peak_lr: Rates, total_steps: int, end_lr: Rates = 0.0, power: float = 2.0
) -> Schedule:
    """A power of the time that is left, from ``peak_lr`` down to ``end_lr``, then flat.

    torch: ``PolynomialLR(total_iters=total_steps, power=power)``, which ends at 0.

    >>> [polynomial_decay(1.0, 100, power=power)(50) for power in (1, 2, 3)]
    [0.5, 0.25, 0.125]
    """
    peak_lr, end_lr = falling("peak_lr", peak_lr, "end_lr", end_lr)
    total_steps, power = count("total_steps", total_steps), positive("power", power)

    @schedule_of
    def schedule(step):
        return end_lr + (peak_lr - end_lr) * (1 - np.minimum(step / total_steps, 1)) ** power

    return schedule


def cosine_decay(peak_lr: Rates, total_steps: int, end_lr: Rates = 0.0) -> Schedule:
    """Half a cosine wave from ``peak_lr`` down to ``end_lr``, then flat.

    torch: ``CosineAnnealingLR(T_max=total_steps, eta_min=end_lr)``, which rises again after
    ``T_max``. Loshchilov & Hutter 2016, arXiv 1608.03983.

    >>> lr = cosine_decay(1.0, total_steps=10)
    >>> [round(lr(step), 3) for step in (0, 5, 10, 99)]
    [1.0, 0.5, 0.0, 0.0]
    """
    peak_lr, end_lr = falling("peak_lr", peak_lr, "end_lr", end_lr)
    total_steps = count("total_steps", total_steps)

    @schedule_of
    def schedule(step):
        done = np.minimum(step / total_steps, 1)
        return end_lr + (peak_lr - end_lr) * (1 + np.cos(np.pi * done)) / 2

    return schedule
