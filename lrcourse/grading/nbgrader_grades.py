"""A class's grades in nbgrader: scores, comments and graded notebooks, each submission's entered
together; done twice it comes to the same, and what was given by hand stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat

from lrcourse.exercises import lessons
from lrcourse.grading import shown
from lrcourse.grading.gradebook import Gradebook, Row, content
from lrcourse.grading.nbgrader_course import Known, known_as, opened, student_id
from lrcourse.grading.shown import Entry
from lrcourse.grading.submissions import handed_in
from lrcourse.grading.tables import by_student, write
from lrcourse.lessons import Lesson

NOTE = "lrcourse graded what this student handed in elsewhere:\n"
"""Stands in ``submitted`` for files that came another way: nbgrader counts a submission, and its
own autograding finds no notebook there to run."""


class Told(NamedTuple):
    """What a teacher has to know afterwards."""

    submissions: int
    by_hand: list[str]
    """Who has a score to be given, or looked at again, by hand."""
    problems: list[str]


def enter_class(place: Path, book: Gradebook, settings, folder: Path) -> Told:
    """Enter the grades of ``settings.exercises`` into the course in ``folder``.

    Done twice it comes to the same; a score or a comment that was given by hand stays. Raises
    ``BadInput`` where nbgrader or the course cannot be used.
    """
    asked = [each for each in lessons() if set(each.exercises) & set(settings.exercises)]
    told, entered = Told(0, [], []), set()
    with opened(folder) as (app, gradebook), TemporaryDirectory() as kept:
        for handed in handed_in(place):
            (Path(kept) / content(handed.notebook)).write_bytes(handed.notebook)
        known = {lesson.stem: known_as(app, gradebook, lesson, settings) for lesson in asked}
        roster = {each.lms_user_id: each.id for each in gradebook.students if each.lms_user_id}
        rows = book.rows(settings.points, settings.versions)
        for own in by_student(rows):
            name, number = own[0].student, own[0].number
            student = roster.get(number) or student_id(name, number)
            if student in entered:
                told.problems.append(f"{name} {number}: another has the id {student}, not entered.")
                continue
            entered.add(student)
            files = book.files(name, number)
            taken = book.taken_from(name, number, settings.versions)
            for lesson, entries in handed_by(own, files, taken, known, asked):
                it = Submission(app, gradebook, known[lesson.stem], student, number)
                told = it.enter(entries, files, Path(kept), told)
    return told


def handed_by(own: list[Row], files, taken, known, asked) -> Iterator[tuple[Lesson, list[Entry]]]:
    """Yield each lesson for which a student handed something in, with its entries.

    A file that could not be read stands for the lesson that its name says, else for any.
    """
    unread = [file.name for file in files if file.problem]
    for lesson in asked:
        rows = [row for row in own if row.exercise in known[lesson.stem].places]
        states = {row.state for row in rows}
        named = [file for file in unread if any(each.stem in file for each in asked)]
        elsewhere = named and not any(lesson.stem in file for file in named)
        if states <= {"missing"} or states <= {"missing", "unread"} and elsewhere:
            continue
        places = known[lesson.stem].places
        yield (
            lesson,
            [Entry(row, places[row.exercise], taken.get(row.exercise, "")) for row in rows],
        )


class Submission(NamedTuple):
    """One student's notebook of one lesson, on its way into nbgrader."""

    app: object
    gradebook: object
    known: Known
    student: str
    number: str

    def folder(self, step: str) -> Path:
        """Return where nbgrader has this submission at a step of its own."""
        name = getattr(self.app.coursedir, f"{step}_directory")
        path = self.app.coursedir.format_path(name, self.student, self.known.assignment)
        return Path(path)

    def enter(self, entries: list[Entry], files, kept: Path, told: Told) -> Told:
        """Write the graded notebook, then the scores and comments in one transaction."""
        when, problem = self.handed_in_at()
        data = {
            entry.content: (kept / entry.content).read_bytes()
            for entry in entries
            if entry.content and (kept / entry.content).exists()
        }
        notebook = shown.notebook(entries, data, self.known.handed_out)
        changed = self.write(nbformat.writes(notebook) + "\n", files)
        by_hand = self.score(entries, when, changed)
        if by_hand:
            told.by_hand.append(f"{self.student}, {self.known.assignment}")
        if problem:
            told.problems.append(problem)
        return told._replace(submissions=told.submissions + 1)

    def handed_in_at(self):
        """Return when nbgrader received the submission, as its own pages will read it: they take
        one with another time for not graded, and show a 0."""
        from nbgrader.utils import parse_utc

        path = self.folder("submitted") / "timestamp.txt"
        text = path.read_text("utf-8").strip() if path.exists() else ""
        try:
            return (parse_utc(text) if text else None), ""
        except (ValueError, OverflowError):
            return None, f"{path} holds no time: nbgrader's pages cannot show this submission."

    def write(self, text: str, files) -> bool:
        """Write what nbgrader's pages show; return whether it is another than before."""
        graded, submitted = self.folder("autograded"), self.folder("submitted")
        if not submitted.exists():
            write(
                submitted / "graded_elsewhere.txt",
                NOTE + "".join(f"{file.name}\n" for file in files),
            )
        if (submitted / "timestamp.txt").exists():
            write(graded / "timestamp.txt", (submitted / "timestamp.txt").read_text("utf-8"))
        path = graded / f"{self.known.notebook}.ipynb"
        changed = path.exists() and path.read_text("utf-8") != text
        write(path, text)
        return changed

    def score(self, entries: list[Entry], when, changed: bool) -> bool:
        """Enter scores and comments; return whether something is left to be done by hand."""
        if self.student not in {each.id for each in self.gradebook.students}:
            self.gradebook.add_student(self.student, lms_user_id=self.number or None)
        names = (self.known.assignment, self.student)
        with self.gradebook.db.no_autoflush:
            submission = self.gradebook.update_or_create_submission(*names, timestamp=when)
        own = next(each for each in submission.notebooks if each.name == self.known.notebook)
        grades = {each.name: each for each in own.grades}
        comments = {each.name: each for each in own.comments}
        for entry in entries:
            settle(grades[entry.place.check], entry.score, changed)
            comments[entry.place.answer].auto_comment = shown.comment(entry)
        by_hand = any(grades[entry.place.check].needs_manual_grade for entry in entries)
        self.gradebook.db.commit()
        if submission.assignment.duedate or own.late_submission_penalty is not None:
            self.penalize()
        return by_hand

    def penalize(self) -> None:
        """Let nbgrader take off what the course's own rule takes off for being late."""
        from nbgrader.preprocessors import AssignLatePenalties

        given = {
            "notebook": self.known.notebook,
            "assignment": self.known.assignment,
            "student": self.student,
            "db_url": self.app.coursedir.db_url,
        }
        AssignLatePenalties(parent=self.app).preprocess(
            nbformat.v4.new_notebook(), {"nbgrader": given}
        )


def settle(grade, score: float | None, changed: bool) -> None:
    """Give a grade the score that we found. One given by hand stays and counts; where we found
    another than before, or the answer was ``changed``, nbgrader asks to look at it again."""
    other = changed or grade.auto_score != score
    by_hand = grade.manual_score is not None
    if (score is None and not by_hand) or (by_hand and other):
        grade.needs_manual_grade = True
    elif not by_hand:
        grade.needs_manual_grade = False
    grade.auto_score = score
