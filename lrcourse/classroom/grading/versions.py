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
DECIDE = ["classroom/grading/grader.py", "classroom/sandbox/inside.py"]
"""Where grading begins, on either side of the wall: these and all that they import decide."""


def content(notebook: bytes) -> str:
    """Return what stands for the content of a notebook."""
    return hashlib.sha256(notebook).hexdigest()[:24]


@cache
def version(exercise: str, seed: int, limit: float | None) -> str:
    """Return what stands for all that decides a grade: checks, answer, what they are made of, seed,
    limit and NumPy."""
    drawn = f"{seed} {limit} {np.__version__} {_code(exercise)}"
    return hashlib.sha256(drawn.encode()).hexdigest()[:24]


@cache
def _code(exercise: str) -> str:
    """Return what stands for checks, answer and what they are made of: read once for a class."""
    unit = PACKAGE / "exercises" / f"lesson{lesson_of(exercise).number:02d}" / f"{exercise}.py"
    digest = hashlib.sha256()
    for path in sorted(_with_imports(unit, *(PACKAGE / name for name in DECIDE))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _with_imports(*starts: Path) -> set[Path]:
    """Return these files and those of the course that they import, however indirectly."""
    found, left = set(), [*starts]
    while left:
        path = left.pop()
        if path not in found and path.is_file():
            found.add(path)
            left += [*_imports(path), path.with_name("__init__.py")]
    return found


@cache
def _imports(path: Path) -> list[Path]:
    """Return the files of the course that ``path`` imports, by module or by name."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            homes = lrcourse.HOME_OF if node.module == "lrcourse" else {}
            names = [alias.name for alias in node.names]
            found += [node.module, *(f"{node.module}.{homes.get(name, name)}" for name in names)]
    ours = [name for name in found if name.split(".")[0] == "lrcourse"]
    places = [PACKAGE.parent.joinpath(*name.split(".")) for name in ours]
    return [file for each in places for file in (each.with_suffix(".py"), each / "__init__.py")]
