"""The teacher's own table from a platform: who stands in it, and who of our students that is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.classroom.platforms.known import PLATFORMS
from lrcourse.classroom.platforms.names import digits, letters, plain
from lrcourse.classroom.platforms.platform import Columns
from lrcourse.classroom.platforms.table import Cell, cells, separator, text_of

Student = tuple[str, str]
"""One of ours: the name and the number that the names of files say."""


class Person(NamedTuple):
    """What the teacher's export says of a student; "" where it says nothing."""

    name: str = ""
    section: str = ""
    late: str = ""
    """How late the newest work came, as in "2 hours late": Moodle's worksheet says it."""


NOBODY = Person()
"""Who is in no export that we have seen."""


class Export(NamedTuple):
    """A teacher's export, as it is written and as it reads."""

    mark: str
    """The sign at its start by which Excel knows its coding, or ""."""
    lines: list[list[Cell]]
    people: dict[int, list[str]]
    """What the cells of each student's line say, by the line's place."""
    at: Columns
    point: str
    """What its numbers have between whole and fraction."""

    def name(self, line: int) -> str:
        """Return who stands in a line, the last name first where the table splits names."""
        return ", ".join(filter(None, (self.people[line][k].strip() for k in self.at.name)))

    def number(self, line: int) -> str:
        """Return the number of who stands in a line, without zeros before it."""
        return digits(self.people[line][self.at.number]) if self.at.number >= 0 else ""

    def names(self, line: int) -> set[str]:
        """Return how whoever stands in a line may be called in the name of a file."""
        own = self.name(line)
        last, _, first = own.partition(",")
        login = self.people[line][self.at.login] if self.at.login >= 0 else ""
        return {plain(last + first), plain(first + last), plain(login)} - {""}


def opened(path: Path, column: str = "") -> Export:
    """Read a platform's table of grades; ``at.problem`` says why its column is not clear.

    Raises ``BadInput`` for another kind of table.
    """
    text, mark = text_of(Path(path))
    written = cells(text, separator(text))
    lines = [[cell.value for cell in line] for line in written] or [[]]
    for platform in PLATFORMS:
        if at := platform.columns(lines, column):
            people = {n: _read(lines[n]) for n in at.people}
            return Export(mark, written, people, at, _point(lines))
    kinds = [each.table for each in PLATFORMS]
    raise BadInput(
        f"{path} is neither {', nor '.join(kinds)}: its columns are "
        f"{', '.join(lines[0]) or 'none'}. On Moodle, set your language to English, take Download "
        "grading worksheet, and upload it in English"
    )


def known(export: Export) -> dict[str, list[str]]:
    """Return, for each number and each user name of an export, how its student may be called."""
    found = {export.number(line): sorted(export.names(line)) for line in export.people}
    own = found if export.at.by_number else {}
    logins = [each[export.at.login] for each in export.people.values() if export.at.login >= 0]
    return {**own, **{each.casefold(): [plain(each)] for each in logins}}


def roster(export: Export, students: Iterable[Student]) -> dict[Student, Person]:
    """Return who in the export each of our students is, where that is clear."""
    return {who: _person(export, line) for line, who in matched(export, list(students))}


def _person(export: Export, line: int) -> Person:
    """Return who stands in a line, and how late the work is as Moodle's status says it."""
    at, own = export.at, export.people[line]
    section = own[at.section].strip() if at.section >= 0 else ""
    states = own[at.status].split(" - ") if at.status >= 0 else []
    late = next((each.strip() for each in states if each.strip().endswith(" late")), "")
    return Person(export.name(line), section, late)


def matched(export: Export, students: list[Student]) -> Iterator[tuple[int, Student]]:
    """Yield each line with the one student whom it is about."""
    trusted = export.at.by_number
    by_number = _alone((each[1].lstrip("0"), each) for each in students if each[1] and trusted)
    by_name = _alone((plain(each[0]), each) for each in students if not (each[1] and trusted))
    line_with = _alone((export.number(line), line) for line in export.people)
    line_of = _alone((key, line) for line in export.people for key in export.names(line))
    for line in export.people:
        own = export.number(line)
        numbered = {by_number.get(own)} if line_with[own] == line else set()
        named = {by_name.get(key) for key in export.names(line) if line_of[key] == line}
        fitting = (numbered if own in by_number else named) - {None}
        if len(fitting) == 1:
            yield line, fitting.pop()


def fitting(export: Export, student: Student) -> list[int]:
    """Return every line that may be a student's."""
    name, number = student
    if number and export.at.by_number:
        return [line for line in export.people if export.number(line) == number.lstrip("0")]
    return [line for line in export.people if plain(name) in export.names(line)]


def _read(line: list[str]) -> list[str]:
    """Return what a student's cells say, each in one line that a terminal can show.

    >>> _read([" Lovelace,\\n Ada\\x1b[2J", "7"])
    ['Lovelace, Ada\ufffd[2J', '7']
    """
    return [letters(" ".join(cell.split())) for cell in line]


def _point(lines: list[list[str]]) -> str:
    """Return what the numbers of a table have between whole and fraction."""
    found = Counter(
        mark
        for line in lines[1:]
        for cell in line
        for mark in re.findall(r"^\d+([.,])\d+$", cell.strip())
    )
    return "," if found[","] > found["."] else "."


def _alone(pairs) -> dict:
    """Return what each key stands for, None where it stands for two: nobody gets another's points.

    >>> _alone([("ada", 1), ("bob", 2), ("ada", 3)])
    {'ada': None, 'bob': 2}
    """
    found = {}
    for key, value in pairs:
        found[key] = None if key in found else value
    return found
