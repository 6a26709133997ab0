"""An answer checked, and a lesson's cells run, where there is no kernel: on a page, whose script
hands over what was typed."""

from __future__ import annotations

import base64
import io
import logging
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from importlib.util import find_spec, spec_from_loader
from typing import NamedTuple

from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.checks.quiet_calls import QuietModules
from lrcourse.checks.running_cells import Cells
from lrcourse.exercises import exercise

LIMIT = 60
"""Seconds that an answer's own cell may take to run."""
FIRST = "import numpy as np\n\nfrom lrcourse import check, hint, predict, progress"
"""What the first cell of every notebook of exercises has."""

QUIET = (
    *("lrcourse.learner.board", "lrcourse.learner.notebook_api", "lrcourse.explorers.widget"),
    *("lrcourse.explorers.live", "lrcourse.explorers.edge", "lrcourse.explorers.boundary"),
)
"""What needs a kernel: the page has its own questions, checks and explorers."""


class OnAPage(QuietModules):
    """Finds modules in whose place stands one in which every name does nothing."""

    def find_spec(self, fullname, path=None, target=None):
        """Answer for what needs a kernel alone."""
        return spec_from_loader(fullname, self, is_package=True) if fullname in QUIET else None


def hush() -> None:
    """Let what needs a kernel do nothing from now on: for a Python that serves a page alone."""
    sys.meta_path.insert(0, OnAPage())


class Lesson:
    """The cells of a lesson, run one after another as in its notebook."""

    def __init__(self):
        """Begin with nothing defined. Matplotlib lists its fonts anew on each page, and does not
        say so in the cell that draws first."""
        self.cells, self.number = Cells(), 0
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

    def run(self, code: str) -> str:
        """Run the next cell; return what it shows as HTML.

        >>> Lesson().run("lr = 0.1\\nprint(2 * lr)")
        '<pre>0.2</pre>'
        """
        self.number += 1
        printed, before = io.StringIO(), figures()
        with redirect_stdout(printed), redirect_stderr(printed):
            wrong = self.cells.run(self.number, code, LIMIT)
        texts = [text for text in (on_screen(printed.getvalue()).rstrip(), *wrong) if text]
        return "".join(f"<pre>{escape(each)}</pre>" for each in texts) + "".join(
            map(picture, figures()[len(before) :])
        )


def on_screen(text: str) -> str:
    """Return what is left on a screen of a printed text: a bar of progress writes over itself.

    >>> on_screen("lr 0.1\\n 20%|#  \\r100%|###\\r        \\rbest 0.1")
    'lr 0.1\\nbest 0.1'
    """
    return re.sub(r"[^\n]*\r", "", text)


def figures() -> list[int]:
    """Return the numbers of the figures that are open, in order."""
    plt = sys.modules.get("matplotlib.pyplot")
    return plt.get_fignums() if plt else []


def picture(number: int) -> str:
    """Return an open figure as HTML, and close it."""
    plt, file = sys.modules["matplotlib.pyplot"], io.BytesIO()
    plt.figure(number).savefig(file, format="png", dpi=100, bbox_inches="tight")
    plt.close(number)
    png = base64.b64encode(file.getvalue()).decode()
    alt = "The figure that this cell draws now"
    return f'<figure><img alt="{alt}" src="data:image/png;base64,{png}"></figure>'


class Checked(NamedTuple):
    """What was found: the card, or None where the cell defines nothing to check, and what the cell
    printed and what went wrong in it."""

    card: Card | None
    told: list[str]

    @property
    def solved(self) -> bool:
        """Whether every promise holds."""
        return self.card is not None and self.card.report.solved

    @property
    def written(self) -> bool:
        """Whether it counts as a try: a blank does not."""
        broken = self.card and self.card.report.broken
        return self.card is not None and (broken is None or broken.state != "unwritten")

    @property
    def wants_picture(self) -> bool:
        """Whether the card shows a curve, for which Matplotlib is missing yet."""
        drawing = self.written and not self.solved and self.card.report.exercise.drawing
        return bool(drawing) and find_spec("matplotlib") is None

    @property
    def html(self) -> str:
        """The card as JupyterLab shows it, below what its cell said."""
        said = "".join(f"<pre>{escape(each)}</pre>" for each in self.told)
        return said + (self.card._repr_html_() if self.card else "")


def checked(name: str, code: str, predicted: bool) -> Checked:
    """Run ``code`` as the cell of a notebook, and check the function ``name`` that it defines.

    >>> wrong = "def gd_step(w, grad, lr):\\n    return w + lr * grad"
    >>> checked("gd_step", wrong, False).card.report.broken.mistake.thought
    'adds the step, and so climbs'
    """
    printed, cells = io.StringIO(), Cells(watched=[name])
    with redirect_stdout(printed), redirect_stderr(printed):
        cells.run(0, FIRST, LIMIT)
        wrong = cells.run(1, code, LIMIT)
    wrong = [f"Your code {text.removeprefix('Code cell 1 ')}" for text in wrong]
    told = [text for text in (printed.getvalue().rstrip(), *wrong) if text]
    if not cells.versions[name]:
        return Checked(None, told if wrong else [*told, f"{name} is not defined."])
    answer = cells.versions[name][-1][1]
    report = examine(exercise(name), answer)
    return Checked(Card(report, answer, predicted=predicted, on_page=True), told)
