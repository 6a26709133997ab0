"""The explorer of lesson 13: an arrow, multiplied again and again, finds the steepest direction."""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array
from lrcourse.canvas import Frames, Mark, Slider, step_slider
from lrcourse.colours import BLACK, BLUE, GREY, RED

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


def arrow_finds_the_steepest() -> Frames:
    """An arrow of length 1 and what the table makes of it; what is measured along it, step by step.

    Sliders for the curvature of the other direction and for the number of multiplications.
    """
    others, steps = np.array(OTHERS), np.arange(STEPS + 1)
    arrows, measured = turned_arrows(others, STEPS + 1)
    tips, next_tips = arrows[:, :-1], arrows[:, 1:]
    measured = measured[:, :-1]

    def background(figure):
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.35))
        angle = np.linspace(0, 2 * np.pi, 200)
        left.plot(np.cos(angle), np.sin(angle), color="#D0D0D0", lw=1)
        for turn, name in ((0, f"curvature {FIRST:g}"), (np.pi / 2, "the other")):
            x, y = np.cos(TILT + turn), np.sin(TILT + turn)
            left.plot([-1.15 * x, 1.15 * x], [-1.15 * y, 1.15 * y], ":", color=GREY, lw=1.5)
            left.text(1.2 * x, 1.25 * y, name, color="#666666", ha="center", va="bottom")
        left.set(
            xlim=(-1.6, 1.6),
            ylim=(-1.4, 1.5),
            aspect="equal",
            title="the arrow (dashed: the next one)",
        )
        left.set(xlabel="w0", ylabel="w1")
        right.set(xlim=(-0.5, STEPS + 0.5), ylim=(-6.6, 5.2), xlabel="multiplications")
        right.set(ylabel="curvature along the arrow", title="what is measured")
        right.axhline(FIRST, color=GREY, ls=":", lw=1.5)
        right.text(STEPS + 0.4, FIRST + 0.2, f"{FIRST:g}", color="#666666", ha="right")
        return left, right

    def line(tip):
        return tuple(np.stack([0 * tip[..., i], tip[..., i]], -1) for i in (0, 1))

    other = others[:, np.newaxis, np.newaxis] + np.zeros(2)
    marks = (
        Mark(0, *line(next_tips), RED, line="--", width=2),
        Mark(0, next_tips[..., :1], next_tips[..., 1:], RED, line="", marker="o", size=8),
        Mark(0, *line(tips), BLUE, width=3),
        Mark(0, tips[..., :1], tips[..., 1:], BLACK, line="", marker="D", size=10),
        Mark(1, np.array([-0.5, STEPS + 0.5]), other, GREY, line=":", width=1.5),
        Mark(1, steps, measured[:, np.newaxis], BLUE, marker="o", size=6,
             shown=steps[np.newaxis] + 1),
        Mark(1, np.broadcast_to(steps[:, np.newaxis], (*measured.shape, 1)),
             measured[..., np.newaxis], BLACK, line="", marker="D", size=10),
    )  # fmt: skip
    labels = [f"{value:g}".replace("-", "−") for value in others]
    return Frames(
        size=(7.8, 3.7),
        background=background,
        sliders=(
            Slider("other", "the other", others, labels, OTHERS.index(2.0)),
            step_slider(steps, 2)._replace(title="multiplications"),
        ),
        marks=marks,
        texts=_texts(others, tips, measured),
        description="Left, an arrow of length 1 and, dashed, the next one; two dotted lines are "
        "the directions of the two curvatures. Right, the curvature measured along each arrow.",
    )


def _texts(others, tips, measured):
    texts = np.empty(measured.shape, dtype=object)
    along = tips @ [np.cos(TILT), np.sin(TILT)]
    for (i, k), value in np.ndenumerate(measured):
        away = np.degrees(np.arccos(min(abs(along[i, k]), 1)))
        way = "settling" if abs(others[i]) < FIRST else "turning round at each step"
        if others[i] == -FIRST:
            way = "going to and fro between two arrows for ever"
        texts[i, k] = (
            f"Curvatures {FIRST:g} and {others[i]:g}. After {k} multiplications the arrow is "
            f"{away:.1f} degrees off the direction of curvature {FIRST:g}, {way}; along it "
            f"{value:.2f} is measured."
        )
    return texts
