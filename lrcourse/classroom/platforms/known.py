"""The platforms that we know, and which of them named a file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from lrcourse.classroom.platforms.blackboard import BLACKBOARD
from lrcourse.classroom.platforms.brightspace import BRIGHTSPACE
from lrcourse.classroom.platforms.canvas import CANVAS
from lrcourse.classroom.platforms.moodle import MOODLE
from lrcourse.classroom.platforms.platform import Named

PLATFORMS = [CANVAS, MOODLE, BLACKBOARD, BRIGHTSPACE]
"""A new platform is a module and a line here."""
EXCHANGE = re.compile(r"(?P<student>[^+]+)\+[^+]+\+\d{4}-\d\d-\d\d (?P<own>.+)")
"""How nbgrader's exchange names what it holds."""


def readings(name: str) -> list[Named]:
    """Return how a platform's name may be read, by the platform whose words end first: words that
    look like another platform's name nobody else."""
    fits = [found for each in PLATFORMS if (found := each.names(name))]
    if found := EXCHANGE.fullmatch(name):
        fits.append([Named("nbgrader", name, found["student"], own=found["own"])])
    return max(fits, key=lambda each: len(each[0].own), default=[])


def readings_of(file: str) -> list[Named]:
    """Return how a file, or the outermost folder in it that a platform named, may be read.

    >>> readings_of("class/adal_LATE_4711_990011_01_one.ipynb")[0].upload
    '990011'
    """
    return next(filter(None, map(readings, PurePosixPath(file).parts)), [])


def named(file: str) -> Named | None:
    """Return how a platform named a file or the outermost folder that it named, if one did."""
    return next(iter(readings_of(file)), None)


def late(file: str) -> bool:
    """Whether the platform marked a file as late; Canvas alone does.

    >>> late("lovelaceada_LATE_4711_990011_answers.ipynb"), late("ada/x_LATE_y.ipynb")
    (True, False)
    """
    found = named(file)
    return bool(found and found.late)
