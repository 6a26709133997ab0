"""Where is the cliff? With one curvature `h` it stands at `2 / h`. Data make a bowl with one
curvature for each feature, along axes that need not be those of `w`: they are the eigenvalues of
its matrix of second derivatives. The steepest of them decides, so you can read the largest stable
rate off the features alone, before the first step.

The loss is the course's, the mean of half squares: `1 / (2 * n) * sum((X @ w - y)**2)`.

**Predict first.** You write every row of the data set down twice. Does the largest stable rate
halve, double, or stay?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("max_stable_lr", points=2, minutes=15)


@exercise.solution
def max_stable_lr(X):
    """Return the rate above which gradient descent on the mean of half squares blows up.

    X  the features, an array `[n, features]`: n rows, one for each example, and a column for each
       feature; any number of either

    The targets do not matter: they move the bowl and leave its shape alone.
    """
    # solution: two lines
    hessian = X.T @ X / len(X)
    return 2 / np.linalg.eigvalsh(hessian)[-1]


exercise.hints = [
    "The gradient is `X.T @ (X @ w - y) / n`. What remains if you differentiate it once more?",
    "`numpy.linalg.eigvalsh` gives the curvatures of a symmetric matrix, the smallest first.",
    "Start with the matrix of second derivatives: `hessian = X.T @ X / len(X)`.",
]
exercise.turned_out = (
    "it stays. The curvatures are means over the rows, and a mean does not change when every row "
    "counts twice. With a sum in place of the mean the rate would halve."
)


@exercise.check("With a single number x as data the curvature is x², and the cliff at 2 over it.")
def knows_one_curvature(max_stable_lr, rng):
    x = rng.integers(3, 10)
    assert close(max_stable_lr(np.array([[x]])), 2 / x**2)


@exercise.check("Two features that are never there together: the steeper direction decides, alone.")
def heeds_the_steepest_alone(max_stable_lr, rng):
    flat, steep = rng.integers(1, 4), rng.integers(4, 6)
    because = (
        f"There n is 2, and so the curvatures are {in_words(flat**2 / 2)} and "
        f"{in_words(steep**2 / 2)}."
    )
    assert close(max_stable_lr(np.diag([flat, steep])), 4 / steep**2), because
    assert close(max_stable_lr(np.diag([steep, flat])), 4 / steep**2), because


@exercise.check("On a slanted bowl the steepest direction lies between the axes of w.")
def sees_between_the_axes(max_stable_lr, rng):
    scale = rng.integers(1, 4)
    features = scale * np.array([[0, 4], [-3, 1]])
    assert close(max_stable_lr(features), 2 / (9 * scale**2)), (
        f"There the curvatures are {in_words(4 * scale**2)} and {in_words(9 * scale**2)}, and "
        "neither lies along an axis."
    )


@exercise.check("More rows than features, or more features than rows: n counts the rows.")
def counts_the_rows(max_stable_lr, rng):
    scale = rng.integers(1, 6)
    tall, wide = scale * np.array([[1], [2], [2]]), scale * np.array([[2, 3, 6]])
    assert close(max_stable_lr(tall), 2 / 3 / scale**2), "There n is 3."
    assert close(max_stable_lr(wide), 2 / 49 / scale**2), "There n is 1."


@exercise.domain(shapes=[(6, 3), (1, 1), (5, 1), (1, 3), (2, 4)])
def allowed(rng, shape):
    X = rng.uniform(-1, 1, size=shape)
    # One direction is steepest by far, also with a 0 in it: no other is above 3/4 of its curvature.
    X[:, 0] = rng.choice([-1, 1], size=shape[0]) * rng.uniform(2, 4, size=shape[0])
    return {"X": X}


@exercise.picture(xlabel="size of the second feature", ylabel="largest stable rate")
def against_a_feature(max_stable_lr):
    X, sizes = np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]), np.linspace(0.1, 4, 24)
    return sizes, [float(max_stable_lr(X * [1.0, size])) for size in sizes]


@exercise.accepts("singular values")
def by_singular_values(X):
    return 2 * X.shape[0] / np.linalg.svd(X, compute_uv=False).max() ** 2


@exercise.accepts("loops, and a power iteration")
def by_power_iteration(X):
    direction = np.ones(X.shape[1])
    for _ in range(100):
        turned = sum(row * (row @ direction) for row in X) / len(X)
        direction = turned / np.sqrt(turned @ turned)
    return 2 / np.mean([(row @ direction) ** 2 for row in X])


@exercise.mistake(
    "gives 1 / L or the best rate, and not the limit (or is the half in the loss left out?)",
    caught_by=knows_one_curvature,
)
def stops_at_one_over_the_curvature(X):
    return 1 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]


@exercise.mistake(
    "goes by the size of X, not by its square: a feature bends the loss twice, once in the "
    "prediction and once in the gradient",
    caught_by=knows_one_curvature,
)
def leaves_out_the_square(X):
    return 2 * len(X) / np.linalg.norm(X, 2)


@exercise.mistake(
    "puts a column of ones beside the features: X holds all the columns there are",
    caught_by=knows_one_curvature,
)
def adds_a_column_of_ones(X):
    X = np.column_stack([np.ones(len(X)), X])
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]


@exercise.mistake(
    "divides by 20, the number of flats in the lesson: here the number of rows is len(X)",
    caught_by=knows_one_curvature,
)
def divides_by_twenty(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / 20)[-1]


@exercise.mistake("has the fraction upside down: curvature over 2", caught_by=knows_one_curvature)
def turns_the_fraction_over(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1] / 2


@exercise.mistake("gives the curvature itself, not yet a rate", caught_by=knows_one_curvature)
def returns_the_curvature(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1]


@exercise.mistake(
    "subtracts each feature's mean first, as numpy.cov does: a covariance is another matrix",
    caught_by=knows_one_curvature,
)
def centers_the_features(X):
    centered = X - X.mean(axis=0)
    return 2 / np.linalg.eigvalsh(centered.T @ centered / len(X))[-1]


@exercise.mistake(
    "leaves out the 1 / n of a mean: this is the limit for a sum of half squares",
    caught_by=heeds_the_steepest_alone,
)
def forgets_the_mean(X):
    return 2 / np.linalg.eigvalsh(X.T @ X)[-1]


@exercise.mistake(
    "adds all curvatures up (the trace, or the Frobenius norm of X squared), where the largest "
    "alone decides",
    caught_by=heeds_the_steepest_alone,
)
def adds_all_curvatures_up(X):
    return 2 / np.trace(X.T @ X / len(X))


@exercise.mistake(
    "takes the Frobenius norm of the matrix for its largest eigenvalue: numpy.linalg.norm gives "
    "that one unless told otherwise",
    caught_by=heeds_the_steepest_alone,
)
def takes_the_frobenius_norm(X):
    return 2 / np.linalg.norm(X.T @ X / len(X))


@exercise.mistake(
    "takes the smallest eigenvalue, or the first in a list: eigvalsh lists them in ascending "
    "order, eigvals in none",
    caught_by=heeds_the_steepest_alone,
)
def takes_the_smallest(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X))[0]


@exercise.mistake(
    "takes the last of an unordered list: eigvalsh sorts the eigenvalues, eigvals does not",
    caught_by=heeds_the_steepest_alone,
)
def trusts_the_order(X):
    return 2 / np.linalg.eigvals(X.T @ X / len(X)).real[-1]


@exercise.mistake(
    "gives a limit for each direction, where the steepest alone decides",
    caught_by=heeds_the_steepest_alone,
)
def gives_a_limit_for_each_direction(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X))


@exercise.mistake(
    "divides by the number of entries, n times features, where only n belongs",
    caught_by=heeds_the_steepest_alone,
)
def divides_by_the_entries(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / X.size)[-1]


@exercise.mistake("averages the curvatures", caught_by=heeds_the_steepest_alone)
def averages_the_curvatures(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X)).mean()


@exercise.mistake(
    "reads the curvatures off the diagonal: that sees the axes of w and nothing between them",
    caught_by=sees_between_the_axes,
)
def reads_the_diagonal(X):
    return 2 / np.diag(X.T @ X / len(X)).max()


@exercise.mistake(
    "multiplies entry by entry with *, where @ makes the matrix of second derivatives",
    caught_by=sees_between_the_axes,
)
def multiplies_entry_by_entry(X):
    return 2 / np.linalg.eigvalsh(X.T * X / len(X))[-1]


@exercise.mistake(
    "takes the eigenvalues of X itself, which is not symmetric: it stretches some directions more "
    "than any of its eigenvalues says",
    caught_by=sees_between_the_axes,
)
def takes_the_eigenvalues_of_the_data(X):
    return 2 * len(X) / max(abs(np.linalg.eigvals(X))) ** 2


@exercise.mistake(
    "takes the largest row sum: no curvature is larger, but the limit comes out too low",
    caught_by=sees_between_the_axes,
)
def takes_the_largest_row_sum(X):
    return 2 / np.abs(X.T @ X / len(X)).sum(axis=1).max()


@exercise.mistake("divides by the number of features, not of rows", caught_by=counts_the_rows)
def divides_by_the_features(X):
    return 2 / np.linalg.eigvalsh(X.T @ X / X.shape[1])[-1]
