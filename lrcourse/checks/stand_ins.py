"""What stands for Jupyter's own names while a notebook is judged, and for modules that this
machine lacks."""

from __future__ import annotations

import ast
import os
from collections.abc import Callable
from typing import Any

from lrcourse.checks.quiet_calls import nothing

RUN_AS_PYTHON = {"time", "capture", "prun"}
"""Magics that run what they are given in the notebook's own names."""
NEEDLESS = {
    *("matplotlib", "load_ext", "reload_ext", "autoreload", "config", "precision", "timeit"),
    *("pinfo", "pinfo2", "psource", "pdoc", "pdef", "pfile", "who", "whos", "who_ls", "history"),
    *("xmode", "colors", "pprint", "lsmagic", "magic", "quickref", "psearch", "automagic"),
    *("html", "HTML", "latex", "javascript", "js", "svg", "SVG"),
}
"""Magics that show or measure and define nothing: nothing is lost without them."""
NOT_CODE = {"markdown": "Markdown", "raw": "raw"}


class Lines(list):
    """What a shell command would have printed, line by line, as IPython gives it: nothing here."""

    n = s = property(lambda self: "")
    l = property(lambda self: self)  # noqa: E741


class Shell:
    """What ``get_ipython()`` gives: magics run or are left out, and what is left out is told."""

    def __init__(self, run: Callable[[str], Any], told: Callable[[str], None], names: dict):
        """Take how to ``run`` a text of Python, whom to tell, and the notebook's ``names``."""
        self.run, self.told, self.user_ns = run, told, names

    def __getattr__(self, name: str):
        """Return what does nothing, for all else that a shell can do."""
        if name.startswith("_"):
            raise AttributeError(name)
        return nothing

    def run_line_magic(self, name: str, line: str, *_, **__) -> Any:
        """Return what a magic of one line gives."""
        if name in RUN_AS_PYTHON:
            return self.run(line)
        if name in ("env", "set_env"):
            return _environment(line)
        if name == "pwd":
            return os.getcwd()
        return None if name in NEEDLESS else self.left_out(f"%{name} {line}")

    def run_cell_magic(self, name: str, line: str, cell: str) -> Any:
        """Run the cell, if its magic runs Python; leave it out if it is for another program."""
        if name in RUN_AS_PYTHON:
            return self.run(cell)
        if name in NOT_CODE:
            return self.told(
                f"is a {NOT_CODE[name]} cell: what it defines does not run; "
                "make it a code cell again."
            )
        return None if name in NEEDLESS else self.left_out(f"%%{name} {line}")

    def magic(self, line: str) -> Any:
        """Return what a magic gives that is written with its name in the line."""
        name, _, rest = line.partition(" ")
        return self.run_line_magic(name.lstrip("%"), rest)

    def run_cell(self, cell: str, *_, **__) -> None:
        """Run a text as a cell."""
        self.run(cell)

    def system(self, command: str) -> None:
        """Leave a shell line out."""
        self.left_out(f"!{command}")

    def getoutput(self, command: str, *_, **__) -> Lines:
        """Return no lines: there is no shell."""
        self.left_out(f"!{command}")
        return Lines()

    def left_out(self, line: str) -> None:
        """Tell of a line that cannot be had here."""
        self.told(f"ran without {' '.join(line.split())[:200]}, which cannot be had here.")


def _environment(line: str) -> Any:
    """Return a variable of the environment, or set it, as ``%env`` does."""
    name, mark, value = line.replace("=", " ", 1).strip().partition(" ")
    if mark:
        os.environ[name] = value.strip()
        return None
    return os.environ.get(name) if name else dict(os.environ)


class Missing:
    """Stands for what a module would have given that this machine lacks: to use it says so."""

    def __init__(self, says: str, module: str):
        """Take the words of the import that failed, and the module."""
        object.__setattr__(self, "_lacks", (says, module))

    def __getattr__(self, name: str):
        """Say that the module is missing; Python itself asks for names with a stroke in front."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self()

    def __call__(self, *_, **__):
        """Say that the module is missing."""
        says, module = self._lacks
        raise ModuleNotFoundError(says, name=module)


ASKED = "add sub mul truediv floordiv mod pow matmul neg abs lt le gt ge getitem iter"
for _name in [*ASKED.split(), "radd", "rsub", "rmul", "rtruediv", "rpow", "rmatmul", "mro_entries"]:
    setattr(Missing, f"__{_name}__", Missing.__call__)


def bound_by(node: ast.stmt) -> list[str]:
    """Return the names that a statement would have bound.

    >>> bound_by(ast.parse("import torch.nn, pandas as pd").body[0])
    ['torch', 'pd']
    >>> bound_by(ast.parse("table, rows[0] = pd.read()").body[0])
    ['table']
    """
    found = []
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            found.append(each.id)
        elif isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(each.name)
        elif isinstance(each, ast.Import | ast.ImportFrom):
            first = isinstance(each, ast.Import)
            names = [one.name.partition(".")[0] if first else one.name for one in each.names]
            found += [one.asname or name for one, name in zip(each.names, names, strict=True)]
    return [name for name in found if name != "*"]
