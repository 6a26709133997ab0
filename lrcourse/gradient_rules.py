"""Controllers that name the rate by gradients alone: the last two, or all of them.

Where the gradient is zero, no rule divides by it. Each raises ``BadInput`` for a first rate below
0, or of another shape than ``w``'s runs.
"""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array, BadInput, Controller
from lrcourse.inputs import Rates, fraction, one_of, positive, rates


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


def of_runs(value: Rates, w: Array) -> Array:
    """Return ``value`` as an array with one entry for each run of ``w [..., P]``."""
    try:
        return np.broadcast_to(np.asarray(value, w.dtype), w.shape[:-1]).copy()
    except ValueError:
        raise BadInput(
            f"the first rate has shape {np.shape(value)}, but w's runs are {w.shape[:-1]}: give "
            "one number, or one for each run"
        ) from None


def barzilai_borwein(lr: Rates, form: str = "long") -> Controller:
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
    lr, form = rates("lr", lr), one_of("form", form, ("long", "short"))

    def update(state, probe):
        rate, last_w, last_grad = state
        s, y = probe.w - last_w, probe.grad - last_grad
        bent = dot(s, y)
        top, bottom = (dot(s, s), bent) if form == "long" else (bent, dot(y, y))
        rate = np.where(bent > 0, divided(top, bottom, rate), rate)
        return rate, (rate, probe.w.copy(), probe.grad.copy())

    return Controller(lambda w: (of_runs(lr, w), w.copy(), np.zeros_like(w)), update)


def hypergradient(lr: Rates, beta: Rates) -> Controller:
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


def multiplicative_hypergradient(lr: Rates, beta: Rates = 0.02) -> Controller:
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


def adgd(lr: Rates) -> Controller:
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


def dog(r_eps: Rates = 1e-6) -> Controller:
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


def d_adaptation(d0: Rates = 1e-6) -> Controller:
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
