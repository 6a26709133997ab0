"""Explorers in a real browser, on a page without a kernel: dragged by mouse, finger and keys,
played, typed into, brought to their goal."""

import re
from functools import cache

import numpy as np
import pytest
from browser import CHROMIUM, pixels_of
from playwright.sync_api import sync_playwright
from static_page import page_of
from test_contract import EXPLORERS, made

from lrcourse.explorers.canvas import SMALLEST_LETTERS
from lrcourse.explorers.widget import explore

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")

DRAGGED = [name for name, row in EXPLORERS.items() if row[1] == "handle"]
PLAYED = [name for name, row in EXPLORERS.items() if row[2] == "plays"]


@cache
def drawn(name):
    return explore(made(name))


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """Open an explorer on a page of its own; no error may be logged."""
    contexts, complaints = [], []

    def open_page(name, width=900, dark=False, **context):
        contexts.append(browser.new_context(viewport={"width": width, "height": 1400}, **context))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.set_content(page_of(drawn(name), dark))
        page.wait_for_function("window.ready && document.querySelector('canvas').layout")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def settle(page):
    """Wait for two repaints: a change is drawn in the next one."""
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )


def frame_of(page):
    return page.evaluate("[model.get('first'), model.get('second')]")


def put(page, frame):
    page.evaluate("([i, k]) => { model.set('first', i); model.set('second', k); }", frame)
    settle(page)


def words(page):
    return page.locator("[role=status]").inner_text()


def pixels(page):
    return pixels_of(page.locator("canvas"))


def place_of(page, name, mark, frame):
    """Where the handle stands on the page at a frame, in page pixels."""
    box = page.locator("canvas").bounding_box()
    left, top, width, height = page.evaluate(
        f"document.querySelector('canvas').layout.boxes[{mark.panel}]"
    )
    scale = box["width"] / page.evaluate("document.querySelector('canvas').layout.width")
    scene = drawn(name)
    entry = scene.scene["marks"][list(map(id, made(name).marks)).index(id(mark))]
    numbers = np.frombuffer(scene.numbers, np.float32)

    def last(place):
        shape = place["shape"]
        values = numbers[place["from"] :][: int(np.prod(shape))].reshape(shape)
        return values[tuple(i if n > 1 else 0 for i, n in zip(frame, shape, strict=False))][-1]

    return (
        box["x"] + scale * (left + float(last(entry["x"])) * width),
        box["y"] + scale * (top + float(last(entry["y"])) * height),
    )


def handle_and_target(name):
    """Return a handle, and a frame some way from the start to which it can be dragged."""
    frames = made(name)
    mark = next(mark for mark in frames.marks if mark.moves)
    start = [slider.start for slider in frames.sliders] + [0] * (2 - len(frames.sliders))
    target = list(start)
    for axis in mark.moves:
        count = len(frames.sliders[axis].values)
        step = max(1, count // 5)
        target[axis] += step if start[axis] + step < count else -step
    return mark, start, target


@pytest.mark.parametrize("name", DRAGGED)
def test_a_handle_follows_the_mouse_and_sliders_and_words_follow_it(opened, name):
    page = opened(name)
    mark, start, target = handle_and_target(name)
    before = words(page), pixels(page)
    page.mouse.move(*place_of(page, name, mark, start))
    page.mouse.down()
    page.mouse.move(*place_of(page, name, mark, target), steps=4)
    page.mouse.up()
    settle(page)
    here, there = (np.array(place_of(page, name, mark, f)) for f in (frame_of(page), target))
    assert np.hypot(*(here - there)) < 1.5
    assert frame_of(page) != start
    assert words(page) != before[0] and pixels(page) != before[1]
    for axis, slider in enumerate(made(name).sliders):
        shown = page.get_by_label(slider.title, exact=True)
        if not slider.names:
            assert int(shown.input_value()) == frame_of(page)[axis]


@pytest.mark.parametrize("name", DRAGGED)
def test_a_handle_follows_a_finger(opened, name):
    page = opened(name, has_touch=True)
    mark, start, target = handle_and_target(name)
    touch = page.context.new_cdp_session(page)
    for kind, frame in (("touchStart", start), ("touchMove", target), ("touchEnd", None)):
        points = [] if frame is None else [place_of(page, name, mark, frame)]
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )
    settle(page)
    here, there = (np.array(place_of(page, name, mark, f)) for f in (frame_of(page), target))
    assert np.hypot(*(here - there)) < 1.5 and frame_of(page) != start


@pytest.mark.parametrize("name", DRAGGED)
def test_a_handle_goes_the_way_an_arrow_key_points(opened, name):
    page = opened(name)
    mark, start, _ = handle_and_target(name)
    page.locator("canvas").focus()
    moved = 0
    for key, way in (("ArrowRight", (1, 0)), ("ArrowUp", (0, -1))):
        put(page, start)
        before = np.array(place_of(page, name, mark, start))
        page.keyboard.press(key)
        settle(page)
        if frame_of(page) != start and len([m for m in made(name).marks if m.moves]) == 1:
            after = np.array(place_of(page, name, mark, frame_of(page)))
            assert (after - before) @ way > 0
        moved += frame_of(page) != start
    assert moved


