"""A name that a cell needs and that is not there yet: which cell of the notebook makes it."""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path

from lrcourse.checks.notebook_code import code_cells
from lrcourse.learner import holding


def listen(shell) -> None:
    """Say below a NameError which cell makes the name, if one of this notebook does."""
    shell.set_custom_exc((NameError,), _told)


def _told(shell, kind, error, traceback, tb_offset=None):
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))
    try:
        says = where_made(error.name, code_cells(notebook))
    except ValueError:
        says = ""
    if says:
        with holding.aside():
            print(says, file=sys.stderr)


def where_made(name: str | None, sources: list[str]) -> str:
    """Say which of the cells makes ``name``; "" if none does.

    >>> where_made("slope", ["import math", "slope = 3"])[:50]
    '`slope` is made in the cell that begins `slope = 3'
    """
    for source in sources:
        if name in made_in(source):
            begins = source.strip().splitlines()[0]
            return (
                f"`{name}` is made in the cell that begins `{begins}`: run it first, or choose "
                "Run > Run All Above Selected Cell."
            )
    return ""


def made_in(source: str) -> set[str]:
    """Return the names that a cell binds at its top level or below.

    >>> sorted(made_in("import numpy as np\\nlr, w = 1, 2\\ndef double(w): ..."))
    ['double', 'lr', 'np', 'w']
    """
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return set()
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    defined = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    imports = [n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom)]
    imported = {each.asname or each.name.split(".")[0] for n in imports for each in n.names}
    return stored | defined | imported
