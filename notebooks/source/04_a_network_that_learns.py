# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One article answers the question how to set the learning rate. Its first advice:
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-04")

# %% [markdown]
# ## 1. The data: 1797 handwritten digits
#
# Each image is 8 by 8 pixels, that is 64 numbers, and has a label from 0 to 9.

# %% alt="Ten small images of handwritten digits, 0 to 9, with their labels above."
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import pixels_and_labels, style

style()
images, labels = pixels_and_labels()
figure, panels = plt.subplots(1, 10, figsize=(8, 1.2))
for ax, image, label in zip(panels, images, labels, strict=False):
    ax.imshow(image.reshape(8, 8), cmap="Greys")
    ax.set(title=label, xticks=[], yticks=[])

# %% [markdown]
# Ten of them. You can read most, and you would not bet on every one.
#
# The course deals them out and scales them, nearly as in lesson 03: the mean image of the training set
# is subtracted. All pixels are divided by 16, the largest value, and not each by its own deviation,
# because some corner pixels never vary.

# %%
from lrcourse import digits

split = digits(1000 * repeat)
for use in ("train", "validation", "test"):
    print(f"{use:>10}: {len(getattr(split, 'y_' + use))} images")

# %% [markdown]
# > **Pocket box: training, validation, test.** A network can learn a list of images by heart, so its
# > score on images it has trained on says little. Set some aside. On the *validation* images you
# > choose (a learning rate, a width, when to stop), as often as you like; but each choice tunes you a
# > little to these very images. The *test* images are looked at once, at the end, for the number
# > you report. Here: 1000 to train, 297 to choose, 500 to report.
#
# ## 2. The network: two tables and a kink
#
# One image $x$ (64 numbers) goes through two layers. The first makes 32 weighted sums and sets the
# negative ones to zero; that kink is called *ReLU*, and without it a sum of sums would be one sum, and
# two layers could do no more than one. The second makes 10 weighted sums, one for each digit, called
# *logits*. The largest wins. The weights start at random, with a spread of $\sqrt{2/\text{inputs}}$
# that keeps the sums about as large as what came in (He et al. 2015, arXiv 1502.01852).

# %%
rng = np.random.default_rng(1000 * repeat)
W1, b1 = rng.normal(0, np.sqrt(2 / 64), (32, 64)), np.zeros(32)
W2, b2 = rng.normal(0, np.sqrt(2 / 32), (10, 32)), np.zeros(10)


def forward(x):
    hidden = np.maximum(W1 @ x + b1, 0)
    return hidden, W2 @ hidden + b2


print("logits of the first image:", forward(split.X_train[0])[1].round(1))

# %% [markdown]
# > **Pocket box: softmax and cross-entropy.** Ten logits can be any numbers. *Softmax* makes
# > probabilities of them: take $e^{z}$ of each, so that all are positive, and divide by their sum, so
# > that they add up to 1. Adding 5 to every logit changes nothing; only differences count. The loss is
# > what the network should regret: minus the natural logarithm of the probability it gave to the right
# > digit (its unit is called a *nat*).
# > Sure and right costs 0, a shrug over ten digits costs $\ln 10 \approx 2.3$, sure and wrong costs a
# > lot. This *cross-entropy* is averaged over the images.


# %%
def softmax(z):
    powers = np.exp(z - z.max())  # the largest becomes exp(0) = 1: nothing can overflow
    return powers / powers.sum()


z = np.array([2.0, 1.0, 0.0, -1.0])
print("softmax of 2, 1, 0, -1:", softmax(z).round(2))

# %% alt="Left, four logits 2, 1, 0, -1 as bars. Right, their softmax: 0.64, 0.24, 0.09, 0.03."
figure, panels = plt.subplots(1, 2, figsize=(7, 2.2))
for ax, values, title in zip(panels, (z, softmax(z)), ("logits", "softmax"), strict=True):
    ax.bar(range(4), values)
    ax.set(title=title, xticks=range(4), xlabel="class")

# %% [markdown]
# Equal distances between logits are equal *ratios* between probabilities: each bar on the right is
# $e \approx 2.7$ times the next. Now the network's own logits, for its first image:

