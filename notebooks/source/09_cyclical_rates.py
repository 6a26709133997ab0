# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# One of the articles ends with a table of ways to look for a good learning rate: grid search, random
# search, Bayesian optimisation, and one more.
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-09")

# %% [markdown]
# ## 1. Up again
#
# Every schedule of lesson 08 goes down. In 2015 Leslie Smith let the rate go up and down between a
# base and a peak, in straight lines, again and again. The whole idea is one line: how far into its
# cycle is this step, and how high does the triangle stand there?

# %%
import matplotlib.pyplot as plt
import numpy as np

from lrcourse import style

style()
base_lr, peak_lr, up_steps = 0.1, 1.0, 20


def triangle(step):
    into_cycle = step % (2 * up_steps)
    return np.interp(into_cycle, [0, up_steps, 2 * up_steps], [base_lr, peak_lr, base_lr])


print("steps 0, 10, 20, 30, 40:", triangle(np.arange(0, 41, 10)))

# %% [markdown]
# (`np.interp` draws straight lines between the corners it is given.) Smith calls `up_steps` the
# *stepsize*: it counts the steps of half a cycle and does not say how long a step is. You write the
# general case below; the course's own is `triangular`. Here it is among its relatives:

# %%
from lrcourse import cosine_decay, cosine_restarts, one_cycle, triangular, triangular2, warmup

shapes = {
    "triangular": triangular(0.0, 1.0, up_steps=35),
    "triangular2": triangular2(0.0, 1.0, up_steps=35),
    "cosine_restarts": cosine_restarts(1.0, cycle_steps=40, growth=2),
    "warmup, then cosine": warmup(cosine_decay(1.0, 240), 40),
    "one_cycle": one_cycle(1.0, total_steps=280),
}

# %% alt="Five small curves of the rate over 280 steps. Triangles of equal height; triangles each half as high as the one before; cosine waves of 40, 80 and 160 steps that fall and jump back to the peak; a short climb and then a cosine; one single cycle, up for 0.3 of the steps and down for the rest."
figure, panels = plt.subplots(1, 5, figsize=(11, 2), sharey=True)
for ax, (name, schedule) in zip(panels, shapes.items(), strict=True):
    ax.plot(schedule(np.arange(280)))
    ax.set(title=name, xlabel="step", ylim=(0, 1.1))
_ = panels[0].set(ylabel="part of the peak")

# %% [markdown]
# From left to right: the triangle; the same with each peak half as high as the one before; *warm
# restarts*, where the rate falls along half a cosine wave and jumps back up at once, here with each
# wave twice as long as the last; a *warm-up*, which only the beginning of the run sees; and a single
# cycle that fills the whole run.
#
# > **Pocket box: what is warm about a restart?** A cold restart throws the weights away and begins
# > with new random ones. A *warm* restart keeps the weights and starts only the schedule anew: the
# > network goes on from where it is, with a high rate. Nothing is forgotten on purpose, but the first
# > long steps can undo some of it. With cycles of 40, 80 and 160 steps the rate is back at its peak at
# > steps 0, 40 and 120.
#
# ## 2. What a restart can do: leave a sharp valley
#
# Here is the ground of lesson 04 once more: a narrow valley of curvature 100, and a wide one of
# curvature 1 whose bottom is higher. A constant rate above $2/100 = 0.02$ is thrown out of the narrow
# one. And a cycle, which is above 0.02 now and then?
#
# Two hundred walkers stand at the bottom of the narrow valley. Each of their slopes comes with noise, as from
# mini-batches. (The ridge to the wide valley is 0.2 away, as the cell prints.) They rest at a low rate for
# 250 steps, and then stand some way off the bottom: lesson 05's floor, $\eta s^2 / (h(2 - \eta h))$, is the square of
# it. Then restarts begin, one every 500 steps. (`well.grad` is the slope of the ground.)

# %%
from lrcourse import double_well

well = double_well()
print("loss at the two bottoms:", well.loss(np.array([[-1.0], [1.0]])))
between = np.linspace(-1, 1, 201)
print("highest between them at:", between[well.loss(between[:, np.newaxis]).argmax()].round(2))
spread = np.sqrt(0.005 * 0.5**2 / (100 * (2 - 0.005 * 100)))
print(f"at rest the walkers are {spread:.4f} from the bottom, as a root mean square")


