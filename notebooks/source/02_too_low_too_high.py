# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}
#
# Your verdict, before you see anything:

# %%
from lrcourse import predict

predict("claim-02", "?")

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

from lrcourse.plots import style

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
# What does it cost to be a little on the wrong side of $2/h$?
#
# **Predict.** You start at distance 1. The rate is 5 % above $2/h$. You take 200 steps.

# %%
predict("02-past", "?")

# %%
from lrcourse import train
from lrcourse.objectives import parabola
from lrcourse.optimizers import gd

above = np.array([0.90, 0.95, 0.99, 1.00, 1.01, 1.05, 1.10])
run = train(parabola(curvature=1.0), [1.0], gd, lr=2 * above, steps=200, blowup=np.inf)
for part, w in zip(above, run.w[-1, :, 0], strict=True):
    print(f"lr = {part:.2f} x 2/h: distance after 200 steps {abs(w):.0e}")

# %%
predict("02-past")

# %% [markdown]
# Five per cent below the border you are within a billionth of the distance; five per cent above, at
# two hundred million times it. The slow side of the learning rate is a slope, where a bit lower means a
# bit slower. The fast side is a **cliff**.
#
# (One call to `train` ran all seven rates at once: give it an array of rates and it trains that many
# models side by side, by broadcasting. `gd` is the line that you wrote in lesson 00.)
#
# ## 3. Two curvatures at once
#
# A model with two parameters has a bowl that is steep in one direction and flat in another. Take the
# flats of lesson 01, with base price and price per 100 m². Its curvature is now a table, the
# **Hessian**: how the slope along each parameter changes as you move along each.

# %%
from lrcourse.data import houses

flats = houses()
X = np.column_stack([np.ones(20), flats.X[:, 0] / 100])
H = X.T @ X / 20
print("Hessian:", H.round(3).tolist())

# %% [markdown]
# > **Pocket box: eigenvalues.** A table of numbers $A$ turns an arrow $v$ into an arrow $Av$. Most
# > arrows come out pointing elsewhere. A few special ones keep their direction and only get longer or
# > shorter: these are the *eigenvectors* of $A$, and the factor by which each is stretched is its
# > *eigenvalue*. A symmetric two-by-two table has two of them, at a right angle. If $A$ is the Hessian
# > of a bowl, they are its flattest and its steepest direction, and the eigenvalues are the
# > curvatures there.

# %%
from lrcourse.plots import stretched

A = np.array([[1.2, 0.8], [0.8, 1.2]])
stretched(A)
print("eigenvalues:", np.linalg.eigvalsh(A).round(2))

# %% [markdown]
# Each grey line joins an arrow's tip to where $A$ sends it. Most of them slant. On the two diagonals
# they point straight at the centre or away from it: there the arrow only shrinks to 0.4, or doubles.

# %%
mu, L = np.linalg.eigvalsh(H)
print(f"flats: flattest curvature {mu:.4f}, steepest {L:.4f}, ratio {L / mu:.0f}")

# %% [markdown]
# In its two special directions the bowl of the flats is two separate parabolas that know nothing of
# each other. Each has its own curvature and therefore its own factor, but **both get the same
# learning rate**:
#
# $$d_k^{\text{flat}} = (1 - \eta \mu)^k \, d_0^{\text{flat}} \qquad
# d_k^{\text{steep}} = (1 - \eta L)^k \, d_0^{\text{steep}}$$
#
# The smallest curvature is called $\mu$ and the largest $L$. Their ratio $\kappa = L/\mu$ is the
# **condition number**: 42 for these flats.
#
# * The **steep** direction sets the limit: above $2/L$ it blows up, whatever the others do.
# * The **flat** direction sets the time: at any rate allowed by the steep one, it creeps.
#
# Move the sliders. Each bar is one direction: how much of the distance is left in it.

# %% tags=["nbval-ignore-output"]
from lrcourse.canvas import explore, picture
from lrcourse.explorers import cliff

bowl_of_four = cliff([1.0, 2.0, 5.0, 10.0])
explore(bowl_of_four)

# %%
picture(bowl_of_four, lr=0.18, step=20)

# %% [markdown]
# Four curvatures from 1 to 10 at 90 % of the cliff's rate. After 20 steps the two directions in the
# middle are done. What is left is in the two extremes: the flattest because it creeps, the steepest
# because it swings. Take the rate a little lower or higher and watch which of the two bars gets in
# your way.
#
# ## 4. The best fixed rate
#
# Lower the rate and the flat direction slows down. Raise it and the steep one does. The walk is as
# slow as its slowest direction, so the best rate is where the two are equally slow. Draw both factors,
# without their sign, for a bowl with $\mu = 1$ and $L = 100$:

# %% alt="Two factors against the rate: the flat one falls slowly from 1, the steep one falls to 0 at 1/L and rises again. The larger of the two has its lowest point just before 2/L."
mu, L = 1.0, 100.0  # from here on
lr = np.linspace(0, 2.2, 1101) / L
flat, steep = abs(1 - lr * mu), abs(1 - lr * L)
ax = plt.figure(figsize=(7, 3.6)).add_subplot(xlabel="lr times L", ylabel="size of the factor")
ax.plot(lr * L, np.maximum(flat, steep), color="black", label="the slower of the two")
for factor, dash, name in ((flat, "--", "flat"), (steep, ":", "steep")):
    ax.plot(lr * L, factor, dash, label=name)
