"""Explorer: how many digits a small network reads, against the rate and the budget. All rates train
side by side, once, and the sliders look at what happened."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from lrcourse import network
from lrcourse.base import Array
from lrcourse.colours import GREY, HAPPENED, LOSS, OTHERS
from lrcourse.data import digits
from lrcourse.explorers.canvas import Frames, Goal, Mark, Slider, handle, panels, rate_slider
from lrcourse.optimizers import gd
from lrcourse.training import train

WIDTHS, BATCH, SEEDS = (64, 32, 10), 32, 3
RATES = np.geomspace(1e-3, 10**1.25, 18)
BUDGETS = (10, 20, 30, 60, 100, 200, 300, 600)
"""Steps: multiples of ten, because the run keeps ``w`` every ten."""
RECORD = 10
CLIFF = 4.2
"""Beyond this rate two processors that round differently get different accuracies."""
NAMES = "#666666"
"""The colour of names on what is grey."""


class Positions(NamedTuple):
    """Medians over the seeds."""

    accuracy: Array
    """In per cent, ``[budgets, rates]``."""
    loss: Array
    """Over ten steps each, ``[rates, tens of steps]``."""


def positions() -> Positions:
    """Train at every rate from every seed."""
    split, run = digits(), _train()
    validation = network.mlp(split.X_validation, split.y_validation, WIDTHS)
    rows = np.array(BUDGETS) // RECORD
    accuracy = 100 * np.median([validation.accuracy(run.w[row]) for row in rows], axis=1)
    loss = run.loss[:-1].reshape(-1, RECORD, *run.loss.shape[1:]).mean(axis=1)
    return Positions(accuracy, np.median(loss, axis=1).T)


def _train():
    split = digits()
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    start = network.init(rngs, WIDTHS, dtype=np.float32)[:, np.newaxis]
    return train(
        network.mlp(split.X_train, split.y_train, WIDTHS),
        np.repeat(start, len(RATES), axis=1),
        *(gd, RATES, BUDGETS[-1]),
        batch_size=BATCH,
        rng=rngs,
        record=RECORD,
    )


def background(at: Positions, figure):
    """Draw the accuracies of all budgets, and room for a loss curve."""
    left, right = panels(figure, 1.15, 1)
    _other_budgets(left, at.accuracy)
    left.set(xscale="log", ylim=(-20, 99.7), xlabel="learning rate", ylabel="images read (%)")
    left.set(title="A plateau, then a cliff")
    left.axhline(10, color=GREY, ls=":", lw=1)
    left.text(RATES[0], -12, "guessing", color=NAMES)
    right.set(xscale="log", yscale="log", xlim=(4, 700), ylim=(3e-4, 30))
    right.set(xlabel="step", ylabel="training loss", title="The run at this rate")
    right.axhline(np.log(10), color=GREY, ls=":", lw=1)
    return left, right


def _other_budgets(panel, accuracy):
    """Draw the curve of each budget on an axis that gives the last few per cent room."""
    panel.set_yscale("function", functions=(_stretched, _shrunk))
    panel.set_yticks([10, 50, 80, 90, 95, 98])
    panel.plot(RATES, accuracy.T, color="#CFCFCF", lw=1)


def _stretched(percent):
    return -np.log10(np.maximum(103 - np.asarray(percent, float), 1e-3))


def _shrunk(height):
    return 103 - 10 ** -np.asarray(height, float)


def marks(at: Positions):
    """The accuracy of this budget, the point on it, and the loss curve as far as it goes."""
    step = RECORD * (np.arange(at.loss.shape[1]) + 0.5)
    loss, shown = at.loss[:, None], np.array(BUDGETS)[np.newaxis] // RECORD
    return (
        Mark(0, RATES, at.accuracy[np.newaxis], HAPPENED, marker="o", size=6),
        handle(0, RATES[:, None, None], at.accuracy.T[..., None], (0, 1),
               [[f"{steps} steps" for steps in BUDGETS]]),
        Mark(1, step, loss, OTHERS, width=1.5),
        Mark(1, step, loss, LOSS, shown=shown, width=2.5),
        Mark(1, 5, np.log(10), NAMES, line="", label="guessing: ln 10", place="right"),
        *(Mark(0, RATES[9], at.accuracy[row, 9], NAMES, line="", place="left",
               label=f"{BUDGETS[row]} steps") for row in (0, 2, 4)),
    )  # fmt: skip


def words(at: Positions):
    """Say how many images are read, and which rates are about as good."""
    texts = np.empty(at.accuracy.T.shape, dtype=object)
    for (i, k), right in np.ndenumerate(at.accuracy.T):
        good = RATES[at.accuracy[k] >= at.accuracy[k].max() - 1]
        here = (
            f"{right:.0f} % of the validation images are read correctly"
            if RATES[i] < CLIFF
            else "over the cliff, where rounding decides how many images are read correctly"
        )
        texts[i, k] = (
            f"Learning rate {RATES[i]:.2g}, {BUDGETS[k]} steps: {here}. Within a point of the best "
            f"for this budget: {good.min():.2g} to {good.max():.2g}."
        )
    return texts


def accuracy_against_rate() -> Frames:
    """Digits read by a small network: accuracy against the rate, for eight training budgets.

    Sliders for the budget in steps and the rate. Every number is the median of three seeds, on
    the validation images. All rates of a seed see the same mini-batches of 32.
    """
    at = positions()
    return Frames(
        size=(7.8, 3.8),
        background=partial(background, at),
        sliders=(
            rate_slider(RATES, 0.1, [f"{lr:.2g}" for lr in RATES], axis=0),
            Slider("budget", "budget", BUDGETS, [f"{n} steps" for n in BUDGETS], 4),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, validation accuracy against the learning rate on a logarithmic axis, "
        "one curve for each budget. Right, the training loss by step at the chosen rate.",
        goal=Goal("read 90 % after no more than 30 steps", _soon(at)),
    )


def _soon(at):
    return (at.accuracy.T >= 90) & (np.array(BUDGETS) <= 30) & (RATES < CLIFF)[:, None]
