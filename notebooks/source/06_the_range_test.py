# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-06")

# %% [markdown]
# ## 1. One run instead of sixty
#
# In lesson 04 you found the best rate by training sixty networks. A real one may take a day to train,
# and nobody trains sixty of them. So here is a thought: train *one* network, only for a little while,
# and **raise the rate at every step**. While the rate is far too low, nothing happens. Then the loss
# begins to fall. Then the rate is too high, and the loss shoots up. Somewhere between lies what you
# want. This is the *range test*.
#
# The rates shall run from 0.00001 to 100, which are surely too low and too high, in 100 steps. How
# should they be spread?

# %%
predict("06-even")

# %%
import numpy as np

even = np.linspace(1e-5, 100, 100)
print("evenly spread, the first four:", even[:4].round(2))
print("below 1:", np.sum(even < 1), "of 100")

# %%
settle("06-even")

# %% [markdown]
# One single step for five decades (factors of ten) out of seven. Instead, let each rate be the same
# *factor* above the one before. From the first of 100 rates to the last there are 99 factors, and
# together they make $100/0.00001 = 10^7$. So each is $10^{7/99}$, and rate number $k$, counted from 0, is
#
# $$\eta_k = 10^{-5} \cdot (10^7)^{k/99}$$

# %%
lrs = 1e-5 * 1e7 ** (np.arange(100) / 99)
print("each rate over the one before:", (lrs[1:] / lrs[:-1]).round(4)[[0, 50, 98]])
print("below 1:", np.sum(lrs < 1), "of 100")

# %% [markdown]
# ## 2. The test, written out
#
# The digits, the network and the mini-batches of 32 are those of lessons 04 and 05. Look at the loop:
# it is a training loop whose rate changes. The loss is noted *before* the step, because it comes with the
# gradient; and the test ends when the loss is more than four times the lowest so far.

# %%
from lrcourse import digits, network

split, widths = digits(1000 * repeat), (64, 32, 10)
objective = network.mlp(split.X_train, split.y_train, widths)
w = network.init(np.random.default_rng(1000 * repeat), widths)
batches = objective.batches(np.random.default_rng(1000 * repeat), 32)
losses = []

# %%
for batch, lr in zip(batches, lrs, strict=False):
    loss, grad = batch.loss_and_grad(w)
    if losses and loss > 4 * min(losses):
        break
    losses.append(loss)
    w = w - lr * grad
print(f"first loss {losses[0]:.2f}, lowest {min(losses):.2f} at rate {lrs[np.argmin(losses)]:.1f}")
print(f"the test ended after rate {lrs[len(losses) - 1]:.1f}")

# %% alt="The loss of each step against the rate on a log axis. It trembles around 2.3 up to rate 0.1, falls to 0.6 near rate 3, and then jumps up and down."
import matplotlib.pyplot as plt

from lrcourse import name_curves, style

style()
figure, ax = plt.subplots(figsize=(7, 3.4))
ax.semilogx(lrs[: len(losses)], losses, "o-", markersize=3)
_ = ax.set(xlabel="learning rate", ylabel="loss before the step", ylim=(0, 3))

# %% [markdown]
# There is the story: nothing, a fall, trouble (the loss that ended the test is left out). But the curve
# trembles. Each loss was measured on 32 images of its own, and some batches are harder than others. To
# read a rate off it, calm it first.
#
# ## 3. A moving average
#
# > **Pocket box: moving average.** Keep a running value $a$. When a new loss comes in, keep 90 % of what
# > you had and take in 10 % of the new: $a \leftarrow 0.9\,a + 0.1\,\text{loss}$. So the newest loss weighs
# > 0.1, the one before it $0.1 \cdot 0.9$, the one before that $0.1 \cdot 0.9^2$; a loss that is twenty
# > steps old weighs an eighth of the newest ($0.9^{20} = 0.12$). The part kept is called $\beta$; roughly
# > the last $1/(1-\beta)$ losses count, here ten.
#
# There is a catch at the start. Let the loss stand still at 2.3:

# %%
average, plain, corrected = 0.0, [], []
for count in range(1, 41):
    average = 0.9 * average + 0.1 * 2.3
    plain.append(average)
    corrected.append(average / (1 - 0.9**count))
print("plain:    ", np.round(plain[:5], 2))
print("corrected:", np.round(corrected[:5], 2))

# %% [markdown]
# The average starts from 0, so at first it is mostly nothing, and a loss that stands still seems to
# climb. After one loss the weights add up to 0.1 and not to 1; after two, to $0.1 + 0.09 = 0.19$, which is
# $1 - 0.9^2$; after $k$, to $1 - 0.9^k$, for all weights together make 1, and the 0 at the start still has
# $0.9^k$ of it. Divide by that, and the flaw is gone. This *bias correction* will come back in lesson 11, in
# the middle of Adam.

