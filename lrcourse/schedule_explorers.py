"""The explorer of lesson 08: schedules of many shapes on a bowl whose gradients are noisy, where
the loss to expect after each step can be computed, so that no luck is in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import Array, BadInput, Schedule
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREEN, RED
from lrcourse.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    linear_decay,
    polynomial_decay,
    step_decay,
    time_decay,
    warmup_stable_decay,
)

CURVATURES = (1.0, 0.03)
"""A steep direction and a flat one, in which noise makes every gradient wrong by 1 or so."""
START = 10.0
"""How far from the lowest point a run begins, in each direction."""
STEPS = 300
KEPT = 5
"""Of the steps of a run, every fifth is drawn."""


def shapes(steps: int) -> dict[str, Schedule]:
    """Return twelve schedules of peak 1 for a run of ``steps``, from level to steep.

    >>> [f"{name}: {lr(99):.2f}" for name, lr in shapes(100).items() if "line" in name]
    ['level, then a line: 0.05', 'straight line: 0.01']
    """
    return {
        "constant": constant(1.0),
        "level, then a line": warmup_stable_decay(1.0, steps, 0, steps // 5),
        "power 1/2": polynomial_decay(1.0, steps, power=0.5),
        "over time, to 1/2": time_decay(1.0, steps),
        "exponential, to 30 %": exponential_decay(1.0, 0.3 ** (1 / steps)),
        "straight line": linear_decay(1.0, steps),
        "cosine": cosine_decay(1.0, steps),
        "halved five times": step_decay(1.0, -(-steps // 6), 0.5),
        "a tenth, twice": step_decay(1.0, -(-steps // 3), 0.1),
        "power 2": polynomial_decay(1.0, steps),
        "over time, to 1/10": time_decay(1.0, steps / 9),
        "exponential, to 1 %": exponential_decay(1.0, 0.01 ** (1 / steps)),
    }


def expected_loss(
    rates: Array, curvatures: Sequence[float] = CURVATURES, start: float = START, noise: float = 1.0
) -> tuple[Array, Array]:
    """Return what is to be expected of the loss, in two parts, each ``[steps + 1, ...]``.

    ``rates`` is ``[steps, ...]``; a gradient is right but for noise of that standard deviation in
    each direction. The first part is what is left of the start, the second what the noise has
    shaken in; both add up to the loss.

    >>> left, shaken = expected_loss(np.full(1000, 0.1), curvatures=[1.0])
    >>> f"{left[-1]:.4f} {shaken[-1]:.4f}"                  # the floor lr / (2 (2 - lr))
    '0.0000 0.0263'
    """
    rates = np.asarray(rates, float)
    if rates.ndim < 1 or not (rates >= 0).all():
        raise BadInput(f"rates must be [steps, ...], each of them 0 or more, got {rates}")
    parts = np.zeros((2, len(rates) + 1, *rates.shape[1:]))
    for h in curvatures:
        left, shaken = np.full(rates.shape[1:], start**2), np.zeros(rates.shape[1:])
        parts[:, 0] += h / 2 * np.stack([left, shaken])
        for step, lr in enumerate(rates, 1):
            factor = (1 - lr * h) ** 2
            left, shaken = factor * left, factor * shaken + (lr * noise) ** 2
            parts[:, step] += h / 2 * np.stack([left, shaken])
    return parts[0], parts[1]


def schedule_editor() -> Frames:
    """Thirteen shapes of schedule, 28 base rates, and what both make of a run on a noisy bowl.

    Sliders for the shape and the base rate. The loss is the expected one, computed and not
    simulated: what is left of the start, and what the noise has shaken in.
    """
    bases = np.geomspace(0.01, 1.9, 28)
    names, ratios = _ratios()
    travel = ratios.sum(0)[:, np.newaxis] * bases
    left, shaken = expected_loss(ratios[..., np.newaxis] * bases)
    loss = left + shaken
    steps = np.arange(0, STEPS + 1, KEPT)

    def background(figure):
        panels = figure.subplot_mosaic([["shape", "loss"], ["end", "loss"]], width_ratios=(1, 1.2))
        shape, end, course = panels["shape"], panels["end"], panels["loss"]
        shape.set(xlim=(0, STEPS), ylim=(0, 1.15), xlabel="step", ylabel="rate / base rate")
        shape.set_title("the shape")
        for values in loss[-1]:
            end.plot(bases, values, color="#CFCFCF", lw=1)
        end.set(xscale="log", yscale="log", ylim=(2e-2, 60), xlabel="base rate")
        end.set(ylabel="loss at the end", title="this shape at every base rate (grey: others)")
        course.set(yscale="log", xlim=(0, 1.03 * STEPS), ylim=(1e-4, 200), xlabel="step")
        course.set(ylabel="expected loss", title="the run, and what its loss is made of")
        return shape, end, course

    by_run = np.moveaxis(np.stack([left, shaken, loss])[:, steps], 1, -1)
    left_drawn, shaken_drawn, loss_drawn = np.maximum(by_run, 1e-9)
    marks = (
        Mark(0, steps, ratios[np.minimum(steps, STEPS - 1)].T[:, np.newaxis], BLUE, width=2.5),
        Mark(1, bases, loss[-1][:, np.newaxis], BLUE),
        Mark(1, bases[:, np.newaxis], loss[-1][..., np.newaxis], BLACK, line="", marker="D",
             size=9),
        Mark(2, steps, left_drawn, GREEN, line="--"),
        Mark(2, steps, shaken_drawn, RED, line=":", width=2.5),
        Mark(2, steps, loss_drawn, BLUE, width=2.5),
        Mark(2, steps, left_drawn, GREEN, line="", shown=58, label="left of the start"),
        Mark(2, steps, shaken_drawn, RED, line="", shown=22, label="shaken in by noise"),
        Mark(2, steps, loss_drawn, BLUE, line="", shown=4, label="the loss"),
        Mark(2, [STEPS], loss_drawn[..., -1:], BLACK, line="", marker="D", size=9),
    )  # fmt: skip
    return Frames(
        size=(8.6, 4.8),
        background=background,
        sliders=(
            Slider("shape", "shape", range(len(names)), names, names.index("cosine")),
            rate_slider(bases, 0.3, [f"{lr:.2g}" for lr in bases]),
        ),
        marks=marks,
        texts=_editor_texts(names, bases, travel, left[-1], shaken[-1]),
        description="Top left, the rate by step as a part of the base rate. Bottom left, the loss "
        "at the end against the base rate, the chosen shape in blue over the others in grey. "
        "Right, the expected loss by step on a logarithmic axis, and the two parts it is made of.",
    )


def _ratios():
    """Return the names of the shapes, and their rates as parts of the peak, ``[steps, shapes]``."""
    every = {**shapes(STEPS), "times 0.9 at every step": exponential_decay(1.0, 0.9)}
    return list(every), np.stack([lr(np.arange(STEPS)) for lr in every.values()], axis=-1)


def _editor_texts(names, bases, travel, left, shaken):
    texts = np.empty(travel.shape, dtype=object)
    best = (left + shaken).argmin(-1)
    for (i, k), far in np.ndenumerate(travel):
        texts[i, k] = (
            f"{names[i].capitalize()}, from {bases[k]:.2g}: all {STEPS} rates together travel "
            f"{far:.3g}. Expected loss at the end {left[i, k] + shaken[i, k]:.2g}: "
            f"{left[i, k]:.2g} left of the start, {shaken[i, k]:.2g} shaken in by noise. "
            f"Best base rate here for this shape: {bases[best[i]]:.2g}."
        )
    return texts
