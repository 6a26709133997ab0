"""What may stand where a contract of ``base`` is asked for: things of the learner's own are taken
as they are where one can, and told what to write where one cannot."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from itertools import repeat
from typing import Any, NamedTuple

from lrcourse.base import Array, BadInput, Controller, Objective, Optimizer, Schedule, stateless
from lrcourse.inputs import seen


def objective_of(value: Any) -> Objective:
    """Return ``value`` as an objective: what has ``loss_and_grad``, or ``loss`` and ``grad``.

    One without ``batches`` has no data, so that every step sees the same. Raises ``BadInput`` for
    anything else, such as a function that would make an objective.

    >>> from lrcourse.objectives import parabola
    >>> objective_of(parabola)
    Traceback (most recent call last):
    lrcourse.base.BadInput: objective must have loss(w) and grad(w), got the function parabola; if \
it makes one, call it: parabola()
    """
    has = {name for name in ("loss", "grad", "loss_and_grad", "batches") if hasattr(value, name)}
    if not ({"loss_and_grad"} <= has or {"loss", "grad"} <= has) or isinstance(value, type):
        raise BadInput(f"objective must have loss(w) and grad(w), got {_uncalled(value)}")
    return value if {"loss", "loss_and_grad", "batches"} <= has else Same(value)


def with_loss(name: str, value: Any) -> Any:
    """Return ``value`` if it has ``loss(w)``, which is all that is asked of it; what has
    ``loss_and_grad`` alone gets one.

    >>> from lrcourse.objectives import parabola
    >>> with_loss("evaluate", parabola)
    Traceback (most recent call last):
    lrcourse.base.BadInput: evaluate must have loss(w), got the function parabola; if it makes \
one, call it: parabola()
    """
    if not callable(getattr(value, "loss", None)) or isinstance(value, type):
        if hasattr(value, "loss_and_grad") and not isinstance(value, type):
            return Same(value)
        raise BadInput(f"{name} must have loss(w), got {_uncalled(value)}")
    return value


class Same(NamedTuple):
    """An objective without mini-batches: each step sees the whole of ``one``."""

    one: Any

    def loss(self, w: Array) -> Array:
        """Return the loss at ``w``, shape ``[...]``."""
        return self.one.loss(w) if hasattr(self.one, "loss") else self.one.loss_and_grad(w)[0]

    def grad(self, w: Array) -> Array:
        """Return the gradient at ``w``, shape ``[..., P]``."""
        return self.one.grad(w) if hasattr(self.one, "grad") else self.one.loss_and_grad(w)[1]

    def loss_and_grad(self, w: Array, out: Array | None = None) -> tuple[Array, Array]:
        """Return both; ``out`` is not needed."""
        if hasattr(self.one, "loss_and_grad"):
            return self.one.loss_and_grad(w)
        return self.one.loss(w), self.one.grad(w)

    def batches(self, rng=None, batch_size=None, replace=False) -> Iterator[Same]:
        """Yield itself for ever."""
        return repeat(self)


def optimizer_of(value: Any) -> Optimizer:
    """Return ``value`` as an optimizer: a plain ``step(w, grad, lr)`` remembers nothing.

    Raises ``BadInput`` for a name in quotes, and for an update that keeps a state.

    >>> optimizer_of(lambda w, grad, lr: w - lr * grad).update(3.0, 2.0, (), 0.25)
    (2.5, ())
    >>> from lrcourse.optimizers import momentum_update
    >>> optimizer_of(momentum_update)
    Traceback (most recent call last):
    lrcourse.base.BadInput: momentum_update(w, grad, velocity, lr) keeps a state, and nothing says \
