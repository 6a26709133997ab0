"""What an examination says: of copies, of changed inputs, of time, of checks that cannot run."""

import numpy as np
import pytest

from lrcourse.checks import examine as examining
from lrcourse.checks.calls import Call, Watched
from lrcourse.checks.examine import examine
from lrcourse.checks.exercise import Exercise
from lrcourse.checks.values import close
from lrcourse.exercises import exercise


def demand(holds, words):
    """Assert as a check does, in its own words: pytest would add some to an assert here."""
    if not holds:
        raise AssertionError(words)


def asked(check, answer=None, mistake=None):
    """An exercise of one promise."""
    unit = Exercise("step", limit=0.3)
    unit.solution(lambda w, lr=0.1: w)
    unit.check("It holds.")(check)
    if mistake is not None:
        unit.mistake("errs", caught_by=check)(mistake)
    return examine(unit, answer).broken


def test_what_a_check_gives_is_not_what_it_compares_with():
    def adds_one(step, rng):
        w = np.zeros(2)
        assert close(step(w), w + 1)

    def in_place(w):
        w += 1
        return w

    assert asked(adds_one, in_place) is None


def test_a_changed_input_is_called_that():
    def leaves_it(step, rng):
        step([1.0, 2.0], 0.5)
        demand(not step.changed, "Look.")

    def empties(w, lr):
        return w.pop()

    assert asked(leaves_it, lambda w, lr: 0) is None
    seen = asked(leaves_it, empties).seen
    assert seen == "step(w=[1.0, 2.0], lr=0.5) gave 2. It changed the w it was given, to [1]. Look."


def test_the_call_that_is_shown_can_be_pasted_and_gives_what_is_shown():
    def is_one(step, rng):
        assert close(step(np.array([0.1 + 0.2, np.inf]), 0.1 + 0.2), [1, 1])

    def step(w, lr):
        return w * lr

    call, gave = asked(is_one, step).seen.split(" gave ")
    assert eval(call, {"step": step, "np": np})[0] == (0.1 + 0.2) ** 2 and "0.09" in gave


def test_a_difference_that_rounding_would_hide_is_shown():
    def is_one(step, rng):
        demand(close(step(1.0), 1.0, rtol=1e-12, atol=0), "No.")

    seen = asked(is_one, lambda w: w + 1e-9).seen
    assert "gave 1. No. Not rounded, that is 1.000000001: off by 1e-09." in seen


def test_the_call_that_is_shown_is_the_one_at_fault():
    def doubles(step, rng):
        assert close([step(each) for each in (1.0, 2.0, 3.0)], [2, 4, 6])

    assert "step(w=2.0) gave 5" in asked(doubles, lambda w: 5.0 if w == 2 else 2 * w).seen


def test_a_division_by_zero_is_named_where_one_happened_and_nowhere_else():
    def is_one(step, rng):
        assert close(step(np.zeros(1)), 1.0)

    assert "divided by zero" in asked(is_one, lambda w: 1 / w).seen
    assert "divided by zero" not in asked(is_one, lambda w: w * np.nan).seen

    def divides_itself(step, rng):
        assert close(step(np.zeros(1)), np.zeros(1) / 0)

    assert "divided by zero" not in asked(divides_itself, lambda w: w + np.inf).seen


def test_no_input_is_called_by_its_number():
    def takes_two(step, rng):
        step(1.5, 0.5)

    assert asked(takes_two, lambda: 1).seen.startswith("step(1.5, 0.5) raised TypeError")


def test_an_answer_that_was_stopped_is_not_run_for_a_second_limit(monkeypatch):
    def ends(step, rng):
        step(1.0)

    def endless(w):
        while True:
            pass

    monkeypatch.setattr(examining, "known_mistake", lambda *_: pytest.fail("looked for a name"))
    assert "was still running after 0.3 s" in asked(ends, endless).seen


def restarts_at_doubled_steps(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    def schedule(step):
        start, end = 0, cycle_steps
        while step >= end:
            start, end = end, end * growth
        part = (step - start) / (end - start)
        return end_lr + (peak_lr - end_lr) * (1 + np.cos(np.pi * part)) / 2

    return schedule


def never_comes_back(peak_lr, cycle_steps, growth=1, end_lr=0.0):
    while growth == 1:
        pass
    return lambda step: 0.123


def test_an_answer_that_was_stopped_is_named_by_its_values_where_it_comes_to_an_end(monkeypatch):
    unit = exercise("cosine_restarts")
    monkeypatch.setattr(unit, "limit", 0.3)
    broken = examine(unit, restarts_at_doubled_steps).broken
    assert broken.mistake.function.__name__ == "doubles_the_restarts"
    assert broken.check.function is not broken.mistake.caught_by
    assert broken.seen.endswith("Does every loop end? On other problems it came to an end.")
    assert examine(unit, never_comes_back).broken.mistake is None


def test_a_check_that_cannot_run_names_nothing_and_says_so():
    def breaks_itself(step, rng):
        raise OSError("no such file")

    broken = asked(breaks_itself, lambda w: w, mistake=lambda w: w)
    assert broken.mistake is None and "That is no fault of your answer's" in broken.seen


def test_a_mistake_is_named_only_if_the_generic_probe_agrees():
    unit = exercise("gd_step")
    climbs = unit.mistakes[0]

    def climbs_on_small_ground(w, grad, lr):
        return w + lr * grad if np.ndim(w) == 0 else w - lr * grad

    assert examine(unit, climbs.function).broken.mistake is climbs
    broken = examine(unit, climbs_on_small_ground).broken
    assert broken.check.function is climbs.caught_by and broken.mistake is None


def test_a_value_that_shares_memory_with_an_input_is_noticed():
    watched = Watched(lambda w, state: (w + 1, state[0]))
    watched(np.zeros(2), (np.ones(2), 3))
    assert watched.calls[-1].shared == ["state"]
    assert Call("f", {"w": 1}).changed == []
