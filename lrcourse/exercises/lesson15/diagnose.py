"""The detective. Eleven kinds of log, and each hides one cause. After `from lrcourse import cases`
`cases(0)` draws one of each, pairs of a cause and a log:

- `"healthy"`: nothing is wrong
- `"too high"`, `"too low"`: the rate, by tens of times
- `"decays too fast"`: a schedule that is driven by epochs, and at nothing long before the end
- `"steps and epochs confused"`: a sound recipe for epochs, asked at every step instead
- `"noise floor"`: a constant rate, and labels of which three in ten are wrong, others each step
- `"sign flipped"`: the step goes uphill
- `"gradient not zeroed"`: each gradient is added to those before, as without `zero_grad`
- `"labels unshuffled"`: the images are shuffled, and their labels are not
- `"stale t"`: Adam's `t` is never counted up, so that `1 - b1**t` stays 0
- `"sum for mean"`: the loss of a mini-batch is added up, and so is its gradient

What does each do to the columns? Draw some of each before you write a line. Your rules are tried on
44 fresh logs: they need to be right in 36 of them, and in half of every kind.

**Predict first.** A rule that always says the same is right in 4 of 44. A rule that asks only
whether the rate is at nothing too early, and how it got there: in about how many?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import from_code
from lrcourse.detective import CAUSES, cases, confusion, in_a_table

exercise = Exercise("diagnose", points=5, minutes=45, limit=20)


# given
def at_epochs(log):
    """Return the validation losses, one for each epoch: the first is that of the start."""
    return log["val_loss"][np.diff(log["epoch"], prepend=-1) > 0]


@exercise.solution
def diagnose(log):
    """Return which cause this log hides: one of the eleven names, as text.

    log  a dictionary of columns, arrays with one entry for each step, of any length:
         log["step"], log["epoch"]  counted from 0
         log["loss"]                of the mini-batch, before the step
         log["val_loss"]            before the first step of each epoch and at the last step, nan
                                    elsewhere; `at_epochs(log)` returns the epochs' alone
         log["lr"]                  the rate that the schedule asked for
    """
    # solution: about sixteen lines
    loss, lr, validation = log["loss"], log["lr"], at_epochs(log)
    if np.isnan(loss[1]):
        return "stale t"
    if loss[0] > 4 * validation[0]:
        return "sum for mean"
    if lr[len(lr) // 2] < lr.max() / 20:
        return "decays too fast" if lr[1] == lr[0] else "steps and epochs confused"
    if loss[:3].max() > 10 * loss[0]:
        return "too high"
    if not loss[-1] < 1e6:
        return "sign flipped"
    if validation.max() > 1.4 * validation[0] or validation[-1] > 2 * validation.min():
        return "gradient not zeroed" if validation[1] < validation[0] else "too high"
    if validation[-1] > 0.75 * validation[0]:
        return "too low" if np.all(np.diff(validation) < 0) else "labels unshuffled"
    return "noise floor" if loss[-len(loss) // 4 :].mean() > 0.4 * loss[0] else "healthy"


exercise.hints = [
    "Which causes show in the rates alone, which in the first two losses, and which in whether "
    "the validation losses fell, rose, or did both?",
    "Draw each kind: `for cause, log in cases(0): plt.plot(log['loss'])`. Compare with the start, "
    "`loss[0]`, instead of with a number: what is large for one run is small for another.",
    "Rule out the loudest first: `if np.isnan(log['loss'][1]): return 'stale t'`.",
]
exercise.turned_out = (
    "in twelve: eight logs whose rate is at nothing early, and the four of whatever it calls the "
    "other 36. The rest stands in the losses."
)
afterwards = """from lrcourse import confusion, in_a_table

for seed in range(3):
    table = confusion(diagnose, seed)
    print(f"seed {seed}: right in {table.trace()} of {table.sum()} logs")
