"""The learner's folder: the copy of the course that belongs to the learner."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import NamedTuple

from lrcourse.checks.lesson import Lesson
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE, PACKAGE, is_clone


def content_folder() -> Path:
    """Return the folder that holds ``notebooks``, ``exercises`` and ``solutions``: the clone, or
    the part of the installed package that carries them."""
    return CLONE if is_clone(CLONE) else PACKAGE / "content"


def default_folder() -> Path:
    """Return ``lrcourse`` in the home folder, or ``my-lrcourse`` where that name is a clone's."""
    folder = Path.home() / "lrcourse"
    return folder.with_name("my-lrcourse") if is_clone(folder) else folder


def fingerprint(data: bytes) -> str:
    """Return a hash of what a person wrote in a notebook: the cells' texts and pasted pictures.

    Running a notebook changes its outputs and counters, and that is no change of this kind.

    >>> cell = {"cell_type": "code", "source": ["lr = 0.1"], "outputs": []}
    >>> run = {**cell, "source": "lr = 0.1", "outputs": ["a figure"], "execution_count": 3}
    >>> fingerprint(json.dumps({"cells": [cell]}).encode()) == fingerprint(
    ...     json.dumps({"cells": [run]}).encode())
    True
    """
    try:
        cells = [
            (cell["cell_type"], "".join(cell["source"]), cell.get("attachments"))
            for cell in json.loads(data)["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def learners_copy(data: bytes) -> bytes:
    """Return a notebook as a learner gets it: without outputs, which would tell before they are
    asked for, and with what JupyterLab would add on opening, so that it opens as saved.

    >>> cell = {"cell_type": "code", "source": "1 + 1", "outputs": ["2"], "execution_count": 1}
    >>> json.loads(learners_copy(json.dumps({"cells": [cell], "metadata": {}}).encode()))["cells"]
    [{'cell_type': 'code', 'source': '1 + 1', 'outputs': [], 'execution_count': None}]
    """
    notebook = json.loads(data)
    notebook.setdefault("metadata", {})["language_info"] = {
        "codemirror_mode": {"name": "ipython", "version": sys.version_info.major},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": f"ipython{sys.version_info.major}",
        "version": ".".join(map(str, sys.version_info[:3])),
    }
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


class Delivery(NamedTuple):
    """What came into a learner's folder, by names such as ``notebooks/00_start_here.ipynb``."""

    added: list[str]
    updated: list[str]
    left_alone: list[str]
    """Changed by the learner and by us: ours lies in ``.lrcourse/new`` under the same name."""


def delivered(folder: Path) -> dict[str, str]:
    """Return ``{name: fingerprint}`` of what ``folder`` was given, empty if that is not known."""
    try:
        files = json.loads((folder / ".lrcourse" / "manifest.json").read_bytes())["files"]
        return {str(name): str(mark) for name, mark in files.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def deliver(folder: Path, content: Path | None = None) -> Delivery:
    """Copy lessons and blank exercises into ``folder``, or bring it up to date.

    A file that the learner changed is never touched: the new one is laid into ``.lrcourse/new``.
    Raises ``ValueError`` if ``folder`` is a clone, ``OSError`` where it cannot be written.
    """
    if is_clone(folder):
        raise ValueError(f"{folder} holds the course's own source: name another folder.")
    content = content or content_folder()
    marks, news = delivered(folder), Delivery([], [], [])
    from lrcourse.exercises import lessons  # NumPy comes along: the command line is up without

    older = {each.exercises_path: exercises_in(folder, each) for each in lessons()}
    for source in [*notebooks_of(content), *content.glob("notebooks/contents.md")]:
        data, name = source.read_bytes(), source.relative_to(content).as_posix()
        data = learners_copy(data) if source.suffix == ".ipynb" else data
        bring(folder, older.get(name, name), leading_to(data, older), marks, news)
    manifest = json.dumps({"files": marks}, indent=1)
    write_whole(folder / ".lrcourse" / "manifest.json", manifest.encode())
    return news


def exercises_in(folder: Path, lesson: Lesson) -> str:
    """Return the name, seen from a learner's ``folder``, of the notebook with a lesson's exercises:
    today's, or an older one where that alone is there, for no file of a learner is renamed."""
    names = [f"exercises/{name}.ipynb" for name in lesson.exercises_names]
    return next((name for name in names if (folder / name).exists()), names[0])


def leading_to(data: bytes, names: dict[str, str]) -> bytes:
    """Return a page whose links lead to the exercises under the names that they have there."""
    for name, own in names.items():
        data = data.replace(name.encode(), own.encode())
    return data


def notebooks_of(content: Path) -> list[Path]:
    """Return the lessons and the blanks in a content folder, in order."""
    return [
        p for kind in ("notebooks", "exercises") for p in sorted((content / kind).glob("*.ipynb"))
    ]


def bring(folder: Path, name: str, data: bytes, marks: dict[str, str], news: Delivery) -> None:
    """Bring one file up to date, and note in ``marks`` and ``news`` what was done."""
    target, mark = folder / name, fingerprint(data)
    if not target.exists():
        write_whole(target, data)
        news.added.append(name)
    elif (there := fingerprint(target.read_bytes())) == marks.get(name) != mark:
        write_whole(target, data)
        news.updated.append(name)
    elif there != mark and marks.get(name) != mark:
        write_whole(folder / ".lrcourse" / "new" / name, data)
        news.left_alone.append(name)
    marks[name] = mark
