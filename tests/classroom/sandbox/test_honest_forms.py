"""Honest work in whatever form Jupyter runs it gets all its points; what a cell lost is told."""

import json
import sys

import pytest
from test_outside import notebook

from lrcourse.checks.notebook_code import asked_in, sources_in
from lrcourse.classroom.grading.grader import grade
from lrcourse.classroom.sandbox.server import Server
from lrcourse.exercises import exercise_names

STEP = "def gd_step(w, grad, lr):\n    return w - lr * grad"
NEEDS_NP = "def gd_step(w, grad, lr):\n    return w - lr * np.asarray(grad, float)"
NEEDS_K = "def gd_step(w, grad, lr):\n    return w - K * lr * grad"
BLANK = "def gd_step(w, grad, lr):\n    raise NotImplementedError('not written yet')"
BACK = "\n    step = w - lr * np.asarray(grad, float)\n    return "


def returning(what, imports):
    """A cell whose answer hands its numbers over as ``what``."""
    head = f"{imports}\nimport numpy as np\ndef gd_step(w, grad, lr):"
    return f"{head}{BACK}{what} if np.ndim(step) == 0 else step"


FORMS = {
    "a missing import above numpy": (["import torch\nimport numpy as np\n" + NEEDS_NP], "'torch'"),
    "a missing import in one line with numpy": (
        ["import torch, numpy as np\n" + NEEDS_NP],
        "'torch'",
    ),
    "a missing name beside numpy": (
        ["from numpy import no_such_name, asarray\nimport numpy as np\n" + NEEDS_NP],
        "no_such_name",
    ),
    "a drive that is mounted": (
        [
            "from google.colab import drive\ndrive.mount('/content')\nimport numpy as np\n"
            + NEEDS_NP
        ],
        "'google'",
    ),
    "pip in an if": (["if True:\n    !pip install x\nimport numpy as np\n" + NEEDS_NP], "!pip"),
    "pip in an except": (
        ["try:\n    1 / 0\nexcept ZeroDivisionError:\n    %pip install -q x\n" + STEP],
        "%pip install -q x",
    ),
    "pip over two lines": (["!pip install a \\\n    b\n" + STEP], "!pip install a b"),
    "a question behind a name": (["import numpy as np\nnp.cos?\n" + STEP], ""),
    "two questions behind a name": ([STEP, "gd_step??"], ""),
    "a question on the last line": ([STEP + "\n\ngd_step?"], ""),
    "a question in front": (["?print\n" + STEP], ""),
    "the shell assigned": (["here = !pwd\nK = len(here) + 1\n" + NEEDS_K], "!pwd"),
    "the environment assigned": (["home = %env HOME\nK = len(home) > 0\n" + NEEDS_K], ""),
    "the folder assigned": (["here = %pwd\nK = len(here) > 0\n" + NEEDS_K], ""),
    "a line that begins with an operator": (
        ["K = (\n    7\n    % 2\n)\n" + NEEDS_K],
        "",
    ),
    "a line that begins with !=": (["K = (\n    7\n    != 2\n)\n" + NEEDS_K], ""),
    "a text with lines of magics": (["K = '''\n%matplotlib\n!ls\n'''.count('!')\n" + NEEDS_K], ""),
    "%time that assigns": (["%time K = 1", NEEDS_K], ""),
    "%time that gives a value": (["K = %time 1", NEEDS_K], ""),
    "%%time": (["%%time\nK = 1\n" + NEEDS_K], ""),
    "%%capture": (["%%capture out\nK = 1", NEEDS_K], ""),
    "%%capture below an empty line": (["\n\n%%capture\nK = 1", NEEDS_K], ""),
    "%%bash beside it": (["%%bash\nls | grep gd_step", STEP], "%%bash"),
    "%%html beside it": (["%%html\n<b>def gd_step(</b>", STEP], ""),
    "%%timeit beside it": (["%%timeit\nsum([1])", STEP], ""),
    "await at the top": (["import asyncio\nK = await asyncio.sleep(0, 1)\n" + NEEDS_K], ""),
    "async with and for at the top": (
        [
            "async def one():\n    yield 1\n",
            "async for K in one():\n    pass\n" + NEEDS_K,
        ],
        "",
    ),
    "a loop of events in the answer": (
        [
            "import asyncio\nasync def far(x):\n    await asyncio.sleep(0)\n    return x\n"
            "def gd_step(w, grad, lr):\n    return asyncio.run(far(w - lr * grad))"
        ],
        "",
    ),
    "input above it": (["who = input('Your name: ')\n" + STEP], "input()"),
    "display": (["def gd_step(w, grad, lr):\n    display(w)\n    return w - lr * grad"], ""),
    "display imported": (
        ["from IPython.display import display, Markdown\ndisplay(Markdown('x'))\n" + STEP],
        "",
    ),
    "get_ipython": (
        ["ip = get_ipython()\nip.run_line_magic('matplotlib', 'inline')\n" + STEP],
        "",
    ),
    "a shell variable set": (["%env A=1\nimport os\nK = int(os.environ['A'])\n" + NEEDS_K], ""),
    "a list filled by a call": (["L = []\nL.extend([1])", "K = L[0]\n" + NEEDS_K], ""),
    "a function that sets up": (
        ["def setup():\n    global K\n    K = 1\n\nsetup()", NEEDS_K],
        "",
    ),
    "a failing line above it": (["1 / 0\n" + STEP], "ZeroDivisionError"),
    "a failing line below it": ([STEP + "\nassert gd_step(1, 1, 1) == 3"], "AssertionError"),
    "exit() above it": (["exit()\n" + STEP], "SystemExit"),
    "a class": (
        [
            "class gd_step:\n    def __new__(cls, w, grad, lr):\n        return w - lr * grad",
        ],
        "",
    ),
    "a tuple": (["f, gd_step = None, lambda w, grad, lr: w - lr * grad"], ""),
    "a starred tuple": (["*_, gd_step = 1, 2, lambda w, grad, lr: w - lr * grad"], ""),
    "an assignment in an except": (
        [
            "try:\n    from torch import gd_step\nexcept ImportError:\n"
            "    gd_step = lambda w, grad, lr: w - lr * grad"
        ],
        "",
    ),
    "an assignment in a with": (
        [
            "import contextlib\nwith contextlib.nullcontext(lambda w, grad, lr: w - lr * grad) "
            "as gd_step:\n    pass"
        ],
        "",
    ),
    "an assignment in a for": (
        ["for gd_step in [lambda w, grad, lr: w - lr * grad]:\n    pass"],
        "",
    ),
    "a walrus": (["print(gd_step := lambda w, grad, lr: w - lr * grad)"], ""),
    "a blank below it": ([STEP, BLANK], ""),
    "a worse answer below it": ([STEP, "def gd_step(*_):\n    return 1"], ""),
    "annotations that are none": (
        ["def gd_step(w: nope, grad: nope, lr: nope):\n    return w - lr * grad"],
        "NameError",
    ),
    "annotations that wait": (
        [
            "from __future__ import annotations",
            "def gd_step(w: nope, grad: nope, lr: nope):\n    return w - lr * grad",
        ],
        "",
    ),
    "prompts that were copied": ([">>> K = 1\n>>> L = 2", NEEDS_K], ""),
    "numbered prompts that were copied": (["In [1]: K = 1\n", NEEDS_K], ""),
    "a cell that is indented": (["    K = 1\n    L = 2", NEEDS_K], ""),
    "half a character": ([STEP + "  # \ud83d"], ""),
    "a dataclass with texts as types": (
        [
            "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\n"
            "class A:\n    x: int = 1\nK = A().x\n" + NEEDS_K
        ],
        "",
    ),
    "a pickle of its own": (
        [
            "import pickle\ndef far(x):\n    return x\n"
            "K = pickle.loads(pickle.dumps(far))(1)\n" + NEEDS_K
        ],
        "",
    ),
    "check and its like": (
        [
            "from lrcourse import check, hint, predict, progress, explore",
            STEP,
            "check(gd_step)\nhint(gd_step)\nprogress()\npredict('x', 'b')\nexplore(gd_step)",
        ],
        "",
    ),
    "the course by its name": (["import lrcourse\n" + STEP + "\nlrcourse.check(gd_step)"], ""),
    "a fraction": ([returning("Fraction(step)", "from fractions import *")], ""),
    "a decimal": ([returning("Decimal(float(step))", "from decimal import *")], ""),
    "a deque": (
        [
            "from collections import deque\nimport numpy as np\ndef gd_step(w, grad, lr):"
            + BACK
            + "deque(step) if step.ndim == 1 else step"
        ],
        "",
    ),
    "an array of the standard library": (
        [
            "from array import array\nimport numpy as np\ndef gd_step(w, grad, lr):"
            + BACK
            + "array('d', step) if step.ndim == 1 else step"
        ],
        "",
    ),
    "the last value": (["K = 2\nK - 1", "K = _", NEEDS_K], ""),
    "the value before the last": (["1", "2", "K = __", NEEDS_K], ""),
    "a value by its number": (["1", "K = Out[1] * _1 + len(In) - 3", NEEDS_K], ""),
    "an underscore of one's own": (["_ = 1", "5", "K = _", NEEDS_K], ""),
    "imports of every form": (
        [
            "import os.path as p, xml.dom; from math import (\n    sin,\n    cos as c,\n)\n"
            "from torch import *\n__import__('torch')\nK = c(0)\n" + NEEDS_K
        ],
        "'torch'",
    ),
    "an import with an else": (
        [
            "try:\n    import torch\n    K = 5\nexcept ImportError:\n    K = 1\nelse:\n"
            "    K = 7\nfinally:\n    L = 1\n" + NEEDS_K
        ],
        "",
    ),
    "a module that is asked whether it is there": (
        ["import torch\nK = 1 if torch else 2\n" + NEEDS_K],
        "'torch'",
    ),
    "pip in a loop": (["for p in ['a']:\n    !pip install {p}\n" + STEP], "!pip"),
    "a walrus in an if": (["if (K := len('a')) > 0:\n    pass\n" + NEEDS_K], ""),
    "a class that makes classes": (
        [
            "class Meta(type):\n    def __call__(cls, w, grad, lr):\n"
            "        return w - lr * grad\nclass gd_step(metaclass=Meta):\n    pass"
        ],
        "",
    ),
    "a decorator that hides the inputs": (
        [
            "def timed(f):\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n"
            "@timed\n" + STEP
        ],
        "",
    ),
    "a function in a function": (
        [
            "def gd_step(w, grad, lr):\n    def inner():\n        nonlocal w\n"
            "        w = w - lr * grad\n    inner()\n    return w"
        ],
        "",
    ),
    "a text that is executed": ([f"exec({STEP!r})"], ""),
    "a name among the globals": (
        ["globals()['gd_step'] = lambda w, grad, lr: w - lr * grad"],
        "",
    ),
    "stars": (["a, *b = [1, 2, 3]\nK = [*b, *range(2)][-1]\n" + NEEDS_K], ""),
    "a counter that is global": (
        [
            "calls = 0\ndef gd_step(w, grad, lr):\n    global calls\n    calls += 1\n"
            "    return w - lr * grad"
        ],
        "",
    ),
    "cells with comments alone": (["# nothing\n", "", "  \n", STEP], ""),
    "the same answer in two cells": ([STEP, "x = 1", STEP], ""),
    "line ends of Windows": (["%matplotlib inline\r\n" + STEP.replace("\n", "\r\n")], ""),
    "line ends of old Macs": ([STEP.replace("\n", "\r")], ""),
    "tabs": ([STEP.replace("    ", "\t")], ""),
    "%%time above a blank line": (["\n\n%%time\n" + STEP], ""),
    "a name that went on": ([STEP, "f = gd_step\ndel gd_step\ngd_step = f"], ""),
    "builtins that are other things": (["list = [1]; print = None\n" + STEP], ""),
}  # fmt: skip
"""How an honest notebook may be written -> its cells, and what its problems must speak of."""


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.mark.parametrize("form", FORMS)
def test_an_honest_form_gets_all_points_and_is_the_same_on_a_second_run(form, server):
    cells, told = FORMS[form]
    handed = notebook(*cells)
    assert asked_in(sources_in(handed), exercise_names()) == ["gd_step"]
    first = grade(server, handed, ["gd_step"])
    ((got,), problems) = first
    if form == "annotations that are none":
        assert (got.points, "NameError" in got.message) == (0, True)
    else:
        assert (got.points, got.message) == (got.possible, "")
    assert told in " ".join(problems) and (problems == []) == (told == "")
    assert grade(server, handed, ["gd_step"]) == first


