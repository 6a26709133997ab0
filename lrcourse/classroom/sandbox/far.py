"""Things that stay on their side of the wall, and what stands for them on the other."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrcourse.classroom.sandbox.messages import Broken

METHODS = ("loss", "grad", "loss_and_grad", "loss_at", "accuracy")
"""Functions by which an object is known to be an objective, or something that is asked like one."""

TAKES_ALL = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


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


class Parts:
    """An object of the other side: its functions can be called, its data be read."""

    def __init__(self, kind: str, parts: dict[str, Any]):
        """Take the parts by name; ``kind`` is what its type was called."""
        self.kind = kind
        self.__dict__.update(parts)

    def __repr__(self):
        """Say what it was."""
        return f"a {self.kind}"


def parts_of(value: Any) -> dict[str, Any]:
    """Return what can be asked of an objective and its like, by name: functions, and data."""
    fields = [name for name in getattr(value, "_fields", ()) if is_plain(name)]
    parts = {name: getattr(value, name) for name in (*METHODS, *fields) if hasattr(value, name)}
    return parts if any(map(callable, parts.values())) else {}


def is_plain(name: str) -> bool:
    """Whether a part may have this name: NumPy takes an object with ``__array_interface__`` for
    memory that it may read, and one with ``mean`` for an array."""
    return name.isidentifier() and not name.startswith("_") and not hasattr(np.ndarray, name)


def parameters(function: Callable) -> list[str]:
    """Return the names of a function's inputs, as far as they can be known: one that hands on all
    that it is given, as a decorator's may, names none.

    >>> parameters(lambda step, steps_per_epoch=32: 0.1)
    ['step', 'steps_per_epoch']
    >>> parameters(lambda *given, **named: 0.1)
    []
    """
    try:
        inputs = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return []
    free = {each.kind for each in inputs.values()} == TAKES_ALL
    return [] if free else [name for name in inputs if name.isidentifier()]
