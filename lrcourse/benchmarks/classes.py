"""A whole class graded by the real command: killed on the way, compared with what it must come to,
and weighed as it grows."""

from __future__ import annotations

import csv
import os
import signal
import sqlite3
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path

import numpy as np

from lrcourse.base import BadInput
from lrcourse.benchmarks import students
from lrcourse.benchmarks.costs import adopt, cost, start, wait_for_orphans
from lrcourse.benchmarks.grading import counts_of, hand_in, in_words, made_of, ours
from lrcourse.benchmarks.students import SIX, Student
from lrcourse.classroom.pages.grades_csv import in_hundredths

SHARES = {"hostile": 0.05, "broken": 0.05, "honest": 0.90}
"""What the class is made of."""
AGAIN = 0.05
"""Seconds between two looks into the gradebook of a run that is to be killed."""


def survive(folder: Path, count: int, kills: int, workers: int, timeout: float) -> list[str]:
    """Grade a class of ``count`` of whom some attack and some break, killing the command ``kills``
    times on the way; return what came of it, in lines.

    Raises ``BadInput`` where a grade is not what it must be, a grade was made twice, or an attack
    left a trace.
    """
    adopt()
    victim = folder / "victim"
    victim.mkdir()
    (victim / "secret").write_text("42")
    group = mixed(count, victim)
    command = ours(
        hand_in(group, folder / "submissions"),
        folder / "out",
        *("--workers", str(workers), "--timeout", str(timeout)),
    )
    began, lines = time.monotonic(), [f"Class of {count}: {in_words(counts_of(count, SHARES))}."]
    for number in range(1, kills + 1):
        before = killed(command, folder, count * number // (kills + 1))
        lines.append(f"Killed when {_notebooks(before)} notebooks had their grades.")
    cost(command, folder)
    seconds = time.monotonic() - began
    wrong = differences(group, folder / "out" / "grades.csv")
    if kills and not before.items() <= entered(folder).items():
        wrong.append("Grades that were made before a kill were made again.")
    if [(each.name, each.read_text()) for each in victim.iterdir()] != [("secret", "42")]:
        wrong.append(f"An attack left a trace in {victim}.")
    if wrong:
        raise BadInput("\n".join([*lines, f"{len(wrong)} things are wrong:", *wrong[:20]]))
    lines.append(f"All {count * len(SIX)} grades are what they must be, after {seconds:.0f} s.")
    return lines


def mixed(count: int, victim: Path) -> list[Student]:
    """Return a class whose hostile members try one attack after the other on ``victim``."""
    tries = cycle(np.random.default_rng(0).permutation(students.attacks(victim)).tolist())
    makers = {
        "hostile": lambda name, rng: students.attacking(name, next(tries)),
        "broken": students.broken,
        "honest": students.honest,
    }
    parts = {kind: (share, makers[kind]) for kind, share in SHARES.items()}
    return made_of(count, parts, np.random.default_rng(0))


def killed(command: list[str], folder: Path, enough: int) -> dict[tuple[str, str], int]:
    """Start the command and kill its group as soon as ``enough`` notebooks are in the gradebook;
    return what is there, with the number under which each was entered."""
    process = start(command, folder)
    while process.poll() is None and _notebooks(entered(folder)) < enough:
        time.sleep(AGAIN)
    if process.poll() is not None:
        raise BadInput(f"the run was over before it could be killed: {folder / 'output.txt'}")
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    wait_for_orphans()
    return entered(folder)


def entered(folder: Path) -> dict[tuple[str, str], int]:
    """Return (notebook, exercise) -> number of entry for all that the gradebook holds by now."""
    try:
        address = f"file:{folder / 'out' / 'gradebook.sqlite'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as base:
            rows = base.execute("select content, exercise, rowid from grades").fetchall()
    except sqlite3.OperationalError:  # not there yet, or being made
        return {}
    return {(content, name): number for content, name, number in rows}


def _notebooks(entries: dict[tuple[str, str], int]) -> int:
    return len({content for content, _ in entries})


def differences(group: list[Student], table: Path) -> list[str]:
    """Return a sentence for each grade in the table that is not what it must be.

    A grade that cannot be given must stay empty; it is not a 0.
    """
    with table.open(newline="", encoding="utf-8-sig") as file:
        lines = {line["student"]: line for line in csv.DictReader(file)}
    found = [f"{name} is in no notebook." for name in lines.keys() - {s.name for s in group}]
    for student in group:
        for name, wanted in student.wanted.items():
            seen = lines.get(student.name, {}).get(name, "nothing at all")
            if seen != ("" if wanted is None else in_hundredths(wanted)):
                found.append(f"{student.name} got {seen!r} for {name}, where {wanted} belongs.")
    return found


def weighed(folder: Path, counts: list[int], workers: int) -> list[str]:
    """Grade a class of one answer each in every size; return what its processes held at most."""
    lines = []
    for count in counts:
        here = folder / str(count)
        place = hand_in([students.short(f"student-{each:05d}") for each in range(count)], here)
        spent = cost(ours(place, folder / f"{count}-out", "--workers", str(workers)), folder)
        peaks = ", ".join(f"{role} {peak / 1e6:.0f} MB" for role, peak in spent.peaks.items())
        lines.append(f"{count} submissions in {spent.seconds:.0f} s: at most {peaks}")
    return lines
