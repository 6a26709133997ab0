"""An account that forgets. AdaGrad adds up every slope it has ever met, so a steep beginning is
held against a parameter for ever, and its rate only falls. RMSProp keeps a moving average of
the squares instead, the moving average of lesson 06: what is long ago fades.

**Predict first.** The slope is 4 at every step, the rate 0.3 and `decay` 0.75. Is the first step
0.15, 0.3 or 0.6 long? The average starts at 0.
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.exercises.lesson11.adagrad_update import one_step, slope_of
from lrcourse.inputs import in_words

exercise = Exercise("rmsprop_update", points=2, minutes=10)


@exercise.solution
def rmsprop_update(w, grad, square, lr, decay=0.99, eps=1e-8):
    """Take one step of RMSProp. Return `(w, square)`, both new.

    w      the parameters, an array of any shape
    grad   the gradient at `w`, shaped like `w`
    square  for each parameter the moving average of its squared slopes, shaped like `w`; zeros
           before the first step. The slope of this step is averaged in before it is used.
    lr     the learning rate
    decay  the part of the old average that stays; the rest is this slope's square
    eps    added to the root, so that nothing is divided by zero

    The step of each parameter is its own slope over the root of its own average, times `lr`. No
    correction for the start from zero. Make new arrays: the caller's stay as they are.
    """
    # solution: two lines
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


exercise.hints = [
    "If `decay` of the old average stays, what part of the new one does this slope's square make?",
    "Only one line differs from AdaGrad: the one that makes the account. It is lesson 06's moving "
    "average, of squares.",
    "Start with `square = decay * square + (1 - decay) * grad**2`.",
]
exercise.turned_out = (
    "0.6, twice the rate. The average starts from 0 and holds a quarter of the first square, "
    "so its root is half the slope. Adam will correct that."
)


@exercise.check("The new average is decay of the old one and 1 - decay of this slope's square.")
def averages_the_squares(rmsprop_update, rng):
    slope, lr = slope_of(rng)
    before, decay = float(rng.integers(50, 80)), rng.integers(6, 9) / 10
    _, square = one_step(rmsprop_update, [5.0], [slope], [before], lr, "square", decay=decay)
    assert close(square, [decay * before + (1 - decay) * slope**2]), (
        f"The new average is {in_words(square[0])}. The old one was {before:g} and the slope's "
        f"square is {slope**2:g}; the new one lies between them, {decay:g} parts old to "
        f"{1 - decay:g} new."
    )


@exercise.check("The step is the slope over the root of the new average, times the rate, downhill.")
def divides_by_the_root_of_the_average(rmsprop_update, rng):
    slope, lr = slope_of(rng)
    root = float(rng.integers(8, 12))
    before = (root**2 - 0.3 * slope**2) / 0.7
    step, _ = one_step(rmsprop_update, [5.0], [slope], [before], lr, "square", decay=0.7)
    assert close(step, [-lr * slope / root]), (
        f"The step is {in_words(step[0])}. The new average is {root**2:g}, its root {root:g}, and "
        f"the slope {slope:g}."
    )


@exercise.check("Each parameter has an average of its own, in an array of any shape.")
def keeps_the_averages_apart(rmsprop_update, rng):
    lr = slope_of(rng)[1]
    grad = np.array([[3.0, -4.0, 0.5], [-2.0, 30.0, 7.0]]) * rng.integers(1, 4)
    step, square = one_step(
        rmsprop_update, np.ones((2, 3)), grad, 9 * grad**2, lr, "square", decay=0.375
    )
    assert close(step, -lr * np.sign(grad) / 2) and close(square, 4 * grad**2), (
        f"The steps are {in_words(step)}. Each parameter's average is now 4 times the square of "
        "its slope, so each should go half of the rate."
    )


@exercise.check("eps is added to the root, not below it and not to the fraction.")
def adds_eps_to_the_root(rmsprop_update, rng):
    slope, lr = slope_of(rng)
    step, _ = one_step(rmsprop_update, [5.0], [slope], [slope**2], lr, "square", eps=0.75)
    assert close(step, [-lr * slope / (abs(slope) + 0.75)]), (
        f"The step is {in_words(step[0])}. The root is {abs(slope):g}, and with eps the divisor is "
        f"{abs(slope) + 0.75:g}."
    )


@exercise.check("Where nothing else is said, decay is 0.99 and eps 1e-8.")
def has_the_defaults(rmsprop_update, rng):
    slope, lr = slope_of(rng)
    step, square = one_step(rmsprop_update, [5.0], [slope], [0.0], lr, "square")
    assert close(square, [0.01 * slope**2]), (
        f"The new average is {in_words(square[0])}, where a hundredth of {slope**2:g} belongs."
    )
    tiny = slope * 1e-7
    step, _ = one_step(rmsprop_update, [5.0], [tiny], [tiny**2], lr, "square")
    wanted = -lr * tiny / (abs(tiny) + 1e-8)
    assert close(step, [wanted]), (
        f"The step is {in_words(step[0])}, where {in_words(wanted)} belongs."
    )


@exercise.check("The arrays you were given are the same afterwards.")
def leaves_the_given_alone(rmsprop_update, rng):
    slope, lr = slope_of(rng)
    w, grad, square = np.array([5.0, 1.0]), np.array([slope, 2.0]), np.array([9.0, 40.0])
    rmsprop_update(w, grad, square, lr)
    assert not rmsprop_update.changed


@exercise.domain(
    shapes=[(3,), (1,), (2, 3)],
    corners=[
        {"square": np.zeros(3)},
        {"grad": np.array([0.0, 2.0, -1.0]), "square": np.zeros(3)},
        {"grad": np.zeros(3)},
        {"decay": 0.0},
    ],
    apart=True,
)
def allowed(rng, shape):
    w, grad = rng.normal(size=(2, *shape))
    given = {"w": w, "grad": grad, "square": rng.uniform(0.5, 4, size=shape)}
    return given | {"lr": rng.uniform(0.1, 0.9), "decay": rng.uniform(0.5, 0.95), "eps": 0.01}


@exercise.picture(xlabel="step", ylabel="w")
def on_a_bowl(rmsprop_update):
    w, square, path = np.array([4.0]), np.zeros(1), [4.0]
    for _ in range(30):
        w, square = rmsprop_update(w, 3 * w, square, 0.15, decay=0.9)
        path.append(float(w[0]))
    return range(31), path


@exercise.accepts("a step of the average towards the square")
def moves_the_average(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = square + (1 - decay) * (np.square(grad) - square)
    return w - lr / (square**0.5 + eps) * grad, square


@exercise.accepts("loops")
def one_by_one(w, grad, square, lr, decay=0.99, eps=1e-8):
    moved, square = np.array(w, float), np.array(square, float)
    for place in np.ndindex(moved.shape):
        square[place] = decay * square[place] + (1 - decay) * grad[place] ** 2
        moved[place] -= lr * grad[place] / (square[place] ** 0.5 + eps)
    return moved, square


@exercise.mistake(
    "averages the slopes themselves and not their squares", caught_by=averages_the_squares
)
def forgets_the_square(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "adds the whole square and forgets 1 - decay: the average of a constant would not be that "
    "constant",
    caught_by=averages_the_squares,
)
def adds_the_whole_square(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "swaps the two parts: decay is the part of the old average that stays",
    caught_by=averages_the_squares,
)
def swaps_the_parts(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = (1 - decay) * square + decay * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake("adds up and never forgets: AdaGrad again", caught_by=averages_the_squares)
def never_forgets(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = square + grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "squares 1 - decay together with the slope: a bracket too early",
    caught_by=averages_the_squares,
)
def squares_the_weight(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + ((1 - decay) * grad) ** 2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "forgets the brackets: 1 - decay * grad**2 takes the square away from 1",
    caught_by=averages_the_squares,
)
def forgets_the_brackets_in_the_average(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + 1 - decay * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "writes 0.99 where decay belongs, whatever it is given", caught_by=averages_the_squares
)
def writes_the_number(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = 0.99 * square + 0.01 * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake("returns the square as it was given", caught_by=averages_the_squares)
def never_keeps_the_average(w, grad, square, lr, decay=0.99, eps=1e-8):
    new = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(new) + eps), square


@exercise.mistake(
    "returns the root as the square; the average itself has to go on",
    caught_by=averages_the_squares,
)
def returns_the_root(w, grad, square, lr, decay=0.99, eps=1e-8):
    root = np.sqrt(decay * square + (1 - decay) * grad**2)
    return w - lr * grad / (root + eps), root


@exercise.mistake(
    "divides the rate and forgets to multiply by the slope",
    caught_by=divides_by_the_root_of_the_average,
)
def forgets_the_slope(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr / (np.sqrt(square) + eps), square


@exercise.mistake(
    "takes 1 - decay out again before the root: a correction for the first step alone",
    caught_by=divides_by_the_root_of_the_average,
)
def corrects_as_at_first(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square / (1 - decay)) + eps), square


@exercise.mistake("adds the step, and so climbs", caught_by=divides_by_the_root_of_the_average)
def climbs(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w + lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "divides by the average square and takes no root", caught_by=divides_by_the_root_of_the_average
)
def forgets_the_root(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (square + eps), square


@exercise.mistake(
    "divides by the average as it was before this slope",
    caught_by=divides_by_the_root_of_the_average,
)
def divides_by_the_old_average(w, grad, square, lr, decay=0.99, eps=1e-8):
    new = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), new


@exercise.mistake(
    "keeps the average but never divides by it: plain descent",
    caught_by=divides_by_the_root_of_the_average,
)
def never_divides(w, grad, square, lr, decay=0.99, eps=1e-8):
    return w - lr * grad, decay * square + (1 - decay) * grad**2


@exercise.mistake(
    "averages over the parameters too: one rate for all again", caught_by=keeps_the_averages_apart
)
def shares_one_average(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * np.mean(grad**2)
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "sums the squares of all parameters into one number", caught_by=keeps_the_averages_apart
)
def sums_the_squares(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * np.sum(grad**2)
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "puts eps under the root: sqrt(square + eps), the convention of Keras, TensorFlow and some "
    "textbooks; torch and this course add it to the root",
    caught_by=adds_eps_to_the_root,
)
def puts_eps_under_the_root(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / np.sqrt(square + eps), square


@exercise.mistake(
    "forgets the brackets: a / b + eps adds eps to the fraction", caught_by=adds_eps_to_the_root
)
def forgets_the_brackets(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / np.sqrt(square) + eps, square


@exercise.mistake(
    "forgets the brackets inside the step: lr * (grad / sqrt(square) + eps)",
    caught_by=adds_eps_to_the_root,
)
def forgets_the_inner_brackets(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * (grad / np.sqrt(square) + eps), square


@exercise.mistake(
    "leaves eps out, or takes the larger of the root and eps", caught_by=adds_eps_to_the_root
)
def leaves_eps_out(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / np.sqrt(square), square


@exercise.mistake(
    "takes 0.9 for decay where none is given, as Keras does; torch and this course take 0.99",
    caught_by=has_the_defaults,
)
def takes_the_decay_of_keras(w, grad, square, lr, decay=0.9, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "starts the average with the first square, where it starts with a part of it",
    caught_by=has_the_defaults,
)
def starts_with_the_square(w, grad, square, lr, decay=0.99, eps=1e-8):
    new = decay * square + (1 - decay) * grad**2
    square = np.where(square == 0, grad**2, new)
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "takes 1e-7 for eps where none is given, as Keras does", caught_by=has_the_defaults
)
def takes_the_eps_of_keras(w, grad, square, lr, decay=0.99, eps=1e-7):
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake(
    "changes the caller's own square with *= and +=", caught_by=leaves_the_given_alone
)
def changes_the_state(w, grad, square, lr, decay=0.99, eps=1e-8):
    square *= decay
    square += (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


@exercise.mistake("moves the caller's own w with -=", caught_by=leaves_the_given_alone)
def changes_w(w, grad, square, lr, decay=0.99, eps=1e-8):
    square = decay * square + (1 - decay) * grad**2
    w -= lr * grad / (np.sqrt(square) + eps)
    return w, square
