"""What a class run leaves in its folder: tables, pages, the report and the lines of its summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lrcourse.grading import batch, exports, overview, reports, tables
from lrcourse.grading.gradebook import NOBODY, Adjustment, Gradebook
from lrcourse.grading.returning import write_zips
from lrcourse.grading.sentences import some

WRITTEN = ["grades.csv", "problems.txt", "report.html", "feedback"] + [
    f"feedback-{name}.zip" for name in ("canvas", "moodle")
]
"""What is written beside the gradebook."""
GONE = "It is no longer where it was handed in, and counts no more."


class Pages(NamedTuple):
    """What is written of a class, and where it goes."""

    book: Gradebook
    settings: batch.Settings
    out: Path
    lessons: str = ""
    without: tuple[str, ...] = ()
    fill: Path | None = None
    export: exports.Export | None = None
    stopped: bool = False
    """Whether the run did not come to its end: pages of what is open are not to be given back."""


def write_all(pages: Pages) -> None:
    """Write tables, pages and the report, and say in a few lines what the class came to.

    One student is held at a time; of a class, a line for each.
    """
    book, settings, out = pages.book, pages.settings, pages.out
    totals, problems, tally, people = [], [], overview.Tally(), book.people()
    for own in tables.by_student(book.rows(settings.points, settings.versions)):
        who = (own[0].student, own[0].number)
        files, told = book.files(*who), book.problems(*who)
        total = tables.total(own, files, people.get(who, NOBODY))
        page = reports.page(own, total, told, files, pages.without)
        tables.write(out / reports.address(*who), page)
        tally.add(own)
        totals.append(total)
        problems += [f"{file} ({total.name}): {_line(sentence)}" for file, sentence in told]
    gone = [f"{file} ({student})" for file, student, _ in book.gone()]
    remove_pages(out, {reports.address(each.student, each.number) for each in totals})
    tables.write(out / "grades.csv", tables.grades_csv(totals, settings.exercises))
    tables.write(
        out / "problems.txt", "\n".join([*problems, *(f"{each}: {GONE}" for each in gone), ""])
    )
    report = overview.report(tally, totals, settings.seed, pages.without)
    tables.write(out / "report.html", report)
    back = ((out / reports.address(*who), who[1], files) for who, files in _each(book))
    packed = write_zips(out, () if pages.stopped else back)
    summary(pages, totals, gone, problems, packed)
    if pages.export:
        fill_in(pages, totals)


def _each(book: Gradebook) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield every student with the names of the files handed in."""
    for who in book.students():
        yield who, [file.name for file in book.files(*who)]


def summary(pages: Pages, totals, gone: list[str], problems: list[str], packed) -> None:
    """Say in a few lines what the class came to, and where it stands."""
    out, settings = pages.out, pages.settings
    grades = len(totals) * len(settings.exercises)
    students = f"{len(totals)} student{'s' * (len(totals) != 1)}"
    print(f"{students}, {grades} grades, seed {settings.seed}: {out / 'grades.csv'}")
    if pages.without:
        print(f"Left out of the marks: {', '.join(pages.without)}.")
    print(f"A page for each is in {out / 'feedback'}; the class: {out / 'report.html'}")
    if packed:
        print(f"To give the pages back: {', '.join(map(str, packed))}")
    if gone:
        print(f"No longer handed in, and counted no more: {some(gone)}.")
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


def fill_in(pages: Pages, totals: list[tables.Total]) -> None:
    """Write the teacher's export with the points filled in, and say what its numbers mean."""
    export, path = pages.export, pages.out / filled_name(pages.fill)
    full = pages.settings.full_marks
    points = f"{full} point{'s' * (full != 1)}"
    print(
        f"{export.column}: {points} of lessons {pages.lessons}, "
        + (f"scaled to {export.most:g}." if export.most else "as they are.")
    )
    text, sentences = exports.filled(export, totals)
    tables.write(path, text)
    pages.book.keep("column", export.column)
    print(f"Filled in: {path}", *sentences, sep="\n")
    if idle := exports.without_work(export, pages.book.students()):
        keep = "keeps" if len(idle) == 1 else "keep"
        told = f"handed nothing in and {keep} what stood there: {some(idle, '; ')}."
        print(f"{len(idle)} in the export {told}")


def remove_pages(out: Path, kept: set[str]) -> None:
    """Remove the pages of those who have nothing handed in any more, or another name; what a
    teacher put beside them stays."""
    for path in out.glob("feedback/*.html"):
        if reports.OWN.search(path.name) and path.relative_to(out).as_posix() not in kept:
            path.unlink()


def _line(sentence: str) -> str:
    return " ".join(sentence.split())
