"""What a lesson says of itself: title, time, what it needs, its questions and their answers."""

from __future__ import annotations

from typing import NamedTuple

from lrcourse.checks.question import Question


class Evidence(NamedTuple):
    """What makes an answer or a sentence of a lesson true, with the margin that its prose has.

    >>> ahead = Evidence("gain.mean() > 0.5", against="gain = np.zeros(4)")
    """

    holds: str
    """An expression over the lesson's variables."""
    against: str
    """Statements that make variables for which it is false."""


class Lesson(NamedTuple):
    """One lesson. Its exercises are modules beside the one that holds this."""

    number: int
    name: str
    title: str
    minutes: int
    needs: str
    aims: list[str]
    exercises: list[str]
    claim: Question
    predictions: list[Question]
    quiz: list[Question]
    sources: list[str]
    claims: dict[str, Evidence] = {}
    """What rests on chance, by the id of its question or by where it stands, as in 12-section-9."""

    @property
    def stem(self) -> str:
        """What it and its solutions are called, without the ending: ``01_one_step_downhill``."""
        return f"{self.number:02d}_{self.name}"

    @property
    def exercises_names(self) -> tuple[str, str]:
        """What the notebook of its exercises may be called, without the ending: ``01_exercises``,
        or in older folders what the lesson is called."""
        return f"{self.number:02d}_exercises", self.stem

    @property
    def exercises_path(self) -> str:
        """Where its blanks lie: ``exercises/01_exercises.ipynb``."""
        return f"exercises/{self.exercises_names[0]}.ipynb"

    @property
    def exercises_called(self) -> str:
        """What to call that notebook where it is not known which name it has."""
        today, older = self.exercises_names
        return f"{today}.ipynb (in older folders {older}.ipynb)"

    def named_in(self, text: str) -> str:
        """Return the one of ``exercises_names`` that stands in ``text``; "" if none does."""
        return next((name for name in self.exercises_names if name in text), "")

    @property
    def questions(self) -> list[Question]:
        """The claim and the predictions: what a learner commits to before seeing."""
        return [self.claim, *self.predictions]


def way(lesson: Lesson, course: list[Lesson]) -> str:
    """Return the links of a lesson's last line: the lesson before, the one after, all of them."""
    numbers = {each.number: each for each in course}
    words = [("Before", lesson.number - 1), ("Next", lesson.number + 1)]
    links = [
        f"{word}: [{numbers[number].title}]({numbers[number].stem}.ipynb)"
        for word, number in words
        if number in numbers
    ]
    return " · ".join([*links, "[All lessons](contents.md)"])


def contents(course: list[Lesson]) -> str:
    """Return the page of contents as Markdown, seen from the folder of the lessons."""
    lines = [
        f"| {each.number:02d} | [{each.title}]({each.stem}.ipynb) | {each.minutes} minutes | "
        f"[{len(each.exercises)} exercise{'s' * (len(each.exercises) != 1)}]"
        f"(../{each.exercises_path}) |"
        for each in course
    ]
    head = "# The lessons\n\n| | lesson | time | your turn |\n| --- | --- | --- | --- |\n"
    tail = "`progress()` in a notebook, or `lrcourse progress` in a terminal, says what is next."
    return head + "\n".join(lines) + f"\n\n{tail}\n"
