"""The teacher's pack, in the order in which a term needs it: what to have ready, what there is and
when, what to do each week, what to talk about, the keys, how to mark it. Whatever lessons exist,
their own words fill it.
"""

from __future__ import annotations

from collections.abc import Iterator

import lrcourse
from lrcourse.grading.discussions import discussions, stumbles
from lrcourse.grading.keys import keys, quiz_keys
from lrcourse.grading.markdown import page
from lrcourse.grading.marking import extra_time, freezing, honesty, marking
from lrcourse.grading.plans import (
    hours,
    pacing,
    paths,
    points,
    reading,
    starred,
    syllabus,
    writing,
)
from lrcourse.grading.routine import every_week, first_session, week_before
from lrcourse.lessons import Lesson


def files(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the pack as two files: Markdown to change, and one page to print."""
    text = guide(chosen)
    return {"guide.md": text.encode(), "guide.html": page(text).encode()}


def guide(chosen: list[Lesson]) -> str:
    """Return the whole pack as Markdown."""
    parts = [opening, week_before, first_session, syllabus, paths, pacing, every_week]
    parts += [discussions, stumbles, keys, quiz_keys, marking, honesty, extra_time, freezing]
    return "\n\n".join(text for part in parts for text in part(chosen)) + "\n"


def opening(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what the pack is about."""
    exercises = sum(len(lesson.exercises) for lesson in chosen)
    extra = starred(chosen)
    stars = f"; ★, for those who want more, {hours(extra)}" if extra else ""
    yield "# Teaching the learning rate"
    yield (
        f"For whoever teaches `lrcourse` {lrcourse.__version__}. Number of lessons: {len(chosen)}, "
        f"of exercises: {exercises}. They take {hours(reading(chosen))} of reading and trying and "
        f"{hours(writing(chosen))} of exercises for {points(chosen)} points{stars}."
    )
    yield (
        "In every lesson learners bet before they see. Your part is small and matters most: ask "
        "for the bets, run the cell, and let those who lost say what they had in mind. The pages "
        "from *Discussion* to *Quiz key* hold answers: do not hand them out."
    )
