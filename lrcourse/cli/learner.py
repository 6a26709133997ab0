"""What a learner types: the folder, answers and how far one is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrcourse import progress_store
from lrcourse.learner.lab import settle

app = typer.Typer()

Folder = Annotated[
    Path | None,
    typer.Option(help="Your folder: lessons, answers, progress.", show_default="~/lrcourse"),
]
Browser = Annotated[bool, typer.Option(help="Open a browser, or print the address.")]
Port = Annotated[int, typer.Option(help="Where JupyterLab listens, if it is free.")]
ExerciseName = Annotated[str, typer.Argument(metavar="EXERCISE", help="As in: gd_step.")]


@app.command(epilog="Example: `lrcourse lab --folder ~/learning-rate --no-browser`")
def lab(folder: Folder = None, browser: Browser = True, port: Port = 8888) -> None:
    """Open JupyterLab in your folder, at "00 Start here"."""
    from lrcourse.learner.lab import open_folder

    open_folder(settle(folder), browser, port)


@app.command(epilog="Example: `lrcourse check exercises/01_exercises.ipynb`")
def check(
    notebook: Annotated[Path, typer.Argument(metavar="NOTEBOOK", help="With your answers.")],
    folder: Folder = None,
) -> None:
    """Check every answer in a notebook, in a process of its own: an endless loop is stopped.

    A name such as exercises/01_exercises.ipynb is one of your folder, wherever you are.
    """
    from lrcourse.learner.check_notebook import check_notebook

    raise typer.Exit(0 if check_notebook(in_folder(notebook, settle(folder))) else 1)


def in_folder(notebook: Path, folder: Path) -> Path:
    """Return the notebook of that name in the learner's ``folder`` where there is one and we do
    not stand in the folder ourselves; else the path as it is given; else the exercises of the
    lesson that it names."""
    from lrcourse.exercises import lessons
    from lrcourse.learner.course_folder import exercises_in

    theirs = folder / notebook
    inside = Path.cwd().resolve().is_relative_to(folder)
    chosen = notebook if inside or not theirs.is_file() else theirs
    if not chosen.is_file():
        named = [each for each in lessons() if each.named_in(notebook.name)]
        chosen = folder / exercises_in(folder, named[0]) if named else chosen
    if not chosen.is_file():
        raise ValueError(f"there is no notebook {notebook}, neither here nor in {folder}")
    return chosen


@app.command(epilog="Example: `lrcourse hint gd_step`")
def hint(exercise: ExerciseName, folder: Folder = None) -> None:
    """Give the next of the three hints for an exercise."""
    from lrcourse.learner.notebook_api import hint

    settle(folder)
    hint(exercise)


@app.command(epilog="Example: `lrcourse solution gd_step`")
def solution(exercise: ExerciseName, folder: Folder = None) -> None:
    """Show the answer to an exercise, explained. Your progress notes that you looked."""
    from lrcourse.learner.solutions import explained, lay_down, plain

    folder = settle(folder)
    print(plain(explained(exercise)))
    if folder.is_dir():
        print(f"\nThe same to read in JupyterLab: {lay_down(exercise, folder)}")
    if problem := progress_store.record({"kind": "solution", "exercise": exercise}):
        print(problem)


@app.command(epilog="Example: `lrcourse reset gd_step`")
def reset(exercise: ExerciseName, folder: Folder = None) -> None:
    """Put a fresh blank into your notebook; your old answer stays in the cell below it."""
    from lrcourse.learner import blanks

    path = blanks.reset(exercise, settle(folder))
    print(f"A fresh blank for {exercise} is in {path}; an answer you had is in the cell below it.")
    print("If the notebook is open in JupyterLab: File > Reload Notebook from Disk.")


@app.command(epilog="Example: `lrcourse progress`")
def progress(folder: Folder = None) -> None:
    """Show what you solved, what you tried, and how your predictions fared."""
    from lrcourse.learner.notebook_api import how_far

    settle(folder)
    print(how_far())


@app.command(epilog="Example: `lrcourse diagnose run.csv`")
def diagnose(
    log: Annotated[Path, typer.Argument(metavar="LOG.csv", help="A row for each step or epoch.")],
    picture: Annotated[
        Path | None,
        typer.Option(help="Where the picture goes.", show_default="beside the log"),
    ] = None,
) -> None:
    """Say what the log of a training shows: a fault of the learning rate, nothing, or "cannot
    tell", and the lesson that explains it. It reads the CSV files of torch, Keras, Lightning and
    Hugging Face loops, and of the course's `monitor`."""
    from lrcourse.diagnosis.command import diagnose

    for line in diagnose(log, picture):
        print(line)


@app.command(epilog='Example: `lrcourse certificate "Ada Lovelace"`')
def certificate(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it stands on the page.")],
    out: Annotated[
        Path | None, typer.Option(dir_okay=False, show_default="certificate.html in your folder")
    ] = None,
    folder: Folder = None,
) -> None:
    """Write a page to print that lists what you solved, as your progress file says it."""
    from lrcourse.learner.certificate import write_certificate

    page = out or settle(folder) / "certificate.html"
    count = write_certificate(name, page)
    print(f"{count} exercises stand on it: {page}")


@app.command(epilog="Example: `lrcourse doctor`")
def doctor(folder: Folder = None) -> None:
    """Look for what breaks set-ups, and say the cure."""
    from lrcourse.setup.doctor import findings

    folder = settle(folder)
    found = findings(folder, progress_store.entries()[1])
    for finding in found:
        print(f"{'PROBLEM' if finding.cure else 'fine'}: {finding.seen}")
        if finding.cure:
            print(f"   cure: {finding.cure}")
    problems = sum(bool(finding.cure) for finding in found)
    print(f"{len(found)} things looked at, {problems} to mend." if problems else "All is well.")
    raise typer.Exit(bool(problems))


@app.command(epilog="Example: `lrcourse submit`")
def submit(folder: Folder = None) -> None:
    """Hand in your exercises and your bets as they are now, on the classroom server you are on."""
    from lrcourse.learner.handing_in import submit as hand_in

    folder = settle(folder)
    print(f"Your exercises in {folder}: {hand_in(folder)}.")
