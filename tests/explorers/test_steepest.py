"""The arrow explorer multiplies as a table does, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.explorers.steepest import (
    FIRST,
    OTHERS,
    TILT,
    arrow_finds_the_steepest,
    turned_arrows,
)
from lrcourse.explorers.still import picture


@pytest.fixture(scope="module")
def frames():
    return arrow_finds_the_steepest()


@pytest.mark.parametrize("other", OTHERS)
def test_each_arrow_is_the_table_times_the_one_before(other):
    u = np.array([np.cos(TILT), np.sin(TILT)])
    v = np.array([-u[1], u[0]])
    table = FIRST * np.outer(u, u) + other * np.outer(v, v)
    arrows, measured = (each[0] for each in turned_arrows([other], steps=8))
    for arrow, after, value in zip(arrows, arrows[1:], measured, strict=False):
        turned = table @ arrow
        np.testing.assert_allclose(after, turned / np.linalg.norm(turned), atol=1e-12)
        np.testing.assert_allclose(value, arrow @ table @ arrow, atol=1e-12)


def test_the_curvature_that_is_larger_in_size_wins():
    _, measured = turned_arrows(np.array(OTHERS), steps=400)
    for other, end in zip(OTHERS, measured[:, -1], strict=True):
        if abs(other) != FIRST:
            np.testing.assert_allclose(end, max(FIRST, other, key=abs), rtol=1e-6)


def test_two_curvatures_of_one_size_never_settle():
    arrows, measured = turned_arrows([-FIRST], steps=40)
    np.testing.assert_allclose(measured[0], measured[0, 0])
    np.testing.assert_allclose(arrows[0, 0], arrows[0, 40])


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, other=-5, step=20)
    plt.close("all")
    said = capsys.readouterr().out
    assert "turning round at each step" in said and "−5.00 is measured" in said
