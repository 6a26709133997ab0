"""Explorer of lesson 11: a valley that turns, as each of three rules sees it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Optimizer
from lrcourse.colours import BLUE, GREY, HAPPENED, YOU
from lrcourse.explorers.canvas import (
    NARROW,
    Frames,
    Goal,
    Mark,
    Slider,
    handle,
    step_slider,
)
from lrcourse.numerals import scientific
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
FLOOR = 1e-10
"""Less of the loss is drawn here."""
SEEN = 2**0.5 * 50**-0.25
"""The root of the product of both half-axes of the contour where the loss is 1."""
KEYS = ("■ start   ● now   + bottom", "thin: the valley as it is", "filled: as the rule sees it")
"""What stands below the valleys."""


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
         ("Adam", "adam", adam, "#A66A00"))  # fmt: skip


class Positions(NamedTuple):
    """For each rule, in their order: its walks at all angles."""

    w: Array
    """``[rules, angles, steps + 1, 2]``"""
    rates: Array
    """``[rules, angles, steps + 1, 2]``"""
    part: Array
    """Of the first loss, ``[rules, angles, steps + 1]``."""


def positions() -> Positions:
    """Walk at every angle by every rule, each at its best rate there."""
    walks = [[best_descent(key, rule, angle) for angle in ANGLES] for _, key, rule, _ in RULES]
    w, rates, loss = (
        np.array([[getattr(walk, name) for walk in row] for row in walks])
        for name in ("w", "rates", "loss")
    )
    return Positions(w, rates, loss / loss[..., :1])


def background(figure):
    """Leave room for a valley for each rule, and for the loss against the angle."""
    *valleys, losses = _places(figure)
    for panel, (name, *_, colour), key in zip(valleys, RULES, KEYS, strict=True):
        panel.set(xlim=(-1.45, 1.45), ylim=(-2.3, 1.45), aspect="equal", xticks=[], yticks=[])
        panel.set_title(f"seen by {name}", color=colour)
        panel.plot(0, 0, "+", color=HAPPENED, ms=8)
        panel.text(0, -2.25, key, color="#666666", ha="center")
        panel.spines[:].set_visible(False)
    losses.set(yscale="log", xlim=(-3, 93), ylim=(FLOOR / 3, 2), xlabel="angle of the valley")
    losses.set(xticks=[0, 45, 90], xticklabels=["0°", "45°", "90°"])
    losses.set(yticks=[FLOOR, 1e-5, 1], yticklabels=["10⁻¹⁰\nor less", "10⁻⁵", "1"])
    losses.set(title="Loss left now")
    losses.minorticks_off()
    return *valleys, losses


def _places(figure):
    if figure.get_figwidth() < NARROW:
        return figure.subplots(2, 2).ravel()
    return figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.25))


def marks(at: Positions):
    """In each valley its contours, the valley as the rule sees it, and its path; and the losses."""
    over_angles = np.maximum(np.moveaxis(at.part[:, :, STEPS], 1, -1), FLOOR)
    return (
        *(mark for panel in range(3) for mark in _contours(panel)),
        *(mark for panel in range(3) for mark in _seen(at, panel)),
        *(mark for panel in range(3) for mark in _path(at, panel)),
        *(Mark(3, ANGLES, over_angles[np.newaxis, row], colour, width=2.5)
          for row, (*_, colour) in enumerate(RULES)),
        Mark(3, ANGLES[:, None, None] * np.ones(2), [FLOOR / 3, 2], YOU),
        handle(3, ANGLES[:, None, None], FLOOR, (0,), [[f"{angle}°"] for angle in ANGLES]),
    )  # fmt: skip


def _contours(panel):
    """Draw three ellipses of equal loss, which turn with the angle."""
    around = np.linspace(0, 2 * np.pi, 61)
    round_ = np.stack([np.cos(around), np.sin(around)]) / np.sqrt(CURVATURES)[:, np.newaxis]
    for loss in (0.1, 0.4, 1.0):
        rows = [turn(angle) @ round_ * np.sqrt(2 * loss) for angle in ANGLES]
        x, y = np.moveaxis(np.array(rows)[:, np.newaxis], 2, 0)
        yield Mark(panel, x, y, "#B5B5B5", width=1)


def _seen(at, panel):
    """The valley for which the rule's two rates would be right: it stretches along the axes only.

    Its area is always that of one contour, so that only the shape tells.
    """
    rates = at.rates[panel][:, STEPS]
    halves = SEEN * np.sqrt(rates / np.sqrt(rates.prod(axis=-1, keepdims=True)))
    around = np.linspace(0, 2 * np.pi, 61)
    x, y = (halves[..., [i]] * wave(around) for i, wave in enumerate((np.cos, np.sin)))
    yield Mark(panel, x, y, RULES[panel][-1], width=2.5, fill=0.15)


def _path(at, panel):
    w = at.w[panel][:, np.newaxis]
    here, begin = w[:, 0, STEPS][:, :, np.newaxis], w[:, :, :1]
    left = [[f"{scientific(part)} left" if part > FLOOR else "all gone" for part in row]
            for row in at.part[panel][:, STEPS]]  # fmt: skip
    yield Mark(panel, w[..., 0], w[..., 1], HAPPENED, width=1.2, marker="o", size=4,
               shown=STEPS[np.newaxis] + 1)  # fmt: skip
    yield Mark(panel, here[..., 0], here[..., 1], HAPPENED, line="", marker="o", size=9)
    yield Mark(panel, begin[..., 0], begin[..., 1], HAPPENED, line="", marker="s", size=7)
    yield Mark(panel, 0, -1.75, HAPPENED, line="", place="above", label=left)


def words(at: Positions):
    """Say how far apart a rule's two rates are, and how much of the loss is left."""
    texts = np.empty((len(ANGLES), len(STEPS)), dtype=object)
    apart = at.rates.max(axis=-1) / at.rates.min(axis=-1)
    for (i, k), _ in np.ndenumerate(texts):
        step = STEPS[k]
        left = at.part[:, i, step]
        texts[i, k] = (
            f"Turned by {ANGLES[i]}°, step {step}: AdaGrad's two rates are a factor "
            f"{apart[1, i, step]:.1f} apart, Adam's {apart[2, i, step]:.1f}; the curvatures 50. "
            f"Part of the loss left: descent {left[0]:.1g}, AdaGrad {left[1]:.1g}, Adam "
            f"{left[2]:.1g}."
        )
    return texts


def turning_valley() -> Frames:
    """A valley that you turn, as three rules see it, and how far each of them comes down.

    Sliders for the angle and for the step. Every rule has its own best rate at every angle.
    """
    at = positions()
    above = (at.part[1] > at.part[0])[:, STEPS] & (STEPS[-1] == STEPS)
    return Frames(
        size=(9.2, 3.4),
        background=background,
        sliders=(
            Slider("angle", "angle", ANGLES, [f"{angle}°" for angle in ANGLES], 0, axis=3),
            step_slider(STEPS, 4),
        ),
        marks=marks(at),
        texts=words(at),
        description="Three times a stretched valley, turned by an angle, with the path of plain "
        "descent, of AdaGrad and of Adam, and over it the valley that the rule's two rates would "
        "fit, which stretches along the axes only. Right, the loss left against the angle.",
        goal=Goal("an angle at which AdaGrad ends behind plain descent (step 60)", above),
        narrow=(4.2, 5.6),
    )
