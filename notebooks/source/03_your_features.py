# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# A popular article has a table of learning rates by task. Three of its rows:
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # nothing here is left to chance: no other number changes anything
predict("claim-03")

# %% [markdown]
# ## 1. Twenty people, measured twice
#
# Here are the heights and weights of twenty people (made up, like the flats). You fit a straight
# line, weight $\approx w_0 + w_1 \cdot$ height, with the loss of lesson 01. From lesson 02 you know
# what decides about the rate: the Hessian of this loss, $X^\top X / n$, and its largest eigenvalue
# $L$. With a column of ones and a column of heights $x$ it reads
#
# $$H = \begin{pmatrix} 1 & \text{mean of } x \\ \text{mean of } x & \text{mean of } x^2 \end{pmatrix}$$

# %%
import numpy as np

from lrcourse import heights, least_squares, with_bias


def curvatures(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))


people = heights("m")
X = with_bias(people.X)  # a column of ones for w0, a column of heights for w1
print("first rows of X:", X[:3].tolist())
print(f"heights in m: the largest stable rate 2/L is {2 / curvatures(X)[-1]:.2g}")

# %% [markdown]
# Somebody sends you the same table with heights in centimetres. The people are the same, the line
# through them is the same line, and the smallest possible loss is the same number.

# %%
predict("03-centimetres")

# %%
from lrcourse import typeset

X_cm = with_bias(heights("cm").X)
limit_m, limit_cm = 2 / curvatures(X)[-1], 2 / curvatures(X_cm)[-1]
print(typeset(f"in m: 2/L = {limit_m:.2g}    in cm: 2/L = {limit_cm:.2g}"), end="    ")
print(f"ratio {limit_m / limit_cm:.0f}")

# %%
settle("03-centimetres")

# %% [markdown]
# A rate of 0.01 crawls in metres. In centimetres the same 0.01 is 145 times over the cliff. Nothing
# about the task has changed, only the zeros on a ruler.
#
# Why the *square* of 100? Look at $H$. In centimetres the mean of $x^2$ is 10,000 times larger, and it is
# the largest entry by far, so it carries $L$ along. You can also see it with units in hand: $w_1$ in kg
# per cm is a hundred times *smaller* than in kg per m, so its steps have to be smaller; but its
# gradient, residual times $x$, is a hundred times *larger*. Two factors of 100, both pulling the rate
# down. (It is 7437 and not 10,000 because in metres the 1 in the corner of $H$ still counts.)
#
# ## 2. The limit is half of the trouble
#
# So use the right rate for centimetres, the best one there is: $2/(\mu+L)$ from lesson 02. Then each step
# leaves the part $f = \frac{L-\mu}{L+\mu}$ of the distance in the two slowest directions, and $k$
# steps leave $f^k$. A millionth is left when $f^k = 10^{-6}$. Take logarithms:
#
# $$k = \frac{\ln 10^{-6}}{\ln f}$$
#
# In metres that makes 9292 steps.

# %%
predict("03-steps")

# %%
for unit in ("m", "cm", "standardised"):
    mu, L = curvatures(with_bias(heights(unit).X))
    factor = (L - mu) / (L + mu)
    steps = 1 if factor < 1e-9 else int(np.ceil(np.log(1e-6) / np.log(factor)))
    print(f"{unit:>12}: condition number {L / mu:9.0f}, steps to a millionth {steps:11,}")

# %%
settle("03-steps")

# %% [markdown]
# Fifty-one *million* steps, or one. It is the same line through the same people.
#
# The third row is the cure. Before we come to it, look at what is wrong. Here are the bowls in metres
# and standardised, seen from above, with 60 steps at $1/L$ each, from the square to the diamond. (In
# centimetres the valley would be narrower than the lines; `lipschitz` is the library's name for $L$.)

# %% alt="Left, in metres: a long narrow valley; the path drops to its floor and stays about there, far from the lowest point. Right, standardised: circular contours and a path that reaches the centre in one step."
import matplotlib.pyplot as plt

from lrcourse import gd, landscape, style, train

style()
figure, panels = plt.subplots(1, 2, figsize=(9, 4))
for ax, unit in zip(panels, ("m", "standardised"), strict=True):
    bowl = least_squares(with_bias(heights(unit).X), people.y)
    run = train(bowl, [0.0, 0.0], gd, lr=1 / bowl.lipschitz, steps=60, record=1)
    landscape(bowl, run.w, ax, xlim=(-90, 110), ylim=(-90, 110))
    x, y = bowl.minimum
    ax.set(title=typeset(f"{unit}: lowest at ({x:.0f}, {y:.0f})"), aspect="equal")

