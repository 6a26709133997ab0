"""What the class has: an SQLite file that is written submission by submission, whole or not at all.

A grade is kept under the content of the notebook, the exercise, and the version of all that decided
it. So a second run grades only what is new or changed, and a run that was killed loses nothing.
"""

from __future__ import annotations

import ast
import hashlib
import json
import sqlite3
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

import lrcourse
from lrcourse.base import BadInput
from lrcourse.exercises import lesson_of
from lrcourse.grading.grader import Grade
from lrcourse.grading.submissions import NO_NOTEBOOK, Handed

PACKAGE = Path(lrcourse.__file__).parent
DECIDE = ["checking.py", "watching.py", "cells.py", "grading/grader.py", "grading/wire.py"]
"""The modules whose change makes every grade anew."""
SCHEMA = """
create table if not exists settings (name text primary key, value text not null);
create table if not exists handed (
    student text, number text, file text, content text, asked text, problem text,
    primary key (student, file));
create table if not exists cells (content text primary key, problems text);
create table if not exists grades (
    content text, exercise text, version text, points real, possible real, state text,
    promises text, message text, mistake text,
    primary key (content, exercise, version));
"""
NOTHING = "It answers no exercise."
"""The problem of a notebook that could be read and asks for no grade."""
LONGEST = 500
"""Characters of one sentence about a cell: it may quote what a student wrote."""


def content(notebook: bytes) -> str:
    """Return what stands for the content of a notebook."""
    return hashlib.sha256(notebook).hexdigest()[:24]


