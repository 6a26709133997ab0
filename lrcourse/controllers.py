"""Rules that listen before they name a rate: to the loss here, to gradients in ``gradient_rules``.

Each function returns a ``Controller``, which ``train`` takes in place of a rate and asks before
each step. First rates may be one number, or one for each run. Where the gradient is zero, no rule
divides by it. Each raises ``BadInput`` for a rate below 0, counts that are not whole and a fraction
outside 0..1. A ``Probe`` holds ``w`` and ``grad`` ``[..., P]`` and a loss ``[...]``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import BadInput, Controller, Objective
from lrcourse.duck_typing import with_loss
from lrcourse.gradient_rules import (
    adgd,
    barzilai_borwein,
    d_adaptation,
    divided,
    dog,
    dot,
    hypergradient,
    multiplicative_hypergradient,
    of_runs,
)
from lrcourse.inputs import Rates, count, fraction, one, positive, rates, real, seen

TRIES = 100
"""A line search gives up after so many: a factor of 1e30 with halvings."""


def reduce_on_plateau(
    lr: Rates,
    factor: float = 0.1,
    patience: int = 10,
    *,
    every: int = 1,
    objective: Objective | None = None,
    threshold: float = 1e-4,
    cooldown: int = 0,
    min_lr: float = 0.0,
) -> Controller:
    """Multiply the rate by ``factor`` when the loss has not improved for more than ``patience``
    looks.

    A look is taken every ``every`` steps, from step ``every`` on: at ``objective``'s loss, or, if
    there is none, at that of the mini-batch. An improvement is a loss below ``1 - threshold`` times
    the best so far. After a drop, ``cooldown`` looks are not counted.

    torch: ``ReduceLROnPlateau(factor, patience, threshold, cooldown=cooldown, min_lr=min_lr,
    eps=0)``, stepped after every ``every`` steps.

    >>> from lrcourse.base import Probe
    >>> rule = reduce_on_plateau(1.0, factor=0.5, patience=1)
    >>> w = np.zeros(1)
    >>> state, seen = rule.init(w), []
    >>> for step, loss in enumerate([9.0, 5.0, 5.0, 5.0, 4.0, 4.0, 4.0]):
    ...     lr, state = rule.update(state, Probe(step, w, np.float64(loss), w, None))
    ...     seen.append(float(lr))
    >>> seen
    [1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.25]
    """
    lr, min_lr = rates("lr", lr), rates("min_lr", min_lr)
    factor, threshold = fraction("factor", factor), fraction("threshold", threshold)
    every, patience = count("every", every), count("patience", patience, 0)
    cooldown = count("cooldown", cooldown, 0)
    objective = None if objective is None else with_loss("objective", objective)

    def init(w):
        none = np.zeros(w.shape[:-1], int)
        return of_runs(lr, w), np.full(w.shape[:-1], np.inf, w.dtype), none, none

    def update(state, probe):
        rate, best, bad, rest = state
        if probe.step == 0 or probe.step % every:
            return rate, state
        loss = probe.loss if objective is None else objective.loss(probe.w)
        better = loss < best * (1 - threshold)
        bad = np.where(better | (rest > 0), 0, bad + 1)
        drop = bad > patience
        rate = np.where(drop, np.maximum(rate * factor, np.minimum(min_lr, rate)), rate)
        rest = np.where(drop, cooldown, np.maximum(rest - 1, 0))
        return rate, (rate, np.where(better, loss, best), np.where(drop, 0, bad), rest)

    return Controller(init, update)


def armijo(lr: Rates = 1.0, c: float = 0.5, shrink: float = 0.5, grow: float = 2.0) -> Controller:
    """Try the last rate times ``grow``, then less and less, until the loss falls far enough.

    Far enough: by ``c`` times what the slope promises, ``loss(w - lr g) <= loss - c lr |g|^2``
    (Armijo 1966, Pacific Journal of Mathematics 16). On mini-batches both losses are of this
    step's own (Vaswani et al. 2019, arXiv 1905.09997), and ``grow=2**(batch_size / N)`` doubles
    the rate once an epoch. ``lr`` is what the very first step tries.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=4.0), [1.0], gd, armijo(8.0), steps=1).lr      # 8, 4, 2, 1, ...
    array([0.25])
    """
    lr, c = rates("lr", lr), one("c", fraction("c", c))
    shrink, grow = one("shrink", fraction("shrink", shrink)), one("grow", positive("grow", grow))
    if not (0 < shrink < 1 and 0 < c < 1 and grow >= 1):
        raise BadInput(
            "c and shrink must lie between 0 and 1 and grow be at least 1, "
            f"got c={c}, shrink={shrink}, grow={grow}"
        )

    def init(w):
        return of_runs(lr, w), True

    def update(state, probe):
        rate = state[0] if state[1] else state[0] * grow
        square = dot(probe.grad, probe.grad)
        # At the bottom a fall is smaller than the last digit of the loss.
        digit = 4 * np.finfo(probe.w.dtype).eps * abs(probe.loss)
        for _ in range(TRIES):
            tried = probe.loss_at(probe.w - rate[..., np.newaxis] * probe.grad)
            enough = tried <= probe.loss - c * rate * square + digit
            if np.all(enough | (square == 0)):
                break
            rate = np.where(enough | (square == 0), rate, rate * shrink)
        return rate, (rate, False)

    return Controller(init, update)


def polyak(best_loss: Rates = 0.0) -> Controller:
    """``(loss - best_loss) / |g|^2``: the rate that is right if the loss can fall to ``best_loss``.

    It has no first rate. Polyak 1969, USSR Computational Mathematics and Mathematical Physics 9.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=4.0), [1.0], gd, polyak(), steps=3).lr       # 1 / (2 curvature)
    array([0.125, 0.125, 0.125])
    """

    best_loss = real("best_loss", best_loss)

    def update(state, probe):
        gap = np.maximum(probe.loss - state, 0)
        return divided(gap, dot(probe.grad, probe.grad), 0.0), state

    return Controller(lambda w: of_runs(best_loss, w), update)


def stochastic_polyak(
    lr: Rates = 1.0, c: float = 0.5, grow: float = 2.0, best_loss: Rates = 0.0
) -> Controller:
    """``(loss - best_loss) / (c |g|^2)``, both of the mini-batch, and at most ``grow`` times the
    rate before.

    Loizou et al. 2021, arXiv 2002.10542, with their smoothing ``grow=2**(batch_size / N)`` and
    their ``c=0.5``; ``lr`` is the rate before the first.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=2.0), [1.0], gd, stochastic_polyak(0.1, c=1.0), steps=3).lr
    array([0.2 , 0.25, 0.25])
    """
    lr, c, grow = positive("lr", lr), positive("c", c), positive("grow", grow)
    best_loss = real("best_loss", best_loss)

    def init(w):
        return of_runs(lr, w), of_runs(best_loss, w)

    def update(state, probe):
        rate, best = state
        gap = np.maximum(probe.loss - best, 0)
        rate = np.minimum(grow * rate, divided(gap, c * dot(probe.grad, probe.grad), rate))
        return rate, (rate, best)

    return Controller(init, update)


def side_by_side(controllers: Sequence[Controller]) -> Controller:
    """One controller for each run along ``w``'s last leading axis, ``[..., controllers, P]``: they
    train at once and meet the same mini-batches.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> both = side_by_side([polyak(), barzilai_borwein(0.5)])
    >>> train(parabola(), [[1.0], [1.0]], gd, both, steps=2).lr
    array([[0.5, 0.5],
           [0.5, 1. ]])
    """
    controllers = [_controller(each) for each in controllers]

    def init(w):
        if w.ndim < 2 or w.shape[-2] != len(controllers):
            raise BadInput(
                f"w needs a run for each of {len(controllers)} controllers, got shape {w.shape}"
            )
        return [each.init(w[..., i, :]) for i, each in enumerate(controllers)]

    def update(states, probe):
        answers = [
            each.update(state, _seen_by(probe, i))
            for i, (each, state) in enumerate(zip(controllers, states, strict=True))
        ]
        lrs = np.broadcast_arrays(*[lr for lr, _ in answers])
        return np.stack(lrs, axis=-1), [state for _, state in answers]

    return Controller(init, update)


def _seen_by(probe, i):
    """Return the part of a probe that belongs to the i-th of controllers side by side."""
    return probe._replace(w=probe.w[..., i, :], loss=probe.loss[..., i], grad=probe.grad[..., i, :])


def _controller(each):
    if not (hasattr(each, "init") and hasattr(each, "update")):
        hint = "; call it" if callable(each) else ""
        raise BadInput(
            f"controllers are made by functions such as polyak(), got {seen(each)}{hint}"
        )
    return each


CONTROLLERS = {
    "reduce_on_plateau": reduce_on_plateau(0.1, patience=3),
    "armijo": armijo(0.1),
    "polyak": polyak(),
    "stochastic_polyak": stochastic_polyak(0.1, c=1.0),
    "barzilai_borwein, long": barzilai_borwein(0.1),
    "barzilai_borwein, short": barzilai_borwein(0.1, form="short"),
    "hypergradient": hypergradient(0.1, beta=1e-3),
    "multiplicative_hypergradient": multiplicative_hypergradient(0.1),
    "adgd": adgd(0.1),
    "dog": dog(1e-3),
    "d_adaptation": d_adaptation(1e-3),
}
"""Name -> a controller as it is tried: each passes one table of tests."""
