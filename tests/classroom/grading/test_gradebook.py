"""The gradebook keeps what is graded, and calls by its name what is not."""

import sqlite3
import subprocess
import sys

import pytest

from lrcourse.base import BadInput
from lrcourse.classroom.grading import gradebook
from lrcourse.classroom.grading.gradebook import NOTHING, Adjustment, Gradebook, Person, alone
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.grading.submissions import NO_NOTEBOOK, Handed
from lrcourse.classroom.grading.versions import content

VERSIONS = {"ema": "v1", "sgd": "v1"}
ASKED = [("ema", 2), ("sgd", 3)]


@pytest.fixture
def book(tmp_path):
    return Gradebook(tmp_path / "gradebook.sqlite")


def hand_in(book, file, asked, problem="", student="ada"):
    book.hand_in(file, [(Handed(student, "", file, file.encode(), problem), asked)])
    return content(file.encode())


def enter(book, what, points=2.0, name="ema", state="graded", versions=VERSIONS, problems=()):
    promises = [("It smooths.", "holds" if points else "broken")]
    grade = Grade(name, points, dict(ASKED)[name], promises, f"gave {points}", "", state)
    book.enter(what, [grade], list(problems), versions)


def states(book, versions=VERSIONS):
    return {row.exercise: (row.points, row.state) for row in book.rows(ASKED, versions)}


def test_what_was_handed_in_and_has_no_grade_yet_is_waiting(book):
    hand_in(book, "a", ["ema"])
    assert states(book) == {"ema": (0, "waiting"), "sgd": (0, "missing")}


def test_of_two_files_with_one_exercise_the_better_answer_counts(book):
    enter(book, hand_in(book, "a", ["ema"]), 0.5)
    enter(book, hand_in(book, "b", ["ema"]), 1.5)
    enter(book, hand_in(book, "c", ["ema"]), 1.0)
    (row, _) = book.rows(ASKED, VERSIONS)
    assert (row.points, row.state, row.message) == (1.5, "graded", "gave 1.5")


@pytest.mark.parametrize("points, state", [(1.0, "waiting"), (2.0, "graded")])
def test_while_another_file_waits_only_full_points_are_settled(book, points, state):
    enter(book, hand_in(book, "a", ["ema"]), points)
    hand_in(book, "b", ["ema"])
    assert states(book)["ema"] == (points, state)


def test_a_grader_that_failed_is_no_grade_though_another_file_has_one(book):
    enter(book, hand_in(book, "a", ["ema"]), 0.0)
    enter(book, hand_in(book, "b", ["ema"]), 0.0, state="failed")
    assert states(book)["ema"] == (0, "failed")


def test_what_failed_is_tried_again_and_what_is_graded_is_not(book):
    what = hand_in(book, "a", ["ema", "sgd"])
    enter(book, what, name="ema")
    enter(book, what, 0.0, name="sgd", state="failed")
    assert book.missing(what, ["ema", "sgd"], VERSIONS) == ["sgd"]


def test_a_grade_of_another_version_is_waiting_not_a_grade(book):
    what = hand_in(book, "a", ["ema"])
    enter(book, what)
    newer = VERSIONS | {"ema": "v2"}
    assert states(book, newer)["ema"] == (0, "waiting")
    assert book.missing(what, ["ema"], newer) == ["ema"]
    assert states(book)["ema"] == (2, "graded")


def test_a_remark_without_points_changes_none_and_can_be_taken_back(book):
    enter(book, hand_in(book, "a", ["ema"]), 1.5)
    book.adjust([Adjustment("ada", "", "ema", None, "see me")])
    (row, _) = book.rows(ASKED, VERSIONS)
    assert (row.points, row.state, row.remark, row.reason) == (1.5, "graded", "see me", "")
    book.adjust([Adjustment("ada", "", "ema", None, "")])
    assert next(iter(book.rows(ASKED, VERSIONS))).remark == ""


