"""A fresh blank in the place of an answer, and the answer kept beside it."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import nbformat

from lrcourse.checks.notebook_code import IN_CONFLICT, sources_in, text_of
from lrcourse.exercises import lesson_of
from lrcourse.learner.course_folder import content_folder, exercises_in
from lrcourse.progress_store import write_whole

KEPT = "# Your answer before the reset, kept as text that does not run: copy from it freely.\n\n"
EMPTY = {
    "display_data": {"metadata": {}, "data": {}},
    "execute_result": {"metadata": {}, "data": {}, "execution_count": None},
    "stream": {"name": "stdout", "text": ""},
}
"""Kind of output -> what it must have, and what stands for it where it is missing."""
IDS_SINCE = (4, 5)
"""The first version of the format in which cells have ids; before it they may not."""


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook in ``path`` as JSON, whatever JupyterLab opens; one of an older format
    becomes one of format 4. ``ValueError`` with a sentence if the file holds none."""
    data = path.read_bytes()
    try:
        sources_in(data)
        notebook = json.loads(data)
        if "cells" not in notebook:
            text = nbformat.writes(nbformat.reads(data.decode("utf-8-sig"), as_version=4))
            notebook = json.loads(text)
        notebook = {"nbformat": 4, "nbformat_minor": 0, "metadata": {}, **notebook}
        for cell in notebook["cells"]:
            complete(cell, notebook)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        if str(error) == IN_CONFLICT:
            raise ValueError(f"{path} is {error}.") from None
        raise ValueError(
            f"{path} is no notebook that can be read. If it was the course's, rename it and start "
            "the course again: a fresh one takes its place."
        ) from None
    return notebook


def position(notebook: dict[str, Any], exercise: str) -> int | None:
    """Return the index of the first code cell that was made for ``exercise`` or defines it."""
    for index, cell in enumerate(notebook["cells"]):
        made_for = (cell.get("metadata") or {}).get("lrcourse", {}).get("exercise")
        defines = re.search(rf"^(?:def|class) {exercise}\b", text_of(cell), re.M)
        if cell["cell_type"] == "code" and (made_for == exercise or defines):
            return index
    return None


def reset(exercise: str, folder: Path) -> Path:
    """Put the blank of ``exercise`` back into its notebook in the learner's ``folder``, keep the
    old answer in a raw cell right after it, and return the notebook's path.

    A raw cell is shown and never runs. An untouched blank is not kept; a notebook without the
    exercise gets the blank at its end. All else stays as it is. Raises ``ValueError`` if there is
    no such exercise or the file is no notebook.
    """
    lesson = lesson_of(exercise)
    name = exercises_in(folder, lesson)
    fresh = read_notebook(content_folder() / lesson.exercises_path)
    blank = deepcopy(fresh["cells"][position(fresh, exercise)])
    notebook = read_notebook(folder / name) if (folder / name).exists() else fresh
    cells, index = notebook["cells"], position(notebook, exercise)
    if index is None:
        cells.append(fitting(blank, notebook))
    elif text_of(cells[index]) != text_of(blank):
        kept = (KEPT + text_of(cells.pop(index))).splitlines(keepends=True)
        old = dict(nbformat.v4.new_raw_cell(kept))
        cells[index:index] = [fitting(blank, notebook), fitting(old, notebook)]
    write_whole(folder / name, as_bytes(notebook))
    return folder / name


def complete(cell: dict[str, Any], notebook: dict[str, Any]) -> None:
    """Add to a cell, empty, what the format wants and JupyterLab does without."""
    cell["metadata"] = cell.get("metadata") or {}
    cell["source"] = cell.get("source") or ""
    if "tags" in cell["metadata"]:
        cell["metadata"]["tags"] = [*dict.fromkeys(cell["metadata"]["tags"])]
    if version_of(notebook) < IDS_SINCE:
        cell.pop("id", None)
    if cell["cell_type"] == "code":
        cell.setdefault("execution_count", None)
        for output in cell.setdefault("outputs", []):
            for name, value in EMPTY.get(output["output_type"], {}).items():
                output.setdefault(name, value)


def version_of(notebook: dict[str, Any]) -> tuple[int, int]:
    """Return the version of the format that a notebook says it is of."""
    return notebook["nbformat"], notebook["nbformat_minor"]


def fitting(cell: dict[str, Any], notebook: dict[str, Any]) -> dict[str, Any]:
    """Return the cell as it may stand in this notebook: with an id of its own where cells have
    ids, without one where they may not.

    >>> fitting({"id": "a"}, {"nbformat": 4, "nbformat_minor": 4, "cells": []})
    {}
    """
    if version_of(notebook) < IDS_SINCE:
        return {name: value for name, value in cell.items() if name != "id"}
    taken = {each.get("id") for each in notebook["cells"]}
    return {**cell, "id": nbformat.v4.new_raw_cell()["id"]} if cell["id"] in taken else cell


def as_bytes(notebook: dict[str, Any]) -> bytes:
    """Return a notebook as Jupyter writes it."""
    style = {"indent": 1, "sort_keys": True, "separators": (",", ": ")}
    try:
        return (json.dumps(notebook, ensure_ascii=False, **style) + "\n").encode()
    except UnicodeEncodeError:  # half a character stands somewhere in it
        return (json.dumps(notebook, **style) + "\n").encode()
