"""Lesson 08, decay: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=8,
    name="decay",
    title="Decay",
    minutes=90,
    needs="lessons 02, 04 and 05",
    aims=[
        "write the common schedules, and recognise a schedule under two names",
        "add up a schedule's rates, and say from the sum how far it can go",
        "compare schedules fairly: each at its own base rate, trial by trial, with an error",
        "see in a log that a schedule counted steps where it should have counted epochs",
    ],
    exercises=[
        "step_decay",
        "cosine_decay",
        "per_epoch",
        "lr_budget",
        "audit_schedule",
        "same_decay",
        "exponential_decay",
        "polynomial_decay",
        "time_decay",
    ],
    claim=claim(
        "claim-08",
        "The learning rate should not remain constant throughout training: it is often beneficial "
        "to decay it.",
        "only if",
        "The second half holds: here most decays are worth one to three points where wrong labels "
        'and small mini-batches make the gradients noisy. "Should not" lacks its condition: '
        "without that noise none gains a point, from too low a base rate the steepest cost more "
        "than thirty, and averaging the weights of a constant rate does as much.",
    ),
    predictions=[
        Question(
            "08-travel",
            "At a constant 0.3 the network reads 90 % after 74 steps, on this split. Now the rate "
            "starts at 0.3 and is multiplied by 0.9 after every step. How long does it take, in "
            "the median of five starts?",
            {
                "a": "fewer than 74 steps: it settles sooner",
                "b": "some hundreds of steps",
                "c": "it never gets there",
            },
            "c",
            "All its rates together come to 3, and 90 % lies many times as far away.",
        ),
        Question(
            "08-noisy",
            "3 in 10 labels are wrong, mini-batches of 8. By how much does the best of the eleven "
            "decays beat the best constant rate, in points of test accuracy?",
            {"a": "by half a point or less", "b": "by 1 to 4 points", "c": "by 6 points or more"},
            "b",
            "A decay may start higher than a constant rate, travel farther, and still end calm. "
            "The straight line gained 2.4 points here, and several shapes about as much.",
        ),
        Question(
            "08-clean",
            "And with right labels and mini-batches of 32: how many of the eleven decays gain half "
            "a point or more?",
            {"a": "none", "b": "about half of them", "c": "nearly all"},
            "a",
            "The network comes to fit its images, so the noise dies away without a decay.",
        ),
        Question(
            "08-base",
            "All the shapes start from 0.01 and have 1000 steps. A constant 0.01 reads 83 % (on "
            "these splits). What does the exponential decay to 1 % read?",
            {"a": "more than 90 %", "b": "about 80 %", "c": "about 65 %", "d": "about 40 %"},
            "d",
            "It travels 2.2 in all where the constant travels 10.",
        ),
        Question(
            "08-average",
            "Keep the rate constant, the best one for this, and at the end take the mean of the "
            "weights of the last half of the run. With 3 in 10 labels wrong, how good is it?",
            {
                "a": "it falls at most half a point behind a cosine decay",
                "b": "it beats the last weights of the best constant rate, but not a decay",
                "c": "it falls behind the last weights of the best constant rate",
            },
            "a",
            "Many shaken places have a mean near their middle.",
        ),
        Question(
            "08-bug",
            "The recipe is a cosine over 30 epochs from base rate 2. By mistake it is driven by "
            "steps: after 30 of 960 steps the rate is 0. How many digits are read at the end?",
            {"a": "about 10 %", "b": "about 50 %", "c": "more than 90 %"},
            "c",
            "Thirty steps at such rates travel about 30, enough for more than 90 %. That is why "
            "nobody notices.",
        ),
    ],
    quiz=[
        Question(
            "08-quiz-1",
            "A rate starts at 0.5 and is multiplied by 0.95 after every step. How far does it "
            "travel at most, as a sum of rates?",
            {"a": "10", "b": "9.5", "c": "without bound"},
            "a",
            "0.5 / (1 - 0.95) = 10.",
        ),
        Question(
            "08-quiz-2",
            "Which two names fit 0.01, 0.008, 0.0064, 0.00512, one for each epoch?",
            {
                "a": "linear decay, and polynomial decay of power 1",
                "b": "cosine decay, and time-based decay",
                "c": "exponential decay, and step decay with stairs of one epoch",
            },
            "c",
            "Each is 0.8 times the one before. What happens within an epoch the numbers do not "
            "say: a smooth fall and stairs both fit.",
        ),
        Question(
            "08-quiz-3",
            "A recipe says: a cosine over 30 epochs; an epoch has 100 steps. By mistake the "
            "schedule is asked once an epoch, with total_steps=3000. What does the log end with?",
            {
                "a": "a rate of 0 from step 30 on",
                "b": "half the rate",
                "c": "nearly the first rate",
            },
            "c",
            "It got through 30 of its 3000 counts: the decay has hardly begun.",
        ),
        Question(
            "08-quiz-4",
            "At a constant rate your network needs ten times the steps that you have. What does a "
            "straight line to 0, from the same rate, change at the end?",
            {
                "a": "the loss is lower: the noise has settled",
                "b": "the loss is higher: it walks half as far",
                "c": "hardly anything: both began alike",
            },
            "b",
            "The sum of the rates is what is missing, and a decay takes from it.",
        ),
        Question(
            "08-quiz-5",
            "Against the best constant rate, where did a decay gain most on the digits?",
            {
                "a": "mini-batches of 32, right labels",
                "b": "mini-batches of 8, some labels wrong",
                "c": "mini-batches of 8, right labels",
            },
            "b",
            "It lets the noise of the gradients settle, and wrong labels keep that up to the end.",
        ),
    ],
    sources=[
        "I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, ICLR "
        "2017, arXiv 1608.03983: where the cosine comes from.",
        "A. Hägele et al., *Scaling Laws and Compute-Optimal Training Beyond Fixed Training "
        "Durations*, 2024, arXiv 2405.18392: a constant rate with a short decay at the end, and "
        "averaging, against the cosine.",
        "H. Robbins, S. Monro, *A Stochastic Approximation Method*, Annals of Mathematical "
        "Statistics 22(3), 400-407, 1951: rates that shrink while their sum has no bound.",
        "V. Godbole et al., *Deep Learning Tuning Playbook*, 2023, "
        "https://github.com/google-research/tuning_playbook: the guide of Google's engineers.",
        "T. Brown et al., *Language Models are Few-Shot Learners*, 2020, arXiv 2005.14165: GPT-3, "
        "trained with Adam and a cosine decay.",
    ],
    claims={
        "08-travel": Evidence("accuracy[:, 6].max() < 0.9", "accuracy = np.ones((201, 8))"),
        "08-section-3": Evidence(
            "max(arrived.values()) / min(arrived.values()) < 1.5 and len(arrived) == 6",
            "arrived = {name: 20.0 * (1 + name) for name in range(6)}",
        ),
        "08-noisy": Evidence(
            "1 < (noisy - noisy[:, :1]).mean(axis=0).max() < 4", "noisy = np.zeros((12, 12))"
        ),
        "08-section-5": Evidence(
            "(noisy[:, [3, 8]] - noisy[:, [5]]).mean(axis=0).max() < -0.5 and "
            "abs((noisy[:, 6] - noisy[:, 5]).mean()) < 1",
            "noisy = np.arange(144.0).reshape(12, 12)",
        ),
        "08-clean": Evidence(
            "(clean - clean[:, :1]).mean(axis=0).max() < 0.5",
            "clean = np.ones((12, 1)) * range(12)",
        ),
        "08-section-5-labels": Evidence(
            "all(np.diff(found[size, 0.3, steps][1]).mean() > np.diff(found[size, 0.0, steps][1])"
            ".mean() for size, steps in ((8, 300), (32, 75)))",
            "found = dict.fromkeys([(8, 0.3, 300), (8, 0.0, 300)], (0, np.ones((12, 2))))",
        ),
        "08-base": Evidence("30 < at_low[:, 11].mean() < 50", "at_low = np.full((4, 12), 83.0)"),
        "08-average": Evidence(
            "(means - noisy[:, 6]).mean() > -0.5 and (means - noisy[:, 0]).mean() > 1",
            "means, noisy = np.zeros(12), np.zeros((12, 12))",
        ),
        "08-bug": Evidence(
            "np.median(validation.accuracy(log.w[-1]), axis=0)[1] > 0.9",
            "from types import SimpleNamespace as Some\n"
            "log, validation = Some(w=[0]), Some(accuracy=lambda w: np.full((5, 2), 0.5))",
        ),
        "claim-08": Evidence(
            "1 < (noisy - noisy[:, :1]).mean(axis=0).max() and at_low[:, 11].mean() + 30 < "
            "at_low[:, 0].mean() and (clean - clean[:, :1]).mean(axis=0).max() < 1",
            "noisy = at_low = clean = np.zeros((12, 12))",
        ),
    },
)
