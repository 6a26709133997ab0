"""Lesson 06, the range test, on trial: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=6,
    name="the_range_test",
    title="The range test, on trial",
    minutes=85,
    needs="lessons 01, 02, 04 and 05; moving average and log slope are explained here",
    aims=[
        "run a range test: one run, every rate, and a loss that is smoothed",
        "read bounds and a rate off its curve, and say what each of them measures",
        "put a suggested rate on trial",
    ],
    exercises=["geometric_lrs", "ema", "range_test", "suggest_lr"],
    claim=claim(
        "claim-06",
        "In a learning rate range test you raise the rate step by step until the loss starts to "
        "increase. The rate at this point is often chosen as the optimal value. (Judge the "
        "choice, not how often it is made.)",
        "only if",
        "Only if the test is long enough, and the average over its losses short: here the point "
        "where the loss had visibly risen gave far less than the best after tests of 50 steps, and "
        "98 % after 1000. At its word, as the minimum, it gave 97 % or more from 100 steps on, and "
        "with 50 it could still be too high. Smith, who described the test, reads two bounds off "
        "it and no optimum.",
    ),
    predictions=[
        Question(
            "06-even",
            "Spread 100 rates evenly from 0.00001 to 100. How many of them are below 1?",
            {"a": "71", "b": "10", "c": "1"},
            "c",
            "They are about 1.01 apart: the second rate is already above 1.",
        ),
        Question(
            "06-length",
            "Ten times as many steps over the same range. Where is the point of the steepest fall?",
            {
                "a": "at about the same rate",
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
            "steepest points lie below half of the median above, or over twice of it?",
            {
                "a": "none",
                "b": "one to eight",
                "c": "nine or more",
            },
            "b",
            "Neighbouring rates of a long test are 1.6 % apart, so the slope between them is "
            "mostly noise, divided by next to nothing. (Some stand at the wall, where a loss that "
            "jumped up falls again.)",
        ),
        Question(
            "06-rise",
            "In tests of 50 steps the loss starts to rise at a rate of about 10. How many "
            "validation images does a network get right that was trained for 300 steps at that "
            "rate?",
            {"a": "less than 93 %", "b": "93 to 97 %", "c": "more than 97 %"},
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
            "You make a test of 100 steps ten times as long. Which of these moves most?",
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
                "b": "one at each valley of four more tests of the same length",
                "c": "one at each of 0.02, 0.1, 0.4 and 2",
            },
            "c",
            "A tenth of the minimum, or four valleys close together, are one rate tried four "
            "times. Only c finds out whether another is better.",
        ),
    ],
    sources=[
        "L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, WACV 2017, arXiv "
        "1506.01186, section 3.3: the test, with rates that rise linearly over some epochs, and "
        "two bounds read off the accuracy.",
        "L. N. Smith and N. Topin, *Super-Convergence: Very Fast Training of Neural Networks Using "
        "Large Learning Rates*, 2017, arXiv 1708.07120: what the upper bound is used for.",
        "fastai 2, https://github.com/fastai/fastai, fastai/callback/schedule.py: `lr_find`, which "
        "skips the first tenth, with `minimum` (a tenth of it), `steep` and `valley`; learner.py: "
        "`Recorder`, whose average has beta 0.98.",
    ],
    claims={
        "06-length": Evidence(
            "5 < np.median(found[100, 'steepest']) / np.median(found[1000, 'steepest']) < 25",
            "found = {(100, 'steepest'): 2.0, (1000, 'steepest'): 2.0}",
        ),
        "06-section-5": Evidence(
            "max(walked.values()) / min(walked.values()) < 1.5",
            "walked = {100: 100.0, 300: 300.0, 1000: 1000.0}",
        ),
        "06-luck": Evidence(
            "1 <= sum(strays[1000, 'steepest'][:2]) <= 8",
            "strays = {(1000, 'steepest'): (0, 0, 0)}",
        ),
        "06-section-6": Evidence(
            "sum(strays[1000, 'valley'][:2]) < sum(strays[1000, 'steepest'][:2])",
            "strays = dict.fromkeys([(1000, 'valley'), (1000, 'steepest')], (2, 0, 0))",
        ),
        "06-rise": Evidence(
            "sweep[12] < 93",
            "sweep = np.full(14, 98.0)",
        ),
        "06-section-7": Evidence(
            "np.median(scores[50, 'minimum / 10']) > sweep.max() - 3 and "
            "np.median(scores[1000, 'starts to rise']) > sweep.max() - 2",
            "sweep = np.array([98.0])\n"
            "scores = {(50, 'minimum / 10'): 49.0, (1000, 'starts to rise'): 49.0}",
        ),
        "06-section-8": Evidence(
            "min(np.median(suggest_lr(calm.lr, calm.smooth, rule)) / np.median(found[300, rule]) "
            "for rule in RULES) > 1.2",
            "from types import SimpleNamespace as Some\n"
            "calm, RULES, suggest_lr = Some(lr=0, smooth=0), ['valley'], lambda *test: 0.5\n"
            "found = {(300, 'valley'): 0.5}",
        ),
        "06-section-9": Evidence(
            "upper[50] < 5 <= upper[1000] and upper[1000] <= 9", "upper = {50: 9, 1000: 0}"
        ),
        "claim-06": Evidence(
            "np.median(scores[50, 'starts to rise']) < 93 and "
            "np.median(scores[1000, 'starts to rise']) > 93",
            "scores = {(50, 'starts to rise'): 98.0, (1000, 'starts to rise'): 98.0}",
        ),
    },
)
