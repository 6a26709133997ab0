"""A function under another name counts for nothing, and is told as that."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from submitted import RIGHT, notebook

from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.answers import looked_at
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.renamed import renamed
from lrcourse.classroom.grading.submissions import Handed
from lrcourse.exercises import exercise_names, lessons

RENAMED = "def my_gd_step(w, grad, lr):\n    return w - lr * grad"
TOLD = "There is my_gd_step and no gd_step: an answer is found by its name alone."


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_every_exercise_is_found_under_names_that_people_give_and_none_is_mixed_up(lesson):
    for name in lesson.exercises:
        title = "".join(word.capitalize() for word in name.split("_"))
        for other in (f"my_{name}", f"{name}_2", f"{name}2", title, f"{name}_solution"):
            told = renamed([f"def {other}(x):\n    return x"], [*lesson.exercises])
            assert any(each.startswith(f"There is {other} and no {name}:") for each in told)
    cells = [f"def {name}(x):\n    return x" for name in exercise_names()]
    assert renamed(cells, exercise_names()) == []


def test_who_answers_nothing_but_under_another_name_reads_it_with_the_file():
    handed, asked = looked_at(Handed("ada", "", "a.ipynb", notebook(RENAMED)))
    assert asked == [] and handed.problem == f"It answers no exercise. {TOLD}"


def test_who_answers_other_exercises_reads_it_among_what_could_not_be_used(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "work", lambda task: ([], ["Code cell 1 failed."]))
    for student, cells in (("ada", [RENAMED, "regime = max"]), ("bob", [RENAMED, RIGHT])):
        (tmp_path / f"{student}.ipynb").write_bytes(notebook(*cells))
    book = Gradebook(tmp_path / "gradebook.sqlite")
    batch.note(tmp_path, book)
    for known in (["regime"], ["gd_step", "regime"]):
        batch.grade_all(book, batch.Settings(known, 5), ThreadPoolExecutor, 1)
        told = [sentence for _, sentence in book.problems("ada", "")]
        assert told == ["Code cell 1 failed.", TOLD][: len(known)]
    assert [sentence for _, sentence in book.problems("bob", "")] == ["Code cell 1 failed."]
