"""Which of a lesson's claims hold again, with every seed and every split shifted."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
from tqdm import tqdm

from lrcourse.authoring.building import named
from lrcourse.authoring.composing import compose_lesson
from lrcourse.authoring.executing import surroundings
from lrcourse.authoring.kernels import run
from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE

ENOUGH = 7 / 8
"""The part of the repeats in which what is keyed as an answer must hold."""
COLUMN = 8
"""Repeats that are counted together: a claim is chosen on the first, reported on the next."""


def replicate(
    what: Iterable[str | int] | None, repeats: Iterable[int], kept: Path
) -> Iterator[str]:
    """Run the lessons named, or all, as each of ``repeats``; yield two Markdown tables: in how many
    each claim holds, counted by eight, and from where to where its number goes; and one row for
    each lesson.

    Each outcome is kept in the file ``kept`` as soon as it is there, and not found again until the
    lesson's code or claims change. Raises ``RuntimeError`` where a lesson does not run to its end.
    """
    lessons, repeats = named(what), [str(repeat) for repeat in repeats]
    found = fresh(kept, lessons)
    missing = [(each, n) for each in lessons for n in repeats if n not in found[each.stem]["runs"]]
    for lesson, repeat in tqdm(missing, desc="replicate", unit="run", disable=None):
        found[lesson.stem]["runs"][repeat] = outcome(lesson, repeat)
        write_whole(kept, json.dumps(read(kept) | found, indent=1).encode())
    columns = [repeats[first : first + COLUMN] for first in range(0, len(repeats), COLUMN)]
    runs = {stem: each["runs"] for stem, each in found.items()}
    yield from by_claim(lessons, runs, columns)
    yield ""
    yield from by_lesson(lessons, runs, columns)


def by_claim(lessons: list[Lesson], runs: dict, columns: list[list[str]]) -> Iterator[str]:
    """Yield a table with a row for each claim; ``runs[stem][repeat][id]`` is what came out."""
    yield from head("claim", "what holds", *map(heading, columns), "number")
    for lesson in lessons:
        told = runs[lesson.stem]
        for id, evidence in lesson.claims.items():
            yield row(id, evidence, [[told[n][id] for n in column] for column in columns])


def by_lesson(lessons: list[Lesson], runs: dict, columns: list[list[str]]) -> Iterator[str]:
    """Yield a table with a row for each lesson: which of its claims hold every time."""
    yield from head("lesson", "claims", *map(heading, columns))
    for lesson in lessons:
        told = runs[lesson.stem]
        held = [
            {id: [told[n][id][0] for n in column] for id in lesson.claims} for column in columns
        ]
        cells = " | ".join(map(standing, held))
        yield f"| {lesson.number:02d} {lesson.title} | {len(lesson.claims)} | {cells} |"


def heading(column: list[str]) -> str:
    """Name a column by its repeats."""
    return f"in repeats {column[0]} to {column[-1]}"


def head(*names: str) -> Iterator[str]:
    """Yield the first two lines of a Markdown table."""
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)


def standing(held: dict[str, list[bool]]) -> str:
    """Say of a lesson's claims which did not hold in all repeats, and in how many they did.

    >>> standing({"08-bug": [True, True], "08-base": [True, False]}), standing({})
    ('all but 08-base (**1 of 2**)', 'exact: no chance in it')
    """
    if not held:
        return "exact: no chance in it"
    less = [f"{id} ({in_how_many(each)})" for id, each in held.items() if not all(each)]
    return f"all but {', '.join(less)}" if less else "all"


def in_how_many(held: list[bool]) -> str:
    """Count the repeats in which a claim held, in bold where they are too few.

    >>> in_how_many([True] * 7 + [False]), in_how_many([True, False])
    ('7 of 8', '**1 of 2**')
    """
    count = f"{sum(held)} of {len(held)}"
    return count if sum(held) >= ENOUGH * len(held) else f"**{count}**"


def read(kept: Path) -> dict:
    """Return what is kept, by the lessons' names."""
    return json.loads(kept.read_bytes()) if kept.exists() else {}


def fresh(kept: Path, lessons: list[Lesson]) -> dict:
    """Return what is kept of these lessons as they are now."""
    before, now = read(kept), {}
    for lesson in lessons:
        made_from, old = mark(lesson), before.get(lesson.stem, {})
        runs = old["runs"] if old.get("made_from") == made_from else {}
        now[lesson.stem] = {"made_from": made_from, "runs": runs}
    return now


