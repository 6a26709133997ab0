"""Turn the ring. The picture's blur is a bowl over the lens's position `w`, and `grad` is its slope
where the lens stands. Write the one line that turns the focus ring: a step against the slope. The
step's length is the slope times the learning rate `lr`.

**Predict first.** The slope is +4, the rate 0.25. Does the lens move left or right, and how far?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("gd_step", points=1, minutes=5)


@exercise.solution
def gd_step(w, grad, lr):
    """Return where the lens stands after one step of gradient descent.

    w     where it stands now: a number, or an array of any shape
    grad  the slope there, of the same shape
    lr    the learning rate, at least 0

    Return a new value; leave the `w` you were given as it is.
    """
    # solution: one line
    return w - lr * grad


exercise.hints = [
    "If the slope is positive, the blur grows to the right. Which way should the lens go?",
    "The step has three ingredients: where you are, which way is down, and how far to dare.",
    "Start from `return w - ...` and ask what `lr` multiplies.",
]
exercise.turned_out = "the lens moves left, against the slope, and by 1, because 4 times 0.25 is 1."

afterwards = """
from lrcourse import explore, focus_the_camera

explore(focus_the_camera(gd_step))
"""


def to_the_left(gd_step, w, grad, lr):
    """Return how far to the left the answer moves the lens."""
    return w - numbers(gd_step(w, grad, lr=lr))


def tenths(rng, low, high):
    """Return a number with one digit after the point, to be checked in one's head."""
    return int(rng.integers(low, high)) / 10


@exercise.check("On flat ground, where the slope is 0, the lens stays where it is.")
def rests_on_flat_ground(gd_step, rng):
    w = tenths(rng, 11, 30)
    assert close(gd_step(w, 0.0, lr=0.3), w)


@exercise.check("Downhill is left where the slope is positive, and right where it is negative.")
def goes_downhill(gd_step, rng):
    w, slope = tenths(rng, 11, 30), tenths(rng, 11, 20)
    assert np.all(to_the_left(gd_step, w, slope, lr=0.2) > 0), (
        "That is not to the left of where it was."
    )
    assert np.all(to_the_left(gd_step, w, -slope, lr=0.2) < 0), (
        "That is not to the right of where it was."
    )


@exercise.check("Twice the rate is twice the step.")
def step_grows_with_the_rate(gd_step, rng):
    w, slope, lr = tenths(rng, 51, 90), tenths(rng, 11, 20), tenths(rng, 2, 4)
    short = to_the_left(gd_step, w, slope, lr)
    assert close(to_the_left(gd_step, w, slope, 2 * lr), 2 * short), (
        f"With lr={lr} the step was {in_words(short)} long."
    )


@exercise.check("Twice the slope is twice the step: steep ground means a long step.")
def step_grows_with_the_slope(gd_step, rng):
    w, slope, lr = tenths(rng, 51, 90), tenths(rng, 11, 20), tenths(rng, 2, 4)
    short = to_the_left(gd_step, w, slope, lr)
    assert close(to_the_left(gd_step, w, 2 * slope, lr), 2 * short), (
        f"With grad={slope} the step was {in_words(short)} long."
    )


@exercise.check("From w = 3 with slope 2 and rate 0.25, half a unit to the left is the place.")
def moves_the_right_distance(gd_step, rng):
    assert close(gd_step(3.0, 2.0, lr=0.25), 2.5)


@exercise.check("It works on a whole array of positions, each with its own slope.")
def takes_arrays(gd_step, rng):
    w, quarters = rng.integers(-9, 10, size=(2, 3)), np.array([[1, -2, 3], [-4, 5, -6]])
    moved = gd_step(w.astype(float), 4.0 * quarters, lr=0.25)
    assert close(moved, w - quarters), "A quarter of each slope is the way to the left."


@exercise.check("The positions you were given are still there afterwards.")
def leaves_the_given_w_alone(gd_step, rng):
    w = rng.integers(-9, 10, size=4).astype(float)
    gd_step(w, np.ones(4), lr=0.5)
    assert not gd_step.changed


@exercise.domain(shapes=[(3,), (), (1,), (2, 3)], corners=[{"lr": 0.0}], apart=True)
def allowed(rng, shape):
    w, grad = rng.normal(size=(2, *shape))
    return {"w": w, "grad": grad, "lr": rng.uniform(0.1, 0.9)}


@exercise.picture(xlabel="step", ylabel="w")
def way_down_a_bowl(gd_step):
    way = [1.0]
    for _ in range(10):
        way.append(float(gd_step(way[-1], way[-1] - 6.0, 0.3)))
    return range(11), way


@exercise.accepts("loops")
def one_by_one(w, grad, lr):
    moved = np.array(w, float)
    for i in np.ndindex(moved.shape):
        moved[i] = moved[i] - lr * np.asarray(grad)[i]
    return moved


@exercise.accepts("step first")
def step_first(w, grad, lr):
    step = np.multiply(-lr, grad)
    return np.add(w, step)


@exercise.mistake("adds the step, and so climbs", caught_by=goes_downhill)
def climbs(w, grad, lr):
    return w + lr * grad


@exercise.mistake("leaves out the learning rate", caught_by=step_grows_with_the_rate)
def forgets_the_rate(w, grad, lr):
    return w - grad


@exercise.mistake(
    "leaves out the slope, and so moves on flat ground too", caught_by=rests_on_flat_ground
)
def forgets_the_slope(w, grad, lr):
    return w - lr


@exercise.mistake("takes the slope's size and drops its sign", caught_by=goes_downhill)
def drops_the_sign(w, grad, lr):
    return w - lr * abs(grad)


@exercise.mistake(
    "multiplies the step by the place: the slope says it all", caught_by=moves_the_right_distance
)
def multiplies_by_the_place(w, grad, lr):
    return w * (1 - lr * grad)


@exercise.mistake(
    "adds the slopes of all positions up, where each has its own", caught_by=takes_arrays
)
def adds_the_slopes_up(w, grad, lr):
    return w - lr * np.sum(grad)


@exercise.mistake(
    "goes by the slope's sign alone, so that steep and gentle ground get the same step",
    caught_by=step_grows_with_the_slope,
)
def goes_by_the_sign(w, grad, lr):
    return w - lr * np.sign(grad)


@exercise.mistake("divides by the learning rate", caught_by=step_grows_with_the_rate)
def divides_by_the_rate(w, grad, lr):
    return w - grad / lr


@exercise.mistake("asks with if whether the slope is positive", caught_by=takes_arrays)
def asks_with_if(w, grad, lr):
    return w - lr * abs(grad) if grad > 0 else w + lr * abs(grad)


@exercise.mistake("takes the step twice", caught_by=moves_the_right_distance)
def steps_twice(w, grad, lr):
    return w - 2 * lr * grad


@exercise.mistake("returns the step, not the place it leads to", caught_by=rests_on_flat_ground)
def returns_the_step(w, grad, lr):
    return -lr * grad


@exercise.mistake("changes the given w with -=", caught_by=leaves_the_given_w_alone)
def changes_w(w, grad, lr):
    w -= lr * grad
    return w
