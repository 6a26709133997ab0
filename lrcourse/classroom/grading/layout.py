"""How a download is laid out: which folders stand round the class, how a platform's names begin for
all of it, and what a file's name says beside its lesson's."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import PurePosixPath

from lrcourse.classroom.platforms.known import readings
from lrcourse.exercises import lessons

COPY = re.compile(r"(?:\s*+\(\d++\)|[-_ ]*+copy ?+\d*+|-\d++)*+", re.IGNORECASE)
"""What browsers, Jupyter and platforms put behind the name of a notebook that is there already; it
gives nothing back, so that a long name takes no longer than it is long."""
COURSE = {"notebooks", "exercises", "solutions"}
"""Folders of the course itself, which nobody is called after."""
WRAPPERS = {"submitted", "submissions"}
"""Folders that platforms put round what students hand in."""


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
    if any(map(readings, heads)) or heads & COURSE or min(map(len, places), default=0) < 2:
        return 0
    if all(readings(parts[1]) for parts in places):
        return 1
    if len(heads) > 1:
        return 0
    alone = {parts[1] for parts in places if len(parts) == 2 and person_of(PurePosixPath(parts[1]))}
    deep = {(parts[-1], parts[1]) for parts in places if len(parts) > 2 and parts[1] not in COURSE}
    shared = Counter(name for name, _ in deep)
    if len(alone) > 1 or max(shared.values(), default=0) > 1:
        return 1
    inner = around([parts[1:] for parts in places])
    return inner + 1 if inner else 0


def heads_of(firsts: list[list[str]]) -> dict[str, str]:
    """Return, for each name that a platform gave, what it begins with for the whole class: all
    that the names in one folder share before their last parts."""
    beside = defaultdict(set)
    for *folder, name in firsts:
        if (found := readings(name)) and found[0].head:
            beside[tuple(folder)].add((name, f"{found[0].head}_{found[0].student}"))
    heads = {}
    for names in beside.values():
        parts = [whole.split("_") for _, whole in names]
        shared = 0
        while min(map(len, parts)) > shared + 1 and len({each[shared] for each in parts}) == 1:
            shared += 1
        if len({whole for _, whole in names}) > 1:
            heads |= {name: "_".join(parts[0][:shared]) for name, _ in names}
    return heads


def parts_of(path: PurePosixPath) -> list[str]:
    """Return the parts of a path, without folders that platforms put round what is handed in."""
    return [*(part for part in path.parts[:-1] if part not in WRAPPERS), path.name]


def person_of(file: PurePosixPath) -> str:
    """Return what a file's name says beside its lesson's: a student, or nothing."""
    stem = re.sub(r"\.ipynb$", "", file.stem, flags=re.IGNORECASE)
    lesson = next(filter(None, (each.named_in(stem) for each in lessons())), "")
    if not lesson:
        return stem
    before, after = stem.split(lesson, 1)
    sides = before.removeprefix("Copy of "), "" if COPY.fullmatch(after) else after
    return " ".join(filter(None, (side.strip(" _-.,") for side in sides)))
