"""Mini-batches and scores: what every loss over examples is made of."""

from itertools import islice

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.network import mlp
from lrcourse.objectives import least_squares, softmax_regression
from lrcourse.supervised import cross_entropy, logistic, one_hot

rng = np.random.default_rng(0)
X, numbers, labels = rng.normal(size=(10, 4)), np.arange(10.0), np.arange(10) % 3
OBJECTIVES = {
    "least squares": least_squares(X, numbers),
    "softmax": softmax_regression(X, labels, l2=0.1),
    "network": mlp(X, labels, (4, 5, 3), "tanh"),
}
every_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)


def seeded(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def drawn(steps, objective, rng, batch_size, **options):
    return list(islice(objective.batches(rng, batch_size, **options), steps))


@given(
    examples=st.integers(1, 30),
    batch_size=st.integers(1, 40),
    seed=st.integers(0, 10**6),
    several=st.booleans(),
)
def test_every_epoch_meets_every_example_once(examples, batch_size, seed, several):
    objective = least_squares(np.ones((examples, 1)), np.arange(examples))
    rng = seeded(seed, seed + 1) if several else np.random.default_rng(seed)
    epoch = -(-examples // batch_size)
    batches = [np.atleast_2d(batch.y) for batch in drawn(3 * epoch, objective, rng, batch_size)]
    for start in range(0, 3 * epoch, epoch):
        met = np.concatenate(batches[start : start + epoch], axis=-1)
        np.testing.assert_array_equal(np.sort(met), [range(examples)] * len(met))
    assert {batch.shape[-1] for batch in batches[:-1:epoch]} <= {min(batch_size, examples)}


def test_epochs_differ_in_order():
    first, second = drawn(2, OBJECTIVES["least squares"], np.random.default_rng(0), 10)
    assert first.y.tolist() != second.y.tolist()


def test_rows_features_and_targets_stay_together():
    for batch in drawn(6, OBJECTIVES["least squares"], np.random.default_rng(0), 3):
        np.testing.assert_array_equal(batch.X, X[batch.y.astype(int)])
        np.testing.assert_array_equal(batch.targets[:, 0], batch.y)


def test_the_same_seed_draws_the_same_mini_batches_and_another_seed_others():
    one, same, other = (
        [batch.y.tolist() for batch in drawn(5, OBJECTIVES["least squares"], rng, 4)]
        for rng in seeded(3, 3, 4)
    )
    assert one == same != other


@every_objective
def test_an_epoch_of_mini_batch_gradients_averages_to_the_full_gradient(objective):
    w = np.random.default_rng(1).normal(size=(2, objective.size))
    epoch = drawn(4, objective, np.random.default_rng(2), 3)
    average = sum(len(batch.y) * batch.grad(w) for batch in epoch) / 10
    np.testing.assert_allclose(average, objective.grad(w), atol=1e-12)


@pytest.mark.parametrize("replace", [False, True])
def test_mini_batch_gradients_are_unbiased_and_replacement_spreads_them_more(replace):
    """Without replacement the variance is (N - B)/(N - 1) of that with it: here 5/9."""
    objective, w = OBJECTIVES["least squares"], np.zeros(4)
    batches = drawn(8000, objective, np.random.default_rng(0), 5, replace=replace)
    grads = np.array([batch.grad(w) for batch in batches])
    each = np.array([least_squares(X[[row]], numbers[[row]]).grad(w) for row in range(10)])
    variance = each.var(0) / 5 * (1 if replace else 5 / 9)
    np.testing.assert_allclose(grads.mean(0), objective.grad(w), atol=0.1)
    np.testing.assert_allclose(grads.var(0), variance, rtol=0.1)


def test_with_replacement_a_mini_batch_may_exceed_the_data():
    (batch,) = drawn(1, OBJECTIVES["least squares"], np.random.default_rng(0), 25, replace=True)
    assert len(batch.y) == 25


@pytest.mark.parametrize("runs", [(), (3,), (3, 2)], ids=str)
@pytest.mark.parametrize("replace", [False, True])
@every_objective
def test_a_list_of_generators_gives_each_first_entry_of_w_its_own_mini_batches(
    objective, replace, runs
):
    w = np.random.default_rng(1).normal(size=(2, *runs, objective.size))
    together = drawn(5, objective, seeded(7, 8), 4, replace=replace)
    for seed, its_w in enumerate(w):
        alone = drawn(5, objective, seeded(7, 8)[seed], 4, replace=replace)
        for shared, own in zip(together, alone, strict=True):
            np.testing.assert_array_equal(shared.y[seed], own.y)
            np.testing.assert_allclose(shared.loss(w)[seed], own.loss(its_w), rtol=1e-12)
            np.testing.assert_allclose(shared.grad(w)[seed], own.grad(its_w), atol=1e-12)
            np.testing.assert_allclose(shared.outputs(w)[seed], own.outputs(its_w), atol=1e-12)


def test_accuracy_of_mini_batches_goes_with_their_own_labels():
    objective = OBJECTIVES["network"]
    w = np.random.default_rng(1).normal(size=(2, 3, objective.size))
    (together,) = drawn(1, objective, seeded(7, 8), 6)
    for seed, generator in enumerate(seeded(7, 8)):
        (own,) = drawn(1, objective, generator, 6)
        np.testing.assert_array_equal(together.accuracy(w)[seed], own.accuracy(w[seed]))


def test_w_needs_a_first_axis_with_one_entry_per_generator():
    (batch,) = drawn(1, OBJECTIVES["least squares"], seeded(1, 2, 3, 4), 2)
    for shape in ((4,), (3, 4), (3, 4, 4)):
        with pytest.raises(ValueError, match=r"4 generators need w of shape \[4, ..., 4\], got"):
            batch.loss(np.zeros(shape))


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, True, "4", np.nan])
def test_a_batch_size_that_is_no_count_is_refused_at_once(batch_size):
    with pytest.raises(ValueError, match="batch_size must be a whole number, 1 or more, got"):
        OBJECTIVES["least squares"].batches(np.random.default_rng(0), batch_size)


