"""The site, all of it made in memory before the first file is written."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import nbformat

from lrcourse.base import BadInput
from lrcourse.checks.lesson import Lesson
from lrcourse.classroom.handout.made_files import made_before, write_made
from lrcourse.progress_store import write_whole
from lrcourse.site import alive, searching
from lrcourse.site.assets import assets, python_of, script
from lrcourse.site.cells import KINDS, kind_of, shows_code
from lrcourse.site.chosen import Edition, common, lab, way
from lrcourse.site.contents import contents
from lrcourse.site.course_parts import course_script, python_files
from lrcourse.site.exercise_pages import exercises_page
from lrcourse.site.lesson_pages import page
from lrcourse.site.licences import handed_on, licences
from lrcourse.site.lite import write_lab


def write_site(folder: Path, edition: Edition) -> list[str]:
    """Write the site into ``folder``; return the names of its files.

    Raises ``BadInput`` where a file is there that is not ours, or that somebody changed.
    """
    made_before(folder, "site")
    return write_made(folder, "site", site(edition) | jupyterlite(edition))


def site(edition: Edition) -> dict[str, bytes]:
    """Return every file of the site, by name."""
    files = assets(edition.pyodide) | {"assets/course.js": course_script(edition.files)}
    files["assets/LICENCES.md"] = licences(handed_on(edition))
    found: list[searching.Section] = []
    for lesson in edition.lessons:
        pages = lesson_page(lesson, edition, files) | exercises_page([lesson], edition)
        for name, html in pages.items():
            files[name] = html.encode()
            found += searching.sections(html, f"{lesson.number:02d}", name)
    files["assets/sections.js"] = searching.script(found)
    files["index.html"] = contents(edition.lessons, common(edition, "")).encode()
    return files | {"offline.js": offline(files)}


def offline(files: dict[str, bytes]) -> bytes:
    """Return the script by which a browser keeps the pages of a site on a server, and what they
    need to be read and found; pictures, sliders and Python stay from when they were first seen."""
    small = ("page.css", "page.js", "sections.js", "minisearch.js")
    kept = [name for name in files if name.endswith((".html", *small))]
    return f"const PAGES = {json.dumps(kept)};\n{script('offline')}".encode()


def jupyterlite(edition: Edition) -> dict[str, bytes]:
    """Return the files of JupyterLite with the course in it, if it is part of the site."""
    if not edition.lab:
        return {}
    with tempfile.TemporaryDirectory() as name:
        write_lab(Path(name), edition.files, edition.pyodide)
        paths = [path for path in sorted(Path(name).rglob("*")) if path.is_file()]
        return {f"lab/{path.relative_to(name).as_posix()}": path.read_bytes() for path in paths}


def write_one_file(file: Path, edition: Edition) -> None:
    """Write the exercises of the edition's lessons as one page that holds all it needs.

    Raises ``BadInput`` where nothing says where Python is to come from.
    """
    if edition.pyodide is None:
        raise BadInput("one file holds Python as well: name its folder, as in --pyodide DIR")
    made = assets(edition.pyodide) | {"assets/course.js": course_script(edition.files)}
    made["assets/LICENCES.md"] = licences(python_files(edition.pyodide)["python"])
    inside = {name: safe_inside(made[name].decode()) for name in INSIDE}
    python = python_of(edition.pyodide) | {"pictures": False}
    way_out = {"before": None, "next": None, "lab": "", "python": python, "up": ""}
    (html,) = exercises_page(edition.lessons, edition, inside=inside, **way_out).values()
    write_whole(file, html.encode())


INSIDE = (
    *("assets/page.css", "assets/page.js", "assets/editor.js"),
    *("assets/course.js", "assets/python.js", "assets/LICENCES.md"),
)
"""What one file holds. Without Matplotlib, which would double it: a card has no curve then."""


def safe_inside(script: str) -> str:
    """Return a script as it may stand inside a page: its texts do not end it.

    >>> safe_inside("'</script>'")
    "'<\\\\/script>'"
    """
    return script.replace("</script", r"<\/script")


def lesson_page(lesson: Lesson, edition: Edition, files: dict[str, bytes]) -> dict[str, str]:
    """Return a lesson's page, by name; its pictures and its explorers' frames join ``files``."""
    name = f"notebooks/{lesson.stem}"
    notebook = edition.notebook(f"{name}.ipynb")
    notebook.cells = [cell for cell in notebook.cells if cell.id != "way"]  # as the frame has it
    facts = common(edition, "../") | way(lesson, edition)
    facts |= {"title": lesson.title, "stem": lesson.stem}
    facts |= {"lab": lab(edition, f"{name}.ipynb"), "sources": sources(notebook)}
    html, pictures = page(notebook, facts)
    files |= {f"notebooks/{each}": data for each, data in pictures.items()}
    for id, canvas in alive.explorers(notebook).items():
        files[f"explorers/{lesson.stem}-{id}.js"] = alive.script(f"{lesson.stem}-{id}", canvas)
    return {f"{name}.html": html}


def sources(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return the id and the code of every cell of a lesson that computes something: of those that
    ask, too, where they name something first."""
    code = [cell for cell in notebook.cells if computes(kind_of(cell)[0], cell.source)]
    return [(cell.id, cell.source) for cell in code]


def computes(kind: str, source: str) -> bool:
    """Whether a page runs a cell.

    >>> computes("ask", "repeat = 0\\npredict('claim-04')"), computes("live", "trainability()")
    (True, False)
    """
    return kind in ("code", "explorer") or (kind in KINDS and shows_code(kind, source))
