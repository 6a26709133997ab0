"""Lesson 02, too low, too high, just right: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=2,
    name="too_low_too_high",
    title="Too low, too high, just right",
    minutes=75,
    needs="lesson 01; eigenvalues are drawn here, two by two",
    aims=[
        "say from rate and curvature what a run will do, before it starts",
        "find the largest stable rate of a data set, and the best fixed one",
        "explain why the best rate stands next to the cliff and overshoots",
    ],
    exercises=["regime", "max_stable_lr", "best_fixed_lr"],
    claim=claim(
        "claim-02",
        "A high learning rate converges quickly but risks overshooting the minimum.",
        "only if",
        "Overshooting begins at 1/L and does no harm by itself: the best fixed rate of a bowl "
        "overshoots its steepest direction on every step. The harm begins at 2/L.",
    ),
    predictions=[
        Question(
            "02-one-percent",
            "Curvatures from 1 to 100, 200 steps. You raise the rate from 1 % below 2/100 to 5 % "
            "above it. What happens to the final loss?",
            {
                "a": "it gets a little worse",
                "b": "it gets about ten times worse",
                "c": "it ends more than a billion billion times higher",
            },
            "c",
            "Past 2/L the steepest direction is multiplied by more than 1 in size on every step, "
            "and 200 such steps compound.",
        ),
        Question(
            "02-best",
            "Curvatures 1 and 100: every rate below 0.02 is stable. Which fixed rate gets both "
            "directions down fastest in the long run?",
            {
                "a": "0.01, which lands the steep direction at once",
                "b": "0.015, half-way between that and the cliff",
                "c": "0.0198, one per cent below the rate that never settles",
            },
            "c",
            "2/(1 + 100): there the flat and the steep direction shrink by the same factor.",
        ),
    ],
    quiz=[
        Question(
            "02-quiz-1",
            "On a parabola the factor 1 - lr * h is -0.5. What does the run do?",
            {
                "a": "it blows up",
                "b": "it changes sides with every step and halves its distance",
                "c": "it stays on one side and halves its distance",
            },
            "b",
            "The sign says on which side, the size how far: half as far, on the other side.",
        ),
        Question(
            "02-quiz-2",
            "A parabola has curvature 8. From which rate on does descent blow up?",
            {"a": "above 1/8", "b": "above 1/4", "c": "above 8"},
            "b",
            "2/8: above it the factor 1 - 8 * lr lies below -1. From 1/8 on it overshoots only.",
        ),
        Question(
            "02-quiz-3",
            "A bowl has the curvatures 1, 3 and 10. Which of them sets the largest stable rate?",
            {"a": "their mean", "b": "the smallest", "c": "the largest"},
            "c",
            "Every direction must keep its own limit 2/h, and the steepest has the lowest.",
        ),
        Question(
            "02-quiz-4",
            "At the best fixed rate of that bowl, what does the steepest direction do?",
            {
                "a": "it lands in one step",
                "b": "it overshoots on every step",
                "c": "it creeps",
            },
            "b",
            "2/(1 + 10) is above 1/10: the factor is -9/11, as large as that of the flattest.",
        ),
        Question(
            "02-quiz-5",
            "You have only thirty steps. Compared with 2/(mu + L), the best rate for them is...",
            {"a": "a little lower", "b": "the same", "c": "a little higher"},
            "a",
            "2/(mu + L) is best for ever; in a few steps a lower rate takes the steep directions "
            "down sooner, and the flattest has no time to matter as much.",
        ),
    ],
    sources=[
        "B. Polyak, Introduction to Optimization, 1987, chapter 1",
        "G. Goh, Why Momentum Really Works, Distill 2017, doi.org/10.23915/distill.00006",
    ],
)
