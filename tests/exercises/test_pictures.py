"""The curve of an answer beside the right one: who has one, and why the others have none."""

import numpy as np
import pytest

from lrcourse.checks.card import _curve_of
from lrcourse.exercises import exercise, lessons

WORDS = "it answers in a word out of a few"
NO_CURVE = {
    "regime": WORDS,
    "audit_schedule": WORDS,
    "decide_claim": WORDS,
    "diagnose": WORDS,
    "minibatches": "it deals examples at random: many orders are right",
    "pick_lr": "it picks one rate out of a table",
    "fit_power_law": "it answers in two numbers for one table, and a check says both",
    "train_it": "its board draws its way on a hidden problem",
}
"""Exercise -> why no curve shows what an answer does."""

NAMES = [name for lesson in lessons() for name in lesson.exercises]
DRAWN = [name for name in NAMES if name not in NO_CURVE]


def test_every_exercise_has_a_picture_or_a_reason():
    assert {*NO_CURVE} <= {*NAMES}
    assert [name for name in NAMES if exercise(name).drawing] == DRAWN
    assert len(DRAWN) > 6 * len(NO_CURVE)


def curves(unit, answers):
    return [_curve_of(unit.drawing.curve, answer) for answer in answers]


def alike(one, other):
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-6)
        for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("name", DRAWN)
def test_a_right_answer_draws_the_expected_curve_and_some_mistakes_another(name):
    unit = exercise(name)
    (expected,) = curves(unit, [unit.answer])
    assert len(expected[0]) >= 4 and np.ptp(expected[1][np.isfinite(expected[1])]) > 0
    assert unit.drawing.xlabel and unit.drawing.ylabel
    assert all(alike(curve, expected) for curve in curves(unit, unit.styles.values()))
    drawn = [curve for curve in curves(unit, (m.function for m in unit.mistakes)) if curve]
    assert sum(not alike(curve, expected) for curve in drawn) >= len(unit.mistakes) / 4
