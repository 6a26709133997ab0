"""What the student edition has in place of answers: mistakes that can be named and not read, and
numbers that were computed beforehand."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any, NamedTuple

import numpy as np

from lrcourse.checks.calls import Call
from lrcourse.checks.exercise import Mistake

CELL = 1e-6
"""Numbers this close, relative to their size, are told apart by nobody: ``same_calls`` has it
too."""
NOTHING = 1e-11
"""A number below this is what rounding leaves of 0."""


class Layer(NamedTuple):
    """The outputs at one probe: for each number, which of two grids has no line near it; and a
    digest."""

    grid: str
    digest: str


class Sealed(NamedTuple):
    """A mistake as digests of its outputs at the probes of the check that explains it.

    Its thought opens with those outputs alone, so that a list of mistakes is no list of hints.
    """

    caught_by: Callable
    salt: str
    layers: list[tuple[str, str]]
    thought: str
    may_be_endless: bool = False

    def matching(
        self, answered: Callable[[int], list[Call]], asked: object, first: int = 0
    ) -> Mistake | None:
        """Return the mistake, open, if its outputs are those of the answer at every probe from the
        ``first`` on, else None."""
        for place, layer in [*enumerate(self.layers)][first:]:
            key = _opened(Layer(*layer), answered(place), self.salt)
            if key is None:
                return None
        thought = _veiled(bytes.fromhex(self.thought), key).decode()
        return Mistake(thought, None, self.caught_by)


def _opened(layer: Layer, calls: list[Call], salt: str) -> bytes | None:
    """Return the key that these calls make, or None where it does not fit the layer."""
    length, _, packed = layer.grid.partition(":")
    grid = f"{int(packed or '0', 16):0{length}b}" if int(length) else ""
    if len(_places(calls)) != len(grid):
        return None
    key = _key(calls, salt, grid)
    return key if _digest(key) == layer.digest else None


def seal(probes: list[list[Call]], thought: str, caught_by: str, salt: str) -> tuple:
    """Return what ``Sealed`` holds after ``caught_by``, from the calls at each probe."""
    salt, layers = f"{salt}-{caught_by}", []
    for calls in probes:
        grid = "".join("1" if 0.25 <= place % 1 < 0.75 else "0" for place in _places(calls))
        key = _key(calls, salt, grid)
        packed = f"{int(grid, 2):0{len(grid)}x}".lstrip("0") if grid else ""
        layers.append((f"{len(grid)}:{packed}", _digest(key)))
    return salt, layers, _veiled(thought.encode(), key).hex()


def _key(calls: list[Call], salt: str, grid: str) -> bytes:
    """Return what stands for all outputs, the same on machines that round otherwise.

    A number counts as the cell of a grid that it falls into. Of two grids, half a cell apart, one
    has its lines far from it, and the mistake's ``grid`` says which: so a last digit that differs
    never crosses a line.
    """
    shift = iter(grid)
    parts = [
        part if isinstance(part, str) else str(round(part + 0.5 * (next(shift) == "1")))
        for call in calls
        for part in _parts_of(call)
    ]
    return hashlib.scrypt("\n".join(parts).encode(), salt=salt.encode(), n=256, r=8, p=1)


def _digest(key: bytes) -> str:
    return hashlib.sha256(key + b"name").hexdigest()[:32]


def _veiled(text: bytes, key: bytes) -> bytes:
    """Return the text veiled, or a veiled text open again."""
    return bytes(a ^ b for a, b in zip(text, hashlib.shake_256(key).digest(len(text)), strict=True))


def _places(calls: list[Call]) -> list[float]:
    return [part for call in calls for part in _parts_of(call) if isinstance(part, float)]


def _parts_of(call: Call) -> Iterator[str | float]:
    yield f"raised {call.raised}"
    yield from parts(call.value)
    for value in call.after.values():
        yield from parts(value)


def parts(value: Any) -> Iterator[str | float]:
    """Take a value apart: words for its form, and for each number its place on a scale whose unit
    is one cell.

    What ``same_calls`` takes for alike gives the same parts, but for rounding.

    >>> list(parts([True, 0.0]))
    ['2 of', '+', 0.0, '0']
    >>> list(parts(np.array([2.0]))) == list(parts(2))
    True
    """
    if isinstance(value, dict):
        yield f"{len(value)} under {sorted(map(repr, value))}"
        for name in sorted(value, key=repr):
            yield from parts(value[name])
    elif isinstance(value, np.random.Generator):
        yield str(value.bit_generator.state)
    elif callable(value):
        yield "a function"
    elif is_dataclass(value):
        yield type(value).__name__
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, list | tuple) or np.ndim(value):
        inside = [part for each in value for part in parts(each)]
        if len(value) != 1 or len(inside) > 2:
            yield f"{len(value)} of"
        yield from inside
    else:
        yield from _number(value)


def _number(value: Any) -> Iterator[str | float]:
    kind = np.asarray(value).dtype.kind
    if kind not in "fiub":
        yield f"{value}" if kind == "U" or value is None else type(value).__name__
    elif not np.isfinite(value) or abs(float(value)) < NOTHING:
        yield "0" if np.isfinite(value) else f"{float(value):g}"
    else:
        yield "+" if value > 0 else "-"
        yield float(np.log(abs(float(value))) / CELL)


def stored(values: dict[str, Any]) -> Callable:
    """Return a function that knows its values beforehand, by ``question`` of its inputs.

    >>> stored({question(2, 3.0): 5.0})(2, 3.0)
    5.0
    """
    return lambda *inputs: values[question(*inputs)]


def question(*inputs: Any) -> str:
    """Return what stands for the inputs of a stored value."""
    text = [part if isinstance(part, str) else f"{part * CELL:.6f}" for part in parts(inputs)]
    return hashlib.sha256("\n".join(text).encode()).hexdigest()[:16]


def beside(curve: Callable, x: Any, y: Any) -> Callable:
    """Return ``curve``, which for no answer gives the expected one's ``x`` and ``y``.

    >>> beside(lambda answer: (answer, answer), [0, 1], [1.0, 0.5])(None)
    ([0, 1], [1.0, 0.5])
    """
    return lambda answer: (x, y) if answer is None else curve(answer)
