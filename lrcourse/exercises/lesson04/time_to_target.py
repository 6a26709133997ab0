"""When was it there? To compare rates you need one number for each run, and the fairest is the
time: the steps until the target accuracy is reached. A run at a high rate may jump across the
target by luck and fall back, so reached means reached and kept to the end of the record.

**Predict first.** A run is measured every 10 steps: 0.2, 0.96, 0.7, 0.95, 0.97. The target is
0.95. Which step do you report: 10, 30, or 40?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("time_to_target", points=2, minutes=15)


@exercise.solution
def time_to_target(accuracy, target, every):
    """Return the first step from which on `accuracy` is at least `target`, to the end.

    accuracy  one row for each measurement, the first at step 0: an array `[rows]`, or
              `[rows, runs]` with one column for each of many runs
    target    the accuracy to reach
    every     steps from one row to the next

    A number for `[rows]`, an array `[runs]` for many runs; `np.inf` where the target is not met
    at the end. A measurement that is not a number does not meet it.
    """
    # solution: three lines
    met = accuracy >= target
    kept = np.logical_and.accumulate(met[::-1])[::-1]
    return np.where(kept[-1], kept.argmax(axis=0) * every, np.inf)


exercise.hints = [
    "Read the record from its end. How far back can you walk while the target is met?",
    "`np.logical_and.accumulate` along the rows stays True until the first False; `[::-1]` turns "
    "the rows round. A loop over rows from the end does as well.",
    "Start with `met = accuracy >= target`: True and False, in the shape of `accuracy`.",
]
exercise.turned_out = (
    "30. The 0.96 at step 10 is lost again at step 20; from step 30 on the target is met to the "
    "end, and exactly the target is enough."
)


@exercise.check("Where the accuracy only rises: the first step at or above the target.")
def finds_the_crossing(time_to_target, rng):
    every, crossing = rng.choice([5, 10, 20]), rng.integers(2, 5)
    accuracy = np.where(np.arange(7) < crossing, 0.5, 0.9) + np.arange(7) / 100
    assert close(time_to_target(accuracy, target=0.8, every=every), crossing * every), (
        f"Row {crossing} is the first with at least 0.8, and row 0 was measured at step 0."
    )


@exercise.check("Exactly the target is enough.")
def counts_exactly_the_target(time_to_target, rng):
    every = rng.choice([5, 10, 20])
    accuracy = np.array([0.5, 0.75, 0.8, 0.9])
    assert close(time_to_target(accuracy, target=0.75, every=every), every), "Row 1 has it."


@exercise.check("A target that was met and lost again does not count: it must be kept to the end.")
def waits_until_it_is_kept(time_to_target, rng):
    every = rng.choice([5, 10, 20])
    accuracy = np.array([0.3, 0.9, 0.6, 0.9, 0.7, 0.85, 0.9, 0.95])
    assert close(time_to_target(accuracy, target=0.8, every=every), 5 * every), (
        "Row 4, with 0.7, is the last that misses 0.8."
    )


@exercise.check("A run that has lost the target at the end, or never met it, takes np.inf.")
def never_is_infinite(time_to_target, rng):
    every = rng.choice([5, 10, 20])
    low = np.array([0.3, 0.5, 0.6, rng.integers(60, 75) / 100])
    assert close(time_to_target(low, target=0.8, every=every), np.inf)
    lost = np.array([0.3, 0.9, 0.95, 0.6])
    assert close(time_to_target(lost, target=0.8, every=every), np.inf)


@exercise.check("A run that meets the target from the start takes 0 steps.")
def may_take_no_steps(time_to_target, rng):
    accuracy = rng.integers(85, 99, size=4) / 100
    assert close(time_to_target(accuracy, target=0.8, every=10), 0)


@exercise.check("A run that ends as not-a-number has not kept the target.")
def distrusts_nan(time_to_target, rng):
    good = rng.integers(85, 95, size=2) / 100
    accuracy = np.array([0.3, *good, np.nan, np.nan])
    assert close(time_to_target(accuracy, target=0.8, every=10), np.inf)


@exercise.check("Many runs at once: one time for each column.")
def takes_many_runs(time_to_target, rng):
    every = rng.choice([5, 10, 20])
    accuracy = np.array([[0.2, 0.9, 0.1], [0.9, 0.7, 0.4], [0.95, 0.85, 0.5], [0.9, 0.9, 0.6]])
    assert close(time_to_target(accuracy, target=0.8, every=every), [1 * every, 2 * every, np.inf])


@exercise.domain(
    shapes=[(7,), (1,), (6, 4), (1, 3), (5, 1)],
    corners=[
        {"accuracy": np.array([0.2, 0.9, np.nan, 0.8, 0.7]), "target": 0.7},
        {"accuracy": np.array([0.2, 0.9, 0.8, np.nan]), "target": 0.7},
        {"accuracy": np.array([[0.9, 0.1], [0.7, 0.7]]), "target": 0.7},
    ],
    whole=[],
    single=False,
)
def allowed(rng, shape):
    accuracy = np.sort(rng.integers(3, 10, size=shape) / 10, axis=0)
    return {"accuracy": accuracy, "target": 0.6, "every": int(rng.integers(2, 60))}


@exercise.picture(xlabel="target", ylabel="step")
def against_the_target(time_to_target):
    accuracy, targets = np.array([0.1, 0.3, 0.6, 0.5, 0.7, 0.9, 0.8, 0.9]), np.linspace(0, 0.9, 37)
    return targets, [float(time_to_target(accuracy, target, 10)) for target in targets]


@exercise.accepts("loops")
def backwards_row_by_row(accuracy, target, every):
    if accuracy.ndim > 1:
        return [backwards_row_by_row(run, target, every) for run in accuracy.T]
    first = np.inf
    for row in range(len(accuracy) - 1, -1, -1):
        if not accuracy[row] >= target:
            break
        first = row * every
    return first


@exercise.accepts("counts the rows of the last stretch")
def counts_the_last_stretch(accuracy, target, every):
    stretch = np.cumprod((accuracy >= target)[::-1], axis=0).sum(axis=0)
    return np.where(stretch > 0, (len(accuracy) - stretch) * every, np.inf)


@exercise.mistake(
    "returns the row, not the step at which it was taken", caught_by=finds_the_crossing
)
def returns_the_row(accuracy, target, every):
    return time_to_target(accuracy, target, 1)


@exercise.mistake("counts the rows from 1: the first row is step 0", caught_by=finds_the_crossing)
def counts_rows_from_one(accuracy, target, every):
    return time_to_target(accuracy, target, every) + every


@exercise.mistake("takes the last row that still misses the target", caught_by=finds_the_crossing)
def takes_the_last_miss(accuracy, target, every):
    return time_to_target(accuracy, target, every) - every


@exercise.mistake(
    "takes the last or the highest row that meets the target, not the first of its stretch",
    caught_by=finds_the_crossing,
)
def takes_the_last_meeting(accuracy, target, every):
    rows = np.flatnonzero(accuracy >= target)
    return rows[-1] * every if rows.size else np.inf


@exercise.mistake(
    "accumulates from the first row on, where the target is not met yet: turn the rows round first",
    caught_by=finds_the_crossing,
)
def accumulates_from_the_start(accuracy, target, every):
    kept = np.logical_and.accumulate(accuracy >= target)
    return np.where(kept.any(axis=0), kept.argmax(axis=0) * every, np.inf)


@exercise.mistake(
    "asks for more than the target, with > for >=", caught_by=counts_exactly_the_target
)
def asks_for_more(accuracy, target, every):
    return time_to_target(accuracy, np.nextafter(target, np.inf), every)


@exercise.mistake(
    "takes the first time the target is met, and never looks whether it is lost again",
    caught_by=waits_until_it_is_kept,
)
def takes_the_first_meeting(accuracy, target, every):
    met = accuracy >= target
    return np.where(met.any(axis=0), met.argmax(axis=0) * every, np.inf)


@exercise.mistake(
    "takes the first of two rows in a row that meet the target, and lets it be lost later",
    caught_by=never_is_infinite,
)
def trusts_two_rows(accuracy, target, every):
    met = accuracy >= target
    twice = met[:-1] & met[1:]
    return np.where(twice.any(axis=0), twice.argmax(axis=0) * every, np.inf)


@exercise.mistake(
    "gives 0 where the target is never kept: argmax of nothing but False is 0",
    caught_by=never_is_infinite,
)
def gives_zero_for_never(accuracy, target, every):
    kept = np.logical_and.accumulate((accuracy >= target)[::-1])[::-1]
    return kept.argmax(axis=0) * every


@exercise.mistake(
    "gives one row past the end where the target is never kept", caught_by=never_is_infinite
)
def gives_the_end_for_never(accuracy, target, every):
    kept = np.logical_and.accumulate((accuracy >= target)[::-1])[::-1]
    return (len(accuracy) - kept.sum(axis=0)) * every


@exercise.mistake(
    "asks for the first of no rows where the target is never met", caught_by=never_is_infinite
)
def asks_for_the_first_of_none(accuracy, target, every):
    kept = np.logical_and.accumulate((accuracy >= target)[::-1])[::-1]
    return np.where(kept)[0][0] * every


@exercise.mistake("returns None for never", caught_by=never_is_infinite)
def returns_none(accuracy, target, every):
    steps = time_to_target(accuracy, target, every)
    return steps if np.all(steps < np.inf) else None


@exercise.mistake(
    "takes a time of 0 for no time at all, as `or`, `if not` and argmax over nothing but False do",
    caught_by=may_take_no_steps,
)
def takes_zero_for_never(accuracy, target, every):
    steps = time_to_target(accuracy, target, every)
    return np.where(steps == 0, np.inf, steps)


@exercise.mistake(
    "looks for the last row below the target: not-a-number is not below anything",
    caught_by=distrusts_nan,
)
def looks_for_the_last_below(accuracy, target, every):
    met = ~(accuracy < target)
    kept = np.logical_and.accumulate(met[::-1])[::-1]
    return np.where(kept[-1], kept.argmax(axis=0) * every, np.inf)


@exercise.mistake("asks with `if` about a whole row of runs at once", caught_by=takes_many_runs)
def asks_with_if(accuracy, target, every):
    first = np.inf
    for row in range(len(accuracy) - 1, -1, -1):
        if accuracy[row] >= target:
            first = row * every
        else:
            break
    return first


@exercise.mistake(
    "counts through the table entry by entry, with no axis for the rows", caught_by=takes_many_runs
)
def counts_entry_by_entry(accuracy, target, every):
    kept = np.logical_and.accumulate((accuracy >= target)[::-1])[::-1]
    return np.where(kept[-1], kept.argmax() * every, np.inf)


@exercise.mistake(
    "waits until all the runs are there, and gives one number for them", caught_by=takes_many_runs
)
def waits_for_all_runs(accuracy, target, every):
    met = (accuracy >= target).reshape(len(accuracy), -1).all(axis=1)
    return time_to_target(met, True, every)
