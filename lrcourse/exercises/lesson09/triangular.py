"""Up and down. A triangular schedule climbs in a straight line from a base rate to a peak, falls in
a straight line back to the base, and does it again, for ever. Smith, who made it popular, describes
it by three numbers: base, peak, and the steps of the way up. You write the factory: give it the
numbers and it returns the schedule, a function that turns a step into a rate.

**Predict first.** Smith calls the steps of the way up the "stepsize" and takes 2000. How many peaks
does a run of 10,000 steps see: 2, 3 or 5?
"""

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import Unfit, close, numbers

exercise = Exercise("triangular", points=2, minutes=12)


@exercise.solution
def triangular(base_lr, peak_lr, up_steps, down_steps=None):
    """Return a schedule, a function `step -> lr`, that goes up and down in straight lines.

    base_lr     the rate at step 0, and wherever a cycle ends
    peak_lr     the rate at the top, above `base_lr`
    up_steps    steps from the base to the peak, at least 1
    down_steps  steps from the peak back to the base; None means as many as up

    The schedule takes a whole step, 0 or more, in any order, and returns one rate.
    """
    # solution: seven lines
    if down_steps is None:
        down_steps = up_steps

    def schedule(step):
        step = step % (up_steps + down_steps)
        height = min(step / up_steps, (up_steps + down_steps - step) / down_steps)
        return base_lr + (peak_lr - base_lr) * height

    return schedule


exercise.hints = [
    "How long is a whole cycle, and how far into its cycle is a given step?",
    "Two straight lines, one up and one down, meet at the peak. At each step the lower of the two "
    "is the one you want.",
    "Inside, define `def schedule(step):`, begin it with `step = step % (up_steps + down_steps)`, "
    "and end the outer function with `return schedule`.",
]
exercise.turned_out = (
    "3. The way up is half a cycle, so the peaks are at steps 2000, 6000 and 10,000; the run ends "
    "on its third."
)


def asked(schedule, step):
    """Return what a schedule answers at ``step``, or raise ``Unfit`` if it is none."""
    if not callable(schedule):
        raise Unfit("Return a schedule: a function that takes a step and returns its rate.")
    return numbers(schedule(step), "The rate")


def expect(schedule, wanted, because, also=()):
    """Ask a schedule at all steps of ``wanted``; at the first wrong one say ``because`` and what
    was expected. The steps ``also`` are not judged: they tell one mistake from another."""
    seen = {step: asked(schedule, step) for step in sorted({*wanted, *also})}
    for step, lr in seen.items():
        if step in wanted and not close(lr, wanted[step], what="The rate"):
            schedule(step)  # Once more: a card shows the last call.
            raise AssertionError(f"{because.format(step=step)} Expected: {wanted[step]:.6g}.")


def tenths(rng):
    """Return a base rate and a peak above it."""
    return rng.integers(1, 4) / 10, rng.integers(11, 30) / 10


@exercise.check("Step 0 has the base rate.")
def begins_at_the_base(triangular, rng):
    base, peak = tenths(rng)
    expect(triangular(base, peak, 5), {0: base}, "Step {step} is the foot of the first rise.")


@exercise.check("The peak stands at step up_steps, where the whole way up is done.")
def reaches_the_peak(triangular, rng):
    base, peak = tenths(rng)
    up = int(rng.integers(4, 8))
    because = f"Step {{step}} is {up} steps after the base, which is up_steps."
    expect(triangular(base, peak, up), {0: base, up: peak}, because, also=[3])


@exercise.check("The way up is a straight line: each step adds as much as the last.")
def climbs_in_a_straight_line(triangular, rng):
    base, peak = tenths(rng)
    wanted = {step: base + (peak - base) * step / 8 for step in (1, 2, 5, 8)}
    expect(triangular(base, peak, 8), wanted, "Step {step} has done {step} eighths of the way up.")


@exercise.check("From the peak it goes down in a straight line, and a cycle ends at the base.")
def comes_down_again(triangular, rng):
    base, peak = tenths(rng)
    wanted = {step: base + (peak - base) * (16 - step) / 8 for step in (9, 12, 15, 16)}
    expect(triangular(base, peak, 8), wanted, "A cycle of 8 up and 8 down ends at step 16.")


@exercise.check("The second cycle and all that follow are like the first.")
def goes_on_for_ever(triangular, rng):
    base, peak = tenths(rng)
    wanted = {15: base + (peak - base) / 2, 18: peak, 21: base + (peak - base) / 2, 24: base}
    wanted |= {126: peak, 129: base + (peak - base) / 2}
    expect(triangular(base, peak, 6), wanted, "With up_steps = 6 a cycle begins every 12 steps.")


