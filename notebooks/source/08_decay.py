# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# Among the misconceptions that one article lists is that a constant rate will do. Instead it says:
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-08")

# %% [markdown]
# ## 1. One table, two names
#
# So far every run had one rate from beginning to end. A **schedule** is a function that is asked, before
# each step, which rate to take: step 0, step 1, step 2. `train` takes a schedule wherever it takes a
# rate.
#
# The article shows what it means by decay, in a table: 0.01 in epoch 1, then 0.008, 0.0064, 0.00512
# and 0.004096. (An epoch is one look at every image: 1000 images in mini-batches of 32 make 32 steps,
# the last with 8 images.) It does not say which kind of decay this is. Here are two candidates:


# %%
def exponential(step):
    return 0.01 * 0.8 ** (step / 32)  # a little less at every step


def staircase(step):
    lr = 0.01
    while step >= 32:  # a stair is 32 steps long
        lr, step = 0.8 * lr, step - 32
    return lr


# %%
for epoch in range(5):
    step = 32 * epoch
    print(f"epoch {epoch + 1}, step {step:3}: {exponential(step):.6g} or {staircase(step):.6g}")
same = sum(abs(exponential(step) - staircase(step)) < 1e-12 for step in range(160))
print("the same rate at", same, "of the first 160 steps")

# %% [markdown]
# Both give the article's table, because it looks once an epoch. In between they differ: *exponential decay*
# falls at every step, *step decay* (its "step" is that of a stair) is level for 32 steps, then down. And an
# exponential decay that is asked only once an epoch, as in many frameworks, *is* a step decay. Elsewhere the
# article gives the two different gains, as if they were rivals (section 5 ends with its numbers). Ask for the
# formula, not for the name. And ask what it counts: the article counts epochs from 1, our functions
# count steps from 0.
#
# ## 2. The families
#
# Here is what people use. Let $x$ be the part of the run that is over, from 0 to 1, and $\eta_0$ the
# **base rate**, from which the schedule starts (`peak_lr` in the exercises); $\gamma$ is a factor below 1 and $\tau$ a number of steps.
#
# | family | rate | in words |
# |---|---|---|
# | polynomial | $\eta_0 (1 - x)^p$ | a power of what is left; $p = 1$ is the straight line |
# | cosine | $\eta_0 (1 + \cos \pi x) / 2$ | half a wave: slow, fast, slow |
# | exponential | $\eta_0 \gamma^{\text{step}}$ | times the same factor at every step |
# | step decay | $\eta_0 \gamma^{\text{drops so far}}$ | level, a drop, level |
# | over time, or time-based | $\eta_0 / (1 + \text{step} / \tau)$ | half of it after $\tau$ steps, a third after $2\tau$ |
# | level, then a line | $\eta_0$, then straight to 0 | known as "warm-up, stable, decay"; the warm-up is section 6 of lesson 09 |

# %% alt="Twelve small curves of the rate against the step, each starting at 1: constant; level then a line; power one half; over time to a half; exponential to 30 per cent; straight line; cosine; a staircase halved five times; a staircase to a tenth twice; power 2; over time to a tenth; exponential to 1 per cent."
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import name_curves, shapes, style

style()
step = np.arange(300)
figure, panels = plt.subplots(2, 6, figsize=(11, 3.6), sharex=True, sharey=True)
for ax, (name, shape) in zip(panels.flat, shapes(300).items(), strict=True):
    ax.plot(step, shape(step))
    ax.set_title(name, size=9)
_ = panels[1, 0].set(xlabel="step", ylabel="rate / base rate", ylim=(0, 1.1))

# %% [markdown]
# Twelve shapes for a run of 300 steps, roughly from level to steep. Within a family a constant makes all the
# difference: the two "over time" are less alike than "power 2" and "over time, to 1/10".
#
# ## 3. How far can it go?
#
# In lesson 04 rate times steps was about 20 when the network read 90 % of the digits, at any of the
# low rates. At a constant 0.3 it takes 74 steps. (That is the median of five random starts, as is all that this
# section prints and draws.)

