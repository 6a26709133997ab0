"""A log as a picture: losses above, the rate below. What cannot be drawn raises ``BadInput``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from lrcourse.base import BadInput
from lrcourse.colours import BLUE, GREY, LIMIT, LOSS
from lrcourse.inputs import seen

FARTHEST = 100.0
"""A picture shows this many times the first loss; what goes on from there leaves it."""
WIDE = 5.0
"""Numbers this many times apart stand on a logarithmic axis."""
VALIDATION = {"color": BLUE, "marker": "o", "markersize": 3, "linewidth": 1.2}


def log_curves(log: Mapping[str, Any], ax: Any = None, rate_ax: Any = None) -> None:
    """Draw the columns ``loss`` (ink) and ``val_loss`` (blue dots) of a log over ``step``, and on
    ``rate_ax`` its ``lr``, all ``[steps]``. A loss that leaves the picture, or is no number any
    more, ends in a triangle at its edge.

    Raises ``BadInput`` for a log without a column ``loss``.

    >>> from lrcourse.detective import cases
    >>> log_curves(cases(0)[0][1])
    """
    if not isinstance(log, Mapping) or "loss" not in log:
        raise BadInput(f"log must be a dictionary of columns, loss among them, got {seen(log)}")
    ax = ax or plt.subplots()[1]
    step = np.asarray(log.get("step", np.arange(len(log["loss"]))))
    columns = [np.asarray(log[name], float) for name in ("loss", "val_loss") if name in log]
    top = _top(columns)
    for column, look in zip(columns, ({"color": LOSS, "linewidth": 0.9}, VALIDATION), strict=False):
        there = column < top
        ax.plot(step[there], column[there], **look)
    _scaled(ax, columns, top)
    ax.set_xlim(step[0] - 0.02 * np.ptp(step), step[-1] + 0.02 * np.ptp(step) or 1)
    lost = ~(columns[0] < top)
    if lost[-1]:
        ax.plot(step[lost.argmax()], 1, "^", color=LIMIT, clip_on=False, transform=_edge(ax))
    if rate_ax is not None and "lr" in log:
        rate_ax.plot(step, log["lr"], color=GREY)
        rate_ax.set(xlabel="step", ylabel="rate", yscale=_scale(np.asarray(log["lr"], float)))


def _top(columns):
    """Return the loss beyond which a curve leaves the picture."""
    first = next((value for value in columns[0] if np.isfinite(value)), 1.0)
    return first + (FARTHEST - 1) * abs(first)


def _scale(values):
    """Return "log" where numbers lie far apart and none of them below 0."""
    above = values[np.isfinite(values) & (values > 0)]
    wide = len(above) and above.max() > WIDE * above.min()
    return "log" if wide and not (values < 0).any() else "linear"


def _scaled(ax, columns, top):
    everything = np.concatenate(columns)
    ax.set(yscale=_scale(everything[everything < top]), ylabel="loss", xlabel="step")
    if (everything >= top).any():
        ax.set_ylim(top=top)


def _edge(ax):
    """Return the places of steps along the upper edge of a picture."""
    return ax.get_xaxis_transform()
