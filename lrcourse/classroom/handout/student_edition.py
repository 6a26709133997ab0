"""The student edition: the course as it is handed out, without answers and without the teacher's
side of it.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from nbformat import NotebookNode

import lrcourse
from lrcourse.authoring.building import text as notebook_text
from lrcourse.authoring.composing import compose_blanks, what_is_next
from lrcourse.authoring.placeholders import without_elsewhere
from lrcourse.checks.lesson import Lesson, contents, way
from lrcourse.classroom.handout.student_units import exercise_modules
from lrcourse.classroom.pages.templating import render
from lrcourse.exercises import lessons
from lrcourse.setup.environment import CLONE

STUDENTS = [
    *("", "checks", "cli", "explorers", "learner", "learner/jupyter/labconfig"),
    *("learner/templates", "setup", "trial"),
]
"""Rooms of the package that students get, each without the rooms inside it. ``exercises`` they get
as ``exercise_modules`` makes it; what is not named here is the teacher's."""

TERM = [[0, 1], [2, 3], [4], [5], [6], [7], [8, 9], [10], [11], [12, 13], [14], [15]]
"""The lessons of twelve weeks: those of one week are one assignment."""


def student(chosen: list[Lesson], templates: Path | None = None) -> dict[str, bytes]:
    """Return the files of the student edition, by name."""
    package = CLONE / "lrcourse"
    files = {
        path.relative_to(CLONE).as_posix(): path.read_bytes()
        for room in STUDENTS
        for path in sorted((package / room).iterdir())
        if path.is_file() and path.suffix != ".pyc"
    }
    for name in ("LICENSE", "requirements.txt", "environment.yml", "notebooks/source/camera.png"):
        files[name] = (CLONE / name).read_bytes()
    files["pyproject.toml"] = project().encode()
    files["README.md"] = readme(chosen, templates).encode()
    files["lrcourse/exercises/__init__.py"] = (package / "exercises/__init__.py").read_bytes()
    files.update(exercise_modules(chosen))
    for lesson in chosen:
        name = f"notebooks/{lesson.stem}.ipynb"
        if (CLONE / name).exists():
            ours = without_elsewhere((CLONE / name).read_text("utf-8"))
            files[name] = leading_to(chosen, lesson, ours).encode()
        blanks = notebook_text(blanks_of(lesson, chosen, templates))
        files[lesson.exercises_path] = blanks.encode()
    files["notebooks/contents.md"] = contents(chosen).encode()
    return files


def leading_to(chosen: list[Lesson], lesson: Lesson, notebook: str) -> str:
    """Return the text of a lesson's notebook whose last line leads to ``chosen`` lessons alone."""
    links = [json.dumps(way(lesson, each), ensure_ascii=False) for each in (lessons(), chosen)]
    return notebook.replace(*links)


def project() -> str:
    """Return the project's file without what only the teacher's copy has."""
    data = tomllib.loads((CLONE / "pyproject.toml").read_text("utf-8"))
    facts = {"build": data["build-system"], "project": data["project"], "toml": json.dumps}
    return render("pyproject.toml.j2", facts | {"hatch": data["tool"]["hatch"]})


def readme(chosen: list[Lesson], templates: Path | None = None) -> str:
    """Return what students read first, for the chosen lessons."""
    facts = {"lessons": chosen, "version": lrcourse.__version__}
    return render("students_readme.md.j2", facts, templates)


def blanks_of(lesson: Lesson, chosen: list[Lesson], templates: Path | None = None) -> NotebookNode:
    """Return the notebook of blanks; it says how it is handed in, and with which other one, and
    leads to no lesson that is not among the ``chosen``."""
    notebook = compose_blanks(lesson, CLONE)
    week = next((each for each in TERM if lesson.number in each), [])
    beside = [each for each in chosen if each.number in week and each is not lesson]
    facts = {"lesson": lesson, "beside": beside, "next": what_is_next(lesson, chosen)}
    notebook.cells[-1].source = render("hand_in.md.j2", facts, templates).strip()
    return notebook
