"""The public names of the course and where each lives: ``lrcourse/__init__.py`` reads this, and so
do editors and type checkers. Add a name here and nowhere else."""

from lrcourse import network as network
from lrcourse.adaptive import (
    adadelta_update as adadelta_update,
    adagrad_update as adagrad_update,
    adam_update as adam_update,
    adamw_update as adamw_update,
    amsgrad_update as amsgrad_update,
    centered_rmsprop_update as centered_rmsprop_update,
    lion_update as lion_update,
    nadam_update as nadam_update,
    rmsprop_update as rmsprop_update,
)
from lrcourse.base import (
    BadInput as BadInput,
    Controller as Controller,
    Objective as Objective,
    Optimizer as Optimizer,
    Probe as Probe,
    Run as Run,
    Schedule as Schedule,
    stateless as stateless,
)
from lrcourse.budget_plots import budget_picture as budget_picture
from lrcourse.budget_rules import (
    TUNED_RATES as TUNED_RATES,
    baselines as baselines,
    tried_on as tried_on,
)
from lrcourse.combined_schedules import (
    join as join,
    noam as noam,
    per_epoch as per_epoch,
    scale as scale,
    warmup as warmup,
    warmup_stable_decay as warmup_stable_decay,
)
from lrcourse.controllers import (
    armijo as armijo,
    polyak as polyak,
    reduce_on_plateau as reduce_on_plateau,
    side_by_side as side_by_side,
    stochastic_polyak as stochastic_polyak,
)
from lrcourse.curvature import (
    hessian_vector_product as hessian_vector_product,
    sharpness as sharpness,
)
from lrcourse.curve_names import name_curves as name_curves
from lrcourse.cycles import (
    cosine_restarts as cosine_restarts,
    exp_range as exp_range,
    one_cycle as one_cycle,
    one_cycle_momentum as one_cycle_momentum,
    triangular as triangular,
    triangular2 as triangular2,
)
from lrcourse.data import (
    digits as digits,
    heights as heights,
    houses as houses,
    noisy_labels as noisy_labels,
    pixels_and_labels as pixels_and_labels,
    with_bias as with_bias,
)
from lrcourse.detective import (
    CAUSES as CAUSES,
    cases as cases,
    confusion as confusion,
    in_a_table as in_a_table,
)
from lrcourse.explorers.accuracy import (
    accuracy_against_rate as accuracy_against_rate,
)
from lrcourse.explorers.boundary import trainability_boundary as trainability_boundary
from lrcourse.explorers.boundary_colours import palette as palette, shades as shades
from lrcourse.explorers.camera import (
    focus_the_camera as focus_the_camera,
)
from lrcourse.explorers.cycles import (
    cycles_above_the_loss as cycles_above_the_loss,
)
from lrcourse.explorers.edge import (
    edge_of_stability as edge_of_stability,
)
from lrcourse.explorers.listening_rules import (
    chosen_rates as chosen_rates,
)
from lrcourse.explorers.momentum import (
    momentum_map as momentum_map,
)
from lrcourse.explorers.noise import (
    noise_cloud as noise_cloud,
)
from lrcourse.explorers.parabola import (
    step_on_the_parabola as step_on_the_parabola,
)
from lrcourse.explorers.range_testing import (
    LOOKS as LOOKS,
    range_test_and_run as range_test_and_run,
)
from lrcourse.explorers.regimes import (
    cliff as cliff,
)
from lrcourse.explorers.schedules import (
    expected_loss as expected_loss,
    schedule_editor as schedule_editor,
    shapes as shapes,
)
from lrcourse.explorers.searches import (
    belief as belief,
    trials_on_the_curve as trials_on_the_curve,
)
from lrcourse.explorers.steepest import (
    arrow_finds_the_steepest as arrow_finds_the_steepest,
)
from lrcourse.explorers.still import (
    picture as picture,
)
from lrcourse.explorers.task_rates import (
    walking_best_rate as walking_best_rate,
)
from lrcourse.explorers.turned_valley import (
    turning_valley as turning_valley,
)
from lrcourse.explorers.units import (
    three_units as three_units,
)
from lrcourse.explorers.widget import (
    explore as explore,
)
from lrcourse.gaussian_process import (
    expected_improvement as expected_improvement,
)
from lrcourse.gradient_rules import (
    adgd as adgd,
    barzilai_borwein as barzilai_borwein,
    d_adaptation as d_adaptation,
    dog as dog,
    hypergradient as hypergradient,
    multiplicative_hypergradient as multiplicative_hypergradient,
)
from lrcourse.hidden_valleys import (
    HiddenProblem as HiddenProblem,
    hidden_problems as hidden_problems,
)
from lrcourse.landscapes import (
    Landscape as Landscape,
)
from lrcourse.learner.board import beat_the_budget as beat_the_budget, board as board
from lrcourse.learner.notebook_api import (
    check as check,
    hint as hint,
    predict as predict,
    progress as progress,
    recall as recall,
    settle as settle,
)
from lrcourse.learner.verdicts import (
    verdicts_so_far as verdicts_so_far,
)
from lrcourse.log_pictures import (
    log_curves as log_curves,
)
from lrcourse.momentum_theory import (
    best_momentum as best_momentum,
    best_pair as best_pair,
    convert_lr as convert_lr,
    shrink_factor as shrink_factor,
)
from lrcourse.monitoring import (
    monitor as monitor,
)
from lrcourse.noise import (
    example_gradients as example_gradients,
    noise_scale as noise_scale,
)
from lrcourse.numerals import scientific as scientific, typeset as typeset
from lrcourse.objectives import (
    double_well as double_well,
    least_squares as least_squares,
    logistic_regression as logistic_regression,
    parabola as parabola,
    plateau as plateau,
    quadratic as quadratic,
    rosenbrock as rosenbrock,
    saddle as saddle,
    softmax_regression as softmax_regression,
    turned as turned,
)
from lrcourse.optimizers import (
    adadelta as adadelta,
    adagrad as adagrad,
    adam as adam,
    adamw as adamw,
    amsgrad as amsgrad,
    averaged_momentum as averaged_momentum,
    averaged_momentum_update as averaged_momentum_update,
    centered_rmsprop as centered_rmsprop,
    gd as gd,
    gd_step as gd_step,
    lion as lion,
    momentum as momentum,
    momentum_update as momentum_update,
    nadam as nadam,
    nesterov as nesterov,
    nesterov_update as nesterov_update,
    rmsprop as rmsprop,
    scaled_momentum as scaled_momentum,
    scaled_momentum_update as scaled_momentum_update,
)
from lrcourse.plots import (
    chain as chain,
    landscape as landscape,
    loss_curves as loss_curves,
    slices as slices,
    stretched as stretched,
    style as style,
)
from lrcourse.range_tests import (
    RULES as RULES,
    ema as ema,
    geometric_lrs as geometric_lrs,
    range_test as range_test,
    suggest_bounds as suggest_bounds,
    suggest_lr as suggest_lr,
)
from lrcourse.schedule_free import (
    prodigy as prodigy,
    prodigy_update as prodigy_update,
    schedule_free_adamw as schedule_free_adamw,
    schedule_free_adamw_update as schedule_free_adamw_update,
    schedule_free_sgd as schedule_free_sgd,
    schedule_free_sgd_update as schedule_free_sgd_update,
)
from lrcourse.schedules import (
    constant as constant,
    cosine_decay as cosine_decay,
    exponential_decay as exponential_decay,
    inverse_sqrt as inverse_sqrt,
    linear_decay as linear_decay,
    multistep as multistep,
    polynomial_decay as polynomial_decay,
    step_decay as step_decay,
    time_decay as time_decay,
)
from lrcourse.searching import (
    bayesian as bayesian,
    golden_section as golden_section,
    log_grid as log_grid,
    quasi_random as quasi_random,
    random_lrs as random_lrs,
)
from lrcourse.sweeping import (
    rank as rank,
    sweep as sweep,
)
from lrcourse.trainability import (
    boundary as boundary,
    tiny_network as tiny_network,
    two_scalars as two_scalars,
)
from lrcourse.training import (
    train as train,
)
from lrcourse.trial.claims import (
    claims as claims,
)
from lrcourse.trial.tasks import (
    task_curves as task_curves,
)
from lrcourse.trial.trials import (
    judge as judge,
    on_trial as on_trial,
    tally as tally,
)

__version__: str
HOME_OF: dict[str, str]
__all__: list[str]
