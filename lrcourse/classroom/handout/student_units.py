"""The exercises' modules as students get them.

A unit's module is read as text, and only what is named here is copied from it: what is not asked
for stays out.
"""

from __future__ import annotations

import ast
import secrets
from collections.abc import Iterable, Iterator

import numpy as np
from tqdm import tqdm

from lrcourse.authoring import units
from lrcourse.authoring.composing import module
from lrcourse.base import BadInput
from lrcourse.checks.examine import probes
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.sealed_mistakes import seal
from lrcourse.classroom.handout.frozen_helpers import SEED, literal, recorded
from lrcourse.classroom.handout.unit_code import (
    IMPORTS,
    Unit,
    cut,
    defines_names,
    free,
    names_of,
    unit,
)
from lrcourse.setup.environment import CLONE


def exercise_modules(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the modules of the chosen lessons."""
    salt, files = secrets.token_hex(16), {}
    wanted: dict[str, set[str]] = {}
    for lesson in chosen:
        files[module(lesson)] = (CLONE / module(lesson)).read_bytes()
        for name in lesson.exercises:
            wanted.setdefault(name, set())
            borrow(unit(name), roots(unit(name)), wanted)
    bar = tqdm(wanted.items(), desc="sealed", unit="exercise", leave=False, disable=None)
    for name, borrowed in bar:
        own = unit(name)
        files[module(own.lesson, name)] = released(own, borrowed, salt).encode()
    return files


def borrow(own: Unit, names: set[str], wanted: dict[str, set[str]]) -> None:
    """Note in ``wanted`` what ``names`` of a unit take from other units, and they from others."""
    for node in needed(own, names):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "lrcourse.exercises.lesson"
        ):
            other = node.module.rpartition(".")[2]
            new = {alias.name for alias in node.names} - wanted.get(other, set())
            if new:
                wanted.setdefault(other, set()).update(new)
                borrow(unit(other), new, wanted)


def roots(own: Unit) -> set[str]:
    """Return the names of what a student's checks need: visible checks, the inputs that
    are drawn to tell mistakes apart, and the picture's curve."""
    found = {check.name for check in own.exercise.checks if not check.hidden}
    found.add(own.exercise.problems.draw.__name__)
    if own.exercise.drawing:
        found.add(own.exercise.drawing.curve.__name__)
    return found


def needed(own: Unit, wanted: Iterable[str]) -> list[ast.stmt]:
    """Return the statements that ``wanted`` names need, in order; imports cut down to them."""
    stored = recorded(own.name)
    defining = [node for node in own.tree.body if defines_names(node)]
    of = {name: node for node in defining for name in names_of(node)}
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
        if name not in stored:
            todo |= free(of[name])
    kept = [node for node in defining if names_of(node) & reached]
    return [cut(node, reached) if isinstance(node, IMPORTS) else node for node in kept]


def released(own: Unit, borrowed: set[str], salt: str) -> str:
    """Return the module of an exercise as students get it."""
    told = own.exercise
    story = "\n".join(own.text.splitlines()[: own.tree.body[0].end_lineno])
    pieces = [
        story,
        copied(own, roots(own) | borrowed | {"exercise"}),
        f"exercise.called_like(lambda {inputs_of(told)}: None)",
        f"exercise.hints = {told.hints!r}",
        f"exercise.turned_out = {told.turned_out!r}",
        *drawn(told),
    ]
    sealed = list(mistakes(told, salt))
    lines = "".join(f"    Sealed({each[0]}, *{each[1:]!r}),\n" for each in sealed)
    pieces.append(f"exercise.mistakes = [\n{lines}]")
    return "\n\n".join(pieces) + "\n"


def inputs_of(told: Exercise) -> str:
    """Return the names of an exercise's inputs with their defaults, as code."""
    return ", ".join(
        each.name if each.default is each.empty else f"{each.name}={literal(each.default)}"
        for each in told.takes.parameters.values()
    )


def copied(own: Unit, wanted: Iterable[str]) -> str:
    """Return the code of what ``wanted`` names need."""
    kept = needed(own, wanted)
    imports = [ast.unparse(node) for node in kept if isinstance(node, IMPORTS)]
    imports.append("from lrcourse.checks.sealed_mistakes import Sealed, beside, stored")
    rest = [student_code(node, own) for node in kept if not isinstance(node, IMPORTS)]
    return "\n\n\n".join(["\n".join(imports), *rest])


def student_code(node: ast.stmt, own: Unit) -> str:
    """Return a statement as it stands, decorators included; a helper that gives an answer away as
    its values, and the picture's curve bare, because ``drawn`` decorates it anew."""
    name, values = getattr(node, "name", ""), recorded(own.name)
    if name in values:
        known = "".join(f"    {key!r}: {literal(value)},\n" for key, value in values[name])
        return f"{name} = stored({{\n{known}}})"
    if own.exercise.drawing and name == own.exercise.drawing.curve.__name__:
        return units.lines_of(node, own.text)
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
    return "\n".join(own.text.splitlines()[first - 1 : node.end_lineno])


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
            calls = [ask(mistake.function) for ask in probes(told, check, SEED)]
            own_salt = f"{salt}-{told.name}"
            sealed = seal(calls, mistake.thought, check.name, own_salt)
            yield (check.name, *sealed, *[True] * mistake.may_be_endless)
