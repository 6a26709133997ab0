"""A whole class: every notebook to a worker, every grade into the gradebook as it comes."""

from __future__ import annotations

import os
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
from lrcourse.checks.notebook_code import sources_in
from lrcourse.classroom.grading.answers import looked_at
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.grader import Grade, grade
from lrcourse.classroom.grading.lesson_names import counted, named_lessons, spelled
from lrcourse.classroom.grading.renamed import renamed
from lrcourse.classroom.grading.settings import Settings
from lrcourse.classroom.grading.submissions import Handed, handed_in
from lrcourse.classroom.grading.versions import content, version
from lrcourse.classroom.sandbox.server import Server
from lrcourse.exercises import exercise, lessons

AHEAD = 4
"""Notebooks that wait for each worker: enough to keep it busy, few enough to hold in memory."""


class Task(NamedTuple):
    """What a worker needs to grade one notebook; a plain value, so that it can travel."""

    notebook: bytes
    names: list[str]
    seed: int
    limit: float | None
    trust: bool

    @property
    def versions(self) -> dict[str, str]:
        """The version of each grade that comes of it."""
        return {name: version(name, self.seed, self.limit) for name in self.names}


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


def note(
    place: Path,
    book: Gradebook,
    which: str = "",
    taken: Callable[[str], None] = lambda folder: None,
    heard: Callable[[bytes], None] = lambda journal: None,
) -> int:
    """Note every file of ``place`` and what it answers, before anything is graded; return how many
    files there are. So what a killed run did not come to is known as waiting, and ``place`` is read
    once: what comes after asks the gradebook.

    Raises ``BadInput``, and nothing is noted, where all answers are to other lessons than those
    that ``which`` names: it is another assignment's zip.
    """
    files = map(looked_at, handed_in(place, book.known(), taken, heard))
    return book.hand_in(place, _of_lessons(files, place, which))


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


class Asked(NamedTuple):
    """What is to be graded of one content, and the seed that draws its problems."""

    content: str
    names: list[str]
    seed: int


def all_asked(book: Gradebook, settings: Settings) -> list[Asked]:
    """Return what each content answers, once; and once for each student whose content it is, what
    asks for problems of the student's own."""
    found, alike = [], [name for name in settings.exercises if name not in settings.varied]
    for what, answers in book.answering():
        found.append(Asked(what, [name for name in answers if name in alike], settings.seed))
        if own := [name for name in answers if name in settings.varied]:
            found += [Asked(what, own, settings.seed_for(who)) for who in book.whose(what)]
    return found


def to_do(
    book: Gradebook, settings: Settings, passed: Callable[[int], None] = lambda count: None
) -> Iterator[Task]:
    """Yield what has no grade yet; ``passed(1)`` for each that has one."""
    for what, names, seed in all_asked(book, settings):
        versions = {name: version(name, seed, settings.limit) for name in names}
        if missing := book.missing(what, names, versions):
            yield Task(book.notebook(what), missing, seed, settings.limit, settings.trust)
        else:
            passed(1)


def grade_all(
    book: Gradebook,
    settings: Settings,
    executor: Callable[[], Executor],
    workers: int,
    done: Callable[[int], None] = lambda count: None,
) -> None:
    """Grade what has no grade yet; ``done(1)`` after each notebook.

    A worker that dies takes no grade with it: what it had is tried once more, alone, and if it
    dies again, that notebook is marked as failed and the others go on.
    """
    pool, waiting = executor(), {}
    try:
        for task in to_do(book, settings, done):
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
            grades, problems = future.result()
        except BadInput:
            raise
        except Exception:
            grades, problems = _alone(task, executor)
        problems = problems + renamed(sources_in(task.notebook), settings.exercises)
        book.enter(content(task.notebook), grades, problems, task.versions)
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
