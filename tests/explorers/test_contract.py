"""What every explorer keeps: its four functions, its costs, its handles, its steps and its goal.
One row an explorer."""

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import lrcourse
from lrcourse.colours import STYLE, YOU
from lrcourse.explorers.canvas import SMALLEST_LETTERS, Goal
from lrcourse.explorers.still import _index, picture
from lrcourse.explorers.widget import MAX_BYTES, MAX_POSITIONS, explore
from lrcourse.numerals import typeset
from lrcourse.setup.environment import CLONE

NOBODY = "its trials are what a search chose, and no one else's to move"
BARS = "paths for many rates cross in its picture: only sliders tell them apart"
NO_STEPS = "it has no steps: a whole run is on the picture"
CHOICES = "its second slider is a choice, not a moment"

ROOM = Path(lrcourse.__file__).with_name("explorers")
EXPLORERS = {
    "focus_the_camera": ("camera", "handle", "plays"),
    "step_on_the_parabola": ("parabola", "handle", "plays"),
    "cliff": ("regimes", BARS, "plays"),
    "three_units": ("units", "handle", NO_STEPS),
    "accuracy_against_rate": ("accuracy", "handle", CHOICES),
    "noise_cloud": ("noise", "handle", CHOICES),
    "range_test_and_run": ("range_testing", "handle", CHOICES),
    "trials_on_the_curve": ("searches", NOBODY, "plays"),
    "schedule_editor": ("schedules", "handle", CHOICES),
    "cycles_above_the_loss": ("cycles", "handle", CHOICES),
    "momentum_map": ("momentum", "handle", CHOICES),
    "turning_valley": ("turned_valley", "handle", "plays"),
    "chosen_rates": ("listening_rules", "handle", CHOICES),
    "arrow_finds_the_steepest": ("steepest", "handle", "plays"),
    "walking_best_rate": ("task_rates", "handle", CHOICES),
}
"""Name -> its module, whether it has a handle and whether it plays, or why not."""
LIVE = {
    "edge_of_stability": "its run is under way and cannot be dragged back; it starts and pauses",
    "trainability_boundary": "a click zooms into it: there is no diamond to drag",
}
"""Explorers that a kernel draws, and why they have no handle."""
NOT_EXPLORERS = {
    "boundary_colours",
    "canvas",
    "widget",
    "still",
    "live",
    "descents",
    "photograph",
    "measured_descent",
}


@cache
def made(name):
    return getattr(lrcourse, name)()


@pytest.fixture(params=EXPLORERS)
def name(request):
    yield request.param
    plt.close("all")


@pytest.fixture
def frames(name):
    return made(name)


def test_every_module_of_the_room_is_an_explorer_with_a_row_or_what_explorers_are_made_of():
    there = {path.stem for path in ROOM.glob("*.py")} - {"__init__"}
    modules = {module for module, *_ in EXPLORERS.values()}
    assert there == modules | NOT_EXPLORERS | {"edge", "boundary"}
    assert len(modules) == len(EXPLORERS)


def test_an_explorer_is_four_short_functions(name):
    module = importlib.import_module(f"lrcourse.explorers.{EXPLORERS[name][0]}")
    for part in ("positions", "background", "marks", "words"):
        assert inspect.isfunction(getattr(module, part, None)), part


