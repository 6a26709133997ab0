"""What an author types, in a clone: making notebooks, trying claims again, the tests."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from lrcourse.setup.environment import become, clone_only

app = typer.Typer()

KEPT = ".replicated.json"


@app.command(epilog="Example: `lrcourse build 01`")
def build(
    lessons: Annotated[
        list[str] | None, typer.Argument(metavar="[LESSON]...", help="As in: 01. All without it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make what is fresh, too.")] = False,
) -> None:
    """Make notebooks, blanks and solutions from their sources (for authors)."""
    clone_only("build")
    from lrcourse.authoring import build

    for name in build(lessons or None, force=force):
        print(f"made {name}")


@app.command(epilog="Example: `lrcourse replicate 08 --repeats 8`")
def replicate(
    lessons: Annotated[
        list[str] | None, typer.Argument(metavar="[LESSON]...", help="As in: 08. All without it.")
    ] = None,
    repeats: Annotated[int, typer.Option(min=1, help="How many.")] = 8,
    first: Annotated[int, typer.Option(min=1, help="The first repeat's number.")] = 1,
) -> None:
    """Run lessons again with other seeds and splits: in how many does each claim hold (for
    authors)? Stopped, the same command goes on from where it was."""
    root = clone_only("replicate")
    from lrcourse.authoring.replicating import replicate

    for line in replicate(lessons or None, range(first, first + repeats), root / KEPT):
        print(line)


@app.command(
    epilog="Example: `lrcourse test -k learner`, or `lrcourse test --matrix tests/library`",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def test(
    context: typer.Context,
    matrix: Annotated[
        bool,
        typer.Option(
            "--matrix",
            help="On Python 3.11 and 3.13, with three matrix kernels, with one and two threads, as "
            "far as they can be had here; a Python is looked for in .venv-3.13, too.",
        ),
    ] = False,
) -> None:
    """Run every test; what follows goes to pytest (for authors)."""
    os.chdir(clone_only("test"))
    several = min((os.cpu_count() or 1) + 1, 4)  # More than cores: many tests wait.
    workers = ["-n", f"{several}", "--dist", "loadfile"]
    workers.append("--no-loadscope-reorder")  # Long files of few tests come first, not last.
    if matrix:
        from lrcourse.authoring.matrix import main

        main([*workers, *context.args])
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "1")  # The workers fill the cores already.
    become([sys.executable, "-m", "pytest", *workers, *context.args], OPENBLAS_NUM_THREADS=threads)
