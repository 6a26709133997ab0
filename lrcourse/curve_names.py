"""Names beside the curves they belong to, kept apart where curves end close together."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from lrcourse.base import Array


def name_curves(ax: Axes) -> None:
    """Write beside each curve's last point in the picture its label, in its colour: no legend is
    left to decode. Names stay apart; a curve without a label stays without a name.

    >>> import matplotlib.pyplot as plt
    >>> ax = plt.figure().add_subplot()
    >>> lines = ax.plot([0, 1], [[1, 2], [3, 4]], label=["one", "other"])
    >>> name_curves(ax)
    >>> [text.get_text() for text in ax.texts]
    ['one', 'other']
    """
    ax.autoscale_view()  # Where nobody has asked yet, the limits are not known.
    named = [line for line in ax.lines if not line.get_label().startswith("_")]
    across, up = np.array([_end(ax, line) for line in named]).T
    for line, *place in zip(named, across, spread(up, gap=0.07), strict=True):
        ax.annotate(
            line.get_label(),
            *(place, (6, 0)),
            xycoords="axes fraction",
            textcoords="offset points",
            color=line.get_color(),
            va="center",
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


def _end(ax, line):
    """Return where a curve ends, or leaves the picture for good, as parts of the picture."""
    places = ax.transAxes.inverted().transform(line.get_transform().transform(line.get_xydata()))
    last = np.flatnonzero((abs(places - 0.5) < 0.501).all(axis=1)).max(initial=0)
    way = np.nan_to_num(places[last + 1] - places[last] if last + 1 < len(places) else np.zeros(2))
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(way > 0, 1 - places[last], places[last]) / abs(way)
        return places[last] + way * np.nanmin(room, initial=1)


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