@pytest.mark.parametrize("problem", ["It is not a notebook.", NOTHING, NO_NOTEBOOK])
def test_a_file_that_could_not_be_used_is_no_0_where_it_is_all_there_is(book, problem):
    hand_in(book, "a", [], problem)
    assert {state for _, state in states(book).values()} == {"unread"}


@pytest.mark.parametrize(
    "problem, state",
    [
        ("It is not a notebook.", "unread"),
        (NO_NOTEBOOK, "unread"),
        (NOTHING, "missing"),
        (f"{NOTHING} This is lesson 00.", "missing"),
    ],
)
def test_beside_a_good_file_only_one_that_could_not_be_read_leaves_things_open(
    book, problem, state
):
    enter(book, hand_in(book, "a", ["ema"]))
    hand_in(book, "b", [], problem)
    assert states(book) == {"ema": (2, "graded"), "sgd": (0, state)}


def test_work_for_other_lessons_alone_is_no_0_for_these(book):
    enter(book, hand_in(book, "a", ["gd_step"]), 0.0)
    assert {state for _, state in states(book).values()} == {"elsewhere"}
    hand_in(book, "b", ["sgd"])
    assert states(book) == {"ema": (0, "missing"), "sgd": (0, "waiting")}


def test_a_row_says_which_file_counts_and_of_two_alike_not_the_late_one(book):
    for file in ("ada_LATE_7_1_a.ipynb", "zoe_7_2_b.ipynb"):
        enter(book, hand_in(book, file, ["ema"]), 1.0)
    (row, other) = book.rows(ASKED, VERSIONS)
    assert row.file == "zoe_7_2_b.ipynb" and other.file == ""


def test_points_by_hand_settle_a_row_and_can_be_taken_back(book):
    hand_in(book, "a", [], "It is not a notebook.")
    book.adjust([Adjustment("ada", "", "ema", 1.5, "on paper")])
    (row, other) = book.rows(ASKED, VERSIONS)
    assert (row.points, row.state, row.reason) == (1.5, "graded", "on paper")
    assert (other.state, other.reason) == ("unread", "")
    book.adjust([Adjustment("ada", "", "ema", None, "")])
    assert states(book)["ema"] == (0, "unread")


def test_a_file_handed_in_again_takes_back_nothing_that_it_held(book):
    enter(book, hand_in(book, "a", ["ema"]))
    newer = Handed("ada", "", "a", b"newer")
    book.hand_in("a", [(newer, ["ema"])])
    enter(book, content(b"newer"), 1.0)
    (row, _) = book.rows(ASKED, VERSIONS)
    assert (row.points, row.answers) == (2.0, 2)


def test_what_could_not_be_used_counts_until_it_is_handed_in_again(book):
    hand_in(book, "a", [], "It is torn.")
    book.hand_in("a", [(Handed("ada", "", "a", b"whole"), ["ema"])])
    assert book.problems("ada", "") == [] and states(book)["sgd"] == (0, "missing")


def work(**students):
    return [(Handed(who, "", who, what.encode()), ["ema"]) for who, what in students.items()]


def test_work_once_handed_in_counts_whatever_a_later_download_leaves_out(book):
    book.hand_in("week", work(ada="a", bob="b"))
    enter(book, content(b"a"))
    book.hand_in("week", work(bob="b"))
    assert book.students() == [("ada", ""), ("bob", "")] and book.absent() == [("ada", "")]
    assert [row.points for row in book.rows(ASKED[:1], VERSIONS)] == [2, 0]
    assert book.notebook(content(b"a")) == b"a"
    book.hand_in("week", work(ada="a", bob="b"))
    assert book.absent() == []


def test_who_handed_in_a_newer_attempt_alone_has_the_best_of_both_and_is_not_absent(book):
    for attempt, points in (("1", 2.0), ("2", 0.5)):
        file = Handed("ada", "7", f"ada_7_{attempt}_a.ipynb", attempt.encode())
        book.hand_in("week.zip", [(file, ["ema"])])
        enter(book, content(attempt.encode()), points)
    (row,) = book.rows(ASKED[:1], VERSIONS)
    assert (row.points, row.file, book.absent()) == (2.0, "ada_7_1_a.ipynb", [])


