"""Rules that listen before they name a rate, from the oldest idea to the newest.

Each function returns a ``Controller``, which ``train`` takes in place of a rate and asks before
each step. First rates may be one number, or one for each run. Where the gradient is zero, no rule
divides by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import Array, BadInput, Controller, Objective
from lrcourse.steps import count, fraction, positive, rates

TRIES = 100
"""A line search gives up after so many: a factor of 1e30 with halvings."""


def dot(a: Array, b: Array) -> Array:
    """Multiply entry by entry and add up the last axis: ``[..., P], [..., P] -> [...]``."""
    return (a * b).sum(-1)


def length(a: Array) -> Array:
    """Return the root of the sum of squares: ``[..., P] -> [...]``."""
    return np.sqrt(dot(a, a))


def divided(top: Array, bottom: Array, otherwise: Array | float) -> Array:
    """Return ``top / bottom`` where ``bottom`` is above 0, and ``otherwise`` elsewhere.

    >>> divided(np.array([1.0, 1.0]), np.array([4.0, 0.0]), otherwise=7.0)
    array([0.25, 7.  ])
    """
    usable = bottom > 0
    return np.where(usable, top / np.where(usable, bottom, 1), otherwise)


def of_runs(value: float | Array, w: Array) -> Array:
    """Return ``value`` as an array with one entry for each run of ``w [..., P]``."""
    try:
        return np.broadcast_to(np.asarray(value, w.dtype), w.shape[:-1]).copy()
    except ValueError:
        raise BadInput(
            f"the first rate has shape {np.shape(value)}, but w's runs are {w.shape[:-1]}: give "
            "one number, or one for each run"
        ) from None


def reduce_on_plateau(
    lr: float | Array,
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


def armijo(
    lr: float | Array = 1.0, c: float = 0.5, shrink: float = 0.5, grow: float = 2.0
) -> Controller:
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
    lr, c, shrink = rates("lr", lr), fraction("c", c), fraction("shrink", shrink)
    if not (0 < shrink < 1 and 0 < c < 1 and positive("grow", grow) >= 1):
        raise BadInput(
            "c and shrink must lie between 0 and 1 and grow be at least 1, "
            f"got c={c}, shrink={shrink}, grow={grow}"
        )

    def init(w):
        return of_runs(lr, w), True

    def update(state, probe):
        rate, first = state
        rate = rate if first else rate * grow
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


def polyak(best_loss: float | Array = 0.0) -> Controller:
    """``(loss - best_loss) / |g|^2``: the rate that is right if the loss can fall to ``best_loss``.

    It has no first rate. Polyak 1969, USSR Computational Mathematics and Mathematical Physics 9.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=4.0), [1.0], gd, polyak(), steps=3).lr       # 1 / (2 curvature)
    array([0.125, 0.125, 0.125])
    """

    def update(state, probe):
        gap = np.maximum(probe.loss - state, 0)
        return divided(gap, dot(probe.grad, probe.grad), 0.0), state

    return Controller(lambda w: of_runs(best_loss, w), update)


def stochastic_polyak(
    lr: float | Array = 1.0, c: float = 0.5, grow: float = 2.0, best_loss: float | Array = 0.0
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

    def init(w):
        return of_runs(lr, w), of_runs(best_loss, w)

    def update(state, probe):
        rate, best = state
        gap = np.maximum(probe.loss - best, 0)
        rate = np.minimum(grow * rate, divided(gap, c * dot(probe.grad, probe.grad), rate))
        return rate, (rate, best)

    return Controller(init, update)


def barzilai_borwein(lr: float | Array, form: str = "long") -> Controller:
    """One over the curvature met on the last step: with ``s`` the change of ``w`` and ``y`` that of
    the gradient, ``s.s / s.y`` (``"long"``) or ``s.y / y.y`` (``"short"``).

    ``lr`` is for the first step, and a rate stays where ``s.y`` is not above 0. Barzilai and
    Borwein 1988, IMA Journal of Numerical Analysis 8.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=4.0), [1.0], gd, barzilai_borwein(0.01), steps=2).lr
    array([0.01, 0.25])
    """
    lr = rates("lr", lr)
    if form not in ("long", "short"):
        raise BadInput(f'form must be "long" or "short", got {form!r}')

    def update(state, probe):
        rate, last_w, last_grad = state
        s, y = probe.w - last_w, probe.grad - last_grad
        bent = dot(s, y)
        top, bottom = (dot(s, s), bent) if form == "long" else (bent, dot(y, y))
        rate = np.where(bent > 0, divided(top, bottom, rate), rate)
        return rate, (rate, probe.w.copy(), probe.grad.copy())

    return Controller(lambda w: (of_runs(lr, w), w.copy(), np.zeros_like(w)), update)


def hypergradient(lr: float | Array, beta: float | Array) -> Controller:
    """``lr + beta * g . g_before``, not below 0: descent on the rate itself.

    Baydin et al. 2018, arXiv 1703.04782, SGD-HD.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(), [1.0], gd, hypergradient(0.1, beta=0.5), steps=2).lr   # 0.1 + 0.5 * 0.9
    array([0.1 , 0.55])
    """
    lr, beta = rates("lr", lr), rates("beta", beta)

    def update(state, probe):
        rate, last_grad, step_of_rate = state
        rate = np.maximum(rate + step_of_rate * dot(probe.grad, last_grad), 0)
        return rate, (rate, probe.grad.copy(), step_of_rate)

    return Controller(lambda w: (of_runs(lr, w), np.zeros_like(w), of_runs(beta, w)), update)


def multiplicative_hypergradient(lr: float | Array, beta: float | Array = 0.02) -> Controller:
    """``lr * (1 + beta * cosine of the angle between the last two gradients)``.

    The angle knows nothing of the loss's scale. Baydin et al. 2018, arXiv 1703.04782, equation 11.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(), [1.0], gd, multiplicative_hypergradient(0.1, 0.5), steps=3).lr
    array([0.1  , 0.15 , 0.225])
    """
    lr, beta = rates("lr", lr), fraction("beta", beta)

    def update(state, probe):
        rate, last_grad, part = state
        lengths = length(probe.grad) * length(last_grad)
        rate = rate * (1 + part * divided(dot(probe.grad, last_grad), lengths, 0.0))
        return rate, (rate, probe.grad.copy(), part)

    return Controller(lambda w: (of_runs(lr, w), np.zeros_like(w), of_runs(beta, w)), update)


def adgd(lr: float | Array) -> Controller:
    """Half of one over the curvature met on the last step, ``|s| / (2 |y|)``, and at most
    ``sqrt(1 + theta)`` times the rate before, ``theta`` being the last ratio of two rates.

    ``lr`` is for the first step. Malitsky and Mishchenko 2020, arXiv 1910.09529, algorithm 1.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(curvature=4.0), [1.0], gd, adgd(0.01), steps=2).lr
    array([0.01 , 0.125])
    """
    lr = rates("lr", lr)

    def update(state, probe):
        rate, theta, last_w, last_grad = state
        s, y = length(probe.w - last_w), length(probe.grad - last_grad)
        new = np.minimum(np.sqrt(1 + theta) * rate, divided(s, 2 * y, np.inf))
        new = np.where((s > 0) & np.isfinite(new), new, rate)
        theta = np.where(s > 0, divided(new, rate, 1.0), theta)
        return new, (new, theta, probe.w.copy(), probe.grad.copy())

    def init(w):
        return of_runs(lr, w), of_runs(np.inf, w), w.copy(), np.zeros_like(w)

    return Controller(init, update)


def dog(r_eps: float | Array = 1e-6) -> Controller:
    """The farthest that ``w`` has been from its start, over the root of the sum of all ``|g|^2``.

    Until it has moved, ``r_eps * (1 + |w|)`` counts as the distance. Ivgi, Hinder and Carmon 2023,
    arXiv 2302.12022; their results are for an average of the iterates.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> train(parabola(), [3.0], gd, dog(0.3), steps=2).lr.round(3)   # 1.2 / 3, 1.2 / 3.5
    array([0.4  , 0.343])
    """
    r_eps = positive("r_eps", r_eps)

    def init(w):
        return w.copy(), of_runs(r_eps, w) * (1 + length(w)), of_runs(1e-8, w)

    def update(state, probe):
        start, far, squares = state
        far = np.maximum(far, length(probe.w - start))
        squares = squares + dot(probe.grad, probe.grad)
        return far / np.sqrt(squares), (start, far, squares)

    return Controller(init, update)


def d_adaptation(d0: float | Array = 1e-6) -> Controller:
    """``d / |g_0|``, where ``d`` is the best lower bound so far on the distance to the minimum.

    With ``s`` the sum of the steps taken, the bound is ``2 sum(lr g.s) / |s|``; it starts at ``d0``
    and only grows. Defazio and Mishchenko 2023, arXiv 2301.07733, their SGD without momentum.

    >>> from lrcourse.objectives import parabola
    >>> from lrcourse.optimizers import gd
    >>> from lrcourse.training import train
    >>> rate = train(parabola(), [3.0], gd, d_adaptation(1e-3), steps=30).lr
    >>> bool(3 * rate[-1] < 3), rate[-1].round(2)          # the bound stays below the distance 3
    (True, np.float64(0.87))
    """
    d0 = positive("d0", d0)

    def init(w):
        return of_runs(d0, w), of_runs(0.0, w), of_runs(0.0, w), np.zeros_like(w)

    def update(state, probe):
        d, first, weighted, total = state
        first = np.where(first > 0, first, length(probe.grad))
        rate = divided(d, first, 0.0)
        weighted = weighted + rate * dot(probe.grad, total)
        total = total + rate[..., np.newaxis] * probe.grad
        bound = divided(2 * weighted, length(total), 0.0)
        return rate, (np.maximum(d, bound), first, weighted, total)

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
    controllers = list(controllers)

    def init(w):
        if w.ndim < 2 or w.shape[-2] != len(controllers):
            raise BadInput(
                f"w needs a run for each of {len(controllers)} controllers, got shape {w.shape}"
            )
        return [each.init(w[..., i, :]) for i, each in enumerate(controllers)]

    def update(states, probe):
        answers = [
            each.update(
                state,
                probe._replace(
                    w=probe.w[..., i, :], loss=probe.loss[..., i], grad=probe.grad[..., i, :]
                ),
            )
            for i, (each, state) in enumerate(zip(controllers, states, strict=True))
        ]
        lrs = np.broadcast_arrays(*[lr for lr, _ in answers])
        return np.stack(lrs, axis=-1), [state for _, state in answers]

    return Controller(init, update)


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
