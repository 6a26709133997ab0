# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One article prints a table of batch sizes, with the best learning rate for each:
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-05")

# %% [markdown]
# ## 1. A slope from five flats
#
# Back to the twenty flats of lesson 01, with the smallest model of all: one number $w$, guessed as the
# price of *every* flat, whatever its size. Its loss is the mean of half squares again:
#
# $$\text{loss}(w) = \frac{1}{2n}\sum_{i=1}^{n} (w - y_i)^2 \qquad
# \text{loss}'(w) = \frac{1}{n}\sum_{i=1}^{n} (w - y_i)$$
#
# The slope is the mean of twenty slopes, one for each flat: flat $i$ pulls towards its own price $y_i$.
# The bottom is where the pulls balance, at the mean price. The curvature is $h = 1$.

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import houses, name_curves, style, typeset

style()
prices = houses().y  # in 1000 €
bottom, s = prices.mean(), prices.std()
slopes = 300 - prices  # where w = 300
print(f"bottom at {bottom:.1f}; the prices scatter around it by s = {s:.0f}")
print(f"the twenty slopes at 300 go from {slopes.min():.0f} to {slopes.max():.0f}")
print(f"their mean is {slopes.mean():.1f}")

# %% [markdown]
# Twenty slopes are cheap. With a million examples and a large network, one exact slope costs minutes. So
# take a few examples at random, a **mini-batch**, and let their mean slope stand for the exact one. Five
# flats cost a quarter of twenty. What are they worth? Draw 10,000 mini-batches of 5 and see.
#
# > **Pocket box: seeds.** `np.random.default_rng(1000 * repeat)` makes a *generator*: a machine whose numbers look
# > random but all follow from its *seed*, here 0. The same seed gives the same numbers, today and on
# > your neighbour's computer, so that a run can be repeated. Another seed gives another world. Each
# > draw moves the generator on. `rng.choice(prices, (4, 5))` draws a table of 4 by 5 prices *with
# > replacement*: each draw is from all twenty, and a flat can come twice.

# %%
for seed in (7, 7, 8):
    print(f"seed {seed}:", np.random.default_rng(seed + 1000 * repeat).choice(prices, 5))

# %%
rng = np.random.default_rng(1000 * repeat)
for B in (1, 5, 20, 80):
    guesses = (300 - rng.choice(prices, (10_000, B))).mean(axis=1)
    line = f"mean of the guesses {guesses.mean():.0f}, they scatter by {guesses.std():.1f}"
    print(f"{B:2} flats: {line}; s / root of B is {s / np.sqrt(B):.1f}")

# %% alt="Three histograms of slopes guessed from 5, 20 and 80 flats, all centred at the exact slope of -120. With more flats they are narrower."
figure, ax = plt.subplots(figsize=(7, 3))
for B, colour in ((5, "C1"), (20, "C0"), (80, "C2")):
    guesses = (300 - rng.choice(prices, (10_000, B))).mean(axis=1)
    counts = ax.hist(guesses, np.arange(-260, 5, 5), histtype="step", color=colour)[0]
    ax.text(1.3 * guesses.std() - 116, 0.43 * counts.max() + 40, f"{B} flats", color=colour)
ax.axvline(slopes.mean(), color="black", linestyle=":", label="exact slope")
_ = ax.set(xlabel="slope guessed at w = 300", ylabel="how many of 10,000")
name_curves(ax)

# %% [markdown]
# A single guess may be far off, and yet the guesses are right *on average*, whatever the batch size:
# each flat is as likely to be drawn as any other, so none is favoured. Such a guess is called
# **unbiased**. What the batch size changes is the scatter.
#
# > **Pocket box: expectation and variance.** The *expectation* of a random number is what its average
# > tends to over many draws. Its *variance* is the expectation of its squared distance from that; the
# > root of the variance, the *standard deviation* $s$, is a typical distance. For a die they are 3.5,
# > 2.92 and 1.71. Two rules. Multiply by $c$, and the variance is multiplied by $c^2$. Add up numbers
# > that know nothing of each other, and their variances add up.
#
# So the sum of $B$ slopes has the variance $B s^2$, and their mean, a $B$-th of the sum, has
# $B s^2 / B^2 = s^2/B$. Its standard deviation is $s/\sqrt B$, as printed. With a quarter of
# the flats, 5 for 20, the guess is off by twice as much, and not by four times: that is why mini-batches
# are a good deal. (These are draws with replacement; all twenty, each once, are exact. Section 5 comes
# back to that.)
#
# ## 2. Where does it come to rest?
#
# Now walk: at each step, one flat, drawn at random, and $w \leftarrow w - \eta\,(w - y_i)$. This is
# *stochastic gradient descent*, SGD. One walk is one piece of luck, so let 2000 walkers go at once, each
# with flats of its own, and report their typical distance from the bottom: the root of the mean squared
# distance.
#
# **Predict.** At rate 0.1, 100 steps are enough to forget the start.

