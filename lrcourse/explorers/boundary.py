"""The live explorer of the boundary of trainability: a map of two rates, zoomed without end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from math import ceil

import ipywidgets
import numpy as np
from matplotlib.ticker import MaxNLocator

from lrcourse.base import Array
from lrcourse.explorers.boundary_colours import as_png, palette, shades
from lrcourse.explorers.live import LiveCanvas, Work, button
from lrcourse.numerals import typeset
from lrcourse.regimes import BLOWS_UP
from lrcourse.trainability import WINDOW, tiles

PIXELS = 256
TILE = 32
ZOOM = 8
NARROWEST = 1e-9
"""In powers of ten: rates have 16 digits, and 256 pixels need a few of them."""


def zoomed(window: Sequence[float], cross: Sequence[float]) -> tuple[float, ...]:
    """Return the window eight times as narrow around a cross, at parts of the way across and up.

    >>> zoomed((0.0, 8.0, 0.0, 8.0), cross=(0.5, 0.25))
    (3.5, 4.5, 1.5, 2.5)
    """
    left, right, bottom, top = window
    x, y = _at_cross(window, cross)
    half = np.array([right - left, top - bottom]) / ZOOM / 2
    return tuple(map(float, (x - half[0], x + half[0], y - half[1], y + half[1])))


def _at_cross(window, cross):
    left, right, bottom, top = window
    return left + cross[0] * (right - left), bottom + cross[1] * (top - bottom)


def seen_before(values: Array, window: Sequence[float], new: Sequence[float]) -> Array:
    """Return what a map of ``window`` already shows of the ``new`` one, NaN beyond its edges."""
    pixels = len(values)
    parts = (np.arange(pixels) + 0.5) / pixels
    inside = np.full(values.shape, np.nan)
    rows, columns = (
        np.floor((low + (high - low) * parts - start) / (end - start) * pixels).astype(int)
        for low, high, start, end in ((*new[2:], *window[2:]), (*new[:2], *window[:2]))
    )
    good_rows, good_columns = ((at >= 0) & (at < pixels) for at in (rows, columns))
    inside[np.ix_(good_rows, good_columns)] = values[np.ix_(rows[good_rows], columns[good_columns])]
    return inside


class TrainabilityBoundary(ipywidgets.VBox):
    """The widget that ``trainability_boundary`` returns."""

    def __init__(self, window: Sequence[float], pixels: int):
        """Show an empty map; computing begins when a browser has drawn it."""
        self.outer, self.pixels = [], pixels
        self.back_button = button("Back", self.back, "arrow-left")
        self.stop_button = button("Stop", self.stop, "stop")
        self.progress = ipywidgets.IntProgress(max=ceil(pixels / TILE) ** 2, description="computed")
        self.canvas = LiveCanvas(
            ((6.85, 5.7), (4.4, 3.25)),
            "A map of two learning rates, the first layer's across and the second's upwards: runs "
            "that came down in blue, runs that blew up in orange. Arrow keys move a cross, with "
            "Shift by one pixel, Enter zooms in on it, Backspace goes back, Escape stops.",
            aim=ZOOM,
        )
        self.work = Work(self._ended)
        self.canvas.on_msg(self._hear)
        self.canvas.observe(lambda change: self._draw(self._sentence()), "cross")
        self.canvas.observe(lambda change: self.work.end(), "comm")
        self.levels = ipywidgets.HBox()
        row = ipywidgets.HBox([self.back_button, self.stop_button, self.progress, self.levels])
        row.layout.flex_flow = "row wrap"
        super().__init__([row, self.canvas])
        self._look_at(tuple(map(float, window)), np.full((pixels, pixels), np.nan))

    def zoom(self) -> None:
        """Look at the square around the cross, eight times as close."""
        window = zoomed(self.window, self.canvas.cross)
        if window[1] - window[0] < NARROWEST:
            self._draw("This is as close as it gets: soon the digits of a rate would not suffice.")
            return
        self.outer.append((self.window, self.values, self.progress.value))
        self._look_at(window, seen_before(self.values, self.window, window))
        self.compute()

    def back(self, levels: int = 1) -> None:
        """Look at the window before the last zoom again, or before so many."""
        if self.outer:
            *outer, self.progress.value = self.outer[-levels]
            del self.outer[-levels:]
            self._look_at(*outer)
            if self.progress.value < self.progress.max:
                self.compute()

    def stop(self) -> None:
        """Leave the map as far as it is."""
        self.work.end()

    def compute(self) -> None:
        """Compute the map, beginning anew."""
        self.stop_button.disabled, self.progress.value = False, 0
        self.work.begin(self._compute)

    async def _compute(self):
        values = self.values
        for place, part in tiles(self.window, self.pixels, TILE):
            values[place] = part
            self.progress.value += 1
            self._draw()
            await asyncio.sleep(0.001)

    def _ended(self, sentence):
        self.stop_button.disabled = True
        self._draw(sentence or self._sentence())

    def _look_at(self, window, values):
        self.work.end()
        self.window, self.values = window, values
        self.back_button.disabled = not self.outer
        self.levels.children = [self._level(out) for out in range(len(self.outer), 0, -1)]
        self.canvas.cross = [0.5, 0.5]
        self._draw(self._sentence(), background=lambda figure: _map_background(figure, window))

    def _level(self, out):
        """Return the button that leads ``out`` zooms back."""
        close = ZOOM ** (len(self.outer) - out)
        words = f"{close:,} times" if close > 1 else "all"
        return button(words, partial(self.back, out), "angle-right")

    def _draw(self, text=None, background=None):
        raster = as_png(shades(self.values))
        self.canvas.show((), text, background=background, raster=raster, window=self.window)

    def _hear(self, _, message, buffers):
        orders = {"zoom": self.zoom, "back": self.back, "stop": self.stop}
        if "order" in message:
            orders[message["order"]]()
        elif self.work.task is None:
            self.compute()

    def _sentence(self):
        cross = self.canvas.cross
        row, column = (min(int(part * self.pixels), self.pixels - 1) for part in cross[::-1])
        value = self.values[row, column]
        fate = (
            "not computed yet"
            if np.isnan(value)
            else f"it {BLOWS_UP}"
            if value > 0
            else "it comes down"
        )
        left, right, bottom, top = (_digits(edge, self.window) for edge in self.window)
        first, second = (10**power for power in _at_cross(self.window, cross))
        close = f", {ZOOM ** len(self.outer):,} times as close" if self.outer else ""
        return (
            f"log10 of the rates: first layer {left} to {right}, second {bottom} to {top}{close}. "
            f"At the cross, rates {first:.4g} and {second:.4g}: {fate}."
        )


def _digits(power, window):
    """Write a power of ten with the digits that tell it from the others in the window."""
    digits = max(1, ceil(1.2 - np.log10(window[1] - window[0])))
    return typeset(f"{power:.{digits}f}")


def _map_background(figure, window):
    figure.set_layout_engine("none")  # every window in the same place, whatever its tick labels
    width, height = figure.get_size_inches()
    side = width - 2.1
    panel, key = (
        figure.add_axes((left / width, 0.56 / height, across / width, side / height))
        for left, across in ((0.72, side), (side + 0.85, 0.2))
    )
    left, right, bottom, top = window
    panel.set(xlim=(left, right), ylim=(bottom, top))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(MaxNLocator(4))
        axis.set_major_formatter(lambda power, _: _digits(power, window))
    panel.tick_params(axis="y", rotation=90)
    panel.set(xlabel="log10 of the first layer’s rate", ylabel="log10 of the second layer’s rate")
    panel.set(title=f"Click to look {ZOOM} times as close")
    key.imshow(palette()[:, np.newaxis], aspect="auto", origin="lower")
    key.set(xticks=[])
    key.yaxis.tick_right()
    key.set_yticks(
        [4, 110, 145, 250], ["comes down\nat once", "late", "late", f"{BLOWS_UP}\nat once"]
    )
    return (panel,)


def trainability_boundary(
    window: Sequence[float] = WINDOW, pixels: int = PIXELS
) -> TrainabilityBoundary:
    """A map of two rates: where a tiny network comes down, and where it blows up. Click to zoom.

    ``window`` is left, right, bottom, top in powers of ten; the map has ``pixels`` times
    ``pixels`` runs. Raises ValueError for a window or a number of pixels that make no map.
    """
    next(tiles(window, pixels, 1, steps=1))
    return TrainabilityBoundary(window, pixels)