@pytest.mark.parametrize("rng", [None, 0, [], [0], np.random])
def test_a_seed_is_not_a_generator(rng):
    with pytest.raises(ValueError, match=r"needs rng=np.random.default_rng\(seed\), got rng="):
        OBJECTIVES["least squares"].batches(rng, 2)


def test_mini_batches_are_not_split_again():
    (batch,) = drawn(1, OBJECTIVES["least squares"], seeded(1, 2), 4)
    with pytest.raises(ValueError, match="mini-batches already"):
        batch.batches(np.random.default_rng(0), 2)


logits = st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=6)


@given(outputs=logits, shift=st.floats(-1e4, 1e4), data=st.data())
def test_cross_entropy_is_finite_ignores_a_shift_and_its_slopes_add_to_zero(outputs, shift, data):
    outputs = np.array(outputs)[:, np.newaxis]
    label = data.draw(st.integers(0, len(outputs) - 1))
    targets = one_hot([label], len(outputs)).T
    losses, slopes = cross_entropy(outputs, targets)
    assert np.isfinite(losses) and losses >= 0 and np.isfinite(slopes).all()
    assert slopes.sum() == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(cross_entropy(outputs + shift, targets)[0], losses, atol=1e-7)
    assert losses >= (outputs.max() - outputs[label]) * (1 - 1e-12)


@given(output=st.floats(-1e6, 1e6))
def test_the_two_labels_of_a_logistic_loss_mirror_each_other(output):
    with np.errstate(over="raise"):
        (one, zero), slopes = logistic(np.array([[output, -output]]), np.array([[1.0, 0.0]]))
    assert one == pytest.approx(zero) and one >= 0
    assert slopes[0, 0] == pytest.approx(-slopes[0, 1])


def test_whoever_misses_an_example_pays_log_two_for_it():
    """(1 - accuracy) * log 2 <= mean cross-entropy, whatever the weights."""
    objective = OBJECTIVES["softmax"]
    plain = softmax_regression(objective.X, objective.y)
    w = np.random.default_rng(0).normal(0, 2, (500, plain.size))
    assert ((1 - plain.accuracy(w)) * np.log(2) <= plain.loss(w)).all()
