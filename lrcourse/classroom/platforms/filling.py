"""Points into a teacher's export: the cells that change, and all else byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from lrcourse.classroom.platforms.export import Export, Student, fitting, matched
from lrcourse.classroom.platforms.names import number
from lrcourse.classroom.platforms.table import Cell, joined


def filled(export: Export, found: list) -> tuple[str, list[str]]:
    """Return the export with the points filled in, and what did not fit, in sentences; ``found``
    has each student's total.

    Students are known by the platform's number, or by name where one student alone has it; a line
    that matches nobody, and that of somebody whose points are not settled yet, stays as it is. So
    does a higher mark, and a word such as "EX"; a mark that is raised is told.
    """
    totals = {(each.student, each.number): each for each in found}
    lines, sentences = [list(line) for line in export.lines], []
    for line, student in matched(export, list(totals)):
        each, old = totals.pop(student), export.people[line][export.at.grade]
        new, told = _new_mark(export, each, old)
        sentences += [f"{each.name} {told}."] if told else []
        if new != old:
            lines[line][export.at.grade] = _in_style(lines[line], export.at.grade, new)
    sentences += [
        f"{each.name} {_why_not(export, fitting(export, student))}."
        for student, each in totals.items()
    ]
    return export.mark + joined(lines), sentences


def _new_mark(export: Export, each, old: str) -> tuple[str, str]:
    """Return what a student's cell says afterwards, and what is to be told of it."""
    if each.note:
        return old, f"stays as it is: {each.note}"
    scale = export.at.most / each.possible if export.at.most else 1
    return _mark(old, round(each.points * scale, 2), export.point)


def _in_style(line: list[Cell], place: int, new: str) -> Cell:
    """Return a cell that says ``new`` as the table writes its cells."""
    old, between = line[place], line[0].end
    quoted = old.written.startswith('"') or between in new
    return old._replace(written=f'"{new}"' if quoted else new)


def without_work(export: Export, students: Iterable[Student]) -> list[str]:
    """Return who in the export is none of our students, with the mark that stands there; whoever
    has one comes first."""
    ours = list(students)
    line_of = {student: line for line, student in matched(export, ours)}
    unclear = [fitting(export, student) for student in ours if student not in line_of]
    taken = {*line_of.values(), *chain(*unclear)}
    marks = {line: own[export.at.grade].strip() for line, own in export.people.items()}
    left = sorted((line for line in marks if line not in taken), key=lambda line: not marks[line])
    return [f"{export.name(line)} ({marks[line] or 'empty'})" for line in left]


def _why_not(export: Export, fits: list[int]) -> str:
    """Return why none of the lines that fit is a student's."""
    names = "; ".join(export.name(line) for line in fits)
    if not fits:
        return "is in no line of the export"
    if len(fits) > 1:
        return f"may be any of {len(fits)} lines of the export ({names}): none is filled"
    return f"shares a line of the export ({names}) with another who handed in: it is not filled"


def _mark(cell: str, points: float, point: str) -> tuple[str, str]:
    """Return what a cell says afterwards, and what is to be told of it: no mark is lowered, and no
    word is written over.

    >>> _mark("", 7.5, ","), _mark("7.50", 7.5, "."), _mark("6", 7.5, ".")
    (('7,5', ''), ('7.50', ''), ('7.5', 'had 6 and has 7.5 now'))
    >>> _mark("9", 7.5, ".")
    ('9', 'keeps 9, though the grades say 7.5: empty the cell to fill it in')
    """
    new, old = f"{points:.10g}".replace(".", point), number(cell)
    if not cell.strip():
        return new, ""
    if old is None or old > points:
        kept = f"keeps {cell.strip()}, though the grades say {new}: empty the cell to fill it in"
        return cell, kept
    return (cell, "") if old == points else (new, f"had {cell.strip()} and has {new} now")
