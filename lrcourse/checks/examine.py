"""Examining an answer: every promise tried in order, and the first that breaks put into words."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from lrcourse.checks.allowed import probed
from lrcourse.checks.calls import AnswerRaised, Call, Watched
from lrcourse.checks.exercise import Check, Exercise, Mistake
from lrcourse.checks.seen import gave, raised, still_running
from lrcourse.checks.values import Unfit, last_comparison
from lrcourse.time_limits import TimeUp, time_limit

ELSEWHERE = " On other problems it came to an end."
"""What is said of an answer that was stopped, before its values elsewhere are."""


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
    unless ``to_the_end``. Hidden checks are left out unless ``hidden``; the one that compares with
    the exercise's own answer is tried wherever that is."""
    outcomes: list[Outcome] = []
    for check in exercise.checks:
        if not (exercise.answer is not None if check.drawn else hidden or not check.hidden):
            continue
        if not to_the_end and any(each.state != "holds" for each in outcomes):
            outcomes.append(Outcome(check, "waiting"))
        else:
            outcomes.append(_outcome(exercise, check, answer, seed))
    return Report(exercise, outcomes)


def _outcome(exercise: Exercise, check: Check, answer: Callable, seed: int) -> Outcome:
    tried = attempt(exercise, check, answer, seed)
    if tried.state != "broken":
        return Outcome(check, tried.state, tried.seen)
    if tried.stopped:
        mistake = endless_mistake(exercise, check, answer)
        return Outcome(check, tried.state, tried.seen + (mistake is not None) * ELSEWHERE, mistake)
    mistake = known_mistake(exercise, check, tried.watched, seed)
    return Outcome(check, tried.state, tried.seen, mistake)


class Attempt(NamedTuple):
    """What came of one check: the calls it made, its state, in words what was seen, and whether it
    was stopped because its time was over."""

    watched: Watched
    state: str
    seen: str = ""
    stopped: bool = False


def attempt(exercise: Exercise, check: Check, answer: Callable, seed: int) -> Attempt:
    """Try one check on ``answer``; whatever the answer does, it comes back as an ``Attempt``."""
    watched = Watched(answer, exercise.name)
    rng = np.random.default_rng([seed, zlib.crc32(check.name.encode())])
    last_comparison.set(None)
    try:
        with time_limit(exercise.limit), watched.listening():
            check.function(watched, rng)
    except TimeUp:
        return Attempt(watched, "broken", still_running(watched, exercise.limit), True)
    except AnswerRaised as error:
        if isinstance(error.__cause__, NotImplementedError):
            return Attempt(watched, "unwritten", f"{exercise.name} is not written yet.")
        state, seen = "broken", raised(watched, error.__cause__)
    except (Unfit, AssertionError) as error:
        state, seen = "broken", gave(watched, f"{error}")
    except Exception as error:
        state, seen = "broken", gave(watched, could_not_use(watched, error))
    else:
        state, seen = "holds", ""
    return Attempt(watched, state, seen)


def could_not_use(watched: Watched, error: Exception) -> str:
    """Say that a check met an error of its own: at a value of the answer's, or before any."""
    why = f"({type(error).__name__}: {error})"
    if watched.calls:
        return f"The check could not use that {why}."
    return f"The check could not run {why}. That is no fault of your answer's."


def probes(exercise: Exercise, check: Check, seed: int) -> list[Callable[[Callable], list[Call]]]:
    """Return what tells one answer from another where this check is broken, in order: each probe
    returns the calls of the function that it is given."""
    return [
        lambda function: attempt(exercise, check, function, seed).watched.calls,
        lambda function: probed(function, exercise).calls,
    ]


def known_mistake(exercise: Exercise, check: Check, watched: Watched, seed: int) -> Mistake | None:
    """Return the mistake whose values are those of the answer at every probe of this check, and on
    the exercise's generic probe.

    Only those that this check explains: an answer that came this far is none of the others. A
    check that called nothing knows nothing of the answer.
    """
    if not watched.calls:
        return None
    asked = probes(exercise, check, seed)

    @cache
    def answered(place: int) -> list[Call]:
        return asked[place](watched.function) if place else watched.calls

    own = (each for each in exercise.mistakes if each.caught_by is check.function)
    return next(filter(None, (each.matching(answered, asked) for each in own)), None)


def endless_mistake(exercise: Exercise, check: Check, answer: Callable) -> Mistake | None:
    """Return the mistake that may run for ever whose values are those of an answer that did so at
    this check, on the exercise's generic probe."""
    asked = probes(exercise, check, 0)
    generic = len(asked) - 1

    @cache
    def answered(place: int) -> list[Call]:
        return asked[place](answer)

    own = (each for each in exercise.mistakes if each.may_be_endless)
    return next(filter(None, (each.matching(answered, asked, generic) for each in own)), None)
