"""Whatever a platform's download looks like, each file has its student, and none is passed over."""

import io
import os
import zipfile
from pathlib import PurePosixPath

import pytest
from submitted import RIGHT, notebook, packed

from lrcourse.classroom.grading import reading
from lrcourse.classroom.grading.submissions import handed_in, whose

ANSWER = notebook(RIGHT)


def placed(folder, files: dict[str, bytes]):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


NAMES = {
    "lovelaceada_4711_990011_00_start_here.ipynb": ("lovelaceada", "4711"),
    "lovelaceada_LATE_4711_990012_00_start_here-1.ipynb": ("lovelaceada", "4711"),
    "submissions/lovelaceada_4711_990011_answers.ipynb": ("lovelaceada", "4711"),
    "lovelaceada_4711_990011_all/00_start_here.ipynb": ("lovelaceada", "4711"),
    "Ada Lovelace_123_assignsubmission_file_/a b.ipynb": ("Ada Lovelace", "123"),
    "Ada Lovelace_123_assignsubmission_file/in/deep.ipynb": ("Ada Lovelace", "123"),
    "Ada_Lovelace_123_assignsubmission_file_/x.ipynb": ("Ada_Lovelace", "123"),
    "Ada Lovelace_123_assignsubmission_file_00_start_here.ipynb": ("Ada Lovelace", "123"),
    "Week 1_alovelace_attempt_2026-10-05-13-34-07_a_b.ipynb": ("alovelace", ""),
    "Week_1_alovelace_attempt_2026-10-05-13-34-07/a.ipynb": ("alovelace", ""),
    "271836-44 - Ada Lovelace - Oct 5, 2026 1149 AM/a.ipynb": ("Ada Lovelace", "271836"),
    "271836-44 - Ada Lovelace - Oct 5, 2026 1149 AM - a.ipynb": ("Ada Lovelace", "271836"),
    "ada+00+2026-10-05 13:34:07.5 UTC/00_start_here.ipynb": ("ada", ""),
    "Ada Lovelace - 00_start_here.ipynb": ("Ada Lovelace", ""),
    "00_start_here_ada.ipynb": ("ada", ""),
    "00_exercises.ipynb": ("class", ""),
    "ada_00_exercises (2).ipynb": ("ada", ""),
    "lovelaceada_4711_990011_00_exercises.ipynb": ("lovelaceada", "4711"),
    "ada_00_start_here (2).ipynb": ("ada", ""),
    "Copy of 00_start_here-Copy1.ipynb": ("class", ""),
    "lesson00-ada/exercises/00_start_here.ipynb": ("lesson00-ada", ""),
    "submitted/ada/lesson00/00_start_here.ipynb": ("ada", ""),
    "ada/00_start_here.ipynb": ("ada", ""),
    "ada.ipynb": ("ada", ""),
    'O\'Hara "Jo".ipynb': ('O\'Hara "Jo"', ""),
    "=HYPERLINK(1).ipynb": ("=HYPERLINK(1)", ""),
    "李小龍/00_start_here.ipynb": ("李小龍", ""),
}


@pytest.mark.parametrize("path", NAMES)
def test_the_student_is_read_from_the_name_in_a_folder_and_in_a_zip(path, tmp_path):
    folder = placed(tmp_path / "class", {path: ANSWER})
    (found,) = handed_in(folder)
    (tmp_path / "class.zip").write_bytes(packed({path: ANSWER}))
    (zipped,) = handed_in(tmp_path / "class.zip")
    assert found == zipped
    assert (found.student, found.number, found.notebook) == (*NAMES[path], ANSWER)


def test_a_journal_that_comes_along_is_heard_and_is_nobodys_work(tmp_path):
    theirs = {
        "ada/a.ipynb": ANSWER,
        "ada/progress.jsonl": b"{}",
        "bob/x.zip": packed({"b.ipynb": ANSWER, "progress.jsonl": b"[]"}),
    }
    folder, heard = placed(tmp_path / "class", theirs), []
    found = handed_in(folder, heard=heard.append)
    assert {each.student for each in found} == {"ada", "bob"} and heard == [b"{}", b"[]"]


