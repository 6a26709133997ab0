"""What the learner did so far: in the folder's journal, or in memory where there is no folder."""

from __future__ import annotations

from typing import NamedTuple

from lrcourse import progress_store
from lrcourse.checks.question import LEVELS, Question

_kept: list[dict] = []
"""The journal of a notebook outside a learner's folder: it lasts as long as the kernel."""


class Bet(NamedTuple):
    """What was bet on a question, how sure one was, and whether the result was shown."""

    choice: str | None = None
    sure: int | None = None
    shown: bool = False


def record(entry: dict) -> str:
    """Keep an entry; return "" or the sentence that says why it could not be written."""
    if progress_store.find_folder() is None:
        _kept.append(entry)
        return ""
    return progress_store.record(entry)


def journal() -> list[dict]:
    """Return all entries, oldest first."""
    return _kept if progress_store.find_folder() is None else progress_store.entries()[0]


def entries(kind: str) -> list[dict]:
    """Return the entries of one kind, oldest first."""
    return [entry for entry in journal() if entry.get("kind") == kind]


def count(kind: str, name: str) -> int:
    """Return how many entries of a kind there are for an exercise or a question."""
    return sum(name in (entry.get("exercise"), entry.get("question")) for entry in entries(kind))


def bets(found: list[dict] | None = None) -> dict[str, Bet]:
    """Return ``{question id: bet}`` of a journal (default: the learner's): of several bets the last
    before the result was shown.

    >>> bet = {"kind": "prediction", "question": "02-half", "choice": "c", "sure": 90}
    >>> bets([bet, {"kind": "compared", "question": "02-half"}])["02-half"]
    Bet(choice='c', sure=90, shown=True)
    """
    made: dict[str, Bet] = {}
    for entry in journal() if found is None else found:
        id, before = str(entry.get("question")), made.get(str(entry.get("question")), Bet())
        if entry.get("kind") == "compared":
            made[id] = before._replace(shown=True)
        elif entry.get("kind") == "prediction" and not before.shown:
            choice, sure = entry.get("choice"), entry.get("sure")
            sure = sure if sure in LEVELS else None
            made[id] = Bet(choice if isinstance(choice, str) else None, sure)
    return made


def bet_on(asked: Question) -> Bet:
    """Return the learner's bet on a question; a choice that it no longer has is none."""
    bet = bets().get(asked.id, Bet())
    fits = asked.open or bet.choice in asked.choices
    return bet if fits else Bet(shown=bet.shown)
