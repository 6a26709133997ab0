"""Logs of real torch and Keras loops, each with one thing done to it. Run once, by hand, in an
environment of its own that has torch, keras and scikit-learn, from the root of the clone:

    KERAS_BACKEND=torch PYTHONPATH=. python tests/diagnosis/make_real_logs.py

It writes the CSV files in ``logs`` and beside them what made them: versions, and this file's hash.
"""

import hashlib
import json
import os
import platform
import shutil
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import torch
from sklearn.datasets import load_digits

from lrcourse import monitor

torch.set_num_threads(1)
LOGS = Path(__file__).parent / "logs"
EPOCHS, BATCH = 12, 32
IMAGES, LABELS = load_digits(return_X_y=True)
IMAGES, ORDER = (IMAGES / 16).astype("float32"), np.random.default_rng(0).permutation(1797)
TRAIN, HELD = ORDER[:640], ORDER[640:1000]


def torch_loop(name, optimizer, scheduler=None, calls=1, by_step=False, zeroed=True):
    """Train a network with torch and log each step; ``calls`` of the scheduler, at its time."""
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    optimizer = optimizer(net.parameters())
    scheduler = scheduler(optimizer) if scheduler else None
    cost, log = torch.nn.CrossEntropyLoss(), monitor(LOGS / f"torch_{name}.csv")
    X, y = torch.tensor(IMAGES), torch.tensor(LABELS)
    for epoch in range(EPOCHS):
        rows = torch.tensor(TRAIN)[torch.randperm(len(TRAIN))].split(BATCH)
        for k, batch in enumerate(rows):
            if zeroed:
                optimizer.zero_grad()
            held = cost(net(X[HELD]), y[HELD]).item() if k == 0 else None
            loss = cost(net(X[batch]), y[batch])
            log(loss, lr=optimizer, val_loss=held, epoch=epoch)
            loss.backward()
            optimizer.step()
            for _ in range(calls * (scheduler is not None and by_step)):
                scheduler.step()
        for _ in range(calls * (scheduler is not None and not by_step)):
            scheduler.step()


def keras_loop(name, rate, epochs=EPOCHS, rows=TRAIN, wrong=0.0, by_step=False, optimizer=None):
    """Train a network with Keras; log once an epoch by CSVLogger, or each step by monitor."""
    keras.utils.set_random_seed(0)
    net = keras.Sequential(
        [keras.Input((64,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)]
    )
    cost = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile((optimizer or keras.optimizers.SGD)(rate), cost)
    path, y, rng = LOGS / f"keras_{name}.csv", LABELS.copy(), np.random.default_rng(0)
    lost = rng.random(len(y)) < wrong
    y[lost] = rng.integers(10, size=lost.sum())
    log = monitor(path).keras() if by_step else keras.callbacks.CSVLogger(str(path))
    held = (IMAGES[HELD], LABELS[HELD])
    settings = {"batch_size": BATCH, "epochs": epochs, "verbose": 0, "callbacks": [log]}
    net.fit(IMAGES[rows], y[rows], validation_data=held, **settings)


def sgd(lr, **more):
    """Return what makes torch's SGD at this rate."""
    return lambda parameters: torch.optim.SGD(parameters, lr, **more)


def everything():
    """Make every log."""
    schedulers = torch.optim.lr_scheduler
    torch_loop("cosine", sgd(0.5), lambda o: schedulers.CosineAnnealingLR(o, EPOCHS))
    torch_loop("stepped_twice", sgd(0.5), lambda o: schedulers.CosineAnnealingLR(o, EPOCHS), 2)
    torch_loop("gamma_by_step", sgd(0.5), lambda o: schedulers.ExponentialLR(o, 0.9), by_step=True)
    torch_loop("gamma_too_small", sgd(0.5), lambda o: schedulers.ExponentialLR(o, 0.3))
    torch_loop("rate_100", sgd(100.0))
    torch_loop("adam_1e-5", lambda parameters: torch.optim.Adam(parameters, 1e-5))
    torch_loop("no_zero_grad", sgd(0.5), zeroed=False)
    keras_loop("adam", 3e-3, epochs=20, optimizer=keras.optimizers.Adam)
    decay = keras.optimizers.schedules.ExponentialDecay
    keras_loop("decay_steps_1", decay(0.5, decay_steps=1, decay_rate=0.9), by_step=True)
    keras_loop("monitored", 0.5, by_step=True)
    keras_loop("wrong_labels", 0.5, epochs=60, rows=TRAIN[:128], wrong=0.3)


if __name__ == "__main__":
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir()
    everything()
    made = {
        "script": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "keras": keras.__version__,
        "logs": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(LOGS.glob("*.csv"))
        },
    }
    (LOGS / "made.json").write_text(json.dumps(made, indent=1) + "\n")
