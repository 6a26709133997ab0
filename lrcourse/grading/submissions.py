"""What a class handed in: notebooks in a folder or a zip, however a course platform named them."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
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
MOODLE = re.compile(
    r"(?P<student>.+?)_(?P<id>\d+)_assignsubmission_(file|(?P<typed>onlinetext))(?P<own>_.*)?"
)
"""How Moodle names what "download all submissions" gives, in folders and without."""
CANVAS = re.compile(r"(?P<student>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)_(?P<upload>\d+)_(?P<own>.+)")
"""How Canvas names what "download submissions" gives."""
PLATFORMS = [
    MOODLE,
    CANVAS,
    # Blackboard: "assignment file download".
    re.compile(r".+?_(?P<student>[^_]+)_attempt_\d{4}(-\d\d){5}(?P<own>_.*)?"),
    # Brightspace: "download all", a folder or a file for each time something was handed in.
    re.compile(
        r"(?P<id>\d+)-\d+ ?- (?P<student>.+?) ?- \w+\.? \d+, \d{4} \d{3,4}( [AP]M)?(?P<own> .+)?"
    ),
    # nbgrader: what its exchange holds.
    re.compile(r"(?P<student>[^+]+)\+[^+]+\+\d{4}-\d\d-\d\d (?P<own>.+)"),
]
"""How platforms name what a student handed in; what is ``own`` is the student's choice."""
COPY = re.compile(r"(\s*\(\d+\)|[-_ ]*copy ?\d*|-\d+)*", re.IGNORECASE)
"""What browsers, Jupyter and platforms put behind the name of a notebook that is there already."""
SKIPPED = {".ipynb_checkpoints", "__MACOSX", ".git"}
COURSE = {"notebooks", "exercises", "solutions"}
"""Folders of the course itself, which nobody is called after."""
WRAPPERS = {"submitted", "submissions"}
"""Folders that platforms put round what students hand in."""
OTHERS = {".py", ".pdf", ".docx", ".rar", ".7z", ".tar", ".gz", ".tgz"}
"""What people hand in for a notebook: told, not passed over in silence."""
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Unicode's classes of signs that turn the direction in which others are read."""
LINK = "It is a link, and links are not followed."
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)
NO_NOTEBOOK = "It is no notebook: only .ipynb files, and zips of them, are graded."
TYPED = "It was typed into Moodle's text box: only .ipynb files, and zips of them, are graded."


class Handed(NamedTuple):
    """One file that a student handed in; ``problem`` says why it could not be read, or is ""."""

    student: str
    number: str
    """The number by which the platform knows the student, or ""."""
    file: str
    notebook: bytes
    problem: str = ""


class Found(NamedTuple):
    """One file and where it stands; ``problem`` says why it could not be read, or is ""."""

    path: PurePosixPath
    notebook: bytes
    problem: str = ""


def handed_in(place: Path) -> Iterator[Handed]:
    """Yield what stands in ``place``, a folder or a zip, one file at a time, in order, each under
    a name of its own.

    Links are not followed, nothing is unpacked to disk, and what is too large is not read. Raises
    ``BadInput`` where ``place`` is neither a folder nor a zip.
    """
    place = Path(place)
    outer = around([_parts(each) for each in _places(place)])
    top = letters(place.name if place.is_dir() else place.stem)
    times = Counter()
    for found in _found(place):
        path = _in_letters(found.path)
        times[path] += 1  # A zip may stand beside what was unpacked from it.
        file = f"{path}" + f" ({times[path]})" * (times[path] > 1)
        yield Handed(*whose(path, top, outer), file, found.notebook, found.problem)


def class_folder(place: Path) -> str:
    """Return the folders in ``place`` that stand round the whole class and name nobody, or ""."""
    places = [_parts(each) for each in _places(Path(place))]
    return "/".join(places[0][: around(places)]) if places else ""


def _found(place: Path) -> Iterator[Found]:
    if place.is_dir():
        yield from _in_folder(place)
    elif zipfile.is_zipfile(place):
        yield from _in_zip(place, PurePosixPath())
    else:
        raise BadInput(f"{place} is neither a folder of notebooks nor a zip of them.")


