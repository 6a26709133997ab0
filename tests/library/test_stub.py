"""What an editor is told is what is there: the stub, the names, the types of ordinary uses."""

import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lrcourse
from lrcourse.setup.environment import CLONE, PACKAGE

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", lrcourse.HOME_OF)
def test_the_stub_names_the_module_in_which_a_name_is_defined(name):
    home = importlib.import_module(f"lrcourse.{lrcourse.HOME_OF[name]}")
    public = getattr(lrcourse, name)
    assert public is getattr(home, name)
    if inspect.isfunction(public) or inspect.isclass(public):
        assert public.__module__ == home.__name__


def test_all_is_what_the_stub_imports_each_name_once():
    stub = (PACKAGE / "__init__.pyi").read_text("utf-8")
    imported = re.findall(r"\b(\w+) as (\w+)", stub)
    assert all(name == again for name, again in imported)
    assert sorted(name for name, _ in imported) == sorted(lrcourse.__all__)
    assert len({*lrcourse.__all__}) == len(lrcourse.__all__)
    assert {*lrcourse.__all__} <= {*dir(lrcourse)}


def test_star_gives_every_public_name_and_no_other():
    names = {}
    exec("from lrcourse import *", names)
    assert {*names} - {"__builtins__"} == {*lrcourse.__all__}
    assert names["network"] is importlib.import_module("lrcourse.network")


def test_types_are_marked_as_there():
    assert (PACKAGE / "py.typed").exists()


def found(page: str, cache: Path) -> dict[int, str]:
    """What mypy says of a page of this folder: line -> the last of its sentences."""
    settings = ["--no-error-summary", "--follow-imports=silent", "--cache-dir", str(cache)]
    told = subprocess.run(
        [sys.executable, "-m", "mypy", *settings, str(HERE / page)],
        cwd=CLONE,
        capture_output=True,
        text=True,
    )
    assert not told.stderr, told.stderr
    lines = re.findall(r"^.*?:(\d+): error: (.*)$", told.stdout, re.MULTILINE)
    return {int(line): sentence for line, sentence in lines}


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("mypy")


def test_a_type_checker_finds_nothing_in_a_page_of_ordinary_uses(cache):
    assert found("ordinary_uses.py", cache) == {}


def test_a_page_of_ordinary_uses_runs():
    ran = subprocess.run(
        [sys.executable, "-W", "error::FutureWarning", str(HERE / "ordinary_uses.py")],
        cwd=CLONE,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr


def test_a_type_checker_finds_every_slip(cache):
    lines = (HERE / "wrong_uses.py").read_text("utf-8").splitlines()
    slips = {at for at, line in enumerate(lines, 1) if re.match(r"\w+\(", line)}
    missing = slips - {*found("wrong_uses.py", cache)}
    assert not [lines[at - 1] for at in sorted(missing)]
    told = found("wrong_uses.py", cache)
    assert any("no_such_rule" in sentence for sentence in told.values())
