"""What a command costs: the processor time of every process that comes of it, and their memory."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import lrcourse
from lrcourse.base import BadInput

LOOK = 0.1
"""Seconds between two looks at the memory of processes; their peak is kept by the system."""
PR_SET_CHILD_SUBREAPER = 36
ROLES = ("command", "worker", "server")
"""Who starts whom, from the command on; whatever a server starts is an answer's process."""


class Cost(NamedTuple):
    """What a command took."""

    cpu: float
    """Seconds of processors, of the command and of all that it started."""
    seconds: float
    peaks: dict[str, int]
    """The most memory that one process of each role held, in bytes."""


def adopt() -> None:
    """Let this process inherit what its descendants leave behind, so that their time is counted."""
    _linux_only()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def on_one_processor() -> None:
    """Keep this process, and all that it starts, to one of the processors that it may use."""
    _linux_only()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _linux_only() -> None:
    if sys.platform != "linux":
        raise BadInput(f"processes are counted on Linux only, and this is {sys.platform}")


def start(command: list[str], folder: Path, **variables: str) -> subprocess.Popen:
    """Start a command in ``folder``, at the head of a group of its own, with our course in reach;
    its output goes to a file there.

    Python keeps what it compiles, whatever the shell says: a grader that starts a process for each
    notebook would compile its libraries for each.
    """
    ours = {"PYTHONPATH": str(Path(lrcourse.__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": ""}
    with open(folder / "output.txt", "ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | ours | variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def cost(command: list[str], folder: Path, ends: tuple = (0,), **variables: str) -> Cost:
    """Run a command to its end, and that of all it started.

    Raises ``BadInput`` where it tells the shell another number than those in ``ends``.
    """
    adopt()
    before, began, peaks = _children(), time.monotonic(), {}
    process = start(command, folder, **variables)
    while process.poll() is None:
        for role, peak in _peaks(process.pid):
            peaks[role] = max(peak, peaks.get(role, 0))
        time.sleep(LOOK)
    seconds = time.monotonic() - began
    if process.returncode not in ends:
        said = (folder / "output.txt").read_text(errors="replace")[-2000:]
        raise BadInput(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    wait_for_orphans()
    return Cost(_children() - before, seconds, peaks)


def wait_for_orphans() -> None:
    """Wait until everything that was ever started from here has ended."""
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peaks(pid: int, depth: int = 0) -> Iterator[tuple[str, int]]:
    place = Path(f"/proc/{pid}")
    with suppress(OSError):
        status = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
        if "VmHWM" in status:
            role = ROLES[depth] if depth < len(ROLES) else "answer"
            yield role, 1024 * int(status["VmHWM"].split()[0])
        for task in (place / "task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _peaks(int(child), depth + 1)
