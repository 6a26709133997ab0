# %% [markdown]
# {{header}}

# %% [markdown]
# ## A claim to judge
#
# {{claim}}

# %%
from lrcourse import predict, settle

repeat = 0  # any other whole number: other seeds, another split
predict("claim-14")

# %% [markdown]
# ## 1. The dock
#
# Two articles that many people read say 88 things about the learning rate. Each lesson began with one of
# them or a few, and you gave your verdict. This is what came of them (with yours, where you gave one):

# %%
from lrcourse import verdicts_so_far

verdicts_so_far()

# %% [markdown]
# The numbers are those of the whole list, S1 to S88, in our words. Where a lesson took several claims together, its
# verdict is that of the whole. Two are read otherwise below: S17, the step size, as the definition of a word (lesson 01 asked how far a step
# goes), and S77, cycles as a way of finding a rate, to the letter (lesson 09 let it count that a cycle spares you the finding).
#
# In brackets is where each claim stands: A is the shorter article, B the one with the tables, and then come line numbers.

# %%
from lrcourse import claims

print(len(claims()), "claims; the first of article B:")
for claim in claims()[15:19]:
    print(f"S{claim.number} ({claim.place}): {claim.text}")

# %% [markdown]
# A verdict is one of six. Three of them come of a **trial**: a function that tries the claim in several **settings**,
# by experiment, by arithmetic or in a paper, and says in which it holds. In all of them, *it holds*; in none, *it
# fails*; in some, *it holds only if*, and the settings tell you what the sentence forgot. Nobody decrees it. The other
# three need no settings: a sentence that contradicts itself, a definition, and one that names nothing to try ("the
# learning rate is a silent director of learning").
#
# S4 says that a fast learner bounces around and never settles. Two settings: gradients with noise, and without.

# %%
from lrcourse import on_trial

finding = on_trial("noise_floor", repeat)[4]
print(finding.where)
print(finding.seen)
print("verdict:", finding.verdict)

# %% [markdown]
# With noise it bounces, and by as much as the law of lesson 05 says; without, it settles to the last digit that a
# computer has. The article does not say which of the two it means.
#
# ## 2. A table of three rows
#
# Lines 41 to 45 of article B compare three rates: 0.01 gives 92.5 % and a loss of 0.05, 0.001 gives 95.2 % and
# 0.035, 0.0001 gives 91.8 % and 0.06. Before you try anything: can these numbers be?

# %%
predict("14-rounding")

# %%
finding = on_trial("rounding_of_losses", repeat)[29]
print(finding.seen)
print(finding.where)

# %%
settle("14-rounding")

# %% [markdown]
# Something is classified wrongly where another answer got at least as much probability as the true one. Then the true one
# has at most a half, which costs at least $-\ln \frac{1}{2} = 0.693$. The share of errors times 0.693 is a floor under the
# mean, and 0.05 lies below the first row's. What is left is rounding: 0.05 may stand for anything below 0.055. For 0.0520 nearly
# every error would have to be a tie between the true answer and one other. So the verdict is *only if*, and the condition is absurd.
#
# Line 26 has a table too: 0.01, 0.008, 0.0064, 0.00512, 0.004096.

# %%
finding = on_trial("decay_table", repeat)[27]
print(finding.verdict, finding.where)
print(finding.seen)

# %% [markdown]
# It holds. It is an exponential decay, and a step decay whose step is one epoch: two names, one schedule. The
# article calls it neither.
#
# ## 3. Accuracy against rate
#
# Lines 104 to 108: accuracy 0.85, 0.93, 0.96, 0.92 at rates 0.01, 0.1, 0.5, 1. It rises and then falls.

# %%
predict("14-accuracy")

# %%
table = on_trial("accuracy_table", repeat)[45]
for setting, holds in table.where.items():
    print(f"{setting}: {'rises, then falls, as in the table' if holds else 'does not'}")
print(table.seen)

# %%
settle("14-accuracy")

# %% [markdown]
# With three images in a batch and 1000 steps the digits rise and then fall, as the table does, within a few points of its first
# three numbers (on this split). Whoever made the table may have tried something like it; but then it is a table about
# a batch size, a budget and a network, and it names none of them. With 32 images and 300 steps its last rate is the best.
#
# ## 4. Minutes against rate
#
# Lines 114 to 118: 120 minutes at 0.01, 60 at 0.1, 30 at 0.5, 15 at 1.

# %%
predict("14-time")

# %%
times = on_trial("time_table", repeat)[49]
print(times.verdict)
print(times.seen)

# %%
settle("14-time")

