"""What every page of the site loads: looks, scripts, and Python where the site has its own."""

from __future__ import annotations

from pathlib import Path

from lrcourse.checks.question import AFTER_THE_BET, GOES_ON
from lrcourse.explorers.widget import SCRIPTS as EXPLORER
from lrcourse.setup.environment import PACKAGE
from lrcourse.site.course_parts import as_script, python_parts
from lrcourse.site.runtime import PYODIDE

HERE = Path(__file__).parent
SCRIPTS = (
    "kept",
    "questions",
    "explorers",
    "searching",
    "contents",
    "python",
    "exercises",
    "lessons",
)
"""What runs on a page, in this order, as one script."""
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
"""Where a site without a Python of its own gets it from, at the first check."""


def assets(pyodide: Path | None) -> dict[str, bytes]:
    """Return the files that pages load, with Python if there is a folder to take it from."""
    page = "\n".join(map(script, SCRIPTS))
    vendored = {f"assets/{each.name}": each.read_bytes() for each in HERE.glob("vendored/*.js")}
    del vendored["assets/editor_source.js"]
    return {
        "assets/page.css": (HERE / "scripts/page.css").read_bytes(),
        "assets/page.js": f"{modules()}\n{{\n{page}}}\n".encode(),
        **vendored,
        **(python_parts(pyodide) if pyodide else {}),
    }


def script(name: str) -> str:
    """Return the text of one of our scripts."""
    return (HERE / f"scripts/{name}.js").read_text("utf-8")


def modules() -> str:
    """Return the script that holds, as text, what a page runs as modules: the files that JupyterLab
    runs, and the worker."""
    explorer = [(PACKAGE / "explorers" / name).read_text("utf-8") for name in EXPLORER]
    texts = {
        "question": (PACKAGE / "learner/question.js").read_text("utf-8"),
        "explorer": "\n".join(explorer),
        "worker": "\n".join(map(script, ("parts", "worker"))),
    }
    return "window.lrcourse = { ...window.lrcourse };\n" + "".join(
        as_script(name, value).decode()
        for name, value in {"modules": texts, "folds": [AFTER_THE_BET, GOES_ON]}.items()
    )


def python_of(pyodide: Path | None) -> dict:
    """Return what a page says of where its Python comes from."""
    return {"here": pyodide is not None, "address": ADDRESS, "size": 12, "pictures": True}
