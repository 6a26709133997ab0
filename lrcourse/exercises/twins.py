"""What in the library computes what an exercise asks for: while the exercise is judged, none of it
is there.

A twin has another name, other inputs, or a setting at which it comes to the same (Adam without
weight decay is AdamW's neighbour). What an exercise gives is no twin of it.
"""

from __future__ import annotations

OF_ADAM = ["adam_update", "adamw_update", "amsgrad_update", "nadam_update"]
OF_MOMENTUM = [
    *("momentum_update", "averaged_momentum_update", "scaled_momentum_update", "nesterov_update")
]
OF_SCHEDULE_FREE = ["_schedule_free", "prodigy_update"]
DESCENT = ["train", "_follow", "_parameters"]
OF_COSINE = ["cosine_decay", "cosine_restarts", "one_cycle", "one_cycle_momentum", "SHAPES"]
OF_LEAST_SQUARES = ["linear", "LinearModel", "LeastSquares", "least_squares", "half_squares"]
OF_NETWORKS = ["perceptron", "mlp", "cross_entropy", "logistic", "softmax_regression", "layers"]
OF_BATCHES = ["Supervised", "rows_of_steps", "drawn_rows", "shuffled_rows"]

TWINS = {
    "gd_step": ["gd_step", *OF_MOMENTUM, *DESCENT, "hypergradient"],
    "gradient_descent": DESCENT,
    "mse_loss_and_grad": OF_LEAST_SQUARES,
    "max_stable_lr": ["stable_lr", "LinearModel", "LeastSquares", "least_squares", "best_pair"],
    "best_fixed_lr": ["best_pair", "best_momentum", "shrink_factor"],
    "regime": ["motion", "shrink_factor"],
    "standardize": ["heights", "_standard"],
    "lipschitz_least_squares": ["LinearModel", "LeastSquares", "least_squares"],
    "steps_needed": ["shrink_factor", "best_pair"],
    "softmax_cross_entropy": ["cross_entropy", "softmax_regression", "perceptron", "mlp"],
    "mlp_gradients": OF_NETWORKS,
    "minibatches": OF_BATCHES,
    "sgd": [*DESCENT, *OF_BATCHES],
    "noise_scale": ["noise_scale", "noise_scale_of_two"],
    "geometric_lrs": ["geometric_lrs", "log_grid", "exp_range", "exponential_decay"],
    "ema": ["ema", "averaged_momentum_update"],
    "range_test": ["range_test", *DESCENT],
    "suggest_lr": ["suggest_lr", "suggest_bounds", "steepest", "valley", "RULES"],
    "pick_lr": ["Pick", "Sweep", "rank", "sweep"],
    "golden_section": ["golden_section"],
    "expected_improvement": ["expected_improvement", "bayesian"],
    "step_decay": ["step_decay", "multistep", "exponential_decay"],
    "cosine_decay": OF_COSINE,
    "per_epoch": ["per_epoch"],
    "exponential_decay": ["exponential_decay", "step_decay", "multistep"],
    "polynomial_decay": ["polynomial_decay", "linear_decay"],
    "time_decay": ["time_decay"],
    "triangular": ["triangular", "triangular2", "exp_range", "_triangle", "one_cycle", "SHAPES"],
    "warmup": ["warmup", "warmup_stable_decay", "noam"],
    "one_cycle": OF_COSINE,
    "join": ["join", "warmup", "warmup_stable_decay", "noam"],
    "cosine_restarts": OF_COSINE,
    "momentum_update": OF_MOMENTUM,
    "convert_lr": ["convert_lr", "averaged_momentum_update", "scaled_momentum_update"],
    "nesterov_update": OF_MOMENTUM,
    "best_momentum": ["best_momentum", "best_pair", "shrink_factor"],
    "adagrad_update": ["adagrad_update"],
    "rmsprop_update": ["rmsprop_update", "centered_rmsprop_update", "adadelta_update"],
    "adam_update": [*OF_ADAM, *OF_SCHEDULE_FREE],
    "adamw_update": ["adamw_update", *OF_SCHEDULE_FREE],
    "reduce_on_plateau": ["reduce_on_plateau"],
    "armijo_step": ["armijo"],
    "polyak_lr": ["polyak", "stochastic_polyak"],
    "barzilai_borwein_lr": ["barzilai_borwein"],
    "hypergradient_update": ["hypergradient", "multiplicative_hypergradient"],
    "dog_lr": ["dog"],
    "sharpness": ["sharpness", "Sharpness"],
    "hessian_vector_product": ["hessian_vector_product"],
    "power_iteration": ["sharpness"],
}
"""Exercise -> names at the top of the library's modules, whichever module holds them."""


def twins_of(exercise: str) -> frozenset[str]:
    """Return the names that are taken out of the library while ``exercise`` is judged.

    >>> sorted(twins_of("ema"))
    ['averaged_momentum_update', 'ema']
    """
    return frozenset(TWINS.get(exercise, ()))