@exercise.check("down_steps says how long the way down is, if it is another number.")
def comes_down_at_its_own_pace(triangular, rng):
    base, peak = tenths(rng)
    slope = peak - base
    wanted = {2: base + slope / 2, 4: peak, 7: base + slope * 0.7, 14: base, 18: peak}
    because = "4 steps up and 10 down: peaks at 4 and 18, the base at 0 and 14."
    expect(triangular(base, peak, 4, 10), wanted, because)
    expect(triangular(base, peak, 4, down_steps=2), {4: peak, 5: base + slope / 2, 10: peak},
           "4 steps up and 2 down: peaks at 4 and 10.")  # fmt: skip


@exercise.check("It keeps no memory: steps asked in any order, or twice, have the same rates.")
def keeps_no_memory(triangular, rng):
    base, peak = tenths(rng)
    half = base + (peak - base) / 2
    schedule = triangular(base, peak, 4)
    for step, lr in ((4, peak), (2, half), (2, half), (0, base), (6, half)):
        expect(schedule, {step: lr}, "The rate at step {step} depends on nothing but the step.")


@exercise.domain(
    corners=[{"down_steps": None}, {"down_steps": 1}, {"up_steps": 1}, {"base_lr": 0.0}],
    asked=lambda given: [given["up_steps"] + k for k in (0, 1, -1, 30)] + [0, 11, 1, 11],
)
def allowed(rng):
    base_lr, height = rng.uniform(0.1, 0.4), rng.uniform(0.5, 1)
    up_steps, down_steps = rng.integers(3, 9, size=2).tolist()
    given = {"base_lr": base_lr, "peak_lr": base_lr + height}
    return given | {"up_steps": up_steps, "down_steps": down_steps}


@exercise.picture(xlabel="step", ylabel="rate")
def three_cycles(triangular):
    schedule = triangular(0.1, 1.0, 4, 6)
    return range(31), [float(schedule(step)) for step in range(31)]


@exercise.accepts("by the distance from the peak, as Smith writes it")
def smiths_formula(base_lr, peak_lr, up_steps, down_steps=None):
    down_steps = down_steps or up_steps

    def schedule(step):
        away = step % (up_steps + down_steps) - up_steps
        return peak_lr - (peak_lr - base_lr) * abs(away) / (up_steps if away < 0 else down_steps)

    return schedule


@exercise.accepts("np.interp between the corners")
def between_corners(base_lr, peak_lr, up_steps, down_steps=None):
    import numpy as np

    cycle = up_steps + (up_steps if down_steps is None else down_steps)
    corners = [0, up_steps, cycle], [base_lr, peak_lr, base_lr]
    return lambda step: np.interp(step % cycle, *corners)


@exercise.accepts("a loop through the cycles")
def walks_through_the_cycles(base_lr, peak_lr, up_steps, down_steps=None):
    if down_steps is None:
        down_steps = up_steps

    def schedule(step):
        while step >= up_steps + down_steps:
            step -= up_steps + down_steps
        if step <= up_steps:
            return base_lr + (peak_lr - base_lr) * step / up_steps
        return peak_lr - (peak_lr - base_lr) * (step - up_steps) / down_steps

    return schedule


