"""The near side of the wall: start confined children, call the functions that they hold, and end
them when their time is over. No line of a student's runs in this process."""

from __future__ import annotations

import os
import re
import secrets
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lrcourse.exercises import exercise_names
from lrcourse.grading.child import LOAD, NAMED, READY
from lrcourse.grading.edition import library
from lrcourse.grading.talking import FarFunction, Talk
from lrcourse.grading.walls import NoWalls, missing
from lrcourse.grading.wire import Broken, receive, send

LOOK = 0.05
"""Seconds between two looks at the clock and at the private folder."""
CELL_LIMIT = 5
"""Seconds that the definitions of one cell may take."""
LOAD_LIMIT = 20
"""Seconds that all the definitions of a submission may take."""
FOLDER_BYTES, FOLDER_FILES = 64_000_000, 500
REMOVED = 8
"""Files of the folder that may go on being used when they are removed: nobody sees their size,
which is at most ``walls.FILE`` each."""
HIDDEN = float("inf")
THREADS = 200
PROBLEMS = 50
"""Sentences about the cells that are kept."""
LEFT_OUT = 3
"""Cells that may end their process before the notebook is given up."""
MESSAGES, BYTES = 200_000, 200_000_000
"""What one submission may send for one exercise: a check keeps each value that it is given."""
PATIENCE = 30
"""Seconds that the server may take to start a child, which takes it a hundredth of one."""
BEGINNING = 300
"""Seconds that a server may take to import its libraries, from the slowest of disks."""
ENDS = 2
"""Times that one exercise may end its process before it is given up."""
START = (
    "import sys, socket; sys.path.insert(0, sys.argv[1]); "
    "from lrcourse.grading.child import serve; "
    "serve(socket.socket(fileno=int(sys.argv[2])), sys.argv[4:], trust=bool(sys.argv[3]))"
)


class ProcessEnded(Exception):
    """The process that ran the answer ended, or had to be ended; the sentence says why."""

    line = ""
    """It came from no line of the student's that could be named."""


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
        python = [sys.executable, "-I", "-c", START, str(library(self.folder / "course"))]
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
        if not trust and _removed(self.process.pid, self.folder) == HIDDEN:
            self.close()
            raise NoWalls("This system does not show which files an answer's process holds.")

    def child(self, folder: Path, named: Iterable[bytes] = ()) -> tuple[socket.socket, int]:
        """Return the channel to a new confined child, and a handle of its process; it has imported
        what is ``named`` in ``NAMED``.

        A server that does not answer is ended, for what it says late would be taken for its answer
        to the next question; so no alarm is heard in between. What it was asked for is graded anew.
        """
        ours, theirs = socket.socketpair()
        handles = []
        with theirs, undisturbed(), suppress(OSError):
            request = b"\0".join([os.fsencode(folder), *named])
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


