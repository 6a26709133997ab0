"""A class that nobody taught: notebooks whose right grades are known before anybody grades them.

An answer is a unit's own, another right style, or a known mistake, whose points follow from the
check that explains it. Everything is drawn by ``rng``.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lrcourse.authoring.units import lines_of
from lrcourse.benchmarks.attacks import ATTACKS, hostile
from lrcourse.benchmarks.forgeries import FORGED, sends
from lrcourse.benchmarks.nuisances import NUISANCES
from lrcourse.benchmarks.thefts import SIBLINGS, WAYS, stealing
from lrcourse.checks.exercise import Exercise
from lrcourse.classroom.handout.unit_code import defines_names, names_of
from lrcourse.exercises import exercise

SIX = [
    "gd_step",
    "gradient_descent",
    "numerical_gradient",
    "mse_loss_and_grad",
    "regime",
    "max_stable_lr",
]
"""The first six exercises of the course: what every notebook of the class answers."""
LESSONS = "00-02"
WRONG = "def {name}(*_, **__):\n    return -1234.5"
LOOPS = "def {name}(*_, **__):\n    while True:\n        pass"
BROKEN = {
    "is no Python": "def {name}(*_, **__)\n    return",
    "is blank": "def {name}(*_, **__):\n    raise NotImplementedError('not yet')",
    "raises": "def {name}(*_, **__):\n    return 1 / 0",
    "returns nothing": "def {name}(*_, **__):\n    pass",
    "returns text": "def {name}(*_, **__):\n    return 'three'",
    "fails in its cell": "x = 1 / 0\n\ndef {name}(*_, **__):\n    pass",
    "is missing": "",
}
"""Answers that come to nothing -> their cell."""
NO_NOTEBOOK = [b"", b"\x89PNG\r\n", b"[]", b'{"cells": 3}', b'{"cells": [{"cell_type": "code"']
"""Files that hold no notebook."""


class Student(NamedTuple):
    """One of the class: what is handed in, and the points that it must come to."""

    name: str
    notebook: bytes
    wanted: dict[str, float | None]
    """Each exercise with its points, or None where no grade can be given."""


class Answer(NamedTuple):
    """The cell of one answer, and the points that it must come to."""

    cell: str
    points: float


def notebook(cells: list[str], **metadata) -> bytes:
    """Return a notebook with these code cells.

    >>> notebook(["lr = 0.1"])[:44]
    b'{"nbformat": 4, "nbformat_minor": 5, "metada'
    """
    made = [
        {"cell_type": "code", "id": f"cell-{number}", "metadata": {}, "source": source}
        | {"execution_count": None, "outputs": []}
        for number, source in enumerate(cells)
    ]
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": made}
    ).encode()


@cache
def right(name: str) -> list[Answer]:
    """Return the answers to an exercise that must get all of its points."""
    unit = exercise(name)
    found = [written(unit, each) for each in (unit.answer, *unit.styles.values())]
    return [Answer(cell, unit.points) for cell in found if cell]


@cache
def mistaken(name: str) -> list[Answer]:
    """Return the known mistakes of an exercise, with the points of what they keep."""
    unit = exercise(name)
    order = [check.function for check in unit.checks]
    found = [(written(unit, each.function), order.index(each.caught_by)) for each in unit.mistakes]
    return [Answer(cell, unit.points * kept / len(order)) for cell, kept in found if cell]


def written(unit: Exercise, function) -> str:
    """Return a cell that answers ``unit`` as ``function`` of its module does, with all that it
    leans on; "" where it leans on the answer itself or on another unit.

    >>> print(written(exercise("gd_step"), exercise("gd_step").mistakes[0].function))
    import numpy as np
    <BLANKLINE>
    def gd_step(w, grad, lr):
        return w + lr * grad
    """
    text = inspect.getsource(inspect.getmodule(function))
    defining = [node for node in ast.parse(text).body if defines_names(node)]
    defined = {name: node for node in defining for name in names_of(node)}
    needed, ahead = {}, [*_names(defined.get(function.__name__))]
    while ahead:
        name = ahead.pop()
        if name in defined and name not in needed:
            needed[name] = defined[name]
            ahead += _names(defined[name])
    own = {function.__name__, unit.name, "exercise"}
    borrows = any(map(_borrows, needed.values()))
    if function.__name__ not in defined or own & set(needed) or borrows:
        return ""
    nodes = [node for node in defining if node in needed.values()]
    parts = [lines_of(node, text) for node in nodes if ast.unparse(node) != "import numpy as np"]
    answer = re.sub(r"^def \w+", f"def {unit.name}", lines_of(defined[function.__name__], text))
    return "\n\n".join(["import numpy as np", *parts, answer])


def _borrows(node: ast.stmt) -> bool:
    """Whether a statement imports from another exercise."""
    return isinstance(node, ast.ImportFrom) and "lrcourse.exercises" in (node.module or "")


def _names(node: ast.AST | None) -> set[str]:
    if node is None:
        return set()
    parts = [*node.args.defaults, *node.body] if isinstance(node, ast.FunctionDef) else [node]
    return {each.id for part in parts for each in ast.walk(part) if isinstance(each, ast.Name)}


def pick(rng: np.random.Generator, choices):
    """Return one of the choices."""
    return choices[rng.integers(len(choices))]


def honest(name: str, rng: np.random.Generator) -> Student:
    """Return one who answers all, each answer right four times out of five."""
    answers = {
        each: pick(rng, right(each) if rng.random() < 0.8 else mistaken(each)) for each in SIX
    }
    return handed(name, answers)


def faultless(name: str, rng: np.random.Generator) -> Student:
    """Return one who answers all, and rightly."""
    return handed(name, {each: pick(rng, right(each)) for each in SIX})


def mistaking(name: str, rng: np.random.Generator) -> Student:
    """Return one who makes a known mistake in every exercise."""
    return handed(name, {each: pick(rng, mistaken(each)) for each in SIX})


def looping(name: str, rng: np.random.Generator) -> Student:
    """Return one who answers all rightly but for an answer that never ends."""
    return with_one(name, LOOPS, rng)


def broken(name: str, rng: np.random.Generator) -> Student:
    """Return one whose file is no notebook, or holds an answer that comes to nothing."""
    if rng.random() < 0.2:
        return Student(name, pick(rng, NO_NOTEBOOK) + name.encode(), dict.fromkeys(SIX))
    return with_one(name, pick(rng, [*BROKEN.values()]), rng)


def with_one(name: str, cell: str, rng: np.random.Generator) -> Student:
    """Return one who answers all rightly but for one answer, which is worth nothing."""
    answers = {each: pick(rng, right(each)) for each in SIX}
    spoiled = pick(rng, SIX)
    return handed(name, answers | {spoiled: Answer(cell.format(name=spoiled), 0.0)})


def short(name: str) -> Student:
    """Return one who answers the first exercise alone."""
    return handed(name, {SIX[0]: right(SIX[0])[0]})


def handed(name: str, answers: dict[str, Answer]) -> Student:
    """Return the student of these answers."""
    cells = [f"me = {name!r}", *(answer.cell for answer in answers.values())]
    points = {each: float(answer.points) for each, answer in answers.items()}
    return Student(name, notebook(cells), points)


def attacking(name: str, attack: str) -> Student:
    """Return one whose answers are wrong, and who has ``attack`` make up for it."""
    wrong = [WRONG.format(name=each) for each in SIX]
    return Student(name, notebook([f"me = {name!r}", *wrong, attack]), dict.fromkeys(SIX, 0.0))


def attacks(victim: Path) -> list[str]:
    """Return the cells of every known attack, aimed at files in ``victim`` and nowhere else."""
    words = {
        "SECRET": f"{victim}/secret",
        "CLOSED": f"{victim}/secret",
        "ELSEWHERE": str(victim),
        "CLONE": str(Path(__file__).parents[2]),
        "GRADER": os.getpid(),
        "ADDRESS": 0,
        "PORT": 9,
        "MAILBOX": f"{victim}/mailbox",
        "ABSTRACT": b"\0none",
        "SHARED": 0,
    }
    cells = [hostile(aimed(how, words)) for _, how in ATTACKS.values()]
    thefts = [stealing(SIX[0], "optimizers", how) for how in WAYS.values()]
    thefts += [cell for name, cell in SIBLINGS.values() if name in SIX]
    return [*cells, *thefts, *NUISANCES.values(), *map(sends, FORGED.values())]


def aimed(attack: str, words: dict) -> str:
    """Return an attack with what it goes for in the place of the words in capitals.

    >>> aimed("open(SECRET)", {"SECRET": "answers"})
    "open('answers')"
    """
    for word, value in words.items():
        attack = attack.replace(word, repr(value))
    return attack
