"""Trials of searches: the accuracy that the rate which looked best still lacks, over many boxes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lrcourse.base import Array
from lrcourse.searching import bayesian, log_grid, random_lrs
from lrcourse.trial.claims import Finding
from lrcourse.trial.digits_trained import accuracy

BOXES, NOISE = 60, 0.5
"""Boxes of five decades that each search looks into, and the luck of one trial in points."""
RATES, CLIFF = tuple(np.geomspace(1e-4, 30, 23)), 5.0
"""Past the cliff a network ends at chance, and by how much hangs on how a processor rounds."""


def regret(choose: Callable, repeat: int, knobs: int = 1) -> float:
    """Return the points of accuracy that the trial which looked best lacks, on average.

    ``choose(low, high, score, rng)`` returns what it tried, ``[trials, knobs]``; a second knob
    hardly matters.
    """
    rng = np.random.default_rng(1000 * repeat)
    curve = 100 * np.where(np.array(RATES) < CLIFF, accuracy(RATES, 300, repeat), 0.1)
    lacks = []
    for _ in range(BOXES):
        low = 10 ** rng.uniform(-4, -3.2)
        box = np.array([low, 1.0])[:knobs], np.array([low * 1e5, 10.0])[:knobs]

        def truth(points):
            return np.interp(np.log(points[..., 0]), np.log(RATES), curve)

        def score(points):
            return truth(points) + NOISE * rng.normal(size=points.shape[:-1])

        tried = choose(*box, score, rng)
        lacks.append(curve.max() - truth(tried)[score(tried).argmax()])
    return float(np.mean(lacks))


def grid(trials: int) -> Callable[..., Array]:
    """Return a search over a log grid of so many trials."""
    return lambda low, high, score, rng: log_grid(low, high, trials).reshape(trials, -1)


def drawn(trials: int) -> Callable[..., Array]:
    """Return a search over rates drawn at random on a log scale."""
    return lambda low, high, score, rng: random_lrs(low, high, trials, rng).reshape(trials, -1)


def drawn_evenly(trials: int) -> Callable[..., Array]:
    """Return a search over rates drawn evenly between the ends of the box."""
    return lambda low, high, score, rng: rng.uniform(low, high, (trials, len(low)))


def guessed(trials: int) -> Callable[..., Array]:
    """Return a search that looks where most improvement is expected."""

    def choose(low, high, score, rng):
        def loss(point):
            return -float(score(np.atleast_1d(point)))

        ends = (low, high) if len(low) > 1 else (low[0], high[0])
        return bayesian(loss, *ends, trials, rng).lrs.reshape(trials, -1)

    return choose


SEARCHES = {"grid": grid, "log draws": drawn, "even draws": drawn_evenly, "guesses": guessed}


def search_table(repeat: int = 0) -> dict[int, Finding]:
    """Four searches with the rate alone and beside a knob that hardly matters."""
    alone = {name: regret(make(5), repeat) for name, make in SEARCHES.items()}
    both = ("grid", "log draws", "guesses")
    beside = {name: regret(SEARCHES[name](9), repeat, knobs=2) for name in both}
    told = [
        ", ".join(f"{name} {lack:.1f}" for name, lack in each.items()) for each in (alone, beside)
    ]
    seen = f"points lacking, the rate alone, 5 trials: {told[0]}; a second knob, 9: {told[1]}"
    decided = {
        74: {
            "a second knob": beside["grid"] > beside["log draws"] + 1,
            "alone": alone["grid"] > alone["log draws"],
        },
        75: {
            "a second knob": beside["log draws"] < beside["grid"] - 1,
            "alone, drawn evenly": alone["even draws"] < alone["grid"],
        },
        76: {
            "a second knob": beside["guesses"] < beside["grid"] - 1,
            "alone": alone["guesses"] < alone["grid"] - 1,
        },
    }
    return {claim: Finding(holds, seen) for claim, holds in decided.items()}
