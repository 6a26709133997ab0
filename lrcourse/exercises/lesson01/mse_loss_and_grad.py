r"""A loss and its slope. Each flat has a row of features `X[i]` (area, age and so on) and a price
`y[i]`; the model's guess is `X @ w`, and what it misses by is the residual $r_i$. The course's
squared loss is the mean of half squares, $\frac{1}{2n}\sum_i r_i^2$: the half cancels the 2 that
the derivative brings, so that the gradient is the mean of residual times features and nothing else.

**Predict first.** You copy every row of the data once, so that each flat is seen twice. What
happens to this loss, and what to its gradient?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("mse_loss_and_grad", points=2, minutes=15)


@exercise.solution
def mse_loss_and_grad(w, X, y):
    """Return the loss of a linear model and its gradient.

    w  the P parameters, [P]: an array of P numbers
    X  the features, [n, P]: n rows, one for each example, and P columns
    y  the n targets, as [n] or as a column [n, 1]

    Return two things: the loss 1/(2n) * sum of squared residuals, a number, and its gradient
    at w, [P]. The residual is the guess X @ w minus the target.
    """
    # solution: three lines
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


exercise.hints = [
    "What shapes have X @ w and y? Try an array of shape (3,) minus one of shape (3, 1), and the "
    "same two multiplied.",
    "Each example adds its residual times its own row of X to the gradient: `X.T @ residual` does "
    "just that, if the residuals are [n]. Both results are means, and only one has a half.",
    "Begin with `residual = X @ w - np.ravel(y)`: ravel makes [n] of a column.",
]
exercise.turned_out = (
    "both stay the same. The sums double, and so does the n that divides them: a mean asks what "
    "the examples are like, not how many they are."
)


def four_flats():
    """Return parameters, features and targets whose residuals are 1, 4, 1 and 3."""
    return np.array([2.0]), np.array([[1.0], [3.0], [2.0], [1.0]]), np.array([1.0, 2.0, 3.0, -1.0])


def answered(mse_loss_and_grad, w, X, y):
    """Return the answer's loss and gradient."""
    return parts(mse_loss_and_grad(w, X, y), "loss", "gradient")


@exercise.check("Four flats with residuals 1, 4, 1 and 3 have the loss 27/8.")
def loss_of_four_flats(mse_loss_and_grad, rng):
    loss, _ = answered(mse_loss_and_grad, *four_flats())
    assert close(loss, 27 / 8, what="The loss"), "Their squares add up to 27."


@exercise.check(
    "There, residuals 1, 4, 1, 3 times features 1, 3, 2, 1 have the mean 18/4: the gradient."
)
def gradient_of_four_flats(mse_loss_and_grad, rng):
    _, grad = answered(mse_loss_and_grad, *four_flats())
    assert close(grad, [18 / 4], what="The gradient")


def one_flat_missed(rng, n=5, P=3):
    """Return parameters, features and targets of which one flat alone is missed, by `miss`; `miss`;
    the features of that flat; and n."""
    w, X = (rng.integers(10, 31, size=size) / 10 for size in (P, (n, P)))
    miss, place = rng.choice([-1, 1]) * rng.integers(11, 30) / 10, rng.integers(n)
    return w, X, X @ w - miss * (np.arange(n) == place), miss, X[place], n


@exercise.check(
    "If one flat of n is missed alone, by r, the loss is r * r / (2n), and the gradient is r / n "
    "times the features of that flat."
)
def sees_the_flat_that_is_missed(mse_loss_and_grad, rng):
    w, X, y, miss, features, n = one_flat_missed(rng)
    loss, grad = answered(mse_loss_and_grad, w, X, y)
    assert close(loss, miss**2 / (2 * n), what="The loss"), f"The one residual is {miss}."
    assert close(grad, miss / n * features, what="The gradient"), (
        f"The one residual is {miss}, and its features are {in_words(features)}."
    )


@exercise.check("Targets given as a column [n, 1] mean the same as targets given as [n].")
def takes_a_column_of_targets(mse_loss_and_grad, rng):
    w, X, y, miss, features, n = one_flat_missed(rng, n=4, P=2)
    loss, grad = answered(mse_loss_and_grad, w, X, y[:, np.newaxis])
    because = "A row [n] minus a column [n, 1] is a table [n, n]."
    assert close(loss, miss**2 / (2 * n), what="The loss"), because
    assert close(grad, miss / n * features, what="The gradient"), because


@exercise.domain(
    shapes=[(5, 3), (1, 1), (4, 1), (1, 3), (2, 3)],
    corners=[{"y": np.array([[1.0], [-2.0], [0.5], [4.0], [0.0]])}],
)
def allowed(rng, shape):
    X, y = rng.normal(size=shape), rng.normal(size=shape[0])
    return {"w": rng.normal(size=shape[1]), "X": X, "y": y}


@exercise.picture(xlabel="w", ylabel="loss")
def loss_of_three_flats(mse_loss_and_grad):
    X, y, line = np.array([[1.0], [2.0], [3.0]]), np.array([2.0, 5.0, 5.0]), np.linspace(-1, 5, 25)
    return line, [float(mse_loss_and_grad(np.array([w]), X, y)[0]) for w in line]


