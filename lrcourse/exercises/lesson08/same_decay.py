"""The same fall, in other stairs. A recipe says: times 0.1 every 30 epochs. Your batch is another
size, or your framework wants a factor for every single step, or your stairs should be shorter. The
rate should be as low as in the recipe wherever the old stairs and the new ones both have a drop.

**Predict first.** Times 0.1 every 30 steps. Which factor, once every 15 steps, does the same: 0.05,
0.2, 0.32 or 0.55?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("same_decay", points=1, minutes=8)


@exercise.solution
def same_decay(factor, steps_per_drop, new_steps_per_drop):
    """Return the factor that goes with `new_steps_per_drop`, for the same decay.

    factor              what the rate is multiplied by at every drop now, above 0
    steps_per_drop      the steps between two drops now
    new_steps_per_drop  the steps between two drops wanted: fewer or more, perhaps 1

    The same decay means: after as many steps as make whole stairs of both kinds, the rate is the
    same.
    """
    # solution: one line
    return factor ** (new_steps_per_drop / steps_per_drop)


exercise.hints = [
    "Two new stairs fit into an old one. Which factor gives 0.1 when you multiply by it twice?",
    "Each step's share of the fall is `factor ** (1 / steps_per_drop)`; a new stair has "
    "`new_steps_per_drop` such shares.",
    "Start with `factor **` and put a quotient of the two counts in brackets behind it.",
]
exercise.turned_out = "0.32, the square root of 0.1: two such drops make 0.32 times 0.32 = 0.1."


@exercise.check("With stairs as long as before, the factor stays.")
def keeps_the_factor(same_decay, rng):
    factor, steps = rng.choice([0.3, 0.6, 0.8]), int(rng.integers(2, 9))
    assert close(same_decay(factor, steps, steps), factor)


@exercise.check("With stairs half as long, two drops do what one did.")
def takes_two_for_one(same_decay, rng):
    factor, steps = rng.choice([0.3, 0.6, 0.8]), int(rng.integers(2, 6))
    new = np.squeeze(same_decay(factor, 2 * steps, steps))
    assert close(new * new, factor), f"Twice times {new:.4g} is times {new * new:.4g}."


@exercise.check("With a drop at every step, all the drops of an old stair multiply to the factor.")
def falls_at_every_step(same_decay, rng):
    factor, steps = rng.choice([0.3, 0.6, 0.8]), int(rng.integers(3, 40))
    new = np.squeeze(same_decay(factor, steps, 1))
    assert close(new**steps, factor), f"{steps} times {new:.4g} is times {new**steps:.4g}."


@exercise.check("With stairs three times as long, one drop does what three did.")
def takes_one_for_three(same_decay, rng):
    factor, steps = rng.choice([0.3, 0.6, 0.8]), int(rng.integers(2, 9))
    assert close(same_decay(factor, steps, 3 * steps), factor**3)


@exercise.check("It need not come out even: from stairs of 20 to stairs of 30.")
def need_not_come_out_even(same_decay, rng):
    root = rng.choice([0.5, 0.7, 0.9])
    assert close(same_decay(root**2, 20, 30), root**3), (
        f"After 60 steps, which make three drops of the one kind and two of the other, "
        f"{root**6:.4g} of the rate is left."
    )


@exercise.domain(
    corners=[{"new_steps_per_drop": 1}, {"steps_per_drop": 1}, {"factor": 1.0}, {"factor": 2}]
)
def allowed(rng):
    factor, (old, new) = rng.uniform(0.2, 0.9), rng.integers(2, 40, size=2).tolist()
    return {"factor": factor, "steps_per_drop": old, "new_steps_per_drop": new}


@exercise.picture(xlabel="new steps between drops", ylabel="factor")
def against_the_stairs(same_decay):
    steps = np.arange(1, 61)
    return steps, [float(same_decay(0.1, 30, int(new))) for new in steps]


@exercise.accepts("logarithms")
def by_logarithms(factor, steps_per_drop, new_steps_per_drop):
    return np.exp(np.log(factor) / steps_per_drop * new_steps_per_drop)


@exercise.accepts("step by step")
def step_by_step(factor, steps_per_drop, new_steps_per_drop):
    each, left = factor ** (1 / steps_per_drop), 1.0
    for _ in range(new_steps_per_drop):
        left *= each
    return left


@exercise.mistake(
    "forgets brackets: factor ** new / old divides the power, not the exponent",
    caught_by=keeps_the_factor,
)
def forgets_brackets(factor, steps_per_drop, new_steps_per_drop):
    return factor**new_steps_per_drop / steps_per_drop


@exercise.mistake(
    "takes the difference of the two counts where their quotient belongs",
    caught_by=keeps_the_factor,
)
def takes_the_difference(factor, steps_per_drop, new_steps_per_drop):
    return factor ** (new_steps_per_drop - steps_per_drop)


@exercise.mistake("forgets the new stairs: the factor of a single step", caught_by=keeps_the_factor)
def gives_the_factor_of_a_step(factor, steps_per_drop, new_steps_per_drop):
    return factor ** (1 / steps_per_drop)


@exercise.mistake(
    "raises the factor to the number of new steps, as if it fell at each",
    caught_by=keeps_the_factor,
)
def falls_at_each(factor, steps_per_drop, new_steps_per_drop):
    return factor**new_steps_per_drop


@exercise.mistake(
    "divides the factor: half of 0.1 every 15 steps falls much faster", caught_by=takes_two_for_one
)
def divides_the_factor(factor, steps_per_drop, new_steps_per_drop):
    return factor * new_steps_per_drop / steps_per_drop


@exercise.mistake(
    "multiplies the factor by how many new stairs fit into an old one", caught_by=takes_two_for_one
)
def multiplies_the_factor(factor, steps_per_drop, new_steps_per_drop):
    return factor * steps_per_drop / new_steps_per_drop


@exercise.mistake(
    "shares out evenly what a drop takes: half of 90 %, not the root of the 10 % that are left",
    caught_by=takes_two_for_one,
)
def shares_out_the_loss(factor, steps_per_drop, new_steps_per_drop):
    return 1 - (1 - factor) * new_steps_per_drop / steps_per_drop


@exercise.mistake(
    "has the quotient upside down: shorter stairs need a factor nearer to 1",
    caught_by=takes_two_for_one,
)
def turns_it_over(factor, steps_per_drop, new_steps_per_drop):
    return factor ** (steps_per_drop / new_steps_per_drop)


@exercise.mistake(
    "divides the counts with //: nothing is left of a half", caught_by=takes_two_for_one
)
def leaves_out_the_rest(factor, steps_per_drop, new_steps_per_drop):
    return factor ** (new_steps_per_drop // steps_per_drop)


@exercise.mistake("returns the old factor", caught_by=takes_two_for_one)
def returns_the_old(factor, steps_per_drop, new_steps_per_drop):
    return factor


@exercise.mistake("takes the square root, whatever the stairs", caught_by=falls_at_every_step)
def takes_the_square_root(factor, steps_per_drop, new_steps_per_drop):
    return factor**0.5 if new_steps_per_drop < steps_per_drop else factor


@exercise.mistake(
    "knows shorter stairs only, and leaves the factor as it is for longer ones",
    caught_by=takes_one_for_three,
)
def knows_shorter_stairs(factor, steps_per_drop, new_steps_per_drop):
    return factor ** min(new_steps_per_drop / steps_per_drop, 1)


@exercise.mistake(
    "counts whole stairs only where the new ones are longer", caught_by=need_not_come_out_even
)
def counts_whole_stairs(factor, steps_per_drop, new_steps_per_drop):
    if new_steps_per_drop > steps_per_drop:
        return factor ** (new_steps_per_drop // steps_per_drop)
    return factor ** (new_steps_per_drop / steps_per_drop)


@exercise.mistake(
    "rounds the quotient of the two counts where the new stairs are longer",
    caught_by=need_not_come_out_even,
)
def rounds_the_quotient(factor, steps_per_drop, new_steps_per_drop):
    if new_steps_per_drop > steps_per_drop:
        return factor ** round(new_steps_per_drop / steps_per_drop)
    return factor ** (new_steps_per_drop / steps_per_drop)
