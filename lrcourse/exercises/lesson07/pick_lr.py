"""The judge at the end of a sweep. Six rates, three seeds each, eighteen losses on the validation
images and eighteen on the test images. The validation losses pick the rate, all seeds together.
The test losses are for the report. And the judge has to say when nobody should believe the verdict:
if the best rate is the lowest or the highest that was tried, a better one may lie beyond.

**Predict first.** Two seeds, three rates: the first seed got 0.10, 0.30, 0.20, the second 0.90,
0.32, 0.22. The lowest loss of all is the 0.10. Does the first rate win, the second, or the third?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("pick_lr", points=2, minutes=15)


@exercise.solution
def pick_lr(lrs, validation, test):
    """Return `(lr, report, inside)`: the rate to take, its test loss, and whether to believe it.

    lrs         the rates, an array `[rates]` in any order
    validation  losses, an array `[seeds, rates]`; `nan` where a run diverged
    test        losses of the same runs on the test images, `[seeds, rates]`

    lr      the rate whose validation loss is lowest in the mean over the seeds; a rate at which
            any seed diverged is out of the race
    report  the mean over the seeds of the test losses at that rate
    inside  False if `lr` is the lowest or the highest of all the rates tried, otherwise True
    """
    # solution: three lines
    loss = np.nan_to_num(validation.mean(axis=0), nan=np.inf)
    lr, report = lrs[loss.argmin()], test[:, loss.argmin()].mean()
    return lr, report, lrs.min() < lr < lrs.max()


exercise.hints = [
    "What does `mean(axis=0)` make of a column with a `nan` in it, and what does `argmin` make of "
    "a row with a `nan` in it?",
    "`np.nan_to_num(..., nan=np.inf)` makes what diverged the worst of all. For `inside`, look at "
    "the rates themselves: they may come in any order.",
    "Start with `loss = np.nan_to_num(validation.mean(axis=0), nan=np.inf)`.",
]
exercise.turned_out = (
    "the third. Its mean is 0.21, against 0.31 for the second and 0.50 for the first, whose 0.10 "
    "was luck: another seed at the same rate got 0.90."
)

RATES = np.array([0.01, 0.03, 0.1, 0.3, 1.0, 3.0])


def table(rng, best, seeds=3):
    """Return losses ``[seeds, 6]``, all different, whose mean is lowest in column ``best``."""
    losses = 0.2 + 0.1 * np.abs(np.arange(6) - best) + 0.01 * np.arange(6)
    return losses + 0.004 * rng.permutation(6 * seeds).reshape(seeds, 6) / seeds


def judged(pick_lr, lrs, validation, test):
    """Return the three things as an answer gives them."""
    return parts(pick_lr(lrs, validation, test), "lr", "report", "inside")


def means(validation, lr):
    """Say the means over the seeds, and which rate has the lowest."""
    told = in_words(validation.mean(axis=0).round(3))
    return f"The means over the seeds are {told}, in the order of lrs: {lr:g} has the lowest."


@exercise.check("With one seed: the rate with the lowest validation loss.")
def picks_the_lowest_loss(pick_lr, rng):
    best = rng.integers(1, 5)
    validation, test = table(rng, best, seeds=1), table(rng, 5 - best, seeds=1)
    lr, _, _ = judged(pick_lr, RATES, validation, test)
    assert close(lr, RATES[best], what="The rate"), (
        f"The validation losses are {in_words(validation[0])}."
    )


@exercise.check("With several seeds: the lowest mean, not the luckiest single run.")
def averages_over_the_seeds(pick_lr, rng):
    best = rng.integers(2, 5)
    validation, test = table(rng, best), table(rng, 5 - best)
    validation[:, 0] = 0.7, 0.05, 0.8
    test[:, 0] = 0.6, 0.4, 0.3
    validation[:, 1] = 0.19, 0.17, 0.95
    validation[:, 5] = 0.10, 0.90, 0.95
    lr, _, _ = judged(pick_lr, RATES, validation, test)
    assert close(lr, RATES[best], what="The rate"), means(validation, RATES[best])


@exercise.check("The report is the mean test loss at the rate that the validation losses picked.")
def reports_the_test_loss_of_the_pick(pick_lr, rng):
    best = rng.integers(1, 5)
    validation, test = table(rng, best), 0.3 + table(rng, 5 - best)
    _, report, _ = judged(pick_lr, RATES, validation, test)
    assert close(report, test[:, best].mean(), what="The report"), (
        f"At {RATES[best]:g}, the picked rate, the test losses are "
        f"{in_words(test[:, best].round(4))}, {test[:, best].mean():.4g} in the mean."
    )


@exercise.check("A rate at which some seed diverged is out of the race.")
def leaves_out_what_diverged(pick_lr, rng):
    best = rng.integers(1, 4)
    validation, test = table(rng, best), table(rng, 5 - best)
    validation[:, 0] = 0.90, 0.90, np.nan
    validation[:, 4] = 0.05, np.nan, 0.06
    validation[:, 5], test[:, 4:] = np.nan, np.nan
    lr, report, _ = judged(pick_lr, RATES, validation, test)
    assert close(lr, RATES[best], what="The rate") and close(report, test[:, best].mean()), (
        f"At 0.01 and at 1 one seed of three diverged, at 3 all of them did. "
        f"{means(validation, RATES[best])} Its mean test loss is {test[:, best].mean():.4g}."
    )


@exercise.check("The lowest and the highest rate tried are not inside; all others are.")
def knows_the_edges(pick_lr, rng):
    tables = [table(rng, best) for best in range(6)]
    seen = [judged(pick_lr, RATES, each, each)[2] for each in tables]
    for best, inside in enumerate(seen):
        if not close(inside, 0 < best < 5, what="Inside"):
            judged(pick_lr, RATES, tables[best], tables[best])  # so that a card shows this one
            raise AssertionError(f"The best is {RATES[best]:g}, of rates from 0.01 to 3.")


@exercise.check("A best rate below rates that diverged is inside: the grid went beyond it.")
def counts_diverged_rates_as_tried(pick_lr, rng):
    validation, test = table(rng, 4), table(rng, 4)
    validation[rng.integers(3), 5] = np.nan
    lr, _, inside = judged(pick_lr, RATES, validation, test)
    assert close(lr, 1.0, what="The rate") and close(inside, True, what="Inside"), (
        f"3 was tried as well, and diverged for one seed. {means(validation, 1.0)}"
    )


@exercise.check("The rates may come in any order.")
def takes_any_order(pick_lr, rng):
    order = np.array([4, 0, 2, 5, 1, 3])
    for best in rng.permutation(6):
        validation, test = table(rng, best)[:, order], table(rng, 2)[:, order]
        lr, _, inside = judged(pick_lr, RATES[order], validation, test)
        assert close(lr, RATES[best], what="The rate"), (
            f"The rates are not sorted there. {means(validation, RATES[best])}"
        )
        assert close(inside, 0 < best < 5, what="Inside"), (
            f"The best is {RATES[best]:g}, of rates from 0.01 to 3."
        )


@exercise.domain(
    shapes=[(3, 5), (1, 4), (2, 1)],
    corners=[
        {
            "lrs": np.array([0.1, 1.0, 0.01]),
            "validation": np.array([[2.0, np.nan, 3.0], [1.0, 0.1, 3.5]]),
            "test": np.array([[2.5, np.nan, 3.1], [1.5, 0.2, 3.0]]),
        }
    ],
    whole=[],
    zeros=["validation", "test"],
)
def allowed(rng, shape):
    lrs = rng.permutation(10.0 ** np.arange(shape[1]) / 100)
    validation, test = rng.uniform(0.5, 3, size=(2, *shape))
    return {"lrs": lrs, "validation": validation, "test": test}


@exercise.accepts("loops")
def column_by_column(lrs, validation, test):
    best, lowest = None, float("inf")
    for i in range(len(lrs)):
        mean = sum(row[i] for row in validation) / len(validation)
        if mean < lowest:
            best, lowest = i, mean
    others = [lr for lr in lrs if lr != lrs[best]]
    inside = any(lr < lrs[best] for lr in others) and any(lr > lrs[best] for lr in others)
    return float(lrs[best]), sum(row[best] for row in test) / len(test), inside


@exercise.accepts("sorts the rates first")
def sorts_first(lrs, validation, test):
    order = np.argsort(lrs)
    means = validation[:, order].mean(0)
    best = int(np.nanargmin(means))
    return lrs[order][best], test[:, order][:, best].mean(), best not in (0, len(lrs) - 1)


def inside(lrs, lr):
    """Return whether ``lr`` lies between the ends."""
    return lrs.min() < lr < lrs.max()


@exercise.mistake("picks the highest loss", caught_by=picks_the_lowest_loss)
def picks_the_highest(lrs, validation, test):
    best = np.nan_to_num(validation.mean(axis=0), nan=-np.inf).argmax()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake(
    "picks by the test losses: then nothing is left to report on", caught_by=picks_the_lowest_loss
)
def picks_on_test(lrs, validation, test):
    best = np.nan_to_num(test.mean(axis=0), nan=np.inf).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake("returns the place of the rate, not the rate", caught_by=picks_the_lowest_loss)
def returns_the_place(lrs, validation, test):
    lr, report, within = pick_lr(lrs, validation, test)
    return int(np.flatnonzero(lrs == lr)[0]), report, within


@exercise.mistake(
    "takes the mean over the rates and not over the seeds: axis 0 is that of the seeds",
    caught_by=picks_the_lowest_loss,
)
def averages_over_the_rates(lrs, validation, test):
    best = validation.mean(axis=1).argmin()
    return lrs[best], test.mean(axis=1)[best], inside(lrs, lrs[best])


@exercise.mistake(
    "goes by the best single run: the luckiest seed wins", caught_by=averages_over_the_seeds
)
def takes_the_luckiest_run(lrs, validation, test):
    best = np.nan_to_num(validation.min(axis=0), nan=np.inf).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake(
    "goes by the best single run, and reports that one run: the luckiest seed wins twice",
    caught_by=averages_over_the_seeds,
)
def reports_the_luckiest_run(lrs, validation, test):
    run = np.unravel_index(np.nan_to_num(validation, nan=np.inf).argmin(), validation.shape)
    return lrs[run[1]], test[run], inside(lrs, lrs[run[1]])


@exercise.mistake(
    "goes by the median, which does not see that one seed in three fails; the mean was asked for",
    caught_by=averages_over_the_seeds,
)
def takes_the_median(lrs, validation, test):
    best = np.nan_to_num(np.median(validation, axis=0), nan=np.inf).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake("looks at the first seed alone", caught_by=averages_over_the_seeds)
def looks_at_the_first_seed(lrs, validation, test):
    best = np.nan_to_num(validation[0], nan=np.inf).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake(
    "reports the validation loss, which was lowest by choice and so flatters",
    caught_by=reports_the_test_loss_of_the_pick,
)
def reports_the_validation_loss(lrs, validation, test):
    lr, _, within = pick_lr(lrs, validation, test)
    return lr, validation[:, lrs == lr].mean(), within


@exercise.mistake(
    "reports the lowest test loss, wherever it is: that is picking on test once more",
    caught_by=reports_the_test_loss_of_the_pick,
)
def reports_the_lowest_test_loss(lrs, validation, test):
    lr, _, within = pick_lr(lrs, validation, test)
    return lr, np.nanmin(test.mean(axis=0)), within


@exercise.mistake(
    "reports the best of the seeds and not their mean",
    caught_by=reports_the_test_loss_of_the_pick,
)
def reports_the_best_seed(lrs, validation, test):
    lr, _, within = pick_lr(lrs, validation, test)
    return lr, test[:, lrs == lr].min(), within


@exercise.mistake(
    "returns the test losses of all seeds and not their mean",
    caught_by=reports_the_test_loss_of_the_pick,
)
def reports_every_seed(lrs, validation, test):
    lr, _, within = pick_lr(lrs, validation, test)
    return lr, test[:, np.flatnonzero(lrs == lr)[0]], within


@exercise.mistake(
    "lets what diverged win: argmin takes a nan for the lowest, and nan_to_num makes it 0",
    caught_by=leaves_out_what_diverged,
)
def lets_nan_win(lrs, validation, test):
    best = validation.mean(axis=0).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake(
    "leaves out the seeds that diverged and keeps the rate, with nanmean",
    caught_by=leaves_out_what_diverged,
)
def forgets_the_seeds_that_diverged(lrs, validation, test):
    count = (~np.isnan(validation)).sum(axis=0)
    means = np.where(count > 0, np.nansum(validation, axis=0) / np.maximum(count, 1), np.inf)
    best = means.argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake(
    "leaves out the seeds that diverged, with nanmean, and lets argmin take the nan that is left",
    caught_by=leaves_out_what_diverged,
)
def trusts_nanmean(lrs, validation, test):
    count = (~np.isnan(validation)).sum(axis=0)
    best = (np.nansum(validation, axis=0) / count).argmin()
    return lrs[best], test[:, best].mean(), inside(lrs, lrs[best])


@exercise.mistake("ignores the edges and says True of every rate", caught_by=knows_the_edges)
def ignores_the_edges(lrs, validation, test):
    lr, report, _ = pick_lr(lrs, validation, test)
    return lr, report, True


@exercise.mistake("sees the upper edge alone", caught_by=knows_the_edges)
def sees_the_upper_edge(lrs, validation, test):
    lr, report, _ = pick_lr(lrs, validation, test)
    return lr, report, lr < lrs.max()


@exercise.mistake("sees the lower edge alone", caught_by=knows_the_edges)
def sees_the_lower_edge(lrs, validation, test):
    lr, report, _ = pick_lr(lrs, validation, test)
    return lr, report, lr > lrs.min()


@exercise.mistake("says True at the edges and False inside", caught_by=knows_the_edges)
def turns_inside_out(lrs, validation, test):
    lr, report, within = pick_lr(lrs, validation, test)
    return lr, report, not within


@exercise.mistake(
    "takes the ends of the rates that did not diverge for the ends of the grid",
    caught_by=counts_diverged_rates_as_tried,
)
def drops_diverged_rates_first(lrs, validation, test):
    lr, report, _ = pick_lr(lrs, validation, test)
    return lr, report, inside(lrs[~np.isnan(validation).any(axis=0)], lr)


@exercise.mistake(
    "takes the first and the last place for the lowest and the highest rate",
    caught_by=takes_any_order,
)
def trusts_the_order(lrs, validation, test):
    lr, report, _ = pick_lr(lrs, validation, test)
    return lr, report, lr not in (lrs[0], lrs[-1])


@exercise.mistake(
    "sorts the rates and leaves the losses in their old order", caught_by=takes_any_order
)
def sorts_the_rates_alone(lrs, validation, test):
    return pick_lr(np.sort(lrs), validation, test)
