"""Points that a teacher gives by hand: a table, checked line by line before any of it counts."""

from __future__ import annotations

import re
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.classroom.grading.gradebook import NOBODY, Adjustment, Gradebook
from lrcourse.classroom.grading.sentences import some
from lrcourse.classroom.platforms.table import cells, separator, text_of
from lrcourse.exercises import exercise

COLUMNS = ["student", "exercise", "points", "reason"]
PARTICIPANT = re.compile(r"^participant (?=\d+$)", re.IGNORECASE)
"""What Moodle's worksheet puts before a number."""


def adjustments(file: Path, book: Gradebook, exercises: list[str]) -> list[Adjustment]:
    """Return what a table with the columns student, exercise, points and reason asks for.

    A student is named as in grades.csv: by number, name, or the name of the export. A reason
    without points is a remark; without both, what was said before is taken back. Raises
    ``BadInput`` with the lines that cannot be used.
    """
    text, _ = text_of(file)
    lines = [[cell.value.strip() for cell in line] for line in cells(text, separator(text))]
    if not lines or lines[0] != COLUMNS:
        head = ",".join(lines[0]) if lines else "nothing"
        raise BadInput(f"{file} must begin with the line {','.join(COLUMNS)}; it has {head}")
    found: dict[tuple[str, str, str], Adjustment] = {}
    bad: list[str] = []
    for number, line in enumerate(lines[1:], 2):
        if not any(line):
            continue
        try:
            each = _adjustment(line, book, exercises)
            if each[:3] in found:
                raise BadInput(f"{line[0]} and {line[1]} stand in a line above as well")
            found[each[:3]] = each
        except ValueError as error:
            bad.append(f"line {number}: {error}")
    if bad:
        raise BadInput(f"{file}, {some(bad, '; ')}. Nothing was adjusted.")
    return list(found.values())


def _adjustment(line: list[str], book: Gradebook, exercises: list[str]) -> Adjustment:
    if len(line) != len(COLUMNS):
        raise BadInput(f"it has {len(line)} cells, not {len(COLUMNS)}: put a reason in quotes")
    who, name, points, reason = line
    student = _student(who, book)
    if name not in exercises:
        raise BadInput(f"{name!r} is none of the exercises that count: {', '.join(exercises)}")
    if points and not reason:
        raise BadInput(f"say why {who} has these points for {name}: students read the reason")
    return Adjustment(*student, name, _points(points, name), reason)


def _student(who: str, book: Gradebook) -> tuple[str, str]:
    people, names = book.people(), book.names()
    meant = {who, PARTICIPANT.sub("", who)} - {""}
    called = [each for name, each in names if meant & {name, people.get(each, NOBODY).name}]
    numbered = [each for _, each in names if each[1] in meant]
    known = list(dict.fromkeys(numbered or called))  # A name may be another's number.
    if not known:
        raise BadInput(
            f"nobody who handed something in is called {who!r}: see grades.csv; for one without "
            "work enter the points on the platform"
        )
    if len(known) > 1:
        numbers = ", ".join(number or "none" for _, number in known)
        raise BadInput(f"{len(known)} students are called {who!r}: name one by number ({numbers})")
    return known[0]


def _points(cell: str, name: str) -> float | None:
    most = exercise(name).points
    try:
        points = float(cell.replace(",", ".")) if cell else None
    except ValueError:
        raise BadInput(f"{cell!r} is no number of points") from None
    if points is not None and not 0 <= points <= most:
        raise BadInput(f"{name} has from 0 to {most} points, got {cell}")
    return points
