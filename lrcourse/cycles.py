"""Schedules that rise again: restarts, triangles and one single cycle, with its momentum.

They are schedules like those in ``schedules``: no memory, one step or an array of steps, rates for
one run or for many, and each raises the same ValueErrors. A step is always an update, never an
epoch.
"""

from __future__ import annotations

import numpy as np

from lrcourse.base import BadInput, Schedule
from lrcourse.inputs import Rates, count, fraction, one, one_of, rates
from lrcourse.schedules import falling, schedule_of


def cosine_restarts(
    peak_lr: Rates, cycle_steps: int, growth: int = 1, end_lr: Rates = 0.0
) -> Schedule:
    """Half a cosine wave down, back to ``peak_lr``, and again: each cycle ``growth`` times longer.

    torch: ``CosineAnnealingWarmRestarts(T_0=cycle_steps, T_mult=growth, eta_min=end_lr)``.
    Loshchilov & Hutter 2016 (SGDR), arXiv 1608.03983.

    >>> lr = cosine_restarts(1.0, cycle_steps=10, growth=2)
    >>> [step for step in range(100) if lr(step) == 1.0]
    [0, 10, 30, 70]
    """
    peak_lr, end_lr = falling("peak_lr", peak_lr, "end_lr", end_lr)
    cycle_steps, growth = count("cycle_steps", cycle_steps), count("growth", growth)

    @schedule_of
    def schedule(step):
        since, length = _since_restart(step, cycle_steps, growth)
        return end_lr + (peak_lr - end_lr) * (1 + np.cos(np.pi * since / length)) / 2

    return schedule


