# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}
#
# Your verdict, before you see anything:

# %%
from lrcourse import predict, settle

repeat = 0  # nothing here is left to chance: no other number changes anything
predict("claim-02")

# %% [markdown]
# ## 1. One curvature: everything is one factor
#
# In lesson 01 a step on a bowl of curvature $h$ moved you by $\eta h d$ when you were $d$ away from
# the bottom. So the distance left is $d - \eta h d$. One step multiplies the distance by a number,
# and $k$ steps multiply it $k$ times:
#
# $$d_k = (1 - \eta h)^k \, d_0$$
#
# Everything that gradient descent can do on a bowl is in the factor $1 - \eta h$. Put $h = 1$ and try
# five rates.

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import style, typeset

style()
rates = {"creeps": 0.1, "lands": 1.0, "overshoots": 1.6, "swings": 2.0, "blows up": 2.1}
for what, lr in rates.items():
    print(f"lr = {lr:3}: factor {1 - lr:4.1f}, distance after 8 steps {(1 - lr) ** 8:6.3f}: {what}")

# %% alt="Five small curves of the distance over 12 steps: creeping down, at 0 after one step, alternating and shrinking, alternating at equal height, alternating and growing."
k = np.arange(13)
figure, panels = plt.subplots(1, 5, figsize=(10, 2.4), sharey=True)
for ax, (what, lr) in zip(panels, rates.items(), strict=True):
    ax.plot(k, (1 - lr) ** k, "o-", markersize=4)
    ax.axhline(0, color="grey")
    ax.set(title=f"lr = {lr}\n{what}", xlabel="step")
_ = panels[0].set(ylabel="distance, with its sign")

# %% [markdown]
# The sign of the factor says on which side of the bottom you land, and its size says whether you come
# closer. A factor between 0 and 1 **creeps**. At 0 you **land** in one step. Between 0 and $-1$ you
# **overshoot** at every step, land on the other side, and still come closer. At $-1$ you **swing**
# for ever between two points. Beyond that you **blow up**.
#
# So there are two borders, and they are different things: overshooting begins at $\eta = 1/h$,
# divergence at $\eta = 2/h$. Between the two you overshoot *and* converge.
#
# ## 2. The cliff
#
# Still $h = 1$. The rate 1.2 is a good one: its factor is $-0.2$. You would like to know what happens
# if you are off by a factor of two.

# %%
predict("02-double")

# %%
from lrcourse import gd, parabola, train

rates = np.array([0.15, 0.3, 0.6, 1.2, 2.4, 4.8])
run = train(parabola(curvature=1.0), [1.0], gd, rates, steps=50, blowup=np.inf)
for lr, w in zip(rates, run.w[-1, :, 0], strict=True):
    print(typeset(f"lr = {lr:4}: distance after 50 steps {abs(w):.0e}"))

# %%
settle("02-double")

# %% [markdown]
# Below the good rate, each halving costs time: with half of it you are as good as there, with an eighth
# you have come most of the way. Above it, one doubling throws you twenty million times farther away
# than you were at the start. Too low is a **slope**, too high is a **cliff**, and its edge is $2/h$.
#
# (One call to `train` ran all six rates at once: give it an array of rates and it trains that many
# models side by side. `gd` is the line that you wrote in lesson 00.)
#
# ## 3. Two curvatures at once
#
# In lesson 01 the walk on the flats' prices fell into a valley in three steps and took hundreds to
# creep along it. Now you can say why. The gradient there is $X^\top(Xw - y)/n$. At the lowest point it
# is zero; at a distance $d$ from it (an arrow with two entries), it is what the extra $d$ adds:
#
# $$\text{gradient} = H d \qquad \text{with the table} \qquad H = X^\top X / n$$
#
# In one dimension $H$ was the number $h$, the mean of $x^2$. With two parameters it is a 2 by 2 table,
# the **Hessian**. A step takes $\eta H d$ from $d$. But what does a table do to an arrow?
#
# > **Pocket box: eigenvalues.** A table $A$ turns an arrow $v$ into an arrow $Av$. Most arrows come out
# > pointing elsewhere. A few keep their direction and only get longer or shorter: these are the
# > *eigenvectors* of $A$, and the factor by which each is stretched is its *eigenvalue*. A 2 by 2 table
# > that is equal to its mirror image, like ours, has two of them, at a right angle. Try it by hand:
# > the table below makes $(1, 1)$ into $(2, 2)$, and $(1, -1)$ into $(0.4, -0.4)$.

# %%
from lrcourse import stretched

A = np.array([[1.2, 0.8], [0.8, 1.2]])
stretched(A)
print("eigenvalues of A:", np.linalg.eigvalsh(A).round(2))

