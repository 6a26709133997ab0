"""Gradescope: a zip from which it builds a container, and what that does with one submission."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

import lrcourse
from lrcourse.base import BadInput
from lrcourse.cells import asked_in, sources_in
from lrcourse.environment import CLONE
from lrcourse.exercises import exercise
from lrcourse.grading.grader import Grade, grade, printable
from lrcourse.grading.isolation import Server
from lrcourse.grading.reports import HIDDEN
from lrcourse.grading.submissions import handed_in
from lrcourse.grading.walls import missing
from lrcourse.learner import write_whole

NOBODY = 65534
"""The user that owns nothing."""
MEMORY = 3_000_000_000
"""Bytes of address space of an answer without walls, NumPy's own among them."""
PROCESSES = 250
"""Processes and threads that all answers without walls may have together."""
PACKAGES = "numpy matplotlib scikit-learn tqdm"
"""What grading needs; the pinned list says which version of each, and its hashes."""
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
    exec "${LRCOURSE_PREFIX:-}/opt/lrcourse/bin/python" -P -m lrcourse.grading.gradescope "$root"
"""
README = """\
# An autograder for Gradescope: {exercises} exercises, {points} points

Made by `lrcourse gradescope` of version {version}, seed {seed}. Upload this zip as it is
(Configure Autograder > Zip file upload) and set the assignment's autograder points to {points}.
Students upload their notebooks; of several answers to an exercise the best counts.

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
WITHOUT = "Graded without walls: answers ran as a user without rights in this container."


def autograder(zip_file: Path, names: list[str], seed: int, trust: bool) -> None:
    """Write the zip that Gradescope builds its container from, whole or not at all."""
    points = sum(exercise(name).points for name in names)
    settings = {"exercises": names, "seed": seed, "trust": trust}
    about = README.format(
        exercises=len(names),
        points=points,
        version=lrcourse.__version__,
        seed=seed,
        trust=TRUSTED if trust else WALLED,
    )
    package = Path(lrcourse.__file__).parent
    texts = {
        "README.md": about.encode(),
        "setup.sh": SETUP.encode(),
        "run_autograder": RUN.encode(),
        "settings.json": json.dumps(settings, indent=1).encode(),
        "requirements.txt": (CLONE / "requirements.txt").read_bytes(),
    }
    for path in sorted(each for each in package.rglob("*") if _is_source(each)):
        texts[f"lrcourse/{path.relative_to(package).as_posix()}"] = path.read_bytes()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in texts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (0o755 if data.startswith(b"#!") else 0o644) << 16
            packed.writestr(entry, data, zipfile.ZIP_DEFLATED)
    write_whole(zip_file, whole.getvalue())


def _is_source(path: Path) -> bool:
    return path.is_file() and path.suffix != ".pyc" and "content" not in path.parts


class Guest(Server):
    """A server for where no walls stand: it and its children run as a user without rights.

    Root, who grades, stays out of that user's reach; it is for one submission in a container.
    """

    def __init__(self, user: int = NOBODY):
        """Start it; raise ``BadInput`` where only root could, and we are not."""
        if os.geteuid() != 0:
            raise BadInput("only root can let answers run as another user, and this is not root")
        self.user = user
        lower = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        lower += ["--inh-caps=-all", "--no-new-privs"]
        lower += ["prlimit", f"--as={MEMORY}", f"--nproc={PROCESSES}"]
        self.begin(lower, trust=True, owner=user)

    def child(self, folder: Path, named: Iterable[bytes] = ()) -> tuple[socket.socket, int]:
        """Return the channel to a new child, which owns its folder, and a handle of its process."""
        shutil.chown(folder, self.user, self.user)
        return super().child(folder, named)


def results(place: Path, server: Server, names: list[str], seed: int) -> dict:
    """Return what Gradescope shows of the notebooks in ``place``: a test for each exercise.

    Of several answers the best counts. What could not be read or run is said above the tests.
    """
    best: dict[str, Grade] = {}
    told = []
    notebooks = list(handed_in(place))
    for handed in notebooks:
        grades, problems = _graded(handed, server, names, seed)
        told += [printable(f"{handed.file}: {problem}") for problem in problems]
        for each in grades:
            if each.name not in best or each.points > best[each.name].points:
                best[each.name] = each
    if failed := [each.name for each in best.values() if each.state == "failed"]:
        raise RuntimeError(f"The grader could not come to an end: {', '.join(failed)}.")
    tests = [as_test(name, best.get(name)) for name in names]
    return {
        "score": sum(each["score"] for each in tests),
        "output": "\n".join(told) or f"{len(notebooks)} notebooks were read.",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
    }


def _graded(handed, server, names, seed) -> tuple[list[Grade], list[str]]:
    if handed.problem:
        return [], [handed.problem]
    try:
        asked = asked_in(sources_in(handed.notebook), names)
        return grade(server, handed.notebook, asked, seed)
    except ValueError as error:
        return [], [f"It is {error}."]


def as_test(name: str, found: Grade | None) -> dict:
    """Return one exercise as Gradescope shows it.

    >>> as_test("gd_step", None)["output"]
    'No notebook here answers gd_step.'
    """
    if found is None:
        lines, points = [f"No notebook here answers {name}."], 0.0
    else:
        hidden = {check.promise for check in exercise(name).checks if check.hidden}
        lines = [f"[{state}] {HIDDEN if p in hidden else p}" for p, state in found.promises]
        lines += [each for each in (found.message, found.mistake) if each]
        points = round(found.points, 4)
    possible = exercise(name).points
    return {
        "name": name,
        "score": points,
        "max_score": possible,
        "status": "passed" if points == possible else "failed",
        "output": "\n".join(lines),
        "visibility": "visible",
    }


def grade_here(root: Path) -> None:
    """Grade ``root/submission`` into ``root/results/results.json``, as ``root/source`` says.

    Raises ``BadInput`` where no walls stand and the teacher did not trust: nothing is written.
    """
    settings = json.loads((root / "source" / "settings.json").read_bytes())
    why = missing()
    if why and not settings["trust"]:
        raise BadInput(f"Not graded. {why} README.md in the autograder's zip says what to do.")
    for name in ("source", "submission", "results"):
        (root / name).chmod(0o700)  # Root grades; answers without walls are another user's.
    with Guest() if why else Server() as server:
        found = results(root / "submission", server, settings["exercises"], settings["seed"])
    if why:
        found["output"] = f"{WITHOUT}\n{found['output']}"
        print(f"{WITHOUT} {why}")
    write_whole(root / "results" / "results.json", json.dumps(found, indent=1).encode())
    print(f"{found['score']:g} points, seed {settings['seed']}.")


if __name__ == "__main__":
    try:
        grade_here(Path(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
