"""How wrong, and which way? A network ends in one number for each class, its logits. Softmax makes
probabilities of them, and cross-entropy asks how surprised you are by the right answer: the
negative logarithm of its probability. Write it for a whole batch, with its gradient in the logits:
that gradient is what backpropagation carries into the network.

**Predict first.** Four classes and a network that knows nothing: all logits are 0. What is the
loss: 0, 1, or 1.4?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, parts
from lrcourse.inputs import in_words

exercise = Exercise("softmax_cross_entropy", points=3, minutes=20)


@exercise.solution
def softmax_cross_entropy(logits, labels):
    """Return `(loss, grad)`: the mean cross-entropy of a batch and its gradient in the logits.

    logits  floats `[n, classes]`: n rows, one for each example, and a column for each class; any
            size, 1000 as well
    labels  the right class of each example, n whole numbers from 0

    loss    the mean over the batch of `-log(probability of the right class)`, natural logarithm
    grad    how that mean changes with each logit, `[n, classes]`

    The probabilities of a row are `exp(logit) / sum(exp(logits))`, and they do not change if the
    same number is subtracted from all its logits. Leave the logits you were given as they are.
    """
    # solution: six lines
    rows = np.arange(len(logits))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_odds = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    grad = np.exp(log_odds)
    grad[rows, labels] -= 1
    return -log_odds[rows, labels].mean(), grad / len(logits)


exercise.hints = [
    "exp(1000) overflows, exp(-1000) is only a 0. What can you subtract from a row so that its "
    "largest exponent is 0?",
    "The logarithm of a quotient is a difference: `logit - log(sum(exp(logits)))`, and no "
    "probability of 0 ever meets a logarithm. Then the gradient: probabilities, minus 1 somewhere.",
    "Start with `shifted = logits - logits.max(axis=1, keepdims=True)`.",
]
exercise.turned_out = (
    "1.4. Each class gets the probability 1/4, and minus the natural logarithm of that is 1.39, "
    "whatever the label."
)


def answered(softmax_cross_entropy, logits, labels):
    """Return the answer's loss and gradient."""
    return parts(softmax_cross_entropy(logits, labels), "loss", "grad")


@exercise.check("A network that finds all classes equally likely pays log(classes), however many.")
def pays_for_knowing_nothing(softmax_cross_entropy, rng):
    n, classes = np.sort(rng.permutation([2, 3, 4])[:2])
    labels = np.append(rng.integers(classes, size=n - 1), classes - 1)
    loss, _ = answered(softmax_cross_entropy, np.zeros((n, classes)), labels)
    assert close(loss, np.log(classes), what="The loss"), (
        f"For {classes} classes that is {in_words(np.log(classes))}."
    )


@exercise.check("Of two classes, the right one g ahead costs log(1 + exp(-g)).")
def pays_less_for_being_right(softmax_cross_entropy, rng):
    order = rng.permutation(3)
    ahead, labels = np.array([1.0, -2.0, 4.0])[order], np.array([0, 1, 1])[order]
    logits = np.zeros((3, 2))
    logits[np.arange(3), labels] = ahead
    loss, _ = answered(softmax_cross_entropy, logits, labels)
    assert close(loss, np.mean(np.log1p(np.exp(-ahead))), what="The loss"), (
        f"The logits of the right classes are ahead by {in_words(ahead)}."
    )


@exercise.check("The gradient says how the mean loss changes as each logit of each row rises.")
def knows_the_slope(softmax_cross_entropy, rng):
    labels = rng.permutation([0, 2])
    logits = np.log(np.array([[1.0, 2, 5], [1, 1, 2]]))
    wanted = np.array([[1, 2, 5], [2, 2, 4]]) / 16
    wanted[[0, 1], labels] -= 1 / 2
    _, grad = answered(softmax_cross_entropy, logits, labels)
    assert close(grad, wanted, what="The gradient"), (
        "There the first row's probabilities are 1/8, 2/8, 5/8, the second's 1/4, 1/4, 1/2."
    )


