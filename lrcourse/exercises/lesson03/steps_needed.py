"""How long will it take? Along each direction of a bowl the distance to the bottom is multiplied
by `1 - lr * h` on every step. So the number of steps to a given accuracy can be counted in advance:
it is the slowest direction's number, and the slowest may be the flattest, which creeps, or the
steepest, which swings.

**Predict first.** Each step leaves nine tenths of the distance. How many steps until a thousandth
of it is left: about 10, about 65, or about 1000?
"""

import math

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("steps_needed", points=2, minutes=15)


@exercise.solution
def steps_needed(curvatures, lr, accuracy):
    """Return how many steps gradient descent on a bowl needs: a whole number.

    curvatures  all of the bowl's, above 0, as an array
    lr          the learning rate, above 0
    accuracy    the part of the first distance that may be left in any direction, between 0 and 1

    It is the smallest number of steps after which no direction has more left than that. It is
    `np.inf` where no number of steps is enough.
    """
    # solution: four lines
    slowest = np.abs(1 - lr * curvatures).max()
    if slowest >= 1:
        return np.inf
    return 1 if slowest == 0 else int(np.ceil(np.log(accuracy) / np.log(slowest)))


exercise.hints = [
    "After `k` steps a direction with factor `f` has `abs(f)**k` left. For which `k` does that "
    "come down to `accuracy`? And which direction is last?",
    "Take logarithms of both sides, the same kind twice. A number of steps is whole, and one step "
    "too few is not enough.",
    "Start with what one step leaves in the slowest direction: "
    "`slowest = np.abs(1 - lr * curvatures).max()`.",
]
exercise.turned_out = (
    "about 65: after 65 steps a little more than a thousandth is left, so it takes 66. Ten steps "
    "leave a third."
)


@exercise.check("With one curvature: as many steps as multiply out to the accuracy.")
def counts_the_factors(steps_needed, rng):
    part, enough = [(0.5, 7), (0.7, 13), (0.83, 25)][rng.integers(3)]
    curvature = rng.choice([1.0, 2.0])
    lr = round((1 - part) / curvature, 3)
    assert close(steps_needed(np.array([curvature]), lr=lr, accuracy=0.01), enough), (
        f"After each step {part} of the distance is left."
    )


@exercise.check("Part of a step is a step: the smallest whole number that is enough.")
def rounds_up(steps_needed, rng):
    lr, accuracy, enough = [(0.5, 0.1, 4), (0.3, 0.05, 9), (0.2, 0.05, 14)][rng.integers(3)]
    assert close(steps_needed(np.array([1.0]), lr=lr, accuracy=accuracy), enough), (
        f"After {enough - 1} steps {in_words((1 - lr) ** (enough - 1))} of the distance is left, "
        f"and after {enough} steps {in_words((1 - lr) ** enough)}."
    )


@exercise.check("At a low rate the flattest direction is the last to arrive.")
def waits_for_the_flattest(steps_needed, rng):
    middle = rng.integers(3, 8)
    curvatures = np.array([middle, 1.0, 10.0])
    assert close(steps_needed(curvatures, lr=0.05, accuracy=0.01), 90), (
        "Each step leaves 0.95 of the distance in the flattest direction."
    )


@exercise.check("Near the cliff the steepest direction is the last to arrive.")
def waits_for_the_steepest(steps_needed, rng):
    middle = rng.integers(3, 8)
    curvatures = rng.permutation([1.0, middle, 10.0])
    assert close(steps_needed(curvatures, lr=0.19, accuracy=0.01), 44), (
        "The steepest direction changes sides, and 0.9 of its distance is left after each step."
    )


@exercise.check("A rate that lands every direction at once needs one step.")
def lands_in_one_step(steps_needed, rng):
    curvature = rng.choice([2.0, 4.0, 8.0])
    curvatures = np.array([curvature, curvature])
    assert close(steps_needed(curvatures, lr=1 / curvature, accuracy=0.01), 1), (
        "At the start all of the distance is left, and after one step nothing."
    )


@exercise.check("Beyond the cliff no number of steps is enough: np.inf.")
def never_arrives_beyond_the_cliff(steps_needed, rng):
    lr = rng.integers(22, 30) / 100
    assert close(steps_needed(np.array([1.0, 10.0]), lr=lr, accuracy=0.01), np.inf), (
        f"One step leaves {10 * lr - 1:.2g} times the distance in the steepest direction."
    )


