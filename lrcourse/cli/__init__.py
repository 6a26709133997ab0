"""The command line: the verbs of every room, a module each, and how what goes wrong is said. What a
verb needs is imported when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

import sys

import typer

from lrcourse.cli import authoring, benchmarks, classroom, learner, site
from lrcourse.cli.learner import Browser, Folder, Port, lab
from lrcourse.setup.environment import refusal

app = typer.Typer(
    help="A course on one number: the learning rate. Without a verb it opens JupyterLab.",
    invoke_without_command=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verbs in (learner.app, authoring.app, classroom.app, site.app):
    app.add_typer(verbs)
app.add_typer(benchmarks.app, name="bench", no_args_is_help=True)


@app.callback()
def default(
    context: typer.Context, folder: Folder = None, browser: Browser = True, port: Port = 8888
) -> None:
    """Open the course where no verb says otherwise."""
    if context.invoked_subcommand is None:
        lab(folder, browser, port)


def shown(text: str) -> str:
    """Return a text without what commands a terminal: it may name a file that others named.

    >>> shown("class\\x1b[2J is no folder")
    'class�[2J is no folder'
    """
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)


def main(argv: list[str] | None = None) -> None:
    """Do what the command line says; what the world refuses is said in one sentence."""
    try:
        app(argv, prog_name="lrcourse")
    except ModuleNotFoundError as error:
        if not (error.name or "").startswith("lrcourse."):
            raise
        sys.exit("This is the student edition: the teacher's has that verb.")
    except OSError as error:
        sys.exit(shown(refusal(error)))
    except ValueError as error:
        sys.exit(shown(str(error)))
