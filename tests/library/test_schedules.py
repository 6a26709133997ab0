"""Every schedule keeps one contract: one table, and a new schedule is a row."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from lrcourse.base import BadInput
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
    schedule_of,
    step_decay,
    time_decay,
)

counts = st.integers(1, 200)
fractions = st.floats(0, 1)
timescales = st.floats(0.5, 1e3)
shapes = st.sampled_from(["cosine", "linear"])
rates = st.floats(1e-6, 1e3)
triangles = {"base_lr": fractions, "up_steps": counts, "down_steps": counts}
one_hill = {"total_steps": st.integers(10, 200), "rise": st.floats(0.15, 0.85), "shape": shapes}
three_hills = one_hill | {"rise": st.floats(0.15, 0.45), "three_phase": st.just(True)}


class Row(NamedTuple):
    make: Callable
    """``peak_lr, **settings -> schedule``."""
    settings: dict
    """Name -> strategy; a rate other than ``peak_lr`` is drawn as a fraction of it."""
    steepest: Callable
    """The settings -> how far the rate moves from one step to the next, at most, if the peak is 1:
    a schedule that jumps at a joint moves further."""
    falls: bool = False
    """It never rises: it starts at its peak."""
    end: str = ""
    """The setting that names the step from which on the rate is ``end_lr``."""


def steepest_hill(settings):
    """Return the slope of a cosine where it is steepest, in the shortest phase of one cycle."""
    total = settings["total_steps"] + 1
    top = settings["rise"] * total - 1
    turns = [0, top, *([2 * top] if "three_phase" in settings else []), total - 1]
    return np.pi / 2 / min(np.diff(turns))


SCHEDULES = {
    "constant": Row(lambda peak_lr: constant(peak_lr), {}, lambda s: 0, falls=True),
    "step_decay": Row(
        step_decay,
        {"steps_per_drop": counts, "factor": fractions},
        lambda s: 1 - s["factor"],
        falls=True,
    ),
    "multistep": Row(
        multistep,
        {"boundaries": st.lists(counts, max_size=5, unique=True).map(sorted), "factor": fractions},
        lambda s: 1 - s["factor"],
        falls=True,
    ),
    "exponential_decay": Row(
        exponential_decay, {"factor": fractions}, lambda s: 1 - s["factor"], falls=True
    ),
    "time_decay": Row(
        time_decay, {"timescale": timescales}, lambda s: 1 / s["timescale"], falls=True
    ),
    "inverse_sqrt": Row(
        inverse_sqrt, {"timescale": timescales}, lambda s: 0.5 / s["timescale"], falls=True
    ),
    "linear_decay": Row(
        linear_decay,
        {"total_steps": counts, "end_lr": fractions},
        lambda s: 1 / s["total_steps"],
        falls=True,
        end="total_steps",
    ),
    "polynomial_decay": Row(
        polynomial_decay,
        {"total_steps": counts, "end_lr": fractions, "power": st.floats(1, 4)},
        lambda s: s["power"] / s["total_steps"],
        falls=True,
        end="total_steps",
    ),
    "cosine_decay": Row(
        cosine_decay,
        {"total_steps": counts, "end_lr": fractions},
        lambda s: np.pi / 2 / s["total_steps"],
        falls=True,
        end="total_steps",
    ),
    "cosine_restarts": Row(
        cosine_restarts,
        {"cycle_steps": counts, "growth": st.integers(1, 4), "end_lr": fractions},
        lambda s: 1 - s["end_lr"],
    ),
    "triangular": Row(
        triangular, triangles, lambda s: (1 - s["base_lr"]) / min(s["up_steps"], s["down_steps"])
    ),
    "triangular2": Row(
        triangular2, triangles, lambda s: (1 - s["base_lr"]) / min(s["up_steps"], s["down_steps"])
    ),
    "exp_range": Row(
        exp_range,
        triangles | {"factor": fractions},
        lambda s: 1 / min(s["up_steps"], s["down_steps"]) + 1 - s["factor"],
    ),
    "one_cycle": Row(
        lambda total_steps, **s: one_cycle(total_steps=total_steps + 1, **s),
        one_hill | {"start_lr": fractions, "end_lr": fractions},
        steepest_hill,
        end="total_steps",
    ),
    "one_cycle, three phases": Row(
        lambda total_steps, **s: one_cycle(total_steps=total_steps + 1, **s),
        three_hills | {"start_lr": fractions, "end_lr": fractions},
        steepest_hill,
        end="total_steps",
    ),
    "one_cycle_momentum": Row(
        lambda peak_lr, **s: scale(one_cycle_momentum(**s), peak_lr), one_hill, lambda s: 0.1
    ),
    "scale": Row(
        lambda peak_lr, **s: scale(cosine_decay(1.0, s["total_steps"]), peak_lr),
        {"total_steps": counts},
        lambda s: np.pi / 2 / s["total_steps"],
        falls=True,
    ),
    "per_epoch": Row(
        lambda peak_lr, **s: per_epoch(linear_decay(peak_lr, s["epochs"]), s["steps_per_epoch"]),
        {"epochs": counts, "steps_per_epoch": counts},
        lambda s: 1 / s["epochs"],
        falls=True,
    ),
    "join": Row(
        lambda peak_lr, boundary: join([constant(peak_lr), cosine_decay(peak_lr, 50)], [boundary]),
        {"boundary": st.integers(0, 200)},
        lambda s: np.pi / 2 / 50,
        falls=True,
    ),
    "warmup": Row(
        lambda peak_lr, total_steps, **s: warmup(cosine_decay(peak_lr, total_steps), **s),
        {"total_steps": counts, "warmup_steps": counts, "start_factor": fractions},
        lambda s: max((1 - s["start_factor"]) / s["warmup_steps"], np.pi / 2 / s["total_steps"]),
    ),
    "warmup_stable_decay": Row(
        warmup_stable_decay,
        {
            "total_steps": st.integers(100, 200),
            "warmup_steps": st.integers(1, 50),
            "decay_steps": st.integers(1, 50),
            "end_lr": fractions,
        },
        lambda s: 1 / min(s["warmup_steps"], s["decay_steps"]),
        end="total_steps",
    ),
    "noam": Row(
        lambda peak_lr, **s: scale(noam(**s), peak_lr),
        {"width": counts, "warmup_steps": counts},
        lambda s: s["width"] ** -0.5 * s["warmup_steps"] ** -1.5,
    ),
}
"""A new schedule is a row; it then has to keep every law below."""


def built(row, settings, peak_lr):
    """Return the schedule of drawn settings, its fractions turned into rates."""
    return row.make(
        peak_lr=peak_lr,
        **{
            name: np.multiply(value, peak_lr) if name.endswith("_lr") else value
            for name, value in settings.items()
        },
    )


STEPS = np.arange(450)
"""Beyond the end of every schedule of the table."""

CLOSE = {"rtol": 1e-9, "atol": 1e-15}
"""A cosine near its end has lost some digits; which ones depends on the machine."""

every_schedule = pytest.mark.parametrize("row", SCHEDULES.values(), ids=SCHEDULES)

thirty = settings(max_examples=30)
"""Enough where a law is tried on every row of the table."""


def settings_of(row, data):
    return data.draw(st.fixed_dictionaries(row.settings))


@every_schedule
@thirty
@given(data=st.data())
def test_rates_stay_between_the_lowest_and_the_peak(row, data):
    drawn, peak_lr = settings_of(row, data), data.draw(rates)
    floors = [value for name, value in drawn.items() if name.endswith("_lr")]
    lowest = 0.0 if "warmup_steps" in drawn else min(floors, default=0.0)
    lr = built(row, drawn, peak_lr)(STEPS) / peak_lr
    assert lr.shape == STEPS.shape
    assert lowest - 1e-12 <= lr.min() <= lr.max() <= 1 + 1e-12


@every_schedule
@thirty
@given(data=st.data())
def test_the_rate_never_jumps(row, data):
    drawn = settings_of(row, data)
    moves = np.diff(built(row, drawn, 1.0)(STEPS))
    assert np.abs(moves).max() <= row.steepest(drawn) + 1e-12


@pytest.mark.parametrize("name", [name for name, row in SCHEDULES.items() if row.falls])
@thirty
@given(data=st.data())
def test_a_decay_starts_at_its_peak_and_never_rises(name, data):
    row, peak_lr = SCHEDULES[name], data.draw(rates)
    drawn = settings_of(row, data)
    lr = built(row, drawn, peak_lr)(STEPS)
    assert lr[0] == pytest.approx(peak_lr)
    assert np.diff(lr).max() <= 1e-12 * peak_lr


@pytest.mark.parametrize("name", [name for name, row in SCHEDULES.items() if row.end])
@thirty
@given(data=st.data())
def test_what_ends_ends_at_end_lr_and_stays_there(name, data):
    row = SCHEDULES[name]
    drawn = settings_of(row, data)
    end = drawn[row.end]
    lr = built(row, drawn, 1.0)(np.arange(end - 1, end + 100))
    np.testing.assert_allclose(lr[1:], drawn["end_lr"], rtol=1e-12, atol=1e-15)


@every_schedule
@thirty
@given(data=st.data(), order=st.permutations(range(0, 450, 18)))
def test_a_schedule_has_no_memory_and_one_step_is_a_float(row, data, order):
    schedule = built(row, settings_of(row, data), 0.3)
    curve = schedule(STEPS)
    expected = curve.copy()
    curve[:] = -1.0
    np.testing.assert_allclose([schedule(step) for step in order], expected[order], **CLOSE)
    assert type(schedule(order[0])) is float
    assert schedule([]).shape == (0,)


@every_schedule
@thirty
@given(data=st.data(), peaks=st.lists(rates, min_size=1, max_size=4))
def test_runs_with_a_rate_each_are_the_runs_side_by_side(row, data, peaks):
    drawn = settings_of(row, data)
    together = built(row, drawn, np.array(peaks))
    alone = np.stack([built(row, drawn, peak_lr)(STEPS) for peak_lr in peaks], axis=-1)
    np.testing.assert_allclose(together(STEPS[:, np.newaxis]), alone, **CLOSE)
    np.testing.assert_allclose(together(7), alone[7], **CLOSE)


@every_schedule
@thirty
@given(data=st.data(), peaks=st.lists(rates, min_size=2, max_size=4))
def test_steps_that_have_no_axis_for_the_runs_are_told_how_to_get_one(row, data, peaks):
    together = built(row, settings_of(row, data), np.array(peaks))
    with pytest.raises(
        BadInput, match=r"steps of shape \(\d+,\) .* schedule\(steps\[:, np.newaxis"
    ):
        together(STEPS)


def test_so_are_those_of_schedules_that_are_made_of_others():
    two = linear_decay([1.0, 0.5], 30)
    made_of_two = [
        join([constant(1.0), two], [4]),
        warmup(two, 4),
        per_epoch(two, 3),
        scale(constant(1.0), [0.1, 0.2]),
        warmup_stable_decay([1.0, 0.5], 10, 2, 4),
    ]
    for schedule in made_of_two:
        with pytest.raises(BadInput, match=r"steps of shape \(9,\) do not fit one rate for each"):
            schedule(np.arange(9))
        assert np.shape(schedule(np.arange(9)[:, np.newaxis])) == (9, 2)
    unlike = scale(two, [1.0, 2.0, 3.0])
    with pytest.raises(BadInput, match="different numbers of runs"):
        unlike(3)
    with pytest.raises(ValueError, match="of my own"):
        schedule_of(of_ones_own)(3)


def of_ones_own(step):
    raise ValueError("of my own")


@every_schedule
@thirty
@given(data=st.data(), peak_lr=rates)
def test_a_higher_peak_is_the_same_shape_scaled(row, data, peak_lr):
    drawn = settings_of(row, data)
    scaled = scale(built(row, drawn, 1.0), peak_lr)
    lr = built(row, drawn, peak_lr)(STEPS)
    np.testing.assert_allclose(lr, scaled(STEPS), **CLOSE)


def same(one, other, steps=STEPS):
    np.testing.assert_allclose(one(steps), other(steps), **CLOSE)


CURVES = st.sampled_from(
    [
        linear_decay(1.0, 30, end_lr=0.1),
        exponential_decay(0.5, factor=0.9),
        triangular(0.1, 1.0, up_steps=7),
        cosine_restarts(0.8, cycle_steps=5, growth=2),
        warmup(inverse_sqrt(0.7, timescale=9), warmup_steps=4),
    ]
)


@given(CURVES, CURVES, CURVES, st.integers(0, 60), st.integers(0, 60))
def test_joining_in_two_goes_is_joining_at_once(first, second, third, length, next_length):
    at_once = join([first, second, third], [length, length + next_length])
    same(join([first, join([second, third], [next_length])], [length]), at_once)
    same(join([join([first, second], [length]), third], [length + next_length]), at_once)


@given(CURVES, CURVES, st.integers(0, 60))
def test_each_of_joined_schedules_counts_its_own_steps_from_zero(first, second, boundary):
    joined = join([first, second], [boundary])
    np.testing.assert_array_equal(joined(STEPS[:boundary]), first(STEPS[:boundary]))
    np.testing.assert_array_equal(joined(STEPS + boundary), second(STEPS))


def test_a_joined_schedule_is_asked_about_its_own_steps_alone():
    first, second = [0.1, 0.2, 0.3], [0.4, 0.5]
    joined = join([lambda step: first[step], lambda step: second[step]], [3])
    assert [joined(step) for step in range(5)] == first + second


@given(CURVES, CURVES, st.integers(0, 60), fractions, fractions)
def test_scaling_twice_is_scaling_by_the_product_before_or_after_joining(
    first, second, boundary, factor, other
):
    same(scale(scale(first, factor), other), scale(first, factor * other))
    same(
        scale(join([first, second], [boundary]), factor),
        join([scale(first, factor), scale(second, factor)], [boundary]),
    )


@given(CURVES, CURVES)
def test_the_product_of_two_schedules_has_no_order(first, second):
    same(scale(first, second), scale(second, first))
    np.testing.assert_array_equal(scale(first, second)(STEPS), first(STEPS) * second(STEPS))


@given(CURVES, counts, st.integers(1, 9))
def test_per_epoch_gives_every_step_of_an_epoch_the_rate_of_that_epoch(schedule, steps, epochs):
    lr = per_epoch(schedule, steps_per_epoch=steps)(np.arange(steps * epochs))
    np.testing.assert_array_equal(
        lr.reshape(epochs, steps).T, [schedule(np.arange(epochs))] * steps
    )


@given(CURVES, counts, counts)
def test_epochs_of_epochs_multiply_and_an_epoch_of_one_step_changes_nothing(schedule, one, other):
    same(per_epoch(per_epoch(schedule, one), other), per_epoch(schedule, one * other))
    same(per_epoch(schedule, 1), schedule)


@given(CURVES, st.integers(0, 60), fractions)
@example(cosine_decay(1.0, 30), 0, 0.0)
def test_a_warm_up_rises_in_a_straight_line_and_meets_its_schedule(schedule, steps, start_factor):
    warm = warmup(schedule, steps, start_factor)
    same(lambda step: warm(step + steps), schedule)
    rise = warm(np.arange(steps + 1))
    np.testing.assert_allclose(
        rise, schedule(0) * np.linspace(start_factor if steps else 1, 1, steps + 1), atol=1e-15
    )


@given(counts, st.integers(1, 4), fractions)
def test_restarts_are_cosines_joined_at_the_sums_of_their_lengths(cycle_steps, growth, end_lr):
    lengths = cycle_steps * growth ** np.arange(6)
    cosines = [cosine_decay(1.0, int(length), end_lr) for length in lengths]
    joined = join(cosines, np.cumsum(lengths[:-1]))
    same(cosine_restarts(1.0, cycle_steps, growth, end_lr), joined, np.arange(lengths.sum()))


@given(st.integers(2, 7), st.integers(1, 10), st.integers(1, 1000))
def test_a_restart_is_never_a_step_early_or_late(growth, cycle, cycle_steps):
    restart = cycle_steps * (growth**cycle - 1) // (growth - 1)
    schedule = cosine_restarts(1.0, cycle_steps, growth)
    assert schedule(restart) == 1.0
    assert schedule(restart - 1) < 1.0 or cycle_steps == cycle == 1


@given(counts, fractions)
def test_staircases_are_one_another(steps, factor):
    drops = steps * np.arange(1, 1 + len(STEPS) // steps)
    same(step_decay(0.3, steps, factor), multistep(0.3, drops, factor))
    same(step_decay(0.3, steps, factor), per_epoch(exponential_decay(0.3, factor), steps))
    same(step_decay(0.3, 1, factor), exponential_decay(0.3, factor))


@given(counts, fractions)
def test_a_polynomial_of_power_one_is_the_straight_line(total_steps, end_lr):
    same(
        polynomial_decay(1.0, total_steps, end_lr, power=1), linear_decay(1.0, total_steps, end_lr)
    )


@given(counts, counts, fractions)
def test_triangles_differ_only_in_how_their_height_shrinks(up_steps, down_steps, base_lr):
    plain, halved, shrunk = (
        make(base_lr, 1.0, up_steps=up_steps, down_steps=down_steps, **more)(STEPS) - base_lr
        for make, more in ((triangular, {}), (triangular2, {}), (exp_range, {"factor": 0.9}))
    )
    period = up_steps + down_steps
    np.testing.assert_allclose(halved, plain * 0.5 ** (STEPS // period), atol=1e-15)
    np.testing.assert_allclose(shrunk, plain * 0.9**STEPS, atol=1e-15)
    assert triangular(base_lr, 1.0, up_steps, down_steps)(up_steps) == pytest.approx(1.0)
    same(
        lambda step: triangular(base_lr, 1.0, up_steps)(2 * up_steps - step % up_steps),
        lambda step: triangular(base_lr, 1.0, up_steps)(step % up_steps),
    )


@given(**one_hill)
def test_in_one_cycle_momentum_moves_against_the_rate(total_steps, rise, shape):
    lr = one_cycle(1.0, total_steps, rise, start_lr=0.0, end_lr=0.0, shape=shape)(STEPS)
    momentum = one_cycle_momentum(total_steps, 0.8, 0.9, rise, shape)(STEPS)
    np.testing.assert_allclose(momentum, 0.9 - 0.1 * lr, rtol=1e-12)


@given(st.integers(1, 1024), counts)
def test_the_transformers_schedule_is_the_formula_of_its_paper(width, warmup_steps):
    t = STEPS + 1
    formula = width**-0.5 * np.minimum(t**-0.5, t * warmup_steps**-1.5)
    np.testing.assert_allclose(noam(width, warmup_steps)(STEPS), formula, rtol=1e-12)


@given(counts)
def test_a_plateau_can_be_lengthened_later(longer):
    short = warmup_stable_decay(0.1, total_steps=100, warmup_steps=10, decay_steps=20)
    long = warmup_stable_decay(0.1, total_steps=100 + longer, warmup_steps=10, decay_steps=20)
    np.testing.assert_array_equal(short(STEPS[:81]), long(STEPS[:81]))
    np.testing.assert_array_equal(short(STEPS[80:]), long(STEPS[80:] + longer))


def test_a_rate_of_a_printed_table_has_two_names():
    table = [0.01, 0.008, 0.0064, 0.00512, 0.004096]
    assert exponential_decay(0.01, factor=0.8)(np.arange(5)) == pytest.approx(table)
    assert step_decay(0.01, steps_per_drop=1, factor=0.8)(np.arange(5)) == pytest.approx(table)


# What cannot be used meets one sentence with the value seen.

HALF = constant(0.5)

REFUSED = {
    "constant(-0.1)": "lr must be a number, 0 or more, got -0.1",
    "constant([0.1, float('nan')])": "lr must be a number, 0 or more, got [0.1, nan]",
    "constant('0.1')": "lr must be a number, 0 or more, got '0.1'",
    "constant(None)": "lr must be a number, 0 or more, got None",
    "constant(float('inf'))": "lr must be a number, 0 or more, got inf",
    "HALF(-1)": "step must be a whole number, 0 or more, got -1",
    "HALF(2.5)": "step must be a whole number, 0 or more, got 2.5",
    "HALF([3, -2])": "step must be a whole number, 0 or more, got [3, -2]",
    "HALF(float('inf'))": "step must be a whole number, 0 or more, got inf",
    "step_decay(0.1, steps_per_drop=0)": "steps_per_drop must be a whole number, 1 or more, got 0",
    "step_decay(0.1, 10, factor=1.5)": "factor must be a number from 0 to 1, got 1.5",
    "exponential_decay(0.1, factor=-0.9)": "factor must be a number from 0 to 1, got -0.9",
    "multistep(0.1, [30, 20])": "boundaries must rise, got [30, 20]",
    "multistep(0.1, [0.5])": "each boundary must be a whole number, 0 or more, got [0.5]",
    "time_decay(0.1, timescale=0)": "timescale must be a number above 0, got 0",
    "inverse_sqrt(0.1, timescale=-3)": "timescale must be a number above 0, got -3",
    "linear_decay(0.1, total_steps=0)": "total_steps must be a whole number, 1 or more, got 0",
    "cosine_decay(0.1, 56.2)": "total_steps must be a whole number, 1 or more, got 56.2",
    "cosine_decay(0.1, [5, 6])": "total_steps must be one number for all runs, got [5, 6]",
    "cosine_decay(0.1, 10, end_lr=0.2)": "end_lr must not be above peak_lr = 0.1, got 0.2",
    "polynomial_decay(0.1, 10, power=0)": "power must be a number above 0, got 0",
    "cosine_restarts(0.1, 10, growth=0)": "growth must be a whole number, 1 or more, got 0",
    "triangular(0.5, 0.1, up_steps=10)": "base_lr must not be above peak_lr = 0.1, got 0.5",
    "triangular(0.1, 0.5, 10, 0)": "down_steps must be a whole number, 1 or more, got 0",
    "one_cycle(0.1, 100, rise=1.2)": "rise must be a number from 0 to 1, got 1.2",
    "one_cycle(0.1, 3)": "rise = 0.3 of total_steps = 3 leaves a phase without a step: it would "
    "turn at steps 0, -0.1, 2",
    "one_cycle(0.1, 100, start_lr=0.2)": "start_lr must not be above peak_lr = 0.1, got 0.2",
    "one_cycle(0.1, 100, shape='cos')": "shape must be one of cosine, linear, got 'cos'",
    "one_cycle_momentum(100, low=0.9, high=0.8)": "low must not be above high = 0.8, got 0.9",
    "one_cycle_momentum(100, high=1.2)": "high must be a number from 0 to 1, got 1.2",
    "scale(HALF, -2)": "factor must be a number, 0 or more, got -2",
    "scale(0.5, 2)": "schedule must be a function step -> lr, got 0.5; use constant(0.5)",
    "per_epoch(HALF, 56.2)": "steps_per_epoch must be a whole number, 1 or more, got 56.2",
    "join([HALF, HALF], [])": "boundaries must be one fewer than the 2 schedules, got []",
    "warmup(HALF, -1)": "warmup_steps must be a whole number, 0 or more, got -1",
    "warmup(HALF, 10, start_factor=2)": "start_factor must be a number from 0 to 1, got 2",
    "warmup_stable_decay(0.1, 100, 60, 50)": "warmup_steps = 60 and decay_steps = 50 must fit into "
    "total_steps, got 100",
    "noam(0)": "width must be a whole number, 1 or more, got 0",
}


@pytest.mark.parametrize("asked", REFUSED)
def test_what_cannot_be_used_meets_one_sentence_with_the_value_seen(asked):
    with pytest.raises(ValueError) as refusal:
        eval(asked)
    assert str(refusal.value) == REFUSED[asked]
