"""What a confined process may read: Python and its packages, but no installed course."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

SYSTEM = ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share", "/dev/urandom"]
"""Where shared libraries, time zones and fonts lie."""
LIBRARIES = ["lib", "lib64", "share"]
"""What of Python's own folder is read: the rest of it may be a home, with the answers in it."""


def may_read() -> list[str]:
    """Return what a child may read: Python, its packages but no installed course, this copy."""
    roots = [Path(prefix, name) for prefix in (sys.prefix, sys.base_prefix) for name in LIBRARIES]
    roots += [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    roots = {each.resolve() for each in [*roots, *map(Path, SYSTEM)] if each.exists()}
    packages = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")}
    packages |= {each.resolve() for root in roots for each in root.glob("python*/*-packages")}
    packages = {each for each in packages if (each / "lrcourse").exists()}
    found = {Path(__file__).parents[3].resolve()}
    for root in roots:
        found.update(each for each in without(root, packages) if each.exists())
    return sorted(map(str, found))


def without(folder: Path, packages: set[Path]) -> list[Path]:
    """Return ``folder``, or what is in it but for the course, where packages lie in it.

    Links that lead round the packages are left out: to read a folder is to read all below it.
    """
    if not _above(folder, packages):
        return [folder]
    inside = [each for each in sorted(folder.iterdir()) if not each.name.startswith("lrcourse")]
    direct = [
        each for each in inside if not (each.is_symlink() and _above(each.resolve(), packages))
    ]
    return [one for each in direct for one in without(each, packages)]


def _above(folder: Path, packages: set[Path]) -> bool:
    return any(each.is_relative_to(folder) for each in packages)
