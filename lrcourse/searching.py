"""Where to try a rate: grids, draws, and searches that learn from what was tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.gaussian_process import expected_improvement, gaussian_process
from lrcourse.inputs import count, function, generator, one, positive, seen

GOLDEN = (5**0.5 - 1) / 2
"""0.618: cut a line there and the longer part is to the whole as the shorter is to the longer."""


def log_grid(low: Any, high: Any, trials: int) -> Array:
    """Return ``trials`` rates from ``low`` to ``high``, each the same factor above the last.

    With ``low`` and ``high`` of shape [D], one entry for each of D knobs, it is ``[trials, D]``:
    every combination of as many values for each knob, so ``trials`` has to be a power of D.
    Raises ``BadInput`` unless ``0 < low < high``.

    >>> log_grid(0.001, 10, trials=5)
    array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])
    """
    low, high, trials = _box(low, high, trials)
    each = round(trials ** (1 / max(low.size, 1)))
    if each ** max(low.size, 1) != trials:
        raise BadInput(f"a grid over {low.size} knobs has k**{low.size} trials, got {trials}")
    if low.ndim == 0:
        return np.geomspace(low, high, each) if each > 1 else np.sqrt([low * high])
    ends = zip(low, high, strict=True)
    axes = [log_grid(first, last, each) for first, last in ends]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(trials, -1)


def random_lrs(low: Any, high: Any, trials: int, rng: np.random.Generator) -> Array:
    """Return rates drawn at random, every factor of ten between ``low`` and ``high`` alike.

    Shape ``[trials]``, or ``[trials, D]`` where ``low`` and ``high`` are ``[D]``.
    Raises ``BadInput`` unless ``0 < low < high``.

    >>> random_lrs(1e-4, 1, 3, np.random.default_rng(0)).round(4)
    array([0.0353, 0.0012, 0.0001])
    """
    low, high, trials = _box(low, high, trials)
    return _placed(generator(rng).random((trials, *low.shape)), low, high)


def quasi_random(low: Any, high: Any, trials: int, rng: Any = None) -> Array:
    """Return rates that fill the gaps: each new one falls where the others left most room.

    Halton's sequence: the numbers 1, 2, 3... written in base 2 (a second knob: base 3) with their
    digits mirrored behind the point. ``rng`` shifts the whole of it round by a random amount.
    Shape ``[trials]``, or ``[trials, D]`` where ``low`` and ``high`` are ``[D]``, D up to 4.
    Raises ``BadInput`` unless ``0 < low < high``.

    >>> quasi_random(1e-4, 1, trials=7)                     # half-way, the quarters, the eighths
    array([0.01      , 0.001     , 0.1       , 0.00031623, 0.03162278,
           0.00316228, 0.31622777])
    """
    low, high, trials = _box(low, high, trials)
    if low.size > 4:
        raise BadInput(f"quasi_random fills up to 4 knobs, got {low.size}")
    columns = [_mirrored(np.arange(1, trials + 1), base) for base in (2, 3, 5, 7)[: low.size]]
    points = np.stack(columns, -1).reshape(trials, *low.shape)
    if rng is not None:
        points = (points + generator(rng).random(low.shape)) % 1
    return _placed(points, low, high)


def _mirrored(number, base):
    """Mirror the digits of whole numbers behind the point: 6 is 110 in base 2 and gives 0.011."""
    mirrored, digit = np.zeros(len(number)), 1.0
    while number.any():
        digit /= base
        mirrored += digit * (number % base)
        number = number // base
    return mirrored


def _placed(points, low, high):
    """Place points of the unit cube between ``low`` and ``high``, on a log scale."""
    return low * (high / low) ** points


def _box(low, high, trials):
    low, high = np.asarray(low), np.asarray(high)
    fits = (
        low.shape == high.shape and low.ndim <= 1 and {low.dtype.kind, high.dtype.kind} <= {*"iuf"}
    )
    if not (fits and (low > 0).all() and (low < high).all() and np.isfinite(high).all()):
        raise BadInput(f"rates need 0 < low < high, got low={low.tolist()}, high={high.tolist()}")
    return low.astype(float), high.astype(float), count("trials", trials)


class Search(NamedTuple):
    """What a search tried, in order, and what each trial gave."""

    lrs: Array
    """``[trials]``, or ``[trials, D]`` with more knobs than the rate."""
    losses: Array
    """``[trials]``; infinite where the trial gave no number."""

    @property
    def best(self) -> Any:
        """The rate with the lowest loss. Raises ``BadInput`` where no trial gave a number."""
        if not (self.losses < np.inf).any():
            raise BadInput(
                f"none of {len(self.losses)} trials gave a number, so none is best: search lower "
                "rates"
            )
        return self.lrs[self.losses.argmin()]


def golden_section(loss: Callable[[float], float], low: float, high: float, trials: int) -> Search:
    """Close in on the bottom of one valley, on a log scale, with one new trial for each cut.

    Two rates cut the bracket in golden proportion. The worse of them becomes its new end, and the
    better one cuts what is left in the same proportion, so that only one rate has to be tried.
    It presumes that the loss falls and then rises; a loss that is not a number counts as infinite,
    and a tie goes to the lower rate. (J. Kiefer 1953, Proc. Amer. Math. Soc. 4.)
    Raises ``BadInput`` for fewer than two trials, and where ``loss`` returns no number.

    >>> search = golden_section(lambda lr: abs(np.log10(lr)), 1e-3, 1e2, trials=12)
    >>> print(f"{search.best:.2f}")
    1.00
    """
    low, high, trials = _box(low, high, trials)
    asked = _Remembering(loss)
    if trials < 2 or low.ndim:
        raise BadInput(f"golden section needs one rate and two trials to compare, got {trials}")
    left, right = np.log(low), np.log(high)
    lower, upper = right - GOLDEN * (right - left), left + GOLDEN * (right - left)
    at_lower, at_upper = asked(np.exp(lower)), asked(np.exp(upper))
    while len(asked.lrs) < trials:
        if at_lower <= at_upper:
            right, upper, at_upper = upper, lower, at_lower
            lower = right - GOLDEN * (right - left)
            at_lower = asked(np.exp(lower))
        else:
            left, lower, at_lower = lower, upper, at_upper
            upper = left + GOLDEN * (right - left)
            at_upper = asked(np.exp(upper))
    return asked.search()


class _Remembering:
    """A loss that remembers what it was asked, and calls no number infinite."""

    def __init__(self, loss):
        self.loss, self.lrs, self.losses = function("loss", loss, "lr -> number"), [], []

    def __call__(self, lr):
        answer = self.loss(lr)
        if np.size(answer) != 1 or np.asarray(answer).dtype.kind not in "fiub":
            raise BadInput(f"loss({lr}) must be one number, got {seen(answer)}")
        value = float(np.reshape(answer, ()))
        self.lrs.append(lr)
        self.losses.append(np.inf if np.isnan(value) else value)
        return self.losses[-1]

    def search(self):
        return Search(np.array(self.lrs), np.array(self.losses))


CANDIDATES = {1: 101, 2: 400}
"""How many places, by the number of knobs, a Gaussian process may choose from."""


def bayesian(
    loss: Callable[[Any], float],
    low: Any,
    high: Any,
    trials: int,
    rng: Any = None,
    first: int = 3,
    length: float | None = None,
) -> Search:
    """Try ``first`` rates by ``quasi_random``, then always where most improvement is expected.

    Before each trial a Gaussian process guesses the loss between the trials so far, on a log scale
    of the rate (``length``: see there). A loss that is not a number counts as the worst one seen.
    (J. Snoek, H. Larochelle, R. Adams, NIPS 2012, arXiv 1206.2944.)
    Raises ``BadInput`` unless ``0 < low < high``, and where ``loss`` returns no number.

    >>> search = bayesian(lambda lr: np.log10(lr) ** 2, 1e-3, 1e2, trials=9)
    >>> print(f"{search.best:.1f}")
    1.0
    """
    low, high, trials = _box(low, high, trials)
    first, asked = count("first", first), _Remembering(loss)
    length = None if length is None else one("length", positive("length", length))
    for lr in quasi_random(low, high, min(first, trials), rng):
        asked(lr)
    candidates = _candidates(low, high, rng)
    places = _unit(candidates, low, high)
    while len(asked.lrs) < trials:
        x, y = _unit(np.array(asked.lrs), low, high), _standard(np.array(asked.losses))
        mean, deviation = gaussian_process(x, y, places, length)
        asked(candidates[expected_improvement(mean, deviation, y.min()).argmax()])
    return asked.search()


def _candidates(low, high, rng):
    count = CANDIDATES.get(low.size, 200 * low.size)
    if low.ndim == 0:
        return log_grid(low, high, count)
    return quasi_random(low, high, count, rng)


def _unit(lrs, low, high):
    """Map rates to [n, D] between 0 and 1, on a log scale."""
    return (np.log(lrs / low) / np.log(high / low)).reshape(len(lrs), -1)


def _standard(losses):
    """Give losses mean 0 and deviation 1. Infinite ones become the worst of the others, or, below
    0, better than the best by as much as lies between these."""
    finite = losses[np.isfinite(losses)] if np.isfinite(losses).any() else np.zeros(1)
    spread = np.ptp(finite) or 1.0
    losses = np.clip(losses, finite.min() - spread * (losses == -np.inf), finite.max())
    return (losses - losses.mean()) / (losses.std() or 1.0)
