"""What a class handed in: who each file in a download is from, however a platform named it."""

from __future__ import annotations

import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from lrcourse.classroom.grading.layout import around, heads_of, parts_of, person_of
from lrcourse.classroom.grading.reading import JOURNAL, LINK, NO_NOTEBOOK, Found, everything
from lrcourse.classroom.platforms.known import late, named, readings
from lrcourse.classroom.platforms.names import letters, plain
from lrcourse.classroom.platforms.platform import Named

__all__ = ["LINK", "NO_NOTEBOOK", "Handed", "handed_in", "late", "letters", "named", "whose"]
WORK = {".py", ".pdf", ".docx", ".rar", ".7z", ".tar", ".gz", ".tgz"}
"""What people hand in for a notebook: told beside notebooks, too."""
DOCUMENTS = {".html", ".htm", ".md", ".doc", ".odt", ".rtf", ".txt", ".json", ".png", ".jpg"}
DOCUMENTS |= {".jpeg", ".heic", ".pages", ".rmd", ".ipynb_"}
"""What may lie beside others' notebooks and be somebody's work; the rest there is the teacher's."""
NOBODYS = {"index", "readme"}
FEW = 3
"""Files that are told of somebody who handed in no notebook."""
MOST = 50
"""Notebooks of one student in one folder or zip: three times the course."""
TOO_MANY = (
    f"{MOST} of the notebooks beside it are graded, and no more: hand in one for each lesson."
)
MEMORY = 64_000_000
"""Bytes of notebooks that wait in memory for their names; more of them wait on disk."""
Known = Mapping[str, list[str]]
"""Each number and each user name of a class, with how its student may be called."""


class Handed(NamedTuple):
    """One file that a student handed in; ``problem`` says why it could not be read, or is ""."""

    student: str
    number: str
    """The number by which the platform knows the student, or ""."""
    file: str
    notebook: bytes
    problem: str = ""


def handed_in(
    place: Path,
    known: Known | None = None,
    taken: Callable[[str], None] = lambda folder: None,
    heard: Callable[[bytes], None] = lambda journal: None,
) -> Iterator[Handed]:
    """Yield what stands in ``place``, a folder or a zip, one file at a time, in order, each under
    a name of its own; ``known`` settles names that can be read in several ways, ``taken`` is
    told which folders in it were taken for the class's, if any were, and ``heard`` hears each
    learner's journal that came along.

    It is read once: what a name means hangs on the others. Links are not followed, nothing is
    unpacked, and what is too large is not read. Raises ``BadInput`` where ``place`` is neither a
    folder nor a zip.
    """
    place = Path(place)
    top = letters(place.name if place.is_dir() else place.stem)
    with tempfile.SpooledTemporaryFile(MEMORY) as waiting:
        files = _without_journals(everything(place), heard)
        found = [_laid_down(each, waiting) for each in files]
        paths = [each for each, *_ in found]
        outer = around([parts_of(path) for path in _telling(paths)])
        if outer:
            taken("/".join(parts_of(_in_letters(paths[0].path))[:outer]))
        owners = _owners(paths, top, outer, known or {})
        times = Counter()
        for who, (each, start, size) in _kept([*zip(owners, found, strict=True)]):
            path = _in_letters(each.path)
            times[path] += 1  # A zip may stand beside what was unpacked from it.
            file = f"{path}" + f" ({times[path]})" * (times[path] > 1)
            waiting.seek(start)
            notebook = b"" if each.problem else zlib.decompress(waiting.read(size))
            yield Handed(*who, file, notebook, each.problem)


def _without_journals(found: Iterator[Found], heard: Callable[[bytes], None]) -> Iterator[Found]:
    for each in found:
        if each.problem == JOURNAL:
            heard(each.notebook)
        else:
            yield each


def _laid_down(found: Found, waiting) -> tuple[Found, int, int]:
    """Keep a notebook aside; return the rest, and where it is."""
    packed, start = zlib.compress(found.notebook, 1), waiting.tell()
    waiting.write(packed)
    return found._replace(notebook=b""), start, len(packed)


