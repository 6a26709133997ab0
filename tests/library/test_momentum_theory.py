"""The formulas of momentum agree with walks, with companion matrices and with each other."""

import numpy as np
import pytest

from lrcourse.momentum_theory import (
    CONVENTIONS,
    best_momentum,
    best_pair,
    convert_lr,
    motion,
    shrink_factor,
    stable_lr,
)
from lrcourse.objectives import parabola
from lrcourse.optimizers import averaged_momentum, momentum, scaled_momentum
from lrcourse.training import train

OPTIMIZERS = dict(zip(CONVENTIONS, (momentum, averaged_momentum, scaled_momentum), strict=True))
MOMENTA = [0.0, 0.5, 0.9, 0.99]


def walk(name, lr, beta, steps, curvature=1.0):
    run = train(
        *(parabola(curvature), [1.0], OPTIMIZERS[name], lr, steps),
        hyper={"momentum": beta}, record=1, blowup=np.inf,
    )  # fmt: skip
    return run.w[..., 0]


@pytest.mark.parametrize("beta", MOMENTA)
def test_the_factor_is_the_largest_eigenvalue_of_the_two_by_two_step(beta):
    for lr in (0.001, 0.05, 0.7, 1.0, 1.9, 3.5, 5.0):
        step = np.array([[beta, 2.0], [-lr * beta, 1 - lr * 2.0]])  # velocity, then w
        expected = abs(np.linalg.eigvals(step)).max()
        assert shrink_factor(lr, beta, 2.0) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("beta", MOMENTA)
def test_a_walk_shrinks_below_the_limit_and_grows_above_it_to_a_thousandth(name, beta):
    limit = stable_lr(beta, 4.0, name)
    below, above = walk(name, [0.999 * limit, 1.001 * limit], beta, 6000, 4.0)[-1]
    assert abs(below) < 1e-2 and abs(above) > 1e2


def test_without_momentum_all_is_plain_descent():
    assert shrink_factor(0.3, 0.0, 2.0) == pytest.approx(0.4)
    assert stable_lr(0.0, 5.0) == pytest.approx(0.4)


def test_the_best_momentum_beats_its_neighbours_at_every_rate():
    curvatures = np.array([1.0, 7.0, 40.0])
    for lr in (0.002, 0.02, 0.05, 0.08, 0.099):
        best, factor = best_momentum(lr, curvatures)
        worst = shrink_factor(lr, best + np.array([[-0.01], [0.0], [0.0099]]), curvatures).max(-1)
        assert worst[1] == pytest.approx(factor, abs=1e-6)
        assert (worst[[0, 2]] > worst[1]).all()


def test_the_best_pair_is_the_best_of_a_fine_grid():
    lr, beta, factor = best_pair([1.0, 100.0])
    lrs, betas = np.meshgrid(np.linspace(0.001, 0.04, 300), np.linspace(0, 0.999, 300))
    worst = np.maximum(shrink_factor(lrs, betas, 1.0), shrink_factor(lrs, betas, 100.0))
    assert factor <= worst.min() < factor + 0.01
    assert factor == pytest.approx(best_momentum(lr, [1.0, 100.0])[1])
    assert beta == pytest.approx(factor**2)


@pytest.mark.parametrize("given", CONVENTIONS)
@pytest.mark.parametrize("wanted", CONVENTIONS)
def test_translated_rates_take_the_same_path(given, wanted):
    lr, beta = 0.07, 0.8
    other = float(convert_lr(lr, beta, given, wanted))
    np.testing.assert_allclose(walk(given, lr, beta, 50), walk(wanted, other, beta, 50), atol=1e-12)


def test_the_named_motion_is_what_a_walk_does():
    for lr, beta, word in (
        (0.01, 0.5, "creeps"), (0.01, 0.95, "rings"), (1.5, 0.01, "leaps"), (2.5, 0.2, "blows up"),
    ):  # fmt: skip
        assert motion(lr, beta, 1.0) == word
        w = walk("momentum", lr, beta, 150)
        turns = np.sum(w[1:] * w[:-1] < 0)
        seen = (
            "blows up" if abs(w[-1]) > 1 else "creeps" if turns == 0
            else "leaps" if turns == 150 else "rings"
        )  # fmt: skip
        assert seen == word
    assert motion(3.0, 0.5, 1.0) == "swings" and motion(0.25, 0.25, 1.0) == "is critical"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda: shrink_factor(0.1, 1.0, 1.0),
            "from 0 to below 1, got 1.0",
        ),
        (
            lambda: shrink_factor(0.1, -0.1, 1.0),
            "from 0 to below 1, got -0.1",
        ),
        (lambda: shrink_factor(0.1, 0.5, 0.0), "curvature must be a number above 0, got 0.0"),
        (lambda: best_momentum(0.04, [1.0, 100.0]), "lr must be below 4 / 100 = 0.04"),
        (
            lambda: convert_lr(0.1, 0.9, "keras", "momentum"),
            "given must be one of .*'keras'",
        ),
    ],
)
def test_bad_input_meets_one_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()
