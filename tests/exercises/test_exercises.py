"""What every exercise promises: one table of units, one set of laws."""

import inspect
import re
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from lrcourse.checks import examine as examining
from lrcourse.checks.allowed import probed
from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.exercises import exercise, lessons

NAMES = [name for lesson in lessons() for name in lesson.exercises]
SEEDS = range(50)


@pytest.fixture(params=NAMES)
def unit(request):
    return exercise(request.param)


def test_the_solution_and_every_accepted_style_keep_all_promises(unit):
    assert len(unit.styles) >= 2
    for style, answer in {"solution": unit.answer, **unit.styles}.items():
        for seed in SEEDS:
            report = examine(unit, answer, seed, hidden=True)
            assert report.solved, (style, seed, report.broken)


def test_each_mistake_is_caught_by_the_check_that_explains_it_and_is_named(unit, monkeypatch):
    once = cache(lambda function: probed(function, unit))  # The generic probe knows no seed.
    monkeypatch.setattr(examining, "probed", lambda function, _: once(function))
    assert len(unit.mistakes) >= 3
    for mistake in unit.mistakes:
        for seed in SEEDS:
            broken = examine(unit, mistake.function, seed, hidden=True).broken
            assert broken is not None, (mistake.thought, seed)
            assert broken.check.function is mistake.caught_by, (mistake.thought, seed, broken)
            assert broken.mistake is mistake, (mistake.thought, seed, broken)


def test_a_mistake_takes_its_inputs_one_by_one_as_an_answer_does(unit):
    inputs = len(inspect.signature(unit.answer).parameters)
    for mistake in unit.mistakes:
        parameters = inspect.signature(mistake.function).parameters.values()
        assert len(parameters) == inputs, mistake.thought
        assert not any(each.kind is each.VAR_POSITIONAL for each in parameters), mistake.thought


def test_no_check_is_dead(unit):
    own = unit.checks[:-2]  # The last two are every unit's: see tests/checks/test_domain.py.
    assert {c.name for c in own} <= {m.caught_by.__name__ for m in unit.mistakes}


def test_different_mistakes_get_different_words(unit):
    thoughts = [mistake.thought for mistake in unit.mistakes]
    assert len(set(thoughts)) == len(thoughts)
    promises = [check.promise for check in unit.checks]
    assert len(set(promises)) == len(promises)


def blank(*args, **kwargs):
    raise NotImplementedError("not written yet")


def test_the_blank_is_not_solved_and_says_so(unit):
    broken = examine(unit, blank).broken
    assert broken.state == "unwritten" and "not written yet" in broken.seen


def runs_for_ever(*args, **kwargs):
    while True:
        with suppress(Exception):
            sum(range(1000))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *args, **kwargs: None, "None"),
        (lambda *args, **kwargs: np.nan, "nan|shape|Return|raised|could not"),
        (lambda *args, **kwargs: np.zeros((7, 5)), "shape|Return|True or False|could not"),
        (lambda *args, **kwargs: "half", "half"),
        (lambda *args, **kwargs: 1 / 0, "ZeroDivisionError"),
        (lambda: 1, "TypeError"),
        (lambda *args, **kwargs: exit(), "SystemExit"),
        (runs_for_ever, "still running"),
    ],
    ids=["None", "nan", "wrong shape", "text", "raises", "wrong inputs", "exits", "endless"],
)
def test_an_answer_that_cannot_be_used_gets_a_sentence(unit, answer, words, monkeypatch):
    monkeypatch.setattr(unit, "limit", 0.2)
    broken = examine(unit, answer).broken
    assert broken.state == "broken"
    assert re.search(words, broken.seen), broken.seen
    assert "Traceback" not in broken.seen


def whole(value, turned):
    """A value with each number in it turned; of a function, what it returns."""
    if isinstance(value, tuple | list):
        return type(value)(whole(each, turned) for each in value)
    if callable(value):
        return lambda *inputs: whole(value(*inputs), turned)
    return turned(value)


def exact(kind):
    """Numbers of this kind in the place of floats; an array of them becomes a list."""

    def turned(value):
        if isinstance(value, str) or not np.all(np.isfinite(value)):
            return object()
        if np.ndim(value):
            return [turned(each) for each in value]
        return kind(float(value))

    return turned


@pytest.mark.parametrize(
    "turned",
    [
        str,
        lambda value: np.array([]),
        lambda value: (
            np.inf * np.ones(np.shape(value)) if not isinstance(value, str) else value * 2
        ),
        exact(Decimal),
        exact(Fraction),
        lambda value: value * 2 if isinstance(value, str) else np.asarray(value) + 0j,
        lambda value: value * 2 if isinstance(value, str) else np.ma.masked_array(value, True),
        lambda value: value * 2 if isinstance(value, str) else iter(np.ravel(value).tolist()),
        lambda value: value * 2 if isinstance(value, str) else {*np.ravel(value).tolist()},
        lambda value: value * 2 if isinstance(value, str) else f"{value}".encode(),
    ],
    ids=[
        *("text", "empty", "infinite", "Decimal", "Fraction", "complex"),
        *("masked", "iterator", "set", "bytes"),
    ],
)
def test_the_right_digits_in_what_is_no_number_solve_nothing(unit, turned):
    if unit.name in WORDS and turned is str:
        return
    broken = examine(unit, lambda *args, **named: whole(unit.answer(*args, **named), turned)).broken
    assert broken is not None and broken.state == "broken" and "Traceback" not in broken.seen


WORDS = {"regime", "audit_schedule", "decide_claim", "diagnose"}
"""Exercises whose right answer is a word."""


def test_a_unit_has_a_story_three_short_hints_and_a_specification(unit):
    assert len(unit.hints) == 3
    assert all(len(hint.split()) < 45 for hint in unit.hints)
    assert unit.answer.__doc__ and unit.answer.__name__ == unit.name


def test_a_solved_card_says_how_the_prediction_in_the_story_turns_out(unit):
    story = inspect.getmodule(unit.answer).__doc__
    assert story.count("**Predict first.**") == 1
    assert unit.turned_out.endswith(".") and unit.turned_out not in story
    assert unit.turned_out in repr(Card(examine(unit, unit.answer), unit.answer))
    assert unit.turned_out not in repr(Card(examine(unit, blank), blank))


def test_a_card_shows_no_nameless_function_and_no_minus_zero(unit):
    for mistake in unit.mistakes:
        seen = examine(unit, mistake.function).broken.seen
        assert "<lambda>" not in seen and not re.search(r"-0(\.0*)?(?![.\d])", seen), seen


def test_an_array_of_one_number_is_the_same_mistake_as_the_number():
    unit = exercise("numerical_gradient")
    one_side = next(each for each in unit.mistakes if each.thought == "looks to one side only")

    def in_an_array(loss, w, nudge):
        return np.atleast_1d(one_side.function(loss, w, nudge))

    for answer in (one_side.function, in_an_array):
        assert examine(unit, answer).broken.mistake is one_side


def test_a_lesson_names_its_questions_once():
    ids = [question.id for lesson in lessons() for question in lesson.questions]
    assert len(set(ids)) == len(ids)
    for lesson in lessons():
        for question in [*lesson.questions, *lesson.quiz]:
            assert question.answer in question.choices
