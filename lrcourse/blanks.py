"""A fresh blank in the place of an answer, and the answer kept beside it."""

from __future__ import annotations

import copy
import json
import re
import uuid
from pathlib import Path

from lrcourse.exercises import lesson_of
from lrcourse.learner import content_folder, write_whole

KEPT = (
    "# Your answer before the reset. It is kept as text and does not run; copy from it freely.\n\n"
)


def read_notebook(path: Path) -> dict:
    """Return the notebook in ``path``, each cell's source as one text.

    Raises ``ValueError`` with a sentence if the file holds no notebook.
    """
    try:
        notebook = json.loads(path.read_bytes())
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"{path} is no notebook that can be read. Rename it and start the course again: a "
            "fresh one takes its place."
        ) from None
    return notebook


def position(notebook: dict, exercise: str) -> int | None:
    """Return the index of the first code cell that defines ``exercise``; None without one."""
    for index, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code" and re.search(rf"^def {exercise}\b", cell["source"], re.M):
            return index
    return None


def kept(cell: dict) -> dict:
    """Return the answer in ``cell`` as a raw cell, which JupyterLab shows and never runs."""
    return {
        "cell_type": "raw",
        "id": uuid.uuid4().hex[:8],
        "metadata": {},
        "source": KEPT + cell["source"],
    }


def reset(exercise: str, folder: Path, content: Path | None = None) -> Path:
    """Put the blank of ``exercise`` back into its notebook in the learner's ``folder``, keep the
    old answer in a raw cell right after it, and return the notebook's path.

    An answer that is the blank itself is not kept; a notebook without the exercise gets the blank
    at its end. Raises ``ValueError`` if there is no such exercise or the file is no notebook.
    """
    name = f"exercises/{lesson_of(exercise).stem}.ipynb"
    fresh = read_notebook((content or content_folder()) / name)
    blank = copy.deepcopy(fresh["cells"][position(fresh, exercise)])
    path = folder / name
    notebook = read_notebook(path) if path.exists() else fresh
    cells, index = notebook["cells"], position(notebook, exercise)
    if index is None:
        cells.append(blank)
    elif cells[index]["source"] != blank["source"]:
        blank["id"] = cells[index].get("id", blank["id"])
        cells[index : index + 1] = [blank, kept(cells[index])]
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    write_whole(path, text.encode())
    return path
