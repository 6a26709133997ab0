"""The near side of the wall: run a submission's cells in a confined child, and call the functions
that they define. No line of a student's runs in this process."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import lrcourse
from lrcourse.checks.quiet_calls import is_quiet
from lrcourse.classroom.sandbox.calls import FarFunction
from lrcourse.classroom.sandbox.confined import Confined, ProcessEnded
from lrcourse.classroom.sandbox.inside import GUESSES, LOAD
from lrcourse.classroom.sandbox.messages import Broken
from lrcourse.classroom.sandbox.server import Server
from lrcourse.classroom.sandbox.walls import NoWalls

CELL_LIMIT = 5
"""Seconds that one cell may take."""
GRACE = 2
"""Seconds after which a cell is ended that swallows the end of its time."""
LOAD_LIMIT = 20
"""Seconds that all the cells of a submission may take."""
PROBLEMS = 50
"""Sentences about the cells that are kept."""
LEFT_OUT = 3
"""Cells that may end their process before the notebook is given up."""
ENDS = 2
"""Times that one exercise may end its process before it is given up."""
NAMED = {
    re.compile("matplotlib"): "matplotlib.pyplot",
    re.compile(
        r"^[ \t]*(?:[%!?]|[\w.]+\?+[ \t]*$)|=[ \t]*[%!](?!=)", re.MULTILINE
    ): "IPython.core.inputtransformer2",
}
"""What a cell names -> what its server imports once: to have it always would make forks dearer."""
ROUND_ANSWERS = re.compile(r"^[ \t]*from lrcourse import ([\w, \t]+)$", re.MULTILINE)
"""How a notebook imports what it calls round its answers."""


def uses_the_library(sources: list[str]) -> bool:
    """Whether the cells speak of the course beyond what is called round an answer.

    >>> uses_the_library(["from lrcourse import check, hint"])
    False
    >>> uses_the_library(["from lrcourse import check, train"])
    True
    """

    def left(found):
        names = [name.strip() for name in found[1].split(",")]
        quiet = all(is_quiet(f"lrcourse.{lrcourse.HOME_OF.get(name, name)}") for name in names)
        return "" if quiet else found[0]

    return "lrcourse" in ROUND_ANSWERS.sub(left, "\n".join(sources))


class Submission(Confined):
    """One student's cells, run behind the wall; begun anew where their process ended, and for each
    exercise where they use the library: what the exercise asks for is not in its copy."""

    def __init__(self, server: Server, sources: list[str]):
        """Take the cells; nothing runs before the first ``begin``."""
        super().__init__(server)
        self.all_sources, self.sources = sources, list(sources)
        self.copy: Path | None = None
        self.needs_library = uses_the_library(sources)
        self.defined: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.left_out, self.without_walls = 0, None

    def ready_for(self, exercise: str) -> None:
        """See that a child is there that may judge ``exercise`` and in which the cells have run."""
        copy = self.server.copy_for(exercise) if self.needs_library else None
        if self.process is None or copy != self.copy:
            self.copy = copy
            self.begin()

    def begin(self) -> None:
        """Start a child and run the cells, one by one; a cell that ends it is left out.

        Raises ``NoWalls`` where no walls stand, ``ProcessEnded`` if cell after cell ends it.
        """
        while not self.all_cells_ran():
            if self.left_out > LEFT_OUT:
                raise ProcessEnded("its cells ended the process they ran in")
        self.deadline = float("inf")

    def all_cells_ran(self) -> bool:
        """Start a child and run the cells; if one of them ends it, leave that out from now on."""
        self.start(self.copy, self.to_import())
        self.defined = {}
        over = time.monotonic() + LOAD_LIMIT
        for number, source in enumerate(self.sources, 1):
            if not source:
                continue
            self.deadline = min(over, time.monotonic() + CELL_LIMIT) + GRACE
            try:
                self.load(number, source)
            except ProcessEnded as error:
                self.sources[number - 1] = ""
                self.left_out += 1
                self.note([f"Code cell {number} was left out: {error}."])
                return False
        return True

    def to_import(self) -> list[str]:
        """Return the modules that a server imports for these cells."""
        return [name for named, name in NAMED.items() if any(map(named.search, self.sources))]

    def start_again(self) -> None:
        """Begin anew in the middle of a check, and remember if that is no fault of the answer's."""
        try:
            self.begin()
        except NoWalls as error:
            self.without_walls = error
            raise

    def load(self, number: int, source: str) -> None:
        """Run one cell, and note what it defines and what went wrong."""
        try:
            told = self.call(LOAD, (number, source, CELL_LIMIT), {})
        except ProcessEnded:
            raise
        except Exception as error:
            return self.note([f"Code cell {number} raised {type(error).__name__}: {error}"])
        if not _is_an_inventory(told):
            self.end()
            raise ProcessEnded("it sent an answer that is none")
        self.defined.update(told[0])
        self.note(told[1])

    def note(self, problems: list[str]) -> None:
        """Keep what went wrong in the cells, each thing once."""
        new = [each[:2000] for each in problems if each[:2000] not in self.problems]
        self.problems += new[: PROBLEMS - len(self.problems)]

    def call(self, target: str, args: tuple, kwargs: dict) -> Any:
        """Call a function of the child's by name; a call that does not come to its end, ends it."""
        whole = False
        try:
            value = self.talk.call(target, args, kwargs)
            whole = True
            return value
        except Exception as error:
            whole = not isinstance(error, Broken | ProcessEnded)
            if isinstance(error, Broken):
                raise ProcessEnded(f"it sent {error}") from None
            raise
        finally:
            if not whole:
                self.ends += 1
                self.end()

    def guesses(self, name: str) -> list[str]:
        """Return the functions that the cells bound to ``name``, by the names under which they are
        called here, the newest first: of several answers the best counts."""
        found = [re.fullmatch(rf"{name} (\d{{1,9}})", each) for each in self.defined]
        older = sorted((int(each[1]) for each in found if each), reverse=True)
        return [f"{name} {place}" for place in older[:GUESSES]] or [name] * (name in self.defined)

    def function(self, name: str) -> Answer:
        """Return the function ``name`` of the submission, to be called from here."""
        return Answer(self, name)


def _is_an_inventory(told: Any) -> bool:
    """Whether this is what loading a cell tells: functions with their inputs, and problems."""
    if not isinstance(told, tuple) or len(told) != 2 or not isinstance(told[0], dict):
        return False
    texts = [told[1], [*told[0]], *told[0].values()]
    return all(isinstance(each, list) and {*map(type, each)} <= {str} for each in texts)


class Answer(FarFunction):
    """A student's function: it runs behind the wall, and looks from here like any other."""

    def __init__(self, submission: Submission, name: str):
        """Name the function of ``submission``."""
        super().__init__(None, name, name.partition(" ")[0], submission.defined.get(name, []))
        self.submission = submission

    def __call__(self, *args, **kwargs):
        """Call the function behind the wall, in a new child if the last one ended."""
        if self.submission.ends >= ENDS:
            raise ProcessEnded("it ended its process too often")
        if self.submission.process is None:
            self.submission.start_again()
        return self.submission.call(self.far_number, args, kwargs)
