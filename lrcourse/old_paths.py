"""Where modules stood before they moved into rooms: notebooks that import from there go on working.
Standard library only, because ``import lrcourse`` reads it."""

import importlib
import importlib.abc
import importlib.util
import sys
import types
import warnings

MOVED = {
    "adaptive_explorers": ["explorers.turned_valley"],
    "automatic": ["schedule_free"],
    "automatic_explorers": ["explorers.listening_rules"],
    "boundary_explorers": ["explorers.boundary", "explorers.boundary_colours"],
    "canvas": ["explorers.canvas", "explorers.widget", "explorers.still"],
    "cells": ["checks.notebook_code", "checks.running_cells"],
    "checking": ["checks.exercise", "checks.values", "checks.examine"],
    "curvature_explorers": ["explorers.steepest"],
    "cycle_explorers": ["explorers.cycles"],
    "data_explorers": ["explorers.units", "explorers.accuracy"],
    "edge_explorers": ["explorers.edge", "explorers.measured_descent"],
    "finding": ["range_tests"],
    "heavy_ball": ["momentum_theory"],
    "learning": ["learner.notebook_api"],
    "live": ["explorers.live"],
    "momentum_explorers": ["explorers.momentum"],
    "noise_explorers": ["explorers.noise"],
    "photograph": ["explorers.photograph"],
    "range_explorers": ["explorers.range_testing"],
    "schedule_explorers": ["explorers.schedules"],
    "search_explorers": ["explorers.searches"],
    "steps": ["inputs"],
    "tuning": ["searching", "sweeping"],
    "watching": ["time_limits", "checks.calls"],
    "grading.exporting": ["classroom.platforms.nbgrader.exporter"],
}
"""Old module -> the modules that hold now what it held."""


def name_in(old: str, modules: list[str], name: str):
    """Return ``name`` as one of ``modules`` has it, with a sentence that says from where to import.

    Raises ``AttributeError`` where none has it.
    """
    for module in modules if not name.startswith("__") else []:
        home = importlib.import_module("lrcourse." + module)
        if hasattr(home, name):
            public = name in sys.modules["lrcourse"].HOME_OF
            place = "lrcourse" if public else "lrcourse." + module
            warnings.warn(
                f"lrcourse.{old} has moved: write from {place} import {name}",
                FutureWarning,
                stacklevel=3,
            )
            return getattr(home, name)
    raise AttributeError(f"module 'lrcourse.{old}' has no attribute {name!r}")


class OldPaths(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds ``lrcourse.OLD`` where no such module is there any more."""

    def find_spec(self, fullname, path=None, target=None):
        """Answer for the modules of ``MOVED`` alone, and for ``lrcourse.grading``, their room."""
        old = fullname.removeprefix("lrcourse.")
        if old != fullname and (old in MOVED or old == "grading"):
            return importlib.util.spec_from_loader(fullname, self, is_package=old == "grading")
        return None

    def create_module(self, spec):
        """Return an empty module that looks its names up when they are asked for."""
        old = spec.name.removeprefix("lrcourse.")
        module = types.ModuleType(spec.name)
        module.__getattr__ = lambda name: name_in(old, MOVED.get(old, []), name)
        return module

    def exec_module(self, module):
        """Run nothing: there is no code of its own."""


def serve() -> None:
    """Let old paths be imported, after all others were looked for; once is enough."""
    if not any(type(each).__name__ == OldPaths.__name__ for each in sys.meta_path):
        sys.meta_path.append(OldPaths())
