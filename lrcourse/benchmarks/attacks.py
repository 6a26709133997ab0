"""What hostile notebooks try, one row each, and which walls stand in the way.

An attack is the body of a function that returns True where it came through; its notebook then
answers right, and is wrong otherwise. Words in capitals are filled in: see ``test_walls.py``.
"""

from __future__ import annotations

from textwrap import indent

from lrcourse.benchmarks.attacks_on_calls import ON_CALLS
from lrcourse.benchmarks.attacks_on_files import ON_FILES

ATTACKS = {**ON_FILES, **ON_CALLS}
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
