"""If you know how low it goes. Suppose somebody told you the lowest loss there is. Then each step
can be measured by what is left to gain: Polyak's rate is the gap to the lowest loss, over the
squared length of the gradient. No first rate, no memory; and one number that must be
right.

**Predict first.** The loss is `3 * w**2`, its curvature 6, its lowest value 0. Which rate does
Polyak's formula name: 1/12, 1/6 or 1/3?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("polyak_lr", points=1, minutes=8, core=False)


@exercise.solution
def polyak_lr(loss, grad, best_loss=0.0):
    """Return Polyak's rate, `(loss - best_loss) / |grad|**2`.

    loss       the loss where you stand, one number
    grad       the gradient there, an array `[P]`; `|grad|**2` is the sum of its squares
    best_loss  the lowest loss there is

    Return 0.0 where the gradient is 0, and where the loss is not above `best_loss`: there is
    nothing to gain.
    """
    # solution: four lines
    square = np.sum(grad**2)
    if square == 0 or loss <= best_loss:
        return 0.0
    return (loss - best_loss) / square


exercise.hints = [
    "What is left to gain, and what is a step's gain measured in?",
    "The length of an arrow is the root of the sum of its squares; here you want the square of the "
    "length, so there is no root to take.",
    "Start with `square = np.sum(grad**2)` and ask whether it is 0 before you divide.",
]
exercise.turned_out = (
    "1/12. The loss is 3w² and the gradient 6w, so the rate is 3w² / 36w²: half of 1 over the "
    "curvature, wherever you stand."
)


def expect(polyak_lr, loss, grad, best_loss, wanted, because):
    seen = polyak_lr(loss, np.array(grad, float), best_loss)
    assert close(seen, wanted, what="The rate"), because or f"It should be {in_words(wanted)}."


@exercise.check("With a lowest loss of 0 it is the loss over the squared slope.")
def divides_by_the_squared_slope(polyak_lr, rng):
    h = float(rng.integers(3, 9))
    for w in (0.3, 3.0):
        expect(polyak_lr, h * w**2 / 2, [h * w], 0.0, 1 / (2 * h),
               f"On a parabola of curvature {h:g} it is {1 / (2 * h):.4g}.")  # fmt: skip


@exercise.check("The squares of all entries of the gradient are added up.")
def adds_up_all_squares(polyak_lr, rng):
    loss = float(rng.integers(7, 12))
    expect(polyak_lr, loss, [2.0, -1.0, 4.0], 0.0, loss / 21, "2² + 1² + 4² = 21.")


@exercise.check("What counts is the gap to the lowest loss.")
def measures_the_gap(polyak_lr, rng):
    loss, best = float(rng.integers(7, 12)), rng.integers(3, 6) / 2
    expect(
        polyak_lr, loss, [3.0, 1.0], best, (loss - best) / 10, f"{loss - best:g} is left to gain."
    )
    expect(polyak_lr, loss - 9, [3.0, 1.0], best - 9, (loss - best) / 10,
           f"{loss - best:g} is left to gain, with losses below 0 too.")  # fmt: skip


@exercise.check("Where the gradient is 0 the rate is 0, and nothing is divided by 0.")
def rests_on_flat_ground(polyak_lr, rng):
    expect(polyak_lr, float(rng.integers(1, 5)), [0.0, 0.0], 0.0, 0.0,
           "Ask for this case: a little added below the line makes the rate immense.")  # fmt: skip


@exercise.check("Where the loss is below best_loss the rate is 0, and never negative.")
def never_goes_uphill(polyak_lr, rng):
    best = float(rng.integers(3, 6))
    expect(polyak_lr, best - 1, [1.0, 2.0], best, 0.0,
           "A rate below 0 would walk uphill, to a loss that was promised.")  # fmt: skip


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[{"grad": np.zeros(3)}, {"loss": 0.5, "best_loss": 0.5}, {"loss": 0.2}, {"loss": 3}],
)
def allowed(rng, shape):
    loss, best_loss = rng.uniform(1, 4), rng.uniform(0.3, 0.8)
    return {"loss": loss, "grad": rng.normal(size=shape), "best_loss": best_loss}


@exercise.picture(xlabel="step", ylabel="rate")
def rates_in_a_valley(polyak_lr):
    w, h, rates = np.array([4.0, 1.0]), np.array([1.0, 8.0]), []
    for _ in range(12):
        rates.append(float(polyak_lr(0.5 * w @ (h * w), h * w, 0.0)))
        w = w - rates[-1] * h * w
    return range(12), rates


@exercise.accepts("the gradient times itself, and a maximum")
def with_a_maximum(loss, grad, best_loss=0.0):
    square = grad @ grad
    return max(loss - best_loss, 0.0) / square if square > 0 else 0.0


@exercise.accepts("the norm, squared")
def with_the_norm(loss, grad, best_loss=0.0):
    length = np.linalg.norm(grad)
    if length == 0:
        return 0.0
    return float(np.clip((loss - best_loss) / length**2, 0, None))


@exercise.mistake(
    "divides by |grad|, and not by its square", caught_by=divides_by_the_squared_slope
)
def forgets_the_square(loss, grad, best_loss=0.0):
    return (loss - best_loss) / np.linalg.norm(grad)


@exercise.mistake(
    "puts a 2 below the line: half of Polyak's rate", caught_by=divides_by_the_squared_slope
)
def halves_it(loss, grad, best_loss=0.0):
    return polyak_lr(loss, grad, best_loss) / 2


@exercise.mistake(
    "puts a 2 above the line: this lands on a parabola, and overshoots in a valley",
    caught_by=divides_by_the_squared_slope,
)
def doubles_it(loss, grad, best_loss=0.0):
    return polyak_lr(loss, grad, best_loss) * 2


@exercise.mistake("has the fraction upside down", caught_by=divides_by_the_squared_slope)
def turns_it_over(loss, grad, best_loss=0.0):
    return np.sum(grad**2) / (loss - best_loss)


@exercise.mistake(
    "takes the mean of the squares, where their sum belongs", caught_by=adds_up_all_squares
)
def takes_the_mean(loss, grad, best_loss=0.0):
    return (loss - best_loss) / np.mean(grad**2)


@exercise.mistake("adds up the entries before it squares them", caught_by=adds_up_all_squares)
def squares_the_sum(loss, grad, best_loss=0.0):
    return (loss - best_loss) / np.sum(grad) ** 2


@exercise.mistake("squares the largest entry alone", caught_by=adds_up_all_squares)
def takes_the_largest(loss, grad, best_loss=0.0):
    return (loss - best_loss) / np.max(np.abs(grad)) ** 2


@exercise.mistake("pays no attention to best_loss", caught_by=measures_the_gap)
def ignores_the_lowest_loss(loss, grad, best_loss=0.0):
    return loss / np.sum(grad**2)


@exercise.mistake("adds best_loss, where it is taken off", caught_by=measures_the_gap)
def adds_the_lowest_loss(loss, grad, best_loss=0.0):
    return (loss + best_loss) / np.sum(grad**2)


@exercise.mistake(
    "divides the loss first and takes best_loss off afterwards", caught_by=measures_the_gap
)
def takes_it_off_too_late(loss, grad, best_loss=0.0):
    return loss / np.sum(grad**2) - best_loss


@exercise.mistake("divides by a gradient of 0", caught_by=rests_on_flat_ground)
def divides_by_nothing(loss, grad, best_loss=0.0):
    return max(loss - best_loss, 0) / np.sum(grad**2)


@exercise.mistake(
    "adds 1e-12 below the line, so that flat ground gets an immense rate",
    caught_by=rests_on_flat_ground,
)
def adds_a_little(loss, grad, best_loss=0.0):
    return max(loss - best_loss, 0) / (np.sum(grad**2) + 1e-12)


@exercise.mistake(
    "adds 1e-8 below the line, so that flat ground gets an immense rate",
    caught_by=rests_on_flat_ground,
)
def adds_a_little_more(loss, grad, best_loss=0.0):
    return max(loss - best_loss, 0) / (np.sum(grad**2) + 1e-8)


@exercise.mistake(
    "gives a negative rate where the loss is below best_loss", caught_by=never_goes_uphill
)
def goes_uphill(loss, grad, best_loss=0.0):
    square = np.sum(grad**2)
    return (loss - best_loss) / square if square else 0.0


@exercise.mistake(
    "takes the gap without its sign, and so runs from a loss that is lower than promised",
    caught_by=never_goes_uphill,
)
def drops_the_sign(loss, grad, best_loss=0.0):
    square = np.sum(grad**2)
    return abs(loss - best_loss) / square if square else 0.0