how it begins: write Optimizer(np.zeros_like, momentum_update)
    """
    if hasattr(value, "init") and hasattr(value, "update"):
        return value if hasattr(value, "result") else Optimizer(value.init, value.update)
    if not callable(value) or isinstance(value, type):
        raise BadInput(f"optimizer must be one such as gd, without quotes, got {seen(value)}")
    names, name = _required(value), getattr(value, "__name__", "it")
    if len(names) == 4:
        raise BadInput(
            f"{name}({', '.join(names)}) keeps a state, and nothing says how it begins: write "
            f"Optimizer(np.zeros_like, {name})"
        )
    if not _takes(value, 3):
        raise BadInput(
            f"a step is a function of w, grad and lr, got {name}({', '.join(names)})"
            + ("; if it makes an optimizer, call it" if len(names) < 3 else "")
        )
    return stateless(value)


def hyper_of(hyper: Any, optimizer: Optimizer) -> dict[str, Any]:
    """Return the hyper-parameters if they are a dictionary of names that the update knows.

    >>> from lrcourse.optimizers import momentum
    >>> hyper_of({"beta": 0.9}, momentum)
    Traceback (most recent call last):
    lrcourse.base.BadInput: the optimizer has no hyper-parameter 'beta'; it has: momentum
    """
    if hyper is None:
        return {}
    if not isinstance(hyper, Mapping):
        raise BadInput(f'hyper must be a dictionary such as {{"momentum": 0.9}}, got {seen(hyper)}')
    step = getattr(optimizer.update, "step", None)  # What ``stateless`` was given.
    takes = _parameters(step or optimizer.update)
    known = [each.name for each in takes[3 if step else 4 :]]
    if not any(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in takes):
        for name in hyper:
            if name not in known:
                there = ", ".join(known) or "none"
                raise BadInput(f"the optimizer has no hyper-parameter {name!r}; it has: {there}")
    for name, value in hyper.items():
        asked(name, value, 0)
    return dict(hyper)


def schedule_of_steps(name: str, value: Any) -> Schedule:
    """Return ``value`` if it can be asked for the rate of a step, and nothing else.

    >>> schedule_of_steps("schedule", 0.1)
    Traceback (most recent call last):
    lrcourse.base.BadInput: schedule must be a function step -> lr, got 0.1; use constant(0.1)
    """
    if not callable(value):
        hint = f"; use constant({value})" if isinstance(value, int | float) else ""
        raise BadInput(f"{name} must be a function step -> lr, got {seen(value)}{hint}")
    if not _takes(value, 1):
        raise BadInput(f"{name} must be a function step -> lr, got {_uncalled(value)}")
    return value


def asked(name: str, value: Any, step: Any) -> Any:
    """Return ``value``, or what it gives at ``step`` if it is a schedule.

    Raises ``BadInput`` where that is no number, as for a function that only makes a schedule.
    """
    if not callable(value):
        return value
    rate = schedule_of_steps(name, value)(step)
    if callable(rate) or isinstance(rate, Controller):
        raise BadInput(f"{name} must be a function step -> lr, got {_uncalled(value)}")
    return rate


def _uncalled(value):
    """Say what was seen; of a function or a class, that calling it may have been meant."""
    name = getattr(value, "__name__", None)
    if not callable(value) or not name:
        return seen(value)
    takes = "..." if _required(value) else ""
    what = "the class" if isinstance(value, type) else "the function"
    return f"{what} {name}; if it makes one, call it: {name}({takes})"


def _parameters(value: Callable) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(value).parameters.values())
    except (TypeError, ValueError):  # Some functions written in C do not say.
        return [inspect.Parameter("anything", inspect.Parameter.VAR_KEYWORD)]


def _required(value: Callable) -> list[str]:
    """Return the names of what has to be given in order."""
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [
        each.name
        for each in _parameters(value)
        if each.kind in plain and each.default is inspect.Parameter.empty
    ]


def _takes(value: Callable, many: int) -> bool:
    """Whether ``value`` can be called with so many things in order."""
    try:
        inspect.signature(value).bind(*range(many))
    except TypeError:
        return False
    except ValueError:
        return True
    return True
