"""What notebooks in the wild import goes on working, with a sentence that says from where now."""

import warnings
from pathlib import Path

import pytest

import lrcourse
from lrcourse import old_paths
from lrcourse.setup.environment import PACKAGE

LINES = Path(__file__).with_name("old_imports.txt").read_text().splitlines()
"""Every import of the course in the notebooks that were handed out before modules moved."""


@pytest.mark.parametrize("line", LINES)
def test_an_import_of_the_notebooks_that_were_handed_out_goes_on_working(line):
    names = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        exec(line, names)
    for name in line.partition(" import ")[2].split(", "):
        expected = lrcourse.network if name == "network" else getattr(lrcourse, name)
        assert names[name] is expected, name


def test_an_old_path_says_where_the_name_is_now():
    with pytest.warns(FutureWarning, match=r"^lrcourse.tuning has moved: write from lrcourse imp"):
        from lrcourse.tuning import sweep
    assert sweep is lrcourse.sweep
    with pytest.raises(ImportError), warnings.catch_warnings():
        from lrcourse.tuning import nothing  # noqa: F401


def test_every_old_path_leads_to_modules_that_are_there_and_is_itself_no_more():
    for old, modules in old_paths.MOVED.items():
        assert not (PACKAGE / f"{old.replace('.', '/')}.py").exists(), old
        for module in modules:
            assert (PACKAGE / f"{module.replace('.', '/')}.py").exists(), module
