"""The same ruler for every feature. Heights in centimetres and weights in tonnes make a bowl that
is steep one way and flat the other, and one rate has to serve both. Subtract each feature's mean
and divide by its standard deviation: now every feature counts in the same unit, its own spread.
The ruler is made from the training set and applied to both sets: the test set plays the future,
and nobody has measured that yet.

**Predict first.** The training heights have mean 170 and deviation 10. Every person in the test
set is 190 tall. What do the test heights become: 0, 2, or not a number?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers, parts
from lrcourse.inputs import in_words

exercise = Exercise("standardize", points=2, minutes=12)


@exercise.solution
def standardize(X_train, X_test):
    """Return both sets in units of the training set's spread: `(train, test)`.

    X_train  features to learn from, an array `[n, features]`: n rows, and a column for each feature
    X_test   features kept apart, `[m, features]`: m rows, the same columns

    Each feature has the training mean subtracted and is divided by the training standard
    deviation (numpy's, which divides by n). A feature that never varies in `X_train` becomes 0 in
    both sets: nothing can be learnt from it. Leave the arrays you were given as they are.
    """
    # solution: four lines
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    varies = X_train.max(axis=0) > X_train.min(axis=0)
    unit = np.where(varies, deviation, np.inf)  # whatever is divided by infinity becomes 0
    return (X_train - mean) / unit, (X_test - mean) / unit


exercise.hints = [
    "A feature is a column. Along which axis do you average to get one number for each column?",
    "Two sets go out, but only one of them may be measured. And what is a constant column's "
    "deviation when its mean has been rounded? Its largest and smallest value are never rounded.",
    "Start with `mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)`.",
]
exercise.turned_out = (
    "2, for everybody: 20 above the training mean is 2 training deviations. The test set's own "
    "deviation is 0, and measured by that they would be no number at all."
)


def people(rng):
    """Return heights and shoe sizes: a training set of four and a test set of three."""
    X_train = np.array([[1.0, 30], [3, 40], [5, 20], [7, 50]]) + rng.integers(0, 3)
    return X_train, rng.integers(1, 60, size=(3, 2)).astype(float)


@exercise.check("Every feature of the training set has mean 0 afterwards.")
def has_mean_zero(standardize, rng):
    train = numbers(parts(standardize(*people(rng)), "train", "test")[0], "The training set")
    assert close(train.mean(axis=0), [0, 0]), (
        f"The means of its columns are {in_words(train.mean(axis=0))}."
    )


@exercise.check("Every feature of the training set has standard deviation 1 afterwards.")
def has_deviation_one(standardize, rng):
    train = numbers(parts(standardize(*people(rng)), "train", "test")[0], "The training set")
    assert close(train.std(axis=0), [1, 1]), (
        f"The deviations of its columns are {in_words(train.std(axis=0))}."
    )


@exercise.check("The test set is measured with the training set's mean and deviation.")
def measures_with_the_training_ruler(standardize, rng):
    X_train = np.array([[160.0, 1], [180, 5]])
    tall, far = rng.integers(1, 4), rng.integers(4, 7)
    X_test = np.array([[170.0 + 10 * tall, 3], [170, 3 + 2 * far], [160, 1]])
    _, test = parts(standardize(X_train, X_test), "train", "test")
    assert close(test, [[tall, 0], [0, far], [-1, -1]], what="The test set"), (
        "The training means are [170, 3], the deviations [10, 2]."
    )


@exercise.check("The arrays you were given are the same afterwards.")
def leaves_the_given_alone(standardize, rng):
    X_train, X_test = people(rng)
    standardize(X_train, X_test)
    assert not standardize.changed


@exercise.check("A feature that never varies in the training set becomes 0 in both sets.")
def silences_a_constant(standardize, rng):
    X_train = np.array([[1.0, 5], [3, 5], [1, 5], [3, 5]])
    X_test = np.array([[2.0, 5], [2, rng.integers(6, 10)]])
    train, test = parts(standardize(X_train, X_test), "train", "test")
    assert close(train, [[-1, 0], [1, 0], [-1, 0], [1, 0]], what="The training set")
    assert close(test, [[0, 0], [0, 0]], what="The test set")


@exercise.check("So it does where the mean of equal numbers is rounded: 0.1 three times.")
def silences_a_rounded_constant(standardize, rng):
    X_train = np.array([[1.0, 0.1], [1, 0.1], [4, 0.1]])
    X_test = np.array([[2.0, 0.1], [2.0, rng.integers(2, 9) / 10]])
    train, test = parts(standardize(X_train, X_test), "train", "test")
    deviation = np.std([0.1, 0.1, 0.1])
    because = f"numpy's deviation of 0.1, 0.1, 0.1 is {in_words(deviation)}, not 0: rounding."
    unit = 2**0.5
    assert close(train, [[-1 / unit, 0], [-1 / unit, 0], [unit, 0]], what="The training set"), (
        because
    )
    assert close(test, [[0, 0], [0, 0]], what="The test set"), because


@exercise.domain(
    shapes=[(5, 3), (1, 3), (4, 1), (2, 2), (1, 1)],
    corners=[
        {"X_train": np.array([[0.1, 2], [0.1, 3], [0.1, 5]]), "X_test": np.array([[0.1, 4]])},
        {"X_train": np.array([[7.0], [7.0]]), "X_test": np.array([[6.0], [7.0], [8.0]])},
    ],
)
def allowed(rng, shape):
    return {"X_train": rng.normal(size=shape), "X_test": rng.normal(size=(3, shape[1]))}


@exercise.picture(xlabel="height in the test set", ylabel="standardised height")
def heights_to_come(standardize):
    train, test = np.array([[160.0], [170.0], [183.0], [171.0]]), np.linspace(150, 200, 11)
    return test, np.asarray(standardize(train, test[:, np.newaxis])[1])[:, 0]


@exercise.accepts("loops")
def one_feature_at_a_time(X_train, X_test):
    train, test = np.zeros(X_train.shape), np.zeros(X_test.shape)
    for j in range(X_train.shape[1]):
        column = X_train[:, j]
        if all(value == column[0] for value in column):
            continue
        mean = sum(column) / len(column)
        deviation = (sum((column - mean) ** 2) / len(column)) ** 0.5
        train[:, j] = (column - mean) / deviation
        test[:, j] = (X_test[:, j] - mean) / deviation
    return train, test


@exercise.accepts("a deviation within rounding of 0")
def within_rounding(X_train, X_test):
    mean, deviation = np.mean(X_train, 0), np.std(X_train, 0)
    constant = np.isclose(deviation, 0)
    deviation[constant] = 1
    return tuple(np.where(constant, 0, (X - mean) / deviation) for X in (X_train, X_test))


def ruled(X_train, X_test, mean, deviation):
    """Return both sets with ``mean`` subtracted, divided by ``deviation``."""
    return (X_train - mean) / deviation, (X_test - mean) / deviation


@exercise.mistake(
    "takes one mean for each row (axis=1), where each column wants its own",
    caught_by=has_mean_zero,
)
def averages_along_the_rows(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=1), X_train.std(axis=1))


@exercise.mistake(
    "takes one mean for each row and keeps it beside the row, where each column wants its own",
    caught_by=has_mean_zero,
)
def averages_along_the_rows_beside_them(X_train, X_test):
    mean, deviation = (f(X_train, axis=1, keepdims=True) for f in (np.mean, np.std))
    return ruled(X_train, X_test, mean, deviation)


@exercise.mistake(
    "makes every row's mean 0: each person is measured against themselves",
    caught_by=has_mean_zero,
)
def standardizes_each_row(X_train, X_test):
    return tuple(
        (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
        for X in (X_train, X_test)
    )


@exercise.mistake(
    "takes one mean over the whole table, mixing the units of its columns",
    caught_by=has_mean_zero,
)
def averages_the_whole_table(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(), X_train.std())


@exercise.mistake(
    "measures both sets together: something of the test set leaks into training",
    caught_by=has_mean_zero,
)
def measures_both_together(X_train, X_test):
    both = np.vstack([X_train, X_test])
    return ruled(X_train, X_test, both.mean(axis=0), both.std(axis=0))


@exercise.mistake(
    "asks with `if` about the deviations of all columns at once: np.where asks each of them",
    caught_by=has_mean_zero,
)
def asks_with_if(X_train, X_test):
    deviation = X_train.std(axis=0)
    if deviation == 0:
        deviation = 1
    return ruled(X_train, X_test, X_train.mean(axis=0), deviation)


@exercise.mistake(
    "forgets the brackets: X - mean / deviation divides the mean alone", caught_by=has_mean_zero
)
def forgets_the_brackets(X_train, X_test):
    shift = X_train.mean(axis=0) / X_train.std(axis=0)
    return X_train - shift, X_test - shift


@exercise.mistake("divides, but subtracts no mean", caught_by=has_mean_zero)
def subtracts_nothing(X_train, X_test):
    return ruled(X_train, X_test, 0, X_train.std(axis=0))


@exercise.mistake(
    "stretches each column from 0 to 1, which is another way to scale", caught_by=has_mean_zero
)
def stretches_from_zero_to_one(X_train, X_test):
    low, high = X_train.min(axis=0), X_train.max(axis=0)
    return ruled(X_train, X_test, low, high - low)


@exercise.mistake("subtracts the mean and stops there", caught_by=has_deviation_one)
def divides_by_nothing(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), 1)


@exercise.mistake(
    "divides by the variance, the square of the deviation", caught_by=has_deviation_one
)
def divides_by_the_variance(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), X_train.var(axis=0))


@exercise.mistake(
    "adds the squares up for the deviation and forgets to divide by n", caught_by=has_deviation_one
)
def forgets_to_average_the_squares(X_train, X_test):
    deviation = np.sqrt(len(X_train)) * X_train.std(axis=0)
    return ruled(X_train, X_test, X_train.mean(axis=0), deviation)


@exercise.mistake(
    "divides by n - 1 inside the deviation, as pandas does and numpy does not",
    caught_by=has_deviation_one,
)
def divides_by_n_minus_one(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0, ddof=1))


@exercise.mistake(
    "fits the test set anew, with its own mean and deviation: equal people get unequal numbers",
    caught_by=measures_with_the_training_ruler,
)
def fits_the_test_set_anew(X_train, X_test):
    return tuple((X - X.mean(axis=0)) / X.std(axis=0) for X in (X_train, X_test))


@exercise.mistake("returns the test set as it was", caught_by=measures_with_the_training_ruler)
def forgets_the_test_set(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0))[0], X_test


@exercise.mistake(
    "divides the test set by the deviation and subtracts no mean from it",
    caught_by=measures_with_the_training_ruler,
)
def shifts_the_training_set_only(X_train, X_test):
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    return (X_train - mean) / deviation, X_test / deviation


@exercise.mistake(
    "drops the column of a constant feature, where it should stay and hold 0",
    caught_by=silences_a_constant,
)
def drops_the_column(X_train, X_test):
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    varies = deviation > 0
    return ruled(X_train[:, varies], X_test[:, varies], mean[varies], deviation[varies])


@exercise.mistake(
    "divides by a deviation of 0, and 0 / 0 is not a number", caught_by=silences_a_constant
)
def divides_by_zero(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0))


@exercise.mistake(
    "turns what is not a number into 0 afterwards: 0 / 0 is mended so, but 4 / 0 is infinite",
    caught_by=silences_a_constant,
)
def mends_nan_afterwards(X_train, X_test):
    both = ruled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0))
    return tuple(map(np.nan_to_num, both))


@exercise.mistake(
    "adds a tiny number to the deviation: a test row that differs then becomes huge",
    caught_by=silences_a_constant,
)
def adds_a_tiny_number(X_train, X_test):
    return ruled(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0) + 1e-8)


@exercise.mistake(
    "divides by 1 in place of 0, as scikit-learn does: the test set keeps its raw distance",
    caught_by=silences_a_constant,
)
def divides_by_one_instead(X_train, X_test):
    deviation = X_train.std(axis=0)
    return ruled(X_train, X_test, X_train.mean(axis=0), np.where(deviation < 1e-9, 1, deviation))


@exercise.mistake(
    "asks with == whether the deviation is 0: rounding denies it",
    caught_by=silences_a_rounded_constant,
)
def hangs_on_float_equality(X_train, X_test):
    deviation = X_train.std(axis=0)
    unit = np.where(deviation == 0, np.inf, deviation)
    return ruled(X_train, X_test, X_train.mean(axis=0), unit)


@exercise.mistake(
    "works in place, with -= and /=, and so changes the caller's data",
    caught_by=leaves_the_given_alone,
)
def works_in_place(X_train, X_test):
    mean, deviation = X_train.mean(axis=0), X_train.std(axis=0)
    for X in (X_train, X_test):
        X -= mean
        X /= deviation
    return X_train, X_test
