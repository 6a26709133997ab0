"""The rules of ``lrcourse diagnose``: from what was measured in a log to one verdict."""

from __future__ import annotations

import numpy as np

from lrcourse.diagnosis.evidence import Columns, Losses, Rates, epoch_count, losses, rates

LEAP = 8.0
"""Times its start that a loss reaches within two steps, where a rate lies far beyond the cliff."""
ENOUGH = 8
"""Rows below which nothing is said."""


def verdict(c: Columns) -> tuple[str, str]:
    """Return the verdict on a log, and in a sentence what it rests on."""
    if len(c.loss) < ENOUGH:
        return "cannot tell", f"There are {len(c.loss)} rows with a loss; {ENOUGH} are the least."
    seen, rate = losses(c), rates(c)
    for rule in (sizes, lost, schedule, leaps, behind, still):
        if found := rule(c, seen, rate):
            return found
    return "nothing wrong", (
        f"The loss fell from {seen.start:.3g} to {seen.end:.3g}, and no rule has an objection."
    )


def sizes(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge a first row, before any step, in which the two losses are of different sizes."""
    by_step = 3 * epoch_count(c) <= len(c.loss) and epoch_count(c) > 1
    if by_step and len(c.held) and c.held_at[0] == 0 and seen.start > 4 * c.held[0] > 0:
        times = f"{seen.start / c.held[0]:.3g} times the validation loss"
        return "cannot tell", f"The first loss is {times} of that row: is it a sum, not a mean?"
    return None


def lost(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge a loss that is no number any more."""
    if seen.lost is None:
        return None
    where = f"From row {seen.lost + 1} on the loss is no number"
    if seen.at_once > LEAP:
        return "near the cliff", f"{where}, and it leapt in the first steps."
    if seen.lost < 3:
        return "cannot tell", f"{where}, with no rise before: a division by zero, or such data."
    if seen.climbed:
        return "cannot tell", f"{where}, and climbed from the start: far too high, or a wrong sign."
    return "near the cliff", f"{where}; before, it rose to {seen.leap:.3g} times its start."


def schedule(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge what the rates show by themselves."""
    down = f"The rate is below a twentieth of its peak after {100 * rate.gone_at:.0f} % of the run"
    low_halfway = 0.4 < rate.lowest_at < 0.6 and rate.middle < 0.15
    if rate.first > 0.9 and rate.last > 0.9 and low_halfway:
        return "scheduler stepped twice", (
            "The rate is at nothing halfway, and at its peak again at the end: a cosine that was "
            "gone through twice as fast."
        )
    if rate.gone_at < 0.5 and rate.within and rate.by_a_recipe:
        return "steps and epochs confused", (
            f"{down}, and it changes within an epoch as a recipe for epochs would."
        )
    halfway = 0.4 <= rate.settled_at < 0.54 and 0.44 < rate.lowest_at < 0.56
    if rate.last < 0.05 and halfway and rate.sharpest < 0.4:
        return "scheduler stepped twice", "A smooth schedule is over when half of the run is."
    if rate.gone_at < 0.6 and seen.end > 0.02 * seen.start:
        return "decayed too early", f"{down}, and the loss stays at {seen.end:.3g}."
    return None


def leaps(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge a loss that rose."""
    if not seen.leap > 1.4:
        return None
    height = f"The loss rose to {seen.leap:.3g} times its start"
    if seen.climbed and seen.at_once < LEAP:
        return "cannot tell", f"{height}, from the first row on: far too high, or a wrong sign."
    soon = seen.leap_at < 0.2 and rate.first > 0.9
    if soon and seen.leap < 12 and seen.end < 0.5 * seen.start:
        return "no warm-up where one was needed", f"{height} in the first steps, and fell after."
    return "near the cliff", f"{height}, and ends at {seen.end:.3g}."


def behind(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge a validation loss that parts from the training loss."""
    if len(c.held) < 5:
        return None
    lowest, end = int(c.held.argmin()), c.held[-2:].mean()
    at = c.held_at[lowest]
    since = c.loss[at : at + max(1, len(c.loss) // 20)].mean()
    low, fall = c.held[lowest], c.held[0] - c.held[lowest]
    rose = end > low + max(0.05 * fall, 0.1 * low) and lowest < 0.8 * len(c.held)
    if rose and seen.end < 0.9 * since:
        return "validation left training behind", (
            f"The validation loss was lowest, {low:.3g}, in row {at + 1}, and rose to {end:.3g} "
            "while the training loss went on falling."
        )
    return None


def still(c: Columns, seen: Losses, rate: Rates) -> tuple[str, str] | None:
    """Judge a loss that stays up."""
    steady = len(c.held) > 4 and (np.diff(c.held) < 0).mean() > 0.85
    on_its_way = seen.late > 0.2 and seen.first < 0.5
    if on_its_way and seen.end > 0.4 * seen.start and (steady or seen.end < 0.85 * seen.start):
        return "too low", (
            f"The loss has come from {seen.start:.3g} to {seen.end:.3g} and still falls about as "
            "fast as at first."
        )
    if seen.end > 0.85 * seen.start:
        return "cannot tell", f"The loss does not move: {seen.start:.3g}, and {seen.end:.3g} later."
    if rate.last > 0.5 and seen.end > 0.25 * seen.start and seen.late < 0.2:
        return "noise floor reached", (
            f"The loss stands at {seen.end:.3g}, the rate still at {100 * rate.last:.0f} % of its "
            "peak. Or there is nothing left to learn: a run with a lower rate tells."
        )
    return None