# %% alt="The losses of the range test as grey dots; the corrected moving average runs through them; the plain one climbs from near 0 at the left and joins it only after 40 steps."
from lrcourse import ema

figure, ax = plt.subplots(figsize=(7, 3.4))
ax.semilogx(lrs[: len(losses)], losses, ".", color="grey", label="each loss")
ax.semilogx(lrs[: len(losses)], ema(losses, 0.9))
plain = ema(losses, 0.9) * (1 - 0.9 ** np.arange(1, len(losses) + 1))
ax.semilogx(lrs[: len(losses)], plain, "--")
_ = ax.text(2e-4, 2.6, "average, corrected", color="C0")
_ = ax.text(4e-5, 1, "average, plain", color="C1")
_ = ax.set(xlabel="learning rate", ylabel="loss", ylim=(0, 3)), name_curves(ax)

# %% [markdown]
# The corrected average (`ema`: *exponential moving average*) begins where the losses begin and is calm
# enough to be read. Calm has its price: on the fall it lies to the right of the dots. It still
# remembers the higher losses from before, so whatever happens, it tells you *late*.
#
# ## 4. Five readings of one curve
#
# Ask five people which rate this curve suggests, and you get five answers:
#
# * **starts to rise**: past the minimum, where the loss has visibly turned up (we say: where it has
#   climbed back by a tenth of its fall). This is the claim, as most people would read it off a picture.
# * **minimum**: where the loss is lowest. This is the claim taken at its word: past it, the loss increases.
# * **minimum / 10**: a tenth of that, to be safe.
# * **steepest**: where the loss falls most steeply.
# * **valley**: where two thirds of the fall are done.
#
# fastai, a popular library, offers *minimum / 10* and *steepest* in its range test, `lr_find`. Its own
# *valley* stands about half-way, counted in steps, along the longest fall; ours measures the depth.
#
# > **Pocket box: slope over a logarithm.** How steep is a fall? If you divide by the difference of two
# > rates, a fall of 0.1 between the rates 0.001 and 0.01 has the slope $-0.1/0.009 = -11$. Between 1 and
# > 10 a fall of 1.0, ten times as deep, has only $-1/9 = -0.11$. On the log axis both decades are equally
# > wide, and so the slope is the change of the loss *for each decade*: $-0.1$ and $-1.0$. That is the
# > difference of the losses over the difference of $\log_{10}$ of the rates, and it is what the eye sees.

# %%
from lrcourse import RULES, geometric_lrs, range_test, suggest_lr

seeds = range(9)


def tests(steps, beta=0.9, seeds=seeds):
    starts = network.init([np.random.default_rng(seed + 1000 * repeat) for seed in seeds], widths)
    rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in seeds]
    return range_test(objective, starts, geometric_lrs(1e-5, 100, steps), 32, rngs, beta=beta)


# %%
test = tests(100)
readings = {rule: suggest_lr(test.lr, test.smooth, rule) for rule in RULES}
for rule, rates in readings.items():
    print(f"{rule:>15}: {rates[0]:5.2g} in the first test, {np.median(rates):5.2g} in nine")

# %% [markdown]
# (`range_test` is the loop of section 2, but it stops by the *averaged* loss, so one bad batch does not
# end it, and it goes on longer; from its end on the losses are `nan`, *not a number*. Given nine starts,
# it makes nine tests at once, with different starts and mini-batches. The last number of a row is the
# median, the middle one of the nine. Like fastai we do not read the first
# tenth of a test, where the average is over few losses.)

# %% alt="The averaged loss of the first test with five markers: minimum / 10 high on the slope, steepest and valley close together in the middle of the fall, the minimum at the bottom, starts to rise on the wall."
from lrcourse import LOOKS

figure, ax = plt.subplots(figsize=(7, 3.6))
ax.semilogx(test.lr, test.smooth[:, 0], color="grey")
sides = ((0, 9, "right"), (0, -19, "center"), (4, 9, "left"), (-9, -14, "right"), (-9, -3, "right"))
for (rule, (colour, marker)), (*away, side) in zip(LOOKS.items(), sides, strict=True):
    place = readings[rule][0], np.interp(readings[rule][0], test.lr, test.smooth[:, 0])
    ax.plot(*place, marker, color=colour, markersize=9)
    ax.annotate(rule, place, away, textcoords="offset points", ha=side)
