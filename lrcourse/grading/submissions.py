"""What a class handed in: notebooks in a folder or a zip, however a course platform named them."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.exercises import lessons

LARGEST = 10_000_000
"""Bytes that a notebook may have; one of the course with all its pictures has a tenth."""
SMALL = 100_000
"""Bytes that a file may have however it was packed."""
TIGHTEST = 200
"""Times that a file may be larger than what it was packed into: notebooks shrink to a fifth or a
twentieth, nothing at all to a thousandth, so that one zip could hold work for days."""
ENTRIES = 50_000
"""Files that one zip may list."""
CANVAS = re.compile(r"(?P<student>[^_]+)(_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")
"""How Canvas names the files of "download submissions"."""
MOODLE = re.compile(r"(?P<student>.+)_(?P<id>\d+)_assignsubmission_file_?")
"""How Moodle names the folders of "download all submissions"."""
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
WRAPPERS = {"submitted", "submissions"}
"""Folders that platforms put round what students hand in."""
OTHERS = {".py", ".pdf", ".docx", ".rar", ".7z", ".tar", ".gz", ".tgz"}
"""What people hand in for a notebook: told, not passed over in silence."""
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Unicode's classes of signs that turn the direction in which others are read."""
LINK = "It is a link, and links are not followed."
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)
NO_NOTEBOOK = "It is no notebook: only .ipynb files, and zips of them, are graded."


class Handed(NamedTuple):
    """One file that a student handed in; ``problem`` says why it could not be read, or is ""."""

    student: str
    number: str
    """The number by which the platform knows the student, or ""."""
    file: str
    notebook: bytes
    problem: str = ""


def handed_in(place: Path) -> Iterator[Handed]:
    """Yield what stands in ``place``, a folder or a zip, one file at a time, in order.

    Links are not followed, nothing is unpacked to disk, and what is too large is not read. Raises
    ``BadInput`` where ``place`` is neither a folder nor a zip.
    """
    place = Path(place)
    if place.is_dir():
        yield from _in_folder(place)
    elif zipfile.is_zipfile(place):
        yield from _in_zip(place, PurePosixPath())
    else:
        raise BadInput(f"{place} is neither a folder of notebooks nor a zip of them.")


def _in_folder(folder: Path) -> Iterator[Handed]:
    for path in sorted(folder.rglob("*")):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        if _passed_over(inside):
            continue
        if any(each.is_symlink() for each in (path, *path.parents) if each.is_relative_to(folder)):
            yield _problem(inside, folder.name, LINK)
        elif path.is_file():
            yield from _in_file(path, inside, folder.name)


def _in_file(path: Path, inside: PurePosixPath, top: str) -> Iterator[Handed]:
    kind = inside.suffix.lower()
    if kind in OTHERS:
        yield _problem(inside, top, NO_NOTEBOOK)
    elif kind == ".zip":
        yield from _in_zip(path, inside.with_suffix(""))
    else:
        try:
            with path.open("rb") as file:
                yield _read(inside, top, file.read(LARGEST + 1))
        except OSError as error:
            yield _problem(inside, top, f"It cannot be read: {error.strerror}.")


def _passed_over(inside: PurePosixPath) -> bool:
    kinds = {".ipynb", ".zip"} | OTHERS
    hidden = SKIPPED & set(inside.parts) or inside.name.startswith(".")
    return bool(hidden) or inside.suffix.lower() not in kinds


def _in_zip(source, inside: PurePosixPath) -> Iterator[Handed]:
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES:
                yield _problem(inside / "zip", "", f"It lists more than {ENTRIES} files.")
                return
            for entry in sorted(entries, key=lambda each: each.filename):
                yield from _in_entry(packed, entry, inside)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield _problem(inside / "zip", "", f"It is a zip that cannot be read ({error}).")


def _in_entry(packed, entry, inside) -> Iterator[Handed]:
    parts = [part for part in PurePosixPath(entry.filename).parts if part not in ("..", "/", ".")]
    path = inside.joinpath(*parts)
    if entry.is_dir() or _passed_over(path):
        return
    if entry.external_attr >> 28 == 0xA:
        yield _problem(path, inside.name, LINK)
    elif path.suffix.lower() in OTHERS:
        yield _problem(path, inside.name, NO_NOTEBOOK)
    elif entry.file_size > max(SMALL, TIGHTEST * entry.compress_size):
        yield _problem(path, inside.name, f"It is packed more than {TIGHTEST} times smaller.")
    else:
        yield from _unpacked(packed, entry, path, inside)


def _unpacked(packed, entry, path, inside) -> Iterator[Handed]:
    try:
        with packed.open(entry) as file:
            data = file.read(LARGEST + 1)
    except DAMAGED as error:
        yield _problem(path, inside.name, f"It cannot be unpacked ({error}).")
        return
    if path.suffix.lower() == ".ipynb" or len(data) > LARGEST:
        yield _read(path, inside.name, data)
    elif len(inside.parts) < 2:
        yield from _in_zip(io.BytesIO(data), path.with_suffix(""))
    else:
        yield _problem(path, inside.name, "It is a zip in a zip in a zip: unpack it first.")


def _read(path, top, data) -> Handed:
    if len(data) > LARGEST:
        return _problem(path, top, f"It is larger than {LARGEST / 1e6:g} MB.")
    return Handed(*whose(_in_letters(path), _letters(top)), _letters(str(path)), data)


def _problem(path, top, what) -> Handed:
    return Handed(*whose(_in_letters(path), _letters(top)), _letters(str(path)), b"", what)


def _in_letters(path) -> PurePosixPath:
    return PurePosixPath(_letters(str(path)))


def _letters(name: str) -> str:
    """Return a name as every table, page and terminal can show it: an accent is one sign; what is
    no sign, commands a terminal, breaks a line or turns the direction of what follows, is marked.

    >>> _letters("a\\x1b[2Jb\\u202ec")
    'a\ufffd[2Jb\ufffdc'
    """
    whole = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(
        "\ufffd"
        if unicodedata.category(each) in ("Cc", "Zl", "Zp")
        or unicodedata.bidirectional(each) in TURNS
        else each
        for each in unicodedata.normalize("NFC", whole)
    )


def whose(path: PurePosixPath, top: str = "") -> tuple[str, str]:
    """Return a student's name and number from where the file stands; ``top`` is the folder's name.

    The outermost name decides: the platform wrote it, the names inside are the student's choice.

    >>> whose(PurePosixPath("lovelaceada_LATE_4711_990011_01_one_step_downhill-2.ipynb"))
    ('lovelaceada', '4711')
    >>> whose(PurePosixPath("Ada Lovelace_123_assignsubmission_file_/answers.ipynb"))
    ('Ada Lovelace', '123')
    >>> whose(PurePosixPath("ada/01/01_one_step_downhill.ipynb")), whose(PurePosixPath("ada.ipynb"))
    (('ada', ''), ('ada', ''))
    """
    parts = [part for part in path.parts[:-1] if part not in WRAPPERS] + [path.name]
    for known in (MOODLE, CANVAS):
        if found := known.fullmatch(parts[0]):
            return found["student"], found["id"]
    folders = parts[:-1]
    if folders:
        return folders[0], ""
    stems = {lesson.stem for lesson in lessons()}
    lesson = next((stem for stem in stems if path.stem.startswith(stem)), "")
    return (top or path.stem) if lesson else path.stem, ""
