"""The explorer of the rules says which find the band, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.automatic_explorers import CURVATURES, FIRST, METHODS, START, STEPS, chosen_rates
from lrcourse.canvas import MAX_BYTES, explore, picture
from lrcourse.controllers import barzilai_borwein
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.training import train


@pytest.fixture(scope="module")
def frames():
    return chosen_rates()


def drawn(frames, mark, method):
    """What a mark draws for a method, [first rates, points]."""
    return frames.marks[mark].y[:, list(METHODS).index(method)]


def test_rules_that_measure_the_ground_come_into_the_band_from_either_end(frames):
    for method in ("line search", "Polyak", "Barzilai-Borwein"):
        rates = drawn(frames, 0, method)[:, 100:]
        seen = np.isfinite(rates)
        assert ((rates > 1e-3) & (rates < 2))[seen].mean() > 0.9, method


def test_distances_only_grow_so_that_a_high_start_is_never_mended(frames):
    for method in ("DoG", "D-Adaptation"):
        assert drawn(frames, 0, method)[0, -1] > 100 * drawn(frames, 0, method)[0, 0]
        loss = drawn(frames, 2, method)
        assert loss[0, -1] < loss[0, 0] and not loss[-1, -1] < loss[-1, 0], method


def test_a_plateau_rule_only_falls(frames):
    rates = drawn(frames, 0, "plateau")
    assert (np.diff(rates)[np.isfinite(np.diff(rates))] <= 0).all()


def test_the_curves_are_those_of_a_run_alone(frames):
    i = list(FIRST).index(1e-2)
    run = train(quadratic(CURVATURES), START, gd, barzilai_borwein(1e-2), STEPS)
    np.testing.assert_allclose(drawn(frames, 0, "Barzilai-Borwein")[i, :6], run.lr[:6], rtol=1e-6)


def test_every_position_has_words_of_its_own_and_the_explorer_is_light(frames):
    texts = np.ravel(frames.texts)
    assert len(set(texts)) == len(texts) and all(len(text) < 260 for text in texts)
    canvas = explore(frames).children[-1]
    assert len(canvas.background) + len(canvas.numbers) < MAX_BYTES


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, lr=1e-8, method=3)
    plt.close("all")
    assert capsys.readouterr().out.startswith("Barzilai-Borwein, told 1e-08: its first rate is")
