"""What the gradebook tells: rows of grades, files, and what a teacher decides by hand."""

from __future__ import annotations

from typing import NamedTuple

from lrcourse.classroom.platforms.known import late
from lrcourse.exercises import exercise

NOTHING = "It answers no exercise."
"""The problem of a notebook that could be read and asks for no grade; more may follow."""
LONGEST = 500
"""Characters of one sentence about a cell: it may quote what a student wrote."""


def key(student: str, number: str) -> str:
    """Return what a student is known by: the platform's number, which outlives a name; where there
    is none, the name.

    >>> key("Kay Smith", "1013") == key("Kay Novak", "1013"), key("1013", "") == key("", "1013")
    (True, False)
    """
    return f"number {number}" if number else f"name {student}"


class Row(NamedTuple):
    """One student's grade for one exercise; ``state`` is graded, missing, waiting, unread,
    elsewhere where all that came answers other lessons, or failed where the grader could not come
    to an end."""

    student: str
    number: str
    exercise: str
    points: float
    possible: int
    state: str
    promises: list[list[str]]
    message: str
    mistake: str
    core: bool = True
    """Whether it belongs to full marks; a ★ does not."""
    file: str = ""
    """The file whose answer counts."""
    answers: int = 0
    """Files that answer it."""
    reason: str = ""
    """Why the points were set by hand, or ""."""
    remark: str = ""
    """What a teacher says of the answer without changing its points, or ""."""


class File(NamedTuple):
    """One file that a student handed in, as the gradebook keeps it."""

    name: str
    content: str
    asked: list[str]
    """The exercises that it answers."""
    problem: str

    @property
    def late(self) -> bool:
        """Whether the platform marked it as late."""
        return late(self.name)


class Answer(NamedTuple):
    """A grade that a file has for an exercise."""

    file: File
    points: float
    promises: list[list[str]]
    message: str
    mistake: str
    state: str


class Adjustment(NamedTuple):
    """Points that a teacher gives by hand, and why; without ``points`` a remark, and without a
    ``reason`` as well what was said before is taken back."""

    student: str
    number: str
    exercise: str
    points: float | None
    reason: str


class ByHand(NamedTuple):
    """What a table of adjustments did: how many it set, changed and took back, and all that hold
    afterwards."""

    given: int
    changed: int
    taken_back: int
    hold: int


def best(blank: Row, answered: int, graded: list[Answer], absent: str) -> Row:
    """Return a student's row for an exercise: the best of the answers that are ``graded``, of so
    many as were ``answered``; ``absent`` is its state where there is none.

    What was handed in and has no grade yet is "waiting", never a silent 0.
    """
    if not graded:
        return blank._replace(state="waiting" if answered else absent, answers=answered)
    file, points, promises, message, mistake, state = max(
        graded, key=lambda each: (each.points, each.state == "graded", not each.file.late)
    )
    if points < blank.possible and len(graded) < answered:
        state = "waiting"
    elif points < blank.possible and any(each.state == "failed" for each in graded):
        state = "failed"
    told = {"promises": promises, "message": message, "mistake": mistake, "file": file.name}
    return blank._replace(points=points, state=state, answers=answered, **told)


def blank(student: str, number: str, name: str, possible: int) -> Row:
    """Return a row that nothing is known of yet."""
    return Row(student, number, name, 0.0, possible, "", [], "", "", exercise(name).core)


def absent(files: list[File], within: set[str]) -> str:
    """Return the state of an exercise that no file answers, of the lessons that ask for ``within``.

    It may stand in a file that could not be read; one that was read and answers nothing is no such
    file unless it is all that there is.
    """
    answers = any(within & {*file.asked} for file in files)
    told = [file.problem for file in files if file.problem]
    if any(not (answers and each.startswith(NOTHING)) for each in told):
        return "unread"
    return "missing" if answers else "elsewhere"
