"""The detective. A recipe says what the rate should be in each epoch; a log says what it was at
each step. Was the schedule driven by epochs, as it should, or by steps, a bug that raises no error?
Loss curves cannot answer that. The rates in the log can.

**Predict first.** The recipe is "times 0.8 every epoch", an epoch has 32 steps, and the log holds
the first 10 steps: 0.01 at each of them. Was it driven rightly?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.inputs import in_words

exercise = Exercise("audit_schedule", points=3, minutes=18)


@exercise.solution
def audit_schedule(lrs, schedule, steps_per_epoch):
    """Return "epochs", "steps", "both" or "neither": which reading explains the whole log?

    lrs              the rate used at each step, from step 0: a list or an array of any length
    schedule         a function: it takes one whole number from 0 and returns a rate
    steps_per_epoch  how many steps an epoch has

    "epochs"   every rate is `schedule` of the epoch that its step lies in
    "steps"    every rate is `schedule` of the step itself
    "both"     both are so, and this log cannot tell
    "neither"  neither is so

    Logs are rounded: a rate that is off by up to a thousandth of what it should be is the same
    rate. Where it should be 0 it is 0. A log of no steps is explained by both.
    """
    # solution: about six lines
    lrs, steps = np.asarray(lrs, float), range(len(lrs))
    by_epoch = np.array([schedule(step // steps_per_epoch) for step in steps])
    by_step = np.array([schedule(step) for step in steps])
    fits = [np.allclose(lrs, rates, rtol=1e-3, atol=0) for rates in (by_epoch, by_step)]
    words = {(True, True): "both", (True, False): "epochs", (False, True): "steps"}
    return words.get(tuple(fits), "neither")


exercise.hints = [
    "Driven by steps, what should stand in the log at step 3? And driven by epochs?",
    "Write down both lists of expected rates, as long as the log, and compare each with all of it. "
    "`np.allclose(a, b, rtol=1e-3, atol=0)` compares to a thousandth.",
    "Start with `by_step = np.array([schedule(step) for step in range(len(lrs))])`.",
]
exercise.turned_out = (
    "rightly: driven by steps, the rate would have been 0.008 at step 1 already. A log that ends "
    "within the first epoch can tell as long as the recipe changes there."
)


def recipe(rng, unit=1.0):
    """Return a schedule that falls by a factor, and the steps of an epoch."""
    peak_lr, factor = unit * rng.integers(2, 9) / 10, rng.choice([0.6, 0.7, 0.8])
    falling = from_code(f"lambda count: {as_typed(peak_lr)} * {as_typed(factor)}**count")
    return falling, int(rng.integers(4, 8))


def log_of(schedule, steps_per_epoch, steps, unit):
    """Return the rates of a run that was driven by ``unit``."""
    every = steps_per_epoch if unit == "epochs" else 1
    return np.array([schedule(step // every) for step in range(steps)])


def says(answer, word, because=""):
    """Whether the answer is this word; else a sentence."""
    assert isinstance(answer, str), "Return one of the four words."
    assert answer == word, f'A log got "{answer}" that wants "{word}". {because}'.strip()


@exercise.check('A log that follows the recipe epoch by epoch: "epochs".')
def knows_a_right_log(audit_schedule, rng):
    falling, steps = recipe(rng)
    lrs = log_of(falling, steps, 2 * steps + 2, "epochs")
    says(audit_schedule(lrs, falling, steps), "epochs", f"The log begins {in_words(lrs[:8])}.")


@exercise.check('A log that follows it step by step: "steps".')
def knows_the_bug(audit_schedule, rng):
    falling, steps = recipe(rng)
    lrs = log_of(falling, steps, 2 * steps + 2, "steps")
    says(audit_schedule(lrs, falling, steps), "steps", f"The log begins {in_words(lrs[:8])}.")


@exercise.check('A log that starts or ends as the recipe and parts from it in between: "neither".')
def reads_the_whole_log(audit_schedule, rng):
    falling, steps = recipe(rng)
    logs = {"whose rate never changes": np.full(2 * steps, falling(0))}
    for unit in ("epochs", "steps"):
        for where in (1, steps, 2 * steps + 1, 3 * steps - 1):
            lrs = log_of(falling, steps, 3 * steps, unit)
            lrs[where] *= 1.5
            name = f"driven by {unit}, but with a rate half as high again at step {where}"
            logs[name] = lrs
    words = [audit_schedule(lrs, falling, steps) for lrs in logs.values()]
    for (name, lrs), word in zip(logs.items(), words, strict=True):
        if word != "neither":
            audit_schedule(lrs, falling, steps)  # once more, so that it is the one a card shows
        ends = f"it begins {in_words(lrs[:4])} and ends {in_words(lrs[-3:])}"
        says(word, "neither", f"(Of {len(logs)} logs, the one {name}: {ends}.)")


@exercise.check('Where both readings explain the log: "both".')
def admits_that_it_cannot_tell(audit_schedule, rng):
    falling, steps = recipe(rng)
    level = from_code("lambda count: 0.1 if count < 1000 else 0.01")
    says(audit_schedule(np.full(9, 0.1), level, steps), "both", "That recipe changes at 1000 only.")
    says(audit_schedule([falling(0)], falling, steps), "both", "That log holds a single step.")


@exercise.check("Rates rounded to four digits are still the same rates; a per cent off is not.")
def forgives_rounding(audit_schedule, rng):
    falling, steps = recipe(rng)
    for unit in ("epochs", "steps"):
        lrs = log_of(falling, steps, 2 * steps + 1, unit)
        rounded = [float(f"{lr:.4g}") for lr in lrs * (1 + 1e-4)]
        says(audit_schedule(rounded, falling, steps), unit, "There a rate is off by 0.0002 or less "
             "of itself.")  # fmt: skip
        says(audit_schedule(1.01 * lrs, falling, steps), "neither",
             "There each rate is off by a hundredth of itself.")  # fmt: skip


@exercise.check("Very small rates are compared as closely as large ones.")
def compares_small_rates_too(audit_schedule, rng):
    tiny, steps = recipe(rng, 1e-9)
    for unit in ("epochs", "steps"):
        lrs = log_of(tiny, steps, 2 * steps, unit)
        says(audit_schedule(lrs, tiny, steps), unit, "There all rates are below 0.000000001.")


to_nothing = from_code("lambda count: 0.1 if count < 2 else 0.0")
halving = from_code("lambda count: 0.8 * 0.5**count")


@exercise.domain(
    corners=[
        {"lrs": np.array([0.1, 0.1, 0.0, 0.0]), "schedule": to_nothing},
        {"lrs": np.array([0.1, 0.1, 0.1, 0.1, 0.0, 0.0]), "schedule": to_nothing},
        {"lrs": np.array([0.1, 0.1, 1e-9, 0.0]), "schedule": to_nothing},
        {"lrs": np.array([0.8, 0.8, 0.4]) * 1.0009},
        {"lrs": np.array([0.8, 0.8, 0.4]) * 0.9989},
        {"lrs": np.array([0.8])},
        {"lrs": np.array([])},
    ],
    lists=["lrs"],
    whole=[],
)
def allowed(rng):
    steps_per_epoch, reading = int(rng.integers(2, 4)), rng.integers(3)
    counts = np.arange(7) // [1, steps_per_epoch, 5][reading]
    return {"lrs": halving(counts), "schedule": halving, "steps_per_epoch": steps_per_epoch}


@exercise.accepts("a loop that gives up each reading at the first rate that differs")
def strikes_out(lrs, schedule, steps_per_epoch):
    left = {"epochs", "steps"}
    for step, lr in enumerate(lrs):
        for word, count in (("epochs", step // steps_per_epoch), ("steps", step)):
            if abs(lr - schedule(count)) > 1e-3 * abs(schedule(count)):
                left.discard(word)
    return "both" if len(left) == 2 else left.pop() if left else "neither"


@exercise.accepts("ifs")
def with_ifs(lrs, schedule, steps_per_epoch):
    def fits(every):
        wanted = [schedule(step // every) for step in range(len(lrs))]
        return all(abs(a - b) <= 1e-3 * b for a, b in zip(lrs, wanted, strict=True))

    by_epoch, by_step = fits(steps_per_epoch), fits(1)
    if by_epoch and by_step:
        return "both"
    if by_epoch:
        return "epochs"
    if by_step:
        return "steps"
    return "neither"


def verdict(by_epoch, by_step):
    """Return the word for two findings."""
    return {(1, 1): "both", (1, 0): "epochs", (0, 1): "steps"}.get((by_epoch, by_step), "neither")


def compared(lrs, schedule, every, **tolerance):
    """Whether the log is the schedule asked every so many steps."""
    wanted = np.array([schedule(step // every) for step in range(len(lrs))])
    return int(np.allclose(lrs, wanted, **{"rtol": 1e-3, "atol": 0, **tolerance}))


@exercise.mistake("has the two words the wrong way round", caught_by=knows_a_right_log)
def swaps_the_words(lrs, schedule, steps_per_epoch):
    word = audit_schedule(lrs, schedule, steps_per_epoch)
    return {"epochs": "steps", "steps": "epochs"}.get(word, word)


@exercise.mistake(
    "says neither to a right log: it may count epochs from 1, divide with / for //, or compare "
    "with ==",
    caught_by=knows_a_right_log,
)
def counts_epochs_from_one(lrs, schedule, steps_per_epoch):
    by_epoch = np.array([schedule(step // steps_per_epoch + 1) for step in range(len(lrs))])
    return verdict(int(np.allclose(lrs, by_epoch)), compared(lrs, schedule, 1))


@exercise.mistake(
    "cuts the log into whole epochs, and falls over the rest of one", caught_by=knows_a_right_log
)
def cuts_into_epochs(lrs, schedule, steps_per_epoch):
    rows = np.reshape(lrs, (-1, steps_per_epoch))
    return verdict(int(np.allclose(rows, rows[:, :1])), compared(lrs, schedule, 1))


@exercise.mistake(
    "compares the first step alone, at which every reading is right: both",
    caught_by=knows_a_right_log,
)
def compares_the_first_step(lrs, schedule, steps_per_epoch):
    return verdict(*[compared(lrs[:1], schedule, every) for every in (steps_per_epoch, 1)])


@exercise.mistake("says epochs to everything that begins well", caught_by=knows_the_bug)
def says_epochs(lrs, schedule, steps_per_epoch):
    return "epochs" if compared(lrs[:1], schedule, 1) else "neither"


@exercise.mistake(
    "says neither to a log that was driven by steps: does it look for the bug at all?",
    caught_by=knows_the_bug,
)
def never_looks_for_the_bug(lrs, schedule, steps_per_epoch):
    return verdict(compared(lrs, schedule, steps_per_epoch), 0)


@exercise.mistake(
    "asks only whether the rate changes within the first epoch", caught_by=reads_the_whole_log
)
def looks_into_the_first_epoch(lrs, schedule, steps_per_epoch):
    return "epochs" if np.allclose(lrs[:steps_per_epoch], lrs[0], rtol=1e-3) else "steps"


@exercise.mistake("looks at the last rate alone", caught_by=reads_the_whole_log)
def looks_at_the_last_rate(lrs, schedule, steps_per_epoch):
    last = len(lrs) - 1
    found = [
        int(np.isclose(lrs[last], schedule(last // every), rtol=1e-3, atol=0))
        for every in (steps_per_epoch, 1)
    ]
    return verdict(*found)


@exercise.mistake("looks at the first step of each epoch alone", caught_by=reads_the_whole_log)
def looks_at_first_steps(lrs, schedule, steps_per_epoch):
    first = range(0, len(lrs), steps_per_epoch)
    found = [
        int(np.allclose([lrs[k] for k in first], [schedule(k // every) for k in first], 1e-3, 0))
        for every in (steps_per_epoch, 1)
    ]
    return verdict(*found)


@exercise.mistake("compares the first epoch alone", caught_by=reads_the_whole_log)
def compares_the_first_epoch(lrs, schedule, steps_per_epoch):
    first = lrs[:steps_per_epoch]
    return verdict(*[compared(first, schedule, every) for every in (steps_per_epoch, 1)])


@exercise.mistake("says steps to whatever is not driven by epochs", caught_by=reads_the_whole_log)
def says_steps_to_the_rest(lrs, schedule, steps_per_epoch):
    return "epochs" if compared(lrs, schedule, steps_per_epoch) else "steps"


@exercise.mistake("says epochs to whatever is not driven by steps", caught_by=reads_the_whole_log)
def says_epochs_to_the_rest(lrs, schedule, steps_per_epoch):
    return "steps" if compared(lrs, schedule, 1) else "epochs"


@exercise.mistake(
    "hands the schedule all the counts at once, where it takes one number",
    caught_by=admits_that_it_cannot_tell,
)
def hands_over_all_counts(lrs, schedule, steps_per_epoch):
    steps = np.arange(len(lrs))
    found = [schedule(steps // every) for every in (steps_per_epoch, 1)]
    return verdict(*[int(np.allclose(lrs, rates, rtol=1e-3, atol=0)) for rates in found])


@exercise.mistake(
    "says epochs as soon as that fits, and never asks whether steps would fit too",
    caught_by=admits_that_it_cannot_tell,
)
def prefers_epochs(lrs, schedule, steps_per_epoch):
    word = audit_schedule(lrs, schedule, steps_per_epoch)
    return "epochs" if word == "both" else word


@exercise.mistake(
    "says steps as soon as that fits, and never asks whether epochs would fit too",
    caught_by=admits_that_it_cannot_tell,
)
def prefers_steps(lrs, schedule, steps_per_epoch):
    word = audit_schedule(lrs, schedule, steps_per_epoch)
    return "steps" if word == "both" else word


@exercise.mistake(
    "says neither where both fit: neither can be told from the other, but both fit",
    caught_by=admits_that_it_cannot_tell,
)
def says_neither_for_both(lrs, schedule, steps_per_epoch):
    word = audit_schedule(lrs, schedule, steps_per_epoch)
    return "neither" if word == "both" else word


@exercise.mistake(
    "compares to the last digit, or with the small tolerance that np.allclose has by itself",
    caught_by=forgives_rounding,
)
def compares_to_the_last_digit(lrs, schedule, steps_per_epoch):
    found = [compared(lrs, schedule, every, rtol=1e-5) for every in (steps_per_epoch, 1)]
    return verdict(*found)


@exercise.mistake("forgives a hundredth or more", caught_by=forgives_rounding)
def forgives_a_hundredth(lrs, schedule, steps_per_epoch):
    found = [compared(lrs, schedule, every, rtol=0.02) for every in (steps_per_epoch, 1)]
    return verdict(*found)


@exercise.mistake(
    "forgives a fixed amount, as rounding to some digits does, and np.allclose unless told atol=0",
    caught_by=compares_small_rates_too,
)
def forgives_a_fixed_amount(lrs, schedule, steps_per_epoch):
    found = [compared(lrs, schedule, every, atol=1e-8) for every in (steps_per_epoch, 1)]
    return verdict(*found)


@exercise.mistake(
    "divides by the rate it expects, or wants a difference below a thousandth of it: 0 is 0 too",
    caught_by=exercise.everything,
)
def divides_by_the_rate(lrs, schedule, steps_per_epoch):
    steps = np.arange(len(lrs))
    by_epoch, by_step = (
        np.array([schedule(int(count)) for count in counts])
        for counts in (steps // steps_per_epoch, steps)
    )
    return verdict(*(np.all(np.abs(lrs / rates - 1) <= 1e-3) for rates in (by_epoch, by_step)))
