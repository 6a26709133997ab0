"""A value rebuilt from plain data. Nothing that arrives is ever run, and the sender may lie."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from lrcourse.classroom.sandbox.far import Handles, Parts, Token, is_plain
from lrcourse.classroom.sandbox.messages import DEPTH, DIGITS, ITEMS, NUMBERS, Broken

KEYS = 5_000
"""Entries of one dictionary that arrives: numbers can be chosen so that each meets all others."""
INPUTS = 100
"""Inputs of a function that travel with it."""
DTYPE = re.compile(r"[<>|=]?[biufc]\d{1,2}")
PLAIN = {type(None), bool, float, str}
"""Types that are the same in JSON; so are whole numbers, if they are not too long."""
NOT_FINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def decode(tree: Any, blobs: list[bytes], handles: Handles) -> Any:
    """Rebuild a value from what ``encode`` made, or raise ``Broken``.

    >>> from lrcourse.classroom.sandbox.encoding import encode
    >>> decode(*encode({"w": np.array([1.0, 2.0])}, Handles(None)), Handles(None))
    {'w': array([1., 2.])}
    """
    try:
        return _Decoding(blobs, handles).value(tree, 0)
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"a value that is none ({type(error).__name__})") from None


class _Decoding:
    """What of one message has been rebuilt so far."""

    def __init__(self, blobs: list[bytes], handles: Handles):
        self.blobs, self.handles = blobs, handles
        self.items = self.numbers = 0

    def value(self, tree: Any, depth: int) -> Any:
        """Return the value of ``tree``."""
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise Broken("a value that is nested too deep, or has too many entries")
        if type(tree) in PLAIN or (type(tree) is int and abs(tree) < 2**53):
            return tree
        kind, *rest = tree
        if kind not in KINDS_OF_TREE:
            raise Broken("a kind of value that there is not")
        return KINDS_OF_TREE[kind](self, depth + 1, *rest)

    def several(self, depth: int, trees: list) -> list:
        """Return a list."""
        return [self.value(each, depth) for each in trees]

    def mapping(self, depth: int, pairs: list) -> dict:
        """Return a dictionary."""
        if len(pairs) > KEYS:
            raise Broken("a dictionary that has too many entries")
        return {self.value(key, depth): self.value(each, depth) for key, each in pairs}

    def array(self, depth: int, dtype: str, blob: int, shape: list, order: str) -> np.ndarray:
        """Return an array of numbers."""
        if not DTYPE.fullmatch(dtype):
            raise Broken("an array of no numbers")
        if len(shape) > 16 or not all(type(n) is int and n >= 0 for n in shape):
            raise Broken("an array of a shape that there is not")
        kind, data = np.dtype(dtype), self.blobs[blob]
        self.numbers += math.prod(shape)
        if self.numbers > NUMBERS:
            raise Broken(f"a value with more than {NUMBERS} numbers")
        if math.prod(shape) * kind.itemsize != len(data):
            raise Broken("an array whose shape is not that of its numbers")
        if not data and math.prod(n or 1 for n in shape) > ITEMS:
            raise Broken("an array of nothing with too many rows")
        if kind.kind == "b":
            data = (np.frombuffer(data, "u1") != 0).tobytes()
        return np.frombuffer(data, kind).copy().reshape(shape, order="F" if order == "F" else "C")

    def function(self, depth: int, number: int, name: str, inputs: list) -> Callable:
        """Return what stands for a function of the other side."""
        named = [str(each)[:80] for each in inputs[:INPUTS]]
        return self.handles.proxy(int(number), str(name)[:80], named)

    def parts(self, depth: int, kind: str, parts: list) -> Parts:
        """Return what stands for an object of the other side that can be asked."""
        if not all(is_plain(name) for name, _ in parts):
            raise Broken("an object with a part that no object of ours has")
        return Parts(str(kind)[:80], {name: self.value(each, depth) for name, each in parts})

    def generator(self, depth: int, tree: Any) -> np.random.Generator:
        """Return a generator that goes on where the other one was."""
        state = self.value(tree, depth)
        if state["state"]["inc"] % 2 == 0:
            raise Broken("a generator that would soon repeat itself, or stand still")
        generator = np.random.default_rng(0)
        generator.bit_generator.state = state
        return generator


KINDS_OF_TREE: dict[str, Callable] = {
    "a": _Decoding.array,
    "n": lambda self, *rest: self.array(*rest)[()],
    "l": _Decoding.several,
    "t": lambda self, *rest: tuple(self.several(*rest)),
    "it": lambda self, *rest: iter(self.several(*rest)),
    "d": _Decoding.mapping,
    "i": lambda self, depth, digits: int(digits[:DIGITS], 16),
    "f": lambda self, depth, name: NOT_FINITE[name],
    "g": _Decoding.generator,
    "mine": _Decoding.function,
    "yours": lambda self, depth, number: self.handles.at(number),
    "token": lambda self, depth, number, kind="": self.handles.at(number),
    "thing": lambda self, depth, number, kind: Token(int(number), str(kind)[:80]),
    "o": _Decoding.parts,
}
"""Mark -> what rebuilds a value from what follows it, and how deep it stands."""
