import matplotlib

matplotlib.use("agg")

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

from lrcourse import plots
from lrcourse.explorers import still
from lrcourse.explorers.accuracy import CLIFF, accuracy_against_rate
from lrcourse.explorers.camera import focus_the_camera
from lrcourse.explorers.canvas import Frames, Mark, Slider
from lrcourse.explorers.descents import what_happens
from lrcourse.explorers.parabola import step_on_the_parabola
from lrcourse.explorers.photograph import out_of_focus, town_at_night
from lrcourse.explorers.regimes import cliff
from lrcourse.explorers.still import picture
from lrcourse.explorers.units import three_units
from lrcourse.explorers.widget import explore

EXPLORERS = [focus_the_camera, step_on_the_parabola, cliff, three_units, accuracy_against_rate]


@pytest.fixture(scope="module", params=EXPLORERS, ids=lambda explorer: explorer.__name__)
def frames(request):
    return request.param()


@pytest.fixture(autouse=True)
def no_figures_left():
    yield
    plt.close("all")


def numbers_at(shown, place, frame):
    """Look a value up as the browser does."""
    numbers = np.frombuffer(shown.numbers, np.float32)
    shape = place["shape"]
    values = numbers[place["from"] : place["from"] + int(np.prod(shape))].reshape(shape)
    return values[tuple(i if n > 1 else 0 for i, n in zip(frame, shape, strict=False))]


@pytest.mark.filterwarnings("error")
def test_the_photograph_is_taken_without_a_warning_under_the_courses_look():
    with plt.style.context(plots.STYLE):
        assert town_at_night().shape == (396, 432, 3)


def test_moving_either_slider_moves_a_mark(frames):
    shown = explore(frames)

    def drawn(frame):
        points = []
        for mark in shown.scene["marks"]:
            count = int(numbers_at(shown, mark["shown"], frame).item())
            points += [numbers_at(shown, mark[axis], frame)[:count] for axis in "xy"]
        return np.concatenate([np.ravel(each) for each in points])

    start = np.array([shown.first, shown.second])
    before = drawn(start)
    for axis in range(len(frames.sliders)):
        after = drawn(start + np.eye(2, dtype=int)[axis])
        assert before.shape != after.shape or not np.allclose(before, after, equal_nan=True)


def test_the_browser_gets_the_points_that_the_still_picture_has():
    """A point in data units is where matplotlib puts it, as a part of the panel."""
    frames = step_on_the_parabola()
    shown = explore(frames)
    picture(frames, lr=0.5, step=2)
    panel, frame = plt.gcf().axes[0], (still._nearest(frames.sliders[0], 0.5), 2)
    plt.gcf().canvas.draw()
    path = next(line for line in panel.lines if line.get_marker() == "o")
    wanted = panel.transAxes.inverted().transform(panel.transData.transform(path.get_xydata()))
    mark = shown.scene["marks"][1]
    x, y = (numbers_at(shown, mark[axis], frame)[:3] for axis in "xy")
    np.testing.assert_allclose(x, wanted[:, 0], atol=1e-3)
    np.testing.assert_allclose(1 - y, wanted[:, 1], atol=1e-3)


def test_a_background_has_two_pixels_for_each_of_the_page():
    shown = explore(three_units())
    image = Image.open(io.BytesIO(shown.background))
    wide = shown.scene["layouts"][0]
    assert image.size == (2 * wide["width"], 2 * wide["height"])


def test_a_picture_prints_what_it_shows(capsys):
    picture(focus_the_camera(), lr=1.0, step=1)
    assert "it lands in one step" in capsys.readouterr().out


def test_a_picture_takes_the_nearest_position(capsys):
    frames = step_on_the_parabola()
    picture(frames, lr=0.301, step=4)
    picture(frames, lr=0.3, step=4)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_a_picture_says_so_where_another_position_is_drawn(capsys):
    picture(focus_the_camera(), lr=0.12)
    told, words = capsys.readouterr().out.splitlines()
    assert told == "There is no position at lr = 0.12: this is 0.1, the nearest."
    assert words.startswith("Learning rate 0.10")


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ({"lr": 50}, "lr goes from 0.02 to 2.3 here, got 50"),
        ({"lr": float("nan")}, "lr goes from 0.02 to 2.3 here, got nan"),
        ({"rate": 1}, "the sliders here are lr and step, got rate"),
    ],
)
def test_a_picture_of_no_position_is_refused(position, words):
    with pytest.raises(ValueError, match=words):
        picture(step_on_the_parabola(), **position)


def too_much(positions, points):
    slider = Slider("lr", "learning rate", range(positions), [str(i) for i in range(positions)], 0)
    return Frames(
        size=(2, 2),
        background=lambda figure: [figure.subplots()],
        sliders=(slider,),
        marks=(Mark(0, np.zeros((positions, 1, points)), 0.0, "black"),),
        texts=np.full((positions, 1), "nothing", object),
        description="nothing",
    )


def test_an_explorer_with_too_many_positions_is_refused():
    with pytest.raises(ValueError, match="at most 2500 positions, got 2501"):
        explore(too_much(2_501, 1))


