"""Walk on guesses. Stochastic gradient descent is lesson 01's loop with one change: the slope is
that of a mini-batch. Shuffle, deal, and take a step for each mini-batch; when the examples are
used up, an epoch is over, and you shuffle anew. So count with care: the rate acts at every *step*,
and an epoch has many of them. The loss of a mini-batch is the mean of half squares over *its own*
examples.

**Predict first.** 1000 examples, mini-batches of 32, 3 epochs. How many steps are that?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("sgd", points=3, minutes=20)


@exercise.solution
def sgd(X, y, w, lr, batch_size, epochs, rng):
    """Descend on the mean of half squares `1 / (2 * B) * sum((X @ w - y)**2)` of mini-batches.

    X           the features, an array `[n, features]`: n rows, and a column for each feature
    y           what to predict, `[n]`
    w           the start, an array `[features]`
    batch_size  how many examples each step sees; the last step of an epoch takes what is left
    epochs      how often each example is seen
    rng         the generator that shuffles, before each epoch: `rng.permutation(n)`

    Return the diary, an array `[steps + 1, features]` (a list of rows will do): row 0 is the
    start, then a row after each step. Leave `w`, `X` and `y` as they are.
    """
    # solution: about nine lines
    diary = [np.array(w, float)]
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            residuals = X[rows] @ diary[-1] - y[rows]
            gradient = X[rows].T @ residuals / len(rows)
            diary.append(diary[-1] - lr * gradient)
    return np.array(diary)


exercise.hints = [
    "Which of these happens once for an epoch, and which once for a step: shuffling, choosing "
    "rows, computing the gradient, writing into the diary?",
    "Two loops, one in the other. `rows = order[first : first + batch_size]` chooses the rows; "
    "then it is lesson 01's gradient with `X[rows]`, `y[rows]` and their number.",
    "Start with `diary = [np.array(w, float)]` and `for _ in range(epochs):`, and shuffle there.",
]
exercise.turned_out = (
    "96. 1000 examples make 31 mini-batches of 32 and one of 8, so 32 steps an epoch. Who trained "
    "for 96 epochs instead would have walked 32 times as far."
)


def diary_of(sgd, X, y, w, lr, batch_size, epochs, rng, rows):
    """Return the answer's diary, or say that it has another shape than ``rows`` rows."""
    given, draw = (X.copy(), y.copy(), w.copy()), np.random.default_rng(rng.integers(100))
    diary = numbers(sgd(*given, lr, batch_size, epochs, draw))
    if diary.shape != (rows, X.shape[1]):
        raise Unfit(
            f"The diary has shape {diary.shape}, where {(rows, X.shape[1])} belongs: the start and "
            f"{rows - 1} steps. An epoch deals, it does not draw: {len(X)} examples by "
            f"{batch_size} make {-(-len(X) // batch_size)} mini-batches."
        )
    return diary


def drawers(n, rng):
    """Return n examples that share nothing: example i moves w[i] alone, towards y[i]."""
    return np.eye(n), rng.permutation(n) + 1.0


def opened(diary):
    """Return which entries of w each step of a diary moved, as lists of their numbers."""
    return [np.flatnonzero(np.diff(diary, axis=0)[k]).tolist() for k in range(len(diary) - 1)]


@exercise.check("The diary has a row for the start and one for each step: epochs times batches.")
def has_a_row_for_each_step(sgd, rng):
    X, y = drawers(10, rng)
    epochs = int(rng.integers(3, 6))
    diary = diary_of(sgd, X, y, np.zeros(10), 0.5, 4, epochs, rng, 1 + 3 * epochs)
    assert not close(diary, np.tile(diary[-1], (len(diary), 1))), (
        "All rows are the same: was one array appended again and again, and changed with -=?"
    )
    assert close(diary[0], np.zeros(10)), "Row 0 is not the start."


@exercise.check("Each epoch uses every example once: none twice, none left out.")
def uses_every_example_once(sgd, rng):
    moved = opened(diary_of(sgd, *drawers(12, rng), np.zeros(12), 0.5, 5, 1, rng, 4))
    assert sorted(i for step in moved for i in step) == list(range(12)), (
        f"The steps moved these entries of w: {in_words(moved)}. Example i moves w[i] alone."
    )


@exercise.check("With all examples in one mini-batch it is plain gradient descent.")
def is_descent_on_full_batches(sgd, rng):
    X, y = np.array([[1.0, 0], [1, 2], [1, 4], [1, 2]]), np.full(4, 2.0)
    w, lr = np.array([1.0, 0.0]), rng.integers(1, 4) / 10
    diary = diary_of(sgd, X, y, w, lr, 4, 2, rng, 3)
    assert close(diary[1], w + lr * np.array([1, 2])), (
        "At the start each guess is 1 too low, and the columns of X have the means 1 and 2."
    )
    gradient = X.T @ (X @ diary[1] - y) / 4
    assert close(diary[2], diary[1] - lr * gradient), (
        f"At {in_words(diary[1])} the gradient is {in_words(gradient)}."
    )


