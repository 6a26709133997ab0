"""Lesson 07, tune like a scientist: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=7,
    name="tune_like_a_scientist",
    title="Tune like a scientist",
    minutes=70,
    needs="lessons 04 and 05; the normal distribution is explained here",
    aims=[
        "search for a rate on the right scale, with few trials",
        "say when a grid, random draws or a model of the curve is the better search",
        "pick by validation, report by test, and refuse to rank what was not tuned",
    ],
    exercises=["pick_lr", "golden_section", "expected_improvement"],
    claim=claim(
        "claim-07",
        "Techniques for finding a good learning rate, by effectiveness: grid search is medium, "
        "random search is high, Bayesian optimization is high.",
        "only if",
        "It names no number of knobs or trials. With the rate alone a log grid beats random draws "
        "at five and nine trials, and the Bayesian search does not beat the grid; with a second "
        'knob that hardly matters random draws win at 16. ("Effectiveness" is vague, but an order '
        "of searches can be tried, so it is not uncheckable.)",
    ),
    predictions=[
        Question(
            "07-uniform",
            "You draw ten rates from [0.00001, 1], all numbers alike. In how many of 100 tries is "
            "at least one of the ten between 0.003 and 0.01?",
            {"a": "about 70", "b": "about 35", "c": "about 7"},
            "c",
            "That stretch is 0.7 % of the interval; half a factor of ten counts for nothing there.",
        ),
        Question(
            "07-five",
            "One knob, five trials, on a log scale: which loses more accuracy on average?",
            {
                "a": "a grid, from end to end or centred",
                "b": "random draws",
                "c": "neither: five are five",
            },
            "b",
            "Random draws clump and leave gaps; a grid over one knob has no gap wider than a step.",
        ),
        Question(
            "07-knob",
            "Now a second knob that hardly matters, and nine trials. What does a 3 by 3 grid lose, "
            "next to the five-trial grid over the rate alone?",
            {
                "a": "more, though it has nearly twice the trials",
                "b": "about the same: the second knob hardly matters",
                "c": "less: it has nearly twice the trials",
            },
            "a",
            "Nine trials, but only three different rates: as if it had tried three.",
        ),
        Question(
            "07-process",
            "A Gaussian process chooses each next rate by all that was seen before. Does it lose "
            "less than a log grid of as many trials, by a tenth of a point or more?",
            {
                "a": "at 5 trials and at 16",
                "b": "not at 5, when it knows little; but at 16",
                "c": "neither at 5 nor at 16",
            },
            "c",
            "On one knob a grid leaves no gaps. The process has to find out what the grid takes "
            "for granted: that the good rates may be anywhere.",
        ),
        Question(
            "07-sigmoid",
            "At rate 0.03 sigmoid is more than twenty points behind ReLU. And each at its own best "
            "rate?",
            {
                "a": "sigmoid stays ten points behind or more",
                "b": "they differ by less than two points",
                "c": "sigmoid is ahead by two points or more",
            },
            "b",
            "0.03 is low for ReLU and lower still for sigmoid, whose slope is nowhere above 1/4.",
        ),
    ],
    quiz=[
        Question(
            "07-quiz-1",
            "You draw an exponent u uniformly from -4 to 0 and take the rate 10**u. How likely is "
            "a rate between 0.001 and 0.01?",
            {"a": "1/4", "b": "0.9 %", "c": "9 %"},
            "a",
            "One of four factors of ten.",
        ),
        Question(
            "07-quiz-2",
            "You tried 0.001, 0.01 and 0.1, and 0.1 is the best. What do you do?",
            {
                "a": "repeat 0.1 with more seeds",
                "b": "try 0.03 and 0.3, around the best",
                "c": "try 1, and go on until it falls",
            },
            "c",
            "The best is on the edge, so you have not seen the curve turn.",
        ),
        Question(
            "07-quiz-3",
            "Golden section has a bracket of five factors of ten and 9 trials. How wide is the "
            "bracket after them?",
            {"a": "0.1 factors of ten", "b": "0.56 factors of ten", "c": "0.02 factors of ten"},
            "a",
            "Two trials make the first cut, the other seven one cut each: 5 x 0.618**8 = 0.11.",
        ),
        Question(
            "07-quiz-4",
            "A paper compares optimizers A and B at the best rate of A. B loses. What is missing "
            "before you may rank them?",
            {
                "a": "more seeds, and standard errors",
                "b": "a sweep of rates for B",
                "c": "the test accuracy of both",
            },
            "b",
            "Seeds measure luck. They do not make up for a rate that was chosen for A.",
        ),
        Question(
            "07-quiz-5",
            "You tuned on the validation images, and the best run of 240 reached 99.0 % there. "
            "What do you expect of it on the test images?",
            {
                "a": "99.0 %: they come from the same source",
                "b": "less: the best of many owes part of its score to luck",
                "c": "more: validation images are harder",
            },
            "b",
            "The luck was on the validation images, and it stays there.",
        ),
    ],
    sources=[
        "J. Bergstra, Y. Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13 (2012), "
        "[jmlr.org/papers/v13/bergstra12a](https://jmlr.org/papers/v13/bergstra12a.html): a grid "
        "wastes its trials on knobs that do not matter.",
        "V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, "
        "2023, [github.com/google-research/tuning_playbook]"
        "(https://github.com/google-research/tuning_playbook): quasi-random search, the boundary "
        "check, fair comparisons.",
    ],
    claims={
        "07-uniform": Evidence(
            "100 * np.mean(((numbers > 0.003) & (numbers < 0.01)).any(axis=1)) < 15",
            "numbers = np.full((9, 10), 0.005)",
        ),
        "07-five": Evidence(
            "one_knob['random'][5] - max(one_knob['grid'][5], one_knob['centred'][5]) > 1",
            "one_knob = dict.fromkeys(['random', 'grid', 'centred'], {5: 2.0})",
        ),
        "07-knob": Evidence(
            "two_knobs['grid'][9] > one_knob['grid'][5] + 1 and "
            "two_knobs['centred'][9] > one_knob['centred'][5] + 0.2",
            "one_knob = {'grid': {5: 2.0}, 'centred': {5: 2.0}}\n"
            "two_knobs = {'grid': {9: 2.0}, 'centred': {9: 2.0}}",
        ),
        "07-section-5": Evidence(
            "two_knobs['centred'][16] - two_knobs['random'][16] > 0.1",
            "two_knobs = {'centred': {16: 1.0}, 'random': {16: 1.0}}",
        ),
        "07-process": Evidence(
            "behind_grid.mean(axis=1).min() > -0.1",
            "behind_grid = np.array([[1.0, 1.0], [-1.0, 0.0]])",
        ),
        "07-section-8": Evidence(
            "picked[10][0] - picked[1][0] > picked[10][1] - picked[1][1]",
            "picked = {1: [97.0, 97.0], 10: [98.0, 98.0]}",
        ),
        "07-sigmoid": Evidence(
            "abs(ranked['relu'].score - ranked['sigmoid'].score) < 0.02",
            "from types import SimpleNamespace as Pick\n"
            "ranked = {'relu': Pick(score=0.98), 'sigmoid': Pick(score=0.88)}",
        ),
        "claim-07": Evidence(
            "one_knob['random'][5] > one_knob['grid'][5] + 1 and "
            "two_knobs['centred'][16] > two_knobs['random'][16]",
            "one_knob = {'random': {5: 1.0}, 'grid': {5: 1.0}}",
        ),
    },
)
