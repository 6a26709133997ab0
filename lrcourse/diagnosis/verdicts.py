"""What ``lrcourse diagnose`` may say, what to do about it, and the lesson that explains it."""

from __future__ import annotations

from typing import NamedTuple


class Verdict(NamedTuple):
    """A verdict in words."""

    name: str
    advice: str
    lesson: int


VERDICTS = {
    each.name: each
    for each in (
        Verdict(
            "steps and epochs confused",
            "Ask the scheduler once an epoch, or give it its counts in steps.",
            8,
        ),
        Verdict(
            "scheduler stepped twice",
            "Look for a second call of the scheduler, in the loop or in the framework; or give it "
            "the number of steps that there are.",
            8,
        ),
        Verdict(
            "decayed too early",
            "Let the rate stay up longer: the way that is left is the sum of the rates to come.",
            8,
        ),
        Verdict(
            "no warm-up where one was needed",
            "Let the rate rise over the first steps, or lower its peak.",
            9,
        ),
        Verdict("near the cliff", "Try a third of the rate, and again.", 2),
        Verdict(
            "noise floor reached",
            "Let the rate down towards the end, or take larger mini-batches.",
            5,
        ),
        Verdict("too low", "Try three times the rate, and again.", 4),
        Verdict(
            "validation left training behind",
            "The rate is not the first suspect: stop earlier, take more data, or regularise.",
            4,
        ),
        Verdict("nothing wrong", "Whether it could be faster, a sweep says.", 7),
        Verdict(
            "cannot tell",
            "Look at the data, the sign of the step, and the first loss; then log every step.",
            15,
        ),
    )
}
"""Every verdict, by its name."""

SEEN_AS = {
    "healthy": {"nothing wrong"},
    "too high": {"near the cliff"},
    "too low": {"too low"},
    "decays too fast": {"decayed too early"},
    "steps and epochs confused": {"steps and epochs confused"},
    "noise floor": {"noise floor reached"},
    "sign flipped": {"cannot tell", "near the cliff"},
    "gradient not zeroed": {"near the cliff", "validation left training behind"},
    "labels unshuffled": {"cannot tell"},
    "stale t": {"cannot tell"},
    "sum for mean": {"cannot tell"},
}
"""What a log of each cause may be called: what it leaves open between several, or altogether."""
