"""The runs behind an explorer, at every slider position at once, with the learner's own step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lrcourse.base import Array, BadInput, Run, stateless
from lrcourse.inputs import in_words
from lrcourse.regimes import BLOWS_UP, CREEPS, LANDS, OVERSHOOTS, SWINGS
from lrcourse.time_limits import TimeUp, time_limit
from lrcourse.training import train

SECONDS = 2.0
"""A learner's function gets this long for all positions together."""


def descents(objective, w, step: Callable, rates: Array, steps: int) -> Array:
    """Drive ``step(w, grad, lr)`` at every rate: the points ``[rates, steps + 1, P]`` it visits.

    Raises ``BadInput`` where ``step`` raises, returns no new ``w``, or takes too long.
    """
    name = getattr(step, "__name__", "your function")
    try:
        with time_limit(SECONDS):
            _must_be_w(name, step(np.array([1.0]), np.array([2.0]), 0.1))
            run = train(objective, w, stateless(step), rates, steps, record=1, blowup=np.inf)
    except TimeUp:
        sentence = f"{name} was still running after {SECONDS:g} s: is there a loop that never ends?"
        raise BadInput(sentence) from None
    except NotImplementedError:
        raise BadInput(f"{name} is not written yet: write it, then run this again.") from None
    except BadInput:
        raise
    except Exception as error:
        sentence = f"{name} raised {type(error).__name__}: {error}. check({name}) says more."
        raise BadInput(sentence) from None
    return every_step(run, steps)


def _must_be_w(name, moved):
    if not (np.shape(moved) == (1,) and np.isrealobj(moved)):
        raise BadInput(
            f"{name} must return the new w, shaped like w; it returned {in_words(moved)}"
        )


def every_step(run: Run, steps: int) -> Array:
    """Return ``w`` as ``[runs, steps + 1, P]``, NaN from where a run stopped being numbers."""
    rows = np.searchsorted(run.w_steps, np.arange(steps + 1), side="right") - 1
    w = np.where(np.isnan(run.loss)[..., np.newaxis], np.nan, run.w[rows])
    return np.moveaxis(w, 0, 1)


def what_happens(offsets: Array) -> str:
    """Say what a descent did, from its distances to the minimum, with their signs.

    >>> [what_happens(np.array(w)) for w in ([8, 7, 6], [8, 0, 0], [8, -4, 2], [8, -9, 10])]
    ['it creeps', 'it lands in one step', 'it overshoots, and comes closer', 'it blows up']
    """
    if not np.isfinite(offsets).all():
        return "it stops being a number"
    start, end = abs(offsets[0]), abs(offsets[-1])
    overshoots = np.any(offsets[1:] * offsets[:-1] < 0)
    if np.all(offsets == offsets[0]):
        return "it does not move"
    if end > 1.01 * start:
        return f"it {BLOWS_UP}" if overshoots else "it runs the wrong way"
    if overshoots:
        closer = f"it {OVERSHOOTS}, and comes closer"
        return f"it {SWINGS} for ever" if end > 0.99 * start else closer
    return f"it {LANDS} in one step" if abs(offsets[1]) < 1e-9 * start else f"it {CREEPS}"
