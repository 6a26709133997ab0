"""A ball that remembers. Plain descent forgets each slope as soon as it has stepped. A ball keeps a
part of its velocity, and every slope adds to it. Keep the velocity as a running sum of the slopes,
in which everything old is multiplied by `momentum` at each step; then move against it. The rate
stays outside: it scales the step, not the memory.

**Predict first.** The ball rests; slope 2, rate 0.1, momentum 0.9. How long is the first step? And
the second, if the slope is still 2?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("momentum_update", points=2, minutes=10)


@exercise.solution
def momentum_update(w, grad, velocity, lr, momentum=0.9):
    """Return `(w, velocity)` after one step with momentum, in torch's convention: the sum.

    w         where you are: a number, or an array of any shape
    grad      the slope there, of the same shape
    velocity  the running sum so far, of the same shape; all 0 before the first step
    lr        the learning rate, at least 0; it scales the step and nothing else
    momentum  the part of the old velocity that is kept, from 0 to below 1

    The new velocity is the part of the old one that is kept, plus the whole slope. The step goes
    against the *new* velocity. Return new values; leave what you were given as it is.
    """
    # solution: two lines
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


exercise.hints = [
    "Which comes first, the new velocity or the step? And which of the two does the rate touch?",
    "The new velocity has two ingredients: a part of the old one, and the slope. The step is "
    "lesson 00's line with the velocity where the slope was.",
    "Start with `velocity = momentum * velocity + grad`.",
]
exercise.turned_out = (
    "0.2, as in plain descent, and then 0.38: the velocity is 2 and then 0.9 * 2 + 2 = 3.8. On an "
    "even slope the steps would grow to 2.0, ten times the first."
)


def tenths(rng, low, high):
    """Return a number with one digit after the point, to be checked in one's head."""
    return int(rng.integers(low, high)) / 10


def after(update, w, grad, velocity, lr, **momentum):
    """Return the answer's new place and velocity."""
    return parts(update(w, grad, velocity, lr, **momentum), "w", "velocity")


@exercise.check("From rest, the first step is that of plain descent, whatever the momentum.")
def starts_like_plain_descent(momentum_update, rng):
    w, grad, momentum = tenths(rng, 51, 70), tenths(rng, 11, 20), tenths(rng, 6, 9)
    moved, _ = after(momentum_update, w, grad, 0.0, 0.25, momentum=momentum)
    assert close(moved, w - 0.25 * grad, what="The new w"), (
        f"A slope of {grad} at rate 0.25 is a step of {-0.25 * grad:.3g}; there is no memory yet."
    )


@exercise.check("The velocity adds up slopes, not steps: another rate leaves it as it is.")
def velocity_ignores_the_rate(momentum_update, rng):
    grad, velocity = tenths(rng, 11, 20), tenths(rng, 31, 50)
    low = after(momentum_update, 1.0, grad, velocity, 0.2, momentum=0.7)[1]
    high = after(momentum_update, 1.0, grad, velocity, 0.6, momentum=0.7)[1]
    assert close(low, high, what="The new velocity"), (
        f"At rate 0.2 the new velocity is {in_words(low)}, at 0.6 it is {in_words(high)}."
    )


@exercise.check("The new velocity is a part of the old one, plus the whole slope.")
def keeps_a_part_of_the_old_velocity(momentum_update, rng):
    grad, velocity, momentum = tenths(rng, 11, 20), tenths(rng, 31, 50), tenths(rng, 7, 9)
    _, new = after(momentum_update, 1.0, grad, velocity, 0.2, momentum=momentum)
    assert close(new, momentum * velocity + grad, what="The new velocity"), (
        f"{momentum} of {velocity} is {momentum * velocity:.3g}, and the slope is {grad}."
    )


@exercise.check("The step goes against the new velocity, lr times as long.")
def steps_with_the_new_velocity(momentum_update, rng):
    w, grad, velocity = tenths(rng, 51, 70), tenths(rng, 11, 20), tenths(rng, 31, 50)
    moved, new = after(momentum_update, w, grad, velocity, 0.4, momentum=0.7)
    assert close(moved, w - 0.4 * (0.7 * velocity + grad), what="The new w"), (
        f"The new velocity is {in_words(new)}, the rate is 0.4."
    )


