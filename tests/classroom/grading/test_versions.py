"""A grade hangs on all that decides it, and on nothing else."""

import re
import shutil

import pytest

from lrcourse.classroom.grading import versions
from lrcourse.classroom.grading.versions import version


def test_a_version_hangs_on_seed_limit_and_the_units_that_a_unit_is_made_of():
    assert len({version("ema", 1, None), version("ema", 2, None), version("ema", 1, 3.0)}) == 3
    lesson = versions.PACKAGE / "exercises" / "lesson11"
    found = {path.name for path in versions._with_imports(lesson / "adamw_update.py")}
    assert {"adamw_update.py", "adam_update.py", "adagrad_update.py"} <= found


def test_a_version_hangs_on_the_parts_of_the_library_that_a_check_is_made_of():
    unit = versions.PACKAGE / "exercises/lesson11/adamw_update.py"
    assert "from lrcourse import adam_update" in unit.read_text("utf-8")
    found = {path.name for path in versions._with_imports(unit)}
    assert {"adaptive.py", "inputs.py", "base.py"} <= found


def test_a_version_hangs_on_numpy_whose_digits_decide_a_grade(monkeypatch):
    before = version.__wrapped__("ema", 1, None)
    assert before == version.__wrapped__("ema", 1, None)
    monkeypatch.setattr(versions.np, "__version__", "0.0.1")
    assert version.__wrapped__("ema", 1, None) != before


LIMITS = [
    "base",
    "time_limits",
    "checks/calls",
    "checks/examine",
    "checks/notebook_code",
    "classroom/grading/grader",
    "classroom/sandbox/calls",
    "classroom/sandbox/inside",
    "classroom/sandbox/messages",
    "classroom/sandbox/outside",
    "classroom/sandbox/walls",
]
"""Modules with numbers that decide what an answer may do, take and be."""


def read_anew():
    """Forget what was read of the package."""
    versions._imports.cache_clear()
    versions._code.cache_clear()


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The package, to be changed."""
    package = tmp_path_factory.mktemp("copy") / "lrcourse"
    shutil.copytree(versions.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    return package


@pytest.mark.parametrize("module", LIMITS)
def test_a_changed_limit_makes_another_version(module, copy, monkeypatch):
    monkeypatch.setattr(versions, "PACKAGE", copy)
    path = copy / f"{module}.py"
    text = path.read_text("utf-8")
    changed = re.sub(
        r"^([A-Z_]+(?:: \w+)? = )(?=[\w\"{\[(])", r"\1OTHER or ", text, count=1, flags=re.M
    )
    read_anew()
    before = version.__wrapped__("ema", 1, None)
    path.write_text(changed if changed != text else f"{text}OTHER = 1\n")
    read_anew()
    try:
        assert version.__wrapped__("ema", 1, None) != before
    finally:
        path.write_text(text)
        read_anew()


def test_what_only_writes_tables_makes_no_other_version(copy, monkeypatch):
    monkeypatch.setattr(versions, "PACKAGE", copy)
    read_anew()
    before = version.__wrapped__("ema", 1, None)
    for module in ("classroom/command", "classroom/pages/grades_csv", "classroom/platforms/canvas"):
        (copy / f"{module}.py").write_text("OTHER = 1\n")
    read_anew()
    try:
        assert version.__wrapped__("ema", 1, None) == before
    finally:
        read_anew()
