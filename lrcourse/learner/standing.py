"""How far a learner is: where, what is next, points and stars, bets won and what one's 90 % are
worth."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import NamedTuple

from lrcourse import progress_store
from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import LEVELS, Question
from lrcourse.exercises import exercise, lessons
from lrcourse.learner.course_folder import exercises_in
from lrcourse.learner.journal import Bet, bets, entries, journal


class Line(NamedTuple):
    """One exercise in the table of progress."""

    lesson: str
    exercise: str
    state: str
    points: int
    core: bool


class Won(NamedTuple):
    """Bets with one level of confidence (None: it was not said) whose results were shown."""

    sure: int | None
    made: int
    right: int

    def __str__(self) -> str:
        """Say it in one sentence."""
        level = f"At {self.sure} % sure" if self.sure else "Without saying how sure"
        came = f" ({100 * self.right / self.made:.0f} %)" if self.made >= ENOUGH else ""
        return f"{level}: {self.right} of {self.made} came true{came}."


ENOUGH = 5
"""From so many bets on a share says something."""


class Next(NamedTuple):
    """What a learner does next: in words, and the notebook for it, seen from the folder."""

    words: str
    path: str


class Progress(NamedTuple):
    """How far you are: a line per exercise, what is next, and what became of your bets."""

    lines: list[Line]
    here: str
    next: Next | None
    won: list[Won]
    note: str

    @property
    def predicted(self) -> int:
        """How many bets were compared with their results."""
        return sum(each.made for each in self.won)

    @property
    def right(self) -> int:
        """How many of them came true."""
        return sum(each.right for each in self.won)

    def __repr__(self) -> str:
        """Say the table as plain text."""
        rows = [f"  {line.exercise:<24} {line.state}" for line in self._near()]
        way = f"Next: {self.next.words} ({self.next.path})." if self.next else ""
        told = [self.summary, way, *rows, *map(str, self.won), self.note]
        return "\n".join(filter(None, told))

    def _near(self) -> list[Line]:
        """Return the lines of the lessons that were begun, and of the one where you are."""
        begun = {line.lesson for line in self.lines if "not tried" not in line.state}
        return [line for line in self.lines if line.lesson in begun | {self.here}]

    @property
    def summary(self) -> str:
        """Say points, stars and bets in one sentence each."""
        solved = [line for line in self.lines if line.state.startswith("solved")]
        earned = sum(line.points for line in solved if line.core)
        total = sum(line.points for line in self.lines if line.core)
        stars = sum(line.points for line in solved if not line.core)
        text = f"You are in {self.here}. {earned} of {total} points"
        text += f", and {stars} with ★." if stars else "."
        if self.predicted:
            text += f" {self.right} of {self.predicted} bets came true."
        return text

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="text-align: left">{escape(line.lesson)}</td>'
            f'<td style="text-align: left"><code>{line.exercise}</code></td>'
            f'<td style="text-align: left">{line.state}</td></tr>'
            for line in self._near()
        )
        way = f'<a href="../{self.next.path}">{escape(self.next.words)}</a>' if self.next else ""
        return (
            f"<p><strong>{escape(self.summary)}</strong></p>{f'<p>Next: {way}</p>' if way else ''}"
            f"<table><thead><tr><th>lesson</th><th>exercise</th><th>state</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{calibration_in_html(self.won)}<p>{escape(self.note)}</p>"
        )


def calibration_in_html(won: list[Won]) -> str:
    """Draw, for each level of confidence, how many bets came true: a bar with a mark where the
    level is, and the same in words.

    >>> 'left: 90%' in calibration_in_html([Won(90, 10, 6)])
    True
    """
    rows = "".join(
        f"<tr><td style='text-align: left'>{each}</td><td>{_bar(each)}</td></tr>"
        for each in won
        if each.sure
    )
    words = "What your bets were worth (blue: came true; the orange mark: how sure you were):"
    return f"<p>{words}</p><table><tbody>{rows}</tbody></table>" if rows else ""


def _bar(each: Won) -> str:
    frame = "position: relative; width: 160px; height: 12px; border: 1px solid currentColor"
    came = f"width: {100 * each.right / each.made:.0f}%; height: 100%; background: #0072B2"
    mark = f"left: {each.sure}%; top: -3px; height: 18px; border-left: 2px solid #D55E00"
    inside = f'<div style="{came}"></div><div style="position: absolute; {mark}"></div>'
    return f'<div role="img" aria-label="{each}" style="{frame}">{inside}</div>'


def how_far() -> Progress:
    """Gather your progress from the journal in your folder; lines nobody can read are passed by."""
    note = progress_store.entries()[1]
    if progress_store.find_folder() is None:
        note = "This is not a learner's folder: what you do here is forgotten with the kernel."
    tries: dict[str, list[bool]] = {}
    for entry in entries("check"):
        tries.setdefault(str(entry.get("exercise")), []).append(bool(entry.get("solved")))
    lines = [
        Line(titled(lesson), unit.name, state(unit.core, tries.get(unit.name, [])), *_worth(unit))
        for lesson in lessons()
        for unit in map(exercise, lesson.exercises)
    ]
    solved, made = {name for name, each in tries.items() if any(each)}, bets()
    here = where(journal())
    return Progress(
        lines,
        titled(here),
        what_next(here, solved, made, progress_store.find_folder()),
        won(made),
        note,
    )


def _worth(unit) -> tuple[int, bool]:
    return unit.points, unit.core


def titled(lesson: Lesson) -> str:
    """Return number and title of a lesson."""
    return f"{lesson.number:02d} · {lesson.title}"


def where(found: list[dict]) -> Lesson:
    """Return the lesson that the last entry of a journal belongs to; the first one at the start."""
    of = {name: lesson for lesson in lessons() for name in lesson.exercises}
    of |= {each.id: lesson for lesson in lessons() for each in [*lesson.questions, *lesson.quiz]}
    names = (str(entry.get("exercise") or entry.get("question")) for entry in reversed(found))
    return next((of[name] for name in names if name in of), lessons()[0])


def what_next(
    here: Lesson, solved: set[str], made: dict[str, Bet], folder: Path | None
) -> Next | None:
    """Return what comes next in a learner's ``folder``: the rest of the lesson, its exercises, the
    lesson after it."""
    if any(not made.get(each.id, Bet()).shown for each in here.questions):
        return Next(f"lesson {titled(here)}", f"notebooks/{here.stem}.ipynb")
    for name in here.exercises:
        if exercise(name).core and name not in solved:
            return Next(f"the exercise {name}", exercises_in(folder or Path(), here))
    if any(not made.get(each.id, Bet()).shown for each in here.quiz):
        return Next(
            f"the five questions at the end of {titled(here)}", f"notebooks/{here.stem}.ipynb"
        )
    later = [each for each in lessons() if each.number > here.number]
    return Next(f"lesson {titled(later[0])}", f"notebooks/{later[0].stem}.ipynb") if later else None


def won(made: dict[str, Bet]) -> list[Won]:
    """Return what became of the bets on predictions and recall, a line for each level; a bet whose
    result was not shown yet does not count, and a verdict on a claim or words of one's own neither.

    >>> won({"02-double": Bet("b", 90, True), "02-half": Bet("c", 90, False)})
    [Won(sure=90, made=1, right=1)]
    """
    asked: list[Question] = [q for lesson in lessons() for q in [*lesson.predictions, *lesson.quiz]]
    settled = [(q, made[q.id]) for q in asked if q.id in made and made[q.id].shown]
    counted = [(q, bet) for q, bet in settled if bet.choice in q.choices]
    found = []
    for level in (*LEVELS, None):
        right = [bet.choice == q.answer for q, bet in counted if bet.sure == level]
        found += [Won(level, len(right), sum(right))] if right else []
    return found


def state(core: bool, tries: list[bool]) -> str:
    """Say how an exercise stands, by its tries."""
    if any(tries):
        return f"solved at try {tries.index(True) + 1}{'' if core else ' ★'}"
    star = "" if core else "★ optional, "
    count = "once" if len(tries) == 1 else f"{len(tries)} times"
    return star + (f"tried {count}, not solved yet" if tries else "not tried yet")
