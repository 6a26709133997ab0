"""Where to try next? A Gaussian process guesses, for every rate not tried yet, a mean loss and how
unsure it is. A place with a low mean is tempting; so is a place about which nothing is known. One
number weighs both: by how much a trial there is expected to beat the best loss so far, where a
trial that does not beat it counts as 0, because nobody makes you use it.

For a normal distribution there is a formula. With `gain = best - mean` and `z = gain / deviation`:

    expected improvement = gain * cumulative(z) + deviation * density(z)

`density` is the bell curve and `cumulative` the area below it to the left; both are given.

**Predict first.** The best loss so far is 1. Here you expect 1.1, give or take 0.5; there 0.95,
give or take 0.01. Which trial promises more improvement: the one here, the one there, or neither?
"""

from math import erf

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("expected_improvement", points=3, minutes=20, core=False)


# given
def density(z):
    """Return the height of the bell curve with mean 0 and deviation 1."""
    return np.exp(-np.square(z) / 2) / np.sqrt(2 * np.pi)


# given
def cumulative(z):
    """Return the area below that curve to the left of z: from 0 to 1."""
    return (1 + np.vectorize(erf, otypes=[float])(np.asarray(z) / np.sqrt(2))) / 2


@exercise.solution
def expected_improvement(mean, deviation, best):
    """Return by how much a trial is expected to fall below `best`.

    mean, deviation  what the Gaussian process guesses of the loss there: two numbers, or two
                     arrays `[places]`; a deviation is 0 or more
    best             the lowest loss so far, a number

    A number, or an array `[places]`. Where the deviation is 0 the loss is known: the improvement is
    `best - mean`, or 0 if that is negative.
    """
    # solution: three lines
    gain, deviation = best - np.asarray(mean), np.asarray(deviation)
    z = gain / np.where(deviation > 0, deviation, 1)
    hoped = gain * cumulative(z) + deviation * density(z)
    return np.where(deviation > 0, hoped, np.maximum(gain, 0))


exercise.hints = [
    "Losses should be low. If the mean there is below the best so far, is `gain` positive or "
    "negative? And what may `z` be divided by?",
    "Write the formula of the story in two lines. Then `np.where(deviation > 0, ..., ...)` keeps "
    "it where there is a deviation and takes `np.maximum(gain, 0)` where there is none.",
    "Start with `gain, deviation = best - np.asarray(mean), np.asarray(deviation)`.",
]
exercise.turned_out = (
    "the one here, 0.153 against 0.050. Its mean is worse than the best, but in four of "
    "ten cases it would fall below, often far below; the other cases cost nothing."
)


@exercise.check("Where the mean is the best so far: 0.399 deviations.")
def hopes_for_luck_at_the_best(expected_improvement, rng):
    deviation, best = rng.integers(2, 9) / 10, rng.integers(1, 4)
    expected_improvement(best - 2 * deviation, deviation, best)  # tells the mistakes apart
    here = expected_improvement(best, deviation, best)
    assert close(here, 0.3989422804 * deviation), (
        "There z is 0: the bell curve is 0.399 high, and half of its area lies to the left."
    )


@exercise.check("A mean one deviation above the best: 0.083 deviations; one below: 1.083.")
def weighs_gain_and_luck(expected_improvement, rng):
    deviation, best = rng.choice([0.25, 0.5, 2, 4]), rng.integers(5, 9)
    above = expected_improvement(best + deviation, deviation, best)
    assert close(above, 0.0833154706 * deviation), "There z is -1: 0.083 deviations of hope."
    below = expected_improvement(best - deviation, deviation, best)
    assert close(below, 1.0833154706 * deviation), "There z is 1: one deviation, and 0.083 of luck."


@exercise.check("Where the deviation is 0: the gain, or 0 if it is negative.")
def knows_certainty(expected_improvement, rng):
    best, gap = rng.integers(3, 6), rng.integers(1, 9) / 4
    assert close(expected_improvement(best - gap, 0, best), gap), "The loss there is known."
    assert close(expected_improvement(best + gap, 0, best), 0), "The loss there is known."
    assert close(expected_improvement(best, 0, best), 0), "The loss there is known."


