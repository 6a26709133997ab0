"""The student edition: the course as it is handed out, without answers and without the teacher's
side of it.
"""

from __future__ import annotations

import ast
import re
import tomllib

from nbformat import NotebookNode

from lrcourse.authoring.building import text as notebook_text
from lrcourse.authoring.composing import compose_blanks, what_is_next
from lrcourse.environment import CLONE
from lrcourse.grading.student_units import exercise_modules
from lrcourse.lessons import Lesson

TEACHERS = {"grading", "benchmarks", "authoring", "exercises", "content", "__pycache__"}
"""Folders of the package that students do not get, or not as they are."""

FOR_STUDENTS = ["What you will be able to do", "Start", "Learning alone", "The lessons", "Citing"]
"""Sections of the README that students get."""
TEACHERS_WORDS = [
    r"^\| `python3 -m lrcourse test`.*\n",
    r", `lrcourse solution EXERCISE`(?= \|)",
    r"(?<=the next hint); the answer, explained",
    r"(?s:^A trial of the popular claims.*?(?=^## ))",
]
"""What of those sections only a teacher's copy can do or has."""
HANDING_IN = """## Handing in

You hand in the notebooks in `exercises`, in the folder in which the course opened; the last cell of
each says so too. Lessons bear the same names and hold no answers. Hand in as often as your teacher
lets you: of several answers to an exercise the best counts, and a blank costs its own points alone.

"""


def student(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the files of the student edition, by name."""
    package = CLONE / "lrcourse"
    files = {
        path.relative_to(CLONE).as_posix(): path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.is_file() and not TEACHERS & set(path.relative_to(package).parts)
    }
    for name in ("LICENSE", "requirements.txt", "environment.yml", "notebooks/source/camera.png"):
        files[name] = (CLONE / name).read_bytes()
    files["pyproject.toml"] = project((CLONE / "pyproject.toml").read_text("utf-8")).encode()
    files["README.md"] = readme((CLONE / "README.md").read_text("utf-8"), chosen).encode()
    checks = (package / "checking.py").read_text("utf-8")
    files["lrcourse/checking.py"] = naming_sealed(checks).encode()
    files["lrcourse/sealed.py"] = (package / "grading/sealed.py").read_bytes()
    files["lrcourse/exercises/__init__.py"] = (package / "exercises/__init__.py").read_bytes()
    files.update(exercise_modules(chosen))
    for lesson in chosen:
        name = f"notebooks/{lesson.stem}.ipynb"
        if (CLONE / name).exists():
            files[name] = (CLONE / name).read_bytes()
        files[f"exercises/{lesson.stem}.ipynb"] = notebook_text(blanks_of(lesson, chosen)).encode()
    return files


def project(text: str) -> str:
    """Return the project's file without what only the teacher's copy has."""
    kept = "\n".join(line for line in text.split("\n") if not line.startswith('"solutions"'))
    kept = kept.partition("\n[tool.ruff]")[0] + "\n"
    tomllib.loads(kept)
    return kept


def readme(text: str, chosen: list[Lesson]) -> str:
    """Return the README with the chosen lessons alone, and nothing that only a teacher can do."""
    stems = {lesson.stem for lesson in chosen}
    lines = [
        line
        for line in text.split("\n")
        if not (found := re.search(r"\(notebooks/(\w+)\.ipynb\)", line)) or found[1] in stems
    ]
    opening, *sections = re.split(r"(?m)^(?=## )", "\n".join(lines))
    kept = [each for each in sections if each[3:].split("\n")[0] in FOR_STUDENTS]
    kept.insert(len(kept) - 1, HANDING_IN)
    whole = "".join([opening, *kept])
    return re.sub("|".join(TEACHERS_WORDS), "", whole, flags=re.M)


def naming_sealed(text: str) -> str:
    """Return the module of checks with mistakes named by their digests."""
    lines, tree = text.splitlines(), ast.parse(text)
    old = next(n for n in tree.body if getattr(n, "name", "") == "known_mistake")
    sealed = "from lrcourse.sealed import known_mistake  # noqa: E402"
    lines[old.lineno - 1 : old.end_lineno] = [sealed]
    return "\n".join(lines) + "\n"


def blanks_of(lesson: Lesson, chosen: list[Lesson]) -> NotebookNode:
    """Return the notebook of blanks; it says how it is handed in, and leads to no lesson that is
    not among the ``chosen``."""
    notebook = compose_blanks(lesson, CLONE)
    closing = notebook.cells[-1]
    closing.source = f"{HAND_IN.format(lesson=lesson)}\n\n{what_is_next(lesson, chosen)}"
    return notebook


HAND_IN = """**To hand in:** save this notebook (Ctrl+S, on a Mac Cmd+S), then upload it as your
teacher says. It is `{lesson.stem}.ipynb` in `exercises`, in the folder in which the course opened:
`lrcourse` in your home folder, unless you named another. The lesson in `notebooks` bears the same
name and holds no answers. You may hand in half of it, and again when more is solved."""
