"""Laws of the rules that listen: one table, and each rule against its paper's formula."""

import json
from pathlib import Path

import numpy as np
import pytest

from lrcourse.base import Probe
from lrcourse.controllers import (
    CONTROLLERS,
    adgd,
    armijo,
    barzilai_borwein,
    d_adaptation,
    dog,
    hypergradient,
    multiplicative_hypergradient,
    polyak,
    reduce_on_plateau,
    side_by_side,
    stochastic_polyak,
)
from lrcourse.network import init, mlp
from lrcourse.objectives import Landscape, least_squares, parabola, quadratic
from lrcourse.optimizers import gd
from lrcourse.training import train

LR = 0.8
TORCHS = Path(__file__).with_name("torch_plateau.json")
PLATEAUS = {
    "ReduceLROnPlateau(eps=0)": {},
    "ReduceLROnPlateau(eps=0, patience=0)": {"patience": 0},
    "ReduceLROnPlateau(eps=0, factor=0.5, patience=3)": {"factor": 0.5, "patience": 3},
    "ReduceLROnPlateau(eps=0, patience=4, cooldown=6)": {"patience": 4, "cooldown": 6},
    "ReduceLROnPlateau(eps=0, factor=0.3, patience=2, min_lr=0.01)": {
        "factor": 0.3,
        "patience": 2,
        "min_lr": 0.01,
    },
    "ReduceLROnPlateau(eps=0, patience=5, threshold=0.05, cooldown=1)": {
        "patience": 5,
        "threshold": 0.05,
        "cooldown": 1,
    },
    "ReduceLROnPlateau(eps=0, patience=1, cooldown=2, min_lr=2.0)": {
        "patience": 1,
        "cooldown": 2,
        "min_lr": 2.0,
    },
}
"""What torch is asked for -> ours. A new row: add it here, run make_torch_plateau.py."""

VALLEY = quadratic([1.0, 4.0, 9.0], rng=np.random.default_rng(3))
START = np.array([2.0, -1.0, 1.5])


def followed(rule, objective, w, steps):
    """Walk a reference loop over one ``w [P]`` and return the rates that ``rule`` names."""
    state, lrs = rule.init(w), []
    for step in range(steps):
        loss, grad = objective.loss_and_grad(w)
        lr, state = rule.update(state, Probe(step, w, loss, grad, objective.loss))
        lrs.append(lr)
        w = w - lr * grad
    return np.array(lrs)


def path_of(objective, lrs, w):
    """Return the places and gradients that these rates lead to."""
    places, grads = [], []
    for lr in lrs:
        places.append(w)
        grads.append(objective.grad(w))
        w = w - lr * grads[-1]
    return np.array(places), np.array(grads)


@pytest.fixture(params=CONTROLLERS)
def rule(request):
    return CONTROLLERS[request.param]


def test_runs_together_do_what_each_does_alone(rule):
    starts = np.random.default_rng(5).normal(size=(2, 3, 3))
    together = train(VALLEY, starts, gd, rule, 12)
    assert together.lr.shape == (12, 2, 3)
    for i, k in np.ndindex(2, 3):
        alone = train(VALLEY, starts[i, k], gd, rule, 12)
        np.testing.assert_allclose(together.lr[:, i, k], alone.lr, rtol=1e-9)
        np.testing.assert_allclose(together.w[-1][i, k], alone.w[-1], rtol=1e-9, atol=1e-12)


def test_a_rule_descends(rule):
    run = train(VALLEY, START, gd, rule, 60)
    assert not run.diverged
    assert run.loss[-1] < 0.8 * run.loss[0]


def test_on_flat_ground_nothing_is_divided_by_nothing(rule):
    flat = Landscape(loss=lambda w: 3 + 0 * w[..., 0], grad=np.zeros_like)
    with np.errstate(all="raise"):
        state = rule.init(START)
        for step in range(4):
            probe = Probe(step, START, flat.loss(START), flat.grad(START), flat.loss)
            lr, state = rule.update(state, probe)
            assert np.isfinite(lr) and lr >= 0


