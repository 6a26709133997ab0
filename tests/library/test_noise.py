"""The noise of mini-batches: floors against simulation, the noise scale against its definition."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse import network
from lrcourse.explorers.noise import BATCHES, RATES, noise_cloud
from lrcourse.explorers.still import picture
from lrcourse.explorers.widget import MAX_BYTES, explore
from lrcourse.noise import example_gradients, noise_floor, noise_scale, noise_scale_of_two
from lrcourse.objectives import least_squares, softmax_regression

rates = st.floats(0.01, 0.99)
curvatures = st.floats(0.01, 100)


@given(part=rates, h=curvatures, variance=st.floats(0, 100), batch=st.integers(1, 1000))
def test_the_floor_is_what_one_more_step_does_not_change(part, h, variance, batch):
    lr = part * 2 / h
    floor = noise_floor(lr, variance, h, batch)
    assert (1 - lr * h) ** 2 * floor + lr**2 * variance / batch == pytest.approx(floor, rel=1e-6)


@pytest.mark.parametrize(("lr", "h"), [(0.1, 1.0), (1.5, 1.0), (0.3, 4.0), (0.45, 4.0)])
def test_the_floor_is_where_simulated_walkers_stay(lr, h):
    rng, w = np.random.default_rng(0), np.zeros(40_000)
    for _ in range(int(10 / lr) + 30):
        w = w - lr * (h * w + 3 * rng.normal(size=w.size))
    assert np.mean(w**2) == pytest.approx(noise_floor(lr, 9.0, h), rel=0.04)


def test_mini_batches_drawn_from_data_stay_at_the_floor_of_their_size():
    """Every x is 1, so the examples' gradients scatter alike everywhere: the formula is exact."""
    y = np.array([1.0, 2.0, 4.0, 9.0])
    objective, w, squares = least_squares(np.ones((4, 1)), y), np.full((300, 1), y.mean()), []
    rngs = [np.random.default_rng(seed) for seed in range(300)]
    for batch in islice(objective.batches(rngs, 3, replace=True), 150):
        w = w - 0.4 * batch.grad(w)
        squares.append(np.mean((w - y.mean()) ** 2))
    assert np.mean(squares[30:]) == pytest.approx(noise_floor(0.4, y.var(), 1.0, 3), rel=0.05)


@given(part=st.floats(0.001, 0.05))
def test_well_below_the_cliff_rate_over_batch_is_all_that_counts(part):
    assert noise_floor(4 * part, batch_size=4) == pytest.approx(noise_floor(part), rel=0.1)


def test_at_the_cliff_and_beyond_there_is_no_floor():
    assert noise_floor(np.array([0.4, 0.5, 0.6]), curvature=4.0)[1:].tolist() == [np.inf, np.inf]
    assert np.isfinite(noise_floor(0.4999, curvature=4.0))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lr": 0.0}, "lr must be a number above 0, got 0.0"),
        ({"lr": 0.1, "curvature": 0.0}, "curvature must be a number above 0, got 0.0"),
        ({"lr": 0.1, "variance": -1.0}, "variance must be a number, 0 or more, got -1.0"),
        ({"lr": np.nan}, "lr must be a number above 0, got nan"),
        ({"lr": 0.1, "batch_size": 0}, "batch_size must be a whole number, 1 or more, got 0"),
    ],
)
def test_a_floor_of_nothing_is_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        noise_floor(**settings)


rng = np.random.default_rng(0)
X, labels = rng.normal(size=(12, 4)), np.arange(12) % 3
OBJECTIVES = {
    "least squares": least_squares(X, labels.astype(float)),
    "softmax": softmax_regression(X, labels, l2=0.1),
    "network": network.mlp(X, labels, (4, 5, 3), "tanh"),
}


@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_the_gradients_of_the_examples_average_to_the_gradient(objective):
    w = np.random.default_rng(1).normal(size=objective.size)
    gradients = example_gradients(objective, w)
    assert gradients.shape == (12, objective.size)
    np.testing.assert_allclose(gradients.mean(0), objective.grad(w), atol=1e-12)
    third = next(islice(objective.batches(np.random.default_rng(0), 1), 2, None))
    (row,) = np.flatnonzero((objective.X == third.X).all(axis=1))
    np.testing.assert_allclose(gradients[row], third.grad(w), atol=1e-12)


def test_gradients_of_examples_are_taken_at_one_point():
    with pytest.raises(ValueError, match=r"w must be one point, of shape \[4\], got"):
        example_gradients(OBJECTIVES["least squares"], np.zeros((2, 4)))


tables = st.integers(2, 9).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(-9, 9).map(lambda x: round(x, 2)), min_size=3, max_size=3),
        min_size=n,
        max_size=n,
    )
)


