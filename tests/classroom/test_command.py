"""What a teacher decides about the marks holds from run to run, and a slip is refused at once."""

import csv
import re
import resource
import zipfile
from pathlib import Path

import pytest
from submitted import RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.classroom import command
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.grading.versions import content
from lrcourse.exercises import exercise

CANVAS = (
    "Student,ID,Section,Week 1 (77)\n    Points Possible,,,26\n"
    '"Lovelace, Ada",7,A,\n"Baker, Tom",8,B,\n"Chen, Li",9,B,\n'
)
MSE = "def mse_loss_and_grad(w, X, y):\n    return 0"


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """Run the command on a class whose every answer has full points; return what each line says."""
    runs = []

    def at_once(book, settings, *_):
        for task in batch.to_do(book, settings):
            runs.append(task.names)
            each = [(name, exercise(name).points) for name in task.names]
            grades = [Grade(n, p, p, [("It is.", "holds")], "", "", "graded") for n, p in each]
            book.enter(content(task.notebook), grades, [], task.versions)

    monkeypatch.setattr(batch, "grade_all", at_once)
    (tmp_path / "canvas.csv").write_text(CANVAS)
    place = tmp_path / "class"
    place.mkdir()
    (place / "adal_7_1_a.ipynb").write_bytes(notebook(RIGHT, MSE))
    (place / "bakertom_LATE_8_2_a.ipynb").write_bytes(notebook(RIGHT))

    def run(lessons="00-02", place=place, fill=False, **options):
        if fill:
            export = fill if isinstance(fill, Path) else tmp_path / "canvas.csv"
            options = {"fill": export, "column": "Week 1 (77)"} | options
        out = tmp_path / "grades"
        asked = command.Options(place, out, lessons, seed=5, trust=True)
        command.grade_class(asked._replace(**options))
        with (out / "grades.csv").open(newline="", encoding="utf-8-sig") as file:
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


def test_a_folder_without_room_is_not_called_busy(graded, tmp_path):
    (tmp_path / "grades").mkdir()
    (tmp_path / "grades" / ".running").write_bytes(b"")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        with pytest.raises(BadInput, match="grades could not be read .*see that there is room"):
            graded()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_an_exercise_that_is_named_twice_is_left_out_once(graded, capsys):
    graded(without="regime,regime")
    assert "Left out of the marks: regime.\n" in capsys.readouterr().out


@pytest.mark.parametrize("inside", ["", "grades", "new/grades"])
def test_grades_do_not_go_among_what_students_handed_in(tmp_path, inside):
    place = tmp_path / "class"
    place.mkdir()
    (place / "ada.ipynb").write_bytes(notebook(RIGHT))
    with pytest.raises(BadInput, match="lies in .*class, among what students handed in: name"):
        command.grade_class(command.Options(place, place / inside, "00", trust=True))
    assert [path.name for path in place.iterdir()] == ["ada.ipynb"]


EMA = notebook("def ema(losses):\n    return losses")


def test_the_zip_of_another_week_is_refused_and_nothing_changes(graded, tmp_path):
    before, other = graded(), tmp_path / "week 2"
    table = (tmp_path / "grades" / "grades.csv").read_bytes()
    other.mkdir()
    (other / "adal_7_8_a.ipynb").write_bytes(EMA)
    (other / "chenli_9_9_a.ipynb").write_bytes(b"no notebook")
    words = "week 2 answers an exercise of lessons 00-02, which .* they answer lesson 06: give"
    with pytest.raises(BadInput, match=words):
        graded("", place=other, fill=True)
    assert (tmp_path / "grades" / "grades.csv").read_bytes() == table
    assert not (tmp_path / "grades" / "filled-canvas.csv").exists() and graded() == before


def test_one_answer_of_these_lessons_or_nothing_readable_is_no_other_weeks_zip(graded, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "chenli_9_9_a.ipynb").write_bytes(b"no notebook")
    assert graded(place=other)["chenli"]["points"] == ""
    (other / "adal_7_8_a.ipynb").write_bytes(EMA)
    (other / "adal_7_9_b.ipynb").write_bytes(notebook(RIGHT))
    assert graded(place=other)["adal"]["points"] == "1"


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


