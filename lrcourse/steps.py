"""What every schedule asks of its settings: whole steps, and rates that are numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lrcourse.base import Array, BadInput, Schedule

Rate = float | Array
"""A rate in ``[0, inf)``, or one for each run."""


def schedule_of(formula: Callable[[Any], Any]) -> Schedule:
    """Make a schedule of a formula in ``step``: it takes one step or an array of them.

    One step gives a Python float, or one rate per run. Raises ValueError for a step that is not
    whole or lies below 0: a formula would answer without a word.

    >>> halving = schedule_of(lambda step: 0.5**step)
    >>> halving(2), halving([0, 1, 2])
    (0.25, array([1.  , 0.5 , 0.25]))
    """

    def schedule(step):
        lr = np.asarray(formula(whole_numbers("step", step)), float)
        return float(lr) if lr.ndim == 0 else lr

    return schedule


def whole_numbers(name: str, value: Any, least: int = 0) -> int | Array:
    """Return ``value`` as an int, or as an array of them if it holds several; 1e4 counts as whole.

    >>> whole_numbers("step", -1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: step must be a whole number, 0 or more, got -1
    """
    numbers = _numbers(
        name,
        value,
        f"a whole number, {least} or more",
        lambda n: (n >= least) & np.isfinite(n) & (n == np.floor(n)),
    )
    return numbers.astype(int) if numbers.ndim else int(numbers)


def count(name: str, value: Any, least: int = 1) -> int:
    """Return ``value`` as one whole number of at least ``least``."""
    whole = whole_numbers(name, value, least)
    if not isinstance(whole, int):
        raise BadInput(f"{name} must be one number for all runs, got {value}")
    return whole


def boundaries_of(value: Any) -> Array:
    """Return the steps at which something changes, ``[boundaries]``, in rising order."""
    boundaries = whole_numbers("each boundary", np.atleast_1d(value))
    if np.any(np.diff(boundaries) < 0):
        raise BadInput(f"boundaries must rise, got {value}")
    return boundaries


def rates(name: str, value: Any) -> float | Array:
    """Return ``value`` as a rate, or as one rate per run: finite numbers, 0 or more."""
    return _real(name, value, "a number, 0 or more", lambda n: (n >= 0) & np.isfinite(n))


def positive(name: str, value: Any) -> float | Array:
    """Return ``value`` as a finite number above 0, or one per run."""
    return _real(name, value, "a number above 0", lambda n: (n > 0) & np.isfinite(n))


def fraction(name: str, value: Any) -> float | Array:
    """Return ``value`` as a number from 0 to 1, or one per run."""
    return _real(name, value, "a number from 0 to 1", lambda n: (n >= 0) & (n <= 1))


def falling(high_name: str, high: Any, low_name: str, low: Any) -> tuple[Any, Any]:
    """Return two rates of which the second is not above the first.

    >>> falling("peak_lr", 0.01, "end_lr", 0.1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: end_lr must not be above peak_lr = 0.01, got 0.1
    """
    high, low = rates(high_name, high), rates(low_name, low)
    if np.any(low > high):
        raise BadInput(f"{low_name} must not be above {high_name} = {high}, got {low}")
    return high, low


def checked_schedule(name: str, value: Any) -> Schedule:
    """Return ``value`` if it can be asked for a rate.

    >>> checked_schedule("schedule", 0.1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: schedule must be a function step -> lr, got 0.1; use constant(0.1)
    """
    if not callable(value):
        raise BadInput(f"{name} must be a function step -> lr, got {value}; use constant({value})")
    return value


def _real(name, value, wanted, holds):
    numbers = _numbers(name, value, wanted, holds)
    return numbers.astype(float) if numbers.ndim else float(numbers)


def _numbers(name, value, wanted, holds):
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf" or not np.all(holds(numbers)):
        raise BadInput(f"{name} must be {wanted}, got {value}")
    return numbers
