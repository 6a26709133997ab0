"""Every optimizer follows the path of its twin in torch or its paper's package: one table of paths.

Where ours departs on purpose, and a test here or in test_optimizers.py says how:
- torch's SGD does not dampen its first gradient; our averaged velocity starts at rest.
- torch's centred RMSProp takes the root of a variance that rounding can make negative: NaN; ours
  counts it as zero.
- schedulefree keeps no average and finds it again from its momentum; ours keeps it, so a momentum
  that changes, or is 0, still ends in the average.
- prodigyopt stands still at a rate of 0, and until a first gradient is not 0; ours goes on
  gathering gradients in the first case, and decays as AdamW does in the second.
"""

import json
from inspect import signature
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from lrcourse.base import keep
from lrcourse.optimizers import OPTIMIZERS

PATHS = Path(__file__).with_name("torch_optimizers.json")

RECORDED = (1, 2, 3, 5, 10, 20, 50, 51, 100, 150, 225, 300)
"""After how many steps the parameters are compared; 50 steps in, the rate has just doubled."""


class Twin(NamedTuple):
    name: str  # of OPTIMIZERS
    lr: float
    hyper: dict = {}


TWINS = {
    "SGD(lr=0.5)": Twin("gd", 0.5),
    "SGD(lr=1.5)": Twin("gd", 1.5),
    "SGD(lr=0.2, momentum=0.9)": Twin("momentum", 0.2),
    "SGD(lr=0.5, momentum=0.5)": Twin("momentum", 0.5, {"momentum": 0.5}),
    "at_rest(SGD(lr=1.0, momentum=0.9, dampening=0.9))": Twin("averaged_momentum", 1.0),
    "at_rest(SGD(lr=1.2, momentum=0.6, dampening=0.6))": Twin(
        "averaged_momentum", 1.2, {"momentum": 0.6}
    ),
    "RateInside(lr=0.2, momentum=0.9)": Twin("scaled_momentum", 0.2),
    "RateInside(lr=0.4, momentum=0.6)": Twin("scaled_momentum", 0.4, {"momentum": 0.6}),
    "SGD(lr=0.1, momentum=0.9, nesterov=True)": Twin("nesterov", 0.1),
    "SGD(lr=0.4, momentum=0.6, nesterov=True)": Twin("nesterov", 0.4, {"momentum": 0.6}),
    "Adagrad(lr=0.1)": Twin("adagrad", 0.1),
    "Adagrad(lr=0.3, eps=0.01)": Twin("adagrad", 0.3, {"eps": 0.01}),
    "RMSprop(lr=0.01)": Twin("rmsprop", 0.01),
    "RMSprop(lr=0.02, alpha=0.9, eps=0.001)": Twin("rmsprop", 0.02, {"decay": 0.9, "eps": 1e-3}),
    "RMSprop(lr=0.003, centered=True)": Twin("centered_rmsprop", 0.003),
    "RMSprop(lr=0.01, alpha=0.9, eps=0.01, centered=True)": Twin(
        "centered_rmsprop", 0.01, {"decay": 0.9, "eps": 0.01}
    ),
    "Adadelta(lr=1.0)": Twin("adadelta", 1.0),
    "Adadelta(lr=0.7, rho=0.8, eps=0.0001)": Twin("adadelta", 0.7, {"decay": 0.8, "eps": 1e-4}),
    "Lion(lr=0.01)": Twin("lion", 0.01),
    "Lion(lr=0.003, betas=(0.7, 0.9), weight_decay=0.5)": Twin(
        "lion", 0.003, {"b1": 0.7, "b2": 0.9, "weight_decay": 0.5}
    ),
    "Adam(lr=0.03)": Twin("adam", 0.03),
    "Adam(lr=0.05, betas=(0.7, 0.95), eps=0.001)": Twin(
        "adam", 0.05, {"b1": 0.7, "b2": 0.95, "eps": 1e-3}
    ),
    "AdamW(lr=0.03)": Twin("adamw", 0.03),
    "AdamW(lr=0.02, betas=(0.8, 0.98), eps=0.0001, weight_decay=0.5)": Twin(
        "adamw", 0.02, {"b1": 0.8, "b2": 0.98, "eps": 1e-4, "weight_decay": 0.5}
    ),
    "Adam(lr=0.03, amsgrad=True)": Twin("amsgrad", 0.03),
    "Adam(lr=0.05, betas=(0.7, 0.9), eps=0.001, amsgrad=True)": Twin(
        "amsgrad", 0.05, {"b1": 0.7, "b2": 0.9, "eps": 1e-3}
    ),
    "NAdam(lr=0.03)": Twin("nadam", 0.03),
    "NAdam(lr=0.02, betas=(0.8, 0.98), eps=0.0001, momentum_decay=0.03)": Twin(
        "nadam", 0.02, {"b1": 0.8, "b2": 0.98, "eps": 1e-4, "momentum_decay": 0.03}
    ),
    "SGDScheduleFree(lr=1.0)": Twin("schedule_free_sgd", 1.0),
    "SGDScheduleFree(lr=0.6, momentum=0.7, weight_decay=0.01)": Twin(
        "schedule_free_sgd", 0.6, {"momentum": 0.7, "weight_decay": 0.01}
    ),
    "AdamWScheduleFree(lr=0.03)": Twin("schedule_free_adamw", 0.03),
    "AdamWScheduleFree(lr=0.05, betas=(0.7, 0.98), eps=0.0001, weight_decay=0.1)": Twin(
        "schedule_free_adamw", 0.05, {"b1": 0.7, "b2": 0.98, "eps": 1e-4, "weight_decay": 0.1}
    ),
    "Prodigy(lr=1.0)": Twin("prodigy", 1.0),
    "Prodigy(lr=0.5, betas=(0.8, 0.98), eps=1e-06, weight_decay=0.1, d0=0.0001, d_coef=0.7)": Twin(
        "prodigy",
        0.5,
        {"b1": 0.8, "b2": 0.98, "eps": 1e-6, "weight_decay": 0.1, "d0": 1e-4, "d_coef": 0.7},
    ),
}
"""What torch is asked -> ours. A new twin is a row here, and a run of make_torch_optimizers.py."""


