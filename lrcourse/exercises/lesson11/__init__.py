"""Lesson 11, one rate per parameter: what it asks, in which order."""

from lrcourse.lessons import Lesson, Question, claim

lesson = Lesson(
    number=11,
    name="one_rate_per_parameter",
    title="One rate per parameter",
    minutes=90,
    needs="lessons 06 and 10",
    aims=[
        "write AdaGrad, RMSProp and Adam, and say which fault of the one before each mends",
        "say what these rules do not notice (the size of the loss, a valley along the "
        "parameters) and what they do (a turned valley)",
        "say how wide the band of good rates is, and what moves it",
    ],
    exercises=["adagrad_update", "rmsprop_update", "adam_update", "adamw_update"],
    claim=claim(
        "claim-11",
        "There are algorithms that tune the learning rate automatically, such as AdaGrad, RMSprop "
        "and Adam.",
        "fails",
        "They set the ratios between the parameters' rates. The rate in front of them has to be "
        "chosen as before: for Adam, 0.0001 or 0.01 makes nearly 70 points of difference.",
    ),
    predictions=[
        Question(
            "11-twins",
            "Curvatures 1 and 100, the same start. Which parameter is nearer after five steps?",
            {
                "a": "both are equally near",
                "b": "the steep one: its slopes are larger",
                "c": "the flat one: its account is smaller",
            },
            "a",
            "The curvature multiplies the slope and the root of the account, and cancels.",
        ),
        Question(
            "11-wall",
            "Ten steps of slope 100, then a thousand of slope 1. How long is AdaGrad's last step?",
            {
                "a": "one rate: the wall is long past",
                "b": "about 1/30 of the rate, as if there had been no wall",
                "c": "about 1/300 of the rate",
            },
            "c",
            "The account is 100,000 from the wall and 1000 from all that followed.",
        ),
        Question(
            "11-turn",
            "The valley turns by 45 degrees. Whose result changes?",
            {
                "a": "nobody's: it is the same valley",
                "b": "AdaGrad's and RMSProp's; AdaGrad falls behind descent",
                "c": "everybody's; AdaGrad stays ahead of descent",
            },
            "b",
            "Both parameters now meet the same steep slopes, and get the same low rate.",
        ),
        Question(
            "11-bias",
            "Averages as they are, a constant slope. How long is Adam's first step?",
            {
                "a": "a tenth of the rate",
                "b": "about three times the rate",
                "c": "about a thousand times the rate",
            },
            "b",
            "0.1 over the root of 0.001. Then it grows to 6.6, at step 12.",
        ),
        Question(
            "11-million",
            "How does Adam's path change when the loss is multiplied by a million?",
            {
                "a": "it is the same to seven digits",
                "b": "it blows up, as descent does",
                "c": "it takes steps a thousand times as long: the root of a million",
            },
            "a",
            "The million stands above and below the line. Only epsilon notices it.",
        ),
        Question(
            "11-best",
            "Best accuracy on validation, each rule at its best rate. Descent or Adam?",
            {
                "a": "Adam by several points",
                "b": "descent by several points",
                "c": "they are within a point or so",
            },
            "c",
            "The digits do not care how you get there, if the rate is right.",
        ),
        Question(
            "11-pixels",
            "All pixels are multiplied by 16. What happens to the best rates?",
            {
                "a": "descent's falls about 4 times, the root of 16, and Adam's too",
                "b": "descent's falls about 18 times, Adam's at most 3 times",
                "c": "neither falls: the images show the same digits as before",
            },
            "b",
            "Larger inputs make larger slopes and larger curvatures. Adam divides the slopes.",
        ),
        Question(
            "11-batch",
            "From batch 8 to batch 256, how does Adam's best rate grow?",
            {
                "a": "about 32 times, in proportion, by either loss",
                "b": "hardly at all by either: noise is divided away",
                "c": "10 times by training loss, hardly by validation loss",
            },
            "c",
            "More like the root than in proportion, and the judge decides.",
        ),
        Question(
            "11-idle",
            "With 0.1 about half of the weight is left after 500 steps. And with 0.001?",
            {
                "a": "about half as well",
                "b": "about 95 %",
                "c": "more than 99 %",
            },
            "a",
            "Adam divides the pull by its own size, so its strength cancels.",
        ),
    ],
    quiz=[
        Question(
            "11-quiz-1",
            "AdaGrad, rate 0.6, slope 5 at every step. How long is the ninth step?",
            {"a": "0.2", "b": "0.6", "c": "1/15"},
            "a",
            "The account is 9 times 25, its root 15, and 0.6 times 5 over 15 is 0.2.",
        ),
        Question(
            "11-quiz-2",
            "RMSProp has forgotten a steep beginning, AdaGrad has not. Why?",
            {
                "a": "it has a smaller epsilon below the line",
                "b": "it keeps an average, in which old squares fade",
                "c": "it corrects its account by the number of steps",
            },
            "b",
            "With decay 0.99 a square counts for about a hundred steps.",
        ),
        Question(
            "11-quiz-3",
            "A colleague's Adam forgets the bias correction. What do you see at first?",
            {
                "a": "steps that are a tenth as long as they should be",
                "b": "nothing: both averages are too small alike",
                "c": "steps that are some three to six times too long",
            },
            "c",
            "The square's average starts from 0 as well, and its memory is longer.",
        ),
        Question(
            "11-quiz-4",
            "You replace the mean in your loss by a sum over 32 images. What do you change?",
            {
                "a": "descent's rate, divided by 32; Adam's stays",
                "b": "Adam's rate, divided by 32; descent's stays",
                "c": "both rates, divided by the root of 32",
            },
            "a",
            "The gradient is 32 times as large; Adam's step has forgotten its size.",
        ),
        Question(
            "11-quiz-5",
            "When do separate rates for the parameters help least?",
            {
                "a": "where one parameter is much steeper than the rest",
                "b": "where the steep direction is a mixture of all parameters",
                "c": "where the loss has been multiplied by a large number",
            },
            "b",
            "Then all parameters meet the same slopes and get the same rate.",
        ),
    ],
    sources=[
        "D. P. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, 2014, arXiv 1412.6980: "
        "algorithm 1, with the defaults 0.001, 0.9, 0.999 and 1e-8.",
        "J. Duchi, E. Hazan, Y. Singer, *Adaptive Subgradient Methods for Online Learning and "
        "Stochastic Optimization*, JMLR 12 (2011): AdaGrad.",
        "I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019, arXiv "
        "1711.05101: why decay and an L2 penalty are the same for descent and not for Adam.",
        "S. J. Reddi, S. Kale, S. Kumar, *On the Convergence of Adam and Beyond*, ICLR 2018, arXiv "
        "1904.09237: a problem on which Adam goes the wrong way, and AMSGrad.",
    ],
)
