"""The explorer of lesson 11: a valley that turns, three ways down it, and each parameter's rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Optimizer
from lrcourse.canvas import Frames, Mark, Slider, step_slider
from lrcourse.colours import BLACK, BLUE, GREY, RED
from lrcourse.objectives import quadratic, turned
from lrcourse.optimizers import adagrad, adam, gd
from lrcourse.training import train

CURVATURES = np.array([1.0, 50.0])
"""Along the valley and across it."""
START = np.array([-0.9, 0.9])
"""Where every walk begins, in the valley's own two directions: the start turns with the valley."""
ANGLES = np.arange(0, 91, 5)
STEPS = np.r_[0:21, 25:61:5]
RATES = np.geomspace(0.003, 3, 181)
"""Each rule takes at each angle the one of these that ends lowest."""


class Descent(NamedTuple):
    """A walk at the best of ``RATES``, and the rate that each parameter had at each step."""

    lr: float
    w: Array
    """``[steps + 1, 2]``"""
    loss: Array
    """``[steps + 1]``"""
    rates: Array
    """``[steps + 1, 2]``: by what each parameter's slope (Adam: its mean slope) is multiplied."""


def effective_rates(name: str, grads: Array, lr: float) -> Array:
    """Return each parameter's own rate at each step, ``[steps, P]``, from the slopes it met.

    ``name`` is "gd", "adagrad" or "adam". For Adam it multiplies the mean slope.

    >>> grads = np.tile([1.0, 100.0], (4, 1))
    >>> for name in ("gd", "adagrad", "adam"):
    ...     print(f"{name:8}", effective_rates(name, grads, lr=0.2)[3])
    gd       [0.2 0.2]
    adagrad  [0.1   0.001]
    adam     [0.2   0.002]
    """
    squares = np.asarray(grads, float) ** 2
    count = np.arange(1, len(squares) + 1)[:, np.newaxis]
    if name == "gd":
        return np.full(squares.shape, float(lr))
    if name == "adagrad":
        return lr / np.sqrt(np.cumsum(squares, axis=0) + 1e-300)
    if name != "adam":
        raise BadInput(f'name must be "gd", "adagrad" or "adam", got {name!r}')
    square, rows = np.zeros(squares.shape[1]), []
    for row in squares:
        square = 0.999 * square + 0.001 * row
        rows.append(square)
    return lr / (np.sqrt(np.array(rows) / (1 - 0.999**count)) + 1e-8)


def best_descent(name: str, optimizer: Optimizer, degrees: float) -> Descent:
    """Walk down the valley turned by ``degrees`` at the rate of ``RATES`` that ends lowest.

    >>> straight, slanted = (best_descent("gd", gd, degrees) for degrees in (0, 30))
    >>> straight.lr == slanted.lr, bool(np.allclose(straight.loss, slanted.loss))
    (True, True)
    """
    bowl = quadratic(turned(CURVATURES, degrees))
    start = turn(degrees) @ START
    run = train(bowl, start, optimizer, RATES, STEPS[-1], record=1)
    best = int(np.nan_to_num(run.loss[-1], nan=np.inf).argmin())
    w, lr = run.w[:, best], float(RATES[best])
    return Descent(lr, w, run.loss[:, best], effective_rates(name, bowl.grad(w), lr))


