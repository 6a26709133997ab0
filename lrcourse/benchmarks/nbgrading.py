"""A class as nbgrader wants it, so that both can grade the same files with the same checks."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

from lrcourse.authoring.composing import KERNEL
from lrcourse.base import BadInput
from lrcourse.benchmarks.costs import cost
from lrcourse.benchmarks.students import SIX, Student, notebook
from lrcourse.classroom.platforms.nbgrader.marks import marks
from lrcourse.exercises import exercise

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"
CHECK = """\
### BEGIN HIDDEN TESTS
from itertools import takewhile

from lrcourse.checking import examine
from lrcourse.exercises import exercise

report = examine(exercise("{name}"), {name}, hidden=True)
if report.broken:
    print(report.broken.seen)
kept = sum(1 for _ in takewhile(lambda each: each.state == "holds", report.outcomes))
report.exercise.points * kept / len(report.outcomes)
### END HIDDEN TESTS
"""
"""What nbgrader runs after an answer. Its value is the score, as nbgrader's manual has it for part
of the points; it ends an endless loop at the course's own limit, long before nbgrader's 30 s."""


def hand_in(group: list[Student], folder: Path) -> Path:
    """Make ``folder`` an nbgrader course whose class has handed in; return where its files are."""
    source = folder / "source" / "bench"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    blanks = {name: f"def {name}(*_, **__):\n    raise NotImplementedError" for name in SIX}
    (source / "answers.ipynb").write_bytes(_marked("", blanks, CHECK))
    for student in group:
        place = folder / "submitted" / student.name / "bench"
        place.mkdir(parents=True)
        (place / "answers.ipynb").write_bytes(_filled_in(student))
    return folder / "submitted"


def autograde(python: Path, folder: Path) -> tuple[float, float]:
    """Return the processor seconds of ``nbgrader autograde`` and of ``nbgrader generate_feedback``
    for the class in ``folder``: one command each, with nbgrader's own settings.

    ``python`` belongs to an environment that holds nbgrader and NumPy. The time for making the
    assignment is not counted. Raises ``BadInput`` where nbgrader does not run.
    """
    if not Path(python).exists():
        raise BadInput(f"there is no {python}: name the Python of an environment with nbgrader")
    path = os.pathsep.join([str(Path(python).absolute().parent), os.environ.get("PATH", "")])
    command = [str(Path(python).absolute()), "-m", "nbgrader"]
    cost([*command, "generate_assignment", "bench"], folder, PATH=path)
    # It ends with 1 where a notebook could not be graded, which is what some are here for.
    graded = cost([*command, "autograde", "bench"], folder, (0, 1), PATH=path)
    feedback = cost([*command, "generate_feedback", "bench"], folder, PATH=path)
    cost([*command, "export"], folder, PATH=path)
    return graded.cpu, feedback.cpu


def points(table: Path, name: str, score: str) -> dict[str, float]:
    """Return each student's points, where they are settled, from a table of grades, by the names
    of its columns."""
    with table.open(newline="", encoding="utf-8-sig") as file:
        return {line[name]: float(line[score]) for line in csv.DictReader(file) if line[score]}


def _filled_in(student: Student) -> bytes:
    """Return a student's answers in the cells of the assignment; no notebook stays none."""
    try:
        first, *answers = (cell["source"] for cell in json.loads(student.notebook)["cells"])
    except (ValueError, KeyError, TypeError):
        return student.notebook
    return _marked(first, dict(zip(SIX, answers, strict=True)), "")


def _marked(first: str, answers: dict[str, str], check: str) -> bytes:
    """Return the notebook of these cells with nbgrader's marks, a check after each answer."""
    cells, marked = [first], [{}]
    for name, answer in answers.items():
        cells += [answer, check.format(name=name)]
        graded = marks(f"{name}-check", points=exercise(name).points)
        marked += [{"nbgrader": marks(name, solution=True)}, {"nbgrader": graded}]
    made = json.loads(notebook(cells, kernelspec=KERNEL))
    for cell, metadata in zip(made["cells"], marked, strict=True):
        cell["metadata"] = metadata
    return json.dumps(made).encode()
