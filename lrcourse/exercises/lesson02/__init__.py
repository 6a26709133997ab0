"""Lesson 02, too low, too high, just right: what it asks, in which order."""

from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question, claim

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
        "Higher is faster only up to 2/(mu+L); beyond 2/L it never arrives, and that is the risk. "
        "Overshooting is none: the best fixed rate overshoots at every step.",
    ),
    predictions=[
        Question(
            "02-double",
            "What do you have after 50 steps at half of the good rate, and at twice of it?",
            {
                "a": "half: nearly there; twice: nearly there as well",
                "b": "half: nearly there; twice: millions of times farther off than at the start",
                "c": "half: far from there; twice: nearly there",
            },
            "b",
            "The factors are 0.4 and -1.4: one to the power 50 is nothing, the other 20 million.",
        ),
        Question(
            "02-best",
            "At condition number 100, how far below 2/L is the best rate?",
            {
                "a": "1 % below",
                "b": "10 % below",
                "c": "half of it: at 1/L, where overshooting begins",
            },
            "a",
            "2/(mu+L) is 1.98/L: the flat direction is so slow that every bit of rate counts.",
        ),
        Question(
            "02-half",
            "How many steps at 1.99/L, if 1.98/L takes 688?",
            {"a": "about 685", "b": "about 700", "c": "about 1340"},
            "c",
            "The steep factor is now -0.99 and not -0.98: it needs twice the steps to shrink.",
        ),
        Question(
            "02-leaps",
            "At the best fixed rate, on how many steps do you leap over the bottom?",
            {"a": "on none", "b": "on every step", "c": "on every other step"},
            "b",
            "In the steep direction the factor is 1 - 1.98 = -0.98: it changes sides at each step.",
        ),
        Question(
            "02-budget",
            "Is the best rate for 20 steps lower than 2/(mu+L), higher, or equal?",
            {"a": "lower", "b": "higher: there is no time to lose", "c": "equal"},
            "a",
            "With little time it pays to finish the steep direction, which costs the most loss.",
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
            "The same bowl at rate 0.1: which direction is the last to arrive, and what is the "
            "condition number?",
            {"a": "the flattest, 80", "b": "the steepest, 80", "c": "the flattest, 4"},
            "a",
            "The factors are 0.99, 0.8 and 0.2. The condition number is 8 / 0.1.",
        ),
        Question(
            "02-quiz-4",
            "At rate 0.0198 the loss falls. At 0.0202 it grows without end. What happened?",
            {
                "a": "you stepped over the cliff, which is at 0.02",
                "b": "a bug: so small a change cannot matter",
                "c": "bad luck: run it again",
            },
            "a",
            "Beyond 2/L each step multiplies the steepest distance by more than 1.",
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
