"""The colours of the map of two rates: dark meets light at the boundary, each run by its rank."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from lrcourse.base import Array
from lrcourse.colours import BLUE, ORANGE, RED, SKY

SLOW_DOWN_TO_FAST = ("#06263F", BLUE, SKY, "#D9EEFA")
SLOW_UP_TO_FAST = ("#FFF3CF", ORANGE, RED, "#6B1F00")
UNKNOWN = "#BDBDBD"
"""Dark meets light at the boundary, so that it shows in grey print and to every eye."""


def shades(values: Array) -> Array:
    """Return a place in ``palette()`` for each value of ``trainability.boundary``, NaN included.

    Places go by rank, so that every window uses all the colours: 0 to 126 for runs that came down,
    fast to slow, 127 for NaN, 128 to 255 for runs that diverged, slow to fast.

    >>> shades(np.array([-2.0, -0.1, np.nan, 0.1, 2.0]))
    array([  0, 126, 127, 128, 255], dtype=uint8)
    """
    places = np.full(values.shape, 127, np.uint8)
    for here, first, last in ((values <= 0, 0, 126), (values > 0, 128, 255)):
        counts, edges = np.histogram(values[here], bins=512)
        ranks = np.append(0, counts.cumsum()) / max(counts.sum(), 1)
        places[here] = np.rint(first + (last - first) * np.interp(values[here], edges, ranks))
    return places


def palette() -> Array:
    """Return the 256 colours of the map as bytes, [256, 3]."""
    return np.concatenate(
        [
            _blend(SLOW_DOWN_TO_FAST[::-1], 127),
            _blend((UNKNOWN,), 1),
            _blend(SLOW_UP_TO_FAST, 128),
        ]
    )


def _blend(colours, count):
    stops = 255 * np.array([to_rgb(colour) for colour in colours])
    at, between = np.linspace(0, 1, len(stops)), np.linspace(0, 1, count)
    return np.stack([np.interp(between, at, part) for part in stops.T], -1).astype(np.uint8)


def as_png(places: Array) -> bytes:
    """Return a map's places in the palette as a PNG file, row 0 at the bottom."""
    image = Image.fromarray(places[::-1])
    image.putpalette(palette().tobytes())
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()
