import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lrcourse.objectives import parabola, quadratic
from lrcourse.optimizers import gd
from lrcourse.plots import (
    landscape,
    loss_curves,
    rate_curve,
    spread,
    steps_on_curve,
    style,
)
from lrcourse.training import train

BOWL = quadratic([1.0, 10.0])


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def descents(rates, steps=40):
    return train(BOWL, [1.0, 1.0], gd, rates, steps, record=1)


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_the_style_sheet_gives_colours_that_colour_blind_people_tell_apart(ax):
    """The palette seen with green cones missing (Machado et al. 2009) keeps its distances."""
    with plt.rc_context():
        style()
        colours = [matplotlib.colors.to_rgb(c["color"]) for c in plt.rcParams["axes.prop_cycle"]]
    deuteranopia = np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    )
    seen = np.array(colours) ** 2.2 @ deuteranopia.T
    seen = np.clip(seen, 0, 1) ** (1 / 2.2)
    gaps = np.linalg.norm(seen[:, np.newaxis] - seen, axis=-1)
    assert gaps[np.triu_indices(len(seen), 1)].min() > 0.15


def test_loss_curves_are_named_after_their_rates(ax):
    loss_curves(descents([0.01, 0.1]), ax=ax)
    assert words(ax) == ["lr = 0.01", "lr = 0.1"]
    assert ax.get_yscale() == "log"


def test_many_loss_curves_are_named_in_a_legend(ax):
    loss_curves(descents(np.geomspace(0.01, 0.1, 6)), ax=ax)
    assert not words(ax)
    assert len(ax.get_legend().get_texts()) == 6


def test_a_run_that_diverged_leaves_dashed_through_the_top_edge(ax):
    run = descents([0.1, 0.3])
    loss_curves(run, ax=ax)
    stays, leaves = (line for line in ax.lines if len(line.get_xdata()) > 1)
    assert stays.get_linestyle() == "-"
    assert leaves.get_linestyle() == "--"
    assert leaves.get_ydata()[-1] == ax.get_ylim()[1]
    np.testing.assert_array_equal(
        leaves.get_ydata()[:-1], run.loss[: len(leaves.get_ydata()) - 1, 1]
    )


def test_a_rate_that_changed_is_no_name(ax):
    run = train(BOWL, [1.0, 1.0], gd, lambda step: 0.1 / (1 + step), 5)
    with pytest.raises(ValueError, match="pass labels"):
        loss_curves(run, ax=ax)
    loss_curves(run, ["time-based"], ax=ax)
    assert words(ax) == ["time-based"]


def test_every_curve_needs_its_label(ax):
    with pytest.raises(ValueError, match="2 curves, got 1 labels"):
        loss_curves(descents([0.01, 0.1]), ["one"], ax=ax)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_names_never_overlap_and_keep_their_order(heights):
    heights = np.array(heights)
    moved = spread(heights, gap=0.07)
    order = np.argsort(heights, kind="stable")
    assert np.all(np.diff(moved[order]) > 0.07 - 0.02)
    assert moved.mean() == pytest.approx(heights.mean())


def test_rates_stand_on_a_logarithmic_axis(ax):
    rate_curve([0.01, 0.1, 1.0], [3.0, 2.0, 1.0], ax=ax)
    assert ax.get_xscale() == "log"


@pytest.mark.parametrize(("edge", "end"), [("top", 1), ("bottom", 0)])
def test_a_rate_that_diverged_is_a_cross_at_the_bad_edge(ax, edge, end):
    rate_curve([0.01, 0.1, 1.0], [3.0, 2.0, np.nan], edge=edge, ax=ax)
    crosses = [line for line in ax.lines if line.get_marker() == "X"]
    np.testing.assert_array_equal(crosses[0].get_xdata(), [1.0])
    assert crosses[0].get_ydata()[0] == ax.get_ylim()[end]
    (dashed,) = (line for line in ax.lines if line.get_linestyle() == "--")
    np.testing.assert_array_equal(dashed.get_xdata(), [0.1, 1.0])


def test_a_rate_that_failed_is_hollow(ax):
    rate_curve([0.01, 0.1], [3.0, 2.0], failed=[True, False], ax=ax)
    (hollow,) = (line for line in ax.lines if line.get_markerfacecolor() == "white")
    np.testing.assert_array_equal(hollow.get_xdata(), [0.01])


@pytest.mark.parametrize("lrs", [[0.0, 0.1], [0.1], [np.nan, 0.1]])
def test_rates_that_no_logarithmic_axis_can_show_are_refused(ax, lrs):
    with pytest.raises(ValueError, match="lrs must be rates above 0"):
        rate_curve(lrs, [1.0, 2.0], ax=ax)


def test_the_steps_lie_on_the_curve(ax):
    valley, path = parabola(3.0), np.array([4.0, -2.0, 1.0])
    steps_on_curve(valley, path, ax=ax)
    (drawn,) = (
        line for line in ax.lines if line.get_linestyle() == "-" and line.get_marker() == "o"
    )
    np.testing.assert_allclose(drawn.get_ydata(), 1.5 * path**2)


def test_a_path_over_a_landscape_is_seen_whole(ax):
    path = descents(0.19).w
    landscape(BOWL, path, ax=ax)
    (low_x, high_x), (low_y, high_y) = ax.get_xlim(), ax.get_ylim()
    assert low_x < path[:, 0].min() <= path[:, 0].max() < high_x
    assert low_y < path[:, 1].min() <= path[:, 1].max() < high_y


def test_a_landscape_has_two_parameters(ax):
    with pytest.raises(ValueError, match=r"got \(5, 3\)"):
        landscape(BOWL, np.zeros((5, 3)), ax=ax)


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax: loss_curves(descents([0.1]), ax=ax),
        lambda ax: rate_curve([0.1, 0.2], [1.0, 2.0], ax=ax),
        lambda ax: steps_on_curve(parabola(), [1.0, 0.5], ax=ax),
        lambda ax: landscape(BOWL, np.ones((3, 2)), ax=ax),
    ],
)
def test_no_plot_returns_anything_that_a_notebook_would_print(ax, draw):
    assert draw(ax) is None
