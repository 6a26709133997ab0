"""What a grade is kept under: a notebook's content, and the version of all that decided it."""

from __future__ import annotations

import ast
import hashlib
from functools import cache
from pathlib import Path

import numpy as np

import lrcourse
from lrcourse.exercises import lesson_of

PACKAGE = Path(lrcourse.__file__).parent
DECIDE = ["checking.py", "watching.py", "cells.py", "grading/grader.py", "grading/wire.py"]
"""The modules whose change makes every grade anew."""


def content(notebook: bytes) -> str:
    """Return what stands for the content of a notebook."""
    return hashlib.sha256(notebook).hexdigest()[:24]


@cache
def version(exercise: str, seed: int, limit: float | None) -> str:
    """Return what stands for all that decides a grade: checks, answer, what they are made of, seed,
    limit and NumPy."""
    unit = PACKAGE / "exercises" / f"lesson{lesson_of(exercise).number:02d}" / f"{exercise}.py"
    digest = hashlib.sha256(f"{seed} {limit} {np.__version__}".encode())
    for path in [*sorted(_with_imports(unit)), *(PACKAGE / name for name in DECIDE)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _with_imports(unit: Path) -> set[Path]:
    """Return the unit's file and those of the course that it is made of, however indirectly."""
    found, left = set(), [unit]
    while left:
        path = left.pop()
        if path not in found and path.is_file():
            found.add(path)
            left += _imports(path)
    return found


def _imports(unit: Path) -> list[Path]:
    nodes = ast.walk(ast.parse(unit.read_text("utf-8")))
    names = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    ours = [name for name in names if name.startswith("lrcourse.")]
    return [PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py") for name in ours]
