"""The explorer of lesson 09: cycles of the rate, the loss below, and who leaves a sharp valley."""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREY, PINK, RED
from lrcourse.cycles import cosine_restarts
from lrcourse.objectives import double_well
from lrcourse.schedules import constant, join

STEPS, WALKS = 2000, 40
PEAKS = np.round(np.arange(0.010, 0.0301, 0.001), 3)
CYCLES = (25, 50, 100, 200, 500, 1000)
"""Steps from one restart to the next."""
QUIET, QUIET_LR = 250, 0.005
"""So many steps at a low rate come first, so that the rise is a restart and no start."""
NOISE = 0.5
"""Standard deviation of what a mini-batch adds to the slope."""
EVERY = 5
"""Steps between two points of a drawn curve."""


def noisy_walks(rates: Array, walks: int = WALKS, noise: float = NOISE, seed: int = 0) -> Array:
    """Walk from the bottom of the sharp valley of ``double_well`` with noise in every slope.

    ``rates`` is ``[steps, runs]``. All runs meet the same noise, so what differs is the rate.
    Returns where each walk stands before each step and at the end, ``[steps + 1, runs, walks]``.

    >>> ends = noisy_walks(np.full((1000, 2), [0.019, 0.021]))[-1]
    >>> (ends > 0).mean(axis=1)                              # who ended in the wide valley
    array([0., 1.])
    """
    if np.ndim(rates) != 2:
        raise BadInput(f"rates must be [steps, runs], got shape {np.shape(rates)}")
    well, rng = double_well(), np.random.default_rng(seed)
    w = np.full((len(rates) + 1, np.shape(rates)[1], walks), well.minimum[0, 0])
    for step, lr in enumerate(rates):
        slope = well.grad(w[step][..., np.newaxis])[..., 0] + noise * rng.normal(size=walks)
        w[step + 1] = w[step] - lr[:, np.newaxis] * slope
    return w


def cycles_above_the_loss() -> Frames:
    """Forty noisy walks in the double well while the rate restarts again and again.

    Sliders for the peak of a cycle and for its length. Above is the rate, below the loss of one
    of the walks; on the right stand all forty after 2000 steps.
    """
    well, steps = double_well(), np.arange(STEPS)
    limit = 2 / well.curvatures[0, 0]
    schedules = [
        join([constant(np.full(PEAKS.shape, QUIET_LR)), cosine_restarts(PEAKS, n)], [QUIET])
        for n in CYCLES
    ]
    rates = np.stack([schedule(steps[:, np.newaxis]) for schedule in schedules], axis=-1)
    w = noisy_walks(rates.reshape(STEPS, -1)).reshape(STEPS + 1, *rates.shape[1:], WALKS)
    left = (w[-1] > 0).sum(axis=-1)
    loss = well.loss(np.moveaxis(w[:-1:EVERY, ..., 0], 0, -1)[..., np.newaxis])
    drawn = np.moveaxis(rates[::EVERY], 0, -1)

    def background(figure):
        grid = figure.add_gridspec(2, 2, width_ratios=(1.7, 1))
        rate = figure.add_subplot(grid[0, 0])
        below = figure.add_subplot(grid[1, 0])
        ground = figure.add_subplot(grid[:, 1])
        rate.set(xlim=(0, STEPS), ylim=(0, 0.033), ylabel="rate", title="the rate (dotted: 2/100)")
        rate.axhline(limit, color=GREY, ls=":", lw=1.5)
        below.set(xlim=(0, STEPS), yscale="log", ylim=(1e-6, 20), xlabel="step")
        below.set(ylabel="loss", title="the loss of one walk (log axis)")
        line = np.linspace(-1.6, 2.8, 600)
        ground.plot(line, well.loss(line[:, np.newaxis]), color=GREY)
        ground.set(xlim=(-3.1, 2.8), ylim=(-0.15, 3.2), xlabel="w", ylabel="loss")
        ground.set(title="40 walks at the end")
        ground.text(-1.4, 0.5, "sharp:\ncurvature\n100", color="#666666", ha="right")
        ground.text(1.0, 1.5, "wide:\ncurvature\n1", color="#666666", ha="center")
        return rate, below, ground

    ends = w[-1]
    marks = (
        Mark(0, steps[::EVERY], drawn, BLUE, width=1.5),
        Mark(1, steps[::EVERY], loss, RED, width=1.2),
        Mark(2, ends, well.loss(ends[..., np.newaxis]), PINK, line="", marker="o", size=11),
        Mark(2, ends[..., :1], well.loss(ends[..., :1, np.newaxis]), BLACK, line="", marker="D",
             size=6, label="the one drawn", place="above"),
    )  # fmt: skip
    return Frames(
        size=(8.0, 4.4),
        background=background,
        sliders=(
            rate_slider(PEAKS, 0.02, [f"{lr:.3f}" for lr in PEAKS])._replace(title="peak rate"),
            Slider("cycle", "cycle", CYCLES, [f"{n} steps" for n in CYCLES], 3),
        ),
        marks=marks,
        texts=_texts(left, limit),
        description="Left above, the rate by step: after a quiet beginning, waves that fall from a "
        "peak and restart. Left below, the loss of one walk. Right, two valleys, a sharp deep "
        "one and a wide high one, with the places where forty walks end.",
    )


def _texts(left, limit):
    texts = np.empty(left.shape, dtype=object)
    for (i, k), count in np.ndenumerate(left):
        texts[i, k] = (
            f"Peak {PEAKS[i]:.3f}, {PEAKS[i] / limit:.2f} times 2/100, a restart every {CYCLES[k]} "
            f"steps: {count} of {WALKS} walks have left the sharp valley after {STEPS} steps."
        )
    return texts
