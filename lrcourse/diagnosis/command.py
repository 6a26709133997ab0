"""``lrcourse diagnose LOG.csv``: a verdict, what it rests on, what to try, and a picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from PIL import Image

from lrcourse.base import BadInput
from lrcourse.colours import STYLE
from lrcourse.curve_names import name_curves
from lrcourse.detective import Log
from lrcourse.diagnosis.evidence import columns
from lrcourse.diagnosis.reading import read
from lrcourse.diagnosis.rules import verdict
from lrcourse.diagnosis.verdicts import VERDICTS
from lrcourse.exercises import lesson_named
from lrcourse.log_pictures import log_curves
from lrcourse.progress_store import write_whole

OURS = "lrcourse diagnose"
"""What a picture of ours says it was made with: only such a one is made anew."""


def diagnose(path: Path, picture: Path | None = None) -> Iterator[str]:
    """Yield what there is to say of the log at ``path``; the picture goes to ``picture``, else
    beside the log. Raises ``BadInput`` where something else is there."""
    there = _free(picture or path.with_name(f"{path.stem}-diagnosis.png"))
    log, called = read(path)
    name, why = verdict(columns(log))
    told = VERDICTS[name]
    rows = len(log["loss"])
    yield f"{path.name}: {rows} row{'s' * (rows != 1)}; read as {_columns_of(called)}."
    yield f"Verdict: {name}."
    yield why
    yield told.advice
    lesson = lesson_named(told.lesson)
    yield f"Lesson {lesson.number:02d}, {lesson.title}, explains it."
    write_whole(there, drawn(log, f"{path.name}: {name}"))
    yield f"The picture: {there}"


def _free(there: Path) -> Path:
    """Return where the picture may go: a PNG that is new, or was made by us."""
    if there.suffix.lower() != ".png":
        raise BadInput(
            f"the picture is a PNG: call it {there.with_suffix('.png').name}, got {there.name}"
        )
    if there.exists() and not made_by_us(there):
        raise BadInput(f"{there} is there and no picture of ours: name another with --picture")
    return there


def made_by_us(picture: Path) -> bool:
    """Whether a file is a picture that this command drew."""
    try:
        with Image.open(picture) as image:
            return image.info.get("Software") == OURS
    except (OSError, ValueError):
        return False


def _columns_of(called: dict[str, str]) -> str:
    taken = [name if name == own else f"{name} ({own})" for name, own in called.items()]
    return ", ".join(taken)


def drawn(log: Log, title: str) -> bytes:
    """Return a log's picture as a PNG."""
    with plt.style.context(STYLE):
        figure = Figure(figsize=(7, 5))
        panels = figure.subplots(2 if "lr" in log else 1, 1, sharex=True, squeeze=False)[:, 0]
        above, below = panels[0], panels[-1]
        log_curves(log, above, below if below is not above else None)
        above.set(title=title, xlabel="")
        below.set_xlabel("step" if "step" in log else "row")
        if "val_loss" in log:
            above.lines[0].set_label("training")
            above.lines[1].set_label("validation")
            name_curves(above)
        data = io.BytesIO()
        figure.savefig(data, format="png", metadata={"Software": OURS})
    return data.getvalue()