@exercise.check("Many places at once: one number for each.")
def takes_many_places(expected_improvement, rng):
    best = float(rng.integers(1, 4))
    mean = best + np.array([0.5, 0.0, -2.0, -0.25, 3.0])
    deviation = np.array([0.5, 2.0, 0.1, 0.0, 0.0])
    wanted = [0.0416577353, 0.7978845608, 2.0, 0.25, 0.0]
    assert close(expected_improvement(mean, deviation, best), wanted), (
        f"The last two deviations are 0, and the gains are {in_words(best - mean)}."
    )


@exercise.domain(
    shapes=[(4,), (), (1,)],
    corners=[
        {"mean": 0.4, "deviation": 0.0, "best": 0.9},
        {"mean": 1.4, "deviation": 0.0, "best": 0.9},
        {"mean": np.array([0.4, 0.4, 1.2]), "deviation": np.array([0.0, 0.5, 0.0]), "best": 0.9},
    ],
)
def allowed(rng, shape):
    mean, deviation = rng.uniform(0, 2, size=shape), rng.uniform(0.2, 1, size=shape)
    return {"mean": mean, "deviation": deviation, "best": rng.uniform(0.5, 1.5)}


@exercise.picture(xlabel="mean, the best so far is 1", ylabel="expected improvement")
def against_the_mean(expected_improvement):
    mean = np.linspace(0, 2, 33)
    return mean, np.asarray(expected_improvement(mean, np.full(33, 0.4), 1.0))


@exercise.accepts("loops")
def place_by_place(mean, deviation, best):
    if np.ndim(mean):
        return [place_by_place(m, d, best) for m, d in zip(mean, deviation, strict=True)]
    if deviation == 0:
        return max(best - mean, 0)
    z = (best - mean) / deviation
    return deviation * (z * cumulative(z) + density(z))


@exercise.accepts("a deviation that is tiny in place of 0")
def never_quite_sure(mean, deviation, best):
    deviation = np.maximum(deviation, 1e-12)
    z = (best - mean) / deviation
    return (best - mean) * cumulative(z) + deviation * density(z)


@exercise.accepts("the area above the best, added up")
def added_up(mean, deviation, best):
    mean, deviation = np.broadcast_arrays(np.asarray(mean, float), np.asarray(deviation, float))
    z = np.linspace(-12, 12, 48001)
    losses = mean[..., np.newaxis] + deviation[..., np.newaxis] * z
    return (np.maximum(best - losses, 0) * density(z)).sum(-1) * (z[1] - z[0])


def formula(gain, deviation, z):
    """Return the formula of the story."""
    return gain * cumulative(z) + deviation * density(z)


def safe(gain, deviation):
    """Return z, and 0 where there is no deviation."""
    return np.asarray(gain) / np.where(np.asarray(deviation) > 0, deviation, np.inf)


def certain(hoped, gain, deviation):
    """Put the gain, or 0, where there is no deviation."""
    return np.where(np.asarray(deviation) > 0, hoped, np.maximum(gain, 0))


@exercise.mistake(
    "gives the probability of an improvement, whatever its size",
    caught_by=hopes_for_luck_at_the_best,
)
def gives_the_probability(mean, deviation, best):
    return cumulative(safe(best - mean, deviation))


@exercise.mistake(
    "leaves out the deviation before the density: hope has no size then",
    caught_by=hopes_for_luck_at_the_best,
)
def leaves_out_the_deviation(mean, deviation, best):
    gain = best - mean
    return certain(formula(gain, 1, safe(gain, deviation)), gain, deviation)


@exercise.mistake(
    "takes the variance, the square of the deviation, before the density",
    caught_by=hopes_for_luck_at_the_best,
)
def takes_the_variance(mean, deviation, best):
    gain = best - mean
    return certain(formula(gain, np.square(deviation), safe(gain, deviation)), gain, deviation)


@exercise.mistake(
    "exchanges density and cumulative: the gain goes with the area",
    caught_by=hopes_for_luck_at_the_best,
)
def exchanges_the_two(mean, deviation, best):
    gain = best - mean
    z = safe(gain, deviation)
    return certain(gain * density(z) + deviation * cumulative(z), gain, deviation)


@exercise.mistake(
    "leaves out the second half of the formula, the hope for luck",
    caught_by=hopes_for_luck_at_the_best,
)
def forgets_the_second_half(mean, deviation, best):
    gain = best - mean
    return gain * cumulative(safe(gain, deviation))


