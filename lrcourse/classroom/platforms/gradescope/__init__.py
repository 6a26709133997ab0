"""Gradescope: what its container does with one submission; ``container`` makes the zip for it."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Iterable
from pathlib import Path

from lrcourse.base import BadInput
from lrcourse.checks.notebook_code import asked_in, sources_in
from lrcourse.classroom.grading.grader import Grade, grade, printable
from lrcourse.classroom.grading.submissions import handed_in
from lrcourse.classroom.pages.student_page import HIDDEN
from lrcourse.classroom.platforms.gradescope.container import full_marks
from lrcourse.classroom.platforms.platform import Weekly
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import missing
from lrcourse.exercises import exercise
from lrcourse.progress_store import write_whole

NOBODY = 65534
"""The user that owns nothing."""
MEMORY = 3_000_000_000
"""Bytes of address space of an answer without walls, NumPy's own among them."""
PROCESSES = 250
"""Processes and threads that all answers without walls may have together."""
STEPS = (
    "In a clone: `lrcourse gradescope autograder.zip --lessons LESSONS`",
    "Under *Configure Autograder*, upload it as it is, and try it with a notebook that you solved.",
    "Open the assignment: each student hands in as often as people like, and sees points and "
    "broken promises at once.",
    "After the last day, look for submissions without a result: they were not graded, so no 0.",
    "*Publish Grades*, and *Download Grades* for your records.",
)
WEEKLY = Weekly("Gradescope", STEPS)
WITHOUT = "Graded without walls: answers ran as a user without rights in this container."


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
        "score": min(sum(each["score"] for each in tests), full_marks(names)),
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
