"""JupyterLite with the course in it: notebooks that run in the browser, nothing to install."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.learner.course_folder import learners_copy
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import PACKAGE
from lrcourse.site.assets import script
from lrcourse.site.course_parts import python_files, without_module
from lrcourse.site.edition import wheel
from lrcourse.site.fetching import LITE_KERNEL, lite_kernel
from lrcourse.site.runtime import COMPILED, KERNEL, PURE, key, pure_wheels, runtime_files

KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget")
"""What JupyterLite takes over from this environment, of all that is installed in it."""
LABCONFIG = PACKAGE / "learner/jupyter/labconfig"
"""What the course's JupyterLab is told: JupyterLite is told the same."""
INSIDE = "/lib/python3.12/site-packages/lrcourse"
"""Where the course lies in the browser's Python."""
PROGRESS = {
    "extensions": [".jsonl"],
    "fileFormat": "text",
    "mimeTypes": ["text/plain"],
    "name": "jsonl",
}
"""The file with a learner's progress: lines of JSON, which JupyterLite would read as one object."""
PLACES = {
    ".lrcourse/manifest.json": b'{"files": {}}',
    "solutions/about.md": b"What you solved is explained here, a page for each exercise.\n",
}
"""Folders that a kernel writes into: JupyterLite makes one that is not there by way of an error."""
VARIABLES = {
    "HOME": "/home/pyodide",
    "LRCOURSE_FOLDER": "/drive",
    "PYTHONSTARTUP": f"{INSIDE}/learner/at_the_start.py",
}
"""What a kernel starts with, as a kernel of the course's JupyterLab does: it keeps progress in the
learner's folder, which is the browser's, and knows predict, check and hint from the start."""


def link(notebook: str) -> str:
    """Return where a notebook opens, seen from the folder of JupyterLite.

    >>> link("notebooks/00_start_here.ipynb")
    'lab/index.html?path=notebooks/00_start_here.ipynb'
    """
    return f"lab/index.html?path={notebook}"


def write_lab(out: Path, files: dict[str, bytes], runtime: Path) -> None:
    """Write JupyterLite into the folder ``out``, with the notebooks of an edition's ``files`` and a
    kernel that has the course and all it needs, from the folder ``runtime``.

    Raises ``BadInput`` where JupyterLite is not installed or cannot be built, and where
    ``runtime_files`` would.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in parts(files, runtime).items():
            write_whole(Path(folder) / name, data)
        _build(Path(folder), out)
        shutil.copytree(Path(folder) / "static", out / "static", dirs_exist_ok=True)


def parts(files: dict[str, bytes], runtime: Path) -> dict[str, bytes]:
    """Return what JupyterLite is built of, by name: the learner's folder, the browser's Python and
    what they are told."""
    return {
        **{f"files/{name}": data for name, data in learners_folder(files).items()},
        **{f"static/pyodide/{name}": data for name, data in kernel_files(files, runtime).items()},
        **lite_kernel(runtime),
        "overrides.json": (LABCONFIG / "default_setting_overrides.json").read_bytes(),
        "jupyter-lite.json": json.dumps(settings()).encode(),
        "jupyter_lite_config.json": json.dumps(how_to_build()).encode(),
    }


def learners_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return lessons, blanks and contents as a learner gets them, for the kernel that is there."""
    found = {
        name: for_this_kernel(data) if name.endswith(".ipynb") else data
        for name, data in files.items()
        if name.startswith(("notebooks/", "exercises/")) and name.endswith((".ipynb", ".md"))
    }
    return found | PLACES


def for_this_kernel(data: bytes) -> bytes:
    """Return a learner's copy of a notebook that names JupyterLite's kernel, else it has none."""
    notebook = json.loads(learners_copy(data))
    kernel = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    notebook["metadata"]["kernelspec"] = kernel
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def kernel_files(files: dict[str, bytes], runtime: Path) -> dict[str, bytes]:
    """Return what a kernel needs besides the pages' Python, with a lock that knows the course and
    its pure packages too: they are loaded as NumPy is, and no cell installs anything."""
    found = runtime_files(runtime, (*COMPILED, *KERNEL))
    pure = pure_wheels(runtime)
    name, data = wheel(files)
    lock = json.loads(found["pyodide-lock.json"])
    for file, packed in {**pure, name: data}.items():
        entry = listed(file, packed)
        lock["packages"][entry["name"]] = entry
    lock["packages"]["lrcourse"]["depends"] = [*COMPILED, *PURE]
    own = {name: data, "pyodide-lock.json": json.dumps(lock).encode(), "pyodide.js": loader()}
    shared = {each for part in python_files(runtime).values() for each in part}
    found = without_module({**found, **pure})
    return {each: data for each, data in found.items() if each not in shared} | own


def loader() -> bytes:
    """Return the script that starts the kernel's Python with what the pages have of it."""
    text = "\n".join(map(script, ("parts", "lab_python")))
    return f"{{\n{text}}}\n".encode()


def listed(file: str, data: bytes) -> dict:
    """Return what Pyodide's lock says of a pure wheel.

    >>> entry = listed("typing_extensions-4.16.0-py3-none-any.whl", b"")
    >>> entry["name"], entry["version"], entry["imports"]
    ('typing-extensions', '4.16.0', ['typing_extensions'])
    """
    name, version, *_ = file.split("-")
    return {
        "name": key(name),
        "version": version,
        "file_name": file,
        "sha256": hashlib.sha256(data).hexdigest(),
        "imports": [name],
        "depends": [],
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
    }


def settings() -> dict:
    """Return what JupyterLite is told: where its kernel comes from, and that nothing else does."""
    page = json.loads((LABCONFIG / "page_config.json").read_text("utf-8"))
    kernel = {
        "disablePyPIFallback": True,
        "pipliteUrls": [f"./extensions/{KERNEL_EXTENSION}/static/pypi/all.json"],
        "pyodideUrl": "./static/pyodide/pyodide.js",
        "loadPyodideOptions": {"packages": [*KERNEL, "lrcourse"], "env": VARIABLES},
    }
    told = {"appName": "lrcourse", "litePluginSettings": {f"{KERNEL_EXTENSION}:kernel": kernel}}
    disabled = sorted(page["disabledExtensions"])
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {**told, "disabledExtensions": disabled},
    }


def how_to_build() -> dict:
    """Return what JupyterLite's builder is told."""
    extensions = Path(sys.prefix) / "share/jupyter/labextensions"
    installed = [str(extensions / name) for name in EXTENSIONS]
    return {
        "ContentsManager": {"allow_hidden": True},
        "LiteBuildConfig": {
            "apps": ["lab"],
            "extra_file_types": {"jsonl": PROGRESS},
            "federated_extensions": [*LITE_KERNEL, *installed],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        },
    }


def _build(folder: Path, out: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--output-dir", out.resolve()]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if made.returncode:
        last = (made.stderr.strip().splitlines() or ["nothing"])[-1]
        raise BadInput(
            f"JupyterLite could not be built (is it there? uv pip install -e '.[site]'): {last}"
        )
