# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One article has a table of techniques for finding a learning rate, each with its "effectiveness":
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-07")

# %% [markdown]
# ## 1. On which scale?
#
# To find a good rate you try some rates. Which ones? The simplest idea: draw them at random between the
# lowest and the highest that you can imagine, say 0.00001 and 1. Suppose that the good ones lie
# between 0.003 and 0.01. You can afford ten trials.

# %%
predict("07-uniform")

# %%
import numpy as np

rng = np.random.default_rng(1000 * repeat)
numbers = rng.uniform(0.00001, 1, (10000, 10))  # 10000 times ten draws
tens = 10 ** rng.uniform(-5, 0, (10000, 10))  # the same, but the exponent is drawn
for name, lrs in (("all numbers alike", numbers), ("all factors of ten alike", tens)):
    hit = ((lrs > 0.003) & (lrs < 0.01)).any(axis=1)
    print(f"{name}: {100 * hit.mean():.0f} of 100 tries hit the good rates")

# %%
settle("07-uniform")

# %% alt="Two rows of 200 dots over a logarithmic axis from 0.00001 to 1. Above, drawn with all numbers alike, nearly all are crowded between 0.1 and 1. Below, with all factors of ten alike, they are spread evenly. A grey band marks 0.003 to 0.01."
import matplotlib.pyplot as plt

from lrcourse import style

style()
ax = plt.figure(figsize=(7, 2)).add_subplot(xscale="log", xlabel="learning rate", ylim=(-0.6, 1.6))
ax.axvspan(0.003, 0.01, color="lightgrey")
for row, lrs in enumerate((tens, numbers)):
    ax.plot(lrs[:20].ravel(), np.full(200, row), "|", markersize=14)
_ = ax.set_yticks([0, 1], ["factors of ten alike", "numbers alike"])

# %% [markdown]
# The grey band holds the good rates; each stroke is a draw. With all numbers alike (above), most draws
# are crowded on the right: between 0.1 and 1 lies 90 % of the interval, and one of its five factors of
# ten. Draw the *exponent* (below), and each factor of ten gets its share.
#
# That fits what a rate does: on the slow side, time goes with 1/rate (lesson 04), so what counts is by
# which factor you are off. From here on, everything is on a log scale.
#
# ## 2. Sweep once, and read the fine print
#
# A *sweep* trains a network at every rate of a list, from several seeds (a seed fixes the random start
# and the mini-batches). Here: the network of lesson 04, 300 steps, 41 rates, five seeds. That is 205
# networks, trained many at a time. `sweep` shows a bar if that takes over two seconds, and if you
# interrupt the kernel it returns what is done.

# %%
from lrcourse import digits, network

split, widths = digits(1000 * repeat), (64, 32, 10)
training = network.mlp(split.X_train, split.y_train, widths)
validation = network.mlp(split.X_validation, split.y_validation, widths)
test = network.mlp(split.X_test, split.y_test, widths)


def start(rng):
    return network.init(rng, widths)


# %% tags=["nbval-ignore-output"]
from lrcourse import gd, log_grid, sweep

seeds = [seed + 1000 * repeat for seed in range(5)]
how = {"seeds": seeds, "steps": 300, "batch_size": 32}
scores = {"score": validation.accuracy, "report": test.accuracy}
swept = sweep(training, start, gd, log_grid(0.0001, 10, trials=41), **how, **scores)

# %%
for lr, score in zip(swept.lrs[:40:4], swept.mean[:40:4], strict=True):
    print(f"lr = {lr:7.2g}: {100 * score:4.1f} % of the validation images (mean of 5 seeds)")

# %% [markdown]
# `log_grid` makes a list in which each rate is the same factor above the last: here eight to each factor
# of ten. (Every fourth is printed, up to where the cliff begins.) `score` is what picks the rate.
# `report` is kept for section 8.
#
# Which is the best?

# %%
best = swept.best()
print(f"lr = {best.lr:.2g}: {100 * best.score:.1f} %, standard error {100 * best.error:.1f} points")

# %% [markdown]
# The standard error (lesson 05) says how far a mean of five seeds is off, typically, by luck. 3.2 has the
# same 97.8 %: "the best rate" is a band.
#
# Now the fine print. Suppose you had tried three rates that are often named, 0.0001, 0.001 and 0.01:

