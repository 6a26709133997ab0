"""The explorer of lesson 05: many walkers on one noisy bowl, and the cloud that they become."""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREEN, RED
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
RATES = np.array([0.03, 0.05, 0.07, 0.1, 0.14, 0.19, 0.25, 0.3, 0.35, 0.4, 0.43, 0.45, 0.47])
BATCHES = np.array([1, 2, 4, 8, 16, 32, 64])


def noise_cloud() -> Frames:
    """Walkers on a bowl of curvatures 1 and 4, each with mini-batches of its own.

    Sliders for the rate and the batch size. An example's gradient is off by a normal number of
    standard deviation 1 in each direction, a mini-batch's by that over the root of its size. All
    positions share their draws: what moves the cloud is the slider and not the luck.
    """
    ends, trail, losses = _walk()
    variances = np.stack(
        [noise_floor(RATES[:, None], 1 / BATCHES, curvature) for curvature in CURVATURES], axis=-1
    )
    floors = variances @ CURVATURES / 2
    settled = losses.mean(axis=-1)[..., -LATE:].mean(axis=-1)
    angle, step = np.linspace(0, 2 * np.pi, 61), EVERY * np.arange(losses.shape[2])
    x, y = np.moveaxis(2 * np.sqrt(variances), -1, 0)[..., np.newaxis]
    marks = (
        Mark(0, ends[..., 0], ends[..., 1], BLUE, line="", marker="o", size=5),
        Mark(0, trail[..., 0], trail[..., 1], RED, width=1),
        Mark(0, x * np.cos(angle), y * np.sin(angle), GREEN, line="--", width=2.5),
        Mark(1, step, losses[..., 0], RED, width=1),
        Mark(1, step, losses.mean(axis=-1), BLUE, width=2.5),
        Mark(1, [0, STEPS], floors[..., np.newaxis], GREEN, line="--", width=2.5),
    )
    return Frames(
        size=(7.8, 4.1),
        background=_background,
        sliders=(
            rate_slider(RATES, 0.1, [f"{lr:.2f}" for lr in RATES]),
            Slider("batch", "batch size", BATCHES, [str(batch) for batch in BATCHES], 0),
        ),
        marks=marks,
        texts=_texts(settled, floors, variances),
        description="Left, a valley from above with 150 walkers in it, the last steps of one of "
        "them, and the ellipse that the formula draws around the cloud. Right, the loss of that "
        "walker, the mean loss of all, and the floor of the formula, by step.",
    )


def _walk() -> tuple[Array, Array, Array]:
    """Return where the walkers end, ``[rates, batches, walkers, 2]``, the last steps of the first,
    ``[rates, batches, TRAIL, 2]``, and losses, ``[rates, batches, kept, walkers]``."""
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


def _background(figure):
    left, right = figure.subplots(1, 2, width_ratios=(1.1, 1))
    reach = np.linspace(-2.1, 2.1, 120)
    loss = quadratic(CURVATURES).loss(np.stack(np.meshgrid(reach, reach), -1))
    levels = np.geomspace(0.03, 1, 8) * loss.max()
    left.contour(reach, reach, loss, levels, colors="#C8C8C8", linewidths=1)
    left.set(xlim=(-2.1, 2.1), ylim=(-2.1, 2.1), title=f"{WALKERS} walkers after {STEPS} steps")
    left.set(xlabel="along the valley, curvature 1", ylabel="across it, curvature 4")
    left.plot(*START, "s", color=BLACK, ms=6)
    left.text(START[0], START[1] + 0.15, "start", ha="center")
    right.set(yscale="log", xlim=(0, STEPS), ylim=(1e-4, 400), xlabel="step", ylabel="loss")
    right.set(title="down to the floor and no further")
    named = ((180, RED, "one walker"), (60, BLUE, "mean of all"), (20, GREEN, "floor (formula)"))
    for height, colour, text in named:
        right.text(STEPS - 8, height, text, color=colour, ha="right", va="center")
    return left, right


def _texts(settled, floors, variances):
    texts = np.empty(settled.shape, dtype=object)
    for (i, k), loss in np.ndenumerate(settled):
        along, across = np.sqrt(variances[i, k])
        texts[i, k] = (
            f"Learning rate {RATES[i]:.2f}, batch size {BATCHES[k]}: the mean loss settles at "
            f"{loss:.2g}; the formula says {floors[i, k]:.2g}. Typical distance along the valley "
            f"{along:.2g}, across it {across:.2g}."
        )
    return texts