def bodies(path):
    """Yield the name and the lines of every function's body, without its docstring."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[ast.get_docstring(node) is not None :] or node.body
            yield node.name, body[-1].end_lineno - body[0].lineno + 1


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_no_body_of_the_room_has_more_than_25_lines_and_no_module_more_than_250(path):
    assert {name: lines for name, lines in bodies(path) if lines > 25} == {}
    assert len(path.read_text("utf-8").splitlines()) < 250


def test_it_keeps_to_its_costs(frames):
    shown = explore(frames)
    words = sum(len(text.encode()) for text in shown.texts)
    pictures = len(shown.background) + len(shown.narrow) + len(shown.photo)
    assert pictures + len(shown.numbers) + words < MAX_BYTES
    assert len(shown.texts) == np.prod([len(slider.values) for slider in frames.sliders])
    assert len(shown.texts) <= MAX_POSITIONS and 1 <= len(frames.sliders) <= 2


def test_every_position_has_words_of_its_own(frames):
    texts = np.ravel(frames.texts)
    assert len(set(texts)) == len(texts)
    assert all(len(text) < 260 and "nan" not in text for text in texts)


def test_a_slider_shows_each_value_as_different_words(frames):
    for slider in frames.sliders:
        assert len(set(slider.labels)) == len(slider.labels) == len(slider.values)


def test_a_handle_is_the_pink_diamond_and_each_position_of_its_sliders_is_another_place(name):
    frames = made(name)
    handles = [mark for mark in frames.marks if mark.moves]
    assert bool(handles) == (EXPLORERS[name][1] == "handle")
    for mark in handles:
        assert (mark.colour, mark.marker) == (YOU, "D")
        places = np.stack(np.broadcast_arrays(*mark.points()))[..., -1]
        for axis in mark.moves:
            assert places.shape[1 + axis] == len(frames.sliders[axis].values)
            assert np.isfinite(places).mean() > 0.5


def test_nothing_but_you_is_pink_and_can_not_be_dragged(frames):
    pink = [mark for mark in frames.marks if mark.colour == YOU and mark.marker == "D"]
    assert not pink or any(mark.moves for mark in frames.marks)


def test_what_has_moments_can_be_played(name):
    plays = [slider for slider in made(name).sliders if slider.plays]
    assert bool(plays) == (EXPLORERS[name][2] == "plays")


def test_at_least_eleven_can_be_dragged_and_five_played():
    handles, plays = zip(*(row[1:] for row in EXPLORERS.values()), strict=True)
    assert handles.count("handle") >= 11 and plays.count("plays") >= 5
    assert len(LIVE) == 2


def test_a_goal_can_be_reached_and_the_start_is_never_the_answer(frames):
    assert isinstance(frames.goal, Goal) and len(frames.goal.words) < 70
    reached = np.broadcast_to(frames.goal.reached, frames.texts.shape)
    start = tuple(slider.start for slider in frames.sliders) + (0,) * (2 - len(frames.sliders))
    assert reached.any() and not reached[start]
    assert reached.mean() < 0.5


def pictures_below(name):
    """Yield the positions of still pictures that stand below an explorer in the lessons."""
    for source in sorted((CLONE / "notebooks" / "source").glob("*.py")):
        text = source.read_text("utf-8")
        for variable in re.findall(rf"^(\w+) = {name}\(", text, re.MULTILINE):
            for given in re.findall(rf"^picture\({variable}, (.*)\)$", text, re.MULTILINE):
                yield {word.arg: ast.literal_eval(word.value)
                       for word in ast.parse(f"f({given})", mode="eval").body.keywords}  # fmt: skip


def test_a_reader_is_not_shown_twice_what_the_explorer_starts_with(name):
    frames, below = made(name), list(pictures_below(name))
    start = tuple(slider.start for slider in frames.sliders) + (0,) * (2 - len(frames.sliders))
    assert below and start not in [_index(frames, position) for position in below]


def test_the_browser_can_draw_every_marker(frames):
    script = (ROOM / "drawing.js").read_text("utf-8")
    corners = script.partition("const CORNERS = {")[2].partition("};")[0]
    known = {"", "o"} | set(re.findall(r"^  \W?(\S)\W?: \[\[", corners, re.MULTILINE))
    assert len(known) > 6
    assert {mark.marker for mark in frames.marks} <= known


def test_no_letter_is_drawn_too_small(frames):
    """Ten page pixels or more at the smallest scale of either layout."""
    for size in (frames.size, frames.narrow):
        figure = plt.figure(figsize=size, layout="constrained")
        frames.background(figure)
        figure.draw_without_rendering()
        letters = [text for text in figure.findobj(plt.Text) if text.get_text().strip()]
        assert min(text.get_size() for text in letters) >= SMALLEST_LETTERS


def test_no_words_are_cut_by_the_edge_of_the_picture(frames):
    for size in (frames.size, frames.narrow):
        figure = plt.figure(figsize=size, layout="constrained")
        with plt.style.context(STYLE):
            frames.background(figure)
            figure.draw_without_rendering()
        room = figure.bbox.padded(2)
        for text in figure.findobj(plt.Text):
            if text.get_text().strip() and text.get_visible() and not text.get_clip_on():
                where = text.get_window_extent()
                assert room.x0 <= where.x0 and where.x1 <= room.x1, (size, text.get_text())


def test_numbers_in_a_picture_are_printed_as_in_a_book(frames):
    shown = explore(frames)
    labels = [label for mark in shown.scene["marks"] for label in mark["labels"]["values"]]
    sliders = [label for slider in shown.scene["sliders"] for label in slider["labels"]]
    figure = plt.figure(figsize=frames.size)
    frames.background(figure)
    drawn = [text.get_text() for text in figure.findobj(plt.Text) if "$" not in text.get_text()]
    for words in {*labels, *sliders, *shown.texts, *drawn}:
        assert words == typeset(words)


def test_a_narrow_picture_has_the_same_panels_and_the_same_axes(frames):
    wide, narrow = (frames.background(plt.figure(figsize=size, layout="constrained"))
                    for size in (frames.size, frames.narrow))  # fmt: skip
    for one, other in zip(wide, narrow, strict=True):
        assert (one.get_xlim(), one.get_ylim()) == (other.get_xlim(), other.get_ylim())


def test_the_still_picture_draws_every_start(frames, capsys):
    picture(frames)
    start = tuple(slider.start for slider in frames.sliders) + (0,) * (2 - len(frames.sliders))
    assert capsys.readouterr().out == typeset(frames.texts[start]) + "\n"
