"""Opening JupyterLab in the learner's folder, in this environment, with this course."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from lrcourse import progress_store
from lrcourse.learner import course_folder
from lrcourse.setup.environment import CLONE, ONE_THREAD, become, is_clone

START = "notebooks/00_start_here.ipynb"
"""What JupyterLab opens."""


def settle(folder: Path | None) -> Path:
    """Return the learner's folder: the one named, else the one we are in, else the default; all
    that follows keeps its progress there."""
    folder = folder or progress_store.find_folder() or course_folder.default_folder()
    folder = folder.expanduser().resolve()
    os.environ["LRCOURSE_FOLDER"] = str(folder)
    return folder


def say(news: course_folder.Delivery, folder: Path) -> None:
    """Say what came into the learner's folder."""
    print(f"Your folder: {folder}")
    if news.updated:
        print(f"Brought up to date: {', '.join(news.updated)}")
    for name in news.left_alone:
        print(f"You changed {name}, so it stays as it is; the new one: .lrcourse/new/{name}")


def trust(folder: Path, names: list[str]) -> None:
    """Tell Jupyter that these notebooks are no stranger's: it shows their outputs in full."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for name in [name for name in names if name.endswith(".ipynb")]:
        notary.sign(nbformat.read(folder / name, as_version=4))


def jupyter_variables() -> dict[str, str]:
    """Return the variables under which kernels and terminals of JupyterLab find this course, in
    this environment, with as many threads as the lessons' printed text was made with: a kernel
    knows predict, check and hint from the start, widgets are saved with their notebook, and
    JupyterLab asks no question about news."""

    def before(name: str, path: Path) -> str:
        return os.pathsep.join(filter(None, [str(path), os.environ.get(name)]))

    variables = {
        **ONE_THREAD,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": before("JUPYTER_CONFIG_PATH", Path(__file__).with_name("jupyter")),
        "PATH": before("PATH", Path(sys.executable).parent),
        "PYTHONSTARTUP": str(Path(__file__).with_name("at_the_start.py")),
    }
    if is_clone(CLONE):
        variables["PYTHONPATH"] = before("PYTHONPATH", CLONE)
    if (own := os.environ.get("PYTHONSTARTUP")) and own != variables["PYTHONSTARTUP"]:
        variables["LRCOURSE_PYTHONSTARTUP"] = own
    return variables


def command(folder: Path, port: int) -> list[str]:
    """Return what starts JupyterLab in ``folder``, opened at ``START``. Its terminals are no login
    shells, which would forget where this environment is."""
    start = f"/lab/tree/{START}" if (folder / START).exists() else "/lab"
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={start}",
        f"--ServerApp.port={port}",
        "--Application.log_level=ERROR",
    ]
    if os.name == "posix":
        shell = os.environ.get("SHELL") or "sh"
        options.append(f"--ServerApp.terminado_settings=shell_command={[shell]}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-P", "-m", "jupyterlab", *options]


def variables(folder: Path) -> dict[str, str]:
    """Return ``jupyter_variables`` for a ``folder`` whose open tabs are its own."""
    own = {"JUPYTERLAB_WORKSPACES_DIR": str(folder / ".lrcourse" / "workspaces")}
    return jupyter_variables() | own


def open_folder(folder: Path, browser: bool, port: int) -> None:
    """Bring ``folder`` up to date and turn this process into JupyterLab, opened at ``START``."""
    news = course_folder.deliver(folder)
    trust(folder, [*news.added, *news.updated])
    say(news, folder)
    os.chdir(folder)  # Where its terminals begin.
    print("JupyterLab is starting; Ctrl-C here ends it.", flush=True)
    become([*command(folder, port), *([] if browser else ["--no-browser"])], **variables(folder))
