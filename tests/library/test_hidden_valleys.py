"""A problem that can only be asked: what is counted, what is scored, and what rules are worth."""

import copy

import numpy as np
import pytest

from lrcourse import BadInput, HiddenProblem, beat_the_budget, board, hidden_problems, tried_on
from lrcourse.budget_rules import GRID, TUNED_RATES, ends
from lrcourse.exercises import exercise
from lrcourse.hidden_valleys import BudgetSpent, Problem, side_by_side
from lrcourse.setup.environment import CLONE

train_it = exercise("train_it").answer


def hidden(seed=0, budget=5):
    return HiddenProblem(np.random.default_rng(seed), budget)


def test_a_loss_costs_a_call_as_a_gradient_does_and_both_together_cost_one():
    each = hidden(budget=3)
    w, (loss, grad, both) = each.problem.start, each.problem[1:]
    loss(w), grad(w), both(w)
    with pytest.raises(BudgetSpent, match="the budget is 3 calls, and this was call 4"):
        loss(w)
    for ask in (loss, grad, both):
        with pytest.raises(BudgetSpent, match="is spent"):
            ask(w)
    assert each.score(each.valley.minimum) == np.inf


def test_within_the_budget_the_minimum_scores_nothing_and_the_average_of_all_draws_scores_one():
    scores = []
    for seed in range(300):
        each = hidden(seed, budget=40)
        scores.append(each.score(each.valley.minimum + each.valley.draws.mean(0)))
        assert each.score(each.valley.minimum) == 0
    assert np.mean(scores) == pytest.approx(1, abs=0.15)


def test_a_call_tells_of_its_own_minimum_and_never_of_many_places_at_once():
    each = hidden()
    loss, grad = each.problem.loss_and_grad(each.valley.minimum + each.valley.draws[0])
    assert loss == pytest.approx(0) and grad == pytest.approx(0)
    with pytest.raises(BadInput, match=r"one w of shape \(8,\)"):
        each.problem.grad(np.zeros((1000, 8)))
    with pytest.raises(BadInput, match="8"):
        each.problem.loss([1.0])


def test_a_run_that_is_over_is_not_asked_again():
    each, kept = hidden(), []
    each.tried(lambda problem, budget, rng: kept.append(problem) or problem.start, None)
    with pytest.raises(BudgetSpent, match="over"):
        kept[0].grad(kept[0].start)


@pytest.mark.parametrize("wrong", [None, "low", np.nan, [0.0] * 7, np.zeros((2, 8)), [np.inf] * 8])
def test_what_is_no_place_scores_infinitely_high(wrong):
    assert hidden().score(wrong) == np.inf


def test_a_problem_holds_nothing_but_where_to_start_and_copies_of_it_count_as_well():
    each = hidden(budget=1)
    assert Problem._fields == ("start", "loss", "grad", "loss_and_grad")
    assert not each.problem.start.any()
    copy.deepcopy(each.problem).grad(each.problem.start)
    assert len(each.asked) == 1


def test_the_tuned_rates_are_the_best_of_the_grid_for_their_rules():
    valleys = side_by_side([e.valley for e in hidden_problems(np.random.default_rng(15), 41)])
    medians = np.median(ends(valleys, {name: np.array(GRID) for name in TUNED_RATES}), axis=-1)
    assert {n: GRID[m.argmin()] for n, m in zip(TUNED_RATES, medians, strict=True)} == TUNED_RATES
    assert all(0 < m.argmin() < len(GRID) - 1 for m in medians)


def constant_at(lr):
    def rule(problem, budget, rng):
        w = problem.start
        for _ in range(budget):
            w = w - lr * problem.grad(w)
        return w

    return rule


def test_a_baseline_comes_out_as_the_same_rule_does_call_by_call():
    few = hidden_problems(np.random.default_rng(4), 3)
    scores = tried_on(constant_at(TUNED_RATES["constant"]), few)
    assert scores.yours == pytest.approx(scores.baselines["constant"], rel=1e-9)


def test_the_reference_is_ahead_in_each_of_eight_repeats_by_what_the_readme_says():
    yours, best = [], []
    for repeat in range(8):
        scores = tried_on(train_it, hidden_problems(np.random.default_rng([15, repeat])))
        yours.append(scores.median)
        best.append(np.median(scores.baselines[scores.best]))
        assert scores.ahead and scores.median < best[-1] / 3
    readme = " ".join((CLONE / "README.md").read_text("utf-8").split())
    assert f"scores {min(yours):.2f} to {max(yours):.2f} over eight sets" in readme
    assert f"best of five tuned rules {min(best):.1f} to {max(best):.1f}" in readme


TRIVIAL = [
    lambda problem, budget, rng: problem.start,
    lambda problem, budget, rng: rng.normal(size=8),
    *map(constant_at, (0.01, 0.1, 1.0)),
]


@pytest.mark.parametrize("rule", TRIVIAL)
def test_nothing_trivial_is_ahead(rule):
    scores = tried_on(rule, hidden_problems(np.random.default_rng(1), 9))
    assert not scores.ahead and scores.median > 20


def test_the_board_keeps_attempts_in_order_and_one_that_overspent_has_no_score(capsys):
    def greedy(problem, budget, rng):
        for _ in range(budget + 1):
            problem.loss(problem.start)

    beat_the_budget(greedy, "greedy", repeat=7)
    beat_the_budget(train_it, "mine", repeat=7)
    told = capsys.readouterr().out
    assert "21 of 21 runs asked more than 500 times" in told
    mine, other = board(7).attempts
    assert mine.name == "mine" and mine.number == 2 and mine.score < 3
    assert "no score, behind" in str(other) and "ahead of" in str(mine)
    assert str(mine) in repr(board(7)) and board(8).attempts == []
    beat_the_budget("train_it")
    assert "takes the function itself, got 'train_it'" in capsys.readouterr().out
