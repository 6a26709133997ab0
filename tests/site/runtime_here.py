"""Where the tests find the browser's Python, and the sentence where it cannot be had."""

import os
import shutil
from pathlib import Path

import pytest

from lrcourse.base import BadInput
from lrcourse.site.fetching import all_files

RUNTIME = Path(os.environ.get("LRCOURSE_PYODIDE", Path.home() / ".cache/lrcourse/pyodide"))
"""The folder that ``.ci/run`` fetches it into, or the one that the variable names."""


def runtime() -> Path:
    """Return the folder with the browser's Python, every file verified; skip where it is not."""
    try:
        all_files(RUNTIME)
    except BadInput as refusal:
        pytest.skip(f"no browser's Python here: {refusal}")
    return RUNTIME


def runtime_and_node() -> Path:
    """Return that folder; skip where nothing runs it without a browser."""
    if shutil.which("node") is None:
        pytest.skip("no Node here, which runs the browser's Python without a browser")
    return runtime()
