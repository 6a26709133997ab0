"""Each benchmark runs on a tiny size and says its ratios; the class it grades is what it says."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from lrcourse import cli
from lrcourse.base import BadInput
from lrcourse.benchmarks import classes, students
from lrcourse.benchmarks.grading import PARTS, counts_of, made_of, shares_of
from lrcourse.benchmarks.students import SIX
from lrcourse.checks.examine import examine
from lrcourse.checks.notebook_code import asked_in, sources_in
from lrcourse.classroom.grading.grader import points
from lrcourse.classroom.sandbox.walls import missing
from lrcourse.exercises import exercise, exercise_names
from lrcourse.setup.environment import CLONE

graded = pytest.mark.skipif(bool(missing()), reason=f"needs walls: {missing()}")


def python(*argv: str, folder=CLONE) -> subprocess.CompletedProcess:
    """What Python says in a process of its own, where it may adopt and await others."""
    return subprocess.run(
        [sys.executable, *argv],
        env=os.environ | {"PYTHONPATH": str(CLONE)},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def bench(*argv: str) -> str:
    """What ``lrcourse bench`` prints."""
    ended = python("-m", "lrcourse", "bench", *argv)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@graded
def test_a_class_with_attackers_survives_a_kill_with_every_grade_right():
    said = bench("class", "--students", "30", "--kills", "1")
    assert "Class of 30: 2 hostile, 1 broken, 27 honest." in said
    assert re.search(r"Killed when (1[5-9]|2\d) notebooks had their grades", said)
    assert "All 180 grades are what they must be" in said


@graded
def test_grading_is_timed_in_processor_seconds_of_all_processes():
    said = bench("grading", "--notebooks", "4")
    spent = re.findall(r"lrcourse (\d+\.\d{4}); points right for ([34]) of \2", said)
    assert "2 right, 1 wrong, 1 broken:\n" in said and "1 broken, 1 looping:\n" in said
    assert len(spent) == 2 and all(float(each) > 0 for each, _ in spent)


@graded
def test_the_memory_of_each_kind_of_process_is_told():
    said = bench("memory", "3", "--workers", "1")
    assert re.search(r"3 submissions in .* command \d+ MB, worker \d+ MB, server \d+ MB", said)


def test_training_says_its_ratios():
    said = bench("training", "2", "3", "--steps", "2")
    assert re.search(r"2 rates: .* batched is [\d.]+ times the products, the loop over runs", said)
    assert "3 rates" in said


def test_the_drawn_promise_of_every_exercise_is_timed():
    *each, last = bench("checks", "--seeds", "1").splitlines()
    assert [line.split()[0] for line in each] == exercise_names()
    assert all(re.search(r" +\d+\.\d ms$", line) for line in each)
    assert last.startswith("above 0.3 s: ")


@pytest.mark.parametrize("name", ["grading", "class", "memory", "training", "diagnosis", "checks"])
def test_every_benchmark_has_help_and_an_example(name):
    help = CliRunner().invoke(cli.app, ["bench", name, "--help"]).output
    assert f"Example: lrcourse bench {name}" in help


@pytest.mark.parametrize("name", SIX)
def test_every_answer_of_the_class_is_worth_what_it_is_said_to_be(name):
    assert len(students.right(name)) > 2 and len(students.mistaken(name)) > 3
    for answer in [*students.right(name), *students.mistaken(name)]:
        namespace = {}
        exec(answer.cell, namespace)
        report = examine(exercise(name), namespace[name], hidden=True)
        assert points(report) == pytest.approx(answer.points), answer.cell


@pytest.mark.parametrize("name", SIX)
def test_an_answer_that_attacks_lean_on_is_worth_nothing(name):
    namespace = {}
    exec(students.WRONG.format(name=name), namespace)
    assert points(examine(exercise(name), namespace[name], hidden=True)) == 0


def test_a_class_has_its_parts_and_no_notebook_twice():
    group = made_of(200, PARTS, np.random.default_rng(0))
    assert len({student.notebook for student in group}) == len({s.name for s in group}) == 200
    everything = {name: exercise(name).points for name in SIX}
    assert sum(student.wanted == everything for student in group) == 160
    loops = [student for student in group if b"while True:\\n        pass" in student.notebook]
    assert len(loops) == 4 and all(0.0 in student.wanted.values() for student in loops)


@pytest.mark.parametrize("count", [4, 5, 12, 37])
def test_the_smallest_class_has_one_of_each_part(count):
    counts = counts_of(count, shares_of(PARTS))
    assert min(counts.values()) >= 1 and sum(counts.values()) == count
    group = made_of(count, PARTS, np.random.default_rng(0))
    loops = [student for student in group if b"while True:\\n        pass" in student.notebook]
    assert len(loops) == counts["looping"]


def test_a_class_smaller_than_its_parts_is_refused_in_one_sentence():
    with pytest.raises(BadInput, match="right, wrong, broken, looping has at least 4, got 3"):
        made_of(3, PARTS, np.random.default_rng(0))


def test_who_attacks_answers_everything_wrong_and_tries_every_attack_once(tmp_path):
    group = classes.mixed(4000, tmp_path)
    known = students.attacks(tmp_path)
    last = [sources_in(s.notebook)[-1] for s in group if set(s.wanted.values()) == {0.0}]
    assert len(known) > 100 and {*last[: len(known)]} == {*map(without, known)}
    assert all(asked_in(sources_in(students.attacking("x", each).notebook), SIX) for each in known)


def without(cell):
    """A cell as it is read from a notebook."""
    return sources_in(students.notebook([cell]))[0]


TABLE = "student,gd_step,regime\nada,1,\nbob,0.43,2\n"


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        (TABLE, 0),
        (TABLE.replace("0.43", "1"), 1),
        (TABLE.replace("ada,1,", "ada,1,0"), 1),
        (TABLE.replace("bob", "bib"), 3),
        (TABLE + "eve,1,1\n", 1),
    ],
)
def test_a_grade_that_is_not_what_it_must_be_is_named(table, wrong, tmp_path):
    (tmp_path / "grades.csv").write_text(table)
    group = [
        students.Student("ada", b"", {"gd_step": 1.0, "regime": None}),
        students.Student("bob", b"", {"gd_step": 3 / 7, "regime": 2.0}),
    ]
    assert len(classes.differences(group, tmp_path / "grades.csv")) == wrong


COST = """
import sys
from pathlib import Path
from lrcourse.benchmarks.costs import cost
print(cost([sys.executable, "-c", sys.argv[1]], Path(".")).cpu > 0.3)
"""


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path):
    ended = python("-c", COST, "import sys; sys.exit('no paper')", folder=tmp_path)
    assert "BadInput" in ended.stderr and "no paper" in ended.stderr


ORPHAN = """
import os, time
if os.fork() == 0:
    if os.fork() == 0:
        while time.process_time() < 0.3: pass
os._exit(0)
"""


def test_the_time_of_what_outlives_its_parent_is_counted(tmp_path):
    ended = python("-c", COST, ORPHAN, folder=tmp_path)
    assert ended.stdout == "True\n", ended.stderr


def test_what_is_measured_keeps_what_it_compiles_whatever_the_shell_says(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    python("-c", COST, "import sys; print(sys.dont_write_bytecode)", folder=tmp_path)
    assert (tmp_path / "output.txt").read_text() == "False\n"