def _owners(found: list[Found], top: str, outer: int, known: Known) -> list[tuple[str, str] | None]:
    """Return whose each file is; None for what is nobody's."""
    paths = [_in_letters(each.path) for each in found]
    heads = heads_of([parts_of(path)[: outer + 1] for path in paths])
    return [
        whose(path, top, outer, known, heads)
        if _work(each) or _somebodys(path, parts_of(path)[outer:])
        else None
        for each, path in zip(found, paths, strict=True)
    ]


def _telling(found: list[Found]) -> list[PurePosixPath]:
    """Return the paths that tell the folder of a class from a student's: those of work."""
    there = [each for each in found if each.problem != LINK]
    there = [each for each in there if not (each.problem and _is_zip(each.path))]
    return [each.path for each in there if _work(each)] or [each.path for each in there]


def _is_zip(path: PurePosixPath) -> bool:
    return path.suffix.lower() == ".zip"


def _work(found: Found) -> bool:
    """Whether a file counts as handed in whatever stands beside it."""
    if not found.problem or found.path.suffix.lower() in {".ipynb", ".zip"} | WORK:
        return True
    by = named(str(found.path))
    return bool(by and by.instead in ("text", "link") and found.problem != NO_NOTEBOOK)


def _somebodys(path: PurePosixPath, parts: list[str]) -> bool:
    """Whether a file that is no notebook is somebody's, and not the teacher's or the platform's."""
    if len(parts) > 1 or readings(parts[-1] if parts else path.name):
        return True
    return path.suffix.lower() in DOCUMENTS and path.stem.lower() not in NOBODYS


def _kept(found: list[tuple]) -> Iterator[tuple]:
    """Yield each file with whose it is: of somebody who handed in no work, the first few others;
    of somebody who handed in more notebooks than anybody needs, the rest as a problem."""
    workers = {who for who, (each, *_) in found if who and _work(each)}
    few, many = Counter(), Counter()
    for who, (each, start, size) in found:
        if who is None:
            continue
        if not _work(each):
            few[who] += 1
            if who in workers or few[who] > FEW:
                continue
        many[who, each.within] += not each.problem
        if not each.problem and many[who, each.within] > MOST:
            each = each._replace(problem=TOO_MANY)
        yield who, (each, start, size)


def whose(
    path: PurePosixPath,
    top: str = "",
    outer: int = 0,
    known: Known | None = None,
    heads: Mapping[str, str] | None = None,
) -> tuple[str, str]:
    """Return a student's name and number from where the file stands; ``top`` is the name of the
    whole folder, ``outer`` says how many folders in it stand round the class, ``heads`` how the
    platform's names begin.

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
    first, *rest = parts_of(path)[outer:] or [
        path.name
    ]  # A link may lie beside the class's folder.
    if found := readings(first):
        return _settled(found, known or {}, (heads or {}).get(first, ""))
    student = first if rest else person_of(PurePosixPath(first)) or top or path.stem
    return student.casefold() if "@" in student else student, ""  # As mail servers take it.


def _settled(found: list[Named], known: Known, head: str) -> tuple[str, str]:
    """Return the student whom one of several readings means: the one that the class knows by
    number and name; else the one that it knows by number; where it knows none, the likeliest."""
    found = [each for each in found if each.head == head] or found
    sure = [each for each in found if _fits(each, known)]
    there = [each for each in found if each.number and each.number.lstrip("0") in known]
    if len(there) > 1 and not sure:
        return there[-1].text, ""  # Two of the class: it may be either's.
    best = next(iter(sure or there or found))
    return best.student, best.number


def _fits(found: Named, known: Known) -> bool:
    who = found.number.lstrip("0") or found.student.casefold()
    return plain(found.student) in known.get(who, ())


def _in_letters(path: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(letters(str(path)))
