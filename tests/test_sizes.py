"""A function is a paragraph and a module holds one idea; exercises tell a story and are free."""

import ast
import re

import pytest

from lrcourse.setup.environment import PACKAGE

BODY, MODULE = 25, 250
"""Lines that a function has at most below its docstring, and a module in all."""
UNIT = re.compile(r"exercises/lesson\d\d/(?!__init__)\w+\.py")
MODULES = {
    name: path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
    if not UNIT.fullmatch(name := path.relative_to(PACKAGE).as_posix())
}


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines stand below the docstring of a function."""
    told = ast.get_docstring(function) is not None
    below = function.body[told:] or function.body
    return below[-1].end_lineno - below[0].lineno + 1


@pytest.mark.parametrize("name", MODULES)
def test_no_function_and_no_module_is_longer_than_can_be_seen_whole(name):
    assert len(MODULES[name].splitlines()) <= MODULE
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    found = [each for each in ast.walk(ast.parse(MODULES[name])) if isinstance(each, functions)]
    assert [each.name for each in found if lines_of(each) > BODY] == []