# %%
def part_that_left(schedule, steps=2000, noise=0.5):
    rng, w = np.random.default_rng(1000 * repeat), np.full((200, 1), -1.0)
    for step in range(steps):
        lr = 0.005 if step < 250 else schedule(step - 250)
        w = w - lr * (well.grad(w) + noise * rng.normal(size=w.shape))
    return np.mean(w > 0)


# %% [markdown]
# **Predict.** One group restarts at a peak of 0.019, another at 0.021.

# %%
predict("09-peak")

# %%
for peak in (0.010, 0.019, 0.021, 0.025):
    left = part_that_left(cosine_restarts(peak, cycle_steps=500))
    print(f"peak {peak:.3f}, a restart every 500 steps: {100 * left:.0f} % have left")

# %%
settle("09-peak")

# %% [markdown]
# The number of lesson 02, $2/h$, decides here too. What about shorter waves, which restart ten times as often?
#
# **Predict.** The peak is 0.021 again, and the cycles have 50 steps instead of 500.

# %%
predict("09-length")

# %%
for cycle_steps in (500, 200, 50):
    wave = cosine_restarts(0.021, cycle_steps)
    first, left = part_that_left(wave, 250 + cycle_steps), part_that_left(wave)
    high = np.array([lr for lr in wave(np.arange(cycle_steps)) if lr > 0.02])
    grown = np.prod(100 * high - 1)
    print(f"cycles of {cycle_steps:3}: {len(high):2} steps above 0.02, distance times {grown:.1f}, "
          f"{100 * left:3.0f} % have left, {100 * first:2.0f} % in the first cycle")  # fmt: skip

# %%
settle("09-length")

# %% [markdown]
# In the valley a step multiplies the distance from the bottom by $1 - 100\,\eta$. Above 0.02 that is
# beyond $-1$, so the walk swings out, a little farther each time. The cell prints the *size* of the product of these
# factors over the steps above the limit. In a wave of 500 the 0.003 at rest becomes about 0.3, and the ridge is 0.2
# away: it is enough for nearly all. (Each step also adds new noise, some $0.02 \cdot 0.5 = 0.01$, which the later factors
# multiply.) In a wave of 200 a lucky fifth leaves, and each further wave is one more chance. In one of 50 the distance
# less than doubles, and then the rate is below 0.02 again. So the limit decides if you stay above it long enough, and
# if the noise is small against the 0.2 to the ridge. With four times the noise, chance carries walkers over:

# %%
for peak, cycle_steps in ((0.019, 500), (0.021, 50)):
    left = part_that_left(cosine_restarts(peak, cycle_steps), noise=2.0)
    print(f"noise 2, peak {peak}, cycles of {cycle_steps:3}: {100 * left:.0f} % have left")

# %% [markdown]
#
# Drag the peak of a cycle up, and the next restart sideways. Below are sixteen of the forty walks, over the
# same steps; the ground that they walk on is turned on its side at the right.

# %% tags=["nbval-ignore-output"]
from lrcourse import cycles_above_the_loss, explore, picture

restarts_in_the_well = cycles_above_the_loss()
explore(restarts_in_the_well)

# %%
picture(restarts_in_the_well, lr=0.021, cycle=500)

# %% [markdown]
# Before the first restart the walks tremble at the bottom of the narrow valley. At the restart the rate
# crosses the red line, most of them swing out, the rest at the next ones, and none comes back: in the wide
# valley, 0.021 is far below its limit of 2.
#
# Note what it has found. The wide valley is *higher*: its bottom has a loss of 0.5 (printed above). A
# restart leaves sharp places, and whether the next place is better is another question.
#
# ## 3. What a cycle does to accuracy
#
# Now the digits, with 30 % wrong labels among those that the network learns from, and mini-batches of 8:
# lesson 08 found that decay pays here. One function trains a network for each seed and for each pair
# of a shape and its peak:

# %%
from lrcourse import digits, gd, network, noisy_labels, train

split, widths = digits(1000 * repeat), (64, 32, 10)
wrong = noisy_labels(split.y_train, 0.3, np.random.default_rng(77 + 1000 * repeat))
noisy = network.mlp(split.X_train, wrong, widths)
validation = network.mlp(split.X_validation, split.y_validation, widths)