@exercise.accepts("loops")
def loops(w, X, y):
    loss, grad = 0.0, np.zeros(len(w))
    for features, target in zip(X, np.ravel(y), strict=True):
        residual = features @ w - target
        loss += residual**2 / (2 * len(X))
        grad += residual * features / len(X)
    return loss, grad


@exercise.accepts("means of products, as a list")
def means_of_products(w, X, y):
    residual = (X * w).sum(axis=1) - np.reshape(y, len(X))
    return [np.mean(residual**2) / 2, np.mean(residual[:, None] * X, axis=0)]


@exercise.mistake(
    "sums where the mean belongs: the 1/n is missing in both", caught_by=loss_of_four_flats
)
def forgets_the_mean(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.sum(residual**2), X.T @ residual


@exercise.mistake(
    "sums the loss where the mean belongs: its 1/n is missing, and the gradient's is there",
    caught_by=loss_of_four_flats,
)
def sums_the_loss(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.sum(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "leaves out the half in the loss; the gradient has it", caught_by=loss_of_four_flats
)
def leaves_out_the_half_in_the_loss(w, X, y):
    residual = X @ w - np.ravel(y)
    return np.mean(residual**2), X.T @ residual / len(X)


@exercise.mistake("leaves out the half, in both", caught_by=loss_of_four_flats)
def leaves_out_the_half(w, X, y):
    residual = X @ w - np.ravel(y)
    return np.mean(residual**2), 2 * X.T @ residual / len(X)


@exercise.mistake(
    "has the half in the loss but a 2 in the gradient", caught_by=gradient_of_four_flats
)
def doubles_the_gradient(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), 2 * X.T @ residual / len(X)


@exercise.mistake(
    "has the mean in the loss but a sum in the gradient", caught_by=gradient_of_four_flats
)
def sums_the_gradient(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), X.T @ residual


@exercise.mistake(
    "takes target minus guess, which turns the gradient's sign", caught_by=gradient_of_four_flats
)
def turns_the_sign(w, X, y):
    residual = np.ravel(y) - X @ w
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "writes X * w: with one feature that is a column, where X @ w is one guess for each row",
    caught_by=loss_of_four_flats,
)
def multiplies_without_adding_up(w, X, y):
    residual = X * w - y
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "multiplies by n, as 1 / 2 * n does: 1 / (2 * n) divides", caught_by=loss_of_four_flats
)
def forgets_the_brackets(w, X, y):
    residual = X @ w - np.ravel(y)
    return 1 / 2 * len(X) * np.sum(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "squares the mean of the residuals, where the mean of their squares belongs",
    caught_by=loss_of_four_flats,
)
def squares_the_mean(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual) ** 2, X.T @ residual / len(X)


@exercise.mistake("returns the gradient first and then the loss", caught_by=loss_of_four_flats)
def returns_the_gradient_first(w, X, y):
    return mse_loss_and_grad(w, X, y)[::-1]


@exercise.mistake("forgets the target", caught_by=loss_of_four_flats)
def forgets_the_target(w, X, y):
    guess = X @ w
    return 0.5 * np.mean(guess**2), X.T @ guess / len(X)


@exercise.mistake(
    "measures the residuals by their size, not their square", caught_by=loss_of_four_flats
)
def takes_absolute_values(w, X, y):
    residual = X @ w - np.ravel(y)
    return np.mean(np.abs(residual)), X.T @ np.sign(residual) / len(X)


@exercise.mistake(
    "multiplies residuals [n] with features [n, 1], which makes n by n products: every residual "
    "meets every feature",
    caught_by=gradient_of_four_flats,
)
def lets_every_residual_meet_every_feature(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), np.mean(residual * X)


@exercise.mistake(
    "multiplies residuals [n] with features [n, 1], which makes n by n products, and averages "
    "those along one axis",
    caught_by=gradient_of_four_flats,
)
def averages_the_products_along_one_axis(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), np.mean(residual * X, axis=0)


@exercise.mistake(
    "has the residuals in the gradient and forgets the features", caught_by=gradient_of_four_flats
)
def forgets_the_features(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), np.mean(residual)


@exercise.mistake(
    "averages over all features at once, and has one number for all parameters",
    caught_by=sees_the_flat_that_is_missed,
)
def averages_over_all_features(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), np.mean(residual[:, None] * X)


@exercise.mistake(
    "subtracts a column [n, 1] from a row [n], which makes n by n residuals, and averages them all",
    caught_by=takes_a_column_of_targets,
)
def averages_a_table_of_residuals(w, X, y):
    residual = X @ w - y
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "subtracts a column [n, 1] from a row [n], which makes n by n residuals, and adds them all up",
    caught_by=takes_a_column_of_targets,
)
def adds_a_table_of_residuals_up(w, X, y):
    residual = X @ w - y
    return np.sum(residual**2) / (2 * len(X)), X.T @ residual / len(X)


@exercise.mistake(
    "subtracts a column [n, 1] from a row [n], and multiplies the n by n residuals with X from "
    "the right",
    caught_by=takes_a_column_of_targets,
)
def multiplies_a_table_of_residuals(w, X, y):
    residual = X @ w - y
    return 0.5 * np.mean(residual**2), residual @ X / len(X)


@exercise.mistake(
    "divides the gradient by all entries of X, n times P, where only n belongs",
    caught_by=sees_the_flat_that_is_missed,
)
def divides_by_all_entries(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), X.T @ residual / X.size
