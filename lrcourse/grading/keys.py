"""The keys of the teacher's pack: how bets turn out, and the answers to each quiz."""

from __future__ import annotations

from collections.abc import Iterator

from lrcourse.grading.markdown import table
from lrcourse.grading.plans import titled, units
from lrcourse.lessons import Lesson, Question


def keys(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what becomes of every claim, bet and prediction."""
    yield "## Prediction key"
    yield (
        "In class: hands up for each letter, the counts on the board, then run the cell. "
        "`progress()` shows learners their own."
    )
    for lesson in chosen:
        yield f"### {titled(lesson)}"
        yield table(["bet", "answer", "because"], (key(each) for each in lesson.questions))
        yield table(
            ["exercise", "how its prediction turns out"],
            ([f"`{unit.name}`", unit.turned_out] for unit in units(lesson)),
        )


def key(question: Question) -> list[str]:
    """Return a question with its answer as the cells of a table."""
    answer = f"**{question.answer}**: {question.choices[question.answer]}"
    return [f"`{question.id}` {question.text}", answer, question.because]


def quiz_keys(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the answers to every quiz."""
    yield "## Quiz key"
    yield (
        "The lessons show these answers folded under each question, so a quiz is for learners to "
        "test themselves with. For marks, change the numbers: each *because* says how to compute "
        "the new ones."
    )
    for lesson in chosen:
        yield f"### {titled(lesson)}"
        yield table(["question", "answer", "because"], (key(each) for each in lesson.quiz))
