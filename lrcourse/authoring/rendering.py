"""Notebooks as pages that open in any browser without Jupyter, network or script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from lrcourse.authoring.building import named
from lrcourse.environment import CLONE
from lrcourse.learner import write_whole


def render(
    out: str | Path, what: Iterable[str | int] | None = None, root: Path = CLONE
) -> list[Path]:
    """Print the lessons, or those named, with exercises and solutions as HTML pages into ``out``.

    Returns the paths of the pages. A page stands alone: formulas are MathML, pictures lie inside,
    links lead to the other pages. Explorers need a kernel; the picture below each stands for it.
    """
    pages = []
    for lesson in named(what):
        for kind in ("notebooks", "exercises", "solutions"):
            name = f"{kind}/{lesson.stem}"
            if (root / f"{name}.ipynb").exists():
                pages.append(Path(out) / f"{name}.html")
                notebook = nbformat.read(root / f"{name}.ipynb", as_version=4)
                write_whole(pages[-1], page(notebook).encode())
    return pages


def page(notebook: NotebookNode) -> str:
    """Return one notebook as one page, without the scripts that nbconvert would load."""
    cells = [readable(cell) for cell in notebook.cells]
    shown = nbformat.from_dict({**notebook, "cells": cells})
    html, _ = HTMLExporter(filters={"markdown2html": markdown}).from_notebook_node(shown)
    return re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)


def readable(cell: NotebookNode) -> NotebookNode:
    """Return a cell as a page shows it: links lead to pages, pictures carry their description."""
    if cell.cell_type == "markdown":
        return {**cell, "source": cell.source.replace(".ipynb)", ".html)")}
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    alt = cell.metadata.get("alt", printed)
    return {**cell, "outputs": [described(output, alt) for output in cell.outputs]}


def described(output: NotebookNode, alt: str) -> NotebookNode:
    """Return a picture as an ``img`` with its description: nbconvert's template has none."""
    png = output.get("data", {}).get("image/png")
    if png is None:
        return output
    html = f'<img alt="{escape(alt)}" src="data:image/png;base64,{png.strip()}">'
    return {**output, "data": {"text/html": html}}


class Formulas(IPythonRenderer):
    """nbconvert's Markdown, with formulas as MathML, which browsers set by themselves."""

    def inline_math(self, body: str) -> str:
        """Set ``$...$``."""
        return convert(body)

    def block_math(self, body: str) -> str:
        """Set ``$$...$$``."""
        return convert(body, display="block")

    def latex_environment(self, name: str, body: str) -> str:
        """Set an environment such as ``align``."""
        return convert(rf"\begin{{{name}}}{body}\end{{{name}}}", display="block")


def markdown(text: str) -> str:
    """Return Markdown as HTML.

    >>> "<math" in markdown("a rate $lr$"), "<math" in markdown("it costs `$5` or `$6`")
    (True, False)
    """
    return MarkdownWithMath(renderer=Formulas(escape=False)).render(text)
