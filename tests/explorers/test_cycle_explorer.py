"""The cycles explorer says who leaves the sharp valley, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.explorers.cycles import CYCLES, PEAKS, WALKS, cycles_above_the_loss, noisy_walks
from lrcourse.explorers.still import picture
from lrcourse.objectives import double_well

LIMIT = 0.02
"""2 over the curvature of the sharp valley."""


@pytest.fixture(scope="module")
def frames():
    return cycles_above_the_loss()


def left(frames):
    """How many walks have left, as the words say it, [peaks, cycles]."""
    counts = [text.split(": ")[1].split(" of ")[0] for text in np.ravel(frames.texts)]
    return np.array(counts, int).reshape(frames.texts.shape)


def test_nobody_leaves_below_the_limit_and_all_leave_who_stay_above_it_for_long(frames):
    assert (left(frames)[PEAKS < LIMIT - 1e-9] == 0).all()
    assert (left(frames)[PEAKS > LIMIT + 1e-9, -1] == WALKS).all()


def test_a_higher_peak_and_a_longer_cycle_never_keep_more_walks_in(frames):
    counts = left(frames)
    assert (np.diff(counts, axis=0) >= 0).all()
    assert (np.diff(counts, axis=1) >= 0).all()


def test_a_short_cycle_just_above_the_limit_does_not_leave(frames):
    counts = left(frames)[np.isclose(PEAKS, 0.021)][0]
    assert counts[CYCLES.index(50)] == 0 and counts[CYCLES.index(500)] == WALKS


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, lr=0.021, cycle=500)
    plt.close("all")
    assert f"{WALKS} of {WALKS} walks have left" in capsys.readouterr().out


def test_without_noise_a_walk_follows_plain_descent():
    rates = np.full((6, 1), 0.005)
    walks = noisy_walks(rates, walks=1, noise=0.0)
    assert (walks == -1).all()
    noisy = noisy_walks(rates, walks=1, noise=1.0, seed=3)[..., 0]
    kicks = np.random.default_rng(3).normal(size=6)
    w = np.array([-1.0])
    for kick, seen in zip(kicks, noisy[1:], strict=True):
        w = w - 0.005 * (double_well().grad(w) + kick)
        np.testing.assert_allclose(seen, w)


def test_runs_differ_in_their_rate_and_not_in_their_luck():
    walks = noisy_walks(np.full((50, 3), [0.01, 0.01, 0.015]))
    np.testing.assert_array_equal(walks[:, 0], walks[:, 1])
    assert (walks[-1, 0] != walks[-1, 2]).any()


def test_rates_without_runs_are_refused():
    with pytest.raises(ValueError, match=r"rates must be \[steps, runs\], got shape \(5,\)"):
        noisy_walks(np.full(5, 0.01))
