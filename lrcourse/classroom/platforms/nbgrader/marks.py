"""nbgrader's marks on the cells of a notebook: what is an answer, what a check with points, and
what is only to be read.
"""

from __future__ import annotations

from copy import deepcopy

from nbformat import NotebookNode

from lrcourse.checks.lesson import Lesson
from lrcourse.checks.notebook_code import cell_id
from lrcourse.exercises import exercise


def marks(
    grade_id: str, solution: bool = False, points: float | None = None, task: bool = False
) -> dict:
    """Return nbgrader's metadata of a cell: an answer, a check or a task that has points, or locked
    text.

    >>> marks("gd-step-check", points=1.0)["grade"]
    True
    """
    graded = points is not None
    state = {
        "grade": graded and not task,
        "solution": solution,
        "locked": not solution,
        "task": task,
    }
    return {"schema_version": 3, "grade_id": grade_id, **state} | (
        {"points": points} if graded else {}
    )


def marked(notebook: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Return a copy of a lesson's blanks in which every cell of an exercise has its marks."""
    copy, marks_of = deepcopy(notebook), {}
    for name in lesson.exercises:
        id = cell_id(name)
        marks_of[f"{id}-story"] = marks(f"{id}-story")
        marks_of[id] = marks(id, solution=True)
        marks_of[f"{id}-check"] = marks(f"{id}-check", points=exercise(name).points)
    for cell in copy.cells:
        if cell.get("id") in marks_of:
            cell.metadata["nbgrader"] = marks_of[cell.id]
    return copy
