# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}

# %%
from lrcourse import predict

predict("claim-13", "?")

# %% [markdown]
# ## 1. The curvature of two thousand dimensions
#
# In lesson 02 everything hung on one number: beyond $2/L$ a walk on a bowl blows up, and $L$ is the
# largest eigenvalue of the Hessian, the table of second derivatives. A network has a Hessian too. For
# the 2410 weights of lesson 04 it holds 5.8 million entries, and it is another one at every place. Nobody
# writes it down. You need only its steepest direction, and for that two ideas are enough.
#
# **The first idea.** Walk a little along an arrow $v$ and see how the gradient $g$ changes. On a bowl
# $g = Hd$ (lesson 02), so the change is
#
# $$g(w + \varepsilon v) - g(w - \varepsilon v) = 2 \varepsilon\, H v$$
#
# Two gradients, a little ahead and a little behind, and a division by $2\varepsilon$: that is the Hessian
# times $v$, and no table was made. On ground that is no bowl it holds for small $\varepsilon$. Try it
# where you know the answer:

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse.objectives import quadratic
from lrcourse.plots import style

style()
bowl = quadratic([[3.6, 0.8], [0.8, 2.4]])  # a bowl whose Hessian is this table
w, v, eps = np.array([7.0, -2.0]), np.array([1.0, 0.0]), 1e-4
product = (bowl.grad(w + eps * v) - bowl.grad(w - eps * v)) / (2 * eps)
print("two gradients say H v =", product.round(6), "for v =", v)

# %% [markdown]
# It is the table's first column. (In the exercise you scale $\varepsilon$, so that a long arrow takes you
# no farther than a short one.)
#
# **The second idea.** Multiply by $H$ again and again. Any arrow is a sum of parts along the eigenvectors,
# and each multiplication stretches each part by its eigenvalue. With the eigenvalues 4 and 2, the first
# part gains a factor of two on the second every time: after ten times, a factor of $2^{10} = 1024$. The
# arrow turns into the steepest direction all by itself. Scale it back to length 1 each time, or it
# grows out of all numbers. This is **power iteration**, and the curvature along an arrow $v$ of length
# 1 is $v \cdot Hv$: multiply entry by entry and add up, `v @ Hv`.

# %%
H, v = np.array([[3.6, 0.8], [0.8, 2.4]]), np.array([-0.2, 1.0])
for k in range(9):
    v = v / np.linalg.norm(v)
    if k % 2 == 0:
        print(f"after {k} multiplications: curvature along the arrow {v @ H @ v:.4f}")
    v = H @ v
print("eigenvalues:", np.linalg.eigvalsh(H).round(4))

# %% [markdown]
# How fast it settles hangs on the ratio of the two largest eigenvalues. And what if one is negative, as on
# a ridge, where the ground bends down?
#
# **Predict.** Eigenvalues 4 and $-5$.

# %%
predict("13-negative", "?")

# %% tags=["nbval-ignore-output"]
from lrcourse import arrow_finds_the_steepest, explore, picture

arrows = arrow_finds_the_steepest()
explore(arrows)

# %%
picture(arrows, other=-5, step=20)

# %%
predict("13-negative")

# %% [markdown]
# (Blue, with the diamond: the arrow. Dashed: the next one.) It is the largest eigenvalue *in size* that
# wins, with a negative one the arrow turns round at every step, and `v @ Hv` keeps the sign. Move the
# other curvature up to 3.9, and see how slow it gets when two are nearly alike.
#
# From here on `sharpness` does both: it takes an objective and `w`, and asks for two gradients a
# multiplication. **Sharpness** is the name of the largest curvature, and a rate above 2 over the sharpness
# overshoots farther at each step, in that one direction, as long as the curvature stays as it is.
#
# ## 2. Watch it during training
#
# Lesson 04's network on 300 digits, with two changes: tanh for ReLU, which has kinks where there is no
# second derivative, and for the loss half the squared distance from the outputs to the right answer
# (a 1 for the right digit, a 0 for each other), averaged. All 300 images in every step, so there is no noise. Four rates at
# once; every 25 steps the sharpness is measured, warm-started with the arrow of the time before.

# %%
from lrcourse import network, sharpness, train
from lrcourse.data import digits
from lrcourse.optimizers import gd

split, widths = digits(), (64, 32, 10)
X, y = split.X_train[:300], split.y_train[:300]
squared = network.mlp(X, y, widths, activation="tanh", loss="squared")
start = network.init(np.random.default_rng(0), widths)
print(f"sharpness at the start {sharpness(squared, start).value:.2f}")


