"""Trials of single rates on the digits: speed, accuracy, and how far a rate may be off."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lrcourse import network
from lrcourse.data import digits
from lrcourse.objectives import parabola
from lrcourse.optimizers import adagrad, adam, gd, rmsprop
from lrcourse.range_tests import geometric_lrs, range_test, suggest_lr
from lrcourse.training import train
from lrcourse.trial.bowls import a_wrong_lowest_loss, noise_floor
from lrcourse.trial.claims import Finding
from lrcourse.trial.digits_trained import (
    BEST,
    CLIFF,
    WIDTHS,
    accuracy,
    best_of,
    generators,
    in_percent,
)


def loss_scale(repeat: int = 0) -> dict[int, Finding]:
    """The same training with a loss added up over 32 images instead of averaged."""
    split = digits(1000 * repeat)
    mean = network.mlp(split.X_train, split.y_train, WIDTHS)
    added, w = replace(mean, reduction="sum"), network.init(generators(repeat)[0], WIDTHS)

    def first_step(learn, lr):
        rng = np.random.default_rng(1000 * repeat)
        return np.abs(train(learn, w, gd, lr, 1, batch_size=32, rng=rng).w[-1] - w).max()

    same = np.isclose(first_step(added, 1 / 32), first_step(mean, 1.0))
    longer = first_step(added, 1.0) / first_step(mean, 1.0)
    where = {"rate times slope": bool(same), "rate times error": bool(np.isclose(longer, 1))}
    seen = f"the same errors, loss times 32: a step {longer:.0f} times as long at the same rate"
    return {1: Finding(where, seen)}


def u_curve(repeat: int = 0) -> dict[int, Finding]:
    """Speed and accuracy at rates below the cliff and past it."""
    rates = (0.03, 0.3, BEST, CLIFF)
    early, late = accuracy(rates, 60, repeat), accuracy(rates, 300, repeat)
    where = {"training time": early[2] > early[0] + 0.2, "performance": late[2] > late[3] + 0.5}
    seen = (
        f"at 0.03, 0.3, 3: {in_percent(early[:3])} after 60 steps, {in_percent(late[:3])} after 300"
    )
    seen += f"; at 30 {'near chance' if late[3] < 0.2 else 'it learns'}"
    return {8: Finding(where, seen), 80: Finding(where, seen)}


def slow_is_not_stuck(repeat: int = 0) -> dict[int, Finding]:
    """A low rate with ten times the steps, beside ten times the rate."""
    (short,), (long,) = accuracy((0.01,), 100, repeat), accuracy((0.01,), 1000, repeat)
    (tenfold,) = accuracy((0.1,), 100, repeat)
    slow, stuck = short < tenfold - 0.3, long < tenfold - 0.1
    seen = f"0.01: {in_percent(short)} after 100 steps, {in_percent(long)} after 1000; 0.1: "
    seen += f"{in_percent(tenfold)} after 100"
    return {
        5: Finding({"slow": slow, "stuck": stuck}, seen),
        24: Finding({"stuck": stuck}, seen),
        39: Finding({"lower is not better": slow, "stuck": stuck}, seen),
    }


def band(repeat: int = 0) -> dict[int, Finding]:
    """How far from the best rate the accuracy stays good."""
    rates = tuple(np.geomspace(0.01, 30, 15))
    read = accuracy(rates, 300, repeat)
    good = np.array(rates)[read >= read.max() - 0.05]
    near = np.array(rates)[read >= read.max() - 0.01]
    width, seen = (
        good.max() / good.min(),
        f"within 5 points from {good.min():.2g} to {good.max():.2g}",
    )
    return {
        7: Finding({"beyond the band": read.min() < 0.6, "inside it": width < 10}, seen),
        20: Finding(
            {"beyond a factor of ten": read[0] < read.max() - 0.2, "within two": len(near) < 2},
            f"{seen}; within 1 point from {near.min():.2g} to {near.max():.2g}",
        ),
    }


def lopsided(repeat: int = 0) -> dict[int, Finding]:
    """A tenth of a good rate, ten times it, and far to either side."""
    read = accuracy((BEST / 1000, BEST / 10, BEST, 10 * BEST), 300, repeat)
    lost = read[2] - read
    where = {
        "far to either side": min(lost[0], lost[3]) > 0.3,
        "alike on both sides": abs(lost[1] - lost[3]) < 0.3,
    }
    seen = f"a tenth of the rate loses {100 * lost[1]:.0f} points, ten times it {100 * lost[3]:.0f}"
    return {9: Finding(where, seen)}


def small_start(repeat: int = 0) -> dict[int, Finding]:
    """Plain descent and Adam at 0.01 and 0.001."""
    plain = accuracy((0.001, 0.01, BEST), 300, repeat)
    adams = accuracy((0.001, 0.01, 0.02), 300, repeat, rule=adam)
    where = {"Adam": adams[:2].min() > adams[2] - 0.1, "descent": plain[:2].max() > plain[2] - 0.1}
    seen = f"at 0.001, 0.01: descent {in_percent(plain[:2])}, Adam {in_percent(adams[:2])}"
    return {10: Finding(where, seen)}


def a_knob_remains(repeat: int = 0) -> dict[int, Finding]:
    """Adaptive rules at a good rate and at a hundredth of it, and with inputs 16 times as large."""
    rules = {"AdaGrad": (adagrad, 0.1), "RMSProp": (rmsprop, 0.02), "Adam": (adam, 0.02)}
    lost = {}
    for name, (rule, lr) in rules.items():
        low, good = accuracy((lr / 100, lr), 100, repeat, rule=rule)
        lost[name] = good - low
    times_16 = accuracy((0.02,), 200, repeat, rule=adam, times=16.0)[0]
    scaled = abs(times_16 - accuracy((0.02,), 200, repeat, rule=adam)[0]) < 0.06
    told = ", ".join(f"{name} {100 * points:.0f}" for name, points in lost.items())
    seen = f"points lost at a hundredth of a good rate: {told}"
    needless = {name: points < 0.1 for name, points in lost.items()}
    return {
        13: a_wrong_lowest_loss(repeat),
        81: Finding(
            {"it undoes the scale of inputs": scaled, "it sets the rate": any(needless.values())},
            seen,
        ),
        87: Finding(needless, seen),
    }


def high_is_accurate(repeat: int = 0) -> dict[int, Finding]:
    """Accuracy at the end against speed at the start, up to the cliff and past it."""
    rates = (0.1, 0.3, 1.0, BEST, CLIFF)
    early, late = accuracy(rates, 60, repeat), accuracy(rates, 300, repeat)
    poor = {"past the cliff": late[4] < late[0] - 0.3, "below it": late[3] < late[0] - 0.005}
    seen = (
        f"at 0.1, 0.3, 1, 3, 30: {in_percent(early)} after 60 steps, {in_percent(late)} after 300"
    )
    quickest, traded = (
        int(early[:4].argmax()),
        noise_floor(repeat)[3].where["noise, a constant rate"],
    )
    return {
        23: Finding(poor, seen),
        33: Finding(
            {"noise on a bowl": traded, "the digits": late[quickest] < late[:4].max() - 0.01},
            seen,
        ),
    }


def four_ends(repeat: int = 0) -> dict[int, Finding]:
    """Far past the cliff, a parabola and a network."""
    away = train(parabola(), [1.0], gd, 3.0, 60).diverged
    split, rng = digits(1000 * repeat), generators(repeat)[0]
    learn = network.mlp(split.X_train, split.y_train, WIDTHS)
    run = train(learn, network.init(rng, WIDTHS), gd, CLIFF, 300, batch_size=32, rng=rng)
    where = {"a parabola": bool(away), "a network": bool(run.diverged)}
    return {83: Finding(where, f"the network's loss is {run.loss[-1]:.1f} at the end: near chance")}


def nine_trials(repeat: int = 0) -> dict[int, Finding]:
    """One guess, nine rates tried at once, and a fine grid."""
    nine = accuracy(tuple(np.geomspace(1e-3, 30, 9)), 300, repeat)
    fine = accuracy(tuple(np.geomspace(0.1, 10, 21)), 300, repeat)
    guess = accuracy((0.01,), 300, repeat)[0]
    best = max(nine.max(), fine.max())
    seen = f"a guess of 0.01 {in_percent(guess)}, the best of nine {in_percent(nine.max())}"
    return {
        14: Finding(
            {"a guess": guess < best - 0.1}, f"{seen}, the best of 21 more {in_percent(fine.max())}"
        ),
        32: Finding(
            {"after one guess": guess < best - 0.1, "after nine": nine.max() < best - 0.02}, seen
        ),
    }


def steps_to_target(repeat: int = 0) -> dict[int, Finding]:
    """Steps until nine of ten images are read, and what is kept of it."""
    rates, every = (0.1, 1.0, BEST, CLIFF), 10
    read = accuracy(rates, 900, repeat, every=every)
    there = read >= 0.9
    steps = np.where(there.any(axis=0), every * there.argmax(axis=0), np.inf)
    seen = (
        f"steps to 90 % at 0.1, 1, 3: {steps[0]:.0f}, {steps[1]:.0f}, {steps[2]:.0f}; at 30 never"
    )
    late = read[-1]
    return {
        37: Finding({"past the cliff": bool(np.isinf(steps[3]))}, seen),
        38: Finding(
            {"past the cliff": late[3] < 0.5, "below it": late[1:3].min() < late[0] - 0.02}, seen
        ),
        84: Finding({"a tenth of 1": steps[0] > 4 * steps[1]}, seen),
    }


def turning_point(repeat: int = 0) -> dict[int, Finding]:
    """Where the loss of a range test starts to rise, in a short test and in a long one."""
    split, found = digits(1000 * repeat), {}
    learn = network.mlp(split.X_train.astype(np.float32), split.y_train, WIDTHS)
    for steps in (50, 1000):
        rngs = generators(repeat)
        w = np.stack([network.init(rng, WIDTHS, dtype=np.float32) for rng in rngs])
        test = range_test(learn, w, geometric_lrs(1e-4, 100, steps), batch_size=32, rng=rngs)
        found[steps] = float(np.median(suggest_lr(test.lr, test.smooth, "starts to rise")))
    read = accuracy((BEST, found[50], found[1000]), 300, repeat)
    where = {"1000 steps": read[2] > read[0] - 0.03, "50 steps": read[1] > read[0] - 0.03}
    seen = f"it rises at {found[50]:.1f} in 50 steps and at {found[1000]:.1f} in 1000: "
    return {
        30: Finding(
            where, f"{seen}{in_percent(read[1:])} at these rates, {in_percent(read[0])} at 3"
        )
    }


def inputs_move_the_best(repeat: int = 0) -> dict[int, Finding]:
    """The best rate for the same images, written on two scales and drawn in two batch sizes."""
    rates = tuple(np.geomspace(0.02, 20, 13))
    plain = best_of(rates, accuracy(rates, 100, repeat))
    large = best_of(rates, accuracy(rates, 100, repeat, times=16.0))
    small = best_of(rates, accuracy(rates, 100, repeat, batch_size=4))
    where = {"inputs times 16": plain / large > 4, "batches of 4": plain / small > 1.5}
    seen = f"best rate {plain:.2g}; inputs times 16: {large:.2g}; batches of 4: {small:.2g}"
    return {number: Finding(where, seen) for number in (35, 36, 40, 82)}
