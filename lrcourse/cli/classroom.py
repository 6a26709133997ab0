"""What a teacher types: grading a class, and what it is handed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from lrcourse.setup.environment import clone_only

app = typer.Typer()

Lessons = Annotated[str, typer.Option(help="As in 01-04 or 01,03. All without it.")]
Templates = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, help="Your own words: what `lrcourse templates` wrote."
    ),
]


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
    variants: Annotated[
        int | None,
        typer.Option(min=0, help="Draws problems of each student's own for lesson 15; kept."),
    ] = None,
    workers: Annotated[int, typer.Option(min=0, help="Processes.", show_default="all cores")] = 0,
    timeout: Annotated[float | None, typer.Option(min=0.01, help="Seconds for one check.")] = None,
    fill: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Your platform's own table.")
    ] = None,
    column: Annotated[str, typer.Option(help="The column of it to fill; kept.")] = "",
    without: Annotated[
        str | None, typer.Option(help="Exercises to leave out of the marks, as in a,b; kept.")
    ] = None,
    adjust: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Points and remarks by hand, as CSV: student, exercise, points, reason; kept.",
        ),
    ] = None,
    nbgrader: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="An nbgrader course's folder.")
    ] = None,
    templates: Templates = None,
    executor: Annotated[str, typer.Option(help="A Dask scheduler, as tcp://host:8786.")] = "",
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="Run answers without walls.")
    ] = False,
) -> None:
    """Grade a class: every notebook in SUBMISSIONS, its answers behind walls. Run again after an
    interruption: what is graded stays graded. Full marks are the points without ★; those with ★
    make up for others, up to full marks."""
    from lrcourse.classroom.command import Options, grade_class
    from lrcourse.classroom.pages.templating import usable

    grade_class(
        Options(
            submissions,
            out,
            lessons=lessons,
            seed=seed,
            variants=variants,
            workers=workers or os.cpu_count() or 1,
            timeout=timeout,
            executor=executor,
            trust=trust_submissions,
            fill=fill,
            column=column,
            without=without,
            adjust=adjust,
            nbgrader=nbgrader,
            templates=usable(templates),
        )
    )


@app.command(epilog="Example: `lrcourse race downloads/ --seed 7 --out race.csv`")
def race(
    submissions: Annotated[
        Path, typer.Argument(metavar="SUBMISSIONS", exists=True, help="A folder or a zip.")
    ],
    seed: Annotated[
        int | None, typer.Option(min=0, help="Draws the problem; the same seed, the same board.")
    ] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="The board as CSV.")] = None,
    trust_submissions: Annotated[
        bool, typer.Option("--trust-submissions", help="Run answers without walls.")
    ] = False,
) -> None:
    """Race a class's `train_it` on one hidden problem, behind walls, all with the same draws: who
    is ahead, by how much, and who cannot be told apart."""
    import secrets

    from tqdm import tqdm

    from lrcourse.classroom.pages.grades_csv import write
    from lrcourse.classroom.race import as_csv, free, race, said
    from lrcourse.cli import shown

    out = out and free(out)  # Before the race: a name that is taken costs no waiting.
    seed = secrets.randbits(63) if seed is None else seed
    with tqdm(unit=" rules", desc="raced", leave=False) as bar:
        board = race(submissions, seed, trust_submissions, lambda name: bar.update())
    print(shown("\n".join(said(board, seed))))
    if out:
        write(out, as_csv(board))
        print(f"written: {out}")


@app.command(epilog="Example: `lrcourse release autumn --lessons 01-04`")
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, or of a release before.")],
    lessons: Lessons = "",
    templates: Templates = None,
) -> None:
    """Write the student edition, without answers, and nbgrader's course folder (for teachers)."""
    clone_only("release")
    from lrcourse.classroom.grading.lesson_names import named_lessons
    from lrcourse.classroom.handout.release import release
    from lrcourse.classroom.pages.templating import usable

    made = release(folder, named_lessons(lessons), usable(templates))
    print(f"{len(made)} files written.")
    print(f"To hand out: {folder / 'student'}; in it, python3 -m lrcourse opens the course.")
    print(f"For nbgrader: {folder / 'course'}; its source/ has the answers, so keep it.")


@app.command(epilog="Example: `lrcourse guide --out for-the-teacher --lessons 00-08`")
def guide(
    out: Annotated[Path, typer.Option(help="New, or of a guide before.")],
    lessons: Lessons = "",
    templates: Templates = None,
) -> None:
    """Write the teacher's pack: plans, keys, marking, as Markdown and as a page to print."""
    from lrcourse.classroom.grading.lesson_names import named_lessons
    from lrcourse.classroom.handout.made_files import write_made
    from lrcourse.classroom.pages.templating import usable
    from lrcourse.classroom.teachers_pack.guide import files

    pack = files(named_lessons(lessons), usable(templates))
    for name in write_made(out, "guide", pack):
        print(f"written: {out / name}")


@app.command(epilog="Example: `lrcourse templates my-words`")
def templates(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, or of this command before.")],
) -> None:
    """Write the templates of pages, pack and students' README, to be changed (for teachers)."""
    from lrcourse.classroom.handout.made_files import write_made
    from lrcourse.classroom.pages.templating import originals

    for name in write_made(folder, "templates", originals()):
        print(f"written: {folder / name}")
    print("Keep those that you change, and name the folder: --templates, of grade, guide, release.")


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

    from lrcourse.classroom.grading.lesson_names import named_lessons
    from lrcourse.classroom.platforms.gradescope.container import autograder

    names = [name for lesson in named_lessons(lessons) for name in lesson.exercises]
    seed = secrets.randbits(64) if seed is None else seed
    autograder(file, names, seed, trust_submissions)
    print(f"{file}: {len(names)} exercises, seed {seed}. Upload it as it is.")
