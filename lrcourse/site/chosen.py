"""Which course is written, and what every page of it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.handout.student_edition import student
from lrcourse.site import lite
from lrcourse.site.assets import python_of
from lrcourse.site.edition import public


@dataclass(frozen=True)
class Edition:
    """Which course is written: its lessons, whether for a class, where Python comes from, and
    whether JupyterLite is part of it."""

    lessons: list[Lesson]
    students: bool = False
    pyodide: Path | None = None
    lab: bool = False

    @cached_property
    def files(self) -> dict[str, bytes]:
        """The files of the course by name; those for a class hold no answer."""
        return student(self.lessons) if self.students else public()

    def notebook(self, name: str) -> NotebookNode:
        """Return one of its notebooks."""
        return nbformat.reads(self.files[name].decode(), as_version=4)


def common(edition: Edition, up: str) -> dict[str, Any]:
    """Return what the frame of every page wants to know; ``up`` leads to the site's folder."""
    facts = {"up": up, "python": python_of(edition.pyodide), "inside": None, "stem": ""}
    return facts | dict.fromkeys(("before", "next", "lab", "exercises", "units", "sources"))


def way(lesson: Lesson, edition: Edition) -> dict[str, dict[str, str]]:
    """Return where a page leads: the lesson before, the next one."""
    by_number = {each.number: each for each in edition.lessons}
    either = {"before": lesson.number - 1, "next": lesson.number + 1}
    return {
        word: {"href": f"../notebooks/{each.stem}.html", "title": f"{number:02d} {each.title}"}
        for word, number in either.items()
        if (each := by_number.get(number))
    }


def lab(edition: Edition, name: str) -> str:
    """Return the link that opens a notebook in the site's JupyterLab, "" where it has none."""
    return f"../lab/{lite.link(name)}" if edition.lab else ""
