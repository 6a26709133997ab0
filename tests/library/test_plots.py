import sys

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.curve_names import name_curves, spread
from lrcourse.numerals import typeset
from lrcourse.objectives import Landscape, quadratic
from lrcourse.optimizers import gd
from lrcourse.plots import (
    landscape,
    loss_curves,
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


def test_losses_below_zero_stand_on_a_plain_axis(ax):
    low = Landscape(lambda w: BOWL.loss(w) - 9.0, BOWL.grad)
    loss_curves(train(low, [1.0, 1.0], gd, [0.01, 0.1, 0.3], 40), ax=ax)
    assert ax.get_yscale() == "linear" and len(words(ax)) == 3
    low, high = ax.get_ylim()
    assert low < -9.0 < -3.5 < high < 10
    assert ax.lines[2].get_linestyle() == "--"


def test_a_run_that_is_no_number_from_the_start_is_a_mark_at_the_edge(ax):
    lost = Landscape(lambda w: np.where(w[..., 0] > 5, np.nan, BOWL.loss(w)), BOWL.grad)
    loss_curves(train(lost, [[1.0, 1.0], [9.0, 1.0]], gd, 0.1, 3), ["stays", "lost"], ax=ax)
    assert words(ax) == ["stays", "lost"] and ax.get_ylim()[1] == pytest.approx(55)
    loss_curves(train(lost, [9.0, 1.0], gd, 0.1, 3), ["lost"], ax=ax)
    loss_curves(train(lost, [9.0, 1.0], gd, 0.1, 3), ax=ax)


def test_a_run_of_no_steps_is_one_point(ax):
    loss_curves(train(BOWL, [[1.0, 1.0], [0.0, 0.0]], gd, 0.1, 0), ax=ax)
    assert words(ax) == ["no step", "no step"]


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
        lambda ax: landscape(BOWL, np.ones((3, 2)), ax=ax),
    ],
)
def test_no_plot_returns_anything_that_a_notebook_would_print(ax, draw):
    assert draw(ax) is None


def at(text):
    """Where a name stands, as parts of its picture."""
    return tuple(round(float(part), 3) for part in text.xy)


def test_a_name_stands_where_its_curve_ends_or_leaves_the_picture(ax):
    ax.plot([0, 1], [0, 0.5], label="ends")
    ax.plot([0, 1], [0, 4], label="leaves above")
    ax.plot([0, 0.5, 0.75], [0, 0.25, np.nan], label="breaks off")
    ax.axhline(0.9, label="level")
    ax.plot([0, 1], [1, 1])
    ax.set(xlim=(0, 1), ylim=(0, 1))
    name_curves(ax)
    ax.figure.draw_without_rendering()
    ends = {text.get_text(): at(text) for text in ax.texts}
    assert ends == {
        "ends": (1, 0.5),
        "leaves above": (0.25, 1),
        "breaks off": (0.5, 0.25),
        "level": (1, 0.9),
    }
    assert [text.get_color() for text in ax.texts] == [line.get_color() for line in ax.lines][:4]


def test_a_name_knows_limits_that_nobody_has_set(ax):
    ax.loglog([1, 1000], [1e-6, 1e6], label="rises")
    name_curves(ax)
    ax.figure.draw_without_rendering()
    end = ax.transAxes.inverted().transform(ax.transData.transform((1000, 1e6)))
    assert ax.texts[0].xy == pytest.approx(end)


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("1e-8, 1.0e-08, 2.5E7", "10⁻⁸, 1.0 × 10⁻⁸, 2.5E7"),
        ("from -3 to −3, (-0.5), x-1, 2-3, ×-0.8", "from −3 to −3, (−0.5), x-1, 2-3, ×−0.8"),
        ("3e+02 and -1e+03", "3 × 10² and −10³"),
        ("0xe5, 2e, e-3, the1e5", "0xe5, 2e, e-3, the1e5"),
    ],
)
def test_numbers_are_printed_as_in_a_book(words, printed):
    assert typeset(words) == printed
    assert typeset(printed) == printed


def test_a_style_called_outside_a_notebook_needs_none(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    monkeypatch.delitem(sys.modules, "IPython")
    with plt.rc_context():
        style()
    assert "IPython" not in sys.modules
