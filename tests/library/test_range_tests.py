"""Laws of the range test: rates a factor apart, an average without start bias, rules that read."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse import network
from lrcourse.objectives import Landscape, least_squares, parabola
from lrcourse.range_tests import (
    RULES,
    ema,
    geometric_lrs,
    minimum,
    range_test,
    starts_to_rise,
    steepest,
    suggest_bounds,
    suggest_lr,
    tenth_of_minimum,
    valley,
)

SOME_RATES = geometric_lrs(1e-4, 10, 51)


@given(st.floats(1e-8, 1), st.floats(1.1, 1e6), st.integers(2, 300))
def test_geometric_rates_rise_by_one_factor_from_end_to_end(low, span, steps):
    rates = geometric_lrs(low, low * span, steps)
    assert rates.shape == (steps,)
    np.testing.assert_allclose(rates[[0, -1]], [low, low * span], rtol=1e-12)
    np.testing.assert_allclose(rates[1:] / rates[:-1], span ** (1 / (steps - 1)), rtol=1e-9)


values = st.lists(st.floats(-100, 100), min_size=1, max_size=40)


@given(values, st.floats(0, 0.99))
def test_the_average_stays_between_the_lowest_and_the_highest_so_far(losses, beta):
    smooth = ema(losses, beta)
    assert (smooth >= np.minimum.accumulate(losses) - 1e-9).all()
    assert (smooth <= np.maximum.accumulate(losses) + 1e-9).all()


@given(values, st.floats(0.01, 0.99))
def test_the_average_is_the_weighted_mean_of_its_definition(losses, beta):
    weights = beta ** np.arange(len(losses))[::-1]
    assert ema(losses, beta)[-1] == pytest.approx(np.average(losses, weights=weights), abs=1e-9)


def test_an_average_that_keeps_nothing_is_the_newest_value():
    np.testing.assert_array_equal(ema([3.0, 1.0, 2.0], beta=0), [3, 1, 2])


def test_many_columns_are_averaged_each_by_itself():
    losses = np.random.default_rng(0).normal(size=(20, 3))
    together = ema(losses, 0.8)
    for column in range(3):
        np.testing.assert_allclose(together[:, column], ema(losses[:, column], 0.8))


def test_a_test_on_a_parabola_is_the_product_of_its_factors():
    lrs = geometric_lrs(0.01, 1.5, 12)
    test = range_test(parabola(curvature=1.0), [2.0], lrs)
    w = 2.0 * np.cumprod(np.append(1, 1 - lrs[:-1]))
    np.testing.assert_allclose(test.loss, 0.5 * w**2, rtol=1e-12)
    np.testing.assert_allclose(test.smooth, ema(test.loss, 0.9))


def test_a_test_ends_when_the_average_is_beyond_the_limit_and_stays_ended():
    lrs = np.array([0.1, 0.2, 2.5, 2.6, 2.7, 2.8, 2.9])
    for stop, kept in ((1.1, 3), (4, 4), (1e9, 7)):
        test = range_test(parabola(), [1.0], lrs, beta=0, stop=stop)
        assert np.isfinite(test.loss).sum() == kept == np.isfinite(test.smooth).sum()
        assert np.isfinite(test.loss[:kept]).all()


def test_a_longer_row_of_rates_ends_a_test_no_earlier():
    lrs = geometric_lrs(0.1, 100, 30)
    whole, part = (range_test(parabola(), [1.0], rates) for rates in (lrs, lrs[:20]))
    np.testing.assert_array_equal(whole.loss[:20], part.loss)


def a_few_examples():
    rng = np.random.default_rng(3)
    return least_squares(rng.normal(size=(64, 3)), rng.normal(size=64))


def test_tests_side_by_side_are_the_tests_alone():
    starts = np.random.default_rng(1).normal(size=(3, 3))
    lrs = geometric_lrs(1e-3, 10, 40)

    def rngs():
        return [np.random.default_rng(seed) for seed in range(3)]

    together = range_test(a_few_examples(), starts, lrs, 8, rngs())
    for k, rng in enumerate(rngs()):
        alone = range_test(a_few_examples(), starts[k], lrs, 8, rng)
        np.testing.assert_allclose(together.loss[:, k], alone.loss)


def test_the_start_is_left_alone():
    w = np.ones(3)
    range_test(a_few_examples(), w, geometric_lrs(1e-3, 10, 20), 8, np.random.default_rng(0))
    np.testing.assert_array_equal(w, 1)


def bath_tub(lrs, left=0.1, right=3.0):
    """A loss that falls by 2 around the rate ``left`` and rises around ``right``."""
    decades = np.log10(lrs)
    fall = 1 / (1 + np.exp(8 * (decades - np.log10(left))))
    return 0.3 + 2 * fall + np.exp(6 * (decades - np.log10(right)))


def test_rules_read_a_smooth_curve_where_calculus_says():
    lrs = geometric_lrs(1e-4, 10, 2001)
    loss = bath_tub(lrs)
    assert steepest(lrs, loss) == pytest.approx(0.1, rel=0.02)
    assert minimum(lrs, loss) == lrs[loss.argmin()]
    assert tenth_of_minimum(lrs, loss) == minimum(lrs, loss) / 10
    assert valley(lrs, loss) < minimum(lrs, loss) < starts_to_rise(lrs, loss)
    down = 2.3 - 2 / 3 * (2.3 - loss.min())
    at = np.interp(np.log(valley(lrs, loss)), np.log(lrs), loss)
    assert at == pytest.approx(down, abs=0.01)


def test_the_loss_at_the_turning_point_is_a_tenth_of_the_fall_above_the_lowest():
    lrs = geometric_lrs(1e-4, 10, 2001)
    loss = bath_tub(lrs)
    risen = loss[np.flatnonzero(lrs == starts_to_rise(lrs, loss))[0]]
    fall = loss[: loss.argmin()].max() - loss.min()
    assert risen - loss.min() == pytest.approx(0.1 * fall, rel=0.05)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("scale", [0.01, 7.0])
def test_every_rule_moves_along_with_the_rates(rule, scale):
    loss = bath_tub(SOME_RATES)
    here, there = suggest_lr(SOME_RATES, loss, rule), suggest_lr(scale * SOME_RATES, loss, rule)
    assert there == pytest.approx(scale * here)


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_cares_in_which_unit_the_loss_is_counted(rule):
    loss = bath_tub(SOME_RATES)
    assert suggest_lr(SOME_RATES, 5 * loss, rule) == suggest_lr(SOME_RATES, loss, rule)


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_is_led_astray_by_what_is_missing_at_the_end(rule):
    loss = bath_tub(SOME_RATES)
    cut = np.where(np.arange(51) < 48, loss, np.nan)
    assert suggest_lr(SOME_RATES, cut, rule) == suggest_lr(SOME_RATES, loss, rule)


def test_a_loss_that_never_rises_again_is_read_at_its_last_rate():
    lrs = geometric_lrs(0.01, 1, 5)
    assert starts_to_rise(lrs, np.array([5.0, 4.0, 3.0, 2.0, 1.0])) == 1.0


def test_the_first_tenth_is_not_read():
    loss = bath_tub(SOME_RATES)
    loss[0] = 50.0
    assert suggest_lr(SOME_RATES, loss, "steepest", skip=0) == SOME_RATES[0]
    assert suggest_lr(SOME_RATES, loss, "steepest") == pytest.approx(0.1, rel=0.3)


def test_several_tests_get_a_rate_each_and_bounds_each():
    loss = np.stack([bath_tub(SOME_RATES), bath_tub(SOME_RATES, 0.01)], axis=1)
    rates = suggest_lr(SOME_RATES, loss, "valley")
    assert rates.shape == (2,) and rates[1] < rates[0]
    low, high = suggest_bounds(SOME_RATES, loss)
    assert low.shape == high.shape == (2,) and (low < rates).all() and (rates < high).all()


def test_the_fall_comes_at_a_tenth_of_the_rate_in_ten_times_the_steps():
    """The law behind the lesson, where nothing is noisy: the valley of a gentle bowl."""
    read = [
        suggest_lr(test.lr, test.smooth, "valley", skip=0)
        for steps in (2000, 20000)
        for test in [range_test(parabola(0.1), [1.0], geometric_lrs(1e-5, 1, steps), beta=0)]
    ]
    assert read[0] / read[1] == pytest.approx(10, rel=0.05)


def test_digits_learn_between_the_bounds_that_a_test_finds():
    from lrcourse.data import digits

    split, rng = digits(), np.random.default_rng(0)
    objective = network.mlp(split.X_train, split.y_train, (64, 32, 10))
    start = network.init(rng, (64, 32, 10))
    test = range_test(objective, start, geometric_lrs(1e-5, 100, 100), 32, rng)
    low, high = suggest_bounds(test.lr, test.smooth)
    assert 0.02 < low < 1 < high < 12


def nothing_left():
    return suggest_lr(SOME_RATES, np.full(51, np.nan))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: geometric_lrs(0, 1, 5), "low must be a number above 0, got 0"),
        (lambda: geometric_lrs(2, 1, 5), "low = 2.0 and high = 1.0"),
        (lambda: geometric_lrs(0.1, np.nan, 5), "high must be a number above 0, got nan"),
        (lambda: geometric_lrs(0.1, 1, 1), "2 or more, got 1"),
        (lambda: geometric_lrs(0.1, 1, 2.5), "whole number, 2 or more, got 2.5"),
        (lambda: ema([1.0], 1.0), "below 1, got 1.0"),
        (lambda: ema([1.0], -0.1), "a number from 0 to below 1, got -0.1"),
        (lambda: range_test(parabola(), [1.0], [0.1]), "two or more rates above 0 that rise"),
        (lambda: range_test(parabola(), [1.0], [0.2, 0.1]), "that rise"),
        (lambda: range_test(a_few_examples(), np.ones(3), [0.1, 1], 8), "pass rng"),
        (lambda: suggest_lr(SOME_RATES, np.ones(51), "best"), "rule must be one of starts"),
        (lambda: suggest_lr(SOME_RATES, np.ones(50)), "51 rates, got losses of shape"),
        (nothing_left, "start at a lower rate"),
    ],
)
def test_what_cannot_be_used_meets_one_sentence(call, words):
    with pytest.raises(ValueError, match=words) as refusal:
        call()
    assert len(refusal.value._render_traceback_()) == 1


@pytest.mark.parametrize("lower", [5.0, 0.4])
def test_a_loss_below_zero_ends_no_test_before_it_rises(lower):
    """The same bowl, some lower: the curve falls as before, and a rate is read off it."""
    bowl = parabola()
    low = Landscape(lambda w: bowl.loss(w) - lower, bowl.grad)
    lrs = geometric_lrs(0.05, 12.8, 9)
    test, same = (range_test(each, [1.0], lrs, beta=0) for each in (low, bowl))
    fell = slice(0, 7)
    np.testing.assert_allclose(test.loss[fell], same.loss[fell] - lower)
    assert suggest_lr(lrs, test.smooth, "steepest", skip=0) == suggest_lr(
        lrs, same.smooth, "steepest", skip=0
    )
    longer = range_test(low, [1.0], geometric_lrs(0.05, 1e9, 40), beta=0)
    assert np.isfinite(longer.loss[:9]).all() and np.isnan(longer.loss[-1])
