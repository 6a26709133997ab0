"""A class's grades in nbgrader: scores, comments and graded notebooks, each submission's entered
together; done twice it comes to the same, and what was given by hand stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import nbformat

from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.grading.gradebook import Gradebook, Row, key
from lrcourse.classroom.pages.grades_csv import by_student, write
from lrcourse.classroom.platforms.nbgrader import page
from lrcourse.classroom.platforms.nbgrader.course import Known, known_as, opened
from lrcourse.classroom.platforms.nbgrader.page import Entry
from lrcourse.classroom.platforms.nbgrader.student_ids import ids_of
from lrcourse.exercises import lessons

NOTE = "lrcourse graded what this student handed in elsewhere:\n"
"""Stands in ``submitted`` for files that came another way: nbgrader counts a submission, and its
own autograding finds no notebook there to run."""
EXPORT = "nbgrader export --exporter=lrcourse.classroom.platforms.nbgrader.exporter.OpenStaysEmpty"
"""Writes nbgrader's table with nothing, where its own command has a 0, for an open score."""


class Told(NamedTuple):
    """What a teacher has to know afterwards."""

    submissions: int
    by_hand: list[str]
    """Who has a score to be given, or looked at again, by hand."""
    others: list[str]
    """Who has one to be given for a cell of the teacher's own."""
    problems: list[str]


def enter_class(book: Gradebook, settings, folder: Path) -> Told:
    """Enter the grades of ``settings.exercises`` into the course in ``folder``.

    Done twice it comes to the same; a score or a comment that was given by hand stays. Raises
    ``BadInput`` where nbgrader or the course cannot be used.
    """
    asked = [each for each in lessons() if set(each.exercises) & set(settings.exercises)]
    told, entered = Told(0, [], [], []), set()
    with opened(folder) as (app, gradebook):
        known = {lesson.stem: known_as(app, gradebook, lesson, settings) for lesson in asked}
        ids, problems = ids_of(book.students(), gradebook.students)
        told.problems.extend(problems)
        rows = book.rows(settings.points, settings.versions, settings.own)
        for own in by_student(rows):
            name, number = own[0].student, own[0].number
            student = ids[name, number]
            if student in entered:
                told.problems.append(f"{name} {number}: another has the id {student}, not entered.")
                continue
            entered.add(student)
            files = book.files(name, number)
            versions = settings.versions | settings.own(key(name, number))
            taken = book.taken_from(name, number, versions)
            for lesson, entries in handed_by(own, files, taken, known, asked):
                it = Submission(app, gradebook, known[lesson.stem], student, number)
                told = it.enter(entries, files, book, told)
    return told


def handed_by(own: list[Row], files, taken, known, asked) -> Iterator[tuple[Lesson, list[Entry]]]:
    """Yield each lesson for which a student handed something in, with its entries.

    A file that could not be read stands for the lesson that its name says, else for any.
    """
    unread = [file.name for file in files if file.problem]
    for lesson in asked:
        rows = [row for row in own if row.exercise in known[lesson.stem].places]
        states = {row.state for row in rows}
        named = [file for file in unread if any(each.named_in(file) for each in asked)]
        elsewhere = named and not any(map(lesson.named_in, named))
        if states <= {"missing", "elsewhere"} or states <= {"missing", "unread"} and elsewhere:
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

    @property
    def page(self) -> Path:
        """Return the graded notebook, which nbgrader's pages show."""
        return self.folder("autograded") / f"{self.known.notebook}.ipynb"

    def enter(self, entries: list[Entry], files, book: Gradebook, told: Told) -> Told:
        """Enter scores and comments in one transaction, then write the graded notebook.

        In this order a run that is killed between the two finds the answer changed once more, and
        nbgrader asks again to look at a score given by hand.
        """
        self.receive(files)
        when, problem = self.handed_in_at()
        text = self.graded(entries, book)
        changed = self.page.exists() and self.page.read_text("utf-8") != text
        by_hand, others = self.score(entries, when, changed)
        self.write(text)
        problems = [problem, self.penalize()]
        told.problems.extend(each for each in problems if each and each not in told.problems)
        told.by_hand.extend([f"{self.student}, {self.known.assignment}"] * by_hand)
        told.others.extend([f"{self.student}, {self.known.assignment}"] * others)
        return told._replace(submissions=told.submissions + 1)

    def graded(self, entries: list[Entry], book: Gradebook) -> str:
        """Return the graded notebook, with the answers that count."""
        data = {each: book.notebook(each) for each in (e.content for e in entries) if each}
        notebook = page.notebook(entries, data, self.known.handed_out, self.known.others)
        return nbformat.writes(notebook) + "\n"

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

    def receive(self, files) -> None:
        """Let nbgrader count the submission, where what was handed in came another way."""
        submitted = self.folder("submitted")
        if not any(submitted.glob("[!.]*")):
            write(
                submitted / "graded_elsewhere.txt",
                NOTE + "".join(f"{file.name}\n" for file in files),
            )

    def write(self, text: str) -> None:
        """Write what nbgrader's pages show."""
        time = self.folder("submitted") / "timestamp.txt"
        if time.exists():
            write(self.folder("autograded") / "timestamp.txt", time.read_text("utf-8"))
        write(self.page, text)

    def score(self, entries: list[Entry], when, changed: bool) -> tuple[bool, bool]:
        """Enter scores and comments; return whether one of ours, and whether one of the teacher's
        own cells, is left to be scored by hand."""
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
            comments[entry.place.answer].auto_comment = page.comment(entry)
        others = [grade for name, grade in grades.items() if name in self.known.others]
        for grade in others:
            settle(grade, None if changed else grade.auto_score, changed)
        by_hand = any(grades[entry.place.check].needs_manual_grade for entry in entries)
        open_others = any(grade.needs_manual_grade for grade in others)
        self.gradebook.db.commit()
        return by_hand, open_others

    def penalize(self) -> str:
        """Let nbgrader take off what the course's own rule takes off for being late; return what
        is wrong with the rule, if something is."""
        from nbgrader.preprocessors import AssignLatePenalties

        names = (self.known.notebook, self.known.assignment, self.student)
        own = self.gradebook.find_submission_notebook(*names)
        if not own.assignment.assignment.duedate and own.late_submission_penalty is None:
            return ""
        given = {
            "notebook": self.known.notebook,
            "assignment": self.known.assignment,
            "student": self.student,
            "db_url": self.app.coursedir.db_url,
        }
        empty = nbformat.v4.new_notebook()
        try:
            AssignLatePenalties(parent=self.app).preprocess(empty, {"nbgrader": given})
        except Exception as error:
            why = f"{type(error).__name__}: {re.sub('<[^>]*> ', '', str(error))}"
            return f"The course's own rule for late submissions failed, nothing changes ({why})."
        return ""


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
