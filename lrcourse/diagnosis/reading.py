"""A log read from a CSV file, whichever framework wrote it.

Columns are known by the names that torch loops, Keras, Lightning, Hugging Face and Weights & Biases
use. Rows that share a step are one. What cannot be read raises ``BadInput``.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lrcourse.base import BadInput
from lrcourse.detective import Log

NAMES = {
    "step": "step global_step train_global_step trainer_global_step iteration iter it batch steps",
    "epoch": "epoch epochs train_epoch",
    "loss": "loss train_loss training_loss loss_train loss_training train_loss_step batch_loss "
    "train_loss_epoch trainloss",
    "val_loss": "val_loss valid_loss validation_loss eval_loss test_loss loss_val loss_valid "
    "loss_validation loss_eval loss_test val_loss_epoch valloss",
    "lr": "lr learning_rate rate train_learning_rate train_lr lr_group0 lr_0",
}
"""Column -> what it is called elsewhere, with everything but letters and digits as ``_``."""
MISSING = {"", "none", "null", "na", "n/a", "-"}
LARGEST = 200_000_000
"""Bytes of a file that is read."""


class Read(NamedTuple):
    """A log, and the file's name of each column that was taken."""

    log: Log
    called: dict[str, str]


def plain(name: str) -> str:
    """Return a column's name as ``NAMES`` spells it; Lightning's ``lr-SGD/pg1`` is a rate.

    >>> plain("train/Learning Rate"), plain("lr-AdamW")
    ('train_learning_rate', 'lr')
    """
    spelt = re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")
    return "lr" if re.match(r"lr[-_](?!group|0)", name.strip().lower()) else spelt


def read(path: Path) -> Read:
    """Read the log in the file at ``path``."""
    header, rows = table(path, text_of(path))
    called = chosen(path, header, rows)
    if "loss" not in called:
        raise BadInput(
            f"{path} has no column of training losses: it has {', '.join(header[:12])}. Call it "
            "loss or train_loss."
        )
    cells = merged(path, header, rows, called)
    kept = [row for row in cells if row.get("loss") is not None]
    if not kept:
        raise BadInput(f"{path} has no row with a loss.")
    return Read(in_columns(cells, called), called)


def text_of(path: Path) -> str:
    """Return a file's text, or say why there is none."""
    if not path.is_file():
        raise BadInput(f"there is no file {path}" if not path.exists() else f"{path} is a folder")
    if path.stat().st_size > LARGEST:
        raise BadInput(f"{path} is larger than {LARGEST // 10**6} MB: log fewer rows")
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no text: save the log as CSV in UTF-8") from None
    if not text.strip() or "\0" in text:
        raise BadInput(f"{path} is {'empty' if not text.strip() else 'no text'}")
    return text


def table(path: Path, text: str) -> tuple[list[str], list[list[str]]]:
    """Return the names and the rows of a CSV file with commas, semicolons or tabs."""
    first = text.lstrip().splitlines()[0]
    mark = max(",;\t", key=first.count)
    try:
        header, *rows = [row for row in csv.reader(text.splitlines(), delimiter=mark) if any(row)]
    except csv.Error as error:
        raise BadInput(f"{path} is no CSV: {error}") from None
    if all(re.fullmatch(r"[-+.\deE]*", cell.strip()) for cell in header):
        raise BadInput(f"{path} begins with numbers: its first line has to name the columns.")
    if mark == ";":
        rows = [[cell.replace(",", ".") for cell in row] for row in rows]
    return header, rows


def chosen(path: Path, header: list[str], rows: list[list[str]]) -> dict[str, str]:
    """Return which of the file's columns stands for which: of several the fullest."""
    found = {}
    for column, names in NAMES.items():
        there = [place for place, name in enumerate(header) if plain(name) in names.split()]
        if there:
            filled = [sum(_cell(row, place) not in MISSING for row in rows) for place in there]
            found[column] = header[there[int(np.argmax(filled))]]
    return found


def _cell(row: list[str], place: int) -> str:
    return row[place].strip().lower() if place < len(row) else ""


def merged(
    path: Path, header: list[str], rows: list[list[str]], called: dict[str, str]
) -> list[dict[str, float | None]]:
    """Return the rows as numbers by column, those that share a step as one."""
    found: dict[object, dict] = {}
    for line, row in enumerate(rows, 2):
        cells = {
            column: number(path, line, name, _cell(row, header.index(name)))
            for column, name in called.items()
        }
        key = cells.get("step") if cells.get("step") is not None else f"line {line}"
        there = found.setdefault(key, {})
        there.update({name: value for name, value in cells.items() if value is not None})
    return list(found.values())


def number(path: Path, line: int, name: str, cell: str) -> float | None:
    """Return the number in a cell, None where it is empty."""
    if cell in MISSING:
        return None
    try:
        return float(cell)
    except ValueError:
        raise BadInput(f"{path}, line {line}: {name} is {cell[:40]!r}, and no number.") from None


def in_columns(cells: list[dict[str, float | None]], called: dict[str, str]) -> Log:
    """Return columns with an entry for each row that has a training loss; a rate holds until the
    next, and a validation loss between two rows belongs to the one before."""
    rows: list[dict] = []
    lr, waiting = None, None
    for cell in cells:
        lr = cell.get("lr", lr)
        if "loss" in cell:
            rows.append({"val_loss": waiting} | cell | {"lr": lr})
            waiting = None
        elif rows and "val_loss" in cell:
            rows[-1]["val_loss"] = cell["val_loss"]
        else:
            waiting = cell.get("val_loss", waiting)
    log = {name: _column(rows, name) for name in called}
    if "lr" in log:
        log["lr"] = _from_the_first(log["lr"])
    return log


def _column(rows, name):
    return np.array([np.nan if row.get(name) is None else row[name] for row in rows], float)


def _from_the_first(lr):
    """Return rates in which those before the first known one are like it."""
    known = np.flatnonzero(~np.isnan(lr))
    return np.where(np.arange(len(lr)) < known[0], lr[known[0]], lr) if len(known) else lr
