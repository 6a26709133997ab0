"""Lesson 03, your features choose your learning rate: what it asks, in which order."""

from lrcourse.checks.lesson import Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=3,
    name="your_features",
    title="Your features choose your learning rate",
    minutes=60,
    needs="lesson 02",
    aims=[
        "tell from the features alone which rates are stable",
        "standardize without looking at the test set",
        "count in advance how many steps a rate will need",
    ],
    exercises=["standardize", "lipschitz_least_squares", "steps_needed"],
    claim=claim(
        "claim-03",
        "The optimal learning rate belongs to the task: 0.001 for image classification, 0.01 for "
        "natural language processing, 0.1 for anomaly detection.",
        "fails",
        "One and the same data set moves the largest stable rate by a factor of thousands when "
        "its heights are written in metres and not in centimetres; the task has not changed.",
    ),
    predictions=[
        Question(
            "03-centimetres",
            "The largest stable rate for heights in metres is known. The same heights are now "
            "written in centimetres. By what factor does it change, nearly?",
            {"a": "it stays", "b": "100 times lower", "c": "10,000 times lower"},
            "c",
            "Curvature goes with the square of the feature, and the limit is 2 over curvature.",
        ),
        Question(
            "03-steps",
            "How many steps in centimetres, each table at its own best rate?",
            {
                "a": "about 9,300 as well: the right rate makes up for the units",
                "b": "more than 50 million",
                "c": "about 930,000: a hundred times as many, like the numbers",
            },
            "b",
            "The number of steps goes with the condition number, which is 5500 times larger.",
        ),
        Question(
            "03-twice",
            "Every row of the data set is written down twice. Whose largest stable rate halves?",
            {
                "a": "that of the mean loss",
                "b": "that of the sum loss",
                "c": "both",
            },
            "b",
            "Twice the rows, twice the sum and twice its curvature; the mean has not changed.",
        ),
    ],
    quiz=[
        Question(
            "03-quiz-1",
            "A feature is multiplied by 10. The largest stable rate for it alone...",
            {"a": "falls to a tenth", "b": "falls to a hundredth", "c": "stays"},
            "b",
            "The curvature is the mean of the feature's squares.",
        ),
        Question(
            "03-quiz-2",
            "Where do the mean and the deviation come from that standardize the test set?",
            {
                "a": "from the test set",
                "b": "from both sets together",
                "c": "from the training set",
            },
            "c",
            "The test set stands for data that nobody has seen yet.",
        ),
        Question(
            "03-quiz-3",
            "A library's loss changes from mean to sum; the batch has 64 examples. To take the "
            "same steps as before, the rate has to be...",
            {"a": "64 times lower", "b": "the same", "c": "8 times lower"},
            "a",
            "The gradient is 64 times longer, and the step is rate times gradient.",
        ),
        Question(
            "03-quiz-4",
            "Each step leaves 0.99 of the distance in the slowest direction. How many steps to a "
            "hundredth of it?",
            {"a": "about 100", "b": "about 460", "c": "about 9900"},
            "b",
            "log(0.01) / log(0.99) is 458.2, so 459.",
        ),
        Question(
            "03-quiz-5",
            "Standardizing brings the condition number of two unrelated features to 1. Why does "
            "that save steps?",
            {
                "a": "the loss gets smaller",
                "b": "one rate can then land every direction at once",
                "c": "the gradient gets longer",
            },
            "b",
            "With equal curvatures no direction has to wait for the limit of another.",
        ),
    ],
    sources=[
        "Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, 1998, section 4.3",
        "L. Bottou, F. Curtis, J. Nocedal, Optimization Methods for Large-Scale Machine Learning, "
        "2018, arXiv 1606.04838",
    ],
)