def _places(place: Path) -> Iterator[PurePosixPath]:
    """Yield where notebooks stand, also those in a zip, and read none of them."""
    if not place.is_dir():
        yield from _listed(place, PurePosixPath())
        return
    for path in sorted(place.rglob("*")):
        inside = PurePosixPath(path.relative_to(place).as_posix())
        if _passed_over(inside) or path.is_symlink() or not path.is_file():
            continue
        if inside.suffix.lower() == ".zip":
            yield from _listed(path, inside.with_suffix(""))
        else:
            yield inside


def _listed(path: Path, head: PurePosixPath) -> Iterator[PurePosixPath]:
    with suppress(*DAMAGED), zipfile.ZipFile(path) as packed:
        places = (head / _inside(each) for each in packed.infolist()[:ENTRIES])
        yield from (each for each in sorted(places) if not _passed_over(each))


def around(places: list[list[str]]) -> int:
    """Return how many folders, or zips, stand round the class and name no student.

    One does where everything in it is named by a platform. One that holds all does also where
    several folders in it hold a notebook of one name, or several notebooks of no lesson's name lie
    side by side: what else it holds may be one student's.

    >>> around([["week 1", "ada", "a.ipynb"], ["week 1", "bob", "a.ipynb"]])
    1
    >>> around([["ada", "exercises", "a.ipynb"], ["ada", "notebooks", "a.ipynb"]])
    0
    """
    heads = {parts[0] for parts in places}
    if any(map(_platform, heads)) or heads & COURSE or min(map(len, places), default=0) < 2:
        return 0
    if all(_platform(parts[1]) for parts in places):
        return 1
    if len(heads) > 1:
        return 0
    alone = {parts[1] for parts in places if len(parts) == 2 and _person(PurePosixPath(parts[1]))}
    deep = {(parts[-1], parts[1]) for parts in places if len(parts) > 2 and parts[1] not in COURSE}
    shared = Counter(name for name, _ in deep)
    if len(alone) > 1 or max(shared.values(), default=0) > 1:
        return 1
    inner = around([parts[1:] for parts in places])
    return inner + 1 if inner else 0


def _in_folder(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("*")):
        inside = PurePosixPath(path.relative_to(folder).as_posix())
        if _passed_over(inside):
            continue
        if any(each.is_symlink() for each in (path, *path.parents) if each.is_relative_to(folder)):
            yield Found(inside, b"", LINK)
        elif path.is_file():
            yield from _in_file(path, inside)


def _in_file(path: Path, inside: PurePosixPath) -> Iterator[Found]:
    kind = inside.suffix.lower()
    if why := _no_notebook(inside):
        yield Found(inside, b"", why)
    elif kind == ".zip":
        yield from _in_zip(path, inside.with_suffix(""))
    else:
        try:
            with path.open("rb") as file:
                yield _read(inside, file.read(LARGEST + 1))
        except OSError as error:
            yield Found(inside, b"", f"It cannot be read: {error.strerror}.")


def _passed_over(inside: PurePosixPath) -> bool:
    hidden = SKIPPED & set(inside.parts) or inside.name.startswith(".")
    work = inside.suffix.lower() in {".ipynb", ".zip"} or _no_notebook(inside)
    return bool(hidden or not work)


def _no_notebook(inside: PurePosixPath) -> str:
    """Return why a file is none that is graded, by its name alone, or ""."""
    kind = inside.suffix.lower()
    if kind in OTHERS:
        return NO_NOTEBOOK
    by = named(str(inside)) if kind == ".html" else None
    return TYPED if by and by.groupdict().get("typed") else ""


def _in_zip(source, inside: PurePosixPath) -> Iterator[Found]:
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            if len(entries) > ENTRIES:
                yield Found(inside / "zip", b"", f"It lists more than {ENTRIES} files.")
                return
            for entry in sorted(entries, key=lambda each: each.filename):
                yield from _in_entry(packed, entry, inside)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        yield Found(inside / "zip", b"", f"It is a zip that cannot be read ({error}).")


def _in_entry(packed, entry, inside) -> Iterator[Found]:
    path = inside / _inside(entry)
    if entry.is_dir() or _passed_over(path):
        return
    if entry.external_attr >> 28 == 0xA:
        yield Found(path, b"", LINK)
    elif why := _no_notebook(path):
        yield Found(path, b"", why)
    elif entry.file_size > max(SMALL, TIGHTEST * entry.compress_size):
        yield Found(path, b"", f"It is packed more than {TIGHTEST} times smaller.")
    else:
        yield from _unpacked(packed, entry, path, inside)


