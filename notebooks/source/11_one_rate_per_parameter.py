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
# that stays constant. (The tiny $\epsilon$ keeps 0/0 away; more of it below. And look at step 1: ten rates long. That
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


def lowest_loss(optimizer, degrees):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    there = np.array([cosine - sine, sine + cosine])  # (1, 1), turned
    bowl = quadratic(turned([1.0, 1000.0], degrees))
    run = train(bowl, there, optimizer, np.geomspace(1e-4, 100, 121), steps=300)
    return max(np.nanmin(run.loss[-1]), 1e-9)


# %%
print("lowest loss after 300 steps (1e-09 stands for that or less)")
for name, rule in {"descent": gd, "AdaGrad": adagrad, "RMSProp": rmsprop}.items():
    print(f"{name:9} straight {lowest_loss(rule, 0):6.2g}   turned {lowest_loss(rule, 45):6.2g}")

# %%
predict("11-turn")

# %% [markdown]
# Descent sees no difference: its factors belong to the eigenvectors, wherever these point. For AdaGrad the
# straight valley was no problem at all, and in the turned one it is *worse than plain descent*. Both parameters meet
# the same large slopes, so both get the same low rate. A rate per parameter helps as far as the problem lies along
# the parameters.
#
# What helps in a turned valley? Lesson 10 knew: remember the direction. Across the valley the slopes alternate and
# cancel, along it they add up.

# %%
print(
    f"momentum  straight {lowest_loss(momentum, 0):6.2g}   turned {lowest_loss(momentum, 45):6.2g}"
)

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
# Not too short: **three to six times too long**, through the first hundred steps. After the first step the mean holds 0.1 of the
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
# step would correct them twice. Here are three steps at slope 5 and rate 0.01; and does it pass the turned valley?

# %%
from lrcourse.optimizers import adam, adam_update

w, state = 0.0, (0.0, 0.0, 0)
for _ in range(3):
    w, state = adam_update(w, 5.0, state, lr=0.01)
    print(f"w = {w:.4f} after {state[2]}")
print(f"Adam      straight {lowest_loss(adam, 0):6.2g}   turned {lowest_loss(adam, 45):6.2g}")

# %% [markdown]
# Some two hundred times lower than RMSProp, and still far behind momentum alone: a division that follows the
# parameters is of no use here. (One start, one angle. It is the gap to the straight valley that matters.)
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
picture(valley_that_turns, angle=45, step=40)

# %% [markdown]
# Above, the valley is straight: the two rates of each rule (solid and dashed, on a log axis) are as far apart as
# the curvatures, and AdaGrad walks straight down the diagonal. Below it is turned by 45 degrees: the two rates have
# become one, and AdaGrad zigzags like plain descent. Set 10 degrees: of the factor 50 about 5 is left.
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
# length of a step, in units of the parameter, whereas descent's rate has to be found anew when you change `sum` to `mean`.
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


def sweep_digits(rule, times=1):
    X, X_validation = (times * X.astype(np.float32) for X in (split.X_train, split.X_validation))
    learn = network.mlp(X, split.y_train, widths)
    judge = network.mlp(X_validation, split.y_validation, widths)
    return sweep(learn, start_32, rule, rates, seeds=range(4), steps=300, batch_size=32,
                 score=judge.accuracy, progress=False)  # fmt: skip


# %% [markdown]
# **Predict.** With each rule at its own best rate: how far apart are descent and Adam?

# %%
predict("11-best", "?")

# %%
found = {name: sweep_digits(rule) for name, rule in six.items()}
for name, swept in found.items():
    best = swept.best()
    print(f"{name:9} best rate {best.lr:6.2g}: {100 * best.score:.0f} ± {100 * best.error:.1f} %")

# %%
predict("11-best")

# %% [markdown]
# The winner is nobody: they are a point apart at most, and the best of 23 is always a little lucky. What differs is
# *where* the best stands, and how far you may be off. So look at the band of rates round the best in which accuracy
# stays within 1 point of it, or within 5:


# %%
def band(swept, points):
    good = swept.mean >= swept.mean.max() - points / 100
    low = high = swept.mean.argmax()
    while low > 0 and good[low - 1]:
        low -= 1
    while high < len(rates) - 1 and good[high + 1]:
        high += 1
    return rates[low], rates[high]


# %% alt="Six horizontal bars on a logarithmic axis of rates. The dark parts, within 1 point of the best, are short: around 2 for descent, 0.2 for momentum and Nesterov, 0.15 for AdaGrad, 0.01 for RMSProp and 0.02 for Adam. The pale parts, within 5 points, span a factor of 30 for the first three and of 100 or more for the last three, which reach far to the right of their best."
ax = plt.figure(figsize=(8, 3.6)).add_subplot(xscale="log", xlabel="learning rate")
for height, swept in enumerate(reversed(found.values())):
    for points, colour in ((5, "#BBD7EA"), (1, "C0")):
        ax.plot(band(swept, points), [height] * 2, color=colour, lw=14, solid_capstyle="butt")
    ax.plot(rates[swept.mean.argmax()], height, "D", color="black")
_ = ax.set(xlim=(1e-4, 45), ylim=(-0.5, 5.5), yticks=range(6), yticklabels=list(six)[::-1])

# %%
for name, swept in found.items():
    (low, high), low5 = band(swept, 1), band(swept, 5)[0]
    three_times = swept.mean[swept.mean.argmax() + 2]  # two steps of the grid are a factor of 3.2
    falls = "more" if three_times < swept.mean.max() - 0.05 else "less"
    print(f"{name:9} within 1: {low:6.2g} to {high:5.2g}; within 5 from {low5:6.2g}; "
          f"three times the best costs {falls} than 5")  # fmt: skip