@exercise.check("A mini-batch's gradient is the mean over its own examples, be they few or many.")
def averages_over_the_batch(sgd, rng):
    goal, lr = float(rng.integers(3, 9)), 0.5
    X, y = np.ones((5, 1)), np.full(5, goal)
    diary = diary_of(sgd, X, y, np.zeros(1), lr, 2, 2, rng, 7)[:, 0]
    assert close(diary, goal * (1 - (1 - lr) ** np.arange(7))), (
        "All five examples are the same, so each of the steps, also that with one example left, "
        f"goes half of the way to {goal:g}."
    )


@exercise.check("Each example moves w towards its own y, and not another's.")
def keeps_the_pairs_together(sgd, rng):
    X, y = drawers(12, rng)
    end = diary_of(sgd, X, y, np.zeros(12), 1.0, 4, 1, rng, 4)[-1]
    assert close(end, y / 4), (
        "Example i moves w[i] alone, at rate 1 in a mini-batch of four by a quarter of its y. The "
        f"y are {in_words(y)}."
    )


@exercise.check("The examples are shuffled, and shuffled anew before each epoch.")
def shuffles_every_epoch(sgd, rng):
    X, y = drawers(12, rng)
    moved = opened(diary_of(sgd, X, y, np.zeros(12), 0.5, 1, 3, rng, 37))
    order = [i for step in moved for i in step]
    epochs = [order[:12], order[12:24], order[24:]]
    assert epochs[0] != sorted(epochs[0]), "The first epoch goes through the table from the top."
    assert epochs[0] != epochs[1] != epochs[2], f"Two epochs have one order: {in_words(epochs[1])}."


@exercise.check("What you were given, w and X and y, is the same afterwards.")
def leaves_the_given_alone(sgd, rng):
    X, y = drawers(5, rng)
    w = np.arange(5.0)
    sgd(X, y, w, 0.5, 2, 1, np.random.default_rng(1))
    assert not sgd.changed


@exercise.domain(
    shapes=[(5, 2), (1, 1), (4, 1), (6, 3)],
    corners=[{"epochs": 0}, {"batch_size": 1}, {"batch_size": 10}, {"lr": 0.0}],
)
def allowed(rng, shape):
    X, y, w = rng.normal(size=shape), rng.normal(size=shape[0]), rng.normal(size=shape[1])
    shuffles = np.random.default_rng(rng.integers(100))
    given = {"X": X, "y": y, "w": w, "lr": 0.1, "batch_size": 2, "epochs": 2}
    return given | {"rng": shuffles}


@exercise.picture(xlabel="step", ylabel="w[0]")
def first_parameter(sgd):
    X, y = np.ones((20, 1)), np.tile([2.0, 4.0], 10)
    diary = np.asarray(sgd(X, y, np.zeros(1), 0.2, 2, 4, np.random.default_rng(0)))
    return np.arange(len(diary)), diary[:, 0]


@exercise.accepts("loops over the examples")
def example_by_example(X, y, w, lr, batch_size, epochs, rng):
    history = [[float(value) for value in w]]
    for _ in range(epochs):
        order = list(rng.permutation(len(y)))
        while order:
            rows, order = order[:batch_size], order[batch_size:]
            here, moved = history[-1], list(history[-1])
            for i in rows:
                residual = sum(x * v for x, v in zip(X[i], here, strict=True)) - y[i]
                for j, x in enumerate(X[i]):
                    moved[j] -= lr * residual * x / len(rows)
            history.append(moved)
    return history


@exercise.accepts("shuffled copies, a table filled row by row")
def fills_a_table(X, y, w, lr, batch_size, epochs, rng):
    batches = int(np.ceil(len(X) / batch_size))
    diary = np.zeros((epochs * batches + 1, len(w)))
    diary[0], step = w, 0
    for _ in range(epochs):
        order = np.arange(len(X))
        rng.shuffle(order)
        Xs, ys = X[order], y[order]
        for k in range(batches):
            part = slice(k * batch_size, (k + 1) * batch_size)
            slopes = (Xs[part] @ diary[step] - ys[part])[:, None] * Xs[part]
            diary[step + 1] = diary[step] - lr * slopes.mean(axis=0)
            step += 1
    return diary


def walk(w, lr, batches, gradient):
    """Return the diary of steps on these row numbers; ``gradient(rows, w)`` says the slope."""
    diary = [np.array(w, float)]
    for rows in batches:
        diary.append(diary[-1] - lr * gradient(rows, diary[-1]))
    return np.array(diary)


