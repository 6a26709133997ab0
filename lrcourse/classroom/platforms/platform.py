"""What a course platform is to us: how it names what students hand in, where its table of grades
has what, and what it takes back as feedback. One module holds one platform."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

WAYS = 10
"""Ways to read one name that are looked at: more of them is nobody's name."""


class Named(NamedTuple):
    """One way to read a name that a platform gave to a file or a folder."""

    platform: str
    text: str
    """The whole name."""
    student: str
    number: str = ""
    """The number by which the platform knows the student, or ""."""
    own: str = ""
    """What follows, by the student's own choice."""
    late: bool = False
    upload: str = ""
    """The number of the upload: a larger one is newer."""
    head: str = ""
    """What stands before the student, the same for all of a class."""
    instead: str = ""
    """What it is where no file was handed in: "text", "link" or "note"."""


class Page(NamedTuple):
    """A student's feedback."""

    path: Path
    """The page in its file."""
    body: Callable[[], str]
    """Makes what stands on it, as HTML without a frame."""


class Columns(NamedTuple):
    """Where a platform's table has what; -1 for what it does not have."""

    name: tuple[int, ...]
    """The places of a name: one, or those of last and first name."""
    grade: int
    column: str
    """What stands above the points that are filled in."""
    people: tuple[int, ...]
    """The lines that are students'."""
    number: int = -1
    login: int = -1
    section: int = -1
    status: int = -1
    most: float | None = None
    """The points that the column takes as full marks, if the table says so."""
    by_number: bool = True
    """Whether its number is the one in the names of files."""
    problem: str = ""
    """Why no column can be filled, or ""."""


class Weekly(NamedTuple):
    """A platform's name as people say it, and what a teacher does there in the first week: steps in
    Markdown, with LESSONS where the week's are named."""

    title: str
    steps: tuple[str, ...]


LOOK = (
    "Read what the command says, and `week-1/problems.txt`: who handed in what is no notebook gets "
    "a line from you, not a 0."
)
NEXT = "Open the next class with the commonest mistake of `week-1/report.html`."


def weekly(title: str, get: str, options: str, marks: str, back: str, note: str = "") -> Weekly:
    """Return the week on a platform whose download is graded: what to ``get`` from it, the
    ``options`` that fill its table, with a ``note``, where the ``marks`` go and the pages go
    ``back``."""
    grade = "lrcourse grade submissions.zip --out week-1 --lessons LESSONS"
    return Weekly(title, (get, f"`{grade} {options}`{note}", LOOK, marks, f"{back} {NEXT}"))


class Platform(NamedTuple):
    """A course platform: all that we know of it."""

    name: str
    weekly: Weekly
    table: str
    """Its table of grades and the columns that tell it, in words."""
    names: Callable[[str], list[Named]]
    """How a name may be read, the likeliest way first; none where it is no name of its own."""
    columns: Callable[[list[list[str]], str], Columns | None]
    """Where a table's lines have what, with the column that is wanted; None for another's table."""
    feedback: Callable[[Page, list[tuple[Named, str]]], tuple[str, bytes] | None] | None
    """The name and the content of a student's page in the zip that it takes back; given the page,
    and each file handed in with the last part of its name. None where it takes back no zip."""


def choose(wanted: str, known: dict[str, str]) -> tuple[str, str]:
    """Return the column to fill, and why none can be; ``known`` is what each may be called by.

    >>> choose("", {"Week 1 (77)": "Week 1"})
    ('Week 1 (77)', '')
    >>> choose("Week 9", {"Week 1 (77)": "Week 1"})[1]
    "there is no column 'Week 9': the assignments are Week 1 (77)"
    """
    whole = ", ".join(known)
    if not wanted:
        which = f"which column? name one with --column: {whole or 'none is there'}"
        return (next(iter(known)), "") if len(known) == 1 else ("", which)
    fits = [name for name, short in known.items() if wanted in (name, short)]
    if wanted in known or len(fits) == 1:
        return wanted if wanted in known else fits[0], ""
    return "", f"there is no column {wanted!r}: the assignments are {whole or 'none'}"