def test_what_is_to_be_graded_is_each_content_once_with_the_notebook_that_was_handed_in(book):
    for name in ("a.ipynb", "b.ipynb"):
        book.hand_in("week", [(Handed("ada", "", name, b"same"), ["ema"])])
    assert book.answering() == [(content(b"same"), ["ema"])]
    assert book.notebook(content(b"same")) == b"same"


def test_what_came_from_another_place_stays_though_its_files_have_the_same_names(book):
    for place, name in (("week 1", "ema"), ("week 2", "sgd")):
        book.hand_in(place, [(Handed("ada", "", "ada.ipynb", name.encode()), [name])])
        enter(book, content(name.encode()), name=name)
    assert {state for _, state in states(book).values()} == {"graded"} and book.absent() == []


def test_the_same_file_from_two_places_is_told_once(book):
    for place in ("week 1", "week 1 again"):
        book.hand_in(place, [(Handed("ada", "", "a", b"", "It is torn."), [])])
    assert book.problems("ada", "") == [("a", "It is torn.")]


def test_a_place_with_nothing_in_it_takes_nothing_out(book):
    book.hand_in("week", work(ada="a"))
    with pytest.raises(BadInput, match="no notebook in week"):
        book.hand_in("week", [])
    assert book.students() == [("ada", "")] and book.absent() == []


def test_files_are_noted_all_together_or_not_at_all(book):
    def stopped():
        yield Handed("ada", "", "a", b"a"), ["ema"]
        raise KeyboardInterrupt

    book.hand_in("x", work(bob="b"))
    with pytest.raises(KeyboardInterrupt):
        book.hand_in("x", stopped())
    assert book.students() == [("bob", "")]


def test_the_grades_of_a_notebook_are_entered_all_together_or_not_at_all(book):
    what = hand_in(book, "a", ["ema", "sgd"])

    def stopped():
        yield Grade("ema", 2.0, 2, [], "", "", "graded")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.enter(what, stopped(), [], VERSIONS)
    assert states(book) == {"ema": (0, "waiting"), "sgd": (0, "waiting")}


def test_what_was_committed_is_there_for_another_process(book, tmp_path):
    enter(book, hand_in(book, "a", ["ema"]))
    other = sqlite3.connect(tmp_path / "gradebook.sqlite")
    assert other.execute("select points from grades").fetchall() == [(2.0,)]


def test_students_of_one_name_are_told_apart_by_number(book):
    for number in ("1", "2"):
        book.hand_in(number, [(Handed("ada", number, number, number.encode()), ["ema"])])
    enter(book, content(b"1"))
    points = [row.points for row in book.rows(ASKED[:1], VERSIONS)]
    assert book.students() == [("ada", "1"), ("ada", "2")] and points == [2, 0]


def renamed(book, *places, number="1013"):
    """Kay hands in at each place, from the second one on under another name."""
    names = ["Kay Smith", *["Kay Novak"] * len(places)]
    for name, place in zip(names, places, strict=False):
        file = f"{name}_{number}.ipynb"
        book.hand_in(place, [(Handed(name, number, file, f"{name} {place}".encode()), ["ema"])])
        enter(book, content(f"{name} {place}".encode()), 2.0 if name == names[0] else 1.0)


def test_one_number_is_one_student_under_the_newest_name_with_the_best_answer(book):
    renamed(book, "a.zip", "b.zip")
    assert book.students() == [("Kay Novak", "1013")]
    (row,) = book.rows(ASKED[:1], VERSIONS)
    assert (row.student, row.points, row.answers) == ("Kay Novak", 2.0, 2)
    assert len(book.files("Kay Novak", "1013")) == 2
    assert len(book.taken_from("Kay Novak", "1013", VERSIONS)) == 1


def test_to_grade_an_older_zip_again_brings_no_older_name_back(book):
    renamed(book, "a.zip", "b.zip")
    renamed(book, "a.zip")
    assert book.students() == [("Kay Novak", "1013")]


