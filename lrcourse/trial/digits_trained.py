"""The network of the digits at many rates, all trained at once, and what to read of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lrcourse import network
from lrcourse.base import Array, Optimizer
from lrcourse.data import digits
from lrcourse.optimizers import gd
from lrcourse.training import train

WIDTHS, SEEDS = (64, 32, 10), 3
BEST, CLIFF = 3.0, 30.0
"""Near the best rate of this network with mini-batches of 32, and far past the last that works."""


def generators(repeat: int, seeds: int = SEEDS) -> list[np.random.Generator]:
    """Return one generator a seed, others for each ``repeat``."""
    return [np.random.default_rng(1000 * repeat + seed) for seed in range(seeds)]


@cache
def accuracy(
    rates: tuple[float, ...],
    steps: int,
    repeat: int = 0,
    rule: Optimizer = gd,
    batch_size: int = 32,
    activation: str = "relu",
    times: float = 1.0,
    every: int | None = None,
) -> Array:
    """Return the validation accuracy of the median seed at the end, ``[rates]``; with ``every``,
    every so many steps, ``[rows, rates]``. ``times`` multiplies the inputs."""
    split, rngs = digits(1000 * repeat), generators(repeat)
    X, judged = (times * X.astype(np.float32) for X in (split.X_train, split.X_validation))
    learn = network.mlp(X, split.y_train, WIDTHS, activation)
    judge = network.mlp(judged, split.y_validation, WIDTHS, activation)
    w = np.stack([network.init(rng, WIDTHS, dtype=np.float32) for rng in rngs])
    w = np.repeat(w[:, np.newaxis], len(rates), axis=1)
    lr = np.array(rates)
    run = train(learn, w, rule, lr, steps, batch_size=batch_size, rng=rngs, record=every)
    read = np.array([np.median(judge.accuracy(rows), axis=0) for rows in run.w])
    return read if every else read[-1]


def in_percent(values: Any) -> str:
    """Say accuracies in whole percent.

    >>> in_percent([0.984, 0.1])
    '98, 10 %'
    """
    return ", ".join(f"{100 * value:.0f}" for value in np.atleast_1d(values)) + " %"


def best_of(rates: Array, read: Array) -> float:
    """Return the middle, on a log scale, of the rates within half a point of the best."""
    good = np.log(np.asarray(rates)[read >= read.max() - 0.005])
    return float(np.exp(good.mean()))
