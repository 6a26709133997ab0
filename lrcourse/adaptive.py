"""Updates that give each parameter a rate of its own, by the gradients it has seen.

They keep the contract of ``lrcourse.optimizers``, which makes optimizers of them, and
raise nothing of their own.
"""

from __future__ import annotations

import numpy as np

from lrcourse.inputs import Rate


def adagrad_update(w: Rate, grad: Rate, total: Rate, lr: Rate, eps: Rate = 1e-10):
    """Each parameter's rate is divided by the root of the sum of its squared gradients.

    torch: ``Adagrad(lr, eps=eps)``. Duchi et al. 2011.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> w, total = np.zeros(2), np.zeros(2)
    >>> for _ in range(4):
    ...     w, total = adagrad_update(w, np.array([1.0, 100.0]), total, lr=1.0)
    ...     print(w.round(3))  # 1, 1/sqrt(2), 1/sqrt(3), 1/sqrt(4): whatever the gradient's size
    [-1. -1.]
    [-1.707 -1.707]
    [-2.284 -2.284]
    [-2.784 -2.784]
    """
    total = total + grad**2
    return w - lr * grad / (np.sqrt(total) + eps), total


def rmsprop_update(
    w: Rate, grad: Rate, square: Rate, lr: Rate, decay: Rate = 0.99, eps: Rate = 1e-8
):
    """AdaGrad that forgets: the sum of squared gradients becomes a moving average.

    torch: ``RMSprop(lr, alpha=decay, eps=eps)``. Tieleman and Hinton 2012.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> w, square = rmsprop_update(0.0, grad=3.0, square=0.0, lr=0.01)
    >>> print(round(w, 3))  # the average starts at zero, so the first step is 10 rates long
    -0.1
    """
    square = decay * square + (1 - decay) * grad**2
    return w - lr * grad / (np.sqrt(square) + eps), square


def centered_rmsprop_update(
    w: Rate, grad: Rate, state: tuple, lr: Rate, decay: Rate = 0.99, eps: Rate = 1e-8
):
    """RMSProp that divides by the spread of the gradients, not by their size.

    torch: ``RMSprop(lr, alpha=decay, eps=eps, centered=True)``; a variance that rounding makes
    negative counts as zero here and is NaN there. The state is ``(mean, square)``. Graves 2013.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> w, state = 0.0, (0.0, 0.0)
    >>> for _ in range(300):
    ...     before, (w, state) = w, centered_rmsprop_update(w, 1.0, state, lr=0.01)
    >>> print(round(before - w, 3))  # gradients agree, so the step grows: from 0.1
    0.046
    """
    mean, square = state
    mean = decay * mean + (1 - decay) * grad
    square = decay * square + (1 - decay) * grad**2
    spread = np.sqrt(np.maximum(square - mean**2, 0))
    return w - lr * grad / (spread + eps), (mean, square)


def adadelta_update(
    w: Rate, grad: Rate, state: tuple, lr: Rate, decay: Rate = 0.9, eps: Rate = 1e-6
):
    """RMSProp times the size of its own recent steps, so that steps have the units of ``w``.

    torch: ``Adadelta(lr, rho=decay, eps=eps)``, whose rate is usually 1. The state is the moving
    averages of squared gradients and of squared steps. Zeiler 2012.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> w, state = adadelta_update(0.0, grad=5.0, state=(0.0, 0.0), lr=1.0)
    >>> print(round(w, 5))  # nothing to look back on: the first step is as eps lets it be
    -0.00316
    """
    square, moved = state
    square = decay * square + (1 - decay) * grad**2
    step = np.sqrt(moved + eps) / np.sqrt(square + eps) * grad
    return w - lr * step, (square, decay * moved + (1 - decay) * step**2)


def lion_update(
    w: Rate,
    grad: Rate,
    mean: Rate,
    lr: Rate,
    b1: Rate = 0.9,
    b2: Rate = 0.99,
    weight_decay: Rate = 0.0,
):
    """Only signs: every parameter moves by exactly one rate, towards where a mean gradient points.

    Chen et al. 2023 (2302.06675), algorithm 2; the package lion-pytorch; optax: ``lion``.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> lion_update(np.zeros(3), np.array([1e-9, -5.0, 0.0]), np.zeros(3), lr=0.25)[0]
    array([-0.25,  0.25,  0.  ])
    """
    direction = np.sign(b1 * mean + (1 - b1) * grad)
    return w - lr * (direction + weight_decay * w), b2 * mean + (1 - b2) * grad