@exercise.mistake(
    "counts upwards from the best: that is for an accuracy; a loss improves downwards",
    caught_by=weighs_gain_and_luck,
)
def counts_upwards(mean, deviation, best):
    gain = np.asarray(mean) - best
    return certain(formula(gain, deviation, safe(gain, deviation)), gain, deviation)


@exercise.mistake(
    "turns z round but not the gain: they go together", caught_by=weighs_gain_and_luck
)
def turns_z_round(mean, deviation, best):
    gain = best - mean
    return certain(formula(gain, deviation, -safe(gain, deviation)), gain, deviation)


@exercise.mistake("subtracts the second half of the formula", caught_by=hopes_for_luck_at_the_best)
def subtracts_the_second_half(mean, deviation, best):
    gain = best - mean
    return certain(formula(gain, -np.asarray(deviation), safe(gain, deviation)), gain, deviation)


@exercise.mistake(
    "leaves the gain undivided in place of z: z counts in deviations",
    caught_by=weighs_gain_and_luck,
)
def leaves_the_gain_undivided(mean, deviation, best):
    gain = best - np.asarray(mean, float)
    return certain(formula(gain, deviation, gain), gain, deviation)


@exercise.mistake(
    "takes the gain alone, or 0: then no place above the best is ever tried",
    caught_by=hopes_for_luck_at_the_best,
)
def takes_the_gain_alone(mean, deviation, best):
    return np.maximum(best - np.asarray(mean), 0)


@exercise.mistake(
    "turns z over: it is the gain, counted in deviations", caught_by=hopes_for_luck_at_the_best
)
def turns_z_over(mean, deviation, best):
    gain = best - np.asarray(mean, float)
    return formula(gain, deviation, np.asarray(deviation, float) / gain)


@exercise.mistake(
    "cuts the gain off at 0 before the formula, which needs it below 0 as well",
    caught_by=weighs_gain_and_luck,
)
def cuts_the_gain_off(mean, deviation, best):
    gain = np.maximum(best - np.asarray(mean), 0)
    return certain(formula(gain, deviation, safe(gain, deviation)), gain, deviation)


@exercise.mistake(
    "divides by the variance, the square of the deviation, to get z",
    caught_by=weighs_gain_and_luck,
)
def divides_by_the_variance(mean, deviation, best):
    gain = best - np.asarray(mean)
    return certain(formula(gain, deviation, safe(gain, np.square(deviation))), gain, deviation)


@exercise.mistake(
    "takes z as 0 where the deviation is 0, and so half of the gain", caught_by=knows_certainty
)
def halves_what_is_certain(mean, deviation, best):
    gain = best - np.asarray(mean)
    return formula(gain, deviation, safe(gain, deviation))


@exercise.mistake(
    "divides by zero where the deviation is 0, and gets nan", caught_by=knows_certainty
)
def divides_by_zero(mean, deviation, best):
    gain = np.asarray(best - np.asarray(mean, float))
    return formula(gain, deviation, gain / np.asarray(deviation, float))


@exercise.mistake(
    "gives 0 where the deviation is 0, also for a sure gain", caught_by=knows_certainty
)
def hopes_for_nothing_certain(mean, deviation, best):
    gain = best - np.asarray(mean)
    hoped = formula(gain, deviation, safe(gain, deviation))
    return np.where(np.asarray(deviation) > 0, hoped, 0)


@exercise.mistake(
    "gives a negative improvement where the loss is known to be worse", caught_by=knows_certainty
)
def gives_a_negative_improvement(mean, deviation, best):
    gain = best - np.asarray(mean)
    hoped = formula(gain, deviation, safe(gain, deviation))
    return np.where(np.asarray(deviation) > 0, hoped, gain)


@exercise.mistake("asks with `if` about all places at once", caught_by=takes_many_places)
def asks_with_if(mean, deviation, best):
    if deviation == 0:
        return max(best - mean, 0)
    gain = best - mean
    return formula(gain, deviation, gain / deviation)


@exercise.mistake(
    "gives the best place, or its number, and not one number for each", caught_by=takes_many_places
)
def gives_the_highest(mean, deviation, best):
    return np.max(expected_improvement(mean, deviation, best))
