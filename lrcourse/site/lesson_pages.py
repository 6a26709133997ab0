"""Notebooks as pages: what nbconvert makes of them by our template."""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from PIL import Image

from lrcourse.authoring.rendering import markdown
from lrcourse.checks.notebook_code import cell_id
from lrcourse.exercises import exercise
from lrcourse.learner.question_widget import rendered_line
from lrcourse.site.cells import on_page

TEMPLATES = Path(__file__).with_name("templates")
INTO_PAGES = re.compile(r"\]\(([\w./-]*)\.ipynb(#[\w-]+)?\)")
"""A link from notebook to notebook."""
ANCHORS = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>')
"""The sign that nbconvert puts behind each heading: noise to who listens to a page."""


def page(notebook: NotebookNode, facts: dict[str, Any]) -> tuple[str, dict[str, bytes]]:
    """Return a notebook as a page, and its pictures by name; ``facts`` is what the template wants
    to know of the page."""
    pictures: dict[str, bytes] = {}
    cells = [on_its_page(cell, notebook, facts["stem"], pictures) for cell in notebook.cells]
    shown = nbformat.from_dict({**notebook, "cells": cells})
    html, _ = exporter().from_notebook_node(shown, resources={"page": facts})
    return ANCHORS.sub("", html), pictures


@cache
def exporter() -> HTMLExporter:
    """Return nbconvert's exporter with our template and our formulas."""
    return HTMLExporter(
        template_name="course",
        extra_template_basedirs=[str(TEMPLATES)],
        filters={"markdown2html": lambda text: markdown(in_pages(text))},
    )


def in_pages(text: str) -> str:
    """Return Markdown whose links lead from page to page.

    >>> in_pages("[next](02_x.ipynb) and [all](contents.md)")
    '[next](02_x.html) and [all](../index.html)'
    """
    text = text.replace("](contents.md)", "](../index.html)")
    return INTO_PAGES.sub(r"](\1.html\2)", text)


def on_its_page(
    cell: NotebookNode, notebook: NotebookNode, stem: str, pictures: dict[str, bytes]
) -> NotebookNode:
    """Return a cell with what the template needs of it; its pictures join ``pictures``."""
    printed = "".join(each.text for each in cell.get("outputs", []) if "text" in each)
    alt = cell.metadata.get("alt", printed) or "A figure; the text below it says what it shows."
    outputs = []
    for number, output in enumerate(cell.get("outputs", [])):
        png = output.get("data", {}).get("image/png")
        if png is not None:
            data = base64.b64decode(png)
            name = f"{stem}_files/{cell.id}-{number}.png"
            pictures[name] = data
            size = Image.open(io.BytesIO(data)).size
            output = {**output, "metadata": {"src": name, "size": size, "alt": alt.strip()}}
        outputs.append(output)
    metadata = {**cell.metadata, "on_page": on_page(cell, notebook)}
    return {**cell, "metadata": metadata, **({"outputs": outputs} if outputs else {})}


def unit_on_page(name: str, blanks: NotebookNode, solutions: NotebookNode | None) -> dict[str, Any]:
    """Return what an exercise's editor needs: its blank, its hints, and what explains its answer
    where there are ``solutions``."""
    unit, id = exercise(name), cell_id(name)
    source = {cell.id: cell.source for cell in blanks.cells}
    explained = ""
    if solutions is not None:
        of = {cell.id: cell.source for cell in solutions.cells}
        told = f"**How the prediction turns out:** {unit.turned_out}"
        explained = markdown(f"```python\n{of[id]}\n```\n\n{told}\n\n{of[f'{id}-known']}")
    facts = {"name": name, "hints": [rendered_line(hint) for hint in unit.hints]}
    return {"name": name, "facts": facts, "blank": source[id], "explained": explained}
