"""Searches, held to closed forms and to what they promise; sweeps, held to one run at a time."""

import matplotlib

matplotlib.use("agg")

import _thread
import threading
from math import sqrt

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, strategies as st
from threadpoolctl import threadpool_info

from lrcourse import BadInput, gaussian_process as gaussian_processes, network, sweeping, train
from lrcourse.data import digits
from lrcourse.explorers.searches import (
    METHODS,
    TRIALS,
    belief,
    digits_curve,
    log_error,
    trials_on_the_curve,
)
from lrcourse.explorers.still import picture
from lrcourse.explorers.widget import MAX_BYTES, explore
from lrcourse.objectives import quadratic
from lrcourse.optimizers import gd
from lrcourse.searching import (
    GOLDEN,
    bayesian,
    expected_improvement,
    gaussian_process,
    golden_section,
    log_grid,
    quasi_random,
    random_lrs,
)
from lrcourse.sweeping import Sweep, rank, sweep

DESIGNS = {
    "log_grid": lambda low, high, trials: log_grid(low, high, trials),
    "random_lrs": lambda low, high, trials: random_lrs(low, high, trials, rng()),
    "quasi_random": lambda low, high, trials: quasi_random(low, high, trials),
    "quasi_random, shifted": lambda low, high, trials: quasi_random(low, high, trials, rng()),
}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(params=DESIGNS)
def design(request):
    return DESIGNS[request.param]


@given(low=st.floats(1e-8, 1e-2), factor=st.floats(10, 1e8), trials=st.integers(1, 40))
def test_every_design_stays_between_low_and_high(low, factor, trials):
    for design in DESIGNS.values():
        lrs = design(low, low * factor, trials)
        assert lrs.shape == (trials,)
        assert (lrs >= low * (1 - 1e-9)).all() and (lrs <= low * factor * (1 + 1e-9)).all()


def test_multiplying_both_ends_multiplies_every_rate(design):
    np.testing.assert_allclose(design(1e-4, 1, 9), design(1e-2, 100, 9) / 100)


def test_two_knobs_get_a_column_each(design):
    points = design([1e-4, 0.5], [1.0, 2.0], 9)
    assert points.shape == (9, 2)
    assert points[:, 0].max() <= 1.0000001 and (points[:, 1] >= 0.4999999).all()


def test_a_grid_has_equal_factors_and_both_ends():
    lrs = log_grid(1e-3, 10, 9)
    np.testing.assert_allclose(lrs[1:] / lrs[:-1], np.sqrt(10))
    np.testing.assert_allclose(lrs[[0, -1]], [1e-3, 10])


def test_a_grid_of_one_is_the_middle():
    assert log_grid(1e-3, 1e-1, 1) == pytest.approx(1e-2)


def test_a_grid_over_two_knobs_has_few_values_of_each_and_all_combinations():
    points = log_grid([1e-4, 0.5], [1.0, 2.0], 9)
    assert [len(np.unique(column.round(9))) for column in points.T] == [3, 3]
    assert len({tuple(point) for point in points.tolist()}) == 9


def test_random_rates_fall_alike_into_every_factor_of_ten():
    exponents = np.log10(random_lrs(1e-4, 1, 40_000, rng()))
    counts, _ = np.histogram(exponents, bins=[-4, -3, -2, -1, 0])
    np.testing.assert_allclose(counts / 40_000, 0.25, atol=0.01)


@pytest.mark.parametrize("power", range(1, 8))
def test_quasi_random_leaves_no_gap(power):
    """The first 2^k - 1 points of base 2 are the multiples of 2^-k, in another order."""
    trials = 2**power - 1
    parts = np.sort(np.log10(quasi_random(1, 10, trials)))
    np.testing.assert_allclose(parts, np.arange(1, trials + 1) / 2**power)


def test_quasi_random_keeps_its_first_points_when_there_are_more():
    for shift in (None, 3):
        few, many = (
            quasi_random([1, 1], [10, 10], n, None if shift is None else rng(shift))
            for n in (5, 50)
        )
        np.testing.assert_array_equal(few, many[:5])


