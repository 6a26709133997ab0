"""The frames of a lesson's explorers: what a page needs so that its sliders move without Python."""

from __future__ import annotations

import ast
import base64
import io
import json
from contextlib import redirect_stderr, redirect_stdout

import matplotlib.pyplot as plt
from nbformat import NotebookNode

from lrcourse.explorers.widget import Canvas
from lrcourse.site.cells import kind_of

STATE = ("scene", "texts", "first", "second", "reached")
BYTES = ("background", "narrow", "photo", "raster", "numbers")


def explorers(notebook: NotebookNode) -> dict[str, Canvas]:
    """Return the explorers of a lesson, by the ids of their cells.

    A cell runs alone; where it lacks a name, those above it run first.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = {}
    for number, cell in enumerate(code):
        if kind_of(cell)[0] == "explorer":
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                found[cell.id] = _explorer(code[:number], cell)
            plt.close("all")
    return found


def _explorer(above: list[NotebookNode], cell: NotebookNode) -> Canvas:
    try:
        return last_value(cell.source, {})
    except NameError:
        names: dict = {}
        for each in above:
            last_value(each.source, names)
        return last_value(cell.source, names)


def last_value(source: str, names: dict) -> object:
    """Run a cell with these ``names``; return the value of its last line, as a notebook shows it.

    >>> last_value("lr = 0.1\\nlr * 2", {})
    0.2
    """
    nodes = ast.parse(source).body
    shown = nodes.pop() if nodes and isinstance(nodes[-1], ast.Expr) else None
    exec(compile(ast.Module(nodes, []), "<cell>", "exec"), names)
    if shown is None:
        return None
    return eval(compile(ast.Expression(shown.value), "<cell>", "eval"), names)


def script(name: str, canvas: Canvas) -> bytes:
    """Return the script that hands an explorer's frames to its page, under its ``name``."""
    state = {each: getattr(canvas, each) for each in STATE}
    state |= {each: base64.b64encode(getattr(canvas, each)).decode() for each in BYTES}
    return f"lrcourse.explorers[{json.dumps(name)}]({json.dumps(state)});\n".encode()
