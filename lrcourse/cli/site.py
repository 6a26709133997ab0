"""What a teacher or an author types to put the course on pages that run in any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrcourse.setup.environment import clone_only

app = typer.Typer()


@app.command(epilog="Example: `lrcourse site public --pyodide ~/.cache/lrcourse/pyodide`")
def site(
    target: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="New, or of a site before; with --one-file, a file."),
    ],
    lessons: Annotated[str, typer.Option(help="As in 01-04 or 01,03. All without it.")] = "",
    pyodide: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="The browser's Python, verified."),
    ] = None,
    one_file: Annotated[
        str, typer.Option(metavar="LESSONS", help="The exercises of these lessons, in one page.")
    ] = "",
    lab: Annotated[
        bool, typer.Option(help="JupyterLite as well, where --pyodide says with which Python.")
    ] = True,
    students: Annotated[
        bool, typer.Option("--students", help="For a class: without answers.")
    ] = False,
) -> None:
    """Write the course as static pages: lessons to read, sliders to move, questions to bet on,
    exercises to write and have checked, in any browser (for teachers)."""
    clone_only("site")
    from lrcourse.classroom.grading.lesson_names import named_lessons
    from lrcourse.site.chosen import Edition
    from lrcourse.site.writing import write_one_file, write_site

    chosen, lab = named_lessons(one_file or lessons), lab and pyodide is not None
    edition = Edition(chosen, students, pyodide, lab)
    if one_file:
        write_one_file(target, edition)
        print(f"written: {target}, {target.stat().st_size / 1e6:.1f} MB. A double click opens it.")
        return
    made = write_site(target, edition)
    print(
        f"{len(made)} files written. Open {target / 'index.html'}, or put the folder on a server."
    )
