"""All that a site hands on of others is named, with its licence."""

import json
import re

from runtime_here import runtime

from lrcourse.site.assets import HERE
from lrcourse.site.fetching import all_files
from lrcourse.site.licences import licences

SAID_ABOVE = {"sqlite3", "ssl", "latex2mathml"}
"""Packages whose wheels carry no licence: the first page has it."""


def sections(text):
    """What stands below each heading of the packages' part, by name and version."""
    told = text.partition("# What each package")[2]
    _, *pieces = re.split(r"^## (\S+ \S+)$", told, flags=re.MULTILINE)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


def test_every_package_is_named_with_the_licence_that_it_carries():
    files = all_files(runtime())
    found = sections(licences(files).decode())
    assert len(found) == len([name for name in files if name.endswith(".whl")])
    for name, text in found.items():
        assert re.match(r"\s*Licence: .+\. From: http", text), name
        carried = re.search(r"copyright|license", text.partition("From:")[2], re.IGNORECASE)
        assert carried or name.split()[0] in SAID_ABOVE, name


def test_what_carries_no_licence_is_named_by_hand():
    text = licences({}).decode()
    files = [path.name for path in HERE.glob("vendored/*.js") if path.stem != "editor_source"]
    others = ["Pyodide 0.27.7", "CPython 3.12.7", "OpenSSL 1.1.1w", "SQLite", "JupyterLite 0.6"]
    for name in [*files, *others, *SAID_ABOVE]:
        assert name in text, name
    assert "What each package" not in text


def test_the_page_names_the_versions_that_are_vendored():
    bundled = json.loads((HERE / "vendored/package.json").read_text())["devDependencies"]
    text = licences({}).decode()
    for name in ("codemirror", "@codemirror/lang-python", "@lezer/highlight", "minisearch"):
        assert bundled[name] in text, name
