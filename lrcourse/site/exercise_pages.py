"""Exercises as pages: an editor each, in the place of cells and terminals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat

from lrcourse.checks.lesson import Lesson
from lrcourse.site.chosen import Edition, common, lab, way
from lrcourse.site.lesson_pages import page, unit_on_page

LEFT_OUT = re.compile(r"^imports$|-check$|-invitation$|-afterwards$|^next$")
"""Cells of a notebook of exercises that a page does without: its buttons and links are there."""
LEADS = re.compile(r"^(?:The lesson|Next): \[.*$", re.MULTILINE)
"""Lines that lead to another page: a page that stands alone has none."""
TOP = re.compile(r"^In each exercise, write what the marked line.*?beside it\.$", re.M | re.S)
ON_PAGE = (
    "In each exercise, put your code in the place of the line that begins with `raise`; NumPy is "
    "there as `np`. Then press **Check** (Shift+Enter in the editor): it says what holds, what "
    "does not, and at which input. When you are stuck, press **Hint**; there are three. Nothing "
    "you try is lost: what you write is kept in this browser as you write it, and **Reset** gives "
    "a fresh blank and keeps your answer below it. In the editor, Escape and then Tab lead out of "
    "it."
)
"""What opens the page of exercises, where the notebook speaks of cells and terminals."""


def exercises_page(chosen: list[Lesson], edition: Edition, **inside: Any) -> dict[str, str]:
    """Return the page of the exercises of the ``chosen`` lessons, by name; ``inside`` is what a
    page holds that stands alone."""
    blanks = [edition.notebook(lesson.exercises_path) for lesson in chosen]
    units: dict[str, Any] = {}
    for lesson, notebook in zip(chosen, blanks, strict=True):
        solved = f"solutions/{lesson.stem}.ipynb"
        known = edition.notebook(solved) if solved in edition.files else None
        units |= {name: unit_on_page(name, notebook, known) for name in lesson.exercises}
    names = [Path(lesson.exercises_path).name for lesson in chosen]
    files = [{"name": n, "notebook": each} for n, each in zip(names, blanks, strict=True)]
    facts = common(edition, "../") | way(chosen[0], edition) | inside
    facts |= {"title": f"Exercises: {chosen[0].title}", "exercises": files, "units": units}
    facts |= {"lab": lab(edition, chosen[0].exercises_path)}
    cells = [
        {**shown, "id": f"{place}-{shown['id']}"}  # Each notebook has a cell "top".
        for place, each in enumerate(blanks)
        for cell in each.cells
        if (shown := on_page(cell, bool(inside)))
    ]
    shown = nbformat.from_dict({**blanks[0], "cells": cells})
    return {chosen[0].exercises_path.replace(".ipynb", ".html"): page(shown, facts)[0]}


def on_page(cell: nbformat.NotebookNode, alone: bool) -> dict[str, Any] | None:
    """Return a cell of a notebook of exercises in the words of a page, None where a page does
    without; a page that stands ``alone`` leads nowhere."""
    if LEFT_OUT.search(cell.id):
        return None
    text = TOP.sub(ON_PAGE, cell.source)
    return {**cell, "source": LEADS.sub("", text) if alone else text}
