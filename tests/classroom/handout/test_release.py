"""What students get says the same and holds no answer; what a teacher changed stays."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace

import pytest
from secret_lines import found_in, secrets_of_all

from lrcourse.base import BadInput
from lrcourse.checks import calls, examine as examining, sealed_mistakes
from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.classroom.grading.lesson_names import named_lessons
from lrcourse.classroom.handout.release import release
from lrcourse.classroom.handout.student_edition import TERM, blanks_of, project, readme
from lrcourse.classroom.handout.student_units import mistakes, needed
from lrcourse.classroom.handout.unit_code import unit
from lrcourse.exercises import exercise, lessons
from lrcourse.setup.environment import CLONE

NAMES = [name for lesson in lessons() for name in lesson.exercises]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "autumn"
    release(folder, lessons())
    return folder


def test_students_have_every_module_that_a_public_name_comes_from(made):
    stub = (CLONE / "lrcourse/__init__.pyi").read_text("utf-8")
    for module in re.findall(r"^from (lrcourse[\w.]*) import", stub, re.MULTILINE):
        place = made / "student" / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__init__.py").exists(), module


@pytest.fixture(params=NAMES)
def both(request, made, monkeypatch):
    """An exercise as its teacher has it and as its students have it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # What was made stays as it was made.
    own = unit(request.param)
    path = made / f"student/lrcourse/exercises/lesson{own.lesson.number:02d}/{own.name}.py"
    spec = importlib.util.spec_from_file_location(f"student_{own.name}", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return as_students_see(own.exercise), module.exercise


def as_students_see(told):
    """An exercise without its hidden promises, and without the mistakes that those explain."""
    seen = [check for check in told.checks if not check.hidden]
    functions = [check.function for check in seen]
    mistakes = [each for each in told.mistakes if each.caught_by in functions]
    return replace(told, checks=seen, mistakes=mistakes)


def card(unit, answer):
    return Card(examine(unit, answer), answer)


def blank(*args, **kwargs):
    raise NotImplementedError("not written yet")


def test_every_answer_gets_the_card_that_its_teacher_sees_with_mistakes_named(both):
    teachers, students = both
    answers = [blank, teachers.answer, *teachers.styles.values()]
    answers += [mistake.function for mistake in teachers.mistakes]
    cards = [repr(card(teachers, answer)) for answer in answers]
    for answer, seen in zip(answers, cards, strict=True):
        assert repr(card(students, answer)) == seen
    assert sum("These are the values of" in seen for seen in cards) == len(teachers.mistakes)


class Elsewhere:
    """An answer on a machine whose last digits differ by ``error``."""

    def __init__(self, function, error):
        self.function, self.error = function, error

    def __call__(self, *args, **kwargs):
        return self.shaken(self.function(*args, **kwargs))

    def shaken(self, value):
        if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
            return type(value)(map(self.shaken, value))
        if isinstance(value, float) or getattr(value, "dtype", "") == "float64":
            return value * (1 + self.error)
        return Elsewhere(value, self.error) if callable(value) else value


@pytest.mark.parametrize("error", [1e-7, -1e-7])
def test_a_mistake_is_named_on_a_machine_that_rounds_otherwise(error):
    for name in NAMES:
        own = exercise(name)
        for mistake in as_students_see(own).mistakes:
            check = next(each for each in own.checks if each.function is mistake.caught_by)
            watched = examining.attempt(own, check, mistake.function, 0).watched
            kept = sealed_mistakes.Sealed(
                check.function, *sealed_mistakes.seal([watched.calls], "is", check.name, "")
            )
            elsewhere = Elsewhere(mistake.function, error)
            shaken = examining.attempt(own, check, elsewhere, 0).watched
            if not calls.same_calls(watched.calls, shaken.calls):
                continue  # the error grew, or met a number that a decision hangs on
            students = examining.Exercise(name, mistakes=[kept])
            named = examining.known_mistake(students, check, shaken, 0)
            assert named and named.thought == "is", (name, mistake.thought)


def restarts_at_doubled_steps(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        start, end = 0, cycle_steps
        while step >= end:
            start, end = end, end * growth
        whole = exercise("cosine_restarts").answer(peak_lr, end - start, 1, end_lr)
        return whole(step - start)

    return schedule


def test_a_sealed_mistake_names_an_answer_that_runs_for_ever_at_an_earlier_check():
    own = exercise("cosine_restarts")
    kept = [sealed_mistakes.Sealed(*each) for each in mistakes(own, "autumn")]
    broken = examine(replace(own, mistakes=kept, limit=0.3), restarts_at_doubled_steps).broken
    assert "was still running" in broken.seen
    assert broken.mistake.thought.startswith("restarts at 10, 20, 40, ...: the lengths double")


def test_a_sealed_mistake_looks_like_no_other_and_opens_with_its_outputs_alone():
    def sealed_at(value, salt):
        made = [calls.Call("gd_step", {}, value)]
        return sealed_mistakes.seal([made], "climbs", "goes_downhill", salt)

    _, layers, thought = sealed_at(2.5, "autumn")
    assert sealed_at(2.5, "autumn") == sealed_at(2.5 * (1 + 1e-9), "autumn")
    for other in (sealed_at(2.5, "spring"), sealed_at(2.50001, "autumn")):
        assert layers[0][1] != other[1][0][1] and thought != other[2]
    assert b"climbs" not in bytes.fromhex(thought)


def test_no_answer_can_be_found_in_what_students_get(made):
    secrets = secrets_of_all()
    assert found_in([made / "student", made / "course" / "release"], secrets) == []
    assert len(found_in([made / "course" / "source"], secrets)) > len(NAMES)


def test_nothing_compiled_or_hidden_is_handed_out(made):
    allowed = {
        ".py",
        ".pyi",
        ".typed",
        ".ipynb",
        ".md",
        ".txt",
        ".toml",
        ".yml",
        ".json",
        ".png",
        ".js",
        ".j2",
        ".css",
        ".mplstyle",
        ".gz",  # The digits, as a table of numbers.
        "",
    }
    paths = [path for path in (made / "student").rglob("*") if path.is_file()]
    assert {path.suffix for path in paths} <= allowed
    assert not [path for path in paths if {"classroom", "authoring", "solutions"} & set(path.parts)]


def run(folder, *command):
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, *command]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)


