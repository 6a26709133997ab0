"""The teacher's pack, in the order in which a term needs it: what there is, when, what for, the
keys, how to mark it. Whatever lessons exist, their own words fill it.
"""

from __future__ import annotations

from collections.abc import Iterator

import lrcourse
from lrcourse.grading.keys import discussions, keys, quiz_keys
from lrcourse.grading.markdown import page
from lrcourse.grading.marking import extra_time, freezing, honesty, marking
from lrcourse.grading.plans import hours, pacing, paths, reading, syllabus, units
from lrcourse.lessons import Lesson


def files(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the pack as two files: Markdown to change, and one page to print."""
    text = guide(chosen)
    return {"guide.md": text.encode(), "guide.html": page(text).encode()}


def guide(chosen: list[Lesson]) -> str:
    """Return the whole pack as Markdown."""
    parts = [opening, syllabus, paths, pacing, discussions, keys, quiz_keys, marking, honesty]
    return "\n\n".join("\n\n".join(part(chosen)) for part in [*parts, extra_time, freezing]) + "\n"


def opening(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what the pack is about."""
    points = sum(unit.points for lesson in chosen for unit in units(lesson))
    yield "# Teaching the learning rate"
    yield (
        f"For whoever teaches `lrcourse` {lrcourse.__version__}: {len(chosen)} lessons about one "
        f"number, {hours(reading(chosen))} in all, with "
        f"{sum(len(lesson.exercises) for lesson in chosen)} exercises worth {points} points. "
        "The pages from *Discussion* to *Quiz key* hold answers: do not hand them out."
    )
