"""Where the course stands in public: all of it follows from the repository that pyproject names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import quote, urlparse

from lrcourse.setup.environment import CLONE

START = "notebooks/00_start_here.ipynb"
"""What opens first."""


def repository(folder: Path = CLONE) -> str:
    """Return the address that the pyproject of the clone in ``folder`` names, the one that is
    written down."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return project["urls"]["Repository"]


def addresses(repository: str, notebook: str = "") -> dict[str, str]:
    """Return where the site is published, and where two services open a repository's notebooks: a
    ``notebook`` of it by name, or without one where a learner starts.

    >>> addresses("https://github.com/somebody/lrcourse")["site"]
    'https://somebody.github.io/lrcourse/'
    >>> addresses("https://github.com/somebody/lrcourse", "notebooks/08_decay.ipynb")["site"]
    'https://somebody.github.io/lrcourse/notebooks/08_decay.html'
    """
    owner, name = urlparse(repository).path.strip("/").split("/")
    file = notebook or START
    place = quote(f"lab/tree/{file}", safe="")
    page = notebook.replace(".ipynb", ".html")
    return {
        "site": f"https://{owner}.github.io/{name}/{page}",
        "Binder": f"https://mybinder.org/v2/gh/{owner}/{name}/main?urlpath={place}",
        "Colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/main/{file}",
    }


PICTURES = {
    "site": "https://img.shields.io/badge/open-in%20a%20browser-blue",
    "Binder": "https://mybinder.org/badge_logo.svg",
    "Colab": "https://colab.research.google.com/assets/colab-badge.svg",
}
"""What each badge looks like, drawn by others where the README is read on the network."""


def badges(repository: str) -> str:
    """Return the lines of the README that lead there.

    >>> print(badges("https://github.com/somebody/lrcourse").splitlines()[0].partition("]")[0])
    [![Open it in a browser, nothing to install
    """
    words = {
        "site": "Open it in a browser, nothing to install",
        "Binder": "Open it on Binder",
        "Colab": "Open lesson 00 in Colab",
    }
    return "\n".join(
        f"[![{words[each]}]({PICTURES[each]})]({address})"
        for each, address in addresses(repository).items()
    )