# %%
three = sweep(training, start, gd, [0.0001, 0.001, 0.01], **how, **scores, progress=False)
print("means in %:", (100 * three.mean).round(1))
try:
    three.best()
except ValueError as refusal:
    print("refused:", refusal)

# %% [markdown]
# 0.01 has the highest score of the three, and `best` refuses to pick it. This is the **boundary check**: if
# the best is the last of the grid, you have not seen the curve turn. It may go on rising, and here it
# does, for more than two factors of ten.
#
# ## 3. Few trials, one knob
#
# 205 networks for one rate is a luxury. With a large model you have five trials, perhaps nine. How best to
# spend them? To answer that we need thousands of searches, so we do not train for each: we have the
# curve, and read it off.

# %% alt="Accuracy against the rate on a log axis: level at 12 per cent up to 0.001, rising to 98 per cent near 2.5, then falling straight down to 10 per cent between 5.6 and 7.5."
percent = np.where(swept.lrs < 6, 100 * swept.mean, 10)  # beyond 6: guessing


def accuracy(lr):
    return np.interp(np.log10(lr), np.log10(swept.lrs), percent)


ax = plt.figure(figsize=(7, 3.2)).add_subplot(xscale="log", xlabel="learning rate")
ax.plot(swept.lrs, percent, "o-", markersize=4)
_ = ax.set(ylabel="validation accuracy (%)", ylim=(0, 102))

# %% [markdown]
# The familiar shape: a slope, the best place, a cliff. `np.interp` reads the line between the dots, and
# goes on level beyond the ends. Past the cliff, what is left depends on how your processor rounds, so
# there we count 10 %, guessing.
#
# One search goes like this. Somebody who knows little names a lowest and a highest rate: the lowest
# somewhere between 0.00001 and 0.0001, the highest between 10 and 100. A *trial* at a rate gives the
# curve's accuracy plus luck, a bell-shaped draw with a deviation of half a point (section 6), as from seed to seed near the
# peak. The
# rate that looks best is taken, and we note how many points of accuracy it lies below the peak. We do
# that 300 times, each time with other ends, because a grid may be lucky with some.


# %%
def points_lost(search, trials, seed, least=(-5, 1), most=(-4, 2)):
    rng = np.random.default_rng(seed + 1000 * repeat)
    low, high = 10 ** rng.uniform(least, most)

    def trial(lr):
        return accuracy(lr) + rng.normal(0, 0.5)

    return percent.max() - accuracy(search(trial, low, high, trials, rng))


# %%
from lrcourse import random_lrs


def grid(trial, low, high, trials, rng):
    return max(log_grid(low, high, trials), key=trial)


def centred(trial, low, high, trials, rng):
    each = round(trials ** (1 / np.size(low)))  # values for each knob
    half = (high / low) ** (0.5 / each)  # half a cell, as a factor
    return max(log_grid(low * half, high / half, trials), key=trial)


def random(trial, low, high, trials, rng):
    return max(random_lrs(low, high, trials, rng), key=trial)


# %% [markdown]
# (`max(lrs, key=trial)` makes a trial at each of the rates and returns the rate for which it came out
# highest. `random_lrs` draws factors of ten alike, as above. `grid` tries both ends. `centred` cuts the
# range into as many equal cells, on the log scale, and tries the middle of each.)

# %%
predict("07-five")


# %%
def losses(search, counts, repeats, lost):
    return np.array([[lost(search, n, seed) for seed in range(repeats)] for n in counts])


def tell(name, runs):  # means and their standard errors
    told = zip(runs.mean(axis=1), runs.std(axis=1, ddof=1) / runs.shape[1] ** 0.5, strict=True)
    print(f"{name:>20}", *(f"{mean:5.1f} +- {error:.1f}" for mean, error in told))


# %%
def compare(searches, counts, repeats=300, lost=points_lost):
    print(f"{'trials:':>20}", *(f"{count:5}{'':7}" for count in counts))
    tables = {search.__name__: losses(search, counts, repeats, lost) for search in searches}
    for name, runs in tables.items():
        tell(name, runs)
    means = {name: runs.mean(axis=1) for name, runs in tables.items()}
    return {name: dict(zip(counts, mean, strict=True)) for name, mean in means.items()}


