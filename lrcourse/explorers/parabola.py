"""Explorer: one step on a parabola."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Objective
from lrcourse.colours import HAPPENED, LOSS, OTHERS, THEORY
from lrcourse.explorers.canvas import (
    Frames,
    Goal,
    Mark,
    handle,
    panels,
    rate_slider,
    step_names,
    step_slider,
)
from lrcourse.explorers.descents import descents, what_happens
from lrcourse.objectives import parabola
from lrcourse.optimizers import gd_step

START, STEPS = 4.0, 25
FRACTIONS = np.round(np.r_[0.02, np.arange(0.05, 2.31, 0.05)], 2)
"""Rates, as parts of one over the curvature."""


class Positions(NamedTuple):
    """A descent at every rate; ``w``, ``loss`` and ``slope`` are ``[rates, steps + 1]``."""

    valley: Objective
    curvature: float
    rates: Array
    w: Array
    loss: Array
    slope: Array


def positions(curvature: float, gd_step: Callable) -> Positions:
    """Descend on the parabola of that curvature at every rate."""
    valley, rates = parabola(curvature), FRACTIONS / curvature
    w = descents(valley, [START], gd_step, rates, STEPS)
    return Positions(valley, curvature, rates, w[..., 0], valley.loss(w), valley.grad(w)[..., 0])


def background(at: Positions, figure):
    """Draw the parabola, and room for a loss curve."""
    left, right = panels(figure, 1.25, 1)
    line, top = np.linspace(-7, 7, 200), 1.5 * at.loss[0, 0]
    left.plot(line, at.valley.loss(line[:, np.newaxis]), color=OTHERS)
    left.set(xlim=(-7, 7), ylim=(-0.1 * top, top), xlabel="w", ylabel="loss")
    left.set(title="A step goes rate × slope along w")
    right.set(xlim=(-0.5, STEPS + 0.5), ylim=(-0.1 * top, top), xlabel="step", ylabel="loss")
    right.set(title="What the loss makes of it")
    return left, right


def marks(at: Positions):
    """The points so far, the slope here, the next step along w, and the losses."""
    count = np.arange(STEPS + 1)
    path, so_far = (at.w[:, np.newaxis], at.loss[:, np.newaxis]), count[np.newaxis] + 1
    here = at.w[..., np.newaxis], at.loss[..., np.newaxis]
    return (
        Mark(0, *_tangent(at), OTHERS, line="--"),
        Mark(0, *path, HAPPENED, width=1.5, marker="o", size=6, shown=so_far, leaves=True),
        *_arrow(at),
        Mark(0, *here, HAPPENED, line="", marker="o", size=9, label=step_names(count),
             place="above"),
        handle(0, at.w[:, np.newaxis, 1:2], at.loss[:, np.newaxis, 1:2], (0,), "step 1 lands"),
        Mark(1, count, path[1], LOSS, marker="o", size=6, shown=so_far, leaves=True),
    )  # fmt: skip


def _tangent(at):
    reach = 3 / np.hypot(1, at.slope / at.curvature)
    w = np.stack([at.w - reach, at.w + reach], -1)
    rise = at.slope[..., np.newaxis] * (w - at.w[..., np.newaxis])
    return w, at.loss[..., np.newaxis] + rise


def _arrow(at):
    """The next step, rate times slope, level with the point it starts from, and its head."""
    goes = -at.rates[:, np.newaxis] * at.slope
    ends, height = np.stack([at.w, at.w + goes], -1), at.loss[..., np.newaxis]
    label = np.array([[f"{step:.3g}" for step in row] for row in goes])
    yield Mark(0, ends, height + np.zeros(2), THEORY, width=4)
    for marker, way in ((">", goes > 0), ("<", goes < 0)):
        yield Mark(0, ends[..., 1:], height, THEORY, line="", marker=marker, size=13,
                   label=np.where(way, label, ""), place="below",
                   shown=np.where(way, 1, 0))  # fmt: skip


def words(at: Positions):
    """Say where a step stands, and where the next one leads."""
    texts = np.empty(at.w.shape, dtype=object)
    for (i, k), w in np.ndenumerate(at.w):
        lr, slope = at.rates[i], at.slope[i, k]
        texts[i, k] = (
            f"Learning rate {lr:.3g}: {what_happens(at.w[i])}. At step {k}: w = {w:.3g}, "
            f"slope = {slope:.3g}, loss = {at.loss[i, k]:.3g}, so the next step is "
            f"−lr × slope = {-lr * slope + 0.0:.3g}."
        )
    return texts


def step_on_the_parabola(curvature: float = 1.0, gd_step: Callable = gd_step) -> Frames:
    """Steps on ``curvature * w**2 / 2``, with the slope that each follows, and the loss by step.

    Sliders for the rate and the step; ``gd_step(w, grad, lr)`` takes the steps. Raises ValueError
    unless ``curvature`` is above 0.
    """
    if not curvature > 0:
        raise BadInput(f"curvature must be above 0, got {curvature}")
    at = positions(curvature, gd_step)
    return Frames(
        size=(7.8, 3.6),
        background=partial(background, at),
        sliders=(rate_slider(at.rates, 0.3 / curvature), step_slider(range(STEPS + 1), 3)),
        marks=marks(at),
        texts=words(at),
        description="Left, a parabola with the points that gradient descent visits, the tangent at "
        "the last one, and an arrow along w as long as rate times slope. Right, the loss after "
        "each step.",
        goal=Goal("reach the bottom in one step", _in_one_step(at)),
    )


def _in_one_step(at):
    return (np.abs(at.w[:, 1:2]) < 1e-9 * START) & (np.arange(STEPS + 1) == 1)
