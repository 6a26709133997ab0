"""Choosing a rate by trying: where to try, how to learn from what was tried, and one sweep that
trains all rates and seeds at once and says when its answer must not be believed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from math import erf, pi
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from lrcourse.base import Array, BadInput, Objective, Optimizer
from lrcourse.supervised import generator, is_count
from lrcourse.training import train

GOLDEN = (5**0.5 - 1) / 2
"""0.618: cut a line there and the longer part is to the whole as the shorter is to the longer."""


def log_grid(low: Any, high: Any, trials: int) -> Array:
    """Return ``trials`` rates from ``low`` to ``high``, each the same factor above the last.

    With ``low`` and ``high`` of shape [D], one entry for each of D knobs, it is ``[trials, D]``:
    every combination of as many values for each knob, so ``trials`` has to be a power of D.

    >>> log_grid(0.001, 10, trials=5)
    array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])
    """
    low, high = _box(low, high, trials)
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

    >>> random_lrs(1e-4, 1, 3, np.random.default_rng(0)).round(4)
    array([0.0353, 0.0012, 0.0001])
    """
    low, high = _box(low, high, trials)
    return _placed(generator(rng).random((trials, *low.shape)), low, high)


def quasi_random(low: Any, high: Any, trials: int, rng: Any = None) -> Array:
    """Return rates that fill the gaps: each new one falls where the others left most room.

    Halton's sequence: the numbers 1, 2, 3... written in base 2 (a second knob: base 3) with their
    digits mirrored behind the point. ``rng`` shifts the whole of it round by a random amount.
    Shape ``[trials]``, or ``[trials, D]`` where ``low`` and ``high`` are ``[D]``, D up to 4.

    >>> quasi_random(1e-4, 1, trials=7)                     # half-way, the quarters, the eighths
    array([0.01      , 0.001     , 0.1       , 0.00031623, 0.03162278,
           0.00316228, 0.31622777])
    """
    low, high = _box(low, high, trials)
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
    low, high = np.asarray(low, float), np.asarray(high, float)
    fits = low.shape == high.shape and low.ndim <= 1
    if not (fits and (low > 0).all() and (low < high).all() and np.isfinite(high).all()):
        raise BadInput(f"rates need 0 < low < high, got low={low.tolist()}, high={high.tolist()}")
    if not is_count(trials):
        raise BadInput(f"trials must be a whole number of at least 1, got {trials}")
    return low, high


class Search(NamedTuple):
    """What a search tried, in order, and what each trial gave."""

    lrs: Array
    """``[trials]``, or ``[trials, D]`` with more knobs than the rate."""
    losses: Array
    """``[trials]``; infinite where the trial gave no number."""

    @property
    def best(self) -> Any:
        """The rate with the lowest loss."""
        return self.lrs[self.losses.argmin()]


def golden_section(loss: Callable[[float], float], low: float, high: float, trials: int) -> Search:
    """Close in on the bottom of one valley, on a log scale, with one new trial for each cut.

    Two rates cut the bracket in golden proportion. The worse of them becomes its new end, and the
    better one cuts what is left in the same proportion, so that only one rate has to be tried.
    It presumes that the loss falls and then rises; a loss that is not a number counts as infinite,
    and a tie goes to the lower rate. (J. Kiefer 1953, Proc. Amer. Math. Soc. 4.)

    >>> search = golden_section(lambda lr: abs(np.log10(lr)), 1e-3, 1e2, trials=12)
    >>> print(f"{search.best:.2f}")
    1.00
    """
    (low, high), asked = _box(low, high, trials), _Remembering(loss)
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
        self.loss, self.lrs, self.losses = loss, [], []

    def __call__(self, lr):
        value = float(self.loss(lr))
        self.lrs.append(lr)
        self.losses.append(np.inf if np.isnan(value) else value)
        return self.losses[-1]

    def search(self):
        return Search(np.array(self.lrs), np.array(self.losses))


LENGTHS = (0.05, 0.1, 0.2, 0.4)
"""How far apart two places of a box may be and still be alike, as a part of its width."""
NOISE = 0.1
"""The deviation of a measurement, where those of all measurements together is 1."""


def gaussian_process(
    x: Array, y: Array, at: Array, length: float | None = None
) -> tuple[Array, Array]:
    """Guess a smooth curve from a few of its points: the mean and the deviation of the guess.

    ``x [n, D]`` is where it was measured, ``y [n]`` what was measured (mean 0 and deviation 1),
    ``at [m, D]`` where to guess. Two places a distance d apart correlate by
    ``exp(-(d / length)**2 / 2)``; without ``length`` the one of ``LENGTHS`` that makes the
    measurements most likely is taken. (C. Rasmussen, C. Williams, *Gaussian Processes for Machine
    Learning*, 2006, chapters 2 and 5.)

    >>> x, at = np.array([[0.2], [0.5]]), np.array([[0.2], [0.9]])
    >>> mean, deviation = gaussian_process(x, np.array([1.0, -1.0]), at, length=0.2)
    >>> mean.round(1), deviation.round(1)      # sure where it was measured, at a loss far away
    (array([ 1. , -0.2]), array([0.1, 1. ]))
    """
    length = length or max(LENGTHS, key=lambda each: _likelihood(x, y, each))
    alike, across = _alike(x, x, length, NOISE), _alike(x, at, length)
    weights = np.linalg.solve(alike, across)
    variance = 1 - (across * weights).sum(axis=0)
    return y @ weights, np.sqrt(np.maximum(variance, 0))


