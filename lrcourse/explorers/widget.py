"""An explorer alive in the browser: a canvas that looks frames up, with or without a kernel."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure
from PIL import Image

from lrcourse.base import BadInput
from lrcourse.colours import STYLE
from lrcourse.explorers.canvas import Frames, Mark, Slider
from lrcourse.numerals import typeset

MAX_POSITIONS = 2_500
MAX_BYTES = 2_000_000
"""An explorer travels inside its notebook: above this the page gets slow to open and to save."""
SHARPNESS = 2
"""Background pixels per page pixel: screens of double density are common."""
FAR = 1e3
"""A point further off than so many panels is drawn here: off the picture all the same."""
NO_GROUND = {"axes.facecolor": "none", "savefig.facecolor": "none"}
DASHES = {"-": [], "--": [7, 4], ":": [2, 3], "": None}
SCRIPTS = ("canvas.js", "controls.js", "handles.js", "drawing.js", "aim.js")


class Canvas(anywidget.AnyWidget):
    """A background, and over it the marks of frame (``first``, ``second``)."""

    _esm = "\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in SCRIPTS)
    scene = traitlets.Dict().tag(sync=True)
    background = traitlets.Bytes().tag(sync=True)
    narrow = traitlets.Bytes().tag(sync=True)
    photo = traitlets.Bytes().tag(sync=True)
    raster = traitlets.Bytes().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    texts = traitlets.List().tag(sync=True)
    first = traitlets.Int().tag(sync=True)
    second = traitlets.Int().tag(sync=True)
    reached = traitlets.Bool().tag(sync=True)
    """Whether the goal has been reached; the browser says so."""


def explore(frames: Frames) -> Canvas:
    """Put ``frames`` under sliders; the browser moves them, with or without a kernel.

    Raises ValueError where there are more than 2,500 positions or 2 MB of them.
    """
    if np.size(frames.texts) > MAX_POSITIONS:
        raise BadInput(
            f"an explorer has at most {MAX_POSITIONS} positions, got {np.size(frames.texts)}: "
            "use fewer values on a slider"
        )
    canvas = _canvas(frames)
    pictures = len(canvas.background) + len(canvas.narrow) + len(canvas.photo)
    if (weight := pictures + len(canvas.numbers)) > MAX_BYTES:
        raise BadInput(
            f"an explorer weighs at most {MAX_BYTES / 1e6:g} MB, got {weight / 1e6:.1f}: "
            "use fewer points in a mark"
        )
    if frames.goal:
        canvas.observe(lambda change: _remember(frames.goal.words), "reached")
    return canvas


def _remember(goal):
    """Keep in the learner's progress that a goal was reached; without a folder, quietly nothing."""
    from lrcourse.progress_store import record  # no answer in a sandbox needs it: it is not there

    record({"kind": "goal", "goal": goal})


def _canvas(frames):
    panels, background = drawn(frames.size, frames.background)
    below, narrow = drawn(frames.narrow, frames.background)
    marks, numbers = scene_marks(frames.marks, panels)
    scene = {
        "layouts": [layout(frames.size, panels), layout(frames.narrow, below)],
        "positions": np.shape(frames.texts),
        "description": frames.description,
        "sliders": [_scene_slider(slider, panels) for slider in frames.sliders],
        "marks": marks,
        "kept": frames.kept,
        "photo": frames.photo and _scene_photo(frames.photo, numbers),
        "goal": frames.goal and _scene_goal(frames.goal, numbers),
    }
    return Canvas(
        scene=scene,
        background=background,
        narrow=narrow,
        photo=_jpeg(frames.photo.images) if frames.photo else b"",
        numbers=bytes(numbers),
        texts=[typeset(text) for text in np.ravel(frames.texts)],
        first=frames.sliders[0].start,
        second=frames.sliders[1].start if len(frames.sliders) > 1 else 0,
    )


