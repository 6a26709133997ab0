"""A value as Python code: a call that a card shows can be pasted into a cell."""

from __future__ import annotations

from typing import Any

import numpy as np

from lrcourse.inputs import in_words

SHOWN = 24
"""Entries of an array that are written out; a longer one is described."""
FAR_OUT = {"inf": "np.inf", "-inf": "-np.inf", "nan": "np.nan"}


def as_typed(value: Any) -> str:
    """Return code that makes ``value``, with the fewest digits that are all of it.

    Functions stand by their name, generators are ``rng``; an array that is too long for a line is
    described in words.

    >>> as_typed(0.1 + 0.2), as_typed(0.3), as_typed(np.array([[1, -0.0]])), as_typed([1, (2,)])
    ('0.30000000000000004', '0.3', 'np.array([[1.0, 0.0]])', '[1, (2,)]')
    >>> as_typed(np.arange(2, dtype=np.float32)), as_typed(np.inf), as_typed(max)
    ('np.array([0.0, 1.0], np.float32)', 'np.inf', 'max')
    """
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind in "fiub":
        if value.size > SHOWN:
            return in_words(value)
        kind = f", np.{value.dtype.name}" if value.dtype not in (float, int, bool) else ""
        shape = f".reshape{value.shape}" if not value.size and value.ndim > 1 else ""
        return f"np.array({as_typed(value.tolist())}{kind}){shape}"
    if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0:
        return as_typed(value.item())
    if isinstance(value, float):
        return repr(value + 0.0) if np.isfinite(value) else FAR_OUT[f"{value:g}"]
    if type(value) in (list, tuple) and len(value) <= SHOWN:
        inside = ", ".join(map(as_typed, value))
        if type(value) is list:
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return in_words(value)
