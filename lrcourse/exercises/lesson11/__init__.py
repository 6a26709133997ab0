"""Lesson 11, one rate per parameter: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=11,
    name="one_rate_per_parameter",
    title="One rate per parameter",
    minutes=95,
    needs="lessons 02 to 08 and lesson 10",
    aims=[
        "write AdaGrad, RMSProp and Adam, and say which fault of the one before each mends",
        "say which changes of a problem these rules notice, and which they do not",
        "say how wide the band of good rates is, and what moves it",
    ],
    exercises=["adagrad_update", "rmsprop_update", "adam_update", "adamw_update"],
    claim=claim(
        "claim-11",
        "There are algorithms that tune the learning rate automatically, such as AdaGrad, RMSprop "
        "and Adam.",
        "fails",
        "They set the ratios between the parameters' rates. The rate in front of them has to be "
        "chosen as before: one that is ten times too low takes Adam ten times the steps.",
    ),
    predictions=[
        Question(
            "11-twins",
            "Curvatures 1 and 100, the same start. Which parameter is nearer after five steps?",
            {
                "a": "both are equally near",
                "b": "the steep one",
                "c": "the flat one",
            },
            "a",
            "The curvature multiplies the slope and the root of the account, and cancels.",
        ),
        Question(
            "11-wall",
            "Ten steps of slope 100, then a thousand of slope 1. How long is AdaGrad's last step?",
            {
                "a": "one rate",
                "b": "about 1/30 of the rate",
                "c": "about 1/300 of the rate",
            },
            "c",
            "The account is 100,000 from the wall and 1000 from all that followed. Without the "
            "wall it would be 1/30.",
        ),
        Question(
            "11-turn",
            "The valley turns by 45 degrees. Whose result changes?",
            {
                "a": "nobody's; AdaGrad and RMSProp stay ahead of descent",
                "b": "AdaGrad's and RMSProp's; AdaGrad falls behind descent",
                "c": "AdaGrad's and RMSProp's; both stay ahead of descent",
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
                "b": "it blows up",
                "c": "its steps are a thousand times as long",
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
            "Each at its own rate, they arrive at nearly the same. What differs is the rate.",
        ),
        Question(
            "11-pixels",
            "All pixels are multiplied by 16. What happens to the best rates?",
            {
                "a": "descent's and Adam's both fall by ten or more",
                "b": "descent's falls by ten or more, Adam's moves by less than ten",
                "c": "descent's falls by less than ten, Adam's by more",
            },
            "b",
            "Larger inputs make larger slopes and larger curvatures. Adam divides the slopes.",
        ),
        Question(
            "11-batch",
            "From batch 8 to batch 256, judged by which loss does Adam's best rate grow clearly?",
            {
                "a": "by validation loss alone",
                "b": "by neither",
                "c": "by training loss alone",
                "d": "by both",
            },
            "c",
            "More like the root than in proportion, and the judge decides.",
        ),
        Question(
            "11-idle",
            "With 0.1 about half of the weight is left after 500 steps. And with 0.001?",
            {"a": "about half, too", "b": "about 95 %", "c": "more than 99 %"},
            "a",
            "Adam divides the pull by its own size, so its strength cancels.",
        ),
        Question(
            "11-layer",
            "Each at its own best rate: which way reads most, old and new digits together?",
            {
                "a": "the first layer slower",
                "b": "the first layer frozen",
                "c": "one rate for both layers",
                "d": "the last layer slower",
            },
            "d",
            "Slowing the first layer cost points, freezing it most: by the last layer alone fewer "
            "of the new digits were learnt.",
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
            "RMSProp keeps 0.99 of its average at each step, and half of an old square is gone "
            "after 69 steps. And if it keeps 0.9?",
            {
                "a": "after about 63 steps",
                "b": "after about 7 steps",
                "c": "after about 690 steps",
            },
            "b",
            "0.9 to the power 7 is 0.48. The part that is new, 0.1 and not 0.01, is ten times as "
            "large, and the memory ten times as short.",
        ),
        Question(
            "11-quiz-3",
            "Adam with 0.9 and 0.99, at a constant slope, uncorrected. How long is its first step?",
            {
                "a": "about three rates",
                "b": "a tenth of the rate",
                "c": "one rate",
            },
            "c",
            "0.1 over the root of 0.01 is 1: a lucky start. At step 10 it is more than two rates.",
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
                "c": "where the inputs come in units of very different size",
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
        "T. Tieleman, G. Hinton, *Lecture 6.5: RMSProp*, Neural Networks for Machine Learning, "
        "Coursera 2012.",
        "J. Howard, S. Ruder, *Universal Language Model Fine-tuning for Text Classification*, ACL "
        "2018, arXiv 1801.06146: the 103 million words in section 3.1, the factor 2.6 in 3.2, what "
        "the layers hold in 3.3.",
        "T. Brown et al., *Language Models are Few-Shot Learners*, 2020, arXiv 2005.14165: GPT-3, "
        "trained with Adam and a cosine decay.",
    ],
    claims={
        "11-best": Evidence(
            "abs(found['descent'].best().score - found['Adam'].best().score) < 0.015",
            "from types import SimpleNamespace as Some\n"
            "best = lambda score: Some(best=lambda: Some(score=score))\n"
            "found = {'descent': best(0.9), 'Adam': best(0.98)}",
        ),
        "11-section-6": Evidence(
            "max(list(kept.values())[:3]) == 0 and min(list(kept.values())[3:]) == 4",
            "kept = dict.fromkeys('abcdef', 2)",
        ),
        "11-pixels": Evidence(
            "moved['descent'][0] / moved['descent'][1] > 9.9 and "
            "moved['Adam'][0] / moved['Adam'][1] < 9",
            "moved = {'descent': (3.2, 3.2), 'Adam': (0.03, 0.03)}",
        ),
        "11-batch": Evidence(
            "grown[256][0] / grown[8][0] > 3.5 and grown[256][1] / grown[8][1] < 3.5",
            "grown = {8: [0.018, 0.018], 256: [0.018, 0.018]}",
        ),
        "11-layer": Evidence(
            "reads['last layer slower'] > reads['one rate'] > reads['first layer slower'] + 1 and "
            "reads['first layer slower'] > reads['first layer frozen']",
            "reads = dict.fromkeys(('one rate', 'first layer slower', 'first layer frozen', "
            "'last layer slower'), 80.0)",
        ),
        "11-section-10": Evidence(
            "overall[tuned['one rate'].sum(axis=0).argmax()] < 0.2 and "
            "tuned['one rate'][1, 8] < 50 and "
            "tuned['first layer frozen'][0].max() < tuned['one rate'][0].max() - 3",
            "overall, tuned = np.ones(11), dict.fromkeys(('one rate', 'first layer frozen'), "
            "np.full((2, 11), 80.0))",
        ),
        "claim-11": Evidence(
            "found['Adam'].mean[8] - found['Adam'].mean[0] > 0.5 and "
            "abs(longer.mean[0] - found['Adam'].mean[4]) < 0.05",
            "from types import SimpleNamespace as Some\nfound = {'Adam': Some(mean=np.ones(9))}",
        ),
    },
)
