"""Ask the ground itself. You have a loss and no formula for its slope. Nudge one parameter a little
up and a little down: the change of the loss over the width of the nudge is the slope in that
direction. Do it for each parameter in turn and you have the gradient, and with it a way to check
every formula for one that you will ever write.

**Predict first.** The loss is $w^3$, you stand at $w = 2$ and nudge by $h = 0.1$ to each side. Is
what you get the true slope 12, a little more, or a little less?
"""

import numpy as np

from lrcourse.checking import Exercise, close

exercise = Exercise("numerical_gradient", points=2, minutes=15)


@exercise.solution
def numerical_gradient(loss, w, h=1e-5):
    """Return the gradient of `loss` at `w` by central differences.

    loss  a function: it takes an array like `w` and returns one number
    w     where to take the gradient: an array of any shape, of floats or of whole numbers
    h     how far to nudge each parameter, to each side

    Return an array of `w`'s shape: for each parameter, the loss nudged up minus the loss nudged
    down, over the distance between the two. Leave the `w` you were given as it is.
    """
    # solution: about six lines
    w = np.array(w, float)
    grad = np.empty_like(w)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] + h, w[i] - h
        grad[i] = (loss(up) - loss(down)) / (2 * h)
    return grad


exercise.hints = [
    "How far apart are the two points at which you ask for the loss? That is what to divide by.",
    "One parameter at a time: copy w, change one entry of the copy, ask for the loss. "
    "np.ndindex(w.shape) visits every entry whatever the shape.",
    "Begin with `w = np.array(w, float)` and `grad = np.empty_like(w)`.",
]


@exercise.check("For the loss 3w the slope is 3, wherever you stand and however wide you nudge.")
def right_on_a_straight_line(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=1), 2)
    assert close(numerical_gradient(lambda w: 3 * w.sum(), w.copy(), h=0.5), [3.0])


@exercise.check("For the loss w² the slope from both sides is 2w exactly, even for a wide nudge.")
def looks_to_both_sides(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=1), 2)
    assert close(numerical_gradient(lambda w: (w**2).sum(), w.copy(), h=0.25), 2 * w)


@exercise.check("Each parameter is nudged alone, while all others are where they were.")
def nudges_one_at_a_time(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=3), 2)
    product = [w[1] * w[2], w[0] * w[2], w[0] * w[1]]
    assert close(numerical_gradient(lambda w: w.prod(), w.copy(), h=0.25), product)


@exercise.check("If h is given, it is used: for w³ the answer is 3w² + h².")
def uses_the_h_it_is_given(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=2), 2)
    assert close(numerical_gradient(lambda w: (w**3).sum(), w.copy(), h=0.5), 3 * w**2 + 0.25)


@exercise.check("A table of parameters gives a table of slopes: the shape of w.")
def keeps_the_shape(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=(2, 3)), 2)
    assert close(numerical_gradient(lambda w: (w**2).sum(), w.copy(), h=0.25), 2 * w)


@exercise.check("At w = [2, 3], given as whole numbers, the slope of w² is [4, 6].")
def takes_whole_numbers(numerical_gradient, rng):
    assert close(numerical_gradient(lambda w: (w**2).sum(), np.array([2, 3]), h=0.25), [4, 6])


@exercise.check("The w you were given is the same afterwards.")
def leaves_the_given_w_alone(numerical_gradient, rng):
    w = np.round(rng.uniform(1, 2, size=2), 2)
    before = w.copy()
    numerical_gradient(lambda w: (w**2).sum(), w, h=0.25)
    assert close(w, before, atol=1e-12, rtol=0), f"Afterwards w is {w.tolist()}."


@exercise.accepts("with unit directions")
def with_unit_directions(loss, w, h=1e-5):
    w = np.asarray(w, float)
    nudges = h * np.eye(w.size).reshape(w.size, *w.shape)
    return np.array([loss(w + n) - loss(w - n) for n in nudges]).reshape(w.shape) / (2 * h)


@exercise.accepts("nudge and put back")
def nudge_and_put_back(loss, w, h=1e-5):
    w = np.array(w, float)
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        here = w[i]
        w[i] = here + h
        up = loss(w)
        w[i] = here - h
        grad[i] = (up - loss(w)) / (2 * h)
        w[i] = here
    return grad


def differences(loss, w, h, over, sides=(1, -1)):
    w = np.array(w, float)
    nudges = h * np.eye(w.size).reshape(w.size, *w.shape)
    pairs = [loss(w + sides[0] * n) - loss(w + sides[1] * n) for n in nudges]
    return np.array(pairs).reshape(w.shape) / over


@exercise.mistake(
    "divides by h, though the two points lie 2h apart", caught_by=right_on_a_straight_line
)
def divides_by_h(loss, w, h=1e-5):
    return differences(loss, w, h, over=h)


@exercise.mistake("divides by 2 and then multiplies by h", caught_by=right_on_a_straight_line)
def forgets_the_brackets(loss, w, h=1e-5):
    return differences(loss, w, h, over=2) * h


@exercise.mistake(
    "takes the nudge down first, and so turns every sign", caught_by=right_on_a_straight_line
)
def turns_the_sign(loss, w, h=1e-5):
    return differences(loss, w, h, over=2 * h, sides=(-1, 1))


@exercise.mistake("looks to one side only", caught_by=looks_to_both_sides)
def looks_ahead_only(loss, w, h=1e-5):
    return differences(loss, w, h, over=h, sides=(1, 0))


@exercise.mistake("nudges every parameter at once", caught_by=nudges_one_at_a_time)
def nudges_all_at_once(loss, w, h=1e-5):
    w = np.array(w, float)
    return np.full(w.shape, (loss(w + h) - loss(w - h)) / (2 * h))


@exercise.mistake(
    "changes w in place and does not put it back before the next parameter",
    caught_by=nudges_one_at_a_time,
)
def does_not_put_it_back(loss, w, h=1e-5):
    w = np.array(w, float)
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        w[i] += h
        up = loss(w)
        w[i] -= 2 * h
        grad[i] = (up - loss(w)) / (2 * h)
    return grad


@exercise.mistake("nudges by a width of its own and ignores h", caught_by=uses_the_h_it_is_given)
def ignores_h(loss, w, h=1e-5):
    return differences(loss, w, 1e-5, over=2e-5)


@exercise.mistake("returns a flat list of slopes", caught_by=keeps_the_shape)
def flattens(loss, w, h=1e-5):
    return differences(loss, w, h, over=2 * h).ravel()


@exercise.mistake(
    "adds h to an array of whole numbers, where it is rounded away", caught_by=takes_whole_numbers
)
def rounds_the_nudge_away(loss, w, h=1e-5):
    grad = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[i], down[i] = w[i] + h, w[i] - h
        grad[i] = (loss(up) - loss(down)) / (2 * h)
    return grad


@exercise.mistake("leaves the last nudge in the caller's w", caught_by=leaves_the_given_w_alone)
def leaves_the_nudge_in(loss, w, h=1e-5):
    grad = np.zeros(w.shape)
    start = np.array(w, float)
    for i in np.ndindex(w.shape):
        up, down = start.copy(), start.copy()
        up[i], down[i] = start[i] + h, start[i] - h
        grad[i] = (loss(up) - loss(down)) / (2 * h)
    w[...] = down
    return grad
