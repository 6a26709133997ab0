"""Call a learner's function, keep what went in and came out, and say it in words."""

from __future__ import annotations

import copy
import inspect
import linecache
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lrcourse.checks.spelling import as_typed, typed_before

FIXED = {int, float, bool, str, type(None), np.float64, np.int64}
"""Types of what cannot be changed, and so need not be copied."""


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
    left: dict[str, Any] = field(default_factory=dict)
    """The inputs themselves, which a function that was returned may go on changing."""
    over: bool = False
    divided_by_zero: bool = False
    shared: list[str] = field(default_factory=list)
    """The inputs of which the value is a part, or that are part of it."""
    asked_of: Call | None = None
    """The call that returned the function that is called here."""

    def __str__(self) -> str:
        """Say the call as it would be typed, after what its inputs are made with."""
        inputs = (
            f"{name}={as_typed(value)}" if name.isidentifier() else as_typed(value)
            for name, value in self.inputs.items()
        )
        before = typed_before(list(self.inputs.values()))
        return "; ".join([*before, f"{self.name}({', '.join(inputs)})"])

    @property
    def changed(self) -> list[str]:
        """The inputs that the call changed."""
        return [
            name
            for name, left in self.left.items()
            if _may_not_change(left) and not _alike(self.inputs[name], left, 0)
        ]


def _may_not_change(value: Any) -> bool:
    """Whether an input holds what a call may not touch; a generator is there to be drawn from."""
    return isinstance(value, np.ndarray | list | dict | tuple)


class Watched:
    """A learner's function that remembers its calls. A function it returns is watched too.

    It is handed copies of arrays, lists and dictionaries, and copies come back: what a check goes
    on comparing with is the check's own, whatever later calls do.
    """

    def __init__(
        self,
        function: Callable,
        name: str = "",
        calls: list[Call] | None = None,
        returned_by: Call | None = None,
    ):
        """Watch ``function``, under ``name`` if it is called otherwise, adding to ``calls``; one
        that came back is ``returned_by`` a call."""
        self.returned_by = returned_by
        self.function = function
        self.name = name or getattr(function, "__name__", "your function")
        self.calls: list[Call] = [] if calls is None else calls

    def __call__(self, *args, **kwargs):
        """Call the function, remember the call, and raise ``AnswerRaised`` if it raises."""
        given = self._named(args, kwargs)
        call = Call(self.name, _copied(given), asked_of=self.returned_by)
        self.calls.append(call)
        args, kwargs = handed_over(args), handed_over(kwargs)
        try:
            value = self.function(*args, **kwargs)
        except (Exception, SystemExit) as error:
            call.raised = f"{type(error).__name__}: {error}"
            raise AnswerRaised(call.raised) from error
        finally:
            call.over = True
        call.left = self._named_again(given, args, kwargs)
        call.value, call.after = _copied(value), _copied(call.left)
        call.shared = _shared(value, call.left)
        if callable(value):
            return Watched(value, f"{call}", self.calls, call)
        return handed_over(value)

    @cached_property
    def _takes(self) -> inspect.Signature:
        return inspect.signature(self.function)

    @cached_property
    def _gathers(self) -> bool:
        """Whether the function gathers several inputs under one name."""
        try:
            kinds = {each.kind for each in self._takes.parameters.values()}
        except (TypeError, ValueError):
            return False
        return bool(kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD})

    def _named(self, args: tuple, kwargs: dict) -> dict[str, Any]:
        """Name the inputs as the function's own signature does; by place where they do not fit."""
        try:
            return dict(self._takes.bind(*args, **kwargs).arguments)
        except (TypeError, ValueError):
            return {**{str(place): value for place, value in enumerate(args)}, **kwargs}

    def _named_again(self, given: dict[str, Any], args: tuple, kwargs: dict) -> dict[str, Any]:
        """Name inputs that stand where those in ``given`` did."""
        if self._gathers:
            return self._named(args, kwargs)
        return dict(zip(given, args, strict=False)) | kwargs

    def listening(self) -> np.errstate:
        """Return the error state in which a call notes that NumPy divided by zero in it."""

        def divided(*_):
            if self.calls and not self.calls[-1].over:
                self.calls[-1].divided_by_zero = True

        return np.errstate(all="ignore", divide="call", call=divided)

    @property
    def changed(self) -> list[str]:
        """The inputs that some call changed: a check asserts that there are none."""
        return [name for call in self.calls for name in call.changed]


def handed_over(value: Any) -> Any:
    """Return what a function is given in the place of ``value``: a copy, with an array's order in
    memory; what is no array, list, tuple or dictionary is given as it is.

    >>> mine = np.zeros((2, 2)).T
    >>> handed_over([mine])[0].flags.f_contiguous, handed_over(mine) is mine
    (True, False)
    """
    if isinstance(value, np.ndarray):
        wide = not (value.flags.c_contiguous or value.flags.f_contiguous)
        return np.repeat(value, 2, axis=-1)[..., ::2] if wide else value.copy(order="K")
    if isinstance(value, dict):
        return {name: handed_over(each) for name, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(handed_over, value))
    return value


def _shared(value: Any, inputs: dict[str, Any]) -> list[str]:
    """Return the names of the inputs whose memory is also the value's."""
    made = list(_arrays(value))
    return [
        name
        for name, each in inputs.items()
        if any(np.may_share_memory(a, b) for a in made for b in _arrays(each))
    ]


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _arrays(each)


def _copied(value: Any) -> Any:
    """Return a deep copy; of what has none, the thing itself. What is most common comes first."""
    kind = type(value)
    if kind in FIXED:
        return value
    if kind is np.ndarray and value.dtype.kind in "fiub":
        return value.copy(order="K")
    if kind is dict:
        return {name: _copied(each) for name, each in value.items()}
    try:
        return copy.deepcopy(value)
    except Exception:
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


def _alike(a: Any, b: Any, rtol: float = 1e-6) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key], rtol) for key in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(_alike(*pair, rtol) for pair in zip(a, b, strict=True))
    if callable(a) or callable(b):
        return callable(a) and callable(b)
    if isinstance(a, np.random.Generator) and isinstance(b, np.random.Generator):
        return str(a.bit_generator.state) == str(b.bit_generator.state)
    try:
        a, b = np.asarray(a), np.asarray(b)
        if a.dtype.kind in "fiubc" and b.dtype.kind in "fiubc":
            fit = a.shape == b.shape or a.size == b.size == 1
            return fit and np.allclose(a, b, rtol, 1e-6 * rtol, equal_nan=True)
        return a.shape == b.shape and bool(np.all(a == b))
    except Exception:
        return False


NOT_THE_LEARNERS = ("site-packages", "lib/python", "time_limits.py", "calls.py", "_valleys.py")
"""Parts of the names of files in which no learner's line stands."""


def line_at_fault(error: BaseException) -> str:
    """Return the last line of the learner's own code in a traceback, or an empty string."""
    if hasattr(error, "line"):  # an answer that ran elsewhere brings its line along
        return error.line
    line = ""
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if not any(part in code.co_filename for part in NOT_THE_LEARNERS):
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line
