"""The boundary of trainability: a tiny network, trained once for every pixel of a plane of rates.

Across is the first layer's rate, upwards the second's. Every run starts at the same weights; its
pixel says whether it diverged, and how fast it went either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, seen

WINDOW = (-1.0, 2.5, -1.5, 2.0)
"""Left, right, bottom, top, in powers of ten of the two rates: all the shore there is to see."""
LAST = 20
"""A run is judged by the mean of so many last losses, as Sohl-Dickstein does."""
DIVERGED = 1e6
"""Beyond this many times its first loss, that mean counts as diverged: by then there is no return
that these budgets would show."""


@dataclass(frozen=True)
class TwoLayers:
    """Half squares of ``C @ bend(A @ x)``, averaged: no biases; ``w`` holds ``A``, then ``C``.

    An objective like any other. It is quick where the runs are last in memory: a ``w`` of shape
    ``[runs, P]`` that was made with ``order="F"``.
    """

    X: Array
    """``[N, D]``."""
    y: Array
    """``[N]``."""
    start: Array
    """Where every run begins, ``[P]``."""
    curved: bool = True
    """Whether the hidden units bend, by ``tanh``, or only pass on what they get."""

    @property
    def first(self) -> Array:
        """Which parameters belong to the first layer, ``[P]``."""
        features = self.X.shape[1]
        hidden = len(self.start) // (features + 1)
        return np.arange(len(self.start)) < hidden * features

    def loss(self, w: Array) -> Array:
        """Return the loss at ``w``, shape ``[...]``."""
        return self.loss_and_grad(w)[0]

    def grad(self, w: Array) -> Array:
        """Return the gradient at ``w``, shape ``[..., P]``."""
        return self.loss_and_grad(w)[1]

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both from one pass; the gradient is written into ``out`` if that is given."""
        runs = w.shape[:-1]
        flat = np.moveaxis(w, -1, 0).reshape(w.shape[-1], -1)  # [P, runs]
        weights, heads = flat[self.first], flat[~self.first][:, None]
        weights = weights.reshape(len(heads), -1, flat.shape[-1])
        signals = self.X @ weights  # [hidden, N, runs]
        if self.curved:
            signals = np.tanh(signals)
        residuals = (heads * signals).sum(0) - self.y[:, None]
        share = residuals / len(self.y)
        blame = heads * share
        if self.curved:
            blame *= 1 - signals**2
        grads = np.concatenate(
            [(self.X.T @ blame).reshape(-1, flat.shape[-1]), (signals * share).sum(1)]
        )
        grad = np.moveaxis(grads.reshape(-1, *runs), 0, -1)
        if out is not None:
            out[...] = grad
        return (residuals * share).sum(0).reshape(runs) / 2, grad if out is None else out

    def batches(self, rng=None, batch_size=None, replace=False) -> Iterator[TwoLayers]:
        """Yield itself for ever."""
        while True:
            yield self


def tiny_network(seed: int = 21, width: int = 4, curved: bool = True) -> TwoLayers:
    """Return ``width`` inputs, ``width`` units and one output on ``width`` points, all drawn.
    Raises ``BadInput`` unless ``width`` is a count.

    >>> len(tiny_network().start), len(tiny_network().y)
    (20, 4)
    """
    rng, width = np.random.default_rng(count("seed", seed, 0)), count("width", width)
    X, y = rng.normal(size=(width, width)), rng.normal(size=width)
    start = rng.normal(size=width * width + width) / np.sqrt(width)
    return TwoLayers(X, y, start, curved)


def two_scalars(first: float = 0.5, second: float = 0.8) -> TwoLayers:
    """Return the smallest of all: ``(w0 * w1 - 1)**2 / 2``.

    >>> two_scalars().loss(np.array([2.0, 1.0]))
    np.float64(0.5)
    """
    return TwoLayers(np.ones((1, 1)), np.ones(1), np.array([first, second]), curved=False)


