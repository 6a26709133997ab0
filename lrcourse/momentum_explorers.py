"""The explorer of lesson 10: the map of rate and momentum, and the walk of each of its points."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.patheffects import withStroke

from lrcourse.base import Array
from lrcourse.canvas import Frames, Mark, Slider, rate_slider
from lrcourse.colours import BLACK, BLUE, PINK, RED
from lrcourse.heavy_ball import best_pair, motion, shrink_factor
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


def momentum_map() -> Frames:
    """How fast each pair of rate and momentum is in a valley of curvatures 1 and 100.

    Sliders for the rate and the momentum move a point on the map; beside it is the walk that the
    point stands for, and its loss.
    """
    lr, momentum = np.meshgrid(RATES / CURVATURES[-1], MOMENTA, indexing="ij")
    run = train(
        quadratic(CURVATURES), START, heavy_ball, lr, STEPS, hyper={"momentum": momentum},
        record=1, blowup=np.inf,
    )  # fmt: skip
    path = np.moveaxis(run.w[: DRAWN + 1], 0, 2)
    loss = np.moveaxis(run.loss, 0, -1)
    places = np.broadcast_arrays(RATES[:, np.newaxis], MOMENTA)
    marks = (
        Mark(0, *(place[..., np.newaxis] for place in places), PINK, line="", marker="D", size=13),
        Mark(1, path[..., 0], path[..., 1], BLUE, width=1.2, marker="o", size=4),
        Mark(1, path[..., -1:, 0], path[..., -1:, 1], BLACK, line="", marker="D", size=8,
             label=f"step {DRAWN}", place="above"),
        Mark(2, np.arange(STEPS + 1), np.maximum(loss, 1e-30), BLUE),
    )  # fmt: skip
    return Frames(
        size=(9.2, 4.4),
        background=_background,
        sliders=(
            rate_slider(RATES, 1.0, [f"{value:g} / L" for value in RATES]),
            Slider("momentum", "momentum", MOMENTA, [f"{value:g}" for value in MOMENTA], 11),
        ),
        marks=marks,
        texts=_texts(),
        description="Left, a map of rate and momentum: bright is fast, and to the right of the "
        "thick line it blows up. On the solid black line the walk is critical along the valley, on "
        "the dashed one across it. Upper right, the valley from above with the walk of the chosen "
        "point. Lower right, its loss.",
    )


def _background(figure):
    grid = figure.add_gridspec(2, 2, width_ratios=(1.25, 1))
    chart = figure.add_subplot(grid[:, 0])
    valley, losses = figure.add_subplot(grid[0, 1]), figure.add_subplot(grid[1, 1])
    _draw_chart(chart)
    x, y = np.linspace(-1.3, 1.3, 120), np.linspace(-3.2, 3.2, 120)
    loss = quadratic(CURVATURES).loss(np.stack(np.meshgrid(x, y), -1))
    valley.contour(x, y, loss, np.geomspace(0.3, 500, 9), colors="#C8C8C8", linewidths=1)
    valley.plot(*START, "s", color=BLACK, ms=6)
    valley.plot(0, 0, "+", color=BLACK, ms=10)
    valley.set(xlim=(-1.3, 1.3), ylim=(-3.2, 3.2), title=f"the first {DRAWN} steps in the valley")
    valley.set(xlabel="along, curvature 1", ylabel="across, curvature 100")
    losses.set(yscale="log", xlim=(0, STEPS), ylim=(1e-14, 1e5), xlabel="step", ylabel="loss")
    losses.set(title="its loss (log axis)")
    return chart, valley, losses


def _draw_chart(chart):
    """Draw the map: steps for a tenth as colours, its border, and where each direction rings."""
    times_L, momentum = np.linspace(0.01, 4.2, 500), np.linspace(0, 0.999, 400)
    steps = steps_per_tenfold(slowest_factor(*np.meshgrid(times_L, momentum)))
    filled = chart.contourf(
        *(times_L, momentum, np.where(np.isfinite(steps), steps, np.nan)),
        levels=LEVELS,
        norm=BoundaryNorm(LEVELS, 256, extend="max"),
        cmap="cividis_r",
        extend="max",
    )
    bar = chart.figure.colorbar(filled, ax=chart, ticks=LEVELS, format="%d", pad=0.02)
    bar.ax.set_title("steps\nfor 1/10", size="small")
    outline = [withStroke(linewidth=4, foreground="white")]
    for curvature, line in zip(CURVATURES / CURVATURES[-1], ("-", "--"), strict=True):
        border = (1 - np.sqrt(times_L * curvature)) ** 2
        chart.plot(times_L, border, line, color=BLACK, lw=1.8, path_effects=outline)
    chart.plot(2 * (1 + momentum), momentum, color=RED, lw=3)
    lr, best, _ = best_pair(CURVATURES)
    chart.plot(lr * CURVATURES[-1], best, "*", color="white", mec=BLACK, ms=15)
    chart.set(xlim=(0, 4.2), ylim=(0, 1), xlabel="learning rate times L", ylabel="momentum")
    chart.set(title="bright is fast")
    chart.text(3.4, 0.3, "blows up", color=RED, ha="center")
    for x, y, text in (
        (0.35, 0.93, "rings along the valley"),
        (0.7, 0.5, "creeps along it"),
        (1.5, 0.79, "critical along it"),
        (0.62, 0.03, "critical across it"),
    ):
        chart.text(x, y, text, color=BLACK, path_effects=outline)
    return chart


def _texts():
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
    return f": a tenth is left after {steps:.0f} steps" if np.isfinite(steps) else ""
