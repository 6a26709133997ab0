# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One of the articles answers its readers' questions. To one of them it says:
#
# {{claim}}

# %%
from lrcourse import predict

predict("claim-11", "?")

# %% [markdown]
# ## 1. Two curvatures, two rates
#
# In lesson 02 one rate had to serve a steep direction and a flat one. The steep one set the limit, the
# flat one set the time. Why not give each parameter a rate of its own? Here is a bowl with the curvatures
# 1 and 100, and one step from $(1, 1)$: with the best single rate, and with the rates 1 and 1/100.

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse.objectives import quadratic, turned
from lrcourse.plots import style

style()
valley, start = quadratic([1.0, 100.0]), np.array([1.0, 1.0])
for rates in (2 / 101, np.array([1.0, 0.01])):
    print("rates", np.round(rates, 4), "lead to", (start - rates * valley.grad(start)).round(2))

# %% [markdown]
# With $\eta_i = 1/h_i$ each parameter lands in one step. But you do not know the curvatures of a network's
# 2410 parameters. What you do see, at every step, is their slopes; and where the curvature is large, the
# slopes are large. So let each parameter keep an account of the slopes it has met, and divide its rate
# by it (Duchi, Hazan and Singer 2011, below):
#
# $$G_i \leftarrow G_i + g_i^2 \qquad\qquad w_i \leftarrow w_i - \frac{\eta}{\sqrt{G_i}}\, g_i$$
#
# This is **AdaGrad**. Each parameter $i$ has its slope $g_i$ and its account $G_i$, which begins at 0. NumPy
# works entry by entry, so all parameters fit into two lines:


# %%
def adagrad_step(w, grad, total, lr):
    total = total + grad**2
    return w - lr * grad / np.sqrt(total), total


# %% [markdown]
# **Predict.** Both parameters start at 1, one on curvature 1, one on curvature 100. The rate is 0.5. Which
# of them is nearer to the bottom after five steps?

# %%
predict("11-twins", "?")

# %%
w, total = start, np.zeros(2)
for step in range(1, 6):
    w, total = adagrad_step(w, valley.grad(w), total, lr=0.5)
    print(f"step {step}: w = {w.round(4)}, own rates {(0.5 / np.sqrt(total)).round(4)}")

# %%
predict("11-twins")

# %% [markdown]
# They walk side by side, digit for digit. On curvature $h$ the slope at distance $d$ is $h d$, and the root of
# the account is $\sqrt{h^2 d_0^2 + h^2 d_1^2 + \dots}$, which is $h\sqrt{d_0^2 + d_1^2 + \dots}$. In the step the
# $h$ above and the $h$ below cancel. To AdaGrad this valley is a round bowl.
#
# ## 2. The account that never forgets
#
# The account only grows, so the rate only falls. At a constant slope $g$ it is $k g^2$ after $k$ steps, and the
# step is $\eta/\sqrt k$: lesson 08's `inverse_sqrt`, whether you want a decay or not. There is worse. Let a
# parameter start on a wall: ten steps of slope 100, and from then on slope 1.
#
# **Predict.**

# %%
predict("11-wall", "?")


# %%
def step_lengths(update, slopes):
    state, lengths = 0.0, []
    for slope in slopes:
        moved, state = update(0.0, slope, state, lr=1.0)
        lengths.append(-moved)
    return lengths


# %%
from lrcourse.optimizers import adagrad_update, rmsprop_update

wall = [100.0] * 10 + [1.0] * 1000
sums, averages = step_lengths(adagrad_update, wall), step_lengths(rmsprop_update, wall)
print("step length, in rates:")
for k in (1, 10, 11, 100, 500, 1010):
    print(f"step {k:4}: AdaGrad {sums[k - 1]:.4f}, RMSProp {averages[k - 1]:7.4f}")

# %%
predict("11-wall")

