"""The site that tests look at, written once for all workers: its explorers are half a minute of
computing, and JupyterLite a quarter."""

import json
import os
from importlib.util import find_spec

import pytest
from runtime_here import runtime

from lrcourse.exercises import lessons
from lrcourse.setup.locking import take
from lrcourse.site.chosen import Edition
from lrcourse.site.writing import write_site


def here():
    """The browser's Python, or None."""
    try:
        return runtime()
    except pytest.skip.Exception:
        return None


def write(folder):
    """Write the whole public site, with Python and JupyterLite where they can be had. The app of
    JupyterLite is there for tests to ask."""
    python = here()
    lab = bool(python and find_spec("jupyterlite_core") and find_spec("hatchling"))
    write_site(folder, Edition(lessons(), pyodide=python, lab=lab))
    if lab:
        told = json.loads((folder / "lab/jupyter-lite.json").read_text())
        told["jupyter-config-data"]["exposeAppInBrowser"] = True
        (folder / "lab/jupyter-lite.json").write_text(json.dumps(told))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, which the first worker writes that needs it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with open(shared / "public.lock", "ab") as lock:
        take(lock, wait=True)
        if not (shared / "public").is_dir():
            write(shared / "public")
    return shared / "public"


@pytest.fixture(scope="session")
def with_lab(site):
    """The folder of the site; skipped where it has no JupyterLite."""
    runtime()
    if not (site / "lab").is_dir():
        pytest.skip("no JupyterLite here: extra `site`")
    return site
