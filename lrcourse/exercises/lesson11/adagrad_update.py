"""A rate for each parameter. One parameter has met slopes of a thousand, another slopes of a
hundredth, and both are given the same learning rate: too long a step for the one, too short for
the other. So let each parameter keep an account of the slopes it has met, and divide its step by
the root of that account. This is AdaGrad.

**Predict first.** The slope is 4 at every step, and the rate is 0.3. How long are the first four
steps?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close, numbers, parts
from lrcourse.inputs import in_words

exercise = Exercise("adagrad_update", points=2, minutes=10)


@exercise.solution
def adagrad_update(w, grad, total, lr, eps=1e-10):
    """Take one step of AdaGrad. Return `(w, total)`, both new.

    w      the parameters, an array of any shape
    grad   the gradient at `w`, shaped like `w`
    total  for each parameter the sum of all its squared slopes so far, shaped like `w`; zeros
           before the first step. The slope of this step belongs to the sum before it is used.
    lr     the learning rate
    eps    added to the root, so that nothing is divided by zero

    The step of each parameter is its own slope over the root of its own sum, times `lr`. Make new
    arrays: the caller's stay as they are.
    """
    # solution: two lines
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


exercise.hints = [
    "What does a parameter have to add to its account when it meets the slope -3?",
    "NumPy squares, adds, divides and takes roots entry by entry, so every parameter is on its own "
    "already. Add to the account first; then use it for the step.",
    "Start with `total = total + grad**2`.",
]
exercise.turned_out = (
    "0.3, 0.212, 0.173, 0.15: the rate over the roots of 1, 2, 3 and 4. The size of the slope "
    "cancels, and at a constant slope AdaGrad gets slower for ever."
)


def one_step(update, w, grad, total, lr, name="total", **settings):
    """Return the step taken and the new account; whatever is not shaped like ``w`` is ``Unfit``."""
    w, grad, total = (np.array(value, float) for value in (w, grad, total))
    moved, kept = parts(update(w.copy(), grad.copy(), total.copy(), lr, **settings), "w", name)
    return _like(w, moved, "The new w") - w, _like(w, kept, f"The new {name}")


def _like(w, value, what):
    value = numbers(value, what)
    if value.shape != w.shape:
        raise Unfit(f"{what} has shape {value.shape}, where {w.shape} belongs.")
    return value


def slope_of(rng):
    """Return a slope below 0 which is not its own square, root or sign, and a rate."""
    return -float(rng.integers(2, 7)), rng.integers(11, 40) / 100


@exercise.check("The first step is as long as the rate, downhill, whatever the slope.")
def starts_with_the_rate(adagrad_update, rng):
    slope, lr = slope_of(rng)
    for grad in (slope, 40 * slope, -slope):
        step, _ = one_step(adagrad_update, [5.0], [grad], [0.0], lr)
        assert close(step, [-lr * np.sign(grad)]), (
            f"The step is {in_words(step[0])}. The only slope so far is {grad:g}, and the root of "
            f"its square is {abs(grad):g}."
        )


@exercise.check("The new total is the old one and the square of this slope, added.")
def adds_the_square(adagrad_update, rng):
    slope, lr = slope_of(rng)
    before = float(rng.integers(8, 20))
    _, total = one_step(adagrad_update, [5.0], [slope], [before], lr)
    assert close(total, [before + slope**2]), (
        f"The new total is {in_words(total[0])}. Before, the sum was {before:g}; the slope "
        f"{slope:g} adds {slope**2:g}."
    )


@exercise.check("The step is divided by the root of the whole sum, this slope included.")
def divides_by_the_root_of_the_sum(adagrad_update, rng):
    slope, lr = slope_of(rng)
    root = float(rng.integers(8, 12))
    step, _ = one_step(adagrad_update, [5.0], [slope], [root**2 - slope**2], lr)
    assert close(step, [-lr * slope / root]), (
        f"The step is {in_words(step[0])}. With this slope the sum is {root**2:g}, and its root "
        f"{root:g}."
    )


@exercise.check("Each parameter has an account of its own, in an array of any shape.")
def keeps_the_accounts_apart(adagrad_update, rng):
    lr = slope_of(rng)[1]
    grad = np.array([[3.0, -4.0, 0.5], [-2.0, 30.0, 7.0]]) * rng.integers(1, 4)
    step, total = one_step(adagrad_update, np.ones((2, 3)), grad, 8 * grad**2, lr)
    assert close(step, -lr * np.sign(grad) / 3) and close(total, 9 * grad**2), (
        f"The steps are {in_words(step)}. Each parameter's sum is now 9 times the square of its "
        "slope, so each should go a third of the rate."
    )


@exercise.check("eps is added to the root, not below it and not to the fraction.")
def adds_eps_to_the_root(adagrad_update, rng):
    slope, lr = slope_of(rng)
    step, _ = one_step(adagrad_update, [5.0], [slope], [0.0], lr, eps=0.75)
    assert close(step, [-lr * slope / (abs(slope) + 0.75)]), (
        f"The step is {in_words(step[0])}. The root is {abs(slope):g}, and with eps the divisor is "
        f"{abs(slope) + 0.75:g}."
    )


@exercise.check("Where eps is not given it is 1e-10: slopes of a billionth still move w.")
def takes_a_small_eps(adagrad_update, rng):
    slope, lr = slope_of(rng)
    tiny = slope * 1e-9
    step, _ = one_step(adagrad_update, [5.0], [tiny], [0.0], lr)
    wanted = -lr * tiny / (abs(tiny) + 1e-10)
    assert close(step, [wanted]), (
        f"The step is {in_words(step[0])}, where {in_words(wanted)} belongs."
    )


@exercise.check("The arrays you were given are the same afterwards.")
def leaves_the_given_alone(adagrad_update, rng):
    slope, lr = slope_of(rng)
    w, grad, total = np.array([5.0, 1.0]), np.array([slope, 2.0]), np.array([9.0, 4.0])
    adagrad_update(w, grad, total, lr)
    assert not adagrad_update.changed


@exercise.domain(
    shapes=[(3,), (1,), (2, 3)],
    corners=[
        {"total": np.zeros(3)},
        {"grad": np.array([0.0, 2.0, -1.0]), "total": np.zeros(3)},
        {"grad": np.zeros(3)},
    ],
    apart=True,
)
def allowed(rng, shape):
    w, grad = rng.normal(size=(2, *shape))
    total = rng.uniform(0.5, 4, size=shape)
    return {"w": w, "grad": grad, "total": total, "lr": rng.uniform(0.1, 0.9), "eps": 0.01}


@exercise.picture(xlabel="step", ylabel="w")
def on_a_bowl(adagrad_update):
    w, total, path = np.array([4.0]), np.zeros(1), [4.0]
    for _ in range(30):
        w, total = adagrad_update(w, 3 * w, total, 0.8)
        path.append(float(w[0]))
    return range(31), path


@exercise.accepts("a rate for each parameter first")
def names_the_rates(w, grad, total, lr, eps=1e-10):
    total = np.add(total, np.square(grad))
    rates = lr / (total**0.5 + eps)
    return w - rates * grad, total


@exercise.accepts("loops")
def one_by_one(w, grad, total, lr, eps=1e-10):
    moved, total = np.array(w, float), np.array(total, float)
    for place in np.ndindex(moved.shape):
        total[place] += grad[place] ** 2
        moved[place] -= lr * grad[place] / (total[place] ** 0.5 + eps)
    return moved, total


@exercise.mistake("adds the step, and so climbs", caught_by=starts_with_the_rate)
def climbs(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w + lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake(
    "sums the slopes themselves and not their squares: a sum below 0 has no root",
    caught_by=starts_with_the_rate,
)
def forgets_the_square(w, grad, total, lr, eps=1e-10):
    total = total + grad
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake("divides by the sum of squares and takes no root", caught_by=starts_with_the_rate)
def forgets_the_root(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * grad / (total + eps), total


@exercise.mistake(
    "divides the rate and forgets to multiply by the slope, so that its sign is lost",
    caught_by=starts_with_the_rate,
)
def forgets_the_slope(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr / (np.sqrt(total) + eps), total


@exercise.mistake("returns the total first and then w", caught_by=starts_with_the_rate)
def returns_the_total_first(w, grad, total, lr, eps=1e-10):
    return adagrad_update(w, grad, total, lr, eps)[::-1]


@exercise.mistake(
    "adds up the sizes of the slopes and not their squares", caught_by=adds_the_square
)
def adds_the_sizes(w, grad, total, lr, eps=1e-10):
    total = total + np.abs(grad)
    return w - lr * grad / (total + eps), total


@exercise.mistake(
    "keeps the account but never divides by it: plain descent", caught_by=starts_with_the_rate
)
def never_divides(w, grad, total, lr, eps=1e-10):
    return w - lr * grad, total + grad**2


@exercise.mistake(
    "divides by the account as it was before this slope: at the first step, by eps alone",
    caught_by=starts_with_the_rate,
)
def divides_by_the_old_account(w, grad, total, lr, eps=1e-10):
    return w - lr * grad / (np.sqrt(total) + eps), total + grad**2


@exercise.mistake(
    "moves by the sign of the slope alone, without any account",
    caught_by=divides_by_the_root_of_the_sum,
)
def goes_by_the_sign(w, grad, total, lr, eps=1e-10):
    return w - lr * grad / (np.abs(grad) + eps), total + grad**2


@exercise.mistake(
    "begins the account anew at each step: the old total is not in it", caught_by=adds_the_square
)
def begins_anew(w, grad, total, lr, eps=1e-10):
    total = grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake(
    "returns the total as it was given: the account never grows", caught_by=adds_the_square
)
def never_keeps_the_account(w, grad, total, lr, eps=1e-10):
    return w - lr * grad / (np.sqrt(total + grad**2) + eps), total


@exercise.mistake(
    "returns the root of the total; the sum itself has to go on", caught_by=adds_the_square
)
def returns_the_root(w, grad, total, lr, eps=1e-10):
    root = np.sqrt(total + grad**2)
    return w - lr * grad / (root + eps), root


@exercise.mistake(
    "mixes old and new in a moving average, which forgets: that is RMSProp, the next exercise",
    caught_by=starts_with_the_rate,
)
def forgets_like_rmsprop(w, grad, total, lr, eps=1e-10):
    total = 0.99 * total + 0.01 * grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake(
    "sums the squares of all parameters into one account: AdaGrad-norm, one rate for all again",
    caught_by=keeps_the_accounts_apart,
)
def shares_one_account(w, grad, total, lr, eps=1e-10):
    total = total + np.sum(grad**2)
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake(
    "divides by the length of the whole gradient and account, as one number",
    caught_by=keeps_the_accounts_apart,
)
def divides_by_one_length(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * grad / (np.sqrt(np.sum(total)) + eps), total


@exercise.mistake(
    "puts eps under the root: sqrt(total + eps), the convention of some textbooks and of Keras",
    caught_by=adds_eps_to_the_root,
)
def puts_eps_under_the_root(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * grad / np.sqrt(total + eps), total


@exercise.mistake(
    "forgets the brackets: a / b + eps adds eps to the fraction", caught_by=adds_eps_to_the_root
)
def forgets_the_brackets(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * grad / np.sqrt(total) + eps, total


@exercise.mistake(
    "forgets the brackets inside the step: lr * (grad / sqrt(total) + eps)",
    caught_by=adds_eps_to_the_root,
)
def forgets_the_inner_brackets(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * (grad / np.sqrt(total) + eps), total


@exercise.mistake(
    "leaves eps out, or takes the larger of the root and eps", caught_by=adds_eps_to_the_root
)
def leaves_eps_out(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    return w - lr * grad / np.sqrt(total), total


@exercise.mistake("writes 1e-8 for eps, which is Adam's default", caught_by=takes_a_small_eps)
def takes_the_eps_of_adam(w, grad, total, lr, eps=1e-8):
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake("writes 1e-7 for eps, as Keras does", caught_by=takes_a_small_eps)
def takes_the_eps_of_keras(w, grad, total, lr, eps=1e-7):
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake(
    "adds to the caller's own total with +=, and changes it", caught_by=leaves_the_given_alone
)
def changes_the_state(w, grad, total, lr, eps=1e-10):
    total += grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


@exercise.mistake("moves the caller's own w with -=", caught_by=leaves_the_given_alone)
def changes_w(w, grad, total, lr, eps=1e-10):
    total = total + grad**2
    w -= lr * grad / (np.sqrt(total) + eps)
    return w, total


@exercise.mistake(
    "changes the caller's w and total, both, with -= and +=", caught_by=leaves_the_given_alone
)
def changes_both(w, grad, total, lr, eps=1e-10):
    total += grad**2
    w -= lr * grad / (np.sqrt(total) + eps)
    return w, total
