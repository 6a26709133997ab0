"""Pictures of what happened: each function draws the Runs or arrays it is given, and never trains.

Rates stand on a logarithmic axis, curves carry their names, and a run that diverged is drawn dashed
to the edge of the picture instead of being left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from lrcourse.base import Array, BadInput, Objective, Run
from lrcourse.colours import BLACK, BLUE, GREY, STYLE

DIRECT = 4
"""Up to this many curves carry their names beside them; more go into a legend."""
ROOM = 10.0
"""A loss curve shows this many times the highest first loss, so that a rise is seen as one."""


def style() -> None:
    """Give every figure from here on the course's look: call it once, at the top of a notebook."""
    plt.style.use(STYLE)


def loss_curves(runs: Run | Sequence[Run], labels: Sequence[str] | None = None, ax=None) -> None:
    """Draw the loss of every run against the step, on a logarithmic axis.

    A Run may hold many runs: each is one curve. Without ``labels`` they are named after their
    rates. Raises ValueError unless there is one label for each curve.
    """
    runs = [runs] if isinstance(runs, Run) else list(runs)
    curves = [curve for run in runs for curve in run.loss.reshape(len(run.loss), -1).T]
    labels = [name for run in runs for name in _rates(run)] if labels is None else list(labels)
    if len(labels) != len(curves):
        raise BadInput(f"there are {len(curves)} curves, got {len(labels)} labels")
    ax = ax or plt.subplots()[1]
    top = ROOM * np.nanmax([curve[0] for curve in curves])
    lines = [_loss_curve(ax, curve, top) for curve in curves]
    ax.set(yscale="log", xlabel="step", ylabel="loss")
    ax.set_ylim(top=top)
    _name(ax, lines, labels)


def _rates(run):
    rates = run.lr.reshape(len(run.lr), -1)
    if (rates != rates[0]).any():
        raise BadInput("the rate changed during a run, so it is no name: pass labels")
    rates = np.broadcast_to(rates[0], run.loss[0].size)
    return [f"lr = {lr:.3g}" for lr in rates]


def _loss_curve(ax, loss, top):
    """Draw one curve; one that ends beyond ``top``, or as no number, leaves the picture dashed."""
    if loss[-1] <= top:
        return ax.plot(loss)[0]
    last = np.flatnonzero(loss <= top)[-1]
    (line,) = ax.plot(np.append(loss[: last + 1], top), "--")
    ax.plot(last + 1, top, "^", color=line.get_color(), clip_on=False)
    return line


def _name(ax, lines, labels):
    """Write the names beside the ends of the curves, or into a legend where there are many."""
    if len(lines) > DIRECT:
        ax.legend(lines, labels, loc="center left", bbox_to_anchor=(1, 0.5))
        return
    ends = [(line.get_xdata()[-1], line.get_ydata()[-1]) for line in lines]
    heights = ax.transAxes.inverted().transform(ax.transData.transform(ends))[:, 1]
    for line, label, height in zip(lines, labels, spread(heights, gap=0.07), strict=True):
        ax.annotate(
            label,
            *((1, height), (6, 0)),
            xycoords="axes fraction",
            textcoords="offset points",
            color=line.get_color(),
            va="center",
        )


def spread(heights: Array, gap: float) -> Array:
    """Move ``heights`` apart until neighbours are ``gap`` apart, keeping their order and middle.

    >>> spread(np.array([0.5, 0.0, 0.5]), gap=0.1).round(2)
    array([0.45, 0.  , 0.55])
    """
    order = np.argsort(heights, kind="stable")
    moved = heights[order].astype(float)
    for _ in moved:
        overlap = np.maximum(gap - np.diff(moved), 0) / 2
        moved[:-1] -= overlap
        moved[1:] += overlap
    return moved[np.argsort(order, kind="stable")]


