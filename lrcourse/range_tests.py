"""Finding a rate in one run: rates that rise, a loss that is smoothed, and rules that read it.

A range test raises the rate at every step, from far too low to far too high, and writes the loss
down. L. N. Smith (2017, arXiv 1506.01186, section 3.3) reads two bounds off the curve; fastai's
``lr_find`` reads one rate. The rules differ, and the length of the test moves them all.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Objective, Optimizer, Step
from lrcourse.inputs import below_one, count, one, one_of, positive, rising, seen
from lrcourse.optimizers import gd
from lrcourse.training import train

STOP = 4.0
"""A test ends where the smoothed loss is this many times the lowest so far, as in fastai."""


def geometric_lrs(low: float, high: float, steps: int) -> Array:
    """Rates from ``low`` to ``high``, both included, each the same factor above the one before.

    Shape ``[steps]``. Raises ValueError unless ``0 < low < high`` and ``steps`` is 2 or more.

    >>> geometric_lrs(0.001, 10, 5)
    array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])
    """
    low, high = one("low", positive("low", low)), one("high", positive("high", high))
    if not low < high:
        raise BadInput(f"the rates must rise from above 0, got low = {low} and high = {high}")
    return np.geomspace(low, high, count("steps", steps, 2))


def ema(values: Array, beta: float = 0.9) -> Array:
    """The moving average of ``values`` ``[steps, ...]`` along its first axis, without start bias.

    Entry ``k`` weighs entry ``k - j`` with ``beta**j``, divided by the sum of these weights. A
    value that is not a number spoils all that follow. Raises ValueError for a ``beta`` outside
    ``0 <= beta < 1``.

    >>> ema([2.0, 2.0, 5.0], beta=0.5)
    array([2.        , 2.        , 3.71428571])
    """
    beta, values = one("beta", below_one("beta", beta)), np.asarray(values, float)
    if not values.ndim:
        raise BadInput(f"values must be [steps, ...], got {seen(values.item())}")
    average, smooth = 0.0, []
    for many, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * value
        smooth.append(average / (1 - beta**many))
    return np.array(smooth)


class RangeTest(NamedTuple):
    """What a range test saw."""

    lr: Array
    """The rate of each step, ``[steps]``."""
    loss: Array
    """The mini-batch loss before each step, ``[steps, ...]``; NaN from where the test ended."""
    smooth: Array
    """The loss as a moving average, of the same shape."""


def range_test(
    objective: Objective,
    w: Array,
    lrs: Array,
    batch_size: int | None = None,
    rng: Any = None,
    *,
    optimizer: Optimizer | Step = gd,
    beta: float = 0.9,
    stop: float = STOP,
) -> RangeTest:
    """Take one step at each rate of ``lrs`` and write down the loss before it.

    ``w`` is ``[..., P]``: leading axes are tests that never meet, with ``rng`` as in ``train``. A
    test ends where its loss, averaged with ``beta``, exceeds ``stop`` times the lowest so far; if
    that is below 0, where it lies ``stop - 1`` times as far above it as that lies from 0. Raises
    ``BadInput`` unless ``lrs`` ``[steps]`` rise from above 0, and where ``train`` would.

    >>> from lrcourse.objectives import parabola
    >>> test = range_test(parabola(), [1.0], geometric_lrs(0.05, 12.8, 9), beta=0)
    >>> test.loss.round(3)                              # past 2 it grows, and the test is over
    array([0.5  , 0.451, 0.366, 0.234, 0.084, 0.003, 0.001,   nan,   nan])
    """
    lrs, stop = rising("lrs", lrs, 2), one("stop", positive("stop", stop))
    run = train(
        objective,
        w,
        optimizer,
        lambda step: float(lrs[step]),
        len(lrs),
        batch_size=batch_size,
        rng=rng,
    )
    loss = run.loss[:-1]
    smooth = ema(loss, beta)
    lowest = np.fmin.accumulate(smooth, axis=0)
    room = np.where(lowest < 0, 2 - stop, stop) * lowest  # As far above as it lies from 0.
    alive = np.logical_and.accumulate(smooth <= room, axis=0)
    return RangeTest(lrs, np.where(alive, loss, np.nan), np.where(alive, smooth, np.nan))


def starts_to_rise(lrs: Array, loss: Array, part: float = 0.1) -> float:
    """The first rate past the minimum at which a tenth of the fall is lost again.

    The last rate, if that never happens. Less than a tenth is hard to tell from noise.
    """
    lowest = np.nanargmin(loss)
    fall = np.nanmax(loss[: lowest + 1]) - loss[lowest]
    risen = ~(loss <= loss[lowest] + part * fall)
    risen[:lowest] = False
    return float(lrs[risen.argmax() if risen.any() else -1])


def minimum(lrs: Array, loss: Array) -> float:
    """The rate at which the loss is lowest."""
    return float(lrs[np.nanargmin(loss)])


def tenth_of_minimum(lrs: Array, loss: Array) -> float:
    """A tenth of the rate at which the loss is lowest. fastai: ``minimum``."""
    return minimum(lrs, loss) / 10


def steepest(lrs: Array, loss: Array) -> float:
    """The rate from which the loss falls most on the way to the next, for each decade of rate.

    fastai: ``steep``.
    """
    return float(lrs[np.nanargmin(np.diff(loss) / np.diff(np.log10(lrs)))])


def valley(lrs: Array, loss: Array, part: float = 2 / 3) -> float:
    """The rate at which two thirds of the deepest fall are done: from a high to a later low.

    Not fastai's ``valley``, which stands about half-way, in steps, along the longest fall.
    """
    drop = np.fmax.accumulate(loss) - loss
    end = np.nanargmax(drop)
    top = np.nanargmax(loss[: end + 1])
    done = loss[top : end + 1] <= loss[top] - part * drop[end]
    return float(lrs[top + done.argmax()])


RULES = {
    "starts to rise": starts_to_rise,
    "minimum": minimum,
    "minimum / 10": tenth_of_minimum,
    "steepest": steepest,
    "valley": valley,
}
"""Ways to read one rate off a smoothed curve: ``lrs [steps], loss [steps] -> lr``."""

SKIP = 0.1
"""The part of a test, at its start, that is not read: the average has seen few values there, and
fastai leaves it out as well."""


def suggest_lr(lrs: Array, losses: Array, rule: str = "steepest", skip: float = SKIP) -> Any:
    """Return the rate that one of the ``RULES`` reads off the smoothed ``losses``.

    ``losses`` is ``[steps]``, or ``[steps, ...]`` for several tests: then there is one rate for
    each, ``[...]``. Raises ValueError for a rule that is not there, and where nothing is left to
    read.

    >>> lrs = geometric_lrs(0.001, 10, 5)
    >>> losses = [2.3, 2.2, 1.0, 0.4, 3.0]
    >>> [suggest_lr(lrs, losses, rule) for rule in ("minimum", "minimum / 10", "steepest")]
    [1.0, 0.1, 0.01]
    """
    one_of("rule", rule, RULES)
    lrs, losses = _read(lrs, losses, skip)
    rates = np.apply_along_axis(lambda loss: RULES[rule](lrs, loss), 0, losses)
    return rates if losses.ndim > 1 else float(rates)


def suggest_bounds(lrs: Array, losses: Array, skip: float = SKIP) -> tuple[Any, Any]:
    """Return two rates, as Smith reads a test: where learning begins, and where it ends.

    The first has done a tenth of the deepest fall, the second stands at the minimum. Shapes and
    errors are those of ``suggest_lr``.
    ``lrs`` is ``[steps]``.

    >>> suggest_bounds(geometric_lrs(0.001, 10, 5), [2.3, 2.0, 1.0, 0.4, 3.0])
    (0.01, 1.0)
    """
    lrs, losses = _read(lrs, losses, skip)
    low = np.apply_along_axis(lambda loss: valley(lrs, loss, part=0.1), 0, losses)
    high = np.apply_along_axis(lambda loss: minimum(lrs, loss), 0, losses)
    return (low, high) if losses.ndim > 1 else (float(low), float(high))


def _read(lrs, losses, skip):
    """Return the part of a test that the rules look at."""
    lrs, losses = rising("lrs", lrs, 2), np.asarray(losses, float)
    if losses.ndim == 0 or len(losses) != len(lrs):
        raise BadInput(f"there are {len(lrs)} rates, got losses of shape {losses.shape}")
    first = int(one("skip", below_one("skip", skip)) * len(lrs))
    if not np.all(np.isfinite(losses[first:]).sum(axis=0) >= 2):
        raise BadInput("the test ended before there was anything to read: start at a lower rate")
    return lrs[first:], losses[first:]
