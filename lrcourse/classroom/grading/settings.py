"""How a class is graded: its exercises, its seed, and the problems that are each student's own."""

from __future__ import annotations

import hashlib
import secrets
from typing import NamedTuple

from lrcourse.base import BadInput
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.versions import version
from lrcourse.exercises import exercise

VARIED = ("diagnose", "train_it")
"""The exercises whose problems can be each student's own: their score is taken beside rules that
meet the very same problems, so no student's are harder."""


def own_seed(variants: int, who: str) -> int:
    """Return the seed of the student ``who``: nobody gets from it to the class's, or to another's.

    >>> own_seed(7, "name Ada") == own_seed(7, "name Ada"), own_seed(7, "name Ada") % 1000
    (True, 849)
    >>> own_seed(7, "name Tom") % 1000, own_seed(8, "name Ada") % 1000
    (466, 704)
    """
    return int.from_bytes(hashlib.sha256(f"variant {variants} of {who}".encode()).digest()[:16])


class Settings(NamedTuple):
    """How a class is graded."""

    exercises: list[str]
    seed: int
    limit: float | None = None
    trust: bool = False
    variants: int | None = None
    """What the seeds of students are drawn from; None where all meet the same problems."""

    @property
    def varied(self) -> list[str]:
        """The exercises whose problems are each student's own."""
        return [each for each in VARIED if each in self.exercises and self.variants is not None]

    @property
    def versions(self) -> dict[str, str]:
        """The present version of each exercise's grade, where all meet the same problems."""
        return {name: version(name, self.seed, self.limit) for name in self.exercises}

    def own(self, who: str) -> dict[str, str]:
        """Return the present versions of the grades whose problems are ``who``'s own."""
        return {name: version(name, self.seed_for(who), self.limit) for name in self.varied}

    def seed_for(self, who: str) -> int:
        """Return the seed of the problems that are ``who``'s own."""
        return self.seed if self.variants is None else own_seed(self.variants, who)

    def variant(self, who: str) -> str:
        """Return what ``who``'s problems are called, which says nothing of them; "" for none.

        >>> Settings(["train_it"], 5, variants=7).variant("name Ada")
        'eb1472'
        """
        named = hashlib.sha256(f"called {self.seed_for(who)}".encode()).hexdigest()[:6]
        return named if self.varied else ""

    @property
    def full_marks(self) -> int:
        """The points of the exercises without ★: what a student needs, and the most that counts."""
        return sum(exercise(name).points for name in self.exercises if exercise(name).core)

    @property
    def points(self) -> list[tuple[str, int]]:
        """Each exercise with its points."""
        return [(name, exercise(name).points) for name in self.exercises]


def seed_of(book: Gradebook, seed: int | None) -> int:
    """Return the class's seed: the one named, else the one of the last run, else a new one.

    Raises ``BadInput`` where the gradebook was begun with another.
    """
    kept = int(book.setting("seed", secrets.randbits(64) if seed is None else seed))
    if seed is not None and seed != kept:
        raise BadInput(
            f"this gradebook was begun with --seed {kept}, got {seed}: "
            "use another --out for grades of another seed"
        )
    return kept


def variants_of(book: Gradebook, variants: int | None) -> int | None:
    """Return what each student's own problems are drawn from: the number named, else the one of
    before, else None.

    Raises ``BadInput`` where the gradebook has another.
    """
    kept = book.setting("variants", variants)
    if variants is not None and int(kept) != variants:
        raise BadInput(
            f"this gradebook has --variants {kept}, got {variants}: "
            "use another --out for problems of another number"
        )
    return None if kept is None else int(kept)