def test_the_newest_name_stays_when_its_files_are_left_out(book):
    renamed(book, "a.zip", "b.zip")
    book.hand_in("b.zip", work(bob="b"))
    assert book.students() == [("Kay Novak", "1013"), ("bob", "")]


def test_the_same_work_under_a_new_name_is_not_absent(book):
    for name in ("Kay Smith", "Kay Novak"):
        book.hand_in("week.zip", [(Handed(name, "7", f"{name}_7.ipynb", b"same"), ["ema"])])
    assert book.absent() == [] and book.students() == [("Kay Novak", "7")]


@pytest.mark.parametrize("number, points, astray", [("7", 2.0, 0), ("", 0.0, 1)])
def test_points_by_hand_go_with_the_number_and_where_there_is_none_with_the_name(
    book, number, points, astray
):
    book.hand_in("x", [(Handed("Kay Smith", number, "a", b"a"), ["ema"])])
    book.adjust([Adjustment("Kay Smith", number, "ema", 2.0, "late start")])
    book.meet({("Kay Smith", number): Person("Smith, Kay", "A")})
    book.hand_in("x", [(Handed("Kay Novak", number, "a", b"a"), ["ema"])])
    (row,) = book.rows(ASKED[:1], VERSIONS)
    assert (row.student, row.points) == ("Kay Novak", points)
    assert [each.student for each in book.astray()] == ["Kay Smith"] * astray
    assert len(book.people()) == 1 - astray


def test_a_name_that_reads_like_a_number_is_not_that_numbers(book):
    files = [(Handed(*who, f"{who}", b""), []) for who in (("7", ""), ("ada", "7"))]
    book.hand_in("x", files)
    assert book.students() == [("7", ""), ("ada", "7")]


def test_problems_are_told_to_the_student_whose_file_it_is_and_cut_to_length(book):
    enter(book, hand_in(book, "a", ["ema"]), problems=["Code cell 1 " + "x" * 5000])
    hand_in(book, "b", [], "It is not a notebook.", student="bob")
    ((file, sentence),) = book.problems("ada", "")
    assert file == "a" and len(sentence) == gradebook.LONGEST
    assert book.problems("bob", "") == [("b", "It is not a notebook.")]


def test_a_setting_is_kept_as_it_was_first(book):
    assert [book.setting("seed"), book.setting("seed", 7), book.setting("seed", 8)] == [
        None,
        "7",
        "7",
    ]


def test_a_file_that_is_no_gradebook_is_refused_in_a_sentence_and_left_alone(tmp_path):
    (tmp_path / "gradebook.sqlite").write_text("grades of last year " * 100)
    with pytest.raises(BadInput, match="cannot be used as a gradebook"):
        Gradebook(tmp_path / "gradebook.sqlite")
    assert (tmp_path / "gradebook.sqlite").read_text() == "grades of last year " * 100


@pytest.mark.parametrize("number", [0, 1])
def test_a_gradebook_of_another_version_is_refused_and_left_alone(number, book, tmp_path):
    hand_in(book, "a", ["ema"])
    book.base.execute(f"pragma user_version = {number}")
    with pytest.raises(BadInput, match=f"another version .*format is {number}, ours 4"):
        Gradebook(tmp_path / "gradebook.sqlite")
    assert book.students() == [("ada", "")]


def test_a_gradebook_that_cannot_be_opened_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(BadInput, match="cannot be used as a gradebook .*may it be written"):
        Gradebook(tmp_path / "no folder" / "gradebook.sqlite")


def test_one_run_at_a_time_works_in_a_folder_and_one_that_died_is_in_nobodys_way(tmp_path):
    start = "import sys; from pathlib import Path\n"
    start += "from lrcourse.classroom.grading.gradebook import alone\n"
    start += "with alone(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", start, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"in\n"
    with pytest.raises(BadInput, match="in use by another run"), alone(tmp_path):
        pass
    other.kill()
    other.communicate()
    with alone(tmp_path), pytest.raises(BadInput, match="in use"), alone(tmp_path):
        pass
