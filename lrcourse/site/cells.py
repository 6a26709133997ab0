"""What a page makes of each cell of a notebook: a question, a result, an explorer, an editor."""

from __future__ import annotations

import re

from nbformat import NotebookNode

from lrcourse.checks.question import LEVELS, Question
from lrcourse.exercises import lesson_named, question
from lrcourse.learner import holding
from lrcourse.learner.betting import settles_itself
from lrcourse.learner.question_widget import answer_in_html, facts

KINDS = {
    "ask": re.compile(r'^predict\("([\w-]+)"\)', re.MULTILINE),
    "settle": re.compile(r'^settle\("([\w-]+)"\)', re.MULTILINE),
    "recall": re.compile(r"^recall\((\d+)\)", re.MULTILINE),
    "progress": re.compile(r"^progress\(\)", re.MULTILINE),
    "check": re.compile(r"^check\((\w+)\)", re.MULTILINE),
}
"""Kind of cell -> the call in it; the first that fits counts."""
FRAMES = re.compile(r"^explore\(", re.MULTILINE)
LIVE = re.compile(r"^(?:edge_of_stability|trainability_boundary)\(\)", re.MULTILINE)
"""Explorers whose kernel computes while one looks."""
BESIDE = re.compile(r"^(?:from lrcourse import [\w, ]+|\s*)$")
"""Lines beside the call that a page has no use for."""


def kind_of(cell: NotebookNode) -> tuple[str, str]:
    """Return what a page makes of a cell, and what the call in it names.

    >>> from nbformat.v4 import new_code_cell
    >>> kind_of(new_code_cell('predict("00-ten")')), kind_of(new_code_cell("lr = 1"))
    (('ask', '00-ten'), ('code', ''))
    """
    if cell.cell_type != "code":
        return "text", ""
    if name := cell.metadata.get("lrcourse", {}).get("exercise"):
        return "exercise", name
    for kind, call in KINDS.items():
        if found := call.search(cell.source):
            return kind, "".join(found.groups())
    if FRAMES.search(cell.source) and not cell.outputs:
        return "explorer", ""
    return ("live", "") if LIVE.search(cell.source) else ("code", "")


def shows_code(kind: str, source: str) -> bool:
    """Whether the code of a cell stands on the page: not where it only asks.

    >>> shows_code("ask", 'from lrcourse import predict\\n\\npredict("00-ten")')
    False
    """
    if kind not in KINDS:
        return kind != "exercise"
    lines = KINDS[kind].sub("", source).splitlines()
    return not all(BESIDE.match(line) for line in lines)


def on_page(cell: NotebookNode, notebook: NotebookNode) -> dict:
    """Return what the template needs of one cell of the ``notebook``: its kind, the questions it
    asks or settles, and those that what it shows has to wait for."""
    kind, name = kind_of(cell)
    waits = holding.open_in(notebook.cells, cell.id)
    if kind == "code" and holding.ASIDE.search(cell.source):
        waits = []
    return {
        "kind": kind,
        "name": name,
        "code": shows_code(kind, cell.source),
        "questions": [asked_on_page(each, kind) for each in asked(kind, name)],
        "waits": " ".join(waits),
    }


def asked(kind: str, name: str) -> list[Question]:
    """Return the questions of a cell."""
    if kind == "recall":
        return lesson_named(name).quiz
    return [question(name)] if kind in ("ask", "settle") else []


def asked_on_page(each: Question, kind: str) -> dict:
    """Return what the question's script draws, and the result for every bet: no Python makes it
    later."""
    place = "recall" if settles_itself(each) else kind
    choices = [] if each.open else list(each.choices)
    bets = [(choice, sure) for choice in choices for sure in LEVELS]
    verdicts = {f"{choice} {sure}": each.verdict(choice, sure) for choice, sure in bets}
    return {
        "id": each.id,
        "facts": facts(each, place),
        "verdicts": verdicts if each.open else {**verdicts, "": each.verdict(None, None)},
        "because": answer_in_html(each),
    }
