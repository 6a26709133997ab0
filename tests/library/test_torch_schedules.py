"""Every schedule equals its twin in torch or optax: one table, and a new twin is a row."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from lrcourse.combined_schedules import (
    join,
    noam,
    per_epoch,
    scale,
    warmup,
    warmup_stable_decay,
)
from lrcourse.cycles import (
    cosine_restarts,
    exp_range,
    one_cycle,
    one_cycle_momentum,
    triangular,
    triangular2,
)
from lrcourse.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    inverse_sqrt,
    linear_decay,
    multistep,
    polynomial_decay,
    step_decay,
    time_decay,
)

LR = 0.3
"""The rate of the optimizer that torch's scheduler is given."""

EVER = 600
"""The last step that is compared where both go on for ever."""


class Twin(NamedTuple):
    ours: Callable
    until: int = EVER
    """The last step at which the two agree; what comes after it has a test of its own."""
    momentum: Callable | None = None
    """Our schedule of the momentum that torch's scheduler sets beside the rate."""
    steps_per_epoch: int = 1
    """How many steps are taken before torch's scheduler is stepped once."""


TWINS = {
    "LambdaLR(lambda step: 0.95**step)": Twin(scale(lambda step: 0.95**step, LR)),
    "LambdaLR(lambda step: 1 / (1 + step / 40))": Twin(time_decay(LR, timescale=40)),
    "LambdaLR(lambda step: 1 / (1 + 9 * step / 300))": Twin(time_decay(LR, timescale=300 / 9)),
    "LambdaLR(lambda step: (1 + step / 25) ** -0.5)": Twin(inverse_sqrt(LR, timescale=25)),
    "LambdaLR(lambda step: 64**-0.5 * min((step + 1) ** -0.5, (step + 1) * 40**-1.5))": Twin(
        scale(noam(width=64, warmup_steps=40), LR)
    ),
    "LambdaLR(lambda step: 1.0)": Twin(constant(LR)),
    "MultiplicativeLR(lambda step: 0.97)": Twin(exponential_decay(LR, factor=0.97)),
    "MultiplicativeLR(lambda step: (step + 39) / (step + 40))": Twin(time_decay(LR, timescale=40)),
    "StepLR(step_size=30)": Twin(step_decay(LR, steps_per_drop=30)),
    "StepLR(step_size=7, gamma=0.8)": Twin(step_decay(LR, steps_per_drop=7, factor=0.8)),
    "StepLR(step_size=1, gamma=0.8)": Twin(
        per_epoch(exponential_decay(LR, factor=0.8), steps_per_epoch=12), steps_per_epoch=12
    ),
    "MultiStepLR(milestones=[30, 80])": Twin(multistep(LR, boundaries=[30, 80])),
    "MultiStepLR(milestones=[1, 20, 20, 300], gamma=0.5)": Twin(
        multistep(LR, boundaries=[1, 20, 20, 300], factor=0.5)
    ),
    "ConstantLR(factor=0.25, total_iters=17)": Twin(
        join([constant(0.25 * LR), constant(LR)], boundaries=[17])
    ),
    "LinearLR(start_factor=1.0, end_factor=0.0, total_iters=50)": Twin(linear_decay(LR, 50)),
    "LinearLR(start_factor=1.0, end_factor=0.2, total_iters=333)": Twin(
        linear_decay(LR, 333, end_lr=0.2 * LR)
    ),
    "LinearLR(start_factor=0.1, end_factor=1.0, total_iters=20)": Twin(
        warmup(constant(LR), 20, start_factor=0.1)
    ),
    "ExponentialLR(gamma=0.9)": Twin(exponential_decay(LR, factor=0.9)),
    "ExponentialLR(gamma=0.999)": Twin(exponential_decay(LR, factor=0.999)),
    "PolynomialLR(total_iters=50)": Twin(polynomial_decay(LR, 50, power=1.0)),
    "PolynomialLR(total_iters=100, power=2.0)": Twin(polynomial_decay(LR, 100)),
    "PolynomialLR(total_iters=333, power=0.5)": Twin(polynomial_decay(LR, 333, power=0.5)),
    "CosineAnnealingLR(T_max=1)": Twin(cosine_decay(LR, 1), until=1),
    "CosineAnnealingLR(T_max=50)": Twin(cosine_decay(LR, 50), until=50),
    "CosineAnnealingLR(T_max=333, eta_min=0.01)": Twin(cosine_decay(LR, 333, 0.01), until=333),
    "CosineAnnealingLR(T_max=20, eta_min=0.01)": Twin(
        per_epoch(cosine_decay(LR, 20, 0.01), steps_per_epoch=25), until=500, steps_per_epoch=25
    ),
    "CosineAnnealingWarmRestarts(T_0=1)": Twin(cosine_restarts(LR, 1)),
    "CosineAnnealingWarmRestarts(T_0=10)": Twin(cosine_restarts(LR, 10)),
    "CosineAnnealingWarmRestarts(T_0=1, T_mult=2)": Twin(cosine_restarts(LR, 1, growth=2)),
    "CosineAnnealingWarmRestarts(T_0=5, T_mult=3, eta_min=0.01)": Twin(
        cosine_restarts(LR, 5, growth=3, end_lr=0.01)
    ),
    "CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=10)": Twin(
        triangular(0.1, 0.5, up_steps=10),
        momentum=lambda step: 0.8 + 0.9 - triangular(0.8, 0.9, up_steps=10)(step),
    ),
    "CyclicLR(base_lr=0.0, max_lr=1.0, step_size_up=7, step_size_down=16)": Twin(
        triangular(0.0, 1.0, up_steps=7, down_steps=16)
    ),
    "CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=10, mode='triangular2')": Twin(
        triangular2(0.1, 0.5, up_steps=10)
    ),
    "CyclicLR(base_lr=0.0, max_lr=0.5, step_size_up=9, step_size_down=4, mode='triangular2')": Twin(
        triangular2(0.0, 0.5, up_steps=9, down_steps=4)
    ),
    "CyclicLR(base_lr=0.1, max_lr=0.5, step_size_up=10, mode='exp_range', gamma=0.99)": Twin(
        exp_range(0.1, 0.5, up_steps=10, factor=0.99)
    ),
    "CyclicLR(0.01, 0.5, step_size_up=4, step_size_down=9, mode='exp_range', gamma=0.9)": Twin(
        exp_range(0.01, 0.5, up_steps=4, factor=0.9, down_steps=9)
    ),
    "OneCycleLR(max_lr=0.5, total_steps=100)": Twin(
        one_cycle(0.5, 100), until=99, momentum=one_cycle_momentum(100)
    ),
    "OneCycleLR(max_lr=0.5, total_steps=101, anneal_strategy='linear')": Twin(
        one_cycle(0.5, 101, shape="linear"),
        until=100,
        momentum=one_cycle_momentum(101, shape="linear"),
    ),
    "OneCycleLR(max_lr=0.5, total_steps=333, pct_start=0.25, three_phase=True)": Twin(
        one_cycle(0.5, 333, rise=0.25, three_phase=True),
        until=332,
        momentum=one_cycle_momentum(333, rise=0.25, three_phase=True),
    ),
    "OneCycleLR(max_lr=0.5, total_steps=64, pct_start=0.45, three_phase=True, "
    "anneal_strategy='linear', base_momentum=0.5, max_momentum=0.99)": Twin(
        one_cycle(0.5, 64, rise=0.45, three_phase=True, shape="linear"),
        until=63,
        momentum=one_cycle_momentum(
            64, low=0.5, high=0.99, rise=0.45, three_phase=True, shape="linear"
        ),
    ),
    "OneCycleLR(max_lr=0.5, epochs=8, steps_per_epoch=32, div_factor=5.0, final_div_factor=2.0, "
    "pct_start=0.7)": Twin(
        one_cycle(0.5, 8 * 32, rise=0.7, start_lr=0.1, end_lr=0.05),
        until=255,
        momentum=one_cycle_momentum(8 * 32, rise=0.7),
    ),
    "ChainedScheduler([ExponentialLR(gamma=0.99), StepLR(step_size=20, gamma=0.5)])": Twin(
        scale(exponential_decay(1.0, factor=0.99), step_decay(LR, steps_per_drop=20, factor=0.5))
    ),
    "ChainedScheduler([LinearLR(start_factor=0.1, total_iters=10), PolynomialLR(100, 2.0)])": Twin(
        scale(warmup(constant(1.0), 10, start_factor=0.1), polynomial_decay(LR, 100))
    ),
    "SequentialLR([ConstantLR(0.1, total_iters=20), ExponentialLR(gamma=0.9)], [20])": Twin(
        join([constant(0.1 * LR), exponential_decay(LR, factor=0.9)], boundaries=[20])
    ),
    "SequentialLR([LinearLR(0.01, total_iters=10), CosineAnnealingLR(T_max=90)], [10])": Twin(
        warmup(cosine_decay(LR, 90), warmup_steps=10, start_factor=0.01), until=100
    ),
    "SequentialLR([StepLR(5, gamma=0.5), LinearLR(1.0, 0.5, 30), ExponentialLR(0.9)], [20, 90])": (
        Twin(
            join(
                [
                    step_decay(LR, steps_per_drop=5, factor=0.5),
                    linear_decay(LR, 30, end_lr=0.5 * LR),
                    exponential_decay(LR, factor=0.9),
                ],
                boundaries=[20, 90],
            )
        )
    ),
    "SequentialLR([LinearLR(0.25, total_iters=20), ConstantLR(1.0), LinearLR(1.0, 0.1, 50)], "
    "[20, 150])": Twin(
        join(
            [warmup(constant(LR), 20, start_factor=0.25), linear_decay(LR, 50, end_lr=0.1 * LR)],
            boundaries=[150],
        )
    ),
    "optax.constant_schedule(0.3)": Twin(constant(0.3)),
    "optax.linear_schedule(0.3, 0.03, 70)": Twin(linear_decay(0.3, 70, end_lr=0.03)),
    "optax.polynomial_schedule(0.3, 0.03, 3.0, 70)": Twin(
        polynomial_decay(0.3, 70, end_lr=0.03, power=3.0)
    ),
    "optax.cosine_decay_schedule(0.3, 70, alpha=0.1)": Twin(cosine_decay(0.3, 70, end_lr=0.03)),
    "optax.piecewise_constant_schedule(0.3, {30: 0.5, 80: 0.5})": Twin(
        multistep(0.3, boundaries=[30, 80], factor=0.5)
    ),
    "optax.warmup_constant_schedule(0.0, 0.3, 20)": Twin(warmup(constant(0.3), 20)),
    "optax.warmup_cosine_decay_schedule(0.0, 0.3, 20, 100, 0.01)": Twin(
        warmup(cosine_decay(0.3, 80, end_lr=0.01), warmup_steps=20)
    ),
    "optax.warmup_exponential_decay_schedule(0.0, 0.3, 20, 1, 0.95)": Twin(
        warmup(exponential_decay(0.3, factor=0.95), warmup_steps=20)
    ),
    "optax.join_schedules([optax.linear_schedule(0.0, 0.3, 20), optax.constant_schedule(0.3), "
    "optax.linear_schedule(0.3, 0.003, 50)], [20, 150])": Twin(
        warmup_stable_decay(0.3, total_steps=200, warmup_steps=20, decay_steps=50, end_lr=0.003)
    ),
}
"""What torch or optax is asked for -> ours. A new row: add it here, run make_torch_schedules.py."""

