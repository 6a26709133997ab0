"""A log of your own training, one row a step, as a file that a spreadsheet and ``lrcourse
diagnose`` read. Raises ``BadInput`` for what is no number and for a folder that is not there."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from lrcourse.base import BadInput
from lrcourse.inputs import seen

COLUMNS = ("step", "epoch", "loss", "val_loss", "lr")


def monitor(path: str | Path = "log.csv") -> Monitor:
    """Open a log at ``path``; call what you get once a step.

    Never over a file that is there: a second ``run.csv`` is called ``run-2.csv``, and ``.path``
    says so. Each row is on the disk as soon as it is written.

    >>> import tempfile
    >>> log = monitor(Path(tempfile.mkdtemp()) / "run.csv")
    >>> for loss in (2.3, 2.1):
    ...     log(loss, lr=0.1)
    >>> print(log.path.read_text())
    step,epoch,loss,val_loss,lr
    0,,2.3,,0.1
    1,,2.1,,0.1
    <BLANKLINE>
    """
    return Monitor(path)


class Monitor:
    """A log that grows by a row at each call."""

    def __init__(self, path: str | Path) -> None:
        """Make the file, with the names of the columns."""
        self.path, self.step = _free(Path(path)), 0
        with open(self.path, "x", encoding="utf-8") as file:
            file.write(",".join(COLUMNS) + "\n")

    def __call__(
        self, loss: Any, lr: Any = None, val_loss: Any = None, epoch: Any = None, step: Any = None
    ) -> None:
        """Write one row; ``lr`` may be a number or a torch optimizer, losses may be tensors.

        Raises ``BadInput`` for what is no number.
        """
        step = self.step if step is None else int(_number("step", step))
        values = [
            *(step, None if epoch is None else int(_number("epoch", epoch))),
            *(_number("loss", loss), _number("val_loss", val_loss), _number("lr", _rate_of(lr))),
        ]
        row = ",".join("" if value is None else f"{value:.9g}" for value in values)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(row + "\n")
        self.step = step + 1

    def keras(self) -> Any:
        """Return a callback for Keras: ``fit(..., callbacks=[monitor("run.csv").keras()])``.

        Keras is imported here, and nowhere else in the course.
        """
        base = importlib.import_module("keras.callbacks").Callback
        return type("Rows", (_KerasRows, base), {})(self)


class _KerasRows:
    """Writes a row after each batch, and the validation loss with an epoch's last one."""

    def __init__(self, log: Any) -> None:
        super().__init__()
        self.log = log

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch, self.waiting, self.mean = epoch, None, 0.0

    def on_train_batch_begin(self, batch, logs=None):
        self.lr = float(self.model.optimizer.learning_rate)

    def on_train_batch_end(self, batch, logs=None):
        self.flush()
        # Keras tells the mean of the epoch so far: what moved it is the batch's own loss.
        own = logs["loss"] * (batch + 1) - self.mean * batch
        self.waiting, self.mean = {"loss": own, "lr": self.lr}, logs["loss"]

    def on_epoch_end(self, epoch, logs=None):
        self.flush(val_loss=(logs or {}).get("val_loss"))

    def flush(self, val_loss=None):
        if self.waiting:
            self.log(**self.waiting, val_loss=val_loss, epoch=self.epoch)
        self.waiting = None


def _free(path: Path) -> Path:
    """Return ``path``, or the first name beside it that is free."""
    if not path.parent.is_dir():
        raise BadInput(f"the log's folder {path.parent} is not there: make it, or name another")
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _rate_of(lr: Any) -> Any:
    """Return the rate of the first group of a torch optimizer; anything else as it is."""
    groups = getattr(lr, "param_groups", None)
    return groups[0]["lr"] if groups else lr


def _number(name: str, value: Any) -> float | None:
    if value is None:
        return None
    try:
        return float(value.detach() if hasattr(value, "detach") else value)
    except (TypeError, ValueError):
        raise BadInput(f"{name} must be one number, got {seen(value)}") from None
