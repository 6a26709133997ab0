"""A smooth curve guessed from a few of its points, and how much lower a further one may lie."""

from __future__ import annotations

from math import erf, pi

import numpy as np

from lrcourse.base import Array

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
    ``mean`` and ``deviation`` have one shape, ``[...]``, and so has the result.

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
