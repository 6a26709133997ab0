"""Trials of schedules, batch sizes and activations on the digits, each at rates of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from lrcourse import network
from lrcourse.base import Array, Schedule
from lrcourse.combined_schedules import scale, warmup
from lrcourse.cycles import one_cycle, triangular
from lrcourse.data import digits, noisy_labels
from lrcourse.optimizers import gd
from lrcourse.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    polynomial_decay,
    step_decay,
    time_decay,
)
from lrcourse.training import train
from lrcourse.trial.claims import Finding
from lrcourse.trial.digits_trained import WIDTHS, accuracy, generators, in_percent

STEPS, SEEDS = 300, 6
FAMILIES: dict[str, Schedule] = {
    "constant": constant(1.0),
    "cosine": cosine_decay(1.0, STEPS),
    "step": step_decay(1.0, STEPS // 3),
    "exponential": exponential_decay(1.0, 0.01 ** (1 / STEPS)),
    "polynomial": polynomial_decay(1.0, STEPS, power=2),
    "time-based": time_decay(1.0, STEPS / 9),
}
"""One member of each family, from a rate of 1."""


@cache
def gains(wrong: float, batch_size: int, bases: tuple[float, ...], repeat: int) -> dict[str, Array]:
    """Return points of accuracy against a constant rate, ``[seeds]`` for each family, all at the
    base of its own that reads best on validation; reported on test images."""
    split = digits(1000 * repeat)
    rngs = generators(repeat, SEEDS)
    labels = noisy_labels(split.y_train, wrong, np.random.default_rng(1000 * repeat + 77))
    learn, choose, report = (
        network.mlp(X.astype(np.float32), y, WIDTHS)
        for X, y in (
            (split.X_train, labels),
            (split.X_validation, split.y_validation),
            (split.X_test, split.y_test),
        )
    )
    w = np.stack([network.init(rng, WIDTHS, dtype=np.float32) for rng in rngs])[:, np.newaxis]
    w = np.repeat(w, len(FAMILIES) * len(bases), axis=1)

    def lr(step):
        return np.outer([schedule(step) for schedule in FAMILIES.values()], bases).ravel()

    end = train(learn, w, gd, lr, STEPS, batch_size=batch_size, rng=rngs).w[-1]
    shape = SEEDS, len(FAMILIES), len(bases)
    chosen = choose.accuracy(end).reshape(shape).mean(axis=0).argmax(axis=-1)
    read = report.accuracy(end).reshape(shape)
    read = np.take_along_axis(read, chosen[np.newaxis, :, np.newaxis], axis=-1)[..., 0]
    return {name: 100 * (read[:, k] - read[:, 0]) for k, name in enumerate(FAMILIES)}


def decay_needs_noise(repeat: int = 0) -> dict[int, Finding]:
    """A cosine against a constant rate: wrong labels and small batches, clean ones, a low base."""
    noisy = gains(0.3, 8, (0.1, 0.2, 0.4, 0.8), repeat)["cosine"].mean()
    clean = gains(0.0, 32, (1.0, 1.8, 3.0), repeat)["cosine"].mean()
    low = gains(0.0, 32, (0.01,), repeat)["cosine"].mean()
    where = {"noisy": noisy > 0.5, "clean": clean > 0.5, "from 0.01": low > 0.5}
    seen = (
        f"a cosine gains {noisy:+.1f} points with noise, {clean:+.1f} without, {low:+.0f} from 0.01"
    )
    return {number: Finding(where, seen) for number in (34, 41, 42)}


def decay_table_of_gains(repeat: int = 0) -> dict[int, Finding]:
    """Four families against a constant rate: on clean digits, tuned and at the article's 0.01."""
    tuned = gains(0.0, 32, (1.0, 1.8, 3.0), repeat)
    given = gains(0.0, 32, (0.01,), repeat)
    rows = {62: ("step", 3), 63: ("exponential", 6), 64: ("polynomial", 2), 65: ("time-based", 4)}
    found = {}
    for number, (family, points) in rows.items():
        at = {"tuned": tuned[family].mean(), "from 0.01": given[family].mean()}
        where = {name: gain >= points / 2 for name, gain in at.items()}
        found[number] = Finding(
            where,
            ", ".join(f"{name} {gain:+.0f}" for name, gain in at.items()),
            measured=at["from 0.01"],
        )
    return found


