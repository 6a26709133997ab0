"""Kernels that tests start get a learner's threads and show every result; tests themselves keep the
threads that they were given."""

import os

import numpy  # noqa: F401  It reads the number of its threads when it is imported.

from lrcourse.setup.environment import ONE_THREAD

os.environ["LRCOURSE_SHOW_RESULTS"] = "1"  # Notebooks are compared with what they show to authors.


def pytest_configure(config):
    """Change what is handed on, once all workers are there that run tests themselves."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ.update(ONE_THREAD)
