"""Models whose outputs are weighted sums of the features, so that their curvature has a bound."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lrcourse.base import Array
from lrcourse.supervised import Model, Supervised


def linear(features: int, outputs: int = 1) -> Model:
    """Outputs that are weighted sums of the features; ``w`` holds ``[outputs, features]`` flat.

    The weights of all runs that share their examples are the rows of one matrix product.
    """

    def rows(array, X):
        return array.reshape(*X.shape[:-2], -1, array.shape[-1])

    def forward(w, X):
        weights = w.reshape(*w.shape[:-1], outputs, features)
        sums = rows(weights, X) @ X.swapaxes(-1, -2)
        return sums.reshape(*w.shape[:-1], outputs, -1), X

    def backward(w, X, slopes, out):
        out[...] = (rows(slopes, X) @ X).reshape(out.shape)

    return Model(outputs * features, forward, backward)


@dataclass(frozen=True)
class LinearModel(Supervised):
    """A loss of weighted sums of the features, so its curvature has a bound."""

    bend: float = 1.0
    """The largest second derivative of one example's loss in its outputs."""

    @cached_property
    def lipschitz(self) -> float:
        """No curvature anywhere is larger: a rate below ``2 / lipschitz`` cannot blow up.

        ``bend`` times the largest eigenvalue of ``X.T @ X / N`` (of ``X.T @ X`` for a sum).
        """
        return self.bend * np.linalg.eigvalsh(self.X.T @ self.X)[-1] * self.scale + self.l2


@dataclass(frozen=True)
class LeastSquares(LinearModel):
    """The mean of half squares: its Hessian is the same everywhere, its minimum has a formula."""

    @cached_property
    def curvatures(self) -> Array:
        """Eigenvalues of the Hessian ``X.T @ X / N``, ascending, ``[P]``."""
        return np.linalg.eigvalsh(self.X.T @ self.X) * self.scale

    @cached_property
    def minimum(self) -> Array:
        """The best ``w``, ``[P]``; the shortest of them if there are several."""
        return np.linalg.lstsq(self.X, self.y)[0]
