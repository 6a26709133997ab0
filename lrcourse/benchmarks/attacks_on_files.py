"""Attacks on what a process may read and write, one row each: see ``attacks``."""

from __future__ import annotations

from lrcourse.classroom.sandbox.walls import WALLS

FILES, CALLS, LIMITS, POWERS = WALLS

ON_FILES = {
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
    "is not first where memory is short": (
        [FILES, POWERS],
        "open('/proc/self/oom_score_adj', 'w').write('0'); return True",
    ),
    "leaves much behind when it falls": (
        [FILES],
        "open('/proc/self/coredump_filter', 'w').write('127'); return True",
    ),
}
"""What is tried -> (the walls without which it comes through, how)."""
