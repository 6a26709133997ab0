"""Lesson 13, the landscape pushes back: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=13,
    name="the_landscape_pushes_back",
    title="The landscape pushes back",
    minutes=95,
    needs="lessons 01, 02 and 04; warm-up from 09",
    aims=[
        "measure the sharpness of a network, its largest curvature, from gradients alone",
        "say what a rate above 2 over the sharpness does on a bowl, and what it does to a network",
        "say when a warm-up helped, and what the border of the rates that train looks like",
        "say which rate a wider network stands",
    ],
    exercises=["sharpness", "hessian_vector_product", "power_iteration"],
    claim=claim(
        "claim-13",
        "A higher learning rate can give faster progress at first, but it leads to instability and "
        "keeps the model from converging.",
        "only if",
        "Above 2 over the sharpness one direction is unstable, and on a bowl that is the end. Our "
        "network gave way: at 0.8 the loss rose on half of the steps and got about as low as "
        "at 0.4, lower than at 0.1 and 0.2. Training ended where rate times sharpness came near "
        "4, or beyond.",
    ),
    predictions=[
        Question(
            "13-negative",
            "You multiply and scale back again and again. What becomes of the arrow, and of the "
            "curvature measured along it?",
            {
                "a": "it comes to rest along the eigenvector of 4, and 4 is measured",
                "b": "it turns round at every step along that of -5, and -5 is measured",
                "c": "it turns round at every step, and 4 and -5 are measured in turn",
            },
            "b",
            "The part along -5 grows fastest and changes its sign each time. In v times Hv the two "
            "signs of v cancel.",
        ),
        Question(
            "13-edge",
            "At the start 0.4 times the sharpness is 1.6. What does it do in 2500 steps?",
            {
                "a": "it falls: near the bottom of a valley the ground is flatter",
                "b": "it climbs above 2, and from there on training blows up",
                "c": "it climbs to about 2, and stays there",
            },
            "c",
            "Descent leads into ever steeper places, until the swings of an unstable direction "
            "push it back.",
        ),
        Question(
            "13-rises",
            "On how many of these steps does the loss rise, and where is it after them?",
            {
                "a": "it rises on about half of them, and is lower after them",
                "b": "it rises on about half of them, and is as high after them",
                "c": "it rises on a few of them: each rise that is not undone is the end",
            },
            "a",
            "The unstable direction swings to and fro; all others go on descending.",
        ),
        Question(
            "13-valley",
            "What becomes of the walks at the two rates?",
            {
                "a": "both are thrown out: the floor is steeper than either limit allows",
                "b": "at 0.15 it moves to a flatter place, at 0.3 it is thrown out",
                "c": "both move to a flatter place, the one at 0.3 to a flatter one",
            },
            "b",
            "Swings across a bent valley push along it: with rate times sharpness between 2 and 4 "
            "to where it is flatter, above 4 to where it is steeper still.",
        ),
        Question(
            "13-raise",
            "Which of the two do all four survive?",
            {
                "a": "both: 0.8 worked from the first step, and now most is learnt",
                "b": "neither: the limit sinks to 2.5, and the sharpness is 5",
                "c": "the slow climb only",
            },
            "c",
            "The jump puts rate times sharpness at about 4, and near 4 swings stop pushing the "
            "sharpness down. On the slow climb they push it down step by step.",
        ),
        Question(
            "13-warm",
            "Which of the warm-ups, of 10, 100 and 300 steps, rescue all four runs at 1.2?",
            {
                "a": "only that of 300",
                "b": "those of 100 and 300",
                "c": "all three: the first few steps are what matters",
            },
            "a",
            "A gentle start lowers the sharpness only a little. Swings have to push it down before "
            "the rate passes 4 over it, and for that even 100 steps are too few.",
        ),
        Question(
            "13-border",
            "What do you see?",
            {
                "a": "the same as above: at 64 times it is nearly straight",
                "b": "it is rough at every zoom",
                "c": "it is rough at 8 times, and smooth once you are closer than its bays",
            },
            "b",
            "Each step bends and folds what it is given, and 150 steps make folds within folds.",
        ),
        Question(
            "13-width",
            "The same rate for the network of 512 units: what becomes of it?",
            {
                "a": "it trains as well: each weight has as long a slope as before",
                "b": "it blows up: the last layer moves the outputs too far",
                "c": "it crawls: each weight is four times as small, and counts for less",
            },
            "b",
            "Weights that each move as far as before move what they add up to 16 times as far. At "
            "0.2 the wide network trains, at 0.7 none of the four lived.",
        ),
    ],
    quiz=[
        Question(
            "13-quiz-1",
            "A network's sharpness is 50 and the rate 0.05. What do you know?",
            {
                "a": "training will diverge, because 2/50 is 0.04",
                "b": "one direction overshoots farther at each step, for now",
                "c": "nothing: the rule 2 over the curvature is for bowls only",
            },
            "b",
            "Whether the network gives way is another question. Here it often did.",
        ),
        Question(
            "13-quiz-2",
            "A run has settled at its edge at rate 0.1. You go on at 0.05. What of the sharpness?",
            {
                "a": "it climbs again, slowly",
                "b": "it stays at 20: it has found its edge",
                "c": "it sinks towards 10",
            },
            "a",
            "The limit is now 2/0.05, which is 40. Below its limit the sharpness climbed, by a few "
            "tenths in 600 steps.",
        ),
        Question(
            "13-quiz-3",
            "A Hessian has the eigenvalues 3, 1 and -7. What does v times Hv tend to?",
            {"a": "3", "b": "7", "c": "-7"},
            "c",
            "The largest in size wins, and v times Hv keeps its sign.",
        ),
        Question(
            "13-quiz-4",
            "With the squared loss you train from the start at 8 over the sharpness. What do you "
            "expect?",
            {
                "a": "a wild swing, and then a flatter place",
                "b": "swings that grow until the run blows up",
                "c": "swings that stay as wide as they are",
            },
            "b",
            "Swings make the ground steeper still. Both rates above 4 that we tried in the valley "
            "threw the walk out; the network survives at times a little above.",
        ),
        Question(
            "13-quiz-5",
            "Two rates differ in the third digit: one trains, the other diverges. What do you do?",
            {
                "a": "look for the bug: so little cannot decide",
                "b": "take the one that trains: it was tried",
                "c": "take neither, but one well below both",
            },
            "c",
            "They lie near the border, where a rate that trains vouches for none beside it.",
        ),
    ],
    sources=[
        "J. Cohen et al., *Gradient Descent on Neural Networks Typically Occurs at the Edge of "
        "Stability*, ICLR 2021, arXiv 2103.00065: the measurement, on many networks and tasks.",
        "A. Damian, E. Nichani, J. Lee, *Self-Stabilization: The Implicit Bias of Gradient Descent "
        "at the Edge of Stability*, ICLR 2023, arXiv 2209.15594: why it is pushed back.",
        "A. Lewkowycz et al., *The Large Learning Rate Phase of Deep Learning: the Catapult "
        "Mechanism*, 2020, arXiv 2003.02218: between 2 and 4 over the sharpness.",
        "J. Gilmer et al., *A Loss Curvature Perspective on Training Instabilities of Deep "
        "Learning Models*, ICLR 2022, arXiv 2110.04369: warm-up and sharpness, on large networks.",
        "G. Yang, E. Hu et al., *Tensor Programs V: Tuning Large Neural Networks via Zero-Shot "
        "Hyperparameter Transfer*, NeurIPS 2021, arXiv 2203.03466: table 3 has the factors; a "
        "6.7-billion model tuned by one of 40 million.",
        "J. Sohl-Dickstein, *The Boundary of Neural Network Trainability Is Fractal*, 2024, arXiv "
        "2402.06184: the border, over ten decades of zoom.",
    ],
    claims={
        "13-edge": Evidence(
            "1.8 < 0.4 * steepest[60:, 2].mean() < 2.2", "steepest = np.full((101, 4), 4.0)"
        ),
        "13-rises": Evidence(
            "0.35 < np.mean(np.diff(edge.loss[1500:, 3]) > 0) < 0.65 and "
            "edge.loss[-1, 3] < edge.loss[1500, 3]",
            "from types import SimpleNamespace as Run\nedge = Run(loss=np.ones((2501, 4)))",
        ),
        "13-raise": Evidence(
            "run.diverged[:, 1].any() and not run.diverged[:, 2].any()",
            "from types import SimpleNamespace as Run\nrun = Run(diverged=np.zeros((4, 3), bool))",
        ),
        "13-section-4": Evidence("later[0] - later[1] > 0.1", "later = [5.0, 5.0]"),
        "13-section-5": Evidence("lived == 12", "lived = 8"),
        "13-warm": Evidence("died[5] == 0 and died[3] > 0 and died[4] > 0", "died = np.zeros(6)"),
        "13-width": Evidence(
            "lasting['width 32'][1][1] == 4 and lasting['width 512'][1][1] == 0",
            "lasting = {'width 32': (4, [4, 4]), 'width 512': (4, [4, 4])}",
        ),
        "13-section-8": Evidence(
            "lasting['width 512, rates by layer'][1][1] == 4 and "
            "lasting['width 512, rates by layer'][2][1] < 1.05 * lasting['width 512'][2][0]",
            "from collections import defaultdict\n"
            "lasting = defaultdict(lambda: (4, [4, 0], [1, 1]))",
        ),
        "claim-13": Evidence(
            "edge.loss[-1, 3] < edge.loss[-1, 1] < edge.loss[-1, 0] and "
            "abs(edge.loss[-1, 3] - edge.loss[-1, 2]) < 0.015 and died[2] >= 3",
            "from types import SimpleNamespace as Run\n"
            "edge, died = Run(loss=np.ones((2501, 4))), np.zeros(6)",
        ),
    },
)