EVERY_BLANK = """
import lrcourse.cli
from lrcourse.checking import examine
from lrcourse.exercises import exercise, lessons
def blank(*a, **k): raise NotImplementedError
names = [name for lesson in lessons() for name in lesson.exercises]
for name in names:
    assert examine(exercise(name), blank).broken.state == "unwritten", name
print(lrcourse.__file__, *names)
"""


def test_the_student_edition_stands_alone(made):
    told = run(made / "student", "-c", EVERY_BLANK)
    where, *names = told.stdout.split()
    assert where.startswith(str(made)) and names == NAMES, told.stderr


def test_in_the_student_edition_a_check_names_the_mistake(made, tmp_path):
    notebook = {"cells": [{"cell_type": "code", "source": CLIMBS}]}
    (tmp_path / "mine.ipynb").write_text(json.dumps(notebook))
    told = run(made / "student", "-m", "lrcourse", "check", str(tmp_path / "mine.ipynb"))
    assert "an answer that adds the step, and so climbs." in told.stdout, told.stderr


CLIMBS = "def gd_step(w, grad, lr):\n    return w + lr * grad"


@pytest.mark.parametrize("verb", ["solution gd_step", "build", "test", "grade . --out x"])
def test_what_only_the_teacher_has_is_said_in_a_sentence(made, verb):
    told = run(made / "student", "-m", "lrcourse", *verb.split())
    assert (
        told.returncode == 1
        and re.search("teacher|in a clone", told.stderr)
        and "Traceback" not in told.stderr
    )


def headings(text):
    return re.findall(r"^## (.+)$", text, re.M)


SECTIONS = ["What you will be able to do", "Start", "Learning alone", "The lessons", "Citing"]
"""What students read of our README."""
THEIR_OWN = ["| `lrcourse hint EXERCISE` | the next hint |"]
"""Lines of those sections that a teacher's copy has more of."""


@pytest.mark.parametrize("chosen", [lessons(), named_lessons("00-01")], ids=["all", "two"])
def test_the_readme_of_students_is_ours_with_their_lessons_and_nothing_of_the_teachers(chosen):
    ours, text = (CLONE / "README.md").read_text("utf-8"), readme(chosen)
    assert headings(text) == [*SECTIONS[:-1], "Handing in", SECTIONS[-1]]
    linked = re.findall(r"\(notebooks/(\w+)\.ipynb\)", text)
    assert linked == [lesson.stem for lesson in chosen]
    apart, handing_in, end = re.split(r"## (?=Handing in)|## (?=Citing)", text)
    other = set((apart + end).splitlines()) - set(ours.splitlines())
    assert sorted(other) == sorted(["Citing", *THEIR_OWN])
    for word in ("solution", "lrcourse test", "clone", "capstone follows", "sessions", "teachers"):
        assert word not in text, word


