"""What can be seen from outside of a confined process and its folder: files, threads, its end."""

from __future__ import annotations

import os
import re
import secrets
import select
from pathlib import Path

FOLDER_BYTES, FOLDER_FILES = 64_000_000, 500
HIDDEN = float("inf")


def wait_for_the_end(process: int) -> None:
    """Wait until a process, of which this is a handle, has ended."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    poll.poll()


def is_full(folder: Path) -> bool:
    """Whether there is more in a folder than may be, or what cannot be looked at."""
    folders, count, size = [folder], 0, 0
    while folders and count <= FOLDER_FILES and size <= FOLDER_BYTES:
        try:
            for entry in os.scandir(folders.pop()):
                about = entry.stat(follow_symlinks=False)
                count, size = count + 1, size + max(about.st_size, 512 * about.st_blocks)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
        except FileNotFoundError:
            continue  # removed while we looked
        except OSError:
            return True
    return count > FOLDER_FILES or size > FOLDER_BYTES


def removed_files(process: int, folder: Path) -> int | float:
    """Return the number of files that a process has removed from ``folder`` and still holds, open
    or in its memory; ``HIDDEN`` if that is not to be seen."""
    place = os.path.realpath(folder)
    try:
        links = [os.readlink(each) for each in os.scandir(f"/proc/{process}/fd")]
        maps = Path(f"/proc/{process}/maps").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except OSError:
        return HIDDEN
    gone = re.escape(place) + r"/.* \(deleted\)$"
    mapped = re.findall(rf" (\d+) +{gone}", maps, re.MULTILINE) if "(deleted)" in maps else []
    return len({*mapped}) + sum(re.match(gone, each) is not None for each in links)


def threads(process: int) -> int:
    """Return the number of threads of a process, 0 if it has ended."""
    try:
        return os.stat(f"/proc/{process}/task").st_nlink - 2
    except OSError:
        return 0


def number_of(process: int) -> int:
    """Return the number of a process, from a handle of it; -1 if it has ended."""
    lines = Path(f"/proc/self/fdinfo/{process}").read_text().splitlines()
    return int(dict(line.split(":\t") for line in lines)["Pid"])


def empty(folder: Path) -> None:
    """Remove what is in ``folder``, however deep, also what was made to be read by nobody."""
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry)
                continue
            os.chmod(entry, 0o700)
            for inside in list(os.scandir(entry)):
                if inside.is_dir(follow_symlinks=False):
                    os.chmod(inside, 0o700)
                os.rename(inside, folder / secrets.token_hex(16))
            os.rmdir(entry)
