"""Numbers to make small: first landscapes, which are formulas of ``w``, then linear models.

Every one works for ``w`` of shape ``[..., P]``: the last axis holds the parameters, the leading
axes are independent runs. Results keep those axes and the dtype of ``w``. A ``w``
of another length, and settings that are no numbers, raise ``BadInput``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, examples, generator, one, positive, real, seen
from lrcourse.landscapes import Landscape, known
from lrcourse.linear_models import LeastSquares, LinearModel, linear
from lrcourse.supervised import cross_entropy, half_squares, logistic, one_hot


def parabola(curvature: float = 1.0, center: float = 0.0) -> Landscape:
    """One parameter: ``curvature * (w - center)**2 / 2``.

    >>> valley = parabola(curvature=4.0, center=1.0)
    >>> valley.loss([3.0]), valley.grad([3.0])
    (np.float64(8.0), array([8.]))
    """
    curvature, center = one("curvature", real("curvature", curvature)), real("center", center)
    return quadratic([curvature], one("center", center))


def quadratic(
    hessian: Sequence[float] | Array,
    minimum: float | Sequence[float] = 0.0,
    rng: np.random.Generator | None = None,
) -> Landscape:
    """A bowl: ``(w - minimum) @ hessian @ (w - minimum) / 2``.

    ``hessian`` is a symmetric matrix ``[P, P]``, or only its curvatures ``[P]``: then each belongs
    to its own axis of ``w``, or to axes turned at random by ``rng``. Raises ValueError for a
    matrix that is not symmetric and for a negative curvature.

    >>> bowl = quadratic([1.0, 100.0])
    >>> bowl.grad([1.0, 1.0]), 2 / bowl.curvatures.max()     # the steep axis limits the rate
    (array([  1., 100.]), np.float64(0.02))
    >>> quadratic([[2.0, -1.0], [-1.0, 2.0]]).curvatures.round(6)
    array([1., 3.])
    """
    hessian, minimum = np.asarray(real("hessian", hessian)), np.asarray(real("minimum", minimum))
    if hessian.ndim == 1 and hessian.size:
        curvatures = hessian
        axes = np.eye(hessian.size) if rng is None else random_axes(hessian.size, rng)
        hessian = axes * curvatures @ axes.T
    elif hessian.ndim == 2 and hessian.shape == hessian.T.shape and np.allclose(hessian, hessian.T):
        curvatures, axes = np.linalg.eigh(hessian)
    else:
        raise BadInput(f"hessian must be curvatures or a symmetric matrix, got {hessian}")
    if not curvatures.min() > -1e-12 * curvatures.max():
        raise BadInput(f"a bowl has no curvature below 0, got {curvatures}")
    if minimum.shape not in ((), curvatures.shape):
        raise BadInput(f"minimum must have {curvatures.size} entries, got {seen(minimum)}")
    minimum = np.broadcast_to(minimum, curvatures.shape)

    def height(w):
        return ((w - minimum) * slope(w)).sum(-1) / 2

    def slope(w):
        return (w - minimum) @ hessian

    return known(height, slope, minimum, curvatures, axes)


def random_axes(size: int, rng: np.random.Generator) -> Array:
    """Return perpendicular unit vectors in columns, every orientation equally likely.

    The signs see to that: Mezzadri 2007, arXiv math-ph/0609050.
    """
    axes, triangle = np.linalg.qr(generator(rng).normal(size=(size, size)))
    return axes * np.sign(np.diag(triangle))


def turned(curvatures: Sequence[float], degrees: float) -> Array:
    """Return the Hessian, ``[2, 2]``, of a bowl of two curvatures turned by an angle.

    >>> turned([1.0, 3.0], 45).round(6)
    array([[ 2., -1.],
           [-1.,  2.]])
    """
    curvatures, degrees = np.asarray(real("curvatures", curvatures)), real("degrees", degrees)
    if curvatures.shape != (2,):
        raise BadInput(f"curvatures must be two numbers, got {seen(curvatures)}")
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    axes = np.array([[cosine, -sine], [sine, cosine]])
    return axes * curvatures @ axes.T


def rosenbrock() -> Landscape:
    """A bent valley: ``(1 - x)**2 + 100 * (y - x**2)**2``, lowest at (1, 1).

    Down its walls the curvature is 2,500 times that along its floor (Rosenbrock 1960).

    >>> rosenbrock().curvatures.round(1).tolist()
    [0.4, 1001.6]
    """

    def height(w):
        x, y = w[..., 0], w[..., 1]
        return (1 - x) ** 2 + 100 * (y - x**2) ** 2

    def slope(w):
        x, y = w[..., 0], w[..., 1]
        return np.stack([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)], axis=-1)

    hessian = np.array([[802.0, -400.0], [-400.0, 200.0]])
    return known(height, slope, np.ones(2), np.linalg.eigvalsh(hessian))


def double_well(sharp: float = 100.0, wide: float = 1.0, wide_floor: float = 0.5) -> Landscape:
    """One parameter, two valleys: a sharp one at -1, lowest, and a wide, higher one at +1.

    The lower of two parabolas, so each valley has one curvature up to the edge between them,
    where the slope jumps: a rate below ``2 / sharp`` stays in the sharp valley, a rate above it
    leaves. ``wide_floor`` is the loss at the bottom of the wide one.

    >>> well = double_well()
    >>> well.loss(well.minimum), 2 / well.curvatures[:, 0]
    (array([0. , 0.5]), array([0.02, 2.  ]))
    """

    sharp, wide = (one(n, positive(n, v)) for n, v in (("sharp", sharp), ("wide", wide)))
    wide_floor = one("wide_floor", real("wide_floor", wide_floor))

    def walls(w):
        return sharp * (w + 1) ** 2 / 2, wide * (w - 1) ** 2 / 2 + wide_floor

    def height(w):
        return np.minimum(*walls(w[..., 0]))

    def slope(w):
        in_sharp, in_wide = walls(w)
        return np.where(in_sharp < in_wide, sharp * (w + 1), wide * (w - 1))

    return known(height, slope, np.array([[-1.0], [1.0]]), np.array([[sharp], [wide]]))


def saddle() -> Landscape:
    """Two parameters: ``x**2 / 2 + y**4 / 4 - y**2 / 2``, a pass at (0, 0) between two valleys.

    At the pass the gradient is zero and the curvatures are 1 and -1; the minima are (0, 1) and
    (0, -1). A start with ``y = 0`` ends at the pass; any other leaves it, slowly at first.

    >>> pass_ = saddle()
    >>> pass_.grad([0.0, 0.0]), pass_.grad([0.0, 0.001]).round(6)
    (array([0., 0.]), array([ 0.   , -0.001]))
    """

    def height(w):
        x, y = w[..., 0], w[..., 1]
        return x**2 / 2 + y**4 / 4 - y**2 / 2

    def slope(w):
        x, y = w[..., 0], w[..., 1]
        return np.stack([x, y**3 - y], axis=-1)

    minima = np.array([[0.0, 1.0], [0.0, -1.0]])
    return known(height, slope, minima, np.array([[1.0, 2.0], [1.0, 2.0]]))


def plateau() -> Landscape:
    """One parameter: ``1 - exp(-w**2 / 2)``, a valley of curvature 1 in a flat plain.

    >>> plateau().grad([1.0]).round(3), plateau().grad([5.0]).round(6)
    (array([0.607]), array([1.9e-05]))
    """
    return known(
        height=lambda w: -np.expm1(-(w[..., 0] ** 2) / 2),
        slope=lambda w: w * np.exp(-(w**2) / 2),
        minimum=np.zeros(1),
        curvatures=np.ones(1),
    )


def least_squares(X: Array, y: Array, reduction: str = "mean") -> LeastSquares:
    """Half the squared residuals of ``X @ w``, averaged: ``1/(2N) * sum((X @ w - y)**2)``.

    ``X`` is ``[N, D]``, ``y`` is ``[N]``; there is no hidden bias (see ``data.with_bias``).
    ``reduction="sum"`` leaves out the 1/N. Raises ValueError for other shapes, and for NaN.

    >>> line = least_squares([[1.0], [2.0]], [2.0, 4.0])
    >>> line.loss([0.0]), line.grad([0.0]), line.minimum
    (np.float64(5.0), array([-5.]), array([2.]))
    >>> 2 / line.lipschitz, 2 / least_squares(line.X, line.y, reduction="sum").lipschitz
    (np.float64(0.8), np.float64(0.4))
    """
    X, y = examples(X, y)
    if y.ndim != 1:
        raise BadInput(f"y must hold one number per example, got shape {y.shape}")
    y = y.astype(X.dtype)
    return LeastSquares(X, y, y[:, None], linear(X.shape[1]), half_squares, reduction)


def logistic_regression(
    X: Array, y: Array, reduction: str = "mean", l2: float = 0.0
) -> LinearModel:
    """Cross-entropy in nats of labels 0 and 1, the log-odds of a 1 being ``X @ w``.

    ``X`` is ``[N, D]``, ``w`` is ``[..., D]``. The curvature of one example is at most 1/4.

    >>> coin = logistic_regression([[1.0], [1.0]], [0, 1])
    >>> coin.loss([0.0]).round(3), coin.grad([0.0]), coin.lipschitz
    (np.float64(0.693), array([0.]), np.float64(0.25))
    """
    X, y = examples(X, y)
    targets = one_hot(y, 2)[:, 1:]
    return LinearModel(X, y, targets, linear(X.shape[1]), logistic, reduction, l2, bend=1 / 4)


def softmax_regression(
    X: Array, y: Array, classes: int | None = None, reduction: str = "mean", l2: float = 0.0
) -> LinearModel:
    """Cross-entropy in nats of labels 0..C-1, with one row of weights per class.

    ``X`` is ``[N, D]``, ``w`` is ``[..., C * D]``. The curvature of one example is at most 1/2
    (Böhning 1992, Annals of the Institute of Statistical Mathematics 44).

    >>> dice = softmax_regression([[1.0], [1.0], [1.0]], [0, 1, 2])
    >>> dice.loss([0.0, 0.0, 0.0]).round(3)             # a guess among three costs log 3
    np.float64(1.099)
    """
    X, y = examples(X, y)
    classes = int(y.max()) + 1 if classes is None else count("classes", classes, 2)
    targets = one_hot(y, classes)
    model = linear(X.shape[1], targets.shape[1])
    return LinearModel(X, y, targets, model, cross_entropy, reduction, l2, bend=1 / 2)
