"""A tug of war. A bowl has many curvatures and only one rate for all of them. Raise it, and the
flattest direction hurries; raise it further, and the steepest starts to swing. The best rate is
where both do equally badly: none shrinks more slowly than these two.

**Predict first.** The curvatures are 1 and 100, so rates up to 2/100 are stable. Is the best rate
near 0.01, the one that lands the steep direction in one step, or near 0.02, the edge of the cliff?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers, parts

exercise = Exercise("best_fixed_lr", points=2, minutes=12)


@exercise.solution
def best_fixed_lr(curvatures):
    """Return `(lr, factor)`: the best fixed rate for a bowl, and what it achieves.

    curvatures  all of the bowl's, above 0: a list or an array, in any order

    lr      the rate at which the slowest direction shrinks fastest
    factor  what that leaves, after each step, of the distance in the slowest direction: from 0
            (there in one step) to 1 (never)
    """
    # solution: two lines
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / (flattest + steepest), (steepest - flattest) / (steepest + flattest)


exercise.hints = [
    "One step multiplies the distance along curvature `h` by `1 - lr * h`. For which two "
    "curvatures is that farthest from 0?",
    "At the best rate the flattest is at `1 - lr * flattest` and the steepest at the same distance "
    "below 0. Set them equal but for the sign and solve for `lr`.",
    "Start with `flattest, steepest = np.min(curvatures), np.max(curvatures)`.",
]
exercise.turned_out = (
    "near 0.02, at 2/101 = 0.0198, just before the cliff. There each step leaves 98 % of the "
    "distance; at 0.01 it leaves 99 %, which takes twice as many steps."
)


def left(lr, curvatures):
    """Say what one step at ``lr`` leaves of the distance in the slowest direction."""
    worst = np.max(np.abs(1 - np.asarray(lr, float) * curvatures))
    return f"At that rate one step leaves {worst:.3g} times the distance in the slowest direction."


def two_curvatures(rng):
    """Return a small and a larger curvature, whole numbers, as an array."""
    return np.array([rng.integers(1, 3), rng.integers(7, 10)])


@exercise.check("With one curvature alone, the best rate is there in one step.")
def lands_on_a_parabola(best_fixed_lr, rng):
    curvature = rng.integers(3, 10)
    lr, _ = parts(best_fixed_lr(np.array([curvature])), "lr", "factor")
    assert close(lr, 1 / curvature), left(lr, curvature)


@exercise.check("Of two directions, each leaves as much of its distance as the other.")
def balances_flat_and_steep(best_fixed_lr, rng):
    curvatures = two_curvatures(rng)
    lr, _ = parts(best_fixed_lr(curvatures), "lr", "factor")
    flat, steep = abs(1 - numbers(lr).item() * curvatures)
    assert close(flat, steep), (
        f"At that rate one step leaves {flat:.3g} of the distance along the flat direction and "
        f"{steep:.3g} along the steep one."
    )


@exercise.check("The factor is the part of the distance that one step leaves: at least 0.")
def says_what_one_step_leaves(best_fixed_lr, rng):
    curvatures = two_curvatures(rng)
    lr, factor = parts(best_fixed_lr(curvatures), "lr", "factor")
    assert close(factor, abs(1 - lr * curvatures[0])), left(lr, curvatures)


@exercise.check("Curvatures between the flattest and the steepest change nothing.")
def ignores_those_between(best_fixed_lr, rng):
    between = np.sort(rng.integers(3, 5, size=2))
    curvatures = np.array([1, *between, 15])
    lr, factor = parts(best_fixed_lr(curvatures), "lr", "factor")
    assert close(lr, 1 / 8) and close(factor, 7 / 8), left(lr, curvatures)


@exercise.check("The curvatures may come in any order.")
def takes_any_order(best_fixed_lr, rng):
    steep = rng.integers(3, 6) * 2 + 1
    lr, factor = parts(best_fixed_lr(np.array([2, steep, 1, 3])), "lr", "factor")
    assert close(lr, 2 / (1 + steep)) and close(factor, (steep - 1) / (steep + 1)), (
        f"The flattest is 1 and the steepest {steep}."
    )


@exercise.check("A plain list will do.")
def takes_a_list(best_fixed_lr, rng):
    lr, factor = parts(best_fixed_lr([1, int(rng.integers(3, 5)), 9]), "lr", "factor")
    assert close(lr, 0.2) and close(factor, 0.8)


@exercise.domain(shapes=[(4,), (1,), (2,)], lists=["curvatures"], zeros=[])
def allowed(rng, shape):
    return {"curvatures": rng.uniform(0.5, 9, size=shape)}


@exercise.picture(xlabel="steepest curvature, the flattest is 1", ylabel="rate")
def against_the_steepest(best_fixed_lr):
    steepest = np.linspace(1, 20, 39)
    return steepest, [float(best_fixed_lr(np.array([1.0, high]))[0]) for high in steepest]


@exercise.accepts("loops")
def by_hand(curvatures):
    flattest = steepest = curvatures[0]
    for curvature in curvatures:
        if curvature < flattest:
            flattest = curvature
        if curvature > steepest:
            steepest = curvature
    condition = steepest / flattest
    return 2 / (flattest + steepest), (condition - 1) / (condition + 1)


@exercise.accepts("a search for the lowest of the worst")
def searched(curvatures):
    curvatures = np.asarray(curvatures, float)
    low, high = 0.0, 2 / curvatures.max()
    for _ in range(60):
        lr = (low + high) / 2
        factors = 1 - lr * curvatures
        low, high = (low, lr) if -factors.min() > factors.max() else (lr, high)
    return lr, abs(1 - lr * curvatures).max()


@exercise.mistake(
    "gives the middle between 0 and the best: 1 over the sum of the two",
    caught_by=lands_on_a_parabola,
)
def halves_the_best(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 1 / (flattest + steepest), (steepest - flattest) / (steepest + flattest)


@exercise.mistake(
    "gives 2 / L, the edge of the cliff, or 2 over the sum of all curvatures",
    caught_by=lands_on_a_parabola,
)
def stands_on_the_edge(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / steepest, (steepest - flattest) / (steepest + flattest)


@exercise.mistake(
    "gives 2 / L, the edge of the cliff, and the factor there, which is 1: nothing shrinks",
    caught_by=lands_on_a_parabola,
)
def knows_the_factor_on_the_edge(curvatures):
    return 2 / np.max(curvatures), 1.0


@exercise.mistake(
    "forgets the brackets: 2 / mu + L divides by mu alone", caught_by=lands_on_a_parabola
)
def forgets_the_brackets_in_the_rate(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / flattest + steepest, (steepest - flattest) / (steepest + flattest)


@exercise.mistake(
    "has the factor upside down: above 1, nothing would ever shrink",
    caught_by=says_what_one_step_leaves,
)
def turns_the_factor_over(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / (flattest + steepest), (steepest + flattest) / (steepest - flattest)


@exercise.mistake(
    "forgets the brackets: k - 1 / k + 1 divides the 1 alone", caught_by=says_what_one_step_leaves
)
def forgets_the_brackets_in_the_factor(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    condition = steepest / flattest
    return 2 / (flattest + steepest), condition - 1 / condition + 1


@exercise.mistake("returns the condition number as the factor", caught_by=says_what_one_step_leaves)
def returns_the_condition_number(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / (flattest + steepest), steepest / flattest


@exercise.mistake("returns the factor first and then the rate", caught_by=lands_on_a_parabola)
def returns_the_factor_first(curvatures):
    return best_fixed_lr(curvatures)[::-1]


@exercise.mistake(
    "lands the steepest direction in one step and leaves the flattest behind: 1 / L",
    caught_by=balances_flat_and_steep,
)
def lands_the_steepest(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 1 / steepest, 1 - flattest / steepest


@exercise.mistake(
    "lands the flattest direction in one step: far beyond the cliff of the steepest",
    caught_by=balances_flat_and_steep,
)
def lands_the_flattest(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 1 / flattest, steepest / flattest - 1


@exercise.mistake(
    "takes the geometric mean of the two curvatures, where the arithmetic one belongs",
    caught_by=balances_flat_and_steep,
)
def takes_the_geometric_mean(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 1 / np.sqrt(flattest * steepest), (steepest - flattest) / (steepest + flattest)


@exercise.mistake(
    "averages the rates 1 / mu and 1 / L, not the curvatures", caught_by=balances_flat_and_steep
)
def averages_the_rates(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return (1 / flattest + 1 / steepest) / 2, (steepest - flattest) / (steepest + flattest)


@exercise.mistake(
    "gives the factor of the steepest direction with its sign: what is left is a size",
    caught_by=says_what_one_step_leaves,
)
def keeps_the_sign(curvatures):
    lr = 2 / (np.min(curvatures) + np.max(curvatures))
    return lr, 1 - lr * np.max(curvatures)


@exercise.mistake(
    "gives the part that one step takes away, not the part that it leaves",
    caught_by=says_what_one_step_leaves,
)
def says_what_one_step_takes(curvatures):
    lr = 2 / (np.min(curvatures) + np.max(curvatures))
    return lr, lr * np.min(curvatures)


@exercise.mistake(
    "gives the factor of the rate 1 / L, which is 1 - mu / L", caught_by=says_what_one_step_leaves
)
def gives_the_factor_of_another_rate(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / (flattest + steepest), 1 - flattest / steepest


@exercise.mistake(
    "squares the factor: that is what is left of the loss, not of the distance",
    caught_by=says_what_one_step_leaves,
)
def speaks_of_the_loss(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    return 2 / (flattest + steepest), ((steepest - flattest) / (steepest + flattest)) ** 2


@exercise.mistake(
    "takes the root of the condition number: with momentum that will come true, in lesson 10",
    caught_by=says_what_one_step_leaves,
)
def takes_the_root(curvatures):
    flattest, steepest = np.min(curvatures), np.max(curvatures)
    root = np.sqrt(steepest / flattest)
    return 2 / (flattest + steepest), (root - 1) / (root + 1)


@exercise.mistake(
    "takes the mean of all curvatures, where only the two extremes count",
    caught_by=ignores_those_between,
)
def takes_the_mean_of_all(curvatures):
    lr = 1 / np.mean(curvatures)
    return lr, abs(1 - lr * np.asarray(curvatures)).max()


@exercise.mistake(
    "takes the first for the flattest and the last for the steepest", caught_by=takes_any_order
)
def trusts_the_order(curvatures):
    flattest, steepest = curvatures[0], curvatures[-1]
    return 2 / (flattest + steepest), abs(steepest - flattest) / (steepest + flattest)


@exercise.mistake("asks the list for a method that arrays alone have", caught_by=takes_a_list)
def asks_for_a_method(curvatures):
    flattest, steepest = curvatures.min(), curvatures.max()
    return 2 / (flattest + steepest), (steepest - flattest) / (steepest + flattest)