def rate_curve(
    lrs: Array,
    values: Array,
    *,
    failed: Array | None = None,
    edge: str = "top",
    label: str = "",
    ax=None,
) -> None:
    """Draw ``values`` against the rates they belong to, both ``[N]``, the rate on a log axis.

    Where a value is not finite the run diverged: a cross at the ``edge`` that is the bad one
    (``"top"`` for a loss, ``"bottom"`` for an accuracy), dashed from the last good value. Where
    ``failed`` is true the marker is hollow.
    """
    if edge not in ("top", "bottom"):
        raise BadInput(f'edge must be "top" or "bottom", got {edge!r}')
    lrs, values = np.asarray(lrs, float), np.asarray(values, float)
    if lrs.shape != values.shape or not (lrs > 0).all():
        raise BadInput(
            f"lrs must be rates above 0, one for each of the {values.size} values, got {lrs}"
        )
    ax = ax or plt.subplots()[1]
    ax.set(xscale="log", xlabel="learning rate")
    good = np.isfinite(values)
    (line,) = ax.plot(lrs, np.where(good, values, np.nan), "o-", label=label)
    hollow = good & (False if failed is None else np.asarray(failed))
    ax.plot(lrs[hollow], values[hollow], "o", color=line.get_color(), mfc="white")
    end = ax.get_ylim()[edge == "top"]
    drawn = np.where(good, values, end)
    for i in np.flatnonzero(good[:-1] != good[1:]):
        ax.plot(lrs[i : i + 2], drawn[i : i + 2], "--", color=line.get_color())
    ax.plot(lrs[~good], drawn[~good], "X", color=line.get_color(), clip_on=False)
    ax.set_ylim(**{edge: end})


def steps_on_curve(objective: Objective, path: Array, ax=None, xlim=None) -> None:
    """Draw the loss of an objective of one parameter, and the points ``[steps + 1]`` on it."""
    path = np.ravel(path)
    ax = ax or plt.subplots()[1]
    w = np.linspace(*(xlim or _around(path)), 300)
    loss = objective.loss(w[:, np.newaxis])
    ax.plot(w, loss, color=GREY)
    ax.set(xlabel="w", ylabel="loss", xlim=w[[0, -1]], ylim=_around(loss))
    ax.plot(path, objective.loss(path[:, np.newaxis]), "o-", color=BLUE, lw=1.5)
    ax.plot(path[-1], objective.loss(path[-1:]), "D", color=BLACK)


def landscape(objective: Objective, path: Array, ax=None, xlim=None, ylim=None) -> None:
    """Draw contours of an objective of two parameters, and the path ``[steps + 1, 2]`` over them.

    Each contour stands for a loss a fixed number of times higher than the one inside it.
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
    ax.plot(*path.T, "o-", color=BLUE, lw=1.5, ms=4)
    ax.plot(*path[0], "s", color=BLUE)
    ax.plot(*path[-1], "D", color=BLACK)


def _around(values):
    """Return limits with the values and 0 well inside them."""
    low, high = min(np.nanmin(values), 0.0), max(np.nanmax(values), 0.0)
    margin = 0.1 * (high - low) or 1.0
    return low - margin, high + margin


def slices(objective: Objective, w: Array, reach: float) -> None:
    """Draw the loss along each parameter alone, the others frozen at ``w [P]``, and its slope."""
    w = np.asarray(w, float)
    along = np.linspace(-reach, reach, 61)
    figure, panels = plt.subplots(1, w.size, figsize=(4.5 * w.size, 3), sharey=True)
    for ax, direction, slope in zip(panels, np.eye(w.size), objective.grad(w), strict=True):
        place = w @ direction
        ax.plot(place + along, objective.loss(w + along[:, np.newaxis] * direction), color=GREY)
        ax.axline((place, objective.loss(w)), slope=slope, linestyle="--")
        ax.plot(place, objective.loss(w), "D", color=BLACK)
        ax.set(xlabel=f"w{direction.argmax()}, the rest frozen", title=f"slope here {slope:.0f}")
    panels[0].set(ylabel="loss")


def stretched(table: Array, ax=None) -> None:
    """Draw the tips of arrows ``v`` on a circle, and of ``table @ v`` for a symmetric ``[2, 2]``.

    The eigenvectors are the arrows that keep their direction; each carries its eigenvalue.
    """
    eigenvalues, eigenvectors = np.linalg.eigh(table)
    angle = np.arctan2(*eigenvectors[::-1, 0]) + np.linspace(0, 2 * np.pi, 25)
    tips = np.array([np.cos(angle), np.sin(angle)])
    ax = ax or plt.subplots(figsize=(4.6, 4.6))[1]
    ax.plot(*np.stack([tips, table @ tips], axis=1), color="#C8C8C8", lw=1.5)
    ax.plot(*tips, "o", label="tips of arrows v")
    ax.plot(*(table @ tips), "s", label="tips of the arrows A v")
    for value, v in zip(eigenvalues, eigenvectors.T, strict=True):
        place = v * np.sign(v[1]) * (max(value, 1) + 0.3)
        ax.text(*place, f"times {value:.3g}", ha="center", va="center", color=BLACK)
    reach = eigenvalues[-1] + 0.4
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="w0", ylabel="w1")
    ax.legend(loc="lower right")


def chain(names: Sequence[str]) -> None:
    """Draw a chain of boxes: values go forward above, blame comes back below."""
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
