"""A submission as a teacher reads it in nbgrader: the student's code, with our points and words.

It is put together anew, because a page that can set grades shows it: no output, no metadata and no
rendered text of a student's comes along, and a student's words stand as comments.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lrcourse.checks.card import MARKS, explained, standing
from lrcourse.checks.notebook_code import answered_in, sources_in, turned_from_code
from lrcourse.classroom.grading.gradebook import Row
from lrcourse.classroom.grading.grader import undefined
from lrcourse.classroom.pages.student_page import HIDDEN, UNSETTLED
from lrcourse.classroom.platforms.nbgrader.marks import marks
from lrcourse.exercises import exercise

LONGEST = 20_000
"""Letters of one cell that are shown; ten times what any answer here needs."""
NOTHING = "# Nothing was handed in for this cell."
WIDTH = 110
"""Letters of a line of output that stay inside nbgrader's page."""
FOLDED = {"subsequent_indent": " " * 6, "drop_whitespace": False}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


class Place(NamedTuple):
    """Where an exercise stands in nbgrader's notebook: two cells' names, and its points there."""

    exercise: str
    answer: str
    check: str
    points: float


class Entry(NamedTuple):
    """One exercise of one student: its grade, its place, and the notebook it was taken from."""

    row: Row
    place: Place
    content: str = ""

    @property
    def score(self) -> float | None:
        """The points in nbgrader's measure; None while they are not settled."""
        if self.row.state in UNSETTLED:
            return None
        return round(self.row.points * self.place.points / self.row.possible, 6)


class Other(NamedTuple):
    """A cell of the teacher's own beside ours, as nbgrader knows it; its score is given by hand."""

    kind: str
    source: str
    marks: dict


def comment(entry: Entry) -> str:
    """Return the comment on an answer: our words, or the teacher's reason for points by hand, and
    none of the student's, because nbgrader renders it.

    >>> row = Row("ada", "", "gd_step", 1.0, 1, "graded", [["It moves.", "holds"]], "", "")
    >>> comment(Entry(row, Place("gd_step", "gd-step", "gd-step-check", 5.0)))
    'gd_step: all 1 promises hold. Solved, 5 points.'
    """
    row, states = entry.row, [state for _, state in entry.row.promises]
    if row.state in UNSETTLED:
        return f"No score yet: {UNSETTLED[row.state]}"
    points = entry.place.points
    whole = int(points) if points == int(points) else points
    if row.reason:
        return f"{row.exercise}: set by hand, {entry.score:g} of {whole} points. {row.reason}"
    if row.state == "missing":
        return f"{row.exercise} was not handed in."
    if row.message == undefined(row.exercise):
        return row.message
    if not states:
        return f"{row.exercise} stands in a cell that does not run."
    return " ".join([standing(row.exercise, whole, states), *explained("", row.mistake)])