# %%
predict("05-longer")


# %%
def typical(w):
    return np.sqrt(np.mean((w - bottom) ** 2))


rng, w, after = np.random.default_rng(1 + 1000 * repeat), np.full(2000, 300.0), {}
for step in range(1, 10_001):
    w = w - 0.1 * (w - rng.choice(prices, 2000))
    if step in (10, 100, 1000, 10_000):
        after[step] = typical(w)
        print(f"after {step:6,} steps: typical distance {after[step]:.0f}")

# %%
settle("05-longer")

# %% [markdown]
# The walk comes to the bottom and does not stay there. It hovers, and there is no end to it: at the
# bottom the slopes of the flats *average* to zero, but each single one pulls as hard as ever. The
# mean square of the distance it keeps is its **noise floor**; in many dimensions people speak of a
# noise *ball*.
#
# The walkers at rate 0.1 have seen a hundred thousand flats by now, and steps do not help. Would another rate?

# %%
predict("05-half")


# %%
def settled(lr, B=1, walkers=2000):
    rng = np.random.default_rng(3 + 1000 * repeat)
    w = np.full(walkers, bottom)  # no way to go: only noise
    for _ in range(int(4 / lr) + 60):
        w = w - lr * (w - rng.choice(prices, (walkers, B)).mean(axis=1))
    return typical(w)


# %%
stays = {lr: settled(lr) for lr in (0.2, 0.1, 0.05, 0.025)}
for lr, distance in stays.items():
    print(f"lr = {lr:5}: typical distance {distance:.1f}")

# %%
settle("05-half")

# %% alt="Two walks of 600 steps from 300. At rate 0.1 the walk reaches the bottom after some 30 steps and then jitters around it by about 20. At rate 0.01 it takes some 300 steps and jitters by about 6."
figure, ax = plt.subplots(figsize=(7, 3.2))
for lr, colour in ((0.1, "C1"), (0.01, "C0")):
    rng, path = np.random.default_rng(2 + 1000 * repeat), [300.0]
    for _ in range(600):
        path.append(path[-1] - lr * (path[-1] - rng.choice(prices)))
    ax.plot(path, color=colour, linewidth=1.5, label=f"lr = {lr}")
ax.axhline(bottom, color="black", linestyle=":", label="bottom")
_ = ax.set(xlabel="step", ylabel="w, in 1000 €", xlim=(0, 600)), name_curves(ax)

# %% [markdown]
# The two walks saw the same flats. The slow one arrives far later and hovers closer: at a tenth of the rate, at about a third of
# the distance.
#
# ## 3. The floor, in two lines
#
# Let the walker be at a distance $d$ from the bottom of a bowl of curvature $h$. A step takes away
# $\eta h d$; and $\eta$ times the noise $e$ of this step's slope goes off as well:
#
# $$d_{\text{new}} = (1 - \eta h)\, d - \eta\, e$$
#
# The new noise knows nothing of where the walker stands, so the variances add up, each with its factor
# squared. Where the walk has come to rest, $d$ is 0 on average (the first term shrinks what is left, the
# noise is unbiased), so its variance $V$ is its mean square, and the same before and after:
#
# $$V = (1 - \eta h)^2\, V + \eta^2 s^2 \qquad\text{so}\qquad
# V = \frac{\eta\, s^2}{h\,(2 - \eta h)}$$
#
# (For the second, bring the $V$s to one side: $1 - (1 - \eta h)^2 = \eta h\,(2 - \eta h)$. An $\eta$
# cancels.) $V$ is the floor, and typical distance is its root. Compare, in units of $s^2$, with 20,000
# walkers and $h = 1$:

# %%
for lr in (0.01, 0.1, 0.5, 1.0, 1.5, 1.9):
    measured = settled(lr, walkers=20_000) ** 2 / s**2
    print(f"lr = {lr:4}: measured {measured:6.3f}, formula {lr / (2 - lr):6.3f}")

