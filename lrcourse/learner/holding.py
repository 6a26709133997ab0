"""Outputs of cells between a question and its result: they are computed, kept back, and filled in
at their place once there is a bet or the learner asks to be shown without."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from IPython import get_ipython

HELD = (
    "Bet first on the question above, or be shown without: what this cell found then stands here "
    "(if it does not, run the cell again)."
)
ASIDE = re.compile(r"(?<![\w.])(predict|settle|recall|check|hint|progress)\(")
"""Calls that belong to no result: a cell that makes one shows none of the lesson's numbers."""
CALL = re.compile(r'^(predict|settle)\("([\w-]+)"', re.MULTILINE)
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
TELLING = (NameError, SyntaxError, ImportError, KeyboardInterrupt)
"""Errors that say what a cell lacks, and nothing of a result: they are shown at once."""


class Output(NamedTuple):
    """Something that a cell shows, and where in the notebook it will stand."""

    data: dict
    metadata: dict
    place: str


class Held(NamedTuple):
    """The outputs of one cell, and the questions that they wait for."""

    questions: set[str]
    outputs: list[Output]


_open: dict[str, None] = {}
"""Questions that were asked in this kernel and not answered yet: where the notebook is not known,
every cell belongs to them."""
_held: list[Held] = []
_told: list[Callable[[str], bool]] = []
"""Whom to ask of a question, when a cell runs that may show its result, whether that is to wait."""


class Collector(io.TextIOBase):
    """Takes what a cell prints and displays instead of the notebook."""

    def __init__(self, questions: set[str]) -> None:
        """Begin with nothing; what comes waits for ``questions``."""
        self.questions, self.outputs, self.words = questions, [], HELD
        self.streams = sys.stdout, sys.stderr

    def writable(self) -> bool:
        """Whether it can be printed to: always."""
        return True

    def write(self, text: str) -> int:
        """Keep printed text; what is printed in one go stays together."""
        last = self.outputs[-1].data if self.outputs else {}
        if set(last) == {"text/plain"} and self.outputs[-1].metadata == {"printed": True}:
            last["text/plain"] += text
        else:
            place = uuid.uuid4().hex
            self.outputs.append(Output({"text/plain": text}, {"printed": True}, place))
        return len(text)

    def fail(self, kind: type, error: object, lines: list[str]) -> None:
        """Keep the lines of a traceback, unless the error says what the cell lacks."""
        if issubclass(kind, TELLING):
            type(get_ipython())._showtraceback(get_ipython(), kind, error, lines)
        else:
            self.write("\n".join(lines))
            self.words = f"{HELD} It stopped with an error, {kind.__name__}."

    def publish(self, data, metadata=None, *, transient=None, update=False, **_) -> None:
        """Keep what is displayed; filling in what stands in another cell is shown at once."""
        place = (transient or {}).get("display_id")
        if update and place not in {each.place for each in self.outputs}:
            type(get_ipython().display_pub).publish(
                get_ipython().display_pub, data, metadata, transient=transient, update=True
            )
        elif update:
            self.outputs = [
                each._replace(data=data) if each.place == place else each for each in self.outputs
            ]
        else:
            self.outputs.append(Output(data, metadata or {}, place or uuid.uuid4().hex))

    def clear_output(self, wait: bool = False) -> None:
        """Forget what was kept."""
        self.outputs.clear()

    def write_format_data(self, data, metadata=None) -> None:
        """Keep the value that a cell ends with."""
        self.publish(data, metadata)

    def finish_displayhook(self) -> None:
        """Send nothing: the value was kept."""


_collector: list[Collector] = []
"""That of the cell which runs now, if its output is kept back."""


def in_notebook() -> bool:
    """Whether a kernel runs us, which can fill in what stands in a notebook already."""
    return hasattr(get_ipython(), "kernel")


def listen(waits: Callable[[str], bool]) -> None:
    """From now on ask ``waits(id)`` for each question that stands open when a cell runs."""
    if in_notebook() and not _told:
        _told.append(waits)
        get_ipython().events.register("pre_run_cell", _before)
        get_ipython().events.register("post_run_cell", _after)


