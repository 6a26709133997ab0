"""Explorer of lesson 06: a range test, and on the same axis what each rate read off it is worth."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse import network
from lrcourse.base import Array
from lrcourse.colours import (
    GREEN,
    GREY,
    HAPPENED,
    LIMIT,
    LOSS,
    ORANGE,
    PINK,
    RED,
    SKY,
    YOU,
)
from lrcourse.data import digits
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, handle, rate_slider
from lrcourse.optimizers import gd
from lrcourse.range_tests import RangeTest, geometric_lrs, range_test, suggest_lr
from lrcourse.training import train

WIDTHS, BATCH, SEEDS = (64, 32, 10), 32, 3
RATES = np.geomspace(1e-3, 10**1.25, 27)
LENGTHS = (30, 50, 100, 200, 300, 1000)
"""Steps of a test, from 0.00001 to 100."""
STEPS = 300
"""Steps of a full run."""
CLIFF = 4.2
"""Beyond this rate two processors that round differently get different accuracies."""
LOOKS = {
    "starts to rise": (RED, "^"),
    "minimum": (ORANGE, "v"),
    "minimum / 10": (PINK, "o"),
    "steepest": (GREEN, "s"),
    "valley": (SKY, "D"),
}
"""Each rule has a colour and a marker of its own, where a picture shows all of them at once."""
TOP, BOTTOM, RIGHT = 3.2, 20.0, 60.0
"""The highest loss, the lowest per cent and the highest rate that the picture shows."""
LID = 102
"""The per cent from which lines hang; above it there is room for yours."""
LEVELS = np.linspace(56, 25, len(LOOKS))
"""Where the names of the readings hang, in per cent: the further right, the lower."""


class Positions(NamedTuple):
    """Tests of every length, of one seed, as a test in real life is; and runs at every rate."""

    tests: list[RangeTest]
    accuracy: Array
    """In per cent, after 300 steps, the median of three seeds, ``[rates]``."""
    heights: Array
    """The averaged loss of a test at a rate, NaN where it had stopped, ``[rates, lengths]``."""


def positions() -> Positions:
    """Test at every length, and train at every rate."""
    split = digits()
    objective = network.mlp(split.X_train, split.y_train, WIDTHS)
    tests = [_test(objective, steps) for steps in LENGTHS]
    heights = np.array([[_height(test, lr) for test in tests] for lr in RATES])
    return Positions(tests, _accuracy(objective, split), heights)


def _test(objective, steps):
    """The first test of the lesson: start and mini-batches are drawn from seed 0, each afresh."""
    start = network.init([np.random.default_rng(0)], WIDTHS)
    rngs = [np.random.default_rng(0)]
    return range_test(objective, start, geometric_lrs(1e-5, 100, steps), BATCH, rngs)


def _height(test, lr):
    return np.interp(np.log(lr), np.log(test.lr), test.smooth[:, 0])


def _accuracy(objective, split):
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    start = network.init(rngs, WIDTHS, dtype=np.float32)[:, np.newaxis]
    run = train(objective, start, gd, RATES, STEPS, batch_size=BATCH, rng=rngs)
    validation = network.mlp(split.X_validation, split.y_validation, WIDTHS)
    return 100 * np.median(validation.accuracy(run.w[-1]), axis=0)


def background(at: Positions, figure):
    """Draw the tests of all lengths, below them what each rate is worth, and the cliff."""
    above, below = figure.subplots(2, 1, sharex=True)
    for test in at.tests:
        above.plot(test.lr, test.smooth[:, 0], color="#CFCFCF", lw=1)
    above.set(xscale="log", xlim=(8e-4, RIGHT), ylim=(0, TOP), ylabel="loss in the test")
    above.set(title="What a test says … (grey: others)")
    good = RATES < CLIFF
    below.plot(RATES[good], at.accuracy[good], color=HAPPENED)
    below.set(ylim=(BOTTOM, 118), xlabel="learning rate", ylabel="% right after 300 steps")
    below.set(title="… and what that rate is worth")
    for panel in (above, below):
        panel.axvspan(CLIFF, RIGHT, color=LIMIT, alpha=0.12, lw=0)
    return above, below


def marks(at: Positions):
    """The rate, the test, and each reading of it, with a line down to what it is worth."""
    line = RATES[:, None, None] * np.ones(2)
    worth = np.maximum(np.where(RATES < CLIFF, at.accuracy, 0), BOTTOM + 2)[:, None, None]
    return (
        Mark(0, line, [0, TOP], YOU),
        Mark(0, *_padded(at.tests), LOSS, width=2.5),
        *(Mark(0, *_read(at, rule), HAPPENED, line="", marker="o", size=9) for rule in LOOKS),
        *(mark for rule in LOOKS for mark in _drop(at, rule)),
        Mark(1, line, np.concatenate([worth, 0 * worth + 118], -1), YOU),
        handle(0, RATES[:, None, None], 2.9, (0,), [[f"you: {lr:.2g}"] for lr in RATES]),
        handle(1, RATES[:, None, None], worth, (0,)),
        Mark(1, RATES[:, None, None], LID, YOU, line="", label=_short_of(at)),
        Mark(1, RIGHT, 70, LIMIT, line="", label="the cliff", place="left"),
    )  # fmt: skip


def _padded(tests):
    """Return rates and losses of all tests, ``[1, lengths, points]``, filled up with NaN."""
    rates, losses = np.full((2, 1, len(tests), max(LENGTHS)), np.nan)
    for row, test in enumerate(tests):
        rates[0, row, : len(test.lr)] = test.lr
        losses[0, row, : len(test.lr)] = test.smooth[:, 0]
    return rates, losses


def _read(at, rule):
    """Return what a rule reads off each test, and the test's loss there, ``[1, lengths, 1]``."""
    read = [suggest_lr(test.lr, test.smooth, rule)[0] for test in at.tests]
    height = [_height(test, lr) for test, lr in zip(at.tests, read, strict=True)]
    return np.array(read)[None, :, None], np.array(height)[None, :, None]


