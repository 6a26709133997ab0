"""How often the verdicts of ``lrcourse diagnose`` are true, over trainings with known faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tqdm import tqdm

from lrcourse.diagnosis.evidence import columns
from lrcourse.diagnosis.rules import verdict
from lrcourse.diagnosis.runs import simulated
from lrcourse.diagnosis.verdicts import VERDICTS

EACH = 10
"""Runs of a group; of those in which nothing is wrong there are three times as many."""


def confused(groups: int, first: int) -> Iterator[str]:
    """Yield a Markdown table: a row for what was true of a run, a column for what it was called,
    over settings that no rule was made with."""
    counted: Counter[tuple[str, str]] = Counter()
    for seed in tqdm(range(first, first + groups), desc="groups", disable=None):
        for truth, log in simulated(range(seed, seed + 1), EACH, unseen=True):
            counted[truth, verdict(columns(log))[0]] += 1
    names = list(VERDICTS)
    yield f"| it was; it was called | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for truth in names:
        cells = (f"{counted[truth, name] or ''}" for name in names)
        yield f"| {truth} | {' | '.join(cells)} |"
    right = sum(count for (truth, name), count in counted.items() if truth == name)
    healthy = sum(counted["nothing wrong", name] for name in names)
    false = healthy - counted["nothing wrong", "nothing wrong"]
    yield ""
    yield f"{right} of {counted.total()} runs are named rightly; false alarms on healthy runs: "
    yield f"{false} of {healthy}."
