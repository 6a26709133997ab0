"""An explorer that stands still: one of its frames as a figure, and in words."""

from __future__ import annotations

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke

from lrcourse.base import BadInput
from lrcourse.colours import LIMIT, STYLE
from lrcourse.explorers.canvas import Frames
from lrcourse.numerals import typeset

ENOUGH = 3
"""Page pixels that nobody misses under a label."""


def picture(frames: Frames, **position: float) -> None:
    """Draw one frame of an explorer as a figure, from the same numbers, and print what it shows.

    ``position`` names sliders by their keyword, as in ``picture(frames, lr=0.3, step=4)``: the
    nearest position is drawn, and said where it is another one; a slider that is not named stands
    where it starts. Raises ValueError for a slider that is not there, and for a value beyond its
    ends.
    """
    index = _index(frames, position)
    # Before the style: a notebook's first figure switches rcParams to interactive, for good.
    figure = plt.figure(figsize=frames.size, layout="constrained", facecolor="white")
    with plt.style.context(STYLE):
        panels = frames.background(figure)
        for panel in panels:
            panel.set(xlim=panel.get_xlim(), ylim=panel.get_ylim())
        if frames.photo:
            _draw_photo(panels[frames.photo.panel], frames.photo, index)
        for mark in frames.marks:
            _draw_mark(panels[mark.panel], mark, index)
        _draw_labels(figure, panels, frames.marks, index)
    for slider, place in zip(frames.sliders, index, strict=False):
        _say_where_else(slider, place, position.get(slider.name))
    print(typeset(np.atleast_2d(frames.texts)[index]))


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


def _say_where_else(slider, place, wanted):
    """Say which position is drawn where the one that was asked for is not there."""
    if wanted is not None and f"{slider.values[place]:.2g}" != f"{wanted:.2g}":
        there = f"{slider.values[place]:.3g}"
        print(f"There is no position at {slider.name} = {wanted:g}: this is {there}, the nearest.")


def _draw_photo(panel, photo, index):
    level = _at(photo.level, index)
    below = max(min(int(level), len(photo.images) - 2), 0)
    part = level - below
    image = (1 - part) * photo.images[below] + (part * photo.images[below + 1] if part else 0)
    panel.imshow(image.astype(np.uint8), aspect="auto", extent=panel.axis(), zorder=-1)


def _at(values, index):
    """Return the entry of one frame; an axis of length 1 serves every position of its slider."""
    values = np.atleast_2d(values)
    return values[tuple(i if n > 1 else 0 for i, n in zip(index, values.shape, strict=False))]


def _points(mark, index):
    count = int(_at(mark.count(), index))
    return tuple(_at(value, index)[:count] for value in mark.points())


def _draw_mark(panel, mark, index):
    x, y = _points(mark, index)
    if mark.fill:
        panel.fill(x, y, color=mark.colour, alpha=mark.fill, linewidth=0)
    panel.plot(
        *(x, y),
        color=mark.colour,
        linestyle=mark.line or "none",
        linewidth=0.72 * mark.width,
        marker=mark.marker or None,
        markersize=0.72 * mark.size,
        markeredgecolor="white",
        markeredgewidth=1.4 if mark.moves else 0.7,
        solid_capstyle="butt",
        clip_on=not mark.moves,
        zorder=3 if mark.moves else 2,
    )
    if mark.leaves:
        _draw_exit(panel, _parts(panel, x, y))


def _parts(panel, x, y):
    """Return points as parts of the way across the panel and up."""
    return panel.transAxes.inverted().transform(panel.transData.transform(np.c_[x, y]))


def _inside(parts):
    return ((parts > -1e-3) & (parts < 1 + 1e-3)).all(axis=1)


def _draw_exit(panel, parts):
    """Draw a triangle where a run leaves the panel and does not come back."""
    stays = np.flatnonzero(_inside(parts))
    after = stays[-1] + 1 if len(stays) else 0
    if after == len(parts) or np.isnan(parts[after]).any():
        return
    x, y = parts[after]
    marker = "^" if y > 1 else "v" if y < 0 else "<" if x < 0 else ">"
    spot = np.clip(parts[after], 0.015, 0.985)
    panel.plot(*spot, marker, color=LIMIT, mec="white", ms=8, transform=panel.transAxes)


def _draw_labels(figure, panels, marks, index):
    """Write every label at its last point in the panel, on the side where it covers least."""
    figure.canvas.draw()
    pixels = np.array(figure.canvas.buffer_rgba(), dtype=float)[::-1]
    for mark in marks:
        label, (x, y) = typeset(str(_at(mark.label, index))), _points(mark, index)
        inside = np.flatnonzero(_inside(_parts(panels[mark.panel], x, y)))
        if label and len(inside):
            last = x[inside[-1]], y[inside[-1]]
            _draw_label(panels[mark.panel], mark, last, label, pixels)


def _draw_label(panel, mark, point, label, pixels):
    text = panel.annotate(
        *(label, point, (0, 0)),
        textcoords="offset points",
        color=mark.colour,
        weight="bold" if mark.moves else "normal",
        ha="center",
        va="center",
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )
    dot = panel.figure.dpi / 100  # a page pixel
    half, at = text.get_window_extent().size / 2, panel.transData.transform(point)
    away = half + dot * np.array([mark.size + 2, mark.size / 2 + 4 if mark.marker else 5])
    left, bottom, right, top = panel.bbox.extents
    low, high = np.array([left, bottom]) + half, np.array([right, top]) - half
    sides = _sides(mark.place, at[0] > left + 0.6 * (right - left))
    spots = [np.clip(at + side * away, low + 2 * dot, high - 2 * dot) for side in sides]
    boxes = [_box(spot, half, pixels) for spot in spots]
    covered = [_covered(box) / dot**2 for box in boxes]
    best = _first_with_room(covered)
    text.set_position((spots[best] - at) * 72 / panel.figure.dpi)
    boxes[best][::2] = 255 - boxes[best][::2]  # so that the next one stays away


def _sides(meant, roomy):
    """Return where a label can stand, (across, up) from its point, first where it is meant to."""
    across = {"above": 0, "below": 0, "left": -1, "right": 1}.get(meant, -1 if roomy else 1)
    wanted = np.array([across, -1 if meant == "below" else 1])
    sides = [np.array(side) for side in product((-1, 0, 1), repeat=2) if any(side)]
    return sorted(sides, key=lambda side: abs(side - wanted) @ [2, 1])


def _box(spot, half, pixels):
    (left, bottom), (right, top) = (
        np.rint(edge).astype(int) for edge in (spot - half, spot + half)
    )
    return pixels[bottom:top, left:right]


def _covered(box):
    """Count the pixels that are not of the ground: none where it is even."""
    return (abs(box - box.mean(axis=(0, 1))).sum(axis=-1) > 90).sum()


def _first_with_room(covered):
    """Return the first where little is covered, or one with clearly less than those before."""
    best = 0
    for i, here in enumerate(covered):
        if covered[best] > ENOUGH and here < 0.7 * covered[best]:
            best = i
    return best
