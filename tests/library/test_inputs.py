"""What the library cannot use meets one sentence: the value seen and what to write, whatever the
function; what means the same is taken alike by all."""

import numpy as np
import pytest

import lrcourse
from lrcourse import (
    BadInput,
    Controller,
    Optimizer,
    adam,
    armijo,
    bayesian,
    best_momentum,
    best_pair,
    boundary,
    constant,
    cosine_decay,
    digits,
    dog,
    double_well,
    ema,
    gd,
    gd_step,
    geometric_lrs,
    golden_section,
    hessian_vector_product,
    join,
    least_squares,
    log_grid,
    momentum,
    momentum_update,
    multistep,
    noisy_labels,
    one_cycle,
    parabola,
    per_epoch,
    polyak,
    quadratic,
    quasi_random,
    random_lrs,
    range_test,
    reduce_on_plateau,
    scale,
    sharpness,
    side_by_side,
    softmax_regression,
    step_decay,
    stochastic_polyak,
    suggest_lr,
    sweep,
    tiny_network,
    train,
    turned,
    warmup,
    with_bias,
)
from lrcourse.network import init, mlp, size
from lrcourse.noise import noise_floor, noise_scale_of_two

P = parabola()
LINE = least_squares([[1.0], [2.0], [3.0]], [1.0, 2.0, 2.5])
LRS = geometric_lrs(0.01, 1, 5)


def rng():
    return np.random.default_rng(0)


def trained(objective=P, w=(1.0,), optimizer=gd, lr=0.1, steps=3, **more):
    return train(objective, list(w), optimizer, lr, steps, **more)


def swept(lrs=(0.1, 0.2, 0.3), seeds=(0, 1), steps=3, **more):
    settings = {"score": lambda w: -P.loss(w), "progress": False, **more}
    optimizer = settings.pop("optimizer", gd)
    start = settings.pop("start", lambda rng: rng.normal(size=1))
    objective = settings.pop("objective", P)
    return sweep(objective, start, optimizer, lrs, seeds, steps, **settings)


def drawn(batch_size):
    return next(LINE.batches(rng(), batch_size))


COUNTS = {
    "train steps": lambda n: trained(steps=n),
    "train record": lambda n: trained(record=n),
    "train evaluate": lambda n: trained(evaluate=(P, n)),
    "train batch_size": lambda n: trained(LINE, batch_size=n, rng=rng()),
    "sweep steps": lambda n: swept(steps=n),
    "sweep batch_size": lambda n: swept(objective=LINE, batch_size=n),
    "range_test batch_size": lambda n: range_test(LINE, [1.0], LRS, n, rng()),
    "geometric_lrs steps": lambda n: geometric_lrs(0.1, 1, n),
    "sharpness steps": lambda n: sharpness(P, [1.0], steps=n),
    "bayesian trials": lambda n: bayesian(np.log, 0.1, 1, n),
    "bayesian first": lambda n: bayesian(np.log, 0.1, 1, 3, first=n),
    "golden_section trials": lambda n: golden_section(np.log, 0.1, 1, n),
    "log_grid trials": lambda n: log_grid(0.1, 1, n),
    "random_lrs trials": lambda n: random_lrs(0.1, 1, n, rng()),
    "quasi_random trials": lambda n: quasi_random(0.1, 1, n),
    "noise_floor batch_size": lambda n: noise_floor(0.1, batch_size=n),
    "noise_scale_of_two": lambda n: noise_scale_of_two(6.0, 3.0, n, 100),
    "boundary pixels": lambda n: boundary(pixels=n, steps=2),
    "boundary steps": lambda n: boundary(pixels=2, steps=n),
    "batches": drawn,
    "step_decay": lambda n: step_decay(0.1, n),
    "cosine_decay": lambda n: cosine_decay(0.1, n),
    "per_epoch": lambda n: per_epoch(constant(0.1), n),
    "reduce_on_plateau every": lambda n: reduce_on_plateau(0.1, every=n),
    "softmax classes": lambda n: softmax_regression([[1.0], [2.0]], [0, 1], classes=n),
    "network widths": lambda n: size((4, n)),
    "tiny_network width": lambda n: tiny_network(width=n),
}
"""Where a count is asked for."""


