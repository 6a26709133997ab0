"""Networks over a flat w. Their gradients stand in the table of test_objectives."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.network import ACTIVATIONS, init, layers, mlp, size

widths_of_networks = st.lists(st.integers(1, 6), min_size=2, max_size=5)


@given(widths=widths_of_networks, runs=st.lists(st.integers(1, 3), max_size=2))
def test_layers_are_views_that_cover_w_once_in_order(widths, runs):
    w = np.arange(np.prod(runs, dtype=int) * size(widths), dtype=float).reshape(*runs, -1)
    parts = [part for layer in layers(w, widths) for part in layer]
    assert all(np.shares_memory(part, w) for part in parts)
    flat = [part.reshape(*runs, -1) for part in parts]
    np.testing.assert_array_equal(np.concatenate(flat, axis=-1), w)


def test_a_layer_has_its_weights_as_torch_has_them():
    shapes = [(weights.shape, biases.shape) for weights, biases in layers(np.zeros(26), (3, 4, 2))]
    assert shapes == [((4, 3), (4, 1)), ((2, 4), (2, 1))]


def test_one_network_by_hand():
    """Two inputs, two hidden units of which one is off, one output."""
    hidden_weights, hidden_biases, weights, bias = [1, 2, -3, 0], [0.5, 0], [2, 7], [-1]
    w = np.array([*hidden_weights, *hidden_biases, *weights, *bias], float)
    network = mlp([[1.0, 2.0]], [10.0], (2, 2, 1), "relu", "squared")
    assert network.outputs(w).tolist() == [[10.0]]
    assert network.loss(w) == 0
    assert mlp([[1.0, 2.0]], [7.0], (2, 2, 1), "relu", "squared").grad(w).tolist() == [
        *(6, 12, 0, 0),
        *(6, 0),
        *(16.5, 0),
        3,
    ]


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=st.floats(-700, 700).filter(lambda z: abs(z) > 1e-3))
def test_an_activations_slope_is_seen_from_what_it_made(name, z):
    of, slope = ACTIVATIONS[name]
    h = 1e-6
    expected = (of(np.float64(z + h)) - of(np.float64(z - h))) / (2 * h)
    assert float(slope(of(np.float64(z)))) == pytest.approx(expected, rel=1e-4, abs=1e-7)


@pytest.mark.parametrize(("scheme", "variance"), [("he", 2 / 200), ("xavier", 2 / 300)])
def test_a_start_has_the_variance_its_scheme_states_and_biases_of_zero(scheme, variance):
    (weights, biases), _ = layers(
        init(np.random.default_rng(0), (200, 100, 3), scheme), (200, 100, 3)
    )
    assert weights.mean() == pytest.approx(0, abs=3e-3)
    assert weights.var() == pytest.approx(variance, rel=0.03)
    assert not biases.any()


def test_he_keeps_the_size_of_relu_signals_through_many_layers():
    widths = [300] * 8
    X = np.random.default_rng(0).normal(size=(20, 300))
    network = mlp(X, np.zeros((20, 300)), widths, "relu", "squared")
    sizes = {
        scheme: np.sqrt(
            (network.outputs(init(np.random.default_rng(1), widths, scheme)) ** 2).mean()
        )
        for scheme in ("he", "xavier")
    }
    assert 0.5 < sizes["he"] < 3
    assert sizes["xavier"] < 0.25


def test_a_list_of_generators_starts_each_run_as_its_generator_alone_would():
    starts = init([np.random.default_rng(seed) for seed in (0, 1)], (4, 3, 2))
    assert starts.shape == (2, size((4, 3, 2)))
    for seed in (0, 1):
        alone = init(np.random.default_rng(seed), (4, 3, 2))
        np.testing.assert_array_equal(starts[seed], alone)
    assert (starts[0] != starts[1]).any()


def test_a_float32_start_is_the_float64_start_rounded():
    single, double = (
        init(np.random.default_rng(0), (4, 3, 2), dtype=dtype) for dtype in (np.float32, float)
    )
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_a_network_without_a_hidden_layer_is_softmax_regression_with_a_bias():
    from lrcourse.data import with_bias
    from lrcourse.objectives import softmax_regression

    rng = np.random.default_rng(0)
    X, labels = rng.normal(size=(9, 4)), np.arange(9) % 3
    w = rng.normal(size=size((4, 3)))
    ((weights, biases),) = layers(w, (4, 3))
    flat = softmax_regression(with_bias(X), labels)
    assert mlp(X, labels, (4, 3)).loss(w) == pytest.approx(
        flat.loss(np.hstack([biases, weights]).ravel())
    )


def test_squared_loss_compares_labels_one_hot_or_the_numbers_themselves():
    X, labels = np.ones((3, 1)), np.array([0, 1, 1])
    w = np.zeros(size((1, 2)))
    assert mlp(X, labels, (1, 2), loss="squared").loss(w) == 0.5
    assert mlp(X, 2 * np.eye(3)[:, :2], (1, 2), loss="squared").loss(w) == pytest.approx(4 / 3)
    assert mlp(X, labels, (1, 1), loss="squared").loss(w[:2]) == pytest.approx(1 / 3)


def test_a_network_learns_what_no_line_can_separate():
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    network = mlp(corners, [0, 1, 1, 0], (2, 8, 2), "tanh")
    w = init(np.random.default_rng(0), (2, 8, 2))
    for _ in range(300):
        w = w - network.grad(w)
    assert network.accuracy(w) == 1
    assert network.loss(w) < 0.1


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda X, y: mlp(X, y, (4, 3), "gelu"), "activation must be one of relu, .* got 'gelu'"),
        (lambda X, y: mlp(X, y, (4, 3), loss="hinge"), "loss must be one of .* got 'hinge'"),
        (lambda X, y: mlp(X, y, (5, 3)), r"start with the 4 features of X, got \(5, 3\)"),
        (lambda X, y: mlp(X, y, (4, 2)), r"labels must lie in 0..1, got 0..2"),
        (lambda X, y: mlp(X, y / 2, (4, 3)), "labels must be a list of whole numbers, got float64"),
        (lambda X, y: mlp(X, y, (4,)), r"two or more counts, inputs first, got \(4\)"),
        (
            lambda X, y: mlp(X, y, (4, 0, 3)),
            "each of widths must be .* got 0",
        ),
        (
            lambda X, y: mlp(X, y, (4, 2.5, 3)),
            "each of widths must be .* got 2.5",
        ),
        (lambda X, y: mlp(X, y, 4), "two or more counts, inputs first, got 4"),
        (lambda X, y: init(np.random.default_rng(0), (4, 3), "zeros"), "scheme must be one of"),
        (lambda X, y: init(0, (4, 3)), r"rng=np.random.default_rng\(seed\), got rng=0"),
        (lambda X, y: init([], (4, 3)), r"rng=np.random.default_rng\(seed\), got rng=\[\]"),
    ],
)
def test_bad_input_meets_a_sentence_with_the_value_seen(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(np.ones((6, 4)), np.arange(6) % 3)
