"""Data sets, all of them offline: two small tables written out here, then the digits."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from lrcourse import inputs
from lrcourse.base import Array, BadInput
from lrcourse.inputs import count, generator, one, one_of


class Table(NamedTuple):
    """A small regression problem."""

    X: Array
    """Features, ``[N, D]``."""
    y: Array
    """The number to predict, ``[N]``."""
    features: tuple[str, ...]
    """What each column of ``X`` holds, with its unit."""
    target: str
    """What ``y`` holds, with its unit."""


HOUSES = """
    48  35  1.2  318
    55  12  3.4  327
    62  51  0.8  372
    64   8  6.1  309
    70  22  2.5  378
    74  40  4.8  331
    79   3  7.5  362
    83  64  1.9  408
    88  15  5.2  405
    91  29  9.4  342
    95   6  3.1  468
   102  47  6.6  397
   108  18  2.2  507
   112   2 11.0  409
   118  33  4.1  492
   124  71  8.3  415
   131  10  5.7  538
   139  25 12.5  441
   146   5  7.2  566
   158  44  3.6  611
"""

HEIGHTS = """
    151  52.1
    154  49.3
    157  60.4
    159  54.8
    161  58.9
    162  66.2
    164  57.5
    166  63.0
    167  71.4
    169  62.2
    170  68.8
    172  66.1
    173  77.0
    175  70.3
    176  65.9
    178  79.4
    180  73.6
    183  84.2
    187  78.1
    191  88.5
"""


def numbers(text: str) -> Array:
    """Return the numbers written in ``text``, one row per line."""
    return np.array([line.split() for line in text.split("\n") if line.strip()], float)


def houses() -> Table:
    """Twenty flats: area, age and distance to the centre, and the price. Invented for this course.

    >>> sales = houses()
    >>> sales.features, sales.X[0].tolist(), sales.y[0]
    (('area in m²', 'age in years', 'distance in km'), [48.0, 35.0, 1.2], np.float64(318.0))
    """
    *features, price = numbers(HOUSES).T
    names = ("area in m²", "age in years", "distance in km")
    return Table(np.column_stack(features), price, names, "price in 1000 €")


def heights(unit: str = "cm") -> Table:
    """Twenty people: height, and weight in kg. Invented for this course.

    ``unit`` is ``"cm"``, ``"m"`` or ``"standardised"`` (mean 0, standard deviation 1); another one
    raises ``BadInput``. The people are the same; the largest stable learning rate of a straight
    line (height and a bias) is not:

    >>> from lrcourse.objectives import least_squares
    >>> for unit in ("cm", "m", "standardised"):
    ...     people = heights(unit)
    ...     line = least_squares(with_bias(people.X), people.y)
    ...     print(f"{unit}: 2/L = {2 / line.lipschitz:.2g}")
    cm: 2/L = 6.9e-05
    m: 2/L = 0.51
    standardised: 2/L = 2
    """
    height, weight = numbers(HEIGHTS).T
    units = {
        "cm": height,
        "m": height / 100,
        "standardised": (height - height.mean()) / height.std(),
    }
    one_of("unit", unit, units)
    name = f"height, {unit}" if unit == "standardised" else f"height in {unit}"
    return Table(units[unit][:, None], weight, (name,), "weight in kg")


def with_bias(X: Array) -> Array:
    """Return ``X`` with a column of ones in front, whose weight is the bias: ``[N, D + 1]``.
    ``X`` is ``[N, D]``. Raises ``BadInput`` for other shapes.

    >>> with_bias([[5.0], [6.0]])
    array([[1., 5.],
           [1., 6.]])
    """
    X = np.asarray(X)
    if X.ndim != 2:
        raise BadInput(f"X must be [examples, features], got shape {X.shape}")
    return np.column_stack([np.ones(len(X), X.dtype), X])


class Split(NamedTuple):
    """Images to learn from, to choose by, and to report on; ``X`` ``[N, 64]``, ``y`` ``[N]``."""

    X_train: Array
    y_train: Array
    X_validation: Array
    y_validation: Array
    X_test: Array
    y_test: Array


def pixels_and_labels() -> tuple[Array, Array]:
    """Return the 1797 images as they come, ``[1797, 64]`` from 0 to 16, and labels ``[1797]``.

    The file is the one that scikit-learn carries (UCI ML, Alpaydin & Kaynak 1998, CC BY 4.0).

    >>> X, y = pixels_and_labels()
    >>> X.shape, y[:4]
    ((1797, 64), array([0, 1, 2, 3]))
    """
    table = np.loadtxt(Path(__file__).with_name("digits.csv.gz"), delimiter=",")
    return table[:, :-1], table[:, -1].astype(int)


def digits(seed: int = 0) -> Split:
    """Return 1797 handwritten digits, 8 by 8 pixels: 1000 to train, 297 to validate, 500 to test.

    Pixels run from 0 to 1, minus the mean training image; labels are 0..9. ``seed`` deals the
    images out: raises ``BadInput`` unless it is a whole number, 0 or more.

    >>> split = digits()
    >>> split.X_train.shape, split.X_validation.shape, split.X_test.shape
    ((1000, 64), (297, 64), (500, 64))
    """
    X, y = pixels_and_labels()
    order = np.random.default_rng(count("seed", seed, 0)).permutation(len(X))
    X = (X - X[order[:1000]].mean(axis=0)) / 16
    train, validation, test = np.split(order, [1000, 1297])
    return Split(X[train], y[train], X[validation], y[validation], X[test], y[test])


def noisy_labels(y: Array, fraction: float, rng: np.random.Generator, classes: int = 10) -> Array:
    """Return a copy of ``y`` in which that fraction of the labels is wrong.

    ``round(fraction * len(y))`` labels, picked at random, each become one of the other classes,
    all equally likely. ``y`` and the result are ``[N]``. Raises ``BadInput`` for a fraction outside
    0..1, and for an ``rng`` that is no generator.

    >>> noisy_labels(np.arange(10), 0.3, np.random.default_rng(0))
    array([0, 1, 2, 3, 4, 6, 7, 7, 8, 0])
    """
    part, classes = (
        one("fraction", inputs.fraction("fraction", fraction)),
        count("classes", classes, 2),
    )
    y = np.array(y)
    wrong = generator(rng).choice(len(y), round(part * len(y)), replace=False)
    y[wrong] = (y[wrong] + rng.integers(1, classes, len(wrong))) % classes
    return y