def notebook(
    entries: list[Entry],
    files: dict[str, bytes],
    ours: NotebookNode,
    others: dict[str, Other],
) -> NotebookNode:
    """Return the graded notebook: the cells of ``files`` with the ``entries``' answers marked and
    a check after each; ``ours`` is the notebook that was handed out, and ``others`` are the
    teacher's own cells in it, by nbgrader's name for them."""
    cells = [
        cell for what, data in files.items() for cell in _file(data, what, entries, ours, others)
    ]
    there = _marked_once(cells)
    for entry in entries:
        if entry.place.check not in there:
            cells += [_code("", _answers(entry)), _checked(entry)]
    cells += [_other(other, NOTHING) for name, other in others.items() if name not in there]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def _marked_once(cells: list[NotebookNode]) -> set[str]:
    """Leave the marks of a cell that stands there twice to the last; return all names marked."""
    there = set()
    for cell in reversed(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in there:
            del cell.metadata["nbgrader"]
        elif name:
            there.add(name)
    return there


def _file(data: bytes, what: str, entries: list[Entry], ours, others) -> list[NotebookNode]:
    """Return the cells of one file that was handed in."""
    own = [entry for entry in entries if entry.content == what]
    handed = {cell.source.strip() for cell in ours.cells}
    checks = {f"check({entry.place.exercise})" for entry in entries}
    sources = sources_in(data)
    places = {entry.row.exercise: answered_in(sources, entry.row.exercise) for entry in own}
    cells, code = [], 0
    for kind, text, name in _raw_cells(data):
        is_code = kind == "code"
        here = [entry for entry in own if is_code and places[entry.row.exercise] == code]
        code += is_code or turned_from_code(kind, text)
        as_code = text if is_code else re.sub("^", "# ", text, flags=re.M)
        if name in others and not here:
            cells.append(_other(others[name], as_code))
        elif is_code:
            cells += _answer(text, here) if here or text.strip() not in checks else []
        elif text.strip() in handed:
            cells.append(new_markdown_cell(text))
        elif text.strip():
            cells.append(_code(as_code))
    return cells


def _raw_cells(data: bytes) -> Iterable[tuple[str, str, str]]:
    """Yield each cell's kind, text and name in nbgrader, whatever a student's file holds there."""
    for cell in json.loads(data)["cells"]:
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        text = text.encode("utf-8", "replace").decode()
        more = f"\n# ... {len(text) - LONGEST} more letters are in the file that was handed in."
        short = text if len(text) <= LONGEST else text[:LONGEST] + more
        yield cell["cell_type"], short, _named(cell)


def _named(cell: dict) -> str:
    """Return the name that nbgrader gave a cell, where the file says one.

    >>> _named({"metadata": {"nbgrader": {"grade_id": "explain"}}}), _named({"metadata": 3})
    ('explain', '')
    """
    for key in ("metadata", "nbgrader", "grade_id"):
        cell = cell.get(key) if isinstance(cell, dict) else None
    return cell if isinstance(cell, str) else ""


def _answer(text: str, here: list[Entry]) -> list[NotebookNode]:
    """Return a student's code cell, and what was found about each answer that stands in it."""
    first, *others = here or [None]
    cells = [_code(text, _answers(first) if first else None)]
    cells += [_checked(first)] if first else []
    for other in others:
        told = f"# {other.place.exercise} stands in the cell of {first.place.exercise}."
        cells += [_code(told, _answers(other)), _checked(other)]
    return cells


def _code(text: str, marks: dict | None = None) -> NotebookNode:
    return new_code_cell(text, metadata={"nbgrader": marks} if marks else {})


def _other(other: Other, text: str) -> NotebookNode:
    """Return a cell of the teacher's own: with the student's ``text`` if it is an answer."""
    if other.marks["solution"]:
        return _code(text, other.marks)
    if other.kind == "code":
        return _code(other.source, other.marks)
    return new_markdown_cell(other.source, metadata={"nbgrader": other.marks})


def _answers(entry: Entry) -> dict:
    return marks(entry.place.answer, solution=True)


def _checked(entry: Entry) -> NotebookNode:
    """Return a check's cell with what was found; its value is the score, as nbgrader reads it."""
    place = entry.place
    cell = _code(f"check({place.exercise})", marks(place.check, points=place.points))
    cell.outputs = [new_output("stream", name="stdout", text="\n".join(_told(entry)) + "\n")]
    if entry.score is not None:
        value = {"text/plain": f"{entry.score:g}"}
        cell.outputs.append(new_output("execute_result", data=value, execution_count=None))
    return cell


def _told(entry: Entry) -> list[str]:
    """Say all that the learner's own card says, in lines that fit nbgrader's page."""
    row, lines = entry.row, [comment(entry)]
    states = [state for _, state in row.promises]
    if not states and row.message != comment(entry):
        lines += [f"      {line}" for line in row.message.splitlines()]
    if not states or "unwritten" in states:
        return _folded(lines)
    hidden = {check.promise for check in exercise(row.exercise).checks if check.hidden}
    first = next((n for n, state in enumerate(states) if state != "holds"), -1)
    for number, (promise, state) in enumerate(row.promises):
        lines.append(f"  [{MARKS[state]}] {HIDDEN if promise in hidden else promise}")
        if number == first and promise not in hidden:
            lines += [f"      {line}" for line in row.message.splitlines()]
    return _folded(lines)


def _folded(lines: list[str]) -> list[str]:
    return [short for line in lines for short in textwrap.wrap(line, WIDTH, **FOLDED) or [""]]