# %%
hidden, logits = forward(split.X_train[0])
label = split.y_train[0]
print(f"right digit: {label}, its probability: {softmax(logits)[label]:.2f}")
print(  # For large logits take the formula of section 3: a probability may round to 0.
    f"loss of this image: {-np.log(softmax(logits)[label]):.2f}  (a shrug costs {np.log(10):.2f})"
)

# %% [markdown]
# The network has not learnt anything yet: its weights are random, and its preferences with them.
#
# ## 3. Backpropagation, line by line
#
# For a step we need the slope of the loss in each of 2410 numbers. Nudging each of them (lesson 01)
# would take 4820 passes through the network. The chain rule gets all of them from one pass back.
#
# > **Pocket box: the chain rule in a network.** If $x$ moves $h$, and $h$ moves the loss, then the
# > slope of the loss in $x$ is (slope of the loss in $h$) times (slope of $h$ in $x$). A network is a
# > chain of such links, so start at the loss and walk backwards: whoever knows the slope in its
# > *output* can say the slope in its *weights*, and hands the slope in its *input* to the layer
# > before. Call that slope *blame*: how much this number is to blame for the loss.

# %% alt="A chain of boxes from left to right: image, hidden, logits, loss. Arrows above lead forward and carry values; arrows below lead back and carry blame."
from lrcourse import chain

chain(["image", "hidden", "logits", "loss"])


# %%
def backward(x, label):
    hidden, logits = forward(x)
    blame = softmax(logits)
    blame[label] -= 1
    blame_hidden = W2.T @ blame * (hidden > 0)
    return np.outer(blame_hidden, x), blame_hidden, np.outer(blame, hidden), blame


dW1, db1, dW2, db2 = backward(split.X_train[0], split.y_train[0])
print("shapes:", dW1.shape, db1.shape, dW2.shape, db2.shape)

# %% [markdown]
# Line by line:
#
# * `blame = softmax(logits)`, then `blame[label] -= 1`. With softmax written out, the loss of a digit $y$
#   is $-\ln \frac{e^{z_y}}{\sum_j e^{z_j}} = -z_y + \ln \sum_j e^{z_j}$. The slope of a logarithm is one
#   over what stands in it, and of the sum only $e^{z_j}$ moves with a logit $z_j$, so the slope in $z_j$
#   is $\frac{e^{z_j}}{\sum e^{z}}$, the probability, minus 1 if $j$ is the right digit. So every wrong
#   digit is blamed for the probability it took, the right one for what it lacks.
# * `np.outer(blame, hidden)` is the table of all products of the two. A weight of the second layer connects one hidden number to one logit. Its
#   slope is the blame of that logit times the value that came in.
# * `W2.T @ blame`. A hidden number reached all ten logits, so it collects the blame of all ten, each
#   times the weight that led there.
# * `* (hidden > 0)`. Where the kink gave zero, a nudge changes nothing: no blame gets through.
# * `np.outer(blame_hidden, x)`. The first layer like the second: blame times what came in.
# * The biases `b1` and `b2` are added as they are, as if 1 had come in. So their slopes are `blame_hidden` and `blame` themselves.
#
# Of $n$ images the loss is the mean, so there each image's blame is divided by $n$.
#
# Trust no formula. Nudge three of the weights, of units that are not silent:


# %%
def loss_of_first_image(i, j, nudge):
    W1[i, j] += nudge
    loss = -np.log(softmax(forward(split.X_train[0])[1])[split.y_train[0]])
    W1[i, j] -= nudge
    return loss


for i, j in zip(np.flatnonzero(hidden > 0)[:3], (20, 36, 43), strict=True):
    slope = (loss_of_first_image(i, j, 1e-5) - loss_of_first_image(i, j, -1e-5)) / 2e-5
    print(f"weight {i},{j}: nudged {slope:9.6f}, by the chain rule {dW1[i, j]:9.6f}")

