"""The teacher's pack as two files: Markdown to change, and one page to print."""

from __future__ import annotations

from pathlib import Path

from markdown_it import MarkdownIt

from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.pages.templating import render
from lrcourse.classroom.teachers_pack.facts import facts


def files(chosen: list[Lesson], templates: Path | None = None) -> dict[str, bytes]:
    """Return the files of the pack by name; ``templates`` is a teacher's folder of changed ones."""
    text = guide(chosen, templates)
    return {"guide.md": text.encode(), "guide.html": page(text, templates).encode()}


def guide(chosen: list[Lesson], templates: Path | None = None) -> str:
    """Return the whole pack as Markdown."""
    return render("guide.md.j2", facts(chosen), templates)


def page(text: str, templates: Path | None = None) -> str:
    """Return Markdown as one page that stands alone and prints with a part on each sheet; HTML in
    it is shown, and does nothing."""
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return render("guide.html.j2", {"body": body}, templates)
