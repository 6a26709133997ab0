"""A learner's progress, only ever appended to; and files written whole or not at all."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from lrcourse.setup.environment import is_clone


def find_folder(start: Path | None = None) -> Path | None:
    """Return the learner's folder: the one that the variable LRCOURSE_FOLDER names, else the
    nearest one upwards of ``start`` (default: where we are) that holds ``.lrcourse``.

    None outside of any, and inside a clone: running the solutions there is nobody's progress.
    """
    if named := os.environ.get("LRCOURSE_FOLDER"):
        return None if is_clone(Path(named)) else Path(named)
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if is_clone(folder):
            return None
        if (folder / ".lrcourse").is_dir():
            return folder
    return None


def write_whole(path: Path, data: bytes) -> None:
    """Write ``path`` whole or not at all: a crash or a full disk leaves what was there.

    Raises ``OSError`` where the disk or the permissions say no.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(data)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def journal(folder: Path) -> Path:
    """Return the path of the journal in ``folder``: one JSON object a line, only ever appended."""
    return folder / ".lrcourse" / "progress.jsonl"


def append(path: Path, line: bytes) -> None:
    """Append ``line`` in one write, so that two kernels never mix; a torn last line is closed off
    first. Raises ``OSError`` if it does not reach the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        if file.write(line) < len(line):
            raise OSError("the disk is full")
        os.fsync(file.fileno())


def record(entry: dict) -> str:
    """Append ``entry`` and the time to the journal of the learner's folder; never raises.

    Returns "" if it is saved or there is no learner's folder, else one sentence that says why not.
    """
    try:
        folder = find_folder()
        if folder is None:
            return ""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({**entry, "time": now}, ensure_ascii=False) + "\n"
        append(journal(folder), line.encode())
    except (OSError, TypeError, ValueError) as error:
        return f"This was not saved to your progress: {error}."
    return ""


def entries() -> tuple[list[dict], str]:
    """Return all entries of the journal, oldest first, and "" or one sentence on what of it
    cannot be read. Nothing is repaired or removed: the file stays as it is."""
    try:
        folder = find_folder()
        lines = journal(folder).read_bytes().splitlines() if folder else []
    except FileNotFoundError:
        return [], ""
    except OSError as error:
        return [], f"Your progress cannot be read: {error}."
    found, unreadable = [], []
    for number, line in enumerate(lines, 1):
        entry = read_entry(line)
        if entry is not None:
            found.append(entry)
        elif line.strip():
            unreadable.append(number)
    if not unreadable:
        return found, ""
    which = ", ".join(map(str, unreadable[:5])) + (", ..." if len(unreadable) > 5 else "")
    return found, (
        f"{len(unreadable)} of {len(lines)} lines of {journal(folder)} cannot be read "
        f"(line {which}); they stay there as they are, and all others count."
    )


def read_entry(line: bytes) -> dict | None:
    """Return what a line of the journal holds; None if it is torn or something else.

    >>> read_entry(b'{"kind": "check"}'), read_entry(b'{"kind": "ch')
    ({'kind': 'check'}, None)
    """
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
