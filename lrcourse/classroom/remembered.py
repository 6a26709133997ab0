"""What an ``--out`` belongs to: the lessons, the column and the exercises of the runs before."""

from __future__ import annotations

import re
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.lesson_names import named_lessons, spelled
from lrcourse.classroom.platforms.export import Export, opened

NUMBER = re.compile(r" [(|]\d+\)?$")
"""What a platform puts behind the name of an assignment."""


def lessons_of(book: Gradebook, out: Path, which: str, fill: Path | None) -> list[Lesson]:
    """Return the lessons that the gradebook is for: those of its first run."""
    kept = book.setting("lessons")
    if not which and not kept and fill:
        raise BadInput(
            f"say which lessons the points in {fill} are for, as in --lessons 00-02: without it "
            "they would be for the whole course"
        )
    chosen = named_lessons(which or kept or "")
    if kept and spelled(chosen) != kept:
        raise BadInput(
            f"{out} holds lessons {kept}, and you name {spelled(chosen)}: give each assignment an "
            "--out of its own"
        )
    return chosen


def left_out(book: Gradebook, chosen: list[Lesson], without: str | None) -> list[str]:
    """Return the exercises that are left out of the marks: those named, else those of before."""
    words = book.setting("without") or "" if without is None else without
    left = list(dict.fromkeys(each.strip() for each in words.split(",") if each.strip()))
    known = [name for lesson in chosen for name in lesson.exercises]
    if lost := [name for name in left if name not in known]:
        raise BadInput(
            f"--without {lost[0]}: the exercises of these lessons are {', '.join(known)}"
        )
    return left


def column_of(book: Gradebook, out: Path, fill: Path, column: str) -> Export:
    """Return the export with the column named, else the one that was filled from ``out`` before;
    one whose number alone differs is that of a copied course. ``at.problem`` says what is wrong."""
    kept = book.setting("column") or ""
    export = opened(fill, column or kept)
    if not column and kept and export.at.problem:
        export = opened(fill, NUMBER.sub("", kept))
    if kept and export.at.column and NUMBER.sub("", kept) != NUMBER.sub("", export.at.column):
        told = (
            f"{out} fills the column {kept!r}, and you name {export.at.column!r}: give each "
            "assignment an --out of its own"
        )
        return export._replace(at=export.at._replace(problem=told))
    return export
