"""What hostile notebooks try, one row each, and which walls stand in the way.

An attack is the body of a function that returns True where it came through; its notebook then
answers right, and is wrong otherwise. Words in capitals are filled in: see ``test_walls.py``.
"""

from __future__ import annotations

from textwrap import indent

FILES, CALLS, LIMITS, POWERS = (
    "_shut_files",
    "_shut_system_calls",
    "_set_limits",
    "_drop_capabilities",
)
"""The walls, by the names of the functions that build them."""

ATTACKS = {
    "reads a secret": ([FILES], "return open(SECRET).read() == '42'"),
    "reads it by a link": (
        [FILES],
        "os.symlink(SECRET, 'mine'); return open('mine').read() == '42'",
    ),
    "links it": ([FILES], "os.link(SECRET, ELSEWHERE + '/mine'); return True"),
    "lists a folder": ([FILES], "return len(os.listdir(ELSEWHERE)) > 0"),
    "writes outside": ([FILES], "open(ELSEWHERE + '/trophy', 'w').close(); return True"),
    "makes a folder outside": ([FILES], "os.mkdir(ELSEWHERE + '/folder'); return True"),
    "cuts a file": ([FILES], "os.truncate(SECRET, 0); return True"),
    "renames a file": ([FILES], "os.rename(SECRET, SECRET + '!'); return True"),
    "removes a file": ([FILES], "os.unlink(SECRET); return True"),
    "takes a file home": ([FILES], "os.rename(SECRET, 'mine'); return True"),
    "writes to shared memory": (
        [FILES],
        "open('/dev/shm/lrcourse-trophy', 'w').close()\n"
        "os.unlink('/dev/shm/lrcourse-trophy'); return True",
    ),
    "imports the answers": (
        [FILES],
        "import sys\n"
        "for name in [name for name in sys.modules if name.startswith('lrcourse')]:\n"
        "    del sys.modules[name]\n"
        "sys.path.insert(0, CLONE)\n"
        "from lrcourse.exercises.lesson00.gd_step import gd_step\n"
        "return gd_step(1, 1, 1) == 0",
    ),
    "reads a unit's text": (
        [FILES],
        "return 'mistake' in open(CLONE + '/lrcourse/exercises/lesson00/gd_step.py').read()",
    ),
    "reads the grader's environment": (
        [FILES, POWERS],
        "return len(open('/proc/%d/environ' % GRADER, 'rb').read()) > 0",
    ),
    "reads the grader's memory by a file": (
        [FILES, POWERS],
        "memory = open('/proc/%d/mem' % GRADER, 'rb', 0)\n"
        "memory.seek(ADDRESS); return memory.read(2) == b'42'",
    ),
    "reads what nobody may": ([FILES, POWERS], "return open(CLOSED).read() == '42'"),
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
        "import socket\n"
        "pair = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
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
    "is not first where memory is short": (
        [FILES, POWERS],
        "open('/proc/self/oom_score_adj', 'w').write('0'); return True",
    ),
    "leaves much behind when it falls": (
        [FILES],
        "open('/proc/self/coredump_filter', 'w').write('127'); return True",
    ),
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


WATCHED = {
    "starts many threads": (
        "THREADS",
        "import threading; threading.stack_size(32768); wait = threading.Event().wait\n"
        "for _ in range(300): threading.Thread(target=wait, daemon=True).start()\n"
        "return True",
    ),
    "makes many files": (
        "FOLDER_FILES",
        "for i in range(600): open(str(i), 'w').close()\nreturn True",
    ),
    "fills the disk": (
        "FOLDER_BYTES",
        "for i in range(5): open(str(i), 'w').truncate(15_000_000)\nreturn True",
    ),
    "keeps removed files open": (
        "REMOVED",
        "global kept; kept = [open(str(i), 'w') for i in range(20)]\n"
        "for i in range(20): os.unlink(str(i))\nreturn True",
    ),
    "keeps removed files in its memory": (
        "REMOVED",
        "libc.mmap.restype = ctypes.c_void_p\n"
        "def keep(name):\n"
        "    file = os.open(name, os.O_RDWR | os.O_CREAT); os.ftruncate(file, 4096)\n"
        "    place = libc.mmap(None, 4096, 1, 1, file, 0)\n"
        "    os.unlink(name); os.close(file); return place\n"
        "return all([keep(str(i)) not in (None, 2**64 - 1) for i in range(20)])",
    ),
}
"""What is stopped from outside -> (the limit that is looked after, how it is passed)."""


def hostile(attack: str) -> str:
    """Return a cell that tries ``attack`` and answers right if it came through."""
    return f"""\
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)

def attack():
{indent(attack, "    ")}

try:
    won = attack()
except BaseException as error:
    won = False

def gd_step(w, grad, lr):
    return w - lr * grad if won is True else -1234.5
"""


WRONG = "\ndef gd_step(w, grad, lr):\n    return -1234.5\n"
"""An answer that no trick should make right."""


def answering(body: str) -> str:
    """Return a cell whose answer has this body."""
    head = "import os, sys, time\nimport numpy as np\n\ndef gd_step(w, grad, lr):\n"
    return head + indent(body, "    ") + "\n"


NUISANCES = {
    "loops": "while True:\n    pass",
    "loops and swallows": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass" + WRONG
    ),
    "sleeps": "import time\nx = time.sleep(1000)" + WRONG,
    "counts in C": "x = 10**10**10" + WRONG,
    "searches in C": "import re\nx = re.match('(a*)*b', 'a' * 99)" + WRONG,
    "ends its process in a cell": "import os\nx = os._exit(0)" + WRONG,
    "ends it in every cell": "import os\nx = os._exit(0)" + WRONG,
    "is ended by a signal": "import os\nx = os.kill(os.getpid(), 9)" + WRONG,
    "falls": "import ctypes\nx = ctypes.string_at(0)" + WRONG,
    "loops in a call": answering("while True: pass"),
    "swallows in a call": answering(
        "while True:\n    try:\n        time.sleep(9)\n    except BaseException:\n        pass"
    ),
    "ends its process in a call": answering("os._exit(0)"),
    "raises what nobody catches": answering("raise BaseException('!')"),
    "interrupts": answering("raise KeyboardInterrupt"),
    "prints for ever": answering("while True: print('spam' * 1000)"),
    "recurses": answering("return gd_step(w, grad, lr)"),
    "raises a huge text": answering("raise ValueError('x' * 10**8)"),
    "raises half a character": answering("raise ValueError('\\ud800')"),
    "raises with a text that loops": answering(
        "class Loops(Exception):\n    def __str__(self):\n        while True: pass\nraise Loops"
    ),
    "has a signature that raises": (
        "class Odd:\n    @property\n    def __signature__(self): raise SystemError('odd')\n"
        "    def __call__(self, *x): return -1234.5\ngd_step = Odd()"
    ),
    "starts threads": (
        "import threading, time\nthreading.stack_size(32768)\n"
        "def more():\n    while True: threading.Thread(target=time.sleep, args=(99,)).start()\n"
        "x = more()" + WRONG
    ),
    "fills its folder": (
        "x = [open(str(i), 'w').close() for i in range(3000)]\nwhile True: pass" + WRONG
    ),
    "makes and removes files": (
        "import os, threading\ndef churn():\n    while True:\n"
        "        os.mkdir('d'); open('d/f', 'w').close(); os.unlink('d/f'); os.rmdir('d')\n"
        "x = threading.Thread(target=churn, daemon=True).start()\nwhile True: pass" + WRONG
    ),
    "makes deep folders": (
        "import os\ndef deep():\n    for _ in range(3000):\n        os.mkdir('d'); os.chdir('d')\n"
        "x = deep()" + WRONG
    ),
    "makes closed folders": "import os\nx = os.makedirs('a/b/c', 0), os.mkdir('e', 0)" + WRONG,
    "returns itself for ever": answering("return gd_step"),
    "returns something for ever": answering("return iter(int, 1)"),
    "returns a deep list": answering("x = []\nfor _ in range(10**5): x = [x]\nreturn x"),
    "returns itself in a list": answering("x = []\nx.append(x)\nreturn x"),
    "returns a long text": answering("return 'x' * 10**8"),
    "returns a billion rows of nothing": answering("return np.empty((10**9, 0))"),
    "returns a large array": answering("return np.zeros(10**8)"),
    "returns a large number": answering("return 10**4000"),
    "returns a number that is equal to all": answering(
        "class Equal(float):\n    __eq__ = __ge__ = __le__ = __lt__ = __gt__ = lambda *_: True\n"
        "    __rsub__ = __sub__ = lambda self, other: self\nreturn Equal(-1234.5)"
    ),
    "returns an array that is equal to all": answering(
        "class Equal(np.ndarray):\n    shape = property(lambda self: np.shape(w))\n"
        "    __eq__ = lambda *_: True\n"
        "    def __array__(self, *_, **__): return np.asarray(w)\n"
        "    def __array_ufunc__(self, *_, **__): return True\n"
        "return np.array([-1234.5]).view(Equal)"
    ),
    "returns objects": answering(
        "class Equal:\n    __eq__ = __lt__ = __gt__ = lambda *_: True\n"
        "    __array__ = lambda *_: 1 / 0\nreturn np.array([Equal(), Equal()])"
    ),
    "returns a mapped file": answering(
        "return np.memmap('mapped', float, 'w+', shape=(3,)) - 1234.5"
    ),
    "replaces numpy": (
        "import numpy as np\nnp.allclose = np.isclose = np.all = lambda *_, **__: True\n"
        "np.asarray = lambda x, *_, **__: x" + WRONG
    ),
    "replaces builtins": (
        "import builtins\nbuiltins.all = builtins.any = builtins.bool = lambda *_: True\n"
        "builtins.AssertionError = StopIteration" + WRONG
    ),
    "replaces the checker": (
        "import lrcourse, lrcourse.checking as checking\nchecking.close = lambda *_, **__: True\n"
        "checking.examine = None\nlrcourse.check = lambda *_: True" + WRONG
    ),
    "replaces the pipe": (
        "import sys\nfrom lrcourse.grading import talking, wire\n"
        "wire.send = talking.encode = lambda *_, **__: ([], [])\n"
        "talking.Talk.write = None" + WRONG
    ),
    "closes the pipe": answering("os.close(3); return 1"),
    "does not read": (
        "import os, struct, json\n"
        "tree = [['value', ['t', [['d', [['gd_step', ['l', []]]]], ['l', []]]], None], []]\n"
        "text = json.dumps(tree).encode()\n"
        "x = os.write(3, struct.pack('!II', len(text), 0) + text)\nwhile True: pass" + WRONG
    ),
    "answers drop by drop": (
        "import os, struct, time\nx = os.write(3, struct.pack('!II', 10**6, 0))\n"
        "while True:\n    time.sleep(0.01)\n    y = os.write(3, b' ')" + WRONG
    ),
    "calls for ever": (
        'import os, struct\ntext = b\'[["call",0,["l",[["l",[]],["d",[]]]]],[]]\'\n'
        "while True:\n    x = os.write(3, struct.pack('!II', len(text), 0) + text)" + WRONG
    ),
}
"""What ends, loops, floods or lies -> its cell."""

