"""What an explorer is made of (sliders, marks, frames) and the two ways to look at it: alive under
sliders on a canvas in the browser, or still, as a figure."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from PIL import Image

from lrcourse.base import Array, BadInput
from lrcourse.colours import STYLE

MAX_POSITIONS = 2_500
MAX_BYTES = 2_000_000
"""An explorer travels inside its notebook: above this the page gets slow to open and to save."""
SHARPNESS = 2
"""Background pixels per page pixel: screens of double density are common."""
FAR = 1e5
"""A point further off than this, in pixels, is drawn here: off the picture all the same."""
DASHES = {"-": [], "--": [7, 4], ":": [2, 3], "": None}


class Slider(NamedTuple):
    """A row of positions: ``name`` is the keyword that ``picture`` knows it by."""

    name: str
    title: str
    values: Sequence[float]
    labels: Sequence[str]
    start: int


def rate_slider(values: Array, start: float, labels: Sequence[str] | None = None) -> Slider:
    """Make a slider of learning rates that starts at the one nearest to ``start``."""
    labels = labels or [f"{lr:.3g}" for lr in values]
    return Slider("lr", "learning rate", values, labels, int(np.abs(values - start).argmin()))


def step_slider(steps: Sequence[int], start: int) -> Slider:
    """Make a slider of steps; let it start where the rate already makes a difference."""
    return Slider("step", "step", steps, [str(step) for step in steps], list(steps).index(start))


class Mark(NamedTuple):
    """Something that moves: a line with markers through the points (``x``, ``y``) of ``panel``.

    ``x`` and ``y`` broadcast to [first slider, second slider, points], NaN leaves a gap, and only
    the first ``shown`` points are drawn. ``label`` stands beside or above the last of them that
    is in the panel. ``shown`` and ``label`` are one value or broadcast to [first, second].
    """

    panel: int
    x: Any
    y: Any
    colour: str
    line: str = "-"
    width: float = 2.0
    marker: str = ""
    size: float = 7.0
    label: Any = ""
    place: str = "beside"
    shown: Any = None


class Photo(NamedTuple):
    """Images of one thing, ``[levels, height, width, 3]`` bytes, which fill ``panel``; ``level``,
    [first slider, second slider], says which one to show, and 1.5 is half-way between two."""

    panel: int
    images: Array
    level: Array


class Frames(NamedTuple):
    """Every position of an explorer, computed: ``explore`` and ``picture`` only look things up."""

    size: tuple[float, float]
    """Width and height in units of 100 page pixels."""
    background: Callable[[Figure], Sequence[Any]]
    """Draws what stands still and returns the panels (matplotlib axes) that marks refer to."""
    sliders: tuple[Slider, ...]
    marks: tuple[Mark, ...]
    texts: Array
    """What each frame shows, in words, [first slider, second slider]."""
    description: str
    """What the picture is, for someone who cannot see it."""
    photo: Photo | None = None


class Canvas(anywidget.AnyWidget):
    """A background, and over it the marks of frame (``first``, ``second``)."""

    _esm = Path(__file__).with_name("canvas.js")
    scene = traitlets.Dict().tag(sync=True)
    background = traitlets.Bytes().tag(sync=True)
    photo = traitlets.Bytes().tag(sync=True)
    raster = traitlets.Bytes().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    texts = traitlets.List().tag(sync=True)
    first = traitlets.Int().tag(sync=True)
    second = traitlets.Int().tag(sync=True)


def explore(frames: Frames) -> ipywidgets.VBox:
    """Put ``frames`` under sliders; the browser moves them, with or without a kernel.

    Raises ValueError where there are more than 2,500 positions or 2 MB of them.
    """
    if np.size(frames.texts) > MAX_POSITIONS:
        raise BadInput(
            f"an explorer has at most {MAX_POSITIONS} positions, got {np.size(frames.texts)}: "
            "use fewer values on a slider"
        )
    canvas = _canvas(frames)
    weight = len(canvas.background) + len(canvas.photo) + len(canvas.numbers)
    if weight > MAX_BYTES:
        raise BadInput(
            f"an explorer weighs at most {MAX_BYTES / 1e6:g} MB, got {weight / 1e6:.1f}: "
            "use fewer points in a mark"
        )
    sliders = [slider_widget(slider, frames.size[0]) for slider in frames.sliders]
    for slider, trait in zip(sliders, ("first", "second"), strict=False):
        ipywidgets.jsdlink((slider, "index"), (canvas, trait))
    return ipywidgets.VBox([*sliders, canvas])


def slider_widget(slider: Slider, width: float) -> ipywidgets.SelectionSlider:
    """Return the slider that a browser shows above a canvas of that width, in 100 page pixels."""
    return ipywidgets.SelectionSlider(
        options=list(slider.labels),
        index=slider.start,
        description=slider.title,
        layout=ipywidgets.Layout(width="auto", max_width=f"{100 * width:.0f}px"),
        style={"description_width": "7em"},
    )


def drawn(size: tuple[float, float], background: Callable) -> tuple[Sequence[Any], bytes]:
    """Draw what stands still: the panels, and the whole as a PNG file."""
    with plt.style.context(STYLE):
        figure = Figure(figsize=size, dpi=100 * SHARPNESS)
        panels = background(figure)
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi="figure")
    return panels, file.getvalue()


def scene_marks(marks: Sequence[Mark], panels: Sequence[Any]) -> tuple[list[dict], bytearray]:
    """Return what a canvas has to know of ``marks``, and their numbers in page pixels."""
    numbers = bytearray()
    return [_scene_mark(mark, panels[mark.panel], numbers) for mark in marks], numbers


def _canvas(frames):
    panels, background = drawn(frames.size, frames.background)
    marks, numbers = scene_marks(frames.marks, panels)
    scene = {
        "width": 100 * frames.size[0],
        "height": 100 * frames.size[1],
        "positions": np.shape(frames.texts),
        "description": frames.description,
        "marks": marks,
    }
    photo = b""
    if frames.photo:
        photo = _jpeg(frames.photo.images)
        scene["photo"] = {
            "levels": len(frames.photo.images),
            "level": _store(frames.photo.level, numbers),
            "box": box(panels[frames.photo.panel]),
        }
    return Canvas(
        scene=scene,
        background=background,
        photo=photo,
        numbers=bytes(numbers),
        texts=np.ravel(frames.texts).tolist(),
        first=frames.sliders[0].start,
        second=frames.sliders[1].start if len(frames.sliders) > 1 else 0,
    )


def _scene_mark(mark, panel, numbers):
    x, y = _pixels(panel, mark)
    labels = np.atleast_2d(mark.label)
    return {
        "x": _store(x, numbers),
        "y": _store(y, numbers),
        "shown": _store(np.atleast_2d(_shown(mark)), numbers),
        "box": box(panel),
        "colour": mark.colour,
        "dash": DASHES[mark.line],
        "width": mark.width,
        "marker": mark.marker,
        "size": mark.size,
        "place": mark.place,
        "labels": {"shape": labels.shape, "values": labels.ravel().tolist()},
    }


def _points(mark):
    """Return the mark's ``x`` and ``y`` as [first, second, points]; axes of 1 stay as they are."""
    x, y = (np.array(value, dtype=float, ndmin=3) for value in (mark.x, mark.y))
    points = max(x.shape[-1], y.shape[-1])
    return tuple(np.broadcast_to(value, (*value.shape[:2], points)) for value in (x, y))


