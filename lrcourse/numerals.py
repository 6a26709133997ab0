"""Numbers as a book prints them: one minus sign, and powers of ten."""

from __future__ import annotations

import re

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(value: float) -> str:
    """Write a number in two digits, as a power of ten where that is shorter to read.

    >>> [scientific(value) for value in (0.17, 3e-7, -5, 0)]
    ['0.17', '3 × 10⁻⁷', '−5', '0']
    """
    return typeset(f"{value:.2g}")


def typeset(words: str) -> str:
    """Return ``words`` with a minus before their negative numbers, and powers of ten for ``e``.

    >>> typeset("a slope of -22, off by 3e-07; from 1e-8 on, in run-4 of lesson-2 alike")
    'a slope of −22, off by 3 × 10⁻⁷; from 10⁻⁸ on, in run-4 of lesson-2 alike'
    """
    powers = re.sub(r"\b(\d[\d.]*)e([+-]?\d+)\b", _power_of_ten, words)
    return re.sub(r"(?<![\w.-])-(?=\d)", "−", powers)


def _power_of_ten(number):
    digits, power = number.groups()
    return ("" if digits == "1" else f"{digits} × ") + "10" + str(int(power)).translate(RAISED)
