"""What a file that was handed in answers, and what to say of one that answers nothing."""

from __future__ import annotations

from lrcourse.checks.notebook_code import asked_in, sources_in
from lrcourse.classroom.grading.records import NOTHING
from lrcourse.classroom.grading.renamed import renamed
from lrcourse.classroom.grading.submissions import Handed
from lrcourse.exercises import exercise_names, lessons


def looked_at(handed: Handed) -> tuple[Handed, list[str]]:
    """Return a file with what is wrong with it, and the exercises that it answers."""
    if handed.problem:
        return handed, []
    try:
        sources = sources_in(handed.notebook)
    except ValueError as error:
        return handed._replace(problem=f"It is {error}."), []
    asked = asked_in(sources, exercise_names())
    return handed._replace(problem="" if asked else _nothing(sources)), asked


def _nothing(sources: list[str]) -> str:
    """Return what to say of a notebook that answers nothing; it may be a lesson, whose exercises
    stand in another."""
    text = "\n".join(sources)
    for lesson in lessons():
        if any(f'"{question.id}"' in text for question in lesson.questions):
            told = f"Hand in {lesson.exercises_called} from the folder exercises"
            return f"{NOTHING} {told}: this is the lesson itself."
    return " ".join([NOTHING, *renamed(sources, exercise_names())])