@exercise.check("Logits of 1000 and -1000 are numbers like others: their loss and gradient exist.")
def survives_a_thousand(softmax_cross_entropy, rng):
    sure = float(rng.integers(10, 20) * 100)
    loss, grad = answered(softmax_cross_entropy, np.array([[sure, 0], [0, sure]]), np.array([0, 0]))
    because = f"The first row is right and costs 0, the second is wrong by {sure:g}."
    assert close(loss, sure / 2, what="The loss"), because
    assert close(grad, [[0, 0], [-0.5, 0.5]], what="The gradient"), because


@exercise.check("Only differences within a row count: each row may have a level of its own.")
def ignores_the_level_of_a_row(softmax_cross_entropy, rng):
    level = float(rng.integers(10, 20) * 100)
    logits = np.array([[level, level], [-level, -level], [0, 0]])
    loss, grad = answered(softmax_cross_entropy, logits, np.array([0, 1, 1]))
    because = "Within each row the two logits are equal, so each has the probability 1/2."
    assert close(loss, np.log(2), what="The loss"), because
    sixth = 1 / 6
    wanted = [[-sixth, sixth], [sixth, -sixth], [sixth, -sixth]]
    assert close(grad, wanted, what="The gradient"), because


@exercise.check("The logits you were given are the same afterwards.")
def leaves_the_logits_alone(softmax_cross_entropy, rng):
    logits = rng.integers(1, 9, size=(2, 3)).astype(float)
    softmax_cross_entropy(logits, np.array([0, 2]))
    assert not softmax_cross_entropy.changed


@exercise.domain(
    shapes=[(4, 3), (1, 3), (3, 1), (1, 1)],
    corners=[{"logits": np.array([[1e3, -1e3, 0], [0, 0, 0], [-1e3, -1e3, 1], [1e3, 1e3, 0.0]])}],
    whole=[],
)
def allowed(rng, shape):
    labels = rng.integers(0, shape[1], size=shape[0])
    return {"logits": rng.normal(size=shape), "labels": labels}


@exercise.picture(xlabel="logit of the right class", ylabel="loss")
def against_a_logit(softmax_cross_entropy):
    line, right = np.linspace(-4, 4, 33), np.array([1])
    return line, [float(softmax_cross_entropy(np.array([[0.5, at, -1]]), right)[0]) for at in line]


@exercise.accepts("loops")
def one_row_at_a_time(logits, labels):
    loss, grad = 0.0, []
    for row, label in zip(logits, labels, strict=True):
        largest = max(row)
        powers = [np.exp(logit - largest) for logit in row]
        loss += np.log(sum(powers)) - (row[label] - largest)
        grad.append([power / sum(powers) - (k == label) for k, power in enumerate(powers)])
    return loss / len(labels), np.array(grad) / len(labels)


@exercise.accepts("labels one-hot")
def with_targets(logits, labels):
    targets = np.eye(logits.shape[1])[labels]
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -(targets * logs).sum(axis=1).mean(), (np.exp(logs) - targets) / len(labels)


def log_softmax(logits, axis=1):
    """Return the logarithms of the probabilities, safely."""
    return logits - np.logaddexp.reduce(logits, axis=axis, keepdims=True)


def one_hot(labels, classes):
    """Return a 1 in the column of each label."""
    return np.eye(classes)[labels]


