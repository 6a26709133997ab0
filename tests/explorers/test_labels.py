"""Labels stand where they cover least: on the canvas of an explorer and in a still picture."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from browser import CHROMIUM
from static_page import page_of
from test_touch import browser, settle  # noqa: F401  A fixture.

from lrcourse.explorers.canvas import Frames, Mark, rate_slider
from lrcourse.explorers.still import picture
from lrcourse.explorers.widget import explore

KEEP_WHAT_IS_WRITTEN = """
window.written = [];
const fill = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (words, x, y) {
  window.written.push([x - 200, 200 - y]);
  fill.call(this, words, x, y);
};"""


def background(figure):
    figure.set_layout_engine("none")
    panel = figure.add_axes((0, 0, 1, 1))
    panel.set(xlim=(0, 1), ylim=(0, 1))
    panel.set_axis_off()
    return (panel,)


def frames(*marks):
    """A square of 400 page pixels with a point in its middle, and marks."""
    return Frames(
        size=(4, 4),
        background=background,
        sliders=(rate_slider(np.array([1.0, 2.0]), 1.0),),
        marks=marks,
        texts=np.array([["one"], ["two"]]),
        description="A square.",
        narrow=(4, 4),
    )


def name(words="a name", place="right"):
    return Mark(0, [0.5], [0.5], "#000000", line="", marker="o", label=words, place=place)


def line(across, up):
    return Mark(0, across, up, "#000000", width=3)


def on_the_canvas(frames, browser):  # noqa: F811
    page = browser.new_page(viewport={"width": 424, "height": 600})
    page.add_init_script(KEEP_WHAT_IS_WRITTEN)
    page.goto("about:blank")
    page.set_content(page_of(explore(frames)))
    page.wait_for_function("window.ready && document.querySelector('canvas').layout")
    page.evaluate("window.written = []; model.set('first', 1); 0")
    settle(page)
    written = page.evaluate("window.written")
    page.close()
    return np.array(written)


def in_a_still_picture(frames, browser):  # noqa: F811
    picture(frames)
    panel = plt.gcf().axes[0]
    middle = panel.transAxes.transform([0.5, 0.5])
    boxes = [text.get_window_extent() for text in panel.texts]
    plt.close()
    return np.array([(box.min + box.max) / 2 - middle for box in boxes]) * 100 / panel.figure.dpi


DRAWN = [
    pytest.param(
        on_the_canvas,
        marks=pytest.mark.skipif(
            CHROMIUM is None, reason="needs Chromium: apt-get install chromium"
        ),
    ),
    in_a_still_picture,
]
drawn_by = pytest.mark.parametrize("places", DRAWN)


@drawn_by
@pytest.mark.parametrize(
    ("place", "way"),
    [
        ("right", (1, 1)),
        ("left", (-1, 1)),
        ("above", (0, 1)),
        ("below", (0, -1)),
        ("beside", (1, 1)),
    ],
)
def test_a_label_stands_where_it_is_meant_to(places, browser, place, way):  # noqa: F811
    (spot,) = places(frames(name(place=place)), browser)
    assert np.sign(np.round(spot / 4)).tolist() == list(way)


@drawn_by
def test_a_label_that_a_line_would_cross_stands_elsewhere(places, browser):  # noqa: F811
    (spot,) = places(frames(line([0.4, 1], [0.54, 0.54]), name()), browser)
    assert spot[0] > 10 and spot[1] < 5


@drawn_by
def test_a_label_keeps_off_what_stands_still_and_off_other_labels(places, browser):  # noqa: F811
    spots = places(frames(name(), name(), name(), line([0.5, 0], [0.53, 0.53])), browser)
    apart = abs(spots[:, None] - spots)[np.triu_indices(3, 1)]
    assert ((apart[:, 0] > 30) | (apart[:, 1] > 12)).all()


@drawn_by
def test_where_all_is_full_a_label_stands_where_least_is(places, browser):  # noqa: F811
    everywhere = [line([k / 12, k / 12], [0, 1]) for k in range(12)]
    above = [line([0, 1], [k / 50, k / 50]) for k in range(25, 50)]
    (spot,) = places(frames(*everywhere, *above, name()), browser)
    assert spot[1] < 5


@drawn_by
def test_a_pale_tint_keeps_no_label_away(places, browser):  # noqa: F811
    tint = Mark(0, [0.6, 1, 1, 0.6], [0, 0, 1, 1], "#D55E00", line="", fill=0.12)
    (spot,) = places(frames(tint, name("a name that reaches the tint")), browser)
    assert spot[0] > 60 and spot[1] > 5


@drawn_by
def test_all_of_a_label_is_in_the_panel(places, browser):  # noqa: F811
    (spot,) = places(
        frames(name("a name that is longer than half of the panel, by far"[:48])), browser
    )
    assert abs(spot[0]) < 60
