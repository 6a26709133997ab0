import numpy as np
import pytest
from test_explorers import numbers_at

from lrcourse.explorers.schedules import CURVATURES, STEPS, expected_loss, schedule_editor, shapes
from lrcourse.explorers.still import picture
from lrcourse.explorers.widget import explore


@pytest.fixture(scope="module")
def frames():
    return schedule_editor()


def test_every_shape_starts_at_its_peak_and_none_rises():
    for steps in (300, 1000, 7):
        for name, schedule in shapes(steps).items():
            rates = schedule(np.arange(steps))
            assert rates[0] == 1, name
            assert (np.diff(rates) <= 1e-12).all() and (rates >= 0).all(), name


ENDS = {
    "over time, to 1/2": 0.5,
    "over time, to 1/10": 0.1,
    "exponential, to 30 %": 0.3,
    "exponential, to 1 %": 0.01,
}


@pytest.mark.parametrize(("name", "end"), ENDS.items())
def test_a_shape_ends_where_its_name_says(name, end):
    assert shapes(300)[name](300) == pytest.approx(end)


def test_the_stairs_drop_as_often_as_their_names_say():
    for steps in (300, 1000):
        for name, levels in (("halved five times", 6), ("a tenth, twice", 3)):
            assert len(np.unique(shapes(steps)[name](np.arange(steps)))) == levels


def test_without_noise_the_expected_loss_is_that_of_descent():
    rates, h = np.array([0.3, 0.1, 0.7, 0.2]), 1.7
    left, shaken = expected_loss(rates, [h], start=3.0, noise=0.0)
    distance = 3.0 * np.cumprod(np.r_[1, 1 - rates * h])
    np.testing.assert_allclose(left, h / 2 * distance**2)
    assert not shaken.any()


@pytest.mark.parametrize("lr", [0.05, 0.4, 1.5])
def test_a_constant_rate_ends_at_its_noise_floor(lr):
    h, noise = 0.8, 1.3
    left, shaken = expected_loss(np.full(3000, lr), [h], noise=noise)
    assert left[-1] == pytest.approx(0, abs=1e-12)
    assert shaken[-1] == pytest.approx(h / 2 * lr * noise**2 / (h * (2 - lr * h)))


def test_the_expected_loss_is_the_mean_of_many_runs():
    rates, rng = np.geomspace(1.0, 0.05, 12), np.random.default_rng(0)
    w = np.full((100_000, 2), 4.0)
    for lr in rates:
        w = w - lr * (np.array(CURVATURES) * w + rng.normal(size=w.shape))
    mean = (np.array(CURVATURES) / 2 * w**2).sum(1).mean()
    left, shaken = expected_loss(rates, start=4.0)
    assert (left + shaken)[-1] == pytest.approx(mean, rel=0.02)


def test_many_rates_at_once_are_the_same_as_one_by_one():
    rates = np.random.default_rng(0).uniform(0, 1, size=(20, 2, 3))
    together = np.stack(expected_loss(rates))
    alone = np.stack(expected_loss(rates[:, 1, 2]))
    np.testing.assert_allclose(together[..., 1, 2], alone)


@pytest.mark.parametrize("rates", [0.1, [0.1, -0.1], [np.nan]])
def test_rates_that_mean_nothing_are_refused(rates):
    with pytest.raises(ValueError, match="0 or more"):
        expected_loss(rates)


def test_both_sliders_move_the_curves(frames):
    shown = explore(frames)
    loss = shown.scene["marks"][2]["y"]
    here = numbers_at(shown, loss, (6, 10))
    assert not np.allclose(here, numbers_at(shown, loss, (7, 10)))
    assert not np.allclose(here, numbers_at(shown, loss, (6, 11)))


def test_the_words_say_what_the_formula_gives(frames, capsys):
    constant = frames.sliders[0].labels.index("constant")
    picture(frames, shape=constant, lr=frames.sliders[1].values[5])
    lr = frames.sliders[1].values[5]
    left, shaken = (part[-1] for part in expected_loss(np.full(STEPS, lr)))
    said = capsys.readouterr().out
    assert f"travel {300 * lr:.3g}" in said
    assert f"{left:.2g} left of the start, {shaken:.2g} shaken in" in said
