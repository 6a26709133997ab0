"""Every explorer by every input, on light and dark pages of three widths: one page each, resized
and recoloured in place, and a printed grid in which no cell may be empty."""

import numpy as np
import pytest
from browser import CHROMIUM
from test_contract import EXPLORERS, made
from test_touch import (
    PIXELS,
    browser,  # noqa: F401  A fixture.
    frame_of,
    handle_and_target,
    opened,  # noqa: F401  A fixture.
    pixels,
    place_of,
    put,
    settle,
    words,
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

THEMES = {"light": "#ffffff", "dark": "#111111"}
WIDTHS = (400, 900, 1400)


def places(page, name):
    """Where an input begins and ends: at the handle and where it may go, or along a slider."""
    if EXPLORERS[name][1] == "handle":
        mark, start, target = handle_and_target(name)
        return [place_of(page, name, mark, frame) for frame in (start, target)]
    box = page.locator(".lrcourse-slider").first.bounding_box()
    slider = next(slider for slider in made(name).sliders if not slider.names)
    along = np.array([slider.start / (len(slider.values) - 1), 0.95])
    return [(x, box["y"] + box["height"] / 2) for x in box["x"] + 8 + along * (box["width"] - 16)]


def by_pointer(page, name):
    start, target = places(page, name)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*target, steps=2)
    page.mouse.up()


def by_touch(page, name):
    start, target = places(page, name)
    touch = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", start), ("touchMove", target), ("touchEnd", None)):
        points = [] if place is None else [{"x": place[0], "y": place[1]}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def by_keyboard(page, name):
    has_handle, start = EXPLORERS[name][1] == "handle", frame_of(page)
    part = page.locator("canvas" if has_handle else ".lrcourse-slider").first
    part.press("ArrowRight")
    if frame_of(page) == start:  # some handles only go up and down
        part.press("ArrowUp")


INPUTS = {"pointer": by_pointer, "touch": by_touch, "keyboard": by_keyboard}


def cell(page, name, act):
    """Return what was seen where an input moved the frame: the size of the smallest letters in
    page pixels; nothing where pixels, words or frame are what they were two repaints later."""
    start = frame_of(page)
    before = pixels(page), words(page)
    act(page, name)
    settle(page)
    moved = frame_of(page) != start and pixels(page) != before[0] and words(page) != before[1]
    put(page, start)
    back = pixels(page) == before[0] and words(page) == before[1]
    wide, layout = page.evaluate("[canvas.clientWidth, canvas.layout.width]")
    letters = PIXELS * wide / layout
    return f"{letters:.0f} px" if moved and back and letters >= 10 else ""


def fills_the_page(page, width):
    """Whether the picture is as wide as its page and as high as its layout says."""
    wide, high, layout, page_wide = page.evaluate(
        "[canvas.clientWidth, canvas.clientHeight, canvas.layout,"
        " document.documentElement.scrollWidth]"
    )
    right_height = wide * layout["height"] / layout["width"]
    return wide == min(width - 24, 1200) and abs(high - right_height) <= 2 and page_wide <= width


def row(page, name):
    """Return the cells of one explorer: width by width, and on each a light and a dark page."""
    page.evaluate("window.canvas = document.querySelector('canvas'); 0")
    seen, pictures = {}, set()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1400})
        for theme, ground in THEMES.items():
            page.evaluate(f"document.body.style.background = '{ground}'; 0")
            settle(page)
            assert fills_the_page(page, width), (name, theme, width)
            pictures.add(pixels(page))
            for way, act in INPUTS.items():
                seen[way, theme, width] = cell(page, name, act)
    assert len(pictures) == len(THEMES) * len(WIDTHS), f"each of {name} is another picture"
    return seen


def printed(grid):
    """Return the grid as a table: a line for each explorer and input."""
    columns = [(width, theme) for width in WIDTHS for theme in THEMES]
    lines = [f"{'':26}{'':10}" + "".join(f"{width:>6} {theme:6}" for width, theme in columns)]
    for name, seen in grid.items():
        for way in INPUTS:
            cells = "".join(f"{seen[way, theme, width]:>13}" for width, theme in columns)
            lines.append(f"{name:26}{way:10}{cells}")
    return "\n".join(lines)


def test_no_cell_of_explorer_by_input_by_theme_by_width_is_empty(opened):  # noqa: F811
    grid = {}
    for name in EXPLORERS:
        page = opened(name, has_touch=True)
        grid[name] = row(page, name)
        page.close()
    print("\n" + printed(grid))
    empty = [(name, *key) for name, seen in grid.items() for key, said in seen.items() if not said]
    assert not empty, f"{len(empty)} cells are empty: {empty[:9]}\n{printed(grid)}"
    assert sum(map(len, grid.values())) == len(EXPLORERS) * 18
