"""A course in nbgrader, reached through its own API: its gradebook, and our lessons as its
assignments. ``nbgrader autograde`` runs what students wrote; it is never called.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from lrcourse.base import BadInput
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.notebook_code import cell_id
from lrcourse.classroom.pages.grades_csv import write
from lrcourse.classroom.platforms.nbgrader.marks import marked, marks
from lrcourse.classroom.platforms.nbgrader.page import Other, Place
from lrcourse.learner.course_folder import content_folder


class Known(NamedTuple):
    """A lesson's notebook as nbgrader's gradebook knows it."""

    assignment: str
    notebook: str
    places: dict[str, Place]
    others: dict[str, Other]
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
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError:
        raise BadInput(
            "--nbgrader needs nbgrader: install it with `pip install -e '.[nbgrader]'` in the clone"
        ) from None
    app = settings_of(folder)
    with beside_python(), course_in_reach(app.coursedir.root):
        try:
            begin(app, api)
            with api.Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:
                yield app, gradebook
        except SQLAlchemyError as error:
            words = str(error).splitlines()[0]
            raise BadInput(
                f"nbgrader's gradebook {app.coursedir.db_url} cannot be used ({words}): is another "
                "program busy with it, or does it need `nbgrader db upgrade`?"
            ) from None


def settings_of(folder: Path):
    """Return nbgrader's settings, read from the course and the teacher's own; never from the folder
    that we happen to be in, which may be full of students' files."""
    from nbgrader.apps import NbGrader

    class Settings(NbGrader):
        load_cwd_config = False

        @property
        def config_file_paths(self):
            here = os.getcwd()
            return [path for path in super().config_file_paths if path != here]

        def init_syspath(self):
            """Leave Python's path as it is."""

    app = Settings(log_level=logging.ERROR)
    app.initialize([], root=str(Path(folder).resolve()))
    return app


def begin(app, api) -> None:
    """Make the course's gradebook whole or not at all: nbgrader makes it table by table, and one
    that was left half-made can never be upgraded."""
    from sqlalchemy import make_url

    url = make_url(app.coursedir.db_url)
    if url.get_backend_name() != "sqlite" or not url.database or Path(url.database).exists():
        return
    path = Path(url.database)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with api.Gradebook(f"sqlite:///{unfinished}", app.coursedir.course_id):
        pass
    os.replace(unfinished, path)


@contextmanager
def course_in_reach(root: str) -> Iterator[None]:
    """Let the course's own rule for late submissions be found: a file beside its settings. It
    comes last, so that no file of the course stands for a library's."""
    sys.path.append(root)
    try:
        yield
    finally:
        sys.path.remove(root)


@contextmanager
def beside_python() -> Iterator[None]:
    """Let programs beside this Python be found: nbgrader calls ``alembic`` by its bare name."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def known_as(app, gradebook, lesson: Lesson, settings) -> Known:
    """Return a lesson as the gradebook knows it, under whatever assignment; if it does not yet,
    take it from the course's ``source`` folder, and if it is not there either, put it there.

    Raises ``BadInput`` where the gradebook has no cell for an exercise.
    """
    asked = set(lesson.exercises) & set(settings.exercises)
    known = _known(gradebook, lesson, asked)
    if known is None or _half_made(gradebook, known, asked):
        make_assignment(app, lesson)
        gradebook.db.expire_all()
        known = _known(gradebook, lesson, asked)
    for name in sorted(asked - set(known.places)):
        raise BadInput(
            f"nbgrader's assignment {known.assignment} has no cells {cell_id(name)} and "
            f"{cell_id(name)}-check in {lesson.stem}: name lessons without it, with --lessons"
        )
    return known


def _known(gradebook, lesson: Lesson, asked: set[str]) -> Known | None:
    """Return a lesson with those of its exercises that the gradebook has cells for."""
    there = [
        (assignment.name, each)
        for assignment in gradebook.assignments
        for each in assignment.notebooks
        if each.name in lesson.exercises_names
    ]
    if not there:
        return None
    assignment, each = there[0]
    checks = {cell_id(cell.name): cell for cell in each.grade_cells}
    answers = {cell_id(cell.name): cell.name for cell in each.solution_cells}
    places = {}
    for name in asked:
        check, answer = checks.get(f"{cell_id(name)}-check"), answers.get(cell_id(name))
        if check and answer:
            places[name] = Place(name, answer, check.name, check.max_score)
    return Known(assignment, each.name, places, others_in(each, places), handed_out(lesson))


def others_in(notebook, places: dict[str, Place]) -> dict[str, Other]:
    """Return the cells that a teacher added to a lesson and that nbgrader keeps a score or a
    comment for, by their names."""
    points = {cell.name: cell.max_score for cell in [*notebook.grade_cells, *notebook.task_cells]}
    answers = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    ours = {name for place in places.values() for name in (place.answer, place.check)}
    return {
        cell.name: Other(
            cell.cell_type,
            cell.source or "",
            marks(cell.name, cell.name in answers, points.get(cell.name), cell.name in tasks),
        )
        for cell in notebook.source_cells
        if cell.name in (points.keys() | answers) - ours
    }


def _half_made(gradebook, known: Known, asked: set[str]) -> bool:
    """Whether a run was killed while it made the assignment: nbgrader enters it cell by cell."""
    if known.assignment != known.notebook or gradebook.assignment_submissions(known.assignment):
        return False
    made = gradebook.find_notebook(known.notebook, known.assignment)
    sources = {cell.name for cell in made.source_cells}
    kept = {cell.name for cell in [*made.grade_cells, *made.solution_cells, *made.task_cells]}
    return set(known.places) != asked or not kept <= sources


def handed_out(lesson: Lesson) -> NotebookNode:
    """Return the notebook with a lesson's blanks."""
    return nbformat.read(content_folder() / lesson.exercises_path, as_version=4)


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
