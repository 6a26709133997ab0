"""Laws of the training loop: one path for a number, an array of rates and a learner's own code."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lrcourse.base import Optimizer, stateless
from lrcourse.objectives import Landscape, least_squares, parabola, quadratic
from lrcourse.optimizers import OPTIMIZERS, gd, momentum, schedule_free_sgd
from lrcourse.training import train


@given(st.floats(0.1, 10), st.floats(0.01, 0.99), st.integers(0, 30))
def test_each_step_on_a_parabola_multiplies_w_by_one_minus_lr_times_curvature(h, part, steps):
    lr = part * 2 / h
    run = train(parabola(curvature=h), [3.0], gd, lr, steps, record=1)
    expected = 3.0 * (1 - lr * h) ** np.arange(steps + 1)
    np.testing.assert_allclose(run.w[:, 0], expected, rtol=1e-9, atol=1e-12)


def test_a_sweep_of_rates_is_the_same_as_one_run_per_rate():
    objective, lrs = quadratic([1.0, 5.0], rng=np.random.default_rng(1)), [0.01, 0.1, 0.3]
    sweep = train(objective, [1.0, 2.0], gd, lrs, 20)
    alone = [train(objective, [1.0, 2.0], gd, lr, 20) for lr in lrs]
    np.testing.assert_allclose(sweep.loss, np.stack([run.loss for run in alone], axis=1))
    assert sweep.w.shape == (2, 3, 2)


def test_a_rate_of_zero_leaves_the_loss_flat():
    run = train(parabola(), [2.0], gd, 0.0, 5)
    assert np.ptp(run.loss) == 0


def test_row_zero_is_the_start_and_the_last_loss_is_that_of_the_last_w():
    objective = parabola()
    run = train(objective, [2.0], gd, 0.3, 7, record=3)
    assert list(run.w_steps) == [0, 3, 6, 7]
    assert len(run.loss) == 8 and len(run.lr) == 7
    assert run.loss[0] == objective.loss(np.array([2.0]))
    assert run.loss[-1] == objective.loss(run.w[-1])


def test_a_diverged_run_keeps_a_finite_w_and_the_others_never_notice():
    together = train(parabola(), [1.0], gd, [0.5, 5.0], 60)
    assert list(together.diverged) == [False, True]
    assert np.isfinite(together.w).all()
    assert np.isnan(together.loss[-1, 1])
    np.testing.assert_array_equal(together.loss[:, 0], train(parabola(), [1.0], gd, 0.5, 60).loss)


def test_a_diverged_run_goes_on_showing_what_it_showed_when_it_diverged():
    lrs = [0.5, 50.0]
    together = train(parabola(), [1.0], schedule_free_sgd, lrs, 60, record=1, blowup=1e6)
    ended = int(np.isfinite(together.loss[:, 1]).sum())
    assert 0 < ended < 50
    shown = together.w[:, 1, 0]
    assert shown[ended - 1] != shown[ended] and (shown[ended:] == shown[ended]).all()
    alone = train(parabola(), [1.0], schedule_free_sgd, 50.0, 60, blowup=1e6)
    np.testing.assert_array_equal(alone.w[-1], together.w[-1, 1])


def test_a_run_that_diverged_stands_still_before_its_optimizer_too():
    seen = []

    def update(w, grad, state, lr):
        seen.append((w.copy(), grad.copy()))
        return momentum.update(w, grad, state, lr)

    watched = Optimizer(np.zeros_like, update)
    run = train(parabola(), [1.0], watched, [0.1, 5.0], 30, blowup=1e6)
    gone = int(np.isfinite(run.loss[:, 1]).sum())
    walked, slopes = np.moveaxis(np.array(seen[-30:]), 1, 0)[:, :, 1, 0]
    assert 0 < gone < 20 and len(set(walked[:gone].tolist())) == gone
    assert set(walked[gone:].tolist()) == {walked[gone]}
    assert np.all(slopes[: gone - 1]) and not np.any(slopes[gone:])


def test_runs_last_in_memory_stay_last_in_memory():
    seen = []

    def step(w, grad, lr):
        seen.append(w.flags.f_contiguous and grad.flags.f_contiguous)
        return w - lr * grad

    train(quadratic([1.0, 4.0]), np.ones((2, 100)).T, stateless(step), 0.1, 3)
    assert all(seen[-3:])


def test_an_overflow_keeps_the_last_finite_w():
    run = train(parabola(), [1.0], gd, 1e200, 5, blowup=np.inf)
    assert run.diverged and np.isfinite(run.w).all()
    assert len(run.loss) == 6


def test_without_a_blowup_limit_a_run_may_reach_1e16():
    run = train(parabola(), [1.0], gd, 3.0, 27, blowup=np.inf)
    assert run.loss[-1] == pytest.approx(2.0**53, rel=1e-12) and not run.diverged


def test_failed_means_the_last_loss_is_not_below_the_first():
    run = train(parabola(), [1.0], gd, [0.0, 0.5, 2.0, 5.0], 40)
    assert list(run.failed) == [True, False, True, True]


def test_a_schedule_is_asked_for_every_step_from_zero():
    run = train(parabola(), [1.0], gd, lambda step: 1 / (step + 2), 4)
    np.testing.assert_allclose(run.lr, [1 / 2, 1 / 3, 1 / 4, 1 / 5])


def test_a_rate_for_each_parameter_broadcasts_as_given():
    run = train(quadratic([1.0, 10.0]), [[1.0, 1.0]], gd, np.array([[1.0, 0.1]]), 1)
    np.testing.assert_allclose(run.w[-1], [[0.0, 0.0]], atol=1e-12)


def test_float32_stays_float32():
    w = np.array([1.0, 2.0], np.float32)
    run = train(quadratic([1.0, 3.0]), w, gd, np.array([0.1, 0.2]), 3)
    assert run.w.dtype == np.float32


def step_in_place(w, grad, lr):
    w -= lr * grad
    return w


def step_on_plain_numbers(w, grad, lr):
    return np.array([w[i] - float(lr) * grad[i] for i in range(len(w))])


def step_keeping_the_gradient():
    return Optimizer(
        init=lambda w: np.zeros_like(w),
        update=lambda w, grad, state, lr: (w - lr * (grad + 0 * state), grad),
    )


def test_a_gradient_that_is_kept_is_still_the_one_of_its_step():
    """The loop writes each gradient into the same room, and hands out copies."""
    kept = Optimizer(np.zeros_like, lambda w, grad, last, lr: (w - lr * (grad + last), grad))
    copied = Optimizer(np.zeros_like, lambda w, grad, last, lr: (w - lr * (grad + last), grad + 0))
    for w in ([1.0, -1.0], [[1.0, -1.0], [2.0, 3.0]]):
        theirs, ours = (train(quadratic([1.0, 4.0]), w, each, 0.1, 6) for each in (kept, copied))
        np.testing.assert_array_equal(theirs.loss, ours.loss)


@pytest.mark.parametrize(
    "optimizer",
    [stateless(step_in_place), stateless(step_on_plain_numbers), step_keeping_the_gradient()],
    ids=["in place", "one run at a time", "keeps the gradient"],
)
def test_a_learners_way_of_writing_the_step_gives_the_same_run(optimizer):
    objective, lrs = quadratic([1.0, 4.0]), [0.1, 0.2, 0.4]
    theirs = train(objective, [1.0, -1.0], optimizer, lrs, 6, record=1)
    ours = train(objective, [1.0, -1.0], gd, lrs, 6, record=1)
    np.testing.assert_allclose(theirs.w, ours.w)
    np.testing.assert_allclose(theirs.loss, ours.loss)


def test_an_objective_that_knows_only_one_w_gives_the_same_run():
    A = np.array([[2.0, 1.0], [1.0, 3.0]])
    one = Landscape(loss=lambda w: 0.5 * w @ A @ w, grad=lambda w: A @ w)
    many = quadratic(A)
    theirs = train(one, [1.0, 2.0], gd, [0.1, 0.2, 0.3], 5)
    np.testing.assert_allclose(theirs.loss, train(many, [1.0, 2.0], gd, [0.1, 0.2, 0.3], 5).loss)


def noisy_problem():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    return least_squares(X, X @ np.array([1.0, 2.0, 3.0]) + rng.normal(size=40))


def test_runs_share_their_mini_batches_unless_each_has_its_own_generator():
    start = np.zeros((2, 3))
    options = {"steps": 5, "batch_size": 4}
    shared = train(noisy_problem(), start, gd, 0.01, rng=np.random.default_rng(3), **options)
    rngs = [np.random.default_rng(seed) for seed in (3, 4)]
    own = train(noisy_problem(), start, gd, 0.01, rng=rngs, **options)
    np.testing.assert_array_equal(shared.loss[:, 0], shared.loss[:, 1])
    assert (own.loss[:, 0] != own.loss[:, 1]).all()
    np.testing.assert_allclose(own.loss[:, 0], shared.loss[:, 0])


def test_seeds_and_rates_make_a_grid_in_which_only_seeds_differ_in_their_batches():
    rngs = [np.random.default_rng(seed) for seed in (1, 2)]
    grid = train(
        noisy_problem(), np.zeros((2, 1, 3)), gd, [0.01, 0.02, 0.05], 5, batch_size=4, rng=rngs
    )
    alone = train(
        noisy_problem(), np.zeros(3), gd, 0.02, 5, batch_size=4, rng=np.random.default_rng(2)
    )
    assert grid.w.shape == (2, 2, 3, 3)
    np.testing.assert_allclose(grid.loss[:, 1, 1], alone.loss)


def test_mini_batches_for_each_generator_are_not_taken_apart_again():
    """An objective that knows one ``w`` may still draw mini-batches for one ``w`` per generator."""
    whole = noisy_problem()

    class KnowsOne:
        loss, grad = staticmethod(whole.loss), staticmethod(whole.grad)

        def loss_and_grad(self, w, out=None):
            if w.ndim > 1:
                raise ValueError("one w at a time")
            return whole.loss_and_grad(w)

        def batches(self, rng, batch_size):
            return whole.batches(rng, batch_size)

    rngs = [[np.random.default_rng(seed) for seed in (1, 2)] for _ in range(2)]
    theirs, ours = (
        train(each, np.zeros((2, 3)), gd, 0.01, 5, batch_size=4, rng=rng)
        for each, rng in zip((KnowsOne(), whole), rngs, strict=True)
    )
    np.testing.assert_array_equal(theirs.loss, ours.loss)


def test_evaluate_reports_another_objective_at_its_own_pace():
    run = train(parabola(), [1.0], gd, 0.1, 10, evaluate=(parabola(curvature=3.0), 4))
    assert list(run.full_steps) == [0, 4, 8, 10]
    np.testing.assert_allclose(run.full_loss, 3 * run.loss[[0, 4, 8, 10]])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: train(parabola(), [1.0], gd, -0.1, 3), "0 or more, got -0.1"),
        (lambda: train(parabola(), [1.0], gd, np.nan, 3), "got nan"),
        (lambda: train(parabola(), [1.0], gd, 0.1, -3), "got -3"),
        (lambda: train(noisy_problem(), np.zeros(3), gd, 0.1, 3, batch_size=4), "default_rng"),
        (lambda: train(parabola(), ["a"], gd, 0.1, 3), "must hold numbers"),
        (lambda: train(parabola(), [[1.0], [2.0]], gd, [0.1, 0.2, 0.3], 3), r"shape \(3,\)"),
        (
            lambda: train(parabola(), [1.0], stateless(lambda w, grad, lr: None), 0.1, 3),
            "update must return w",
        ),
    ],
)
def test_bad_input_meets_a_sentence_with_the_value_seen(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_downhill_keeps_shapes_and_treats_runs_alone(name):
    optimizer, hyper = OPTIMIZERS[name]
    objective, w = quadratic([1.0, 4.0]), np.array([[1.0, 2.0], [3.0, -1.0]])
    run = train(objective, w, optimizer, 0.05, 50, hyper=hyper)
    alone = train(objective, w[1], optimizer, 0.05, 50, hyper=hyper)
    assert (run.loss[-1] < run.loss[0]).all()
    np.testing.assert_allclose(run.w[:, 1], alone.w)
    before = w.copy()
    optimizer.update(w, w, optimizer.init(w), 0.1, **hyper)
    np.testing.assert_array_equal(w, before)


def test_a_notebook_shows_a_refusal_as_one_sentence_without_the_way_through_our_code():
    with pytest.raises(ValueError) as refusal:
        train(parabola(), [1.0], gd, -0.1, 3)
    assert refusal.value._render_traceback_() == [
        "lr must be a number, 0 or more, got -0.1 at step 0"
    ]