HEADS = [
    "Eve Eriksson_9_assignsubmission_file_",
    "eriksson_9_77_",
    "Week 1_eve_attempt_2026-10-05-13-34-07_",
    "9-8 - Eve Eriksson - Oct 5, 2026 1149 AM - ",
]
TAILS = [f"_4711_assignsubmission_file_{x}" for x in ("", "x")] + [
    "lovelaceada_4711_990011_x",
    "Week 1_ada_attempt_2026-10-05-13-34-07_x",
    "4711-9 - Ada Lovelace - Oct 5, 2026 1149 AM - x",
]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("tail", TAILS)
def test_the_end_of_a_name_is_the_students_and_decides_nothing(head, tail):
    student, number = whose(PurePosixPath(f"{head}{tail}.ipynb"))
    assert student.lower().startswith(("eve", "eriksson")) and number in ("9", "")


def test_a_student_cannot_hand_in_for_somebody_else_by_the_name_of_a_file():
    for own in ("Eve Eriksson_9_assignsubmission_file_", "eriksson_9_77_all", "eve"):
        student, _ = whose(PurePosixPath(own, "lovelaceada_4711_990011_x.ipynb"))
        assert student.lower().startswith(("eve", "eriksson"))


def test_a_name_of_300_signs_comes_whole_out_of_a_zip(tmp_path):
    (tmp_path / "class.zip").write_bytes(packed({f"{'a' * 300}.ipynb": ANSWER}))
    assert [each.student for each in handed_in(tmp_path / "class.zip")] == ["a" * 300]


def test_two_ways_to_write_an_accent_are_one_student(tmp_path):
    (tmp_path / "class.zip").write_bytes(
        packed({"Zoe\u0308/a.ipynb": ANSWER, "Zo\u00eb/b.ipynb": ANSWER})
    )
    assert {each.student for each in handed_in(tmp_path / "class.zip")} == {"Zo\u00eb"}


def test_a_name_in_bytes_that_are_no_text_can_be_written_into_every_table(tmp_path):
    try:
        placed(tmp_path, {os.fsdecode(b"ad\xe9.ipynb"): ANSWER})
    except OSError:
        pytest.skip("this file system takes text alone")
    (found,) = handed_in(tmp_path)
    assert found.student.encode() == "ad\ufffd".encode() and found.notebook == ANSWER


def test_a_name_neither_commands_a_terminal_nor_breaks_a_line_nor_turns_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as packed:
        packed.writestr("a\x1b[2J\n\u2028\u202e\u200fda/01.ipynb", b"{}")
    (handed,) = handed_in(tmp_path / "class.zip")
    assert handed.student == "a\ufffd[2J\ufffd\ufffd\ufffd\u200fda"
    assert handed.file == handed.student + "/01.ipynb"


def test_a_zip_in_a_folder_is_the_work_of_the_student_it_is_named_after(tmp_path):
    placed(tmp_path, {"ada.zip": packed({"00_start_here.ipynb": ANSWER, "b.ipynb": ANSWER})})
    assert [(each.student, each.problem) for each in handed_in(tmp_path)] == [("ada", "")] * 2


CANVAS = "lovelaceada_4711_99_00_start_here.ipynb", "babbagecharles_4712_98_00_start_here.ipynb"
CLASSES = {
    "a zip with a folder round it": {
        "x.zip": packed(dict.fromkeys(map("w1/{}".format, CANVAS), ANSWER))
    },
    "a zip in a folder": {"week 1.zip": packed(dict.fromkeys(CANVAS, ANSWER))},
    "two zips": {f"{k}.zip": packed({name: ANSWER}) for k, name in enumerate(CANVAS)},
    "a folder of folders": dict.fromkeys(
        ("w1/ada/00_start_here.ipynb", "w1/bob/00_start_here.ipynb"), ANSWER
    ),
    "a zip of zips": {
        "x.zip": packed({f"{each}.zip": packed({"a.ipynb": ANSWER}) for each in ("ada", "bob")})
    },
    "notebooks in a folder": dict.fromkeys(("w1/ada.ipynb", "w1/bob.ipynb"), ANSWER),
}