# %%
predict("08-travel")

# %%
from lrcourse import constant, cosine_decay, exponential_decay, linear_decay, per_epoch, time_decay

slow = {
    "constant 0.1": constant(0.1),
    "constant 0.3": constant(0.3),
    "line, from 0.2": linear_decay(0.2, total_steps=400),
    "cosine, from 0.4": cosine_decay(0.4, total_steps=400),
    "over time, from 0.4": time_decay(0.4, timescale=100),
    "times 0.99, from 0.35": exponential_decay(0.35, factor=0.99),
}

# %%
slow["times 0.9, from 0.3"] = exponential_decay(0.3, factor=0.9)
slow["the article's, 0.01"] = per_epoch(exponential_decay(0.01, factor=0.8), steps_per_epoch=32)
rates = np.array([schedule(np.arange(400)) for schedule in slow.values()])  # [schedules, steps]
print("rates of the first three steps, times 0.9:", rates[6, :3].round(3))

# %% [markdown]
# (`per_epoch` asks a schedule once an epoch: section 8.) A schedule may name one rate for each run. So all eight are one
# call: `rates[:, step]` are the eight rates of that step, and the five starts share them. A clock beside the steps is
# the sum of all rates so far. We call it the **travel**; at a constant rate it is rate times steps.

# %%
from lrcourse import digits, gd, network, train

split, widths = digits(1000 * repeat), (64, 32, 10)  # images, labels; the network of lesson 04
objective = network.mlp(split.X_train, split.y_train, widths)
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in range(5)]
starts = network.init(rngs, widths, dtype=np.float32)[:, np.newaxis]
run = train(
    objective, starts, gd, lambda step: rates[:, step], 400, batch_size=32, rng=rngs, record=2
)

# %%
validation = network.mlp(split.X_validation, split.y_validation, widths)
accuracy = np.median([validation.accuracy(w) for w in run.w], axis=1)  # [rows, schedules]
so_far = np.cumsum(rates, axis=1)  # after 1, 2, 3 steps
travel = np.vstack([np.zeros(8), so_far[:, 1::2].T])  # after 0, 2, 4: a row for each record

# %%
arrived = {}
for i, name in enumerate(slow):
    row = 1 + np.flatnonzero(accuracy[:, i] < 0.9)[-1]  # after the last row below 90 %
    found = "not in 400 steps"
    if row < 201:
        arrived[name] = travel[row, i]
        found = f"{2 * row:3} steps, travel {travel[row, i]:.0f}"
    print(f"{name:22} 90 %: {found:20}  all 400 steps: travel {travel[-1, i]:5.1f}")

# %%
print(f"90 % lies {min(arrived.values()):.0f} to {max(arrived.values()):.0f} away")

# %%
grey = "0.45"  # for four of those that start at 0.3 to 0.4
colours = ["C0", grey, "C2", grey, grey, grey, "black", "C1"]
dashes = ["-", "-", "--", "-", "-", "-", "-.", ":"]
labels = ["_" if colour == grey else name for name, colour in zip(slow, colours, strict=True)]
labels[1] = "four of those from 0.3 to 0.4"


# %%
def mark_end(ax, i):
    place = travel[-1, i], 100 * accuracy[-1, i]
    ax.plot(*place, "D", color="black")
    ax.annotate(labels[i], place, (9, -12), textcoords="offset points", color=colours[i])


# %% alt="Left, validation accuracy against the step: four grey curves of schedules that start at 0.3 to 0.4 rise first, a line from 0.2 and a constant 0.1 later; times 0.9 stays at 50 per cent and the article's comes to 30. Right, the same against the travel: all eight lie nearly on one curve, and each ends where its rates are used up; for two of them a black diamond says so: times 0.9 at 3, the article's at 1.5."
figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for i in (1, 3, 4, 5, 0, 2, 6, 7):  # grey first, the others above it
    for ax, clock in zip(panels, (2 * np.arange(201), travel[:, i]), strict=True):
        ax.plot(clock, 100 * accuracy[:, i], dashes[i], color=colours[i], label=labels[i])
