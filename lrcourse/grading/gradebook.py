"""What the class has: an SQLite file that is written submission by submission, whole or not at all.

A grade is kept under the content of the notebook, the exercise, and the version of all that decided
it. So a second run grades only what is new or changed, and a run that was killed loses nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.exercises import exercise, lessons
from lrcourse.grading.grader import Grade
from lrcourse.grading.submissions import Handed, late
from lrcourse.grading.versions import content

SCHEMA = """
begin;
create table settings (name text primary key, value text not null);
create table handed (
    noted integer primary key, place text, file text, key text, student text, number text,
    content text, asked text, problem text, gone integer not null default 0,
    unique (place, file));
create index handed_by on handed (key);
create view present as
    select distinct key, file, content, asked, problem from handed where not gone;
create view students as
    select key, student, number, max(noted) from handed where not gone group by key;
create table people (key text primary key, name text, section text, late text);
create table adjusted (
    key text, student text, number text, exercise text, points real, reason text,
    primary key (key, exercise));
create table cells (content text primary key, problems text);
create table grades (
    content text, exercise text, version text, points real, possible real, state text,
    promises text, message text, mistake text,
    primary key (content, exercise, version));
pragma user_version = 3;
commit;
"""
FORMAT = 3
"""The number that the schema carries: a gradebook of another one is not touched."""

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


class File(NamedTuple):
    """One file that a student handed in, as the gradebook keeps it."""

    name: str
    content: str
    asked: list[str]
    """The exercises that it answers."""
    problem: str


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Keep other runs out of a folder; raise ``BadInput`` where one is at work in it.

    The lock is one that the system holds for SQLite: of a run that was killed, nothing is left.
    """
    base = sqlite3.connect(out / ".running", timeout=0, isolation_level=None)
    try:
        base.execute("begin exclusive")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        words = f"{out} is in use by another run ({error}): wait for its end, or use another --out"
        raise BadInput(words) from None
    try:
        yield
    finally:
        base.close()


class Person(NamedTuple):
    """What the teacher's export says of a student; "" where it says nothing."""

    name: str = ""
    section: str = ""
    late: str = ""
    """How late the newest work came, as in "2 hours late": Moodle's worksheet says it."""


NOBODY = Person()
"""Who is in no export that we have seen."""


class Adjustment(NamedTuple):
    """Points that a teacher gives by hand, and why; ``points`` is None to take them back."""

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


