"""A class graded by real processes that are really killed: no grade is lost or made twice."""

import csv
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from submitted import CLIMBS, ENDLESS, RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.settings import seed_of
from lrcourse.classroom.sandbox.walls import missing
from lrcourse.setup.environment import CLONE

BEFORE, AFTER = "abcd", "nopqrstu"
"""Students round the one whose answer never ends: where the run stands still to be killed."""

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"needs walls: {missing()}")


@pytest.fixture
def place(tmp_path):
    """A class in which the answer in the middle never ends and every third one climbs."""
    folder = tmp_path / "class"
    folder.mkdir()
    for number, student in enumerate(BEFORE + AFTER):
        answer = RIGHT if number % 3 else CLIMBS
        (folder / f"{student}.ipynb").write_bytes(notebook(f"me = {student!r}", answer))
    (folder / "m.ipynb").write_bytes(notebook(ENDLESS))
    return folder


def command(place, *more, home=CLONE):
    out = place.parent / "out"
    start = [sys.executable, "-m", "lrcourse", "grade", str(place), "--out", str(out)]
    options = ["--workers", "1", "--lessons", "00", "--seed", "5", "--timeout", "600", *more]
    return subprocess.Popen(
        [*start, *options],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process, code=0) -> str:
    """What a run said, once it ended as it should."""
    said, complaints = process.communicate()
    assert process.returncode == code, complaints
    return said + complaints


def graded(place) -> dict[str, int]:
    """Each content that has a grade, with the number under which it was entered."""
    try:
        base = sqlite3.connect(f"file:{place.parent / 'out/gradebook.sqlite'}?mode=ro", uri=True)
        return dict(base.execute("select content || exercise, rowid from grades").fetchall())
    except sqlite3.OperationalError:
        return {}


def until(condition, process):
    """Ask again and again until it is so; a run that ended meanwhile is told."""
    while not (found := condition()):
        assert process.poll() is None, process.communicate()
    return found


