"""Exercises, the promises an answer must keep, and the mistakes people really make."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from lrcourse.watching import (
    AnswerRaised,
    TimeUp,
    Watched,
    in_words,
    line_at_fault,
    same_calls,
    time_limit,
)

LIMIT = 5.0
"""Seconds that one check may take: a hundred times what any answer here needs."""


class Check(NamedTuple):
    """A promise an answer must keep. ``function(answer, rng)`` asserts it."""

    promise: str
    function: Callable[[Callable, np.random.Generator], None]
    hidden: bool = False

    @property
    def name(self) -> str:
        """The function's name, which reads as a fact about the answer."""
        return self.function.__name__


class Mistake(NamedTuple):
    """A wrong answer that someone really gives, and the check that explains it."""

    thought: str
    function: Callable
    caught_by: Callable


@dataclass
class Exercise:
    """One exercise: its answer, its hints, its checks and its known mistakes, in one module."""

    name: str
    points: int = 1
    minutes: int = 10
    core: bool = True
    limit: float = LIMIT
    hints: list[str] = field(default_factory=list)
    turned_out: str = ""
    """What comes of the prediction that the story asks for, in one or two sentences."""
    answer: Callable | None = None
    checks: list[Check] = field(default_factory=list)
    styles: dict[str, Callable] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    drawing: Drawing | None = None

    def solution(self, function: Callable) -> Callable:
        """Mark the answer. Its docstring is the specification; what follows ``# solution:`` is
        blanked."""
        self.answer = function
        return function

    def check(self, promise: str, hidden: bool = False) -> Callable:
        """Mark ``function(answer, rng)``, which asserts ``promise``; ``hidden``: for a class."""

        def mark(function):
            self.checks.append(Check(promise, function, hidden))
            return function

        return mark

    def accepts(self, style: str) -> Callable:
        """Mark another right way to write the answer."""

        def mark(function):
            self.styles[style] = function
            return function

        return mark

    def mistake(self, thought: str, caught_by: Callable) -> Callable:
        """Mark a wrong answer; ``thought`` completes the sentence "an answer that ..."."""

        def mark(function):
            self.mistakes.append(Mistake(thought, function, caught_by))
            return function

        return mark

    def picture(self, xlabel: str, ylabel: str) -> Callable:
        """Mark ``function(answer) -> (x, y)``: the curve drawn for yours and for the expected."""

        def mark(function):
            self.drawing = Drawing(function, xlabel, ylabel)
            return function

        return mark


class Drawing(NamedTuple):
    """A curve that shows what an answer does."""

    curve: Callable[[Callable], tuple[Any, Any]]
    xlabel: str
    ylabel: str


class Unfit(Exception):
    """The answer's value cannot be what was asked for, whatever its digits."""


def close(
    seen: Any, wanted: Any, rtol: float = 1e-6, atol: float = 1e-9, what: str = "That"
) -> bool:
    """Whether ``seen`` is ``wanted`` but for rounding; a float and a 1-element array are the same.

    Raises ``Unfit`` where ``seen`` is None, no number, or of another shape: a sentence about
    ``what``.

    >>> close([0.1 + 0.2], 0.3), close(0.31, 0.3)
    (True, False)
    """
    wanted = np.asarray(wanted, float)
    seen = numbers(seen, what)
    if seen.shape != wanted.shape and not seen.size == wanted.size == 1:
        raise Unfit(f"{what} is {_form(seen)}, where {_form(wanted)} belongs.")
    return bool(np.allclose(seen.ravel(), wanted.ravel(), rtol, atol, equal_nan=True))


def _form(value: np.ndarray) -> str:
    return f"an array of shape {value.shape}" if value.ndim else "one number"


def numbers(seen: Any, what: str = "That") -> np.ndarray:
    """Read an answer's value as an array, or raise ``Unfit`` with a sentence about ``what``.

    >>> numbers(None)
    Traceback (most recent call last):
    lrcourse.checking.Unfit: That is None: does every path end in a return?
    """
    if seen is None:
        raise Unfit(f"{what} is None: does every path end in a return?")
    try:
        seen = np.asarray(seen, float)
    except (TypeError, ValueError):
        kind = f"is of type {type(seen).__name__}, where numbers belong"
        if isinstance(seen, list | tuple):
            kind = "is a list whose entries are not all numbers, or not all of one shape"
        raise Unfit(f"{what} {kind}.") from None
    if np.isnan(seen).any():
        raise Unfit(f"{what} is not a number (nan): was something divided by zero?")
    return seen