FORGED = {
    "no JSON": b"\xff\xfe nonsense",
    "no message": b"[]",
    "a number": b"17",
    "deep": b"[" * 5000 + b"]" * 5000,
    "negative lengths": b'[["value",1,null],[-1]]',
    "lengths that are none": b'[["value",1,null],[NaN]]',
    "lengths of 4,000 digits": b'[["value",1,null],[' + b"9" * 4000 + b"]]",
    "a number of 5,000 digits": b'[["value",' + b"9" * 5000 + b",null],[]]",
    "an array of objects": b'[["value",["a","O",0,[1],"C"],null],[0]]',
    "an array of void": b'[["value",["a","V8",0,[0],"C"],null],[0]]',
    "a dtype that is code": b'[["value",["a","(,)f8,f8",0,[0],"C"],null],[0]]',
    "an array of another shape": b'[["value",["a","<f8",0,[7],"C"],null],[0]]',
    "an array with no bytes of its own": b'[["value",["a","<f8",5,[1],"C"],null],[]]',
    "a shape below nothing": b'[["value",["a","<f8",0,[-1,0],"C"],null],[0]]',
    "a billion rows of nothing": b'[["value",["a","<f8",0,[1000000000,0],"C"],null],[0]]',
    "a handle never given out": b'[["value",["yours",99],null],[]]',
    "a token never given out": b'[["value",["token",99,"x"],null],[]]',
    "a handle that is a text": b'[["value",["mine","x","f",[]],null],[]]',
    "a call of nobody": b'[["call","eval",["l",[["l",["1"]],["d",[]]]]],[]]',
    "a call that is none": b'[["call"],[]]',
    "a call without inputs": b'[["call",0,5],[]]',
    "a call of a list": b'[["call",[],["l",[["l",[]],["l",[]]]]],[]]',
    "an answer that is none": b'[["value"],[]]',
    "an unknown kind": b'[["value",["pickle","gASV"],null],[]]',
    "memory at an address": (
        b'[["value",["o","x",[["__array_interface__",["d",[["data",["t",[4096,false]]],'
        b'["shape",["t",[1]]],["typestr","<f8"],["version",3]]]]]],null],[]]'
    ),
    "a list as a key": b'[["value",["d",[[["l",[]],1]]],null],[]]',
    "a generator that is none": b'[["value",["g",["d",[["state",5]]]],null],[]]',
    "a generator that stands still": (
        b'[["value",["g",["d",[["bit_generator","PCG64"],["state",["d",[["state",0],["inc",0]]]],'
        b'["has_uint32",0],["uinteger",0]]]],null],[]]'
    ),
    "numbers that all meet in one place of a dictionary": (
        b'[["value",["d",['
        + b",".join(b'[["i","0x%x"],0]' % (n * (2**61 - 1) + 7) for n in range(1, 20_000))
        + b"]],null],[]]"
    ),
    "no infinity": b'[["value",["f","eval"],null],[]]',
    "an odd exception": b'[["raised","UnicodeDecodeError","x","y"],[]]',
    "an exception of another's": b'[["raised","TimeUp","x","y"],[]]',
    "an exception that is none": b'[["raised",{},[],5],[]]',
    "too many entries": b'[["value",["l",[' + b"0," * 300_000 + b"0]],null],[]]",
}
"""What a message may hold instead -> its text."""


def sends(text: bytes) -> str:
    """Return a cell whose answer writes ``text`` to the grader as a message of its own."""
    return answering(
        f"import struct\ntext = {text!r}\n"
        "data = struct.pack('!II', len(text), 0) + text\n"
        "while data: data = data[os.write(3, data):]\nreturn -1234.5"
    )
