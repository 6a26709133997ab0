"""Grades as a table: what each student's rows come to, and the class as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lrcourse.classroom.grading.gradebook import NOBODY, File, Person, Row
from lrcourse.classroom.grading.submissions import late
from lrcourse.exercises import lessons
from lrcourse.progress_store import write_whole

UNSETTLED = {
    "waiting": "not graded yet",
    "failed": "to be looked at by hand",
    "unread": "ask for a notebook (.ipynb) with answers instead of",
    "elsewhere": "nothing for these lessons in",
}
"""States that are no grade, in the words of a table: such a cell stays empty, it is not a 0. What
follows are the exercises, or for the last two the files."""
FORMULAS = {*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20"}
"""Signs that a formula begins with, the wide ones of Chinese and Japanese keyboards among them."""


class Total(NamedTuple):
    """All of one student's points."""

    student: str
    number: str
    points: float
    possible: int
    """Full marks: the points of the exercises without ★."""
    note: str
    """What is not settled yet, or ""."""
    cells: tuple[str, ...] = ()
    """The points for each exercise as a table shows them: "" where they are not settled."""
    remark: str = ""
    """What is settled and worth knowing: what came late, which file counts, what is by hand."""
    person: Person = NOBODY

    @property
    def name(self) -> str:
        """The student's name as the teacher's export has it, else as the files' names do."""
        return self.person.name or self.student


def by_student(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield each student's rows, one student at a time, however large the class is."""
    for _, own in groupby(rows, key=lambda row: (row.student, row.number)):
        yield list(own)


def total(own: list[Row], files: Iterable[File] = (), person: Person = NOBODY) -> Total:
    """Add up one student's rows; ``files`` is what the student handed in.

    Full marks are the points without ★. Those with ★ make up for others, up to full marks.

    >>> total([Row("ada", "", "ema", 2.0, 2, "graded", [], "", ""),
    ...        Row("ada", "", "sgd", 0.0, 3, "waiting", [], "", ""),
    ...        Row("ada", "", "noise", 1.0, 1, "graded", [], "", "", core=False)])[2:6]
    (3.0, 5, 'not graded yet: sgd', ('2', '', '1'))
    """
    possible = sum(row.possible for row in own if row.core)
    points = min(sum(row.points for row in own), float(possible))
    cells = tuple("" if row.state in UNSETTLED else in_hundredths(row.points) for row in own)
    name, number = own[0].student, own[0].number
    remark = _remark(own, person.late)
    return Total(name, number, points, possible, _note(own, files), cells, remark, person)


def _note(own: list[Row], files: Iterable[File]) -> str:
    """Return what is not settled yet, and because of what."""
    states = {row.state for row in own}
    because = {each: " ".join(row.exercise for row in own if row.state == each) for each in states}
    if "unread" in states:
        because["unread"] = ", ".join(_last(each.name) for each in files if each.problem)
    if "elsewhere" in states:
        because["elsewhere"] = ", ".join(_last(each.name) for each in files)
    return "; ".join(
        f"{told}: {because[each]}" for each, told in UNSETTLED.items() if each in states
    )


def _remark(own: list[Row], newest: str = "") -> str:
    """Return what came late, which of several files counts, and what was set by hand; ``newest``
    is what an export says of when the newest work came.

    >>> _remark([Row("ada", "", "ema", 2.0, 2, "graded", [], "", "", file="a_LATE_1_2_b.ipynb")])
    'late: ema'
    """
    chosen: dict[str, list[str]] = {}
    for row in own:
        if row.answers > 1:
            chosen.setdefault(_last(row.file), []).append(row.exercise)
    taken = [f"{' '.join(names)} from {file}" for file, names in chosen.items()]
    came_late = [row.exercise for row in own if late(row.file)]
    by_hand = [f"{row.exercise} ({row.reason})" for row in own if row.reason]
    told = {"late": [" ".join(came_late)] * bool(came_late), "newest work": [newest] * bool(newest)}
    remarks = [f"{row.exercise} ({row.remark})" for row in own if row.remark]
    told |= {"by hand": by_hand, "remark": remarks, "nothing of": _whole(own), "counted": taken}
    return "; ".join(f"{what}: {', '.join(words)}" for what, words in told.items() if words)


def _whole(own: list[Row]) -> list[str]:
    """Return the lessons of which somebody handed in nothing at all, and work for others."""
    states = {row.exercise: row.state for row in own}
    asked = [[each, [states[n] for n in each.exercises if n in states]] for each in lessons()]
    return [each.stem for each, its in asked if its and {*its} == {"missing"}]


def _last(file: str) -> str:
    return PurePosixPath(file).name


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
    own = ["student", "number", "name", "section", "points", "possible"]
    table.writerow([*own, *exercises, "note"])
    for each in totals:
        points = "" if each.note else in_hundredths(each.points)
        who = [each.student, each.number, each.person.name, each.person.section]
        note = "; ".join(filter(None, [each.note, each.remark])).replace(";", ",")
        line = [*map(harmless, who), points, each.possible, *each.cells, harmless(note)]
        row = quoted if ";" in "".join(who) else table  # Elsewhere that separates cells.
        row.writerow(line)
    return out.getvalue()


def in_hundredths(points: float) -> str:
    """Return points as tables and pages show them; they are added up and compared unrounded.

    >>> in_hundredths(1 / 7), in_hundredths(2.0), in_hundredths(1234567.5)
    ('0.14', '2', '1234567.5')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("ada")
    ("'=1+1", 'ada')
    """
    return f"'{text}" if text.lstrip(" ")[:1] in FORMULAS else text
