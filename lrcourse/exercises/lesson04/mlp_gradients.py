"""Blame, carried backwards. A network with one hidden layer turns features into sums, rectifies
them and turns them into logits. Softmax cross-entropy says how much each logit is to blame for the
loss; the chain rule hands that blame back, layer by layer, to every weight and bias. Write the way
there and the way back.

**Predict first.** A hidden unit's sum is -3, so it puts out 0. How much does the loss change if
its bias rises by a tiny bit?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close, numbers, parts
from lrcourse.inputs import in_words

exercise = Exercise("mlp_gradients", points=4, minutes=35, core=False)


@exercise.solution
def mlp_gradients(X, labels, W1, b1, W2, b2):
    """Return the gradients of a network's mean cross-entropy in `W1`, `b1`, `W2` and `b2`.

    X       the features, an array `[n, features]`: n rows, and a column for each feature
    labels  the right class of each example, n whole numbers from 0
    W1, b1  weights `[hidden, features]` and biases `[hidden]` of the hidden layer
    W2, b2  weights `[classes, hidden]` and biases `[classes]` of the last layer

    For each example x the network computes `hidden = relu(W1 @ x + b1)` and
    `logits = W2 @ hidden + b2`; its loss is `-log(softmax(logits)[label])`, and the mean over the
    examples is what you differentiate; logits may be of any size, 1000 as well. Each gradient has
    the shape of what it belongs to.
    """
    # solution: eight lines
    sums = X @ W1.T + b1
    hidden = np.maximum(sums, 0)
    logits = hidden @ W2.T + b2
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    blame = (odds - np.eye(len(b2))[labels]) / len(X)
    back = blame @ W2 * (sums > 0)
    return back.T @ X, back.sum(axis=0), blame.T @ hidden, blame.sum(axis=0)


exercise.hints = [
    "How does the mean loss change with each logit? That blame, `[n, classes]`, is all that the "
    "way back needs to know about softmax and labels.",
    "A bias is added for every example; a weight multiplies what came in. So the last layer gets "
    "`blame.sum(axis=0)` and `blame.T @ hidden`. What does relu let pass on the way back?",
    "Start with `sums = X @ W1.T + b1` and `hidden = np.maximum(sums, 0)`.",
]
exercise.turned_out = (
    "not at all. A sum of -3 plus a tiny bit is still below 0, and the unit still puts out 0: its "
    "gradient is 0."
)

NAMES = ("W1", "b1", "W2", "b2")


def small_network(rng):
    """Return four examples with labels and a network of 2 features, 3 units and 2 classes."""
    sign, swap = rng.choice([-1, 1]), rng.permutation(4)
    X = np.array([[1.0, 2], [-1, 0.5], [2, -1], [0, 1.5]])[swap]
    labels = np.array([0, 1, 1, 1])[swap]
    W1 = sign * np.array([[0.5, -1], [1, 0.4], [-0.8, 0.6]])
    return X, labels, W1, np.array([0.2, -0.1, 0.3]), *last_layer(rng)


def last_layer(rng):
    """Return weights and biases of two classes over three units."""
    W2 = np.array([[0.7, -0.5, 1.0], [-0.3, 0.9, 0.4]])[:, rng.permutation(3)]
    return W2, np.array([0.1, -0.2])


def mean_loss(X, labels, W1, b1, W2, b2):
    """Return the mean cross-entropy of the network, in nats."""
    logits = np.maximum(X @ W1.T + b1, 0) @ W2.T + b2
    logs = logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -logs[np.arange(len(X)), labels].mean()


def nudged(name, network, nudge=1e-5):
    """Return the gradient in one parameter by nudging each of its entries both ways."""
    place = 2 + NAMES.index(name)
    grad = np.zeros(network[place].shape)
    for i in np.ndindex(grad.shape):
        up, down = ([np.array(part, float) for part in network] for _ in range(2))
        up[1] = down[1] = network[1]
        up[place][i] += nudge
        down[place][i] -= nudge
        grad[i] = (mean_loss(*up) - mean_loss(*down)) / (2 * nudge)
    return grad


def agrees(mlp_gradients, rng, name):
    """Whether the answer's gradient in one parameter is what nudging that parameter gives."""
    network = small_network(rng)
    grads = dict(zip(NAMES, parts(mlp_gradients(*network), *NAMES), strict=True))
    slopes = nudged(name, network)
    assert close(grads[name], slopes, rtol=1e-5, atol=1e-7, what=f"The gradient in {name}"), (
        f"Of these, the gradient in {name} is {in_words(numbers(grads[name]).round(4))}; nudging "
        f"{name} gives {in_words(slopes.round(4))}."
    )