@given(table=tables, unit=st.floats(1e-3, 1e3), copies=st.integers(1, 4))
def test_the_noise_scale_knows_neither_unit_nor_number_of_copies(table, unit, copies):
    table = np.array(table) + [20.0, 0, 0]
    assert noise_scale(unit * np.tile(table, (copies, 1))) == pytest.approx(noise_scale(table))


@given(table=tables)
def test_two_batch_sizes_tell_what_the_examples_tell(table):
    """On average over all mini-batches of a size, drawn with replacement, the squared length is
    signal + noise / size; batches of one and of four are enough to solve for both."""
    table = np.array(table) + [20.0, 0, 0]
    signal, noise = np.sum(table.mean(0) ** 2), table.var(0).sum()
    of_two = noise_scale_of_two(np.mean(np.sum(table**2, axis=1)), signal + noise / 4, 1, 4)
    assert of_two == pytest.approx(noise_scale(table), abs=1e-9)


def test_mini_batches_of_two_sizes_estimate_the_noise_scale_of_a_network():
    objective = network.mlp(X, labels, (4, 5, 3))
    w, squares = network.init(np.random.default_rng(2), (4, 5, 3)), []
    for size in (2, 8):
        drawn = islice(objective.batches(np.random.default_rng(3), size, replace=True), 4000)
        squares.append(np.mean([np.sum(batch.grad(w) ** 2) for batch in drawn]))
    exact = noise_scale(example_gradients(objective, w))
    assert noise_scale_of_two(*squares, 2, 8) == pytest.approx(exact, rel=0.1)


def test_without_a_signal_no_batch_is_large():
    assert noise_scale([[1.0, -2.0], [-1.0, 2.0]]) == np.inf
    assert noise_scale_of_two(4.0, 1.0, 1, 4) == np.inf
    assert noise_scale([[3.0, 4.0], [3.0, 4.0]]) == 0


@pytest.mark.parametrize("gradients", [[[1.0, 2.0]], [1.0, 2.0], np.zeros((2, 2, 2))])
def test_a_noise_scale_needs_examples(gradients):
    with pytest.raises(ValueError, match=r"gradients must be \[examples, P\], two or more"):
        noise_scale(gradients)


@pytest.mark.parametrize("batches", [(4, 4), (8, 4), (0, 4), (1, 2.5)])
def test_two_batch_sizes_must_be_two(batches):
    with pytest.raises(
        ValueError, match="the second the larger, got|a whole number, 1 or more, got"
    ):
        noise_scale_of_two(4.0, 1.0, *batches)


def test_two_batch_sizes_never_give_a_negative_number_of_examples():
    with pytest.raises(ValueError, match="small_square must not be below big_square = 6, got 3"):
        noise_scale_of_two(3.0, 6.0, 1, 4)
    assert noise_scale_of_two(3.0, 3.0, 1, 4) == 0.0


@pytest.fixture(scope="module")
def frames():
    return noise_cloud()


def test_the_explorer_has_words_of_its_own_at_every_position_and_stays_light(frames):
    texts = np.ravel(frames.texts)
    assert len(set(texts)) == len(texts) == len(RATES) * len(BATCHES)
    assert all(len(text) < 260 and "nan" not in text for text in texts)
    shown = explore(frames)
    assert len(shown.background) + len(shown.numbers) < MAX_BYTES
    for slider in frames.sliders:
        assert len(set(slider.labels)) == len(slider.values)


def test_the_cloud_settles_on_the_floor_of_the_formula_everywhere(frames):
    mean, floor = frames.marks[4].y, frames.marks[5].y
    settled = mean[..., -33:].mean(axis=-1)
    np.testing.assert_allclose(settled, floor[..., 0], rtol=0.12)


def test_the_cloud_breathes_with_rate_and_batch(frames):
    spread = frames.marks[0].y.std(axis=-1)
    assert (np.diff(spread, axis=0) > 0).all() and (np.diff(spread, axis=1) < 0).all()


def test_most_of_the_walkers_stand_within_two_typical_distances(frames):
    x, y = (frames.marks[0].x, frames.marks[0].y)
    reach_x, reach_y = frames.marks[2].x.max(-1)[..., None], frames.marks[2].y.max(-1)[..., None]
    inside = ((x / reach_x) ** 2 + (y / reach_y) ** 2 < 1).mean(axis=-1)
    assert (inside > 0.7).all() and (inside < 1).all()


def test_the_still_picture_says_what_it_shows(frames, capsys):
    import matplotlib.pyplot as plt

    picture(frames, lr=0.1, batch=4)
    plt.close("all")
    assert "Learning rate 0.10, batch size 4: the mean loss settles at" in capsys.readouterr().out
