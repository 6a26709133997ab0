"""What every committed notebook keeps: fresh, clean, and built as a lesson is built."""

import ast
import base64
import io
import re
import socket
from itertools import pairwise

import nbformat
import pytest
from PIL import Image

from lrcourse.authoring import kernels, stale
from lrcourse.authoring.building import COMMAND
from lrcourse.authoring.placeholders import elsewhere, without_elsewhere
from lrcourse.checks.question import AFTER_THE_BET
from lrcourse.exercises import exercise, lessons
from lrcourse.setup.addresses import addresses, repository
from lrcourse.setup.environment import CLONE

NOTEBOOKS = sorted(
    path
    for kind in ("notebooks", "exercises", "solutions")
    for path in (CLONE / kind).glob("*.ipynb")
)
LESSONS = [lesson for lesson in lessons() if (CLONE / f"notebooks/{lesson.stem}.ipynb").exists()]

LONG: set[tuple[str, str]] = set()
"""Cells ``(lesson, first line)`` whose idea needs more than eight lines, imports not counted."""


def read(kind, lesson):
    name = lesson.exercises_path if kind == "exercises" else f"{kind}/{lesson.stem}.ipynb"
    return nbformat.read(CLONE / name, 4)


def codes(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts(notebook):
    """All that a reader sees as text: sources and outputs, pictures left out."""
    for cell in notebook.cells:
        yield cell.source
        for output in cell.get("outputs", []):
            yield output.get("text", "")
            yield from (str(d) for mime, d in output.get("data", {}).items() if "text" in mime)


def calls(notebook, function):
    """The arguments of each call of ``function``, in order."""
    for cell in codes(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function:
                yield [arg.value for arg in node.args if isinstance(arg, ast.Constant)]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def notebook(request):
    return nbformat.read(request.param, 4)


@pytest.fixture(params=LESSONS, ids=lambda lesson: lesson.stem)
def lesson(request):
    return request.param


def test_readers_import_the_course_from_its_root_alone(notebook):
    imports = (ast.Import, ast.ImportFrom)
    nodes = [node for cell in codes(notebook) for node in ast.walk(ast.parse(cell.source))]
    lines = [ast.unparse(node) for node in nodes if isinstance(node, imports)]
    assert [line for line in lines if re.search(r"\blrcourse\.", line)] == []


def test_nothing_is_stale():
    old = "\n".join(f"{name}: {why}" for name, why in stale().items())
    assert not old, f"Run `{COMMAND}`, then commit what it made:\n{old}"


def test_every_lesson_has_a_source():
    for lesson in lessons():
        assert (CLONE / f"notebooks/source/{lesson.stem}.py").exists(), lesson.title


def test_every_exercise_of_a_lesson_is_a_unit_and_every_unit_is_in_its_lesson():
    for lesson in lessons():
        folder = CLONE / f"lrcourse/exercises/lesson{lesson.number:02d}"
        assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(lesson.exercises)


def test_a_notebook_is_valid_and_small(notebook):
    nbformat.validate(notebook)
    assert len(nbformat.writes(notebook)) < 1_000_000


def test_a_notebook_has_one_title(notebook):
    """A line of text that lost its own "#" to the one before it becomes a second one."""
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    titles = re.findall(r"^# .*", "\n".join(texts), re.MULTILINE)
    assert len(titles) == 1, titles


def test_no_cell_ends_in_an_error_or_a_warning(notebook):
    for cell in codes(notebook):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", (cell.source, output.text)


def test_every_link_to_another_notebook_leads_somewhere():
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, 4).cells:
            for link in re.findall(r"\]\((\.\.?/[^)#]+)\)", cell.source):
                assert (path.parent / link).exists(), f"{path.parent.name}/{path.name}: {link}"


MACHINE = re.compile(
    r"/home/|/root\b|/Users/|/tmp/|/var/|[A-Z]:\\\\|localhost|127\.0\.0\.1|\b0x[0-9a-f]{6}"
    rf"|\b{re.escape(socket.gethostname())}\b|{re.escape(str(CLONE))}"
)
"""A path, a name or an address in memory that only one machine has."""


def test_no_text_betrays_a_machine(notebook):
    for text in texts(notebook):
        assert not (found := MACHINE.search(text)), found


def test_a_lesson_is_run_to_its_end(lesson):
    counts = [cell.execution_count for cell in codes(read("notebooks", lesson))]
    assert counts == list(range(1, len(counts) + 1))


def test_a_lesson_has_its_parts_in_order(lesson):
    source = (CLONE / f"notebooks/source/{lesson.stem}.py").read_text("utf-8")
    parts = re.findall(r"^# \{\{(\w+)\}\}$", source, re.MULTILINE)
    assert parts[0] == "header"
    assert parts[-3:] in (["exercises", "quiz", "sources"], ["quiz", "exercises", "sources"])


def test_a_lesson_says_at_its_top_what_its_exercises_take_beyond_its_own_minutes(lesson):
    first = read("notebooks", lesson).cells[0].source
    units = [exercise(name) for name in lesson.exercises]
    core = sum(unit.minutes for unit in units if unit.core)
    assert f"**{lesson.minutes} minutes.**" in first
    told = re.search(r"they take about (\d+)(?: \(with ★ (\d+)\))? minutes more\.$", first, re.M)
    assert int(told[1]) == core and int(told[2] or core) == sum(unit.minutes for unit in units)


def test_a_lesson_says_at_its_top_where_it_runs_with_nothing_installed(lesson):
    *_, last = read("notebooks", lesson).cells[0].source.splitlines()
    opened = addresses(repository(), f"notebooks/{lesson.stem}.ipynb")
    assert re.findall(r"\]\(([^)]*)\)", last) == [*opened.values()] and "uvx lrcourse" in last


def test_that_line_is_left_out_where_it_is_asked_for_and_nothing_else(lesson):
    text = (CLONE / f"notebooks/{lesson.stem}.ipynb").read_text("utf-8")
    whole, left = (nbformat.reads(each, 4) for each in (text, without_elsewhere(text)))
    line = elsewhere(lesson)
    assert whole.cells[0].source == f"{left.cells[0].source}\n\n{line}"
    assert whole.cells[1:] == left.cells[1:]


def test_every_question_is_asked_before_it_is_settled(lesson):
    asked = [
        (cell.id, call, id) for call in ("predict", "settle") for cell, id in whole(lesson, call)
    ]
    order = [cell.id for cell in codes(read("notebooks", lesson))]
    at = {(call, id): order.index(cell) for cell, call, id in asked}
    assert lesson.predictions and len(at) == len(asked) == 2 * len(lesson.questions)
    for question in lesson.questions:
        assert at["predict", question.id] < at["settle", question.id], question.id


def whole(lesson, function):
    """The cells that call ``function`` of a question, and the question's id."""
    for cell in codes(read("notebooks", lesson)):
        for (id,) in calls(nbformat.from_dict({"cells": [cell]}), function):
            yield cell, id


def test_something_happens_between_a_prediction_and_its_comparison(lesson):
    cells = [cell.source.strip() for cell in codes(read("notebooks", lesson))]
    for question in lesson.predictions:
        asked = next(i for i, text in enumerate(cells) if f'predict("{question.id}")' in text)
        settled = next(i for i, text in enumerate(cells) if f'settle("{question.id}")' in text)
        ours = re.compile(r"\b(predict|settle)\(")
        assert any(not ours.search(text) for text in cells[asked:settled]), question.id


def test_what_a_lesson_says_below_a_result_is_folded_up_to_the_next_heading(lesson):
    pairs = pairwise(read("notebooks", lesson).cells)
    below = [text for above, text in pairs if "settle(" in above.source]
    texts = [each.source for each in below if each.cell_type == "markdown"]
    folded = f"<details><summary>{AFTER_THE_BET}"
    assert all(text.startswith((folded, "#", "**Predict.**")) for text in texts)
    assert any(text.startswith(folded) for text in texts)


def test_a_fold_speaks_of_a_bet_once_below_each_result(lesson):
    """What comes after that in the section is about a result that nobody bet on."""
    told = "\n".join(cell.source for cell in read("notebooks", lesson).cells)
    marks = re.findall(rf"^settle\(|<summary>{AFTER_THE_BET}", told, re.MULTILINE)
    pairs = pairwise(["", *marks])
    assert all(above == "settle(" for above, mark in pairs if mark != "settle(")


def test_a_lesson_recalls_and_every_exercise_asks_first(lesson):
    assert [*calls(read("notebooks", lesson), "recall")] == [[lesson.number]]
    asked = [each for (each,) in calls(read("exercises", lesson), "predict")]
    assert asked == lesson.exercises


def test_a_lesson_closes_with_five_questions_and_two_sources(lesson):
    assert len(lesson.quiz) == 5
    assert len(lesson.sources) >= 2
    assert len({question.answer for question in lesson.quiz}) > 1


def test_a_code_cell_makes_one_thing_visible_in_at_most_eight_lines(lesson):
    for cell in codes(read("notebooks", lesson)):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        lines = [line for line in lines if not line.startswith(("import ", "from "))] or lines
        assert 1 <= len(lines) <= 8 or (lesson.stem, lines[0]) in LONG, cell.source


def has_figure(cell):
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def test_no_cell_of_a_lesson_warns(lesson):
    outputs = [each for cell in codes(read("notebooks", lesson)) for each in cell.outputs]
    assert [each.text for each in outputs if each.get("name") == "stderr"] == []


def test_stored_pictures_have_twice_the_pixels_of_the_page_and_a_light_ground(lesson):
    outputs = [each for cell in codes(read("notebooks", lesson)) for each in cell.outputs]
    shown = [each for each in outputs if "image/png" in each.get("data", {})]
    for output in shown:
        image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
        assert image.width == pytest.approx(2 * output.metadata["image/png"]["width"], abs=1)
        assert image.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)


