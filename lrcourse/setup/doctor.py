"""What breaks a learner's set-up, looked for one by one, each with its cure."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from lrcourse.setup.environment import CLONE, PACKAGE, is_clone, missing, requirements

START = "python3 -m lrcourse" if is_clone(CLONE) else "lrcourse"
"""How this learner starts the course."""

ROOM_MB = 200
"""Free space below which saving notebooks and installing anything soon fails."""


class Finding(NamedTuple):
    """One thing looked at: what was seen, and what to do about it, "" where all is well."""

    seen: str
    cure: str = ""


def packages() -> Finding:
    """Look for packages that are missing or older than the course needs."""
    needed = requirements()
    lacks = missing(needed)
    if not lacks:
        return Finding("every package is there and new enough")
    wanted = [f'"{name}>={least}"' for name, least in needed.items() if missing({name: least})]
    return Finding(
        f"missing or too old: {', '.join(lacks)}",
        f"run {START} with another Python than {sys.executable} and let it make its own "
        f"environment, or: {sys.executable} -m pip install {' '.join(wanted)}",
    )


def course_importable() -> Finding:
    """Look whether a kernel, which starts in another folder, imports this very course."""
    ask = [sys.executable, "-c", "import lrcourse; print(lrcourse.__file__)"]
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with tempfile.TemporaryDirectory() as elsewhere:
        answer = subprocess.run(ask, cwd=elsewhere, env=clean, capture_output=True, text=True)
    found = answer.stdout.strip()
    if found and Path(found).resolve().parent == PACKAGE:
        return Finding(f"kernels import the course from {PACKAGE}")
    return Finding(
        f"kernels import the course from {Path(found).parent}, not from {PACKAGE}"
        if found
        else f"kernels of {sys.executable} do not find the course",
        f"was the folder moved or renamed? In {CLONE}: {START} lab makes the environment anew",
    )


def kernel() -> Finding:
    """Look whether the kernel that JupyterLab starts runs in JupyterLab's own environment."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        python = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        python = "nowhere"
    if not os.path.isabs(python) and python.startswith("python"):
        return Finding("JupyterLab and its kernel share one environment")
    if Path(python).parent.resolve() == Path(sys.executable).parent.resolve():
        return Finding("JupyterLab and its kernel share one environment")
    return Finding(
        f"the kernel python3 runs in {python}, and JupyterLab in {sys.executable}",
        f"start JupyterLab with: {START} lab; to mend it for good: "
        f"{sys.executable} -m ipykernel install --sys-prefix",
    )


def other_jupyterlab() -> Finding:
    """Look whether the command ``jupyter`` on the PATH belongs to this environment."""
    command = shutil.which("jupyter")
    if command is None or Path(command).parent.resolve() == Path(sys.executable).parent.resolve():
        return Finding("no other JupyterLab stands in the way")
    return Finding(
        f"the command jupyter is another environment's: {command}",
        f"it would not find the course: start with {START} lab, never with jupyter lab",
    )


def widgets() -> Finding:
    """Look whether JupyterLab has the extensions that draw sliders, and has them enabled."""
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_page_config

    needed = {"@jupyter-widgets/jupyterlab-manager": "ipywidgets", "anywidget": "anywidget"}
    page = get_page_config(jupyter_path("labextensions"))
    present = {each["name"] for each in page["federated_extensions"]}
    disabled = {name.split(":")[0] for name in page["disabledExtensions"]}
    for name, package in needed.items():
        if name not in present:
            install = f"{sys.executable} -m pip install --force-reinstall {package}"
            if package == "ipywidgets":
                install += " jupyterlab_widgets"
            return Finding(f"JupyterLab has no extension {name}: sliders stay empty", install)
        if name in disabled:
            enable = f"{sys.executable} -m jupyter labextension enable {name}"
            return Finding(f"the extension {name} is disabled: sliders stay empty", enable)
    return Finding("sliders are enabled (ipywidgets and anywidget)")


def nearest(folder: Path) -> Path:
    """Return ``folder`` or, where it does not exist yet, the nearest one above it that does."""
    return next(each for each in (folder, *folder.parents) if each.exists())


def writable(folder: Path) -> Finding:
    """Look whether the learner's ``folder`` can be written, by writing into it."""
    try:
        with tempfile.TemporaryFile(dir=nearest(folder)):
            return Finding(f"your folder can be written: {folder}")
    except OSError as error:
        return Finding(
            f"your folder cannot be written: {error}",
            f"name one of your own: {START} lab --folder DIR",
        )


def room(folder: Path) -> Finding:
    """Look whether the disk of the learner's ``folder`` has room left."""
    free = shutil.disk_usage(nearest(folder)).free // 10**6
    cure = f"free at least {ROOM_MB} MB, or what you write may not be saved"
    return Finding(f"{free} MB free on the disk of your folder", cure if free < ROOM_MB else "")


def journal(problem: str) -> Finding:
    """Say what of the learner's progress cannot be read, "" if all of it can."""
    if not problem:
        return Finding("your progress can be read")
    return Finding(problem, "nothing: what can be read counts, and new progress is saved after it")


def findings(folder: Path, unreadable: str = "") -> list[Finding]:
    """Look at everything, with the learner's ``folder`` in mind, and what of its progress is
    ``unreadable``."""
    return [
        Finding(f"Python {platform.python_version()} ({sys.executable})"),
        packages(),
        course_importable(),
        kernel(),
        other_jupyterlab(),
        widgets(),
        writable(folder),
        room(folder),
        journal(unreadable),
    ]
