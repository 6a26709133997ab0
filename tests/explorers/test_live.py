import asyncio
import os
import signal

import numpy as np
import pytest

from lrcourse.explorers.boundary import seen_before, trainability_boundary, zoomed
from lrcourse.explorers.boundary_colours import as_png, palette, shades
from lrcourse.explorers.edge import RATES, edge_of_stability
from lrcourse.explorers.live import AHEAD
from lrcourse.explorers.measured_descent import Descent, wavy_network
from lrcourse.objectives import parabola
from lrcourse.trainability import boundary

pytestmark = pytest.mark.filterwarnings("error::UserWarning")


def recent_sharpness(descent, lr, steps):
    while descent.step < steps:
        descent.advance(lr)
    return np.median([row[3] for row in list(descent.rows)[-30:]])


def test_sharpness_climbs_to_two_over_the_rate_and_comes_down_with_it():
    descent = Descent(*wavy_network())
    assert recent_sharpness(descent, 0.2, 100) < 0.7 * 2 / 0.2
    assert recent_sharpness(descent, 0.2, 1600) == pytest.approx(2 / 0.2, rel=0.1)
    loss_before = descent.rows[-1][2]
    assert recent_sharpness(descent, 0.26, 2400) == pytest.approx(2 / 0.26, rel=0.1)
    assert max(row[2] for row in list(descent.rows)[-100:]) > 1.5 * loss_before
    assert recent_sharpness(descent, 0.1, 4000) > 1.1 * 2 / 0.26


def test_a_descent_measures_what_a_parabola_has():
    descent = Descent(parabola(3.0), [1.0])
    descent.advance(0.1)
    step, low, high, sharpness, lr = descent.rows[-1]
    assert (step, high, lr) == (8, 1.5, 0.1)
    assert sharpness == pytest.approx(3, rel=1e-6)
    assert low == pytest.approx(1.5 * 0.7**14)


def looked_at(explorer):
    """Do what a browser does: say that the last frame was drawn."""
    canvas = explorer.canvas
    canvas._handle_custom_msg({"drawn": canvas.scene["frame"]}, [])


async def until(true):
    """Give the kernel time until something is true; pytest's own limit is the end of patience."""
    while not true():
        await asyncio.sleep(0.001)


def words(explorer):
    return explorer.canvas.texts[0]


def test_a_run_starts_pauses_goes_on_and_begins_anew():
    async def play():
        explorer = edge_of_stability()
        looked_at(explorer)
        explorer.run.click()
        assert explorer.run.description == "Pause"
        await until(lambda: explorer.descent.step > 50)
        explorer.run.click()
        await until(lambda: explorer.run.description == "Start")
        assert words(explorer).startswith(f"Step {explorer.descent.step}, learning rate 0.199")
        paused_at = explorer.descent.step
        explorer.run.click()
        await until(lambda: explorer.descent.step > paused_at)
        explorer.anew.click()
        await until(lambda: explorer.run.description == "Start")
        assert words(explorer).startswith("At the start")
        np.testing.assert_array_equal(explorer.descent.w, wavy_network()[1])

    asyncio.run(play())


def test_a_rate_moved_in_mid_run_drives_the_next_steps():
    async def play():
        explorer = edge_of_stability()
        looked_at(explorer)
        explorer.start_or_pause()
        await until(lambda: explorer.descent.rows)
        explorer.lr.index += 1
        await until(lambda: explorer.descent.rows[-1][4] == RATES[explorer.lr.index])
        explorer.work.end()

    asyncio.run(play())


def test_where_nobody_looks_nothing_is_computed():
    async def play():
        explorer = edge_of_stability(parabola(), [1.0])
        looked_at(explorer)
        seen = explorer.canvas.scene["frame"]
        explorer.start_or_pause()
        await until(lambda: explorer.canvas.told is not None)
        assert explorer.canvas.scene["frame"] == seen + AHEAD + 1
        looked_at(explorer)
        await until(lambda: explorer.canvas.scene["frame"] > seen + AHEAD + 1)
        explorer.work.end()

    asyncio.run(play())


def test_a_run_that_diverges_says_so_and_ends():
    async def play():
        explorer = edge_of_stability(parabola(40.0), [1.0], rate=1.0)
        looked_at(explorer)
        explorer.start_or_pause()
        await until(lambda: explorer.run.description == "Start")
        assert "the loss has left the scale. Lower the rate, then begin anew." in words(explorer)
        assert np.isfinite(np.frombuffer(explorer.canvas.numbers, np.float32)).any()

    asyncio.run(play())


class Breaks:
    """An objective that works until it is asked too often."""

    def __init__(self):
        self.left = 200

    def loss(self, w):
        return (w**2).sum(-1)

    def grad(self, w):
        self.left -= 1
        return 2 * w + 0 / self.left

    def loss_and_grad(self, w, out=None):
        return self.loss(w), self.grad(w)


def test_an_objective_that_raises_in_mid_run_gets_a_sentence():
    async def play():
        explorer = edge_of_stability(Breaks(), [1.0])
        looked_at(explorer)
        explorer.start_or_pause()
        await until(lambda: explorer.run.description == "Start")
        assert words(explorer).startswith("It stopped, because of ZeroDivisionError")

    asyncio.run(play())


def test_an_interrupt_pauses_the_run_and_harms_nothing():
    async def play():
        explorer = edge_of_stability()
        looked_at(explorer)
        before = signal.getsignal(signal.SIGINT)
        explorer.start_or_pause()
        await until(lambda: explorer.descent.rows)
        os.kill(os.getpid(), signal.SIGINT)
        await until(lambda: explorer.run.description == "Start")
        assert signal.getsignal(signal.SIGINT) == before

    asyncio.run(play())


