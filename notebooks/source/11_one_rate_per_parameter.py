# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One of the two articles that lesson 14 puts on trial answers its readers' questions. To one of them it says:
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-11")

# %% [markdown]
# ## 1. Two curvatures, two rates
#
# In lesson 02 one rate had to serve a steep direction and a flat one. The steep one set the limit, the
# flat one set the time. Why not give each parameter a rate of its own? Here is a bowl with the curvatures
# 1 and 100, and one step from $(1, 1)$: with the best single rate, and with the rates 1 and 1/100.

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import quadratic, scientific, style, turned, typeset

style()
valley, start = quadratic([1.0, 100.0]), np.array([1.0, 1.0])
for rates in (2 / 101, np.array([1.0, 0.01])):
    print("rates", np.round(rates, 4), "lead to", (start - rates * valley.grad(start)).round(2))

# %% [markdown]
# With $\eta_i = 1/h_i$ each parameter lands in one step. But you do not know the curvatures of a network's
# 2410 parameters. What you do see, at every step, is their slopes; and where the curvature is large, the
# slopes are large. So let each parameter keep an account of the slopes it has met, and divide its rate
# by the root of it (Duchi, Hazan and Singer 2011, below):
#
# $$G_i \leftarrow G_i + g_i^2 \qquad\qquad w_i \leftarrow w_i - \frac{\eta}{\sqrt{G_i}}\, g_i$$
#
# This is **AdaGrad**. Each parameter $i$ has its slope $g_i$ and its account $G_i$, which begins at 0. Why squares?
# Slopes change their sign, and a sum of slopes would cancel. Why the root? It gives the account the unit of a slope
# again, so that slope over root is a plain number. (A sum of sizes $|g_i|$ would have that unit as well. But at a
# constant slope it grows as $k$, and steps of $\eta/k$ hardly get anywhere: all of the first thousand add up to 7.5
# rates. With the root they are $\eta/\sqrt k$, and add up to 62.) NumPy works entry by entry, so all parameters fit
# into two lines. (No slope here is 0 from the start, which would give 0/0. The library's function and the one of your
# exercise add a tiny `eps` to the root for it.)


# %%
def adagrad_step(w, grad, total, lr):
    total = total + grad**2
    return w - lr * grad / np.sqrt(total), total


# %% [markdown]
# **Predict.** Both parameters start at 1, one on curvature 1, one on curvature 100. The rate is
# 0.5.

# %%
predict("11-twins")

# %%
w, total = start, np.zeros(2)
for step in range(1, 6):
    w, total = adagrad_step(w, valley.grad(w), total, lr=0.5)
    print(f"step {step}: w = {w.round(4)}, own rates {(0.5 / np.sqrt(total)).round(4)}")

# %%
settle("11-twins")

# %% [markdown]
# They walk side by side, digit for digit. On curvature $h$ the slope at distance $d$ is $h d$, and the root of
# the account is $\sqrt{h^2 d_0^2 + h^2 d_1^2 + \dots}$, which is $h\sqrt{d_0^2 + d_1^2 + \dots}$. In the step the
# $h$ above and the $h$ below cancel. To AdaGrad this valley is a round bowl.
#
# ## 2. After a wall
#
# The account only grows, so the rate only falls. At a constant slope $g$ it is $k g^2$ after $k$ steps, and the
# step is $\eta/\sqrt k$: a schedule that falls, whether you want one or not.
#
# **Predict.** Now let a parameter start on a wall: ten steps of slope 100, and from then on slope 1.

# %%
predict("11-wall")


# %%
def step_lengths(update, slopes):
    state, lengths = 0.0, []
    for slope in slopes:
        moved, state = update(0.0, slope, state, lr=1.0)
        lengths.append(-moved)
    return lengths


# %%
from lrcourse import adagrad_update, rmsprop_update

