"""How an answer is called, and all that its specification allows: one table, unit by kind."""

import inspect

import numpy as np
import pytest

from lrcourse.checks.allowed import CALLED
from lrcourse.checks.domain import strided, transposed, whole_numbers
from lrcourse.checks.examine import attempt, examine
from lrcourse.exercises import exercise, exercise_names

MOST_CALLS = 40


def inputs_of(unit):
    return unit.takes.parameters.values()


def drawn(unit, seed=0):
    """The problems of a unit, as the promise draws them."""
    defaults = [each.name for each in inputs_of(unit) if each.default is not each.empty]
    return list(unit.problems.problems(np.random.default_rng(seed), defaults))


def has(unit, holds):
    """Whether some drawn input is so."""
    return any(holds(each) for problem in drawn(unit) for each in problem.make().values())


def is_array(value):
    return isinstance(value, np.ndarray) and value.ndim > 0


KINDS = {
    "shapes": lambda unit: len(unit.problems.shapes) > 1,
    "one entry": lambda unit: has(unit, lambda each: is_array(each) and each.size == 1),
    "whole numbers": lambda unit: any("whole numbers" in each.kind for each in drawn(unit)),
    "float32": lambda unit: has(unit, lambda each: getattr(each, "dtype", "") == np.float32),
    "views": lambda unit: has(
        unit, lambda each: is_array(each) and each.ndim and not each.flags.c_contiguous
    ),
    "lists": lambda unit: bool(unit.problems.lists),
    "corners": lambda unit: bool(unit.problems.corners),
    "defaults": lambda unit: any("Left out" in each.kind for each in drawn(unit)),
    "asked twice": lambda unit: any("second time" in each.kind for each in drawn(unit)),
}
NOT_APPLICABLE = {
    "one entry": {"fit_power_law": "a line needs two points"},
    "float32": {
        "numerical_gradient": "differences of a small nudge need all digits",
        "hessian_vector_product": "differences of a small step need all digits",
        "steps_needed": "rounding moves the last step",
        "scale_lr": "batch sizes are whole numbers",
        "time_to_target": "rounding moves what is exactly at the target",
    },
    "whole numbers": {
        "softmax_cross_entropy": "the specification says floats",
        "time_to_target": "accuracies lie between 0 and 1",
        "pick_lr": "losses would tie, and the specification names no order",
        "audit_schedule": "rates of a log are no whole numbers",
        "power_iteration": "a corner is a table of whole numbers",
        "scale_lr": "batch sizes are whole numbers as they are drawn",
    },
    "corners": {
        "best_fixed_lr": "no input is named",
        "max_stable_lr": "no input is named",
        "mlp_gradients": "no input is named",
    },
}
"""Why a unit has no problems of a kind, where its inputs do not say it."""


def why_not(unit, kind):
    """Why this kind is nothing for this unit, or ""."""
    wide, tables = any(unit.problems.shapes), has(unit, is_array)
    if kind == "lists" and not unit.problems.lists:
        return "the specification says arrays"
    if kind == "shapes" and not wide:
        return "its inputs have one shape"
    if kind == "one entry" and not (wide and tables):
        return "its inputs have more than one"
    if kind == "defaults" and all(each.default is each.empty for each in inputs_of(unit)):
        return "it has none"
    if kind in ("whole numbers", "float32", "views") and not tables:
        return "takes no array of numbers"
    return NOT_APPLICABLE.get(kind, {}).get(unit.name, "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", exercise_names())
def test_every_unit_is_tried_on_every_kind_or_says_why_not(name, kind):
    unit = exercise(name)
    if not KINDS[kind](unit):
        assert why_not(unit, kind), f"{name} is tried on no {kind}, and nothing says why"


@pytest.mark.parametrize("name", exercise_names())
def test_the_promise_takes_few_calls(name):
    unit = exercise(name)
    calls = len(attempt(unit, unit.checks[-1], unit.answer, 0).watched.calls)
    assert 5 <= calls <= MOST_CALLS


def _in(value, turned):
    if isinstance(value, tuple | list):
        return type(value)(_in(each, turned) for each in value)
    return turned(value) if np.asarray(value).dtype == float else value


def in_whole_numbers(answer):
    """An answer that makes its results of the kind its inputs have, as ``zeros_like`` does."""

    def cut(*inputs):
        value = answer(*inputs)
        cuts_any = any(is_array(each) and each.dtype.kind == "i" for each in inputs)
        return _in(value, lambda each: np.trunc(each)) if cuts_any else value

    return cut


def in_memory_order(answer):
    """An answer that reads arrays as they lie in memory."""

    def misread(*inputs):
        return answer(
            *(each.ravel("K").reshape(each.shape) if is_array(each) else each for each in inputs)
        )

    return misread


def arrays_alone(answer):
    """An answer that asks each input for its shape, which a list has not."""

    def asks(*inputs):
        [each.shape for each in inputs if isinstance(each, list)]
        return answer(*inputs)

    return asks


