"""Writes torch_schedules.json: what the schedulers of torch and optax give, asked step by step.

Run by hand after a change of the table in test_torch_schedules.py, where torch, optax, numpy and
pytest are installed: ``python tests/library/make_torch_schedules.py``. CI needs neither.
"""

import json
import os
import warnings
from functools import partial

import jax
import optax
import torch
from test_torch_schedules import FROZEN, LR, TWINS
from torch.optim import SGD, lr_scheduler

jax.config.update("jax_enable_x64", True)

STEPS = [*range(60), *range(60, 601, 10), *range(69, 600, 30), 61, 63, 64, 81, 151, 254, 255]
"""Every step at first, then enough to meet each joint of the table on both of its sides."""


def schedulers_of(optimizer):
    """Return torch's schedulers by name, bound to ``optimizer``: the table leaves it out."""
    bound = {name: partial(getattr(lr_scheduler, name), optimizer) for name in names()}
    chained = partial(lr_scheduler.ChainedScheduler, optimizer=optimizer)
    return bound | {"ChainedScheduler": chained}


def names():
    return sorted(lr_scheduler.__all__)


def followed(asked, twin, steps):
    """Step torch's scheduler as training would, and return its rate and momentum at ``steps``."""
    optimizer = SGD([torch.zeros(1)], lr=LR, momentum=0.9)
    scheduler = eval(asked, schedulers_of(optimizer))
    rates, momenta = [], []
    for step in range(max(steps) + 1):
        rates.append(scheduler.get_last_lr()[0])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if (step + 1) % twin.steps_per_epoch == 0:
            scheduler.step()
    row = {"lr": [rates[step] for step in steps]}
    return row | ({"momentum": [momenta[step] for step in steps]} if twin.momentum else {})


def row_of(asked, twin, steps):
    if asked.startswith("optax."):
        schedule = eval(asked, {"optax": optax})
        return {"lr": [float(schedule(step)) for step in steps]}
    # torch's one cycle refuses to be stepped beyond its end.
    last = twin.until if asked.startswith("OneCycleLR") else max(steps)
    return followed(asked, twin, [step for step in steps if step <= last])


def main():
    warnings.simplefilter("ignore")  # SequentialLR calls itself in a way it calls deprecated.
    steps = sorted({*STEPS, *(twin.until for twin in TWINS.values())})
    rows = {asked: row_of(asked, twin, steps) for asked, twin in TWINS.items()}
    head = {
        "made_with": {"torch": torch.__version__, "optax": optax.__version__},
        "schedulers": names(),
        "steps": steps,
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    table = ",\n".join(f"{json.dumps(asked)}: {json.dumps(row)}" for asked, row in rows.items())
    whole = "{" + ",\n".join(lines) + ',\n"rows": {\n' + table + "\n}}\n"
    unfinished = FROZEN.with_suffix(".new")
    unfinished.write_text(whole)
    os.replace(unfinished, FROZEN)


if __name__ == "__main__":
    main()