def _shown(mark):
    return _points(mark)[0].shape[-1] if mark.shown is None else mark.shown


def _pixels(panel, mark):
    """Return the mark's points in page pixels from the top left corner."""
    x, y = _points(mark)
    top = panel.figure.bbox.height - _to_figure(panel, y, 1)
    return tuple(np.clip(v / SHARPNESS, -FAR, FAR) for v in (_to_figure(panel, x, 0), top))


def _to_figure(panel, values, axis):
    points = np.ones((values.size, 2))
    points[:, axis] = values.ravel()
    return panel.transData.transform(points)[:, axis].reshape(values.shape)


def box(panel: Any) -> list[float]:
    """Return left, top, width and height of the panel in page pixels."""
    edges = panel.bbox
    top = panel.figure.bbox.height - edges.y1
    return [value / SHARPNESS for value in (edges.x0, top, edges.width, edges.height)]


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


def picture(frames: Frames, **position: float) -> None:
    """Draw one frame of an explorer as a figure, from the same numbers, and print what it shows.

    ``position`` names sliders by their keyword, as in ``picture(frames, lr=0.3, step=4)``: the
    nearest position is drawn; a slider that is not named stands where it starts. Raises
    ValueError for a slider that is not there, and for a value beyond its ends.
    """
    index = _index(frames, position)
    # Before the style: a notebook's first figure switches rcParams to interactive, for good.
    figure = plt.figure(figsize=frames.size, layout="constrained", facecolor="white")
    with plt.style.context(STYLE):
        panels = frames.background(figure)
        for panel in panels:
            panel.set(xlim=panel.get_xlim(), ylim=panel.get_ylim())
        if frames.photo:
            level = _at(frames.photo.level, index)
            panel = panels[frames.photo.panel]
            panel.imshow(_between(frames.photo.images, level), aspect="auto", extent=panel.axis())
        for mark in frames.marks:
            _draw_mark(panels[mark.panel], mark, index)
    print(np.atleast_2d(frames.texts)[index])


