"""A page that says what was solved: what the progress file says, and no more than it can know."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lrcourse import progress_store
from lrcourse.base import BadInput
from lrcourse.exercises import exercise, lessons
from lrcourse.learner.journal import bets, journal
from lrcourse.learner.standing import titled, won

LONGEST = 80
"""Letters that a name may have."""
OURS = '<meta name="generator" content="lrcourse certificate">'
"""What a page of this command begins with: another is not written over."""


class Solved(NamedTuple):
    """One exercise that was solved."""

    name: str
    points: int
    core: bool
    day: str
    tries: int
    hints: int
    shown: bool
    """Whether the answer was looked up before."""


class Part(NamedTuple):
    """One lesson: what was solved of it, and how many exercises it has."""

    title: str
    solved: list[Solved]
    exercises: int


def solved(name: str, entries: list[dict]) -> Solved | None:
    """Return how an exercise was first solved, or None: of what came later nothing counts."""
    own = [entry for entry in entries if entry.get("exercise") == name]
    for place, entry in enumerate(own):
        if entry.get("kind") == "check" and entry.get("solved") is True:
            kinds = [each.get("kind") for each in own[: place + 1]]
            unit, day = exercise(name), str(entry.get("time", ""))[:10]
            counts = kinds.count("check"), kinds.count("hint"), "solution" in kinds
            return Solved(name, unit.points, unit.core, day, *counts)
    return None


def parts(entries: list[dict]) -> list[Part]:
    """Return the lessons of which something was solved, in their order."""
    found = [
        Part(titled(lesson), [*filter(None, (solved(n, entries) for n in names))], len(names))
        for lesson in lessons()
        for names in [lesson.exercises]
    ]
    return [part for part in found if part.solved]


def readable(name: str) -> str:
    """Return a name as it can stand on a page; raise ``BadInput`` where none is left, or too much.

    >>> readable("  Ada\\tLovelace ")
    'Ada Lovelace'
    """
    words = " ".join(name.split())
    kept = "".join(each for each in words if unicodedata.category(each)[0] != "C")
    if not 0 < len(kept) <= LONGEST:
        told = f"the name on a certificate has 1 to {LONGEST} letters, got {len(kept)}"
        raise BadInput(f'{told}: lrcourse certificate "Ada Lovelace"')
    return kept


def certificate(name: str, entries: list[dict], bad_lines: str = "") -> str:
    """Return the page as HTML, for ``name``, from the entries of a journal."""
    made, core = parts(entries), [unit for unit in _units() if unit.core]
    all_solved = [each for part in made for each in part.solved]
    facts = {
        "name": readable(name),
        "parts": made,
        "earned": sum(each.points for each in all_solved if each.core),
        "possible": sum(unit.points for unit in core),
        "stars": sum(each.points for each in all_solved if not each.core),
        "unaided": sum(not each.hints and not each.shown for each in all_solved),
        "count": len(all_solved),
        "won": won(bets(entries)),
        "bad_lines": bad_lines,
        "ours": OURS,
    }
    folder = FileSystemLoader(Path(__file__).with_name("templates"))
    made_by = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
    return made_by.get_template("certificate.html.j2").render(facts)


def _units():
    return [exercise(name) for lesson in lessons() for name in lesson.exercises]


def write_certificate(name: str, out: Path) -> int:
    """Write the page to ``out`` and return how many exercises stand on it.

    Raises ``BadInput`` where there is no progress, and where ``out`` is another file.
    """
    if out.exists() and OURS not in out.read_text("utf-8", "replace"):
        raise BadInput(f"{out} is there and no certificate: name another file with --out")
    entries, bad_lines = journal(), progress_store.entries()[1]
    page = certificate(name, entries, bad_lines)
    count = sum(len(part.solved) for part in parts(entries))
    if not count:
        raise BadInput("nothing is solved yet in this folder: a certificate would be empty")
    progress_store.write_whole(out, page.encode())
    return count
