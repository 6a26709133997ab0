"""The answers in a notebook, each checked in a process of its own that can be stopped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lrcourse import learner
from lrcourse.cells import CELLS_LIMIT, asked_in, code_cells, definitions
from lrcourse.checking import LIMIT
from lrcourse.exercises import exercise, exercise_names
from lrcourse.learning import checked


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
    folder = learner.find_folder(Path(path).resolve().parent)
    environ = {**os.environ, **({"LRCOURSE_FOLDER": str(folder)} if folder else {})}
    command = [sys.executable, "-m", "lrcourse.answers", str(path), name]
    try:
        done = subprocess.run(command, timeout=seconds, env=environ, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        print(f"{name} was still running after {seconds:g} s and was stopped.", flush=True)
        return False
    if done.returncode not in (0, 1):
        print(f"{name}: the answer ended Python itself (exit code {done.returncode}).", flush=True)
    return done.returncode == 0


def check_here(path: Path, name: str) -> bool:
    """Run the notebook's definitions in this process, print the card of one exercise, note it."""
    names, problems = definitions(code_cells(path))
    if not callable(names.get(name)):
        print(f"{name} is not defined.", *problems, sep="\n")
        return False
    card = checked(exercise(name), names[name])
    print(repr(card))
    return card.report.solved


if __name__ == "__main__":
    sys.exit(0 if check_here(Path(sys.argv[1]), sys.argv[2]) else 1)