class Submission:
    """One student's cells, defined behind the wall; begun anew where its process ended."""

    def __init__(self, server: Server, sources: list[str]):
        """Take the cells; nothing runs before the first ``begin``."""
        self.server, self.sources = server, list(sources)
        self.channel, self.process, self.deadline = None, None, 0.0
        self.folder = Path(tempfile.mkdtemp(dir=server.folder))
        self.defined: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.left_out, self.without_walls, self.talk = 0, None, None
        self.count_anew()

    def begin(self) -> None:
        """Start a child and run the definitions, cell by cell; a cell that ends it is left out.

        Raises ``NoWalls`` where no walls stand, ``ProcessEnded`` if cell after cell ends it.
        """
        while not self.all_cells_ran():
            if self.left_out > LEFT_OUT:
                raise ProcessEnded("its cells ended the process they ran in")
        self.deadline = float("inf")

    def all_cells_ran(self) -> bool:
        """Start a child and run the cells; if one of them ends it, leave that out from now on."""
        self.start()
        self.defined = {}
        over = time.monotonic() + LOAD_LIMIT
        for number, source in enumerate(self.sources, 1):
            self.deadline = min(over, time.monotonic() + CELL_LIMIT) + 1
            try:
                self.load(number, source)
            except ProcessEnded as error:
                self.sources[number - 1] = ""
                self.left_out += 1
                self.note([f"Code cell {number} was left out: {error}."])
                return False
        return True

    def start(self) -> None:
        """Start a child, and see that its walls stand before any line of the student's runs."""
        self.end()
        named = [each for each in NAMED if any(each.decode() in cell for cell in self.sources)]
        self.channel, self.process = self.server.child(self.folder, named)
        for wait in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.channel.setsockopt(socket.SOL_SOCKET, wait, struct.pack("@ll", 0, int(1e6 * LOOK)))
        self.received, self.looked = bytearray(), time.monotonic()
        if self.talk is not None:
            self.talk.put_back()
        self.talk, self.deadline = Talk(self.write, self.read), time.monotonic() + LOAD_LIMIT
        try:
            said = self.read()[0]
        except (ProcessEnded, Broken) as error:
            raise NoWalls(f"No confined process could be started: {error}.") from None
        if said != [READY]:
            raise NoWalls(str(said[0]))

    def start_again(self) -> None:
        """Begin anew in the middle of a check, and remember if that is no fault of the answer's."""
        try:
            self.begin()
        except NoWalls as error:
            self.without_walls = error
            raise

    def load(self, number: int, source: str) -> None:
        """Run the definitions of one cell, and note what it defines and what went wrong."""
        try:
            told = self.call(LOAD, (number, source, CELL_LIMIT), {})
        except ProcessEnded:
            raise
        except Exception as error:
            return self.note([f"Code cell {number} raised {type(error).__name__}: {error}"])
        if not _is_an_inventory(told):
            self.end()
            raise ProcessEnded("it sent an answer that is none")
        self.defined.update(told[0])
        self.note(told[1])

    def note(self, problems: list[str]) -> None:
        """Keep what went wrong in the cells, each thing once."""
        new = [each[:2000] for each in problems if each[:2000] not in self.problems]
        self.problems += new[: PROBLEMS - len(self.problems)]

    def call(self, target: str, args: tuple, kwargs: dict) -> Any:
        """Call a function of the child's by name; a call that does not come to its end, ends it."""
        whole = False
        try:
            value = self.talk.call(target, args, kwargs)
            whole = True
            return value
        except Exception as error:
            whole = not isinstance(error, Broken | ProcessEnded)
            if isinstance(error, Broken):
                raise ProcessEnded(f"it sent {error}") from None
            raise
        finally:
            if not whole:
                self.ends += 1
                self.end()

    def function(self, name: str) -> Answer:
        """Return the function ``name`` of the submission, to be called from here."""
        return Answer(self, name)

    def write(self, tree: Any, blobs=()) -> None:
        """Send a message; a child that is gone is a ``ProcessEnded``."""
        send(self, tree, blobs)

    def sendall(self, message: bytes) -> None:
        """Send bytes, as a socket would, but never wait for a child that does not read."""
        rest = memoryview(message)
        while rest:
            self.look_if_due()
            try:
                rest = rest[self.channel.send(rest) :]
            except BlockingIOError:
                continue
            except OSError:
                raise ProcessEnded("its process had ended") from None

    def read(self):
        """Receive a message, with an eye on the clock and on the private folder."""
        self.messages += 1
        if self.messages > MESSAGES:
            raise ProcessEnded(f"it sent more than {MESSAGES} messages")
        return receive(self.take)

    def count_anew(self) -> None:
        """Count from nothing what is sent and how often the process ends: a new exercise begins."""
        self.ends = self.messages = self.bytes = 0

    def take(self, count: int) -> bytes:
        """Receive ``count`` bytes; ``ProcessEnded`` says why there are none."""
        self.bytes += count
        if self.bytes > BYTES:
            raise ProcessEnded(f"it sent more than {BYTES / 1e6:g} MB")
        while len(self.received) < count:
            self.look_if_due()
            try:
                part = self.channel.recv(max(count, 1 << 16))
            except BlockingIOError:
                continue
            except OSError:
                part = b""
            if not part:
                raise ProcessEnded("it ended the process it ran in")
            self.received += part
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken

    def look_if_due(self) -> None:
        """See that there still is a process, and now and then that it keeps within its limits."""
        if self.channel is None:
            raise ProcessEnded("its process had ended")
        if time.monotonic() > self.looked + LOOK:
            self.look()

    def look(self) -> None:
        """Raise ``ProcessEnded`` if time is over, the folder is full or there are many threads."""
        self.looked = time.monotonic()
        if self.looked > self.deadline:
            raise ProcessEnded("its cells were still running when their time was over")
        if _is_full(self.folder):
            raise ProcessEnded("it filled its folder")
        number = _number(self.process)
        if not self.server.trust and _removed(number, self.folder) > REMOVED:
            raise ProcessEnded(f"it kept more than {REMOVED} files in use that it had removed")
        if _threads(number) > THREADS:
            raise ProcessEnded(f"it started more than {THREADS} threads")

    def end(self) -> None:
        """End the child, whatever it is doing, and empty its folder."""
        with undisturbed():
            process, channel = self.process, self.channel
            self.process = self.channel = None
            if process is not None:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                _wait_for_the_end(process)
                os.close(process)
                channel.close()
            _empty(self.folder)

    def close(self) -> None:
        """End the child and remove its folder."""
        self.end()
        os.rmdir(self.folder)


@contextmanager
def undisturbed():
    """Let an alarm that rings in this block, such as a time limit's, be heard when it is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait_for_the_end(process: int) -> None:
    poll = select.poll()
    poll.register(process, select.POLLIN)
    poll.poll()


def _is_an_inventory(told: Any) -> bool:
    """Whether this is what loading a cell tells: functions with their inputs, and problems."""
    if not isinstance(told, tuple) or len(told) != 2 or not isinstance(told[0], dict):
        return False
    texts = [told[1], [*told[0]], *told[0].values()]
    return all(isinstance(each, list) and {*map(type, each)} <= {str} for each in texts)


def _is_full(folder: Path) -> bool:
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


def _removed(process: int, folder: Path) -> int | float:
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


def _threads(process: int) -> int:
    """Return the number of threads of a process, 0 if it has ended."""
    try:
        return os.stat(f"/proc/{process}/task").st_nlink - 2
    except OSError:
        return 0


def _number(process: int) -> int:
    """Return the number of a process, from a handle of it; -1 if it has ended."""
    lines = Path(f"/proc/self/fdinfo/{process}").read_text().splitlines()
    return int(dict(line.split(":\t") for line in lines)["Pid"])


def _empty(folder: Path) -> None:
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


class Answer(FarFunction):
    """A student's function: it runs behind the wall, and looks from here like any other."""

    def __init__(self, submission: Submission, name: str):
        """Name the function of ``submission``."""
        super().__init__(None, name, name, submission.defined.get(name, []))
        self.submission = submission

    def __call__(self, *args, **kwargs):
        """Call the function behind the wall, in a new child if the last one ended."""
        if self.submission.ends >= ENDS:
            raise ProcessEnded("it ended its process too often")
        if self.submission.process is None:
            self.submission.start_again()
        return self.submission.call(self.far_number, args, kwargs)
