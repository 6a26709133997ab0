"""How far can it go? Where the gradient hardly changes, a step moves you by the rate times the
gradient, and a whole run by the gradient times the sum of its rates. That sum is what the lesson
calls the travel: a schedule's budget for going anywhere, and the first thing to look at in one that
does not learn.

**Predict first.** A rate begins at 1 and is multiplied by 0.9 after every step. What is the sum of
all its rates if you train for ever: 10, 100, or is there no bound?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import close

exercise = Exercise("lr_budget", points=1, minutes=8)


@exercise.solution
def lr_budget(schedule, steps):
    """Return the sum of the rates of a run, its travel.

    schedule  a function: it takes one step, a whole number from 0, and returns its rate, which is
              a number, or an array with one rate for each run
    steps     how many steps the run takes: 0 or more

    A number, or an array with one sum for each run. For a run of no steps the number 0 in either
    case: no rate was asked for.
    """
    # solution: one line
    return sum(schedule(step) for step in range(steps))


exercise.hints = [
    "A run of 3 steps: which are they, if the first is step 0?",
    "Python's own `sum` adds up numbers, and arrays entry by entry. `range(steps)` has the steps.",
    "Start with `schedule(step) for step in range(steps)`.",
]
exercise.turned_out = (
    "10, because 1 + 0.9 + 0.81 + ... is 1 / (1 - 0.9). A rate that is multiplied by the same "
    "factor at every step never travels farther than a fixed distance, however long you train."
)


def falling(rng):
    """Return a schedule that falls by a factor, with its peak and its factor."""
    peak_lr, factor = rng.integers(2, 9) / 10, rng.choice([0.6, 0.7, 0.8])
    fall = from_code(f"lambda step: {as_typed(peak_lr)} * {as_typed(factor)}**step")
    return fall, peak_lr, factor


@exercise.check("A run of 3 steps adds up the rates of the steps 0, 1 and 2.")
def adds_up_three(lr_budget, rng):
    fall, peak_lr, factor = falling(rng)
    wanted = peak_lr * (1 + factor + factor**2)
    rates = " + ".join(f"{fall(step):.4g}" for step in range(3))
    assert close(lr_budget(fall, 3), wanted), f"The steps 0, 1 and 2 add up {rates}."


@exercise.check("Times 0.9 at every step: 1000 steps travel 10 first rates, and not farther.")
def comes_to_a_bound(lr_budget, rng):
    peak_lr = rng.integers(2, 9) / 10
    times_nine_tenths = from_code(f"lambda step: {as_typed(peak_lr)} * 0.9**step")
    assert close(lr_budget(times_nine_tenths, 1000), 10 * peak_lr)


@exercise.check("A run of one step travels one rate, and a run of none 0.")
def travels_nothing_without_a_step(lr_budget, rng):
    fall, peak_lr, _ = falling(rng)
    assert close(lr_budget(fall, 1), peak_lr)
    assert close(lr_budget(fall, 0), 0)


@exercise.check("The schedule is asked for one step at a time: it may hold an if.")
def asks_for_one_step_at_a_time(lr_budget, rng):
    high, low = rng.integers(5, 9) / 10, rng.integers(1, 5) / 10
    two_rates = from_code(f"lambda step: {as_typed(high)} if step < 4 else {as_typed(low)}")
    assert close(lr_budget(two_rates, 7), 4 * high + 3 * low)


@exercise.check("With one rate for each run there is one sum for each run.")
def adds_up_each_run(lr_budget, rng):
    peaks = rng.integers(2, 9, size=3) / 10
    one_each = from_code(f"lambda step: {as_typed(peaks)} * 0.5**step")
    assert close(lr_budget(one_each, 3), 1.75 * peaks)


@exercise.domain(shapes=[(), (3,), (1,)], corners=[{"steps": 0}, {"steps": 1}])
def allowed(rng, shape):
    rates = as_typed(rng.uniform(0.1, 1, size=(3, *shape)))
    # Its own array: who adds to what it returns in place changes the next turn.
    in_turn = from_code(f"lambda step, rates={rates}: rates[step % 3]")
    return {"schedule": in_turn, "steps": int(rng.integers(4, 12))}


@exercise.picture(xlabel="steps", ylabel="sum of the rates")
def against_the_steps(lr_budget):
    return range(41), [float(lr_budget(lambda step: 0.9**step, steps)) for steps in range(41)]


@exercise.accepts("a loop")
def in_a_loop(schedule, steps):
    total = 0.0
    for step in range(steps):
        total = total + schedule(step)
    return total


@exercise.accepts("a list that NumPy adds up")
def with_numpy(schedule, steps):
    return np.sum([schedule(step) for step in range(steps)], axis=0)


@exercise.mistake(
    "takes one step too many: range(steps + 1) ends at step 3", caught_by=adds_up_three
)
def takes_one_too_many(schedule, steps):
    return sum(schedule(step) for step in range(steps + 1))


@exercise.mistake("leaves out step 0", caught_by=adds_up_three)
def leaves_out_the_first(schedule, steps):
    return sum(schedule(step) for step in range(1, steps))


@exercise.mistake("counts steps from 1", caught_by=adds_up_three)
def counts_from_one(schedule, steps):
    return sum(schedule(step) for step in range(1, steps + 1))


@exercise.mistake("leaves out the last step", caught_by=adds_up_three)
def leaves_out_the_last(schedule, steps):
    return sum(schedule(step) for step in range(steps - 1))


@exercise.mistake(
    "returns the sums so far, one for each step, and not the last of them", caught_by=adds_up_three
)
def returns_all_sums(schedule, steps):
    return np.cumsum([schedule(step) for step in range(steps)])


@exercise.mistake("gives the mean of the rates and not their sum", caught_by=adds_up_three)
def gives_the_mean(schedule, steps):
    return np.mean([schedule(step) for step in range(steps)])


@exercise.mistake(
    "multiplies the first rate by the steps, as if it were constant", caught_by=adds_up_three
)
def takes_it_for_constant(schedule, steps):
    return schedule(0) * steps


@exercise.mistake(
    "takes the mean of the first and the last rate for that of all: true of a straight line only",
    caught_by=adds_up_three,
)
def takes_it_for_a_line(schedule, steps):
    return (schedule(0) + schedule(steps - 1)) / 2 * steps


@exercise.mistake(
    "integrates by trapezoids, which counts the two outer steps half", caught_by=adds_up_three
)
def integrates(schedule, steps):
    rates = [schedule(step) for step in range(steps)]
    return sum((a + b) / 2 for a, b in zip(rates, rates[1:], strict=False))


@exercise.mistake("returns the last rate, not the sum", caught_by=adds_up_three)
def returns_the_last_rate(schedule, steps):
    return schedule(steps - 1)


@exercise.mistake("weighs each rate with its step: step times rate", caught_by=adds_up_three)
def weighs_with_the_step(schedule, steps):
    return sum(step * schedule(step) for step in range(steps))


@exercise.mistake("returns from inside the loop, after the first step", caught_by=adds_up_three)
def returns_from_inside(schedule, steps):
    total = 0
    for step in range(steps):
        total += schedule(step)
        return total


@exercise.mistake(
    "stops after a hundred steps or fewer, or as soon as a rate is small",
    caught_by=comes_to_a_bound,
)
def stops_early(schedule, steps):
    return sum(schedule(step) for step in range(min(steps, 100)))


@exercise.mistake(
    "starts with the first rate even if there is no step", caught_by=travels_nothing_without_a_step
)
def starts_with_the_first_rate(schedule, steps):
    total = schedule(0)
    for step in range(1, steps):
        total = total + schedule(step)
    return total


@exercise.mistake("hands the schedule all the steps at once", caught_by=asks_for_one_step_at_a_time)
def hands_over_all_steps(schedule, steps):
    return np.sum(schedule(np.arange(steps)))


@exercise.mistake("adds the runs up too: one number for all of them", caught_by=adds_up_each_run)
def adds_up_the_runs(schedule, steps):
    return np.sum([schedule(step) for step in range(steps)])


@exercise.mistake(
    "adds to the schedule's own array in place, or makes each rate a float",
    caught_by=adds_up_each_run,
)
def makes_floats(schedule, steps):
    total = 0.0
    for step in range(steps):
        total += float(schedule(step))
    return total
