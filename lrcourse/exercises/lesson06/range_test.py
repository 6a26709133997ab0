"""One run, every rate. Take one step at each rate, from the lowest up, and note what the loss was
*before* the step. A loss and its gradient come from the same mini-batch, and each step has its own.
Sooner or later the rate is too high and the loss runs away: the test is over, and what comes after
it says nothing. So stop there, and leave the runaway loss out.

**Predict first.** A bowl with curvature 1, rates 0.1, 0.5, 5, 50. The loss is noted before each
step. At which rate do you first see a loss that is higher than the one before: 0.5, 5 or 50?
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed
from lrcourse.checks.values import Unfit, close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("range_test", points=3, minutes=20)


@exercise.solution
def range_test(batches, w, lrs, too_high=4.0):
    """Take one step at each rate and return the losses that were seen before the steps.

    batches   the mini-batches, one for each step, in order: each has `loss_and_grad(w)`, which
              returns the loss at `w` and the gradient there
    w         the start, an array [P]; leave it as it is
    lrs       the rates, one for each step
    too_high  stop at a loss of more than `too_high` times the lowest so far, or one that is not
              a number, and do not note it

    Return the losses noted, a list or an array: as many as rates, or fewer if the test stopped.
    """
    # solution: eight lines
    losses = []
    for batch, lr in zip(batches, lrs, strict=False):
        loss, grad = batch.loss_and_grad(w)
        if not loss <= too_high * min([*losses, loss]):
            break
        losses.append(loss)
        w = w - lr * grad
    return np.array(losses)


exercise.hints = [
    "Which loss belongs to a rate: the one before its step, or after it? Which of the two do you "
    "have anyway when you ask for the gradient?",
    "`zip(batches, lrs)` hands out a batch and a rate for each step. A loss that is no number is "
    "neither above nor below anything: ask `not loss <= limit`.",
    "Start with `losses = []` and `for batch, lr in zip(batches, lrs):`.",
]
exercise.turned_out = (
    "50. The step at rate 5 multiplies the distance by 1 - 5 = -4 and the loss by 16, and that is "
    "noted before the next step. A range test sees each rate's harm one step late."
)


@dataclass(frozen=True)
class Bowl:
    """A mini-batch: a bowl with curvatures 1 and 2, and the lowest point at ``bottom``."""

    bottom: tuple
    broken: bool = False
    typed_after = (
        'Bowl = lambda bottom, broken=False: type("Bowl", (), {"loss_and_grad": lambda self, w: ('
        "np.nan if broken else np.sum([1, 2] * (w - np.array(bottom))**2) / 2, "
        "[1, 2] * (w - np.array(bottom)))})()"
    )

    @property
    def as_typed(self):
        """Return the code of what a card shows."""
        return f"Bowl({self.bottom}{', True' if self.broken else ''})"

    def loss_and_grad(self, w):
        """Return the loss at ``w`` and the gradient there; a broken one has no loss."""
        curvatures, away = np.array([1.0, 2.0]), np.asarray(w, float) - self.bottom
        loss = np.nan if self.broken else 0.5 * np.sum(curvatures * away**2)
        return loss, curvatures * away


def bowls(rng, steps):
    """Return different mini-batches of one problem; on every other one the loss is lower."""
    bottoms = 1 + rng.integers(1, 4, size=(steps, 2)) / 10
    bottoms[1::2] += 1
    return [Bowl(tuple(bottom)) for bottom in bottoms.tolist()]


def seen_before_each_step(batches, w, lrs):
    """Return the losses that a test sees when it does not stop."""
    seen = []
    for batch, lr in zip(batches, lrs, strict=True):
        loss, grad = batch.loss_and_grad(w)
        seen.append(loss)
        w = w - lr * grad
    return seen


def tested(range_test, *inputs, **options):
    """Return the answer's losses; ``Unfit`` where they are not one row of numbers."""
    losses = range_test(*inputs, **options)
    if isinstance(losses, tuple):
        raise Unfit("Return one thing, the losses that were noted.")
    losses = np.atleast_1d(np.asarray(numbers(losses)))
    if losses.ndim != 1:
        raise Unfit(f"That has shape {losses.shape}, where one row of losses belongs.")
    return losses


START = (6.0, 4.0)


@exercise.check("The first loss is that of the start, before any step.")
def sees_the_start(range_test, rng):
    batches = bowls(rng, 4)
    losses = tested(range_test, batches, np.array(START), np.array([0.02, 0.05, 0.1, 0.2]))
    first = batches[0].loss_and_grad(np.array(START))[0]
    assert close(losses[0], first), (
        f"At the start it is {first:.5g}, on the first mini-batch: note it before the step."
    )


