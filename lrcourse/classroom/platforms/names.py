"""Names of people and files: as they can be shown anywhere, and as they are compared."""

from __future__ import annotations

import math
import re
import unicodedata

TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
"""Unicode's classes of signs that turn the direction in which others are read."""


def letters(name: str) -> str:
    """Return a name as every table, page and terminal can show it: an accent is one sign; what is
    no sign, commands a terminal, breaks a line or turns the direction of what follows, is marked.

    >>> letters("a\\x1b[2Jb\\u202ec")
    'a\ufffd[2Jb\ufffdc'
    """
    whole = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(
        "\ufffd"
        if unicodedata.category(each) in ("Cc", "Zl", "Zp")
        or unicodedata.bidirectional(each) in TURNS
        else each
        for each in unicodedata.normalize("NFC", whole)
    )


def plain(name: str) -> str:
    """Return a name as names are compared: letters and digits alone, without regard to case.

    >>> plain("Weiß, Jürgen") == plain("WEISS, JÜRGEN"), plain("Şule Işık") == plain("ŞULE IŞIK")
    (True, True)
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return re.sub(r"[^\w]|_", "", folded.replace("ı", "i"))  # Turkish has two, capitals one.


def number(cell: str) -> float | None:
    """Return the number in a cell, also one with a decimal comma, or None.

    >>> number("7,5"), number("EX"), number("nan")
    (7.5, None, None)
    """
    try:
        found = float(cell.strip().replace(",", "."))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def digits(cell: str) -> str:
    """Return the one number in a cell, or "": what a spreadsheet made of one may be another's.

    >>> digits("Participant 0042"), digits("42.0"), digits("4.20E+01")
    ('42', '', '')
    """
    found = re.findall(r"\d+", cell)
    return found[0].lstrip("0") if len(found) == 1 else ""
