"""Schedules made of schedules: scaled, joined, counted in epochs, warmed up.

They keep the contract of ``lrcourse.schedules``, and each raises the same ValueErrors;
so it does for what is no function of the step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import BadInput, Schedule
from lrcourse.duck_typing import schedule_of_steps
from lrcourse.inputs import Rates, count, fraction, rates
from lrcourse.schedules import boundaries_of, constant, inverse_sqrt, linear_decay, schedule_of


def scale(schedule: Schedule, factor: Rates | Schedule) -> Schedule:
    """The rates of ``schedule`` times ``factor``: a number, one per run, or another schedule.

    torch: ``LambdaLR(schedule)`` on an optimizer whose rate is ``factor``; of two schedules
    ``ChainedScheduler``, which multiplies what each does to the rate.

    >>> from lrcourse import cosine_decay
    >>> sweep = scale(cosine_decay(1.0, total_steps=10), [0.1, 0.2])
    >>> sweep(5)                                            # one shape at two heights, two runs
    array([0.05, 0.1 ])
    """
    schedule = schedule_of_steps("schedule", schedule)
    by = factor if callable(factor) else constant(rates("factor", factor))

    @schedule_of
    def scaled(step):
        return schedule(step) * by(step)

    return scaled


def per_epoch(schedule: Schedule, steps_per_epoch: int) -> Schedule:
    """A schedule that counts epochs, asked once a step: its rate changes between epochs only.

    torch: ``scheduler.step()`` at the end of each epoch and not of each step.

    >>> from lrcourse import exponential_decay
    >>> lr = per_epoch(exponential_decay(0.01, factor=0.8), steps_per_epoch=32)
    >>> [round(lr(step), 6) for step in (0, 31, 32, 64)]
    [0.01, 0.01, 0.008, 0.0064]
    """
    schedule = schedule_of_steps("schedule", schedule)
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
    schedules = [schedule_of_steps("each schedule", each) for each in schedules]
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

    >>> from lrcourse import cosine_decay
    >>> warmup(cosine_decay(1.0, total_steps=4), warmup_steps=4)(np.arange(9)).round(2)
    array([0.  , 0.25, 0.5 , 0.75, 1.  , 0.85, 0.5 , 0.15, 0.  ])
    """
    schedule = schedule_of_steps("schedule", schedule)
    warmup_steps = count("warmup_steps", warmup_steps, least=0)
    start_factor = fraction("start_factor", start_factor)

    def rise(step):
        return schedule(0) * (start_factor + (1 - start_factor) * step / warmup_steps)

    return join([rise, schedule], [warmup_steps])


def warmup_stable_decay(
    peak_lr: Rates, total_steps: int, warmup_steps: int, decay_steps: int, end_lr: Rates = 0.0
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
