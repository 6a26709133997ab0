"""A student's id in nbgrader, and who of nbgrader's own students handed something in."""

from __future__ import annotations

import hashlib
import re


def student_id(name: str, number: str) -> str:
    """Return a student's id in nbgrader: a folder's name, and nobody else's.

    >>> student_id("Ada Lovelace", ""), student_id("ada", "4711"), student_id("../ada", "")
    ('Ada Lovelace', 'ada-4711', '__ada-6008827952')
    """
    plain = re.sub(r"[^\w@. -]|[. ]+$|^[. ]+", "_", name)[:80]
    told_apart = plain != name or not number and re.search(r"-\w+$", name)
    own = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:10] if told_apart else ""
    return "-".join(filter(None, [plain, number, own]))


def ids_of(handed: list[tuple[str, str]], students) -> tuple[dict[tuple[str, str], str], list[str]]:
    """Return the id in nbgrader of each ``(name, number)`` who handed something in, and what is in
    doubt, in sentences: nbgrader's own ``students`` are known by the platform's number, by their
    id, and by an id that differs in case alone, if that can be nobody else's.
    """
    numbered = {each.lms_user_id: each.id for each in students if each.lms_user_id}
    found = {who: numbered.get(who[1]) or student_id(*who) for who in handed}
    theirs, taken, doubts = {each.id for each in students}, set(found.values()), []
    for who, own in found.items():
        alike = {each for each in theirs if each != own and each.casefold() == own.casefold()}
        alone = len({each for each in taken if each.casefold() == own.casefold()}) == 1
        if alike and alone and own not in theirs and len(alike) == 1:
            found[who] = alike.pop()
        elif others := ", ".join(sorted(alike - taken)):
            doubts.append(f"{own} was graded; nbgrader has {others} too: is that the same person?")
    return found, doubts
