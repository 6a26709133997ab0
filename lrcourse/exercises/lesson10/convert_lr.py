"""Same word, other number. Somebody reports "learning rate 0.1, momentum 0.9". In torch the
velocity is a sum of slopes, in Andrew Ng's course it is an average, and in Keras the rate stands
inside. Take the bare number over, and you may train ten times too fast or too slowly. Translate it.

**Predict first.** 0.2 and momentum 0.5, with the sum. Which rate takes the same path with the
average: 0.1, 0.2 or 0.4?
"""

import numpy as np

from lrcourse.checks.calls import AnswerRaised
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("convert_lr", points=2, minutes=12)


@exercise.solution
def convert_lr(lr, momentum, given, wanted):
    """Return the rate that, with the same momentum, takes the same path in another convention.

    lr        the rate in the convention `given`: a number, or an array of rates, which you leave
              as it is
    momentum  the same in both, from 0 to below 1
    given, wanted  two of these three names, perhaps the same one twice:
        "momentum"           the sum:      v = momentum * v + grad;                   w = w - lr * v
        "averaged_momentum"  the average:  v = momentum * v + (1 - momentum) * grad;  w = w - lr * v
        "scaled_momentum"    rate inside:  v = momentum * v - lr * grad;              w = w + v

    The rate and the momentum stand still during the run, and v begins at 0. Raise a ValueError for
    any other name.
    """
    # solution: about five lines
    counts = {"momentum": 1, "averaged_momentum": 1 - momentum, "scaled_momentum": 1}
    if given not in counts or wanted not in counts:
        raise ValueError(f"conventions are {', '.join(counts)}, got {given} and {wanted}")
    return np.asarray(lr) * counts[given] / counts[wanted]


exercise.hints = [
    "Take the first step from rest in each convention: by which number is the slope multiplied?",
    "In the average a slope counts 1 - momentum, in the other two it counts 1. The same path needs "
    "the same product of rate and count.",
    'Start with `counts = {"momentum": 1, "averaged_momentum": 1 - momentum}` and add the third.',
]
exercise.turned_out = (
    "0.4. In the average each slope counts a half, so the rate has to be twice as high. Who takes "
    "the 0.2 over trains at half of the intended rate."
)

SUM, AVERAGE, INSIDE = "momentum", "averaged_momentum", "scaled_momentum"


def drawn(rng):
    """Return a rate and a momentum whose shares are all different."""
    return float(rng.choice([0.3, 0.7, 0.9])), float(rng.choice([0.6, 0.75, 0.8]))


@exercise.check("From a convention to itself, the rate stays.")
def stays_at_home(convert_lr, rng):
    lr, momentum = drawn(rng)
    for name in (SUM, AVERAGE, INSIDE):
        assert close(convert_lr(lr, momentum, name, name), lr), (
            f'Here "{name}" is both given and wanted.'
        )


@exercise.check("From the sum to the average the rate goes up: there a slope counts 1 - momentum.")
def goes_up_to_the_average(convert_lr, rng):
    lr, momentum = drawn(rng)
    assert close(convert_lr(lr, momentum, SUM, AVERAGE), lr / (1 - momentum)), (
        f"In the average a slope counts {1 - momentum:.3g}, and the product of rate and count "
        f"should be {lr}."
    )


@exercise.check("From the average to the sum the rate comes down by as much.")
def comes_down_to_the_sum(convert_lr, rng):
    lr, momentum = drawn(rng)
    assert close(convert_lr(lr, momentum, AVERAGE, SUM), lr * (1 - momentum)), (
        f"In the average a slope counts {1 - momentum:.3g}, in the sum it counts 1."
    )


@exercise.check("Inside or outside makes no difference while the rate stands still.")
def keeps_the_rate_inside(convert_lr, rng):
    lr, momentum = drawn(rng)
    for names in ((SUM, INSIDE), (INSIDE, SUM)):
        assert close(convert_lr(lr, momentum, *names), lr), (
            f"From rest, the first step is {lr} times the slope in both."
        )


@exercise.check("The average and the rate inside translate into each other, too.")
def translates_without_the_sum(convert_lr, rng):
    lr, momentum = drawn(rng)
    counts = f"In the average a slope counts {1 - momentum:.3g}, with the rate inside it counts 1."
    assert close(convert_lr(lr, momentum, INSIDE, AVERAGE), lr / (1 - momentum)), counts
    assert close(convert_lr(lr, momentum, AVERAGE, INSIDE), lr * (1 - momentum)), counts


@exercise.check("With momentum 0 all three are plain descent, at one rate.")
def agrees_without_momentum(convert_lr, rng):
    lr, _ = drawn(rng)
    for names in ((SUM, AVERAGE), (AVERAGE, INSIDE)):
        assert close(convert_lr(lr, 0.0, *names), lr), "With momentum 0 a slope counts 1 in all."


