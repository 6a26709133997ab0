"""The facts of the teacher's pack: what lessons hold, which of them fill four sessions or a term,
and how long they take."""

from __future__ import annotations

from collections.abc import Iterable

import lrcourse
from lrcourse.checks.exercise import LIMIT, Exercise
from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.handout.student_edition import TERM
from lrcourse.classroom.platforms import gradescope, nbgrader
from lrcourse.classroom.platforms.feedback import ZIPS
from lrcourse.classroom.platforms.known import PLATFORMS
from lrcourse.classroom.teachers_pack.discussions import confusable, longest_bet, typical
from lrcourse.exercises import exercise, lessons

SESSIONS = [[0, 1, 2], [3, 4, 5], [6, 8], [10, 11]]
"""The lessons of four class sessions."""
CLASS = 90
"""Minutes of a class."""
CAPSTONE = 14
"""The lesson whose problem is drawn from each student's own seed."""
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS += ["eleven", "twelve"]


def facts(chosen: list[Lesson]) -> dict:
    """Return what the templates of the pack are filled with."""
    weeks, known = parted(TERM, chosen), [unit for lesson in chosen for unit in units(lesson)]
    return {
        "version": lrcourse.__version__,
        "chosen": chosen,
        "which": f"{chosen[0].number:02d}-{chosen[-1].number:02d}",
        "left_out": [f"{each.number:02d}" for each in lessons() if each not in chosen],
        "weeks": weeks,
        "first_week": ",".join(f"{each.number:02d}" for each in weeks[0]),
        "weekly": [*(each.weekly for each in PLATFORMS), gradescope.WEEKLY, nbgrader.WEEKLY],
        "downloads": [each.weekly.title for each in PLATFORMS],
        "zips": [*ZIPS.values()],
        "sessions": parted(SESSIONS, chosen),
        "class_minutes": CLASS,
        "limit": LIMIT,
        "capstone": CAPSTONE,
        "drawn": bool(within([CAPSTONE], chosen)),
        "stars": sum(not unit.core for unit in known),
        "mistakes": sum(len(unit.mistakes) for unit in known),
    } | {each.__name__: each for each in ASKED}


def units(lesson: Lesson) -> list[Exercise]:
    """Return a lesson's exercises."""
    return [exercise(name) for name in lesson.exercises]


def hours(minutes: float) -> str:
    """Say minutes as people do.

    >>> hours(95), hours(45)
    ('1 h 35', '45 min')
    """
    minutes = round(minutes)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"


def several(number: int, what: str) -> str:
    """Count things in words.

    >>> several(1, "week"), several(10, "class session")
    ('one week', 'ten class sessions')
    """
    return f"{WORDS[number]} {what}{'s' * (number != 1)}"


def within(numbers: Iterable[int], chosen: list[Lesson]) -> list[Lesson]:
    """Return those of the lessons that have one of these numbers."""
    return [lesson for lesson in chosen if lesson.number in set(numbers)]


def parted(plan: list[list[int]], chosen: list[Lesson]) -> list[list[Lesson]]:
    """Return the chosen lessons in the parts that a plan makes of them, empty parts left out."""
    return [own for numbers in plan if (own := within(numbers, chosen))]


def reading(own: list[Lesson]) -> int:
    """Return the minutes that the lessons take."""
    return sum(lesson.minutes for lesson in own)


def writing(own: list[Lesson]) -> int:
    """Return the minutes that their exercises without a star take."""
    return sum(unit.minutes for lesson in own for unit in units(lesson) if unit.core)


def starred(own: list[Lesson]) -> int:
    """Return the minutes that their exercises with a star take."""
    return sum(unit.minutes for lesson in own for unit in units(lesson) if not unit.core)


def points(own: list[Lesson]) -> int:
    """Return what counts as full marks for the lessons: the points without a star."""
    return sum(unit.points for lesson in own for unit in units(lesson) if unit.core)


ASKED = [units, hours, several, within, reading, writing, starred, points]
ASKED += [confusable, longest_bet, typical]
"""What the templates ask of a lesson, of several or of an exercise."""