def schedules_rise(repeat: int = 0) -> dict[int, Finding]:
    """Which schedules never rise, and what a cycle has to be told before it begins."""
    steps = np.arange(STEPS)
    tried: dict[str, Callable] = {
        "decays": FAMILIES["exponential"],
        "warm-up": warmup(constant(1.0), 30),
        "a triangle": triangular(0.1, 1.0, 50),
        "1cycle": one_cycle(1.0, STEPS),
    }
    falls = {name: bool((np.diff(schedule(steps)) <= 0).all()) for name, schedule in tried.items()}
    told = scale(tried["a triangle"], 2.0)(steps).max() / tried["a triangle"](steps).max()
    return {
        11: Finding(falls, "falling throughout: " + ", ".join(n for n, f in falls.items() if f)),
        77: Finding(
            {"it names a rate": bool(told == 1)}, "a triangle rises to the rate it is given"
        ),
    }


def batch_moves_the_best(repeat: int = 0) -> dict[int, Finding]:
    """The best rate by training accuracy at four batch sizes, beside the article's."""
    rates = tuple(np.geomspace(0.1, 12, 13))
    table = {32: 0.01, 64: 0.05, 128: 0.1, 256: 0.5}
    best = {}
    for size in (4, *table):
        read = accuracy(rates, 100, repeat, batch_size=size)
        best[size] = rates[int(np.flatnonzero(read >= read.max() - 0.005).mean())]
    seen = ", ".join(f"{size}: {best[size]:.2g}" for size in best)
    found = {
        66 + k: Finding(
            {"the digits": best[size] < 3 * lr},
            f"best at batch {size}: {best[size]:.2g}",
            measured=best[size],
        )
        for k, (size, lr) in enumerate(table.items())
    }
    return {
        43: Finding({"batches of 4 and 32": best[32] > 2 * best[4]}, f"best rates {seen}"),
        **found,
    }


def accuracy_table(repeat: int = 0) -> dict[int, Finding]:
    """The order of the table of accuracies, at two batch sizes: up to 0.5, and down at 1."""
    rates, where, seen = (0.01, 0.1, 0.5, 1.0), {}, []
    for size, steps in ((3, 1000), (32, 300)):
        read = accuracy(rates, steps, repeat, batch_size=size)
        where[f"batch {size}, {steps} steps"] = bool(
            read.argmin() == 0 and read[3] < read.max() - 0.01
        )
        ends = "less at 1" if read[3] < read.max() - 0.01 else "most at 1"
        seen.append(f"batch {size}: {in_percent(read[:3])} at 0.01, 0.1, 0.5, {ends}")
    return {number: Finding(where, "; ".join(seen)) for number in (45, 46, 47, 48)}


def time_table(repeat: int = 0) -> dict[int, Finding]:
    """Steps until half of the images are read, at the rates of the table of times."""
    rates, every, stated = (0.01, 0.1, 0.5, 1.0), 5, (120, 60, 30, 15)
    read = accuracy(rates, 600, repeat, every=every)
    steps = every * (read >= 0.5).argmax(axis=0)
    seen = "steps to 50 %: " + ", ".join(f"{lr:g}: {n}" for lr, n in zip(rates, steps, strict=True))
    ratio = steps[0] / steps[1]
    fits = {"0.01 against 0.1": bool(stated[0] / stated[1] * 1.5 > ratio)}
    return {
        number: Finding(fits, f"{seen}; the table's first two differ by 2", measured=ratio)
        for number in (49, 50, 51, 52)
    }


def rate_per_activation(repeat: int = 0) -> dict[int, Finding]:
    """Four activations at the article's rate and at the best of a grid."""
    table = {
        70: ("relu", 0.01),
        71: ("sigmoid", 0.001),
        72: ("tanh", 0.1),
        73: ("leaky_relu", 0.01),
    }
    grid, found = tuple(np.geomspace(0.2, 12, 7)), {}
    for number, (name, lr) in table.items():
        read = accuracy((lr, *grid), 300, repeat, activation=name)
        best = f"{in_percent(read[1:].max())} at the best of seven from 0.2 to 12"
        seen = f"{in_percent(read[0])} at {lr:g}, {best}"
        times = grid[read[1:].argmax()] / lr
        found[number] = Finding({"the digits": read[0] > read.max() - 0.01}, seen, measured=times)
    return found