def _since_restart(step, cycle_steps, growth):
    """Return the steps since the last restart, and the length of the cycle that began there."""
    if growth == 1:
        return step % cycle_steps, cycle_steps
    # Whole numbers all the way: a logarithm in floating point restarts a step early or late.
    powers = [growth**n for n in range(1, 63) if growth**n < 2**63]
    cycle = np.searchsorted(powers, 1 + step * (growth - 1) // cycle_steps, side="right")
    length = cycle_steps * growth**cycle
    return step - (length - cycle_steps) // (growth - 1), length


def triangular(
    base_lr: Rates, peak_lr: Rates, up_steps: int, down_steps: int | None = None
) -> Schedule:
    """Up and down in straight lines for ever; as many steps down as up, unless said.

    torch: ``CyclicLR(base_lr, max_lr=peak_lr, step_size_up=up_steps, step_size_down=down_steps)``.
    Smith 2017, arXiv 1506.01186; his "stepsize" is ``up_steps``, half a cycle.

    >>> triangular(0.0, 1.0, up_steps=4)(np.arange(9))
    array([0.  , 0.25, 0.5 , 0.75, 1.  , 0.75, 0.5 , 0.25, 0.  ])
    """
    base_lr, peak_lr, up_steps, down_steps = _triangle(base_lr, peak_lr, up_steps, down_steps)

    @schedule_of
    def schedule(step):
        return base_lr + (peak_lr - base_lr) * _height(step, up_steps, down_steps)

    return schedule


def triangular2(
    base_lr: Rates, peak_lr: Rates, up_steps: int, down_steps: int | None = None
) -> Schedule:
    """Triangles of which each is half as high as the one before.

    torch: ``CyclicLR(..., mode="triangular2")``. Smith 2017, arXiv 1506.01186.

    >>> triangular2(0.0, 1.0, up_steps=2)(np.arange(9))
    array([0.  , 0.5 , 1.  , 0.5 , 0.  , 0.25, 0.5 , 0.25, 0.  ])
    """
    base_lr, peak_lr, up_steps, down_steps = _triangle(base_lr, peak_lr, up_steps, down_steps)

    @schedule_of
    def schedule(step):
        shrunk = 0.5 ** (step // (up_steps + down_steps))
        return base_lr + (peak_lr - base_lr) * _height(step, up_steps, down_steps) * shrunk

    return schedule


def exp_range(
    base_lr: Rates, peak_lr: Rates, up_steps: int, factor: float, down_steps: int | None = None
) -> Schedule:
    """Triangles under an exponential: what lies above ``base_lr`` shrinks by ``factor`` each step.

    torch: ``CyclicLR(..., mode="exp_range", gamma=factor)``. Smith 2017, arXiv 1506.01186.

    >>> lr = exp_range(0.0, 1.0, up_steps=5, factor=0.9)
    >>> [round(lr(step), 3) for step in (0, 5, 15)]          # the first peak is not peak_lr
    [0.0, 0.59, 0.206]
    """
    base_lr, peak_lr, up_steps, down_steps = _triangle(base_lr, peak_lr, up_steps, down_steps)
    factor = fraction("factor", factor)

    @schedule_of
    def schedule(step):
        return base_lr + (peak_lr - base_lr) * _height(step, up_steps, down_steps) * factor**step

    return schedule


def _triangle(base_lr, peak_lr, up_steps, down_steps):
    """Return the settings that all triangles share, checked."""
    peak_lr, base_lr = falling("peak_lr", peak_lr, "base_lr", base_lr)
    up_steps = count("up_steps", up_steps)
    down_steps = up_steps if down_steps is None else count("down_steps", down_steps)
    return base_lr, peak_lr, up_steps, down_steps


def _height(step, up_steps, down_steps):
    """Return how high a triangle stands at ``step``, from 0 to 1."""
    step = step % (up_steps + down_steps)
    return np.minimum(step / up_steps, (up_steps + down_steps - step) / down_steps)


def one_cycle(
    peak_lr: Rates,
    total_steps: int,
    rise: float = 0.3,
    start_lr: Rates | None = None,
    end_lr: Rates | None = None,
    shape: str = "cosine",
    three_phase: bool = False,
) -> Schedule:
    """Up from ``start_lr`` to ``peak_lr``, down to ``end_lr`` at the last step, then flat.

    torch: ``OneCycleLR(max_lr=peak_lr, total_steps=total_steps, pct_start=rise,
    div_factor=peak_lr / start_lr, final_div_factor=start_lr / end_lr, anneal_strategy="cos")``.
    Smith & Topin 2017, arXiv 1708.07120. ``rise`` is the fraction of the steps spent going up:
    the peak stands at ``rise * total_steps - 1``, the end at ``total_steps - 1``. ``start_lr`` is
    a 25th of ``peak_lr`` and ``end_lr`` a 10,000th of ``start_lr``, unless said. ``shape`` is
    "cosine" or "linear"; with ``three_phase`` the way down takes as long as the way up, and what
    is left leads from ``start_lr`` to ``end_lr``. Raises ValueError too where a phase has no step.

    >>> lr = one_cycle(1.0, total_steps=100)
    >>> [round(lr(step), 6) for step in (0, 29, 64, 99, 100)]
    [0.04, 1.0, 0.500002, 4e-06, 4e-06]
    """
    start_lr = rates("peak_lr", peak_lr) / 25 if start_lr is None else start_lr
    peak_lr, start_lr = falling("peak_lr", peak_lr, "start_lr", start_lr)
    end_lr = start_lr / 1e4 if end_lr is None else end_lr
    peak_lr, end_lr = falling("peak_lr", peak_lr, "end_lr", end_lr)
    values = [start_lr, peak_lr, start_lr, end_lr] if three_phase else [start_lr, peak_lr, end_lr]
    return _through(_corners(total_steps, rise, three_phase), values, shape)


def one_cycle_momentum(
    total_steps: int,
    low: float = 0.85,
    high: float = 0.95,
    rise: float = 0.3,
    shape: str = "cosine",
    three_phase: bool = False,
) -> Schedule:
    """The momentum that goes with ``one_cycle``: low where the rate is high, and the reverse.

    torch: ``OneCycleLR(base_momentum=low, max_momentum=high)``, the momentum of its optimizer.
    For ``train(..., hyper={"momentum": one_cycle_momentum(...)})``. Raises ValueError for a
    momentum outside 0..1.

    >>> momentum = one_cycle_momentum(total_steps=100)
    >>> [round(momentum(step), 3) for step in (0, 29, 99)]
    [0.95, 0.85, 0.95]
    """
    high, low = falling("high", fraction("high", high), "low", fraction("low", low))
    values = [high, low, high, high] if three_phase else [high, low, high]
    return _through(_corners(total_steps, rise, three_phase), values, shape)


def _corners(total_steps, rise, three_phase):
    """Return the steps at which a phase of one cycle begins or ends; they need not be whole."""
    total_steps = count("total_steps", total_steps)
    top = one("rise", fraction("rise", rise)) * total_steps - 1
    corners = [0, top, 2 * top, total_steps - 1] if three_phase else [0, top, total_steps - 1]
    if np.any(np.diff(corners) <= 0):
        raise BadInput(
            f"rise = {rise} of total_steps = {total_steps} leaves a phase without a step: it would "
            f"turn at steps {', '.join(f'{corner:g}' for corner in corners)}"
        )
    return corners


SHAPES = {
    "cosine": lambda done: (1 + np.cos(np.pi * done)) / 2,
    "linear": lambda done: 1 - done,
}
"""Name -> how much of the way is left when the fraction ``done`` of the steps is over."""


def _through(corners, values, shape):
    """Return the schedule that has each of ``values`` at its corner, and is flat after the last."""
    left = SHAPES[one_of("shape", shape, SHAPES)]
    phases = list(zip(corners, corners[1:], values, values[1:], strict=False))

    @schedule_of
    def schedule(step):
        lr = values[-1]
        for begin, end, first, last in reversed(phases):
            done = (step - begin) / (end - begin)
            lr = np.where(step <= end, last + (first - last) * left(done), lr)
        return lr

    return schedule