# %%
def trained(objective, batch_size, seeds, settings, steps=350, record=None):
    rngs = [np.random.default_rng(seed + 1000 * repeat) for seed in seeds]
    starts = network.init(rngs, widths)[:, np.newaxis]

    def lr(step):
        return np.array([peak * shape(step) for shape, peak in settings])

    return train(objective, starts, gd, lr, steps, batch_size=batch_size, rng=rngs, record=record).w


# %% [markdown]
# **Predict.** Triangles from 0 to 1, each of 200 steps. At step 200 the first one is over. A hundred steps
# later, half as much training again, the rate is at its second peak.

# %%
predict("09-beat")

# %%
triangles = triangular(0.0, 1.0, up_steps=100)
w = trained(noisy, 8, range(8), [(triangles, 1.0)], steps=800, record=10)[:, :, 0]
percent = 100 * np.array([validation.accuracy(row) for row in w]).mean(axis=1)  # of 8 seeds
for step in range(100, 801, 100):
    print(f"after {step} steps: rate {triangles(step):.0f}, accuracy {percent[step // 10]:.0f} %")

# %%
settle("09-beat")

# %% alt="Above, four triangles of the rate over 800 steps. Below, validation accuracy: it climbs while the rate falls and sinks while it rises, with its tops at the ends of the cycles."
figure, (above, below) = plt.subplots(2, 1, figsize=(7, 4), sharex=True)
above.plot(triangles(np.arange(801)))
above.set(ylabel="rate")
below.plot(np.arange(0, 801, 10), percent, color="C1")
for end in range(200, 801, 200):
    below.axvline(end, color="grey", linestyle=":")
_ = below.set(xlabel="step", ylabel="accuracy (%)", ylim=(60, 95))

# %% [markdown]
# This is the picture to take home, the heartbeat of a cycle. From the first end on, accuracy breathes against the rate: it
# sinks while the rate climbs, and recovers while the rate falls (dotted: the ends of the cycles; the tops
# come a little later, while the rate is still low). The long steps at the peak jump about in the noise;
# the short ones settle. So **stop a cycle at its end**, or a little after. A run cut off at a peak looks about ten points
# worse than a hundred steps earlier.
#
# Is it the noise? The same triangles on right labels, with mini-batches of 32:

# %%
clean = network.mlp(split.X_train, split.y_train, widths)
w = trained(clean, 32, range(8), [(triangles, 1.0)], steps=500, record=100)[:, :, 0]
for step in (200, 300, 400, 500):
    print(f"after {step} steps: {100 * validation.accuracy(w[step // 100]).mean():.1f} %")

# %% [markdown]
# No heartbeat: at its peak the rate is as high as before, but there is little noise to jump about in.
#
# ## 4. A fair race
#
# Do cycles beat a constant rate? Do they beat a plain decay? Every shape gets its own best peak, looked
# for on the validation images (six peaks, six seeds). Then sixteen fresh seeds are measured on the test
# images.

# %%
from lrcourse import constant

race = {
    "constant": constant(1.0),
    "cosine decay": cosine_decay(1.0, 350),
    "5 triangles": triangular(0.0, 1.0, up_steps=35),
    "1 triangle": triangular(0.0, 1.0, up_steps=175),
    "3 restarts": cosine_restarts(1.0, cycle_steps=50, growth=2),
    "one cycle": one_cycle(1.0, 350),
}

# %%
race["level, then down"] = lambda step: np.interp(step, [0, 315, 350], [1.0, 1.0, 0.0])

# %%
peaks = np.array([0.05, 0.15, 0.3, 0.5, 1.0, 2.0])
pairs = [(shape, peak) for shape in race.values() for peak in peaks]
w = trained(noisy, 8, range(6), pairs)[-1]
found = 100 * validation.accuracy(w).mean(axis=0).reshape(len(race), len(peaks))
best = found.argmax(axis=1)
for name, i in zip(race, best, strict=True):
    print(f"{name:16}: best peak {peaks[i]:g}")

# %% [markdown]
# Each best lies inside the grid. All shapes but the constant end near 0: five triangles have 70 steps
# each, one has 350, the waves of the restarts have 50, 100 and 200, and the last shape stays level until
# its final 35 steps lead down.

# %%
predict("09-race")


# %%
def gained(gain):
    error = gain.std(ddof=1) / np.sqrt(len(gain))
    return f"{gain.mean().round(1) + 0:+.1f} ± {error:.1f}"


