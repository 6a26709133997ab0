"""The explorer of lesson 06 keeps what every explorer keeps, and says nothing past the cliff."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.explorers.range_testing import CLIFF, LENGTHS, LOOKS, range_test_and_run
from lrcourse.explorers.still import picture
from lrcourse.range_tests import RULES


@pytest.fixture(scope="module")
def frames():
    return range_test_and_run()


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def test_every_rule_has_a_look_of_its_own():
    assert LOOKS.keys() == RULES.keys()
    assert len(set(LOOKS.values())) == len({marker for _, marker in LOOKS.values()}) == len(RULES)


def test_the_reading_of_a_rule_lies_on_the_curve_of_its_test(frames):
    curve, rules = frames.marks[1], frames.marks[2 : 2 + len(RULES)]
    for mark in rules:
        for k in range(len(LENGTHS)):
            lrs, losses = np.asarray(curve.x)[0, k], np.asarray(curve.y)[0, k]
            seen = np.isfinite(losses)
            x, y = np.asarray(mark.x)[0, k, 0], np.asarray(mark.y)[0, k, 0]
            if np.isfinite(y):
                on_it = np.interp(np.log(x), np.log(lrs[seen]), losses[seen])
                assert y == pytest.approx(on_it, rel=1e-4)


def test_from_50_steps_on_a_longer_test_falls_at_a_lower_rate(frames):
    order = list(LOOKS).index("valley")
    read = np.asarray(frames.marks[2 + order].x)[0, LENGTHS.index(50) :, 0]
    assert (np.diff(read) < 0).all()


def test_no_accuracy_is_printed_past_the_cliff(frames):
    beyond = np.asarray(frames.sliders[0].values) > CLIFF
    assert all("%" not in text for text in np.ravel(frames.texts[beyond]))
    assert all("%" in text for text in np.ravel(frames.texts[~beyond]))


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, lr=1e-3, length=30)
    assert "a test of 30 steps" in capsys.readouterr().out