_ = ax.set(xlabel="learning rate", ylabel="loss, averaged", ylim=(0, 3.5), xlim=(1e-4, 30))

# %% [markdown]
# The first test with its five readings. From the lowest to the highest is a factor of sixteen.
#
# ## 5. The same test, ten times longer
#
# Same network, same range of rates, 1000 steps for 100: so each decade gets 143 steps, not 14.

# %%
predict("06-length")

# %%
lengths, found = (50, 100, 300, 1000), {}
tested = {steps: tests(steps) for steps in lengths}
for steps, test in tested.items():
    for rule in RULES:
        found[steps, rule] = suggest_lr(test.lr, test.smooth, rule)

# %%
print("steps of the test:", *[f"{steps:8}" for steps in lengths])
for rule in RULES:
    medians = [f"{np.median(found[steps, rule]):8.2g}" for steps in lengths]
    print(f"{rule:>18}", *medians)

# %%
settle("06-length")

# %% alt="Four range-test curves, for 50, 100, 300 and 1000 steps. The longer the test, the further left the loss begins to fall; all four turn up between 3 and 10, and those of 50 and 100 steps leave the picture at the top."
figure, ax = plt.subplots(figsize=(7, 3.6))
places = (12, 3.1, "right"), (24, 3.1, "left"), (7, 1, "left"), (0.08, 1, "right")
for test, dash, (*place, side) in zip(tested.values(), (":", "-.", "--", "-"), places, strict=True):
    (line,) = ax.semilogx(test.lr, test.smooth[:, 0], dash)
    ax.text(*place, f"{len(test.lr)} steps", color=line.get_color(), ha=side)
_ = ax.set(xlabel="learning rate", ylabel="loss, averaged", ylim=(0, 3.5), xlim=(1e-4, 30))

# %% [markdown]
# Each number of the table is the median of nine tests; the picture shows one test of each length. Those
# of 300 and 1000 steps are drawn up to where they stopped; the two short ones went on above the edge.
#
# The fall moves, by a factor of ten and more. You know why: it is the law of lessons 01 and 04, time times
# rate. The loss falls when a certain *distance* has been walked, and a test that spends ten times the steps on each
# decade has walked it at a tenth of the rate. Take the first step at which a test's own loss, not averaged, is below 1,
# and add up all the rates before it:

# %%
walked = {}
for steps in lengths[1:]:
    test = tested[steps]
    first = (test.loss < 1).argmax(axis=0)  # of each of the nine tests
    walked[steps] = np.median(np.cumsum(test.lr)[first - 1])
    lr = np.median(test.lr[first])
    print(f"{steps:4} steps: below 1 at {lr:4.2f}, sum of the rates before {walked[steps]:4.1f}")

# %% [markdown]
# From 100 steps to 1000 the rate falls thirteenfold, and the sum of the rates, which measures the distance walked, by a
# fifth. (In 50 steps the loss turns up before it has fallen far.)
#
# The *wall*, where the loss turns up, moves too, but less: from 50 steps to 1000 the minimum and the rate where the
# loss starts to rise move by a factor of about two and a half, the steepest point and the valley by fifteen. The wall
# stands near the *cliff*, the rate beyond which full runs fail, and that does not know of the test. (Where a curve
# *ends* is also a matter of the stopping rule: a long test has learnt more, and four times a low loss is soon reached.)
# So the two sides of the curve answer two different questions: **the fall measures rate times steps of your test; the
# wall measures, roughly, the rate itself.**
#
# ## 6. Luck
#
# A real test is one test, with one start and one row of mini-batches.

# %%
predict("06-luck")

# %%
strays = {}
for steps in (100, 1000):
    test = tests(steps, seeds=range(27))
    for rule in ("steepest", "valley"):
        rates, middle = suggest_lr(test.lr, test.smooth, rule), np.median(found[steps, rule])
        past = np.sum(rates > suggest_lr(test.lr, test.smooth, "minimum"))
        strays[steps, rule] = np.sum(rates < middle / 2), np.sum(rates > 2 * middle), past

# %%
for (steps, rule), (low, high, past) in strays.items():
    says = f"{low} of 27 below half, {high} above twice the median"
    print(f"{steps:4} steps, {rule:>8}: {says}, {past} past the minimum")

# %%
settle("06-luck")

