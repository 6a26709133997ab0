"""A course on one number: the learning rate.

Public names come lazily, so that importing the course needs nothing but the standard library.
"""

import importlib

__version__ = "0.1.0"

HOME_OF = {
    "Controller": "base",
    "Optimizer": "base",
    "Run": "base",
    "stateless": "base",
    "constant": "schedules",
    "step_decay": "schedules",
    "multistep": "schedules",
    "exponential_decay": "schedules",
    "time_decay": "schedules",
    "inverse_sqrt": "schedules",
    "linear_decay": "schedules",
    "polynomial_decay": "schedules",
    "cosine_decay": "schedules",
    "scale": "schedules",
    "per_epoch": "schedules",
    "join": "schedules",
    "warmup": "schedules",
    "warmup_stable_decay": "schedules",
    "noam": "schedules",
    "cosine_restarts": "cycles",
    "triangular": "cycles",
    "triangular2": "cycles",
    "exp_range": "cycles",
    "one_cycle": "cycles",
    "one_cycle_momentum": "cycles",
    "convert_lr": "heavy_ball",
    "shrink_factor": "heavy_ball",
    "best_momentum": "heavy_ball",
    "best_pair": "heavy_ball",
    "gd": "optimizers",
    "gd_step": "optimizers",
    "momentum": "optimizers",
    "momentum_update": "optimizers",
    "averaged_momentum": "optimizers",
    "averaged_momentum_update": "optimizers",
    "scaled_momentum": "optimizers",
    "scaled_momentum_update": "optimizers",
    "nesterov": "optimizers",
    "nesterov_update": "optimizers",
    "adagrad": "optimizers",
    "adagrad_update": "optimizers",
    "rmsprop": "optimizers",
    "rmsprop_update": "optimizers",
    "centered_rmsprop": "optimizers",
    "centered_rmsprop_update": "optimizers",
    "adadelta": "optimizers",
    "adadelta_update": "optimizers",
    "lion": "optimizers",
    "lion_update": "optimizers",
    "adam": "optimizers",
    "adam_update": "optimizers",
    "adamw": "optimizers",
    "adamw_update": "optimizers",
    "amsgrad": "optimizers",
    "amsgrad_update": "optimizers",
    "nadam": "optimizers",
    "nadam_update": "optimizers",
    "schedule_free_sgd": "automatic",
    "schedule_free_sgd_update": "automatic",
    "schedule_free_adamw": "automatic",
    "schedule_free_adamw_update": "automatic",
    "prodigy": "automatic",
    "prodigy_update": "automatic",
    "train": "training",
    "geometric_lrs": "finding",
    "ema": "finding",
    "range_test": "finding",
    "suggest_lr": "finding",
    "suggest_bounds": "finding",
    "check": "learning",
    "hint": "learning",
    "predict": "learning",
    "progress": "learning",
    "explore": "canvas",
    "picture": "canvas",
    "focus_the_camera": "explorers",
    "step_on_the_parabola": "explorers",
    "cliff": "explorers",
    "three_units": "data_explorers",
    "accuracy_against_rate": "data_explorers",
    "noise_cloud": "noise_explorers",
    "range_test_and_run": "range_explorers",
    "schedule_editor": "schedule_explorers",
    "cycles_above_the_loss": "cycle_explorers",
    "trials_on_the_curve": "search_explorers",
    "momentum_map": "momentum_explorers",
    "turning_valley": "adaptive_explorers",
    "sweep": "tuning",
    "rank": "tuning",
    "log_grid": "tuning",
    "random_lrs": "tuning",
    "quasi_random": "tuning",
}
"""Public name -> the module that holds it."""


def __getattr__(name):
    """Import the module that holds ``name`` at the moment somebody asks for it."""
    if name not in HOME_OF:
        raise AttributeError("module 'lrcourse' has no attribute " + repr(name))
    return getattr(importlib.import_module("lrcourse." + HOME_OF[name]), name)


def __dir__():
    """List the lazy names too, so that completion finds them."""
    return sorted(set(globals()) | set(HOME_OF))
