"""The explorer of lesson 12: the rate that a rule chooses in a valley, from any first rate."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.colors import LogNorm

from lrcourse.base import Array
from lrcourse.colours import HAPPENED, LIMIT, OTHERS, THEORY, YOU
from lrcourse.controllers import (
    adgd,
    armijo,
    barzilai_borwein,
    d_adaptation,
    dog,
    hypergradient,
    polyak,
    reduce_on_plateau,
    side_by_side,
)
from lrcourse.explorers.canvas import (
    NARROW,
    Frames,
    Goal,
    Mark,
    Slider,
    handle,
    panels,
    rate_slider,
)
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.training import train

CURVATURES = (1.0, 3.0, 10.0, 30.0, 100.0)
BEST = 2 / (CURVATURES[0] + CURVATURES[-1])
"""The best fixed rate."""
START = (2.0,) * 5
STEPS = 200
FIRST = 10.0 ** np.arange(-8, 5)
METHODS = {
    "plateau": lambda lr: reduce_on_plateau(lr, patience=3),
    "line search": armijo,
    "Polyak": lambda lr: polyak(),
    "Barzilai-Borwein": barzilai_borwein,
    "AdGD": adgd,
    "hypergradient": lambda lr: hypergradient(lr, beta=2e-7),
    "DoG": dog,
    "D-Adaptation": d_adaptation,
}
"""Name -> the rule that starts at a first rate (Polyak's has none, the last two take it for their
first distance)."""
LOW, HIGH = 1e-9, 1e6
"""The rates that the picture shows."""
WORDS, YOURS = 0.2, 0.24
"""So far above the middle of its row a cell's number stands, and so far below it the diamond: it
covers no number."""


class Positions(NamedTuple):
    """Every rule from every first rate."""

    lr: Array
    """``[first rates, rules, steps]``, NaN once it has blown up."""
    loss: Array
    """``[first rates, rules, steps + 1]``"""

    @property
    def arrived(self) -> Array:
        """After how many steps the loss is below 1e-8 for good, NaN where it is not."""
        far = ~(self.loss <= 1e-8)
        steps = far.shape[-1] - far[..., ::-1].argmax(axis=-1)
        return np.where(steps < far.shape[-1], steps, np.nan)


def positions() -> Positions:
    """Walk by all of them side by side."""
    start = np.tile(START, (len(FIRST), len(METHODS), 1))
    rules = side_by_side([rule(FIRST) for rule in METHODS.values()])
    run = train(quadratic(CURVATURES), start, gd, rules, STEPS, blowup=1e30)
    lr, loss = np.moveaxis(run.lr, 0, -1), np.moveaxis(run.loss, 0, -1)
    return Positions(np.where(np.isnan(loss[..., :-1]), np.nan, np.clip(lr, LOW, None)), loss)


def background(at: Positions, figure):
    """Draw the table of steps, and the band of good fixed rates."""
    table, rate = panels(figure, 1.2, 1)
    _draw_table(table, at)
    rate.axhspan(BEST / 3, BEST, color=THEORY, alpha=0.25, lw=0)
    rate.set(yscale="log", ylim=(LOW / 3, HIGH), xlim=(-3, STEPS), xlabel="step")
    rate.set(ylabel="rate", title="The rates it chooses")
    rate.text(STEPS - 2, 1e-8, "grey: told other first rates", color="#666666", ha="right")
    return table, rate


def _draw_table(panel, at):
    """Draw a row for each rule: its steps, bright where they are few, and crosses."""
    steps, rows = at.arrived.T, np.arange(len(METHODS) + 1) - 0.5
    edges = np.append(FIRST, 10 * FIRST[-1]) / 10**0.5
    blown, roomy = np.isnan(at.loss[..., -1]).T, panel.figure.get_figwidth() > NARROW
    shown = np.where(blown, np.nan, np.where(np.isnan(steps), 2 * STEPS, steps))
    panel.pcolormesh(edges, rows, shown, cmap="viridis_r", norm=LogNorm(25, 2 * STEPS),
                     edgecolors="white", linewidth=1)  # fmt: skip
    for (row, column), count in np.ndenumerate(steps):
        light = "white" if count > 90 else "black"
        words, colour = ("×", LIMIT) if blown[row, column] else (f"{count:.0f}", light)
        if words != "nan" and (roomy or len(words) < 3):
            panel.text(FIRST[column], row - WORDS, words, color=colour, ha="center", va="center",
                       size=14 if words == "×" else 10)  # fmt: skip
    panel.set(xscale="log", ylim=rows[[-1, 0]], xlabel="first rate it is told")
    panel.set_yticks(range(len(METHODS)), list(METHODS))
    panel.set(xticks=FIRST[::4], title="Steps to arrive\n(dark: not in 200, ×: it blows up)")
    panel.minorticks_off()


def marks(at: Positions):
    """The cell, and what this rule chooses from this first rate and from all others."""
    every = np.pad(at.lr, [(0, 0), (0, 0), (0, 1)], constant_values=np.nan)
    others = np.moveaxis(every, 0, 1).reshape(1, len(METHODS), -1)
    steps = np.arange(STEPS)
    return (
        Mark(1, np.tile(np.arange(STEPS + 1), len(FIRST)), others, OTHERS, width=0.7),
        Mark(1, steps, at.lr, HAPPENED, leaves=True),
        Mark(1, [0.0], at.lr[..., :1], YOU, line="", marker="D", size=11),
        Mark(1, STEPS, BEST / 4, THEORY, line="", place="left", label="good fixed rates"),
        Mark(1, 0.5 * STEPS, 2e5, HAPPENED, line="", place="below", label=_fates(at)),
        handle(0, FIRST[:, None, None], np.arange(len(METHODS))[:, None] + YOURS, (0, 1)),
    )


def _fates(at):
    blown = np.isnan(at.loss[..., -1])
    return [
        [
            f"{name}: blows up" if bad else f"{name}: not there yet" if steps != steps
            else f"{name}: {steps:.0f} steps"
            for name, bad, steps in zip(METHODS, *row, strict=True)
        ]
        for row in zip(blown, at.arrived, strict=True)
    ]  # fmt: skip


def words(at: Positions):
    """Say with which rate a rule begins, and where that leads."""
    texts = np.empty(at.arrived.shape, dtype=object)
    for (i, k), arrived in np.ndenumerate(at.arrived):
        name = list(METHODS)[k]
        after = (
            f"the loss is below 1e-8 for good after {arrived:.0f} steps"
            if np.isfinite(arrived)
            else "it blows up"
            if np.isnan(at.loss[i, k, -1])
            else f"after {STEPS} steps the loss is {at.loss[i, k, -1]:.1g}"
        )
        texts[i, k] = (
            f"{name.capitalize() if name[0].islower() else name}, told {FIRST[i]:.0e}: its first "
            f"rate is {at.lr[i, k, 0]:.2g}; {after}."
        )
    return texts


def chosen_rates() -> Frames:
    """A valley of five curvatures from 1 to 100, walked by eight rules from thirteen first rates.

    Sliders for the first rate and for the rule. Left is a table of the steps that each of them
    takes to arrive; right the rate that the rule chooses at each step, with the band of good fixed
    rates.
    """
    at = positions()
    return Frames(
        size=(9.2, 4.2),
        background=partial(background, at),
        sliders=(
            rate_slider(FIRST, 1e-8, [f"{lr:.0e}" for lr in FIRST], 0)._replace(title="first rate"),
            Slider("method", "rule", range(len(METHODS)), list(METHODS), 1, names=True),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, a table: a row for each rule, a column for each first rate, with the "
        "steps until it has arrived, and a cross where it blows up. Right, the rate that the "
        "chosen rule takes at each step, on a log axis, with the band of good fixed rates.",
        goal=Goal("arrive in fewer than 40 steps", at.arrived < 40),
        kept=(0,),
        narrow=(4.4, 7.6),
    )
