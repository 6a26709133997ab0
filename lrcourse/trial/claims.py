"""The claims as they stand in two articles, what a trial finds, and the verdict that follows."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

KINDS = ("holds", "only if", "fails", "impossible", "definition", "uncheckable")
"""What a verdict can be; ``checks.question.VERDICTS`` says them in words."""


class Finding(NamedTuple):
    """What an experiment saw of one claim."""

    where: dict[str, bool]
    """Setting -> whether the claim holds there."""
    seen: str
    """The numbers, in one sentence."""
    possible: bool = True
    """False where the claim contradicts itself or arithmetic."""
    measured: float | None = None
    """The number that decides, where one does: what it is, ``seen`` says."""

    def with_plain_answers(self) -> Finding:
        """Return the same with Python's own True and False, which print as such."""
        return self._replace(where={name: bool(holds) for name, holds in self.where.items()})

    @property
    def verdict(self) -> str:
        """Say what follows: it holds everywhere, somewhere, nowhere, or cannot be.

        >>> Finding({"noisy": True, "clean": False}, "").verdict
        'only if'
        """
        if not self.possible:
            return "impossible"
        return (
            "holds"
            if all(self.where.values())
            else "only if"
            if any(self.where.values())
            else "fails"
        )


class Claim(NamedTuple):
    """One statement of an article, in our words."""

    number: int
    place: str
    """The article, A or B, and the lines it stands in."""
    text: str
    kind: str
    """The verdict that its trial repeats, one of ``KINDS``."""
    because: str = ""
    """Under which condition, or why not."""
    trial: str = ""
    """The experiment that decides it, a name in ``trials.TRIALS``; "" where a source does."""
    source: str = ""
    """Paper, section or table, and the figure there."""
    lesson: int | None = None
    """The lesson that asked it of you first."""


@cache
def claims() -> tuple[Claim, ...]:
    """Return the 88 claims in the order of the articles.

    >>> [each.text for each in claims() if each.number == 21]
    ['It is used in gradient descent to make a loss small.']
    """
    entries = tomllib.loads(Path(__file__).with_name("claims.toml").read_text("utf-8"))["claim"]
    return tuple(Claim(**entry) for entry in entries)