# %%
one_knob = compare([grid, centred, random], [3, 5, 9])

# %%
settle("07-five")

# %% [markdown]
# Points of accuracy lost, on average of 300 searches, and the standard error (0.0: below 0.05). **At five and nine trials
# either grid is better than random draws.** Random draws clump and leave gaps, and now and then all of the good rates lie
# in a gap; a grid has no gap wider than one step. (With three trials a grid from end to end is poor here: two of them
# stand on ends that somebody imagined.)
#
# A middle way is *quasi-random*: half-way first, then the quarters, then the eighths, the whole shifted
# by a random amount (what leaves at one end comes in at the other). Each trial falls where the others left room, and you may stop after any number.

# %%
from lrcourse import quasi_random

print("part of the way from 1 to 10, log scale:", np.log10(quasi_random(1, 10, 7)).round(3))


def quasi(trial, low, high, trials, rng):
    return max(quasi_random(low, high, trials, rng), key=trial)


def numbers_alike(trial, low, high, trials, rng):
    return max(rng.uniform(low, high, trials), key=trial)


_ = compare([quasi, numbers_alike], [3, 5, 9])

# %% [markdown]
# Quasi-random is as good as the grids at nine trials, and better than random draws throughout.
# Drawing with all numbers alike is the worst by far, as section 1 suggests: here the highest rates are
# between 10 and 100, so most of its draws are beyond the cliff.
#
# ## 4. Ask, then decide where to ask next
#
# A grid does not learn from its trials. But you know something about such a curve: it rises, then it
# falls. So two trials inside a bracket tell you which end to give up. If the higher rate is the worse
# one, the peak cannot lie beyond it.

# %% alt="A bracket drawn as a line, cut at 0.382 and 0.618. Below it the left part from 0 to 0.618, cut at 0.236 and 0.382: the old cut at 0.382 is one of the new cuts."
ax = plt.figure(figsize=(7, 2)).add_subplot(xlabel="part of the bracket", ylim=(-0.7, 1.5))
for row, right, cuts in ((1, 1.0, (0.382, 0.618)), (0, 0.618, (0.236, 0.382))):
    ax.plot([0, right], [row, row], color="black")
    ax.plot(cuts, [row, row], "o", markersize=10)
    for cut in cuts:
        ax.text(cut, row + 0.2, cut, ha="center")
_ = ax.set_yticks([1, 0], ["two trials", "one more"])

# %% [markdown]
# Cut the bracket at 0.382 and 0.618 of its length (above). Say the right one is worse: 0.618 becomes the
# new end (below). The old trial at 0.382 now lies at $0.382 / 0.618 = 0.618$ of what is left, which is
# where a cut belongs. (Call the cut $g$: the old one, at $1 - g$, must lie at $g$ of the new length $g$, so $1 - g = g^2$.
# That is where 0.618 comes from.) So only one new trial is due, at 0.236. That is the **golden section**: each
# further trial shortens the bracket to 61.8 %. You will write it at the end.

# %%
from functools import partial

from lrcourse import golden_section


def golden(trial, low, high, trials, rng):
    return golden_section(lambda lr: -trial(lr), low, high, trials).best


_ = compare([golden], [3, 5, 9])

# %% [markdown]
# (It looks for a low loss, so it is given the accuracy with a minus.) It loses least so far, or as little
# as any. But somebody else imagines other ends. A narrow range, one that goes lower, one that goes higher, with five trials:

# %%
for least, most in (([-3, 0.8], [-2, 1.2]), ([-7, 1], [-6, 2]), ([-5, 3], [-4, 4])):
    print(f"exponents of the ends: {least[0]} to {most[0]}, and {least[1]} to {most[1]}")
    ends = partial(points_lost, least=least, most=most)
    _ = compare([grid, centred, random, golden], [5], 100, ends)

# %% [markdown]
# (`partial` makes a function with these inputs filled in.) In all four ranges both grids beat random draws, in the
# narrow one by little, and golden section is the best or hardly behind it. It presumes a single peak, though, and its
# trials come one after the other, while those of a grid can run at the same time.
#
# ## 5. A second knob
#
# Now tune two things: the rate, and how large the random weights are at the start, from a quarter of
# the usual to four times. Measure the ground again, 5 sizes by 17 rates:

