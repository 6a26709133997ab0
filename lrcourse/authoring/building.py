"""What is made of which lesson, what of it is old, and making it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode
from tqdm import tqdm

from lrcourse.authoring.composing import (
    compose_blanks,
    compose_lesson,
    compose_solutions,
    module,
    source,
)
from lrcourse.authoring.executing import CellFailed, executed
from lrcourse.checks.lesson import Lesson, contents
from lrcourse.exercises import lesson_named, lessons
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE, is_clone

COMMAND = "python -m lrcourse build"
"""What mends a notebook that is not fresh."""


CONTENTS = "notebooks/contents.md"


class Target(NamedTuple):
    """A notebook to be made: its name in the clone, its cells, whether it is to be run."""

    name: str
    composed: NotebookNode
    run: bool
    made_from: str


def build(
    what: Iterable[str | int] | None = None, *, force: bool = False, root: Path = CLONE
) -> list[str]:
    """Make the notebooks of all lessons, or of those named by number or name; return their names.

    Those that are fresh are left alone unless ``force``. Each is written whole or not at all.
    Raises ``ValueError`` for a lesson that does not exist and, when all others are made, for
    cells that fail, with source, cell and error; what was there before then stays.
    """
    due = [each for each in targets(named(what), root) if force or why_stale(each, root)]
    write_whole(root / CONTENTS, contents(lessons()).encode())
    failures = []
    bar = tqdm(due, desc="build", unit="notebook", disable=None)
    for target in bar:
        bar.set_postfix_str(target.name)
        try:
            write_whole(root / target.name, text(made(target, root)).encode())
        except CellFailed as failure:
            failures.append(str(failure))
    if failures:
        raise CellFailed("\n".join(failures))
    return [target.name for target in due]


def stale(root: Path = CLONE) -> dict[str, str]:
    """Return ``{name: why}`` for the notebooks in the clone that their sources no longer make,
    found without running any."""
    chosen = targets(lessons(), root)
    found = {target.name: why_stale(target, root) for target in chosen}
    page = root / CONTENTS
    same = page.exists() and page.read_text("utf-8") == contents(lessons())
    found[CONTENTS] = "" if same else "its lessons changed"
    kinds = ("notebooks", "exercises", "solutions")
    there = {f"{kind}/{path.name}" for kind in kinds for path in (root / kind).glob("*.ipynb")}
    nothing = {name: "nothing makes it" for name in sorted(there - set(found))}
    return {name: why for name, why in found.items() if why} | nothing


def named(what: Iterable[str | int] | None) -> list[Lesson]:
    """Return the lessons that ``what`` names by number, name or both; all for None.

    >>> [lesson.title for lesson in named(["0"])]
    ['Start here: focus the camera']
    >>> named(["99"])
    Traceback (most recent call last):
    ValueError: There is no lesson 99: name one by its number, as in 00, or as in 00_start_here.
    """
    return lessons() if what is None else [lesson_named(key) for key in what]


def targets(chosen: list[Lesson], root: Path) -> list[Target]:
    """Compose what is made of ``chosen`` lessons: the lesson, its blanks, its solutions."""
    if not is_clone(root):
        raise ValueError(f"{root} is not a clone of the course: only a clone holds the sources.")
    found = []
    for lesson in chosen:
        stem = lesson.stem
        if (root / source(lesson)).exists():
            composed = compose_lesson(lesson, root)
            found.append(Target(f"notebooks/{stem}.ipynb", composed, True, source(lesson)))
        units = Path(module(lesson)).parent.as_posix()
        blanks, solutions = compose_blanks(lesson, root), compose_solutions(lesson, root)
        found.append(Target(lesson.exercises_path, blanks, False, units))
        found.append(Target(f"solutions/{stem}.ipynb", solutions, True, units))
    return found


def made(target: Target, root: Path) -> NotebookNode:
    """Return the notebook as it is to be written, run if it is of the kind that is run."""
    if not target.run:
        return target.composed
    try:
        return executed(target.composed, root)
    except CellFailed as error:
        kept = f" The old {target.name} stays." if (root / target.name).exists() else ""
        raise CellFailed(f"{target.made_from}: {error}.{kept}") from None


def text(notebook: NotebookNode) -> str:
    """Return the text of a notebook file: the same notebook always gives the same bytes."""
    return nbformat.writes(notebook) + "\n"


def why_stale(target: Target, root: Path) -> str:
    """Return why the notebook in the clone is not what its sources make, or "" if it is."""
    try:
        there = nbformat.read(root / target.name, as_version=4)
    except FileNotFoundError:
        return "it is not made yet"
    except (ValueError, nbformat.ValidationError):
        return "it is no notebook"
    before = there.metadata.get("lrcourse", {}).get("made_from", {})
    now = target.composed.metadata.lrcourse.made_from
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if changed:
        return f"{', '.join(changed)} changed"
    same = text(without_outputs(there)) == text(without_outputs(target.composed))
    return "" if same else "its cells are not those that the sources make"


def without_outputs(notebook: NotebookNode) -> NotebookNode:
    """Return ``notebook`` as if it had never run."""
    cells = [
        {**cell, "outputs": [], "execution_count": None} if cell.cell_type == "code" else cell
        for cell in notebook.cells
    ]
    return nbformat.from_dict({**notebook, "cells": cells})
