"""What an exercise asks for is not in the library its answer is judged with, by no way."""

import ast
import importlib
import inspect
import subprocess
import sys

import pytest
from test_outside import notebook

from lrcourse.benchmarks.thefts import SIBLINGS, WAYS, stealing, stealing_somehow
from lrcourse.checks.examine import examine
from lrcourse.classroom.grading.grader import grade
from lrcourse.classroom.sandbox import server as serving
from lrcourse.classroom.sandbox.library_copy import TAKEN, library, without_names
from lrcourse.classroom.sandbox.server import Server
from lrcourse.exercises import exercise, exercise_names
from lrcourse.exercises.twins import TWINS, twins_of
from lrcourse.setup.environment import PACKAGE

LIBRARY = [name for name in TAKEN[""] if name not in ("__init__", "old_paths", "plots")]
HOME = {
    name: module
    for module in LIBRARY
    for name in exercise_names()
    if f"\ndef {name}(" in (PACKAGE / f"{module}.py").read_text("utf-8")
}
"""Exercise -> the module of the library that has a function of that name."""


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def graded(server, name, cell):
    """What a notebook gets whose answer to ``name`` is in this cell."""
    (got,), _ = grade(server, notebook(cell), [name])
    return got


@pytest.fixture
def without_the_wall(monkeypatch):
    """A server in whose copies of the library nothing is missing."""
    monkeypatch.setattr(serving, "twins_of", lambda exercise: frozenset())
    with Server() as server:
        yield server


def test_each_way_to_take_an_answer_from_the_library_is_worth_nothing(server):
    for title, how in WAYS.items():
        got = graded(server, "ema", stealing("ema", "range_tests", how))
        assert (got.points, got.state) == (0, "graded"), (title, got)


def test_each_way_is_worth_points_where_the_library_is_whole(without_the_wall):
    for title, how in WAYS.items():
        got = graded(without_the_wall, "ema", stealing("ema", "range_tests", how))
        assert got.points == got.possible, (title, got)


def test_each_sibling_is_worth_nothing(server):
    for title, (name, cell) in SIBLINGS.items():
        got = graded(server, name, cell)
        assert (got.points, got.state) == (0, "graded"), (title, got)


def test_each_sibling_is_worth_points_where_the_library_is_whole(without_the_wall):
    for title, (name, cell) in SIBLINGS.items():
        got = graded(without_the_wall, name, cell)
        assert got.points == got.possible, (title, got)


@pytest.mark.parametrize("name", HOME)
def test_no_way_finds_the_twin_of_any_exercise(name, server):
    got = graded(server, name, stealing_somehow(name, HOME[name]))
    assert (got.points, got.state) == (0, "graded"), got


@pytest.mark.parametrize("name", exercise_names())
def test_every_module_of_the_library_loads_where_the_twins_of_an_exercise_are_gone(name, tmp_path):
    copy = library(tmp_path, without=twins_of(name), asked=name)
    lines = [f"import sys; sys.path.insert(0, {str(copy)!r})", "import lrcourse"]
    lines += [f"import lrcourse.{module}" for module in LIBRARY]
    lines += ["assert lrcourse.__file__.startswith(sys.path[0])"]
    done = subprocess.run([sys.executable, "-I", "-c", "\n".join(lines)], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_every_twin_is_a_name_at_the_top_of_the_library():
    defined = set()
    for module in LIBRARY:
        for node in ast.parse((PACKAGE / f"{module}.py").read_text("utf-8")).body:
            targets = node.targets if isinstance(node, ast.Assign) else []
            defined |= {each.id for each in targets if isinstance(each, ast.Name)}
            defined |= {node.name} if hasattr(node, "name") else set()
    assert {*TWINS} <= {*exercise_names()}
    for name, twins in TWINS.items():
        assert {*twins} <= defined, (name, {*twins} - defined)
    assert {*HOME} <= {*TWINS}


def functions_of_the_library():
    """Every function and class at the top of the library, and what its pairs hold."""
    for module in LIBRARY:
        for name, value in vars(importlib.import_module(f"lrcourse.{module}")).items():
            if callable(value) and getattr(value, "__module__", "") == f"lrcourse.{module}":
                yield name, value
            for field in getattr(value, "_fields", ()):
                if callable(getattr(value, field, None)):
                    yield f"{name}.{field}", getattr(value, field)


@pytest.mark.parametrize("name", exercise_names())
def test_no_function_of_the_library_is_an_answer_and_not_in_the_table(name, monkeypatch):
    unit = exercise(name)
    needed = inspect.signature(unit.answer).parameters.values()
    count = sum(each.default is each.empty for each in needed)
    monkeypatch.setattr(unit, "mistakes", [])
    for title, function in functions_of_the_library():
        try:
            inspect.signature(function).bind(*range(count))
        except (TypeError, ValueError):
            continue
        if examine(unit, function, hidden=True).solved:
            gone = twins_of(name)
            held = title.partition(".")[0] in gone or function.__name__ in gone
            assert held, (name, title)


def test_a_definition_goes_with_what_only_it_needs_and_what_is_made_of_it_refuses():
    text = """
def _far(w):
    return w

def _shared(w):
    return w

def ema(w):
    return _far(_shared(w))

MADE = {"ema": ema(1)}

class Rule(ema):
    pass

def other(w):
    return _shared(w)
"""
    names = {}
    kept = without_names(text, {"ema"}, "ema")
    exec(kept, names)
    assert "_far" not in kept and names["other"](2) == 2
    for name in ("ema", "MADE", "Rule"):
        with pytest.raises(RuntimeError, match="write ema yourself"):
            names[name]()


OTHER_PARTS = {
    "gradient_descent": "from lrcourse import gd_step\n"
    "import numpy as np\n"
    "def gradient_descent(gradient, w, lr, steps):\n"
    "    path = [np.array(w, float)]\n"
    "    for _ in range(steps):\n"
    "        path.append(gd_step(path[-1], gradient(path[-1]), lr))\n"
    "    return np.array(path)",
    "gd_step": "from lrcourse import cosine_decay, train, ema\n"
    "def gd_step(w, grad, lr):\n"
    "    return w - cosine_decay(1.0, 10)(0) * lr * grad",
    "step_decay": "from lrcourse import check, constant, step_decay\n"
    "def step_decay(peak_lr, steps_per_drop, factor=0.1):\n"
    "    steady = constant(peak_lr)\n"
    "    return lambda step: steady(step) * factor ** (step // steps_per_drop)",
    "adamw_update": "from lrcourse.optimizers import adam_update\n"
    "def adamw_update(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01):\n"
    "    return adam_update(w * (1 - lr * weight_decay), grad, state, lr, b1, b2, eps)",
}
"""Honest answers that use the rest of the library."""


@pytest.mark.parametrize("name", OTHER_PARTS)
def test_an_honest_answer_that_uses_the_rest_of_the_library_keeps_its_points(name, server):
    got = graded(server, name, OTHER_PARTS[name])
    assert got.points == got.possible, got


def test_an_answer_above_an_import_of_the_course_s_own_is_not_hidden_by_it(server):
    own = "def adam_update(*_):\n    return -1234.5"
    given = "from lrcourse.optimizers import adam_update"
    right = OTHER_PARTS["adamw_update"]
    (adam, adamw), _ = grade(server, notebook(own, given, right), ["adam_update", "adamw_update"])
    assert adam.points == 0 and "yourself" not in adam.message
    assert adamw.points == adamw.possible