def test_a_str_enum_is_its_text(server):
    cell = (
        "from enum import Enum\nclass Is(str, Enum):\n    A = 'converges'\n"
        "def regime(lr, curvature):\n    return Is.A"
    )
    plain = "def regime(lr, curvature):\n    return 'converges'"
    told = [grade(server, notebook(each), ["regime"])[0][0][1:] for each in (cell, plain)]
    assert told[0] == told[1]


TOLD = {
    "a Markdown cell": (
        [{"cell_type": "markdown", "source": STEP}],
        ("graded", "Its cell is a Markdown cell: what it defines does not run"),
    ),
    "a raw cell": (
        [{"cell_type": "raw", "source": STEP}],
        ("graded", "Its cell is a raw cell: what it defines does not run"),
    ),
    "a module that is missing where the answer needs it": (
        [
            {
                "cell_type": "code",
                "source": "import torch\n" + STEP.replace("w - lr", "torch.w - lr"),
            }
        ],
        ("failed", "raised ModuleNotFoundError: No module named 'torch'"),
    ),
    "a module that is missing in the answer": (
        [{"cell_type": "code", "source": STEP.replace("return", "import pandas; return")}],
        ("failed", "raised ModuleNotFoundError: No module named 'pandas'"),
    ),
    "a decorator of a module that is missing": (
        [{"cell_type": "code", "source": "from numba import njit\n@njit\n" + STEP}],
        ("failed", "Its cell raised ModuleNotFoundError: No module named 'numba'"),
    ),
    "a class of a module that is missing": (
        [
            {
                "cell_type": "code",
                "source": "from torch.nn import Module\nclass Net(Module):\n    K = 1\n"
                + STEP.replace("lr *", "Net.K * lr *"),
            }
        ],
        ("failed", "raised ModuleNotFoundError: No module named 'torch'"),
    ),
    "a value of a module that is missing": (
        [{"cell_type": "code", "source": "from torch import pi\nK = 1\nK = pi / 4\n" + NEEDS_K}],
        ("failed", "raised ModuleNotFoundError: No module named 'torch'"),
    ),
    "a file for another program": (
        [{"cell_type": "code", "source": f"%%writefile gd.py\n{STEP}"}],
        ("graded", "Its cell ran without %%writefile gd.py, which cannot be had here."),
    ),
}
"""Answers that cannot be judged as they are -> the cells, the state, and what is said."""
if sys.version_info < (3, 12):
    QUOTED = 'note = f"{\', \'.join([f"{k}" for k in range(3)])}"\n'
    for text in (QUOTED + STEP, STEP.replace("(", "[T](", 1), "type X = int\n" + STEP):
        TOLD[text] = (
            [{"cell_type": "code", "source": text}],
            ("failed", "Its cell is written for a newer Python than this one"),
        )


