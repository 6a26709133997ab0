"""A class as nbgrader wants it, so that it can be timed: the same answers, the same checks."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lrcourse.authoring.composing import KERNEL
from lrcourse.base import BadInput
from lrcourse.benchmarks.costs import Cost, cost
from lrcourse.benchmarks.students import SIX, Student, notebook
from lrcourse.exercises import exercise
from lrcourse.grading.nbgrader_marks import marks

CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"
CHECK = """\
from lrcourse.checking import examine
from lrcourse.exercises import exercise

report = examine(exercise("{name}"), {name}, hidden=True)
assert report.solved, report.broken.seen
"""


def autograde(python: Path, folder: Path, group: list[Student]) -> Cost:
    """Return what ``nbgrader autograde`` takes for the notebooks of ``group``.

    ``python`` belongs to an environment that holds nbgrader and NumPy. The time for making the
    assignment is not counted. Raises ``BadInput`` where nbgrader does not run.
    """
    if not Path(python).exists():
        raise BadInput(f"there is no {python}: name the Python of an environment with nbgrader")
    path = os.pathsep.join([str(Path(python).absolute().parent), os.environ.get("PATH", "")])
    command = [str(Path(python).absolute()), "-m", "nbgrader"]
    source = folder / "source" / "bench"
    source.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG)
    blanks = {name: f"def {name}(*_, **__):\n    raise NotImplementedError" for name in SIX}
    (source / "answers.ipynb").write_bytes(_marked(blanks))
    cost([*command, "generate_assignment", "bench"], folder, PATH=path)
    for student in group:
        place = folder / "submitted" / student.name / "bench"
        place.mkdir(parents=True)
        (place / "answers.ipynb").write_bytes(_theirs(student))
    # It ends with 1 where a notebook could not be graded, which is what some are here for.
    return cost([*command, "autograde", "bench"], folder, (0, 1), PATH=path)


def _theirs(student: Student) -> bytes:
    """Return a student's answers in the cells of the assignment; no notebook stays none."""
    try:
        cells = [cell["source"] for cell in json.loads(student.notebook)["cells"]]
    except (ValueError, KeyError, TypeError):
        return student.notebook
    return _marked(dict(zip(SIX, cells[1:], strict=True)))


def _marked(answers: dict[str, str]) -> bytes:
    """Return the notebook of these answers with nbgrader's marks, a check after each."""
    cells, marked = ["import numpy as np"], [{}]
    for name, answer in answers.items():
        cells += [answer, CHECK.format(name=name)]
        check = marks(f"{name}-check", points=exercise(name).points)
        marked += [{"nbgrader": marks(name, solution=True)}, {"nbgrader": check}]
    made = json.loads(notebook(cells, kernelspec=KERNEL))
    for cell, metadata in zip(made["cells"], marked, strict=True):
        cell["metadata"] = metadata
    return json.dumps(made).encode()
