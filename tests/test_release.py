"""What students get says the same and holds no answer; what a teacher changed stays."""

import ast
import importlib.util
import inspect
import json
import os
import re
import subprocess
import sys

import pytest

from lrcourse import checking, watching
from lrcourse.base import BadInput
from lrcourse.checking import examine
from lrcourse.environment import CLONE
from lrcourse.exercises import exercise, lessons
from lrcourse.feedback import Card
from lrcourse.grading import sealed
from lrcourse.grading.chosen import named_lessons
from lrcourse.grading.release import release
from lrcourse.grading.student_edition import FOR_STUDENTS, blanks_of
from lrcourse.grading.student_units import needed
from lrcourse.grading.unit_code import unit

NAMES = [name for lesson in lessons() for name in lesson.exercises]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("release") / "autumn"
    release(folder, lessons())
    return folder


@pytest.fixture(params=NAMES)
def both(request, made, monkeypatch):
    """An exercise as its teacher has it and as its students have it."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # What was made stays as it was made.
    monkeypatch.setitem(sys.modules, "lrcourse.sealed", sealed)
    own = unit(request.param)
    path = made / f"student/lrcourse/exercises/lesson{own.lesson.number:02d}/{own.name}.py"
    spec = importlib.util.spec_from_file_location(f"student_{own.name}", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return own.exercise, module.exercise


def card(unit, answer):
    return Card(examine(unit, answer), answer)


def blank(*args, **kwargs):
    raise NotImplementedError("not written yet")


def test_every_answer_gets_the_card_that_its_teacher_sees_with_mistakes_named(both, monkeypatch):
    teachers, students = both
    answers = [blank, teachers.answer, *teachers.styles.values()]
    answers += [mistake.function for mistake in teachers.mistakes]
    cards = [repr(card(teachers, answer)) for answer in answers]
    monkeypatch.setattr(checking, "known_mistake", sealed.known_mistake)
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
        for mistake in own.mistakes:
            check = next(each for each in own.checks if each.function is mistake.caught_by)
            watched = checking.attempt(own, check, mistake.function, 0).watched
            kept = sealed.Sealed(check.function, *sealed.seal(watched.calls, "is", check.name, ""))
            elsewhere = Elsewhere(mistake.function, error)
            shaken = checking.attempt(own, check, elsewhere, 0).watched
            if not watching.same_calls(watched.calls, shaken.calls):
                continue  # the error grew, or met a number that a decision hangs on
            students = checking.Exercise(name, mistakes=[kept])
            assert sealed.known_mistake(students, check, shaken, 0), (name, mistake.thought)


def test_a_sealed_mistake_looks_like_no_other_and_opens_with_its_outputs_alone():
    def sealed_at(value, salt):
        calls = [watching.Call("gd_step", {}, value)]
        return sealed.seal(calls, "climbs", "goes_downhill", salt)

    _, grid, digest, thought = sealed_at(2.5, "autumn")
    assert sealed_at(2.5, "autumn") == sealed_at(2.5 * (1 + 1e-9), "autumn")
    for other in (sealed_at(2.5, "spring"), sealed_at(2.50001, "autumn")):
        assert digest != other[2] and thought != other[3]
    assert b"climbs" not in bytes.fromhex(thought)


def code_lines(text):
    """The lines that say more than a few words of code, without white space."""
    lines = {re.sub(r"\s", "", line): len(re.findall(r"\w+|[^\w\s]", line)) for line in text}
    return {line for line, tokens in lines.items() if tokens > 8}


def answers_of(own):
    """The lines of a unit that no student may find: bodies of answers, what mistakes think."""
    lines = own.text.splitlines()
    kept = {f for each in own.exercise.checks if not each.hidden for f in [each.name]}
    found = set()
    for node in own.tree.body:
        marks = " ".join(map(ast.unparse, getattr(node, "decorator_list", [])))
        if isinstance(node, ast.FunctionDef) and node.name not in kept:
            if re.match(r"exercise\.(solution|check|accepts|mistake)", marks):
                start = next(
                    (k for k in range(node.lineno, node.end_lineno) if "# solution:" in lines[k]),
                    node.body[0].lineno - 1,
                )
                found |= code_lines(lines[start : node.end_lineno])
        elif isinstance(node, ast.Expr) and ast.unparse(node).startswith("exercise.mistake"):
            found |= code_lines(lines[node.lineno - 1 : node.end_lineno])
    inputs = re.escape(",".join(inspect.signature(own.exercise.answer).parameters))
    called = re.compile(rf"(\w+=|return)?{own.name}\({inputs}\)")
    found = {line for line in found if not called.fullmatch(line)}
    return found | {re.sub(r"\s", "", each.thought) for each in own.exercise.mistakes}


def strings(value):
    """All text in a notebook: cells, outputs, metadata."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        yield "".join(each for each in value if isinstance(each, str))
        for each in value:
            yield from strings(each)
    else:
        yield str(value)


