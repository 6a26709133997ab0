"""The explorer of the rules says which find the band, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.controllers import barzilai_borwein
from lrcourse.explorers.listening_rules import (
    CURVATURES,
    FIRST,
    METHODS,
    START,
    STEPS,
    chosen_rates,
    positions,
)
from lrcourse.explorers.still import picture
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.training import train


@pytest.fixture(scope="module")
def at():
    return positions()


def drawn(at, what, method):
    """The rates or the losses of a method, [first rates, points]."""
    return getattr(at, what)[:, list(METHODS).index(method)]


def test_rules_that_measure_the_ground_come_into_the_band_from_either_end(at):
    for method in ("line search", "Polyak", "Barzilai-Borwein"):
        rates = drawn(at, "lr", method)[:, 100:]
        seen = np.isfinite(rates)
        assert ((rates > 1e-3) & (rates < 2))[seen].mean() > 0.9, method


def test_distances_only_grow_so_that_a_high_start_is_never_mended(at):
    for method in ("DoG", "D-Adaptation"):
        assert drawn(at, "lr", method)[0, -1] > 100 * drawn(at, "lr", method)[0, 0]
        loss = drawn(at, "loss", method)
        assert loss[0, -1] < loss[0, 0] and not loss[-1, -1] < loss[-1, 0], method


def test_a_plateau_rule_only_falls(at):
    rates = drawn(at, "lr", "plateau")
    assert (np.diff(rates)[np.isfinite(np.diff(rates))] <= 0).all()


def test_the_curves_are_those_of_a_run_alone(at):
    i = list(FIRST).index(1e-2)
    run = train(quadratic(CURVATURES), START, gd, barzilai_borwein(1e-2), STEPS)
    np.testing.assert_allclose(drawn(at, "lr", "Barzilai-Borwein")[i, :6], run.lr[:6], rtol=1e-6)


def test_the_picture_prints_what_it_shows(capsys):
    picture(chosen_rates(), lr=1e-8, method=3)
    plt.close("all")
    assert capsys.readouterr().out.startswith("Barzilai-Borwein, told 10⁻⁸: its first rate is")


def test_the_table_counts_the_steps_until_a_loss_stays_low(at):
    for (i, k), steps in np.ndenumerate(at.arrived):
        after = at.loss[i, k, int(steps) :] if np.isfinite(steps) else at.loss[i, k, -1:]
        assert (after <= 1e-8).all() == np.isfinite(steps)
        if np.isfinite(steps):
            assert not at.loss[i, k, int(steps) - 1] <= 1e-8
