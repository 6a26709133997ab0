"""One number tells the story. On a parabola of curvature `h`, every step multiplies the distance
to the bottom by the same factor, `1 - lr * h`. So you can say what a run will do before it starts,
and five words are enough: it creeps, it lands, it overshoots, it swings for ever, or it blows up.
Write the function that names the word.

**Predict first.** Curvature 10, rate 0.19: where is the ball after one step from `w = 1`? Does it
ever come to rest?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit
from lrcourse.regimes import REGIMES

exercise = Exercise("regime", points=2, minutes=12)


@exercise.solution
def regime(lr, curvature):
    """Name what gradient descent does on a parabola, by its factor `1 - lr * curvature`.

    lr         the learning rate, above 0
    curvature  the parabola's second derivative, above 0

    Return one of these words:
    "creeps"      closer with every step, always on the same side
    "lands"       at the bottom after one step
    "overshoots"  on the other side after every step, but closer
    "swings"      on the other side after every step, and no closer, for ever
    "blows up"    on the other side after every step, and farther away

    Two of the words stand for one exact factor. Computers round, so let a factor within 1e-9 of
    0 count as 0, and one within 1e-9 of -1 count as -1.
    """
    # solution: eight lines
    factor = 1 - lr * curvature
    if abs(factor) < 1e-9:
        return "lands"
    if abs(factor + 1) < 1e-9:
        return "swings"
    if abs(factor) > 1:
        return "blows up"
    return "creeps" if factor > 0 else "overshoots"


exercise.hints = [
    "Start at distance 1: after one step you are at the factor, after two at its square. What do "
    "its sign and its size each tell you?",
    "Ask for the two exact places first, then for the size, last for the sign: each question is "
    "easier once the earlier ones are out of the way.",
    "Start with `factor = 1 - lr * curvature` and then `if abs(factor) < 1e-9:`.",
]
exercise.turned_out = (
    "the factor is 1 - 1.9 = -0.9, so after one step the ball is at -0.9, on the other side. It "
    "does come to rest: each step ends a tenth closer, and it overshoots to the last."
)

WORDS = tuple(REGIMES)


def expect(regime, lr, curvature, word, because=""):
    """Assert that the answer is ``word``; ``Unfit`` where it is none of the five."""
    seen = regime(lr=lr, curvature=curvature)
    if not isinstance(seen, str) or seen not in WORDS:
        raise Unfit(f"One of these belongs there, spelled like this: {', '.join(WORDS)}.")
    assert seen == word, because or f"There the factor is {1 - lr * curvature:.3g}."


@exercise.check("Where lr * curvature is below 1, every step is too short to arrive: it creeps.")
def creeps_while_steps_are_short(regime, rng):
    expect(regime, rng.integers(22, 32) / 100, 2.0, "creeps")
    expect(regime, rng.integers(12, 19) / 10, 0.3, "creeps")


@exercise.check(
    "Where lr * curvature is between 1 and 2, it comes out on the other side, but closer."
)
def overshoots_and_settles(regime, rng):
    expect(regime, rng.integers(30, 46) / 100, 4.0, "overshoots")


@exercise.check("Where lr * curvature is above 2, each step ends farther out than it began.")
def blows_up_beyond_the_limit(regime, rng):
    expect(regime, rng.integers(21, 29) / 10, 2.0, "blows up")
    expect(regime, rng.integers(22, 28) / 100, 10.0, "blows up")


@exercise.check("A rate of exactly 1 / curvature is at the bottom after one step: it lands.")
def lands_at_one_over_curvature(regime, rng):
    curvature = float(rng.choice([2, 4, 8, 16]))
    expect(regime, 1 / curvature, curvature, "lands")


@exercise.check("A rate of exactly 2 / curvature goes from one side to the other for ever.")
def swings_at_two_over_curvature(regime, rng):
    curvature = float(rng.choice([4, 8, 16]))
    expect(regime, 2 / curvature, curvature, "swings")


@exercise.check("A boundary stays a boundary when a last digit is rounded, up or down.")
def forgives_rounding(regime, rng):
    scale = float(rng.choice([0.5, 1, 2]))  # By a power of 2, which changes no digit.
    for lr, curvature, word in [
        (1 / 49 / scale, 49 * scale, "lands"),
        ((0.1 + 0.2) / scale, 10 / 3 * scale, "lands"),
        (2 / 49 / scale, 49 * scale, "swings"),
        ((0.1 + 0.2) / scale, 20 / 3 * scale, "swings"),
    ]:
        because = (
            f"The computer's {lr!r} * {curvature!r} is {lr * curvature!r}: rounding moved it off "
            f"{round(lr * curvature)}."
        )
        expect(regime, lr, curvature, word, because)


@exercise.check("Near a boundary is not on it: a ten-thousandth to the side has its own word.")
def stays_sharp_beside_a_boundary(regime, rng):
    curvature = float(rng.choice([2, 4, 5]))
    for product, word in [
        (0.9999, "creeps"),
        (1.0001, "overshoots"),
        (1.9999, "overshoots"),
        (2.0001, "blows up"),
    ]:
        because = f"There, lr * curvature is {product}."
        expect(regime, product / curvature, curvature, word, because)


@exercise.domain(
    corners=[
        {"lr": factor, "curvature": 1.0}
        for middle in (1, 2)
        for factor in (middle - 3e-9, middle - 5e-10, middle, middle + 5e-10, middle + 3e-9)
    ]
)
def allowed(rng):
    return {"lr": rng.uniform(0.2, 1.2), "curvature": rng.uniform(0.2, 2.5)}


@exercise.accepts("table")
def looked_up(lr, curvature):
    product = lr * curvature
    for boundary, word in ((1, "lands"), (2, "swings")):
        if abs(product - boundary) < 1e-9:
            return word
    return ("creeps", "overshoots", "blows up")[int(np.searchsorted([1, 2], product))]


@exercise.accepts("walks two steps and looks")
def walked(lr, curvature):
    path = [1.0]
    for _ in range(2):
        path.append(path[-1] - lr * curvature * path[-1])
    start, first, second = path
    if -1e-9 < first < 1e-9:
        return "lands"
    if abs(second - start) < 2e-9 and first < 0:
        return "swings"
    if second > start:
        return "blows up"
    return "overshoots" if first < 0 else "creeps"


@exercise.mistake(
    "compares the rate alone with 1 and 2: on a parabola of curvature 1 that would do",
    caught_by=creeps_while_steps_are_short,
)
def goes_by_the_rate_alone(lr, curvature):
    return regime(lr, 1.0)


@exercise.mistake(
    "divides the rate by the curvature, as if a steeper parabola took a higher rate",
    caught_by=creeps_while_steps_are_short,
)
def divides_by_the_curvature(lr, curvature):
    return regime(lr / curvature, 1.0)


@exercise.mistake(
    "has the two sides swapped: with a factor above 0 the ball stays on its side and creeps, below "
    "0 it changes sides",
    caught_by=creeps_while_steps_are_short,
)
def turns_the_sign_round(lr, curvature):
    return regime(2 - lr * curvature, 1.0)


@exercise.mistake(
    "puts the cliff at 1 / curvature: that is where overshooting begins, and half of the limit",
    caught_by=overshoots_and_settles,
)
def takes_overshooting_for_blowing_up(lr, curvature):
    return "blows up" if regime(lr, curvature) == "overshoots" else regime(lr, curvature)


@exercise.mistake(
    "looks at the factor's size and not at its sign", caught_by=overshoots_and_settles
)
def drops_the_sign(lr, curvature):
    return "creeps" if regime(lr, curvature) == "overshoots" else regime(lr, curvature)


@exercise.mistake("calls every overshoot a swing for ever", caught_by=overshoots_and_settles)
def swings_at_every_overshoot(lr, curvature):
    return "swings" if regime(lr, curvature) == "overshoots" else regime(lr, curvature)


@exercise.mistake(
    "asks only on which side the step ends, however far out", caught_by=blows_up_beyond_the_limit
)
def never_blows_up(lr, curvature):
    return "overshoots" if regime(lr, curvature) == "blows up" else regime(lr, curvature)


@exercise.mistake(
    "compares the factor with 2: it is lr * curvature that has its limit at 2",
    caught_by=blows_up_beyond_the_limit,
)
def compares_the_factor_with_two(lr, curvature):
    beyond = 2 < lr * curvature < 3
    return "overshoots" if beyond else regime(lr, curvature)


@exercise.mistake("has no word of its own for a factor of 0", caught_by=lands_at_one_over_curvature)
def creeps_where_it_lands(lr, curvature):
    return "creeps" if regime(lr, curvature) == "lands" else regime(lr, curvature)


@exercise.mistake(
    "counts a factor of -1 as blowing up, though the distance never grows",
    caught_by=swings_at_two_over_curvature,
)
def blows_up_where_it_swings(lr, curvature):
    return "blows up" if regime(lr, curvature) == "swings" else regime(lr, curvature)


@exercise.mistake(
    "counts a factor of -1 as overshooting, though it never gets closer",
    caught_by=swings_at_two_over_curvature,
)
def overshoots_where_it_swings(lr, curvature):
    return "overshoots" if regime(lr, curvature) == "swings" else regime(lr, curvature)


@exercise.mistake(
    "asks whether the factor is exactly 0, with == or with math.isclose, which at 0 forgives "
    "nothing",
    caught_by=forgives_rounding,
)
def hangs_on_float_equality(lr, curvature):
    factor = 1 - lr * curvature
    if factor == 0:
        return "lands"
    if factor == -1:
        return "swings"
    if abs(factor) > 1:
        return "blows up"
    return "creeps" if factor > 0 else "overshoots"


@exercise.mistake(
    "asks with == whether the rate is 1 / curvature or 2 / curvature: 0.1 + 0.2 is not quite 0.3",
    caught_by=forgives_rounding,
)
def compares_rates_with_equality(lr, curvature):
    if lr == 1 / curvature:
        return "lands"
    if lr == 2 / curvature:
        return "swings"
    if lr > 2 / curvature:
        return "blows up"
    return "creeps" if lr < 1 / curvature else "overshoots"


@exercise.mistake(
    "forgives rounding where the factor should be 0, and asks with == whether it is -1",
    caught_by=forgives_rounding,
)
def forgives_landing_only(lr, curvature):
    factor = 1 - lr * curvature
    if abs(factor) < 1e-9:
        return "lands"
    if factor == -1:
        return "swings"
    if abs(factor) > 1:
        return "blows up"
    return "creeps" if factor > 0 else "overshoots"


@exercise.mistake(
    "asks whether the factor is below -1 before it asks whether it is -1 but for rounding",
    caught_by=forgives_rounding,
)
def blows_up_by_a_rounded_digit(lr, curvature):
    factor = 1 - lr * curvature
    if abs(factor) < 1e-9:
        return "lands"
    if factor < -1:
        return "blows up"
    if factor < -1 + 1e-9:
        return "swings"
    return "creeps" if factor > 0 else "overshoots"


@exercise.mistake(
    "forgives a hundredth, as rounding to two digits does, and so takes near for on the spot",
    caught_by=stays_sharp_beside_a_boundary,
)
def rounds_to_two_digits(lr, curvature):
    return regime(round(lr * curvature, 2), 1.0)


@exercise.mistake(
    "asks np.isclose, which lets a factor off by a hundred-thousandth count as -1 or as 0",
    caught_by=exercise.everything,
)
def asks_isclose(lr, curvature):
    product = lr * curvature
    if np.isclose(product, 1):
        return "lands"
    if np.isclose(product, 2):
        return "swings"
    return "creeps" if product < 1 else "overshoots" if product < 2 else "blows up"
