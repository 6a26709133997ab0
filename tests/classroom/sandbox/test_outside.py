"""The wall changes nothing for the honest: what a learner reads at home, a class reads too."""

import inspect
import json
import os
import re
import subprocess
import sys

import pytest
from submitted import RIGHT

from lrcourse.checks import allowed
from lrcourse.checks.examine import examine
from lrcourse.checks.seen import DIVIDED
from lrcourse.classroom.grading.grader import _graded, grade, points
from lrcourse.classroom.sandbox import confined
from lrcourse.classroom.sandbox.outside import Submission
from lrcourse.classroom.sandbox.readable import without
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import NoWalls
from lrcourse.exercises import exercise, lessons
from lrcourse.setup.environment import CLONE

NAMES = [name for lesson in lessons() for name in lesson.exercises]


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


def notebook(*cells):
    """The bytes of a notebook with these code cells."""
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()


def unit_in_a_cell(name):
    """A unit's whole module as one cell, with what it takes from its neighbours in front."""
    text = inspect.getsource(inspect.getmodule(exercise(name).answer))
    lines = text.splitlines(keepends=True)
    while borrowed := [line for line in lines if line.startswith("from lrcourse.exercises.")]:
        module = borrowed[0].split()[1].rpartition(".")[2]
        beside = inspect.getsource(inspect.getmodule(exercise(module).answer))
        place = lines.index(borrowed[0])
        beside = re.sub(r"(?<!\.)\bexercise\b", "_other_", beside)
        lines[place : place + 1] = beside.splitlines(keepends=True)
    text = "".join(lines)
    return text


AMPLE = 600.0
"""Seconds for a check, a probe and a notebook: what is right does not hang on how busy it is."""


@pytest.fixture(params=NAMES)
def graded(request, server, monkeypatch):
    """A unit, and a way to grade the answer that an expression in its module names."""
    unit = exercise(request.param)
    monkeypatch.setattr(unit, "limit", AMPLE)
    monkeypatch.setattr(allowed, "PROBE_LIMIT", AMPLE)
    monkeypatch.setattr(confined, "NOTEBOOK_LIMIT", AMPLE)
    submission = Submission(server, [unit_in_a_cell(unit.name)])
    submission.ready_for(unit.name)
    assert submission.problems == []

    def examined(expression):
        submission.load(2, f"asked_for = {expression}")
        report = examine(unit, submission.function("asked_for"), hidden=True)
        submission.talk.put_back()
        return report

    yield unit, examined
    submission.close()


def test_the_solution_and_every_accepted_style_get_all_points(graded):
    unit, examined = graded
    for answer in ["exercise.answer", *(f"exercise.styles[{style!r}]" for style in unit.styles)]:
        report = examined(answer)
        assert report.solved and points(report) == unit.points, (answer, report.broken)


SHARED = r" The [\w ]+ it was given is part of it: make a new array\."
WALLED = re.compile(rf" On the line: .*| {re.escape(DIVIDED)}|{SHARED}", re.DOTALL)


def told(report):
    """What a learner reads, but for the line, which at home may be one of the check's own, and for
    NumPy's warning that it divided by zero and for shared memory, which stay behind the wall."""
    return [
        (check.name, state, WALLED.sub("", seen), mistake and mistake.thought)
        for check, state, seen, mistake in report.outcomes
    ]


CHANGES_WHILE_ASKED = (
    "multiplies the array of rates in place: the next step begins with",
    "changes the lists it was given while it is asked",
)
"""Mistakes that change what they were given after the call: the wall has a copy, and says nothing
of it."""


def test_a_mistake_meets_the_same_words_behind_the_wall_and_the_same_name(graded):
    unit, examined = graded
    for number, mistake in enumerate(unit.mistakes):
        here = examine(unit, mistake.function, hidden=True)
        there = examined(f"exercise.mistakes[{number}].function")
        assert there.broken.check is here.broken.check, mistake.thought
        assert there.broken.mistake is mistake
        if not mistake.thought.startswith(CHANGES_WHILE_ASKED):
            assert told(there) == told(here), mistake.thought