_ = ax.legend(loc="lower left")

# %% [markdown]
# The two cross where $1 - \eta\mu = \eta L - 1$. Solve for $\eta$:
#
# $$\eta^* = \frac{2}{\mu + L} \qquad \text{with the factor} \qquad
# \frac{L - \mu}{L + \mu} = \frac{\kappa - 1}{\kappa + 1}$$
#
# The black line falls so slowly and rises so suddenly that you cannot see the corner. So ask for it.
#
# **Predict.** At condition number 100, where does the best rate lie?

# %%
predict("02-best", "?")

# %%
from lrcourse.objectives import quadratic

valley = quadratic([mu, L])
times_L = np.array([0.2, 0.5, 1.0, 1.5, 1.9, 1.98, 1.99, 2.0])
run = train(valley, [1.0, 1.0], gd, lr=times_L / L, steps=7000, record=1)
left = np.linalg.norm(run.w, axis=-1) / np.linalg.norm(run.w[0], axis=-1)
for x, distance in zip(times_L, left.T, strict=True):
    arrived = np.flatnonzero(distance <= 1e-6)
    print(f"lr = {x:4} / L:", f"{arrived[0]} steps" if arrived.size else "never arrives")
print(f"2/(mu+L) = {2 / (mu + L) * L:.4f} / L, factor {(L - mu) / (L + mu):.4f}")

# %% alt="Steps needed against the learning rate, both axes logarithmic: a straight line falling to the right, a corner at 1.98/L, then a vertical wall. Beyond 2/L: never."
fine = np.r_[np.geomspace(0.05, 1.9, 40), np.linspace(1.9, 1.999, 40)]
run = train(valley, [1.0, 1.0], gd, lr=fine / L, steps=30000, record=10)
left = np.linalg.norm(run.w, axis=-1) / np.linalg.norm(run.w[0], axis=-1)
figure, ax = plt.subplots(figsize=(7, 4))
ax.loglog(fine, 10 * (left > 1e-6).sum(axis=0))
ax.axvspan(2, 3, color="lightgrey", label="beyond 2/L: never")
ax.set(xlabel="lr times L", ylabel="steps to a millionth of the distance", xlim=(0.05, 3))
_ = ax.legend(loc="lower left")

# %%
predict("02-best")

# %% [markdown]
# This is the picture to take home. Coming from the left, ten times the rate is a tenth of the time,
# along a straight line, right up to the edge. The best rate, 1.98, stands 1 % before the fall. Half a
# per cent more, at 1.99, doubles the time. At 2 you never arrive.
#
# That is why tuning the learning rate feels the way it does: faster, faster, faster, gone.
#
# ## 5. The best rate overshoots
#
# **Predict.** You walk at the best fixed rate. On how many of the steps do you leap over the bottom
# of the steep direction?

# %%
predict("02-leaps", "?")

# %%
best = train(valley, [1.0, 1.0], gd, lr=2 / (mu + L), steps=200, record=1)
steep = best.w[:, 1]
leaps = np.sum(steep[1:] * steep[:-1] < 0)
print(f"{leaps} of 200 steps land on the other side; distance left {abs(steep[-1]):.3f}")

# %%
predict("02-leaps")

# %% [markdown]
# The steep direction changes sides at *every* step and the walk is as fast as a fixed rate can make
# it. Overshooting is not a fault to be cured. It is what a well-chosen rate looks like in the steepest
# direction, while all the others still creep. (That a better rule exists, one that damps the leaps
# and speeds up the creeping, is the subject of lesson 10.)
#
# ## 6. The best rate for the time you have
#
# The formula $2/(\mu + L)$ answers a question about the far future: which factor shrinks fastest in
# the end? You have 20 steps, or 200. With little time, is the best rate lower, higher, or the same?

# %%
times_L = np.linspace(0.5, 2.0, 301)
for steps in (20, 50, 200, 1000):
    run = train(valley, [1.0, 1.0], gd, lr=times_L / L, steps=steps)
    print(f"{steps:4} steps: lowest loss at lr = {times_L[run.loss[-1].argmin()]:.2f} / L")

# %% [markdown]
# Lower, and the less time the lower. Loss weighs the steep direction a hundred times more than the
# flat one, so with few steps it pays to finish off the steep one and leave the flat one be. "The best
# learning rate" is not a property of the problem. It belongs to a problem, a measure and a budget, and
# you will meet this again in every lesson.
#
# ## 7. The claim, tried
#
# {{claim}}

# %%
predict("claim-02")

# %% [markdown]
# ## In three lines
#
# * A step multiplies each direction's distance by $1 - \eta h$: it creeps below $1/h$, overshoots
#   above, and blows up beyond $2/h$.
# * The largest curvature sets the limit $2/L$, the smallest sets the time, their ratio says how hard
#   the problem is.
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
