"""Files that a command made in a teacher's folder: made anew by the same command, and never over
what somebody changed or put there.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.progress_store import write_whole

MADE = ".lrcourse-{}.json"
"""The list of what we wrote, with hashes: it tells a teacher's change from our own file."""


def write_made(folder: Path, kind: str, files: dict[str, bytes]) -> list[str]:
    """Write ``files`` into ``folder`` in the place of those of the same ``kind`` from before;
    return their names. Cut off in the middle, it is gone on with by the same command.

    Raises ``BadInput`` where a file is there that is not ours, or that somebody changed.
    """
    before, record = made_before(folder, kind), folder / MADE.format(kind)
    for name in files:
        if (folder / name).exists() and name not in before:
            raise BadInput(f"{folder / name} is there and not ours: name another folder.")
    hashes = {name: [hashed(data)] for name, data in files.items()}
    either = {name: before.get(name, []) + hashes.get(name, []) for name in {*before, *hashes}}
    write_whole(record, json.dumps(either, indent=1).encode())
    for name, data in files.items():
        write_whole(folder / name, data)
    for name in set(before) - set(files):
        (folder / name).unlink(missing_ok=True)
    write_whole(record, json.dumps(hashes, indent=1).encode())
    return sorted(files)


def made_before(folder: Path, kind: str) -> dict[str, list[str]]:
    """Return the files of this ``kind`` that were written before, with the hashes they may have;
    ``BadInput`` where one was changed, or where the folder is somebody else's."""
    record = folder / MADE.format(kind)
    if not record.exists():
        if folder.exists() and not folder.is_dir():
            raise BadInput(f"{folder} is a file: name a new folder.")
        if folder.exists() and any(folder.iterdir()) and not any(folder.glob(MADE.format("*"))):
            raise BadInput(f"{folder} is not empty and not ours: name a new folder.")
        return {}
    try:
        made = dict(json.loads(record.read_bytes()))
    except (ValueError, TypeError):
        raise BadInput(f"{record} cannot be read: name a new folder.") from None
    for name, hashes in made.items():
        if (folder / name).exists() and hashed((folder / name).read_bytes()) not in hashes:
            raise BadInput(
                f"{folder / name} was changed since it was made, and stays as it is: name a new "
                "folder, or remove that file."
            )
    return made


def hashed(data: bytes) -> str:
    """Return what stands for a file's content."""
    return hashlib.sha256(data).hexdigest()
