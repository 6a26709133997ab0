"""The data sets are the same everywhere and say the truth about themselves."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.data import digits, heights, houses, noisy_labels, pixels_and_labels, with_bias
from lrcourse.objectives import least_squares


def test_the_digits_are_scikit_learns():
    from sklearn.datasets import load_digits

    for ours, theirs in zip(pixels_and_labels(), load_digits(return_X_y=True), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_digits_are_dealt_into_parts_that_share_no_image():
    split = digits(seed=3)
    parts = np.vstack([split.X_train, split.X_validation, split.X_test])
    labels = np.hstack([split.y_train, split.y_validation, split.y_test])
    images, true_labels = pixels_and_labels()
    restored = parts * 16 - (parts * 16).min(0) + images.min(0)

    def rows(images, labels):
        return sorted(map(tuple, np.column_stack([np.rint(images), labels]).astype(int).tolist()))

    assert rows(restored, labels) == rows(images, true_labels)


def test_the_mean_training_image_is_zero_and_only_the_training_images_count():
    split = digits()
    np.testing.assert_allclose(split.X_train.mean(0), 0, atol=1e-12)
    assert np.abs(split.X_test.mean(0)).max() > 1e-3
    assert np.ptp(split.X_train, axis=0).max() == pytest.approx(1)


def test_the_same_seed_deals_the_same_split_and_another_seed_another():
    for one, same, other in zip(digits(1), digits(1), digits(2), strict=True):
        np.testing.assert_array_equal(one, same)
        assert (one != other).any()


def test_every_digit_is_in_every_part():
    split = digits()
    for labels in (split.y_train, split.y_validation, split.y_test):
        assert set(labels.tolist()) == set(range(10))


@given(
    labels=st.lists(st.integers(0, 4), max_size=40),
    fraction=st.floats(0, 1),
    seed=st.integers(0, 10**6),
)
def test_exactly_that_fraction_of_the_labels_is_wrong(labels, fraction, seed):
    noisy = noisy_labels(np.array(labels, int), fraction, np.random.default_rng(seed), classes=5)
    assert (noisy != labels).sum() == round(fraction * len(labels))
    assert ((noisy >= 0) & (noisy < 5)).all()


def test_a_wrong_label_is_any_of_the_others_alike_and_the_true_ones_are_kept():
    truth = np.full(90_000, 4)
    noisy = noisy_labels(truth, 1.0, np.random.default_rng(0))
    np.testing.assert_allclose(
        np.bincount(noisy) / 90_000, [*[1 / 9] * 4, 0, *[1 / 9] * 5], atol=5e-3
    )
    assert (truth == 4).all()


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_a_fraction_outside_zero_to_one_is_refused(fraction):
    with pytest.raises(ValueError, match=f"a number from 0 to 1, got {fraction}"):
        noisy_labels(np.zeros(3, int), fraction, np.random.default_rng(0))


def test_units_move_the_largest_stable_rate_by_nearly_thirty_thousand():
    limits, conditions = {}, {}
    for unit in ("cm", "m", "standardised"):
        people = heights(unit)
        line = least_squares(with_bias(people.X), people.y)
        limits[unit], conditions[unit] = 2 / line.lipschitz, line.curvatures[1] / line.curvatures[0]
    assert limits == pytest.approx({"cm": 6.9e-5, "m": 0.51, "standardised": 2.0}, rel=0.01)
    assert conditions == pytest.approx({"cm": 7.4e6, "m": 1.35e3, "standardised": 1.0}, rel=0.01)
    assert 28_000 < limits["standardised"] / limits["cm"] < 30_000


def test_the_unit_changes_the_numbers_and_not_the_people():
    weights = [heights(unit).y for unit in ("cm", "m", "standardised")]
    np.testing.assert_array_equal(weights[0], weights[1])
    np.testing.assert_array_equal(weights[0], weights[2])
    predictions = []
    for unit in ("cm", "m", "standardised"):
        people = heights(unit)
        line = least_squares(with_bias(people.X), people.y)
        predictions.append(line.outputs(line.minimum))
    np.testing.assert_allclose(predictions[1:], predictions[:1] * 2, rtol=1e-8)


def test_an_unknown_unit_is_named_with_the_ones_there_are():
    with pytest.raises(ValueError, match="unit must be one of cm, m, standardised, got 'inch'"):
        heights("inch")


@pytest.mark.parametrize("table", [houses(), heights()], ids=["houses", "heights"])
def test_a_table_names_each_of_its_columns_and_a_line_explains_it(table):
    assert table.X.shape == (20, len(table.features)) and table.y.shape == (20,)
    line = least_squares(with_bias(table.X), table.y)
    assert 2 * line.loss(line.minimum) < 0.2 * table.y.var()


def test_dealing_the_digits_out_does_not_import_scikit_learn():
    code = "import lrcourse.data, sys; lrcourse.data.digits(); print('sklearn' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
