"""What a public name of the library says of itself: shapes, what is raised, a running example."""

import inspect
import re
import sys

import pytest

import lrcourse
from lrcourse import BadInput

LIBRARY = {name: home for name, home in lrcourse.HOME_OF.items() if "." not in home}
DOCUMENTED = [
    name
    for name in LIBRARY
    if inspect.isfunction(getattr(lrcourse, name)) or inspect.isclass(getattr(lrcourse, name))
]
FUNCTIONS = [name for name in DOCUMENTED if inspect.isfunction(getattr(lrcourse, name))]
SHAPE = r"``\[[^\]]*\]``|\[(\.\.\.|[A-Z]|\w+)(, [^\]]+)?\]``"


def words(name):
    """The docstring without its example."""
    return inspect.getdoc(getattr(lrcourse, name)).partition(">>>")[0]


def test_the_library_is_nearly_all_that_is_public():
    assert len(DOCUMENTED) > 80


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_public_name_has_an_example(name):
    assert ">>>" in inspect.getdoc(getattr(lrcourse, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arrays_come_with_their_shape(name):
    stated = str(inspect.signature(getattr(lrcourse, name)))
    assert "Array" not in stated or re.search(SHAPE, words(name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_raised_is_said_there_or_at_the_top_of_the_module(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # Where ``monitor`` opens its log.
    function = getattr(lrcourse, name)
    module = sys.modules[function.__module__]
    said = re.search(r"\b[Rr]aises?\b", words(name) + module.__doc__)
    given = [
        object()
        for each in inspect.signature(function).parameters.values()
        if each.default is each.empty and each.kind is not each.KEYWORD_ONLY
    ]
    try:
        function(*given)
    except BadInput:
        assert said
    except Exception:
        return  # An update is handed arrays by ``train``, and looks at nothing itself.
