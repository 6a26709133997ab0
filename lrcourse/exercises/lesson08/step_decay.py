"""A staircase. The plainest way to lower a rate: keep it for a while, multiply it, keep it again.
You write it as a function that makes a function: `step_decay` is told the shape once and returns
the schedule, which is then asked for the rate of one step after the other. Steps count from 0.

**Predict first.** The rate begins at 1 and is halved after every 30 steps. Which step is the first
with rate 0.5: 29, 30 or 31?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close
from lrcourse.inputs import in_words

exercise = Exercise("step_decay", points=1, minutes=10)


@exercise.solution
def step_decay(peak_lr, steps_per_drop, factor=0.1):
    """Return a schedule: a function that takes a step, 0 or more, and returns its rate.

    peak_lr         the rate of step 0: a number, or an array with one rate for each run
    steps_per_drop  how many steps keep a rate before it is multiplied
    factor          what the rate is multiplied by at every drop

    The schedule keeps no memory: the same step has the same rate, whatever was asked before.
    """

    # solution: three lines
    def schedule(step):
        return peak_lr * factor ** (step // steps_per_drop)

    return schedule


exercise.hints = [
    "How many drops lie behind you at step 29, at step 30, at step 60?",
    "`step // steps_per_drop` divides and leaves out what is behind the point. The rate is "
    "multiplied once for each drop.",
    "Start with `def schedule(step):`, indented, and end with `return schedule`.",
]
exercise.turned_out = (
    "30. Steps count from 0, so the 30 steps that keep the first rate are the steps 0 to 29."
)


def ask(schedule, steps):
    """Return the rates of ``steps``, asked one after the other in this order."""
    if not callable(schedule):
        raise Unfit("Return a function that takes a step: its name, without brackets behind it.")
    return [schedule(int(step)) for step in steps]


def has_rates(schedule, steps, wanted):
    """Whether the rates of ``steps``, asked in this order, are ``wanted``. The first that is not is
    asked for once more, so that it is the one a card shows."""
    seen = ask(schedule, steps)
    if close(seen, wanted):
        return True
    differs = ~np.isclose(seen, wanted).reshape(len(seen), -1).all(axis=1)
    schedule(int(steps[int(differs.argmax())]))
    return False


def stairs(rng):
    """Return a peak, a count of steps and a factor at which no two mistakes meet."""
    return rng.integers(2, 9) / 10, int(rng.integers(5, 9)), rng.choice([0.35, 0.65, 0.75])


@exercise.check("Step 0 has the whole rate.")
def begins_at_the_peak(step_decay, rng):
    peak_lr, steps, factor = stairs(rng)
    assert has_rates(step_decay(peak_lr, steps, factor), [0], [peak_lr])


@exercise.check("The rate stays the same down to the last step of the stair.")
def keeps_the_rate_on_a_stair(step_decay, rng):
    peak_lr, steps, factor = stairs(rng)
    asked = [0, 1, steps // 2 + 1, steps - 1]
    assert has_rates(step_decay(peak_lr, steps, factor), asked, [peak_lr] * 4), (
        f"The steps 0 to {steps - 1} all have the rate {peak_lr}."
    )


@exercise.check("On the second stair the rate is multiplied once, from its first step to its last.")
def drops_once_on_the_second_stair(step_decay, rng):
    peak_lr, steps, factor = stairs(rng)
    asked = [steps, steps + 1, 2 * steps - 1]
    assert has_rates(step_decay(peak_lr, steps, factor), asked, [peak_lr * factor] * 3), (
        f"The steps {steps} to {2 * steps - 1} all have {peak_lr} times {factor}."
    )


@exercise.check("Each further stair is multiplied once more.")
def goes_on_dropping(step_decay, rng):
    peak_lr, steps, factor = stairs(rng)
    wanted = peak_lr * factor ** np.repeat(np.arange(5), steps)
    assert has_rates(step_decay(peak_lr, steps, factor), range(5 * steps), wanted), (
        "All steps were asked for in order; this is the first whose rate is not that of its stair."
    )


@exercise.check("Whoever names no factor gets a tenth at every drop.")
def divides_by_ten_if_not_told(step_decay, rng):
    peak_lr, steps, _ = stairs(rng)
    assert has_rates(step_decay(peak_lr, steps), [0, steps], [peak_lr, peak_lr / 10])


@exercise.check("It keeps no memory: asked in another order, or twice, a step has the same rate.")
def keeps_no_memory(step_decay, rng):
    peak_lr, steps, factor = stairs(rng)
    asked = [2 * steps, 0, steps, 2 * steps, 1]
    wanted = [peak_lr * factor**drops for drops in (2, 0, 1, 2, 0)]
    assert has_rates(step_decay(peak_lr, steps, factor), asked, wanted), (
        f"The steps asked for are {in_words(asked)}, in this order."
    )


@exercise.check("With one rate for each run there is one for each run at every step.")
def takes_one_rate_for_each_run(step_decay, rng):
    peaks, steps, factor = rng.integers(2, 9, size=3) / 10, 4, 0.5
    schedule = step_decay(peaks.copy(), steps, factor)
    assert has_rates(schedule, [8, 4, 0], [peaks / 4, peaks / 2, peaks]), (
        "The steps asked for are 8, 4 and 0, in this order."
    )


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[{"steps_per_drop": 1}, {"factor": 1.0}, {"factor": 0.0}],
    asked=lambda given: [3 * given["steps_per_drop"] + k for k in (-1, 1, 0)] + [0, 5, 0],
    few=2,
)
def allowed(rng, shape):
    peak_lr, factor = rng.uniform(0.5, 1.5, size=shape), rng.uniform(0.2, 0.9)
    return {"peak_lr": peak_lr, "steps_per_drop": int(rng.integers(3, 9)), "factor": factor}


@exercise.picture(xlabel="step", ylabel="rate")
def three_stairs(step_decay):
    steps = np.arange(40)
    return steps, np.array(ask(step_decay(1.0, 10, 0.5), steps))


@exercise.accepts("a loop over the drops")
def multiplies_in_a_loop(peak_lr, steps_per_drop, factor=0.1):
    def schedule(step):
        lr = peak_lr
        while step >= steps_per_drop:
            lr = lr * factor
            step -= steps_per_drop
        return lr

    return schedule


@exercise.accepts("a nameless function and int()")
def in_one_line(peak_lr, steps_per_drop, factor=0.1):
    return lambda step: np.multiply(peak_lr, factor ** int(step / steps_per_drop))


def schedule_of(formula):
    """Make a wrong answer of ``formula(step, peak_lr, steps_per_drop, factor)``."""

    def answer(peak_lr, steps_per_drop, factor=0.1):
        def schedule(step):
            return formula(step, peak_lr, steps_per_drop, factor)

        return schedule

    return answer


exercise.mistake("drops at step 0 already, before any step", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** (step // n + 1))
)
exercise.mistake(
    "counts steps from 1: (step - 1) // steps_per_drop is -1 at step 0",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** ((step - 1) // n)))
exercise.mistake(
    "multiplies by the number of drops, where it should multiply once for each: at step 0 that "
    "is 0",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor * (step // n)))
exercise.mistake("returns the factor alone, without the peak", caught_by=begins_at_the_peak)(
    schedule_of(lambda step, peak_lr, n, factor: factor ** (step // n))
)
exercise.mistake(
    "slides down instead of stepping: / gives parts of a drop, // whole ones",
    caught_by=keeps_the_rate_on_a_stair,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** (step / n)))
exercise.mistake(
    "multiplies at every step, as exponential decay does (or has % for //)",
    caught_by=keeps_the_rate_on_a_stair,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor**step))
exercise.mistake(
    "rounds the number of drops, so that it drops in the middle of a stair",
    caught_by=keeps_the_rate_on_a_stair,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** round(step / n)))
exercise.mistake(
    "rounds the number of drops up: it drops at step 1", caught_by=keeps_the_rate_on_a_stair
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** (-(-step // n))))
exercise.mistake(
    "counts steps from 1, and so drops one step early", caught_by=keeps_the_rate_on_a_stair
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** ((step + 1) // n)))
exercise.mistake(
    "drops one step late, with > where >= belongs", caught_by=drops_once_on_the_second_stair
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor ** (max(step - 1, 0) // n)))
exercise.mistake(
    "bounces back: it drops at the step that divides evenly and returns to the peak after it",
    caught_by=drops_once_on_the_second_stair,
)(
    schedule_of(
        lambda step, peak_lr, n, factor: (
            peak_lr * factor ** (step // n) if step % n == 0 else peak_lr
        )
    )
)
exercise.mistake(
    "uses a tenth, or another number of its own, whatever factor is given",
    caught_by=drops_once_on_the_second_stair,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * 0.1 ** (step // n)))
exercise.mistake(
    "takes the factor away from 1: a factor of 0.3 leaves 30 %, it does not take them",
    caught_by=drops_once_on_the_second_stair,
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * (1 - factor) ** (step // n)))
exercise.mistake(
    "divides by the factor, so that the rate climbs", caught_by=drops_once_on_the_second_stair
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr / factor ** (step // n)))
exercise.mistake("never drops", caught_by=drops_once_on_the_second_stair)(
    schedule_of(lambda step, peak_lr, n, factor: peak_lr)
)
exercise.mistake("drops once and never again", caught_by=goes_on_dropping)(
    schedule_of(lambda step, peak_lr, n, factor: peak_lr * factor if step >= n else peak_lr)
)
exercise.mistake(
    "takes the same amount away at every drop, down to below 0", caught_by=goes_on_dropping
)(schedule_of(lambda step, peak_lr, n, factor: peak_lr * (1 - (1 - factor) * (step // n))))
exercise.mistake(
    "drops at every step from the second stair on, and not once a stair",
    caught_by=drops_once_on_the_second_stair,
)(
    schedule_of(
        lambda step, peak_lr, n, factor: peak_lr * factor ** (step - n + 1 if step >= n else 0)
    )
)


@exercise.mistake("halves the rate if no factor is named", caught_by=divides_by_ten_if_not_told)
def halves_if_not_told(peak_lr, steps_per_drop, factor=0.5):
    return step_decay(peak_lr, steps_per_drop, factor)


@exercise.mistake(
    "remembers its last rate and multiplies that, so that the answer depends on what was asked "
    "before",
    caught_by=keeps_no_memory,
)
def remembers_the_last_rate(peak_lr, steps_per_drop, factor=0.1):
    lr, drops = peak_lr, 0

    def schedule(step):
        nonlocal lr, drops
        while drops < step // steps_per_drop:
            lr, drops = lr * factor, drops + 1
        return lr

    return schedule


@exercise.mistake(
    "lowers the rate it keeps whenever it is asked for the first step of a stair: asked twice, it "
    "drops twice",
    caught_by=keeps_no_memory,
)
def drops_whenever_asked(peak_lr, steps_per_drop, factor=0.1):
    lr = peak_lr

    def schedule(step):
        nonlocal lr
        if step > 0 and step % steps_per_drop == 0:
            lr = lr * factor
        return lr

    return schedule


@exercise.mistake(
    "multiplies the array of rates in place: the next step begins with what is left",
    caught_by=takes_one_rate_for_each_run,
)
def multiplies_in_place(peak_lr, steps_per_drop, factor=0.1):
    def schedule(step):
        lr = peak_lr
        for _ in range(step // steps_per_drop):
            lr *= factor
        return lr

    return schedule