def remembers(answer):
    """An answer that gives something else the second time it is asked the same."""
    known = []

    def forgets_nothing(*inputs):
        value = answer(*inputs)
        known.append(repr([each for each in inputs if not callable(each)]))
        return value if known.count(known[-1]) < 2 else None

    return forgets_nothing


def one_entry_less(answer):
    """An answer that makes a number of an array with one entry, and gives it back as none."""

    def squeezed(*inputs):
        ones = any(is_array(each) and each.size == 1 for each in inputs)
        return None if ones else answer(*inputs)

    return squeezed


MUTANTS = {
    "whole numbers": in_whole_numbers,
    "views": in_memory_order,
    "lists": arrays_alone,
    "asked twice": remembers,
    "one entry": one_entry_less,
}
BLIND = {
    ("whole numbers", name): "its results are words, schedules or whole numbers"
    for name in ("steps_needed", "minibatches", "geometric_lrs", "scale_lr")
}


@pytest.mark.parametrize("kind", MUTANTS)
@pytest.mark.parametrize("name", exercise_names())
def test_an_answer_that_forgets_a_kind_breaks_the_last_promise(name, kind):
    unit = exercise(name)
    if not KINDS[kind](unit) or why_not(unit, kind) or (kind, name) in BLIND:
        return
    function_or_dice = unit.problems.asked is not None or "rng" in unit.takes.parameters
    if function_or_dice and kind in ("whole numbers", "asked twice"):
        return  # What is cut or kept here is a function, or hangs on the generator.
    if kind == "views" and not has(unit, is_transposed):
        return  # One row of numbers has one order in memory.
    last, mutant = unit.checks[-1], MUTANTS[kind](unit.answer)
    assert "broken" in [attempt(unit, last, mutant, seed).state for seed in range(3)]


def is_transposed(value):
    return is_array(value) and value.ndim > 1 and np.isfortran(value)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda curvatures, accuracy, lr: 1, "yours takes curvatures, accuracy, lr"),
        (lambda curvatures, lr: 1, "yours takes curvatures, lr"),
        (lambda curvatures, lr, accuracy, more: 1, "asks for more as well"),
        (lambda curvatures, lr, accuracy=0.1: 1, "the default is accuracy=0.1"),
    ],
)
def test_a_signature_that_is_not_as_written_is_told(answer, words):
    unit = exercise("steps_needed")
    (check,) = (each for each in unit.checks if each.promise == CALLED)
    assert words in attempt(unit, check, answer, 0).seen
    for fine in (lambda curvatures, lr, accuracy, verbose=False: 1, lambda h, lr, left: 1):
        assert attempt(unit, check, fine, 0).state == "holds"


def test_the_signature_of_every_answer_is_what_its_exercise_takes():
    for name in exercise_names():
        unit = exercise(name)
        assert unit.takes == inspect.signature(unit.answer)


def test_who_has_no_answer_goes_without_the_last_promise():
    unit = exercise("gd_step")
    shown = [each.check for each in examine(unit, unit.answer).outcomes]
    assert unit.checks[-1] in shown and unit.checks[-1].drawn and unit.checks[-1].hidden
    try:
        answer, unit.answer = unit.answer, None
        assert unit.checks[-1] not in [e.check for e in examine(unit, answer, hidden=True).outcomes]
    finally:
        unit.answer = answer


def test_the_kinds_hold_the_same_numbers_in_another_form():
    table = np.array([[0.5, -1.0], [0.0, 2.25]])
    assert (strided(table) == table).all() and not strided(table).flags.c_contiguous
    assert (transposed(table) == table).all() and transposed(table).flags.f_contiguous
    assert whole_numbers(table).tolist() == [[2, -4], [0, 9]]


def turned(value, by):
    """A value with its numbers turned, and its words; of a function, what it returns."""
    if isinstance(value, tuple | list):
        return type(value)(turned(each, by) for each in value)
    if callable(value):
        return lambda *asked: turned(value(*asked), by)
    if isinstance(value, bool | np.bool):
        return value
    return value + value if isinstance(value, str) else by(np.asarray(value))


def given_at(unit, seed):
    """What is asked in the promises that a learner reads, and answered, at one seed."""
    own = [attempt(unit, check, unit.answer, seed).watched.calls for check in unit.checks[:-2]]
    return {repr([*call.inputs.values(), call.value]) for calls in own for call in calls}


@pytest.mark.parametrize("by", [np.zeros_like, lambda value: 2 * value], ids=["none", "twice"])
@pytest.mark.parametrize("name", exercise_names())
def test_who_knows_the_fixed_problems_alone_breaks_a_promise_that_a_learner_reads(name, by):
    unit = exercise(name)
    known = given_at(unit, 0) & given_at(unit, 1)

    def learnt_by_heart(*inputs, **named):
        value, given = unit.answer(*inputs, **named), unit.takes.bind(*inputs, **named).arguments
        return value if repr([*given.values(), value]) in known else turned(value, by)

    learnt_by_heart.__signature__ = unit.takes
    own = [attempt(unit, check, learnt_by_heart, 0).state for check in unit.checks[:-2]]
    assert "broken" in own
