"""What the class has: an SQLite file that is written submission by submission, whole or not at all.

A grade is kept under the content of the notebook, the exercise, and the version of all that decided
it. So a second run grades only what is new or changed, and a run that was killed loses nothing. The
notebooks are kept as well: work that was handed in stays its student's.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.classroom.grading.decisions import Decisions
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.grading.records import (
    LONGEST,
    NOTHING,
    Adjustment,
    Answer,
    File,
    Row,
    absent,
    best,
    blank,
    key,
)
from lrcourse.classroom.grading.schema import alone, opened
from lrcourse.classroom.grading.submissions import Handed
from lrcourse.classroom.grading.versions import content
from lrcourse.classroom.platforms.export import NOBODY, Person
from lrcourse.exercises import lessons

__all__ = ["LONGEST", "NOBODY", "NOTHING", "Adjustment", "File", "Gradebook", "Person", "Row"]
__all__ += ["alone", "key"]
NOTE = (
    "insert into handed (place, file, key, student, number, content, asked, problem) "
    "values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (place, file, content) do update set "
    "(key, student, number, asked, problem, gone) = (excluded.key, excluded.student, "
    "excluded.number, excluded.asked, excluded.problem, 0)"
)
"""How a file is noted."""


class Gradebook(Decisions):
    """The grades of a class in one file."""

    def __init__(self, path: Path):
        """Open the gradebook, or begin one; raise ``BadInput`` where the file is something else."""
        self.base = opened(path)

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

        Work that stood there before and does so no more goes on counting; so does what came from
        other places. Raises ``BadInput`` where nothing stands there.
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
        """Note a file; one that was noted before keeps its place in the order, and what it held
        before stays, under the student it has now."""
        student, what = (handed.student, handed.number), content(handed.notebook)
        who = key(*student), *student
        row = (where, handed.file, *who, what, json.dumps(asked), handed.problem)
        self.base.execute(NOTE, row)
        self.base.execute(
            "update handed set (key, student, number) = (?, ?, ?) where (place, file) = (?, ?)",
            (*who, where, handed.file),
        )
        if asked:
            packed = zlib.compress(handed.notebook)
            self.base.execute("insert or ignore into notebooks values (?, ?)", (what, packed))

    def known(self) -> dict[str, list[str]]:
        """Return what exports said of how a class is called, as ``handed_in`` takes it."""
        return json.loads(self.setting("known") or "{}")

    def notebook(self, what: str) -> bytes:
        """Return the notebook with this content, which was handed in."""
        ask = "select packed from notebooks where content = ?"
        return zlib.decompress(self.base.execute(ask, (what,)).fetchone()[0])

    def answering(self) -> list[tuple[str, list[str]]]:
        """Return each content that answers something, once, with the exercises that it answers."""
        ask = (
            "select content, asked, min(noted) from counted where problem = '' "
            "group by content order by 3"
        )
        return [(what, json.loads(asked)) for what, asked, _ in self.base.execute(ask)]

    def whose(self, what: str) -> list[str]:
        """Return the keys of all whose work has this content: a copied file has several."""
        ask = "select distinct key from counted where content = ? order by key"
        return [who for (who,) in self.base.execute(ask, (what,))]

    def absent(self) -> list[tuple[str, str]]:
        """Return who has nothing any more where it was handed in, and keeps the work of before."""
        ask = (
            "select student, number from students "
            "where key not in (select key from handed where not gone) order by 1, 2"
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

    def rows(
        self,
        exercises: list[tuple[str, int]],
        versions: dict[str, str],
        own: Callable[[str], dict[str, str]] = lambda who: {},
    ) -> Iterable[Row]:
        """Yield a row for each student and exercise ``(name, points)``: the best of several.
        ``own(key)`` are the versions that a student has to himself."""
        names = {name for name, _ in exercises}
        within = {
            name for each in lessons() if names & {*each.exercises} for name in each.exercises
        }
        for student, number in self.students():
            files, by_hand = self.files(student, number), self.by_hand(student, number)
            here = versions | own(key(student, number))
            missing = absent(files, within)
            for name, possible in exercises:
                answered = [file for file in files if name in file.asked]
                graded = [
                    Answer(file, *found)
                    for file in answered
                    if (found := self._grade(file.content, name, here[name]))
                ]
                row = blank(student, number, name, possible)
                row = best(row, len(answered), graded, missing)
                yield row._replace(**by_hand.get(name, {}))

    def _grade(self, what: str, name: str, version: str) -> tuple | None:
        """Return what a content came to: points, promises, message, mistake and state."""
        ask = (
            "select points, promises, message, mistake, state from grades "
            "where (content, exercise, version) = (?, ?, ?)"
        )
        row = self.base.execute(ask, (what, name, version)).fetchone()
        return row and (row[0], json.loads(row[1]), *row[2:])

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
