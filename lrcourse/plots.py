"""Pictures of what happened: each function draws the Runs or arrays it is given, and never trains.

Curves carry their names, and a run that diverged is drawn dashed to the edge of the picture instead
of being left out.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from lrcourse.base import Array, BadInput, Objective, Run
from lrcourse.colours import BLACK, GREY, HAPPENED, LOSS, STYLE
from lrcourse.curve_names import name_curves
from lrcourse.numerals import typeset

DIRECT = 4
"""Up to this many curves carry their names beside them; more go into a legend."""
ROOM = 10.0
"""A loss curve shows this many times the highest first loss, so that a rise is seen as one."""


def style() -> None:
    """Give every figure from here on the course's look, and in a notebook twice the pixels, for
    screens of double density: call it once, at the top.

    >>> style()
    """
    plt.style.use(STYLE)
    _sharpen()


def _sharpen():
    """Have a notebook draw its figures with twice the pixels; elsewhere there is nothing to do."""
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        from matplotlib_inline.config import InlineBackend  # Only where a notebook is.

        InlineBackend.instance(parent=shell).figure_formats = {"retina"}


def loss_curves(runs: Run | Sequence[Run], labels: Sequence[str] | None = None, ax=None) -> None:
    """Draw the loss ``[steps + 1, ...]`` of every run against the step, on a logarithmic axis, or
    on a plain one where a loss lies below 0.

    A Run may hold many runs: each is one curve. Without ``labels`` they are named after their
    rates. Raises ``BadInput`` unless there is one label for each curve, and where a rate changed
    during a run and there are no labels.

    >>> from lrcourse import gd, parabola, train
    >>> loss_curves(train(parabola(), [1.0], gd, [0.1, 2.5], steps=20))
    """
    runs = [runs] if isinstance(runs, Run) else list(runs)
    curves = [curve for run in runs for curve in run.loss.reshape(len(run.loss), -1).T]
    labels = [name for run in runs for name in _rates(run)] if labels is None else list(labels)
    if len(labels) != len(curves):
        raise BadInput(f"there are {len(curves)} curves, got {len(labels)} labels")
    ax = ax or plt.subplots()[1]
    falls_below_zero = any((curve < 0).any() for curve in curves)
    top = _top(curves, falls_below_zero)
    colours = [LOSS] if len(curves) == 1 else [None] * len(curves)
    lines = [_loss_curve(ax, *each, top) for each in zip(curves, colours, strict=True)]
    ax.set(yscale="linear" if falls_below_zero else "log", xlabel="step", ylabel="loss")
    ax.set_ylim(top=top)
    _name(ax, lines, labels)


def _top(curves, falls_below_zero):
    """Return the height of the picture: room for a rise above the highest start."""
    highest = max([curve[0] for curve in curves if np.isfinite(curve[0])], default=1.0)
    if falls_below_zero:
        lowest = min(curve[np.isfinite(curve)].min(initial=highest) for curve in curves)
        return highest + (highest - lowest or 1.0)
    return ROOM * highest or 1.0


def _rates(run):
    if not len(run.lr):
        return ["no step"] * run.loss[0].size
    rates = run.lr.reshape(len(run.lr), -1)
    if (rates != rates[0]).any():
        raise BadInput("the rate changed during a run, so it is no name: pass labels")
    rates = np.broadcast_to(rates[0], run.loss[0].size)
    return [f"lr = {lr:.3g}" for lr in rates]


def _loss_curve(ax, loss, colour, top):
    """Draw one curve; one that ends beyond ``top``, or as no number, leaves the picture dashed."""
    if loss[-1] <= top:
        return ax.plot(loss, color=colour)[0]
    last = np.flatnonzero(loss <= top).max(initial=-1)
    (line,) = ax.plot(np.append(loss[: last + 1], top), "--", color=colour)
    ax.plot(last + 1, top, "^", color=line.get_color(), clip_on=False)
    return line


def _name(ax, lines, labels):
    """Write the names beside the ends of the curves, or into a legend where there are many."""
    if len(lines) > DIRECT:
        ax.legend(lines, labels, loc="center left", bbox_to_anchor=(1, 0.5))
        return
    for line, label in zip(lines, labels, strict=True):
        line.set_label(label)
    name_curves(ax)


def landscape(objective: Objective, path: Array, ax=None, xlim=None, ylim=None) -> None:
    """Draw contours of an objective of two parameters, and the path ``[steps + 1, 2]`` over them.

    Each contour stands for a loss a fixed number of times higher than the one inside it.

    Raises ``BadInput`` for a path of another shape.

    >>> from lrcourse import gd, quadratic, train
    >>> bowl = quadratic([1.0, 5.0])
    >>> landscape(bowl, train(bowl, [3.0, 1.0], gd, 0.3, 8, record=1).w)
    """
    path = np.asarray(path, float)
    if path.ndim != 2 or path.shape[1] != 2:
        raise BadInput(f"path must be [steps + 1, 2], points of two parameters, got {path.shape}")
    ax = ax or plt.subplots()[1]
    x = np.linspace(*(xlim or _around(path[:, 0])), 200)
    y = np.linspace(*(ylim or _around(path[:, 1])), 200)
    loss = objective.loss(np.stack(np.meshgrid(x, y), -1))
    above = loss - loss.min()
    ax.contour(x, y, above, np.geomspace(1e-3, 1, 10) * above.max(), colors="#B5B5B5", linewidths=1)
    ax.set(xlabel="first parameter", ylabel="second parameter", xlim=x[[0, -1]], ylim=y[[0, -1]])
    ax.plot(*path.T, "o-", color=HAPPENED, lw=1.5, ms=4)
    ax.plot(*path[0], "s", color=HAPPENED)
    ax.plot(*path[-1], "D", color=HAPPENED)


def _around(values):
    """Return limits with the values and 0 well inside them."""
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    margin = 0.1 * (high - low) or 1.0
    return low - margin, high + margin


def slices(objective: Objective, w: Array, reach: float) -> None:
    """Draw the loss along each parameter alone, the others frozen at ``w [P]``, and its slope.

    >>> from lrcourse import quadratic
    >>> slices(quadratic([1.0, 5.0]), [1.0, 1.0], reach=2.0)
    """
    w = np.asarray(w, float)
    along = np.linspace(-reach, reach, 61)
    figure, panels = plt.subplots(1, w.size, figsize=(4.5 * w.size, 3), sharey=True)
    for ax, direction, slope in zip(panels, np.eye(w.size), objective.grad(w), strict=True):
        place = w @ direction
        ax.plot(place + along, objective.loss(w + along[:, np.newaxis] * direction), color=GREY)
        ax.axline((place, objective.loss(w)), slope=slope, linestyle="--")
        ax.plot(place, objective.loss(w), "D", color=BLACK)
        ax.set(
            xlabel=f"w{direction.argmax()}, the rest frozen",
            title=typeset(f"slope here {slope:.0f}"),
        )
    panels[0].set(ylabel="loss")


def stretched(table: Array, ax=None) -> None:
    """Draw the tips of arrows ``v`` on a circle, and of ``table @ v`` for a symmetric ``[2, 2]``.

    The eigenvectors are the arrows that keep their direction; each carries its eigenvalue.

    >>> from lrcourse import turned
    >>> stretched(turned([1.0, 3.0], 30))
    """
    eigenvalues, eigenvectors = np.linalg.eigh(table)
    angle = np.arctan2(*eigenvectors[::-1, 0]) + np.linspace(0, 2 * np.pi, 25)
    tips = np.array([np.cos(angle), np.sin(angle)])
    ax = ax or plt.subplots(figsize=(4.6, 4.6))[1]
    ax.plot(*np.stack([tips, table @ tips], axis=1), color="#C8C8C8", lw=1.5)
    ax.plot(*tips, "o")
    ax.plot(*(table @ tips), "s")
    names = (("tips of arrows v", "C0"), ("tips of A v", "C1"))
    for value, v, (name, colour) in zip(eigenvalues, eigenvectors.T, names, strict=True):
        place = v * np.sign(v[1]) * (max(value, 1) + 0.3)
        outwards = ("left", "right") if place[0] > 0 else ("right", "left")
        ax.text(*place, f"times {value:.3g}", ha=outwards[0], va="center", color=BLACK)
        ax.text(*-place, name, ha=outwards[1], va="center", color=colour)
    reach = eigenvalues[-1] + 0.7
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="w0", ylabel="w1")


def chain(names: Sequence[str]) -> None:
    """Draw a chain of boxes: values go forward above, blame comes back below.

    >>> chain(["w", "loss"])
    """
    ax = plt.figure(figsize=(8, 1.7), layout="none").add_axes(
        (0, 0, 1, 1), xlim=(-0.6, len(names) - 0.4)
    )
    ax.set_axis_off()
    ax.set_ylim(-1, 1)
    for place, name in enumerate(names):
        ax.text(
            place,
            0,
            name,
            ha="center",
            va="center",
            size=12,
            bbox={"boxstyle": "round,pad=0.6", "fc": "white"},
        )
    for left in range(len(names) - 1):
        for height, start, end, colour in ((0.45, 0.15, 0.85, "C0"), (-0.45, 0.85, 0.15, "C1")):
            ends = {"xy": (left + end, height), "xytext": (left + start, height)}
            ax.annotate("", **ends, arrowprops={"arrowstyle": "->", "color": colour, "lw": 2})
    ax.text((len(names) - 1) / 2, 0.75, "forward: values", color="C0", ha="center")
    ax.text((len(names) - 1) / 2, -0.85, "back: blame", color="C1", ha="center")