wall = [100.0] * 10 + [1.0] * 1000
sums, averages = step_lengths(adagrad_update, wall), step_lengths(rmsprop_update, wall)
print("step length, in rates:")
for k in (1, 10, 11, 100, 500, 1010):
    print(f"step {k:4}: AdaGrad {sums[k - 1]:.4f}, RMSProp {averages[k - 1]:7.4f}")

# %%
settle("11-wall")

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
# (Everybody writes $v$ here; it is no velocity. In code $\beta$ is called `decay`.) With $\beta = 0.99$ half of a square
# is gone after 69 steps, and a thousand steps after the wall it is as good as forgotten. Then the step is as long as the
# rate, whatever the slope, if that stays constant. (The tiny $\epsilon$ keeps 0/0 away; more of it below.)
#
# And the 10.0000 at the top? The average starts at 0, and after one step it holds a hundredth of the first square. Its
# root is a tenth of the slope, and so the step is ten rates long. After ten steps it holds $1 - 0.99^{10}$ of the square,
# 0.096, and $1/\sqrt{0.096}$ is 3.23. Section 4 mends this.
#
# ## 3. Turn the valley
#
# Slopes tell curvatures apart only if the valley runs along one parameter. Most valleys do not. Take the curvatures
# 1 and 1000, 300 steps, and turn valley and start together by 45 degrees: now each parameter holds half of the
# steep direction and half of the flat one.
#
# **Predict.** Each rule gets its own best rate, before and after.

# %%
predict("11-turn")

# %%
from lrcourse import adagrad, gd, momentum, rmsprop, train


def lowest_loss(optimizer, degrees, **hyper):
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    there = np.array([cosine - sine, sine + cosine])  # (1, 1), turned
    bowl = quadratic(turned([1.0, 1000.0], degrees))
    run = train(bowl, there, optimizer, np.geomspace(1e-4, 100, 121), steps=300, hyper=hyper)
    return max(np.nanmin(run.loss[-1]), 1e-9)


# %%
def at_three_angles(name, rule, **hyper):
    losses = [
        f"{angle}°: {scientific(lowest_loss(rule, angle, **hyper)):<10}" for angle in (0, 10, 45)
    ]
    print(f"{name:9}", "  ".join(losses))


# %%
print("lowest loss after 300 steps (10⁻⁹: or less)")
for name, rule in {"descent": gd, "AdaGrad": adagrad, "RMSProp": rmsprop}.items():
    at_three_angles(name, rule)

# %%
settle("11-turn")

# %% [markdown]
# Descent sees no difference: its factors belong to the eigenvectors, wherever these point. For AdaGrad the straight
# valley was no problem at all, and at 45 degrees it is *no better than plain descent*, but behind it: both parameters meet the same large
# slopes, so both get the same rate. That makes it plain descent with a decay, and one that the first, steep steps have
# used up: their squares stay in the account when only the flat direction is left. (RMSProp is level with descent: our
# grid of rates does not tell 0.15 from 0.17.) At 10 degrees a part of the gain is left. A rate per parameter helps as
# far as the problem lies along the parameters.
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
# **Predict.** At first both are too small, for they are averages of slopes and of the zeros before. Suppose you take
# them as they are, and the slope is constant.

# %%
predict("11-bias")

# %%
mean = square = 0.0
for t in range(1, 1001):
    mean = 0.9 * mean + 0.1 * 1.0  # the slope is 1
    square = 0.999 * square + 0.001 * 1.0**2
    if t in (1, 3, 12, 30, 100, 300, 1000):
        print(f"step {t:4}: {mean / np.sqrt(square):.1f} rates long")

# %%
settle("11-bias")

