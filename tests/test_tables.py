"""Points into tables: every student the right ones, everybody else's line as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrcourse.base import BadInput
from lrcourse.grading.gradebook import Row
from lrcourse.grading.tables import Total, filled, grades_csv, harmless, total, write

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Week 1 (77),Quiz (78),Current Score\n"
    ",,,,,Manual Posting,,\n"
    "    Points Possible,,,,,20,5,(read only)\n"
    '"Lovelace, Ada",4711,s1,ada@x.org,A,,3,60\n'
    '"Babbage, Charles",4712,s2,cb@x.org,A,7.5,4,70\n'
    '"Hopper, Grace",4713,s3,gh@x.org,B,,,\n'
    '"Student, Test",4714,,,B,,,\n'
)
MOODLE = (
    "\ufeffIdentifier;Full name;Email address;Status;Grade;Maximum Grade;Feedback comments\r\n"
    "Participant 123;Ada Lovelace;Ada@x.org;Submitted;;20,00;\r\n"
    'Participant 124;"Müller; Jo";jo@x.org;Submitted;3,50;20,00;"two\r\nlines"\r\n'
    "Participant 125;Grace Hopper;gh@x.org;No submission;;20,00;\r\n"
)


def came(student, number="", points=5.0, note=""):
    return Total(student, number, points, 10, note)


@pytest.fixture
def export(tmp_path):
    """Write an export; what comes back is the table filled with totals, by first name cell."""

    def fill(text: str, totals, column="", name=0):
        path = tmp_path / "export.csv"
        path.write_bytes(text.encode())
        out, sentences = filled(path, totals, column)
        assert path.read_bytes() == text.encode()
        delimiter = ";" if ";" in text.splitlines()[0] else ","
        lines = list(csv.reader(io.StringIO(out.lstrip("\ufeff"), newline=""), delimiter=delimiter))
        return out, {line[name]: line for line in lines if line}, sentences

    return fill


def test_canvas_is_filled_by_number_in_the_column_named_and_scaled_to_its_points(export):
    out, lines, sentences = export(CANVAS, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5:7] == ["10", "3"] and sentences == []
    assert out == CANVAS.replace("ada@x.org,A,,3", "ada@x.org,A,10,3")


def test_moodle_keeps_its_mark_its_semicolons_its_line_ends_and_its_decimal_comma(export):
    out, _, sentences = export(MOODLE, [came("Ada Lovelace", "123", 3.625)], name=1)
    assert out == MOODLE.replace("Submitted;;20,00", "Submitted;7,25;20,00", 1) and sentences == []


def test_who_handed_nothing_in_stays_as_he_is(export):
    for text in (CANVAS, MOODLE):
        out, _, sentences = export(text, [], "Week 1 (77)")
        assert out == text and sentences == []


def test_who_is_not_settled_keeps_what_was_there_and_is_told(export):
    open_ = [came("babbagecharles", "4712", 0.0, "not graded yet: ema")]
    out, _, sentences = export(CANVAS, open_, "Week 1 (77)")
    assert out == CANVAS
    assert sentences == ["babbagecharles stays as it is: not graded yet: ema."]


def test_who_is_in_no_line_is_told(export):
    out, _, sentences = export(CANVAS, [came("turingalan", "99")], "Week 1 (77)")
    assert out == CANVAS and "turingalan is in no line" in sentences[0]


@pytest.mark.parametrize("student", ["Ada Lovelace", "lovelaceada", "ada_lovelace", "LOVELACE Ada"])
def test_without_a_number_a_name_finds_its_line_however_it_is_ordered(export, student):
    _, lines, sentences = export(CANVAS, [came(student)], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5] == "10" and sentences == []


def test_two_students_of_one_name_are_told_apart_by_number_and_never_mixed_up(export):
    text = CANVAS + '"Lovelace, Ada",4799,s9,ada2@x.org,B,1,1,1\n'
    both = [came("lovelaceada", "4711", 10.0), came("lovelaceada", "4799", 1.0)]
    out, _, sentences = export(text, both, "Week 1 (77)")
    assert "s1,ada@x.org,A,20,3" in out and "s9,ada2@x.org,B,2,1" in out and sentences == []
    out, _, sentences = export(text, [came("Ada Lovelace")], "Week 1 (77)")
    assert out == text and "in two" in sentences[0]


@pytest.mark.parametrize("other", ["Lovelace Ada", "Ada Lovelace"])
def test_two_submissions_that_fit_one_line_fill_neither(export, other):
    out, _, sentences = export(CANVAS, [came("ada_lovelace"), came(other)], "Week 1 (77)")
    assert out == CANVAS and len(sentences) == 2


def test_a_number_that_fits_nobody_is_not_replaced_by_a_name(export):
    out, _, sentences = export(CANVAS, [came("lovelaceada", "5")], "Week 1 (77)")
    assert out == CANVAS and len(sentences) == 1


def test_an_assignment_worth_nothing_takes_the_points_as_they_are(export):
    text = CANVAS.replace("Possible,,,,,20", "Possible,,,,,0")
    _, lines, _ = export(text, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5] == "5"


def test_canvas_with_semicolons_and_decimal_commas_stays_so(export):
    text = CANVAS.replace(",", ";").replace('"Lovelace; Ada"', '"Lovelace, Ada"')
    text = text.replace("7.5", "7,5").replace(";20;5;", ";20,5;5,0;")
    _, lines, _ = export(text, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5] == "10,25"


def test_short_and_empty_lines_do_no_harm(export):
    _, lines, _ = export(CANVAS + "\n,\nTotal\n", [came("lovelaceada", "4711")], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5] == "10"


@pytest.mark.parametrize(
    "text, column, words",
    [
        (CANVAS, "", r"which column\? .*Week 1 \(77\), Quiz \(78\)"),
        (CANVAS, "Week 9", "no column 'Week 9': the assignments are"),
        (CANVAS, "ID", "no column 'ID'"),
        ("name,points\nada,1\n", "", "its columns are name, points"),
        ("", "", "its columns are none"),
    ],
)
def test_a_table_that_cannot_be_filled_is_refused_in_a_sentence(export, text, column, words):
    with pytest.raises(BadInput, match=words):
        export(text, [], column)


def test_an_export_in_another_coding_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "x.csv").write_bytes("Student,ID\nMüller,1\n".encode("utf-16"))
    with pytest.raises(BadInput, match="not text in UTF-8"):
        filled(tmp_path / "x.csv", [])


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
    assert line[:9] == ["'=ada", "7", "1.5", "10", "1.5", "0", "", "", ""] and head[-1] == "note"
    assert [words in line[-1] for words in ("graded yet: x2", "perhaps with: x3", "hand: x4")]


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


def test_a_table_that_csv_cannot_hold_is_said_in_a_sentence(export):
    with pytest.raises(BadInput, match=r"export\.csv is no table .*: export it again as CSV"):
        export(CANVAS + '"' + "x" * 200_000, [])