def worker_of(process) -> int | None:
    """The process that grades for this one."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    for child in children:
        try:
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
        except OSError:
            continue
    return None


def gone(pid) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def points_of(place) -> dict[str, str]:
    with open(place.parent / "out" / "grades.csv", newline="", encoding="utf-8-sig") as file:
        return {line["student"]: line["gd_step"] for line in csv.DictReader(file)}


def truth() -> dict[str, str]:
    """What each student but the one in the middle has to get."""
    return {each: "1" if k % 3 else "0.11" for k, each in enumerate(BEFORE + AFTER)}


def states_of(place) -> dict[str, str]:
    """What the gradebook says of each student, by a reader of its own."""
    book = Gradebook(place.parent / "out" / "gradebook.sqlite")
    settings = batch.Settings(["gd_step"], 5, 600.0)
    return {row.student: row.state for row in book.rows(settings.points, settings.versions)}


@pytest.fixture
def stuck(place):
    """A run that graded those before the endless answer, and is busy with that."""
    process = command(place)
    until(lambda: len(graded(place)) == len(BEFORE), process)
    yield process
    process.kill()
    process.communicate()


def test_a_killed_run_goes_on_where_it_was_and_nobody_is_at_0_meanwhile(place, stuck):
    worker = worker_of(stuck)
    stuck.kill()
    stuck.communicate()
    while not gone(worker):
        pass
    before = graded(place)
    assert states_of(place) == dict.fromkeys(BEFORE, "graded") | dict.fromkeys(
        "m" + AFTER, "waiting"
    )
    (place / "m.ipynb").write_bytes(notebook(RIGHT))
    with sqlite3.connect(place.parent / "out/gradebook.sqlite") as base:
        base.execute("delete from handed where file = 'm.ipynb'")  # It would be graded as well.
    said = ended(command(place))
    assert points_of(place) == truth() | {"m": "1"}
    assert before.items() < graded(place).items()
    assert "13 students, 13 grades, seed 5" in said and " 0/13 " in said


def test_an_interrupted_run_says_so_writes_what_it_has_and_ends(place, stuck):
    os.killpg(stuck.pid, signal.SIGINT)
    said = ended(stuck, code=130)
    assert "the same command goes on from here" in said and "KeyboardInterrupt" not in said
    assert points_of(place) == {
        student: points if student in BEFORE else "" for student, points in truth().items()
    } | {"m": ""}
    assert "9 are not settled yet" in said


def test_a_worker_that_dies_takes_no_grade_with_it(place, stuck):
    first = worker_of(stuck)
    os.kill(first, signal.SIGKILL)
    second = until(lambda: {worker_of(stuck)} - {first, None}, stuck).pop()
    os.kill(second, signal.SIGKILL)
    said = ended(stuck)
    assert points_of(place) == truth() | {"m": ""}
    assert states_of(place)["m"] == "failed" and "1 is not settled yet" in said
    assert "looked at by hand" in next((place.parent / "out/feedback").glob("m-*")).read_text()


def test_a_changed_check_grades_anew_just_what_it_touches(tmp_path):
    shutil.copytree(CLONE / "lrcourse", tmp_path / "copy" / "lrcourse")
    unit = tmp_path / "copy/lrcourse/exercises/lesson00/gd_step.py"
    place = tmp_path / "class"
    place.mkdir()
    descent = "def gradient_descent(grad, w, lr, steps):\n    return w"
    (place / "ada.ipynb").write_bytes(notebook(RIGHT, descent))
    again = ["--lessons", "00,01", "--timeout", "5"]
    ended(command(place, *again, home=tmp_path / "copy"))
    before = graded(place)
    unit.write_text(unit.read_text().replace("gd_step(3.0, 2.0, lr=0.25), 2.5", "1.0, 2.5"))
    ended(command(place, *again, home=tmp_path / "copy"))
    base = sqlite3.connect(tmp_path / "out" / "gradebook.sqlite")
    times = dict(base.execute("select exercise, count(*) from grades group by exercise").fetchall())
    assert times == {"gd_step": 2, "gradient_descent": 1}
    assert points_of(place) == {"ada": "0.44"} and len(before) == 2


def test_a_class_is_noted_whole_before_anything_is_graded(place, tmp_path):
    book = Gradebook(tmp_path / "gradebook.sqlite")
    (place / "z.ipynb").write_bytes(b"not json")
    assert batch.note(place, book) == 14
    settings = batch.Settings(["gd_step"], 5)
    states = [row.state for row in book.rows(settings.points, settings.versions)]
    assert states == ["waiting"] * 13 + ["unread"]


def test_the_same_work_handed_in_twice_is_graded_once(tmp_path):
    place, book = tmp_path / "class", Gradebook(tmp_path / "gradebook.sqlite")
    place.mkdir()
    for student in "ab":
        (place / f"{student}.ipynb").write_bytes(notebook(RIGHT))
    batch.note(place, book)
    passed = []
    found = list(batch.to_do(book, batch.Settings(["gd_step"], 5), passed.append))
    assert [each[:2] for each in found] == [(notebook(RIGHT), ["gd_step"])] and passed == []


def test_a_server_that_ended_meanwhile_gives_no_grade(monkeypatch):
    class Ended:
        process = subprocess.Popen([sys.executable, "-c", ""])
        process.wait()

        def close(self):
            pass

    monkeypatch.setattr(batch, "Server", lambda trust: Ended())
    monkeypatch.setattr(batch, "grade", lambda *_: ([], []))
    with pytest.raises(RuntimeError, match="no fault of theirs"):
        batch.work(batch.Task(b"", [], 5, None, False))


def test_a_seed_that_nobody_named_cannot_be_found_by_trying(tmp_path):
    books = [Gradebook(tmp_path / f"{n}.sqlite") for n in range(3)]
    assert max(seed_of(book, None) for book in books) > 10**12


def test_a_notebook_of_countless_cells_is_told_and_not_graded(tmp_path):
    place, book = tmp_path / "class", Gradebook(tmp_path / "gradebook.sqlite")
    place.mkdir()
    (place / "ada.ipynb").write_bytes(notebook(*[RIGHT] * 2001))
    batch.note(place, book)
    told = "It is a notebook of 2001 code cells: at most 2000 are read."
    assert book.problems("ada", "") == [("ada.ipynb", told)]
    assert not [*batch.to_do(book, batch.Settings(["gd_step"], 5))]


@pytest.mark.parametrize(
    "cell, told",
    [
        ("x = 1", "It answers no exercise."),
        (
            'predict("02-cliff", "?")\nclaim("claim-02", "false")',
            "It answers no exercise. Hand in 02_exercises.ipynb (in older folders "
            "02_too_low_too_high.ipynb) from the folder exercises: this is the lesson itself.",
        ),
    ],
)
def test_who_hands_in_the_lesson_is_told_where_its_exercises_are(tmp_path, cell, told):
    place, book = tmp_path / "class", Gradebook(tmp_path / "gradebook.sqlite")
    place.mkdir()
    (place / "ada.ipynb").write_bytes(notebook(cell))
    batch.note(place, book)
    assert book.problems("ada", "") == [("ada.ipynb", told)]


def test_another_seed_for_the_same_gradebook_is_refused(tmp_path):
    book = Gradebook(tmp_path / "gradebook.sqlite")
    assert seed_of(book, 5) == 5 and seed_of(book, None) == 5
    with pytest.raises(BadInput, match="begun with --seed 5, got 6"):
        seed_of(book, 6)
