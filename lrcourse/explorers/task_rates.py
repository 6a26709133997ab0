"""The explorer of lesson 14: four tasks, each written in two ways, and how good each rate is for
them. Its numbers are those of the trial: every curve has been trained."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.colours import GREY, HAPPENED, OTHERS, THEORY, YOU
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
from lrcourse.trial.digits_trained import best_of
from lrcourse.trial.tasks import task_curves

RATES = np.geomspace(1e-3, 300, 34)
LABELS = [f"{lr:.2g}" if lr < 99.5 else f"{lr:.0f}" for lr in RATES]
BIN = (RATES[1] / RATES[0]) ** 0.5
"""By so much the edge of a cell of the map is above its rate."""
NEAR = 3
"""Points below the best that are as good as the best."""
FLOOR = 0
"""Where the diamond lies at a rate that was not tried."""


class Positions(NamedTuple):
    """Every task in both ways of writing, in the order of the article."""

    names: list[str]
    curves: list[tuple[Array, Array]]
    """The rates that were trained, and their scores in per cent."""
    stated: Array
    """The article's rate for the task, ``[writings]``."""
    score: Array
    """In per cent, on a line between rates that were trained; NaN beyond them,
    ``[rates, writings]``."""

    @property
    def best(self) -> Array:
        """The middle of the rates within half a point of the highest score, ``[writings]``."""
        return np.array([best_of(rates, read / 100) for rates, read in self.curves])

    @property
    def behind(self) -> Array:
        """Points below the best of the same writing, ``[rates, writings]``."""
        return np.array([read.max() for _, read in self.curves]) - self.score


def positions() -> Positions:
    """Train every task in both ways of writing, unless the trial has done so already."""
    names, curves, stated = [], [], []
    for task, (lr, written) in task_curves().items():
        names += [f"{task}: {writing}" for writing in written]
        curves += [(rates, 100 * read) for rates, read in written.values()]
        stated += [lr] * len(written)
    score = np.stack([_between(*curve) for curve in curves], axis=1)
    return Positions(names, curves, np.array(stated), score)


def _between(rates, read):
    """Return the scores at ``RATES``, NaN beyond those that were trained."""
    beyond = {"left": np.nan, "right": np.nan}
    return np.interp(np.log(RATES), np.log(rates), read, **beyond)


def background(at: Positions, figure):
    """Draw the map, a row for each writing, and room for the curve of one."""
    chart, curve = panels(figure, 1.25, 1)
    rows = np.arange(len(at.names) + 1) - 0.5
    edges = np.append(RATES / BIN, RATES[-1] * BIN)
    chart.pcolormesh(edges, rows, np.minimum(at.behind.T, 40), cmap="viridis_r")
    chart.plot(at.best, range(len(at.names)), "o", color="white", mec="black", ms=7)
    chart.plot(at.stated, range(len(at.names)), "X", color="white", mec="black", ms=8)
    chart.set(xscale="log", ylim=rows[[-1, 0]], xlabel="learning rate")
    named = (
        at.names if figure.get_figwidth() > NARROW else [each.split(": ")[1] for each in at.names]
    )
    chart.set_yticks(range(len(at.names)), named)
    chart.set(title="○ best, × the article's")
    curve.set(xscale="log", xlim=(7e-4, 420), ylim=(-4, 108), xlabel="learning rate")
    curve.set(ylabel="score (%)", title="One task, two ways to write it")
    return chart, curve


def marks(at: Positions):
    """The cell of the map; the curve of its writing, that of the other, and what is good."""
    rates, read = _padded(at.curves)
    other = np.arange(len(at.names)) ^ 1
    good = np.where(read >= np.nanmax(read, axis=-1, keepdims=True) - NEAR, 104, np.nan)
    rows, heights = np.arange(len(at.names)), np.nan_to_num(at.score, nan=FLOOR)
    return (
        Mark(1, at.stated[None, :, None] * np.ones(2), [0, 100], GREY, line=":"),
        Mark(1, rates[:, other], read[:, other], OTHERS, width=2),
        Mark(1, rates, read, HAPPENED, width=2.5),
        Mark(1, rates, good, THEORY, width=5),
        Mark(1, RATES[:, None, None] * np.ones(2), [0, 100], YOU, width=1),
        handle(1, RATES[:, None, None], heights[..., None], (0,)),
        handle(0, RATES[:, None, None], rows[:, None], (0, 1)),
    )


def _padded(curves):
    """Return rates and scores of all writings, ``[1, writings, points]``, filled up with NaN."""
    padded = np.full((2, 1, len(curves), max(len(rates) for rates, _ in curves)), np.nan)
    for row, curve in enumerate(curves):
        padded[:, 0, row, : len(curve[0])] = curve
    return padded


def words(at: Positions):
    """Say what this rate comes to, and which is best for this way of writing."""
    texts = np.empty(at.score.shape, dtype=object)
    for (i, k), score in np.ndenumerate(at.score):
        here = (
            f"{score:.0f} %, {at.behind[i, k]:.0f} points below the best"
            if np.isfinite(score)
            else "not tried"
        )
        texts[i, k] = (
            f"{at.names[k].capitalize()}. Rate {LABELS[i]}: {here}. Best for this way of "
            f"writing: {at.best[k]:.2g}; the article says {at.stated[k]:g} for the task."
        )
    return texts


def walking_best_rate() -> Frames:
    """Four tasks, each written in two ways: how good each rate is, and where the best one is.

    Sliders for the rate and the way of writing. The curves are those of lesson 14's trial; between
    the rates that were trained there is a line, and beyond them nothing was tried.
    """
    at = positions()
    wanted = at.names.index("language: rare words, length 1")
    goal = (at.behind <= NEAR) & (np.arange(len(at.names)) == wanted)
    return Frames(
        size=(9.6, 4.4),
        background=partial(background, at),
        sliders=(
            rate_slider(RATES, 0.1, LABELS, axis=0),
            Slider("writing", "task", range(len(at.names)), at.names, 0, names=True),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, a map: a row for each task and way of writing, a column for each rate, "
        "bright where its score is near the best of its row, with a circle at the best rate and a "
        "cross at the article's. Right, score against rate for the chosen row and for the other "
        "way of writing the same task, with a blue bar over the rates that are about as good.",
        goal=Goal(f"rare words of length 1: within {NEAR} points of their best", goal),
        kept=(0,),
        narrow=(4.4, 8.0),
    )