@exercise.check("There is one loss for each rate where none is too high.")
def has_one_loss_for_each_rate(range_test, rng):
    steps = int(rng.integers(4, 7))
    lrs = np.geomspace(0.02, 0.2, steps)
    losses = tested(range_test, bowls(rng, steps), np.array(START), lrs)
    assert len(losses) == steps, f"There were {steps} rates, and {len(losses)} losses came back."


@exercise.check("Each step is taken at its own rate, from where the last one ended.")
def walks_with_rising_rates(range_test, rng):
    batches, lrs = bowls(rng, 5), np.array([0.02, 0.05, 0.1, 0.2, 0.4])
    expected = seen_before_each_step(batches, np.array(START), lrs)
    losses = tested(range_test, batches, np.array(START), lrs)
    assert close(losses, expected), f"Those should be {in_words(np.array(expected))}."


@exercise.check("The w you were given is the same afterwards.")
def leaves_the_given_w_alone(range_test, rng):
    w = np.array(START)
    tested(range_test, bowls(rng, 4), w, np.array([0.02, 0.05, 0.1, 0.2]))
    assert not range_test.changed


def noted(batches, w, lrs, too_high):
    """Return the losses up to the first that is too high, by the specification."""
    seen = seen_before_each_step(batches, w, lrs)
    for k in range(1, len(seen)):
        if not seen[k] <= too_high * min(seen[:k]):
            return np.array(seen[:k])
    return np.array(seen)


@exercise.check("A loss of more than too_high times the lowest so far ends the test, unnoted.")
def stops_at_a_runaway(range_test, rng):
    batches = [Bowl((1 + int(rng.integers(3)) / 10, START[1]))] * 8
    lrs = np.array([0.5, 2.5, 2.5, 2.5, 2.5, 4.0, 0.9, 0.5])
    for too_high in (4.0, 2.0, 8.0, 40.0):
        expected = noted(batches, np.array(START), lrs, too_high)
        seen = seen_before_each_step(batches, np.array(START), lrs)
        losses = tested(range_test, batches, np.array(START), lrs, too_high=too_high)
        count, lowest = len(expected), min(expected)
        reason = "none is too high."
        if count < len(seen):
            reason = f"loss number {count + 1}, {seen[count]:.4g}, is more than {too_high:g} times"
            reason += f" the lowest before it, {lowest:.4g}."
        assert losses.shape == expected.shape and close(losses, expected), (
            f"{count} losses should be noted: {reason}"
        )


@exercise.check("A loss that is not a number ends the test, and is not noted.")
def stops_at_no_number(range_test, rng):
    batches, lrs = bowls(rng, 6), np.geomspace(0.02, 0.2, 6)
    last = int(rng.integers(3, 5))
    batches[last] = replace(batches[last], broken=True)
    losses = np.atleast_1d(np.asarray(range_test(batches, np.array(START), lrs), float))
    assert losses.shape == (last,), (
        f"Loss number {last + 1} is not a number, so {last} should be noted."
    )


class Told(NamedTuple):
    """A mini-batch on which the loss is what it is told to be."""

    loss: float

    @property
    def typed_after(self):
        """Return the line that defines what a card shows."""
        return (
            'Told = lambda loss: type("Told", (), {"loss_and_grad": lambda self, w: '
            "(loss, np.ones(2))})()"
        )

    @property
    def as_typed(self):
        """Return the code of what a card shows."""
        return f"Told({as_typed(self.loss)})"

    def loss_and_grad(self, w):
        """Return the loss that was told, and a slope of ones."""
        return self.loss, np.ones(2)


@exercise.domain(
    corners=[
        {"batches": list(map(Told, losses)), "lrs": np.array([0.1, 0.2, 0.4, 0.8])}
        for losses in (
            [2.0, 1.0, 4.0, 3.0],
            [2.0, 1.0, 4.1, 1.0],
            [2.0, np.nan, 1.0, 1.0],
            [np.nan] * 4,
        )
    ]
    + [{"batches": list(map(Told, [1.0, 2.0, 2.5, 1.0])), "too_high": 2.0}],
    left_out={"batches": list(map(Told, [2.0, 1.0, 4.1, 1.0])), "lrs": np.full(4, 0.1)},
)
def allowed(rng):
    lrs = np.sort(rng.uniform(0.01, 1.9, size=4))
    return {"batches": bowls(rng, 4), "w": rng.normal(size=2), "lrs": lrs, "too_high": 3.0}