def moved(place, old, new):
    """Somebody's work comes under another name: the platform names the file."""
    (place / old).rename(place / new)


def test_points_by_hand_outlive_a_new_name_and_there_is_one_page_and_one_way_back(
    graded, tmp_path, capsys
):
    graded(adjust=adjust(tmp_path, "adal,regime,1.5,on paper"))
    later = tmp_path / "later"
    later.mkdir()
    (later / "novakada_7_9_a.ipynb").write_bytes(notebook(RIGHT, "x = 1"))
    lines = graded(place=later)
    assert lines["novakada"]["points"] == "4.5" and "adal" not in lines and len(lines) == 2
    assert "no work to stand on" not in capsys.readouterr().out
    pages = [path.name for path in (tmp_path / "grades" / "feedback").iterdir()]
    assert len(pages) == 2 and not any("adal" in name for name in pages)
    with zipfile.ZipFile(tmp_path / "grades" / "feedback-canvas.zip") as packed:
        assert packed.namelist() == ["bakertom_LATE_8_2_a.ipynb", "novakada_7_9_a.ipynb"]


def test_the_page_of_who_was_the_folder_of_the_class_goes_and_a_teachers_own_stays(
    graded, tmp_path
):
    place, pages = tmp_path / "other", tmp_path / "grades" / "feedback"
    (place / "week1").mkdir(parents=True)
    (place / "week1" / "cy.ipynb").write_bytes(notebook(RIGHT))
    graded(place=place)
    (place / "week1" / "dan.ipynb").write_bytes(notebook(RIGHT))
    (pages / "week1-notes.html").write_text("mine")
    assert [*graded(place=place)] == ["cy", "dan"]
    names = sorted(path.name for path in pages.iterdir())
    assert [name.split("-")[0] for name in names] == ["cy", "dan", "week1"]
    assert names[2] == "week1-notes.html"


def test_points_by_hand_that_nobodys_work_stands_behind_are_told(graded, tmp_path, capsys):
    place = tmp_path / "class"
    for who in ("kay", "lee"):
        (place / f"{who}.pdf").write_bytes(b"%PDF")
    graded(adjust=adjust(tmp_path, "kay,regime,1,Late start", "lee,regime,1,why"))
    for who in ("kay", "lee"):
        (place / f"{who}.pdf").unlink()
    graded()
    told = "2 decisions by hand have no work to stand on: kay, regime: Late start; lee, regime: why"
    assert f"{told}.\n" in capsys.readouterr().out
    (place / "lee.pdf").write_bytes(b"%PDF")
    graded()
    assert "\n1 decision by hand has no work to stand on: kay" in capsys.readouterr().out


def test_a_later_download_takes_nothing_back_and_who_is_not_in_it_is_named(
    graded, tmp_path, capsys
):
    before = graded()
    place = tmp_path / "class"
    (place / "adal_7_1_a.ipynb").rename(tmp_path / "first.ipynb")
    (place / "bakertom_LATE_8_2_a.ipynb").unlink()
    (place / "adal_7_5_a.ipynb").write_bytes(notebook("def mse_loss_and_grad(): pass"))
    after = graded()
    assert {n: line["points"] for n, line in after.items()} == {"adal": "3", "bakertom": "1"}
    assert before["adal"]["points"] == "3"
    assert "counted all the same: bakertom (8).\n" in capsys.readouterr().out


def test_a_remark_without_points_is_kept_and_shown(graded, tmp_path):
    before = graded()["adal"]["points"]
    graded(adjust=adjust(tmp_path, "7,gd_step,,See me about the units"))
    line = graded()["adal"]
    assert line["points"] == before and "remark: gd_step (See me about the units)" in line["note"]
    (page,) = (tmp_path / "grades" / "feedback").glob("*-adal-*")
    assert "See me about the units" in page.read_text()
    assert "remark" not in graded(adjust=adjust(tmp_path, "7,gd_step,,"))["adal"]["note"]