def test_the_second_knob_of_quasi_random_counts_in_thirds():
    parts = np.log10(quasi_random([1, 1], [10, 10], 4))[:, 1]
    np.testing.assert_allclose(parts, [1 / 3, 2 / 3, 1 / 9, 4 / 9])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: log_grid(0, 1, 5), "0 < low < high, got low=0, high=1"),
        (lambda: log_grid(1, 1, 5), "0 < low < high"),
        (lambda: log_grid(1e-3, np.nan, 5), "0 < low < high"),
        (lambda: log_grid([1e-3, 1e-3], 1, 5), "0 < low < high"),
        (lambda: log_grid([1e-3, 1e-3], [1, 1], 8), r"k\*\*2 trials, got 8"),
        (lambda: random_lrs(1e-3, 1, 0, rng()), "1 or more, got 0"),
        (lambda: random_lrs(1e-3, 1, 2.5, rng()), "1 or more, got 2.5"),
        (lambda: random_lrs(1e-3, 1, 3, 7), "rng=7"),
        (lambda: quasi_random([1] * 5, [2] * 5, 3), "up to 4 knobs, got 5"),
        (lambda: golden_section(abs, 1e-3, 1, 1), "two trials to compare, got 1"),
        (lambda: golden_section(abs, [1e-3], [1], 5), "one rate"),
        (lambda: bayesian(abs, 1, 1e-3, 5), "0 < low < high"),
    ],
)
def test_a_search_that_cannot_be_is_refused_in_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@given(place=st.floats(-4.5, 1.5), trials=st.integers(2, 25))
def test_golden_section_keeps_the_bottom_within_its_shrinking_bracket(place, trials):
    search = golden_section(lambda lr: abs(np.log10(lr) - place), 1e-5, 1e2, trials)
    assert len(search.lrs) == trials
    assert abs(np.log10(search.best) - place) <= 7 * GOLDEN ** (trials - 1) + 1e-9


def test_golden_section_tries_each_rate_once():
    search = golden_section(lambda lr: (np.log(lr) - 1) ** 2, 1e-3, 1e3, 20)
    assert len(np.unique(search.lrs.round(12))) == 20


def test_golden_section_keeps_its_first_trials_when_there_are_more():
    few, many = (golden_section(lambda lr: -(np.log(lr) ** 2), 1e-3, 1e2, n) for n in (4, 9))
    np.testing.assert_array_equal(few.lrs, many.lrs[:4])


def test_golden_section_flees_from_where_there_is_no_number():
    search = golden_section(lambda lr: np.nan if lr > 0.01 else -lr, 1e-6, 1e2, 30)
    assert search.best == pytest.approx(0.01, rel=1e-3)
    assert np.isinf(search.losses).any()


def test_a_gaussian_process_of_one_point_by_hand():
    """With one point the mean is k y / (1 + noise²), the variance 1 - k² / (1 + noise²)."""
    k, total = np.exp(-0.5), 1 + gaussian_processes.NOISE**2
    mean, deviation = gaussian_process(np.zeros((1, 1)), np.array([2.0]), np.full((1, 1), 0.3), 0.3)
    assert mean == pytest.approx(2 * k / total)
    assert deviation == pytest.approx(sqrt(1 - k**2 / total))


def test_a_gaussian_process_knows_nothing_far_away():
    mean, deviation = gaussian_process(np.zeros((1, 2)), np.ones(1), np.full((1, 2), 9.0), 0.2)
    assert abs(mean) < 1e-9 and deviation == pytest.approx(1)


def test_a_gaussian_process_takes_the_likeliest_length():
    """Drawn with one length, the points are told from those drawn with another."""
    x = np.linspace(0, 1, 40)[:, np.newaxis]
    for length in (gaussian_processes.LENGTHS[0], gaussian_processes.LENGTHS[-1]):
        alike = gaussian_processes._alike(x, x, length, gaussian_processes.NOISE)
        y = np.linalg.cholesky(alike) @ rng(1).normal(size=40)
        chosen = gaussian_process(x, y, x)
        np.testing.assert_array_equal(chosen[0], gaussian_process(x, y, x, length)[0])


@given(mean=st.floats(-3, 3), deviation=st.floats(0.01, 3), best=st.floats(-3, 3))
def test_expected_improvement_is_the_mean_of_what_is_gained(mean, deviation, best):
    z = np.linspace(-9, 9, 20001)
    bell = np.exp(-(z**2) / 2)
    gained = (np.maximum(best - mean - deviation * z, 0) * bell).sum() / bell.sum()
    assert expected_improvement(mean, deviation, best) == pytest.approx(gained, abs=1e-5)