def drawn(size: tuple[float, float], background: Callable) -> tuple[Sequence[Any], bytes]:
    """Draw what stands still: the panels, and the whole as a PNG file without a ground."""
    with plt.style.context([STYLE, NO_GROUND]):
        figure = Figure(figsize=size, dpi=100 * SHARPNESS, facecolor="none")
        panels = background(figure)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi="figure")
    return panels, file.getvalue()


def layout(size: tuple[float, float], panels: Sequence[Any]) -> dict:
    """Return what a canvas has to know of a background: its size and its panels' places."""
    return {"width": 100 * size[0], "height": 100 * size[1], "boxes": [box(p) for p in panels]}


def box(panel: Any) -> list[float]:
    """Return left, top, width and height of the panel in page pixels."""
    edges = panel.bbox
    top = panel.figure.bbox.height - edges.y1
    return [value / SHARPNESS for value in (edges.x0, top, edges.width, edges.height)]


def scene_marks(marks: Sequence[Mark], panels: Sequence[Any]) -> tuple[list[dict], bytearray]:
    """Return what a canvas has to know of ``marks``, and their numbers as parts of the panel."""
    numbers = bytearray()
    return [_scene_mark(mark, panels[mark.panel], numbers) for mark in marks], numbers


def _scene_mark(mark, panel, numbers):
    looks = ("panel", "colour", "width", "marker", "size", "place", "fill", "leaves", "moves")
    x, y = _parts(panel, mark)
    labels = np.atleast_2d(mark.label)
    return {look: getattr(mark, look) for look in looks} | {
        "x": _store(x, numbers),
        "y": _store(y, numbers),
        "shown": _store(mark.count(), numbers),
        "dash": DASHES[mark.line],
        "labels": {"shape": labels.shape, "values": [typeset(label) for label in labels.ravel()]},
    }


def _parts(panel, mark):
    """Return the mark's points as parts of the way across the panel and down."""
    x, y = mark.points()
    across, up = _to_panel(panel, x, 0), _to_panel(panel, y, 1)
    return tuple(np.clip(part, -FAR, FAR) for part in (across, 1 - up))


def _to_panel(panel, values, axis):
    points = np.ones((values.size, 2))
    points[:, axis] = values.ravel()
    to_panel = panel.transData + panel.transAxes.inverted()
    return to_panel.transform(points)[:, axis].reshape(values.shape)


def _scene_slider(slider, panels):
    ends = None
    if slider.axis is not None:
        values = np.asarray(slider.values, float)[[0, -1]]
        ends = _to_panel(panels[slider.axis], values, 0).tolist()
    looks = ("title", "start", "axis", "names", "plays")
    return {look: getattr(slider, look) for look in looks} | {
        "labels": [typeset(label) for label in slider.labels],
        "ends": ends,
    }


def _scene_photo(photo, numbers):
    level = np.atleast_2d(photo.level)
    return {"panel": photo.panel, "levels": len(photo.images), "level": _store(level, numbers)}


def _scene_goal(goal, numbers):
    return {"words": goal.words, "reached": _store(np.atleast_2d(goal.reached), numbers)}


def _store(values, numbers):
    """Append ``values`` to ``numbers`` as float32 and say where they are and in which shape."""
    values = np.asarray(values, dtype=np.float32)
    place = {"from": len(numbers) // values.itemsize, "shape": values.shape}
    numbers += values.tobytes()
    return place


def _jpeg(images):
    """Return all images below each other as one JPEG file."""
    file = io.BytesIO()
    Image.fromarray(images.reshape(-1, *images.shape[2:])).save(file, "JPEG", quality=88)
    return file.getvalue()


def slider_widget(slider: Slider, width: float) -> ipywidgets.SelectionSlider:
    """Return a slider for a live explorer, whose kernel answers, above a canvas of that width."""
    return ipywidgets.SelectionSlider(
        options=list(slider.labels),
        index=slider.start,
        description=slider.title,
        layout=ipywidgets.Layout(width="auto"),
        style={"description_width": "initial"},
    )
