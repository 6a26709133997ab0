"""A landscape: a formula of ``w`` and its gradient, with what is known of its minimum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat

from lrcourse.base import Array
from lrcourse.inputs import gradient_room, parameters


@dataclass(frozen=True)
class Landscape:
    """A formula of ``w`` and its gradient: no data, no noise. ``w`` may have any leading axes.

    >>> import numpy as np
    >>> cubic = Landscape(loss=lambda w: (w**3).sum(-1), grad=lambda w: 3 * w**2)
    >>> cubic.loss_and_grad(np.array([2.0]))
    (np.float64(8.0), array([12.]))
    """

    loss: Callable[[Array], Array]
    """``w [..., P] -> [...]``."""
    grad: Callable[[Array], Array]
    """``w [..., P] -> [..., P]``."""
    minimum: Array | None = None
    """Where the loss is lowest, ``[P]``; where there are several minima, one in each row."""
    curvatures: Array | None = None
    """Eigenvalues of the Hessian at the minimum, in the shape of ``minimum``."""
    axes: Array | None = None
    """The direction of each curvature of a quadratic, one in each column, ``[P, P]``."""

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both; the gradient is written into ``out`` if that is given."""
        grad = self.grad(w)
        out = gradient_room(grad, out)
        out[...] = grad
        return self.loss(w), out

    def batches(self, rng=None, batch_size=None, replace=False) -> Iterator[Landscape]:
        """Yield itself for ever: without data there is nothing to draw."""
        return repeat(self)


def known(
    height: Callable[[Array], Array],
    slope: Callable[[Array], Array],
    minimum: Array,
    curvatures: Array,
    axes: Array | None = None,
) -> Landscape:
    """Return a landscape that takes lists, keeps the dtype of ``w`` and refuses other shapes."""

    def careful(formula):
        def of(w):
            w = parameters(w, minimum.shape[-1])
            return formula(w).astype(w.dtype, copy=False)

        return of

    return Landscape(careful(height), careful(slope), minimum, curvatures, axes)