def test_expected_improvement_without_doubt_is_the_gain_or_nothing():
    np.testing.assert_array_equal(expected_improvement([1.0, 3.0], [0.0, 0.0], 2.0), [1.0, 0.0])


def test_bayesian_optimization_starts_quasi_random_and_ends_at_the_bottom():
    search = bayesian(lambda lr: (np.log10(lr) + 1.3) ** 2, 1e-5, 10, 12, rng(4))
    np.testing.assert_array_equal(search.lrs[:3], quasi_random(1e-5, 10, 3, rng(4)))
    assert np.log10(search.best) == pytest.approx(-1.3, abs=0.1)


def test_bayesian_optimization_bears_what_is_no_number():
    search = bayesian(lambda lr: np.nan if lr > 0.1 else abs(np.log10(lr) + 2), 1e-5, 10, 12)
    assert np.isinf(search.losses).any() and 0.003 < search.best < 0.03


def test_bayesian_optimization_goes_on_where_a_loss_has_no_lowest_value():
    search = bayesian(lambda lr: np.log(abs(np.log10(lr))), 1e-3, 1e3, trials=9)
    assert search.losses.min() == -np.inf and search.best == 1.0
    assert len(set(search.lrs.tolist())) >= 8


@pytest.mark.parametrize("search", [golden_section, bayesian])
@pytest.mark.parametrize("nothing", [np.nan, np.inf])
def test_of_trials_without_a_number_none_is_best(search, nothing):
    found = search(lambda lr: nothing, 1e-3, 1, 5)
    assert len(found.lrs) == 5
    with pytest.raises(BadInput, match="none of 5 trials gave a number, so none is best"):
        found.best  # noqa: B018


def test_bayesian_optimization_over_two_knobs():
    def loss(point):
        return (np.log10(point) ** 2).sum()

    search = bayesian(loss, [1e-3, 1e-2], [1e2, 1e1], 15, rng())
    assert search.lrs.shape == (15, 2) and np.abs(np.log10(search.best)).max() < 0.5


def test_bayesian_optimization_of_a_plain_finds_nothing_and_says_nothing_wrong():
    search = bayesian(lambda lr: 1.0, 1e-3, 1, 6)
    assert (search.losses == 1).all()


# Sweeps.

BOWL = quadratic([1.0, 10.0])


def swept(lrs=(0.05, 0.1, 0.15, 0.2), seeds=(0, 1), **more):
    def judge(w):
        return -BOWL.loss(w)

    arguments = {"steps": 30, "score": judge, "progress": False} | more
    return sweep(BOWL, lambda rng: rng.normal(size=2), gd, lrs, seeds, **arguments)


def small_digits():
    split, widths = digits(), (64, 8, 10)
    learn = network.mlp(split.X_train, split.y_train, widths)
    pick = network.mlp(split.X_validation, split.y_validation, widths)
    return learn, pick, widths


@pytest.mark.parametrize("runs", [64, 3, 1])
def test_a_sweep_is_every_run_on_its_own_however_it_is_cut(runs, monkeypatch):
    monkeypatch.setattr(sweeping, "RUNS", runs)
    learn, pick, widths = small_digits()
    lrs, seeds = [0.01, 0.1, 1.0], [3, 5]
    table = sweep(
        learn,
        lambda rng: network.init(rng, widths),
        gd,
        lrs,
        seeds,
        20,
        score=pick.loss,
        batch_size=32,
        progress=False,
    ).scores
    for row, seed in enumerate(seeds):
        for column, lr in enumerate(lrs):
            own = rng(seed)
            w = network.init(own, widths)
            alone = train(learn, w, gd, lr, 20, batch_size=32, rng=own)
            assert table[row, column] == pytest.approx(pick.loss(alone.w[-1]), rel=1e-9)


def test_a_sweep_sorts_its_rates_and_trains_each_once():
    table = swept([0.2, 0.05, 0.1, 0.1])
    assert table.lrs.tolist() == [0.05, 0.1, 0.2] and table.scores.shape == (2, 3)


