"""The command line: one thin command per verb. What each needs is imported when it is called, so
that ``--help`` answers at once."""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lrcourse import learner
from lrcourse.environment import CLONE, become, is_clone, refusal

app = typer.Typer(
    help="A course on one number: the learning rate. Without a verb it opens JupyterLab.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None,
    typer.Option(help="Your folder: lessons, answers, progress.", show_default="~/lrcourse"),
]
Browser = Annotated[bool, typer.Option(help="Open a browser, or print the address.")]
Port = Annotated[int, typer.Option(help="Where JupyterLab listens, if it is free.")]
ExerciseName = Annotated[str, typer.Argument(metavar="EXERCISE", help="As in: gd_step.")]

START = "notebooks/00_start_here.ipynb"
"""What JupyterLab opens."""


def settle(folder: Path | None) -> Path:
    """Return the learner's folder: the one named, else the one we are in, else the default; all
    that follows keeps its progress there."""
    folder = (folder or learner.find_folder() or learner.default_folder()).expanduser().resolve()
    os.environ["LRCOURSE_FOLDER"] = str(folder)
    return folder


@app.callback()
def default(
    context: typer.Context, folder: Folder = None, browser: Browser = True, port: Port = 8888
) -> None:
    """Open the course where no verb says otherwise."""
    if context.invoked_subcommand is None:
        lab(folder, browser, port)


def say(news: learner.Delivery, folder: Path) -> None:
    """Say what came into the learner's folder."""
    print(f"Your folder: {folder}")
    if news.updated:
        print(f"Brought up to date: {', '.join(news.updated)}")
    for name in news.left_alone:
        print(f"You changed {name}, so it stays as it is; the new one: .lrcourse/new/{name}")


def trust(folder: Path, names: list[str]) -> None:
    """Tell Jupyter that these notebooks are no stranger's: it shows their outputs in full."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary()
    for name in names:
        notary.sign(nbformat.read(folder / name, as_version=4))


@app.command(epilog="Example: `lrcourse lab --folder ~/learning-rate --no-browser`")
def lab(folder: Folder = None, browser: Browser = True, port: Port = 8888) -> None:
    """Open JupyterLab in your folder, at "00 Start here"."""
    folder = settle(folder)
    news = learner.deliver(folder)
    trust(folder, [*news.added, *news.updated])
    say(news, folder)
    start = f"/lab/tree/{START}" if (folder / START).exists() else "/lab"
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={start}",
        f"--ServerApp.port={port}",
        "--Application.log_level=ERROR",
    ]
    if not browser:
        options.append("--no-browser")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    print("JupyterLab is starting; Ctrl-C here ends it.", flush=True)
    become([sys.executable, "-m", "jupyterlab", *options], **jupyter_variables())


def jupyter_variables() -> dict[str, str]:
    """Return the variables under which kernels and terminals of JupyterLab find this course, in
    this environment, and JupyterLab asks no question about news."""

    def before(name: str, path: Path) -> str:
        return os.pathsep.join(filter(None, [str(path), os.environ.get(name)]))

    variables = {
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_CONFIG_PATH": before("JUPYTER_CONFIG_PATH", learner.PACKAGE / "jupyter"),
        "PATH": before("PATH", Path(sys.executable).parent),
    }
    if is_clone(CLONE):
        variables["PYTHONPATH"] = before("PYTHONPATH", CLONE)
    return variables


@app.command(epilog="Example: `lrcourse check exercises/01_one_step_downhill.ipynb`")
def check(
    notebook: Annotated[
        Path,
        typer.Argument(metavar="NOTEBOOK", exists=True, dir_okay=False, help="With your answers."),
    ],
) -> None:
    """Check every answer in a notebook, in a process of its own: an endless loop is stopped."""
    from lrcourse.answers import check_notebook

    raise typer.Exit(0 if check_notebook(notebook) else 1)


@app.command(epilog="Example: `lrcourse hint gd_step`")
def hint(exercise: ExerciseName, folder: Folder = None) -> None:
    """Give the next of the three hints for an exercise."""
    from lrcourse.learning import hint

    settle(folder)
    hint(exercise)


@app.command(epilog="Example: `lrcourse solution gd_step`")
def solution(exercise: ExerciseName, folder: Folder = None) -> None:
    """Show the answer to an exercise. Your progress notes that you looked."""
    from lrcourse.exercises import exercise as find

    settle(folder)
    source = inspect.getsource(find(exercise).answer)
    print("".join(line for line in source.splitlines(True) if not line.startswith("@")), end="")
    if problem := learner.record({"kind": "solution", "exercise": exercise}):
        print(problem)


@app.command(epilog="Example: `lrcourse reset gd_step`")
def reset(exercise: ExerciseName, folder: Folder = None) -> None:
    """Put a fresh blank into your notebook; your old answer stays in the cell below it."""
    from lrcourse import blanks

    path = blanks.reset(exercise, settle(folder))
    print(f"A fresh blank for {exercise} is in {path}; an answer you had is in the cell below it.")
    print("If the notebook is open in JupyterLab: File > Reload Notebook from Disk.")


@app.command(epilog="Example: `lrcourse progress`")
def progress(folder: Folder = None) -> None:
    """Show what you solved, what you tried, and how your predictions fared."""
    from lrcourse.learning import how_far

    settle(folder)
    print(how_far())


@app.command(epilog="Example: `lrcourse doctor`")
def doctor(folder: Folder = None) -> None:
    """Look for what breaks set-ups, and say the cure."""
    from lrcourse.health import findings

    found = findings(settle(folder))
    for finding in found:
        print(f"{'PROBLEM' if finding.cure else 'fine'}: {finding.seen}")
        if finding.cure:
            print(f"   cure: {finding.cure}")
    problems = sum(bool(finding.cure) for finding in found)
    print(f"{len(found)} things looked at, {problems} to mend." if problems else "All is well.")
    raise typer.Exit(bool(problems))


def clone_only(verb: str) -> Path:
    """Return the clone; stop with a sentence where the course is installed without its source."""
    if not is_clone(CLONE):
        sys.exit(f"lrcourse {verb} works on the course's source: run it in a clone of it.")
    return CLONE


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


@app.command(
    epilog="Example: `lrcourse test -k learner`",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def test(context: typer.Context) -> None:
    """Run every test; what follows goes to pytest (for authors)."""
    os.chdir(clone_only("test"))
    workers = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "1")  # The workers fill the cores already.
    become([sys.executable, "-m", "pytest", *workers, *context.args], OPENBLAS_NUM_THREADS=threads)


def main(argv: list[str] | None = None) -> None:
    """Do what the command line says; what the world refuses is said in one sentence."""
    try:
        app(argv, prog_name="lrcourse")
    except OSError as error:
        sys.exit(refusal(error))
    except ValueError as error:
        sys.exit(str(error))
