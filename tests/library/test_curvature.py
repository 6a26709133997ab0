"""Products and sharpness, held against exact Hessians and against ones made column by column."""

import numpy as np
import pytest

from lrcourse import network
from lrcourse.curvature import hessian_vector_product, sharpness
from lrcourse.objectives import Landscape, parabola, quadratic, rosenbrock, saddle


def rosenbrock_hessian(w):
    x, y = w
    return np.array([[2 + 1200 * x**2 - 400 * y, -400 * x], [-400 * x, 200.0]])


def small_network():
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(12, 3)), rng.normal(size=(12, 2))
    objective = network.mlp(X, y, (3, 4, 2), activation="tanh", loss="squared")
    return objective, network.init(rng, (3, 4, 2))


def by_columns(objective, w, nudge=1e-6):
    """The Hessian, one column for each parameter nudged alone."""
    nudges = nudge * np.eye(len(w))
    columns = [(objective.grad(w + d) - objective.grad(w - d)) / (2 * nudge) for d in nudges]
    return np.array(columns).T


@pytest.mark.parametrize("length", [1e-6, 1.0, 1e6])
def test_the_product_is_exact_on_a_bowl_however_long_the_vector(length):
    rng = np.random.default_rng(0)
    half = rng.normal(size=(5, 5))
    hessian, w, vector = half @ half.T, rng.normal(size=5), length * rng.normal(size=5)
    seen = hessian_vector_product(quadratic(hessian), w, vector)
    np.testing.assert_allclose(seen, hessian @ vector, rtol=1e-8, atol=1e-8 * length)


@pytest.mark.parametrize("w", [(1.0, 1.0), (-0.5, 2.0), (30.0, -40.0)])
def test_the_product_follows_a_bent_valley(w):
    vector = np.array([0.6, -2.0])
    seen = hessian_vector_product(rosenbrock(), w, vector)
    np.testing.assert_allclose(seen, rosenbrock_hessian(np.array(w)) @ vector, rtol=1e-6)


def test_the_product_of_a_network_is_its_hessian_made_column_by_column():
    objective, w = small_network()
    hessian = by_columns(objective, w)
    vectors = np.random.default_rng(1).normal(size=(4, len(w)))
    seen = hessian_vector_product(objective, w, vectors)
    np.testing.assert_allclose(seen, vectors @ hessian, atol=1e-7)


def test_the_error_falls_with_the_square_of_eps():
    quartic = Landscape(lambda w: (w**4).sum(-1) / 4, lambda w: w**3)
    w, vector = np.array([1.0]), np.array([1.0])
    errors = [hessian_vector_product(quartic, w, vector, eps)[0] - 3 for eps in (0.1, 0.05)]
    np.testing.assert_allclose(errors, [0.04, 0.01], rtol=1e-6)  # (eps * (1 + |w|))**2


def test_every_run_is_looked_at_on_its_own():
    objective, w = small_network()
    runs = w + 0.3 * np.random.default_rng(2).normal(size=(2, 3, len(w)))
    together = sharpness(objective, runs, steps=5)
    for place in np.ndindex(2, 3):
        alone = sharpness(objective, runs[place], steps=5)
        np.testing.assert_allclose(together.value[place], alone.value, rtol=1e-6)
        np.testing.assert_allclose(together.vector[place], alone.vector, atol=1e-6)


def test_single_precision_stays_single_and_is_right_to_three_digits():
    objective, w = small_network()
    seen = sharpness(objective, w.astype(np.float32), steps=100)
    assert seen.value.dtype == seen.vector.dtype == np.float32
    np.testing.assert_allclose(seen.value, sharpness(objective, w, steps=100).value, rtol=3e-3)


def test_sharpness_is_the_top_eigenvalue_and_its_vector():
    objective, w = small_network()
    values, vectors = np.linalg.eigh(by_columns(objective, w))
    value, vector = sharpness(objective, w, steps=200)
    assert abs(values[-1]) > abs(values[0])
    np.testing.assert_allclose(value, values[-1], rtol=1e-6)
    np.testing.assert_allclose(abs(vector @ vectors[:, -1]), 1, rtol=1e-6)


def test_a_landscape_that_bends_down_most_has_a_negative_sharpness():
    down = Landscape(lambda w: w**2 @ [0.5, -2.0], lambda w: w * [1.0, -4.0])
    value, vector = sharpness(down, [0.3, 0.2])
    np.testing.assert_allclose(value, -4)
    np.testing.assert_allclose(abs(vector), [0, 1], atol=1e-8)


def test_a_warm_start_needs_one_step():
    objective, w = small_network()
    found = sharpness(objective, w, steps=300)
    np.testing.assert_allclose(
        sharpness(objective, w, start=found.vector, steps=1).value, found.value, rtol=1e-7
    )


def test_one_step_asks_for_two_gradients():
    asked = []
    bowl = quadratic([1.0, 3.0])
    sharpness(Landscape(bowl.loss, lambda w: asked.append(1) or bowl.grad(w)), [1.0, 1.0], steps=7)
    assert len(asked) == 14


def test_flat_ground_has_no_sharpness_and_a_vector_all_the_same():
    flat = Landscape(lambda w: 0 * w.sum(-1), lambda w: 0 * w)
    value, vector = sharpness(flat, np.ones((2, 3)))
    np.testing.assert_array_equal(value, 0)
    np.testing.assert_allclose(np.linalg.norm(vector, axis=-1), 1)
    np.testing.assert_array_equal(hessian_vector_product(flat, np.ones(3), np.zeros(3)), 0)


def test_a_single_parameter_and_a_start_of_nothing_will_do():
    np.testing.assert_allclose(sharpness(parabola(4.0), [2.0], start=[0.0], steps=1).value, 4)
    np.testing.assert_allclose(sharpness(saddle(), [0.0, 0.5], start=[1.0, 0.0]).value, 1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: hessian_vector_product(parabola(), [1.0], [1.0], eps=0),
            "eps must be a number",
        ),
        (lambda: hessian_vector_product(parabola(), [1.0], [1.0, 2.0]), "an entry for each"),
        (lambda: sharpness(parabola(), [1.0], steps=0), "1 or more, got 0"),
    ],
)
def test_bad_input_meets_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("start", [None, [0.3, -0.2], [[1.0, 0.1], [0.1, 1.0]]])
def test_of_two_curvatures_that_differ_in_sign_alone_it_is_the_one_above_zero(start):
    value, vector = sharpness(saddle(), [0.0, 0.0], start)
    np.testing.assert_allclose(value, np.ones(np.shape(start)[:-1] if start else ()), rtol=1e-6)
    np.testing.assert_allclose(abs(vector), np.broadcast_to([1.0, 0.0], vector.shape), atol=1e-3)


def test_what_has_not_settled_yet_is_no_tie():
    """Two steps from a poor start tell of both curvatures, and of no more than that."""
    bowl = quadratic([1.0, 3.0])
    value, _ = sharpness(bowl, [0.0, 0.0], [1.0, 0.2], steps=2)
    first = np.array([1.0, 3.0 * 0.2])
    first /= np.linalg.norm(first)
    assert value == pytest.approx(first @ (first * [1.0, 3.0]))