@exercise.check("An array of rates, say a sweep, is translated at once, and is itself unchanged.")
def takes_many_rates(convert_lr, rng):
    lrs = rng.integers(1, 9, size=4) / 10
    seen = convert_lr(lrs, 0.75, SUM, AVERAGE)
    assert close(seen, 4 * lrs), "Each of them has to become 4 times as high."
    assert not convert_lr.changed


@exercise.check("A name that is none of the three gets a ValueError, whether given or wanted.")
def refuses_other_names(convert_lr, rng):
    for names in (("average", SUM), (SUM, "keras"), ("keras", "keras")):
        try:
            convert_lr(0.1, 0.75, *names)
        except AnswerRaised as error:
            if not isinstance(error.__cause__, ValueError):
                raise
        else:
            raise AssertionError("One of these names is none of the three conventions.")


NAMED = [SUM, AVERAGE, INSIDE]


@exercise.domain(
    shapes=[(), (3,), (1,)],
    corners=[
        *({"given": given, "wanted": wanted} for given in NAMED for wanted in NAMED),
        {"momentum": 0.0},
        {"given": "nesterov"},
        {"wanted": "sum"},
    ],
)
def allowed(rng, shape):
    given, wanted = rng.permutation(NAMED)[:2].tolist()
    lr, momentum = rng.uniform(0.1, 1, size=shape), rng.uniform(0.3, 0.95)
    return {"lr": lr, "momentum": momentum, "given": given, "wanted": wanted}


@exercise.picture(xlabel="momentum", ylabel="rate for the average")
def against_the_momentum(convert_lr):
    line = np.linspace(0, 0.95, 20)
    rates = [convert_lr(0.1, beta, "momentum", "averaged_momentum") for beta in line]
    return line, [float(lr) for lr in rates]


@exercise.accepts("by way of the sum")
def by_way_of_the_sum(lr, momentum, given, wanted):
    for name in (given, wanted):
        if name not in (SUM, AVERAGE, INSIDE):
            raise ValueError(f"no such convention: {name}")
    as_sum = np.array(lr, float)
    if given == AVERAGE:
        as_sum = as_sum * (1 - momentum)
    return as_sum / (1 - momentum) if wanted == AVERAGE else as_sum


@exercise.accepts("match")
def with_match(lr, momentum, given, wanted):
    lr = np.asarray(lr)
    match given, wanted:
        case ("momentum" | "scaled_momentum", "momentum" | "scaled_momentum"):
            return lr
        case ("averaged_momentum", "averaged_momentum"):
            return lr
        case ("momentum" | "scaled_momentum", "averaged_momentum"):
            return lr / (1 - momentum)
        case ("averaged_momentum", "momentum" | "scaled_momentum"):
            return lr - lr * momentum
    raise ValueError("no such convention")


def by_counts(lr, counts, given, wanted):
    """Return the rate for these counts, and refuse other names."""
    if given not in counts or wanted not in counts:
        raise ValueError("no such convention")
    return np.asarray(lr) * counts[given] / counts[wanted]


@exercise.mistake(
    "translates even where the convention stays the same: only the wanted name is asked for",
    caught_by=stays_at_home,
)
def heeds_the_wanted_alone(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}, SUM, wanted)


@exercise.mistake(
    "only asks where the rate comes from, never where it is to go", caught_by=stays_at_home
)
def heeds_the_given_alone(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}, given, SUM)


@exercise.mistake("returns the factor, not the rate", caught_by=stays_at_home)
def returns_the_factor(lr, momentum, given, wanted):
    return by_counts(1.0, {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}, given, wanted)


@exercise.mistake(
    "turns the factor round: the average's slopes count less, so its rate has to be higher",
    caught_by=goes_up_to_the_average,
)
def turns_it_round(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1 - momentum, AVERAGE: 1, INSIDE: 1 - momentum}, given, wanted)


@exercise.mistake(
    "takes momentum for 1 - momentum: in the average the slope counts what is not kept",
    caught_by=goes_up_to_the_average,
)
def takes_momentum_itself(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: momentum, INSIDE: 1}, given, wanted)


@exercise.mistake("uses 1 + momentum, which belongs to the limit", caught_by=goes_up_to_the_average)
def adds_momentum(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1 / (1 + momentum), INSIDE: 1}, given, wanted)


@exercise.mistake("takes the rate over as it is, whatever the convention",
                  caught_by=goes_up_to_the_average)  # fmt: skip
def takes_it_over(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1, INSIDE: 1}, given, wanted)


@exercise.mistake(
    "writes a tenth, which is 1 - momentum for 0.9 only", caught_by=goes_up_to_the_average
)
def writes_a_tenth(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 0.1, INSIDE: 1}, given, wanted)


@exercise.mistake("divides by 1 - momentum in both directions", caught_by=comes_down_to_the_sum)
def always_divides(lr, momentum, given, wanted):
    if given not in (SUM, AVERAGE, INSIDE) or wanted not in (SUM, AVERAGE, INSIDE):
        raise ValueError("no such convention")
    lr = np.asarray(lr)
    return lr / (1 - momentum) if (given == AVERAGE) != (wanted == AVERAGE) else lr


