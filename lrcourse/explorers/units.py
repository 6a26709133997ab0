"""Explorer: the same data in three units, and the largest stable rate of each."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.colours import GREEN, YOU
from lrcourse.data import heights, with_bias
from lrcourse.explorers.canvas import Frames, Goal, Mark, handle, rate_slider
from lrcourse.numerals import scientific
from lrcourse.objectives import least_squares
from lrcourse.optimizers import gd
from lrcourse.regimes import BLOWS_UP, CREEPS
from lrcourse.training import train

UNITS = {
    "cm": ("#A66A00", ":", "s"),
    "m": ("#7A5BA6", "--", "o"),
    "standardised": (GREEN, "-", "s"),
}
"""Each unit has a colour, a dash and a marker of its own."""
RATES, STEPS = np.geomspace(1e-5, 1e1, 73), 200
NAMED = (30, 70, 130)
"""Steps at which the curves carry their names: apart, where all three lie on each other."""


class Positions(NamedTuple):
    """What happens in each unit."""

    limits: dict[str, float]
    """The largest stable rate."""
    losses: dict[str, Array]
    """Above the lowest possible one, 1 at the start, ``[rates, steps + 1]``."""
    verdicts: dict[str, Array]
    """One word, ``[rates]``."""


def positions() -> Positions:
    """Fit the line in every unit at every rate."""
    lines = {unit: _line(unit) for unit in UNITS}
    limits = {unit: 2 / line.lipschitz for unit, line in lines.items()}
    losses = {unit: _excess(line) for unit, line in lines.items()}
    return Positions(limits, losses, {u: _verdicts(limits[u], losses[u][:, -1]) for u in UNITS})


def _line(unit):
    people = heights(unit)
    return least_squares(with_bias(people.X), people.y)


def _excess(objective):
    loss = train(objective, np.zeros(2), gd, RATES, STEPS, blowup=np.inf).loss
    best = objective.loss(objective.minimum)
    return np.maximum((loss - best) / (loss[0] - best), 1e-12).T


def _verdicts(limit, end):
    return np.where(limit <= RATES, BLOWS_UP, np.where(end < 1e-4, "converges", CREEPS))


def background(at: Positions, figure):
    """Draw the rates that are stable in each unit, below room for the loss curves."""
    loss, limit = figure.subplots(2, 1, height_ratios=(2, 1))
    loss.set(yscale="log", ylim=(1e-6, 1e3), xlim=(0, STEPS), xlabel="step")
    loss.set(ylabel="loss above best (1 at first)")
    loss.set(title="Same people, three units")
    limit.set(xscale="log", xlim=(8e-6, 13), ylim=(2.6, -0.6), xlabel="learning rate")
    limit.set_yticks(range(3), [f"{unit}: 2/L = {scientific(at.limits[unit])}" for unit in UNITS])
    limit.set_title("Stable rates, and yours")
    for row, (unit, (colour, *_)) in enumerate(UNITS.items()):
        limit.barh(row, at.limits[unit], left=1e-9, height=0.5, color=colour, alpha=0.35)
        limit.get_yticklabels()[row].set_color(colour)
    return loss, limit


def marks(at: Positions):
    """The rate as a line across the units, and in each its loss curve and its verdict."""
    return (
        Mark(1, np.stack([RATES, RATES], -1)[:, None], [-0.6, 2.6], YOU),
        *(mark for row, unit in enumerate(UNITS) for mark in _unit_marks(at, row, unit)),
        handle(1, RATES[:, None, None], -0.45, (0,)),
    )


def _unit_marks(at, row, unit):
    colour, dash, marker = UNITS[unit]
    loss, step = at.losses[unit][:, None], np.arange(STEPS + 1)
    stable = (at.limits[unit] > RATES)[:, None]
    return (
        Mark(0, step, loss, colour, line=dash, width=2.5),
        Mark(0, step[::20], loss[..., ::20], colour, line="", marker=marker),
        Mark(0, step, loss, colour, line="", label=np.where(stable, unit, ""), shown=NAMED[row],
             place="above"),
        Mark(0, STEPS * 0.15, 200 / 5**row, colour, line="", place="right",
             label=np.where(stable, "", f"{unit} {BLOWS_UP} ▲")),
        Mark(1, RATES[:, None, None], row, colour, line="", marker=marker, size=9,
             label=at.verdicts[unit][:, None]),
    )  # fmt: skip


def words(at: Positions):
    """Say what happens in each unit."""
    texts = [
        f"Learning rate {lr:.2g}: "
        + ", ".join(f"{unit} {at.verdicts[unit][i]}" for unit in UNITS)
        + ". (Converges: a ten-thousandth of the first loss is left after 200 steps.)"
        for i, lr in enumerate(RATES)
    ]
    return np.array(texts)[:, np.newaxis]


def three_units() -> Frames:
    """The same straight line through the same people, with heights in three units.

    One slider, the rate, over six decades. The loss is counted from the best possible one, and 1
    at the start.
    """
    at = positions()
    return Frames(
        size=(7.8, 4.8),
        background=partial(background, at),
        sliders=(rate_slider(RATES, 3e-2, [f"{lr:.2g}" for lr in RATES], axis=1),),
        marks=marks(at),
        texts=words(at),
        description="Above, three loss curves, one for each unit of height. Below, the rates that "
        "are stable in each unit, as bars that end at 2/L, and the rate chosen.",
        goal=Goal("the highest rate at which no unit blows up", _highest_stable(at)),
        narrow=(4.2, 6.4),
    )


def _highest_stable(at):
    return (np.flatnonzero(min(at.limits.values()) > RATES)[-1] == np.arange(len(RATES)))[:, None]
