"""A page of ordinary uses, as a lesson or a learner writes them: a type checker finds nothing."""

import numpy as np

from lrcourse import (
    Controller,
    Landscape,
    Optimizer,
    Probe,
    Run,
    Schedule,
    adam,
    armijo,
    bayesian,
    best_momentum,
    best_pair,
    boundary,
    constant,
    cosine_decay,
    digits,
    ema,
    explore,
    gd,
    gd_step,
    geometric_lrs,
    golden_section,
    houses,
    join,
    least_squares,
    log_grid,
    loss_curves,
    momentum,
    momentum_update,
    network,
    noise_scale,
    noisy_labels,
    one_cycle,
    one_cycle_momentum,
    parabola,
    polyak,
    quadratic,
    random_lrs,
    range_test,
    rank,
    reduce_on_plateau,
    rosenbrock,
    scale,
    sharpness,
    side_by_side,
    softmax_regression,
    stateless,
    step_decay,
    step_on_the_parabola,
    style,
    suggest_bounds,
    suggest_lr,
    sweep,
    train,
    turned,
    warmup,
    with_bias,
)

style()
rng = np.random.default_rng(0)

run: Run = train(parabola(), [8.0], gd, 0.5, 20)
runs = train(parabola(4.0), [8.0], gd, lr=[0.5, 1.0, 2.5], steps=20, record=1)
print(runs.loss[-1].round(3), runs.diverged.any(), runs.failed.sum(), run.lr.shape)
train(rosenbrock(), np.zeros(2), adam, np.geomspace(1e-3, 1, 5), 1000, blowup=np.inf)
train(quadratic([1.0, 100.0]), [[1.0, 1.0]], gd, np.array([[1.0, 0.01]]), 3)

decay = warmup(cosine_decay(0.1, total_steps=100, end_lr=0.001), warmup_steps=10)
both: Schedule = scale(join([constant(0.1), step_decay(0.05, 30)], [50]), [1.0, 2.0])
print(decay(0), decay(np.arange(3)), both(7))
train(parabola(), [1.0], gd, decay, 100)
train(parabola(), [1.0], gd, lambda step: 0.1 / (1 + step), 100)
train(parabola(), [1.0], momentum, 0.1, 100, hyper={"momentum": 0.8})
up_and_down = one_cycle_momentum(100)
train(parabola(), [1.0], momentum, one_cycle(0.1, 100), 100, hyper={"momentum": up_and_down})

plateau = reduce_on_plateau(0.1, factor=0.5, patience=3, every=10)
rules = side_by_side([polyak(), armijo(1.0), plateau])
train(quadratic([1.0, 5.0]), np.ones((3, 2)), gd, rules, 50)
halves = Controller(lambda w: 1.0, lambda state, probe: (state, state / 2))
train(parabola(), [1.0], gd, halves, 5)


def clipped(w, grad, lr):
    return w - lr * np.clip(grad, -1, 1)


def looks(state: float, probe: Probe) -> tuple[float, float]:
    return state, state * (0.5 if probe.loss > 1 else 1.0)


train(parabola(), [1.0], stateless(clipped), 0.1, 5)
train(parabola(), [1.0], clipped, 0.1, 5)
train(parabola(), [1.0], Optimizer(np.zeros_like, momentum_update), 0.1, 5)
w, velocity = momentum_update(np.ones(2), np.ones(2), np.zeros(2), lr=0.1)
print(gd_step(1.0, 2.0, 0.1), gd_step(w, velocity, lr=0.1))
cubic = Landscape(loss=lambda w: (w**3).sum(-1), grad=lambda w: 3 * w**2)
print(cubic.loss(np.ones(1)), cubic.minimum)

sales = houses()
line = least_squares(with_bias(sales.X), sales.y)
print(2 / line.lipschitz, line.curvatures[-1], line.minimum.shape)
train(line, np.zeros(4), gd, 0.1 / line.lipschitz, 50, batch_size=4, rng=rng)
train(line, np.zeros((2, 4)), gd, 0.01, 50, batch_size=4, rng=[np.random.default_rng(1), rng])

images = digits()
labels = noisy_labels(images.y_train, 0.2, rng)
pixels = softmax_regression(images.X_train, labels, l2=1e-3)
widths = (64, 32, 10)
model = network.mlp(images.X_train, images.y_train, widths)
start = network.init(rng, widths)
history = train(model, start, gd, 0.5, 60, batch_size=32, rng=rng, evaluate=(model, 20))
print(history.full_loss, model.accuracy(history.w[-1]), pixels.size)

test = range_test(model, start, geometric_lrs(1e-3, 10, 100), 32, rng, beta=0.9)
low, high = suggest_bounds(test.lr, test.smooth)
print(suggest_lr(test.lr, test.smooth, "valley"), low, high, ema(test.loss, 0.5))

validation = network.mlp(images.X_validation, images.y_validation, widths)
swept = sweep(
    model,
    lambda rng: network.init(rng, widths),
    gd,
    log_grid(0.01, 10, 7),
    seeds=[0, 1],
    steps=50,
    score=validation.accuracy,
    batch_size=32,
    progress=False,
)
print(swept.best().lr, swept.mean.max(), rank({"gd": swept})["gd"].score)
print(golden_section(lambda lr: (lr - 0.1) ** 2, 1e-3, 1, trials=12).best)
print(bayesian(lambda lr: float(lr), 1e-3, 1, 9, rng).losses, random_lrs(1e-3, 1, 5, rng))

value, vector = sharpness(rosenbrock(), [1.0, 1.0])
print(2 / value, vector, noise_scale(rng.normal(size=(10, 3))), turned([1.0, 3.0], 45))
print(best_pair([1.0, 100.0])[0], best_momentum(0.01, [1.0, 100.0])[1], boundary(pixels=4, steps=3))

loss_curves(runs)
loss_curves([run, history], labels=["parabola", "digits"])
explore(step_on_the_parabola(gd_step=gd_step))
