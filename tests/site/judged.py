"""Run by the browser's Python: what it says of every answer, other style and known mistake, of a
loop that does not end, of a sweep and of the digits. Prints it as one line of JSON."""

import json
from contextlib import nullcontext

import numpy as np

from lrcourse import digits, gd, quadratic, sweep
from lrcourse.checks import allowed, examine as examining
from lrcourse.checks.examine import examine
from lrcourse.exercises import exercise, exercise_names


def endless(w, grad, lr):
    while True:
        sum(range(1000))


unit = exercise("gd_step")
unit.limit = 0.2
stopped = examine(unit, endless).broken.seen

# The alarm looks at the clock at each line: that is half of the time, and nothing below is endless.
examining.time_limit = allowed.time_limit = nullcontext
counted, wrong = {"answers": 0, "styles": 0, "mistakes": 0}, {}
for name in exercise_names():
    unit = exercise(name)
    for kind, answers in (("answers", {"own": unit.answer}), ("styles", unit.styles)):
        for style, answer in answers.items():
            report = examine(unit, answer, hidden=True)
            counted[kind] += 1
            if not report.solved:
                wrong[f"{name}, {style}"] = str(report.broken)
    for mistake in unit.mistakes:
        broken = examine(unit, mistake.function, hidden=True).broken
        counted["mistakes"] += 1
        if not (
            broken and broken.mistake is mistake and broken.check.function is mistake.caught_by
        ):
            wrong[f"{name}, {mistake.thought}"] = str(broken)

bowl = quadratic([1.0, 10.0])
swept = sweep(
    bowl,
    lambda rng: rng.normal(size=2),
    gd,
    [0.05, 0.1, 0.15, 0.2],
    range(40),
    steps=50,
    score=lambda w: -bowl.loss(w),
)
facts = {
    "counted": counted,
    "wrong": wrong,
    "endless": stopped,
    "swept": [f"{each:.4g}" for each in swept.mean],
    "digits": f"{np.abs(digits().X_train).sum():.6g}",
}
print(json.dumps(facts))
