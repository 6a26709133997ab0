"""Lesson 09, cyclical rates: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=9,
    name="cyclical_rates",
    title="Cyclical rates",
    minutes=70,
    needs="lessons 02, 04 and 08",
    aims=[
        "write triangles, warm-ups, restarts and the single cycle, and join them without a jump",
        "say when a restart leaves a sharp valley, and read what a cycle does to accuracy",
        "say what cycles and warm-up gained here, against what, and where they gained nothing",
    ],
    exercises=["triangular", "warmup", "one_cycle", "join", "cosine_restarts"],
    claim=claim(
        "claim-09",
        "Cyclical learning rates are a technique for finding a good learning rate, of high "
        "efficiency.",
        "only if",
        "It can spare you the finding, if its peak is no more than a few times too high: so does a "
        "plain decay. From low bounds it fails. No cycle names a rate: whoever chose that it fails "
        "for that reads the claim more strictly, and is right too.",
    ),
    predictions=[
        Question(
            "09-peak",
            "How many of the walkers leave the narrow valley?",
            {
                "a": "none of the 0.019 group, all of the 0.021 group",
                "b": "few of the 0.019 group, about half of the 0.021 group",
                "c": "none of either: the rate falls again too soon",
            },
            "a",
            "The limit 2/100 lies between the two peaks.",
        ),
        Question(
            "09-length",
            "Ten times as many restarts, each a tenth as long. How many leave?",
            {
                "a": "all of them, and sooner: there are more chances",
                "b": "about half of them",
                "c": "none of them",
            },
            "c",
            "A wave of 50 steps has 8 above the limit: the distance grows 1.6 times and shrinks "
            "again.",
        ),
        Question(
            "09-beat",
            "How does the accuracy at step 300 compare with that at step 200?",
            {
                "a": "a few points higher: it has had half as much training again",
                "b": "about ten points lower, give or take four",
                "c": "within a point of it",
            },
            "b",
            "At the peak the steps are long and jump about in the noise of the wrong labels.",
        ),
        Question(
            "09-race",
            "Noisy labels, every shape at its own best peak. What do you expect?",
            {
                "a": "all cycles ahead of the decay, the decay ahead of the constant",
                "b": "all shapes within a point of the constant",
                "c": "five triangles behind the decay, a single cycle about level with it",
            },
            "c",
            "A slow way down gains; going up again and again does not.",
        ),
        Question(
            "09-search",
            "Bounds six times too low: how many points do the five triangles lose?",
            {
                "a": "about 18: their mean rate is lower still",
                "b": "about 10: their peaks make up for a part",
                "c": "about 2: a low rate is slower, but they repeat",
            },
            "a",
            "They travel as far as a constant 0.025, and read what that reads.",
        ),
        Question(
            "09-warm",
            "Which of the two grounds does a warm-up rescue?",
            {
                "a": "both: it begins gently on either",
                "b": "the second only",
                "c": "neither: 0.6 is too high once it is reached",
            },
            "b",
            "There the curvature falls as you descend, to 1. On the parabola it is 10 for good.",
        ),
    ],
    quiz=[
        Question(
            "09-quiz-1",
            "Smith's stepsize is 500. How many whole cycles has a run of 4000 steps?",
            {"a": "8", "b": "4", "c": "2"},
            "b",
            "The stepsize is the way up, half a cycle: a cycle has 1000 steps.",
        ),
        Question(
            "09-quiz-2",
            "A valley has curvature 50, and there is little noise. Which restarts throw a run out?",
            {
                "a": "those that stay above 0.02 for long enough",
                "b": "those that peak above 0.04, however briefly",
                "c": "those that stay above 0.04 for long enough",
            },
            "c",
            "The limit is 2/50, and it takes a number of steps above it to swing out.",
        ),
        Question(
            "09-quiz-3",
            "You can stop a run of triangles at any step. When is the best moment, with noisy "
            "slopes?",
            {
                "a": "when the rate is back at its base",
                "b": "when the rate is at its peak and learns most",
                "c": "half-way up, where the rate is at its mean",
            },
            "a",
            "At low rates the noise settles: accuracy breathes against the rate.",
        ),
        Question(
            "09-quiz-4",
            "Where does a warm-up make higher rates usable?",
            {
                "a": "where the slope at the start is steep",
                "b": "where the curvature falls on the way down",
                "c": "where the curvature is high everywhere",
            },
            "b",
            "A slope that is steep at the start was the same on both grounds. Where the curvature "
            "never falls, a warm-up only puts the end off.",
        ),
        Question(
            "09-quiz-5",
            "Restarts with cycles of 10, 30 and 90 steps. Where does the third cycle begin?",
            {"a": "at step 30", "b": "at step 90", "c": "at step 40"},
            "c",
            "The lengths before it add up: 10 + 30.",
        ),
    ],
    sources=[
        "L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, 2015, arXiv "
        "1506.01186: triangles, the range test, and Table 1.",
        "I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, 2016, "
        "arXiv 1608.03983: the cosine, and restarts of growing length.",
        "L. N. Smith, N. Topin, *Super-Convergence: Very Fast Training of Neural Networks Using "
        "Large Learning Rates*, 2017, arXiv 1708.07120: the single cycle.",
        "P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017, "
        "arXiv 1706.02677: warm-up for large batches.",
    ],
    claims={
        "09-peak": Evidence(
            "part_that_left(cosine_restarts(0.021, 500)) > 0.95 and "
            "part_that_left(cosine_restarts(0.019, 500)) < 0.05",
            "part_that_left, cosine_restarts = lambda wave: 0.5, lambda *wave: None",
        ),
        "09-length": Evidence(
            "part_that_left(cosine_restarts(0.021, 50)) < 0.05",
            "part_that_left, cosine_restarts = lambda wave: 0.5, lambda *wave: None",
        ),
        "09-beat": Evidence("6 < percent[20] - percent[30] < 15", "percent = np.full(81, 88.0)"),
        "09-race": Evidence(
            "(percent['5 triangles'] - cosine).mean() < -0.5 and "
            "abs((percent['one cycle'] - cosine).mean()) < 1",
            "cosine, percent = 92.0, dict.fromkeys(['5 triangles', 'one cycle'], np.ones(16))",
        ),
        "09-section-4": Evidence("over_triangles.mean() > 0", "over_triangles = np.zeros(16)"),
        "09-search": Evidence(
            "13 < found[2].max() - found[2, 0] < 24", "found = np.full((7, 6), 89.0)"
        ),
        "09-section-5": Evidence(
            "np.ptp(found[2, 1:5]) < np.ptp(found[0, 1:5]) - 3 and "
            "found[2, 5] < found[0].max() - 3",
            "found = np.full((7, 6), 89.0)",
        ),
        "09-section-6": Evidence(
            "rescued and gain[:, :3].mean(axis=0).max() < 0.5",
            "rescued, gain = True, np.ones((16, 4))",
        ),
        "claim-09": Evidence(
            "found[2, 0] < found[0].max() - 10 and found[2, 2:4].min() > found[0].max() - 2",
            "found = np.full((7, 6), 89.0)",
        ),
    },
)
