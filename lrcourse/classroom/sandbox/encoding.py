"""A value as plain data: numbers, texts, arrays, lists and dictionaries as they are, a function as
a handle that can be called back, anything else as a token that says its type."""

from __future__ import annotations

import array
import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from numbers import Rational
from typing import Any

import numpy as np

from lrcourse.classroom.sandbox.far import Far, Handles, Token, parameters, parts_of
from lrcourse.classroom.sandbox.messages import DEPTH, DIGITS, ITEMS, KINDS, NUMBERS, Broken

DRAINED = 10_000
"""Items taken from an iterator: a longer one is cut here."""
PLAIN: dict[type, Callable] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
    complex: np.complex128,
    Rational: float,
    Decimal: float,
    array.array: np.asarray,
}
"""Type -> what makes of it, and of its subclasses, a value that travels."""


def encode(value: Any, handles: Handles) -> tuple[Any, list[bytes]]:
    """Return ``value`` as a JSON tree and the bytes of its arrays.

    >>> encode([1, (0.5, "a")], Handles(None))
    (['l', [1, ['t', [0.5, 'a']]]], [])
    """
    encoding = _Encoding(handles)
    return encoding.tree(value, 0), encoding.blobs


class _Encoding:
    """What one value has come to so far."""

    def __init__(self, handles: Handles):
        self.handles, self.blobs = handles, []
        self.items = self.numbers = 0

    def tree(self, value: Any, depth: int) -> Any:
        """Return the tree of ``value``, what is most common first."""
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise Broken("a value that is nested too deep, or has too many entries")
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if abs(value) < 2**53 else ["i", hex(value)[:DIGITS]]
        if kind is float:
            return value if math.isfinite(value) else ["f", repr(value)]
        if kind is np.ndarray and value.dtype.kind in KINDS:
            return self.stored(value)
        if kind is list or kind is tuple:
            return self.several("l" if kind is list else "t", value, depth)
        if kind is dict:
            return self.pairs(value, depth)
        return self.other(value, depth)

    def several(self, mark: str, values, depth: int) -> list:
        """Return the tree of a list and its like."""
        return [mark, [self.tree(each, depth + 1) for each in values]]

    def pairs(self, value: dict, depth: int) -> list:
        """Return the tree of a dictionary."""
        return ["d", [[self.tree(each, depth + 1) for each in pair] for pair in value.items()]]

    def other(self, value: Any, depth: int) -> Any:
        """Return the tree of what is made from plain types, or asked like an objective."""
        if isinstance(value, np.ndarray | np.generic):
            return self.of_numpy(value, depth)
        if isinstance(value, np.random.Generator):
            return ["g", self.tree(value.bit_generator.state, depth + 1)]
        if parts := parts_of(value):
            named = [[name, self.tree(part, depth + 1)] for name, part in parts.items()]
            return ["o", type(value).__name__, named]
        if isinstance(value, dict):
            return self.pairs(value, depth)
        for known, plain in PLAIN.items():
            if isinstance(value, known):
                return self.tree(plain(value), depth + 1)
        if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
            return self.several("t" if isinstance(value, tuple) else "l", value, depth)
        if isinstance(value, Iterator):
            return self.several("it", islice(value, DRAINED), depth)
        return self.named(value)

    def named(self, value: Any) -> list:
        """Return the tree of what stays here and is named by its number."""
        if isinstance(value, Token):
            return ["token", value.number, value.kind]
        if isinstance(value, Far):
            return ["yours", value.far_number]
        if callable(value):
            name = str(getattr(value, "__name__", "a function"))[:80]
            return ["mine", self.handles.number(value), name, parameters(value)]
        return ["thing", self.handles.number(value), type(value).__name__]

    def of_numpy(self, value: np.ndarray | np.generic, depth: int) -> Any:
        """Return the tree of an array of any subclass and any kind, or of one number of NumPy's."""
        if value.dtype.kind not in KINDS:
            return self.tree(value.tolist(), depth + 1)
        if isinstance(value, np.ndarray):
            masked = np.ma.is_masked(value)
            return self.stored(value.astype(float).filled(np.nan) if masked else np.asarray(value))
        return ["n", value.dtype.str, *self.stored(np.asarray(value))[2:]]

    def stored(self, array: np.ndarray) -> list:
        """Return the tree of an array, whose bytes join the blobs."""
        self.numbers += array.size
        if self.numbers > NUMBERS:
            raise Broken(f"a value with more than {NUMBERS} numbers")
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        self.blobs.append(array.tobytes(order=order))
        return ["a", array.dtype.str, len(self.blobs) - 1, list(array.shape), order]
