"""However large, deep or odd a download is, it is read in bounds, and nobody in it vanishes."""

import os
import struct
import zipfile
from pathlib import PurePosixPath

import pytest
from submitted import RIGHT, notebook, packed

from lrcourse.classroom.grading import reading, submissions
from lrcourse.classroom.grading.submissions import handed_in, whose
from lrcourse.classroom.platforms.known import readings

ANSWER = notebook(RIGHT)
MANY = 20_000
"""So often that a pattern which tries every way to cut a name does not come to an end."""
LESSON = "01_one_step_downhill"
LONG = {
    "copies": f"{LESSON}{' copy' * MANY}!.ipynb",
    "numbers of copies": f"{LESSON}{'-1' * MANY}!.ipynb",
    "copies in brackets": f"{LESSON}{' (1)' * MANY}!.ipynb",
    "spaces": f"{LESSON}{' ' * MANY}!.ipynb",
    "dashes": f"{LESSON}{'-' * MANY}!.ipynb",
    "canvas's numbers": f"ada{'_1' * MANY}",
    "digits": f"ada_{'1' * MANY}!",
    "late": f"ada{'_LATE' * MANY}_1",
    "moodle's numbers": f"Ada{'_1_assignsubmission_' * MANY}",
    "blackboard's": f"gradebook{'_a' * MANY}_attempt_2025-09-20-14-03-1",
    "brightspace's": f"1-1 - {'a - Oct 5, 2026 1149 ' * MANY}",
    "brightspace's words": f"1-1 - {'a' * MANY} - {'b' * MANY} 5, 2026 1149",
    "the exchange's": f"a+{'2026-10-05+' * MANY}",
    "signs": "_" * MANY,
}


@pytest.mark.parametrize("name", LONG.values(), ids=LONG)
def test_a_name_takes_no_longer_than_it_is_long(name):
    assert isinstance(readings(name), list)
    assert whose(PurePosixPath(name))[0] != ""


def test_a_name_of_thousands_of_signs_is_told_with_its_student(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as packing:
        packing.writestr(f"ada/{'x' * 5000}.ipynb", ANSWER)
        packing.writestr("bob/a.ipynb", ANSWER)
    ada, bob = handed_in(tmp_path / "class.zip")
    assert (ada.student, len(ada.file) < 200) == ("ada", True)
    assert "more than 1000 signs: shorten it" in ada.problem and bob.notebook == ANSWER


def test_a_path_that_the_system_cannot_open_stops_nobody(tmp_path):
    place = tmp_path / "class"
    (place / "bob").mkdir(parents=True)
    (place / "bob" / "a.ipynb").write_bytes(ANSWER)
    here = os.getcwd()
    try:
        os.chdir(place)
        for name in ["ada", *["d" * 200] * 25]:
            os.mkdir(name)
            os.chdir(name)
    finally:
        os.chdir(here)
    found = {each.student: each for each in handed_in(place)}
    assert found["bob"].notebook == ANSWER and found["ada"].problem


def listing(count: int) -> bytes:
    """The end of a zip that says it lists so many files, as no zip of that size is made here."""
    size = 46 * count
    return b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count % 65536, count % 65536, size, 0, 0)


@pytest.mark.parametrize("count", [50_001, 250_000])
def test_a_zip_that_lists_too_much_is_told_before_its_list_is_read(tmp_path, monkeypatch, count):
    (tmp_path / "ada.zip").write_bytes(b"\0" * 100 + listing(count))
    (tmp_path / "bob.ipynb").write_bytes(ANSWER)
    monkeypatch.setattr(zipfile.ZipFile, "__init__", None)  # It is not even opened.
    ada, bob = handed_in(tmp_path)
    assert (ada.student, ada.file) == ("ada", "ada.zip") and bob.notebook == ANSWER
    assert "it lists more than 50000 files" in ada.problem


def test_of_countless_guesses_in_one_zip_the_first_are_graded_and_the_rest_is_told(tmp_path):
    guesses = {f"{k:03d}.ipynb": notebook(RIGHT, f"guess = {k}") for k in range(201)}
    (tmp_path / "ada.zip").write_bytes(packed(guesses))
    (tmp_path / "bob.zip").write_bytes(packed({"a.ipynb": ANSWER}))
    found = list(handed_in(tmp_path))
    ada = [each.problem for each in found if each.student == "ada"]
    assert ada == [""] * submissions.MOST + [submissions.TOO_MANY] * (201 - submissions.MOST)
    assert found[-1].student == "bob" and found[-1].problem == ""


def test_what_a_zip_unpacks_to_is_bounded_together(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "WHOLE", 3 * len(ANSWER))
    inner = packed({f"{k}.ipynb": ANSWER for k in range(3)})
    (tmp_path / "ada.zip").write_bytes(packed({"a.zip": inner, "b.zip": inner}))
    problems = [each.problem for each in handed_in(tmp_path)]
    assert problems[:3] == [""] * 3 and all("Its zip holds more than" in p for p in problems[3:])


