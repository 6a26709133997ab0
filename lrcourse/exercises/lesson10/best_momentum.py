"""As much memory as it takes. With too little momentum the flattest direction creeps; with too
much, everything rings. In between there is a momentum at which a direction is about to ring and
does not yet: `(1 - sqrt(lr * curvature))**2`. A bowl has many curvatures, each with such a border
of its own, and one momentum for all of them.

**Predict first.** Curvatures 1 and 25, rate 0.04. Which of the two sets the best momentum, and is
it nearer to 0, to 0.5 or to 1?
"""

import numpy as np

from lrcourse.checks.calls import AnswerRaised
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts

exercise = Exercise("best_momentum", points=2, minutes=15, core=False)


@exercise.solution
def best_momentum(lr, curvatures):
    """Return `(momentum, factor)`: the best momentum for a bowl at this rate, and what it achieves.

    lr          the learning rate, above 0
    curvatures  all of the bowl's, above 0: a list or an array, in any order

    momentum  that at which the slowest direction shrinks fastest: the smallest one at which every
              direction is at its border, `(1 - sqrt(lr * curvature))**2`, or beyond it
    factor    what a step leaves of the distance then, in the long run: the root of the momentum

    Raise a ValueError if that momentum is 1 or more: at such a rate nothing helps.
    """
    # solution: four lines
    factor = np.max(np.abs(1 - np.sqrt(lr * np.asarray(curvatures))))
    if factor >= 1:
        raise ValueError(f"no momentum below 1 is stable at rate {lr}")
    return factor**2, factor


exercise.hints = [
    "A direction shrinks by the root of the momentum once it is at its border or beyond. Which "
    "direction needs the most momentum to get there?",
    "Compute the border for each curvature and take the largest. At high rates it is the steepest "
    "direction's, so look at all of them, or at both ends.",
    "Start with `factor = np.max(np.abs(1 - np.sqrt(lr * np.asarray(curvatures))))`.",
]
exercise.turned_out = (
    "the flattest, with (1 - 0.2)**2 = 0.64, nearer to 0.5 than to 1. The steepest, at lr * "
    "curvature = 1, would do with 0."
)


def borders(lr, curvatures):
    """Say where the borders of the directions are."""
    values = (1 - np.sqrt(lr * np.asarray(curvatures, float))) ** 2
    return (
        "The borders of its directions are " + ", ".join(f"{value:.4g}" for value in values) + "."
    )


@exercise.check("With one curvature alone it is (1 - sqrt(lr * curvature))**2.")
def stands_at_the_border(best_momentum, rng):
    curvature, root = float(rng.choice([4, 9, 16])), float(rng.choice([0.2, 0.3, 0.4]))
    lr = root**2 / curvature
    momentum, _ = parts(best_momentum(lr, [curvature]), "momentum", "factor")
    assert close(momentum, (1 - root) ** 2), f"The root of lr * curvature is {root:.3g}."


@exercise.check("The factor is what a step leaves of the distance: the root of the momentum.")
def says_what_a_step_leaves(best_momentum, rng):
    root = float(rng.choice([0.2, 0.3, 0.4]))
    momentum, factor = parts(best_momentum(root**2, [1.0]), "momentum", "factor")
    assert close(factor, 1 - root), f"The momentum is {(1 - root) ** 2:.3g}."


@exercise.check("At a modest rate the flattest direction sets it: it needs the most.")
def heeds_the_flattest(best_momentum, rng):
    curvatures = [1.0, int(rng.integers(4, 7)), 25.0, 36.0]
    momentum, factor = parts(best_momentum(0.04, curvatures), "momentum", "factor")
    assert close(momentum, 0.64) and close(factor, 0.8), borders(0.04, curvatures)


@exercise.check("At a high rate, between 2 / L and 4 / L, the steepest sets it: no error yet.")
def heeds_the_steepest(best_momentum, rng):
    root = float(rng.choice([1.8, 1.9]))
    curvatures = [9.0, 4.0, 16.0]
    lr = root**2 / 16
    momentum, factor = parts(best_momentum(lr, curvatures), "momentum", "factor")
    assert close(momentum, (root - 1) ** 2) and close(factor, root - 1), borders(lr, curvatures)


@exercise.check("The curvatures may come in any order.")
def takes_any_order(best_momentum, rng):
    curvatures = [float(each) for each in rng.permutation([4.0, 9.0])]
    for order in ([16.0, *curvatures, 1.0], [*curvatures, 1.0, 16.0], [9.0, 16.0, 1.0, 4.0]):
        momentum, factor = parts(best_momentum(0.04, order), "momentum", "factor")
        assert close(momentum, 0.64) and close(factor, 0.8), borders(0.04, order)