def dealt(order, batch_size):
    """Return an order of rows cut into mini-batches."""
    return [order[first : first + batch_size] for first in range(0, len(order), batch_size)]


def shuffled(n, batch_size, epochs, rng):
    """Return the mini-batches of all epochs."""
    return [rows for _ in range(epochs) for rows in dealt(rng.permutation(n), batch_size)]


def mean_gradient(X, y):
    """Return the gradient of the mean over some rows, as a function of rows and w."""
    return lambda rows, w: X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)


@exercise.mistake(
    "takes epochs for steps: one mini-batch, and the next epoch begins",
    caught_by=has_a_row_for_each_step,
)
def counts_epochs_as_steps(X, y, w, lr, batch_size, epochs, rng):
    batches = [rng.permutation(len(X))[:batch_size] for _ in range(epochs)]
    return walk(w, lr, batches, mean_gradient(X, y))


@exercise.mistake(
    "drops the tail of each epoch, because n // batch_size forgets it",
    caught_by=has_a_row_for_each_step,
)
def drops_the_tail(X, y, w, lr, batch_size, epochs, rng):
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, [rows for rows in batches if len(rows) == batch_size], mean_gradient(X, y))


@exercise.mistake(
    "writes into the diary once an epoch, not after each step", caught_by=has_a_row_for_each_step
)
def writes_once_an_epoch(X, y, w, lr, batch_size, epochs, rng):
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, mean_gradient(X, y))[:: -(-len(X) // batch_size)]


@exercise.mistake(
    "records only after each step, so that the start is missing", caught_by=has_a_row_for_each_step
)
def forgets_the_start(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))[1:]


@exercise.mistake("returns the last place only", caught_by=has_a_row_for_each_step)
def returns_the_end(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))[-1]


@exercise.mistake("walks one epoch, whatever it is told", caught_by=has_a_row_for_each_step)
def walks_one_epoch(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, lr, shuffled(len(X), batch_size, 1, rng), mean_gradient(X, y))


@exercise.mistake(
    "appends one and the same array each time, changed with -=, so that every row shows the end",
    caught_by=has_a_row_for_each_step,
)
def fills_the_diary_with_one_array(X, y, w, lr, batch_size, epochs, rng):
    diary = walk(w, lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))
    return np.tile(diary[-1], (len(diary), 1))


@exercise.mistake(
    "appends the given w itself and changes it with -=, so that every row, and the caller's w too, "
    "shows the end",
    caught_by=has_a_row_for_each_step,
)
def fills_the_diary_with_the_callers_array(X, y, w, lr, batch_size, epochs, rng):
    diary = walk(w, lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))
    w[:] = diary[-1]
    return np.tile(diary[-1], (len(diary), 1))


@exercise.mistake(
    "appends the given w itself and changes it with -=, and shuffles only once, before all epochs",
    caught_by=has_a_row_for_each_step,
)
def fills_the_diary_with_one_order(X, y, w, lr, batch_size, epochs, rng):
    batches = dealt(rng.permutation(len(X)), batch_size) * epochs
    diary = walk(w, lr, batches, mean_gradient(X, y))
    w[:] = diary[-1]
    return np.tile(diary[-1], (len(diary), 1))


@exercise.mistake(
    "draws each mini-batch anew, with replacement, as often as whole ones go into all epochs: an "
    "epoch deals every example once, and its last mini-batch takes what is left",
    caught_by=has_a_row_for_each_step,
)
def draws_whole_batches(X, y, w, lr, batch_size, epochs, rng):
    count = epochs * len(X) // batch_size
    batches = [rng.choice(len(X), batch_size) for _ in range(count)]
    return walk(w, lr, batches, mean_gradient(X, y))


@exercise.mistake(
    "draws n // batch_size mini-batches an epoch, with replacement: none is dealt, and the tail is "
    "forgotten",
    caught_by=has_a_row_for_each_step,
)
def draws_some_batches_an_epoch(X, y, w, lr, batch_size, epochs, rng):
    count = epochs * (len(X) // batch_size)
    batches = [rng.choice(len(X), batch_size) for _ in range(count)]
    return walk(w, lr, batches, mean_gradient(X, y))


@exercise.mistake("adds the step, and so climbs", caught_by=is_descent_on_full_batches)
def climbs(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, -lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))


@exercise.mistake(
    "adds the examples' slopes up and never divides: a mean is asked for",
    caught_by=is_descent_on_full_batches,
)
def never_divides(X, y, w, lr, batch_size, epochs, rng):
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, lambda rows, w: X[rows].T @ (X[rows] @ w - y[rows]))


@exercise.mistake(
    "differentiates the square and forgets the half", caught_by=is_descent_on_full_batches
)
def forgets_the_half(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, 2 * lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))


