"""What a learner calls in a notebook: check, hint, predict, settle, recall, progress."""

from __future__ import annotations

from collections.abc import Callable

from IPython.display import display

from lrcourse import progress_store
from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.question import Question
from lrcourse.exercises import exercise, lesson_named, question
from lrcourse.learner import betting, holding
from lrcourse.learner.asking import folded
from lrcourse.learner.journal import bet_on, count, record
from lrcourse.learner.solutions import lay_down
from lrcourse.learner.standing import how_far


def check(function: Callable) -> None:
    """Show which promises your ``function`` keeps, and the first it does not.

    Its name says which exercise it answers. What was found joins your progress.
    """
    if not callable(function) or not hasattr(function, "__name__"):
        print(
            f"check takes the function itself, as in check(gd_step): not its name in quotes and "
            f"not what it returns. You gave {function!r}."
        )
        return
    try:
        unit = exercise(function.__name__)
    except ValueError as error:
        print(error)
        return
    with holding.aside():
        display(checked(unit, function))


def checked(unit: Exercise, function: Callable) -> Card:
    """Try every check, note what was found (a blank is no try), and return the card."""
    report = examine(unit, function)
    bet = bet_on(question(unit.name))
    predicted = betting.all_is_shown() or bet.shown or bet.choice is not None
    if report.broken is not None and report.broken.state == "unwritten":
        return Card(report, function, predicted=predicted)
    held = [outcome.check.name for outcome in report.outcomes if outcome.state == "holds"]
    entry = {"kind": "check", "exercise": unit.name, "held": held, "solved": report.solved}
    note = record(entry)
    if report.solved and (folder := progress_store.find_folder()) and unit.answer:
        note = note or f"The answer, explained: {lay_down(unit.name, folder).relative_to(folder)}"
    return Card(report, function, note, predicted)


def hint(function: Callable | str, number: int | None = None) -> None:
    """Print the next hint of the three for your ``function``, and all of them when you had them;
    ``hint(gd_step, 1)`` prints one again."""
    name = function if isinstance(function, str) else getattr(function, "__name__", str(function))
    try:
        hints = exercise(name).hints
    except ValueError as error:
        print(error)
        return
    given = min(count("hint", name), len(hints))
    told = [f"Hint {place} of {len(hints)}: {text}" for place, text in enumerate(hints, 1)]
    if number is not None and number in range(1, given + 1):
        print(told[number - 1])
    elif given < len(hints):
        record({"kind": "hint", "exercise": name})
        print(told[given])
    else:
        print(
            *told, f"That was the last. The answer, explained: lrcourse solution {name}", sep="\n"
        )


def predict(id: str, choice: str | None = None, sure: int | None = None) -> None:
    """Ask a question, to be clicked: what you expect, before the cells that show it.

    ``predict(id, "b", sure=70)`` bets in text. ``settle(id)`` shows the result.
    """
    if (asked := _found(id)) is None:
        return
    if choice is None and id in betting.asked_in_text:
        settle(id)  # In copies of a time when this was how to settle.
    elif choice in (None, "?"):
        betting.ask(asked, in_text=choice == "?")
    else:
        print(betting.bet_in_text(asked, choice, sure))


def settle(id: str, without: bool = False) -> None:
    """Show what became of your bet, and why; ``without=True`` shows it without a bet."""
    if (asked := _found(id)) is not None:
        betting.settle(asked, without)


def recall(lesson: int) -> None:
    """Ask the five questions that close a lesson; each shows its result when you answer it."""
    quiz = lesson_named(lesson).quiz
    if betting.all_is_shown():
        display(folded(quiz), raw=True)
        return
    for each in quiz:
        betting.ask(each)


def _found(id: str) -> Question | None:
    try:
        return question(id)
    except ValueError as error:
        print(error)
        return None


def progress() -> None:
    """Show where you are, what is next, what you solved, and how your bets fared."""
    with holding.aside():
        display(how_far())
