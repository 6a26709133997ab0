"""The same notebooks graded by this course and by nbgrader, in processor time for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lrcourse.benchmarks import nbgrading, students
from lrcourse.benchmarks.costs import cost
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


def ours(place: Path, out: Path, *options: str) -> list[str]:
    """Return the command that grades ``place`` into ``out``, with feedback and a report."""
    command = [sys.executable, "-m", "lrcourse", "grade", str(place), "--out", str(out)]
    return [*command, "--lessons", LESSONS, "--seed", "1", *options]


def made_of(count: int, parts: dict, rng: np.random.Generator) -> list[Student]:
    """Return a class of ``count``, in stated parts, in an order drawn by ``rng``.

    >>> [each.name for each in made_of(2, PARTS, np.random.default_rng(0))]
    ['student-0000', 'student-0001']
    """
    shares = np.cumsum([share for share, _ in parts.values()])
    kinds = np.searchsorted(shares / shares[-1] * count, np.arange(count) + 0.5)
    makers: list[Callable] = [make for _, make in parts.values()]
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


def compare(
    folder: Path, count: int, nbgrader: Path | None, theirs_count: int, workers: int
) -> Iterator[str]:
    """Grade ``count`` notebooks here, and ``theirs_count`` made in the same way with nbgrader;
    yield what came of it, in lines.

    Endless loops are few, so nbgrader's are measured on two notebooks and count with their share;
    there too, the course's own limit for one check ends them.
    """
    endless = PARTS["looping"][0]
    finite = {name: part for name, part in PARTS.items() if name != "looping"}
    yield f"Six functions each; {_shares(PARTS)}. CPU seconds for each notebook:"
    ours_finite = _ours(folder / "finite", made_of(count, finite, _rng()), workers)
    ours_all = _ours(folder / "all", made_of(count, PARTS, _rng()), workers)
    yield f"lrcourse, with gradebook and feedback, {count} notebooks: {ours_all:.4f}"
    yield f"  without endless loops: {ours_finite:.4f}"
    if nbgrader:
        group = made_of(theirs_count, finite, _rng())
        loops = made_of(2, {"looping": PARTS["looping"]}, _rng())
        theirs_finite = _theirs(nbgrader, folder / "nbgrader", group)
        theirs_loops = _theirs(nbgrader, folder / "nbgrader-loops", loops)
        theirs_all = (1 - endless) * theirs_finite + endless * theirs_loops
        yield f"nbgrader autograde, no feedback, {theirs_count} + 2 notebooks: {theirs_all:.4f}"
        yield f"  without endless loops: {theirs_finite:.4f}; one with a loop: {theirs_loops:.1f}"
        yield f"ratio: {theirs_all / ours_all:.0f}; without endless loops: " + (
            f"{theirs_finite / ours_finite:.0f} (goal {GOAL})"
        )


def _rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _ours(folder: Path, group: list[Student], workers: int) -> float:
    place = hand_in(group, folder / "submissions")
    return cost(ours(place, folder / "out", "--workers", str(workers)), folder).cpu / len(group)


def _theirs(nbgrader: Path, folder: Path, group: list[Student]) -> float:
    return nbgrading.autograde(nbgrader, folder, group).cpu / len(group)


def _shares(parts: dict) -> str:
    return ", ".join(f"{share:.0%} {name}" for name, (share, _) in parts.items())
