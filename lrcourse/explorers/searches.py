"""An explorer of lesson 07: trials fall on a curve of accuracy against rate, by five searches."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lrcourse import network
from lrcourse.base import Array
from lrcourse.colours import BLUE, GREEN, HAPPENED, OTHERS, PINK, THEORY
from lrcourse.curve_names import name_curves
from lrcourse.data import digits
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, panels
from lrcourse.optimizers import gd
from lrcourse.searching import (
    bayesian,
    gaussian_process,
    golden_section,
    log_grid,
    quasi_random,
    random_lrs,
)
from lrcourse.sweeping import sweep

WIDTHS, STEPS, BATCH = (64, 32, 10), 300, 32
LOW, HIGH, TRIALS = 1e-5, 10**1.5, 16
CLIFF = 6.0
"""Beyond this rate processors that round differently get different accuracies: it counts as
guessing."""
GUESSING = 10.0
METHODS = ("grid", "random", "quasi-random", "golden section", "Gaussian process")
SEED = 1
CLEAR = 1.3
"""A trial lifts the fog up to so many times its rate."""
GRID = np.geomspace(LOW, HIGH, 101)


class Positions(NamedTuple):
    """What every search tried on one curve."""

    accuracy: Callable
    """lr -> %"""
    peak: float
    points: Array
    """Rates, ``[methods, trials, TRIALS]``, NaN where there is none."""
    guesses: Array
    """``[3, methods, trials, 101]``: see ``_guesses``."""

    @property
    def best(self) -> Array:
        """Which trial is the best, ``[methods, trials, 1]``."""
        return np.nanargmax(self.accuracy(self.points), axis=-1)[..., np.newaxis]


def positions(lrs: Array, percent: Array) -> Positions:
    """Search the curve by every method, with every number of trials."""

    def accuracy(lr):
        return np.interp(np.log10(lr), np.log10(lrs), percent)

    points = _tried(accuracy)
    return Positions(accuracy, percent.max(), points, _guesses(points[-1], accuracy))


def digits_curve(lrs: Array, seeds) -> tuple[Array, Array]:
    """Train the course's network on the digits: the rates, and mean validation accuracy in %."""
    split = digits()
    swept = sweep(
        network.mlp(split.X_train, split.y_train, WIDTHS),
        lambda rng: network.init(rng, WIDTHS, dtype=np.float32),
        gd,
        lrs,
        seeds,
        STEPS,
        batch_size=BATCH,
        score=network.mlp(split.X_validation, split.y_validation, WIDTHS).accuracy,
        progress=False,
    )
    return swept.lrs, np.where(swept.lrs < CLIFF, 100 * swept.mean, GUESSING)


def log_error(percent: Array) -> Array:
    """Return the natural logarithm of the error in %, at least 0.1: what a search makes small."""
    return np.log(np.maximum(100 - percent, 0.1))


def _tried(accuracy):
    """Return the rates each search tries, ``[methods, trials, TRIALS]``: the first so many of row
    16, but for the grid, which is another one for each number of trials. NaN where there is none.
    """

    def loss(lr):
        return log_error(accuracy(lr))

    points = np.empty((len(METHODS), TRIALS, TRIALS))
    points[0] = [_padded(log_grid(LOW, HIGH, n)) for n in range(1, TRIALS + 1)]
    points[1] = random_lrs(LOW, HIGH, TRIALS, np.random.default_rng(SEED))
    points[2] = quasi_random(LOW, HIGH, TRIALS)
    points[3] = golden_section(loss, LOW, HIGH, TRIALS).lrs
    points[4] = bayesian(loss, LOW, HIGH, TRIALS).lrs
    return np.where(np.tri(TRIALS, dtype=bool), points, np.nan)


def _padded(lrs):
    return np.append(lrs, np.full(TRIALS - len(lrs), np.nan))


def _guesses(points, accuracy):
    """Return what the Gaussian process guesses after each number of trials, in %: the mean, and one
    deviation below and above, ``[methods, trials, 101]``, NaN for the other searches."""
    guesses = np.full((3, len(METHODS), TRIALS, len(GRID)), np.nan)
    for k in range(2, TRIALS):
        lrs = points[k, : k + 1]
        mean, deviation = guessed(lrs, log_error(accuracy(lrs)))
        for row, value in enumerate((mean, mean + deviation, mean - deviation)):
            guesses[row, -1, k] = 100 - np.exp(value)
    return np.clip(guesses, 0, 100)


def guessed(lrs: Array, losses: Array) -> tuple[Array, Array]:
    """Return what a Gaussian process guesses of the losses at the rates of ``GRID``: the mean and
    the deviation."""
    x, at = (np.log(each / LOW)[:, np.newaxis] / np.log(HIGH / LOW) for each in (lrs, GRID))
    scale = losses.std() or 1.0
    mean, deviation = gaussian_process(x, (losses - losses.mean()) / scale, at)
    return losses.mean() + scale * mean, scale * deviation


