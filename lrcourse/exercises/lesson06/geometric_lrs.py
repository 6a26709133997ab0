"""Where to look. A range test tries rates from far too low to far too high in one run, and every
decade (a factor of ten) should get its share of the steps: as many between 0.001 and 0.01 as
between 1 and 10. So each rate is the same *factor* above the one before. Write the rates down.

**Predict first.** Nine rates from 0.0001 to 1, the same factor from each to the next. Which is the
one in the middle: 0.01, 0.1 or 0.5?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers

exercise = Exercise("geometric_lrs", points=1, minutes=10)


@exercise.solution
def geometric_lrs(low, high, steps):
    """Return `steps` rates from `low` to `high`, each the same factor above the one before.

    low    the first rate, above 0
    high   the last rate, above `low`
    steps  how many rates, 2 or more, `low` and `high` among them

    Return an array [steps].
    """
    # solution: one line
    return low * (high / low) ** (np.arange(steps) / (steps - 1))


exercise.hints = [
    "From low to high is a factor of high / low in all. From the first of five rates to the last, "
    "how many equal factors does that make?",
    "Rate number k, counted from 0, has gone k of steps - 1 parts of the way, and a part of a "
    "factor is a power of it.",
    "Start with `np.arange(steps) / (steps - 1)`: the part of the way, from 0 to 1.",
]
exercise.turned_out = (
    "0.01: it is a factor of 100 above the first and a factor of 100 below the last, the square "
    "root of the first times the last."
)


def rates_of(geometric_lrs, low, high, steps):
    """Return the answer's rates, which must be ``steps`` numbers."""
    rates = numbers(geometric_lrs(low=low, high=high, steps=steps))
    assert rates.shape == (steps,), f"That has shape {rates.shape}, where ({steps},) belongs."
    return rates


@exercise.check("There are as many rates as were asked for.")
def has_as_many_as_asked(geometric_lrs, rng):
    rates_of(geometric_lrs, 0.01, 10.0, int(rng.integers(5, 9)))


@exercise.check("The first rate is low and the last is high.")
def includes_both_ends(geometric_lrs, rng):
    low, high = 0.02, float(rng.integers(3, 9))
    rates = rates_of(geometric_lrs, low, high, 6)
    assert close(rates[[0, -1]], [low, high]), f"The ends should be {low} and {high}."


@exercise.check("From each rate to the next it is the same factor, and not the same difference.")
def rises_by_one_factor(geometric_lrs, rng):
    steps = int(rng.integers(5, 9))
    rates = rates_of(geometric_lrs, 0.001, 3.0, steps)
    factors = rates[1:] / rates[:-1]
    assert close(factors, np.full(steps - 1, factors[0])), (
        f"The first factor is {factors[0]:.3g} and the last {factors[-1]:.3g}."
    )


@exercise.domain(
    corners=[{"steps": 2}, {"steps": 30}, {"low": 1, "high": 1000}, {"low": 1e-9, "high": 1e9}]
)
def allowed(rng):
    low, factor = 10 ** rng.uniform(-4, -2), 10 ** rng.uniform(1, 3)
    return {"low": low, "high": low * factor, "steps": int(rng.integers(4, 9))}


@exercise.picture(xlabel="step", ylabel="rate")
def rates_by_step(geometric_lrs):
    return np.arange(30), np.asarray(geometric_lrs(0.01, 10.0, 30))


@exercise.accepts("a loop")
def multiplies_again_and_again(low, high, steps):
    factor, rates = (high / low) ** (1 / (steps - 1)), [low]
    for _ in range(steps - 1):
        rates.append(rates[-1] * factor)
    return rates


@exercise.accepts("evenly spaced logarithms")
def spaces_the_logarithms(low, high, steps):
    return np.exp(np.linspace(np.log(low), np.log(high), steps))


@exercise.accepts("NumPy's own")
def asks_numpy(low, high, steps):
    return np.geomspace(low, high, steps)