def turn(degrees: float) -> Array:
    """Return the table that turns an arrow by an angle, ``[2, 2]``."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, -sine], [sine, cosine]])


RULES = (("descent", "gd", gd, GREY), ("AdaGrad", "adagrad", adagrad, BLUE),
         ("Adam", "adam", adam, RED))  # fmt: skip


def turning_valley() -> Frames:
    """Three walks down a valley that you turn, and beside them the rate each parameter had.

    Sliders for the angle and for the step. Every rule has its own best rate at every angle.
    """
    walks = [[best_descent(key, rule, a) for a in ANGLES] for _, key, rule, _ in RULES]
    marks = [*_contours()]
    styles = (1.5, "o"), (5, ""), (1.5, "o")  # AdaGrad's wide line shows below Adam's
    for (*_, colour), (width, marker), found in zip(RULES, styles, walks, strict=True):
        w = np.array([walk.w for walk in found])[:, np.newaxis]
        here = w[:, 0, STEPS][:, :, np.newaxis]
        marks += [
            Mark(0, w[..., 0], w[..., 1], colour, width=width, marker=marker, size=5,
                 shown=STEPS[np.newaxis] + 1),
            Mark(0, here[..., 0], here[..., 1], colour, line="", marker="D", size=9),
        ]  # fmt: skip
    begin = np.array([turn(angle) @ START for angle in ANGLES])[:, np.newaxis, np.newaxis]
    marks.append(Mark(0, begin[..., 0], begin[..., 1], BLACK, line="", marker="s", size=7))
    marks += _rate_curves(walks)
    return Frames(
        size=(8.0, 4.2),
        background=_background,
        sliders=(
            Slider("angle", "angle", ANGLES, [f"{angle}°" for angle in ANGLES], 0),
            step_slider(STEPS, 10),
        ),
        marks=tuple(marks),
        texts=_texts(walks),
        description="Left, a stretched valley, turned by an angle, with the paths of plain "
        "descent, AdaGrad and Adam. Right, by step, the rate that AdaGrad and Adam give to each "
        "of the two parameters.",
    )


def _background(figure):
    path, rates = figure.subplots(1, 2, width_ratios=(1, 1.15))
    path.set(xlim=(-1.5, 1.5), ylim=(-1.5, 1.5), aspect="equal", title="the paths")
    path.set(xlabel="parameter w0", ylabel="parameter w1")
    path.plot(0, 0, "+", color=BLACK, ms=10)
    for height, (label, *_, colour) in zip((-0.95, -1.15, -1.35), RULES, strict=True):
        path.text(1.4, height, label, color=colour, ha="right")
    rates.set(yscale="log", ylim=(1e-3, 10), xlim=(-0.5, STEPS[-1] + 0.5), xlabel="step")
    rates.set(title="each parameter's own rate (log axis)", ylabel="rate")
    rates.text(STEPS[-1], 5, "solid: w0's rate, dashed: w1's", ha="right")
    for height, (label, *_, colour) in zip((2.8, 1.6), RULES[1:], strict=True):
        rates.text(STEPS[-1], height, label, color=colour, ha="right")
    return path, rates


def _contours():
    """Draw four ellipses of equal loss, which turn with the angle."""
    around = np.linspace(0, 2 * np.pi, 121)
    round_ = np.stack([np.cos(around), np.sin(around)]) / np.sqrt(CURVATURES)[:, np.newaxis]
    for loss in (0.05, 0.3, 1.0, 3.0):
        rows = [turn(angle) @ round_ * np.sqrt(2 * loss) for angle in ANGLES]
        x, y = np.moveaxis(np.array(rows)[:, np.newaxis], 2, 0)
        yield Mark(0, x, y, "#B5B5B5", width=1)


def _rate_curves(walks):
    for (*_, colour), found in list(zip(RULES, walks, strict=True))[1:]:
        rates = np.array([walk.rates for walk in found])[:, np.newaxis]
        for parameter, dash in ((0, "-"), (1, "--")):
            yield Mark(1, np.arange(STEPS[-1] + 1), rates[..., parameter], colour, line=dash,
                       shown=np.maximum(STEPS[np.newaxis] + 1, 2))  # fmt: skip


def _texts(walks):
    texts = np.empty((len(ANGLES), len(STEPS)), dtype=object)
    for (i, k), _ in np.ndenumerate(texts):
        step = STEPS[k]
        apart = [walk[i].rates[step].max() / walk[i].rates[step].min() for walk in walks[1:]]
        left = [walk[i].loss[step] / walk[i].loss[0] for walk in walks]
        texts[i, k] = (
            f"Turned by {ANGLES[i]}°, step {step}: AdaGrad's two rates are a factor {apart[0]:.1f} "
            f"apart, Adam's {apart[1]:.1f}; the curvatures 50. Part of the loss left: descent "
            f"{left[0]:.1g}, AdaGrad {left[1]:.1g}, Adam {left[2]:.1g}."
        )
    return texts