_ = mark_end(panels[1], 6), mark_end(panels[1], 7)  # those that end early
panels[0].set(xlabel="step", ylabel="validation accuracy (%)")
panels[1].set(xscale="log", xlabel="travel, the sum of the rates so far", xlim=(0.6, 200))
name_curves(panels[0])

# %%
settle("08-travel")

# %% [markdown]
# The steps differ, the travel hardly does: 90 % lies about as far away whatever the schedule, here 20 to 24. (On other
# splits of the images it lay 11 to 27 away, and again about as far for one schedule as for another.) The picture has
# the same. On the left, eight schedules. Five of them start at 0.3 to 0.4; four of these, in grey, lie close together. On
# the right the clock is the travel (each number on its axis is ten times the one before), and all eight are nearly one
# curve. Two of them end early, at the black diamonds: *times 0.9* at 3, the article's table at 1.5 after its 400 steps.
# They are not stuck in anything. They have used up their rates.
#
# ### Why it is the sum
#
# On a bowl of curvature $h$ each step multiplies the distance by $1 - \eta h$, now with a rate
# $\eta_k$ of its own. While $\eta_k h$ is small, $1 - \eta_k h$ is nearly $e^{-\eta_k h}$ (for 0.1:
# 0.9 and 0.905). A product of powers of $e$ is a power of the sum:
#
# $$d_k \approx e^{-h (\eta_0 + \eta_1 + \dots + \eta_{k-1})}\, d_0$$
#
# Only the sum is left. That holds well below the cliff, the rate $2/h$ beyond which a run blows up (lesson 02). Near it
# $1 - \eta h$ is far from $e^{-\eta h}$, and the sizes of the rates matter too, not only their sum. (Their order
# does not: a product is the same in any order.)
#
# So add up the rates before you train. Times $\gamma$ at every step, the sum $S$ of all rates for ever
# is the first one plus $\gamma$ times the same sum: $S = \eta_0 + \gamma S$, so
# $S = \eta_0 / (1 - \gamma)$. With 0.9 that is **ten base rates, and not more**, however long you
# train. The article's table gives each epoch 32 steps at 0.8 times the rate before:
# $32 \cdot 0.01 / (1 - 0.8) = 1.6$ for ever. To 90 % it is 20 or more on this split, and was never below 11 on those
# that we tried.
#
# ## 4. Then why lower it at all?
#
# In lesson 05 a mini-batch gradient was the true one plus an error, and a constant
# rate ended in a ball around the lowest point, the wider the higher the rate. Put the curvature at 1
# and the error's variance at 1. One step makes of the distance $d$
#
# $$d \;\to\; (1 - \eta)\, d - \eta \cdot \text{error}$$
#
# Square it. The error's mean is 0, whatever $d$ is, so on average the mixed term is 0, and the squared error
# is 1:
#
# $$\text{mean of } d^2 \;\to\; (1 - \eta)^2 \cdot (\text{mean of } d^2) + \eta^2$$
#
# (At another curvature $h$ the step keeps $1 - \eta h$ of the distance, and the loss is $h d^2 / 2$.) So the expected
# loss, half the mean of $d^2$, can be computed without any chance. Keep two accounts, one for what is left of the start
# and one for what the noise has shaken in:


# %%
def two_accounts(schedule, steps=1000, start=10.0):
    left, shaken = start**2, 0.0
    for step in range(steps):
        lr = schedule(step)
        left, shaken = (1 - lr) ** 2 * left, (1 - lr) ** 2 * shaken + lr**2
    return left / 2, shaken / 2


# %%
tried = {
    "constant 0.1": constant(0.1),
    "constant 0.01": constant(0.01),
    "constant 0.001": constant(0.001),
    "times 0.9, from 0.1": exponential_decay(0.1, factor=0.9),
    "straight line, from 0.1": linear_decay(0.1, total_steps=1000),
    "cosine, from 0.1": cosine_decay(0.1, total_steps=1000),
}

# %%
tried["1 / (1 + step)"] = time_decay(1.0, timescale=1)
for name, schedule in tried.items():
    left, shaken = two_accounts(schedule)
    travels = f"travels {sum(map(schedule, range(1000))):6.2f}"
    print(f"{name:24} {travels}: left {left:8.5f} + shaken in {shaken:.5f} = {left + shaken:.5f}")

# %% [markdown]
# The constant 0.1 arrives and is shaken. The constant 0.001 is hardly shaken and does not arrive. A schedule
# can do one after the other: travel first, settle after. From the same 0.1 the straight line and the cosine
# end more than ten times lower, and a little lower than the constant 0.01, which is a good one here.
#
# The last row is an old idea (Robbins and Monro, 1951), and the lowest: its rates shrink to nothing, so it
# settles, and yet their sum has no bound, so given time it arrives. It needs much time: 1000 steps travel 7.5, which
# on a curvature of 0.03 leaves $e^{-0.03 \cdot 7.5}$, 80 % of the distance. (It fits this bowl by chance: at
# curvature 1 its first rate, 1, is the one that lands in a single step.)
#
# And *times 0.9*? It is shaken less than the constant 0.1 and has stopped a long way off.
# (The two accounts begin at a distance of 10, where the loss is 50.)
#
# Now two directions, of curvature 1 and 0.03, each with its own distance of 10 and the same noise, and 300 steps: the
# flat one needs travel. Choose a shape and a base
# rate: click a cell of the map, bright where the loss ends low (a frame is around the best of each row), and the pink
# diamond stands on it. On the right is the loss of that run, and under it its two accounts: what is left of the start
# (green), and what is shaken in (orange).

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, schedule_editor

editor = schedule_editor()
explore(editor)

# %%
picture(editor, lr=0.59)

# %% [markdown]
# A cosine at its best base rate. At first nearly all of the loss is green, though the axis, in factors of ten, gives most
# of its height to the rest: the flat direction is on its way. The orange
# account, which grew while the rate was high, shrinks with the rate.
#
# Go through the shapes, each at the frame in its row. A steep shape mostly wants a higher base rate than a level
# one. But look at the sum of the rates in the text: here is every shape at its best. (Its
# grid of rates is finer than that of the map.)

# %%
from lrcourse import expected_loss

bases = np.geomspace(0.01, 1.9, 100)
for name, shape in shapes(300).items():
    parts = shape(np.arange(300))[:, np.newaxis]  # of the base rate, [steps, 1]
    loss = sum(expected_loss(parts * bases))[-1]  # both accounts at the end, [bases]
    i = loss.argmin()
    print(f"{name:20}  base {bases[i]:.2f}, travel {bases[i] * parts.sum():3.0f}: {loss[i]:.3f}")

# %% [markdown]
# (The library's `expected_loss` is the two accounts for many rates at once.) The best base rates differ by a
# factor of nearly eight, from 0.22 to 1.71; their sums by less than two, from 65 to 111. All shapes want to
# travel far, nearly equally far, and a steep one has to start higher for it. At the end all eleven decays lie below
# the constant, the straight line at half of it. That is on this bowl; in the explorer *times 0.9* shows the
# exception: a shape so steep that no stable base rate takes it there.
#
# ## 5. Eleven decays on the digits
#
# Do the digits behave like the bowl? 300 steps, once noisy and once clean. Noisy: 3 in 10 training labels are wrong and
# a mini-batch has only 8 images. Clean: the labels right, the mini-batch of 32 as in lesson 04.
#
# Comparing schedules is easy to get wrong. So: each shape gets **its own best base rate**, chosen on the
# validation images of four trials. Then twelve fresh trials report on test images. A trial is a seed, and it
# decides everything: how the images are dealt out, which labels are wrong, where the network starts, which
# mini-batches it sees. Within a trial all twelve shapes meet the same luck, so we compare them trial by
# trial.

# %%
predict("08-noisy")

# %%
predict("08-clean")

# %% [markdown]
# How it is measured (on a first reading go on to the table): `trained` deals the images out, spoils labels and trains
# at many rates at once; `all_shapes` does it for every shape and base rate and scores them; `compared` chooses the base
# rates and returns the tests of twelve fresh trials; `gains` writes a mean with its error.

# %%
from lrcourse import noisy_labels


def trained(seed, lr, batch_size, wrong, steps=300, record=None):
    rng = np.random.default_rng(seed + 1000 * repeat)
    split = digits(seed + 1000 * repeat)
    labels = noisy_labels(split.y_train, wrong, rng)
    objective = network.mlp(split.X_train, labels, widths)
    start = network.init(rng, widths, dtype=np.float32)
    run = train(objective, start, gd, lr, steps, batch_size=batch_size, rng=rng, record=record)
    return objective, split, run


# %%
def scores(split, w):
    choose = network.mlp(split.X_validation, split.y_validation, widths)
    report = network.mlp(split.X_test, split.y_test, widths)
    return 100 * choose.accuracy(w), 100 * report.accuracy(w)


# %%
def all_shapes(seed, ratios, bases, batch_size, wrong):
    def lr(step):
        return ratios[:, step, np.newaxis] * bases  # [shapes, bases]

    _, split, run = trained(seed, lr, batch_size, wrong, ratios.shape[1])
    return scores(split, run.w[-1])


# %%
def compared(ratios, *case):
    chosen = np.mean([all_shapes(seed, ratios, bases, *case)[0] for seed in range(4)], axis=0)
    own = bases[chosen.argmax(axis=1), np.newaxis]  # each shape at its own base rate
    trials = [all_shapes(seed, ratios, own, *case)[1] for seed in range(100, 112)]
    return own[:, 0], np.array(trials)[:, :, 0]  # [shapes], [trials, shapes]


# %%
def gains(tests, against=0):  # 0: the constant rate of the same trial
    gain = tests - tests[:, [against]]
    mean = gain.mean(axis=0) * (1 + 1e-6)  # lifts a tie off it: rounded alike everywhere
    mean = mean.round(1) + 0
    error = gain.std(axis=0, ddof=1) / np.sqrt(len(gain))
    return [f"{each:+.1f} ± {e:.1f}" for each, e in zip(mean, error, strict=True)]


# %%
ratios = np.array([shape(np.arange(300)) for shape in shapes(300).values()])  # [shapes, steps]
bases = 10 ** np.arange(-1, 1.1, 0.25)  # base rates
noisy_own, noisy = compared(ratios, 8, 0.3)
clean_own, clean = compared(ratios, 32, 0.0)
print(f"constant: noisy {noisy[:, 0].mean():.1f} %, clean {clean[:, 0].mean():.1f} %, of the tests")
ends = min(*noisy_own, *clean_own), max(*noisy_own, *clean_own)
print("every best base rate lies inside the grid:", bases[0] < ends[0] and ends[1] < bases[-1])

# %%
print("                          noisy              against the line    clean")
rows = zip(noisy_own, gains(noisy), gains(noisy, 5), clean_own, gains(clean), strict=True)
for name, (base, gain, to_line, clean_base, clean_gain) in zip(shapes(300), rows, strict=True):
    print(f"{name:20}  base {base:.2f}: {gain}   {to_line}   base {clean_base:.2f}: {clean_gain}")

# %%
settle("08-noisy")

# %% [markdown]
# (± is the standard error over the twelve trials, each with a split of its own: a gain below two of them may be luck.
# The middle column compares with the straight line, trial by trial.)
#
# With noise every decay has the better mean, the best of them by 2.4 points. *A tenth, twice* is less than two errors
# ahead, *over time, to 1/2* about two, the others more. Few are two errors away from the straight line. But twelve
# trials are few. We ran this section eight times more, with other seeds. In each of the eight, three to six shapes were
# two errors or more behind the line. The line gained 2.4 points on average, the cosine and power 2 about as much, level
# then a line 1.2, *a tenth, twice* and *over time, to 1/2* less than a point. So shape does matter, by a factor of two
# and more: it pays to start well above the best constant rate, and to come down far. (Here *over time, to 1/10* ends at
# the constant's own 0.18. It had travelled farther before. *A tenth, twice* comes down farther and gains less, as
# *level, then a line* does: perhaps because the one does so at a blow and the other late, but those are two shapes.) Between the line and the cosine it was less than a point,
# either way.
#
# Between the two cases lie three differences: the labels, the size of the mini-batches, and that 300 steps of 8 images
# are a quarter of the images of 300 steps of 32. Which of them counts? Take the straight line alone, and 75 steps of
# 32. `noise` is the variance of the mini-batch gradients at the end of one run with a constant rate, the best for this
# case, all parameters added up. (So part of its differences may be the rates'.)


# %%
from itertools import islice


def noise(lr, batch_size, wrong, steps):
    objective, _, run = trained(0, lr, batch_size, wrong, steps)
    rng = np.random.default_rng(1000 * repeat)
    batches = objective.batches(rng, batch_size, replace=True)
    return np.var([batch.grad(run.w[-1]) for batch in islice(batches, 200)], axis=0).sum()


# %%
found = {
    (8, 0.3, 300): (noisy_own, noisy[:, [0, 5]]),
    (32, 0.0, 300): (clean_own, clean[:, [0, 5]]),
}

# %%
for size, wrong, steps in ((32, 0.3, 75), (8, 0.0, 300), (32, 0.0, 75)):
    line = np.array([shape(np.arange(steps)) for shape in shapes(steps).values()])[[0, 5]]
    found[size, wrong, steps] = compared(line, size, wrong)
owns = np.concatenate([own for own, _ in found.values()])
print("every best base rate lies inside the grid:", bases[0] < min(owns) and max(owns) < bases[-1])

# %%
noises = {case: noise(own[0], *case) for case, (own, _) in found.items()}
for size, wrong, steps in sorted(noises, key=noises.get):
    own, tests = found[size, wrong, steps]
    told = f"{steps:3} steps of {size:2}, {wrong:4.0%} wrong: constant rate {own[0]:.2f}"
    print(f"{told}, noise {noises[size, wrong, steps]:.2g}; the line gains {gains(tests)[1]}")

# %%
settle("08-clean")

# %% [markdown]
# In the clean case no decay gains more than 0.1 points here, and in none of the eight did one gain half a point. (In one of
# eight later ones one gained 0.6.) *A tenth, twice* costs 0.4 here; in one of the eight some decay cost more than a
# point.
#
# Where noise is left at the end, the decay gains, from whichever cause (the +0.7 may be luck). With as many images
# seen, wrong labels make the gain larger; whether mini-batches of 8 give more than those of 32, the errors leave open.
# And right labels with four times the images, 300 steps of 32, leave nothing: the network comes to fit its images,
# every single image's gradient goes towards 0, and the noise dies away by itself. Wrong labels contradict the right
# ones, so each mini-batch pulls another way. (With those we have not tried longer runs here.)
#
# The article gives one number for each family: step decay 3 %, exponential 6 %, polynomial 2 %, time-based 4 %. It
# names no task and no error, and does not say of what these are per cent, so they cannot be laid beside our points.
# And their order? In the noisy table above step decay is worth 2.4 or 1.1 points, exponential 1.7 or 1.9, polynomial
# (the straight line is $p = 1$) 2.1 to 2.4 and time-based 0.6 or 2.2. One number inside a family changes it as much as
# the families differ, and the noise changes all of them: no order is to be seen.
#
# ## 6. The article's base rate
#
# The article's table starts at 0.01. Let all twelve shapes start there, with 1000 steps, right labels, and mini-batches
# of 32: four trials.

# %%
predict("08-base")

# %%
long = np.array([shape(np.arange(1000)) for shape in shapes(1000).values()])
at_low = np.array([all_shapes(seed, long, 0.01, 32, 0.0)[1][:, 0] for seed in range(4)])
for i, name in enumerate(shapes(1000)):
    read = f"{at_low[:, i].mean():.0f} %, against the constant {gains(at_low)[i]}"
    print(f"{name:20}  travels {0.01 * long[i].sum():4.1f}: {read}")

# %%
settle("08-base")

# %% [markdown]
# Read the table by its numbers and not by its names: the farther a shape travels, the more it reads. At 0.01 nobody
# arrives, so there is nothing to settle, and every decay takes from the way that is missing. The
# exponential decay to 1 % loses more than forty points to the constant (on other splits more than thirty); the least
# harmful is the one that stays level longest. **Before you ask which decay, find out whether the base rate is high enough.** For 1000 steps on
# these digits, 0.01 is not.
#
# ## 7. The mean of the weights
#
# A constant rate shakes you about the lowest point. Keep it for once, and at the end take the *mean* of the weights
# after each of the last 150 steps: a network whose every weight is the mean of 150.
#
# Wrong labels and mini-batches of 8 again.

# %%
predict("08-average")


# %%
def late_mean(seed, bases):
    _, split, run = trained(seed, bases, batch_size=8, wrong=0.3, record=1)
    return scores(split, run.w[151:].mean(axis=0))  # after the steps 151 to 300


# %%
some = bases[1:6]  # 0.18 to 1.8, to spare you the time; the best lies inside
best = some[np.mean([late_mean(seed, some)[0] for seed in range(4)], axis=0).argmax()]
means = np.array([late_mean(seed, [best])[1][0] for seed in range(100, 112)])
print(f"best base rate: {best:.2f}; test {means.mean():.1f} %")

# %%
for i in (0, 5, 6, 7):
    lead = gains(np.c_[noisy[:, i], means])[1]
    print(f"the mean against {list(shapes(300))[i]}: {lead} points")

# %%
settle("08-average")

# %% [markdown]
# The mean is 2.7 points better than the last weights of the best constant rate, and as good as the decays. Why? The
# places lie now on this side of the lowest point, now on that, and their mean lies nearer to the middle than any of
# them. (How far it is ahead of the cosine, here three errors, changes with the split: in sixteen more rounds it lay between
# -0.2 and +2.4.) It may take a higher rate than the constant run, 0.56 for 0.18, because shaking costs less. Its rate needs no
# `total_steps` either; only where the mean begins, here 150 steps before the end, has to be known. And one running sum
# of the weights is enough to keep. (The places of one run lie around one low point. Those of runs from different starts
# do not, so this is no recipe for them.)
#
# The course has no function for it, because it is one line: `run.w[151:].mean(axis=0)`.
#
# ## 8. Steps for epochs
#
# A recipe says: base rate 2, cosine, 30 epochs. So `cosine_decay(2.0, total_steps=30)` counts epochs, and
# `per_epoch` must translate. Somebody forgets that, and hands it the steps. (Five starts each once more; numbers and
# curves are their medians.)

# %%
predict("08-bug")

# %%
recipe = cosine_decay(2.0, total_steps=30)  # it counts epochs
driven = {"by epochs": per_epoch(recipe, steps_per_epoch=32), "by steps": recipe}


def both(step):
    return np.array([schedule(step) for schedule in driven.values()])


# %%
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in range(5)]
log = train(objective, starts, gd, both, 960, batch_size=32, rng=rngs)
for name, right in zip(driven, np.median(validation.accuracy(log.w[-1]), axis=0), strict=True):
    print(f"driven {name}: {100 * right:.0f} % of the validation images")

# %%
settle("08-bug")

# %% alt="Left, training loss by epoch on a log axis: driven by epochs it falls far, ever more slowly, and is nearly level from epoch 20 on; driven by steps it falls in the first epoch and is level, much higher, from then on. Right, the rate by epoch: by epochs a half wave over 30 epochs, by steps a spike that is over within the first."
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2))
for i, (name, dash) in enumerate(zip(driven, ("-", "--"), strict=True)):
    loss = np.median(log.loss[:960, :, i], axis=1).reshape(30, 32).mean(axis=1)
    panels[0].semilogy(np.arange(30), loss, dash, label=f"driven {name}")
    panels[1].plot(np.arange(960) / 32, log.lr[:, i], dash)
panels[0].set(xlabel="epoch", ylabel="training loss, mean over the epoch")
panels[1].set(xlabel="epoch", ylabel="rate")
name_curves(panels[0])

# %% [markdown]
# Driven by epochs the loss (each number on its axis is ten times the one below) falls far, ever more slowly, and is
# nearly level from epoch 20 on. Driven by steps it falls for one epoch and is level, much higher, from then on. From
# that curve alone you might say that the network is too small, or stuck, or done. Nobody raised an error, and 92 % does
# not look like a bug.
#
# ### The rate tells
#
# Put it into the log:

# %%
for step in (0, 1, 2, 10, 30, 31, 32, 64, 959):
    by_epochs, by_steps = log.lr[step]
    print(
        f"step {step:3}, epoch {step // 32:2}: by epochs {by_epochs:.3f}, by steps {by_steps:.3f}"
    )

# %%
swapped = per_epoch(cosine_decay(2.0, total_steps=960), steps_per_epoch=32)  # 960 counts steps
print(f"a decay over 960 steps, asked once an epoch: last rate {swapped(959):.3f}")

# %% [markdown]
# At step 1 the rate should still be that of step 0, and at step 31 too; at step 32, where the second epoch
# begins, it should change; at the end it should be where the recipe ends. Driven by steps, step
# 31 is wrong at a glance: 0.000 instead of 2.000.
#
# The swapped mistake is quieter still. Count epochs where steps were meant, and the decay hardly begins: at the
# end the rate is 1.996 and not 0, and you have trained at a constant rate. So look at the last step as well. In
# the exercises you write the detective that does it for you.
#
# ## 9. The claim, tried
#
# {{claim}}

# %%
settle("claim-08")

# %% [markdown]
# "Often beneficial" holds here: one to three points for most shapes where labels were wrong and mini-batches small, and
# one to two for the line where only one of the two was so. "Should not remain constant" is too much: in 300 steps with
# right labels and mini-batches of 32 a constant rate was as good or better, with the mean of its weights it needed no
# decay in the noise either, and where the base rate is too low a decay hurts. So: the second half holds, the first
# lacks its condition. Only if. (On large problems some decay is the custom. The tuning guide of Google's engineers is
# confident that some schedule should be used, and calls it an open problem which.)
#
# Elsewhere the article counts AdaGrad and Adam among the schedules. They are something else: they scale each
# parameter's step by its own past gradients (lesson 11), and a base rate remains, which may have a schedule. GPT-3
# was trained with Adam *and* a cosine.
#
# ## In three lines
#
# * The sum of the rates says how far a schedule can go, the last rates say how quietly it ends.
# * Lowering the rate pays where gradients are noisy, with a shape that starts high and comes down far, such as a line or
#   a cosine; where the noise dies away by itself it gained nothing here, and from too low a base rate every decay hurts.
# * Write the rate into the log, at every step: counting steps for epochs raises no error.
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
