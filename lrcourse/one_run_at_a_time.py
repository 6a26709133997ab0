"""Code of a learner's that knows only one run: found out on two points, then called run by run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Objective, Optimizer
from lrcourse.inputs import seen


def at_step(value: Any, step: int) -> Any:
    """Return a setting of a step: what a schedule says, or the number that holds throughout."""
    return value(step) if callable(value) else value


def pair_of(answer: Any, w: Array) -> tuple[Array, Any]:
    """Return what an update gave as ``(w, state)``, or say what it should have given."""
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise BadInput(f"update must return (w, state), got {seen(answer)}")
    moved = np.asarray(answer[0])
    if moved.shape != w.shape:
        raise BadInput(f"update must return w of shape {w.shape}, got shape {moved.shape}")
    return moved, answer[1]


def same_alone(function: Callable[[Array], Array], w: Array) -> bool:
    """Whether two runs given together come out as they do one at a time: ``w[0]`` and ``X @ w``
    do not."""
    point = w.reshape(-1, w.shape[-1])[0]
    pair = np.stack([point, 1.5 * point + 0.1])
    try:
        with np.errstate(all="ignore"):
            together, alone = function(pair), np.stack([function(each) for each in pair])
            return np.shape(together) == alone.shape and np.allclose(
                together, alone, rtol=1e-3, atol=1e-6, equal_nan=True
            )
    except Exception:
        return False


def gradient_of(objective: Objective) -> Callable[[Array], Array]:
    """Return the gradient of ``objective`` as a function to be tried on two points."""
    return lambda w: np.array(objective.loss_and_grad(w)[1])


def first_update(optimizer: Optimizer, hyper: dict) -> Callable[[Array], Array]:
    """Return an optimizer's first step as a function to be tried on two points."""
    options = {name: float(np.ravel(at_step(value, 0))[0]) for name, value in hyper.items()}

    def update(w):
        lr = np.full((len(w), 1), 0.1) if w.ndim > 1 else 0.1
        return optimizer.update(w.copy(), np.cos(w), optimizer.init(w), lr, **options)[0]

    return update


class OneRunAtATime(NamedTuple):
    """An objective that knows only one ``w [P]``, asked about each run in turn."""

    one: Objective

    def loss(self, w):
        """Return the loss at ``w``, shape ``[...]``."""
        return np.array([self.one.loss(each) for each in _rows(w)]).reshape(w.shape[:-1])

    def loss_and_grad(self, w, out=None):
        """Return both, ``[...]`` and ``[..., P]``; ``out`` is not needed."""
        pairs = [self.one.loss_and_grad(each) for each in _rows(w)]
        loss, grad = (np.array(each) for each in zip(*pairs, strict=True))
        return loss.reshape(w.shape[:-1]), grad.reshape(w.shape)


def one_run_at_a_time(optimizer: Optimizer) -> Optimizer:
    """Call an update that knows only one ``w [P]`` for each run in turn."""

    def init(w):
        return [optimizer.init(each) for each in _rows(w)]

    def update(w, grad, state, lr, **hyper):
        settings = [_settings_of_runs(value, w) for value in (lr, *hyper.values())]
        moved, states = [], []
        for w_run, grad_run, state_run, values in zip(
            _rows(w), _rows(grad), state, zip(*settings, strict=True), strict=True
        ):
            named = dict(zip(hyper, values[1:], strict=True))
            answer = optimizer.update(w_run, grad_run, state_run, values[0], **named)
            w_run, state_run = pair_of(answer, w_run)
            moved.append(w_run)
            states.append(state_run)
        return np.array(moved).reshape(w.shape), states

    def result(w, state):
        pairs = zip(_rows(w), state, strict=True)
        return np.array([optimizer.result(each, kept) for each, kept in pairs]).reshape(w.shape)

    return Optimizer(init, update, result)


def _rows(w: Array) -> Array:
    return w.reshape(-1, w.shape[-1])


def _settings_of_runs(value: float | Array, w: Array) -> list:
    """Split a shaped rate into one value per run: a float, or ``[P]`` if it is per parameter."""
    each = np.broadcast_to(value, (*w.shape[:-1], np.shape(value)[-1] if np.ndim(value) else 1))
    return [row if row.size == w.shape[-1] > 1 else float(row[0]) for row in _rows(each)]