def test_an_explorer_that_is_too_heavy_is_refused():
    with pytest.raises(ValueError, match="at most 2 MB, got 4.1"):
        explore(too_much(100, 10_000))


def test_your_own_step_drives_the_lens():
    ours = focus_the_camera()
    yours = focus_the_camera(lambda w, grad, lr: w + lr * grad)
    assert "runs the wrong way" in yours.texts[5, 3]
    assert not any("runs the wrong way" in text for text in np.ravel(ours.texts))


def test_a_step_that_works_in_place_drives_the_lens_too():
    def in_place(w, grad, lr):
        w -= lr * grad
        return w

    np.testing.assert_array_equal(focus_the_camera(in_place).texts, focus_the_camera().texts)


def test_a_step_for_one_number_only_draws_the_same():
    def one_number(w, grad, lr):
        return np.array([float(w[0]) - float(lr) * float(grad[0])])

    ours, theirs = step_on_the_parabola(), step_on_the_parabola(gd_step=one_number)
    np.testing.assert_array_equal(theirs.texts, ours.texts)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda w, grad, lr: None, "must return the new w.*returned None"),
        (lambda w, grad, lr: np.ones((2, 2)), "must return the new w"),
        (lambda w, grad, lr: "left", "must return the new w"),
    ],
)
def test_a_step_that_returns_something_else_gets_a_sentence(answer, words):
    with pytest.raises(ValueError, match=words):
        focus_the_camera(answer)


def test_a_step_that_returns_no_numbers_still_gets_a_picture(capsys):
    frames = step_on_the_parabola(gd_step=lambda w, grad, lr: w * np.nan)
    explore(frames)
    picture(frames)
    assert "it stops being a number" in capsys.readouterr().out


def test_a_step_that_loops_for_ever_gets_a_sentence(monkeypatch):
    monkeypatch.setattr("lrcourse.explorers.descents.SECONDS", 0.05)

    def endless(w, grad, lr):
        while True:
            pass

    with pytest.raises(ValueError, match="endless was still running after 0.05 s"):
        focus_the_camera(endless)


@pytest.mark.parametrize("curvature", [0.0, -1.0, float("nan")])
def test_a_parabola_that_has_no_minimum_is_refused(curvature):
    with pytest.raises(ValueError, match="curvature must be above 0"):
        step_on_the_parabola(curvature)


@pytest.mark.parametrize("curvatures", [[1.0], [2.0, 2.0], [0.0, 1.0], [-1.0, 1.0], 3.0])
def test_a_cliff_needs_two_curvatures(curvatures):
    with pytest.raises(ValueError, match="two or more different numbers above 0"):
        cliff(curvatures)


@pytest.mark.parametrize("curvatures", [(1.0, 10.0), (0.3, 0.7, 3.0)])
def test_the_cliff_stands_exactly_at_two_over_the_largest_curvature(curvatures):
    verdicts = [text.split(": ")[1].split(",")[0] for text in cliff(curvatures).texts[:, 0]]
    assert sorted(verdicts, key=["converges", "swings for ever", "blows up"].index) == verdicts
    assert verdicts.count("swings for ever") == 1


def test_the_camera_meets_all_four_fates():
    said = {text.split(": ")[1].split(".")[0] for text in focus_the_camera().texts[:, 0]}
    assert {"it creeps", "it lands in one step", "it swings for ever", "it blows up"} <= said


def test_a_descent_that_never_moves_is_told_from_one_that_creeps():
    assert what_happens(np.array([8.0, 8.0, 8.0])) == "it does not move"


def test_no_number_is_printed_past_the_cliff():
    frames = accuracy_against_rate()
    beyond = np.asarray(frames.sliders[0].values) > CLIFF
    assert all("%" not in text for text in np.ravel(frames.texts[beyond]))
    assert all("%" in text for text in np.ravel(frames.texts[~beyond]))


def test_a_lens_spreads_light_and_loses_none():
    image = np.zeros((41, 41, 3), np.uint8)
    image[20, 20] = 255
    sharp, blurred = out_of_focus(image, [0, 3]).astype(float)
    light = [((each / 255) ** 2.2).sum() for each in (sharp, blurred)]
    assert light[1] == pytest.approx(light[0], rel=0.05)
    assert np.count_nonzero(blurred[..., 0]) > 25 > np.count_nonzero(sharp[..., 0])


def unwritten(w, grad, lr):
    raise NotImplementedError("unwritten is not written yet (one line)")


def misspelt(w, grad, lr):
    return w - lr * gradd  # noqa: F821


@pytest.mark.parametrize(
    ("step", "words"),
    [(unwritten, "unwritten is not written yet"), (misspelt, "misspelt raised NameError")],
)
def test_a_blank_or_a_slip_gets_a_sentence_that_a_notebook_shows_alone(step, words):
    with pytest.raises(ValueError, match=words) as refusal:
        focus_the_camera(step)
    assert len(refusal.value._render_traceback_()) == 1