# %% [markdown]
# Not too short: **three to nearly seven times too long**, through the first hundred steps. After the first step the
# mean holds 0.1 of the slope, and the square 0.001 of its square. The root of 0.001 is 0.032, and $0.1/0.032$ is 3.2.
# The slower average is the one below the line.
#
# The remedy is lesson 06's too. After $t$ steps from 0 an average holds the part $1 - \beta^t$ of a constant, so divide
# by that part:
#
# $$\hat m_i = \frac{m_i}{1 - \beta_1^t} \qquad \hat v_i = \frac{v_i}{1 - \beta_2^t} \qquad
# w_i \leftarrow w_i - \eta\, \frac{\hat m_i}{\sqrt{\hat v_i} + \epsilon}$$
#
# For this Adam counts its steps: its state is $m$, $v$ and $t$. The state keeps $m$ and $v$ uncorrected, or the next
# step would correct them twice. Here are three steps at slope 5 and rate 0.01, and the valley, once with a shorter
# memory:

# %%
from lrcourse import adam, adam_update

w, state = 0.0, (0.0, 0.0, 0)
for _ in range(3):
    w, state = adam_update(w, 5.0, state, lr=0.01)
    print(f"w = {w:.4f} after {state[2]}")
at_three_angles("Adam", adam)
at_three_angles("b2 = 0.99", adam, b2=0.99)

# %% [markdown]
# At 45 degrees it ends some two hundred times lower than RMSProp. Both parameters have one rate there, so Adam is
# momentum with a rate that changes (and plain momentum ended lower still); and the average square remembers the steep
# start for longer than these 300 steps. With $\beta_2 = 0.99$ it forgets in time.
#
# Turn the valley yourself; its curvatures are 1 and 50 now, and each rule has at each angle the rate that is best for
# 60 steps. The thin lines are the valley as it is. Filled is the valley *as a rule sees it*: the one that its two rates
# (what AdaGrad multiplies the slope by, and Adam its mean slope) would fit. They can stretch it along the axes alone.
# On the right is the part of the loss that is left at the step shown, in the rules' colours; what is less than
# $10^{-10}$ is drawn there.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, turning_valley

valley_that_turns = turning_valley()
explore(valley_that_turns)

# %%
picture(valley_that_turns, angle=0, step=10)

# %%
picture(valley_that_turns, angle=45, step=60)

# %% [markdown]
# Above, the valley is straight: the two rates of each rule are as far apart as the curvatures, what it sees fits the
# valley, and AdaGrad and Adam walk down the diagonal, since they start equally far from the bottom in both
# directions; Adam, with its momentum, rolls on through the bottom. Below it is turned by 45 degrees: the two rates
# have become one, and both see a circle. AdaGrad stops swinging after a few steps, then creeps along
# the valley, for the rate that suits the steep direction is too low for the flat one. (At step 10, above, Adam's
# curve still lies over descent's at most angles.) Set 10 degrees:
# of the factor 50 about 5 is left, to AdaGrad and to Adam, at every step.
#
# ## 5. The loss in other units
#
# **Predict.** You measure the loss in other units, and it is a million times as large. In plain descent so is each
# slope, and each step.

# %%
predict("11-million")


# %%
from lrcourse import Landscape


def scaled(optimizer, lr, times):
    ground = Landscape(lambda w: times * valley.loss(w), lambda w: times * valley.grad(w))
    return train(ground, start, optimizer, lr, steps=100, record=1)


# %%
print("descent, times 10⁶:", "blows up" if scaled(gd, 0.01, 1e6).diverged else "arrives")
for times in (1e6, 1e-3, 1e-6, 1e-8):
    apart = abs(scaled(adam, 0.05, times).w - scaled(adam, 0.05, 1).w).max()
    print(typeset(f"Adam, times {times:.0e}: its path differs by at most {apart:.0e}"))

# %%
settle("11-million")