# %% [markdown]
# A thousand steps after the wall AdaGrad still moves by three thousandths of its rate. Without the wall it would be
# $1/\sqrt{1000}$, ten times as much. What has happened once is held against the parameter for ever.
#
# The cure is in the other column. **RMSProp** (Tieleman and Hinton, in a lecture of 2012) replaces the sum by the
# moving average of lesson 06, here of squares:
#
# $$v_i \leftarrow \beta\, v_i + (1 - \beta)\, g_i^2 \qquad\qquad
# w_i \leftarrow w_i - \frac{\eta}{\sqrt{v_i} + \epsilon}\, g_i$$
#
# (Everybody writes $v$ here; it is no velocity.) With $\beta = 0.99$ half of a square is gone after 69 steps, and a
# thousand steps after the wall it is as good as forgotten. Then the step is as long as the rate, whatever the slope, if
# that stays constant. (The tiny $\epsilon$ keeps 0/0 away; more of it below. And look at step 1: it is too long. That
# will have to be dealt with.)
#
# ## 3. Turn the valley
#
# Slopes tell curvatures apart only if the valley runs along one parameter. Most valleys do not. Take the curvatures
# 1 and 1000, 300 steps, and turn valley and start together by 45 degrees: now each parameter holds half of the
# steep direction and half of the flat one.
#
# **Predict.** Each rule gets its own best rate, before and after. Which of them mind?

# %%
predict("11-turn", "?")

# %%
from lrcourse import train
from lrcourse.optimizers import adagrad, gd, momentum, rmsprop


def lowest_loss(optimizer, degrees, **hyper):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    there = np.array([cosine - sine, sine + cosine])  # (1, 1), turned
    bowl = quadratic(turned([1.0, 1000.0], degrees))
    run = train(bowl, there, optimizer, np.geomspace(1e-4, 100, 121), steps=300, hyper=hyper)
    return max(np.nanmin(run.loss[-1]), 1e-9)


# %%
def at_three_angles(name, rule, **hyper):
    losses = [f"{angle}°: {lowest_loss(rule, angle, **hyper):<7.2g}" for angle in (0, 10, 45)]
    print(f"{name:9}", "  ".join(losses))


# %%
print("lowest loss after 300 steps (1e-09: or less)")
for name, rule in {"descent": gd, "AdaGrad": adagrad, "RMSProp": rmsprop}.items():
    at_three_angles(name, rule)

# %%
predict("11-turn")

# %% [markdown]
# Descent sees no difference: its factors belong to the eigenvectors, wherever these point. For AdaGrad the
# straight valley was no problem at all, and at 45 degrees it is *worse than plain descent*: both parameters meet
# the same large slopes, so both get the same low rate. (RMSProp is level with descent: our grid of rates does not
# tell 0.15 from 0.17.) At 10 degrees a part of the gain is left. A rate per parameter helps as far as the problem
# lies along the parameters.
#
# What helps in a turned valley? Lesson 10 knew: remember the direction. Across the valley the slopes alternate and
# cancel, along it they add up.

# %%
at_three_angles("momentum", momentum)

# %% [markdown]
# ## 4. Both memories: Adam
#
# **Adam** (Kingma and Ba 2014) keeps two moving averages for each parameter: of its slope, which is momentum in
# its averaging form, and of its squared slope, which is RMSProp. It moves by the one over the root of the other.
# Both averages start at 0, with $\beta_1 = 0.9$ and $\beta_2 = 0.999$.
#
# At first both are too small, for they are averages of slopes and of the zeros before. Suppose you take them as
# they are, and the slope is constant.
#
# **Predict.** How long is the first step?

# %%
predict("11-bias", "?")

# %%
mean = square = 0.0
for t in range(1, 1001):
    mean = 0.9 * mean + 0.1 * 1.0  # the slope is 1
    square = 0.999 * square + 0.001 * 1.0**2
    if t in (1, 3, 12, 30, 100, 300, 1000):
        print(f"step {t:4}: {mean / np.sqrt(square):.1f} rates long")

