"""The copies of the course that answers run on: the library, and in it neither an exercise's
answer nor what of the library would be one.
"""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterable
from pathlib import Path

import lrcourse

RUNNING = {
    "": ["__init__", "old_paths", "time_limits"],
    "checks": ["__init__", "newer_python", "quiet_calls", "running_cells", "stand_ins"],
    "classroom": ["__init__"],
    "classroom/sandbox": [
        *("__init__", "calls", "decoding", "encoding", "far", "inside", "library_swap"),
        *("messages", "pipes", "readable", "system_calls", "walls"),
    ],
    "learner": ["__init__"],
}
"""Room -> the modules that run a notebook: no answer stands in them."""
TAKEN = {
    **RUNNING,
    "": [
        "__init__",
        "adaptive",
        "base",
        "budget_plots",
        "budget_rules",
        "colours",
        "combined_schedules",
        "controllers",
        "curvature",
        "curve_names",
        "cycles",
        "data",
        "detective",
        "duck_typing",
        "gaussian_process",
        "gradient_rules",
        "hidden_valleys",
        "inputs",
        "landscapes",
        "linear_models",
        "log_pictures",
        "momentum_theory",
        "monitoring",
        "network",
        "noise",
        "numerals",
        "objectives",
        "old_paths",
        "one_run_at_a_time",
        "optimizers",
        "plots",
        "range_tests",
        "regimes",
        "schedule_free",
        "schedules",
        "searching",
        "supervised",
        "sweeping",
        "time_limits",
        "trainability",
        "training",
    ],
    "checks": [
        *(*RUNNING["checks"], "allowed", "calls", "domain", "examine", "exercise", "notebook_code"),
        *("seen", "spelling", "values"),
    ],
}
"""Room -> the modules of it that a graded answer may import. What is not named here stays outside:
a module with an answer in it is not let in by being forgotten. Explorers do nothing here."""
BESIDE = ["__init__.pyi", "digits.csv.gz", "lrcourse.mplstyle"]
"""What those modules read."""
REFUSING = """\
def {name}(*_, **__):
    raise RuntimeError("write {asked} yourself: the course's own is no answer to it")


{name}.of_the_course = True
"""


def library(
    folder: Path,
    taken: dict[str, list[str]] = TAKEN,
    without: Iterable[str] = (),
    asked: str = "it",
) -> Path:
    """Copy into ``folder`` the modules ``taken``, where ``without`` these names: in the place of
    each stands a function that refuses, as the answer to ``asked``. Return ``folder``."""
    package, copy = Path(lrcourse.__file__).parent, Path(folder) / "lrcourse"
    for room, names in taken.items():
        (copy / room).mkdir(parents=True, exist_ok=True)
        for name in names:
            text = (package / room / f"{name}.py").read_text("utf-8")
            kept = without_names(text, {*without}, asked) if room == "" else text
            (copy / room / f"{name}.py").write_text(kept, "utf-8")
    for name in BESIDE:
        shutil.copyfile(package / name, copy / name)
    return Path(folder)


def without_names(text: str, names: set[str], asked: str) -> str:
    """Return a module's text in which a refusing function stands for each of these definitions;
    what was there for them alone is gone, and what calls them while the module loads refuses too.

    >>> print(without_names("def _far(w):\\n    return w\\n\\ndef ema(w):\\n    return _far(w)\\n",
    ...     {"ema"}, "ema"))
    <BLANKLINE>
    def ema(*_, **__):
        raise RuntimeError("write ema yourself: the course's own is no answer to it")
    <BLANKLINE>
    <BLANKLINE>
    ema.of_the_course = True
    <BLANKLINE>
    """
    tree, lines = ast.parse(text), text.splitlines(keepends=True)
    removed = _removed(tree.body, names)
    if not removed:
        return text
    unused = _unused(tree.body, removed)
    for node in reversed([each for each in tree.body if each in removed or each in unused]):
        refusing = [REFUSING.format(name=name, asked=asked) for name in _names(node)]
        place = slice(_first(node) - 1, node.end_lineno)
        lines[place] = refusing if node in removed else []
    return "".join(lines)


def _names(node: ast.stmt) -> list[str]:
    """Return the names that a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else []
    return [each.id for target in targets for each in ast.walk(target) if _is_name(each)]


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _first(node: ast.stmt) -> int:
    return min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])


def _removed(body: list[ast.stmt], names: set[str]) -> list[ast.stmt]:
    """Return the definitions of ``names``, and those that need one of them while they are made."""
    removed = [node for node in body if names & {*_names(node)}]
    gone = names | {name for node in removed for name in _names(node)}
    while more := [each for each in body if each not in removed and _makes_use(each, gone)]:
        removed += more
        gone |= {name for node in more for name in _names(node)}
    return removed


def _makes_use(node: ast.stmt, gone: set[str]) -> bool:
    """Whether a definition calls, inherits from or is decorated by what is gone."""
    if isinstance(node, ast.FunctionDef):
        used = [each for one in node.decorator_list for each in ast.walk(one)]
    elif isinstance(node, ast.ClassDef):
        used = [each for one in [*node.bases, *node.decorator_list] for each in ast.walk(one)]
    elif isinstance(node, ast.Assign):
        used = [each.func for each in ast.walk(node.value) if isinstance(each, ast.Call)]
    else:
        return False
    return any(isinstance(each, ast.Name) and each.id in gone for each in used)


def _unused(body: list[ast.stmt], removed: list[ast.stmt]) -> list[ast.stmt]:
    """Return the private definitions that nothing but what is removed makes use of."""
    unused: list[ast.stmt] = []
    while True:
        left = [node for node in body if node not in removed and node not in unused]
        more = [node for node in left if _is_private(node) and not _is_used(node, left)]
        if not more:
            return unused
        unused += more


def _is_private(node: ast.stmt) -> bool:
    defines = isinstance(node, ast.FunctionDef | ast.ClassDef)
    return defines and node.name.startswith("_") and not node.name.startswith("__")


def _is_used(node: ast.stmt, left: list[ast.stmt]) -> bool:
    others = [each for other in left if other is not node for each in ast.walk(other)]
    return any(isinstance(each, ast.Name) and each.id == node.name for each in others)