# %%
sizes, rates = log_grid(1 / 4, 4, trials=5), log_grid(0.001, 10, trials=17)
short = how | {"seeds": seeds[:2], "score": validation.accuracy, "progress": False}
ground = []
for size in sizes:
    row = sweep(training, lambda rng, size=size: size * start(rng), gd, rates, **short).mean
    ground.append(np.where(rates < 6, 100 * row, 10))

# %% [markdown]
# (`how | {...}` is `how` with these entries instead; `size=size` makes each function keep its own size.)

# %%
for size, row in zip(sizes, ground, strict=True):
    print(f"size x {size:4.3g}: best {row.max():.1f} % at lr = {rates[row.argmax()]:.2g}")

# %% [markdown]
# The second knob hardly matters: with every size nearly the same can be had, at a rate of 2 to 6. But you would
# not know that before. For a grid over two knobs you take a few values of each, and all combinations:
# nine trials are 3 rates by 3 sizes.

# %%
predict("07-knob")


# %%
def accuracy_2(point):
    of_sizes = [np.interp(np.log10(point[0]), np.log10(rates), row) for row in ground]
    return np.interp(np.log10(point[1]), np.log10(sizes), of_sizes)


# %%
def points_lost_2(search, trials, seed):
    rng = np.random.default_rng(seed + 1000 * repeat)
    low, high = 10 ** rng.uniform([-5, 1], [-4, 2])

    def trial(point):
        return accuracy_2(point) + rng.normal(0, 0.5)

    chosen = search(trial, np.array([low, 1 / 4]), np.array([high, 4]), trials, rng)
    return np.max(ground) - accuracy_2(chosen)


two_knobs = compare([grid, centred, random, quasi], [9, 16], 200, points_lost_2)

# %%
settle("07-knob")

# %% alt="Two squares, rate across and size of the weights up. Left, a 3 by 3 grid: nine dots stand over only three rates. Right, nine quasi-random dots stand over nine different rates."
figure, panels = plt.subplots(1, 2, figsize=(8, 3), sharex=True, sharey=True)
for ax, points in zip(panels, (log_grid, quasi_random), strict=True):
    lrs, tried = points([1e-5, 0.25], [10**1.5, 4], 9).T
    ax.loglog(lrs, tried, "o", lrs, 0 * lrs + 0.19, "k|", markersize=9)
    ax.set(xlabel="learning rate", ylim=(0.17, 5), title=f"{len(set(lrs))} different rates")
    ax.set_yticks([0.25, 1, 4], ["1/4", "1", "4"], minor=False)
    ax.yaxis.set_minor_formatter("")
_ = panels[0].set(ylabel="size of the start (log scale)")

# %% [markdown]
# The short strokes at the bottom mark the rates that were tried at all. Nine trials of the grid (left) are *three* rates,
# each three times over. From end to end, two of the three stand on ends that somebody imagined. Centred they stand
# better, and yet lose more than twice what five trials on one knob lost. That is what Bergstra and Bengio showed in 2012:
# **a grid wastes its trials on knobs that do not matter.** Nine random or quasi-random draws (right) are nine rates.
# Quasi-random draws beat the centred grid at nine trials and at 16, random draws at 16.
#
# ## 6. ★ A model of the curve
#
# (Optional: nothing later needs it.) Golden section presumes one peak. A **Gaussian process** presumes something else: that places close to
# each other have similar values.
#
# > **Pocket box: a normal distribution** says by a bell-shaped curve how likely each value of an uncertain
# > number is. Its *mean* is the middle of the bell; its *deviation* says how wide it is: about 68 % of the
# > values lie within one deviation of the mean, 95 % within two. So "97 %, give or take 1" means:
# > probably between 96 and 98, hardly ever above 99.
#
# > **Pocket box: a Gaussian process** takes a few measured points and gives, for every other place, a
# > normal distribution: a mean that passes near the points, and a deviation that is small beside a
# > point and grows with the distance from it. Up to what distance a point still tells something, the
# > *length*, is one of four values, that under which what was measured is least of a surprise: a long one makes the
# > guess smooth, a short one lets it wiggle.
#
# Where to try next? Where the mean is good, or where the deviation is large and the place *might* be
# good. **Expected improvement** is one number for both: by how much the trial will beat the best so far
# on average, counting 0 if it does not. (You can write it at the end: ★.) Try where it is highest, guess
# again, and so on: that is **Bayesian optimization**.
#
# One choice is yours: what to show it. The accuracy? Or the logarithm of the error,
# $\ln(100 - \text{accuracy})$?

