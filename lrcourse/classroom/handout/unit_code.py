"""An exercise's module as code: what each of its statements defines and uses, and which of its
functions are answers.
"""

from __future__ import annotations

import ast
import inspect
from copy import copy
from functools import cache
from typing import NamedTuple

from lrcourse.authoring.composing import module
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import exercise, lesson_of
from lrcourse.setup.environment import CLONE

IMPORTS = ast.Import | ast.ImportFrom


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


def defines_names(node: ast.stmt) -> bool:
    """Tell a statement that defines names from one that says something of the exercise."""
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    if isinstance(node, ast.Assign):
        return not any(isinstance(each, ast.Attribute) for each in node.targets)
    return isinstance(node, kinds)


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


def cut(node: ast.Import | ast.ImportFrom, names: set[str]) -> ast.stmt:
    """Return an import with these names alone."""
    smaller = copy(node)
    smaller.names = [each for each in node.names if (each.asname or each.name) in names]
    return smaller