# %% [markdown]
# They agree to the last digit shown. `lrcourse.network` does the same for many images, any number
# of layers, and many networks at once; you can read it in ten minutes.
#
# ## 4. Which learning rate?
#
# A step sees 32 images drawn at random, a *mini-batch*, rather than all 1000; lesson 05 is about why
# that is a good deal. Train the same network at twelve rates, from five different random starts each,
# for 1000 steps. That is 60 networks, and `train` takes them all at once.

# %%
from lrcourse import gd, network, train

widths, seeds = (64, 32, 10), range(5)
rates = np.array([0.001, 0.01, 0.03, 0.06, 0.1, 0.3, 0.6, 1, 2, 3, 6, 10])
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in seeds]
starts = network.init(rngs, widths)[:, np.newaxis]  # [seeds, 1, 2410]: repeated for each rate
objective = network.mlp(split.X_train, split.y_train, widths)
run = train(objective, starts, gd, rates, steps=1000, batch_size=32, rng=rngs, record=10)

# %% [markdown]
# **Predict.** 300 steps are about ten looks at each image. (Told is the median of the five starts: the middle one.)

# %%
predict("04-small")

# %%
predict("04-accurate")

# %%
validation = network.mlp(split.X_validation, split.y_validation, widths)
accuracy = np.array([validation.accuracy(w) for w in run.w])  # [records, seeds, rates]
after_300 = np.median(accuracy[30], axis=0)
for lr, score in zip(rates, after_300, strict=True):
    if lr == 0.06:
        continue  # That is section 5's question.
    says = f"{100 * score:.0f} % right" if lr < 5 else "useless" if score < 0.6 else "works"
    print(f"lr = {lr:5g}: {says} after 300 steps (median of 5 starts)")

# %%
settle("04-small")

# %%
settle("04-accurate")

