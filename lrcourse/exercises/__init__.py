"""The exercises, one readable module each, in the order of the lessons."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from functools import cache

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question, predict_first


@cache
def lessons() -> list[Lesson]:
    """Return every lesson in order."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name.startswith("lesson"))
    return [importlib.import_module(f"{__name__}.{name}").lesson for name in names]


def lesson_named(key: str | int) -> Lesson:
    """Return the lesson of that number, name or both; ``ValueError`` if there is none.

    >>> lesson_named("0").title
    'Start here: focus the camera'
    >>> lesson_named("99")
    Traceback (most recent call last):
    ValueError: There is no lesson 99: name one by its number, as in 00, or as in 00_start_here.
    """
    wanted = int(key) if str(key).isdecimal() else key
    for each in lessons():
        if wanted in (each.number, each.name, each.stem):
            return each
    raise ValueError(
        f"There is no lesson {key}: name one by its number, as in 00, or as in {lessons()[0].stem}."
    )


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
    """Return the question ``id`` of any lesson, or what the story of the exercise ``id`` asks to
    predict; ``ValueError`` with the nearest id if there is none.

    >>> question("02-doubel")
    Traceback (most recent call last):
    ValueError: There is no question called 02-doubel: did you mean 02-double?
    """
    known = {each.id: each for lesson in lessons() for each in [*lesson.questions, *lesson.quiz]}
    if id in known:
        return known[id]
    if id in exercise_names():
        unit = exercise(id)
        story = importlib.import_module(f"{__name__}.lesson{lesson_of(id).number:02d}.{id}").__doc__
        return predict_first(id, inspect.cleandoc(story), unit.turned_out)
    near = difflib.get_close_matches(str(id), known, n=1)
    advice = (
        f"did you mean {near[0]}?" if near else "a lesson's own begin with its number, as in 02-"
    )
    raise ValueError(f"There is no question called {id}: {advice}")
