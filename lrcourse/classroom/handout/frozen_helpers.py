"""Functions that checks call and that give an answer away, as the numbers they return: students
get the numbers.
"""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

import numpy as np

from lrcourse.checks.examine import examine
from lrcourse.checks.sealed_mistakes import question
from lrcourse.classroom.handout.unit_code import free, unit
from lrcourse.exercises import exercise_names

SEED = 0
"""What ``check`` draws its problems from."""
OPERATORS = (ast.BinOp, ast.Compare, ast.BoolOp)


@cache
def telling_lines() -> set[str]:
    """Return the statements of every answer that compute something, as text."""
    found = set()
    for own in map(unit, exercise_names()):
        for node in own.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name in own.answers:
                found |= _telling(node)
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
    found = set()
    more = {each for each, node in helpers.items() if telling_lines() & _telling(node)}
    while more - found:
        found |= more
        more = {each for each, node in helpers.items() if found & free(node)}
    return found


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
