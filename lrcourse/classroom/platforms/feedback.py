"""Feedback in the zips that platforms take back, under the names that they gave out."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from lrcourse.classroom.platforms.known import PLATFORMS, readings_of
from lrcourse.classroom.platforms.platform import Named, Page

WHEN = (1980, 1, 1, 0, 0, 0)
"""The time in every zip: the same pages give the same bytes."""
TAKING = [each for each in PLATFORMS if each.feedback]
ZIPS = {each.name: f"feedback-{each.name}.zip" for each in TAKING}
Back = tuple[Page, tuple[str, str], list[str]]
"""A student's page, name and number, and the files it is about."""


def write_zips(out: Path, pages: Iterable[Back]) -> list[Path]:
    """Write the zip of each platform that anybody's files came from into ``out``, whole or not at
    all; return them."""
    # One run at a time works in a folder: what a killed one left is written over.
    unfinished = {name: out / f".{zip_name}" for name, zip_name in ZIPS.items()}
    try:
        zips = {name: zipfile.ZipFile(path, "w") for name, path in unfinished.items()}
        for page in pages:
            for name, entry, data in entries(*page):
                info = zipfile.ZipInfo(entry, WHEN)
                info.compress_type = zipfile.ZIP_DEFLATED
                zips[name].writestr(info, data)
        return [made for name in zips if (made := _closed(zips[name], out / ZIPS[name]))]
    finally:
        for path in unfinished.values():
            path.unlink(missing_ok=True)


def _closed(packed: zipfile.ZipFile, path: Path) -> Path | None:
    packed.close()
    if not packed.namelist():
        path.unlink(missing_ok=True)
        return None
    os.replace(packed.filename, path)
    return path


def entries(page: Page, who: tuple[str, str], files: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """Yield (platform, name in its zip, content) for the page of the student (name, number)."""
    own = [(found, PurePosixPath(file).name) for file in files if (found := _own(file, who))]
    for platform in TAKING:
        named = [each for each in own if each[0].platform == platform.name]
        if found := platform.feedback(page, named):
            # No sign by which Windows would find a way out of a folder.
            yield platform.name, found[0].replace("\\", "_"), found[1]


def _own(file: str, who: tuple[str, str]) -> Named | None:
    """Return how a file is named, if after this student: one whose name bears another's number,
    in a folder that no platform named, is not for that other."""
    student, number = who
    found = readings_of(file)
    mine = [each for each in found if each.number == number]
    return next((each for each in mine if number or each.student == student), None)
