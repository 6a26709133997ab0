"""Grades as tables: the class's own CSV, and the teacher's Canvas or Moodle export filled in."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.grading.gradebook import Row
from lrcourse.learner import write_whole

UNSETTLED = {
    "waiting": "not graded yet",
    "unread": "a file could not be read, perhaps with",
    "failed": "to be looked at by hand",
}
"""States that are no grade, in the words of a table: such a cell stays empty, it is not a 0."""
FORMULAS = {*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20"}
"""Signs that a formula begins with, the wide ones of Chinese and Japanese keyboards among them."""
CANVAS_OWN = {"Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section"}


class Total(NamedTuple):
    """All of one student's points."""

    student: str
    number: str
    points: float
    possible: int
    note: str
    """What is not settled yet, or ""."""
    cells: tuple[str, ...] = ()
    """The points for each exercise as a table shows them: "" where they are not settled."""


def by_student(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield each student's rows, one student at a time, however large the class is."""
    for _, own in groupby(rows, key=lambda row: (row.student, row.number)):
        yield list(own)


def total(own: list[Row]) -> Total:
    """Add up one student's rows.

    >>> total([Row("ada", "", "ema", 2.0, 2, "graded", [], "", ""),
    ...        Row("ada", "", "sgd", 0.0, 3, "waiting", [], "", "")])[2:]
    (2.0, 5, 'not graded yet: sgd', ('2', ''))
    """
    names = {state: [row.exercise for row in own if row.state == state] for state in UNSETTLED}
    notes = [f"{words}: {' '.join(names[state])}" for state, words in UNSETTLED.items()]
    note = "; ".join(each for each in notes if not each.endswith(": "))
    cells = tuple("" if row.state in UNSETTLED else f"{row.points:g}" for row in own)
    points, possible = sum(row.points for row in own), sum(row.possible for row in own)
    return Total(own[0].student, own[0].number, points, possible, note, cells)


def write(path: Path, text: str) -> bool:
    """Write a file whole or not at all; return False where it held just that before."""
    data = text.encode("utf-8", "replace")
    if path.exists() and path.read_bytes() == data:
        return False
    write_whole(path, data)
    return True


def grades_csv(totals: Iterable[Total], exercises: list[str]) -> str:
    """Return the class as CSV: a line for each student, a column for each exercise."""
    out = io.StringIO()
    table, quoted = csv.writer(out), csv.writer(out, quoting=csv.QUOTE_ALL)
    table.writerow(["student", "number", "points", "possible", *exercises, "note"])
    for each in totals:
        line = [harmless(each.student), each.number, f"{each.points:g}", each.possible]
        row = quoted if ";" in each.student else table  # Elsewhere that separates cells.
        row.writerow([*line, *each.cells, each.note])
    return out.getvalue()


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("ada")
    ("'=1+1", 'ada')
    """
    return f"'{text}" if text.lstrip(" ")[:1] in FORMULAS else text


def filled(export: Path, found: list[Total], column: str = "") -> tuple[str, list[str]]:
    """Return the teacher's export with the points filled in, and what did not fit, in sentences.

    It is Canvas's gradebook or Moodle's grading worksheet. Students are known by the platform's
    number, or by name where one student alone has it; a line that matches nobody, and that of
    somebody whose points are not settled yet, stays as it is. No column or line is added. Raises
    ``BadInput`` for another kind of table.
    """
    text, mark = _text_of(Path(export))
    dialect = _dialect_of(text)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), dialect))
    except csv.Error as error:
        raise BadInput(f"{export} is no table ({error}): export it again as CSV") from None
    head = lines[0] if lines else []
    if {"Student", "ID"} <= set(head):
        sentences = _fill_canvas(lines, found, column)
    elif {"Identifier", "Grade"} <= set(head):
        sentences = _fill_moodle(lines, found)
    else:
        raise BadInput(
            f"{export} is neither Canvas's gradebook (columns Student, ID) nor Moodle's grading "
            f"worksheet (Identifier, Grade): its columns are {', '.join(head) or 'none'}"
        )
    out = io.StringIO(newline="")
    csv.writer(out, dialect).writerows(lines)
    return mark + out.getvalue(), sentences


def _text_of(export: Path) -> tuple[str, str]:
    """Return what a file says, and the mark at its start by which Excel knows its coding."""
    data = export.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{export} is not text in UTF-8: export it again as CSV") from None
    return text, "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""


def _dialect_of(text: str) -> type[csv.Dialect]:
    """Return how a table is written, judged by its first line: its names hold no separator."""
    first = text.partition("\n")[0]

    class Found(csv.excel):
        delimiter = max(",;\t", key=first.count)
        lineterminator = "\r\n" if first.endswith("\r") else "\n"

    return Found


def _fill_canvas(lines, found, column) -> list[str]:
    head = lines[0]
    own = [name for name in head if name not in CANVAS_OWN and re.search(r"\(\d+\)$", name)]
    if column and column not in own:
        raise BadInput(f"there is no column {column!r}: the assignments are {', '.join(own)}")
    if not column and len(own) != 1:
        raise BadInput(f"which column? name one with --column: {', '.join(own) or 'none is there'}")
    place, number, name = head.index(column or own[0]), head.index("ID"), head.index("Student")
    whole = [line for line in lines[1:] if len(line) > max(place, number, name)]
    top = next((line for line in whole[:2] if line[name].strip() == "Points Possible"), None)
    most = _number(top[place]) if top else None
    people = [line for line in whole if line is not top and line[number].strip()]
    return _fill(people, found, place, most, number, name, _point(lines))


def _fill_moodle(lines, found) -> list[str]:
    head = lines[0]
    number, place = head.index("Identifier"), head.index("Grade")
    name = head.index("Full name") if "Full name" in head else number
    people = [line for line in lines[1:] if len(line) == len(head)]
    most = None
    if "Maximum Grade" in head and people:
        most = _number(people[0][head.index("Maximum Grade")])
    return _fill(people, found, place, most, number, name, _point(lines))


def _number(cell: str) -> float | None:
    """Return the number in a cell, also one with a decimal comma, or None."""
    try:
        return float(cell.strip().replace(",", "."))
    except ValueError:
        return None


def _point(lines) -> str:
    """Return what the numbers of a table have between whole and fraction."""
    cells = Counter(
        mark
        for line in lines[1:]
        for cell in line
        for mark in re.findall(r"^\d+([.,])\d+$", cell.strip())
    )
    return "," if cells[","] > cells["."] else "."


def _fill(people, found, place, most, number, name, point) -> list[str]:
    by_number = {each.number: each for each in found if each.number}
    nameless = [each for each in found if not each.number]
    by_name = _alone((_plain(each.student), each) for each in nameless)
    line_of = _alone((key, id(line)) for line in people for key in _names(line[name]))
    sentences, used = [], set()
    for line in people:
        digits = re.sub(r"\D", "", line[number])
        named = {by_name.get(key) for key in _names(line[name]) if line_of[key] == id(line)}
        fitting = {by_number[digits]} if digits in by_number else named - {None}
        if len(fitting) != 1:
            continue
        (each,) = fitting
        used.add(each)
        if each.note:
            sentences.append(f"{each.student} stays as it is: {each.note}.")
        else:
            scale = most / each.possible if most else 1
            line[place] = f"{round(each.points * scale, 2):.10g}".replace(".", point)
    lost = [each.student for each in found if each not in used]
    return [*sentences, *(f"{student} is in no line of the export, or in two." for student in lost)]


def _alone(pairs) -> dict:
    """Return what each key stands for, None where it stands for two: nobody gets another's points.

    >>> _alone([("ada", 1), ("bob", 2), ("ada", 3)])
    {'ada': None, 'bob': 2}
    """
    found = {}
    for key, value in pairs:
        found[key] = None if key in found else value
    return found


def _names(cell: str) -> set[str]:
    """Return how a name may stand in a file's name: as it is, and Canvas's, surname first.

    >>> sorted(_names("Lovelace, Ada"))
    ['adalovelace', 'lovelaceada']
    """
    last, _, first = cell.partition(",")
    return {_plain(last + first), _plain(first + last)}


def _plain(name: str) -> str:
    """Return a name as Canvas puts it into file names: letters alone, small, in order."""
    return re.sub(r"[^\w]|_", "", unicodedata.normalize("NFC", name)).lower()
