"""The explorer of lesson 05: many walkers on one noisy bowl, and the cloud that they become."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.colours import HAPPENED, LOSS, ORANGE, THEORY
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, handle, panels, rate_slider
from lrcourse.noise import noise_floor
from lrcourse.objectives import quadratic

CURVATURES = np.array([1.0, 4.0])
"""Along the valley and across it: the largest stable rate is 2/4."""
START = np.array([-1.7, 0.9])
WALKERS, STEPS = 150, 300
EVERY, LATE = 3, 33
"""Losses are kept at every third step; a cloud has settled in the last so many of them."""
TRAIL = 10
"""So many of one walker's last steps are drawn."""
NAMES = {
    "one walker, left its last steps": "#A66A00",
    "mean of all": LOSS,
    "floor (formula), dashed": THEORY,
}
"""What the losses are called, from above, and their colours."""
RATES = np.array([0.03, 0.05, 0.07, 0.1, 0.14, 0.19, 0.25, 0.3, 0.35, 0.4, 0.43, 0.45, 0.47])
BATCHES = np.array([1, 2, 4, 8, 16, 32, 64])


class Positions(NamedTuple):
    """Where the walkers went, and what the formula says."""

    ends: Array
    """``[rates, batches, walkers, 2]``"""
    trail: Array
    """The last steps of the first, ``[rates, batches, TRAIL, 2]``."""
    losses: Array
    """``[rates, batches, kept, walkers]``"""
    variances: Array
    """Of the cloud in both directions, by the formula, ``[rates, batches, 2]``."""

    @property
    def floors(self) -> Array:
        """The loss at which the formula has it settle, ``[rates, batches]``."""
        return self.variances @ CURVATURES / 2


def positions() -> Positions:
    """Walk at every rate and batch size, by the same draws."""
    variances = [noise_floor(RATES[:, None], 1 / BATCHES, curvature) for curvature in CURVATURES]
    return Positions(*_walk(), np.stack(variances, axis=-1))


def _walk():
    rng = np.random.default_rng(5)
    w = np.broadcast_to(START, (len(RATES), len(BATCHES), WALKERS, 2))
    lr, spread = RATES[:, None, None, None], 1 / np.sqrt(BATCHES)[:, None, None]
    trail, losses = [], []
    for step in range(STEPS + 1):
        if step % EVERY == 0:
            losses.append((CURVATURES / 2 * w**2).sum(axis=-1))
        if step > STEPS - TRAIL:
            trail.append(w[..., 0, :])
        if step < STEPS:
            w = w - lr * (CURVATURES * w + spread * rng.normal(size=(WALKERS, 2)))
    return w, np.stack(trail, axis=2), np.stack(losses, axis=2)


def background(figure):
    """Draw the valley from above, and room for the losses."""
    left, right = panels(figure, 1.1, 1)
    reach = np.linspace(-2.1, 2.1, 120)
    loss = quadratic(CURVATURES).loss(np.stack(np.meshgrid(reach, reach), -1))
    levels = np.geomspace(0.03, 1, 8) * loss.max()
    left.contour(reach, reach, loss, levels, colors="#C8C8C8", linewidths=1)
    left.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), title=f"{WALKERS} walkers become a cloud")
    left.set(xlabel="along the valley, curvature 1", ylabel="across it, curvature 4")
    left.plot(*START, "s", color=HAPPENED, ms=6)
    left.text(START[0], START[1] + 0.15, "start", ha="center")
    right.set(yscale="log", xlim=(0, STEPS), ylim=(1e-4, 10), xlabel="step", ylabel="loss")
    right.set(title="Down to the floor and no further")
    return left, right


def marks(at: Positions):
    """The cloud, one walker's last steps, the formula's ellipse, and three losses by step."""
    angle, step = np.linspace(0, 2 * np.pi, 61), EVERY * np.arange(at.losses.shape[2])
    x, y = np.moveaxis(2 * np.sqrt(at.variances), -1, 0)[..., np.newaxis]
    return (
        Mark(0, at.ends[..., 0], at.ends[..., 1], HAPPENED, line="", marker="o", size=5),
        Mark(0, at.trail[..., 0], at.trail[..., 1], ORANGE, width=1.5),
        Mark(0, x * np.cos(angle), y * np.sin(angle), THEORY, line="--", width=2.5),
        Mark(1, step, at.losses[..., 0], ORANGE, width=1),
        Mark(1, step, at.losses.mean(axis=-1), LOSS, width=2.5),
        Mark(1, [0, STEPS], at.floors[..., np.newaxis], THEORY, line="--", width=2.5),
        *_names(at),
        handle(0, x, 0 * y, (0,)),
    )


def _names(at):
    """Name the three losses on the side of the floor where there is room, above it or below."""
    for row, (name, colour) in enumerate(NAMES.items()):
        height = np.where(at.floors < 0.12, 4, 1e-3) / 2.2**row
        yield Mark(1, STEPS - 8, height[..., np.newaxis], colour, line="", label=name, place="left")


def words(at: Positions):
    """Say where the loss settles, and how far the cloud reaches."""
    settled = at.losses.mean(axis=-1)[..., -LATE:].mean(axis=-1)
    texts = np.empty(settled.shape, dtype=object)
    for (i, k), loss in np.ndenumerate(settled):
        along, across = np.sqrt(at.variances[i, k])
        texts[i, k] = (
            f"Learning rate {RATES[i]:.2f}, batch size {BATCHES[k]}: the mean loss settles at "
            f"{loss:.2g}; the formula says {at.floors[i, k]:.2g}. Typical distance along the "
            f"valley {along:.2g}, across it {across:.2g}."
        )
    return texts


def noise_cloud() -> Frames:
    """Walkers on a bowl of curvatures 1 and 4, each with mini-batches of its own.

    Sliders for the rate and the batch size. An example's gradient is off by a normal number of
    standard deviation 1 in each direction, a mini-batch's by that over the root of its size. All
    positions share their draws: what moves the cloud is the slider and not the luck.
    """
    at = positions()
    return Frames(
        size=(7.8, 4.1),
        background=background,
        sliders=(
            rate_slider(RATES, 0.1, [f"{lr:.2f}" for lr in RATES]),
            Slider("batch", "batch size", BATCHES, [str(batch) for batch in BATCHES], 0),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, a valley from above with 150 walkers in it, the last steps of one of "
        "them, and the ellipse that the formula draws around the cloud. Right, the loss of that "
        "walker, the mean loss of all, and the floor of the formula, by step.",
        goal=Goal("a floor below 0.01 at a rate of 0.2 or more", _low_and_fast(at)),
        narrow=(4.2, 7.0),
    )


def _low_and_fast(at):
    return (at.floors < 0.01) & (RATES[:, None] >= 0.2)
