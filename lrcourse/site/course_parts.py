"""What Python in a page is made of: the browser's Python and the course, as scripts that hold
files in base64, because a page in a folder may run its neighbours and not read them."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from pathlib import Path

from lrcourse.site.runtime import pure_wheels, runtime_files

MODULE = re.compile(r"lrcourse/(?!cli/|content/)[\w/]+\.(?:py|pyi|mplstyle|toml|csv\.gz)")
"""What of the course a check or a lesson's cell may load."""


def python_parts(directory: Path) -> dict[str, bytes]:
    """Return the scripts of the browser's Python in ``directory``: what a check needs, and what
    pictures and lessons need besides."""
    return {
        f"assets/{name}.js": as_script(PARTS[name], packed(files))
        for name, files in python_files(directory).items()
    }


PARTS = {"python": "parts", "more": "more"}
"""Script -> what a page calls that which it lays down."""


def python_files(directory: Path) -> dict[str, dict[str, bytes]]:
    """Return the files in each of these scripts."""
    first = without_module(runtime_files(directory, ["numpy"]))
    more = without_module(runtime_files(directory, ["matplotlib", "threadpoolctl"]))
    more = {name: data for name, data in more.items() if name not in first}
    return {"python": first, "more": more | pure_wheels(directory, ["tqdm"])}


def without_module(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files without the loader for pages of another kind."""
    return {name: data for name, data in files.items() if not name.endswith(".mjs")}


def packed(files: dict[str, bytes]) -> dict[str, str]:
    """Return files in base64, gzipped where they are not yet packed."""
    done = {}
    for name, data in files.items():
        if not name.endswith((".whl", ".zip")):
            name, data = f"{name}.gz", gzip.compress(data, mtime=0)
        done[name] = base64.b64encode(data).decode()
    return done


def as_script(name: str, value: object) -> bytes:
    """Return the script that lays a value down for the page."""
    return f"lrcourse.{name} = {json.dumps(value)};\n".encode()


def course_script(files: dict[str, bytes]) -> bytes:
    """Return the script that holds the modules among an edition's files, zipped."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in filter(MODULE.fullmatch, sorted(files)):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
    return as_script("course", base64.b64encode(packed.getvalue()).decode())
