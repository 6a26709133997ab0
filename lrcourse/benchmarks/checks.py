"""What the drawn promise of each exercise costs: the last, all that its specification allows."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lrcourse.checks.examine import attempt
from lrcourse.exercises import exercise, exercise_names

MOST = 0.3
"""Seconds of a processor that the drawn promise of an exercise may take."""


def drawn(seeds: int) -> Iterator[str]:
    """Say of each exercise the processor time of its drawn promise on its own answer, the longest
    of so many ``seeds``, as lines; then which of them take more than ``MOST``."""
    taken = {}
    for name in exercise_names():
        taken[name] = max(_seconds(name, seed) for seed in range(seeds))
        yield f"{name:24} {1000 * taken[name]:6.1f} ms"
    above = [name for name, seconds in taken.items() if seconds > MOST]
    yield f"above {MOST} s: {', '.join(above) or 'none'}"


def _seconds(name: str, seed: int) -> float:
    unit = exercise(name)
    (promise,) = (check for check in unit.checks if check.drawn)
    began = time.process_time()
    attempt(unit, promise, unit.answer, seed)
    return time.process_time() - began
