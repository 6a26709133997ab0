"""The facts of a student's feedback: points, promises and the words of the learner's own card."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lrcourse.checks.card import MARKS, explained, standing
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.notebook_code import NO_CELLS
from lrcourse.classroom.grading.gradebook import NOTHING, File, Row
from lrcourse.classroom.grading.lesson_names import counted, spelled
from lrcourse.classroom.grading.submissions import NO_NOTEBOOK, late, named
from lrcourse.classroom.pages.grades_csv import Total, in_hundredths
from lrcourse.classroom.pages.templating import render
from lrcourse.exercises import exercise, lessons

HIDDEN = "A promise that is checked for a class alone."
"""What stands for a hidden check: its sentence may name an input."""
UNSETTLED = {
    "unread": "not found, and a file of yours could not be used.",
    "waiting": "handed in, and not graded yet.",
    "elsewhere": "not found: what you handed in belongs to other lessons.",
    "failed": "could not be graded, and will be looked at by hand.",
}
"""States that are no grade, to the student: what is open is never shown as a 0."""
OWN = re.compile(r"(^|-)[0-9a-f]{10}\.html$")
"""What the names of our pages end in."""


def address(student: str, number: str) -> str:
    """Return where a student's page goes: the number, the name, and what is nobody else's.

    Letters of every script stay, for every file system of today takes them; Latin ones lose their
    accents. What ends the name tells apart what some systems take for one, such as Zoë and zoë.

    >>> address("Greta Groß", "1006"), address("../王小明", "")
    ('feedback/1006-greta-gross-604ce7711b.html', 'feedback/王小明-d17bb88d07.html')
    """
    own = hashlib.sha256(f"{student}\0{number}".encode("utf-8", "replace")).hexdigest()[:10]
    told = [_in_file_names(number)[:20], _in_file_names(student)[:32].strip("-")]
    return f"feedback/{'-'.join(filter(None, [*told, own]))}.html"


def _in_file_names(text: str) -> str:
    """Return the letters, digits and signs upon letters of a text, a dash for all between."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", apart))
    kept = "".join(each if unicodedata.category(each)[0] in "LMN" else "-" for each in plain)
    return re.sub("-+", "-", kept).strip("-")


class Promise(NamedTuple):
    """One promise of an exercise, and what is told of it."""

    state: str
    mark: str
    words: str
    told: list[str]


class Answer(NamedTuple):
    """One exercise that was handed in."""

    name: str
    points: str
    possible: int
    by_hand: str
    """Why the points were set by hand, or ""."""
    remark: str
    """What the teacher remarks on it, or ""."""
    file: str
    """Which of several files it is from, or ""."""
    late: bool
    summary: str
    worth: str
    """What each promise is worth, where points stopped at one."""
    told: str
    promises: list[Promise]


class Part(NamedTuple):
    """A lesson with its answers, and the exercises that nobody handed in."""

    lesson: Lesson
    answers: list[Answer]
    absent: list[str]


class Unread(NamedTuple):
    """A file that could not be used: no notebook ("other"), "damaged", a "lesson", or else."""

    name: str
    suffix: str
    kind: str
    told: str


def page(
    own: list[Row],
    came: Total,
    problems: Iterable[tuple[str, str]],
    files: Sequence[File] = (),
    without: Iterable[str] = (),
    templates: Path | None = None,
    framed: bool = True,
    variant: str = "",
) -> str:
    """Return a student's feedback as a page of HTML, or, not ``framed``, as a part of one.

    ``problems`` are pairs of a file and what went wrong in it; ``files`` is all that was handed in;
    ``without`` names exercises that were left out of the marks, ``variant`` the student's own
    problems.
    """
    unread = [each for each in files if each.problem] if _has_unread(own) else []
    asked = [each for each in lessons() if {row.exercise for row in own} & {*each.exercises}]
    person = {"name": came.name, "number": came.number, "section": came.person.section}
    facts = {
        **person,
        "late": came.person.late,
        "lessons": counted(spelled(asked)),
        "points": in_hundredths(came.points),
        "possible": came.possible,
        "open": bool(came.note),
        "settled": any(row.state not in (*UNSETTLED, "missing") for row in own),
        "unsettled": _unsettled(own),
        "unread": [_unread(file) for file in unread],
        "notebooks": [each.exercises_called for each in asked],
        "not_uploaded": [each.exercises_called for each in _not_uploaded(asked, own)],
        "stopped": any(map(_stopped, own)),
        "starred": any(not row.core for row in own),
        "files": len(files),
        "without": [*without],
        "variant": variant,
        "problems": _problems(problems, unread),
        "parts": [part for part in (_part(each, own) for each in asked) if any(part[1:])],
    }
    return render("feedback.html.j2", facts, templates, framed)


