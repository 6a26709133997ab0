"""The class on one page: totals, the commonest mistakes, where points were lost, what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lrcourse.grading.gradebook import Row
from lrcourse.grading.reports import STARS, address, framed, in_html, said, starred
from lrcourse.grading.tables import UNSETTLED, Total, in_hundredths

COMMONEST = 12
"""Promises and mistakes that are shown: as many as fit on one screen."""
TENTHS = 10
"""Groups of totals, by the share of full marks."""


class Tally:
    """What a class came to, counted student by student."""

    def __init__(self):
        """Begin with nobody."""
        self.answered, self.settled = Counter(), Counter()
        self.lost, self.absent, self.mistakes = Counter(), Counter(), Counter()
        self.promises, self.broke, self.unwritten = Counter(), Counter(), 0

    def add(self, own: list[Row]) -> None:
        """Count one student's rows; what is not settled yet is neither won nor lost."""
        for row in own:
            self.answered[row.exercise] += row.state != "missing"
            if row.state in UNSETTLED:
                continue
            self.settled[row.exercise] += 1
            left = row.possible - row.points
            if row.state == "missing":  # Nobody loses points by leaving a ★ out.
                self.absent[row.exercise] += left * row.core
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
        promise = told[0] if told else "Its cell runs, and defines it."
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


def report(tally: Tally, totals: list[Total], seed: int, without: Iterable[str] = ()) -> str:
    """Return the class report as a page of HTML without script or network."""
    if not totals:
        return framed("Class report", "<h1>Class report</h1><p>Nobody handed anything in.</p>")
    settled = [each for each in totals if not each.note]
    left, dropped = len(totals) - len(settled), ", ".join(without)
    more = f', <a href="#open">{left} not settled yet</a>' if left else ""
    students = f"{len(totals)} student{'s' * (len(totals) != 1)}"
    parts = [
        "<h1>Class report</h1>",
        f"<p>{students}, {len(settled)} of them settled{more}. "
        f"The checks drew their problems from the seed {seed}.</p>",
        f"<p>{STARS}</p>" * any(starred(name) != name for name in tally.answered),
        f"<p>Left out of the marks: {dropped}.</p>" * bool(dropped),
        _middle(settled),
        _sections(totals),
        _totals(settled),
        _mistakes(tally),
        _exercises(tally),
        _promises(tally),
        _unsettled(totals),
        _everybody(totals),
    ]
    return framed("Class report", "".join(parts))


def _middle(settled: list[Total]) -> str:
    points = sorted(each.points for each in settled)
    if not points:
        return ""
    half = len(points) // 2
    median = points[half] if len(points) % 2 else (points[half - 1] + points[half]) / 2
    return (
        f"<p>Half of those settled have at least {median:.3g} of {settled[0].possible} points; "
        f"the lowest total is {points[0]:.3g}, the highest {points[-1]:.3g}.</p>"
    )


def _sections(totals: list[Total]) -> str:
    """Return the sections side by side, where the teacher's export names several."""
    sections: dict[str, list[Total]] = {}
    for each in totals:
        sections.setdefault(each.person.section, []).append(each)
    if len(sections) < 2:
        return ""
    head = ["section", "students", "settled", "mean points of those settled"]
    rows = [[said(name or "none"), *_counted(sections[name])] for name in sorted(sections)]
    return "<h2>Sections</h2>" + _table("As the export names them", head, rows, 3)


def _counted(section: list[Total]) -> list[str]:
    points = [each.points for each in section if not each.note]
    mean = f"{sum(points) / len(points):.3g}" if points else ""
    return [f"{len(section)}", f"{len(points)}", mean]


