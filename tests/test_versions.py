"""A grade hangs on all that decides it, and on nothing else."""

from lrcourse.grading import versions
from lrcourse.grading.versions import version


def test_a_version_hangs_on_seed_limit_and_the_units_that_a_unit_is_made_of():
    assert len({version("ema", 1, None), version("ema", 2, None), version("ema", 1, 3.0)}) == 3
    lesson = versions.PACKAGE / "exercises" / "lesson11"
    found = {path.name for path in versions._with_imports(lesson / "adamw_update.py")}
    assert {"adamw_update.py", "adam_update.py", "adagrad_update.py"} <= found


def test_a_version_hangs_on_the_parts_of_the_library_that_a_check_is_made_of():
    users = [
        path
        for path in (versions.PACKAGE / "exercises").rglob("*.py")
        if "from lrcourse.optimizers import" in path.read_text("utf-8")
    ]
    for unit in users:
        found = {path.name for path in versions._with_imports(unit)}
        assert {"optimizers.py", "automatic.py", "base.py"} <= found
    assert users
