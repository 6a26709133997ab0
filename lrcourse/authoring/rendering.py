"""Notebooks as pages that open in any browser without Jupyter, network or script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from lrcourse.authoring.building import named
from lrcourse.formulas import convert
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE

TO_NOTEBOOK = re.compile(r"\.ipynb((?:#[\w-]+)?\))")
"""The end of a link from notebook to notebook."""
WHOLE_WORDS = "<style>pre { word-break: normal !important; overflow-wrap: anywhere }</style>"
"""nbconvert's own style breaks printed lines inside words."""


def render(
    out: str | Path, what: Iterable[str | int] | None = None, root: Path = CLONE
) -> list[Path]:
    """Print the lessons, or those named, with exercises and solutions as HTML pages into ``out``.

    Returns the paths of the pages. A page stands alone: formulas are MathML, pictures lie inside,
    links lead to the other pages. Explorers need a kernel; the picture below each stands for it.
    """
    pages = []
    for lesson in named(what):
        own = (f"notebooks/{lesson.stem}.ipynb", f"solutions/{lesson.stem}.ipynb")
        for name in (lesson.exercises_path, *own):
            if (root / name).exists():
                pages.append((Path(out) / name).with_suffix(".html"))
                notebook = nbformat.read(root / name, as_version=4)
                write_whole(pages[-1], page(notebook).encode())
    return pages


def page(notebook: NotebookNode) -> str:
    """Return one notebook as one page, without the scripts that nbconvert would load."""
    cells = [readable(cell) for cell in notebook.cells]
    shown = nbformat.from_dict({**notebook, "cells": cells})
    html, _ = HTMLExporter(filters={"markdown2html": markdown}).from_notebook_node(shown)
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    return html.replace("</head>", f"{WHOLE_WORDS}</head>")


def readable(cell: NotebookNode) -> NotebookNode:
    """Return a cell as a page shows it: links lead to pages, pictures carry their description."""
    if cell.cell_type == "markdown":
        return {**cell, "source": TO_NOTEBOOK.sub(r".html\1", cell.source)}
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    alt = cell.metadata.get("alt", printed)
    return {**cell, "outputs": [described(output, alt) for output in cell.outputs]}


def described(output: NotebookNode, alt: str) -> NotebookNode:
    """Return a picture as an ``img`` of its size on a page, which may be less than its pixels, with
    its description: nbconvert's template has none."""
    png = output.get("data", {}).get("image/png")
    if png is None:
        return output
    wide = output.get("metadata", {}).get("image/png", {}).get("width")
    size = f'width="{wide}" ' if wide else ""
    html = f'<img alt="{escape(alt)}" {size}src="data:image/png;base64,{png.strip()}">'
    return {**output, "data": {"text/html": html}}


class Formulas(IPythonRenderer):
    """nbconvert's Markdown, with formulas as MathML, which browsers set by themselves."""

    def inline_math(self, body: str) -> str:
        """Set ``$...$``."""
        return convert(body)

    def block_math(self, body: str) -> str:
        """Set ``$$...$$``."""
        return displayed(body)

    def latex_environment(self, name: str, body: str) -> str:
        """Set an environment such as ``align``."""
        return displayed(rf"\begin{{{name}}}{body}\end{{{name}}}")


def displayed(body: str) -> str:
    """Return a formula on a line of its own, in an element that can scroll: in Firefox none does by
    itself.

    >>> displayed("w").startswith('<span class="formula"><math')
    True
    """
    return f'<span class="formula">{convert(body, display="block")}</span>'


def markdown(text: str) -> str:
    """Return Markdown as HTML.

    >>> "<math" in markdown("a rate $lr$"), "<math" in markdown("it costs `$5` or `$6`")
    (True, False)
    """
    return MarkdownWithMath(renderer=Formulas(escape=False)).render(text)
