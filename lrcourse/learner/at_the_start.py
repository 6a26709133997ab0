"""Runs first in every kernel and Python of the course's JupyterLab: what a learner calls is there
before any cell has run."""

import os as _os
import runpy as _runpy

from lrcourse import check, hint, predict, progress, recall, settle  # noqa: F401
from lrcourse.time_limits import IN_A_BROWSER as _IN_A_BROWSER

try:
    from lrcourse.learner import betting as _betting, missing_names as _missing_names

    _missing_names.listen(get_ipython())  # noqa: F821
    _betting.listen()
except NameError:  # A Python without IPython.
    pass

if _IN_A_BROWSER:  # Matplotlib lists its fonts anew in each kernel, and would say so in a cell.
    import matplotlib.font_manager as _  # noqa: F401

if _own := _os.environ.get("LRCOURSE_PYTHONSTARTUP"):
    globals().update(_runpy.run_path(_own))