@pytest.mark.parametrize("ask", COUNTS.values(), ids=COUNTS)
def test_a_count_may_be_written_as_any_whole_number(ask):
    for ten in (10, 10.0, 1e1, np.int64(10), np.float32(10), np.array(10)):
        ask(ten)


@pytest.mark.parametrize(
    "wrong", [-1, 1.5, np.nan, np.inf, "10", [10], True, 1j, {}, np.array([3, 4])], ids=str
)
@pytest.mark.parametrize("ask", COUNTS.values(), ids=COUNTS)
def test_what_is_no_count_meets_the_same_sentence_everywhere(ask, wrong):
    with pytest.raises(BadInput, match=r"must be (a whole number|one number for all runs).*, got "):
        ask(wrong)


@pytest.mark.parametrize("name", [name for name in COUNTS if name.partition(" ")[0] != "train"])
def test_none_is_no_count_where_none_means_nothing(name):
    if name in ("sweep batch_size", "range_test batch_size", "batches", "softmax classes"):
        return  # There it says: all the examples, and as many as there are.
    with pytest.raises(BadInput, match="whole number.*, got None"):
        COUNTS[name](None)


@pytest.mark.parametrize(
    "name", ["train record", "train batch_size", "sweep batch_size", "batches"]
)
def test_zero_is_no_count(name):
    with pytest.raises(BadInput, match="whole number, 1 or more, got 0"):
        COUNTS[name](0)


def gives(value):
    return lambda step: value


def changing(step):
    return [0.1, 0.2] if step < 2 else [0.1, 0.2, 0.3]


def adds_a_bias(w, grad, state, lr):
    return w - lr * grad


class OnlyLoss:
    def loss(self, w):
        return w**2


