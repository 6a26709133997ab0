"""Calls across the wall: either side calls the other's functions, one call inside another."""

from __future__ import annotations

import builtins
import copy
import inspect
import keyword
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from lrcourse.classroom.sandbox.decoding import decode
from lrcourse.classroom.sandbox.encoding import encode
from lrcourse.classroom.sandbox.far import Far, Handles
from lrcourse.classroom.sandbox.messages import Broken

INSIDE = 40
"""Calls that may be open inside one another."""
_NOBODY_ELSE = nullcontext()

FIXED = {int, float, bool, str, type(None)}
"""Types of inputs that a call cannot change, so that nobody need look."""
ODD = {UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError, ExceptionGroup, StopIteration}
"""Exceptions that one message is not enough to make, or that mean something to a loop."""


def rebuilt(kind: str, message: str, line: str) -> Exception:
    """Return an exception of that name and message, as the other side raised it.

    >>> rebuilt("ZeroDivisionError", "float division by zero", "return 1 / n")
    ZeroDivisionError('float division by zero')
    """
    known = getattr(builtins, kind, None)
    if not isinstance(known, type) or not issubclass(known, Exception) or known in ODD:
        known = Exception
    says = {"__str__": lambda error: error.args[0], "__module__": "builtins"}
    error = type(kind if kind.isidentifier() else "Error", (known,), says)(message)
    error.line = line
    return error


class Talk:
    """One end of the talk. ``write(tree, blobs)`` and ``read() -> (tree, blobs)`` move messages."""

    def __init__(
        self,
        write: Callable,
        read: Callable,
        names: dict[str, Callable] | None = None,
        line_of: Callable[[BaseException], str] = lambda error: "",
        turn: AbstractContextManager = _NOBODY_ELSE,
    ):
        """Take the two ways, and the functions that the other side may call by name.

        ``line_of(error)`` says which line of code an error came from. Where threads call, ``turn``
        is a lock that a thread may take again: a call and its answer belong together.
        """
        self.write, self.read, self.line_of, self.turn = write, read, line_of, turn
        self.names = {} if names is None else names
        self.handles, self.open = Handles(self.proxy), 0
        self.changed: list[tuple[list, list]] = []

    def proxy(self, number: int, name: str, parameters: list[str]) -> FarFunction:
        """Return what stands here for the other side's function ``number``."""
        return FarFunction(self, number, name, parameters)

    def call(self, target: int | str, args: tuple, kwargs: dict) -> Any:
        """Call a function of the other side, by number or by name, and return its value.

        What the call changed in ``args`` and ``kwargs`` over there is changed in them here. Raises
        what the function raised, ``Broken`` if what comes back is no answer.
        """
        with self.turn:
            return self._call(target, args, kwargs)

    def _call(self, target: int | str, args: tuple, kwargs: dict) -> Any:
        tree, blobs = encode([list(args), kwargs], self.handles)
        self.write(["call", target, tree], blobs)
        answer, blobs = self.until_answered()
        if len(answer) == 4 and answer[0] == "raised":
            raise rebuilt(*(str(each)[:2000] for each in answer[1:]))
        if len(answer) != 3 or answer[0] != "value":
            raise Broken("an answer that is none")
        value, after = (decode(each, blobs, self.handles) for each in answer[1:])
        if after is not None:
            given = [list(args), kwargs]
            self.changed.append((given, copy.deepcopy(given)))
            _change(given, after)
        return value

    def put_back(self) -> None:
        """Change back what calls have changed: the next answer may be asked with the same."""
        while self.changed:
            _change(*self.changed.pop())

    def until_answered(self) -> tuple[Any, list[bytes]]:
        """Serve the other side's calls until its answer comes."""
        self.open += 1
        try:
            if self.open > INSIDE:
                raise Broken(f"more than {INSIDE} calls inside one another")
            while True:
                tree, blobs = self.read()
                if not isinstance(tree, list) or not tree:
                    raise Broken("a message that is none")
                if tree[0] != "call":
                    return tree, blobs
                self.serve(tree, blobs)
        finally:
            self.open -= 1

    def serve_next(self) -> None:
        """Read a call and run it; a thread that calls meanwhile waits for its turn to read."""
        with self.turn:
            tree, blobs = self.read()
        self.serve(tree, blobs)

    def serve(self, tree: Any, blobs: list[bytes]) -> None:
        """Run the call that ``tree`` asks for and send its answer."""
        try:
            _, target, given = tree
            args, kwargs = decode(given, blobs, self.handles)
            if not isinstance(kwargs, dict):
                raise TypeError
        except (ValueError, TypeError):
            raise Broken("a call that is none") from None
        try:
            named = isinstance(target, str)
            function = self.names[target] if named else self.handles.at(target)
            fixed = all(type(each) in FIXED for each in [*args, *kwargs.values()])
            before = None if fixed else encode([args, kwargs], self.handles)
            value = function(*args, **kwargs)
            found, parts = encode(value, self.handles)
            after = None if fixed else encode([args, kwargs], self.handles)
            changed = None if after == before else _shifted(after[0], len(parts))
            answer = ["value", found, changed], parts + (after[1] if changed else [])
        except Broken as error:
            answer = ["raised", "ValueError", str(error), ""], []
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            kind, line = type(error).__name__, self.line_of(error)
            answer = ["raised", kind[:80], str(error)[:2000], line[:300]], []
        with self.turn:
            self.write(*answer)


def _shifted(tree: Any, by: int) -> Any:
    """Return a tree whose arrays are found ``by`` places further on."""
    if not isinstance(tree, list):
        return tree
    if tree and tree[0] in ("a", "n"):
        return [*tree[:2], tree[2] + by, *tree[3:]]
    return [_shifted(each, by) for each in tree]


def _change(old: Any, new: Any) -> None:
    """Give ``old``, in place, the content of ``new``, as far as it can be changed."""
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        if old.shape == new.shape and old.dtype == new.dtype and old.flags.writeable:
            old[...] = new
    elif isinstance(old, np.random.Generator) and isinstance(new, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state
    elif isinstance(old, list) and isinstance(new, list):
        for place, (one, other) in enumerate(zip(old, new, strict=False)):
            if type(one) in FIXED or callable(other):
                old[place] = other
            else:
                _change(one, other)
        old[len(old) :], old[len(new) :] = new[len(old) :], []
    elif isinstance(old, tuple) and isinstance(new, tuple):
        for one, other in zip(old, new, strict=False):
            _change(one, other)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in new:
            if key in old and not isinstance(old[key], int | float | str | bool | None):
                _change(old[key], new[key])
            else:
                old[key] = new[key]
        for key in set(old) - set(new):
            del old[key]


class FarFunction(Far):
    """A function of the other side: calling it sends the call over."""

    def __init__(self, talk: Talk, number: int | str, name: str, parameters: list[str]):
        """Name it by its number there; ``parameters`` are the names of its inputs."""
        self.talk, self.far_number, self.__name__ = talk, number, name
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.__signature__ = inspect.Signature(
            inspect.Parameter(each, kind, default=None)
            for each in dict.fromkeys(parameters)
            if each.isidentifier() and not keyword.iskeyword(each)
        )

    def __call__(self, *args, **kwargs):
        """Return what the function over there returns."""
        return self.talk.call(self.far_number, args, kwargs)

    def __deepcopy__(self, memo):
        """Return itself: the function stays where it is."""
        return self
