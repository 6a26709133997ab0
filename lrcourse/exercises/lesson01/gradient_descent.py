"""The loop. One step you have written; now walk, and keep a diary. The diary has a row for the
start and a row after each step, so a walk of 3 steps has 4 rows. It is the first thing you look at
when training misbehaves, so every row must be a record of its own that no later step rewrites. The
checks walk on a bowl whose slopes at `w` are `np.array([1.0, 4.0]) * w`.

**Predict first.** You set the rate to 0 and draw the loss along the diary. What shape has the curve
if your loop is right? Name one bug that would give another shape.
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("gradient_descent", points=2, minutes=15)


@exercise.solution
def gradient_descent(gradient, w, lr, steps):
    """Walk downhill and return where you stood before the first step and after each step.

    gradient  a function: it takes an array like `w` and returns the slopes there
    w         the start, [P]: an array of P numbers, floats or whole numbers
    lr        the learning rate
    steps     how many steps to take

    Return an array [steps + 1, P], that is steps + 1 rows and P columns (a list of rows will do):
    row 0 is the start, the last row is where the walk ends. Leave the `w` you were given as it
    is.
    """
    # solution: about five lines
    history = [np.array(w, float)]
    for _ in range(steps):
        history.append(history[-1] - lr * gradient(history[-1]))
    return np.array(history)


exercise.hints = [
    "At which place should the slope for the third step be taken?",
    "If you append w and then change it with -=, what do all rows of the list become?",
    "Begin with `history = [np.array(w, float)]`: a copy, in floats.",
]
exercise.turned_out = (
    "a flat line: at rate 0 every step has the length 0. In a loop that forgets the rate the loss "
    "changes all the same."
)


bowl = from_code("lambda w: np.array([1.0, 4.0]) * w")


def tenths(rng):
    """Return two numbers from 1 to 5 with one digit after the point."""
    return rng.integers(11, 50, size=2) / 10


def first_difference(history, expected):
    """Say at which step two diaries part."""
    row = int(np.argmin(np.isclose(history, expected).all(axis=1)))
    before, after = in_words(expected[row - 1]), in_words(expected[row])
    return f"Row {row} is the first that differs: from {before} the step leads to {after}."


@exercise.check("A walk of 3 steps has 4 rows: the start, and a row after each step.")
def has_a_row_for_the_start_and_each_step(gradient_descent, rng):
    history = numbers(gradient_descent(bowl, np.array([4.0, 2.0]), lr=0.1, steps=3))
    assert history.shape == (4, 2), f"That has shape {history.shape}, where (4, 2) belongs."


@exercise.check("Row 0 is the start, also when the walk is over.")
def begins_at_the_start(gradient_descent, rng):
    history = numbers(gradient_descent(bowl, np.array([4.0, 2.0]), lr=0.1, steps=2))
    assert close(history[0], [4.0, 2.0])


@exercise.check("With a rate of 0 nobody moves: all rows are the start.")
def stands_still_at_rate_zero(gradient_descent, rng):
    start = tenths(rng)
    history = numbers(gradient_descent(bowl, start.copy(), lr=0.0, steps=3))
    assert close(history, np.tile(start, (4, 1)))


@exercise.check("From [4, 2] with slopes [4, 8] and rate 0.1, one step leads to [3.6, 1.2].")
def takes_the_first_step_downhill(gradient_descent, rng):
    history = numbers(gradient_descent(bowl, np.array([4.0, 2.0]), lr=0.1, steps=1))
    assert close(history[1], [3.6, 1.2])


@exercise.check("Each slope is taken where the walk stands at that moment.")
def asks_for_the_slope_where_it_stands(gradient_descent, rng):
    start, lr = tenths(rng), 0.2
    history = numbers(gradient_descent(bowl, start.copy(), lr=lr, steps=4))
    factors = 1 - lr * np.array([1.0, 4.0])
    expected = start * factors ** np.arange(5)[:, np.newaxis]
    assert close(history, expected), first_difference(history, expected)


@exercise.check("The w you were given is the same afterwards.")
def leaves_the_given_w_alone(gradient_descent, rng):
    w = tenths(rng)
    gradient_descent(bowl, w, lr=0.1, steps=3)
    assert not gradient_descent.changed


@exercise.check("A start given as whole numbers, [3, -2], takes steps that are not whole.")
def starts_from_whole_numbers(gradient_descent, rng):
    history = numbers(gradient_descent(bowl, np.array([3, -2]), lr=0.1, steps=2))
    assert close(history, [[3, -2], [2.7, -1.2], [2.43, -0.72]])


@exercise.domain(shapes=[(3,), (1,), (5,)], corners=[{"steps": 0}, {"steps": 1}, {"lr": 0.0}])
def allowed(rng, shape):
    curvatures, place = map(as_typed, rng.uniform(0.5, 2, size=(2, *shape)))
    slopes = from_code(f"lambda w: {curvatures} * (w - {place})")
    return {"gradient": slopes, "w": rng.normal(size=shape), "lr": 0.3, "steps": 4}


@exercise.picture(xlabel="step", ylabel="w[0]")
def first_parameter(gradient_descent):
    history = np.asarray(gradient_descent(bowl, np.array([4.0, 2.0]), lr=0.3, steps=8))
    return np.arange(len(history)), history[:, 0]


@exercise.accepts("a table filled row by row")
def fills_a_table(gradient, w, lr, steps):
    history = np.zeros((steps + 1, len(w)))
    history[0] = w
    for k in range(steps):
        history[k + 1] = history[k] - lr * gradient(history[k])
    return history


@exercise.accepts("in place, with copies in the diary")
def in_place_with_copies(gradient, w, lr, steps):
    w = np.array(w, dtype=float)
    history = [w.copy()]
    for _ in range(steps):
        w -= lr * np.asarray(gradient(w))
        history.append(w.copy())
    return history


@exercise.mistake(
    "records only after each step, so that the start is missing",
    caught_by=has_a_row_for_the_start_and_each_step,
)
def forgets_the_start(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, lr, steps)[1:]


@exercise.mistake(
    "records before each step, so that the end is missing",
    caught_by=has_a_row_for_the_start_and_each_step,
)
def forgets_the_end(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, lr, steps)[:-1]


@exercise.mistake("takes one step too many", caught_by=has_a_row_for_the_start_and_each_step)
def takes_one_step_too_many(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, lr, steps + 1)


@exercise.mistake(
    "returns inside the loop, after the first step", caught_by=has_a_row_for_the_start_and_each_step
)
def returns_in_the_loop(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, lr, 1)


@exercise.mistake(
    "glues all places into one long row, as np.append does",
    caught_by=has_a_row_for_the_start_and_each_step,
)
def glues_the_rows(gradient, w, lr, steps):
    return np.ravel(in_place_with_copies(gradient, w, lr, steps))


@exercise.mistake("returns the last place only", caught_by=has_a_row_for_the_start_and_each_step)
def returns_the_end(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, lr, steps)[-1]


@exercise.mistake(
    "appends one and the same array each time, so that every row shows the end",
    caught_by=begins_at_the_start,
)
def fills_the_diary_with_one_array(gradient, w, lr, steps):
    w = np.array(w, float)
    history = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        history.append(w)
    return np.array(history)


@exercise.mistake(
    "appends the given w itself and changes it with -=, so that every row, and the caller's w too, "
    "shows the end",
    caught_by=begins_at_the_start,
)
def fills_the_diary_with_the_callers_array(gradient, w, lr, steps):
    history = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        history.append(w)
    return np.array(history)


@exercise.mistake(
    "makes a table of zeros and never writes the start into it", caught_by=begins_at_the_start
)
def starts_at_zero(gradient, w, lr, steps):
    return fills_a_table(gradient, np.zeros(len(w)), lr, steps)


@exercise.mistake("leaves out the learning rate", caught_by=stands_still_at_rate_zero)
def forgets_the_rate(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, 1.0, steps)


@exercise.mistake("adds the step, and so climbs", caught_by=takes_the_first_step_downhill)
def climbs(gradient, w, lr, steps):
    return in_place_with_copies(gradient, w, -lr, steps)


@exercise.mistake(
    "takes the slope once, at the start, and keeps using it",
    caught_by=asks_for_the_slope_where_it_stands,
)
def uses_a_stale_slope(gradient, w, lr, steps):
    return in_place_with_copies(lambda _: gradient(np.array(w, float)), w, lr, steps)


@exercise.mistake(
    "takes every step from the start again, because the new place is not put into w",
    caught_by=asks_for_the_slope_where_it_stands,
)
def never_moves_on(gradient, w, lr, steps):
    return np.array([w] + [w - lr * gradient(w)] * steps)


@exercise.mistake(
    "takes each slope one place too late, where the walk stood a step before",
    caught_by=asks_for_the_slope_where_it_stands,
)
def lags_one_step(gradient, w, lr, steps):
    history = [np.array(w, float)]
    for k in range(steps):
        history.append(history[-1] - lr * gradient(history[max(k - 1, 0)]))
    return np.array(history)


@exercise.mistake(
    "keeps the diary in whole numbers because w came in whole numbers",
    caught_by=starts_from_whole_numbers,
)
def rounds_to_whole_numbers(gradient, w, lr, steps):
    history = np.zeros((steps + 1, len(w)), dtype=w.dtype)
    history[0] = w
    for k in range(steps):
        history[k + 1] = history[k] - lr * gradient(history[k])
    return history


@exercise.mistake(
    "changes the caller's w with -=, though the diary holds copies",
    caught_by=leaves_the_given_w_alone,
)
def changes_the_callers_w(gradient, w, lr, steps):
    history = [w.copy()]
    for _ in range(steps):
        w -= lr * gradient(w)
        history.append(w.copy())
    return np.array(history)
