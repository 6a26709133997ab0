"""When is a batch large? Every example pulls its own way. What they agree on is the signal; how
they scatter is the noise, and a mini-batch of B has a B-th of its variance. The batch at which the
two are equal is the *noise scale*: far below it, a larger batch is as good as a higher rate; far
above, you pay for agreement that you have already.

**Predict first.** All examples give the same gradient. What is the noise scale, and what does it
say about the batch you need?
"""

import numpy as np

from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close

exercise = Exercise("noise_scale", points=2, minutes=15, core=False)


@exercise.solution
def noise_scale(gradients):
    """Return the batch size whose noise is as large as its signal.

    gradients  one row for each example, its own gradient at the same place: an array
               `[n, parameters]`. These n are all the examples there are.

    The noise is the variance of the examples' gradients (numpy's, which divides by n), added up
    over the parameters. The signal is the squared length of their mean. The noise scale is noise
    over signal; where the mean is exactly 0 it is `np.inf`.
    """
    # solution: three lines
    noise = np.var(gradients, axis=0).sum()
    signal = np.sum(np.mean(gradients, axis=0) ** 2)
    return noise / signal if signal > 0 else np.inf


exercise.hints = [
    "Two numbers for each parameter: how large is its mean over the examples, and how do they "
    "scatter around it? Which axis is that of the examples?",
    "`gradients.var(axis=0)` and `gradients.mean(axis=0)` have an entry for each parameter. Add "
    "the variances up; square the means, then add those up.",
    "Start with `noise = np.var(gradients, axis=0).sum()`.",
]
exercise.turned_out = (
    "0. Nothing scatters, so a mini-batch of one example says as much as all of them together."
)


@exercise.check("One parameter: the variance over the squared mean.")
def divides_variance_by_squared_mean(noise_scale, rng):
    mean, off = int(rng.integers(4, 7)), 2 * int(rng.integers(3, 7)) + 1
    gradients = np.array([[mean - off], [mean + off], [mean - off], [mean + off]], float)
    assert close(noise_scale(gradients), off**2 / mean**2), (
        f"The mean is {mean}, and each of the four is {off} away from it."
    )


@exercise.check("Several parameters: their variances add up, and so do their squared means.")
def adds_up_the_parameters(noise_scale, rng):
    off = int(rng.integers(2, 6))
    gradients = np.array([[3 - off, 4, 1], [3 + off, 4, 1], [3 + off, 4, -1], [3 - off, 4, -1.0]])
    assert close(noise_scale(gradients), (off**2 + 1) / 25), (
        f"The variances are {off**2}, 0 and 1; the means are 3, 4 and 0."
    )


@exercise.check("It ignores the loss's unit: gradients a millionth as long, the same noise scale.")
def ignores_the_unit(noise_scale, rng):
    gradients = np.array([[1.0, 2], [3, 2], [5, 8]])
    wanted = (8 / 3 + 8) / 25
    assert close(noise_scale(10 * gradients), wanted), "The means are 30 and 40."
    assert close(noise_scale(gradients / 1e6), wanted), (
        "The means are 3 and 4 millionths: small, but a signal."
    )


@exercise.check("Where the gradients cancel, no batch is large enough: np.inf.")
def is_infinite_without_a_signal(noise_scale, rng):
    off = float(rng.integers(1, 6))
    assert close(noise_scale(np.array([[off, -1], [-off, 1]])), np.inf), "Their mean is [0, 0]."
    zeros = np.zeros((int(rng.integers(2, 5)), 2))
    value = np.asarray(noise_scale(zeros), float)
    assert np.array_equal(value.ravel(), [np.inf]), (
        "There the mean is exactly 0 as well, and 0 / 0 is nan, not np.inf."
    )


@exercise.domain(
    shapes=[(5, 3), (1, 3), (4, 1), (1, 1)],
    corners=[
        {"gradients": np.array([[1.0, -2], [-1, 2]])},
        {"gradients": np.array([[0.0, 0], [0, 0]])},
        {"gradients": np.array([[1 + 2**-30], [-1.0]])},
    ],
)
def allowed(rng, shape):
    return {"gradients": rng.normal(size=shape)}


@exercise.picture(xlabel="how far apart the gradients are", ylabel="noise scale")
def against_the_spread(noise_scale):
    apart, rows = np.linspace(0, 4, 25), np.array([[1.0, 0.5], [-1.0, 0.5], [1.0, -1.0]])
    return apart, [float(noise_scale(1 + far * rows)) for far in apart]


@exercise.accepts("loops")
def example_by_example(gradients):
    n, mean = len(gradients), sum(gradients) / len(gradients)
    noise = sum(sum((row - mean) ** 2) for row in gradients) / n
    signal = sum(mean**2)
    return noise / signal if signal else np.inf


@exercise.accepts("mean of the squares less square of the mean")
def from_squared_lengths(gradients):
    mean_square = np.mean(np.linalg.norm(gradients, axis=1) ** 2)
    signal = np.linalg.norm(gradients.mean(axis=0)) ** 2
    return (mean_square - signal) / signal if signal else float("inf")


def noise_and_signal(gradients, ddof=0):
    """Return the variances added up, and the squared length of the mean."""
    return gradients.var(axis=0, ddof=ddof).sum(), (gradients.mean(axis=0) ** 2).sum()


def over(noise, signal):
    """Return the ratio, and infinity over nothing."""
    return noise / signal if signal > 0 else np.inf


