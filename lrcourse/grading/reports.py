"""A page of feedback for each student: points, promises and the words of the learner's own card."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import PurePosixPath

from lrcourse.cells import NO_CELLS
from lrcourse.exercises import exercise, lessons
from lrcourse.feedback import MARKS, explained, standing
from lrcourse.grading.chosen import spelled
from lrcourse.grading.gradebook import NOTHING, File, Row
from lrcourse.grading.submissions import NO_NOTEBOOK, late, named
from lrcourse.grading.tables import Total, in_hundredths

STARS = "Full marks are the points without ★; points with ★ make up for others, up to full marks."
STOPS = "Points stop at the first promise that does not hold: mend it, and the rest is looked at."
HIDDEN = "A promise that is checked for a class alone."
"""What stands for a hidden check: its sentence may name an input."""
UNSETTLED = {
    "unread": "not found, and a file of yours could not be used.",
    "waiting": "handed in, and not graded yet.",
    "elsewhere": "not found: what you handed in belongs to other lessons.",
    "failed": "could not be graded, and will be looked at by hand.",
}
"""States that are no grade, to the student: what is open is never shown as a 0."""
FROM = "the notebook (.ipynb) from the folder exercises"
"""What a student hands in."""
STYLE = """
:root { color-scheme: light dark; --line: #767676; --good: #1b6e33; --bad: #b2182b; }
@media (prefers-color-scheme: dark) { :root { --good: #7fd694; --bad: #ff9d9d; } }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 48rem; padding: 1rem; }
h1, h2, h3, p, li { overflow-wrap: anywhere; } td { overflow-wrap: break-word; }
h3 { margin-bottom: 0; }
ul.promises { list-style: none; padding: 0; }
.holds { color: var(--good); } .broken { color: var(--bad); font-weight: bold; }
.unwritten { font-weight: bold; }
.told { margin: 0.2em 0 0.4em 2em; white-space: pre-wrap; }
.open { border: 2px solid; padding: 0 1rem; }
table { border-collapse: collapse; } caption { text-align: left; font-weight: bold; }
th, td { border-bottom: 1px solid var(--line); padding: 0.2em 0.8em 0.2em 0; }
th, td { text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; }
.wide { overflow-x: auto; }
.bar { display: flex; forced-color-adjust: none; height: 1.2em; print-color-adjust: exact; }
td .bar { margin-top: 0.15em; min-width: 6em; }
.key .bar { display: inline-flex; vertical-align: middle; width: 2.5em; }
.bar i { background: #0072b2; }
.bar i + i { background: repeating-linear-gradient(135deg, var(--line) 0 1px, transparent 0 5px); }
.bar i + i:not([style="width:0.0%"]) { outline: 1px solid var(--line); outline-offset: -1px; }
@media (max-width: 34rem) {
  .bars, .key { display: none; }
  .wide table { font-size: 0.875rem; } .wide th, .wide td { padding-right: 0.5em; }
}
@media print { body { max-width: none; } section, tr { break-inside: avoid; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a browser may do with a page: nothing but show it, whatever somebody wrote into it."""


OWN = re.compile(r"(^|-)[0-9a-f]{10}\.html$")
"""What the names of our pages end in."""


def address(student: str, number: str) -> str:
    """Return where a student's page goes: the number, the name, and what is nobody else's.

    Letters of every script stay, for every file system of today takes them; Latin ones lose their
    accents. What ends the name tells apart what some systems take for one, such as Zoë and zoë.

    >>> address("Greta Groß", "1006"), address("../王小明", "")
    ('feedback/1006-greta-gross-604ce7711b.html', 'feedback/王小明-d17bb88d07.html')
    """
    own = hashlib.sha256(f"{student}\0{number}".encode("utf-8", "replace")).hexdigest()[:10]
    told = [_in_file_names(number)[:20], _in_file_names(student)[:32].strip("-")]
    return f"feedback/{'-'.join(filter(None, [*told, own]))}.html"


def _in_file_names(text: str) -> str:
    """Return the letters, digits and signs upon letters of a text, a dash for all between."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFC", re.sub(r"(?<=[a-z])[\u0300-\u036f]+", "", apart))
    kept = "".join(each if unicodedata.category(each)[0] in "LMN" else "-" for each in plain)
    return re.sub("-+", "-", kept).strip("-")


def page(
    own: list[Row],
    came: Total,
    problems: Iterable[tuple[str, str]],
    files: Sequence[File] = (),
    without: Iterable[str] = (),
) -> str:
    """Return a student's feedback as a page of HTML without script or network.

    ``problems`` are pairs of a file and what went wrong in it; ``files`` is all that was handed in;
    ``without`` names exercises that were left out of the marks. The seed of the class is not on it:
    who knew that could prepare answers for another try.
    """
    name = f"{came.name} ({came.number})" if came.number else came.name
    section = f"<p>{said(came.person.section)}</p>" if came.person.section else ""
    title, left_out = f"Feedback, {_lessons_of(own)}", ", ".join(without)
    unread = any(row.state == "unread" for row in own)
    cured = [(file.name, file.problem) for file in files if unread]
    late = f"<p>Your newest work came {said(came.person.late)}.</p>" if came.person.late else ""
    parts = [
        f"<h1>{title}: {said(name)}</h1>{section}",
        f"<p><strong>{_points(own, came)}</strong></p>",
        late,
        _open([row for row in own if row.state in UNSETTLED], files),
        f"<p>{STOPS}</p>" * any(map(_stopped, own)),
        f"<p>{STARS}</p>" * any(not row.core for row in own),
        f"<p>Of each exercise in your {len(files)} files, the best answer counts.</p>"
        * (len(files) > 1),
        f"<p>Left out of the marks, for everybody: {left_out}.</p>" * bool(left_out),
        _problems([each for each in problems if each not in cured]),
        *(_lesson(lesson, own) for lesson in lessons()),
    ]
    return framed(f"{title}: {name}", "".join(parts))


def _lessons_of(own: list[Row]) -> str:
    """Return which lessons a student's rows belong to.

    >>> _lessons_of([Row("ada", "", "gd_step", 1.0, 1, "graded", [], "", "")])
    'lesson 00'
    """
    names = {row.exercise for row in own}
    asked = [lesson for lesson in lessons() if names & {*lesson.exercises}]
    return f"lesson{'s' * (len(asked) > 1)} {spelled(asked)}"


def _stopped(row: Row) -> bool:
    """Whether an answer lost points by a promise, and not by the teacher's hand."""
    return not row.reason and any(state == "broken" for _, state in row.promises)


def _points(own: list[Row], came: Total) -> str:
    """Return a total in words; while all is open there is none."""
    points = f"{in_hundredths(came.points)} of {came.possible} points"
    if not came.note:
        return f"{points}."
    settled = any(row.state not in (*UNSETTLED, "missing") for row in own)
    return f"Open: {points} so far." if settled else "Open: your points are not known yet."


def framed(title: str, body: str) -> str:
    """Return a page that stands alone, in the look of all our pages."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{in_html(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def said(text: str) -> str:
    """Return what somebody wrote as HTML that shows it and does nothing else, not even turn the
    direction of what follows."""
    return f"<bdi>{in_html(text)}</bdi>"


def in_html(text: str) -> str:
    """Return a text escaped, what cannot be shown in its place marked.

    >>> in_html("<b>\\0")
    '&lt;b&gt;�'
    """
    shown = "".join(
        each if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cs", "Cn") else "\ufffd"
        for each in text
    )
    return escape(shown)


def _open(rows: list[Row], files: Sequence[File]) -> str:
    """Return what is open, each exercise once; first of all what the student can do about it."""
    names = {
        state: [starred(row.exercise) for row in rows if row.state == state] for state in UNSETTLED
    }
    unread = [file for file in files if file.problem and names["unread"]]
    cures = "".join(
        f"<p><strong>{said(own_name(file.name))}</strong>: {said(cure(file))}</p>"
        for file in unread
    )
    items = "".join(
        f"<li>{', '.join(names[state])}: {told}</li>"
        for state, told in UNSETTLED.items()
        if names[state]
    )
    heading = "Hand in again" if cures else "Not settled yet"
    return (
        f'<section class="open"><h2>{heading}</h2>{cures}'
        f"<p>Open, and not counted as 0:</p><ul>{items}</ul></section>"
    ) * bool(rows)


def cure(file: File) -> str:
    """Return what a student can do about a file that could not be used.

    >>> cure(File("ada.pdf", "", [], NO_NOTEBOOK))
    'A .pdf file cannot be graded: hand in the notebook (.ipynb) from the folder exercises.'
    """
    if file.problem == NO_NOTEBOOK:
        kind = PurePosixPath(file.name).suffix.lower()
        return f"A {kind} file cannot be graded: hand in {FROM}."
    if NO_CELLS in file.problem:
        return "The file is damaged: save your notebook again in JupyterLab, and hand it in."
    told = file.problem.removeprefix(NOTHING).strip()
    return told if told.startswith("Hand in") else f"{file.problem} Hand in {FROM}."


def own_name(file: str) -> str:
    """Return a file's name as its student knows it, without what a platform put before it.

    >>> own_name("Dan_5_assignsubmission_file_/a.pdf"), own_name("dan_7_1_a.pdf"), own_name("dan/a")
    ('a.pdf', 'a.pdf', 'a')
    """
    parts, found = PurePosixPath(file).parts, named(file)
    inside = parts[parts.index(found[0]) + 1 :] if found else parts[1:]
    alone = (found["own"] or found[0]) if found else file
    return "/".join(inside) or alone.lstrip("_ ")


def _problems(problems: list[tuple[str, str]]) -> str:
    if not problems:
        return ""
    items = "".join(
        f'<li>{said(own_name(file))}<p class="told">{said(sentence)}</p></li>'
        for file, sentence in problems
    )
    return f"<section><h2>What could not be used</h2><ul>{items}</ul></section>"


def _lesson(lesson, own: list[Row]) -> str:
    here = [row for row in own if row.exercise in lesson.exercises]
    rows = [row for row in here if row.state not in UNSETTLED]
    shown = "".join(_exercise(row) for row in rows if row.state != "missing")
    absent = [starred(row.exercise) for row in rows if row.state == "missing"]
    left = f"<p>Not handed in: {', '.join(absent)}.</p>" if absent else ""
    return f"<h2>{lesson.number:02d} {escape(lesson.title)}</h2>{shown}{left}" if rows else ""


def starred(name: str) -> str:
    """Return an exercise's name with its ★, if it has one.

    >>> starred("gd_step"), starred("noise_scale")
    ('gd_step', 'noise_scale ★')
    """
    return name if exercise(name).core else f"{name} ★"


def _exercise(row: Row) -> str:
    name = starred(row.exercise)
    points = f"{in_hundredths(row.points)} of {row.possible} point{'s' * (row.possible != 1)}"
    heading = f"<h3>{name}: {points}</h3>{_came(row)}"
    states = [state for _, state in row.promises]
    summary = standing(row.exercise, row.possible, states) if states else ""
    if _stopped(row):
        each = in_hundredths(row.possible / len(states))
        summary += f" Each is worth {each} point{'s' * (each != '1')}."
    headline = f"<p>{escape(summary)}</p>" if states else ""
    if next((state for state in states if state != "holds"), "") == "unwritten":
        return f"<section>{heading}{headline}</section>"
    said_once = row.message and not states
    told = f'<p class="told">{said(row.message)}</p>' if said_once else ""
    return f"<section>{heading}{headline}{told}{_promises(row)}</section>"


def _came(row: Row) -> str:
    """Return what the points do not say: by hand and why, late, from which of several files."""
    by_hand = f"<p><strong>Set by hand:</strong> {said(row.reason)}</p>" if row.reason else ""
    words = [f"is from {said(own_name(row.file))}"] * (row.answers > 1)
    words += ["came late"] * late(row.file)
    return by_hand + (f"<p>The answer {' and '.join(words)}.</p>" if words else "")


def _promises(row: Row) -> str:
    """Return each promise with its mark, the first that does not hold with the card's words."""
    hidden = {check.promise for check in exercise(row.exercise).checks if check.hidden}
    first = next((place for place, (_, state) in enumerate(row.promises) if state != "holds"), -1)
    items = []
    for place, (promise, state) in enumerate(row.promises):
        unseen = promise in hidden
        words = explained("" if unseen else row.message, row.mistake) if place == first else []
        told = "".join(f'<p class="told">{said(line)}</p>' for line in words)
        mark = f'<span class="{state}">{MARKS[state]}</span>'
        items.append(f"<li>{mark} — {escape(HIDDEN if unseen else promise)}{told}</li>")
    return f'<ul class="promises" role="list">{"".join(items)}</ul>' if items else ""
