"""Somebody hands you a problem with noise in it and 500 calls. How steep it is, how far the minimum
lies and how loud the noise is, nobody tells you, and it differs from problem to problem: a hundred
times in steepness. Each question costs one call, a loss too.

Your rule is scored by the true loss that it reaches, in the median over hidden problems. A score
of 1 is what the best average of all 500 draws would leave; five rules of the course, each with the
rate that is best over the whole family, leave 8 and more. Everything that you wrote in this course
is allowed.

**What solves it.** Over nine hidden problems your median is below that of each of the five rules:
constant, cosine, 1cycle, Adam and stochastic Polyak. Before that come smaller trials, of 200 calls
each: on a steep problem and on a flat one, with a tenth of the noise, the true loss falls to less
than a tenth; and from starts that are nearly right the median of five scores is below 8. Never ask
more often than the budget says, and give the same weights when asked again.

You have met four ways to find a rate that nobody tells you, `g` being a gradient:

- a range test: raise the rate step by step until the loss runs away, and stay well below (lesson
  06, `range_test`)
- Polyak's step: `(loss - lowest loss) / |g|²` (lesson 12, `polyak_lr`)
- two gradients: `s·s / (s·y)`, where `s` is how the weights changed and `y` how the gradient did
  (lesson 12, `barzilai_borwein_lr`)
- distance over gradients: the farthest from the start so far, over the root of the sum of all
  `|g|²` (lesson 12, `dog_lr`)

**Predict first.** The noise never ends, and the rate stays the same to the last call. Can the
result lie far below the noise ball of that rate?
"""

import numpy as np

from lrcourse.budget_rules import tried_on
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import numbers
from lrcourse.hidden_valleys import HiddenProblem, hidden_problems

exercise = Exercise("train_it", points=4, minutes=45, limit=20)


