"""The student edition and nbgrader's course folder, made of the course: no answer is in either.

A unit's module is read as text, and only what is named here is copied from it: what is not asked
for stays out. All of it is made in memory before the first file is written.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import re
import secrets
import tomllib
from collections.abc import Iterable, Iterator
from copy import copy, deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from nbformat import NotebookNode
from tqdm import tqdm

from lrcourse.authoring import units
from lrcourse.authoring.building import text as notebook_text
from lrcourse.authoring.composing import cell_id, compose_blanks, module
from lrcourse.base import BadInput
from lrcourse.checking import Exercise, _try, examine
from lrcourse.environment import CLONE
from lrcourse.exercises import exercise, exercise_names, lesson_of
from lrcourse.grading.sealed import question, seal
from lrcourse.learner import write_whole
from lrcourse.lessons import Lesson

MADE = ".lrcourse-{}.json"
"""The list of what we wrote, with hashes: it tells a teacher's change from our own file."""
TEACHERS = {"grading", "benchmarks", "authoring", "exercises", "content", "__pycache__"}
"""Folders of the package that students do not get, or not as they are."""
SEED = 0
"""What ``check`` draws its problems from."""
IMPORTS = ast.Import | ast.ImportFrom
OPERATORS = (ast.BinOp, ast.Compare, ast.BoolOp)


class Unit(NamedTuple):
    """An exercise's module as text, and as what it does."""

    lesson: Lesson
    exercise: Exercise
    text: str
    tree: ast.Module
    answers: set[str]
    """The names of the solution, other styles, mistakes and hidden checks."""

    @property
    def name(self) -> str:
        """The exercise's name."""
        return self.exercise.name


@cache
def unit(name: str) -> Unit:
    """Return the unit of the exercise ``name``."""
    lesson, told = lesson_of(name), exercise(name)
    text = (CLONE / module(lesson, name)).read_text("utf-8")
    hidden = [check.function for check in told.checks if check.hidden]
    answers = [told.answer, *hidden, *told.styles.values(), *(m.function for m in told.mistakes)]
    there = vars(inspect.getmodule(told.answer))
    own = {each.__name__ for each in answers if there.get(each.__name__) is each}
    return Unit(lesson, told, text, ast.parse(text), own)


def release(folder: Path, chosen: list[Lesson]) -> list[str]:
    """Write the student edition and the course folder of the ``chosen`` lessons into ``folder``;
    return the names of the files.

    Raises ``BadInput`` where a file is there that no release made, or that somebody changed.
    """
    made_before(folder, "release")
    files = {
        **{f"student/{name}": data for name, data in student(chosen).items()},
        **{f"course/{name}": data for name, data in course(chosen).items()},
    }
    return write_made(folder, "release", files)


def write_made(folder: Path, kind: str, files: dict[str, bytes]) -> list[str]:
    """Write ``files`` into ``folder`` in the place of those of the same ``kind`` from before;
    return their names. Cut off in the middle, it is gone on with by the same command.

    Raises ``BadInput`` where a file is there that is not ours, or that somebody changed.
    """
    before, record = made_before(folder, kind), folder / MADE.format(kind)
    for name in files:
        if (folder / name).exists() and name not in before:
            raise BadInput(f"{folder / name} is there and not ours: name another folder.")
    marks = {name: [hashed(data)] for name, data in files.items()}
    either = {name: before.get(name, []) + marks.get(name, []) for name in {*before, *marks}}
    write_whole(record, json.dumps(either, indent=1).encode())
    for name, data in files.items():
        write_whole(folder / name, data)
    for name in set(before) - set(files):
        (folder / name).unlink(missing_ok=True)
    write_whole(record, json.dumps(marks, indent=1).encode())
    return sorted(files)


