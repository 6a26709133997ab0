"""Laws are tried on the same examples everywhere, no example is timed, and Ctrl-C is heard."""

import signal

from browser import browser, complaints, page  # noqa: F401, fixtures for all below
from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")

# A shell that starts the tests in the background lets them, and all they start, ignore Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)

collect_ignore_glob = ["*/make_*.py", "library/wrong_uses.py", "site/judged.py"]
"""They need torch, which the tests do without; or are wrong in every line, for the type checker; or
run in the browser's Python alone."""
