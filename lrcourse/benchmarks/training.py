"""A sweep of networks trained at once, beside its own matrix products and a loop over the rates."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
from threadpoolctl import threadpool_limits

from lrcourse.data import digits
from lrcourse.network import init, mlp
from lrcourse.optimizers import gd
from lrcourse.training import train

WIDTHS, BATCH, STEPS = (64, 32, 10), 64, 300
ROUNDS = 3
"""Each is timed so often, in turns, and the shortest time counts: others share the machine."""


def compare(counts: list[int], steps: int = STEPS) -> Iterator[str]:
    """Train ``counts`` rates in each way, in turns; yield the times and ratios, in lines."""
    yield f"{'-'.join(map(str, WIDTHS))} network, batch {BATCH}, {steps} steps, one BLAS thread."
    for count in counts:
        lrs = np.geomspace(0.01, 1.0, count)
        ways = {
            "bare products": lambda n=count: bare_products(n, steps),
            "batched": lambda rates=lrs: batched(rates, steps),
            "loop over runs": lambda rates=lrs: one_by_one(rates, steps),
        }
        if importlib.util.find_spec("torch"):
            ways["torch loop"] = lambda rates=lrs: torch_loop(rates, steps)
        seconds = shortest(ways)
        told = ", ".join(f"{way} {taken:.2f} s" for way, taken in seconds.items())
        ratios = [
            f"batched is {seconds['batched'] / seconds['bare products']:.2f} times the products",
            *(
                f"the {way} {seconds[way] / seconds['batched']:.1f} times batched"
                for way in seconds
                if "loop" in way
            ),
        ]
        yield f"{count} rates: {told}; ratios: {', '.join(ratios)}"


def shortest(ways: dict[str, Callable]) -> dict[str, float]:
    """Return the shortest time of each way in seconds, the ways taking turns.

    >>> shortest({"nothing": lambda: None})["nothing"] < 1
    True
    """
    problem()
    seconds = dict.fromkeys(ways, float("inf"))
    with threadpool_limits(1):
        for _ in range(ROUNDS):
            for way, run in ways.items():
                began = time.perf_counter()
                run()
                seconds[way] = min(seconds[way], time.perf_counter() - began)
    return seconds


@cache
def problem():
    """Return the network's loss on the digits, and where every run starts; read once."""
    data = digits()
    network = mlp(data.X_train, data.y_train, WIDTHS)
    return network, init(np.random.default_rng(0), WIDTHS)


def batched(lrs: np.ndarray, steps: int) -> None:
    """Train all rates in one call."""
    network, w = problem()
    train(network, w, gd, lrs, steps, batch_size=BATCH, rng=np.random.default_rng(0))


def one_by_one(lrs: np.ndarray, steps: int) -> None:
    """Train one rate after the other, with the same functions."""
    for lr in lrs:
        batched(lr, steps)


def bare_products(count: int, steps: int) -> None:
    """Multiply matrices as forward and backward must, and do nothing else."""
    inputs, hidden, classes = WIDTHS
    normal = np.random.default_rng(0).normal
    X = normal(size=(inputs, BATCH))
    first, second = normal(size=(count, hidden, inputs)), normal(size=(count, classes, hidden))
    signals, slopes = normal(size=(count, hidden, BATCH)), normal(size=(count, classes, BATCH))
    for _ in range(steps):
        first @ X
        second @ signals
        slopes @ signals.swapaxes(-1, -2)
        second.swapaxes(-1, -2) @ slopes
        signals @ X.T


def torch_loop(lrs: np.ndarray, steps: int) -> None:
    """Train one rate after the other as torch's tutorials do."""
    import torch

    torch.set_num_threads(1)
    X, y = torch.tensor(problem()[0].X), torch.tensor(problem()[0].y)
    inputs, hidden, classes = WIDTHS
    for lr in lrs:
        network = torch.nn.Sequential(
            torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes)
        ).double()
        sgd = torch.optim.SGD(network.parameters(), lr=float(lr))
        for _ in range(steps):
            rows = torch.randint(len(X), (BATCH,))
            sgd.zero_grad()
            torch.nn.functional.cross_entropy(network(X[rows]), y[rows]).backward()
            sgd.step()
