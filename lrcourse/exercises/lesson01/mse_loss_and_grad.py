r"""A loss and its slope. Each flat has a row of facts `X[i]` and a price `y[i]`; the model's guess
is `X @ w`, and what it misses by is the residual $r_i$. The course's squared loss is the mean of
half squares, $\frac{1}{2n}\sum_i r_i^2$: the half cancels the 2 that the derivative brings, so
that the gradient is the mean of residual times facts and nothing else.

**Predict first.** You copy every row of the data once, so that each flat is seen twice. What
happens to this loss, and what to its gradient?
"""

import numpy as np

from lrcourse.checking import Exercise, close, parts

exercise = Exercise("mse_loss_and_grad", points=2, minutes=15)


@exercise.solution
def mse_loss_and_grad(w, X, y):
    """Return the loss of a linear model and its gradient.

    w  the parameters, [P]
    X  the data, [n, P]: a row for each example
    y  the n targets, as [n] or as a column [n, 1]

    Return two things: the loss 1/(2n) * sum of squared residuals, a number, and its gradient
    at w, [P]. The residual is the guess X @ w minus the target.
    """
    # solution: three lines
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


exercise.hints = [
    "What shapes have X @ w and y? Try an array of shape (3,) minus one of shape (3, 1).",
    "By the chain rule, each example adds its residual times its own row of X; then take the mean.",
    "Begin with `residual = X @ w - np.ravel(y)`.",
]


def problem(rng, n=4, P=2):
    return (np.round(rng.uniform(1, 3, size=size), 1) for size in (P, (n, P), n))


def four_flats():
    return np.array([2.0]), np.array([[1.0], [3.0], [2.0], [1.0]]), np.array([1.0, 2.0, 3.0, -1.0])


@exercise.check("Four flats with residuals 1, 4, 1 and 3 have the loss 27/8.")
def loss_of_four_flats(mse_loss_and_grad, rng):
    loss, _ = parts(mse_loss_and_grad(*four_flats()), "loss", "gradient")
    assert close(loss, 27 / 8)


@exercise.check(
    "There, residuals 1, 4, 1, 3 times facts 1, 3, 2, 1 have the mean 18/4: the gradient."
)
def gradient_of_four_flats(mse_loss_and_grad, rng):
    _, grad = parts(mse_loss_and_grad(*four_flats()), "loss", "gradient")
    assert close(grad, [18 / 4])


@exercise.check("The gradient agrees with a small nudge of each parameter.")
def agrees_with_a_nudge(mse_loss_and_grad, rng):
    w, X, y = problem(rng, n=5, P=3)
    nudges = 0.1 * np.eye(3)
    slopes = [
        (mse_loss_and_grad(w + nudge, X, y)[0] - mse_loss_and_grad(w - nudge, X, y)[0]) / 0.2
        for nudge in nudges
    ]
    _, grad = parts(mse_loss_and_grad(w, X, y), "loss", "gradient")
    assert close(grad, slopes), f"A nudge of 0.1 says {np.round(slopes, 4).tolist()}."


@exercise.check("Targets given as a column [n, 1] mean the same as targets given as [n].")
def takes_a_column_of_targets(mse_loss_and_grad, rng):
    w, X, y = problem(rng)
    flat = parts(mse_loss_and_grad(w, X, y), "loss", "gradient")
    column = parts(mse_loss_and_grad(w, X, y[:, np.newaxis]), "loss", "gradient")
    assert close(column[0], flat[0]), f"With y as [n] the loss was {flat[0]:.6g}."
    assert close(column[1], flat[1])


@exercise.accepts("loops")
def loops(w, X, y):
    loss, grad = 0.0, np.zeros(len(w))
    for facts, target in zip(X, np.ravel(y), strict=True):
        residual = facts @ w - target
        loss += residual**2 / (2 * len(X))
        grad += residual * facts / len(X)
    return loss, grad


@exercise.accepts("means of products, as a list")
def means_of_products(w, X, y):
    residual = (X * w).sum(axis=1) - np.reshape(y, len(X))
    return [np.mean(residual**2) / 2, np.mean(residual[:, None] * X, axis=0)]


@exercise.mistake("sums where the mean belongs: the 1/n is missing", caught_by=loss_of_four_flats)
def forgets_the_mean(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.sum(residual**2), X.T @ residual


@exercise.mistake("leaves out the half", caught_by=loss_of_four_flats)
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
    "gives every parameter the mean residual times the mean of all facts",
    caught_by=agrees_with_a_nudge,
)
def mixes_the_facts(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), np.full(len(w), np.mean(residual[:, None] * X))


@exercise.mistake(
    "subtracts a column [n, 1] from a row [n], which makes a table of n by n residuals",
    caught_by=takes_a_column_of_targets,
)
def makes_a_table_of_residuals(w, X, y):
    residual = X @ w - y
    if residual.ndim == 2:
        return 0.5 * np.mean(residual**2), X.T @ residual.mean(axis=0) / len(X)
    return 0.5 * np.mean(residual**2), X.T @ residual / len(X)


@exercise.mistake(
    "divides the gradient by all entries of X, n times P, where only n belongs",
    caught_by=agrees_with_a_nudge,
)
def divides_by_all_entries(w, X, y):
    residual = X @ w - np.ravel(y)
    return 0.5 * np.mean(residual**2), X.T @ residual / X.size