def made_before(folder: Path, kind: str) -> dict[str, list[str]]:
    """Return the files of this ``kind`` that were written before, with the hashes they may have;
    ``BadInput`` where one was changed, or where the folder is somebody else's."""
    record = folder / MADE.format(kind)
    if not record.exists():
        if folder.exists() and any(folder.iterdir()) and not any(folder.glob(MADE.format("*"))):
            raise BadInput(f"{folder} is not empty and not ours: name a new folder.")
        return {}
    try:
        made = dict(json.loads(record.read_bytes()))
    except ValueError:
        raise BadInput(f"{record} cannot be read: name a new folder.") from None
    for name, marks in made.items():
        if (folder / name).exists() and hashed((folder / name).read_bytes()) not in marks:
            raise BadInput(
                f"{folder / name} was changed since it was made, and stays as it is: name a new "
                "folder, or remove that file."
            )
    return made


def hashed(data: bytes) -> str:
    """Return what stands for a file's content."""
    return hashlib.sha256(data).hexdigest()


def student(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the files of the student edition, by name."""
    package = CLONE / "lrcourse"
    files = {
        path.relative_to(CLONE).as_posix(): path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and not TEACHERS & set(path.relative_to(package).parts)
    }
    for name in ("LICENSE", "requirements.txt", "environment.yml", "notebooks/source/camera.png"):
        files[name] = (CLONE / name).read_bytes()
    files["pyproject.toml"] = project((CLONE / "pyproject.toml").read_text("utf-8")).encode()
    files["README.md"] = readme((CLONE / "README.md").read_text("utf-8"), chosen).encode()
    checking = "lrcourse/checking.py"
    files[checking] = naming_sealed(files[checking].decode()).encode()
    sealed = (package / "grading" / "sealed.py").read_bytes()
    files["lrcourse/sealed.py"] = sealed
    files["lrcourse/exercises/__init__.py"] = (package / "exercises/__init__.py").read_bytes()
    files.update(exercise_modules(chosen))
    for lesson in chosen:
        if (CLONE / f"notebooks/{lesson.stem}.ipynb").exists():
            name = f"notebooks/{lesson.stem}.ipynb"
            files[name] = (CLONE / name).read_bytes()
        files[f"exercises/{lesson.stem}.ipynb"] = notebook_text(blanks_of(lesson, chosen)).encode()
    return files


def project(text: str) -> str:
    """Return the project's file without what only the teacher's copy has."""
    kept = "\n".join(line for line in text.split("\n") if not line.startswith('"solutions"'))
    kept = kept.partition("\n[tool.ruff]")[0] + "\n"
    tomllib.loads(kept)
    return kept


def readme(text: str, chosen: list[Lesson]) -> str:
    """Return the README with the chosen lessons alone, and nothing that only a teacher can do."""
    stems = {lesson.stem for lesson in chosen}
    lines = [
        line
        for line in text.split("\n")
        if not (found := re.search(r"\(notebooks/(\w+)\.ipynb\)", line)) or found[1] in stems
    ]
    teachers = re.compile(r"^## (In a class|How it is tested)\n.*?(?=^## )", re.M | re.S)
    kept = teachers.sub("", "\n".join(lines))
    kept = kept.replace(
        ", `lrcourse solution EXERCISE` | the next hint; the answer, explained", " | the next hint"
    )
    return re.sub(r"^\| `python3 -m lrcourse test`.*\n", "", kept, flags=re.M)


def naming_sealed(text: str) -> str:
    """Return the module of checks with mistakes named by their digests."""
    lines, tree = text.splitlines(), ast.parse(text)
    old = next(n for n in tree.body if getattr(n, "name", "") == "_known_mistake")
    lines[old.lineno - 1 : old.end_lineno] = [
        "from lrcourse.sealed import known_mistake as _known_mistake  # noqa: E402"
    ]
    return "\n".join(lines) + "\n"


def exercise_modules(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the modules of the chosen lessons and those of others that they import from."""
    salt, files = secrets.token_hex(16), {}
    wanted: dict[str, set[str]] = {}
    for lesson in chosen:
        files[module(lesson)] = (CLONE / module(lesson)).read_bytes()
        for name in lesson.exercises:
            wanted.setdefault(name, set())
            borrow(unit(name), None, wanted)
    numbers = {lesson.number for lesson in chosen}
    for name, borrowed in tqdm(wanted.items(), desc="sealed", unit=" exercises", leave=False):
        own = unit(name)
        asked = own.lesson.number in numbers
        path = module(own.lesson, name)
        code = released(own, borrowed, salt) if asked else copied(own, borrowed) + "\n"
        files[elsewhere(path, numbers)] = elsewhere(code, numbers).encode()
    return files


def elsewhere(text: str, numbers: set[int]) -> str:
    """Return a path or code in which lessons that are not released stand under another name:
    what another lesson borrows of them is there, and they are no lesson.

    >>> elsewhere("from lrcourse.exercises.lesson08.step_decay import ask", {9})
    'from lrcourse.exercises.of_lesson08.step_decay import ask'
    """
    return re.sub(
        r"(exercises[./])lesson(\d\d)",
        lambda m: m[0] if int(m[2]) in numbers else f"{m[1]}of_lesson{m[2]}",
        text,
    )


def borrow(own: Unit, names: set[str] | None, wanted: dict[str, set[str]]) -> None:
    """Note in ``wanted`` what the kept part of a unit takes from other units, and they from others;
    ``names`` are those kept of a unit that is itself borrowed from."""
    kept = needed(own, names if names is not None else roots(own))
    for node in kept:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "lrcourse.exercises.lesson"
        ):
            other = node.module.rpartition(".")[2]
            new = {alias.name for alias in node.names} - wanted.get(other, set())
            if new:
                wanted.setdefault(other, set()).update(new)
                borrow(unit(other), new, wanted)