def _likelihood(x, y, length):
    """Return the log likelihood of ``y``, without what is the same for every length."""
    alike = _alike(x, x, length, NOISE)
    return -(y @ np.linalg.solve(alike, y) + np.linalg.slogdet(alike)[1]) / 2


def _alike(a, b, length, noise=0.0):
    squares = ((a[:, np.newaxis] - b) ** 2).sum(-1)
    alike = np.exp(-squares / (2 * length**2))
    return alike + noise**2 * np.eye(len(a)) if noise else alike


def expected_improvement(mean: Array, deviation: Array, best: float) -> Array:
    """How far below ``best`` a loss will be on average, if a loss above counts as no improvement.

    For a normal distribution with this mean and deviation: ``d * cumulative(z) + deviation *
    density(z)`` with ``d = best - mean`` and ``z = d / deviation``. Where the deviation is 0 it is
    ``d``, or 0 if that is negative. (D. Jones, M. Schonlau, W. Welch 1998, J. Global Optim. 13.)

    >>> expected_improvement(np.array([0.9, 1.1, 1.1]), np.array([0.0, 0.0, 0.5]), 1.0).round(3)
    array([0.1  , 0.   , 0.153])
    """
    gain = best - np.asarray(mean, float)
    deviation = np.asarray(deviation, float)
    z = np.divide(gain, deviation, out=np.zeros_like(gain), where=deviation > 0)
    spread = gain * _cumulative(z) + deviation * np.exp(-(z**2) / 2) / np.sqrt(2 * pi)
    return np.where(deviation > 0, spread, np.maximum(gain, 0))


