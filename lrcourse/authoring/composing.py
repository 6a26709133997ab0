"""Notebooks before they run: a lesson from its source, blanks and solutions from the units."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lrcourse.authoring import units
from lrcourse.authoring.executing import ALIVE
from lrcourse.authoring.placeholders import filled, size
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.lesson import Lesson, way
from lrcourse.checks.notebook_code import cell_id
from lrcourse.checks.question import AFTER_THE_BET, GOES_ON, PREDICT_FIRST
from lrcourse.exercises import exercise, lessons

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def notebook(title: str, cells: list[NotebookNode], root: Path, sources: list[str]) -> NotebookNode:
    """Make a notebook that says which files under ``root`` it was made from, with their hashes."""
    hashes = {name: digest(root / name) for name in sources}
    metadata = {"kernelspec": KERNEL, "title": title, "lrcourse": {"made_from": hashes}}
    return new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def digest(path: Path) -> str:
    """Return the hash of a text; it does not depend on how the system ends lines."""
    return sha256(path.read_text("utf-8").encode()).hexdigest()


def module(lesson: Lesson, name: str = "__init__") -> str:
    """Return where a lesson's module stands in the clone."""
    return f"lrcourse/exercises/lesson{lesson.number:02d}/{name}.py"


def source(lesson: Lesson) -> str:
    """Return where a lesson's text stands in the clone."""
    return f"notebooks/source/{lesson.stem}.py"


def compose_lesson(lesson: Lesson, root: Path) -> NotebookNode:
    """Make a lesson's notebook of its source, with the placeholders filled in.

    Raises ``ValueError`` for a placeholder that does not exist.
    """
    read = jupytext.reads((root / source(lesson)).read_text("utf-8"), fmt="py:percent")
    cells, below = [], ""
    for position, cell in enumerate(read.cells):
        id = f"cell-{position:02d}"
        if cell.cell_type == "code":
            code = cell.source.replace("  # fmt: skip", "")  # for the formatter, not for learners
            cells.append(new_code_cell(code, id=id, metadata=cell.metadata))
            below = AFTER_THE_BET if SETTLES.search(code) else below
            below = "" if ASKS.search(code) else below
        else:
            text, tells = folded_away(cell.source, below) if below else (cell.source, False)
            below = GOES_ON if tells else ""
            cells += text_cells(text, cell.metadata, id, lesson)
    cells.append(new_markdown_cell(way(lesson, lessons()), id="way"))
    return notebook(lesson.title, cells, root, [source(lesson), module(lesson)])


SETTLES, ASKS = re.compile(r"^settle\(", re.MULTILINE), re.compile(r"^predict\(", re.MULTILINE)
NEXT_MATTER = re.compile(r"^(#{1,6} |\*\*Predict\.\*\*)", re.MULTILINE)


def folded_away(text: str, summary: str) -> tuple[str, bool]:
    """Fold under ``summary`` what a text below a result says of it, up to the next heading or
    question, so that the page does not tell before a bet; return also whether what follows goes on
    telling.

    >>> folded_away("It locks.\\n\\n## Next", "So")
    ('<details><summary>So</summary>\\n\\nIt locks.\\n\\n</details>\\n\\n## Next', False)
    """
    found = NEXT_MATTER.search(text)
    end = found.start() if found else len(text)
    told = text[:end].strip()
    parts = [folded(summary, told) if told else "", text[end:]]
    return "\n\n".join(filter(None, parts)), found is None


def text_cells(text: str, metadata: dict, id: str, lesson: Lesson) -> list[NotebookNode]:
    """Return the cells of a piece of text: the questions of a lesson's end are a cell that asks."""
    before, quiz, after = text.partition("{{quiz}}")
    made = [new_markdown_cell(filled(before.strip(), lesson), id=id, metadata=metadata)]
    if quiz:
        made.append(
            new_code_cell(
                f"from lrcourse import recall\n\nrecall({lesson.number})", id=f"{id}-recall"
            )
        )
    if after.strip():
        made.append(new_markdown_cell(filled(after.strip(), lesson), id=f"{id}-after"))
    return made


def compose_blanks(lesson: Lesson, root: Path) -> NotebookNode:
    """Make the notebook in which a learner writes the answers of a lesson."""
    cells = [
        new_markdown_cell(BLANKS_TOP.format(lesson=lesson), id="top"),
        new_code_cell(IMPORTS, id="imports"),
    ]
    for name in lesson.exercises:
        text = (root / module(lesson, name)).read_text("utf-8")
        cells += exercise_cells(exercise(name), text, units.blank(text))
    cells.append(new_markdown_cell(what_is_next(lesson, lessons()), id="next"))
    names = [module(lesson), *(module(lesson, name) for name in lesson.exercises)]
    return notebook(f"Exercises: {lesson.title}", cells, root, names)