def test_a_cell_that_describes_a_figure_shows_one(lesson):
    for cell in read("notebooks", lesson).cells:
        assert has_figure(cell) or not cell.metadata.get("alt"), cell.source


def test_a_figure_is_soon_followed_by_the_text_that_reads_it(lesson):
    """At most two cells that print or draw may come between: a pair is read together."""
    cells = read("notebooks", lesson).cells
    for position, cell in enumerate(cells):
        if has_figure(cell):
            after = {each.cell_type for each in cells[position + 1 : position + 4]}
            assert "markdown" in after, cell.source


def test_a_figure_has_words_for_those_who_do_not_see_it(lesson):
    """Words in the line ``# %% alt="..."``, or text that the cell prints."""
    for cell in read("notebooks", lesson).cells:
        if has_figure(cell):
            told = any(output.output_type == "stream" for output in cell.outputs)
            assert told or cell.metadata.get("alt"), cell.source


def test_a_blank_notebook_runs_and_every_check_says_that_nothing_is_written(lesson):
    names = {}
    for cell in codes(read("exercises", lesson)):
        if not cell.id.endswith("-afterwards"):
            told = kernels.run(cell.source, names)
        if cell.source.startswith("check("):
            assert f"{cell.source[6:-1]} is not written yet" in told


def test_no_cell_of_an_exercise_takes_the_name_of_another(lesson):
    """An import of the course's own would stand where the learner's was, and be checked for it."""
    names = {name for each in LESSONS for name in each.exercises}
    for cell in codes(read("exercises", lesson)):
        own = {cell.metadata.get("lrcourse", {}).get("exercise")}
        assert not bound(cell.source) & (names - own), cell.source


def bound(source):
    """The names that a cell binds by its imports, functions and classes."""
    nodes = ast.parse(source).body
    imported = {each.asname or each.name for node in nodes for each in getattr(node, "names", [])}
    return imported | {node.name for node in nodes if hasattr(node, "name")}


def test_the_first_exercise_ends_with_a_camera_that_the_learners_own_line_turns():
    (cell,) = (each for each in codes(read("exercises", LESSONS[0])) if "afterwards" in each.id)
    rates = []

    def gd_step(w, grad, lr):
        rates.append(lr)
        return w - lr * grad

    kernels.run(cell.source, {"gd_step": gd_step})
    assert len(rates) > 30, "a step of every slider's place is the learner's"


def test_the_solutions_are_solved(lesson):
    told = "\n".join(texts(read("solutions", lesson)))
    for name in lesson.exercises:
        assert re.search(rf"{name}: all \d+ promises hold\. Solved", told)
        assert all(hint in told for hint in exercise(name).hints)
