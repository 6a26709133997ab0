"""The explorer of lesson 06: a range test, and below it the full run at the rate read off it."""

from __future__ import annotations

import numpy as np

from lrcourse import network
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED, SKY
from lrcourse.data import digits
from lrcourse.finding import geometric_lrs, range_test, suggest_lr
from lrcourse.optimizers import gd
from lrcourse.training import train

WIDTHS, BATCH, SEEDS = (64, 32, 10), 32, 3
LENGTHS = (30, 50, 100, 200, 300, 1000)
"""Steps of a test, from 0.00001 to 100."""
STEPS, RECORD = 300, 10
"""Steps of a full run, and how many of them make one point of its curve."""
CLIFF = 4.2
"""Beyond this rate two processors that round differently get different accuracies."""
LOOKS = {
    "starts to rise": (RED, "^"),
    "minimum": (ORANGE, "v"),
    "minimum / 10": (PINK, "o"),
    "steepest": (GREEN, "s"),
    "valley": (SKY, "D"),
}
"""Each rule has a colour and a marker of its own."""


def range_test_and_run() -> Frames:
    """A range test of chosen length above, the full run of 300 steps at a chosen rate below.

    Digits, a small network, mini-batches of 32. The tests are of one seed, as a test in real life
    is; runs and accuracies are medians of three seeds.
    """
    rates = np.geomspace(1e-3, 10**1.25, 27)
    split = digits()
    objective = network.mlp(split.X_train, split.y_train, WIDTHS)
    tests = [_test(objective, steps) for steps in LENGTHS]
    loss, accuracy = _runs(objective, split, rates)

    def background(figure):
        above, below = figure.subplots(2, 1)
        for test in tests:
            above.plot(test.lr, test.smooth[:, 0], color="#CFCFCF", lw=1)
        for rule, (colour, marker) in LOOKS.items():
            above.plot([], [], marker, color=colour, ms=7, mec="white", label=rule)
        above.set(xscale="log", xlim=(1e-4, 30), ylim=(0, 3.2), xlabel="learning rate")
        above.set(ylabel="loss, averaged", title="the test (grey: other lengths)")
        above.legend(loc="lower left")
        below.set(xlim=(0, STEPS), yscale="log", ylim=(1e-3, 30), xlabel="step")
        below.set(ylabel="training loss", title="300 steps at this rate (grey: other rates)")
        for curve in loss[::3]:
            below.plot(RECORD * (np.arange(loss.shape[1]) + 0.5), curve, color="#DDDDDD", lw=1)
        below.axhline(np.log(10), color=GREY, ls=":", lw=1)
        below.text(4, 3.0, "guessing: ln 10", color="#666666")
        return above, below

    heights = np.array([[_height(test, lr) for test in tests] for lr in rates])
    verdicts = _verdicts(rates, accuracy)
    marks = [
        Mark(0, rates[:, None, None] * np.ones(2), [0, 3.2], BLACK, line=":", width=1.5),
        Mark(0, *_padded(tests), BLUE, width=2.5),
    ]
    for rule, (colour, marker) in LOOKS.items():
        read = [suggest_lr(test.lr, test.smooth, rule)[0] for test in tests]
        at = [_height(test, lr) for test, lr in zip(tests, read, strict=True)]
        marks.append(
            Mark(0, np.array(read)[None, :, None], np.array(at)[None, :, None], colour,
                 line="", marker=marker, size=11)
        )  # fmt: skip
    step = RECORD * (np.arange(loss.shape[1]) + 0.5)
    marks += [
        Mark(0, rates[:, None, None], heights[..., None], BLACK, line="", marker="o", size=6),
        Mark(1, step, loss[:, None], RED, width=2.5),
        Mark(1, step[-1], np.full((len(rates), 1, 1), 10.0), BLACK, line="",
             label=verdicts[:, None]),
    ]  # fmt: skip
    return Frames(
        size=(7.8, 5.6),
        background=background,
        sliders=(
            rate_slider(rates, 0.5, [f"{lr:.2g}" for lr in rates]),
            Slider("length", "test length", LENGTHS, [f"{n} steps" for n in LENGTHS], 2),
        ),
        marks=tuple(marks),
        texts=_texts(rates, heights, verdicts),
        description="Above, the averaged loss of a range test against the learning rate on a "
        "logarithmic axis, with the readings of five rules. Below, the training loss by step of a "
        "run at the chosen rate.",
    )


def _test(objective, steps):
    """The first test of the lesson: start and mini-batches are drawn from seed 0, each afresh."""
    start = network.init([np.random.default_rng(0)], WIDTHS)
    rngs = [np.random.default_rng(0)]
    return range_test(objective, start, geometric_lrs(1e-5, 100, steps), BATCH, rngs)


def _runs(objective, split, rates):
    """Return losses ``[rates, tens of steps]`` and accuracies in per cent ``[rates]``: medians
    over the seeds."""
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    start = network.init(rngs, WIDTHS, dtype=np.float32)[:, np.newaxis]
    run = train(objective, start, gd, rates, STEPS, batch_size=BATCH, rng=rngs)
    validation = network.mlp(split.X_validation, split.y_validation, WIDTHS)
    loss = run.loss[:-1].reshape(-1, RECORD, SEEDS, len(rates)).mean(axis=1)
    return np.median(loss, axis=1).T, 100 * np.median(validation.accuracy(run.w[-1]), axis=0)


def _padded(tests):
    """Return rates and losses of all tests, ``[1, lengths, points]``, filled up with NaN."""
    points = max(LENGTHS)
    rates, losses = np.full((2, 1, len(tests), points), np.nan)
    for row, test in enumerate(tests):
        rates[0, row, : len(test.lr)] = test.lr
        losses[0, row, : len(test.lr)] = test.smooth[:, 0]
    return rates, losses


def _height(test, lr):
    """Return the averaged loss of a test at a rate; NaN where it had stopped."""
    return np.interp(np.log(lr), np.log(test.lr), test.smooth[:, 0])


def _verdicts(rates, accuracy):
    return np.array(
        [
            f"{right:.0f} % right" if lr < CLIFF else "over the cliff"
            for lr, right in zip(rates, accuracy, strict=True)
        ],
        dtype=object,
    )


def _texts(rates, heights, verdicts):
    texts = np.empty(heights.shape, dtype=object)
    for (i, k), height in np.ndenumerate(heights):
        seen = f"sees a loss of {height:.1f}" if np.isfinite(height) else "is over before it"
        texts[i, k] = (
            f"Learning rate {rates[i]:.2g}: a test of {LENGTHS[k]} steps {seen}. "
            f"300 steps at this rate: {verdicts[i]}."
        )
    return texts
