"""The browser's Python: Pyodide with its packages, from a folder, and no file of it unverified."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.setup.environment import CLONE

PYODIDE = "0.27.7"
"""The release that everything here was tested with: Python 3.12, NumPy 2.0, Matplotlib 3.8."""

INTERPRETER = {
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
}
"""Files of the official npm package -> their sha256; the last names the sha256 of every package."""

COMPILED = ("numpy", "matplotlib", "threadpoolctl")
"""What lessons and checks import that Pyodide itself has, by its names."""

KERNEL = ("micropip", "ssl", "sqlite3", "jedi", "ipython")
"""What a notebook's kernel loads before its first cell."""

PURE = (
    *("anywidget", "comm", "ipywidgets", "latex2mathml", "markdown-it-py", "mdurl", "psygnal"),
    *("tqdm", "typing-extensions"),
)
"""What they import besides: pure Python, in the versions and with the hashes of our own list."""


def runtime_files(directory: Path, packages: Iterable[str] = COMPILED) -> dict[str, bytes]:
    """Return the interpreter, its standard library, its lock, and ``packages`` of it with all that
    they need, each by its file's name.

    Raises ``BadInput`` for a file that ``directory`` lacks or that is not the official one, and for
    a package that the lock does not have.
    """
    files = {name: verified(directory, name, [mark]) for name, mark in INTERPRETER.items()}
    listed = json.loads(files["pyodide-lock.json"])["packages"]
    for name in with_needs(listed, packages):
        entry = listed[name]
        files[entry["file_name"]] = verified(directory, entry["file_name"], [entry["sha256"]])
    return files


def with_needs(listed: dict[str, dict], packages: Iterable[str]) -> list[str]:
    """Return ``packages`` and all that they need, in alphabetical order. Raises ``BadInput`` for
    one that is not ``listed``.

    >>> with_needs({"b": {"depends": ["a"]}, "a": {"depends": []}, "c": {"depends": []}}, ["b"])
    ['a', 'b']
    """
    found, due = set(), [key(name) for name in packages]
    while due:
        name = due.pop()
        if name not in listed:
            raise BadInput(f"Pyodide {PYODIDE} has no package {name}: leave it out")
        if name not in found:
            found.add(name)
            due += [key(each) for each in listed[name]["depends"]]
    return sorted(found)


def key(name: str) -> str:
    """Return a distribution's name as the lock spells it.

    >>> key("prompt_toolkit")
    'prompt-toolkit'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def pure_wheels(directory: Path, names: Iterable[str] = PURE) -> dict[str, bytes]:
    """Return the wheels of ``names`` in the versions that the course's pinned list has, by file.

    Raises ``BadInput`` for one that ``directory`` lacks or whose hash is not in that list.
    """
    files = {}
    for name in names:
        version, hashes = pinned(name)
        file = f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        files[file] = verified(directory, file, hashes)
    return files


def pinned(name: str, folder: Path = CLONE) -> tuple[str, list[str]]:
    """Return the version of a distribution in the pinned list of the clone in ``folder``, and the
    sha256 of its files. Raises ``BadInput`` for one that is not there.

    >>> version, hashes = pinned("tqdm")
    >>> {len(each) for each in hashes}
    {64}
    """
    listed = (folder / "requirements.txt").read_text("utf-8")
    entry = re.search(rf"^{re.escape(name)}==([\w.]+)(.*(?:\n +--hash.*)*)", listed, re.MULTILINE)
    if not entry:
        raise BadInput(f"{name} is not in requirements.txt, so nothing says which of it is right")
    return entry[1], re.findall(r"sha256:(\w+)", entry[2])


def verified(directory: Path, name: str, hashes: Iterable[str]) -> bytes:
    """Return what the file ``name`` in ``directory`` holds, if its sha256 is among ``hashes``."""
    try:
        data = (Path(directory) / name).read_bytes()
    except OSError:
        raise BadInput(
            f"{Path(directory) / name} cannot be read: fetch the browser's Python into that folder "
            "with python -m lrcourse.site.fetching"
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found not in hashes:
        raise BadInput(
            f"{Path(directory) / name} is not the official file: its sha256 begins with "
            f"{found[:12]}, not {' or '.join(each[:12] for each in hashes)}. Fetch it again"
        )
    return data
