"""Explorers of formulas, lessons 00 to 02: each computes every position of its sliders at once, in
one batched run, and says how a position looks. ``explore`` and ``picture`` show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

from lrcourse.base import Array, BadInput, Run, stateless
from lrcourse.canvas import Frames, Mark, Photo, rate_slider, step_slider
from lrcourse.colours import BLACK, BLUE, GREEN, GREY, RED
from lrcourse.objectives import parabola, quadratic
from lrcourse.optimizers import gd, gd_step
from lrcourse.photograph import out_of_focus, town_at_night
from lrcourse.training import train
from lrcourse.watching import TimeUp, in_words, time_limit

SECONDS = 2.0
"""A learner's function gets this long for all positions together."""


def descents(objective, w, step: Callable, rates: Array, steps: int) -> Array:
    """Drive ``step(w, grad, lr)`` at every rate: the points ``[rates, steps + 1, P]`` it visits.

    Raises ``BadInput`` where ``step`` raises, returns no new ``w``, or takes too long.
    """
    name = getattr(step, "__name__", "your function")
    try:
        with time_limit(SECONDS):
            _must_be_w(name, step(np.array([1.0]), np.array([2.0]), 0.1))
            run = train(objective, w, stateless(step), rates, steps, record=1, blowup=np.inf)
    except TimeUp:
        sentence = f"{name} was still running after {SECONDS:g} s: is there a loop that never ends?"
        raise BadInput(sentence) from None
    except NotImplementedError:
        raise BadInput(f"{name} is not written yet: write it, then run this again.") from None
    except BadInput:
        raise
    except Exception as error:
        sentence = f"{name} raised {type(error).__name__}: {error}. check({name}) says more."
        raise BadInput(sentence) from None
    return _every_step(run, steps)


def _must_be_w(name, moved):
    if not (np.shape(moved) == (1,) and np.isrealobj(moved)):
        raise BadInput(
            f"{name} must return the new w, shaped like w; it returned {in_words(moved)}"
        )


def _every_step(run: Run, steps: int) -> Array:
    """Return ``w`` as ``[runs, steps + 1, P]``, NaN from where a run stopped being numbers."""
    rows = np.searchsorted(run.w_steps, np.arange(steps + 1), side="right") - 1
    w = np.where(np.isnan(run.loss)[..., np.newaxis], np.nan, run.w[rows])
    return np.moveaxis(w, 0, 1)


def what_happens(offsets: Array) -> str:
    """Say what a descent did, from its distances to the minimum, with their signs.

    >>> [what_happens(np.array(w)) for w in ([8, 7, 6], [8, 0, 0], [8, -4, 2], [8, -9, 10])]
    ['it creeps', 'it is there in one step', 'it overshoots and comes back', 'it blows up']
    """
    if not np.isfinite(offsets).all():
        return "it stops being a number"
    start, end = abs(offsets[0]), abs(offsets[-1])
    overshoots = np.any(offsets[1:] * offsets[:-1] < 0)
    if np.all(offsets == offsets[0]):
        return "it does not move"
    if end > 1.01 * start:
        return "it blows up" if overshoots else "it runs the wrong way"
    if overshoots:
        return "it swings for ever" if end > 0.99 * start else "it overshoots and comes back"
    if end > 0.05 * start:
        return "it creeps"
    return "it is there in one step" if abs(offsets[1]) < 1e-9 * start else "it settles"


def focus_the_camera(gd_step: Callable = gd_step) -> Frames:
    """A lens that descends on the blur: sliders for the rate and the step.

    ``gd_step(w, grad, lr)`` moves the lens, so your own can drive it.
    """
    sharp, start, steps = 6.0, 1.0, 30
    rates = np.round(np.arange(0.05, 2.26, 0.05), 2)
    blur = parabola(center=sharp)
    lens = descents(blur, [start], gd_step, rates, steps)[..., 0]
    height = blur.loss(lens[..., np.newaxis])
    count = np.arange(steps + 1)[np.newaxis]
    in_focus = np.abs(lens - sharp) < 0.25

    def background(figure):
        view, curve = figure.subplots(1, 2, width_ratios=(1, 1.05))
        view.set(xlim=(0, 1), ylim=(0, 1), title="what the camera sees")
        view.set_axis_off()
        w = np.linspace(-1.5, 13.5, 200)
        curve.plot(w, blur.loss(w[:, np.newaxis]), color=GREY)
        curve.set(xlim=(-1.5, 13.5), ylim=(-1.5, 28), xlabel="lens position w (mm)")
        curve.set(title="how blurred that is", ylabel="blur = (w − 6)² / 2")
        curve.axvline(sharp, color=GREEN, ls=":", lw=1.5)
        curve.text(sharp, 25.5, " sharp", color=GREEN)
        return view, curve

    corners = _corners(0.1)
    one = lens[..., np.newaxis], height[..., np.newaxis]
    marks = (
        Mark(0, *corners, "white", width=2, shown=np.where(in_focus, 0, len(corners[0]))),
        Mark(0, *corners, GREEN, width=6, shown=np.where(in_focus, len(corners[0]), 0)),
        Mark(0, 0.5, 0.05, GREEN, line="", label=np.where(in_focus, "in focus", ""), place="above"),
        Mark(1, lens[:, np.newaxis], height[:, np.newaxis], BLUE, width=1.5, marker="o", size=6,
             shown=count + 1),
        Mark(1, *one, BLACK, line="", marker="D", size=10, label=[[f"step {k}" for k in count[0]]]),
    )  # fmt: skip
    radii, images = _town_in_and_out_of_focus()
    level = np.interp(PIXELS_PER_MM * np.abs(lens - sharp), radii, np.arange(len(radii)))
    return Frames(
        size=(7.8, 3.7),
        background=background,
        sliders=(rate_slider(rates, 0.1), step_slider(range(steps + 1), 5)),
        marks=marks,
        texts=np.array(
            [
                [_lens_text(lr, path, k, sharp) for k in count[0]]
                for lr, path in zip(rates, lens, strict=True)
            ]
        ),  # fmt: skip
        description="Left, a town at night through a camera, more or less in focus. Right, the "
        "blur against the position of the lens, and the steps the lens has taken.",
        photo=Photo(0, images, level),
    )


