"""Lesson 15, the capstone: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=15,
    name="capstone",
    title="Capstone: the detective and the budget",
    minutes=120,
    needs="lessons 05, 08, 11",
    aims=[
        "look at the log of a training and say what the learning rate did, or what else went wrong",
        "say what a log alone cannot tell",
        "write a rule that finds its own rate, and say what it is worth beside tuned ones",
    ],
    exercises=["diagnose", "train_it"],
    claim=claim(
        "claim-15",
        "If the learning rate is too high, the loss diverges.",
        "only if",
        "Of sixty runs at tens of times the best rate, few ended as no number. The others settled: "
        "well above where they began, or where a network stands that knows nothing, on a level "
        "that looks like a rate too low. Whether it diverges hangs on momentum, loss and network.",
    ),
    predictions=[
        Question(
            "15-shape",
            "Three runs, their axes without numbers. Which one had a rate 300 times too low?",
            {
                "a": "A, which leaps up and then hardly moves",
                "b": "B, which falls steadily to the very end",
                "c": "C, which falls at first and then hardly moves",
            },
            "b",
            "An axis that fits itself makes a slope of the smallest fall. Too low a rate is on its "
            "way, and slow: it does not stand still.",
        ),
        Question(
            "15-floor",
            "The run at rate 1 has hardly moved for 500 steps. The same 1000 steps again, the rate "
            "let down to 0 by a cosine: the validation loss at the end is ...",
            {"a": "lower", "b": "the same", "c": "higher: less is learnt with lower rates"},
            "a",
            "It stood on a noise floor, as high as the rate (lesson 05). Lower the rate, and the "
            "floor goes down.",
        ),
        Question(
            "15-rates",
            "One rate falls too fast from epoch to epoch; the other recipe is sound, and was asked "
            "at every step. Where do you look?",
            {
                "a": "at the losses: they stop falling at different heights",
                "b": "at the last rates: one of them is not quite 0",
                "c": "at the first two rates",
            },
            "c",
            "A recipe for epochs holds still within an epoch. The heights of the losses hang on "
            "much else, and both rates end below a hundredth of the first.",
        ),
        Question(
            "15-first-row",
            "Before its first step a network has a training loss of about 37 and a validation "
            "loss of about 2.3. What is it?",
            {
                "a": "overfitting",
                "b": "a rate that is too high",
                "c": "16 losses added up in the one, averaged in the other",
            },
            "c",
            "Nothing has been learnt and no step made yet. And the gradient is 16 times too long, "
            "too: so is the step.",
        ),
        Question(
            "15-nan",
            "Adam at rate 0.001. The losses: 2.3, nan, nan, nan. What now?",
            {
                "a": "a rate ten times lower",
                "b": "warm-up",
                "c": "look for a division by zero: the rate is not it",
            },
            "c",
            "A rate that is too high shows itself in losses that rise before they end. Adam's "
            "1 - b1**t is 0 as long as t is.",
        ),
        Question(
            "15-one-rate",
            "Five rules, each with one rate for problems whose steepness differs a hundred times. "
            "Lowest in the median is ...",
            {
                "a": "Adam: steepness is nothing to it",
                "b": "a decay to 0: cosine or 1cycle",
                "c": "a constant rate: it goes on to the end",
            },
            "b",
            "One rate does not fit all problems, and still the decays are ahead: where it fits, "
            "they end without a noise ball. Adam fits all problems, and keeps its noise.",
        ),
        Question(
            "15-mean",
            "The true loss of the mean, against that of the last weights, is lower ...",
            {"a": "about two times", "b": "about ten times", "c": "more than fifty times"},
            "c",
            "The last weights lie in the noise ball of the rate; in the mean, hundreds of swings "
            "cancel.",
        ),
    ],
    quiz=[
        Question(
            "15-quiz-1",
            "A loss falls by the same small amount every epoch, and still does at the end. First "
            "you try ...",
            {"a": "a higher rate", "b": "a decay", "c": "a smaller batch"},
            "a",
            "What is on its way is limited by the rate, or by the number of steps.",
        ),
        Question(
            "15-quiz-2",
            "A validation loss stands at 2.30 from the first epoch on, with ten classes, at any "
            "rate that you try. What does that say?",
            {
                "a": "the rate is still too high",
                "b": "the network knows nothing of the labels, and ln 10 is what that costs",
                "c": "a noise floor",
            },
            "b",
            "A floor of noise lies where something had been learnt. Look at the data: do images "
            "and labels still belong together?",
        ),
        Question(
            "15-quiz-3",
            "Which of these can be told from a column of rates alone?",
            {
                "a": "that a scheduler was driven by steps instead of epochs",
                "b": "that a constant rate was too high",
                "c": "that labels were shuffled",
            },
            "a",
            "Whether a rate is high is a matter of the landscape, and that shows in the losses.",
        ),
        Question(
            "15-quiz-4",
            "A loss falls fast for ten steps, swings up, and swings on. You suspect ...",
            {
                "a": "a gradient that is never set to zero",
                "b": "a rate that is too low",
                "c": "a sign",
            },
            "a",
            "Gradients that pile up are a momentum of 1: first too fast, then never at rest. A "
            "sign would have gone uphill from the start.",
        ),
        Question(
            "15-quiz-5",
            "Which cause can no log of losses and rates tell from another?",
            {
                "a": "a rate 100 times too low",
                "b": "gradients doubled by a mistake, from a rate that is twice as high",
                "c": "steps taken for epochs",
            },
            "b",
            "A step is rate times gradient, and the log holds neither the step nor the gradient.",
        ),
    ],
    sources=[
        "A. Karpathy, *A Recipe for Training Neural Networks*, 2019, karpathy.github.io, "
        "sections 1 and 2: look at the data, verify the loss at the start.",
        "Y. Bengio, *Practical Recommendations for Gradient-Based Training of Deep Architectures*, "
        "2012, arXiv 1206.5533, section 3.1.1: divide by 3 while the loss diverges.",
        "B. Polyak and A. Juditsky, *Acceleration of Stochastic Approximation by Averaging*, SIAM "
        "Journal on Control and Optimization 30, 1992, pages 838-855, section 1: the mean of the "
        "weights reaches the highest possible rate of convergence, and need not know the Hessian.",
    ],
    claims={
        "15-shape": Evidence(
            "np.diff(run.full_loss[:, 1]).max() < 0 and run.full_loss[-1, 2] < 0.5 and "
            "run.full_loss[1:, 0].max() > 10",
            "run = type('Run', (), {'full_loss': np.ones((16, 3))})",
        ),
        "15-floor": Evidence("ends[0] - ends[1] > 0.03", "ends = [0.6, 0.6]"),
        "15-rates": Evidence(
            "fast['lr'][0] == fast['lr'][1] and confused['lr'][0] > confused['lr'][1] and "
            "max(fast['lr'][-1] / fast['lr'][0], confused['lr'][-1] / confused['lr'][0]) < 0.01",
            "fast = confused = {'lr': np.ones(9)}",
        ),
        "15-first-row": Evidence(
            "10 < third['loss'][0] / third['val_loss'][0] < 25",
            "third = {'loss': [2.4], 'val_loss': [2.4]}",
        ),
        "15-one-rate": Evidence(
            "max(medians['cosine'], medians['1cycle']) / min(medians['Adam'], medians['constant'])"
            " < 0.7",
            "medians = {'cosine': 9.0, '1cycle': 9.0, 'Adam': 9.0, 'constant': 60.0}",
        ),
        "15-mean": Evidence("last / mean > 50 and mean < 2", "last, mean = 20.0, 1.0"),
        "claim-15": Evidence(
            "sum(~np.isfinite(ends_high)) < 20 < sum(ends_high < 1.2 * starts_high)",
            "ends_high, starts_high = np.full(60, np.nan), np.ones(60)",
        ),
    },
)
