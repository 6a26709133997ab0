"""The command line: one thin command per verb. What each needs is imported when it is called, so
that ``--help`` answers at once."""

from __future__ import annotations

import inspect
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
Lessons = Annotated[str, typer.Option(help="As in 01-04 or 01,03. All without it.")]
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
    if (answer := find(exercise).answer) is None:
        sys.exit(f"This is the student edition: your teacher has the answer to {exercise}.")
    source = inspect.getsource(answer)
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


@app.command(epilog="Example: `lrcourse submit`")
def submit(folder: Folder = None) -> None:
    """Hand in your exercises as they are now, on the classroom server that you are on."""
    from lrcourse.submitting import submit as hand_in

    folder = settle(folder)
    print(f"Your exercises in {folder}: {hand_in(folder)}.")


def clone_only(verb: str) -> Path:
    """Return the clone; stop with a sentence where the course is installed without its source."""
    if not is_clone(CLONE) or not (CLONE / "lrcourse" / "authoring").is_dir():
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


@app.command(epilog="Example: `lrcourse grade downloads/ --out grades --lessons 01-04`")
def grade(
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", exists=True, help="A folder or a zip.")
    ],
    out: Annotated[Path, typer.Option(help="Where grades, reports and the gradebook go.")],
    lessons: Annotated[
        str, typer.Option(help="As in 01-04 or 01,03; kept. All without it.", show_default=False)
    ] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draws the checks' problems; kept.")
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes.", show_default="all cores")] = 0,
    timeout: Annotated[float | None, typer.Option(min=0.01, help="Seconds for one check.")] = None,
    fill: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Canvas or Moodle export.")
    ] = None,
    column: Annotated[str, typer.Option(help="The column of a Canvas export to fill.")] = "",
    without: Annotated[
        str | None, typer.Option(help="Exercises to leave out of the marks, as in a,b; kept.")
    ] = None,
    adjust: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Points by hand, as CSV: student, exercise, points, reason; kept.",
        ),
    ] = None,
    nbgrader: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="An nbgrader course's folder.")
    ] = None,
    executor: Annotated[str, typer.Option(help="A Dask scheduler, as tcp://host:8786.")] = "",
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="Run answers without walls.")
    ] = False,
) -> None:
    """Grade a class: every notebook in SUBMISSIONS, its answers behind walls. Run again after an
    interruption: what is graded stays graded. Full marks are the points without ★; those with ★
    make up for others, up to full marks."""
    from lrcourse.grading.command import grade_class

    options = (lessons, seed, workers or os.cpu_count() or 1, timeout, executor, trust_submissions)
    marks = {"fill": fill, "column": column, "without": without, "adjust": adjust}
    grade_class(submissions, out, *options, **marks, course=nbgrader)


@app.command(epilog="Example: `lrcourse release autumn --lessons 01-04`")
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, or of a release before.")],
    lessons: Lessons = "",
) -> None:
    """Write the student edition, without answers, and nbgrader's course folder (for teachers)."""
    clone_only("release")
    from lrcourse.grading.chosen import named_lessons
    from lrcourse.grading.release import release

    made = release(folder, named_lessons(lessons))
    print(f"{len(made)} files written.")
    print(f"To hand out: {folder / 'student'}; in it, python3 -m lrcourse opens the course.")
    print(f"For nbgrader: {folder / 'course'}; its source/ has the answers, so keep it.")


@app.command(epilog="Example: `lrcourse guide --out for-the-teacher --lessons 00-08`")
def guide(
    out: Annotated[Path, typer.Option(help="New, or of a guide before.")], lessons: Lessons = ""
) -> None:
    """Write the teacher's pack: plans, keys, marking, as Markdown and as a page to print."""
    from lrcourse.grading.chosen import named_lessons
    from lrcourse.grading.guide import files
    from lrcourse.grading.made_files import write_made

    for name in write_made(out, "guide", files(named_lessons(lessons))):
        print(f"written: {out / name}")


@app.command(epilog="Example: `lrcourse gradescope autograder.zip --lessons 01-04`")
def gradescope(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="The zip to write.")],
    lessons: Lessons = "",
    seed: Annotated[int | None, typer.Option(min=0, help="Draws the checks' problems.")] = None,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="Grade also where no walls can stand.")
    ] = False,
) -> None:
    """Write an autograder for Gradescope: a zip to upload. It grades with the same checks; its
    README says what keeps answers apart from the grades."""
    clone_only("gradescope")
    import secrets

    from lrcourse.grading.chosen import named_lessons
    from lrcourse.grading.gradescope import autograder

    names = [name for lesson in named_lessons(lessons) for name in lesson.exercises]
    seed = secrets.randbits(64) if seed is None else seed
    autograder(file, names, seed, trust_submissions)
    print(f"{file}: {len(names)} exercises, seed {seed}. Upload it as it is.")


bench = typer.Typer(help="Measure what the course costs, beside what else could be used.")
app.add_typer(bench, name="bench", no_args_is_help=True)
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


@bench.command(
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


@bench.command("training", epilog="Example: `lrcourse bench training 32 256`")
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


@bench.command("class", epilog="Example: `lrcourse bench class --students 1000 --kills 2`")
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


@bench.command("memory", epilog="Example: `lrcourse bench memory 500 5000`")
def bench_memory(
    counts: Annotated[list[int], typer.Argument(metavar="STUDENTS...", help="Sizes.")],
    workers: Workers = 2,
    folder: Kept = None,
) -> None:
    """Weigh the processes that grade a class, at several sizes of it."""
    from lrcourse.benchmarks.classes import weighed

    with scratch(folder) as here:
        print(*weighed(here, counts, workers), sep="\n")


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
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("lrcourse."):
            raise
        sys.exit("This is the student edition: the teacher's has that verb.")
    except OSError as error:
        sys.exit(refusal(error))
    except ValueError as error:
        sys.exit(str(error))
