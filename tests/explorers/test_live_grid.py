"""The two explorers that compute as one watches, by every input, on light and dark pages of three
widths: each changes its picture and its words, and no letter is too small."""

import pytest
from browser import (
    CHROMIUM,
    explorer_in,
    lab,
    open_and_run,
    shown,
    wait_for_kernel,
    wait_for_other_pixels,
)
from test_browser import wait_for_words, write_notebook
from test_touch import PIXELS, browser  # noqa: F401  A fixture.

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
LIVE = {
    "edge_of_stability": "edge_of_stability()",
    "trainability_boundary": "trainability_boundary(pixels=8)",
}
THEMES = ("JupyterLab Light", "JupyterLab Dark")
WIDTHS = (400, 900, 1400)
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"

LAID_OUT = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    for name, call in LIVE.items():
        write_notebook(folder / f"{name}.ipynb", name, call)
    with lab(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.fixture
def page(browser):  # noqa: F811
    """A page that can be touched."""
    screen = {"width": 1400, "height": 900}
    context = browser.new_context(viewport=screen, device_scale_factor=2, has_touch=True)
    yield context.new_page()
    context.close()


def at(box, across):
    return box["x"] + across * box["width"], box["y"] + box["height"] / 2


def tap(page, part, across):
    part.scroll_into_view_if_needed()
    page.touchscreen.tap(*at(part.bounding_box(), across))


def click(page, part, across):
    part.scroll_into_view_if_needed()
    page.mouse.click(*at(part.bounding_box(), across))


def drag(page, explorer, by):
    x, y = at(explorer.locator(".noUi-handle").bounding_box(), 0.5)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by, y)
    page.mouse.up()


def drag_by_touch(page, explorer, by):
    x, y = at(explorer.locator(".noUi-handle").bounding_box(), 0.5)
    touch = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", x), ("touchMove", x + by), ("touchEnd", None)):
        points = [] if place is None else [{"x": place, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


RATE = {
    "pointer": lambda page, explorer: drag(page, explorer, 30),
    "touch": lambda page, explorer: drag_by_touch(page, explorer, -20),
    "keyboard": lambda page, explorer: explorer.locator(".noUi-handle").press("ArrowLeft"),
}
ZOOM = {
    "pointer": lambda page, explorer: click(page, explorer.locator("canvas"), 0.3),
    "touch": lambda page, explorer: tap(page, explorer.locator("canvas"), 0.3),
    "keyboard": lambda page, explorer: explorer.locator("canvas").press("Enter"),
}


def moves_the_rate(page, explorer, way):
    wait_for_kernel(page)  # What it has heard so far must not move the slider back.
    before = shown(explorer)
    RATE[way](page, explorer)
    wait_for_other_pixels(page, explorer.locator("canvas"), before[0])
    return shown(explorer)[1] != before[1]


def zooms_and_goes_back(page, explorer, way):
    wait_for_words(page, explorer, "1.5 to 2.0.*(blows up|comes down)")
    before = shown(explorer)
    ZOOM[way](page, explorer)
    wait_for_words(page, explorer, "8 times as close")
    wait_for_other_pixels(page, explorer.locator("canvas"), before[0])  # It glides there.
    explorer.get_by_role("button", name="all").click()
    wait_for_words(page, explorer, "1.5 to 2.0.*(blows up|comes down)")
    return True


@pytest.mark.parametrize(
    ("name", "answers"),
    [("edge_of_stability", moves_the_rate), ("trainability_boundary", zooms_and_goes_back)],
)
def test_no_cell_of_a_live_explorer_by_input_by_theme_by_width_is_empty(
    name, answers, page, server
):
    open_and_run(page, server, f"{name}.ipynb")
    page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
    for theme in THEMES:
        page.evaluate(CHANGE_THEME, theme)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.locator("#jupyterlab-splash").wait_for(state="detached")
            explorer = explorer_in(page, 0)
            page.evaluate(LAID_OUT)
            for way in RATE:
                assert answers(page, explorer, way), (theme, width, way)
            wide, layout = explorer.locator("canvas").evaluate(
                "canvas => [canvas.clientWidth, canvas.layout.width]"
            )
            assert PIXELS * wide / layout >= 10, (theme, width)
