"""What ``lrcourse grade`` does, from the folder of submissions to the filled-in table."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

from lrcourse.base import BadInput
from lrcourse.classroom import bets
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.cluster import Cluster
from lrcourse.classroom.grading.gradebook import Gradebook, alone
from lrcourse.classroom.grading.lesson_names import spelled
from lrcourse.classroom.grading.settings import seed_of, variants_of
from lrcourse.classroom.handout.made_files import MADE
from lrcourse.classroom.outputs import WRITTEN, Pages, filled_name, write_all
from lrcourse.classroom.platforms.export import known, opened, roster
from lrcourse.classroom.points_by_hand import adjustments
from lrcourse.classroom.remembered import column_of, left_out, lessons_of
from lrcourse.classroom.sandbox.walls import missing

STOPPED = 130
"""What a command that was stopped from the keyboard tells the shell."""
ELSEWHERE = (
    "Grading needs Linux 6.2 or newer with Landlock: Ubuntu 24.04, Debian 13, Fedora 38 and what "
    "came after them have it. On Windows that is WSL2 (`wsl --install -d Ubuntu-24.04`, then `wsl "
    "--update`); on macOS a virtual machine (`limactl start template://ubuntu-24.04`); else a "
    "machine of a lab. A container has the kernel of its host."
)
"""How to have such a machine."""


class Options(NamedTuple):
    """What one run is asked for; all but ``place`` and ``out`` may be left out."""

    place: Path
    """The folder or zip that was handed in."""
    out: Path
    lessons: str = ""
    seed: int | None = None
    variants: int | None = None
    """What each student's own problems are drawn from."""
    workers: int = 1
    timeout: float | None = None
    executor: str = ""
    """The address of a Dask scheduler, or ""."""
    trust: bool = False
    fill: Path | None = None
    column: str = ""
    without: str | None = None
    adjust: Path | None = None
    nbgrader: Path | None = None
    """The folder of an nbgrader course."""
    templates: Path | None = None
    """A teacher's folder of changed templates."""


def grade_class(options: Options) -> None:
    """Grade a class and say what came of it.

    Raises ``BadInput`` with a sentence where something given cannot be used; a column that is not
    clear is told at the end, when all else is done.
    """
    able(options)
    if options.executor:
        with Cluster(options.executor) as cluster:
            options = options._replace(workers=cluster.threads())
    with in_sentences(options.out):
        options.out.mkdir(parents=True, exist_ok=True)
        with alone(options.out):
            pages = begun(options, Gradebook(options.out / "gradebook.sqlite"))
            grade_into(pages, options)
            if options.nbgrader:
                enter_nbgrader(pages.book, pages.settings, options.nbgrader)
    if pages.export and pages.export.at.problem:
        raise BadInput(f"Graded, and nothing filled in: {pages.export.at.problem}")


def able(options: Options) -> None:
    """Raise ``BadInput`` where a run cannot begin, before anything is changed."""
    place, out, fill = options.place, options.out, options.fill
    if (why := missing()) and not options.trust and not options.executor:
        raise BadInput(
            f"{why} {ELSEWHERE} To grade work that you trust all the same: --trust-submissions."
        )
    limit = options.timeout
    if limit is not None and not 0 < limit < math.inf:
        raise BadInput(f"--timeout must be a number of seconds above 0, got {limit:g}")
    if fill:
        opened(fill)
        if fill.resolve() in [(out / n).resolve() for n in ("grades.csv", filled_name(fill))]:
            told = f"{fill} would be overwritten: name your own export, and one outside {out}"
            raise BadInput(told)
    if options.nbgrader:
        from lrcourse.classroom.platforms.nbgrader import course  # Here: it takes a second.

        course.check(options.nbgrader)
    handed_in_there(place)
    apart(place, out)
    ours(out, fill)


@contextmanager
def in_sentences(out: Path) -> Iterator[None]:
    """Say what the system or the gradebook refuses in one sentence."""
    try:
        yield
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


def begun(options: Options, book: Gradebook) -> Pages:
    """Return what is to be graded and written: as asked for, else as in the runs before."""
    fill, out = options.fill, options.out
    chosen = lessons_of(book, out, options.lessons, fill)
    left = left_out(book, chosen, options.without)
    exercises = [n for each in chosen for n in each.exercises if n not in left]
    seed, variants = seed_of(book, options.seed), variants_of(book, options.variants)
    settings = batch.Settings(exercises, seed, options.timeout, options.trust, variants)
    if not settings.full_marks:
        raise BadInput("--without leaves no exercise without ★: nothing would count")
    export = column_of(book, out, fill, options.column) if fill else None
    return Pages(
        book, settings, out, spelled(chosen), tuple(left), fill, export, templates=options.templates
    )


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


def grade_into(pages: Pages, options: Options) -> None:
    """Grade what is new, and write all that is known; if stopped, what is known by then."""
    book, settings = pages.book, pages.settings
    if settings.trust:
        print("Answers run WITHOUT walls: they can read and change what you can.")
    try:
        if pages.export:
            book.keep("known", json.dumps(known(pages.export)))
        journals: list[bytes] = []
        batch.note(options.place, book, pages.lessons, told_folder, journals.append)
        if journals:
            book.keep("bets", bets.as_text(bets.won_by_class(journals)))
        keep(pages, options.adjust)
        asked = len(batch.all_asked(book, settings))
        with tqdm(total=asked, unit=" notebooks", desc="graded", leave=False) as bar:
            start = partial(executor_of, options.executor, options.workers)
            batch.grade_all(book, settings, start, options.workers, bar.update)
        write_all(pages)
    except KeyboardInterrupt:
        print("Stopped. What is graded is kept: the same command goes on from here.")
        write_all(pages._replace(fill=None, export=None, stopped=True))
        raise SystemExit(STOPPED) from None


def told_folder(folder: str) -> None:
    """Say what was taken for the class's."""
    print(f"{folder} was taken for the folder of the class, not for a student's.")


def keep(pages: Pages, adjust: Path | None) -> None:
    """Keep in the gradebook what holds for later runs as well: lessons, names, and what a teacher
    decides about the marks."""
    book = pages.book
    if pages.export:
        book.meet(roster(pages.export, book.students()))
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


def enter_nbgrader(book: Gradebook, settings: batch.Settings, course: Path) -> None:
    """Enter the grades into an nbgrader course and say what is left to be done there."""
    from lrcourse.classroom.platforms.nbgrader import grades

    told = grades.enter_class(book, settings, course)
    print(f"{told.submissions} submissions are in nbgrader's gradebook: {course}")
    if told.by_hand:
        print(
            f"{len(told.by_hand)} of them ask for a score by hand. Exported by this, those that "
            f"have none stay empty:\n{grades.EXPORT}"
        )
    print(*told.by_hand, *told.problems, sep="\n", end="\n" * bool(told.by_hand + told.problems))
    if told.others:
        print(f"{len(told.others)} have cells of your own that ask for a score by hand.")
