"""One valley, few trials. Each trial trains a network, so you want to learn much from each. If the
loss falls, reaches a bottom and rises, two trials between the ends of a bracket tell you which side
to throw away: the bottom cannot lie beyond the worse of them. Cut at the right places, and the
trial that is left serves again in what remains: every further cut costs one new trial, not two.

The right place is the golden section, the part 0.618... of the bracket, counted from either end,
on a log scale: `golden = (5**0.5 - 1) / 2`.

**Predict first.** The bracket goes from 0.001 to 100, five factors of ten, and you have seven
trials. Is the bracket after them about one factor of ten wide, a quarter of one, or a hundredth?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import Unfit, close, numbers
from lrcourse.inputs import in_words

exercise = Exercise("golden_section", points=3, minutes=25)


@exercise.solution
def golden_section(loss, low, high, trials):
    """Return the best of the rates that golden section tries between `low` and `high`.

    loss    a function of one rate; each call trains a network, so call it exactly `trials` times
    trials  2 or more

    The first two rates lie at the part 0.382 and 0.618 of the bracket, on a log scale. Then, as
    long as trials are left: the rate with the higher loss becomes an end of the bracket, and one
    new rate joins the one that is left inside. A loss that is `nan` is worse than any number. If
    the two are equal, or both `nan`, the higher rate becomes the end. Of rates with the same loss
    any may be returned.
    """
    # solution: sixteen lines
    golden = (5**0.5 - 1) / 2
    left, right = np.log(low), np.log(high)
    lower, upper = right - golden * (right - left), left + golden * (right - left)
    at_lower = np.nan_to_num(loss(np.exp(lower)), nan=np.inf)
    at_upper = np.nan_to_num(loss(np.exp(upper)), nan=np.inf)
    for _ in range(trials - 2):
        if at_lower <= at_upper:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - golden * (right - left)
            at_lower = np.nan_to_num(loss(np.exp(lower)), nan=np.inf)
        else:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + golden * (right - left)
            at_upper = np.nan_to_num(loss(np.exp(upper)), nan=np.inf)
    return np.exp(lower if at_lower <= at_upper else upper)


exercise.hints = [
    "If the lower of the two rates is the better one, which end of the bracket moves, where to, "
    "and which of the two rates stays inside? And what is `1 < nan`, or `nan < 1`?",
    "Keep four numbers, all logarithms: `left, lower, upper, right`. When `right` moves to "
    "`upper`, the old `lower` becomes the new `upper`, its loss with it; only `lower` is new.",
    "Start with `left, right = np.log(low), np.log(high)` and "
    "`lower, upper = right - golden * (right - left), left + golden * (right - left)`.",
]
exercise.turned_out = (
    "a quarter, nearly: two trials make one cut and five more make five, and 5 * 0.618**6 = 0.28, "
    "0.14 to either side of the middle, that is within a factor of 1.4. Each trial buys 38 %."
)

GOLDEN = (5**0.5 - 1) / 2


def valley(place, nan_above=np.inf):
    """Return a loss with its bottom at ``place``, lopsided on a log axis."""
    code = f"max(3 * np.log10(lr / {as_typed(place)}), -np.log10(lr / {as_typed(place)}))"
    beyond = f"np.nan if lr > {as_typed(nan_above)} else "
    return from_code(f"lambda lr: {beyond if np.isfinite(nan_above) else ''}{code}")


def tried(golden_section, function, low, high, trials):
    """Return the rates that were asked for, in order, and the answer."""
    lrs = []

    def loss(lr):
        lrs.append(float(lr))
        if len(lrs) > 200:
            raise Unfit("The loss was called more than 200 times: does the loop end?")
        return function(lrs[-1])

    loss.as_typed = function.as_typed
    best = golden_section(loss, low, high, trials)
    return lrs, best


def at(parts, low, high):
    """Return the rates at these parts of the bracket, on a log scale."""
    return low * (high / low) ** np.array(parts)


def told(lrs):
    return f"It tried {in_words(np.array(lrs))}." if lrs else "It never called the loss."


@exercise.check(
    "The first two trials are at the parts 0.382 and 0.618 of the bracket on a log scale."
)
def begins_with_the_golden_cuts(golden_section, rng):
    low = 10.0 ** -rng.integers(2, 5)
    high = low * 10.0 ** rng.integers(3, 6)
    lrs, _ = tried(golden_section, valley(np.sqrt(low * high) * 1.3), low, high, 2)
    assert close(
        np.sort(lrs[:2]), at([1 - GOLDEN, GOLDEN], low, high), what="What it tried first"
    ), f"{told(lrs)} They belong at {in_words(at([1 - GOLDEN, GOLDEN], low, high))}."


@exercise.check("The loss is called exactly as often as there are trials.")
def spends_one_trial_a_cut(golden_section, rng):
    for trials in (2, 3, rng.integers(6, 12)):
        bottom = at(rng.uniform(0.08, 0.1), 1e-4, 1e2).item()
        lrs, _ = tried(golden_section, valley(bottom), 1e-4, 1e2, trials)
        assert len(lrs) == trials, f"{len(lrs)} calls for {trials} trials. {told(lrs)}"


@exercise.check("Of two trials, the one with the lower loss is returned.")
def returns_the_better_of_two(golden_section, rng):
    place = 10.0 ** rng.uniform(-3, -2.5)
    for bottom, part in ((1 / place, GOLDEN), (place, 1 - GOLDEN)):
        lrs, best = tried(golden_section, valley(bottom), 1e-3, 1e3, 2)
        assert close(best, at(part, 1e-3, 1e3), what="The rate"), told(lrs)


@exercise.check("The third trial lies in the part that is left, opposite the one that stays.")
def goes_to_the_better_side(golden_section, rng):
    place = 10.0 ** rng.uniform(-2.9, -2.2)
    for bottom, part in ((place, 2 * GOLDEN - 1), (1 / place, 2 - 2 * GOLDEN)):
        lrs, _ = tried(golden_section, valley(bottom), 1e-3, 1e3, 3)
        assert close(lrs[-1], at(part, 1e-3, 1e3), what="The third trial"), (
            f"The bottom is at {bottom:.3g}. {told(lrs)}"
        )


@exercise.check("With many trials it arrives at the bottom of the valley.")
def closes_in_on_the_bottom(golden_section, rng):
    place = 10.0 ** rng.uniform(-3.5, 1.5)
    lrs, best = tried(golden_section, valley(place), 1e-4, 1e2, 30)
    assert close(np.log10(best), np.log10(place), rtol=0, atol=1e-4, what="The rate"), (
        f"The bottom is at {place:.5g}. {told(lrs[-3:]).replace('It tried', 'It tried last')}"
    )


@exercise.check("The rate returned is the best of those that were tried.")
def returns_the_best_tried(golden_section, rng):
    for trials in range(4, 10):
        loss = valley(10.0 ** rng.uniform(-2, 0))
        lrs, best = tried(golden_section, loss, 1e-4, 1e2, trials)
        assert close(best, min(lrs, key=loss), what="The rate"), told(lrs)


@exercise.check("Of two equal losses the higher rate becomes the end.")
def breaks_ties_downwards(golden_section, rng):
    everywhere = from_code(f"lambda lr: {float(rng.integers(1, 9))}")
    lrs, best = tried(golden_section, everywhere, 1e-3, 1e3, 3)
    assert close(lrs[-1], at(2 * GOLDEN - 1, 1e-3, 1e3), what="The third trial"), told(lrs)
    assert any(close(best, lr, what="The rate") for lr in lrs), "All three losses are equal."


@exercise.check("A loss that is not a number is worse than any number, also at both rates.")
def flees_from_nan(golden_section, rng):
    place = 10.0 ** rng.uniform(-3.6, -3)
    for beyond in (0.3, 2 * place):
        lrs, best = tried(golden_section, valley(place, nan_above=beyond), 1e-4, 1e2, 25)
        assert close(np.log10(best), np.log10(place), rtol=0, atol=1e-3, what="The rate"), (
            f"Above {beyond:.3g} the loss is nan, and the bottom is at {place:.3g}. Every "
            f"comparison with nan is False. {told(lrs[:4]).replace('It tried', 'It began with')}"
        )
    above = from_code("lambda lr: np.nan if lr < 0.1 else 1.0")
    _, best = tried(golden_section, above, 1e-4, 1e2, 2)
    assert close(best, at(GOLDEN, 1e-4, 1e2), what="The rate"), "Below 0.1 the loss is nan."
    lrs, _ = tried(golden_section, above, 1e-4, 1e2, 3)
    assert close(lrs[-1], at(2 - 2 * GOLDEN, 1e-4, 1e2), what="The third trial"), (
        f"Below 0.1 the loss is nan: the lower rate becomes the end. {told(lrs)}"
    )


never = from_code("lambda lr: np.nan")
level = from_code("lambda lr: 1.0")
low_below = from_code("lambda lr: float(lr > 10**-2.5)")
"""The same at the first two rates, and lower only below both."""


def loss_found(lr, given):
    """Return the loss at the rate that came back: of equally good ones any will do."""
    found = numbers(lr, "The rate")
    one = given["loss"] in (never, level, low_below) and found.size == 1
    return given["loss"](found.item()) if one else lr


@exercise.domain(
    corners=[{"trials": 2}, {"trials": 3}, {"loss": never}, {"loss": level}, {"loss": low_below}],
    seen_as=loss_found,
)
def allowed(rng):
    place = 10 ** rng.uniform(-3, 0)
    return {"loss": valley(place), "low": 1e-4, "high": 10.0, "trials": int(rng.integers(4, 9))}


def written(loss, low, high, trials, *, scale=(np.log, np.exp), golden=GOLDEN):
    """Golden section that remembers its losses in a dictionary."""
    there, back = scale
    known = {}

    def ask(x):
        if x not in known:
            value = loss(back(x))
            known[x] = np.inf if value != value else value
        return known[x]

    a, b = there(low), there(high)
    inner = [b - golden * (b - a), a + golden * (b - a)]
    ask(inner[0]), ask(inner[1])
    while len(known) < trials:
        if ask(inner[0]) <= ask(inner[1]):
            b = inner[1]
            inner = [b - golden * (b - a), inner[0]]
        else:
            a = inner[0]
            inner = [inner[1], a + golden * (b - a)]
        ask(inner[0]), ask(inner[1])
    return back(min(inner, key=ask))


@exercise.picture(xlabel="trial", ylabel="rate tried")
def rates_in_a_valley(golden_section):
    rates = []

    def loss(lr):
        rates.append(float(lr))
        return abs(np.log10(lr) + 1.3)

    golden_section(loss, 1e-4, 10.0, 10)
    return np.arange(1, len(rates) + 1), rates


@exercise.accepts("a dictionary of losses")
def with_a_dictionary(loss, low, high, trials):
    return written(loss, low, high, trials)


@exercise.accepts("recursion, in factors of ten")
def by_recursion(loss, low, high, trials):
    def ask(x):
        value = loss(10**x)
        return float("inf") if np.isnan(value) else value

    def cut(a, b, x, y, fx, fy, left):
        if left == 0:
            return x if fx <= fy else y
        if fx <= fy:
            new = y - GOLDEN * (y - a)
            return cut(a, y, new, x, ask(new), fx, left - 1)
        new = x + GOLDEN * (b - x)
        return cut(x, b, y, new, fy, ask(new), left - 1)

    a, b = np.log10(low), np.log10(high)
    x, y = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
    return 10 ** cut(a, b, x, y, ask(x), ask(y), trials - 2)


@exercise.mistake(
    "cuts on a linear scale: take the logarithms of both ends first, and np.exp of each cut",
    caught_by=begins_with_the_golden_cuts,
)
def cuts_linearly(loss, low, high, trials):
    return written(loss, low, high, trials, scale=(lambda x: x, lambda x: x))


@exercise.mistake(
    "cuts in thirds: then no old trial lies where a new one is due",
    caught_by=begins_with_the_golden_cuts,
)
def cuts_in_thirds(loss, low, high, trials):
    return written(loss, low, high, trials, golden=2 / 3)


@exercise.mistake("gives the loss the logarithm of the rate", caught_by=begins_with_the_golden_cuts)
def passes_the_logarithm(loss, low, high, trials):
    return written(loss, low, high, trials, scale=(np.log, lambda x: x))


@exercise.mistake(
    "gives the loss the logarithm of the rate, base 10", caught_by=begins_with_the_golden_cuts
)
def passes_the_logarithm_of_ten(loss, low, high, trials):
    return written(loss, low, high, trials, scale=(np.log10, lambda x: x))


@exercise.mistake("tries the ends of the bracket as well", caught_by=begins_with_the_golden_cuts)
def tries_the_ends(loss, low, high, trials):
    loss(low), loss(high)
    return golden_section(loss, low, high, trials)


@exercise.mistake("returns the rate with the higher loss", caught_by=returns_the_better_of_two)
def returns_the_worse(loss, low, high, trials):
    lrs = {}
    golden_section(lambda lr: lrs.setdefault(lr, loss(lr)), low, high, trials)
    return max(lrs, key=lrs.get)


@exercise.mistake(
    "returns the middle of the bracket, which was never tried", caught_by=returns_the_better_of_two
)
def returns_the_middle(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lrs = {}
    golden_section(lambda lr: lrs.setdefault(lr, loss(lr)), low, high, trials)
    for _ in range(trials - 1):
        lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        a, b = (min(lrs, key=lambda lr, x=x: abs(np.log(lr) - x)) for x in (lower, upper))
        left, right = (left, upper) if lrs[a] <= lrs[b] else (lower, right)
    return np.exp((left + right) / 2)


@exercise.mistake("returns the logarithm of the rate", caught_by=returns_the_better_of_two)
def returns_the_logarithm(loss, low, high, trials):
    return np.log(golden_section(loss, low, high, trials))


@exercise.mistake(
    "evaluates both points anew after each cut, though one of them is known",
    caught_by=spends_one_trial_a_cut,
)
def evaluates_both_anew(loss, low, high, trials):
    return both_anew(loss, low, high, trials - 1)


@exercise.mistake(
    "evaluates both points anew after each cut, and makes as many cuts as there are trials",
    caught_by=spends_one_trial_a_cut,
)
def evaluates_both_for_each_trial(loss, low, high, trials):
    return both_anew(loss, low, high, trials)


def both_anew(loss, low, high, cuts):
    """Cut ``cuts`` times and try two rates for each."""
    left, right = np.log(low), np.log(high)
    for _ in range(cuts):
        lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
        better = lower if at_lower <= at_upper else upper
        left, right = (left, upper) if at_lower <= at_upper else (lower, right)
    return np.exp(better)


@exercise.mistake(
    "evaluates both points anew after each cut, as many cuts as trials, and returns the middle",
    caught_by=spends_one_trial_a_cut,
)
def evaluates_both_and_returns_the_middle(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    for _ in range(trials):
        lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
        lower_wins = loss(np.exp(lower)) <= loss(np.exp(upper))
        left, right = (left, upper) if lower_wins else (lower, right)
    return np.exp((left + right) / 2)


@exercise.mistake(
    "calls the loss once more at the end, to see which is better", caught_by=spends_one_trial_a_cut
)
def looks_once_more(loss, low, high, trials):
    best = golden_section(loss, low, high, trials)
    loss(best)
    return best


@exercise.mistake(
    "makes a new cut for each trial and does not count the first two",
    caught_by=spends_one_trial_a_cut,
)
def forgets_the_first_two(loss, low, high, trials):
    return golden_section(loss, low, high, trials + 2)


@exercise.mistake(
    "throws away the better side (or did the two cuts change their names?)",
    caught_by=goes_to_the_better_side,
)
def throws_the_better_side_away(loss, low, high, trials):
    lrs = {}

    def upside_down(lr):
        lrs[lr] = loss(lr)
        return -lrs[lr]

    golden_section(upside_down, low, high, trials)
    return min(lrs, key=lrs.get)


@exercise.mistake(
    "moves the end to the better of the two rates, so that none is left inside",
    caught_by=goes_to_the_better_side,
)
def cuts_off_too_much(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if at_lower <= at_upper:
            right, upper, at_upper = lower, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
        else:
            left, lower, at_lower = upper, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
    return np.exp(lower if at_lower <= at_upper else upper)


@exercise.mistake(
    "moves the rates but leaves their losses where they were", caught_by=closes_in_on_the_bottom
)
def leaves_the_losses_behind(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if at_lower <= at_upper:
            right, upper = upper, lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
        else:
            left, lower = lower, upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
    return np.exp(lower if at_lower <= at_upper else upper)


def in_order(loss, low, high, trials):
    """Search rightly; return the rates in the order in which they were tried, and the best."""
    rates = []
    best = golden_section(lambda lr: (rates.append(lr), loss(lr))[1], low, high, trials)
    return rates, best


@exercise.mistake(
    "returns the rate that was tried last, which need not be the best",
    caught_by=returns_the_best_tried,
)
def returns_the_last(loss, low, high, trials):
    rates, best = in_order(loss, low, high, trials)
    return best if trials == 2 else rates[-1]


@exercise.mistake(
    "returns the rate that was tried last, also of two", caught_by=returns_the_better_of_two
)
def returns_the_last_of_two(loss, low, high, trials):
    return in_order(loss, low, high, trials)[0][-1]


@exercise.mistake(
    "returns the rate that was tried last, and of two the lower",
    caught_by=returns_the_better_of_two,
)
def returns_the_lower_or_the_last(loss, low, high, trials):
    rates, _ = in_order(loss, low, high, trials)
    return min(rates) if trials == 2 else rates[-1]


@exercise.mistake(
    "returns the middle of the bracket as it was before the last trial shortened it",
    caught_by=returns_the_better_of_two,
)
def returns_the_middle_before_the_cut(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    golden_section(loss, low, high, trials)
    return np.exp((left + right) / 2)


@exercise.mistake(
    "compares with nan: nothing is lower than nan and nothing is higher, so it walks towards it",
    caught_by=flees_from_nan,
)
def compares_with_nan(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if at_lower <= at_upper:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
        else:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
    return np.exp(lower if at_lower <= at_upper else upper)


@exercise.mistake(
    "keeps a lower rate whose loss is nan: no number is lower than nan, so it seems the better",
    caught_by=flees_from_nan,
)
def keeps_a_nan_below(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if at_upper < at_lower:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
        else:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
    return np.exp(upper if at_upper < at_lower else lower)


@exercise.mistake(
    "puts 0 for a loss that is not a number, as nan_to_num does unless told otherwise",
    caught_by=flees_from_nan,
)
def counts_nan_as_zero(loss, low, high, trials):
    return golden_section(lambda lr: np.nan_to_num(loss(lr)), low, high, trials)


def all_trials(loss, low, high, trials):
    """Return `(loss, rate)` of every trial, and search rightly."""
    pairs = []

    def ask(lr):
        pairs.append((loss(lr), lr))
        return pairs[-1][0]

    golden_section(ask, low, high, trials)
    return pairs


@exercise.mistake(
    "compares with nan on the way, walks towards it, and takes the lowest of all trials at the end",
    caught_by=flees_from_nan,
)
def compares_with_nan_and_takes_the_lowest(loss, low, high, trials):
    known = {}
    compares_with_nan(lambda lr: known.setdefault(lr, loss(lr)), low, high, trials)
    return min(known, key=known.get)


@exercise.mistake(
    "goes down where the lower loss is nan, because nan is not above anything",
    caught_by=flees_from_nan,
)
def goes_down_to_nan(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if at_lower > at_upper:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
        else:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
    return np.exp(lower if at_lower < at_upper else upper)


@exercise.mistake(
    "takes min of all trials: every comparison with nan is False, so min returned a nan trial",
    caught_by=flees_from_nan,
)
def takes_the_lowest_pair(loss, low, high, trials):
    return min(all_trials(loss, low, high, trials))[1]


@exercise.mistake(
    "takes min of the losses: every comparison with nan is False, so min kept the nan it met first",
    caught_by=flees_from_nan,
)
def takes_the_lowest_loss(loss, low, high, trials):
    return min(all_trials(loss, low, high, trials), key=lambda pair: pair[0])[1]


@exercise.mistake(
    "takes a tie for a reason to go up: with two equal losses drop the higher end, so <= and not <",
    caught_by=breaks_ties_downwards,
)
def breaks_ties_upwards(loss, low, high, trials):
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = loss(np.exp(lower)), loss(np.exp(upper))
    for _ in range(trials - 2):
        if not at_upper <= at_lower:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = loss(np.exp(lower))
        else:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = loss(np.exp(upper))
    return np.exp(lower if at_lower < at_upper else upper)
