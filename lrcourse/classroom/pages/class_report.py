"""The facts of the class report: totals, the commonest mistakes, where points were lost, what is
open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from pathlib import Path
from statistics import mean, median, stdev
from typing import NamedTuple

from lrcourse.classroom.grading.gradebook import Row
from lrcourse.classroom.pages.grades_csv import UNSETTLED, Total, in_hundredths
from lrcourse.classroom.pages.student_page import address, starred
from lrcourse.classroom.pages.templating import render

COMMONEST = 12
"""Promises and mistakes that are shown: as many as fit on one screen."""
TENTHS = 10
"""Groups of totals, by the share of full marks."""


class Tally:
    """What a class came to, counted student by student."""

    def __init__(self):
        """Begin with nobody."""
        self.answered, self.settled = Counter(), Counter()
        self.lost, self.absent, self.squares = Counter(), Counter(), Counter()
        self.promises, self.broke, self.unwritten = Counter(), Counter(), 0
        self.mistakes = Counter()

    def add(self, own: list[Row]) -> None:
        """Count one student's rows; what is not settled yet is neither won nor lost."""
        for row in own:
            self.answered[row.exercise] += row.state != "missing"
            if row.state in UNSETTLED:
                continue
            self.settled[row.exercise] += 1
            absent = row.state == "missing"
            left = (row.possible - row.points) * (row.core or not absent)
            self.squares[row.exercise] += left**2
            if absent:  # Nobody loses points by leaving a ★ out.
                self.absent[row.exercise] += left
            elif left:
                self.lost[row.exercise] += left
                if row.reason:  # Points by hand stand for no promise.
                    continue
                self._count_promise(row, left)
            if row.mistake:
                self.mistakes[row.exercise, row.mistake] += 1

    def _count_promise(self, row: Row, left: float) -> None:
        told = next((each for each in row.promises if each[1] != "holds"), None)
        if told and told[1] == "unwritten":
            self.unwritten += 1
            return
        promise = told[0] if told else ""
        self.promises[row.exercise, promise] += left
        self.broke[row.exercise, promise] += 1

    @property
    def exercises(self) -> list[str]:
        """The exercises that anybody answered, those that cost the class most first."""
        known = [name for name, count in self.answered.items() if count]
        return sorted(known, key=lambda name: (-sum(self.means(name)), name))

    def means(self, name: str) -> tuple[float, float]:
        """The points that a settled student lost on average, in an answer and by giving none."""
        students = self.settled[name] or 1
        return self.lost[name] / students, self.absent[name] / students

    def deviation(self, name: str) -> float | None:
        """The standard deviation of the points that settled students lost; None for fewer than
        two."""
        students = self.settled[name]
        if students < 2:
            return None
        left = self.squares[name] - students * sum(self.means(name)) ** 2
        return sqrt(max(left, 0.0) / (students - 1))


class Spread(NamedTuple):
    """How the totals of those settled lie, in words."""

    median: str
    lowest: str
    highest: str
    mean: str
    deviation: str


class Section(NamedTuple):
    """A section as the teacher's export names it."""

    name: str
    students: int
    settled: int
    mean: str
    deviation: str


class Listed(NamedTuple):
    """A student in a list."""

    name: str
    number: str
    page: str
    section: str
    points: str
    possible: int
    note: str


class Cost(NamedTuple):
    """What an exercise cost the class."""

    name: str
    mean: float
    in_answers: float
    by_none: float
    deviation: str
    answered: int
    lost: str
    absent: str


def report(
    tally: Tally,
    totals: list[Total],
    seed: int,
    without: Iterable[str] = (),
    templates: Path | None = None,
    won: Iterable = (),
) -> str:
    """Return the class report as a page of HTML; ``won`` says what became of the class's bets."""
    settled = [each for each in totals if not each.note]
    everybody = [_listed(each) for each in totals]
    facts = {
        "everybody": everybody,
        "open": [each for each in everybody if each.note],
        "settled": len(settled),
        "seed": seed,
        "starred": any(starred(name) != name for name in tally.answered),
        "without": [*without],
        "possible": totals[0].possible if totals else 0,
        "spread": _spread(settled),
        "sections": _sections(totals),
        "tenths": _tenths(settled),
        "unwritten": tally.unwritten,
        "mistakes": _mistakes(tally),
        "exercises": [_cost(tally, name) for name in tally.exercises],
        "promises": _promises(tally),
        "won": [each for each in won if each.sure],
    }
    return render("report.html.j2", facts, templates)


def _listed(each: Total) -> Listed:
    page, points = address(each.student, each.number), in_hundredths(each.points)
    who = (each.name, each.number, page, each.person.section)
    return Listed(*who, points, each.possible, each.note)


def _spread(settled: list[Total]) -> Spread | None:
    points = [each.points for each in settled]
    if not points:
        return None
    told = [f"{each:.3g}" for each in (median(points), min(points), max(points), mean(points))]
    return Spread(*told, _deviation(points))


def _deviation(points: list[float]) -> str:
    """Return the standard deviation in words, "" for fewer than two numbers."""
    return f"{stdev(points):.3g}" if len(points) > 1 else ""


def _sections(totals: list[Total]) -> list[Section]:
    """Return the sections, which a report shows side by side where there are several."""
    sections: dict[str, list[Total]] = {}
    for each in totals:
        sections.setdefault(each.person.section, []).append(each)
    return [_section(name, sections[name]) for name in sorted(sections)]


def _section(name: str, own: list[Total]) -> Section:
    points = [each.points for each in own if not each.note]
    average = f"{mean(points):.3g}" if points else ""
    return Section(name, len(own), len(points), average, _deviation(points))


def _tenths(settled: list[Total]) -> list[int]:
    """Return how many students came how far, by tenths of full marks."""
    tenths = Counter(min(int(TENTHS * each.points / each.possible), TENTHS - 1) for each in settled)
    return [tenths[tenth] for tenth in range(TENTHS)]


def _cost(tally: Tally, name: str) -> Cost:
    lost, absent = tally.means(name)
    deviation = tally.deviation(name)
    told = "" if deviation is None else f"{deviation:.2f}"
    sums = in_hundredths(tally.lost[name]), in_hundredths(tally.absent[name])
    return Cost(starred(name), lost + absent, lost, absent, told, tally.answered[name], *sums)


def _promises(tally: Tally) -> list[dict]:
    """Return the promises that cost the class most."""
    return [
        {
            "exercise": starred(name),
            "promise": promise,
            "lost": lost,
            "points": in_hundredths(lost),
            "students": tally.broke[name, promise],
        }
        for (name, promise), lost in _most(tally.promises)
    ]


def _mistakes(tally: Tally) -> list[dict]:
    """Return the commonest mistakes."""
    return [
        {"exercise": starred(name), "thought": thought, "students": count}
        for (name, thought), count in _most(tally.mistakes)
    ]


def _most(counter: Counter) -> list:
    """Return the largest counts, in an order that does not hang on who came first."""
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:COMMONEST]