def test_a_rule_alters_nothing_that_it_is_given(rule):
    w, grad, loss = START.copy(), VALLEY.grad(START), np.array(VALLEY.loss(START))
    state = rule.init(w)
    for step in range(3):
        before = [w.copy(), grad.copy(), loss.copy()]
        _, state = rule.update(state, Probe(step, w, loss, grad, VALLEY.loss))
        for old, new in zip(before, (w, grad, loss), strict=True):
            np.testing.assert_array_equal(old, new)
        w, grad = w - 0.05 * grad, VALLEY.grad(w)


def test_a_state_is_not_changed_by_what_comes_later(rule):
    """``train`` writes each gradient into the same array."""
    room = VALLEY.grad(START)
    state = rule.init(START)
    _, state = rule.update(state, Probe(0, START, VALLEY.loss(START), room, VALLEY.loss))
    w, kept = START * 0.9, room.copy()
    expected = rule.update(state, Probe(1, w, VALLEY.loss(w), VALLEY.grad(w), VALLEY.loss))[0]
    room[:] = VALLEY.grad(w)
    seen = rule.update(state, Probe(1, w, VALLEY.loss(w), room, VALLEY.loss))[0]
    assert not np.allclose(kept, room)
    np.testing.assert_array_equal(seen, expected)


def test_runs_that_blew_up_do_not_stop_the_others(rule):
    """To the bit: beside another run of its own kind it does the same. (Alone, a matrix product of
    one row rounds otherwise, and a chaotic rule such as Barzilai-Borwein's makes that grow.)"""
    with np.errstate(all="ignore"):
        run = train(VALLEY, np.array([START, START * 1e7]), gd, rule, 30, blowup=1e9)
    assert run.diverged.tolist() == [False, True]
    calm = train(VALLEY, np.array([START, START]), gd, rule, 30, blowup=1e9)
    np.testing.assert_array_equal(run.lr[:, 0], calm.lr[:, 0])


def test_float32_stays_float32(rule):
    run = train(VALLEY, START.astype(np.float32), gd, rule, 5)
    assert run.w.dtype == np.float32


@pytest.mark.parametrize("asked", PLATEAUS)
def test_the_plateau_rule_follows_torchs(asked):
    frozen = json.loads(TORCHS.read_text())
    seen, torchs = np.array(frozen["losses"]), frozen["rows"][asked]
    rule, w = reduce_on_plateau(LR, **PLATEAUS[asked]), np.zeros(1)
    state, lrs = rule.init(w), []
    for step in range(1, len(seen) + 1):
        lr, state = rule.update(state, Probe(step, w, seen[step - 1], w, None))
        lrs.append(float(lr))
    np.testing.assert_allclose(lrs, torchs, rtol=1e-12)


def test_the_frozen_plateaus_are_those_of_the_table_and_the_rates_do_fall():
    rows = json.loads(TORCHS.read_text())["rows"]
    assert list(rows) == list(PLATEAUS)
    assert sum(lrs[-1] < LR for lrs in rows.values()) >= len(rows) - 1


def test_the_plateau_rule_looks_every_so_many_steps_at_the_objective_it_was_given():
    asked = []

    class Other:
        def loss(self, w):
            asked.append(float(w[0]))
            return np.float64(1.0)

    rule = reduce_on_plateau(1.0, factor=0.5, patience=1, every=3, objective=Other())
    state, lrs = rule.init(np.zeros(1)), []
    for step in range(13):
        w = np.array([float(step)])
        lr, state = rule.update(state, Probe(step, w, np.float64(-step), w, None))
        lrs.append(float(lr))
    assert asked == [3, 6, 9, 12]
    assert lrs == [1.0] * 9 + [0.5] * 4


def test_the_line_search_takes_the_first_rate_that_keeps_enough():
    lr, c, shrink, grow = 7.0, 0.3, 0.6, 1.7
    lrs = followed(armijo(lr, c, shrink, grow), VALLEY, START, 12)
    places, grads = path_of(VALLEY, lrs, START)
    for k, (w, g) in enumerate(zip(places, grads, strict=True)):
        lr = lr if k == 0 else lr * grow
        while VALLEY.loss(w - lr * g) > VALLEY.loss(w) - c * lr * (g @ g):
            lr = lr * shrink
        assert lrs[k] == pytest.approx(lr, rel=1e-9)


