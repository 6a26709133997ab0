"""A gentle start. The ground where training starts may be more strongly curved than where it ends,
and a rate that is right for later may throw you out at once. So begin low, climb in a straight line
for some steps, and then hand over to the schedule that you wanted in the first place.

**Predict first.** A cosine decay over 100 steps gets a warm-up of 20 steps. At which step does the
rate now reach its end: 80, 100 or 120?
"""

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.exercises.lesson09.triangular import expect

exercise = Exercise("warmup", points=2, minutes=10)


@exercise.solution
def warmup(schedule, warmup_steps, start_factor=0.0):
    """Return a schedule that climbs in a straight line, then follows `schedule`.

    schedule      a function `step -> lr`; its first rate is `schedule(0)`
    warmup_steps  steps of the climb, 0 or more; 0 means no warm-up at all
    start_factor  the part of `schedule(0)` that step 0 has, from 0 to 1

    At step `warmup_steps` the climb arrives at `schedule(0)`; from there on `schedule` counts its
    own steps from 0.
    """

    # solution: five lines
    def warmed(step):
        if step >= warmup_steps:
            return schedule(step - warmup_steps)
        return schedule(0) * (start_factor + (1 - start_factor) * step / warmup_steps)

    return warmed


exercise.hints = [
    "Which step should `schedule` be asked for when the warm-up of 20 steps has just ended?",
    "Two cases: during the climb the rate is a part of `schedule(0)`, which grows from "
    "`start_factor` to 1; afterwards `schedule` is asked, with the steps of the climb taken off.",
    "Begin with `def warmed(step):` and `if step >= warmup_steps:`.",
]
exercise.turned_out = (
    "120. The cosine counts its own 100 steps from the end of the warm-up. If the run has 100 "
    "steps in all, give it a cosine of 80."
)


def sliding(start, per_step):
    """Return a schedule that falls by ``per_step``."""
    return from_code(f"lambda step: {as_typed(start)} - {per_step} * step")


def start_of(rng):
    return rng.integers(11, 30) / 10


@exercise.check("Without a start_factor it climbs from 0 to schedule(0) in equal parts.")
def climbs_from_zero(warmup, rng):
    start = start_of(rng)
    wanted = {step: start * step / 5 for step in range(5)}
    because = (
        f"Step {{step}} has done {{step}} of the 5 steps of the climb to schedule(0) = {start}."
    )
    expect(warmup(sliding(start, 0.07), 5), wanted, because, also=[5])


@exercise.check("After the climb, schedule counts its own steps from 0.")
def starts_the_schedule_at_its_beginning(warmup, rng):
    start = start_of(rng)
    wanted = {4 + step: start - 0.07 * step for step in (0, 1, 2, 6)}
    because = f"schedule(0) = {start} belongs to step 4; step {{step}} is 4 less on its own count."
    expect(warmup(sliding(start, 0.07), 4), wanted, because)


@exercise.check("With start_factor it climbs from that part of schedule(0), and still arrives.")
def starts_at_a_part(warmup, rng):
    start, part = start_of(rng), rng.integers(2, 5) / 10
    wanted = {step: start * (part + (1 - part) * step / 8) for step in (0, 2, 4, 7, 8)}
    wanted[9] = start - 0.07
    because = f"The climb goes from {part} of schedule(0) = {start} at step 0 to all of it "
    because += "at step 8, and no higher."
    expect(warmup(sliding(start, 0.07), 8, start_factor=part), wanted, because)


@exercise.check("A warm-up of 0 steps is no warm-up: the schedule as it was.")
def may_take_no_steps(warmup, rng):
    start = start_of(rng)
    wanted = {0: start, 1: start - 0.07, 5: start - 0.35}
    expect(warmup(sliding(start, 0.07), 0), wanted, "Nothing changes at step {step}.")


@exercise.check("It keeps no memory: steps asked in any order, or twice, have the same rates.")
def keeps_no_memory(warmup, rng):
    start = start_of(rng)
    warmed = warmup(sliding(start, 0.07), 4)
    for step, lr in ((6, start - 0.14), (2, start / 2), (2, start / 2), (4, start), (1, start / 4)):
        expect(warmed, {step: lr}, "The rate at step {step} depends on nothing but the step.")


