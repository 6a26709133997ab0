"""Forgetting on purpose. *Weight decay* pulls every parameter a little towards 0 at each step, so
that only those stay large which the data keep asking for. With plain descent you may as well add
`weight_decay * w` to the gradient. With Adam you may not: it would divide the pull by the root of
the squares, as it divides everything. AdamW lets the weights decay beside Adam's step.

**Predict first.** A parameter's slope is 0 at every step, `lr` is 0.01 and `weight_decay` 0.1.
Which part of it is left after 1000 steps: none, 37 % or 90 %?
"""

import numpy as np

from lrcourse import adam_update as adam_step
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.exercises.lesson11.adagrad_update import slope_of
from lrcourse.exercises.lesson11.adam_update import FRESH, one_step
from lrcourse.inputs import in_words

exercise = Exercise("adamw_update", points=2, minutes=12, core=False)


@exercise.solution
def adamw_update(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    """Take one step of AdamW. Return `(w, state)`, the new ones.

    w, grad, state, lr, b1, b2, eps   as in `adam_update`: the course's own is given, and you may
                  call it as `adam_step`
    weight_decay  each step first takes the part `lr * weight_decay` away from `w`

    Adam's step and its state know nothing of the decay: they come from `grad` alone. Make new
    arrays: the caller's stay as they are.
    """
    # solution: one line
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)


exercise.hints = [
    "If the decay may change neither the mean nor the square, where is the only place left for it?",
    "Shrink `w` first, by the part `lr * weight_decay`. Then take Adam's ordinary step from there, "
    "with the gradient as it came.",
    "Start with `shrunk = w * (1 - lr * weight_decay)`.",
]
exercise.turned_out = (
    "37 %. Each step leaves 1 - 0.01 * 0.1 = 0.999 of it, and 0.999 to the power 1000 is 0.368. "
    "Folded into the gradient, the same decay would leave nothing."
)


@exercise.check("With weight_decay = 0 it is Adam: a first step as long as the rate.")
def is_adam_without_decay(adamw_update, rng):
    slope, lr = slope_of(rng)
    step, *_ = one_step(adamw_update, [5.0], [slope], FRESH, lr, weight_decay=0.0)
    assert close(step, [lr]), f"The step is {in_words(step[0])}, and the rate {lr:g}."


@exercise.check("Where the slope is 0, w loses the part lr * weight_decay of itself.")
def decays_where_it_is_flat(adamw_update, rng):
    lr, w = slope_of(rng)[1], float(rng.integers(3, 9))
    step, *_ = one_step(adamw_update, [w, -w], [0.0, 0.0], ([0.0] * 2, [0.0] * 2, 0), lr,
                        weight_decay=0.4)  # fmt: skip
    assert close(step, [-lr * 0.4 * w, lr * 0.4 * w]), (
        f"The step is {in_words(step)}. Of {w:g} and -{w:g} the part {lr:g} * 0.4 goes."
    )


@exercise.check("The mean and the square know the slope alone, and nothing of the decay.")
def keeps_the_decay_out_of_the_state(adamw_update, rng):
    slope, lr = slope_of(rng)
    _, mean, square, t = one_step(adamw_update, [5.0], [slope], FRESH, lr, weight_decay=0.4)
    assert close(mean, [0.1 * slope]) and close(square, [0.001 * slope**2]) and close(t, 1), (
        f"The mean is {in_words(mean[0])} and the square {in_words(square[0])}, after the first "
        f"slope, {slope:g}."
    )


@exercise.check("The decay is a part of w as it came, before Adam's step.")
def decays_the_old_w(adamw_update, rng):
    slope, lr = slope_of(rng)
    step, *_ = one_step(adamw_update, [5.0], [slope], FRESH, lr, weight_decay=0.4)
    assert close(step, [lr - lr * 0.4 * 5]), (
        f"The step is {in_words(step[0])}. Adam's own is {lr:g}, and the decay takes "
        f"{lr:g} * 0.4 of 5."
    )


@exercise.check("b1, b2, eps and the old state reach Adam.")
def passes_everything_on(adamw_update, rng):
    slope, lr = slope_of(rng)
    left1, left2 = 1 - 0.5**4, 1 - 0.8**4
    mean, square = (2.0 * left1 - 0.5 * slope) / 0.5, (36.0 * left2 - 0.2 * slope**2) / 0.8
    step, *_ = one_step(adamw_update, [5.0], [slope], ([mean], [square], 3), lr, b1=0.5, b2=0.8,
                        eps=0.25, weight_decay=0.4)  # fmt: skip
    assert close(step, [-lr * 2 / 6.25 - lr * 2]), (
        f"The step is {in_words(step[0])}. Corrected, the mean is 2 and the square 36; eps is "
        f"0.25, and the decay takes {lr:g} * 0.4 of 5."
    )


@exercise.check("Where nothing is said, weight_decay is 0.01.")
def has_the_default(adamw_update, rng):
    lr = slope_of(rng)[1]
    step, *_ = one_step(adamw_update, [5.0], [0.0], FRESH, lr)
    assert close(step, [-lr * 0.05]), (
        f"The step is {in_words(step[0])}: of 5, the part {lr:g} * 0.01 should go."
    )


@exercise.check("The w you were given is the same afterwards.")
def leaves_the_given_alone(adamw_update, rng):
    slope, lr = slope_of(rng)
    w = np.array([5.0, 1.0])
    adamw_update(w, np.array([slope, 2.0]), (np.zeros(2), np.zeros(2), 0), lr, weight_decay=0.4)
    assert not adamw_update.changed


