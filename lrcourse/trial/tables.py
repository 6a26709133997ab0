"""Trials by arithmetic and by reading: what the articles' numbers say, and what the papers say."""

from __future__ import annotations

import numpy as np

from lrcourse.schedules import exponential_decay, polynomial_decay, step_decay
from lrcourse.trial.claims import Finding

DECAY = (0.01, 0.008, 0.0064, 0.00512, 0.004096)
"""Article B, lines 26-32, by epoch from 1."""
COMPARED = {0.01: (0.925, 0.05), 0.001: (0.952, 0.035), 0.0001: (0.918, 0.06)}
"""Article B, lines 41-45: rate -> accuracy, loss."""
STATED_TWICE = {
    "images": (0.001, 0.01),
    "language": (0.01, 0.001),
    "games": (0.5, 0.1),
}
"""Article B: the rate in its table of tasks (125-128) and in its table of models (135-138)."""
MODELS = {
    57: ("ResNet-50", 0.01, (0.1,)),
    58: ("GPT-3", 0.001, (6.0e-4, 3.0e-4, 2.5e-4, 2.0e-4, 1.6e-4, 1.2e-4, 1.0e-4, 0.6e-4)),
    59: ("YOLOv4", 0.0001, (0.01, 0.0013)),
    60: ("AlphaGo", 0.1, (0.003,)),
}
"""Claim -> the model, what article B says (135-138), and what its authors print."""
NAMED_IN_A_TABLE: frozenset[str] = frozenset()
"""Which of source, data, model, optimizer, batch size and repeats article B's tables name."""


def decay_table(repeat: int = 0) -> dict[int, Finding]:
    """The table of a decay beside two schedules that have a name."""
    epochs = np.arange(5)
    named = {
        "exponential, 0.8": exponential_decay(0.01, factor=0.8)(epochs),
        "step, 0.8 each epoch": step_decay(0.01, 1, factor=0.8)(epochs),
    }
    where = {name: bool(np.allclose(rates, DECAY, rtol=1e-12)) for name, rates in named.items()}
    return {27: Finding(where, "it is 0.01 times 0.8 to the power of epochs done, under two names")}


def decay_falls(repeat: int = 0) -> dict[int, Finding]:
    """Three decays, step by step."""
    tried = {
        "step": step_decay(1.0, 30),
        "exponential": exponential_decay(1.0, 0.97),
        "polynomial": polynomial_decay(1.0, 100, power=2),
    }
    where = {name: bool((np.diff(lr(np.arange(100))) <= 0).all()) for name, lr in tried.items()}
    return {86: Finding(where, "none of them rises anywhere")}


def least_loss(accuracy: float) -> float:
    """Return the least mean cross-entropy at this accuracy, in nats: an error costs ln 2 or more.

    >>> round(least_loss(0.925), 4)
    0.052
    """
    return float((1 - accuracy) * np.log(2))


def rounding_of_losses(repeat: int = 0) -> dict[int, Finding]:
    """The three rows of accuracy and loss, as printed and as far as rounding reaches."""
    printed = all(loss >= least_loss(read) for read, loss in COMPARED.values())
    rounded = all(loss + 0.005 > least_loss(read + 0.0005) for read, loss in COMPARED.values())
    least = ", ".join(f"{least_loss(read):.4f} for {loss:g}" for read, loss in COMPARED.values())
    where = {"as printed": printed, "0.05 for anything up to 0.055": rounded}
    return {29: Finding(where, f"least losses: {least}")}


def contradiction_of_b(repeat: int = 0) -> dict[int, Finding]:
    """What article B says twice, and what its tables leave unsaid."""
    says = {"lines 6, 98, 189": True, "line 56, a misconception": False}
    apart = {name: max(pair) / min(pair) for name, pair in STATED_TWICE.items()}
    told = ", ".join(f"{name} {factor:.0f} times" for name, factor in apart.items())
    return {
        16: Finding(
            says, "one article says it and calls it a misconception", len({*says.values()}) < 2
        ),
        61: Finding({}, f"its tables differ: {told}", max(apart.values()) == 1),
        78: Finding(
            {"a table that says what was tried": bool(NAMED_IN_A_TABLE)},
            "no table names source, data, model, optimizer, batch size or repeats",
        ),
    }


def model_table(repeat: int = 0) -> dict[int, Finding]:
    """The article's rate of four models beside what their authors print."""
    return {
        number: Finding(
            {name: stated in printed},
            f"In print: {', '.join(f'{lr:g}' for lr in printed)}",
        )
        for number, (name, stated, printed) in MODELS.items()
    }
