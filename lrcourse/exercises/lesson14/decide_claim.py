"""Somebody claims that A reads more digits than B, and nobody has decided it for you. You can ask
either for its score, seed by seed; a seed draws start and mini-batches, and its luck falls on both
alike. Write the experiment, and a rule for when it says nothing.

Your rule is tried on 20 claims whose truth we planted: some hold, some fail, and in some there is
no difference at all. A true verdict counts 1, a false one takes 1 away, and "cannot tell" counts 0.
Who always says the same ends at 0 or below.

**Predict first.** The luck of a seed is ten times as large as the difference. Can eight seeds
decide?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import from_code

exercise = Exercise("decide_claim", points=3, minutes=20)


@exercise.solution
def decide_claim(a, b, seeds):
    """Return what becomes of the claim that `a` scores higher than `b`.

    a, b   functions `seed -> score`; higher is better
    seeds  whole numbers, two or more; ask both functions once for each

    Take the differences `a(seed) - b(seed)`. Their standard error is their standard deviation
    (divide by n - 1) over the square root of n. If their mean is at most two standard errors away
    from 0, return `"cannot tell"`; else `"holds"` if it is above 0, and `"fails"` if it is below.
    """
    # solution: four or five lines
    differences = np.array([a(seed) - b(seed) for seed in seeds])
    error = differences.std(ddof=1) / np.sqrt(len(differences))
    if abs(differences.mean()) <= 2 * error:
        return "cannot tell"
    return "holds" if differences.mean() > 0 else "fails"


exercise.hints = [
    "What do the two scores of one seed share, and what is left of it in their difference?",
    "Collect `a(seed) - b(seed)` for each seed; compare `differences.mean()` with two times "
    "`differences.std(ddof=1) / np.sqrt(len(differences))`.",
    "Start with `differences = np.array([a(seed) - b(seed) for seed in seeds])`.",
]
exercise.turned_out = (
    "yes, if both are asked with the same seeds: the luck is in both scores, and their difference "
    "is free of it."
)


def scores(base, per_seed):
    """Return a function that looks its score up, seed by seed."""
    return from_code(f"lambda seed: {base} + {np.asarray(per_seed).tolist()}[int(seed)]")


@exercise.check("A difference that every seed shows holds; the other way round it fails.")
def sees_a_difference(decide_claim, rng):
    for luck in (np.zeros(8), rng.normal(0, 5, size=8).round(1)):
        better, worse = scores(0.5, luck + [0.1, -0.1] * 4), scores(0.0, luck)
        for a, b, verdict in ((better, worse, "holds"), (worse, better, "fails")):
            seen = decide_claim(a, b, range(8))
            assert seen == verdict, f"Where every seed shows the same sign it {verdict}."


@exercise.check("Without any difference it cannot tell.")
def admits_ignorance(decide_claim, rng):
    swing = rng.uniform(0.5, 2) * np.array([1, -1, 1, -1, 1, -1])
    seen = decide_claim(scores(1.0, swing), scores(1.0, np.zeros(6)), range(6))
    assert seen == "cannot tell", "The differences cancel to the last digit."


@exercise.check("Two standard errors are the limit, and n - 1 stands under the deviation.")
def keeps_two_errors(decide_claim, rng):
    step = rng.uniform(0.5, 2)
    spread = step * np.array([-1.0, 1.0, -1.0, 1.0])  # its standard error is step / sqrt(3)
    for times, verdict in ((0.8, "cannot tell"), (1.1, "cannot tell"), (1.2, "holds")):
        shift = times * step  # two errors are 1.155 steps
        seen = decide_claim(scores(shift, spread), scores(0.0, np.zeros(4)), [0, 1, 2, 3])
        assert seen == verdict, f"The mean is {times * 3**0.5:.2f} standard errors above 0."


@exercise.check("Over 20 claims with a planted truth, true verdicts minus false ones come to 10.")
def decides_planted_claims(decide_claim, rng):
    score = 0
    for truth in rng.permutation(["holds"] * 5 + ["fails"] * 5 + ["no difference"] * 10):
        size = {"holds": 1.0, "fails": -1.0, "no difference": 0.0}[truth]
        luck, own = rng.normal(0, 10, size=30).round(1), rng.normal(size=30)
        ours = (luck + size + 1.2 * (own - own.mean()) / own.std()).round(2)
        seen = decide_claim(scores(0.0, ours), scores(0.0, luck), range(30))
        score += 0 if seen == "cannot tell" else 1 if seen == truth else -1
    assert score >= 10, f"True verdicts minus false ones: {score}."


@exercise.domain(
    corners=[
        *({"seeds": seeds} for seeds in ([3, 1], range(3), [7, 6, 5], (0, 2, 4, 5))),
        {"a": scores(0.0, np.ones(8)), "b": scores(1.0, np.zeros(8))},
        {"a": scores(0.0, [3.0, 1.0]), "b": scores(0.0, [0.0, 0.0]), "seeds": range(2)},
    ]
)
def allowed(rng):
    luck, gaps = rng.normal(0, 5, size=8).round(1), rng.normal(0.7, 1.0, size=8)
    return {"a": scores(0.0, (luck + gaps).round(2)), "b": scores(0.0, luck), "seeds": range(8)}


@exercise.accepts("sums in a loop")
def by_a_loop(a, b, seeds):
    gaps = []
    for seed in seeds:
        gaps.append(float(a(seed)) - float(b(seed)))
    n = len(gaps)
    mean = sum(gaps) / n
    variance = sum((gap - mean) ** 2 for gap in gaps) / (n - 1)
    if mean * mean <= 4 * variance / n:
        return "cannot tell"
    return "holds" if mean > 0 else "fails"


@exercise.accepts("one comparison at each end")
def by_bounds(a, b, seeds):
    gaps = [a(seed) - b(seed) for seed in seeds]
    low, high = (np.mean(gaps) + s * 2 * np.std(gaps, ddof=1) / len(gaps) ** 0.5 for s in (-1, 1))
    return "holds" if low > 0 else "fails" if high < 0 else "cannot tell"


@exercise.mistake("always finds that it holds", caught_by=sees_a_difference)
def says_yes(a, b, seeds):
    return "holds"


@exercise.mistake("never decides", caught_by=sees_a_difference)
def never_tells(a, b, seeds):
    return "cannot tell"


@exercise.mistake(
    "adds up the errors of both scores: the luck they share drowns the difference",
    caught_by=sees_a_difference,
)
def does_not_pair(a, b, seeds):
    ours, theirs = np.array([a(s) for s in seeds]), np.array([b(s) for s in seeds])
    error = np.sqrt((ours.var(ddof=1) + theirs.var(ddof=1)) / len(ours))
    gap = ours.mean() - theirs.mean()
    return "cannot tell" if abs(gap) <= 2 * error else "holds" if gap > 0 else "fails"


@exercise.mistake("turns the claim round: b minus a", caught_by=sees_a_difference)
def turns_it_round(a, b, seeds):
    gaps = np.array([b(seed) - a(seed) for seed in seeds])
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    return (
        "cannot tell" if abs(gaps.mean()) <= 2 * error else "holds" if gaps.mean() > 0 else "fails"
    )


@exercise.mistake("looks at the sign of the mean alone", caught_by=admits_ignorance)
def trusts_the_mean(a, b, seeds):
    return "holds" if np.mean([a(seed) - b(seed) for seed in seeds]) >= 0 else "fails"


@exercise.mistake(
    "takes the deviation for the error, without the root of n", caught_by=keeps_two_errors
)
def forgets_the_root(a, b, seeds):
    gaps = np.array([a(seed) - b(seed) for seed in seeds])
    if abs(gaps.mean()) <= 2 * gaps.std(ddof=1):
        return "cannot tell"
    return "holds" if gaps.mean() > 0 else "fails"


@exercise.mistake(
    "divides by n under the deviation: with four seeds that is too sure", caught_by=keeps_two_errors
)
def divides_by_n(a, b, seeds):
    gaps = np.array([a(seed) - b(seed) for seed in seeds])
    error = gaps.std() / np.sqrt(len(gaps))
    if abs(gaps.mean()) <= 2 * error:
        return "cannot tell"
    return "holds" if gaps.mean() > 0 else "fails"


@exercise.mistake("stops at one standard error", caught_by=keeps_two_errors)
def stops_at_one(a, b, seeds):
    gaps = np.array([a(seed) - b(seed) for seed in seeds])
    error = gaps.std(ddof=1) / np.sqrt(len(gaps))
    if abs(gaps.mean()) <= error:
        return "cannot tell"
    return "holds" if gaps.mean() > 0 else "fails"


@exercise.mistake(
    "stops as soon as two errors are reached: who looks often enough sees luck go either way",
    caught_by=decides_planted_claims,
)
def stops_when_it_likes(a, b, seeds):
    gaps = []
    for seed in seeds:
        gaps.append(a(seed) - b(seed))
        if len(gaps) > 1 and abs(np.mean(gaps)) > 2 * np.std(gaps, ddof=1) / len(gaps) ** 0.5:
            return "holds" if np.mean(gaps) > 0 else "fails"
    return "cannot tell"