def refused(best_momentum, lr, steep):
    """Assert that the answer raises a ValueError at this rate."""
    try:
        best_momentum(lr, [1.0, steep])
    except AnswerRaised as error:
        if not isinstance(error.__cause__, ValueError):
            raise
    else:
        raise AssertionError(f"lr * curvature is {lr * steep:.3g} in the steepest direction.")


@exercise.check("Beyond 4 / L no momentum below 1 is stable, and a ValueError says so.")
def refuses_beyond_four(best_momentum, rng):
    steep = float(rng.integers(4, 9))
    for lr in (4.5 / steep, 9 / steep):
        refused(best_momentum, lr, steep)


@exercise.check("At 4 / L itself the momentum would be 1, and a ValueError says so, too.")
def refuses_four(best_momentum, rng):
    refused(best_momentum, 0.25, 16.0)


@exercise.domain(
    shapes=[(4,), (1,), (2,)],
    corners=[
        {"lr": 4.0, "curvatures": np.array([1.0])},
        {"lr": 1.0, "curvatures": np.array([1.0])},
        {"lr": 5.0, "curvatures": np.array([1.0, 0.1])},
    ],
    lists=["curvatures"],
    zeros=[],
)
def allowed(rng, shape):
    return {"lr": rng.uniform(0.05, 0.6), "curvatures": rng.uniform(0.2, 1.5, size=shape)}


@exercise.picture(xlabel="rate, for curvatures 1 and 10", ylabel="best momentum")
def against_the_rate(best_momentum):
    rates = np.linspace(0.01, 0.39, 39)
    return rates, [float(best_momentum(lr, np.array([1.0, 10.0]))[0]) for lr in rates]


@exercise.accepts("loops")
def with_a_loop(lr, curvatures):
    momentum = 0.0
    for curvature in curvatures:
        border = (1 - (lr * curvature) ** 0.5) ** 2
        if border > momentum:
            momentum = border
    if momentum >= 1:
        raise ValueError("too high a rate")
    return momentum, momentum**0.5


@exercise.accepts("both ends")
def at_both_ends(lr, curvatures):
    flat, steep = np.sqrt(lr * np.min(curvatures)), np.sqrt(lr * np.max(curvatures))
    factor = max(1 - flat, steep - 1)
    if not factor < 1:
        raise ValueError("too high a rate")
    return factor * factor, factor


def with_border(lr, curvatures, border, choose=np.max):
    """Return an answer made of another border, or of another choice among the borders."""
    momentum = choose(border(lr * np.asarray(curvatures, float)))
    if momentum >= 1:
        raise ValueError("too high a rate")
    return momentum, np.sqrt(momentum)


@exercise.mistake("forgets to square: 1 - root is the factor", caught_by=stands_at_the_border)
def forgets_the_square(lr, curvatures):
    _, factor = best_momentum(lr, curvatures)
    return factor, np.sqrt(factor)


@exercise.mistake("returns the factor first", caught_by=stands_at_the_border)
def returns_the_factor_first(lr, curvatures):
    return best_momentum(lr, curvatures)[::-1]


@exercise.mistake("forgets the root of lr * curvature", caught_by=stands_at_the_border)
def forgets_the_root(lr, curvatures):
    return with_border(lr, curvatures, lambda product: (1 - product) ** 2)


@exercise.mistake(
    "takes 1 - lr * curvature, plain descent's factor, for the momentum",
    caught_by=stands_at_the_border,
)
def takes_the_plain_factor(lr, curvatures):
    return with_border(lr, curvatures, lambda product: np.abs(1 - product))


@exercise.mistake(
    "takes the root of the curvature alone: lr belongs under it", caught_by=stands_at_the_border
)
def takes_the_root_of_the_curvature(lr, curvatures):
    factor = np.max(np.abs(1 - lr * np.sqrt(np.asarray(curvatures, float))))
    return factor**2, factor


@exercise.mistake(
    "gives Nesterov's best momentum, (1 - root) / (1 + root)", caught_by=stands_at_the_border
)
def gives_nesterovs(lr, curvatures):
    return with_border(lr, curvatures, lambda p: np.abs(1 - np.sqrt(p)) / (1 + np.sqrt(p)))


@exercise.mistake(
    "gives momentum and factor of the best *pair*, and pays no heed to the rate",
    caught_by=stands_at_the_border,
)
def gives_the_best_pair(lr, curvatures):
    roots = np.sqrt([np.min(curvatures), np.max(curvatures)])
    factor = (roots[1] - roots[0]) / (roots[1] + roots[0])
    return factor**2, factor


