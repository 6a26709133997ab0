"""A bug that raises no error. A recipe says "times 0.8 every epoch". The training loop asks for a
rate at every step. Between the two somebody has to translate, and if nobody does, the rate falls 32
times too fast, or a long decay never begins; neither raises an error.

You write the translator: it takes a schedule that counts epochs and returns one that counts steps.

**Predict first.** There are 1000 images and 32 in a mini-batch, so an epoch has 32 steps, the last
of them with 8 images. In which epoch, counted from 0, lies step 96?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.exercises.lesson08.step_decay import has_rates

exercise = Exercise("per_epoch", points=2, minutes=10)


@exercise.solution
def per_epoch(schedule, steps_per_epoch):
    """Return a schedule that counts steps, made from one that counts epochs.

    schedule         a function: it takes an epoch, a whole number from 0, and returns its rate
    steps_per_epoch  how many steps an epoch has

    The function you return takes a step, from 0, and returns the rate of the epoch it lies in, the
    same at all the steps of an epoch. It keeps no memory.
    """

    # solution: three lines
    def epoch_by_epoch(step):
        return schedule(step // steps_per_epoch)

    return epoch_by_epoch


exercise.hints = [
    "An epoch has 32 steps. In which epoch lie the steps 0, 31, 32 and 63?",
    "Return a function of `step` that hands the number of the epoch to `schedule`: whole, from 0.",
    "Start with `def epoch_by_epoch(step):`, indented, and end with `return epoch_by_epoch`.",
]
exercise.turned_out = (
    "in epoch 3: 96 // 32 is 3. The epochs 0, 1 and 2 hold the steps 0 to 95, so step 96 is the "
    "first of the fourth epoch."
)


def recipe(rng):
    """Return a schedule that counts epochs, falling by a factor, and how many steps they have."""
    peak_lr, factor = rng.integers(2, 9) / 10, rng.choice([0.6, 0.7, 0.85])
    falling = from_code(f"lambda epoch: {as_typed(peak_lr)} * {as_typed(factor)}**epoch")
    return falling, int(rng.integers(5, 9))


@exercise.check("All the steps of an epoch have its rate: the first epoch, then the second.")
def has_one_rate_for_each_epoch(per_epoch, rng):
    falling, steps = recipe(rng)
    asked = [0, 1, steps // 2 + 1, steps - 1, steps, steps + 1, 2 * steps - 1]
    wanted = [falling(0)] * 4 + [falling(1)] * 3
    assert has_rates(per_epoch(falling, steps), asked, wanted), (
        f"Epoch 0 holds the steps 0 to {steps - 1}, epoch 1 the next {steps}; they begin with the "
        f"rate {falling(0):.4g}, and go on with {falling(1):.4g}."
    )


@exercise.check("Later epochs come too, whatever the schedule does in them.")
def knows_later_epochs(per_epoch, rng):
    rates = rng.permutation([0.1, 0.3, 0.5, 0.7, 0.9])
    from_a_table = from_code(f"lambda epoch: {rates.tolist()}[int(epoch)]")
    steps = int(rng.integers(5, 9))
    asked = [2 * steps, 3 * steps, 5 * steps - 1]
    assert has_rates(per_epoch(from_a_table, steps), asked, rates[2:])


@exercise.check("The schedule is handed a whole number, with which it can look into a list.")
def hands_over_whole_epochs(per_epoch, rng):
    rates = rng.permutation([0.1, 0.3, 0.5]).tolist()
    from_a_list = from_code(f"lambda epoch: {rates}[epoch]")
    assert has_rates(per_epoch(from_a_list, 4), [0, 4, 11], rates)


@exercise.check("It keeps no memory: asked in another order, or twice, a step has the same rate.")
def keeps_no_memory(per_epoch, rng):
    falling, steps = recipe(rng)
    asked = [2 * steps, 0, steps + 1, 2 * steps, steps]
    wanted = [falling(epoch) for epoch in (2, 0, 1, 2, 1)]
    assert has_rates(per_epoch(falling, steps), asked, wanted), (
        f"The steps asked for are {', '.join(map(str, asked))}, in this order."
    )


STEPS_ASKED = [(3, 1), (0, 0), (1, -1), (1, 0), (3, 1)]
"""Steps that are asked for, as whole epochs and steps more."""


@exercise.domain(
    corners=[{"steps_per_epoch": 1}],
    asked=lambda given: [given["steps_per_epoch"] * k + more for k, more in STEPS_ASKED],
)
def allowed(rng):
    rates = (rng.integers(10, 100, size=26) / 100).tolist()
    return {
        "schedule": from_code(f"lambda epoch: {rates}[epoch]"),
        "steps_per_epoch": int(rng.integers(3, 9)),
    }


@exercise.picture(xlabel="step", ylabel="rate")
def over_four_epochs(per_epoch):
    schedule = per_epoch(lambda epoch: 0.8**epoch, 5)
    return range(20), [float(schedule(step)) for step in range(20)]


@exercise.accepts("a nameless function and divmod")
def with_divmod(schedule, steps_per_epoch):
    return lambda step: schedule(divmod(step, steps_per_epoch)[0])


@exercise.accepts("counts the epochs that are over")
def counts_epochs_that_are_over(schedule, steps_per_epoch):
    def by_step(step):
        epoch = 0
        while step >= (epoch + 1) * steps_per_epoch:
            epoch += 1
        return schedule(epoch)

    return by_step


def asks_for(epoch_of):
    """Make a wrong answer that asks for the epoch ``epoch_of(step, steps_per_epoch)``."""

    def answer(schedule, steps_per_epoch):
        return lambda step: schedule(epoch_of(step, steps_per_epoch))

    return answer


exercise.mistake(
    "hands the step to the schedule as it is: the bug itself, epochs taken for steps",
    caught_by=has_one_rate_for_each_epoch,
)(asks_for(lambda step, n: step))
exercise.mistake(
    "divides with /: the rate slides within an epoch", caught_by=has_one_rate_for_each_epoch
)(asks_for(lambda step, n: step / n))
exercise.mistake(
    "rounds to the nearest epoch, and so changes in the middle of one",
    caught_by=has_one_rate_for_each_epoch,
)(asks_for(lambda step, n: round(step / n)))
exercise.mistake("rounds up to the next epoch", caught_by=has_one_rate_for_each_epoch)(
    asks_for(lambda step, n: -(-step // n))
)
exercise.mistake(
    "counts steps from 1, and so changes a step early", caught_by=has_one_rate_for_each_epoch
)(asks_for(lambda step, n: (step + 1) // n))
exercise.mistake("counts epochs from 1", caught_by=has_one_rate_for_each_epoch)(
    asks_for(lambda step, n: step // n + 1)
)
exercise.mistake("changes a step late", caught_by=has_one_rate_for_each_epoch)(
    asks_for(lambda step, n: max(step - 1, 0) // n)
)
exercise.mistake(
    "takes the place of the step within its epoch: % for //", caught_by=has_one_rate_for_each_epoch
)(asks_for(lambda step, n: step % n))
exercise.mistake("multiplies where it should divide", caught_by=has_one_rate_for_each_epoch)(
    asks_for(lambda step, n: step * n)
)
exercise.mistake(
    "divides the other way round, steps_per_epoch by step", caught_by=has_one_rate_for_each_epoch
)(asks_for(lambda step, n: n // max(step, 1)))
exercise.mistake("knows two epochs only", caught_by=knows_later_epochs)(
    asks_for(lambda step, n: int(step >= n))
)
exercise.mistake(
    "hands over an epoch with a point, 1.0 for 1, as np.floor does",
    caught_by=hands_over_whole_epochs,
)(asks_for(lambda step, n: np.floor(step / n)))


@exercise.mistake(
    "divides the rate by the number of steps, where the step should be divided",
    caught_by=has_one_rate_for_each_epoch,
)
def divides_the_rate(schedule, steps_per_epoch):
    return lambda step: schedule(step) / steps_per_epoch


@exercise.mistake(
    "goes back to the first rate after the first step of each epoch",
    caught_by=has_one_rate_for_each_epoch,
)
def goes_back(schedule, steps_per_epoch):
    return lambda step: schedule(step // steps_per_epoch if step % steps_per_epoch == 0 else 0)


@exercise.mistake(
    "never asks again: the rate of epoch 0 for ever", caught_by=has_one_rate_for_each_epoch
)
def never_asks_again(schedule, steps_per_epoch):
    first = schedule(0)
    return lambda step: first


@exercise.mistake(
    "remembers the latest epoch that it was asked for, and never goes back",
    caught_by=keeps_no_memory,
)
def never_goes_back(schedule, steps_per_epoch):
    latest = 0

    def by_step(step):
        nonlocal latest
        latest = max(latest, step // steps_per_epoch)
        return schedule(latest)

    return by_step


@exercise.mistake(
    "remembers its epoch and goes on when a first step is asked for: asked twice, it runs ahead",
    caught_by=knows_later_epochs,
)
def goes_on_at_first_steps(schedule, steps_per_epoch):
    epoch = 0

    def by_step(step):
        nonlocal epoch
        if step > 0 and step % steps_per_epoch == 0:
            epoch += 1
        return schedule(epoch)

    return by_step