# %% [markdown]
# In metres all heights lie between 1.5 and 1.9. So the column of heights looks much like the column of
# ones, and the model can hardly tell the two apart: a bit more $w_0$ and a bit less $w_1$ give nearly
# the same guesses. That is the floor of the valley. The walk drops to it at once and then, for 60
# steps, makes hardly any way along it; the lowest point is in the far corner at the top left.
#
# Standardised, the mean of $x$ is 0 and the mean of $x^2$ is 1. Put that into $H$: it becomes the table
# with ones on the diagonal and zeros beside it, which stretches no arrow at all. Both curvatures are 1,
# the bowl is round, and one step at rate 1 lands.
#
# ## 3. Standardise
#
# Subtract from each feature its mean, so that it no longer looks like the column of ones. Divide by
# its standard deviation, the typical distance from the mean, so that its typical size is 1:
#
# $$z = \frac{x - \text{mean}}{\text{standard deviation}}$$

# %%
x = heights("cm").X
z = (x - x.mean(axis=0)) / x.std(axis=0)
print("curvatures with z:", curvatures(with_bias(z)).round(6))
bowl = least_squares(with_bias(z), people.y)
run = train(bowl, [0.0, 0.0], gd, lr=1.0, steps=1)
print(f"loss at the start {run.loss[0]:.1f}, after one step {run.loss[1]:.4f}")
print(f"lowest possible loss {bowl.loss(bowl.minimum):.4f}")

# %% [markdown]
# Two things to keep in mind when you do it, and you will do it in the exercises.
#
# * The rows that a model learns from are called *training data*. Rows that you keep aside, to see how it
#   does on people it has never met, are *test data*: they play the future. The mean and the deviation
#   are learnt from the training data, like $w$; use the same two numbers for every later row. To
#   measure the test rows with a ruler of their own is to use data that the future has not sent yet.
# * A feature that never varies has deviation 0. Dividing by it gives no number at all.
#
# Move the slider: one learning rate, three units. Find a rate that is too high for one, too low for
# another and right for the third.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, three_units

units = three_units()
explore(units)

# %%
picture(units, lr=0.38)

# %% [markdown]
# At rate 0.38 the standardised line is found within a few steps. In metres the loss creeps along the
# floor of the valley. In centimetres it has left the picture at the first step: 0.38 is more than
# five thousand times its limit.
#
# ## 4. More than one feature
#
# The flats of lesson 01 have two more columns: age in years and distance to the centre in km. Square
# metres run up to 158, kilometres up to 12.5. Nobody chose these units to be kind to a computer.

# %%
from lrcourse import houses

flats = houses()
raw = with_bias(flats.X)
Z = with_bias((flats.X - flats.X.mean(axis=0)) / flats.X.std(axis=0))
for name, table in (("as they come", raw), ("standardised", Z)):
    h = curvatures(table)
    print(f"{name}: 2/L = {2 / h[-1]:.2g}, condition number {h[-1] / h[0]:.0f}")
print(f"area and distance vary together: correlation {np.corrcoef(flats.X.T)[0, 2]:.2f}")

# %% [markdown]
# From 146,000 to 3, by one line of code. It is not 1 this time. Standardising makes every feature
# equally long, but it cannot make two features different that say the same: in this town larger flats
# lie farther out, so area and distance still overlap. What is left is the problem's own.
#
# ## 5. Sum or mean?
#
# Some libraries and papers add the losses of the examples up where we take their mean. It looks like a
# matter of taste.
#
# **Predict.** Somebody pastes the data in twice by mistake, so that each of the twenty people appears
# two times. The line through them is the same.

# %%
predict("03-twice")

# %%
for reduction in ("mean", "sum"):
    once = least_squares(with_bias(z), people.y, reduction)
    twice = least_squares(np.vstack([with_bias(z)] * 2), np.tile(people.y, 2), reduction)
    print(f"{reduction:>4}: 2/L = {2 / once.lipschitz:.3f} once, {2 / twice.lipschitz:.3f} twice")

# %%
settle("03-twice")

# %% [markdown]
# The gradient of a sum grows with every row you add, so its limit shrinks. Whoever trains with a sum
# has to find a new rate for every size of data set; with a mean, the rate belongs to the kind of data
# and not to their amount. Between the two conventions the rate differs by a factor $n$, here 20. When
# you read that a rate of 0.001 worked for somebody, ask first: sum or mean?
#
# ## 6. The claim, tried
#
# {{claim}}
#
# You have moved the largest stable rate of one task by a factor 30,000: from 0.00007 in centimetres to
# 2 when standardised.

# %%
print(f"standardised over centimetres: {2 / curvatures(with_bias(z))[-1] / limit_cm:,.0f}")

# %%
settle("claim-03")

# %% [markdown]
# A table that gives one number for a task leaves out what moves it most. A rate belongs to the units of
# the features and to the way the loss is averaged, and (you will see) to the model, the batch and the
# optimizer.
#
# ## In three lines
#
# * Scale a feature by $c$ and its curvature goes by $c^2$; where it is the largest, the limit goes by
#   $1/c^2$.
# * Standardise with the training set's mean and deviation: for one feature it makes the bowl round.
# * Use the mean of the losses, so that the rate does not depend on how many examples there are.
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
