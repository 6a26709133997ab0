"""Every file in a folder or a zip, each read once and none unpacked to disk: notebooks with what
they hold, anything else with why it is none."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.classroom.platforms.known import named
from lrcourse.classroom.platforms.names import letters

LARGEST = 10_000_000
"""Bytes that a notebook may have; one of the course with all its pictures has a tenth."""
SMALL = 100_000
"""Bytes that a file may have however it was packed."""
TIGHTEST = 200
"""Times that a file may be larger than what it was packed into: notebooks shrink to a fifth or a
twentieth, nothing at all to a thousandth, so that one zip could hold work for days."""
ENTRIES = 50_000
"""Files that one zip may list."""
DIRECTORY = 10_000_000
"""Bytes of that list: it is read before any of the files is."""
WHOLE = 2_000_000_000
"""Bytes that one zip in a download may unpack to, zips in it included."""
DEEPEST = 3
"""Zips in one another, below the download: that of a class, a student's own, and one in it."""
LONGEST = 1000
"""Signs of a path; a system takes 4,096 bytes."""
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
NOTEBOOKS = {".ipynb"}
JOURNAL = "progress.jsonl"
"""A learner's journal that came along: for the class report, and no work."""
LINK = "It is a link, and links are not followed."
ONLY = "only .ipynb files, and zips of them, are graded."
NO_NOTEBOOK = f"It is no notebook: {ONLY}"
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)


class Found(NamedTuple):
    """One file and where it stands; ``problem`` says why it could not be read, or is ""."""

    path: PurePosixPath
    notebook: bytes
    problem: str = ""
    within: str = ""
    """The zip that it stands in, or ""."""


class Entry(NamedTuple):
    """A file that can be read: up to so many bytes."""

    path: PurePosixPath
    read: Callable[[int], bytes]
    opened: Callable[[], object]
    """What ``zipfile`` reads, where it is a zip."""
    problem: str = ""


class Room:
    """What one zip may unpack to, together."""

    def __init__(self):
        """Begin with all of it."""
        self.left = WHOLE

    def takes(self, size: int) -> bool:
        """Whether so many bytes more may be read."""
        self.left -= size
        return self.left >= 0


def everything(place: Path) -> Iterator[Found]:
    """Yield each file in ``place``, one at a time, in order; of hidden ones and what computers
    leave behind, none. Raises ``BadInput`` where it is neither a folder nor a zip."""
    if place.is_dir():
        for entry in _in_folder(place):
            yield from _found(entry, "", 1, None)
    elif zipfile.is_zipfile(place):
        yield from _in_zip(place, PurePosixPath(), PurePosixPath(place.name), 0, None)
    else:
        raise BadInput(f"{place} is neither a folder of notebooks nor a zip of them.")


def _in_folder(folder: Path) -> Iterator[Entry]:
    told: list[OSError] = []
    paths = []
    for here, inside, files in os.walk(folder, onerror=told.append):
        inside[:] = [name for name in inside if name not in SKIPPED and not name.startswith(".")]
        links = [name for name in inside if os.path.islink(Path(here, name))]
        paths += [Path(here, name) for name in [*files, *links] if not name.startswith(".")]
    paths += [Path(error.filename) for error in told]
    unread = {Path(error.filename): f"It cannot be read: {error.strerror}." for error in told}
    for path in sorted(paths):
        at = PurePosixPath(path.relative_to(folder).as_posix())
        problem = unread.get(path) or (LINK if os.path.islink(path) else "")
        yield Entry(at, lambda size, path=path: _read(path, size), lambda path=path: path, problem)


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _found(entry: Entry, within: str, depth: int, room: Room | None) -> Iterator[Found]:
    """Yield what one file is, or what a zip holds."""
    path = entry.path
    if len(str(path)) > LONGEST:
        short = PurePosixPath(*(part[:100] for part in path.parts[:3]), f"\u2026{path.suffix[:10]}")
        yield Found(short, b"", f"Its name has more than {LONGEST} signs: shorten it.", within)
    elif entry.problem:
        yield Found(path, b"", entry.problem, within)
    elif path.suffix.lower() == ".zip":
        if depth > DEEPEST:
            yield Found(path, b"", f"It is a zip in {DEEPEST} zips: unpack it first.", within)
        else:
            try:
                source = entry.opened()
            except DAMAGED as error:
                yield Found(path, b"", f"It cannot be unpacked ({error}).", within)
                return
            yield from _in_zip(source, path.with_suffix(""), path, depth, room or Room())
    else:
        yield _file(entry, within, room)


