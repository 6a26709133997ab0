"""Points into a teacher's export: every student the right ones, everybody else's line as it was."""

import csv
import io
import re

import pytest
from hypothesis import given, strategies as st

from lrcourse.base import BadInput
from lrcourse.classroom.grading.gradebook import Person
from lrcourse.classroom.pages.grades_csv import Total
from lrcourse.classroom.platforms.export import opened, roster
from lrcourse.classroom.platforms.filling import filled, without_work
from lrcourse.classroom.platforms.table import cells, joined

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
        out, sentences = filled(opened(path, column), totals)
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


@pytest.mark.parametrize(
    "status, late",
    [
        ("Submitted for grading - 1 day 2 hours late - Graded", "1 day 2 hours late"),
        ("Submitted for grading - 5 mins late", "5 mins late"),
        ("Submitted for grading - Graded", ""),
        ("No submission - Assignment is overdue by: 2 days", ""),
    ],
)
def test_how_late_work_came_is_read_from_moodles_status(tmp_path, status, late):
    (tmp_path / "x.csv").write_bytes(MOODLE.replace("Submitted", status, 1).encode())
    who = ("Ada Lovelace", "123")
    assert roster(opened(tmp_path / "x.csv"), [who]) == {who: Person("Ada Lovelace", "", late)}


def test_who_handed_nothing_in_stays_as_he_is(export):
    for text in (CANVAS, MOODLE):
        out, _, sentences = export(text, [], "Week 1 (77)")
        assert out == text and sentences == []


def test_who_handed_nothing_in_is_named_and_a_mark_that_stands_comes_first(tmp_path):
    text = CANVAS.replace("4714,,,B,,", "4714,,,B,EX,")
    (tmp_path / "export.csv").write_text(text)
    read = opened(tmp_path / "export.csv", "Week 1 (77)")
    students = [("lovelaceada", "4711"), ("Charles Babbage", ""), ("x", "5"), ("x", "")]
    assert without_work(read, students) == ["Student, Test (EX)", "Hopper, Grace (empty)"]


def test_who_may_be_any_of_two_lines_handed_something_in(tmp_path):
    text = CANVAS + '"Lovelace, Ada",4799,s9,ada2@x.org,B,1,1,1\n'
    (tmp_path / "export.csv").write_text(text)
    told = without_work(opened(tmp_path / "export.csv", "Week 1 (77)"), [("Ada Lovelace", "")])
    assert len(told) == 3 and not any("Ada" in each for each in told)


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
    assert "s1,ada@x.org,A,20,3" in out and "s9,ada2@x.org,B,2,1" in out
    assert sentences == ["lovelaceada had 1 and has 2 now."]
    out, _, sentences = export(text, [came("Ada Lovelace")], "Week 1 (77)")
    assert out == text and "any of 2 lines of the export (Lovelace, Ada; Love" in sentences[0]


@pytest.mark.parametrize("other", ["Lovelace Ada", "Ada Lovelace"])
def test_two_submissions_that_fit_one_line_fill_neither(export, other):
    out, _, sentences = export(CANVAS, [came("ada_lovelace"), came(other)], "Week 1 (77)")
    assert out == CANVAS and len(sentences) == 2
    assert all("shares a line of the export (Lovelace, Ada) with" in each for each in sentences)


def test_the_export_says_who_a_number_is_and_in_which_section(tmp_path):
    (tmp_path / "export.csv").write_text(CANVAS)
    students = [("lovelaceada", "4711"), ("Grace Hopper", ""), ("x", "5"), ("x", "")]
    found = roster(opened(tmp_path / "export.csv", "Week 1 (77)"), students)
    assert found == {
        students[0]: Person("Lovelace, Ada", "A"),
        students[1]: Person("Hopper, Grace", "B"),
    }


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


QUOTED = CANVAS.replace('"', "").replace("Lovelace, Ada", "Lovelace")
QUOTED = "\r\n".join(",".join(f'"{x}"' for x in line.split(",")) for line in QUOTED.split("\n"))


@pytest.mark.parametrize("text", ["\ufeff" + QUOTED, CANVAS.replace("\n", "\r\n").rstrip()])
def test_every_byte_outside_the_cells_that_are_filled_stays(export, text):
    out, _, _ = export(text, [came("x", "4711")], "Week 1 (77)")
    line = next(each for each in text.splitlines() if "4711" in each)
    cells = line.rsplit(",", 3)
    cells[1] = '"10"' if cells[1] else "10"
    assert out == text.replace(line, ",".join(cells))


@given(st.lists(st.lists(st.text(), min_size=2), min_size=1), st.booleans())
def test_a_table_is_cut_as_the_csv_module_cuts_it_and_can_be_put_together_again(rows, quoted):
    whole = io.StringIO(newline="")
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(whole, quoting=style).writerows([["a", "b"], *rows])
    cut = cells(whole.getvalue(), ",")
    assert joined(cut) == whole.getvalue()
    assert [[cell.value for cell in line] for line in cut] == [["a", "b"], *rows]


