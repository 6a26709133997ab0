"""Canvas: "Download Submissions", the gradebook's export, "Re-Upload Submissions"."""

from __future__ import annotations

import json
import re
from itertools import islice

from lrcourse.classroom.platforms.names import number
from lrcourse.classroom.platforms.platform import (
    WAYS,
    Columns,
    Named,
    Page,
    Platform,
    choose,
    weekly,
)

UPLOADED = re.compile(r"(?=(?P<late>_LATE)?_(?P<id>[1-9]\d*)_(?P<upload>[1-9]\d*)_(?P<own>.))")
"""What follows the student, who may have such numbers in the name, as a group has: the first that
fits, or the one that the export knows."""
ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<student>[A-Za-z0-9]{5})_(?P<rest>.+)")
"""A file whose student Canvas hides; so many letters stand for one."""
INSTEAD = re.compile(r"(?P<late>_LATE)?_(?P<id>\d+)_(?P<kind>text|link)\.html$")
"""What was typed into the text box, or a web address: Canvas makes a page of it."""
ASSIGNMENT = re.compile(r"(?P<short>.+) \(\d+\)")
APART = "This is feedback under the name of your own notebook: keep it out of the folder exercises."
"""What the notebook begins with: saved beside the work, it would take its place."""


def names(text: str) -> list[Named]:
    """Return the ways to read a name.

    >>> [(each.student, each.number) for each in names("team_2_555_9001_a.ipynb")]
    [('team', '2'), ('team_2', '555')]
    >>> names("LATE_anon_z9LmN_993_a.ipynb")[0][2:6]
    ('z9LmN', '', 'a.ipynb', True)
    """
    found = [_uploaded(text, each) for each in islice(UPLOADED.finditer(text), WAYS)]
    found = [each for each in found if each.student and not each.student.endswith("_LATE")]
    if hidden := ANONYMOUS.fullmatch(text):
        found += _anonymous(text, hidden)
    elif (page := INSTEAD.search(text)) and page.start():
        late = bool(page["late"])
        student, kind = text[: page.start()], page["kind"]
        found.append(Named("canvas", text, student, page["id"], "", late, instead=kind))
    return found


def _uploaded(text: str, found: re.Match) -> Named:
    student, own = text[: found.start()], text[found.start("own") :]
    return Named("canvas", text, student, found["id"], own, bool(found["late"]), found["upload"])


def _anonymous(text: str, found: re.Match) -> list[Named]:
    student, late, rest = found["student"], bool(found["late"]), found["rest"]
    if rest in ("text.html", "link.html"):
        return [Named("canvas", text, student, late=late, instead=rest.partition(".")[0])]
    upload, _, own = rest.partition("_")
    if not (upload.isdecimal() and own):
        return []
    return [Named("canvas", text, student, "", own, late, upload)]


def columns(lines: list[list[str]], wanted: str) -> Columns | None:
    """Return where the gradebook has what; with names in one column, or split."""
    head = lines[0]
    name = [("Student",), ("LastName", "FirstName")][{"LastName", "FirstName"} <= {*head}]
    if not {*name, "ID"} <= {*head}:
        return None
    known = {each: found["short"] for each in head if (found := ASSIGNMENT.fullmatch(each))}
    column, problem = choose(wanted, known)
    if head.count(column) > 1:
        column, problem = "", f"two columns are named {column!r}: export the table again"
    grade = head.index(column) if column else -1
    at = tuple(map(head.index, name)), grade, head.index("ID")
    top = next((n for n in range(1, min(3, len(lines))) if _is_top(lines[n], at[0][0])), None)
    most, wrong = _most(lines[top], grade, column) if top and grade >= 0 else (None, "")
    last = max(*at[0], *at[1:])
    people = [n for n, line in enumerate(lines) if n not in (0, top) and len(line) > last]
    people = tuple(n for n in people if lines[n][at[2]].strip())
    section = head.index("Section") if "Section" in head else -1
    found = Columns(at[0], grade, column, people, at[2], section=section, most=most)
    return found._replace(problem=problem or wrong)


def _is_top(line: list[str], name: int) -> bool:
    return len(line) > name and line[name].strip() == "Points Possible"


def _most(line: list[str], grade: int, column: str) -> tuple[float | None, str]:
    """Return the points that a column is worth, and what is wrong with them."""
    cell = line[grade].strip() if grade < len(line) else ""
    most = number(cell)
    if cell and (most is None or most < 0):
        return None, f"{column!r} has {cell!r} points: name another column"
    return most, ""


def feedback(page: Page, files: list[tuple[Named, str]]) -> tuple[str, bytes] | None:
    """Return a student's page under the name of the newest upload: Canvas shows it under that
    name, so a notebook goes back for a notebook, and a page for anything else."""
    newest = sorted(files, key=lambda each: (len(each[0].upload), each[0].upload))
    books = [each for each, name in newest if each.text == name and _is_notebook(name)]
    if books:
        return books[-1].text, _notebook(page.body())
    if not newest:
        return None
    name = newest[-1][0].text
    return name if name.endswith(".html") else f"{name}.html", page.path.read_bytes()


def _is_notebook(name: str) -> bool:
    return name.lower().endswith(".ipynb")


def _notebook(body: str) -> bytes:
    """Return what a page says as a notebook of one cell: a block of HTML up to its end, in which
    JupyterLab finds neither Markdown, which begins after an empty line, nor a formula."""
    body = re.sub(r"\n\s*\n", "\n", body.strip()).replace("$", "&#36;").replace("\\", "&#92;")
    source = f"<p><strong>{APART}</strong></p>\n{body}"
    cell = {"cell_type": "markdown", "id": "feedback", "metadata": {}, "source": source}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(book, ensure_ascii=False, indent=1).encode()


TABLE = "Canvas's gradebook (columns Student, ID)"
WEEK = weekly(
    "Canvas",
    "In the assignment, *Download Submissions*; in the gradebook, *Export*, *Export Entire "
    "Gradebook*. Rename the two `submissions.zip` and `canvas.csv`.",
    '--fill canvas.csv --column "Week 1 (77)"',
    "In the gradebook, *Import* `week-1/filled-canvas.csv`; Canvas shows what would change before "
    "it does.",
    "In the assignment, *Re-Upload Submissions*: `week-1/feedback-canvas.zip`. Each student gets a "
    "notebook to read, as a comment; every upload adds one.",
    ", where the column is called as in the export, with its number.",
)
CANVAS = Platform("canvas", WEEK, TABLE, names, columns, feedback)
