"""What the bets of a class came to, from the journals that came with what was handed in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from lrcourse.learner.journal import bets
from lrcourse.learner.standing import Won, won
from lrcourse.progress_store import read_entry


def won_by_class(journals: Iterable[bytes]) -> list[Won]:
    """Return how many bets the class made at each level of confidence, and how many came true.

    A journal is only ever appended to: of several that one learner handed in, the longest counts.

    >>> bet = b'{"kind": "prediction", "question": "00-ten", "choice": "d", "sure": 90}'
    >>> shown = b'{"kind": "compared", "question": "00-ten"}'
    >>> won_by_class([bet + b"\\n", bet + b"\\n" + shown])
    [Won(sure=90, made=1, right=1)]
    """
    ordered = sorted({*journals})
    newest = [one for one, after in pairwise([*ordered, b""]) if not after.startswith(one)]
    made, right = Counter(), Counter()
    for each in map(_won, newest):
        made.update({one.sure: one.made for one in each})
        right.update({one.sure: one.right for one in each})
    levels = sorted(made, key=lambda sure: sure or 100)
    return [Won(sure, made[sure], right[sure]) for sure in levels]


def _won(journal: bytes) -> list[Won]:
    entries = map(read_entry, journal.splitlines())
    return won(bets([entry for entry in entries if entry is not None]))


def as_text(found: list[Won]) -> str:
    """Return what a gradebook keeps of it."""
    return json.dumps(found)


def from_text(text: str) -> list[Won]:
    """Return it as it was kept.

    >>> from_text(as_text([Won(70, 10, 6)]))
    [Won(sure=70, made=10, right=6)]
    """
    return [Won(*each) for each in json.loads(text)]
