# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}
#
# Does it hold? Bet on your verdict. The claim is tried at the end of this lesson.

# %%
from lrcourse import predict, settle

repeat = 0  # nothing here is left to chance: no other number changes anything
predict("claim-01")

# %% [markdown]
# ## 1. One number to learn
#
# Here are twenty flats with their area and their price. (We made them up, so that nobody's home is
# in the data.) You want to guess a price from an area with the smallest model there is: one number
# $w$, the price of 100 m² in thousands of euros. A flat of area $x$ is then worth $w\,x$. Such a
# number, which the model learns, is called a *parameter*; the area is a *feature* of the flat.

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import houses, name_curves, style, typeset

flats = houses()
area, price = flats.X[:, 0] / 100, flats.y  # in 100 m², in 1000 €
style()

# %% [markdown]
# How bad is a given $w$? Flat number $i$ has area $x_i$ and price $y_i$. Take what the guess misses
# by, the *residual* $w\,x_i - y_i$. Square it, so that too high and too low both count and big misses
# count more. Then take the mean of half squares over the $n$ flats:
#
# $$\text{loss}(w) = \frac{1}{2n}\sum_{i=1}^{n} (w\,x_i - y_i)^2$$
#
# The half is there for convenience; you will see in a moment what it saves. Every squared loss in
# this course is this one.


# %%
def loss(w):
    return 0.5 * np.mean((w * area - price) ** 2)


for w in (200, 400, 600):
    print(f"w = {w}: loss {loss(w):6.0f}")

# %% alt="Twenty flats, price against area, and three lines through the origin, for w = 200, 400, 600."
guesses = ((200, "C0", ":"), (400, "C1", "-"), (600, "C2", "--"))
figure, ax = plt.subplots(figsize=(5, 3.2))
ax.plot(area, price, "o", color="black")
for w, colour, dash in guesses:
    ax.plot([0, 1.7], [0, 1.7 * w], color=colour, linestyle=dash, label=f"w = {w}")
ax.set(xlabel="area in 100 m²", ylabel="price in 1000 €", xlim=(0, 1.7), ylim=(0, 1000))
name_curves(ax)

# %% alt="The loss against w: a bowl with its bottom near 414, and the three guesses as points on it."
w_line = np.linspace(0, 800, 81)
figure, ax = plt.subplots(figsize=(5, 3.2))
ax.plot(w_line, [loss(w) for w in w_line], color="grey")
for w, colour, _ in guesses:
    ax.plot(w, loss(w), "o", color=colour, markersize=9, label=f"w = {w}")
ax.set(xlabel="w", ylabel="loss")
name_curves(ax)

# %% [markdown]
# First picture: three guesses as lines through the flats. Second: the same three guesses as points on
# the loss. Every line through the corner of the first picture is one point in the second, and all of
# them together form a bowl. Learning means: get to the bottom of the bowl without seeing it whole.
#
# ## 2. The slope says which way
#
# Imagine that you stand on this curve in thick fog. You cannot see the bottom, but you can feel how
# the ground slopes under your feet. The slope is the derivative. The square brings down a 2, which
# meets the half and is gone:
#
# $$\text{loss}'(w) = \frac{1}{n}\sum_{i=1}^{n} (w\,x_i - y_i)\,x_i$$


# %%
def slope(w):
    return np.mean((w * area - price) * area)


for w in (200, 400, 600):
    print(f"w = {w}: slope {slope(w):6.1f}")

# %% [markdown]
# Read two things off these three numbers.
#
# * **The sign says where the ground rises.** At 200 the slope is negative: the loss falls to the
#   right, so go right. At 600 it is positive: go left. Downhill is *against* the sign.
# * **The size says how far you have to go.** At 200 the ground is steep and the bottom is far. At
#   400 it is nearly flat and the bottom is near. On a bowl, the slope is a distance in disguise.
#
# ## 3. One step
#
# So step against the slope, far where it is steep and little where it is flat:
#
# $$w \leftarrow w - \eta \cdot \text{loss}'(w)$$
#
# The factor $\eta$ (the Greek letter *eta*) is the **learning rate**, `lr` in code. It is the only
# thing in this line that you choose, and it is what this course is about.
#
# **Predict.** You start at $w = 0$, where the slope is $-431$. The bottom lies near $w = 414$.