# %% [markdown]
# Mean and root grow by the same million, and it cancels. So Adam's rate has another meaning: it is about the
# length of a step, in units of the parameter, whereas descent's rate has to be converted when you change `sum` to `mean`.
#
# What is left of the units is $\epsilon = 10^{-8}$. It stands beside slopes, and when these come near it, it counts: with
# the loss times $10^{-8}$ it is another path. If your slopes are that small, look at $\epsilon$.
#
# ## 6. How wide is the band of good rates?
#
# **Predict.** Now the digits. Six rules, 23 rates a factor 1.8 apart, four seeds, 300 steps with mini-batches of 32, in
# 32-bit numbers, which is half the work. `sweep` is lesson 07's.

# %%
from lrcourse import digits, nesterov, network, sweep

split, widths = digits(1000 * repeat), (64, 32, 10)
rates = 10 ** np.arange(-4, 1.51, 0.25)
seeds = [seed + 1000 * repeat for seed in range(8)]
six = {"descent": gd, "momentum": momentum, "Nesterov": nesterov, "AdaGrad": adagrad,
       "RMSProp": rmsprop, "Adam": adam}  # fmt: skip


# %%
def start_32(rng):
    return network.init(rng, widths, dtype=np.float32)


def sweep_digits(rule, times=1, rates=rates, steps=300):
    X, X_validation = (times * X.astype(np.float32) for X in (split.X_train, split.X_validation))
    learn = network.mlp(X, split.y_train, widths)
    judge = network.mlp(X_validation, split.y_validation, widths)
    return sweep(learn, start_32, rule, rates, seeds=seeds[:4], steps=steps, batch_size=32,
                 score=judge.accuracy, progress=False)  # fmt: skip


# %%
predict("11-best")

# %%
found = {name: sweep_digits(rule) for name, rule in six.items()}
for name, swept in found.items():
    best = swept.best()
    print(f"{name:9} best rate {best.lr:6.2g}: {100 * best.score:.1f} ± {100 * best.error:.1f} %")

# %%
settle("11-best")

# %% [markdown]
# (±: the standard error over four seeds, all on one split.) The winner is nobody: they are a point apart at most, and
# the best of 23 is always a little lucky. What differs is *where* the best stands, and how far you may be off. So look
# at the band of rates round the best in which accuracy stays within 1 point of it, or within 5:


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
_ = ax.set_title("Within 1 point (dark) or 5 (pale) of the best (diamond), 300 steps")

# %% [markdown]
# This is the picture to take home (the best is the rule's own, and our grid ends at 32). How sure are its edges, and
# what lies beyond? Here is the dark band by all four seeds, by two of them and by the other two; and how many seeds
# still get 80 % at ten times its right end:

# %%
kept = {}
for name, swept in found.items():
    each = swept.scores
    ends = [band(some.mean(axis=0), 1) for some in (each, each[:2], each[2:])]
    dark = ", ".join(f"{rates[low]:.2g} to {rates[high]:.2g}" for low, high in ends)
    beyond = each[:, min(ends[0][1] + 4, len(rates) - 1)]  # four steps are a factor of 10
    kept[name] = (beyond > 0.8).sum()
    print(f"{name:9} {dark:52} ten times: {kept[name]} of 4")

# %% [markdown]
# Two other seeds move an edge by up to three steps of the grid; what lies beyond does not hang on them. At ten times
# the right end no seed of descent and of the momenta keeps 80 %, and of the three rules with an account all do. The
# slope's own square is in the account: however steep the place, AdaGrad's step is at most one rate long, RMSProp's at
# most ten (as its first in section 2), and Adam's is bounded too. So nothing runs away: on this side they are
# *forgiving*. Momentum's bands are descent's, a factor of ten lower, as lesson 10 said. And on the left every band
# ends, for 300 steps are few: 0.001, torch's default for Adam, meant for longer training, is outside the pale bar.
#
# ## 7. The pixels, times 16
#
# **Predict.** Our pixels are divided by 16. Take that back: the same images with larger numbers.

# %%
predict("11-pixels")

