"""What a teacher decides about the marks holds from run to run, and a slip is refused at once."""

import csv
import re

import pytest
from submitted import RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.exercises import exercise
from lrcourse.grading import batch, command
from lrcourse.grading.grader import Grade
from lrcourse.grading.versions import content

CANVAS = (
    "Student,ID,Section,Week 1 (77)\n    Points Possible,,,26\n"
    '"Lovelace, Ada",7,A,\n"Baker, Tom",8,B,\n"Chen, Li",9,B,\n'
)
MSE = "def mse_loss_and_grad(w, X, y):\n    return 0"


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """Run the command on a class whose every answer has full points; return what each line says."""
    runs = []

    def at_once(place, book, settings, *_):
        for data, names in batch.to_do(place, book, settings, lambda _: None):
            runs.append(names)
            each = [(name, exercise(name).points) for name in names]
            grades = [Grade(n, p, p, [("It is.", "holds")], "", "", "graded") for n, p in each]
            book.enter(content(data), grades, [], settings.versions)

    monkeypatch.setattr(batch, "grade_all", at_once)
    (tmp_path / "canvas.csv").write_text(CANVAS)
    place = tmp_path / "class"
    place.mkdir()
    (place / "adal_7_1_a.ipynb").write_bytes(notebook(RIGHT, MSE))
    (place / "bakertom_LATE_8_2_a.ipynb").write_bytes(notebook(RIGHT))

    def run(lessons="00-02", place=place, fill=False, **options):
        if fill:
            options |= {"fill": tmp_path / "canvas.csv", "column": "Week 1 (77)"}
        out = tmp_path / "grades"
        command.grade_class(place, out, lessons, 5, 1, None, "", True, **options)
        with (out / "grades.csv").open(newline="") as file:
            return {line["student"]: line for line in csv.DictReader(file)}

    run.runs = runs
    return run


def adjust(tmp_path, *lines):
    path = tmp_path / "adjust.csv"
    path.write_text("\n".join(["student,exercise,points,reason", *lines, ""]))
    return path


def test_without_lessons_no_column_is_filled(graded, tmp_path):
    with pytest.raises(BadInput, match="say which lessons the points in .*canvas.csv are for"):
        graded("", fill=True)
    assert graded.runs == [] and not (tmp_path / "grades" / "grades.csv").exists()


def test_a_folder_of_grades_keeps_to_its_lessons(graded, tmp_path):
    graded("00,01,02")
    before = (tmp_path / "grades" / "grades.csv").read_bytes()
    with pytest.raises(BadInput, match="grades holds lessons 00-02, and you name 04: .*--out of"):
        graded("04", fill=True)
    assert (tmp_path / "grades" / "grades.csv").read_bytes() == before
    assert graded("", fill=True)["adal"]["possible"] == "13"


def test_it_says_what_the_number_in_the_column_means(graded, capsys):
    graded(fill=True)
    assert "Week 1 (77): 13 points of lessons 00-02, scaled to 26.\n" in capsys.readouterr().out


def test_who_handed_in_for_other_lessons_alone_gets_no_0(graded, tmp_path, capsys):
    place = tmp_path / "class"
    (place / "chenli_9_3_x.ipynb").write_bytes(notebook("def ema(losses):\n    return losses"))
    assert graded(fill=True)["chenli"]["points"] == ""
    filled = (tmp_path / "grades" / "filled-canvas.csv").read_text()
    assert filled == CANVAS.replace("7,A,", "7,A,6").replace("8,B,", "8,B,2")
    assert "Chen, Li stays as it is: nothing for these lessons in" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["grades.csv", "report.html", "feedback", "filled-canvas.csv"])
def test_a_strangers_file_is_not_written_over(graded, tmp_path, name):
    (tmp_path / "grades").mkdir()
    (tmp_path / "grades" / name).write_text("mine")
    with pytest.raises(BadInput, match=f"grades/{name} is there and not ours: name a new folder"):
        graded(fill=True)
    assert [each.name for each in (tmp_path / "grades").iterdir()] == [name]
    assert (tmp_path / "grades" / name).read_text() == "mine"


@pytest.mark.parametrize(
    "name", [".lrcourse-release.json", "nbgrader_config.py", "lrcourse/__init__.py"]
)
def test_the_course_itself_is_no_class(graded, tmp_path, name):
    (tmp_path / "class" / name).parent.mkdir(exist_ok=True)
    (tmp_path / "class" / name).write_text("")
    with pytest.raises(BadInput, match=f"class is the course .{name} is in it.*platform gave you"):
        graded()
    assert not (tmp_path / "grades").exists()


def test_an_exercise_left_out_stays_out_until_it_is_taken_back_and_nothing_is_graded_again(graded):
    first = graded()["adal"]
    assert (first["points"], first["possible"]) == ("3", "13")
    graded.runs.clear()
    for options in ({"without": "mse_loss_and_grad, regime"}, {}):
        line = graded("", **options)["adal"]
        assert (line["points"], line["possible"]) == ("1", "9") and "regime" not in line
    assert graded("", without="")["adal"] == first and graded.runs == []


@pytest.mark.parametrize(
    "without, words", [("ema", "--without ema: the exercises of these lessons are gd_step"),
                       ("gd_step", "leaves no exercise without ★")]
)  # fmt: skip
def test_what_cannot_be_left_out_is_refused_and_not_kept(graded, without, words):
    with pytest.raises(BadInput, match=words):
        graded("00", without=without)
    assert graded("00")["adal"]["possible"] == "1"


def test_points_by_hand_hold_in_later_runs_with_the_reason_on_the_page(graded, tmp_path):
    by_hand = adjust(tmp_path, '"Lovelace, Ada",regime,1.5,"Right, on paper"', "8,gd_step,0,copied")
    for options in ({"adjust": by_hand, "fill": True}, {}):
        lines = graded(**options)
        assert (lines["adal"]["points"], lines["bakertom"]["points"]) == ("4.5", "0")
        assert "by hand: regime (Right, on paper)" in lines["adal"]["note"]
    (page,) = (tmp_path / "grades" / "feedback").glob("*-adal-*")
    words = re.sub("<[^>]*>", "", page.read_text())
    assert "Lovelace, Ada (7)" in words and "Set by hand: Right, on paper" in words
    assert graded(adjust=adjust(tmp_path, "7,regime,,"))["adal"]["points"] == "3"


def test_a_table_of_points_with_one_bad_line_changes_nothing(graded, tmp_path):
    before = graded()
    by_hand = adjust(tmp_path, "7,regime,1,paper", "7,regime,2,twice")
    with pytest.raises(BadInput, match="line 3: .*stand in a line above.*Nothing was adjusted"):
        graded(adjust=by_hand, without="gd_step")
    assert graded() == before


def test_late_work_and_the_section_stand_in_the_table_and_on_the_page(graded, tmp_path):
    line = graded(fill=True)["bakertom"]
    assert (line["name"], line["section"], line["note"]) == ("Baker, Tom", "B", "late: gd_step")
    (page,) = (tmp_path / "grades" / "feedback").glob("*-bakertom-*")
    assert "The answer came late." in page.read_text() and "<bdi>B</bdi>" in page.read_text()


def test_beside_the_pages_lies_what_canvas_takes_back(graded, tmp_path, capsys):
    graded()
    assert (tmp_path / "grades" / "feedback-canvas.zip").exists()
    assert "To give the pages back: " in capsys.readouterr().out
