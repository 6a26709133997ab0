"""Cases for a detective: logs of trainings with one hidden cause each, all of them really trained.

A log is a dictionary of columns, arrays of one length with a row for each step: ``step`` and
``epoch``, counted from 0; ``loss`` of the mini-batch before the step; ``val_loss`` of images that
are not learnt from, measured before the first step of an epoch and at the last row, nan elsewhere;
``lr``, the rate that the schedule asked for. What cannot be used raises ``BadInput``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lrcourse import network
from lrcourse.base import Array
from lrcourse.data import digits, noisy_labels
from lrcourse.inputs import count, function, one_of
from lrcourse.schedules import cosine_decay, exponential_decay, step_decay
from lrcourse.supervised import Supervised, one_hot

Log = dict[str, Array]
CAUSES = (
    "healthy",
    "too high",
    "too low",
    "decays too fast",
    "steps and epochs confused",
    "noise floor",
    "sign flipped",
    "gradient not zeroed",
    "labels unshuffled",
    "stale t",
    "sum for mean",
)
"""What a log may hide."""

WIDTHS, BATCH, JUDGED, EPOCHS = (64, 12, 10), 16, 100, 12
EPOCH_LENGTHS = (8, 10, 12)
"""Steps of an epoch; one of these is drawn for all logs of a seed."""
WRONG_LABELS = 0.3
"""Part of the labels that is drawn anew at each step where noise sets a floor."""
KEPT = 256
"""Rounds of cases that are kept, and not trained again."""


class Plan(NamedTuple):
    """One run, with its fault put in."""

    lr: Array
    """What the schedule asks for at each step, ``[steps]``."""
    kept: float
    """The part of the last direction that the next one keeps: the momentum."""
    times: float = 1.0
    """What multiplies loss and gradient: the batch size where a sum stands for a mean."""
    sign: float = 1.0
    correction: float = 1.0
    """What the direction is divided by: Adam's 1 - b1**t is 0 as long as t is."""


def geometric(rng: np.random.Generator, low: float, high: float) -> float:
    """Draw a number whose logarithm is spread evenly."""
    return low * (high / low) ** rng.random()


def recipes(rng: np.random.Generator, peak: float, per_epoch: int) -> list[Array]:
    """Return the rates of sound schedules, ``[steps]`` each: some change by epochs, some by steps;
    the last rises before it falls."""
    step = np.arange(EPOCHS * per_epoch)
    epoch, by_step = step // per_epoch, cosine_decay(peak, len(step))(step)
    return [
        np.full(len(step), peak),
        cosine_decay(peak, EPOCHS)(epoch),
        by_step,
        step_decay(peak, int(rng.integers(5, 8)), 0.3)(epoch),
        exponential_decay(peak, rng.uniform(0.85, 0.93))(epoch),
        by_step * np.minimum(1, (step + 1) / (2 * per_epoch)),
    ]


