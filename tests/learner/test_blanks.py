"""A reset gives a fresh blank and loses nothing."""

import json
import re

import nbformat
import pytest

from lrcourse.learner import blanks
from lrcourse.learner.course_folder import content_folder, deliver

NAME = "exercises/00_exercises.ipynb"
MINE = "def gd_step(w, grad, lr):\n    return w + lr * grad  # mine\n"


@pytest.fixture
def folder(tmp_path):
    deliver(tmp_path)
    return tmp_path


def read(folder):
    return nbformat.read(folder / NAME, as_version=4)


def answer(folder, text):
    """Write ``text`` where the blank of gd_step is, as a learner does, and return its index."""
    notebook = read(folder)
    index = next(k for k, cell in enumerate(notebook.cells) if "def gd_step" in cell.source)
    notebook.cells[index].source = text
    nbformat.write(notebook, folder / NAME)
    return index


def test_a_reset_gives_the_blank_and_keeps_the_answer_right_after_it(folder):
    delivered = read(folder)
    index = answer(folder, MINE)
    assert blanks.reset("gd_step", folder) == folder / NAME
    notebook = read(folder)
    nbformat.validate(notebook)
    assert notebook.cells[index].source == delivered.cells[index].source
    kept = notebook.cells.pop(index + 1)
    assert kept.cell_type == "raw" and kept.source.endswith(MINE)
    assert notebook.cells == delivered.cells, "everything else stays"


def test_a_reset_of_exercises_under_an_older_name_stays_in_that_file(folder):
    answer(folder, MINE)
    older = (folder / NAME).rename(folder / "exercises/00_start_here.ipynb")
    assert blanks.reset("gd_step", folder) == older
    assert "mine" in older.read_text() and not (folder / NAME).exists()


def test_every_answer_is_kept_through_several_resets(folder):
    for word in ("first", "second"):
        answer(folder, MINE.replace("mine", word))
        blanks.reset("gd_step", folder)
    raw = [cell.source for cell in read(folder).cells if cell.cell_type == "raw"]
    assert [re.search("# (first|second)", text)[1] for text in raw] == ["second", "first"]


def test_a_blank_that_is_untouched_is_not_kept(folder):
    before = read(folder)
    blanks.reset("gd_step", folder)
    assert read(folder) == before


def test_an_answer_under_another_name_is_the_same_answer(folder):
    index = answer(folder, MINE.replace("gd_step", "my_step"))
    blanks.reset("gd_step", folder)
    assert "def my_step" in read(folder).cells[index + 1].source


def test_a_missing_cell_comes_back_at_the_end_and_a_missing_notebook_whole(folder):
    notebook = read(folder)
    notebook.cells = [cell for cell in notebook.cells if "def gd_step" not in cell.source]
    nbformat.write(notebook, folder / NAME)
    blanks.reset("gd_step", folder)
    assert "def gd_step" in read(folder).cells[-1].source
    (folder / NAME).unlink()
    blanks.reset("gd_step", folder)
    assert (folder / NAME).read_bytes() == (content_folder() / NAME).read_bytes()


@pytest.mark.parametrize("damage", [b"", b"not JSON", b"[]", json.dumps({"cells": [1]}).encode()])
def test_what_is_no_notebook_gets_a_sentence_and_stays(folder, damage):
    (folder / NAME).write_bytes(damage)
    with pytest.raises(ValueError, match="no notebook that can be read"):
        blanks.reset("gd_step", folder)
    assert (folder / NAME).read_bytes() == damage


def without_ids(notebook):
    for cell in notebook["cells"]:
        cell.pop("id", None)


def of_minor(minor):
    def change(notebook):
        notebook["nbformat_minor"] = minor
        without_ids(notebook)

    return change


def first(kind):
    def change(change_cell):
        return lambda notebook: change_cell(
            next(cell for cell in notebook["cells"] if cell["cell_type"] == kind)
        )

    return change


SHOWN = {"output_type": "display_data", "data": {"text/plain": "1"}}
RESULT = {"output_type": "execute_result", "data": {"text/plain": "1"}}
FORMS = {
    "as it was made": lambda notebook: None,
    "minor 0, as Colab writes it": of_minor(0),
    "minor 4": of_minor(4),
    "minor 4 with ids": lambda notebook: notebook.update(nbformat_minor=4),
    "no minor": lambda notebook: (notebook.pop("nbformat_minor"), without_ids(notebook)),
    "a cell without source": first("markdown")(lambda cell: cell.pop("source")),
    "a cell whose source is null": first("markdown")(lambda cell: cell.update(source=None)),
    "a cell without metadata": first("markdown")(lambda cell: cell.pop("metadata")),
    "no outputs": first("code")(lambda cell: cell.pop("outputs")),
    "no count": first("code")(lambda cell: cell.pop("execution_count")),
    "an output without metadata": first("code")(lambda cell: cell.update(outputs=[SHOWN])),
    "a result without a count": first("code")(lambda cell: cell.update(outputs=[RESULT])),
    "a stream without a name": first("code")(
        lambda cell: cell.update(outputs=[{"output_type": "stream", "text": "1"}])
    ),
    "a tag twice": first("code")(lambda cell: cell["metadata"].update(tags=["a", "a"])),
    "half a character": first("markdown")(lambda cell: cell.update(source="\ud83d")),
}
"""Notebooks that JupyterLab opens -> how they come about."""


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "byte order mark"])
@pytest.mark.parametrize("form", FORMS)
def test_a_reset_works_on_whatever_jupyterlab_opens_and_leaves_it_valid(folder, form, mark):
    notebook = json.loads((folder / NAME).read_text("utf-8"))
    place = blanks.position(notebook, "gd_step")
    notebook["cells"][place]["source"] = MINE
    FORMS[form](notebook)
    (folder / NAME).write_text(mark + json.dumps(notebook), "utf-8")
    for _ in range(2):
        blanks.reset("gd_step", folder)
        after = json.loads((folder / NAME).read_text("utf-8"))
        nbformat.validate(after)
        assert MINE in "".join(after["cells"][place + 1]["source"])
        assert len(after["cells"]) == len(notebook["cells"]) + 1


def test_a_notebook_of_format_3_becomes_one_of_format_4(folder):
    old = nbformat.convert(read(folder), 3)
    (folder / NAME).write_text(json.dumps(old))
    blanks.reset("gd_step", folder)
    nbformat.validate(read(folder))
    assert len(read(folder).cells) >= len(old.worksheets[0].cells)


def test_marks_of_a_merge_are_told(folder):
    text = '{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}'
    (folder / NAME).write_text(text)
    with pytest.raises(ValueError, match="git's conflict marks"):
        blanks.reset("gd_step", folder)
    assert (folder / NAME).read_text() == text