@pytest.mark.parametrize("files", CLASSES.values(), ids=CLASSES)
def test_what_stands_round_a_whole_class_is_nobodys_name(files, tmp_path):
    placed(tmp_path / "class", files)
    taken = []
    students = {each.student for each in handed_in(tmp_path / "class", None, taken.append)}
    assert students in ({"ada", "bob"}, {"lovelaceada", "babbagecharles"})
    assert taken in (["w1"], ["x"], ["x/w1"], ["week 1"], ["0"])


ONE = [
    "00_start_here.ipynb",
    "01_one_step_downhill.ipynb",
    "exercises/a.ipynb",
    "notebooks/a.ipynb",
]
ONE += ["00_exercises.ipynb", "01_exercises.ipynb"]
ONE += ["lesson00/00_start_here.ipynb", "lesson01/01_one_step_downhill.ipynb", "answers.ipynb"]


@pytest.mark.parametrize("names", [ONE, ONE[:2], ONE[2:4], ONE[4:6], ONE[6:8], [CANVAS[0]]])
def test_a_folder_that_may_be_one_students_stays_his(names, tmp_path):
    placed(tmp_path / "class", {f"ada/{name}": ANSWER for name in names})
    placed(tmp_path / "class", {"bob/x.ipynb": ANSWER} if names == [CANVAS[0]] else {})
    taken = []
    students = {each.student for each in handed_in(tmp_path / "class", None, taken.append)}
    assert students <= {"ada", "bob"} and taken == []


@pytest.mark.parametrize(
    "name, flag, path",
    [
        ("Zoë\\a.ipynb", 0x800, "Zoë/a.ipynb"),
        ("Zoë/a.ipynb".encode().decode("cp437"), 0, "Zoë/a.ipynb"),
        ("M\x81ller/a.ipynb".encode("latin-1").decode("cp437"), 0, "Müller/a.ipynb"),
        ("..\\..\\etc\\a.ipynb", 0x800, "etc/a.ipynb"),
    ],
)
def test_a_zips_names_are_read_as_the_system_meant_that_packed_it(name, flag, path):
    entry = zipfile.ZipInfo(name)
    entry.filename, entry.flag_bits = name, flag
    assert str(reading.in_zip(entry)) == path


PROBLEMS = {
    "a pdf": ({"ada.pdf": b"%PDF"}, "no notebook"),
    "a script": ({"ada/answer.py": b"x = 1"}, "no notebook"),
    "a script in a zip": ({"ada.zip": packed({"answer.py": b"x = 1"})}, "no notebook"),
    "a broken zip": ({"ada.zip": packed({"a.ipynb": ANSWER})[:40]}, "zip that cannot be read"),
    "too deep": (
        {"ada.zip": packed({"b.zip": packed({"c.zip": packed({"d.zip": b""})})})},
        "unpack it first",
    ),
}


@pytest.mark.parametrize("files, words", PROBLEMS.values(), ids=PROBLEMS)
def test_what_cannot_be_graded_is_told_with_its_student(files, words, tmp_path):
    (found,) = handed_in(placed(tmp_path, files))
    assert found.student == "ada" and words in found.problem and found.notebook == b""


TEXT = "Only Text_1020_assignsubmission_onlinetext"


@pytest.mark.parametrize(
    "name", [f"{TEXT}_/onlinetext.html", f"{TEXT}/onlinetext.html", f"{TEXT}_onlinetext.html"]
)
def test_who_typed_into_moodles_text_box_is_a_student_whose_work_is_open(name, tmp_path):
    files = {name: b"<p>done</p>", f"{name.rpartition('.')[0]}.png": b"a picture in it"}
    (found,) = handed_in(placed(tmp_path / "class", files))
    (tmp_path / "class.zip").write_bytes(packed(files))
    assert [found] == list(handed_in(tmp_path / "class.zip"))
    assert (found.student, found.number) == ("Only Text", "1020")
    assert "Moodle's text box" in found.problem


@pytest.mark.parametrize(
    "name", ["ada/page.html", f"Eve_9_assignsubmission_file_/{TEXT}_/onlinetext.html"]
)
def test_a_page_of_a_students_own_is_nobodys_typed_text(name, tmp_path):
    (found,) = handed_in(placed(tmp_path, {name: b""}))
    assert found.student in ("ada", "Eve") and "It is no notebook" in found.problem


