"""A block of code that is stopped after so many seconds."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys
import threading
import time
from contextlib import contextmanager

IN_A_BROWSER = sys.platform == "emscripten"
"""Whether Python runs where no thread can be started and no signal comes."""
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
    in_main = threading.current_thread() is threading.main_thread()
    rings = in_main and hasattr(signal, "setitimer")
    alarm = _by_looking if IN_A_BROWSER else _by_signal if rings else _from_outside
    with alarm(seconds):
        yield


@contextmanager
def _by_signal(seconds):
    """Let the system ring in the main thread."""
    armed = True

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


@contextmanager
def _from_outside(seconds):
    """Let another thread ring: in threads that are not the main one, and without such timers."""
    armed, done, lock, thread_id = True, threading.Event(), threading.Lock(), threading.get_ident()

    def ring():
        wait = seconds
        while not done.wait(wait):
            wait = REPEAT
            with lock:
                if armed:
                    _raise_in_thread(thread_id)

    threading.Thread(target=ring, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            armed = False
        done.set()


def _raise_in_thread(thread_id: int) -> None:
    """Raise ``TimeUp`` in another thread: the way for systems without interval timers."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), ctypes.py_object(TimeUp))


TOOL = 4
"""The number under which Python calls us back; none of those that debuggers and profilers have."""


@contextmanager
def _by_looking(seconds):
    """Look at the clock at each line, call and jump, for nothing endless goes without: where nobody
    else can ring. Python 3.12 or newer calls us back, and goes on when that raises.

    What is raised at a jump passes by the ``try`` around its loop. So a line, where there is one,
    comes first: only the second jump without any counts."""
    monitoring, due, jumps = sys.monitoring, time.monotonic() + seconds, 0
    events = [getattr(monitoring.events, name) for name in ("LINE", "PY_START", "JUMP")]

    def look(code, *where):
        nonlocal due, jumps
        if time.monotonic() < due or code.co_filename in (__file__, contextlib.__file__):
            return
        jumps = jumps + 1 if len(where) == 2 else 2  # A jump says from where to where.
        if jumps == 2:
            due, jumps = time.monotonic() + REPEAT, 0
            raise TimeUp

    outermost = monitoring.get_tool(TOOL) is None
    if outermost:
        monitoring.use_tool_id(TOOL, "lrcourse")
    before = [monitoring.register_callback(TOOL, event, look) for event in events]
    monitoring.set_events(TOOL, sum(events))
    try:
        yield
    finally:
        for event, outer in zip(events, before, strict=True):
            monitoring.register_callback(TOOL, event, outer)
        if outermost:
            monitoring.set_events(TOOL, 0)
            monitoring.free_tool_id(TOOL)
