"""The live explorer of the edge of stability, lesson 13: a descent whose rate is moved in mid-run.
It needs a kernel."""

from __future__ import annotations

import asyncio
from time import perf_counter

import ipywidgets
import numpy as np

from lrcourse.base import Array, BadInput, Objective
from lrcourse.colours import GREY, HAPPENED, LIMIT, LOSS
from lrcourse.explorers.canvas import Mark, rate_slider
from lrcourse.explorers.live import LiveCanvas, Work, button
from lrcourse.explorers.measured_descent import EVERY, POINTS, Descent, verdict, wavy_network
from lrcourse.explorers.widget import slider_widget

FRAME = 1 / 40
"""Seconds from one frame to the next, at least."""
SPEEDS = {"slow": 1, "normal": 2, "fast": 8}
"""Measurements in a frame."""
RECENT = 15
"""A verdict is about the median of so many measurements: at the edge single ones swing."""
PATIENCE = 60
"""Frames from one sentence that is read aloud to the next verdict, and a tenth of those to the next
without a new one: the words below the picture keep up with it."""
RATES = np.geomspace(0.05, 1, 53)


class EdgeOfStability(ipywidgets.VBox):
    """The widget that ``edge_of_stability`` returns."""

    def __init__(self, objective: Objective, w: Array, rate: float):
        """Stand at ``w``; nothing runs yet."""
        self.begin_at = objective, w
        self.lr = slider_widget(rate_slider(RATES, rate), 7.8)
        self.speed = ipywidgets.Dropdown(
            options=list(SPEEDS), value="slow", description="speed", layout={"width": "13em"}
        )
        self.run = button("Start", self.start_or_pause, "play")
        self.anew = button("Begin anew", self.begin_anew, "undo")
        self.canvas = LiveCanvas(
            ((7.8, 4.9), (4.4, 5.6)),
            "Above, the loss by step on a logarithmic axis. Below, the sharpness by step, and the "
            "line 2/lr, which moves with the slider.",
        )
        self.work = Work(self._ended)
        self.lr.observe(self._rate_moved, "index")
        self.canvas.observe(lambda change: self.work.end(), "comm")
        row = ipywidgets.HBox([self.run, self.anew, self.speed])
        row.layout.flex_flow = "row wrap"
        super().__init__([self.lr, row, self.canvas])
        self.begin_anew()

    @property
    def rate(self) -> float:
        """The rate that the slider shows."""
        return float(RATES[self.lr.index])

    def start_or_pause(self) -> None:
        """Start to descend, go on, or pause."""
        if self.work.running:
            self.work.end()
        elif not self.descent.diverged:
            self.work.begin(self._descend)
            self.run.description, self.run.icon = "Pause", "pause"

    def begin_anew(self) -> None:
        """Go back to the first weights, and wait there."""
        self.work.end()
        self.descent = Descent(*self.begin_at)
        self.canvas.show(
            _edge_marks(self.descent, self.rate),
            self._sentence(),
            background=lambda figure: _edge_background(figure, self.descent.first_loss),
        )

    async def _descend(self):
        said, stood = None, PATIENCE
        while not self.descent.diverged:
            due = perf_counter() + FRAME
            for _ in range(SPEEDS[self.speed.value]):
                self.descent.advance(self.rate)
                if perf_counter() > due or self.descent.diverged:
                    break
            stood += 1
            found = self._verdict(), self.rate
            if stood > (PATIENCE if found != said else 10 * PATIENCE):
                said, stood = found, 0
            self._draw(self._sentence(), aloud=stood == 0)
            await asyncio.sleep(max(due - perf_counter(), 0.002))
            await self.canvas.looked_at()

    def _ended(self, sentence):
        self.run.description, self.run.icon = "Start", "play"
        self._draw(sentence or self._sentence())

    def _rate_moved(self, _):
        if not self.work.running:
            self._draw(self._sentence())

    def _draw(self, text, aloud=True):
        self.canvas.show(_edge_marks(self.descent, self.rate), text, aloud)

    def _verdict(self):
        return verdict([self.rate * row[3] for row in list(self.descent.rows)[-RECENT:]])

    def _sentence(self):
        descent, line = (
            self.descent,
            f"learning rate {self.rate:.3g}, so the line 2/lr is at {2 / self.rate:.3g}",
        )
        if not descent.rows:
            return f"At the start, {line}. Start begins the descent; move the rate while it runs."
        if descent.diverged:
            return (
                f"Step {descent.step}, {line}: the loss has left the scale. "
                "Lower the rate, then begin anew."
            )
        _, _, loss, steepest, _ = descent.rows[-1]
        return (
            f"Step {descent.step}, {line}. Sharpness {steepest:.3g} is {self._verdict()}. "
            f"Loss {loss:.2g}."
        )


