"""Every trial by its name, and the table of verdicts that they come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.trial import bowls, digit_rates, digit_schedules, searches, tables, tasks
from lrcourse.trial.claims import KINDS, Claim, Finding, claims

ROOMS = (bowls, digit_rates, digit_schedules, searches, tables, tasks)


def on_trial(name: str, repeat: int = 0) -> dict[int, Finding]:
    """Run the experiment ``name``; return a ``Finding`` for each claim that it decides, by number.

    ``repeat`` shifts every seed and every split. Raises ``BadInput`` where there is none.

    >>> on_trial("decay_table")[27].verdict
    'holds'
    """
    known = {claim.trial for claim in claims() if claim.trial}
    if name not in known:
        raise BadInput(f"there is no trial {name!r}: they are {', '.join(sorted(known))}")
    found = next(getattr(room, name) for room in ROOMS if hasattr(room, name))(repeat)
    return {number: finding.with_plain_answers() for number, finding in found.items()}


class Verdict(NamedTuple):
    """A claim and what became of it."""

    claim: Claim
    verdict: str
    seen: str
    """The numbers of its trial, or its source; "" for a definition."""


def judge(asked: Iterable[Claim] | None = None, repeat: int = 0) -> list[Verdict]:
    """Run the trials of the claims asked for, each once, and return their verdicts in order.

    ``repeat`` shifts every seed and every split. A claim without a trial has the verdict of its
    kind: a source decides it, or nothing can.
    """
    asked = claims() if asked is None else tuple(asked)
    found: dict[int, Finding] = {}
    for name in dict.fromkeys(claim.trial for claim in asked if claim.trial):
        found.update(on_trial(name, repeat))
    return [
        Verdict(claim, found[claim.number].verdict, found[claim.number].seen)
        if claim.trial
        else Verdict(claim, claim.kind, claim.source)
        for claim in asked
    ]


def tally(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Count the verdicts of each kind.

    >>> tally(judge(claim for claim in claims() if claim.number in (16, 27)))
    {'holds': 1, 'only if': 0, 'fails': 0, 'impossible': 1, 'definition': 0, 'uncheckable': 0}
    """
    counts = Counter(verdict.verdict for verdict in verdicts)
    return {kind: counts[kind] for kind in KINDS}
