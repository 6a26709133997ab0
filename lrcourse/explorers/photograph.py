"""The picture that lesson 00 brings into focus: a town at night, and what a lens makes of it."""

from __future__ import annotations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Ellipse, Polygon, Rectangle, Wedge

from lrcourse.base import Array

WIDTH, HEIGHT = 432, 396
"""In pixels; the scene below is drawn in the same units."""
LAMPS = ("#FFD27F", "#FF8A5C", "#7FD4FF", "#B9F18C", "#FF9BD2")


def town_at_night() -> Array:
    """Return the sharp picture, ``[height, width, 3]`` bytes."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, layout="none")
    canvas = FigureCanvasAgg(figure)
    panel = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(0, HEIGHT))
    panel.set_axis_off()
    rng = np.random.default_rng(7)
    _sky(panel, rng)
    for left, width, height, colour in [
        (-10, 92, 150, "#1B2440"),
        (74, 78, 205, "#222C4C"),
        (146, 96, 128, "#182038"),
        (236, 70, 188, "#242E50"),
        (300, 84, 140, "#1A2340"),
        (378, 80, 214, "#202A49"),
    ]:
        _house(panel, rng, left, width, height, colour)
    _lamps(panel)
    _cat(panel)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


def _sky(panel, rng):
    shade = np.linspace(0, 1, 64)[:, np.newaxis, np.newaxis]
    sky = (1 - shade) * np.array([12, 18, 48]) + shade * np.array([92, 74, 120])
    panel.imshow(sky / 255, extent=(0, WIDTH, 0, HEIGHT), aspect="auto")
    x, y = rng.uniform(0, WIDTH, 60), rng.uniform(HEIGHT * 0.5, HEIGHT, 60)
    panel.scatter(x, y, s=rng.uniform(0.5, 5, 60), color="white", linewidth=0)
    panel.add_patch(Circle((344, 338), 26, color="#FFF3C9"))
    for x, y, radius in [(336, 346, 5), (352, 330, 7), (350, 350, 3)]:
        panel.add_patch(Circle((x, y), radius, color="#EBDCA8"))


def _house(panel, rng, left, width, height, colour):
    panel.add_patch(Rectangle((left, 0), width, height, color=colour))
    for x in np.arange(left + 10, left + width - 14, 17):
        for y in np.arange(70, height - 18, 23):
            light = rng.choice(["#FFC65C", "#FFE3A0", "#10172B", "#10172B"])
            panel.add_patch(Rectangle((x, y), 9, 13, color=light))
            panel.add_patch(Rectangle((x + 4, y), 1, 13, color=colour))


def _lamps(panel):
    x = np.linspace(0, WIDTH, 15)
    y = 262 + 34 * np.cos(2 * np.pi * x / WIDTH)
    panel.plot(x, y, color="#0A0E1C", lw=1.5)
    for i, (x_lamp, y_lamp) in enumerate(zip(x, y, strict=True)):
        panel.add_patch(Circle((x_lamp, y_lamp - 7), 6, color=LAMPS[i % len(LAMPS)]))
        panel.add_patch(Circle((x_lamp - 1.5, y_lamp - 5), 2, color="white"))


def _cat(panel):
    """A cat on the wall in front: whiskers are the first thing that a lens loses."""
    fur, rim = "#05070F", "#46527A"
    panel.add_patch(Rectangle((0, 0), WIDTH, 46, color="#3A2A33"))
    for row in range(3):
        for x in np.arange(-20 * (row % 2), WIDTH, 40):
            brick = Rectangle((x + 1, 16 * row - 2), 38, 14, color="#6E4640")
            panel.add_patch(brick)
    panel.add_patch(Wedge((250, 40), 44, 190, 345, width=11, color=fur))
    panel.add_patch(Ellipse((206, 82), 78, 96, facecolor=fur, edgecolor=rim, lw=1.2))
    panel.add_patch(Circle((206, 140), 32, facecolor=fur, edgecolor=rim, lw=1.2))
    for side in (-1, 1):
        ear = [(206 + 29 * side, 152), (206 + 27 * side, 190), (206 + 7 * side, 170)]
        panel.add_patch(Polygon(ear, facecolor=fur, edgecolor=rim, lw=1.2))
        panel.add_patch(Ellipse((206 + 13 * side, 144), 14, 17, color="#C9F25E"))
        panel.add_patch(Ellipse((206 + 13 * side, 144), 4, 15, color="#05070F"))
        for tilt in (-7, 0, 7):
            panel.plot(
                [206 + 8 * side, 206 + 50 * side], [129, 129 + tilt], color="#D5DBEE", lw=0.9
            )
    panel.add_patch(Polygon([(201, 132), (211, 132), (206, 126)], color="#F29BB0"))


def out_of_focus(image: Array, radii: Array) -> Array:
    """Return ``image`` as a lens shows it, ``[radii, height, width, 3]`` bytes.

    A point out of focus becomes an even disc of that radius in pixels. Light adds up before the
    eye or the file takes its root, so lamps stay bright.
    """
    margin = int(np.ceil(max(radii)))
    edges = ((margin, margin), (margin, margin), (0, 0))
    light = np.pad((image / 255.0) ** 2.2, edges, mode="edge").astype(np.float32)
    spectrum = np.fft.rfft2(light, axes=(0, 1))
    blurred = [_convolved(spectrum, _disc(light.shape[:2], radius)) for radius in radii]
    inside = np.clip(np.array(blurred)[:, margin:-margin, margin:-margin], 0, 1)
    return np.round(255 * inside ** (1 / 2.2)).astype(np.uint8)


def _disc(shape, radius):
    """Return a disc of total 1 around the corner (0, 0), with a soft edge one pixel wide."""
    row, column = (np.minimum(np.arange(n), n - np.arange(n)) for n in shape)
    distance = np.hypot(row[:, np.newaxis], column)
    disc = np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
    return disc / disc.sum()


def _convolved(spectrum, kernel):
    product = spectrum * np.fft.rfft2(kernel)[..., np.newaxis]
    return np.fft.irfft2(product, s=kernel.shape, axes=(0, 1))
