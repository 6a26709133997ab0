"""The explorer of lesson 13: an arrow, multiplied again and again, finds the steepest direction."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.colours import GREY, HAPPENED, THEORY
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, handle, panels, step_slider

FIRST = 4.0
"""The curvature along the first eigenvector, which stays."""
OTHERS = (-6.0, -5.0, -4.0, -3.6, -3.0, -2.0, 0.0, 1.0, 2.0, 3.0, 3.6, 3.9)
"""What the curvature along the second may be."""
STEPS = 20
TILT = np.radians(30)
"""The first eigenvector stands so far above the horizontal axis."""
START = np.radians(100)
"""The first arrow, likewise: most of it lies along the second eigenvector."""


def turned_arrows(others: Array, steps: int = STEPS) -> tuple[Array, Array]:
    """Multiply one arrow by tables with the curvatures 4 and each of ``others``.

    Returns the arrows of length 1, ``[others, steps + 1, 2]``, each as it comes out of the
    multiplication, and the curvature along each, ``[others, steps + 1]``.

    >>> arrows, measured = turned_arrows([2.0], steps=6)
    >>> measured[0, [0, 2, 6]].round(2)
    array([2.23, 3.36, 4.  ])
    """
    axes = np.array([[np.cos(TILT), -np.sin(TILT)], [np.sin(TILT), np.cos(TILT)]])
    curvatures = np.stack(np.broadcast_arrays(FIRST, np.asarray(others, float)), -1)
    part = np.array([np.cos(START - TILT), np.sin(START - TILT)])
    growth = curvatures / np.abs(curvatures).max(axis=-1, keepdims=True)
    powers = growth[:, np.newaxis] ** np.arange(steps + 1)[:, np.newaxis]
    parts = part * powers
    parts /= np.linalg.norm(parts, axis=-1, keepdims=True)
    return parts @ axes.T, (parts**2 * curvatures[:, np.newaxis]).sum(-1)


class Positions(NamedTuple):
    """The arrows after each multiplication, the next ones, and what is measured along them."""

    tips: Array
    """``[others, steps + 1, 2]``"""
    next_tips: Array
    measured: Array
    """``[others, steps + 1]``"""


def positions() -> Positions:
    """Multiply the arrow by every table."""
    arrows, measured = turned_arrows(np.array(OTHERS), STEPS + 1)
    return Positions(arrows[:, :-1], arrows[:, 1:], measured[:, :-1])


def background(figure):
    """Draw the circle of arrows with the two directions, and room for what is measured."""
    left, right = panels(figure, 1, 1.35)
    _draw_circle(left)
    left.set(xlim=(-1.6, 1.6), ylim=(-1.4, 1.5), aspect="equal", xlabel="w0", ylabel="w1")
    left.set(title="The arrow turns (dashed: next)")
    right.set(xlim=(-0.5, STEPS + 0.5), ylim=(-6.6, 5.2), xlabel="multiplications")
    right.set(ylabel="curvature along the arrow", title="What is measured along it")
    right.axhline(FIRST, color=THEORY, ls=":", lw=1.5)
    right.text(STEPS + 0.4, FIRST + 0.2, f"{FIRST:g}", color=THEORY, ha="right")
    return left, right


def _draw_circle(panel):
    angle = np.linspace(0, 2 * np.pi, 200)
    panel.plot(np.cos(angle), np.sin(angle), color="#D0D0D0", lw=1)
    for turn in (0, np.pi / 2):
        x, y = np.cos(TILT + turn), np.sin(TILT + turn)
        panel.plot([-1.15 * x, 1.15 * x], [-1.15 * y, 1.15 * y], ":", color=GREY, lw=1.5)


def marks(at: Positions):
    """The arrow and the next one, and the curvatures measured so far."""
    steps, other = np.arange(STEPS + 1), np.array(OTHERS)[:, None, None] + np.zeros(2)
    here = np.broadcast_to(steps[:, None], (*at.measured.shape, 1)), at.measured[..., None]
    return (
        Mark(0, 1.2 * np.cos(TILT), 1.25 * np.sin(TILT), "#666666", line="", place="above",
             label=f"curvature {FIRST:g}"),
        Mark(0, -1.25 * np.sin(TILT), 1.3 * np.cos(TILT), GREY, line="", place="above",
             label=[[f"curvature {value:g}"] for value in OTHERS]),
        Mark(0, *_arrow(at.next_tips), GREY, line="--", width=2),
        Mark(0, *_arrow(at.tips), HAPPENED, width=3),
        handle(0, at.tips[..., :1], at.tips[..., 1:], (1,)),
        Mark(1, np.array([-0.5, STEPS + 0.5]), other, THEORY, line=":", width=1.5),
        Mark(1, steps, at.measured[:, None], HAPPENED, marker="o", size=6, shown=steps[None] + 1),
        Mark(1, *here, HAPPENED, line="", marker="o", size=9, place="above",
             label=[[f"{value:.2f}" for value in row] for row in at.measured]),
    )  # fmt: skip


def _arrow(tip):
    return tuple(np.stack([0 * tip[..., i], tip[..., i]], -1) for i in (0, 1))


def words(at: Positions):
    """Say how far the arrow is off, whether it settles, and what is measured along it."""
    texts = np.empty(at.measured.shape, dtype=object)
    along = np.minimum(np.abs(at.tips @ [np.cos(TILT), np.sin(TILT)]), 1)
    for (i, k), value in np.ndenumerate(at.measured):
        texts[i, k] = (
            f"Curvatures {FIRST:g} and {OTHERS[i]:g}. After {k} multiplications the arrow is "
            f"{np.degrees(np.arccos(along[i, k])):.1f} degrees off the direction of curvature "
            f"{FIRST:g}, {_way(OTHERS[i])}; along it {value:.2f} is measured."
        )
    return texts


def _way(other):
    if other == -FIRST:
        return "going to and fro between two arrows for ever"
    return "settling" if abs(other) < FIRST else "turning round at each step"


def arrow_finds_the_steepest() -> Frames:
    """An arrow of length 1 and what the table makes of it; what is measured along it, step by step.

    Sliders for the curvature of the other direction and for the number of multiplications.
    """
    at, others = positions(), np.array(OTHERS)
    labels = [f"{value:g}" for value in OTHERS]
    return Frames(
        size=(7.8, 3.7),
        background=background,
        sliders=(
            Slider("other", "the other", others, labels, OTHERS.index(2.0)),
            step_slider(range(STEPS + 1), 2)._replace(title="multiplications"),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, an arrow of length 1 and, dashed, the next one; two dotted lines are "
        "the directions of the two curvatures. Right, the curvature measured along each arrow.",
        goal=Goal("let the arrow find a curvature below −4.9", at.measured < -4.9),
        narrow=(4.2, 7.0),
    )
