"""Many names in one sentence: the first few of them, and how many more there are."""

from __future__ import annotations

NAMED = 5
"""Names that a sentence holds."""


def some(names: list[str], between: str = ", ") -> str:
    """Return the first names in words, and how many follow.

    >>> some(["ada", "bob"]), some([*"abcdefg"])
    ('ada, bob', 'a, b, c, d, e and 2 more')
    """
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return between.join(names[:NAMED]) + more
