"""The explorer of lesson 10: the map of rate and momentum, and the walk of each of its points."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.patheffects import withStroke

from lrcourse.base import Array
from lrcourse.colours import GREY, HAPPENED, LIMIT, LOSS, OTHERS
from lrcourse.explorers.canvas import NARROW, Frames, Goal, Mark, Slider, handle, rate_slider
from lrcourse.momentum_theory import best_pair, motion, shrink_factor
from lrcourse.objectives import quadratic
from lrcourse.optimizers import momentum as heavy_ball
from lrcourse.training import train

CURVATURES = np.array([1.0, 100.0])
"""Along the valley and across it: the narrow valley of lesson 02."""
START = (1.0, 1.0)
STEPS, DRAWN = 120, 60
"""Steps on the loss curve, and those of them that are drawn in the valley."""
RATES = np.unique(np.round(np.r_[0.05, 0.1:2.01:0.1, 1.98, 2.2:3.9:0.2, 3.3, 3.9, 4.1], 2))
"""In units of 1/L."""
MOMENTA = np.r_[0.0:0.61:0.1, 0.67, 0.68, 0.75, 0.8, 0.81, 0.85, 0.9, 0.95, 0.99]
LEVELS = (11, 15, 20, 30, 50, 100, 200, 500, 2000)
"""Steps for a tenth: where the colours of the map change."""


def steps_per_tenfold(factor: Array) -> Array:
    """How many steps divide the distance by ten in the long run; infinite where it does not shrink.

    >>> steps_per_tenfold(np.array([0.9, 0.99, 1.0])).round(1)
    array([ 21.9, 229.1,   inf])
    """
    with np.errstate(divide="ignore"):
        return np.log(10) / np.abs(np.log(np.minimum(factor, 1.0)))


def slowest_factor(times_L: Array, momentum: Array) -> Array:
    """What a step leaves in the slower of the two directions, for rates in units of 1/L."""
    lr = np.asarray(times_L) / CURVATURES[-1]
    return np.maximum(*(shrink_factor(lr, momentum, h) for h in CURVATURES))


class Positions(NamedTuple):
    """Walks at every pair of rate and momentum."""

    path: Array
    """``[rates, momenta, DRAWN + 1, 2]``"""
    loss: Array
    """``[rates, momenta, STEPS + 1]``"""


def positions() -> Positions:
    """Walk down the valley at every pair."""
    lr, momentum = np.meshgrid(RATES / CURVATURES[-1], MOMENTA, indexing="ij")
    run = train(
        quadratic(CURVATURES), START, heavy_ball, lr, STEPS, hyper={"momentum": momentum},
        record=1, blowup=np.inf,
    )  # fmt: skip
    return Positions(np.moveaxis(run.w[: DRAWN + 1], 0, 2), np.moveaxis(run.loss, 0, -1))


def background(figure):
    """Draw the borders on the map, and room for both directions and for the loss."""
    chart, ways, losses = _places(figure)
    key = _draw_colours(chart)
    _draw_borders(chart)
    ways.set(xlim=(0, DRAWN), ylim=(-1.15, 1.15), xlabel="step", ylabel="distance, 1 at first")
    ways.set(title="Along the valley, and across")
    ways.axhline(0, color=OTHERS, lw=1)
    losses.set(yscale="log", xlim=(0, STEPS), ylim=(1e-14, 1e5), xlabel="step", ylabel="loss")
    losses.set(title="Its loss")
    return chart, ways, losses, key


def _places(figure):
    if figure.get_figwidth() < NARROW:
        return figure.subplots(3, 1, height_ratios=(1.7, 1, 1))
    grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1))
    return tuple(figure.add_subplot(part) for part in (grid[:, 0], grid[0, 1], grid[1, 1]))


def _draw_colours(chart):
    """Draw the steps for a tenth as colours, and return the panel that explains them."""
    times_L, momentum = np.linspace(0.01, 4.2, 500), np.linspace(0, 0.999, 400)
    steps = steps_per_tenfold(slowest_factor(*np.meshgrid(times_L, momentum)))
    filled = chart.contourf(
        *(times_L, momentum, np.where(np.isfinite(steps), steps, np.nan)),
        levels=LEVELS,
        norm=BoundaryNorm(LEVELS, 256, extend="max"),
        cmap="viridis_r",
        extend="max",
    )
    bar = chart.figure.colorbar(filled, ax=chart, ticks=LEVELS, format="%d", pad=0.02)
    bar.ax.set_title("steps\nfor 1/10", weight="normal", size=10)
    return bar.ax


def _draw_borders(chart):
    """Draw where it blows up, where each direction rings, and the best pair."""
    times_L, momentum = np.linspace(0.01, 4.2, 500), np.linspace(0, 1, 400)
    outline = [withStroke(linewidth=4, foreground="white")]
    for curvature, line in zip(CURVATURES / CURVATURES[-1], ("-", "--"), strict=True):
        border = (1 - np.sqrt(times_L * curvature)) ** 2
        chart.plot(times_L, border, line, color="black", lw=1.8, path_effects=outline)
    chart.plot(2 * (1 + momentum), momentum, color=LIMIT, lw=3)
    lr, best, _ = best_pair(CURVATURES)
    chart.plot(lr * CURVATURES[-1], best, "*", color="white", mec="black", ms=15)
    chart.set(xlim=(0, 4.2), ylim=(-0.03, 1), facecolor="#F6E3D8")
    chart.set(xlabel="learning rate times L", ylabel="momentum")
    chart.set(title="Bright is fast")
    _name_regions(chart, outline)


def _name_regions(chart, outline):
    for x, y, text in (
        (0.35, 0.93, "rings along the valley"),
        (0.7, 0.36, "creeps along it"),
        (1.5, 0.79, "critical along it"),
        (0.62, 0.03, "critical across it"),
    ):
        chart.text(x, y, text, color="black", path_effects=outline)
    chart.text(3.4, 0.3, "blows up", color=LIMIT, ha="center", path_effects=outline)


def marks(at: Positions):
    """The pair on the map, its walk in both directions, and its loss."""
    places = np.broadcast_arrays(RATES[:, np.newaxis], MOMENTA)
    steps, along, across = np.arange(DRAWN + 1), at.path[..., 0], at.path[..., 1]
    return (
        Mark(1, steps, across, GREY, width=1.2, marker="o", size=4, leaves=True),
        Mark(1, steps, along, HAPPENED, marker="o", size=4, leaves=True),
        Mark(1, steps, along, HAPPENED, line="", shown=30, label="along", place="above"),
        Mark(1, steps, across, "#666666", line="", shown=3, label="across"),
        Mark(2, np.arange(STEPS + 1), np.maximum(at.loss, 1e-30), LOSS, leaves=True),
        handle(0, *(place[..., np.newaxis] for place in places), (0, 1)),
    )


def words():
    """Say how a pair moves in both directions, and how fast it is in the long run."""
    pairs = np.array(np.meshgrid(RATES, MOMENTA, indexing="ij"))
    factors = slowest_factor(*pairs)
    texts = np.empty(factors.shape, dtype=object)
    for (i, k), factor in np.ndenumerate(factors):
        along, across = (motion(RATES[i] / CURVATURES[-1], MOMENTA[k], h) for h in CURVATURES)
        texts[i, k] = f"Rate {RATES[i]:g} / L, momentum {MOMENTA[k]:g}: " + (
            f"across the valley it {across}."
            if across == "blows up"
            else f"along the valley it {along}, across it {across}. In the long run a step leaves "
            f"{factor:.3f} of the distance{_tenfold(factor)}."
        )
    return texts


def _tenfold(factor):
    steps = steps_per_tenfold(factor)
    return f": a tenth is left after {steps:.0f} steps" if steps < 1e6 else ""


def momentum_map() -> Frames:
    """How fast each pair of rate and momentum is in a valley of curvatures 1 and 100.

    Sliders for the rate and the momentum move a point on the map; beside it is the walk that the
    point stands for, and its loss.
    """
    return Frames(
        size=(9.2, 4.4),
        background=background,
        sliders=(
            rate_slider(RATES, 1.0, [f"{value:g} / L" for value in RATES]),
            Slider("momentum", "momentum", MOMENTA, [f"{value:g}" for value in MOMENTA], 5),
        ),
        marks=marks(positions()),
        texts=words(),
        description="Left, a map of rate and momentum: bright is fast, and to the right of the "
        "thick line it blows up. On the solid black line the walk is critical along the valley, on "
        "the dashed one across it. Upper right, how far the walk of the chosen pair is from the "
        "bottom, along the valley and across it. Lower right, its loss.",
        kept=(0, 3),
        goal=Goal("reach the star: a tenth in 11 steps", _fastest()),
        narrow=(4.2, 8.4),
    )


def _fastest():
    factors = slowest_factor(*np.meshgrid(RATES, MOMENTA, indexing="ij"))
    return factors == factors.min()