@exercise.solution
def train_it(problem, budget, rng):
    """Return weights, of the shape of `problem.start`, whose true loss is as low as you can get.

    problem  `start` is where you begin; `loss(w)`, `grad(w)` and `loss_and_grad(w)` tell what one
             mini-batch says at `w`, a new one at each call. The loss of a mini-batch is never
             below 0, and at its own minimum it is 0
    budget   calls that you may make, of all three together; one more, and the run is worth nothing
    rng      a generator, if you want to draw

    The same problem and generator give the same weights again.
    """
    # solution: six lines
    w, lr, path = problem.start, np.inf, [problem.start]
    for _ in range(budget):
        loss, grad = problem.loss_and_grad(w)
        lr = min(lr, 2 * loss / (grad @ grad))
        w = w - lr * grad
        path.append(w)
    return np.mean(path[len(path) // 3 :], axis=0)


exercise.hints = [
    "One rate is too high for the steep problems and too low for the flat ones. What can a call "
    "tell you about the rate that this problem bears?",
    "Polyak's step, `loss / (grad @ grad)` (lesson 12), knows the curvature. And which of your "
    "exercises takes noise out of many numbers?",
    "Keep the smallest `2 * loss / (grad @ grad)` seen so far as the rate, and return the mean of "
    "the weights you passed after the first third.",
]
exercise.turned_out = (
    "yes: the last weights lie in the noise ball of the rate, but the mean of many does not. The "
    "noise cancels, and what is left shrinks with each call."
)
afterwards = """from lrcourse import beat_the_budget, board

beat_the_budget(train_it, "my first idea")
board()"""
PROBLEMS = 9
"""Hidden problems of the score: few enough for a check, and the same for all rules."""


def hidden(rng, budget=500):
    """A problem that nobody has asked anything yet."""
    return HiddenProblem(np.random.default_rng(int(rng.integers(2**63))), budget)


@exercise.check("It keeps to its budget, whatever that is.")
def keeps_to_its_budget(train_it, rng):
    for budget in (200, 25, 1):
        each = hidden(rng, budget)
        train_it(each.problem, budget, np.random.default_rng(0))
        assert not each.overspent, f"It asked more than {budget} times."


@exercise.check("It returns weights in the shape of the start, the same ones if it is asked again.")
def returns_weights(train_it, rng):
    seed, found = int(rng.integers(2**63)), []
    for _ in range(2):
        each = hidden(np.random.default_rng(seed), 60)
        w = numbers(train_it(each.problem, 60, np.random.default_rng(0)))
        assert w.shape == each.problem.start.shape, (
            "Weights belong here: one for each of the start's."
        )
        found.append(w)
    assert np.array_equal(*found), "The same problem and generator gave other weights before."


def quiet(rng, steepest):
    """A problem with a tenth of the noise and this largest curvature."""
    each = hidden(rng, 200)
    hessian, _, draws = each.valley
    turned = steepest * hessian / np.linalg.norm(hessian, 2)
    each.valley = each.valley._replace(hessian=turned, draws=draws / 10)
    return each


@exercise.check("It comes down on steep problems and on flat ones.")
def finds_its_rate(train_it, rng):
    for steepest in (0.02, 50.0):
        each = quiet(rng, steepest)
        first = each.score(each.problem.start)
        last = each.score(train_it(each.problem, 200, np.random.default_rng(0)))
        seen = f"the loss went from {first:.3g} to {last:.3g}"
        assert last < first / 10, f"The largest curvature is {steepest:g}, and {seen}."


@exercise.check("Where the start is nearly right, noise does not carry it away.")
def takes_noise_out(train_it, rng):
    near = [hidden(rng, 200) for _ in range(5)]
    for each in near:
        each.valley = each.valley._replace(minimum=each.valley.minimum / 30)
    ends = [each.score(train_it(each.problem, 200, np.random.default_rng(0))) for each in near]
    last = np.median(ends)
    assert last < 8, f"In the median it scored {last:.3g}: single weights lie in the noise ball."


@exercise.check("In the median over hidden problems it is ahead of five rules of the course.")
def beats_the_baselines(train_it, rng):
    scores = tried_on(train_it, hidden_problems(rng, PROBLEMS))
    best = np.median(scores.baselines[scores.best])
    assert scores.ahead, f"Your median is {scores.median:.3g}; {scores.best} leaves {best:.3g}."


@exercise.domain(
    corners=[{"budget": 1}, {"budget": 2}, {"budget": 39}],
    seen_as=lambda value, given: np.shape(numbers(value)),
)
def asked_little(rng):
    each = hidden(rng, 40)
    return {"problem": each.problem, "budget": 40, "rng": np.random.default_rng(0)}


@exercise.accepts("a range test, then a steady rate, then the mean")
def by_a_range_test(problem, budget, rng):
    w, trial, lr, lowest, left = problem.start, problem.start, 1e-3, np.inf, budget
    while left > 0.8 * budget:
        loss, grad = problem.loss_and_grad(trial)
        left -= 1
        lowest = min(lowest, loss)
        if loss > 30 * lowest:
            break
        trial = trial - lr * grad
        lr *= 1.8
    lr, path = lr / 16, [w]
    for _ in range(left):
        w = w - lr * problem.grad(w)
        path.append(w)
    return np.mean(path[len(path) // 3 :], axis=0)


@exercise.accepts("the mean kept up to date as it goes")
def by_a_running_mean(problem, budget, rng):
    w, lr, mean = problem.start, np.inf, np.zeros_like(problem.start)
    for call in range(budget):
        loss, grad = problem.loss_and_grad(w)
        lr = min(lr, 1.6 * float(loss) / float(np.sum(np.square(grad))))
        w = w - lr * grad
        mean = mean + (w - mean) / (call + 1 - budget // 3) if call >= budget // 3 else w
    return mean


@exercise.mistake("returns the loss that it reached", caught_by=returns_weights)
def returns_the_loss(problem, budget, rng):
    w = problem.start
    for _ in range(budget - 1):
        loss, grad = problem.loss_and_grad(w)
        w = w - loss / (grad @ grad) * grad
    return problem.loss(w)


@exercise.mistake(
    "asks for a loss and a gradient at each step: two calls", caught_by=keeps_to_its_budget
)
def asks_twice(problem, budget, rng):
    w, lr, path = problem.start, np.inf, [problem.start]
    for _ in range(budget):
        grad = problem.grad(w)
        lr = min(lr, 2 * problem.loss(w) / (grad @ grad))
        w = w - lr * grad
        path.append(w)
    return np.mean(path[len(path) // 3 :], axis=0)


@exercise.mistake(
    "asks until it is stopped, and hopes that this counts", caught_by=keeps_to_its_budget
)
def asks_until_stopped(problem, budget, rng):
    w = problem.start
    try:
        while True:
            loss, grad = problem.loss_and_grad(w)
            w = w - loss / (grad @ grad) * grad
    except Exception:
        return w


@exercise.mistake("takes one rate for all problems", caught_by=finds_its_rate)
def takes_one_rate(problem, budget, rng):
    w, path = problem.start, [problem.start]
    for _ in range(budget):
        w = w - 0.15 * problem.grad(w)
        path.append(w)
    return np.mean(path[len(path) // 3 :], axis=0)


@exercise.mistake(
    "multiplies the rate by 0.9 at each call: it travels ten rates in all", caught_by=finds_its_rate
)
def decays_too_fast(problem, budget, rng):
    w = problem.start
    for call in range(budget):
        w = w - 0.05 * 0.9**call * problem.grad(w)
    return w


@exercise.mistake("returns the last weights: they lie in the noise ball", caught_by=takes_noise_out)
def returns_the_last(problem, budget, rng):
    w, lr = problem.start, np.inf
    for _ in range(budget):
        loss, grad = problem.loss_and_grad(w)
        lr = min(lr, 2 * loss / (grad @ grad))
        w = w - lr * grad
    return w


@exercise.mistake(
    "returns the weights at which a mini-batch was cheapest: that was luck",
    caught_by=takes_noise_out,
)
def believes_the_cheapest(problem, budget, rng):
    w, lr, lowest, best = problem.start, np.inf, np.inf, problem.start
    for _ in range(budget):
        loss, grad = problem.loss_and_grad(w)
        if loss < lowest:
            lowest, best = loss, w
        lr = min(lr, 2 * loss / (grad @ grad))
        w = w - lr * grad
    return best


@exercise.mistake(
    "halves its rate every 20 calls: it stands still before it has arrived",
    caught_by=beats_the_baselines,
)
def stands_still_too_early(problem, budget, rng):
    w, lr = problem.start, np.inf
    for call in range(budget):
        loss, grad = problem.loss_and_grad(w)
        lr = min(lr, loss / (grad @ grad))
        w = w - lr * 0.5 ** (call // 20) * grad
    return w
