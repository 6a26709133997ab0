"""Lesson 10, momentum: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=10,
    name="momentum",
    title="Momentum",
    minutes=80,
    needs="lessons 02 and 09",
    aims=[
        "write momentum, and say what it does to the largest stable rate and to the best one",
        "say from rate, momentum and curvature whether a walk creeps, rings or blows up",
        "translate a rate between torch, Keras and an average, and say when they part",
    ],
    exercises=["momentum_update", "convert_lr", "nesterov_update", "best_momentum"],
    claim=claim(
        "claim-10",
        "There is no single best learning rate: the optimal one depends on the task, the data and "
        "the architecture of the network.",
        "holds",
        "It depends on them (data: lesson 03, network: lesson 07), and the claim does not say on "
        "them alone. What it leaves out: with task, data and network the same, momentum 0.9 moved "
        "the best rate from 3.2 to 0.32 in mini-batches and from 6 to 4 without; the average "
        "multiplies it by ten.",
    ),
    predictions=[
        Question(
            "10-limit",
            "With momentum 0.9, where is the largest stable rate, which is 2/h without it?",
            {
                "a": "about ten times lower: steps that agree grow ten times as long",
                "b": "nearly twice as high",
                "c": "about half as high: slopes that alternate count about half",
            },
            "b",
            "Near the limit the slopes alternate and count about half, so the rate may be twice.",
        ),
        Question(
            "10-more",
            "Rate 1/L. How many steps does momentum 0.99 take, compared with 0.81?",
            {
                "a": "more than ten times as many",
                "b": "about as many",
                "c": "about a fifth: it remembers longer",
            },
            "a",
            "It rings along the valley, and ringing waves shrink by the root of the momentum.",
        ),
        Question(
            "10-pair",
            "Plain descent takes 691 steps at its best rate. How many does the best pair take?",
            {
                "a": "about 150, as with 1/L and 0.81",
                "b": "about 90",
                "c": "about 20",
            },
            "b",
            "The condition number is replaced by its root: each step shrinks by 0.818, not 0.980.",
        ),
        Question(
            "10-drop",
            "Three translated rates, one path. After 30 steps each is cut to a tenth. And now?",
            {
                "a": "all three stay together: the rates are still translations of each other",
                "b": "sum and average stay together, the one with the rate inside leaves them",
                "c": "sum and rate inside stay together, the average leaves them",
            },
            "b",
            "Where the rate is inside, the velocity is made of old steps, and they were long.",
        ),
        Question(
            "10-digits",
            "By its training loss, plain SGD's best rate is about 3. And with momentum 0.9?",
            {
                "a": "about 6: the limit is nearly twice as high",
                "b": "about 3",
                "c": "about 0.3",
            },
            "c",
            "Each slope moves the weights ten times over before it is forgotten.",
        ),
        Question(
            "10-full",
            "Now each step sees all images, and by the training loss plain descent's best rate "
            "is 6. And with momentum 0.9?",
            {
                "a": "a tenth again: 0.6",
                "b": "not far below: about 4",
                "c": "nearly twice as high: about 11",
            },
            "b",
            "Without noise the curvature limits, and momentum is worth most at high rates.",
        ),
        Question(
            "10-cycle",
            "The rate rises 25 times, the momentum falls from 0.95 to 0.85. What a slope does in "
            "all, the rate times 1 / (1 - momentum), rises how many times?",
            {
                "a": "about 8 times",
                "b": "about 25 times",
                "c": "about 75 times",
            },
            "a",
            "1 / (1 - momentum) falls from 20 to 6.7, to a third, while the rate rises 25 times.",
        ),
    ],
    quiz=[
        Question(
            "10-quiz-1",
            "A walk with momentum 0.81 rings. After how many steps are its waves a tenth as high?",
            {
                "a": "about 11",
                "b": "that depends on the rate",
                "c": "about 22",
            },
            "c",
            "Each step leaves the root of 0.81, which is 0.9, at any rate; 0.9**22 is 0.098.",
        ),
        Question(
            "10-quiz-2",
            "Plain descent swings for ever at rate 0.2. Momentum 0.5 comes in: above which rate "
            "does the walk blow up now?",
            {"a": "0.3", "b": "0.4", "c": "0.13"},
            "a",
            "The limit 2 / L is 0.2, and momentum moves it out 1 + 0.5 times.",
        ),
        Question(
            "10-quiz-3",
            "A full-batch loss comes down in slow waves. Which cure fits?",
            {
                "a": "more momentum",
                "b": "less momentum",
                "c": "a tenth of the rate",
            },
            "b",
            "The waves shrink by the root of the momentum; the rate has no say in it.",
        ),
        Question(
            "10-quiz-4",
            "A recipe with the average says rate 0.5, momentum 0.8. Which rate with the sum?",
            {"a": "0.5", "b": "0.1", "c": "2.5"},
            "b",
            "In the average a slope counts 0.2, in the sum it counts 1.",
        ),
        Question(
            "10-quiz-5",
            "Small batches, plain SGD tuned. You switch momentum 0.9 on and keep the rate. What "
            "is the rate now?",
            {
                "a": "about ten times too high",
                "b": "about right, as it was",
                "c": "about half of the new best",
            },
            "a",
            "Each slope now counts ten times, so the noise and the steps do too.",
        ),
    ],
    sources=[
        "B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR "
        "Computational Mathematics and Mathematical Physics 4(5), 1964: the heavy ball, with the "
        "rate inside, and the root of the condition number.",
        "I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and "
        "momentum in deep learning*, ICML 2013: momentum and Nesterov's, the rate inside.",
        "L. N. Smith, *A disciplined approach to neural network hyper-parameters: Part 1*, 2018, "
        "arXiv 1803.09820: momentum that falls while the rate climbs, in the single cycle of "
        "Smith and Topin (lesson 09).",
        "G. Goh, *Why Momentum Really Works*, Distill 2017: the same two solutions, drawn "
        "differently, and further.",
    ],
    claims={
        "10-digits": Evidence(
            "0.15 < best[2] < 0.6 and percent.mean(axis=0)[2] - percent.mean(axis=0)[0] < 1",
            "best = np.full(4, 3.2)",
        ),
        "10-full": Evidence(
            "settings[3 + np.median(loss[:, 3:], axis=0).argmin()][1] in (2.5, 4) and "
            "np.median(loss[:, :3], axis=0).min() > 50 * np.median(loss[:, 3:], axis=0).min()",
            "settings, loss = [(0.9, 0.6)] * 7, np.ones((5, 7))",
        ),
        "10-section-8": Evidence(
            "cycled[2:].max() - cycled[:2].max() < 0.5 and cycled[4] < cycled[0] - 0.3",
            "cycled = np.arange(7.0)",
        ),
        "claim-10": Evidence("best[0] / best[2] > 5", "best = np.full(4, 3.2)"),
    },
)
