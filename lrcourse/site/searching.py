"""What the search of the pages finds: the sections of every page, with their words."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import NamedTuple

LEFT_OUT = re.compile(
    r"<(nav|script|noscript|pre|textarea|figure|style)\b.*?</\1>|<section class=\"keep.*"
    r"|<details\b(?:(?!<details\b).)*?</details>",
    re.DOTALL,
)
"""What no search finds: above all results that wait for a bet, and answers. A fold within a fold
goes first."""
HEADING = re.compile(r'<h[1-3] id="([^"]*)">(.*?)</h[1-3]>', re.DOTALL)


class Section(NamedTuple):
    """One section: what it is called, the lesson it is in, where it is, and its words."""

    title: str
    lesson: str
    href: str
    text: str


def sections(page: str, lesson: str, href: str) -> list[Section]:
    """Return the sections of one of our pages.

    >>> sections('<main><h2 id="a">Rates</h2><p>Up.</p><pre>0.3</pre></main>', "00", "x.html")
    [Section(title='Rates', lesson='00', href='x.html#a', text='Up.')]
    """
    main = page.partition("<main")[2].partition("</main>")[0]
    shown, left_out = LEFT_OUT.subn(" ", main)
    while left_out:
        shown, left_out = LEFT_OUT.subn(" ", shown)
    _, *pieces = HEADING.split(shown)
    return [
        Section(words(title), lesson, f"{href}#{id}", words(text))
        for id, title, text in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    ]


def words(html: str) -> str:
    """Return the text of some HTML, in one line.

    >>> words("a <b>rate</b> &lt; 1")
    'a rate < 1'
    """
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def script(found: list[Section]) -> bytes:
    """Return the script that hands the sections to the search."""
    rows = [{"id": number, **each._asdict()} for number, each in enumerate(found)]
    return f"lrcourse.sections = {json.dumps(rows, ensure_ascii=False)};\n".encode()