def compose_solutions(lesson: Lesson, root: Path) -> NotebookNode:
    """Make the notebook of answers: the same cells filled in, and after each what is known of
    it."""
    cells = [
        new_markdown_cell(SOLUTIONS_TOP.format(lesson=lesson), id="top"),
        new_code_cell(IMPORTS, id="imports"),
    ]
    for name in lesson.exercises:
        text = (root / module(lesson, name)).read_text("utf-8")
        unit = exercise(name)
        cells += exercise_cells(unit, text, units.answer(text))
        cells.append(new_markdown_cell(what_is_known(unit, text), id=f"{cell_id(name)}-known"))
    names = [module(lesson), *(module(lesson, name) for name in lesson.exercises)]
    return notebook(f"Solutions: {lesson.title}", cells, root, names)


IMPORTS = "import numpy as np\n\nfrom lrcourse import check, hint, predict, progress"

BLANKS_TOP = """# Exercises {lesson.number:02d} · {lesson.title}

In each exercise, write what the marked line asks for, run the cell (Shift+Enter), then run the
`check` below it: it says what holds, what does not, and at which input. When you are stuck, run
`hint(name_of_the_function)` in a cell of its own; there are three hints. Nothing you try is lost:
`lrcourse reset name_of_the_exercise` in a terminal gives a fresh blank and keeps your answer
beside it.

The lesson: [{lesson.title}](../notebooks/{lesson.stem}.ipynb)"""

SOLUTIONS_TOP = """# Solutions {lesson.number:02d} · {lesson.title}

One good answer to each exercise, other ways to write it, and the mistakes that the checks know.
Try first: an answer that you only read is forgotten by tomorrow.

The lesson: [{lesson.title}](../notebooks/{lesson.stem}.ipynb) · the blanks:
[exercises](../{lesson.exercises_path})"""


def exercise_cells(unit: Exercise, text: str, code: str) -> list[NotebookNode]:
    """Return the cells of an exercise: what is asked, the code, the check, and what to do with a
    solved answer, if anything; ``text`` is its module's."""
    id, mark = cell_id(unit.name), {"lrcourse": {"exercise": unit.name}}
    told = PREDICT_FIRST.sub("", units.story(text)).strip()
    story = f"## {unit.name}\n\n*{size(unit)}*\n\n{told}\n\n**Predict first:**"
    cells = [
        new_markdown_cell(story, id=f"{id}-story"),
        new_code_cell(f'predict("{unit.name}")', id=f"{id}-predict"),
        new_code_cell(code, id=id, metadata=mark),
        new_code_cell(f"check({unit.name})", id=f"{id}-check"),
    ]
    if use := units.afterwards(text):
        invitation = "When all of it holds, see what your function does:"
        cells.append(new_markdown_cell(invitation, id=f"{id}-invitation"))
        cells.append(new_code_cell(use, id=f"{id}-afterwards", metadata={"tags": [ALIVE]}))
    return cells


def what_is_next(lesson: Lesson, course: list[Lesson]) -> str:
    """Return the line that closes a notebook: where to go from here in a ``course``."""
    later = [each for each in course if each.number > lesson.number]
    if not later:
        return "This is the last lesson for now. `progress()` shows how far you came."
    return f"Next: [{later[0].title}](../notebooks/{later[0].stem}.ipynb)"


def what_is_known(unit: Exercise, text: str) -> str:
    """Return what belongs to an answer: the hints, other right styles, the known mistakes."""
    hints = "\n".join(f"{number}. {hint}" for number, hint in enumerate(unit.hints, 1))
    styles = "\n\n".join(
        f"*{style}*\n\n```python\n{units.code_of(text, answer.__name__)}\n```"
        for style, answer in unit.styles.items()
    )
    promises = {check.function: check.promise for check in unit.checks}
    mistakes = "\n".join(
        f"- *{promises[each.caught_by]}* Broken by an answer that {each.thought}."
        for each in unit.mistakes
    )
    return "\n\n".join(
        [
            folded("The three hints", hints),
            folded("Other ways to write it", styles),
            f"What must hold, and the mistakes that people make here:\n\n{mistakes}",
        ]
    )


def folded(summary: str, text: str) -> str:
    """Return Markdown that shows ``summary`` and opens to ``text``; it folds without a script."""
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"
