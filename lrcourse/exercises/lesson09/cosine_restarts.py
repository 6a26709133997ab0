"""Down, and from the top again. Half a cosine wave leads from the peak to the end; then the rate
jumps back up at once and the next wave begins. Loshchilov and Hutter let each cycle be longer than
the one before, by a factor that you choose: restart after 10 steps, then after 20 more, then 40.

**Predict first.** The first cycle has 10 steps and each is twice as long as the one before. From
which step to which does the third cycle last: 20 to 40, 30 to 70, or 40 to 80?
"""

import math

from lrcourse.checks.exercise import Exercise
from lrcourse.exercises.lesson09.triangular import expect

exercise = Exercise("cosine_restarts", points=2, minutes=15, core=False)


@exercise.solution
def cosine_restarts(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    """Return a schedule of half cosine waves, each of which begins anew at the peak.

    peak_lr      the rate at the first step of every cycle
    cycle_steps  steps of the first cycle, a whole number, at least 1
    growth       how many times longer each cycle is than the one before, a whole number; 1 means
                 all are alike
    end_lr       where every wave heads for; it would be there at the very step that restarts

    At `since` steps after its restart a cycle of `length` steps is at
    `end_lr + (peak_lr - end_lr) * (1 + cos(pi * since / length)) / 2`.
    """

    # solution: seven lines
    def schedule(step):
        since, length = step, cycle_steps
        while since >= length:
            since, length = since - length, length * growth
        return end_lr + (peak_lr - end_lr) * (1 + math.cos(math.pi * since / length)) / 2

    return schedule


exercise.hints = [
    "You know the step and the length of the first cycle. How do you find out in which cycle you "
    "are, and how far into it?",
    "Take whole cycles off the step until what is left fits into the next one; each time the "
    "length grows by the factor. No logarithm is needed.",
    "Begin with `def schedule(step):`, then `since, length = step, cycle_steps`, then "
    "`while since >= length:`.",
]
exercise.turned_out = (
    "30 to 70. Two cycles, of 10 and 20 steps, lie behind it, and it has 40. The lengths add up; "
    "the restarts are not themselves twice as far out each time."
)


def wave(peak, end, part):
    return end + (peak - end) * (1 + math.cos(math.pi * part)) / 2


def tenths(rng):
    return rng.integers(11, 30) / 10


@exercise.check("The first cycle is half a cosine wave from the peak down towards 0.")
def begins_as_a_half_wave(cosine_restarts, rng):
    peak = tenths(rng)
    wanted = {step: wave(peak, 0, step / 12) for step in (0, 3, 4, 6, 9, 11)}
    because = "Step {step} has done {step} twelfths of the first wave."
    expect(cosine_restarts(peak, 12), wanted, because)


@exercise.check(
    "With growth = 1, the default, it is back at the peak every cycle_steps steps, for ever."
)
def restarts_at_the_peak(cosine_restarts, rng):
    peak = tenths(rng)
    wanted = {8: peak, 10: wave(peak, 0, 0.25), 16: peak, 23: wave(peak, 0, 7 / 8), 808: peak}
    expect(cosine_restarts(peak, 8), wanted, "With cycle_steps = 8 a cycle begins every 8 steps.")


@exercise.check("Each wave heads for end_lr.")
def heads_for_the_end(cosine_restarts, rng):
    peak, end = tenths(rng), rng.integers(2, 8) / 10
    wanted = {0: peak, 5: (peak + end) / 2, 9: wave(peak, end, 0.9), 10: peak}
    expect(cosine_restarts(peak, 10, end_lr=end), wanted, f"end_lr is {end}.")


@exercise.check("With growth = 2 each cycle is twice as long: 10 steps, then 20, then 40.")
def grows(cosine_restarts, rng):
    peak = tenths(rng)
    wanted = {
        5: peak / 2,
        10: peak,
        20: peak / 2,
        30: peak,
        50: peak / 2,
        69: wave(peak, 0, 39 / 40),
    }
    wanted |= {70: peak, 150: peak}
    because = "The cycles begin at steps 0, 10, 30, 70 and 150."
    expect(cosine_restarts(peak, 10, growth=2), wanted, because)


@exercise.check(
    "Any whole growth will do, and each restart comes at its exact step, early or late."
)
def restarts_exactly(cosine_restarts, rng):
    peak = tenths(rng)
    first, growth = int(rng.integers(4, 13)), 3
    starts = [first * (growth**k - 1) // (growth - 1) for k in range(1, 9)]
    wanted = {start: peak for start in starts}
    wanted |= {start - 1: wave(peak, 0, 1 - growth**-k / first) for k, start in enumerate(starts)}
    early = ", ".join(map(str, starts[:5]))
    because = f"{first} steps and growth {growth}: restarts at {early} and so on."
    expect(cosine_restarts(peak, first, growth), wanted, because)


@exercise.check("It keeps no memory: steps asked in any order, or twice, have the same rates.")
def keeps_no_memory(cosine_restarts, rng):
    peak = tenths(rng)
    schedule = cosine_restarts(peak, 4, growth=2)
    for step, lr in ((20, peak / 2), (2, peak / 2), (2, peak / 2), (12, peak), (8, peak / 2)):
        expect(schedule, {step: lr}, "The rate at step {step} depends on nothing but the step.")


@exercise.domain(
    corners=[{"growth": 1}, {"growth": 3}, {"cycle_steps": 1}, {"end_lr": 0.0}],
    asked=lambda given: [given["cycle_steps"] * k + more for k in (4, 1, 0) for more in (0, 1)],
)
def allowed(rng):
    cycle_steps, growth = int(rng.integers(3, 8)), int(rng.integers(2, 4))
    peak_lr, end_lr = rng.uniform(0.5, 1.5), rng.uniform(0.1, 0.3)
    return {"peak_lr": peak_lr, "cycle_steps": cycle_steps, "growth": growth, "end_lr": end_lr}


@exercise.picture(xlabel="step", ylabel="rate")
def three_cycles(cosine_restarts):
    schedule = cosine_restarts(1.0, 5, 2)
    return range(36), [float(schedule(step)) for step in range(36)]


@exercise.accepts("a formula for the cycles that are over")
def by_formula(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        length, start = cycle_steps, 0
        if growth == 1:
            start = step - step % cycle_steps
        else:
            while start + length <= step:
                start, length = start + length, length * growth
        return wave(peak_lr, end_lr, (step - start) / length)

    return schedule


@exercise.accepts("recursion: after the first cycle comes a schedule with longer cycles")
def recursive(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        if growth == 1:
            step = step % cycle_steps
        if step < cycle_steps:
            return wave(peak_lr, end_lr, step / cycle_steps)
        later = recursive(peak_lr, cycle_steps * growth, growth, end_lr)
        return later(step - cycle_steps)

    return schedule


def with_part(peak_lr, end_lr, part_of):
    """Make a schedule of what part of its cycle a step has done."""
    return lambda step: wave(peak_lr, end_lr, part_of(step))


@exercise.mistake("gives cos degrees where it wants radians", caught_by=begins_as_a_half_wave)
def takes_degrees(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(
        peak_lr, end_lr, lambda step: 180 * (step % cycle_steps) / cycle_steps / math.pi
    )


@exercise.mistake(
    "leaves out the half: its rates lie between 0 and twice the peak",
    caught_by=begins_as_a_half_wave,
)
def forgets_the_half(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(2 * peak_lr, end_lr, lambda step: (step % cycle_steps) / cycle_steps)


@exercise.mistake(
    "follows a whole wave, down and up again: half a wave has pi, not 2 pi",
    caught_by=begins_as_a_half_wave,
)
def follows_a_whole_wave(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(peak_lr, end_lr, lambda step: 2 * (step % cycle_steps) / cycle_steps)


@exercise.mistake(
    "is at the end one step before the restart, because it divides by cycle_steps - 1",
    caught_by=begins_as_a_half_wave,
)
def ends_before_the_restart(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(peak_lr, end_lr, lambda step: (step % cycle_steps) / (cycle_steps - 1))


@exercise.mistake("climbs from the end to the peak", caught_by=begins_as_a_half_wave)
def climbs(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(end_lr, peak_lr, lambda step: (step % cycle_steps) / cycle_steps)


@exercise.mistake("goes down in a straight line", caught_by=begins_as_a_half_wave)
def goes_straight_down(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return lambda step: peak_lr - (peak_lr - end_lr) * (step % cycle_steps) / cycle_steps


@exercise.mistake("restarts one step late, with > for >=", caught_by=restarts_at_the_peak)
def restarts_one_step_late(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        since, length = step, cycle_steps
        while since > length:
            since, length = since - length, length * growth
        return wave(peak_lr, end_lr, since / length)

    return schedule


@exercise.mistake(
    "makes a cycle one step too long: step % (cycle_steps + 1)", caught_by=restarts_at_the_peak
)
def has_cycles_one_too_long(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(peak_lr, end_lr, lambda step: min(step % (cycle_steps + 1) / cycle_steps, 1))


@exercise.mistake("never restarts: it stays at the end", caught_by=restarts_at_the_peak)
def never_restarts(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(peak_lr, end_lr, lambda step: min(step / cycle_steps, 1))


@exercise.mistake(
    "climbs back along the wave and does not jump: cos goes on without the restart",
    caught_by=restarts_at_the_peak,
)
def climbs_back(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return with_part(peak_lr, end_lr, lambda step: step / cycle_steps)


@exercise.mistake(
    "divides by growth - 1, which is 0 where all cycles are alike", caught_by=begins_as_a_half_wave
)
def divides_by_growth_minus_one(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        over = int(math.log(step * (growth - 1) / cycle_steps + 1) / math.log(growth))
        start = cycle_steps * (growth**over - 1) // (growth - 1)
        return wave(peak_lr, end_lr, (step - start) / (cycle_steps * growth**over))

    return schedule


@exercise.mistake("pays no attention to end_lr", caught_by=heads_for_the_end)
def ignores_the_end(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return cosine_restarts(peak_lr, cycle_steps, growth)


@exercise.mistake(
    "adds end_lr to a wave that has the whole height of the peak", caught_by=heads_for_the_end
)
def adds_the_end(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    whole = cosine_restarts(peak_lr, cycle_steps, growth)
    return lambda step: end_lr + whole(step)


@exercise.mistake("cuts the wave off at end_lr", caught_by=heads_for_the_end)
def cuts_off_at_the_end(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    whole = cosine_restarts(peak_lr, cycle_steps, growth)
    return lambda step: max(end_lr, whole(step))


@exercise.mistake("pays no attention to growth", caught_by=grows)
def ignores_growth(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return cosine_restarts(peak_lr, cycle_steps, 1, end_lr)


@exercise.mistake("makes each cycle longer by cycle_steps, and not by the factor", caught_by=grows)
def adds_to_the_length(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        since, length = step, cycle_steps
        while since >= length:
            since, length = since - length, length + cycle_steps * (growth - 1)
        return wave(peak_lr, end_lr, since / length)

    return schedule


@exercise.mistake(
    "restarts at 10, 20, 40, ...: the lengths double, and so each restart comes a cycle later",
    caught_by=grows,
    may_be_endless=True,
)
def doubles_the_restarts(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        if growth == 1:
            return cosine_restarts(peak_lr, cycle_steps, 1, end_lr)(step)
        start, end = 0, cycle_steps
        while step >= end:
            start, end = end, end * growth
        return wave(peak_lr, end_lr, (step - start) / (end - start))

    return schedule


@exercise.mistake(
    "restarts at 10, 20, 40, ..., and gives its waves the lengths 20 and 40, twice what they have",
    caught_by=grows,
    may_be_endless=True,
)
def takes_the_end_for_the_length(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        if growth == 1:
            return cosine_restarts(peak_lr, cycle_steps, 1, end_lr)(step)
        start, end = 0, cycle_steps
        while step >= end:
            start, end = end, end * growth
        return wave(peak_lr, end_lr, (step - start) / end)

    return schedule


@exercise.mistake("makes all cycles longer by the factor, the first too", caught_by=grows)
def stretches_all_cycles(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return cosine_restarts(peak_lr, cycle_steps * growth, 1, end_lr)


@exercise.mistake(
    "finds the cycle but lets its wave have the length of the first, with no restart between",
    caught_by=grows,
)
def keeps_the_first_length(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        since, length = step, cycle_steps
        while since >= length:
            since, length = since - length, length * growth
        return wave(peak_lr, end_lr, min(since / cycle_steps, 1))

    return schedule


@exercise.mistake("doubles each cycle, whatever the growth", caught_by=restarts_exactly)
def always_doubles(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    return cosine_restarts(peak_lr, cycle_steps, min(growth, 2), end_lr)


@exercise.mistake(
    "counts its own calls and not the step it is asked for", caught_by=keeps_no_memory
)
def counts_its_calls(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    whole, last = cosine_restarts(peak_lr, cycle_steps, growth, end_lr), [-1]

    def schedule(step):
        last[0] = max(last[0] + 1, step)
        return whole(last[0])

    return schedule


@exercise.mistake("lengthens the cycle before it takes the old one off the step", caught_by=grows)
def lengthens_too_early(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        since, length = step, cycle_steps
        while since >= length:
            length *= growth
            since -= length
        return wave(peak_lr, end_lr, since / length)

    return schedule


@exercise.mistake(
    "lengthens the cycle once for every cycle_steps that are over, as if none had grown",
    caught_by=grows,
)
def lengthens_too_often(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        length = cycle_steps * growth ** (step // cycle_steps)
        return wave(peak_lr, end_lr, (step % length) / length)

    return schedule


@exercise.mistake(
    "remembers earlier calls: the length it has reached stays, with nonlocal, for the next step",
    caught_by=grows,
)
def remembers_the_length(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    length = cycle_steps

    def schedule(step):
        nonlocal length
        since = step
        while since >= length:
            since, length = since - length, length * growth
        return wave(peak_lr, end_lr, since / length)

    return schedule


@exercise.mistake(
    "keeps the cycle that it has reached, so that an earlier step is asked of a later cycle",
    caught_by=keeps_no_memory,
)
def stays_in_the_cycle(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    cycle = [0, cycle_steps]

    def schedule(step):
        while step - cycle[0] >= cycle[1]:
            cycle[:] = cycle[0] + cycle[1], cycle[1] * growth
        return wave(peak_lr, end_lr, (step - cycle[0]) / cycle[1])

    return schedule


@exercise.mistake(
    "finds the cycle by a logarithm, whose last digit makes an exact restart a step late",
    caught_by=restarts_exactly,
)
def trusts_a_logarithm(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        over, since = 0, step % cycle_steps
        if growth > 1:
            over = int(math.log(step / cycle_steps * (growth - 1) + 1, growth))
            since = step - cycle_steps * (growth**over - 1) // (growth - 1)
        return wave(peak_lr, end_lr, since / (cycle_steps * growth**over))

    return schedule