def test_a_run_that_diverged_is_the_worst_and_not_no_number():
    table = swept([0.1, 0.15, 5.0], steps=60)
    assert (table.scores[:, 2] == -np.inf).all() and table.complete
    assert table.best().lr == 0.15


def test_a_score_that_is_no_number_is_the_worst_and_not_left_to_do():
    table = swept(score=lambda w: np.full(w.shape[:-1], np.nan))
    assert table.complete and (table.scores == -np.inf).all()
    with pytest.raises(BadInput, match="every rate diverged, or scored no number"):
        table.best()


def test_a_sweep_uses_one_thread_for_each_matrix_product(monkeypatch):
    seen = []

    def judge(w):
        seen.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return -BOWL.loss(w)

    swept(score=judge)
    assert seen and set(seen) == {1}


@pytest.fixture(params=[False, True], ids=["with threads", "in a browser"])
def place(request, monkeypatch):
    """A machine with threads, and a browser, which has none."""
    monkeypatch.setattr(sweeping, "IN_A_BROWSER", request.param)
    if request.param:
        monkeypatch.setattr(sweeping, "ThreadPoolExecutor", None)


def test_a_mistake_in_a_score_comes_through(place):
    with pytest.raises(ZeroDivisionError):
        swept(score=lambda w: 1 / 0)


def test_one_thread_finds_what_two_find(monkeypatch):
    monkeypatch.setattr(sweeping, "RUNS", 4)
    by_two = swept()
    monkeypatch.setattr(sweeping, "IN_A_BROWSER", True)
    np.testing.assert_array_equal(swept().scores, by_two.scores)