# %%
def sharpness_along(objective, run):
    values, arrow = [], None
    for w in run.w:
        value, arrow = sharpness(objective, w, start=arrow, steps=30 if arrow is None else 5)
        values.append(value)
    return np.array(values)


# %% [markdown]
# **Predict.** The rate 0.4 is stable as long as the sharpness is below $2/0.4 = 5$. Now train.

# %%
predict("13-edge", "?")

# %%
rates = np.array([0.1, 0.2, 0.4, 0.8])
run = train(squared, start, gd, rates, steps=2500, record=25)
product = rates * sharpness_along(squared, run)
for step in (0, 250, 500, 1000, 1500, 2000, 2500):
    row = "  ".join(f"{x:4.1f}" for x in product[step // 25])
    print(f"step {step:4}: rate times sharpness {row}")

# %%
predict("13-edge")

# %% alt="Rate times sharpness over 2500 steps for four rates. At 0.1 and 0.2 it stays below 1 and rises slowly. At 0.4 it starts at 1.6, rises to 2 and hovers there. At 0.8 it starts at 3.3, falls to 2 within a few dozen steps and hovers there."
figure, ax = plt.subplots(figsize=(7, 3.4))
for lr, curve in zip(rates, product.T, strict=True):
    ax.plot(run.w_steps, curve, label=f"lr = {lr}")
ax.axhline(2, color="black", linestyle=":")
ax.set(xlabel="step", ylabel="rate times sharpness", ylim=(0, 3.5))
_ = ax.legend(loc="upper right", ncols=4)

# %% [markdown]
# The dotted line at 2 is the cliff of lesson 02. Below it, after a short dip, the sharpness *climbs*, slowly and
# all by itself (at 0.1, 0.2 and 0.4): this is called **progressive sharpening**. At 0.4 it reaches the line,
# goes a little past it, is thrown back, and from there on it hovers. At 0.8 training begins beyond the line, at
# 3.3; the network leaves that place at once, comes back up to the line, and hovers too. This is the **edge of
# stability** (Cohen et al. 2021, below). Over the second half:

# %%
for lr, curve in zip(rates, product[50:].T, strict=True):
    print(f"lr = {lr}: mean {curve.mean():.1f}, from {curve.min():.1f} to {curve.max():.1f}")

# %% [markdown]
# So at 0.4 and 0.8 the product is above 2 again and again, and then the steepest direction is unstable. What
# does that do to the loss?
#
# **Predict.** Look at the last 1000 steps of the run at 0.8.

# %%
predict("13-rises", "?")

# %%
for lr, loss in zip(rates, run.loss.T, strict=True):
    up = np.mean(np.diff(loss[1500:]) > 0)
    print(f"lr = {lr}: up on {10 * round(10 * up):2} % of the last 1000 steps, "
          f"loss {loss[0]:.1f} -> {loss[1500]:.2f} -> {loss[2500]:.2f}")  # fmt: skip

# %%
predict("13-rises")

# %% [markdown]
# At 0.8 it rises on every other step and yet falls over all. Nobody would guess from single steps that
# this run is as good as the one at 0.4, and ahead of the two that never rise. **A loss that jumps up and
# down from step to step does not say that the rate is too high.** Look at it over hundreds of steps.
#
# ## 3. How a landscape pushes back
#
# On a bowl there is no way back from beyond $2/L$. Why is there one here? Take the smallest network there
# is: one weight, then another, on one example, $(w_1 w_2 - 1)^2 / 2$. All points with $w_1 w_2 = 1$ are
# minima. They lie on a curve, a valley floor, and the valley is not equally steep everywhere: at a minimum
# the sharpness is $w_1^2 + w_2^2$ (differentiate twice, with $w_1 w_2 = 1$). So it is 2 at $(1, 1)$, and about
# 16 at $(0.25, 4)$. Start near the steep end.
#
# **Predict.** At rate 0.15 the limit is $2/0.15 = 13.3$, at 0.3 it is 6.7. Both are below 16.

# %%
predict("13-valley", "?")

# %%
from lrcourse.trainability import two_scalars

valley = two_scalars()
for lr in (0.1, 0.15, 0.3):
    run = train(valley, [0.3, 4.0], gd, lr, steps=400, record=1)
    end = run.w[-1]
    where = "thrown out" if run.diverged else f"ends with sharpness {end @ end:.1f}"
    print(f"lr = {lr:4}, limit {2 / lr:4.1f}: {where}")

# %%
predict("13-valley")

# %% alt="The curved valley of two scalars from above, its steep end grey where the sharpness is above 13.3. The walk starts inside the grey part, leaps across the valley with growing leaps, and lands further down the floor, outside it."
from lrcourse.plots import landscape

run = train(valley, [0.3, 4.0], gd, 0.15, steps=60, record=1)
figure, ax = plt.subplots(figsize=(6.5, 4.2))
landscape(valley, run.w, ax, xlim=(-0.7, 1.6), ylim=(0.5, 4.6))
floor = np.linspace(0.2, 1.6, 200)
ax.plot(floor, 1 / floor, color="black", linestyle=":")
ax.axhspan(np.sqrt(2 / 0.15), 4.6, color="lightgrey")
_ = ax.set(xlabel="w1", ylabel="w2")

# %% [markdown]
# (Square: the start. Diamond: the end. Dotted: the floor. In the grey part the floor is too
# steep for 0.15: there its sharpness is above 13.3.) The walk swings across the valley, wider at each step, just as lesson 02 says. But the
# wider it swings, the more it feels that the valley is *bent*: the far wall throws it along the floor,
# towards where it is flatter, and when the floor is flat enough the swings die out. The landscape has
# pushed back. And at 0.3 the first swings were too wide to come back from, although flatter places exist,
# all the way down to a sharpness of 2.
#
# In a network the same two forces balance: descent drives the sharpness up, swinging drives it down. Each
# time the product passes 2, swings grow, until they push it below 2; then they die out and it climbs
# again. (Damian, Nichani and Lee, below, make this exact.)
#
# ## 4. Change the rate in mid-run
#
# After 1500 steps at 0.4 the network sits at its edge. Now raise the rate to 0.8, a rate that worked from
# the first step in section 2. Four seeds, to be sure.
#
# **Predict.** What if you raise it at once, and what if it climbs over 100 steps?

# %%
predict("13-raise", "?")

# %%
starts = network.init([np.random.default_rng(seed) for seed in range(4)], widths)
settled = train(squared, starts, gd, 0.4, steps=1500).w[-1]
print("at 0.4 the four settled at", sharpness(squared, settled).value.round(1))

# %%
targets, climbs = np.array([0.6, 0.8, 0.8]), np.array([1, 1, 100])


def moved(step):
    return 0.4 + (targets - 0.4) * np.minimum(1, (step + 1) / climbs)


# %%
run = train(squared, settled[:, np.newaxis], gd, moved, steps=500)
steepest = sharpness(squared, run.w[-1]).value
fates = ["most blow up", "most blow up", "two blow up", "one blows up", "all four live"]
for i, (lr, climb) in enumerate(zip(targets, climbs, strict=True)):
    alive = ~run.diverged[:, i]
    part = 10 * round(10 * np.median(steepest[:, i]) * lr / 2)
    end = f", sharpness at {part} % of 2/lr (median)" if all(alive) else ""
    print(f"to {lr} in {climb:3} steps: {fates[sum(alive)]}{end}")

# %%
predict("13-raise")

# %% [markdown]
# At 0.6 the network survives the jump and settles at the new limit, 3.3. At 0.8 the jump throws most of the
# four out, and yet the same rate, reached over 100 steps, is no trouble: the sharpness is pushed down as the
# limit sinks. Pushing takes steps. So whether a rate is too high is not a property of the rate and the
# network: it depends on **where you come from**. At the start of section 2 a sharpness of 4.1 was in the
# way of 0.8; after 1500 steps at 0.4 it is 5.
#
# And lower the rate, to 0.2, where the limit is 10? Then there is nothing to push:

# %%
later = train(squared, settled, gd, 0.2, steps=1500).w[-1]
steepest = sharpness(squared, later, steps=60).value
print(f"1500 steps on, at 0.2: median {np.median(steepest):.1f}")

# %% [markdown]
# The sharpness goes on climbing. **A lower rate lets the network into sharper places.**
#
# Do it by hand: move the rate while it trains. (This one computes as you watch, so it needs the kernel.)

# %% tags=["nbval-ignore-output"]
from lrcourse import edge_of_stability

edge_of_stability()

# %% [markdown]
# ## 5. Where there is no edge
#
# All this was with the squared loss. Lesson 04 used cross-entropy. The same network and images, the same
# measurement, and rates up to five times as high:

# %%
crossed = network.mlp(X, y, widths, activation="tanh", loss="cross_entropy")
high = np.array([0.5, 2.0, 4.0])
run = train(crossed, start, gd, high, steps=500, record=20)
product = high * sharpness_along(crossed, run)
for lr, curve in zip(high, product.T, strict=True):
    print(f"lr = {lr}: at the start {curve[0]:.1f}, largest {curve.max():.1f}, "
          f"at the end {curve[-1]:.2f}")  # fmt: skip

# %% [markdown]
# The product never comes to rest at 2. At the end the sharpness is nearly gone. Why? The slopes of
# cross-entropy die out once every image is right with certainty, and the curvature with them: more
# certainty only flattens. With the squared loss an output has to *be* 1 and not merely large, and there
# the curvature stays. So do not expect the edge everywhere. (Nor take this one network for all: Cohen et al.
# report the edge on a broad range of networks and tasks.)
#
# ## 6. Warm-up, seen through the sharpness
#
# Lesson 09 ended with a promise: to look at the curvature under a warm-up. Back to the squared loss, from
# the start, where the sharpness is 4.1 and the limit of 0.8 and 1.2 is 2.5 and 1.7. Four seeds, and a linear climb
# of the rate over so many steps.
#
# **Predict.** At 1.2 every run without a warm-up blows up. Which warm-up rescues it?

# %%
predict("13-warm", "?")

# %%
from lrcourse import constant, warmup

pairs = [(0.8, 0), (1.2, 0), (1.2, 10), (1.2, 100), (1.2, 300)]
climbs = [warmup(constant(lr), n) for lr, n in pairs]
run = train(
    squared, starts[:, np.newaxis], gd, lambda step: np.array([c(step) for c in climbs]), 400
)
for (lr, n), blown in zip(pairs, run.diverged.T, strict=True):
    print(f"lr = {lr}, warm-up of {n:3} steps: {fates[4 - sum(blown)]}")

# %%
predict("13-warm")

# %% [markdown]
# At 0.8 no warm-up is needed: the network gets down to its limit by itself. At 1.2 a short one changes
# nothing, and 300 steps save all. See why: the sharpness under two of the warm-ups, beside the limit 2 over
# the rate of the moment.

# %%
traces = {}
for n in (100, 300):
    climb = warmup(constant(1.2), n)
    run = train(squared, starts[0], gd, climb, steps=300, record=10)
    alive = np.isfinite(run.loss[run.w_steps])
    traces[n] = run.w_steps[alive], sharpness_along(squared, run)[alive], climb

# %%
for n, (_, values, climb) in traces.items():
    at = "  ".join(f"{value:.1f}" for value in values[[0, 5, 8]])
    print(f"warm-up of {n}: sharpness at step 0, 50, 80: {at}; 2/rate at 80: {2 / climb(80):.1f}")

# %% alt="Sharpness against step under a warm-up of 100 and of 300 steps to 1.2, with the falling limit 2 over the rate. With 100 steps the limit falls below the sharpness, which is still near 3.7, and the run ends. With 300 the sharpness bends down and follows the limit to 1.7."
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, (n, (steps, steepest, climb)) in zip(panels, traces.items(), strict=True):
    ax.plot(steps, steepest, "o-", markersize=4, label="sharpness")
    ax.plot(np.arange(1, 301), 2 / climb(np.arange(1, 301)), ":", color="black", label="2 / rate")
    ax.set(ylim=(0, 7), xlim=(0, 300), xlabel="step", title=f"warm-up of {n} steps to 1.2")
_ = panels[0].legend(loc="upper right"), panels[0].set(ylabel="curvature")

# %% [markdown]
# Three things to read. While the rate is low, nothing is pushed: in the first 50 steps of either the
# sharpness goes from 4.1 to 3.7 or 3.9, and no farther. (A warm-up does not flatten the ground by being
# gentle.) The
# limit sinks below the sharpness in both, and training goes on for a while beyond it, because swings need steps
# to grow. On the right they grow while the limit is near, and push the sharpness down to it; then it
# follows the limit. On the left the limit has sunk to little more than half of the sharpness at step 80, before any push comes,
# and the swing goes over the top. **A long warm-up helps here because it keeps the limit in reach.**
#
# Claim no more than that: one network, 300 images, no noise, a loss that has an edge. With cross-entropy
# there was nothing to rescue. In lesson 09 the warm-up gained near the cliff and cost a little elsewhere; and
# Gilmer et al. (below) see the same on large networks: warm-up leads out of steep places.
#
# ## 7. The border itself
#
# Lesson 02's cliff was a number. What does the border between rates that train and rates that do not look
# like when the ground changes under the walk? Give each of two layers a rate of its own, so that the border is
# a line in a plane, and train once for every pixel: 150 steps of plain descent from one and the same start.
# Blue pixels stayed, orange ones diverged: over the last 20 steps their loss was above a million times the
# first, on average.

# %% tags=["nbval-ignore-output"]
from time import perf_counter

from lrcourse.trainability import boundary, tiny_network

begin = perf_counter()
boundary(pixels=128)
print(f"128 x 128 networks of 20 weights, 150 steps each: {perf_counter() - begin:.1f} seconds")


# %%
from lrcourse.boundary_explorers import palette, shades


def draw(ax, values, size):
    ax.imshow(palette()[values], origin="lower")
    ax.set(xticks=[], yticks=[], title=f"{3.5 / size:.0f} times")


def around(x, y, size):
    return (x - size / 2, x + size / 2, y - size / 2, y + size / 2)


# %% [markdown]
# First the two scalars of section 3, where the first rate moves $w_1$ and the second $w_2$: four
# windows, each eight times as narrow as the one before and placed on the border. To the right the first rate
# grows, upwards the second; the first window is three and a half powers of ten wide, from about 0.04 to 130. Here
# only *whether* a run came down is painted.

# %% alt="Four windows on the border of two scalars. In each, blue below left and orange above right meet along a smooth curve, which looks straighter the closer one looks."
figure, panels = plt.subplots(1, 4, figsize=(11, 3))
smooth = []
for ax, size in zip(panels, 3.5 / 8 ** np.arange(4), strict=True):
    values = boundary(around(0.353, 0.203, size), pixels=192, network=valley)
    draw(ax, np.where(values > 0, 200, 60), size)
    smooth.append(values)

# %% [markdown]
# As expected: the closer you look, the straighter it is. Now the network with 20 weights: 4 inputs, 4
# tanh units and 1 output, without biases, on 4 random points.
#
# **Predict.** Zoom into *its* border by eight, three times over.

# %%
predict("13-border", "?")

# %% alt="Four windows on the border of a network of twenty weights. In the first a blue land below meets an orange sky along a bay with curls. Zoomed by 8, 64 and 512 the border shows tongues, bays and islands of ever finer shape, with glowing threads inside the orange."
figure, panels = plt.subplots(1, 4, figsize=(11, 3))
centres = [(0.75, 0.25), (0.5125, 0.035), (0.365, 0.12), (0.365, 0.13)]
rough = []
for ax, (x, y), size in zip(panels, centres, 3.5 / 8 ** np.arange(4), strict=True):
    rough.append(boundary(around(x, y, size), pixels=192, network=tiny_network()))
    draw(ax, shades(rough[-1]), size)

# %%
predict("13-border")


# %%
def border(values):
    out = values > 0
    return np.sum(out[1:, 1:] != out[1:, :-1]) + np.sum(out[1:, 1:] != out[:-1, 1:])


for name, maps in (("two scalars", smooth), ("20 weights", rough)):
    print(f"{name:11}:", "  ".join(f"{border(values) / 192:3.0f}" for values in maps))

# %% [markdown]
# (The lighter the blue, the sooner a run came down; the lighter the orange, the longer it took to go. The colours
# are dealt out anew in each window, so that all are used.) The land of the rates that train has bays, the bays have
# tongues, and off every cape there are islands. The numbers count, for each column of pixels, the pairs of
# neighbours of which one stayed and one diverged: one or two for a plain curve, whatever the zoom. The two scalars
# keep to that. The network's border has 17 at 512 times. Sohl-Dickstein (below) followed
# such borders over more than ten decades of zoom and calls them fractal.
#
# What does it mean for you? Well inside the blue, neighbouring rates do alike, and nothing is to be feared. Near
# the border a rate that trains tells you nothing about the one beside it. The best rates were near the
# cliff in lesson 02, where the cliff was a clean edge. Here **keep some distance**.
#
# Click to zoom in, as deep as you like:

# %% tags=["nbval-ignore-output"]
from lrcourse import trainability_boundary

trainability_boundary()

# %% [markdown]
# ## 8. The claim, tried
#
# {{claim}}

# %%
predict("claim-13")

# %% [markdown]
# Unstable, yes: at 0.8 one direction of the network was beyond its limit from the first step. But that kept
# nothing from converging: the loss of section 2 was as low at 0.8 as at 0.4, and lower than at rates that never
# crossed the line. What ended training was a rate that the network had no time to answer: 0.8 at once from
# the edge of 0.4, 1.2 with a short warm-up, 0.3 in the bent valley.
#
# ## In three lines
#
# * Sharpness, the largest curvature, costs two gradients a multiplication: power iteration on the change of
#   the gradient.
# * Below 2 over the rate the sharpness climbed; at it, swings pushed it back. There the loss jumps and falls
#   over all (squared loss; not so with cross-entropy here).
# * Pushing takes steps: raise a rate slowly, and stay away from the border, which is rough.
#
# ## Do you recall?
#
# {{quiz}}
#
# ## Your turn
#
# {{exercises}}
#
# ## Sources
#
# {{sources}}
