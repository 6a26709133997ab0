"""Formulas as MathML, which browsers set by themselves."""

from __future__ import annotations

import re

from latex2mathml import converter

PRIMED = re.compile(r"<msup>(<(m\w+)>[^<]*</\2>)<mi>(&#x02032;)</mi></msup>")


def convert(latex: str, display: str = "inline") -> str:
    """Return a formula; a prime stands beside what it marks, because fonts have it raised already.

    >>> "<mrow><mi>f</mi><mo" in convert("f'(w)"), "msup" in convert("f'(w)")
    (True, False)
    """
    beside = r'<mrow>\1<mo lspace="0" rspace="0">\3</mo></mrow>'
    return PRIMED.sub(beside, converter.convert(latex, display=display))
