"""Explorers of trained models, lessons 03 and 04: all rates train side by side, once, and the
sliders look at what happened."""

from __future__ import annotations

import numpy as np

from lrcourse import network
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREEN, GREY, RED
from lrcourse.data import digits, heights, with_bias
from lrcourse.objectives import least_squares
from lrcourse.optimizers import gd
from lrcourse.training import train

UNITS = {"cm": (RED, ":", "s"), "m": (BLUE, "--", "o"), "standardised": (GREEN, "-", "D")}
"""Each unit has a colour, a dash and a marker of its own."""


def three_units() -> Frames:
    """The same straight line through the same people, with heights in three units.

    One slider, the rate, over six decades. The loss is counted from the best possible one, and 1
    at the start.
    """
    steps, rates = 200, np.geomspace(1e-5, 1e1, 73)
    lines = {unit: _line(unit) for unit in UNITS}
    limits = {unit: 2 / line.lipschitz for unit, line in lines.items()}
    losses = {unit: _excess(line, rates, steps) for unit, line in lines.items()}
    verdicts = {unit: _verdicts(rates, limits[unit], losses[unit][:, -1]) for unit in UNITS}

    def background(figure):
        loss, limit = figure.subplots(2, 1, height_ratios=(2, 1))
        loss.set(yscale="log", ylim=(1e-6, 1e3), xlim=(0, steps), xlabel="step")
        loss.set(
            ylabel="loss above best (1 at first)",
            title="the same people, the same rate, three units",
        )
        limit.set(xscale="log", xlim=(8e-6, 13), ylim=(2.6, -0.6), xlabel="learning rate")
        limit.set_yticks(range(3), [f"{unit}: 2/L = {limits[unit]:.2g}" for unit in UNITS])
        limit.set_title("which rates are stable, and this one")
        limit.grid(axis="y", visible=False)
        for row, (unit, (colour, *_)) in enumerate(UNITS.items()):
            limit.barh(row, limits[unit], left=1e-9, height=0.5, color=colour, alpha=0.35)
            limit.get_yticklabels()[row].set_color(colour)
        return loss, limit

    marks = [Mark(1, np.stack([rates, rates], -1)[:, None], [-0.6, 2.6], BLACK, width=1.5)]
    for row, (unit, (colour, dash, marker)) in enumerate(UNITS.items()):
        loss, step = losses[unit][:, None], np.arange(steps + 1)
        stable = rates < limits[unit]
        marks += [
            Mark(0, step, loss, colour, line=dash, width=2.5),
            Mark(0, step[::20], loss[..., ::20], colour, line="", marker=marker),
            Mark(0, step, loss, colour, line="", label=np.where(stable, unit, "")[:, None],
                 shown=45 * (row + 1)),
            Mark(1, rates[:, None, None], row, colour, line="", marker=marker, size=9,
                 label=verdicts[unit][:, None]),
        ]  # fmt: skip
    return Frames(
        size=(7.8, 4.8),
        background=background,
        sliders=(rate_slider(rates, 3e-2, [f"{lr:.2g}" for lr in rates]),),
        marks=tuple(marks),
        texts=_unit_texts(rates, verdicts),
        description="Above, three loss curves, one for each unit of height. Below, the rates that "
        "are stable in each unit, as bars that end at 2/L, and the rate chosen.",
    )


def _line(unit):
    people = heights(unit)
    return least_squares(with_bias(people.X), people.y)


def _excess(objective, rates, steps):
    """Return the loss above the lowest possible one, 1 at the start, ``[rates, steps + 1]``."""
    loss = train(objective, np.zeros(2), gd, rates, steps, blowup=np.inf).loss
    best = objective.loss(objective.minimum)
    return np.maximum((loss - best) / (loss[0] - best), 1e-12).T


def _verdicts(rates, limit, end):
    return np.where(rates >= limit, "diverges", np.where(end < 1e-4, "converges", "crawls"))


def _unit_texts(rates, verdicts):
    return np.array(
        [
            [
                f"Learning rate {lr:.2g}: "
                + ", ".join(f"{unit} {verdicts[unit][i]}" for unit in UNITS)
                + ". (Converges: a ten-thousandth of the first loss is left after 200 steps.)"
            ]
            for i, lr in enumerate(rates)
        ]
    )


