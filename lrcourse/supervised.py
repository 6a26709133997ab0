"""Losses over examples: what a model is, how its outputs are scored, how mini-batches are drawn.

The linear models in ``objectives`` and the networks in ``network`` are made of these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, generator, gradient_room, one, one_of, parameters, rates


class Model(NamedTuple):
    """How ``w`` and the features of the examples make outputs, and how slopes travel back.

    Outputs and their slopes are ``[..., C, N]``, one column per example: so the textbook's
    ``W x + b`` is one matrix product for all examples.
    """

    size: int
    """The number of parameters, ``P``."""
    forward: Callable[[Array, Array], tuple[Array, Any]]
    """``w, X -> outputs, memory``; ``X`` is ``[N, D]``, or ``[S, 1, ..., N, D]`` beside ``w``."""
    backward: Callable[[Array, Any, Array, Array], None]
    """``w, memory, slopes, out``: write the gradient ``[..., P]`` into ``out``."""


def half_squares(outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Half the squared residual of each example, ``[..., N]``, and its slopes in the outputs.

    >>> half_squares(np.array([[3.0, 0.0]]), np.array([[1.0, 1.0]]))
    (array([2. , 0.5]), array([[ 2., -1.]]))
    """
    residuals = outputs - targets
    return (residuals**2).sum(-2) / 2, residuals


