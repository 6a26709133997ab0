"""The call that a card shows can be pasted into a cell: every mistake of every exercise."""

import ast
import re

import numpy as np
import pytest

from lrcourse.checks.examine import examine
from lrcourse.exercises import exercise, exercise_names
from lrcourse.inputs import in_words
from lrcourse.time_limits import TimeUp, time_limit

CASES = {
    (name, mistake.function.__name__): mistake.function
    for name in exercise_names()
    for mistake in exercise(name).mistakes
}
REMEMBERS = "the schedule remembers earlier calls"
HIDDEN = "the problem is hidden: that is the exercise"
NOT_TO_BE_PASTED = {
    ("step_decay", "remembers_the_last_rate"): REMEMBERS,
    ("step_decay", "drops_whenever_asked"): REMEMBERS,
    ("cosine_decay", "remembers_the_lowest"): REMEMBERS,
    ("per_epoch", "never_goes_back"): REMEMBERS,
    ("per_epoch", "goes_on_at_first_steps"): REMEMBERS,
    ("exponential_decay", "remembers_the_last_rate"): REMEMBERS,
    ("exponential_decay", "falls_with_every_call"): REMEMBERS,
    ("time_decay", "remembers"): REMEMBERS,
    ("warmup", "counts_its_calls"): REMEMBERS,
    ("join", "moves_on_for_good"): REMEMBERS,
    ("cosine_restarts", "counts_its_calls"): REMEMBERS,
    ("cosine_restarts", "remembers_the_length"): REMEMBERS,
    ("cosine_restarts", "stays_in_the_cycle"): REMEMBERS,
    ("diagnose", "knows_them_by_heart"): "the fresh logs stay hidden, or they were no test",
    **{case: HIDDEN for case in CASES if case[0] == "train_it"},
}
"""Exercise and mistake -> why the call that is shown cannot be pasted, or gives something else."""


def pasted(text, name, function):
    """What the shown text gives in a cell below the answer's: a value, or what it raises."""
    names = {"np": np, name: function}
    try:
        tree = ast.parse(text)
        with np.errstate(all="ignore"), time_limit(1.0):
            exec(compile(ast.Module(tree.body[:-1], []), "cell", "exec"), names)
            return eval(compile(ast.Expression(tree.body[-1].value), "cell", "eval"), names)
    except TimeUp as error:
        return error
    except Exception as error:
        return error


def same_as_shown(seen, name, function):
    """Whether a card's text names a call that gives, raised or runs as it says."""
    text, what = re.match(r"(.*?) (gave|raised|was still running) ", seen, re.DOTALL).groups()
    value = pasted(text, name, function)
    if what == "was still running" or "can your loop end?" in seen:
        return isinstance(value, TimeUp)
    if what == "raised":
        words = f"{type(value).__name__}: {value}".rstrip(".")
        return isinstance(value, Exception) and seen.startswith(f"{text} raised {words}.")
    return seen.startswith(f"{text} gave {in_words(value)}.")


@pytest.mark.parametrize(("name", "mistake"), CASES)
def test_the_call_that_is_shown_gives_what_is_shown(name, mistake):
    unit, function = exercise(name), CASES[name, mistake]
    shown = [examine(unit, function, seed, hidden=True).broken.seen for seed in range(2)]
    holds = all(same_as_shown(seen, name, function) for seen in shown)
    why = NOT_TO_BE_PASTED.get((name, mistake), "")
    assert holds != bool(why), shown
    assert any("it remembers earlier calls." in seen for seen in shown) == (why == REMEMBERS)
