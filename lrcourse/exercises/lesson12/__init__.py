"""Lesson 12, let the machine choose: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=12,
    name="let_the_machine_choose",
    title="Let the machine choose",
    minutes=75,
    needs="lessons 01, 02, 04, 05 and 11",
    aims=[
        "write two rules that choose a rate, and up to four more",
        "say of each rule what it has to be told, and how it fared from good and from bad numbers",
        "compare rules with a tuned rate, and say what each of the two looks after",
    ],
    exercises=[
        "reduce_on_plateau",
        "armijo_step",
        "polyak_lr",
        "barzilai_borwein_lr",
        "hypergradient_update",
        "dog_lr",
    ],
    claim=claim(
        "claim-12",
        "Auto-tuning methods adjust the learning rate, letting the AI choose its own pace.",
        "only if",
        "Only if its start and settings suit the problem. Four rules came within a point of the "
        "tuned rate on our network, in the median. But nearly every one has a start or a setting "
        "that made it fail, and the pace it chooses suits the training loss, which is not all that "
        "you want.",
    ),
    predictions=[
        Question(
            "12-plateau",
            "The rule that looks at each mini-batch: how often does it drop the rate tenfold?",
            {
                "a": "once or twice, near the end",
                "b": "about five times",
                "c": "more than twenty times",
            },
            "c",
            "One lucky mini-batch sets a mark that the next four cannot reach, again and again.",
        ),
        Question(
            "12-search",
            "How many steps does the line search need, from 10⁻⁸ and from 10⁴?",
            {
                "a": "about 200 from both: half the rate, twice the steps",
                "b": "about 100 from both, as with the best fixed rate",
                "c": "about 100 from 10⁴, about 300 from 10⁻⁸",
            },
            "b",
            "The curvature along a step's own slope is mostly below the steepest, so longer steps "
            "are allowed. The way up from 10⁻⁸ is some 30 doublings.",
        ),
        Question(
            "12-lowest",
            "The number is 4 % too low. What does Polyak's rule do?",
            {
                "a": "it arrives, in a few more steps: each rate is a little too high",
                "b": "it stops short, 0.01 above the bottom",
                "c": "it is thrown out again and again, and never comes within a millionth",
            },
            "c",
            "Far away 0.01 hardly counts. Near the bottom it is all that is left in the numerator, "
            "and the slope in the denominator goes to 0.",
        ),
        Question(
            "12-bb",
            "On how many of the first 40 steps does the loss rise?",
            {
                "a": "none: a good rate never makes the loss rise",
                "b": "on 5 to 10 of them",
                "c": "on about 20, every other step",
            },
            "b",
            "From 1e-8 it arrives in about half of the steps that the best fixed rate takes, "
            "rising now and then.",
        ),
        Question(
            "12-beta",
            "Which values of beta arrive within 600 steps, of 1, 10, 100, 1000 and 10,000?",
            {
                "a": "all five: a rate that listens finds its place, sooner or later",
                "b": "three of them, 10, 100 and 1000",
                "c": "one, 100: it has to be met as closely as a rate itself",
            },
            "b",
            "1 is too timid for 600 steps, 10,000 throws the walk out.",
        ),
        Question(
            "12-noise",
            "How do these four fare against the tuned rate, in the median on the test images?",
            {
                "a": "all four come within a point of it",
                "b": "all four stay behind it, by two points or more",
                "c": "two come within a point of it, and two lose ten points or more",
            },
            "a",
            "On this split their medians are within 0.2 points of it, and no rate was swept.",
        ),
        Question(
            "12-test",
            "Prodigy's accuracy on the test images, with this network, in the median, against the "
            "tuned rate's?",
            {
                "a": "half a point higher, or more",
                "b": "the same, within half a point",
                "c": "more than half a point lower",
            },
            "c",
            "On this split it is a point behind. It was asked for a low training loss, and "
            "delivered. The tuned rate was chosen on the validation images.",
        ),
    ],
    quiz=[
        Question(
            "12-quiz-1",
            "Patience 2, and the looks are 8, 7, 9, 7, 6, 8, 8, 8. After which look does the rate "
            "drop?",
            {"a": "the fourth", "b": "the eighth", "c": "the seventh"},
            "b",
            "The fifth look is better than all before it. The three that follow are not, and three "
            "is more than two.",
        ),
        Question(
            "12-quiz-2",
            "A line search with c = 1/2 on a parabola of curvature 4 begins at 3 and halves. What "
            "is taken?",
            {"a": "0.1875", "b": "0.375", "c": "0.75"},
            "a",
            "It takes rates up to 1/4: 3, 1.5, 0.75 and 0.375 are too high.",
        ),
        Question(
            "12-quiz-3",
            "The loss is 0.9, the gradient (3, 1), the lowest loss 0.4. What is Polyak's rate?",
            {"a": "0.09", "b": "0.125", "c": "0.05"},
            "c",
            "0.5 is left to gain, and 9 + 1 = 10.",
        ),
        Question(
            "12-quiz-4",
            "Why does Barzilai and Borwein's rate suffer from mini-batches?",
            {
                "a": "the change of the gradient is then mostly noise",
                "b": "a mini-batch's loss is lower than that of all images",
                "c": "a mini-batch's gradient is shorter than that of all images",
            },
            "a",
            "Two mini-batches differ more than the slope does between two steps.",
        ),
        Question(
            "12-quiz-5",
            "Softmax regression: a rule that chooses its rate ends with a fifth of tuned SGD's "
            "training loss, and a point behind on test images. Which of these causes is possible?",
            {
                "a": "its rate is so high that it never settles",
                "b": "its rate is so low that it has not arrived",
                "c": "its weights have grown to suit odd training images",
            },
            "c",
            "A rate that never settles or does not arrive has a higher training loss. What a low "
            "one is worth, only other images tell.",
        ),
    ],
    sources=[
        "L. Armijo, *Minimization of functions having Lipschitz continuous first partial "
        "derivatives*, 1966, Pacific Journal of Mathematics 16. B. T. Polyak, *Minimization of "
        "unsmooth functionals*, 1969, USSR Computational Mathematics and Mathematical Physics 9.",
        "M. Ivgi, O. Hinder, Y. Carmon, *DoG is SGD's Best Friend: A Parameter-Free Dynamic Step "
        "Size Schedule*, 2023, arXiv 2302.12022: their results are for an average of the "
        "places; the last is used here.",
        "S. Vaswani et al., *Painless Stochastic Gradient: Interpolation, Line-Search, and "
        "Convergence Rates*, 2019, arXiv 1905.09997: the line search on mini-batches.",
        "N. Loizou et al., *Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for "
        "Fast Convergence*, 2021, arXiv 2002.10542.",
        "A. G. Baydin et al., *Online Learning Rate Adaptation with Hypergradient Descent*, 2018, "
        "arXiv 1703.04782.",
        "A. Defazio, K. Mishchenko, *Learning-Rate-Free Learning by D-Adaptation*, 2023, arXiv "
        "2301.07733. Prodigy: K. Mishchenko, A. Defazio, 2024, arXiv 2306.06101. Schedule-Free: "
        "A. Defazio et al., *The Road Less Scheduled*, 2024, arXiv 2405.15682.",
        "J. Barzilai, J. M. Borwein, *Two-Point Step Size Gradient Methods*, 1988, IMA Journal of "
        "Numerical Analysis 8. AdGD: Y. Malitsky, K. Mishchenko, *Adaptive Gradient Descent "
        "without Descent*, 2020, arXiv 1910.09529.",
    ],
    claims={
        "12-plateau": Evidence(
            "drops[:, 1].min() > 20 and drops[:, 3:].max() < 10", "drops = np.ones((8, 5))"
        ),
        "12-search": Evidence(
            "70 < max(needed.values()) < 150 and min(needed.values()) > 50",
            "needed = {1e-8: 300, 1e4: 100}",
        ),
        "12-lowest": Evidence(
            "steps_needed(told[-0.01]) == ['never'] != steps_needed(told[0])",
            "told, steps_needed = {0: 0, -0.01: 0}, lambda run: ['63 steps']",
        ),
        "12-bb": Evidence("5 <= rises <= 10", "rises = 20"),
        "12-beta": Evidence(
            "[steps != 'never' for steps in arrived[:5]] == [False, True, True, True, False]",
            "arrived = ['never'] * 5",
        ),
        "12-section-7": Evidence(
            "all('never' not in reached[k] for k in ('line search', 'Polyak', 'Barzilai-Borwein'))",
            "reached = dict.fromkeys(['line search', 'Polyak', 'Barzilai-Borwein'], ['never'])",
        ),
        "12-noise": Evidence("np.abs(gains[1:5]).max() < 1", "gains = np.array([0, 0, -2, 0, 0])"),
        "12-section-8": Evidence("gains[5] < -20 and gains[8] < -50", "gains = np.zeros(9)"),
        "12-test": Evidence("prodigy_gain < -0.5", "prodigy_gain = 0"),
        "12-section-9": Evidence(
            "gain[:, 4:].mean(axis=0).max() < 0.3 and loss[4:].max() < loss[0]",
            "gain, loss = np.ones((8, 6)), np.arange(6, 0, -1)",
        ),
        "claim-12": Evidence("gains[1:5].min() > -1 and gains[8] < -50", "gains = np.zeros(9)"),
    },
)