@exercise.check("Four gradients, in the order W1, b1, W2, b2, each with the shape of its own.")
def has_the_shapes(mlp_gradients, rng):
    network = small_network(rng)
    for name, grad, parameter in zip(
        NAMES, parts(mlp_gradients(*network), *NAMES), network[2:], strict=True
    ):
        assert numbers(grad).shape == parameter.shape, (
            f"The gradient in {name} has shape {numbers(grad).shape}, where {name} itself has "
            f"{parameter.shape}."
        )


@exercise.check("The gradient in b2 is the blame of each logit, averaged over the examples.")
def blames_the_last_biases(mlp_gradients, rng):
    agrees(mlp_gradients, rng, "b2")


@exercise.check("The gradient in W2 is that blame times what came in from each hidden unit.")
def blames_the_last_weights(mlp_gradients, rng):
    agrees(mlp_gradients, rng, "W2")


@exercise.check("The gradient in b1 has gone back through W2, and through the units that are on.")
def blames_the_hidden_biases(mlp_gradients, rng):
    agrees(mlp_gradients, rng, "b1")


@exercise.check("The gradient in W1 is the blame of each hidden sum times the features.")
def blames_the_hidden_weights(mlp_gradients, rng):
    agrees(mlp_gradients, rng, "W1")


@exercise.check("Features a thousand times larger give logits in the thousands, and no nan.")
def survives_a_thousand(mlp_gradients, rng):
    X, labels, W1, b1, _, b2 = small_network(rng)
    W2 = 1000 * np.array([[1.0, 1.0, 1.0], [-1.0, -1.0, -1.0]])
    *_, grad = parts(mlp_gradients(1000 * abs(X), labels, abs(W1), b1, W2, b2), *NAMES)
    assert close(grad, [0.75, -0.75], what="The gradient in b2"), (
        "The network is sure of class 0 each time, and three of the four are of class 1."
    )


@exercise.domain(shapes=[(4, 3), (1, 3), (5, 1), (1, 1)], whole=["X"])
def allowed(rng, shape):
    n, features = shape
    return {
        "X": rng.normal(size=shape),
        "labels": rng.integers(0, 4, size=n),
        "W1": rng.normal(size=(5, features)),
        "b1": rng.normal(size=5),
        "W2": rng.normal(size=(4, 5)),
        "b2": rng.normal(size=4),
    }


@exercise.picture(xlabel="a weight of the hidden layer", ylabel="slope in that weight")
def against_a_weight(mlp_gradients):
    X, labels = np.array([[1.0, -0.5], [0.3, 2.0]]), np.array([0, 1])
    others = np.array([0.1, -0.2]), np.array([[1.0, -1.0], [0.5, 2.0]]), np.zeros(2)
    line = np.linspace(-3, 3, 25)
    hidden = [np.array([[w, 1.0], [0.5, -1.0]]) for w in line]
    return line, [float(mlp_gradients(X, labels, W1, *others)[0][0, 0]) for W1 in hidden]


@exercise.accepts("loops")
def one_example_at_a_time(X, labels, W1, b1, W2, b2):
    grads = [np.zeros(parameter.shape) for parameter in (W1, b1, W2, b2)]
    for x, label in zip(X, labels, strict=True):
        hidden = np.maximum(W1 @ x + b1, 0)
        logits = W2 @ hidden + b2
        blame = np.exp(logits - np.logaddexp.reduce(logits))
        blame[label] -= 1
        back = np.where(hidden > 0, W2.T @ blame, 0)
        parts = (np.outer(back, x), back, np.outer(blame, hidden), blame)
        grads = [grad + part / len(X) for grad, part in zip(grads, parts, strict=True)]
    return grads


@exercise.accepts("columns are examples")
def with_columns(X, labels, W1, b1, W2, b2):
    hidden = np.maximum(W1 @ X.T + b1[:, None], 0)
    logits = W2 @ hidden + b2[:, None]
    blame = np.exp(logits - np.logaddexp.reduce(logits, axis=0))
    blame[labels, np.arange(len(X))] -= 1
    back = (W2.T @ blame) * np.sign(hidden)
    return back @ X / len(X), back.mean(axis=1), blame @ hidden.T / len(X), blame.mean(axis=1)


def forward(X, labels, W1, b1, W2, b2):
    """Return what the way back starts from: sums, hidden, blame."""
    sums = X @ W1.T + b1
    hidden = np.maximum(sums, 0)
    logits = hidden @ W2.T + b2
    odds = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    return sums, hidden, (odds - np.eye(len(b2))[labels]) / len(X)


