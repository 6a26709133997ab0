"""Which system calls a confined process may make, and seccomp's program that says so."""

from __future__ import annotations

import errno
import os

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050000, 0x80000000
NO, UNKNOWN = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
CLONE_FILES, CLONE_THREAD = 0x00000400, 0x00010000
"""Flags of a new thread: that it is one, and has its process's table of files: others see that."""
CLOSE_RANGE, UNSHARE = (436, 436), 2
"""A call that may give a thread a table of files of its own, and the flag that does."""

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
FIRST, SECOND, THIRD = 16, 24, 32
"""Where seccomp finds the arguments of a system call."""
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


def program(machine: str) -> list[tuple[int, int, int, int]]:
    """Return seccomp's program: lines of (what to do, jump if so, jump if not, number)."""
    name, column = MACHINES[machine]
    lines = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, name), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    lines += [(AT_LEAST, 0, 1, NEWEST + 1), (RETURN, 0, 0, UNKNOWN)]
    for table, answer in ((REFUSED, NO), (PRETENDED, REFUSE), ({"clone3": CLONE3}, UNKNOWN)):
        for numbers in table.values():
            if numbers[column] is not None:
                lines += [(EQUAL, 0, 1, numbers[column]), (RETURN, 0, 0, answer)]
    lines += _with_one_table_of_files(column)
    for numbers in ONLY_ITSELF.values():
        lines += [(EQUAL, 0, 5, numbers[column]), (LOAD, 0, 0, FIRST), (EQUAL, 2, 0, 0)]
        lines += [(EQUAL, 1, 0, os.getpid()), (RETURN, 0, 0, NO), (RETURN, 0, 0, ALLOW)]
    lines += _by_command(FCNTL[column], *NOT_TO_OTHERS, listed=NO, others=ALLOW)
    for numbers, place, commands in NEEDED.values():
        lines += _by_command(numbers[column], place, commands, listed=ALLOW, others=NO)
    return [*lines, (RETURN, 0, 0, ALLOW)]


def _with_one_table_of_files(column: int) -> list[tuple[int, int, int, int]]:
    """Return lines that allow new threads, and no process or thread with files of its own."""
    lines = [(EQUAL, 0, 5, CLONE[column]), (LOAD, 0, 0, FIRST), (ANY_BIT, 0, 1, CLONE_THREAD)]
    lines += [(ANY_BIT, 1, 0, CLONE_FILES), (RETURN, 0, 0, NO), (RETURN, 0, 0, ALLOW)]
    lines += [(EQUAL, 0, 4, CLOSE_RANGE[column]), (LOAD, 0, 0, THIRD), (ANY_BIT, 0, 1, UNSHARE)]
    return [*lines, (RETURN, 0, 0, NO), (RETURN, 0, 0, ALLOW)]


def _by_command(number, place, commands, listed, others) -> list[tuple[int, int, int, int]]:
    """Return lines that answer one system call by the command that it is given."""
    lines = [(EQUAL, 0, 2 + 2 * len(commands), number), (LOAD, 0, 0, place)]
    for command in commands:
        lines += [(EQUAL, 0, 1, command), (RETURN, 0, 0, listed)]
    return [*lines, (RETURN, 0, 0, others)]
