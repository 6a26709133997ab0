"""The autograder for Gradescope, run in its folders: honest, broken and hostile submissions."""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from submitted import CLIMBS, RIGHT, notebook

from lrcourse import cli
from lrcourse.base import BadInput
from lrcourse.benchmarks.attacks import hostile
from lrcourse.classroom.grading import versions
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.pages.student_page import HIDDEN
from lrcourse.classroom.platforms import gradescope
from lrcourse.classroom.platforms.gradescope import Guest, container, grade_here, results
from lrcourse.classroom.sandbox import walls
from lrcourse.exercises import exercise

pytestmark = pytest.mark.skipif(bool(walls.missing()), reason=walls.missing() or "walls stand")

ANSWERS = """
import sys
sys.path.insert(0, {!r})
for name in [name for name in sys.modules if name.startswith('lrcourse')]:
    del sys.modules[name]
from lrcourse.exercises.lesson00.gd_step import gd_step
return gd_step(1, 1, 1) == 0
"""


@pytest.fixture
def unpacked(tmp_path):
    """A function that makes the zip and lays a prefix out as Gradescope's container is."""

    def unpack(*options):
        cli.main(
            ["gradescope", str(tmp_path / "a.zip"), "--lessons", "00", "--seed", "1", *options]
        )

    def lay_out(*options):
        with pytest.raises(SystemExit) as ended:
            unpack(*options)
        assert not ended.value.code
        root = tmp_path / "autograder"
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        subprocess.run(["unzip", "-q", tmp_path / "a.zip", "-d", root / "source"], check=True)
        (tmp_path / "opt").mkdir()
        (tmp_path / "opt" / "lrcourse").symlink_to(sys.prefix)
        return root

    return lay_out


def run(root):
    """Run the autograder as Gradescope does; return how it ended and results.json, None if none."""
    ended = subprocess.run(
        [root / "source" / "run_autograder"],
        env={"PATH": os.environ["PATH"], "LRCOURSE_PREFIX": str(root.parent)},
        capture_output=True,
        text=True,
    )
    written = root / "results" / "results.json"
    return ended, json.loads(written.read_bytes()) if written.exists() else None


def test_an_honest_a_broken_and_a_hostile_notebook_are_graded_in_gradescopes_folders(unpacked):
    root = unpacked()
    read = ANSWERS.format(str(root / "source"))
    forge = f"open({str(root / 'results' / 'results.json')!r}, 'w').close(); return True"
    for text, points in (
        (notebook(RIGHT), 1),
        (notebook(CLIMBS), 0.1111),
        (b"no notebook", 0),
        (notebook(hostile(read)), 0),
        (notebook(hostile(forge)), 0),
    ):
        (root / "submission" / "answers.ipynb").write_bytes(text)
        ended, found = run(root)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert found["score"] == points and found["stdout_visibility"] == "hidden"
        (root / "results" / "results.json").unlink()
    assert "points, seed 1." in ended.stdout


def test_a_test_has_what_gradescope_asks_for(unpacked):
    root = unpacked()
    (root / "submission" / "answers.ipynb").write_bytes(notebook(CLIMBS))
    _, found = run(root)
    (only,) = found["tests"]
    assert only["name"] == "gd_step" and only["max_score"] == 1 and only["visibility"] == "visible"
    assert only["status"] == "failed" and "That is not to the left" in only["output"]


def test_the_best_of_several_counts_and_what_cannot_be_read_is_said(tmp_path):
    for name, text in {
        "a.ipynb": notebook(RIGHT),
        "b.ipynb": notebook(CLIMBS),
        "c.ipynb": b"no notebook",
    }.items():
        (tmp_path / name).write_bytes(text)
    with gradescope.Server() as server:
        found = results(tmp_path, server, ["gd_step", "ema"], 1)
    assert [each["score"] for each in found["tests"]] == [1, 0]
    assert "c.ipynb: It is not a notebook" in found["output"]
    assert found["tests"][1]["output"] == "No notebook here answers ema."


def test_two_zips_of_one_seed_are_the_same_and_what_runs_may_be_run(tmp_path):
    for name in ("a.zip", "b.zip"):
        container.autograder(tmp_path / name, ["gd_step"], 1, False)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        modes = {each.filename: each.external_attr >> 16 for each in packed.infolist()}
    assert {modes["setup.sh"], modes["run_autograder"]} == {0o755} and "README.md" in modes
    assert not [name for name in modes if name.endswith((".pyc", ".ipynb"))]


def test_a_zip_takes_the_place_of_an_autograder_and_of_nothing_else(tmp_path):
    mine = tmp_path / "a.zip"
    for _ in range(2):
        container.autograder(mine, ["gd_step"], 1, False)
    with zipfile.ZipFile(mine, "w") as packed:
        packed.writestr("thesis.txt", "mine")
    for theirs in (mine.read_bytes(), b"mine"):
        mine.write_bytes(theirs)
        with pytest.raises(BadInput, match="no autograder of ours: name another file"):
            container.autograder(mine, ["gd_step"], 1, False)
        assert mine.read_bytes() == theirs


