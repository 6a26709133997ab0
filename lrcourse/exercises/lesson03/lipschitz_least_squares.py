"""How steep can it get? The largest curvature of a loss is called its Lipschitz constant `L`: no
gradient changes faster, and every rate below `2 / L` is safe. For least squares it is a property
of the features alone. Whether you add the examples' losses up or average them looks like a matter
of taste; the largest stable rate sees it otherwise.

**Predict first.** Heights in metres become heights in centimetres: the numbers are 100 times
larger. By which factor does the largest stable rate shrink?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("lipschitz_least_squares", points=2, minutes=12)


@exercise.solution
def lipschitz_least_squares(X, reduction="mean"):
    """Return the largest curvature of half squared residuals.

    X          the features, an array `[n, features]`: n rows, and a column for each feature
    reduction  "mean": the loss is `1 / (2 * n) * sum((X @ w - y)**2)`
               "sum": the same without the `1 / n`
    """
    # solution: two lines
    largest = np.linalg.norm(X, 2) ** 2
    return largest / len(X) if reduction == "mean" else largest


exercise.hints = [
    "Along one direction the loss is a parabola in `w`. What multiplies `w**2`, and what is left "
    "of it after two derivatives?",
    "The largest factor by which `X` stretches any vector is `numpy.linalg.norm(X, 2)`. The loss "
    "squares what `X` has stretched.",
    "Start with `largest = np.linalg.norm(X, 2) ** 2`, the answer for a sum.",
]
exercise.turned_out = (
    "by 10,000. The curvature is a mean of squares, so it grows by 100 times 100, and the largest "
    "stable rate is 2 over the curvature."
)


@exercise.check("With one feature, the curvature of a mean is the mean of the feature's squares.")
def averages_the_squares(lipschitz, rng):
    scale = rng.integers(2, 6)
    assert close(lipschitz(scale * np.array([[1], [2], [2]])), 3 * scale**2)


@exercise.check("Every row written down twice: twice the curvature in a sum, the same in a mean.")
def sums_double_with_the_data(lipschitz, rng):
    features = rng.integers(2, 6) * np.array([[1], [2], [2]])
    single = lipschitz(features, reduction="sum")
    twice = np.vstack([features, features])
    assert close(lipschitz(twice, reduction="sum"), 2 * np.asarray(single, float)), (
        f"For each row once it was {in_words(single)}."
    )


@exercise.check("With two features, the steepest direction between them counts, and it alone.")
def takes_the_steepest_direction(lipschitz, rng):
    scale = rng.integers(1, 4)
    features = scale * np.array([[0, 4], [-3, 1]])
    because = f"There the curvatures are {in_words(8 * scale**2)} and {in_words(18 * scale**2)}."
    assert close(lipschitz(features, reduction="sum"), 18 * scale**2), because
    assert close(lipschitz(features[:, ::-1], reduction="sum"), 18 * scale**2), because


@exercise.check("One row, three features: n counts the rows.")
def counts_the_rows(lipschitz, rng):
    scale = rng.integers(1, 6)
    assert close(lipschitz(scale * np.array([[2, 3, 6]])), 49 * scale**2), "There n is 1."


@exercise.domain(
    shapes=[(6, 3), (1, 1), (5, 1), (1, 3), (2, 4)],
    corners=[{"reduction": "mean"}, {"reduction": "sum"}],
)
def allowed(rng, shape):
    return {"X": rng.normal(size=shape), "reduction": rng.choice(["mean", "sum"]).item()}


@exercise.picture(xlabel="size of the second feature", ylabel="largest curvature")
def against_a_feature(lipschitz_least_squares):
    X, sizes = np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]), np.linspace(0, 4, 25)
    return sizes, [float(lipschitz_least_squares(X * [1.0, size])) for size in sizes]


@exercise.accepts("eigenvalues")
def by_eigenvalues(X, reduction="mean"):
    hessian = X.T @ X
    if reduction == "mean":
        hessian = hessian / X.shape[0]
    return np.linalg.eigvalsh(hessian).max()


@exercise.accepts("loops, and a power iteration")
def by_power_iteration(X, reduction="mean"):
    direction = np.ones(X.shape[1])
    for _ in range(300):
        turned = sum(row * (row @ direction) for row in X)
        direction = turned / np.sqrt(turned @ turned)
    squares = [(row @ direction) ** 2 for row in X]
    return sum(squares) / (len(squares) if reduction == "mean" else 1)


@exercise.mistake("takes the norm and does not square it", caught_by=averages_the_squares)
def leaves_out_the_square(X, reduction="mean"):
    return np.linalg.norm(X, 2) / (len(X) if reduction == "mean" else 1)


@exercise.mistake("divides by n before it squares", caught_by=averages_the_squares)
def divides_before_squaring(X, reduction="mean"):
    return (np.linalg.norm(X, 2) / (len(X) if reduction == "mean" else 1)) ** 2


@exercise.mistake(
    "gives a sum where a mean is asked for (or divides by the number of features)",
    caught_by=averages_the_squares,
)
def forgets_the_mean(X, reduction="mean"):
    return np.linalg.norm(X, 2) ** 2


@exercise.mistake(
    "forgets the half in the loss, and so comes out twice as steep",
    caught_by=averages_the_squares,
)
def forgets_the_half(X, reduction="mean"):
    return 2 * np.linalg.norm(X, 2) ** 2 / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "keeps the half of the loss: half a square has the second derivative 1",
    caught_by=averages_the_squares,
)
def keeps_the_half(X, reduction="mean"):
    return np.linalg.norm(X, 2) ** 2 / 2 / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "divides by 20, the number of people in the lesson: here the number of rows is len(X)",
    caught_by=averages_the_squares,
)
def divides_by_twenty(X, reduction="mean"):
    return np.linalg.norm(X, 2) ** 2 / (20 if reduction == "mean" else 1)


@exercise.mistake(
    "squares twice: the norm of X.T @ X is a curvature already", caught_by=averages_the_squares
)
def squares_twice(X, reduction="mean"):
    return np.linalg.norm(X.T @ X, 2) ** 2 / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "takes the largest single example, where the examples share the work",
    caught_by=averages_the_squares,
)
def takes_the_largest_example(X, reduction="mean"):
    return (X**2).sum(axis=1).max()


@exercise.mistake(
    "subtracts each feature's mean first: the loss does not", caught_by=averages_the_squares
)
def centers_the_features(X, reduction="mean"):
    return np.linalg.norm(X - X.mean(axis=0), 2) ** 2 / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "gives the largest stable rate, 2 over the curvature", caught_by=averages_the_squares
)
def returns_a_rate(X, reduction="mean"):
    return 2 * (len(X) if reduction == "mean" else 1) / np.linalg.norm(X, 2) ** 2


@exercise.mistake(
    "divides by n whichever reduction it is asked for", caught_by=sums_double_with_the_data
)
def divides_a_sum_too(X, reduction="mean"):
    return np.linalg.norm(X, 2) ** 2 / len(X)


@exercise.mistake(
    "takes the Frobenius norm, numpy.linalg.norm's own choice: it adds up all directions",
    caught_by=takes_the_steepest_direction,
)
def takes_the_frobenius_norm(X, reduction="mean"):
    return np.linalg.norm(X) ** 2 / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "takes the Frobenius norm of X.T @ X, which is more than its largest eigenvalue",
    caught_by=takes_the_steepest_direction,
)
def takes_the_frobenius_norm_of_the_square(X, reduction="mean"):
    return np.linalg.norm(X.T @ X) / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "takes the steepest single feature, and misses the direction between the two",
    caught_by=takes_the_steepest_direction,
)
def takes_the_steepest_feature(X, reduction="mean"):
    return (X**2).sum(axis=0).max() / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "takes the smallest eigenvalue, or the first in a list: eigvalsh lists them in ascending "
    "order, eigvals in none",
    caught_by=takes_the_steepest_direction,
)
def takes_the_flattest_direction(X, reduction="mean"):
    return np.linalg.eigvalsh(X.T @ X)[0] / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "takes the last of an unordered list: eigvalsh sorts the eigenvalues, eigvals does not",
    caught_by=takes_the_steepest_direction,
)
def trusts_the_order(X, reduction="mean"):
    return np.linalg.eigvals(X.T @ X).real[-1] / (len(X) if reduction == "mean" else 1)


@exercise.mistake(
    "gives the curvatures of all directions, where the largest is asked for",
    caught_by=takes_the_steepest_direction,
)
def gives_all_curvatures(X, reduction="mean"):
    return np.linalg.eigvalsh(X.T @ X) / (len(X) if reduction == "mean" else 1)


@exercise.mistake("divides by the number of entries, X.size", caught_by=counts_the_rows)
def divides_by_the_entries(X, reduction="mean"):
    return np.linalg.norm(X, 2) ** 2 / (X.size if reduction == "mean" else 1)
