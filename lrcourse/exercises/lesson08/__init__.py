"""Lesson 08, decay: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=8,
    name="decay",
    title="Decay",
    minutes=90,
    needs="lesson 05",
    aims=[
        "write the common schedules, and recognise a schedule under two names",
        "add up a schedule's rates, and say from the sum how far it can go",
        "say when lowering the rate pays, when it changes nothing and when it hurts",
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
    ],
    claim=claim(
        "claim-08",
        "The learning rate should not remain constant throughout training: it is often beneficial "
        "to decay it.",
        "only if",
        "The second half holds: here a decay is worth about two points where wrong labels and "
        'small mini-batches make the gradients noisy. "Should not" lacks its condition: without '
        "that noise it is worth nothing, from too low a base rate it costs up to 47 points, and "
        "averaging the weights of a constant rate does as much.",
    ),
    predictions=[
        Question(
            "08-travel",
            "At a constant 0.3 the network reads 90 % after 74 steps. Now the rate starts at 0.3 "
            "and is multiplied by 0.9 after every step. How long does it take?",
            {
                "a": "fewer than 74 steps: it settles sooner",
                "b": "some hundreds of steps",
                "c": "for ever",
            },
            "c",
            "All its rates together come to 3, and 90 % lies about 20 away.",
        ),
        Question(
            "08-noisy",
            "3 in 10 labels are wrong, mini-batches of 8. By how much does the best decay you "
            "tried beat the best constant rate, in points of test accuracy?",
            {"a": "not at all", "b": "by 2 or 3 points", "c": "by 10 points or more"},
            "b",
            "Nine of the eleven gain between 1.7 and 2.4 points, whatever their shape.",
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
            "All the shapes start from 0.01 and have 1000 steps. With right labels a "
            "constant 0.01 reads 83 %. What does the exponential decay to 1 % read?",
            {"a": "more than 90 %", "b": "about 80 %", "c": "about 65 %", "d": "about 40 %"},
            "d",
            "It travels 2.2 in all where the constant travels 10.",
        ),
        Question(
            "08-average",
            "Keep the rate constant, and at the end take the mean of the weights of the last half "
            "of the run. How good is that network, with 3 in 10 labels wrong?",
            {
                "a": "at least as good as with a cosine decay",
                "b": "as good as the last weights of the constant run",
                "c": "worse: a mean of many networks is none of them",
            },
            "a",
            "Many shaken places have a mean near their middle: here 0.6 points above the cosine.",
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
            "Each is 0.8 times the one before, and it stays the same within an epoch.",
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
                "b": "the loss is higher: half of the way is missing",
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
)
