"""Half a wave. Many recipes lower the rate along a cosine: slowly at first, fast
in the middle, slowly again at the end. The cosine of an angle from 0 to pi falls from 1 to -1; you
stretch and lift that half wave so that it falls from `peak_lr` to `end_lr`.

**Predict first.** The rate falls from 1 to 0 over 100 steps. After the first quarter, at step 25,
is it higher or lower than on a straight line, where it would be 0.75?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.exercises.lesson08.step_decay import ask, has_rates
from lrcourse.inputs import in_words

exercise = Exercise("cosine_decay", points=2, minutes=12)


@exercise.solution
def cosine_decay(peak_lr, total_steps, end_lr=0.0):
    """Return a schedule: a function that takes a step, 0 or more, and returns its rate.

    peak_lr      the rate of step 0: a number, or an array with one rate for each run
    total_steps  the step at which the rate has come down to `end_lr`
    end_lr       the rate at the end, and at every step after it

    In between, the rate follows half a cosine wave. The schedule keeps no memory. Where `peak_lr`
    is an array, every rate that it returns is an array as long.
    """

    # solution: four lines
    def schedule(step):
        done = min(step / total_steps, 1)
        return end_lr + (peak_lr - end_lr) * (1 + np.cos(np.pi * done)) / 2

    return schedule


exercise.hints = [
    "What does `(1 + np.cos(angle)) / 2` give for the angles 0, pi/2 and pi?",
    "The part of the way that is done, `step / total_steps`, must not grow beyond 1. The fall "
    "from `peak_lr` to `end_lr` is `peak_lr - end_lr` long.",
    "Inside `def schedule(step):` begin with `done = min(step / total_steps, 1)`.",
]
exercise.turned_out = (
    "higher: 0.854. The half wave begins level, so it lies above the straight line up to the "
    "middle and below it after that; both travel equally far in all."
)


def wave(rng):
    """Return a peak, a total that four divides, and an end, at which no two mistakes meet."""
    return rng.integers(4, 9) / 10, 4 * int(rng.integers(3, 7)), rng.integers(1, 4) / 20


@exercise.check("Step 0 has the whole rate, also where the end is not 0.")
def begins_at_the_peak(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    assert has_rates(cosine_decay(peak_lr, total), [0], [peak_lr])
    assert has_rates(cosine_decay(peak_lr, total, end_lr), [0], [peak_lr])


@exercise.check("At step total_steps the rate has come down to end_lr: to 0 unless told otherwise.")
def ends_at_the_end(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    assert has_rates(cosine_decay(peak_lr, total), [total], [0])
    assert has_rates(cosine_decay(peak_lr, total, end_lr), [total], [end_lr])


@exercise.check("At half time it is half-way between the two.")
def is_half_way_at_half_time(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    seen = ask(cosine_decay(peak_lr, total, end_lr), [total // 2])
    assert close(seen, [(peak_lr + end_lr) / 2]), (
        f"Step {total // 2} is half of {total}: the rate belongs half-way between {peak_lr} and "
        f"{end_lr}, at {(peak_lr + end_lr) / 2:.4g}."
    )


@exercise.check("It falls slowly, fast, slowly: 14.6 % of the fall lie in each outer quarter.")
def is_a_wave(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    high, low = (2 + np.sqrt(2)) / 4, (2 - np.sqrt(2)) / 4
    seen = ask(cosine_decay(peak_lr, total, end_lr), [total // 4, 3 * total // 4])
    assert close(seen, [end_lr + (peak_lr - end_lr) * part for part in (high, low)])


@exercise.check("After the end it stays at end_lr.")
def stays_at_the_end(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    asked = [total + 1, total + total // 2, 2 * total, 5 * total]
    assert has_rates(cosine_decay(peak_lr, total, end_lr), asked, [end_lr] * 4), (
        f"The steps asked for are {in_words(asked)}, all after the end at {total}."
    )


@exercise.check("It keeps no memory: asked in another order, or twice, a step has the same rate.")
def keeps_no_memory(cosine_decay, rng):
    peak_lr, total, end_lr = wave(rng)
    asked = [total, 0, total // 2, 0]
    wanted = [end_lr, peak_lr, (peak_lr + end_lr) / 2, peak_lr]
    assert has_rates(cosine_decay(peak_lr, total, end_lr), asked, wanted), (
        f"The steps asked for are {in_words(asked)}, in this order."
    )


@exercise.check("With one peak for each run there is one rate for each run.")
def takes_one_rate_for_each_run(cosine_decay, rng):
    peaks = rng.integers(4, 9, size=3) / 10
    schedule = cosine_decay(peaks.copy(), 8, 0.2)
    for step, wanted in ((8, [0.2] * 3), (4, (peaks + 0.2) / 2), (0, peaks)):
        assert close(schedule(step), wanted), f"Three rates belong at step {step}."


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[{"total_steps": 1}, {"end_lr": 0.0}, {"end_lr": 3.0}],
    asked=lambda given: [3, given["total_steps"], 0, 1, 4 * given["total_steps"] + 1, 3],
    few=2,
)
def allowed(rng, shape):
    peak_lr = rng.uniform(0.5, 1.5, size=shape)
    return {"peak_lr": peak_lr, "total_steps": int(rng.integers(7, 20)), "end_lr": 0.2}


@exercise.picture(xlabel="step", ylabel="rate")
def half_a_wave(cosine_decay):
    steps = np.arange(60)
    return steps, np.array(ask(cosine_decay(1.0, 40, 0.1), steps))


@exercise.accepts("the square of a quarter wave")
def squares_a_quarter_wave(peak_lr, total_steps, end_lr=0.0):
    def schedule(step):
        angle = np.pi / 2 * np.minimum(step, total_steps) / total_steps
        return peak_lr * np.cos(angle) ** 2 + end_lr * np.sin(angle) ** 2

    return schedule


@exercise.accepts("an if for the end")
def with_an_if(peak_lr, total_steps, end_lr=0.0):
    import math

    def schedule(step):
        if step >= total_steps:
            return end_lr + 0 * peak_lr
        return end_lr + 0.5 * (peak_lr - end_lr) * (1 + math.cos(math.pi * step / total_steps))

    return schedule


def schedule_of(formula):
    """Make a wrong answer of ``formula(done, peak_lr, end_lr)``, ``done`` running from 0 to 1."""

    def answer(peak_lr, total_steps, end_lr=0.0):
        def schedule(step):
            return formula(min(step / total_steps, 1), peak_lr, end_lr)

        return schedule

    return answer


exercise.mistake(
    "leaves out the half: 1 + cos goes from 2 down to 0", caught_by=begins_at_the_peak
)(schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.cos(np.pi * done))))
exercise.mistake(
    "adds end_lr to a wave that falls all the way from peak_lr to 0, and so starts above peak_lr",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda done, peak, end: end + peak * (1 + np.cos(np.pi * done)) / 2))
exercise.mistake("forgets brackets: 1 + cos / 2 begins at 1.5 peaks", caught_by=begins_at_the_peak)(
    schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.cos(np.pi * done) / 2))
)
exercise.mistake(
    "takes the sine for the cosine: it begins in the middle", caught_by=begins_at_the_peak
)(schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.sin(np.pi * done)) / 2))
exercise.mistake(
    "rises from end_lr to peak_lr: 1 - cos, or the two rates swapped",
    caught_by=begins_at_the_peak,
)(schedule_of(lambda done, peak, end: end + (peak - end) * (1 - np.cos(np.pi * done)) / 2))
exercise.mistake(
    "uses the fall peak_lr - end_lr alone and never adds end_lr", caught_by=begins_at_the_peak
)(schedule_of(lambda done, peak, end: (peak - end) * (1 + np.cos(np.pi * done)) / 2))
exercise.mistake(
    "gives the cosine degrees: np.cos takes pi for half a turn, not 180",
    caught_by=ends_at_the_end,
)(schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.cos(180 * done)) / 2))
exercise.mistake(
    "leaves out pi, so that the wave goes a third of its way", caught_by=ends_at_the_end
)(schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.cos(done)) / 2))
exercise.mistake("runs a whole wave: at 2 pi it is back at the peak", caught_by=ends_at_the_end)(
    schedule_of(lambda done, peak, end: end + (peak - end) * (1 + np.cos(2 * np.pi * done)) / 2)
)
exercise.mistake("ignores end_lr and goes down to 0", caught_by=ends_at_the_end)(
    schedule_of(lambda done, peak, end: peak * (1 + np.cos(np.pi * done)) / 2)
)
exercise.mistake(
    "has neither the 1 + nor the half: a cosine alone goes down to below 0",
    caught_by=ends_at_the_end,
)(schedule_of(lambda done, peak, end: end + (peak - end) * np.cos(np.pi * done)))
exercise.mistake(
    "cuts a wave that falls to 0 off at end_lr, where it should end there",
    caught_by=is_half_way_at_half_time,
)(schedule_of(lambda done, peak, end: np.maximum(end, peak * (1 + np.cos(np.pi * done)) / 2)))
exercise.mistake(
    "takes a quarter of a wave: the fall begins slowly and ends fast",
    caught_by=is_half_way_at_half_time,
)(schedule_of(lambda done, peak, end: end + (peak - end) * np.cos(np.pi / 2 * done)))
exercise.mistake(
    "divides with //: nothing is done until everything is", caught_by=is_half_way_at_half_time
)(schedule_of(lambda done, peak, end: peak if done < 1 else end))
exercise.mistake("falls along a straight line", caught_by=is_a_wave)(
    schedule_of(lambda done, peak, end: end + (peak - end) * (1 - done))
)


@exercise.mistake(
    "is there a step early: it divides by total_steps - 1", caught_by=is_half_way_at_half_time
)
def arrives_a_step_early(peak_lr, total_steps, end_lr=0.0):
    return cosine_decay(peak_lr, total_steps - 1, end_lr)


@exercise.mistake(
    "is there a step early (total_steps - 1), and cuts a wave that falls to 0 off at end_lr",
    caught_by=is_half_way_at_half_time,
)
def arrives_early_and_cuts_off(peak_lr, total_steps, end_lr=0.0):
    schedule = cosine_decay(peak_lr, total_steps - 1)
    return lambda step: np.maximum(end_lr, schedule(step))


@exercise.mistake("revives: after the end the cosine rises again", caught_by=stays_at_the_end)
def revives(peak_lr, total_steps, end_lr=0.0):
    def schedule(step):
        return end_lr + (peak_lr - end_lr) * (1 + np.cos(np.pi * step / total_steps)) / 2

    return schedule


@exercise.mistake("goes to 0 after the end", caught_by=stays_at_the_end)
def goes_to_zero_after_the_end(peak_lr, total_steps, end_lr=0.0):
    schedule = cosine_decay(peak_lr, total_steps, end_lr)
    return lambda step: schedule(step) if step <= total_steps else 0.0


@exercise.mistake("starts again at the peak after the end", caught_by=stays_at_the_end)
def starts_again(peak_lr, total_steps, end_lr=0.0):
    schedule = cosine_decay(peak_lr, total_steps, end_lr)
    return lambda step: schedule(step) if step <= total_steps else schedule(step % total_steps)


@exercise.mistake(
    "remembers how low it has been and never goes back up, though an earlier step is asked for",
    caught_by=keeps_no_memory,
)
def remembers_the_lowest(peak_lr, total_steps, end_lr=0.0):
    inner, lowest = cosine_decay(peak_lr, total_steps, end_lr), np.inf

    def schedule(step):
        nonlocal lowest
        lowest = np.minimum(lowest, inner(step))
        return lowest

    return schedule


@exercise.mistake(
    "asks max() for the larger of two arrays: np.maximum goes entry by entry",
    caught_by=takes_one_rate_for_each_run,
)
def asks_max(peak_lr, total_steps, end_lr=0.0):
    schedule = cosine_decay(peak_lr, total_steps, end_lr)
    return lambda step: max(schedule(step), end_lr)


@exercise.mistake(
    "returns the one end_lr for all the runs at the end", caught_by=takes_one_rate_for_each_run
)
def returns_one_end(peak_lr, total_steps, end_lr=0.0):
    schedule = cosine_decay(peak_lr, total_steps, end_lr)
    return lambda step: end_lr if step >= total_steps else schedule(step)
