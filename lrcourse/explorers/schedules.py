"""The explorer of lesson 08: schedules of many shapes on a bowl whose gradients are noisy, where
the loss to expect after each step can be computed, so that no luck is in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from lrcourse.base import Array, BadInput, Schedule
from lrcourse.colours import GREEN, HAPPENED, LOSS, ORANGE
from lrcourse.combined_schedules import warmup_stable_decay
from lrcourse.explorers.canvas import (
    NARROW,
    Frames,
    Goal,
    Mark,
    Slider,
    handle,
    rate_slider,
)
from lrcourse.numerals import scientific
from lrcourse.schedules import (
    constant,
    cosine_decay,
    exponential_decay,
    linear_decay,
    polynomial_decay,
    step_decay,
    time_decay,
)

CURVATURES = (1.0, 0.03)
"""A steep direction and a flat one, in which noise makes every gradient wrong by 1 or so."""
START = 10.0
"""How far from the lowest point a run begins, in each direction."""
STEPS = 300
KEPT = 5
"""Of the steps of a run, every fifth is drawn."""
BASES = np.geomspace(0.01, 1.9, 28)
SMALLER = (BASES[0] / BASES[1]) ** 0.5
"""By so much the edge of a cell of the map is smaller than its base rate."""
FLOOR = 1e-3
"""Less of a loss is not drawn."""
SHADES = colormaps["viridis_r"].resampled(64)
"""Of more, a stored picture's 256 colours would leave none for the pink diamond."""