def edge_of_stability(
    objective: Objective | None = None, w: Array | None = None, rate: float = 0.2
) -> EdgeOfStability:
    """A descent in which the rate can be moved in mid-run: its loss, and its sharpness beside 2/lr.

    Without an ``objective`` and its start ``w``, [P], a tanh network with 673 parameters learns a
    curve from 40 points by squared loss, on all of them at each step. Raises ValueError for a
    ``rate`` beyond the slider, and for one of ``objective`` and ``w`` without the other.
    """
    if (objective is None) != (w is None):
        raise BadInput("give both, objective and w, the weights it starts from, or neither")
    if not RATES[0] <= rate <= RATES[-1]:
        raise BadInput(f"rate goes from {RATES[0]:g} to {RATES[-1]:g} here, got {rate}")
    if objective is None:
        objective, w = wavy_network()
    if np.ndim(w) != 1:
        raise BadInput(f"w must be the weights of one run, [P], got shape {np.shape(w)}")
    return EdgeOfStability(objective, w, rate)


SPAN = EVERY * POINTS
"""Steps from the left edge of the picture to the right one."""
TICK = 1_000


def _edge_background(figure, first_loss):
    grid = figure.add_gridspec(3, 1, height_ratios=(1, 1.35, 0.13))
    loss, steep, strip = (figure.add_subplot(grid[k]) for k in range(3))
    for panel in (loss, steep):
        panel.set(yscale="log", xlim=(0, SPAN), xticks=[])
    loss.set(ylim=(first_loss / 400, 200 * first_loss), ylabel="loss", title="The loss")
    steep.set(ylim=(1, 60), ylabel="sharpness", title="Sharpness climbs to the line, and hovers")
    steep.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
    steep.minorticks_off()
    loss.minorticks_off()
    strip.set(xlim=(0, SPAN), ylim=(0, 1))
    strip.set_axis_off()
    strip.text(SPAN, 0.1, "step", ha="right", va="bottom")
    return loss, steep, strip


def _edge_marks(descent, rate):
    rows = np.array(descent.rows).reshape(-1, 5)
    left = max(0, descent.step - 0.94 * SPAN)
    x = rows[:, 0] - left
    return [*_tick_marks(left), *_curves(x, rows, rate), *_words_in_the_picture(rows, rate)]


def _tick_marks(left):
    """Return the steps that move by, as upright lines and as numbers below them."""
    ticks = np.arange(np.ceil(left / TICK) * TICK, left + 0.94 * SPAN, TICK)
    upright = np.repeat(ticks - left, 3), np.tile([1e-9, 1e9, np.nan], len(ticks))
    for panel in (0, 1):
        yield Mark(panel, *upright, "#E2E2E2", width=1)
    for tick in ticks:
        yield Mark(2, [tick - left], [0.1], GREY, line="", label=f"{tick:g}", place="above")


def _curves(x, rows, rate):
    _, low, high, steepest, lr = rows.T
    line_x, line = np.append(x, x[-1:] if len(x) else 0), np.append(2 / lr, 2 / rate)
    yield Mark(0, np.repeat(x, 2), np.stack([low, high], -1).ravel(), LOSS, width=1.6)
    yield Mark(1, np.append(np.repeat(line_x, 2)[1:], SPAN), np.repeat(line, 2), LIMIT, line="--")
    yield Mark(1, x, steepest, HAPPENED)
    if len(x):
        yield Mark(1, x[-1:], steepest[-1:], HAPPENED, line="", marker="o", size=8)
        yield Mark(0, x[-1:], high[-1:], LOSS, line="", marker="o", size=8)


def _words_in_the_picture(rows, rate):
    here = f"{rows[-1, 3]:.3g}" if len(rows) else ""
    yield Mark(1, [0.03 * SPAN], [1.8], HAPPENED, line="", label=f"sharpness {here}")
    yield Mark(1, [0.03 * SPAN], [1.2], LIMIT, line="", label=f"dashed: 2/lr = {2 / rate:.3g}")
