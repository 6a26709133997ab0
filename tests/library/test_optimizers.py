"""Laws of the optimizers: what holds for every row of the table, and what makes each one itself."""

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

import lrcourse
from lrcourse import optimizers, schedule_free
from lrcourse.objectives import parabola, quadratic
from lrcourse.optimizers import OPTIMIZERS
from lrcourse.training import train

every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)
numbers = st.floats(-10, 10).filter(lambda each: each == 0 or abs(each) > 1e-3)
fractions = st.floats(0.0, 0.99)


def gradients(steps=6, parameters=3):
    return arrays(float, (steps, parameters), elements=numbers)


def followed(optimizer, w, grads, lrs, **hyper):
    """Return every ``w`` of a walk along given gradients, and the last state."""
    state, path = optimizer.init(w), [w]
    for grad, lr in zip(grads, lrs if isinstance(lrs, list) else [lrs] * len(grads), strict=True):
        w, state = optimizer.update(w, grad, state, lr, **hyper)
        path.append(w)
    return np.array(path), state


def named(name):
    return OPTIMIZERS[name][0]


def leaves(state):
    """The numbers and arrays of a state, however deep."""
    return [leaf for part in state for leaf in leaves(part)] if type(state) is tuple else [state]


GRADS = np.random.default_rng(3).normal(size=(9, 2, 3, 4))
START = np.random.default_rng(4).normal(size=(2, 3, 4))


@every_optimizer
def test_runs_together_come_out_as_each_alone(name):
    optimizer, hyper = OPTIMIZERS[name]
    together, _ = followed(optimizer, START, GRADS, 0.1, **hyper)
    for run in np.ndindex(START.shape[:-1]):
        alone, _ = followed(optimizer, START[run], [grad[run] for grad in GRADS], 0.1, **hyper)
        np.testing.assert_allclose(together[(slice(None), *run)], alone, rtol=1e-12)


@every_optimizer
def test_a_rate_and_hyper_parameters_for_each_run_give_what_each_gives_alone(name):
    optimizer, hyper = OPTIMIZERS[name]
    lrs, parts, w = np.array([[0.0], [0.1], [0.3]]), np.array([[0.5], [0.9], [1.0]]), START[0]
    each = {key: value * parts for key, value in hyper.items()}
    together, _ = followed(optimizer, w, GRADS[:, 0], lrs, **each)
    for run in range(3):
        own = {key: float(values[run, 0]) for key, values in each.items()}
        alone, _ = followed(optimizer, w[run], GRADS[:, 0, run], float(lrs[run, 0]), **own)
        np.testing.assert_allclose(together[:, run], alone, rtol=1e-12)


@every_optimizer
def test_only_one_rate_for_all_parameters_is_blind_to_rotation(name):
    optimizer, hyper = OPTIMIZERS[name]
    turn = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]
    path, _ = followed(optimizer, START, GRADS, 0.1, **hyper)
    turned, _ = followed(optimizer, START @ turn, GRADS @ turn, 0.1, **hyper)
    blind = name in ("gd", "nesterov", "schedule_free_sgd") or name.endswith("momentum")
    assert np.allclose(turned, path @ turn, rtol=1e-9, atol=1e-12) == blind


@every_optimizer
def test_nothing_that_is_given_is_altered(name):
    optimizer, hyper = OPTIMIZERS[name]
    w, state = START.copy(), optimizer.init(START)
    for grad in GRADS.copy():
        given = [w, grad, *leaves(state)]
        before = [np.copy(each) for each in given]
        w, state = optimizer.update(w, grad, state, 0.1, **hyper)
        for each, was in zip(given, before, strict=True):
            np.testing.assert_array_equal(each, was)


@every_optimizer
def test_a_state_outlives_changes_to_the_parameters_it_began_with(name):
    optimizer, hyper = OPTIMIZERS[name]
    start = START.copy()
    state = optimizer.init(start)
    start += 100.0
    theirs = optimizer.update(START, GRADS[0], state, 0.1, **hyper)[0]
    ours = optimizer.update(START, GRADS[0], optimizer.init(START), 0.1, **hyper)[0]
    np.testing.assert_array_equal(theirs, ours)