def mark(lesson: Lesson) -> str:
    """Return a hash of what decides an outcome: a lesson's code and its claims, not its prose."""
    return sha256(repr((code(lesson), lesson.claims)).encode()).hexdigest()


def code(lesson: Lesson) -> list[str]:
    """Return what stands in the code cells of a lesson."""
    return [c.source for c in compose_lesson(lesson, CLONE).cells if c.cell_type == "code"]


def row(id: str, evidence: Evidence, columns: list[list]) -> str:
    """Return a claim's line of the table.

    >>> row("08-x", Evidence("gain > 1", "gain = 0"), [[[True, 1.5], [True, 2.25], [False, -1]]])
    '| 08-x | `gain > 1` | **2 of 3** | -1 to 2.25 |'
    """
    counts = " | ".join(in_how_many([held for held, _ in results]) for results in columns)
    numbers = [number for results in columns for _, number in results if number is not None]
    span = f"{min(numbers):.3g} to {max(numbers):.3g}" if numbers else ""
    return f"| {id} | `{evidence.holds.replace('|', chr(92) + '|')}` | {counts} | {span} |"


def outcome(lesson: Lesson, repeat: str) -> dict[str, list]:
    """Run a lesson as ``repeat`` in a process of its own; return ``{claim: [holds, number]}``."""
    done = subprocess.run(
        [sys.executable, "-m", "lrcourse.authoring.replicating", lesson.stem, repeat],
        env={**surroundings(CLONE, ""), "MPLBACKEND": "agg"},
        cwd=CLONE / "notebooks",
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()[-1:]
        raise RuntimeError(f"Lesson {lesson.stem}, repeat {repeat}: {' '.join(said)}")
    return json.loads(done.stdout)


def outcomes(cells: list[str], claims: dict[str, Evidence], repeat: int) -> dict[str, list]:
    """Run code cells; judge each claim where its question is settled for the last time, the others
    at the end.

    >>> cells = ["repeat = 0", "x = 2 + repeat", 'settle("here")', "x = 9"]
    >>> outcomes(cells, {"here": Evidence("x > 2", ""), "home": Evidence("x > 2", "")}, 1)
    {'here': [True, 3.0], 'home': [True, 9.0]}
    """
    names: dict = {"predict": print, "settle": print, "np": np}
    places = {id: settled(id, cells) for id in claims}
    found = {}
    for place, code in enumerate(cells):
        run(re.sub(r"^repeat = 0\b", f"repeat = {repeat}", code, flags=re.MULTILINE), names)
        found |= {id: judged(claims[id], names) for id in claims if places[id] == place}
    return {id: found[id] for id in claims}


def settled(id: str, cells: list[str]) -> int:
    """Return the last cell that asks about ``id``, or the last of all."""
    asking = re.compile(rf'\b(predict|settle)\("{re.escape(id)}"')
    return max((k for k, code in enumerate(cells) if asking.search(code)), default=len(cells) - 1)


def judged(evidence: Evidence, names: dict) -> list:
    """Return whether an expression holds, and the first number that it compares, or None.

    >>> judged(Evidence("1 < len(x) < 4", ""), {"x": "abc"})
    [True, 3.0]
    """
    tree = ast.parse(evidence.holds, mode="eval").body
    parts = tree.values if isinstance(tree, ast.BoolOp) else [tree]
    compared = [part for part in parts if isinstance(part, ast.Compare)]
    sides = [side for each in compared for side in (each.left, *each.comparators)]
    measured = [side for side in sides if any(isinstance(n, ast.Name) for n in ast.walk(side))]
    number = value(measured[0], names) if measured else None
    is_number = isinstance(number, int | float | np.number)
    return [bool(value(tree, names)), float(number) if is_number else None]


def value(tree: ast.expr, names: dict):
    """Return what an expression gives."""
    return eval(compile(ast.Expression(tree), "<claim>", "eval"), names)


def main(stem: str, repeat: str) -> None:
    """Print the outcomes of one lesson as JSON, for the process that asked."""
    (lesson,) = named([stem])
    json.dump(outcomes(code(lesson), lesson.claims, int(repeat)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