def _cumulative(z):
    """The part of a normal distribution below ``z``."""
    return (1 + np.vectorize(erf, otypes=[float])(z / 2**0.5)) / 2


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

    >>> search = bayesian(lambda lr: np.log10(lr) ** 2, 1e-3, 1e2, trials=9)
    >>> print(f"{search.best:.1f}")
    1.0
    """
    (low, high), asked = _box(low, high, trials), _Remembering(loss)
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
    """Give losses mean 0 and deviation 1; infinite ones become the worst of the others."""
    finite = losses[np.isfinite(losses)]
    losses = np.minimum(losses, finite.max() if finite.size else 0.0)
    return (losses - losses.mean()) / (losses.std() or 1.0)


RUNS = 64
"""Runs in one chunk: smaller ones are two to three times slower, larger ones leave the cache."""
THREADS = 2


class Pick(NamedTuple):
    """The rate a sweep chose, and its score: the mean over the seeds, with its standard error."""

    lr: float
    score: float
    error: float
    report: float
    """The mean on what was not used to choose; NaN if ``sweep`` was given no ``report``."""


@dataclass(frozen=True)
class Sweep:
    """What each seed scored at each rate. Higher is better; -inf where a run diverged."""

    lrs: Array
    """In rising order, ``[rates]``."""
    seeds: tuple[int, ...]
    steps: int
    scores: Array
    """``[seeds, rates]``; NaN where an interrupted sweep did not get to."""
    reports: Array
    """The same runs on what may not be used to choose, ``[seeds, rates]``."""

    @property
    def complete(self) -> bool:
        """Whether every run was trained to its end."""
        return not np.isnan(self.scores).any()

    @property
    def mean(self) -> Array:
        """The mean over the seeds, ``[rates]``."""
        return self.scores.mean(axis=0)

    def best(self) -> Pick:
        """Pick the rate with the highest mean score; of equal ones the lowest.

        Raises ``BadInput``, and picks nothing, where the sweep was interrupted, tried fewer than
        three rates, or has its best at an end of its grid: the best rate may lie beyond.
        """
        if not self.complete:
            done = np.isfinite(self.scores) | np.isinf(self.scores)
            raise BadInput(
                f"{done.sum()} of {done.size} runs are done, so nothing is picked: sweep the rest"
            )
        if len(self.lrs) < 3:
            raise BadInput(
                f"{len(self.lrs)} rates are not a sweep, so nothing is picked: try at least 3"
            )
        place = int(self.mean.argmax())
        if not np.isfinite(self.mean[place]):
            raise BadInput("every rate diverged for some seed: sweep lower rates")
        if place in (0, len(self.lrs) - 1):
            side = "lower" if place == 0 else "higher"
            raise BadInput(
                f"the best rate, {self.lrs[place]:.3g}, is the last of the grid: sweep {side} "
                "rates before you pick one"
            )
        scores, reports = self.scores[:, place], self.reports[:, place]
        many = len(self.seeds) > 1
        error = scores.std(ddof=1) / len(scores) ** 0.5 if many else np.nan
        return Pick(*map(float, (self.lrs[place], scores.mean(), error, reports.mean())))


def rank(candidates: dict[str, Sweep]) -> dict[str, Pick]:
    """Order candidates by their best score, highest first, each at a rate of its own.

    Raises ``BadInput`` with the candidate's name unless each was swept (see ``Sweep.best``), and
    all with the same number of steps and the same seeds.
    """
    if len({(sweep.steps, sweep.seeds) for sweep in candidates.values()}) > 1:
        told = ", ".join(
            f"{name}: {sweep.steps} steps, seeds {list(sweep.seeds)}"
            for name, sweep in candidates.items()
        )
        raise BadInput(f"a fair comparison gives all the same steps and seeds, got {told}")
    picks = {}
    for name, sweep in candidates.items():
        try:
            picks[name] = sweep.best()
        except BadInput as refusal:
            raise BadInput(f"{name} cannot be ranked: {refusal}") from None
    return dict(sorted(picks.items(), key=lambda item: -item[1].score))


def sweep(
    objective: Objective,
    start: Callable[[np.random.Generator], Array],
    optimizer: Optimizer,
    lrs: Sequence[float],
    seeds: Sequence[int],
    steps: int,
    *,
    score: Callable[[Array], Array],
    report: Callable[[Array], Array] | None = None,
    batch_size: int | None = None,
    hyper: dict[str, Any] | None = None,
    progress: bool = True,
) -> Sweep:
    """Train every rate from every seed, many runs at a time, and score where each ends.

    ``start(rng)`` draws a ``w [P]``; ``score(w)`` takes ``[..., P]`` to ``[...]``, higher is
    better, and picks the rate; ``report(w)`` is kept for the end. Within a seed all rates share
    start and mini-batches. Chunks of 64 runs go on two threads; a bar appears after 2 s, and
    Ctrl-C (in Jupyter: interrupt the kernel) returns what is done.

    >>> from lrcourse.objectives import quadratic
    >>> from lrcourse.optimizers import gd
    >>> bowl = quadratic([1.0, 10.0])
    >>> swept = sweep(bowl, lambda rng: rng.normal(size=2), gd, [0.05, 0.1, 0.15, 0.2], [0, 1],
    ...               steps=50, score=lambda w: -bowl.loss(w))
    >>> swept.best().lr
    0.15
    """
    lrs, seeds = _checked_rates(lrs), _checked_seeds(seeds)
    shape = len(seeds), len(lrs)
    scores, reports = np.full(shape, np.nan), np.full(shape, np.nan)
    stop = threading.Event()

    def run(rows, columns):
        rates = lrs[columns]

        def rate(step):
            if stop.is_set():
                raise _Stopped
            return rates

        rngs = [np.random.default_rng(seed) for seed in seeds[rows]]
        w = np.stack([start(rng) for rng in rngs])[:, np.newaxis]
        w = np.repeat(w, len(rates), axis=1)
        draws = {"batch_size": batch_size, "rng": rngs} if batch_size else {}
        run = train(objective, w, optimizer, rate, steps, hyper=hyper, **draws)
        end = run.w[-1]
        return [np.where(run.diverged, -np.inf, judge(end)) for judge in (score, report) if judge]

    with (
        threadpool_limits(1, "blas"),
        ThreadPoolExecutor(THREADS) as pool,
        tqdm(total=scores.size, unit="run", delay=2, leave=False, disable=not progress) as bar,
    ):
        jobs = {pool.submit(run, *chunk): chunk for chunk in _chunks(*shape)}
        try:
            for job in as_completed(jobs):
                for table, values in zip((scores, reports), job.result(), strict=False):
                    table[jobs[job]] = values
                bar.update(scores[jobs[job]].size)
        except BaseException as interruption:
            stop.set()
            pool.shutdown(cancel_futures=True)
            if not isinstance(interruption, KeyboardInterrupt):
                raise
    return Sweep(lrs, tuple(seeds.tolist()), steps, scores, reports)


class _Stopped(Exception):
    """Ends a chunk between two steps, after Ctrl-C."""


def _chunks(seeds: int, rates: int) -> Iterator[tuple[slice, slice]]:
    """Cut a table of seeds and rates into pieces of at most ``RUNS`` runs."""
    columns = min(rates, RUNS)
    rows = max(RUNS // columns, 1)
    for row in range(0, seeds, rows):
        for column in range(0, rates, columns):
            yield slice(row, row + rows), slice(column, column + columns)


def _checked_rates(lrs):
    lrs = np.unique(np.asarray(lrs, float))
    if lrs.size == 0 or not (np.isfinite(lrs) & (lrs > 0)).all():
        raise BadInput(f"lrs must be rates above 0, got {lrs}")
    return lrs


def _checked_seeds(seeds):
    seeds = np.asarray(list(seeds))
    if seeds.size == 0 or seeds.dtype.kind not in "iu" or len(set(seeds.tolist())) != seeds.size:
        raise BadInput(f"seeds must be different whole numbers, got {seeds.tolist()}")
    return seeds
