"""Values as plain data on a socket: how the grader and a confined answer talk to each other.

A message is a JSON tree and the raw bytes of its arrays. Nothing that arrives is ever run: numbers,
texts, arrays, lists and dictionaries are rebuilt, a function becomes a handle that can be called
back, anything else a token that says its type. Pickle is not used anywhere.
"""

from __future__ import annotations

import inspect
import json
import math
import re
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np

DEPTH = 24
"""Levels that a value may be nested."""
ITEMS = 200_000
"""Entries that one value may have, arrays counted as one."""
KEYS = 5_000
"""Entries of one dictionary that arrives: numbers can be chosen so that each meets all others."""
INPUTS = 100
"""Inputs of a function that travel with it."""
DIGITS = 300
"""Digits of a whole number, to the base 16: Python refuses to write very long ones."""
DRAINED = 10_000
"""Items taken from an iterator: a longer one is cut here."""
TREE_BYTES = 8_000_000
ARRAY_BYTES = 64_000_000
"""Bytes that the arrays of one message may have together."""
COMPACT = json.JSONEncoder(separators=(",", ":"))
HEAD = struct.Struct("!II")
METHODS = ("loss", "grad", "loss_and_grad", "loss_at", "accuracy")
"""Functions by which an object is known to be an objective, or something that is asked like one."""
DTYPE = re.compile(r"[<>|=]?[biufc]\d{1,2}")
PLAIN = {type(None), bool, float, str}
"""Types that are the same in JSON; so are whole numbers, if they are not too long."""
KINDS = "biufc"
"""NumPy's kinds of numbers: the arrays that travel. Texts and objects travel as lists."""


class Broken(Exception):
    """What arrived is no message, or one that goes beyond the limits; its sentence says which."""


@dataclass(frozen=True, repr=False)
class Token:
    """A thing that stays where it was made; only its number and its type's name travel."""

    number: int
    kind: str

    def __repr__(self):
        """Say what it is over there."""
        return f"a {self.kind}"


class Handles:
    """One side's functions and other things that the other side may name by number."""

    def __init__(self, proxy: Callable[[int, str, list[str]], Callable]):
        """Let ``proxy(number, name, parameters)`` stand for a function of the other side."""
        self.proxy = proxy
        self.mine: list[Any] = []

    def number(self, thing: Any) -> int:
        """Return the number under which the other side may name ``thing``."""
        for number, known in enumerate(self.mine):
            if known is thing:
                return number
        self.mine.append(thing)
        return len(self.mine) - 1

    def at(self, number: Any) -> Any:
        """Return what has this number, or raise ``Broken``."""
        if type(number) is not int or not 0 <= number < len(self.mine):
            raise Broken(f"a handle {number!r} that was never given out")
        return self.mine[number]


class Far:
    """What is true of a function of the other side: its number there."""

    far_number: int


def encode(value: Any, handles: Handles) -> tuple[Any, list[bytes]]:
    """Return ``value`` as a JSON tree and the bytes of its arrays.

    >>> encode([1, (0.5, "a")], Handles(None))
    (['l', [1, ['t', [0.5, 'a']]]], [])
    """
    blobs: list[bytes] = []
    return _encode(value, handles, blobs, [0], 0), blobs


def _encode(value, handles, blobs, count, depth):
    count[0] += 1
    if depth > DEPTH or count[0] > ITEMS:
        raise Broken("a value that is nested too deep, or has too many entries")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return value if abs(value) < 2**53 else ["i", hex(value)[:DIGITS]]
    if kind is float:
        return value if math.isfinite(value) else ["f", repr(value)]
    if kind is np.ndarray and value.dtype.kind in KINDS:
        return _stored(value, blobs)

    def inside(each):
        return _encode(each, handles, blobs, count, depth + 1)

    if kind is list:
        return ["l", [inside(each) for each in value]]
    if kind is dict:
        return ["d", [[inside(key), inside(each)] for key, each in value.items()]]
    if isinstance(value, np.generic) and value.dtype.kind in KINDS:
        return ["n", value.dtype.str, *_stored(np.asarray(value), blobs)[2:]]
    if isinstance(value, np.ndarray):
        if value.dtype.kind in KINDS:
            return _stored(np.asarray(value), blobs)
        return ["l", [inside(each) for each in value.tolist()]] if value.ndim else inside(value[()])
    if isinstance(value, np.random.Generator):
        return ["g", inside(value.bit_generator.state)]
    if parts := _parts(value):
        return ["o", kind.__name__, [[name, inside(part)] for name, part in parts.items()]]
    if isinstance(value, list):
        return ["l", [inside(each) for each in value]]
    if isinstance(value, tuple):
        return ["t", [inside(each) for each in value]]
    if isinstance(value, dict):
        return ["d", [[inside(key), inside(each)] for key, each in value.items()]]
    if isinstance(value, Token):
        return ["token", value.number, value.kind]
    if isinstance(value, Far):
        return ["yours", value.far_number]
    if isinstance(value, Iterator):
        return ["it", [inside(each) for _, each in zip(range(DRAINED), value, strict=False)]]
    for plain in (bool, int, float, str):
        if isinstance(value, plain):
            return inside(plain(value))
    if callable(value):
        return ["mine", handles.number(value), _name(value), parameters(value)]
    return ["thing", handles.number(value), kind.__name__]


def _stored(array, blobs):
    order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
    blobs.append(array.tobytes(order=order))
    return ["a", array.dtype.str, len(blobs) - 1, list(array.shape), order]


def _name(function) -> str:
    return str(getattr(function, "__name__", "a function"))[:80]