def _file(entry: Entry, within: str, room: Room | None) -> Found:
    path = entry.path
    try:
        data = entry.read(LARGEST + 1)
    except OSError as error:
        return Found(path, b"", f"It cannot be read: {error.strerror or error}.", within)
    except DAMAGED as error:
        return Found(path, b"", f"It cannot be unpacked ({error}).", within)
    if room and not room.takes(len(data)):
        return Found(path, b"", f"Its zip holds more than {WHOLE / 1e6:g} MB.", within)
    if path.name == JOURNAL and len(data) <= LARGEST:
        return Found(path, data, JOURNAL, within)
    if path.suffix.lower() not in NOTEBOOKS and not _is_notebook(data):
        return Found(path, b"", _instead(path, data), within)
    if len(data) > LARGEST:
        return Found(path, b"", f"It is larger than {LARGEST / 1e6:g} MB.", within)
    return Found(path, data, "", within)


def _is_notebook(data: bytes) -> bool:
    """Whether a file of another name holds a notebook, as one that a browser saved as .txt."""
    start = data[:100].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and b'"cells"' in data and b'"nbformat"' in data


def _instead(path: PurePosixPath, data: bytes) -> str:
    """Return what a file is that is no notebook."""
    found = named(str(path)) if path.suffix.lower() == ".html" else None
    if not found or found.instead not in ("text", "link"):
        return NO_NOTEBOOK
    if found.instead == "text":
        return f"It was typed into {found.platform.title()}'s text box: {ONLY}"
    address = re.search(r"https?://[^\s'\"<>]{1,300}", data[:5000].decode("utf-8", "replace"))
    where = f" ({letters(address[0])})" if address else ""
    return f"It is a web address{where}, and it is not followed: {ONLY}"


def _in_zip(
    source, inside: PurePosixPath, path: PurePosixPath, depth: int, room
) -> Iterator[Found]:
    """Yield what stands in a zip, which is found at ``path``; its entries stand ``inside``."""
    try:
        _bounded(source)
        with zipfile.ZipFile(source) as packed:
            entries = sorted(packed.infolist(), key=lambda each: each.filename)
            told = False
            for entry in entries:
                for found in _in_entry(packed, entry, inside, depth, room):
                    told = True
                    yield found._replace(within=found.within or str(path))
            if not told and depth:
                yield Found(path, b"", "It is an empty zip.", str(path))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        yield Found(path, b"", f"It is a zip that cannot be read ({error}).", str(path))


def _bounded(source) -> None:
    """Raise ``BadInput`` where a zip lists too much, before its list is read."""
    with open(source, "rb") if isinstance(source, Path) else nullcontext(source) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_557))
        end = file.read().rpartition(b"PK\5\6")[2]
        file.seek(0)
    count, length = struct.unpack_from("<6xHL", end) if len(end) >= 12 else (0, 0)
    if count > ENTRIES or length > DIRECTORY:
        raise BadInput(f"it lists more than {ENTRIES} files")


def _in_entry(packed, entry, inside, depth, room) -> Iterator[Found]:
    path = inside / in_zip(entry)
    hidden = SKIPPED & {*path.parts} or any(part.startswith(".") for part in path.parts)
    if entry.is_dir() or hidden:
        return
    problem = ""
    if entry.external_attr >> 28 == 0xA:
        problem = LINK
    elif entry.file_size > max(SMALL, TIGHTEST * entry.compress_size):
        problem = f"It is packed more than {TIGHTEST} times smaller."

    def read(size: int) -> bytes:
        with packed.open(entry) as file:
            return file.read(size)

    def opened():
        data = read(LARGEST + 1)
        if len(data) > LARGEST:
            raise zipfile.BadZipFile(f"it is larger than {LARGEST / 1e6:g} MB")
        return io.BytesIO(data)

    yield from _found(Entry(path, read, opened, problem), "", depth + 1, room)


def in_zip(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a zip's entry stands, no way out of it, as the system that packed it meant:
    Windows may write backslashes, macOS writes UTF-8 and does not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return PurePosixPath(*(part for part in parts if part not in ("..", "/", ".")))
