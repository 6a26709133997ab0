"""What a teacher sees of a submission holds the student's code and nothing that acts."""

import json

import nbformat
import pytest
from submitted import CLIMBS, RIGHT, notebook

from lrcourse.classroom.grading.gradebook import Row
from lrcourse.classroom.platforms.nbgrader import page
from lrcourse.classroom.platforms.nbgrader.marks import marks
from lrcourse.classroom.platforms.nbgrader.page import Entry, Other, Place

PROMISES = [["On flat ground it stays.", "holds"], ["Downhill is left.", "broken"]]
EVIL = "</pre><script>window.acted = 1</script>"
OURS = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## gd_step")])


def row(points=1.0, state="graded", promises=PROMISES, message="", mistake=""):
    return Row("ada", "", "gd_step", points, 2, state, promises, message, mistake)


def entry(points=1.0, out_of=2.0, state="graded", content="file", **words):
    place = Place("gd_step", "gd-step", "gd-step-check", out_of)
    return Entry(row(points, state, **words), place, content)


def graded(data, *entries, others=()):
    made = page.notebook(list(entries), {"file": data} if data else {}, OURS, dict(others))
    nbformat.validate(made)
    return made.cells


def marked(cells, grade_id):
    (cell,) = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id]
    return cell


def test_the_last_definition_is_the_answer_and_its_check_comes_right_after():
    cells = graded(notebook(CLIMBS, RIGHT, "gd_step(1, 2, 3)"), entry())
    answer = marked(cells, "gd-step")
    assert answer.source == RIGHT
    assert cells[cells.index(answer) + 1] is marked(cells, "gd-step-check")


def test_a_check_says_what_the_card_says_and_its_value_is_the_score():
    told = {"message": "gd_step(w=3) gave 4.", "mistake": "adds the step"}
    said, value = marked(graded(notebook(CLIMBS), entry(**told)), "gd-step-check").outputs
    for words in ("1 of 2 promises hold", "✗ not yet] Downhill", "gave 4.", "adds the step"):
        assert words in said.text
    assert value.data["text/plain"] == "1"


@pytest.mark.parametrize("state", ["waiting", "unread", "failed"])
def test_what_is_not_settled_has_no_score(state):
    open_entry = entry(0.0, state=state, content="", promises=[])
    (said,) = marked(graded(None, open_entry), "gd-step-check").outputs
    assert open_entry.score is None and said.text.startswith("No score yet:")


def test_points_are_a_share_of_those_that_the_course_gives():
    assert entry(1.0, out_of=10.0).score == 5.0


def test_no_output_metadata_or_text_of_a_student_is_rendered():
    raw = json.loads(notebook(RIGHT, EVIL))
    raw["metadata"] = {"title": EVIL, "widgets": {EVIL: EVIL}}
    raw["cells"][1]["metadata"] = {"nbgrader": {"grade_id": EVIL}, "tags": [EVIL]}
    raw["cells"][1]["outputs"] = [{"output_type": "display_data", "data": {"text/html": EVIL}}]
    raw["cells"] += [
        {"cell_type": kind, "metadata": {"raw_mimetype": "text/html"}, "source": [f"a\n{EVIL}"]}
        for kind in ("markdown", "raw")
    ]
    cells = graded(json.dumps(raw).encode(), entry())
    acting = [cell for cell in cells if EVIL in json.dumps(dict(cell, source=""))]
    assert not acting
    shown_as = [cell for cell in cells if EVIL in cell.source]
    assert [cell.cell_type for cell in shown_as] == ["code"] * 3
    assert [cell.source for cell in shown_as[1:]] == [f"# a\n# {EVIL}"] * 2


def test_the_comment_which_is_rendered_holds_no_word_of_the_student():
    assert EVIL not in page.comment(entry(message=f"gd_step gave '{EVIL}'."))


def test_of_a_cell_that_fails_the_comment_says_so_and_the_check_s_cell_says_why():
    failed = entry(0.0, promises=[], message=f"Its cell is not Python yet (no): {EVIL}")
    assert page.comment(failed) == "gd_step stands in a cell that does not run."
    (said, _) = marked(graded(notebook(CLIMBS), failed), "gd-step-check").outputs
    assert said.output_type == "stream" and f"(no): {EVIL}" in said.text
    missed = entry(0.0, promises=[], message="gd_step is not defined.")
    assert page.comment(missed) == "gd_step is not defined."
    (said, _) = marked(graded(None, missed), "gd-step-check").outputs
    assert said.text == "gd_step is not defined.\n"