@exercise.mistake("begins at the peak and goes down first", caught_by=begins_at_the_base)
def begins_at_the_peak(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(peak_lr, base_lr, up_steps, down_steps)


@exercise.mistake("leaves the base out: its triangles stand on 0", caught_by=begins_at_the_base)
def stands_on_zero(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(0.0, peak_lr, up_steps, down_steps)


@exercise.mistake(
    "takes up_steps for a whole cycle: it is the way up alone, half of one",
    caught_by=reaches_the_peak,
)
def takes_a_whole_cycle_for_half(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, peak_lr, up_steps / 2)


@exercise.mistake(
    "falls back to the base where the peak belongs: step % up_steps is 0 there",
    caught_by=reaches_the_peak,
)
def never_reaches_the_peak(base_lr, peak_lr, up_steps, down_steps=None):
    return lambda step: base_lr + (peak_lr - base_lr) * (step % up_steps) / up_steps


@exercise.mistake(
    "adds the whole peak to the base: what is added is the peak minus the base",
    caught_by=reaches_the_peak,
)
def adds_the_peak_to_the_base(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, base_lr + peak_lr, up_steps, down_steps)


@exercise.mistake("is at the peak one step early", caught_by=reaches_the_peak)
def peaks_one_step_early(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, peak_lr, up_steps - 1)


@exercise.mistake("is at the peak one step late", caught_by=reaches_the_peak)
def peaks_one_step_late(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, peak_lr, up_steps + 1)


@exercise.mistake(
    "climbs along a cosine wave, which is slow at both ends", caught_by=climbs_in_a_straight_line
)
def climbs_along_a_wave(base_lr, peak_lr, up_steps, down_steps=None):
    import math

    wave = triangular(0.0, 1.0, up_steps, down_steps)
    return lambda step: base_lr + (peak_lr - base_lr) * (1 - math.cos(math.pi * wave(step))) / 2


@exercise.mistake(
    "climbs in equal factors and not in equal parts", caught_by=climbs_in_a_straight_line
)
def climbs_in_factors(base_lr, peak_lr, up_steps, down_steps=None):
    height = triangular(0.0, 1.0, up_steps, down_steps)
    return lambda step: base_lr * (peak_lr / base_lr) ** height(step)


@exercise.mistake(
    "drops from the peak to the base at once: a saw, and no triangle", caught_by=comes_down_again
)
def drops_at_once(base_lr, peak_lr, up_steps, down_steps=None):
    return lambda step: base_lr + (peak_lr - base_lr) * (step % (up_steps + 1)) / up_steps


@exercise.mistake("stays at the peak once it is there", caught_by=comes_down_again)
def stays_at_the_peak(base_lr, peak_lr, up_steps, down_steps=None):
    return lambda step: base_lr + (peak_lr - base_lr) * min(step / up_steps, 1)


@exercise.mistake("goes on climbing beyond the peak", caught_by=comes_down_again)
def climbs_for_ever(base_lr, peak_lr, up_steps, down_steps=None):
    return lambda step: base_lr + (peak_lr - base_lr) * step / up_steps


@exercise.mistake("stays at the base after the first cycle", caught_by=goes_on_for_ever)
def stops_after_one_cycle(base_lr, peak_lr, up_steps, down_steps=None):
    first = triangular(base_lr, peak_lr, up_steps, down_steps)
    return lambda step: first(min(step, 2 * up_steps))


@exercise.mistake(
    "goes on down below the base after the first cycle: step % cycle is missing",
    caught_by=goes_on_for_ever,
)
def falls_below_the_base(base_lr, peak_lr, up_steps, down_steps=None):
    return lambda step: peak_lr - (peak_lr - base_lr) * abs(step - up_steps) / up_steps


@exercise.mistake(
    "makes each peak half as high above the base as the one before: that is triangular2",
    caught_by=goes_on_for_ever,
)
def halves_each_peak(base_lr, peak_lr, up_steps, down_steps=None):
    full = triangular(base_lr, peak_lr, up_steps)
    return lambda step: base_lr + (full(step) - base_lr) / 2 ** (step // (2 * up_steps))


@exercise.mistake("pays no attention to down_steps", caught_by=comes_down_at_its_own_pace)
def ignores_down_steps(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, peak_lr, up_steps)


@exercise.mistake(
    "repeats after 2 * up_steps although the way down has another length",
    caught_by=comes_down_at_its_own_pace,
)
def repeats_too_early(base_lr, peak_lr, up_steps, down_steps=None):
    full = triangular(base_lr, peak_lr, up_steps, down_steps)
    return lambda step: full(step % (2 * up_steps))


@exercise.mistake(
    "counts its own calls and not the step it is asked for", caught_by=keeps_no_memory
)
def counts_its_calls(base_lr, peak_lr, up_steps, down_steps=None):
    full, last = triangular(base_lr, peak_lr, up_steps, down_steps), [-1]

    def schedule(step):
        last[0] = max(last[0] + 1, step)
        return full(last[0])

    return schedule


@exercise.mistake(
    "copies Smith's formula without the 1 in floor(1 + step / (2 * up_steps))",
    caught_by=reaches_the_peak,
)
def numbers_the_cycles_from_zero(base_lr, peak_lr, up_steps, down_steps=None):
    def schedule(step):
        away = abs(step / up_steps - 2 * (step // (2 * up_steps)) + 1)
        return base_lr + (peak_lr - base_lr) * max(0, 1 - away)

    return schedule


@exercise.mistake(
    "makes a cycle one step too long: step % (up_steps + down_steps + 1)",
    caught_by=goes_on_for_ever,
)
def has_cycles_one_too_long(base_lr, peak_lr, up_steps, down_steps=None):
    down_steps = down_steps or up_steps

    def schedule(step):
        step = step % (up_steps + down_steps + 1)
        height = min(step / up_steps, (up_steps + down_steps - step) / down_steps)
        return base_lr + (peak_lr - base_lr) * height

    return schedule


@exercise.mistake("makes a cycle one step too short", caught_by=comes_down_again)
def has_cycles_one_too_short(base_lr, peak_lr, up_steps, down_steps=None):
    return triangular(base_lr, peak_lr, up_steps, (down_steps or up_steps) - 1)


@exercise.mistake(
    "comes down at the pace of the way up, so that it does not end at the base",
    caught_by=comes_down_at_its_own_pace,
)
def comes_down_at_the_pace_of_the_way_up(base_lr, peak_lr, up_steps, down_steps=None):
    cycle, slope = up_steps + (down_steps or up_steps), (peak_lr - base_lr) / up_steps
    return lambda step: peak_lr - slope * abs(step % cycle - up_steps)


@exercise.mistake(
    "has its peak in the middle of the cycle, whatever up_steps is",
    caught_by=comes_down_at_its_own_pace,
)
def peaks_in_the_middle(base_lr, peak_lr, up_steps, down_steps=None):
    half = (up_steps + (up_steps if down_steps is None else down_steps)) / 2
    return triangular(base_lr, peak_lr, half)