def test_the_project_of_students_is_ours_without_what_they_do_not_have(made):
    ours = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))
    theirs = tomllib.loads(project())
    extras = ours["project"].pop("optional-dependencies"), ours["project"].pop("urls")
    assert all(extras) and theirs["project"] == ours["project"]
    assert theirs["build-system"] == ours["build-system"] and list(theirs["tool"]) == ["hatch"]
    wheel = theirs["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ours["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    for place in [*wheel["packages"], *wheel["force-include"]]:
        assert (made / "student" / place).is_dir()


@pytest.mark.parametrize("which", ["00", "00,02", "00-02"])
def test_blanks_say_how_they_are_handed_in_and_lead_to_no_lesson_that_was_not_released(which):
    chosen = named_lessons(which)
    for lesson, later in zip(chosen, [*chosen[1:], None], strict=True):
        closing = blanks_of(lesson, chosen).cells[-1].source
        assert "To hand in" in closing and f"`{lesson.exercises_path}`" in closing
        linked = re.findall(r"\.\./notebooks/(\w+)\.ipynb", closing)
        assert linked == ([later.stem] if later else [])
        own = (CLONE / lesson.exercises_path).read_text("utf-8")
        assert "To hand in" not in own  # A learner alone hands nothing in.


def test_a_notebook_names_those_that_its_week_hands_in_with_it():
    for week in TERM:
        for lesson in named_lessons(",".join(f"{each:02d}" for each in week)):
            closing = blanks_of(lesson, lessons()).cells[-1].source
            named = re.findall(r"`exercises/(\d\d)_exercises.ipynb`", closing)
            assert {*map(int, named)} == {*week} and ("upload both" in closing) == (len(week) > 1)
    alone = named_lessons("00")
    assert "upload both" not in blanks_of(alone[0], alone).cells[-1].source


def test_chosen_lessons_bring_along_what_they_borrow_and_no_other_lesson(tmp_path):
    release(tmp_path / "some", named_lessons("08-09"))
    told = run(tmp_path / "some" / "student", "-c", EVERY_BLANK)
    names = [name for lesson in named_lessons("08-09") for name in lesson.exercises]
    assert told.stdout.split()[1:] == names, told.stderr
    release(tmp_path / "one", named_lessons("09,12"))
    told = run(tmp_path / "one" / "student", "-c", EVERY_BLANK)
    names = [name for lesson in named_lessons("09,12") for name in lesson.exercises]
    assert told.stdout.split()[1:] == names, told.stderr


def test_nbgrader_finds_its_marks_in_every_notebook(made):
    """The rules of nbgrader's schema 3 and of its cells, as its validator states them."""
    for lesson in lessons():
        for kind in ("source", "release"):
            path = made / f"course/{kind}/{lesson.stem}/{lesson.stem}.ipynb"
            cells = json.loads(path.read_text("utf-8"))["cells"]
            marked = [cell for cell in cells if "nbgrader" in cell["metadata"]]
            states = [cell["metadata"]["nbgrader"] for cell in marked]
            ids = [state["grade_id"] for state in states]
            assert len(set(ids)) == len(ids) == 3 * len(lesson.exercises)
            assert all(re.fullmatch(r"[\w-]+", id) for id in ids)
            assert {state["schema_version"] for state in states} == {3}
            for cell, state in zip(marked, states, strict=True):
                assert ("points" in state) == state["grade"] == ("-check" in state["grade_id"])
                assert state["locked"] != state["solution"]
                solved = kind == "source" and state["solution"]
                assert ("### BEGIN SOLUTION" in "".join(cell["source"])) == solved
            points = sum(state.get("points", 0) for state in states)
            assert points == sum(exercise(name).points for name in lesson.exercises)


def test_lessons_that_are_chosen_no_more_leave_the_folder(tmp_path):
    release(tmp_path / "old", named_lessons("00"))
    before = {path for path in (tmp_path / "old").rglob("*") if path.is_file()}
    made = release(tmp_path / "old", named_lessons("01"))
    after = {path for path in (tmp_path / "old").rglob("*") if path.is_file()}
    assert {f"{path.relative_to(tmp_path / 'old')}" for path in after} == {
        *made,
        ".lrcourse-release.json",
    }
    assert tmp_path / "old/student/exercises/00_exercises.ipynb" in before - after
    assert tmp_path / "old/course/source/01_one_step_downhill/01_one_step_downhill.ipynb" in after


def test_nothing_is_made_where_a_teacher_changed_a_file(tmp_path, monkeypatch):
    release(tmp_path / "old", named_lessons("00"))
    (tmp_path / "old/student/README.md").write_text("mine")
    monkeypatch.setattr(
        "lrcourse.classroom.handout.release.student", None
    )  # Nobody is made to wait.
    with pytest.raises(BadInput, match=r"README\.md was changed since it was made"):
        release(tmp_path / "old", named_lessons("00"))


def test_a_check_that_students_see_may_not_need_an_answer():
    own = unit("gd_step")
    (first, *_) = (check.name for check in own.exercise.checks if not check.hidden)
    with pytest.raises(
        BadInput, match=rf"gd_step\.py: a check .* needs {first}, which is an answer"
    ):
        needed(own._replace(answers={first}), {first})
