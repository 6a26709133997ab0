"""Writes torch_optimizers.json: the paths that torch's optimizers and the papers' packages take.

Run by hand after a change of the table in test_torch_optimizers.py, where torch, schedulefree,
prodigyopt, lion-pytorch, numpy and pytest are installed:
``PYTHONPATH=. python tests/library/make_torch_optimizers.py``. CI needs none of them.
"""

import importlib.metadata
import json
import os
from functools import partial
from math import inf

import torch
from lion_pytorch import Lion
from prodigyopt import Prodigy
from schedulefree import AdamWScheduleFree, SGDScheduleFree
from test_torch_optimizers import (
    HESSIAN,
    PATHS,
    PROBLEMS,
    RECORDED,
    TWINS,
    X,
    Y,
    batch_at,
    parts,
    rate_at,
)
from torch.optim import SGD, Adadelta, Adagrad, Adam, AdamW, NAdam, Optimizer, RMSprop

ALSO = ["SGD(lr=1.2, momentum=0.6, dampening=0.6)"]
"""What a departure from torch is tested against."""

PACKAGES = ("torch", "schedulefree", "prodigyopt", "lion-pytorch")


class RateInside(Optimizer):
    """Sutskever et al. 2013, equations 1 and 2, written out: no package here has them."""

    def __init__(self, parameters, lr, momentum):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self):
        group = self.param_groups[0]
        (w,) = group["params"]
        velocity = self.state[w].setdefault("velocity", torch.zeros_like(w))
        velocity.mul_(group["momentum"]).sub_(group["lr"] * w.grad)
        w.add_(velocity)


def at_rest(optimizer):
    """Give torch's SGD the velocity zero that it would not start from by itself."""
    for w in optimizer.param_groups[0]["params"]:
        optimizer.state[w]["momentum_buffer"] = torch.zeros_like(w)
    return optimizer


KINDS = [SGD, RateInside, Adagrad, RMSprop, Adadelta, Lion, Adam, AdamW, NAdam]
KINDS += [SGDScheduleFree, AdamWScheduleFree, Prodigy]


def loss_of_network(w, step):
    (A, a, b, c), rows = parts(w), batch_at(step)
    error = torch.tanh(torch.tensor(X[rows]) @ A + a) @ b + c - torch.tensor(Y[rows])
    return (error**2).mean() / 2


def loss_of_quadratic(w, step):
    return w @ torch.tensor(HESSIAN) @ w / 2


LOSSES = {"network": loss_of_network, "quadratic": loss_of_quadratic}


def made(asked, w):
    bound = {kind.__name__: partial(kind, [w]) for kind in KINDS}
    return eval(asked, bound | {"at_rest": at_rest})


def settings(asked):
    """Return the numbers it works with, those it chose itself among them."""
    chosen = made(asked, torch.zeros(1)).defaults.items()
    return {key: each for key, each in chosen if type(each) in (int, float, tuple) and each != inf}


def followed(asked, problem):
    """Step as training would; return ``{step: [w]}``, or ``[w, x]`` where it shows an average."""
    w = torch.tensor(PROBLEMS[problem][0], requires_grad=True)
    optimizer = made(asked, w)
    group, path = optimizer.param_groups[0], {}
    lr, turn = group["lr"], hasattr(optimizer, "eval")
    for step in range(max(RECORDED)):
        if turn:
            optimizer.train()
        group["lr"] = rate_at(lr, step)
        optimizer.zero_grad()
        LOSSES[problem](w, step).backward()
        optimizer.step()
        if step + 1 in RECORDED:
            path[step + 1] = [digits(w)]
            if turn:
                optimizer.eval()
                path[step + 1].append(digits(w))
    return path


def digits(w):
    """Return ``w`` to twelve digits, a thousand times finer than what is compared."""
    assert torch.isfinite(w).all()
    return [float(f"{each:.12g}") for each in w.tolist()]


def main():
    torch.set_default_dtype(torch.float64)  # NAdam keeps a product in it, float32 by default.
    paths = {
        asked: {"settings": settings(asked)}
        | {problem: followed(asked, problem) for problem in PROBLEMS}
        for asked in [*TWINS, *ALSO]
    }
    made_with = {name: importlib.metadata.version(name) for name in PACKAGES}
    rows = ",\n".join(f"{json.dumps(asked)}: {json.dumps(both)}" for asked, both in paths.items())
    whole = f'{{"made_with": {json.dumps(made_with)},\n"paths": {{\n{rows}\n}}}}\n'
    unfinished = PATHS.with_suffix(".new")
    unfinished.write_text(whole)
    os.replace(unfinished, PATHS)


if __name__ == "__main__":
    main()
