"""How steep is the steepest direction of a landscape whose Hessian you will never see? A network
with a million weights has a Hessian of a million million entries. But you can ask what it makes of
one arrow, and you can ask again about the answer. Each time the steepest direction gains on the
others.

**Predict first.** A Hessian has the eigenvalues 6 and -2. You multiply an arrow by it a hundred
times, and scale it back to length 1 each time. What does the arrow do at the end from one time to
the next: does it stay as it is, or turn to point the other way?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("sharpness", points=2, minutes=15)


@exercise.solution
def sharpness(product, vector, steps=30):
    """Return the Hessian's eigenvalue that is largest in size, with its sign.

    product  a function: it takes an arrow (an array `[parameters]`) and returns the Hessian times
             that arrow
    vector   where to start: an arrow of any length but 0, which has a part along each eigenvector
    steps    how often to multiply before you measure, scaling back to length 1 each time

    Measure along the last arrow of length 1, called v: the eigenvalue is v times Hv, entry by
    entry, added up. Leave the `vector` that you were given as it is.
    """
    # solution: four lines
    v = vector / np.linalg.norm(vector)
    for _ in range(steps):
        v = product(v) / np.linalg.norm(product(v))
    return v @ product(v)


exercise.hints = [
    "If you multiply and never scale back, an eigenvalue of 100 makes a number with 300 digits out "
    "of 150 multiplications. What has to happen after each?",
    "`np.linalg.norm(v)` is the length of an arrow. A length has lost the sign of the eigenvalue, "
    "which is still in `v @ product(v)`.",
    "Start with `v = vector / np.linalg.norm(vector)`.",
]
exercise.turned_out = (
    "it stays as it is: the larger one in size is 6, and stretches its eigenvector without turning "
    "it. With 2 and -6 the arrow would turn round each time: whoever measures its length finds 6 "
    "both times, and misses that there the ground bends down."
)


def table(*eigenvalues):
    """Return a symmetric table of 2 or 3 eigenvalues whose eigenvectors lie between the axes."""
    if len(eigenvalues) == 2:
        vectors = np.array([[3, -4], [4, 3]]) / 5
    else:
        vectors = np.array([[1, -2, -2], [-2, 1, -2], [-2, -2, 1]]) / 3
    return vectors * eigenvalues @ vectors.T


def times(matrix):
    """Return the function that multiplies an arrow by ``matrix``."""
    return from_code(f"lambda arrow: {as_typed(matrix)} @ arrow")


@exercise.check("One parameter: the curvature itself, from any start and without a step.")
def knows_one_curvature(sharpness, rng):
    curvature, start = int(rng.integers(3, 9)), int(rng.integers(2, 6))
    product = times(np.array([[float(curvature)]]))
    for steps in (3, 0):
        assert close(sharpness(product, np.array([float(start)]), steps), curvature), (
            f"Here H is {curvature}: one entry, so that this is the eigenvalue and wanted."
        )


@exercise.check("With no step it is the curvature along the arrow that you were given.")
def measures_along_the_arrow(sharpness, rng):
    low, high = int(rng.integers(1, 3)), int(rng.integers(5, 9))
    product = times(np.diag([float(low), float(high)]))
    wanted = (144 * low + 25 * high) / 169
    assert close(sharpness(product, np.array([12.0, 5.0]), 0), wanted), (
        f"Along (12, 5)/13, of length 1, that is 144/169 of {low} and 25/169 of {high}."
    )


@exercise.check("After many steps only the eigenvalue that is largest in size is left.")
def finds_the_largest(sharpness, rng):
    top, low = int(rng.integers(7, 12)), int(rng.integers(1, 4))
    product = times(table(low, top, -2))
    assert close(sharpness(product, np.array([1.0, 0.5, 0.2]), 60), top), (
        f"The eigenvalues are {low}, {top} and -2."
    )


@exercise.check("Where the ground bends down most, it is negative.")
def keeps_the_sign(sharpness, rng):
    top, low = int(rng.integers(7, 12)), int(rng.integers(1, 4))
    product = times(table(low, -top))
    for steps in (40, 41):
        assert close(sharpness(product, np.array([1.0, 0.3]), steps), -top), (
            f"The eigenvalues are {low} and {-top}."
        )


@exercise.check("It multiplies as often as it is told: after 1 or 2 steps it is not there yet.")
def takes_the_steps_it_is_told(sharpness, rng):
    low, high = 1, int(rng.integers(2, 5))
    product = times(np.diag([float(low), float(high)]))
    for steps in (1, 2):
        parts = np.array([low**steps, high**steps], float) ** 2
        wanted = parts @ [low, high] / parts.sum()
        assert close(sharpness(product, np.array([1.0, 1.0]), steps), wanted), (
            f"From (1, 1), after {steps} it points along {in_words(np.sqrt(parts))}: measured "
            f"there it is {in_words(wanted)}."
        )


@exercise.check("Steep ground and many steps: no number runs out of room.")
def stays_in_range(sharpness, rng):
    top = int(rng.integers(2, 9)) * 1e6
    for scale in (1, 1e-12):
        product = times(scale * table(1e4, top))
        assert close(sharpness(product, np.array([1.0, 2.0]), 120), scale * top, atol=0), (
            f"The eigenvalues are {in_words(scale * 1e4)} and {in_words(scale * top)}."
        )


@exercise.check("The vector you were given is the same afterwards.")
def leaves_the_vector_alone(sharpness, rng):
    vector = np.array([3.0, float(rng.integers(5, 9))])
    sharpness(times(np.diag([2.0, 5.0])), vector, 3)
    assert not sharpness.changed


slow = from_code("lambda arrow: np.array([2.0, 1.98, 0.5]) * arrow")
"""The product with a Hessian whose two largest eigenvalues are near each other."""


@exercise.domain(
    shapes=[(3,), (1,)],
    corners=[{"steps": 1}, {"vector": np.array([1e-9, 1e-9, 2e-9])}],
    left_out={"product": slow},
)
def allowed(rng, shape):
    matrix = np.diag(rng.uniform(1, 4, size=shape)) + 0.3
    product = times(-matrix if rng.integers(2) else matrix)
    return {"product": product, "vector": rng.normal(size=shape), "steps": 25}


@exercise.picture(xlabel="steps", ylabel="curvature along the arrow")
def on_the_way_to_the_steepest(sharpness):
    curvatures = np.array([1.0, -2.0, 3.0])
    measured = [sharpness(lambda v: curvatures * v, np.ones(3), steps) for steps in range(13)]
    return range(13), [float(each) for each in measured]


@exercise.accepts("one product a step")
def one_product_a_step(product, vector, steps=30):
    v = vector / np.linalg.norm(vector)
    turned = product(v)
    for _ in range(steps):
        v = turned / np.linalg.norm(turned)
        turned = product(v)
    return np.sum(v * turned)


@exercise.accepts("scaled by the largest entry")
def scaled_by_the_largest_entry(product, vector, steps=30):
    arrow = np.array(vector, float)
    for _ in range(steps):
        arrow = product(arrow)
        arrow = arrow / np.abs(arrow).max()
    return arrow.dot(product(arrow)) / arrow.dot(arrow)


def iterated(product, vector, steps):
    """Return the arrow of length 1 after so many steps."""
    v = vector / np.linalg.norm(vector)
    for _ in range(steps):
        turned = product(v)
        v = turned / np.linalg.norm(turned)
    return v


@exercise.mistake("measures along an arrow that is not of length 1", caught_by=knows_one_curvature)
def forgets_to_scale_the_start(product, vector, steps=30):
    v = vector
    for _ in range(steps):
        v = product(v) / np.linalg.norm(product(v))
    return v @ product(v)


@exercise.mistake(
    "never scales back, neither the start nor the arrows after it", caught_by=knows_one_curvature
)
def never_scales(product, vector, steps=30):
    v = vector
    for _ in range(steps):
        v = product(v)
    return v @ product(v)


@exercise.mistake(
    "scales the arrow before it multiplies: the last one is not of length 1 when it is measured",
    caught_by=knows_one_curvature,
)
def scales_before(product, vector, steps=30):
    v = vector
    for _ in range(steps):
        v = product(v / np.linalg.norm(v))
    return v @ product(v)


@exercise.mistake(
    "takes the length of Hv, and does not scale the arrow it starts from",
    caught_by=knows_one_curvature,
)
def takes_the_length_from_an_unscaled_start(product, vector, steps=30):
    v = vector
    for _ in range(steps):
        v = product(v) / np.linalg.norm(product(v))
    return np.linalg.norm(product(v))


@exercise.mistake("returns 2 over it: the largest stable rate", caught_by=knows_one_curvature)
def returns_the_stable_rate(product, vector, steps=30):
    v = iterated(product, vector, steps)
    return 2 / (v @ product(v))


@exercise.mistake(
    "returns an arrow of length 1, or the product of two of them: the curvature is v times Hv, and "
    "Hv is not scaled",
    caught_by=knows_one_curvature,
)
def returns_the_unit_arrow(product, vector, steps=30):
    return iterated(product, vector, steps)


@exercise.mistake(
    "gives Hv and not v times Hv: an arrow, where one number is asked for",
    caught_by=measures_along_the_arrow,
)
def returns_the_product(product, vector, steps=30):
    return product(iterated(product, vector, steps))


@exercise.mistake(
    "takes the length of Hv: that is the size of the curvature only along an eigenvector, and a "
    "length has no sign",
    caught_by=measures_along_the_arrow,
)
def takes_the_length(product, vector, steps=30):
    return np.linalg.norm(product(iterated(product, vector, steps)))


@exercise.mistake(
    "takes the largest entry of Hv: an arrow's entries are no eigenvalues",
    caught_by=measures_along_the_arrow,
)
def takes_the_largest_entry(product, vector, steps=30):
    return np.max(product(iterated(product, vector, steps)))


@exercise.mistake(
    "scales by the largest entry, and measures as if the length were 1: then v times Hv has to be "
    "divided by v times v",
    caught_by=measures_along_the_arrow,
)
def scales_by_the_largest_entry(product, vector, steps=30):
    v = vector / np.abs(vector).max()
    for _ in range(steps):
        v = product(v) / np.abs(product(v)).max()
    return v @ product(v)


@exercise.mistake(
    "scales by the largest entry and returns that entry of Hv: right along an eigenvector only",
    caught_by=measures_along_the_arrow,
)
def returns_the_largest_entry(product, vector, steps=30):
    v = vector / np.abs(vector).max()
    for _ in range(steps):
        v = product(v) / np.abs(product(v)).max()
    return np.abs(product(v)).max()


@exercise.mistake(
    "takes the mean of v times Hv, entry by entry: add them up", caught_by=measures_along_the_arrow
)
def takes_the_mean(product, vector, steps=30):
    v = iterated(product, vector, steps)
    return np.mean(v * product(v))


@exercise.mistake(
    "divides Hv by v entry by entry and averages: right along an eigenvector only",
    caught_by=measures_along_the_arrow,
)
def averages_the_ratios(product, vector, steps=30):
    v = iterated(product, vector, steps)
    return np.mean(product(v) / v)


@exercise.mistake(
    "divides by the sum of the entries: the length is the root of the sum of their squares",
    caught_by=measures_along_the_arrow,
)
def scales_by_the_sum(product, vector, steps=30):
    v = vector / np.sum(vector)
    for _ in range(steps):
        v = product(v) / np.sum(product(v))
    return v @ product(v)


@exercise.mistake(
    "measures along the arrow it was given, however many steps it takes",
    caught_by=finds_the_largest,
)
def measures_at_the_start(product, vector, steps=30):
    v = iterated(product, vector, 0)
    return v @ product(v)


@exercise.mistake(
    "multiplies the first arrow again and again, and not the last", caught_by=finds_the_largest
)
def multiplies_the_first_arrow(product, vector, steps=30):
    v = iterated(product, vector, min(steps, 1))
    return v @ product(v)


@exercise.mistake("takes the size of the curvature, and loses its sign", caught_by=keeps_the_sign)
def loses_the_sign(product, vector, steps=30):
    v = iterated(product, vector, steps)
    return abs(v @ product(v))


@exercise.mistake(
    "keeps the largest value on the way: a negative eigenvalue is reached from above",
    caught_by=keeps_the_sign,
)
def keeps_the_largest_value(product, vector, steps=30):
    return max(measures(product, iterated(product, vector, k)) for k in range(steps + 1))


@exercise.mistake("takes one step fewer than it is told", caught_by=takes_the_steps_it_is_told)
def takes_one_step_fewer(product, vector, steps=30):
    return measures(product, iterated(product, vector, max(steps - 1, 0)))


@exercise.mistake("takes one step more than it is told", caught_by=measures_along_the_arrow)
def takes_one_step_more(product, vector, steps=30):
    return measures(product, iterated(product, vector, steps + 1))


@exercise.mistake("takes a number of steps of its own", caught_by=measures_along_the_arrow)
def ignores_the_steps(product, vector, steps=30):
    return measures(product, iterated(product, vector, 30))


def measures(product, v):
    return v @ product(v)


@exercise.mistake(
    "scales back only at the end: by then the numbers have run out of room",
    caught_by=stays_in_range,
)
def scales_at_the_end(product, vector, steps=30):
    v = vector
    for _ in range(steps):
        v = product(v)
    v = v / np.linalg.norm(v)
    return v @ product(v)


@exercise.mistake(
    "adds a small number to the length so as not to divide by 0, which is not small everywhere",
    caught_by=stays_in_range,
)
def adds_a_small_number(product, vector, steps=30):
    v = vector / np.linalg.norm(vector)
    for _ in range(steps):
        turned = product(v)
        v = turned / (np.linalg.norm(turned) + 1e-8)
    return v @ product(v)


@exercise.mistake(
    "scales the caller's own arrow in place: v /= ... writes into it",
    caught_by=leaves_the_vector_alone,
)
def scales_in_place(product, vector, steps=30):
    v = vector
    v /= np.linalg.norm(v)
    for _ in range(steps):
        v = product(v)
        v /= np.linalg.norm(v)
    return v @ product(v)


@exercise.mistake(
    "takes the largest entry of v times Hv: they have to be added up",
    caught_by=measures_along_the_arrow,
)
def takes_the_largest_product(product, vector, steps=30):
    v = vector / np.linalg.norm(vector)
    for _ in range(steps):
        v = product(v) / np.linalg.norm(product(v))
    return np.max(v * product(v))
