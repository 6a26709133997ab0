"""The answers in a notebook, each checked in a process of its own that can be stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from lrcourse import progress_store
from lrcourse.checks.card import Card
from lrcourse.checks.exercise import LIMIT
from lrcourse.checks.notebook_code import answered_in, asked_in, code_cells
from lrcourse.checks.quiet_calls import hush
from lrcourse.checks.running_cells import Cells
from lrcourse.exercises import exercise, exercise_names
from lrcourse.learner.notebook_api import checked

CELLS_LIMIT = 60
"""Seconds that the cells of a notebook may take to run."""


def check_notebook(path: Path) -> bool:
    """Print a card for each exercise in the notebook; return whether all of them are solved.

    Raises ``ValueError`` with a sentence where the file is no notebook or holds no exercise.
    """
    sources = code_cells(path)
    asked = asked_in(sources, exercise_names())
    if not asked:
        raise ValueError(f"{path} defines no function that an exercise asks for.")
    return all([_checked_apart(path, name) for name in asked])


def _checked_apart(path: Path, name: str) -> bool:
    """Check one exercise in a child; a call that nothing else can end is ended with the child."""
    seconds = CELLS_LIMIT + LIMIT * len(exercise(name).checks)
    folder = progress_store.find_folder(Path(path).resolve().parent)
    environ = {**os.environ, "MPLBACKEND": "agg"}  # A window would wait to be closed.
    environ |= {"LRCOURSE_FOLDER": str(folder)} if folder else {}
    command = [sys.executable, "-m", "lrcourse.learner.check_notebook", str(path), name]
    try:
        done = subprocess.run(command, timeout=seconds, env=environ, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"{name} was still running after {seconds:g} s and was stopped.", flush=True)
        return False
    if done.returncode not in (0, 1):
        print(f"{name}: the answer ended Python itself (exit code {done.returncode}).", flush=True)
    return done.returncode == 0


def check_here(path: Path, name: str) -> bool:
    """Run the notebook's cells in this process, print the card of one exercise, note it, and say
    what the cells lost and which of several answers was judged."""
    sources = code_cells(path)
    cells, problems = _ran(sources, name)
    answers = cells.versions[name]
    if not answers:
        print(f"{name} is not defined.", *problems, sep="\n")
        return False
    number, card = _newest_written(name, answers)
    newest = answered_in(sources, name) + 1
    if newest > number:
        why = next((each for each in problems if each.startswith(f"Code cell {newest} ")), "")
        told = why or f"What code cell {newest} says of {name} is not written or did not run."
        print(f"Judged is the {name} of code cell {number}, not that of code cell {newest}. {told}")
    print(repr(card), *problems, sep="\n")
    return card.report.solved


def _ran(sources: list[str], name: str) -> tuple[Cells, list[str]]:
    """Run the cells, which print nothing here; return what they define, and what went wrong."""
    hush()
    cells = Cells(watched=[name])
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        told = [cells.run(number, text, CELLS_LIMIT) for number, text in enumerate(sources, 1)]
    return cells, [each for one in told for each in one]


def _newest_written(name: str, answers: list) -> tuple[int, Card]:
    """Return the card of the newest answer that is no blank, else of the newest, and its cell."""
    cards = []
    for number, function in reversed(answers):
        card = checked(exercise(name), function)
        cards.append((number, card))
        if card.report.broken is None or card.report.broken.state != "unwritten":
            return cards[-1]
    return cards[0]


if __name__ == "__main__":
    sys.exit(0 if check_here(Path(sys.argv[1]), sys.argv[2]) else 1)
