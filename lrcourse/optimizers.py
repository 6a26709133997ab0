"""Optimizers, in order of increasing memory. Each is ``init`` and ``update``, nothing else.

An update is ``update(w, grad, state, lr, **hyper) -> (w, state)`` for ``w [..., P]``: leading axes
are independent runs, ``lr`` and each hyper-parameter a number or an array that broadcasts with
``w``. It alters nothing it is given, keeps float32, and raises nothing of its own: what cannot be
computed becomes inf or NaN, which ``train`` calls diverged. States start at zero, defaults are
torch's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lrcourse.adaptive import (
    adadelta_update,
    adagrad_update,
    adam_update,
    adamw_update,
    amsgrad_update,
    centered_rmsprop_update,
    lion_update,
    nadam_update,
    rmsprop_update,
)
from lrcourse.base import Optimizer, stateless
from lrcourse.inputs import Rate
from lrcourse.schedule_free import prodigy, schedule_free_adamw, schedule_free_sgd


def gd_step(w: Rate, grad: Rate, lr: Rate) -> Any:
    """One step of gradient descent: ``w - lr * grad``, shape ``[..., P]``.

    torch: ``SGD(lr=lr)``.

    >>> gd_step(3.0, grad=2.0, lr=0.25)
    2.5
    """
    return w - lr * grad


def momentum_update(w: Rate, grad: Rate, velocity: Rate, lr: Rate, momentum: Rate = 0.9):
    """The heavy ball: the velocity is a fading sum of gradients, and the rate scales it.

    torch: ``SGD(lr, momentum=momentum)``. Polyak 1964.
    ``w``, ``grad`` and ``velocity`` are ``[..., P]``.

    >>> w, velocity = 0.0, 0.0
    >>> for _ in range(100):
    ...     w, velocity = momentum_update(w, -1.0, velocity, lr=0.1)
    >>> round(velocity, 3)  # under a steady push it grows to 1 / (1 - momentum) gradients
    -10.0
    """
    velocity = momentum * velocity + grad
    return w - lr * velocity, velocity


def averaged_momentum_update(w: Rate, grad: Rate, velocity: Rate, lr: Rate, momentum: Rate = 0.9):
    """The heavy ball whose velocity is an average: it needs ``1 / (1 - momentum)`` times the rate.

    torch: ``SGD(lr, momentum=momentum, dampening=momentum)``, save that torch does not dampen its
    first gradient: it starts from ``velocity = grad``.
    ``w``, ``grad`` and ``velocity`` are ``[..., P]``.

    >>> w, velocity = 0.0, 0.0
    >>> for _ in range(100):
    ...     w, velocity = averaged_momentum_update(w, -1.0, velocity, lr=0.1)
    >>> round(velocity, 3)  # under a steady push it grows to one gradient
    -1.0
    """
    velocity = momentum * velocity + (1 - momentum) * grad
    return w - lr * velocity, velocity


def scaled_momentum_update(w: Rate, grad: Rate, velocity: Rate, lr: Rate, momentum: Rate = 0.9):
    """The heavy ball whose velocity already holds the rate: a new rate is felt only slowly.

    Sutskever et al. 2013, eqs. 1 and 2; Keras: ``SGD(lr, momentum)``.
    ``w``, ``grad`` and ``velocity`` are ``[..., P]``.

    >>> scaled_momentum_update(0.0, grad=0.0, velocity=-2.0, lr=0.0)  # no rate, and yet it moves
    (-1.8, -1.8)
    """
    velocity = momentum * velocity - lr * grad
    return w + velocity, velocity


def nesterov_update(w: Rate, grad: Rate, velocity: Rate, lr: Rate, momentum: Rate = 0.9):
    """The heavy ball that looks ahead: it goes where the next step would carry it.

    torch: ``SGD(lr, momentum=momentum, nesterov=True)``.
    ``w``, ``grad`` and ``velocity`` are ``[..., P]``.

    >>> nesterov_update(0.0, grad=1.0, velocity=0.0, lr=0.1)  # the new gradient counts 1.9 times
    (-0.19, 1.0)
    """
    velocity = momentum * velocity + grad
    return w - lr * (grad + momentum * velocity), velocity


def _two(w: Rate) -> tuple:
    return np.zeros_like(w), np.zeros_like(w)


gd = stateless(gd_step)
momentum = Optimizer(np.zeros_like, momentum_update)
averaged_momentum = Optimizer(np.zeros_like, averaged_momentum_update)
scaled_momentum = Optimizer(np.zeros_like, scaled_momentum_update)
nesterov = Optimizer(np.zeros_like, nesterov_update)
adagrad = Optimizer(np.zeros_like, adagrad_update)
rmsprop = Optimizer(np.zeros_like, rmsprop_update)
lion = Optimizer(np.zeros_like, lion_update)
centered_rmsprop = Optimizer(_two, centered_rmsprop_update)
adadelta = Optimizer(_two, adadelta_update)
adam = Optimizer(lambda w: (*_two(w), 0), adam_update)
adamw = Optimizer(lambda w: (*_two(w), 0), adamw_update)
amsgrad = Optimizer(lambda w: (*_two(w), np.zeros_like(w), 0), amsgrad_update)
nadam = Optimizer(lambda w: (*_two(w), 1.0, 0), nadam_update)

OPTIMIZERS = {
    "gd": (gd, {}),
    "momentum": (momentum, {"momentum": 0.8}),
    "averaged_momentum": (averaged_momentum, {"momentum": 0.8}),
    "scaled_momentum": (scaled_momentum, {"momentum": 0.8}),
    "nesterov": (nesterov, {"momentum": 0.8}),
    "adagrad": (adagrad, {}),
    "rmsprop": (rmsprop, {"decay": 0.9}),
    "lion": (lion, {"weight_decay": 0.1}),
    "centered_rmsprop": (centered_rmsprop, {"decay": 0.9}),
    "adadelta": (adadelta, {"decay": 0.8}),
    "adam": (adam, {"b1": 0.8, "b2": 0.99}),
    "adamw": (adamw, {"b1": 0.8, "b2": 0.99, "weight_decay": 0.1}),
    "amsgrad": (amsgrad, {"b1": 0.8, "b2": 0.99}),
    "nadam": (nadam, {"b1": 0.8, "b2": 0.99}),
    "schedule_free_sgd": (schedule_free_sgd, {"momentum": 0.8}),
    "schedule_free_adamw": (schedule_free_adamw, {"b1": 0.8, "weight_decay": 0.1}),
    "prodigy": (prodigy, {"b2": 0.99, "weight_decay": 0.1}),
}
"""Name -> (optimizer, the hyper-parameters it is tried with): each passes one table of tests."""
