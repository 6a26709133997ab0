"""Momentum on a bowl, in formulas: how fast it shrinks, where it rings, where it leaves, and which
rate means the same in another convention.

Everything here is about the sum, ``velocity = momentum * velocity + grad`` and then
``w = w - lr * velocity`` (Polyak 1964, the "heavy ball"; torch: ``SGD(lr, momentum)``). Each raises
``BadInput`` for a rate or a curvature that is not above 0 and for a momentum outside 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import below_one, one, one_of, positive, rates

CONVENTIONS = ("momentum", "averaged_momentum", "scaled_momentum")
"""As the optimizers are called: the sum (torch), the average, and the rate inside (Keras)."""


def shrink_factor(lr: float | Array, momentum: float | Array, curvature: float | Array) -> Array:
    """What one step leaves of the distance along ``curvature`` in the long run; above 1 it grows.

    The larger solution in size of ``x**2 - (1 + momentum - lr * curvature) * x + momentum = 0``.
    The inputs broadcast to one shape, ``[...]``.

    >>> shrink_factor(0.01, [0.0, 0.81, 0.99], 1.0).round(3)     # plain, critical, ringing
    array([0.99 , 0.9  , 0.995])
    """
    momentum = np.asarray(below_one("momentum", momentum))
    total = 1 + momentum - np.asarray(rates("lr", lr)) * positive("curvature", curvature)
    apart = total**2 - 4 * momentum
    real = (np.abs(total) + np.sqrt(np.maximum(apart, 0))) / 2
    return np.where(apart < 0, np.sqrt(momentum), real)


def stable_lr(momentum: float | Array, curvature: float, convention: str = "momentum") -> Array:
    """The rate at which a walk along ``curvature`` swings for ever: above it, it blows up.

    >>> stable_lr(0.9, 1.0).round(3), stable_lr(0.9, 1.0, "averaged_momentum").round(3)
    (np.float64(3.8), np.float64(38.0))
    """
    momentum = np.asarray(below_one("momentum", momentum))
    limit = 2 * (1 + momentum) / positive("curvature", curvature)
    return convert_lr(limit, momentum, "momentum", convention)


def best_momentum(lr: float, curvatures: Sequence[float] | Array) -> tuple[float, float]:
    """Return the momentum at which the slowest direction shrinks fastest, and what a step leaves.

    It makes the last direction ring: ``(1 - sqrt(lr * curvature))**2``, the largest of all. Raises
    ValueError for a rate of ``4 / max(curvatures)`` or more, where no momentum below 1 is stable.
    ``curvatures`` is ``[directions]``.

    >>> [round(value, 3) for value in best_momentum(0.01, [1.0, 100.0])]
    [0.81, 0.9]
    """
    curvatures = np.atleast_1d(positive("each curvature", curvatures))
    lr = one("lr", positive("lr", lr))
    factor = float(np.abs(1 - np.sqrt(lr * curvatures)).max())
    if factor >= 1:
        raise BadInput(
            f"lr must be below 4 / {curvatures.max():g} = {4 / curvatures.max():.3g}: beyond, no "
            f"momentum below 1 is stable, got {lr}"
        )
    return factor**2, factor


def best_pair(curvatures: Sequence[float] | Array) -> tuple[float, float, float]:
    """Return the rate and the momentum that shrink the slowest direction fastest, and the factor.

    The factor is ``(sqrt(k) - 1) / (sqrt(k) + 1)`` for the condition number ``k`` (Polyak 1964).
    ``curvatures`` is ``[directions]``.

    >>> [round(value, 3) for value in best_pair([1.0, 100.0])]
    [0.033, 0.669, 0.818]
    """
    roots = np.sqrt(np.atleast_1d(positive("each curvature", curvatures)))
    lr = float(4 / (roots.min() + roots.max()) ** 2)
    factor = float((roots.max() - roots.min()) / (roots.max() + roots.min()))
    return lr, factor**2, factor


def convert_lr(lr: float | Array, momentum: float | Array, given: str, wanted: str) -> Array:
    """The rate that takes the same path in another convention, while rate and momentum stand still.

    ``given`` and ``wanted`` are among ``CONVENTIONS``. In the average a gradient counts
    ``1 - momentum``, so its rate is ``1 / (1 - momentum)`` times as high; whether the rate stands
    inside the velocity or outside makes no difference until it changes.
    The inputs broadcast: ``[...]``.

    >>> convert_lr(0.1, 0.9, "momentum", "averaged_momentum").round(6)
    np.float64(1.0)
    """
    one_of("given", given, CONVENTIONS)
    one_of("wanted", wanted, CONVENTIONS)
    counts = {name: 1.0 for name in CONVENTIONS}
    counts["averaged_momentum"] = 1 - np.asarray(below_one("momentum", momentum))
    return np.asarray(rates("lr", lr)) * counts[given] / counts[wanted]


def motion(lr: float, momentum: float, curvature: float) -> str:
    """Name what a walk with momentum does along one curvature.

    "creeps": from one side, never beyond the bottom for long; "is critical": about to ring, and
    the quickest that this rate allows; "rings": to and fro in waves; "leaps": to the other side at
    every step, and closer; "swings": so for ever; "blows up". Borders are met within 1e-9.

    >>> [motion(1.0, momentum, 0.01) for momentum in (0.5, 0.81, 0.95)]
    ['creeps', 'is critical', 'rings']
    """
    lr, curvature = (
        one("lr", positive("lr", lr)),
        one("curvature", positive("curvature", curvature)),
    )
    product, limit = lr * curvature, 2 * (1 + one("momentum", below_one("momentum", momentum)))
    if abs(product - limit) < 1e-9:
        return "swings"
    if product > limit:
        return "blows up"
    border = (1 - np.sqrt(product)) ** 2
    if abs(momentum - border) < 1e-9:
        return "is critical"
    return "rings" if momentum > border else "creeps" if product < 1 else "leaps"
