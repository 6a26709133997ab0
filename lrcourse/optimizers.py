"""Optimizers, in order of increasing memory. Each is ``init`` and ``update``, nothing else."""

from __future__ import annotations

from lrcourse.base import Array, stateless


def gd_step(w: Array, grad: Array, lr: float | Array) -> Array:
    """One step of gradient descent: ``w - lr * grad``, shape ``[..., P]``.

    torch: ``SGD(lr=lr)``.

    >>> gd_step(3.0, grad=2.0, lr=0.25)
    2.5
    """
    return w - lr * grad


gd = stateless(gd_step)
"""Plain gradient descent."""

OPTIMIZERS = {"gd": (gd, {})}
"""Name -> (optimizer, the hyper-parameters it is tried with): each passes one table of tests."""
