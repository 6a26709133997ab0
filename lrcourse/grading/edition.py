"""The copy of the course that answers run on: the library whole, and no exercise's answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import lrcourse

BEYOND = {
    "exercises",
    "authoring",
    "answers",
    "blanks",
    "cli",
    "__main__",
    "installing",
    "learning",
}
"""Parts of the course that hold answers, or that no answer needs."""
GRADING = ["__init__", "walls", "wire", "talking", "child"]
QUIET = '''"""What a notebook calls round its answers: while it is graded it does nothing."""


def check(*things):
    """Do nothing: the grader checks from outside."""


hint = predict = progress = check
'''


def library(folder: Path) -> Path:
    """Copy into ``folder`` what a graded answer may import; return ``folder``."""
    package, copy = Path(lrcourse.__file__).parent, Path(folder) / "lrcourse"
    (copy / "grading").mkdir(parents=True)
    for path in package.iterdir():
        if path.is_file() and path.stem not in BEYOND and path.suffix != ".pyc":
            shutil.copyfile(path, copy / path.name)
    for name in GRADING:
        shutil.copyfile(package / "grading" / f"{name}.py", copy / "grading" / f"{name}.py")
    (copy / "learning.py").write_text(QUIET, "utf-8")
    return Path(folder)
