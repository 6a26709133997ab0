"""The teacher's own Canvas or Moodle export: who stands in it, and the points filled in."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.grading.gradebook import Person
from lrcourse.grading.submissions import letters
from lrcourse.grading.tables import Total

CANVAS_OWN = {"Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Section"}


class Places(NamedTuple):
    """The places of what we read and write in an export's lines; -1 for what it does not have."""

    number: int
    name: int
    section: int
    status: int
    grade: int


class Export(NamedTuple):
    """A teacher's export, as it is written and as it reads."""

    mark: str
    """The sign at its start by which Excel knows its coding, or ""."""
    cut: list[list[str]]
    """Its lines of cells as they are written, each followed by what ends it."""
    people: dict[int, list[str]]
    """What the cells of each student's line say, by the line's place."""
    at: Places
    column: str
    most: float | None
    """The points that the column takes as full marks, if it says so."""
    point: str
    """What its numbers have between whole and fraction."""


def opened(export: Path, column: str = "") -> Export:
    """Read Canvas's gradebook or Moodle's grading worksheet.

    Raises ``BadInput`` for another kind of table, and where the column is not clear.
    """
    text, mark = text_of(Path(export))
    cut = cut_table(text)
    lines = [[value(cell) for cell in line[::2]] for line in cut]
    head = lines[0] if lines else []
    if {"Student", "ID"} <= set(head):
        return _canvas(mark, cut, lines, column)
    if {"Identifier", "Grade"} <= set(head):
        return _moodle(mark, cut, lines)
    raise BadInput(
        f"{export} is neither Canvas's gradebook (columns Student, ID) nor Moodle's grading "
        f"worksheet (Identifier, Grade): its columns are {', '.join(head) or 'none'}. On Moodle, "
        "set your language to English, take Download grading worksheet, and upload it in English"
    )


def roster(export: Export, students: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Person]:
    """Return who in the export each of our students (name, number) is, where that is clear."""
    return {
        student: _person(export.people[line], export.at)
        for line, student in _matched(export, list(students))
    }


def _person(cells: list[str], at: Places) -> Person:
    """Return who stands in a line, and how late the work is as Moodle's status says it.

    >>> at = Places(number=0, name=0, section=-1, status=1, grade=2)
    >>> _person(["Ada", "Submitted for grading - 1 day 2 hours late - Graded", ""], at).late
    '1 day 2 hours late'
    """
    section = cells[at.section].strip() if at.section >= 0 else ""
    states = cells[at.status].split(" - ") if at.status >= 0 else []
    late = next((each.strip() for each in states if each.strip().endswith(" late")), "")
    return Person(cells[at.name].strip(), section, late)


def filled(export: Export, found: list[Total]) -> tuple[str, list[str]]:
    """Return the export with the points filled in, and what did not fit, in sentences.

    Students are known by the platform's number, or by name where one student alone has it; a line
    that matches nobody, and that of somebody whose points are not settled yet, stays as it is. So
    does a higher mark, and a word such as "EX"; a mark that is raised is told. All else stays as it
    was, byte for byte.
    """
    totals = {(each.student, each.number): each for each in found}
    cut, sentences, place = [list(line) for line in export.cut], [], export.at.grade
    for line, student in _matched(export, list(totals)):
        each = totals.pop(student)
        if each.note:
            sentences.append(f"{each.name} stays as it is: {each.note}.")
            continue
        scale = export.most / each.possible if export.most else 1
        old = export.people[line][place]
        new, told = _mark(old, round(each.points * scale, 2), export.point)
        sentences += [f"{each.name} {told}."] if told else []
        if new != old:
            cells = cut[line]
            quoted = cells[2 * place].startswith('"') or cells[1] in new
            cells[2 * place] = f'"{new}"' if quoted else new
    sentences += [
        f"{each.name} {_why_not(export, _fitting(export, *student))}."
        for student, each in totals.items()
    ]
    return export.mark + "".join(cell for line in cut for cell in line), sentences