# %%
moved = {}
for name in ("descent", "AdaGrad", "RMSProp", "Adam"):
    raw, old = sweep_digits(six[name], times=16, rates=rates[6:]), found[name].best().lr
    lost = raw.mean.max() - raw.mean[raw.lrs == old][0]
    bound = next((points for points in (2, 5, 10, 100) if 100 * lost < points), None)
    fate = f"loses less than {bound} points" if bound else "blows up"
    moved[name] = old, raw.best().lr
    print(f"{name:8} best {old:5.2g}, pixels times 16: {moved[name][1]:6.2g}; the old rate {fate}")

# %%
settle("11-pixels")

# %% [markdown]
# Descent's best rate falls by a factor of 18 (five steps of our grid; on other splits four or five), and the old one
# blows up. (Lesson 03's line would ask for $16^2$, 256: there the data alone made the curvature. A network's changes as
# it trains.) The other best rates move by a few steps, up or down: AdaGrad's rose here, and on other splits stayed or rose
# by up to three; Adam's fell by two there or rose by one. Their old rates can be carried over here, at the price printed;
# descent's cannot.
#
# ## 8. ★ Batch size, for Adam
#
# (Optional: nothing later needs it.) In lesson 05 descent's best rate grew almost in proportion to the batch, up to 64.
# Adam divides by the root of the squares, and the noise is in there: large noise, short steps. Does it still need the
# rule?
#
# **Predict.** 100 steps each (so batch 256 sees 32 times the images of batch 8), eight seeds. The judge is the loss on
# all training images or on the validation images. (To `sweep` higher is better, so the cell gives it the loss with a
# minus.)

# %%
predict("11-batch")

# %%
learn = network.mlp(split.X_train.astype(np.float32), split.y_train, widths)
judge = network.mlp(split.X_validation.astype(np.float32), split.y_validation, widths)


# %%
def best_rates(scores):
    halves = scores[:4].mean(axis=0), scores[4:].mean(axis=0)
    return " and ".join(f"{rates[7:15][half.argmax()]:.2g}" for half in halves)


# %%
grown = {}
print("best rate by four seeds and by the other four")
for B in (8, 32, 64, 256):
    swept = sweep(learn, start_32, adam, rates[7:15], seeds=seeds, steps=100, batch_size=B,
                  score=lambda w: -learn.loss(w), report=lambda w: -judge.loss(w), progress=False)  # fmt: skip
    grown[B] = [rates[7:15][each.mean(axis=0).argmax()] for each in (swept.scores, swept.reports)]
    by_training, by_validation = best_rates(swept.scores), best_rates(swept.reports)
    print(f"batch {B:3}: by training loss {by_training:15} by validation loss {by_validation}")

# %%
settle("11-batch")

# %% [markdown]
# By training loss the best rate grows tenfold while the batch grows 32 times: nearer to the root (5.7) than to the
# proportion (32). These are eight seeds on one split; on eight other splits it grew by 5.6 to 10. By validation loss it stays
# within a step of the grid here; why, no run here tells. Ask "which rate is best?", and the answer depends on who is
# asking.
#
# ## 9. Weight decay
#
# > **Pocket box: weight decay.** A weight that the data do not ask for should fade. So add $\frac{\lambda}{2} w^2$ to the
# > loss: the slope gets an extra $\lambda w$, which pulls towards 0. In plain descent each step then multiplies $w$ by
# > $1 - \eta\lambda$. With $\eta = 0.1$ and $\lambda = 0.1$ that is 0.99, so after 100 steps 37 % are left.
# > (Three things are called decay: lesson 08's rate that falls, the `decay` of RMSProp in code, which is its $\beta$, and
# > this one, a weight that fades.)
#
# A weight at 1 whose slope is 0 at every step, at Adam's rate 0.001, for 500 steps. First $\lambda = 0.1$, then
# a hundredth of it, and at last next to nothing.
#
# **Predict.** Adam with $\lambda w$ added to the slope: how much of the weight is left?

