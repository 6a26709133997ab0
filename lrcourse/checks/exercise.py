"""An exercise: its answer, the promises an answer must keep, and the mistakes people make."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from lrcourse.checks.allowed import ALLOWED, CALLED, all_that_is_allowed, called_as_written
from lrcourse.checks.calls import Call, same_calls
from lrcourse.checks.domain import Domain

LIMIT = 5.0
"""Seconds that one check may take: a hundred times what any answer here needs."""


class Check(NamedTuple):
    """A promise an answer must keep. ``function(answer, rng)`` asserts it."""

    promise: str
    function: Callable[[Callable, np.random.Generator], None]
    hidden: bool = False
    drawn: bool = False
    """Whether it is compared with the answer: who has no answer goes without it."""

    @property
    def name(self) -> str:
        """The function's name, which reads as a fact about the answer."""
        return self.function.__name__


class Mistake(NamedTuple):
    """A wrong answer that someone really gives, and the check that explains it."""

    thought: str
    function: Callable | None
    """The answer; None where it stays sealed."""
    caught_by: Callable
    may_be_endless: bool = False
    """Whether an answer that thinks so may run for ever at an earlier check."""

    def matching(
        self,
        answered: Callable[[int], list[Call]],
        asked: list[Callable[[Callable], list[Call]]],
        first: int = 0,
    ) -> Mistake | None:
        """Return this mistake if it answers every probe alike from the ``first`` on, else None:
        ``asked`` are the probes, and ``answered(place)`` are the calls of the answer at each."""
        pairs = (
            (answered(place), ask(self.function)) for place, ask in [*enumerate(asked)][first:]
        )
        return self if all(same_calls(*pair) for pair in pairs) else None


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
    takes: inspect.Signature | None = None
    """How it is called: the names of its inputs, their order and defaults."""
    problems: Domain | None = None
    checks: list[Check] = field(default_factory=list)
    styles: dict[str, Callable] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    drawing: Drawing | None = None

    def solution(self, function: Callable) -> Callable:
        """Mark the answer. Its docstring is the specification; what follows ``# solution:`` is
        blanked."""
        self.answer = function
        self.called_like(function)
        return function

    def called_like(self, function: Callable) -> None:
        """Say how an answer is called: as this function is."""
        self.takes = inspect.signature(function)

    @property
    def everything(self) -> Callable:
        """The check of all that the specification allows, for mistakes that it alone explains."""
        return next(check.function for check in self.checks if check.drawn)

    def domain(self, **kinds: Any) -> Callable:
        """Mark ``function(rng)`` or ``function(rng, shape)``, which draws inputs of the kinds that
        ``Domain`` names; with it the exercise gets its last two promises."""

        def mark(function):
            self.problems = Domain(function, **kinds)
            self.checks.append(Check(CALLED, called_as_written(self)))
            self.checks.append(Check(ALLOWED, all_that_is_allowed(self), hidden=True, drawn=True))
            return function

        return mark

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

    def mistake(self, thought: str, caught_by: Callable, may_be_endless: bool = False) -> Callable:
        """Mark a wrong answer; ``thought`` completes the sentence "an answer that ..."."""

        def mark(function):
            self.mistakes.append(Mistake(thought, function, caught_by, may_be_endless))
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