# %%
predict("11-bias")

# %% [markdown]
# Not too short: **three to nearly seven times too long**, through the first hundred steps. After the first step the mean holds 0.1 of the
# slope, and the square 0.001 of its square. The root of 0.001 is 0.032, and $0.1/0.032$ is 3.2. The slower
# average is the one below the line.
#
# The remedy is lesson 06's too. After $t$ steps from 0 an average holds the part $1 - \beta^t$ of a constant, so divide
# by that part:
#
# $$\hat m_i = \frac{m_i}{1 - \beta_1^t} \qquad \hat v_i = \frac{v_i}{1 - \beta_2^t} \qquad
# w_i \leftarrow w_i - \eta\, \frac{\hat m_i}{\sqrt{\hat v_i} + \epsilon}$$
#
# For this Adam counts its steps: its state is $m$, $v$ and $t$. The state keeps $m$ and $v$ uncorrected, or the next
# step would correct them twice. Here are three steps at slope 5 and rate 0.01, and the valley, once with a shorter memory:

# %%
from lrcourse.optimizers import adam, adam_update

w, state = 0.0, (0.0, 0.0, 0)
for _ in range(3):
    w, state = adam_update(w, 5.0, state, lr=0.01)
    print(f"w = {w:.4f} after {state[2]}")
at_three_angles("Adam", adam)
at_three_angles("b2 = 0.99", adam, b2=0.99)

# %% [markdown]
# At 45 degrees it ends some two hundred times lower than RMSProp. Both parameters have one rate there, so Adam is
# momentum with a rate that changes; and the average square remembers the steep start for longer than
# these 300 steps. With $\beta_2 = 0.99$ it forgets in time.
#
# Turn the valley yourself; its curvatures are 1 and 50 now, and each rule has its best rate at each angle. On the
# right are the two rates: what AdaGrad multiplies the slope by, and Adam its mean slope.

# %% tags=["nbval-ignore-output"]
from lrcourse.adaptive_explorers import turning_valley
from lrcourse.canvas import explore, picture

valley_that_turns = turning_valley()
explore(valley_that_turns)

# %%
picture(valley_that_turns, angle=0, step=10)

# %%
picture(valley_that_turns, angle=45, step=60)

# %% [markdown]
# Above, the valley is straight: the two rates of each rule (solid and dashed, on a log axis) are as far apart as
# the curvatures, and AdaGrad (the wide line) and Adam walk down the diagonal, one upon the other, since they
# start equally far from the bottom in both directions; Adam, with its momentum, rolls on through the bottom. Below it
# is turned by 45 degrees: the two rates have become one. AdaGrad stops swinging after a few steps, then creeps along
# the valley, for the rate that suits the steep direction is too low for the flat one. Set 10 degrees: of the factor
# 50 about 5 is left.
#
# ## 5. The loss in other units
#
# You measure the loss in other units, and it is a million times as large. In plain descent so is each slope, and each
# step.
#
# **Predict.** What does Adam's path do, over 100 steps?

# %%
predict("11-million", "?")


# %%
from lrcourse.objectives import Landscape


def scaled(optimizer, lr, times):
    ground = Landscape(lambda w: times * valley.loss(w), lambda w: times * valley.grad(w))
    return train(ground, start, optimizer, lr, steps=100, record=1)


# %%
print("descent, times 1e+06:", "blows up" if scaled(gd, 0.01, 1e6).diverged else "arrives")
for times in (1e6, 1e-3, 1e-6, 1e-8):
    apart = abs(scaled(adam, 0.05, times).w - scaled(adam, 0.05, 1).w).max()
    print(f"Adam, times {times:.0e}: its path differs by at most {apart:.0e}")

# %%
predict("11-million")

