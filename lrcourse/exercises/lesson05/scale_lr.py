"""Twice the batch, which rate? Somebody tuned a rate for one batch size, and your machine holds
another. The linear rule multiplies the rate by what the batch was multiplied by; for Adam (lesson
11) people use the root of that. Neither rule knows of the cliff, so the ceiling has the last word:
a rate that no batch, however large, makes stable.

**Predict first.** Rate 0.1 was tuned for batch 256; yours is 64. Which rate does the linear rule
say, and which the root?
"""

import numpy as np

from lrcourse.checks.calls import AnswerRaised
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("scale_lr", points=1, minutes=10)


@exercise.solution
def scale_lr(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    """Return the rate for another batch size.

    lr              the rate that was tuned for `batch_size`
    new_batch_size  the batch size to come: a number, or an array of them
    rule            "linear": the rate grows with the batch; "sqrt": with the root of the batch
    ceiling         no rate above this is returned

    A rate for each new batch size. Raise a ValueError for any other `rule`.
    """
    # solution: about five lines
    if rule not in ("linear", "sqrt"):
        raise ValueError(f"rule must be linear or sqrt, got {rule}")
    ratio = np.asarray(new_batch_size) / batch_size
    scaled = lr * (ratio if rule == "linear" else np.sqrt(ratio))
    return np.minimum(scaled, ceiling)


exercise.hints = [
    "Your batch is four times as large. By what is the rate multiplied? And if it is a quarter?",
    "Three steps in this order: the ratio of the batches, new over old; its root if the rule is "
    '"sqrt"; and `np.minimum` with the ceiling at the end, for it takes arrays.',
    "Start with `ratio = np.asarray(new_batch_size) / batch_size`.",
]
exercise.turned_out = (
    "0.025 by the linear rule and 0.05 by the root: a quarter of the batch is a quarter of the "
    "rate, or half of it."
)


@exercise.check("The linear rule: twice the batch, twice the rate.")
def doubles_with_the_batch(scale_lr, rng):
    lr, batch = rng.integers(2, 9) / 10, 2 ** rng.integers(4, 7)
    assert close(scale_lr(lr, batch, 2 * batch), 2 * lr), "The rate was tuned for half the batch."


@exercise.check("A smaller batch gets a lower rate.")
def shrinks_with_the_batch(scale_lr, rng):
    lr = rng.integers(2, 9) / 10
    assert close(scale_lr(lr, 256, 32), lr / 8), "The new batch is an eighth of the old."


@exercise.check("The rule sqrt: nine times the batch, three times the rate.")
def follows_the_root(scale_lr, rng):
    lr, batch = rng.integers(2, 9) / 10, int(rng.integers(2, 9))
    assert close(scale_lr(lr, batch, 9 * batch, rule="sqrt"), 3 * lr), (
        f"Nine times the batch: {3 * lr:g}."
    )
    assert close(scale_lr(lr, 16 * batch, batch, rule="sqrt"), lr / 4), (
        "The new batch is a sixteenth of the old."
    )


@exercise.check("The ceiling has the last word, by either rule, and changes nothing below it.")
def stops_at_the_ceiling(scale_lr, rng):
    assert close(scale_lr(4.0, 64, 8, ceiling=2.0), 0.5), (
        "The old rate lies above the ceiling, an eighth of it below, and that is the new one."
    )
    lr = rng.integers(2, 5) / 10
    assert close(scale_lr(lr, 8, 128, ceiling=3.0), 3.0), "Sixteen times the rate lies above it."
    assert close(scale_lr(lr, 8, 128, rule="sqrt", ceiling=1.5 * lr), 1.5 * lr), (
        "Four times the rate lies above it."
    )


@exercise.check("Many new batch sizes at once: one rate for each.")
def takes_many_batches(scale_lr, rng):
    lr = rng.integers(2, 9) / 10
    batches = np.array([4, 16, 64, 1024])
    assert close(scale_lr(lr, 16, batches, ceiling=10 * lr), lr * np.array([0.25, 1, 4, 10]))


@exercise.check("A rule that nobody knows is refused with a ValueError, not guessed.")
def refuses_an_unknown_rule(scale_lr, rng):
    try:
        scale_lr(0.1, 32, 64, rule="cubic")
    except AnswerRaised as error:
        if not isinstance(error.__cause__, ValueError):
            raise
    else:
        raise AssertionError("There is no such rule.")


@exercise.domain(
    shapes=[(3,), (), (1,)],
    corners=[
        {"rule": "sqrt"},
        {"rule": "linear", "ceiling": 0.3},
        {"rule": "cube"},
        {"new_batch_size": np.array([8, 64, 1000]), "ceiling": 0.3},
    ],
)
def allowed(rng, shape):
    new = rng.integers(8, 512, size=shape)
    rule, batch_size = rng.choice(["linear", "sqrt"]).item(), int(rng.integers(8, 65))
    return {"lr": 0.1, "batch_size": batch_size, "new_batch_size": new, "rule": rule, "ceiling": 2}


@exercise.picture(xlabel="batch size", ylabel="rate, at most 1")
def against_the_batch(scale_lr):
    sizes = np.arange(8, 513, 8)
    return sizes, np.asarray(scale_lr(0.1, 32, sizes, "linear", 1.0), float)


@exercise.accepts("one rate at a time")
def one_at_a_time(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    powers = {"linear": 1, "sqrt": 0.5}
    if rule not in powers:
        raise ValueError("the rules are " + ", ".join(powers))
    if np.ndim(new_batch_size):
        return [one_at_a_time(lr, batch_size, new, rule, ceiling) for new in new_batch_size]
    return min(lr * (new_batch_size / batch_size) ** powers[rule], ceiling)


@exercise.accepts("match")
def with_match(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    new = np.array(new_batch_size, float)
    match rule:
        case "linear":
            lr = lr * new / batch_size
        case "sqrt":
            lr = lr * np.sqrt(new) / np.sqrt(batch_size)
        case _:
            raise ValueError(rule)
    return np.where(lr > ceiling, ceiling, lr)


def scaled(lr, ratio, rule, ceiling):
    """Return the rate for a ratio of batches, under the ceiling."""
    if rule not in ("linear", "sqrt"):
        raise ValueError(rule)
    return np.minimum(lr * np.asarray(ratio) ** (1 if rule == "linear" else 0.5), ceiling)


@exercise.mistake(
    "turns the ratio round: old over new, so that a larger batch gets a lower rate",
    caught_by=doubles_with_the_batch,
)
def turns_the_ratio_round(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, batch_size / np.asarray(new_batch_size), rule, ceiling)


@exercise.mistake(
    "multiplies by the new batch and forgets the old one", caught_by=doubles_with_the_batch
)
def forgets_the_old_batch(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, np.asarray(new_batch_size), rule, ceiling)


@exercise.mistake(
    "takes the root whatever the rule, because the noise shrinks with the root of the batch",
    caught_by=doubles_with_the_batch,
)
def takes_the_root_always(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, np.asarray(new_batch_size) / batch_size, "sqrt", ceiling)


@exercise.mistake("returns the factor, not the rate", caught_by=doubles_with_the_batch)
def returns_the_factor(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(1.0, np.asarray(new_batch_size) / batch_size, rule, ceiling)


@exercise.mistake("returns the rate it was given", caught_by=doubles_with_the_batch)
def changes_nothing(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, np.ones(np.shape(new_batch_size)), rule, ceiling)


@exercise.mistake(
    "never goes below the old rate: a smaller batch needs a lower one",
    caught_by=shrinks_with_the_batch,
)
def never_shrinks(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    ratio = np.maximum(np.asarray(new_batch_size) / batch_size, 1)
    return scaled(lr, ratio, rule, ceiling)


@exercise.mistake(
    "divides whole numbers with //, which is 0 for a smaller batch",
    caught_by=shrinks_with_the_batch,
)
def divides_whole_numbers(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, np.asarray(new_batch_size) // batch_size, rule, ceiling)


@exercise.mistake("follows the linear rule whatever it is told", caught_by=follows_the_root)
def knows_one_rule(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    if rule not in ("linear", "sqrt"):
        raise ValueError(rule)
    return scaled(lr, np.asarray(new_batch_size) / batch_size, "linear", ceiling)


@exercise.mistake(
    "takes the root of the new batch and divides by the old one: the root is that of the ratio",
    caught_by=follows_the_root,
)
def takes_the_root_of_the_new_batch(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    new = np.asarray(new_batch_size)
    if rule == "sqrt":
        return np.minimum(lr * np.sqrt(new) / batch_size, ceiling)
    return scaled(lr, new / batch_size, rule, ceiling)


@exercise.mistake("takes the root of the rate as well as of the ratio", caught_by=follows_the_root)
def takes_the_root_of_the_rate(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    if rule == "sqrt":
        lr = np.sqrt(lr)
    return scaled(lr, np.asarray(new_batch_size) / batch_size, rule, ceiling)


@exercise.mistake("squares the ratio where the root is asked for", caught_by=follows_the_root)
def squares_the_ratio(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    ratio = np.asarray(new_batch_size) / batch_size
    return scaled(lr, ratio**4 if rule == "sqrt" else ratio, rule, ceiling)


@exercise.mistake("leaves the ceiling out", caught_by=stops_at_the_ceiling)
def leaves_the_ceiling_out(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(lr, np.asarray(new_batch_size) / batch_size, rule, np.inf)


@exercise.mistake(
    "takes the larger of rate and ceiling, where the smaller is asked for",
    caught_by=doubles_with_the_batch,
)
def takes_the_larger(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    rate = scaled(lr, np.asarray(new_batch_size) / batch_size, rule, np.inf)
    return np.maximum(rate, ceiling)


@exercise.mistake(
    "puts the ceiling on the old rate and scales afterwards", caught_by=stops_at_the_ceiling
)
def lowers_before_scaling(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return scaled(min(lr, ceiling), np.asarray(new_batch_size) / batch_size, rule, np.inf)


@exercise.mistake("puts the ceiling on the factor, not on the rate", caught_by=stops_at_the_ceiling)
def limits_the_factor(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return lr * scaled(1.0, np.asarray(new_batch_size) / batch_size, rule, ceiling)


@exercise.mistake("knows the ceiling by the linear rule only", caught_by=stops_at_the_ceiling)
def forgets_the_ceiling_for_the_root(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    ratio = np.asarray(new_batch_size) / batch_size
    return scaled(lr, ratio, rule, ceiling if rule == "linear" else np.inf)


@exercise.mistake(
    "compares a whole array with the ceiling by min or if; np.minimum takes each rate for itself",
    caught_by=takes_many_batches,
)
def compares_with_min(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    return min(scaled(lr, np.asarray(new_batch_size) / batch_size, rule, np.inf), ceiling)


@exercise.mistake(
    "takes any rule that is not linear for the root", caught_by=refuses_an_unknown_rule
)
def guesses_the_root(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    ratio = np.asarray(new_batch_size) / batch_size
    return scaled(lr, ratio, "linear" if rule == "linear" else "sqrt", ceiling)


@exercise.mistake(
    "takes any rule that is not sqrt for the linear one", caught_by=refuses_an_unknown_rule
)
def guesses_the_linear_rule(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    ratio = np.asarray(new_batch_size) / batch_size
    return scaled(lr, ratio, "sqrt" if rule == "sqrt" else "linear", ceiling)


@exercise.mistake("returns None for a rule it does not know", caught_by=refuses_an_unknown_rule)
def returns_none(lr, batch_size, new_batch_size, rule="linear", ceiling=np.inf):
    if rule in ("linear", "sqrt"):
        return scaled(lr, np.asarray(new_batch_size) / batch_size, rule, ceiling)
