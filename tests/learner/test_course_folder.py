"""The learner's folder keeps what the learner wrote, whatever happens."""

import errno
import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from lrcourse import progress_store
from lrcourse.cli.learner import in_folder
from lrcourse.exercises import lessons
from lrcourse.learner import course_folder
from lrcourse.learner.journal import Bet
from lrcourse.learner.standing import what_next

LESSON = "notebooks/00_start_here.ipynb"
BLANK = "exercises/00_exercises.ipynb"


def notebook(*texts: str, outputs: tuple = ()) -> bytes:
    cells = [{"cell_type": "code", "source": text, "outputs": list(outputs)} for text in texts]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def put(folder: Path, name: str, data: bytes) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


@pytest.fixture
def content(tmp_path):
    folder = tmp_path / "content"
    put(folder, LESSON, notebook("lr = 0.1"))
    put(folder, BLANK, notebook("raise NotImplementedError"))
    put(folder, "solutions/00_start_here.ipynb", notebook("return w - lr * grad"))
    return folder


@pytest.fixture
def folder(tmp_path, content, monkeypatch):
    folder = tmp_path / "a learner's folder"
    course_folder.deliver(folder, content)
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    monkeypatch.chdir(folder / "notebooks")
    return folder


def test_the_first_delivery_brings_lessons_and_blanks_and_no_solutions(tmp_path, content):
    news = course_folder.deliver(tmp_path / "mine", content)
    assert news == course_folder.Delivery([LESSON, BLANK], [], [])
    assert not (tmp_path / "mine" / "solutions").exists()


def test_a_second_delivery_of_the_same_course_changes_nothing(folder, content):
    assert course_folder.deliver(folder, content) == course_folder.Delivery([], [], [])


OLDER = "exercises/00_start_here.ipynb"


def test_exercises_under_an_older_name_stay_there_are_updated_and_linked_to(
    folder, content, monkeypatch
):
    (folder / BLANK).rename(folder / OLDER)  # As a folder was delivered when they had that name.
    manifest = folder / ".lrcourse/manifest.json"
    manifest.write_text(manifest.read_text().replace(BLANK, OLDER))
    put(content, BLANK, notebook("raise NotImplementedError  # two lines"))
    put(content, LESSON, notebook(f"[exercises](../{BLANK})"))
    news = course_folder.deliver(folder, content)
    assert news == course_folder.Delivery([], [LESSON, OLDER], [])
    assert f"(../{OLDER})" in (folder / LESSON).read_text() and not (folder / BLANK).exists()
    assert "two lines" in (folder / OLDER).read_text()
    put(folder, OLDER, notebook("return w - lr * grad"))
    put(content, BLANK, notebook("raise NotImplementedError  # one line"))
    assert course_folder.deliver(folder, content).left_alone == [OLDER]
    assert "one line" in (folder / ".lrcourse/new" / OLDER).read_text()
    monkeypatch.setenv("LRCOURSE_FOLDER", str(folder))
    assert in_folder(Path(BLANK), folder) == folder / OLDER
    made = {each.id: Bet("a", 90, True) for each in lessons()[0].questions}
    assert what_next(lessons()[0], set(), made, folder).path == OLDER


def test_an_update_replaces_what_the_learner_only_ran(folder, content):
    put(folder, LESSON, notebook("lr = 0.1", outputs=("a figure",)))
    put(content, LESSON, notebook("lr = 0.2"))
    assert course_folder.deliver(folder, content) == course_folder.Delivery([], [LESSON], [])
    assert (folder / LESSON).read_bytes() == course_folder.learners_copy(notebook("lr = 0.2"))


def test_a_learners_copy_has_no_outputs_and_running_it_is_no_change(tmp_path, content):
    put(content, LESSON, notebook("lr = 0.1", outputs=("the result",)))
    course_folder.deliver(tmp_path / "mine", content)
    assert "the result" not in (tmp_path / "mine" / LESSON).read_text("utf-8")
    assert course_folder.deliver(tmp_path / "mine", content).updated == []


def test_an_update_leaves_alone_what_the_learner_wrote_and_lays_the_new_one_aside(folder, content):
    mine = notebook("return w - lr * grad  # mine")
    put(folder, BLANK, mine)
    put(content, BLANK, notebook("raise NotImplementedError('clearer')"))
    assert course_folder.deliver(folder, content) == course_folder.Delivery([], [], [BLANK])
    assert (folder / BLANK).read_bytes() == mine
    laid_aside = folder / ".lrcourse" / "new" / BLANK
    assert laid_aside.read_bytes() == course_folder.learners_copy((content / BLANK).read_bytes())
    assert course_folder.deliver(folder, content).left_alone == [], "it is said once"


def test_a_change_of_the_learner_is_safe_through_two_updates(folder, content):
    mine = notebook("mine")
    put(folder, BLANK, mine)
    for text in ("second edition", "third edition"):
        put(content, BLANK, notebook(text))
        assert course_folder.deliver(folder, content).left_alone == [BLANK]
    assert (folder / BLANK).read_bytes() == mine


