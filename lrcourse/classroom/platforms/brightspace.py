"""Brightspace: "Download All", the export of grades, "Add Feedback Files"."""

from __future__ import annotations

import re

from lrcourse.classroom.platforms.names import number
from lrcourse.classroom.platforms.platform import Columns, Named, Page, Platform, choose, weekly

TIME = r"\d{4},? \d{3,4}(?: [AP]M)?"
NAMES = re.compile(
    r"(?P<id>\d+)-\d+ ?- (?P<student>.+?) ?- "
    rf"(?P<when>(?:\w{{1,12}}\.? \d\d?,|\d\d?\.? \w{{1,12}}\.?) {TIME})(?P<own> .+)?"
)
"""Of a folder or a file for each time that something was handed in; English, French and German
write the day in an order of their own."""
COLUMN = re.compile(
    r"(?P<short>.+) Points Grade <Numeric MaxPoints:(?P<most>[\d.,]+)(?: [^>]*)?>", re.IGNORECASE
)


def names(text: str) -> list[Named]:
    """Return the way to read a name.

    >>> names("12004-778 - Jean Dupont - 20 sept. 2025 1403")[0][2:4]
    ('Jean Dupont', '12004')
    """
    if not (found := NAMES.fullmatch(text)):
        return []
    return [Named("brightspace", text, found["student"], found["id"], found["own"] or "")]


def columns(lines: list[list[str]], wanted: str) -> Columns | None:
    """Return where the table has what. Its number is the university's, not the one in names of
    files: who somebody is, the name says."""
    head = lines[0]
    if not {"OrgDefinedId", "Last Name", "First Name"} <= {*head}:
        return None
    found = {name: each for name in head if (each := COLUMN.fullmatch(name))}
    column, problem = choose(wanted, {name: each["short"] for name, each in found.items()})
    grade, name = head.index(column) if column else -1, ("Last Name", "First Name")
    at = tuple(map(head.index, name))
    people = [n for n, line in enumerate(lines) if n and len(line) > max(grade, *at)]
    people = tuple(n for n in people if any(lines[n][k].strip() for k in at))
    most = number(found[column]["most"]) if column else None
    login = head.index("Username") if "Username" in head else -1
    places = {"number": head.index("OrgDefinedId"), "login": login, "by_number": False}
    return Columns(at, grade, column, people, **places, most=most, problem=problem)


def feedback(page: Page, files: list[tuple[Named, str]]) -> tuple[str, bytes] | None:
    """Return a student's page in the folder of the newest work, or beside it without folders."""
    for named, name in files[-1:]:
        alone = named.text == name
        whose = f"{name.removesuffix(named.own)} - " if alone else f"{named.text}/"
        return f"{whose}feedback.html", page.path.read_bytes()
    return None


TABLE = "Brightspace's export of grades (OrgDefinedId, Last Name, First Name)"
WEEK = weekly(
    "Brightspace",
    "Of the assignment's submissions, *Download* all; in *Grades*, *Export* the points of this "
    "item with last and first names. Rename the two `submissions.zip` and `brightspace.csv`.",
    '--fill brightspace.csv --column "Week 1"',
    "In *Grades*, *Import* `week-1/filled-brightspace.csv`.",
    "In the assignment, *Add Feedback Files*: `week-1/feedback-brightspace.zip`.",
)
BRIGHTSPACE = Platform("brightspace", WEEK, TABLE, names, columns, feedback)