@pytest.mark.parametrize("name", PLAYED)
def test_steps_play_to_their_end(opened, name):
    page = opened(name)
    axis = [slider.plays for slider in made(name).sliders].index(True)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "([axis, last]) => model.get(axis) === last",
        arg=[("first", "second")[axis], len(made(name).sliders[axis].values) - 1],
    )
    page.get_by_role("button", name="Play").wait_for()


def test_the_space_bar_plays_and_pauses(opened):
    page = opened("focus_the_camera")
    page.locator("canvas").press(" ")
    page.get_by_role("button", name="Pause").wait_for()
    page.locator("canvas").press(" ")
    page.get_by_role("button", name="Play").wait_for()


def test_who_wants_no_motion_sees_the_end_at_once(opened):
    page = opened("focus_the_camera", reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    assert frame_of(page)[1] == 30


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_goal_is_ticked_where_it_is_reached_and_stays_so(opened, name):
    page = opened(name)
    frames = made(name)
    reached = np.broadcast_to(frames.goal.reached, frames.texts.shape)
    start = frame_of(page)
    assert page.get_by_text(f"○ Goal: {frames.goal.words}").count() == 1
    put(page, np.argwhere(reached)[0].tolist())
    assert page.get_by_text("✓ Goal").count() == 1
    assert page.evaluate("model.get('reached')")
    put(page, start)
    assert page.get_by_text("✓ Goal").count() == 1


PIXELS = SMALLEST_LETTERS * 100 / 72
"""Of the smallest letters, where a layout has its own size."""


def test_ink_is_light_on_a_dark_page(opened):
    counts = []
    for dark in (False, True):
        page = opened("step_on_the_parabola", 900, dark)
        data = page.locator("canvas").evaluate(
            "canvas => [...canvas.getContext('2d')"
            ".getImageData(0, 0, canvas.width, canvas.height).data]"
        )
        red, green, blue, alpha = np.reshape(data, (-1, 4)).T
        grey = (alpha == 255) & (np.ptp([red, green, blue], axis=0) < 10)
        counts.append([(grey & (red < 60)).sum(), (grey & (red > 190)).sum()])
    (light_ink, _), (dark_ink, dark_light) = counts
    assert dark_light > 500 < light_ink and dark_ink < dark_light


@pytest.mark.parametrize(
    ("name", "slider", "typed", "value"),
    [
        ("focus_the_camera", "learning rate", "1.02", "1"),
        ("focus_the_camera", "learning rate", "much", "0.1"),
        ("cliff", "learning rate", "0.52", "0.50 × 2/L"),
        ("arrow_finds_the_steepest", "the other", "-5.2", "−5"),
        ("chosen_rates", "first rate", "1e-3", "10⁻³"),
        ("chosen_rates", "first rate", "10⁻³", "10⁻³"),
    ],
)
def test_a_number_that_is_typed_counts_and_other_words_are_put_back(
    opened, name, slider, typed, value
):
    page = opened(name)
    field = page.get_by_label(f"{slider}, as a number")
    field.fill(typed)
    field.press("Enter")
    settle(page)
    assert field.input_value() == value


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_slider_says_its_name_and_its_value_and_keeps_its_width(opened, name):
    page = opened(name)
    for axis, slider in enumerate(made(name).sliders):
        if slider.names:
            assert page.get_by_role("radiogroup", name=slider.title).count() == 1
            continue
        control = page.get_by_role("slider", name=slider.title, exact=True)
        wide = control.bounding_box()["width"]
        for value in (0, len(slider.values) - 1):
            frame = frame_of(page)
            frame[axis] = value
            put(page, frame)
            said = control.get_attribute("aria-valuetext")
            assert said and not re.search(r"\de-?\d", said)
            assert control.bounding_box()["width"] == wide


@pytest.mark.parametrize(
    "name", [n for n in EXPLORERS if any(s.axis is not None for s in made(n).sliders)]
)
def test_a_rate_slider_stands_on_the_rate_axis(opened, name):
    page = opened(name)
    frames = made(name)
    axis, slider = next((i, s) for i, s in enumerate(frames.sliders) if s.axis is not None)
    mark = next(m for m in frames.marks if axis in m.moves and m.panel == slider.axis)
    control = page.get_by_role("slider", name=slider.title, exact=True).bounding_box()
    for value in (0, len(slider.values) - 1):
        frame = frame_of(page)
        frame[axis] = value
        part = value / (len(slider.values) - 1)
        thumb = control["x"] + 8 + part * (control["width"] - 16)
        assert place_of(page, name, mark, frame)[0] == pytest.approx(thumb, abs=1.5)