def test_a_picture_pasted_into_a_text_cell_is_a_change(folder, content):
    cell = {"cell_type": "markdown", "source": "See:"}
    pasted = {**cell, "attachments": {"sketch.png": {"image/png": "iVBOR"}}}
    marks = [course_folder.fingerprint(json.dumps({"cells": [c]}).encode()) for c in (cell, pasted)]
    assert marks[0] != marks[1]


def test_a_file_that_was_there_before_the_course_is_the_learners(tmp_path, content):
    put(tmp_path / "mine", LESSON, b"not even a notebook")
    assert course_folder.deliver(tmp_path / "mine", content).left_alone == [LESSON]
    assert (tmp_path / "mine" / LESSON).read_bytes() == b"not even a notebook"


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"files": [1]}', b"\xff\xfe"])
def test_without_a_readable_manifest_nothing_is_overwritten(folder, content, damage):
    (folder / ".lrcourse" / "manifest.json").write_bytes(damage)
    put(folder, LESSON, notebook("mine"))
    put(content, LESSON, notebook("lr = 0.2"))
    assert course_folder.deliver(folder, content).left_alone == [LESSON]
    assert (folder / LESSON).read_bytes() == notebook("mine")


def test_a_deleted_file_comes_back_fresh(folder, content):
    (folder / BLANK).unlink()
    assert course_folder.deliver(folder, content).added == [BLANK]


def test_a_clone_never_becomes_a_learners_folder():
    with pytest.raises(ValueError, match="name another folder"):
        course_folder.deliver(course_folder.CLONE)


def test_a_write_that_fails_leaves_the_old_file_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "answer.ipynb"
    path.write_bytes(b"old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        progress_store.write_whole(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("answer.ipynb", b"old")]


def test_the_default_folder_is_not_the_clone_that_bears_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert course_folder.default_folder() == tmp_path / "lrcourse"
    put(tmp_path / "lrcourse", "requirements.txt", b"")
    put(tmp_path / "lrcourse", "lrcourse/base.py", b"")
    assert course_folder.default_folder() == tmp_path / "my-lrcourse"


def test_the_folder_is_found_from_below_and_by_name_but_not_in_a_clone(folder, monkeypatch):
    assert progress_store.find_folder() == folder
    assert progress_store.find_folder(course_folder.CLONE / "notebooks") is None
    monkeypatch.setenv("LRCOURSE_FOLDER", "/somewhere/else")
    assert progress_store.find_folder() == Path("/somewhere/else")
    monkeypatch.setenv("LRCOURSE_FOLDER", str(course_folder.CLONE))
    assert progress_store.find_folder() is None


def test_what_is_recorded_is_read_back_in_order_with_its_time(folder):
    assert [progress_store.record({"kind": "check", "try": k}) for k in range(3)] == ["", "", ""]
    found, problem = progress_store.entries()
    assert problem == ""
    assert [entry["try"] for entry in found] == [0, 1, 2]
    assert datetime.fromisoformat(found[0]["time"]).utcoffset().total_seconds() == 0


def test_outside_a_learners_folder_nothing_is_kept_and_nothing_is_wrong(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    assert progress_store.record({"kind": "check"}) == ""
    assert progress_store.entries() == ([], "")
    assert list(tmp_path.iterdir()) == []


def test_a_torn_line_costs_only_itself(folder):
    progress_store.record({"kind": "first"})
    path = progress_store.journal(folder)
    path.write_bytes(path.read_bytes() + b'{"kind": "to\xc3')
    progress_store.record({"kind": "last"})
    before = path.read_bytes()
    found, problem = progress_store.entries()
    assert [entry["kind"] for entry in found] == ["first", "last"]
    assert "1 of 3 lines" in problem and "line 2" in problem
    assert path.read_bytes() == before, "reading mends nothing"


def test_a_journal_full_of_rubbish_gives_a_sentence_and_still_grows(folder):
    progress_store.journal(folder).write_bytes(b"\x00\x01\n[1]\nnull\n\n")
    assert progress_store.entries()[0] == []
    assert "3 of 4 lines" in progress_store.entries()[1]
    assert progress_store.record({"kind": "check"}) == ""
    assert [entry["kind"] for entry in progress_store.entries()[0]] == ["check"]


WRITER = """
import sys
from lrcourse import progress_store
for k in range(200):
    assert progress_store.record({"writer": sys.argv[1], "k": k, "text": "x" * 500}) == ""
"""


def test_kernels_that_write_at_once_lose_nothing(folder):
    env = {**os.environ, "PYTHONPATH": str(course_folder.CLONE)}
    kernels = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], env=env) for name in ("a", "b", "c")
    ]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0]
    found, problem = progress_store.entries()
    assert problem == ""
    for name in ("a", "b", "c"):
        assert [e["k"] for e in found if e["writer"] == name] == list(range(200))


def test_what_cannot_be_saved_is_said_in_a_sentence(folder, monkeypatch):
    assert "not saved" in progress_store.record({"kind": object()})
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))
    assert (
        progress_store.record({"kind": "check"})
        == "This was not saved to your progress: disk full."
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_in_a_sentence(folder):
    progress_store.journal(folder).symlink_to("/dev/full")
    assert "No space left" in progress_store.record({"kind": "check"})
