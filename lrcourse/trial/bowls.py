"""Trials on bowls, where a formula says what has to come out."""

from __future__ import annotations

import numpy as np

from lrcourse.base import Array
from lrcourse.controllers import polyak
from lrcourse.objectives import parabola, quadratic
from lrcourse.optimizers import adam, adam_update, gd
from lrcourse.training import train
from lrcourse.trial.claims import Finding


def steps_to(loss: Array, target: float) -> Array:
    """Return the first step at which each run's ``loss [steps + 1, ...]`` is below ``target``, else
    infinity."""
    below = loss < target
    return np.where(below.any(axis=0), below.argmax(axis=0), np.inf)


def step_on_a_bowl(repeat: int = 0) -> dict[int, Finding]:
    """Rates from a tenth of the best to past the cliff, on a bowl of two curvatures."""
    rng = np.random.default_rng(1000 * repeat)
    low, high = np.sort(rng.uniform([0.5, 8], [2, 20]))
    best = 2 / (low + high)
    rates = np.array([0.1 * best, 0.9 / high, best, 2.2 / high])
    run = train(quadratic([low, high]), [1.0, 1.0], gd, rates, 3000, record=1, blowup=np.inf)
    slow, gentle, quick, past = steps_to(run.loss, 1e-10)
    crosses = (run.w[:50, 1, 1] < 0).any(), (run.w[:20, 2, 1] < 0).any()
    seen = (
        f"{slow:.0f} steps at a tenth of 2/(mu + L), {quick:.0f} there, and past 2/L "
        f"{'never' if np.isinf(past) else past}"
    )
    arrives = {"up to 2/(mu + L)": quick < slow, "past 2/L": bool(np.isfinite(past))}
    return {
        2: Finding(arrives, seen),
        18: Finding(arrives, f"{seen}; the best rate overshoots: {crosses[1]}"),
        19: Finding(
            {"below 1/L": bool(gentle > quick and not crosses[0])},
            f"just below 1/L: {gentle:.0f} steps, and no step across the bottom",
        ),
    }


def noise_floor(repeat: int = 0) -> dict[int, Finding]:
    """Two constant rates on a parabola, with noise in the gradient and without."""
    rng, runs, rates = np.random.default_rng(1000 * repeat), 4000, np.array([0.1, 0.01])[:, None]
    noisy = clean = np.full((2, runs), 10.0)
    for _ in range(1000):
        noisy = noisy - rates * (noisy + rng.normal(size=runs))
        clean = clean - rates * clean
    spread, settled = (noisy**2).mean(axis=1), (clean**2).mean(axis=1)
    law = rates[:, 0] / (2 - rates[:, 0])
    seen = (
        f"mean square after 1000 steps at 0.1 and 0.01: {spread[0]:.3f}, {spread[1]:.4f} with noise"
    )
    return {
        3: Finding(
            {
                "noise, a constant rate": spread[1] < spread[0] / 5,
                "no noise": settled[1] < settled[0],
            },
            f"{seen}, {settled[0]:.0e}, {settled[1]:.0e} without",
        ),
        4: Finding(
            {"noise": bool(np.allclose(spread, law, rtol=0.15)), "no noise": settled[0] > 1e-12},
            f"{seen}; the law says {law[0]:.3f}, {law[1]:.4f}",
        ),
    }


def adam_ignores_size(repeat: int = 0) -> dict[int, Finding]:
    """The first step of descent and of Adam, for slopes a thousand times apart."""
    slopes = np.random.default_rng(1000 * repeat).uniform(1, 2, size=3) * [1e-2, 1, 10]
    w = np.zeros(3)
    descent, _ = gd.update(w, slopes, gd.init(w), 0.1)
    adams, _ = adam_update(w, slopes, adam.init(w), 0.1)
    along = {"plain descent": descent, "Adam": adams}
    same = {
        name: bool(np.allclose(step / step[0], slopes / slopes[0])) for name, step in along.items()
    }
    sizes = np.abs(adams)
    return {
        22: Finding(
            same, f"Adam's first step is {sizes.min():.3f} to {sizes.max():.3f} at rate 0.1"
        )
    }


def a_wrong_lowest_loss(repeat: int = 0) -> Finding:
    """Polyak's rule, told the right lowest loss and a wrong one."""
    low = np.random.default_rng(1000 * repeat).uniform(1, 3)
    bowl = parabola(low)
    told = {"told the lowest loss": 0.0, "told a wrong one": -1.0}
    ends = {name: train(bowl, [5.0], gd, polyak(best), 200).loss[-1] for name, best in told.items()}
    where = {name: bool(end < 1e-6) for name, end in ends.items()}
    return Finding(where, ", ".join(f"{name}: loss {end:.1e}" for name, end in ends.items()))
