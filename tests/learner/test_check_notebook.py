"""A notebook is checked from outside, whatever its cells do, and stays as it is."""

import nbformat
import pytest

from lrcourse import progress_store
from lrcourse.learner import check_notebook as answers, course_folder
from lrcourse.learner.blanks import position
from lrcourse.setup.environment import CLONE

NAME, SOLUTIONS = "00_exercises.ipynb", "00_start_here.ipynb"
WRONG = "def gd_step(w, grad, lr):\n    return w + lr * grad"
RIGHT = "def gd_step(w, grad, lr):\n    return w - lr * grad"


@pytest.fixture
def answer(tmp_path, monkeypatch):
    """Write an answer to gd_step into a learner's notebook, and return its path."""
    monkeypatch.delenv("LRCOURSE_FOLDER", raising=False)
    course_folder.deliver(tmp_path)
    path = tmp_path / "exercises" / NAME

    def write(text):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[position(notebook, "gd_step")].source = text
        nbformat.write(notebook, path)
        return path

    return write


def test_solutions_are_solved_and_blanks_are_not_written(capfd):
    assert answers.check_notebook(CLONE / "solutions" / SOLUTIONS)
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
    assert [entry["solved"] for entry in progress_store.entries()[0]] == [False, True]


@pytest.mark.parametrize(
    "text, said",
    [
        ("def gd_step(w, grad, lr)\n    return w", "is not Python yet"),
        (f"import os\nend = os._exit(3)\n{RIGHT}", "ended Python itself (exit code 3)"),
        ("x = 1 / 0\ngd_step = x", "raised ZeroDivisionError"),
        ("import sys\ngd_step = sys.exit()", "raised SystemExit"),
    ],
)
def test_a_cell_that_does_not_run_is_told_in_a_sentence(answer, capfd, text, said):
    assert not answers.check_notebook(answer(text))
    ended = capfd.readouterr()
    assert said in ended.out and "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    "above, said",
    [
        ("%matplotlib inline\n!ls -l", "Code cell 3 ran without !ls -l, which cannot be had here."),
        ("import no_such_module as n", "Code cell 3 raised ModuleNotFoundError: No module named"),
        ("n = 1 / 0", "Code cell 3 raised ZeroDivisionError: division by zero. On the line: n = 1"),
        ("n = input('Your name')", "Code cell 3 asked 'Your name' by input()"),
    ],
)
def test_what_a_cell_lost_is_said_with_its_cause_and_the_answer_below_it_is_judged(
    answer, capfd, above, said
):
    assert answers.check_notebook(answer(f"{above}\nprint('spam')\n{RIGHT}"))
    out = capfd.readouterr().out
    assert said in out and "spam" not in out


BLANK = "def gd_step(w, grad, lr):\n    raise NotImplementedError('not written')"


@pytest.mark.parametrize(
    "newer, why",
    [
        (BLANK, "What code cell 4 says of gd_step is not written or did not run."),
        ("def gd_step(w, grad, lr)\n    return w", "Code cell 4 is not Python yet"),
        ("gd_step = 1 / 0", "Code cell 4 raised ZeroDivisionError"),
    ],
)
def test_an_answer_above_a_newer_one_that_did_not_run_is_judged_and_named(
    answer, capfd, newer, why
):
    path = answer(RIGHT)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(position(notebook, "gd_step") + 1, nbformat.v4.new_code_cell(newer))
    nbformat.write(notebook, path)
    assert answers.check_notebook(path)
    out = capfd.readouterr().out
    assert "Judged is the gd_step of code cell 3, not that of code cell 4." in out and why in out


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
