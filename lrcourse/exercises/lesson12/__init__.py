"""Lesson 12, let the machine choose: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=12,
    name="let_the_machine_choose",
    title="Let the machine choose",
    minutes=75,
    needs="lessons 02, 05 and 11",
    aims=[
        "write five rules that choose a rate, from the plateau rule to distance over gradients",
        "name for each rule the number that it still needs, and a case that breaks it",
        "tell a low training loss from a good model, and say who has to look after which",
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
        "Four rules were as good as the tuned rate on our network, untuned. But nearly every rule "
        "has a start or a setting that made it fail, and the pace it chooses suits the training "
        "loss, which is not all that you want.",
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
            "12-tries",
            "How many tries does a step take, from 1e-8 and from 1e4?",
            {
                "a": "about one: the last rate fits the next step",
                "b": "about two",
                "c": "about ten, and most of them from 1e4",
            },
            "b",
            "It begins with twice the last rate: one try fails and the next is taken. The way down "
            "from 1e4 is ten halvings, once.",
        ),
        Question(
            "12-lowest",
            "The number is 4 % too low. What does Polyak's rule do?",
            {
                "a": "it arrives, in a few more steps: each rate is a little too high",
                "b": "it stops short, 0.01 above the bottom",
                "c": "it never arrives, however long it walks",
            },
            "c",
            "Far away 0.01 hardly counts. Near the bottom it is all that is left above the line, "
            "and the slope below the line goes to 0.",
        ),
        Question(
            "12-bb",
            "On how many of the first 40 steps does the loss rise?",
            {
                "a": "none: a good rate never makes the loss rise",
                "b": "about 8",
                "c": "about 20, every other step",
            },
            "b",
            "It arrives in half of the steps that the best fixed rate takes, rising now and then.",
        ),
        Question(
            "12-beta",
            "Which values of beta arrive within 2000 steps, of 0.01, 1, 100, 10,000 and 1,000,000?",
            {
                "a": "all five: a rate that listens finds its place, sooner or later",
                "b": "three of them, from 1 to 10,000",
                "c": "two of them, 1 and 100",
            },
            "c",
            "0.01 is too timid, 10,000 and 1,000,000 throw the walk out.",
        ),
        Question(
            "12-noise",
            "How do these four fare against the tuned rate, on the test images?",
            {
                "a": "all four are level with it, within half a point",
                "b": "all four stay behind it, by a point or more",
                "c": "two are level with it, and two lose ten points or more",
            },
            "a",
            "Their differences are no larger than their errors, and no rate was swept.",
        ),
        Question(
            "12-test",
            "D-Adaptation's accuracy on the test images, against the tuned rate's?",
            {
                "a": "about a point higher",
                "b": "the same, within the errors",
                "c": "about a point lower",
            },
            "c",
            "It was asked for a low training loss, and delivered. The tuned rate was chosen on the "
            "validation images.",
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
                "b": "the loss of a mini-batch is too low",
                "c": "a mini-batch has fewer parameters",
            },
            "a",
            "Two mini-batches differ more than the slope does between two steps.",
        ),
        Question(
            "12-quiz-5",
            "Two runs end, one with a tenth of the other's training loss. Which one do you keep?",
            {
                "a": "the one with the lower training loss",
                "b": "the one with the higher training loss",
                "c": "the one that is better on validation images",
            },
            "c",
            "A low training loss is what the rule was asked for. What you want may differ.",
        ),
    ],
    sources=[
        "M. Ivgi, O. Hinder, Y. Carmon, *DoG is SGD's Best Friend: A Parameter-Free Dynamic Step "
        "Size Schedule*, 2023, arXiv 2302.12022: distance over gradients, with averaging.",
        "S. Vaswani et al., *Painless Stochastic Gradient: Interpolation, Line-Search, and "
        "Convergence Rates*, 2019, arXiv 1905.09997: the line search on mini-batches.",
        "N. Loizou et al., *Stochastic Polyak Step-size for SGD: An Adaptive Learning Rate for "
        "Fast Convergence*, 2021, arXiv 2002.10542.",
        "A. G. Baydin et al., *Online Learning Rate Adaptation with Hypergradient Descent*, 2018, "
        "arXiv 1703.04782.",
        "A. Defazio, K. Mishchenko, *Learning-Rate-Free Learning by D-Adaptation*, 2023, arXiv "
        "2301.07733.",
    ],
)
