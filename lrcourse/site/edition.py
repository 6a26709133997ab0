"""What of the course goes into a browser: the files of an edition, and one wheel made of them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from lrcourse.authoring.placeholders import without_elsewhere
from lrcourse.base import BadInput
from lrcourse.classroom.handout.student_edition import STUDENTS
from lrcourse.learner.course_folder import learners_copy
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE

OWN = ("exercises/*.ipynb", "notebooks/*.ipynb", "solutions/*.ipynb", "lrcourse/exercises/**/*.py")
"""What the public edition has besides the rooms that students get."""
BUILT_WITH = ("pyproject.toml", "README.md", "LICENSE", "notebooks/contents.md")


def public() -> dict[str, bytes]:
    """Return the files of the public edition by name: with answers, for learning alone. No lesson
    says where else it runs with nothing installed: it runs where these files are."""
    rooms = [path for room in STUDENTS for path in (CLONE / "lrcourse" / room).iterdir()]
    paths = [path for path in rooms if path.is_file()] + [CLONE / name for name in BUILT_WITH]
    paths += [path for pattern in OWN for path in CLONE.glob(pattern)]
    files = {
        path.relative_to(CLONE).as_posix(): path.read_bytes()
        for path in sorted(paths)
        if path.suffix != ".pyc"
    }
    return {
        name: without_elsewhere(data.decode()).encode() if name.endswith(".ipynb") else data
        for name, data in files.items()
    }


def without_outputs(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of an edition with each notebook as a learner gets it."""
    return {
        name: learners_copy(data) if name.endswith(".ipynb") else data
        for name, data in files.items()
    }


def wheel(files: dict[str, bytes]) -> tuple[str, bytes]:
    """Return the name and the bytes of the wheel that hatchling makes of an edition's files.

    Raises ``BadInput`` with hatchling's last words where it cannot.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in without_outputs(files).items():
            write_whole(Path(folder) / name, data)
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "made"]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        found = [*Path(folder).glob("made/*.whl")]
        if made.returncode or not found:
            last = (made.stderr.strip().splitlines() or ["nothing"])[-1]
            raise BadInput(f"no wheel could be made of the course; hatchling's last words: {last}")
        return found[0].name, found[0].read_bytes()
