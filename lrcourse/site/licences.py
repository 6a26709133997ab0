"""Whose work a site hands on, and on which terms: one file that a reader can open."""

from __future__ import annotations

import io
import re
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

from lrcourse.site.chosen import Edition
from lrcourse.site.course_parts import python_files
from lrcourse.site.fetching import all_files

ALWAYS = Path(__file__).parent / "vendored/LICENCES.md"
"""What is vendored, and what carries no licence with it."""
TEXT = re.compile(r"[^/]*\.dist-info/(?:.*/)?(?:LICEN[CS]E|COPYING|NOTICE)[^/]*")
"""Where a wheel carries the texts of its licences."""


def licences(files: dict[str, bytes]) -> bytes:
    """Return the page that names all that is handed on of others; ``files`` are those of the
    browser's Python, whose wheels say it themselves."""
    wheels = [data for name, data in sorted(files.items()) if name.endswith(".whl")]
    head = "# What each package of the browser's Python says of itself\n"
    packages = [head, *map(package, wheels)] if wheels else []
    return "\n".join([ALWAYS.read_text("utf-8"), *packages]).encode()


def package(wheel: bytes) -> str:
    """Return the name of what a wheel holds, its version and licence, where it comes from, and the
    texts of licences that it carries."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as packed:
        names = packed.namelist()
        (place,) = [name for name in names if re.fullmatch(r"[^/]*\.dist-info/METADATA", name)]
        told = Parser().parsestr(packed.read(place).decode())
        texts = [packed.read(name).decode().strip() for name in names if TEXT.fullmatch(name)]
    return "\n\n".join([f"## {told['Name']} {told['Version']}", terms(told), *texts]) + "\n"


def terms(told: Message) -> str:
    """Return what a distribution's metadata say of its licence and of where it comes from.

    >>> told = Parser().parsestr("License: MIT\\nHome-page: https://example.org")
    >>> terms(told)
    'Licence: MIT. From: https://example.org'
    """
    named = told["License-Expression"] or told["License"] or ""
    classes = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier", [])
               if each.startswith("License ::")]  # fmt: skip
    short = named if 0 < len(named) < 60 else ", ".join(classes)
    pages = [told["Home-page"] or ""]
    pages += [each.partition(", ")[2] for each in told.get_all("Project-URL", [])]
    page = next(filter(None, pages), "https://github.com/pyodide/pyodide/tree/0.27.7/packages")
    return f"Licence: {short or 'see above'}. From: {page}"


def handed_on(edition: Edition) -> dict[str, bytes]:
    """Return the files of the browser's Python that an edition's site holds."""
    if edition.pyodide is None:
        return {}
    if edition.lab:
        return all_files(edition.pyodide)
    parts = python_files(edition.pyodide)
    return parts["python"] | parts["more"]