print(in_a_table(table))"""

PRACTICE = 3
"""Rounds of logs from which all but the last of the own checks draw."""


class Log(dict):
    """A log, and the code of what a card shows in its place."""

    def __init__(self, log, code, after=""):
        """Take a log, the code that makes it, and the line that has to stand before."""
        super().__init__(log)
        self.as_typed, self.typed_after = code, after


def practised(seed, place):
    """Return a log of a practice round."""
    log = cases(seed, each=2)[place][1]
    return Log(log, f"cases({seed}, each=2)[{place}][1]", "from lrcourse import cases")


def by_hand(epochs, per_epoch):
    """Return a log that is no number after its first step."""
    steps = epochs * per_epoch
    code = (
        f'{{"step": np.arange({steps}), "epoch": np.arange({steps}) // {per_epoch}, '
        f'"loss": np.append(2.4, np.full({steps - 1}, np.nan)), '
        f'"val_loss": np.append(2.3, np.full({steps - 1}, np.nan)), '
        f'"lr": np.full({steps}, 0.01)}}'
    )
    return Log(from_code(f"lambda: {code}")(), code)


def expect(diagnose, rng, *causes):
    """Assert that the practice logs with these causes are named rightly."""
    seed = int(rng.integers(PRACTICE))
    for place, (cause, _) in enumerate(cases(seed, each=2)):
        if cause in causes:
            called = diagnose(practised(seed, place))
            assert isinstance(called, str), "Return one of the eleven names, as text."
            assert called == cause, f'That log hides "{cause}": draw it.'


@exercise.check('No number right after the first step, and no rise before it: "stale t".')
def sees_a_division_by_nothing(diagnose, rng):
    called = diagnose(by_hand(int(rng.integers(4, 9)), int(rng.integers(4, 9))))
    assert isinstance(called, str), "Return one of the eleven names, as text."
    assert called == "stale t", "Divided by 1 - b1**0, the first step leads nowhere at once."


@exercise.check("The rates alone tell a decay that is too fast from steps taken for epochs.")
def reads_the_rates(diagnose, rng):
    expect(diagnose, rng, "decays too fast", "steps and epochs confused")


@exercise.check('One network, two losses of another size from the first row on: "sum for mean".')
def compares_the_two_losses(diagnose, rng):
    expect(diagnose, rng, "sum for mean")


@exercise.check("Of three that rise, one leaps, one climbs for ever, and one had fallen before.")
def tells_three_rises(diagnose, rng):
    expect(diagnose, rng, "too high", "sign flipped", "gradient not zeroed")


@exercise.check("Of three that stay up, one is on its way, one was, and one knows nothing.")
def tells_three_that_stay_up(diagnose, rng):
    expect(diagnose, rng, "too low", "noise floor", "labels unshuffled")


@exercise.check('A run in which nothing is wrong is "healthy".')
def leaves_the_healthy_alone(diagnose, rng):
    expect(diagnose, rng, "healthy")


@exercise.check("Of 44 fresh logs 36 are named rightly, and at least half of every kind.")
def solves_fresh_cases(diagnose, rng):
    table = confusion(diagnose, int(rng.integers(2**32)), each=4)
    right, told = table.trace(), f"\n{in_a_table(table)}"
    assert right >= 36, f"Right in {right} of {table.sum()} logs, where 36 are asked for.{told}"
    least = CAUSES[int(np.argmin(table.diagonal()))]
    assert table.diagonal().min() >= 2, f'Of 4 logs that hide "{least}" it sees fewer than 2.{told}'


@exercise.domain(
    corners=[{"log": by_hand(*sizes)} for sizes in ((3, 2), (2, 30), (12, 1), (5, 7))], views=False
)
def allowed(rng):
    # Of one round alone: each has to be trained first, and its logs hide every cause.
    return {"log": practised(0, int(rng.integers(2 * len(CAUSES))))}


@exercise.accepts("a list of rules, of which the first that fits counts")
def by_a_list_of_rules(log):
    loss, lr, held = log["loss"], log["lr"], at_epochs(log)
    gone = lr[len(lr) // 2] < 0.05 * lr[:20].max()
    swings = held.max() > 1.4 * held[0] or held[-1] > 2 * held.min()
    stays = held[-1] > 0.75 * held[0]
    rules = {
        "stale t": np.isnan(loss[1]),
        "sum for mean": loss[0] / held[0] > 5,
        "steps and epochs confused": gone and lr[2] < lr[0],
        "decays too fast": gone,
        "too high": loss[1] > 10 * loss[0] or loss[2] > 10 * loss[0],
        "sign flipped": not np.isfinite(loss[-1]) or loss[-1] > 1e7,
        "gradient not zeroed": swings and held[1] < held[0],
    }
    late = {
        " too high": swings,
        "too low": stays and np.array_equal(np.sort(held)[::-1], held),
        "labels unshuffled": stays,
        "noise floor": np.median(loss[-20:]) > 0.4 * loss[0],
        "healthy": True,
    }
    return next(name for name, holds in (rules | late).items() if holds).strip()


@exercise.accepts("plain Python, without NumPy")
def by_hand_and_eye(log):
    loss, lr = [list(map(float, log[name])) for name in ("loss", "lr")]
    epoch, every = list(log["epoch"]), list(map(float, log["val_loss"]))
    starts = [0] + [k for k in range(1, len(epoch)) if epoch[k] != epoch[k - 1]]
    held = [every[k] for k in starts]
    if loss[1] != loss[1]:
        return "stale t"
    if loss[0] > 4 * held[0]:
        return "sum for mean"
    if lr[len(lr) // 2] < max(lr) / 20:
        return "steps and epochs confused" if lr[0] != lr[1] else "decays too fast"
    if max(loss[:3]) > 10 * loss[0]:
        return "too high"
    if loss[-1] != loss[-1] or loss[-1] > 1e6:
        return "sign flipped"
    if max(held) > 1.4 * held[0] or held[-1] > 2 * min(held):
        return "gradient not zeroed" if held[1] < held[0] else "too high"
    if held[-1] > 0.75 * held[0]:
        ups = sum(later >= sooner for sooner, later in zip(held, held[1:], strict=False))
        return "too low" if not ups else "labels unshuffled"
    end = loss[-len(loss) // 4 :]
    return "noise floor" if sum(end) / len(end) > 0.4 * loss[0] else "healthy"


@exercise.mistake(
    "takes whatever is no number for a rate that is too high", caught_by=sees_a_division_by_nothing
)
def blames_the_rate_for_nan(log):
    found = diagnose(log)
    return "too high" if found == "stale t" else found


@exercise.mistake("says the same of every log", caught_by=sees_a_division_by_nothing)
def always_healthy(log):
    return "healthy"


@exercise.mistake(
    "asks whether the rate ends at nothing, and not when it got there and how",
    caught_by=reads_the_rates,
)
def looks_at_the_last_rate(log):
    found = diagnose(log)
    return "decays too fast" if found == "steps and epochs confused" else found


@exercise.mistake(
    "has the two the wrong way round: what changes within an epoch was driven by steps",
    caught_by=reads_the_rates,
)
def turns_the_two_round(log):
    found = diagnose(log)
    turned = {
        "decays too fast": "steps and epochs confused",
        "steps and epochs confused": "decays too fast",
    }
    return turned.get(found, found)


@exercise.mistake(
    "never holds the two losses beside each other: a sum of 16 looks like a rate too high",
    caught_by=compares_the_two_losses,
)
def takes_a_sum_for_a_rate(log):
    found = diagnose(log)
    return "too high" if found == "sum for mean" else found


@exercise.mistake(
    "calls every rise too high, also one that starts slowly and never turns",
    caught_by=tells_three_rises,
)
def blames_the_rate_for_the_sign(log):
    found = diagnose(log)
    return "too high" if found == "sign flipped" else found


@exercise.mistake(
    "does not ask whether the loss had fallen before it rose", caught_by=tells_three_rises
)
def forgets_the_fall(log):
    found = diagnose(log)
    return "too high" if found == "gradient not zeroed" else found


@exercise.mistake(
    "calls each loss that stays up too low a rate, whether or not it is on its way",
    caught_by=tells_three_that_stay_up,
)
def blames_the_rate_for_the_labels(log):
    found = diagnose(log)
    return "too low" if found == "labels unshuffled" else found


@exercise.mistake(
    "is content with any loss that fell and stands still", caught_by=tells_three_that_stay_up
)
def overlooks_the_floor(log):
    found = diagnose(log)
    return "healthy" if found == "noise floor" else found


@exercise.mistake(
    "finds a fault in every run: a loss that trembles is no fault",
    caught_by=leaves_the_healthy_alone,
)
def finds_fault_in_all(log):
    found = diagnose(log)
    return "noise floor" if found == "healthy" else found


@exercise.mistake(
    "knows the practice logs by heart, and calls any other healthy", caught_by=solves_fresh_cases
)
def knows_them_by_heart(log):
    if np.isnan(log["loss"][1]):
        return "stale t"
    known = (case for seed in range(PRACTICE) for case in cases(seed, each=2))
    same = (cause for cause, each in known if each["loss"][0] == log["loss"][0])
    return next(same, "healthy")
