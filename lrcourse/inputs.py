"""Every check of what is given, once: whole numbers, rates, names, generators and shapes.

What cannot be used meets one sentence, ``BadInput``: what it must be, and the value seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from lrcourse.base import Array, BadInput

Rate = float | Array
"""A number, or an array of them: one for each run, or for each parameter."""
Rates = float | Sequence[float] | Array
"""The same as it is given: lists are taken for arrays."""


def whole_numbers(name: str, value: Any, least: int = 0) -> int | Array:
    """Return ``value`` as an int, or as an array of them if it holds several; 1e4 counts as whole.

    Raises ``BadInput`` for what is not whole, or below ``least``.

    >>> whole_numbers("step", 1e4)
    10000
    >>> whole_numbers("step", -1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: step must be a whole number, 0 or more, got -1
    """
    wanted = f"a whole number, {least} or more"
    numbers = _numbers(
        name, value, wanted, lambda n: (n >= least) & np.isfinite(n) & (n == np.floor(n))
    )
    return numbers.astype(int) if numbers.ndim else int(numbers)


def count(name: str, value: Any, least: int = 1) -> int:
    """Return ``value`` as one whole number of at least ``least``.

    Raises ``BadInput`` for anything else: None, a list, 1.5, True.

    >>> count("steps", 1e3), count("steps", 10.0)
    (1000, 10)
    """
    whole = whole_numbers(name, value, least)
    if not isinstance(whole, int):
        raise BadInput(f"{name} must be one number for all runs, got {seen(value)}")
    return whole


def rates(name: str, value: Any) -> Rate:
    """Return ``value`` as a rate, or as one rate per run: finite numbers, 0 or more."""
    return _real(name, value, "a number, 0 or more", lambda n: (n >= 0) & np.isfinite(n))


def positive(name: str, value: Any) -> Rate:
    """Return ``value`` as a finite number above 0, or one per run."""
    return _real(name, value, "a number above 0", lambda n: (n > 0) & np.isfinite(n))


def fraction(name: str, value: Any) -> Rate:
    """Return ``value`` as a number from 0 to 1, or one per run."""
    return _real(name, value, "a number from 0 to 1", lambda n: (n >= 0) & (n <= 1))


def below_one(name: str, value: Any) -> Rate:
    """Return ``value`` as a number from 0 to below 1, or one per run.

    >>> below_one("momentum", 1.0)
    Traceback (most recent call last):
    lrcourse.base.BadInput: momentum must be a number from 0 to below 1, got 1.0
    """
    return _real(name, value, "a number from 0 to below 1", lambda n: (n >= 0) & (n < 1))


def real(name: str, value: Any) -> Rate:
    """Return ``value`` as a number, or an array of them; only NaN is refused."""
    return _real(name, value, "a number", lambda n: ~np.isnan(n))


def one(name: str, value: Rate) -> float:
    """Return ``value``, checked by one of the above, if it is a single number."""
    if np.ndim(value):
        raise BadInput(f"{name} must be one number, got {seen(value)}")
    return float(value)


def rising(name: str, value: Any, least: int = 1) -> Array:
    """Return at least ``least`` rates above 0, each above the one before, ``[rates]``."""
    wanted = f"{'two or more ' if least > 1 else ''}rates above 0 that rise"
    numbers = _numbers(name, value, wanted, lambda n: (n > 0) & np.isfinite(n))
    if numbers.ndim != 1 or len(numbers) < least or (np.diff(numbers) <= 0).any():
        raise BadInput(f"{name} must be {wanted}, got {seen(value)}")
    return numbers.astype(float)


def one_of(name: str, value: Any, names: Iterable[str]) -> Any:
    """Return ``value`` if it is among ``names``.

    >>> one_of("shape", "cos", ["cosine", "linear"])
    Traceback (most recent call last):
    lrcourse.base.BadInput: shape must be one of cosine, linear, got 'cos'
    """
    names = list(names)
    if not (isinstance(value, str) and value in names):
        raise BadInput(f"{name} must be one of {', '.join(names)}, got {seen(value)}")
    return value


def function(name: str, value: Any, what: str) -> Callable:
    """Return ``value`` if it can be called; ``what`` says what it is given and returns."""
    if not callable(value):
        raise BadInput(f"{name} must be a function {what}, got {seen(value)}")
    return value


def generator(rng: Any) -> np.random.Generator:
    """Return ``rng``, or say that a seed, None or the old ``np.random`` is no generator."""
    if not isinstance(rng, np.random.Generator):
        raise BadInput(f"drawing needs rng=np.random.default_rng(seed), got rng={seen(rng)}")
    return rng


def generators(rng: Any, w: Array) -> Any:
    """Return ``rng``: one generator, or a list with one for each entry of ``w``'s first axis."""
    if not isinstance(rng, list | tuple):
        return generator(rng)
    if w.ndim < 2 or len(rng) != w.shape[0]:
        raise BadInput(
            f"rng has {len(rng)} generators, but w has shape {w.shape}: give one for each entry of "
            "its first axis"
        )
    return [generator(each) for each in rng]


def parameters(w: Any, size: int | None = None) -> Array:
    """Return ``w`` as floats ``[..., P]``, where ``P`` is ``size`` if that is given.

    Whole numbers become float64, and what is float stays as it is, uncopied. Raises ``BadInput``
    for what holds no numbers, and for another last axis.

    >>> parameters([1, 2], size=2)
    array([1., 2.])
    """
    w = _array("w", w, "numbers")
    if w.dtype.kind not in "fiub":
        raise BadInput(f"w must hold numbers, got {w.dtype}")
    if size is not None and (w.ndim == 0 or w.shape[-1] != size):
        raise BadInput(f"w needs a last axis of {size} (its parameters), got shape {w.shape}")
    return w if w.dtype.kind == "f" else w.astype(float)


def gradient_room(w: Array, out: Array | None = None) -> Array:
    """Return ``out`` if it can hold the gradient at ``w``, or a new array if it is None."""
    if out is None:
        return np.empty(w.shape, w.dtype)
    if (out.shape, out.dtype) != (w.shape, w.dtype):
        raise BadInput(
            f"out must be like w, {w.dtype} of shape {w.shape}, got {out.dtype} of {out.shape}"
        )
    return out


def examples(X: Any, y: Any) -> tuple[Array, Array]:
    """Return features ``[N, D]`` and a ``y`` for each as arrays, or say what is wrong with them."""
    X, y = _array("X", X, "numbers"), _array("y", y, "numbers")
    if X.ndim != 2 or X.size == 0:
        raise BadInput(f"X must be [examples, features], got shape {X.shape}")
    if y.ndim == 0 or len(y) != len(X):
        raise BadInput(f"y needs one entry for each of {len(X)} examples, got shape {y.shape}")
    if X.dtype.kind not in "fiub" or y.dtype.kind not in "fiub":
        raise BadInput(f"X and y must hold numbers, got {X.dtype} and {y.dtype}")
    if not (np.isfinite(X).all() and np.isfinite(y).all()):
        raise BadInput("X and y must hold numbers only, got NaN or infinity in them")
    return X if X.dtype.kind == "f" else X.astype(float), y


def _real(name, value, wanted, holds):
    numbers = _numbers(name, value, wanted, holds)
    if not numbers.size:
        raise BadInput(f"{name} must be {wanted}, got {seen(value)}")
    return numbers.astype(float) if numbers.ndim else float(numbers)


def _numbers(name, value, wanted, holds):
    numbers = _array(name, value, wanted)
    if numbers.dtype.kind not in "iuf" or not np.all(holds(numbers)):
        raise BadInput(f"{name} must be {wanted}, got {seen(value)}")
    return numbers


def _array(name, value, wanted):
    try:
        return np.asarray(value)
    except ValueError:  # Lists of lists of different lengths.
        raise BadInput(f"{name} must be {wanted}, got {seen(value)}") from None


def seen(value: Any) -> str:
    """Say a value that was refused in one line: text in quotes, a number with all its digits.

    >>> seen("0.1"), seen(np.float64(1e-7)), seen(abs)
    ("'0.1'", '1e-07', 'the function abs')
    """
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, int | float | complex):
        return repr(value)
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    return in_words(value)


def in_words(value: Any) -> str:
    """Say a value in one short line.

    >>> in_words(np.array([1.0, -0.0])), in_words((0.1 + 0.2, None)), in_words(np.zeros((40, 3)))
    ('[1, 0]', '(0.3, None)', 'an array of shape (40, 3) that begins 0, 0, 0')
    >>> in_words({"step": 0, "loss": 2.3})
    'a dictionary of step, loss'
    """
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        if value.ndim == 0:
            return in_words(value.item())
        if value.size > 12:
            first = ", ".join(map(in_words, value.ravel()[:3]))
            return f"an array of shape {value.shape} that begins {first}"
        return in_words(value.tolist())
    if isinstance(value, float | np.floating):
        return f"{value + 0.0:.6g}"  # -0.0 + 0.0 is 0.0
    if isinstance(value, np.integer | np.bool):
        return str(value.item())
    if isinstance(value, tuple | list):
        inside = ", ".join(map(in_words, value[:12])) + (", ..." if len(value) > 12 else "")
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict) and value:
        return f"a dictionary of {', '.join(map(str, value))}"
    if callable(value):
        return getattr(value, "__name__", "a function")
    if isinstance(value, np.random.Generator):
        return "rng"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