# %% [markdown]
# Two things to read from the formula. Well below $1/h$ it is nearly $\eta s^2 / (2h)$: **half the rate,
# half the mean square**, and 0.7 of the distance. And towards $2/h$ it grows without end: the cliff of
# lesson 02 is still there, and long before you fall, the floor rises to meet you.
#
# Here then is a real trade: a high rate arrives soon and stays far, a low one arrives late and gets close.
# In lesson 04 slower was not more accurate. There a network of 2410 numbers could please all 1000 images at
# once, and where everybody is pleased nobody pulls: the noise fades too, if later than the slope (more in
# section 8). Twenty flats with twenty prices cannot all be pleased by one number, so here $s$ stays.
#
# Now in two dimensions. Each walker has mini-batches of its own; the dashed ellipse is two typical
# distances by the formula. Move the rate, then the batch size, and watch the cloud breathe.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, noise_cloud, picture

cloud = noise_cloud()
explore(cloud)

# %%
picture(cloud, lr=0.47, batch=4)

# %% [markdown]
# (The loss has a logarithmic axis; the orange line on the left is the last ten places of the orange walker; drag
# the diamond to stretch the ellipse.) The
# curvature is 4 across the valley, so the cliff is at $2/4 = 0.5$. At 0.47 the cloud stretches across the
# valley, where the cliff is near. At low rates it lies along the valley: there $V$ is nearly
# $\eta s^2/(2h)$, and the flatter direction has the larger one. One walker's loss jumps up and down by
# factors of ten and more; only the mean of all shows the floor. A single noisy loss, or the lowest of a run,
# tells you little.
#
# ## 4. One knob with two names
#
# Rate 0.05 stays within 13 of the bottom, with one flat a step. Now let each step average several flats.

# %%
predict("05-knob")

# %% [markdown]
# Measure it, and how fast each is: "left" is how much of the distance to the start is left after 64 flats
# have been looked at, on average over the noise. 64 flats make $64/B$ steps, so it is
# $(1 - \eta)^{64/B}$, in size. (Above rate 1 each step leaps over the bottom: 1.6 leaves 0.6 of the distance, twice.)

# %%
for B, lr in ((1, 0.05), (2, 0.1), (4, 0.2), (8, 0.4), (16, 0.8), (32, 1.6), (64, 3.2), (8, 0.14)):
    if lr < 2:
        left = abs(1 - lr) ** (64 / B)
        print(f"batch {B:2}, lr = {lr:4}: stays at {settled(lr, B):2.0f}, left {100 * left:4.1f} %")
    else:
        print(f"batch {B:2}, lr = {lr:4}: blows up")

# %%
settle("05-knob")

# %% [markdown]
# A mini-batch of $B$ has the variance $s^2/B$. Put that into the floor: for low rates
#
# $$V \approx \frac{s^2}{2h} \cdot \frac{\eta}{B}$$
#
# Only the *ratio* of rate and batch counts. Up to batch 4 or so, twice the batch at twice the rate is nearly
# *the same walk*, flat for flat: it hovers at the same distance, and it gets there after as many flats. (With
# the root of 8, 0.14, it hovers closer, and is slower.) This is the **linear rule**: multiply
# the batch by $k$, multiply the rate by $k$ (Goyal et al. 2017, below). Why? Over 4 short steps the walker
# hardly moves, so the four slopes are taken at nearly the same place, and one step with their mean, four
# times as long, does the same. (And the noise? A short step kicks by about $\eta s$, so $k$ of them by
# $\sqrt k\,\eta s$: variances add up. The long step kicks by $k\eta \cdot s/\sqrt k$, which is the same.)
#
# And you see where it ends. Once a step is so long that the place changes under it, the rule is off, and
# $2/h$ is a wall for every batch size: at batch 32 the walk hovers more than twice as far out, at batch 64 the rule
# asks for 3.2, and there is no such rate.
#
# ## 5. Reshuffle
#
# So far each flat was drawn from all twenty. Nearly everybody does otherwise: shuffle the flats, go through
# them once, shuffle again. One such round is an **epoch**. Per step it costs the same.

# %%
predict("05-reshuffle")

# %% [markdown]
# Shuffle the numbers of the flats, for each walker on its own (`rng.permuted` along the rows does that), and go
# through the columns, one flat a step.


# %%
in_order = np.tile(np.arange(20), (400, 1))  # for each of 400 walkers the flats 0 to 19


