"""The class on one page: where it lost points, the commonest mistakes, and what is still open."""

from __future__ import annotations

import base64
import io
import textwrap
from collections import Counter
from collections.abc import Iterable

from lrcourse.colours import BLUE, GREY, RED, STYLE
from lrcourse.grading.gradebook import Row
from lrcourse.grading.reports import STARS, address, framed, in_html, said, starred
from lrcourse.grading.tables import UNSETTLED, Total

BARS = 12
"""Promises and mistakes that are shown: the commonest, as many as fit on one screen."""
SHOWN = 20
"""Exercises in the picture, the costliest, so that it can be read on one sheet of paper."""
BINS = 10
APART = 0.25
"""Inches above and below each chart: what belongs to one is nearer to it than to the next."""
PLAIN = {"svg.hashsalt": "lrcourse", "text.parse_math": False}
"""The same class gives the same bytes, and a promise with a $ in it is no formula."""


class Tally:
    """What a class came to, counted student by student."""

    def __init__(self):
        """Begin with nobody."""
        self.answered, self.settled = Counter(), Counter()
        self.lost, self.absent, self.mistakes = Counter(), Counter(), Counter()
        self.promises, self.broke = Counter(), Counter()

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
                if not row.reason:  # Points by hand stand for no promise.
                    self._count_promise(row, left)
            if row.mistake:
                self.mistakes[row.exercise, row.mistake] += 1

    def _count_promise(self, row: Row, left: float) -> None:
        told = next((each for each in row.promises if each[1] != "holds"), None)
        promise = "it is not defined" if told is None else told[0]
        if told and told[1] == "unwritten":
            promise = "it is not written yet"
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
        _picture(tally, settled),
        _exercises(tally),
        _promises(tally),
        _mistakes(tally),
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


def _table(caption: str, head: list[str], rows: Iterable[list[str]], numbers: int) -> str:
    """Return a table whose last columns are numbers, and which the keyboard can move sideways where
    a screen is narrow; cells are HTML."""
    kinds = [""] * (len(head) - numbers) + [' class="number"'] * numbers
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


def _exercises(tally: Tally) -> str:
    rows = [
        [
            starred(name),
            f"{tally.answered[name]}",
            f"{tally.lost[name]:.4g}",
            f"{tally.absent[name]:.4g}",
        ]
        for name in tally.exercises
    ]
    head = ["exercise", "handed in", "points lost in answers", "points lost by no answer"]
    caption = "Points the whole class lost, by exercise"
    return "<h2>Exercises</h2>" + _table(caption, head, rows, 3)


def _promises(tally: Tally) -> str:
    if not tally.promises:
        return ""
    rows = [
        [starred(name), in_html(promise), f"{tally.broke[name, promise]}", f"{points:.4g}"]
        for (name, promise), points in _most(tally.promises)
    ]
    head = ["exercise", "promise", "students", "points lost"]
    caption = "The first promise that did not hold, the costliest first"
    return "<h2>Promises</h2>" + _table(caption, head, rows, 2)


def _mistakes(tally: Tally) -> str:
    if not tally.mistakes:
        return "<h2>Named mistakes</h2><p>No answer gave the values of a known mistake.</p>"
    rows = [
        [starred(name), f"An answer that {in_html(thought)}.", f"{count}"]
        for (name, thought), count in _most(tally.mistakes)
    ]
    table = _table("The commonest first", ["exercise", "mistake", "students"], rows, 1)
    return f"<h2>Named mistakes</h2>{table}"


def _everybody(totals: list[Total]) -> str:
    rows = [
        [_linked(each), said(each.person.section)]
        + ["open" if each.note else f"{round(each.points, 2):g}", f"{each.possible}"]
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
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:BARS]


def _picture(tally: Tally, settled: list[Total]) -> str:
    """Return the picture as an image that holds its own data, with the same in words."""
    shown = base64.b64encode(_drawn(tally, settled)).decode()
    first = ", ".join(tally.exercises[:3]) or "none"
    words = (
        "Three charts: points lost by exercise, points lost by the first promise that did not "
        f"hold, and a histogram of totals. Most points were lost in: {first}. The tables below "
        "give the numbers."
    )
    return f'<img alt="{in_html(words)}" src="data:image/svg+xml;base64,{shown}">'


def _drawn(tally: Tally, settled: list[Total]) -> bytes:
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.style import context

    exercises, promises = tally.exercises[:SHOWN], _most(tally.promises)
    heights = [0.9 + 0.26 * len(exercises), 0.9 + 0.45 * max(len(promises), 1), 2.6]
    with context(STYLE), rc_context(PLAIN):
        figure = Figure(figsize=(9, sum(heights) + 4 * APART))
        figure.get_layout_engine().set(h_pad=APART)
        panels = figure.subplots(3, 1, gridspec_kw={"height_ratios": heights})
        _draw_exercises(panels[0], tally, exercises)
        _draw_promises(panels[1], promises)
        _draw_totals(panels[2], settled)
        picture = io.BytesIO()
        figure.savefig(picture, format="svg", metadata={"Date": None})
    return picture.getvalue()


def _draw_exercises(ax, tally: Tally, names: list[str]) -> None:
    title = f"The {len(names)} exercises that cost most"
    lost, absent = zip(*map(tally.means, names), strict=True) if names else ((), ())
    ax.barh(names, lost, color=BLUE, label="in an answer")
    ax.barh(names, absent, left=lost, color="white", edgecolor=GREY, hatch="///", label="no answer")
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="points lost, mean of a student", title=title)
    ax.set_xlim(0, 1.05 * max(map(sum, zip(lost, absent, strict=True)), default=0) or 1)
    ax.margins(y=0.02)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, borderaxespad=0.1)


def _draw_promises(ax, promises) -> None:
    labels = [textwrap.fill(f"{name}: {promise}", 60) for (name, promise), _ in promises]
    ax.barh(range(len(promises)), [points for _, points in promises], color=RED)
    ax.set_yticks(range(len(promises)), labels, fontsize=9)
    ax.margins(y=0.02)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    title = "The first promise that did not hold, the costliest first"
    ax.set(xlabel="points lost, whole class", title=title if promises else "No promise was broken")


def _draw_totals(ax, settled: list[Total]) -> None:
    most = max((each.possible for each in settled), default=1)
    ax.hist([each.points for each in settled], bins=BINS, range=(0, most), color=BLUE, ec="white")
    ax.set(xlabel=f"total, of {most} points", ylabel="students", title="Totals of those settled")
    ax.yaxis.get_major_locator().set_params(integer=True)
