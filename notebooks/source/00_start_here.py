# %% [markdown]
# {{header}}

# %% [markdown]
# ## Where you are
#
# A lesson is made of *cells*: some are text like this one, some are Python. You read it as a page or
# as a notebook. On a page, every Python cell has run, its result stands below it, and **Change**
# opens it. In a notebook, click a grey Python cell and press **Shift+Enter**: it runs, its result
# appears below it, and the next cell is selected. Whatever you change stays on your own computer, so
# change things.

# %%
print("This cell ran. Change the text between the quotes and run it again.")

# %% [markdown]
# ## A picture out of focus
#
# Below is a town at night, seen through a camera that is badly out of focus. A lens sits on a ring.
# Where it stands is one number, $w$, and how blurred the picture is depends on $w$ alone: it is the
# bowl on the right. You would turn the ring, look, and turn again. A computer does the same with a
# slope instead of eyes: it feels in which direction the blur falls, and turns the ring that way.
#
# How *far* it turns is the slope times one number that somebody has to choose:
#
# new place = old place − **learning rate** × slope
#
# That is the whole rule. It is called *gradient descent*, and this course is about the number in it.
#
# The next cell draws it with two sliders. Click one and use the arrow keys: the upper one is the
# learning rate, the lower one counts the steps.

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, focus_the_camera, picture, style

style()
camera = focus_the_camera()
explore(camera)

# %%
picture(camera, lr=0.1, step=3)

# %%
picture(camera, lr=0.1, step=20)

# %% [markdown]
# The same camera without sliders, at rate 0.1 after 3 steps and after 20. The lens **creeps** towards
# the sharp place: quickly where the bowl is steep, ever more slowly where it is flat. Three more ways
# to turn a ring: at rate 1 it **lands** in a single step; at 1.6 it **overshoots** to the other side
# and still becomes sharp; at 2.2 it **blows up**.

# %%
picture(camera, lr=1.6, step=4)

# %%
picture(camera, lr=2.2, step=3)

# %% [markdown]
# Find the four with the sliders, and the rates at which one turns into the next.
#
# ## Predict, then look
#
# In this course you say what you think *before* you see it. It is the part that makes you learn: a
# result you have bet on is one you remember, above all when you lose the bet. Choose an answer, say
# how sure you are, and bet. What the next cells find is held back until then. (By keyboard: arrow keys
# or the space bar choose, Tab goes on to how sure you are, Enter bets. In a notebook, Shift+Enter leads
# into the question, and on from it.)

# %%
from lrcourse import predict, settle

predict("00-double")

# %%
picture(camera, lr=2.0, step=1)

# %%
picture(camera, lr=2.0, step=2)

# %%
settle("00-double")

# %% [markdown]
# Twice the step that lands in the middle lands on the far side, at the same height, where the slope
# sends it back. It will do so for ever.
#
# ## Where the camera misleads you
#
# Blur does not care on which side of the sharp place the lens stands: one millimetre too far is as
# bad as one too short. So you may expect the same of the learning rate: ten times too low and ten
# times too high, equally bad.
#
# **Predict.** The best rate here is 1: it lands at once. You choose 10 by mistake and let the
# camera take 10 steps. The lens started 5 mm from the sharp place.

# %%
predict("00-ten")

# %%
for lr in (0.01, 0.1, 1, 10):
    left = 5 * abs(1 - lr) ** 10  # why this is the distance is the subject of lesson 02
    print(f"rate {lr:4}: {left:16,.1f} mm from sharp after 10 steps")

# %%
settle("00-ten")

# %% alt="Distance from sharp after 10 steps against the learning rate, both axes logarithmic: level near 5 mm on the left, a narrow valley at rate 1, and a wall beyond rate 2."
import matplotlib.pyplot as plt
import numpy as np

rates = np.geomspace(0.01, 20, 400)
figure, ax = plt.subplots(figsize=(7, 3.6))
ax.loglog(rates, 5 * abs(1 - rates) ** 10)
ax.axhline(5, linestyle=":", color="grey")
ax.text(0.012, 9, "5 mm: where the lens started")
ax.plot(1, 1e-6, "v", color="C0", clip_on=False)
ax.text(0.7, 3e-6, "rate 1: nothing left", color="C0", ha="right")
_ = ax.set(xlabel="learning rate", ylabel="mm from sharp after 10 steps", ylim=(1e-6, 1e13))

# %% [markdown]
# On both axes each mark is ten times the one before; learning rates are always drawn that way, because
# it is their factors that count. On the left a slope: with a rate ten times too low the lens gets part
# of the way, with one a hundred times too low it stays about where it was. It never gets worse than
# that. In the middle the narrow valley around 1. On the right a cliff: with a rate ten times too high
# the lens is 17,000 km away after ten steps, and the next step is longer still. That is the first
# thing to know about the learning rate, and the camera hides it.
#
# ## The first claim
#
# Two popular articles say 88 things about the learning rate, some true, some not, one or two that
# cannot be true at all. In this course you are the judge. Each lesson opens with one claim, and in
# lesson 14 your verdicts meet the evidence. Here are two sentences of one and the same article, its
# first, and a heading from further down:
#
# {{claim}}
#
# What is your verdict on the two together?

# %%
predict("claim-00")

# %%
settle("claim-00")

# %% [markdown]
# Whatever is true, both cannot be. And what is true? From 0.1 to 0.2 the camera gets quicker, from 1 to
# 2 it never gets there, and at 10 it takes the longest steps of all and leaves the country. A higher
# rate means longer *steps*. Whether they lead anywhere sooner is another question.
#
# ## Your turn: write the line that turns the ring
#
# {{exercises}}
#
# Follow this link. You will find a story, an empty function and a check, which says what your
# function does right, what it does not, and at which input. When you are stuck, the first hint asks
# you a question; the third is the first line of the answer. In a notebook, *your* line can turn the
# ring of the camera when it holds.
#
# Come back here afterwards, and see how far you are: the checks keep notes for you.

# %% tags=["nbval-ignore-output"]
from lrcourse import progress

progress()

# %% [markdown]
# ## In three lines
#
# * A slope says which way to go; the learning rate says how far.
# * Too low is a slope, too high is a cliff.
# * Say what you expect before you look.
#
# ## Do you recall?
#
# {{quiz}}
#
# ## Sources
#
# {{sources}}
