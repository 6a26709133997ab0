"""Two memories. Adam keeps two moving averages for each parameter: of its slope, which says where
to go, and of its squared slope, which says how long a step to take. Both start at zero, so at first
both are too small, and Adam corrects them as `ema` did in lesson 06. For that it has to count.

**Predict first.** The rate is 0.01; the first slope is 5, the second -5. The first step goes 0.01
down. Is the second one 0.01 back, about 0.0005 back, or about 0.0005 on?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close, numbers, parts
from lrcourse.exercises.lesson11.adagrad_update import slope_of
from lrcourse.inputs import in_words

exercise = Exercise("adam_update", points=3, minutes=15)


@exercise.solution
def adam_update(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    """Take one step of Adam. Return `(w, state)`, the new ones.

    w      the parameters, an array of any shape
    grad   the gradient at `w`, shaped like `w`
    state  `(mean, square, t)`: the moving averages of the slopes and of their squares, shaped like
           `w`, and how many steps were taken; `(zeros, zeros, 0)` before the first step
    lr     the learning rate
    b1     the part of the old mean that stays
    b2     the part of the old square that stays
    eps    added to the root of the corrected square

    Take this slope into both averages and count this step. Divide the mean by `1 - b1**t` and the
    square by `1 - b2**t`, with the new `t`. The step is the corrected mean over the root of the
    corrected square, times `lr`. The state keeps the averages uncorrected. Make new arrays: the
    caller's stay as they are.
    """
    # solution: five lines
    mean, square, t = state
    t = t + 1
    mean = b1 * mean + (1 - b1) * grad
    square = b2 * square + (1 - b2) * grad**2
    step = lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps)
    return w - step, (mean, square, t)


exercise.hints = [
    "After one step from zero the mean is `(1 - b1)` times the slope. By what do you have to "
    "divide it to get the slope itself?",
    "Count first, average second, correct third. The corrected averages are for this step only; "
    "the state goes on with the uncorrected ones.",
    "Start with `mean, square, t = state` and `t = t + 1`.",
]
exercise.turned_out = (
    "About 0.0005 back. The mean weighs the newer slope a little more: corrected it is -0.26. "
    "The root is still 5, and 0.01 times 0.26 / 5 is 0.0005."
)


def one_step(update, w, grad, state, lr, **settings):
    """Return the step taken, mean, square and t; whatever has another shape is ``Unfit``."""
    w, moved, *kept = _answer(update, w, grad, state, lr, settings)
    return _like(w, moved, "The new w") - w, *kept


def state_after(update, w, grad, state, lr, **settings):
    """Return mean, square and t after one step, wherever it led."""
    return _answer(update, w, grad, state, lr, settings)[2:]


def _answer(update, w, grad, state, lr, settings):
    w, grad = np.array(w, float), np.array(grad, float)
    mean, square, t = state
    state = (np.array(mean, float), np.array(square, float), t)
    given = update(w.copy(), grad.copy(), state, lr, **settings)
    if isinstance(given, tuple | list) and len(given) == 4:
        raise Unfit("Return 2 things: w, state. The state is one tuple, (mean, square, t).")
    moved, kept = parts(given, "w", "state")
    if not isinstance(kept, tuple | list) or len(kept) != 3:
        raise Unfit("The state has three parts, in this order: mean, square, t.")
    mean, square = _like(w, kept[0], "The new mean"), _like(w, kept[1], "The new square")
    return w, moved, mean, square, numbers(kept[2], "The new t")


def _like(w, value, what):
    value = numbers(value, what)
    if value.shape != w.shape:
        raise Unfit(f"{what} has shape {value.shape}, where {w.shape} belongs.")
    return value


FRESH = ([0.0], [0.0], 0)


@exercise.check("The state goes on as the two uncorrected averages and the number of steps.")
def keeps_the_state(adam_update, rng):
    slope, lr = slope_of(rng)
    old, t = float(rng.integers(11, 18)), int(rng.integers(3, 8))
    mean, square, count = state_after(
        adam_update, [5.0], [slope], ([old], [100.0], t), lr, b1=0.75, b2=0.6
    )
    assert close(mean, [0.75 * old + 0.25 * slope]), (
        f"The new mean is {in_words(mean[0])}. The old one was {old:g}, the slope is {slope:g}; "
        "the new one is 0.75 parts old to 0.25 new."
    )
    assert close(square, [60 + 0.4 * slope**2]), (
        f"The new square is {in_words(square[0])}. The old one was 100, the slope's square is "
        f"{slope**2:g}; the new one is 0.6 parts old to 0.4 new."
    )
    assert close(count, t + 1), f"The new t is {in_words(count.item())}; it was {t} before."


@exercise.check("From a fresh state the first step is as long as the rate, downhill.")
def starts_with_the_rate(adam_update, rng):
    slope, lr = slope_of(rng)
    for grad in (slope, -30 * slope):
        step, *_ = one_step(adam_update, [5.0], [grad], FRESH, lr, b2=0.998)
        assert close(step, [-lr * np.sign(grad)]), (
            f"The step is {in_words(step[0])}. Both averages have seen nothing but the slope "
            f"{grad:g}, so corrected they are {grad:g} and {grad**2:g}."
        )


@exercise.check("At a constant slope every step is as long as the rate, if you pass the state on.")
def corrects_at_every_step(adam_update, rng):
    slope, lr = slope_of(rng)
    state = FRESH
    for k in range(1, 6):
        step, mean, square, t = one_step(adam_update, [5.0], [slope], state, lr, b1=0.8, b2=0.95)
        state = (mean, square, int(t.item()))
        assert close(step, [lr]), (
            f"Step {k} is {in_words(step[0])}. All slopes so far were {slope:g}, and {k} of them "
            f"leave a part of b**{k} of the zeros at the start."
        )


@exercise.check("Slopes of both signs: the mean is over the root of the average square.")
def divides_the_mean_by_the_root(adam_update, rng):
    slope, lr = slope_of(rng)
    t, left1, left2 = 3, 1 - 0.5**4, 1 - 0.8**4
    mean, square = (2.0 * left1 - 0.5 * slope) / 0.5, (36.0 * left2 - 0.2 * slope**2) / 0.8
    step, *_ = one_step(adam_update, [5.0], [slope], ([mean], [square], t), lr, b1=0.5, b2=0.8)
    assert close(step, [-lr / 3]), (
        f"The step is {in_words(step[0])}. Corrected, the new mean is 2 and the new square 36, so "
        "the step is 2 / 6 of the rate, against the mean."
    )


@exercise.check("Each parameter has averages of its own, in an array of any shape.")
def keeps_the_averages_apart(adam_update, rng):
    lr = slope_of(rng)[1]
    grad = np.array([[3.0, -4.0, 0.5], [-2.0, 30.0, 7.0]]) * rng.integers(1, 4)
    zeros = np.zeros((2, 3))
    step, *_ = one_step(adam_update, np.ones((2, 3)), grad, (zeros, zeros, 0), lr)
    assert close(step, -lr * np.sign(grad)), (
        f"The steps are {in_words(step)}. Each should be as long as the rate, whatever the others' "
        "slopes."
    )


@exercise.check("eps is added to the root of the corrected square.")
def adds_eps_to_the_corrected_root(adam_update, rng):
    slope, lr = slope_of(rng)
    step, *_ = one_step(adam_update, [5.0], [slope], FRESH, lr, eps=0.75)
    assert close(step, [-lr * slope / (abs(slope) + 0.75)]), (
        f"The step is {in_words(step[0])}. The root of the corrected square is {abs(slope):g}, so "
        f"the divisor is {abs(slope) + 0.75:g}."
    )


@exercise.check("Where nothing else is said, b1 is 0.9, b2 0.999 and eps 1e-8.")
def has_the_defaults(adam_update, rng):
    slope, lr = slope_of(rng)
    _, mean, square, _ = one_step(adam_update, [5.0], [slope], FRESH, lr)
    assert close(mean, [0.1 * slope]) and close(square, [0.001 * slope**2]), (
        f"The mean is {in_words(mean[0])} and the square {in_words(square[0])}, after the first "
        f"slope, {slope:g}."
    )
    tiny = slope * 1e-7
    step, *_ = one_step(adam_update, [5.0], [tiny], FRESH, lr)
    wanted = -lr * tiny / (abs(tiny) + 1e-8)
    assert close(step, [wanted]), (
        f"The step is {in_words(step[0])}, where {in_words(wanted)} belongs."
    )


@exercise.check("What you were given is the same afterwards.")
def leaves_the_given_alone(adam_update, rng):
    slope, lr = slope_of(rng)
    w, grad = np.array([5.0, 1.0]), np.array([slope, 2.0])
    mean, square = np.array([2.0, -3.0]), np.array([9.0, 40.0])
    adam_update(w, grad, (mean, square, 4), lr)
    assert not adam_update.changed


@exercise.domain(
    shapes=[(3,), (1,), (2, 3)],
    corners=[
        {"state": (np.zeros(3), np.zeros(3), 0)},
        {"grad": np.array([0.0, 2.0, -1.0]), "state": (np.zeros(3), np.zeros(3), 0)},
        {"b1": 0.0},
    ],
    apart=True,
)
def allowed(rng, shape):
    w, grad, mean = rng.normal(size=(3, *shape))
    state = (mean, rng.uniform(0.5, 4, size=shape), int(rng.integers(2, 9)))
    given = {"w": w, "grad": grad, "state": state, "lr": rng.uniform(0.1, 0.9)}
    return given | {"b1": rng.uniform(0.5, 0.8), "b2": rng.uniform(0.85, 0.99), "eps": 0.01}


@exercise.picture(xlabel="step", ylabel="w")
def on_a_bowl(adam_update):
    w, state, path = np.array([4.0]), (np.zeros(1), np.zeros(1), 0), [4.0]
    for _ in range(60):
        w, state = adam_update(w, 3 * w, state, 0.3)
        path.append(float(w[0]))
    return range(61), path


@exercise.accepts("the averages take a step towards the slope")
def moves_the_averages(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean = state[0] + (1 - b1) * (grad - state[0])
    square = state[1] + (1 - b2) * (grad * grad - state[1])
    t = state[2] + 1
    direction, size = mean / (1 - b1**t), square / (1 - b2**t)
    return w - lr * direction / (size**0.5 + eps), (mean, square, t)


@exercise.accepts("both corrections gathered into the rate, eps adjusted, as PyTorch computes it")
def gathers_the_corrections(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = state
    mean, square, t = b1 * mean + (1 - b1) * grad, b2 * square + (1 - b2) * grad**2, t + 1
    divisor = np.sqrt(square) / np.sqrt(1 - b2**t) + eps
    return w - (lr / (1 - b1**t)) * mean / divisor, (mean, square, t)


@exercise.accepts("loops")
def one_by_one(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, moved = (np.array(value, float) for value in (state[0], state[1], w))
    t = state[2] + 1
    for place in np.ndindex(moved.shape):
        mean[place] = b1 * mean[place] + (1 - b1) * grad[place]
        square[place] = b2 * square[place] + (1 - b2) * grad[place] ** 2
        root = (square[place] / (1 - b2**t)) ** 0.5
        moved[place] -= lr * mean[place] / (1 - b1**t) / (root + eps)
    return moved, (mean, square, t)


def averaged(grad, state, b1, b2):
    """Return the new averages and the new t, as they should be."""
    mean, square, t = state
    return b1 * mean + (1 - b1) * grad, b2 * square + (1 - b2) * grad**2, t + 1


@exercise.mistake("averages the slope twice and squares nothing", caught_by=keeps_the_state)
def forgets_the_square(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = state
    mean, square, t = b1 * mean + (1 - b1) * grad, b2 * square + (1 - b2) * grad, t + 1
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake("squares the mean instead of averaging the squares", caught_by=keeps_the_state)
def squares_the_mean(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = state
    mean, t = b1 * mean + (1 - b1) * grad, t + 1
    square = b2 * square + (1 - b2) * mean**2
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake("takes b2 for the mean and b1 for the square", caught_by=keeps_the_state)
def swaps_the_two(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b2, b1)
    return w - lr * (mean / (1 - b2**t)) / (np.sqrt(square / (1 - b1**t)) + eps), (mean, square, t)


@exercise.mistake(
    "swaps old and new in the averages: b1 and b2 are the parts of the old that stay",
    caught_by=keeps_the_state,
)
def swaps_old_and_new(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, 1 - b1, 1 - b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "adds the whole slope to the mean, as the velocity of lesson 10 did; here it is an average",
    caught_by=keeps_the_state,
)
def sums_like_a_velocity(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = state
    mean, square, t = b1 * mean + grad, b2 * square + (1 - b2) * grad**2, t + 1
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "passes the corrected averages on in the state, so that the next step corrects them again",
    caught_by=keeps_the_state,
)
def stores_the_corrected(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    mean, square = mean / (1 - b1**t), square / (1 - b2**t)
    return w - lr * mean / (np.sqrt(square) + eps), (mean, square, t)


@exercise.mistake(
    "passes the mean on corrected, so that the next step corrects it again",
    caught_by=keeps_the_state,
)
def stores_the_corrected_mean(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    mean = mean / (1 - b1**t)
    return w - lr * mean / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "counts this step for the correction and hands back the old t, so every step is the first",
    caught_by=keeps_the_state,
)
def never_counts(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    step = lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps)
    return w - step, (mean, square, t - 1)


@exercise.mistake(
    "uses t as it came and never counts: at t = 0 the correction divides by 0",
    caught_by=starts_with_the_rate,
)
def counts_after_the_step(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    step = lr * (mean / (1 - b1 ** (t - 1))) / (np.sqrt(square / (1 - b2 ** (t - 1))) + eps)
    return w - step, (mean, square, t)


@exercise.mistake(
    "never corrects: started from zero, the square is too small by more than the mean, and the "
    "first step comes out too long (with the defaults three times)",
    caught_by=starts_with_the_rate,
)
def never_corrects(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * mean / (np.sqrt(square) + eps), (mean, square, t)


@exercise.mistake(
    "corrects the mean, or takes the slope itself, and does not correct the square",
    caught_by=starts_with_the_rate,
)
def corrects_the_mean_alone(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square) + eps), (mean, square, t)


@exercise.mistake("corrects the square and not the mean", caught_by=starts_with_the_rate)
def corrects_the_square_alone(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * mean / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "corrects both averages with b1: each has its own memory", caught_by=starts_with_the_rate
)
def corrects_both_with_one(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b1**t)) + eps), (mean, square, t)


@exercise.mistake(
    "multiplies by 1 - b**t where the correction divides", caught_by=starts_with_the_rate
)
def multiplies_the_correction(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean * (1 - b1**t)) / (np.sqrt(square * (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake("takes b**2 for b**t, misread from the formula", caught_by=starts_with_the_rate)
def squares_for_powers(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**2)) / (np.sqrt(square / (1 - b2**2)) + eps), (mean, square, t)


@exercise.mistake(
    "divides by the root and by 1 - b2**t in a row: the correction belongs under the root, and a "
    "fraction below the line goes above it",
    caught_by=starts_with_the_rate,
)
def corrects_outside_the_root(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * mean / (1 - b1**t) / (np.sqrt(square) + eps) / (1 - b2**t), (mean, square, t)


@exercise.mistake(
    "corrects the root of the square: correct the square first, then take the root",
    caught_by=starts_with_the_rate,
)
def corrects_the_root(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square) / (1 - b2**t) + eps), (mean, square, t)


@exercise.mistake("takes no root", caught_by=starts_with_the_rate)
def forgets_the_root(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (square / (1 - b2**t) + eps), (mean, square, t)


@exercise.mistake("adds the step, and so climbs", caught_by=starts_with_the_rate)
def climbs(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w + lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "corrects every step as if it were the first, by 1 - b", caught_by=corrects_at_every_step
)
def corrects_as_at_first(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1)) / (np.sqrt(square / (1 - b2)) + eps), (mean, square, t)


@exercise.mistake(
    "raises the bracket to the power: (1 - b)**t for 1 - b**t", caught_by=corrects_at_every_step
)
def raises_the_bracket(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    left1, left2 = (1 - b1) ** t, (1 - b2) ** t
    return w - lr * (mean / left1) / (np.sqrt(square / left2) + eps), (mean, square, t)


@exercise.mistake(
    "corrects the first step only, and later ones not at all", caught_by=corrects_at_every_step
)
def corrects_once(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    left = (1 - b1, 1 - b2) if t == 1 else (1, 1)
    return w - lr * (mean / left[0]) / (np.sqrt(square / left[1]) + eps), (mean, square, t)


@exercise.mistake(
    "multiplies b by t where b is raised to the power t", caught_by=corrects_at_every_step
)
def multiplies_for_powers(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1 * t)) / (np.sqrt(square / (1 - b2 * t)) + eps), (
        mean,
        square,
        t,
    )


@exercise.mistake(
    "follows the slope of this step and not the mean: RMSProp with a correction",
    caught_by=divides_the_mean_by_the_root,
)
def follows_the_slope(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * grad / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "divides by the size of the mean, so that every step has the length of the rate",
    caught_by=divides_the_mean_by_the_root,
)
def goes_by_the_sign(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    direction = mean / (1 - b1**t)
    return w - lr * direction / (np.abs(direction) + eps), (mean, square, t)


@exercise.mistake(
    "divides by the length of the whole gradient, one number for all parameters",
    caught_by=keeps_the_averages_apart,
)
def shares_one_length(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    root = np.sqrt(np.sum(square) / (1 - b2**t))
    return w - lr * (mean / (1 - b1**t)) / (root + eps), (mean, square, t)


@exercise.mistake("puts eps under the root", caught_by=adds_eps_to_the_corrected_root)
def puts_eps_under_the_root(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / np.sqrt(square / (1 - b2**t) + eps), (mean, square, t)


@exercise.mistake(
    "adds eps to the uncorrected root, as Keras does (its epsilon is the paper's 'epsilon hat'); "
    "torch and this course correct first",
    caught_by=adds_eps_to_the_corrected_root,
)
def adds_eps_before_the_correction(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    rate = lr * np.sqrt(1 - b2**t) / (1 - b1**t)
    return w - rate * mean / (np.sqrt(square) + eps), (mean, square, t)


@exercise.mistake(
    "forgets the brackets: a / b + eps adds eps to the fraction",
    caught_by=adds_eps_to_the_corrected_root,
)
def forgets_the_brackets(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * ((mean / (1 - b1**t)) / np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "forgets the brackets: w - a / b + eps adds eps to w", caught_by=adds_eps_to_the_corrected_root
)
def adds_eps_to_w(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / np.sqrt(square / (1 - b2**t)) + eps, (mean, square, t)


@exercise.mistake("leaves eps out", caught_by=adds_eps_to_the_corrected_root)
def leaves_eps_out(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / np.sqrt(square / (1 - b2**t)), (mean, square, t)


@exercise.mistake("takes 0.99 for b2 where none is given", caught_by=has_the_defaults)
def takes_a_shorter_memory(w, grad, state, lr, b1=0.9, b2=0.99, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake(
    "takes 1e-7 for eps where none is given, as Keras does", caught_by=has_the_defaults
)
def takes_the_eps_of_keras(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-7):
    mean, square, t = averaged(grad, state, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake("changes the caller's averages with *= and +=", caught_by=leaves_the_given_alone)
def changes_the_averages(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = state
    t += 1
    mean *= b1
    mean += (1 - b1) * grad
    square *= b2
    square += (1 - b2) * grad**2
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


@exercise.mistake("moves the caller's own w with -=", caught_by=leaves_the_given_alone)
def changes_w(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    w -= lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps)
    return w, (mean, square, t)


@exercise.mistake(
    "corrects with the old t, which is a step behind, and not at all where it is 0",
    caught_by=starts_with_the_rate,
)
def corrects_with_the_old_count(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):
    mean, square, t = averaged(grad, state, b1, b2)
    part_1, part_2 = (1 - b1 ** (t - 1), 1 - b2 ** (t - 1)) if t > 1 else (1, 1)
    return w - lr * (mean / part_1) / (np.sqrt(square / part_2) + eps), (mean, square, t)