# %% alt="Validation accuracy against the learning rate on a log axis after 100, 300 and 1000 steps: three curves that climb from guessing on the left to 98 per cent near rate 3, then all fall together, far below, at 10."
figure, ax = plt.subplots(figsize=(7, 4))
for steps, dash in ((100, ":"), (300, "--"), (1000, "-")):
    percent = 100 * np.median(accuracy[steps // 10], axis=0)
    (line,) = ax.semilogx(rates, percent, "o" + dash)
    ax.text(rates[1], percent[1] + 1, f"{steps} steps  ", ha="right", color=line.get_color())
ax.axhspan(0, 10, color="lightgrey")
_ = ax.text(0.02, 3, "no better than guessing")
_ = ax.set(xlabel="learning rate", ylabel="validation accuracy (%)", ylim=(0, 102))

# %% [markdown]
# (At 6 and 10 only a verdict was printed: beyond the cliff the digits depend on how your processor
# rounds.) You know this shape: a long slope on the left, a cliff on the right, the best place next to the cliff.
# It is lesson 02 again, on a network whose loss is no bowl at all.
#
# * The "sensible" 0.01 has learnt about half of what there is to learn. The best rates are 300 times
#   higher.
# * **No slower rate is more accurate**, at none of the three budgets. Care is not rewarded here.
#
# Try other budgets. On the left the chosen one is drawn over the other seven in grey; on the right is
# the training loss at the chosen rate, up to the budget, then grey. Drag the diamond.

# %% tags=["nbval-ignore-output"]
from lrcourse import accuracy_against_rate, explore, picture

digits_read = accuracy_against_rate()
explore(digits_read)

# %%
picture(digits_read, lr=1.8, budget=300)

# %% [markdown]
# ## 5. Time to target
#
# To compare rates fairly, do not ask how good each is after some number of steps that you happened to
# choose. Ask how long each takes to reach what you want: 90 % on the validation images, reached and
# kept, in the median of the starts. For that we look at every second step.

# %%
predict("04-tenth")


# %%
def steps_to(target, scores):
    for row in reversed(range(len(scores))):
        if scores[row] < target:
            return 2 * (row + 1) if row + 1 < len(scores) else np.inf
    return 0


# %%
lrs = np.array([0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1, 2, 3])
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in seeds]
starts32 = starts.astype(np.float32)  # half the memory
race = train(objective, starts32, gd, lrs, 800, batch_size=32, rng=rngs, record=2)
scores = np.array([validation.accuracy(w) for w in race.w])

# %%
kept, touched = [], 2 * np.median((scores >= 0.9).argmax(axis=0), axis=0)
for i, lr in enumerate(lrs):
    steps = np.median([steps_to(0.9, scores[:, seed, i]) for seed in seeds])
    kept.append(steps)
    print(f"lr = {lr:4}: 90 % touched after {touched[i]:3.0f} steps, kept after {steps:3.0f}, "
          f"lr x steps = {lr * steps:5.1f}")  # fmt: skip

# %%
settle("04-tenth")

# %% [markdown]
# Read the last column. From 0.03 to 0.6, a factor of twenty, rate times steps stays between 19 and 23. (On other splits it
# is 11 to 25 and again nearly the same from 0.03 to 0.3.) On the slow side a network is as predictable as a parabola:
# half the rate, twice the time.
#
# From 1 on the law ends. Not because high rates arrive late: they touch 90 % first. But they do not keep it: their long
# steps throw them below again, and until they stay they need more steps than 0.6 or 1. (So it was on seven of eight other splits, once level; on
# one, 3 kept it first.) So which is the best rate? After
# 300 steps 3 was, and in a race to a dependable 90 % it is 0.6 to 1. Both are right: *a best rate belongs to a question*,
# and a network that may stop early wants another than one that has time to settle.
#
# ## 6. Training against validation
#
# How much better does the network read the 1000 images that it has trained on? After 1000 steps:

# %%
for lr in (0.1, 2):
    i = list(rates).index(lr)
    seen, unseen = np.median(objective.accuracy(run.w[-1, :, i])), np.median(accuracy[-1, :, i])
    print(f"lr = {lr:3}: {100 * seen:5.1f} % of training, {100 * unseen:.1f} % of validation")

# %% [markdown]
# The fast run knows its training images by heart and is *still* the better one on images it has not
# seen. Learning by heart and generalising are not opposites.
#
# One more thing worth watching in any run: how far a step moves the weights, compared with their size.

# %%
short = train(
    objective, starts[:1], gd, [0.01, 0.3, 2.0], 60, batch_size=32, rng=rngs[:1], record=1
)
moved = np.linalg.norm(np.diff(short.w, axis=0), axis=-1) / np.linalg.norm(short.w[:-1], axis=-1)
for lr, ratio in zip((0.01, 0.3, 2.0), np.median(moved[:, 0], axis=0), strict=True):
    print(f"lr = {lr:4}: a typical step moves the weights by {100 * ratio:.1g} % of their length")

# %% [markdown]
# At 0.01 a step moves the weights by less than a thousandth of their length, so it is no surprise that
# 300 of them do not lead far; at the good rates it is a few per cent. This *update-to-weight ratio* needs
# no second run, so it is a quick first look when something trains too slowly.
#
# ## 7. Learning curves
#
# That was one look, at the end, at clean images. Draw the loss on training and on validation images over the whole run,
# and you have its *learning curves*. They differ most where data are few and not to be trusted, as they often are. So
# take 200 of the images, and let somebody type a fifth of the labels wrong; those of the validation images stay right.
# Three rates, 2500 steps each, from the same five starts (medians again):

# %%
from lrcourse import noisy_labels

few_y = noisy_labels(split.y_train[:200], 0.2, np.random.default_rng(1000 * repeat))
few, three = network.mlp(split.X_train[:200], few_y, widths), np.array([0.05, 0.15, 0.5])
rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in seeds]
long = train(few, starts, gd, three, 2500, batch_size=32, rng=rngs, record=25)
learnt, unseen = (np.median([each.loss(w) for w in long.w], axis=1) for each in (few, validation))
read = np.median([validation.accuracy(w) for w in long.w], axis=1)

# %%
print("lr = 0.5     loss: training   validation   right on validation")
for step in (25, 100, 500, 2500):
    k = step // 25
    print(f"step {step:4}  {learnt[k, 2]:14.2f} {unseen[k, 2]:12.2f} {100 * read[k, 2]:16.0f} %")

