"""What a lesson says of itself: title, time, what it needs, its questions and their answers."""

from __future__ import annotations

from typing import NamedTuple

VERDICTS = {
    "holds": "it holds as it stands",
    "only if": "it holds under a condition that it does not name",
    "fails": "it fails when tried",
    "impossible": "it contradicts itself or arithmetic",
    "definition": "it defines a word; there is nothing to try",
    "uncheckable": "it names nothing that could be tried",
}
"""The verdicts a learner can pass on a claim."""


class Question(NamedTuple):
    """A question with named choices, the answer's name, and why."""

    id: str
    text: str
    choices: dict[str, str]
    answer: str
    because: str


def claim(id: str, text: str, verdict: str, because: str) -> Question:
    """Make a question of a claim: the choices are ``VERDICTS``.

    >>> claim("claim-00", "Water is wet.", "definition", "That is what wet means.").answer
    'definition'
    """
    return Question(id, text, VERDICTS, verdict, because)


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

    @property
    def stem(self) -> str:
        """What its notebooks are called, without the ending: ``01_one_step_downhill``."""
        return f"{self.number:02d}_{self.name}"

    @property
    def questions(self) -> list[Question]:
        """The claim and the predictions: what a learner commits to before seeing."""
        return [self.claim, *self.predictions]