# %%
predict("01-land")

# %%
for lr in (0.1, 0.5, 0.96, 1.9):
    w = 0 - lr * slope(0)
    print(f"lr = {lr:4}: one step leads to w = {w:5.1f}, loss {loss(w):6.0f}")

# %%
settle("01-land")

# %% [markdown]
# A rate near 1 lands in the valley at once. That is no accident. Multiply out the slope of section 2:
#
# $$\text{loss}'(w) = w \cdot \frac{1}{n}\sum x_i^2 \;-\; \frac{1}{n}\sum x_i y_i$$
#
# As a function of $w$ it is a straight line. What multiplies $w$, the mean of $x^2$, says how fast the
# slope grows as you walk; it is the slope of the slope, the **curvature** $h$ of the bowl. The slope
# is zero, and the bowl has its bottom, where $w$ is the mean of $xy$ over the mean of $x^2$.

# %%
curvature = np.mean(area**2)
bottom = np.mean(area * price) / curvature
print(f"curvature h = {curvature:.4f}, bottom at w = {bottom:.2f}")
print(f"1/h = {1 / curvature:.2f}: the rate that lands in one step")

# %% [markdown]
# At a distance $d$ from the bottom the slope is $h \cdot d$, so the step is $\eta\,h\,d$. With
# $\eta = 1/h$ the step is $d$: exactly the way you had to go. With less you stop short. With more
# you overshoot, and at 1.9 you come out on the other side almost as high as you went in.
#
# Move the two sliders: the learning rate, and the step. (Click one and use the arrow keys.) Find the
# rate at which the point only just keeps hopping from side to side. It is a round number times
# $1/h$; remember it, because lesson 02 begins there.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, step_on_the_parabola

steps_in_the_bowl = step_on_the_parabola(curvature)
explore(steps_in_the_bowl)

# %%
picture(steps_in_the_bowl, lr=1.58, step=5)

# %% [markdown]
# The same bowl, its bottom moved to 0, with a step that is too long by more than half: each step
# leaps over the bottom and lands on the other side, at two thirds of the distance. The dashed line is
# the tangent, and its slope is all that the next step knows: the blue arrow is rate times slope.
#
# ## 4. The loop
#
# One step is rarely enough, because in real problems nobody tells you $1/h$. So repeat, and keep a
# diary of where you stood: before the first step, and after each.

# %%
w, diary = 0.0, [0.0]
for _ in range(20):
    w = w - 0.2 * slope(w)
    diary.append(w)
print("first rows of the diary:", np.round(diary[:5], 1))
print(f"after 20 steps: w = {w:.1f}, loss {loss(w):.0f}")

# %%
predict("01-half")


# %%
def steps_until_near(lr):
    w, steps = 0.0, 0
    while abs(w - bottom) > 1:
        w, steps = w - lr * slope(w), steps + 1
    return steps


for lr in (0.4, 0.2, 0.1, 0.05, 0.025):
    print(f"lr = {lr:5}: {steps_until_near(lr):3} steps")

# %%
settle("01-half")

# %% [markdown]
# Read the column downwards: each halving of the rate about doubles the number of steps. A step at a
# small rate takes a small part $\eta h$ off the distance to the bottom. Half the part, twice the
# steps. On the slow side, time times rate is nearly constant. You will meet this law again
# in lesson 04, on a network, where nothing is a parabola any more.
#
# ### A detector for bugs, free of charge
#
# Set the rate to 0: now nothing must change. It sounds too silly to try, and it finds a surprising
# number of bugs, such as a loop that forgets the rate or a model that changes when it is measured.

# %%
w, losses = 0.0, []
for _ in range(20):
    losses.append(loss(w))
    w = w - 0 * slope(w)
print(f"rate 0: highest minus lowest loss over 20 steps = {max(losses) - min(losses)}")

