"""What may import what, and what is stated twice is stated alike."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import lrcourse
from lrcourse.environment import CLONE

PACKAGE = CLONE / "lrcourse"

FLOORS = [
    {"base", "colours", "environment"},
    {
        "supervised",
        "data",
        "photograph",
        "installing",
        "learner",
        "watching",
        "lessons",
        "steps",
        "automatic",
    },
    {
        "objectives",
        "network",
        "optimizers",
        "schedules",
        "cycles",
        "controllers",
        "health",
        "cells",
    },
    {"training", "noise", "heavy_ball"},
    {"finding", "tuning", "curvature", "trainability", "plots", "canvas"},
    {
        "live",
        "checking",
        "explorers",
        "data_explorers",
        "noise_explorers",
        "range_explorers",
        "schedule_explorers",
        "cycle_explorers",
        "curvature_explorers",
        "search_explorers",
        "momentum_explorers",
        "adaptive_explorers",
        "automatic_explorers",
    },
    {"exercises", "feedback", "edge_explorers", "boundary_explorers"},
    {"learning", "authoring", "blanks", "submitting"},
    {"answers", "grading"},
    {"benchmarks"},
    {"cli"},
    {"__main__", "hub"},
]
"""Modules and folders of ``lrcourse``: each imports only from the floors below its own."""

FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}

MODULES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    """The first name after ``lrcourse``: a module, or the folder it stands in."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_parts(path: Path) -> set[str]:
    """Every part of ``lrcourse`` that the file imports, wherever in the file."""
    parts = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "lrcourse":
            parts |= {lrcourse.HOME_OF.get(alias.name, alias.name) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lrcourse."):
            parts.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            parts |= {a.name.split(".")[1] for a in node.names if a.name.startswith("lrcourse.")}
    return parts


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_floors_below(path):
    part = part_of(path)
    if part == "__init__":
        return
    assert part in FLOOR, f"give {part} a floor in tests/test_layers.py"
    for other in imported_parts(path) - {part}:
        assert FLOOR[other] < FLOOR[part], f"{part} imports {other}, which is not below it"


def test_importing_the_course_loads_only_the_standard_library():
    ask = "import sys, lrcourse.installing, lrcourse.learner; print(*sys.modules)"
    clean = subprocess.run([sys.executable, "-Ic", "import sys; print(*sys.modules)"], **CAPTURED)
    loaded = subprocess.run([sys.executable, "-c", ask], cwd=CLONE, **CAPTURED)
    names = {n.split(".")[0] for n in set(loaded.stdout.split()) - set(clean.stdout.split())}
    assert "lrcourse" in names
    assert names - {"lrcourse"} <= sys.stdlib_module_names


CAPTURED = {"capture_output": True, "text": True, "check": True}


@pytest.mark.parametrize("name", sorted(lrcourse.HOME_OF))
def test_every_lazy_name_is_where_it_is_said_to_be(name):
    module = importlib.import_module(f"lrcourse.{lrcourse.HOME_OF[name]}")
    assert getattr(lrcourse, name) is getattr(module, name)


def test_no_module_shares_its_name_with_a_public_function():
    modules = {part_of(path) for path in MODULES}
    for path in MODULES:
        if part_of(path) in ("cli", "exercises"):  # Verbs of the command line; answers.
            continue
        tree = ast.parse(path.read_text("utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not functions & modules, f"{path} defines what is also a module"


def bounds(lines: list[str]) -> dict[str, str]:
    return dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", line).groups() for line in lines)


def test_conda_and_pyproject_state_the_same_bounds():
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((CLONE / "environment.yml").read_text())["dependencies"]
    stated = bounds([line for line in conda if isinstance(line, str) and ">=" in line])
    assert stated.pop("python") == project["requires-python"].removeprefix(">=")
    stated["matplotlib"] = stated.pop("matplotlib-base")
    assert stated == bounds(project["dependencies"])


def test_the_pinned_list_names_no_address_and_a_hash_for_everything():
    text = (CLONE / "requirements.txt").read_text()
    assert not re.search(r"https?://|file:|index-url|find-links", text)
    entries = re.split(r"\n(?=[a-z])", text.partition("\n\n")[0].split("\n", 2)[2])
    assert len(entries) > 100
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_the_pinned_list_keeps_every_bound_of_pyproject():
    from lrcourse.environment import release, requirements

    pins = re.findall(r"^([\w.-]+)==([\w.]+)", (CLONE / "requirements.txt").read_text(), re.M)
    for name, lowest in requirements(CLONE, "test").items():
        pinned = [version for pin, version in pins if pin == name]
        assert pinned, f"{name} is not in requirements.txt"
        assert all(release(version) >= release(lowest) for version in pinned), name


def test_ruff_finds_nothing_to_mend():
    for ask in (["check"], ["format", "--check"]):
        ruff = subprocess.run(
            [sys.executable, "-m", "ruff", *ask], cwd=CLONE, capture_output=True, text=True
        )
        assert ruff.returncode == 0, ruff.stdout + ruff.stderr
