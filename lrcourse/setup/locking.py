"""One start at a time: a file that is locked, and freed by the system if its holder dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


def take(file, wait: bool) -> bool:
    """Lock ``file`` for this process; False if another holds it (``wait`` gives it time)."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the file ``path`` locked, and yield its descriptor; wait while another start holds it.

    The system frees the lock of a process that died. On POSIX a child that was given the
    descriptor holds the lock too, so an installer that outlives its starter is waited for.
    """
    with open(path, "ab") as file:
        if not take(file, wait=False):
            print("Another start is setting the course up; waiting for it ...", flush=True)
            while not take(file, wait=True):
                pass
        yield file.fileno()
