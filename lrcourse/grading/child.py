"""The far side of the wall: a server that imports what answers may use, and forks a confined child
for each submission. It runs on a copy of the course that holds no answer.
"""

from __future__ import annotations

import functools
import gc
import importlib
import linecache
import os
import re
import shutil
import socket
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from lrcourse.cells import define
from lrcourse.grading.talking import Talk
from lrcourse.grading.walls import confine
from lrcourse.grading.wire import Handles, decode, encode, parameters, receive, send

BEFOREHAND = ["numpy", "lrcourse.training", "lrcourse.network", "lrcourse.data"]
"""Imported once in the server, so that no child pays for them."""
NAMED = {b"matplotlib": "matplotlib.pyplot"}
"""Imported once in the server when the first cells name them: they would make every fork dearer."""
LOAD = "load the cells"
"""The name of the first call; no student's function can have it."""
ASKED = [LOAD]
"""The function that the grader called last by name."""
REFUSING: list[Callable] = []
"""The course's own functions that are no answers: an import of one hides no answer above it."""
READY = "ready"
"""What a child says first, when all walls stand; anything else says why they do not."""
SYSTEM = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share", "/dev/urandom"]
"""Where shared libraries, time zones and fonts lie."""
LIBRARIES = ["lib", "lib64", "share"]
"""What of Python's own folder is read: the rest of it may be a home, with the answers in it."""


def serve(control: socket.socket, asked: list[str], trust: bool) -> None:
    """Fork a child for each socket and folder that comes, and hand its process back, until the
    grader ends; then remove the folder that this process stands in.

    The course's own functions that are called as in ``asked`` cannot stand in for an answer.
    """
    for name in BEFOREHAND:
        importlib.import_module(name)
    keep_for_answers(asked)
    define(0, "def answer(w):\n    return w", {}, limit=1)
    decode(*encode([np.ones(2), np.random.default_rng(0)], Handles(print)), Handles(print))
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
        folder, *named = request.split(b"\0")
        for name in named:
            importlib.import_module(NAMED[name])
            gc.freeze()
        let_go()
        pid = os.fork()
        if pid == 0:
            control.close()
            try:
                answer_calls(socket.socket(fileno=handles[0]), os.fsdecode(folder), readable)
            finally:
                os._exit(0)
        process = os.pidfd_open(pid)
        socket.send_fds(control, [b"!"], [process])
        os.close(process)
        os.close(handles[0])


def let_go() -> None:
    """Let children go that have ended; the time they took is from now on this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def keep_for_answers(asked: list[str]) -> None:
    """Let the library's functions of these names refuse to be called from outside the library.

    It keeps the honest from a slip; who copies the library's text can copy a neighbour's as well.
    """
    for path in sorted(Path(__file__).parents[1].glob("*.py")):
        defined = re.findall(r"^def (\w+)\(", path.read_text("utf-8"), re.MULTILINE)
        for name in {*defined} & {*asked}:
            replace(getattr(importlib.import_module(f"lrcourse.{path.stem}"), name))


def replace(function: Callable) -> None:
    """Put a function that refuses in the place of this one, wherever the library has it."""
    refuse = refusing(function)
    for name, module in list(sys.modules.items()):
        if name.startswith("lrcourse"):
            for own, value in list(vars(module).items()):
                if value is function:
                    setattr(module, own, refuse)


def refusing(function: Callable) -> Callable:
    """Return ``function``, which neither the answer to its own exercise may call nor a cell.

    Callers within the library may, and so may the answers to other exercises: some are given it.
    """

    @functools.wraps(function)
    def refuse(*args, **kwargs):
        caller = sys._getframe(1).f_globals
        name = str(caller.get("__name__"))
        within = name.startswith("lrcourse.") and not name.startswith("lrcourse.grading.")
        if within and caller is vars(sys.modules.get(name, object)):
            return function(*args, **kwargs)
        if ASKED[0] not in (LOAD, function.__name__):
            return function(*args, **kwargs)
        name = function.__name__
        raise RuntimeError(f"write {name} yourself: the course's own is no answer to it")

    del refuse.__wrapped__
    REFUSING.append(refuse)
    return refuse


def may_read() -> list[str]:
    """Return what a child may read: Python, its packages but no installed course, this copy."""
    roots = [Path(prefix, name) for prefix in (sys.prefix, sys.base_prefix) for name in LIBRARIES]
    roots += [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    roots = {each.resolve() for each in [*roots, *map(Path, SYSTEM)] if each.exists()}
    packages = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    packages |= {each.resolve() for root in roots for each in root.glob("python*/*-packages")}
    packages = {each for each in packages if (each / "lrcourse").exists()}
    found = {Path(__file__).parents[2].resolve()}
    for root in roots:
        found.update(each for each in without(root, packages) if each.exists())
    return sorted(map(str, found))


def without(folder: Path, packages: set[Path]) -> list[Path]:
    """Return ``folder``, or what is in it but for the course, where packages lie in it.

    Links that lead round the packages are left out: to read a folder is to read all below it.
    """
    if not _above(folder, packages):
        return [folder]
    inside = [each for each in sorted(folder.iterdir()) if not each.name.startswith("lrcourse")]
    direct = [
        each for each in inside if not (each.is_symlink() and _above(each.resolve(), packages))
    ]
    return [one for each in direct for one in without(each, packages)]


def _above(folder: Path, packages: set[Path]) -> bool:
    return any(each.is_relative_to(folder) for each in packages)


def answer_calls(channel: socket.socket, folder: str, readable: list[str] | None) -> None:
    """Shut this process in, unless it is trusted, and answer calls until the grader hangs up."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for output in (0, 1, 2):
        os.dup2(nowhere, output)
    channel = socket.socket(fileno=os.dup2(channel.detach(), 3))
    os.closerange(4, 4096)
    os.chdir(folder)
    os.environ.update(TMPDIR=folder, HOME=folder, MPLCONFIGDIR=folder)
    try:
        if readable is not None:
            confine(readable, folder)
    except Exception as error:
        return send(channel, [str(error) or type(error).__name__])
    send(channel, [READY])
    names, namespace = {}, {"__name__": "__main__"}

    def load(number, source, limit):
        problem = define(number, source, namespace, limit)
        new = {}
        for name, value in namespace.items():
            if callable(value) and not (name in names and _is_the_courses(value)):
                if names.get(name) is not value:
                    new[name] = parameters(value)
                names[name] = value
        return new, problem

    names[LOAD] = load

    received = channel.makefile("rb")

    def take(count):
        data = received.read(count)
        if len(data) < count:
            os._exit(0)
        return data

    def write(tree, blobs=()):
        send(channel, tree, blobs)

    talk = Talk(write, lambda: receive(take), names, own_line)
    while True:
        tree, blobs = talk.read()
        if isinstance(tree[1], str):
            ASKED[:] = [tree[1]]
        talk.serve(tree, blobs)


def _is_the_courses(function) -> bool:
    return any(function is each for each in REFUSING)


def own_line(error: BaseException) -> str:
    """Return the last line of the student's own cells that an exception went through."""
    line, trace = "", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith("<cell"):
            line = linecache.getline(file, trace.tb_lineno).strip() or line
        trace = trace.tb_next
    return line
