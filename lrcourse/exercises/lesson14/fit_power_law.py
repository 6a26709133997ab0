"""A table says: batch 32 wants a rate of 0.01, batch 64 one of 0.05, batch 128 one of 0.1, batch
256 one of 0.5. What law is that? A power law `y = factor * x**exponent` is a straight line once
both sides are logarithms, and a straight line has a slope: the exponent. With it a table can be
held against a rule that has a name: 1 is the linear rule, 1/2 the square root.

**Predict first.** From batch 32 to 256 the table's rates grow 50 times, the batch 8 times. Is its
exponent below 1, about 1, or well above 1?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts

exercise = Exercise("fit_power_law", points=2, minutes=12)


@exercise.solution
def fit_power_law(x, y):
    """Return `(exponent, factor)` of the law `y = factor * x**exponent` that fits best.

    x, y  numbers above 0, as many of the one as of the other: two or more, not all `x` alike

    Best means: the smallest sum of squared differences between the logarithms of both sides.
    """
    # solution: two lines
    exponent, height = np.polyfit(np.log(x), np.log(y), 1)
    return exponent, np.exp(height)


exercise.hints = [
    "Take the logarithm of both sides of `y = factor * x**exponent`. What is the slope of the "
    "line, "
    "and what is its height at 0?",
    "`numpy.polyfit(a, b, 1)` returns the slope and the height of the best line through points.",
    "Start with `exponent, height = np.polyfit(np.log(x), np.log(y), 1)`.",
]
exercise.turned_out = (
    "well above 1: about 1.8. No rule for batch sizes says more than 1, and the digits gave 0.2."
)


def expect(seen, exponent, factor):
    """Assert that a law was found, but for rounding."""
    found = parts(seen, "exponent", "factor")
    assert close(found[0], exponent, 1e-6, what="the exponent"), f"The exponent is {exponent:g}."
    assert close(found[1], factor, 1e-6, what="the factor"), f"The factor is {factor:g}."


@exercise.check("Points on a power law give its exponent and its factor.")
def finds_the_law(fit_power_law, rng):
    exponent, factor = rng.uniform(1.2, 2.5), rng.uniform(2, 5)
    x = np.array([1.5, 4.0, 7.0, 30.0])
    expect(fit_power_law(x, factor * x**exponent), exponent, factor)


@exercise.check("A law that falls has an exponent below 0.")
def falls(fit_power_law, rng):
    factor, x = rng.uniform(2, 5), np.array([0.01, 0.1, 1.0, 3.0])
    expect(fit_power_law(x, factor / x**0.5), -0.5, factor)


@exercise.check("Points beside the line count by their distance in logarithms, all of them.")
def weighs_all_points(fit_power_law, rng):
    up = rng.uniform(1.5, 3)
    x, y = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0 * up, 4.0])
    expect(fit_power_law(x, y), 1.0, up ** (1 / 3))


@exercise.domain(
    shapes=[(5,), (2,), (9,)],
    corners=[{"x": np.array([32, 64]), "y": np.array([1, 2])}],
    lists=["x", "y"],
    zeros=[],
)
def allowed(rng, shape):
    return {"x": rng.uniform(0.1, 9, size=shape), "y": rng.uniform(0.1, 9, size=shape)}


@exercise.accepts("the sums written out")
def by_sums(x, y):
    a, b = np.log(np.asarray(x, float)), np.log(np.asarray(y, float))
    across, up = a - a.mean(), b - b.mean()
    slope = (across * up).sum() / (across * across).sum()
    return slope, np.exp(b.mean() - slope * a.mean())


@exercise.accepts("least squares, in another base")
def by_least_squares(x, y):
    table = np.column_stack([np.log2(x), np.ones(len(x))])
    (slope, height), *_ = np.linalg.lstsq(table, np.log2(y), rcond=None)
    return [slope, 2.0**height]


@exercise.mistake("fits a line to the numbers, without logarithms", caught_by=finds_the_law)
def fits_the_numbers(x, y):
    slope, height = np.polyfit(x, y, 1)
    return slope, height


@exercise.mistake("returns the logarithm of the factor", caught_by=finds_the_law)
def leaves_the_logarithm(x, y):
    exponent, height = np.polyfit(np.log(x), np.log(y), 1)
    return exponent, height


@exercise.mistake("takes logarithms of base 10 and e to a power after", caught_by=finds_the_law)
def mixes_bases(x, y):
    exponent, height = np.polyfit(np.log10(x), np.log10(y), 1)
    return exponent, np.exp(height)


@exercise.mistake("returns factor and exponent in the other order", caught_by=finds_the_law)
def swaps_the_two(x, y):
    exponent, height = np.polyfit(np.log(x), np.log(y), 1)
    return np.exp(height), exponent


@exercise.mistake("swaps the axes: the law of x in y", caught_by=finds_the_law)
def swaps_the_axes(x, y):
    exponent, height = np.polyfit(np.log(y), np.log(x), 1)
    return exponent, np.exp(height)


@exercise.mistake("takes the logarithm of one side alone", caught_by=finds_the_law)
def takes_one_logarithm(x, y):
    exponent, height = np.polyfit(x, np.log(y), 1)
    return exponent, np.exp(height)


@exercise.mistake("loses the sign of a law that falls", caught_by=falls)
def loses_the_sign(x, y):
    exponent, height = np.polyfit(np.log(x), np.log(y), 1)
    return abs(exponent), np.exp(height)


@exercise.mistake("looks at the first and the last point alone", caught_by=weighs_all_points)
def takes_the_ends(x, y):
    exponent = np.log(y[-1] / y[0]) / np.log(x[-1] / x[0])
    return exponent, y[0] / x[0] ** exponent
