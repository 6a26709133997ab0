"""The gradebook keeps what is graded, and calls by its name what is not."""

import sqlite3

import pytest

from lrcourse.base import BadInput
from lrcourse.grading import gradebook
from lrcourse.grading.gradebook import NOTHING, Gradebook, content, version
from lrcourse.grading.grader import Grade
from lrcourse.grading.submissions import NO_NOTEBOOK, Handed

VERSIONS = {"ema": "v1", "sgd": "v1"}
ASKED = [("ema", 2), ("sgd", 3)]


@pytest.fixture
def book(tmp_path):
    return Gradebook(tmp_path / "gradebook.sqlite")


def hand_in(book, file, asked, problem="", student="ada"):
    book.hand_in([(Handed(student, "", file, file.encode(), problem), asked)])
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


@pytest.mark.parametrize("problem", ["It is not a notebook.", NOTHING, NO_NOTEBOOK])
def test_a_file_that_could_not_be_used_is_no_0_where_it_is_all_there_is(book, problem):
    hand_in(book, "a", [], problem)
    assert {state for _, state in states(book).values()} == {"unread"}


@pytest.mark.parametrize(
    "problem, state", [("It is not a notebook.", "unread"), (NOTHING, "missing")]
)
def test_beside_a_good_file_only_one_that_could_not_be_read_leaves_things_open(
    book, problem, state
):
    enter(book, hand_in(book, "a", ["ema"]))
    hand_in(book, "b", [], problem)
    assert states(book) == {"ema": (2, "graded"), "sgd": (0, state)}


def test_a_file_handed_in_again_replaces_what_it_held(book):
    enter(book, hand_in(book, "a", ["ema"]))
    book.hand_in([(Handed("ada", "", "a", b"newer"), ["ema"])])
    assert states(book)["ema"] == (0, "waiting")


def test_files_are_noted_all_together_or_not_at_all(book):
    def stopped():
        yield Handed("ada", "", "a", b"a"), ["ema"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        book.hand_in(stopped())
    assert book.students() == []


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
        book.hand_in([(Handed("ada", number, f"{number}.ipynb", number.encode()), ["ema"])])
    enter(book, content(b"1"))
    points = [row.points for row in book.rows(ASKED[:1], VERSIONS)]
    assert book.students() == [("ada", "1"), ("ada", "2")] and points == [2, 0]


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


def test_a_version_hangs_on_seed_limit_and_the_units_that_a_unit_is_made_of():
    assert len({version("ema", 1, None), version("ema", 2, None), version("ema", 1, 3.0)}) == 3
    lesson = gradebook.PACKAGE / "exercises" / "lesson11"
    found = {path.name for path in gradebook._with_imports(lesson / "adamw_update.py")}
    assert found == {"adamw_update.py", "adam_update.py", "adagrad_update.py"}


def test_a_file_that_is_no_gradebook_is_refused_in_a_sentence_and_left_alone(tmp_path):
    (tmp_path / "gradebook.sqlite").write_text("grades of last year " * 100)
    with pytest.raises(BadInput, match="cannot be used as a gradebook"):
        Gradebook(tmp_path / "gradebook.sqlite")
    assert (tmp_path / "gradebook.sqlite").read_text() == "grades of last year " * 100


def test_a_gradebook_that_cannot_be_opened_is_said_in_a_sentence(tmp_path):
    (tmp_path / "gradebook.sqlite").mkdir()
    with pytest.raises(BadInput, match="cannot be used as a gradebook"):
        Gradebook(tmp_path / "gradebook.sqlite")