# %%
predict("11-idle")

# %%
from lrcourse import adamw_update

for pull in (0.1, 0.001, 1e-7):
    added = beside = np.ones(1)
    state, other = adam.init(added), adam.init(added)
    for _ in range(500):
        added, state = adam_update(added, pull * added, state, lr=0.001)
        beside, other = adamw_update(beside, 0.0, other, lr=0.001, weight_decay=pull)
    left = f"{added[0]:.3f} left if added to the slope, {beside[0]:.4f} by AdamW"
    print(typeset(f"weight decay {pull}: {left}"))

# %%
settle("11-idle")

# %% [markdown]
# Adam divides every slope by its own size, and here the slope is the pull of the decay alone. What is left is a step of
# nearly one rate, whether $\lambda$ is 0.1 or 0.001. (Nearly: the root remembers the pull when the weight was larger.
# And at $10^{-7}$ it comes near $\epsilon$.) Where the data pull hard, the root is large, and the decay is divided
# away. **AdamW** (Loshchilov and Hutter 2019), in the other column, takes the decay out of the gradient and shrinks $w$
# beside Adam's step: it multiplies $w$ by $1 - \eta\lambda$. (This is torch's form, and ours. In the paper's algorithm
# 2 $\lambda$ is multiplied by the factor of the schedule alone, and not by the rate.) In torch the two are
# `Adam(weight_decay=...)` and `AdamW(weight_decay=...)`, and they are not the same.
#
# ## 10. One rate per layer: fine-tuning
#
# Between one rate for all and one for each parameter lies one for each *layer*. It is used most where a trained network
# learns something more. Here is one that has learnt the digits 0 to 4, at rate 1. Now it is to read 5 to 9 as well, from
# 50 images of these alone, all of them in each of 100 steps. That is *fine-tuning*. (In torch each layer is a parameter group with an
# `lr` of its own; `train` takes an array with a rate for each parameter.)

# %%
old = split.y_train < 5
few = np.flatnonzero(~old)[:50]
known = network.mlp(split.X_train[old], split.y_train[old], widths)
fresh = network.mlp(split.X_train[few], split.y_train[few], widths)
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in range(4)]
taught = train(known, network.init(rngs, widths), gd, 1.0, 600, batch_size=32, rng=rngs).w[-1]

# %%
X, y, low = split.X_validation, split.y_validation, split.y_validation < 5
judges = [network.mlp(X[some], y[some], widths) for some in (~low, low)]
first, overall = np.arange(known.size) < 65 * 32, 10 ** np.arange(-2, 0.51, 0.25)


def fine_tuned(of_first, of_last):
    lrs = overall[:, np.newaxis] * np.where(first, of_first, of_last)  # [rates, parameters]
    run = train(fresh, taught[:, np.newaxis], gd, lrs[np.newaxis], steps=100)
    return 100 * np.array([judge.accuracy(run.w[-1]).mean(axis=0) for judge in judges])


# %%
for lr, new, kept_old in list(zip(overall, *fine_tuned(1, 1), strict=True))[::2]:
    print(f"both layers at {lr:4.2f}: {new:2.0f} % of the new digits, {kept_old:3.0f} % of the old")

# %% [markdown]
# What is learnt of the new is paid for with the old: the network *forgets*. At the rate that it was trained with, most of
# the old digits are gone. So fine-tune at a lower rate, they say; it saves what is there.
#
# And which layer? Howard and Ruder (2018, below) give each layer a rate 2.6 times lower than the one above it: what the
# first layers hold is the most general. Try their factor, the same factor the other way round, and a first layer
# that does not move at all.
#
# **Predict.** Each way gets its own best rate, by the mean of both accuracies.

# %%
predict("11-layer")

# %%
ways = {"one rate": (1, 1), "first layer slower": (1 / 2.6, 1), "first layer frozen": (0, 1),
        "last layer slower": (1, 1 / 2.6)}  # fmt: skip