def text_of(path):
    """All that can be read in a file, without white space."""
    text = path.read_bytes().decode("utf-8", "ignore")
    if path.suffix == ".ipynb":
        text = "\n".join(strings(json.loads(text)))
    return re.sub(r"\s", "", text)


def public():
    """The files that a learner may read in any case: the library and the lessons."""
    lessons = (CLONE / "notebooks").glob("*.ipynb")
    return [*(CLONE / "lrcourse").glob("*.py"), *lessons, CLONE / "README.md"]


def said_openly():
    """What a unit itself tells a learner: story, promises, hints, of which the last is a first
    line."""
    texts = []
    for own in map(unit, NAMES):
        promises = [check.promise for check in own.exercise.checks if not check.hidden]
        told = [ast.get_docstring(own.tree), own.exercise.answer.__doc__, own.exercise.turned_out]
        texts += [*told, *promises, *own.exercise.hints]
    return re.sub(r"\s", "", "\n".join(texts))


def found_in(folders, secrets):
    """Which of the secret lines stand in which file, those of the library and lessons apart."""
    known = "\n".join([*map(text_of, public()), said_openly()])
    private = {line for line in secrets if line not in known}
    assert len(private) > len(secrets) / 2
    same = {path.read_bytes() for path in public()}
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = {path: text_of(path) for path in paths if path.read_bytes() not in same}
    return sorted(
        (line, path.name) for path, text in texts.items() for line in private if line in text
    )


def test_no_answer_can_be_found_in_what_students_get(made):
    secrets = set().union(*(answers_of(unit(name)) for name in NAMES))
    assert found_in([made / "student", made / "course" / "release"], secrets) == []
    assert len(found_in([made / "course" / "source"], secrets)) > len(NAMES)


def test_nothing_compiled_or_hidden_is_handed_out(made):
    allowed = {
        ".py",
        ".ipynb",
        ".md",
        ".txt",
        ".toml",
        ".yml",
        ".json",
        ".png",
        ".js",
        ".css",
        ".mplstyle",
        "",
    }
    paths = [path for path in (made / "student").rglob("*") if path.is_file()]
    assert {path.suffix for path in paths} <= allowed
    assert not [path for path in paths if {"grading", "authoring", "solutions"} & set(path.parts)]


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


def test_the_readme_of_students_names_their_lessons_and_nothing_of_the_teachers(made, tmp_path):
    release(tmp_path / "some", named_lessons("00-01"))
    ours = headings((CLONE / "README.md").read_text("utf-8"))
    assert [each for each in ours if each in FOR_STUDENTS] == FOR_STUDENTS
    for folder, chosen in ((made, lessons()), (tmp_path / "some", named_lessons("00-01"))):
        text = (folder / "student/README.md").read_text("utf-8")
        linked = re.findall(r"\(notebooks/(\w+)\.ipynb\)", text)
        assert linked == [lesson.stem for lesson in chosen]
        assert headings(text) == [*FOR_STUDENTS[:-1], "Handing in", FOR_STUDENTS[-1]]
        for word in ("solution", "lrcourse test", "clone", "capstone", "sessions", "teachers"):
            assert word not in text, word


@pytest.mark.parametrize("which", ["00", "00,02", "00-02"])
def test_blanks_say_how_they_are_handed_in_and_lead_to_no_lesson_that_was_not_released(which):
    chosen = named_lessons(which)
    for lesson, later in zip(chosen, [*chosen[1:], None], strict=True):
        closing = blanks_of(lesson, chosen).cells[-1].source
        assert "To hand in" in closing and f"`{lesson.stem}.ipynb` in `exercises`" in closing
        linked = re.findall(r"\.\./notebooks/(\w+)\.ipynb", closing)
        assert linked == ([later.stem] if later else [])
        own = (CLONE / f"exercises/{lesson.stem}.ipynb").read_text("utf-8")
        assert "To hand in" not in own  # A learner alone hands nothing in.


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
    assert tmp_path / "old/student/exercises/00_start_here.ipynb" in before - after
    assert tmp_path / "old/course/source/01_one_step_downhill/01_one_step_downhill.ipynb" in after


def test_nothing_is_made_where_a_teacher_changed_a_file(tmp_path, monkeypatch):
    release(tmp_path / "old", named_lessons("00"))
    (tmp_path / "old/student/README.md").write_text("mine")
    monkeypatch.setattr("lrcourse.grading.release.student", None)  # Nobody is made to wait.
    with pytest.raises(BadInput, match=r"README\.md was changed since it was made"):
        release(tmp_path / "old", named_lessons("00"))


def test_a_check_that_students_see_may_not_need_an_answer():
    own = unit("gd_step")
    (first, *_) = (check.name for check in own.exercise.checks if not check.hidden)
    with pytest.raises(
        BadInput, match=rf"gd_step\.py: a check .* needs {first}, which is an answer"
    ):
        needed(own._replace(answers={first}), {first})