@exercise.check("On the edge of the cliff, where it swings for ever, it is np.inf as well.")
def never_arrives_on_the_edge(steps_needed, rng):
    steep = rng.choice([4.0, 8.0, 16.0])
    assert close(steps_needed(np.array([1.0, steep]), lr=2 / steep, accuracy=0.01), np.inf), (
        "The steepest direction changes sides at each step and comes no closer."
    )


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[
        {"curvatures": np.array([1.0]), "lr": 0.5, "accuracy": 0.25},
        {"curvatures": np.array([1.0, 0.5]), "lr": 0.5, "accuracy": 0.75},
        {"curvatures": np.array([1.0]), "lr": 1 - 1e-13, "accuracy": 1e-20},
        {"curvatures": np.array([2.0, 2.0]), "lr": 0.5},
        {"curvatures": np.array([1.0, 4.0]), "lr": 0.5},
    ],
    single=False,
    zeros=[],
)
def allowed(rng, shape):
    accuracy = rng.uniform(0.01, 0.3)
    return {"curvatures": rng.uniform(0.5, 4, size=shape), "lr": 0.07, "accuracy": accuracy}


@exercise.picture(xlabel="learning rate", ylabel="steps to 1 %, curvatures 1 to 10")
def against_the_rate(steps_needed):
    rates = np.linspace(0.03, 0.21, 37)
    steps = [steps_needed(np.array([1.0, 10.0]), lr=lr, accuracy=0.01) for lr in rates]
    return rates, steps


@exercise.accepts("loops")
def multiplied_out(curvatures, lr, accuracy):
    slowest = max(abs(1 - lr * curvature) for curvature in curvatures)
    if slowest >= 1:
        return np.inf
    steps, left = 0, 1.0
    while left > accuracy:
        steps, left = steps + 1, left * slowest
    return steps


@exercise.accepts("each direction for itself")
def each_direction(curvatures, lr, accuracy):
    factors = np.abs(1 - lr * np.asarray(curvatures))
    with np.errstate(divide="ignore"):
        steps = np.where(factors < 1, np.log10(accuracy) / np.log10(factors), np.inf)
    return max(1.0, np.ceil(steps).max())


def counted(slowest, accuracy):
    """Return the steps that a factor needs, ``np.inf`` where it never gets there."""
    if slowest >= 1:
        return np.inf
    return max(1, np.ceil(np.log(accuracy) / np.log(slowest)))


def worst(curvatures, lr):
    """Return what one step leaves in the slowest direction."""
    return np.abs(1 - lr * curvatures).max()


@exercise.mistake(
    "mixes two logarithms, base 10 above and base e below", caught_by=counts_the_factors
)
def mixes_logarithms(curvatures, lr, accuracy):
    return max(1, np.ceil(np.log10(accuracy) / np.log(worst(curvatures, lr))))


@exercise.mistake(
    "comes out below one step: the logarithm of the accuracy, far below 0, belongs above the "
    "logarithm of the factor",
    caught_by=counts_the_factors,
)
def turns_the_fraction_over(curvatures, lr, accuracy):
    return np.ceil(np.log(worst(curvatures, lr)) / np.log(accuracy))


