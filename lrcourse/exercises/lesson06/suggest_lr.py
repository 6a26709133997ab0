"""Read the curve. Here is a rule that many programs use: take the rate where the loss falls most
steeply. Steeply in what? The curve is drawn over the *logarithm* of the rate, where each decade is
as wide as the next, so a slope is the change of the loss over the change of `log(rate)`. Over the
rate itself the low end would often win, because there the rates lie so close together.

**Predict first.** Rates 0.01, 0.1, 1 and losses 2.3, 2.1, 0.9. Where is it steepest in the
logarithm of the rate, and where in the rate itself?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("suggest_lr", points=2, minutes=15)


@exercise.solution
def suggest_lr(lrs, losses):
    """Return the rate from which the loss falls most steeply in the logarithm of the rate.

    lrs     the rates of a range test [steps], all different: an array, in any order (two tests
            over different ranges may have been laid together)
    losses  the smoothed loss at each of them [steps]; where the test had stopped it is nan, not
            a number: at the highest rates alone, never between two losses

    The slope between two neighbouring rates belongs to the lower of the two. Return one rate,
    one of `lrs`. Leave both arrays as they are.
    """
    # solution: four lines
    order = np.argsort(lrs)
    lrs, losses = lrs[order], losses[order]
    slopes = np.diff(losses) / np.diff(np.log(lrs))
    return lrs[np.nanargmin(slopes)]


exercise.hints = [
    "A fall is a negative slope. Is the steepest fall the largest or the smallest of the slopes?",
    "`np.diff` gives the differences of neighbours, and `np.nanargmin` the place of the smallest "
    "number that is one. Which rates are neighbours if they come unsorted?",
    "Start with `order = np.argsort(lrs)` and take both arrays in this order.",
]
exercise.turned_out = (
    "from 0.1 on in the logarithm: each decade is one unit wide, and the second falls by 1.2 and "
    "not 0.2. In the rate itself from 0.01 on: 0.2 over 0.09 is steeper than 1.2 over 0.9."
)


def curve(rng):
    """Return rates a factor apart, and a loss that falls most from place ``at`` to the next."""
    at, falls = (
        int(rng.integers(3, 5)),
        np.array([-0.03, -0.02, -0.01, 0.05, 0.08, 0.06, -0.1, -0.7]),
    )
    falls[at] = 0.4
    return np.geomspace(0.002, 30, 9), 2.3 - np.append(0, np.cumsum(falls)), at


@exercise.check(
    "On a curve that falls and then rises, it is the rate where the steepest fall begins."
)
def finds_the_steepest_fall(suggest_lr, rng):
    lrs, losses, at = curve(rng)
    assert close(suggest_lr(lrs.copy(), losses.copy()), lrs[at]), (
        f"The loss falls most from {lrs[at]:.3g} to {lrs[at + 1]:.3g}."
    )


@exercise.check("Rates that lie far apart do not win by their distance alone: the slope counts.")
def divides_by_the_distance(suggest_lr, rng):
    lrs = np.array([0.01, 0.02, 0.04, 0.08, 8.0, 16.0])
    losses = 2.3 - np.array([0.0, 0.05, 0.45 + rng.integers(0, 9) / 100, 0.5, 1.2, 0.1])
    assert close(suggest_lr(lrs, losses), 0.02), (
        "From 0.02 to 0.04 the loss falls by 0.4 or more, and the rate only doubles."
    )


@exercise.check("The slope is taken over the logarithm of the rate.")
def takes_the_logarithm(suggest_lr, rng):
    lrs, size = np.array([0.001, 0.01, 0.1, 1.0, 10.0, 100.0]), rng.integers(10, 14) / 10
    losses = np.array([2.3, 2.2, 2.0, 2.0 - size, 0.3 * (2.0 - size), 2.5])
    assert close(suggest_lr(lrs, losses), 0.1), (
        f"The decade from 0.1 to 1 falls by {size:.1f}, and no other by more than "
        f"{0.7 * (2 - size):.2g}."
    )


@exercise.check("What is nan at the end, after the test stopped, changes nothing.")
def passes_over_nan(suggest_lr, rng):
    lrs, losses, at = curve(rng)
    losses[-int(rng.integers(1, 3)) :] = np.nan
    assert close(suggest_lr(lrs, losses), lrs[at]), f"It is steepest from {lrs[at]:.3g} on."


@exercise.check("The rates may come in any order, each with its loss.")
def takes_any_order(suggest_lr, rng):
    lrs, losses, at = curve(rng)
    order = np.array([1, 2, 5, 8, 0, 4, 7, 6, 3])
    assert close(suggest_lr(lrs[order], losses[order]), lrs[at]), (
        f"Sorted by rate, it is steepest from {lrs[at]:.3g} to {lrs[at + 1]:.3g}."
    )


@exercise.check("The rates and losses that you were given are the same afterwards.")
def leaves_both_alone(suggest_lr, rng):
    lrs, losses, _ = curve(rng)
    lrs, losses = lrs[::-1].copy(), losses[::-1].copy()
    suggest_lr(lrs, losses)
    assert not suggest_lr.changed


RATES = np.array([1e-3, 1e-5, 1e-2, 1e-4, 1e2, 1e-1, 1e1])


@exercise.domain(
    corners=[
        {"lrs": RATES, "losses": np.array([2.2, 3.0, 1.4, 2.9, np.nan, 1.3, 5.0])},
        {"lrs": RATES, "losses": np.array([2.7, 3.0, np.nan, 2.9, np.nan, np.nan, np.nan])},
    ],
    whole=["losses"],
    zeros=["losses"],
)
def allowed(rng):
    lrs = 10.0 ** (rng.permutation(7) + rng.uniform(-0.3, 0.3, size=7) - 5)
    return {"lrs": lrs, "losses": rng.normal(size=7)}


@exercise.picture(xlabel="where the loss falls", ylabel="rate suggested")
def against_the_place_of_the_fall(suggest_lr):
    lrs, places = np.geomspace(0.001, 10, 41), np.geomspace(0.0117, 0.93, 9)
    falls = [2.3 - 2 / (1 + (place / lrs) ** 3) for place in places]
    return places, [float(suggest_lr(lrs.copy(), losses)) for losses in falls]


@exercise.accepts("a loop")
def one_gap_after_another(lrs, losses):
    points = sorted(zip(lrs, losses, strict=True))
    best, steepest = None, np.inf
    for (low, before), (high, after) in zip(points[:-1], points[1:], strict=True):
        slope = (after - before) / (np.log(high) - np.log(low))
        if slope < steepest:
            best, steepest = low, slope
    return best


@exercise.accepts("largest fall for each decade")
def largest_fall(lrs, losses):
    kept = ~np.isnan(losses)
    order = np.argsort(lrs[kept])
    lrs, losses = lrs[kept][order], losses[kept][order]
    return lrs[np.argmax((losses[:-1] - losses[1:]) / np.log10(lrs[1:] / lrs[:-1]))]


def slopes_of(lrs, losses, over=np.log):
    order = np.argsort(lrs)
    return lrs[order], np.diff(losses[order]) / np.diff(over(lrs[order]))


@exercise.mistake(
    "takes the largest slope, or the largest in size, where the loss rises: a fall is negative",
    caught_by=finds_the_steepest_fall,
)
def takes_the_steepest_rise(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses)
    return lrs[np.nanargmax(slopes)]


@exercise.mistake("returns the rate of the lowest loss", caught_by=finds_the_steepest_fall)
def takes_the_minimum(lrs, losses):
    return lrs[np.nanargmin(losses)]


@exercise.mistake(
    "returns a tenth of the rate of the lowest loss, which is another rule",
    caught_by=finds_the_steepest_fall,
)
def takes_a_tenth_of_the_minimum(lrs, losses):
    return lrs[np.nanargmin(losses)] / 10


@exercise.mistake("returns the place, not the rate", caught_by=finds_the_steepest_fall)
def returns_the_place(lrs, losses):
    return np.nanargmin(slopes_of(lrs, losses)[1])


@exercise.mistake("returns the slope, not the rate", caught_by=finds_the_steepest_fall)
def returns_the_slope(lrs, losses):
    return np.nanmin(slopes_of(lrs, losses)[1])


@exercise.mistake("returns the logarithm of the rate", caught_by=finds_the_steepest_fall)
def returns_the_logarithm(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses)
    return np.log(lrs[np.nanargmin(slopes)])


@exercise.mistake(
    "takes the upper of the two rates, where the fall is over, as np.gradient may do",
    caught_by=finds_the_steepest_fall,
)
def takes_the_upper_rate(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses)
    return lrs[1:][np.nanargmin(slopes)]


@exercise.mistake(
    "takes the largest fall and does not divide by the distance", caught_by=divides_by_the_distance
)
def forgets_the_distance(lrs, losses):
    order = np.argsort(lrs)
    return lrs[order][np.nanargmin(np.diff(losses[order]))]


@exercise.mistake(
    "takes the slope over the rate, not over its logarithm, so that the low end wins",
    caught_by=takes_the_logarithm,
)
def forgets_the_logarithm(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses, over=lambda lr: lr)
    return lrs[np.nanargmin(slopes)]


@exercise.mistake(
    "takes nan for the smallest slope, as argmin does, and as a 0 in its place would be",
    caught_by=passes_over_nan,
)
def asks_argmin(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses)
    return lrs[np.argmin(slopes)]


@exercise.mistake("compares neighbours as they come, unsorted", caught_by=takes_any_order)
def never_sorts(lrs, losses):
    slopes = np.diff(losses) / np.diff(np.log(lrs))
    return lrs[np.nanargmin(slopes)]


@exercise.mistake(
    "finds the place among sorted rates and looks it up among the unsorted",
    caught_by=takes_any_order,
)
def looks_up_among_the_unsorted(lrs, losses):
    return lrs[np.nanargmin(slopes_of(lrs, losses)[1])]


@exercise.mistake("sorts the rates and leaves the losses as they came", caught_by=takes_any_order)
def sorts_the_rates_alone(lrs, losses):
    lrs = np.sort(lrs)
    return lrs[np.nanargmin(np.diff(losses) / np.diff(np.log(lrs)))]


@exercise.mistake("sorts the given arrays in place", caught_by=leaves_both_alone)
def sorts_in_place(lrs, losses):
    order = np.argsort(lrs)
    lrs[:], losses[:] = lrs[order], losses[order]
    return lrs[np.nanargmin(np.diff(losses) / np.diff(np.log(lrs)))]


@exercise.mistake(
    "takes the middle between the two rates, not the lower", caught_by=finds_the_steepest_fall
)
def takes_the_middle(lrs, losses):
    lrs, slopes = slopes_of(lrs, losses)
    k = np.nanargmin(slopes)
    return np.sqrt(lrs[k] * lrs[k + 1])


@exercise.mistake(
    "takes the logarithm of the loss as well, as on a drawing with two log axes",
    caught_by=takes_the_logarithm,
)
def takes_both_logarithms(lrs, losses):
    lrs, slopes = slopes_of(lrs, np.log(losses))
    return lrs[np.nanargmin(slopes)]
