"""What was seen at a broken promise, in words: the call at fault, what it gave, what it changed."""

from __future__ import annotations

import numpy as np

from lrcourse.checks.calls import Call, Watched, handed_over, line_at_fault
from lrcourse.checks.values import Comparison, last_comparison
from lrcourse.inputs import in_words
from lrcourse.time_limits import TimeUp, time_limit

ALONE_LIMIT = 1.0
"""Seconds for asking a function once more."""
DIVIDED = "Something was divided by zero, or the logarithm of zero was taken."


def gave(watched: Watched, told: str) -> str:
    """Say what the call at fault gave, what else is worth knowing of it, and what is ``told``."""
    if not watched.calls:
        return told
    compared = last_comparison.get()
    call = at_fault(watched.calls, compared)
    lines = [f"{call} gave {in_words(call.value)}."]
    lines += [
        f"It changed the {name} it was given, to {in_words(call.left[name])}."
        for name in call.changed
    ]
    lines += [
        f"The {name} it was given is part of it: make a new array."
        for name in call.shared
        if not told
    ]
    more = [divided(call), asked_alone(watched, call), told, hidden_by_rounding(compared)]
    return " ".join(filter(None, [*lines, *more]))


def at_fault(calls: list[Call], compared: Comparison | None) -> Call:
    """Return the first call that changed an input; else, where values of the last calls were
    compared one by one, the one whose value differs; else the last call."""
    for call in calls:
        if call.changed:
            return call
    if compared is not None and compared.differs.any() and compared.seen.ndim:
        rows = compared.differs.reshape(len(compared.differs), -1).any(axis=1)
        last = calls[-len(rows) :]
        if len(last) == len(rows) > 1 and all(map(_gave, last, compared.seen)):
            return last[int(rows.argmax())]
    return calls[-1]


def _gave(call: Call, row: np.ndarray) -> bool:
    """Whether this row of what was compared is what the call gave."""
    if not isinstance(call.value, float | int | np.ndarray | np.number):
        return False
    return np.array_equal(np.ravel(call.value), np.ravel(row), equal_nan=True)


def divided(call: Call) -> str:
    """Say that NumPy divided by zero, where the value shows that it did."""
    if call.divided_by_zero and _goes_beyond_numbers(call.value):
        return DIVIDED
    return ""


def asked_alone(watched: Watched, call: Call) -> str:
    """Say what a function that was returned gives when it is asked nothing before, where that is
    something else: then the call that is shown gives it too."""
    if sum(each.asked_of is call.asked_of for each in watched.calls) < 2 or not call.asked_of:
        return ""
    try:
        with time_limit(ALONE_LIMIT), np.errstate(all="ignore"):
            fresh = watched.function(**handed_over(call.asked_of.inputs))
            value = fresh(*handed_over([*call.inputs.values()]))
    except (Exception, SystemExit, TimeUp):
        return ""
    if in_words(value) == in_words(call.value):
        return ""
    return f"Asked for that alone, it gives {in_words(value)}: it remembers earlier calls."


def _goes_beyond_numbers(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_goes_beyond_numbers, value))
    is_float = isinstance(value, float) or getattr(value, "dtype", "") == "float64"
    return is_float and not np.isfinite(value).all()


def hidden_by_rounding(compared: Comparison | None) -> str:
    """Say a difference that the digits shown do not show."""
    if compared is None or not compared.differs.any():
        return ""
    wanted = np.broadcast_to(compared.wanted.reshape(-1), compared.seen.size)
    pairs = list(zip(compared.seen.ravel(), wanted, compared.differs.ravel(), strict=True))
    seen, due = next((each[0], each[1]) for each in pairs if each[2])
    if in_words(seen) != in_words(due) or any(in_words(a) != in_words(b) for a, b, _ in pairs):
        return ""
    return f"Not rounded, that is {float(seen)!r}: off by {abs(seen - due):.2g}."


def raised(watched: Watched, error: BaseException) -> str:
    """Say which call raised what, and on which line."""
    line = line_at_fault(error)
    where = f" On the line: {line}" if line else ""
    words = f"{type(error).__name__}: {error}".rstrip(".")
    return f"{watched.calls[-1]} raised {words}.{where}"


def still_running(watched: Watched, seconds: float) -> str:
    """Say which call did not come to an end, and when it was stopped."""
    call = watched.calls[-1] if watched.calls else watched.name
    return f"{call} was still running after {seconds:g} s. Does every loop end?"