def test_an_interrupted_sweep_keeps_what_is_done_and_picks_nothing(place, monkeypatch):
    """Ctrl-C comes during the second chunk; that one stops between two steps."""
    monkeypatch.setattr(sweeping, "RUNS", 4)
    monkeypatch.setattr(sweeping, "THREADS", 1)
    calls = []

    def start(rng):
        calls.append(None)
        if len(calls) == 2:
            threading.Timer(0.2, _thread.interrupt_main).start()
        return rng.normal(size=2)

    def slowly(w, grad, state, lr):
        if len(calls) == 2:
            threading.Event().wait(0.01)
        return gd.update(w, grad, state, lr)

    table = sweep(
        BOWL,
        start,
        gd._replace(update=slowly),
        [0.05, 0.1, 0.15, 0.2],
        [0, 1, 2],
        steps=1000,
        score=lambda w: -BOWL.loss(w),
        progress=False,
    )
    assert not np.isnan(table.scores[0]).any() and np.isnan(table.scores[1:]).all()
    with pytest.raises(ValueError, match="4 of 12 runs are done, so nothing is picked"):
        table.best()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lrs": []}, r"each of lrs must be a number above 0, got \[\]"),
        ({"lrs": [0.1, -1.0]}, "each of lrs must be a number above 0"),
        ({"lrs": [0.1, np.nan]}, "each of lrs must be a number above 0"),
        ({"seeds": []}, "seeds must be different whole numbers"),
        ({"seeds": [1, 1]}, r"seeds must be different whole numbers such as .*, got \[1, 1\]"),
        ({"seeds": [0.5]}, "each of seeds must be a whole number, 0 or more"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        swept(**change)


def made(means, lrs=None, seeds=(0, 1), steps=10, reports=None):
    scores = np.array([means, means], float)
    scores[0] -= 0.1
    scores[1] += 0.1
    lrs = np.geomspace(0.01, 1, len(means)) if lrs is None else np.asarray(lrs)
    return Sweep(lrs, seeds, steps, scores, scores - 1 if reports is None else reports)


def test_the_pick_is_the_best_mean_with_its_standard_error_and_its_report():
    pick = made([0.2, 0.9, 0.5]).best()
    assert pick.lr == pytest.approx(0.1) and pick.score == pytest.approx(0.9)
    assert pick.error == pytest.approx(0.1) and pick.report == pytest.approx(-0.1)


def test_a_lucky_seed_does_not_win():
    table = made([0.2, 0.9, 0.5, 0.1])
    table.scores[0, 2] = 1.2
    assert table.best().lr == pytest.approx(table.lrs[1])


@pytest.mark.parametrize(
    ("means", "words"),
    [
        ([0.9, 0.5, 0.2], "0.01, is the last of the grid: sweep lower"),
        ([0.2, 0.5, 0.9], "1, is the last of the grid: sweep higher"),
        ([0.2, 0.9], "2 rates are not a sweep"),
        ([-np.inf] * 3, "every rate diverged, or scored no number, for some seed"),
    ],
)
def test_what_was_not_tuned_or_lies_on_the_edge_is_not_picked_and_not_ranked(means, words):
    with pytest.raises(ValueError, match=words):
        made(means).best()
    with pytest.raises(ValueError, match=f"new cannot be ranked: .*{words}"):
        rank({"old": made([0.1, 0.5, 0.2]), "new": made(means)})


def test_a_ranking_gives_each_its_own_rate_and_the_best_comes_first():
    ranking = rank({"old": made([0.1, 0.5, 0.2]), "new": made([0.1, 0.3, 0.4, 0.6, 0.2])})
    assert list(ranking) == ["new", "old"]
    assert [pick.lr for pick in ranking.values()] == pytest.approx([10**-0.5, 0.1])


@pytest.mark.parametrize("other", [{"steps": 20}, {"seeds": (0, 7)}])
def test_other_steps_or_seeds_are_not_ranked(other):
    with pytest.raises(ValueError, match="the same steps and seeds"):
        rank({"old": made([0.1, 0.5, 0.2]), "new": made([0.1, 0.5, 0.2], **other)})


# The explorer.


@pytest.fixture(scope="module")
def falling():
    lrs = np.geomspace(1e-4, 10, 11)
    return trials_on_the_curve(lrs, 100 * np.exp(-(np.log10(lrs / 1.5) ** 2)))


def test_the_explorer_keeps_to_its_weight_and_says_each_position_in_its_own_words(falling):
    shown = explore(falling)
    assert len(shown.background) + len(shown.numbers) < MAX_BYTES
    texts = np.ravel(falling.texts)
    assert len(set(texts)) == len(texts) == len(METHODS) * TRIALS
    assert all(len(text) < 260 and "nan" not in text for text in texts)


def test_more_trials_never_make_a_search_worse_but_for_the_grid(falling):
    lost = np.array(
        [[float(text.split(", ")[-1].split(" points")[0].split()[-1]) for text in row]
         for row in falling.texts]
    )  # fmt: skip
    assert (np.diff(lost[1:], axis=1) <= 1e-9).all()
    assert (np.diff(lost[0]) > 0).any()


def test_the_trials_lie_on_the_curve(falling):
    trials = next(mark for mark in falling.marks if mark.marker == "o")
    lrs = np.geomspace(1e-4, 10, 11)
    curve = 100 * np.exp(-(np.log10(lrs / 1.5) ** 2))
    here = ~np.isnan(trials.x)
    assert here.sum() == len(METHODS) * TRIALS * (TRIALS + 1) / 2
    wanted = np.interp(np.log10(trials.x[here]), np.log10(lrs), curve)
    np.testing.assert_allclose(trials.y[here], wanted)


def test_the_explorer_measures_a_curve_of_its_own_and_counts_the_cliff_as_guessing():
    lrs, percent = digits_curve([0.01, 1.0, 8.0], seeds=[0])
    assert percent[2] == 10 and 30 < percent[0] < 70 and percent[1] > 90


def test_the_picture_is_drawn_from_the_same_frames(falling, capsys):
    picture(falling, method=4, trials=6)
    assert "Gaussian process, 6 trials" in capsys.readouterr().out
    plt.close("all")


def test_a_belief_passes_near_its_trials():
    ax = plt.figure().add_subplot()
    belief(lambda lr: 90 * np.exp(-(np.log10(lr) ** 2) / 4), lambda p: -p, lambda loss: -loss, ax)
    _, guess, trials = ax.lines
    near = np.interp(np.log10(trials.get_xdata()), np.log10(guess.get_xdata()), guess.get_ydata())
    assert np.abs(near - trials.get_ydata()).max() < 6
    plt.close("all")


def test_the_log_of_the_error_stays_a_number_at_no_error_at_all():
    assert np.isfinite(log_error(np.array([0.0, 100.0, 101.0]))).all()