@exercise.mistake("takes every gradient at the start", caught_by=is_descent_on_full_batches)
def stays_at_the_start(X, y, w, lr, batch_size, epochs, rng):
    gradient, start = mean_gradient(X, y), np.array(w, float)
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, lambda rows, _: gradient(rows, start))


@exercise.mistake(
    "divides by n, the size of the whole set: the steps come out n / batch_size times too short",
    caught_by=averages_over_the_batch,
)
def divides_by_n(X, y, w, lr, batch_size, epochs, rng):
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, lambda rows, w: X[rows].T @ (X[rows] @ w - y[rows]) / len(X))


@exercise.mistake(
    "divides by batch_size where the last mini-batch has fewer examples than that",
    caught_by=averages_over_the_batch,
)
def divides_by_batch_size(X, y, w, lr, batch_size, epochs, rng):
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, lambda rows, w: X[rows].T @ (X[rows] @ w - y[rows]) / batch_size)


@exercise.mistake(
    "takes all gradients of an epoch where the epoch began",
    caught_by=averages_over_the_batch,
)
def stays_for_an_epoch(X, y, w, lr, batch_size, epochs, rng):
    gradient, diary = mean_gradient(X, y), np.array([w], float)
    for _ in range(epochs):
        start = diary[-1]
        batches = dealt(rng.permutation(len(X)), batch_size)
        steps = walk(start, lr, batches, lambda rows, _, start=start: gradient(rows, start))
        diary = np.vstack([diary, steps[1:]])
    return diary


@exercise.mistake(
    "takes the gradient of the whole set at every step, and never uses the mini-batch",
    caught_by=uses_every_example_once,
)
def uses_the_whole_set(X, y, w, lr, batch_size, epochs, rng):
    gradient, everything = mean_gradient(X, y), np.arange(len(X))
    batches = shuffled(len(X), batch_size, epochs, rng)
    return walk(w, lr, batches, lambda rows, w: gradient(everything, w))


@exercise.mistake(
    "draws each mini-batch anew, with replacement: some examples come twice, others never",
    caught_by=uses_every_example_once,
)
def draws_with_replacement(X, y, w, lr, batch_size, epochs, rng):
    batches = [
        rng.integers(len(X), size=len(rows))
        for _ in range(epochs)
        for rows in dealt(np.arange(len(X)), batch_size)
    ]
    return walk(w, lr, batches, mean_gradient(X, y))


@exercise.mistake(
    "shuffles X and forgets y: every row gets another one's y", caught_by=keeps_the_pairs_together
)
def forgets_y(X, y, w, lr, batch_size, epochs, rng):
    diary = np.array([w], float)
    for _ in range(epochs):
        gradient = mean_gradient(X[rng.permutation(len(X))], y)
        batches = dealt(np.arange(len(X)), batch_size)
        diary = np.vstack([diary, walk(diary[-1], lr, batches, gradient)[1:]])
    return diary


@exercise.mistake("never shuffles", caught_by=shuffles_every_epoch)
def never_shuffles(X, y, w, lr, batch_size, epochs, rng):
    batches = dealt(np.arange(len(X)), batch_size) * epochs
    return walk(w, lr, batches, mean_gradient(X, y))


@exercise.mistake(
    "shuffles once, before the first epoch: all epochs have the same order",
    caught_by=shuffles_every_epoch,
)
def shuffles_once(X, y, w, lr, batch_size, epochs, rng):
    return walk(w, lr, dealt(rng.permutation(len(X)), batch_size) * epochs, mean_gradient(X, y))


@exercise.mistake("changes the caller's w with -=", caught_by=leaves_the_given_alone)
def changes_w(X, y, w, lr, batch_size, epochs, rng):
    diary = walk(w, lr, shuffled(len(X), batch_size, epochs, rng), mean_gradient(X, y))
    w[:] = diary[-1]
    return diary


@exercise.mistake(
    "shuffles the caller's X and y themselves, in place", caught_by=leaves_the_given_alone
)
def shuffles_in_place(X, y, w, lr, batch_size, epochs, rng):
    diary = np.array([w], float)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        X[:], y[:] = X[order], y[order]
        steps = walk(diary[-1], lr, dealt(np.arange(len(X)), batch_size), mean_gradient(X, y))
        diary = np.vstack([diary, steps[1:]])
    return diary


@exercise.mistake(
    "draws each mini-batch anew, of full size to the last: an epoch deals every example once",
    caught_by=uses_every_example_once,
)
def draws_full_batches(X, y, w, lr, batch_size, epochs, rng):
    diary = [np.array(w, float)]
    for _ in range(epochs * -(-len(X) // batch_size)):
        rows = rng.choice(len(X), min(batch_size, len(X)), replace=False)
        residuals = X[rows] @ diary[-1] - y[rows]
        diary.append(diary[-1] - lr * X[rows].T @ residuals / len(rows))
    return np.array(diary)
