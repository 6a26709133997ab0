"""Every objective keeps one contract: one table, and a new objective is a row."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.network import ACTIVATIONS, SCORES, mlp
from lrcourse.objectives import (
    double_well,
    least_squares,
    logistic_regression,
    parabola,
    plateau,
    quadratic,
    random_axes,
    rosenbrock,
    saddle,
    softmax_regression,
    turned,
)

rng = np.random.default_rng(0)
X, numbers = rng.normal(size=(12, 4)), rng.normal(size=12)
bits, labels = rng.integers(2, size=12), rng.permutation(np.arange(12) % 3)

LANDSCAPES = {
    "parabola": parabola(curvature=3.0, center=0.5),
    "quadratic": quadratic([0.0, 1.0, 10.0], minimum=[1.0, -1.0, 0.5]),
    "quadratic, random axes": quadratic([1.0, 4.0, 9.0], rng=np.random.default_rng(1)),
    "quadratic, Hessian": quadratic(turned([1.0, 5.0], degrees=30), minimum=2.0),
    "rosenbrock": rosenbrock(),
    "double well": double_well(),
    "saddle": saddle(),
    "plateau": plateau(),
}
LINEAR = {
    "least squares": least_squares(X, numbers),
    "least squares, sum": least_squares(X, numbers, reduction="sum"),
    "logistic": logistic_regression(X, bits),
    "logistic, sum, l2": logistic_regression(X, bits, reduction="sum", l2=0.3),
    "softmax": softmax_regression(X, labels),
    "softmax, l2": softmax_regression(X, labels, classes=4, l2=0.3),
}
NETWORKS = {
    f"{activation}, {loss}": mlp(X, labels, (4, 5, 3), activation, loss)
    for activation in ACTIVATIONS
    for loss in SCORES
} | {
    "two hidden layers": mlp(X, labels, (4, 5, 6, 3), "tanh"),
    "no hidden layer": mlp(X, labels, (4, 3)),
    "network on numbers": mlp(X, numbers, (4, 5, 1), "tanh", "squared"),
}
OBJECTIVES = LANDSCAPES | LINEAR | NETWORKS

every_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)


def parameters(objective):
    return getattr(objective, "size", None) or objective.minimum.shape[-1]


def some_w(objective, *runs, dtype=float):
    """Points a little away from zero, and from the edge between the two wells."""
    return np.random.default_rng(2).normal(0.3, 0.8, (*runs, parameters(objective))).astype(dtype)


def differences(loss, w, h=1e-6):
    """Return central differences of ``loss`` along each parameter: the oracle for gradients."""
    shifts = h * np.eye(w.shape[-1])
    return np.stack([(loss(w + shift) - loss(w - shift)) / (2 * h) for shift in shifts], axis=-1)


@pytest.mark.parametrize("runs", [(), (3,), (2, 3), (2, 1, 2)], ids=str)
@every_objective
def test_gradients_agree_with_finite_differences(objective, runs):
    w = some_w(objective, *runs)
    assert objective.loss(w).shape == runs
    np.testing.assert_allclose(
        objective.grad(w), differences(objective.loss, w), rtol=1e-5, atol=1e-7
    )


@every_objective
def test_runs_together_are_what_they_are_alone(objective):
    w = some_w(objective, 2, 3)
    loss, grad = objective.loss_and_grad(w)
    for run in np.ndindex(2, 3):
        np.testing.assert_allclose(loss[run], objective.loss(w[run]), rtol=1e-12)
        np.testing.assert_allclose(grad[run], objective.grad(w[run]), rtol=1e-9, atol=1e-13)


@every_objective
def test_one_pass_gives_loss_and_gradient_and_writes_where_it_is_told(objective):
    w = some_w(objective, 3)
    out = np.full_like(w, np.nan)
    loss, grad = objective.loss_and_grad(w, out=out)
    assert grad is out
    np.testing.assert_array_equal(loss, objective.loss(w))
    np.testing.assert_array_equal(out, objective.grad(w))


@every_objective
def test_nothing_is_done_to_w(objective):
    w = some_w(objective, 3)
    before = w.copy()
    objective.loss_and_grad(w)
    np.testing.assert_array_equal(w, before)


@every_objective
def test_float32_stays_float32_and_means_the_same(objective):
    w = some_w(objective, 3, dtype=np.float32)
    loss, grad = objective.loss_and_grad(w)
    assert (loss.dtype, grad.dtype) == (np.float32, np.float32)
    assert objective.loss(w[0]).dtype == np.float32
    np.testing.assert_allclose(loss, objective.loss(w.astype(float)), rtol=1e-4)
    np.testing.assert_allclose(grad, objective.grad(w.astype(float)), rtol=1e-3, atol=1e-5)


@every_objective
def test_runs_that_lie_last_in_memory_come_out_the_same(objective):
    w = some_w(objective, 4, 3)
    np.testing.assert_allclose(
        objective.grad(np.asfortranarray(w)), objective.grad(w), rtol=1e-9, atol=1e-13
    )


@every_objective
def test_whole_numbers_are_taken_as_floats(objective):
    w = np.ones(parameters(objective), int)
    np.testing.assert_array_equal(objective.grad(w.tolist()), objective.grad(w.astype(float)))
    assert objective.grad(w).dtype == float


@every_objective
def test_another_number_of_parameters_is_refused_with_both_numbers(objective):
    size = parameters(objective)
    for wrong in (np.zeros((2, size + 1)), np.float64(1.0)):
        with pytest.raises(ValueError, match=rf"last axis of {size} .* got shape"):
            objective.loss(wrong)


@every_objective
def test_a_gradient_does_not_fit_into_another_dtype_or_shape(objective):
    w = some_w(objective, 3)
    for out in (np.empty_like(w, np.float32), np.empty_like(w[0])):
        with pytest.raises(ValueError, match="out must be like w, float64 of shape"):
            objective.loss_and_grad(w, out=out)


@every_objective
def test_without_a_batch_size_every_step_sees_the_objective_itself(objective):
    steps = objective.batches(None, batch_size=None)
    assert [next(steps) for step in range(3)] == [objective] * 3


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
def test_at_a_minimum_the_gradient_is_zero_and_the_curvatures_are_as_stated(landscape):
    for minimum, curvatures in zip(
        np.atleast_2d(landscape.minimum), np.atleast_2d(landscape.curvatures), strict=True
    ):
        np.testing.assert_allclose(landscape.grad(minimum), 0, atol=1e-12)
        hessian = differences(lambda w: landscape.grad(w).T, minimum).T
        np.testing.assert_allclose(
            np.linalg.eigvalsh((hessian + hessian.T) / 2), np.sort(curvatures), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)
@given(seed=st.integers(0, 10**6))
def test_nowhere_is_lower_than_the_lowest_minimum(landscape, seed):
    w = np.random.default_rng(seed).normal(0, 3, (50, parameters(landscape)))
    assert (landscape.loss(w) >= landscape.loss(landscape.minimum).min() - 1e-12).all()


@given(seed=st.integers(0, 10**6), size=st.integers(1, 8))
def test_random_axes_are_perpendicular_and_keep_the_curvatures(seed, size):
    rng = np.random.default_rng(seed)
    curvatures = rng.uniform(0.1, 10, size)
    bowl = quadratic(curvatures, rng=rng)
    np.testing.assert_allclose(bowl.axes.T @ bowl.axes, np.eye(size), atol=1e-12)
    np.testing.assert_allclose(bowl.grad(bowl.axes.T), (bowl.axes * curvatures).T, atol=1e-10)


def test_random_axes_point_as_often_one_way_as_the_other():
    rng = np.random.default_rng(0)
    first = np.array([random_axes(3, rng)[0] for draw in range(2000)])
    np.testing.assert_allclose(first.mean(0), 0, atol=0.05)
    np.testing.assert_allclose((first**2).mean(0), 1 / 3, atol=0.03)


def test_gradient_descent_is_stable_exactly_below_two_over_curvature():
    bowl = quadratic([1.0, 3.0, 7.0], rng=np.random.default_rng(0))
    limit = 2 / bowl.curvatures.max()
    w = np.array([bowl.axes[:, 2]] * 3)
    for _ in range(2000):
        w = w - limit * np.array([[0.999], [1.0], [1.001]]) * bowl.grad(w)
    below, at, above = np.linalg.norm(w, axis=-1)
    assert below < 0.1 and above > 10
    assert at == pytest.approx(1)


def test_just_above_two_over_curvature_the_sharp_well_lets_go_and_the_wide_one_catches():
    well = double_well(sharp=100.0, wide=1.0)
    w = np.full((2, 1), -1.01)
    for _ in range(3000):
        w = w - np.array([[0.019], [0.021]]) * well.grad(w)
    np.testing.assert_allclose(w, well.minimum, atol=1e-9)
    assert well.loss(w)[1] > well.loss(w)[0]


def test_at_the_pass_of_the_saddle_only_an_exact_start_is_stuck():
    w = np.array([[1.0, 0.0], [1.0, 1e-6]])
    for _ in range(500):
        w = w - 0.1 * saddle().grad(w)
    np.testing.assert_allclose(w, [[0, 0], [0, 1]], atol=1e-9)


@pytest.mark.parametrize("objective", LINEAR.values(), ids=LINEAR)
@given(seed=st.integers(0, 10**6))
def test_no_curvature_is_larger_than_lipschitz(objective, seed):
    w, other = np.random.default_rng(seed).normal(0, 3, (2, objective.size))
    rise = np.linalg.norm(objective.grad(w) - objective.grad(other))
    assert rise <= objective.lipschitz * np.linalg.norm(w - other) * (1 + 1e-9)


@pytest.mark.parametrize("objective", LINEAR.values(), ids=LINEAR)
def test_at_zero_the_largest_curvature_comes_close_to_lipschitz(objective):
    hessian = differences(lambda w: objective.grad(w).T, np.zeros(objective.size)).T
    assert 0.6 < np.linalg.eigvalsh(hessian)[-1] / objective.lipschitz <= 1 + 1e-6


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_least_squares_knows_its_curvatures_and_its_minimum(reduction):
    objective = least_squares(X, numbers, reduction=reduction)
    hessian = differences(lambda w: objective.grad(w).T, np.zeros(4)).T
    np.testing.assert_allclose(objective.curvatures, np.linalg.eigvalsh(hessian), rtol=1e-6)
    np.testing.assert_allclose(objective.grad(objective.minimum), 0, atol=1e-12)
    assert objective.lipschitz == pytest.approx(objective.curvatures[-1])


def test_the_squared_loss_is_the_mean_of_half_squares():
    w = some_w(least_squares(X, numbers))
    assert least_squares(X, numbers).loss(w) == pytest.approx(np.mean((X @ w - numbers) ** 2) / 2)


def test_doubling_the_data_halves_the_limit_of_a_sum_and_leaves_that_of_a_mean():
    twice = np.vstack([X, X]), np.hstack([numbers, numbers])
    for reduction, factor in (("mean", 1), ("sum", 2)):
        once = least_squares(X, numbers, reduction=reduction)
        assert least_squares(*twice, reduction=reduction).lipschitz == pytest.approx(
            factor * once.lipschitz
        )


def test_l2_adds_half_the_square_and_keeps_the_slope_of_the_rest():
    w = some_w(LINEAR["logistic"])
    plain, decayed = logistic_regression(X, bits), logistic_regression(X, bits, l2=0.4)
    assert decayed.loss(w) == pytest.approx(plain.loss(w) + 0.2 * w @ w)
    np.testing.assert_allclose(decayed.grad(w), plain.grad(w) + 0.4 * w)


def test_softmax_of_two_classes_is_logistic_regression():
    w = some_w(LINEAR["logistic"])
    both = np.concatenate([np.zeros(4), w])
    two = softmax_regression(X, bits)
    assert two.loss(both) == pytest.approx(logistic_regression(X, bits).loss(w))
    assert two.accuracy(both) == logistic_regression(X, bits).accuracy(w)


def test_outputs_are_what_the_weights_make_of_the_features():
    w = some_w(LINEAR["softmax"], 2)
    outputs = LINEAR["softmax"].outputs(w)
    assert outputs.shape == (2, 12, 3)
    np.testing.assert_allclose(outputs[1], X @ w[1].reshape(3, 4).T)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: quadratic([1.0, -1.0]), "no curvature below 0, got"),
        (lambda: quadratic([[1.0, 2.0], [0.0, 1.0]]), "symmetric matrix, got"),
        (lambda: quadratic([]), r"hessian must be a number, got \[\]"),
        (lambda: quadratic([np.nan]), r"hessian must be a number, got \[nan\]"),
        (lambda: quadratic([1.0], rng=0), r"default_rng\(seed\), got rng=0"),
        (lambda: least_squares(X[0], numbers), r"X must be \[examples, features\], got shape"),
        (lambda: least_squares(X, numbers[:-1]), r"one entry for each of 12 examples, got shape"),
        (lambda: least_squares(X, X), r"one number per example, got shape \(12, 4\)"),
        (lambda: least_squares(X / 0, numbers), "got NaN or infinity"),
        (
            lambda: least_squares(X, numbers, reduction="max"),
            "one of mean, sum, got 'max'",
        ),
        (lambda: logistic_regression(X, labels), r"labels must lie in 0..1, got 0..2"),
        (lambda: softmax_regression(X, labels - 1), r"labels must lie in 0..1, got -1..1"),
        (lambda: logistic_regression(X, numbers), "whole numbers, got float64"),
        (lambda: logistic_regression(X, bits, l2=-1), "l2 must be a number, 0 or more, got -1"),
        (lambda: softmax_regression(X, labels, classes=2), r"labels must lie in 0..1, got 0..2"),
        (lambda: LINEAR["least squares"].accuracy(np.zeros(4)), "labels, but y holds float64"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_input_meets_a_sentence_with_the_value_seen(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
