"""Whether a cell that this Python cannot read is one for a newer Python: then nobody here can
judge it."""

from __future__ import annotations

import ast
import re

QUOTE = re.compile(r"(?P<prefix>\b[rRbBuUfFtT]{0,2})(?P<quote>'''|\"\"\"|'|\")|#[^\n]*")
GENERIC = re.compile(r"^([ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+)\[[^\]\n]*\]", re.MULTILINE)
ALIAS = re.compile(r"^([ \t]*)type[ \t]+(\w+)(?:\[[^\]\n]*\])?[ \t]*=", re.MULTILINE)
BARE_EXCEPT = re.compile(r"^([ \t]*except\*?[ \t]+)([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.M)


def is_newer(source: str) -> bool:
    """Whether ``source`` is Python once what came with 3.12 and later is written the old way.

    >>> is_newer("def first[T](items: list[T]): return items[0]")
    True
    >>> is_newer("def first(items) return items")
    False
    """
    older = GENERIC.sub(r"\1", ALIAS.sub(r"\1\2 =", _without_strings(source)))
    older = BARE_EXCEPT.sub(r"\1(\2):", older)
    try:
        ast.parse(older)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_strings(source: str) -> str:
    """Return ``source`` with an empty string for every string, comments left out; a string that
    does not end stays."""
    kept, place = [], 0
    while found := QUOTE.search(source, place):
        kept.append(source[place : found.start()])
        end = _end_of_string(source, found)
        if end is None:
            return "".join(kept) + source[found.start() :]
        kept.append("''" if found["quote"] and "b" not in found["prefix"].lower() else "")
        place = end
    return "".join(kept) + source[place:]


def _end_of_string(source: str, found: re.Match) -> int | None:
    """Return where a string ends that may hold strings in its braces, None if it does not."""
    if not found["quote"]:
        return found.end()
    place, formatted = found.end(), bool({*found["prefix"].lower()} & {"f", "t"})
    while place < len(source):
        if source.startswith(found["quote"], place):
            return place + len(found["quote"])
        if source[place] == "\n" and len(found["quote"]) == 1:
            return None
        if formatted and source[place] == "{" and source[place : place + 2] != "{{":
            place = _end_of_braces(source, place + 1)
        else:
            place += 2 if source[place] == "\\" or source[place : place + 2] == "{{" else 1
    return None


def _end_of_braces(source: str, place: int) -> int:
    """Return the place behind the brace that closes; the end of ``source`` if none does."""
    depth = 1
    while place < len(source) and depth:
        found = QUOTE.match(source, place)
        if found and found["quote"]:
            place = _end_of_string(source, found) or len(source)
            continue
        depth += (source[place] in "{[(") - (source[place] in "}])")
        place += 1
    return place
