"""The site that tests look at, written once: its explorers are half a minute of computing."""

import pytest
from runtime_here import runtime

from lrcourse.exercises import lessons
from lrcourse.site.chosen import Edition
from lrcourse.site.writing import write_site


def here():
    """The browser's Python, or None."""
    try:
        return runtime()
    except pytest.skip.Exception:
        return None


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole public site, with Python where it can be had."""
    folder = tmp_path_factory.mktemp("site") / "public"
    write_site(folder, Edition(lessons(), pyodide=here()))
    return folder
