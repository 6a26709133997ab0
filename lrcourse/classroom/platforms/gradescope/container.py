"""The zip from which Gradescope builds a container: what it runs, and the rooms of the course."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path, PurePosixPath

import lrcourse
from lrcourse.base import BadInput
from lrcourse.exercises import exercise
from lrcourse.progress_store import write_whole
from lrcourse.setup.environment import CLONE

PACKAGES = "numpy matplotlib scikit-learn tqdm"
"""What grading needs; the pinned list says which version of each, and its hashes."""
ROOMS = {
    ".": ["*"],
    "checks": ["*"],
    "classroom": ["__init__"],
    "classroom/grading": ["*"],
    "classroom/pages": ["*"],
    "classroom/platforms": ["*"],
    "classroom/platforms/gradescope": ["*"],
    "classroom/sandbox": ["*"],
    "explorers": ["*"],
    "learner": ["__init__"],
    "setup": ["__init__", "environment"],
}
"""Room -> the modules of it that the container gets, "*" for all of the room; of exercises, all.
What is not named here, such as attacks and what makes notebooks, stays away from students."""
SOURCES = {".py", ".pyi", ".mplstyle", ".js", ".gz"}
SETUP = f"""\
#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image.
set -euo pipefail
here="${{LRCOURSE_PREFIX:-}}/autograder/source"
place="${{LRCOURSE_PREFIX:-}}/opt/lrcourse"
export UV_PYTHON_INSTALL_DIR="$place-python"  # Not in root's home: answers have to read it.
if ! command -v uv >/dev/null
then
    apt-get update -q && apt-get install -qy python3-pip
    pip3 install -q uv || pip3 install -q --break-system-packages uv
fi
uv venv -q --python '>=3.11' "$place"
uv pip install -q --python "$place/bin/python" --constraint "$here/requirements.txt" {PACKAGES}
chmod -R go-rwx "$here"
"""
RUN = """\
#!/usr/bin/env bash
# Gradescope runs this for each submission, in a container of its own.
set -euo pipefail
root="${LRCOURSE_PREFIX:-}/autograder"
cd "$root"
PYTHONPATH="$root/source" OPENBLAS_NUM_THREADS=1 \\
    exec "${LRCOURSE_PREFIX:-}/opt/lrcourse/bin/python" -P \\
    -m lrcourse.classroom.platforms.gradescope "$root"
"""
README = """\
# An autograder for Gradescope: {exercises} exercises, {points} points

Made by `lrcourse gradescope` of version {version}, seed {seed}. Upload this zip as it is
(Configure Autograder > Zip file upload) and set the assignment's autograder points to {points}.
Students upload their notebooks, all of them at once; of several answers to an exercise the best
counts. Full marks are the points without ★; those with ★ make up for others, up to full marks.

{trust}
"""
WALLED = """\
Answers run behind walls (Landlock 3, seccomp: Linux 6.2 or newer), apart from the process that has
the checks and writes results.json. Where a container lacks them, nothing is graded and no result is
written: the autograder's output says so to you. Then grade with `lrcourse grade` on a machine of
your own, or make this zip anew with --trust-submissions and read what that means."""
TRUSTED = """\
MADE WITH --trust-submissions. Where the container can build walls, they stand. Where it cannot,
answers run in it as a user without rights. That user can neither write results.json nor read the
checks, and cannot reach the process that has them; but it can use the network and read what all
may read. Every result that came about in this way says so in its first line."""


def full_marks(names: list[str]) -> int:
    """Return the points of the exercises without ★: the most that counts.

    >>> full_marks(["gd_step", "noise_scale"])
    1
    """
    return sum(exercise(name).points for name in names if exercise(name).core)


def autograder(zip_file: Path, names: list[str], seed: int, trust: bool) -> None:
    """Write the zip that Gradescope builds its container from, whole or not at all.

    Raises ``BadInput`` where another file is there.
    """
    if zip_file.exists() and not _is_ours(zip_file):
        raise BadInput(f"{zip_file} is there and no autograder of ours: name another file")
    points = full_marks(names)
    settings = {"exercises": names, "seed": seed, "trust": trust}
    about = README.format(
        exercises=len(names),
        points=points,
        version=lrcourse.__version__,
        seed=seed,
        trust=TRUSTED if trust else WALLED,
    )
    texts = {
        "README.md": about.encode(),
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.encode(),
        "settings.json": json.dumps(settings, indent=1).encode(),
        "requirements.txt": (CLONE / "requirements.txt").read_bytes(),
    }
    write_whole(zip_file, _packed(texts | _course()))


def _is_ours(zip_file: Path) -> bool:
    """Whether a file is an autograder that was written before."""
    try:
        with zipfile.ZipFile(zip_file) as packed:
            return {"run_autograder", "settings.json"} <= {*packed.namelist()}
    except (OSError, zipfile.BadZipFile):
        return False


def _course() -> dict[str, bytes]:
    """Return the files of the course that the container gets."""
    package = Path(lrcourse.__file__).parent
    paths = {
        PurePosixPath(path.relative_to(package).as_posix()): path for path in package.rglob("*")
    }
    taken = sorted(inside for inside, path in paths.items() if path.is_file() and is_taken(inside))
    return {f"lrcourse/{inside}": paths[inside].read_bytes() for inside in taken}


def _packed(texts: dict[str, bytes]) -> bytes:
    """Return a zip that is the same for the same files; what is to be run may be run."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in texts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if data.startswith(b"#!") else 0o644) << 16
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def is_taken(inside: PurePosixPath) -> bool:
    """Whether a file of the course goes into the container, by its room.

    >>> is_taken(PurePosixPath("checks/card.py")), is_taken(PurePosixPath("benchmarks/a.py"))
    (True, False)
    """
    room, exercises = inside.parent.as_posix(), inside.parts[0] == "exercises"
    named = room in ROOMS and (ROOMS[room] == ["*"] or inside.stem in ROOMS[room])
    return (named or exercises) and inside.suffix in SOURCES