# %% [markdown]
# Each grey line joins an arrow's tip to where $A$ sends it (the arrows begin in the middle). Most lines
# slant: these arrows turn. On the two diagonals they do not: there the arrow doubles, or shrinks to
# 0.4.
#
# That solves the puzzle. Start at a distance $d$ along an eigenvector of the Hessian with eigenvalue
# $\lambda$. Then $Hd = \lambda d$, and the step leaves
#
# $$d - \eta H d = (1 - \eta \lambda)\, d$$
#
# It is section 1 again: **along an eigenvector the bowl is a parabola, and its curvature is the
# eigenvalue.** Any other distance is a sum of two such parts, and each part goes its own way.

# %%
from lrcourse import houses, least_squares, with_bias

flats = houses()
X = with_bias(flats.X[:, :1] / 100)  # a column of ones, a column of areas in 100 m²
H = X.T @ X / len(X)
(mu, L), (v_flat, v_steep) = np.linalg.eigh(H)[0], np.linalg.eigh(H)[1].T
print(f"curvatures of the flats' bowl: {mu:.4f} and {L:.4f}, ratio {L / mu:.0f}")
print("H times the steep eigenvector, divided by it:", (H @ v_steep / v_steep).round(4))

# %% alt="The valley of the flats from above. The path leaps to and fro across the valley, less each time, while it creeps along it. Two arrows from the lowest point show the flat direction along the valley and the steep one across."
from lrcourse import landscape

prices = least_squares(X, flats.y)
run = train(prices, [300.0, -20.0], gd, lr=0.85, steps=60, record=1)
figure, ax = plt.subplots(figsize=(5.6, 5))
landscape(prices, run.w, ax, xlim=(20, 460), ylim=(-40, 400))
for name, v, length in (("flat", v_flat, 160), ("steep", v_steep, 130)):
    ax.annotate(name, prices.minimum, prices.minimum + length * v, arrowprops={"arrowstyle": "<-"})
_ = ax.set(xlabel="w0: base price", ylabel="w1: price of 100 m²", aspect="equal")

# %% [markdown]
# Here is the valley of the flats with its two directions, at rate 0.85. Across the valley the factor is
# $1 - 0.85 \cdot 1.995 = -0.70$: the walk leaps from wall to wall, and each leap is shorter. Along it
# the factor is $1 - 0.85 \cdot 0.0475 = 0.96$: it creeps. Two parabolas, but **one learning rate for
# both**:
#
# $$d_k^{\text{flat}} = (1 - \eta \mu)^k \, d_0^{\text{flat}} \qquad
# d_k^{\text{steep}} = (1 - \eta L)^k \, d_0^{\text{steep}}$$
#
# The smallest curvature is called $\mu$ and the largest $L$. Their ratio $\kappa = L/\mu$ is the
# **condition number**: 42 for these flats.
#
# * The **steep** direction sets the limit: above $2/L$ it blows up, whatever the others do.
# * The **flat** direction sets the time: at most of the rates that the steep one allows, it is the last
#   to arrive.
#
# You are not bound to two parameters. With a thousand there are a thousand such directions.
#
# Move the sliders. Each bar is one direction: how much of the distance is left in it.

# %% tags=["nbval-ignore-output"]
from lrcourse import cliff, explore, picture

bowl_of_four = cliff([1.0, 2.0, 5.0, 10.0])
explore(bowl_of_four)

# %%
picture(bowl_of_four, lr=0.18, step=20)

# %% [markdown]
# Four curvatures from 1 to 10 at 90 % of $2/L$; the path on the left shows two of the four directions.
# After 20 steps the curvature 5 has as good as arrived (its bar leaves the picture), and 2 is not far.
# What is left is in the extremes: the flattest because it creeps, the steepest because it leaps. Take
# the rate a little lower or higher and watch which of the two gets in your way.
#
# ## 4. The best fixed rate
#
# Take a narrow valley, $\mu = 1$ and $L = 100$. At $2/L$ the steep direction swings for ever and you
# never arrive. Some rate below is the best.

# %%
predict("02-best")

# %%
from lrcourse import quadratic

mu, L = 1.0, 100.0
valley = quadratic([mu, L])  # a bowl with these curvatures
times_L = np.array([0.2, 0.5, 1.0, 1.9, 1.98])
run = train(valley, [1.0, 1.0], gd, lr=times_L / L, steps=7000, record=1)
left = np.linalg.norm(run.w, axis=-1) / np.linalg.norm(run.w[0], axis=-1)
for x, distance in zip(times_L, left.T, strict=True):
    print(f"lr = {x:4} / L: {np.argmax(distance <= 1e-6)} steps to a millionth")

# %%
settle("02-best")

# %% [markdown]
# Lower the rate and the flat direction slows down. Raise it and the steep one does. The walk is as slow
# as its slowest direction, so the best rate is where the two are equally slow. Here are both factors,
# without their sign, for a mild case that can be drawn, $\mu = 1$ and $L = 5$:

# %% alt="Two factors against the rate times L, for L = 5: the flat one falls slowly from 1, the steep one falls to 0 at 1 and rises again. The larger of the two has its lowest point where they cross, at 1.67."
from lrcourse import name_curves