@pytest.mark.parametrize("mark", ["EX", "12", "A-"])
def test_a_higher_mark_and_a_word_stay_and_are_told(export, mark):
    text = CANVAS.replace("ada@x.org,A,,3", f"ada@x.org,A,{mark},3")
    out, _, sentences = export(text, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert out == text and f"keeps {mark}, though the grades say 10" in sentences[0]


def test_a_number_that_two_names_share_fills_nothing_and_is_told(export):
    both = [came("lovelaceada", "4711", 10.0), came("byronada", "4711", 1.0)]
    out, _, sentences = export(CANVAS, both, "Week 1 (77)")
    assert out == CANVAS and len(sentences) == 2


def test_zeros_before_a_number_make_no_other_student(export):
    text = CANVAS.replace("4711", "004711")
    out, _, _ = export(text, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert out == text.replace("ada@x.org,A,,3", "ada@x.org,A,10,3")


def test_a_number_in_two_lines_fills_neither_and_is_told(export):
    twice = CANVAS + '"Lovelace, Ada",4711,s1,ada@x.org,B,,3,60\n'
    out, _, sentences = export(twice, [came("lovelaceada", "4711")], "Week 1 (77)")
    names = "Lovelace, Ada; Lovelace, Ada"
    told = f"lovelaceada may be any of 2 lines of the export ({names}): none is filled."
    assert out == twice and sentences == [told]


@pytest.mark.parametrize("cell", ["4711.0", "4.711E4", '"47,110"'])
def test_what_a_spreadsheet_made_of_a_number_is_nobody_elses(export, cell):
    spoilt = CANVAS.replace('Ada",4711,', f'Ada",{cell},')
    out, _, sentences = export(spoilt, [came("eve", "47110")], "Week 1 (77)")
    assert out == spoilt and sentences == ["eve is in no line of the export."]


@pytest.mark.parametrize("mark", ["nan", "inf"])
def test_what_only_python_takes_for_a_number_is_a_word(export, mark):
    marked = CANVAS.replace("ada@x.org,A,,", f"ada@x.org,A,{mark},")
    out, _, (told,) = export(marked, [came("lovelaceada", "4711")], "Week 1 (77)")
    assert out == marked and f"keeps {mark}" in told


def test_no_name_breaks_a_line_or_commands_a_terminal(tmp_path, export):
    odd = CANVAS.replace("Lovelace, Ada", "Lovelace,\n\x1b[2J Ada").replace(",A,,3", ",A,9,3")
    out, _, (told,) = export(odd, [came("adal", "4711")], "Week 1 (77)")
    assert out == odd.replace(",A,9,3", ",A,10,3") and told.startswith("adal had 9")
    table = opened(tmp_path / "export.csv", "Week 1 (77)")
    assert roster(table, [("adal", "4711")])["adal", "4711"].name == "Lovelace, \ufffd[2J Ada"
    assert without_work(table, [])[0] == "Lovelace, \ufffd[2J Ada (9)"


def test_short_and_empty_lines_do_no_harm(export):
    _, lines, _ = export(CANVAS + "\n,\nTotal\n", [came("lovelaceada", "4711")], "Week 1 (77)")
    assert lines["Lovelace, Ada"][5] == "10"


@pytest.mark.parametrize(
    "text, column, words",
    [
        (CANVAS, "", r"which column\? .*Week 1 \(77\), Quiz \(78\)"),
        (CANVAS, "Week 9", "no column 'Week 9': the assignments are"),
        (CANVAS, "ID", "no column 'ID'"),
        (CANVAS.replace("Quiz (78)", "Week 1 (77)"), "Week 1 (77)", "two columns are named"),
        (CANVAS.replace(",20,5,", ",(read only),5,"), "Week 1 (77)", "has '.read only.' points"),
        (CANVAS.replace(",20,5,", ",inf,5,"), "Week 1 (77)", "has 'inf' points"),
        (CANVAS.replace(",20,5,", ",-5,5,"), "Week 1 (77)", "has '-5' points"),
    ],
)
def test_a_column_that_is_not_clear_is_told_and_its_people_are_known(tmp_path, text, column, words):
    (tmp_path / "export.csv").write_text(text)
    read = opened(tmp_path / "export.csv", column)
    assert re.search(words, read.at.problem) and len(roster(read, [("lovelaceada", "4711")])) == 1


@pytest.mark.parametrize(
    "text, words",
    [
        ("name,points\nada,1\n", "its columns are name, points"),
        ("", "its columns are none"),
        (
            "ID,Vollst\u00e4ndiger Name,Bewertung\n",
            "set your language to English, take Download",
        ),
    ],
)
def test_a_table_of_no_platform_is_refused_in_a_sentence(export, text, words):
    with pytest.raises(BadInput, match=words):
        export(text, [])


def test_an_export_in_another_coding_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "x.csv").write_bytes("Student,ID\nMüller,1\n".encode("utf-16"))
    with pytest.raises(BadInput, match="not text in UTF-8"):
        opened(tmp_path / "x.csv")


def test_a_cell_of_any_length_comes_back_as_it_was(tmp_path):
    text = CANVAS + '"' + "x" * 200_000
    (tmp_path / "export.csv").write_text(text)
    assert filled(opened(tmp_path / "export.csv", "Week 1 (77)"), []) == (text, [])
