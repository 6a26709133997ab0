"""A calmer curve. Each loss of a range test was measured on its own mini-batch, and the curve
trembles. A moving average calms it: keep most of what it was, take in a little of what is new. It
has one flaw. If it starts from 0, its first values are far too low, and a loss that stands still
seems to rise. The cure is one division, by the weight that the values have had so far.

**Predict first.** The losses are 2, 2, 2 and so on, the average starts at 0 and keeps 0.9 of itself
at each step. What is its first value, before the cure: 0.2, 1.8 or 2?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers

exercise = Exercise("ema", points=2, minutes=15)


@exercise.solution
def ema(values, beta):
    """Return the moving average of `values` after each of them, without the bias of its start.

    values  the losses in the order in which they were seen: a list or an array [steps]
    beta    how much of itself the average keeps at each step, at least 0 and below 1

    The plain average starts at 0, and each value makes it `beta * average + (1 - beta) * value`.
    After `count` values their weights add up to `1 - beta**count`; what is returned is divided
    by that. Return an array [steps], or a list of as many numbers.
    """
    # solution: five lines
    average, smooth = 0.0, []
    for count, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * value
        smooth.append(average / (1 - beta**count))
    return np.array(smooth)


exercise.hints = [
    "After one value the average is (1 - beta) * value. What do you divide by to get the value?",
    "Keep two things apart: the average that is carried on, undivided, and what you write down.",
    "Start with `average, smooth = 0.0, []` and `for count, value in enumerate(values, start=1):`.",
]
exercise.turned_out = (
    "0.2, a tenth of what it should be: the average has kept 0.9 of nothing. Divided by 1 - 0.9 "
    "it is 2."
)


def losses(rng, steps):
    """Return losses with one digit after the point, no two neighbours equal."""
    return (rng.permutation(np.arange(11, 11 + 3 * steps, 3)) / 10).round(1)


def weighted(values, beta):
    """Return what a table of weights says: the value seen j steps ago weighs beta**j."""
    rows = np.arange(len(values))
    weights = np.tril(beta ** np.clip(rows[:, np.newaxis] - rows, 0, None).astype(float))
    return weights @ values / weights.sum(axis=1)


@exercise.check("There is one entry for each value, and the first is the first value.")
def begins_with_the_first_value(ema, rng):
    values = losses(rng, 4)
    smooth = numbers(ema(values.copy(), beta=0.8))
    assert smooth.shape == (4,), f"That has shape {smooth.shape}, where (4,) belongs."
    assert close(smooth[0], values[0]), f"The first value is {values[0]}."


@exercise.check("A loss that stands still has an average that stands still, from the first entry.")
def rests_where_the_loss_rests(ema, rng):
    value = int(rng.integers(21, 40)) / 10
    assert close(ema(np.full(5, value), beta=0.9), np.full(5, value))


@exercise.check("With beta = 0 nothing is kept: the average is the newest value.")
def keeps_nothing_at_zero(ema, rng):
    values = losses(rng, 5)
    assert close(ema(values.copy(), beta=0.0), values), (
        "Those should be the values themselves. Is it beta that decides what is kept?"
    )


@exercise.check("A value seen j steps ago weighs beta**j times what the newest weighs.")
def forgets_by_one_factor(ema, rng):
    values, beta = losses(rng, 5), float(rng.choice([0.6, 0.7, 0.8]))
    expected = weighted(values, beta)
    assert close(ema(values.copy(), beta=beta), expected), (
        f"With beta = {beta}, the second entry should be ({beta} * {values[0]} + {values[1]}) / "
        f"({beta} + 1) = {expected[1]:.5g}, and the last {expected[-1]:.5g}."
    )


@exercise.check("A plain list will do, and the values are the same afterwards.")
def takes_a_list_and_leaves_it(ema, rng):
    values = [float(value) for value in losses(rng, 4)]
    assert close(ema(values, beta=0.5), weighted(np.array(values), 0.5))
    assert not ema.changed


@exercise.domain(shapes=[(6,), (1,)], corners=[{"beta": 0.0}], lists=["values"])
def allowed(rng, shape):
    return {"values": rng.normal(size=shape), "beta": rng.uniform(0.3, 0.95)}


@exercise.picture(xlabel="step", ylabel="loss")
def a_noisy_fall(ema):
    values = 2 * np.exp(-np.arange(40) / 15) + 0.4 * np.cos(2.5 * np.arange(40))
    return np.arange(40), np.asarray(ema(values, 0.9))


@exercise.accepts("a table of weights")
def by_weights(values, beta):
    smooth = []
    for k in range(len(values)):
        weights = beta ** np.arange(k, -1, -1.0)
        smooth.append(np.dot(weights, values[: k + 1]) / weights.sum())
    return smooth


@exercise.accepts("the weights carried along")
def carries_the_weight(values, beta):
    total, weight, smooth = 0.0, 0.0, []
    for value in values:
        total, weight = beta * total + value, beta * weight + 1
        smooth.append(total / weight)
    return np.array(smooth)


def plain(values, beta):
    average, smooth = 0.0, []
    for value in values:
        average = beta * average + (1 - beta) * value
        smooth.append(average)
    return np.array(smooth)


@exercise.mistake(
    "starts from 0 and does not divide: its first values are far too low",
    caught_by=begins_with_the_first_value,
)
def forgets_to_divide(values, beta):
    return plain(values, beta)


@exercise.mistake(
    "counts from 0, and divides the first entry by 1 - 1 = 0", caught_by=begins_with_the_first_value
)
def counts_from_zero(values, beta):
    count = np.arange(len(values))
    return plain(values, beta) / (1 - beta**count)


@exercise.mistake(
    "counts from 0 in plain Python, which will not divide by 1 - 1 = 0",
    caught_by=begins_with_the_first_value,
)
def counts_from_zero_in_python(values, beta):
    average, smooth = 0.0, []
    for count, value in enumerate(values):
        average = beta * average + (1 - beta) * float(value)
        smooth.append(average / (1 - beta**count))
    return smooth


@exercise.mistake(
    "counts from 0, and leaves the first entry undivided", caught_by=begins_with_the_first_value
)
def counts_from_zero_and_skips_the_first(values, beta):
    count = np.arange(len(values))
    return plain(values, beta) / np.where(count > 0, 1 - beta**count, 1)


@exercise.mistake(
    "counts from 0, and divides by a tiny number where that makes 0",
    caught_by=begins_with_the_first_value,
)
def counts_from_zero_and_adds_a_tiny_number(values, beta):
    return plain(values, beta) / (1 - beta ** np.arange(len(values)) + 1e-8)


@exercise.mistake(
    "counts from 0, and mends the first entry alone: the others divide by one power too few",
    caught_by=rests_where_the_loss_rests,
)
def counts_from_zero_and_mends_the_first(values, beta):
    count = np.maximum(np.arange(len(values)), 1)
    return plain(values, beta) / (1 - beta**count)


@exercise.mistake("counts from 2, one power of beta too far", caught_by=begins_with_the_first_value)
def counts_from_two(values, beta):
    count = np.arange(2, len(values) + 2)
    return plain(values, beta) / (1 - beta**count)


@exercise.mistake(
    "divides by 1 - beta at every step, or adds the value whole: right for the first entry alone",
    caught_by=rests_where_the_loss_rests,
)
def divides_all_alike(values, beta):
    return plain(values, beta) / (1 - beta)


@exercise.mistake(
    "divides by 1 - beta * count, where a power belongs", caught_by=rests_where_the_loss_rests
)
def multiplies_by_the_count(values, beta):
    return plain(values, beta) / (1 - beta * np.arange(1, len(values) + 1))


@exercise.mistake("multiplies by the weights, not divides", caught_by=begins_with_the_first_value)
def multiplies(values, beta):
    return plain(values, beta) * (1 - beta ** np.arange(1, len(values) + 1))


@exercise.mistake(
    "carries the divided average on, so that it is divided again and again",
    caught_by=rests_where_the_loss_rests,
)
def carries_the_divided_one(values, beta):
    average, smooth = 0.0, []
    for count, value in enumerate(values, start=1):
        average = (beta * average + (1 - beta) * value) / (1 - beta**count)
        smooth.append(average)
    return smooth


@exercise.mistake("keeps 0.9 whatever beta is", caught_by=keeps_nothing_at_zero)
def ignores_beta(values, beta):
    return by_weights(values, 0.9)


@exercise.mistake(
    "swaps the weights: keeps 1 - beta of itself and takes beta of the new",
    caught_by=keeps_nothing_at_zero,
)
def swaps_the_weights(values, beta):
    average, smooth = 0.0, []
    for count, value in enumerate(values, start=1):
        average = (1 - beta) * average + beta * value
        smooth.append(average / (1 - (1 - beta) ** count))
    return np.array(smooth)


@exercise.mistake(
    "swaps the weights, though it divides by the right ones", caught_by=begins_with_the_first_value
)
def swaps_the_weights_alone(values, beta):
    average, smooth = 0.0, []
    for count, value in enumerate(values, start=1):
        average = (1 - beta) * average + beta * value
        smooth.append(average / (1 - beta**count))
    return np.array(smooth)


@exercise.mistake(
    "starts from the first value and not from 0: that value then weighs too much for a long time",
    caught_by=forgets_by_one_factor,
)
def starts_from_the_first_value(values, beta):
    average, smooth = values[0], []
    for value in values:
        average = beta * average + (1 - beta) * value
        smooth.append(average)
    return smooth


@exercise.mistake(
    "starts from the first value, and divides as well", caught_by=begins_with_the_first_value
)
def starts_from_the_first_and_divides(values, beta):
    count = np.arange(1, len(values) + 1)
    return np.array(starts_from_the_first_value(values, beta)) / (1 - beta**count)


@exercise.mistake(
    "takes the mean of all values so far, with the same weight for each",
    caught_by=keeps_nothing_at_zero,
)
def takes_the_mean_so_far(values, beta):
    return np.cumsum(values) / np.arange(1, len(values) + 1)


@exercise.mistake(
    "keeps beta of the value before, and not of the average", caught_by=forgets_by_one_factor
)
def looks_one_step_back(values, beta):
    values = np.asarray(values)
    before = np.append(values[0], values[:-1])
    return beta * before + (1 - beta) * values


@exercise.mistake("returns the last average only", caught_by=begins_with_the_first_value)
def returns_the_last(values, beta):
    return by_weights(values, beta)[-1]


@exercise.mistake(
    "does arithmetic with the list as if it were an array", caught_by=takes_a_list_and_leaves_it
)
def takes_a_list_for_an_array(values, beta):
    smooth = values * 1.0
    for k in range(len(values)):
        smooth[k] = by_weights(values, beta)[k]
    return smooth


@exercise.mistake(
    "writes the averages into the list it was given", caught_by=takes_a_list_and_leaves_it
)
def writes_into_the_list(values, beta):
    values[:] = by_weights(list(values), beta)
    return values


@exercise.mistake(
    "divides every entry by the weight that belongs to the last",
    caught_by=begins_with_the_first_value,
)
def divides_by_the_last_weight(values, beta):
    return plain(values, beta) / (1 - beta ** len(values))


@exercise.mistake(
    "divides by 1 - (1 - beta)**count: what is kept at each step is beta",
    caught_by=begins_with_the_first_value,
)
def divides_by_the_other_power(values, beta):
    return plain(values, beta) / (1 - (1 - beta) ** np.arange(1, len(values) + 1))


@exercise.mistake(
    "takes the plain mean of the last 1 / (1 - beta) values", caught_by=forgets_by_one_factor
)
def takes_a_window(values, beta):
    width = round(1 / (1 - beta))
    return [np.mean(values[max(0, k + 1 - width) : k + 1]) for k in range(len(values))]


@exercise.mistake(
    "makes room with zeros_like: among whole numbers the averages lose their fractions",
    caught_by=exercise.everything,
)
def makes_room_like_the_values(values, beta):
    average, smooth = 0.0, np.zeros_like(values)
    for step, value in enumerate(values):
        average = beta * average + (1 - beta) * value
        smooth[step] = average / (1 - beta ** (step + 1))
    return smooth
