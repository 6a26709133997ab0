"""The far side of the wall: a server that imports what answers may use, and forks a confined child
for each submission. It runs on a copy of the course that holds no answer.
"""

from __future__ import annotations

import gc
import importlib
import os
import shutil
import socket
import sys
import threading
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from lrcourse.checks.quiet_calls import hush
from lrcourse.checks.running_cells import Cells, cell_line
from lrcourse.classroom.sandbox.calls import Talk
from lrcourse.classroom.sandbox.decoding import decode
from lrcourse.classroom.sandbox.encoding import encode
from lrcourse.classroom.sandbox.far import Handles, parameters
from lrcourse.classroom.sandbox.library_swap import import_from
from lrcourse.classroom.sandbox.messages import receive, send
from lrcourse.classroom.sandbox.pipes import instead_of_sockets
from lrcourse.classroom.sandbox.readable import may_read
from lrcourse.classroom.sandbox.walls import confine

LOAD = "load the cells"
"""The name of the first call; no student's function can have it."""
READY = "ready"
"""What a child says first, when all walls stand; anything else says why they do not."""
GUESSES = 5
"""Functions of one name that a notebook may bind and each of which is judged: the last ones."""
CHANNEL = 3
"""The number under which a child has its socket."""


def serve(control: socket.socket, asked: list[str], trust: bool) -> None:
    """Fork a child for each socket and request that comes, and hand its process back, until the
    grader ends; then remove the folder that this process stands in.

    A request is the child's folder, the copy of the library it imports from (or nothing, for none)
    and what to import beforehand. Of functions called as in ``asked``, older ones are kept too.
    """
    get_warm()
    readable = None if trust else may_read()
    gc.freeze()
    with suppress(ConnectionError):  # of a grader that ended meanwhile, the loop hears as well
        control.sendall(b"!")
    while True:
        request, handles = b"", []
        with suppress(ConnectionError):
            request, handles, _, _ = socket.recv_fds(control, 4096, 1)
        if not request:  # the grader ended, even if it was killed
            return shutil.rmtree(os.getcwd(), ignore_errors=True)
        folder, copy, *named = map(os.fsdecode, request.split(b"\0"))
        for name in named:
            importlib.import_module(name)
            gc.freeze()
        let_go()
        pid = os.fork()
        if pid == 0:
            control.close()
            be_a_child(socket.socket(fileno=handles[0]), folder, copy, readable, asked)
        process = os.pidfd_open(pid)
        socket.send_fds(control, [b"!"], [process])
        os.close(process)
        os.close(handles[0])


def be_a_child(channel, folder: str, copy: str, readable: list[str] | None, asked: list) -> None:
    """Answer calls with the library that lies in ``copy``, if there is one, then end."""
    try:
        if copy:
            import_from(copy, str(Path(__file__).parents[3]))
        answer_calls(channel, folder, readable and [*readable, *([copy] if copy else [])], asked)
    finally:
        os._exit(0)


def get_warm() -> None:
    """Do once what every child would do first, so that none pays for it."""
    hush()
    Cells().run(0, "def answer(w):\n    return w", limit=1)
    decode(*encode([np.ones(2), np.random.default_rng(0)], Handles(print)), Handles(print))


def let_go() -> None:
    """Let children go that have ended; the time they took is from now on this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def answer_calls(
    channel: socket.socket, folder: str, readable: list[str] | None, asked: list[str]
) -> None:
    """Shut this process in, unless it is trusted, and answer calls until the grader hangs up."""
    channel = stand_alone(channel, folder)
    try:
        if readable is not None:
            confine(readable, folder)
            instead_of_sockets()
    except Exception as error:
        return send(channel, [str(error) or type(error).__name__])
    send(channel, [READY])
    received = channel.makefile("rb")

    def take(count):
        data = received.read(count)
        if len(data) < count:
            os._exit(0)
        return data

    def write(tree, blobs=()):
        send(channel, tree, blobs)

    talk = Talk(write, lambda: receive(take), {}, cell_line, threading.RLock())
    talk.names[LOAD] = loading(asked, talk.names)
    while True:
        talk.serve_next()


def stand_alone(channel: socket.socket, folder: str) -> socket.socket:
    """Keep nothing of the server's but the channel, which is returned, and stand in ``folder``."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for output in (0, 1, 2):
        os.dup2(nowhere, output)
    channel = socket.socket(fileno=os.dup2(channel.detach(), CHANNEL))
    os.closerange(CHANNEL + 1, 4096)
    os.chdir(folder)
    os.environ.update(TMPDIR=folder, HOME=folder, MPLCONFIGDIR=folder)
    return channel


def loading(asked: list[str], called: dict[str, Callable]) -> Callable:
    """Return the function that runs a cell, and enters in ``called`` what it has defined."""
    main = sys.modules["__main__"] = types.ModuleType("__main__")
    cells = Cells(vars(main), asked)

    def load(number, source, limit):
        told = cells.run(number, source, limit)
        new = {}
        for name, value in [*cells.names.items(), *older(cells)]:
            if callable(value) and called.get(name) is not value and not is_the_courses(value):
                called[name] = value
                new[name] = parameters(value)
        return new, told

    return load


def older(cells: Cells) -> list[tuple[str, Callable]]:
    """Return the last functions that each exercise's name was bound to, as ``name 0``, ``name 1``
    in the order in which they came."""
    return [
        (f"{name} {place}", function)
        for name, versions in cells.versions.items()
        for place, (_, function) in [*enumerate(versions)][-GUESSES:]
    ]


def is_the_courses(function: Callable) -> bool:
    """Whether this stands for a function of the course's own: it hides no answer above it."""
    return isinstance(function, types.FunctionType) and hasattr(function, "of_the_course")
