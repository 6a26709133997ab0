"""Look before you step. The ball will coast by `momentum` times its velocity anyway, so Nesterov
asks for the slope *there*. Written like that, every step needs a slope at a place where you never
stand. torch uses a trick: it calls that place ahead `w`, and then only the step changes. The
velocity is momentum's; the step takes the new slope, plus what is about to be coasted.

**Predict first.** From rest, with slope 2, rate 0.1 and momentum 0.9: is the first step as long as
plain descent's 0.2, or longer?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("nesterov_update", points=2, minutes=12, core=False)


@exercise.solution
def nesterov_update(w, grad, velocity, lr, momentum=0.9):
    """Return `(w, velocity)` after one step of Nesterov's momentum, as torch writes it.

    w         where you are: a number, or an array of any shape
    grad      the slope there, of the same shape
    velocity  the running sum of slopes so far; all 0 before the first step
    lr        the learning rate, at least 0; it scales the step and nothing else
    momentum  the part of the old velocity that is kept, from 0 to below 1

    The new velocity is momentum times the old one, plus the slope, as in `momentum_update`. The
    step is lr times this: the slope, plus momentum times the *new* velocity. Return new values;
    leave what you were given as it is.
    """
    # solution: two lines
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


exercise.hints = [
    "How does the velocity differ from that of `momentum_update`? (Not at all.) And the step?",
    "In the step, use the velocity that you have updated: with the old one, `grad + momentum * "
    "velocity` is ordinary momentum again.",
    "Start with `velocity = momentum * velocity + grad`.",
]
exercise.turned_out = (
    "longer, 0.38: the velocity is 2, and the step takes 2 + 0.9 * 2 = 3.8. It is the step that "
    "the ball would take next, taken at once."
)


def tenths(rng, low, high):
    """Return a number with one digit after the point, to be checked in one's head."""
    return int(rng.integers(low, high)) / 10


def after(update, w, grad, velocity, lr, **momentum):
    """Return the answer's new place and velocity."""
    return parts(update(w, grad, velocity, lr, **momentum), "w", "velocity")


@exercise.check("With momentum 0 it is plain gradient descent, whatever the velocity was.")
def is_plain_without_momentum(nesterov_update, rng):
    w, grad, velocity = tenths(rng, 11, 30), tenths(rng, 11, 20), tenths(rng, 31, 50)
    moved, _ = after(nesterov_update, w, grad, velocity, 0.3, momentum=0.0)
    assert close(moved, w - 0.3 * grad, what="The new w"), (
        f"A slope of {grad} at rate 0.3 is a step of {-0.3 * grad:.3g}."
    )


@exercise.check("The velocity is that of ordinary momentum, and does not know the rate.")
def has_momentums_velocity(nesterov_update, rng):
    grad, velocity, momentum = tenths(rng, 11, 20), tenths(rng, 31, 50), tenths(rng, 6, 9)
    _, new = after(nesterov_update, 1.0, grad, velocity, 0.2, momentum=momentum)
    assert close(new, momentum * velocity + grad, what="The new velocity"), (
        f"{momentum} of {velocity} is {momentum * velocity:.3g}, and the slope is {grad}."
    )


@exercise.check("From rest the first step is 1 + momentum times that of plain descent.")
def starts_longer(nesterov_update, rng):
    w, grad, momentum = tenths(rng, 51, 70), tenths(rng, 11, 20), tenths(rng, 6, 9)
    moved, _ = after(nesterov_update, w, grad, 0.0, 0.3, momentum=momentum)
    assert close(moved, w - 0.3 * (1 + momentum) * grad, what="The new w"), (
        f"The new velocity is the slope, {grad}, and {momentum} of it comes on top of the slope."
    )