# %% [markdown]
# Mean and root grow by the same million, and it cancels. So Adam's rate has another meaning: it is about the
# length of a step, in units of the parameter, whereas descent's rate has to be converted when you change `sum` to `mean`.
#
# What is left of the units is $\epsilon = 10^{-8}$. It stands beside slopes, and when these come near it, it counts: with
# the loss times $10^{-8}$ it is another path. If your slopes are that small, look at $\epsilon$.
#
# ## 6. How wide is the band of good rates?
#
# Now the digits. Six rules, 23 rates a factor 1.8 apart, four seeds, 300 steps with mini-batches of 32, in 32-bit
# numbers, which is half the work. `sweep` is lesson 07's.

# %%
from lrcourse import network, sweep
from lrcourse.data import digits
from lrcourse.optimizers import nesterov

split, widths = digits(), (64, 32, 10)
rates = 10 ** np.arange(-4, 1.51, 0.25)
six = {"descent": gd, "momentum": momentum, "Nesterov": nesterov, "AdaGrad": adagrad,
       "RMSProp": rmsprop, "Adam": adam}  # fmt: skip


# %%
def start_32(rng):
    return network.init(rng, widths, dtype=np.float32)


def sweep_digits(rule, times=1, rates=rates, steps=300):
    X, X_validation = (times * X.astype(np.float32) for X in (split.X_train, split.X_validation))
    learn = network.mlp(X, split.y_train, widths)
    judge = network.mlp(X_validation, split.y_validation, widths)
    return sweep(learn, start_32, rule, rates, seeds=range(4), steps=steps, batch_size=32,
                 score=judge.accuracy, progress=False)  # fmt: skip


# %% [markdown]
# **Predict.** With each rule at its own best rate: how far apart are descent and Adam?

# %%
predict("11-best", "?")

# %%
found = {name: sweep_digits(rule) for name, rule in six.items()}
for name, swept in found.items():
    best = swept.best()
    print(f"{name:9} best rate {best.lr:6.2g}: {100 * best.score:.1f} ± {100 * best.error:.1f} %")

# %%
predict("11-best")

# %% [markdown]
# The winner is nobody: they are a point apart at most, and the best of 23 is always a little lucky. What differs is
# *where* the best stands, and how far you may be off. So look at the band of rates round the best in which accuracy
# stays within 1 point of it, or within 5:


# %%
def band(mean, points):
    good = mean >= mean.max() - points / 100
    low = high = mean.argmax()
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(rates) - 1 and good[high + 1]:
        high += 1
    return [low, high]


# %% alt="Six horizontal bars on a logarithmic axis of rates. The dark parts, within 1 point of the best, are short: around 2 for descent, 0.2 for momentum and Nesterov, 0.15 for AdaGrad, 0.01 for RMSProp and 0.02 for Adam. The pale parts, within 5 points, span a factor of 30 for the first three and of 100 or more for the last three, which reach far to the right of their best."
ax = plt.figure(figsize=(8, 3.6)).add_subplot(xscale="log", xlabel="learning rate")
for height, swept in enumerate(reversed(found.values())):
    for points, colour in ((5, "#BBD7EA"), (1, "C0")):
        ends = rates[band(swept.mean, points)]
        ax.plot(ends, [height] * 2, color=colour, lw=14, solid_capstyle="butt")
    ax.plot(rates[swept.mean.argmax()], height, "D", color="black")
ax.set(xlim=(1e-4, 45), ylim=(-0.5, 5.5), yticks=range(6), yticklabels=list(six)[::-1])
_ = ax.set_title("bands of good rates after 300 steps")

# %% [markdown]
# This is the picture to take home (dark: within 1 point of the rule's own best; pale: within 5; diamond: the best;
# our grid ends at 32). How sure are its edges, and what lies beyond? Here is the dark band by all four seeds, by
# two of them and by the other two; and how many seeds still get 80 % at ten times its right end:

# %%
for name, swept in found.items():
    each = swept.scores
    ends = [band(some.mean(axis=0), 1) for some in (each, each[:2], each[2:])]
    dark = ", ".join(f"{rates[low]:.2g} to {rates[high]:.2g}" for low, high in ends)
    beyond = each[:, ends[0][1] + 4]  # four steps of the grid are a factor of 10
    print(f"{name:9} {dark:52} ten times: {(beyond > 0.8).sum()} of 4")

# %% [markdown]
# Two other seeds move an edge by up to three steps of the grid; what lies beyond does not hang on them. At ten times
# the right end no seed of descent and of the momenta keeps 80 %, and of the three rules with an account all do. The
# slope's own square is in the account: however steep the place, AdaGrad's step is at most one rate long, RMSProp's at
# most ten (as its first in section 2), and Adam's is bounded too. So nothing runs away: on this side they are
# *forgiving*. (How far the pale bars of RMSProp and Adam reach to the right is luck: out there they hover about 5 points
# below their best.) Momentum's bands are descent's, a factor of ten lower, as lesson 10 said. And on the left every band
# ends, for 300 steps are few: 0.001, torch's default for Adam, meant for longer training, is outside the pale bar.
#
# ## 7. The pixels, times 16
#
# Our pixels are divided by 16. Take that back: the same images with larger numbers.
#
# **Predict.**

# %%
predict("11-pixels", "?")

# %%
for name in ("descent", "AdaGrad", "RMSProp", "Adam"):
    raw, old = sweep_digits(six[name], times=16, rates=rates[6:19]), found[name].best().lr
    lost = raw.mean.max() - raw.mean[raw.lrs == old][0]
    fate = "loses more than 2 points" if lost > 0.02 else "loses less than 2 points"
    fate = "blows up" if lost == np.inf else fate
    print(f"{name:8} best {old:5.2g}, pixels times 16: {raw.best().lr:6.2g}; the old rate {fate}")

# %%
predict("11-pixels")

# %% [markdown]
# Descent's best rate falls by a factor of 18 (five steps of our grid), and the old one blows up. (Lesson 03's line would
# ask for $16^2$, 256: there the data alone made the curvature. A network's changes as it trains.) Of the other
# best rates RMSProp's falls by one step, Adam's by two, and AdaGrad's rises by three. With their old rates AdaGrad and
# RMSProp lose less than 2 points, and Adam more. So these rates can be carried over, here at least, at a price;
# descent's cannot.
#
# ## 8. Batch size, for Adam
#
# In lesson 05 descent's best rate grew almost in proportion to the batch, up to 64. Adam divides by the root of the
# squares, and the noise is in there: large noise, short steps. Does it still need the rule? 100 steps
# each (so batch 256 sees 32 times the images of batch 8), eight seeds. The judge is the loss on all training images or
# on the validation images, with a minus: to `sweep` higher is better.
#
# **Predict.**

# %%
predict("11-batch", "?")

# %%
learn = network.mlp(split.X_train.astype(np.float32), split.y_train, widths)
judge = network.mlp(split.X_validation.astype(np.float32), split.y_validation, widths)


# %%
def best_rates(scores):
    halves = scores[:4].mean(axis=0), scores[4:].mean(axis=0)
    return " and ".join(f"{rates[7:15][half.argmax()]:.2g}" for half in halves)


# %%
print("best rate by four seeds and by the other four")
for B in (8, 32, 64, 256):
    swept = sweep(learn, start_32, adam, rates[7:15], seeds=range(8), steps=100, batch_size=B,
                  score=lambda w: -learn.loss(w), report=lambda w: -judge.loss(w), progress=False)  # fmt: skip
    by_training, by_validation = best_rates(swept.scores), best_rates(swept.reports)
    print(f"batch {B:3}: by training loss {by_training:15} by validation loss {by_validation}")

# %%
predict("11-batch")