# %% [markdown]
# (The median is that of the nine.) The steepest point strays, here more often in the *long* test. Neighbouring rates
# are there so close that the loss hardly changes from one to the next, and what change there is is noise; dividing it
# by a tiny distance makes it large. (This is lesson 01's nudge once more.) Readings that are far too high have another
# cause, in short tests as well: they stand past the minimum, at the wall, where a loss that has jumped up can fall
# steeply. The valley looks at the depth of the fall, not at neighbours, and keeps its head. (How many stray is luck
# too. Tried again with other starts and on other splits, in sixteen rounds of 27 tests of 1000 steps, each had one to five
# steepest points astray: the seven here are many. No valley was.)
#
# ## 7. On trial
#
# Which reading is right? There is one way to know: train at many rates and look. 300 steps at 14 rates,
# nine networks each, and accuracy on the validation images.

# %%
predict("06-rise")

# %%
from lrcourse import gd, train

validation = network.mlp(split.X_validation, split.y_validation, widths)


def accuracy(lrs):
    """Train nine networks for 300 steps at each rate; ``lrs`` may differ from one to the next."""
    rngs = [np.random.default_rng(100 + seed + 1000 * repeat) for seed in seeds]
    w = network.init(rngs, widths, dtype=np.float32)[:, np.newaxis]
    run = train(objective, w, gd, lrs, 300, batch_size=32, rng=rngs)
    return 100 * validation.accuracy(run.w[-1])


# %%
grid = 10 ** np.arange(-2, 1.5, 0.25)
sweep = np.median(accuracy(grid), axis=0)
for lr, right in zip(grid[:11:2], sweep[:11:2], strict=True):
    print(f"lr = {lr:5.2g}: {right:.0f} %")
print(f"the best of all {len(grid)}: lr = {grid[sweep.argmax()]:.2g}, {sweep.max():.1f} %")

# %% [markdown]
# At a high rate a run can be so sensitive that two processors get different decimals. So such a score is told
# in three bands only.


# %%
def band(score):
    return "over 93 %" if score > 93 else "below 50 %" if score < 50 else "50 to 93 %"


print(f"the sweep of nine networks at lr = {grid[12]:.0f}:", band(sweep[12]))

# %%
settle("06-rise")

# %% [markdown]
# The sweep is the truth to compare with. (You saw it in lesson 04; here it is with nine starts.)
# Now train at every rate that a test suggested: four lengths, five rules, nine tests of each, and for each
# test a full run at its own reading. Near the cliff, above a rate of 4.2 (half-way, on the log axis, from the best
# rate, 3.2, to the next of the sweep, 5.6), the bands stand for a score.


# %%
def verdict(lr, score):
    return f"{score:.0f} %" if lr < 4.2 else band(score)


# %%
rates = np.stack(list(found.values()), axis=1)  # a row for each test, as `accuracy` wants it
scores = dict(zip(found, accuracy(rates).T, strict=True))  # turned: for each reading, nine scores
print("steps of the test:", *[f"{steps:>12}" for steps in lengths])
for rule in RULES:
    keys = [(steps, rule) for steps in lengths]
    row = [verdict(np.median(found[key]), np.median(scores[key])) for key in keys]
    print(f"{rule:>18}", *[f"{says:>12}" for says in row])

# %% [markdown]
# Each entry is the median of nine.
#
# * **Starts to rise**: below 50 % from the shortest test (on two of eight other splits, 50 to 93 %), 98 % from the
#   longest. In 50 steps the loss has no
#   time to show that the rate is too high: the test is over the cliff before it notices.
# * **Minimum**: over 93 % from 50 steps, 97 or 98 % from longer tests.
# * **Minimum / 10** lies six times below the best rate in the shortest test and sixteen times in the
#   longest, and costs only one to three points: too low is a slope, too high is a cliff.
# * **Valley** costs none to three points, the three from the longest test, where it is as low as that.
# * **Steepest** gives nearly the medians of the valley. But you have one test, not nine:

# %%
for steps, rule in ((1000, "steepest"), (1000, "valley"), (50, "minimum"), (50, "minimum / 10")):
    worst = scores[steps, rule].argmin()
    says = verdict(found[steps, rule][worst], scores[steps, rule][worst])
    print(f"{steps:4} steps, {rule:>12}: the worst of nine runs: {says}")

# %% [markdown]
# One of the nine readings of *steepest* was so far off that its run got more than a third of the images wrong, which is bad
# luck of this split. And the minimum of a short test, whose median was over 93 %, lies too near the cliff for some start
# or other: that came back on every split we tried.
#
# Try for yourself. Above is a test, with its five readings; below, on the same axis, is what each rate
# is worth: a thin line drops each reading onto it, and its name hangs on the line. Drag the
# diamond, and see what you get. Then take another length.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, range_test_and_run

test_and_run = range_test_and_run()
explore(test_and_run)

# %%
picture(test_and_run, lr=0.19, length=1000)