def carried(back, X, blame, hidden):
    """Return the four gradients of the blame at the hidden sums and at the logits."""
    return back.T @ X, back.sum(axis=0), blame.T @ hidden, blame.sum(axis=0)


@exercise.mistake(
    "multiplies X by W1 as it stands: W1 has one row for each hidden unit, X one for each example",
    caught_by=has_the_shapes,
)
def forgets_to_transpose(X, labels, W1, b1, W2, b2):
    return mlp_gradients(X @ W1 + b1, labels, W1, b1, W2, b2)


@exercise.mistake(
    "puts the weights first, as the lesson does for one example: where each row is an example, the "
    "way there is X @ W1.T and the way back blame @ W2",
    caught_by=has_the_shapes,
)
def puts_the_weights_first(X, labels, W1, b1, W2, b2):
    return mlp_gradients(W1 @ X + b1, labels, W1, b1, W2, b2)


@exercise.mistake(
    "adds the biases' blame up for each example (axis=1), not over the examples",
    caught_by=has_the_shapes,
)
def adds_up_for_each_example(X, labels, W1, b1, W2, b2):
    sums, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    back = blame @ W2 * (sums > 0)
    return back.T @ X, back.sum(axis=1), blame.T @ hidden, blame.sum(axis=1)


@exercise.mistake(
    "adds the biases' blame up to one number: each bias has its own", caught_by=has_the_shapes
)
def adds_up_to_one_number(X, labels, W1, b1, W2, b2):
    of_W1, of_b1, of_W2, of_b2 = mlp_gradients(X, labels, W1, b1, W2, b2)
    return of_W1, of_b1.sum(), of_W2, of_b2.sum()


@exercise.mistake("returns the last layer's gradients first", caught_by=has_the_shapes)
def starts_with_the_last_layer(X, labels, W1, b1, W2, b2):
    of_W1, of_b1, of_W2, of_b2 = mlp_gradients(X, labels, W1, b1, W2, b2)
    return of_W2, of_b2, of_W1, of_b1


@exercise.mistake(
    "returns the weights' gradients transposed, one row for each input", caught_by=has_the_shapes
)
def transposes_the_weights(X, labels, W1, b1, W2, b2):
    of_W1, of_b1, of_W2, of_b2 = mlp_gradients(X, labels, W1, b1, W2, b2)
    return of_W1.T, of_b1, of_W2.T, of_b2


@exercise.mistake("forgets to add the biases' blame up over the examples", caught_by=has_the_shapes)
def keeps_the_examples_apart(X, labels, W1, b1, W2, b2):
    sums, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    back = blame @ W2 * (sums > 0)
    return back.T @ X, back, blame.T @ hidden, blame


@exercise.mistake(
    "adds the examples up, where the loss is their mean", caught_by=blames_the_last_biases
)
def adds_the_examples_up(X, labels, W1, b1, W2, b2):
    return tuple(len(X) * grad for grad in mlp_gradients(X, labels, W1, b1, W2, b2))


@exercise.mistake(
    "divides by n twice, once in the blame and once more in a mean",
    caught_by=blames_the_last_biases,
)
def divides_by_n_twice(X, labels, W1, b1, W2, b2):
    return tuple(grad / len(X) for grad in mlp_gradients(X, labels, W1, b1, W2, b2))


@exercise.mistake(
    "forgets to subtract 1 from the right class's probability", caught_by=blames_the_last_biases
)
def forgets_the_labels(X, labels, W1, b1, W2, b2):
    sums, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    blame = blame + np.eye(len(b2))[labels] / len(X)
    return carried(blame @ W2 * (sums > 0), X, blame, hidden)


@exercise.mistake(
    "subtracts the 1 from whole columns, blame[:, labels]: blame[np.arange(n), labels] is one "
    "entry in each row",
    caught_by=blames_the_last_biases,
)
def blames_whole_columns(X, labels, W1, b1, W2, b2):
    sums, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    blame = blame + np.eye(len(b2))[labels] / len(X)
    blame[:, labels] -= 1 / len(X)
    return carried(blame @ W2 * (sums > 0), X, blame, hidden)


@exercise.mistake(
    "subtracts the 1 from whole rows, blame[labels]: blame[np.arange(n), labels] is one entry in "
    "each row",
    caught_by=blames_the_last_biases,
)
def blames_whole_rows(X, labels, W1, b1, W2, b2):
    sums, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    blame = blame + np.eye(len(b2))[labels] / len(X)
    blame[labels] -= 1 / len(X)
    return carried(blame @ W2 * (sums > 0), X, blame, hidden)


