"""Lesson 10, momentum: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=10,
    name="momentum",
    title="Momentum",
    minutes=70,
    needs="lessons 02 and 09",
    aims=[
        "write momentum, and say why it allows higher rates and yet often wants lower ones",
        "say from rate, momentum and curvature whether a walk creeps, rings or blows up",
        "translate a rate between torch, Keras and an average, and say when they part",
    ],
    exercises=["momentum_update", "convert_lr", "nesterov_update", "best_momentum"],
    claim=claim(
        "claim-10",
        "There is no single best learning rate: the optimal one depends on the task, the data and "
        "the architecture of the network.",
        "holds",
        "It depends on them, and the claim does not say on them alone. What it leaves out: with "
        "task, data and network the same, momentum 0.9 moved the best rate from 3.2 to 0.32 in "
        "mini-batches and from 6 to 4 without; the average multiplies it by ten.",
    ),
    predictions=[
        Question(
            "10-limit",
            "With momentum 0.9, where is the largest stable rate, which is 2/h without it?",
            {
                "a": "about ten times lower: the steps grow ten times as long",
                "b": "nearly twice as high",
                "c": "where it was: the curvature alone decides",
            },
            "b",
            "Near the limit the slopes alternate, and alternating slopes make the velocity small.",
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
            "It rings along the valley, and a ringing walk shrinks by the root of the momentum.",
        ),
        Question(
            "10-pair",
            "Plain descent takes 691 steps at its best rate. How many with the best pair?",
            {
                "a": "about 350, half as many",
                "b": "about 690, for its walk rings",
                "c": "about 90",
            },
            "c",
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
            "Plain SGD's best rate is about 3. Where is it with momentum 0.9?",
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
            "Now each step sees all images, and plain descent's best rate is 6. And with momentum?",
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
            "One cycle without momentum, with 0.9, and with momentum in antiphase, each at its "
            "best peak. What do you expect?",
            {
                "a": "all three within a point of each other",
                "b": "antiphase more than a point ahead of both others",
                "c": "the two with momentum more than a point ahead",
            },
            "a",
            "With batches of 8 noise limits, and there momentum is a rate by another name.",
        ),
    ],
    quiz=[
        Question(
            "10-quiz-1",
            "Momentum 0.75, the sum. On a long even slope, how long do the steps become?",
            {
                "a": "0.75 times those of plain descent",
                "b": "1.75 times those of plain descent",
                "c": "4 times those of plain descent",
            },
            "c",
            "1 + 0.75 + 0.75**2 + ... = 1 / (1 - 0.75).",
        ),
        Question(
            "10-quiz-2",
            "The largest curvature is 10, the momentum 0.5. Above which rate does it blow up?",
            {"a": "0.3", "b": "0.2", "c": "0.4"},
            "a",
            "2 (1 + 0.5) / 10.",
        ),
        Question(
            "10-quiz-3",
            "A full-batch loss comes down in slow waves. Which cure fits?",
            {
                "a": "more momentum, to smooth the waves out",
                "b": "less momentum, until it hardly rings",
                "c": "a tenth of the rate, so that no step overshoots",
            },
            "b",
            "A ringing walk shrinks by the root of the momentum; the rate has no say in it.",
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
            "Small batches, plain SGD tuned. You switch momentum 0.9 on and keep the rate. What do "
            "you expect?",
            {
                "a": "about ten times too high a rate",
                "b": "about the same run, but smoother",
                "c": "about half the rate that is now possible",
            },
            "a",
            "Each slope now counts ten times, so the noise and the steps do too.",
        ),
    ],
    sources=[
        "B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, USSR "
        "Computational Mathematics and Mathematical Physics 4(5), 1964: the heavy ball, and the "
        "root of the condition number.",
        "I. Sutskever, J. Martens, G. Dahl, G. Hinton, *On the importance of initialization and "
        "momentum in deep learning*, ICML 2013: momentum and Nesterov's, the rate inside.",
        "L. N. Smith, *A disciplined approach to neural network hyper-parameters: Part 1*, 2018, "
        "arXiv 1803.09820: momentum that falls while the rate climbs.",
        "G. Goh, *Why Momentum Really Works*, Distill 2017: the same two solutions, drawn "
        "differently, and further.",
    ],
)