@exercise.check("Unless you say otherwise, momentum is 0.9.")
def defaults_to_nine_tenths(momentum_update, rng):
    grad, velocity = tenths(rng, 11, 20), tenths(rng, 31, 50)
    _, new = after(momentum_update, 1.0, grad, velocity, 0.2)
    assert close(new, 0.9 * velocity + grad, what="The new velocity")


@exercise.check("Step after step, arrays too: an even slope of 1 makes it roll faster and faster.")
def gathers_speed(momentum_update, rng):
    w, slope = np.array([[0.0, 4.0], [1.0, -2.0]]), np.array([[1.0, -1.0], [2.0, 3.0]])
    velocity, momentum = np.zeros((2, 2)), tenths(rng, 6, 9)
    for _ in range(3):
        w, velocity = after(momentum_update, w, slope, velocity, 0.1, momentum=momentum)
    sums = 1 + (1 + momentum) + (1 + momentum + momentum**2)
    start = np.array([[0.0, 4.0], [1.0, -2.0]])
    assert close(w, start - 0.1 * sums * slope, what="The new w"), (
        f"With momentum {momentum} three steps on a slope of 1 are {sums:.3g} rates long."
    )


@exercise.check("What you were given, w and grad and velocity, is the same afterwards.")
def leaves_the_given_alone(momentum_update, rng):
    given = [rng.integers(2, 9, size=3).astype(float) for _ in range(3)]
    momentum_update(*given, 0.3, momentum=0.7)
    assert not momentum_update.changed


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
def way_down_a_bowl(momentum_update):
    w, velocity, way = 1.0, 0.0, [1.0]
    for _ in range(40):
        w, velocity = momentum_update(w, w, velocity, 0.1, 0.8)
        way.append(float(w))
    return range(41), way


@exercise.accepts("one number at a time")
def one_by_one(w, grad, velocity, lr, momentum=0.9):
    w, grad, velocity = (np.array(each, float) for each in (w, grad, velocity))
    for i in np.ndindex(w.shape):
        velocity[i] = momentum * velocity[i] + grad[i]
        w[i] = w[i] - lr * velocity[i]
    return w, velocity


@exercise.accepts("the step first")
def step_first(w, grad, velocity, lr, momentum=0.9):
    coasting, push = momentum * np.asarray(velocity), np.asarray(grad)
    return np.subtract(w, np.add(lr * coasting, lr * push)), coasting + push


