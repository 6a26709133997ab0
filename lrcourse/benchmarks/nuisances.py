"""Notebooks that end, loop, flood or lie, one row each."""

from __future__ import annotations

from textwrap import indent

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
        "import lrcourse, lrcourse.checks.examine as examining, lrcourse.checks.values as values\n"
        "values.close = lambda *_, **__: True\n"
        "examining.examine = None\nlrcourse.check = lambda *_: True" + WRONG
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