# %% [markdown]
# ## 5. Two numbers to learn, and any more
#
# A flat of 0 m² need not cost 0. Give the model a second number, a base price: its guess is now
# $w_0 + w_1 x$. The ground over $(w_0, w_1)$ is a surface, and a surface slopes differently in
# different directions.
#
# > **Pocket box: partial derivative.** Stand on a hillside that depends on two numbers, $w_0$ and
# > $w_1$. Freeze $w_1$ and walk along $w_0$: what you walk on is an ordinary curve, and its slope is
# > the *partial derivative* by $w_0$, written $\partial\,\text{loss}/\partial w_0$. Then freeze $w_0$
# > and walk along $w_1$ for the other one. The two slopes $(g_0, g_1)$ in a row are the **gradient**.
# > A small move $(a, b)$ changes the loss by $g_0 a + g_1 b$; among moves of one length this is largest
# > when $(a, b)$ points the way of $(g_0, g_1)$. So the gradient points where the ground rises fastest.

# %%
from lrcourse import least_squares, slices

X = np.column_stack([np.ones_like(area), area])  # a column of ones carries the base price
both = least_squares(X, price)
here = np.array([420.0, 0.0])
slices(both, here, reach=200)
print("the gradient at (420, 0):", both.grad(here).round(0))

# %% [markdown]
# The two walks of the box, from the place $(420, 0)$. Along $w_0$ the ground is level there, along $w_1$
# it falls. A step from here leaves $w_0$ alone and raises $w_1$.
#
# Write the flats as a table $X$ with a row for each flat and a column for each parameter: a column of
# ones for $w_0$, the areas for $w_1$. Then `X @ w` are all the guesses at once. Each slope is the
# formula of section 2 with its own column: the mean of residual times column. `X.T` turns the table on
# its side, so that one product does it for every column, be they two or two million.


# %%
def gradient(w):
    return X.T @ (X @ w - price) / len(X)


print("by the formula:", gradient(here).round(0))

# %% [markdown]
# The loop stays what it was. From here on we let the course's own loop walk; it is called `train`,
# and `gd` is the step that you wrote in lesson 00. It keeps the diary in `run.w` (`record=1`: a row
# for every step) and the losses in `run.loss`.

# %%
from lrcourse import gd, landscape, train

run = train(both, [0.0, 0.0], gd, lr=0.4, steps=400, record=1)
base, per_area = run.w[-1]
print(f"after 400 steps: base price {base:.0f}, per 100 m² {per_area:.0f}, loss {run.loss[-1]:.0f}")
figure, ax = plt.subplots(figsize=(6, 4))
landscape(both, run.w, ax, xlim=(-40, 420), ylim=(-20, 480))
_ = ax.set(xlabel="w0: base price", ylabel="w1: price of 100 m²")

# %% [markdown]
# Seen from above, with lines of equal loss, the bowl is a long narrow valley. The walk begins at the
# square. Three steps drop it onto the valley's floor; nearly four hundred short ones creep along the
# floor to the lowest point. One learning rate has to serve two directions. Lesson 02 takes this
# picture apart.
#
# ## 6. Trust no formula: check it
#
# A gradient is easy to get subtly wrong, and a wrong gradient often still trains, only worse. So
# check it against something that needs no algebra. Nudge one parameter by a little $\epsilon$ to each
# side, and divide the change of the loss by the distance between the two points:
#
# $$\text{slope} \approx \frac{\text{loss}(w + \epsilon) - \text{loss}(w - \epsilon)}{2\epsilon}$$


# %%
def central_difference(f, w, nudge):
    return (f(w + nudge) - f(w - nudge)) / (2 * nudge)


numerical = central_difference(loss, 200.0, nudge=0.01)
print(f"formula {slope(200.0):.6f}, numerical {numerical:.6f}")

# %% [markdown]
# Six decimals agree, so the formula stands. Now to the nudge itself. A derivative is a limit for
# $\epsilon \to 0$, so a smaller nudge should be more accurate. Try it on $e^w$ at $w = 1$, where the true
# slope is $e$ itself, and compare with the *forward* difference, which looks to one side only.

# %%
predict("01-nudge")

