"""The exercises, one readable module each, in the order of the lessons."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache

from lrcourse.checking import Exercise
from lrcourse.lessons import Lesson, Question


@cache
def lessons() -> list[Lesson]:
    """Return every lesson in order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("lesson"))
    return [importlib.import_module(f"{__name__}.{name}").lesson for name in names]


def exercise_names() -> list[str]:
    """Return the name of every exercise, in the order of the lessons."""
    return [name for lesson in lessons() for name in lesson.exercises]


def lesson_of(name: str) -> Lesson:
    """Return the lesson that asks for the exercise ``name``; ``ValueError`` if none does."""
    for lesson in lessons():
        if name in lesson.exercises:
            return lesson
    known = exercise_names()
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"the exercises are {', '.join(known)}."
    raise ValueError(f"There is no exercise called {name}: {advice}")


def exercise(name: str) -> Exercise:
    """Return the exercise ``name``; ``ValueError`` with the nearest name if there is none.

    >>> exercise("gd_stepp")
    Traceback (most recent call last):
    ValueError: There is no exercise called gd_stepp: did you mean gd_step?
    """
    return importlib.import_module(f"{__name__}.lesson{lesson_of(name).number:02d}.{name}").exercise


def question(id: str) -> Question:
    """Return the question ``id`` of any lesson; ``ValueError`` if there is none."""
    known = {each.id: each for lesson in lessons() for each in lesson.questions}
    if id not in known:
        raise ValueError(f"There is no question called {id}: they are {', '.join(known)}.")
    return known[id]
