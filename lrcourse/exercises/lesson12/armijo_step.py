"""Ask before you step. A line search tries a rate before it uses it. The slope makes a promise: for
a tiny rate the loss falls by `lr` times the sum of the squared slopes, |g|². On a parabola no step
keeps all of it, so ask for a part `c`. If the step keeps less than that, the rate was too high:
shrink it and try again, from the same place.

**Predict first.** On the parabola `w**2`, whose curvature is 2, you begin with the rate 1.6 and
halve. With `c = 0.5`, which rate is taken: 1.6, 0.8 or 0.4?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import Unfit, close, parts
from lrcourse.inputs import in_words

exercise = Exercise("armijo_step", points=2, minutes=15)


@exercise.solution
def armijo_step(loss, w, grad, lr, c=0.5, shrink=0.5):
    """Take one step of gradient descent with the first rate that keeps enough of the promise.

    loss    a function: `loss(w)` is one number, where you are and wherever a small step leads
    w       where you are, an array `[P]`
    grad    the gradient there, `[P]`
    lr      the rate to try first
    c       the part of the promised fall that you insist on, between 0 and 1
    shrink  what the rate is multiplied by after a try that fails

    A rate is good enough if `loss(w - lr * grad)` is at most `loss(w) - c * lr * |grad|**2`, where
    `|grad|**2` is the sum of the squares; a loss that is not a number is not good enough. Some rate
    always is, so the loop needs no other end. Return two things: the new `w`, and the rate used.
    Leave the `w` you are given as it is.
    """
    # solution: five lines
    here, square = loss(w), np.sum(grad**2)
    while not loss(w - lr * grad) <= here - c * lr * square:
        lr = lr * shrink
    return w - lr * grad, lr


exercise.hints = [
    "What has to hold for a rate to be taken? What is true as long as you keep shrinking?",
    "A `while` loop: as long as the loss after the step is above `loss(w) - c * lr * square`, "
    "shrink `lr`. The place `w` stays the same during all tries.",
    "Start with `here, square = loss(w), np.sum(grad**2)`, and then "
    "`while not loss(w - lr * grad) <= ...:`.",
]
exercise.turned_out = (
    "0.4. With c = 0.5 a parabola takes exactly the rates up to 1 over its curvature, here 0.5, "
    "and 0.8 is above it."
)


CALLS = 200
"""So often a loss may be called in one answer."""
ENDS = (-np.inf, np.inf, np.inf)
"""What it then gives in turn: no loop that compares goes on, in whichever order it asks."""


def bowl(*curvatures):
    """Return a bowl's loss, which counts its calls and ends a loop after ``CALLS``, and its
    gradient."""
    h = np.array(curvatures, float)

    def loss(w):
        loss.calls += 1
        if loss.calls > CALLS:
            return ENDS[(loss.calls - CALLS - 1) % len(ENDS)]
        return float((h * np.asarray(w, float) ** 2).sum() / 2)

    loss.calls, loss.as_typed = 0, f"lambda w: np.sum({as_typed(h)} * w**2) / 2"
    return loss, lambda w: h * w


def taken(answer, loss):
    """Take the answer apart, unless its loop would not have ended by itself."""
    if loss.calls > CALLS:
        raise Unfit(f"The check ended it after {CALLS} calls of the loss: can your loop end?")
    return parts(answer, "w", "lr")


def expect(armijo_step, curvatures, w, lr, c, shrink, wanted, because):
    loss, slope = bowl(*curvatures)
    w = np.array(w, float)
    new, rate = taken(armijo_step(loss, w.copy(), slope(w), lr, c, shrink), loss)
    assert close(rate, wanted, what="The rate"), (
        f"The rate, the second of the two, should be {in_words(wanted)}. {because}"
    )
    assert close(new, w - wanted * slope(w), what="The new w"), (
        f"With that rate the step leads to {in_words(w - wanted * slope(w))}."
    )


@exercise.check("A rate that keeps enough of the promise at once is taken as it is.")
def takes_a_good_rate_as_it_is(armijo_step, rng):
    w = rng.choice([-0.5, 0.5])
    expect(armijo_step, [2.0], [w], 0.3, 0.5, 0.25, 0.3,
           "On curvature 2, c = 0.5 allows rates up to 0.5.")  # fmt: skip


@exercise.check("A rate that is too high shrinks until it keeps enough, and no further.")
def shrinks_until_it_is_enough(armijo_step, rng):
    w = rng.choice([-0.5, 0.5])
    expect(armijo_step, [2.0], [w], 10 / 3, 0.5, 0.6, 0.432,
           "On curvature 2, c = 0.5 allows rates up to 0.5; 0.72 is too high.")  # fmt: skip


@exercise.check("The promise is |grad| squared: the sum of the squares of all its entries.")
def uses_the_sum_of_squares(armijo_step, rng):
    scale = float(rng.choice([2, 4]))
    for curvatures, w, lr, wanted in (
        ([1.0, 1.0, 1.0], np.array([3.0, -2.0, 1.0]) * scale, 3.6, 0.9),
        ([1.0, 1.0, 1.0], np.array([0.02, -0.01, 0.03]) / scale, 5.6, 0.7),
    ):
        expect(armijo_step, curvatures, w, lr, 0.5, 0.5, wanted,
               "On curvature 1, c = 0.5 allows rates up to 1, wherever you stand.")  # fmt: skip


@exercise.check("c says how much of the promise is asked for.")
def asks_for_the_part_c(armijo_step, rng):
    w = rng.integers(2, 6) / 2
    for c, wanted in ((0.1, 0.875), (0.8, 0.109375), (0.3, 0.4375)):
        limit = 2 * (1 - c) / 2
        expect(armijo_step, [2.0], [w], 1.75, c, 0.5, wanted,
               f"On curvature 2, c = {c} allows rates up to {limit:g}.")  # fmt: skip


@exercise.check("A rate that only throws you out farther is never taken.")
def never_climbs(armijo_step, rng):
    scale = rng.integers(2, 5)
    expect(armijo_step, [1.0, 50.0], [2.0 * scale, scale], 1.0, 0.2, 0.5, 2**-5,
           "From there, 1/16 still overshoots too far in the steep direction.")  # fmt: skip


@exercise.check("Where the gradient is 0 it ends, and stays where it is.")
def ends_on_flat_ground(armijo_step, rng):
    loss, _ = bowl(1.0, 3.0)
    new, rate = taken(armijo_step(loss, np.zeros(2), np.zeros(2), 0.7, 0.5, 0.5), loss)
    assert close(new, np.zeros(2), what="The new w")
    assert close(rate, 0.7, what="The rate"), "No fall is promised there: any rate keeps it."


@exercise.check("The w you were given is the same afterwards.")
def leaves_w_alone(armijo_step, rng):
    loss, slope = bowl(2.0)
    w = np.array([rng.integers(2, 6) / 2])
    armijo_step(loss, w, slope(w), 3.0, 0.5, 0.5)
    assert not armijo_step.changed


walled = from_code("lambda w: np.sum(w**2) / 2 if np.all(np.abs(w) < 1.5) else np.nan")


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[
        {"grad": np.zeros(3)},
        {"lr": 1.0, "c": 0.5, "w": np.array([2.0, 0, 0]), "grad": np.array([2.0, 0, 0])},
        {"loss": walled, "w": np.array([1.0]), "grad": np.array([1.0]), "lr": 8.0, "c": 0.1},
    ],
)
def allowed(rng, shape):
    loss, slope = bowl(1.0)
    w = rng.uniform(0.5, 2, size=shape)
    given = {"loss": loss, "w": w, "grad": slope(w), "lr": rng.uniform(2, 6)}
    return given | {"c": rng.uniform(0.1, 0.6), "shrink": rng.uniform(0.3, 0.8)}


@exercise.picture(xlabel="step", ylabel="rate used")
def rates_in_a_valley(armijo_step):
    loss, slope = bowl(1.0, 8.0)
    w, rates = np.array([4.0, 1.0]), []
    for _ in range(12):
        w, lr = armijo_step(loss, w, slope(w), 4.0, 0.5, 0.5)
        rates.append(float(lr))
    return range(12), rates


@exercise.accepts("tries in a for loop")
def with_a_for_loop(loss, w, grad, lr, c=0.5, shrink=0.5):
    for tries in range(200):
        rate = lr * shrink**tries
        tried = w - rate * grad
        if loss(w) - loss(tried) >= c * rate * (grad @ grad):
            break
    return tried, rate


@exercise.accepts("calls itself with a smaller rate")
def recursive(loss, w, grad, lr, c=0.5, shrink=0.5):
    new = w - lr * grad
    if loss(new) <= loss(w) - c * lr * np.linalg.norm(grad) ** 2:
        return new, lr
    return recursive(loss, w, grad, shrink * lr, c, shrink)


def searched(loss, w, grad, lr, shrink, enough):
    """Return the step of the first rate for which ``enough(loss there, loss here, lr, square)``."""
    here, square = loss(w), np.sum(grad**2)
    while not enough(loss(w - lr * grad), here, lr, square):
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "shrinks the rate in any case, before the first try", caught_by=takes_a_good_rate_as_it_is
)
def shrinks_before_the_first_try(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr * shrink, c, shrink)


@exercise.mistake("steps uphill, by adding lr * grad", caught_by=takes_a_good_rate_as_it_is)
def steps_uphill(loss, w, grad, lr, c=0.5, shrink=0.5):
    _, lr = armijo_step(loss, w, grad, lr, c, shrink)
    return w + lr * grad, lr


@exercise.mistake(
    "returns the rate first, and the new w second", caught_by=takes_a_good_rate_as_it_is
)
def returns_the_rate_first(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr, c, shrink)[::-1]


@exercise.mistake("returns the old w", caught_by=takes_a_good_rate_as_it_is)
def returns_the_old_w(loss, w, grad, lr, c=0.5, shrink=0.5):
    return w, armijo_step(loss, w, grad, lr, c, shrink)[1]


@exercise.mistake(
    "shrinks once and not again, with an if where a while belongs",
    caught_by=shrinks_until_it_is_enough,
)
def shrinks_only_once(loss, w, grad, lr, c=0.5, shrink=0.5):
    if loss(w - lr * grad) > loss(w) - c * lr * np.sum(grad**2):
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "has the sign of c * lr * |grad|**2 wrong, and so allows the loss to rise",
    caught_by=shrinks_until_it_is_enough,
)
def allows_a_rise(loss, w, grad, lr, c=0.5, shrink=0.5):
    return searched(loss, w, grad, lr, shrink, lambda new, here, lr, sq: new <= here + c * lr * sq)


@exercise.mistake(
    "is content with any fall of the loss, without c", caught_by=shrinks_until_it_is_enough
)
def is_content_with_any_fall(loss, w, grad, lr, c=0.5, shrink=0.5):
    return searched(loss, w, grad, lr, shrink, lambda new, here, lr, sq: new <= here)


@exercise.mistake(
    "shrinks once more after the rate was good enough", caught_by=shrinks_until_it_is_enough
)
def shrinks_once_more(loss, w, grad, lr, c=0.5, shrink=0.5):
    _, used = armijo_step(loss, w, grad, lr, c, shrink)
    used = used if used == lr else used * shrink
    return w - used * grad, used


@exercise.mistake(
    "goes on from the place of the try that failed, and not from w",
    caught_by=shrinks_until_it_is_enough,
)
def goes_on_from_the_failed_try(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square, new = loss(w), np.sum(grad**2), w - lr * grad
    while loss(new) > here - c * lr * square:
        lr = lr * shrink
        new = new - lr * grad
    return new, lr


@exercise.mistake(
    "moves the w it was given at each try, so that the next begins where the last one ended: "
    "w -= lr * grad writes into it",
    caught_by=shrinks_until_it_is_enough,
)
def moves_w_at_each_try(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), np.sum(grad**2)
    w -= lr * grad
    while loss(w) > here - c * lr * square:
        lr = lr * shrink
        w -= lr * grad
    return w, lr


@exercise.mistake(
    "moves w by a second name: after new = w, new -= lr * grad moves both",
    caught_by=shrinks_until_it_is_enough,
)
def moves_w_by_a_second_name(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square, new = loss(w), np.sum(grad**2), w
    new -= lr * grad
    while loss(new) > here - c * lr * square:
        lr = lr * shrink
        new = w - lr * grad
    return new, lr


@exercise.mistake(
    "computes the promise once, for the first rate, and not anew for each try",
    caught_by=shrinks_until_it_is_enough,
)
def promises_once(loss, w, grad, lr, c=0.5, shrink=0.5):
    wanted = loss(w) - c * lr * np.sum(grad**2)
    while loss(w - lr * grad) > wanted:
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "divides the rate by 2, whatever shrink says", caught_by=shrinks_until_it_is_enough
)
def always_halves(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr, c, 0.5)


@exercise.mistake(
    "takes |grad| and not its square for the promise", caught_by=uses_the_sum_of_squares
)
def forgets_the_square(loss, w, grad, lr, c=0.5, shrink=0.5):
    def enough(new, here, lr, square):
        return new <= here - c * lr * np.sqrt(square)

    return searched(loss, w, grad, lr, shrink, enough)


@exercise.mistake(
    "takes the mean of the squares, where their sum belongs", caught_by=uses_the_sum_of_squares
)
def takes_the_mean_of_the_squares(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr, c / len(grad), shrink)


@exercise.mistake(
    "forgets the rate in c * lr * |grad|**2, so that a small step is asked for as much as a large",
    caught_by=takes_a_good_rate_as_it_is,
)
def forgets_the_rate_in_the_promise(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), np.sum(grad**2)
    while loss(w - lr * grad) > here - c * square:
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake("asks for one half, whatever c says", caught_by=asks_for_the_part_c)
def always_asks_for_half(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr, 0.5, shrink)


@exercise.mistake("asks for 1 - c and not for c", caught_by=asks_for_the_part_c)
def asks_for_the_rest(loss, w, grad, lr, c=0.5, shrink=0.5):
    return armijo_step(loss, w, grad, lr, 1 - c, shrink)


@exercise.mistake("gives up after five tries and takes what it has", caught_by=never_climbs)
def gives_up_too_early(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), np.sum(grad**2)
    for _ in range(4):
        if loss(w - lr * grad) <= here - c * lr * square:
            break
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "asks for what flat ground never gives, as >= for > does, or 0 over 0: the rate shrinks and "
    "shrinks, and the loop need not end",
    caught_by=ends_on_flat_ground,
)
def never_ends_on_flat_ground(loss, w, grad, lr, c=0.5, shrink=0.5):
    return searched(loss, w, grad, lr, shrink, lambda new, here, lr, sq: new < here - c * lr * sq)


@exercise.mistake(
    "shrinks as long as a rate is good enough: the test is the wrong way round",
    caught_by=takes_a_good_rate_as_it_is,
)
def turns_the_test_round(loss, w, grad, lr, c=0.5, shrink=0.5):
    while loss(w - lr * grad) <= loss(w) - c * lr * np.sum(grad**2):
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "never changes lr in the loop, where lr = lr * shrink belongs",
    caught_by=shrinks_until_it_is_enough,
)
def never_shrinks(loss, w, grad, lr, c=0.5, shrink=0.5):
    while loss(w - lr * grad) > loss(w) - c * lr * np.sum(grad**2):
        pass
    return w - lr * grad, lr


@exercise.mistake(
    "divides the rate by shrink, so that it grows", caught_by=shrinks_until_it_is_enough
)
def grows_the_rate(loss, w, grad, lr, c=0.5, shrink=0.5):
    while loss(w - lr * grad) > loss(w) - c * lr * np.sum(grad**2):
        lr = lr / shrink
    return w - lr * grad, lr


@exercise.mistake(
    "tries the steps uphill, with w + lr * grad: none keeps a promise of a fall",
    caught_by=takes_a_good_rate_as_it_is,
)
def tries_uphill(loss, w, grad, lr, c=0.5, shrink=0.5):
    while loss(w + lr * grad) > loss(w) - c * lr * np.sum(grad**2):
        lr = lr * shrink
    return w + lr * grad, lr


@exercise.mistake("divides by |grad|**2, which is 0 on flat ground", caught_by=ends_on_flat_ground)
def divides_by_nothing(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), float(np.sum(grad**2))
    while (here - loss(w - lr * grad)) / (lr * (1 / (1 / square))) < c - 1e-12:
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake("moves the w it was given, with w -= lr * grad", caught_by=leaves_w_alone)
def moves_the_given_w(loss, w, grad, lr, c=0.5, shrink=0.5):
    _, lr = armijo_step(loss, w, grad, lr, c, shrink)
    w -= lr * grad
    return w, lr


@exercise.mistake(
    "takes a loss that is not a number for good enough: every comparison with nan is False",
    caught_by=exercise.everything,
)
def takes_nan_for_good(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), np.sum(grad**2)
    while loss(w - lr * grad) > here - c * lr * square:
        lr = lr * shrink
    return w - lr * grad, lr


@exercise.mistake(
    "shrinks the rate once more after the try that was good enough",
    caught_by=takes_a_good_rate_as_it_is,
)
def shrinks_after_the_good_try(loss, w, grad, lr, c=0.5, shrink=0.5):
    here, square = loss(w), np.sum(grad**2)
    while not loss(w - lr * grad) <= here - c * lr * square:
        lr = lr * shrink
    return w - shrink * lr * grad, shrink * lr