def _unpacked(packed, entry, path, inside) -> Iterator[Found]:
    try:
        with packed.open(entry) as file:
            data = file.read(LARGEST + 1)
    except DAMAGED as error:
        yield Found(path, b"", f"It cannot be unpacked ({error}).")
        return
    if path.suffix.lower() == ".ipynb" or len(data) > LARGEST:
        yield _read(path, data)
    elif len(inside.parts) < 2:
        yield from _in_zip(io.BytesIO(data), path.with_suffix(""))
    else:
        yield Found(path, b"", "It is a zip in a zip in a zip: unpack it first.")


def _read(path, data) -> Found:
    if len(data) > LARGEST:
        return Found(path, b"", f"It is larger than {LARGEST / 1e6:g} MB.")
    return Found(path, data)


def _inside(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return where a zip's entry stands, no way out of it, as the system that packed it meant:
    Windows may write backslashes, macOS writes UTF-8 and does not say so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return PurePosixPath(*(part for part in parts if part not in ("..", "/", ".")))


def _in_letters(path) -> PurePosixPath:
    return PurePosixPath(letters(str(path)))


def letters(name: str) -> str:
    """Return a name as every table, page and terminal can show it: an accent is one sign; what is
    no sign, commands a terminal, breaks a line or turns the direction of what follows, is marked.

    >>> letters("a\\x1b[2Jb\\u202ec")
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


def whose(path: PurePosixPath, top: str = "", outer: int = 0) -> tuple[str, str]:
    """Return a student's name and number from where the file stands; ``top`` is the name of the
    whole folder, ``outer`` says how many folders in it stand round the class.

    The outermost name decides: the platform wrote it, the names inside are the student's choice.

    >>> whose(PurePosixPath("lovelaceada_LATE_4711_990011_01_one_step_downhill-2.ipynb"))
    ('lovelaceada', '4711')
    >>> whose(PurePosixPath("Ada Lovelace_123_assignsubmission_file_/answers.ipynb"))
    ('Ada Lovelace', '123')
    >>> whose(PurePosixPath("ada/01/01_one_step_downhill.ipynb")), whose(PurePosixPath("ada.ipynb"))
    (('ada', ''), ('ada', ''))
    >>> whose(PurePosixPath("Ada Lovelace - 01_one_step_downhill (1).ipynb"))
    ('Ada Lovelace', '')
    """
    first, *rest = _parts(path)[outer:] or [path.name]  # A link may lie beside the class's folder.
    if found := _platform(first):
        return found["student"], found.groupdict().get("id", "")
    return (first if rest else _person(PurePosixPath(first)) or top or path.stem), ""


def named(file: str) -> re.Match | None:
    """Return how a platform named a file or the outermost folder that it named, if one did.

    >>> named("class/adal_LATE_4711_990011_01_one.ipynb")["upload"]
    '990011'
    """
    return next(filter(None, map(_platform, PurePosixPath(file).parts)), None)


def late(file: str) -> bool:
    """Whether the platform marked a file as late; Canvas alone does.

    >>> late("lovelaceada_LATE_4711_990011_answers.ipynb"), late("ada/x_LATE_y.ipynb")
    (True, False)
    """
    found = named(file)
    return bool(found and found.groupdict().get("late"))


def _parts(path: PurePosixPath) -> list[str]:
    return [*(part for part in path.parts[:-1] if part not in WRAPPERS), path.name]


def _platform(name: str) -> re.Match | None:
    """Return what a platform put before the student's own words, the fit that ends first: words
    that look like another platform's name nobody else."""
    fits = [found for each in PLATFORMS if (found := each.fullmatch(name))]
    return max(fits, key=lambda found: len(found["own"] or ""), default=None)


def _person(file: PurePosixPath) -> str:
    """Return what a file's name says beside its lesson's: a student, or nothing."""
    lesson = next((each.stem for each in lessons() if each.stem in file.stem), "")
    if not lesson:
        return file.stem
    before, after = file.stem.split(lesson, 1)
    sides = before.removeprefix("Copy of "), "" if COPY.fullmatch(after) else after
    return " ".join(filter(None, (side.strip(" _-.,") for side in sides)))
