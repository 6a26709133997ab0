"""What is a number and what is none, and how a difference is told."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lrcourse.checks.values import Unfit, close, numbers


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("1.5", "the text '1.5'"),
        (["1.5"], "entries are not all numbers"),
        (np.array(["1.5"]), "an array of texts"),
        (1.5 + 0j, "the complex number"),
        (np.array([1.5 + 0j]), "an array of complex numbers"),
        (Decimal("1.5"), "Decimal"),
        (Fraction(3, 2), "Fraction"),
        ({"lr": 1.5}, "a dictionary"),
        (max, r"a function \(max\)"),
        (None, "does every path end in a return"),
    ],
)
def test_what_is_no_number_is_told_what_it_is(value, words):
    for read in (numbers, lambda seen: close(seen, 1.5)):
        with pytest.raises(Unfit, match=words):
            read(value)


def test_empty_infinite_and_nan_are_told_apart_and_none_passes_a_law():
    for value, words in (([], "empty"), (np.inf, r"infinite \(inf\)"), (np.nan, r"\(nan\)")):
        with pytest.raises(Unfit, match=words):
            numbers(value)
    assert close(np.inf, np.inf) and not close(1.0, np.inf) and not close(-np.inf, np.inf)