def boundary(
    window: Sequence[float] = WINDOW,
    pixels: int = 256,
    steps: int = 150,
    network: TwoLayers | None = None,
) -> Array:
    """Train once for every pixel; return ``[pixels, pixels]``, the lowest second rate in row 0.

    ``window`` is left, right, bottom and top in powers of ten. A value above 0 says that the run
    diverged, one below 0 that it did not; its size says how fast, from 0 (not in ``steps`` steps)
    to ``log10(1 + steps)`` (at once).
    Raises ``BadInput`` for a window without width or height, and for what is no count.

    >>> boundary((-1, 3, -1, 3), pixels=2)  < 0      # low rates in the corner left below
    array([[ True, False],
           [False, False]])
    """
    pixels = count("pixels", pixels)
    values = np.empty((pixels, pixels))
    for place, part in tiles(window, pixels, tile=64, steps=steps, network=network):
        values[place] = part
    return values


def tiles(
    window: Sequence[float],
    pixels: int,
    tile: int = 64,
    steps: int = 150,
    network: TwoLayers | None = None,
) -> Iterator[tuple[tuple[slice, slice], Array]]:
    """Yield ``boundary`` square by square: the rows and columns, and their values.

    >>> places = [place for place, _ in tiles((-1, 0, -1, 0), pixels=48, tile=32, steps=2)]
    >>> len(places), places[-1]
    (4, (slice(32, 48, None), slice(32, 48, None)))
    """
    left, right, bottom, top, pixels, tile, steps = _checked(window, pixels, tile, steps)
    network = network or tiny_network()
    across, up = _centres(left, right, pixels), _centres(bottom, top, pixels)
    starts = range(0, pixels, tile)
    for row, column in product(starts, starts):
        place = slice(row, min(row + tile, pixels)), slice(column, min(column + tile, pixels))
        first, second = np.meshgrid(10 ** across[place[1]], 10 ** up[place[0]])
        yield place, speed(network, first, second, steps)


def speed(network: TwoLayers, first: Array, second: Array, steps: int = 150) -> Array:
    """Train ``network`` at every pair of rates; return how fast each run went, in their shape.

    The number of steps over the sum of all losses, each as a part of the first loss, is large for a
    run that comes down soon; for one that diverged, take the first loss over each. The value is
    the logarithm of 1 plus that, below 0 unless the run diverged.
    """
    shape = np.broadcast_shapes(np.shape(first), np.shape(second))
    pair = (np.broadcast_to(rate, shape).reshape(-1, 1) for rate in (first, second))
    lr = np.asfortranarray(np.where(network.first, *pair))
    w = np.array(np.broadcast_to(network.start, lr.shape), order="F")
    down, up, last = (np.zeros(len(w)) for _ in range(3))
    with np.errstate(all="ignore"):
        begin = network.loss(network.start)
        for step in range(steps + 1):
            loss, grad = network.loss_and_grad(w)
            part = loss / begin
            down += part
            up += np.where(np.isfinite(part), 1 / part, 0)
            if step > steps - LAST:
                last += part / min(LAST, steps + 1)
            w = w - lr * grad
        diverged = ~(last < DIVERGED)
        slow = np.where(diverged, up, down) / (steps + 1)
    return (np.where(diverged, 1, -1) * np.log10(1 + 1 / slow)).reshape(shape)


def _centres(low, high, pixels):
    return low + (high - low) * (np.arange(pixels) + 0.5) / pixels


def _checked(window, pixels, tile, steps):
    """Return the four ends of the window, and the three counts."""
    ends = np.asarray(window)
    if ends.shape != (4,) or ends.dtype.kind not in "iuf" or not np.isfinite(ends).all():
        raise BadInput(f"window must be left < right, bottom < top, got {seen(window)}")
    if not (ends[0] < ends[1] and ends[2] < ends[3]):
        raise BadInput(f"window must be left < right, bottom < top, got {seen(window)}")
    return *ends.tolist(), count("pixels", pixels), count("tile", tile), count("steps", steps)
