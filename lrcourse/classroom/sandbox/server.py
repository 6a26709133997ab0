"""A process that forks confined children, each with a copy of the library of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path

from lrcourse.classroom.sandbox.library_copy import RUNNING, library
from lrcourse.classroom.sandbox.process_watch import HIDDEN, removed_files
from lrcourse.classroom.sandbox.walls import NoWalls, missing
from lrcourse.exercises import exercise_names
from lrcourse.exercises.twins import twins_of

PATIENCE = 30
"""Seconds that the server may take to start a child, which takes it a hundredth of one."""
BEGINNING = 300
"""Seconds that a server may take to import its libraries, from the slowest of disks."""
START = (
    "import sys, socket; sys.path.insert(0, sys.argv[1]); "
    "from lrcourse.classroom.sandbox.inside import serve; "
    "serve(socket.socket(fileno=int(sys.argv[2])), sys.argv[4:], trust=bool(sys.argv[3]))"
)


class Server:
    """A process that has imported what answers need and forks a confined child on request."""

    def __init__(self, trust: bool = False):
        """Start it on a copy of the course without answers; raise ``NoWalls`` where none stand.

        With ``trust`` the children are processes of their own, with no walls round them.
        """
        if (why := missing()) and not trust:
            raise NoWalls(f"{why} To grade work that you trust all the same: --trust-submissions.")
        self.begin([], trust)

    def begin(self, before: list[str], trust: bool, owner: int | None = None) -> None:
        """Start the process, its command after ``before``, in a folder that ``owner`` has."""
        self.folder = Path(tempfile.mkdtemp(prefix="lrcourse-grading-"))
        if owner is not None:
            shutil.chown(self.folder, owner, owner)
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        python = [sys.executable, "-I", "-c", START, str(library(self.folder / "course", RUNNING))]
        self.process = subprocess.Popen(
            [*before, *python, str(theirs.fileno()), "trust" if trust else "", *exercise_names()],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=surroundings(self.folder),
            cwd=self.folder,
        )
        theirs.close()
        self.control.settimeout(BEGINNING)
        begun = b""
        with suppress(TimeoutError):
            begun = self.control.recv(1)
        self.control.settimeout(PATIENCE)
        self.trust = trust
        if not begun:
            self.close()
            raise RuntimeError("The grading process could not start: its error stands above.")
        if not trust and removed_files(self.process.pid, self.folder) == HIDDEN:
            self.close()
            raise NoWalls("This system does not show which files an answer's process holds.")

    def copy_for(self, exercise: str) -> Path:
        """Return a copy of the library without what ``exercise`` asks for, made at first need."""
        copy = self.folder / "libraries" / exercise
        if not copy.exists():
            library(copy, without=twins_of(exercise), asked=exercise)
        return copy

    def child(
        self, folder: Path, copy: Path | None = None, named: Iterable[str] = ()
    ) -> tuple[socket.socket, int]:
        """Return the channel to a new confined child, and a handle of its process. The modules
        ``named`` are imported beforehand; the course's library it imports from ``copy``.

        A server that does not answer is ended, for what it says late would be taken for its answer
        to the next question; so no alarm is heard in between. What it was asked for is graded anew.
        """
        ours, theirs = socket.socketpair()
        handles = []
        with theirs, undisturbed(), suppress(OSError):
            request = b"\0".join(map(os.fsencode, [folder, copy or "", *named]))
            socket.send_fds(self.control, [request], [theirs.fileno()])
            _, handles, _, _ = socket.recv_fds(self.control, 1, 1)
        if not handles:
            ours.close()
            self.kill()
            raise NoWalls("The server that starts confined processes has ended, or was stuck.")
        return ours, handles[0]

    def kill(self) -> None:
        """End the process, whatever it is doing, and with it the children that it holds."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """End the server and remove its folder."""
        self.control.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        """Return the server, which ends with the block."""
        return self

    def __exit__(self, *_):
        """End the server."""
        self.close()


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of answers: nothing of the teacher's."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@contextmanager
def undisturbed():
    """Let an alarm that rings in this block, such as a time limit's, be heard when it is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
