"""What mini-batches do to descent: the floor it cannot get below, and when a batch is large."""

from __future__ import annotations

import dataclasses

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, one, parameters, positive, rates
from lrcourse.supervised import Supervised


def noise_floor(
    lr: float | Array, variance: float | Array = 1.0, curvature: float = 1.0, batch_size: int = 1
) -> float | Array:
    """The mean square distance at which descent on a noisy parabola stays for ever.

    ``lr * s2 / (curvature * (2 - lr * curvature))``, with ``s2 = variance / batch_size``:
    ``variance`` is that of the examples' own gradients, and the mini-batches are drawn with
    replacement. ``inf`` from the largest stable rate ``2 / curvature`` on. Raises ValueError for
    what is not above 0 (the variance may be 0).

    >>> noise_floor(0.1).round(4), noise_floor(0.1, batch_size=4).round(4), noise_floor(2.0)
    (np.float64(0.0526), np.float64(0.0132), np.float64(inf))
    """
    lr, variance = positive("lr", lr), rates("variance", variance)
    curvature = one("curvature", positive("curvature", curvature))
    batch_size = count("batch_size", batch_size)
    room = 2 - lr * curvature
    stable = room > 0
    return np.where(
        stable, lr * variance / batch_size / (curvature * np.where(stable, room, 1)), np.inf
    )[()]


def example_gradients(objective: Supervised, w: Array) -> Array:
    """The gradient of each example's own loss at ``w [P]``, one in each row: ``[N, P]``.

    Their mean is ``objective.grad(w)`` where the objective is a mean.
    Raises ``BadInput`` unless ``w`` is one point.

    >>> from lrcourse.objectives import least_squares
    >>> example_gradients(least_squares([[1.0], [1.0]], [4.0, 6.0]), [0.0])
    array([[-4.],
           [-6.]])
    """
    w = parameters(w, objective.size)
    if w.ndim != 1:
        raise BadInput(f"w must be one point, of shape [{objective.size}], got shape {w.shape}")
    alone = dataclasses.replace(
        objective,
        X=objective.X[:, None],
        y=objective.y[:, None],
        targets=objective.targets[:, None],
    )
    return alone.grad(np.repeat(w[None], len(objective.X), axis=0))


def noise_scale(gradients: Array) -> float:
    """How many examples make a mini-batch whose noise is as long as its signal.

    ``gradients`` ``[N, P]`` are those of all examples at one place. The variances of its columns
    are added up and divided by the squared length of their mean (McCandlish et al. 2018, arXiv
    1812.06162, equation 2.9). ``inf`` where the mean is 0. Raises ValueError for fewer than two
    examples.

    >>> noise_scale([[1.0, 2.0], [1.0, -2.0], [4.0, 2.0], [4.0, -2.0]])   # (2.25 + 4) / 2.5**2
    np.float64(1.0)
    """
    gradients = np.asarray(gradients, float)
    if gradients.ndim != 2 or len(gradients) < 2:
        raise BadInput(f"gradients must be [examples, P], two or more, got {gradients.shape}")
    signal = np.sum(gradients.mean(axis=0) ** 2)
    return np.float64(gradients.var(axis=0).sum() / signal if signal else np.inf)


def noise_scale_of_two(
    small_square: float, big_square: float, small_batch: int, big_batch: int
) -> float:
    """The same from mini-batches of two sizes, where the examples' own gradients are not to be had.

    ``small_square`` and ``big_square`` are the mean squared lengths of their gradients. Each is
    ``signal + noise / batch``, which makes two equations for two unknowns (McCandlish et al. 2018,
    appendix A.1). ``inf`` where nothing of a signal is left. Raises ``BadInput`` unless the second
    batch is the larger, and where its square is: then luck outweighs the noise.

    >>> noise_scale_of_two(small_square=6.0, big_square=3.0, small_batch=1, big_batch=4)  # 4 / 2
    2.0
    """
    small_batch, big_batch = count("small_batch", small_batch), count("big_batch", big_batch)
    if small_batch >= big_batch:
        raise BadInput(
            f"the batches must be counts, the second the larger, got {small_batch}, {big_batch}"
        )
    small_square = one("small_square", rates("small_square", small_square))
    big_square = one("big_square", rates("big_square", big_square))
    if small_square < big_square:
        raise BadInput(
            f"small_square must not be below big_square = {big_square:g}, got {small_square:g}: "
            "luck outweighed the noise, so average over more mini-batches"
        )
    noise = (small_square - big_square) / (1 / small_batch - 1 / big_batch)
    signal = big_square - noise / big_batch
    return noise / signal if signal > 0 else np.inf
