"""The keys of the teacher's pack: what to discuss, how bets turn out, the answers to each quiz."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lrcourse.checking import Exercise, Mistake
from lrcourse.grading.markdown import table
from lrcourse.grading.plans import units
from lrcourse.lessons import Lesson, Question

CLAIMED = {
    "holds": "Try to break it: which setting of this lesson comes nearest to an exception?",
    "only if": "It holds for one run of this lesson and not for another. Which two, and which "
    "words does the sentence lack?",
    "fails": "Which run of this lesson contradicts it? What did its author probably see?",
    "impossible": "Which two of its parts exclude each other? Write a version that can be tried.",
    "definition": "Nothing in it can be tried. Which claim about the rate is people's reason to "
    "quote it?",
    "uncheckable": "What would have to be named before one run of this lesson could settle it?",
}
"""What to ask about a claim, by its verdict."""


def discussions(chosen: list[Lesson]) -> Iterator[str]:
    """Yield three questions for each lesson, with what the teacher may want to hear."""
    yield "## Discussion"
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        questions = filter(None, [on_claim(lesson), on_bet(lesson), on_mistakes(lesson)])
        yield "\n".join(f"{number}. {text}" for number, text in enumerate(questions, 1))


def on_claim(lesson: Lesson) -> str:
    """Return the question about the claim that a lesson puts on trial."""
    claim = lesson.claim
    return f"“{claim.text}” {CLAIMED[claim.answer]} *To listen for: {claim.because}*"


def on_bet(lesson: Lesson) -> str:
    """Return the question about the bet that has most to explain."""
    if not lesson.predictions:
        return ""
    bet = max(lesson.predictions, key=lambda each: len(each.because))
    wrong = [text for name, text in bet.choices.items() if name != bet.answer]
    return (
        f"{bet.text} Let somebody defend “{max(wrong, key=len)}” until it breaks on a number that "
        f"the lesson prints. *To listen for: {bet.choices[bet.answer]}. {bet.because}*"
    )


def on_mistakes(lesson: Lesson) -> str:
    """Return the question about two wrong answers that one promise catches, or ""."""
    pair = alike(lesson)
    if pair is None:
        return ""
    unit, (one, other) = pair
    promise = next(each.promise for each in unit.checks if each.function is one.caught_by)
    return (
        f"Two answers to `{unit.name}`: one {one.thought}; the other {other.thought}. Find an "
        "input at which they differ from each other and from a right answer. *Both break: "
        f"{promise}*"
    )


def alike(lesson: Lesson) -> tuple[Exercise, list[Mistake]] | None:
    """Return two mistakes that the same promise catches: of the exercise without a star where
    that promise catches most."""
    best, size = None, 1
    for unit in units(lesson):
        for function, count in Counter(each.caught_by for each in unit.mistakes).items():
            if count > size and unit.core:
                found = [each for each in unit.mistakes if each.caught_by is function]
                best, size = (unit, found[:2]), count
    return best


def keys(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what becomes of every claim, bet and prediction."""
    yield "## Prediction key"
    yield (
        "A bet is marked for being made before the cell that settles it, and for its reason; "
        "`progress()` shows a learner's own. In class: hands up for each letter, then run the cell."
    )
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
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
        yield f"### {lesson.number:02d} {lesson.title}"
        yield table(["question", "answer", "because"], (key(each) for each in lesson.quiz))