def test_damaged_data_in_a_zip_is_one_problem_and_the_rest_is_read(tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packing:
        packing.writestr("ada.ipynb", ANSWER * 50)
        packing.writestr("bob.ipynb", ANSWER)
    data = bytearray(whole.getvalue())
    data[60:90] = bytes(30)
    (tmp_path / "class.zip").write_bytes(data)
    ada, bob = handed_in(tmp_path / "class.zip")
    assert "cannot be unpacked" in ada.problem and bob.notebook == ANSWER


def test_a_zip_that_would_grow_to_days_of_work_is_told_and_not_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ada/01.ipynb", b'{"cells": []}' + b" " * 5_000_000)
        packed.writestr("bob/01.ipynb", b'{"cells": []}' + b" " * 50_000)
    ada, bob = handed_in(tmp_path / "class.zip")
    assert "packed more than 200 times smaller" in ada.problem and ada.notebook == b""
    assert bob.problem == "" and len(bob.notebook) > 50_000


def test_what_is_too_large_is_told_and_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 1000)
    bomb = packed({"ada.ipynb": b" " * 5000})
    placed(tmp_path, {"bob.ipynb": b" " * 1001, "zip.zip": bomb})
    problems = [each.problem for each in handed_in(tmp_path)]
    assert len(problems) == 2 and all("is larger than" in each for each in problems)


def test_links_are_told_and_not_followed(tmp_path):
    secret = placed(tmp_path / "elsewhere", {"secret.ipynb": b"secret"}) / "secret.ipynb"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").symlink_to(secret)
    (tmp_path / "class" / "bob.ipynb").symlink_to(tmp_path / "elsewhere")
    found = list(handed_in(tmp_path / "class"))
    assert [each.student for each in found] == ["ada", "bob"]
    assert all("is a link" in each.problem and not each.notebook for each in found)


def test_what_is_told_of_the_whole_or_of_a_link_beside_it_needs_no_folder_of_the_class(
    tmp_path, monkeypatch
):
    week = placed(tmp_path / "class", {f"week/{name}/a.ipynb": ANSWER for name in ("ada", "bob")})
    (week / "eve.ipynb").symlink_to(week / "week")
    assert [each.student for each in handed_in(week)] == ["eve", "ada", "bob"]
    monkeypatch.setattr(reading, "ENTRIES", 2)
    many = {f"week/{name}/a.ipynb": ANSWER for name in ("ada", "bob", "cy")}
    (tmp_path / "class.zip").write_bytes(packed(many))
    (told,) = handed_in(tmp_path / "class.zip")
    assert "it lists more than 2 files" in told.problem


def test_two_files_of_one_name_are_two_files(tmp_path):
    both = {"ada/hw.zip": packed({"a.ipynb": b"1"}), "ada/hw/a.ipynb": b"2"}
    ways = packed({"Zoe\u0308.ipynb": b"3", "Zo\u00eb.ipynb": b"4"})
    found = list(handed_in(placed(tmp_path / "class", both | {"zoe.zip": ways})))
    names = ["ada/hw/a.ipynb", "ada/hw/a.ipynb (2)", "zoe/Zo\u00eb.ipynb", "zoe/Zo\u00eb.ipynb (2)"]
    assert [each.file for each in found] == names
    assert [each.student for each in found] == ["ada", "ada", "zoe", "zoe"]


def test_a_way_out_of_a_zip_is_cut_off(tmp_path):
    (tmp_path / "class.zip").write_bytes(packed({"../../etc/ada.ipynb": ANSWER}))
    assert [each.file for each in handed_in(tmp_path / "class.zip")] == ["etc/ada.ipynb"]


def test_what_computers_leave_behind_is_nobodys_work(tmp_path):
    names = ["__MACOSX/._ada.ipynb", "ada/.ipynb_checkpoints/a-checkpoint.ipynb", "._bob.ipynb"]
    assert list(handed_in(placed(tmp_path, dict.fromkeys(names, ANSWER)))) == []


def test_a_place_that_is_neither_folder_nor_zip_is_refused_by_name(tmp_path):
    placed(tmp_path, {"class.csv": b"a,b"})
    with pytest.raises(ValueError, match="class.csv is neither"):
        list(handed_in(tmp_path / "class.csv"))