def belief(accuracy, shown, back, ax, trials: int = 9) -> None:
    """Draw what a Gaussian process believes after ``trials`` trials of its own choice.

    ``accuracy(lr)`` is the curve in %, without luck; ``shown`` makes the loss of it that the
    process gets to see, and ``back`` makes per cent of a loss.
    """
    search = bayesian(lambda lr: shown(accuracy(lr)), LOW, HIGH, trials)
    mean, deviation = guessed(search.lrs, search.losses)
    ax.plot(GRID, accuracy(GRID), color="#B5B5B5", label="the curve")
    ax.plot(GRID, np.clip(back(mean), 0, 104), "--", color=PINK, label="guess")
    band = np.clip([back(mean + deviation), back(mean - deviation)], 0, 104)
    ax.fill_between(GRID, *band, color=PINK, alpha=0.25)
    ax.plot(search.lrs, accuracy(search.lrs), "o", color=BLUE, alpha=0.5)
    ax.set(xscale="log", xlabel="learning rate", ylim=(0, 105))
    ax.text(0.03, 0.86, "dots: trials\nband: one deviation", transform=ax.transAxes)
    name_curves(ax)


def background(figure):
    """Draw the fog twice: the whole range, and the part near the peak."""
    whole, near = panels(figure, 1.5, 1)
    for ax in (whole, near):
        ax.set(xscale="log", xlabel="learning rate", facecolor="#DEDEDE")
    whole.set(xlim=(LOW * 0.6, HIGH * 1.6), ylim=(0, 108), ylabel="accuracy (%)")
    whole.set(title="The fog lifts only where one tries")
    near.set(xlim=(0.3, 8), ylim=(94, 98.6), title="Near the peak")
    near.minorticks_off()
    near.set_xticks([0.3, 1, 3], ["0.3", "1", "3"])
    return whole, near


def marks(at: Positions):
    """In both panels what the process guesses, the curve around each trial, and the best trial."""
    return tuple(mark for panel in (0, 1) for mark in _panel_marks(at, panel))


def _panel_marks(at, panel):
    heights, counts = at.accuracy(at.points), np.arange(1, TRIALS + 1)[np.newaxis]
    best = (np.take_along_axis(values, at.best, -1) for values in (at.points, heights))
    guess, below, above = at.guesses
    seen, fine = _seen(at.points), np.geomspace(LOW, HIGH, 400)
    return (
        Mark(panel, GRID, below, THEORY, line=":", width=1.5),
        Mark(panel, GRID, above, THEORY, line=":", width=1.5),
        Mark(panel, GRID, guess, THEORY, line="--"),
        Mark(panel, fine, at.accuracy(fine), OTHERS, width=2,
             shown=np.where(counts == TRIALS, len(fine), 0)),
        Mark(panel, seen, at.accuracy(seen), HAPPENED, width=2),
        Mark(panel, at.points, heights, HAPPENED, line="", marker="o", size=8, shown=counts),
        Mark(panel, *best, GREEN, line="", marker="s", size=11, label="best", place="above"),
    )  # fmt: skip


def _seen(points):
    """Return a few rates around each trial, with a gap after them, where the fog has lifted."""
    near = np.append(np.geomspace(1 / CLEAR, CLEAR, 9), np.nan)
    return (points[..., np.newaxis] * near).reshape(*points.shape[:2], -1)


def words(at: Positions):
    """Say which trial is the best, and how far below the peak."""
    texts, heights = np.empty(at.points.shape[:2], dtype=object), at.accuracy(at.points)
    for (i, k), _ in np.ndenumerate(texts):
        best = at.best[i, k, 0]
        many = "1 trial" if k == 0 else f"{k + 1} trials"
        texts[i, k] = (
            f"{METHODS[i].capitalize()}, {many}: the best is lr = {at.points[i, k, best]:.3g} with "
            f"{heights[i, k, best]:.1f} %, {at.peak - heights[i, k, best]:.1f} points below the "
            "peak."
        )
    return texts


def trials_on_the_curve(lrs: Array | None = None, percent: Array | None = None) -> Frames:
    """Trials of five searches on one curve of accuracy, ``percent``, against ``lrs``.

    Sliders for the search and the number of trials. Without a curve the course's network learns
    the digits at 25 rates from three seeds. Each trial reads the curve without noise.
    """
    if lrs is None:
        lrs, percent = digits_curve(log_grid(10**-4.5, 10**1.5, 25), seeds=range(3))
    at, counts = positions(np.asarray(lrs, float), np.asarray(percent, float)), range(1, TRIALS + 1)
    return Frames(
        size=(7.8, 4.0),
        background=background,
        sliders=(
            Slider("method", "search", range(len(METHODS)), METHODS, 0, names=True),
            Slider("trials", "trials", counts, [str(n) for n in counts], 4, plays=True),
        ),
        marks=marks(at),
        texts=words(at),
        description="Accuracy against the learning rate on a logarithmic axis, visible only around "
        "the trials of a search, whole and near the peak. The best is a square. For a Gaussian "
        "process a dashed curve is its guess before the next trial, between two dotted ones.",
        goal=Goal("which search comes closest to the peak in 8 trials?", _closest(at)),
    )


def _closest(at):
    best = np.take_along_axis(at.accuracy(at.points), at.best, -1)[..., 0]
    return (best >= best[:, 7].max() - 0.02) & (np.arange(1, TRIALS + 1) == 8)