def _drop(at, rule):
    """A line from the reading down to its worth, which is a cross over the cliff, and its name."""
    lr, height = _read(at, rule)
    good, two, level = lr < CLIFF, np.ones(2), _level(at, rule)
    worth = np.interp(np.log(lr), np.log(RATES), at.accuracy)
    yield Mark(0, lr * two, np.concatenate([height, 0 * height], -1), GREY, width=1)
    yield Mark(1, lr * two, np.concatenate([0 * level + LID, level], -1), GREY, width=1)
    yield Mark(1, lr, level, HAPPENED, line="", label=rule, place="left")
    yield Mark(1, lr, np.where(good, worth, np.nan), HAPPENED, line="", marker="o", size=9)
    yield Mark(1, lr, np.where(good, np.nan, 96), LIMIT, line="", marker="X", size=11)


def _level(at, rule):
    """Return how low a name hangs, ``[1, lengths, 1]``: no line of another goes through it."""
    lrs = np.array([_read(at, each)[0] for each in LOOKS])
    order = lrs.argsort(axis=0, kind="stable").argsort(axis=0)
    return LEVELS[order[list(LOOKS).index(rule)]]


def _short_of(at):
    best = at.accuracy[RATES < CLIFF].max()
    return [
        [f"{right:.0f} %, {best - right:.0f} below the best" if lr < CLIFF else ""]
        for lr, right in zip(RATES, at.accuracy, strict=True)
    ]


def words(at: Positions):
    """Say what the test sees at a rate, and how much a run at it gets right."""
    texts = np.empty(at.heights.shape, dtype=object)
    for (i, k), height in np.ndenumerate(at.heights):
        seen = f"sees a loss of {height:.1f}" if np.isfinite(height) else "is over before it"
        right = f"{at.accuracy[i]:.0f} % right"
        verdict = right if RATES[i] < CLIFF else "near the cliff or over it"
        texts[i, k] = (
            f"Learning rate {RATES[i]:.2g}: a test of {LENGTHS[k]} steps {seen}. "
            f"300 steps at this rate: {verdict}."
        )
    return texts


def range_test_and_run() -> Frames:
    """A range test of chosen length above, and on the same axis the worth of each rate below.

    Digits, a small network, mini-batches of 32. The tests are of one seed, as a test in real life
    is; accuracies after 300 steps are medians of three seeds.
    """
    at = positions()
    behind = at.accuracy[RATES < CLIFF].max() - at.accuracy
    good = (behind.round() <= 1) & (RATES < CLIFF)  # as its label says it
    return Frames(
        size=(7.8, 6.0),
        background=partial(background, at),
        sliders=(
            rate_slider(RATES, 0.05, [f"{lr:.2g}" for lr in RATES], axis=0),
            Slider("length", "test length", LENGTHS, [f"{n} steps" for n in LENGTHS], 2),
        ),
        marks=marks(at),
        texts=words(at),
        description="Above, the averaged loss of a range test against the learning rate on a "
        "logarithmic axis, with the readings of five rules. Below, on the same axis, the per cent "
        "of images that a run of 300 steps at each rate gets right.",
        goal=Goal("a rate within a point of the best", good[:, None] & np.ones(len(LENGTHS), bool)),
    )