SPOIL = """
def spoil(*given, **named):
    for each in [*given, *named.values()]:
        if hasattr(each, "fill") and each.dtype.kind in "iufb":
            each.fill(0)
        elif isinstance(each, list):
            each.clear()
        elif isinstance(each, dict):
            each.clear()
        elif hasattr(each, "bit_generator"):
            each.random(1000)
"""


def test_an_answer_that_spoils_what_it_is_given_spoils_nothing_for_the_next(graded):
    unit, examined = graded
    for _ in range(2):
        examined(f"None{SPOIL}asked_for = spoil")
        assert examined("exercise.answer").solved


BODY = "return w - lr * grad"
HONEST = {
    "plots": "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.savefig('a.png')\n",
    "needs scipy": "from scipy.optimize import minimize\n",
    "needs scikit-learn's data": "from sklearn.datasets import load_digits\nload_digits()\n",
    "imports by name": "import importlib\nimportlib.import_module('statistics').mean([1, 2])\n",
    "uses the course": "from lrcourse import train\n",
    "starts a thread": "import threading\nt = threading.Thread(target=sum, args=([1],))\n"
    "t.start(); t.join()\n",
    "uses a pool of threads": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(4) as pool: list(pool.map(abs, range(9)))\n",
    "prints much": "for i in range(10_000): print(i)\n",
    "prints nowhere": "import contextlib, os\nwith open(os.devnull, 'w') as nowhere:\n"
    "    with contextlib.redirect_stdout(nowhere): print(1)\n",
    "keeps temporary files": "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n"
    "    open(d + '/x', 'w').close()\nwith tempfile.NamedTemporaryFile() as f: f.write(b'1')\n"
    "with tempfile.TemporaryFile() as f: f.write(b'1')\n"
    "with tempfile.SpooledTemporaryFile() as f: f.write(b'1')\n"
    "tempfile.mkstemp(); tempfile.mkdtemp()\n",
    "saves and loads arrays": "np.save('x.npy', np.ones(3)); np.load('x.npy')\n"
    "np.savez('x.npz', a=np.ones(3)); np.savetxt('x.txt', np.ones(3)); np.loadtxt('x.txt')\n",
    "copies files": "import shutil, os\nopen('x', 'w').close(); shutil.copy('x', 'y')\n"
    "shutil.copy2('x', 'z'); os.chmod('x', 0o600); os.utime('y'); shutil.move('z', 'v')\n"
    "shutil.copytree('.', 'tree'); shutil.rmtree('tree')\n",
    "reads a zone": "from zoneinfo import ZoneInfo\nfrom datetime import datetime\n"
    "datetime.now(ZoneInfo('Europe/Berlin'))\n",
    "sleeps a little": "import time\ntime.sleep(0.01)\n",
    "warns and logs": "import warnings, logging\nwarnings.warn('careful')\n"
    "logging.basicConfig(); logging.warning('careful')\n",
    "recurses": "def down(n): return n and down(n - 1)\ndown(850)\n",
    "remembers": "from functools import lru_cache\nlru_cache(lambda n: n)(3)\n",
    "has a dataclass": "from dataclasses import dataclass\n@dataclass\nclass Pair:\n"
    "    a: int = 1\nPair()\n",
    "multiplies large arrays": "np.ones((300, 300)) @ np.ones((300, 300))\n",
    "runs a loop of events": "import queue\nqueue.Queue().put(1)\n",
    "asks who it is": "import os, sys, platform\nos.getpid(); sys.version; platform.platform()\n"
    "os.path.expanduser('~'); os.cpu_count()\n",
    "returns an array of no axes": "return np.asarray(w - lr * np.asarray(grad, float))\n",
    "returns a list": "return np.asarray(w - lr * np.asarray(grad)).tolist()\n",
}
"""What honest answers do besides answering -> the lines that do it."""


@pytest.mark.parametrize("habit", HONEST)
def test_an_honest_answer_gets_all_points_whatever_its_habits(habit, server):
    lines = (HONEST[habit] + BODY).splitlines()
    cell = "import numpy as np\ndef gd_step(w, grad, lr):\n" + "".join(f"    {x}\n" for x in lines)
    (got,), problems = grade(server, notebook(cell), ["gd_step"], limit=60)
    assert (got.points, problems) == (got.possible, []), got.message


