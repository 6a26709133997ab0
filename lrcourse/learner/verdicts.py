"""The verdicts that the lessons came to so far, beside those that the learner gave."""

from __future__ import annotations

from lrcourse.checks.lesson import Lesson
from lrcourse.exercises import lessons
from lrcourse.learner.betting import all_is_shown, decided
from lrcourse.learner.journal import bet_on
from lrcourse.trial.claims import claims


def verdicts_so_far(before: int = 14) -> None:
    """Print the claim that each lesson before number ``before`` tried, its verdict and your own.

    A verdict that you have not given yet is not given away: the lesson is named that waits.
    """
    asked = [each for each in lessons() if each.number < before]
    print("\n".join(map(_line, asked)))
    open_ones = sum(not (all_is_shown() or decided(each.claim)) for each in asked)
    numbers = [claim.number for claim in claims() if claim.lesson in {e.number for e in asked}]
    waiting = f" {open_ones} of the lessons wait for your verdict." if open_ones else ""
    print(f"{len(asked)} lessons tried {len(numbers)} of the {len(claims())} claims.{waiting}")


def _line(lesson: Lesson) -> str:
    """Say what one lesson tried and what came of it."""
    tried = ", ".join(f"S{claim.number}" for claim in claims() if claim.lesson == lesson.number)
    if not (all_is_shown() or decided(lesson.claim)):
        return f"{lesson.number:02d}  {tried:18} no verdict of yours yet"
    bet = bet_on(lesson.claim)
    told = "" if bet.choice is None else lesson.claim.verdict(bet.choice, bet.sure)
    return f"{lesson.number:02d}  {tried:18} {lesson.claim.answer:11} {told}".rstrip()
