"""What a learner reads after a check: one card, as plain text and as HTML with the same words."""

from __future__ import annotations

import base64
import io
from html import escape
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np

from lrcourse.checks.examine import Outcome, Report
from lrcourse.checks.exercise import LIMIT, Exercise
from lrcourse.colours import THEORY, YOU
from lrcourse.time_limits import TimeUp, time_limit

MARKS = {
    "holds": "✓ holds",
    "broken": "✗ not yet",
    "unwritten": "○ not written",
    "waiting": "· not looked at yet",
}
"""A mark and a word for each state: no meaning hangs on a colour."""

STYLE = {
    "holds": "color: var(--jp-success-color1, #1b7837)",
    "broken": "color: var(--jp-error-color1, #b2182b); font-weight: bold",
    "unwritten": "font-weight: bold",
    "waiting": "opacity: 0.65",
}


class Card(NamedTuple):
    """A report to be read: ``print`` it, or let a notebook show it."""

    report: Report
    answer: object
    note: str = ""
    predicted: bool = True
    """Whether the learner said what to expect, or asked to be shown without."""
    on_page: bool = False
    """Whether it is read where buttons stand in the place of a notebook's cells."""

    def __repr__(self) -> str:
        """Say the card as plain text."""
        return "\n".join(_lines(self))

    def _repr_html_(self) -> str:
        return _html(self)


def headline(report: Report) -> str:
    """Say in one sentence how far the answer is.

    >>> from lrcourse.exercises import exercise
    >>> headline(Report(exercise("gd_step"), []))
    'gd_step: all 0 promises hold. Solved, 1 point.'
    """
    asked = report.exercise
    return standing(asked.name, asked.points, [each.state for each in report.outcomes])


def standing(name: str, points: int, states: list[str]) -> str:
    """Say in one sentence how far an answer is whose promises are in these states.

    >>> standing("gd_step", 1, ["holds", "broken", "waiting"])
    'gd_step: 1 of 3 promises hold.'
    """
    kept, first = states.count("holds"), next((each for each in states if each != "holds"), None)
    if first is None:
        return f"{name}: all {kept} promises hold. Solved, {points} point{'s' * (points != 1)}."
    if first == "unwritten":
        return f"{name} is not written yet."
    return f"{name}: {kept} of {len(states)} promises hold."


def explanation(outcome: Outcome) -> list[str]:
    """Say what was seen at a broken promise, and which known mistake gives just that."""
    return explained(outcome.seen, outcome.mistake.thought if outcome.mistake else "")


def explained(seen: str, thought: str) -> list[str]:
    """Say what was seen, and whose values these are, each where there is something to say.

    >>> explained("", "adds the step")
    ['These are the values of an answer that adds the step.']
    """
    whose = f"These are the values of an answer that {thought}." if thought else ""
    return [line for line in (seen, whose) if line]


ADVICE = {
    "predict": ('predict("{name}") asks for it.', "it stands above your answer."),
    "unwritten": (
        "Fill in the marked lines, run that cell, then check again. Stuck? hint({name})",
        "Write in the place of the line with raise, then check again. Stuck? Press Hint.",
    ),
    "broken": (
        "Change your answer, run its cell, then check again. Stuck? hint({name})",
        "Change your answer, then check again. Stuck? Press Hint.",
    ),
}
"""What to do next, in a notebook and on a page."""


def advice(card: Card) -> str:
    """Say what to do next; to who is done, how the prediction in the story turns out."""
    report, name = card.report, card.report.exercise.name
    if report.solved and card.predicted:
        return f"How your prediction turns out: {report.exercise.turned_out}"
    what = "predict" if report.solved else report.broken.state
    words = ADVICE[what][card.on_page].format(name=name)
    return f"Your prediction is still open: {words}" if report.solved else words


def _lines(card: Card) -> list[str]:
    report = card.report
    lines = [headline(report)]
    if report.broken is None or report.broken.state != "unwritten":
        for outcome in report.outcomes:
            lines.append(f"  [{MARKS[outcome.state]}] {outcome.check.promise}")
            if outcome is report.broken:
                seen = "\n".join(explanation(outcome)).split("\n")
                lines += [f"      {line}" for line in seen]
    return [*lines, *filter(None, [advice(card), card.note])]


def _html(card: Card) -> str:
    report = card.report
    rows = ""
    if report.broken is None or report.broken.state != "unwritten":
        rows = "".join(_row(outcome, outcome is report.broken) for outcome in report.outcomes)
    last = filter(None, [advice(card), card.note])
    tail = "".join(f"<p>{escape(line)}</p>" for line in last)
    return (
        f'<section aria-label="check of {escape(report.exercise.name)}" style="border-left: 4px '
        f'solid currentColor; padding: 0.2em 1em; max-width: 48em">'
        f"<p><strong>{escape(headline(report))}</strong></p>"
        f'<ul style="list-style: none; padding: 0">{rows}</ul>{_picture(report, card.answer)}{tail}'
        "</section>"
    )


def _row(outcome: Outcome, explain: bool) -> str:
    lines = explanation(outcome) if explain else []
    detail = "".join(map(_paragraph, lines))
    mark = f'<span style="{STYLE[outcome.state]}">{MARKS[outcome.state]}</span>'
    return f"<li>{mark} — {escape(outcome.check.promise)}{detail}</li>"


def _paragraph(told: str) -> str:
    """Return the HTML of what was seen: a sentence, and a table below it."""
    sentence, _, table = told.partition("\n")
    below = f'<pre style="margin-left: 2em">{escape(table)}</pre>' if table else ""
    return f'<p style="margin: 0.2em 0 0.4em 2em">{escape(sentence)}</p>{below}'


def _picture(report: Report, answer: object) -> str:
    exercise = report.exercise
    if report.solved or report.broken.state == "unwritten" or exercise.drawing is None:
        return ""
    if find_spec("matplotlib") is None:  # A page checks without it, and fetches it later or never.
        return ""
    png = base64.b64encode(_drawn(exercise, answer)).decode()
    words = f"{exercise.drawing.ylabel} against {exercise.drawing.xlabel}: yours and the expected"
    return f'<img alt="{escape(words)}" width="400" src="data:image/png;base64,{png}">'


def _drawn(exercise: Exercise, answer) -> bytes:
    """Draw the curve of the learner's answer over the expected one, as a PNG."""
    from matplotlib.figure import Figure

    from lrcourse.curve_names import name_curves

    curve, xlabel, ylabel = exercise.drawing
    figure = Figure(figsize=(5, 3), layout="constrained")
    ax = figure.add_subplot(xlabel=xlabel, ylabel=ylabel)
    ax.plot(*curve(exercise.answer), color=THEORY, label="expected")
    yours = _curve_of(curve, answer)
    if yours is not None:
        ax.plot(*yours, "D--", color=YOU, markersize=4, label="yours")
    name_curves(ax)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=2 * 80)  # Screens have twice the pixels.
    return picture.getvalue()


def _curve_of(curve, answer):
    """Return the curve of an answer, or None where it has none: the card's words say why."""
    try:
        with time_limit(LIMIT), np.errstate(all="ignore"):
            x, y = (np.asarray(each, float) for each in curve(answer))
            return (x, y) if x.shape == y.shape and np.isfinite(y).any() else None
    except (Exception, TimeUp):
        return None