# %% [markdown]
# By training loss the best rate grows tenfold while the batch grows 32 times: nearer to the root (5.7) than to the
# proportion (32). By validation loss it stays within a step or two of the grid (overfitting has a part in that: large batches
# have seen more images). Ask "which rate is best?", and the answer depends on who is asking.
#
# ## 9. Decay that is not divided
#
# > **Pocket box: weight decay.** A weight that the data do not ask for should fade. So add $\frac{\lambda}{2} w^2$ to the
# > loss: the slope gets an extra $\lambda w$, which pulls towards 0. In plain descent each step then multiplies $w$ by
# > $1 - \eta\lambda$. With $\eta = 0.1$ and $\lambda = 0.1$ that is 0.99, so after 100 steps 37 % are left.
#
# A weight at 1 whose slope is 0 at every step, at Adam's rate 0.001, for 500 steps. First $\lambda = 0.1$, then
# a hundredth of it, and at last next to nothing.
#
# **Predict.** Adam with $\lambda w$ added to the slope: how much of the weight is left?

# %%
predict("11-idle", "?")

# %%
from lrcourse.optimizers import adamw_update

for decay in (0.1, 0.001, 1e-7):
    added = beside = np.ones(1)
    state, other = adam.init(added), adam.init(added)
    for _ in range(500):
        added, state = adam_update(added, decay * added, state, lr=0.001)
        beside, other = adamw_update(beside, 0.0, other, lr=0.001, weight_decay=decay)
    left = f"{added[0]:.3f} left if added to the slope, {beside[0]:.4f} by AdamW"
    print(f"decay {decay}: {left}")

# %%
predict("11-idle")

# %% [markdown]
# Adam divides every slope by its own size, and here the slope is the pull of the decay alone. What is left is a step of
# nearly one rate, whether $\lambda$ is 0.1 or 0.001. (Nearly: the root remembers the pull when the weight was larger. And
# at $10^{-7}$ it comes near $\epsilon$.) Where the data pull hard, the root is large, and the decay is divided away.
# **AdamW** (Loshchilov and Hutter 2019), in the other column, takes the decay out of the gradient and multiplies $w$ by
# $1 - \eta\lambda$ beside Adam's step. In torch the two are `Adam(weight_decay=...)` and `AdamW(weight_decay=...)`, and
# they are not the same.
#
# ## 10. The claim, tried
#
# {{claim}}
#
# If these rules tuned the rate, it would not matter which one you give them. From the sweep above:

# %%
for name in ("AdaGrad", "RMSProp", "Adam"):
    tried = [f"{rates[k]:.4g}: {100 * found[name].mean[k]:.0f} %" for k in (0, 4, 8)]
    print(f"{name:8}", ",  ".join(tried))

# %% [markdown]
# That is after 300 steps. Lesson 04 taught that a low rate wants time. Ten times the steps for Adam:

# %%
longer = sweep_digits(adam, rates=rates[[0, 4]], steps=3000)
for lr, mean in zip(longer.lrs, longer.mean, strict=True):
    print(f"Adam, rate {lr:.4f}, 3000 steps: {100 * mean:.0f} %")

# %%
predict("claim-11")

# %% [markdown]
# In ten times the steps Adam gets as far as with ten times the rate. So the nearly seventy points between 0.0001 and
# 0.01 belong to the 300 steps; but if Adam tuned the rate, one that is ten times too low would not take ten times as
# long. These rules set the *ratios* between the parameters' rates. The one number in front is still yours. Nor do they
# replace the schedules of lesson 08: GPT-3 was trained with Adam *and* a cosine. Rules that do name a rate follow in
# lesson 12.
#
# ## In three lines
#
# * AdaGrad, RMSProp and Adam divide each parameter's rate by the root of its squared slopes. The size of the loss
#   cancels, and so does a valley that runs along the parameters. A turned valley does not.
# * AdaGrad sums and slows down for ever; RMSProp averages and forgets; Adam also averages the slope, and corrects both
#   averages, or it would start three to nearly seven times too fast.
# * On our digits their best accuracy is that of descent. They stand a rate ten times above their
#   band, and with other units it moves less than descent's. A rate that is too low costs time, as in descent.
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
