"""Ways to have the library answer an exercise that asks for a part of it, one row each.

A way is the body of a function that returns the library's NAME, which stands in MODULE; the wall
that stops it is that NAME is not in the copy of the library that the answer is judged with.
"""

from __future__ import annotations

from textwrap import indent

FILE = "import importlib; path = importlib.import_module('lrcourse.MODULE').__file__\n"
"""How a way finds the file of the module."""
WAYS = {
    "imports it": "from lrcourse import NAME; return NAME",
    "imports it from its module": "from lrcourse.MODULE import NAME; return NAME",
    "imports all": (
        "names = {}; exec('from lrcourse.MODULE import *', names); return names['NAME']"
    ),
    "asks the package": "import lrcourse; return getattr(lrcourse, 'NAME')",
    "asks the module": "import lrcourse.MODULE as home; return vars(home)['NAME']",
    "asks by a dotted name": (
        "import lrcourse.MODULE, operator; return operator.attrgetter('MODULE.NAME')(lrcourse)"
    ),
    "unpickles its name": (
        "import pickle; return pickle.loads(b'clrcourse.MODULE\\nNAME\\n.')"
    ),
    "loads the module again": (
        "import importlib, lrcourse.MODULE as home; return importlib.reload(home).NAME"
    ),
    "forgets the course and imports it again": (
        "import importlib, sys\n"
        "for each in [each for each in sys.modules if each.startswith('lrcourse')]:\n"
        "    del sys.modules[each]\n"
        "return importlib.import_module('lrcourse.MODULE').NAME"
    ),
    "loads the file under another name": FILE + (
        "from importlib import util\n"
        "spec = util.spec_from_file_location('mine', path); home = util.module_from_spec(spec)\n"
        "spec.loader.exec_module(home); return home.NAME"
    ),
    "loads the file by its loader": FILE + (
        "from importlib.machinery import SourceFileLoader\n"
        "return SourceFileLoader('mine', path).load_module().NAME"
    ),
    "imports the file from its folder": FILE + (
        "import os, sys; sys.path.insert(0, os.path.dirname(path))\n"
        "return __import__('MODULE').NAME"
    ),
    "runs the file": FILE + "import runpy; return runpy.run_path(path)['NAME']",
    "runs the module": "import runpy; return runpy.run_module('lrcourse.MODULE')['NAME']",
    "runs the text": FILE + "names = {}; exec(open(path).read(), names); return names['NAME']",
    "runs the text that inspect finds": (
        "import inspect, lrcourse.MODULE as home; names = {}\n"
        "exec(inspect.getsource(home), names); return names['NAME']"
    ),
    "runs the text that the loader keeps": (
        "import lrcourse.MODULE as home; names = {}\n"
        "exec(home.__loader__.get_source('lrcourse.MODULE'), names); return names['NAME']"
    ),
    "runs the bytecode that the loader makes": (
        "import lrcourse.MODULE as home; names = {}\n"
        "exec(home.__loader__.get_code('lrcourse.MODULE'), names); return names['NAME']"
    ),
    "runs the text that lies in the package": (
        "import pkgutil; names = {}\n"
        "exec(pkgutil.get_data('lrcourse', 'MODULE.py'), names); return names['NAME']"
    ),
    "runs the text that linecache keeps": FILE + (
        "import linecache; names = {}\n"
        "exec(''.join(linecache.getlines(path)), names); return names['NAME']"
    ),
    "cuts the definition out of the text": FILE + (
        "import ast; tree = ast.parse(open(path).read()); names = {}\n"
        "tree.body = [each for each in tree.body if getattr(each, 'name', '') == 'NAME'\n"
        "             or isinstance(each, ast.Import | ast.ImportFrom | ast.Assign)\n"
        "             or getattr(each, 'name', '').startswith('_')]\n"
        "exec(compile(tree, 'mine', 'exec'), vars(importlib.import_module('lrcourse.MODULE')))\n"
        "return importlib.import_module('lrcourse.MODULE').NAME"
    ),
    "looks through all modules": (
        "import sys, lrcourse.MODULE\n"
        "return [vars(each)['NAME'] for key, each in list(sys.modules.items())\n"
        "        if key.startswith('lrcourse') and 'NAME' in vars(each)][0]"
    ),
    "looks through all objects": (
        "import gc, types, lrcourse.MODULE\n"
        "return [each for each in gc.get_objects() if isinstance(each, types.FunctionType)\n"
        "        and each.__name__ == 'NAME' and each.__module__ == 'lrcourse.MODULE'][0]"
    ),
    "takes a neighbour's names": (
        "import types, lrcourse.MODULE as home\n"
        "neighbour = [each for each in vars(home).values()\n"
        "             if isinstance(each, types.FunctionType)\n"
        "             and each.__module__ == home.__name__ and each.__name__ != 'NAME'][0]\n"
        "return neighbour.__globals__['NAME']"
    ),
    "copies its code": (
        "import types; from lrcourse.MODULE import NAME as theirs\n"
        "return types.FunctionType(theirs.__code__, theirs.__globals__, 'mine',\n"
        "                          theirs.__defaults__, theirs.__closure__)"
    ),
    "calls it from within": (
        "from lrcourse.MODULE import NAME as theirs\n"
        "globals()['__name__'] = 'lrcourse.MODULE'\n"
        "return lambda *given, **named: theirs(*given, **named)"
    ),
    "takes off what is wrapped round it": (
        "from lrcourse.MODULE import NAME as theirs\n"
        "import inspect; return inspect.unwrap(theirs)"
    ),
}  # fmt: skip
"""What is tried -> how."""

