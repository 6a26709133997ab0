"""Writes torch_plateau.json: the rates that torch's ReduceLROnPlateau gives for frozen losses.

Run by hand after a change of the table in test_controllers.py, where torch, numpy and pytest are
installed: ``python tests/library/make_torch_plateau.py``. CI does not need torch.
"""

import json
import os

import numpy as np
import torch
from test_controllers import LR, PLATEAUS, TORCHS
from torch.optim import SGD
from torch.optim.lr_scheduler import ReduceLROnPlateau

LOOKS = 200


def losses(rng):
    """A loss that falls, stops and jitters, twice over."""
    steps = np.arange(LOOKS)
    falls = 3 * np.exp(-steps / 15) + np.where(steps < 100, 1.0, 0.5)
    return np.round(falls + 0.05 * rng.normal(size=LOOKS), 6)


def rates(asked, seen):
    """Step torch's scheduler once for each loss and return the rate after each."""
    optimizer = SGD([torch.zeros(1)], lr=LR)
    scheduler = eval(asked, {"ReduceLROnPlateau": lambda **k: ReduceLROnPlateau(optimizer, **k)})
    lrs = []
    for loss in seen:
        optimizer.step()
        scheduler.step(float(loss))
        lrs.append(optimizer.param_groups[0]["lr"])
    return lrs


def main():
    seen = losses(np.random.default_rng(12))
    rows = {asked: rates(asked, seen) for asked in PLATEAUS}
    whole = {"made_with": torch.__version__, "losses": seen.tolist(), "rows": rows}
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in whole.items())
    unfinished = TORCHS.with_suffix(".new")
    unfinished.write_text("{" + lines + "}\n")
    os.replace(unfinished, TORCHS)


if __name__ == "__main__":
    main()
