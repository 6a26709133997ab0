"""Lesson 04, a network that learns: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=4,
    name="a_network_that_learns",
    title="A network that learns",
    minutes=95,
    needs="lessons 01 to 03; softmax, the chain rule and validation are explained here",
    aims=[
        "read backpropagation line by line, and write the loss it starts from",
        "measure accuracy against rate, on data that training has not seen",
        "compare rates by the time they take to a target",
    ],
    exercises=["softmax_cross_entropy", "time_to_target", "mlp_gradients"],
    claim=claim(
        "claim-04",
        "Start with a small learning rate such as 0.01 or 0.001.",
        "only if",
        "It does not say for which optimizer, inputs and loss. Here, with plain gradient descent, "
        "0.01 is 300 times below the best: half of the images right, after 300 steps, where 98 % "
        "could be.",
    ),
    predictions=[
        Question(
            "04-small",
            "How many validation images does the network read correctly after 300 steps at 0.01?",
            {
                "a": "about 97 %",
                "b": "about 85 %",
                "c": "about 50 %",
                "d": "about 10 %, by guessing",
            },
            "c",
            "It is on its way, and slow.",
        ),
        Question(
            "04-accurate",
            "Which rate has the best accuracy after 300 steps, on images it has not seen?",
            {
                "a": "the lowest, which is the most careful",
                "b": "one half-way between slow and unstable",
                "c": "one close to the highest that still works",
            },
            "c",
            "On these digits no slower rate is more accurate, at none of the budgets tried.",
        ),
        Question(
            "04-tenth",
            "Rate 0.6 keeps 90 % after 36 steps (on this split). And rate 0.06?",
            {"a": "after some 350", "b": "after about 100, more steadily", "c": "after some 3500"},
            "a",
            "At low rates time times rate is nearly constant: a tenth of the rate, 352 steps.",
        ),
        Question(
            "04-overfit",
            "At 0.5 the validation loss falls for about 100 steps, and then climbs. And at 0.05?",
            {
                "a": "it falls as low at some ten times the steps, and then climbs too",
                "b": "it falls lower, and hardly climbs: small steps pass single images by",
                "c": "it falls for about as many steps, and then climbs more slowly",
            },
            "a",
            "Against rate times steps the two runs are nearly one curve: a low rate puts it off.",
        ),
    ],
    quiz=[
        Question(
            "04-quiz-1",
            "Ten classes, all logits equal. What is the cross-entropy in nats?",
            {"a": "0", "b": "about 1", "c": "about 2.3"},
            "c",
            "Each class has probability 1/10, and -log(1/10) is 2.303.",
        ),
        Question(
            "04-quiz-2",
            "A table reports accuracy 92.5 % with a mean cross-entropy of 0.04. Can both be true "
            "of the same images?",
            {
                "a": "yes, if the network is very sure",
                "b": "no, the errors alone cost more than that",
                "c": "only with more than ten classes",
            },
            "b",
            "Who errs gave the right class at most probability 1/2, which costs log 2 or more: "
            "7.5 % of that is 0.052.",
        ),
        Question(
            "04-quiz-3",
            "Why is the largest logit subtracted before exp?",
            {
                "a": "it changes no probability and keeps exp from overflowing",
                "b": "it makes the probabilities add up to 1",
                "c": "it makes the gradient shorter",
            },
            "a",
            "Numerator and denominator are divided by the same number.",
        ),
        Question(
            "04-quiz-4",
            "What is the gradient of the cross-entropy in the logit of a wrong class, for one "
            "example?",
            {"a": "0", "b": "its probability", "c": "its probability minus 1"},
            "b",
            "The minus 1 belongs to the right class; so a row's gradient adds up to 0.",
        ),
        Question(
            "04-quiz-5",
            "A run passes 95 % at step 40, falls to 60 % at step 50 and stays above 95 % from step "
            "90 on. Its time to 95 % is...",
            {"a": "40", "b": "50", "c": "90"},
            "c",
            "A target that is lost again was met by luck.",
        ),
    ],
    sources=[
        "Y. Bengio, *Practical Recommendations for Gradient-Based Training of Deep "
        "Architectures*, 2012, arXiv 1206.5533: the guide from which many defaults come.",
        "Y. Dauphin et al., *Identifying and Attacking the Saddle Point Problem in "
        "High-Dimensional Non-Convex Optimization*, 2014, arXiv 1406.2572: saddles, not minima.",
        "L. Prechelt, *Early Stopping - But When?*, in Neural Networks: Tricks of the Trade, LNCS "
        "1524, 1998: the 4 % and the four times, in its abstract.",
        "I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, section 7.8: "
        "early stopping, and rate times steps.",
    ],
    claims={
        "04-small": Evidence("0.4 < after_300[1] < 0.7", "after_300 = np.full(12, 0.9)"),
        "04-accurate": Evidence(
            "after_300[9] > after_300[:6].max() - 0.005 and after_300[9] > after_300[1] + 0.2",
            "after_300 = np.linspace(1, 0.5, 12)",
        ),
        "04-tenth": Evidence("5 < kept[1] / kept[5] < 15", "kept = [100.0] * 9"),
        "04-section-5": Evidence(
            "np.ptp(lrs[:5] * kept[:5]) < 0.4 * min(lrs[:5] * kept[:5]) and "
            "touched[8] < touched[5] and min(kept[5:7]) <= min(kept[7:])",
            "lrs = np.array([0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1, 2, 3])\n"
            "kept, touched = [100.0] * 9, [100.0] * 9",
        ),
        "04-section-6": Evidence(
            "np.median(accuracy[-1, :, 8]) > np.median(accuracy[-1, :, 4])",
            "accuracy = np.ones((1, 5, 12))",
        ),
        "04-overfit": Evidence(
            "5 < lowest[0] / lowest[2] < 20 and np.ptp(unseen.min(axis=0)) < 0.05 and "
            "all(unseen[-1] > unseen.min(axis=0) + 0.03)",
            "lowest, unseen = [36, 12, 36], np.ones((101, 3))",
        ),
        "04-section-7": Evidence(
            "min((read[lowest, range(3)] - read[-1])[1:]) > 0.05 and "
            "all(learnt[-1] < learnt[lowest, range(3)])",
            "lowest, read, learnt = [4] * 3, np.ones((101, 3)), np.ones((101, 3))",
        ),
        "claim-04": Evidence("after_300[9] - after_300[1] > 0.2", "after_300 = np.full(12, 0.9)"),
    },
)