@exercise.mistake("gives a fraction of a step: no ceiling", caught_by=counts_the_factors)
def gives_a_fraction(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return np.inf if slowest >= 1 else np.log(accuracy) / np.log(slowest)


@exercise.mistake("rounds down, and stops one step short", caught_by=counts_the_factors)
def rounds_down(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return np.inf if slowest >= 1 else np.floor(np.log(accuracy) / np.log(slowest))


@exercise.mistake("counts one step too many", caught_by=counts_the_factors)
def counts_one_too_many(curvatures, lr, accuracy):
    return counted(worst(curvatures, lr), accuracy) + 1


@exercise.mistake(
    "counts until the loss, not the distance, has shrunk so far: half as many steps",
    caught_by=counts_the_factors,
)
def speaks_of_the_loss(curvatures, lr, accuracy):
    return counted(worst(curvatures, lr) ** 2, accuracy)


@exercise.mistake(
    "goes by the condition number or its root, and not by the rate it was given: those are for "
    "the best rate, and for the best momentum",
    caught_by=counts_the_factors,
)
def goes_by_the_condition_number(curvatures, lr, accuracy):
    condition = curvatures.max() / curvatures.min()
    return np.ceil(np.sqrt(condition) * np.log(1 / accuracy))


@exercise.mistake(
    "takes the factor of the best rate, (L - mu) / (L + mu), and not that of the rate it is given",
    caught_by=counts_the_factors,
)
def counts_for_the_best_rate(curvatures, lr, accuracy):
    flattest, steepest = curvatures.min(), curvatures.max()
    return np.ceil(np.log(accuracy) / np.log((steepest - flattest) / (steepest + flattest)))


@exercise.mistake(
    "takes the same length off the distance each time, where it is the same part of what is left",
    caught_by=counts_the_factors,
)
def shrinks_in_a_straight_line(curvatures, lr, accuracy):
    return np.ceil((1 - accuracy) / (1 - worst(curvatures, lr)))


@exercise.mistake("rounds to the nearest whole number", caught_by=rounds_up)
def rounds_to_the_nearest(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return np.inf if slowest >= 1 else round(np.log(accuracy) / np.log(slowest))


@exercise.mistake(
    "counts for the steepest direction only, or for the fastest (min for max)",
    caught_by=waits_for_the_flattest,
)
def counts_for_the_steepest(curvatures, lr, accuracy):
    return counted(abs(1 - lr * curvatures.max()), accuracy)


@exercise.mistake(
    "asks with `if` about the factors of all directions at once: only the slowest counts",
    caught_by=waits_for_the_flattest,
)
def asks_with_if(curvatures, lr, accuracy):
    factors = np.abs(1 - lr * curvatures)
    return np.inf if factors >= 1 else np.ceil(np.log(accuracy) / np.log(factors))


@exercise.mistake("averages the curvatures", caught_by=waits_for_the_flattest)
def averages_the_curvatures(curvatures, lr, accuracy):
    return counted(abs(1 - lr * curvatures.mean()), accuracy)


@exercise.mistake("takes the first curvature for all of them", caught_by=waits_for_the_flattest)
def takes_the_first(curvatures, lr, accuracy):
    return counted(abs(1 - lr * curvatures[0]), accuracy)


@exercise.mistake(
    "counts for the flattest direction only, or leaves out abs: a factor below 0 shrinks no "
    "faster than its size",
    caught_by=waits_for_the_steepest,
)
def counts_for_the_flattest(curvatures, lr, accuracy):
    return counted((1 - lr * curvatures).max(), accuracy)


@exercise.mistake(
    "gives 0 steps where the factor is 0: the logarithm of 0 is minus infinity",
    caught_by=lands_in_one_step,
)
def stays_at_the_start(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return np.inf if slowest >= 1 else np.ceil(np.log(accuracy) / np.log(slowest))


@exercise.mistake(
    "asks math.log for the logarithm of 0, which it refuses", caught_by=lands_in_one_step
)
def asks_for_the_logarithm_of_zero(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return np.inf if slowest >= 1 else math.ceil(math.log(accuracy) / math.log(slowest))


@exercise.mistake(
    "gives a negative number of steps where the distance grows",
    caught_by=never_arrives_beyond_the_cliff,
)
def counts_backwards(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return 1 if slowest == 0 else np.ceil(np.log(accuracy) / np.log(slowest))


@exercise.mistake(
    "asks for a factor above 1 and forgets the one that is exactly 1",
    caught_by=never_arrives_on_the_edge,
)
def forgets_the_edge(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    if slowest > 1:
        return np.inf
    return 1 if slowest == 0 else np.ceil(np.log(accuracy) / np.log(slowest))


@exercise.mistake(
    "forgets the factor that is exactly 1, whose logarithm is 0, and divides by it",
    caught_by=never_arrives_on_the_edge,
)
def divides_by_the_logarithm_of_one(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    if slowest > 1:
        return np.inf
    return 1 if slowest == 0 else math.ceil(math.log(accuracy) / math.log(slowest))


@exercise.mistake(
    "takes the whole number below and adds one: a step too many where the steps come out even",
    caught_by=exercise.everything,
)
def adds_one_to_the_floor(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    if slowest >= 1:
        return np.inf
    return 1 if slowest == 0 else int(np.log(accuracy) / np.log(slowest)) + 1


@exercise.mistake(
    "takes a factor that is small for one that is 0: what is left may still be too much",
    caught_by=exercise.everything,
)
def takes_small_for_nothing(curvatures, lr, accuracy):
    slowest = worst(curvatures, lr)
    return 1 if slowest < 1e-12 else counted(slowest, accuracy)
