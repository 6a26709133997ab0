"""What a live explorer is made of: a canvas that the kernel draws anew, and work that the kernel
does in slices, so that it answers between two of them."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Sequence
from contextlib import contextmanager
from typing import Any

import ipywidgets
import traitlets

from lrcourse.base import BadInput
from lrcourse.explorers.canvas import Mark
from lrcourse.explorers.widget import Canvas, drawn, layout, scene_marks
from lrcourse.numerals import typeset

AHEAD = 45
"""The kernel draws so many frames more than the browser is known to have shown, and waits: a second
and a half, three times as long as the browser takes to tell."""


class LiveCanvas(Canvas):
    """A canvas that the kernel draws anew. ``panels`` are those of the last background."""

    cross = traitlets.List([0.5, 0.5]).tag(sync=True)
    """Where the learner aims, as parts of the way across the panel and up."""

    spoken = traitlets.Unicode().tag(sync=True)
    """What is read aloud: less often than the words below the picture change."""

    def __init__(self, sizes: Sequence[tuple[float, float]], description: str, aim: float = 0):
        """Make an empty canvas, wide and narrow, in units of 100 page pixels; with ``aim`` one can
        aim at a place in the first panel, and a square shows the part of 1 / ``aim`` around it."""
        self.sizes, self.panels, self.seen, self.told = sizes, (), -AHEAD - 1, None
        super().__init__(
            scene={
                "layouts": [],
                "positions": (1, 1),
                "description": description,
                "marks": [],
                "live": True,
                "aim": aim,
                "frame": 0,
            },
            texts=[""],
        )
        self.on_msg(self._hear)

    def show(
        self,
        marks: Sequence[Mark] = (),
        text: str | None = None,
        aloud: bool = True,
        background: Callable | None = None,
        raster: bytes | None = None,
        window: Sequence[float] | None = None,
    ) -> None:
        """Send the next frame, in one message; what is None stays as it is.

        ``text`` is read out where it is said ``aloud``. ``raster`` is a PNG file that fills the
        first panel, drawn with hard pixels: a map of ``window``, left, right, bottom, top. Where
        another window comes, the picture glides there.
        """
        with self.hold_sync():
            if background is not None:
                self._set_background(background)
            if text is not None:
                self.texts = [typeset(text)]
                self.spoken = typeset(text) if aloud else self.spoken
            if raster is not None:
                self.raster = raster
            marks, numbers = scene_marks(marks, self.panels)
            self.numbers = bytes(numbers)
            frame = {"marks": marks, "frame": self.scene["frame"] + 1}
            self.scene = self.scene | frame | ({} if window is None else {"window": window})

    def _set_background(self, background):
        (self.panels, self.background), (below, self.narrow) = (
            drawn(size, background) for size in self.sizes
        )
        both = zip(self.sizes, (self.panels, below), strict=True)
        self.scene = self.scene | {"layouts": [layout(*each) for each in both]}

    async def looked_at(self) -> None:
        """Wait until the browser keeps up; for ever where nobody looks."""
        while self.scene["frame"] - self.seen > AHEAD:
            self.told = asyncio.Event()
            await self.told.wait()

    def _hear(self, _, message, buffers):
        if "drawn" in message:
            self.seen = max(self.seen, message["drawn"])
            if self.told is not None:
                self.told.set()


def button(words: str, call: Callable[[], None], icon: str) -> ipywidgets.Button:
    """Return a button that calls ``call()``."""
    made = ipywidgets.Button(description=words, icon=icon, layout=ipywidgets.Layout(width="auto"))
    made.on_click(lambda _: call())
    return made


class Work:
    """One piece of work at a time in the kernel's event loop; it ends where it next awaits."""

    def __init__(self, ended: Callable[[str], None]):
        """Call ``ended(sentence)`` when work has ended and no other has begun; the sentence is
        empty unless the work raised, for a task has no cell to show that in."""
        self.ended, self.task = ended, None

    @property
    def running(self) -> bool:
        """Whether there is work that has not come to its end."""
        return self.task is not None and not self.task.done()

    def begin(self, work: Callable[[], Coroutine]) -> None:
        """End what is running, and begin ``work()``. Kernel > Interrupt ends it as well.

        Raises ValueError where no event loop runs.
        """
        self.end()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            raise BadInput("a live explorer needs a notebook: its kernel does the work") from None
        self.task = loop.create_task(self._do(work))
        self.task.add_done_callback(self._done)

    def end(self, *_: Any) -> None:
        """End the work, if there is any."""
        if self.running:
            self.task.cancel()

    async def _do(self, work):
        with on_interrupt(self.end):
            await work()

    def _done(self, task):
        error = None if task.cancelled() else task.exception()
        if task is self.task:
            what = f"It stopped, because of {type(error).__name__}: {error}"
            self.ended("" if error is None else what)


@contextmanager
def on_interrupt(call: Callable):
    """Have an interrupt call ``call``, where a kernel would ignore it: between two cells.

    A cell that runs meanwhile gets its interrupts itself.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, call)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) == call:
            signal.signal(signal.SIGINT, before)
