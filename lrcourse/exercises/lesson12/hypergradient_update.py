"""Descend on the rate too. The loss after a step depends on the rate of that step, so the rate has
a slope of its own: minus the product of the last two gradients, `grad · last_grad` (multiply entry
by entry, add up). If the last two gradients point the same way, a longer step would have been
better; if they point against each other, the step went too far. So move the rate along, by `beta`
times that product, and then take the step.

**Predict first.** The last two gradients are (3, 1) and (-1, 2). Does the rate rise, fall or stay?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("hypergradient_update", points=2, minutes=12, core=False)


@exercise.solution
def hypergradient_update(w, grad, last_grad, lr, beta):
    """Move the rate by `beta * grad · last_grad`, then `w` by a step of descent with the new rate.

    w          where you are, an array `[P]`
    grad       the gradient here, `[P]`
    last_grad  the gradient a step ago, `[P]`
    lr         the rate of the last step
    beta       the rate of the rate

    The rate is one number for all of `w`, and never below 0. Return two things: the new `w` and the
    new rate. Leave what you are given as it is.
    """
    # solution: two lines
    lr = max(lr + beta * (grad @ last_grad), 0.0)
    return w - lr * grad, lr


exercise.hints = [
    "When two gradients in a row point the same way, was the last step too short or too long?",
    "`grad @ last_grad` multiplies entry by entry and adds up: one number. The step is taken with "
    "the rate that comes out.",
    "Start with `lr = max(lr + beta * (grad @ last_grad), 0.0)`.",
]
exercise.turned_out = (
    "it falls. The product is 3 * (-1) + 1 * 2 = -1: on the whole the two point against each other."
)


def expect(hypergradient_update, w, grad, last_grad, lr, beta, because):
    w, grad, last = (np.array(each, float) for each in (w, grad, last_grad))
    wanted = max(lr + beta * float(np.sum(grad * last)), 0.0)
    answer = hypergradient_update(w.copy(), grad.copy(), last.copy(), lr, beta)
    new, rate = parts(answer, "w", "lr")
    assert close(rate, wanted, what="The rate"), f"The rate should be {in_words(wanted)}. {because}"
    assert close(new, w - wanted * grad, what="The new w"), (
        f"With that rate the step leads to {in_words(w - wanted * grad)}."
    )


@exercise.check("Two gradients at right angles leave the rate as it is: a plain step.")
def keeps_the_rate_at_right_angles(hypergradient_update, rng):
    a, lr = float(rng.integers(2, 5)), rng.integers(2, 6) / 8
    expect(hypergradient_update, [1.0, 2.0], [a, 1.0], [-2.0, 2 * a], lr, 0.1,
           f"The product is {-2 * a:g} + {2 * a:g} = 0.")  # fmt: skip


@exercise.check(
    "Two gradients that point the same way raise the rate, by beta times their product."
)
def rises_along_the_same_way(hypergradient_update, rng):
    a = float(rng.integers(2, 5))
    expect(hypergradient_update, [1.0, 2.0], [a, 1.0], [2.0, 5.0], 0.25, 0.01,
           f"The product is {2 * a:g} + 5.")  # fmt: skip


@exercise.check("Two gradients that point against each other lower it.")
def falls_where_they_oppose(hypergradient_update, rng):
    a = float(rng.integers(2, 5))
    expect(hypergradient_update, [4.0, -1.0, 2.0], [a, 1.0, -2.0], [-1.0, 0.5, 3.0], 0.9, 0.03,
           f"The product is {-a:g} + 0.5 - 6.")  # fmt: skip


@exercise.check("However strongly they oppose each other, the rate does not fall below 0.")
def stays_at_zero_or_above(hypergradient_update, rng):
    a = float(rng.integers(2, 5))
    expect(hypergradient_update, [4.0, -1.0], [a, 1.0], [-5.0, -3.0], 0.5, 2.0,
           "A rate below 0 would walk uphill.")  # fmt: skip


@exercise.check("The arrays you were given are the same afterwards.")
def leaves_the_given_alone(hypergradient_update, rng):
    w, grad, last = np.array([1.0, 2.0]), np.array([3.0, 1.0]), rng.integers(1, 4, 2) / 2
    hypergradient_update(w, grad, last, 0.25, 0.1)
    assert not hypergradient_update.changed


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[{"grad": np.array([1.0, 2, 3]), "last_grad": np.array([-1.0, -2, -3])}, {"beta": 0.0}],
)
def allowed(rng, shape):
    w, grad, last_grad = rng.normal(size=(3, *shape))
    return {"w": w, "grad": grad, "last_grad": last_grad, "lr": 0.5, "beta": 0.1}


@exercise.picture(xlabel="step", ylabel="rate")
def rates_on_a_parabola(hypergradient_update):
    w, last, lr, rates = np.array([2.0]), np.array([0.0]), 0.02, []
    for _ in range(30):
        grad = w.copy()
        w, lr = hypergradient_update(w, grad, last, lr, 0.05)
        last = grad
        rates.append(float(lr))
    return range(30), rates


@exercise.accepts("np.sum and np.clip")
def with_a_sum(w, grad, last_grad, lr, beta):
    rate = np.clip(lr + beta * np.sum(grad * last_grad), 0, None)
    return w - rate * grad, rate


@exercise.accepts("a loop and an if")
def with_a_loop(w, grad, last_grad, lr, beta):
    product = sum(float(a) * float(b) for a, b in zip(grad, last_grad, strict=True))
    rate = lr + beta * product
    if rate < 0:
        rate = 0.0
    return np.array([place - rate * slope for place, slope in zip(w, grad, strict=True)]), rate


@exercise.mistake(
    "multiplies the same gradient by itself, so that the rate can only rise",
    caught_by=keeps_the_rate_at_right_angles,
)
def uses_the_same_gradient_twice(w, grad, last_grad, lr, beta):
    return hypergradient_update(w, grad, grad, lr, beta)


@exercise.mistake(
    "squares the last gradient, where the two are multiplied",
    caught_by=keeps_the_rate_at_right_angles,
)
def uses_the_last_gradient_twice(w, grad, last_grad, lr, beta):
    lr = lr + beta * (last_grad @ last_grad)
    return w - lr * grad, lr


@exercise.mistake(
    "multiplies the lengths of the two, and forgets in which direction they point",
    caught_by=keeps_the_rate_at_right_angles,
)
def multiplies_the_lengths(w, grad, last_grad, lr, beta):
    lr = lr + beta * np.linalg.norm(grad) * np.linalg.norm(last_grad)
    return w - lr * grad, lr


@exercise.mistake(
    "does not add up, and so has a rate for each entry of w",
    caught_by=keeps_the_rate_at_right_angles,
)
def has_a_rate_for_each_entry(w, grad, last_grad, lr, beta):
    lr = lr + beta * grad * last_grad
    return w - lr * grad, lr


@exercise.mistake("steps along the last gradient", caught_by=keeps_the_rate_at_right_angles)
def steps_along_the_last_gradient(w, grad, last_grad, lr, beta):
    _, lr = hypergradient_update(w, grad, last_grad, lr, beta)
    return w - lr * last_grad, lr


@exercise.mistake(
    "has the sign wrong: it lowers the rate where the gradients agree",
    caught_by=rises_along_the_same_way,
)
def has_the_sign_wrong(w, grad, last_grad, lr, beta):
    return hypergradient_update(w, grad, last_grad, lr, -beta)


@exercise.mistake(
    "takes the step with the old rate, and moves the rate afterwards",
    caught_by=rises_along_the_same_way,
)
def steps_with_the_old_rate(w, grad, last_grad, lr, beta):
    return w - lr * grad, hypergradient_update(w, grad, last_grad, lr, beta)[1]


@exercise.mistake("returns the old rate", caught_by=rises_along_the_same_way)
def returns_the_old_rate(w, grad, last_grad, lr, beta):
    return hypergradient_update(w, grad, last_grad, lr, beta)[0], lr


@exercise.mistake("forgets beta", caught_by=rises_along_the_same_way)
def forgets_beta(w, grad, last_grad, lr, beta):
    return hypergradient_update(w, grad, last_grad, lr, 1.0)


@exercise.mistake(
    "multiplies the rate by 1 + beta times the product, where beta times the product is added",
    caught_by=rises_along_the_same_way,
)
def multiplies_the_rate(w, grad, last_grad, lr, beta):
    lr = lr * (1 + beta * (grad @ last_grad))
    return w - lr * grad, lr


@exercise.mistake(
    "multiplies the rate by 1 + beta times the cosine of the angle: the same authors' other rule",
    caught_by=rises_along_the_same_way,
)
def multiplies_by_the_cosine(w, grad, last_grad, lr, beta):
    lengths = np.linalg.norm(grad) * np.linalg.norm(last_grad)
    lr = lr * (1 + beta * (grad @ last_grad) / lengths)
    return w - lr * grad, lr


@exercise.mistake(
    "never lets the rate fall, as if opposing gradients said nothing",
    caught_by=falls_where_they_oppose,
)
def never_falls(w, grad, last_grad, lr, beta):
    lr = lr + beta * max(grad @ last_grad, 0)
    return w - lr * grad, lr


@exercise.mistake(
    "takes the product without its sign, and raises the rate where it should fall",
    caught_by=falls_where_they_oppose,
)
def drops_the_sign(w, grad, last_grad, lr, beta):
    lr = lr + beta * abs(grad @ last_grad)
    return w - lr * grad, lr


@exercise.mistake("lets the rate fall below 0", caught_by=stays_at_zero_or_above)
def falls_below_zero(w, grad, last_grad, lr, beta):
    lr = lr + beta * (grad @ last_grad)
    return w - lr * grad, lr


@exercise.mistake(
    "refuses a rate below 0 and keeps the old one, which was too high",
    caught_by=stays_at_zero_or_above,
)
def keeps_the_old_rate(w, grad, last_grad, lr, beta):
    rate = lr + beta * (grad @ last_grad)
    lr = rate if rate >= 0 else lr
    return w - lr * grad, lr


@exercise.mistake("moves the w it was given, with w -= lr * grad", caught_by=leaves_the_given_alone)
def moves_the_given_w(w, grad, last_grad, lr, beta):
    lr = max(lr + beta * (grad @ last_grad), 0.0)
    w -= lr * grad
    return w, lr


@exercise.mistake(
    "writes the gradient into last_grad for the next call, over what it was given",
    caught_by=leaves_the_given_alone,
)
def writes_into_last_grad(w, grad, last_grad, lr, beta):
    answer = hypergradient_update(w, grad, last_grad, lr, beta)
    last_grad[:] = grad
    return answer


@exercise.mistake(
    "turns a rate below 0 round with abs: at most it stands still", caught_by=stays_at_zero_or_above
)
def turns_the_rate_round(w, grad, last_grad, lr, beta):
    lr = abs(lr + beta * (grad @ last_grad))
    return w - lr * grad, lr