def _has_unread(own: list[Row]) -> bool:
    return any(row.state == "unread" for row in own)


def _problems(problems: Iterable[tuple[str, str]], unread: list[File]) -> list[tuple[str, str]]:
    """Return what could not be used, but for the files whose cure stands above."""
    cured = {(file.name, file.problem) for file in unread}
    return [(own_name(file), told) for file, told in problems if (file, told) not in cured]


def _stopped(row: Row) -> bool:
    """Whether an answer lost points by a promise, and not by the teacher's hand."""
    return not row.reason and any(state == "broken" for _, state in row.promises)


def _unsettled(own: list[Row]) -> list[tuple[list[str], str]]:
    """Return the exercises that are open, by what is told of them."""
    names = {s: [starred(row.exercise) for row in own if row.state == s] for s in UNSETTLED}
    return [(names[state], told) for state, told in UNSETTLED.items() if names[state]]


def _not_uploaded(asked: list[Lesson], own: list[Row]) -> list[Lesson]:
    """Return the lessons of which nothing came, where something came of others."""
    came = {row.exercise for row in own if row.state != "missing"}
    absent = [lesson for lesson in asked if not came & {*lesson.exercises}]
    return absent if came else []


def _unread(file: File) -> Unread:
    kind, told = "else", file.problem
    if file.problem == NO_NOTEBOOK:
        kind = "other"
    elif NO_CELLS in file.problem:
        kind = "damaged"
    elif (cure := file.problem.removeprefix(NOTHING).strip()).startswith("Hand in"):
        kind, told = "lesson", cure
    return Unread(own_name(file.name), PurePosixPath(file.name).suffix.lower(), kind, told)


def own_name(file: str) -> str:
    """Return a file's name as its student knows it, without what a platform put before it.

    >>> own_name("Dan_5_assignsubmission_file_/a.pdf"), own_name("dan_7_1_a.pdf"), own_name("dan/a")
    ('a.pdf', 'a.pdf', 'a')
    """
    parts, found = PurePosixPath(file).parts, named(file)
    inside = parts[parts.index(found.text) + 1 :] if found else parts[1:]
    alone = (found.own or found.text) if found else file
    return "/".join(inside) or alone.lstrip("_ ")


def _part(lesson: Lesson, own: list[Row]) -> Part:
    here = [row for row in own if row.exercise in lesson.exercises]
    answers = [_answer(row) for row in here if row.state not in (*UNSETTLED, "missing")]
    return Part(lesson, answers, [starred(row.exercise) for row in here if row.state == "missing"])


def starred(name: str) -> str:
    """Return an exercise's name with its ★, if it has one.

    >>> starred("gd_step"), starred("noise_scale")
    ('gd_step', 'noise_scale ★')
    """
    return name if exercise(name).core else f"{name} ★"


def _answer(row: Row) -> Answer:
    states = [state for _, state in row.promises]
    unwritten = next((each for each in states if each != "holds"), "") == "unwritten"
    return Answer(
        name=starred(row.exercise),
        points=in_hundredths(row.points),
        possible=row.possible,
        by_hand=row.reason,
        remark=row.remark,
        file=own_name(row.file) if row.answers > 1 else "",
        late=late(row.file),
        summary=standing(row.exercise, row.possible, states) if states else "",
        worth=in_hundredths(row.possible / len(states)) if _stopped(row) else "",
        told="" if states else row.message,
        promises=[] if unwritten else _promises(row),
    )


def _promises(row: Row) -> list[Promise]:
    """Return each promise with its mark, the first that does not hold with the card's words."""
    hidden = {check.promise for check in exercise(row.exercise).checks if check.hidden}
    first = next((place for place, (_, state) in enumerate(row.promises) if state != "holds"), -1)
    found = []
    for place, (promise, state) in enumerate(row.promises):
        unseen = promise in hidden
        told = explained("" if unseen else row.message, row.mistake) if place == first else []
        found.append(Promise(state, MARKS[state], HIDDEN if unseen else promise, told))
    return found
