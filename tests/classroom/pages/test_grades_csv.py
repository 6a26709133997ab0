"""The class as a table: what is open is empty, what is right adds up, nothing is a formula."""

import csv
import io

import pytest
from hypothesis import given, strategies as st

from lrcourse.classroom.grading.gradebook import File, Person, Row
from lrcourse.classroom.grading.submissions import NO_NOTEBOOK
from lrcourse.classroom.pages.grades_csv import grades_csv, harmless, total, write


@given(st.text())
def test_no_name_is_a_formula_and_every_name_can_be_read_back(name):
    assert not harmless(name).startswith(tuple("=+-@\t\r\n\uff1d"))
    assert harmless(name).endswith(name)


@pytest.mark.parametrize("separator", ",;")
@pytest.mark.parametrize(
    "name", ["=1+1", " =1+1", "\uff1d1+1", "ada;=1+1", "ada,=1+1", 'ada";=1+1']
)
def test_no_cell_is_a_formula_whatever_a_spreadsheet_takes_for_the_separator(name, separator):
    own = [Row(name, "7", "x", 0.0, 2, "graded", [], "", "")]
    lines = csv.reader(io.StringIO(grades_csv([total(own)], ["x"])), delimiter=separator)
    cells = [cell.strip() for line in lines for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "\uff1d"))]


def test_points_that_are_open_are_an_empty_cell_and_a_note():
    states = ["graded", "missing", "waiting", "unread", "failed"]
    own = [Row("=ada", "7", f"x{i}", 1.5 * (not i), 2, s, [], "", "") for i, s in enumerate(states)]
    head, line = csv.reader(io.StringIO(grades_csv([total(own)], [f"x{i}" for i in range(5)])))
    assert line[:4] == ["'=ada", "7", "", ""] and head[-1] == "note"
    assert line[4:11] == ["", "10", "1.5", "0", "", "", ""]  # Of points that are open, no total.
    assert all(words in line[-1] for words in ("graded yet: x2", "instead of: ", "hand: x4"))


def test_the_note_names_the_files_that_could_not_be_read():
    own = [Row("ada", "7", f"x{i}", 0.0, 2, "unread", [], "", "") for i in range(50)]
    files = [File("a_7_1_Home;work.pdf", "", [], NO_NOTEBOOK), File("b.ipynb", "", ["x0"], "")]
    text = grades_csv([total(own, files)], [])
    note = "ask for a notebook (.ipynb) with answers instead of: a_7_1_Home,work.pdf"
    assert text.splitlines()[1] == f"ada,7,,,,100,{','.join([''] * 50)},{note}".replace(
        note, f'"{note}"'
    )


def test_points_are_shown_in_hundredths_and_added_up_as_they_are():
    own = [Row("ada", "7", f"x{i}", 1 / 7, 1, "graded", [], "", "") for i in range(7)]
    each = total(own)
    assert each.points == pytest.approx(1, abs=1e-12) and each.cells == ("0.14",) * 7
    (_, line) = csv.reader(io.StringIO(grades_csv([each], [])))
    assert line[4:7] == ["1", "7", "0.14"]


def starred(*points, core=(True, True, False)):
    pairs = zip(points, core, strict=True)
    return [Row("ada", "", "x", each, 2, "graded", [], "", "", own) for each, own in pairs]


@pytest.mark.parametrize(
    "points, came", [((2, 2, 0), 4), ((2, 1, 0), 3), ((2, 1, 1), 4), ((2, 2, 2), 4), ((0, 0, 2), 2)]
)
def test_a_star_adds_up_to_full_marks_and_never_lowers(points, came):
    each = total(starred(*map(float, points)))
    assert (each.points, each.possible) == (came, 4)
    with_none = total(starred(*map(float, points))[:2])
    assert each.points >= with_none.points and each.possible == with_none.possible


def test_what_came_late_which_file_counts_and_what_is_by_hand_stands_in_the_note():
    one = Row("ada", "7", "ema", 1.0, 2, "graded", [], "", "", file="ada_LATE_7_2_b.ipynb")
    sgd = one._replace(exercise="sgd", file="ada_7_1_a.ipynb", reason="a fair point", answers=2)
    own = [one, sgd]
    (_, line) = csv.reader(io.StringIO(grades_csv([total(own, ())], ["ema", "sgd"])))
    assert line[-1] == ("late: ema, by hand: sgd (a fair point), counted: sgd from ada_7_1_a.ipynb")


def test_the_name_and_the_section_of_the_export_stand_beside_the_files():
    own = [Row("chenli", "1003", "ema", 1.0, 2, "graded", [], "", "")]
    text = grades_csv([total(own, (), Person("Chen, Li", "B"))], ["ema"])
    assert text.splitlines()[1] == 'chenli,1003,"Chen, Li",B,1,2,1,'


def test_a_file_that_says_the_same_is_not_written_again(tmp_path):
    path = tmp_path / "page.html"
    assert write(path, "one")
    before = path.stat()
    assert not write(path, "one")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert write(path, "two") and path.read_text() == "two"


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "grades.csv"
    write(path, "one")
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError):
        write(path, "two")
    assert path.read_text() == "one"