@every_optimizer
@pytest.mark.parametrize("lr", [0.1, np.full((2, 3, 1), 0.1, np.float32)], ids=["one", "each"])
def test_float32_stays_float32_in_every_leaf(name, lr):
    optimizer, hyper = OPTIMIZERS[name]
    w = START.astype(np.float32)
    state = optimizer.init(w)
    for grad in GRADS.astype(np.float32):
        w, state = optimizer.update(w, grad, state, lr, **hyper)
    arrays_of_state = [leaf for leaf in leaves(state) if isinstance(leaf, np.ndarray)]
    assert {each.dtype for each in [w, *arrays_of_state]} == {np.dtype(np.float32)}
    assert not [leaf for leaf in leaves(state) if isinstance(leaf, np.generic)]


@every_optimizer
def test_a_state_has_the_leading_axes_of_w_or_is_shared_by_all_runs(name):
    optimizer, hyper = OPTIMIZERS[name]
    _, state = followed(optimizer, START, GRADS, 0.1, **hyper)
    for leaf in leaves(state):
        assert np.ndim(leaf) == 0 or leaf.shape in (START.shape, (*START.shape[:-1], 1))


@every_optimizer
def test_runs_last_in_memory_stay_last_in_memory(name):
    optimizer, hyper = OPTIMIZERS[name]
    w = np.asfortranarray(START[0])
    w, state = optimizer.update(w, np.asfortranarray(GRADS[0, 0]), optimizer.init(w), 0.1, **hyper)
    whole = [leaf for leaf in leaves(state) if np.shape(leaf) == w.shape]
    assert all(each.flags.f_contiguous for each in [w, *whole])


@every_optimizer
def test_a_run_that_diverges_leaves_its_neighbours_alone_and_shows_a_finite_w(name):
    optimizer, hyper = OPTIMIZERS[name]
    objective, w = quadratic([1.0, 4.0]), np.array([1.0, -2.0])
    together = train(objective, w, optimizer, [0.05, 1e200], 40, hyper=hyper, blowup=1e6)
    alone = train(objective, w, optimizer, 0.05, 40, hyper=hyper, blowup=1e6)
    assert list(together.diverged) == [False, True]
    np.testing.assert_allclose(together.w[-1, 0], alone.w[-1], rtol=1e-12)
    assert np.isfinite(together.w).all()


@every_optimizer
def test_a_gradient_of_zero_from_the_start_moves_nothing_that_does_not_decay(name):
    optimizer, hyper = OPTIMIZERS[name]
    hyper = {key: value for key, value in hyper.items() if key != "weight_decay"}
    if name == "adamw":
        hyper["weight_decay"] = 0.0
    path, _ = followed(optimizer, START, np.zeros_like(GRADS), 0.1, **hyper)
    np.testing.assert_allclose(path, np.broadcast_to(START, path.shape), rtol=1e-14)


@every_optimizer
def test_a_rate_of_zero_moves_nothing(name):
    optimizer, hyper = OPTIMIZERS[name]
    path, _ = followed(optimizer, START, GRADS, 0.0, **hyper)
    np.testing.assert_allclose(path, np.broadcast_to(START, path.shape), rtol=1e-14)


@every_optimizer
def test_every_name_has_its_update_under_the_same_name(name):
    home = schedule_free if hasattr(schedule_free, name) else optimizers
    step = "gd_step" if name == "gd" else f"{name}_update"
    assert getattr(lrcourse, name) is named(name) and hasattr(home, step)
    assert name == "gd" or named(name).update is getattr(home, step)


@given(gradients(), st.floats(0.01, 1))
def test_without_momentum_the_heavy_balls_are_gradient_descent(grads, lr):
    plain, _ = followed(named("gd"), np.ones(3), grads, lr)
    for name in ("momentum", "averaged_momentum", "scaled_momentum", "nesterov"):
        path, _ = followed(named(name), np.ones(3), grads, lr, momentum=0.0)
        np.testing.assert_allclose(path, plain, rtol=1e-12, atol=1e-12)


