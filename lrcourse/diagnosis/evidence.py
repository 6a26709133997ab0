"""What can be measured in a log: where losses start, leap and end, and what the rate did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array

NONE = np.empty(0)


class Columns(NamedTuple):
    """A log as it is looked at: a row for each training loss."""

    loss: Array
    """``[rows]``; what is no number stays in it."""
    lr: Array
    """``[rows]``, or nothing."""
    epoch: Array
    """``[rows]``, or nothing."""
    held: Array
    """Validation losses, ``[times]``, or nothing."""
    held_at: Array
    """The row of each, ``[times]``."""
    step: Array
    """``[rows]``: what a picture has below it."""


def columns(log: Mapping[str, Array]) -> Columns:
    """Return a log's columns; where a validation loss is nan, none was measured."""
    loss = np.asarray(log["loss"], float)
    held = np.asarray(log.get("val_loss", NONE), float)
    there = np.flatnonzero(~np.isnan(held))
    lr, epoch = (np.asarray(log.get(name, NONE), float) for name in ("lr", "epoch"))
    step = np.asarray(log.get("step", np.arange(len(loss))), float)
    return Columns(loss, lr, epoch, held[there] if len(held) else NONE, there, step)


class Losses(NamedTuple):
    """What the training losses did."""

    start: float
    end: float
    leap: float
    """The highest, over the start."""
    at_once: float
    """The highest of the two rows after the first, over the start."""
    leap_at: float
    """How far along the highest is, from 0 to 1."""
    lost: int | None
    """The first row that is no finite number."""
    climbed: bool
    """Whether it went up from the start and never down, as far as it goes."""
    late: float
    """The part of the fall that came in the last third of the way."""
    first: float
    """The part of it that came in the first third."""


def smoothed(values: Array, window: int) -> Array:
    """Return running means over ``window`` values; at the ends over those that are there.

    >>> smoothed(np.array([0.0, 3.0, 0.0]), 3)
    array([1.5, 1. , 1.5])
    """
    ones = np.ones(min(window, len(values)))
    return np.convolve(values, ones, "same") / np.convolve(np.ones(len(values)), ones, "same")


def losses(c: Columns) -> Losses:
    """Measure the training losses."""
    finite = np.isfinite(c.loss)
    lost = None if finite.all() else int((~finite).argmax())
    loss = c.loss[:lost]
    if not len(loss):
        return Losses(np.nan, np.nan, np.nan, np.nan, 0.0, lost, False, 0.0, 1.0)
    rows, start = len(loss), loss[0] if loss[0] > 0 else np.nan
    calm = smoothed(loss, max(1, rows // 20))
    late, first = _falls(calm, np.arange(rows), c)
    if len(c.held) > 4 and lost is None:
        late, first = _falls(c.held, c.held_at, c)
    return Losses(
        float(loss[0]),
        float(loss[-max(1, rows // 10) :].mean()),
        float(loss.max() / start),
        float(loss[1:3].max(initial=loss[0]) / start),
        float(loss.argmax() / rows),
        lost,
        bool(rows > 2 and (np.diff(calm) > 0).mean() > 0.95),
        late,
        first,
    )


def _falls(calm, at, c):
    """Return which parts of the fall of ``calm``, measured ``at`` these rows, came in the last and
    the first third of the way; the way is the sum of the rates, where they are known."""
    way = np.cumsum(c.lr)[at] if len(c.lr) else at + 1.0
    fall = calm[0] - calm[-1]
    if fall <= 0 or not way[-1] > 0:
        return 0.0, 1.0
    first, second = (np.interp(part * way[-1], way, calm) for part in (1 / 3, 2 / 3))
    return float((second - calm[-1]) / fall), float((calm[0] - first) / fall)


class Rates(NamedTuple):
    """What the rate did, as parts of its peak."""

    known: bool
    first: float
    last: float
    middle: float
    lowest_at: float
    """How far along the lowest is, from 0 to 1."""
    gone_at: float
    """How far along it falls to a twentieth for good; 1 where it does not."""
    settled_at: float
    """How far along it comes, within a fiftieth of its peak, to its last value for good."""
    sharpest: float
    """The largest drop from one row to the next."""
    within: bool
    """Whether it changes within the first epoch."""
    by_a_recipe: bool
    """Whether within an epoch it does what recipes for epochs do: the same factor each time,
    several stairs, or a cosine that is over after as many steps as there are epochs."""


def rates(c: Columns) -> Rates:
    """Measure the rates."""
    lr = c.lr
    if not len(lr) or not np.isfinite(lr).all() or not lr.max() > 0:
        return Rates(False, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, False, False)
    part, rows = lr / lr.max(), len(lr)
    above = np.flatnonzero(part > 0.05)
    gone = above[-1] + 1 if len(above) else 0
    moving = np.flatnonzero(np.abs(part - part[-1]) > 0.02)
    epochs = epoch_count(c)
    early = part[: int(rows / epochs)] if epochs and rows >= 3 * epochs else part[:0]
    return Rates(
        True,
        *(float(part[place]) for place in (0, -1, rows // 2)),
        float(part.argmin() / rows),
        gone / rows,
        (moving[-1] + 1) / rows if len(moving) else 0.0,
        float(max(-np.diff(part), default=0.0)),
        bool(len(early) and np.ptp(early) > 1e-6),
        bool(len(early) and gone < rows and _is_for_epochs(part, early, gone, epochs)),
    )


def _is_for_epochs(part, early, gone, epochs):
    """Whether rates that change within an epoch look like a recipe for epochs."""
    ratios = part[1 : gone + 1] / part[:gone]
    drops = np.flatnonzero(np.diff(early) < -1e-6)
    stairs = len(drops) >= 2 and (np.diff(drops) > 1).all()
    over = abs(gone - 0.856 * epochs) <= 1.5 and part[min(2 * epochs, len(part) - 1)] < 1e-3
    return bool(np.ptp(ratios) < 0.01 * (1 - ratios.mean()) + 1e-4 or stairs or over)


def epoch_count(c: Columns) -> int:
    """Return the number of epochs, as the column says, or else how often was validated; 0 where
    that is unknown."""
    if len(c.epoch) and np.isfinite(c.epoch).all():
        return int(c.epoch.max() - c.epoch.min()) + 1
    return len(c.held) - 1 if 3 <= len(c.held) <= len(c.loss) / 3 else 0