# %% [markdown]
# Far below the cliff the law of lesson 04 holds: rate times steps is constant, so ten times the rate takes a tenth of the
# steps. In the table it takes half. (Your exercise `fit_power_law` finds the exponent of such a table.)
#
# ## 5. A rate for each task
#
# Lines 125 to 128 give each task its rate: images 0.001, language 0.01, anomalies 0.1, reinforcement learning 0.5.
# Four small real problems stand in for them: the digits; telling four of our lessons apart by a paragraph; an
# autoencoder that has never seen an 8 and should find it strange; a table of values that learns a way beside a cliff.
#
# **Predict.** Take the paragraphs.

# %%
predict("14-tasks")

# %%
tasks = on_trial("rate_per_task", repeat)
for number, finding in tasks.items():
    print(f"S{number}: {finding.verdict}. {finding.seen}")

# %%
import numpy as np

from lrcourse import task_curves

lacks = {}
for writing, (rates, score) in task_curves(repeat)["language"][1].items():
    lacks[writing] = 100 * (score.max() - np.interp(0, np.log(rates), score))
    print(f"{writing}: at rate 1 {lacks[writing]:.0f} points below its best")

# %%
settle("14-tasks")

# %% tags=["nbval-ignore-output"]
from lrcourse import explore, picture, style, walking_best_rate

style()
best_rates = walking_best_rate()
explore(best_rates)

# %% alt="A map: a row for each of eight ways to write a task, bright near its best rate. The circles at the best rates lie between 0.05 and 30; the article's crosses lie off most of them. Beside it the curve of rare words of length 1, and paler that of counted words."
picture(best_rates, lr=1, writing=3)

# %% [markdown]
# On the map a row is a task in one way of writing, and bright is good. Pick a task, then the other way to write it, and watch the circle walk:
# over all rows, on this split, from 0.055 to 30. White was not tried. The blue bar, at the right, lies over the rates within three points of the best.

# %% alt="Four panels, score against rate, two curves each: the same task written in two ways."
import matplotlib.pyplot as plt

from lrcourse import name_curves

fig, axes = plt.subplots(2, 2, figsize=(10, 6), layout="constrained")
for ax, (task, (stated, curves)) in zip(axes.flat, task_curves(repeat).items(), strict=True):
    for (writing, (rates, score)), line in zip(curves.items(), ("-", "--"), strict=True):
        ax.semilogx(rates, score, line, label=writing)
    ax.axvline(stated, color="0.6")
    ax.set(title=task, xlabel="rate", ylabel="score")
    name_curves(ax)
axes[1, 0].texts[0].set(position=(-112, 3), text="squares\nadded up")  # clear of the other

# %% [markdown]
# Each task is written in two ways; the vertical axis is its score, and "best rate" above is the middle of the rates within half a
# point of the highest. The grey line is the article's rate. Images and the autoencoder want rates far apart for the
# two ways of writing the *same* task: images 25 times (on eight other splits 6 to 33), the autoencoder exactly 64, for 64
# squares are added up or averaged. Words that are
# counted learn at almost any rate, so where their curve is highest is luck; rare words of length 1 go on gaining up to rates of
# tens, and at 1 they are still far short: by 7 to 19 points on this split and 16 others. In the table of values, which learns what each step of
# a way is worth, 0.5 is fine as long as rewards are exact; noise wants it lower, as in lesson 05. A rate does not belong to a task.
#
# ## 6. A rate for each model
#
# Lines 135 to 138. These can be looked up.

# %%
predict("14-models")

# %%
for number, finding in on_trial("model_table", repeat).items():
    print(f"{claims()[number - 1].text} {finding.seen}")

# %%
settle("14-models")

# %% [markdown]
# None of the four. YOLOv4 is the one to remember: its paper says 0.01 and its authors' configuration 0.0013. Both can be right, with
# other batches and schedules. A rate alone is half a recipe.
#
# The article, though, gives *the* rate of each task in one table and then, for models of those very tasks, others in the next: images 0.001 and
# ResNet-50 0.01, language 0.01 and GPT-3 0.001, games 0.5 and 0.1. Both cannot be the rate.

# %%
finding = on_trial("contradiction_of_b", repeat)[61]
print(finding.verdict)
print(finding.seen)

# %% [markdown]
# ## 7. What a decay is worth
#
# Lines 145 to 148: step decay improves accuracy by 3 %, exponential by 6, polynomial by 2, time-based by 4.

# %%
predict("14-decay")

# %%
decays = on_trial("decay_table_of_gains", repeat)
for number, finding in decays.items():
    print(f"{claims()[number - 1].text} {finding.seen} points")
print(on_trial("decay_needs_noise", repeat)[41].seen)

# %%
settle("14-decay")

