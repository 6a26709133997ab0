"""The explorer of lesson 12: the rate that a rule chooses in a valley, from any first rate."""

from __future__ import annotations

import numpy as np

from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, GREY, RED
from lrcourse.controllers import (
    adgd,
    armijo,
    barzilai_borwein,
    d_adaptation,
    dog,
    hypergradient,
    polyak,
    reduce_on_plateau,
    side_by_side,
)
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.training import train

CURVATURES = (1.0, 3.0, 10.0, 30.0, 100.0)
START = (2.0,) * 5
STEPS = 200
FIRST = 10.0 ** np.arange(-8, 5)
METHODS = {
    "plateau": lambda lr: reduce_on_plateau(lr, patience=3),
    "line search": armijo,
    "Polyak": lambda lr: polyak(),
    "Barzilai-Borwein": barzilai_borwein,
    "AdGD": adgd,
    "hypergradient": lambda lr: hypergradient(lr, beta=2e-7),
    "DoG": dog,
    "D-Adaptation": d_adaptation,
}
"""Name -> the rule that starts at a first rate (Polyak's has none, the last two take it for their
first distance)."""
LOW, HIGH = 1e-9, 1e6
"""The rates that the picture shows."""
FLOOR = 1e-16
"""A loss below this is drawn here."""


def chosen_rates() -> Frames:
    """A valley of five curvatures from 1 to 100, walked by eight rules from thirteen first rates.

    Sliders for the first rate and for the rule. Left is the rate it chooses at each step, with the
    band of good fixed rates; right the loss.
    """
    rules = [rule(FIRST) for rule in METHODS.values()]
    start = np.tile(START, (len(FIRST), len(METHODS), 1))
    valley = quadratic(CURVATURES)
    run = train(valley, start, gd, side_by_side(rules), STEPS, blowup=1e30)
    lr, loss = np.moveaxis(run.lr, 0, -1), np.moveaxis(run.loss, 0, -1)
    lr = np.where(np.isnan(loss[..., :-1]), np.nan, np.clip(lr, LOW, None))
    drawn, steps = np.maximum(loss, FLOOR), np.arange(STEPS + 1)
    best = 2 / (CURVATURES[0] + CURVATURES[-1])

    def background(figure):
        left, right = figure.subplots(1, 2)
        left.axhspan(best / 3, best, color="#E3E3E3")
        left.axhline(2 / CURVATURES[-1], color=GREY, ls=":", lw=1.5)
        left.set(yscale="log", ylim=(LOW / 3, HIGH), xlim=(0, STEPS), xlabel="step")
        left.set(ylabel="rate", title="the rate it chooses (band: good fixed rates)")
        fixed = train(valley, START, gd, best, STEPS).loss
        right.plot(np.maximum(fixed, FLOOR), color=GREY, lw=1.5, ls="--")
        right.set(yscale="log", ylim=(FLOOR / 3, 1e10), xlim=(0, STEPS), xlabel="step")
        right.set(ylabel="loss", title="the loss (dashed: the best fixed rate)")
        return left, right

    marks = (
        Mark(0, steps[:-1], lr, BLUE, width=2),
        Mark(0, [0], lr[..., :1], BLACK, line="", marker="D", size=8),
        Mark(1, steps, drawn, RED, width=2),
    )
    return Frames(
        size=(8.6, 3.8),
        background=background,
        sliders=(
            rate_slider(FIRST, 1e-8, [f"{lr:.0e}".replace("e-0", "e-").replace("e+0", "e")
                                      for lr in FIRST])._replace(title="first rate"),
            Slider("method", "rule", range(len(METHODS)), list(METHODS), 1),
        ),
        marks=marks,
        texts=_texts(lr, loss),
        description="Left, the rate that a rule chooses at each step, on a log axis, with the band "
        "of good fixed rates. Right, the loss at each step, with that of the best fixed rate.",
    )  # fmt: skip


def _texts(lr, loss):
    texts = np.empty(loss.shape[:2], dtype=object)
    for (i, k), name in np.ndenumerate(np.broadcast_to(list(METHODS), texts.shape)):
        far = ~(loss[i, k] <= 1e-8)
        arrived = len(far) - far[::-1].argmax()
        after = (
            f"the loss is below 1e-8 for good after {arrived} steps"
            if arrived < len(far)
            else "it blows up"
            if np.isnan(loss[i, k, -1])
            else f"after {STEPS} steps the loss is {loss[i, k, -1]:.1g}"
        )
        texts[i, k] = (
            f"{name.capitalize() if name[0].islower() else name}, told {FIRST[i]:.0e}: its first "
            f"rate is {lr[i, k, 0]:.2g}; {after}."
        )
    return texts
