"""The code cells of a notebook, and what they define, each cell failing for itself alone."""

from __future__ import annotations

import ast
import json
import linecache
import re
from pathlib import Path

from lrcourse.watching import TimeUp, line_at_fault, time_limit

ROUND_PYTHON = {"%%time", "%%timeit", "%%capture", "%%prun"}
"""Cell magics that run the rest of their cell as Python."""
NO_CELLS = "not a notebook: it does not hold cells as JSON"
MOST_CELLS = 2_000
"""Code cells that a notebook may have; the largest of the course has forty."""
CELLS_LIMIT = 60
"""Seconds that the definitions of a notebook may take to run, all together."""


def code_cells(path: Path) -> list[str]:
    """Return the text of the notebook's code cells, lines for IPython alone left out.

    Raises ``ValueError`` where the file is missing or no notebook.
    """
    try:
        return sources_in(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ValueError(f"{path} is {error}.") from None


def sources_in(notebook: bytes) -> list[str]:
    """Return the text of the code cells, lines for IPython alone left out; raise ``ValueError``
    where this is no notebook. Cells that show a solved function at work are left empty.

    >>> sources_in(b'{"cells": [{"cell_type": "code", "source": ["lr = 0.1"]}]}')
    ['lr = 0.1']
    """
    try:
        cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
        shows = [str(cell.get("id", "")).endswith("-afterwards") for cell in cells]
        sources = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ValueError(NO_CELLS) from None
    if len(sources) > MOST_CELLS:
        raise ValueError(f"a notebook of {len(sources)} code cells: at most {MOST_CELLS} are read")
    pairs = zip(shows, sources, strict=True)
    return ["" if show else without_magics(source) for show, source in pairs]


def without_magics(source: str) -> str:
    """Blank the lines that only IPython understands; a cell for another program becomes empty.

    >>> without_magics("%matplotlib inline\\nx = 7 % 3\\n!ls"), without_magics("%%bash\\nls")
    ('\\nx = 7 % 3\\n', '')
    >>> without_magics("%%time\\nx = 7")
    '\\nx = 7'
    """
    first = source.split(maxsplit=1)[:1]
    if first and first[0].startswith("%%") and first[0] not in ROUND_PYTHON:
        return ""
    lines = source.split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def asked_in(sources: list[str], known: list[str]) -> list[str]:
    """Return those of the ``known`` functions that the cells define, in the order of ``known``.

    A cell that is no Python defines what its first words in a line say, so that its error is told.
    A function may stand in an ``if`` or a ``try``.

    >>> asked_in(["if True:\\n    def ema(losses):", "join = lambda parts: None"], ["join", "ema"])
    ['join', 'ema']
    """
    text = "\n".join(sources)
    function, name = r"[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(", r"(\w+)[ \t]*[(=:]"
    found = re.findall(rf"^(?:{function}|{name})", text, re.MULTILINE)
    defined = {each for pair in found for each in pair}
    return [name for name in known if name in defined]


def answered_in(sources: list[str], name: str) -> int:
    """Return the place of the cell that counts for ``name``: the last that defines it, else the
    last that assigns or calls it, else -1.

    >>> answered_in(["def f(x)\\n    return x", "f(2)"], "f")
    0
    """
    defines = [n for n, text in enumerate(sources) if re.search(rf"^def {name}\b", text, re.M)]
    names_it = [n for n, text in enumerate(sources) if asked_in([text], [name])]
    return max(defines or names_it, default=-1)


def definitions(sources: list[str]) -> tuple[dict, list[str]]:
    """Run what the cells import, define and assign; return the names, and what went wrong."""
    names: dict = {"__name__": "__main__"}
    cells = enumerate(sources, 1)
    return names, [each for cell in cells for each in define(*cell, names, CELLS_LIMIT)]


def define(number: int, source: str, names: dict, limit: float) -> list[str]:
    """Run what one cell imports, defines and assigns, in ``names``; return what went wrong.

    Calls that stand alone, such as ``check(gd_step)``, are left out. A cell that fails costs only
    what it defines from there on.

    >>> names = {}
    >>> define(1, "lr = 0.1\\nprint(lr)\\nw = 1 / 0", names, limit=1)
    ['Code cell 1 raised ZeroDivisionError: division by zero. On the line: w = 1 / 0']
    >>> names["lr"]
    0.1
    """
    file = f"<cell {number}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    try:
        body = [node for node in ast.parse(source).body if not isinstance(node, ast.Expr)]
        with time_limit(limit):
            exec(compile(ast.Module(body, []), file, "exec"), names)
    except SyntaxError as error:
        line = (error.text or "").strip()
        return [f"Code cell {number} is not Python yet ({error.msg}): {line}"]
    except TimeUp:
        return [f"Code cell {number} was still running after {limit:g} s."]
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        what = f"{type(error).__name__}: {error}"
        return [f"Code cell {number} raised {what}. On the line: {line_at_fault(error)}"]
    return []


def cell_id(name: str) -> str:
    """Return an exercise's name as the id of a cell.

    >>> cell_id("gd_step")
    'gd-step'
    """
    return name.replace("_", "-")
