"""A course on one number: the learning rate.

Public names come lazily, so that importing the course needs nothing but the standard library.
"""

import importlib
import re
from pathlib import Path

from lrcourse import old_paths

__version__ = "0.1.0"


def homes(stub):
    """Return ``{public name: the module that holds it}``, as the text of a stub imports them.

    >>> homes("from lrcourse.base import Run as Run")
    {'Run': 'base'}
    """
    imports = re.findall(r"^from lrcourse\.([\w.]+) import ([^(\n]+|\([^)]*\))", stub, re.MULTILINE)
    return {name: home for home, names in imports for name in re.findall(r"\bas (\w+)", names)}


HOME_OF = homes(Path(__file__).with_name("__init__.pyi").read_text("utf-8"))
"""Public name -> the module that holds it; ``__init__.pyi`` says it to editors as well."""
__all__ = [*sorted(HOME_OF), "network"]


def __getattr__(name):
    """Import the module that holds ``name`` at the moment somebody asks for it."""
    if name not in HOME_OF:
        raise AttributeError("module 'lrcourse' has no attribute " + repr(name))
    return getattr(importlib.import_module("lrcourse." + HOME_OF[name]), name)


def __dir__():
    """List the lazy names too, so that completion finds them."""
    return sorted(set(globals()) | set(HOME_OF))


old_paths.serve()
