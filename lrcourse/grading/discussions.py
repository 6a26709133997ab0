"""What to talk about in class: three questions for each lesson, and where its students stumble."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from lrcourse.checking import Check, Exercise, Mistake, attempt
from lrcourse.grading.plans import titled, units
from lrcourse.lessons import Lesson
from lrcourse.watching import Call, in_words

LINE = 60
"""Letters that a value may have to be written on a board."""
FEW = 6
"""Numbers that an array may have to be written on a board."""
CLAIMED = {
    "holds": "Try to break it: which setting of this lesson comes nearest to an exception?",
    "only if": "It holds for one run of this lesson and not for another. Which two, and which "
    "words does the sentence lack?",
    "fails": "Which run of this lesson contradicts it? What did its author probably see?",
    "impossible": "Which two of its parts exclude each other? Write a version that can be tried.",
    "definition": "Nothing in it can be tried. Which claim about the rate is people's reason to "
    "quote it?",
    "uncheckable": "What would have to be named before one run of this lesson could settle it?",
}
"""What to ask about a claim, by its verdict."""


def discussions(chosen: list[Lesson]) -> Iterator[str]:
    """Yield three questions for each lesson, with what the teacher may want to hear."""
    yield "## Discussion"
    for lesson in chosen:
        yield f"### {titled(lesson)}"
        questions = filter(None, [on_claim(lesson), on_bet(lesson), on_mistakes(lesson)])
        yield "\n".join(f"{number}. {text}" for number, text in enumerate(questions, 1))


def on_claim(lesson: Lesson) -> str:
    """Return the question about the claim that a lesson puts on trial."""
    claim = lesson.claim
    return f"“{claim.text}” {CLAIMED[claim.answer]} *To listen for: {claim.because}*"


def on_bet(lesson: Lesson) -> str:
    """Return the question about the bet that has most to explain."""
    if not lesson.predictions:
        return ""
    bet = max(lesson.predictions, key=lambda each: len(each.because))
    wrong = [text for name, text in bet.choices.items() if name != bet.answer]
    return (
        f"{bet.text} Let somebody defend “{max(wrong, key=len)}” until it breaks on a number that "
        f"the lesson prints. *To listen for: {bet.choices[bet.answer]}. {bet.because}*"
    )


def on_mistakes(lesson: Lesson) -> str:
    """Return the question about two wrong answers that one promise catches, or ""."""
    for unit, check, pair in confusable(lesson):
        if calls := telling(unit, check, pair):
            right, one, other = (in_words(each.value) for each in calls)
            return (
                f"Two answers to `{unit.name}`: one {pair[0].thought}; the other "
                f"{pair[1].thought}. Find an input at which they differ from each other and from "
                f"a right answer. *Such as `{calls[0]}`: {right} is right, they give {one} and "
                f"{other}. Both break: {check.promise}*"
            )
    return ""


def confusable(lesson: Lesson) -> Iterator[tuple[Exercise, Check, tuple[Mistake, Mistake]]]:
    """Yield pairs of mistakes that one promise catches, those of the promise that catches most
    first, without the exercises with a star."""
    core = {unit.name: unit for unit in units(lesson) if unit.core}
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


def stumbles(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what students write instead, exercise by exercise, and what to ask them."""
    yield "## Where students stumble"
    known = sum(len(unit.mistakes) for lesson in chosen for unit in units(lesson))
    yield (
        f"Of the {known} wrong answers that the checks know by name, up to three for each "
        "exercise, and the question to ask who wrote one: it is the exercise's first hint. "
        "`solutions/` has all of them, and the report of a graded class counts them."
    )
    for lesson in chosen:
        yield f"### {titled(lesson)}"
        yield "\n".join(f"- `{unit.name}`: {stumble(unit)}" for unit in units(lesson))


def stumble(unit: Exercise) -> str:
    """Return what an exercise's students write instead, and the question that helps."""
    thoughts = "; ".join(each.thought for each in typical(unit))
    return f"an answer that {thoughts}. *Ask: {unit.hints[0]}*"


def typical(unit: Exercise) -> list[Mistake]:
    """Return the first known mistake against each of three promises at most."""
    first = {each.caught_by: each for each in reversed(unit.mistakes)}
    return [each for each in unit.mistakes if first[each.caught_by] is each][:3]