# %% [markdown]
# ("Tuned": each at the best of three base rates.) Then, with clean labels, the four are worth next to nothing; from 0.01 they cost tens of
# points; with 30 % wrong labels and batches of 8, a cosine is worth points (lesson 08). The number belongs to the noise and the base rate.
#
# ## 8. Batch sizes, activations, searches
#
# Line 155: 0.01, 0.05, 0.1, 0.5 for batches of 32, 64, 128, 256. Line 165: ReLU 0.01, sigmoid 0.001, tanh 0.1, leaky ReLU (a ReLU that
# lets a hundredth of what is below 0 through) 0.01.

# %%
predict("14-activation")

# %%
found = on_trial("batch_moves_the_best", repeat) | on_trial("rate_per_activation", repeat)
for number, finding in found.items():
    print(f"S{number}: {finding.verdict}. {finding.seen}")

# %%
settle("14-activation")

# %% [markdown]
# From batch 32 to 256 the table's rates grow 50 times; the linear rule says 8 times, and here the best rate about doubles (on eight other
# splits it grew 1.5 to 2.2 times, and once, where many rates were level at batch 32, 11 times). Sigmoid, to
# which the table gives least, learns nothing at it. (ReLU and leaky ReLU get the same rate, and they do behave alike: right in kind, and
# far too low.)
#
# How effective are searches? Grid *medium*, random *high*, Bayesian *high*, says line 175. Lesson 07 tried them with the rate alone and beside a
# second knob that hardly matters; here is that trial in short: how many points of accuracy the found rate lacks.

# %%
searched = on_trial("search_table", repeat)
for number, finding in searched.items():
    print(f"S{number}: {finding.verdict}", finding.where)
print(searched[74].seen)

# %% [markdown]
# Alone, a grid is ahead of random draws; beside an idle second knob it wastes its trials. The table has no room for that *if*.
#
# ## 9. Five misconceptions
#
# Article B denies five sentences that it calls misconceptions. The first is that the rate determines how quickly a model learns, which its own
# first line says (S16). Its denials of the other four are claims as well: higher is not always faster (S37), lower is not always better (S39), no
# rate is best for all (S40), the rate is not the only hyper-parameter (S43).

# %%
from lrcourse import judge

for each in judge([claims()[number - 1] for number in (16, 37, 39, 40, 43)], repeat):
    print(f"S{each.claim.number} {each.verdict}: {each.claim.text}\n    {each.seen}")

# %% [markdown]
# Here the article is mostly right, and right about what its own tables forget: that the best rate depends on the set-up (S40),
# and that batch size matters (S43). "Lower is always better" is denied for a wrong reason: a low rate was not stuck in a local
# minimum, it was slow.
#
# ## 10. Ten questions
#
# It ends with ten questions and answers.

# %%
for each in judge(claims()[78:], repeat):
    print(f"S{each.claim.number} {each.verdict}: {each.claim.text}")
    if told := each.claim.because or each.seen:
        print(f"    {told}")

# %% [markdown]
# ## 11. The verdict

# %%
predict("14-tally")

# %%
from lrcourse import tally

verdicts = judge(repeat=repeat)
for kind, count in tally(verdicts).items():
    print(f"{kind:12} {count:3} {'#' * count}")

# %%
settle("14-tally")

# %%
for each in verdicts:
    if each.verdict == "only if" and each.claim.number < 45:
        print(f"S{each.claim.number:<3} {each.claim.text}\n     ONLY IF: {each.claim.because}")

# %% [markdown]
# And the three that nothing can decide, with the reason why no trial was made of them:

# %%
for each in verdicts:
    if each.verdict == "uncheckable":
        print(f"S{each.claim.number} {each.claim.text}\n     {each.claim.because}")

# %% [markdown]
# Read the conditions and not the verdicts: *if gradients are noisy*, *if it lies below $2/L$*, *if the rule is Adam*, *if the
# test is long*. Each was a lesson. Misconceptions are sentences that lost their *if*.
#
# Do the verdicts repeat? `judge(repeat=1)` shifts every seed and every split of every trial. (It takes as long again.)
# The tests of this course run each trial three times like that, and the verdicts stand because all three agree.
#
# ## 12. The claim, tried
#
# {{claim}}
#
# "As the tables demonstrate" is what stands on trial: that the rate matters is S80, and it holds.

# %%
settle("claim-14")

# %% [markdown]
# ## In three lines
#
# * Ask of each sentence in which settings it would hold, and try two of them.
# * Arithmetic first, sources second, experiments last: a floor under a loss costs nothing.
# * A rate belongs to an optimizer, a batch size, a way of writing inputs and loss, and a budget. Without them it is a number.
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