# %% [markdown]
# On the 200 images the loss falls and falls, down to the wrong labels, learnt by heart. On the images that the network
# has not seen it falls at first, and then climbs: what is learnt now helps nowhere else. This is **overfitting**.
#
# **Predict.** Would a more careful rate not leave the wrong labels alone?

# %%
predict("04-overfit")

# %%
lowest = unseen.argmin(axis=0)  # the row, for each rate
print("           lowest validation loss   at step   lr x steps   right    at the end   right")
for i, lr in enumerate(three):
    k, step = lowest[i], long.w_steps[lowest[i]]
    print(f"lr = {lr:4} {unseen[k, i]:20.2f} {step:11} {lr * step:10.0f} {100 * read[k, i]:10.0f} %"
          f"{unseen[-1, i]:12.2f} {100 * read[-1, i]:8.0f} %")  # fmt: skip

# %%
settle("04-overfit")

# %% alt="Two pictures of the same six curves, loss against steps and against rate times steps, both on log axes. Three dashed training losses fall to zero; three solid validation losses fall to 0.63 and climb again. Against steps they stand side by side, the lowest rate on the right; against rate times steps they lie on each other."
figure, panels = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for i, lr in enumerate(three):
    for ax, x in zip(panels, (long.w_steps, lr * long.w_steps), strict=True):
        ax.semilogx(x[1:], unseen[1:, i], color=f"C{i}")
        ax.semilogx(x[1:], learnt[1:, i], "--", color=f"C{i}")
    panels[0].text(2800, unseen[-1, i], f"lr = {lr}", va="center", color=f"C{i}")
panels[0].set(xlabel="steps", ylabel="loss"), panels[1].set(xlabel="rate × steps")
_ = panels[1].text(90, 1.25, "validation"), panels[1].text(20, 0.2, "training")

# %% [markdown]
# Solid is validation, dashed is training. On the left stand three runs that seem to have little in common; on the
# right, against rate times steps, they are one curve. All three come down to nearly the same lowest loss, when rate
# times steps is about 50 (on other splits 40 to 90), and all three climb from there. **A low rate does not protect from
# overfitting. It puts it off.** The run at 0.05 ends as the best of the three only because its steps ran out first. (Goodfellow,
# Bengio and Courville, below, take rate times steps as a measure of how much a network can take in.)
#
# The cure is to keep the weights of the step at which the *validation* loss was lowest: **early stopping**. Here it
# is worth some twelve points at the two higher rates (on other splits, six or more). Why validation? The training loss is
# lowest at the end, always; it never says stop. And the test images have to stay out of it, because to choose a step is
# to choose, as with a rate: the score on the images that chose may flatter. While a run is under way you do not know that the lowest
# is behind you, so go on for a while and keep a copy of the best weights so far. How long a while? In Prechelt's 1296
# runs (below) the patient rules generalised about 4 % better on average, and trained about four times as long.
#
# And when you change the rate, the step to stop at moves with it.
#
# ## 8. "Stuck in a local minimum"
#
# When training stands still, people like to say that it is stuck in a local minimum: a valley that is
# not the lowest one. Here are three grounds to try that on, seen from the side.

# %% alt="Three curves. A saddle seen along its falling direction: level in the middle, falling to both sides into two valleys. A plateau: a valley in a wide level plain. A double well: a narrow deep valley on the left, a wide higher one on the right."
from lrcourse import double_well, plateau, saddle

figure, panels = plt.subplots(1, 3, figsize=(9, 2.2))
x = np.linspace(-1, 1, 201)[:, np.newaxis]
for ax, ground, reach in zip(panels, (saddle, plateau, double_well), (0.8, 5, 3), strict=True):
    points = reach * x if ground is not saddle else np.hstack([0 * x, reach * x])
    ax.plot(reach * x, ground().loss(points))
    ax.set(xlabel="w", title=ground.__name__.replace("_", " "))
panels[2].set(ylim=(None, 2))
_ = panels[0].set(ylabel="loss")

# %% [markdown]
# A *saddle* is a mountain pass: the ground rises to the front and back (not drawn) and falls to both
# sides, and on the pass itself it is level. A *plateau* is a level plain; ours has one valley in it.
# Start next to the pass, and far out on the plain:

# %%
for lr in (0.01, 0.1, 1.0):
    pass_ = train(saddle(), [1.0, 0.001], gd, lr, steps=1000, record=1)
    plain = train(plateau(), [4.0], gd, lr, steps=25000)
    left, found = np.argmax(pass_.w[:, 1] > 0.9), np.argmax(plain.loss < 0.01)
    print(f"lr = {lr:4}: {left:4} steps to leave the saddle, {found:6,} to find the valley")

# %% [markdown]
# Nobody is stuck. The ground is level, so the steps are short, and time times rate is nearly constant once
# more. Who gives up after 500 steps at rate 0.01 will swear that it was stuck. In networks with many
# weights, saddles and plateaus are common and bad local minima are rare (Dauphin et al. 2014, below).
#
# Now the third: two valleys, a narrow one with curvature 100, which is the lower, and a wide one with
# curvature 1. Start in the narrow one:

# %%
for lr in (0.001, 0.019, 0.021):
    well = train(double_well(), [-1.15], gd, lr, steps=5000)
    side = "narrow" if well.w[-1, 0] < 0 else "wide"
    print(f"lr = {lr}: ends in the {side} valley, loss {well.loss[-1]:.2f}")

# %% [markdown]
# Here the low rates do stay where they started, and it is the *better* valley. Beyond $2/100 = 0.02$ the
# walk is thrown out and settles in the wide valley, whose loss is higher. "Raise the rate to escape
# from bad minima" is half of the story: what a high rate escapes from is *sharp* places, good or bad.
#
# ## 9. Arithmetic before belief
#
# The other article prints this row in a table: learning rate 0.01, accuracy 92.5 %, loss 0.05. It does
# not say what the loss is. Suppose it is the mean cross-entropy of the same images. Each image that is
# read wrongly gave the right digit a probability of at most one half (or no other could have won), so
# it costs at least $\ln 2$.

# %%
rows = ((0.01, 0.925, 0.05), (0.001, 0.952, 0.035), (0.0001, 0.918, 0.06))
for lr, right, loss in rows:
    least = (1 - right) * np.log(2)
    print(
        f"lr = {lr}: errors alone cost {least:.4f}, printed loss {loss}, left {loss - least:+.4f}"
    )

# %% [markdown]
# The first row cannot be as it stands: its errors alone cost more than its loss. (Rounding may save it: 0.05 can stand for
# up to 0.055, and then 0.003 are left for all that was read correctly.) The other two
# leave next to nothing for the 92 to 95 % that were read correctly. No experiment was needed; whether a
# number fits its neighbours is the cheapest thing to check.
#
# ## 10. The one look at the test images
#
# On the validation images, rate 3 was the best of twelve. Because it was chosen for these images, its
# score on them may flatter it. So now, once, the other 500:

# %%
test = network.mlp(split.X_test, split.y_test, widths)
best = np.median(accuracy[-1], axis=0).argmax()
chosen = 100 * np.median(accuracy[-1, :, best])
reported = 100 * np.median(test.accuracy(run.w[-1, :, best]))
print(f"chosen: lr = {rates[best]:g}; validation {chosen:.1f} %, test {reported:.1f} %")

# %% [markdown]
# No flattery this time, on this split. With hundreds of candidates, or ten images to choose by, expect some.
#
# ## 11. The claim, tried
#
# {{claim}}

# %%
settle("claim-04")

# %% [markdown]
# 0.001 is the default of an optimizer called Adam (lesson 11), from where the number has wandered into
# advice about everything. For inputs scaled like ours, Bengio's guide of 2012 gives values between
# 0.000001 and 1 as typical. The best rates for this network, by one question or another, are 0.6 to 3. A default is where somebody
# else's problem ended.
#
# ## In three lines
#
# * Accuracy against rate has the shape you know: a slope, the best place, a cliff.
# * On the slow side, time to target times rate is constant; and slower is neither more accurate nor safe from
#   overfitting.
# * Standing still is mostly level ground, not a local minimum; and 0.01 is a number, not a default.
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