class Gradebook:
    """The grades of a class in one file."""

    def __init__(self, path: Path):
        """Open the gradebook, or begin one; raise ``BadInput`` where the file is something else."""
        try:
            self.base = sqlite3.connect(path)
            self.base.execute("pragma journal_mode = wal")
            begun = self.base.execute("select count(*) from sqlite_master").fetchone()[0]
            if not begun:
                self.base.executescript(SCHEMA)
            (found,) = self.base.execute("pragma user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise BadInput(
                f"{path} cannot be used as a gradebook ({error}): is there room, may it be "
                "written, is no other program busy with it? If so, move it away and grade again"
            ) from None
        if found != FORMAT:
            raise BadInput(
                f"{path} is a gradebook of another version of the course (its format is {found}, "
                f"ours {FORMAT}): grade with that version, or use another --out"
            )

    def setting(self, name: str, value: object = None) -> str | None:
        """Return a setting; if there is none yet, keep ``value`` as it, unless it is None."""
        row = self.base.execute("select value from settings where name = ?", (name,)).fetchone()
        if row is None and value is not None:
            with self.base:
                self.base.execute("insert into settings values (?, ?)", (name, str(value)))
            return str(value)
        return row[0] if row else None

    def keep(self, name: str, value: str) -> None:
        """Keep a setting that may change from run to run."""
        with self.base:
            self.base.execute("insert or replace into settings values (?, ?)", (name, value))

    def hand_in(self, place: Path, files: Iterable[tuple[Handed, list[str]]]) -> int:
        """Note all that stands in ``place`` and the exercises that each file answers, together;
        return how many files there are.

        What stood there before and does so no more is kept as gone, and counts no more; what came
        from other places stays. Raises ``BadInput`` where nothing stands there.
        """
        where, count = str(Path(place).resolve()), 0
        with self.base:
            self.base.execute("update handed set gone = 1 where place = ?", (where,))
            for handed, asked in files:
                self._note(where, handed, asked)
                count += 1
            if not count:
                raise BadInput(f"there is no notebook in {place}: nothing was changed")
        return count

    def _note(self, where: str, handed: Handed, asked: list[str]) -> None:
        """Note a file; one that was noted before keeps its place in the order."""
        student = handed.student, handed.number
        row = [where, handed.file, key(*student), *student]
        row += [content(handed.notebook), json.dumps(asked), handed.problem]
        self.base.execute(
            "insert into handed (place, file, key, student, number, content, asked, problem) "
            "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (place, file) do update set "
            "(key, student, number, content, asked, problem, gone) = (excluded.key, "
            "excluded.student, excluded.number, excluded.content, excluded.asked, "
            "excluded.problem, 0)",
            row,
        )

    def gone(self) -> list[tuple[str, str, str]]:
        """Return (file, student, number) of what was taken out of where it was handed in, unless
        the student has the same under another name."""
        ask = (
            "select distinct file, student, number from handed where gone and not exists (select 1 "
            "from present p where (p.key, p.content) = (handed.key, handed.content)) order by file"
        )
        return self.base.execute(ask).fetchall()

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
            "select file, problem, coalesce(problems, '[]') from present left join cells "
            "using (content) where key = ? order by file"
        )
        return [
            (file, sentence)
            for file, problem, cells in self.base.execute(ask, (key(student, number),))
            for sentence in [problem, *json.loads(cells)]
            if sentence
        ]

    def students(self) -> list[tuple[str, str]]:
        """Return the name and the number of every student who handed something in, in order.

        Of several names that a platform gave one number, it is the one that was noted last.
        """
        ask = "select student, number from students order by student, number"
        return self.base.execute(ask).fetchall()

    def names(self) -> list[tuple[str, tuple[str, str]]]:
        """Return every name that was ever on somebody's files, with that student's name and number
        of today."""
        ask = (
            "select distinct handed.student, students.student, students.number "
            "from handed join students using (key) order by 2, 3"
        )
        return [(name, (student, number)) for name, student, number in self.base.execute(ask)]

    def meet(self, people: dict[tuple[str, str], Person]) -> None:
        """Keep who the students are, by (student, number)."""
        with self.base:
            self.base.executemany(
                "insert or replace into people values (?, ?, ?, ?)",
                [(key(*student), *person) for student, person in people.items()],
            )

    def people(self) -> dict[tuple[str, str], Person]:
        """Return who is known by more than what the files' names say."""
        ask = "select student, number, name, section, late from students join people using (key)"
        found = self.base.execute(ask)
        return {(student, number): Person(*told) for student, number, *told in found}

    def adjust(self, adjustments: Iterable[Adjustment]) -> ByHand:
        """Keep points given by hand, all of them or none; return what that did."""
        before = self._all_by_hand()
        with self.base:
            for each in adjustments:
                whose = key(each.student, each.number)
                self.base.execute(
                    "delete from adjusted where (key, exercise) = (?, ?)", (whose, each.exercise)
                )
                if each.points is not None:
                    row = (whose, *each)
                    self.base.execute("insert into adjusted values (?, ?, ?, ?, ?, ?)", row)
        after = self._all_by_hand()
        changed = sum(after[each] != before[each] for each in before.keys() & after)
        return ByHand(len(after.keys() - before), changed, len(before.keys() - after), len(after))

    def _all_by_hand(self) -> dict[tuple[str, str], tuple[float, str]]:
        found = self.base.execute("select key, exercise, points, reason from adjusted")
        return {(whose, name): (points, reason) for whose, name, points, reason in found}

    def astray(self) -> list[Adjustment]:
        """Return the points given by hand that nobody's work stands behind any more."""
        ask = (
            "select student, number, exercise, points, reason from adjusted "
            "where key not in (select key from students) order by student, number, exercise"
        )
        return [Adjustment(*row) for row in self.base.execute(ask)]

    def _adjusted(self, student: str, number: str) -> dict[str, dict[str, object]]:
        """Return what a student's rows have by hand, by exercise."""
        ask = "select exercise, points, reason from adjusted where key = ?"
        return {
            name: {"points": points, "reason": reason, "state": "graded"}
            for name, points, reason in self.base.execute(ask, (key(student, number),))
        }

    def rows(self, exercises: list[tuple[str, int]], versions: dict[str, str]) -> Iterable[Row]:
        """Yield a row for each student and each exercise ``(name, points)``, the best of several.

        What was handed in and has no grade yet is "waiting", never a silent 0.
        """
        names = {name for name, _ in exercises}
        within = {
            name for each in lessons() if names & {*each.exercises} for name in each.exercises
        }
        for student, number in self.students():
            files, by_hand = self.files(student, number), self._adjusted(student, number)
            absent = _absent(files, within)
            for name, possible in exercises:
                row = self._row(student, number, name, possible, files, versions[name], absent)
                yield row._replace(**by_hand.get(name, {}))

    def files(self, student: str, number: str) -> list[File]:
        """Return all files that a student handed in, in order."""
        ask = "select file, content, asked, problem from present where key = ? order by file"
        found = self.base.execute(ask, (key(student, number),))
        return [File(name, what, json.loads(asked), told) for name, what, asked, told in found]

    def taken_from(self, student: str, number: str, versions: dict[str, str]) -> dict[str, str]:
        """Return the content that each exercise's grade was taken from: the best of several."""
        ask = (
            "select exercise, version, content from present join grades using (content) "
            "where key = ? order by points, state = 'graded', file desc"
        )
        found = self.base.execute(ask, (key(student, number),))
        return {name: what for name, version, what in found if versions.get(name) == version}

    def _row(self, student, number, name, possible, files, version, absent) -> Row:
        answered = [file for file in files if name in file.asked]
        ask = (
            "select points, promises, message, mistake, state from grades "
            "where content = ? and exercise = ? and version = ?"
        )
        core = exercise(name).core
        asked = [
            (self.base.execute(ask, (f.content, name, version)).fetchone(), f) for f in answered
        ]
        graded = [(*found, file) for found, file in asked if found is not None]
        if not graded:
            state = "waiting" if answered else absent
            return Row(
                student, number, name, 0.0, possible, state, [], "", "", core, "", len(answered)
            )
        points, promises, message, mistake, state, file = max(
            graded, key=lambda each: (each[0], each[4] == "graded", not late(each[5].name))
        )
        if points < possible and len(graded) < len(asked):
            state = "waiting"
        elif points < possible and any(each[4] == "failed" for each in graded):
            state = "failed"
        told = (json.loads(promises), message, mistake)
        return Row(
            student, number, name, points, possible, state, *told, core, file.name, len(answered)
        )


def _absent(files: list[File], within: set[str]) -> str:
    """Return the state of an exercise that no file answers, of the lessons that ask for ``within``.

    It may stand in a file that could not be read; one that was read and answers nothing is no such
    file unless it is all that there is.
    """
    answers = any(within & {*file.asked} for file in files)
    told = [file.problem for file in files if file.problem]
    if any(not (answers and each.startswith(NOTHING)) for each in told):
        return "unread"
    return "missing" if answers else "elsewhere"
