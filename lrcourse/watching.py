"""Call a learner's function under a time limit, keep what went in and came out, say it in words."""

from __future__ import annotations

import copy
import ctypes
import inspect
import linecache
import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

REPEAT = 0.05
"""Seconds between two alarms: an answer that swallows one exception meets the next."""


class TimeUp(BaseException):
    """The time is over. Not an ``Exception``, so that ``except Exception`` does not swallow it."""


@contextmanager
def time_limit(seconds: float):
    """Raise ``TimeUp`` in the block's thread after ``seconds``, and again until the block ends.

    It interrupts Python, not one long call into C: that comes back when it comes back.

    >>> try:
    ...     with time_limit(0.01):
    ...         while True:
    ...             pass
    ... except TimeUp:
    ...     print("still running")
    still running
    """
    armed = True
    in_main = threading.current_thread() is threading.main_thread()
    if in_main and hasattr(signal, "setitimer"):

        def ring(*_):
            if armed:
                raise TimeUp

        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds, REPEAT)
        try:
            yield
        finally:
            armed = False
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    else:
        done, lock, thread_id = threading.Event(), threading.Lock(), threading.get_ident()

        def ring_from_outside():
            wait = seconds
            while not done.wait(wait):
                wait = REPEAT
                with lock:
                    if armed:
                        _raise_in_thread(thread_id)

        threading.Thread(target=ring_from_outside, daemon=True).start()
        try:
            yield
        finally:
            with lock:
                armed = False
            done.set()


def _raise_in_thread(thread_id: int) -> None:
    """Raise ``TimeUp`` in another thread: the way for systems without interval timers."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), ctypes.py_object(TimeUp))


class AnswerRaised(Exception):
    """The learner's function raised; the cause is the exception it raised."""


@dataclass
class Call:
    """One call of a learner's function: what went in, what came out, what the inputs became."""

    name: str
    inputs: dict[str, Any]
    value: Any = None
    raised: str = ""
    after: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say the call as it would be typed."""
        inputs = ", ".join(f"{name}={in_words(value)}" for name, value in self.inputs.items())
        return f"{self.name}({inputs})"


class Watched:
    """A learner's function that remembers its calls. A function it returns is watched too."""

    def __init__(self, function: Callable, name: str = "", calls: list[Call] | None = None):
        """Watch ``function``, under ``name`` if it is called otherwise, adding to ``calls``."""
        self.function = function
        self.name = name or getattr(function, "__name__", "your function")
        self.calls: list[Call] = [] if calls is None else calls

    def __call__(self, *args, **kwargs):
        """Call the function, remember the call, and raise ``AnswerRaised`` if it raises."""
        given = _named(self.function, args, kwargs)
        call = Call(self.name, _copied(given))
        self.calls.append(call)
        try:
            value = self.function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            call.raised = f"{type(error).__name__}: {error}"
            raise AnswerRaised(call.raised) from error
        call.value, call.after = _copied(value), _copied(given)
        if callable(value):
            return Watched(value, f"{call}", self.calls)
        return value


def _named(function: Callable, args: tuple, kwargs: dict) -> dict[str, Any]:
    """Name the inputs as the function's own signature does."""
    try:
        return dict(inspect.signature(function).bind(*args, **kwargs).arguments)
    except (TypeError, ValueError):
        return {**{f"input {i}": value for i, value in enumerate(args, 1)}, **kwargs}


def _copied(value: Any) -> Any:
    with suppress(Exception):
        return copy.deepcopy(value)
    return value


def same_calls(ours: list[Call], theirs: list[Call]) -> bool:
    """Whether two functions answered the same questions alike, whatever they call the inputs;
    a number and an array of one number are alike."""
    return len(ours) == len(theirs) and all(
        a.raised == b.raised
        and _alike(a.value, b.value)
        and _alike(list(a.after.values()), list(b.after.values()))
        for a, b in zip(ours, theirs, strict=True)
    )


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_alike, a, b))
    if callable(a) or callable(b):
        return callable(a) and callable(b)
    if isinstance(a, np.random.Generator) and isinstance(b, np.random.Generator):
        return str(a.bit_generator.state) == str(b.bit_generator.state)
    try:
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.kind in "fiubc" and b.dtype.kind in "fiubc":
            fit = a.shape == b.shape or a.size == b.size == 1
            return fit and np.allclose(a, b, 1e-6, 1e-12, equal_nan=True)
        return a.shape == b.shape and bool(np.all(a == b))
    except Exception:
        return False


def in_words(value: Any) -> str:
    """Say a value in one short line.

    >>> in_words(np.array([1.0, -0.0])), in_words((0.1 + 0.2, None)), in_words(np.zeros((40, 3)))
    ('[1, 0]', '(0.3, None)', 'an array of shape (40, 3) that begins 0, 0, 0')
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
    if callable(value):
        return getattr(value, "__name__", "a function")
    if isinstance(value, np.random.Generator):
        return "rng"
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def line_at_fault(error: BaseException) -> str:
    """Return the last line of the learner's own code in a traceback, or an empty string."""
    if hasattr(error, "line"):  # an answer that ran elsewhere brings its line along
        return error.line
    line = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not any(
            part in code.co_filename for part in ("site-packages", "lib/python", "watching")
        ):
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line
