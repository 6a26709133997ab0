"""Measure the curvature as you walk. On a parabola the slope changes by the curvature times the way
you went. So two places and their slopes give the curvature away, and one over it is the rate that
lands. Barzilai and Borwein do this in many dimensions, where each step meets another mixture of
curvatures: `s` is how `w` changed, `y` how the gradient changed, and the rate is `s·s / (s·y)`,
where a dot means: multiply entry by entry and add up.

**Predict first.** `w` went from 5 to 4, the slope from 10 to 8. What is the curvature, and which
rate lands?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("barzilai_borwein_lr", points=2, minutes=12, core=False)


@exercise.solution
def barzilai_borwein_lr(w, last_w, grad, last_grad, lr):
    """Return the rate of Barzilai and Borwein, `s·s / (s·y)`.

    w, last_w        where you are and where you were a step ago, arrays `[P]`; `s` is the change
    grad, last_grad  the gradients there; `y` is their change
    lr               the rate of the last step

    Where `s·y` is 0 or below, the ground is flat or bends down and has no such rate: return `lr`.
    (They name a second rate, `s·y / (y·y)`, which is never longer than this one.)
    """
    # solution: five lines
    s, y = w - last_w, grad - last_grad
    bent = s @ y
    if bent <= 0:
        return lr
    return s @ s / bent


exercise.hints = [
    "In one dimension, how do you get the curvature from two slopes and the distance between them?",
    "`s @ y` multiplies entry by entry and adds up. Both changes have to be taken in the same "
    "direction: new minus old.",
    "Start with `s, y = w - last_w, grad - last_grad`.",
]
exercise.turned_out = (
    "the slope changed by -2 on a way of -1: the curvature is 2, and the rate 0.5 lands."
)


def expect(barzilai_borwein_lr, w, last_w, grad, last_grad, lr, wanted, because):
    given = [np.array(each, float) for each in (w, last_w, grad, last_grad)]
    seen = barzilai_borwein_lr(*given, lr)
    assert close(seen, wanted, what="The rate"), f"It should be {in_words(wanted)}. {because}"


@exercise.check("On a parabola it is one over the curvature, whichever way you went.")
def finds_one_over_the_curvature(barzilai_borwein_lr, rng):
    h = float(rng.integers(3, 8))
    for last, now in ((1.0, 2.5), (5.0, 3.5), (-4.0, -1.5)):
        expect(barzilai_borwein_lr, [now], [last], [h * now], [h * last], 0.07, 1 / h,
               f"The curvature is {h:g}.")  # fmt: skip


@exercise.check("In a valley it is s·s over s·y, with both added up over all entries.")
def mixes_the_curvatures(barzilai_borwein_lr, rng):
    h, last = np.array([1.0, 10.0, 4.0]), np.array([3.0, 1.0, -2.0])
    s = np.array([-2.0, 1.0, 3.0]) * rng.integers(2, 5) / 4
    wanted = (s @ s) / (s @ (h * s))
    expect(barzilai_borwein_lr, last + s, last, h * (last + s), h * last, 0.07, wanted,
           f"s·s is {in_words(s @ s)} and s·y is {in_words(s @ (h * s))}.")  # fmt: skip


@exercise.check("Where the ground bends down, s·y is below 0 and the last rate stays.")
def keeps_the_rate_where_it_bends_down(barzilai_borwein_lr, rng):
    h, last = np.array([-2.0, 1.0]), np.array([1.0, 1.0])
    s = np.array([2.0, 0.5]) * rng.integers(1, 4)
    lr = rng.integers(2, 9) / 16
    expect(barzilai_borwein_lr, last + s, last, h * (last + s), h * last, lr, lr,
           f"s·y is {in_words(s @ (h * s))}.")  # fmt: skip


@exercise.check("Where nothing changed, s·y is 0 and the last rate stays.")
def keeps_the_rate_where_nothing_changed(barzilai_borwein_lr, rng):
    lr = rng.integers(2, 9) / 16
    w, grad = [1.0, 2.0], [0.5, 0.25]
    expect(barzilai_borwein_lr, w, w, grad, grad, lr, lr, "You did not move.")
    expect(
        barzilai_borwein_lr, w, [3.0, 2.5], grad, grad, lr, lr, "The slope is the same everywhere."
    )


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[
        {"w": np.ones(3), "last_w": np.ones(3)},
        {"grad": np.ones(3), "last_grad": np.ones(3)},
        {
            "w": np.array([1.0, 2]),
            "last_w": np.array([0.0, 1]),
            "grad": np.array([1.0, 0]),
            "last_grad": np.array([0.0, 1]),
        },
    ],
)
def allowed(rng, shape):
    w, last_w, grad, last_grad = rng.normal(size=(4, *shape))
    return {"w": w, "last_w": last_w, "grad": grad, "last_grad": last_grad, "lr": 0.3}


@exercise.picture(xlabel="step", ylabel="rate")
def rates_in_a_valley(barzilai_borwein_lr):
    h, last, lr, rates = np.array([1.0, 8.0]), np.array([4.0, 1.0]), 0.1, [0.1]
    w = last - lr * h * last
    for _ in range(10):
        lr = float(barzilai_borwein_lr(w, last, h * w, h * last, lr))
        last, w = w, w - lr * h * w
        rates.append(lr)
    return range(11), rates


@exercise.accepts("np.sum, and a where")
def with_sums(w, last_w, grad, last_grad, lr):
    top = np.sum((w - last_w) ** 2)
    bottom = np.sum((w - last_w) * (grad - last_grad))
    return float(np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1), lr))


@exercise.accepts("both changes the other way round")
def old_minus_new(w, last_w, grad, last_grad, lr):
    s, y = last_w - w, last_grad - grad
    return np.linalg.norm(s) ** 2 / np.dot(s, y) if np.dot(s, y) > 0 else lr


@exercise.mistake(
    "swaps one of the differences and not the other, so that every curvature looks negative",
    caught_by=finds_one_over_the_curvature,
)
def swaps_one_difference(w, last_w, grad, last_grad, lr):
    return barzilai_borwein_lr(w, last_w, last_grad, grad, lr)


@exercise.mistake(
    "returns the curvature, and not one over it", caught_by=finds_one_over_the_curvature
)
def returns_the_curvature(w, last_w, grad, last_grad, lr):
    return 1 / barzilai_borwein_lr(w, last_w, grad, last_grad, lr)


@exercise.mistake(
    "takes the gradient where the change of the gradient belongs",
    caught_by=finds_one_over_the_curvature,
)
def uses_the_gradient_itself(w, last_w, grad, last_grad, lr):
    return barzilai_borwein_lr(w, last_w, grad, np.zeros_like(grad), lr)


@exercise.mistake("takes w where the change of w belongs", caught_by=finds_one_over_the_curvature)
def uses_the_place_itself(w, last_w, grad, last_grad, lr):
    return barzilai_borwein_lr(w, np.zeros_like(w), grad, last_grad, lr)


@exercise.mistake("divides by the last rate as well", caught_by=finds_one_over_the_curvature)
def divides_by_the_rate(w, last_w, grad, last_grad, lr):
    return barzilai_borwein_lr(w, last_w, grad, last_grad, lr) / lr


@exercise.mistake(
    "takes the short one, s·y / y·y, which leans to the steepest directions",
    caught_by=mixes_the_curvatures,
)
def takes_the_short_one(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return s @ y / (y @ y)


@exercise.mistake(
    "divides the lengths, |s| / |y|: the middle between the two rates, on a log scale",
    caught_by=mixes_the_curvatures,
)
def divides_the_lengths(w, last_w, grad, last_grad, lr):
    return np.linalg.norm(w - last_w) / np.linalg.norm(grad - last_grad)


@exercise.mistake(
    "averages the ratios of the entries: one rate for each, and then their mean",
    caught_by=mixes_the_curvatures,
)
def averages_the_ratios(w, last_w, grad, last_grad, lr):
    return np.mean((w - last_w) / (grad - last_grad))


@exercise.mistake(
    "does not add up: s * y is still an array, and an if cannot ask all its entries at once",
    caught_by=mixes_the_curvatures,
)
def asks_an_array(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    if s * y <= 0:
        return lr
    return s * s / (s * y)


@exercise.mistake(
    "does not add up, and so has a rate for each entry of w", caught_by=mixes_the_curvatures
)
def has_a_rate_for_each_entry(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return np.where(s * y > 0, s * s / (s * y), lr)


@exercise.mistake("forgets a square: |s| / s·y", caught_by=finds_one_over_the_curvature)
def forgets_a_square(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return np.linalg.norm(s) / (s @ y)


@exercise.mistake(
    "gives a negative rate where the ground bends down",
    caught_by=keeps_the_rate_where_it_bends_down,
)
def gives_a_negative_rate(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return s @ s / (s @ y) if s @ y else lr


@exercise.mistake(
    "takes s·y without its sign: where the ground bends down it has no bottom to aim at",
    caught_by=keeps_the_rate_where_it_bends_down,
)
def drops_the_sign(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return s @ s / abs(s @ y) if s @ y else lr


@exercise.mistake(
    "returns 0 where there is no such rate, and so never moves again",
    caught_by=keeps_the_rate_where_it_bends_down,
)
def stops_for_good(w, last_w, grad, last_grad, lr):
    return barzilai_borwein_lr(w, last_w, grad, last_grad, 0.0)


@exercise.mistake("divides by 0 where s·y is 0", caught_by=keeps_the_rate_where_nothing_changed)
def divides_by_nothing(w, last_w, grad, last_grad, lr):
    s, y = w - last_w, grad - last_grad
    return lr if s @ y < 0 else s @ s / (s @ y)
