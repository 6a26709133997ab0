"""A table as somebody's program wrote it: read by cells, and put together again byte for byte."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lrcourse.base import BadInput

SIGNS = ",;\t"
"""What may stand between cells."""
SAMPLE = 4000
"""Letters that show which of them does."""


class Cell(NamedTuple):
    """A cell as it is written, and what ends it."""

    written: str
    end: str

    @property
    def value(self) -> str:
        """What it says; it may be written in quotes."""
        if not self.written.startswith('"'):
            return self.written
        inside, _, behind = self.written[1:].rpartition('"')
        return inside.replace('""', '"') + behind


def text_of(export: Path) -> tuple[str, str]:
    """Return what a file says, and the mark at its start by which Excel knows its coding."""
    data = export.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(
            f"{export} is not text in UTF-8: export it again as CSV, or save it in Excel as "
            '"CSV UTF-8 (Comma delimited)", not as "CSV"'
        ) from None
    return text, "\ufeff" if data.startswith(b"\xef\xbb\xbf") else ""


def separator(text: str) -> str:
    """Return what stands between the cells of a table.

    >>> separator('ID;"Week 1, Monday, lab"\\n1;2\\n')
    ';'
    """
    with suppress(csv.Error):
        return csv.Sniffer().sniff(text[:SAMPLE], SIGNS).delimiter
    return ","


def cells(text: str, between: str) -> list[list[Cell]]:
    """Cut a table into lines of cells.

    >>> [each.written for each in cells('a;"b;c"\\n1;2', ";")[0]]
    ['a', '"b;c"']
    """
    cell = rf'("(?:[^"]|"")*"[^{between}\r\n]*|[^{between}\r\n]*)({between}|\r\n|\r|\n|\Z)'
    lines: list[list[Cell]] = [[]]
    for found in re.finditer(cell, text):
        if found.start() == len(text) and not lines[-1]:
            break
        lines[-1].append(Cell(*found.groups()))
        if found[2] != between:
            lines.append([])
    return [line for line in lines if line]


def joined(lines: list[list[Cell]]) -> str:
    """Return the table that was cut."""
    return "".join(cell.written + cell.end for line in lines for cell in line)
