"""What a teacher decides by hand: points and remarks, kept apart from what was graded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from lrcourse.classroom.grading.records import Adjustment, ByHand, key


class Decisions:
    """The part of a gradebook that holds them."""

    base: sqlite3.Connection

    def adjust(self, adjustments: Iterable[Adjustment]) -> ByHand:
        """Keep points given by hand, all of them or none; return what that did."""
        before = self._all_by_hand()
        with self.base:
            for each in adjustments:
                whose = key(each.student, each.number)
                self.base.execute(
                    "delete from adjusted where (key, exercise) = (?, ?)", (whose, each.exercise)
                )
                if each.points is not None or each.reason:
                    row = (whose, *each)
                    self.base.execute("insert into adjusted values (?, ?, ?, ?, ?, ?)", row)
        after = self._all_by_hand()
        changed = sum(after[each] != before[each] for each in before.keys() & after)
        return ByHand(len(after.keys() - before), changed, len(before.keys() - after), len(after))

    def _all_by_hand(self) -> dict[tuple[str, str], tuple[float, str]]:
        found = self.base.execute("select key, exercise, points, reason from adjusted")
        return {(whose, name): (points, reason) for whose, name, points, reason in found}

    def astray(self) -> list[Adjustment]:
        """Return the points given by hand that nobody's work stands behind any more."""
        ask = (
            "select student, number, exercise, points, reason from adjusted "
            "where key not in (select key from students) order by student, number, exercise"
        )
        return [Adjustment(*row) for row in self.base.execute(ask)]

    def by_hand(self, student: str, number: str) -> dict[str, dict[str, object]]:
        """Return what a student's rows have by hand, by exercise."""
        ask = "select exercise, points, reason from adjusted where key = ?"
        found = self.base.execute(ask, (key(student, number),))
        return {name: _changes(points, reason) for name, points, reason in found}


def _changes(points: float | None, reason: str) -> dict[str, object]:
    if points is None:
        return {"remark": reason}
    return {"points": points, "reason": reason, "state": "graded"}
