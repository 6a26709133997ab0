"""A pair of pipes for what asks for a pair of sockets, which the walls refuse: a loop of events
wakes itself by one, and so an answer may ``await``."""

from __future__ import annotations

import os
import socket


class End:
    """One end of a pipe, with what a loop of events asks of a socket."""

    def __init__(self, number: int):
        """Take the descriptor."""
        self.number = number

    def fileno(self) -> int:
        """Return the descriptor, -1 if it is closed."""
        return self.number

    def setblocking(self, waits: bool) -> None:
        """Say whether reading waits for something to read."""
        os.set_blocking(self.number, waits)

    def recv(self, count: int) -> bytes:
        """Read at most ``count`` bytes."""
        return os.read(self.number, count)

    def send(self, data: bytes) -> int:
        """Write; return how many bytes were."""
        return os.write(self.number, data)

    def close(self) -> None:
        """Close this end."""
        if self.number >= 0:
            os.close(self.number)
        self.number = -1


def pair(*_, **__) -> tuple[End, End]:
    """Return two ends: what is sent to the second can be received from the first."""
    here, there = os.pipe()
    return End(here), End(there)


def instead_of_sockets() -> None:
    """Let ``socket.socketpair`` return ends of a pipe in this process."""
    socket.socketpair = pair