@pytest.mark.parametrize("column", ["", "Week 9", "Quiz (78)"])
def test_a_column_that_is_not_clear_drops_nothing_else_and_is_told_at_the_end(
    graded, tmp_path, column
):
    (tmp_path / "canvas.csv").write_text(CANVAS.replace("(77)", "(77),Quiz (78)"))
    if column.startswith("Quiz"):
        graded(fill=True)
        (tmp_path / "grades" / "filled-canvas.csv").unlink()
    by_hand = adjust(tmp_path, "7,regime,1.5,on paper")
    with pytest.raises(
        BadInput, match="Graded, and nothing filled in: (which col|there is|.*fills)"
    ):
        graded(fill=True, column=column, adjust=by_hand, without="gd_step")
    assert not (tmp_path / "grades" / "filled-canvas.csv").exists()
    line = graded("")["adal"]
    assert (line["points"], line["name"]) == ("3.5", "Lovelace, Ada") and "gd_step" not in line


def test_the_column_is_remembered(graded, tmp_path):
    two = CANVAS.replace("(77)", "(77),Quiz (78)").replace(",26\n", ",26,5\n")
    (tmp_path / "canvas.csv").write_text(re.sub(r"([AB]),\n", r"\1,,\n", two))
    graded(fill=True)
    filled = (tmp_path / "grades" / "filled-canvas.csv").read_bytes()
    assert b"7,A,6,\n" in filled
    graded(fill=True, column="")
    assert (tmp_path / "grades" / "filled-canvas.csv").read_bytes() == filled


def test_the_table_begins_with_the_mark_by_which_excel_reads_its_letters(graded, tmp_path):
    graded()
    assert (tmp_path / "grades" / "grades.csv").read_bytes().startswith(b"\xef\xbb\xbfstudent,")


def test_it_says_what_points_by_hand_did(graded, tmp_path, capsys):
    def told(*lines):
        graded(adjust=adjust(tmp_path, *lines))
        return re.search("By hand: .*", capsys.readouterr().out)[0]

    first = "7,regime,1,why", "7,gd_step,0,why", "8,gd_step,0,why"
    assert told(*first) == "By hand: 3 set, 0 changed, 0 taken back; 3 hold."
    more = "7,regime,,", "7,gd_step,0,other words", "8,gd_step,0,why", "8,regime,1,why"
    assert told(*more) == "By hand: 1 set, 1 changed, 1 taken back; 3 hold."
    assert told("7,gd_step,,", "8,regime,,", "7,regime,,").endswith("2 taken back; 1 holds.")
    graded()
    assert "By hand" not in capsys.readouterr().out


def test_a_table_of_points_with_one_bad_line_changes_nothing(graded, tmp_path):
    before = graded()
    by_hand = adjust(tmp_path, "7,regime,1,paper", "7,regime,2,twice")
    with pytest.raises(BadInput, match="line 3: .*stand in a line above.*Nothing was adjusted"):
        graded(adjust=by_hand, without="gd_step")
    assert graded() == before


NOTHING_OF = "nothing of: 01_one_step_downhill, 02_too_low_too_high"
LATE = "newest work: 2 hours late, nothing of: 02_too_low_too_high"


def test_late_work_and_the_section_stand_in_the_table_and_on_the_page(graded, tmp_path):
    line = graded(fill=True)["bakertom"]
    assert (line["name"], line["section"], line["note"]) == (
        "Baker, Tom",
        "B",
        f"late: gd_step, {NOTHING_OF}",
    )
    (page,) = (tmp_path / "grades" / "feedback").glob("*-bakertom-*")
    assert "The answer came late." in page.read_text() and "<bdi>B</bdi>" in page.read_text()


MOODLE = (
    "Identifier,Full name,Status,Grade,Maximum Grade\n"
    "Participant 7,Ada Lovelace,Submitted for grading - 2 hours late,,13\n"
    "Participant 9,Li Chen,No submission,4.00,13\n"
)


