"""Why a rule is worth what it is worth: its way on one hidden problem, and its scores on all."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from lrcourse.base import Array
from lrcourse.budget_rules import TUNED_RATES, Scores, followed
from lrcourse.colours import BLACK, BLUE, GREEN, GREY, LIMIT, ORANGE, SKY, YOU
from lrcourse.curve_names import name_curves
from lrcourse.hidden_valleys import HiddenProblem

OF_RULES = dict(zip(TUNED_RATES, (GREY, BLUE, SKY, ORANGE, GREEN), strict=True))
TOP = 1e5
"""Scores above it stand at the edge of the picture, as triangles."""


def budget_picture(hidden: Sequence[HiddenProblem], scores: Scores) -> None:
    """Draw the problem of your median score, call by call, and beside it all scores ``[problems]``
    of you and of the five rules.

    >>> from lrcourse.budget_rules import tried_on
    >>> from lrcourse.hidden_valleys import hidden_problems
    >>> few = hidden_problems(np.random.default_rng(0), 3)
    >>> budget_picture(few, tried_on(lambda problem, budget, rng: problem.start, few))
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    middle = int(np.argsort(scores.yours)[len(scores.yours) // 2])
    _ways(left, hidden[middle], scores.yours[middle])
    _all_scores(right, {"you": scores.yours, **scores.baselines})


def _ways(ax, hidden: HiddenProblem, end: float) -> None:
    """Draw the true loss where each call was made, and a diamond for what you returned."""
    with np.errstate(all="ignore"):
        above = hidden.valley.above(np.array([*followed(hidden.valley)]))
    for place, (name, colour) in enumerate(OF_RULES.items()):
        ax.plot(_shown(above[:, place]), color=colour, lw=1, label=name)
    if hidden.asked:
        with np.errstate(all="ignore"):
            ax.plot(_shown(hidden.valley.above(np.array(hidden.asked))), color=BLACK, lw=1)
    ax.plot(hidden.budget, np.clip(end, None, TOP), "D", color=YOU, clip_on=False, zorder=5)
    ax.axhline(1, color=LIMIT, ls=":", lw=1)
    ax.set(yscale="log", xlabel="call", ylabel="true loss above the minimum", ylim=(0.1, 1.3 * TOP))
    ax.set_title("where you asked (black) and ended (pink)")
    name_curves(ax)


def _shown(above: Array) -> Array:
    return np.where(np.isfinite(above), np.minimum(above, 2 * TOP), 2 * TOP)


def _all_scores(ax, scores: dict[str, Array]) -> None:
    """Draw a row of dots for each rule, with a bar at its median."""
    for row, (name, found) in enumerate(reversed(scores.items())):
        colour = OF_RULES.get(name, YOU)
        out = found > TOP
        ax.plot(found[~out], np.full((~out).sum(), row), "o", color=colour, ms=4, alpha=0.6)
        ax.plot(np.full(out.sum(), TOP), np.full(out.sum(), row), ">", color=LIMIT, ms=5)
        middle = min(np.median(found), TOP)
        ax.plot([middle, middle], [row - 0.35, row + 0.35], color=BLACK, lw=2)
    ax.axvline(1, color=LIMIT, ls=":", lw=1)
    ax.set(xscale="log", xlabel="score (1: the best average of all draws)", xlim=(0.1, 1.5 * TOP))
    ax.set_yticks(range(len(scores)), list(reversed(scores)))
    ax.set_title("all hidden problems; bar: the median")
