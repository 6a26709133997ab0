"""Optimizers with less to tune: Schedule-Free wants no schedule, Prodigy finds its own rate.

They keep the contract of ``lrcourse.optimizers``; each run finds its own, so a state's ``[..., 1]``
leaves hold one number per run. They raise nothing of their own.
"""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array, Optimizer
from lrcourse.inputs import Rate


def schedule_free_sgd_update(
    w: Array,
    grad: Array,
    state: tuple,
    lr: Rate,
    momentum: Rate = 0.9,
    weight_decay: Rate = 0.0,
):
    """Descend with ``z``, average it into ``x``, and ask for gradients between the two, at ``w``.

    Defazio et al. 2024 (2405.15682), eqs. 3-5; the package schedulefree: ``SGDScheduleFree``. The
    state is ``(z, x, peak_lr, total)``; the average weighs each ``z`` by the squared highest rate
    so far. What to use in the end is ``x``: ``schedule_free_sgd.result(w, state)``.
    ``w`` and ``grad`` are ``[..., P]``, the state's arrays that or ``[..., 1]``.

    >>> w = np.array([0.0])
    >>> state = schedule_free_sgd.init(w)
    >>> for _ in range(4):
    ...     w, state = schedule_free_sgd_update(w, np.array([-1.0]), state, lr=1.0)
    >>> [float(place[0]) for place in state[:2]]  # x is the mean of what z was: 1, 2, 3, 4
    [4.0, 2.5]
    """
    return _schedule_free(w, grad + weight_decay * w, state, lr, momentum)


def schedule_free_adamw_update(
    w: Array,
    grad: Array,
    state: tuple,
    lr: Rate,
    b1: Rate = 0.9,
    b2: Rate = 0.999,
    eps: Rate = 1e-8,
    weight_decay: Rate = 0.0,
):
    """Schedule-Free with Adam's division: ``b1`` says how far towards the average ``w`` stands.

    Defazio et al. 2024 (2405.15682); the package schedulefree: ``AdamWScheduleFree``. The state is
    that of ``schedule_free_sgd_update`` and ``(square, t)``.
    ``w`` and ``grad`` are ``[..., P]``, the state's arrays that or ``[..., 1]``.

    >>> w = np.array([0.0])
    >>> state = schedule_free_adamw.init(w)
    >>> for _ in range(4):
    ...     w, state = schedule_free_adamw_update(w, np.array([-1e6]), state, lr=1.0)
    >>> round(float(schedule_free_adamw.result(w, state)[0]), 6)  # as above, for any gradient
    2.5
    """
    places, (square, t) = state
    t = t + 1
    square = b2 * square + (1 - b2) * grad**2
    direction = grad / (np.sqrt(square / (1 - b2**t)) + eps) + weight_decay * w
    w, places = _schedule_free(w, direction, places, lr, b1)
    return w, (places, (square, t))


def _schedule_free(w: Array, direction: Array, state: tuple, lr: Rate, momentum: Rate):
    z, x, peak_lr, total = state
    peak_lr = np.maximum(peak_lr, lr)
    total = total + peak_lr**2
    share = peak_lr**2 / (total + (total == 0))  # While every rate was 0, x stays where it is.
    z = z - lr * direction
    x = (1 - share) * x + share * z
    return (1 - momentum) * z + momentum * x, (z, x, peak_lr, total)


def prodigy_update(
    w: Array,
    grad: Array,
    state: tuple,
    lr: Rate,
    b1: Rate = 0.9,
    b2: Rate = 0.999,
    eps: Rate = 1e-8,
    weight_decay: Rate = 0.0,
    d0: Rate = 1e-6,
    d_coef: Rate = 1.0,
):
    """Adam whose rate is a lower bound on how far the start lies from the solution; ``lr`` is 1.

    Mishchenko and Defazio 2024 (2306.06101), algorithm 4; the package prodigyopt: ``Prodigy``,
    which with ``b1 = 0`` multiplies by the new distance, not by the old one. The state is
    ``(mean, square, total, gain, growth, start)``: the distance is ``d0 * growth``, and grows while
    the gradients point back to the start.
    ``w`` and ``grad`` are ``[..., P]``, the state's arrays that or ``[..., 1]``.

    >>> w = np.array([0.0])  # |w - 5| has its solution 5 away; d0 guesses a millionth
    >>> state = prodigy.init(w)
    >>> for _ in range(20):
    ...     w, state = prodigy_update(w, np.sign(w - 5), state, lr=1.0)
    >>> round(1e-6 * float(state[4][0]), 2)
    2.88
    """
    mean, square, total, gain, growth, start = state
    b3, distance = b2**0.5, d0 * growth
    rate = distance * lr
    gain = b3 * gain + (growth * rate * grad * (start - w)).sum(-1, keepdims=True)
    total = b3 * total + growth * rate * grad
    mean = b1 * mean + (1 - b1) * distance * grad
    square = b2 * square + (1 - b2) * (distance * grad) ** 2
    length = np.abs(total).sum(-1, keepdims=True)
    growth = np.maximum(growth, d_coef * gain / (length + (length == 0)) / d0)
    moved = (1 - rate * weight_decay) * w - rate * mean / (np.sqrt(square) + d0 * growth * eps)
    return moved, (mean, square, total, gain, growth, start)


def _places(w: Array) -> tuple:
    return np.copy(w), np.copy(w), np.zeros_like(w[..., :1]), np.zeros_like(w[..., :1])


def _from_the_start(w: Array) -> tuple:
    still, one = np.zeros_like(w), np.ones_like(w[..., :1])
    return still, still, still, np.zeros_like(one), one, np.copy(w)


schedule_free_sgd = Optimizer(_places, schedule_free_sgd_update, result=lambda w, state: state[1])
schedule_free_adamw = Optimizer(
    init=lambda w: (_places(w), (np.zeros_like(w), 0)),
    update=schedule_free_adamw_update,
    result=lambda w, state: state[0][1],
)
prodigy = Optimizer(_from_the_start, prodigy_update)
