"""Lesson 06, the range test, and when it lies: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=6,
    name="the_range_test",
    title="The range test, and when it lies",
    minutes=85,
    needs="lesson 05; moving average and log slope are explained here",
    aims=[
        "run a range test: one run, every rate, and a loss that is smoothed",
        "read bounds and a rate off its curve, and say which of them move with its length",
        "put a suggested rate on trial before you trust it",
    ],
    exercises=["geometric_lrs", "ema", "range_test", "suggest_lr"],
    claim=claim(
        "claim-06",
        "In a learning rate range test you raise the rate step by step until the loss starts to "
        "increase. The rate at this point is often chosen as the optimal value.",
        "only if",
        "Only if the test is long enough, and the average over its losses short: here the point "
        "where the loss had visibly risen gave below 50 % in most of nine tests of 50 steps, and "
        "98 % after 1000. At its word, as the minimum, it gave 97 % or more from 100 steps on, and "
        "with 50 it could still be too high. (How often it is chosen, we did not count.) Smith, "
        "who described the test, reads two bounds off it and no optimum.",
    ),
    predictions=[
        Question(
            "06-even",
            "Spread 100 rates evenly from 0.00001 to 100. How many of them are below 1?",
            {"a": "71: five of the seven decades", "b": "10", "c": "1"},
            "c",
            "They are about 1.01 apart: the second rate is already above 1.",
        ),
        Question(
            "06-length",
            "Ten times as many steps over the same range. Where is the point of the steepest fall?",
            {
                "a": "about where it was: the network is the same",
                "b": "at a rate about ten times lower",
                "c": "at a rate about ten times higher",
            },
            "b",
            "The fall comes when a distance has been walked: rate times steps. With ten times the "
            "steps a tenth of the rate has walked it.",
        ),
        Question(
            "06-luck",
            "27 tests of 1000 steps, which differ in start and mini-batches. How many of their "
            "steepest points lie below half of the median, or above twice of it?",
            {
                "a": "none: a long test averages the luck away",
                "b": "7",
                "c": "20 or more",
            },
            "b",
            "Neighbouring rates of a long test are 1.6 % apart, so the slope between them is "
            "mostly noise, divided by next to nothing.",
        ),
        Question(
            "06-rise",
            "In tests of 50 steps the loss starts to rise at a rate of about 10. How many "
            "validation images does a network read that was trained for 300 steps at that rate?",
            {
                "a": "less than half of them",
                "b": "about 80 %: too high, but it learns",
                "c": "about 97 %: if the test learnt up to there, so does the run",
            },
            "a",
            "A short test is past the cliff before the loss shows it: what a rate does in a few "
            "steps is not what it does in 300.",
        ),
    ],
    quiz=[
        Question(
            "06-quiz-1",
            "A test of 101 steps from 0.0001 to 1. What is the factor from each rate to the next?",
            {
                "a": "10 to the power 4/100",
                "b": "10 to the power 4/101",
                "c": "10 to the power 5/100",
            },
            "a",
            "101 rates have 100 gaps, and from 0.0001 to 1 it is a factor of 10 to the power 4.",
        ),
        Question(
            "06-quiz-2",
            "A loss stands still at 2. A moving average with beta = 0.9 starts from 0 and is not "
            "corrected. What is it after two losses?",
            {"a": "2", "b": "1.62", "c": "0.38"},
            "c",
            "0.2 after the first, then 0.9 * 0.2 + 0.1 * 2. Divided by 1 - 0.9**2 it is 2 again.",
        ),
        Question(
            "06-quiz-3",
            "You double the number of steps of a test. Which of these moves most?",
            {
                "a": "the rate at which two thirds of the fall are done",
                "b": "the rate at which the loss is lowest",
                "c": "the cliff of the full runs",
            },
            "a",
            "The fall measures rate times steps. The minimum is held up by the cliff, and the "
            "cliff of the full runs does not know of your test.",
        ),
        Question(
            "06-quiz-4",
            "Why is the slope taken over the logarithm of the rate?",
            {
                "a": "because over the rate itself the high end, where they lie apart, looks steep",
                "b": "because over the rate itself the low end, where rates lie close, looks steep",
                "c": "because the loss is a logarithm of a share, and the two belong together",
            },
            "b",
            "The same fall over a tenth of the distance counts as ten times as steep.",
        ),
        Question(
            "06-quiz-5",
            "A range test of a new problem falls from 0.02 on and is lowest at 2. You can afford "
            "four full runs. Which?",
            {
                "a": "four at 0.2, a tenth of the minimum, with four seeds",
                "b": "one at each valley of four more tests",
                "c": "one at each of 0.02, 0.1, 0.4 and 2",
            },
            "c",
            "More seeds or more tests sharpen one reading, and never compare it with another rate.",
        ),
    ],
    sources=[
        "L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, WACV 2017, arXiv "
        "1506.01186, section 3.3: the test, with rates that rise linearly over some epochs, and "
        "two bounds read off the accuracy.",
        "L. N. Smith and N. Topin, *Super-Convergence: Very Fast Training of Neural Networks Using "
        "Large Learning Rates*, 2017, arXiv 1708.07120: what the upper bound is used for.",
    ],
)
