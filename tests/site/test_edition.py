"""What goes into a browser has all that a learner there can import, and no output tells early."""

import ast
import json
import zipfile
from importlib import metadata
from io import BytesIO

import pytest

import lrcourse
from lrcourse.classroom.handout.student_edition import student
from lrcourse.exercises import lessons
from lrcourse.setup.environment import CLONE, requirements
from lrcourse.site.edition import public, wheel, without_outputs

FILES = public()


def test_every_public_name_has_its_module_there():
    homes = {f"lrcourse/{home.replace('.', '/')}" for home in lrcourse.HOME_OF.values()}
    there = {name.removesuffix(".py").removesuffix("/__init__") for name in FILES}
    assert homes - there == set()


@pytest.mark.parametrize("path", sorted((CLONE / "notebooks/source").glob("*.py")), ids=str)
def test_every_module_that_a_lesson_imports_is_there(path):
    tree = ast.parse(path.read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    own = {each.replace(".", "/") for each in modules if each.startswith("lrcourse")}
    assert {each for each in own if not {f"{each}.py", f"{each}/__init__.py"} & {*FILES}} == set()


def test_no_notebook_brings_an_output():
    for name, data in without_outputs(FILES).items():
        if name.endswith(".ipynb"):
            assert not any(cell.get("outputs") for cell in json.loads(data)["cells"]), name


def test_the_wheel_holds_the_library_the_data_and_the_explained_answers():
    pytest.importorskip("hatchling", reason="no hatchling here: extra `site`")
    name, data = wheel(FILES)
    with zipfile.ZipFile(BytesIO(data)) as packed:
        inside = {*packed.namelist()}
    assert name == f"lrcourse-{lrcourse.__version__}-py3-none-any.whl"
    beside = {"lrcourse/digits.csv.gz", "lrcourse/trial/claims.toml", "lrcourse/lrcourse.mplstyle"}
    assert beside | {"lrcourse/content/solutions/00_start_here.ipynb"} <= inside
    assert not any(each.startswith(("lrcourse/classroom", "lrcourse/site")) for each in inside)


def test_no_notebook_says_where_else_it_runs_with_nothing_installed():
    for name, data in (FILES | student(lessons())).items():
        if name.endswith(".ipynb"):
            assert b"Nothing installed?" not in data and b"mybinder" not in data, name


def test_what_a_site_is_made_with_brings_nothing_into_the_courses_jupyterlab():
    for name in requirements(CLONE, "site").keys() - requirements(CLONE).keys():
        try:
            files = metadata.files(name)
        except metadata.PackageNotFoundError:
            pytest.skip(f"no {name} here: extra `site`")
        assert not [each for each in files if "labextensions" in each.parts], name