@pytest.mark.parametrize("c", [0.1, 0.5, 0.9])
def test_on_a_parabola_the_line_search_finds_the_limit_that_c_sets(c):
    limit = 2 * (1 - c) / 4.0
    for first in (1e-8, 1e4):
        late = train(parabola(4.0), [1e3], gd, armijo(first, c), 50).lr[40:]
        assert (late <= limit * (1 + 1e-9)).all() and (late > limit / 4).all()


def test_polyaks_rate_on_a_parabola_is_half_of_one_over_the_curvature():
    lrs = train(parabola(5.0), [3.0], gd, polyak(), 10).lr
    np.testing.assert_allclose(lrs, 0.1)


def test_polyaks_rule_stops_at_the_loss_that_it_is_told():
    assert train(VALLEY, START, gd, polyak(0.7), 200).loss[-1] == pytest.approx(0.7, rel=1e-3)


def test_stochastic_polyak_equals_its_formula():
    rule = stochastic_polyak(0.01, c=0.7, grow=1.9, best_loss=-0.2)
    lrs, before = followed(rule, VALLEY, START, 12), 0.01
    places, grads = path_of(VALLEY, lrs, START)
    capped = []
    for lr, w, g in zip(lrs, places, grads, strict=True):
        free = (VALLEY.loss(w) + 0.2) / (0.7 * (g @ g))
        capped.append(free > 1.9 * before)
        before = min(free, 1.9 * before)
        assert lr == pytest.approx(before, rel=1e-9)
    assert any(capped) and not all(capped)


def test_barzilai_and_borwein_equal_their_formulas():
    for form, formula in (
        ("long", lambda s, y: s @ s / (s @ y)),
        ("short", lambda s, y: s @ y / (y @ y)),
    ):
        lrs = followed(barzilai_borwein(0.03, form), VALLEY, START, 8)
        places, grads = path_of(VALLEY, lrs, START)
        assert lrs[0] == 0.03
        for k in range(1, 8):
            s, y = places[k] - places[k - 1], grads[k] - grads[k - 1]
            assert lrs[k] == pytest.approx(formula(s, y), rel=1e-6)


def test_barzilai_and_borwein_keep_their_rate_where_the_ground_bends_down():
    ridge = Landscape(loss=lambda w: -(w**2).sum(-1) / 2, grad=lambda w: -w)
    np.testing.assert_array_equal(followed(barzilai_borwein(0.1), ridge, START, 5), 0.1)


def test_the_hypergradients_equal_their_formulas():
    lr, beta = 0.02, 2e-5
    lrs = followed(hypergradient(lr, beta), VALLEY, START, 10)
    _, grads = path_of(VALLEY, lrs, START)
    np.testing.assert_allclose(np.diff(lrs), beta * (grads[1:] * grads[:-1]).sum(-1), rtol=1e-9)
    lrs = followed(multiplicative_hypergradient(lr, 0.3), VALLEY, START, 10)
    _, grads = path_of(VALLEY, lrs, START)
    lengths = np.linalg.norm(grads, axis=1)
    cosines = (grads[1:] * grads[:-1]).sum(-1) / (lengths[1:] * lengths[:-1])
    np.testing.assert_allclose(lrs[1:] / lrs[:-1], 1 + 0.3 * cosines, rtol=1e-9)


def test_a_hypergradient_never_walks_uphill():
    assert (followed(hypergradient(0.3, 50.0), VALLEY, START, 5) >= 0).all()


def test_adgd_equals_its_algorithm():
    lrs = followed(adgd(0.001), VALLEY, START, 30)
    places, grads = path_of(VALLEY, lrs, START)
    theta, rate, bounds = np.inf, 0.001, []
    for k in range(1, 30):
        s = np.linalg.norm(places[k] - places[k - 1])
        y = np.linalg.norm(grads[k] - grads[k - 1])
        both = np.sqrt(1 + theta) * rate, s / (2 * y)
        theta, rate = min(both) / rate, min(both)
        bounds.append(both[0] < both[1])
        assert lrs[k] == pytest.approx(rate, rel=1e-5)
    assert any(bounds) and not all(bounds)