@exercise.mistake("squares the momentum where its root belongs", caught_by=says_what_a_step_leaves)
def squares_the_momentum(lr, curvatures):
    momentum, _ = best_momentum(lr, curvatures)
    return momentum, momentum**2


@exercise.mistake("returns the momentum twice", caught_by=says_what_a_step_leaves)
def returns_the_momentum_twice(lr, curvatures):
    momentum, _ = best_momentum(lr, curvatures)
    return momentum, momentum


@exercise.mistake(
    "gives what a step takes away, not what it leaves", caught_by=says_what_a_step_leaves
)
def gives_what_a_step_takes(lr, curvatures):
    momentum, factor = best_momentum(lr, curvatures)
    return momentum, 1 - factor


@exercise.mistake(
    "takes the smallest border, at which every other direction still creeps",
    caught_by=heeds_the_flattest,
)
def takes_the_smallest_border(lr, curvatures):
    return with_border(lr, curvatures, lambda product: (1 - np.sqrt(product)) ** 2, np.min)


@exercise.mistake("looks at the steepest direction only", caught_by=heeds_the_flattest)
def looks_at_the_steepest(lr, curvatures):
    return best_momentum(lr, [np.max(curvatures)])


@exercise.mistake("averages the borders", caught_by=heeds_the_flattest)
def averages_the_borders(lr, curvatures):
    return with_border(lr, curvatures, lambda product: (1 - np.sqrt(product)) ** 2, np.mean)


@exercise.mistake("averages the curvatures first", caught_by=heeds_the_flattest)
def averages_the_curvatures(lr, curvatures):
    return best_momentum(lr, [np.mean(curvatures)])


@exercise.mistake(
    "looks at the flattest direction only, or takes 1 - root without its size: at high rates it is "
    "negative in the steepest direction, and large",
    caught_by=heeds_the_steepest,
)
def looks_at_the_flattest(lr, curvatures):
    return best_momentum(lr, [np.min(curvatures)])


@exercise.mistake(
    "looks at the first curvature only, `curvatures[0]`, which need not be the one that counts",
    caught_by=heeds_the_steepest,
)
def looks_at_the_first(lr, curvatures):
    return best_momentum(lr, [curvatures[0]])


@exercise.mistake(
    "refuses every rate from 2 / L on, plain descent's limit: a best momentum exists below 4 / L",
    caught_by=heeds_the_steepest,
)
def refuses_from_two_on(lr, curvatures):
    if lr * np.max(curvatures) >= 2:
        raise ValueError(f"no momentum below 1 is stable at rate {lr}")
    return best_momentum(lr, curvatures)


@exercise.mistake(
    "multiplies a list by the rate: take `np.asarray(curvatures)`, which can be multiplied",
    caught_by=stands_at_the_border,
)
def multiplies_a_list(lr, curvatures):
    factor = np.max(np.abs(1 - np.sqrt(lr * curvatures)))
    return factor**2, factor


@exercise.mistake(
    "relies on the order: the flattest need not come first, nor the steepest last",
    caught_by=takes_any_order,
)
def relies_on_the_order(lr, curvatures):
    return best_momentum(lr, [curvatures[0], curvatures[-1]])


@exercise.mistake(
    "returns a momentum of 1 or more, with which the walk blows up", caught_by=refuses_beyond_four
)
def returns_one_or_more(lr, curvatures):
    factor = np.max(np.abs(1 - np.sqrt(lr * np.asarray(curvatures, float))))
    return factor**2, factor


@exercise.mistake(
    "refuses only above 4 / L: at 4 / L itself the momentum is 1, and the walk swings for ever",
    caught_by=refuses_four,
)
def accepts_one(lr, curvatures):
    factor = np.max(np.abs(1 - np.sqrt(lr * np.asarray(curvatures, float))))
    if factor > 1:
        raise ValueError("too high a rate")
    return factor**2, factor


@exercise.mistake("returns None beyond 4 / L", caught_by=refuses_beyond_four)
def returns_none(lr, curvatures):
    if lr * np.max(curvatures) < 4:
        return best_momentum(lr, curvatures)


@exercise.mistake(
    "gives a border for each direction, where a bowl has one momentum for all of them",
    caught_by=heeds_the_flattest,
)
def gives_one_for_each_direction(lr, curvatures):
    factors = np.abs(1 - np.sqrt(lr * np.asarray(curvatures, float)))
    return factors**2, factors


@exercise.mistake(
    "cuts the momentum off below 1: the walk blows up all the same", caught_by=refuses_beyond_four
)
def cuts_it_off(lr, curvatures):
    factor = np.max(np.abs(1 - np.sqrt(lr * np.asarray(curvatures, float))))
    return min(factor**2, 0.999), min(factor, 0.999)