@exercise.mistake(
    "adds the batch up: the loss is a mean over its examples", caught_by=pays_for_knowing_nothing
)
def adds_the_batch_up(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss * len(labels), grad * len(labels)


@exercise.mistake(
    "averages loss and gradient over all entries, examples times classes",
    caught_by=pays_for_knowing_nothing,
)
def averages_over_all_entries(logits, labels):
    targets = one_hot(labels, logits.shape[1])
    logs = log_softmax(logits)
    return -(targets * logs).mean(), (np.exp(logs) - targets) / logits.size


@exercise.mistake(
    "averages the loss over all entries, examples times classes, of which most are 0",
    caught_by=pays_for_knowing_nothing,
)
def averages_the_loss_over_all_entries(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss / logits.shape[1], grad


@exercise.mistake(
    "takes the logarithm to base 2: the gradient then belongs to another loss",
    caught_by=pays_for_knowing_nothing,
)
def takes_the_base_two_logarithm(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss / np.log(2), grad


@exercise.mistake(
    "takes the logarithm to base 10: the gradient then belongs to another loss",
    caught_by=pays_for_knowing_nothing,
)
def takes_the_base_ten_logarithm(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss / np.log(10), grad


@exercise.mistake("forgets the minus before the logarithm", caught_by=pays_for_knowing_nothing)
def forgets_the_minus(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return -loss, grad


@exercise.mistake(
    "gives the loss of each example and forgets to average them", caught_by=pays_for_knowing_nothing
)
def keeps_the_examples_apart(logits, labels):
    _, grad = softmax_cross_entropy(logits, labels)
    return -log_softmax(logits)[np.arange(len(labels)), labels], grad


@exercise.mistake(
    "looks the labels up among the examples: p[labels] picks whole rows, and np.eye(n) has a row "
    "for each example, but labels count classes",
    caught_by=pays_for_knowing_nothing,
)
def looks_labels_up_among_the_examples(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return -log_softmax(logits)[labels].mean(), grad


@exercise.mistake(
    "multiplies by the labels themselves, which are the numbers of classes and not zeros and ones",
    caught_by=pays_for_knowing_nothing,
)
def multiplies_by_the_labels(logits, labels):
    return -np.mean(labels * log_softmax(logits)), softmax_cross_entropy(logits, labels)[1]


@exercise.mistake(
    "sums exponentials down the columns (axis=0), so that the examples compete and not the classes",
    caught_by=pays_for_knowing_nothing,
)
def lets_the_examples_compete(logits, labels):
    logs = log_softmax(logits, axis=0)
    targets = one_hot(labels, logits.shape[1])
    return -(targets * logs).sum() / len(labels), (np.exp(logs) - targets) / len(labels)


@exercise.mistake(
    "sums exponentials over the whole batch: no axis", caught_by=pays_for_knowing_nothing
)
def sums_over_the_whole_batch(logits, labels):
    logs = logits - np.log(np.exp(logits).sum())
    targets = one_hot(labels, logits.shape[1])
    return -(targets * logs).sum() / len(labels), (np.exp(logs) - targets) / len(labels)


@exercise.mistake(
    "drops the axis that it sums over: keepdims=True keeps one sum beside each row",
    caught_by=pays_for_knowing_nothing,
)
def drops_the_axis(logits, labels):
    odds = np.exp(logits) / np.exp(logits).sum(axis=1)
    targets = one_hot(labels, logits.shape[1])
    return -(targets * np.log(odds)).sum() / len(labels), (odds - targets) / len(labels)


@exercise.mistake(
    "makes the labels one-hot twice: zeros and ones are taken for labels once more",
    caught_by=pays_for_knowing_nothing,
)
def makes_the_labels_one_hot_twice(logits, labels):
    classes = logits.shape[1]
    targets = one_hot(one_hot(labels, classes).astype(int), classes).sum(axis=1)
    logs = log_softmax(logits)
    return -(targets * logs).sum() / len(labels), (np.exp(logs) - targets) / len(labels)


@exercise.mistake("leaves the logarithm out", caught_by=pays_for_knowing_nothing)
def leaves_the_logarithm_out(logits, labels):
    odds = np.exp(log_softmax(logits))
    targets = one_hot(labels, logits.shape[1])
    return 1 - (targets * odds).sum() / len(labels), (odds - targets) / len(labels)


@exercise.mistake(
    "picks columns and not one entry in each row: logs[:, labels] is a table",
    caught_by=pays_less_for_being_right,
)
def picks_columns(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return -log_softmax(logits)[:, labels].mean(), grad


@exercise.mistake(
    "picks columns and not one entry in each row, for the loss and for the gradient",
    caught_by=pays_less_for_being_right,
)
def picks_columns_twice(logits, labels):
    logs = log_softmax(logits)
    grad = np.exp(logs)
    grad[:, labels] -= 1
    return -logs[:, labels].mean(), grad / len(labels)


@exercise.mistake("counts the labels from 1", caught_by=pays_less_for_being_right)
def counts_labels_from_one(logits, labels):
    return softmax_cross_entropy(logits, labels - 1)


@exercise.mistake(
    "takes the labels for one-hot rows and looks for their 1", caught_by=pays_less_for_being_right
)
def looks_for_the_one(logits, labels):
    return softmax_cross_entropy(logits, np.full(len(labels), labels.argmax()))


@exercise.mistake(
    "charges for the likeliest class, not for the right one", caught_by=pays_less_for_being_right
)
def charges_for_the_likeliest(logits, labels):
    return softmax_cross_entropy(logits, logits.argmax(axis=1))


@exercise.mistake("divides the loss by n and forgets the gradient", caught_by=knows_the_slope)
def adds_the_gradients_up(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss, grad * len(labels)


@exercise.mistake(
    "has the gradient point the other way: targets minus probabilities", caught_by=knows_the_slope
)
def turns_the_gradient_round(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss, -grad


@exercise.mistake(
    "returns the probabilities and forgets to subtract 1 at the label", caught_by=knows_the_slope
)
def forgets_the_label(logits, labels):
    loss, _ = softmax_cross_entropy(logits, labels)
    return loss, np.exp(log_softmax(logits)) / len(labels)


@exercise.mistake(
    "differentiates the logarithm alone: -1 / probability is a gradient in the probabilities, and "
    "the logits lie one chain rule deeper",
    caught_by=knows_the_slope,
)
def differentiates_the_wrong_log(logits, labels):
    loss, _ = softmax_cross_entropy(logits, labels)
    return loss, -one_hot(labels, logits.shape[1]) / np.exp(log_softmax(logits)) / len(labels)


@exercise.mistake(
    "moves the right logit only: the other classes share the probability too",
    caught_by=knows_the_slope,
)
def moves_the_right_logit_only(logits, labels):
    loss, grad = softmax_cross_entropy(logits, labels)
    return loss, grad * one_hot(labels, logits.shape[1])


@exercise.mistake(
    "takes exp of the logits as they come: exp(1000) overflows", caught_by=survives_a_thousand
)
def overflows(logits, labels):
    powers = np.exp(logits)
    odds = powers / powers.sum(axis=1, keepdims=True)
    targets = one_hot(labels, logits.shape[1])
    loss = -np.log(odds[np.arange(len(labels)), labels]).mean()
    return loss, (odds - targets) / len(labels)


@exercise.mistake(
    "takes the logarithm of a probability that has been rounded to 0", caught_by=survives_a_thousand
)
def takes_the_logarithm_of_zero(logits, labels):
    _, grad = softmax_cross_entropy(logits, labels)
    odds = np.exp(log_softmax(logits))
    return -np.log(odds[np.arange(len(labels)), labels]).mean(), grad


@exercise.mistake(
    "multiplies the logarithm of 0 by 0, which is not a number: one-hot labels meet every class",
    caught_by=survives_a_thousand,
)
def multiplies_infinity_by_zero(logits, labels):
    _, grad = softmax_cross_entropy(logits, labels)
    odds = np.exp(log_softmax(logits))
    targets = one_hot(labels, logits.shape[1])
    return -(targets * np.log(odds)).sum() / len(labels), grad


@exercise.mistake(
    "adds a tiny number inside the logarithm: a sure error then costs 28 at most",
    caught_by=survives_a_thousand,
)
def adds_a_tiny_number(logits, labels):
    _, grad = softmax_cross_entropy(logits, labels)
    odds = np.exp(log_softmax(logits))
    return -np.log(odds[np.arange(len(labels)), labels] + 1e-12).mean(), grad


@exercise.mistake(
    "subtracts the largest logit of the whole batch: low rows then vanish",
    caught_by=ignores_the_level_of_a_row,
)
def subtracts_one_maximum(logits, labels):
    shifted = logits - logits.max()
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    targets = one_hot(labels, logits.shape[1])
    loss = -logs[np.arange(len(labels)), labels].mean()
    return loss, (np.exp(logs) - targets) / len(labels)


@exercise.mistake(
    "subtracts the maximum in place, with -=, from the caller's logits",
    caught_by=leaves_the_logits_alone,
)
def works_in_place(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return softmax_cross_entropy(logits, labels)
