"""Trainings with a known fault, many and unlike each other: what the verdicts are held to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from lrcourse import network
from lrcourse.base import Array, Optimizer, Run
from lrcourse.data import digits, noisy_labels
from lrcourse.detective import Log, cases, geometric
from lrcourse.diagnosis.shapes import Length, shape, warmed_up
from lrcourse.optimizers import adam, gd, momentum, nadam, nesterov
from lrcourse.supervised import Supervised, one_hot
from lrcourse.training import train

FEW = 3
"""Steps from one row to the next where few are logged."""
JUDGED = 150
"""Images of a validation loss."""
TRIED = 5
"""Runs of which one needs a warm-up, at rates where it may help."""
WARM_UP, FLOOR = "no warm-up where one was needed", "noise floor reached"
CLIFF, BEHIND = "near the cliff", "validation left training behind"
TRAINED = (
    *("nothing wrong", "too low", CLIFF, FLOOR, "decayed too early"),
    *("steps and epochs confused", "scheduler stepped twice", WARM_UP, BEHIND),
)
OPEN = ("sign flipped", "labels unshuffled", "stale t")
"""Causes of which a log says that something is wrong, and not what."""


class Kind(NamedTuple):
    """An optimizer, from and up to which rates it does well here, and how far the cliff is."""

    rule: Optimizer
    low: float
    high: float
    cliff: float


SEEN = [Kind(gd, 0.4, 1.5, 20), Kind(momentum, 0.04, 0.12, 30), Kind(adam, 0.003, 0.012, 300)]
UNSEEN = [Kind(gd, 0.4, 1.5, 20), Kind(nesterov, 0.04, 0.12, 30), Kind(nadam, 0.003, 0.012, 300)]


class Setting(NamedTuple):
    """What a group of runs has in common."""

    kind: Kind
    widths: tuple[int, ...]
    activation: str
    batch: int
    length: Length


def setting(rng: np.random.Generator, fault: str, unseen: bool) -> Setting:
    """Draw what a group of runs has in common; ``unseen`` from what no rule was made with."""
    kinds, hidden = (UNSEEN, [20, 28, 40]) if unseen else (SEEN, [16, 24, 32])
    batch = int(rng.choice([12, 24] if unseen else [16, 32]))
    per_epoch, epochs = int(rng.choice([14, 18, 25] if unseen else [12, 20, 31])), (10, 25)
    if fault == BEHIND:
        per_epoch, epochs = 120 // batch, (50, 80)
    return Setting(
        kinds[0 if fault == WARM_UP else rng.integers(len(kinds))],
        (64, int(rng.choice(hidden)), 10),
        "tanh" if unseen and fault != CLIFF and rng.random() < 0.5 else "relu",
        batch,
        Length(per_epoch, int(rng.integers(*epochs))),
    )


@dataclasses.dataclass(frozen=True)
class Disagreeing:
    """A loss whose mini-batches have labels that are wrong in part, others each time."""

    inside: Supervised
    fraction: float
    rng: np.random.Generator

    @property
    def size(self) -> int:
        """The number of parameters."""
        return self.inside.size

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both over all examples, with the labels as they should be."""
        return self.inside.loss_and_grad(w, out)

    def loss(self, w: Array) -> Array:
        """Return the loss over all examples."""
        return self.inside.loss(w)

    def grad(self, w: Array) -> Array:
        """Return the gradient over all examples."""
        return self.inside.grad(w)

    def batches(self, rng: Any, batch_size: int | None = None) -> Iterator[Supervised]:
        """Yield mini-batches, a part of the labels of each drawn anew."""
        for batch in self.inside.batches(rng, batch_size):
            y = noisy_labels(batch.y, self.fraction, self.rng)
            yield dataclasses.replace(batch, y=y, targets=one_hot(y, 10))


def problem(s: Setting, fault: str, rng: np.random.Generator, seed: int) -> tuple[Any, Supervised]:
    """Return what a group learns, with the labels that its fault asks for, and its judge."""
    split, images = digits(seed % 1000), s.batch * s.length.per_epoch
    X, y = split.X_train[:images].astype(np.float32), split.y_train[:images]
    if fault == BEHIND:
        y = noisy_labels(y, 0.3, rng)
    learn = network.mlp(X, y, s.widths, s.activation)
    X, y = split.X_validation[:JUDGED].astype(np.float32), split.y_validation[:JUDGED]
    judge = network.mlp(X, y, s.widths, s.activation)
    if fault == FLOOR:
        return Disagreeing(learn, rng.uniform(0.25, 0.4), rng), judge
    return learn, judge