# %%
def floor(lr, reshuffle):
    rng, w, squares = np.random.default_rng(4 + 1000 * repeat), np.full(400, bottom), []
    for _ in range(int(1 / lr) + 20):  # so many rounds of twenty steps
        rows = rng.permuted(in_order, axis=1) if reshuffle else rng.choice(20, (400, 20))
        for flats in rows.T:  # a step: one flat for each walker
            w = w - lr * (w - prices[flats])
            squares.append(np.mean((w - bottom) ** 2))
    return np.mean(squares[len(squares) // 4 :])


# %%
for lr in (0.01, 0.03, 0.1, 0.3, 1.0):
    ratio = floor(lr, reshuffle=True) / floor(lr, reshuffle=False)
    print(f"lr = {lr:4}: reshuffling leaves {100 * ratio:3.0f} % of the floor (mean square)")

# %%
settle("05-reshuffle")

# %% [markdown]
# In an epoch every flat pulls exactly once, so the noise of its twenty steps adds up to nothing: who is
# pulled up too far now will be pulled down before the epoch is over. But the walk forgets. At rate $\eta$
# what is left of a pull after $k$ steps is $(1 - \eta)^k$ of it. At 0.01 that is still 82 % after twenty
# steps, and almost everything cancels; at 0.1 it is 12 %; at rate 1 each step forgets all that was
# before, and there is nothing left to cancel. Reshuffling is free, and the lower the rate, the more it gives.
#
# ## 6. Luck, and how to report it
#
# You have seen that one walk tells little. So train from several seeds and report the mean. How far off is
# that mean?
#
# > **Pocket box: standard error.** Eight runs, each off by its own luck with standard deviation $s$. Their
# > mean has the variance $s^2/8$ (section 1, with runs in place of flats). Its standard deviation,
# > $s/\sqrt 8$, is called the *standard error*. You do not know $s$, so take it from the eight results
# > themselves; `ddof=1` divides by 7 and not by 8, because they are measured from their own mean. (Walks at rate
# > 0.1 keep a distance of about 20, and $20/\sqrt 8$ is 7.) If their mean is 423, write 423 ± 7. The truth is within one standard error in about two of three cases, within two in 19 of 20 (with
# > as few as eight results a little less often).
#
# To save time, somebody runs the eight at once, from eight different starts, and hands all of them the
# same mini-batches.

# %%
predict("05-shared")


# %%
def eight_runs(shared):
    rng = np.random.default_rng(5 + 1000 * repeat)
    w = rng.uniform(200, 600, 8)  # eight starts
    for _ in range(250):
        w = w - 0.1 * (w - rng.choice(prices, 1 if shared else 8))
    return w


def standard_error(results):
    return results.std(ddof=1) / np.sqrt(len(results))


# %%
for shared in (True, False):
    w = eight_runs(shared)
    words = "shared mini-batches" if shared else "mini-batches of their own"
    off = abs(w.mean() - bottom)
    print(typeset(f"{words}: {w.mean():.1f} ± {standard_error(w):.1g}; off by {off:.0f}"))

# %%
settle("05-shared")

# %% [markdown]
# Eight results that agree to eight decimals, and all of them are off by 11. The
# starts were forgotten long ago, the noise was the same for all, so eight runs became one. Nothing
# warns you but a ± that is absurdly small. With mini-batches of their own it is off by 4 and says 8. Is that
# honest? One draw cannot tell, so draw 2000 times eight runs:

# %%
rng, w = np.random.default_rng(6 + 1000 * repeat), np.full((2000, 8), bottom)
for _ in range(100):
    w = w - 0.1 * (w - rng.choice(prices, w.shape))
away = np.abs(w.mean(axis=1) - bottom) / (w.std(axis=1, ddof=1) / np.sqrt(8))
for errors in (1, 2):
    print(f"within {errors} of its ±: {100 * np.mean(away < errors):.0f} % of the means")

# %% [markdown]
# It is, or nearly: the box promised two of three, and a little less than 19 of 20. **Runs that differ in seed must not share mini-batches.**
#
# Runs that differ in *rate* should. Train lesson 04's network for 100 steps with eight seeds, each at the
# rates 0.5 and 0.7. `train` takes a list of generators, one for each seed; the rates of a seed see the same
# start and the same mini-batches (`train` reshuffles).

# %%
from lrcourse import digits, gd, network, train

split, widths = digits(1000 * repeat), (64, 32, 10)
objective = network.mlp(split.X_train, split.y_train, widths)
validation = network.mlp(split.X_validation, split.y_validation, widths)


def trained(rates, batch_size, seeds):
    rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in range(seeds)]
    starts = network.init(rngs, widths)[:, np.newaxis]
    run = train(objective, starts, gd, rates, 100, batch_size=batch_size, rng=rngs)
    return run.w[-1]  # [seeds, rates, 2410]


# %%
slower, faster = validation.loss(trained([0.5, 0.7], batch_size=32, seeds=8)).T
apart = np.sqrt(standard_error(slower) ** 2 + standard_error(faster) ** 2)
print(f"loss at 0.5: {slower.mean():.3f} ± {standard_error(slower):.3f}")
print(f"loss at 0.7: {faster.mean():.3f} ± {standard_error(faster):.3f}")
print(f"difference {(faster - slower).mean():.3f}: ± {apart:.4f} as of strangers")
print(f"                   ± {standard_error(faster - slower):.4f} seed by seed")

# %% [markdown]
# As of strangers: the variances of the two means add up, in a difference too, for the minus squares to 1.
# But they are no strangers. A start or a batch
# that is bad for one rate is bad for the other, so take the difference seed by seed: what the two share
# drops out, and what is left is the rate. The ± is a fifth; to get there with
# strangers would take about 24 times as many seeds.
#
# ## 7. How far does the linear rule go?
#
# On the flats, one knob had two names, up to the cliff. Now the network: for each batch size, train at ten
# rates from five seeds, for 100 steps, and take the rate with the lowest validation loss, averaged over the
# seeds.
#
# **Predict.** From batch 4 to batch 64 the best rate grows some 11 times.

# %%
predict("05-batch")

# %%
rates = np.array([0.27, 0.4, 0.6, 0.9, 1.3, 2, 3, 4.5, 6.75, 10])
batches = np.array([4, 8, 16, 32, 64, 128, 256])
best = []

# %%
for B in batches:
    loss = validation.loss(trained(rates, int(B), seeds=5))
    first, second = loss.mean(axis=0).argsort()[:2]
    best.append(rates[first])
    says = [f"{rates[k]:4} (loss {loss[:, k].mean():.3f})" for k in (first, second)]
    off = standard_error(loss[:, first] - loss[:, second])
    print(f"batch {B:3}: best rate {says[0]}, then {says[1]}, apart ± {off:.3f}")

# %%
slope = np.log(best[4] / best[0]) / np.log(64 / 4)
print(f"from batch 4 to 64 it grows like the batch to the power {slope:.2f}")

# %%
settle("05-batch")

# %% alt="Best rate against batch size, both axes logarithmic. The measured points climb from 0.4 at batch 4 to 4.5 at batch 64, a little below the line of slope 1 and, from batch 16 on, well above the line of slope 1/2. From batch 64 on they are level."
figure, ax = plt.subplots(figsize=(7, 4))
ax.loglog(batches, best, "o", color="black", markersize=9, label="measured")
ax.loglog(batches, 0.4 * batches / 4, "--", label="in proportion:\nslope 1")
ax.loglog(batches, 0.4 * np.sqrt(batches / 4), ":", label="with the root:\nslope 1/2")
ax.set(xlabel="batch size", ylabel="best rate for 100 steps", ylim=(0.2, 40), xticks=batches)
ax.set_xticklabels(batches)
name_curves(ax)

# %% [markdown]
# (On two logarithmic axes a power is a straight line: $\eta \propto B$ has slope 1, $\eta \propto \sqrt B$
# has slope 1/2. "Apart" is the ± of the difference seed by seed: from batch 16 on the second best
# is within about two of it, a tie.)
# From 4 to 64 it is nearer to proportion than to the root: the power 0.87, where 1 is the linear rule and 0.5 the root (0.7
# to 0.9, for the grid is coarse and 3 and 4.5 are a tie at batch 64). From
# 64 on it has nearly stopped: 3 or 4.5 at 64, 4.5 or 6.75 at 256. In proportion it would be 4 times as high.
#
# It is the flats again. While noise is what limits you, a larger batch buys a higher rate. When the curvature
# limits you, it buys nothing but a more exact gradient, at the full price: at batch 256 each step looks at
# four times as many images as at batch 64, and may not be longer. (Here each batch size had 100 steps.
# Given the same number of *epochs*, a batch of 256 has only 4 steps in each, where one of 4 has 250.)
#
# ## 8. ★ Where is the bend?
#
# One step can tell. You stand where the exact slope is $G$ and the curvature $h$: a step $x$ changes the loss
# of a parabola by $G x + \frac{h}{2} x^2$. Your mini-batch says $g$, with variance $s^2/B$, so $x = -\eta g$,
# and the change is $-\eta\, G g + \frac{h}{2} \eta^2 g^2$: the slope takes you down, the bend brings you up. The expectation of $g$ is $G$, that of $g^2$ is $G^2 + s^2/B$
# (a variance is the mean square less the squared mean). So on average the loss changes by
#
# $$-\eta\, G^2 + \frac{h}{2}\, \eta^2 \left(G^2 + \frac{s^2}{B}\right)$$
#
# a parabola in $\eta$. Its derivative is zero where $G^2 = h\,\eta\,(G^2 + s^2/B)$. Divide by $h G^2$, and solve for $\eta$:
#
# $$\eta_{\text{best}} = \frac{1/h}{1 + B_\text{noise}/B} \qquad\text{with}\qquad
# B_\text{noise} = \frac{s^2}{G^2}$$
#
# The number $B_\text{noise}$ is the **noise scale** (McCandlish et al. 2018, below): the batch size at which
# noise and slope are equally large. Far below it the best rate is in proportion to $B$. Far above, it
# is $1/h$, whatever the batch. With many parameters, add up over all of them: the variances above, the
# squared slopes below. (One $h$ for all of them is a simplification; lesson 02 had a different curvature
# in each direction.)

# %%
from lrcourse import example_gradients, noise_scale

for w in (300, 400, 410):
    slopes = w - prices
    print(f"flats at w = {w}: noise scale {slopes.var() / slopes.mean() ** 2:.1f}")


# %%
def average_scale(points):
    return np.mean([noise_scale(example_gradients(objective, w)) for w in points])


scale = average_scale(
    network.init([np.random.default_rng(seed + 1000 * repeat) for seed in range(5)], widths)
)
print(f"network at its five starts: {scale:.0f}")
later = trained([0.1], batch_size=32, seeds=5)[:, 0]
print(f"after 100 steps at rate 0.1: {average_scale(later):.0f}")

# %%
one_over_h = best[-1] * (1 + scale / 256)  # the formula, solved for 1/h at batch 256
print(f"1/h = {one_over_h:.1f}")
for B, measured in zip(batches, best, strict=True):
    formula = one_over_h / (1 + scale / B)
    print(f"batch {B:3}: measured {measured:3}, formula {formula:.1f}")

# %% [markdown]
# Two numbers went in: the scale, measured before any training, says where the bend is; the best rate at
# batch 256, from the sweep, says how high. The others follow within a factor of 1.5 on this split, one step of the grid;
# on eight others within factors of 1.4 to 2.4. Do not ask more of it: it looks one step ahead, and the noise scale moves. Near the bottom the slope fades
# sooner than the noise, so the scale grows, for the flats as for the network (38 to 68), and a batch that was
# large no longer is. That is why people raise the batch late in training, or lower the rate, which is the
# same knob (lesson 08).
#
# ## 9. The claim, tried
#
# {{claim}}
#
# Train the network for 100 steps with these pairs, and beside each at the best rate of section 7 (found
# for these seeds and these 100 steps, which favours it a little):

# %%
for B, lr in ((32, 0.01), (64, 0.05), (128, 0.1), (256, 0.5)):
    ours = best[list(batches).index(B)]
    theirs, tuned = 100 * np.median(validation.accuracy(trained([lr, ours], B, seeds=5)), axis=0)
    print(f"batch {B:3}: {theirs:.0f} % at its {lr:4}, {tuned:.0f} % at {ours}")

# %%
settle("claim-05")

# %% [markdown]
# That the rates are too low *here* proves little: the table names no task, optimizer or budget, and for some
# they may fit. What fails is the growth. From batch 32 to 256, eight times the batch, its rate grows 50 times.
# Averaging over more examples cannot buy more than proportion: the noise of a step goes with rate over batch, so eight
# times the batch bears at most eight times the rate, and where the curvature limits you, less. Here it bought less.
#
# ## In three lines
#
# * A mini-batch's slope is right on average and off by $s/\sqrt B$, so the walk hovers: its mean squared
#   distance is $\eta s^2 / (B h (2 - \eta h))$, and no number of steps lowers it.
# * While noise limits you, batch and rate are one knob: multiply both by $k$. Near the cliff a larger batch
#   buys hardly any higher rate.
# * Reshuffle; report mean and standard error; let rates share mini-batches, and seeds never.
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
