"""What an exercise's specification allows as inputs, declared once and drawn from.

A problem is drawn by the unit's own function; the engine turns it into its other kinds: whole
numbers, zeros, float32, views, lists, defaults left out, and asks the plain one twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

GENERIC = 3
"""Problems of the probe on which a known mistake must agree before it is named."""
SINGLE = 1e-3
"""Digits that float32 leaves of an answer, relative to its size."""


class Problem(NamedTuple):
    """One problem: in words of which kind it is, and ``make()``, which makes its inputs anew."""

    kind: str
    make: Callable[[], dict[str, Any]]
    rtol: float
    asks: int | None = None
    """How many of the inputs a function that comes back is asked, the first; None means all."""


class Domain(NamedTuple):
    """What the inputs of an exercise may be."""

    draw: Callable[..., dict[str, Any]]
    """``draw(rng)`` or ``draw(rng, shape)`` returns inputs by name, in the signature's order."""
    shapes: Sequence[tuple[int, ...]] = ()
    """Shapes that ``draw`` is asked for, the generic one first; () where it takes none."""
    corners: Sequence[dict[str, Any]] = ()
    """Inputs that take the place of drawn ones, at what the specification names."""
    whole: Sequence[str] | None = None
    """Arrays that may hold whole numbers; None means each that holds floats."""
    single: bool = True
    """Whether float32 is precise enough for what is asked."""
    views: bool = True
    """Whether an array's order in memory can be chosen: not where there are lists alone."""
    lists: Sequence[str] = ()
    """Arrays that may be lists."""
    asked: Callable[[dict[str, Any]], Sequence[Any]] | None = None
    """Where an answer is a function: the inputs that it is asked for, in this order."""
    few: int = 3
    """How many of these, the first, are asked in all problems but the plain one."""
    seen_as: Callable[..., Any] = lambda value, given: value
    """What of a value is compared, where more than one is right."""
    rtol: float = 1e-6
    apart: bool = False
    """Whether the specification says that what is returned is new: no view of an input."""
    zeros: Sequence[str] | None = None
    """Arrays in which a number may be exactly 0; None means each that holds floats."""
    left_out: dict[str, Any] = {}
    """Inputs that take the place of drawn ones where the defaults are left out: they show them."""

    def problems(self, rng: np.random.Generator, defaults: Sequence[str]) -> Iterator[Problem]:
        """Yield the problems that an answer is asked: of each kind one, and every corner."""
        plain = self._drawn(rng)
        yield Problem("", plain, self.rtol)
        yield Problem("It was asked a second time.", plain, self.rtol, self.few)
        for kind, make, rtol in self._others(rng, defaults):
            yield Problem(kind, make, rtol, self.few)

    def _others(self, rng: np.random.Generator, defaults: Sequence[str]) -> Iterator[tuple]:
        """Yield of each problem but the plain one its kind, how it is made and its tolerance."""
        for shape in self.shapes[1:]:
            yield f"The shape is {shape}.", self._drawn(rng, shape), self.rtol
        for corner in self.corners:
            yield "", _turned(self._drawn(rng), lambda given, new=corner: given | new), self.rtol
        table = [each for each in self.shapes if each][:1]
        for kind, turn, rtol in self._kinds(self._drawn(rng, *table)()):
            yield kind, _turned(self._drawn(rng, *table), turn), rtol
        if defaults:
            kind = f"Left out, to be what the specification says: {', '.join(defaults)}."
            shown = partial(_without, defaults, self.left_out)
            yield kind, _turned(self._drawn(rng), shown), self.rtol

    def generic(self) -> Iterator[Problem]:
        """Yield the problems of the probe: plain ones, the same at every check."""
        rng = np.random.default_rng(GENERIC)
        for _ in range(GENERIC):
            yield Problem("", self._drawn(rng), self.rtol)

    def _drawn(self, rng: np.random.Generator, *shape: tuple) -> Callable[[], dict[str, Any]]:
        """Return a function that draws one and the same problem anew."""
        seed, shape = int(rng.integers(2**32)), shape or tuple(self.shapes[:1])
        return lambda: self.draw(np.random.default_rng(seed), *shape)

    def _kinds(self, given: dict[str, Any]) -> Iterator[tuple[str, Callable, float]]:
        """Yield the kinds of number, memory and container that these inputs may have."""
        arrays = [
            name for name, each in given.items() if isinstance(each, np.ndarray) and each.ndim
        ]
        tables = [name for name in arrays if given[name].ndim > 1]
        floats = [name for name in arrays if given[name].dtype == float]
        whole = floats if self.whole is None else self.whole
        zeros = floats if self.zeros is None else self.zeros
        for names, said, turned, rtol in [
            (whole, f" {_hold(whole)} whole numbers.", whole_numbers, self.rtol),
            (zeros, f" {_hold(zeros)} a 0.", with_a_zero, self.rtol),
            (floats * self.single, f" {_hold(floats)} float32.", np.float32, SINGLE),
            (arrays * self.views, ": a view into a larger array.", strided, self.rtol),
            (tables * self.views, ": transposed in memory.", transposed, self.rtol),
            (self.lists, ": a list.", as_list, self.rtol),
        ]:
            if names:
                yield f"{_and(names)}{said}", partial(_turn, names, turned), rtol


def _turned(make: Callable[[], dict], turn: Callable[[dict], dict]) -> Callable[[], dict]:
    return lambda: turn(make())


def _without(names: Sequence[str], new: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in (given | new).items() if name not in names}


def _turn(names: Sequence[str], turned: Callable, given: dict[str, Any]) -> dict[str, Any]:
    return given | {name: turned(given[name]) for name in names}


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _hold(names: Sequence[str]) -> str:
    return "hold" if len(names) > 1 else "holds"


def whole_numbers(value: Any) -> Any:
    """Return whole numbers in the place of numbers, with their signs; 0 stays 0.

    >>> whole_numbers(np.array([0.1, -2.3, 0.0]))
    array([  1, -10,   0])
    """
    return (np.sign(value) * np.ceil(4 * np.abs(value))).astype(int)


def with_a_zero(value: np.ndarray) -> np.ndarray:
    """Return the same numbers with an exact 0 in the place of the first.

    >>> with_a_zero(np.array([0.5, -2.0]))
    array([ 0., -2.])
    """
    value = value.copy()
    value.flat[0] = 0
    return value


def strided(value: np.ndarray) -> np.ndarray:
    """Return the same numbers as every other column of a larger array."""
    return np.repeat(value, 2, axis=-1)[..., ::2]


def transposed(value: np.ndarray) -> np.ndarray:
    """Return the same numbers, columns first in memory."""
    return np.asfortranarray(value)


def as_list(value: Any) -> list:
    """Return an array's numbers as a list."""
    return np.asarray(value).tolist()
