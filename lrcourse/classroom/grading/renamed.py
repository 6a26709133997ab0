"""Answers under another name than their exercise's: nothing finds them, and a sentence says so."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from lrcourse.checks.notebook_code import asked_in

ALIKE = 0.85
"""From which ratio on one name is another one misspelt: ``numerical_grad`` has 0.87."""


def renamed(sources: list[str], known: list[str]) -> list[str]:
    """Return a sentence for each of the ``known`` functions that no cell defines, where one
    defines a function of nearly that name.

    >>> renamed(["def my_gd_step(w, grad, lr):"], ["gd_step", "ema"])
    ['There is my_gd_step and no gd_step: an answer is found by its name alone.']
    """
    defined = re.findall(r"^[ \t]*def[ \t]+(\w+)[ \t]*\(", "\n".join(sources), re.MULTILINE)
    others = [name for name in dict.fromkeys(defined) if name not in known]
    absent = [name for name in known if name not in asked_in(sources, known)]
    return [
        f"There is {other} and no {name}: an answer is found by its name alone."
        for name in absent
        for other in [each for each in others if _alike(each, name)][:1]
    ]


def _alike(other: str, name: str) -> bool:
    """Whether a name holds all words of another in a row, or is spelt nearly like it.

    >>> _alike("gdStep2", "gd_step"), _alike("numerical_grad", "numerical_gradient")
    (True, True)
    >>> _alike("schemas", "ema"), _alike("mse_loss", "mse_loss_and_grad")
    (False, False)
    """
    return f" {_words(name)} " in f" {_words(other)} " or (
        SequenceMatcher(None, _words(other), _words(name)).ratio() >= ALIKE
    )


def _words(name: str) -> str:
    """Return a name as words.

    >>> _words("my_gdStep2")
    'my gd step 2'
    """
    return " ".join(re.findall(r"[A-Z]?[a-z]+|[A-Z]+|\d+", name)).lower()