@exercise.picture(xlabel="rate", ylabel="loss before the step")
def test_of_a_bowl(range_test):
    lrs = np.geomspace(0.01, 20, 24)
    losses = np.asarray(range_test([Bowl((1.0, 2.0))] * 24, np.array(START), lrs))
    return lrs[: len(losses)], losses


@exercise.accepts("counting")
def counts(batches, w, lrs, too_high=4.0):
    w, losses, lowest = np.array(w, float), [], np.inf
    batches = iter(batches)
    for k in range(len(lrs)):
        loss, grad = next(batches).loss_and_grad(w)
        if np.isnan(loss) or loss > too_high * lowest:
            return losses
        lowest = min(lowest, loss)
        losses += [float(loss)]
        w -= lrs[k] * grad
    return losses


@exercise.accepts("cut afterwards")
def cuts_afterwards(batches, w, lrs, too_high=4.0):
    seen = np.array(seen_before_each_step(list(batches)[: len(lrs)], w, lrs))
    lowest = np.minimum.accumulate(np.append(np.inf, seen[:-1]))
    bad = ~(seen <= too_high * lowest)
    return seen[: bad.argmax()] if bad.any() else seen


@exercise.mistake(
    "notes the loss after the step, which belongs to the next rate", caught_by=sees_the_start
)
def notes_the_loss_after_the_step(batches, w, lrs, too_high=4.0):
    losses = []
    for batch, lr in zip(batches, lrs, strict=False):
        w = w - lr * batch.loss_and_grad(w)[1]
        loss = batch.loss_and_grad(w)[0]
        if losses and not loss <= too_high * min(losses):
            break
        losses.append(loss)
    return losses


@exercise.mistake(
    "goes through the rates and always asks the first mini-batch", caught_by=walks_with_rising_rates
)
def always_asks_the_first_batch(batches, w, lrs, too_high=4.0):
    return noted([batches[0]] * len(lrs), w, lrs, too_high)


@exercise.mistake(
    "starts anew for each rate and notes the loss after its step: the test is one single run",
    caught_by=sees_the_start,
)
def starts_anew_and_looks_after(batches, w, lrs, too_high=4.0):
    losses = []
    for batch, lr in zip(batches, lrs, strict=False):
        loss = batch.loss_and_grad(w - lr * batch.loss_and_grad(w)[1])[0]
        if losses and not loss <= too_high * min(losses):
            break
        losses.append(loss)
    return losses


@exercise.mistake("takes every step at the first rate", caught_by=walks_with_rising_rates)
def keeps_the_first_rate(batches, w, lrs, too_high=4.0):
    return noted(batches, w, np.full(len(lrs), lrs[0]), too_high)


@exercise.mistake("takes every step at the last rate", caught_by=walks_with_rising_rates)
def keeps_the_last_rate(batches, w, lrs, too_high=4.0):
    return noted(batches, w, np.full(len(lrs), lrs[-1]), too_high)


@exercise.mistake(
    "starts anew for each rate, where the test is one single run", caught_by=walks_with_rising_rates
)
def starts_anew(batches, w, lrs, too_high=4.0):
    return noted(batches, w, np.zeros(len(lrs)), too_high)


@exercise.mistake("adds the step, and so climbs", caught_by=walks_with_rising_rates)
def climbs(batches, w, lrs, too_high=4.0):
    return noted(batches, w, -np.asarray(lrs), np.inf)


@exercise.mistake("forgets the rate", caught_by=walks_with_rising_rates)
def forgets_the_rate(batches, w, lrs, too_high=4.0):
    return noted(batches, w, np.ones(len(lrs)), np.inf)


@exercise.mistake("takes each step at the rate that comes next", caught_by=walks_with_rising_rates)
def is_one_rate_ahead(batches, w, lrs, too_high=4.0):
    return noted(batches, w, np.append(lrs[1:], lrs[-1]), too_high)


@exercise.mistake(
    "returns inside the loop, after the first step", caught_by=has_one_loss_for_each_rate
)
def returns_in_the_loop(batches, w, lrs, too_high=4.0):
    return [batches[0].loss_and_grad(w)[0]]


@exercise.mistake("leaves the last rate out", caught_by=has_one_loss_for_each_rate)
def leaves_the_last_out(batches, w, lrs, too_high=4.0):
    return noted(batches[:-1], w, lrs[:-1], too_high)


@exercise.mistake(
    "takes one loss more at the end, after the last step", caught_by=has_one_loss_for_each_rate
)
def looks_once_more(batches, w, lrs, too_high=4.0):
    return noted([*batches, batches[-1]], w, np.append(lrs, lrs[-1]), too_high)