PIXELS_PER_MM = 5.0


@cache
def _town_in_and_out_of_focus():
    radii = np.array([0, 1, 2, 3, 4.5, 6, 8, 10, 12.5, 15, 18, 21, 25, 30, 36])
    return radii, out_of_focus(town_at_night(), radii)


def _corners(length):
    """Return the four brackets of a viewfinder as one line with gaps."""
    x = np.array([0.08, 0.08, 0.08 + length, np.nan])
    y = np.array([0.08 + length, 0.08, 0.08, np.nan])
    return np.r_[x, 1 - x, 1 - x, x], np.r_[y, y, 1 - y, 1 - y]


def _lens_text(lr, path, step, sharp):
    offset = path[step] - sharp
    side = "past" if offset > 0 else "short of"
    place = "at" if abs(offset) < 0.005 else f"{abs(offset):.3g} mm {side}"
    return (
        f"Learning rate {lr:.2f}: {what_happens(path - sharp)}. "
        f"At step {step} the lens stands {place} the sharp point."
    )


def step_on_the_parabola(curvature: float = 1.0, gd_step: Callable = gd_step) -> Frames:
    """Steps on ``curvature * w**2 / 2``, with the slope that each follows, and the loss by step.

    Sliders for the rate and the step; ``gd_step(w, grad, lr)`` takes the steps. Raises ValueError
    unless ``curvature`` is above 0.
    """
    if not curvature > 0:
        raise BadInput(f"curvature must be above 0, got {curvature}")
    start, steps, valley = 4.0, 25, parabola(curvature)
    fractions = np.round(np.r_[0.02, np.arange(0.05, 2.31, 0.05)], 2)
    rates = fractions / curvature
    w = descents(valley, [start], gd_step, rates, steps)
    loss, slope, w = valley.loss(w), valley.grad(w)[..., 0], w[..., 0]
    count = np.arange(steps + 1)
    top = 1.5 * loss[0, 0]

    def background(figure):
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        line = np.linspace(-7, 7, 200)
        left.plot(line, valley.loss(line[:, np.newaxis]), color=GREY)
        left.set(xlim=(-7, 7), ylim=(-0.1 * top, top), xlabel="w", ylabel="loss")
        left.set(title="steps on the loss, and the slope here")
        right.set(xlim=(-0.5, steps + 0.5), ylim=(-0.1 * top, top), xlabel="step", ylabel="loss")
        right.set(title="the loss curve of this run")
        return left, right

    reach = 3 / np.hypot(1, slope / curvature)
    tangent_w = np.stack([w - reach, w + reach], -1)
    tangent = loss[..., np.newaxis] + slope[..., np.newaxis] * (tangent_w - w[..., np.newaxis])
    path = w[:, np.newaxis], loss[:, np.newaxis]
    marks = (
        Mark(0, tangent_w, tangent, RED, line="--"),
        Mark(0, *path, BLUE, width=1.5, marker="o", size=6, shown=count[np.newaxis] + 1),
        Mark(0, w[..., np.newaxis], loss[..., np.newaxis], BLACK, line="", marker="D", size=10,
             label=[[f"step {k}" for k in count]]),
        Mark(1, count, path[1], GREY, line=":", width=1.5),
        Mark(1, count, path[1], BLUE, marker="o", size=6, shown=count[np.newaxis] + 1),
    )  # fmt: skip
    texts = [
        [_step_text(lr, w_run, k, slope_run, loss_run) for k in count]
        for lr, w_run, slope_run, loss_run in zip(rates, w, slope, loss, strict=True)
    ]
    return Frames(
        size=(7.8, 3.6),
        background=background,
        sliders=(
            rate_slider(rates, 0.3 / curvature),
            step_slider(count, 3),
        ),
        marks=marks,
        texts=np.array(texts),
        description="Left, a parabola with the points that gradient descent visits and the tangent "
        "at the last one. Right, the loss after each step.",
    )