# %% [markdown]
# A test of 1000 steps. The diamond stands at 0.19, the place that is nearest to the reading of its valley, 0.18
# (the steepest fall is at the same rate). By the test much is learnt there. By the curve below it is slow: rates
# ten times as high get more images right.
#
# ## 8. A calm average is a late one
#
# fastai averages with $\beta = 0.98$, over about fifty losses. Here are the medians of nine tests of 300
# steps, read from both averages:

# %%
calm = tests(300, beta=0.98)
for rule in RULES:
    early, late = np.median(found[300, rule]), np.median(suggest_lr(calm.lr, calm.smooth, rule))
    print(
        f"{rule:>15}: {early:5.2f} with 0.9, {late:5.2f} with 0.98, {late / early:.1f} times as high"
    )

# %% [markdown]
# The starts and mini-batches are the same. Every reading moves up, by a factor of 1.5 to 1.8: in 300 steps there are
# 43 to a decade, so an average over fifty looks back more than a decade. And what is the late turning
# point worth?

# %%
late = suggest_lr(calm.lr, calm.smooth, "starts to rise")
print("full runs there:", band(np.median(accuracy(late[:, np.newaxis]))))

# %% [markdown]
# With the shorter average it was over 93 %. So "the rate at this point" is a property of the network, of
# the length of the test, *and* of the smoothing.
#
# ## 9. What the test is good for
#
# Leslie Smith, who described the test in 2015, did not read one rate off it. He raised the rate
# linearly over some epochs, drew the *accuracy*, and noted **two** rates: where it starts to increase, and
# where it slows, becomes ragged, or starts to fall. They are *bounds* (for a schedule that goes to and fro
# between them: lesson 09). Between two bounds there is room for a small sweep. So take from each test
# where its fall begins (a tenth of it done) and where it ends (the minimum), and make four full runs at
# rates evenly spread on the log axis from the one to the other:

# %%
from lrcourse import suggest_bounds

upper = {}
for steps, test in tested.items():
    low, high = suggest_bounds(test.lr, test.smooth)
    four = accuracy(low[:, np.newaxis] * (high / low)[:, np.newaxis] ** (np.arange(4) / 3))
    best, upper[steps] = four.max(axis=1), np.sum(four.argmax(axis=1) == 3)
    line = f"{steps:4} steps: {np.median(low):5.2g} to {np.median(high):3.2g}, best of four"
    line += f" {np.median(best):.0f} %, the worst of nine {band(best.min())};"
    print(line, "the upper bound wins in", "most" if upper[steps] > 4 else "few")

# %% [markdown]
# Set that beside the table of section 7. From the longest test the upper bound wins most of the time, and that is the
# *minimum* alone, which had 98 % there: the other runs gain a point at most. After 50 steps, where the minimum may lie
# too near the cliff, mostly a lower rate wins (where two tie, the lower one counts). What four runs buy after a short
# test is safety: their worst of nine is over 93 %, where the worst of the minimum alone lay below. A tenth of it was as
# safe there, and cost no further run; but after the longest test its median is three points short. (The best of four
# flatters a little, chosen as it is by the images that score it: lesson 04.)
#
# Of seven decades, a test of 100 steps has left one and a quarter, for the price of a third of a run. With
# four runs within its bounds, 1300 steps in all, it did as well as the sweep, which took 14 times 300.
#
# **The range test says where to look. What a rate is worth, only a run at that rate can say.**
#
# ## 10. The claim, tried
#
# {{claim}}
#
# Look at the first two rows of the table in section 7, and at section 8.

# %%
settle("claim-06")

# %% [markdown]
# Where it fails, it fails in the worst direction: over the cliff. If you can afford no
# full run at all to choose by, take the valley of a short test, or a tenth of its minimum: with 50 or 100
# steps both came within two points of the best, on these digits and this network. (And "optimal" for
# what? For 300 steps. Lesson 02 said it: a best rate belongs to a problem, a measure and a budget.)
#
# ## In three lines
#
# * A range test is one run with a rate that rises at each step, here by the same factor, and a loss
#   averaged without start bias.
# * Its fall measures rate times steps, so it moves with the length of the test; its wall, roughly, the
#   rate; and every average reads late.
# * Read bounds off it, then make a few full runs between them. Do not trust the point where it
#   turns up before a full run has tried it.
#
# ## Do you recall?
#
# {{quiz}}
#
# ## Your turn
#
# Your `range_test` is the loop of section 2: it stops by the plain loss, not by the average. Your `suggest_lr`
# knows one rule, the steepest fall, and looks at every loss that it is given, those of the first tenth as well.
#
# {{exercises}}
#
# ## Sources
#
# {{sources}}
