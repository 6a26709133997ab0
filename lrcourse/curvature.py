"""Curvature without a Hessian: what it does to one direction, and how steep the steepest one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Objective
from lrcourse.duck_typing import objective_of
from lrcourse.inputs import count, one, parameters, positive

EPS = 1e-4
"""How far to look along a direction, for a ``w`` near 0: gradients of smooth losses then agree with
the exact product to about 8 digits, in float32 to about 3."""


def hessian_vector_product(
    objective: Objective,
    w: Array | Sequence[float],
    vector: Array | Sequence[float],
    eps: float = EPS,
) -> Array:
    """Return the Hessian at ``w`` times ``vector``, both ``[..., P]``, from two gradients.

    The slope of the gradient along ``vector``: the gradient a little ahead less the gradient a
    little behind, over the distance. The distance, ``eps * (1 + |w|)`` to each side, does not
    depend on how long ``vector`` is. Raises ValueError for an ``eps`` that is not above 0.

    >>> from lrcourse.objectives import quadratic
    >>> bowl = quadratic([[2.0, -1.0], [-1.0, 5.0]])
    >>> hessian_vector_product(bowl, [7.0, 7.0], [1.0, 0.0]).round(6)
    array([ 2., -1.])
    """
    objective, (w, vector) = objective_of(objective), _alike(w, vector)
    eps = one("eps", positive("eps", eps))
    length = _length(vector)
    unit = vector / np.where(length > 0, length, 1)
    reach = (eps * (1 + _length(w))).astype(w.dtype)
    ahead, behind = objective.grad(w + reach * unit), objective.grad(w - reach * unit)
    return length * (ahead - behind) / (2 * reach)


class Sharpness(NamedTuple):
    """The curvature that is largest in size, and its direction."""

    value: Array
    """With its sign, ``[...]``: below 0 where the landscape bends down most."""
    vector: Array
    """Of length 1, ``[..., P]``: the start for the next point nearby."""


def sharpness(
    objective: Objective,
    w: Array | Sequence[float],
    start: Array | Sequence[float] | None = None,
    steps: int = 30,
    eps: float = EPS,
) -> Sharpness:
    """Return the Hessian eigenvalue that is largest in size at ``w`` ``[..., P]``, with its vector.

    Power iteration: ``steps`` times the vector is multiplied by the Hessian and scaled back to
    length 1, which costs two gradients each time. ``start`` is the vector of a point nearby, so
    that along a run a step or two are enough; without it, one and the same random vector. Of two
    curvatures that differ in sign alone it is the one above 0. Raises ``BadInput`` for a start of
    another length than ``w``, and for ``steps`` below 1.

    >>> from lrcourse.objectives import rosenbrock
    >>> value, vector = sharpness(rosenbrock(), [1.0, 1.0])
    >>> value.round(1), abs(vector).round(2)
    (np.float64(1001.6), array([0.89, 0.45]))
    """
    w = parameters(w)
    if start is None:
        start = np.random.default_rng(0).normal(size=np.shape(w)[-1:])
    w, vector = _alike(w, start)
    vector = before = _unit(vector, instead=np.ones_like(vector))
    for _ in range(count("steps", steps)):
        turned = hessian_vector_product(objective, w, vector, eps)
        value = (vector * turned).sum(-1)
        earlier, before, vector = before, vector, _unit(turned, instead=vector)
    tie = ((vector * earlier).sum(-1) > 1 - SWINGS / 1000) & (
        np.abs((vector * before).sum(-1)) < 1 - SWINGS
    )
    upwards = _unit(vector + before, instead=vector)
    value = np.where(tie, _length(turned)[..., 0], value)[()]
    return Sharpness(value, np.where(tie[..., np.newaxis], upwards, vector))


SWINGS = 0.01
"""A vector that comes back every second step, and is this far from standing still between, swings
between two eigenvectors whose curvatures differ in sign alone."""


def _alike(w, vector):
    """Return both as arrays of floats of one shape, in the dtype of ``w``."""
    w = parameters(w)
    vector = np.asarray(vector, w.dtype)
    if w.ndim == 0:
        raise BadInput(f"w must hold parameters along its last axis, got the number {w}: use [{w}]")
    if vector.ndim == 0 or w.shape[-1] != vector.shape[-1]:
        raise BadInput(
            f"the vector must have an entry for each parameter of w, got shapes {vector.shape} "
            f"and {w.shape}"
        )
    return np.broadcast_arrays(w, vector)


def _length(vector):
    return np.linalg.norm(vector, axis=-1, keepdims=True)


def _unit(vector, instead):
    """Return ``vector`` scaled to length 1; where it is 0 (flat ground), ``instead``."""
    length = _length(vector)
    flat = ~(length > 0)
    vector = np.where(flat, instead, vector)
    return vector / np.where(flat, _length(instead), length)
