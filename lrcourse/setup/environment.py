"""Where the course stands, what it needs, and what a machine refuses, in words. Standard library
only, because this runs before anything is installed."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
"""The package itself."""
CLONE = PACKAGE.parent
"""The folder that holds the package: the clone, or ``site-packages`` of an installed course."""


ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""What every kernel is started with, a learner's, a builder's and a test's: one thread for a matrix
product, because at the edge of stability another order of sums is another story."""


def is_clone(folder: Path) -> bool:
    """True for the folder of a clone: the package with its pinned list beside it."""
    return (folder / "requirements.txt").is_file() and (folder / "lrcourse" / "base.py").is_file()


def clone_only(verb: str) -> Path:
    """Return the clone; stop with a sentence where the course is installed without its source."""
    if not is_clone(CLONE) or not (PACKAGE / "authoring").is_dir():
        sys.exit(f"lrcourse {verb} works on the course's source: run it in a clone of it.")
    return CLONE


def release(version: str) -> tuple[int, ...]:
    """Return the numbers a version starts with, ready to be compared.

    >>> release("4.10.2rc1") > release("4.9")
    True
    """
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def requirements(folder: Path = CLONE, extra: str | None = None) -> dict[str, str]:
    """Return ``{distribution: lowest version}`` as ``folder``'s pyproject states them, or, where
    there is no clone, as the installed course does; ``extra`` adds those of that name."""
    if not is_clone(folder):
        stated = metadata.requires("lrcourse") or []
        lines = [line for line in stated if "extra ==" not in line or f"'{extra}'" in line]
    else:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
        lines = project["dependencies"] + project.get("optional-dependencies", {}).get(extra, [])
    return dict(re.match(r"([\w.-]+)>=([\w.]+)", line).groups() for line in lines)


def missing(needed: dict[str, str]) -> list[str]:
    """Say, for each of ``needed`` that this Python lacks or has too old, what it is.

    >>> missing({"pytest": "1.0", "perpetual-motion": "2.0"})
    ['perpetual-motion']
    """
    found = []
    for name, lowest in needed.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            found.append(name)
            continue
        if release(version) < release(lowest):
            found.append(f"{name} {lowest} (there is {version})")
    return found


def python_of(folder: Path) -> Path:
    """Return the interpreter of the environment in ``folder``."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


DISK_MB = 1000
"""What ``.venv`` and the files unpacked on the way to it take at most, measured with pip."""


DISK_FULL = (
    f"The disk is full: the course needs about {DISK_MB} MB. Free some space, then run the same "
    "command again."
)

CAUSES = [
    (r"No space left|os error 28|Errno 28|not enough space", DISK_FULL),
    (
        r"Permission denied|Read-only|WinError 5\b|WinError 32|Access is denied",
        "The course may not write where it needs to. Put it into a folder of your own and close "
        "every JupyterLab that uses it, then run the same command again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|[Hh]ash mismatch",
        "A downloaded package is not the one this course was tested with (its hash differs). Run "
        "the same command again; if it stays so, tell the authors.",
    ),
    (
        r"NewConnectionError|ConnectionError|NameResolution|dns error|error sending request"
        r"|[Cc]ould not connect|[Cc]onnection refused|tunnel|ProxyError|timed? ?out|unreachable"
        r"|client error \(Connect\)|Could not fetch URL",
        "The packages could not be downloaded: the package index does not answer. Connect to the "
        "network (behind a proxy, set HTTPS_PROXY), then run the same command again.",
    ),
    (
        r"No matching distribution|no usable wheels|no wheels? with a matching",
        f"There are no ready-made packages for Python {platform.python_version()} on this machine. "
        "Start with another Python, for example: python3.12 -m lrcourse",
    ),
]
"""What an installer's words betray -> the sentence for it, the surest first."""


def known_cause(words: str) -> str:
    """Return the sentence for what ``words`` betray, with what to do; "" if that is unknown.

    >>> known_cause("error: dns error: failed to lookup address").split(":")[0]
    'The packages could not be downloaded'
    """
    return next((sentence for pattern, sentence in CAUSES if re.search(pattern, words)), "")


def cause(words: str) -> str:
    """Return one sentence on why an installer failed, at worst with its last words."""
    last = ([line.strip() for line in words.splitlines() if line.strip()] or ["nothing"])[-1]
    return known_cause(words) or (
        f"The packages could not be installed; the installer's last words were: {last}"
    )


def refusal(error: OSError) -> str:
    """Return one sentence on what the machine refused, with what to do where that is known."""
    return f"{known_cause(str(error))} ({error})" if known_cause(str(error)) else f"{error}"


def become(command: list[str | Path], **variables: str) -> None:
    """Turn this process into ``command``, with ``variables`` added to the environment."""
    command = [str(part) for part in command]
    environ = {**os.environ, **variables}
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environ)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the child's to answer.
    sys.exit(subprocess.call(command, env=environ))
