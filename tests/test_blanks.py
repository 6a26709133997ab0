"""A reset gives a fresh blank and loses nothing."""

import json
import re

import nbformat
import pytest

from lrcourse import blanks
from lrcourse.learner import content_folder, deliver

NAME = "exercises/00_start_here.ipynb"
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