@exercise.mistake("changes the given w with -=", caught_by=leaves_the_given_w_alone)
def changes_w(batches, w, lrs, too_high=4.0):
    losses = []
    for batch, lr in zip(batches, lrs, strict=False):
        loss, grad = batch.loss_and_grad(w)
        if losses and not loss <= too_high * min(losses):
            break
        losses.append(loss)
        w -= lr * grad
    return losses


@exercise.mistake(
    "never stops, so that the end of the curve says nothing", caught_by=stops_at_a_runaway
)
def never_stops(batches, w, lrs, too_high=4.0):
    return seen_before_each_step(batches, w, lrs)


@exercise.mistake("notes the loss that ends the test as well", caught_by=stops_at_a_runaway)
def notes_the_runaway(batches, w, lrs, too_high=4.0):
    kept = len(noted(batches, w, lrs, too_high))
    return seen_before_each_step(batches, w, lrs)[: kept + 1]


@exercise.mistake(
    "compares with the first loss, not with the lowest so far", caught_by=stops_at_a_runaway
)
def compares_with_the_first(batches, w, lrs, too_high=4.0):
    seen = seen_before_each_step(batches, w, lrs)
    bad = [k for k in range(1, len(seen)) if not seen[k] <= too_high * seen[0]]
    return seen[: bad[0]] if bad else seen


@exercise.mistake(
    "compares with the loss just before, not with the lowest so far", caught_by=stops_at_a_runaway
)
def compares_with_the_one_before(batches, w, lrs, too_high=4.0):
    seen = seen_before_each_step(batches, w, lrs)
    bad = [k for k in range(1, len(seen)) if not seen[k] <= too_high * seen[k - 1]]
    return seen[: bad[0]] if bad else seen


@exercise.mistake(
    "stops at the first loss that rises at all, and from batch to batch one often does",
    caught_by=has_one_loss_for_each_rate,
)
def stops_at_any_rise(batches, w, lrs, too_high=4.0):
    return noted(batches, w, lrs, 1.0)


@exercise.mistake("always stops at 4 times, whatever too_high says", caught_by=stops_at_a_runaway)
def has_a_limit_of_its_own(batches, w, lrs, too_high=4.0):
    return noted(batches, w, lrs, 4.0)


@exercise.mistake(
    "leaves the losses that are too high out, but walks on", caught_by=stops_at_a_runaway
)
def walks_on(batches, w, lrs, too_high=4.0):
    kept = []
    for loss in seen_before_each_step(batches, w, lrs):
        if not kept or loss <= too_high * min(kept):
            kept.append(loss)
    return kept


@exercise.mistake(
    "asks whether the loss is too high: not-a-number is not higher than anything",
    caught_by=stops_at_no_number,
)
def lets_nan_pass(batches, w, lrs, too_high=4.0):
    seen = seen_before_each_step(batches, w, lrs)
    bad = [k for k in range(1, len(seen)) if seen[k] > too_high * np.nanmin(seen[:k])]
    return seen[: bad[0]] if bad else seen


@exercise.mistake(
    "notes the loss first and asks then, so that a nan stays at the end",
    caught_by=stops_at_no_number,
)
def keeps_a_nan_at_the_end(batches, w, lrs, too_high=4.0):
    seen = seen_before_each_step(batches, w, lrs)
    kept = len(noted(batches, w, lrs, too_high))
    return seen[: kept + 1] if kept < len(seen) and np.isnan(seen[kept]) else seen[:kept]


@exercise.mistake(
    "leaves a bad loss and its step out and goes on, with continue for break",
    caught_by=stops_at_no_number,
)
def goes_on(batches, w, lrs, too_high=4.0):
    losses = []
    for batch, lr in zip(batches, lrs, strict=False):
        loss, grad = batch.loss_and_grad(w)
        if losses and not loss <= too_high * min(losses):
            continue
        losses.append(loss)
        w = w - lr * grad
    return losses


@exercise.mistake(
    "returns the rate of the lowest loss, where the losses are asked for", caught_by=sees_the_start
)
def returns_a_rate(batches, w, lrs, too_high=4.0):
    return lrs[np.argmin(seen_before_each_step(batches, w, lrs))]


@exercise.mistake(
    "takes every rate on every mini-batch, where each step has its own of both",
    caught_by=has_one_loss_for_each_rate,
)
def takes_every_pair(batches, w, lrs, too_high=4.0):
    pairs = [(batch, lr) for batch in batches for lr in lrs]
    return seen_before_each_step([b for b, _ in pairs], w, [lr for _, lr in pairs])
