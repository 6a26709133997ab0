"""The steepest direction is one; which come after it? Multiply an arrow again and again, and the
largest eigenvalue takes over. Take out of the arrow whatever lies along the direction that you have
found, and the second largest takes over, and so on. It is how the few steep directions of a network
are told from the thousands that are nearly flat.

**Predict first.** You take the found direction out of the start, once, and then multiply a few
hundred times. In exact arithmetic it never comes back. In floating point, does it?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("power_iteration", points=3, minutes=20, core=False)


@exercise.solution
def power_iteration(A, count, rng, steps=300):
    """Return the `count` eigenvalues of `A` that are largest in size, the largest first.

    A      a symmetric table, `[n, n]`; no two of its eigenvalues have the same size
    count  how many, from 1 to n
    rng    a numpy generator: start each search from an arrow that it draws (`rng.normal`)
    steps  how often to multiply in each search, scaling back to length 1 each time

    The eigenvalues keep their signs: an array `[count]`. Leave `A` as it is.
    """
    # solution: about nine lines
    values, found = [], []
    for _ in range(count):
        v = rng.normal(size=len(A))
        for _ in range(steps):
            v = A @ v
            for u in found:
                v = v - (u @ v) * u
            v = v / np.linalg.norm(v)
        values.append(v @ A @ v)
        found.append(v)
    return np.array(values)


exercise.hints = [
    "How much of an arrow `v` lies along an arrow `u` of length 1? What is left of `v` if you take "
    "that part out?",
    "Keep the arrows that you found in a list. After each multiplication, take the part along each "
    "of them out, then scale back to length 1.",
    "Begin with `values, found = [], []`, and a loop `for _ in range(count)` that draws "
    "`v = rng.normal(size=len(A))`.",
]
exercise.turned_out = (
    "it does. Rounding puts a part of about 1e-16 back, and each multiplication makes it larger "
    "compared with the rest: at 1.5 times a step, it has the upper hand after some hundred steps. "
    "So take it out again at every step."
)


def table(*eigenvalues):
    """Return a symmetric table of 2 or 3 eigenvalues whose eigenvectors lie between the axes."""
    if len(eigenvalues) == 2:
        vectors = np.array([[3, -4], [4, 3]]) / 5
    else:
        vectors = np.array([[1, 2, 2], [2, 1, -2], [2, -2, 1]]) / 3
    return vectors * eigenvalues @ vectors.T


def seeded(rng):
    """Return a fresh generator."""
    return np.random.default_rng(int(rng.integers(1000)))


@exercise.check("One eigenvalue: the largest in size, in an array of one.")
def finds_the_largest(power_iteration, rng):
    top, low = int(rng.integers(5, 9)), int(rng.integers(1, 4))
    seen = power_iteration(table(low, top), 1, seeded(rng), 60)
    assert close(seen, [top]), f"The eigenvalues are {low} and {top}."


@exercise.check("An eigenvalue below 0 keeps its sign.")
def keeps_the_sign(power_iteration, rng):
    top, low = int(rng.integers(5, 9)), int(rng.integers(1, 4))
    for steps in (60, 61):
        seen = power_iteration(table(low, -top), 1, seeded(rng), steps)
        assert close(seen, [-top]), f"The eigenvalues are {low} and {-top}."


@exercise.check("Two: the second largest in size comes second.")
def finds_the_second(power_iteration, rng):
    low, middle, top = 1, int(rng.integers(3, 5)), int(rng.integers(7, 10))
    seen = power_iteration(table(middle, low, -top), 2, seeded(rng), 30)
    assert close(seen, [-top, middle]), f"The eigenvalues are {middle}, {low} and {-top}."


@exercise.check("All of them, largest in size first.")
def finds_all_in_order(power_iteration, rng):
    low, middle, top = int(rng.integers(1, 3)), -int(rng.integers(4, 6)), int(rng.integers(9, 12))
    wanted = [top, middle, low]
    seen = power_iteration(table(low, top, middle), 3, seeded(rng), 80)
    assert close(seen, wanted), f"The eigenvalues are {low}, {top} and {middle}."
    seen = power_iteration(np.diag([5.0, -7.0, 3.0, 1.0, 9.0]), 5, seeded(rng), 150)
    assert close(seen, [9, -7, 5, 3, 1]), "They are 5, -7, 3, 1 and 9."


@exercise.check("Steep ground and many steps: no number runs out of room.")
def stays_in_range(power_iteration, rng):
    top = int(rng.integers(2, 9))
    seen = power_iteration(1e7 * table(1, -0.5, top), 2, seeded(rng), 200)
    assert close(seen, [top * 1e7, 1e7]), f"They are 1, -0.5 and {top} times ten million."


@exercise.check("The table is the same afterwards.")
def leaves_the_table_alone(power_iteration, rng):
    A = table(1, int(rng.integers(4, 6)), 8)
    power_iteration(A, 2, seeded(rng), 50)
    assert not power_iteration.changed


@exercise.domain(
    corners=[
        {"A": np.array([[2.0, -1.0], [-1.0, 2.0]]), "count": 1},
        {"A": np.array([[0, 1], [1, -3]]), "count": 2},
        {"A": np.array([[-2.0]]), "count": 1},
    ],
    whole=[],
    zeros=[],
    rtol=1e-5,
)
def allowed(rng):
    turned, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    A = turned @ np.diag([7.0, -4.0, 2.0, 0.5]) @ turned.T
    count, draws = int(rng.integers(2, 5)), np.random.default_rng(rng.integers(100))
    return {"A": (A + A.T) / 2, "count": count, "rng": draws, "steps": 200}


@exercise.picture(xlabel="place in the list", ylabel="eigenvalue")
def all_of_a_table(power_iteration):
    found = power_iteration(np.diag([1.0, -3.0, 5.0, 2.0]), 4, np.random.default_rng(0), 200)
    return [1, 2, 3, 4], np.asarray(found)


@exercise.accepts("subtracts what it found from a copy of the table")
def deflates_a_copy(A, count, rng, steps=300):
    rest, values = np.array(A, float), []
    for _ in range(count):
        v = rng.normal(size=len(A))
        for _ in range(steps):
            v = rest @ v
            v /= np.linalg.norm(v)
        values.append(v @ rest @ v)
        rest = rest - values[-1] * np.outer(v, v)
    return values


@exercise.accepts("all arrows at once, kept at right angles")
def all_at_once(A, count, rng, steps=300):
    arrows = rng.normal(size=(len(A), count))
    for _ in range(steps):
        arrows = np.linalg.qr(A @ arrows)[0]
    values = np.diag(arrows.T @ A @ arrows)
    return values[np.argsort(-abs(values))]


def searched(A, count, rng, steps, *, measure=None, out="each step", scale=True):
    """Return the right answer, but for what is given."""
    measure = measure or (lambda v, turned: v @ turned)
    values, found = [], []
    for _ in range(count):
        v = without(rng.normal(size=len(A)), found if out == "once" else [])
        for _ in range(steps):
            v = without(A @ v, {"each step": found, "the last": found[-1:]}.get(out, []))
            for u in found if out == "a number" else []:
                v = v - u @ v
            if scale:
                v = v / np.linalg.norm(v)
        v = v / np.linalg.norm(v)
        values.append(measure(v, A @ v))
        found.append(v)
    return np.array(values)


def without(v, found):
    for u in found:
        v = v - (u @ v) * u
    return v


@exercise.mistake(
    "gives eigenvectors, where the eigenvalues are asked for", caught_by=finds_the_largest
)
def gives_the_vector(A, count, rng, steps=300):
    values, vectors = np.linalg.eigh(A)
    return vectors[:, np.argsort(-abs(values))[:count]]


@exercise.mistake(
    "measures along an arrow that was not scaled to length 1", caught_by=finds_the_largest
)
def measures_a_long_arrow(A, count, rng, steps=300):
    return searched(A, count, rng, steps, measure=lambda v, turned: turned @ (A @ turned))


@exercise.mistake("gives all eigenvalues, however many are asked for", caught_by=finds_the_largest)
def gives_all(A, count, rng, steps=300):
    return searched(A, len(A), rng, steps)


@exercise.mistake(
    "gives all eigenvalues of numpy's eigvalsh, in ascending order", caught_by=finds_the_largest
)
def gives_all_of_numpy(A, count, rng, steps=300):
    return np.linalg.eigvalsh(A)


@exercise.mistake(
    "takes the smallest: eigvalsh lists them in ascending order", caught_by=finds_the_largest
)
def takes_the_smallest(A, count, rng, steps=300):
    return np.linalg.eigvalsh(A)[:count]


@exercise.mistake(
    "takes the length of Av for the eigenvalue: a length has no sign", caught_by=keeps_the_sign
)
def loses_the_sign(A, count, rng, steps=300):
    return searched(A, count, rng, steps, measure=lambda v, turned: np.linalg.norm(turned))


@exercise.mistake(
    "takes the largest with its sign, not the largest in size", caught_by=keeps_the_sign
)
def takes_the_largest_with_sign(A, count, rng, steps=300):
    return np.linalg.eigvalsh(A)[::-1][:count]


@exercise.mistake(
    "finds the same one again: v - (u @ v) * u takes out the part along u, and v - u does not",
    caught_by=finds_the_second,
)
def finds_the_same_again(A, count, rng, steps=300):
    return searched(A, count, rng, steps, out="never")


@exercise.mistake(
    "subtracts how much lies along u from every entry: v - u @ v forgets the times u",
    caught_by=finds_the_second,
)
def forgets_times_u(A, count, rng, steps=300):
    return searched(A, count, rng, steps, out="a number")


@exercise.mistake("returns inside the loop, after the first", caught_by=finds_the_second)
def returns_in_the_loop(A, count, rng, steps=300):
    return searched(A, 1, rng, steps)


@exercise.mistake(
    "takes out only the last direction it found: from the third on, the first comes back",
    caught_by=finds_all_in_order,
)
def takes_out_only_the_last(A, count, rng, steps=300):
    return searched(A, count, rng, steps, out="the last")


@exercise.mistake(
    "sorts by value, not by size: a large negative one goes to the end", caught_by=finds_the_second
)
def sorts_by_value(A, count, rng, steps=300):
    return np.sort(searched(A, count, rng, steps))[::-1]


@exercise.mistake(
    "takes the found directions out of the start only: rounding, and the little by which they are "
    "off, grow at every step",
    caught_by=finds_the_second,
)
def takes_out_once(A, count, rng, steps=300):
    return searched(A, count, rng, steps, out="once")


@exercise.mistake(
    "scales back at the end of a search only: by then the numbers have run out of room",
    caught_by=stays_in_range,
)
def scales_at_the_end(A, count, rng, steps=300):
    return searched(A, count, rng, steps, scale=False)


@exercise.mistake(
    "subtracts what it found from the caller's own table", caught_by=leaves_the_table_alone
)
def deflates_in_place(A, count, rng, steps=300):
    values = []
    for _ in range(count):
        v = rng.normal(size=len(A))
        for _ in range(steps):
            v = A @ v
            v = v / np.linalg.norm(v)
        values.append(v @ A @ v)
        A -= values[-1] * np.outer(v, v)
    return np.array(values)


@exercise.mistake(
    "starts from an arrow of ones, which may have no part along the eigenvector that is sought",
    caught_by=exercise.everything,
)
def starts_from_ones(A, count, rng, steps=300):
    class Ones:
        """A generator that draws nothing."""

        def normal(self, size):
            """Return ones, whatever the size."""
            return np.ones(size)

    return searched(A, count, Ones(), steps)