def parts(seen: Any, *names: str) -> tuple:
    """Take an answer that returns several things apart, or raise ``Unfit`` with a sentence.

    >>> loss, grad = parts((1.0, [2.0]), "loss", "grad")
    """
    if not isinstance(seen, tuple | list) or len(seen) != len(names):
        raise Unfit(f"Return {len(names)} things, in this order: {', '.join(names)}.")
    return tuple(seen)


class Outcome(NamedTuple):
    """What one check found: ``state`` is holds, broken, unwritten or waiting."""

    check: Check
    state: str
    seen: str = ""
    mistake: Mistake | None = None


class Report(NamedTuple):
    """What all checks of an exercise found."""

    exercise: Exercise
    outcomes: list[Outcome]

    @property
    def solved(self) -> bool:
        """Whether every promise holds."""
        return all(outcome.state == "holds" for outcome in self.outcomes)

    @property
    def broken(self) -> Outcome | None:
        """The first promise that does not hold, or None."""
        return next((each for each in self.outcomes if each.state in ("broken", "unwritten")), None)


def examine(
    exercise: Exercise,
    answer: Callable,
    seed: int = 0,
    *,
    hidden: bool = False,
    to_the_end: bool = False,
) -> Report:
    """Try every check on ``answer`` in order; after the first broken promise the rest wait,
    unless ``to_the_end``. Hidden checks are left out unless ``hidden``."""
    outcomes: list[Outcome] = []
    for check in exercise.checks:
        if check.hidden and not hidden:
            continue
        if not to_the_end and any(each.state != "holds" for each in outcomes):
            outcomes.append(Outcome(check, "waiting"))
        else:
            outcomes.append(_outcome(exercise, check, answer, seed))
    return Report(exercise, outcomes)


def _outcome(exercise: Exercise, check: Check, answer: Callable, seed: int) -> Outcome:
    watched, state, seen = attempt(exercise, check, answer, seed)
    mistake = known_mistake(exercise, check, watched, seed) if state == "broken" else None
    return Outcome(check, state, seen, mistake)


class Attempt(NamedTuple):
    """What came of one check: the calls it made, its state, and in words what was seen."""

    watched: Watched
    state: str
    seen: str = ""


def attempt(exercise: Exercise, check: Check, answer: Callable, seed: int) -> Attempt:
    """Try one check on ``answer``; whatever the answer does, it comes back as an ``Attempt``."""
    watched = Watched(answer, exercise.name)
    rng = np.random.default_rng([seed, zlib.crc32(check.name.encode())])
    try:
        with time_limit(exercise.limit), np.errstate(all="ignore"):
            check.function(watched, rng)
    except TimeUp:
        return Attempt(watched, "broken", _still_running(exercise, watched))
    except AnswerRaised as error:
        if isinstance(error.__cause__, NotImplementedError):
            return Attempt(watched, "unwritten", f"{exercise.name} is not written yet.")
        return Attempt(watched, "broken", _raised(watched, error.__cause__))
    except Unfit as error:
        return Attempt(watched, "broken", f"{_last_call(watched)} {error}")
    except AssertionError as error:
        return Attempt(watched, "broken", f"{_last_call(watched)} {error}".strip())
    except Exception as error:
        sentence = f"The check could not use that ({type(error).__name__}: {error})."
        return Attempt(watched, "broken", f"{_last_call(watched)} {sentence}")
    return Attempt(watched, "holds")


def _last_call(watched: Watched) -> str:
    if not watched.calls:
        return ""
    return f"{watched.calls[-1]} gave {in_words(watched.calls[-1].value)}."


def _raised(watched: Watched, error: BaseException) -> str:
    line = line_at_fault(error)
    where = f" On the line: {line}" if line else ""
    words = f"{type(error).__name__}: {error}".rstrip(".")
    return f"{watched.calls[-1]} raised {words}.{where}"


def _still_running(exercise: Exercise, watched: Watched) -> str:
    call = watched.calls[-1] if watched.calls else exercise.name
    return f"{call} was still running after {exercise.limit:g} s. Does every loop end?"


def known_mistake(exercise: Exercise, check: Check, watched: Watched, seed: int) -> Mistake | None:
    """Return the mistake whose values are those of the answer at every probe of this check.

    Only those that this check explains: an answer that came this far is none of the others.
    """
    for mistake in exercise.mistakes:
        if mistake.caught_by is not check.function:
            continue
        theirs = attempt(exercise, check, mistake.function, seed)
        if theirs.state == "broken" and same_calls(watched.calls, theirs.watched.calls):
            return mistake
    return None