@exercise.check("On the way, too, the step takes the slope plus momentum times the new velocity.")
def looks_ahead(nesterov_update, rng):
    w, grad, velocity = tenths(rng, 51, 70), tenths(rng, 11, 20), tenths(rng, 31, 50)
    moved, new = after(nesterov_update, w, grad, velocity, 0.4, momentum=0.7)
    wanted = w - 0.4 * (grad + 0.7 * (0.7 * velocity + grad))
    assert close(moved, wanted, what="The new w"), (
        f"The slope is {grad}, 0.7 of the new velocity is {0.7 * (0.7 * velocity + grad):.4g}, and "
        f"the rate is 0.4; the velocity you returned is {in_words(new)}."
    )


@exercise.check(
    "Over many steps it is Nesterov's: the slope is asked for where the ball coasts to."
)
def follows_the_ball_ahead(nesterov_update, rng):
    curvatures, lr, momentum = np.array([1.0, 4.0]), 0.2, tenths(rng, 5, 9)
    ball, speed = rng.integers(1, 9, size=2) * 1.0, np.zeros(2)
    w, velocity = ball.copy(), np.zeros(2)
    for _ in range(5):
        speed = momentum * speed + curvatures * (ball - lr * momentum * speed)
        ball = ball - lr * speed
        w, velocity = after(nesterov_update, w, curvatures * w, velocity, lr, momentum=momentum)
    assert close(w, ball - lr * momentum * speed, what="The new w"), (
        f"After five steps on a bowl, with momentum {momentum}, the place ahead of the ball is "
        f"{in_words(ball - lr * momentum * speed)}."
    )


@exercise.check("Unless you say otherwise, momentum is 0.9.")
def defaults_to_nine_tenths(nesterov_update, rng):
    grad, velocity = tenths(rng, 11, 20), tenths(rng, 31, 50)
    _, new = after(nesterov_update, 1.0, grad, velocity, 0.2)
    assert close(new, 0.9 * velocity + grad, what="The new velocity")


@exercise.check("What you were given, w and grad and velocity, is the same afterwards.")
def leaves_the_given_alone(nesterov_update, rng):
    given = [rng.integers(2, 9, size=3).astype(float) for _ in range(3)]
    nesterov_update(*given, 0.3, momentum=0.7)
    assert not nesterov_update.changed


@exercise.domain(
    shapes=[(3,), (), (1,), (2, 3)],
    corners=[{"lr": 0.0}, {"momentum": 0.0}, {"velocity": np.zeros(3)}],
    apart=True,
)
def allowed(rng, shape):
    w, grad, velocity = rng.normal(size=(3, *shape))
    given = {"w": w, "grad": grad, "velocity": velocity}
    return given | {"lr": rng.uniform(0.1, 0.9), "momentum": rng.uniform(0.3, 0.95)}


@exercise.picture(xlabel="step", ylabel="w")
def way_down_a_bowl(nesterov_update):
    w, velocity, way = 1.0, 0.0, [1.0]
    for _ in range(40):
        w, velocity = nesterov_update(w, w, velocity, 0.1, 0.8)
        way.append(float(w))
    return range(41), way


@exercise.accepts("in three parts")
def in_three_parts(w, grad, velocity, lr, momentum=0.9):
    new = np.multiply(momentum, velocity) + grad
    coasted, pushed = lr * momentum * new, lr * np.asarray(grad)
    return np.asarray(w) - coasted - pushed, new


@exercise.accepts("undo the look ahead, step, look ahead again")
def through_the_ball(w, grad, velocity, lr, momentum=0.9):
    ball = w + lr * momentum * np.asarray(velocity)
    new = momentum * np.asarray(velocity) + grad
    ball = ball - lr * new
    return ball - lr * momentum * new, new


