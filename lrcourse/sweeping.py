"""A sweep: all rates and seeds trained at once, and when its answer must not be believed."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from lrcourse.base import Array, BadInput, Objective, Optimizer, Step
from lrcourse.duck_typing import optimizer_of
from lrcourse.inputs import count, function, positive, seen, whole_numbers
from lrcourse.time_limits import IN_A_BROWSER
from lrcourse.training import train

RUNS = 64
"""Runs in one chunk: smaller ones are two to three times slower, larger ones leave the cache."""
THREADS = 2
"""Two chunks at once, each with one BLAS thread: what the machines that this course is read on have
at least, and more would hold more chunks in memory than the cache has room for."""


class Pick(NamedTuple):
    """The rate a sweep chose, and its score: the mean over the seeds, with its standard error."""

    lr: float
    score: float
    error: float
    report: float
    """The mean on what was not used to choose; NaN if ``sweep`` was given no ``report``."""


@dataclass(frozen=True)
class Sweep:
    """What each seed scored at each rate. Higher is better; -inf where a run diverged, or where its
    score was no number."""

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
            raise BadInput(
                "every rate diverged, or scored no number, for some seed: sweep lower rates"
            )
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

    >>> lrs, none = np.array([0.1, 0.2, 0.3]), np.full((1, 3), np.nan)
    >>> swept = {name: Sweep(lrs, (0,), 10, np.array([scores]), none)
    ...          for name, scores in {"gd": [0.6, 0.7, 0.1], "adam": [0.7, 0.9, 0.2]}.items()}
    >>> list(rank(swept))
    ['adam', 'gd']
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
    optimizer: Optimizer | Step,
    lrs: Sequence[float] | Array,
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
    Ctrl-C (in Jupyter: interrupt the kernel) returns what is done. Raises ``BadInput`` for rates
    that are not above 0, seeds that are not different whole numbers, and where ``train`` would.

    >>> from lrcourse.objectives import quadratic
    >>> from lrcourse.optimizers import gd
    >>> bowl = quadratic([1.0, 10.0])
    >>> swept = sweep(bowl, lambda rng: rng.normal(size=2), gd, [0.05, 0.1, 0.15, 0.2], [0, 1],
    ...               steps=50, score=lambda w: -bowl.loss(w))
    >>> swept.best().lr
    0.15
    """
    lrs, seeds = _checked_rates(lrs), _checked_seeds(seeds)
    optimizer, steps = optimizer_of(optimizer), count("steps", steps, 0)
    start = function("start", start, "rng -> w")
    judges = [function("score", score, "w -> number, higher is better")]
    judges += [] if report is None else [function("report", report, "w -> number")]
    stop = threading.Event()

    def run(rows, columns):
        rngs = [np.random.default_rng(seed) for seed in seeds[rows]]
        rate = _until(stop, lrs[columns])
        w = np.stack([start(rng) for rng in rngs])[:, np.newaxis]
        w = np.repeat(w, len(lrs[columns]), axis=1)
        draws = {} if batch_size is None else {"batch_size": batch_size, "rng": rngs}
        run = train(objective, w, optimizer, rate, steps, hyper=hyper, **draws)
        return [_judged(judge, run) for judge in judges]

    tables = np.full((2, len(seeds), len(lrs)), np.nan)
    _fill(tables, run, stop, progress)
    return Sweep(lrs, tuple(seeds.tolist()), steps, *tables)


def _until(stop: threading.Event, rates: Array) -> Callable[[int], Array]:
    """Return the rates as a schedule that ends its run, between two steps, when ``stop`` is set."""

    def schedule(step):
        if stop.is_set():
            raise _Stopped
        return rates

    return schedule


def _judged(judge, run):
    """Return what the end of each run scores; -inf where it diverged or the score is no number."""
    value = np.asarray(judge(run.w[-1]))
    if value.shape != run.diverged.shape or value.dtype.kind not in "fiub":
        raise BadInput(
            f"score and report take w of shape {run.w[-1].shape} to numbers of shape "
            f"{run.diverged.shape}, got {seen(value)}"
        )
    return np.where(run.diverged | np.isnan(value), -np.inf, value)


def _fill(tables: Array, run: Callable, stop: threading.Event, progress: bool) -> None:
    """Run all chunks and write down what each gives; Ctrl-C leaves the others out."""
    shape = tables[0].shape
    if IN_A_BROWSER:
        tqdm.monitor_interval = 0  # Else a thread would watch the bar.
    with (
        threadpool_limits(1, "blas"),
        tqdm(total=tables[0].size, unit="run", delay=2, leave=False, disable=not progress) as bar,
        contextlib.suppress(KeyboardInterrupt),
    ):
        for chunk, found in _each(run, [*_chunks(*shape)], stop):
            for table, values in zip(tables, found, strict=False):
                table[chunk] = values
            bar.update(tables[0][chunk].size)


def _each(run: Callable, chunks: list[tuple], stop: threading.Event) -> Iterator[tuple]:
    """Yield each chunk with what ``run`` makes of it, as soon as it is there: two at a time, or one
    where there are no threads. Whatever interrupts it sets ``stop`` first."""
    if IN_A_BROWSER:
        yield from ((chunk, run(*chunk)) for chunk in chunks)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = {pool.submit(run, *chunk): chunk for chunk in chunks}
        try:
            for job in as_completed(jobs):
                yield jobs[job], job.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


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
    return np.unique(np.atleast_1d(positive("each of lrs", lrs)))


def _checked_seeds(seeds):
    seeds = np.asarray(whole_numbers("each of seeds", seeds))
    if seeds.ndim != 1 or not seeds.size or len(set(seeds.tolist())) != seeds.size:
        raise BadInput(f"seeds must be different whole numbers such as [0, 1], got {seen(seeds)}")
    return seeds