# %%
settings = list(zip(race.values(), peaks[best], strict=True))
test = network.mlp(split.X_test, split.y_test, widths)
score = 100 * test.accuracy(trained(noisy, 8, range(100, 116), settings)[-1])
percent = dict(zip(race, score.T, strict=True))
flat, cosine = percent["constant"], percent["cosine decay"]

# %%
print(f"constant: {flat.mean():.1f} %. Gains against it, and against the cosine decay:")
for name, own in list(percent.items())[1:]:
    beside = "" if own is cosine else f", {gained(own - cosine)}"
    print(f"{name:16}: {gained(own - flat)}{beside}")
over_triangles = percent["level, then down"] - percent["5 triangles"]
print(f"level, then down, against 5 triangles: {gained(over_triangles)}")

# %%
settle("09-race")

# %% [markdown]
# The runs are paired: all shapes of one seed begin with the same network and see the same mini-batches, so
# each gain is a difference within a seed, and behind the ± is the standard error of that difference.
#
# On this split four shapes gain about two points. Five triangles stay two points behind the plain decay, the single
# cycles level with it, the three restarts half a point behind. Which of that holds on other splits? We ran the race
# eight times more, with other images and other wrong labels. In all eight the five triangles were half a point or more
# behind the decay. The single cycles and the restarts came in half a point ahead twice, level or behind otherwise: no
# rule.
#
# Are the triangles behind because their last way down has only 35 steps? In part: the level rate with the same 35
# steps behind it gains less than the long ways down, too. But in all nine races it was ahead of the triangles, here by
# 0.7: going up again and again added nothing.
#
# Smith's own Table 1 says something else. On his network for the CIFAR-10 photographs, `triangular2` has
# 81.4 % after 25,000 steps; the policy that he calls fixed needs 70,000 for it. A decay has only 78.5 % after
# 25,000, and he concludes that "both increasing and decreasing the learning rate are essential for the benefits of the CLR method". Our race
# contradicts that on the digits. His decay was a weak rival: from 0.007 down to 0.001 in 4000 steps, and then
# level. Whether a tuned decay would have caught up on his network, the table does not say.
#
# ## 5. Is it a search?
#
# The table of the claim puts cycles beside grid search and random search. A search must find a good rate
# when you do not know it. So guess the bounds: from 0 to 0.05 is too low; from 0 to 2 holds all good rates.
#
# **Predict.** The best peak for five triangles was 0.3. Let them swing between 0 and 0.05.

# %%
predict("09-search")

# %%
print("peak             ", *(f"{peak:5g}" for peak in peaks))
for name, row in zip(race, found, strict=True):
    print(f"{name:17}", *(f"{score:5.0f}" if score > 60 else "  <60" for score in row))
pairs = [(constant(1.0), 0.025), (race["5 triangles"], 0.1)]
score = 100 * validation.accuracy(trained(noisy, 8, range(6), pairs)[-1]).mean(axis=0)
print(f"constant 0.025: {score[0]:.0f} %; 5 triangles from 0 to 0.1: {score[1]:.0f} %")

# %%
settle("09-search")

# %% [markdown]
# The low bounds first. Between 0 and 0.05 all shapes but the first and the last have a mean rate of about
# 0.025, and read what a constant 0.025 reads; triangles from 0 to 0.1 read about what a constant 0.05 reads.
# That is not the cycling but the travel of lesson 08. Still, a cycle goes where its bounds send it.
#
# Now along the rows (on this split). From 0.15 to 1 the five triangles vary by two points, the constant by ten: a cycle
# forgives a guess, and that is worth having. But at 2 the triangles are seven points below the tuned
# constant, although all good rates lie within their bounds. The long ways down lose only two or three points
# at 2, the plain decay among them. None of them tells you a rate. A cycle can *spare* you a search if its
# peak is at most a few times too high; it makes none.
#
# What *is* a search stands in the same paper of Smith's: the range test of lesson 06, which he wrote
# to find the two bounds.
#
# ## 6. Warm-up
#
# Two grounds, both with the same slope, 30, at the start $w = 3$. The first is a parabola of curvature
# 10. The second is $w^2/2 + w^4/4$, whose slope is $w + w^3$ and whose curvature is $1 + 3w^2$: 28 at the
# start, 1 at the bottom. Rate 0.6 throws you out of both at once: the first step has the length 18.
#
# **Predict.** Let the rate climb to 0.6 over 100 steps, on each of the two.

