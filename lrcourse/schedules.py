"""Schedules, which name the rate of each step: a constant, decays, then what combines schedules.

A schedule is a function ``step -> lr`` without memory; steps count from 0. It takes one step, or a
whole array of steps, so that a curve is one call: ``schedule(np.arange(100))``. A rate may be an
array with one entry per run; then ``schedule(step)`` holds one rate per run, and
``schedule(steps[:, np.newaxis])`` is ``[steps, runs]``. After its last step a decay stays where it
is. Each raises ValueError for a rate below 0, for counts that are not whole or too small, for a
fraction outside 0..1 and for an ``end_lr`` above ``peak_lr``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import BadInput, Schedule
from lrcourse.steps import (
    Rate,
    boundaries_of,
    checked_schedule,
    count,
    falling,
    fraction,
    positive,
    rates,
    schedule_of,
)


def constant(lr: Rate) -> Schedule:
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


def step_decay(peak_lr: Rate, steps_per_drop: int, factor: float = 0.1) -> Schedule:
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


def multistep(peak_lr: Rate, boundaries: Sequence[int], factor: float = 0.1) -> Schedule:
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


def exponential_decay(peak_lr: Rate, factor: float) -> Schedule:
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


def time_decay(peak_lr: Rate, timescale: float) -> Schedule:
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


def inverse_sqrt(peak_lr: Rate, timescale: float) -> Schedule:
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


def linear_decay(peak_lr: Rate, total_steps: int, end_lr: Rate = 0.0) -> Schedule:
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
    peak_lr: Rate, total_steps: int, end_lr: Rate = 0.0, power: float = 2.0
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


def cosine_decay(peak_lr: Rate, total_steps: int, end_lr: Rate = 0.0) -> Schedule:
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


def scale(schedule: Schedule, factor: Rate | Schedule) -> Schedule:
    """The rates of ``schedule`` times ``factor``: a number, one per run, or another schedule.

    torch: ``LambdaLR(schedule)`` on an optimizer whose rate is ``factor``; of two schedules
    ``ChainedScheduler``, which multiplies what each does to the rate.

    >>> sweep = scale(cosine_decay(1.0, total_steps=10), [0.1, 0.2])
    >>> sweep(5)                                            # one shape at two heights, two runs
    array([0.05, 0.1 ])
    """
    schedule = checked_schedule("schedule", schedule)
    by = factor if callable(factor) else constant(rates("factor", factor))

    @schedule_of
    def scaled(step):
        return schedule(step) * by(step)

    return scaled


def per_epoch(schedule: Schedule, steps_per_epoch: int) -> Schedule:
    """A schedule that counts epochs, asked once a step: its rate changes between epochs only.

    torch: ``scheduler.step()`` at the end of each epoch and not of each step.

    >>> lr = per_epoch(exponential_decay(0.01, factor=0.8), steps_per_epoch=32)
    >>> [round(lr(step), 6) for step in (0, 31, 32, 64)]
    [0.01, 0.01, 0.008, 0.0064]
    """
    schedule = checked_schedule("schedule", schedule)
    steps_per_epoch = count("steps_per_epoch", steps_per_epoch)

    @schedule_of
    def epoch_by_epoch(step):
        return schedule(step // steps_per_epoch)

    return epoch_by_epoch


def join(schedules: Sequence[Schedule], boundaries: Sequence[int]) -> Schedule:
    """One schedule after the other; each counts its own steps from 0 again.

    torch: ``SequentialLR(schedules, milestones=boundaries)``. ``boundaries`` holds the first step
    of every schedule but the first. Raises ValueError where their numbers do not fit.

    >>> join([constant(1.0), linear_decay(0.5, total_steps=2)], boundaries=[3])(np.arange(6))
    array([1.  , 1.  , 1.  , 0.5 , 0.25, 0.  ])
    """
    schedules = [checked_schedule("each schedule", each) for each in schedules]
    boundaries = boundaries_of(boundaries)
    if len(schedules) != len(boundaries) + 1:
        raise BadInput(
            f"boundaries must be one fewer than the {len(schedules)} schedules, got "
            f"{boundaries.tolist()}"
        )
    starts = [0, *boundaries.tolist()]

    @schedule_of
    def joined(step):
        now, lr = np.searchsorted(boundaries, step, side="right"), np.zeros(np.shape(step))
        for which in np.unique(now):
            own_step = (now == which) * (step - starts[which])
            lr = np.where(now == which, schedules[which](own_step), lr)
        return lr

    return joined


def warmup(schedule: Schedule, warmup_steps: int, start_factor: float = 0.0) -> Schedule:
    """A straight rise to ``schedule(0)`` over ``warmup_steps``, then ``schedule`` from its start.

    torch: ``SequentialLR([LinearLR(start_factor, total_iters=warmup_steps), schedule],
    milestones=[warmup_steps])``, where ``start_factor`` cannot be 0. Goyal et al. 2017, arXiv
    1706.02677. With ``start_factor=0`` step 0 moves nothing.

    >>> warmup(cosine_decay(1.0, total_steps=4), warmup_steps=4)(np.arange(9)).round(2)
    array([0.  , 0.25, 0.5 , 0.75, 1.  , 0.85, 0.5 , 0.15, 0.  ])
    """
    schedule = checked_schedule("schedule", schedule)
    warmup_steps = count("warmup_steps", warmup_steps, least=0)
    start_factor = fraction("start_factor", start_factor)

    def rise(step):
        return schedule(0) * (start_factor + (1 - start_factor) * step / warmup_steps)

    return join([rise, schedule], [warmup_steps])


def warmup_stable_decay(
    peak_lr: Rate, total_steps: int, warmup_steps: int, decay_steps: int, end_lr: Rate = 0.0
) -> Schedule:
    """Up in a straight line, along a plateau, and down in a straight line over ``decay_steps``.

    torch: ``SequentialLR`` of two ``LinearLR`` with a ``ConstantLR`` between. After MiniCPM, arXiv
    2404.06395, and Hagele et al. 2024, arXiv 2405.18392. The plateau can be lengthened later: until
    the decay begins no rate depends on ``total_steps``. Raises ValueError if warm-up and decay do
    not fit into ``total_steps``.

    >>> lr = warmup_stable_decay(1.0, total_steps=10, warmup_steps=2, decay_steps=4)
    >>> [lr(step) for step in range(11)]
    [0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0]
    """
    warmup_steps = count("warmup_steps", warmup_steps, least=0)
    decay_steps, total_steps = count("decay_steps", decay_steps), count("total_steps", total_steps)
    stable_steps = total_steps - warmup_steps - decay_steps
    if stable_steps < 0:
        raise BadInput(
            f"warmup_steps = {warmup_steps} and decay_steps = {decay_steps} must fit into "
            f"total_steps, got {total_steps}"
        )
    decay = linear_decay(peak_lr, decay_steps, end_lr)
    return warmup(join([constant(peak_lr), decay], [stable_steps]), warmup_steps)


def noam(width: int, warmup_steps: int = 4000) -> Schedule:
    """The Transformer's schedule: a straight rise, then one over the root of time.

    ``width**-0.5 * min(t**-0.5, t * warmup_steps**-1.5)`` with ``t = step + 1``: Vaswani et al.
    2017, section 5.3, arXiv 1706.03762. It is put together from the schedules above, and peaks at
    step ``warmup_steps - 1``.

    >>> lr = noam(width=512)
    >>> [round(lr(step), 6) for step in (0, 3999, 15999)]    # four times as late, half the rate
    [0.0, 0.000699, 0.000349]
    """
    width, warmup_steps = count("width", width), count("warmup_steps", warmup_steps)
    decay = inverse_sqrt((width * warmup_steps) ** -0.5, timescale=warmup_steps)
    return warmup(decay, warmup_steps - 1, start_factor=1 / warmup_steps)
