"""The descent at the edge of stability: it goes on at any rate, measures how sharp the ground is,
and says where that leaves it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from lrcourse import network
from lrcourse.base import Array, Objective
from lrcourse.curvature import sharpness

EVERY = 8
"""Steps from one measured sharpness to the next: the steepest direction turns slowly."""
POINTS = 500
"""So many of them are on the picture."""
BLOWUP = 1e6
"""Beyond this many times the first loss there is no return."""


class Descent:
    """Gradient descent that goes on from where it stands, at any rate, and measures sharpness."""

    def __init__(self, objective: Objective, w: Array):
        """Stand at ``w``, [P]. ``rows`` holds step, lowest loss, highest, sharpness and rate of the
        last measurements."""
        self.objective, self.w, self.step = objective, np.array(w, float), 0
        self.rows = deque(maxlen=POINTS + 1)
        self.first_loss = float(objective.loss(self.w))
        self.vector = sharpness(objective, self.w).vector

    @property
    def diverged(self) -> bool:
        """Whether the last loss is off the scale, or no number."""
        return bool(self.rows) and not self.rows[-1][2] < BLOWUP * self.first_loss

    def advance(self, lr: float) -> None:
        """Take ``EVERY`` steps at the rate ``lr``, and measure."""
        losses = []
        with np.errstate(all="ignore"):
            for _ in range(EVERY):
                loss, grad = self.objective.loss_and_grad(self.w)
                losses.append(float(loss))
                self.w = self.w - lr * grad
            steepest = sharpness(self.objective, self.w, start=self.vector, steps=1)
        self.vector, self.step = steepest.vector, self.step + EVERY
        self.rows.append((self.step, min(losses), max(losses), float(steepest.value), lr))


def verdict(products: Sequence[float]) -> str:
    """Say where the sharpness is, from its last products with the learning rate, oldest first.

    >>> [verdict(products).split(":")[0] for products in ([1.0, 1.1], [2.1, 1.95], [3.5, 3.0])]
    ['below the line', 'at the line', 'above the line']
    """
    middle, trend = np.median(products), products[-1] - products[0]
    if middle > 2.2:
        return (
            "above the line: every step overshoots further, until the network finds flatter ground"
        )
    if middle > 1.9:
        return (
            "at the line: it hovers there, and the loss goes on falling, but no longer at each step"
        )
    way = "rises" if trend > 0.003 else "falls" if trend < -0.003 else "hardly moves"
    return f"below the line: the loss falls at each step, and sharpness {way}"


WIDTHS = (1, 24, 24, 1)


def wavy_network(seed: int = 0) -> tuple[Objective, Array]:
    """Return a tanh network that is to learn three sines by squared loss, and where it starts.

    >>> objective, w = wavy_network()
    >>> 0.2 * sharpness(objective, w).value < 1     # at a rate of 0.2 it starts far from the edge
    np.True_
    """
    x = np.linspace(-1, 1, 40)[:, np.newaxis]
    y = np.sin(4 * x) + 0.5 * np.sin(12 * x) + 0.3 * np.sin(23 * x)
    objective = network.mlp(x, y, WIDTHS, activation="tanh", loss="squared")
    return objective, network.init(np.random.default_rng(seed), WIDTHS, "xavier")
