"""Reading an answer's value: as numbers, as parts, and whether it is close to what it should be."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, NamedTuple

import numpy as np

from lrcourse.inputs import in_words


class Unfit(Exception):
    """The answer's value cannot be what was asked for, whatever its digits."""


class Comparison(NamedTuple):
    """What was seen beside what was wanted, entry by entry, and which entries differ."""

    seen: np.ndarray
    wanted: np.ndarray
    differs: np.ndarray


last_comparison: ContextVar[Comparison | None] = ContextVar("last_comparison", default=None)
"""What ``close`` compared last: a card shows the entry that differs."""


def close(
    seen: Any, wanted: Any, rtol: float = 1e-6, atol: float = 1e-9, what: str = "That"
) -> bool:
    """Whether ``seen`` is ``wanted`` but for rounding; a float and a 1-element array are the same.

    Raises ``Unfit`` where ``seen`` is None, no number, or of another shape: a sentence about
    ``what``.

    >>> close([0.1 + 0.2], 0.3), close(0.31, 0.3)
    (True, False)
    """
    wanted = np.asarray(wanted, float)
    seen = _array(seen, what)
    if seen.shape != wanted.shape and not seen.size == wanted.size == 1:
        raise Unfit(f"{what} is {_form(seen)}, where {_form(wanted)} belongs.")
    if np.isnan(seen).any() and not np.isnan(wanted).any():
        raise Unfit(f"{what} is not a number (nan).")
    differs = ~np.isclose(seen.ravel(), wanted.ravel(), rtol, atol, equal_nan=True)
    last_comparison.set(Comparison(seen, wanted, differs.reshape(seen.shape)))
    return not differs.any()


def _form(value: np.ndarray) -> str:
    return f"an array of shape {value.shape}" if value.ndim else "one number"


def numbers(seen: Any, what: str = "That") -> np.ndarray:
    """Read an answer's value as an array of finite numbers, at least one, or raise ``Unfit`` with a
    sentence about ``what``.

    >>> numbers(None)
    Traceback (most recent call last):
    lrcourse.checks.values.Unfit: That is None: does every path end in a return?
    >>> numbers("0.5")
    Traceback (most recent call last):
    lrcourse.checks.values.Unfit: That is the text '0.5', where numbers belong.
    """
    seen = _array(seen, what)
    if not seen.size:
        raise Unfit(f"{what} is empty: an array of shape {seen.shape}.")
    if np.isnan(seen).any():
        raise Unfit(f"{what} is not a number (nan).")
    if np.isinf(seen).any():
        raise Unfit(f"{what} is infinite ({in_words(seen[np.isinf(seen)][0])}).")
    return seen


def _array(seen: Any, what: str) -> np.ndarray:
    """Return floats, whatever they are; raise ``Unfit`` where these are no numbers."""
    if seen is None:
        raise Unfit(f"{what} is None: does every path end in a return?")
    try:
        found = np.asarray(unmasked(seen))
        inside = found.ravel().tolist() if found.dtype.kind == "O" else []
        if found.dtype.kind in "fiub" or (inside and all(type(x) in (int, float) for x in inside)):
            return found.astype(float)
    except (TypeError, ValueError):
        pass
    raise Unfit(f"{what} is {kind_of(seen)}.")


def unmasked(value: Any) -> Any:
    """Return an array whose masked numbers are none: nan.

    >>> unmasked(np.ma.masked_greater([0.1, 0.3], 0.2))
    array([0.1, nan])
    """
    masked = np.ma.is_masked(value) and value.dtype.kind in "fiub"
    return value.astype(float).filled(np.nan) if masked else value


def kind_of(value: Any) -> str:
    """Say of a value that is no number what it is.

    >>> kind_of("half"), kind_of(2j)
    ("the text 'half', where numbers belong", 'the complex number 2j, where real ones belong')
    """
    if isinstance(value, list | tuple):
        form = "a list" if isinstance(value, list) else "a tuple"
        return f"{form} whose entries are not all numbers, or not all of one shape"
    if isinstance(value, str):
        return f"the text {in_words(value)}, where numbers belong"
    if isinstance(value, complex | np.complexfloating):
        return f"the complex number {value}, where real ones belong"
    if isinstance(value, np.ndarray):
        inside = {"c": "complex numbers", "U": "texts", "S": "bytes"}.get(value.dtype.kind)
        return f"an array of {inside or 'things that are no floats'}, where numbers belong"
    if callable(value):
        return f"a function ({in_words(value)}), where numbers belong"
    named = {dict: "a dictionary", set: "a set"}.get(type(value))
    return f"{named or f'{in_words(value)}, a value of another kind'}, where numbers belong"


def parts(seen: Any, *names: str) -> tuple:
    """Take an answer that returns several things apart, or raise ``Unfit`` with a sentence.

    >>> loss, grad = parts((1.0, [2.0]), "loss", "grad")
    """
    if not isinstance(seen, tuple | list) or len(seen) != len(names):
        raise Unfit(f"Return {len(names)} things, in this order: {', '.join(names)}.")
    return tuple(seen)
