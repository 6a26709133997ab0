"""The page of contents: a map of the course."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import exercise
from lrcourse.site.lesson_pages import TEMPLATES


def contents(lessons: list[Lesson], facts: dict[str, Any]) -> str:
    """Return the page, with a stop for each lesson; ``facts`` are those of the frame."""
    page = facts | {"title": "lrcourse: a course on one number"}
    return (
        environment()
        .get_template("contents.html.j2")
        .render(page=page, lessons=[stop(each) for each in lessons])
    )


def stop(lesson: Lesson) -> dict[str, Any]:
    """Return what the map says of a lesson."""
    return {
        "number": f"{lesson.number:02d}",
        "title": lesson.title,
        "minutes": lesson.minutes,
        "needs": lesson.needs,
        "aims": lesson.aims,
        "href": f"notebooks/{lesson.stem}.html",
        "exercises_href": lesson.exercises_path.replace(".ipynb", ".html"),
        "questions": " ".join(each.id for each in [*lesson.questions, *lesson.quiz]),
        "units": [
            {"name": name, "anchor": name, "core": exercise(name).core} for name in lesson.exercises
        ],
    }


@cache
def environment() -> Environment:
    """Return where the template comes from."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES / "course"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