def _table(
    caption: str, head: list[str], rows: Iterable[list[str]], numbers: int, bars: int = 0
) -> str:
    """Return a table whose last columns are bars and numbers, and which the keyboard can move
    sideways where it is wider than the screen; cells are HTML."""
    kinds = [""] * (len(head) - bars - numbers)
    kinds += [' class="bars"'] * bars + [' class="number"'] * numbers
    pairs = zip(kinds, head, strict=True)
    top = "".join(f'<th scope="col"{kind}>{cell}</th>' for kind, cell in pairs)
    lines = "".join(
        f"<tr>{''.join(f'<td{k}>{c}</td>' for k, c in zip(kinds, row, strict=True))}</tr>\n"
        for row in rows
    )
    region = f'<div class="wide" role="region" aria-label="{caption}" tabindex="0">'
    return (
        f"{region}<table><caption>{caption}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )


def _unsettled(totals: list[Total]) -> str:
    rows = [[_linked(each), said(each.note)] for each in totals if each.note]
    if not rows:
        return '<h2 id="open">Not settled yet</h2><p>Everything is settled.</p>'
    heading = (
        f'<h2 id="open">Not settled yet: {len(rows)}</h2><p>Their points may still change, and no '
    )
    table = _table("Students with work that is open", ["student", "what is open"], rows, 0)
    return f"{heading}table of a course platform is filled in for them.</p>{table}"


def _totals(settled: list[Total]) -> str:
    """Return how many students came how far, by tenths of full marks."""
    if not settled:
        return ""
    tenths = Counter(min(int(TENTHS * each.points / each.possible), TENTHS - 1) for each in settled)
    most = max(tenths.values())
    rows = [
        [f"{100 * tenth // TENTHS} to {100 * (tenth + 1) // TENTHS} %"]
        + [_bar(most, tenths[tenth]), f"{tenths[tenth]}"]
        for tenth in reversed(range(TENTHS))
    ]
    head = ["of full marks", "how many", "students"]
    return "<h2>Totals</h2>" + _table(f"{len(settled)} students settled", head, rows, 1, 1)


def _exercises(tally: Tally) -> str:
    means = {name: tally.means(name) for name in tally.exercises}
    most = max(map(sum, means.values()), default=0)
    rows = [
        [_foldable(name), _bar(most, lost, absent), f"{lost + absent:.2f}"]
        + [f"{tally.answered[name]}", in_hundredths(tally.lost[name])]
        + [in_hundredths(tally.absent[name])]
        for name, (lost, absent) in means.items()
    ]
    head = ["exercise", "points lost", "mean", "handed in", "lost in answers", "by no answer"]
    key = f"{_bar(1, 1)} in an answer, {_bar(1, 0, 1)} by no answer"
    table = _table("Points the class lost, the costliest exercise first", head, rows, 4, 1)
    return f'<h2>Exercises</h2><p class="key">Points lost: {key}.</p>{table}'


def _promises(tally: Tally) -> str:
    count = tally.unwritten
    what = f"{count} answer{'s' * (count != 1)}"
    heading = "<h2>Promises</h2>" + f"<p>Left out, as not written yet: {what}.</p>" * bool(count)
    if not tally.promises:
        return f"{heading}<p>No promise was broken.</p>"
    costliest = _most(tally.promises)
    rows = [
        [f"{_foldable(name)}: {in_html(promise)}", _bar(costliest[0][1], points)]
        + [f"{tally.broke[name, promise]}", in_hundredths(points)]
        for (name, promise), points in costliest
    ]
    head = ["promise", "points lost", "students", "points"]
    caption = "The first promise that did not hold, the costliest first"
    return heading + _table(caption, head, rows, 2, 1)


def _mistakes(tally: Tally) -> str:
    if not tally.mistakes:
        return "<h2>Named mistakes</h2><p>No answer gave the values of a known mistake.</p>"
    commonest = _most(tally.mistakes)
    rows = [
        [f"{_foldable(name)}: an answer that {in_html(thought)}.", _bar(commonest[0][1], count)]
        + [f"{count}"]
        for (name, thought), count in commonest
    ]
    head = ["mistake", "how often", "students"]
    return "<h2>Named mistakes</h2>" + _table("The commonest first", head, rows, 1, 1)


def _foldable(name: str) -> str:
    """Return an exercise's name as HTML that a narrow column may fold between its words.

    >>> _foldable("gd_step")
    'gd_<wbr>step'
    """
    return starred(name).replace("_", "_<wbr>")


def _bar(most: float, filled: float, hatched: float = 0.0) -> str:
    """Return a bar, as long as its cell for ``most``; the numbers beside it say the same."""
    widths = [100 * part / (most or 1) for part in (filled, hatched)]
    parts = "".join(f'<i style="width:{width:.1f}%"></i>' for width in widths)
    return f'<span class="bar" aria-hidden="true">{parts}</span>'


def _everybody(totals: list[Total]) -> str:
    rows = [
        [_linked(each), said(each.person.section)]
        + ["open" if each.note else in_hundredths(each.points), f"{each.possible}"]
        for each in totals
    ]
    head = ["student", "section", "points", "of"]
    table = _table("Each name leads to the feedback", head, rows, 2)
    return f"<h2>Students</h2><details><summary>All {len(rows)}</summary>{table}</details>"


def _linked(each: Total) -> str:
    number = f" ({in_html(each.number)})" if each.number else ""
    return f'<a href="{address(each.student, each.number)}">{said(each.name)}</a>{number}'


def _most(counter: Counter) -> list:
    """Return the largest counts, in an order that does not hang on who came first."""
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:COMMONEST]