def _index(frames, position):
    """Return the index (first, second) of the frame nearest to ``position``."""
    names = [slider.name for slider in frames.sliders]
    for name in position:
        if name not in names:
            raise BadInput(f"the sliders here are {' and '.join(names)}, got {name}")
    index = [
        _nearest(s, position[s.name]) if s.name in position else s.start for s in frames.sliders
    ]
    return tuple(index) if len(index) == 2 else (index[0], 0)


def _nearest(slider, value):
    values = np.asarray(slider.values, dtype=float)
    if not values.min() <= value <= values.max():
        raise BadInput(
            f"{slider.name} goes from {values.min():g} to {values.max():g} here, got {value:g}"
        )
    return int(np.abs(values - value).argmin())


def _at(values, index):
    """Return the entry of one frame; an axis of length 1 serves every position of its slider."""
    values = np.atleast_2d(values)
    return values[tuple(i if n > 1 else 0 for i, n in zip(index, values.shape, strict=False))]


def _between(images, level):
    below = min(int(level), len(images) - 2)
    part = level - below
    return ((1 - part) * images[below] + part * images[below + 1]).astype(np.uint8)


def _draw_mark(panel, mark, index):
    shown = int(_at(_shown(mark), index))
    x, y = (_at(value, index)[:shown] for value in _points(mark))
    panel.plot(
        *(x, y),
        color=mark.colour,
        linestyle=mark.line or "none",
        linewidth=0.72 * mark.width,
        marker=mark.marker or None,
        markersize=0.72 * mark.size,
        markeredgecolor="white",
        markeredgewidth=0.7,
        solid_capstyle="butt",
    )
    label = str(_at(mark.label, index))
    across, up = panel.transAxes.inverted().transform(panel.transData.transform(np.c_[x, y])).T
    inside = np.flatnonzero((across >= 0) & (across <= 1) & (up >= 0) & (up <= 1))
    if label and len(inside):
        last = inside[-1]
        side = "center" if mark.place == "above" else "right" if across[last] > 0.6 else "left"
        panel.annotate(
            label,
            (x[last], y[last]),
            ({"left": 7, "center": 0, "right": -7}[side], 4),
            textcoords="offset points",
            color=mark.colour,
            ha=side,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )
