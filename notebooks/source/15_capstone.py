# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-15")

# %% [markdown]
# ## 1. Which rate is this?
#
# In lesson 00 you turned a rate and watched what a loss did. Now it is the other way round: there is a loss, and you say
# what the rate was. First single curves, then whole logs, and at the end you write a function that reads them.
#
# Three networks of lesson 04, the same start, the same mini-batches. One has a good rate, one a rate 300 times too low, one
# a rate 60 times too high. Below are their validation losses. The axes have no numbers, and each fits its own curve, as on many a dashboard.

# %%
import numpy as np

from lrcourse import digits, gd, network, train

split, widths = digits(1000 * repeat), (64, 32, 10)
learn = network.mlp(split.X_train, split.y_train, widths)
judge = network.mlp(split.X_validation, split.y_validation, widths)
w = network.init(np.random.default_rng(1000 * repeat), widths)
rng = np.random.default_rng(1000 * repeat)
run = train(learn, w, gd, [60, 1 / 300, 1], 300, batch_size=32, rng=rng, evaluate=(judge, 20))

# %% alt="Three panels without numbers. A: a spike at the left, then flat. B: a straight line that falls to the end. C: a curve that falls steeply and then lies flat."
import matplotlib.pyplot as plt

from lrcourse import name_curves, style

style()
fig, axes = plt.subplots(1, 3, figsize=(9, 2.6))
for ax, curve, name in zip(axes, run.full_loss.T, "ABC", strict=True):
    ax.plot(run.full_steps, curve, color="#222222")
    _ = ax.set(title=name, xticks=[], yticks=[], xlabel="step", ylabel="validation loss")

# %% [markdown]
# A leaps up, and then lies flat. B falls in a straight line to the end. C falls, and then lies flat.

# %%
predict("15-shape")

# %%
for name, rate, curve in zip("ABC", ("60", "1/300", "1"), run.full_loss.T, strict=True):
    end = "over 10" if curve[-1] > 10 else f"{curve[-1]:.2f}"
    print(f"{name}: rate {rate:>5}, from {curve[0]:.2f} to {end}")

# %%
settle("15-shape")

# %% [markdown]
# The handsomest curve has learnt next to nothing. So the first thing to look at is the numbers: where does a loss start, and
# where does it end? A network that knows nothing of ten classes pays $\ln 10 = 2.30$.
#
# **Predict.** Next, one curve with its numbers. Three labels in ten are wrong, a mini-batch has eight images, and the rate is 1.

# %%
from lrcourse import cosine_decay, noisy_labels

wrong = noisy_labels(split.y_train, 0.3, np.random.default_rng(1000 * repeat))
noisy = network.mlp(split.X_train, wrong, widths)
settings = dict(batch_size=8, evaluate=(judge, 50))
flat = train(noisy, w, gd, 1.0, 1000, rng=np.random.default_rng(1000 * repeat), **settings)

# %% alt="Validation loss against step: it falls within 50 steps to below 1, and then goes up and down around 0.8 until step 1000."
fig, ax = plt.subplots(figsize=(7, 2.8))
ax.plot(flat.full_steps, flat.full_loss, "o-", color="#222222", markersize=3)
_ = ax.set(xlabel="step", ylabel="validation loss", title="Up and down", ylim=(0, None))

# %% [markdown]
# It falls for fifty steps. From then on it goes up and down.

# %%
predict("15-floor")

# %%
settings["rng"] = np.random.default_rng(1000 * repeat)
lowered = train(noisy, w, gd, cosine_decay(1.0, 1000), 1000, **settings)
ends = [float(each.full_loss[-5:].mean()) for each in (flat, lowered)]
print("validation loss, mean of the last five:")
print(f"  rate 1 throughout {ends[0]:.1f}, by a cosine to 0 {ends[1]:.1f}")

# %%
settle("15-floor")

# %% [markdown]
# "It no longer falls" has four causes so far: there is nothing left to learn; the rate is so high that noise keeps the loss
# up (this one), or threw the network out at the start (A above); the rate was let down too early (lesson 08). The curve of
# losses does not tell the first two apart. One run with a lower rate does.
#
# ## 2. Logs
#
# A log has more columns than one. `cases` draws logs with one hidden cause each, all of them really trained, in 12 epochs: here are two, whose
# rate has fallen to less than a twentieth before the run is half over.

# %%
from lrcourse import CAUSES, cases

(_, fast), (_, confused) = cases(1000 * repeat, ["decays too fast", "steps and epochs confused"])
print("columns:", ", ".join(fast))
for log in (fast, confused):
    middle = len(log["lr"]) // 2
    share = log["lr"][middle] / log["lr"][0]
    print(f"halfway the rate is {'below' if share < 0.05 else 'above'} a twentieth of the first")

# %%
predict("15-rates")

# %%
for cause, log in (("decays too fast", fast), ("steps taken for epochs", confused)):
    shares = (log["lr"] / log["lr"][0]).round(2)
    print(f"{cause:>23}: {shares[:4].tolist()} ...")

# %%
settle("15-rates")

# %% [markdown]
# You know this bug: it is `audit_schedule` of lesson 08, and here you have no recipe to hold it against.
#
# **Predict.** Another log, its first row:

# %%
((_, third),) = cases(1000 * repeat, CAUSES[10:])
print(f"training loss {third['loss'][0]:.0f}, validation loss {third['val_loss'][0]:.1f}")

# %%
predict("15-first-row")

# %%
print(f"a mini-batch has 16 images; the training loss over 16: {third['loss'][0] / 16:.1f}")

# %%
settle("15-first-row")

# %% [markdown]
# The loss at the start is the cheapest test there is: it is known before anything is trained.
#
# **Predict.** And one more, by its losses alone.

# %%
predict("15-nan")

# %%
((_, stuck),) = cases(1000 * repeat, CAUSES[9:10])
print("losses:", stuck["loss"][:4].round(1).tolist())
print("Adam's 1 - b1**t at t = 0:", 1 - 0.9**0)

# %%
settle("15-nan")

# %% [markdown]
# ## 3. Eleven kinds
#
# Ten causes, and "healthy". Ink is the loss of each mini-batch, blue dots the validation loss, measured before each epoch. A red triangle stands
# where a loss leaves the picture.

# %% alt="Eleven panels, one for each cause: loss of mini-batches and validation loss against step, on logarithmic axes from 0.01 to 1000."
from lrcourse import log_curves

fig, axes = plt.subplots(3, 4, figsize=(12, 7.5))
for ax, (cause, log) in zip(axes.flat, cases(1000 * repeat), strict=False):
    log_curves(log, ax)
    ax.set(title=cause, yscale="log", ylim=(0.01, 1000), ylabel="")
axes.flat[-1].axis("off")

# %% [markdown]
# Four rows of thought, from the loudest to the quietest:
#
# * **Before the first step**: is the first loss what a network pays that knows nothing? Are the two losses of one size?
# * **The rates alone**: are they at nothing long before the end, and did they get there by epochs?
# * **What rises**: at once and wildly (too high), from the first step on and for ever (the sign), or after a fall (gradients that pile up)?
# * **What stays up**: is it on its way (too low), was it (noise), or does it know nothing (labels)?
#
# Some of it no log can tell. A gradient that is doubled by mistake and a rate that is twice as high make the same step. What a log leaves
# open, another run decides, or a look at the code.

# %% [markdown]
# ## 4. The claim, tried
#
# {{claim}}
#
# Sixty runs whose rate is 40 to 120 times what is good here. Where are they at the end?

# %%
high = [log["loss"] for _, log in cases(1000 * repeat, ["too high"], each=60)]
ends_high = np.array([np.mean(loss[-8:]) for loss in high])
starts_high = np.array([loss[0] for loss in high])
lost, near = np.sum(~np.isfinite(ends_high)), np.sum(ends_high < 1.2 * starts_high)
print("ended as no number:", "fewer" if lost < 20 else "more", "than 20 of 60")
print("ended near where they began:", "fewer" if near < 20 else "more", "than 20 of 60")

# %%
settle("claim-15")

# %% [markdown]
# "The loss is flat at 2.3, so let us raise the rate" makes it worse in one case and helps in another. Look at the first ten steps.
#
# ## 5. Your own trainings
#
# `monitor` writes such a log of a loop of yours, whatever it is made with: one line before the loop, one in it.

# %%
import tempfile
from pathlib import Path

from lrcourse import monitor

log = monitor(Path(tempfile.mkdtemp()) / "my run.csv")
for step in range(3):
    log(2.3 * 0.9**step, lr=0.1)
print(log.path.read_text())

# %% [markdown]
# For torch, `lr=` takes the optimizer itself; for Keras, `fit(..., callbacks=[monitor("run.csv").keras()])` is all. In a terminal, `lrcourse
# diagnose run.csv` reads such a file, and those of other tools, and says what it sees and which lesson explains it. (What it computes is the
# answer to the exercise below, so a class has it only in the teacher's edition.)

# %% [markdown]
# ## 6. Beat the budget
#
# Somebody hands you a training problem and 500 calls. It has eight weights, and each call shows one
# mini-batch: a loss and a gradient with noise in them. You may not look inside. All you can do is ask.

# %%
from lrcourse import hidden_problems


def problems():
    return hidden_problems(np.random.default_rng(15 + 1000 * repeat), 41)


# %%
hidden = problems()[0]
problem = hidden.problem
for call in range(3):
    loss, grad = problem.loss_and_grad(problem.start)
    print(f"call {call + 1}: loss {loss:.3g}, first slope {grad[0]:.3g}")
print(f"{len(hidden.asked)} of {hidden.budget} calls are spent")

# %% [markdown]
# Three calls at the same place, three answers. A call for the loss alone costs as much as one for both, and
# call 501 ends the run: it is worth nothing then.
#
# What counts is the true loss at the weights that you return, above the minimum. You cannot measure it; the
# one who made the problem can. The unit is what a mind reader would leave: if every draw's own minimum were
# known, their average would miss the true one a little, and that little is **score 1**.
#
# The catch is that there are 41 problems, and the steepest is nearly a hundred times as steep as the
# flattest. (Lesson 03: that is all that a change of units does.) Five rules of this course have a go. Each
# gets the one rate that did best on others of the family.
#
# Adam divides by the size of the slopes, so the steepness is nothing to it.

# %%
predict("15-one-rate")

# %%
from lrcourse import TUNED_RATES, baselines

five = baselines(problems())
medians = {name: np.median(scores) for name, scores in five.items()}
steepness = np.array([np.linalg.eigvalsh(each.valley.hessian).max() for each in problems()])
for name, median in medians.items():
    print(f"{name:18} rate {TUNED_RATES[name]:5.2f}   median score {median:5.1f}")

# %%
settle("15-one-rate")

# %% alt="Score against the largest curvature: three curves are high at the left and fall, two of them below the rest; two stay level."
order = np.argsort(steepness)
for (name, scores), line in zip(five.items(), ("-", "-", "--", "-", ":"), strict=True):
    near = np.lib.stride_tricks.sliding_window_view(np.minimum(scores[order], 1e6), 5)
    plt.loglog(steepness[order][2:-2], np.median(near, axis=1), line, label=name)
plt.xticks([0.1, 0.3, 1, 3, 10], [0.1, 0.3, 1, 3, 10])
plt.minorticks_off()
plt.gca().set(xlabel="largest curvature of the problem", ylabel="score, median of 5 neighbours")
name_curves(plt.gca())

# %% [markdown]
# On the flat problems, at the left, the first three are too slow to arrive in 500 calls. A higher rate would
# serve them, and send the steepest past the cliff: at a curvature of 10 that is 2/10. Cosine and 1cycle come
# nearest to 1 in between. Adam and Polyak's step do not mind the steepness, and come down nowhere: their rate
# stays, so they end in a noise ball (lesson 05). What would have both? A rate that fits the problem, and
# something against the noise.
#
# **Predict.** Suppose for a moment that you knew the curvature. (We made these problems, so here we may look.) Take a
# steady rate of $1/L$ to the last call. Return the mean of the last two thirds of the weights on the way, instead of the last weights.

# %%
predict("15-mean")


# %%
def way(each):
    w, lr, path = each.problem.start, 1 / np.linalg.eigvalsh(each.valley.hessian).max(), []
    for _ in range(each.budget):
        w = w - lr * each.problem.grad(w)
        path.append(w)
    return np.array(path)


# %%
ways = [(each, way(each)) for each in problems()]
last = np.median([each.score(path[-1]) for each, path in ways])
mean = np.median([each.score(path[len(path) // 3 :].mean(axis=0)) for each, path in ways])
print(f"median score of the last weights: {last:.0f}, of the mean: {mean:.1f}")

# %%
settle("15-mean")

# %% alt="One problem: the loss where a steady rate asks swings far above 1; that of the running mean falls to 1."
each, path = ways[int(np.argsort(steepness)[20])]
means = np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]
for name, weights in (("weights", path), ("mean of all so far", means)):
    plt.loglog(np.arange(1, 501), each.valley.above(weights), label=name)
tail = each.score(path[len(path) // 3 :].mean(axis=0))
plt.plot(500, tail, "D", label="mean of the last two thirds")
plt.gca().set(xlabel="call", ylabel="score (1: a mind reader)")
name_curves(plt.gca())

# %% [markdown]
# The weights swing in their noise ball, and the ball is as large as the rate makes it. Their mean is another
# matter: swings to the left and to the right cancel, so it goes on falling while the weights go nowhere. The
# mean of *all* weights drags the long way from the start along; leave the first third out, and you stand near
# the mind reader, at times ahead: 1 is what luck leaves on average. (Polyak and Juditsky, 1992: no rule converges faster, and this one need not know the
# curvatures. Lesson 08 found that a mean does as much as a decay on the digits.)
#
# What is left for you is the rate: nobody tells you $L$. You have met at least four ways to find one without
# knowing, $g$ being a gradient:
#
# * a range test (06): raise the rate until the loss runs away, and stay well below
# * a step of Polyak's (12): $(\ell - \ell_\text{lowest}) / |g|^2$
# * a difference of two gradients (12): $s \cdot s / (s \cdot y)$, where $s$ is how $w$ changed and $y$ how $g$ did
# * how far you have come (12): the farthest from the start so far, over the root of the sum of all $|g|^2$
#
# Each costs calls. Write `train_it(problem, budget, rng)` in the exercises, and try it:
#
# ```python
# from lrcourse import beat_the_budget, board
#
# beat_the_budget(train_it, "my first idea")
# board()
# ```
#
# That prints your median beside the five, draws where you asked and what you returned, and enters it on a
# board of your own.

# %% [markdown]
# ## In four lines
#
# * Numbers first: where a loss starts, what knowing nothing costs, where it ends.
# * Rates alone show what a schedule did; whether a rate is high shows in the losses, in the first steps most of all.
# * A log has suspects; another run has proof.
# * One rate for all problems is a bet; the mean of many weights is worth more than the last.
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