@pytest.mark.parametrize(
    "cells",
    [
        ["def far(w): return w", "def gd_step(w, grad, lr):\n    return far(w) - lr * grad"],
        ["def gd_step(w, grad, lr):\n    return far(w) - lr * grad", "def far(w): return w"],
        ["def gd_step(*_):\n    return 1", "def gd_step(w, grad, lr):\n    return w - lr * grad"],
        ["%matplotlib inline\n!pip list", "gd_step = lambda w, grad, lr: w - lr * grad"],
        ["1 / 0", "x = 1 / 0", "def gd_step(w, grad, lr):\n    return w - lr * grad", "if if"],
        ["import numpy as np\nclass Step:\n    def __call__(self, w, grad, lr):\n"
         "        return w - lr * grad\ngd_step = Step()"],
        ["from functools import partial\ndef far(x, w, grad, lr):\n    return w - lr * grad\n"
         "gd_step = partial(far, 1)"],
    ],
    ids=["helper", "helper below", "twice", "magics", "broken neighbours", "object", "partial"],
)  # fmt: skip
def test_an_answer_is_found_wherever_it_stands(cells, server):
    (got,), _ = grade(server, notebook(*cells), ["gd_step"])
    assert got.points == got.possible, got.message


def test_the_whole_solution_notebook_gets_all_points(server):
    for lesson, path in zip(lessons(), sorted((CLONE / "solutions").glob("*.ipynb")), strict=False):
        got, problems = grade(server, path.read_bytes(), list(lesson.exercises))
        assert problems == []
        assert [(each.name, each.points) for each in got] == [
            (each.name, each.possible) for each in got
        ]


def test_a_cell_that_ends_its_process_costs_what_it_defines_alone(server):
    honest = "def gd_step(w, grad, lr):\n    return w - lr * grad"
    (got,), problems = grade(server, notebook("import os\nx = os._exit(1)", honest), ["gd_step"])
    assert got.points == got.possible
    assert problems == ["Code cell 1 was left out: it ended the process it ran in."]


def test_the_course_itself_is_no_answer(server):
    ways = [
        "from lrcourse import ema",
        "from lrcourse.range_tests import ema",
        "import lrcourse\nema = lrcourse.range_tests.ema.__wrapped__",
        "__name__ = 'lrcourse.range_tests'\nimport lrcourse.range_tests\n"
        "def ema(values, beta):\n    return lrcourse.range_tests.ema(values, beta)",
        "import lrcourse.exercises.lesson06.ema as unit\nema = unit.ema",
    ]
    for way in ways:
        (got,), _ = grade(server, notebook(way), ["ema"])
        assert got.points == 0, way


def test_what_another_exercise_is_given_hides_no_answer_and_stands_in_for_none(server):
    given = "from lrcourse.range_tests import ema"
    own = "def ema(losses, beta):\n    return -1234.5"
    for cells in ([own, given], [given], [own, given, "ema = ema"]):
        (got,), _ = grade(server, notebook(*cells), ["ema"])
        assert got.points == 0, got
    step = f"{given}\ndef gd_step(w, grad, lr):\n    ema([1.0, 2.0], 0.5)\n    return w - lr * grad"
    (got,), _ = grade(server, notebook(own, step), ["gd_step"])
    assert got.points == got.possible, got


def test_an_installed_course_cannot_be_read_not_even_round_a_link(tmp_path):
    packages = tmp_path / "lib/python3.11/site-packages"
    for name in ("numpy", "lrcourse", "lrcourse-1.dist-info"):
        (packages / name).mkdir(parents=True)
    (tmp_path / "lib64").symlink_to(tmp_path / "lib")
    (packages / "round").symlink_to(tmp_path / "lib")
    found = without(tmp_path, {packages})
    assert found == [packages / "numpy"]


