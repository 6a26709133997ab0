"""The kinds of machine that the suite is run on: what cannot be had is named and left out."""

import os
import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from lrcourse.authoring import kernels, matrix
from lrcourse.authoring.executing import surroundings
from lrcourse.authoring.matrix import Kind
from lrcourse.learner.lab import jupyter_variables
from lrcourse.setup.environment import CLONE, ONE_THREAD

HERE = "{}.{}".format(*sys.version_info)


def test_the_kinds_are_every_python_kernel_and_number_of_threads_once():
    assert len({*matrix.kinds()}) == 2 * 3 * 2
    assert {each.core for each in matrix.kinds()} == {*kernels.CORES}


def test_a_python_that_is_not_there_is_left_out_and_the_line_says_how_to_make_it():
    told = matrix.why_not(Kind("2.6", "Haswell", 1))
    assert told.startswith("there is no Python 2.6 (make one: python2.6 -m venv .venv-2.6,")


def test_a_kernel_that_does_not_take_effect_is_left_out():
    assert matrix.why_not(Kind(HERE, "Abacus", 1)).startswith("Abacus gives ")


@pytest.mark.parametrize(
    ("codes", "last"), [([0, 0], 0), ([0, 1], 1), ([None, 0], 0), ([None, None], 1)]
)
def test_one_red_kind_is_red_and_so_is_none_at_all(monkeypatch, capsys, codes, last):
    every = [Kind(HERE, "Haswell", 1), Kind(HERE, "Haswell", 2)]
    ended = dict(zip(every, codes, strict=True))
    asked = []

    def run(command, cwd, env):
        asked.append(command[1:])
        (kind,) = (each for each in every if each.threads == int(env["OPENBLAS_NUM_THREADS"]))
        return subprocess.CompletedProcess(command, ended[kind])

    monkeypatch.setattr(matrix, "kinds", lambda: every)
    monkeypatch.setattr(matrix, "why_not", lambda kind: "not here" * (ended[kind] is None))
    monkeypatch.setattr(matrix.subprocess, "run", run)
    with pytest.raises(SystemExit) as exit:
        matrix.main(["-k", "gd"])
    assert int(exit.value.code) == last
    assert asked == [["-m", "pytest", "-k", "gd"]] * sum(code is not None for code in codes)
    lines = capsys.readouterr().out.splitlines()[-2:]
    words = {0: "green", 1: "RED", None: "skipped"}
    assert [line.split()[0] for line in lines] == [words[code] for code in codes]


def test_every_kernel_gets_the_threads_that_the_printed_text_was_made_with(tmp_path):
    """A learner's, a builder's, and one that a test starts as nbval does, from this environment."""
    for variables in (jupyter_variables(), surroundings(CLONE, str(tmp_path)), os.environ):
        assert ONE_THREAD.items() <= dict(variables).items()
    ask = "import numpy, threadpoolctl; print(threadpoolctl.threadpool_info()[0]['num_threads'])"
    told = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    np.ones(1)
    assert int(told.stdout) == 1 <= threadpool_info()[0]["num_threads"]
