"""What ``lrcourse bench`` measures, a verb each."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Measure what the course costs, beside what else could be used.")

Kept = Annotated[Path | None, typer.Option(help="Where files go and stay; else they are removed.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes that grade.")]


@contextmanager
def scratch(kept: Path | None) -> Iterator[Path]:
    """Give a folder to work in: a new one that is removed, or a new or empty one that is kept."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="lrcourse-bench-") as folder:
            yield Path(folder)
        return
    if kept.exists() and list(kept.iterdir()):
        sys.exit(f"{kept} is not empty: name a folder that is, or that is not there yet.")
    kept.mkdir(parents=True, exist_ok=True)
    yield kept.resolve()


@app.command(
    "grading",
    epilog="Example: `lrcourse bench grading --nbgrader ~/nbgrader/bin/python --notebooks 20`",
)
def bench_grading(
    notebooks: Annotated[int, typer.Option(min=1, help="How many are graded, by each.")] = 200,
    nbgrader: Annotated[
        Path | None, typer.Option(help="The Python of an environment that holds nbgrader.")
    ] = None,
    folder: Kept = None,
) -> None:
    """Grade the same notebooks with this course and with nbgrader: processor time for each."""
    from lrcourse.benchmarks.grading import compare

    with scratch(folder) as here:
        for line in compare(here, notebooks, nbgrader):
            print(line, flush=True)


@app.command("checks", epilog="Example: `lrcourse bench checks --seeds 3`")
def bench_checks(
    seeds: Annotated[int, typer.Option(min=1, help="The longest of so many counts.")] = 3,
) -> None:
    """Time the drawn promise of every exercise on its own answer."""
    from lrcourse.benchmarks.checks import drawn

    for line in drawn(seeds):
        print(line, flush=True)


@app.command("training", epilog="Example: `lrcourse bench training 32 256`")
def bench_training(
    rates: Annotated[
        list[int] | None, typer.Argument(metavar="[RATES]...", help="How many at once. 32 256.")
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each run.")] = 300,
) -> None:
    """Train a sweep of networks at once, as a loop, and as bare matrix products."""
    from lrcourse.benchmarks.training import compare

    for line in compare(rates or [32, 256], steps):
        print(line, flush=True)


@app.command("diagnosis", epilog="Example: `lrcourse bench diagnosis --groups 11`")
def bench_diagnosis(
    groups: Annotated[int, typer.Option(min=1, help="Of 120 runs or so, each of a seed.")] = 11,
    first: Annotated[int, typer.Option(min=0, help="The first seed.")] = 12000,
) -> None:
    """Train networks with known faults, and count what `lrcourse diagnose` makes of their logs."""
    from lrcourse.benchmarks.diagnosis import confused

    for line in confused(groups, first):
        print(line, flush=True)


@app.command("class", epilog="Example: `lrcourse bench class --students 1000 --kills 2`")
def bench_class(
    count: Annotated[int, typer.Option("--students", min=1, help="Size of the class.")] = 1000,
    kills: Annotated[int, typer.Option(min=0, help="Times that the run is killed.")] = 2,
    workers: Workers = 2,
    timeout: Annotated[float, typer.Option(min=0.01, help="Seconds for one check.")] = 1.0,
    folder: Kept = None,
) -> None:
    """Grade a class in which some attack and some break, kill the run on the way, and compare
    every grade with what it must be."""
    from lrcourse.benchmarks.classes import survive

    with scratch(folder) as here:
        print(*survive(here, count, kills, workers, timeout), sep="\n")


@app.command("memory", epilog="Example: `lrcourse bench memory 500 5000`")
def bench_memory(
    counts: Annotated[list[int], typer.Argument(metavar="STUDENTS...", help="Sizes.")],
    workers: Workers = 2,
    folder: Kept = None,
) -> None:
    """Weigh the processes that grade a class, at several sizes of it."""
    from lrcourse.benchmarks.classes import weighed

    with scratch(folder) as here:
        print(*weighed(here, counts, workers), sep="\n")


@app.command("browser", epilog="Example: `lrcourse bench browser ~/.cache/lrcourse/pyodide`")
def bench_browser(
    runtime: Annotated[
        Path, typer.Argument(metavar="PYTHON", exists=True, file_okay=False, help="As for `site`.")
    ],
    lessons: Annotated[str, typer.Option(help="As in 01-04 or 01,03. All without it.")] = "",
) -> None:
    """Run lessons in the browser's Python, under Node, and compare what each cell prints with what
    is stored of it."""
    from lrcourse.benchmarks.browser import compare
    from lrcourse.classroom.grading.lesson_names import named_lessons

    for line in compare(named_lessons(lessons), runtime.resolve()):
        print(line, flush=True)
