"""A whole class: every notebook to a worker, every grade into the gradebook as it comes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from functools import cache
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.cells import asked_in, sources_in
from lrcourse.exercises import exercise, exercise_names, lessons
from lrcourse.grading.chosen import counted, named_lessons, spelled
from lrcourse.grading.gradebook import NOTHING, Gradebook
from lrcourse.grading.grader import Grade, grade
from lrcourse.grading.isolation import Server
from lrcourse.grading.submissions import Handed, handed_in
from lrcourse.grading.versions import content, version

AHEAD = 4
"""Notebooks that wait for each worker: enough to keep it busy, few enough to hold in memory."""


class Task(NamedTuple):
    """What a worker needs to grade one notebook; a plain value, so that it can travel."""

    notebook: bytes
    names: list[str]
    seed: int
    limit: float | None
    trust: bool


def work(task: Task) -> tuple[list[Grade], list[str]]:
    """Grade one notebook: the function that workers run, here or on another machine."""
    serving = server(task.trust)
    try:
        result = grade(serving, task.notebook, task.names, task.seed, task.limit)
        if serving.process.poll() is not None:
            raise RuntimeError("the process that answers run in ended, by no fault of theirs")
        return result
    except Exception:
        server.cache_clear()
        serving.close()
        raise


@cache
def server(trust: bool) -> Server:
    """Return this worker's own server, begun at its first notebook; it ends with the worker."""
    return Server(trust)


class Settings(NamedTuple):
    """How a class is graded."""

    exercises: list[str]
    seed: int
    limit: float | None = None
    trust: bool = False

    @property
    def versions(self) -> dict[str, str]:
        """The present version of each exercise's grade."""
        return {name: version(name, self.seed, self.limit) for name in self.exercises}

    @property
    def full_marks(self) -> int:
        """The points of the exercises without ★: what a student needs, and the most that counts."""
        return sum(exercise(name).points for name in self.exercises if exercise(name).core)

    @property
    def points(self) -> list[tuple[str, int]]:
        """Each exercise with its points."""
        return [(name, exercise(name).points) for name in self.exercises]


def seed_of(book: Gradebook, seed: int | None) -> int:
    """Return the class's seed: the one named, else the one of the last run, else a new one.

    Raises ``BadInput`` where the gradebook was begun with another.
    """
    kept = int(book.setting("seed", secrets.randbits(64) if seed is None else seed))
    if seed is not None and seed != kept:
        raise BadInput(
            f"this gradebook was begun with --seed {kept}, got {seed}: "
            "use another --out for grades of another seed"
        )
    return kept


def note(place: Path, book: Gradebook, which: str = "") -> int:
    """Note every file of ``place`` and what it answers, before anything is graded; return how many
    files there are. So what a killed run did not come to is known as waiting.

    Raises ``BadInput``, and nothing is noted, where all answers are to other lessons than those
    that ``which`` names: it is another assignment's zip.
    """
    looked_at = (_looked_at(each, exercise_names()) for each in handed_in(place))
    return book.hand_in(place, _of_lessons(looked_at, place, which))


def _of_lessons(
    files: Iterable[tuple[Handed, list[str]]], place: Path, which: str
) -> Iterator[tuple[Handed, list[str]]]:
    """Yield all files; at their end, refuse them where none is for these lessons."""
    answered: set[str] = set()
    for handed, asked in files:
        answered.update(asked)
        yield handed, asked
    wanted = {name for lesson in named_lessons(which) for name in lesson.exercises}
    if answered and not answered & wanted:
        others = [lesson for lesson in lessons() if answered & {*lesson.exercises}]
        raise BadInput(
            f"no file in {place} answers an exercise of {counted(which)}, which this --out is for; "
            f"they answer {counted(spelled(others))}: give them an --out and --lessons of their own"
        )


