"""Questions that are asked, bet on and settled: what is shown when, and what is kept of it."""

from __future__ import annotations

import os

from IPython.display import display

from lrcourse.checks.question import LEVELS, Question
from lrcourse.exercises import lessons, question
from lrcourse.learner import holding
from lrcourse.learner.asking import asked_in_words, bet_in_words, held_in_words, result_in_words
from lrcourse.learner.journal import Bet, bet_on, record

asked_in_text: set[str] = set()
"""Questions asked or bet on in text: older copies settle them by ``predict(id)``."""
_widgets: dict[str, list] = {}
"""What stands in the notebook for each question; it is drawn anew when the bet changes."""


def all_is_shown() -> bool:
    """Whether authors and tests look on, who see every result: LRCOURSE_SHOW_RESULTS is set."""
    return bool(os.environ.get("LRCOURSE_SHOW_RESULTS"))


def decided(asked: Question) -> bool:
    """Whether there is a bet, or the result was shown without."""
    bet = bet_on(asked)
    return bet.shown or bet.choice is not None


def settles_itself(asked: Question) -> bool:
    """Whether the result follows on the bet: no cell of a lesson has it."""
    return all(asked.id != each.id for lesson in lessons() for each in lesson.questions)


def listen() -> None:
    """Have cells between a question and its result keep back what they show."""
    if not all_is_shown():
        holding.listen(waits)


def waits(id: str) -> bool:
    """Whether a cell that may show the result of a question has to keep it back; where there is a
    bet it shows it, and the bet stays as it is from then on."""
    try:
        asked = question(id)
    except ValueError:
        return False
    if settles_itself(asked):
        return False
    if decided(asked):
        seen(id)
        return False
    return True


def ask(asked: Question, in_text: bool = False) -> None:
    """Show a question, and keep back what cells show from here on if it has no bet yet."""
    if all_is_shown():
        result = f"\n{result_in_words(asked)}" if settles_itself(asked) else ""
        print(f"{asked_in_words(asked)}{result}")
        return
    if in_text:
        asked_in_text.add(asked.id)
    listen()
    if not settles_itself(asked):
        holding.ask(asked.id)
    _show(asked, "recall" if settles_itself(asked) else "ask")


def bet_in_text(asked: Question, choice: object, sure: object) -> str:
    """Bet; return what to say of it."""
    asked_in_text.add(asked.id)
    bet = bet_on(asked)
    if bet.shown:
        return f"This one is settled; your bet stays: {bet.choice or 'none'}."
    choice = str(choice).strip() if asked.open else str(choice).strip().lower()
    if not asked.open and choice not in asked.choices:
        return f"The choices are {', '.join(asked.choices)}; you gave {choice!r}."
    if sure not in (None, *LEVELS):
        return f"sure is 50, 70 or 90 (per cent); you gave {sure!r}."
    if problem := make(asked, Bet(choice, sure)):
        return problem
    told = bet_in_words(asked, bet_on(asked)).replace("Your bet", "Noted")
    return f"{told}\n{result_in_words(asked)}" if settles_itself(asked) else told


def make(asked: Question, bet: Bet) -> str:
    """Keep a bet, show what waited for it; return "" or why it could not be kept."""
    entry = {"kind": "prediction", "question": asked.id, "choice": bet.choice}
    problem = record({**entry, "sure": bet.sure} if bet.sure else entry)
    if not problem:
        _go_on(asked)
    return problem


def _go_on(asked: Question) -> None:
    waited = holding.release(asked.id)
    settled = any(each.place == "settle" for each in _widgets.get(asked.id, []))
    if waited or settled or settles_itself(asked):
        seen(asked.id)
    else:
        _redraw(asked)


def seen(id: str) -> None:
    """Note that the result was shown: from here on the bet stays as it is."""
    asked = question(id)
    if not bet_on(asked).shown:
        record({"kind": "compared", "question": id})
    _redraw(asked)


def settle(asked: Question, without: bool = False) -> None:
    """Show the result if there is a bet, or it is to be shown ``without``."""
    if all_is_shown():
        print(result_in_words(asked))
        return
    if without or decided(asked):
        holding.release(asked.id)
        seen(asked.id)
    _show(asked, "settle")


def heard(id: str, message: dict) -> None:
    """Do what was clicked; what a page may not send is passed by."""
    asked = question(id)
    choice, sure = message.get("choice"), message.get("sure")
    if bet_on(asked).shown:
        _redraw(asked)
    elif message.get("without"):
        holding.release(id)
        seen(id)
    elif isinstance(choice, str) and (asked.open or choice in asked.choices) and sure in LEVELS:
        _redraw(asked, make(asked, Bet(choice, sure)))


def _show(asked: Question, place: str) -> None:
    """Show a question as a widget, or in words where no kernel runs us."""
    if not holding.in_notebook():
        print(_words(asked, bet_on(asked), place))
        return
    from lrcourse.learner.question_widget import QuestionWidget

    widget = QuestionWidget(asked, place, heard)
    _widgets.setdefault(asked.id, []).append(widget)
    _redraw(asked)
    with holding.aside():
        widget.handle = display(widget, display_id=True)


def _redraw(asked: Question, note: str = "") -> None:
    bet = bet_on(asked)
    for widget in _widgets.get(asked.id, []):
        result = _has_result(bet, widget.place)
        widget.show(bet, result, _words(asked, bet, widget.place), note)
        if result and widget.place == "settle" and widget.handle:
            widget.handle.update(widget)  # So that a saved notebook says it as text as well.


def _has_result(bet: Bet, place: str) -> bool:
    """Whether the result stands at a place: not where it is asked, that is for the cells below."""
    return place != "ask" and (bet.shown or (place == "recall" and bet.choice is not None))


def _words(asked: Question, bet: Bet, place: str) -> str:
    if place == "settle":
        return result_in_words(asked, bet) if bet.shown else held_in_words(asked)
    told = [asked_in_words(asked)]
    if bet.choice is not None or not bet.shown:
        told.append(bet_in_words(asked, bet))
    return "\n".join([*told, *([result_in_words(asked)] if _has_result(bet, place) else [])])