def test_what_moodles_worksheet_calls_late_stands_in_the_table_and_on_the_page(graded, tmp_path):
    place = tmp_path / "class"
    (place / "adal_7_1_a.ipynb").rename(place / "Ada Lovelace_7_assignsubmission_file_a.ipynb")
    (tmp_path / "moodle.csv").write_text(MOODLE)
    for options in ({"fill": tmp_path / "moodle.csv"}, {}):
        line = graded(**options)["Ada Lovelace"]
        assert (line["section"], line["note"]) == ("", LATE)
    (page,) = (tmp_path / "grades" / "feedback").glob("*ada-lovelace*")
    words = re.sub("<[^>]*>", "", page.read_text())
    assert "Your newest work came 2 hours late." in words


def test_who_handed_nothing_in_and_keeps_what_stood_there_is_named(graded, tmp_path, capsys):
    (tmp_path / "canvas.csv").write_text(CANVAS.replace("9,B,", "9,B,4.00"))
    graded(fill=True)
    told = "1 in the export handed nothing in and keeps what stood there: Chen, Li (4.00).\n"
    assert told in capsys.readouterr().out
    (tmp_path / "canvas.csv").write_text(CANVAS + "".join(f'"{n}",{n},B,\n' for n in range(10, 17)))
    graded(fill=True)
    told = "8 in the export handed nothing in and keep what stood there: Chen, Li (empty); "
    assert told + "10 (empty); 11 (empty); 12 (empty); 13 (empty) and 3 more." in (
        capsys.readouterr().out
    )


def test_a_stopped_run_leaves_no_zip_of_feedback_and_names_none(
    graded, tmp_path, capsys, monkeypatch
):
    graded()
    (before,) = (tmp_path / "grades").glob("feedback-*.zip")
    (tmp_path / "class" / "chenli_9_3_x.ipynb").write_bytes(notebook(RIGHT, "x = 1"))
    capsys.readouterr()

    def stopped(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(batch, "grade_all", stopped)
        graded()
    said = capsys.readouterr().out
    assert "3 students" in said and "To give the pages back" not in said
    assert not before.exists()
    graded()
    assert before.exists() and "To give the pages back" in capsys.readouterr().out


def test_an_out_keeps_to_the_column_that_it_filled(graded, tmp_path):
    two = CANVAS.replace("Week 1 (77)", "Week 1 (77),Week 2 (78),Week 1 (99)").replace(
        ",26\n", ",26,10,13\n"
    )
    (tmp_path / "canvas.csv").write_text(re.sub(r"([AB]),\n", r"\1,,,\n", two))
    graded()
    graded(fill=True)
    filled = (tmp_path / "grades" / "filled-canvas.csv").read_bytes()
    words = r"grades fills the column 'Week 1 \(77\)', and you name 'Week 2 \(78\)': give each"
    with pytest.raises(BadInput, match=words):
        graded(fill=True, column="Week 2 (78)")
    assert (tmp_path / "grades" / "filled-canvas.csv").read_bytes() == filled
    assert graded(fill=True, column="Week 1 (99)")["adal"]["points"] == "3"
    assert b"7,A,,,3\n" in (tmp_path / "grades" / "filled-canvas.csv").read_bytes()


def test_a_second_marker_fills_what_the_first_one_filled(graded, tmp_path):
    graded(fill=True)
    first = tmp_path / "grades" / "filled-canvas.csv"
    with pytest.raises(BadInput, match="filled-canvas.csv would be overwritten: name your own"):
        graded(fill=first)
    first.rename(tmp_path / "filled-canvas.csv")
    graded(fill=tmp_path / "filled-canvas.csv")
    assert [path.name for path in first.parent.glob("filled*")] == ["filled-canvas.csv"]


def test_beside_the_pages_lies_what_canvas_takes_back(graded, tmp_path, capsys):
    graded()
    assert (tmp_path / "grades" / "feedback-canvas.zip").exists()
    assert "To give the pages back: " in capsys.readouterr().out
