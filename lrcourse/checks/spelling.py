"""A value as Python code: a call that a card shows can be pasted into a cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from lrcourse.inputs import in_words

SHOWN = 40
"""Entries of an array that are written out; a longer one is described."""
FAR_OUT = {"inf": "np.inf", "-inf": "-np.inf", "nan": "np.nan"}


def from_code(code: str) -> Any:
    """Return the function that ``code`` makes with NumPy alone; a card shows it as this code.

    What runs an answer of somebody else's is told another name: the code may hold a result.

    >>> square = from_code("lambda w: w**2")
    >>> square(3), as_typed([square]), square.__name__
    (9, '[lambda w: w**2]', 'given')
    """
    function = eval(code, {"np": np})
    function.__name__ = function.__qualname__ = "given"
    function.as_typed = code
    return function


def typed_before(values: list | tuple) -> list[str]:
    """Return the lines that have to stand before the code of these values, each once: what has
    ``typed_after`` names its own."""
    found = []
    for value in values:
        found += filter(None, [getattr(value, "typed_after", "")])
        found += typed_before(value) if type(value) in (list, tuple) else []
    return list(dict.fromkeys(found))


def as_typed(value: Any) -> str:
    """Return code that makes ``value``, with the fewest digits that are all of it.

    What has ``as_typed`` says it itself, other functions stand by their name. A generator that
    nobody has drawn from stands by its seed, and any other is ``rng``. An array that is too long
    for a line is described in words, unless it is ``np.eye``.

    >>> as_typed(0.1 + 0.2), as_typed(0.3), as_typed(np.array([[1, -0.0]])), as_typed([1, (2,)])
    ('0.30000000000000004', '0.3', 'np.array([[1.0, 0.0]])', '[1, (2,)]')
    >>> as_typed(np.arange(2, dtype=np.float32)), as_typed(np.inf), as_typed(max)
    ('np.array([0.0, 1.0], np.float32)', 'np.inf', 'max')
    >>> as_typed(np.eye(12)), as_typed(np.random.default_rng(5))
    ('np.eye(12)', 'np.random.default_rng(5)')
    """
    if hasattr(value, "as_typed"):
        return value.as_typed
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fiub":
        return _array(value)
    if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0:
        return as_typed(value.item())
    if isinstance(value, float):
        return repr(value + 0.0) if np.isfinite(value) else FAR_OUT[f"{value:g}"]
    if isinstance(value, np.random.Generator):
        return _generator(value)
    if type(value) in (list, tuple) and len(value) <= SHOWN:
        inside = ", ".join(map(as_typed, value))
        if type(value) is list:
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return in_words(value)


def _array(value: np.ndarray) -> str:
    if value.size > SHOWN:
        is_eye = value.dtype == float and np.array_equal(value, np.eye(len(value)))
        return f"np.eye({len(value)})" if is_eye else in_words(value)
    kind = f", np.{value.dtype.name}" if value.dtype not in (float, int, bool) else ""
    shape = f".reshape{value.shape}" if not value.size and value.ndim > 1 else ""
    return f"np.array({as_typed(value.tolist())}{kind}){shape}"


def _generator(value: np.random.Generator) -> str:
    """Return the code of a generator as it was made, or its name where its seed says no more."""
    seed = value.bit_generator.seed_seq.entropy
    is_fresh = value.bit_generator.state == np.random.default_rng(seed).bit_generator.state
    return f"np.random.default_rng({as_typed(seed)})" if is_fresh else "rng"
