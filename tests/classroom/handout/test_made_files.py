"""What we made is made anew; what a teacher changed or put there stays."""

import pytest

from lrcourse.base import BadInput
from lrcourse.classroom.handout import made_files
from lrcourse.classroom.handout.made_files import write_made

FIRST = {"student/README.md": b"one", "student/00.ipynb": b"{}"}
SECOND = {"student/README.md": b"two", "student/01.ipynb": b"{}"}
RECORD = ".lrcourse-release.json"


@pytest.fixture
def old(tmp_path):
    write_made(tmp_path / "old", "release", FIRST)
    return tmp_path / "old"


def held(folder):
    """Every file below the folder but our record, with its content."""
    files = [path for path in folder.rglob("*") if path.is_file() and ".lrcourse-" not in path.name]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_what_nobody_changed_is_made_anew_and_what_is_not_asked_for_any_more_goes(old):
    assert held(old) == FIRST
    assert write_made(old, "release", SECOND) == sorted(SECOND)
    assert held(old) == SECOND


@pytest.mark.parametrize("name", FIRST)
def test_a_change_of_the_teachers_is_never_overwritten(old, name):
    (old / name).write_bytes(b"mine")
    before = held(old)
    with pytest.raises(BadInput, match=f"{name} was changed since it was made"):
        write_made(old, "release", SECOND)
    assert held(old) == before


def test_what_others_added_stays_and_is_never_written_over(old):
    (old / "gradebook.db").write_bytes(b"grades")
    (old / "student/01.ipynb").write_bytes(b"mine")
    before = held(old)
    with pytest.raises(BadInput, match=r"01\.ipynb is there and not ours"):
        write_made(old, "release", SECOND)
    assert held(old) == before
    write_made(old, "release", FIRST)
    assert held(old) == before


def test_two_commands_share_a_folder_and_leave_each_other_alone(old):
    write_made(old, "guide", {"guide.md": b"keys"})
    write_made(old, "release", SECOND)
    assert held(old) == {**SECOND, "guide.md": b"keys"}


@pytest.mark.parametrize("kind", ["a folder with a thesis", "a file"])
def test_a_strange_place_is_left_alone(tmp_path, kind):
    place = tmp_path / "strange"
    if kind == "a file":
        place.write_bytes(b"mine")
    else:
        place.mkdir()
        (place / "thesis.tex").write_bytes(b"mine")
    with pytest.raises(BadInput, match="strange is (not empty and not ours|a file): name a new"):
        write_made(place, "release", FIRST)
    assert {path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == {b"mine"}


@pytest.mark.parametrize("record", [b"", b"{", b"[1, 2]", b"5", b"null", b"\xff"])
def test_a_record_that_is_damaged_is_said(old, record):
    (old / RECORD).write_bytes(record)
    with pytest.raises(BadInput, match="cannot be read: name a new folder"):
        write_made(old, "release", SECOND)
    assert held(old) == FIRST


@pytest.mark.parametrize("written", range(4))
def test_what_was_cut_off_is_gone_on_with(old, monkeypatch, written):
    left = [None] * written

    def cut_off(path, data):
        if not left:
            raise OSError("the disk is full")
        left.pop()
        whole(path, data)

    whole = made_files.write_whole
    monkeypatch.setattr(made_files, "write_whole", cut_off)
    with pytest.raises(OSError, match="the disk is full"):
        write_made(old, "release", SECOND)
    monkeypatch.undo()
    write_made(old, "release", SECOND)
    assert held(old) == SECOND
