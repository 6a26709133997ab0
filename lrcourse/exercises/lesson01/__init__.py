"""Lesson 01, one step downhill: what it asks, in which order."""

from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=1,
    name="one_step_downhill",
    title="One step downhill",
    minutes=90,
    needs="lesson 00, and the derivative of a square",
    aims=[
        "derive a gradient, write the step and the loop, and keep an honest diary of the walk",
        "say what one step does at any learning rate, from the curvature alone",
        "check any gradient numerically, and know how far to trust the check",
    ],
    exercises=["gradient_descent", "numerical_gradient", "mse_loss_and_grad"],
    claim=claim(
        "claim-01",
        "The learning rate determines the size of the steps that gradient descent takes.",
        "only if",
        "It does for a given slope. The step is rate times slope, and the slope changes from place "
        "to place: at one and the same rate, steps can differ by a factor of hundreds.",
    ),
    predictions=[
        Question(
            "01-land",
            "Which learning rate lands at the bottom in a single step?",
            {
                "a": "about 1",
                "b": "about 0.1: one should approach with care",
                "c": "about 0.5: half the slope",
                "d": "none: one step is never enough",
            },
            "a",
            "The step has to be 414 long and the slope is 431, so the rate is their ratio, 0.96.",
        ),
        Question(
            "01-half",
            "How many steps to within 1 of the bottom at rate 0.1, if rate 0.2 takes 26?",
            {
                "a": "about 26: the slope makes up for the rate",
                "b": "about 52: twice as many",
                "c": "about 104: four times as many",
            },
            "b",
            "Half the rate, twice the steps, and a few more: 55.",
        ),
        Question(
            "01-nudge",
            "Which nudge gives the most accurate slope by the central difference?",
            {
                "a": "0.1",
                "b": "0.00001",
                "c": "0.000000000001",
            },
            "b",
            "A wide nudge sees the curve bend; a tiny one drowns in rounding.",
        ),
    ],
    quiz=[
        Question(
            "01-quiz-1",
            "The gradient is -3 and the learning rate is 0.5. Where does the step go?",
            {"a": "1.5 to the left", "b": "1.5 to the right", "c": "3.5 to the right"},
            "b",
            "The step is -lr times the gradient: -0.5 times -3 is +1.5.",
        ),
        Question(
            "01-quiz-2",
            "A bowl has curvature 4. Which rate lands at its bottom in one step?",
            {"a": "4", "b": "0.5", "c": "0.25"},
            "c",
            "It is 1/h. At distance d the slope is 4d, and 0.25 times 4d is d.",
        ),
        Question(
            "01-quiz-3",
            "A run at rate 0.01 needs 5000 steps on a bowl. What about rate 0.02?",
            {"a": "about 2500", "b": "about 5000", "c": "about 1250"},
            "a",
            "On the slow side, rate times steps is nearly constant.",
        ),
        Question(
            "01-quiz-4",
            "You train at rate 0 and the loss wiggles. What do you learn?",
            {
                "a": "the rate is still too high",
                "b": "something other than the rate changes the loss: look for a bug",
                "c": "nothing, noise is normal",
            },
            "b",
            "With rate 0 no parameter moves, so whatever moves the loss is something else.",
        ),
        Question(
            "01-quiz-5",
            "A nudge of 1e-5 gives your slope to ten digits, one of 1e-12 to four. Why?",
            {
                "a": "the two losses agree in nearly all digits; what differs is rounding",
                "b": "a nudge that small is rounded to zero",
                "c": "the curve bends too much within the nudge",
            },
            "a",
            "Subtracting nearly equal numbers keeps their rounding and little else.",
        ),
    ],
    sources=[
        "A.-L. Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*, "
        "Comptes Rendus 25 (1847), 536-538: gradient descent, proposed for computing orbits.",
        "D. Goldberg, *What Every Computer Scientist Should Know About Floating-Point Arithmetic*, "
        "ACM Computing Surveys 23 (1991), 5-48: what rounding does and why.",
    ],
)
