"""What ``lrcourse race`` does: every ``train_it`` of a class on one hidden problem, all with the
same draws, run by run; the board says how sure each place is.

A run that fails, and one that ends above the start, counts as standing still: no place is decided
by an infinity. Each run has a process of its own, so that nothing is remembered from the last.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.checks.notebook_code import sources_in
from lrcourse.classroom.grading.answers import looked_at
from lrcourse.classroom.grading.grader import printable
from lrcourse.classroom.grading.submissions import handed_in
from lrcourse.classroom.pages.grades_csv import harmless
from lrcourse.classroom.sandbox.outside import Submission
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import NoWalls
from lrcourse.hidden_valleys import BUDGET, SIZE, HiddenProblem
from lrcourse.time_limits import TimeUp, time_limit

ASKED = "train_it"
RUNS = 16
"""Runs of each rule: the same problem, and other draws each time."""
SECONDS = 20.0
"""What one run may take."""
LEAST = 1e-9
"""A score below it counts as it, so that each has a logarithm."""
SURE = 2.0
"""Standard errors beyond which a difference counts."""
COLUMNS = ["place", "name", "score", "behind", "error", "not to be told from", "failed"]
"""Of the board as CSV: a file that begins with them is one of ours."""


class Entry(NamedTuple):
    """One submission: whose it is, its scores ``[runs]``, and why runs of it failed, if any did."""

    name: str
    scores: Array
    failed: int = 0
    why: str = ""


class Place(NamedTuple):
    """A line of the board."""

    entry: Entry
    score: float
    """The geometric mean of its scores: 1 is what the best average of all draws would reach."""
    behind: float
    """Times the score of the first, run by run."""
    error: float
    """The standard error of that, as a factor."""
    alike: list[int]
    """The places, from 1, that cannot be told apart from this one."""


def same_problem(seed: int, runs: int = RUNS, budget: int = BUDGET) -> list[HiddenProblem]:
    """Draw one problem, and a run of it for each of ``runs``: other draws, the same valley."""
    rng = np.random.default_rng([seed, 15])
    found = [HiddenProblem(rng, budget) for _ in range(runs)]
    for each in found:
        draws = rng.normal(size=(budget, SIZE))
        each.valley = found[0].valley._replace(draws=draws)
    return found


def raced(submission: Submission, name: str, seed: int, runs: int = RUNS) -> Entry:
    """Return what one submission's rule reaches in each run; what fails counts as standing still.

    Raises ``NoWalls`` where no walls stand.
    """
    scores, why = [], []
    for number, hidden in enumerate(same_problem(seed, runs)):
        still = hidden.score(np.zeros(SIZE))
        submission.count_anew()
        submission.end()  # Whatever the last run has kept in memory or on disk is gone.
        score, told = _run(submission, hidden, number)
        scores.append(min(max(score, LEAST), still))
        why += [told] * bool(told)
    return Entry(name, np.array(scores), len(why), why[0] if why else "")


def _run(submission: Submission, hidden: HiddenProblem, number: int) -> tuple[float, str]:
    """Return the score of one run, and why there is none, or ""."""
    try:
        submission.ready_for(ASKED)
        rule = submission.function((submission.guesses(ASKED) or [ASKED])[0])
        with time_limit(SECONDS):
            score = hidden.tried(rule, np.random.default_rng(number))
    except NoWalls:
        raise
    except TimeUp:
        submission.end()
        return np.inf, f"it was still running after {SECONDS:g} s"
    except Exception as error:
        return np.inf, printable(f"{type(error).__name__}: {error}")
    if hidden.overspent:
        return np.inf, f"it asked more than {hidden.budget} times"
    return score, "" if np.isfinite(score) else "it returned no weights that are numbers"


def ranked(entries: list[Entry]) -> list[Place]:
    """Return the board. Differences are taken run by run, of the logarithm of the score: the luck
    of a draw falls on all alike, and what cannot be told apart is told.

    >>> a = Entry("a", np.array([1.0, 2.0, 4.0]))
    >>> b = Entry("b", np.array([2.0, 4.1, 7.9]))
    >>> c = Entry("c", np.array([9.0, 1.0, 1.4]))
    >>> [(p.entry.name, p.alike) for p in ranked([b, a, c])]
    [('a', [2]), ('c', [1, 3]), ('b', [2])]
    """
    by_score = sorted(entries, key=lambda each: (_mean(each), each.name))
    places = []
    for one in by_score:
        behind, error = _gap(one, by_score[0])
        others = [at for at, each in enumerate(by_score, 1) if each is not one]
        alike = [at for at in others if not _apart(one, by_score[at - 1])]
        places.append(Place(one, np.exp(_mean(one)), np.exp(behind), np.exp(error), alike))
    return places


def _mean(entry: Entry) -> float:
    return float(np.log(entry.scores).mean())


def _gap(one: Entry, other: Entry) -> tuple[float, float]:
    """Return how far one lies behind the other, in logarithms, and the standard error."""
    gaps = np.log(one.scores) - np.log(other.scores)
    return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))


def _apart(one: Entry, other: Entry) -> bool:
    gap, error = _gap(one, other)
    return abs(gap) > SURE * error


def said(board: list[Place], seed: int) -> Iterator[str]:
    """Yield the lines of the board."""
    runs = len(board[0].entry.scores)
    yield f"One hidden problem, {runs} runs of {BUDGET} calls, the same draws for all. Seed {seed}."
    yield "Score 1: the best average of all draws. Behind: times the first's, and its error."
    for at, place in enumerate(board, 1):
        behind = f"{place.behind:8.2f} (x/ {place.error:.2f})" if at > 1 else " " * 17
        alike = ", ".join(map(str, place.alike[:8])) + ", ..." * (len(place.alike) > 8)
        same = f"  not to be told from {alike}" if alike else ""
        entry = place.entry
        lost = f"  {entry.failed} of {runs} runs failed: {entry.why}" if entry.failed else ""
        yield f"{at:3}. {entry.name:28} {place.score:10.2f} {behind}{same}{lost}"


def as_csv(board: list[Place]) -> str:
    """Return the board as CSV."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for at, each in enumerate(board, 1):
        numbers = [f"{each.score:.6g}", f"{each.behind:.6g}", f"{each.error:.6g}"]
        alike = " ".join(map(str, each.alike))
        table.writerow([at, harmless(each.entry.name), *numbers, alike, each.entry.failed])
    return out.getvalue()