def rate_at(lr, step):
    """A rate that jumps up and down every 50 steps and falls to a quarter: no two steps alike."""
    return lr * (1 + step // 50 % 2) / 2 * (1 - step / 400)


X = np.array([[(7 * i + 3) % 12, (5 * i * i + i) % 13] for i in range(12)]) / 6 - 1
Y = X[:, 0] * X[:, 1] - 0.5 * X[:, 0]
"""Twelve examples made of small fractions, so that every machine has the same."""

START_OF_NETWORK = np.array([(5 * k) % 13 - 6 for k in range(13)]) / 8


def batch_at(step):
    return np.arange(4 * step, 4 * step + 4) % 12


def parts(w):
    """Weights and biases of two inputs, three tanh units, one output: 13 parameters."""
    return w[:6].reshape(2, 3), w[6:9], w[9:12], w[12]


def grad_of_network(w, step):
    """The gradient of the mean of half squares over a mini-batch of four, by hand."""
    (A, a, b, c), rows = parts(w), batch_at(step)
    hidden = np.tanh(X[rows] @ A + a)
    error = (hidden @ b + c - Y[rows]) / len(rows)
    back = np.outer(error, b) * (1 - hidden**2)
    return np.concatenate([(X[rows].T @ back).ravel(), back.sum(0), error @ hidden, [error.sum()]])


MIRROR = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
REFLECT = np.eye(5) - 2 * np.outer(MIRROR, MIRROR) / (MIRROR @ MIRROR)
CURVATURES = np.array([1.0, 0.1, 0.02, 0.001, 0.0002])
HESSIAN = REFLECT @ np.diag(CURVATURES) @ REFLECT
"""A valley of condition number 5,000 that lies askew to every axis."""

START_OF_QUADRATIC = np.array([3.0, -2.0, 1.0, 0.5, -1.5])


def grad_of_quadratic(w, step):
    return HESSIAN @ w


PROBLEMS = {
    "network": (START_OF_NETWORK, grad_of_network),
    "quadratic": (START_OF_QUADRATIC, grad_of_quadratic),
}


def followed(twin, problem, state=None):
    """Return ``{step: [w]}``, or ``[w, x]`` where it shows an average, for the recorded steps."""
    optimizer, (w, grad_at) = OPTIMIZERS[twin.name][0], PROBLEMS[problem]
    state, path = optimizer.init(w) if state is None else state, {}
    for step in range(max(RECORDED)):
        lr = rate_at(twin.lr, step)
        w, state = optimizer.update(w, grad_at(w, step), state, lr, **twin.hyper)
        shown = [] if optimizer.result is keep else [optimizer.result(w, state)]
        path[step + 1] = [w, *shown]
    return {step: path[step] for step in RECORDED}


def frozen(asked, problem):
    return json.loads(PATHS.read_text())["paths"][asked][problem]


def assert_same_path(ours, theirs):
    for step, row in ours.items():
        np.testing.assert_allclose(
            row, theirs[str(step)], rtol=1e-9, atol=1e-9, err_msg=f"after {step} steps"
        )


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("asked", TWINS)
def test_every_optimizer_follows_the_path_of_its_twin(asked, problem):
    assert_same_path(followed(TWINS[asked], problem), frozen(asked, problem))


@pytest.mark.parametrize("asked", TWINS)
def test_every_optimizer_works_with_the_settings_of_its_twin(asked):
    """An eps of 1e-8 or 1e-10 hardly shows in a path, so the numbers themselves are compared."""
    twin, theirs = TWINS[asked], frozen(asked, "settings")
    defaults = signature(OPTIMIZERS[twin.name][0].update).parameters.values()
    ours = {each.name: each.default for each in defaults if each.default is not each.empty}
    renamed = {THEIR_WORDS.get(key, key): each for key, each in theirs.items()}
    if "betas" in renamed:
        renamed["b1"], renamed["b2"] = renamed.pop("betas")
    given = {"lr": twin.lr} | ours | twin.hyper
    assert given == {key: renamed[key] for key in given}


THEIR_WORDS = {"alpha": "decay", "rho": "decay"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_has_two_frozen_paths_on_both_problems(name):
    paths = json.loads(PATHS.read_text())["paths"]
    rows = [asked for asked, twin in TWINS.items() if twin.name == name]
    missing = [asked for asked in rows if not set(PROBLEMS) <= set(paths.get(asked, ()))]
    assert len(rows) >= 2, f"{name} needs two rows in TWINS, one at settings that are not default"
    assert not missing, f"run make_torch_optimizers.py: it has no path yet for {missing}"


@pytest.mark.parametrize("problem", PROBLEMS)
def test_torch_does_not_dampen_its_first_gradient(problem):
    asked = "SGD(lr=1.2, momentum=0.6, dampening=0.6)"
    w, grad_at = PROBLEMS[problem]
    twin = Twin("averaged_momentum", 1.2, {"momentum": 0.6})
    assert_same_path(followed(twin, problem, state=grad_at(w, 0)), frozen(asked, problem))