lr = np.linspace(0, 2.2, 1101) / 5
flat, steep = abs(1 - lr * 1), abs(1 - lr * 5)
ax = plt.figure(figsize=(7, 3.6)).add_subplot(xlabel="lr times L", ylabel="size of the factor")
ax.plot(lr * 5, np.maximum(flat, steep), color="lightgrey", linewidth=8)
for factor, dash, name in ((flat, "--", "flat"), (steep, ":", "steep")):
    ax.plot(lr * 5, factor, dash, label=name)
ax.text(0.4, 0.99, "grey: the slower of the two")
name_curves(ax)

# %% [markdown]
# The two cross where $1 - \eta\mu = \eta L - 1$. Solve for $\eta$:
#
# $$\eta^* = \frac{2}{\mu + L} \qquad \text{with the factor} \qquad
# \frac{L - \mu}{L + \mu} = \frac{\kappa - 1}{\kappa + 1}$$
#
# For $L = 100$ that is $2/101 = 1.98/L$.

# %%
predict("02-half")

# %%
run = train(valley, [1.0, 1.0], gd, lr=1.99 / L, steps=7000, record=1)
left = np.linalg.norm(run.w, axis=-1) / np.linalg.norm(run.w[0])
print(f"lr = 1.99 / L: {np.argmax(left <= 1e-6)} steps")

# %%
settle("02-half")

# %% alt="Steps needed against the learning rate, both axes logarithmic: a straight line falling to the right, a sharp corner at 1.98, then a vertical wall. Beyond 2: never."
fine = np.r_[np.geomspace(0.05, 1.9, 40), np.linspace(1.9, 1.999, 100)]
run = train(valley, [1.0, 1.0], gd, lr=fine / L, steps=30000, record=10)
left = np.linalg.norm(run.w, axis=-1) / np.linalg.norm(run.w[0], axis=-1)
ax = plt.figure(figsize=(7, 4)).add_subplot(xlabel="lr times L", ylabel="steps to a millionth")
ax.loglog(fine, 10 * (left > 1e-6).sum(axis=0))
ax.axvspan(2, 3, color="lightgrey")
ax.plot(1.98, 688, "D", color="black")
_ = ax.text(1.8, 660, "best: 1.98/L, 688 steps", ha="right"), ax.text(2.1, 5000, "never")

# %% [markdown]
# This is the picture to take home. (Both axes count in factors of ten, so a straight line down means:
# ten times the rate, a tenth of the time.) Coming from the left it gets faster, along that straight
# line, right up to the edge. The best rate stands 1 % before the fall. Half a per cent more doubles the
# time. At 2 you never arrive.
#
# That is why tuning a learning rate feels the way it does: faster, faster, faster, gone.
#
# ## 5. What the best rate looks like
#
# **Predict.** You walk at the best fixed rate. Watch the steep direction.

# %%
predict("02-leaps")

# %%
best = train(valley, [1.0, 1.0], gd, lr=2 / (mu + L), steps=200, record=1)
steep = best.w[:, 1]
leaps = np.sum(steep[1:] * steep[:-1] < 0)
print(f"{leaps} of 200 steps land on the other side; distance left {abs(steep[-1]):.3f}")

# %%
settle("02-leaps")

# %% [markdown]
# The steep direction changes sides at *every* step, and no fixed rate is faster. In itself overshooting
# is no fault: it is what a well-chosen rate looks like in the steepest directions while the flattest
# still creep. (Lesson 10 shows what can be gained by remembering the last step.)
#
# ## 6. The best rate for the time you have
#
# The formula $2/(\mu + L)$ answers a question about the far future: which factor shrinks fastest in
# the end? You have 20 steps, or 200.

# %%
predict("02-budget")

# %%
times_L = np.linspace(0.5, 2.0, 301)
for steps in (20, 50, 200, 1000):
    run = train(valley, [1.0, 1.0], gd, lr=times_L / L, steps=steps)
    print(f"{steps:4} steps: lowest loss at lr = {times_L[run.loss[-1].argmin()]:.2f} / L")

# %%
settle("02-budget")

# %% [markdown]
# The loss weighs a distance by its curvature, so here the steep direction counts a hundred times more
# than the flat one. With few steps it pays to finish off the steep one and leave the flat one be. "The
# best learning rate" is not a property of the problem. It belongs to a problem, a measure and a
# budget, and you will meet this again in every lesson.
#
# ## 7. The claim, tried
#
# {{claim}}
#
# You have tried it in sections 4 and 5: at 0.2, 1.0 and 1.98 a higher rate was faster, at 1.99 it was
# slower, at 2 it never arrived; and at the best of them every step overshot.

# %%
settle("claim-02")

# %% [markdown]
# ## In three lines
#
# * A step multiplies the distance along each eigenvector by $1 - \eta h$: it creeps below $1/h$,
#   overshoots above, and blows up beyond $2/h$.
# * The largest curvature sets the limit $2/L$; up to just below it, the smallest sets the time; their
#   ratio says how hard the problem is.
# * The best fixed rate, $2/(\mu+L)$, stands right before the cliff and overshoots at every step.
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
