"""The whole suite on every kind of machine that can be had here: Python, matrix kernel, threads."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from lrcourse.authoring.kernels import CORES, ILLEGAL
from lrcourse.setup.environment import CLONE, python_of

PYTHONS = ("3.11", "3.13")
"""The oldest that the course runs on, and one whose NumPy and built-in sum are newer."""
THREADS = (1, 2)
"""How many each matrix product of the tests uses; kernels always get one."""
READY = """
from lrcourse.setup.environment import missing, requirements
from lrcourse.authoring.kernels import architecture
print(", ".join(missing(requirements(extra="test"))) or architecture())
"""
"""Says which kernel a Python uses, or what it lacks."""


class Kind(NamedTuple):
    """One kind of machine."""

    python: str
    core: str
    threads: int

    def __str__(self):
        """Say it in a line of the table."""
        threads = "one thread" if self.threads == 1 else f"{self.threads} threads"
        return f"Python {self.python}, {self.core}, {threads}"

    @property
    def variables(self) -> dict[str, str]:
        """What a process of this kind is started with."""
        threads = {"OPENBLAS_NUM_THREADS": str(self.threads)}
        return {**os.environ, "OPENBLAS_CORETYPE": self.core, **threads, "PYTHONPATH": str(CLONE)}


def kinds() -> list[Kind]:
    """Return every kind, whether it can be had here or not.

    >>> len(kinds()), str(kinds()[1])
    (12, 'Python 3.11, Nehalem, 2 threads')
    """
    return [Kind(*each) for each in product(PYTHONS, CORES, THREADS)]


def interpreter(python: str) -> str | None:
    """Return a Python of this version: this one, one in ``.venv-VERSION``, or one on the PATH."""
    if "{}.{}".format(*sys.version_info) == python:
        return sys.executable
    own = python_of(CLONE / f".venv-{python}")
    return str(own) if own.exists() else shutil.which(f"python{python}")


def why_not(kind: Kind) -> str:
    """Return why a kind cannot be had on this machine, "" where it can."""
    python = interpreter(kind.python)
    make = f"python{kind.python} -m venv .venv-{kind.python}, then pip install -r requirements.txt"
    if python is None:
        return f"there is no Python {kind.python} (make one: {make})"
    asked = [python, "-c", READY]
    answer = subprocess.run(asked, cwd=CLONE, env=kind.variables, capture_output=True, text=True)
    if answer.returncode in ILLEGAL:
        return f"this processor lacks the kernel {kind.core}"
    told = answer.stdout.strip()
    if answer.returncode or told not in CORES:
        lacks = told or (answer.stderr.strip().splitlines() or ["it does not run"])[-1]
        return f"{python} is not ready: {lacks} (make one: {make})"
    return "" if told == kind.core else f"{kind.core} gives {told} here"


def run(arguments: list[str]) -> Iterator[str]:
    """Run the tests that ``arguments`` tell pytest, on each kind in turn; yield a line for each.

    The word that a line begins with says how it went: green, RED or skipped.
    """
    for kind in kinds():
        if reason := why_not(kind):
            yield f"skipped  {kind}: {reason}"
            continue
        command = [interpreter(kind.python), "-m", "pytest", *arguments]
        ended = subprocess.run(command, cwd=CLONE, env=kind.variables)
        yield f"{'RED' if ended.returncode else 'green':7}  {kind}"


def main(arguments: list[str]) -> None:
    """Print the table at the end, and exit with 1 if a kind is red or none could be had."""
    lines = []
    for line in run(arguments):
        print(line, flush=True)
        lines.append(line)
    print("\n".join(["", *lines]))
    words = [line.split()[0] for line in lines]
    sys.exit("RED" in words or "green" not in words)
