"""Points by hand are checked line by line, and all of them count or none."""

import pytest

from lrcourse.base import BadInput
from lrcourse.classroom.grading.gradebook import Adjustment, Gradebook, Person
from lrcourse.classroom.grading.submissions import Handed
from lrcourse.classroom.points_by_hand import adjustments

HEAD = "student,exercise,points,reason\n"


@pytest.fixture
def book(tmp_path):
    """The gradebook of a class of Ada, and of two who are called Tom Baker."""
    book = Gradebook(tmp_path / "gradebook.sqlite")
    students = [("adal", "7"), ("Tom Baker", "8"), ("Tom Baker", "9")]
    book.hand_in("x", [(Handed(*each, each[1], b""), ["gd_step"]) for each in students])
    book.meet({("adal", "7"): Person("Lovelace, Ada", "A")})
    return book


@pytest.fixture
def adjusted(book, tmp_path):
    """Read a table of adjustments for this class."""

    def read(text):
        (tmp_path / "adjust.csv").write_bytes(text.encode())
        return adjustments(tmp_path / "adjust.csv", book, ["gd_step", "regime"])

    return read


@pytest.mark.parametrize("who", ["7", "Participant 7", "adal", '"Lovelace, Ada"'])
def test_a_student_is_named_by_number_by_file_or_as_in_the_export(adjusted, who):
    assert adjusted(f"{HEAD}{who},regime,1.5,on paper\n") == [
        Adjustment("adal", "7", "regime", 1.5, "on paper")
    ]


def test_a_number_is_its_students_though_another_is_called_by_it(adjusted, book):
    book.hand_in("y", [(Handed("7", "1005", "y", b""), ["gd_step"])])
    assert adjusted(f"{HEAD}7,regime,1,why\n")[0][:2] == ("adal", "7")


def test_an_older_name_is_the_student_under_the_newer_one(adjusted, book):
    book.hand_in("x", [(Handed("novakada", "7", "7b", b""), ["gd_step"])])
    assert adjusted(f"{HEAD}adal,regime,1,why\n")[0][:2] == ("novakada", "7")


def test_a_spreadsheets_marks_semicolons_commas_and_empty_lines_are_read(adjusted):
    text = "\ufeff" + HEAD.replace(",", ";") + "7;regime;1,5;on paper\r\n;;;\r\n"
    assert adjusted(text)[0].points == 1.5


def test_empty_points_take_an_adjustment_back_without_a_reason(adjusted):
    assert adjusted(f"{HEAD}7,regime,,\n") == [Adjustment("adal", "7", "regime", None, "")]


def test_a_reason_without_points_is_a_remark(adjusted):
    told = Adjustment("adal", "7", "regime", None, "see me")
    assert adjusted(f"{HEAD}7,regime,,see me\n") == [told]


@pytest.mark.parametrize(
    "lines, words",
    [
        ("x,gd_step,1,why", "line 2: nobody who handed something in is called 'x'"),
        (",gd_step,1,why", "line 2: nobody .* is called ''"),
        (
            "Participant 5,gd_step,1,why",
            "called .Participant 5.: .* enter the points on the platform",
        ),
        ("7,ema,1,why\n8,gd_step,1,why\nx,gd_step,1,y", "line 2: 'ema' is none.*; line 4: nobody"),
        ("\n".join(["x,gd_step,1,why"] * 7), "line 6: nobody .* on the platform and 2 more"),
        ("Tom Baker,gd_step,1,why", r"line 2: 2 students .*'Tom Baker': .*by number \(8, 9\)"),
        ("7,ema,1,why", "line 2: 'ema' is none of the exercises that count: gd_step, regime"),
        ("7,gd_step,2,why", "line 2: gd_step has from 0 to 1 points, got 2"),
        ("7,gd_step,-1,why", "got -1"),
        ("7,gd_step,nan,why", "got nan"),
        ("7,gd_step,full,why", "line 2: 'full' is no number of points"),
        ("7,gd_step,1,", "line 2: say why 7 has these points for gd_step"),
        ("7,gd_step,1,why, then", "line 2: it has 5 cells, not 4"),
        ("7,gd_step,1,why\nadal,gd_step,0,no", "line 3: adal and gd_step stand in a line above"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_nothing_counts(adjusted, lines, words):
    with pytest.raises(BadInput, match=f"adjust.csv, {words}|{words}.*Nothing was adjusted"):
        adjusted(f"{HEAD}{lines}\n")


@pytest.mark.parametrize("text", ["", "student,points\n", "name;exercise;points;reason\n"])
def test_a_table_with_other_columns_is_refused_with_those_it_needs(adjusted, text):
    with pytest.raises(BadInput, match="must begin with the line student,exercise,points,reason"):
        adjusted(text)
