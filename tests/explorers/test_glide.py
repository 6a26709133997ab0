"""The way from one window of the live map to the next, on a page that plays the kernel's part."""

import base64

import numpy as np
import pytest
from browser import CHROMIUM
from static_page import page_of
from test_touch import browser, pixels  # noqa: F401  A fixture.

from lrcourse.explorers.boundary import seen_before, trainability_boundary, zoomed
from lrcourse.explorers.boundary_colours import as_png, shades

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

SEND = """async ([raster, scene]) => {
  const bytes = Uint8Array.from(atob(raster), (letter) => letter.charCodeAt(0));
  model.set("raster", new DataView(bytes.buffer));
  model.set("scene", { ...model.get("scene"), ...scene });
  for (const _ of [1, 2]) await createImageBitmap(new Blob([bytes])); // after the script's own
}"""


@pytest.fixture
def maps():
    """A map of 16 by 16 runs, and what it shows of the window around one of its places."""
    values = np.random.default_rng(0).normal(size=(16, 16))
    window = (-1.0, 3.0, -1.0, 3.0)
    near = zoomed(window, (0.3, 0.7))
    return (window, values), (near, seen_before(values, window, near))


@pytest.fixture
def opened(browser, maps):  # noqa: F811
    """Open a page that shows the first of the maps, and whose time stands still."""
    explorer = trainability_boundary(pixels=16)
    (explorer.window, explorer.values), _ = maps
    explorer._draw()
    contexts = []

    def open_page(**context):
        contexts.append(browser.new_context(viewport={"width": 900, "height": 900}, **context))
        page = contexts[-1].new_page()
        page.clock.install(time=0)
        page.set_content(page_of(explorer.canvas))
        page.wait_for_function("window.ready && document.querySelector('canvas').layout")
        page.clock.pause_at(60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


def show(page, window, values):
    """Send a map as a kernel does, and draw it for the first time."""
    raster = base64.b64encode(as_png(shades(values))).decode()
    page.evaluate(SEND, [raster, {"window": window, "frame": 99}])
    page.clock.run_for(20)


def after(page, milliseconds):
    page.clock.run_for(milliseconds)
    return pixels(page)


def test_a_map_glides_into_the_window_that_was_chosen_and_back(opened, maps):
    page = opened()
    for window, values in reversed(maps):
        before = pixels(page)
        show(page, window, values)
        seen = [before, *(after(page, wait) for wait in (0, 300, 300, 300))]
        assert len(set(seen)) == len(seen)
        assert after(page, 300) == seen[-1]


def test_who_wants_no_motion_is_there_at_once_and_sees_the_same(opened, maps):
    still, moving = opened(reduced_motion="reduce"), opened()
    for page in (still, moving):
        show(page, *maps[1])
    there = pixels(still)
    assert pixels(moving) != there
    assert after(moving, 1000) == there == after(still, 1000)


def test_a_tile_that_comes_on_the_way_does_not_begin_it_anew(opened, maps):
    page, (window, values) = opened(), maps[1]
    show(page, window, values)
    page.clock.run_for(500)
    show(page, window, np.nan_to_num(values) + 1)
    there = after(page, 400)
    assert after(page, 400) == there