@exercise.domain(
    corners=[
        {"warmup_steps": 0},
        {"warmup_steps": 1},
        {"start_factor": 0.0},
        {"start_factor": 1.0},
    ],
    asked=lambda given: (
        [given["warmup_steps"], 0, 2, 1] + [given["warmup_steps"] + k for k in (4, 1)]
    ),
)
def allowed(rng):
    rates = (rng.integers(10, 100, size=20) / 100).tolist()
    from_the_list = from_code(f"lambda step: {rates}[step]")
    warmup_steps, factor = int(rng.integers(3, 9)), rng.uniform(0.1, 0.5)
    return {"schedule": from_the_list, "warmup_steps": warmup_steps, "start_factor": factor}


@exercise.picture(xlabel="step", ylabel="rate")
def a_warm_slide(warmup):
    warmed = warmup(sliding(1.0, 0.05), 6, 0.2)
    return range(21), [float(warmed(step)) for step in range(21)]


@exercise.accepts("the climb as a minimum")
def as_a_minimum(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        done = min(step / warmup_steps, 1.0) if warmup_steps else 1.0
        part = start_factor + (1 - start_factor) * done
        return part * schedule(max(step - warmup_steps, 0))

    return warmed


@exercise.accepts("a list of the climb")
def listed(schedule, warmup_steps, start_factor=0.0):
    climb = []
    for step in range(warmup_steps):
        left = (warmup_steps - step) / warmup_steps
        climb.append(schedule(0) * (1 - left * (1 - start_factor)))
    return lambda step: climb[step] if step < warmup_steps else schedule(step - warmup_steps)


@exercise.mistake(
    "counts the steps of the climb from 1, so that step 0 moves and the top comes a step early",
    caught_by=climbs_from_zero,
)
def counts_from_one(schedule, warmup_steps, start_factor=0.0):
    return lambda step: (
        schedule(0) * (step + 1) / warmup_steps
        if step < warmup_steps
        else schedule(step - warmup_steps)
    )


@exercise.mistake(
    "takes a part of schedule(step), which is falling already: the climb heads for schedule(0)",
    caught_by=climbs_from_zero,
)
def takes_a_part_of_a_moving_rate(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step < warmup_steps:
            return schedule(step) * step / warmup_steps
        return schedule(step - warmup_steps)

    return warmed


@exercise.mistake(
    "multiplies the running schedule by the climb, which shortens it by the warm-up",
    caught_by=climbs_from_zero,
)
def multiplies_the_running_schedule(schedule, warmup_steps, start_factor=0.0):
    return lambda step: schedule(step) * min(step / warmup_steps, 1)


@exercise.mistake("climbs to 1 and not to schedule(0)", caught_by=climbs_from_zero)
def climbs_to_one(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        return step / warmup_steps if step < warmup_steps else schedule(step - warmup_steps)

    return warmed


@exercise.mistake("begins at schedule(0) at once, with no climb at all", caught_by=climbs_from_zero)
def waits_at_the_top(schedule, warmup_steps, start_factor=0.0):
    return lambda step: schedule(max(step - warmup_steps, 0))


@exercise.mistake(
    "asks schedule for the step of the whole run, so that its first steps are lost and the rate "
    "jumps at the joint",
    caught_by=starts_the_schedule_at_its_beginning,
)
def jumps_at_the_joint(schedule, warmup_steps, start_factor=0.0):
    return lambda step: schedule(0) * step / warmup_steps if step < warmup_steps else schedule(step)


@exercise.mistake(
    "asks schedule for the step of the whole run, one step after the joint",
    caught_by=starts_the_schedule_at_its_beginning,
)
def jumps_after_the_joint(schedule, warmup_steps, start_factor=0.0):
    return lambda step: (
        schedule(0) * step / warmup_steps if step <= warmup_steps else schedule(step)
    )


@exercise.mistake(
    "starts the schedule one step late, so that its first rate comes twice",
    caught_by=starts_the_schedule_at_its_beginning,
)
def starts_one_step_late(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step <= warmup_steps:
            return schedule(0) * step / warmup_steps
        return schedule(step - warmup_steps - 1)

    return warmed


@exercise.mistake(
    "stays at schedule(0) when the climb is over", caught_by=starts_the_schedule_at_its_beginning
)
def stays_at_the_top(schedule, warmup_steps, start_factor=0.0):
    return lambda step: schedule(0) * min(step / warmup_steps, 1)


@exercise.mistake("pays no attention to start_factor", caught_by=starts_at_a_part)
def ignores_start_factor(schedule, warmup_steps, start_factor=0.0):
    return as_a_minimum(schedule, warmup_steps)


@exercise.mistake(
    "climbs a whole schedule(0) from the start_factor on: too high at the joint, then a jump down",
    caught_by=starts_at_a_part,
)
def climbs_too_high(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step >= warmup_steps:
            return schedule(step - warmup_steps)
        return schedule(0) * (start_factor + step / warmup_steps)

    return warmed


@exercise.mistake(
    "climbs a whole schedule(0) from the start_factor on, and is too high at the top",
    caught_by=starts_at_a_part,
)
def overshoots_at_the_top(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step <= warmup_steps:
            return schedule(0) * (start_factor + (step / warmup_steps if warmup_steps else 1))
        return schedule(step - warmup_steps)

    return warmed


@exercise.mistake(
    "takes start_factor for a rate and not for a part of schedule(0)", caught_by=starts_at_a_part
)
def takes_the_factor_for_a_rate(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step >= warmup_steps:
            return schedule(step - warmup_steps)
        return start_factor + (schedule(0) - start_factor) * step / warmup_steps

    return warmed


@exercise.mistake(
    "never lets the climb fall below start_factor, so that it waits there before it climbs",
    caught_by=starts_at_a_part,
)
def waits_at_the_factor(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step >= warmup_steps:
            return schedule(step - warmup_steps)
        return schedule(0) * max(start_factor, step / warmup_steps)

    return warmed


@exercise.mistake(
    "divides by the warm-up's 0 steps before it asks whether there is a warm-up",
    caught_by=may_take_no_steps,
)
def divides_by_no_steps(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        part = start_factor + (1 - start_factor) * step / warmup_steps
        return schedule(0) * part if step < warmup_steps else schedule(step - warmup_steps)

    return warmed


@exercise.mistake(
    "makes at least one step of warm-up, where 0 were asked for", caught_by=may_take_no_steps
)
def warms_up_for_one_step_at_least(schedule, warmup_steps, start_factor=0.0):
    return as_a_minimum(schedule, max(warmup_steps, 1), start_factor)


@exercise.mistake(
    "counts its own calls and not the step it is asked for", caught_by=keeps_no_memory
)
def counts_its_calls(schedule, warmup_steps, start_factor=0.0):
    warmed, last = as_a_minimum(schedule, warmup_steps, start_factor), [-1]

    def counted(step):
        last[0] = max(last[0] + 1, step)
        return warmed(last[0])

    return counted


@exercise.mistake(
    "divides by warmup_steps - 1, and is at the top one step early", caught_by=climbs_from_zero
)
def arrives_one_step_early(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step < warmup_steps:
            return schedule(0) * step / (warmup_steps - 1)
        return schedule(step - warmup_steps)

    return warmed


@exercise.mistake(
    "climbs to schedule(warmup_steps), where the schedule is later", caught_by=climbs_from_zero
)
def climbs_to_a_later_rate(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step < warmup_steps:
            return schedule(warmup_steps) * step / warmup_steps
        return schedule(step - warmup_steps)

    return warmed


@exercise.mistake(
    "begins at the right part, and then climbs by schedule(0) minus the bare start_factor",
    caught_by=starts_at_a_part,
)
def mixes_the_factor_and_the_rate(schedule, warmup_steps, start_factor=0.0):
    def warmed(step):
        if step >= warmup_steps:
            return schedule(step - warmup_steps)
        return start_factor * schedule(0) + (schedule(0) - start_factor) * step / warmup_steps

    return warmed