def logistic(outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Cross-entropy in nats of one output per example whose label is 0 or 1, and its slopes.

    >>> losses, slopes = logistic(np.array([[0.0, 1000.0]]), np.array([[1.0, 0.0]]))
    >>> losses.round(3), slopes                         # surely wrong costs much, but not inf
    (array([6.93e-01, 1.00e+03]), array([[-0.5,  1. ]]))
    """
    probabilities = np.exp(-np.logaddexp(0, -outputs))
    return (np.logaddexp(0, outputs) - targets * outputs).sum(-2), probabilities - targets


def cross_entropy(outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Cross-entropy in nats of a softmax over each example's outputs, and its slopes.

    Subtracting the largest output changes no probability, and ``exp`` cannot overflow.

    >>> losses, slopes = cross_entropy(np.array([[0.0], [1000.0]]), np.array([[1.0], [0.0]]))
    >>> losses, slopes.ravel()
    (array([1000.]), array([-1.,  1.]))
    """
    shifted = outputs - outputs.max(-2, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(-2, keepdims=True)
    losses = np.log(total)[..., 0, :] - (targets * shifted).sum(-2)
    return losses, powers / total - targets


def one_hot(labels: Array, classes: int) -> Array:
    """Return a 1 in the column of each label: ``[N] -> [N, classes]``.

    >>> one_hot([2, 0], classes=3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    labels = np.asarray(labels)
    if not np.issubdtype(labels.dtype, np.integer) or labels.ndim != 1:
        raise BadInput(
            f"labels must be a list of whole numbers, got {labels.dtype} of shape {labels.shape}"
        )
    if labels.min() < 0 or labels.max() >= classes:
        raise BadInput(f"labels must lie in 0..{classes - 1}, got {labels.min()}..{labels.max()}")
    return np.eye(classes)[labels]


@dataclass(frozen=True)
class Supervised:
    """The loss of a model over examples, averaged or added up, and its mini-batches.

    Mini-batches drawn from a list of generators have ``X`` of shape ``[S, B, D]`` and go with
    ``w`` of shape ``[S, ..., P]``.
    """

    X: Array
    """Features, ``[N, D]``."""
    y: Array
    """The number or label that belongs to each example, ``[N]``."""
    targets: Array
    """``y`` as the score wants it, ``[N, C]``: numbers, or a 1 in the column of the label."""
    model: Model
    score: Callable[[Array, Array], tuple[Array, Array]]
    """``outputs, targets -> losses [..., N], slopes [..., C, N]``."""
    reduction: str = "mean"
    l2: float = 0.0
    """Adds ``l2 * sum(w**2) / 2`` to the loss."""

    def __post_init__(self):
        """Refuse a reduction or an ``l2`` that means nothing."""
        one_of("reduction", self.reduction, ("mean", "sum"))
        one("l2", rates("l2", self.l2))

    @property
    def size(self) -> int:
        """The number of parameters, ``P``."""
        return self.model.size

    @property
    def scale(self) -> float:
        """What the loss of one example counts: 1/N in a mean, 1 in a sum."""
        return 1 / self.X.shape[-2] if self.reduction == "mean" else 1.0

    def loss(self, w: Array) -> Array:
        """Return the loss at ``w``, shape ``[...]``."""
        w, outputs, _ = self._forward(w)
        return self._total(w, self.score(outputs, self._columns(w))[0])

    def grad(self, w: Array) -> Array:
        """Return the gradient at ``w``, shape ``[..., P]``."""
        return self.loss_and_grad(w)[1]

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both from one pass; the gradient is written into ``out`` if that is given."""
        w, outputs, memory = self._forward(w)
        out = gradient_room(w, out)
        losses, slopes = self.score(outputs, self._columns(w))
        slopes *= self.scale
        self.model.backward(w, memory, slopes, out)
        if self.l2:
            out += self.l2 * w
        return self._total(w, losses), out

    def outputs(self, w: Array) -> Array:
        """Return what the model says, ``[..., N, C]``: predictions, or logits of the classes."""
        return self._forward(w)[1].swapaxes(-1, -2)

    def accuracy(self, w: Array) -> Array:
        """Return the fraction of examples whose label has the largest output, shape ``[...]``.

        Raises ValueError where ``y`` holds numbers and not labels.
        """
        if not np.issubdtype(self.y.dtype, np.integer):
            raise BadInput(f"accuracy needs whole-number labels, but y holds {self.y.dtype}")
        w, outputs, _ = self._forward(w)
        labels = outputs.argmax(-2) if outputs.shape[-2] > 1 else outputs[..., 0, :] > 0
        return (labels == self._beside(w, self.y)).mean(-1)

    def batches(
        self, rng: Any, batch_size: int | None = None, replace: bool = False
    ) -> Iterator[Supervised]:
        """Yield one objective per step, for ever, each on the examples of one mini-batch.

        ``batch_size=None`` yields the whole set every time. Otherwise each epoch reshuffles and
        meets every example once, its last mini-batch taking what is left; ``replace=True`` draws
        every example anew. ``rng`` is a Generator, or a list with one per entry of ``w``'s first
        axis: runs that share a generator share their mini-batches.

        With ``reduction="sum"`` a mini-batch adds up its own examples only, as in torch.
        """
        if batch_size is None:
            return repeat(self)
        batch_size = count("batch_size", batch_size)
        if self.X.ndim > 2:
            raise BadInput("these are mini-batches already; draw from the whole data set")
        return (
            dataclasses.replace(self, X=self.X[rows], y=self.y[rows], targets=self.targets[rows])
            for rows in rows_of_steps(rng, len(self.X), batch_size, replace)
        )

    def _forward(self, w):
        """Return ``w`` checked, the outputs ``[..., C, N]``, and what the way back will need."""
        w = parameters(w, self.size)
        if self.X.ndim > 2 and (w.ndim < 2 or len(w) != len(self.X)):
            raise BadInput(
                f"mini-batches of {len(self.X)} generators need w of shape "
                f"[{len(self.X)}, ..., {self.size}], got {w.shape}"
            )
        return w, *self.model.forward(w, self._beside(w, self.X))

    def _total(self, w, losses):
        """Return the losses of the examples as one loss per run."""
        total = losses.sum(-1) * self.scale
        return total + self.l2 / 2 * (w**2).sum(-1) if self.l2 else total

    def _columns(self, w):
        """Return the targets with one column per example, ``[..., C, N]``."""
        return self._beside(w, self.targets).swapaxes(-1, -2)

    def _beside(self, w, values):
        """Return ``values`` in ``w``'s dtype; those of mini-batches, ``[S, ...]``, get axes of 1
        where ``w`` has runs between its first axis and its last."""
        values = values.astype(w.dtype, copy=False)
        return np.expand_dims(values, tuple(range(1, w.ndim - 1))) if self.X.ndim > 2 else values


def rows_of_steps(rng, examples, batch_size, replace):
    """Return an endless iterator over the rows that each step looks at, ``[B]`` or ``[S, B]``."""
    if isinstance(rng, (list, tuple)) and rng:
        draws = [rows_of_steps(one, examples, batch_size, replace) for one in rng]
        return map(np.stack, zip(*draws, strict=True))
    draw = drawn_rows if replace else shuffled_rows
    return draw(generator(rng), examples, batch_size)


def drawn_rows(rng, examples, batch_size):
    """Yield rows drawn with replacement."""
    while True:
        yield rng.integers(examples, size=batch_size)


def shuffled_rows(rng, examples, batch_size):
    """Yield the rows of one reshuffled epoch after another."""
    while True:
        order = rng.permutation(examples)
        yield from (order[first : first + batch_size] for first in range(0, examples, batch_size))
