"""Explorer: a lens descends on the blur of a photograph."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from lrcourse.base import Array
from lrcourse.colours import GREEN, HAPPENED, OTHERS, THEORY
from lrcourse.explorers.canvas import (
    Frames,
    Goal,
    Mark,
    Photo,
    handle,
    panels,
    rate_slider,
    step_names,
    step_slider,
)
from lrcourse.explorers.descents import descents, what_happens
from lrcourse.explorers.photograph import out_of_focus, town_at_night
from lrcourse.objectives import parabola
from lrcourse.optimizers import gd_step

SHARP, START, STEPS = 6.0, 1.0, 30
"""Where the lens should stand and where it begins, in mm, and for how long it moves."""
IN_FOCUS = 0.25
"""No eye sees a blur of fewer mm."""
RATES = np.round(np.arange(0.05, 2.26, 0.05), 2)
PIXELS_PER_MM = 5.0


class Positions(NamedTuple):
    """Where the lens stands and how blurred that is, ``[rates, steps + 1]``."""

    lens: Array
    blur: Array


def positions(gd_step: Callable) -> Positions:
    """Descend on the blur at every rate."""
    blur = parabola(center=SHARP)
    lens = descents(blur, [START], gd_step, RATES, STEPS)
    return Positions(lens[..., 0], blur.loss(lens))


def background(figure):
    """Leave room for the photograph, and draw the blur against the lens position."""
    view, curve = panels(figure, 1, 1.05)
    view.set(xlim=(0, 1), ylim=(0, 1), title="What the camera sees")
    view.set_axis_off()
    w = np.linspace(-1.5, 13.5, 200)
    curve.plot(w, parabola(center=SHARP).loss(w[:, np.newaxis]), color=OTHERS)
    curve.set(xlim=(-1.5, 13.5), ylim=(-1.5, 28), xlabel="lens position w (mm)")
    curve.set(title="The rate decides how far the lens turns", ylabel="blur = (w − 6)² / 2")
    curve.axvline(SHARP, color=THEORY, ls=":", lw=1.5)
    curve.text(SHARP, 25.5, " sharp", color=THEORY)
    return view, curve


def marks(at: Positions):
    """The viewfinder, green where the picture is sharp, and the way of the lens."""
    count, corners = np.arange(STEPS + 1)[np.newaxis], _corners(0.1)
    sharp = _in_focus(at)
    path = at.lens[:, np.newaxis], at.blur[:, np.newaxis]
    here = at.lens[..., np.newaxis], at.blur[..., np.newaxis]
    return (
        Mark(0, *corners, "white", width=2, shown=np.where(sharp, 0, len(corners[0]))),
        Mark(0, *corners, GREEN, width=6, shown=np.where(sharp, len(corners[0]), 0)),
        Mark(0, 0.5, 0.05, GREEN, line="", label=np.where(sharp, "in focus", ""), place="above"),
        Mark(1, *path, HAPPENED, width=1.5, marker="o", size=6, shown=count + 1, leaves=True),
        Mark(1, *here, HAPPENED, line="", marker="o", size=9, place="above",
             label=step_names(count[0])),
        handle(1, path[0][..., 1:2], path[1][..., 1:2], (0,), "step 1 lands"),
    )  # fmt: skip


def _in_focus(at):
    return np.abs(at.lens - SHARP) < IN_FOCUS


def _corners(length):
    """Return the four brackets of a viewfinder as one line with gaps."""
    x = np.array([0.08, 0.08, 0.08 + length, np.nan])
    y = np.array([0.08 + length, 0.08, 0.08, np.nan])
    return np.r_[x, 1 - x, 1 - x, x], np.r_[y, y, 1 - y, 1 - y]


def words(at: Positions):
    """Say what the descent does, and how far off the lens stands."""
    texts = np.empty(at.lens.shape, dtype=object)
    for (i, k), lens in np.ndenumerate(at.lens):
        offset = lens - SHARP
        side = "past" if offset > 0 else "short of"
        place = "at" if abs(offset) < 0.005 else f"{abs(offset):.3g} mm {side}"
        texts[i, k] = (
            f"Learning rate {RATES[i]:.2f}: {what_happens(at.lens[i] - SHARP)}. "
            f"At step {k} the lens stands {place} the sharp point."
        )
    return texts


def focus_the_camera(gd_step: Callable = gd_step) -> Frames:
    """A lens that descends on the blur: sliders for the rate and the step.

    ``gd_step(w, grad, lr)`` moves the lens, so your own can drive it.
    """
    at = positions(gd_step)
    return Frames(
        size=(7.8, 3.7),
        background=background,
        sliders=(rate_slider(RATES, 0.1), step_slider(range(STEPS + 1), 5)),
        marks=marks(at),
        texts=words(at),
        description="Left, a town at night through a camera, more or less in focus. Right, the "
        "blur against the position of the lens, and the steps the lens has taken.",
        photo=_photo(at.lens),
        goal=Goal("sharp after one step", _in_focus(at) & (np.arange(STEPS + 1) == 1)),
        narrow=(4.2, 7.6),
    )


def _photo(lens):
    radii, images = _town_in_and_out_of_focus()
    level = np.interp(PIXELS_PER_MM * np.abs(lens - SHARP), radii, np.arange(len(radii)))
    return Photo(0, images, level)


@cache
def _town_in_and_out_of_focus():
    radii = np.array([0, 1, 2, 3, 4.5, 6, 8, 10, 12.5, 15, 18, 21, 25, 30, 36])
    return radii, out_of_focus(town_at_night(), radii)
