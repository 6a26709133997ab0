"""The same notebooks graded by this course and by nbgrader, in processor time for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lrcourse.base import BadInput
from lrcourse.benchmarks import nbgrading, students
from lrcourse.benchmarks.costs import cost, on_one_processor
from lrcourse.benchmarks.students import LESSONS, Student

PARTS = {
    "right": (0.80, students.faultless),
    "wrong": (0.12, students.mistaking),
    "broken": (0.06, students.broken),
    "looping": (0.02, students.looping),
}
"""What the class is made of: the share, and who they are."""
GOAL = 50
"""Times less than nbgrader's processor time."""
ROUNDED = 0.005 + 1e-9
"""How far points in grades.csv, which has hundredths, may be from what they must be."""


def ours(place: Path, out: Path, *options: str) -> list[str]:
    """Return the command that grades ``place`` into ``out``, with feedback and a report."""
    command = [sys.executable, "-m", "lrcourse", "grade", str(place), "--out", str(out)]
    return [*command, "--lessons", LESSONS, "--seed", "1", *options]


def counts_of(count: int, shares: dict[str, float]) -> dict[str, int]:
    """Return how many of each part are in a class of ``count``: their share, and never none.

    Raises ``BadInput`` for a class smaller than its parts.

    >>> counts_of(200, {"right": 0.98, "looping": 0.02})
    {'right': 196, 'looping': 4}
    >>> counts_of(12, {"right": 0.98, "looping": 0.02})
    {'right': 11, 'looping': 1}
    """
    if count < len(shares):
        raise BadInput(f"a class with {', '.join(shares)} has at least {len(shares)}, got {count}")
    ends = np.cumsum([*shares.values()])
    kinds = np.searchsorted(ends / ends[-1] * count, np.arange(count) + 0.5)
    counts = np.bincount(kinds, minlength=len(shares))
    while 0 in counts:
        counts[counts.argmax()] -= 1
        counts[counts.argmin()] += 1
    return dict(zip(shares, counts.tolist(), strict=True))


def shares_of(parts: dict) -> dict[str, float]:
    """Return the share of each part.

    >>> shares_of(PARTS)["looping"]
    0.02
    """
    return {name: share for name, (share, _) in parts.items()}


def in_words(counts: dict[str, int]) -> str:
    """Say how many there are of each part.

    >>> in_words({"right": 3, "looping": 1})
    '3 right, 1 looping'
    """
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def made_of(count: int, parts: dict, rng: np.random.Generator) -> list[Student]:
    """Return a class of ``count``, in stated parts, in an order drawn by ``rng``.

    >>> [each.name for each in made_of(4, PARTS, np.random.default_rng(0))][:2]
    ['student-0000', 'student-0001']
    """
    makers: list[Callable] = [make for _, make in parts.values()]
    kinds = np.repeat(np.arange(len(parts)), [*counts_of(count, shares_of(parts)).values()])
    return [
        makers[kind](f"student-{number:04d}", rng)
        for number, kind in enumerate(rng.permutation(kinds))
    ]


def hand_in(group: list[Student], place: Path) -> Path:
    """Write what a class hands in into the folder ``place``, and return it."""
    place.mkdir(parents=True)
    for student in group:
        (place / f"{student.name}.ipynb").write_bytes(student.notebook)
    return place


def compare(folder: Path, count: int, nbgrader: Path | None) -> Iterator[str]:
    """Grade ``count`` notebooks here, and with nbgrader the very same files; yield what came of
    it, in lines.

    Both have one processor, and so one worker: what wakes another processor is charged for it, by
    as much as the machine is busy with other things. Both write a gradebook and a page of feedback
    for each student. Processor time is that of every process, and starting the programs is part of
    it, so a small class tells little. An endless loop costs more than all else of its notebook:
    the class is graded without them, then with.
    """
    finite = {name: part for name, part in PARTS.items() if name != "looping"}
    yield f"CPU seconds for each of {count} notebooks of six functions, gradebook and feedback:"
    on_one_processor()
    for parts in (finite, PARTS):
        group = made_of(count, parts, np.random.default_rng(0))
        here = folder / str(len(parts))
        place = nbgrading.hand_in(group, here)
        own = cost(ours(place, here / "out", "--workers", "1"), here).cpu / count
        found = nbgrading.points(here / "out" / "grades.csv", "student", "points")
        yield f"{in_words(counts_of(count, shares_of(parts)))}:"
        yield f"  lrcourse {own:.4f}; points {_right(group, found)}"
        if nbgrader:
            yield from _theirs(nbgrader, here, group, own)


def _theirs(nbgrader: Path, here: Path, group: list[Student], own: float) -> Iterator[str]:
    """Yield what nbgrader took for the same files, and how many times as much that is."""
    graded, feedback = (each / len(group) for each in nbgrading.autograde(nbgrader, here))
    found = nbgrading.points(here / "grades.csv", "student_id", "score")
    yield (
        f"  nbgrader {graded + feedback:.4f}: autograde {graded:.4f}, generate_feedback "
        f"{feedback:.4f}; points {_right(group, found)}"
    )
    yield (
        f"  ratio {(graded + feedback) / own:.1f} (goal {GOAL}); "
        f"of autograde alone {graded / own:.1f}"
    )


def _right(group: list[Student], found: dict[str, float]) -> str:
    """Say how many have the points that they must have, of those to whom a grade can be given.

    >>> _right([Student("ada", b"", {"gd_step": 1.0}), Student("bob", b"", {"gd_step": None})], {})
    'right for 0 of 1'
    """
    wanted = {each.name: each.wanted.values() for each in group if None not in each.wanted.values()}
    same = [abs(found.get(name, -1) - sum(points)) < ROUNDED for name, points in wanted.items()]
    return f"right for {sum(same)} of {len(same)}"