def shapes(steps: int) -> dict[str, Schedule]:
    """Return twelve schedules of peak 1 for a run of ``steps``, roughly from level to steep.

    >>> [f"{name}: {lr(99):.2f}" for name, lr in shapes(100).items() if "line" in name]
    ['level, then a line: 0.05', 'straight line: 0.01']
    """
    return {
        "constant": constant(1.0),
        "level, then a line": warmup_stable_decay(1.0, steps, 0, steps // 5),
        "power 1/2": polynomial_decay(1.0, steps, power=0.5),
        "over time, to 1/2": time_decay(1.0, steps),
        "exponential, to 30 %": exponential_decay(1.0, 0.3 ** (1 / steps)),
        "straight line": linear_decay(1.0, steps),
        "cosine": cosine_decay(1.0, steps),
        "halved five times": step_decay(1.0, -(-steps // 6), 0.5),
        "a tenth, twice": step_decay(1.0, -(-steps // 3), 0.1),
        "power 2": polynomial_decay(1.0, steps),
        "over time, to 1/10": time_decay(1.0, steps / 9),
        "exponential, to 1 %": exponential_decay(1.0, 0.01 ** (1 / steps)),
    }


def expected_loss(
    rates: Array, curvatures: Sequence[float] = CURVATURES, start: float = START, noise: float = 1.0
) -> tuple[Array, Array]:
    """Return what is to be expected of the loss, in two parts, each ``[steps + 1, ...]``.

    ``rates`` is ``[steps, ...]``; a gradient is right but for noise of that standard deviation in
    each direction. The first part is what is left of the start, the second what the noise has
    shaken in; both add up to the loss.

    >>> left, shaken = expected_loss(np.full(1000, 0.1), curvatures=[1.0])
    >>> f"{left[-1]:.4f} {shaken[-1]:.4f}"                  # the floor lr / (2 (2 - lr))
    '0.0000 0.0263'
    """
    rates = np.asarray(rates, float)
    if rates.ndim < 1 or not (rates >= 0).all():
        raise BadInput(f"rates must be [steps, ...], each of them 0 or more, got {rates}")
    parts = np.zeros((2, len(rates) + 1, *rates.shape[1:]))
    for h in curvatures:
        left, shaken = np.full(rates.shape[1:], start**2), np.zeros(rates.shape[1:])
        parts[:, 0] += h / 2 * np.stack([left, shaken])
        for step, lr in enumerate(rates, 1):
            factor = (1 - lr * h) ** 2
            left, shaken = factor * left, factor * shaken + (lr * noise) ** 2
            parts[:, step] += h / 2 * np.stack([left, shaken])
    return parts[0], parts[1]


class Positions(NamedTuple):
    """Every shape at every base rate, the shape that gets lowest first."""

    names: list[str]
    ratios: Array
    """Rates as parts of the base rate, ``[steps, shapes]``."""
    left: Array
    """What is left of the start, ``[steps + 1, shapes, bases]``."""
    shaken: Array
    """What the noise has shaken in."""

    @property
    def end(self) -> Array:
        """The loss at the end, ``[shapes, bases]``."""
        return self.left[-1] + self.shaken[-1]


def positions() -> Positions:
    """Compute the loss to expect of every shape at every base rate."""
    every = {**shapes(STEPS), "times 0.9 at every step": exponential_decay(1.0, 0.9)}
    ratios = np.stack([lr(np.arange(STEPS)) for lr in every.values()], axis=-1)
    left, shaken = expected_loss(ratios[..., np.newaxis] * BASES)
    order = (left[-1] + shaken[-1]).min(-1).argsort(kind="stable")
    names = [list(every)[i] for i in order]
    return Positions(names, ratios[:, order], left[:, order], shaken[:, order])


def background(at: Positions, figure):
    """Draw the shapes, the map of what each ends at, and room for a run."""
    drawn, chart, run = _places(figure)
    _draw_shapes(drawn, at)
    edges = np.geomspace(BASES[0] * SMALLER, BASES[-1] / SMALLER, len(BASES) + 1)
    rows = np.arange(len(at.names) + 1) - 0.5
    norm = LogNorm(at.end.min(), 10)
    chart.pcolormesh(edges, rows, np.minimum(at.end, 10), cmap=SHADES, norm=norm,
                     edgecolors="white", linewidth=0.5)  # fmt: skip
    _frame_the_best(chart, at, edges)
    chart.set(xscale="log", ylim=rows[[-1, 0]], yticks=[], xlabel="base rate")
    ends, more = (
        ("Bright", "+") if figure.get_figwidth() < NARROW else ("Ends at: bright", " or more")
    )
    chart.set(title=f"{ends} {at.end.min():.2g}, dark 10{more};\nboxed: best of its row")
    run.set(yscale="log", xlim=(0, STEPS), ylim=(FLOOR, 100), xlabel="step")
    run.set(ylabel="expected loss", title="What the loss is made of")
    return chart, run


def _places(figure):
    if figure.get_figwidth() < NARROW:
        grid = figure.add_gridspec(2, 2, width_ratios=(0.12, 1), height_ratios=(1.2, 1))
        parts = grid[0, 0], grid[0, 1], grid[1, :]
    else:
        grid = figure.add_gridspec(1, 4, width_ratios=(0.13, 1, 0.02, 0.72))
        parts = grid[0], grid[1], grid[3]  # a gap keeps the run's name of an axis off the map
    return tuple(figure.add_subplot(part) for part in parts)


def _frame_the_best(chart, at, edges):
    """Frame the best cell of each row: a dot in it would lie under the diamond."""
    for row, best in enumerate(at.end.argmin(-1)):
        corner, width = (edges[best], row - 0.43), edges[best + 1] - edges[best]
        look = {"fill": False, "ec": "black", "lw": 1.6, "clip_on": False}
        chart.add_patch(Rectangle(corner, width, 0.86, **look))


def _draw_shapes(panel, at):
    """Draw each shape small, on the row of its name."""
    for row, ratio in enumerate(at.ratios.T):
        panel.plot(np.linspace(0, 1, STEPS), row + 0.35 - 0.7 * ratio, color=HAPPENED, lw=1.2)
    panel.set(xlim=(-0.1, 1.1), ylim=(len(at.names) - 0.5, -0.5), xticks=[])
    panel.set_yticks(range(len(at.names)), at.names)
    panel.tick_params(axis="y", length=0)
    panel.spines[:].set_visible(False)


def marks(at: Positions):
    """The cell on the map; the run's loss, and the two areas that it is made of."""
    steps = np.arange(0, STEPS + 1, KEPT)
    there_and_back = np.append(steps, steps[::-1])
    left, shaken = (np.moveaxis(part[steps], 0, -1) for part in (at.left, at.shaken))
    loss, noise = left + shaken, np.maximum(shaken, FLOOR / 2)
    thick = left[..., 22] > shaken[..., 22]  # where there is room for words in the green area
    areas = [np.concatenate(pair, -1) for pair in
             ((noise, 0 * noise[..., ::-1] + FLOOR / 2), (loss, noise[..., ::-1]))]  # fmt: skip
    return (
        Mark(1, there_and_back, areas[0], ORANGE, line="", fill=0.45),
        Mark(1, there_and_back, areas[1], GREEN, line="", fill=0.35),
        Mark(1, steps, loss, LOSS, width=2.5),
        Mark(1, steps, np.sqrt(loss * noise), "#00664A", line="", shown=22, place="above",
             label=np.where(thick, "left of the start", "")),
        Mark(1, steps, loss, "#00664A", line="", shown=6, place="above",
             label=np.where(thick, "", "left of the start (green)")),
        Mark(1, steps, np.sqrt(np.maximum(noise, 2 * FLOOR) * FLOOR), "#7A4E00", line="", shown=35,
             place="above", label="shaken in by noise"),
        Mark(1, STEPS, 40, LOSS, line="", label=_compared(at), place="left"),
        handle(0, BASES[:, np.newaxis], np.arange(len(at.names))[:, None, None], (0, 1)),
    )  # fmt: skip


def _compared(at):
    ratio = at.end / at.end.min()
    return [
        [f"{scientific(end)}, {times:.1f} × the best cell" for end, times in zip(*row, strict=True)]
        for row in zip(at.end, ratio, strict=True)
    ]


def words(at: Positions):
    """Say how far the rates travel, what the loss is made of, and the shape's best base rate."""
    travel = at.ratios.sum(0)[:, np.newaxis] * BASES
    texts = np.empty(travel.shape, dtype=object)
    for (i, k), far in np.ndenumerate(travel):
        texts[i, k] = (
            f"{at.names[i].capitalize()}, from {BASES[k]:.2g}: all {STEPS} rates together travel "
            f"{far:.3g}. Expected loss at the end {at.end[i, k]:.2g}: "
            f"{at.left[-1, i, k]:.2g} left of the start, {at.shaken[-1, i, k]:.2g} shaken in by "
            f"noise. Best base rate here for this shape: {BASES[at.end[i].argmin()]:.2g}."
        )
    return texts


def schedule_editor() -> Frames:
    """Thirteen shapes of schedule, 28 base rates, and what both make of a run on a noisy bowl.

    Sliders for the shape and the base rate. The loss is the expected one, computed and not
    simulated: what is left of the start, and what the noise has shaken in.
    """
    at = positions()
    return Frames(
        size=(9.0, 4.9),
        background=partial(background, at),
        sliders=(
            Slider("shape", "shape", range(len(at.names)), at.names, at.names.index("cosine")),
            rate_slider(BASES, 0.3, [f"{lr:.2g}" for lr in BASES], axis=0)._replace(
                title="base rate"
            ),
        ),
        marks=marks(at),
        texts=words(at),
        description="Left, a map: a row for each shape of schedule, a column for each base rate, "
        "bright where the loss ends low, with a frame around the best of each row. Right, the "
        "expected loss of the chosen cell by step on a logarithmic axis, and the two parts it is "
        "made of.",
        goal=Goal("find the brightest cell", at.end == at.end.min()),
        kept=(0,),
        narrow=(4.4, 8.4),
    )
