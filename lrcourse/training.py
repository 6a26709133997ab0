"""One loop that trains a number, a network or a sweep of networks, and says what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from lrcourse.base import (
    Array,
    BadInput,
    Controller,
    Objective,
    Optimizer,
    Probe,
    Run,
    Schedule,
    Step,
)
from lrcourse.duck_typing import asked, hyper_of, objective_of, optimizer_of, with_loss
from lrcourse.inputs import Rate, count, generators, parameters, seen
from lrcourse.one_run_at_a_time import (
    OneRunAtATime,
    at_step,
    first_update,
    gradient_of,
    one_run_at_a_time,
    pair_of,
    same_alone,
)

BLOWUP = 1e12
"""A loss beyond this counts as diverged: plots stay readable and the other runs go on."""


def train(
    objective: Objective,
    w: Any,
    optimizer: Optimizer | Step,
    lr: float | Sequence[float] | Array | Schedule | Controller,
    steps: int,
    *,
    batch_size: int | None = None,
    rng: np.random.Generator | Sequence[np.random.Generator] | None = None,
    hyper: Mapping[str, float | Array | Schedule] | None = None,
    record: int | None = None,
    evaluate: tuple[Objective, int] | None = None,
    blowup: float = BLOWUP,
) -> Run:
    """Take ``steps`` steps from ``w`` ``[..., P]`` and return the ``Run``.

    ``lr`` is a rate, an array with one rate per run (``w`` is repeated for each), a schedule or a
    controller; or, where ``w`` has leading axes, an array with as many axes as ``w``: one rate per
    parameter, so ``w [[1, 1]]`` with ``lr [[1, 0.01]]``. The values of ``hyper`` may be any of
    these but a controller. ``objective`` may be anything with ``loss`` and ``grad``, ``optimizer``
    a plain ``step(w, grad, lr)``. With ``batch_size`` each step sees a mini-batch drawn by ``rng``:
    one generator, or one per entry of ``w``'s first axis. Runs that share a generator see the same
    mini-batches, so what differs between them is the rate and not the luck. A run whose loss passes
    ``blowup`` keeps its last finite ``w``; the others go on.

    ``record=n`` keeps ``w`` every ``n`` steps; ``evaluate=(other, n)`` adds ``other``'s loss every
    ``n`` steps. Raises ``BadInput`` for a negative rate, a wrong shape, counts that are not whole,
    a hyper-parameter that the optimizer has not, or mini-batches without ``rng``.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> run = train(parabola(), [8.0], gd, lr=[0.5, 1.0, 1.5, 2.5], steps=3)
    >>> run.w[-1].ravel()
    array([  1.,   0.,  -1., -27.])
    """
    objective, optimizer = objective_of(objective), optimizer_of(optimizer)
    hyper, steps = hyper_of(hyper, optimizer), count("steps", steps, 0)
    log = _Log(steps, record, evaluate)
    w = _repeated(np.atleast_1d(np.array(parameters(w))), lr)
    rng = _drawing(w, batch_size, rng)
    batches = objective.batches(rng, batch_size)
    if w.ndim > 1:
        if not isinstance(rng, list) and not same_alone(gradient_of(objective), w):
            batches = map(OneRunAtATime, batches)
        if not same_alone(first_update(optimizer, hyper), w):
            optimizer = one_run_at_a_time(optimizer)
    return _follow(batches, w, optimizer, lr, hyper, log, _limit(blowup))


def _follow(batches, w, optimizer, lr, hyper, log, blowup) -> Run:
    listen = lr if isinstance(lr, Controller) else _deaf(lr)
    state, listening = optimizer.init(w), listen.init(w)
    previous, shown, out = w, w, np.empty_like(w)
    alive = np.ones(w.shape[:-1], bool)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        for step, batch in enumerate(islice(batches, log.steps + 1)):
            loss, grad = _of_runs(batch.loss_and_grad(w, out=out), w)
            was_alive, alive = alive, alive & np.isfinite(loss) & (loss <= blowup)
            shows = optimizer.result(w, state)
            if not alive.all():
                w = _where_finite(w, previous)
                shows = np.where(was_alive[..., np.newaxis], _where_finite(shows, shown), shown)
                grad = np.where(alive[..., np.newaxis], grad, 0.0)
            log.take(step, shows, np.where(alive, loss, np.nan))
            if step == log.steps or not alive.any():
                break
            rate, listening = listen.update(listening, Probe(step, w, loss, grad, batch.loss))
            log.rates.append(np.array(rate))
            options = {name: _shaped(name, value, step, w) for name, value in hyper.items()}
            lr = _shaped("lr", rate, step, w)
            answer = optimizer.update(np.copy(w), np.copy(grad), state, lr, **options)
            moved, state = pair_of(answer, w)
            shown, previous = shows, w
            w = moved if alive.all() else np.where(alive[..., np.newaxis], moved, w)
    return log.as_run(alive)


def _of_runs(answer, w: Array) -> tuple[Array, Array]:
    """Return a loss for each run, and a gradient like ``w``, or say what was given instead."""
    if not (isinstance(answer, tuple) and len(answer) == 2):
        raise BadInput(f"loss_and_grad must return (loss, grad), got {seen(answer)}")
    loss, grad = np.asarray(answer[0]), np.asarray(answer[1])
    if loss.shape != w.shape[:-1] or grad.shape != w.shape:
        raise BadInput(
            f"for w of shape {w.shape} the loss must have shape {w.shape[:-1]} and the gradient "
            f"that of w, got {loss.shape} and {grad.shape}"
        )
    return loss, grad


def _where_finite(w: Array, last: Array) -> Array:
    return np.where(np.isfinite(w).all(-1, keepdims=True), w, last)


class _Log:
    """Gathers the rows of a Run."""

    def __init__(self, steps, record, evaluate):
        self.steps = steps
        self.record = max(steps, 1) if record is None else count("record", record)
        self.other, self.every = _evaluation(evaluate)
        self.losses, self.rates, self.rows, self.row_steps = [], [], [], []
        self.full_losses, self.full_steps = [], []

    def take(self, step, w, loss):
        self.losses.append(loss)
        self.last = step, w
        if step % self.record == 0 or step == self.steps:
            self.rows.append(w)
            self.row_steps.append(step)
        if self.other is not None and (step % self.every == 0 or step == self.steps):
            self.full_losses.append(self.other.loss(w))
            self.full_steps.append(step)

    def as_run(self, alive) -> Run:
        stopped, w = self.last
        if stopped < self.steps:
            if alive.any():
                raise BadInput(f"the mini-batches ended after step {stopped} of {self.steps}")
            self.losses += [np.full(alive.shape, np.nan)] * (self.steps - stopped - 1)
            self.take(self.steps, w, np.full(alive.shape, np.nan))
        return Run(
            w=np.array(self.rows),
            w_steps=np.array(self.row_steps),
            loss=np.array(self.losses),
            lr=np.array(self.rates),
            diverged=~alive,
            full_loss=np.array(self.full_losses),
            full_steps=np.array(self.full_steps, int),
        )


def _evaluation(evaluate) -> tuple[Any, int]:
    """Return the objective to evaluate on, None where there is none, and how many steps apart."""
    if evaluate is None:
        return None, 1
    if not (isinstance(evaluate, tuple | list) and len(evaluate) == 2):
        raise BadInput(f"evaluate must be (objective, every so many steps), got {seen(evaluate)}")
    other, every = evaluate
    return with_loss("evaluate", other), count("the steps between two evaluations", every)


def _repeated(w: Array, lr) -> Array:
    """Repeat ``w`` so that it has a row for every rate."""
    first = np.asarray(0.0 if isinstance(lr, Controller) else _rate("lr", asked("lr", lr, 0), 0))
    if first.ndim == w.ndim > 1:
        runs = np.broadcast_shapes(w.shape, first.shape)[:-1]
    else:
        try:
            runs = np.broadcast_shapes(w.shape[:-1], first.shape)
        except ValueError:
            raise _misfit("lr", first, w) from None
    if runs == w.shape[:-1]:  # A copy would put the parameters last in memory again.
        return w
    return np.broadcast_to(w, (*runs, w.shape[-1])).copy()


def _misfit(name, value, w, when=""):
    return BadInput(
        f"{name} has shape {value.shape}{when}, which does not fit w's runs {w.shape[:-1]}: give "
        "one number, or one per run"
    )


def _drawing(w, batch_size, rng):
    """Return the generators for the mini-batches, in a list if there are several."""
    if batch_size is not None and rng is None:
        raise BadInput(
            f"batch_size={seen(batch_size)} draws at random: pass rng=np.random.default_rng(0)"
        )
    return rng if rng is None else generators(rng, w)


def _limit(blowup) -> float:
    """Return the loss beyond which a run counts as diverged; it may be infinite."""
    limit = np.asarray(blowup)
    if limit.ndim or limit.dtype.kind not in "iuf" or not limit > 0:
        raise BadInput(f"blowup must be a number above 0, or inf, got {seen(blowup)}")
    return float(limit)


def _deaf(lr: Rate | Schedule) -> Controller:
    """Make a controller of a rate or a schedule: it listens to nothing but the step."""
    return Controller(
        init=lambda w: None, update=lambda state, probe: (at_step(lr, probe.step), state)
    )


def _rate(name, value, step):
    """Return a rate, or a hyper-parameter, as numbers: of a rate none may lie below 0."""
    numbers = np.asarray(value)
    wrong = numbers.dtype.kind not in "fiub" or not numbers.size
    if wrong or (name == "lr" and not np.all(numbers >= 0)):
        least = ", 0 or more" if name == "lr" else ""
        raise BadInput(f"{name} must be a number{least}, got {seen(value)} at step {step}")
    return numbers


def _shaped(name, value, step, w: Array) -> float | Array:
    """Shape a rate so that it multiplies ``w``: a Python float keeps float32 what it is."""
    value = _rate(name, at_step(value, step), step)
    if value.ndim == 0:
        return float(value)
    if value.ndim != w.ndim or w.ndim == 1:
        value = value[..., np.newaxis]
    try:
        fits = np.broadcast_shapes(value.shape, w.shape) == w.shape
    except ValueError:
        fits = False
    if not fits:
        raise _misfit(name, value[..., 0], w, f" at step {step}")
    return value.astype(w.dtype)
