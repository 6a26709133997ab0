"""A straight line on log paper. Multiply the rate by the same factor after every step, and its
logarithm falls along a straight line. The library's schedules take a whole array of steps as well,
so that a curve is one call, `schedule(np.arange(100))`. Write one that can do both.

**Predict first.** The rate begins at 1 and is multiplied by 0.99 after every step. After how many
steps is about a half of it left: 7, 50, 69 or 500?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close
from lrcourse.exercises.lesson08.step_decay import has_rates
from lrcourse.inputs import in_words

exercise = Exercise("exponential_decay", points=1, minutes=8, core=False)


@exercise.solution
def exponential_decay(peak_lr, factor):
    """Return a schedule: a function that takes a step, 0 or more, and returns its rate.

    peak_lr  the rate of step 0: a number, or an array with one rate for each run
    factor   what the rate is multiplied by after every step

    The schedule takes one step, or an array of whole steps in any order and any shape. Numbers
    and arrays go together by NumPy's rules: `schedule(steps[:, np.newaxis])` for an array of 5
    rates and 3 steps is `[3, 5]`. It keeps no memory, and changes no array that it is given.
    """

    # solution: three lines
    def schedule(step):
        return peak_lr * factor**step

    return schedule


exercise.hints = [
    "How often has the rate been multiplied before step 0, step 1, step 7?",
    "NumPy raises a number to each power of an array: `0.5 ** np.arange(3)`. No loop is needed.",
    "Start with `def schedule(step):`, indented, and end with `return schedule`.",
]
exercise.turned_out = (
    "69: 0.99 to the power 69 is 0.4998. Logarithms say so: ln 0.5 / ln 0.99 = 68.97."
)


def curve(schedule, steps):
    """Return what the schedule says about an array of steps."""
    if not callable(schedule):
        raise Unfit("Return a function that takes a step: its name, without brackets behind it.")
    return schedule(steps)


def fall(rng):
    """Return a peak and a factor."""
    return rng.integers(2, 9) / 10, rng.choice([0.6, 0.7, 0.9])


@exercise.check("Step 0 has the whole rate.")
def begins_at_the_peak(exponential_decay, rng):
    peak_lr, factor = fall(rng)
    assert has_rates(exponential_decay(peak_lr, factor), [0], [peak_lr])


@exercise.check("Every step after it has the rate of the step before, times factor.")
def multiplies_at_every_step(exponential_decay, rng):
    peak_lr, factor = fall(rng)
    wanted = [peak_lr * factor, peak_lr * factor**2, peak_lr * factor**7]
    assert has_rates(exponential_decay(peak_lr, factor), [1, 2, 7], wanted), (
        "The steps asked for are 1, 2 and 7."
    )


@exercise.check("It keeps no memory: asked in another order, or twice, a step has the same rate.")
def keeps_no_memory(exponential_decay, rng):
    peak_lr, factor = fall(rng)
    asked = [3, 0, 2, 3, 1]
    wanted = [peak_lr * factor**step for step in asked]
    assert has_rates(exponential_decay(peak_lr, factor), asked, wanted), (
        f"The steps asked for are {in_words(asked)}, in this order."
    )


@exercise.check("An array of steps, in any order, gives an array of their rates.")
def takes_many_steps(exponential_decay, rng):
    peak_lr, factor = fall(rng)
    steps = np.array([3, 0, 2, 9])
    wanted = [peak_lr * factor**step for step in (3, 0, 2, 9)]
    assert close(curve(exponential_decay(peak_lr, factor), steps.copy()), wanted)


@exercise.check("Two runs and three steps make a table of three rows and two columns.")
def takes_many_runs(exponential_decay, rng):
    peaks, factor = rng.permutation([0.2, 0.5, 0.8])[:2], 0.5
    schedule = exponential_decay(peaks.copy(), factor)
    table = curve(schedule, np.array([[0], [1], [3]]))
    assert close(table, [peaks, peaks / 2, peaks / 8])
    assert close(curve(schedule, 0), peaks)


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[{"factor": 1.0}],
    asked=lambda given: [3, 0, np.array([[4], [0], [2]]), np.array([[[7]]]), 3],
)
def allowed(rng, shape):
    return {"peak_lr": rng.uniform(0.5, 1.5, size=shape), "factor": rng.uniform(0.5, 0.95)}


@exercise.picture(xlabel="step", ylabel="rate")
def over_forty_steps(exponential_decay):
    schedule = exponential_decay(0.5, 0.93)
    return range(40), [float(schedule(step)) for step in range(40)]


@exercise.accepts("the number e and a logarithm")
def by_e(peak_lr, factor):
    return lambda step: peak_lr * np.exp(np.log(factor) * np.asarray(step))


@exercise.accepts("np.power and np.multiply")
def by_numpy(peak_lr, factor):
    def schedule(step):
        return np.multiply(peak_lr, np.power(float(factor), step))

    return schedule


def schedule_of(formula):
    """Make a wrong answer of ``formula(step, peak_lr, factor)``."""

    def answer(peak_lr, factor):
        def schedule(step):
            return formula(step, peak_lr, factor)

        return schedule

    return answer


exercise.mistake("multiplies before step 0 already", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, factor: peak_lr * factor ** (step + 1))
)
exercise.mistake("returns the factor's power without the peak", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, factor: factor**step)
)
exercise.mistake(
    "multiplies by the step where a power belongs: 0 at step 0", caught_by=begins_at_the_peak
)(schedule_of(lambda step, peak_lr, factor: peak_lr * factor * step))
exercise.mistake(
    "takes the factor for a speed: e to the power -factor times step",
    caught_by=multiplies_at_every_step,
)(schedule_of(lambda step, peak_lr, factor: peak_lr * np.exp(-factor * step)))
exercise.mistake(
    "takes the factor away from 1: 0.9 leaves 90 %, it does not take them",
    caught_by=multiplies_at_every_step,
)(schedule_of(lambda step, peak_lr, factor: peak_lr * (1 - factor) ** step))
exercise.mistake("takes the same amount away at every step", caught_by=multiplies_at_every_step)(
    schedule_of(lambda step, peak_lr, factor: peak_lr * (1 - (1 - factor) * step))
)
exercise.mistake(
    "divides by the factor, so that the rate climbs", caught_by=multiplies_at_every_step
)(schedule_of(lambda step, peak_lr, factor: peak_lr / factor**step))
exercise.mistake("multiplies once and never again", caught_by=multiplies_at_every_step)(
    schedule_of(lambda step, peak_lr, factor: peak_lr * np.where(np.equal(step, 0), 1, factor))
)
exercise.mistake(
    "raises the peak to the power as well: brackets", caught_by=multiplies_at_every_step
)(schedule_of(lambda step, peak_lr, factor: peak_lr * (peak_lr * factor) ** step))
exercise.mistake(
    "loops over the steps with range, which takes no array", caught_by=takes_many_steps
)(schedule_of(lambda step, peak_lr, factor: peak_lr * np.prod([factor for _ in range(step)])))


exercise.mistake(
    "asks for len(step): a single step has no length, so use the step itself as the power",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda step, peak_lr, factor: [peak_lr * factor**i for i in range(len(step))]))
exercise.mistake(
    "asks an array without axes for its len: a single step has no length; the step is the power",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda step, peak_lr, factor: len(np.full(np.shape(step), peak_lr))))


@exercise.mistake(
    "multiplies the rate it gave last, whichever step is asked for", caught_by=keeps_no_memory
)
def remembers_the_last_rate(peak_lr, factor):
    lr, at = peak_lr, 0

    def schedule(step):
        nonlocal lr, at
        while np.ndim(step) == 0 and at < step:
            lr, at = lr * factor, at + 1
        return lr

    return schedule


@exercise.mistake(
    "multiplies at every call, whichever step is asked for", caught_by=multiplies_at_every_step
)
def falls_with_every_call(peak_lr, factor):
    lr = peak_lr

    def schedule(step):
        nonlocal lr
        now, lr = lr, lr * factor
        return now

    return schedule


@exercise.mistake(
    "answers only for one step at a time, with an if or int()", caught_by=takes_many_steps
)
def answers_for_one_step(peak_lr, factor):
    return lambda step: peak_lr * factor ** int(step)


@exercise.mistake(
    "takes the steps of an array to be 0, 1, 2, ..., whatever they are", caught_by=takes_many_steps
)
def takes_steps_in_order(peak_lr, factor):
    def schedule(step):
        if np.ndim(step) == 0:
            return peak_lr * factor**step
        return np.cumprod([peak_lr] + [factor] * (len(step) - 1))

    return schedule


@exercise.mistake(
    "goes through the steps in a loop and returns one row for all of them",
    caught_by=takes_many_runs,
)
def flattens_the_steps(peak_lr, factor):
    def schedule(step):
        rates = [peak_lr * factor ** int(each) for each in np.ravel(step)]
        return np.ravel(rates) if np.ndim(step) else rates[0]

    return schedule


@exercise.mistake(
    "multiplies the array of rates in place, with *=: it has no room for a row for each step",
    caught_by=takes_many_runs,
)
def multiplies_in_place(peak_lr, factor):
    def schedule(step):
        lr = peak_lr
        lr *= factor**step
        return lr

    return schedule
