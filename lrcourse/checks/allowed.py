"""The last two promises of every exercise: how it is called, and everything that its specification
allows, compared with the answer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from lrcourse.checks.calls import AnswerRaised, Watched
from lrcourse.checks.domain import Domain, Problem
from lrcourse.checks.values import Unfit, close, kind_of
from lrcourse.inputs import in_words
from lrcourse.time_limits import TimeUp, time_limit

CALLED = "It takes its inputs in the order and with the defaults that are written."
ALLOWED = "It does all that the specification allows: other shapes, kinds of number, corners."
PROBE_LIMIT = 1.0
"""Seconds that the generic probe may take: a hundred times what it needs."""
NOISE = 1e-9
"""What rounding leaves of a number that is 0."""


def called_as_written(exercise: Any) -> Callable:
    """Return the check that an answer is called as the exercise ``takes`` its inputs; names of
    one's own are fine, and more inputs with defaults of their own, and a default of None stands
    for one that is set inside."""

    def is_called_as_written(answer, rng):
        seen = list(inspect.signature(answer.function).parameters.values())
        wanted = list(exercise.takes.parameters.values())
        line = f"It is written as {answer.name}{exercise.takes}"
        free = [each for each in seen if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
        if len(free) == 2 or (not seen and not free):
            return
        names, due = ([each.name for each in some][: len(wanted)] for some in (seen, wanted))
        moved = [name for name in names if name in due and names.index(name) != due.index(name)]
        assert len(names) == len(due) and not moved, f"{line}, and yours takes {_and(names)}."
        for ours, theirs in zip(wanted, seen, strict=False):
            assert theirs.default is None or _same(ours.default, theirs.default), (
                f"{line}, and in yours {_default(theirs)}."
            )
        more = [each.name for each in seen[len(wanted) :] if each.default is each.empty]
        assert not [each for each in more if each not in free], (
            f"{line}, and yours asks for {_and(more)} as well."
        )

    return is_called_as_written


def _same(ours: Any, theirs: Any) -> bool:
    return ours is theirs or (
        type(ours) is not type and type(theirs) is not type and ours == theirs
    )


def _default(parameter: inspect.Parameter) -> str:
    if parameter.default is parameter.empty:
        return f"{parameter.name} has no default"
    return f"the default is {parameter.name}={in_words(parameter.default)}"


def _and(names: list[str]) -> str:
    return ", ".join(names) or "nothing"


def all_that_is_allowed(exercise: Any) -> Callable:
    """Return the check that an answer gives what the exercise's own gives on all that its domain
    draws."""

    def does_all_that_is_allowed(answer, rng):
        domain, inputs = exercise.problems, exercise.takes.parameters.values()
        defaults = [each.name for each in inputs if each.default is not each.empty]
        for problem in domain.problems(rng, defaults):
            _agrees(answer, domain, problem, outcome(exercise.answer, domain, problem))

    return does_all_that_is_allowed


def _agrees(answer: Watched, domain: Domain, problem: Problem, wanted: Any) -> None:
    """Assert that an answer does to a problem what was wanted, and leaves its inputs alone."""
    told, seen = problem.kind, outcome(answer, domain, problem)
    if isinstance(wanted, ValueError) or isinstance(seen, ValueError):
        assert isinstance(seen, ValueError), f"A ValueError belongs here: {wanted}. {told}"
        assert isinstance(wanted, ValueError), (
            f"It raised ValueError, where {in_words(wanted)} belongs. {told}"
        )
        return
    try:
        alike = agree(seen, wanted, problem.rtol)
    except Unfit as error:
        raise Unfit(f"{error} {told}".strip()) from None
    assert alike, f"There {in_words(wanted)} belongs. {told}".strip()
    assert not answer.changed, told
    if domain.apart:
        assert not answer.calls[-1].shared, told


def outcome(function: Callable, domain: Domain, problem: Problem) -> Any:
    """Return what a function gives for a problem: a value, what a returned function gives when it
    is asked, or the ``ValueError`` that it raises."""
    given = problem.make()
    try:
        value = function(*given.values())
    except ValueError as error:
        return error
    except AnswerRaised as error:
        if isinstance(error.__cause__, ValueError):
            return error.__cause__
        raise
    if domain.asked is None:
        return domain.seen_as(value, given)
    if not callable(value):
        raise Unfit(f"That is no function, and a function belongs here. {problem.kind}".strip())
    return [value(each) for each in domain.asked(given)[: problem.asks]]


def agree(seen: Any, wanted: Any, rtol: float) -> bool:
    """Whether two values say the same; raise ``Unfit`` where one is no such thing as the other.

    >>> agree([1, "both"], (1.0, "both"), 1e-6), agree(0.1, 0.2, 1e-6)
    (True, False)
    """
    if isinstance(wanted, str | bool | np.bool):
        return bool(isinstance(seen, type(wanted) | bool | np.bool) and seen == wanted)
    if isinstance(wanted, tuple) or (isinstance(wanted, list) and not _is_table(wanted)):
        if not isinstance(seen, tuple | list):
            raise Unfit(f"That is {kind_of(seen)}: {len(wanted)} things belong here.")
        if len(seen) != len(wanted):
            raise Unfit(f"Those are {len(seen)} things, where {len(wanted)} belong.")
        return all(agree(*pair, rtol) for pair in zip(seen, wanted, strict=True))
    size = np.max(np.abs(wanted), initial=0, where=np.isfinite(wanted))
    return close(seen, wanted, rtol, max(NOISE, rtol * 1e-2 * size))


def _is_table(value: list) -> bool:
    try:
        return np.asarray(value).dtype.kind in "fiu"
    except ValueError:
        return False


def probed(function: Callable, exercise: Any) -> Watched:
    """Return the function with its calls on the exercise's generic probe, whatever comes of them;
    a call that does not come to an end is the last."""
    watched, domain = Watched(function, exercise.name), exercise.problems
    try:
        with time_limit(min(PROBE_LIMIT, exercise.limit)), np.errstate(all="ignore"):
            for problem in domain.generic() if domain else ():
                with suppress(Exception):
                    outcome(watched, domain, problem)
    except TimeUp:
        watched.calls[-1].raised = "still running"
    return watched
