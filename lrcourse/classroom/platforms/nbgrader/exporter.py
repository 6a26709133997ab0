"""nbgrader's export with nothing where a score is still open: its own table has a 0 there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lrcourse.classroom.pages.grades_csv import write

try:
    from nbgrader.plugins import CsvExportPlugin
except ImportError:
    CsvExportPlugin = object  # nbgrader is an extra; who exports from its gradebook has it.


class OpenStaysEmpty(CsvExportPlugin):
    """nbgrader's table of grades, without a score for a submission that has none yet."""

    def export(self, gradebook: Any) -> None:
        """Let nbgrader write its table, then empty what stands for an open score."""
        super().export(gradebook)
        path = Path(self.to or "grades.csv")
        head, *lines = path.read_text("utf-8").removesuffix("\n").split("\n")
        still_open = open_in(gradebook)
        assignments = [each for each in gradebook.assignments if _asked(each.name, self.assignment)]
        students = [each for each in gradebook.students if _asked(each.id, self.student)]
        who = [(assignment.name, student.id) for assignment in assignments for student in students]
        told = [
            without_score(line) if each in still_open else line
            for line, each in zip(lines, who, strict=True)
        ]
        write(path, "\n".join([head, *told, ""]))


def _asked(name: str, only: list) -> bool:
    return not only or name in map(str, only)


def open_in(gradebook: Any) -> set[tuple[str, str]]:
    """Return (assignment, student) of each submission with a cell that nobody gave a score."""
    from nbgrader.api import Grade

    asks = gradebook.db.query(Grade).filter(
        Grade.needs_manual_grade, Grade.auto_score.is_(None), Grade.manual_score.is_(None)
    )
    return {(grade.assignment.name, grade.student.id) for grade in asks}


def without_score(line: str) -> str:
    """Return a line of nbgrader's table without its raw score, penalty and score.

    >>> without_score("ps1,,,ada,None,None,None,0.0,0.0,0.0,1.0")
    'ps1,,,ada,None,None,None,,,,1.0'
    """
    before, _, _, _, possible = line.rsplit(",", 4)
    return f"{before},,,,{possible}"