@cache
def version(exercise: str, seed: int, limit: float | None) -> str:
    """Return what stands for all that decides a grade: checks, answer, seed, limit and NumPy."""
    unit = PACKAGE / "exercises" / f"lesson{lesson_of(exercise).number:02d}" / f"{exercise}.py"
    digest = hashlib.sha256(f"{seed} {limit} {np.__version__}".encode())
    for path in [*sorted(_with_imports(unit)), *(PACKAGE / name for name in DECIDE)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _with_imports(unit: Path) -> set[Path]:
    """Return the unit's file and those of the exercises that it imports from."""
    found = {unit}
    for node in ast.walk(ast.parse(unit.read_text("utf-8"))):
        module = getattr(node, "module", None) or ""
        if isinstance(node, ast.ImportFrom) and module.startswith("lrcourse.exercises.lesson"):
            found |= _with_imports(PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py"))
    return found


class Row(NamedTuple):
    """One student's grade for one exercise; ``state`` is graded, missing, waiting, unread, or
    failed where the grader could not come to an end."""

    student: str
    number: str
    exercise: str
    points: float
    possible: int
    state: str
    promises: list[list[str]]
    message: str
    mistake: str


class File(NamedTuple):
    """One file that a student handed in, as the gradebook keeps it."""

    name: str
    content: str
    asked: list[str]
    """The exercises that it answers."""
    problem: str


class Gradebook:
    """The grades of a class in one file."""

    def __init__(self, path: Path):
        """Open the gradebook, or begin one; raise ``BadInput`` where the file is something else."""
        try:
            self.base = sqlite3.connect(path)
            self.base.execute("pragma journal_mode = wal")
            self.base.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise BadInput(
                f"{path} cannot be used as a gradebook ({error}): is another run busy with it? "
                "If not, move it away and grade again"
            ) from None

    def setting(self, name: str, value: object = None) -> str | None:
        """Return a setting; if there is none yet, keep ``value`` as it, unless it is None."""
        row = self.base.execute("select value from settings where name = ?", (name,)).fetchone()
        if row is None and value is not None:
            with self.base:
                self.base.execute("insert into settings values (?, ?)", (name, str(value)))
            return str(value)
        return row[0] if row else None

    def hand_in(self, files: Iterable[tuple[Handed, list[str]]]) -> int:
        """Note files and the exercises that each answers, all together; return how many."""
        count = 0
        with self.base:
            for handed, asked in files:
                row = [*handed[:3], content(handed.notebook), json.dumps(asked), handed.problem]
                self.base.execute("insert or replace into handed values (?, ?, ?, ?, ?, ?)", row)
                count += 1
        return count

    def missing(self, what: str, asked: list[str], versions: dict[str, str]) -> list[str]:
        """Return the exercises of a content that have no grade of the present version; one that
        failed is tried again."""
        known = self.base.execute(
            "select exercise, version from grades where content = ? and state = 'graded'", (what,)
        )
        have = set(known.fetchall())
        return [name for name in asked if (name, versions[name]) not in have]

    def enter(
        self, what: str, grades: Iterable[Grade], problems: list[str], versions: dict[str, str]
    ) -> None:
        """Enter all grades of one notebook together, or none of them."""
        rows = [
            (what, g.name, versions[g.name], g.points, g.possible, g.state)
            + (json.dumps(g.promises), g.message, g.mistake)
            for g in grades
        ]
        problems = [each[:LONGEST] for each in problems]
        with self.base:
            self.base.executemany(f"insert or replace into grades values ({'?,' * 8}?)", rows)
            self.base.execute(
                "insert or replace into cells values (?, ?)", (what, json.dumps(problems))
            )

    def problems(self, student: str, number: str) -> list[tuple[str, str]]:
        """Return (file, sentence) for all that went wrong in a student's files and cells."""
        ask = (
            "select file, problem, coalesce(problems, '[]') from handed left join cells "
            "using (content) where student = ? and number = ? order by file"
        )
        return [
            (file, sentence)
            for file, problem, cells in self.base.execute(ask, (student, number))
            for sentence in [problem, *json.loads(cells)]
            if sentence
        ]

    def students(self) -> list[tuple[str, str]]:
        """Return the name and the number of every student who handed something in, in order."""
        ask = "select distinct student, number from handed order by student, number"
        return self.base.execute(ask).fetchall()

    def rows(self, exercises: list[tuple[str, int]], versions: dict[str, str]) -> Iterable[Row]:
        """Yield a row for each student and each exercise ``(name, points)``, the best of several.

        What was handed in and has no grade yet is "waiting", never a silent 0.
        """
        for student, number in self.students():
            files = self.files(student, number)
            for name, possible in exercises:
                yield self._row(student, number, name, possible, files, versions[name])

    def files(self, student: str, number: str) -> list[File]:
        """Return all files that a student handed in, in order."""
        ask = "select file, content, asked, problem from handed where student = ? and number = ?"
        found = self.base.execute(f"{ask} order by file", (student, number))
        return [File(name, what, json.loads(asked), told) for name, what, asked, told in found]

    def taken_from(self, student: str, number: str, versions: dict[str, str]) -> dict[str, str]:
        """Return the content that each exercise's grade was taken from: the best of several."""
        ask = (
            "select exercise, version, content from handed join grades using (content) "
            "where student = ? and number = ? order by points, state = 'graded', file desc"
        )
        found = self.base.execute(ask, (student, number))
        return {name: what for name, version, what in found if versions.get(name) == version}

    def _row(self, student, number, name, possible, files, version) -> Row:
        answered = [file.content for file in files if name in file.asked]
        ask = (
            "select points, promises, message, mistake, state from grades "
            "where content = ? and exercise = ? and version = ?"
        )
        found = [self.base.execute(ask, (what, name, version)).fetchone() for what in answered]
        graded = [each for each in found if each is not None]
        if not graded:
            state = "waiting" if answered else "unread" if _unread(files) else "missing"
            return Row(student, number, name, 0.0, possible, state, [], "", "")
        points, promises, message, mistake, state = max(
            graded, key=lambda each: (each[0], each[-1] == "graded")
        )
        if points < possible and None in found:
            state = "waiting"
        elif points < possible and any(each[-1] == "failed" for each in graded):
            state = "failed"
        told = (json.loads(promises), message, mistake)
        return Row(student, number, name, points, possible, state, *told)


def _unread(files: list[File]) -> bool:
    """Whether an exercise that was not found may stand in a file that could not be used: one that
    answers nothing, or is of another kind, is no such file unless it is all that there is."""
    alone = not any(file.asked for file in files)
    harmless = ("",) if alone else ("", NOTHING, NO_NOTEBOOK)
    return any(file.problem not in harmless for file in files)
