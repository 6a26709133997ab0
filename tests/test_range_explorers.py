"""The explorer of lesson 06 keeps what every explorer keeps, and says nothing past the cliff."""

import re
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse import canvas
from lrcourse.canvas import MAX_BYTES, explore, picture
from lrcourse.finding import RULES
from lrcourse.range_explorers import CLIFF, LENGTHS, LOOKS, range_test_and_run


@pytest.fixture(scope="module")
def frames():
    return range_test_and_run()


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def test_it_keeps_to_its_positions_and_its_weight(frames):
    shown = explore(frames).children[-1]
    words = sum(len(text.encode()) for text in shown.texts)
    assert len(shown.background) + len(shown.numbers) + words < MAX_BYTES
    assert len(shown.texts) == np.prod([len(slider.values) for slider in frames.sliders]) <= 2_500


def test_every_position_has_words_of_its_own(frames):
    texts = np.ravel(frames.texts)
    assert len(set(texts)) == len(texts)
    assert all(len(text) < 260 and "nan" not in text for text in texts)


def test_a_slider_shows_each_value_as_different_words(frames):
    for slider in frames.sliders:
        assert len(set(slider.labels)) == len(slider.labels) == len(slider.values)


def test_every_rule_has_a_look_of_its_own():
    assert LOOKS.keys() == RULES.keys()
    assert len(set(LOOKS.values())) == len({marker for _, marker in LOOKS.values()}) == len(RULES)


def test_the_browser_can_draw_every_marker(frames):
    script = Path(canvas.__file__).with_name("canvas.js").read_text("utf-8")
    corners = script.partition("const CORNERS = {")[2].partition("};")[0]
    known = {"", "o"} | set(re.findall(r"^  \W?(\S)\W?: \[\[", corners, re.MULTILINE))
    assert len(known) > 4
    assert {mark.marker for mark in frames.marks} <= known


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
