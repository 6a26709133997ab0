"""Lesson 14, claims on trial: what it asks, in which order."""

from lrcourse.checks.lesson import Evidence, Lesson
from lrcourse.checks.question import Question, claim

SOME = "from types import SimpleNamespace as Some\n"

lesson = Lesson(
    number=14,
    name="claims_on_trial",
    title="Claims on trial",
    minutes=90,
    needs="lessons 04 to 12",
    aims=[
        "say of a sentence about learning rates what could be tried, and where it would have to "
        "hold",
        "hold a table against arithmetic, against a paper, and against an experiment of your own",
        "write an experiment that decides a claim, and say when it decides nothing",
    ],
    exercises=["fit_power_law", "decide_claim"],
    claim=claim(
        "claim-14",
        "As the tables presented demonstrate, the choice of learning rate has a profound effect on "
        "speed and accuracy.",
        "fails",
        "The choice may matter; its tables demonstrate nothing. None names all of data, model, "
        "optimizer and batch size, two of them contradict each other, and their rates for batch "
        "sizes and activations lay below the best here, some of them far.",
    ),
    predictions=[
        Question(
            "14-rounding",
            "A table says: at 92.5 % accuracy the mean cross-entropy is 0.05. Can that be?",
            {
                "a": "yes: a loss can be as small as you like at any accuracy",
                "b": "hardly: so many errors cost more than that, whatever the model",
                "c": "that cannot be said without the data",
            },
            "b",
            "An image that is read wrongly gave its true digit at most half of the probability, "
            "whatever the model: 7.5 % of them cost 0.0520 together. Only rounding leaves room.",
        ),
        Question(
            "14-accuracy",
            "Accuracy 0.85, 0.93, 0.96 and 0.92 at rates 0.01, 0.1, 0.5 and 1. With which "
            "mini-batches do the digits rise and then fall like that?",
            {
                "a": "with 32 images, as in lesson 04",
                "b": "with three images",
                "c": "with none of them: it always rises",
            },
            "b",
            "With three images in a batch the noise at rate 1 costs accuracy; with 32 the best "
            "rate "
            "lies above 1, and nothing falls. The table is about a batch size that it does not "
            "name.",
        ),
        Question(
            "14-time",
            "Training takes 120 minutes at 0.01 and 60 at 0.1, says a table. The digits, to the "
            "same "
            "accuracy: from 0.01 to 0.1 the number of steps falls ...",
            {"a": "by half", "b": "about ten times", "c": "not at all: steps are steps"},
            "b",
            "Far below the cliff the way is rate times steps, so a tenth of the rate takes ten "
            "times "
            "the steps; and a step takes as long at any rate.",
        ),
        Question(
            "14-tasks",
            "One task, the same paragraphs, the same model. With words counted, rate 1 reads "
            "within five points of the best rate. In another run rare words are weighed up and "
            "the length is set to 1. At rate 1 that one reads ...",
            {
                "a": "within five points of its best as well: the task is the same",
                "b": "six to twenty points less than at its best",
                "c": "nothing: it blows up",
            },
            "b",
            "What a rate does hangs on the size of the slopes, and so on how inputs are written: "
            "set to length 1, they want rates of tens.",
        ),
        Question(
            "14-models",
            "ResNet-50 0.01, GPT-3 0.001, YOLOv4 0.0001, AlphaGo 0.1. In how many of these four "
            "does "
            "the rate stand in the paper?",
            {"a": "in all four", "b": "in two", "c": "in none"},
            "c",
            "0.1, 0.00006, 0.01 and 0.003 are in print (GPT-3's is that of the largest model).",
        ),
        Question(
            "14-decay",
            "Every decay starts from the article's base rate, 0.01, and comes down in 300 steps. "
            "Against the constant 0.01 they come out ...",
            {
                "a": "a few points ahead, as its table says",
                "b": "level",
                "c": "tens of points behind",
            },
            "c",
            "0.01 is far too low to begin with, and a decay travels less. What a decay is worth "
            "hangs on noise and on its base more than on its family.",
        ),
        Question(
            "14-activation",
            "Its table gives sigmoid the lowest rate, 0.001, and tanh the highest, 0.1. Here "
            "sigmoid wants ...",
            {
                "a": "a rate below those of the others",
                "b": "the same as the others, near 0.01",
                "c": "hundreds of times the 0.001",
            },
            "c",
            "A sigmoid is nowhere steeper than a quarter, so its slopes are small and its rates "
            "large.",
        ),
        Question(
            "14-tally",
            "Of 88 statements, how many hold as they stand?",
            {"a": "about fifteen", "b": "about forty", "c": "about seventy"},
            "a",
            "The largest group is missing its condition, and there lies what is worth knowing.",
        ),
    ],
    quiz=[
        Question(
            "14-quiz-1",
            '"The best learning rate for language models is 0.01." What do you ask first?',
            {
                "a": "how many seeds were run",
                "b": "for which optimizer, batch size, inputs and loss",
                "c": "whether a decay was used",
            },
            "b",
            "Inputs and loss moved a best rate by tens of times here, a batch size by about ten.",
        ),
        Question(
            "14-quiz-2",
            "Accuracy 98 %, mean cross-entropy 0.005. Can both be true of one set of images?",
            {
                "a": "yes",
                "b": "no",
                "c": "only with more than ten classes",
            },
            "b",
            "2 % of errors cost at least 0.02 times ln 2, 0.0139; were it 1.5 %, rounded, 0.0104.",
        ),
        Question(
            "14-quiz-3",
            "A claim holds on your data and fails on mine. What is its verdict?",
            {
                "a": "it holds only if something holds that one of us has",
                "b": "it fails",
                "c": "no verdict is possible",
            },
            "a",
            "And that something is the next thing to find out.",
        ),
        Question(
            "14-quiz-4",
            "With eight seeds A is 0.3 points ahead of B, with a standard error of 0.2. You say:",
            {
                "a": "A is better",
                "b": "they are equally good",
                "c": "these eight seeds cannot tell",
            },
            "c",
            "Within two standard errors it may be luck, which is not to say that there is nothing.",
        ),
        Question(
            "14-quiz-5",
            "A paper says 0.01, and the code of the same authors 0.0013. What do you take from it?",
            {
                "a": "the paper is wrong",
                "b": "that a rate is worth little without the set-up it belongs to",
                "c": "the mean of the two",
            },
            "b",
            "It is YOLOv4. Batch sizes, schedules and losses differ between versions; read both.",
        ),
    ],
    sources=[
        "K. He et al., *Deep Residual Learning for Image Recognition*, 2015, arXiv 1512.03385, "
        "section "
        "3.4: from 0.1, divided by 10 where the error plateaus.",
        "T. Brown et al., *Language Models are Few-Shot Learners*, 2020, arXiv 2005.14165, table "
        "2.1: "
        "eight sizes, eight rates.",
        "D. Silver et al., *Mastering the Game of Go*, Nature 529, 2016, Methods: 0.003, halved.",
        "P. Goyal et al., *Accurate, Large Minibatch SGD*, 2017, arXiv 1706.02677, section 2.1: in "
        "proportion to the batch.",
        "Y. Dauphin et al., *Identifying and Attacking the Saddle Point Problem*, 2014, arXiv "
        "1406.2572: where training is slow.",
    ],
    claims={
        "14-accuracy": Evidence(
            "list(table.where.values()) == [True, False]",
            SOME + "table = Some(where={'batch 3': False, 'batch 32': False})",
        ),
        "14-time": Evidence("5 < times.measured < 20", SOME + "times = Some(measured=2.0)"),
        "14-tasks": Evidence(
            "lacks['words counted'] < 5 and 6 < lacks['rare words, length 1'] < 25",
            "lacks = {'words counted': 1.0, 'rare words, length 1': 1.0}",
        ),
        "14-section-5": Evidence(
            "tasks[53].measured > 5 and tasks[55].measured > 60",
            SOME + "tasks = {53: Some(measured=1.0), 55: Some(measured=1.0)}",
        ),
        "14-decay": Evidence(
            "max(each.measured for each in decays.values()) < -10",
            SOME + "decays = {62: Some(measured=0.0)}",
        ),
        "14-activation": Evidence(
            "found[71].measured > 200", SOME + "found = {71: Some(measured=3.0)}"
        ),
        "14-section-8": Evidence(
            "found[69].measured / found[66].measured < 6 and "
            "[each.verdict for each in searched.values()] == ['only if'] * 3",
            SOME + "found = {66: Some(measured=1.0), 69: Some(measured=8.0)}",
        ),
        "14-tally": Evidence(
            "10 <= tally(verdicts)['holds'] <= 20", "tally, verdicts = dict, [('holds', 40)]"
        ),
        "14-section-11": Evidence(
            "sum(each.verdict != each.claim.kind for each in verdicts) <= 0",
            SOME + "verdicts = [Some(verdict='holds', claim=Some(kind='fails'))]",
        ),
        "claim-14": Evidence(
            "sum(each.verdict == 'fails' for each in verdicts[65:73]) >= 8",
            "verdicts = []",
        ),
    },
)
