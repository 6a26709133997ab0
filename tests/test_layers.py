"""What may import what, and what is stated twice is stated alike."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

import lrcourse
from lrcourse.classroom.grading import versions
from lrcourse.classroom.platforms.known import PLATFORMS
from lrcourse.exercises import exercise
from lrcourse.regimes import REGIMES
from lrcourse.setup.environment import CLONE

PACKAGE = CLONE / "lrcourse"

FLOORS = [
    ["setup"],
    ["."],
    ["trial"],
    ["explorers", "checks"],
    ["exercises"],
    ["learner", "authoring", "diagnosis"],
    ["classroom/platforms"],
    ["classroom/sandbox"],
    ["classroom/grading"],
    ["classroom/pages"],
    ["classroom/platforms/gradescope", "classroom/platforms/nbgrader"],
    ["classroom/handout"],
    ["classroom/teachers_pack"],
    ["classroom"],
    ["site"],
    ["benchmarks"],
    ["cli"],
    ["__main__"],
]
"""Rooms of ``lrcourse``, from the ground up: what stands in one imports only from those below it
and from its own. "." is the library; the command line is the roof, ``__main__`` the door."""

APART = {"classroom/sandbox": "classroom/platforms", "classroom/pages": "classroom/platforms"}
"""Rooms that leave alone a room below them: what they do hangs on no platform."""

FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room that a file of the package stands in, as a key of ``FLOOR``."""
    inside = path.relative_to(PACKAGE)
    if inside.stem in FLOOR and len(inside.parts) == 1:
        return inside.stem
    rooms = [each.as_posix() for each in inside.parents if each.as_posix() in FLOOR]  # Inner first.
    return rooms[0]


def imported(path: Path) -> set[Path]:
    """Every file of ``lrcourse`` that the file imports, wherever in it."""
    return {each for each in versions._imports(path) if each.is_file()}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_the_floors_below(path):
    if path == PACKAGE / "__init__.py":
        return
    assert path.parent == PACKAGE or room_of(path) != ".", f"give {path.parent} a floor in FLOORS"
    room = room_of(path)
    for other in imported(path) - {PACKAGE / "__init__.py"}:
        below = room_of(other)
        assert below == room or FLOOR[below] < FLOOR[room], f"{room} imports {other}, not below it"
        assert below != APART.get(room), f"{room} imports {other}, and it hangs on no platform"


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda each: each.name)
def test_no_platform_imports_another(platform):
    modules = {each.name: PACKAGE / f"classroom/platforms/{each.name}.py" for each in PLATFORMS}
    own = modules.pop(platform.name)
    assert own.is_file() and not imported(own) & {*modules.values()}


def test_an_exercise_borrows_only_from_exercises_of_its_own_lesson():
    for path in PACKAGE.glob("exercises/lesson*/*.py"):
        borrowed = {each.parent for each in imported(path) if "exercises" in each.parts}
        assert borrowed <= {path.parent, path.parent.parent}, path


def test_importing_the_course_loads_only_the_standard_library():
    ask = "import sys, lrcourse.setup.installing; print(*sys.modules)"
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


def test_no_module_of_the_library_shares_its_name_with_a_public_function():
    """``lrcourse.range_test`` would turn into the module as soon as somebody imports it."""
    assert not {path.stem for path in PACKAGE.iterdir()} & set(lrcourse.HOME_OF)


def bounds(lines: list[str]) -> dict[str, str]:
    return dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", line).groups() for line in lines)


def test_conda_and_pyproject_state_the_same_bounds():
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((CLONE / "environment.yml").read_text())["dependencies"]
    stated = bounds([line for line in conda if isinstance(line, str) and ">=" in line])
    assert stated.pop("python") == project["requires-python"].removeprefix(">=")
    stated["matplotlib"] = stated.pop("matplotlib-base")
    assert {name.replace("_", "-"): least for name, least in stated.items()} == bounds(
        project["dependencies"]
    )


MEASURED = {"torch"}
"""What a benchmark measures where it is there; the course does without."""


def test_every_package_that_is_imported_is_declared():
    project = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]
    lines = sum(project["optional-dependencies"].values(), project["dependencies"])
    declared = {re.match(r"[\w.-]+", line)[0] for line in lines}
    files = [*MODULES, *(CLONE / "tests").rglob("test_*.py"), CLONE / "conftest.py"]
    ours = {"lrcourse", *(path.stem for path in (CLONE / "tests").rglob("*.py"))}
    found = {name for path in files for name in packages_of(ast.parse(path.read_text("utf-8")))}
    homes = metadata.packages_distributions()
    for name in found - ours - MEASURED - sys.stdlib_module_names:
        stated = {each.lower().replace("_", "-") for each in homes.get(name, [name])}
        assert stated & declared, f"{name} is imported: name it in pyproject.toml"


def packages_of(tree: ast.AST) -> set[str]:
    """The packages of which a file imports something, wherever in it."""
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.append(node.module)
    return {name.partition(".")[0] for name in names}


def test_the_pinned_list_names_no_address_and_a_hash_for_everything():
    text = (CLONE / "requirements.txt").read_text()
    assert not re.search(r"https?://|file:|index-url|find-links", text)
    entries = re.split(r"\n(?=[a-z])", text.partition("\n\n")[0].split("\n", 2)[2])
    assert len(entries) > 100
    assert [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry] == []


def test_the_pinned_list_keeps_every_bound_of_pyproject():
    from lrcourse.setup.environment import release, requirements

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


def test_what_a_walk_does_has_one_word_in_lessons_explorers_and_checks():
    specification = exercise("regime").answer.__doc__
    assert all(f'"{word}"' in specification for word in REGIMES)
    assert all(meaning in specification for meaning in REGIMES.values())
    explorers = ("descents", "camera", "parabola", "regimes", "units", "boundary")
    told = [PACKAGE / f"explorers/{name}.py" for name in explorers]
    told += [*(CLONE / "notebooks/source").glob("0[02]_*.py")]
    others = r"it settles|\*\*locks?|it locks|crawls|diverges|there in one step|comes back"
    found = {path.name: re.findall(others, path.read_text("utf-8")) for path in told}
    assert not any(found.values()), found