FROZEN = Path(__file__).with_name("torch_schedules.json")


@pytest.fixture(scope="module")
def frozen():
    return json.loads(FROZEN.read_text())


def test_the_frozen_table_has_the_rows_of_this_one(frozen):
    assert list(frozen["rows"]) == list(TWINS)


@pytest.mark.parametrize("asked", TWINS)
def test_a_schedule_equals_its_twin(frozen, asked):
    twin, row = TWINS[asked], frozen["rows"][asked]
    steps = np.array([step for step in frozen["steps"] if step <= twin.until])
    assert len(row["lr"]) >= len(steps)
    close = {"rtol": 1e-12, "atol": 1e-15}
    np.testing.assert_allclose(twin.ours(steps), row["lr"][: len(steps)], **close)
    np.testing.assert_allclose([twin.ours(int(s)) for s in steps], row["lr"][: len(steps)], **close)
    if twin.momentum:
        np.testing.assert_allclose(twin.momentum(steps), row["momentum"][: len(steps)], **close)


def test_the_table_covers_every_scheduler_of_torch(frozen):
    covered = {name for name in frozen["schedulers"] for asked in TWINS if f"{name}(" in asked}
    # The base class, and the one that listens to the loss: a controller, not a schedule.
    assert set(frozen["schedulers"]) - covered == {"LRScheduler", "ReduceLROnPlateau"}


def test_after_its_end_our_cosine_stays_where_torchs_rises_again(frozen):
    asked = "CosineAnnealingLR(T_max=50)"
    torchs = dict(zip(frozen["steps"], frozen["rows"][asked]["lr"], strict=True))
    assert torchs[100] == pytest.approx(LR)
    assert TWINS[asked].ours(100) == 0.0


def test_after_its_end_our_one_cycle_stays_where_torchs_refuses_to_go_on(frozen):
    asked = "OneCycleLR(max_lr=0.5, total_steps=100)"
    torchs = frozen["rows"][asked]["lr"]
    assert frozen["steps"][len(torchs) - 1] == 99
    assert TWINS[asked].ours(10_000) == TWINS[asked].ours(99) == pytest.approx(torchs[-1])