@exercise.domain(
    shapes=[(3,), (1,), (2, 3)],
    corners=[
        {"state": (np.zeros(3), np.zeros(3), 0)},
        {"grad": np.array([0.0, 2.0, -1.0]), "state": (np.zeros(3), np.zeros(3), 0)},
        {"b1": 0.0},
        {"weight_decay": 0.0},
    ],
    apart=True,
)
def allowed(rng, shape):
    w, grad, mean = rng.normal(size=(3, *shape))
    state = (mean, rng.uniform(0.5, 4, size=shape), int(rng.integers(2, 9)))
    given = {"w": w, "grad": grad, "state": state, "lr": rng.uniform(0.1, 0.9)}
    return given | {
        "b1": rng.uniform(0.5, 0.8),
        "b2": rng.uniform(0.85, 0.99),
        "eps": 0.01,
        "weight_decay": 0.2,
    }


@exercise.picture(xlabel="step", ylabel="w")
def an_idle_weight(adamw_update):
    w, state, path = np.array([4.0]), (np.zeros(1), np.zeros(1), 0), [4.0]
    for _ in range(60):
        w, state = adamw_update(w, np.zeros(1), state, 0.1, weight_decay=0.3)
        path.append(float(w[0]))
    return range(61), path


@exercise.accepts("Adam's step first, then the decay of the old w taken off")
def takes_the_decay_off(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    moved, state = adam_step(w, grad, state, lr, b1, b2, eps)
    return moved - lr * weight_decay * w, state


@exercise.accepts("written out")
def written_out(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    mean, square, t = state
    mean, square, t = b1 * mean + (1 - b1) * grad, b2 * square + (1 - b2) * grad**2, t + 1
    step = (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps)
    return w - lr * (step + weight_decay * w), (mean, square, t)


@exercise.mistake("adds Adam's step, and so climbs", caught_by=is_adam_without_decay)
def climbs(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 - lr * weight_decay), -grad, state, lr, b1, b2, eps)


@exercise.mistake("shrinks w and forgets Adam's step", caught_by=is_adam_without_decay)
def forgets_adam(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    _, state = adam_step(w, grad, state, lr, b1, b2, eps)
    return w * (1 - lr * weight_decay), state


@exercise.mistake(
    "multiplies w by weight_decay itself and not by 1 - lr * weight_decay",
    caught_by=is_adam_without_decay,
)
def leaves_the_wrong_part(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * weight_decay, grad, state, lr, b1, b2, eps)


@exercise.mistake(
    "folds the decay into the gradient: Adam with an L2 penalty, torch's Adam(weight_decay)",
    caught_by=decays_where_it_is_flat,
)
def folds_the_decay_in(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w, grad + weight_decay * w, state, lr, b1, b2, eps)


@exercise.mistake(
    "takes the part weight_decay away and forgets the rate: the paper scales the decay by the "
    "schedule alone; torch and this course multiply by lr",
    caught_by=decays_where_it_is_flat,
)
def forgets_the_rate(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 - weight_decay), grad, state, lr, b1, b2, eps)


@exercise.mistake(
    "adds the penalty itself to the gradient, half of weight_decay * w**2, not even its slope",
    caught_by=decays_where_it_is_flat,
)
def adds_the_penalty(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w, grad + weight_decay * w**2 / 2, state, lr, b1, b2, eps)


@exercise.mistake("lets the weights grow: 1 + for 1 -", caught_by=decays_where_it_is_flat)
def grows(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 + lr * weight_decay), grad, state, lr, b1, b2, eps)


@exercise.mistake(
    "pulls by the sign of w and not by w itself: an L1 penalty", caught_by=decays_where_it_is_flat
)
def pulls_by_the_sign(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w - lr * weight_decay * np.sign(w), grad, state, lr, b1, b2, eps)


@exercise.mistake(
    "leaves the decay out, or takes it off the rate: plain Adam", caught_by=decays_where_it_is_flat
)
def leaves_the_decay_out(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w, grad, state, lr, b1, b2, eps)


@exercise.mistake(
    "decays w beside the step and folds the decay into the state as well",
    caught_by=keeps_the_decay_out_of_the_state,
)
def folds_into_the_state(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    moved, _ = adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)
    _, state = adam_step(w, grad + weight_decay * w, state, lr, b1, b2, eps)
    return moved, state


@exercise.mistake("returns the state as it was given", caught_by=keeps_the_decay_out_of_the_state)
def keeps_no_state(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)[0], state


@exercise.mistake(
    "shrinks w after Adam's step, so that the step shrinks too", caught_by=decays_the_old_w
)
def shrinks_afterwards(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    moved, state = adam_step(w, grad, state, lr, b1, b2, eps)
    return moved * (1 - lr * weight_decay), state


@exercise.mistake(
    "calls Adam without b1, b2 and eps, and so with its defaults", caught_by=passes_everything_on
)
def forgets_the_settings(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr)


@exercise.mistake("calls Adam without eps", caught_by=passes_everything_on)
def forgets_eps(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2)


@exercise.mistake("takes 0.1 for weight_decay where none is given", caught_by=has_the_default)
def decays_more(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.1):
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)


@exercise.mistake("takes 0 for weight_decay where none is given", caught_by=has_the_default)
def decays_never(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.0):
    return adam_step(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)


@exercise.mistake("shrinks the caller's own w with *=", caught_by=leaves_the_given_alone)
def changes_w(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):
    w *= 1 - lr * weight_decay
    return adam_step(w, grad, state, lr, b1, b2, eps)
