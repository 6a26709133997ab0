"""What an explorer is made of: sliders, marks that move, and the frames that they pick from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from lrcourse.base import Array
from lrcourse.colours import YOU


class Slider(NamedTuple):
    """A row of positions: ``name`` is the keyword that ``picture`` knows it by."""

    name: str
    title: str
    values: Sequence[float]
    labels: Sequence[str]
    start: int
    axis: int | None = None
    """The panel whose horizontal axis it runs along, if it does."""
    names: bool = False
    """Whether its labels are names, which stand side by side, and not numbers in an order."""
    plays: bool = False
    """Whether its values are moments, which can be played."""


def rate_slider(
    values: Array, start: float, labels: Sequence[str] | None = None, axis: int | None = None
) -> Slider:
    """Make a slider of learning rates that starts at the one nearest to ``start``."""
    labels = labels or [f"{lr:.3g}" for lr in values]
    return Slider("lr", "learning rate", values, labels, int(np.abs(values - start).argmin()), axis)


def step_slider(steps: Sequence[int], start: int) -> Slider:
    """Make a slider of steps; let it start where the rate already makes a difference."""
    return Slider("step", "step", steps, [str(step) for step in steps], list(steps).index(start),
                  plays=True)  # fmt: skip


class Mark(NamedTuple):
    """Something that moves: a line with markers through the points (``x``, ``y``) of ``panel``.

    ``x`` and ``y`` broadcast to [first slider, second slider, points], NaN leaves a gap, and only
    the first ``shown`` points are drawn. ``label`` stands at the last of them that is in the panel:
    above, below, left, right, or beside it, where there is more room; on another side where that
    covers less. ``shown`` and ``label`` are one value or broadcast to [first, second]. ``fill``,
    from 0 to 1, colours what the points go around. Where its way ``leaves`` the panel, a triangle
    at the edge says so. The last point of a mark that ``moves`` sliders, 0, 1 or both, can be
    dragged.
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
    fill: float = 0.0
    leaves: bool = False
    moves: tuple[int, ...] = ()

    def points(self) -> tuple[Array, Array]:
        """Return ``x`` and ``y`` as [first, second, points]; axes of 1 stay as they are."""
        x, y = (np.array(value, dtype=float, ndmin=3) for value in (self.x, self.y))
        points = max(x.shape[-1], y.shape[-1])
        return tuple(np.broadcast_to(value, (*value.shape[:2], points)) for value in (x, y))

    def count(self) -> Array:
        """Return how many points are drawn, as [first, second]."""
        shown = self.points()[0].shape[-1] if self.shown is None else self.shown
        return np.atleast_2d(shown)


def handle(panel: int, x: Any, y: Any, moves: tuple[int, ...], label: Any = "") -> Mark:
    """Make the pink diamond that is you: it can be dragged, and moves those sliders."""
    return Mark(panel, x, y, YOU, line="", marker="D", size=14, label=label, moves=moves)


def step_names(steps: Sequence[int]) -> list[list[str]]:
    """Name every step but the first, [first, second], beside a handle that says where it lands.

    >>> step_names(range(3))
    [['step 0', '', 'step 2']]
    """
    return [["" if step == 1 else f"step {step}" for step in steps]]


class Goal(NamedTuple):
    """What to look for, in ``words``, and where it is ``reached``, [first, second]."""

    words: str
    reached: Array


class Photo(NamedTuple):
    """Images of one thing, ``[levels, height, width, 3]`` bytes, which fill ``panel``; ``level``,
    [first slider, second slider], says which one to show, and 1.5 is half-way between two. They
    lie under the background."""

    panel: int
    images: Array
    level: Array


class Frames(NamedTuple):
    """Every position of an explorer, computed: ``explore`` and ``picture`` only look things up.

    A module of this room makes one of four short functions: ``positions`` computes all there is
    to see, ``background`` draws what stands still, ``marks`` says what moves, ``words`` says what
    each frame shows. A fifth, which carries the explorer's public name, puts them together.
    """

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
    kept: tuple[int, ...] = ()
    """Panels whose background a dark page leaves as it is: maps, where bright means something."""
    goal: Goal | None = None
    narrow: tuple[float, float] = (4.2, 6.0)
    """Its size in a column of a page or on a phone, with the panels below each other."""


SMALLEST_LETTERS = 9.6
"""In points: 13 page pixels, which are 10 where a layout is at its smallest."""
NARROW = 6.0
"""Below this width of a figure, in units of 100 page pixels, panels stand below each other."""


def panels(figure: Figure, *shares: float) -> Sequence[Any]:
    """Return panels beside each other that share the width so; on a narrow figure, below."""
    if figure.get_figwidth() < NARROW:
        return figure.subplots(len(shares), 1)
    return figure.subplots(1, len(shares), width_ratios=shares)