REMEMBERS = """
seen = []

def gd_step(w, grad, lr):
    seen.append(lr)
    return w - lr * grad

def gradient_descent(*given, **named):
    raise ValueError(f"saw {len(seen)}")
"""


@pytest.mark.parametrize("place", [0, -1])
def test_no_answer_tells_what_a_hidden_check_has_asked(place, server, monkeypatch):
    unit = exercise("gd_step")
    names = ["gd_step", "gradient_descent"]
    checks = [check._replace(hidden=False) for check in unit.checks]
    monkeypatch.setattr(unit, "checks", checks)
    told = grade(server, notebook(REMEMBERS), names)[0][1].message
    assert re.search(r"saw [1-9]", told)
    checks = [*checks]
    checks[place] = checks[place]._replace(hidden=True)
    monkeypatch.setattr(unit, "checks", checks)
    (first, second), _ = grade(server, notebook(REMEMBERS), names)
    assert first.points == first.possible and "saw 0" in second.message


def test_hidden_checks_are_asked_last(server, monkeypatch):
    unit = exercise("gd_step")
    monkeypatch.setattr(unit, "checks", [unit.checks[0]._replace(hidden=True), *unit.checks[1:]])
    (got,), _ = grade(server, notebook(REMEMBERS), ["gd_step"])
    assert (unit.checks[0].promise, "holds") in got.promises[-2:]


def test_a_process_that_is_stuck_where_no_alarm_is_heard_ends():
    code = (
        "from lrcourse.classroom.grading.grader import ended_if_stuck\n"
        "with ended_if_stuck(60): pass\n"
        "with ended_if_stuck(0.2): sum(range(10**15))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert (ended.returncode, ended.stderr) == (1, b"")


DEALS_TOO_MANY = """
import numpy as np

def minibatches(X, y, batch_size, rng):
    if len(X) == 13:
        X, y = np.tile(X, (50_000, 1)), np.tile(y, 50_000)
    order = rng.permutation(len(X))
    dealt = [order[first : first + batch_size] for first in range(0, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in dealt] if len(X) < 99 else [(X, y)]
"""


def test_a_check_that_is_given_far_too_much_comes_to_its_end(server):
    (got,), _ = grade(server, notebook(DEALS_TOO_MANY), ["minibatches"])
    assert got.state == "graded" and "[650000] rows" in got.message


def test_what_begins_anew_without_walls_is_no_fault_of_a_students(server, monkeypatch):
    def ended(*given):
        raise NoWalls("gone")

    cell = "import os\ndef gd_step(w, grad, lr):\n    os._exit(0)"
    submission = Submission(server, [cell])
    submission.begin()
    monkeypatch.setattr(server, "child", ended)
    submission.end()
    assert _graded(submission, exercise("gd_step"), 0, "gd_step").state == "failed"
    submission.close()


def test_a_server_whose_grader_ended_while_it_started_removes_its_folder_and_says_nothing(tmp_path):
    lines = [
        "import socket",
        "from lrcourse.classroom.sandbox.inside import serve",
        "ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)",
        "theirs.close()",
        "serve(ours, [], True)",
    ]
    folder = tmp_path / "folder"
    folder.mkdir()
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(CLONE)},
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stderr) == (0, "") and not folder.exists()


@pytest.mark.parametrize(
    "cell, told",
    [
        (
            f"{RIGHT}\nif f > 0\n    pass",
            "Its cell is not Python yet (expected ':', line 3): if f > 0",
        ),
        (
            "half = 1 / 0\ngd_step = half",
            "Its cell raised ZeroDivisionError: division by zero. On the line: half = 1 / 0",
        ),
        (f"import os\nend = os._exit(1)\n{RIGHT}", "Its cell was left out: it ended the process"),
        ("gd_step = None", "gd_step is not defined."),
    ],
)
def test_a_function_whose_cell_fails_is_told_with_its_line_and_not_called_undefined(
    server, cell, told
):
    (got,), _ = grade(server, notebook("x = 1 / 0", cell, "gd_step(1, 2, 3)"), ["gd_step"])
    assert got.message.startswith(told) and (got.points, got.state) == (0, "graded")