def roots(own: Unit) -> set[str]:
    """Return the names of what a student's checks need: visible checks and the picture's curve."""
    found = {check.name for check in own.exercise.checks if not check.hidden}
    if own.exercise.drawing:
        found.add(own.exercise.drawing.curve.__name__)
    return found


def names_of(node: ast.stmt) -> set[str]:
    """Return what a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, IMPORTS):
        return {alias.asname or alias.name for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {
        each.id for one in targets if one for each in ast.walk(one) if isinstance(each, ast.Name)
    }


def free(node: ast.stmt) -> set[str]:
    """Return the names that a statement uses and does not take as an input."""
    taken = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - taken


def needed(own: Unit, wanted: Iterable[str]) -> list[ast.stmt]:
    """Return the statements that ``wanted`` names need, in order; imports cut down to them."""
    tree, hold = own.tree, recorded(own.name)
    of = {name: node for node in tree.body for name in names_of(node) if _plain(node)}
    reached, todo = set(), set(wanted)
    while todo:
        name = todo.pop()
        if name in reached or name not in of:
            continue
        if name in own.answers:
            raise BadInput(
                f"{module(own.lesson, own.name)}: a check that students see needs {name}, which is "
                "an answer: use a law or stored numbers."
            )
        reached.add(name)
        if name not in hold:
            todo |= free(of[name])
    kept = [node for node in tree.body if _plain(node) and names_of(node) & reached]
    return [cut(node, reached) if isinstance(node, IMPORTS) else node for node in kept]


def cut(node: ast.Import | ast.ImportFrom, names: set[str]) -> ast.stmt:
    """Return an import with these names alone."""
    smaller = copy(node)
    smaller.names = [each for each in node.names if (each.asname or each.name) in names]
    return smaller


def _plain(node: ast.stmt) -> bool:
    """Tell a statement that defines names from one that says something of the exercise."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    if isinstance(node, ast.Assign):
        return not any(isinstance(each, ast.Attribute) for each in node.targets)
    return isinstance(node, kinds)


@cache
def telling_lines() -> set[str]:
    """Return the statements of every answer that compute something, as text."""
    found = set()
    for own in map(unit, exercise_names()):
        for node in own.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in own.answers:
                found |= _telling(node)
    return found


