"""A power of the time that is left. With power 1 the rate falls along a straight line; with 2 along
half a parabola that ends level, so that the last steps are small ones. torch calls it
`PolynomialLR`.

**Predict first.** The rate falls from 1 to 0 over 100 steps with power 2. At half time it is 1/2,
1/4 or 3/4?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.exercises.lesson08.step_decay import has_rates
from lrcourse.inputs import in_words

exercise = Exercise("polynomial_decay", points=1, minutes=8, core=False)


@exercise.solution
def polynomial_decay(peak_lr, total_steps, end_lr=0.0, power=2.0):
    """Return a schedule: a function that takes a step, 0 or more, and returns its rate.

    peak_lr      the rate of step 0: a number, or an array with one rate for each run
    total_steps  the step at which the rate has come down to `end_lr`
    end_lr       the rate at the end, and at every step after it
    power        to which power the part of the time that is left is raised, above 0

    The fall, `peak_lr - end_lr`, is multiplied by (part of the time that is left) ** `power`, and
    `end_lr` is added. The schedule keeps no memory. Where `peak_lr` is an array, every rate that it
    returns is an array as long.
    """

    # solution: four lines
    def schedule(step):
        left = max(1 - step / total_steps, 0)
        return end_lr + (peak_lr - end_lr) * left**power

    return schedule


exercise.hints = [
    "Which part of the time is left at step 0, at half time, at the end and after it?",
    "`1 - step / total_steps` is the part that is left; it must not fall below 0. It is raised to "
    "the power, and scales the fall, `peak_lr - end_lr`.",
    "Inside `def schedule(step):` begin with `left = max(1 - step / total_steps, 0)`.",
]
exercise.turned_out = "1/4: half of the time is left, and a half squared is a quarter."


def fall(rng):
    """Return a peak, an even total, an end and a power, at which no two mistakes meet."""
    total = 4 * int(rng.integers(3, 7))
    return rng.integers(5, 9) / 10, total, rng.integers(1, 4) / 20, float(rng.integers(3, 5))


@exercise.check("Step 0 has the whole rate, also where the end is not 0.")
def begins_at_the_peak(polynomial_decay, rng):
    peak_lr, total, end_lr, power = fall(rng)
    assert has_rates(polynomial_decay(peak_lr, total), [0], [peak_lr])
    assert has_rates(polynomial_decay(peak_lr, total, end_lr, power), [0], [peak_lr])


@exercise.check("At step total_steps the rate has come down to end_lr: to 0 unless told otherwise.")
def ends_at_the_end(polynomial_decay, rng):
    peak_lr, total, end_lr, power = fall(rng)
    assert has_rates(polynomial_decay(peak_lr, total), [total], [0])
    assert has_rates(polynomial_decay(peak_lr, total, end_lr, power), [total], [end_lr])


@exercise.check("At half time a half to the power is left of the fall.")
def raises_what_is_left(polynomial_decay, rng):
    peak_lr, total, end_lr, power = fall(rng)
    schedule = polynomial_decay(peak_lr, total, end_lr, power)
    wanted = [end_lr + (peak_lr - end_lr) * part**power for part in (0.5, 0.25)]
    assert has_rates(schedule, [total // 2, 3 * total // 4], wanted), (
        f"The power is {power:g}, and the steps asked for are half and three quarters of {total}."
    )


@exercise.check("After the end it stays at end_lr, whatever the power.")
def stays_at_the_end(polynomial_decay, rng):
    peak_lr, total, end_lr, power = fall(rng)
    asked = [total + 1, 2 * total, 5 * total]
    for each in (power, 2.0, 0.5):
        schedule = polynomial_decay(peak_lr, total, end_lr, each)
        assert has_rates(schedule, asked, [end_lr] * 3), (
            f"The power is {each:g}; the steps asked for are {in_words(asked)}, after {total}."
        )


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[{"total_steps": 1}, {"end_lr": 0.0}, {"power": 1.0}, {"power": 0.5}],
    asked=lambda given: [3, 4 * given["total_steps"] + 1, 0],
    few=2,
)
def allowed(rng, shape):
    return {
        "peak_lr": rng.uniform(0.5, 1.5, size=shape),
        "total_steps": int(rng.integers(2, 30)),
        "end_lr": rng.uniform(0.0, 0.2),
        "power": rng.uniform(0.5, 4.0),
    }


@exercise.picture(xlabel="step", ylabel="rate")
def to_the_end_and_after(polynomial_decay):
    schedule = polynomial_decay(0.5, 30, 0.05, 2.0)
    return range(40), [float(schedule(step)) for step in range(40)]


@exercise.accepts("an if after the end")
def by_an_if(peak_lr, total_steps, end_lr=0.0, power=2.0):
    def schedule(step):
        if step >= total_steps:
            return end_lr + 0 * peak_lr
        return end_lr + (peak_lr - end_lr) * (1 - step / total_steps) ** power

    return schedule


@exercise.accepts("a mean of both ends, weighted")
def by_a_mean(peak_lr, total_steps, end_lr=0.0, power=2.0):
    def schedule(step):
        weight = np.clip((total_steps - step) / total_steps, 0, 1) ** power
        return weight * peak_lr + (1 - weight) * end_lr

    return schedule


def schedule_of(formula):
    """Make a wrong answer of ``formula(left, peak_lr, end_lr, power)``; ``left`` stops at 0."""

    def answer(peak_lr, total_steps, end_lr=0.0, power=2.0):
        def schedule(step):
            return formula(max(1 - step / total_steps, 0), peak_lr, end_lr, power)

        return schedule

    return answer


exercise.mistake("raises what is done, and rises", caught_by=begins_at_the_peak)(
    schedule_of(
        lambda left, peak_lr, end_lr, power: end_lr + (peak_lr - end_lr) * (1 - left) ** power
    )
)
exercise.mistake(
    "adds the end to the whole rate: it begins too high", caught_by=begins_at_the_peak
)(schedule_of(lambda left, peak_lr, end_lr, power: end_lr + peak_lr * left**power))
exercise.mistake("raises the rate to the power as well: brackets", caught_by=begins_at_the_peak)(
    schedule_of(lambda left, peak_lr, end_lr, power: end_lr + ((peak_lr - end_lr) * left) ** power)
)
exercise.mistake("ignores end_lr", caught_by=ends_at_the_end)(
    schedule_of(lambda left, peak_lr, end_lr, power: peak_lr * left**power)
)
exercise.mistake("ignores the power: a straight line", caught_by=raises_what_is_left)(
    schedule_of(lambda left, peak_lr, end_lr, power: end_lr + (peak_lr - end_lr) * left)
)
exercise.mistake("multiplies by the power instead of raising to it", caught_by=raises_what_is_left)(
    schedule_of(
        lambda left, peak_lr, end_lr, power: end_lr + (peak_lr - end_lr) * min(left * power, 1)
    )
)
exercise.mistake(
    "takes away what is done to the power: level at first, steep at the end",
    caught_by=raises_what_is_left,
)(
    schedule_of(
        lambda left, peak_lr, end_lr, power: end_lr + (peak_lr - end_lr) * (1 - (1 - left) ** power)
    )
)


@exercise.mistake(
    "comes up again after the end: an even power of what is below 0", caught_by=stays_at_the_end
)
def rises_after_the_end(peak_lr, total_steps, end_lr=0.0, power=2.0):
    return lambda step: end_lr + (peak_lr - end_lr) * abs(1 - step / total_steps) ** power
