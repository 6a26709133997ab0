"""One cycle and no more. Smith and Topin go up and down once, in straight lines, in fewer steps
than the run has, and let the rate drop much lower in the rest. You write what fastai made of it and
PyTorch follows: half a cosine wave up, then a longer one down to almost nothing, and the run is
over. It is a warm-up and a decay in one.

**Predict first.** 100 steps, of which 0.3 go up. PyTorch counts them from 0. Is the peak at step
29, 30 or 31?
"""

import math

from lrcourse.checks.exercise import Exercise
from lrcourse.exercises.lesson09.triangular import expect

exercise = Exercise("one_cycle", points=3, minutes=15)


@exercise.solution
def one_cycle(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    """Return a schedule that goes up once and down once, along half cosine waves.

    peak_lr      the highest rate, at step `rise * total_steps - 1`, which need not be whole
    total_steps  steps of the run; the last is `total_steps - 1`
    rise         the part of the run that goes up
    start_lr     the rate at step 0; None means a 25th of `peak_lr`
    end_lr       the rate at the last step; None means a 10,000th of the rate at step 0

    Half a cosine wave from a to b, when the part `done` of its way is over (0 at a, 1 at b), is
    `b + (a - b) * (1 + cos(pi * done)) / 2`. After the last step the rate stays at `end_lr`.
    """
    # solution: eleven lines
    start_lr = peak_lr / 25 if start_lr is None else start_lr
    end_lr = start_lr / 10_000 if end_lr is None else end_lr
    top, last = rise * total_steps - 1, total_steps - 1

    def schedule(step):
        if step <= top:
            a, b, done = start_lr, peak_lr, step / top
        else:
            a, b, done = peak_lr, end_lr, min((step - top) / (last - top), 1)
        return b + (a - b) * (1 + math.cos(math.pi * done)) / 2

    return schedule


exercise.hints = [
    "Two half waves meet at the peak. Which steps does the first one join, and which the second?",
    "On the way up `done` is the step over the step of the peak; on the way down it is the steps "
    "since the peak over the steps from the peak to the last one.",
    "Begin with `start_lr = peak_lr / 25 if start_lr is None else start_lr`.",
]
exercise.turned_out = (
    "29. Steps 0 to 29 are the first 30 steps. The same reason puts the end at step 99: there is "
    "no step 100 in a run of 100."
)


def tenths(rng):
    """Return start, peak and end rates that are no simple parts of each other."""
    return rng.integers(11, 19) / 100, rng.integers(21, 30) / 10, rng.integers(2, 8) / 1000


@exercise.check("Step 0 has start_lr.")
def begins_at_the_start(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 40, rise=0.3, start_lr=start, end_lr=end)
    expect(schedule, {0: start}, "Step {step} is the foot of the way up.")


@exercise.check("The peak is at step rise * total_steps - 1: after 0.3 of 40 steps, at step 11.")
def peaks_where_the_rise_is_over(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 40, rise=0.3, start_lr=start, end_lr=end)
    expect(schedule, {11: peak}, "Steps 0 to 11 are the 12 that go up.")


@exercise.check("The last step, total_steps - 1, has end_lr.")
def ends_at_the_last_step(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 40, rise=0.3, start_lr=start, end_lr=end)
    expect(
        schedule,
        {39: end},
        "Step 39 is the last of 40, and 28 after the peak: there the way down has arrived.",
    )


@exercise.check("Up and down are half cosine waves: slow at both ends, fastest in the middle.")
def follows_half_waves(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 52, rise=0.25, start_lr=start, end_lr=end)
    third = {4: start + (peak - start) / 4, 6: (start + peak) / 2, 8: peak - (peak - start) / 4}
    third |= {25: peak - (peak - end) / 4, 38: end + (peak - end) / 4}
    because = "The way up has 12 steps, the way down the 39 from step 12 to 51. A third of the "
    because += "steps do a quarter of the way."
    expect(schedule, third, because)


@exercise.check("rise may be another part of the run.")
def rises_for_another_part(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 50, rise=0.5, start_lr=start, end_lr=end)
    expect(schedule, {12: (start + peak) / 2, 24: peak, 49: end}, "Half of 50 steps go up.")


@exercise.check("The peak may stand between two steps: 0.3 of 25 steps puts it at 6.5.")
def may_peak_between_two_steps(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 25, rise=0.3, start_lr=start, end_lr=end)
    wave_up, wave_down = ((1 - math.cos(math.pi * part)) / 2 for part in (6 / 6.5, 0.5 / 17.5))
    wanted = {6: start + (peak - start) * wave_up, 7: peak + (end - peak) * wave_down}
    expect(schedule, wanted, "The way up has 6.5 steps there, and the way down 17.5.")


@exercise.check(
    "Without start_lr and end_lr: peak_lr / 25 at step 0, a 10,000th of that at the end."
)
def has_low_ends(one_cycle, rng):
    peak = rng.integers(2, 9) / 2
    schedule = one_cycle(peak, 20)
    expect(schedule, {0: peak / 25}, "A 25th of the peak belongs there.")
    expect(
        one_cycle(peak * 1e4, 20),
        {19: peak / 25},
        "A 10,000th of the rate at step 0 belongs there.",
    )
    expect(one_cycle(peak * 1e4, 20, start_lr=peak * 100), {19: peak / 100},
           "A 10,000th of the start_lr that was given belongs there.")  # fmt: skip


@exercise.check("An end_lr of 0 is 0, and not the default.")
def takes_zero_for_zero(one_cycle, rng):
    start, peak, _ = tenths(rng)
    schedule = one_cycle(1e4 * peak, 30, start_lr=0.0, end_lr=0.0)
    expect(schedule, {0: 0.0, 8: 1e4 * peak, 29: 0.0}, "start_lr = 0 and end_lr = 0 were given.")
    schedule = one_cycle(1e4 * peak, 30, start_lr=1e4 * start, end_lr=0.0)
    expect(schedule, {29: 0.0}, "end_lr = 0 was given.")


@exercise.check("After the last step it stays at end_lr.")
def stays_down(one_cycle, rng):
    start, peak, end = tenths(rng)
    schedule = one_cycle(peak, 30, rise=0.4, start_lr=start, end_lr=end)
    wanted = {29: end, 30: end, 47: end, 60: end}
    expect(schedule, wanted, "The cycle is over after step 29.")


@exercise.domain(
    corners=[
        {"start_lr": 0.0},
        {"end_lr": 0.0},
        {"start_lr": None},
        {"end_lr": None},
        {"total_steps": 10, "rise": 0.5},
    ],
    asked=lambda given: [given["total_steps"] + more for more in (-1, 5, -2)] + [0, 3, 1, 0],
)
def allowed(rng):
    end_lr, start_lr, peak_lr = sorted(rng.uniform(0.1, 1, size=3).tolist())
    given = {"peak_lr": peak_lr, "total_steps": int(rng.integers(12, 30)), "rise": 0.4}
    return given | {"start_lr": start_lr, "end_lr": end_lr}


@exercise.picture(xlabel="step", ylabel="rate")
def the_cycle(one_cycle):
    schedule = one_cycle(1.0, 40, 0.3, 0.1, 0.01)
    return range(46), [float(schedule(step)) for step in range(46)]


def by_parts(one, total_steps, rise, start, end, top=None, last=None, wave=None):
    """Make a cycle with corners and a wave of one's own: what most mistakes get wrong."""
    top = rise * total_steps - 1 if top is None else top
    last = total_steps - 1 if last is None else last
    wave = wave or (lambda done: (1 - math.cos(math.pi * done)) / 2)

    def schedule(step):
        if step <= top:
            return start + (one - start) * wave(step / top)
        return one + (end - one) * wave(min((step - top) / (last - top), 1))

    return schedule


def with_defaults(peak_lr, start_lr, end_lr):
    start_lr = peak_lr / 25 if start_lr is None else start_lr
    return start_lr, start_lr / 1e4 if end_lr is None else end_lr


@exercise.accepts("a sine squared between the corners")
def sine_squared(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(
        peak_lr, total_steps, rise, start, end, wave=lambda x: math.sin(math.pi * x / 2) ** 2
    )


@exercise.accepts("np.interp finds the phase")
def interpolated(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    import numpy as np

    start, end = with_defaults(peak_lr, start_lr, end_lr)
    corners = [0, rise * total_steps - 1, total_steps - 1]

    def schedule(step):
        phase = np.interp(step, corners, [0, 1, 2])
        foot = start if phase <= 1 else end
        return foot + (peak_lr - foot) * (1 - np.cos(np.pi * phase)) / 2

    return schedule


@exercise.mistake("begins at 0, whatever start_lr says", caught_by=begins_at_the_start)
def begins_at_zero(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    _, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, 0.0, end)


@exercise.mistake(
    "begins at the peak and only goes down: a cosine decay", caught_by=begins_at_the_start
)
def only_goes_down(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    return by_parts(peak_lr, total_steps, rise, peak_lr, end_lr or 0.0)


@exercise.mistake(
    "begins at a 25th of the peak although start_lr is given", caught_by=begins_at_the_start
)
def ignores_start_lr(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    return one_cycle(peak_lr, total_steps, rise, None, end_lr)


@exercise.mistake(
    "peaks one step late, at rise * total_steps: steps count from 0",
    caught_by=peaks_where_the_rise_is_over,
)
def peaks_one_step_late(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, top=rise * total_steps)


@exercise.mistake(
    "peaks at rise * (total_steps - 1): near, but not where PyTorch has it",
    caught_by=peaks_where_the_rise_is_over,
)
def peaks_between_the_steps(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, top=rise * (total_steps - 1))


@exercise.mistake("goes as long up as down", caught_by=peaks_where_the_rise_is_over)
def rises_for_half_the_run(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, top=total_steps / 2 - 1)


@exercise.mistake(
    "is still a step from the end at the last step: it ends at total_steps, which is no step of "
    "the run",
    caught_by=ends_at_the_last_step,
)
def ends_one_step_late(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, last=total_steps)


@exercise.mistake(
    "has not arrived at the end: it divides the way down by the steps of the whole run",
    caught_by=ends_at_the_last_step,
)
def divides_by_the_whole_run(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    top = rise * total_steps - 1
    return by_parts(peak_lr, total_steps, rise, start, end, last=top + total_steps - 1)


@exercise.mistake(
    "has not arrived at the end: it divides the way down by total_steps",
    caught_by=ends_at_the_last_step,
)
def divides_by_total_steps(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    top = rise * total_steps - 1
    return by_parts(peak_lr, total_steps, rise, start, end, last=top + total_steps)


@exercise.mistake(
    "is down too early: it divides the way down by the steps of the way up",
    caught_by=follows_half_waves,
)
def divides_by_the_way_up(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, last=2 * (rise * total_steps - 1))


@exercise.mistake("goes down to 0, whatever end_lr says", caught_by=ends_at_the_last_step)
def ends_at_zero(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, _ = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, 0.0)


@exercise.mistake(
    "goes down to start_lr again, as a triangle does", caught_by=ends_at_the_last_step
)
def ends_where_it_began(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, _ = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, start)


@exercise.mistake(
    "measures the way down from step 0 and not from the peak", caught_by=follows_half_waves
)
def measures_from_zero(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    cycle, last = one_cycle(peak_lr, total_steps, rise, start, end), total_steps - 1

    def schedule(step):
        if step <= rise * total_steps - 1:
            return cycle(step)
        return end + (peak_lr - end) * (1 + math.cos(math.pi * min(step / last, 1))) / 2

    return schedule


@exercise.mistake(
    "is at the end one step early: its way down is a step too short", caught_by=follows_half_waves
)
def arrives_one_step_early(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, last=total_steps - 2)


@exercise.mistake("goes up and down in straight lines", caught_by=follows_half_waves)
def follows_straight_lines(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, wave=lambda done: done)


@exercise.mistake(
    "goes up in a straight line, and down along the wave", caught_by=follows_half_waves
)
def climbs_in_a_straight_line(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    line = by_parts(peak_lr, total_steps, rise, start, end, wave=lambda done: done)
    wave = by_parts(peak_lr, total_steps, rise, start, end)
    return lambda step: line(step) if step <= rise * total_steps - 1 else wave(step)


@exercise.mistake(
    "takes a quarter of a cosine wave, steep at one end: the formula has (1 + cos) / 2",
    caught_by=follows_half_waves,
)
def follows_quarter_waves(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(
        peak_lr, total_steps, rise, start, end, wave=lambda done: 1 - math.cos(math.pi * done / 2)
    )


@exercise.mistake("always rises for 0.3 of the run", caught_by=follows_half_waves)
def ignores_rise(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    return one_cycle(peak_lr, total_steps, 0.3, start_lr, end_lr)


@exercise.mistake("rises for at most a third of the run", caught_by=rises_for_another_part)
def rises_for_a_third_at_most(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    return one_cycle(peak_lr, total_steps, min(rise, 1 / 3), start_lr, end_lr)


@exercise.mistake("begins at a tenth of the peak where a 25th is asked for", caught_by=has_low_ends)
def begins_at_a_tenth(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start_lr = peak_lr / 10 if start_lr is None else start_lr
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr)


@exercise.mistake(
    "ends at a 10,000th of the peak: it is a 10,000th of the rate at step 0", caught_by=has_low_ends
)
def ends_at_a_part_of_the_peak(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    end_lr = peak_lr / 1e4 if end_lr is None else end_lr
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr)


@exercise.mistake("ends at 0 where no end_lr is given", caught_by=has_low_ends)
def ends_at_zero_by_default(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    end_lr = 0.0 if end_lr is None else end_lr
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr)


@exercise.mistake(
    "ends at a part of the 25th although another start_lr is given", caught_by=has_low_ends
)
def ends_at_a_part_of_the_default(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    end_lr = peak_lr / 25 / 1e4 if end_lr is None else end_lr
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr)


@exercise.mistake(
    "takes a given 0 for nothing given, as `end_lr or ...` and `if not end_lr` do",
    caught_by=takes_zero_for_zero,
)
def takes_zero_for_none(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start_lr = start_lr or peak_lr / 25
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr or start_lr / 1e4)


@exercise.mistake(
    "takes a given end_lr of 0 for nothing given, as `end_lr or ...` does",
    caught_by=takes_zero_for_zero,
)
def takes_zero_end_for_none(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start_lr = peak_lr / 25 if start_lr is None else start_lr
    return one_cycle(peak_lr, total_steps, rise, start_lr, end_lr or start_lr / 1e4)


@exercise.mistake("rises again after the last step, as a cosine does", caught_by=stays_down)
def rises_again(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    top, last = rise * total_steps - 1, total_steps - 1
    wave = by_parts(peak_lr, total_steps, rise, start, end)

    def schedule(step):
        done = (step - top) / (last - top)
        return (
            wave(step)
            if step < last
            else end + (peak_lr - end) * (1 + math.cos(math.pi * done)) / 2
        )

    return schedule


@exercise.mistake("begins a second cycle after the last step", caught_by=stays_down)
def begins_again(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    wave = by_parts(peak_lr, total_steps, rise, start, end)
    return lambda step: wave(step % total_steps)


@exercise.mistake(
    "rounds the step of the peak to a whole one", caught_by=may_peak_between_two_steps
)
def rounds_the_peak(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(peak_lr, total_steps, rise, start, end, top=round(rise * total_steps) - 1)


@exercise.mistake(
    "cuts the step of the peak down to a whole one, as int and // do",
    caught_by=may_peak_between_two_steps,
)
def cuts_the_peak(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    top = math.floor(rise * total_steps + 1e-9) - 1
    return by_parts(peak_lr, total_steps, rise, start, end, top=top)


@exercise.mistake(
    "drops to the end after the peak and climbs again: the second wave is upside down",
    caught_by=ends_at_the_last_step,
)
def climbs_twice(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    down = by_parts(peak_lr, total_steps, rise, start, end)
    top = rise * total_steps - 1
    return lambda step: down(step) if step <= top else peak_lr + end - down(step)


@exercise.mistake(
    "goes in straight lines to a peak at rise * total_steps", caught_by=peaks_where_the_rise_is_over
)
def peaks_late_in_straight_lines(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    return by_parts(
        peak_lr, total_steps, rise, start, end, top=rise * total_steps, wave=lambda done: done
    )


@exercise.mistake("has the rate 0 after the last step, and not end_lr", caught_by=stays_down)
def drops_to_zero(peak_lr, total_steps, rise=0.3, start_lr=None, end_lr=None):
    start, end = with_defaults(peak_lr, start_lr, end_lr)
    wave = by_parts(peak_lr, total_steps, rise, start, end)
    return lambda step: wave(step) if step < total_steps else 0.0
