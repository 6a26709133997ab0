"""Ask the ground itself. You have a loss and no formula for its slope. Nudge one parameter a little
up and a little down: the change of the loss over the width of the nudge is the slope in that
direction. Do it for each parameter in turn and you have the gradient, and with it a way to check
every formula for one that you will ever write. The parameters may come as a row, a table or any
other array: `for i in np.ndindex(w.shape)` visits the places `i` of its entries `w[i]`, one by one.

**Predict first.** The loss is $w^3$, you stand at $w = 2$ and nudge by 0.1 to each side. Is what
you get the true slope 12, a little more, or a little less?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("numerical_gradient", points=2, minutes=15)


@exercise.solution
def numerical_gradient(loss, w, nudge=1e-5):
    """Return the gradient of `loss` at `w` by central differences.

    loss   a function: it takes an array like `w` and returns one number
    w      where to take the gradient: an array of any shape, of floats or of whole numbers
    nudge  how far to move each parameter, to each side

    Return an array of `w`'s shape: for each parameter, the loss nudged up minus the loss nudged
    down, over the distance between the two. Leave the `w` you were given as it is.
    """
    # solution: about six lines
    w = np.array(w, float)
    grad = np.empty_like(w)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] + nudge, w[i] - nudge
        grad[i] = (loss(up) - loss(down)) / (2 * nudge)
    return grad


exercise.hints = [
    "How far apart are the two points at which you ask for the loss? That is what to divide by.",
    "One parameter at a time: copy w, change one entry of the copy, ask for the loss. "
    "`for i in np.ndindex(w.shape)` visits every entry, whatever the shape.",
    "Begin with `w = np.array(w, float)` and `grad = np.empty_like(w)`.",
]
exercise.turned_out = (
    "a little more, 12.01. By the formula it is 12 plus the square of the nudge, because the cube "
    "rises more on the right than it falls on the left."
)


three_times_the_sum = from_code("lambda w: 3 * np.sum(w)")
sum_of_squares = from_code("lambda w: np.sum(w**2)")
sum_of_cubes = from_code("lambda w: np.sum(w**3)")
product = from_code("lambda w: np.prod(w)")


def tenths(rng, size):
    """Return numbers between 1 and 2 with one digit after the point."""
    return rng.integers(11, 20, size=size) / 10


@exercise.check("For the loss 3w the slope is 3, wherever you stand and however wide you nudge.")
def right_on_a_straight_line(numerical_gradient, rng):
    w = tenths(rng, 1)
    assert close(numerical_gradient(three_times_the_sum, w.copy(), nudge=0.25), [3.0])


@exercise.check("For the loss w² the slope from both sides is 2w exactly, even for a wide nudge.")
def looks_to_both_sides(numerical_gradient, rng):
    w = tenths(rng, 1)
    assert close(numerical_gradient(sum_of_squares, w.copy(), nudge=0.25), 2 * w)


@exercise.check("Each parameter is nudged alone, while all others are where they were.")
def nudges_one_at_a_time(numerical_gradient, rng):
    w = tenths(rng, 3)
    others = [w[1] * w[2], w[0] * w[2], w[0] * w[1]]
    assert close(numerical_gradient(product, w.copy(), nudge=0.25), others), (
        "Of a product, the slope along each factor is the product of the others: "
        f"{in_words(others)}."
    )


@exercise.check("The nudge that is given is used: for w³ the answer is 3w² + nudge².")
def uses_the_nudge_it_is_given(numerical_gradient, rng):
    w = tenths(rng, 2)
    assert close(numerical_gradient(sum_of_cubes, w.copy(), nudge=0.5), 3 * w**2 + 0.25)


@exercise.check("A table of parameters gives a table of slopes, one for each entry.")
def keeps_the_shape(numerical_gradient, rng):
    w = tenths(rng, (2, 3)) * [[1], [-1]]
    assert close(numerical_gradient(sum_of_squares, w.copy(), nudge=0.25), 2 * w), (
        "The slope along each entry is 2 times that entry."
    )


@exercise.check("At w = [2, 3], given as whole numbers, the slope of w² is [4, 6].")
def takes_whole_numbers(numerical_gradient, rng):
    assert close(numerical_gradient(sum_of_squares, np.array([2, 3]), nudge=0.25), [4, 6])


@exercise.check("The w you were given is the same afterwards.")
def leaves_the_given_w_alone(numerical_gradient, rng):
    w = tenths(rng, 2)
    numerical_gradient(sum_of_squares, w, nudge=0.25)
    assert not numerical_gradient.changed


@exercise.domain(shapes=[(3,), (1,), (2, 2)], corners=[{"nudge": 0.5}], single=False, rtol=1e-5)
def allowed(rng, shape):
    factors = as_typed(rng.uniform(1, 2, size=shape))
    cubes_and_lines = from_code(f"lambda w: np.sum({factors} * (w**3 - w))")
    return {"loss": cubes_and_lines, "w": rng.normal(size=shape), "nudge": 1e-3}


@exercise.picture(xlabel="w", ylabel="slope of w³, nudged by 0.5")
def slopes_of_a_cube(numerical_gradient):
    w = np.linspace(-2, 2, 17)
    return w, [float(numerical_gradient(sum_of_cubes, np.array([at]), 0.5)[0]) for at in w]


@exercise.accepts("with unit directions")
def with_unit_directions(loss, w, nudge=1e-5):
    w = np.asarray(w, float)
    steps = nudge * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([loss(w + step) - loss(w - step) for step in steps]).reshape(w.shape) / (
        2 * nudge
    )


@exercise.accepts("nudge and put back")
def nudge_and_put_back(loss, w, nudge=1e-5):
    w = np.array(w, float)
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        here = w[i]
        w[i] = here + nudge
        up = loss(w)
        w[i] = here - nudge
        grad[i] = (up - loss(w)) / (2 * nudge)
        w[i] = here
    return grad


def differences(loss, w, nudge, over, sides=(1, -1)):
    w = np.array(w, float)
    steps = nudge * np.eye(w.size).reshape(w.size, *w.shape)
    pairs = [loss(w + sides[0] * step) - loss(w + sides[1] * step) for step in steps]
    return np.array(pairs).reshape(w.shape) / over


@exercise.mistake(
    "divides by the nudge, though the two points lie two nudges apart",
    caught_by=right_on_a_straight_line,
)
def divides_by_one_nudge(loss, w, nudge=1e-5):
    return differences(loss, w, nudge, over=nudge)


@exercise.mistake(
    "divides by 2 and then multiplies by the nudge", caught_by=right_on_a_straight_line
)
def forgets_the_brackets(loss, w, nudge=1e-5):
    return differences(loss, w, nudge, over=2) * nudge


@exercise.mistake(
    "takes the nudge down first, and so turns every sign", caught_by=right_on_a_straight_line
)
def turns_the_sign(loss, w, nudge=1e-5):
    return differences(loss, w, nudge, over=2 * nudge, sides=(-1, 1))


@exercise.mistake(
    "nudges one and the same array up and down again: each side needs a copy of w",
    caught_by=right_on_a_straight_line,
)
def nudges_one_array_twice(loss, w, nudge=1e-5):
    return 0 * differences(loss, w, nudge, over=1)


@exercise.mistake("looks to one side only", caught_by=looks_to_both_sides)
def looks_ahead_only(loss, w, nudge=1e-5):
    return differences(loss, w, nudge, over=nudge, sides=(1, 0))


@exercise.mistake(
    "nudges every parameter at once, and has one slope for all of them",
    caught_by=nudges_one_at_a_time,
)
def nudges_all_at_once(loss, w, nudge=1e-5):
    return (loss(w + nudge) - loss(w - nudge)) / (2 * nudge)


@exercise.mistake(
    "gives the loss one number, and not all of w with that number nudged",
    caught_by=nudges_one_at_a_time,
)
def forgets_the_others(loss, w, nudge=1e-5):
    return np.array([(loss(x + nudge) - loss(x - nudge)) / (2 * nudge) for x in w])


@exercise.mistake(
    "returns inside the loop, so that only the first parameter has its slope",
    caught_by=nudges_one_at_a_time,
)
def returns_in_the_loop(loss, w, nudge=1e-5):
    grad = differences(loss, w, nudge, over=2 * nudge)
    grad.ravel()[1:] = 0
    return grad


@exercise.mistake(
    "changes w in place and does not put it back before the next parameter",
    caught_by=nudges_one_at_a_time,
)
def does_not_put_it_back(loss, w, nudge=1e-5):
    w = np.array(w, float)
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += nudge
        up = loss(w)
        w[i] -= 2 * nudge
        grad[i] = (up - loss(w)) / (2 * nudge)
    return grad


@exercise.mistake(
    "nudges by a width of its own and ignores the one it is given",
    caught_by=uses_the_nudge_it_is_given,
)
def ignores_the_nudge(loss, w, nudge=1e-5):
    return differences(loss, w, 1e-5, over=2e-5)


@exercise.mistake(
    "loops over range(len(w)), which in a table nudges a whole row at once: np.ndindex(w.shape) "
    "visits every entry",
    caught_by=keeps_the_shape,
)
def nudges_whole_rows(loss, w, nudge=1e-5):
    w = np.array(w, float)
    grad = np.zeros(w.shape)
    for i in range(len(w)):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] + nudge, w[i] - nudge
        grad[i] = (loss(up) - loss(down)) / (2 * nudge)
    return grad


@exercise.mistake(
    "loops over range(len(w)) and lists one slope for each: in a table, one for a whole row",
    caught_by=keeps_the_shape,
)
def lists_a_slope_for_each_row(loss, w, nudge=1e-5):
    return nudges_whole_rows(loss, w, nudge).reshape(len(w), -1)[:, 0]


@exercise.mistake("returns a flat list of slopes", caught_by=keeps_the_shape)
def flattens(loss, w, nudge=1e-5):
    return differences(loss, w, nudge, over=2 * nudge).ravel()


@exercise.mistake(
    "adds the nudge to an array of whole numbers, where it is rounded away",
    caught_by=takes_whole_numbers,
)
def rounds_the_nudge_away(loss, w, nudge=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] + nudge, w[i] - nudge
        grad[i] = (loss(up) - loss(down)) / (2 * nudge)
    return grad


@exercise.mistake(
    "nudges the caller's own array, which rounds the nudge away if it holds whole numbers",
    caught_by=takes_whole_numbers,
)
def nudges_whole_numbers_in_place(loss, w, nudge=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += nudge
        up = loss(w)
        w[i] -= 2 * nudge
        grad[i] = (up - loss(w)) / (2 * nudge)
        w[i] += nudge
    return grad


@exercise.mistake("leaves the last nudge in the caller's w", caught_by=leaves_the_given_w_alone)
def leaves_the_nudge_in(loss, w, nudge=1e-5):
    grad = np.zeros(w.shape)
    start = np.array(w, float)
    for i in np.ndindex(w.shape):
        up, down = start.copy(), start.copy()
        up[i], down[i] = start[i] + nudge, start[i] - nudge
        grad[i] = (loss(up) - loss(down)) / (2 * nudge)
    w[...] = down
    return grad


@exercise.mistake(
    "takes the size of each difference, so that no slope goes down", caught_by=keeps_the_shape
)
def drops_the_signs(loss, w, nudge=1e-5):
    return np.abs(numerical_gradient(loss, w, nudge))
