"""The explorer of lesson 09: cycles of the rate, the loss below, and who leaves a sharp valley."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.colours import HAPPENED, LIMIT, ORANGE, THEORY
from lrcourse.combined_schedules import join
from lrcourse.cycles import cosine_restarts
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, handle, rate_slider
from lrcourse.objectives import double_well
from lrcourse.schedules import constant

STEPS, WALKS = 2000, 40
PEAKS = np.round(np.arange(0.010, 0.0301, 0.001), 3)
CYCLES = (25, 50, 100, 200, 500, 1000)
"""Steps from one restart to the next."""
QUIET, QUIET_LR = 250, 0.005
"""So many steps at a low rate come first, so that the rise is a restart and no start."""
NOISE = 0.5
"""Standard deviation of what a mini-batch adds to the slope."""
EVERY, SPARSE, DRAWN = 5, 15, 16
"""Steps between two points of the drawn rate and of a drawn walk, and how many walks are drawn."""
LIMIT_LR = 2 / double_well().curvatures[0, 0]
RIDGE, WINDOW = -0.785, (-1.6, 2.4)
"""Where one valley ends and the other begins, and the part of the ground that is drawn."""


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


class Positions(NamedTuple):
    """Schedules and walks for every peak and every cycle."""

    rates: Array
    """``[steps, peaks, cycles]``"""
    w: Array
    """``[steps + 1, peaks, cycles, walks]``"""

    @property
    def left(self) -> Array:
        """How many walks have left the sharp valley by each step, ``[steps + 1, ...]``."""
        return (self.w > 0).sum(axis=-1)


def positions() -> Positions:
    """Walk under every schedule, by the same noise."""
    steps = np.arange(STEPS)[:, np.newaxis]
    quiet = constant(np.full(PEAKS.shape, QUIET_LR))
    schedules = [join([quiet, cosine_restarts(PEAKS, n)], [QUIET]) for n in CYCLES]
    rates = np.stack([schedule(steps) for schedule in schedules], axis=-1)
    w = noisy_walks(rates.reshape(STEPS, -1))
    return Positions(rates, w.reshape(STEPS + 1, *rates.shape[1:], WALKS))


def background(figure):
    """Draw the limit, the two valleys as bands, and their ground turned on its side."""
    widths, heights = (4, 1), (1, 2.2)
    rate, walks, ground = _places(figure, widths, heights)
    rate.set(xlim=(0, STEPS), ylim=(0, 0.033), ylabel="rate")
    rate.set(title="Above 2/100 the walks are out")
    rate.axhline(LIMIT_LR, color=LIMIT, lw=1.5)
    walks.set(xlim=(0, STEPS), ylim=WINDOW, xlabel="step", ylabel="where the walks are, w")
    w = np.linspace(*WINDOW, 700)
    ground.plot(double_well().loss(w[:, np.newaxis]), w, color=HAPPENED)
    ground.set(xlim=(0, 3), ylim=WINDOW, xlabel="loss", yticks=[])
    walks.text(30, 2.05, "so many of 40 are out:", color="#7A4E00")
    for panel in (walks, ground):
        panel.axhspan(WINDOW[0], RIDGE, color=THEORY, alpha=0.1, lw=0)
        panel.axhspan(RIDGE, WINDOW[1], color=ORANGE, alpha=0.12, lw=0)
    ground.text(2.9, 0.75, "wide", color="#7A4E00", ha="right")
    ground.text(2.9, -1.45, "sharp", color=THEORY, ha="right")
    return rate, walks, ground


def _places(figure, widths, heights):
    grid = figure.add_gridspec(2, 2, width_ratios=widths, height_ratios=heights)
    return tuple(figure.add_subplot(part) for part in (grid[0, 0], grid[1, 0], grid[1, 1]))


def marks(at: Positions):
    """The rate, red where it is above the limit; the walks, and how many are out."""
    steps, rates = np.arange(0, STEPS, EVERY), np.moveaxis(at.rates[::EVERY], 0, -1)
    above = np.pad(np.maximum(rates, LIMIT_LR), [(0, 0), (0, 0), (1, 1)], constant_values=LIMIT_LR)
    restart = QUIET + np.array(CYCLES)[:, np.newaxis]
    return (
        Mark(0, np.pad(steps, 1, mode="edge"), above, LIMIT, line="", fill=0.8),
        Mark(0, steps, rates, HAPPENED, width=1.5),
        *_walks(at),
        *_counts(at),
        handle(0, QUIET, PEAKS[:, None, None], (0,), "peak")._replace(place="left"),
        handle(0, restart[np.newaxis], PEAKS[:, None, None], (1,), "restart"),
    )


def _walks(at):
    """Some of the walks as one line with gaps: early leavers and late ones."""
    order = (at.w[:, 11, 4] < 0).sum(axis=0).argsort(kind="stable")
    drawn = order[np.linspace(0, WALKS - 1, DRAWN).astype(int)]
    w = np.moveaxis(at.w[:-1:SPARSE][..., drawn], 0, -1)
    gaps = np.pad(w, [(0, 0)] * 3 + [(0, 1)], constant_values=np.nan)
    steps = np.tile(np.append(np.arange(0, STEPS, SPARSE), STEPS), DRAWN)
    yield Mark(1, steps, gaps.reshape(*w.shape[:2], -1), "#8A5A00", width=0.8)


def _counts(at):
    """How many are out after each long cycle, or after the last of many short ones."""
    cycles, row = np.array(CYCLES), np.arange(len(CYCLES))
    for number in range(4):
        begins = np.where(cycles < 500, STEPS - 100, QUIET + number * cycles)
        ends = np.where(cycles < 500, STEPS, np.minimum(begins + cycles, STEPS))
        counts = at.left[ends, :, row].T.astype(str)
        there = (begins < STEPS) & ((cycles >= 500) | (number == 0))
        yield Mark(1, (begins + ends)[np.newaxis, :, np.newaxis] / 2, 1.5, "#7A4E00", line="",
                   label=np.where(there, counts, ""), place="above")  # fmt: skip


def words(at: Positions):
    """Say how many walks have left the sharp valley."""
    texts = np.empty(at.left.shape[1:], dtype=object)
    for (i, k), count in np.ndenumerate(at.left[-1]):
        texts[i, k] = (
            f"Peak {PEAKS[i]:.3f}, {PEAKS[i] / LIMIT_LR:.2f} times 2/100, a restart every "
            f"{CYCLES[k]} steps: {count} of {WALKS} walks have left the sharp valley after {STEPS} "
            "steps."
        )
    return texts


def cycles_above_the_loss() -> Frames:
    """Forty noisy walks in the double well while the rate restarts again and again.

    Sliders for the peak of a cycle and for its length. Above is the rate, below on the same steps
    where the walks are: one sees who leaves the sharp valley at which restart.
    """
    at = positions()
    return Frames(
        size=(8.2, 5.0),
        background=background,
        sliders=(
            rate_slider(PEAKS, 0.02, [f"{lr:.3f}" for lr in PEAKS])._replace(title="peak rate"),
            Slider("cycle", "cycle", CYCLES, [f"{n} steps" for n in CYCLES], 3),
        ),
        marks=marks(at),
        texts=words(at),
        description="Above, the rate by step: after a quiet beginning, waves that fall from a "
        "peak and restart. Below, by the same steps, where sixteen of the walks are: in a sharp "
        "deep valley or in a wide high one. Right, the ground, turned on its side.",
        goal=Goal("free all 40 in one cycle", _in_one_cycle(at)),
        narrow=(4.2, 5.6),
    )


def _in_one_cycle(at):
    ends = np.minimum(QUIET + np.array(CYCLES), STEPS)
    return at.left[ends, :, range(len(CYCLES))].T == WALKS
