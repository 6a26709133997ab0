"""Beating the budget at home: a rule tried on hidden problems, and a board of one's attempts."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import NamedTuple

import numpy as np

from lrcourse.budget_plots import budget_picture
from lrcourse.budget_rules import tried_on
from lrcourse.hidden_valleys import hidden_problems
from lrcourse.learner.journal import entries, record


class Attempt(NamedTuple):
    """One line of the board."""

    number: int
    name: str
    score: float
    best: str
    best_score: float

    def __str__(self) -> str:
        """Say it in one line."""
        ahead = "ahead of" if self.score < self.best_score else "behind"
        score = f"{self.score:.2f}" if np.isfinite(self.score) else "no score"
        return f"{self.number}. {self.name}: {score}, {ahead} {self.best} ({self.best_score:.2f})"


class Board(NamedTuple):
    """Your attempts, the lowest score first."""

    attempts: list[Attempt]

    def __repr__(self) -> str:
        """Say the board as plain text."""
        return "\n".join(map(str, self.attempts)) or "No attempt yet: beat_the_budget(train_it)."

    def _repr_html_(self) -> str:
        return f"<pre>{escape(repr(self))}</pre>"


def beat_the_budget(train_it: Callable, name: str = "", repeat: int = 0) -> None:
    """Try ``train_it(problem, budget, rng)`` on 21 hidden problems of 500 calls each, print its
    score beside five tuned rules, draw why, and enter it on your ``board()`` under ``name``.

    Other problems come with another ``repeat``; scores of one repeat can be compared.
    """
    if not callable(train_it):
        print(f"beat_the_budget takes the function itself, got {train_it!r}.")
        return
    hidden = hidden_problems(np.random.default_rng([15, repeat]))
    try:
        scores = tried_on(train_it, hidden)
    except NotImplementedError:
        print("train_it is not written yet.")
        return
    for rule, found in [("yours", scores.yours), *scores.baselines.items()]:
        print(f"{rule:18} median {np.median(found):8.3g}")
    if spent := sum(each.overspent for each in hidden):
        print(f"{spent} of {len(hidden)} runs asked more than {hidden[0].budget} times: no score.")
    _enter(name or getattr(train_it, "__name__", "a rule"), scores, repeat)
    budget_picture(hidden, scores)


def _enter(name: str, scores, repeat: int) -> None:
    best = scores.best
    entry = {
        "kind": "budget",
        "exercise": "train_it",
        "name": name,
        "score": scores.median if np.isfinite(scores.median) else None,
        "best": best,
        "best_score": float(np.median(scores.baselines[best])),
        "repeat": repeat,
    }
    if problem := record(entry):
        print(problem)


def board(repeat: int = 0) -> Board:
    """Return your attempts on the problems of one ``repeat``, the lowest score first."""
    found = [entry for entry in entries("budget") if entry.get("repeat") == repeat]
    lines = [attempt for at, entry in enumerate(found, 1) if (attempt := _read(at, entry))]
    return Board(sorted(lines, key=lambda each: each.score))


def _read(number: int, entry: dict) -> Attempt | None:
    """Return what an entry of the journal says; None for one that somebody has changed."""
    score, best = entry.get("score"), entry.get("best_score")
    if not isinstance(best, float) or not (score is None or isinstance(score, float)):
        return None
    told = str(entry.get("name"))[:80], np.inf if score is None else score
    return Attempt(number, *told, str(entry.get("best"))[:80], best)
