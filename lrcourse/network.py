"""A network over a flat ``w``: how many numbers it holds, how they start, forward, and backward.

The leading axes of ``w`` are networks that never meet; all of them go forward and back at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, examples, generator, one_of, seen
from lrcourse.supervised import Model, Supervised, cross_entropy, half_squares, one_hot


class Activation(NamedTuple):
    """What a unit makes of its input, and its slope seen from what it made."""

    of: Callable[[Array], Array]
    slope: Callable[[Array], Array]


ACTIVATIONS = {
    "relu": Activation(lambda z: np.maximum(z, 0), lambda a: a > 0),
    "leaky_relu": Activation(lambda z: np.maximum(z, 0.01 * z), lambda a: np.where(a > 0, 1, 0.01)),
    "tanh": Activation(np.tanh, lambda a: 1 - a**2),
    "sigmoid": Activation(lambda z: np.exp(-np.logaddexp(0, -z)), lambda a: a * (1 - a)),
}
"""torch: ``ReLU``, ``LeakyReLU(0.01)``, ``Tanh``, ``Sigmoid``."""

SCORES = {"cross_entropy": cross_entropy, "squared": half_squares}

INIT_SCALES = {
    "he": lambda fan_in, fan_out: np.sqrt(2 / fan_in),
    "xavier": lambda fan_in, fan_out: np.sqrt(2 / (fan_in + fan_out)),
}
"""He et al. 2015, arXiv 1502.01852; Glorot & Bengio 2010 (PMLR 9). Both draw normal numbers."""


def counted(widths: Sequence[int]) -> list[int]:
    """Return the widths of a network's layers, inputs first, or say what is wrong with them."""
    if not isinstance(widths, Sequence | np.ndarray) or len(widths) < 2:
        raise BadInput(f"widths must be two or more counts, inputs first, got {seen(widths)}")
    return [count("each of widths", width) for width in widths]


def size(widths: Sequence[int]) -> int:
    """Count the weights and biases of a network.

    >>> size((64, 32, 10))
    2410
    """
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(counted(widths)))


def layers(w: Array, widths: Sequence[int]) -> Iterator[tuple[Array, Array]]:
    """Yield each layer's weights ``[..., fan_out, fan_in]`` and biases ``[..., fan_out, 1]``.

    Both are views: writing into them writes into ``w``.

    >>> w = np.zeros(size((2, 1)))
    >>> weights, biases = next(layers(w, (2, 1)))
    >>> weights[...], biases[...] = [[3, 4]], 5
    >>> w
    array([3., 4., 5.])
    """
    start = 0
    for fan_in, fan_out in pairwise(widths):
        middle, end = start + fan_in * fan_out, start + (fan_in + 1) * fan_out
        yield w[..., start:middle].reshape(*w.shape[:-1], fan_out, fan_in), w[..., middle:end, None]
        start = end


def init(rng: Any, widths: Sequence[int], scheme: str = "he", dtype: Any = float) -> Array:
    """Draw a start ``w``, ``[P]``: normal weights, biases of zero.

    Their standard deviation is ``sqrt(2 / fan_in)`` (``"he"``) or ``sqrt(2 / (fan_in + fan_out))``
    (``"xavier"``). A list of generators gives ``[S, P]``, one start from each.

    >>> init(np.random.default_rng(0), (2, 1)).round(3)
    array([ 0.126, -0.132,  0.   ])
    """
    scale = INIT_SCALES[one_of("scheme", scheme, INIT_SCALES)]
    if isinstance(rng, (list, tuple)) and rng:
        return np.stack([init(one, widths, scheme, dtype) for one in rng])
    widths = counted(widths)
    w = np.zeros(size(widths), dtype)
    for weights, _ in layers(w, widths):
        fan_out, fan_in = weights.shape
        weights[...] = generator(rng).normal(0, scale(fan_in, fan_out), weights.shape)
    return w


def row_sums(slopes):
    """Return ``slopes.sum(-1, keepdims=True)``: for short rows einsum is up to 4 times as fast."""
    return np.einsum("...n->...", slopes)[..., None]


def perceptron(widths: Sequence[int], activation: str = "relu") -> Model:
    """Return the model that ``mlp`` scores: layers of weighted sums with an activation between."""
    widths = counted(widths)
    activate, slope_of = ACTIVATIONS[one_of("activation", activation, ACTIVATIONS)]

    def forward(w, X):
        sums, signals = X.swapaxes(-1, -2), []
        for weights, biases in layers(w, widths):
            signals.append(activate(sums) if signals else sums)
            sums = weights @ np.ascontiguousarray(signals[-1])
            sums += biases
        return sums, signals

    def backward(w, signals, slopes, out):
        there_and_back = zip(layers(w, widths), layers(out, widths), signals, strict=True)
        for (weights, _), (weights_out, biases_out), signal in reversed(list(there_and_back)):
            np.matmul(slopes, signal.swapaxes(-1, -2), out=weights_out)
            biases_out[...] = row_sums(slopes)
            if signal is not signals[0]:
                slopes = weights.swapaxes(-1, -2) @ slopes
                slopes *= slope_of(signal)

    return Model(size(widths), forward, backward)


def mlp(
    X: Array,
    y: Array,
    widths: Sequence[int],
    activation: str = "relu",
    loss: str = "cross_entropy",
) -> Supervised:
    """The mean loss of a network on examples ``X`` ``[N, widths[0]]``.

    ``y`` holds labels 0..C-1, C being ``widths[-1]``; with ``loss="squared"`` the targets are the
    labels one-hot, or ``y`` itself if it is ``[N, C]`` or C is 1.

    >>> network = mlp(np.eye(4), [0, 1, 1, 0], widths=(4, 8, 2))
    >>> w = np.zeros((5, network.size))                      # five networks that know nothing
    >>> network.loss(w).round(3)                             # guess between two: log 2 each
    array([0.693, 0.693, 0.693, 0.693, 0.693])
    """
    X, y = examples(X, y)
    model, score = perceptron(widths, activation), SCORES[one_of("loss", loss, SCORES)]
    if X.shape[1] != widths[0]:
        raise BadInput(f"widths must start with the {X.shape[1]} features of X, got {widths}")
    return Supervised(X, y, targets(y, widths[-1], loss), model, score)


def targets(y, classes, loss):
    """Return what the outputs should be, ``[N, classes]``."""
    if loss == "squared" and y.size == len(y) * classes:
        return y.reshape(len(y), classes).astype(float)
    return one_hot(y, classes)
