"""Distance over gradients. A rate that suits a noisy walk is about: how far is it to the bottom,
over the root of the sum of all squared gradients. Nobody knows how far it is. DoG takes the
farthest that the walk has been from its start, a tiny number at first, which grows as the walk gets
away. (The method is by Ivgi, Hinder and Carmon, 2023.)

**Predict first.** A walk went 3 away from its start and has come back to 1 away. Which distance
does DoG use now: 1, 3 or 4?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("dog_lr", points=2, minutes=15, core=False)


@exercise.solution
def dog_lr(path, grads, r_eps=1e-6):
    """Return DoG's next rate: the farthest distance from the start over the root of all squares.

    path   where the walk has been, an array `[k, P]`; row 0 is the start, the last row is now
    grads  the gradients at these places, `[k, P]`, that of now included
    r_eps  makes the smallest distance, `r_eps * (1 + |start|)`, used until the walk is farther

    A distance and |start| are lengths: the root of the sum of the squares. Return 0.0 where all
    gradients are 0.
    """
    # solution: six lines
    distances = np.sqrt(np.sum((path - path[0]) ** 2, axis=1))
    smallest = r_eps * (1 + np.sqrt(np.sum(path[0] ** 2)))
    squares = np.sum(grads**2)
    if squares == 0:
        return 0.0
    return max(distances.max(), smallest) / np.sqrt(squares)


exercise.hints = [
    "Row by row, how far is each place from row 0? Which of these distances is wanted?",
    "`np.sum((path - path[0]) ** 2, axis=1)` has one squared distance for each row. Below the "
    "line, add up the squares of all gradients, then take one root.",
    "Start with `distances = np.sqrt(np.sum((path - path[0]) ** 2, axis=1))`.",
]
exercise.turned_out = "3, the farthest it has been. DoG's distance never falls."


def expect(dog_lr, path, grads, r_eps, wanted, because):
    seen = dog_lr(np.array(path, float), np.array(grads, float), r_eps)
    assert close(seen, wanted, what="The rate"), f"It should be {in_words(wanted)}. {because}"


@exercise.check(
    "Before the first step it is r_eps * (1 + |start|) over the length of the gradient."
)
def begins_small(dog_lr, rng):
    r_eps = rng.integers(1, 5) / 1000
    expect(dog_lr, [[3.0, -4.0]], [[6.0, 8.0]], r_eps, 6 * r_eps / 10,
           "The start is 5 from 0, and the gradient is 10 long.")  # fmt: skip


@exercise.check("Once the walk is farther away than that, its own distance from the start counts.")
def uses_the_distance_from_the_start(dog_lr, rng):
    a = float(rng.integers(1, 4))
    path = [[1.0, 2.0], [1 + 3 * a, 2 + 4 * a]]
    expect(dog_lr, path, [[2.0, -1.5], [0.0, 0.0]], 0.01, 5 * a / 2.5,
           f"It is {5 * a:g} from its start, and 2² + 1.5² is 2.5².")  # fmt: skip


@exercise.check(
    "The squares of all gradients since the start are added up, then one root is taken."
)
def adds_up_all_squares(dog_lr, rng):
    a = float(rng.integers(1, 4))
    path = [[0.0, 0.0], [0.0, a]]
    expect(dog_lr, path, [[3.0, 4.0], [-5.0, 5.0]], 0.01, a / np.sqrt(75),
           "25 + 50 = 75.")  # fmt: skip


@exercise.check("The farthest place counts, also when the walk has come back.")
def remembers_the_farthest(dog_lr, rng):
    a = float(rng.integers(2, 5))
    path = [[1.0, 1.0], [1 + a, 1.0], [1.0, 1 + 2 * a], [2.0, 1.0]]
    expect(dog_lr, path, [[1.0, 1.0], [2.0, 0.0], [1.0, 1.0], [0.0, 0.0]], 0.01, 2 * a / np.sqrt(8),
           f"It has been {2 * a:g} from its start; the squares add up to 8.")  # fmt: skip


@exercise.check("As long as the walk is nearer than r_eps * (1 + |start|), that is what counts.")
def keeps_the_smallest_distance(dog_lr, rng):
    r_eps = rng.integers(2, 5) / 4
    path = [[6.0, 8.0], [6.5, 8.0]]
    expect(dog_lr, path, [[1.0, 2.0], [2.0, 0.0]], r_eps, 11 * r_eps / 3,
           f"It has gone 0.5, and r_eps * (1 + 10) is {in_words(11 * r_eps)}.")  # fmt: skip


@exercise.check("Where all gradients are 0 the rate is 0, and nothing is divided by 0.")
def rests_on_flat_ground(dog_lr, rng):
    expect(dog_lr, [[1.0, float(rng.integers(1, 5))]], [[0.0, 0.0]], 0.1, 0.0,
           "Ask for this case: a little added below the line makes the rate immense.")  # fmt: skip


@exercise.domain(
    shapes=[(4, 2), (1, 2), (3, 1), (1, 1)],
    corners=[{"grads": np.zeros((4, 2))}, {"path": np.ones((4, 2))}, {"r_eps": 5.0}],
    left_out={"path": np.ones((4, 2))},
)
def allowed(rng, shape):
    path, grads = rng.normal(size=(2, *shape))
    return {"path": path, "grads": grads, "r_eps": 0.1}


@exercise.picture(xlabel="step", ylabel="rate")
def rates_on_a_parabola(dog_lr):
    path, rates = [np.array([2.0])], []
    for _ in range(40):
        rates.append(float(dog_lr(np.array(path), np.array(path), 1e-3)))
        path.append(path[-1] - rates[-1] * path[-1])
    return range(40), rates


@exercise.accepts("np.linalg.norm along the rows")
def with_norms(path, grads, r_eps=1e-6):
    far = np.linalg.norm(path - path[0], axis=-1).max()
    total = np.linalg.norm(grads)
    return max(far, r_eps + r_eps * np.linalg.norm(path[0])) / total if total > 0 else 0.0


@exercise.accepts("a loop that keeps the farthest and the sum")
def with_a_loop(path, grads, r_eps=1e-6):
    start = path[0]
    far, squares = r_eps * (1 + (start @ start) ** 0.5), 0.0
    for place, grad in zip(path, grads, strict=True):
        away = place - start
        far, squares = max(far, (away @ away) ** 0.5), squares + grad @ grad
    return far / squares**0.5 if squares else 0.0


def variant(path, grads, r_eps, far=None, below=None, smallest=None):
    """Return the answer with a part replaced."""
    distances = np.linalg.norm(path - path[0], axis=1)
    least = r_eps * (1 + np.linalg.norm(path[0])) if smallest is None else smallest
    top = max(distances.max() if far is None else far, least)
    bottom = np.linalg.norm(grads) if below is None else below
    return top / bottom if np.any(grads) else 0.0


@exercise.mistake(
    "has no smallest distance: at the start the rate is 0, and the walk never begins",
    caught_by=begins_small,
)
def never_begins(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, smallest=0.0)


@exercise.mistake(
    "takes r_eps for the smallest distance, without 1 + |start|", caught_by=begins_small
)
def forgets_the_size_of_the_start(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, smallest=r_eps)


@exercise.mistake(
    "multiplies r_eps by |start|, without the 1, which a start at 0 would need",
    caught_by=begins_small,
)
def forgets_the_one(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, smallest=r_eps * np.linalg.norm(path[0]))


@exercise.mistake("divides by the sum of the squares, without a root", caught_by=begins_small)
def forgets_the_root(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, below=np.sum(grads**2))


@exercise.mistake("uses the squared distance", caught_by=uses_the_distance_from_the_start)
def squares_the_distance(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, far=np.sum((path - path[0]) ** 2, axis=1).max())


@exercise.mistake(
    "measures the distance from 0, and not from the start",
    caught_by=begins_small,
)
def measures_from_zero(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, far=np.linalg.norm(path, axis=1).max())


@exercise.mistake(
    "adds the smallest distance to the farthest, where the larger of the two counts",
    caught_by=uses_the_distance_from_the_start,
)
def adds_the_smallest(path, grads, r_eps=1e-6):
    far = np.linalg.norm(path - path[0], axis=1).max() + r_eps * (1 + np.linalg.norm(path[0]))
    return variant(path, grads, r_eps, far=far)


@exercise.mistake(
    "takes the largest change of one entry for the distance",
    caught_by=uses_the_distance_from_the_start,
)
def takes_the_largest_entry(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, far=np.abs(path - path[0]).max())


@exercise.mistake(
    "uses the distance now, and forgets that the walk was farther", caught_by=remembers_the_farthest
)
def uses_the_distance_now(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, far=np.linalg.norm(path[-1] - path[0]))


@exercise.mistake(
    "adds up the lengths of all steps: the way walked, and not the distance",
    caught_by=remembers_the_farthest,
)
def adds_up_the_steps(path, grads, r_eps=1e-6):
    walked = np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    return variant(path, grads, r_eps, far=walked)


@exercise.mistake("takes the length of the longest step", caught_by=remembers_the_farthest)
def takes_the_longest_step(path, grads, r_eps=1e-6):
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return variant(path, grads, r_eps, far=steps.max() if len(steps) else 0.0)


@exercise.mistake("divides by the last gradient alone", caught_by=adds_up_all_squares)
def divides_by_the_last_gradient(path, grads, r_eps=1e-6):
    last = np.linalg.norm(grads[-1])
    return variant(path, grads, r_eps, below=last if last else np.linalg.norm(grads))


@exercise.mistake(
    "adds up the lengths, where the squares are added up and one root is taken",
    caught_by=adds_up_all_squares,
)
def adds_up_the_lengths(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, below=np.linalg.norm(grads, axis=1).sum())


@exercise.mistake(
    "takes the mean of the squares of the gradients, so that the rate does not fall with time",
    caught_by=uses_the_distance_from_the_start,
)
def takes_the_mean(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, below=np.sqrt(np.sum(grads**2) / len(grads)))


@exercise.mistake("leaves out the gradient of now", caught_by=adds_up_all_squares)
def leaves_out_the_gradient_of_now(path, grads, r_eps=1e-6):
    before = grads[:-1] if len(grads) > 1 else grads
    return variant(path, grads, r_eps, below=np.linalg.norm(before))


@exercise.mistake(
    "uses the smallest distance for the first step only", caught_by=keeps_the_smallest_distance
)
def drops_the_smallest_after_the_first_step(path, grads, r_eps=1e-6):
    return variant(path, grads, r_eps, smallest=None if len(path) == 1 else 0.0)


@exercise.mistake("divides by 0 where all gradients are 0", caught_by=rests_on_flat_ground)
def divides_by_nothing(path, grads, r_eps=1e-6):
    least = r_eps * (1 + np.linalg.norm(path[0]))
    return max(np.linalg.norm(path - path[0], axis=1).max(), least) / np.linalg.norm(grads)


@exercise.mistake(
    "adds 1e-8 to the root, so that flat ground gets an immense rate",
    caught_by=rests_on_flat_ground,
)
def adds_a_little_to_the_root(path, grads, r_eps=1e-6):
    return variant(path, np.ones(1), r_eps, below=np.linalg.norm(grads) + 1e-8)


@exercise.mistake(
    "adds 1e-8 under the root, so that flat ground gets a high rate",
    caught_by=rests_on_flat_ground,
)
def adds_a_little_under_the_root(path, grads, r_eps=1e-6):
    return variant(path, np.ones(1), r_eps, below=np.sqrt(np.sum(grads**2) + 1e-8))


@exercise.mistake(
    "takes the length of the whole table of distances: only the farthest row counts",
    caught_by=remembers_the_farthest,
)
def adds_all_distances(path, grads, r_eps=1e-6):
    smallest, squares = r_eps * (1 + np.sqrt(np.sum(path[0] ** 2))), np.sum(grads**2)
    if squares == 0:
        return 0.0
    return max(np.linalg.norm(path - path[0]), smallest) / np.sqrt(squares)