def _looked_at(handed: Handed, known: list[str]) -> tuple[Handed, list[str]]:
    if handed.problem:
        return handed, []
    try:
        sources = sources_in(handed.notebook)
    except ValueError as error:
        return handed._replace(problem=f"It is {error}."), []
    asked = asked_in(sources, known)
    return handed._replace(problem="" if asked else _nothing(sources)), asked


def _nothing(sources: list[str]) -> str:
    """Return what to say of a notebook that answers nothing; it may be a lesson, whose exercises
    stand in another of the same name."""
    text = "\n".join(sources)
    for lesson in lessons():
        if any(f'"{question.id}"' in text for question in lesson.questions):
            told = f"Hand in {lesson.stem}.ipynb from the folder exercises"
            return f"{NOTHING} {told}: this is the lesson of that name."
    return NOTHING


def to_do(
    place: Path, book: Gradebook, settings: Settings, passed: Callable[[int], None]
) -> Iterator[tuple[bytes, list[str]]]:
    """Yield each notebook of ``place`` with its exercises to grade, one content once; ``passed(1)``
    for each that has none."""
    versions, begun = settings.versions, set()
    for handed in handed_in(place):
        what = content(handed.notebook)
        _, asked = _looked_at(handed, settings.exercises)
        missing = [] if what in begun else book.missing(what, asked, versions)
        if missing:
            begun.add(what)
            yield handed.notebook, missing
        else:
            passed(1)


def grade_all(
    place: Path,
    book: Gradebook,
    settings: Settings,
    executor: Callable[[], Executor],
    workers: int,
    done: Callable[[int], None] = lambda count: None,
) -> None:
    """Grade what is new or changed in ``place``; ``done(1)`` after each notebook.

    A worker that dies takes no grade with it: what it had is tried once more, alone, and if it
    dies again, that notebook is marked as failed and the others go on.
    """
    pool, waiting = executor(), {}
    try:
        for notebook, names in to_do(place, book, settings, done):
            task = Task(notebook, names, settings.seed, settings.limit, settings.trust)
            while len(waiting) >= AHEAD * workers:
                _collect(waiting, book, settings, executor, done)
            try:
                future = pool.submit(work, task)
            except BrokenExecutor:
                pool.shutdown(wait=False)
                pool = executor()
                future = pool.submit(work, task)
            waiting[future] = task
        while waiting:
            _collect(waiting, book, settings, executor, done)
    except KeyboardInterrupt:
        for worker in active_children():
            worker.kill()  # Its notebook may hold an endless loop; it is graded next time.
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _collect(waiting: dict[Future, Task], book, settings, executor, done) -> None:
    """Enter what is finished; what the executor could not do, by whatever name, is done alone."""
    finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
    if any(isinstance(_failure(future), BrokenExecutor) for future in finished):
        finished, _ = wait(waiting)  # All that this broke: the oldest, which may be why, first.
    for future in [each for each in waiting if each in finished]:
        task = waiting.pop(future)
        try:
            result = future.result()
        except BadInput:
            raise
        except Exception:
            result = _alone(task, executor)
        book.enter(content(task.notebook), *result, settings.versions)
        done(1)


def _failure(future: Future) -> BaseException | None:
    return None if future.cancelled() else future.exception()


def _alone(task: Task, executor) -> tuple[list[Grade], list[str]]:
    """Grade a notebook that did not come to its end, with nothing beside it."""
    with executor() as pool:
        try:
            return pool.submit(work, task).result()
        except BadInput:
            raise
        except Exception as error:
            told = f"It could not be graded, twice ({type(error).__name__}): look at it by hand."
            return [
                Grade(name, 0.0, exercise(name).points, [], told, "", "failed")
                for name in task.names
            ], [told]


def processes(workers: int) -> Executor:
    """Return an executor of this machine's own processes, none of them a fork of this one."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=stand_alone)


def stand_alone() -> None:
    """Keep the keyboard's interrupts from this worker, and end it with the process it works for:
    one that is killed tells nobody."""
    os.setsid()
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(other) -> None:
    other.join()
    os._exit(1)
