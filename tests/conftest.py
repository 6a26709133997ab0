"""Laws are tried on the same examples everywhere, and no example is timed."""

from hypothesis import settings

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")

collect_ignore_glob = ["make_torch_*.py"]
"""It needs torch, which the tests do without."""
