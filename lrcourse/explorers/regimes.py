"""Explorer: the cliff at two over the curvature, and the regimes below and above it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.colours import HAPPENED, LIMIT, THEORY
from lrcourse.explorers.canvas import Frames, Goal, Mark, panels, rate_slider, step_slider
from lrcourse.explorers.descents import every_step
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.regimes import BLOWS_UP, SWINGS
from lrcourse.training import train

FRACTIONS = np.unique(np.round(np.r_[0.02, 0.05:0.9:0.05, 0.9:1.1:0.01, 1.1, 1.15, 1.2], 2))
"""Rates, as parts of the largest stable one: finest near it."""
STEPS = np.r_[0:21, 25, 30, 40, 50, 75, 100, 150, 200, 300]


class Positions(NamedTuple):
    """Descents on a bowl of curvatures ``h`` at every rate."""

    h: Array
    rates: Array
    w: Array
    """``[rates, steps + 1, curvatures]``, every step of them."""
    loss: Array
    """As a part of the first, at ``STEPS``, ``[rates, STEPS]``."""


def positions(h: Array) -> Positions:
    """Descend from 1 in every direction."""
    rates, bowl, start = FRACTIONS * (2 / h[-1]), quadratic(h), np.ones(len(h))
    run = train(bowl, start, gd, rates, STEPS[-1], record=1, blowup=np.inf)
    w = every_step(run, STEPS[-1])
    return Positions(h, rates, w, bowl.loss(w[:, STEPS]) / bowl.loss(start))


def background(at: Positions, figure):
    """Draw the bowl from above, and room for a bar for each direction."""
    left, right = panels(figure, 1, 1.1)
    h = at.h
    _contours(left, h[[0, -1]])
    left.set(xlabel=f"w along the flattest direction, h = {h[0]:g}", title="The path")
    left.set(ylabel=f"w along the steepest, h = {h[-1]:g}")
    right.set(yscale="log", ylim=(1e-9, 1e9), xlim=(-0.6, len(h) + 0.4))
    right.set(title="One direction breaks the rest", xlabel="curvature h")
    right.set(ylabel="distance left, 1 at the start")
    right.set_xticks(range(len(h)), [f"{value:g}" for value in h])
    right.axhline(1, color=HAPPENED, lw=1)
    right.text(len(h) + 0.38, 2e8, "grows", color=LIMIT, ha="right")
    right.text(len(h) + 0.38, 2e-9, "shrinks", color=THEORY, ha="right")
    return left, right


def _contours(panel, curvatures):
    reach = np.linspace(-1.4, 1.4, 120)
    loss = quadratic(curvatures).loss(np.stack(np.meshgrid(reach, reach), -1))
    levels = np.geomspace(0.02, 1, 8) * loss.max()
    panel.contour(reach, reach, loss, levels, colors="#B5B5B5", linewidths=1)
    panel.plot(0, 0, "+", color=HAPPENED, ms=10)


def marks(at: Positions):
    """The path in the flattest and the steepest direction, and a bar for each."""
    path = at.w[:, np.newaxis, :, 0], at.w[:, np.newaxis, :, -1]
    here = at.w[:, STEPS][..., [0]], at.w[:, STEPS][..., [-1]]
    return (
        Mark(0, *path, HAPPENED, width=1, marker="o", size=5, shown=STEPS[np.newaxis] + 1,
             leaves=True),
        Mark(0, *here, HAPPENED, line="", marker="o", size=9, place="above",
             label=[[f"step {step}" for step in STEPS]]),
        *(bar for i in range(len(at.h)) for bar in _bars(at, i)),
    )  # fmt: skip


def _bars(at, i):
    """The bar of direction ``i`` where it shrinks, the one where it grows, and a line at its end,
    which is there to be seen where neither is."""
    factors = 1 - at.rates * at.h[i]
    grows = (np.abs(factors) > 1)[:, np.newaxis]
    end = np.maximum(np.abs(at.w[:, STEPS, i]), 1e-30)
    label = [[f"×{factor:.2f}"] for factor in factors]
    for colour, drawn in ((THEORY, ~grows), (LIMIT, grows)):
        yield Mark(1, [i, i], np.stack([end**0, end], -1), colour, width=26, leaves=True,
                   shown=np.where(drawn, 2, 0))  # fmt: skip
    yield Mark(1, [i - 0.3, i + 0.3], end[..., np.newaxis] + np.zeros(2), HAPPENED, width=3)
    yield Mark(1, [i], np.clip(end, 1, 1e8)[..., np.newaxis], HAPPENED, line="", label=label,
               place="above")  # fmt: skip


def words(at: Positions):
    """Say whether the run arrives, and by what the slowest direction is multiplied."""
    texts = np.empty(at.loss.shape, dtype=object)
    slowest = np.abs(1 - at.rates[:, np.newaxis] * at.h).max(axis=1)
    for (i, k), left in np.ndenumerate(at.loss):
        part = FRACTIONS[i]
        verdict = "converges" if part < 1 else f"{SWINGS} for ever" if part == 1 else BLOWS_UP
        which = "slowest" if part < 1 else "steepest"
        texts[i, k] = (
            f"Learning rate {at.rates[i]:.3g}, that is {part:.2f} × 2/L: {verdict}, because the "
            f"{which} direction is multiplied by {slowest[i]:.3f} at each step. After {STEPS[k]} "
            f"steps the loss is {left:.2g} times the first."
        )
    return texts


def cliff(curvatures: Sequence[float] = (1.0, 2.0, 5.0, 10.0)) -> Frames:
    """Descent on a bowl with several curvatures at once, one bar for each of its directions.

    Sliders for the rate, finest near ``2 / max(curvatures)``, and the step. The left panel looks
    at the flattest and the steepest direction. Raises ValueError for fewer than two curvatures,
    or one that is not above 0.
    """
    h = np.unique(np.ravel(curvatures).astype(float))
    if len(h) < 2 or not h[0] > 0:
        raise BadInput(
            f"curvatures must be two or more different numbers above 0, got {curvatures}"
        )
    at = positions(h)
    labels = [f"{part:.2f} × 2/L" for part in FRACTIONS]
    return Frames(
        size=(7.8, 3.8),
        background=partial(background, at),
        sliders=(rate_slider(at.rates, 1.8 / h[-1], labels), step_slider(STEPS, 10)),
        marks=marks(at),
        texts=words(at),
        description="Left, the path of gradient descent over the contours of a bowl, seen in its "
        "flattest and steepest direction. Right, one bar for each direction: how far the run is "
        "from the minimum there, on a logarithmic axis.",
        goal=Goal("the fastest rate: the loss falls most in 20 steps", _fastest(at)),
    )


def _fastest(at):
    """Where the flattest and the steepest direction shrink alike, or nearly so."""
    slowest = np.abs(1 - at.rates[:, np.newaxis] * at.h).max(axis=1)
    best = slowest <= slowest.min() + 1e-9
    return best[:, np.newaxis] & (STEPS == 20)
