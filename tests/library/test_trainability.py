"""The map of two rates agrees with ``train``, and its shore is smooth where it has to be."""

import numpy as np
import pytest

from lrcourse.optimizers import gd
from lrcourse.trainability import (
    DIVERGED,
    LAST,
    boundary,
    speed,
    tiles,
    tiny_network,
    two_scalars,
)
from lrcourse.training import train

NETWORKS = {
    "tanh": tiny_network(),
    "linear": tiny_network(curved=False),
    "two scalars": two_scalars(),
    "wide": tiny_network(seed=5, width=7),
}


@pytest.fixture(params=NETWORKS)
def net(request):
    return NETWORKS[request.param]


def test_the_gradient_is_that_of_finite_differences(net):
    w, nudges = net.start, 1e-6 * np.eye(len(net.start))
    wanted = (net.loss(w + nudges) - net.loss(w - nudges)) / 2e-6
    np.testing.assert_allclose(net.grad(w), wanted, atol=1e-8)


def test_the_loss_is_the_mean_of_half_squares_of_a_network_written_out():
    net = tiny_network(seed=2)
    table, heads = net.start[:16].reshape(4, 4), net.start[16:]
    residuals = [heads @ np.tanh(table @ x) - y for x, y in zip(net.X, net.y, strict=True)]
    np.testing.assert_allclose(net.loss(net.start), np.mean(np.square(residuals)) / 2)


def test_any_leading_axes_and_any_layout_give_the_same(net):
    w = net.start + 0.1 * np.random.default_rng(0).normal(size=(2, 3, len(net.start)))
    loss, grad = net.loss_and_grad(w)
    assert loss.shape == (2, 3) and grad.shape == w.shape
    np.testing.assert_allclose(grad[1, 2], net.grad(w[1, 2]))
    np.testing.assert_allclose(net.grad(np.asfortranarray(w)), grad)
    out = np.empty_like(w)
    assert net.loss_and_grad(w, out)[1] is out
    np.testing.assert_array_equal(out, grad)


def test_a_pixel_is_what_train_makes_of_its_two_rates(net):
    first, second, steps = np.array([0.3, 2.0, 1.0, 40.0]), np.array([0.2, 0.5, 3.0, 30.0]), 60
    lr = np.where(net.first, first[:, None], second[:, None])
    starts = np.broadcast_to(net.start, lr.shape)
    loss = train(net, starts, gd, lr, steps, blowup=np.inf).loss / net.loss(net.start)
    diverged = ~(loss[-LAST:].mean(axis=0) < DIVERGED)
    seen = speed(net, first, second, steps)
    np.testing.assert_array_equal(seen > 0, diverged)
    assert diverged.any() and not diverged.all()
    slow = np.where(diverged, np.nansum(1 / loss, axis=0), loss.sum(axis=0)) / (steps + 1)
    np.testing.assert_allclose(abs(seen), np.log10(1 + 1 / slow), rtol=1e-6)


def test_the_boundary_has_the_first_rate_across_and_the_second_up():
    net = tiny_network()
    values = boundary((-1, 1, -2, 0), pixels=4, steps=30)
    centres = np.array([-0.75, -0.25, 0.25, 0.75])
    for row, column in ((0, 0), (1, 3), (3, 2)):
        rates = 10 ** centres[column], 10 ** (centres[row] - 1)
        np.testing.assert_allclose(values[row, column], speed(net, *rates, steps=30), rtol=1e-6)


def test_tiles_of_any_size_make_the_same_map():
    window = (-1, 3, -1, 3)
    whole = boundary(window, pixels=20, steps=40)
    seen = np.full((20, 20), np.nan)
    for place, values in tiles(window, pixels=20, tile=7, steps=40):
        assert np.isnan(seen[place]).all()
        seen[place] = values
    np.testing.assert_allclose(seen, whole, rtol=1e-6)


def test_a_faster_end_has_a_larger_size():
    net = two_scalars()
    low, better, wild, wilder = speed(net, *np.array([[0.02, 0.3, 5.0, 50.0]] * 2))
    assert better < low < 0 < wild < wilder


def changes(values):
    """How many pixels have a neighbour, right or above, on the other side."""
    out = values > 0
    return ((out[1:, 1:] != out[1:, :-1]) | (out[1:, 1:] != out[:-1, 1:])).sum()


def test_two_scalars_have_a_smooth_shore():
    window = (-0.4, 0.6, -0.4, 0.6)
    assert changes(boundary(window, 64, 500, two_scalars())) < 64 * 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"window": (0, 0, 0, 1)}, "left < right, bottom < top"),
        ({"window": (0, 1, 1)}, "left < right, bottom < top"),
        ({"pixels": 0}, "pixels must be a whole number, 1 or more, got 0"),
        ({"steps": 1.5}, "steps must be a whole number, 1 or more, got 1.5"),
    ],
)
def test_bad_input_meets_a_sentence(asked, words):
    with pytest.raises(ValueError, match=words):
        boundary(**asked)