@exercise.mistake(
    "gives one rate more: after as many factors as rates", caught_by=has_as_many_as_asked
)
def gives_one_more(low, high, steps):
    return low * (high / low) ** (np.arange(steps + 1) / steps)


@exercise.mistake(
    "gives one rate less: range and arange end before the end", caught_by=has_as_many_as_asked
)
def gives_one_less(low, high, steps):
    return low * (high / low) ** (np.arange(steps - 1) / (steps - 1))


@exercise.mistake("returns the last rate only, not all of them", caught_by=has_as_many_as_asked)
def returns_the_last(low, high, steps):
    return high


@exercise.mistake(
    "makes as many parts as there are rates, so that the last one is missed: n rates have n - 1 "
    "gaps",
    caught_by=includes_both_ends,
)
def misses_the_end(low, high, steps):
    return low * (high / low) ** (np.arange(steps) / steps)


@exercise.mistake(
    "counts the rates from 1, so that the first is above low", caught_by=includes_both_ends
)
def misses_the_start(low, high, steps):
    return low * (high / low) ** (np.arange(1, steps + 1) / steps)


@exercise.mistake(
    "multiplies by high / low at every step, where that is the whole way",
    caught_by=includes_both_ends,
)
def goes_the_whole_way_each_time(low, high, steps):
    return low * (high / low) ** np.arange(steps)


@exercise.mistake("multiplies by ten at every step", caught_by=includes_both_ends)
def multiplies_by_ten(low, high, steps):
    return low * 10.0 ** np.arange(steps)


@exercise.mistake("counts the powers from 1 to steps", caught_by=includes_both_ends)
def starts_one_factor_late(low, high, steps):
    return low * (high / low) ** (np.arange(1, steps + 1) / (steps - 1))


@exercise.mistake(
    "gives low and high to np.logspace, which wants their exponents", caught_by=includes_both_ends
)
def gives_rates_to_logspace(low, high, steps):
    return np.logspace(low, high, steps)


@exercise.mistake(
    "takes logarithms to base ten and undoes them with exp", caught_by=includes_both_ends
)
def mixes_the_bases(low, high, steps):
    return np.exp(np.linspace(np.log10(low), np.log10(high), steps))


@exercise.mistake("returns the logarithms, not the rates", caught_by=includes_both_ends)
def returns_the_logarithms(low, high, steps):
    return np.linspace(np.log(low), np.log(high), steps)


@exercise.mistake("returns exponents, not rates", caught_by=includes_both_ends)
def returns_the_exponents(low, high, steps):
    return np.linspace(np.log10(low), np.log10(high), steps)


@exercise.mistake("goes from high to low", caught_by=includes_both_ends)
def goes_downwards(low, high, steps):
    return np.geomspace(high, low, steps)


@exercise.mistake(
    "spaces the rates evenly, as linspace does: the low decades get next to nothing",
    caught_by=rises_by_one_factor,
)
def spaces_evenly(low, high, steps):
    return np.linspace(low, high, steps)


@exercise.mistake(
    "lets the rates rise like a square: a power of the step, where a power of the factor belongs",
    caught_by=rises_by_one_factor,
)
def rises_like_a_square(low, high, steps):
    return low + (high - low) * (np.arange(steps) / (steps - 1)) ** 2


@exercise.mistake(
    "divides the whole factor by the number of gaps, where a root belongs",
    caught_by=includes_both_ends,
)
def divides_the_factor(low, high, steps):
    return low * (high / low / (steps - 1)) ** np.arange(steps)


@exercise.mistake(
    "gives natural logarithms to np.logspace, which counts in powers of ten",
    caught_by=includes_both_ends,
)
def gives_natural_logarithms(low, high, steps):
    return np.logspace(np.log(low), np.log(high), steps)


@exercise.mistake(
    "takes powers of the difference and adds them to low", caught_by=includes_both_ends
)
def adds_powers_of_the_difference(low, high, steps):
    return low + (high - low) ** (np.arange(steps) / (steps - 1))