INNER = packed({"a.ipynb": ANSWER, "more.zip": packed({"b.ipynb": ANSWER})})
LAYOUTS = {
    "a folder for each": {"ada/work.zip": INNER, "bob/work.zip": INNER},
    "a zip for each": {"ada.zip": INNER, "bob.zip": INNER},
    "canvas": {"ada_1_2_work.zip": INNER, "bob_3_4_work.zip": INNER},
    "moodle": {
        "ada_1_assignsubmission_file_/work.zip": INNER,
        "bob_2_assignsubmission_file_/work.zip": INNER,
    },
    "moodle, without folders": {
        "ada_1_assignsubmission_file_work.zip": INNER,
        "bob_2_assignsubmission_file_work.zip": INNER,
    },
    "a folder round it": {"week/ada/x/work.zip": INNER, "week/bob/x/work.zip": INNER},
    "a zip of zips": {"class.zip": packed({"ada_1_2_w.zip": INNER, "bob_3_4_w.zip": INNER})},
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("as_zip", [False, True])
def test_a_zip_in_a_zip_counts_the_same_in_every_layout(files, as_zip, tmp_path):
    place = tmp_path / "download"
    for name, data in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(data)
    if as_zip:
        (tmp_path / "download.zip").write_bytes(packed(files))
        place = tmp_path / "download.zip"
    found = list(handed_in(place))
    assert [(each.student, each.problem) for each in found] == [("ada", "")] * 2 + [("bob", "")] * 2


INSTEAD = ["page.html", "answers.md", "answers.doc", "screenshot.png", "answers.py", "a.pdf"]
INSTEAD += ["answers.rar", "answers.R", "answers", "photo.HEIC", "table.xlsx"]


@pytest.mark.parametrize("name", INSTEAD)
@pytest.mark.parametrize("head", ["bob/", "bob_1_2_", "Bob_1_assignsubmission_file_/"])
def test_who_handed_in_something_else_is_there_with_what_was_found(tmp_path, name, head):
    files = {f"{head}{name}": b"\x89PNG{", "ada/a.ipynb": ANSWER}
    (tmp_path / "class.zip").write_bytes(packed(files))
    found = {each.student.lower(): each for each in handed_in(tmp_path / "class.zip")}
    assert {*found} == {"ada", "bob"} and "It is no notebook" in found["bob"].problem


def test_what_lies_beside_a_notebook_is_not_told_and_of_much_else_only_a_little(tmp_path):
    files = {"ada/a.ipynb": ANSWER, "ada/plot.png": b"", "ada/README.md": b"", "index.html": b""}
    files |= {f"bob/{k}.png": b"" for k in range(100)}
    (tmp_path / "class.zip").write_bytes(packed(files))
    found = [(each.student, bool(each.problem)) for each in handed_in(tmp_path / "class.zip")]
    assert found == [("ada", False)] + [("bob", True)] * submissions.FEW


@pytest.mark.parametrize("data", [packed({}), b"PK\3\4 torn", b""])
def test_who_handed_in_an_empty_or_a_torn_zip_is_there(tmp_path, data):
    (tmp_path / "class.zip").write_bytes(packed({"bob_1_2_work.zip": data, "a_3_4_b.ipynb": b""}))
    _, bob = handed_in(tmp_path / "class.zip")
    assert (bob.student, bob.number, bob.file) == ("bob", "1", "bob_1_2_work.zip") and bob.problem


@pytest.mark.parametrize("end", [".ipynb.txt", ".ipynb.json", ".IPYNB", "", ".json", ".txt"])
def test_a_whole_notebook_under_another_ending_is_read(tmp_path, end):
    (tmp_path / "class.zip").write_bytes(packed({f"bob_1_2_00_start_here{end}": ANSWER}))
    (found,) = handed_in(tmp_path / "class.zip")
    assert (found.student, found.notebook, found.problem) == ("bob", ANSWER, "")


def test_a_web_address_is_told_and_no_sign_in_it_commands_a_terminal(tmp_path):
    page = b"<a href='https://colab.example/x\x1b[2J'>x</a>"
    (tmp_path / "class.zip").write_bytes(packed({"jo_LATE_20_link.html": page}))
    (found,) = handed_in(tmp_path / "class.zip")
    assert "web address (https://colab.example/x\ufffd[2J)" in found.problem
    assert (found.student, found.number) == ("jo", "20")


def test_two_spellings_of_one_address_are_one_student(tmp_path):
    names = ["wk/Ada.L@Uni.example/a.ipynb", "wk/ada.l@uni.example/b.ipynb", "wk/bo@x.org/a.ipynb"]
    (tmp_path / "class.zip").write_bytes(packed(dict.fromkeys(names, ANSWER)))
    found = [each.student for each in handed_in(tmp_path / "class.zip")]
    assert sorted(found) == ["ada.l@uni.example", "ada.l@uni.example", "bo@x.org"]


def test_no_sign_in_the_name_of_the_classs_folder_commands_a_terminal(tmp_path):
    names = [f"week\x1b[2J/{who}/a.ipynb" for who in ("ada", "bob")]
    (tmp_path / "class.zip").write_bytes(packed(dict.fromkeys(names, ANSWER)))
    taken = []
    assert len([*handed_in(tmp_path / "class.zip", None, taken.append)]) == 2
    assert taken == ["week\ufffd[2J"]
