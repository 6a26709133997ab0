"""The plans of the teacher's pack: what each lesson holds, and which of them fill an evening, four
sessions or a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lrcourse.checking import Exercise
from lrcourse.exercises import exercise
from lrcourse.grading.markdown import table
from lrcourse.lessons import Lesson

EVENING = {
    0: "all of it",
    1: "sections 1 to 4",
    2: "sections 1 and 2, and the exercise `regime`",
    4: "sections 4 and 5",
    6: "all of it",
    8: "the unit bug: a schedule in epochs that is asked in steps",
}
"""What of which lesson belongs to one evening."""
SESSIONS = [
    ("From the first step to the best fixed rate", [0, 1, 2]),
    ("What data, networks and mini-batches do to the rate", [3, 4, 5]),
    ("Find a rate, lower it, and what momentum and Adam do with it", [6, 8, 10, 11]),
    ("In teams: the budget problem, and the detective who reads logs", [14]),
]
"""Four class sessions; of lessons 10 and 11 the exercises without a star."""
TERM = [[0, 1], [2, 3], [4], [5], [6], [7], [8, 9], [10], [11], [12, 13], [14], [15]]
"""Twelve weeks."""


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


def syllabus(chosen: list[Lesson]) -> Iterator[str]:
    """Yield every lesson with its time, needs, aims and exercises."""
    yield "## Syllabus"
    yield table(
        ["lesson", "reading and trying", "exercises", "★ optional", "points"],
        (
            [
                f"{lesson.number:02d} {lesson.title}",
                hours(lesson.minutes),
                hours(writing([lesson])),
                hours(sum(unit.minutes for unit in units(lesson) if not unit.core)),
                sum(unit.points for unit in units(lesson)),
            ]
            for lesson in chosen
        ),
    )
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        aims = "\n".join(f"- {aim}" for aim in lesson.aims)
        yield f"Builds on: {lesson.needs}. Afterwards a learner can\n\n{aims}"
        names = [f"`{unit.name}`{'' if unit.core else ' ★'}" for unit in units(lesson)]
        yield f"They write: {', '.join(names)}."


def within(numbers: Iterable[int], chosen: list[Lesson]) -> list[Lesson]:
    """Return those of the lessons that have one of these numbers."""
    return [lesson for lesson in chosen if lesson.number in set(numbers)]


def paths(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the three ways through the course, as far as the chosen lessons go."""
    yield "## Three paths"
    parts = [f"{lesson.number:02d} {EVENING[lesson.number]}" for lesson in within(EVENING, chosen)]
    yield f"**One evening**, to see the cliff and the bug: {'; '.join(parts)}."
    yield "**Four class sessions**, for a course on machine learning that has four to give:"
    yield table(
        ["session", "lessons", "reading and trying", "exercises without ★"],
        (
            [title, listed(own), hours(reading(own)), hours(writing(own))]
            for title, numbers in SESSIONS
            if (own := within(numbers, chosen))
        ),
    )
    yield (
        "A session of 90 minutes does not hold three lessons: the predictions and the explorers of "
        "each are for the session, the rest is read before it, and the exercises come after it."
    )
    lost = sorted(set(sum(TERM, [])) - {each.number for each in chosen})
    yield "**A term of twelve weeks**, all lessons in order: the plan is on the next page." + (
        f" Lessons {', '.join(f'{number:02d}' for number in lost)} are not in this pack."
        if lost
        else ""
    )


def listed(own: list[Lesson]) -> str:
    """Name lessons by number."""
    return ", ".join(f"{lesson.number:02d}" for lesson in own)


def reading(own: list[Lesson]) -> int:
    """Return the minutes that the lessons take."""
    return sum(lesson.minutes for lesson in own)


def writing(own: list[Lesson]) -> int:
    """Return the minutes that their exercises without a star take."""
    return sum(unit.minutes for lesson in own for unit in units(lesson) if unit.core)


def pacing(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the plan of a term, week by week."""
    yield "## Pacing plan for twelve weeks"
    weeks = [within(numbers, chosen) for numbers in TERM]
    yield table(
        ["week", "lessons", "in class: bets and explorers", "at home", "★ for the quick"],
        (
            [
                week,
                "; ".join(f"{each.number:02d} {each.title}" for each in own),
                f"{sum(len(each.questions) for each in own)} bets, {hours(reading(own))}",
                hours(writing(own)),
                ", ".join(unit.name for each in own for unit in units(each) if not unit.core)
                or "none",
            ]
            for week, own in enumerate(weeks, 1)
            if own
        ),
    )
    known = {lesson.number for lesson in chosen}
    if {1, 2} <= known:
        yield (
            "Who falls behind after week 1 catches up with `gradient_descent` alone: every later "
            "lesson imports the loop from the course, none needs the learner's own."
        )
    if {2, 6} <= known:
        yield (
            "If a week is lost, drop its ★ and never lesson 02: the cliff at 2 / L comes back in "
            "the range test of lesson 06 and with momentum in lesson 10."
        )
