"""The momentum map says what its formulas say, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.explorers.momentum import (
    CURVATURES,
    MOMENTA,
    RATES,
    momentum_map,
    slowest_factor,
    steps_per_tenfold,
)
from lrcourse.explorers.still import picture


@pytest.fixture(scope="module")
def frames():
    return momentum_map()


def test_it_blows_up_in_words_exactly_beyond_the_border(frames):
    rates, momenta = np.meshgrid(RATES, MOMENTA, indexing="ij")
    told = np.array([["blows up" in text for text in row] for row in frames.texts])
    np.testing.assert_array_equal(told, rates > 2 * (1 + momenta) + 1e-9)


def test_the_drawn_loss_falls_as_fast_as_the_words_say(frames):
    loss = frames.marks[4].y
    for lr, momentum in ((1.0, 0.95), (1.0, 0.3), (3.3, 0.9)):
        i, k = np.isclose(RATES, lr).argmax(), np.isclose(MOMENTA, momentum).argmax()
        factor = float(slowest_factor(lr, momentum))
        assert f"leaves {factor:.3f}" in frames.texts[i, k]
        envelope = [loss[i, k, start : start + 60].max() for start in (0, 60)]
        assert envelope[1] < 30 * envelope[0] * factor**120


def test_the_fastest_position_is_the_one_next_to_the_star(frames):
    factors = slowest_factor(*np.meshgrid(RATES, MOMENTA, indexing="ij"))
    i, k = np.unravel_index(factors.argmin(), factors.shape)
    assert (RATES[i], MOMENTA[k]) == (3.3, 0.67)
    assert "a tenth is left after 11 steps" in frames.texts[i, k]


@pytest.mark.parametrize(("lr", "momentum"), [(1.0, 0.81), (1.0, 0.8), (3.2, 0.68)])
def test_the_pairs_that_the_lesson_names_can_be_set(frames, lr, momentum):
    rates, momenta = (slider.values for slider in frames.sliders)
    assert np.isclose(rates, lr).any() and np.isclose(momenta, momentum).any()


def test_the_sliders_start_where_the_walk_creeps(frames):
    assert [slider.values[slider.start] for slider in frames.sliders] == [1.0, 0.5]


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, lr=1.0, momentum=0.81)
    plt.close("all")
    assert "along the valley it is critical, across it rings" in capsys.readouterr().out


def test_a_walk_that_does_not_shrink_never_reaches_a_tenth():
    assert np.isinf(steps_per_tenfold(np.array([1.0, 1.2]))).all()
    assert steps_per_tenfold(np.array([0.1])) == pytest.approx(1.0)
    assert CURVATURES[-1] / CURVATURES[0] == 100