def test_the_comment_on_points_by_hand_is_the_teachers_reason():
    by_hand = row()._replace(exercise="ema", points=1, possible=2, reason="Half of it is right.")
    asked = Entry(by_hand, Place("ema", "ema", "ema-check", 4.0))
    assert page.comment(asked) == "ema: set by hand, 2 of 4 points. Half of it is right."


def test_words_that_were_handed_out_are_rendered_again():
    raw = json.loads(notebook(RIGHT))
    raw["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": "## gd_step"})
    assert graded(json.dumps(raw).encode(), entry())[0].cell_type == "markdown"


def test_two_answers_in_one_cell_have_a_check_each():
    other = Entry(row()._replace(exercise="ema"), Place("ema", "ema", "ema-check", 2.0), "file")
    cells = graded(notebook(f"{RIGHT}\n\ndef ema(x):\n    return x"), entry(), other)
    assert "ema stands in the cell of gd_step" in marked(cells, "ema").source
    assert marked(cells, "gd-step-check") and marked(cells, "ema-check")


TEACHERS = {
    "explain": Other("markdown", "Explain.", marks("explain", solution=True, points=2.0)),
    "test": Other("code", "assert gd_step", marks("test", points=1.0)),
    "task": Other("markdown", "Draw it.", marks("task", points=1.0, task=True)),
}


def answers(*cells):
    raw = json.loads(notebook(RIGHT))
    for kind, name, text in cells:
        metadata = {"nbgrader": {"grade_id": name, "points": 9}}
        raw["cells"] += [{"cell_type": kind, "metadata": metadata, "source": text, "outputs": []}]
    return json.dumps(raw).encode()


def test_a_teachers_own_cells_have_the_student_s_answer_and_the_teacher_s_words_and_points():
    data = answers(("markdown", "explain", EVIL), ("code", "test", "pass"), ("raw", "task", EVIL))
    cells = graded(data, entry(), others=TEACHERS)
    explained, test, task = (marked(cells, name) for name in TEACHERS)
    assert (explained.cell_type, explained.source) == ("code", f"# {EVIL}")
    assert explained.metadata == {"nbgrader": TEACHERS["explain"].marks}
    assert (test.source, task.cell_type, task.source) == ("assert gd_step", "markdown", "Draw it.")


def test_of_a_teachers_cell_that_stands_there_twice_the_last_counts_and_a_lost_one_is_made():
    data = answers(("code", "explain", "one = 1"), ("code", "explain", "two = 2"))
    cells = graded(data, entry(), others=TEACHERS)
    assert marked(cells, "explain").source == "two = 2" and marked(cells, "task")
    assert "one = 1" in [cell.source for cell in cells]
    assert "Nothing was handed in" in marked(graded(None, others=TEACHERS), "explain").source


@pytest.mark.parametrize("metadata", [None, 3, {"nbgrader": []}, {"nbgrader": {"grade_id": [1]}}])
def test_a_cell_without_a_name_of_nbgraders_is_any_cell(metadata):
    raw = json.loads(notebook(RIGHT, "x = 1"))
    raw["cells"][1]["metadata"] = metadata
    cells = graded(json.dumps(raw).encode(), entry(), others=TEACHERS)
    assert "Nothing was handed in" in marked(cells, "explain").source


def test_cells_of_any_shape_are_shown():
    strange = [None, 7, {"a": 1}, ["x", 2], "\ud800", "x" * 50_000]
    cells = [{"cell_type": "markdown", "source": each} for each in strange]
    made = graded(json.dumps({"cells": cells}).encode(), entry(0.0, content="file", promises=[]))
    text = nbformat.writes(nbformat.v4.new_notebook(cells=made)).encode()
    assert len(text) < 40_000


def test_the_same_submission_gives_the_same_bytes():
    one, two = (page.notebook([entry()], {"file": notebook(RIGHT)}, OURS, {}) for _ in range(2))
    assert nbformat.writes(one) == nbformat.writes(two)