def test_dog_equals_its_formula_also_when_the_walk_comes_back():
    lrs = followed(dog(0.05), VALLEY, START, 40)
    places, grads = path_of(VALLEY, lrs, START)
    away = np.linalg.norm(places - START, axis=1)
    far = np.maximum(np.maximum.accumulate(away), 0.05 * (1 + np.linalg.norm(START)))
    np.testing.assert_allclose(lrs, far / np.sqrt(np.cumsum((grads**2).sum(1)) + 1e-8), rtol=1e-9)


def test_d_adaptation_equals_the_published_loop_and_bounds_the_distance_from_below():
    X = np.random.default_rng(1).normal(size=(20, 3))
    ground = least_squares(X, X @ [1.0, 2.0, -1.0])
    w = np.zeros(3)
    lrs = followed(d_adaptation(1e-4), ground, w, 40)
    d, s, squares, first = 1e-4, np.zeros(3), 0.0, None
    for lr in lrs:
        grad = ground.grad(w - s)
        first = first or np.linalg.norm(grad)
        assert lr == pytest.approx(d / first, rel=1e-9)
        s, squares = s + lr * grad, squares + lr**2 * (grad @ grad)
        d = max(d, (s @ s - squares) / np.linalg.norm(s))
    assert 1e-3 < d <= np.linalg.norm([1.0, 2.0, -1.0])


def test_side_by_side_is_each_alone_on_the_same_mini_batches():
    X, y = np.random.default_rng(2).normal(size=(40, 4)), np.arange(40) % 3
    images, widths = mlp(X, y, (4, 5, 3)), (4, 5, 3)
    rules = [armijo(1.0), dog(1e-3), stochastic_polyak(0.5), reduce_on_plateau(0.3, patience=1)]

    def rngs():
        return [np.random.default_rng(seed) for seed in (7, 8)]

    starts = init(rngs(), widths)
    together = train(images, starts[:, np.newaxis].repeat(4, 1), gd, side_by_side(rules), 20,
                     batch_size=8, rng=rngs())  # fmt: skip
    for i, rule in enumerate(rules):
        alone = train(images, starts, gd, rule, 20, batch_size=8, rng=rngs())
        np.testing.assert_allclose(together.lr[:, :, i], alone.lr, rtol=1e-7)


def test_a_first_rate_may_be_one_for_each_run():
    firsts = np.array([1e-8, 1e4])
    lrs = train(VALLEY, np.tile(START, (2, 1)), gd, barzilai_borwein(firsts), 3, blowup=np.inf).lr
    np.testing.assert_array_equal(lrs[0], firsts)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: reduce_on_plateau(0.1, factor=3.0), "factor must be a number from 0 to 1, got 3"),
        (lambda: reduce_on_plateau(0.1, patience=-1), "patience must be a whole number, 0 or more"),
        (lambda: reduce_on_plateau(-0.1), "lr must be a number, 0 or more, got -0.1"),
        (lambda: reduce_on_plateau(0.1, every=0), "every must be a whole number, 1 or more, got 0"),
        (lambda: armijo(1.0, c=1.0), "c and shrink must lie between 0 and 1 .* got c=1.0"),
        (lambda: armijo(1.0, grow=0.5), "grow be at least 1, got .* grow=0.5"),
        (lambda: barzilai_borwein(0.1, form="wide"), "form must be one of long, short, got 'wide'"),
        (lambda: stochastic_polyak(0.0), "lr must be a number above 0, got 0.0"),
        (lambda: dog(0.0), "r_eps must be a number above 0, got 0.0"),
        (lambda: d_adaptation(-1.0), "d0 must be a number above 0, got -1.0"),
        (lambda: adgd(np.ones(3)).init(START), r"the first rate has shape \(3,\)"),
        (lambda: side_by_side([polyak()]).init(np.zeros((2, 3))), "a run for each of 1 contr"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()


def test_a_line_search_forgives_the_last_digit_of_the_loss():
    """Above 2**20 floats are twice as far apart as below, so the fall from 2**20 + 1e-10 is lost,
    and what the slope promises is not: without forgiveness the rate would shrink to nothing."""
    lifted = Landscape(lambda w: 2.0**20 + (w**2).sum(-1) / 2, lambda w: w)
    run = train(lifted, [1.48e-5], gd, armijo(1.0), steps=1)
    np.testing.assert_array_equal(run.lr, 1.0)
