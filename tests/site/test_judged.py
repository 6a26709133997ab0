"""The browser's Python, older than ours and without threads and signals, says of every exercise
what ours says. It runs under Node here: no browser is needed for that."""

import json
from pathlib import Path

import numpy as np
import pytest
from runtime_here import runtime, runtime_and_node

from lrcourse import digits, gd, quadratic, sweep
from lrcourse.benchmarks.browser import in_browsers_python
from lrcourse.exercises import exercise, exercise_names
from lrcourse.setup.environment import CLONE, release, requirements
from lrcourse.site.runtime import COMPILED, KERNEL, with_needs

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def told():
    """What ``judged.py`` finds there; skipped where it cannot run."""
    *_, last = in_browsers_python((HERE / "judged.py").read_text("utf-8"), runtime_and_node())
    return json.loads(last)


def test_every_answer_style_and_mistake_is_judged_as_here(told):
    units = [exercise(name) for name in exercise_names()]
    assert told["wrong"] == {}
    assert told["counted"] == {
        "answers": len(units),
        "styles": sum(len(unit.styles) for unit in units),
        "mistakes": sum(len(unit.mistakes) for unit in units),
    }


def test_a_loop_that_does_not_end_gets_its_sentence_there(told):
    assert "was still running after 0.2 s. Does every loop end?" in told["endless"]


def test_a_sweep_and_the_digits_are_the_same_there(told):
    bowl = quadratic([1.0, 10.0])
    lrs = [0.05, 0.1, 0.15, 0.2]
    judges = {"steps": 50, "score": lambda w: -bowl.loss(w)}
    swept = sweep(bowl, lambda rng: rng.normal(size=2), gd, lrs, range(40), **judges)
    assert told["swept"] == [f"{each:.4g}" for each in swept.mean]
    assert told["digits"] == f"{np.abs(digits().X_train).sum():.6g}"


def test_the_bounds_of_pyproject_let_the_browsers_packages_in():
    listed = json.loads((runtime() / "pyodide-lock.json").read_text())["packages"]
    bounds = requirements(CLONE)
    there = {*with_needs(listed, [*COMPILED, *KERNEL])} & {*bounds}
    assert {"numpy", "matplotlib", "pillow", "ipython"} <= there
    for name in there:
        assert release(listed[name]["version"]) >= release(bounds[name]), name
