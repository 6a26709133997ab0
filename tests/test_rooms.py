"""What is let through between rooms is let through by name: a module that is added stays where it
is, and a test says so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import lrcourse
from lrcourse.classroom.grading import versions
from lrcourse.classroom.handout import student_edition
from lrcourse.classroom.sandbox import library_copy
from lrcourse.setup.environment import CLONE, PACKAGE

KEPT_OUT = {"__main__", "formulas", "progress_store"}
"""Modules beside the library that no answer needs."""
ROOMS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))


def test_every_room_says_what_it_holds_on_a_page_of_at_most_ten_lines():
    for room in ROOMS:
        if room.name.startswith("lesson") or room.name in ("nbgrader", "gradescope"):
            continue
        lines = (room / "README.md").read_text("utf-8").strip().split("\n")
        assert 4 <= len(lines) <= 10, room


def test_every_room_has_its_tests_in_a_folder_of_its_name():
    for room in ROOMS:
        name = room.relative_to(PACKAGE).as_posix()
        if "/lesson" in name or name.endswith(("/nbgrader", "/gradescope")):
            continue
        tests = CLONE / "tests" / ("library" if name == "." else name)
        assert list(tests.rglob("test_*.py")), f"{name} has no tests in {tests}"


def test_the_sandbox_takes_modules_by_name_and_every_module_beside_the_library_is_decided():
    there = {path.stem for path in PACKAGE.glob("*.py")}
    assert there == {*library_copy.TAKEN[""]} | KEPT_OUT
    assert not {"exercises", "authoring"} & {*library_copy.TAKEN}


@pytest.mark.parametrize("room", [".", "checks", "exercises", "classroom/grading", "learner"])
def test_a_module_that_is_added_is_not_in_the_sandbox(room, tmp_path, monkeypatch):
    package = tmp_path / "clone/lrcourse"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "lesson*"))
    (package / room / "answers_of_all.py").write_text('"""gd_step, solved."""\n')
    monkeypatch.setattr(library_copy.lrcourse, "__file__", str(package / "__init__.py"))
    copy = library_copy.library(tmp_path / "inside")
    assert not [*copy.rglob("answers_of_all.py")] and (copy / "lrcourse/optimizers.py").exists()


def test_a_room_that_is_added_is_not_in_the_student_edition(tmp_path, monkeypatch):
    clone = tmp_path / "clone"
    shutil.copytree(CLONE, clone, ignore=shutil.ignore_patterns("__pycache__", ".venv*", ".git"))
    for place in ("new_room", "classroom", "authoring", "checks/new_room"):
        (clone / "lrcourse" / place).mkdir(exist_ok=True)
        (clone / "lrcourse" / place / "answers_of_all.py").write_text("")
    monkeypatch.setattr(student_edition, "CLONE", clone)
    monkeypatch.setattr(student_edition, "exercise_modules", lambda chosen: {})
    assert not [name for name in student_edition.student([]) if "answers_of_all" in name]


TEACHERS = {"authoring", "benchmarks", "classroom", "diagnosis", "site"}
"""Rooms that no student gets; of ``exercises`` they get what is made for them."""


def test_of_every_room_it_is_said_whether_students_get_it():
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.glob("*/__init__.py")}
    students = {*student_edition.STUDENTS} & rooms
    assert rooms == students | TEACHERS | {"exercises"} and not students & TEACHERS


GRADES = """
import sys
import lrcourse.classroom.grading.grader, lrcourse.classroom.sandbox.inside
from lrcourse.exercises import exercise
exercise("ema").solution
print(*(each.__file__ for name, each in sys.modules.items() if name.startswith("lrcourse")))
"""


def test_what_is_loaded_where_a_grade_is_made_decides_it():
    told = subprocess.run([sys.executable, "-c", GRADES], cwd=CLONE, capture_output=True, text=True)
    unit = PACKAGE / "exercises/lesson06/ema.py"
    decides = versions._with_imports(unit, *(PACKAGE / name for name in versions.DECIDE))
    loaded = {Path(name) for name in told.stdout.split()}
    facts = {*PACKAGE.glob("exercises/lesson*/__init__.py"), PACKAGE / "classroom/__init__.py"}
    assert unit in loaded, told.stderr
    assert sorted(loaded - decides - facts) == []


def test_what_decides_a_grade_is_all_that_grading_imports_on_either_side():
    found = versions._with_imports(*(PACKAGE / name for name in versions.DECIDE))
    rooms = {path.relative_to(PACKAGE).as_posix() for path in found}
    inside = library_copy.TAKEN["classroom/sandbox"]
    assert {f"classroom/sandbox/{name}.py" for name in inside} <= rooms
    assert {"checks/examine.py", "checks/values.py", "time_limits.py", "base.py"} <= rooms
    assert {"classroom/sandbox/outside.py", "classroom/sandbox/library_copy.py"} <= rooms


def test_a_module_that_a_check_comes_to_import_decides_its_grade(tmp_path, monkeypatch):
    package = tmp_path / "lrcourse"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(versions, "PACKAGE", package)
    read_anew()
    before = versions.version.__wrapped__("ema", 1, None)
    for place, room in (("checks", "lrcourse.checks"), (".", "lrcourse")):
        (package / place / "new_rule.py").write_text("LIMIT = 1\n")
        read_anew()
        with open(package / "checks/examine.py", "a") as file:
            file.write(f"\nfrom {room} import new_rule\n")
        read_anew()
        with_it = versions.version.__wrapped__("ema", 1, None)
        (package / place / "new_rule.py").write_text("LIMIT = 2\n")
        read_anew()
        changed = versions.version.__wrapped__("ema", 1, None)
        assert before != with_it != changed
        before = changed
    read_anew()


def read_anew():
    """Forget what was read of the package."""
    versions._imports.cache_clear()
    versions._code.cache_clear()


def test_importing_the_course_needs_nothing_that_is_installed():
    ask = f"import sys; sys.path.insert(0, {str(CLONE)!r}); import lrcourse; "
    ask += "print(len(lrcourse.__all__))"
    told = subprocess.run([sys.executable, "-I", "-S", "-c", ask], capture_output=True, text=True)
    assert told.stdout.split() == [str(len(lrcourse.__all__))], told.stderr