def plan(cause: str, rng: np.random.Generator, per_epoch: int) -> Plan:
    """Draw the settings of a run that has this cause."""
    kept = float(rng.choice([0.0, 0.9]))
    peak = (1 - kept) * geometric(rng, 0.5, 2)
    *at_once, warmed_up = recipes(rng, peak, per_epoch)
    high = at_once[rng.integers(len(at_once))]
    sound = warmed_up if rng.random() < 0.2 else high
    step = np.arange(len(sound))
    hasty = exponential_decay(peak, rng.uniform(0.35, 0.6))
    by_epoch = exponential_decay(peak, rng.uniform(0.8, 0.93))
    return {
        "healthy": Plan(sound, kept),
        "too high": Plan(high * geometric(rng, 40, 120), kept),
        "too low": Plan(sound / geometric(rng, 60, 200), kept),
        "decays too fast": Plan(hasty(step // per_epoch), kept),
        "steps and epochs confused": Plan(by_epoch(step), kept),
        "noise floor": Plan(np.full(len(sound), peak), kept),
        "sign flipped": Plan(sound, kept, sign=-1.0),
        "gradient not zeroed": Plan(high / peak * geometric(rng, 0.2, 0.4), 1.0),
        "labels unshuffled": Plan(sound, kept),
        "stale t": Plan(sound / 300, kept, correction=0.0),
        "sum for mean": Plan(sound, kept, times=float(BATCH)),
    }[cause]


def trained(
    plans: Sequence[Plan],
    batches: Iterator[Supervised],
    judge: Supervised,
    rng: np.random.Generator,
    per_epoch: int,
) -> tuple[Array, Array]:
    """Train the planned runs at once; return their ``loss`` and ``val_loss``, ``[runs, steps]``."""
    lr = np.array([each.lr for each in plans], np.float32)[..., np.newaxis]
    kept, times, sign, correction = np.array([each[1:] for each in plans], np.float32).T[..., None]
    w = np.stack([network.init(rng, WIDTHS, dtype=np.float32) for _ in plans])
    velocity, loss = np.zeros_like(w), np.empty(lr.shape[:2])
    val_loss, last = np.full(loss.shape, np.nan), loss.shape[1] - 1
    with np.errstate(all="ignore"):
        for step, batch in zip(range(last + 1), batches, strict=False):
            if step % per_epoch == 0 or step == last:
                val_loss[:, step] = judge.loss(w)
            loss[:, step], grad = batch.loss_and_grad(w)
            velocity = kept * velocity + times * grad
            w = w - sign * lr[:, step] * velocity / correction
    return loss * times, val_loss


def with_labels(
    cause: str, batches: Iterator[Supervised], rng: np.random.Generator
) -> Iterator[Supervised]:
    """Yield the mini-batches with the labels that a run with this cause sees."""
    turned = {
        "noise floor": lambda y: noisy_labels(y, WRONG_LABELS, rng),
        "labels unshuffled": rng.permutation,
    }.get(cause)
    for batch in batches:
        y = turned(batch.y) if turned else batch.y
        yield dataclasses.replace(batch, y=y, targets=one_hot(y, WIDTHS[-1]))


def of_images(X: Array, y: Array) -> Supervised:
    """Return the loss of the course's network over these images."""
    return network.mlp(X.astype(np.float32), y, WIDTHS)


ALONE = ("noise floor", "labels unshuffled")
"""Causes whose runs see labels of their own, and so are trained apart."""


@lru_cache(KEPT)
def _rounds(seed: int, causes: tuple[str, ...], each: int) -> list[tuple[str, Log]]:
    """Train ``each`` logs of every cause; those that see the same labels are trained at once."""
    rng = np.random.default_rng(seed)
    per_epoch = int(rng.choice(EPOCH_LENGTHS))
    split, images = digits(seed % 1000), BATCH * per_epoch
    learn = of_images(split.X_train[:images], split.y_train[:images])
    judge = of_images(split.X_validation[:JUDGED], split.y_validation[:JUDGED])
    found: dict[str, list[Log]] = {cause: [] for cause in causes}
    together = [cause for cause in causes if cause not in ALONE]
    for group in filter(None, [together, *([cause] for cause in causes if cause in ALONE)]):
        plans = [plan(cause, rng, per_epoch) for cause in group for _ in range(each)]
        batches = with_labels(group[0], learn.batches(rng, BATCH), rng)
        losses = zip(*trained(plans, batches, judge, rng, per_epoch), strict=True)
        for place, (loss, val_loss) in enumerate(losses):
            log = as_log(loss, val_loss, plans[place].lr, per_epoch)
            found[group[place // each]].append(log)
    return [(cause, log) for cause in causes for log in found[cause]]


def as_log(loss: Array, val_loss: Array, lr: Array, per_epoch: int) -> Log:
    """Return the columns of a log."""
    step = np.arange(len(loss))
    return {
        "step": step,
        "epoch": step // per_epoch,
        "loss": loss,
        "val_loss": val_loss,
        "lr": lr,
    }


def cases(seed: int, causes: Sequence[str] = CAUSES, each: int = 1) -> list[tuple[str, Log]]:
    """Return ``each`` logs of every one of ``causes``, trained anew for every ``seed``: pairs of a
    cause and a log, a dictionary of columns ``[steps]``.

    Raises ``BadInput`` for a cause that is none of ``CAUSES``, and counts that are not whole.

    >>> (cause, log), *others = cases(0, ["sum for mean", "stale t"])
    >>> cause, list(log), len(others)
    ('sum for mean', ['step', 'epoch', 'loss', 'val_loss', 'lr'], 1)
    >>> bool(log["loss"][0] > 10 * log["val_loss"][0])    # 16 losses were added up
    True
    """
    asked = tuple(one_of("each of causes", cause, CAUSES) for cause in dict.fromkeys(causes))
    found = _rounds(count("seed", seed, 0), asked, count("each", each))
    return [(cause, {name: column.copy() for name, column in log.items()}) for cause, log in found]


def confusion(diagnose: Callable[[Log], str], seed: int = 0, each: int = 4) -> Array:
    """Count what ``diagnose`` makes of ``each`` logs of every cause, ``[causes, causes + 1]``: a
    row for what it was and a column for what it was called, in the order of ``CAUSES``; the last
    column counts what is none of them.

    Raises ``BadInput`` for what is no function, and for counts that are not whole.

    >>> confusion(lambda log: "too low", seed=1, each=3)[:, 2]
    array([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3])
    """
    function("diagnose", diagnose, "of a log that returns one of CAUSES")
    table = np.zeros((len(CAUSES), len(CAUSES) + 1), int)
    for cause, log in cases(seed, each=each):
        called = diagnose(log)
        known = isinstance(called, str) and called in CAUSES
        table[CAUSES.index(cause), CAUSES.index(called) if known else -1] += 1
    return table


def in_a_table(table: Array) -> str:
    """Say a confusion table ``[causes, causes + 1]`` as text, what is right in brackets.

    >>> print(in_a_table(confusion(lambda log: "too low", each=2)).splitlines()[3])
     3 too low                       .  . [2] .  .  .  .  .  .  .  .  .
    """
    numbers = " ".join(f"{number:^3}" for number in range(1, len(CAUSES) + 1))
    lines = [f"{'it was; it was called ...':29} {numbers} none"]
    for place, (cause, row) in enumerate(zip(CAUSES, table, strict=True)):
        cells = [f"[{n}]" if place == column else f"{n or '.'}" for column, n in enumerate(row)]
        lines.append(f"{place + 1:2} {cause:26} " + " ".join(f"{each:^3}" for each in cells))
    return "\n".join(line.rstrip() for line in lines)
