"""Attacks by system calls and on limits, one row each: see ``attacks``."""

from __future__ import annotations

from lrcourse.classroom.sandbox.walls import WALLS

FILES, CALLS, LIMITS, POWERS = WALLS

ON_CALLS = {
    "reads the grader's memory": (
        [CALLS, FILES, POWERS],
        "found = ctypes.create_string_buffer(2)\n"
        "here = (ctypes.c_size_t * 2)(ctypes.addressof(found), 2)\n"
        "there = (ctypes.c_size_t * 2)(ADDRESS, 2)\n"
        "libc.process_vm_readv(GRADER, here, 1, there, 1, 0)\n"
        "return found.raw == b'42'",
    ),
    "changes permissions": (
        [CALLS],
        "os.chmod(SECRET, 0o777); return os.stat(SECRET).st_mode & 0o777 == 0o777",
    ),
    "changes times": ([CALLS], "os.utime(SECRET, (1, 1)); return os.stat(SECRET).st_mtime == 1"),
    "changes the owner": ([CALLS], "os.chown(SECRET, -1, os.getgid()); return True"),
    "forks": (
        [CALLS],
        "process = os.fork()\nif not process: os._exit(0)\nreturn process > 0",
    ),
    "forks by clone3": (
        [CALLS],
        "import struct\n"
        "process = libc.syscall(435, struct.pack('8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64)\n"
        "if process == 0: os._exit(0)\n"
        "return process > 0",
    ),
    "starts a program": (
        [CALLS, FILES],
        "return os.posix_spawn('/bin/true', ['true'], {}) > 0",
    ),
    "opens a UDP socket": ([CALLS], "import socket; socket.socket(type=2); return True"),
    "connects by TCP": (
        [CALLS, FILES],
        "import socket; socket.create_connection(('127.0.0.1', PORT), 5); return True",
    ),
    "calls on an abstract socket": (
        [CALLS, FILES],
        "import socket\n"
        "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'!', ABSTRACT); return True",
    ),
    "sends to a socket by its path": (
        [CALLS],
        "import _socket\n"
        "pair = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_DGRAM)\n"
        "pair[0].sendto(b'!', MAILBOX); return True",
    ),
    "asks whether it could signal the grader": (
        [CALLS, FILES],
        "os.kill(GRADER, 0); return True",
    ),
    "asks whether it could signal the server": (
        [CALLS, FILES],
        "os.kill(os.getppid(), 0); return True",
    ),
    "has signals sent to the grader": (
        [CALLS],
        "import fcntl; fcntl.fcntl(3, fcntl.F_SETOWN, GRADER); return True",
    ),
    "takes a handle of the grader": ([CALLS], "return libc.syscall(434, GRADER, 0) >= 0"),
    "looks at the grader's limits": (
        [CALLS, POWERS],
        "import resource; resource.prlimit(GRADER, resource.RLIMIT_CORE); return True",
    ),
    "is traced": ([CALLS], "return libc.ptrace(0, 0, 0, 0) == 0"),
    "moves the grader": (
        [CALLS, POWERS],
        "os.sched_setaffinity(os.getppid(), os.sched_getaffinity(0)); return True",
    ),
    "removes the grader's shared memory": ([CALLS], "return libc.shmctl(SHARED, 0, None) == 0"),
    "makes a nameless file": ([CALLS], "os.memfd_create('trophy'); return True"),
    "watches files": ([CALLS], "return libc.syscall(253) >= 0"),
    "makes a world of its own": ([CALLS], "return libc.unshare(0x10000000) == 0"),
    "will not end with the server": ([CALLS], "return libc.prctl(1, 0, 0, 0, 0) == 0"),
    "sets up a ring of requests": (
        [CALLS],
        "return libc.syscall(425, 4, ctypes.create_string_buffer(120)) >= 0",
    ),
    "handles its own page faults": ([CALLS], "return libc.syscall(323, 1) >= 0"),
    "seizes the server": (
        [CALLS, FILES, POWERS],
        "return libc.ptrace(0x4206, os.getppid(), None, None) == 0",
    ),
    "writes into the grader's memory": (
        [CALLS, FILES, POWERS],
        "found = ctypes.create_string_buffer(b'42')\n"
        "here = (ctypes.c_size_t * 2)(ctypes.addressof(found), 2)\n"
        "there = (ctypes.c_size_t * 2)(ADDRESS, 2)\n"
        "return libc.process_vm_writev(GRADER, here, 1, there, 1, 0) == 2",
    ),
    "takes a file out of the grader": (
        [CALLS, FILES, POWERS],
        "return libc.syscall(438, libc.syscall(434, GRADER, 0), 0, 0) >= 0",
    ),
    "compares itself with the grader": (
        [CALLS, FILES, POWERS],
        "return libc.syscall(312, GRADER, os.getpid(), 1, 0, 0) >= 0",
    ),
    "counts what the processor does": (
        [CALLS],
        "import struct\n"
        "wanted = struct.pack('IIQQQQQ', 1, 64, 1, 0, 0, 0, 0x60) + bytes(16)\n"
        "return libc.syscall(298, wanted, 0, -1, -1, 0) >= 0",
    ),
    "keeps something in the kernel by bpf": (
        [CALLS, POWERS],
        "import struct; return libc.syscall(321, 0, struct.pack('5I', 2, 4, 8, 1, 0), 20) >= 0",
    ),
    "keeps something in the kernel as a key": (
        [CALLS],
        "return libc.syscall(248, b'user', b'lrcourse', b'!', 1, -2) > 0",
    ),
    "keeps something in shared memory": (
        [CALLS],
        "kept = libc.shmget(0, 4096, 0o600); return libc.shmctl(kept, 0, None) == 0",
    ),
    "keeps something in a semaphore": (
        [CALLS],
        "kept = libc.semget(0, 1, 0o600); return libc.semctl(kept, 0, 0) == 0",
    ),
    "keeps something in a queue": (
        [CALLS],
        "kept = libc.msgget(0, 0o600); return libc.msgctl(kept, 0, None) == 0",
    ),
    "keeps something in a queue with a name": (
        [CALLS, FILES],
        "kept = libc.syscall(240, b'lrcourse-trophy', 0o102, 0o600, None)\n"
        "return kept >= 0 and libc.syscall(241, b'lrcourse-trophy') == 0",
    ),
    "finds a file by its handle": (
        [CALLS, FILES, POWERS],
        "handle = ctypes.create_string_buffer(b'\\x80\\0\\0\\0', 136)\n"
        "mount = ctypes.c_int()\n"
        "libc.syscall(303, -100, SECRET.encode(), handle, ctypes.byref(mount), 0)\n"
        "found = libc.syscall(304, os.open(ELSEWHERE, 0), handle, 0)\n"
        "return os.read(found, 2) == b'42'",
    ),
    "asks how to find a file": (
        [CALLS],
        "handle = ctypes.create_string_buffer(b'\\x80\\0\\0\\0', 136)\n"
        "return libc.syscall(303, -100, b'.', handle, ctypes.byref(ctypes.c_int()), 0) == 0",
    ),
    "mounts": (
        [CALLS, FILES, POWERS],
        "os.mkdir('mine'); mounted = libc.mount(b'x', b'mine', b'tmpfs', 0, None)\n"
        "return mounted == 0 and libc.umount2(b'mine', 2) == 0",
    ),
    "forks into a world of its own": (
        [CALLS],
        "process = libc.syscall(56, 0x10000011, None, None, None, 0)\n"
        "if process == 0: os._exit(0)\n"
        "return process > 0",
    ),
    "asks to run what has no name": (
        [CALLS],
        "libc.syscall(322, -1, b'', None, None, 0x1000); return ctypes.get_errno() == 9",
    ),
    "takes another personality": ([CALLS], "return libc.personality(0x40000) >= 0"),
    "watches the whole file system": ([CALLS], "return libc.syscall(300, 0x200, 0) >= 0"),
    "hides from those who look": ([CALLS], "return libc.prctl(4, 0, 0, 0, 0) == 0"),
    "sets the server's priority": (
        [CALLS, POWERS],
        "os.setpriority(0, os.getppid(), os.getpriority(0, os.getppid())); return True",
    ),
    "sets the server's priority on the disk": (
        [CALLS, POWERS],
        "return libc.syscall(251, 1, os.getppid(), 0) == 0",
    ),
    "sends files in a message": (
        [CALLS],
        "import array, socket\n"
        "channel = socket.socket(fileno=os.dup(3)); file = array.array('i', [0])\n"
        "return channel.sendmsg([], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, file)]) == 0",
    ),
    "reserves space beyond the limit of a file": (
        [CALLS],
        "file = os.open('large', os.O_RDWR | os.O_CREAT)\n"
        "end = ctypes.c_long(100_000_000)\n"
        "reserved = libc.fallocate(file, 1, ctypes.c_long(0), end)\n"
        "os.unlink('large'); os.close(file); return reserved == 0",
    ),
    "reserves it by ioctl": (
        [CALLS],
        "import fcntl, struct; file = os.open('large', os.O_RDWR | os.O_CREAT)\n"
        "fcntl.ioctl(file, 0x4030582A, struct.pack('hhqq24x', 0, 0, 0, 100_000_000))\n"
        "os.unlink('large'); os.close(file); return True",
    ),
    "keeps others from opening a file": (
        [CALLS],
        "import fcntl; fcntl.fcntl(os.open('mine', os.O_RDWR | os.O_CREAT), 1024, 1); return True",
    ),
    "takes requests of which the machine has few": (
        [CALLS],
        "return libc.syscall(206, 1, ctypes.byref(ctypes.c_ulong())) == 0",
    ),
    "has a table of files of its own in a thread": (
        [CALLS],
        "import threading; got = []\n"
        "thread = threading.Thread(target=lambda: got.append(libc.syscall(436, 900, 901, 2)))\n"
        "thread.start(); thread.join(); return got == [0]",
    ),
    "asks for a thread with files of its own": (
        [CALLS],
        "libc.syscall(56, 0x10000, None, None, None, 0); return ctypes.get_errno() == 22",
    ),
    "may compute for ever": (
        [LIMITS],
        "import resource; return resource.getrlimit(resource.RLIMIT_CPU)[1] == -1",
    ),
    "takes 3 GB": ([LIMITS], "import mmap; return len(mmap.mmap(-1, 3_000_000_000)) > 0"),
    "writes a large file": (
        [LIMITS],
        "open('large', 'w').close(); os.truncate('large', 100_000_000)\n"
        "os.unlink('large'); return True",
    ),
    "opens files for ever": ([LIMITS], "return len([os.dup(0) for _ in range(500)]) == 500"),
}
"""What is tried -> (the walls without which it comes through, how)."""