@pytest.mark.parametrize("form", TOLD)
def test_what_cannot_be_judged_is_told_with_its_cause_and_open_where_the_grader_is_at_fault(
    form, server
):
    cells, (state, told) = TOLD[form]
    handed = json.dumps({"cells": cells}).encode()
    assert asked_in(sources_in(handed), exercise_names()) == ["gd_step"]
    ((got,), _) = grade(server, handed, ["gd_step"])
    assert (got.points, got.state) == (0, state) and told in got.message


WHOLE = json.loads(notebook("x = 1", STEP))
OLD = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": [STEP]}]}]}
READ = {
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(WHOLE).encode(),
    "format 3": json.dumps(OLD).encode(),
    "a cell without source": json.dumps(
        {"cells": [{"cell_type": "markdown"}, {"cell_type": "code"}, *WHOLE["cells"]]}
    ).encode(),
    "a cell whose source is null": json.dumps(
        {"cells": [{"cell_type": "code", "source": None}, *WHOLE["cells"]]}
    ).encode(),
    "UTF-16": json.dumps(WHOLE).encode("utf-16"),
}


@pytest.mark.parametrize("form", READ)
def test_a_file_that_jupyter_or_a_text_editor_wrote_otherwise_is_read(form, server):
    ((got,), problems) = grade(server, READ[form], ["gd_step"])
    assert (got.points, problems) == (got.possible, [])


def test_marks_of_a_merge_are_told():
    with pytest.raises(ValueError, match="git's conflict marks"):
        sources_in(b'{"cells": [\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> theirs\n]}')


LONG = [
    *(
        part * 300_000
        for part in (" ", "a", "a,", "a, ", "a ", "(", "= ", "as ", "*a,", "%a ", "\n")
    ),
    *("a," + part * 20_000 for part in (" ", "\t", ")", "a")),
]


@pytest.mark.parametrize("text", LONG, ids=lambda text: repr(text[:6]))
def test_looking_for_answers_in_a_long_text_comes_to_its_end(text):
    assert asked_in([text, text + "=", STEP], exercise_names()) == ["gd_step"]
    with pytest.raises(ValueError, match="does not hold cells"):
        sources_in(b"<<<<<<< a\n" * 20_000)