@exercise.mistake(
    "differentiates the loss of the first example alone", caught_by=blames_the_last_biases
)
def looks_at_the_first_example(X, labels, W1, b1, W2, b2):
    return mlp_gradients(X[:1], labels[:1], W1, b1, W2, b2)


@exercise.mistake(
    "has the signs turned round: targets minus probabilities", caught_by=blames_the_last_biases
)
def turns_the_signs_round(X, labels, W1, b1, W2, b2):
    return tuple(-grad for grad in mlp_gradients(X, labels, W1, b1, W2, b2))


@exercise.mistake(
    "lets the examples compete: softmax down the columns (axis=0), not along the classes",
    caught_by=blames_the_last_biases,
)
def lets_the_examples_compete(X, labels, W1, b1, W2, b2):
    sums, hidden, _ = forward(X, labels, W1, b1, W2, b2)
    logits = hidden @ W2.T + b2
    odds = np.exp(logits - np.logaddexp.reduce(logits, axis=0))
    blame = (odds - np.eye(len(b2))[labels]) / len(X)
    return carried(blame @ W2 * (sums > 0), X, blame, hidden)


@exercise.mistake("leaves relu out on the way there", caught_by=blames_the_last_biases)
def leaves_relu_out(X, labels, W1, b1, W2, b2):
    sums = X @ W1.T + b1
    logits = sums @ W2.T + b2
    odds = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    blame = (odds - np.eye(len(b2))[labels]) / len(X)
    return carried(blame @ W2, X, blame, sums)


@exercise.mistake(
    "multiplies the blame by the hidden sums from before relu", caught_by=blames_the_last_weights
)
def takes_the_sums_for_the_hidden(X, labels, W1, b1, W2, b2):
    sums, _, blame = forward(X, labels, W1, b1, W2, b2)
    return carried(blame @ W2 * (sums > 0), X, blame, sums)


@exercise.mistake(
    "averages over the examples in the biases and adds them up in the weights",
    caught_by=blames_the_last_weights,
)
def averages_the_biases_only(X, labels, W1, b1, W2, b2):
    of_W1, of_b1, of_W2, of_b2 = mlp_gradients(X, labels, W1, b1, W2, b2)
    return len(X) * of_W1, of_b1, len(X) * of_W2, of_b2


@exercise.mistake(
    "lets relu pass everything on the way back: a unit that is off carries no blame",
    caught_by=blames_the_hidden_biases,
)
def opens_every_gate(X, labels, W1, b1, W2, b2):
    _, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    return carried(blame @ W2, X, blame, hidden)


@exercise.mistake(
    "lets relu act on the blame itself, and so loses all that is negative",
    caught_by=blames_the_hidden_biases,
)
def rectifies_the_blame(X, labels, W1, b1, W2, b2):
    _, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    return carried(np.maximum(blame @ W2, 0), X, blame, hidden)


@exercise.mistake(
    "multiplies the blame by what the units put out, not by relu's slope, which is 0 or 1",
    caught_by=blames_the_hidden_biases,
)
def multiplies_by_the_hidden(X, labels, W1, b1, W2, b2):
    _, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    return carried(blame @ W2 * hidden, X, blame, hidden)


@exercise.mistake(
    "closes the gates for b1 and leaves them open for W1", caught_by=blames_the_hidden_weights
)
def opens_the_gates_of_the_weights(X, labels, W1, b1, W2, b2):
    _, hidden, blame = forward(X, labels, W1, b1, W2, b2)
    _, *rest = mlp_gradients(X, labels, W1, b1, W2, b2)
    return (blame @ W2).T @ X, *rest


@exercise.mistake(
    "takes exp of the logits as they come: exp(1000) overflows", caught_by=survives_a_thousand
)
def overflows(X, labels, W1, b1, W2, b2):
    sums = X @ W1.T + b1
    hidden = np.maximum(sums, 0)
    powers = np.exp(hidden @ W2.T + b2)
    blame = (powers / powers.sum(axis=1, keepdims=True) - np.eye(len(b2))[labels]) / len(X)
    return carried(blame @ W2 * (sums > 0), X, blame, hidden)


@exercise.mistake(
    "divides the weights' gradients by n and only adds up those of the last biases",
    caught_by=blames_the_last_biases,
)
def adds_up_the_last_biases(X, labels, W1, b1, W2, b2):
    *rest, last = mlp_gradients(X, labels, W1, b1, W2, b2)
    return *rest, last * len(X)