@pytest.mark.parametrize("make", [edge_of_stability, lambda: trainability_boundary(pixels=64)])
def test_an_explorer_that_is_closed_computes_no_more(make):
    async def play():
        explorer = make()
        looked_at(explorer)
        if hasattr(explorer, "start_or_pause"):
            explorer.start_or_pause()
        assert explorer.work.running
        explorer.canvas.close()
        await until(lambda: not explorer.work.running)

    asyncio.run(play())


def test_without_an_event_loop_there_is_a_sentence():
    explorer = edge_of_stability()
    with pytest.raises(ValueError, match="needs a notebook"):
        explorer.start_or_pause()
    assert explorer.run.description == "Start"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"objective": parabola()}, "give both, objective and w"),
        ({"rate": 3.0}, "rate goes from 0.05 to 1 here, got 3"),
        ({"objective": parabola(), "w": np.ones((2, 1))}, r"\[P\], got shape \(2, 1\)"),
    ],
)
def test_an_edge_that_cannot_be_shown_is_refused(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        edge_of_stability(**given)


def test_a_map_that_arrived_in_tiles_is_the_boundary_itself():
    async def play():
        explorer = trainability_boundary(pixels=40)
        looked_at(explorer)
        assert explorer.work.running and not explorer.stop_button.disabled
        await until(lambda: explorer.stop_button.disabled)
        assert explorer.progress.value == explorer.progress.max == 4
        np.testing.assert_array_equal(explorer.values, boundary(pixels=40))
        assert explorer.canvas.raster == as_png(shades(explorer.values))

    asyncio.run(play())


def test_a_zoom_cancels_what_runs_and_back_finds_what_was_there():
    async def play():
        explorer = trainability_boundary(pixels=64)
        looked_at(explorer)
        await until(lambda: explorer.progress.value == 1)
        outer = explorer.window, explorer.values
        explorer.canvas.cross = [0.25, 0.125]
        explorer.canvas._handle_custom_msg({"order": "zoom"}, [])
        assert explorer.window == zoomed(outer[0], (0.25, 0.125))
        assert ", 8 times as close" in words(explorer)
        assert explorer.canvas.cross == [0.5, 0.5]
        kept = outer[1].copy()
        await until(lambda: explorer.progress.value == 2)
        np.testing.assert_array_equal(outer[1], kept)
        explorer.back_button.click()
        assert explorer.window == outer[0]
        assert explorer.values is outer[1]
        explorer.stop_button.click()
        await until(lambda: explorer.stop_button.disabled)
        assert not explorer.work.running and explorer.back_button.disabled

    asyncio.run(play())


def test_each_zoom_leaves_a_button_that_leads_back_to_it():
    async def play():
        explorer = trainability_boundary(pixels=8)
        first = explorer.window
        explorer.zoom()
        second = explorer.window
        explorer.zoom()
        assert [each.description for each in explorer.levels.children] == ["all", "8 times"]
        explorer.levels.children[1].click()
        assert explorer.window == second
        explorer.zoom()
        explorer.levels.children[0].click()
        assert explorer.window == first and not explorer.levels.children
        explorer.stop()

    asyncio.run(play())


def test_a_complete_map_is_not_computed_again_by_back():
    async def play():
        explorer = trainability_boundary(pixels=16)
        looked_at(explorer)
        await until(lambda: not explorer.work.running)
        values = explorer.values.copy()
        explorer.zoom()
        explorer.back()
        await until(lambda: not explorer.work.running)
        assert explorer.progress.value == explorer.progress.max
        np.testing.assert_array_equal(explorer.values, values)

    asyncio.run(play())


def test_the_words_name_the_rates_at_the_cross_and_their_fate():
    async def play():
        explorer = trainability_boundary((-1, 3, -1, 3), pixels=32)
        assert "rates 10 and 10: not computed yet." in words(explorer)
        looked_at(explorer)
        await until(lambda: not explorer.work.running)
        explorer.canvas.cross = [0.01, 0.01]
        assert "it comes down." in words(explorer)
        explorer.canvas.cross = [0.99, 0.99]
        assert "it blows up." in words(explorer)

    asyncio.run(play())


def test_there_is_an_end_to_zooming():
    explorer = trainability_boundary((0, 2e-9, 0, 2e-9), pixels=4)
    explorer.zoom()
    assert "as close as it gets" in words(explorer)
    assert explorer.window == (0, 2e-9, 0, 2e-9)


def test_a_preview_shows_the_pixel_that_each_new_one_lies_in():
    values = np.arange(64.0).reshape(8, 8)
    window = (0.0, 8.0, 0.0, 8.0)
    near = seen_before(values, window, zoomed(window, (5.5 / 8, 2.5 / 8)))
    np.testing.assert_array_equal(near, np.full((8, 8), values[2, 5]))
    beyond = seen_before(values, window, (4.0, 12.0, 0.0, 8.0))
    np.testing.assert_array_equal(beyond[:, :4], values[:, 4:])
    assert np.isnan(beyond[:, 4:]).all()


def test_shades_keep_the_order_and_the_two_fates_apart():
    values = np.random.default_rng(0).normal(size=2_000)
    places = shades(values).astype(int)
    order = values.argsort()
    assert (np.diff(places[order]) >= 0).all()
    assert (places[values > 0] >= 128).all() and (places[values <= 0] <= 126).all()
    assert np.ptp(places) == 255


def test_the_boundary_shows_in_grey_print_too():
    grey = palette() @ [0.299, 0.587, 0.114]
    assert grey[128] - grey[126] > 150


@pytest.mark.parametrize("given", [{"window": (1, 0, 0, 1)}, {"pixels": 0}])
def test_a_map_that_cannot_be_made_is_refused(given):
    with pytest.raises(ValueError, match="must be"):
        trainability_boundary(**given)
