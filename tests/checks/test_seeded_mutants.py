"""Answers that are wrong in inputs of one kind alone: the last promise of each unit sees them."""

import ast
import inspect
import textwrap

import numpy as np
import pytest
from test_domain import drawn, inputs_of, is_array

from lrcourse.checks.examine import attempt
from lrcourse.exercises import exercise, exercise_names


def breaks(unit, mutant):
    """Whether the last promise breaks under a mutant, at one of three seeds."""
    last = unit.checks[-1]
    return any(attempt(unit, last, mutant, seed).state == "broken" for seed in range(3))


def entries(value):
    """The numbers in an input, however deep."""
    if isinstance(value, tuple | list):
        return [number for each in value for number in entries(each)]
    is_number = is_array(value) or isinstance(value, float | int | np.number)
    return np.ravel(value).tolist() if is_number else []


def spoilt(value):
    """A wrong value, whatever it is: a function gives one when it is asked."""
    if callable(value):
        return lambda *asked: spoilt(value(*asked))
    return None


def wrong_where(holds, answer):
    """An answer that is wrong where its inputs and value are so."""

    def mutant(*inputs):
        value = answer(*inputs)
        return spoilt(value) if holds(inputs, value) else value

    return mutant


def wrong_at_shapes(unit):
    """An answer for each shape but the generic one, wrong where an array has it: one that is given,
    or, where none is, the one that is returned."""

    def shapes(inputs, value):
        given = {np.shape(each) for each in inputs if entries(each)}
        return given if has_arrays(unit) else {np.shape(value)}

    for shape in unit.problems.shapes[1:]:
        yield f"{shape}", wrong_where(lambda *both, s=shape: s in shapes(*both), unit.answer)


def has_arrays(unit):
    return any(is_array(each) for problem in drawn(unit) for each in problem.make().values())


def strictness_turned(unit):
    """The answer with < for <= and the like, for each comparison that it makes."""
    turned = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
    source = source_of(unit)
    for place, _ in enumerate(comparisons(ast.parse(source))):
        node = comparisons(tree := ast.parse(source))[place]
        told = ast.unparse(node)
        if any(type(each) in turned for each in node.ops):
            node.ops = [turned.get(type(each), type(each))() for each in node.ops]
            tree.body[0].decorator_list = []
            names = dict(vars(inspect.getmodule(unit.answer)))
            exec(compile(tree, unit.name, "exec"), names)
            yield told, names[unit.name]


def source_of(unit):
    return textwrap.dedent(inspect.getsource(unit.answer))


def comparisons(tree):
    return [each for each in ast.walk(tree) if isinstance(each, ast.Compare)]


def wrong_at_zeros(unit):
    """An answer that is wrong where a number among its inputs is exactly 0."""
    if any(0 in entries([*problem.make().values()]) for problem in drawn(unit)):
        yield "0", wrong_where(lambda inputs, _: 0 in entries([*inputs]), unit.answer)


def scribbles(unit):
    """An answer for each input that holds others, which it changes, a function when it is asked."""
    for place, each in enumerate(inputs_of(unit)):
        if any(holds_more(problem.make().get(each.name)) for problem in drawn(unit)):
            yield each.name, scribbling(unit.answer, place)


def holds_more(value):
    return is_array(value) and value.size > 0 or isinstance(value, list | tuple | dict) and value


def scribbling(answer, place):
    def mutant(*inputs):
        value = answer(*inputs)
        if not callable(value):
            scribble(inputs[place])
            return value

        def later(*asked):
            found = value(*asked)
            scribble(inputs[place])
            return found

        return later

    return mutant


def scribble(value):
    """Change what an input holds."""
    if is_array(value):
        value += 1
    elif isinstance(value, list):
        value.append(value.pop(0) if len(value) > 1 else None)
    elif isinstance(value, dict):
        value.clear()
    elif isinstance(value, tuple):
        for each in value:
            scribble(each)


def gives_back_what_it_was_given(unit):
    """An answer whose arrays are those it was given, where the numbers are the same."""

    def mutant(*inputs):
        value = unit.answer(*inputs)
        given = [each for one in inputs for each in (one if isinstance(one, tuple) else [one])]
        return swapped(value, [each for each in given if is_array(each)])

    if unit.problems.apart:
        yield "apart", mutant


def swapped(value, given):
    if isinstance(value, tuple):
        return tuple(swapped(each, given) for each in value)
    same = (each for each in given if is_array(value) and np.array_equal(each, value))
    return next(same, value)


def never_looks_back(unit):
    """An answer whose schedule goes on from the highest step that it was ever asked for."""

    def mutant(*inputs):
        schedule, asked = unit.answer(*inputs), []

        def goes_on(step):
            asked.append(np.max(step))
            return schedule(max(asked) + 0 * step)

        return goes_on

    if unit.problems.asked:
        yield "goes on", mutant


