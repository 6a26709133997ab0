"""One after the other. Many schedules in use are two or three simple ones in a row: a climb, a
plateau, a decay. Each was written as if it were alone and counts its steps from 0. Whoever joins
them has to see to that; forgetting it is the commonest way to get a jump where none was meant.

**Predict first.** A constant rate of 1 for 10 steps, then an exponential decay that halves the rate
at every step. What is the rate at step 10: 1, 0.5, or 0.5 to the power 10?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import from_code
from lrcourse.exercises.lesson09.triangular import expect

exercise = Exercise("join", points=2, minutes=10)


@exercise.solution
def join(schedules, boundaries):
    """Return one schedule that follows each of `schedules` in turn.

    schedules   a list of functions `step -> lr`, at least one
    boundaries  a list with the first step of every schedule but the first, rising: one entry less
                than `schedules`, steps of the whole run

    Each schedule counts its own steps from 0; the last goes on for ever.
    """
    # solution: five lines
    starts = [0, *boundaries]

    def joined(step):
        which = sum(step >= boundary for boundary in boundaries)
        return schedules[which](step - starts[which])

    return joined


exercise.hints = [
    "At a given step, how many boundaries lie behind you? What does that number tell you?",
    "The schedule in charge has to be asked for the steps since its own start: the step minus the "
    "boundary where it began. The first began at 0.",
    "Begin with `starts = [0, *boundaries]` and then `def joined(step):`.",
]
exercise.turned_out = (
    "1. Step 10 is the first step of the decay, its step 0, where nothing has been halved yet. "
    "0.5 to the power 10 is what comes of asking it for step 10."
)


ones = from_code("lambda step: 1.0 + step / 10")
hundreds = from_code("lambda step: 100.0 + step")
thousands = from_code("lambda step: 1000.0 + 3 * step")
millions = from_code("lambda step: 1e6 + 5 * step")


def drawn(rng, count):
    """Return rising boundaries, no two of them twins and none a multiple of another."""
    return np.cumsum(rng.integers(3, 7, size=count)).tolist()


@exercise.check("Before the first boundary the first schedule is in charge.")
def begins_with_the_first(join, rng):
    (end,) = drawn(rng, 1)
    wanted = {step: ones(step) for step in (0, 1, end - 1)}
    expect(join([ones, hundreds], [end]), wanted, f"Step {{step}} lies before step {end}.")


@exercise.check("A boundary is the first step of the next schedule, which is at its own step 0.")
def hands_over_at_the_boundary(join, rng):
    (end,) = drawn(rng, 1)
    because = f"Step {end} is the second schedule's own step 0."
    expect(join([ones, hundreds], [end]), {end: hundreds(0)}, because, also=[end + 1])


@exercise.check("From there on it counts its own steps.")
def counts_each_from_zero(join, rng):
    (end,) = drawn(rng, 1)
    wanted = {end + own: hundreds(own) for own in (1, 2, 9, 50)}
    because = f"The second schedule began at step {end}."
    expect(join([ones, hundreds], [end]), wanted, because)


@exercise.check("Three schedules or more: each starts at its own boundary, the last never ends.")
def joins_many(join, rng):
    first, second, third = drawn(rng, 3)
    wanted = {
        first - 1: ones(first - 1),
        first + 1: hundreds(1),
        second - 1: hundreds(second - 1 - first),
    }
    wanted |= {
        second: thousands(0),
        second + 2: thousands(2),
        third: millions(0),
        third + 40: millions(40),
    }
    because = f"The boundaries are {first}, {second} and {third}, steps of the whole run."
    expect(join([ones, hundreds, thousands, millions], [first, second, third]), wanted, because)


@exercise.check("One schedule and no boundary is that schedule.")
def joins_one(join, rng):
    step = int(rng.integers(3, 9))
    expect(join([hundreds], []), {0: 100.0, step: hundreds(step)}, "There is nothing to hand over.")


@exercise.check("The two lists you were given are the same afterwards.")
def leaves_the_lists_alone(join, rng):
    end, last = drawn(rng, 2)
    schedules, boundaries = [ones, hundreds, thousands], [end, last]
    joined = join(schedules, boundaries)
    expect(joined, {0: 1.0, end: 100.0, last + 1: 1003.0}, f"The boundaries are {end} and {last}.")
    assert not join.changed


@exercise.check("It keeps no memory: steps asked in any order, or twice, have the same rates.")
def keeps_no_memory(join, rng):
    end, last = drawn(rng, 2)
    joined = join([ones, hundreds, thousands], [end, last])
    for step, lr in ((last + 1, 1003.0), (1, 1.1), (1, 1.1), (end, 100.0), (last, 1000.0)):
        expect(joined, {step: lr}, "The rate at step {step} depends on nothing but the step.")


@exercise.domain(
    corners=[{"schedules": [ones], "boundaries": []}, {"boundaries": [1, 2]}],
    asked=lambda given: [12, 0, *(b + k for b in given["boundaries"] for k in (-1, 0, 1)), 12],
)
def allowed(rng):
    lists = (rng.integers(10, 100, size=(3, 13)) / 100).tolist()
    schedules = [from_code(f"lambda step: {rates}[step]") for rates in lists]
    boundaries = np.sort(rng.choice(np.arange(2, 11), size=2, replace=False)).tolist()
    return {"schedules": schedules, "boundaries": boundaries}


@exercise.picture(xlabel="step", ylabel="rate")
def up_along_and_down(join):
    parts = [lambda step: step / 5, lambda step: 1.0, lambda step: 0.8**step]
    joined = join(parts, [5, 10])
    return range(21), [float(joined(step)) for step in range(21)]


@exercise.accepts("from the last boundary backwards")
def backwards(schedules, boundaries):
    def joined(step):
        for schedule, start in zip(reversed(schedules[1:]), reversed(boundaries), strict=True):
            if step >= start:
                return schedule(step - start)
        return schedules[0](step)

    return joined


@exercise.accepts("np.searchsorted")
def searched(schedules, boundaries):
    starts = np.array([0, *boundaries])

    def joined(step):
        which = np.searchsorted(starts, step, side="right") - 1
        return schedules[which](step - starts[which])

    return joined


@exercise.mistake("follows the last schedule from the start", caught_by=begins_with_the_first)
def follows_the_last(schedules, boundaries):
    return lambda step: schedules[-1](step)


@exercise.mistake("adds all the schedules up", caught_by=begins_with_the_first)
def adds_them_up(schedules, boundaries):
    return lambda step: sum(schedule(step) for schedule in schedules)


@exercise.mistake(
    "counts the first schedule's steps backwards, from its boundary",
    caught_by=begins_with_the_first,
)
def counts_down_to_the_boundary(schedules, boundaries):
    return lambda step: schedules[0](step - boundaries[0])


@exercise.mistake(
    "lets the boundary itself belong to the schedule before it, with > for >=",
    caught_by=hands_over_at_the_boundary,
)
def hands_over_one_step_late(schedules, boundaries):
    def joined(step):
        which = sum(step > boundary for boundary in boundaries)
        return schedules[which](step - [0, *boundaries][which])

    return joined


@exercise.mistake(
    "asks each schedule for the step of the whole run, so that the rate jumps at the joint",
    caught_by=hands_over_at_the_boundary,
)
def asks_for_the_step_of_the_run(schedules, boundaries):
    return lambda step: schedules[sum(step >= boundary for boundary in boundaries)](step)


@exercise.mistake(
    "begins the next schedule at its step 1: its first rate is lost",
    caught_by=hands_over_at_the_boundary,
)
def begins_at_one(schedules, boundaries):
    def joined(step):
        which = sum(step >= boundary for boundary in boundaries)
        return schedules[which](step - [-1, *boundaries][which] + 1 if which else step)

    return joined


@exercise.mistake("never leaves the first schedule", caught_by=hands_over_at_the_boundary)
def never_leaves_the_first(schedules, boundaries):
    return lambda step: schedules[0](step)


@exercise.mistake(
    "takes the step as a fraction of the boundary, or step % boundary, for its own count",
    caught_by=counts_each_from_zero,
)
def counts_modulo_the_boundary(schedules, boundaries):
    def joined(step):
        which = sum(step >= boundary for boundary in boundaries)
        return schedules[which](step % [step + 1, *boundaries][which])

    return joined


@exercise.mistake("stays at the first rate of the second schedule", caught_by=counts_each_from_zero)
def stays_at_the_first_rate(schedules, boundaries):
    return lambda step: schedules[0](step) if step < boundaries[0] else schedules[1](0)


@exercise.mistake(
    "changes the lists it was given while it is asked: what pop has taken out is gone",
    caught_by=counts_each_from_zero,
)
def pops_while_asked(schedules, boundaries):
    def joined(step):
        start = 0
        while boundaries and step >= boundaries[0]:
            start = boundaries.pop(0)
            schedules.pop(0)
        return schedules[0](step - start)

    return joined


@exercise.mistake("takes the first boundary off for every later schedule", caught_by=joins_many)
def takes_the_first_boundary_off(schedules, boundaries):
    def joined(step):
        which = sum(step >= boundary for boundary in boundaries)
        return schedules[which](step - boundaries[0] if which else step)

    return joined


@exercise.mistake(
    "takes all boundaries passed off the step: only the last of them counts", caught_by=joins_many
)
def takes_all_boundaries_off(schedules, boundaries):
    def joined(step):
        passed = [boundary for boundary in boundaries if step >= boundary]
        return schedules[len(passed)](step - sum(passed))

    return joined


@exercise.mistake(
    "takes the boundaries for lengths: they are steps of the whole run", caught_by=joins_many
)
def takes_boundaries_for_lengths(schedules, boundaries):
    return searched(schedules, np.cumsum(boundaries).astype(int).tolist())


@exercise.mistake("knows two schedules only, however many there are", caught_by=joins_many)
def knows_two_only(schedules, boundaries):
    def joined(step):
        if not boundaries or step < boundaries[0]:
            return schedules[0](step)
        return schedules[1](step - boundaries[0])

    return joined


@exercise.mistake(
    "gives nothing back after the last boundary: no branch is left for the last schedule",
    caught_by=hands_over_at_the_boundary,
)
def ends_at_the_last_boundary(schedules, boundaries):
    def joined(step):
        start = 0
        for schedule, end in zip(schedules, boundaries, strict=False):
            if step < end:
                return schedule(step - start)
            start = end

    return joined


@exercise.mistake("looks at the first boundary where there is none", caught_by=joins_one)
def looks_at_a_boundary_that_is_not_there(schedules, boundaries):
    def joined(step):
        if step < boundaries[0]:
            return schedules[0](step)
        return backwards(schedules, boundaries)(step)

    return joined


@exercise.mistake(
    "moves on for good once a boundary is passed, so that earlier steps get a later schedule",
    caught_by=keeps_no_memory,
)
def moves_on_for_good(schedules, boundaries):
    starts, now = [0, *boundaries], [0]

    def joined(step):
        while now[0] < len(boundaries) and step >= boundaries[now[0]]:
            now[0] += 1
        return schedules[now[0]](step - starts[now[0]])

    return joined


@exercise.mistake(
    "counts anew for the last schedule only: those between are asked for the step of the run",
    caught_by=joins_many,
)
def counts_anew_for_the_last_only(schedules, boundaries):
    def joined(step):
        for schedule, end in zip(schedules, boundaries, strict=False):
            if step < end:
                return schedule(step)
        return schedules[-1](step - boundaries[-1] if boundaries else step)

    return joined


@exercise.mistake(
    "puts a 0 into the boundaries it was given, with insert", caught_by=leaves_the_lists_alone
)
def inserts_a_zero(schedules, boundaries):
    boundaries.insert(0, 0)
    return searched(schedules, boundaries[1:])


@exercise.mistake(
    "takes schedules out of the list it was given, with pop", caught_by=leaves_the_lists_alone
)
def pops_the_schedules(schedules, boundaries):
    joined = searched(list(schedules), list(boundaries))
    while len(schedules) > 1:
        schedules.pop(0)
    return joined