tuned, reads = {name: fine_tuned(*pair) for name, pair in ways.items()}, {}
for name, (new, kept_old) in tuned.items():
    best = (new + kept_old).argmax()
    reads[name] = (new + kept_old)[best] / 2
    print(f"{name:18} at {overall[best]:4.2f}: {new[best]:2.0f} % of the new, {kept_old[best]:2.0f} % "
          f"of the old, mean {reads[name]:4.1f}; new alone up to {new.max():2.0f} %")  # fmt: skip

# %%
settle("11-layer")

# %% alt="Accuracy on the old digits against accuracy on the new ones; each curve runs through eleven rates, from much kept and little learnt to the reverse. The curve of the slower last layer lies outermost, then one rate, then the slower first layer, and the frozen first layer innermost: it never passes 83 per cent of the new digits."
ax = plt.figure(figsize=(7, 4.2)).add_subplot(xlim=(-4, 124), xticks=range(0, 101, 20))
looks = ("o", 97, 2, "left"), ("s", 97, 18, "left"), ("v", 81, 14, "right"), ("^", 97, 10, "left")
for (name, (new, kept_old)), (mark, *place, side) in zip(tuned.items(), looks, strict=True):
    ax.plot(new, kept_old, mark + "-", markersize=4)
    ax.text(*place, name, color=ax.lines[-1].get_color(), ha=side, va="center")
    ax.plot(new, kept_old, "kD", markevery=[(new + kept_old).argmax()])
ax.text(60, 82, "diamonds: the best mean", ha="right")
_ = ax.set(xlabel="new digits read (%)", ylabel="old digits still read (%)")

# %% [markdown]
# Farther out is better: more of the new at the same price of the old. (The rates run from top left to bottom right. All
# are means of four starts, and each way's rate was chosen on the images that score it.) The lower overall rate pays:
# the best ones are far below the 1 of the training. The slower first layer does not. It loses points of the mean (2 to
# 9, on seventeen splits), and frozen it loses most: what is left to learn with is the last layer alone, and it does not get
# as far. A little better than one rate is the reverse, a slower *last* layer (by 0.6 to 4 points).
#
# Does that refute Howard and Ruder? No. They judged by the new task alone, and by that one rate and a slower first
# layer are alike here (last column; on other splits it is up to 4 points behind). Their network had read 103 million
# words before, so its first layers were worth keeping; ours has two layers, and had seen five digits. Which layer to
# spare depends on what was learnt before and on what you want to keep. It is one more rate to try, with each way at its
# own best.
#
# ## 11. The claim, tried
#
# {{claim}}
#
# If these rules tuned the rate, it would not matter which one you give them. Too high a one they forgive, as section 6
# showed. So give them low ones, from the same sweep:

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
settle("claim-11")

# %% [markdown]
# In ten times the steps Adam gets as far as with ten times the rate. So most of the nearly seventy points between
# 0.0001 and 0.01 belong to the 300 steps; but if Adam tuned the rate, one that is ten times too low would not take ten
# times as long. These rules set the *ratios* between the parameters' rates. The one number in front is still yours. Nor
# do they replace the schedules of lesson 08: GPT-3 was trained with Adam *and* a cosine. Rules that do name a rate
# follow in lesson 12.
#
# ## In three lines
#
# * AdaGrad, RMSProp and Adam divide each parameter's rate by the root of its squared slopes. The size of the loss
#   cancels, and so does a valley that runs along the parameters. A turned valley does not.
# * AdaGrad sums and slows down for ever; RMSProp averages and forgets; Adam also averages the slope, and corrects both
#   averages, or it would start three to nearly seven times too fast.
# * On our digits their best accuracy is within a point or so of descent's. At ten times the right end of their band they still learn, where
#   descent is lost; and their best rate moves less when the inputs change their units. A rate that is too low costs time,
#   as in descent.
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