def test_full_marks_are_the_points_without_stars_which_make_up_for_others(monkeypatch, tmp_path):
    names = ["gd_step", "max_stable_lr", "polyak_lr", "dog_lr"]
    core = sum(exercise(name).points for name in names if exercise(name).core)
    assert container.full_marks(names) == core < sum(exercise(name).points for name in names)

    def graded(*solved):
        points = {name: exercise(name).points for name in names}
        told = [("It is.", "holds")], "", "", "graded"
        grades = [Grade(n, p * float(n in solved), p, *told) for n, p in points.items()]
        monkeypatch.setattr(gradescope, "_graded", lambda *_: (grades, []))
        (tmp_path / "a.ipynb").write_bytes(notebook(RIGHT))
        return results(tmp_path, None, names, 1)["score"]

    assert graded("gd_step", "max_stable_lr") == core == graded(*names)
    assert graded("gd_step", "polyak_lr") == min(core, 1 + exercise("polyak_lr").points)
    container.autograder(tmp_path / "a.zip", names, 1, False)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert f"autograder points to {core}." in packed.read("README.md").decode()


def test_the_zip_has_all_that_it_imports_and_neither_attacks_nor_what_makes_notebooks(tmp_path):
    container.autograder(tmp_path / "a.zip", ["gd_step"], 1, False)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        names = {name for name in packed.namelist() if name.startswith("lrcourse/")}
    rooms = {Path(name).parent.relative_to("lrcourse").as_posix() for name in names}
    assert {room for room in rooms if not room.startswith("exercises")} == {*container.ROOMS}
    start = Path(gradescope.__file__)
    for path in versions._with_imports(start, start.with_name("__main__.py")):
        assert f"lrcourse/{path.relative_to(versions.PACKAGE).as_posix()}" in names
    assert not [name for name in names if re.search("benchmarks|attacks|authoring|handout", name)]


def test_a_module_that_is_added_stays_away_unless_its_room_is_named(tmp_path):
    for inside, taken in {
        "benchmarks/attacks.py": False,
        "new_room/answers.py": False,
        "checks/new_room/answers.py": False,
        "learner/answers.py": False,
        "content/a.ipynb": False,
        "checks/card.py": True,
        "exercises/lesson00/gd_step.py": True,
    }.items():
        assert container.is_taken(PurePosixPath(inside)) == taken, inside


def test_without_walls_nothing_is_graded_and_no_result_is_written(unpacked, monkeypatch):
    root = unpacked()
    (root / "submission" / "answers.ipynb").write_bytes(notebook(RIGHT))
    monkeypatch.setattr(gradescope, "missing", lambda: "There are no walls here.")
    with pytest.raises(ValueError, match="Not graded. There are no walls here. README"):
        grade_here(root)
    assert not list((root / "results").iterdir())


@pytest.fixture
def guest():
    """A server whose answers run as another user, where this Python can be read by that user."""
    if os.geteuid() != 0:
        pytest.skip("only root can let answers run as another user")
    lower = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "prlimit"]
    asked = [*lower, sys.executable, "-c", "import numpy"]
    if subprocess.run(asked, cwd="/", capture_output=True).returncode:
        pytest.skip("this Python lies in a home that only its owner reads")
    with Guest() as guest:
        yield guest


@pytest.fixture
def closed():
    """A folder that only root may enter, with a file that all might read but for that."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "results.json").write_text("42")
        yield Path(folder)


WITHOUT_WALLS = {
    "reads what is root's": "return open(CLOSED + '/results.json').read() == '42'",
    "writes a result": "open(CLOSED + '/results.json', 'w').close(); return True",
    "becomes root again": "os.setuid(0); return True",
    "reads the grader's memory": "open('/proc/%d/mem' % GRADER, 'rb', 0); return True",
    "traces the grader": "return libc.ptrace(16, GRADER, 0, 0) == 0",
    "ends the grader": "os.kill(GRADER, 0); return True",
    "takes 9 GB": "import mmap; return len(mmap.mmap(-1, 9_000_000_000)) > 0",
}


@pytest.mark.parametrize("attack", WITHOUT_WALLS)
def test_an_answer_without_walls_cannot_reach_the_grades(guest, closed, tmp_path, attack):
    body = WITHOUT_WALLS[attack].replace("CLOSED", repr(str(closed)))
    cell = hostile(body.replace("GRADER", str(os.getpid())))
    (tmp_path / "answers.ipynb").write_bytes(notebook(cell))
    found = results(tmp_path, guest, ["gd_step"], 1)
    assert found["score"] == 0 and (closed / "results.json").read_text() == "42"


def test_without_walls_the_honest_get_their_points_and_all_read_how_it_came(
    guest, unpacked, monkeypatch, capsys
):
    root = unpacked("--trust-submissions")
    (root / "submission" / "answers.ipynb").write_bytes(notebook(RIGHT))
    monkeypatch.setattr(gradescope, "missing", lambda: "There are no walls here.")
    grade_here(root)
    found = json.loads((root / "results" / "results.json").read_bytes())
    assert found["score"] == 1 and found["output"].startswith(gradescope.WITHOUT)
    assert f"{gradescope.WITHOUT} There are no walls here." in capsys.readouterr().out


def test_the_zip_says_what_trust_means(tmp_path):
    for trust, said in ((False, "no result is\nwritten"), (True, "MADE WITH --trust-submissions")):
        container.autograder(tmp_path / "a.zip", ["gd_step"], 1, trust)
        with zipfile.ZipFile(tmp_path / "a.zip") as packed:
            assert said in packed.read("README.md").decode()


def test_the_sentence_of_a_hidden_check_is_not_shown(monkeypatch):
    unit = exercise("gd_step")
    monkeypatch.setattr(unit, "checks", [unit.checks[0]._replace(hidden=True)])
    found = Grade("gd_step", 1.0, 1, [(unit.checks[0].promise, "holds")], "", "", "graded")
    assert gradescope.as_test("gd_step", found)["output"] == f"[holds] {HIDDEN}"