def counts_its_calls(unit):
    """An answer whose schedule counts its calls, and asks nobody for the step."""

    def mutant(*inputs):
        schedule, asked = unit.answer(*inputs), []

        def counts(step):
            asked.append(step)
            return schedule(len(asked) - 1 + 0 * step)

        return counts

    if unit.problems.asked:
        yield "counts", mutant


def other_defaults(unit):
    """An answer for each default, which takes another value in its place."""
    for place, each in enumerate(inputs_of(unit)):
        if each.default is not each.empty:
            yield each.name, with_default(unit, place, another(each.default))


def with_default(unit, place, value):
    defaults = [each.default for each in inputs_of(unit)]

    def mutant(*inputs):
        changed = [*defaults[:place], value, *defaults[place + 1 :]]
        return unit.answer(*inputs, *changed[len(inputs) :])

    return mutant


def another(default):
    """Another value for an input: a word, a rate, a count, or a small number that is no longer."""
    if isinstance(default, str):
        return {"mean": "sum", "linear": "sqrt"}[default]
    if default is None or not 0 < default < np.inf:
        return 0.123
    return default + 1 if isinstance(default, int) else max(1.5 * default, 0.01)


def forgets_where_it_began(unit):
    """An answer that is wrong when it is asked for the second time."""
    asked = []

    def mutant(*inputs):
        asked.append(inputs)
        return None if len(asked) == 2 else unit.answer(*inputs)

    if not unit.problems.asked:
        yield "the second time", mutant


SEEDED = {
    "shapes": [wrong_at_shapes],
    "ties": [strictness_turned],
    "exact zeros": [wrong_at_zeros],
    "aliasing": [scribbles, gives_back_what_it_was_given],
    "order of calls": [never_looks_back, counts_its_calls, forgets_where_it_began],
    "defaults": [other_defaults],
}
ABOVE_0 = "its specification says above 0"
OWN = "its numbers come from functions that it is given"
NO_ZERO = {
    "regime": ABOVE_0,
    "best_fixed_lr": ABOVE_0,
    "steps_needed": ABOVE_0,
    "scale_lr": "rates and batch sizes are above 0",
    "geometric_lrs": ABOVE_0,
    "golden_section": "a rate on a log scale is above 0",
    "same_decay": ABOVE_0,
    "best_momentum": ABOVE_0,
    "fit_power_law": ABOVE_0,
    "per_epoch": OWN,
    "join": OWN,
    "diagnose": "a log has its zeros as it comes",
}
COMES_TO_THE_SAME = {
    ("regime", "abs(factor) < 1e-09"): "no factor is 1e-9 after rounding",
    ("regime", "abs(factor + 1) < 1e-09"): "no factor is 1e-9 after rounding",
    ("regime", "abs(factor) > 1"): "a size of 1 was told before",
    ("regime", "factor > 0"): "a factor of 0 was told before",
    ("mlp_gradients", "sums > 0"): "relu has no slope at 0",
    ("golden_section", "at_lower <= at_upper"): "at the end: of equal losses any rate will do",
    ("expected_improvement", "deviation > 0"): "what is divided there is not used",
    ("one_cycle", "step <= top"): "both waves meet at the top",
    ("polyak_lr", "loss <= best_loss"): "the formula gives 0 as well",
    ("decide_claim", "differences.mean() > 0"): "a mean of 0 was told before",
}
"""Comparisons whose strictness changes nothing that the specification names, and why."""


def no_mutant(kind, unit):
    """Why an answer of this unit has nothing that this kind could spoil, or ""."""
    takes = [each for problem in drawn(unit) for each in problem.make().values()]
    if kind == "shapes" and not unit.problems.shapes:
        return "its inputs have one shape"
    if kind == "ties" and not [*strictness_turned(unit)]:
        return "its answer asks nowhere which of two is larger"
    if kind == "ties" and unit.name == "diagnose":
        return "its specification names no threshold"
    if kind == "aliasing" and not any(map(holds_more, takes)):
        return "takes nothing that holds others"
    if kind == "defaults" and all(each.default is each.empty for each in inputs_of(unit)):
        return "it has none"
    return NO_ZERO.get(unit.name, "") if kind == "exact zeros" else ""


def test_a_schedule_s_own_array_is_no_place_to_add_up_in():
    def adds_in_place(schedule, steps):
        total = schedule(0) if steps else 0.0
        for step in range(1, steps):
            total += schedule(step)
        return total

    assert breaks(exercise("lr_budget"), adds_in_place)


@pytest.mark.parametrize("kind", SEEDED)
@pytest.mark.parametrize("name", exercise_names())
def test_an_answer_that_is_wrong_in_one_kind_alone_breaks_the_last_promise(name, kind):
    unit = exercise(name)
    mutants = [each for make in SEEDED[kind] for each in make(unit)]
    if no_mutant(kind, unit):
        return
    assert mutants, "say why there is nothing to spoil, or let the domain draw it"
    for told, mutant in mutants:
        assert breaks(unit, mutant) or (name, told) in COMES_TO_THE_SAME, told
