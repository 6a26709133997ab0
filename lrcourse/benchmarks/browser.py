"""What lessons print in the browser's Python, beside what is stored of them. It runs under Node: no
browser is needed for that."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from lrcourse.authoring.executing import ALIVE
from lrcourse.base import BadInput
from lrcourse.checks.lesson import Lesson
from lrcourse.setup.environment import CLONE
from lrcourse.site.cells import KINDS, kind_of
from lrcourse.site.runtime import COMPILED, pinned
from lrcourse.site.writing import sources

RUNNER = Path(__file__).with_name("under_node.mjs")
EDGE = "13_the_landscape_pushes_back"
EXCEPTIONS = {
    (EDGE, "cell-35"): "At the edge a run carries each rounding on: of twelve sharpnesses one is "
    "3.3 in place of 3.4. Who lives and who dies is the same.",
    (EDGE, "cell-61"): "At a border as ragged as this one rounding moves points across: 5.0 % in "
    "place of 4.9.",
}
"""Lesson and cell -> why it prints something else there."""
THERE = """
import json
from lrcourse.learner import page_check

page_check.hush()
page_check.LIMIT = 3600  # A machine that has much else to do makes no cell wrong.
for stem, cells in json.loads({!r}).items():
    lesson = page_check.Lesson()
    for id, code in cells:
        print(json.dumps([stem, id, lesson.run(code).partition("<figure>")[0]]))
"""
"""Runs lessons as their pages do, and prints what each cell shows besides its pictures."""


class Cell(NamedTuple):
    """What a cell prints, as its page shows it: as it is stored, and there."""

    lesson: str
    id: str
    stored: str
    there: str


def in_browsers_python(code: str, runtime: Path) -> Iterator[str]:
    """Yield the lines that ``code`` prints in the browser's Python of the folder ``runtime``, with
    the course in reach.

    Raises ``BadInput`` where there is no Node, and where the code raises.
    """
    if shutil.which("node") is None:
        raise BadInput("node is not installed, which runs the browser's Python: install Node")
    tqdm = runtime / f"tqdm-{pinned('tqdm')[0]}-py3-none-any.whl"
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/said", "w+") as said:
        script = Path(folder) / "script.py"
        script.write_text(code, "utf-8")
        words = ["node", RUNNER, runtime, ",".join([*COMPILED, str(tqdm)]), CLONE, script]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said, text=True) as process:
            yield from process.stdout
        if process.returncode:
            said.seek(0)
            raise BadInput(f"the browser's Python says: {said.read().strip()}")


def printed(chosen: list[Lesson], runtime: Path) -> Iterator[Cell]:
    """Yield every cell of the chosen lessons that prints something, here or there, besides those
    that ask, whose questions a page draws itself, and those that print a time."""
    books = {each.stem: notebook(each) for each in chosen}
    due = json.dumps({stem: sources(book) for stem, book in books.items()})
    for line in in_browsers_python(THERE.format(due), runtime):
        stem, id, there = json.loads(line)
        cell = next(each for each in books[stem].cells if each.id == id)
        if ALIVE in cell.metadata.get("tags", []) or kind_of(cell)[0] in KINDS:
            continue
        if as_on_page(cell) or there:
            yield Cell(stem, id, as_on_page(cell), there)


def notebook(lesson: Lesson) -> NotebookNode:
    """Return a lesson's notebook as it is stored."""
    return nbformat.read(CLONE / f"notebooks/{lesson.stem}.ipynb", as_version=4)


def as_on_page(cell: NotebookNode) -> str:
    """Return what a cell printed when it was stored, in the words of a page.

    >>> from nbformat.v4 import new_code_cell, new_output
    >>> as_on_page(new_code_cell("print(2)", outputs=[new_output("stream", text="2\\n")]))
    '<pre>2</pre>'
    """
    text = "".join(each.text for each in cell.outputs if each.output_type == "stream")
    return f"<pre>{escape(text.rstrip())}</pre>" if text.strip() else ""


def compare(chosen: list[Lesson], runtime: Path) -> Iterator[str]:
    """Yield, lesson by lesson, how many cells print there what is stored, and which do not."""
    for lesson in chosen:
        cells = [*printed([lesson], runtime)]
        same = [each for each in cells if each.stored == each.there]
        yield f"{lesson.stem}: {len(same)} of {len(cells)} cells print what is stored."
        yield from (told(each) for each in cells if each not in same)


def told(cell: Cell) -> str:
    """Return what is to be said of a cell that prints something else there."""
    new = f"not known before:\n{cell.stored}\n{cell.there}"
    return f"  {cell.id}: {EXCEPTIONS.get((cell.lesson, cell.id), new)}"
