"""A notebook is checked from outside, whatever its cells do, and stays as it is."""

import nbformat
import pytest

from lrcourse import answers, learner
from lrcourse.blanks import position
from lrcourse.environment import CLONE

NAME = "00_start_here.ipynb"
WRONG = "def gd_step(w, grad, lr):\n    return w + lr * grad"
RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"


@pytest.fixture
def answer(tmp_path, monkeypatch):
    """Write an answer to gd_step into a learner's notebook, and return its path."""
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    learner.deliver(tmp_path)
    path = tmp_path / "exercises" / NAME

    def write(text):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[position(notebook, "gd_step")].source = text
        nbformat.write(notebook, path)
        return path

    return write


def test_solutions_are_solved_and_blanks_are_not_written(capfd):
    assert answers.check_notebook(CLONE / "solutions" / NAME)
    assert "Solved" in capfd.readouterr().out
    assert not answers.check_notebook(CLONE / "exercises" / NAME)
    assert "gd_step is not written yet" in capfd.readouterr().out


def test_a_wrong_answer_is_explained_and_the_notebook_is_left_as_it_is(answer, capfd):
    path = answer(WRONG)
    before = path.read_bytes()
    assert not answers.check_notebook(path)
    assert "promises hold" in capfd.readouterr().out
    assert path.read_bytes() == before


def test_what_is_found_joins_the_progress_of_the_folder_the_notebook_lies_in(answer, monkeypatch):
    path = answer(WRONG)
    answers.check_notebook(path)
    answers.check_notebook(answer(RIGHT))
    monkeypatch.chdir(path.parent)
    assert [entry["solved"] for entry in learner.entries()[0]] == [False, True]


@pytest.mark.parametrize(
    "text, said",
    [
        ("def gd_step(w, grad, lr)\n    return w", "is not Python yet"),
        (f"import os\nend = os._exit(3)\n{RIGHT}", "ended Python itself (exit code 3)"),
        (f"x = 1 / 0\n{RIGHT}", "raised ZeroDivisionError"),
        (f"import sys\nx = sys.exit()\n{RIGHT}", "raised SystemExit"),
    ],
)
def test_a_cell_that_does_not_run_is_told_in_a_sentence(answer, capfd, text, said):
    assert not answers.check_notebook(answer(text))
    ended = capfd.readouterr()
    assert said in ended.out and "Traceback" not in ended.out + ended.err


def test_lines_for_ipython_alone_do_no_harm(answer):
    assert answers.check_notebook(answer(f"%matplotlib inline\n!ls\n{RIGHT}"))


def test_a_call_that_python_cannot_interrupt_is_ended_from_outside(answer, monkeypatch, capfd):
    """Blocked signals stand for a long call into C, which hears no alarm."""
    deaf = "import signal\nx = signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))"
    monkeypatch.setattr(answers, "CELLS_LIMIT", 2)
    monkeypatch.setattr(answers, "LIMIT", 0)
    assert not answers.check_notebook(answer(f"{deaf}\nwhile 1: pass\n{RIGHT}"))
    assert "was stopped" in capfd.readouterr().out


def test_a_notebook_without_exercises_is_told_so():
    with pytest.raises(ValueError, match="defines no function that an exercise asks for"):
        answers.check_notebook(CLONE / "notebooks" / "01_one_step_downhill.ipynb")