def without_work(export: Export, students: Iterable[tuple[str, str]]) -> list[str]:
    """Return who in the export is none of our students (name, number), with the mark that stands
    there; whoever has one comes first."""
    known = list(students)
    line_of = {student: line for line, student in _matched(export, known)}
    unclear = [_fitting(export, *student) for student in known if student not in line_of]
    taken = {*line_of.values(), *chain(*unclear)}
    lines = [cells for line, cells in export.people.items() if line not in taken]
    lines.sort(key=lambda cells: not cells[export.at.grade].strip())
    return [
        f"{cells[export.at.name].strip()} ({cells[export.at.grade].strip() or 'empty'})"
        for cells in lines
    ]


def _matched(export: Export, students: list[tuple[str, str]]) -> Iterator[tuple[int, tuple]]:
    """Yield each line with the one student whom it is about."""
    by_number = _alone((each[1].lstrip("0"), each) for each in students if each[1])
    by_name = _alone((_plain(each[0]), each) for each in students if not each[1])
    numbers = {line: _digits(cells[export.at.number]) for line, cells in export.people.items()}
    names = {line: _names(cells[export.at.name]) for line, cells in export.people.items()}
    line_with = _alone((digits, line) for line, digits in numbers.items())
    line_of = _alone((key, line) for line, keys in names.items() for key in keys)
    for line, digits in numbers.items():
        numbered = {by_number.get(digits)} if line_with[digits] == line else set()
        named = {by_name.get(key) for key in names[line] if line_of[key] == line}
        fitting = (numbered if digits in by_number else named) - {None}
        if len(fitting) == 1:
            yield line, fitting.pop()


def _fitting(export: Export, name: str, number: str) -> list[int]:
    """Return every line that may be a student's."""
    return [
        line
        for line, cells in export.people.items()
        if (
            _digits(cells[export.at.number]) == number.lstrip("0")
            if number
            else _plain(name) in _names(cells[export.at.name])
        )
    ]


def _why_not(export: Export, fits: list[int]) -> str:
    """Return why none of the lines that fit is a student's."""
    names = "; ".join(export.people[line][export.at.name].strip() for line in fits)
    if not fits:
        return "is in no line of the export"
    if len(fits) > 1:
        return f"may be any of {len(fits)} lines of the export ({names}): none is filled"
    return f"shares a line of the export ({names}) with another who handed in: it is not filled"


def _digits(cell: str) -> str:
    """Return the one number in a cell, or "": what a spreadsheet made of one may be another's.

    >>> _digits("Participant 0042"), _digits("42.0"), _digits("4.20E+01")
    ('42', '', '')
    """
    found = re.findall(r"\d+", cell)
    return found[0].lstrip("0") if len(found) == 1 else ""


def text_of(export: Path) -> tuple[str, str]:
    """Return what a file says, and the mark at its start by which Excel knows its coding."""
    data = export.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{export} is not text in UTF-8: export it again as CSV") from None
    return text, "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""


def cut_table(text: str) -> list[list[str]]:
    """Cut a table into lines of cells, each cell as it is written and followed by what ends it.

    What separates cells is judged by the first line: its names hold no separator.

    >>> cut_table('a;"b;c"\\n1;2')
    [['a', ';', '"b;c"', '\\n'], ['1', ';', '2', '']]
    """
    mark = max(",;\t", key=text.partition("\n")[0].count)
    cell = rf'("(?:[^"]|"")*"[^{mark}\r\n]*|[^{mark}\r\n]*)({mark}|\r\n|\r|\n|\Z)'
    lines: list[list[str]] = [[]]
    for found in re.finditer(cell, text):
        if found.start() == len(text) and not lines[-1]:
            break
        lines[-1] += found.groups()
        if found[2] != mark:
            lines.append([])
    return [line for line in lines if line]


