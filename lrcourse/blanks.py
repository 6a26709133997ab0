"""A fresh blank in the place of an answer, and the answer kept beside it."""

from __future__ import annotations

import re
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from lrcourse.exercises import lesson_of
from lrcourse.learner import content_folder, write_whole

KEPT = "# Your answer before the reset, kept as text that does not run: copy from it freely.\n\n"


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook in ``path``; ``ValueError`` with a sentence if the file holds none."""
    try:
        notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
        nbformat.validate(notebook)
    except (ValueError, nbformat.ValidationError, AttributeError):
        raise ValueError(
            f"{path} is no notebook that can be read. If it was the course's, rename it and start "
            "the course again: a fresh one takes its place."
        ) from None
    return notebook


def position(notebook: NotebookNode, exercise: str) -> int | None:
    """Return the index of the first code cell that was made for ``exercise`` or defines it."""
    for index, cell in enumerate(notebook.cells):
        made_for = cell.metadata.get("lrcourse", {}).get("exercise")
        defines = re.search(rf"^def {exercise}\b", cell.source, re.M)
        if cell.cell_type == "code" and (made_for == exercise or defines):
            return index
    return None


def reset(exercise: str, folder: Path) -> Path:
    """Put the blank of ``exercise`` back into its notebook in the learner's ``folder``, keep the
    old answer in a raw cell right after it, and return the notebook's path.

    A raw cell is shown and never runs. An untouched blank is not kept; a notebook without the
    exercise gets the blank at its end. Raises ``ValueError`` if there is no such exercise or the
    file is no notebook.
    """
    name = f"exercises/{lesson_of(exercise).stem}.ipynb"
    fresh = read_notebook(content_folder() / name)
    blank = deepcopy(fresh.cells[position(fresh, exercise)])
    notebook = read_notebook(folder / name) if (folder / name).exists() else fresh
    cells, index = notebook.cells, position(notebook, exercise)
    if index is None:
        cells.append(blank)
    elif cells[index].source != blank.source:
        old = nbformat.v4.new_raw_cell(KEPT + cells[index].source)
        cells[index : index + 1] = [blank, old]
    write_whole(folder / name, (nbformat.writes(notebook) + "\n").encode())
    return folder / name
