"""What a notebook calls round its answers (check, hint, predict, an explorer) does nothing while
the notebook is judged."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
import types

QUIET = (
    "lrcourse.learner.board",
    "lrcourse.learner.notebook_api",
    "lrcourse.learner.verdicts",
    "lrcourse.explorers",
    "lrcourse.live",
)


def nothing(*_, **__) -> None:
    """Do nothing."""


def _any_name(name: str):
    if name.startswith("__"):
        raise AttributeError(name)
    return nothing


def is_quiet(fullname: str) -> bool:
    """Whether a module of this name does nothing."""
    return any(fullname == each or fullname.startswith(f"{each}.") for each in QUIET)


class QuietModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in whose place stands one in which every name does nothing."""

    def find_spec(self, fullname, path=None, target=None):
        """Answer for the notebook's calls and for explorers alone."""
        if is_quiet(fullname):
            return importlib.util.spec_from_loader(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        """Return a module in which every name does nothing."""
        module = types.ModuleType(spec.name)
        module.__getattr__ = _any_name
        return module

    def exec_module(self, module):
        """Run nothing: there is no code of its own."""


def hush() -> None:
    """Let these modules do nothing for whoever imports them from now on."""
    for name in [name for name in sys.modules if is_quiet(name)]:
        parent, _, own = name.rpartition(".")
        vars(sys.modules.get(parent, types)).pop(own, None)
        del sys.modules[name]
    if not any(isinstance(each, QuietModules) for each in sys.meta_path):
        sys.meta_path.insert(0, QuietModules())