def free(out: Path) -> Path:
    """Return where a board may go; raise ``BadInput`` where something else is there."""
    if out.exists() and not out.read_bytes().startswith(",".join(COLUMNS).encode()):
        raise BadInput(f"{out} is there and no board of a race: name another file with --out")
    return out


def race(
    place: Path,
    seed: int,
    trust: bool = False,
    done: Callable[[str], None] = lambda name: None,
    runs: int = RUNS,
) -> list[Place]:
    """Return the board of all that was handed in at ``place``; ``done(name)`` after each.

    Raises ``BadInput`` where nobody answers ``train_it``, ``NoWalls`` where no walls stand.
    """
    entries = []
    with Server(trust) as server:
        for name, notebook in _entrants(place):
            submission = Submission(server, sources_in(notebook))
            try:
                entries.append(raced(submission, name, seed, runs))
            finally:
                submission.close()
            done(name)
    if not entries:
        raise BadInput(f"no notebook in {place} answers {ASKED}: name what your class handed in")
    return ranked(entries)


def _entrants(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each notebook that answers, under its student's name; a second one with its file's."""
    seen: set[str] = set()
    for handed in handed_in(place):
        handed, asked = looked_at(handed)
        if ASKED in asked:
            again = f" ({handed.file})" if handed.student in seen else ""
            seen.add(handed.student)
            yield f"{handed.student}{again}", handed.notebook
