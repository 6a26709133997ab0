"""A question to be clicked in a notebook: what the script draws, and what it may know when."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets
from markdown_it import MarkdownIt

from lrcourse.checks.question import AFTER_THE_BET, GOES_ON, LEVELS, Question
from lrcourse.formulas import convert
from lrcourse.learner.journal import Bet

MARKDOWN = MarkdownIt("js-default")


class QuestionWidget(anywidget.AnyWidget):
    """A question with its bet; ``stored["result"]`` is None for as long as nobody may see it."""

    _esm = Path(__file__).with_name("question.js")
    facts = traitlets.Dict().tag(sync=True)
    stored = traitlets.Dict().tag(sync=True)

    def __init__(self, asked: Question, place: str, heard: Callable[[str, dict], None]):
        """Draw ``asked`` as the cell that asks it or the one that settles it (``place``); what is
        clicked goes to ``heard(id, record)``."""
        self.asked, self.place, self.plain, self.handle = asked, place, asked.id, None
        super().__init__(facts=facts(asked, place))
        self.on_msg(lambda _, record, buffers: heard(asked.id, record))

    def show(self, bet: Bet, result: bool, plain: str, note: str = "") -> None:
        """Draw the bet, and the result if it may be seen; ``plain`` says the same as text, and
        ``note`` why a bet could not be kept."""
        told = {"html": result_in_html(self.asked, bet)} if result else None
        self.plain, self.stored = plain, {**bet._asdict(), "result": told, "note": note}

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        return {**data, "text/plain": self.plain}, metadata


def facts(asked: Question, place: str) -> dict:
    """Return what the script draws before there is a result."""
    return {
        "text": rendered(asked.text),
        "choices": {name: rendered_line(text) for name, text in asked.choices.items()},
        "levels": list(LEVELS),
        "open": asked.open,
        "place": place,
        "folds": [AFTER_THE_BET, GOES_ON],
    }


def result_in_html(asked: Question, bet: Bet) -> str:
    """Return the result, what was bet, and why, as HTML."""
    verdict = asked.verdict(bet.choice, bet.sure)
    return (
        answer_in_html(asked) if asked.open else f"<p><b>{verdict}</b></p>{answer_in_html(asked)}"
    )


def answer_in_html(asked: Question) -> str:
    """Return the result and why, whatever was bet, as HTML."""
    because = rendered(asked.because)
    if asked.open:
        return f"<b>How it turns out:</b> {because}"
    answer = f"<b>{asked.answer}</b>: {rendered_line(asked.choices[asked.answer])}"
    return f"<p>{answer}</p>{because}"


def rendered(text: str) -> str:
    """Return Markdown as HTML, formulas as MathML; HTML in it stays text.

    >>> "<math" in rendered("at $w = 2$"), "<em>" in rendered("*far*"), rendered("`$5` <b>")
    (True, True, '<p><code>$5</code> &lt;b&gt;</p>\\n')
    """
    return _with_formulas(text, MARKDOWN.render)


def rendered_line(text: str) -> str:
    """Return one line of Markdown as HTML, without a paragraph round it."""
    return _with_formulas(text, MARKDOWN.renderInline)


def _with_formulas(text: str, render: Callable[[str], str]) -> str:
    formulas: list[str] = []

    def kept(match):
        if match[0].startswith("`"):
            return match[0]
        formulas.append(convert(match[1]))
        return f"formula{len(formulas) - 1}end"

    html = render(re.sub(r"`[^`]*`|\$([^$\n]+)\$", kept, text))
    return re.sub(r"formula(\d+)end", lambda match: formulas[int(match[1])], html)