# %%
predict("07-process")

# %%
from lrcourse import bayesian


def shown_the_accuracy(trial, low, high, trials, rng):
    return bayesian(lambda lr: -trial(lr), low, high, trials, rng).best


def shown_the_log_error(trial, low, high, trials, rng):
    return bayesian(lambda lr: np.log(max(100 - trial(lr), 0.1)), low, high, trials, rng).best


# %%
searches = [random, quasi, grid, golden, shown_the_accuracy, shown_the_log_error]
runs = {each.__name__: losses(each, [5, 16], 60, points_lost) for each in searches}
print(f"{'trials:':>20}     5           16")
for name, lost in runs.items():
    tell(name, lost)
behind_grid = runs["shown_the_log_error"] - runs["grid"]  # search by search
tell("more than the grid", behind_grid)

# %%
two = [losses(each, [9], 30, points_lost_2) for each in (quasi, shown_the_log_error)]
tell("two knobs, 9: quasi", two[0])  # and with the second knob
tell("more than quasi", two[1] - two[0])

# %%
settle("07-process")

# %% [markdown]
# (Sixty searches for each number, because this takes longer; so the rows are not quite those of section 3. The same ends
# for all, so the last row is a difference search by search.) The process loses more than a grid with as many trials, at
# 5 and at 16 (on other splits it was level with the grid at one of them, and never a tenth of a point ahead), and golden section, which knows of the single peak, loses less than either. Whether it beats random
# draws at five trials, sixty searches do not settle: those lose much and unevenly. With two knobs and nine trials it does
# about as well as quasi-random draws. (Others may find more: this is one curve, and one small model.)
#
# Shown the accuracy it is the last of all at 16 trials. Look at
# what it believes after nine trials of its own choice, from 0.00001 to 30 and without luck (the darker dots
# are several; the band is one deviation to either side, and the curve leaves it in places):

# %% alt="Two panels after nine trials. Left, shown the accuracy: a smooth dashed guess. Right, shown the log of the error. In both the true curve falls off a cliff at 6."
from lrcourse import belief

figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
belief(accuracy, lambda percent: -percent, lambda loss: -loss, panels[0])
belief(accuracy, lambda percent: np.log(100 - percent), lambda loss: 100 - np.exp(loss), panels[1])
panels[0].set(title="shown the accuracy", ylabel="accuracy (%)")
_ = panels[1].set(title="shown the log of the error")

# %% [markdown]
# Left, one trial fell over the cliff, near 17. A curve that is equally smooth everywhere can be down there
# only if it turns round early. So the process is sure that nothing good lies between 1 and 10, where
# the peak is, and goes on trying beside the best it has. **The cliff has fooled it.**
#
# Right, the logarithm stretches the top: from 10 % to 67 % and from 92 % to 97 % are now steps of equal
# length, because the error falls to about 37 % of what it was both times. The last points of the slope
# count, and lead it to the right. But it never tried beyond the cliff, and at 30 it still expects much. A model is as good as what it presumes.
#
# ## 7. See the trials fall
#
# Choose a search and a number of trials: they fall on the curve that you measured, without luck. You see
# of it what the search sees; all of it after 16 trials. On the right is the same, close to the peak. For the Gaussian process, shown the log of the error, dashes show
# its guess and dots one deviation above and below.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, trials_on_the_curve

falling = trials_on_the_curve(swept.lrs, percent)
explore(falling)

# %%
picture(falling, method=3, trials=7)

