"""The environment the course runs in: what is missing, and how to make it, with the standard
library alone, because this runs before anything is installed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from collections import deque
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
"""The folder that holds the package: the clone, or ``site-packages`` of an installed course."""

DISK_MB = 1000
"""What ``.venv`` and the files unpacked on the way to it take at most, measured with pip."""


def is_clone(folder: Path) -> bool:
    """True for the folder of a clone: the package with its pinned list beside it."""
    return (folder / "requirements.txt").is_file() and (folder / "lrcourse" / "base.py").is_file()


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


def take(file, wait: bool) -> bool:
    """Lock ``file`` for this process; False if another holds it (``wait`` gives it time)."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the file ``path`` locked, and yield its descriptor; wait while another start holds it.

    The system frees the lock of a process that died. On POSIX a child that was given the
    descriptor holds the lock too, so an installer that outlives its starter is waited for.
    """
    with open(path, "ab") as file:
        if not take(file, wait=False):
            print("Another start is setting the course up; waiting for it ...", flush=True)
            while not take(file, wait=True):
                pass
        yield file.fileno()


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
        "(150 MB to download, 850 MB on disk; one to three minutes with pip, seconds with uv).",
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


def become(command: list[str | Path], **variables: str) -> None:
    """Turn this process into ``command``, with ``variables`` added to the environment."""
    command = [str(part) for part in command]
    environ = {**os.environ, **variables}
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(command[0], command, environ)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the child's to answer.
    sys.exit(subprocess.call(command, env=environ))


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
