# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-13")

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

from lrcourse import name_curves, quadratic, style

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
predict("13-negative")

# %% tags=["nbval-ignore-output"]
from lrcourse import arrow_finds_the_steepest, explore, picture

arrows = arrow_finds_the_steepest()
explore(arrows)

# %%
picture(arrows, other=-5, step=20)

# %%
settle("13-negative")

# %% [markdown]
# (The diamond is the tip of the arrow. Dashed: the next one.) It is the largest eigenvalue *in size* that
# wins, with a negative one the arrow turns round at every step, and `v @ Hv` keeps the sign. Move the
# other curvature up to 3.9, and see how slow it gets when two are nearly alike.
#
# From here on `sharpness` does both: it takes an objective and `w`, and asks for two gradients a
# multiplication. (The exercise's takes the product itself, and an arrow.) **Sharpness** is the name of the largest curvature; where what comes out is above 0, it is
# also the largest in size. A rate above 2 over the sharpness overshoots farther at each step, in that one
# direction, as long as the curvature stays as it is.
#
# ## 2. Watch it during training
#
# Lesson 04's network on 300 digits, with two changes: tanh, a smooth S-shaped curve from -1 to 1, for ReLU, which
# has a kink where there is no second derivative, and for the loss half the squared distance from the outputs to the right answer
# (a 1 for the right digit, a 0 for each other), averaged. All 300 images in every step, so there is no noise. Four
# rates at once; every 25 steps the sharpness is measured, by five multiplications of the arrow that was found the time
# before.

# %%
from lrcourse import digits, gd, network, sharpness, train

split, widths = digits(1000 * repeat), (64, 32, 10)
X, y = split.X_train[:300], split.y_train[:300]
squared = network.mlp(X, y, widths, activation="tanh", loss="squared")
start = network.init(np.random.default_rng(1000 * repeat), widths)
print(f"sharpness at the start {sharpness(squared, start).value:.2f}")


# %%
def sharpness_along(objective, run):
    values, arrow = [], None
    for w in run.w:
        value, arrow = sharpness(objective, w, start=arrow, steps=60 if arrow is None else 5)
        values.append(value)
    return np.array(values)


# %% [markdown]
# **Predict.** The rate 0.4 is stable as long as the sharpness is below $2/0.4 = 5$. Now train.

# %%
predict("13-edge")

