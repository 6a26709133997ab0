"""The course's table of exercises is true of the course: names, order, core and ★."""

import re

from lrcourse.exercises import exercise, lessons
from lrcourse.setup.environment import CLONE

TABLE = """
00 gd_step
01 numerical_gradient, mse_loss_and_grad, gradient_descent
02 regime, max_stable_lr, best_fixed_lr
03 standardize, lipschitz_least_squares, steps_needed
04 softmax_cross_entropy, time_to_target, ★ mlp_gradients
05 minibatches, sgd, scale_lr, ★ noise_scale
06 geometric_lrs, ema, range_test, suggest_lr
07 pick_lr, golden_section, ★ expected_improvement
08 step_decay, cosine_decay, per_epoch, lr_budget, audit_schedule, same_decay
08 ★ exponential_decay, ★ polynomial_decay, ★ time_decay
09 triangular, warmup, one_cycle, join, ★ cosine_restarts
10 momentum_update, convert_lr, ★ nesterov_update, ★ best_momentum
11 adagrad_update, rmsprop_update, adam_update, ★ adamw_update
12 reduce_on_plateau, armijo_step, ★ polyak_lr, ★ barzilai_borwein_lr
12 ★ hypergradient_update, ★ dog_lr
13 sharpness, ★ power_iteration, ★ hessian_vector_product
14 fit_power_law, decide_claim
15 diagnose, train_it
"""
"""What is promised, lesson by lesson; ★ is optional."""


def test_each_lesson_has_the_exercises_that_are_promised_and_no_other():
    promised = {}
    for number, names in re.findall(r"^(\d\d) (.*)$", TABLE, re.MULTILINE):
        promised.setdefault(int(number), []).extend(names.split(", "))
    there = {
        lesson.number: [f"{'' if exercise(name).core else '★ '}{name}" for name in lesson.exercises]
        for lesson in lessons()
    }
    assert {at: sorted(each) for at, each in there.items()} == {
        at: sorted(each) for at, each in promised.items()
    }


def test_the_readme_has_a_row_for_each_lesson_with_its_minutes_and_no_other():
    readme = (CLONE / "README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| \[(\d\d) ([^\]]+)\]\(notebooks/([^)]+)\.ipynb\) \| (\d+) \|", readme, re.M
    )
    found = [(int(number), title, stem, int(minutes)) for number, title, stem, minutes in rows]
    assert found == [(each.number, each.title, each.stem, each.minutes) for each in lessons()]


def test_the_readme_marks_as_many_stars_in_a_row_as_its_lesson_has():
    readme = (CLONE / "README.md").read_text("utf-8")
    for lesson in lessons():
        (row,) = [
            line for line in readme.splitlines() if f"(notebooks/{lesson.stem}.ipynb)" in line
        ]
        assert row.count("★") == sum(not exercise(name).core for name in lesson.exercises), row
