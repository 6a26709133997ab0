"""What to talk about in class: the bet that has most to explain, two wrong answers that one promise
catches, and what students write instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from lrcourse.checks.calls import Call
from lrcourse.checks.examine import attempt
from lrcourse.checks.exercise import Check, Exercise, Mistake
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question
from lrcourse.exercises import exercise
from lrcourse.inputs import in_words

LINE = 60
"""Letters that a value may have to be written on a board."""
FEW = 6
"""Numbers that an array may have to be written on a board."""


class Bet(NamedTuple):
    """A bet to talk about, and the wrong choice that somebody may defend."""

    question: Question
    wrong: str


class Pair(NamedTuple):
    """Two wrong answers, and an input at which they and a right answer differ."""

    exercise: str
    thoughts: tuple[str, str]
    promise: str
    call: str
    right: str
    one: str
    other: str


def longest_bet(lesson: Lesson) -> Bet | None:
    """Return the bet of a lesson that has most to explain, or None where there is none."""
    if not lesson.predictions:
        return None
    bet = max(lesson.predictions, key=lambda each: len(each.because))
    wrong = [text for name, text in bet.choices.items() if name != bet.answer]
    return Bet(bet, max(wrong, key=len))


def confusable(lesson: Lesson) -> Pair | None:
    """Return two wrong answers of a lesson that one promise catches and the board tells apart."""
    for unit, check, (one, other) in _pairs(lesson):
        if calls := telling(unit, check, (one, other)):
            values = [in_words(each.value) for each in calls]
            thoughts = (one.thought, other.thought)
            return Pair(unit.name, thoughts, check.promise, f"{calls[0]}", *values)
    return None


def _pairs(lesson: Lesson) -> Iterator[tuple[Exercise, Check, tuple[Mistake, Mistake]]]:
    """Yield pairs of mistakes that one promise catches, those of the promise that catches most
    first, without the exercises with a star."""
    core = {name: unit for name in lesson.exercises if (unit := exercise(name)).core}
    caught = Counter((name, m.caught_by) for name, unit in core.items() for m in unit.mistakes)
    for (name, function), _ in caught.most_common():
        check = next(each for each in core[name].checks if each.function is function)
        alike = [each for each in core[name].mistakes if each.caught_by is function]
        for pair in combinations(alike, 2):
            yield core[name], check, pair


def telling(unit: Exercise, check: Check, pair: tuple[Mistake, Mistake]) -> list[Call]:
    """Return the calls of a right answer and of two mistakes, at an input of ``check`` at which
    all three differ and that fits on the board; [] where the check has none."""
    answers = [unit.answer, *(each.function for each in pair)]
    asked = zip(*(attempt(unit, check, each, 0).watched.calls for each in answers), strict=False)
    own = (list(calls) for calls in asked if calls[0].name == unit.name)
    return next(filter(on_the_board, own), [])


def on_the_board(calls: Sequence[Call]) -> bool:
    """Whether calls with one and the same input show, in short lines, that all values differ."""
    values = {in_words(each.value) for each in calls}
    inputs = {in_words(list(each.inputs.values())) for each in calls}
    whole = all(writable(value) for each in calls for value in (*each.inputs.values(), each.value))
    short = max(map(len, [*values, *inputs])) <= LINE and not any(each.raised for each in calls)
    return whole and short and len(inputs) == 1 and len(values) == len(calls)


def writable(value: object) -> bool:
    """Whether the words for a value are the whole of it.

    >>> writable([0.1, 2]), writable(np.zeros(40)), writable(print)
    (True, False, False)
    """
    if isinstance(value, list | tuple):
        return len(value) <= FEW and all(map(writable, value))
    small = np.size(value) <= FEW
    return small and isinstance(value, str | int | float | np.ndarray | np.number)


def typical(unit: Exercise) -> list[Mistake]:
    """Return the first known mistake against each of three promises at most."""
    first = {each.caught_by: each for each in reversed(unit.mistakes)}
    return [each for each in unit.mistakes if first[each.caught_by] is each][:3]