REFUSED = {
    "steps=None": (
        lambda: trained(steps=None),
        "steps must be a whole number, 0 or more, got None",
    ),
    "evaluate=P": (lambda: trained(evaluate=P), "evaluate must be (objective, every so many steps"),
    "evaluate=5": (lambda: trained(evaluate=(P,)), "evaluate must be (objective, every"),
    "blowup nan": (
        lambda: trained(blowup=np.nan),
        "blowup must be a number above 0, or inf, got nan",
    ),
    "blowup text": (
        lambda: trained(blowup="1"),
        "blowup must be a number above 0, or inf, got '1'",
    ),
    "lr text": (lambda: trained(lr="0.1"), "lr must be a number, 0 or more, got '0.1' at step 0"),
    "lr None": (lambda: trained(lr=None), "lr must be a number, 0 or more, got None at step 0"),
    "lr []": (lambda: trained(lr=[]), "lr must be a number, 0 or more, got [] at step 0"),
    "lr 1j": (lambda: trained(lr=1j), "lr must be a number, 0 or more, got 1j at step 0"),
    "lr gives None": (lambda: trained(lr=gives(None)), "0 or more, got None at step 0"),
    "lr gives text": (lambda: trained(lr=gives("a")), "0 or more, got 'a' at step 0"),
    "lr negative late": (lambda: trained(lr=lambda step: 0.1 - step), "got -0.9 at step 1"),
    "lr changes": (lambda: trained(lr=changing), "lr has shape (3,) at step 2, which does not fit"),
    "lr polyak": (lambda: trained(lr=polyak), "got the function polyak; if it makes one, call it"),
    "lr cosine": (lambda: trained(lr=cosine_decay), "if it makes one, call it: cosine_decay(...)"),
    "lr constant": (lambda: trained(lr=constant), "if it makes one, call it: constant(...)"),
    "objective": (
        lambda: trained(parabola),
        "objective must have loss(w) and grad(w), got the func",
    ),
    "objective 3": (lambda: trained(3), "objective must have loss(w) and grad(w), got 3"),
    "only loss": (lambda: trained(OnlyLoss()), "objective must have loss(w) and grad(w), got "),
    "a class": (lambda: trained(OnlyLoss), "got the class OnlyLoss; if it makes one, call it"),
    "optimizer text": (lambda: trained(optimizer="adam"), "such as gd, without quotes, got 'adam'"),
    "with state": (
        lambda: trained(optimizer=momentum_update),
        "momentum_update(w, grad, velocity, lr) keeps a state, and nothing says how it begins: "
        "write Optimizer(np.zeros_like, momentum_update)",
    ),
    "two arguments": (lambda: trained(optimizer=lambda w, g: w), "a step is a function of w, grad"),
    "forgets state": (
        lambda: trained(optimizer=Optimizer(np.zeros_like, adds_a_bias)),
        "update must return (w, state), got [0.9]",
    ),
    "hyper 0.9": (lambda: trained(hyper=0.9), 'such as {"momentum": 0.9}, got 0.9'),
    "hyper None": (
        lambda: trained(optimizer=momentum, hyper={"momentum": None}),
        "momentum must be a number, got None at step 0",
    ),
    "hyper of gd": (lambda: trained(hyper={"momentum": 0.9}), "no hyper-parameter 'momentum'"),
    "hyper of adam": (
        lambda: trained(optimizer=adam, hyper={"beta1": 0.9}),
        "the optimizer has no hyper-parameter 'beta1'; it has: b1, b2, eps",
    ),
    "hyper uncalled": (
        lambda: trained(optimizer=momentum, hyper={"momentum": constant}),
        "momentum must be a function step -> lr, got the function constant; if it makes one",
    ),
    "hyper for 3": (
        lambda: trained(optimizer=momentum, hyper={"momentum": [0.1, 0.2, 0.3]}),
        "momentum has shape (3,) at step 0, which does not fit w's runs ()",
    ),
    "rng seed": (
        lambda: trained(LINE, batch_size=2, rng=0),
        "rng=np.random.default_rng(seed), got",
    ),
    "rng for 3": (
        lambda: trained(LINE, [[0.0], [0.0], [0.0]], batch_size=2, rng=[rng(), rng()]),
        "rng has 2 generators, but w has shape (3, 1): give one for each entry",
    ),
    "rng list": (lambda: trained(LINE, batch_size=2, rng=[rng()]), "1 generators, but w has shape"),
    "w text": (lambda: trained(w=["a"]), "w must hold numbers, got <U1"),
    "w ragged": (lambda: trained(w=[[1.0], [1.0, 2.0]]), "w must be numbers, got [[1], [1, 2]]"),
    "sweep score": (
        lambda: swept(score=None),
        "score must be a function w -> number, higher is bet",
    ),
    "sweep scores": (lambda: swept(score=lambda w: 1.0), "score and report take w of shape (2, 3,"),
    "sweep seeds": (lambda: swept(seeds=3), "seeds must be different whole numbers such as [0, 1]"),
    "sweep seed -1": (lambda: swept(seeds=[-1]), "each of seeds must be a whole number, 0 or more"),
    "sweep start": (lambda: swept(start=[1.0]), "start must be a function rng -> w, got [1]"),
    "sweep lrs": (lambda: swept(lrs=None), "each of lrs must be a number above 0, got None"),
    "sweep optimizer": (lambda: swept(optimizer="gd"), "such as gd, without quotes, got 'gd'"),
    "range lrs": (
        lambda: range_test(P, [1.0], 0.1),
        "two or more rates above 0 that rise, got 0.1",
    ),
    "range stop": (
        lambda: range_test(P, [1.0], LRS, stop="4"),
        "stop must be a number above 0, got '",
    ),
    "suggest": (
        lambda: suggest_lr(LRS, [1.0] * 5, "best"),
        "rule must be one of starts to rise, min",
    ),
    "sharp point": (
        lambda: sharpness(P, 1.0),
        "w must hold parameters along its last axis, got the n",
    ),
    "sharp object": (lambda: sharpness(parabola, [1.0]), "objective must have loss(w) and grad(w)"),
    "product": (
        lambda: hessian_vector_product(P, [1.0], [1.0], eps="a"),
        "eps must be a number abo",
    ),
    "golden loss": (lambda: golden_section(0.1, 0.1, 1, 5), "loss must be a function lr -> number"),
    "golden None": (lambda: golden_section(gives(None), 0.1, 1, 5), "must be one number, got None"),
    "bayes length": (
        lambda: bayesian(np.log, 0.1, 1, 5, length=0),
        "length must be a number above 0",
    ),
    "box": (lambda: log_grid("a", 1, 5), "rates need 0 < low < high, got low=a, high=1"),
    "window": (
        lambda: boundary(window=None),
        "window must be left < right, bottom < top, got None",
    ),
    "best_pair": (lambda: best_pair([]), "each curvature must be a number above 0, got []"),
    "best_momentum": (
        lambda: best_momentum(0.1, []),
        "each curvature must be a number above 0, got []",
    ),
    "ema": (lambda: ema(5.0), "values must be [steps, ...], got 5.0"),
    "labels": (lambda: noisy_labels([1, 2], 0.5, 0), "rng=np.random.default_rng(seed), got rng=0"),
    "bias": (lambda: with_bias([1.0, 2.0]), "X must be [examples, features], got shape (2,)"),
    "digits": (lambda: digits(-1), "seed must be a whole number, 0 or more, got -1"),
    "rise": (lambda: one_cycle(0.1, 100, rise=[0.3]), "rise must be one number, got [0.3]"),
    "boundaries": (lambda: multistep(0.1, [3, 2]), "boundaries must rise, got [3, 2]"),
    "scale": (lambda: scale(cosine_decay, 2), "if it makes one, call it: cosine_decay(...)"),
    "warmup": (
        lambda: warmup(0.1, 5),
        "schedule must be a function step -> lr, got 0.1; use constant",
    ),
    "join": (
        lambda: join([constant(0.1), 0.2], [3]),
        "each schedule must be a function step -> lr",
    ),
    "quadratic": (lambda: quadratic("a"), "hessian must be a number, got 'a'"),
    "minimum": (lambda: quadratic([1.0], [1.0, 2.0]), "minimum must have 1 entries, got [1, 2]"),
    "parabola": (lambda: parabola(None), "curvature must be a number, got None"),
    "turned": (lambda: turned([1.0], 30), "curvatures must be two numbers, got [1]"),
    "double_well": (lambda: double_well(sharp=-1), "sharp must be a number above 0, got -1"),
    "polyak": (lambda: polyak("a"), "best_loss must be a number, got 'a'"),
    "s polyak": (lambda: stochastic_polyak(best_loss=None), "best_loss must be a number, got None"),
    "armijo": (lambda: armijo(c=[0.1, 0.2]), "c must be one number, got [0.1, 0.2]"),
    "dog": (lambda: dog("far"), "r_eps must be a number above 0, got 'far'"),
    "plateau": (lambda: reduce_on_plateau(0.1, objective=parabola), "objective must have loss(w)"),
    "side by side": (
        lambda: side_by_side([polyak]),
        "such as polyak(), got the function polyak; cal",
    ),
    "noise": (lambda: noise_floor("a"), "lr must be a number above 0, got 'a'"),
    "init": (lambda: init(0, (4, 2)), "rng=np.random.default_rng(seed), got rng=0"),
    "mlp": (lambda: mlp([["a"]], [1], (1, 2)), "X and y must hold numbers, got <U1 and int64"),
}
"""What was asked -> how the sentence goes."""


