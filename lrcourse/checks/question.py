"""What a question is: its choices, the answer and why; and the verdicts on a claim."""

from __future__ import annotations

import re
from typing import NamedTuple

LEVELS = (50, 70, 90)
"""How sure one can be of a bet, in per cent."""

AFTER_THE_BET, GOES_ON = "After your bet: what it shows", "What it shows"
"""Under these words a lesson folds what it says of a result, and of what comes after it."""

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
    """A question with named choices, the answer's name, and why; without choices it is answered
    in one's own words."""

    id: str
    text: str
    choices: dict[str, str]
    answer: str
    because: str

    @property
    def open(self) -> bool:
        """Whether it is answered in one's own words."""
        return not self.choices

    def verdict(self, choice: str | None, sure: int | None) -> str:
        """Say what became of a bet.

        >>> claim("claim-00", "Water is wet.", "definition", "").verdict("fails", 90)
        '✗ You bet fails, 90 % sure.'
        """
        if choice is None:
            return "You made no bet."
        mark = "" if self.open else "✓ " if choice == self.answer else "✗ "
        return f"{mark}You bet {choice}{f', {sure} % sure' if sure else ''}."


PREDICT_FIRST = re.compile(r"\*\*Predict first\.?\*\*\s*(.+?)(?:\n\n|\Z)", re.DOTALL)
"""The paragraph of an exercise's story that asks for a prediction."""


def predict_first(name: str, story: str, turned_out: str) -> Question:
    """Make a question, answered in one's own words, of what the story of an exercise asks.

    >>> predict_first("gd_step", "Turn.\\n\\n**Predict first.** How far?", "by 1.").text
    'How far?'
    """
    asked = PREDICT_FIRST.search(story)
    if asked is None:
        raise ValueError(f"The story of {name} has no paragraph **Predict first.**")
    return Question(name, " ".join(asked[1].split()), {}, "", turned_out)


def claim(id: str, text: str, verdict: str, because: str) -> Question:
    """Make a question of a claim: the choices are ``VERDICTS``.

    >>> claim("claim-00", "Water is wet.", "definition", "That is what wet means.").answer
    'definition'
    """
    return Question(id, text, VERDICTS, verdict, because)