WIDTHS, BATCH, SEEDS = (64, 32, 10), 32, 3
BUDGETS = (10, 20, 30, 60, 100, 200, 300, 600)
"""Steps: multiples of ten, because the run keeps ``w`` every ten."""
RECORD = 10
CLIFF = 4.2
"""Beyond this rate two processors that round differently get different accuracies."""


def accuracy_against_rate() -> Frames:
    """Digits read by a small network: accuracy against the rate, for eight training budgets.

    Sliders for the budget in steps and the rate. Every number is the median of three seeds, on
    the validation images. All rates of a seed see the same mini-batches of 32.
    """
    rates = np.geomspace(1e-3, 10**1.25, 18)
    accuracy, loss = _train_at_all(rates)

    def background(figure):
        left, right = figure.subplots(1, 2, width_ratios=(1.15, 1))
        for values in accuracy:
            left.plot(rates, values, color="#CFCFCF", lw=1)
        left.set(xscale="log", ylim=(0, 103), xlabel="learning rate", ylabel="accuracy (%)")
        left.set(title="accuracy for this budget (grey: the others)")
        left.axhline(10, color=GREY, ls=":", lw=1)
        left.text(rates[0], 3, "guessing", color="#666666")
        right.set(xscale="log", yscale="log", xlim=(4, 700), ylim=(3e-4, 30))
        right.set(xlabel="step", ylabel="training loss", title="the run at this rate")
        right.axhline(np.log(10), color=GREY, ls=":", lw=1)
        right.text(5, 2.8, "guessing: ln 10", color="#666666")
        return left, right

    step = RECORD * (np.arange(loss.shape[1]) + 0.5)
    by_budget = accuracy[np.newaxis]
    shown = np.array(BUDGETS)[np.newaxis] // RECORD
    labels = [[f"{steps} steps" for steps in BUDGETS]]
    marks = (
        Mark(0, rates, by_budget, BLUE, marker="o", size=6),
        Mark(0, rates[:, None, None], accuracy.T[..., None], BLACK, line="", marker="D", size=10,
             label=labels),
        Mark(1, step, loss[:, None], GREY, line=":", width=1.5),
        Mark(1, step, loss[:, None], RED, shown=shown),
    )  # fmt: skip
    return Frames(
        size=(7.8, 3.8),
        background=background,
        sliders=(
            rate_slider(rates, 0.1, [f"{lr:.2g}" for lr in rates]),
            Slider("budget", "budget", BUDGETS, [f"{n} steps" for n in BUDGETS], 4),
        ),
        marks=marks,
        texts=_accuracy_texts(rates, accuracy),
        description="Left, validation accuracy against the learning rate on a logarithmic axis, "
        "one curve for each budget. Right, the training loss by step at the chosen rate.",
    )


def _train_at_all(rates):
    """Return accuracies in per cent, ``[budgets, rates]``, and losses over ten steps each,
    ``[rates, tens of steps]``: medians over the seeds."""
    split = digits()
    rngs = [np.random.default_rng(seed) for seed in range(SEEDS)]
    start = network.init(rngs, WIDTHS, dtype=np.float32)[:, np.newaxis]
    run = train(
        network.mlp(split.X_train, split.y_train, WIDTHS),
        np.repeat(start, len(rates), axis=1),
        *(gd, rates, BUDGETS[-1]),
        batch_size=BATCH,
        rng=rngs,
        record=RECORD,
    )
    validation = network.mlp(split.X_validation, split.y_validation, WIDTHS)
    rows = np.array(BUDGETS) // RECORD
    accuracy = 100 * np.median([validation.accuracy(run.w[row]) for row in rows], axis=1)
    loss = run.loss[:-1].reshape(-1, RECORD, *run.loss.shape[1:]).mean(axis=1)
    return accuracy, np.median(loss, axis=1).T


def _accuracy_texts(rates, accuracy):
    texts = np.empty((len(rates), len(BUDGETS)), dtype=object)
    for (i, k), _ in np.ndenumerate(texts):
        good = rates[accuracy[k] >= accuracy[k].max() - 1]
        here = (
            f"{accuracy[k, i]:.0f} % of the validation images are read correctly"
            if rates[i] < CLIFF
            else "over the cliff, where rounding decides how many images are read correctly"
        )
        texts[i, k] = (
            f"Learning rate {rates[i]:.2g}, {BUDGETS[k]} steps: {here}. Within a point of the best "
            f"for this budget: {good.min():.2g} to {good.max():.2g}."
        )
    return texts
