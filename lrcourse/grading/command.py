"""What ``lrcourse grade`` does, from the folder of submissions to the filled-in table."""

from __future__ import annotations

import math
import re
import sqlite3
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from tqdm import tqdm

from lrcourse.base import BadInput
from lrcourse.grading import batch, exports
from lrcourse.grading.adjusting import adjustments
from lrcourse.grading.chosen import named_lessons, spelled
from lrcourse.grading.cluster import Cluster
from lrcourse.grading.gradebook import Gradebook, alone
from lrcourse.grading.made_files import MADE
from lrcourse.grading.submissions import class_folder
from lrcourse.grading.walls import missing
from lrcourse.grading.written import WRITTEN, Pages, filled_name, write_all
from lrcourse.lessons import Lesson

NUMBER = re.compile(r" \(\d+\)$")
"""What Canvas puts behind the name of an assignment."""
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
    without: str | None = None,
    adjust: Path | None = None,
) -> None:
    """Grade ``place`` into ``out`` and say what came of it.

    Raises ``ValueError`` with a sentence where something given cannot be used.
    """
    if (why := missing()) and not trust and not address:
        raise BadInput(f"{why} To grade work that you trust all the same: --trust-submissions.")
    if limit is not None and not 0 < limit < math.inf:
        raise BadInput(f"--timeout must be a number of seconds above 0, got {limit:g}")
    export = exports.opened(fill, column) if fill else None
    if fill and fill.resolve() in [(out / n).resolve() for n in ("grades.csv", filled_name(fill))]:
        raise BadInput(f"{fill} would be overwritten: name your own export, and one outside {out}")
    if course:
        from lrcourse.grading import nbgrader_course  # Here, because nbformat takes a second.

        nbgrader_course.check(course)
    handed_in_there(place)
    apart(place, out)
    ours(out, fill)
    if address:
        with Cluster(address) as cluster:
            workers = cluster.threads()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with alone(out):
            book = Gradebook(out / "gradebook.sqlite")
            chosen = lessons_of(book, out, which, fill)
            same_column(book, out, export)
            left = left_out(book, chosen, without)
            exercises = [n for each in chosen for n in each.exercises if n not in left]
            settings = batch.Settings(exercises, batch.seed_of(book, seed), limit, trust)
            if not settings.full_marks:
                raise BadInput("--without leaves no exercise without ★: nothing would count")
            pages = Pages(book, settings, out, spelled(chosen), left, fill, export)
            grade_into(pages, place, workers, address, adjust)
            if course:
                enter_nbgrader(place, book, settings, course)
    except sqlite3.Error as error:
        raise BadInput(
            f"the gradebook in {out} could not be read or written ({error}): what was graded is "
            "kept; see that there is room, and say the same again"
        ) from None
    except OSError as error:
        raise BadInput(
            f"{error.filename or out} cannot be used ({error.strerror}): what was graded is kept; "
            "see that there is room and may be written, and say the same again"
        ) from None


def handed_in_there(place: Path) -> None:
    """Raise ``BadInput`` where ``place`` is the course, and nothing that students handed in."""
    for name in (MADE.format("release"), "nbgrader_config.py", "lrcourse/__init__.py"):
        if (place / name).exists():
            raise BadInput(
                f"{place} is the course ({name} is in it), not what students handed in: name the "
                "zip or the folder that your platform gave you"
            )


def apart(place: Path, out: Path) -> None:
    """Raise ``BadInput`` where ``out`` lies in ``place``: the feedback of one run would be work
    that students handed in for the next."""
    if out.resolve().is_relative_to(place.resolve()):
        raise BadInput(
            f"--out {out} lies in {place}, among what students handed in: name a folder beside it"
        )


def ours(out: Path, fill: Path | None) -> None:
    """Raise ``BadInput`` where something in ``out`` would be overwritten that is not ours."""
    if (out / "gradebook.sqlite").exists() or not out.is_dir():
        return
    for name in [*WRITTEN, *([filled_name(fill)] if fill else [])]:
        if (out / name).exists():
            raise BadInput(f"{out / name} is there and not ours: name a new folder for --out")


def lessons_of(book: Gradebook, out: Path, which: str, fill: Path | None) -> list[Lesson]:
    """Return the lessons that the gradebook is for: those of its first run."""
    kept = book.setting("lessons")
    if not which and not kept and fill:
        raise BadInput(
            f"say which lessons the points in {fill} are for, as in --lessons 00-02: without it "
            "they would be for the whole course"
        )
    chosen = named_lessons(which or kept or "")
    if kept and spelled(chosen) != kept:
        raise BadInput(
            f"{out} holds lessons {kept}, and you name {spelled(chosen)}: give each assignment an "
            "--out of its own"
        )
    return chosen


def same_column(book: Gradebook, out: Path, export: exports.Export | None) -> None:
    """Raise ``BadInput`` where another column was filled from ``out`` before; one whose number
    alone differs is that of a copied course."""
    kept = book.setting("column")
    if export and kept and NUMBER.sub("", kept) != NUMBER.sub("", export.column):
        raise BadInput(
            f"{out} fills the column {kept!r}, and you name {export.column!r}: give each "
            "assignment an --out of its own"
        )


def left_out(book: Gradebook, chosen: list[Lesson], without: str | None) -> list[str]:
    """Return the exercises that are left out of the marks: those named, else those of before."""
    words = book.setting("without") or "" if without is None else without
    left = list(dict.fromkeys(each.strip() for each in words.split(",") if each.strip()))
    known = [name for lesson in chosen for name in lesson.exercises]
    if lost := [name for name in left if name not in known]:
        raise BadInput(
            f"--without {lost[0]}: the exercises of these lessons are {', '.join(known)}"
        )
    return left


def grade_into(pages: Pages, place: Path, workers: int, address: str, adjust: Path | None) -> None:
    """Grade what is new in ``place``, and write all that is known; if stopped, what is known by
    then."""
    book, settings = pages.book, pages.settings
    if settings.trust:
        print("Answers run WITHOUT walls: they can read and change what you can.")
    try:
        files = batch.note(place, book, pages.lessons)
        keep(pages, adjust)
        if outer := class_folder(place):
            print(f"{outer} was taken for the folder of the class, not for a student's.")
        with tqdm(total=files, unit=" files", desc="graded", leave=False) as bar:
            start = partial(executor_of, address, workers)
            batch.grade_all(place, book, settings, start, workers, bar.update)
        write_all(pages)
    except KeyboardInterrupt:
        print("Stopped. What is graded is kept: the same command goes on from here.")
        write_all(pages._replace(fill=None, export=None, stopped=True))
        raise SystemExit(STOPPED) from None


def keep(pages: Pages, adjust: Path | None) -> None:
    """Keep in the gradebook what holds for later runs as well: lessons, names, and what a teacher
    decides about the marks."""
    book = pages.book
    if pages.export:
        book.meet(exports.roster(pages.export, book.students()))
    by_hand = adjustments(adjust, book, pages.settings.exercises) if adjust else []
    book.setting("lessons", pages.lessons)
    book.keep("without", ",".join(pages.without))
    did = book.adjust(by_hand)
    if adjust:
        print(
            f"By hand: {did.given} set, {did.changed} changed, {did.taken_back} taken back; "
            f"{did.hold} hold{'s' * (did.hold == 1)}."
        )


def executor_of(address: str, workers: int) -> Executor:
    """Return what runs the grading: this machine's processes, or the Dask cluster named."""
    return Cluster(address) if address else batch.processes(workers)


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
