"""The answers in a notebook, each checked in a process of its own that can be stopped."""

from __future__ import annotations

import ast
import json
import linecache
import os
import subprocess
import sys
from pathlib import Path

from lrcourse import learner
from lrcourse.checking import LIMIT
from lrcourse.exercises import exercise, lessons
from lrcourse.learning import checked
from lrcourse.watching import TimeUp, line_at_fault, time_limit

CELLS_LIMIT = 60
"""Seconds that the definitions of a notebook may take to run, all together."""


def check_notebook(path: Path) -> bool:
    """Print a card for each exercise in the notebook; return whether all of them are solved.

    Raises ``ValueError`` with a sentence where the file is no notebook or holds no exercise.
    """
    sources = code_cells(path)
    names = asked_in(sources)
    if not names:
        raise ValueError(f"{path} defines no function that an exercise asks for.")
    return all([_checked_apart(path, name) for name in names])


def code_cells(path: Path) -> list[str]:
    """Return the text of the notebook's code cells, lines for IPython alone left out.

    Raises ``ValueError`` where the file is missing or no notebook.
    """
    try:
        notebook = json.loads(Path(path).read_text("utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is not a notebook: it does not hold cells as JSON.") from None
    return [without_magics(source) for source in sources]


def without_magics(source: str) -> str:
    """Blank the lines that only IPython understands; a cell that is one magic becomes empty.

    >>> without_magics("%matplotlib inline\\nx = 7 % 3\\n!ls")
    '\\nx = 7 % 3\\n'
    """
    if source.lstrip().startswith("%%"):
        return ""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def asked_in(sources: list[str]) -> list[str]:
    """Return the exercises whose functions the cells define, in the order of the course.

    A cell that is no Python defines what its ``def`` lines say, so that its error is told.
    """
    defined = {
        line.split("(")[0].split()[1]
        for source in sources
        for line in source.splitlines()
        if line.startswith("def ") and "(" in line
    }
    return [name for lesson in lessons() for name in lesson.exercises if name in defined]


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


def definitions(sources: list[str]) -> tuple[dict, list[str]]:
    """Run what the cells import, define and assign; return the names, and what went wrong.

    Calls that stand alone, such as ``check(gd_step)``, are left out. A cell that fails costs only
    what it defines.
    """
    names: dict = {"__name__": "__main__"}
    problems = []
    for number, source in enumerate(sources, 1):
        file = f"<cell {number}>"
        linecache.cache[file] = (len(source), None, source.splitlines(True), file)
        try:
            body = [node for node in ast.parse(source).body if not isinstance(node, ast.Expr)]
            with time_limit(CELLS_LIMIT):
                exec(compile(ast.Module(body, []), file, "exec"), names)
        except SyntaxError as error:
            line = (error.text or "").strip()
            problems.append(f"Code cell {number} is not Python yet ({error.msg}): {line}")
        except TimeUp:
            problems.append(f"Code cell {number} was still running after {CELLS_LIMIT} s.")
        except (Exception, SystemExit) as error:
            what = f"{type(error).__name__}: {error}"
            problems.append(
                f"Code cell {number} raised {what}. On the line: {line_at_fault(error)}"
            )
    return names, problems


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