@given(gradients(), st.floats(0.01, 1), fractions)
def test_the_three_conventions_take_one_path_while_the_rate_is_constant(grads, lr, momentum):
    hyper = {"momentum": momentum}
    path, velocity = followed(named("momentum"), np.ones(3), grads, lr, **hyper)
    average = followed(named("averaged_momentum"), np.ones(3), grads, lr / (1 - momentum), **hyper)
    scaled, inside = followed(named("scaled_momentum"), np.ones(3), grads, lr, **hyper)
    np.testing.assert_allclose(average[0], path, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scaled, path, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(inside, -lr * velocity, rtol=1e-9, atol=1e-9)


def test_a_lower_rate_is_felt_at_once_outside_the_velocity_and_slowly_inside_it():
    grads, lrs = np.ones((4, 1)), [0.1, 0.1, 0.1, 0.01]
    outside, _ = followed(named("momentum"), np.zeros(1), grads, lrs)
    inside, _ = followed(named("scaled_momentum"), np.zeros(1), grads, lrs)
    old = 1 + 0.9 + 0.9**2
    np.testing.assert_allclose(inside[:4], outside[:4])
    np.testing.assert_allclose(np.diff(outside[-2:, 0]), -0.01 * (0.9 * old + 1))
    np.testing.assert_allclose(np.diff(inside[-2:, 0]), -0.1 * 0.9 * old - 0.01)


@given(gradients(), st.sampled_from([1e6, 1e-6]), st.floats(0.01, 1))
def test_what_divides_by_its_own_gradients_does_not_see_the_losses_scale(grads, scale, lr):
    grads = np.where(grads == 0, 1.0, grads)  # Without eps, no gradient is 0 / 0.
    for name in ("adagrad", "rmsprop", "centered_rmsprop", "adam", "adamw", "amsgrad", "nadam"):
        path, _ = followed(named(name), np.ones(3), grads, lr, eps=0.0)
        scaled, _ = followed(named(name), np.ones(3), scale * grads, lr, eps=0.0)
        np.testing.assert_allclose(scaled, path, rtol=1e-9, atol=1e-9)


@given(gradients(steps=1), st.floats(0.01, 1), st.floats(0.1, 0.99), st.floats(0.1, 0.999))
def test_adams_first_step_is_one_rate_long_whatever_b1_and_b2(grads, lr, b1, b2):
    path, _ = followed(named("adam"), np.zeros(3), grads, lr, b1=b1, b2=b2, eps=1e-300)
    np.testing.assert_allclose(path[1], -lr * np.sign(grads[0]), rtol=1e-9)


@given(gradients(), st.floats(0.01, 0.5), st.floats(0.0, 1.0))
def test_adamw_is_adam_on_weights_that_shrank_first(grads, lr, weight_decay):
    w, state = np.ones(3), named("adam").init(np.ones(3))
    for grad in grads:
        w, state = named("adam").update(w * (1 - lr * weight_decay), grad, state, lr)
    path, _ = followed(named("adamw"), np.ones(3), grads, lr, weight_decay=weight_decay)
    np.testing.assert_allclose(path[-1], w, rtol=1e-9, atol=1e-12)


@given(gradients(steps=12), fractions, fractions)
def test_amsgrads_divisor_never_falls_and_adams_may(grads, b1, b2):
    before = np.zeros(3)
    state = named("amsgrad").init(np.zeros(3))
    for grad in grads:
        _, state = named("amsgrad").update(np.zeros(3), grad, state, 0.1, b1=b1, b2=b2)
        assert (state[2] >= before).all() and (state[2] >= state[1]).all()
        before = state[2]


@given(gradients(), st.floats(0.01, 1))
def test_lion_moves_every_parameter_by_exactly_one_rate_or_not_at_all(grads, lr):
    path, _ = followed(named("lion"), np.zeros(3), grads, lr)
    lengths = np.abs(np.diff(path, axis=0))
    assert (np.isclose(lengths, lr, rtol=1e-9) | (lengths == 0)).all()


@given(gradients(), st.floats(0.01, 100))
def test_adadeltas_steps_have_the_units_of_w(grads, unit):
    """The same walk in metres and in ``unit`` metres: lengths shrink as their gradients grow."""
    w, metres = np.ones(3), (np.ones(3), np.ones(3))
    other_w, others = w / unit, (np.full(3, unit**2), np.full(3, unit**-2))
    for grad in grads:
        w, metres = named("adadelta").update(w, grad, metres, 1.0, eps=0.0)
        other_w, others = named("adadelta").update(other_w, unit * grad, others, 1.0, eps=0.0)
    np.testing.assert_allclose(unit * other_w, w, rtol=1e-9, atol=1e-9)


def test_a_variance_that_rounding_makes_negative_counts_as_zero():
    w, state = np.zeros(1, np.float32), named("centered_rmsprop").init(np.zeros(1, np.float32))
    grad = np.full(1, 0.1, np.float32)
    negative = 0
    for _ in range(4000):
        w, state = named("centered_rmsprop").update(w, grad, state, 1e-12)
        negative += bool(state[1] - state[0] ** 2 < 0)
    assert negative and np.isfinite(w).all()


@given(gradients(), st.floats(0.01, 1))
def test_schedule_free_without_momentum_descends_plainly_and_shows_the_mean(grads, lr):
    plain, _ = followed(named("gd"), np.ones(3), grads, lr)
    path, state = followed(named("schedule_free_sgd"), np.ones(3), grads, lr, momentum=0.0)
    np.testing.assert_allclose(path, plain, rtol=1e-12, atol=1e-12)
    shown = named("schedule_free_sgd").result(path[-1], state)
    np.testing.assert_allclose(shown, plain[1:].mean(0), rtol=1e-9, atol=1e-9)


@given(gradients(), st.lists(st.floats(0.0, 1), min_size=6, max_size=6), fractions)
def test_schedule_free_asks_between_its_two_places_whatever_the_rate_did(grads, lrs, momentum):
    path, (z, x, peak_lr, _) = followed(
        named("schedule_free_sgd"), np.ones(3), grads, lrs, momentum=momentum
    )
    np.testing.assert_allclose(path[-1], (1 - momentum) * z + momentum * x, rtol=1e-12)
    assert peak_lr == max(lrs)


def test_a_run_records_and_evaluates_what_schedule_free_shows():
    lr, steps = 0.3, 7
    run = train(
        parabola(),
        [2.0],
        named("schedule_free_sgd"),
        lr,
        steps,
        hyper={"momentum": 0.0},
        record=1,
        evaluate=(parabola(), 1),
    )
    z = 2.0 * (1 - lr) ** np.arange(steps + 1)
    means = [z[0], *(z[1 : k + 1].mean() for k in range(1, steps + 1))]
    np.testing.assert_allclose(run.loss, z**2 / 2)
    np.testing.assert_allclose(run.w[:, 0], means)
    np.testing.assert_allclose(run.full_loss, np.square(means) / 2)


@given(gradients(steps=20), st.floats(0.1, 2), st.sampled_from([1e-6, 1e-3]))
def test_prodigys_distance_never_shrinks_and_never_falls_below_its_first_guess(grads, lr, d0):
    state, w, before = named("prodigy").init(np.ones(3)), np.ones(3), 1.0
    for grad in grads:
        w, state = named("prodigy").update(w, grad, state, lr, d0=d0)
        assert state[4] >= before
        before = state[4]


def test_prodigy_gathers_gradients_at_a_rate_of_zero_and_decays_without_any():
    prodigy, w = named("prodigy"), np.ones(3)
    still, state = prodigy.update(w, np.ones(3), prodigy.init(w), 0.0, weight_decay=0.5)
    assert (still == w).all() and (state[0] != 0).all()
    smaller, _ = prodigy.update(w, np.zeros(3), prodigy.init(w), 1.0, weight_decay=0.5, d0=0.1)
    np.testing.assert_allclose(smaller, 0.95)


def test_schedule_free_ends_in_its_average_even_when_its_momentum_changes():
    optimizer, w, grads = named("schedule_free_sgd"), np.ones(3), GRADS[:, 0, 0, :3]
    state, places = optimizer.init(w), []
    for grad, momentum in zip(grads, np.linspace(0, 0.9, len(grads)), strict=True):
        w, state = optimizer.update(w, grad, state, 0.1, momentum=momentum)
        places.append(state[0])
    np.testing.assert_allclose(optimizer.result(w, state), np.mean(places, axis=0), rtol=1e-12)


@pytest.mark.parametrize("distance", [0.1, 3.0, 500.0])
@pytest.mark.parametrize("d0", [1e-8, 1e-6, 1e-3])
def test_prodigys_distance_stays_below_the_true_one_and_comes_within_a_tenth(distance, d0):
    """On ``|w - distance|``, from any first guess: the estimate is made to be a lower bound."""
    w, state = np.zeros(1), named("prodigy").init(np.zeros(1))
    for _ in range(200):
        w, state = named("prodigy").update(w, np.sign(w - distance), state, 1.0, d0=d0)
    assert distance / 10 < d0 * state[4] <= distance


def test_a_spread_that_rounding_makes_negative_counts_as_none():
    """A mean square below the squared mean: the divisor is then ``eps``, not the error's size."""
    update = lrcourse.centered_rmsprop_update
    state = (np.ones(1), np.ones(1) - 1e-12)
    moved, (mean, square) = update(np.zeros(1), np.ones(1), state, lr=1e-8, decay=1.0)
    assert (square < mean**2).all()
    np.testing.assert_allclose(moved, [-1.0])