@cache
def frozen(name: str) -> set[str]:
    """Return the helpers of a unit that hold a line of an answer, to this exercise or another, and
    those that call them: students get their values."""
    own = unit(name)
    checks = {check.name for check in own.exercise.checks}
    functions = {n.name: n for n in own.tree.body if isinstance(n, ast.FunctionDef)}
    helpers = {
        each: node
        for each, node in functions.items()
        if each not in own.answers | checks and name not in {arg.arg for arg in node.args.args}
    }
    found, more = (
        set(),
        {each for each, node in helpers.items() if telling_lines() & _telling(node)},
    )
    while more - found:
        found |= more
        more = {each for each, node in helpers.items() if found & free(node)}
    return found


def _telling(function: ast.FunctionDef) -> set[str]:
    """Return the statements of a function that compute something, as text."""
    return {
        ast.unparse(node)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Return)
        and isinstance(getattr(node, "value", None), OPERATORS)
        and len(ast.unparse(node)) > 12
    }


def copied(own: Unit, wanted: Iterable[str]) -> str:
    """Return the code of what ``wanted`` names need."""
    values = recorded(own.name)
    kept = needed(own, wanted)
    imports = [ast.unparse(node) for node in kept if isinstance(node, IMPORTS)]
    imports.append("from lrcourse.sealed import Sealed, beside, stored")
    rest = [lines_of(node, own, values) for node in kept if not isinstance(node, IMPORTS)]
    return "\n\n\n".join(["\n".join(imports), *rest])


@cache
def recorded(name: str) -> dict[str, list[tuple[str, Any]]]:
    """Return what each frozen helper gave in the visible checks, by the question it was asked;
    helpers whose values are no numbers are left out, and stay as they are."""
    own = unit(name)
    kept: dict[str, dict] = {each: {} for each in frozen(name)}
    there = vars(inspect.getmodule(own.exercise.answer))
    before = {each: there[each] for each in kept}

    def recording(helper):
        def ask(*inputs):
            kept[helper][question(*inputs)] = value = before[helper](*inputs)
            return value

        return ask

    try:
        there.update({each: recording(each) for each in kept})
        examine(own.exercise, own.exercise.answer, SEED)
    finally:
        there.update(before)
    return {
        helper: sorted(values.items())
        for helper, values in kept.items()
        if values and all(map(is_storable, values.values()))
    }


def is_storable(value: Any) -> bool:
    """Whether a value is a number, a truth, a text, or a list or an array of them.

    >>> is_storable([1, np.zeros(2)]), is_storable([max])
    (True, False)
    """
    if isinstance(value, list | tuple):
        return all(map(is_storable, value))
    return np.asarray(value).dtype.kind in "fiubU"


def literal(value: Any) -> str:
    """Return the code of a number, of a list or an array of them.

    >>> literal(np.array([0.1 + 0.2, 1]))
    'np.array([0.30000000000000004, 1.0])'
    """
    if isinstance(value, np.ndarray):
        return f"np.array({literal(value.tolist())})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, tuple):
        return f"({''.join(f'{literal(each)}, ' for each in value)})"
    value = value.item() if isinstance(value, np.generic) else value
    return (
        f"float('{value}')" if isinstance(value, float) and not np.isfinite(value) else repr(value)
    )


def lines_of(node: ast.stmt, own: Unit, values: dict) -> str:
    """Return a statement as it stands, decorators included; a frozen helper as its values."""
    if getattr(node, "name", "") in values:
        known = "".join(f"    {key!r}: {literal(value)},\n" for key, value in values[node.name])
        return f"{node.name} = stored({{\n{known}}})"
    drawing = own.exercise.drawing
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    if drawing and getattr(node, "name", "") == drawing.curve.__name__:
        first = node.lineno
    return "\n".join(own.text.splitlines()[first - 1 : node.end_lineno])


