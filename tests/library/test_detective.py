"""Logs with one hidden cause: really trained, drawn from a seed, and each with its cause in it."""

import inspect

import numpy as np
import pytest

from lrcourse import CAUSES, BadInput, cases, confusion, in_a_table, log_curves
from lrcourse.exercises import exercise
from lrcourse.setup.environment import CLONE

LOGS = cases(7, each=2)
DIAGNOSE = exercise("diagnose").answer


def of(cause):
    return [log for name, log in LOGS if name == cause]


def starts(log):
    """The validation losses before each epoch."""
    return log["val_loss"][np.diff(log["epoch"], prepend=-1) > 0]


def test_each_cause_has_its_logs_and_a_log_its_columns():
    assert [cause for cause, _ in LOGS] == [cause for cause in CAUSES for _ in range(2)]
    for _, log in LOGS:
        assert list(log) == ["step", "epoch", "loss", "val_loss", "lr"]
        assert {len(column) for column in log.values()} == {len(log["step"])}
        assert log["epoch"][-1] == 11 and np.isfinite(log["loss"][0])


def test_the_same_seed_gives_the_same_logs_and_another_gives_others():
    again = cases(7, each=2)
    assert all(np.array_equal(a["lr"], b["lr"]) for (_, a), (_, b) in zip(LOGS, again, strict=True))
    assert again[0][1]["loss"][0] != cases(8, each=2)[0][1]["loss"][0]


def test_who_changes_a_log_changes_no_other():
    cases(7, each=2)[0][1]["loss"][:] = 0
    assert cases(7, each=2)[0][1]["loss"][0] > 1


def test_each_fault_is_in_its_log():
    for log in of("healthy"):
        assert log["loss"][-9:].mean() < 0.5 < 2 < log["loss"][0]
    for log in of("sum for mean"):
        assert 10 < log["loss"][0] / log["val_loss"][0] < 25
    for log in of("stale t"):
        assert np.isnan(log["loss"][1:]).all()
    for log in of("too low"):
        assert (np.diff(starts(log)) < 0).all() and starts(log)[-1] > 0.7 * starts(log)[0]
    for log in of("sign flipped"):
        assert not log["loss"][-1] < 1e6
    for log in of("decays too fast"):
        assert (log["lr"][log["epoch"] == 0] == log["lr"][0]).all()
    for log in of("decays too fast") + of("steps and epochs confused"):
        assert log["lr"][-1] < 0.01 * log["lr"][0]
    for log in of("noise floor"):
        assert np.ptp(log["lr"]) == 0 and log["loss"][-20:].mean() > 1


def test_the_answer_to_the_exercise_is_right_in_nearly_all_fresh_logs_as_the_readme_says():
    right = [confusion(DIAGNOSE, seed).trace() for seed in range(1, 9)]
    assert min(right) >= 42 and len({*right}) == 1
    readme = " ".join((CLONE / "README.md").read_text("utf-8").split())
    assert f"names {right[0]} of 44 fresh logs rightly at each of eight seeds" in readme
    assert confusion(lambda log: "too low", 1).trace() == 4


def test_what_looks_at_nothing_or_at_one_column_is_right_in_few():
    rules = [lambda log, name=name: name for name in CAUSES]
    rules.append(lambda log: "too low" if log["lr"].max() < 0.03 else "too high")
    rules.append(lambda log: "healthy" if log["loss"][-1] < log["loss"][0] else "too high")
    for rule in rules:
        assert confusion(rule, 21).trace() <= 12, inspect.getsource(rule)


def test_a_table_counts_what_is_no_cause_in_its_last_column():
    table = confusion(lambda log: None, 7, each=2)
    assert (table[:, -1] == 2).all() and table.sum() == 22
    assert in_a_table(table).count("[0]") == 11


def test_what_cannot_be_used_is_told():
    with pytest.raises(BadInput, match="each of causes must be one of healthy"):
        cases(0, ["no such cause"])
    with pytest.raises(BadInput, match="diagnose must be a function"):
        confusion("diagnose")
    with pytest.raises(BadInput, match="loss among them"):
        log_curves({"val_loss": [1.0]})
