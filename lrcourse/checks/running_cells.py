"""A notebook's cells run as Jupyter runs them, but for one thing: a statement that fails costs
what it defines, and the next one runs all the same."""

from __future__ import annotations
import __future__

import ast
import asyncio
import builtins
import inspect
import linecache
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from lrcourse.checks.newer_python import is_newer
from lrcourse.checks.quiet_calls import nothing
from lrcourse.checks.stand_ins import Missing, Shell, bound_by
from lrcourse.time_limits import TimeUp, time_limit

AFTERWARDS = 1
"""Seconds for the definitions below a statement that was stopped."""
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
PROMPTS = ("In [", ">>> ")
"""What stands in front of a line that was copied from somewhere, and may still be Python."""
FUTURE = 0
for _each in __future__.all_feature_names:
    FUTURE |= getattr(__future__, _each).compiler_flag
NEWER = "is written for a newer Python than this one"
"""How the sentence goes on about a cell that only a newer Python reads."""


def statements(source: str) -> tuple[str, list[ast.stmt]]:
    """Return a cell as Python, with IPython's own lines as calls, and its statements.

    Raises ``SyntaxError`` where it is neither.

    >>> statements("x = !ls")[0]
    "x = get_ipython().getoutput('ls')\\n"
    """
    try:
        if not source.lstrip().startswith(PROMPTS):
            return source, ast.parse(source).body
    except SyntaxError:
        pass
    if find_spec("IPython") is None:  # As on a page, where no line is IPython's own.
        return source, ast.parse(source).body
    from IPython.core.inputtransformer2 import TransformerManager

    text = TransformerManager().transform_cell(source)
    return text, ast.parse(text).body