@exercise.mistake(
    "turns the ratio round: signal over noise", caught_by=divides_variance_by_squared_mean
)
def turns_the_ratio_round(gradients):
    noise, signal = noise_and_signal(gradients)
    return over(signal, noise) if signal > 0 else np.inf


@exercise.mistake(
    "divides by the length of the mean and not by its square",
    caught_by=divides_variance_by_squared_mean,
)
def forgets_the_square(gradients):
    noise, signal = noise_and_signal(gradients)
    return over(noise, np.sqrt(signal))


@exercise.mistake(
    "takes the standard deviation for the variance", caught_by=divides_variance_by_squared_mean
)
def takes_the_deviation(gradients):
    _, signal = noise_and_signal(gradients)
    return over(gradients.std(axis=0).sum(), signal)


@exercise.mistake(
    "divides deviation by length: the noise scale is the square of that",
    caught_by=divides_variance_by_squared_mean,
)
def divides_the_roots(gradients):
    noise, signal = noise_and_signal(gradients)
    return over(np.sqrt(noise), np.sqrt(signal))


@exercise.mistake(
    "divides the variance by n - 1: these examples are all there are, not a sample",
    caught_by=divides_variance_by_squared_mean,
)
def divides_by_n_minus_one(gradients):
    return over(*noise_and_signal(gradients, ddof=1))


@exercise.mistake(
    "divides by n once more: that is the noise of a batch of all n",
    caught_by=divides_variance_by_squared_mean,
)
def divides_by_n_twice(gradients):
    noise, signal = noise_and_signal(gradients)
    return over(noise / len(gradients), signal)


@exercise.mistake(
    "takes the mean squared length for the noise, and the signal is in it too",
    caught_by=divides_variance_by_squared_mean,
)
def takes_the_squares_for_the_noise(gradients):
    _, signal = noise_and_signal(gradients)
    return over((gradients**2).sum() / len(gradients), signal)


@exercise.mistake(
    "takes the mean squared length for the signal, and the noise is in it too",
    caught_by=divides_variance_by_squared_mean,
)
def takes_the_squares_for_the_signal(gradients):
    noise, _ = noise_and_signal(gradients)
    return over(noise, (gradients**2).sum() / len(gradients))


@exercise.mistake(
    "averages along each row (axis=1), over the parameters and not over the examples",
    caught_by=divides_variance_by_squared_mean,
)
def averages_the_wrong_way(gradients):
    return over(*noise_and_signal(gradients.T))


@exercise.mistake(
    "takes one variance of all entries together, with no axis", caught_by=adds_up_the_parameters
)
def mixes_the_parameters(gradients):
    return over(gradients.var(), gradients.mean() ** 2)


@exercise.mistake(
    "takes one variance of all entries together, and the right signal",
    caught_by=adds_up_the_parameters,
)
def mixes_the_variances(gradients):
    return over(gradients.var(), noise_and_signal(gradients)[1])


@exercise.mistake(
    "averages the variances where they should add up: the signal is a sum too",
    caught_by=adds_up_the_parameters,
)
def averages_the_variances(gradients):
    return over(gradients.var(axis=0).mean(), noise_and_signal(gradients)[1])


@exercise.mistake(
    "adds the deviations up and squares the sum: it is variances that add up",
    caught_by=adds_up_the_parameters,
)
def squares_the_deviations(gradients):
    return over(gradients.std(axis=0).sum() ** 2, noise_and_signal(gradients)[1])


@exercise.mistake(
    "adds the means up before squaring, so that opposite ones cancel",
    caught_by=adds_up_the_parameters,
)
def squares_the_sum(gradients):
    return over(noise_and_signal(gradients)[0], gradients.mean(axis=0).sum() ** 2)


@exercise.mistake(
    "divides parameter by parameter and adds up: one without a signal makes it infinite",
    caught_by=adds_up_the_parameters,
)
def divides_each_parameter(gradients):
    return np.sum(gradients.var(axis=0) / gradients.mean(axis=0) ** 2)


@exercise.mistake(
    "gives a noise scale for each parameter, where one number is asked for",
    caught_by=adds_up_the_parameters,
)
def gives_one_for_each_parameter(gradients):
    return gradients.var(axis=0) / gradients.mean(axis=0) ** 2


@exercise.mistake(
    "adds a small number to the signal so as not to divide by 0, which is not small everywhere",
    caught_by=ignores_the_unit,
)
def adds_a_small_number(gradients):
    noise, signal = noise_and_signal(gradients)
    return noise / (signal + 1e-12)


@exercise.mistake("takes a small signal for none", caught_by=ignores_the_unit)
def takes_small_for_nothing(gradients):
    noise, signal = noise_and_signal(gradients)
    return noise / signal if signal > 1e-8 else np.inf


@exercise.mistake(
    "rounds to a whole batch: it is a scale, not a setting",
    caught_by=divides_variance_by_squared_mean,
)
def rounds_the_batch(gradients):
    noise, signal = noise_and_signal(gradients)
    return np.round(noise / signal) if signal > 0 else np.inf


@exercise.mistake(
    "divides by a signal of 0 without asking: without noise that is 0 / 0",
    caught_by=is_infinite_without_a_signal,
)
def never_asks(gradients):
    noise, signal = noise_and_signal(gradients)
    return noise / signal


@exercise.mistake("gives 0 where there is no signal", caught_by=is_infinite_without_a_signal)
def gives_zero_without_a_signal(gradients):
    noise, signal = noise_and_signal(gradients)
    return noise / signal if signal > 0 else 0.0
