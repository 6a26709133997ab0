"""The plans of the teacher's pack: what each lesson holds, and which of them fill an evening, four
sessions or a term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lrcourse.checking import Exercise
from lrcourse.exercises import exercise, lessons
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
SESSIONS = [[0, 1, 2], [3, 4, 5], [6, 8], [10, 11]]
"""The lessons of four class sessions."""
TERM = [[0, 1], [2, 3], [4], [5], [6], [7], [8, 9], [10], [11], [12, 13], [14], [15]]
"""The lessons of twelve weeks."""
CLASS = 90
"""Minutes of a class."""
WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WORDS += ["eleven", "twelve"]


def titled(lesson: Lesson) -> str:
    """Name a lesson by number and title."""
    return f"{lesson.number:02d} {lesson.title}"


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
        ["lesson", "reading and trying", "exercises", "★ optional", "points without ★"],
        (
            [
                titled(lesson),
                hours(lesson.minutes),
                hours(writing([lesson])),
                hours(starred([lesson])),
                points([lesson]),
            ]
            for lesson in chosen
        ),
    )
    for lesson in chosen:
        yield f"### {titled(lesson)}"
        aims = "\n".join(f"- {aim}" for aim in lesson.aims)
        yield f"Builds on: {lesson.needs}. Afterwards a learner can\n\n{aims}"
        names = [f"`{unit.name}`{'' if unit.core else ' ★'}" for unit in units(lesson)]
        yield f"They write: {', '.join(names)}."


def within(numbers: Iterable[int], chosen: list[Lesson]) -> list[Lesson]:
    """Return those of the lessons that have one of these numbers."""
    return [lesson for lesson in chosen if lesson.number in set(numbers)]


def several(number: int, what: str) -> str:
    """Count things in words.

    >>> several(1, "week"), several(10, "class session")
    ('one week', 'ten class sessions')
    """
    return f"{WORDS[number]} {what}{'s' * (number != 1)}"


def paths(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the ways through the course, as far as the chosen lessons go."""
    yield "## Paths"
    parts = [f"{lesson.number:02d} {EVENING[lesson.number]}" for lesson in within(EVENING, chosen)]
    if parts:
        yield f"**One evening**, for a first look: {'; '.join(parts)}."
    if sessions := parted(SESSIONS, chosen):
        yield f"**{several(len(sessions), 'class session').capitalize()}**, of a longer course:"
        yield table(
            ["session", "lessons", "reading and trying", "exercises without ★"],
            (
                [number, "; ".join(map(titled, own)), hours(reading(own)), hours(writing(own))]
                for number, own in enumerate(sessions, 1)
            ),
        )
        yield (
            f"A session of {CLASS} minutes does not hold all of that: the bets and the cells that "
            "settle them are for the session, the rest is read before it, and the exercises come "
            "after it."
        )
    weeks = several(len(parted(TERM, chosen)), "week")
    yield f"**In order**, a class a week: {weeks}, see *Pacing plan*." + left_out(chosen)


def left_out(chosen: list[Lesson]) -> str:
    """Say which lessons of the course are not among the chosen, if any."""
    lost = [f"{lesson.number:02d}" for lesson in lessons() if lesson not in chosen]
    return f" Not in this pack: lesson{'s' * (len(lost) > 1)} {', '.join(lost)}." if lost else ""


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


def pacing(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the plan of a term, week by week."""
    weeks = parted(TERM, chosen)
    yield f"## Pacing plan: {several(len(weeks), 'week')}"
    yield table(
        [
            "week",
            "lessons",
            "bets",
            "reading and trying",
            "of it before class",
            "exercises",
            "points",
        ],
        (
            [
                week,
                "; ".join(map(titled, own)),
                sum(len(each.questions) for each in own),
                hours(reading(own)),
                hours(max(0, reading(own) - CLASS)),
                hours(writing(own)),
                points(own),
            ]
            for week, own in enumerate(weeks, 1)
        ),
    )
    yield (
        f"*Of it before class* is what a class of {CLASS} minutes does not hold. Give the text up "
        "to the first bet and the quiz to be read at home; keep every bet, and the cell that "
        "settles it, for the class. *Exercises* and *points*, the full marks of a week, are those "
        "without ★: what is there for the quick stands in the syllabus."
    )
    known = {lesson.number for lesson in chosen}
    if known >= {1, 2}:
        yield (
            "Who falls behind after lesson 01 catches up with `gradient_descent` alone: every "
            "later lesson imports the loop from the course, none needs the learner's own."
        )
    comes_back = {6: "in the range test of lesson 06", 10: "with momentum in lesson 10"}
    if 2 in known and (again := [where for number, where in comes_back.items() if number in known]):
        yield (
            "If a week is lost, drop its ★ and never lesson 02: the cliff at 2 / L comes back "
            f"{' and '.join(again)}."
        )