# %% [markdown]
# Golden section with seven trials. The two at 0.003 and 0.1 and the one beyond the cliff were spent on
# finding the right side; the others are close together at the top. (The small
# dip near 0.9 is the luck of five seeds.)
#
# ## 8. Validation picks, test reports
#
# Why average over seeds, and not take the best single run? Take the 25 runs at rates from 1 to 5, all of
# them good. Draw a few, keep the one that validates best, and note what it reads on test; 1000 times.

# %%
good = (swept.lrs > 1) & (swept.lrs < 5)
runs, on_test = swept.scores[:, good].ravel(), swept.reports[:, good].ravel()
picked = {}

# %%
for count in (1, 5, 10):
    draws = [rng.choice(25, count, replace=False) for _ in range(1000)]
    kept = [draw[runs[draw].argmax()] for draw in draws]
    told = f"validation {100 * runs[kept].mean():.1f} %, test {100 * on_test[kept].mean():.1f} %"
    print(f"best of {count:2}: {told}")
    picked[count] = 100 * np.array([runs[kept].mean(), on_test[kept].mean()])

# %% [markdown]
# The best of ten gains nearly a point on the validation images; 0.3 points of that are left on test, on this split.
# Who picks the highest of many numbers picks good luck along with quality, and the luck stays behind.
# (Test was read for all runs only to show you this.) So:
#
# * **Validation picks**, by the mean over seeds; a rate at which some seed diverged is out.
# * **Test reports**, once, for what was picked.
#
# ## 9. A fair comparison
#
# Is ReLU better than the older sigmoid, $1/(1 + e^{-z})$? Somebody tries both at rate 0.03, with five seeds and all:


# %%
def swept_with(kind, lrs):
    def net(X, y):
        return network.mlp(X, y, widths, activation=kind)

    learn = net(split.X_train, split.y_train)
    pick, report = net(split.X_validation, split.y_validation), net(split.X_test, split.y_test)
    judges = {"score": pick.accuracy, "report": report.accuracy}
    return sweep(learn, start, gd, lrs, **how, **judges, progress=False)


# %%
for name in ("relu", "sigmoid"):
    print(f"{name:>7} at 0.03: {100 * swept_with(name, [0.03]).mean[0]:.0f} %")

# %%
predict("07-sigmoid")

# %%
from lrcourse import rank

candidates = {"relu": swept_with("relu", log_grid(0.03, 3, trials=5))}
try:
    rank(candidates)
except ValueError as refusal:
    print("refused:", refusal)

# %%
candidates = {name: swept_with(name, log_grid(0.03, 30, trials=7)) for name in ("relu", "sigmoid")}
ranked = rank(candidates)
for name, pick in ranked.items():
    told = f"validation {100 * pick.score:.1f} %, give or take {100 * pick.error:.1f}"
    print(f"{name:>7} at its own {pick.lr:3.2g}: {told}; test {100 * pick.report:.1f} %")

# %%
settle("07-sigmoid")

# %% [markdown]
# At 0.03 sigmoid was 27 points behind, over five seeds, and no error bar would have saved you. `rank`
# refused the first grid, on whose edge ReLU's best rate was. On a grid that goes far
# enough each has its own best rate inside, and one point is left between the two, on this split; on eight others it
# was from none to less than a point. (The "give or take" counts five seeds of one split.) Sigmoid wants a higher rate,
# because its slope is nowhere above 1/4. This is the **rule of fair comparison**: *nothing
# is ranked unless the rate of each was swept and its best lies inside the grid*, with the same steps and
# the same seeds for all.
#
# ## 10. The claim, tried
#
# {{claim}}
#
# With one knob a grid beat random draws, at five and nine trials and in all four ranges. With a second knob that
# hardly mattered random draws beat it at 16 trials, though the grid was centred, as it should be. Bayesian optimization
# did not beat a grid with one knob; with two it did about as well as quasi-random draws.

# %%
settle("claim-07")

# %% [markdown]
# The article's table has a fourth row: cyclical learning rates. They are no search at all but a schedule,
# a way to change the rate during one run. Lesson 09 is about them.
#
# ## In three lines
#
# * Rates live on a log scale; a best rate on the edge of a grid is no best rate.
# * With one knob, a log grid or golden section; with a knob that may not matter, quasi-random draws; a
#   model of the curve is as good as what it presumes.
# * Validation picks, over several seeds; test reports; and nothing is ranked unless each was swept.
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
