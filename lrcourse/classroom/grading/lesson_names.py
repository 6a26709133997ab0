"""The lessons that a teacher names on the command line."""

from __future__ import annotations

import re

from lrcourse.base import BadInput
from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import lessons


def named_lessons(which: str) -> list[Lesson]:
    """Return the lessons that ``which`` names, as in "01-04", "01,03" or "" for all; each once, in
    the order of the course.

    Raises ``BadInput`` where ``which`` names none, or one that does not exist.

    >>> [lesson.number for lesson in named_lessons("04,00-02")]
    [0, 1, 2, 4]
    """
    known = {lesson.number: lesson for lesson in lessons()}
    if not which:
        return list(known.values())
    numbers: set[int] = set()
    for part in which.split(","):
        first, last = _ends(part, which)
        if lost := [number for number in (first, last) if number not in known]:
            raise BadInput(f"there is no lesson {lost[0]:02d}: they go from 00 to {max(known):02d}")
        numbers |= set(range(first, last + 1))
    return [lesson for number, lesson in known.items() if number in numbers]


def spelled(chosen: list[Lesson]) -> str:
    """Return how a teacher names these lessons, in the shortest way.

    >>> spelled(named_lessons("04,00-02,01"))
    '00-02,04'
    """
    known = lessons()
    ends: list[list[Lesson]] = []
    for lesson in chosen:
        follows = ends and known.index(lesson) == known.index(ends[-1][1]) + 1
        ends[-1:] = [[ends[-1][0], lesson]] if follows else [*ends[-1:], [lesson, lesson]]
    return ",".join("-".join(dict.fromkeys(f"{each.number:02d}" for each in pair)) for pair in ends)


def counted(which: str) -> str:
    """Return the lessons that ``which`` names as a sentence has them.

    >>> counted("04"), counted("00-02")
    ('lesson 04', 'lessons 00-02')
    """
    return f"lesson{'s' * (not which.isdecimal())} {which}"


def _ends(part: str, which: str) -> tuple[int, int]:
    """Return the first and the last lesson of a part such as 01-04 or 03."""
    ends = re.fullmatch(r"\s*([0-9]{1,4})(?:-([0-9]{1,4}))?\s*", part)
    first, last = (int(ends[1]), int(ends[2] or ends[1])) if ends else (1, 0)
    if last < first:
        raise BadInput(f"name lessons by number, as in 01-04 or 01,03; got {which!r}")
    return first, last
