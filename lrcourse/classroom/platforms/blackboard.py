"""Blackboard: "Assignment File Download" and the table of "Work Offline". It takes no zip back."""

from __future__ import annotations

import re

from lrcourse.classroom.platforms.names import number
from lrcourse.classroom.platforms.platform import WAYS, Columns, Named, Platform, choose, weekly

NAMES = re.compile(
    r"(?P<before>.+?)_attempt_\d{4}(?:-\d\d){5}(?P<own>_.*|\.txt)?", re.IGNORECASE | re.DOTALL
)
"""Before "attempt" stand "gradebook", the course, the assignment and the user name, with the sign
between them that each of them may hold as well."""
COLUMN = re.compile(r"(?P<short>.+) \[Total Pts: (?:up to )?(?P<most>[\d.,]+)[^\]]*\] ?\|\d+")
HEAD = 3
"""Parts before the user name."""


def names(text: str) -> list[Named]:
    """Return the ways to read a name; which of them, the rest of the class tells.

    >>> [each.student for each in names("gradebook_LR_Week 1_j_lee_attempt_2025-09-20-14-03-11_a")]
    ['j_lee', 'lee']
    """
    found = NAMES.fullmatch(text)
    if not found:
        return []
    parts, own = found["before"].split("_"), found["own"] or ""
    if len(parts) < 2:
        return []
    if parts[0] == "gradebook" and len(parts) > HEAD:
        places = range(HEAD, len(parts))
    else:
        places = range(len(parts) - 1, 0, -1)
    return [_read(text, parts, place, own) for place in places[:WAYS] if parts[place]]


def _read(text: str, parts: list[str], place: int, own: str) -> Named:
    head, student = "_".join(parts[:place]), "_".join(parts[place:])
    note = "note" if own == ".txt" else ""
    return Named("blackboard", text, student, own=own, head=head, instead=note)


def columns(lines: list[list[str]], wanted: str) -> Columns | None:
    """Return where the table has what."""
    head = lines[0]
    if not {"Last Name", "First Name", "Username"} <= {*head} or "OrgDefinedId" in head:
        return None
    found = {name: each for name in head if (each := COLUMN.fullmatch(name))}
    column, problem = choose(wanted, {name: each["short"] for name, each in found.items()})
    grade, login = head.index(column) if column else -1, head.index("Username")
    name = head.index("Last Name"), head.index("First Name")
    last = max(grade, login, *name)
    people = [n for n, line in enumerate(lines) if n and len(line) > last and line[login].strip()]
    most = number(found[column]["most"]) if column else None
    at = Columns(name, grade, column, tuple(people), login=login, most=most, problem=problem)
    return at._replace(by_number=False)


TABLE = "Blackboard's grade book (Last Name, First Name, Username), as comma or tab separated text"
WEEK = weekly(
    "Blackboard",
    "Download the assignment's files, and the grade book with this column, as text in UTF-8. "
    "Rename the two `submissions.zip` and `blackboard.csv`.",
    '--fill blackboard.csv --column "Week 1"',
    "In the grade book, upload `week-1/filled-blackboard.csv`.",
    "Blackboard takes no zip back: send the pages in `week-1/feedback` yourself.",
)
BLACKBOARD = Platform("blackboard", WEEK, TABLE, names, columns, None)
