"""Lesson 05, the noise ball: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

lesson = Lesson(
    number=5,
    name="the_noise_ball",
    title="The noise ball",
    minutes=80,
    needs="lesson 04; expectation, variance and seeds are explained here",
    aims=[
        "say how far from the bottom a walk on mini-batches comes to rest, and why",
        "trade batch size against rate, and know where the trade ends",
        "report a result with its standard error, from seeds that are what they seem",
    ],
    exercises=["minibatches", "sgd", "scale_lr", "noise_scale"],
    claim=claim(
        "claim-05",
        "The optimal learning rate is 0.01 for batch size 32, 0.05 for 64, 0.1 for 128 and 0.5 for "
        "256.",
        "fails",
        "From batch 32 to 256 its rates grow 50 times, where a best rate grows in proportion at "
        "most, 8 times, whatever the task that it leaves unnamed. (Here they are also 9 to 200 "
        "times below the best.)",
    ),
    predictions=[
        Question(
            "05-longer",
            "From 100 steps to 10,000, what becomes of the typical distance from the bottom?",
            {
                "a": "it stays",
                "b": "it falls to a tenth: 100 times the data, a root of 100",
                "c": "it falls to a hundredth, like 1 over the number of steps",
            },
            "a",
            "Each step brings as much new noise as it takes away.",
        ),
        Question(
            "05-half",
            "You halve the rate. What becomes of the typical distance at which the walk stays?",
            {
                "a": "it stays: only the way there is slower",
                "b": "it falls to about 0.7 of it",
                "c": "it falls to a half",
                "d": "it falls to a quarter",
            },
            "b",
            "The mean square halves, so the distance falls by the root of 2.",
        ),
        Question(
            "05-knob",
            "With one flat a step and rate 0.05, a walk stays within some distance. Now each step "
            "averages 8 flats. Which rate stays within about the same distance?",
            {
                "a": "0.05: the rate sets the distance",
                "b": "0.14: the guess is about 2.8 times as exact, the root of 8",
                "c": "0.4: 8 times as many flats",
            },
            "c",
            "Nearly: the distance goes with the root of rate over batch, as long as the cliff is "
            "far. 0.14 would hover closer, and be slower, flat for flat.",
        ),
        Question(
            "05-reshuffle",
            "At rate 0.1 and one flat a step: how large is the floor (a mean square) if the twenty "
            "flats are reshuffled, compared with drawing them with replacement?",
            {
                "a": "the same: either way each flat is as likely as any other",
                "b": "about half",
                "c": "about a twentieth, because the noise cancels in each round of twenty",
            },
            "b",
            "The noise of a round does add up to nothing, but at this rate early flats are half "
            "forgotten before late ones come. At lower rates more is saved.",
        ),
        Question(
            "05-shared",
            "Eight runs from eight different starts, all with the same mini-batches. How large is "
            "the standard error of their mean?",
            {
                "a": "about 7, as with mini-batches of their own",
                "b": "about 20: they share their luck, so averaging does not help",
                "c": "nearly 0",
            },
            "c",
            "The starts are forgotten, and the noise is the same for all eight: they end at one "
            "point. Eight copies of one run say nothing about the other runs.",
        ),
        Question(
            "05-batch",
            "From batch 64 to batch 256, by what is the network's best rate multiplied?",
            {
                "a": "by far less than 4",
                "b": "by about 4, in proportion",
                "c": "by more than 4, now that little noise is left",
            },
            "a",
            "From batch 4 to 64 it grows nearly in proportion. Then noise hardly limits it.",
        ),
    ],
    quiz=[
        Question(
            "05-quiz-1",
            "A mini-batch gradient is called unbiased. What does that say?",
            {
                "a": "it is close to the full gradient",
                "b": "its expectation is the full gradient, however far off each one is",
                "c": "its variance is 0",
            },
            "b",
            "It says nothing about how far a single one is off; that is the variance.",
        ),
        Question(
            "05-quiz-2",
            "The loss has stopped falling far above where it should be. At a tenth of the rate it "
            "falls again. What was it?",
            {
                "a": "the noise floor of the old rate",
                "b": "a local minimum",
                "c": "too low a rate",
            },
            "a",
            "A tenth of the rate is about a tenth of the floor, which is a mean square, as the "
            "loss is.",
        ),
        Question(
            "05-quiz-3",
            "Curvature 1, variance of one example's gradient 4, batch size 4, rate 0.02. About how "
            "large is the floor, as a mean square?",
            {"a": "0.04", "b": "0.02", "c": "0.01"},
            "c",
            "The mini-batch's variance is 1, and 0.02 * 1 / (1 * 1.98) is 0.0101.",
        ),
        Question(
            "05-quiz-4",
            "Rate 0.8 was tuned for batch 32, where noise limits it. What does the linear rule say "
            "for batch 128?",
            {"a": "0.2", "b": "1.6", "c": "3.2"},
            "c",
            "Four times the batch, four times the rate, as long as noise is still the limit and "
            "the cliff is far.",
        ),
        Question(
            "05-quiz-5",
            "You compare two rates over ten seeds. What should share its mini-batches?",
            {
                "a": "the ten seeds of each rate",
                "b": "the two rates of each seed",
                "c": "all twenty runs",
            },
            "b",
            "Then luck cancels in each difference, and ten differences say how large the rest is.",
        ),
    ],
    sources=[
        "P. Goyal et al., *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017, "
        "arXiv 1706.02677: the linear rule, and the warm-up it needed.",
        "S. McCandlish et al., *An Empirical Model of Large-Batch Training*, 2018, arXiv "
        "1812.06162: the noise scale, from digits to Dota.",
        "M. Gürbüzbalaban, A. Ozdaglar, P. Parrilo, *Why Random Reshuffling Beats Stochastic "
        "Gradient Descent*, 2015, arXiv 1510.08560: section 5, proved.",
    ],
    claims={
        "05-longer": Evidence(
            "0.9 < after[10_000] / after[100] < 1.1", "after = {100: 20.0, 10_000: 2.0}"
        ),
        "05-half": Evidence(
            "0.65 < stays[0.1] / stays[0.2] < 0.75", "stays = {0.1: 20.0, 0.2: 20.0}"
        ),
        "05-knob": Evidence(
            "0.85 < settled(0.4, B=8) / settled(0.05) < 1.2 and settled(0.14, B=8) < 10",
            "settled = lambda lr, B=1: 100 * lr",
        ),
        "05-reshuffle": Evidence(
            "0.4 < floor(0.1, True) / floor(0.1, False) < 0.55",
            "floor = lambda lr, reshuffle: 1.0",
        ),
        "05-shared": Evidence(
            "standard_error(eight_runs(True)) < 1e-3 < standard_error(eight_runs(False))",
            "standard_error, eight_runs = np.std, lambda shared: np.arange(8)",
        ),
        "05-section-6": Evidence(
            "standard_error(faster - slower) < apart / 2 and 0.6 < np.mean(away < 1) < 0.7",
            "standard_error, faster, slower, apart = np.std, np.arange(8), np.zeros(8), 2.0",
        ),
        "05-batch": Evidence("best[-1] / best[4] < 3", "best = [1.0] * 5 + [4.0, 8.0]"),
        "05-section-7": Evidence("6 < best[4] / best[0] < 18", "best = [1.0] * 7"),
        "05-section-8": Evidence(
            "max(max(f, 1 / f) for f in best * (1 + scale / batches) / one_over_h) < 2.5",
            "best, scale, batches, one_over_h = np.ones(3), 40, np.array([4, 64, 256]), 1",
        ),
        "claim-05": Evidence("best[-1] / best[3] < 8", "best = [1.0] * 4 + [50.0]"),
    },
)
