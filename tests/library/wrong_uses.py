"""A page of slips: a type checker finds every one, as an editor does."""

import lrcourse
from lrcourse import (
    adam,
    bayesian,
    cosine_decay,
    gd,
    join,
    momentum_update,
    parabola,
    polyak,
    range_test,
    reduce_on_plateau,
    side_by_side,
    step_decay,
    suggest_lr,
    sweep,
    train,
    warmup,
)

train(parabola, [1.0], gd, 0.1, 5)
train(parabola(), [1.0], "adam", 0.1, 5)
train(parabola(), [1.0], momentum_update, 0.1, 5)
train(parabola(), [1.0], gd, "0.1", 5)
train(parabola(), [1.0], gd, None, 5)
train(parabola(), [1.0], gd, 0.1)
train(parabola(), [1.0], gd, 0.1, "5")
train(parabola(), [1.0], gd, 0.1, 5, hyper=0.9)
train(parabola(), [1.0], gd, 0.1, 5, evaluate=parabola())
train(parabola(), [1.0], gd, 0.1, 5, rng=0)
train(parabola(), [1.0], gd, 0.1, 5, momentum=0.9)
print(train(parabola(), [1.0], gd, 0.1, 5).losses)
train(parabola(), [1.0], gd, lrcourse.no_such_rule(0.1), 5)
cosine_decay(0.1)
step_decay(0.1, "30")
warmup(0.1, 5)
join([cosine_decay], 3)
side_by_side(polyak())
reduce_on_plateau(0.1, every=1, patiense=3)
range_test(parabola(), [1.0], 0.1)
suggest_lr([0.1, 0.2])
sweep(parabola(), lambda rng: [1.0], adam, [0.1], 3, 5, score=print)
sweep(parabola(), lambda rng: [1.0], adam, [0.1], [3], 5)
bayesian(0.1, 1e-3, 1, 9)
