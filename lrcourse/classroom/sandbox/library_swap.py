"""Which copy of the library a child imports from: the one without what its exercise asks for."""

from __future__ import annotations

import sys


def import_from(copy: str, base: str) -> None:
    """Let the course be imported from the folder ``copy``; what runs a notebook comes from
    ``base`` and has been imported."""
    sys.path[:] = [copy, *(each for each in sys.path if each != base)]
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "lrcourse" and _is_package(module):
            module.__file__ = module.__file__.replace(base, copy, 1)
            module.__path__[:] = [each.replace(base, copy, 1) for each in module.__path__]
            if module.__spec__ is not None:
                module.__spec__.submodule_search_locations = module.__path__


def _is_package(module) -> bool:
    """Whether a module is a folder on the disk; what does nothing here is none."""
    return hasattr(module, "__path__") and hasattr(module, "__file__")