@exercise.mistake("adds the step, and so climbs", caught_by=starts_like_plain_descent)
def climbs(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w + lr * velocity, velocity


@exercise.mistake("forgets the rate in the step", caught_by=starts_like_plain_descent)
def forgets_the_rate(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - velocity, velocity


@exercise.mistake("returns velocity first and w second", caught_by=starts_like_plain_descent)
def returns_velocity_first(w, grad, velocity, lr, momentum=0.9):
    return momentum_update(w, grad, velocity, lr, momentum)[::-1]


@exercise.mistake(
    "moves with the old velocity and updates it afterwards: each slope counts one step late",
    caught_by=starts_like_plain_descent,
)
def moves_before_updating(w, grad, velocity, lr, momentum=0.9):
    return w - lr * velocity, momentum * velocity + grad


@exercise.mistake(
    "keeps 1 - momentum of the old velocity, where momentum itself is the part that is kept",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def keeps_the_other_part(w, grad, velocity, lr, momentum=0.9):
    velocity = (1 - momentum) * velocity + grad
    return w - lr * velocity, velocity


@exercise.mistake("adds the whole old velocity, so that it never fades",
                  caught_by=keeps_a_part_of_the_old_velocity)  # fmt: skip
def never_fades(w, grad, velocity, lr, momentum=0.9):
    velocity = velocity + grad
    return w - lr * velocity, velocity


@exercise.mistake(
    "keeps an average, as Andrew Ng's course does: there the slope counts 1 - momentum, and the "
    "rate has to be higher for it; here the slope counts in full",
    caught_by=starts_like_plain_descent,
)
def averages(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * velocity, velocity


@exercise.mistake(
    "multiplies the slope by momentum too, or swaps the two shares: the slope counts in full",
    caught_by=starts_like_plain_descent,
)
def multiplies_the_slope_too(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * (velocity + grad)
    return w - lr * velocity, velocity


@exercise.mistake(
    "looks ahead, which is Nesterov's variant: the step uses the slope plus momentum times the new "
    "velocity",
    caught_by=starts_like_plain_descent,
)
def looks_ahead(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


@exercise.mistake(
    "puts the rate inside the velocity, as Keras does: velocity = momentum * velocity - lr * grad; "
    "here the velocity knows slopes only",
    caught_by=velocity_ignores_the_rate,
)
def puts_lr_inside_as_keras(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity


@exercise.mistake(
    "puts the rate inside the velocity: here it scales the step and nothing else",
    caught_by=velocity_ignores_the_rate,
)
def puts_lr_inside(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + lr * grad
    return w - velocity, velocity


@exercise.mistake(
    "applies the rate twice, in the velocity and in the step", caught_by=starts_like_plain_descent
)
def applies_the_rate_twice(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + lr * grad
    return w - lr * velocity, velocity


@exercise.mistake("forgets the old velocity", caught_by=keeps_a_part_of_the_old_velocity)
def forgets_the_old_velocity(w, grad, velocity, lr, momentum=0.9):
    return w - lr * grad, grad


@exercise.mistake(
    "subtracts the old velocity, so that the memory works against the walk",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def subtracts_the_old_velocity(w, grad, velocity, lr, momentum=0.9):
    velocity = grad - momentum * velocity
    return w - lr * velocity, velocity


@exercise.mistake(
    "uses the old velocity in the step with the right slope, but hands back only the slope",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def hands_back_the_slope(w, grad, velocity, lr, momentum=0.9):
    return w - lr * (momentum * velocity + grad), grad


@exercise.mistake(
    "hands back the old velocity, so that nothing is ever remembered",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def hands_back_the_old_velocity(w, grad, velocity, lr, momentum=0.9):
    return w - lr * (momentum * velocity + grad), velocity


@exercise.mistake(
    "steps with the slope alone, though the velocity is right",
    caught_by=steps_with_the_new_velocity,
)
def steps_with_the_slope(w, grad, velocity, lr, momentum=0.9):
    return w - lr * grad, momentum * velocity + grad


@exercise.mistake(
    "lets the velocity coast without the rate: w - momentum * velocity - lr * grad",
    caught_by=steps_with_the_new_velocity,
)
def coasts_without_the_rate(w, grad, velocity, lr, momentum=0.9):
    return w - momentum * velocity - lr * grad, momentum * velocity + grad


@exercise.mistake("writes 0.9 where momentum belongs", caught_by=keeps_a_part_of_the_old_velocity)
def writes_nine_tenths(w, grad, velocity, lr, momentum=0.9):
    velocity = 0.9 * velocity + grad
    return w - lr * velocity, velocity


@exercise.mistake("has another default for momentum", caught_by=defaults_to_nine_tenths)
def has_another_default(w, grad, velocity, lr, momentum=0.99):
    return momentum_update(w, grad, velocity, lr, momentum)


@exercise.mistake(
    "adds the slopes of all entries up, where each has its own", caught_by=gathers_speed
)
def adds_the_slopes_up(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + np.sum(grad)
    return w - lr * velocity, velocity


@exercise.mistake(
    "changes the velocity it was given, with *= or +=", caught_by=leaves_the_given_alone
)
def changes_the_given_velocity(w, grad, velocity, lr, momentum=0.9):
    velocity *= momentum
    velocity += grad
    return w - lr * velocity, velocity


@exercise.mistake("changes the w it was given, with -=", caught_by=leaves_the_given_alone)
def changes_the_given_w(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + grad
    w -= lr * velocity
    return w, velocity


@exercise.mistake(
    "keeps the velocity with the other sign: here it is a sum of slopes, and the minus stands in "
    "the step",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def turns_the_velocity_round(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity - grad
    return w + lr * velocity, velocity


@exercise.mistake(
    "keeps an average of steps, with the rate inside: rate and 1 - momentum both belong outside",
    caught_by=starts_like_plain_descent,
)
def averages_with_the_rate_inside(w, grad, velocity, lr, momentum=0.9):
    velocity = momentum * velocity + lr * (1 - momentum) * grad
    return w - velocity, velocity


@exercise.mistake(
    "averages from the second step on, as torch does with dampening: here every slope counts in "
    "full",
    caught_by=keeps_a_part_of_the_old_velocity,
)
def dampens(w, grad, velocity, lr, momentum=0.9):
    rest = np.asarray(velocity) == 0
    velocity = np.where(rest, grad, momentum * velocity + (1 - momentum) * grad)
    return w - lr * velocity, velocity
