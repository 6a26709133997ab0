"""Lesson 02, too low, too high, just right: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=2,
    name="too_low_too_high",
    title="Too low, too high, just right",
    minutes=75,
    needs="lesson 01",
    aims=[
        "name the regime of a walk on a bowl: creeps, lands, overshoots, swings, blows up",
        "compute the largest stable rate 2/L and the best fixed rate 2/(mu+L) of a problem",
        "say why too low a rate is a slope and too high a rate a cliff",
    ],
    exercises=["regime", "max_stable_lr", "best_fixed_lr"],
    claim=claim(
        "claim-02",
        "A high learning rate lets the model converge quickly, but it may overshoot the minimum; a "
        "low one is slower, with less risk of overshooting.",
        "only if",
        "It holds below 2/L. But overshooting, from 1/L on, is no risk: the best fixed rate "
        "overshoots at every step. The risk is the cliff at 2/L, which the sentence does not name.",
    ),
    predictions=[
        Question(
            "02-past",
            "How far from the bottom are you after 200 steps at 5 % above 2/h?",
            {
                "a": "about 2: twice as far as at the start",
                "b": "about 2000",
                "c": "about 200,000,000",
            },
            "c",
            "The factor is -1.1, and 1.1 to the power 200 is 190 million.",
        ),
        Question(
            "02-best",
            "At condition number 100, how far below the rate that never arrives is the best one?",
            {
                "a": "half of it: a safe distance",
                "b": "10 % below it",
                "c": "1 % below it",
            },
            "c",
            "2/(mu+L) is 1.98/L; the rate that never arrives is 2/L.",
        ),
        Question(
            "02-leaps",
            "At the best fixed rate, on how many steps do you leap over the bottom?",
            {"a": "on none", "b": "on every other step", "c": "on every step"},
            "c",
            "In the steep direction the factor is 1 - 1.98 = -0.98: it changes sides at each step.",
        ),
    ],
    quiz=[
        Question(
            "02-quiz-1",
            "The curvature is 4 and the rate 0.4. What does the walk do?",
            {"a": "it creeps", "b": "it overshoots and converges", "c": "it blows up"},
            "b",
            "The factor is 1 - 1.6 = -0.6: the other side at every step, and closer.",
        ),
        Question(
            "02-quiz-2",
            "A bowl has the curvatures 0.1, 2 and 8. Above which rate does it blow up?",
            {"a": "20", "b": "0.25", "c": "0.125"},
            "b",
            "The largest curvature sets the limit: 2/8.",
        ),
        Question(
            "02-quiz-3",
            "The same bowl: what is its condition number, and which direction takes the time?",
            {"a": "80, the flattest", "b": "80, the steepest", "c": "4, the one in the middle"},
            "a",
            "8 / 0.1. At any rate that the steepest allows, the flattest creeps.",
        ),
        Question(
            "02-quiz-4",
            "The loss falls smoothly. You raise the rate by 2 % and get inf. What happened?",
            {
                "a": "a bug: so small a change cannot matter",
                "b": "you were right before the cliff and stepped over it",
                "c": "the loss got stuck in a local minimum",
            },
            "b",
            "The best rate stands close to the cliff; beyond it each step multiplies the error.",
        ),
        Question(
            "02-quiz-5",
            "Why is the best rate for 20 steps lower than that for 1000?",
            {
                "a": "with little time it pays to finish the steep direction: it costs most",
                "b": "the cliff moves with the number of steps",
                "c": "it is not: the best rate is a property of the problem",
            },
            "a",
            "The best rate belongs to a problem, a measure and a budget.",
        ),
    ],
    sources=[
        "Y. LeCun, P. Simard, B. Pearlmutter, *Automatic Learning Rate Maximization by On-Line "
        "Estimation of the Hessian's Eigenvectors*, NIPS 5 (1992): the rate from the largest "
        "eigenvalue, for networks.",
        "J. Cohen et al., *Gradient Descent on Neural Networks Typically Occurs at the Edge of "
        "Stability*, ICLR 2021, arXiv 2103.00065: what 2/L becomes when the curvature moves.",
    ],
)
