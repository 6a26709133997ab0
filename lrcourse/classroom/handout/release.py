"""What a class is given, in one folder: the student edition, and nbgrader's course folder. No
answer is in either but for the teacher's own ``source``.

All of it is made in memory before the first file is written.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode

from lrcourse.authoring import units
from lrcourse.authoring.building import text as notebook_text
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.notebook_code import cell_id
from lrcourse.classroom.handout.made_files import made_before, write_made
from lrcourse.classroom.handout.student_edition import blanks_of, student
from lrcourse.classroom.handout.unit_code import unit
from lrcourse.classroom.platforms.nbgrader.marks import marked


def release(folder: Path, chosen: list[Lesson], templates: Path | None = None) -> list[str]:
    """Write the student edition and the course folder of the ``chosen`` lessons into ``folder``;
    return the names of the files. ``templates`` is a teacher's folder of changed ones.

    Raises ``BadInput`` where a file is there that no release made, or that somebody changed.
    """
    made_before(folder, "release")
    files = {
        **{f"student/{name}": data for name, data in student(chosen, templates).items()},
        **{f"course/{name}": data for name, data in course(chosen, templates).items()},
    }
    return write_made(folder, "release", files)


CONFIG = '''"""What nbgrader has to know of this folder."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "lrcourse"
c.ExportApp.plugin_class = "lrcourse.classroom.platforms.nbgrader.exporter.OpenStaysEmpty"
'''


def course(chosen: list[Lesson], templates: Path | None = None) -> dict[str, bytes]:
    """Return the files of nbgrader's course folder, by name: an assignment for each lesson."""
    files = {"nbgrader_config.py": CONFIG.encode()}
    for lesson in chosen:
        name = f"{lesson.stem}/{lesson.stem}.ipynb"
        blanks = marked(blanks_of(lesson, chosen, templates), lesson)
        files[f"release/{name}"] = notebook_text(blanks).encode()
        files[f"source/{name}"] = notebook_text(solved(blanks, lesson)).encode()
    return files


def solved(blanks: NotebookNode, lesson: Lesson) -> NotebookNode:
    """Return a copy of a lesson's blanks with the answers in them, between nbgrader's marks."""
    copy, exercise_in = deepcopy(blanks), {cell_id(name): name for name in lesson.exercises}
    for cell in copy.cells:
        if cell.id in exercise_in:
            cell.source = between_marks(unit(exercise_in[cell.id]).text)
    return copy


def between_marks(text: str) -> str:
    """Return the code of the answer between the marks that nbgrader blanks.

    >>> print(between_marks('''@exercise.solution
    ... def double(w):
    ...     # solution: one line
    ...     return 2 * w
    ... '''))
    def double(w):
        # your code: one line
        ### BEGIN SOLUTION
        return 2 * w
        ### END SOLUTION
    """
    code = units.marked(text)
    indent = units.SIZE.search(code)[1]
    return (
        units.SIZE.sub(r"\1# your code: \2\n\1### BEGIN SOLUTION\n", code)
        + f"\n{indent}### END SOLUTION"
    )
