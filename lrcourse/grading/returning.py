"""Feedback in the zips that Canvas and Moodle take back, under the names that they gave out."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from lrcourse.grading.submissions import CANVAS, MOODLE, named

WHEN = (1980, 1, 1, 0, 0, 0)
"""The time in every zip: the same pages give the same bytes."""
APART = "This is feedback under the name of your own notebook: keep it out of the folder exercises."
"""What Canvas's notebook begins with: saved beside the work, it would take its place."""


def write_zips(out: Path, pages: Iterable[tuple[Path, str, list[str]]]) -> list[Path]:
    """Write ``feedback-canvas.zip`` and ``feedback-moodle.zip`` into ``out``, each whole or not at
    all, if anybody's files came from there; return them. ``pages`` says of each student the page,
    the number, and the files it is about."""
    # One run at a time works in a folder: what a killed one left is written over.
    unfinished = {name: out / f".feedback-{name}.zip" for name in ("canvas", "moodle")}
    made = []
    try:
        zips = {name: zipfile.ZipFile(path, "w") for name, path in unfinished.items()}
        for page, number, files in pages:
            for name, entry, data in entries(page, number, files):
                info = zipfile.ZipInfo(entry, WHEN)
                info.compress_type = zipfile.ZIP_DEFLATED
                zips[name].writestr(info, data)
        for name, packed in zips.items():
            packed.close()
            path = out / f"feedback-{name}.zip"
            if packed.namelist():
                os.replace(unfinished[name], path)
                made.append(path)
            else:
                path.unlink(missing_ok=True)
    finally:
        for path in unfinished.values():
            path.unlink(missing_ok=True)
    return made


def entries(page: Path, number: str, files: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Yield (platform, name in its zip, content) for the page of the student with this number.

    Moodle knows a student by the folder's name. Canvas looks for the student's and the upload's
    number in the name of each file, and shows it under the name of what was handed in: so a
    notebook goes back, for the newest. A file whose name bears another's number, in a folder that
    no platform named, is not for that other.
    """
    names = [(each, PurePosixPath(file).name) for file in files if (each := named(file))]
    found = [(each, name) for each, name in names if each.groupdict().get("id", "") == number]
    moodle = [(each, name) for each, name in found if each.re is MOODLE]
    for each, name in moodle[:1]:
        alone = each[0] == name  # Without folders, what follows the number is the student's.
        whose = f"{name.removesuffix(each['own'] or '')}_" if alone else f"{each[0]}/"
        yield "moodle", _inward(f"{whose}feedback.html"), page.read_bytes()
    notebooks = [e for e, name in found if e.re is CANVAS and e[0] == name and _is_notebook(name)]
    for each in sorted(notebooks, key=lambda each: (len(each["upload"]), each["upload"]))[-1:]:
        yield "canvas", _inward(each[0]), _notebook(page.read_text("utf-8"))


def _inward(name: str) -> str:
    """Return a name for a zip without the sign by which Windows would find a way out of a folder.

    >>> _inward("ada_7_1_\\\\..\\\\a.ipynb")
    'ada_7_1__.._a.ipynb'
    """
    return name.replace("\\", "_")


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _notebook(page: str) -> bytes:
    """Return what a page says as a notebook of one cell: a block of HTML up to its end, in which
    JupyterLab finds neither Markdown, which begins after an empty line, nor a formula."""
    body = page.partition("<main>")[2].partition("</main>")[0].strip()
    body = re.sub(r"\n\s*\n", "\n", body).replace("$", "&#36;").replace("\\", "&#92;")
    source = f"<p><strong>{APART}</strong></p>\n{body}"
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": source}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1).encode()
