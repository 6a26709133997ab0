"""One loop that trains a number, a network or a sweep of networks, and says what happened."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput, Controller, Objective, Optimizer, Probe, Run, Schedule

BLOWUP = 1e12
"""A loss beyond this counts as diverged: plots stay readable and the other runs go on."""


def train(
    objective: Objective,
    w: Array,
    optimizer: Optimizer,
    lr: float | Array | Schedule | Controller,
    steps: int,
    *,
    batch_size: int | None = None,
    rng: np.random.Generator | list[np.random.Generator] | None = None,
    hyper: dict[str, float | Array | Schedule] | None = None,
    record: int | None = None,
    evaluate: tuple[Objective, int] | None = None,
    blowup: float = BLOWUP,
) -> Run:
    """Take ``steps`` steps from ``w`` and return the ``Run``.

    ``w`` is ``[..., P]``. ``lr`` is a rate, an array with one rate per run (``w`` is repeated for
    each), an array with as many axes as ``w [..., P]`` (one rate per parameter), a schedule or a
    controller; the values of ``hyper`` may be any of these but a controller. With ``batch_size``
    each step sees a mini-batch drawn by ``rng``: one generator, or one per entry of ``w``'s first
    axis. Runs that share a generator see the same mini-batches, so what differs between them is
    the rate and not the luck. A run whose loss passes ``blowup`` keeps its last finite ``w``; the
    others go on.

    ``record=n`` keeps ``w`` every ``n`` steps; ``evaluate=(other, n)`` adds ``other``'s loss every
    ``n`` steps. Raises ``ValueError`` for a negative rate, a wrong shape, or mini-batches
    without ``rng``.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> run = train(parabola(), [8.0], gd, lr=[0.5, 1.0, 1.5, 2.5], steps=3)
    >>> run.w[-1].ravel()
    array([  1.,   0.,  -1., -27.])
    """
    w = _repeated(_parameters(w), lr)
    _check_counts(w, steps, batch_size, rng)
    hyper = hyper or {}
    batches = objective.batches(rng, batch_size)
    if w.ndim > 1:
        if not isinstance(rng, list) and not _same_alone(_gradient_of(objective), w):
            batches = map(_OneRunAtATime, batches)
        if not _same_alone(_first_update(optimizer, hyper), w):
            optimizer = _one_run_at_a_time(optimizer)
    return _follow(batches, w, optimizer, lr, steps, hyper, record, evaluate, blowup)


def _follow(batches, w, optimizer, lr, steps, hyper, record, evaluate, blowup) -> Run:
    listen = lr if isinstance(lr, Controller) else _deaf(lr)
    state, listening = optimizer.init(w), listen.init(w)
    previous, shown, out = w, w, np.empty_like(w)
    alive = np.ones(w.shape[:-1], bool)
    log = _Log(steps, record, evaluate)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for step, batch in enumerate(islice(batches, steps + 1)):
            loss, grad = batch.loss_and_grad(w, out=out)
            was_alive, alive = alive, alive & np.isfinite(loss) & (loss <= blowup)
            shows = optimizer.result(w, state)
            if not alive.all():
                w = _where_finite(w, previous)
                shows = np.where(was_alive[..., np.newaxis], _where_finite(shows, shown), shown)
                grad = np.where(alive[..., np.newaxis], grad, 0.0)
            log.losses.append(np.where(alive, loss, np.nan))
            log.take(step, shows)
            if step == steps or not alive.any():
                break
            rate, listening = listen.update(listening, Probe(step, w, loss, grad, batch.loss))
            log.rates.append(np.array(_checked_rate(rate, step)))
            options = {name: _shaped(_at(value, step), w) for name, value in hyper.items()}
            moved, state = _pair(
                optimizer.update(np.copy(w), np.copy(grad), state, _shaped(rate, w), **options), w
            )
            shown, previous = shows, w
            w = moved if alive.all() else np.where(alive[..., np.newaxis], moved, w)
    return log.as_run(alive)


def _where_finite(w: Array, last: Array) -> Array:
    return np.where(np.isfinite(w).all(-1, keepdims=True), w, last)


class _Log:
    """Gathers the rows of a Run."""

    def __init__(self, steps, record, evaluate):
        self.steps, self.record, self.evaluate = steps, record or max(steps, 1), evaluate
        self.losses, self.rates, self.rows, self.row_steps = [], [], [], []
        self.full_losses, self.full_steps = [], []

    def take(self, step, w):
        self.last = step, w
        if step % self.record == 0 or step == self.steps:
            self.rows.append(w)
            self.row_steps.append(step)
        if self.evaluate and (step % self.evaluate[1] == 0 or step == self.steps):
            self.full_losses.append(self.evaluate[0].loss(w))
            self.full_steps.append(step)

    def as_run(self, alive) -> Run:
        stopped, w = self.last
        if stopped < self.steps:
            missing = [np.full(alive.shape, np.nan)] * (self.steps - stopped)
            self.losses += missing
            self.take(self.steps, w)
        return Run(
            w=np.array(self.rows),
            w_steps=np.array(self.row_steps),
            loss=np.array(self.losses),
            lr=np.array(self.rates),
            diverged=~alive,
            full_loss=np.array(self.full_losses),
            full_steps=np.array(self.full_steps, int),
        )


def _parameters(w) -> Array:
    w = np.array(w)
    if w.dtype.kind not in "fiub":
        raise BadInput(f"w must hold numbers, got {w.dtype}")
    return np.atleast_1d(w if w.dtype.kind == "f" else w.astype(float))


def _repeated(w: Array, lr) -> Array:
    """Repeat ``w`` so that it has a row for every rate."""
    first = np.asarray(0.0 if isinstance(lr, Controller) else _at(lr, 0))
    if first.ndim == w.ndim > 1:
        runs = np.broadcast_shapes(w.shape, first.shape)[:-1]
    else:
        try:
            runs = np.broadcast_shapes(w.shape[:-1], first.shape)
        except ValueError:
            raise BadInput(
                f"lr has shape {first.shape}, which does not fit w's runs {w.shape[:-1]}: give one "
                "rate, or one per run"
            ) from None
    if runs == w.shape[:-1]:  # A copy would put the parameters last in memory again.
        return w
    return np.broadcast_to(w, (*runs, w.shape[-1])).copy()


def _check_counts(w, steps, batch_size, rng) -> None:
    if isinstance(steps, bool) or int(steps) != steps or steps < 0:
        raise BadInput(f"steps must be a whole number, 0 or more, got {steps}")
    if batch_size is not None and rng is None:
        raise BadInput(
            f"batch_size={batch_size} draws at random: pass rng=np.random.default_rng(0)"
        )
    if isinstance(rng, list) and (w.ndim < 2 or len(rng) != w.shape[0]):
        raise BadInput(f"rng has {len(rng)} generators, but w's first axis is {w.shape[0]}")


def _at(value, step):
    return value(step) if callable(value) else value


def _deaf(lr: float | Array | Schedule) -> Controller:
    """Make a controller of a rate or a schedule: it listens to nothing but the step."""
    return Controller(init=lambda w: None, update=lambda state, probe: (_at(lr, probe.step), state))


def _checked_rate(rate, step):
    if not np.all(np.asarray(rate) >= 0):
        raise BadInput(f"lr must be a number, 0 or more, got {rate} at step {step}")
    return rate


def _shaped(value, w: Array) -> float | Array:
    """Shape a rate so that it multiplies ``w``: a Python float keeps float32 what it is."""
    value = np.asarray(value)
    if value.ndim == 0:
        return float(value)
    value = value.astype(w.dtype)
    return value if value.ndim == w.ndim > 1 else value[..., np.newaxis]


def _pair(answer, w: Array) -> tuple[Array, Any]:
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise BadInput(f"update must return (w, state), got {answer!r}")
    moved = np.asarray(answer[0])
    if moved.shape != w.shape:
        raise BadInput(f"update must return w of shape {w.shape}, got shape {moved.shape}")
    return moved, answer[1]


def _same_alone(function: Callable[[Array], Array], w: Array) -> bool:
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


def _gradient_of(objective: Objective) -> Callable[[Array], Array]:
    return lambda w: np.array(objective.loss_and_grad(w)[1])


def _first_update(optimizer: Optimizer, hyper: dict) -> Callable[[Array], Array]:
    options = {name: float(np.ravel(_at(value, 0))[0]) for name, value in hyper.items()}

    def update(w):
        lr = np.full((len(w), 1), 0.1) if w.ndim > 1 else 0.1
        return optimizer.update(w.copy(), np.cos(w), optimizer.init(w), lr, **options)[0]

    return update


class _OneRunAtATime(NamedTuple):
    """An objective that knows only one ``w [P]``, asked about each run in turn."""

    one: Objective

    def loss(self, w):
        return np.array([self.one.loss(each) for each in _rows(w)]).reshape(w.shape[:-1])

    def loss_and_grad(self, w, out=None):
        pairs = [self.one.loss_and_grad(each) for each in _rows(w)]
        loss, grad = (np.array(each) for each in zip(*pairs, strict=True))
        return loss.reshape(w.shape[:-1]), grad.reshape(w.shape)


def _one_run_at_a_time(optimizer: Optimizer) -> Optimizer:
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
            w_run, state_run = _pair(answer, w_run)
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
