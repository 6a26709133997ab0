"""Grade one notebook: a plain function of its bytes, the checks and a seed."""

from __future__ import annotations

import faulthandler
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from operator import attrgetter
from typing import NamedTuple

from lrcourse.checks.examine import Report, examine
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.notebook_code import answered_in, sources_in
from lrcourse.checks.running_cells import NEWER
from lrcourse.classroom.sandbox.confined import ProcessEnded
from lrcourse.classroom.sandbox.outside import Submission
from lrcourse.classroom.sandbox.server import Server
from lrcourse.exercises import exercise

WORDS = 3000
"""Letters that a message may have."""
STUCK = 120
"""Seconds beyond those of its checks after which the grading of a notebook is stuck."""


class Grade(NamedTuple):
    """What one exercise of one submission came to."""

    name: str
    points: float
    possible: int
    promises: list[tuple[str, str]]
    """Each promise with its state: holds, broken, unwritten or waiting."""
    message: str
    """What the learner would have read about the first promise that does not hold; of a hidden
    one, no input."""
    mistake: str
    """The known mistake that gives just these values, or ""."""
    state: str
    """graded; or failed, where the grader itself could not come to an end."""


def points(report: Report) -> float:
    """Return the share of the exercise's points that the promises kept up to the first broken one
    have, whole points for all."""
    kept = [each.state for each in report.outcomes]
    first = next((place for place, state in enumerate(kept) if state != "holds"), len(kept))
    return report.exercise.points * first / len(kept)


def printable(words: str) -> str:
    """Return words that a student's code may have had a part in, not too many and all of them such
    as can be written to a file."""
    short = words if len(words) <= WORDS else f"{words[:WORDS]} ..."
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in short)


def grade(
    server: Server, notebook: bytes, names: list[str], seed: int = 0, limit: float | None = None
) -> tuple[list[Grade], list[str]]:
    """Return a grade for each exercise in ``names``, and what went wrong in the notebook's cells.

    Raises ``ValueError`` where this is no notebook, ``NoWalls`` where no walls stand round it.
    """
    sources = sources_in(notebook)
    submission = Submission(server, sources)
    asked = [_asked(exercise(name), limit) for name in names]
    try:
        with ended_if_stuck(STUCK + sum(len(each.checks) * each.limit for each in asked)):
            grades = [_best(submission, each, seed) for each in asked]
            return grades, [printable(each) for each in submission.problems]
    finally:
        submission.close()


def _asked(exercise: Exercise, limit: float | None) -> Exercise:
    """Return the exercise with this limit, if there is one, and its hidden checks at the end: no
    answer tells what it saw there."""
    checks = sorted(exercise.checks, key=attrgetter("hidden"))
    return replace(exercise, limit=limit or exercise.limit, checks=checks)


def _best(submission: Submission, asked: Exercise, seed: int) -> Grade:
    """Return the grade of the best of the answers to one exercise that a notebook holds."""
    submission.count_anew()
    try:
        submission.ready_for(asked.name)
    except ProcessEnded as error:
        submission.note([f"The cells could not be run: {error}."])
    best = None
    for name in submission.guesses(asked.name):
        grade = _graded(submission, asked, seed, name)
        best = grade if best is None or grade.points > best.points else best
        if best.points == asked.points or grade.state != "graded":
            break
    return best or _undefined(asked, submission)


@contextmanager
def ended_if_stuck(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer. A check that is given something odd may be stuck
    in a call into C, where no alarm is heard; who waits for this process goes on without it."""
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def undefined(name: str) -> str:
    """Say that no cell defines ``name``.

    >>> undefined("gd_step")
    'gd_step is not defined.'
    """
    return f"{name} is not defined."


def _undefined(asked: Exercise, submission: Submission) -> Grade:
    """Return the grade of an answer that is not there: with what its cell failed by, if it did."""
    cell = f"Code cell {answered_in(submission.all_sources, asked.name) + 1} "
    problems = [printable(each) for each in submission.problems]
    why = [f"Its cell {each.removeprefix(cell)}" for each in problems if each.startswith(cell)]
    told = why[0] if why else undefined(asked.name)
    newer = any(each.startswith(f"Its cell {NEWER}") for each in why)
    state = "failed" if newer or lacks_a_module(told) else "graded"
    return Grade(asked.name, 0.0, asked.points, [], told, "", state)


def _graded(submission: Submission, asked: Exercise, seed: int, name: str) -> Grade:
    """Return the grade of the function ``name``, which answers the exercise ``asked``."""
    try:
        submission.ready_for(asked.name)  # Not in the seconds of its first check.
        report = examine(asked, submission.function(name), seed, hidden=True)
        if submission.without_walls:
            raise submission.without_walls
    except ProcessEnded as error:
        return Grade(asked.name, 0.0, asked.points, [], f"Not judged: {error}.", "", "graded")
    except Exception as error:
        told = f"The grader could not come to an end ({type(error).__name__}): look at it by hand."
        return Grade(asked.name, 0.0, asked.points, [], told, "", "failed")
    finally:
        submission.talk.put_back()
        if any(check.hidden for check in asked.checks):
            submission.end()  # It could tell in the words of its next exception what it was asked.
    promises = [(each.check.promise, each.state) for each in report.outcomes]
    broken = report.broken
    told = "" if broken is None or broken.check.hidden else printable(broken.seen)
    mistake = broken.mistake.thought if broken and broken.mistake else ""
    state = "failed" if lacks_a_module(told) else "graded"
    return Grade(asked.name, points(report), asked.points, promises, told, mistake, state)


def lacks_a_module(told: str) -> bool:
    """Whether an answer failed because a module is not on this machine: then its points stay open.

    >>> lacks_a_module("gd_step(w=1) raised ModuleNotFoundError: No module named 'torch'.")
    True
    """
    return bool(re.search(r" raised ModuleNotFoundError: No module named '(?!lrcourse\b)", told))
