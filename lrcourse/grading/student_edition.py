"""The student edition: the course as it is handed out, without answers and without the teacher's
side of it.
"""

from __future__ import annotations

import ast
import re
import tomllib

from nbformat import NotebookNode

from lrcourse.authoring.building import text as notebook_text
from lrcourse.authoring.composing import compose_blanks
from lrcourse.environment import CLONE
from lrcourse.grading.student_units import exercise_modules
from lrcourse.lessons import Lesson

TEACHERS = {"grading", "benchmarks", "authoring", "exercises", "content", "__pycache__"}
"""Folders of the package that students do not get, or not as they are."""


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
    teachers = re.compile(r"^## (In a class|How it is tested)\n.*?(?=^## )", re.M | re.S)
    kept = teachers.sub("", "\n".join(lines))
    kept = kept.replace(
        ", `lrcourse solution EXERCISE` | the next hint; the answer, explained", " | the next hint"
    )
    return re.sub(r"^\| `python3 -m lrcourse test`.*\n", "", kept, flags=re.M)


def naming_sealed(text: str) -> str:
    """Return the module of checks with mistakes named by their digests."""
    lines, tree = text.splitlines(), ast.parse(text)
    old = next(n for n in tree.body if getattr(n, "name", "") == "known_mistake")
    sealed = "from lrcourse.sealed import known_mistake  # noqa: E402"
    lines[old.lineno - 1 : old.end_lineno] = [sealed]
    return "\n".join(lines) + "\n"


def blanks_of(lesson: Lesson, chosen: list[Lesson]) -> NotebookNode:
    """Return the notebook of blanks; it leads to no lesson that is not among the ``chosen``."""
    notebook = compose_blanks(lesson, CLONE)
    if lesson is chosen[-1]:
        notebook.cells.pop()
    return notebook
