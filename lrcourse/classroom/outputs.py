"""What a class run leaves in its folder: tables, pages, the report and the lines of its summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from lrcourse.classroom import bets
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.gradebook import NOBODY, Adjustment, File, Gradebook, Row, key
from lrcourse.classroom.grading.sentences import some
from lrcourse.classroom.pages import class_report, grades_csv, student_page
from lrcourse.classroom.platforms.export import Export
from lrcourse.classroom.platforms.feedback import ZIPS, Back, write_zips
from lrcourse.classroom.platforms.filling import filled, without_work
from lrcourse.classroom.platforms.platform import Page

WRITTEN = ["grades.csv", "problems.txt", "report.html", "feedback", *ZIPS.values()]
"""What is written beside the gradebook."""
EXCEL = "\ufeff"
"""Begins a table, so that Excel knows how its letters are coded."""


class Pages(NamedTuple):
    """What is written of a class, and where it goes."""

    book: Gradebook
    settings: batch.Settings
    out: Path
    lessons: str = ""
    without: tuple[str, ...] = ()
    fill: Path | None = None
    export: Export | None = None
    stopped: bool = False
    """Whether the run did not come to its end: pages of what is open are not to be given back."""
    templates: Path | None = None
    """A teacher's folder of changed templates."""


def write_all(pages: Pages) -> None:
    """Write tables, pages and the report, and say in a few lines what the class came to.

    One student is held at a time; of a class, a line for each.
    """
    settings, out = pages.settings, pages.out
    totals, problems, tally = [], [], class_report.Tally()
    for each in _each(pages):
        grades_csv.write(each.path, each.page())
        tally.add(each.own)
        totals.append(each.total)
        problems += [f"{file} ({each.total.name}): {_line(told)}" for file, told in each.problems]
    remove_pages(out, {student_page.address(each.student, each.number) for each in totals})
    table = grades_csv.grades_csv(totals, settings.exercises)
    grades_csv.write(out / "grades.csv", EXCEL + table)
    grades_csv.write(out / "problems.txt", "\n".join([*problems, ""]))
    report = class_report.report(
        tally,
        totals,
        settings.seed,
        pages.without,
        pages.templates,
        bets.from_text(pages.book.setting("bets") or "[]"),
    )
    grades_csv.write(out / "report.html", report)
    packed = write_zips(out, () if pages.stopped else map(_back, _each(pages)))
    summary(pages, totals, problems, packed)
    if pages.export and not pages.export.at.problem:
        fill_in(pages, totals)


class Student(NamedTuple):
    """One student of the class: all that is known, and the page that says it."""

    own: list[Row]
    total: grades_csv.Total
    files: list[File]
    problems: list[tuple[str, str]]
    path: Path
    page: Callable[..., str]


def _each(pages: Pages) -> Iterator[Student]:
    """Yield every student of the class, one at a time."""
    book, settings, people = pages.book, pages.settings, pages.book.people()
    for own in grades_csv.by_student(book.rows(settings.points, settings.versions, settings.own)):
        who = (own[0].student, own[0].number)
        files, problems = book.files(*who), book.problems(*who)
        total = grades_csv.total(own, files, people.get(who, NOBODY))
        said = own, total, problems, files, pages.without, pages.templates
        page = partial(student_page.page, *said, variant=settings.variant(key(*who)))
        path = pages.out / student_page.address(*who)
        yield Student(own, total, files, problems, path, page)


def _back(each: Student) -> Back:
    """Return a student's page as it goes back to a platform."""
    page = Page(each.path, partial(each.page, framed=False))
    return page, (each.total.student, each.total.number), [file.name for file in each.files]


def summary(pages: Pages, totals, problems: list[str], packed) -> None:
    """Say in a few lines what the class came to, and where it stands."""
    out, settings = pages.out, pages.settings
    grades = len(totals) * len(settings.exercises)
    students = f"{len(totals)} student{'s' * (len(totals) != 1)}"
    print(f"{students}, {grades} grades, seed {settings.seed}: {out / 'grades.csv'}")
    if settings.varied:
        told = f"Problems of each student's own, from --variants {settings.variants}"
        print(f"{told}: {', '.join(settings.varied)}.")
    if pages.without:
        print(f"Left out of the marks: {', '.join(pages.without)}.")
    print(f"A page for each is in {out / 'feedback'}; the class: {out / 'report.html'}")
    if packed:
        print(f"To give the pages back: {', '.join(map(str, packed))}")
    if kept := [f"{name} ({number})" if number else name for name, number in pages.book.absent()]:
        print(f"No longer handed in, and counted all the same: {some(kept)}.")
    if astray := [_by_hand(each) for each in pages.book.astray()]:
        have = "decision by hand has" if len(astray) == 1 else "decisions by hand have"
        print(f"{len(astray)} {have} no work to stand on: {some(astray, '; ')}.")
    if len(totals) == 1:
        print(f"All of it is the work of one student, {totals[0].name}.")
    if unsettled := sum(bool(total.note) for total in totals):
        are = "is" if unsettled == 1 else "are"
        print(f"{unsettled} {are} not settled yet: the note in grades.csv says why.")
    if problems:
        files = "file or cell" if len(problems) == 1 else "files or cells"
        print(f"{len(problems)} {files} could not be used: {out / 'problems.txt'}")


def _by_hand(each: Adjustment) -> str:
    number = f" ({each.number})" if each.number else ""
    return f"{each.student}{number}, {each.exercise}: {_line(each.reason)}"


def filled_name(export: Path) -> str:
    """Return the name under which an export is filled in; one that another marker filled keeps it.

    >>> filled_name(Path("canvas.csv")), filled_name(Path("w1/filled-canvas.csv"))
    ('filled-canvas.csv', 'filled-canvas.csv')
    """
    return f"filled-{export.name.removeprefix('filled-')}"


def fill_in(pages: Pages, totals: list[grades_csv.Total]) -> None:
    """Write the teacher's export with the points filled in, and say what its numbers mean."""
    export, path = pages.export, pages.out / filled_name(pages.fill)
    full, at = pages.settings.full_marks, pages.export.at
    points = f"{full} point{'s' * (full != 1)}"
    print(
        f"{at.column}: {points} of lessons {pages.lessons}, "
        + (f"scaled to {at.most:g}." if at.most else "as they are.")
    )
    text, sentences = filled(export, totals)
    grades_csv.write(path, text)
    pages.book.keep("column", at.column)
    print(f"Filled in: {path}", *sentences, sep="\n")
    if idle := without_work(export, pages.book.students()):
        keep = "keeps" if len(idle) == 1 else "keep"
        told = f"handed nothing in and {keep} what stood there: {some(idle, '; ')}."
        print(f"{len(idle)} in the export {told}")


def remove_pages(out: Path, kept: set[str]) -> None:
    """Remove the pages of those who have nothing handed in any more, or another name; what a
    teacher put beside them stays."""
    for path in out.glob("feedback/*.html"):
        if student_page.OWN.search(path.name) and path.relative_to(out).as_posix() not in kept:
            path.unlink()


def _line(sentence: str) -> str:
    return " ".join(sentence.split())