def parameters(function: Callable) -> list[str]:
    """Return the names of a function's inputs, as far as they can be known.

    >>> parameters(lambda step, steps_per_epoch=32: 0.1)
    ['step', 'steps_per_epoch']
    """
    try:
        return [name for name in inspect.signature(function).parameters if name.isidentifier()]
    except (TypeError, ValueError):
        return []


def _parts(value) -> dict[str, Any]:
    """Return what can be asked of an objective and its like, by name: functions, and data."""
    fields = [name for name in getattr(value, "_fields", ()) if _plain(name)]
    parts = {name: getattr(value, name) for name in (*METHODS, *fields) if hasattr(value, name)}
    return parts if any(map(callable, parts.values())) else {}


def _plain(name) -> bool:
    """Whether a part may have this name: NumPy takes an object with ``__array_interface__`` for
    memory that it may read, and one with ``mean`` for an array."""
    return name.isidentifier() and not name.startswith("_") and not hasattr(np.ndarray, name)


def decode(tree: Any, blobs: list[bytes], handles: Handles) -> Any:
    """Rebuild a value from what ``encode`` made, or raise ``Broken``: the sender may lie.

    >>> decode(*encode({"w": np.array([1.0, 2.0])}, Handles(None)), Handles(None))
    {'w': array([1., 2.])}
    """
    try:
        return _decode(tree, blobs, handles, [0], 0)
    except Broken:
        raise
    except Exception as error:
        raise Broken(f"a value that is none ({type(error).__name__})") from None


def _decode(tree, blobs, handles, count, depth):
    count[0] += 1
    if depth > DEPTH or count[0] > ITEMS:
        raise Broken("a value that is nested too deep, or has too many entries")
    if type(tree) in PLAIN or (type(tree) is int and abs(tree) < 2**53):
        return tree
    kind, *rest = tree
    if kind == "a":
        return _array(*rest, blobs)

    def inside(each):
        return _decode(each, blobs, handles, count, depth + 1)

    if kind in ("l", "t", "it"):
        items = [inside(each) for each in rest[0]]
        return {"l": list, "t": tuple, "it": iter}[kind](items)
    if kind == "d":
        if len(rest[0]) > KEYS:
            raise Broken("a dictionary that has too many entries")
        return {inside(key): inside(each) for key, each in rest[0]}
    if kind == "i":
        return int(rest[0][:DIGITS], 16)
    if kind == "f":
        return {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[rest[0]]
    if kind == "n":
        return _array(*rest, blobs)[()]
    if kind == "g":
        return _generator(inside(rest[0]))
    if kind == "mine":
        number, name, parameters = rest
        inputs = [str(each)[:80] for each in parameters[:INPUTS]]
        return handles.proxy(int(number), str(name)[:80], inputs)
    if kind == "yours":
        return handles.at(rest[0])
    if kind == "token":
        return handles.at(rest[0])
    if kind == "thing":
        return Token(int(rest[0]), str(rest[1])[:80])
    if kind == "o":
        if not all(_plain(name) for name, _ in rest[1]):
            raise Broken("an object with a part that no object of ours has")
        return Parts(str(rest[0])[:80], {name: inside(each) for name, each in rest[1]})
    raise Broken("a kind of value that there is not")


class Parts:
    """An object of the other side: its functions can be called, its data be read."""

    def __init__(self, kind: str, parts: dict[str, Any]):
        """Take the parts by name; ``kind`` is what its type was called."""
        self.kind = kind
        self.__dict__.update(parts)

    def __repr__(self):
        """Say what it was."""
        return f"a {self.kind}"


def _array(dtype, blob, shape, order, blobs):
    if not DTYPE.fullmatch(dtype):
        raise Broken("an array of no numbers")
    dtype = np.dtype(dtype)
    if len(shape) > 16 or not all(type(n) is int and n >= 0 for n in shape):
        raise Broken("an array of a shape that there is not")
    data = blobs[blob]
    if math.prod(shape) * dtype.itemsize != len(data):
        raise Broken("an array whose shape is not that of its numbers")
    if not data and math.prod(n or 1 for n in shape) > ITEMS:
        raise Broken("an array of nothing with too many rows")
    if dtype.kind == "b":
        data = (np.frombuffer(data, "u1") != 0).tobytes()
    return np.frombuffer(data, dtype).copy().reshape(shape, order="F" if order == "F" else "C")


def _generator(state):
    if state["state"]["inc"] % 2 == 0:
        raise Broken("a generator that would soon repeat itself, or stand still")
    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator


def send(channel: socket.socket, tree: Any, blobs: list[bytes] = ()) -> None:
    """Send one message."""
    text = COMPACT.encode([tree, [len(blob) for blob in blobs]]).encode()
    total = sum(map(len, blobs))
    if len(text) > TREE_BYTES or total > ARRAY_BYTES:
        raise Broken("a message that is too long")
    channel.sendall(b"".join([HEAD.pack(len(text), total), text, *blobs]))


def receive(take: Callable[[int], bytes]) -> tuple[Any, list[bytes]]:
    """Read one message with ``take(n)``, which returns n bytes; raise ``Broken`` if it is none."""
    length, total = HEAD.unpack(take(HEAD.size))
    if length > TREE_BYTES or total > ARRAY_BYTES:
        raise Broken("a message that is too long")
    text, data = take(length), take(total)
    try:
        tree, lengths = json.loads(text.decode())
        if not all(type(n) is int and n >= 0 for n in lengths) or sum(lengths) != total:
            raise ValueError
        ends = [0, *accumulate(lengths)]
    except (ValueError, TypeError, RecursionError, OverflowError):
        raise Broken("a message that is none") from None
    return tree, [data[a:b] for a, b in zip(ends[:-1], ends[1:], strict=True)]
