"""Shapes of schedules, sound ones and broken ones, as parts of a good peak."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.detective import geometric


class Length(NamedTuple):
    """How long a run is."""

    per_epoch: int
    epochs: int

    @property
    def steps(self) -> int:
        """All steps."""
        return self.per_epoch * self.epochs


def fallen(part: Array) -> Array:
    """Return a cosine's rates for parts of the way: 1 at 0, 0 from 1 on.

    >>> fallen(np.array([0.0, 0.5, 2.0])).round(2)
    array([1. , 0.5, 0. ])
    """
    return (1 + np.cos(np.pi * np.minimum(part, 1))) / 2


def warmed_up(length: Length) -> Array:
    """Return what a warm-up over a seventh of the run makes of each rate, ``[steps]``."""
    return np.minimum(1, (np.arange(length.steps) + 1) / (0.15 * length.steps))


def sound(rng: np.random.Generator, length: Length) -> Array:
    """Draw a schedule that suits its run, ``[steps]``."""
    step = np.arange(length.steps)
    part, by_epoch = step / length.steps, step // length.per_epoch / length.epochs
    drawn = [
        np.ones(length.steps),
        fallen(part),
        fallen(by_epoch),
        1 - 0.95 * part,
        fallen(part) * np.minimum(1, (step + 1) / (0.08 * length.steps)),
        0.2 ** ((by_epoch >= 0.55) + 1.0 * (by_epoch >= 0.8)),
        rng.uniform(0.03, 0.2) ** by_epoch,
    ]
    return drawn[rng.integers(len(drawn))]


def broken(rng: np.random.Generator, length: Length, early: float) -> dict[str, list[Array]]:
    """Draw schedules that are at nothing too early, by what was done to them."""
    step = np.arange(length.steps)
    part, epoch = step / length.steps, step // length.per_epoch
    return {
        "decayed too early": [
            rng.uniform(0.25, 0.45) ** epoch,
            fallen(part / early),
            0.1 ** np.minimum(3, np.floor(part / early)),
        ],
        "steps and epochs confused": [
            rng.uniform(0.8, 0.95) ** step,
            fallen(step / length.epochs),
            0.5 ** (step // 3),
        ],
        "scheduler stepped twice": [
            fallen(2 * part),
            (1 + np.cos(2 * np.pi * part)) / 2,
            np.maximum(1 - 2 * part, 0),
            fallen(2 * epoch / length.epochs),
        ],
    }


def shape(fault: str, rng: np.random.Generator, length: Length) -> Array:
    """Draw the schedule of a run with this fault, ``[steps]``."""
    part, level = np.arange(length.steps) / length.steps, np.ones(length.steps)
    early = rng.uniform(0.08, 0.25)
    drawn = {
        "nothing wrong": [sound(rng, length)],
        "too low": [sound(rng, length) / geometric(rng, 60, 300)],
        "near the cliff": [level * geometric(rng, 2, 5), fallen(part) * geometric(rng, 2, 5)],
        "noise floor reached": [level],
        **broken(rng, length, early),
        "no warm-up where one was needed": [fallen(part) * geometric(rng, 3, 12)],
        "validation left training behind": [level, 1 - 0.9 * part],
    }[fault]
    return drawn[rng.integers(len(drawn))]