SIBLINGS = {
    "Adam's pair": ("adam_update", "from lrcourse import adam\nadam_update = adam.update"),
    "the table of optimizers": (
        "adam_update",
        "from lrcourse.optimizers import OPTIMIZERS\nadam_update = OPTIMIZERS['adam'][0].update",
    ),
    "AdamW without decay": (
        "adam_update",
        "from lrcourse.optimizers import adamw_update\n"
        "def adam_update(w, grad, state, lr, b1=0.9, b2=0.999, eps=1e-8):\n"
        "    return adamw_update(w, grad, state, lr, b1, b2, eps, weight_decay=0.0)",
    ),
    "AdamW's pair": ("adamw_update", "from lrcourse import adamw\nadamw_update = adamw.update"),
    "momentum's pair": (
        "momentum_update",
        "from lrcourse import momentum\nmomentum_update = momentum.update",
    ),
    "Nesterov's pair": (
        "nesterov_update",
        "from lrcourse import nesterov\nnesterov_update = nesterov.update",
    ),
    "AdaGrad's pair": (
        "adagrad_update",
        "from lrcourse import adagrad\nadagrad_update = adagrad.update",
    ),
    "RMSProp's pair": (
        "rmsprop_update",
        "from lrcourse import rmsprop\nrmsprop_update = rmsprop.update",
    ),
    "momentum of none": (
        "gd_step",
        "from lrcourse.optimizers import momentum_update\n"
        "def gd_step(w, grad, lr):\n    return momentum_update(w, grad, 0.0, lr, 0.0)[0]",
    ),
    "what a pair without a state holds": (
        "gd_step",
        "from lrcourse.optimizers import gd\n"
        "gd_step = [each.cell_contents for each in gd.update.__closure__][0]",
    ),
    "a step of one": (
        "exponential_decay",
        "from lrcourse import step_decay\n"
        "def exponential_decay(peak_lr, factor):\n    return step_decay(peak_lr, 1, factor)",
    ),
    "one wave of many": (
        "cosine_decay",
        "from lrcourse import cosine_decay as theirs\n"
        "def cosine_decay(peak_lr, total_steps, end_lr=0.0):\n"
        "    wave = theirs(1.0, total_steps)\n"
        "    return lambda step: end_lr + (peak_lr - end_lr) * wave(step)",
    ),
    "a grid of rates": (
        "geometric_lrs",
        "from lrcourse.range_tests import geometric_lrs as theirs\n"
        "def geometric_lrs(low, high, steps):\n    return theirs(low, high, steps)",
    ),
}
"""What stands in for an answer under another name, or at a setting at which it comes to the same
-> (the exercise, the cell)."""


def way(name: str, module: str, how: str) -> str:
    """Return a way's body with the names filled in.

    >>> way("ema", "range_tests", WAYS["imports it"])
    'from lrcourse import ema; return ema'
    """
    return how.replace("NAME", name).replace("MODULE", module)


def stealing(name: str, module: str, how: str) -> str:
    """Return a cell whose answer to ``name`` is what this way finds in the library's ``module``."""
    return f"def find():\n{indent(way(name, module, how), '    ')}\n\n{name} = find()"


def stealing_somehow(name: str, module: str) -> str:
    """Return a cell that tries every way and answers with the first that finds a function which
    does not refuse."""
    parts = [
        f"def way_{number}():\n{indent(way(name, module, how), '    ')}\n"
        for number, how in enumerate(WAYS.values())
    ]
    return "\n".join(parts) + (
        f"for number in range({len(parts)}):\n"
        "    try:\n"
        f"        found = globals()[f'way_{{number}}']()\n"
        "        if not hasattr(found, 'of_the_course'):\n"
        f"            {name} = found\n"
        "            break\n"
        "    except Exception:\n"
        "        pass\n"
    )
