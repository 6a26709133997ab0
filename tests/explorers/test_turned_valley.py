"""The turning valley tells the truth about rates, and keeps what every explorer keeps."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from lrcourse.explorers.still import picture
from lrcourse.explorers.turned_valley import (
    ANGLES,
    CURVATURES,
    RATES,
    RULES,
    best_descent,
    effective_rates,
    turn,
    turning_valley,
)
from lrcourse.objectives import quadratic, turned
from lrcourse.optimizers import OPTIMIZERS


@pytest.fixture(scope="module")
def frames():
    return turning_valley()


def apart(walk, step):
    return walk.rates[step].max() / walk.rates[step].min()


@pytest.mark.parametrize(("name", "lr"), [("gd", 0.02), ("adagrad", 0.7), ("adam", 0.3)])
def test_the_own_rates_are_those_that_the_rule_walked_by(name, lr):
    """For Adam they multiply the mean slope, which is corrected as the paper says."""
    rule = OPTIMIZERS[name][0]
    bowl, w = quadratic(turned(CURVATURES, 25)), np.array([-1.0, 0.4])
    state, path = rule.init(w), [w]
    for _ in range(20):
        w, state = rule.update(w, bowl.grad(w), state, lr)
        path.append(w)
    grads = bowl.grad(np.array(path[:-1]))
    direction = grads
    if name == "adam":
        mean, direction = np.zeros(2), np.empty_like(grads)
        for k, grad in enumerate(grads):
            mean = 0.9 * mean + 0.1 * grad
            direction[k] = mean / (1 - 0.9 ** (k + 1))
    rates = effective_rates(name, grads, lr)
    np.testing.assert_allclose(np.diff(path, axis=0), -rates * direction, rtol=1e-6, atol=1e-12)


def test_another_rule_has_no_rates_to_show():
    with pytest.raises(ValueError, match=r'"gd", "adagrad" or "adam", got \'lion\''):
        effective_rates("lion", np.ones((3, 2)), 0.1)


@pytest.mark.parametrize("angle", [0, 20, 45, 90])
def test_each_rule_walks_at_a_best_rate_inside_the_grid(angle):
    for _, key, rule, _ in RULES:
        walk = best_descent(key, rule, angle)
        assert RATES[0] < walk.lr < RATES[-1], key
        assert walk.loss[-1] < 1e-2 * walk.loss[0], key


def test_a_turn_leaves_descent_alone_and_takes_the_accounts_their_gain():
    straight, turned_ = ({key: best_descent(key, rule, angle) for _, key, rule, _ in RULES}
                         for angle in (0, 45))  # fmt: skip
    np.testing.assert_allclose(straight["gd"].loss, turned_["gd"].loss, rtol=1e-6)
    for key in ("adagrad", "adam"):
        assert apart(straight[key], 20) == pytest.approx(50, rel=0.01)
        assert apart(turned_[key], 20) == pytest.approx(1, abs=0.1)
    assert straight["adagrad"].loss[-1] < 1e-9 < straight["gd"].loss[-1]
    assert turned_["adagrad"].loss[-1] > turned_["gd"].loss[-1]


def test_turning_by_90_degrees_swaps_the_two_parameters():
    straight, swapped = (best_descent("adagrad", RULES[1][2], angle) for angle in (0, 90))
    np.testing.assert_allclose(swapped.rates[:10], straight.rates[:10, ::-1], rtol=1e-6)


def test_a_turn_keeps_lengths_and_right_angles():
    np.testing.assert_allclose(turn(33) @ turn(33).T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(turn(90) @ [1.0, 0.0], [0.0, 1.0], atol=1e-12)


def test_the_contours_are_lines_of_equal_loss_at_every_angle(frames):
    for mark in frames.marks[:9]:
        for place, angle in enumerate(ANGLES):
            points = np.stack([mark.x[place, 0], mark.y[place, 0]], axis=-1)
            loss = quadratic(turned(CURVATURES, angle)).loss(points)
            np.testing.assert_allclose(loss, loss[0], rtol=1e-6)


def test_the_picture_prints_what_it_shows(frames, capsys):
    picture(frames, angle=45, step=40)
    plt.close("all")
    assert "Turned by 45°, step 40: AdaGrad's two rates are a factor 1.0" in capsys.readouterr().out


def test_the_valley_as_a_rule_sees_it_fits_at_0_degrees_and_is_a_circle_at_45(frames):
    for mark in frames.marks[10:12]:
        x, y = mark.points()
        along, across = (np.ptp(values, axis=-1) for values in (x, y))
        stretch = along / across
        assert stretch[0, 10] == pytest.approx(50**0.5, rel=0.05)
        assert stretch[9, 10] == pytest.approx(1, abs=0.05)


def test_descent_has_one_rate_and_sees_a_circle_always(frames):
    x, y = frames.marks[9].points()
    np.testing.assert_allclose(np.ptp(x, axis=-1), np.ptp(y, axis=-1))
