"""The explained answer to an exercise: the code, why it must be so, other ways to write it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.checks.notebook_code import cell_id
from lrcourse.exercises import exercise, lesson_of
from lrcourse.learner.course_folder import content_folder
from lrcourse.progress_store import write_whole


def explained(name: str) -> str:
    """Return the explained answer to an exercise as Markdown.

    Raises ``ValueError`` for an exercise that is not there, ``BadInput`` where answers are not.
    """
    lesson = lesson_of(name)
    if exercise(name).answer is None:
        raise BadInput(f"This is the student edition: your teacher has the answer to {name}.")
    notebook = json.loads((content_folder() / f"solutions/{lesson.stem}.ipynb").read_bytes())
    of = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
    story, code, known = (of[f"{cell_id(name)}{part}"] for part in ("-story", "", "-known"))
    turned_out = f"**How the prediction turns out:** {exercise(name).turned_out}"
    story = story.replace("\n\n**Predict first:**", "")
    return f"{story}\n\n```python\n{code}\n```\n\n{turned_out}\n\n{known}\n"


def lay_down(name: str, folder: Path) -> Path:
    """Write the explained answer into ``solutions`` of the learner's folder; return where."""
    path = folder / "solutions" / f"{name}.md"
    write_whole(path, explained(name).encode())
    return path


def plain(markdown: str) -> str:
    """Return the page as a terminal shows it: what folds is open.

    >>> plain("<details><summary>Hints</summary>\\n\\none\\n\\n</details>")
    'Hints:\\n\\none'
    """
    opened = re.sub(r"<details><summary>(.*?)</summary>", r"\1:", markdown)
    return opened.replace("</details>", "").strip()
