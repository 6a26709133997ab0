"""What is said of a question as plain text: in a terminal, in a saved notebook, to a reader of the
repository. The widget says the same."""

from __future__ import annotations

from lrcourse.checks.question import Question
from lrcourse.learner.journal import Bet


def asked_in_words(asked: Question) -> str:
    """Return the question with its choices.

    >>> print(asked_in_words(Question("00-x", "Left or right?", {"a": "left"}, "a", "It is so.")))
    Left or right?
      a: left
    """
    return "\n".join([asked.text, *(f"  {name}: {text}" for name, text in asked.choices.items())])


def bet_in_words(asked: Question, bet: Bet) -> str:
    """Say what was bet, or how to bet."""
    if bet.choice is None:
        example = "in your own words" if asked.open else next(iter(asked.choices))
        return f'Bet with predict("{asked.id}", "{example}", sure=70): 50, 70 or 90 % sure.'
    level = f", {bet.sure} % sure" if bet.sure else ""
    if asked.open:
        return f"Your bet: {bet.choice}{level}."
    return f"Your bet: {bet.choice}, {asked.choices[bet.choice]}{level}."


def result_in_words(asked: Question, bet: Bet | None = None) -> str:
    """Return the result and why; with a ``bet`` also what became of it."""
    verdict = f"{asked.verdict(bet.choice, bet.sure)}\n" if bet else ""
    if asked.open:
        return f"{verdict}How it turns out: {asked.because}"
    return f"{verdict}{asked.answer}: {asked.choices[asked.answer]}.\n{asked.because}"


def held_in_words(asked: Question) -> str:
    """Say what to do before the result is shown."""
    how = bet_in_words(asked, Bet())
    return f'Bet first, or be shown without. {how}\nWithout: settle("{asked.id}", without=True).'


def folded(quiz: list[Question]) -> dict[str, str]:
    """Return the questions with their answers folded below, for a page that nobody can click, and
    the same as plain text."""
    pieces, plain = [], []
    for number, asked in enumerate(quiz, 1):
        choices = "\n".join(f"- **{name}**: {text}" for name, text in asked.choices.items())
        answer = f"**{asked.answer}**: {asked.choices[asked.answer]}. {asked.because}"
        fold = f"<details><summary>Answer</summary>\n\n{answer}\n\n</details>"
        pieces.append(f"**{number}.** {asked.text}\n\n{choices}\n\n{fold}")
        plain.append(f"{asked_in_words(asked)}\n{result_in_words(asked)}")
    return {"text/markdown": "\n\n".join(pieces), "text/plain": "\n\n".join(plain)}