def value(cell: str) -> str:
    """Return what a cell says that may be written in quotes."""
    if not cell.startswith('"'):
        return cell
    inside, _, behind = cell[1:].rpartition('"')
    return inside.replace('""', '"') + behind


def read(line: list[str]) -> list[str]:
    """Return what a student's cells say, each in one line that a terminal can show.

    >>> read([" Lovelace,\\n Ada\\x1b[2J", "7"])
    ['Lovelace, Ada\ufffd[2J', '7']
    """
    return [letters(" ".join(cell.split())) for cell in line]


def _canvas(mark, cut, lines, column) -> Export:
    head = lines[0]
    own = [name for name in head if name not in CANVAS_OWN and re.search(r"\(\d+\)$", name)]
    if column and column not in own:
        raise BadInput(f"there is no column {column!r}: the assignments are {', '.join(own)}")
    if not column and len(own) != 1:
        raise BadInput(f"which column? name one with --column: {', '.join(own) or 'none is there'}")
    column = column or own[0]
    if head.count(column) > 1:
        raise BadInput(f"two columns are named {column!r}: export the table again")
    section = head.index("Section") if "Section" in head else -1
    at = Places(head.index("ID"), head.index("Student"), section, -1, head.index(column))
    whole = {n: line for n, line in enumerate(lines) if n and len(line) > max(at)}
    top = next((n for n in [*whole][:2] if whole[n][at.name].strip() == "Points Possible"), None)
    most = _number(whole[top][at.grade]) if top else None
    if top and whole[top][at.grade].strip() and (most is None or most < 0):
        raise BadInput(f"{column!r} has {whole[top][at.grade]!r} points: name another column")
    people = {n: read(line) for n, line in whole.items() if n != top and line[at.number].strip()}
    return Export(mark, cut, people, at, column, most, _point(lines))


def _moodle(mark, cut, lines) -> Export:
    head = lines[0]
    number = head.index("Identifier")
    name = head.index("Full name") if "Full name" in head else number
    people = {n: read(line) for n, line in enumerate(lines) if n and len(line) == len(head)}
    most = None
    if "Maximum Grade" in head and people:
        most = _number(next(iter(people.values()))[head.index("Maximum Grade")])
    status = head.index("Status") if "Status" in head else -1
    at = Places(number, name, -1, status, head.index("Grade"))
    return Export(mark, cut, people, at, "Grade", most, _point(lines))


def _number(cell: str) -> float | None:
    """Return the number in a cell, also one with a decimal comma, or None.

    >>> _number("7,5"), _number("EX"), _number("nan")
    (7.5, None, None)
    """
    try:
        found = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _point(lines: list[list[str]]) -> str:
    """Return what the numbers of a table have between whole and fraction."""
    cells = Counter(
        mark
        for line in lines[1:]
        for cell in line
        for mark in re.findall(r"^\d+([.,])\d+$", cell.strip())
    )
    return "," if cells[","] > cells["."] else "."


def _mark(cell: str, points: float, point: str) -> tuple[str, str]:
    """Return what a cell says afterwards, and what is to be told of it: no mark is lowered, and no
    word is written over.

    >>> _mark("", 7.5, ","), _mark("7.50", 7.5, "."), _mark("6", 7.5, ".")
    (('7,5', ''), ('7.50', ''), ('7.5', 'had 6 and has 7.5 now'))
    >>> _mark("9", 7.5, ".")
    ('9', 'keeps 9, though the grades say 7.5: empty the cell to fill it in')
    """
    new, old = f"{points:.10g}".replace(".", point), _number(cell)
    if not cell.strip():
        return new, ""
    if old is None or old > points:
        kept = f"keeps {cell.strip()}, though the grades say {new}: empty the cell to fill it in"
        return cell, kept
    return (cell, "") if old == points else (new, f"had {cell.strip()} and has {new} now")


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
