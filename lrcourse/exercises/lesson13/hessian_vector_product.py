"""A table too large to write down, multiplied all the same. The gradient changes as you walk, and
how it changes along an arrow *is* the Hessian times that arrow. So two gradients, a little ahead
and a little behind, give you the product; the table itself is never made.

"A little" is a distance in `w`, and it must not depend on how long the arrow happens to be: an
arrow of length 1000 would carry you out of the neighbourhood, one of a millionth would drown in
rounding.

**Predict first.** On a bowl (all slopes are straight lines), which `eps` gives the exact product:
a tiny one only, a middling one, or any?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.spelling import as_typed, from_code
from lrcourse.checks.values import close
from lrcourse.inputs import in_words

exercise = Exercise("hessian_vector_product", points=2, minutes=15, core=False)


@exercise.solution
def hessian_vector_product(grad, w, vector, eps=1e-4):
    """Return the Hessian at `w` times `vector`, from two gradients.

    grad    a function: it takes an array like `w` and returns the gradient there
    w       where: an array of floats, of any shape
    vector  the arrow to multiply, of `w`'s shape and of any length
    eps     how far to go along the arrow's direction, to each side: a distance in `w`

    The length of an arrow is the root of the sum of its squared entries, whatever its shape. An
    arrow of length 0 makes an arrow of zeros. Leave `w` and `vector` as they are.
    """
    # solution: five lines
    length = np.sqrt(np.sum(vector**2))
    if length == 0:
        return np.zeros(w.shape)
    reach = eps * vector / length
    return (grad(w + reach) - grad(w - reach)) * length / (2 * eps)


exercise.hints = [
    "Take a direction of length 1 first. How far apart are the two places at which you ask for the "
    "gradient?",
    "You moved along an arrow of length 1. The product is proportional to the arrow, so multiply "
    "by the length that you took away.",
    "Start with `length = np.sqrt(np.sum(vector**2))`.",
]
exercise.turned_out = (
    "any. A straight line has the same slope however far apart you measure it. The true bowls are "
    "few: on other ground a large eps sees how the curvature changes, and a tiny one sees rounding."
)


def bowl(*curvatures):
    """Return the gradient of a bowl with these curvatures along the axes."""
    return from_code(f"lambda w: np.reshape({as_typed(curvatures)}, w.shape) * w")


cubes = from_code("lambda w: w**3")
"""The gradient of the sum of w⁴/4."""
product_of_all = from_code("lambda w: np.full(w.shape, w.sum())")
"""The gradient of the square of the sum of w, over 2."""


@exercise.check("On a parabola of curvature h it is h times the arrow, for any eps.")
def knows_a_parabola(hessian_vector_product, rng):
    h = int(rng.integers(3, 9))
    seen = hessian_vector_product(bowl(h), np.array([1.5]), np.array([1.0]), 0.25)
    assert close(seen, [h]), f"There grad(w) is {h} * w, so {h} times the arrow belongs: {h}."


@exercise.check("Twice the arrow, twice the product; the other way round, the other sign.")
def follows_the_arrow(hessian_vector_product, rng):
    h, times = int(rng.integers(3, 9)), int(rng.integers(3, 7))
    for factor in (-2, times):
        seen = hessian_vector_product(bowl(h), np.array([1.5]), np.array([float(factor)]), 0.25)
        assert close(seen, [h * factor]), (
            f"There grad(w) is {h} * w, so {h} times the arrow belongs: {h * factor}."
        )


@exercise.check("It looks to both sides: for slopes w³ it is 3w² + eps² times the arrow.")
def looks_to_both_sides(hessian_vector_product, rng):
    w = int(rng.integers(11, 20)) / 10
    seen = hessian_vector_product(cubes, np.array([w]), np.array([1.0]), 0.5)
    assert close(seen, [3 * w**2 + 0.25]), (
        f"There 3w² is {in_words(3 * w**2)}, and the two places lie 0.5 to each side."
    )


@exercise.check("How far it goes is eps, however long the arrow is.")
def goes_as_far_as_eps(hessian_vector_product, rng):
    w, length = int(rng.integers(11, 20)) / 10, int(rng.integers(2, 5))
    seen = hessian_vector_product(cubes, np.array([w]), np.array([float(length)]), 0.5)
    wanted = length * (3 * w**2 + 0.25)
    assert close(seen, [wanted]), (
        f"It should be {in_words(wanted)}, {length} times 3w² + eps²: the eps² does not know how "
        "long the arrow is."
    )
    seen = hessian_vector_product(cubes, np.array([w]), np.array([1e-9]), 1e-3)
    assert close(seen / 1e-9, [3 * w**2], rtol=1e-4), "The arrow is a billionth long."


@exercise.check("Several parameters: each entry of the arrow pulls at all slopes.")
def multiplies_by_the_whole_table(hessian_vector_product, rng):
    vector = np.array([3.0, 4.0, 0.0]) * int(rng.integers(1, 4))
    w = np.array([0.5, -1.0, 2.0])
    seen = hessian_vector_product(product_of_all, w.copy(), vector.copy(), 0.25)
    assert close(seen, np.full(3, vector.sum())), "All entries of that Hessian are 1."
    seen = hessian_vector_product(bowl(1, 2, 5), w.copy(), vector.copy(), 0.25)
    assert close(seen, vector * [1, 2, 5]), "There grad(w) is [1, 2, 5] * w."


@exercise.check("The length of an arrow with several entries is the root of the sum of squares.")
def measures_the_whole_arrow(hessian_vector_product, rng):
    w = np.array([1.0, int(rng.integers(2, 5))])
    seen = hessian_vector_product(cubes, w.copy(), np.array([3.0, 4.0]), 0.5)
    assert close(seen, [3 * (3 * 1 + 0.09), 4 * (3 * w[1] ** 2 + 0.16)]), (
        "Along (3, 4) of length 5 it goes 0.3 in the first and 0.4 in the second parameter."
    )


@exercise.check("A table of parameters gives a table.")
def keeps_the_shape(hessian_vector_product, rng):
    vector = rng.integers(1, 5, (2, 3)).astype(float)
    h = np.arange(1, 7)
    seen = hessian_vector_product(bowl(*h), np.ones((2, 3)), vector.copy(), 0.5)
    assert close(seen, vector * h.reshape(2, 3))
    w = np.array([[1.0, 2.0], [3.0, 1.0]])
    seen = hessian_vector_product(cubes, w.copy(), np.ones((2, 2)), 0.5)
    assert close(seen, 3 * w**2 + 0.0625), "That arrow has the length 2: it goes 0.25 in each."


@exercise.check("An arrow of length 0 makes an arrow of zeros.")
def takes_no_arrow(hessian_vector_product, rng):
    w = rng.integers(1, 5, 2).astype(float)
    assert close(hessian_vector_product(cubes, w, np.zeros(2), 0.5), [0, 0])


@exercise.check("The w and the arrow you were given are the same afterwards.")
def leaves_both_alone(hessian_vector_product, rng):
    w, vector = rng.integers(1, 5, 2).astype(float), np.array([3.0, 4.0])
    hessian_vector_product(cubes, w, vector, 0.5)
    assert not hessian_vector_product.changed


@exercise.domain(
    shapes=[(3,), (1,), (2, 2)],
    corners=[
        {"vector": np.zeros(3)},
        {"vector": np.array([1e-9, 0, 2e-9])},
        {"vector": np.array([3e6, 0, 1e6])},
    ],
    whole=["vector"],
    single=False,
    rtol=1e-5,
)
def allowed(rng, shape):
    w, vector = rng.normal(size=(2, *shape))
    return {"grad": cubes, "w": w, "vector": vector, "eps": 0.1}


@exercise.picture(xlabel="w", ylabel="product, of w⁴ / 12 with an arrow of 1")
def along_a_valley(hessian_vector_product):
    line = np.linspace(-2, 2, 17)
    found = [
        hessian_vector_product(lambda w: w**3 / 3, np.array([w]), np.ones(1), 0.1) for w in line
    ]
    return line, [float(each[0]) for each in found]


@exercise.accepts("a unit arrow, and norm of the flat arrow")
def with_a_unit_arrow(grad, w, vector, eps=1e-4):
    length = np.linalg.norm(np.ravel(vector))
    unit = vector / length if length > 0 else vector
    ahead, behind = grad(w + eps * unit), grad(w - eps * unit)
    return length * (ahead - behind) / eps / 2


@exercise.accepts("a step that shrinks with the arrow")
def with_a_step(grad, w, vector, eps=1e-4):
    length = (vector * vector).sum() ** 0.5
    if not length:
        return 0 * vector
    step = eps / length
    return (grad(w + step * vector) - grad(w - step * vector)) / (2 * step)


def difference(grad, w, vector, eps, over=2.0, sides=(1, -1), length=None):
    """Return the right answer, but for what is given."""
    length = np.sqrt(np.sum(vector**2)) if length is None else length
    if not np.any(vector):
        return np.zeros(w.shape)
    step = eps / length
    return (grad(w + sides[0] * step * vector) - grad(w + sides[1] * step * vector)) / (over * step)


@exercise.mistake(
    "divides by eps, though the two places lie two eps apart", caught_by=knows_a_parabola
)
def forgets_the_two(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, over=1)


@exercise.mistake("divides by 2 and then multiplies by eps", caught_by=knows_a_parabola)
def forgets_the_brackets(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps) * eps**2


@exercise.mistake("does not divide by the distance at all", caught_by=knows_a_parabola)
def does_not_divide(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps) * 2 * eps


@exercise.mistake("takes behind first, and so turns every sign", caught_by=knows_a_parabola)
def turns_the_sign(grad, w, vector, eps=1e-4):
    return -difference(grad, w, vector, eps)


@exercise.mistake(
    "gives the gradient's size along the arrow, and not how it changes", caught_by=knows_a_parabola
)
def multiplies_the_gradient(grad, w, vector, eps=1e-4):
    return grad(w) * vector


@exercise.mistake(
    "multiplies the arrow with the product: the curvature along it, one number",
    caught_by=follows_the_arrow,
)
def gives_the_curvature(grad, w, vector, eps=1e-4):
    return np.sum(vector * difference(grad, w, vector, eps))


@exercise.mistake(
    "scales the arrow to length 1 and never gives the length back", caught_by=follows_the_arrow
)
def forgets_the_length(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps) / np.sqrt(np.sum(vector**2))


@exercise.mistake(
    "multiplies by the squared length, where the length belongs", caught_by=follows_the_arrow
)
def squares_the_length(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps) * np.sqrt(np.sum(vector**2))


@exercise.mistake("looks to one side only", caught_by=looks_to_both_sides)
def looks_ahead_only(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, over=1, sides=(1, 0))


@exercise.mistake("looks to one side only, behind", caught_by=looks_to_both_sides)
def looks_behind_only(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, over=1, sides=(0, -1))


@exercise.mistake(
    "goes half of eps to each side: eps is the way to one of them", caught_by=looks_to_both_sides
)
def halves_the_way(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps / 2)


@exercise.mistake("goes a distance of its own and ignores eps", caught_by=looks_to_both_sides)
def ignores_eps(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, 1e-4)


@exercise.mistake(
    "moves by eps times the arrow: a long one carries it out of the neighbourhood, a short one "
    "drowns in rounding",
    caught_by=goes_as_far_as_eps,
)
def does_not_scale_eps(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, length=1.0)


@exercise.mistake(
    "adds a small number to the length so as not to divide by 0, which is not small everywhere",
    caught_by=goes_as_far_as_eps,
)
def adds_a_small_number(grad, w, vector, eps=1e-4):
    length = np.sqrt(np.sum(vector**2))
    reach = eps * vector / (length + 1e-8)
    return (grad(w + reach) - grad(w - reach)) * length / (2 * eps)


@exercise.mistake(
    "nudges every parameter by eps, wherever the arrow points",
    caught_by=multiplies_by_the_whole_table,
)
def nudges_every_parameter(grad, w, vector, eps=1e-4):
    return (grad(w + eps) - grad(w - eps)) / (2 * eps) * vector


@exercise.mistake(
    "takes the largest entry for the length of the arrow", caught_by=measures_the_whole_arrow
)
def takes_the_largest_entry(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, length=np.abs(vector).max())


@exercise.mistake(
    "adds up the sizes of the entries for the length of the arrow",
    caught_by=measures_the_whole_arrow,
)
def adds_up_the_sizes(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps, length=np.abs(vector).sum())


@exercise.mistake(
    "takes np.linalg.norm along each row of the table: axis=-1 is right for one arrow only",
    caught_by=keeps_the_shape,
)
def measures_each_row(grad, w, vector, eps=1e-4):
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    if not length.any():
        return np.zeros(w.shape)
    reach = eps * vector / length
    return length * (grad(w + reach) - grad(w - reach)) / (2 * eps)


@exercise.mistake("returns a flat arrow", caught_by=keeps_the_shape)
def flattens(grad, w, vector, eps=1e-4):
    return difference(grad, w, vector, eps).ravel()


@exercise.mistake("divides by the length 0 of an arrow of zeros", caught_by=takes_no_arrow)
def divides_by_no_length(grad, w, vector, eps=1e-4):
    length = np.sqrt(np.sum(vector**2))
    reach = eps * vector / length
    return (grad(w + reach) - grad(w - reach)) * length / (2 * eps)


@exercise.mistake(
    "scales the caller's arrow in place: vector /= ... writes into it", caught_by=leaves_both_alone
)
def scales_in_place(grad, w, vector, eps=1e-4):
    length = np.sqrt(np.sum(vector**2))
    if length == 0:
        return np.zeros(w.shape)
    vector /= length
    return (grad(w + eps * vector) - grad(w - eps * vector)) * length / (2 * eps)


@exercise.mistake("moves the caller's w, and leaves it there", caught_by=leaves_both_alone)
def moves_w_in_place(grad, w, vector, eps=1e-4):
    answer = difference(grad, w, vector, eps)
    w += eps * vector
    return answer