# %%
rates = np.array([0.1, 0.2, 0.4, 0.8])
edge = train(squared, start, gd, rates, steps=2500, record=25)
steepest = sharpness_along(squared, edge)
for step in (0, 250, 500, 1000, 1500, 2000, 2500):
    row = "  ".join(f"{x:4.1f}" for x in rates * steepest[step // 25])
    print(f"step {step:4}: rate times sharpness {row}")

# %%
settle("13-edge")

# %% alt="Sharpness against step for four rates. At 0.1 and 0.2 it dips below 4 and then climbs slowly. At 0.4 it climbs to the dotted line at 5 and hovers there. At 0.8 it falls from 4.1 to the dotted line at 2.5 at once and stays about there, with dips."
figure, ax = plt.subplots(figsize=(7, 3.4))
for lr, curve in zip(rates, steepest.T, strict=True):
    (line,) = ax.plot(edge.w_steps, curve, label=f"lr = {lr}")
    ax.axhline(2 / lr, color=line.get_color(), linestyle=":")
ax.set(xlabel="step", ylabel="sharpness (dotted: 2 / lr)", ylim=(0, 6), xlim=(0, 2500))
name_curves(ax)

# %% [markdown]
# Each dotted line is the cliff of lesson 02, 2 over the rate: 5 for 0.4 and 2.5 for 0.8 (those for 0.1 and 0.2
# lie above the picture, at 20 and 10). Below it, after a dip, the sharpness *climbs*, slowly and all by itself: this
# is called **progressive sharpening**. At 0.4 it reaches the line, goes a little past it, is thrown back, and
# from there on it hovers. At 0.8 training begins beyond the line; the network leaves that place at
# once, and stays at the line too. This is the **edge of stability** (Cohen et al. 2021, below). Where two directions are
# nearly as steep, five multiplications fall short: the sharpest dips are such errors. So a closer look at the second
# half, every 200 steps, with 60 multiplications:

# %%
exact = rates[2:] * sharpness(squared, edge.w[50::8, 2:], steps=60).value
for lr, curve in zip(rates[2:], exact.T, strict=True):
    often = "every time" if all(curve > 2) else "at times" if any(curve > 2) else "never"
    print(
        f"lr = {lr}: rate times sharpness {curve.min():.1f} to {curve.max():.1f}, above 2 {often}"
    )

# %% [markdown]
# So at 0.4 the product is above 2 again and again, at 0.8 at each of these looks (by a little), and then the steepest
# direction is unstable. What does that do to the loss?
#
# **Predict.** Look at the last 1000 steps of the run at 0.8.

# %%
predict("13-rises")

# %%
print("loss at step                                 5     10   1500   2500")
for lr, loss in zip(rates, edge.loss.T, strict=True):
    up = np.diff(loss[1500:]) > 0
    up, turns = (10 * round(10 * np.mean(each)) for each in (up, up[1:] != up[:-1]))
    print(
        f"lr = {lr}: up on {up:2} %, turns on {turns:2} %  ",
        "  ".join(f"{loss[k]:5.2f}" for k in (5, 10, 1500, 2500)),
    )

# %%
settle("13-rises")

# %% [markdown]
# (Shares of the last 1000 steps, rounded to tens; a turn is a rise after a fall, or a fall after a rise.) At 0.8 it rises on
# about half of the steps, mostly many steps in a row, and yet falls over all. Nobody would guess from a stretch of rises
# that this run is about as good as the one at 0.4, and ahead of the two that hardly ever rise. **A loss that rises for a
# while does not say that the rate is too high.** Look at it over hundreds of steps.
#
# ## 3. The smallest network
#
# On a bowl there is no way back from beyond $2/L$. Why is there one here? Take the smallest network there
# is: one weight, then another, on one example, $(w_0 w_1 - 1)^2 / 2$. All points with $w_0 w_1 = 1$ are
# minima. They lie on a curve, a valley floor, and the valley is not equally steep everywhere. At a minimum
# the Hessian has $w_1^2$ and $w_0^2$ on its diagonal and $2 w_0 w_1 - 1$, which is 1, beside it. It stretches the arrow
# $(w_1, w_0)$ by $S = w_0^2 + w_1^2$ (multiply it out, with $w_0 w_1 = 1$) and the arrow $(w_0, -w_1)$, along the floor,
# by 0. So $S$ is the sharpness: 2 at $(1, 1)$, and about 16 at $(0.25, 4)$. Start near the steep end.
#
# **Predict.** At rate 0.15 the limit is $2/0.15 = 13.3$, at 0.3 it is 6.7. Both are below 16.

# %%
predict("13-valley")

# %%
from lrcourse import two_scalars

valley = two_scalars()
for lr in (0.1, 0.15, 0.2, 0.24, 0.25, 0.3):
    run = train(valley, [0.3, 4.0], gd, lr, steps=400, record=1)
    begin, end = run.w[0] @ run.w[0], run.w[-1] @ run.w[-1]
    where = "thrown out" if run.diverged else f"ends with S = {end:.1f}, limit {2 / lr:.1f}"
    print(f"lr = {lr:4}, at the start lr * S = {lr * begin:.1f}: {where}")

# %%
settle("13-valley")

# %% alt="The curved valley of two scalars from above, its steep end grey where the sharpness is above 13.3. The walk starts inside the grey part, leaps across the valley with growing leaps, and lands further down the floor, outside it."
from lrcourse import landscape

run = train(valley, [0.3, 4.0], gd, 0.15, steps=60, record=1)
figure, ax = plt.subplots(figsize=(6.5, 4.2))
landscape(valley, run.w, ax, xlim=(-0.7, 1.6), ylim=(0.5, 4.6))
floor = np.linspace(0.2, 1.6, 200)
ax.plot(floor, 1 / floor, color="black", linestyle=":")
ax.axhspan(np.sqrt(2 / 0.15), 4.6, color="lightgrey")
_ = ax.set(xlabel="w0", ylabel="w1")

# %% [markdown]
# (Square: the start. Diamond: the end. Dotted: the floor. In the grey part the floor is too
# steep for 0.15.) The walk swings across the valley, wider at each step, just as lesson 02 says. But the
# valley is *bent*, and wide swings move it along the floor. With $r = w_0 w_1 - 1$, a step takes
# $\eta r w_1$ from $w_0$ and $\eta r w_0$ from $w_1$. Square both and add: $S - 4 \eta r w_0 w_1 + \eta^2 r^2 S$. With
# $w_0 w_1 = r + 1$ that is
#
# $$S_\text{new} = S + \eta r^2 (\eta S - 4) - 4 \eta r$$
#
# The last term changes its sign from wall to wall. In wide swings $r^2$ counts for more, and its factor tells
# the fates apart: with $\eta S$ **between 2 and 4** swings grow and make $S$ *smaller*, until they die out where
# the floor is flat enough. The landscape has pushed back. **Above 4** they make $S$ larger still, and nothing
# stops them. In the table the last to live begins at 3.9, the first to be thrown out at 4.0.
#
# In a network descent drives the sharpness up, and swings drive it down: at 0.4 in turns, at 0.8, where they never
# died out, both at once. (Damian, Nichani and Lee, below, derive the push. The line at 4 is Lewkowycz et al.'s, for
# wide linear networks of two layers; ours is another, so try it.)
#
# ## 4. Change the rate in mid-run
#
# After 1500 steps at 0.4 the network is near its edge. Now raise the rate to 0.8, a rate that worked from
# the first step in section 2. Four seeds, to be sure.
#
# **Predict.** You may raise it at once, or let it climb over 100 steps.

# %%
predict("13-raise")

# %%
starts = network.init([np.random.default_rng(seed + 1000 * repeat) for seed in range(4)], widths)
settled = train(squared, starts, gd, 0.4, steps=1500).w[-1]
before = sharpness(squared, settled, steps=60).value
print("at 0.4 the four stand at", before.round(1))

# %%
targets, climbs = np.array([0.7, 0.8, 0.8]), np.array([1, 1, 100])


def moved(step):
    return 0.4 + (targets - 0.4) * np.minimum(1, (step + 1) / climbs)


# %%
run = train(squared, settled[:, np.newaxis], gd, moved, steps=250)
for lr, climb, gone in zip(targets, climbs, run.diverged.T, strict=True):
    close = (climb == 1) & (np.abs(lr * before - 3.8) < 0.15)
    fates = np.where(close, "either", np.where(gone, "dies", "lives"))
    row = "  ".join(f"{x:.1f} {fate}" for x, fate in zip(lr * before, fates, strict=True))
    print(f"to {lr} in {climb:3} steps, new rate times old sharpness: {row}")

# %%
after = sharpness(squared, run.w[-1, :, 2], steps=60).value
print(f"after the slow climb the sharpness is {np.median(after):.1f} (median)")
jumps = np.array([0.75, 0.77])
dies = train(squared, settled[:, np.newaxis], gd, jumps, steps=150).diverged
product = jumps * before[:, np.newaxis]
mixed_up = product[~dies].max() > product[dies].min()
print("jumps to 0.75 and 0.77: one lives at a higher product than one that dies:", mixed_up)

# %%
settle("13-raise")

# %% [markdown]
# (Either: between 3.65 and 3.95 it can go both ways, and the rounding of your processor has a say.) The jump to 0.7
# is survived, that to 0.8 ends the three that land on 4 or above. Here all lived up to 3.6, and all died from 4.0;
# between, there is no clear line: some jumps to 0.75 and 0.77 were survived at a higher product than others that were
# not. The same 0.8, reached over 100 steps, is no trouble: the sharpness is pushed down as the limit sinks. So whether
# a rate is too high is not a property of the rate and the network: it depends on **where you come from**. At the
# start of section 2 a sharpness of 4.1 was in the way of 0.8; after 1500 steps at 0.4 it is about 5.
#
# And lower the rate, to 0.2, where the limit is 10? Then there is nothing to push. Beside it, four that stay at 0.4:

# %%
run = train(squared, settled[:, np.newaxis], gd, np.array([0.2, 0.4]), steps=600)
later = np.median(sharpness(squared, run.w[-1], steps=60).value, axis=0)
for lr, steepest in zip((0.2, 0.4), later, strict=True):
    print(f"600 steps on, at {lr}: median {steepest:.1f}")

# %% [markdown]
# **In mid-run, a lower rate lets the network into sharper places**, slowly. (From the start, in section 2, the lower rate
# is the less sharp one after as many steps: it has not come as far.)
#
# Do it by hand: move the rate while it trains. (This one computes as you watch, so it needs the kernel, the Python that runs the cells.)

# %% tags=["nbval-ignore-output"]
from lrcourse import edge_of_stability

edge_of_stability()

# %% [markdown]
# ## 5. Where there is no edge
#
# All this was with the squared loss. Lesson 04 used cross-entropy. The same network and images, the same four
# seeds, and rates from one below the line at 2 to one beyond 4. The product, rate times sharpness, is measured at
# steps 0, 5 and 200:

# %%
crossed = network.mlp(X, y, widths, activation="tanh", loss="cross_entropy")
high = np.array([4.0, 8.0, 16.0])
run = train(crossed, starts[:, np.newaxis], gd, high, steps=200, record=5)
lived = (~run.diverged).sum()
products = [np.median(high * sharpness(crossed, w).value, axis=0) for w in run.w[[0, 1, -1]]]

# %%
for i, lr in enumerate(high):
    right = crossed.accuracy(run.w[-1, :, i]).min()
    row = " -> ".join(f"{product[i]:.1f}" for product in products)
    print(f"lr = {lr:4}: {sum(~run.diverged[:, i])} of 4 live, at least {right:.0%} right, highest "
          f"loss {np.median(run.loss[..., i].max(0)):.2g}, product {row} (medians)")  # fmt: skip

# %% [markdown]
# All live, even beyond 4. At 16 the loss first rises about tenfold, from 2.5; on this split the product of rate and
# sharpness rises beyond 10 as well. Then a way out is found. Nor does it come to rest at 2: it ends
# far below. Why? The slopes of cross-entropy die out once every image is right with certainty, and the curvature with them. With the
# squared loss an output has to *be* 1 and not merely large, and there the curvature stays. So do not expect
# either line everywhere. (Nor take this one network for all: Cohen et al. report the edge on a broad range of
# networks and tasks.)
#
# ## 6. Warm-up, seen through the sharpness
#
# In lesson 09 a warm-up rescued runs near the cliff, and why was left open. That network had ReLU, cross-entropy and
# mini-batches. Here is the question where the sharpness can be followed: the squared loss again, from the start, where
# the sharpness is 4.1 and the limit of 0.8 and 1.2 is 2.5 and 1.7. Four seeds, and a linear climb of the rate over so many
# steps.
#
# **Predict.** At 1.2 all four blow up without a warm-up.

# %%
predict("13-warm")

# %%
from lrcourse import constant, warmup

pairs = [(0.8, 0), (1.1, 0), (1.2, 0), (1.2, 10), (1.2, 100), (1.2, 300)]
climbs = [warmup(constant(lr), n) for lr, n in pairs]
run = train(
    squared, starts[:, np.newaxis], gd, lambda step: np.array([c(step) for c in climbs]), 330
)
died = run.diverged.sum(axis=0)  # of four

# %%
begin = sharpness(squared, starts, steps=60).value
for (lr, n), blown in zip(pairs, run.diverged.T, strict=True):
    print(f"lr = {lr} ({(lr * begin).min():.1f} to {(lr * begin).max():.1f} over the sharpness at the "
          f"start), warm-up of {n:3} steps: {sum(~blown)} of 4 live")  # fmt: skip

# %%
settle("13-warm")

# %% [markdown]
# At 0.8 no warm-up is needed: rate times sharpness is about 3.3 at the start, and the network gets down to its limit
# by itself. At 1.1 it is 4.4 to 4.8, and one seed of these four still gets down; at 1.2 it is 4.8 to 5.3, and none does.
# See what two of the warm-ups do: the sharpness, beside 2 and 4 over the rate of the moment.

# %%
traces = {}
for n in (100, 300):
    climb = warmup(constant(1.2), n)
    run = train(squared, starts[0], gd, climb, steps=300, record=5)
    steps = run.w_steps[run.loss[run.w_steps] < 2 * run.loss[0]]  # until it blows up
    steepest = sharpness_along(squared, run)[: len(steps)]
    traces[n] = steps, steepest, 2 / climb(np.maximum(steps, 1))

# %%
for n, (steps, steepest, limit) in traces.items():
    product = 2 * steepest / limit
    print(f"warm-up of {n}: sharpness at step 0, 50: {steepest[0]:.1f}  {steepest[10]:.1f}; product "
          f"above 2 from step {steps[product > 2][0]}, ever above 4: {any(product > 4)}")  # fmt: skip

# %% alt="Sharpness against step under a warm-up of 100 and of 300 steps to 1.2, with two falling curves, 2 and 4 over the rate. With 100 steps the sharpness, still near 3.7, meets the upper curve, and there it ends. With 300 it crosses the lower curve, bends down before it meets the upper one, and follows the lower."
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for ax, (n, (steps, steepest, limit)) in zip(panels, traces.items(), strict=True):
    ax.plot(steps, steepest, "o-", markersize=4, label="sharpness")
    ax.plot(steps, limit, ":", color="black", label="2 / rate")
    ax.plot(steps, 2 * limit, "--", color="black", label="4 / rate")
    ax.text(steps[-1] + 5, steepest[-1], "× blows up" if steps[-1] < 200 else "", color="C1")
    ax.set(ylim=(0, 9), xlim=(0, 300), xlabel="step", title=f"warm-up of {n} steps to 1.2")
_ = panels[0].set(ylabel="curvature"), name_curves(panels[1])

# %% [markdown]
# Three things to read. While the rate is low, little is pushed: in the first 50 steps the sharpness
# goes from 4.1 to 3.7 or 3.9. (A warm-up does not flatten the ground much by being gentle.) In
# both (their sharpest dips are errors of few multiplications, as in section 2), training goes on for a while beyond the lower line, because swings need steps to grow. On the right they
# have grown before the upper line comes down (the product stays below 4), and push the sharpness to the lower one;
# then it follows that. On the left the upper line is there first, and where the curve ends, the run blows up.
# **A long warm-up helps here because swings have time to push before the rate passes 4 over the sharpness.**
#
# Claim no more than that: one network, 300 images, no noise, a loss that has an edge. With cross-entropy and all images
# at once there was nothing to rescue up to 16; lesson 04's network, with mini-batches and ReLU, was lost at 10, so
# what lesson 09's warm-up does stays open. Gilmer et al. (below) see the same as here on large networks: warm-up leads out
# of steep places.
#
# ## 7. The border itself
#
# Lesson 02's cliff was a number. What does the border between rates that train and rates that do not look
# like when the ground changes under the walk? Give each of two layers a rate of its own, so that the border is
# a line in a plane, and train once for every pixel: 150 steps of plain descent from one and the same start.
# Blue pixels stayed, orange ones diverged: over the last 20 steps their loss was above a million times the
# first, on average. First the two scalars of section 3, where the first rate moves $w_0$ and the second $w_1$:
# four windows, each eight times as narrow as the one before, placed on the border by hand. The first is 3.5 powers
# of ten wide. Here only *whether* a run stayed is painted.

# %%
from lrcourse import boundary, palette, shades, tiny_network


def around(x, y, size):
    return (x - size / 2, x + size / 2, y - size / 2, y + size / 2)


def draw(ax, places, window):
    left, right, bottom, top = window
    ax.imshow(palette()[places], origin="lower", extent=window, interpolation="nearest")
    ax.set(xticks=[left, right], xticklabels=[f"{10**x:.4g}" for x in (left, right)])
    ax.set(yticks=[bottom, top], yticklabels=[f"{10**y:.4g}" for y in (bottom, top)])
    ax.set(xlabel="first rate", title=f"{3.5 / (right - left):.0f} times")


# %% alt="Four windows on the border of two scalars. In each, blue below left and orange above right meet along a smooth curve, which looks straighter the closer one looks."
figure, panels = plt.subplots(2, 2, figsize=(7, 7))
sizes, smooth = 3.5 / 8 ** np.arange(4), []
for ax, size in zip(panels.flat, sizes, strict=True):
    window = around(0.353, 0.203, size)
    smooth.append(boundary(window, pixels=128, network=valley))
    draw(ax, np.where(smooth[-1] > 0, 200, 60), window)
_ = panels[0, 0].set(ylabel="second rate"), panels[1, 0].set(ylabel="second rate")

# %% [markdown]
# The closer you look, the straighter. Now the network with 20 weights: 4 inputs, 4
# tanh units and 1 output, without biases, on 4 random points. From here on, the lighter the blue, the sooner a run
# came down; the lighter the orange, the longer it took to go.
#
# **Predict.** Zoom into *its* border by eight, three times over.

# %%
predict("13-border")

# %% alt="Four windows on the border of a network of twenty weights. In the first a blue land below meets an orange sky along a bay with curls. Zoomed by 8, 64 and 512 the border shows tongues, bays and islands of ever finer shape, with glowing threads inside the orange."
figure, panels = plt.subplots(2, 2, figsize=(9, 9))
centres = [(0.75, 0.25), (0.5125, 0.035), (0.365, 0.12), (0.365, 0.13)]
windows = [around(x, y, size) for (x, y), size in zip(centres, sizes, strict=True)]
rough = [boundary(window, pixels=128, network=tiny_network()) for window in windows]
for ax, places, window in zip(panels.flat, shades(np.array(rough)), windows, strict=True):
    draw(ax, places, window)
_ = [ax.set(ylabel="second rate") for ax in panels[:, 0]]

# %%
settle("13-border")


# %%
def mixed(values):
    out = values > 0
    pairs = out[:, 1:] != out[:, :-1], out[1:] != out[:-1]
    return f"{100 * np.mean([pair.mean() for pair in pairs]):4.1f} %"


print("two scalars:", "  ".join(map(mixed, smooth)))
print("20 weights: ", "  ".join(map(mixed, rough)))
elsewhere = boundary(around(0.0967, 0.5072, sizes[3]), pixels=128, network=valley)
print("two scalars, elsewhere, 512 times:", mixed(elsewhere))

# %% [markdown]
# The land of the rates that stay has bays, the bays have tongues, and off many capes there are islands. The numbers
# say in how many of all pairs of neighbouring pixels one stayed and one diverged. A straight border has 0.4 % if it
# is upright and 0.8 % if it slants; the network's first window has 0.8 still, the next three have 3 to 6.
# These windows are picked: in other places you find a plainer border, or a rougher one, and even the two scalars
# have a grainy stretch (the last line). So both borders are rough in places, and ours do not say which is rougher on the
# whole. Sohl-Dickstein (below) followed borders of networks over more than ten decades of zoom and calls them fractal,
# which is to say: as rough from near as from afar.
#
# Each window is 128 by 128 networks, trained for 150 steps in one run. How long does your computer take for
# one? (The answer differs from machine to machine, so it is not kept in this page.)

# %% tags=["nbval-ignore-output"]
from time import perf_counter

start = perf_counter()
boundary(windows[3], pixels=128, network=tiny_network())
print(f"{128 * 128} networks, 150 steps each: {perf_counter() - start:.2f} seconds")

# %% [markdown]
# What does it mean for you? Well inside the blue, neighbouring rates do alike, and nothing is to be feared. Near
# the border you cannot trust that the rate beside one that stays will stay too. The best rates were near the
# cliff in lesson 02, where the cliff was a clean edge. Here **keep some distance**.
#
# Click to zoom in, as deep as you like:

# %% tags=["nbval-ignore-output"]
from lrcourse import trainability_boundary

trainability_boundary()

# %% [markdown]
# ## 8. A rate that moves with the width
#
# All this was one width: 32 hidden units. Make it 512, 16 times as wide. The start divides by the root of the number of
# inputs (lesson 04), so each weight of the last layer begins four times as small, and the outputs as large as
# before.
#
# **Predict.** At the rate 0.7 the narrow network trains well.

# %%
predict("13-width")

# %%
lrs = np.array([0.2, 0.7])


def scaled(w, layers, of_first, of_last):
    w = w.copy()
    (first, first_biases), (last, _) = network.layers(w, layers)
    first *= of_first
    first_biases *= of_first
    last *= of_last
    return w


# %%
def widened(width, of_first=1, of_last=1, start=1):
    layers = (64, width, 10)
    rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in range(4)]
    w = scaled(network.init(rngs, layers), layers, 1, start)
    factors = scaled(np.ones(w.shape[1]), layers, of_first, of_last)  # of each weight's rate
    few = network.mlp(X[:100], y[:100], layers, activation="tanh", loss="squared")
    run = train(few, w[:, np.newaxis], gd, (lrs[:, np.newaxis] * factors)[np.newaxis], steps=150)
    return sharpness(few, w).value, (~run.diverged).sum(axis=0), np.median(run.loss[-1], axis=0)


# %%
def tell(name):
    steepest, live, loss = lasting[name]
    ends = [f"{end:.3f}" if n == 4 else "lost" for n, end in zip(live, loss, strict=True)]
    print(f"{name:26} sharpness at the start {np.median(steepest):4.1f}; loss after 150 steps "
          f"at 0.2: {ends[0]}, at 0.7: {ends[1]}")  # fmt: skip


# %%
lasting = {"width 32": widened(32), "width 512": widened(512)}
for name in lasting:
    tell(name)

# %%
settle("13-width")

# %% [markdown]
# (100 images, four seeds, the median; "lost" where not all four live.) Add up what a *step* does. The slope of a weight in the
# last layer is the blame at the output times the value of its unit: as large as before, and there are 16 times as
# many of them. So a step at the same rate moves the outputs 16 times as far, by way of the last layer. By way of
# the first it moves them as far as before: 16 times as many units, and each counts with the square of a weight that is
# four times as small. The sharpness did not grow by 16, for at width 32 most of it comes from the first layer. On a
# network wider still there is hardly anything but the last layer's share, and that grows with the width. So the rate
# that you found on a small model is wrong for a large one, and large ones are too dear to tune.
#
# There is a way out, and the same sums show it: give **each layer its own rate**. For $k$ times the width divide the rate
# of the last weights by $k$. Start them smaller, too, by another $\sqrt k$, so that they come to be made of what was
# learnt and not of what was drawn. Then the first layer moves the outputs $k$ times *less* than before, so multiply its
# rate by $k$.

# %%
lasting["width 512, rates by layer"] = widened(512, of_first=16, of_last=1 / 16, start=1 / 4)
for name in lasting:
    tell(name)

# %% [markdown]
# The 0.7 of the narrow network serves the wide one: all four live, and end lower than at the 0.2 that it stood with one
# rate for all (on sixteen other splits as low or lower). At width 32, where $k = 1$, nothing is changed. (And its sharpness? That counts every
# weight alike, so where rates differ it no longer says which of them is too high.) This is **muP** (Yang, Hu and others,
# below; there also for deeper networks and for Adam). They tuned a language model of 40 million weights, and
# trained one of 6.7 billion with what they had found.
#
# ## 9. The claim, tried
#
# {{claim}}

# %%
settle("claim-13")

# %% [markdown]
# Unstable, yes: at 0.8 one direction of the network was beyond its limit from the first step. Faster at first,
# nearly: at step 5 the loss at 0.8 is the highest of the four in section 2, at step 10 the lowest (this seed). But
# it kept nothing from converging: after 2500 steps the loss was about as low at 0.8 as at 0.4, and
# lower than at rates that never crossed the line. What ended training was a product of rate and sharpness near 4 or
# beyond (with the squared loss): 0.8 at once from the edge of 0.4, 1.2 with a short warm-up, 0.25 in the valley. From
# the start the line is not sharp: one of four seeds survived 1.1, beyond 4. (Of 24 that we tried beside this page,
# 4 survived 5 over the sharpness and none 8.)
#
# ## In three lines
#
# * Sharpness, the largest curvature, costs two gradients a multiplication: power iteration on the change of
#   the gradient.
# * Below 2 over the rate the sharpness climbed; beyond it, swings pushed it back, up to about 4 over the rate,
#   at times somewhat beyond (squared loss; neither line held with cross-entropy here).
# * Pushing takes steps: raise a rate slowly, and stay away from the border, which is rough. A wider network stands a lower
#   rate, unless each layer has its own.
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