def ask(id: str) -> None:
    """Count a question as open from here on."""
    _open[id] = None


def release(id: str) -> bool:
    """Show what waited for this question alone, at its place; return whether anything did."""
    _open.pop(id, None)
    for held in _held:
        held.questions.discard(id)
    ready = [held for held in _held if not held.questions]
    _held[:] = [held for held in _held if held.questions]
    for output in [output for held in ready for output in held.outputs]:
        _publish(output if _is_there(output) else output._replace(data=GONE), update=True)
    return bool(ready)


VIEW = "application/vnd.jupyter.widget-view+json"
GONE = {"text/plain": ""}


def _is_there(output: Output) -> bool:
    """Whether an output can still be shown: a bar of progress closes its widget when it is done."""
    view = output.data.get(VIEW)
    return view is None or view["model_id"] in get_ipython().kernel.comm_manager.comms


@contextmanager
def aside() -> Iterator[None]:
    """Show what is displayed within at once: it belongs to no result."""
    kept = [each for each in _collector]
    for each in kept:
        _stop(each)
    try:
        yield
    finally:
        for each in kept:
            _start(each)


def open_at(cell_id: str | None, notebook: Path) -> list[str] | None:
    """Return ``open_in`` of a file, None where it cannot be read."""
    try:
        return open_in(json.loads(notebook.read_bytes())["cells"], cell_id)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def open_in(cells: list[dict], cell_id: str | None) -> list[str] | None:
    """Return the questions to which a cell belongs, in the order of the notebook: those asked above
    it, to the end of the section that settles them (in older copies the second ``predict(id)``
    does); None where no cell has that id."""
    sources = {cell["id"]: (cell["cell_type"], "".join(cell["source"])) for cell in cells}
    asked: dict[str, bool] = {}
    for id, (kind, source) in sources.items():
        if id == cell_id:
            return list(asked)
        if kind == "markdown" and HEADING.search(source):
            asked = {each: settled for each, settled in asked.items() if not settled}
        for call, each in CALL.findall(source):
            asked[each] = call == "settle" or each in asked
    return None


def _before(info) -> None:
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))
    found = open_at(getattr(info, "cell_id", None), notebook)
    found = list(_open) if found is None else found
    if found and not ASIDE.search(info.raw_cell or ""):
        waiting = {id for id in found if _told[0](id)}
        if waiting:
            _start(Collector(waiting))


def _after(result) -> None:
    for collector in list(_collector):
        _stop(collector)
        if collector.outputs:
            _held.append(Held(collector.questions, collector.outputs))
        for number, output in enumerate(collector.outputs):
            words = {"text/plain": ""} if number else said(collector.words)
            _publish(Output(words, {}, output.place), update=False)


def said(words: str) -> dict:
    """Return a sentence as a notebook shows it, which breaks its lines between words."""
    return {"text/plain": words, "text/markdown": words}


KEPT = {
    "display_pub": ("publish", "clear_output"),
    "displayhook": ("write_format_data", "finish_displayhook"),
}
"""What of a shell shows something, in every kernel, a browser's too -> its calls that do it."""


def _start(collector: Collector) -> None:
    _collector.append(collector)
    collector.streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = collector
    shell = get_ipython()
    shell._showtraceback = collector.fail
    for part, calls in KEPT.items():
        vars(getattr(shell, part)).update({call: getattr(collector, call) for call in calls})


def _stop(collector: Collector) -> None:
    _collector.remove(collector)
    sys.stdout, sys.stderr = collector.streams
    shell = get_ipython()
    del shell._showtraceback
    for part, calls in KEPT.items():
        for call in calls:
            del vars(getattr(shell, part))[call]


def _publish(output: Output, update: bool) -> None:
    metadata = {} if output.metadata == {"printed": True} else output.metadata
    show, place = get_ipython().display_pub.publish, {"display_id": output.place}
    show(output.data, metadata, transient=place, update=update)
