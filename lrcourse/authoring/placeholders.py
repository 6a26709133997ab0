"""What may stand in a source as ``{{name}}``, so that a fact stands in the Lesson alone."""

from __future__ import annotations

import re

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import exercise
from lrcourse.setup.addresses import addresses, repository


def filled(text: str, lesson: Lesson) -> str:
    """Fill the placeholders of a lesson's text; each stands alone on its line.

    >>> from lrcourse.exercises import lessons
    >>> filled("{{hedaer}}", lessons()[0])
    Traceback (most recent call last):
    ValueError: There is no placeholder {{hedaer}}. They are header, claim, exercises,
    sources.
    """

    def fill(match):
        if match[1] not in PLACEHOLDERS:
            known = ", ".join(PLACEHOLDERS)
            raise ValueError(f"There is no placeholder {match[0]}. They are {known}.")
        return PLACEHOLDERS[match[1]](lesson)

    return re.sub(r"^\{\{(\w+)\}\}$", fill, text, flags=re.MULTILINE)


def size(unit: Exercise) -> str:
    """Say what an exercise is worth and how long it takes.

    >>> size(Exercise("momentum_update", points=2, minutes=10, core=False))
    '★ optional · 2 points · about 10 minutes'
    """
    points = f"{unit.points} point{'s' * (unit.points != 1)}"
    star = [] if unit.core else ["★ optional"]
    return " · ".join([*star, points, f"about {unit.minutes} minutes"])


def header(lesson: Lesson) -> str:
    """Return how a lesson opens: title, time, needs, aims, where its exercises are, and where it
    runs with nothing installed."""
    aims = "\n".join(f"- {aim}" for aim in lesson.aims)
    return (
        f"# {lesson.number:02d} · {lesson.title}\n\n"
        f"**{lesson.minutes} minutes.** You need: {lesson.needs}. Afterwards you can\n\n{aims}\n\n"
        f"The exercises of this lesson are in [exercises](../{lesson.exercises_path}); they take "
        f"{_writing(lesson)} minutes more.\n\n{elsewhere(lesson)}"
    )


def elsewhere(lesson: Lesson) -> str:
    """Return the line that says where a lesson runs when `lrcourse` is not installed."""
    at = addresses(repository(), f"notebooks/{lesson.stem}.ipynb")
    return (
        f"Nothing installed? This lesson runs [on a page]({at['site']}), on "
        f"[Binder]({at['Binder']}), in [Colab]({at['Colab']}) after `%pip install lrcourse`, and "
        "on your machine with `uvx lrcourse`."
    )


ELSEWHERE = re.compile(r'\\n",\s+"\\n",\s+"Nothing installed\?[^"]*"')
"""That line, and the empty one above it, in the file of a notebook."""


def without_elsewhere(notebook: str) -> str:
    """Return the text of a lesson's file without that line: for copies that are such a place, and
    for a class, whose answers stand where it leads.

    >>> without_elsewhere('["a.\\\\n",\\n "\\\\n",\\n "Nothing installed? [b](c)"]')
    '["a."]'
    """
    return ELSEWHERE.sub('"', notebook)


def _writing(lesson: Lesson) -> str:
    """Say how many minutes the exercises take, those with ★ apart."""
    units = [exercise(name) for name in lesson.exercises]
    core, stars = (
        sum(unit.minutes for unit in units if unit.core == kind) for kind in (True, False)
    )
    return f"about {core} (with ★ {core + stars})" if stars else f"about {core}"


def the_claim(lesson: Lesson) -> str:
    """Return the claim that a lesson puts on trial, as a quotation."""
    return f"> {lesson.claim.text}"


def exercise_list(lesson: Lesson) -> str:
    """Return the exercises of a lesson with links, the optional ones starred."""
    link = f"../{lesson.exercises_path}#"
    return "\n".join(
        f"- [{name}]({link}{name}) ({size(exercise(name))})" for name in lesson.exercises
    )


def sources(lesson: Lesson) -> str:
    """Return the primary sources of a lesson as a list."""
    return "\n".join(f"- {each}" for each in lesson.sources)


PLACEHOLDERS = {
    "header": header,
    "claim": the_claim,
    "exercises": exercise_list,
    "sources": sources,
}
"""Name -> what it is filled with."""