@exercise.mistake("adds the step, and so climbs", caught_by=is_plain_without_momentum)
def climbs(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w + lr * (grad + momentum * velocity), velocity


@exercise.mistake("returns velocity first and w second", caught_by=is_plain_without_momentum)
def returns_velocity_first(w, grad, velocity, lr, momentum=0.9):
    return nesterov_update(w, grad, velocity, lr, momentum)[::-1]


@exercise.mistake(
    "adds the whole new velocity to the slope, so that the slope counts twice",
    caught_by=is_plain_without_momentum,
)
def adds_the_whole_velocity(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - lr * (grad + velocity), velocity


@exercise.mistake(
    "forgets the slope in the step: only momentum times the new velocity is left",
    caught_by=is_plain_without_momentum,
)
def forgets_the_slope(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - lr * momentum * velocity, velocity


@exercise.mistake(
    "leaves out brackets: the rate multiplies the slope and not what is coasted",
    caught_by=starts_longer,
)
def leaves_out_brackets(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - lr * grad - momentum * velocity, velocity


@exercise.mistake(
    "leaves out the brackets after lr *: so it *adds* what is coasted, unscaled",
    caught_by=starts_longer,
)
def misses_the_brackets(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - lr * grad + momentum * velocity, velocity


@exercise.mistake(
    "puts the rate inside the velocity, as Keras does; here the velocity knows slopes only",
    caught_by=has_momentums_velocity,
)
def puts_lr_inside(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity - lr * grad
    return w + momentum * velocity - lr * grad, velocity


@exercise.mistake(
    "keeps an average, in which the slope counts 1 - momentum", caught_by=has_momentums_velocity
)
def averages(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * (grad + momentum * velocity), velocity


@exercise.mistake(
    "keeps Andrew Ng's average, in the velocity and in the step: here the slope counts in full",
    caught_by=has_momentums_velocity,
)
def averages_twice(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * ((1 - momentum) * grad + momentum * velocity), velocity


@exercise.mistake(
    "hands back the mixture that it stepped with, where the velocity belongs",
    caught_by=has_momentums_velocity,
)
def hands_back_the_mixture(w, grad, velocity, lr, momentum=0.9):
    mixture = grad + momentum * (momentum * velocity + grad)
    return w - lr * mixture, mixture


@exercise.mistake("hands back the old velocity", caught_by=has_momentums_velocity)
def hands_back_the_old_velocity(w, grad, velocity, lr, momentum=0.9):
    return nesterov_update(w, grad, velocity, lr, momentum)[0], velocity


@exercise.mistake(
    "steps with the new velocity itself, or with slope plus momentum times the old one: both are "
    "ordinary momentum",
    caught_by=starts_longer,
)
def is_ordinary_momentum(w, grad, velocity, lr, momentum=0.9):
    new = momentum * velocity + grad
    return w - lr * new, new


@exercise.mistake(
    "takes momentum times the new velocity, and momentum times the old one on top of it",
    caught_by=looks_ahead,
)
def coasts_twice(w, grad, velocity, lr, momentum=0.9):
    new = momentum * velocity + grad
    return w - lr * (grad + momentum * new + momentum * velocity), new


@exercise.mistake(
    "takes momentum times the slope for what is coasted: that is so only from rest",
    caught_by=looks_ahead,
)
def coasts_by_the_slope(w, grad, velocity, lr, momentum=0.9):
    return w - lr * (grad + momentum * grad), momentum * velocity + grad


@exercise.mistake(
    "works for single numbers and mixes the entries of an array", caught_by=follows_the_ball_ahead
)
def mixes_the_entries(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + np.sum(grad)
    return w - lr * (grad + momentum * velocity), velocity


@exercise.mistake("has another default for momentum", caught_by=defaults_to_nine_tenths)
def has_another_default(w, grad, velocity, lr, momentum=0.99):
    return nesterov_update(w, grad, velocity, lr, momentum)


@exercise.mistake(
    "changes the velocity it was given, with *= or +=", caught_by=leaves_the_given_alone
)
def changes_the_given_velocity(w, grad, velocity, lr, momentum=0.9):
    velocity *= momentum
    velocity += grad
    return w - lr * (grad + momentum * velocity), velocity


@exercise.mistake("changes the w it was given, with -=", caught_by=leaves_the_given_alone)
def changes_the_given_w(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    w -= lr * (grad + momentum * velocity)
    return w, velocity
