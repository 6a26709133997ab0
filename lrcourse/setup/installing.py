"""Making the environment of a clone: one pinned list, hashes checked, whatever happens half-way.
Standard library only, because this runs before anything is installed."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from collections import deque
from importlib import metadata
from pathlib import Path

from lrcourse.setup.environment import (
    CLONE,
    DISK_FULL,
    DISK_MB,
    become,
    cause,
    is_clone,
    missing,
    python_of,
    refusal,
    release,
    requirements,
)
from lrcourse.setup.locking import locked


def marker(folder: Path) -> dict[str, str]:
    """Return what a finished environment of the clone in ``folder`` has written in it."""
    pinned = (folder / "requirements.txt").read_bytes()
    return {
        "clone": str(folder),
        "python": platform.python_version(),
        "requirements": hashlib.sha256(pinned).hexdigest(),
    }


def is_ready(folder: Path) -> bool:
    """True if ``folder`` has a finished environment for this list, this Python and this place."""
    try:
        written = json.loads((folder / ".venv" / "lrcourse.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return written == marker(folder) and python_of(folder / ".venv").exists()


def show(line: str) -> None:
    """Show one line of an installer's news: in a terminal over the one before it."""
    line = line.strip()[:76]
    if sys.stdout.isatty():
        print(f"\r  {line:<77}", end="", flush=True)
    else:
        print(f"  {line}", flush=True)


NEWS = {"Collecting", "Downloading", "Downloaded", "Installing", "Prepared", "Installed"}
"""How the lines of pip and uv begin that tell how far they are."""


def follow(command: list[str | Path], lock: int) -> tuple[int, str]:
    """Run an installer, show how far it is, and return its exit code and its last words."""
    words = deque(maxlen=60)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PIP_USER": "0", "PYTHONUTF8": "1"},
        pass_fds=() if os.name == "nt" else (lock,),
    ) as process:
        try:
            for line in process.stdout:
                words.append(line)
                if line.split(maxsplit=1)[:1] and line.split()[0] in NEWS:
                    show(line)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if sys.stdout.isatty():
        print()
    return process.returncode, "".join(words)


NO_INSTALLER = (
    "This Python can make no environment, because it has neither ensurepip nor pip. On Debian or "
    "Ubuntu: sudo apt install python3-venv. Elsewhere: install uv. Then run the same command again."
)


def pip_for(python: Path, lock: int) -> list[str | Path]:
    """Return the command of a pip that installs into ``python``'s environment: its own where
    ensurepip can put one there, else that of the Python we run in."""
    if importlib.util.find_spec("ensurepip"):
        code, words = follow([python, "-Im", "ensurepip", "--upgrade", "--default-pip"], lock)
        if code:
            sys.exit(cause(words))
        return [python, "-m", "pip"]
    if importlib.util.find_spec("pip") and release(metadata.version("pip")) >= (22, 3):
        return [sys.executable, "-m", "pip", "--python", python]
    sys.exit(NO_INSTALLER)


def install(folder: Path, lock: int) -> None:
    """Make ``.venv`` and put the pinned list into it, hashes checked: with uv where uv is found,
    else, or where uv fails (it does not read pip's settings), with pip."""
    environment, python = folder / ".venv", python_of(folder / ".venv")
    code, words = follow([sys.executable, "-m", "venv", "--without-pip", environment], lock)
    if code:
        sys.exit(NO_INSTALLER if "No module named venv" in words else cause(words))
    pinned = ["--require-hashes", "--only-binary", ":all:", "-r", folder / "requirements.txt"]
    if uv := shutil.which("uv"):
        code, words = follow([uv, "pip", "install", "--python", python, *pinned], lock)
        if code == 0:
            return
        if cause(words) == DISK_FULL:
            sys.exit(DISK_FULL)
        print(f"uv did not get through, so pip tries. ({cause(words)})", flush=True)
    code, words = follow([*pip_for(python, lock), "install", *pinned], lock)
    if code:
        sys.exit(cause(words))


def announce(folder: Path) -> None:
    """Say what is about to happen and how long it takes; stop if the disk is too small for it."""
    packages = len(re.findall("^[a-z].*==", (folder / "requirements.txt").read_text(), re.M))
    free = shutil.disk_usage(folder).free // 10**6
    if free < DISK_MB:
        sys.exit(f"{DISK_FULL} There are {free} MB in {folder}.")
    print(
        f"Setting up the course, once: about {packages} packages into {folder / '.venv'}\n"
        "(150 MB to download, 700 to 850 MB on disk; one to three minutes with pip, seconds with "
        "uv).",
        flush=True,
    )


def empty(environment: Path) -> None:
    """Remove what an unfinished or outdated environment holds, the lock alone excepted."""
    for path in environment.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "lrcourse.lock":
            path.unlink()


def add_course(folder: Path) -> None:
    """Let the environment in ``folder`` find the course where it stands: a ``.pth`` file for
    Python and its kernels, a command ``lrcourse`` for terminals."""
    python = python_of(folder / ".venv")
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    # Until 3.12 Python reads a .pth file in the encoding of the machine.
    encoding = "utf-8" if sys.version_info >= (3, 13) else "locale"
    Path(packages, "lrcourse.pth").write_text(f"{folder}\n", encoding=encoding)
    if os.name == "nt":
        (python.parent / "lrcourse.cmd").write_text('@"%~dp0python.exe" -m lrcourse %*\n')
    else:
        command = python.parent / "lrcourse"
        command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m lrcourse "$@"\n')
        command.chmod(0o755)


def make(folder: Path) -> None:
    """Make the environment of the clone in ``folder``; the marker comes last, so what was
    interrupted half-way is begun anew the next time."""
    environment = folder / ".venv"
    environment.mkdir(exist_ok=True)
    with locked(environment / "lrcourse.lock") as lock:
        if is_ready(folder):
            return
        empty(environment)
        announce(folder)
        install(folder, lock)
        add_course(folder)
        unfinished = environment / "lrcourse.json.new"
        unfinished.write_text(json.dumps(marker(folder)), "utf-8")
        os.replace(unfinished, environment / "lrcourse.json")


def is_foreign(environment: Path) -> bool:
    """True for an environment that somebody else made: it is used, but never changed."""
    return (environment / "pyvenv.cfg").exists() and not (environment / "lrcourse.lock").exists()


def prepare(argv: list[str], folder: Path) -> None:
    """Return if this Python has what the verb in ``argv`` needs; else become one that has it."""
    environment = folder / ".venv"
    inside = Path(sys.prefix).resolve() == environment
    if not is_clone(folder) or (inside and is_ready(folder)):
        return
    lacks = missing(requirements(folder, "test" if argv[:1] == ["test"] else None))
    if not lacks:
        return
    if inside and is_foreign(environment):
        sys.exit(
            f"{environment} lacks {', '.join(lacks)}. This command did not make that folder, so it "
            'leaves it alone: add them (uv sync --extra test, or pip install -e ".[test]"), or '
            "rename the folder and run the same command again."
        )
    if inside:
        become([sys._base_executable, "-m", "lrcourse", *argv], PYTHONPATH=str(folder))
    if not is_foreign(environment) and not is_ready(folder):
        make(folder)
    become([python_of(environment), "-m", "lrcourse", *argv])


def ensure(argv: list[str]) -> None:
    """Return once this Python has what the command line ``argv`` needs; what stands in the way is
    said in one sentence."""
    try:
        prepare(argv, CLONE)
    except KeyboardInterrupt:
        sys.exit("\nStopped. Nothing is broken: the same command begins anew.")
    except OSError as error:
        sys.exit(refusal(error))