# %%
predict("09-warm")

# %%
from lrcourse import Landscape, parabola

flattens = Landscape(loss=lambda w: (w**2 / 2 + w**4 / 4).sum(-1), grad=lambda w: w + w**3)
for name, ground in (("parabola", parabola(10.0)), ("flattens", flattens)):
    for steps in (0, 100):
        run = train(ground, [3.0], gd, warmup(constant(0.6), steps), steps=3000)
        print(f"{name}, warm-up {steps:3}:", "blows up" if run.diverged else "arrives")

# %%
settle("09-warm")

# %% [markdown]
# On the parabola the curvature is 10 everywhere, the limit is 0.2 everywhere, and a warm-up only puts the
# end off. On the other ground the first small steps lead down to where it is flat and the limit is 2. So
# **a warm-up helps where the start is more strongly curved than what follows**, however steep it is, and
# then it makes higher rates usable. It does nothing for a rate that is too high for good.
#
# And our digits? Sixteen seeds, batches of 32, right labels: a warm-up of 70 of the 350 steps against none,
# paired. (At 7 chance is large, so only a verdict is printed: do more of the sixteen read over 90 %?)

# %%
warm_rates = np.array([2.0, 3.0, 4.0, 7.0])
pairs = [(warmup(constant(1.0), n), peak) for n in (0, 70) for peak in warm_rates]
w = trained(clean, 32, range(16), pairs)[-1]
score = 100 * validation.accuracy(w).reshape(16, 2, 4)
gain, middle = score[:, 1] - score[:, 0], np.median(score, axis=0)

# %%
for i, peak in enumerate(warm_rates[:3]):
    print(f"rate {peak:g}: median {middle[0, i]:.1f} % without, {middle[1, i]:.1f} % with; "
          f"mean gain {gained(gain[:, i])}")  # fmt: skip
rescued = (score[:, 1, 3] > 90).sum() > (score[:, 0, 3] > 90).sum()
print("rate 7: more runs read over 90 % with the warm-up than without:", rescued)

# %% [markdown]
# At 7, near the cliff, the warm-up rescues runs. At 2 to 4 it gains nothing: on this split it costs half a point at 2,
# on others nothing either way. In large networks, with large batches, warm-up is a standard part (Goyal et al. 2017,
# below). The honest sentence is: try it where training breaks in its first steps. Whether the curvature is the reason
# here we did not measure. (Lesson 13 follows the curvature under a warm-up, on another network with another loss.)
#
# ## 7. Putting schedules together
#
# A warm-up with a decay behind it is two schedules in a row, and `join` makes one of them. It has one
# trap. Here a climb of 10 steps is joined to a cosine over 90, once rightly and once by asking the cosine
# for the step of the whole run:

# %%
from lrcourse import join

fall = cosine_decay(1.0, 90)


def climb(step):
    return step / 10


right = join([climb, fall], boundaries=[10])
for step in (9, 10, 50, 90):
    asked = climb(step) if step < 10 else fall(step)
    print(f"step {step:2}: joined {right(step):.3f}, asked for the step of the run {asked:.3f}")

# %% [markdown]
# Each schedule counts its own steps from 0. Whoever forgets it never reaches the top, as here, where
# 0.970 follows 0.900, and is at 0 ten steps before the end. In a curve you would hardly see it: **print the
# rates at the joint before you train with them.**
#
# `one_cycle` is such a pair with softer corners: 30 % of the run up, as in torch (fastai now takes 25 %), the rest down to
# nearly nothing. Smith and Topin, who proposed the single cycle, have straight lines. With it goes a momentum that
# moves against the rate; that follows in lesson 10.
#
# ## 8. The claim, tried
#
# {{claim}}

# %%
settle("claim-09")

# %% [markdown]
# A schedule says how a rate moves, a search says which rates to try. A cycle is a schedule: it forgave a
# peak some three times too high, and no low one. Efficiency against a grid or a random search was not measured.
#
# ## In three lines
#
# * Where the noise is small, a restart leaves a valley of curvature $h$ if its rate is above
#   $2/h$ for long enough. It leaves sharp places, good or bad.
# * In noise a network is at its best where a cycle ends, or a little after. The gain is in coming down; going up again and again did not
#   add to it here.
# * A cycle is a schedule: it forgives a guess and names no rate. A warm-up helps where the start is more
#   strongly curved than what follows.
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