# %% [markdown]
# This is the picture to take home (dark: within 1 point of the rule's own best; pale: within 5; diamond: the best;
# our grid ends at 32). Momentum's bands are descent's, a factor of ten lower, as lesson 10 said. The three rules with an
# account are *forgiving* on the side where it hurts: three times too high costs descent and both momenta more than 5
# points, and the others less. (How far the pale bars of RMSProp and Adam reach to the right is luck: out there they
# hover about 5 points below their best, and another processor draws the ends elsewhere.) Within 1 point there is little
# difference: factors of 3 to 10. And on the left every band ends: 0.001, torch's default for Adam, is outside the pale bar.
#
# ## 7. The pixels, times 16
#
# Our pixels are divided by 16. Take that back: the same images with larger numbers.
#
# **Predict.**

# %%
predict("11-pixels", "?")

# %%
for name in ("descent", "RMSProp", "Adam"):
    raw = sweep_digits(six[name], times=16).best().lr
    print(f"{name:9} best rate {found[name].best().lr:6.2g}, pixels times 16: {raw:6.2g}")

# %%
predict("11-pixels")

# %% [markdown]
# Descent's best rate falls by a factor of 18 (five steps of our grid). RMSProp's and Adam's move by
# one and two steps of a grid on which their tops are flat: Adam is within a point of its best anywhere between 0.0056
# and 0.056. So one rate for Adam can be carried from problem to problem, roughly; descent's cannot.
#
# ## 8. Batch size, for Adam
#
# In lesson 05 descent's best rate grew almost in proportion to the batch, up to 64. Adam divides by the root of the
# squares, and the noise is in there: large noise, short steps. Does it still need the rule? 100 steps,
# four seeds; the judge is once the loss on all training images, once the loss on the validation images.
#
# **Predict.**

# %%
predict("11-batch", "?")


# %%
learn = network.mlp(split.X_train.astype(np.float32), split.y_train, widths)
judge = network.mlp(split.X_validation.astype(np.float32), split.y_validation, widths)


# %%
def best_for(batch_size, judge):
    return sweep(learn, start_32, adam, rates[7:15], seeds=range(4), steps=100, progress=False,
                 batch_size=batch_size, score=lambda w: -np.log(judge.loss(w))).best().lr  # fmt: skip


# %%
for B in (8, 16, 32, 64, 128, 256):
    print(f"batch {B:3}: best rate {best_for(B, learn):.2g} by training loss, "
          f"{best_for(B, judge):.2g} by validation loss")  # fmt: skip

# %%
predict("11-batch")

# %% [markdown]
# By training loss the best rate grows about tenfold while the batch grows 32 times: nearer to the root (5.7) than to the
# proportion (32). By validation loss it stays within one step of the grid. Ask "which rate is best?", and the answer
# depends on who is asking.
#
# ## 9. Decay that is not divided
#
# > **Pocket box: weight decay.** A weight that the data do not ask for should fade. So add $\frac{\lambda}{2} w^2$ to the
# > loss: the slope gets an extra $\lambda w$, which pulls towards 0. In plain descent each step then multiplies $w$ by
# > $1 - \eta\lambda$. With $\eta = 0.1$ and $\lambda = 0.1$ that is 0.99, so after 100 steps 37 % are left.
#
# A weight at 1 whose slope is 0 at every step, at Adam's rate 0.001, for 500 steps. First $\lambda = 0.1$, then
# a hundredth of it.
#
# **Predict.** Adam with $\lambda w$ added to the slope: how much of the weight is left?

# %%
predict("11-idle", "?")

# %%
from lrcourse.optimizers import adamw_update

for decay in (0.1, 0.001):
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
# about one rate, for any $\lambda$. And where the data pull hard, the root is large, and the decay is divided away.
# **AdamW** (Loshchilov and Hutter 2019), in the other column, takes the decay out of the gradient and multiplies $w$ by
# $1 - \eta\lambda$ beside Adam's step. In torch the two are `Adam(weight_decay=...)` and `AdamW(weight_decay=...)`, and
# they are not the same.
#
# ## 10. The claim, tried
#
# {{claim}}
#
# If Adam tuned the rate, it would not matter which one you give it. From the sweep above:

# %%
for place in (0, 2, 4, 6, 8):
    print(f"Adam, rate {rates[place]:6.4f}: {100 * found['Adam'].mean[place]:.0f} %")

# %%
predict("claim-11")

# %% [markdown]
# These rules set the *ratios* between the parameters' rates. The one number in front is still yours, and from
# 0.0001 to 0.01 it is worth nearly seventy points. Nor do they replace the schedules of lesson 08: GPT-3 was trained with Adam
# *and* a cosine. Rules that do name a rate follow in lesson 12.
#
# ## In three lines
#
# * AdaGrad, RMSProp and Adam divide each parameter's rate by the root of its squared slopes. The size of the loss
#   cancels, and so does a valley that runs along the parameters. A turned valley does not.
# * AdaGrad sums and slows down for ever; RMSProp averages and forgets; Adam also averages the slope, and corrects both
#   averages, or it would start three to six times too fast.
# * On our digits their best accuracy is that of descent. Their bands forgive a rate that is too high, and hardly move
#   with your units. A rate that is too low they forgive no more than descent does.
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
