"""Lower it when nothing moves. You train, you look at the validation loss after each epoch, and
when it has not improved for a while you lower the rate. People did this by hand for years; eleven
lines do it too. They need three numbers in memory: the best loss so far, how many looks in a row
were no better, and the rate.

**Predict first.** Patience 2, and the losses 5, 4, 4, 4, 4. After which look does the rate drop:
the third, the fourth or the fifth?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("reduce_on_plateau", points=2, minutes=15)


@exercise.solution
def reduce_on_plateau(losses, lr, factor=0.1, patience=10):
    """Return the rate after each look at a loss, a list or an array as long as `losses`.

    losses    what was seen, in order: a list or an array of finite numbers
    lr        the rate before the first look
    factor    what the rate is multiplied by at a drop
    patience  so many looks in a row may be no better than the best so far

    A look is better if its loss is below all that came before it; the first always is. When more
    than `patience` looks in a row were not, the rate drops, and the counting of looks starts anew
    at 0. The best loss so far is never forgotten.
    """
    # solution: eleven lines
    best, bad, rates = np.inf, 0, []
    for loss in losses:
        if loss < best:
            best, bad = loss, 0
        else:
            bad = bad + 1
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return rates


exercise.hints = [
    "Which of the three numbers change when a look is better, which when it is not, and which at a "
    "drop?",
    "One loop over the losses. First update the best loss and the count, then ask whether the "
    "count is above `patience`, then write the rate down.",
    "Start with `best, bad, rates = np.inf, 0, []` and `for loss in losses:`.",
]
exercise.turned_out = (
    "the fifth. 4 is better than 5 at the second look; three looks after it are not better, and "
    "three is more than the patience of 2."
)


def expect(reduce_on_plateau, losses, lr, factor, patience, drops):
    """Assert that the rate drops at the looks ``drops``, counted from 0, and nowhere else."""
    seen = numbers(reduce_on_plateau(list(losses), lr, factor, patience), "What came back")
    if seen.shape != (len(losses),):
        raise Unfit(f"{len(losses)} losses need {len(losses)} rates, one after each look.")
    wanted = lr * factor ** np.array([sum(d <= k for d in drops) for k in range(len(losses))])
    if not close(seen, wanted):
        first = int(np.argmax(~np.isclose(seen, wanted, rtol=1e-6)))
        raise AssertionError(
            f"After look {first + 1} the rate should be {in_words(wanted[first])}, not "
            f"{in_words(seen[first])}."
        )


def some_rate(rng):
    return rng.integers(2, 9) / 4


@exercise.check("While every look is better than all before it, the rate stays.")
def stays_while_it_improves(reduce_on_plateau, rng):
    losses = 9 - np.cumsum(rng.integers(1, 4, 8)) / 8
    expect(reduce_on_plateau, losses, some_rate(rng), 0.5, 1, [])


@exercise.check("The rate drops at the first look that is one more than patience allows.")
def drops_when_patience_is_over(reduce_on_plateau, rng):
    best = rng.integers(8, 16) / 8
    losses = best + np.array([1, 0.5, 0, 0.125, 0.25, 0.5, 1, -0.5])
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 3, [6])


@exercise.check("The first look always is better: nothing came before it.")
def lets_the_first_look_count_as_better(reduce_on_plateau, rng):
    best = float(rng.integers(1, 9))
    losses = best + np.array([0, 0.25, 0.5, 1])
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 2, [3])


@exercise.check("A loss as low as the best, and no lower, is no improvement.")
def counts_a_tie_as_no_better(reduce_on_plateau, rng):
    best = float(rng.integers(1, 9))
    expect(reduce_on_plateau, [best, best, best, best], some_rate(rng), 0.3, 2, [3])


@exercise.check("However little a look is below all before it, it is better.")
def needs_no_threshold(reduce_on_plateau, rng):
    losses = rng.integers(1, 9) * (1 - 1e-5 * np.arange(6))
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 1, [])


@exercise.check("One better look is enough to start the count anew.")
def starts_anew_when_it_improves(reduce_on_plateau, rng):
    best = float(rng.integers(4, 9))
    losses = [best, best + 1, best + 2, best - 1, best, best + 1, best - 2, best, best, best]
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 2, [9])


@exercise.check("Better means better than the best of all looks, and not than the look before.")
def compares_with_the_best_of_all(reduce_on_plateau, rng):
    best = float(rng.integers(1, 5))
    losses = [best, best + 5, best + 4, best + 3, best - 0.5]
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 2, [3])


@exercise.check("After a drop the count starts anew, and the best loss is remembered.")
def waits_again_after_a_drop(reduce_on_plateau, rng):
    best = float(rng.integers(1, 5))
    losses = best + np.array([0, 4, 3, 3.5, 2.5, 3, 2, 2.25, 1, 1.5])
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 2, [3, 6, 9])


@exercise.check("A look that comes after a drop and is better starts the count anew as well.")
def counts_from_the_last_better_look(reduce_on_plateau, rng):
    best = float(rng.integers(4, 9))
    losses = best + np.array([0, 1, 1, 1, 1, -1, 1, 1, 1, 1])
    expect(reduce_on_plateau, losses, some_rate(rng), 0.3, 2, [3, 8])


@exercise.domain(
    shapes=[(9,), (1,), (30,)],
    corners=[{"patience": 0}, {"losses": np.ones(14)}, {"losses": np.arange(9.0)}],
    lists=["losses"],
    left_out={"losses": np.ones(25)},
)
def allowed(rng, shape):
    losses, patience = rng.integers(2, 7, size=shape) / 2, int(rng.integers(1, 3))
    return {"losses": losses, "lr": 0.8, "factor": rng.uniform(0.3, 0.7), "patience": patience}


@exercise.picture(xlabel="look", ylabel="rate")
def a_slow_fall(reduce_on_plateau):
    losses = [5, 4, 4.5, 4.2, 3.9, 3.95, 3.92, 3.93, 3.8, 3.9, 3.85, 3.9, 3.9, 3.9, 3.9]
    return range(15), np.asarray(reduce_on_plateau(losses, 1.0, 0.5, 2), float)


@exercise.accepts("an array, and the look at which the count began")
def by_the_place_of_the_count(losses, lr, factor=0.1, patience=10):
    rates, began = np.full(len(losses), float(lr)), 0
    for look, loss in enumerate(losses):
        if look == 0 or loss < min(losses[:look]):
            began = look
        if look - began > patience:
            rates[look:] *= factor
            began = look
    return rates


@exercise.accepts("a list of the looks since the best")
def with_a_list_of_bad_looks(losses, lr, factor=0.1, patience=10):
    rates, best, since = [lr], float("inf"), []
    for loss in losses:
        since = [] if loss < best else [*since, loss]
        best = min(best, loss)
        if len(since) == patience + 1:
            since = []
            rates.append(rates[-1] * factor)
        else:
            rates.append(rates[-1])
    return rates[1:]


def variant(losses, lr, factor, patience, better=None, over=None, after=None, reset=True):
    """Return the answer with one part replaced; ``after`` is what a drop makes of the best."""
    best, bad, last, rates = np.inf, 0, np.inf, []
    for loss in losses:
        if (better or (lambda loss, best, last: loss < best))(loss, best, last):
            best, bad = min(best, loss), 0 if reset else bad
        else:
            bad = bad + 1
        if (over or (lambda bad: bad > patience))(bad):
            lr, bad = lr * factor, 0
            best = after(best, loss) if after else best
        last = loss
        rates.append(lr)
    return rates


@exercise.mistake("drops the rate when a look is better", caught_by=stays_while_it_improves)
def has_better_and_worse_swapped(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, better=lambda loss, best, last: loss > best)


@exercise.mistake(
    "drops on a timetable, every patience + 1 looks, and never asks the loss",
    caught_by=stays_while_it_improves,
)
def drops_on_a_timetable(losses, lr, factor=0.1, patience=10):
    return [lr * factor ** (look // (patience + 1)) for look in range(len(losses))]


@exercise.mistake(
    "drops when patience is used up: at the patience-th look that is no better, one too early",
    caught_by=drops_when_patience_is_over,
)
def drops_one_look_early(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, over=lambda bad: bad >= patience)


@exercise.mistake(
    "begins with losses[0] for the best and then counts the first look as no better than itself",
    caught_by=lets_the_first_look_count_as_better,
)
def counts_the_first_look(losses, lr, factor=0.1, patience=10):
    rates, best, bad = [], losses[0], 0
    for loss in losses:
        best, bad = (loss, 0) if loss < best else (best, bad + 1)
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return rates


@exercise.mistake(
    "asks for a gain of a ten-thousandth, as PyTorch's rule does", caught_by=needs_no_threshold
)
def asks_for_a_ten_thousandth(losses, lr, factor=0.1, patience=10):
    return variant(
        losses, lr, factor, patience, better=lambda loss, best, last: loss < best * (1 - 1e-4)
    )


@exercise.mistake("waits one look too long", caught_by=drops_when_patience_is_over)
def drops_one_look_late(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, over=lambda bad: bad > patience + 1)


@exercise.mistake(
    "writes the rate down before the look that may lower it", caught_by=drops_when_patience_is_over
)
def writes_the_rate_before_the_look(losses, lr, factor=0.1, patience=10):
    return [lr, *variant(losses, lr, factor, patience)[:-1]]


@exercise.mistake(
    "subtracts the factor from the rate, where it multiplies", caught_by=drops_when_patience_is_over
)
def subtracts_the_factor(losses, lr, factor=0.1, patience=10):
    rates = np.array(variant(losses, 1.0, 0.5, patience))
    return list(lr + factor * np.log2(rates))


@exercise.mistake(
    "divides the rate by the factor, which raises it", caught_by=drops_when_patience_is_over
)
def divides_by_the_factor(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, 1 / factor, patience)


@exercise.mistake(
    "counts a loss as low as the best for better", caught_by=counts_a_tie_as_no_better
)
def lets_a_tie_count(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, better=lambda loss, best, last: loss <= best)


@exercise.mistake(
    "never resets the count when a look is better, so that all looks without a gain add up",
    caught_by=starts_anew_when_it_improves,
)
def never_resets_the_count(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, reset=False)


@exercise.mistake(
    "counts patience from the last drop, whether or not a look was better since",
    caught_by=drops_when_patience_is_over,
)
def counts_from_the_last_drop(losses, lr, factor=0.1, patience=10):
    rates, best, dropped = [], np.inf, 0
    for look, loss in enumerate(losses):
        if not loss < best and look - dropped > patience:
            lr, dropped = lr * factor, look
        best = min(best, loss)
        rates.append(lr)
    return rates


@exercise.mistake(
    "compares each look with the one before it", caught_by=compares_with_the_best_of_all
)
def compares_with_the_look_before(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, better=lambda loss, best, last: loss < last)


@exercise.mistake(
    "does not start the count anew after a drop, so that the rate falls at every look from there",
    caught_by=waits_again_after_a_drop,
)
def drops_at_every_look_from_there(losses, lr, factor=0.1, patience=10):
    rates, best, bad = [], np.inf, 0
    for loss in losses:
        bad = 0 if loss < best else bad + 1
        best = min(best, loss)
        lr = lr * factor if bad > patience else lr
        rates.append(lr)
    return rates


@exercise.mistake(
    "forgets the best loss at a drop, and takes the loss of that look for the best",
    caught_by=waits_again_after_a_drop,
)
def forgets_the_best_at_a_drop(losses, lr, factor=0.1, patience=10):
    return variant(losses, lr, factor, patience, after=lambda best, loss: loss)


@exercise.mistake(
    "counts from 1 after a drop, so that the later drops come one look early",
    caught_by=waits_again_after_a_drop,
)
def counts_from_one_after_a_drop(losses, lr, factor=0.1, patience=10):
    rates, best, bad = [], np.inf, 0
    for loss in losses:
        bad = 0 if loss < best else bad + 1
        best = min(best, loss)
        if bad > patience:
            lr, bad = lr * factor, 1
        rates.append(lr)
    return rates


@exercise.mistake(
    "resets the count at a better look only until the first drop",
    caught_by=counts_from_the_last_better_look,
)
def listens_only_until_the_first_drop(losses, lr, factor=0.1, patience=10):
    rates, best, bad, dropped = [], np.inf, 0, False
    for loss in losses:
        bad = 0 if loss < best and not dropped else bad + 1
        best = min(best, loss)
        if bad > patience:
            lr, bad, dropped = lr * factor, 0, True
        rates.append(lr)
    return rates