def _step_text(lr, w, step, slope, loss):
    return (
        f"Learning rate {lr:.3g}: {what_happens(w)}. At step {step}: w = {w[step]:.3g}, "
        f"slope = {slope[step]:.3g}, loss = {loss[step]:.3g}, so the next step is "
        f"−lr × slope = {-lr * slope[step] + 0.0:.3g}."
    )


def cliff(curvatures: Sequence[float] = (1.0, 2.0, 5.0, 10.0)) -> Frames:
    """Descent on a bowl with several curvatures at once, one bar for each of its directions.

    Sliders for the rate, finest near ``2 / max(curvatures)``, and the step. The left panel looks
    at the flattest and the steepest direction. Raises ValueError for fewer than two curvatures,
    or one that is not above 0.
    """
    h = np.unique(np.ravel(curvatures).astype(float))
    if len(h) < 2 or not h[0] > 0:
        raise BadInput(
            f"curvatures must be two or more different numbers above 0, got {curvatures}"
        )
    edge = 2 / h[-1]
    steps = np.r_[0:21, 25, 30, 40, 50, 75, 100, 150, 200, 300]
    fractions = np.unique(np.round(np.r_[0.02, 0.05:0.9:0.05, 0.9:1.1:0.01, 1.1, 1.15, 1.2], 2))
    rates = fractions * edge
    bowl = quadratic(h)
    run = train(bowl, np.ones(len(h)), gd, rates, steps[-1], record=1, blowup=np.inf)
    w = _every_step(run, steps[-1])
    amplitude = np.abs(w[:, steps])
    loss = bowl.loss(w[:, steps]) / bowl.loss(np.ones(len(h)))
    factors = 1 - rates[:, np.newaxis] * h

    def background(figure):
        left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
        _contours(left, h[[0, -1]])
        left.set(xlabel=f"w along the flattest direction, h = {h[0]:g}", title="the path")
        left.set(ylabel=f"w along the steepest, h = {h[-1]:g}")
        right.set(yscale="log", ylim=(1e-9, 1e9), xlim=(-0.6, len(h) - 0.3))
        right.set(title="distance left, by direction", xlabel="curvature h")
        right.set(ylabel="amplitude, 1 at the start")
        right.set_xticks(range(len(h)), [f"{value:g}" for value in h])
        right.grid(axis="x", visible=False)
        right.axhline(1, color=BLACK, lw=1)
        right.text(len(h) - 0.35, 2e8, "grows", color=RED, ha="right")
        right.text(len(h) - 0.35, 2e-9, "shrinks", color=BLUE, ha="right")
        return left, right

    path = w[:, np.newaxis, :, 0], w[:, np.newaxis, :, -1]
    here = w[:, steps][..., [0]], w[:, steps][..., [-1]]
    marks = [
        Mark(0, *path, BLUE, width=1.5, marker="o", size=5, shown=steps[np.newaxis] + 1),
        Mark(0, *here, BLACK, line="", marker="D", size=10),
    ]
    for i in range(len(h)):
        grows = (np.abs(factors[:, i]) > 1)[:, np.newaxis]
        end, start = np.minimum(amplitude[..., i], 1e8), np.ones_like(amplitude[..., i])
        label = [[f"×{factor:.2f}".replace("-", "−")] for factor in factors[:, i]]
        for colour, bar, drawn in ((BLUE, (end, start), ~grows), (RED, (start, end), grows)):
            marks.append(Mark(1, [i, i], np.stack(bar, -1), colour, width=26, label=label,
                              place="above", shown=np.where(drawn, 2, 0)))  # fmt: skip
    return Frames(
        size=(7.8, 3.8),
        background=background,
        sliders=(
            rate_slider(rates, 0.9 * edge, [f"{part:.2f} × 2/L" for part in fractions]),
            step_slider(steps, 10),
        ),
        marks=tuple(marks),
        texts=_cliff_texts(fractions, edge, steps, factors, loss),
        description="Left, the path of gradient descent over the contours of a bowl, seen in its "
        "flattest and steepest direction. Right, one bar for each direction: how far the run is "
        "from the minimum there, on a logarithmic axis.",
    )


def _contours(panel, curvatures):
    reach = np.linspace(-1.4, 1.4, 120)
    grid = np.stack(np.meshgrid(reach, reach), -1)
    loss = quadratic(curvatures).loss(grid)
    panel.contour(
        reach, reach, loss, np.geomspace(0.02, 1, 8) * loss.max(), colors="#B5B5B5", linewidths=1
    )
    panel.plot(0, 0, "+", color=BLACK, ms=10)


def _cliff_texts(fractions, edge, steps, factors, loss):
    texts = np.empty(loss.shape, dtype=object)
    for (i, k), left in np.ndenumerate(loss):
        part, slowest = fractions[i], np.abs(factors[i]).max()
        verdict = "converges" if part < 1 else "swings for ever" if part == 1 else "blows up"
        texts[i, k] = (
            f"Learning rate {part * edge:.3g}, that is {part:.2f} × 2/L: {verdict}, because the "
            f"slowest direction is multiplied by {slowest:.3f} at each step. After {steps[k]} "
            f"steps the loss is {left:.2g} times the first."
        )
    return texts