def starts(s: Setting, fault: str, rng: np.random.Generator, count: int) -> Array:
    """Draw a start for each run; to try a warm-up on, steep ones, each with its twin."""
    if fault != WARM_UP:
        return np.stack([network.init(rng, s.widths, dtype=np.float32) for _ in range(count)])
    w = np.stack([network.init(rng, s.widths, dtype=np.float32) for _ in range(count // 2)])
    return np.concatenate([w, w]) * np.float32(rng.uniform(1.5, 3))


def followed(s: Setting, fault: str, rates: Array, rng: np.random.Generator, seed: int) -> Run:
    """Train a run for each row of ``rates`` ``[runs, steps]``, all with the same mini-batches."""
    learn, judge = problem(s, fault, rng, seed)
    return train(
        learn,
        starts(s, fault, rng, len(rates)),
        s.kind.rule,
        lambda step: rates[:, step],
        s.length.steps - 1,
        batch_size=s.batch,
        rng=rng,
        evaluate=(judge, s.length.per_epoch),
    )


def group(fault: str, seed: int, each: int, unseen: bool = False) -> list[Log]:
    """Train up to ``each`` runs with this fault and a setting in common; return their logs."""
    rng = np.random.default_rng([seed, TRAINED.index(fault)])
    s = setting(rng, fault, unseen)
    tried = TRIED * each if fault == WARM_UP else each
    peaks = [geometric(rng, s.kind.low, s.kind.high) for _ in range(tried)]
    times = s.kind.cliff if fault == CLIFF else 1.0
    rates = np.array([peak * times * shape(fault, rng, s.length) for peak in peaks])
    if fault == WARM_UP:
        rates = np.concatenate([rates, rates * warmed_up(s.length)])
    run = followed(s, fault, rates, rng, seed)
    kept = [place for place in range(tried) if shows(fault, run, place, tried)]
    return [logged(run, place, rates[place], s.length, form(rng, fault)) for place in kept[:each]]


def shows(fault: str, run: Run, place: int, tried: int) -> bool:
    """Whether a run has come to what its fault promises: by the run itself, or by its twin with
    a warm-up."""
    leaps = np.nanmax(run.loss, axis=0) / run.loss[0]
    held = run.full_loss[:, place]
    if fault == CLIFF:
        return not held[-1] < 0.5 * held[0]
    if fault == WARM_UP:
        return bool(leaps[place] > 1.5 and leaps[place + tried] < 1.3 and held[-1] < 0.5 * held[0])
    if fault == BEHIND:
        return bool(held[-1] > 1.15 * held.min())
    return True


def form(rng: np.random.Generator, fault: str) -> str:
    """Draw how a run is logged: every step, every few steps, or once an epoch."""
    forms = ["step", "few", "epoch"]
    hidden = fault in (WARM_UP, CLIFF, "steps and epochs confused")  # It is within an epoch.
    return forms[rng.integers(1 if hidden else 3)]


def logged(run: Run, place: int, lr: Array, length: Length, form: str) -> Log:
    """Return the log of one run, in that form."""
    steps, per_epoch = length.steps, length.per_epoch
    step = np.arange(steps)
    log = {"step": step, "epoch": step // per_epoch, "loss": run.loss[:, place], "lr": lr}
    log["val_loss"] = np.full(steps, np.nan)
    log["val_loss"][run.full_steps] = run.full_loss[:, place]
    if form == "few":
        return {name: column[::FEW] for name, column in log.items()}
    if form == "epoch":
        ends = np.arange(per_epoch - 1, steps, per_epoch)
        return {
            "epoch": np.arange(length.epochs),
            "loss": log["loss"].reshape(-1, per_epoch).mean(axis=1),
            "val_loss": run.full_loss[1:, place][: length.epochs],
            "lr": lr[ends],
        }
    return log


def open_cases(seed: int, each: int) -> list[tuple[str, Log]]:
    """Return logs of which nobody can tell from the log alone what is wrong."""
    return [("cannot tell", log) for _, log in cases(seed, OPEN, each)]


def simulated(seeds: range, each: int, unseen: bool = False) -> list[tuple[str, Log]]:
    """Return logs with what is true of them: for each seed a group of every fault, and three times
    as many in which nothing is wrong."""
    found = []
    for seed in seeds:
        for fault in TRAINED:
            runs = 3 * each if fault == "nothing wrong" else each
            found += [(fault, log) for log in group(fault, seed, runs, unseen)]
        found += open_cases(seed + (10**6 if unseen else 0), max(1, each // 3))
    return found