def _moments(grad, mean, square, b1, b2):
    """Return the moving averages of the gradients and of their squares, one step later."""
    return b1 * mean + (1 - b1) * grad, b2 * square + (1 - b2) * grad**2


def adam_update(
    w: Rate, grad: Rate, state: tuple, lr: Rate, b1: Rate = 0.9, b2: Rate = 0.999, eps: Rate = 1e-8
):
    """The mean gradient over the root of the mean square, both freed of their start at zero.

    torch: ``Adam(lr, betas=(b1, b2), eps=eps)``. The state is ``(mean, square, t)``; ``t`` starts
    at 0 and is incremented first. Kingma and Ba 2015 (1412.6980), algorithm 1.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> for grad in (1e-3, 1.0, 1e3):  # the first step is one rate, whatever the gradient
    ...     print(round(adam_update(0.0, grad, (0.0, 0.0, 0), lr=0.1)[0], 4))
    -0.1
    -0.1
    -0.1
    """
    mean, square, t = state
    t = t + 1
    mean, square = _moments(grad, mean, square, b1, b2)
    return w - lr * (mean / (1 - b1**t)) / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, t)


def adamw_update(
    w: Rate,
    grad: Rate,
    state: tuple,
    lr: Rate,
    b1: Rate = 0.9,
    b2: Rate = 0.999,
    eps: Rate = 1e-8,
    weight_decay: Rate = 0.01,
):
    """Adam on weights that shrink by ``lr * weight_decay`` first, whatever the gradients are.

    torch: ``AdamW(lr, betas=(b1, b2), eps=eps, weight_decay=weight_decay)``. Loshchilov and Hutter
    2019 (1711.05101).
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> adamw_update(2.0, grad=0.0, state=(0.0, 0.0, 0), lr=0.5, weight_decay=0.1)[0]
    np.float64(1.9)
    """
    return adam_update((1 - lr * weight_decay) * w, grad, state, lr, b1, b2, eps)


def amsgrad_update(
    w: Rate, grad: Rate, state: tuple, lr: Rate, b1: Rate = 0.9, b2: Rate = 0.999, eps: Rate = 1e-8
):
    """Adam that divides by the highest mean square so far: a parameter's rate never rises again.

    torch: ``Adam(lr, betas=(b1, b2), eps=eps, amsgrad=True)``; optax takes the maximum after the
    bias correction, not before it. The state is ``(mean, square, highest, t)``. Reddi et al. 2018
    (1904.09237).
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> state = (0.0, 1.0, 1.0, 10000)
    >>> for _ in range(3000):
    ...     _, state = amsgrad_update(0.0, grad=0.1, state=state, lr=0.1)
    >>> [round(float(size), 2) for size in state[1:3]]  # gradients fell: Adam forgets, AMSGrad not
    [0.06, 1.0]
    """
    mean, square, highest, t = state
    t = t + 1
    mean, square = _moments(grad, mean, square, b1, b2)
    highest = np.maximum(highest, square)
    moved = w - lr * (mean / (1 - b1**t)) / (np.sqrt(highest / (1 - b2**t)) + eps)
    return moved, (mean, square, highest, t)


def nadam_update(
    w: Rate,
    grad: Rate,
    state: tuple,
    lr: Rate,
    b1: Rate = 0.9,
    b2: Rate = 0.999,
    eps: Rate = 1e-8,
    momentum_decay: Rate = 4e-3,
):
    """Adam that looks ahead as Nesterov does, with a momentum that rises from ``b1 / 2`` to ``b1``.

    torch: ``NAdam(lr, betas=(b1, b2), eps=eps, momentum_decay=momentum_decay)``. The state is
    ``(mean, square, product, t)``, ``product`` that of the momenta so far. Dozat 2016.
    ``w``, ``grad`` and the arrays of the state are ``[..., P]``.

    >>> w, state = nadam_update(0.0, 1.0, (0.0, 0.0, 1.0, 0), lr=0.1)
    >>> print(round(w, 3))  # Adam's first step would be 0.1
    -0.106
    """
    mean, square, product, t = state
    t = t + 1
    now, ahead = (b1 * (1 - 0.5 * 0.96 ** (at * momentum_decay)) for at in (t, t + 1))
    product = product * now
    mean, square = _moments(grad, mean, square, b1, b2)
    direction = (1 - now) / (1 - product) * grad + ahead / (1 - product * ahead) * mean
    return w - lr * direction / (np.sqrt(square / (1 - b2**t)) + eps), (mean, square, product, t)
