"""Moodle: "Download all submissions", the grading worksheet, "Upload multiple feedback files"."""

from __future__ import annotations

import re

from lrcourse.classroom.platforms.names import number
from lrcourse.classroom.platforms.platform import Columns, Named, Page, Platform, weekly

NAMES = re.compile(
    r"(?P<student>.+?)_(?P<id>\d+)_assignsubmission_(file|(?P<typed>onlinetext))(?P<own>_.*)?"
)
"""Of folders, and of files in a download without folders."""


def names(text: str) -> list[Named]:
    """Return the way to read a name.

    >>> names("Ada Lovelace_123_assignsubmission_file_a.ipynb")[0][2:5]
    ('Ada Lovelace', '123', '_a.ipynb')
    """
    found = NAMES.fullmatch(text)
    if not found:
        return []
    typed = "text" if found["typed"] else ""
    return [Named("moodle", text, found["student"], found["id"], found["own"] or "", instead=typed)]


def columns(lines: list[list[str]], wanted: str) -> Columns | None:
    """Return where the worksheet has what: it is one assignment's, so no column is ``wanted``."""
    head = lines[0]
    if not {"Identifier", "Grade"} <= {*head}:
        return None
    at = {name: head.index(name) for name in head}
    people = tuple(n for n, line in enumerate(lines) if n and len(line) == len(head))
    most = None
    if "Maximum Grade" in at and people:
        most = number(lines[people[0]][at["Maximum Grade"]])
    who = at.get("Full name", at["Identifier"])
    status = at.get("Status", -1)
    found = Columns((who,), at["Grade"], "Grade", people, at["Identifier"], status=status)
    return found._replace(most=most)


def feedback(page: Page, files: list[tuple[Named, str]]) -> tuple[str, bytes] | None:
    """Return a student's page in the folder that Moodle named: by that it knows the student."""
    for named, name in files:
        alone = named.text == name  # Without folders, what follows the number is the student's.
        whose = f"{name.removesuffix(named.own)}_" if alone else f"{named.text}/"
        return f"{whose}feedback.html", page.path.read_bytes()
    return None


TABLE = "Moodle's grading worksheet (Identifier, Grade)"
WEEK = weekly(
    "Moodle",
    "Set your Moodle language to English. In the assignment's submissions, *Download all "
    "submissions* and *Download grading worksheet*. Rename the two `submissions.zip` and "
    "`moodle.csv`.",
    "--fill moodle.csv",
    "*Upload grading worksheet*: `week-1/filled-moodle.csv`.",
    "*Upload multiple feedback files in a zip*: `week-1/feedback-moodle.zip`.",
)
MOODLE = Platform("moodle", WEEK, TABLE, names, columns, feedback)
