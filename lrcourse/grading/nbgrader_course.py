"""A course in nbgrader, reached through its own API: its gradebook, ids for its students, and our
lessons as its assignments. ``nbgrader autograde`` runs what students wrote; it is never called.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from lrcourse.base import BadInput
from lrcourse.cells import cell_id
from lrcourse.grading.nbgrader_marks import marked
from lrcourse.grading.shown import Place
from lrcourse.grading.tables import write
from lrcourse.learner import content_folder
from lrcourse.lessons import Lesson


class Known(NamedTuple):
    """A lesson's notebook as nbgrader's gradebook knows it."""

    assignment: str
    notebook: str
    places: dict[str, Place]
    handed_out: NotebookNode


def check(folder: Path) -> None:
    """Raise ``BadInput`` where nbgrader or the course cannot be used: before the long work."""
    with opened(folder):
        pass


@contextmanager
def opened(folder: Path) -> Iterator[tuple]:
    """Give nbgrader's settings for the course in ``folder`` and its gradebook, until the end.

    Raises ``BadInput`` where nbgrader is missing or the gradebook cannot be used.
    """
    if not Path(folder).is_dir():
        raise BadInput(f"{folder} is no folder: name an nbgrader course's, or make one")
    try:
        from nbgrader import api
        from nbgrader.apps import NbGrader
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:
        raise BadInput(
            "--nbgrader needs nbgrader: install it with `pip install lrcourse[nbgrader]`"
        ) from None

    class Settings(NbGrader):
        """nbgrader's settings, read from the course and the teacher's own; never from the folder
        that we happen to be in, which may be full of students' files."""

        load_cwd_config = False

        @property
        def config_file_paths(self):
            here = os.getcwd()
            return [path for path in super().config_file_paths if path != here]

        def init_syspath(self):
            """Leave Python's path as it is."""

    app = Settings(log_level=logging.ERROR)
    app.initialize([], root=str(Path(folder).resolve()))
    with beside_python():
        try:
            with api.Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
                yield app, gradebook
        except SQLAlchemyError as error:
            words = str(error).splitlines()[0]
            raise BadInput(
                f"nbgrader's gradebook {app.coursedir.db_url} cannot be used ({words}): is another "
                "program busy with it, or does it need `nbgrader db upgrade`?"
            ) from None


@contextmanager
def beside_python() -> Iterator[None]:
    """Let programs beside this Python be found: nbgrader calls ``alembic`` by its bare name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def student_id(name: str, number: str) -> str:
    """Return a student's id in nbgrader: a folder's name, and nobody else's.

    >>> student_id("Ada Lovelace", ""), student_id("ada", "4711"), student_id("../ada", "")
    ('Ada Lovelace', 'ada-4711', '__ada-6008827952')
    """
    plain = re.sub(r"[^\w@. -]|[. ]+$|^[. ]+", "_", name)[:80]
    told_apart = plain != name or not number and re.search(r"-\w+$", name)
    own = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:10] if told_apart else ""
    return "-".join(filter(None, [plain, number, own]))


def known_as(app, gradebook, lesson: Lesson, settings) -> Known:
    """Return a lesson as the gradebook knows it, under whatever assignment; if it does not yet,
    take it from the course's ``source`` folder, and if it is not there either, put it there.

    Raises ``BadInput`` where the gradebook has no cell for an exercise.
    """
    there = [
        (assignment, each)
        for assignment in gradebook.assignments
        for each in assignment.notebooks
        if each.name == lesson.stem
    ]
    if not there:
        make_assignment(app, lesson)
        gradebook.db.expire_all()
        return known_as(app, gradebook, lesson, settings)
    assignment, each = there[0]
    checks = {cell_id(cell.name): cell for cell in each.grade_cells}
    answers = {cell_id(cell.name): cell.name for cell in each.solution_cells}
    places = {}
    for name in set(lesson.exercises) & set(settings.exercises):
        check, answer = checks.get(f"{cell_id(name)}-check"), answers.get(cell_id(name))
        if check is None or answer is None:
            raise BadInput(
                f"nbgrader's assignment {assignment.name} has no cells {cell_id(name)} and "
                f"{cell_id(name)}-check in {lesson.stem}: name lessons without it, with --lessons"
            )
        places[name] = Place(name, answer, check.name, check.max_score)
    return Known(assignment.name, lesson.stem, places, handed_out(lesson))


def handed_out(lesson: Lesson) -> NotebookNode:
    """Return the notebook with a lesson's blanks."""
    return nbformat.read(content_folder() / "exercises" / f"{lesson.stem}.ipynb", as_version=4)


def make_assignment(app, lesson: Lesson) -> None:
    """Make a lesson an assignment of the course, as ``nbgrader generate_assignment`` would."""
    from nbgrader import preprocessors
    from nbgrader.api import Gradebook as Theirs

    source = Path(app.coursedir.format_path(app.coursedir.source_directory, ".", lesson.stem))
    path = source / f"{lesson.stem}.ipynb"
    if not path.exists():
        write(path, nbformat.writes(marked(handed_out(lesson), lesson)) + "\n")
    with Theirs(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
        gradebook.update_or_create_assignment(lesson.stem)
    given = {"notebook": lesson.stem, "assignment": lesson.stem, "db_url": app.coursedir.db_url}
    notebook = nbformat.read(path, as_version=4)
    for each in ("LockCells", "ClearSolutions", "ClearOutput", "ComputeChecksums", "SaveCells"):
        made = getattr(preprocessors, each)(parent=app)
        notebook, _ = made.preprocess(notebook, {"nbgrader": given})