@exercise.mistake(
    "knows the way to the average, and not the way back", caught_by=comes_down_to_the_sum
)
def knows_one_way(lr, momentum, given, wanted):
    if given not in (SUM, AVERAGE, INSIDE) or wanted not in (SUM, AVERAGE, INSIDE):
        raise ValueError("no such convention")
    lr = np.asarray(lr)
    return lr / (1 - momentum) if wanted == AVERAGE and given != AVERAGE else lr


@exercise.mistake(
    "treats the rate inside as if it were an average: a slope counts in full there",
    caught_by=keeps_the_rate_inside,
)
def treats_inside_as_average(lr, momentum, given, wanted):
    counts = {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1 - momentum}
    return by_counts(lr, counts, given, wanted)


@exercise.mistake(
    "treats the rate inside as an average where it is wanted, and as a sum where it is given",
    caught_by=stays_at_home,
)
def averages_what_is_wanted(lr, momentum, given, wanted):
    as_sum = lr * (1 - momentum) if given == AVERAGE else lr
    return as_sum if wanted == SUM else as_sum / (1 - momentum)


@exercise.mistake(
    "treats the rate inside as an average where it is given, and as a sum where it is wanted",
    caught_by=stays_at_home,
)
def averages_what_is_given(lr, momentum, given, wanted):
    as_sum = lr if given == SUM else lr * (1 - momentum)
    return as_sum / (1 - momentum) if wanted == AVERAGE else as_sum


@exercise.mistake(
    "turns the sign for the rate inside: the minus stands in the velocity there, and a rate is "
    "never negative",
    caught_by=keeps_the_rate_inside,
)
def turns_the_sign(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1 - momentum, INSIDE: -1}, given, wanted)


@exercise.mistake("translates to and from the sum only", caught_by=translates_without_the_sum)
def needs_the_sum(lr, momentum, given, wanted):
    counts = {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}
    through = SUM in (given, wanted)
    changed = by_counts(lr, counts, given, wanted)
    return changed if through else np.asarray(lr)


@exercise.mistake(
    "takes the square root or another detour that fails at 0: divides by momentum",
    caught_by=agrees_without_momentum,
)
def fails_without_momentum(lr, momentum, given, wanted):
    counts = {SUM: momentum, AVERAGE: momentum * (1 - momentum), INSIDE: momentum}
    return by_counts(lr, counts, given, wanted)


@exercise.mistake(
    "takes one rate only: float() or an if stops at an array", caught_by=takes_many_rates
)
def takes_one_rate(lr, momentum, given, wanted):
    return float(convert_lr(lr, momentum, given, wanted))


@exercise.mistake(
    "changes the array it was given, with /= or *=: the values are right, but whoever called finds "
    "other rates afterwards",
    caught_by=takes_many_rates,
)
def changes_the_given_rates(lr, momentum, given, wanted):
    counts = {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}
    lr *= counts[given]
    lr /= counts[wanted]
    return lr


@exercise.mistake("takes any other name for the sum", caught_by=refuses_other_names)
def guesses(lr, momentum, given, wanted):
    counts = {name: 1 - momentum if name == AVERAGE else 1 for name in (given, wanted)}
    return by_counts(lr, counts, given, wanted)


@exercise.mistake(
    "refuses another name where it is given, and not where it is wanted",
    caught_by=refuses_other_names,
)
def heeds_one_name(lr, momentum, given, wanted):
    if given not in (SUM, AVERAGE, INSIDE):
        raise ValueError("no such convention")
    counts = {name: 1 - momentum if name == AVERAGE else 1 for name in (given, wanted)}
    return by_counts(lr, counts, given, wanted)


@exercise.mistake(
    "returns the rate at once where the two names are equal, known or not",
    caught_by=refuses_other_names,
)
def returns_at_once(lr, momentum, given, wanted):
    return np.asarray(lr) if given == wanted else convert_lr(lr, momentum, given, wanted)


@exercise.mistake(
    "divides by 1 - momentum without looking at the two names", caught_by=stays_at_home
)
def divides_at_once(lr, momentum, given, wanted):
    return np.asarray(lr) / (1 - momentum)


@exercise.mistake(
    "counts the rate itself as the share of the rate inside: a slope still counts in full there",
    caught_by=keeps_the_rate_inside,
)
def counts_the_rate_itself(lr, momentum, given, wanted):
    return by_counts(lr, {SUM: 1, AVERAGE: 1 - momentum, INSIDE: lr}, given, wanted)


@exercise.mistake(
    "lets a table raise its KeyError: a ValueError can say which names there are",
    caught_by=refuses_other_names,
)
def raises_a_key_error(lr, momentum, given, wanted):
    counts = {SUM: 1, AVERAGE: 1 - momentum, INSIDE: 1}
    return np.asarray(lr) * counts[given] / counts[wanted]
