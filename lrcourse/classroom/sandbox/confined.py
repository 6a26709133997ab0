"""One confined process after another for a submission: what is said to it and what it says, with
an eye on the clock, its folder, its files and its threads."""

from __future__ import annotations

import os
import signal
import socket
import struct
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from lrcourse.classroom.sandbox.calls import Talk
from lrcourse.classroom.sandbox.inside import READY
from lrcourse.classroom.sandbox.messages import Broken, receive, send
from lrcourse.classroom.sandbox.process_watch import (
    empty,
    is_full,
    number_of,
    removed_files,
    threads,
    wait_for_the_end,
)
from lrcourse.classroom.sandbox.server import Server, undisturbed
from lrcourse.classroom.sandbox.walls import NoWalls

LOOK = 0.05
"""Seconds between two looks at the clock and at the private folder."""
START_LIMIT = 20
"""Seconds that a child may take until its walls stand."""
NOTEBOOK_LIMIT = 150
"""Seconds for all that one notebook has run, in one child or many."""
REMOVED = 8
"""Files of the folder that may go on being used when they are removed: nobody sees their size,
which is at most ``walls.FILE`` each."""
THREADS = 200
MESSAGES, BYTES = 200_000, 100_000_000
"""What one submission may send for one exercise: a check keeps each value that it is given."""


class ProcessEnded(Exception):
    """The process that ran the answer ended, or had to be ended; the sentence says why."""

    line = ""
    """It came from no line of the student's that could be named."""


class Confined:
    """A student's process, and the channel to it; ``process`` is None while there is none."""

    def __init__(self, server: Server):
        """Take the server that starts such processes, and a folder of their own."""
        self.server, self.channel, self.process = server, None, None
        self.folder = Path(tempfile.mkdtemp(dir=server.folder))
        self.deadline, self.over = 0.0, time.monotonic() + NOTEBOOK_LIMIT
        self.talk: Talk | None = None
        self.count_anew()

    def start(self, copy: Path | None = None, named: Iterable[str] = ()) -> None:
        """Start a child, and see that its walls stand before any line of the student's runs."""
        self.end()
        self.channel, self.process = self.server.child(self.folder, copy, named)
        for wait in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self.channel.setsockopt(socket.SOL_SOCKET, wait, struct.pack("@ll", 0, int(1e6 * LOOK)))
        self.received, self.looked = bytearray(), time.monotonic()
        if self.talk is not None:
            self.talk.put_back()
        self.talk, self.deadline = Talk(self.write, self.read), time.monotonic() + START_LIMIT
        try:
            said = self.read()[0]
        except (ProcessEnded, Broken) as error:
            raise NoWalls(f"No confined process could be started: {error}.") from None
        if said != [READY]:
            raise NoWalls(str(said[0]))

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
        if self.looked > self.over:
            raise ProcessEnded(f"its notebook had taken {NOTEBOOK_LIMIT:g} s by then")
        if is_full(self.folder):
            raise ProcessEnded("it filled its folder")
        number = number_of(self.process)
        if not self.server.trust and removed_files(number, self.folder) > REMOVED:
            raise ProcessEnded(f"it kept more than {REMOVED} files in use that it had removed")
        if threads(number) > THREADS:
            raise ProcessEnded(f"it started more than {THREADS} threads")

    def end(self) -> None:
        """End the child, whatever it is doing, and empty its folder."""
        with undisturbed():
            process, channel = self.process, self.channel
            self.process = self.channel = None
            if process is not None:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
                wait_for_the_end(process)
                os.close(process)
                channel.close()
            empty(self.folder)

    def close(self) -> None:
        """End the child and remove its folder."""
        self.end()
        os.rmdir(self.folder)