# %%
nudge = 10.0 ** np.arange(-15, 0)
central = central_difference(np.exp, 1.0, nudge)
forward = (np.exp(1 + nudge) - np.exp(1)) / nudge
for width in (1e-1, 1e-5, 1e-12):
    error = abs(central_difference(np.exp, 1.0, width) / np.e - 1)
    print(typeset(f"nudge {width:.0e}: off by about 1e{round(np.log10(error))} of the slope"))

# %% alt="Relative error of the slope against the nudge, both axes logarithmic: two V-shaped curves. The central difference is best between 10⁻⁷ and 10⁻⁵, the forward difference near 10⁻⁸."
figure, ax = plt.subplots(figsize=(7, 4))
ax.loglog(nudge, abs(forward / np.e - 1), "s--", label="forward:\none side")
ax.loglog(nudge, abs(central / np.e - 1), "o-", label="central:\nboth sides")
ax.annotate("the curve bends:\nnudge less", (1e-3, 3e-2), ha="center")
ax.annotate("rounding:\nnudge more", (1e-13, 1e-7), ha="center")
ax.set(xlabel="nudge", ylabel="error, as a part of the slope")
name_curves(ax)

# %%
settle("01-nudge")

# %% [markdown]
# Two errors pull in opposite directions. On the right the curve bends within the nudge: the forward
# difference is off in proportion to $\epsilon$, the central one in proportion to $\epsilon^2$, which
# is why its branch falls twice as steeply and reaches a hundred times lower. On the left something else
# takes over, and it has nothing to do with calculus.
#
# > **Pocket box: rounding.** A computer stores a number with about 16 digits and drops the rest, so
# > $e^w$ comes in stairs, each about $4\cdot10^{-16}$ high. From afar they are invisible. Nudge by
# > $10^{-12}$ and the two values agree in their first 12 digits; their difference keeps 4, and dividing
# > by $2\epsilon$ makes what was lost large. Nudge by $10^{-15}$ and you measure a stair or two. The
# > two errors balance near the cube root of $10^{-16}$: so take about $10^{-5}$, to both sides.

# %% alt="e to the power w near 1, magnified: the computer has a staircase, the true line is straight."
near = np.linspace(-2e-15, 2e-15, 400)
figure, ax = plt.subplots(figsize=(6, 3))
ax.plot(near * 1e15, (np.exp(1 + near) - np.e) * 1e15, label="computer")
ax.plot(near * 1e15, np.e * near * 1e15, "--", label="true line")
ax.set(xlabel="w minus 1, in units of 10⁻¹⁵", ylabel="change of $e^w$, in the same units")
name_curves(ax)
print("0.1 + 0.2 == 0.3 is", 0.1 + 0.2 == 0.3, "for the same reason")

# %% [markdown]
# The stairs from close by. If both nudges end on the same stair, the measured slope is 0; across an
# edge it is far too steep.
#
# ## 7. The claim, tried
#
# {{claim}}
#
# Take the diary of section 4 once more: one learning rate, 0.2, at every step. And then a loss that is a
# hole in a wide plain, $1 - e^{-w^2/2}$, whose slope is $w\,e^{-w^2/2}$: one step at rate 1 from near
# the hole, and one from far out.

# %%
print("lengths of the first steps at rate 0.2:", np.diff(diary[:6]).round(1))
for w in (1.0, 4.0):
    error, grad = 1 - np.exp(-(w**2) / 2), w * np.exp(-(w**2) / 2)
    print(f"w = {w:.0f}: error {error:.4f}, one step at rate 1 moves w by {grad:.4f}")

# %%
settle("claim-01")

# %% [markdown]
# The same rate, and steps of very different size: it sets the step only *for a given slope*. On the
# plain the error is more than twice as large and the step hundreds of times shorter. A model that is
# badly wrong on flat ground learns next to nothing. When a training run stands still, ask first
# whether the ground is flat.
#
# ## In three lines
#
# * The gradient says which way is up and how steep; a step goes against it: `w - lr * grad`.
# * On a bowl of curvature $h$ the rate $1/h$ lands in one step; well below it, half the rate takes
#   twice the steps.
# * Check every gradient with a nudge of about $10^{-5}$ to both sides, and every loop with rate 0.
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