def cell_line(error: BaseException) -> str:
    """Return the last line of a cell that an exception went through, "" if it went through none."""
    line, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("<cell"):
            line = linecache.getline(file, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line


class Cells:
    """A notebook whose cells run one after another.

    ``names`` is what they have defined so far; ``versions`` holds, for each of the ``watched``
    names, every function it was bound to, the newest last, with the number of the cell.
    """

    def __init__(self, names: dict | None = None, watched: Iterable[str] = ()):
        """Begin with nothing defined but what Jupyter has."""
        self.names = {"__name__": "__main__"} if names is None else names
        self.shell = Shell(self._run_text, self._tell, self.names)
        self.names["__builtins__"] = {
            **vars(builtins),
            "display": nothing,
            "get_ipython": lambda: self.shell,
            "input": self._answer_nothing,
            "In": [""],
            "Out": {},
        }
        self.versions: dict[str, list[tuple[int, Any]]] = {name: [] for name in watched}
        self.number, self.flags, self.loop = 0, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, None
        self.told: list[str] = []
        self.left: list[ast.stmt] = []
        self.file = ""

    def run(self, number: int, source: str, limit: float) -> list[str]:
        """Run one cell, for at most ``limit`` seconds; return what went wrong, a sentence each.

        >>> cells = Cells()
        >>> cells.run(1, "import no_such_module\\nlr = 0.1", limit=1)[0][:60]
        "Code cell 1 raised ModuleNotFoundError: No module named 'no_"
        >>> cells.names["lr"]
        0.1
        """
        self.number, self.told, self.left, self.file = number, [], [], ""
        try:
            with time_limit(limit):
                self._keep_text(source)
                self._keep(self._run_text(source), source)
        except TimeUp:
            self._tell(f"was still running after {limit:g} s.")
            self.left = [node for node in self.left if isinstance(node, DEFINING)]
            try:
                with time_limit(AFTERWARDS):
                    self._run_left()
            except TimeUp:
                self.left = []
        return self.told

    def _keep_text(self, source: str) -> None:
        """Keep a cell where Jupyter has it: in ``In``, at its number."""
        texts = self.names["__builtins__"]["In"]
        texts += [""] * (self.number + 1 - len(texts))
        texts[self.number] = source

    def _keep(self, value: Any, source: str) -> None:
        """Keep what a cell gave where Jupyter has it: in ``Out``, ``_`` and the like."""
        jupyters, n = self.names["__builtins__"], self.number
        if value is not None and not source.rstrip().endswith(";"):
            jupyters["Out"][n] = jupyters[f"_{n}"] = value
            last = [*jupyters["Out"].values()][:-4:-1]
            jupyters.update(zip(("_", "__", "___"), last, strict=False))

    def _tell(self, what: str) -> None:
        said = f"Code cell {self.number} {what}"
        if said not in self.told:
            self.told.append(said)

    def _answer_nothing(self, prompt: object = "") -> str:
        self._tell(
            f"asked {str(prompt)[:80]!r} by input(), and got an empty text: nobody is there."
        )
        return ""

    def _run_text(self, source: str) -> Any:
        """Run a text; return the value of its last statement, if that is an expression."""
        try:
            text, nodes = statements(source)
        except SyntaxError as error:
            return self._tell(_no_python(error, source))
        except (ValueError, RecursionError, MemoryError) as error:
            return self._tell(f"cannot be read as Python ({type(error).__name__}: {error})")
        outer = self.left, self.file
        self.left, self.file = nodes, f"{self.file or '<cell'} {self.number}>"
        linecache.cache[self.file] = (len(text), None, text.splitlines(True), self.file)
        value = self._run_left()
        self.left, self.file = outer
        return value

    def _run_left(self) -> Any:
        value = None
        while self.left:
            value = self._run(self.left.pop(0))
            for name, versions in self.versions.items():
                bound = self.names.get(name)
                if callable(bound) and not (versions and versions[-1][1] is bound):
                    versions.append((self.number, bound))
        return value

    def _is_quiet(self, node: ast.stmt) -> bool:
        """Whether a statement is a call of what does nothing here, such as ``check(gd_step)``."""
        call = node.value if isinstance(node, ast.Expr) else None
        name = call.func if isinstance(call, ast.Call) else None
        return isinstance(name, ast.Name) and self.names.get(name.id) is nothing

    def _run(self, node: ast.stmt) -> Any:
        if self._is_quiet(node):
            return None
        before = dict(self.names)
        try:
            return self._value(node)
        except ImportError as error:
            if isinstance(node, ast.Import | ast.ImportFrom) and len(node.names) > 1:
                return [self._run(_with_names(node, [each])) for each in node.names][-1]
            self._tell(_raised(error))
            self._miss(error, node, before)
        except SyntaxError as error:
            self._tell(_no_python(error, ""))
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            self._tell(_raised(error))

    def _miss(self, error: ImportError, node: ast.stmt, before: dict[str, Any]) -> None:
        """Let what a statement would have bound, had this machine the module, say what is missing;
        but for answers, which are judged as what they were."""
        module = str(getattr(error, "name", None) or "")
        if isinstance(error, ModuleNotFoundError) and not module.startswith("lrcourse"):
            missing = Missing(str(error), module)
            for name in {*bound_by(node)} - {*self.versions}:
                if self.names.get(name) is before.get(name):
                    self.names[name] = missing

    def _value(self, node: ast.stmt) -> Any:
        """Run one statement, or raise what it raises; return its value if it is an expression."""
        is_expression = isinstance(node, ast.Expr)
        tree = ast.Expression(node.value) if is_expression else ast.Module([node], [])
        kind = "eval" if is_expression else "exec"
        code = compile(tree, self.file, kind, self.flags, dont_inherit=True)
        self.flags |= code.co_flags & FUTURE
        value = eval(code, self.names)
        if code.co_flags & inspect.CO_COROUTINE:
            self.loop = self.loop or asyncio.new_event_loop()
            return self.loop.run_until_complete(value)
        return value


def _with_names(node: ast.stmt, names: list[ast.alias]) -> ast.stmt:
    """Return an import of these names alone."""
    if isinstance(node, ast.Import):
        return ast.copy_location(ast.Import(names), node)
    return ast.copy_location(ast.ImportFrom(node.module, names, node.level), node)


def _raised(error: BaseException) -> str:
    line = cell_line(error)
    where = f". On the line: {line}" if line else ""
    return f"raised {type(error).__name__}: {words(error)}{where}"


def words(error: BaseException) -> str:
    """Return what an exception says; its author may have made it raise another."""
    try:
        return str(error)[:2000]
    except Exception:
        return ""


def _no_python(error: SyntaxError, source: str) -> str:
    line = (error.text or "").strip()
    if source and is_newer(source):
        here = ".".join(map(str, sys.version_info[:2]))
        return f"{NEWER} (Python {here}) and cannot be judged here: {line}"
    where = f", line {error.lineno}" if error.lineno else ""
    return f"is not Python yet ({error.msg}{where}): {line}"
