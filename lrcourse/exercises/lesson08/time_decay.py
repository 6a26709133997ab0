"""One over time. Divide the rate by 1 at the start, by 2 a while later, by 3 after as long again.
Robbins and Monro (1951) asked for such rates: their sum has no bound, so that any distance can be
travelled, and the sum of their squares has one, so that the noise dies out.

**Predict first.** The rate begins at 1 and is halved after 100 steps. After 900 steps, what is left
of it: 1/10, 1/20 or 1/512?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.exercises.lesson08.step_decay import has_rates
from lrcourse.inputs import in_words

exercise = Exercise("time_decay", points=1, minutes=6, core=False)


@exercise.solution
def time_decay(peak_lr, timescale):
    """Return a schedule: a function that takes a step, 0 or more, and returns its rate.

    peak_lr    the rate of step 0: a number, or an array with one rate for each run
    timescale  the step at which half of it is left, above 0; a third is left at twice that step

    The schedule keeps no memory: the same step has the same rate, whatever was asked before.
    """

    # solution: three lines
    def schedule(step):
        return peak_lr / (1 + step / timescale)

    return schedule


exercise.hints = [
    "By what is the rate divided at step 0, at step `timescale`, at step `2 * timescale`?",
    "The number that divides grows along a straight line: 1, 2, 3 where the step is 0, 1, 2 times "
    "`timescale`.",
    "Start with `def schedule(step):`, indented, and end with `return schedule`.",
]
exercise.turned_out = (
    "1/10: 900 steps are nine timescales, and 1 + 9 is 10. A rate that is halved again and again "
    "would be at 1/512."
)


def fall(rng):
    """Return a peak and a timescale at which no two mistakes meet."""
    return rng.integers(2, 9) / 10, int(rng.integers(5, 9))


@exercise.check("Step 0 has the whole rate.")
def begins_at_the_peak(time_decay, rng):
    peak_lr, timescale = fall(rng)
    assert has_rates(time_decay(peak_lr, timescale), [0], [peak_lr])


@exercise.check("At step timescale half of it is left.")
def is_half_after_the_timescale(time_decay, rng):
    peak_lr, timescale = fall(rng)
    assert has_rates(time_decay(peak_lr, timescale), [timescale], [peak_lr / 2]), (
        f"The timescale is {timescale}, and so is the step."
    )


@exercise.check("At twice the timescale a third is left, at nine times a tenth, and so on.")
def goes_on_as_one_over_time(time_decay, rng):
    peak_lr, timescale = fall(rng)
    asked = [2 * timescale, 9 * timescale, 99 * timescale]
    wanted = [peak_lr / 3, peak_lr / 10, peak_lr / 100]
    assert has_rates(time_decay(peak_lr, timescale), asked, wanted), (
        f"The timescale is {timescale}; the steps asked for are {in_words(asked)}."
    )


@exercise.check("It falls at every step in between, and keeps no memory.")
def falls_at_every_step(time_decay, rng):
    peak_lr, timescale = fall(rng)
    asked = [3, 1, 4, 1]
    wanted = [peak_lr * timescale / (timescale + step) for step in asked]
    assert has_rates(time_decay(peak_lr, timescale), asked, wanted), (
        f"The steps asked for are {in_words(asked)}, in this order."
    )


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[{"timescale": 1}, {"timescale": 0.5}],
    asked=lambda given: [3, 1000, 0, 1, 3],
    few=2,
)
def allowed(rng, shape):
    return {"peak_lr": rng.uniform(0.5, 1.5, size=shape), "timescale": int(rng.integers(2, 50))}


@exercise.picture(xlabel="step", ylabel="rate")
def over_sixty_steps(time_decay):
    schedule = time_decay(0.5, 12)
    return range(60), [float(schedule(step)) for step in range(60)]


@exercise.accepts("the timescale over what has passed")
def by_one_fraction(peak_lr, timescale):
    return lambda step: peak_lr * timescale / (timescale + step)


@exercise.accepts("a power of -1")
def by_a_power(peak_lr, timescale):
    def schedule(step):
        return peak_lr * (1.0 + step / timescale) ** -1.0

    return schedule


def schedule_of(formula):
    """Make a wrong answer of ``formula(step, peak_lr, timescale)``."""

    def answer(peak_lr, timescale):
        def schedule(step):
            return formula(step, peak_lr, timescale)

        return schedule

    return answer


exercise.mistake("leaves out the 1: step 0 divides by nothing", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, timescale: peak_lr / np.maximum(step / timescale, 1e-9))
)
exercise.mistake("counts steps from 1", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, timescale: peak_lr / (1 + (step + 1) / timescale))
)
exercise.mistake(
    "multiplies the step by the timescale where it divides", caught_by=is_half_after_the_timescale
)(schedule_of(lambda step, peak_lr, timescale: peak_lr / (1 + step * timescale)))
exercise.mistake(
    "divides by 1 plus the step: brackets round the wrong sum",
    caught_by=is_half_after_the_timescale,
)(
    schedule_of(
        lambda step, peak_lr, timescale: peak_lr / ((timescale + step / timescale) / timescale)
    )
)
exercise.mistake(
    "takes the same amount away at every step, down to nothing", caught_by=goes_on_as_one_over_time
)(schedule_of(lambda step, peak_lr, timescale: peak_lr * np.maximum(1 - step / timescale / 2, 0)))
exercise.mistake(
    "halves again and again: that is an exponential decay", caught_by=goes_on_as_one_over_time
)(schedule_of(lambda step, peak_lr, timescale: peak_lr * 0.5 ** (step / timescale)))
exercise.mistake("divides whole numbers with //: a staircase", caught_by=falls_at_every_step)(
    schedule_of(lambda step, peak_lr, timescale: peak_lr / (1 + step // timescale))
)


@exercise.mistake(
    "divides the rate it gave last, whichever step is asked for", caught_by=falls_at_every_step
)
def remembers(peak_lr, timescale):
    lr, at = peak_lr, 0

    def schedule(step):
        nonlocal lr, at
        while at < step:
            at += 1
            lr = peak_lr / (1 + at / timescale)
        return lr

    return schedule
