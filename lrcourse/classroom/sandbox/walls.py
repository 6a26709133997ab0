"""The walls round a student's code on Linux: Landlock for files, seccomp for system calls, limits.

They are built by the process that they hold, once, and cannot be taken down from inside. No step
needs privileges, another user or a container.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from lrcourse.classroom.sandbox.system_calls import MACHINES, program

MEMORY = 1_500_000_000
"""Bytes of address space that an answer may take beyond what NumPy already has."""
FILE = 16_000_000
"""Bytes that one file may have."""
SECONDS = 120
"""Seconds of computing for a whole submission; single checks end much earlier, from outside."""
OPEN_FILES = 64

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
OLDEST_LANDLOCK = 3
"""The first version that also stops a file from being cut to nothing (Linux 6.2)."""
RULES_OF_VERSION = {3: 15, 5: 16}
"""From this version of Landlock on, so many kinds of access to files can be ruled."""
READ = 0b1101
"""Landlock's bits for execute (shared libraries are mapped so), read a file, read a folder."""
WRITE = 0b1111_1111_1111_1110 & ~(1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 15)
"""Landlock's bits for reading and changing files and folders: no devices, sockets or pipes."""
NOWHERE = (os.devnull, 0b110)
"""Whoever wants to may write to the file that keeps nothing, and read from it."""
PATH_BENEATH = 1
NO_TCP, ALONE = 0b11, 0b11
"""Landlock's bits: neither bind nor connect; no abstract sockets or signals to outside."""

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 1, 38, 22, 2

libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


WALLS = ["_shut_files", "_shut_system_calls", "_set_limits", "_drop_capabilities"]
"""The walls, by the names of the functions that build them."""


class NoWalls(RuntimeError):
    """The walls cannot be built here; its sentence says why and what to do."""


def missing() -> str:
    """Return why the walls cannot be built on this machine, in one sentence, or ""."""
    if libc is None:
        return f"Untrusted work is graded on Linux only, and this is {platform.system()}."
    if platform.machine() not in MACHINES:
        return f"The walls round untrusted work know x86_64 and aarch64, not {platform.machine()}."
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < OLDEST_LANDLOCK:
        return (
            "This Linux has no Landlock of version 3 or newer to keep untrusted work in: "
            "use Linux 6.2 or newer, with landlock among the security modules."
        )
    return ""


def confine(readable: Iterable[str | Path], writable: str | Path) -> None:
    """Shut this process in for good: it reads ``readable``, changes ``writable``, and computes.

    Raises ``NoWalls`` where a wall cannot be built; the process must end then.
    """
    if why := missing():
        raise NoWalls(why)
    _die_with_the_server()
    _set_limits()
    _drop_capabilities()
    _must(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    _shut_files(readable, writable)
    _shut_system_calls()


def _must(result: int, what: str) -> int:
    if result < 0:
        raise NoWalls(f"A wall could not be built ({what}): {os.strerror(ctypes.get_errno())}.")
    return result


def _die_with_the_server() -> None:
    """End when the process does that forked this one, and first where memory is short."""
    _must(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "an end with the server")
    Path("/proc/self/oom_score_adj").write_bytes(b"1000")


def _set_limits() -> None:
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    for limit, most in (
        (resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, SECONDS),
    ):
        resource.setrlimit(limit, (most, most))


def _drop_capabilities() -> None:
    """Give up what root can do beyond others; who is not root has nothing to give up."""
    header, none = struct.pack("Ii", 0x20080522, 0), bytes(24)
    number = {"x86_64": 126, "aarch64": 91}[platform.machine()]
    _must(libc.syscall(number, header, none), "capabilities")


def _shut_files(readable, writable) -> None:
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    kinds = max(count for since, count in RULES_OF_VERSION.items() if since <= version)
    every = (1 << kinds) - 1
    attributes = [every, NO_TCP if version >= 4 else 0, ALONE if version >= 6 else 0]
    size = 8 if version < 4 else 16 if version < 6 else 24
    rules = struct.pack("QQQ", *attributes)[:size]
    ruleset = _must(libc.syscall(LANDLOCK_CREATE_RULESET, rules, size, 0), "Landlock")
    for path, access in [*((path, READ) for path in readable), (writable, WRITE), NOWHERE]:
        _allow(ruleset, path, access & every)
    _must(libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0), "Landlock")
    os.close(ruleset)


def _allow(ruleset: int, path: str | Path, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            access &= 0b100_0000_0000_0111  # execute, write, read, cut: all that a file has
        rule = struct.pack("=Qi", access, place)
        _must(libc.syscall(LANDLOCK_ADD_RULE, ruleset, PATH_BENEATH, rule, 0), f"Landlock, {path}")
    finally:
        os.close(place)


def _shut_system_calls() -> None:
    packed = b"".join(struct.pack("HBBI", *line) for line in program(platform.machine()))
    lines = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("HxxxxxxP", len(packed) // 8, ctypes.addressof(lines))
    _must(libc.prctl(PR_SET_SECCOMP, FILTER, header, 0, 0), "seccomp")
