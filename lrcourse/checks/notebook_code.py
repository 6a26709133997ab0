"""The code cells of a notebook, and the exercises that they answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

NO_CELLS = "not a notebook: it does not hold cells as JSON"
IN_CONFLICT = (
    "not a notebook yet: git's conflict marks (<<<<<<<, =======, >>>>>>>) stand in it; keep one "
    "side of each and save it again"
)
CONFLICT = [re.compile(mark, re.MULTILINE) for mark in (rb"^<{7} ", rb"^={7}\r?$", rb"^>{7} ")]
MOST_CELLS = 2_000
"""Code cells that a notebook may have; the largest of the course has forty."""
DEFINES = re.compile(
    r"\s*(?:(?:async[ \t]+def|def|class)[ \t]+\w+[ \t]*[(:\[]|import[ \t]+\w+[ \t]*$|@\w)", re.M
)
"""How a text begins that was a code cell before it became another kind of cell."""


def code_cells(path: Path) -> list[str]:
    """Return the text of the notebook's code cells.

    Raises ``ValueError`` where the file is missing or no notebook.
    """
    try:
        return sources_in(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ValueError(f"{path} is {error}.") from None


def sources_in(notebook: bytes) -> list[str]:
    """Return the text of the code cells, as they stand; raise ``ValueError`` where this is no
    notebook. Cells that show a solved function at work are left empty. An answer whose cell was
    turned into another kind comes as a cell of IPython's magic for that kind, so that it is named.

    >>> sources_in(b'{"cells": [{"cell_type": "code", "source": ["lr = 0.1"]}]}')
    ['lr = 0.1']
    """
    cells = [each for each in _cells(notebook) if each[0] == "code" or turned_from_code(*each[::2])]
    if len(cells) > MOST_CELLS:
        raise ValueError(f"a notebook of {len(cells)} code cells: at most {MOST_CELLS} are read")
    return [
        "" if name.endswith("-afterwards") else text if kind == "code" else f"%%{kind}\n{text}"
        for kind, name, text in cells
    ]


def turned_from_code(kind: str, text: str) -> bool:
    """Whether a cell of another kind holds what was a code cell.

    >>> turned_from_code("markdown", "def f(x): return x"), turned_from_code("markdown", "Define f")
    (True, False)
    """
    return kind in ("markdown", "raw") and DEFINES.match(text) is not None


def _cells(notebook: bytes) -> list[tuple[str, str, str]]:
    """Return kind, id and text of every cell; nbformat 3 keeps cells in worksheets, as input."""
    try:
        tree = json.loads(notebook)
        sheets = [tree] if "cells" in tree else tree["worksheets"]
        cells = [cell for sheet in sheets for cell in sheet["cells"]]
        return [(str(cell["cell_type"]), str(cell.get("id", "")), text_of(cell)) for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        told = IN_CONFLICT if all(each.search(notebook) for each in CONFLICT) else NO_CELLS
        raise ValueError(told) from None


def text_of(cell: dict[str, Any]) -> str:
    """Return the text of a cell, "" where it has none; half a character becomes a question mark.

    >>> text_of({"source": ["lr = 0.1\\n", "w = 1"]}), text_of({"cell_type": "code"})
    ('lr = 0.1\\nw = 1', '')
    """
    source = cell.get("source", cell.get("input"))
    parts = source if isinstance(source, list) else [source]
    text = "".join(each for each in parts if isinstance(each, str))
    return text.encode("utf-8", "replace").decode()


def asked_in(sources: list[str], known: list[str]) -> list[str]:
    """Return those of the ``known`` functions that the cells define, in the order of ``known``.

    A function may be a class, and be bound by an assignment of any form, wherever it stands. A
    cell that is no Python defines what its first words in a line say, so that its error is told.

    >>> asked_in(["if True:\\n    class ema:", "join, _ = make()"], ["join", "ema", "sgd"])
    ['join', 'ema']
    """
    found = {name for text in sources for name in _bound_in(text) | {*CALLS.findall(text)}}
    return [name for name in known if name in found]


def _bound_in(text: str) -> set[str]:
    """Return the names that the text of a cell binds."""
    one = {name for each in BINDS.findall(text) for name in each if name}
    return one.union(*(re.findall(r"\w+", each) for each in TUPLE.findall(text)))


BINDS = re.compile(
    r"(?:^|[\"'])[ \t]*+(?:async[ \t]++)?(?:def|class)[ \t]++(\w++)"
    r"|^[ \t]*+(?:%\w++[ \t]++)?(\w++)[ \t]*+(?:=(?!=)|:)"
    r"|\b(?:as|for)[ \t]++(\w++)"
    r"|\b(\w++)[ \t]*+:="
    r"|\bglobals\(\)\[[\"'](\w++)",
    re.MULTILINE,
)
"""A name that is defined, in a text too, assigned, or named after ``as`` and ``for``. No part of it
is tried in two ways: a long line costs its length."""
CALLS = re.compile(r"^(\w+)[ \t]*\(", re.MULTILINE)
"""A name at the beginning of a line that is called there, or whose ``def`` is missing."""
TUPLE = re.compile(
    r"^[ \t]*+[(\[]?+((?:[ \t]*+\*?\w++[ \t]*+,)++[ \t]*+(?:\*?\w++)?+)[ \t]*+[)\]]?+[ \t]*+=(?!=)",
    re.MULTILINE,
)
"""Names that are assigned together."""


def answered_in(sources: list[str], name: str) -> int:
    """Return the place of the cell that counts for ``name``: the last that defines it, else the
    last that binds it in another way, else the last that calls it, else -1.

    >>> answered_in(["def f(x)\\n    return x", "f(2)"], "f")
    0
    """
    words = rf"(?:async[ \t]+)?(?:def|class)[ \t]+{name}\b|{name}[ \t]*=(?!=)"
    defining = re.compile(rf"^(?:{words})", re.MULTILINE)
    defines = [n for n, text in enumerate(sources) if defining.search(text)]
    binds = [n for n, text in enumerate(sources) if name in _bound_in(text)]
    calls = [n for n, text in enumerate(sources) if name in CALLS.findall(text)]
    return max(defines or binds or calls, default=-1)


def cell_id(name: str) -> str:
    """Return an exercise's name as the id of a cell.

    >>> cell_id("gd_step")
    'gd-step'
    """
    return name.replace("_", "-")
