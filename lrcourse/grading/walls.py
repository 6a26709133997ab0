"""The walls round a student's code on Linux: Landlock for files, seccomp for system calls, limits.

They are built by the process that they hold, once, and cannot be taken down from inside. No step
needs privileges, another user or a container.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

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
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
CLONE_THREAD = 0x00010000

MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine -> (what seccomp calls it, the column of its numbers below)."""

NEWEST = 462
"""The highest number of a system call looked at; what came later is refused."""

REFUSED = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kcmp": (312, 272),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "setpriority": (141, 140),
    "ioprio_set": (251, 30),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "sched_setaffinity": (203, 122),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setgroups": (116, 159),
    "setsid": (112, 157),
    "setpgid": (109, 154),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "fallocate": (285, 47),
    "sendmsg": (46, 211),
    "sendmmsg": (307, 269),
    "personality": (135, 92),
    "modify_ldt": (154, None),
}
"""System calls that no exercise needs and an attack might, with their numbers on each machine.

Landlock rules the content of files but not who owns them, their times or their permissions, so
the calls that change those are here or among the pretended. A pair of sockets is refused because
one of datagrams could be sent to any socket that has a path; a message that is more than bytes,
because files that nobody sees could travel in it; space reserved beforehand, because no limit on
the length of a file holds for it.
"""
PRETENDED = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "utimensat": (280, 88),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
}
"""System calls that do nothing and say that all went well: ``shutil.copy`` makes them."""
CLONE, CLONE3 = (56, 220), (435, 435)
ONLY_ITSELF = {
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "prlimit64": (302, 261),
}
"""System calls whose first argument is a process: it must be the caller itself, or 0."""
FIRST, SECOND = 16, 24
"""Where seccomp finds the first and the second argument of a system call."""
NOT_TO_OTHERS = (SECOND, (8, 10, 15, 1024, 1026))
"""Commands of ``fcntl`` that would send signals to others, or keep others from opening a file:
F_SETOWN, F_SETSIG, F_SETOWN_EX, F_SETLEASE, F_NOTIFY."""
FCNTL = (72, 25)
NEEDED = {
    "ioctl": ((16, 29), SECOND, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    "prctl": ((157, 167), FIRST, (3, 15, 16, 21, 39, 0x53564D41)),
}
"""System calls that hold a hundred others -> their numbers, where the command stands, and the few
that Python and its libraries need: is this a terminal, how wide, how much is there to read, wait
or not, close on exec; what a thread is called, what holds this process, what memory is for."""

libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


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
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(platform.machine()))
    lines = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(lines))
    _must(libc.prctl(PR_SET_SECCOMP, FILTER, header, 0, 0), "seccomp")


def _filter(machine: str) -> list[tuple[int, int, int, int]]:
    """Return seccomp's program: lines of (what to do, jump if so, jump if not, number)."""
    name, column = MACHINES[machine]
    no, unknown = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, name), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    lines += [(AT_LEAST, 0, 1, NEWEST + 1), (RETURN, 0, 0, unknown)]
    for numbers in REFUSED.values():
        if numbers[column] is not None:
            lines += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, no)]
    for numbers in PRETENDED.values():
        if numbers[column] is not None:
            lines += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, REFUSE)]
    lines += [(EQUAL, 0, 1, CLONE3[column]), (RETURN, 0, 0, unknown)]
    lines += [(EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, FIRST), (ANY_BIT, 1, 0, CLONE_THREAD)]
    lines += [(RETURN, 0, 0, no), (RETURN, 0, 0, ALLOW)]
    for numbers in ONLY_ITSELF.values():
        lines += [(EQUAL, 0, 5, numbers[column]), (LOAD, 0, 0, FIRST), (EQUAL, 2, 0, 0)]
        lines += [(EQUAL, 1, 0, os.getpid()), (RETURN, 0, 0, no), (RETURN, 0, 0, ALLOW)]
    lines += _by_command(FCNTL[column], *NOT_TO_OTHERS, listed=no, others=ALLOW)
    for numbers, place, commands in NEEDED.values():
        lines += _by_command(numbers[column], place, commands, listed=ALLOW, others=no)
    return [*lines, (RETURN, 0, 0, ALLOW)]


def _by_command(number, place, commands, listed, others) -> list[tuple[int, int, int, int]]:
    """Return lines that answer one system call by the command that it is given."""
    lines = [(EQUAL, 0, 2 + 2 * len(commands), number), (LOAD, 0, 0, place)]
    for command in commands:
        lines += [(EQUAL, 0, 1, command), (RETURN, 0, 0, listed)]
    return [*lines, (RETURN, 0, 0, others)]
