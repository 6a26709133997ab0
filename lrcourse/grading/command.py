"""What ``lrcourse grade`` does, from the folder of submissions to the filled-in table."""

from __future__ import annotations

import sqlite3
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from tqdm import tqdm

from lrcourse.base import BadInput
from lrcourse.grading import batch, overview, reports, tables
from lrcourse.grading.chosen import named_lessons
from lrcourse.grading.cluster import Cluster
from lrcourse.grading.gradebook import Gradebook
from lrcourse.grading.walls import missing

STOPPED = 130
"""What a command that was stopped from the keyboard tells the shell."""


def grade_class(
    place: Path,
    out: Path,
    which: str,
    seed: int | None,
    workers: int,
    limit: float | None,
    address: str,
    trust: bool,
    *,
    fill: Path | None = None,
    column: str = "",
    course: Path | None = None,
) -> None:
    """Grade ``place`` into ``out`` and say what came of it.

    Raises ``ValueError`` with a sentence where something given cannot be used.
    """
    if (why := missing()) and not trust and not address:
        raise BadInput(f"{why} To grade work that you trust all the same: --trust-submissions.")
    if fill:
        tables.filled(fill, [], column)  # What cannot be filled is said before the long work.
        if fill.resolve() == (out / "grades.csv").resolve():
            raise BadInput(f"{fill} would be overwritten with our own table: use another --out")
    if course:
        from lrcourse.grading import nbgrader_course  # Here, because nbformat takes a second.

        nbgrader_course.check(course)
    if address:
        with Cluster(address) as cluster:
            workers = cluster.threads()
    out.mkdir(parents=True, exist_ok=True)
    book = Gradebook(out / "gradebook.sqlite")
    exercises = [name for lesson in named_lessons(which) for name in lesson.exercises]
    settings = batch.Settings(exercises, batch.seed_of(book, seed), limit, trust)
    if trust:
        print("Answers run WITHOUT walls: they can read and change what you can.")
    try:
        files = batch.note(place, book)
        with tqdm(total=files, unit=" files", desc="graded", leave=False) as bar:
            start = partial(executor_of, address, workers)
            batch.grade_all(place, book, settings, start, workers, bar.update)
    except KeyboardInterrupt:
        print("Stopped. What is graded is kept: the same command goes on from here.")
        write_all(book, settings, out, None, "")
        raise SystemExit(STOPPED) from None
    except sqlite3.Error as error:
        raise BadInput(
            f"{out / 'gradebook.sqlite'} cannot be written ({error}). What is graded is kept: make "
            "room, and the same command goes on from here."
        ) from None
    write_all(book, settings, out, fill, column)
    if course:
        enter_nbgrader(place, book, settings, course)


def executor_of(address: str, workers: int) -> Executor:
    """Return what runs the grading: this machine's processes, or the Dask cluster named."""
    return Cluster(address) if address else batch.processes(workers)


def write_all(book: Gradebook, settings: batch.Settings, out: Path, fill, column) -> None:
    """Write tables, pages and the report, and say in a few lines what the class came to.

    One student is held at a time; of a class, a line for each.
    """
    totals, problems, tally = [], [], overview.Tally()
    for own in tables.by_student(book.rows(settings.points, settings.versions)):
        total = tables.total(own)
        told = book.problems(total.student, total.number)
        page = reports.page(own, told)
        tables.write(out / reports.address(total.student, total.number), page)
        tally.add(own)
        totals.append(total)
        problems += [f"{file} ({total.student}): {_line(sentence)}" for file, sentence in told]
    tables.write(out / "grades.csv", tables.grades_csv(totals, settings.exercises))
    tables.write(out / "problems.txt", "\n".join([*problems, ""]))
    tables.write(out / "report.html", overview.report(tally, totals, settings.seed))
    grades = len(totals) * len(settings.exercises)
    print(f"{len(totals)} students, {grades} grades, seed {settings.seed}: {out / 'grades.csv'}")
    print(f"A page for each is in {out / 'feedback'}; the class: {out / 'report.html'}")
    if unsettled := sum(bool(total.note) for total in totals):
        print(f"{unsettled} are not settled yet: their note in grades.csv says why.")
    if problems:
        print(f"{len(problems)} files or cells could not be used: {out / 'problems.txt'}")
    if fill:
        text, sentences = tables.filled(fill, totals, column)
        tables.write(out / f"filled-{fill.name}", text)
        print(f"Filled in: {out / f'filled-{fill.name}'}", *sentences, sep="\n")


def _line(sentence: str) -> str:
    return " ".join(sentence.split())


def enter_nbgrader(place: Path, book: Gradebook, settings: batch.Settings, course: Path) -> None:
    """Enter the grades into an nbgrader course and say what is left to be done there."""
    from lrcourse.grading import nbgrader_grades

    told = nbgrader_grades.enter_class(place, book, settings, course)
    print(f"{told.submissions} submissions are in nbgrader's gradebook: {course}")
    if told.by_hand:
        print(
            f"{len(told.by_hand)} of them ask for a score by hand. Exported by this, those that "
            f"have none stay empty:\n{nbgrader_grades.EXPORT}"
        )
    print(*told.by_hand, *told.problems, sep="\n", end="\n" * bool(told.by_hand + told.problems))
    if told.others:
        print(f"{len(told.others)} have cells of your own that ask for a score by hand.")
    if told.gone:
        print(
            f"Files that earlier runs graded are not in {place}, and their scores stay: "
            f"{told.gone[0]}" + f" and {len(told.gone) - 1} more" * (len(told.gone) > 1)
        )