def released(own: Unit, borrowed: set[str], salt: str) -> str:
    """Return the module of an exercise as students get it."""
    told = own.exercise
    story = "\n".join(own.text.splitlines()[: own.tree.body[0].end_lineno])
    pieces = [
        story,
        copied(own, roots(own) | borrowed | {"exercise"}),
        f"exercise.hints = {told.hints!r}",
        f"exercise.turned_out = {told.turned_out!r}",
        *drawn(told),
    ]
    sealed = list(mistakes(told, salt))
    lines = "".join(f"    Sealed({each[0]}, *{each[1:]!r}),\n" for each in sealed)
    pieces.append(f"exercise.mistakes = [\n{lines}]")
    return "\n\n".join(pieces) + "\n"


def drawn(told: Exercise) -> Iterator[str]:
    """Yield the code that draws the picture of an exercise, the expected curve as numbers."""
    if told.drawing:
        curve, xlabel, ylabel = told.drawing
        x, y = (np.asarray(each, float).round(6).tolist() for each in curve(told.answer))
        yield (
            f"exercise.picture(xlabel={xlabel!r}, ylabel={ylabel!r})(\n"
            f"    beside({curve.__name__}, {literal(x)}, {literal(y)})\n)"
        )


def mistakes(told: Exercise, salt: str) -> Iterator[tuple]:
    """Yield the mistakes of an exercise that students' checks explain, sealed."""
    for mistake in told.mistakes:
        check = next(each for each in told.checks if each.function is mistake.caught_by)
        if not check.hidden:
            watched, _, _ = _try(told, check, mistake.function, SEED)
            own_salt = f"{salt}-{told.name}"
            yield (check.name, *seal(watched.calls, mistake.thought, check.name, own_salt))


def blanks_of(lesson: Lesson, chosen: list[Lesson]) -> NotebookNode:
    """Return the notebook of blanks; it leads to no lesson that is not among the ``chosen``."""
    notebook = compose_blanks(lesson, CLONE)
    if lesson is chosen[-1]:
        notebook.cells.pop()
    return notebook


CONFIG = '''"""What nbgrader has to know of this folder."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "lrcourse"
'''


def course(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the files of nbgrader's course folder, by name: an assignment for each lesson."""
    files = {"nbgrader_config.py": CONFIG.encode()}
    for lesson in chosen:
        composed = blanks_of(lesson, chosen)
        for kind in ("source", "release"):
            notebook = deepcopy(composed)
            for cell in notebook.cells:
                marked(cell, lesson, kind == "source")
            name = f"{kind}/{lesson.stem}/{lesson.stem}.ipynb"
            files[name] = notebook_text(notebook).encode()
    return files


def marked(cell: NotebookNode, lesson: Lesson, solved: bool) -> None:
    """Give a cell nbgrader's metadata: answers are written in, checks have the points, what says
    what is asked is locked; ``solved``: with the answer, between nbgrader's marks."""
    made_for = {cell_id(name): name for name in lesson.exercises}
    name = made_for.get(cell.id) or made_for.get(cell.id.removesuffix("-check"))
    state = {"schema_version": 3, "grade_id": cell.id, "task": False}
    if cell.id in made_for:
        state |= {"grade": False, "solution": True, "locked": False}
        if solved:
            cell.source = with_marks(unit(name).text)
    elif name:
        points = exercise(name).points
        state |= {"grade": True, "solution": False, "locked": True, "points": points}
    elif cell.id.endswith("-story"):
        state |= {"grade": False, "solution": False, "locked": True}
    else:
        return
    cell.metadata["nbgrader"] = state


def with_marks(text: str) -> str:
    """Return the code of the answer between the marks that nbgrader blanks.

    >>> print(with_marks('''@exercise.solution
    ... def double(w):
    ...     # solution: one line
    ...     return 2 * w
    ... '''))
    def double(w):
        # your code: one line
        ### BEGIN SOLUTION
        return 2 * w
        ### END SOLUTION
    """
    code = units.marked(text)
    indent = units.SIZE.search(code)[1]
    return (
        units.SIZE.sub(r"\1# your code: \2\n\1### BEGIN SOLUTION\n", code)
        + f"\n{indent}### END SOLUTION"
    )