@pytest.mark.parametrize(("ask", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_used_meets_one_sentence_with_the_value_seen(ask, words):
    with pytest.raises(BadInput) as refusal:
        ask()
    assert words in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_step_of_ones_own_is_taken_for_an_optimizer_and_may_have_settings():
    def clipped(w, grad, lr, limit=np.inf):
        return w - lr * np.clip(grad, -limit, limit)

    ours = trained(w=[8.0], steps=4)
    for step in (gd_step, clipped, lambda w, grad, lr: w - lr * grad):
        np.testing.assert_array_equal(trained(w=[8.0], steps=4, optimizer=step).loss, ours.loss)
    run = trained(w=[8.0], lr=1.0, steps=2, optimizer=clipped, hyper={"limit": 0.5})
    assert run.w[-1] == 7.0
    assert sweep(P, lambda rng: np.ones(1), gd_step, [0.1], [0], 1, score=P.loss).complete


def test_an_objective_of_ones_own_needs_no_mini_batches_and_no_third_function():
    class Both:
        def loss_and_grad(self, w):
            return 2 * (w**2).sum(-1), 4 * w

    class Two:
        def loss(self, w):
            return 2 * (w**2).sum(-1)

        def grad(self, w):
            return 4 * w

    ours = trained(parabola(4.0), [1.0], lr=[0.1, 0.2], steps=5, evaluate=(parabola(4.0), 2))
    for objective in (Both(), Two()):
        run = trained(objective, [1.0], lr=[0.1, 0.2], steps=5, evaluate=(objective, 2))
        np.testing.assert_allclose(run.loss, ours.loss)
        np.testing.assert_allclose(run.full_loss, ours.full_loss)
        assert trained(objective, lr=polyak(), steps=1).lr == 0.125
        assert sharpness(objective, [1.0]).value == pytest.approx(4.0)


@pytest.mark.parametrize(
    "answer",
    [lambda w: None, lambda w: (1.0, 2.0), lambda w: (w, w), lambda w: (w.sum(-1), w.sum(-1))],
)
def test_an_objective_that_answers_otherwise_is_told_what_it_should_return(answer):
    class Own:
        loss_and_grad = staticmethod(answer)

    with pytest.raises(BadInput, match=r"loss_and_grad must return|the loss must have shape \(\) "):
        trained(Own(), [1.0, 2.0])


def test_mini_batches_that_end_too_soon_are_no_divergence():
    class Ending:
        loss, grad, loss_and_grad = P.loss, P.grad, staticmethod(P.loss_and_grad)

        def batches(self, rng, batch_size):
            return iter([P, P])

    with pytest.raises(BadInput, match="the mini-batches ended after step 1 of 5"):
        trained(Ending(), steps=5)


def test_an_update_that_takes_anything_is_asked_for_no_names():
    own = Optimizer(lambda w: (), lambda w, grad, state, lr, **more: (w - lr * grad, state))
    assert trained(optimizer=own, hyper={"whatever": 1.0}).w[-1] == pytest.approx(0.729)


def test_rates_for_each_parameter_need_a_leading_axis():
    """``w [[1, 1]]`` with ``lr [[1, 0.01]]``; ``lr [1, 0.01]`` is two runs."""
    bowl, each = quadratic([1.0, 100.0]), np.array([1.0, 0.01])
    np.testing.assert_allclose(trained(bowl, [[1.0, 1.0]], lr=[each], steps=1).w[-1], [[0, 0]])
    assert trained(bowl, [1.0, 1.0], lr=each, steps=1).w[-1].shape == (2, 2)


def test_a_controller_is_any_pair_of_init_and_update():
    halves = Controller(lambda w: 1.0, lambda state, probe: (state, state / 2))
    assert trained(lr=halves).lr.tolist() == [1.0, 0.5, 0.25]


def test_star_gives_every_public_name():
    names = {}
    exec("from lrcourse import *", names)
    assert set(lrcourse.HOME_OF) | {"network"} == set(lrcourse.__all__) <= set(names)
