"""The rules of the teacher's pack: what marks are given for and what they can mean, who gets more
time, and one version for a term.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from lrcourse.checking import LIMIT
from lrcourse.grading.markdown import table
from lrcourse.grading.plans import (
    TERM,
    hours,
    parted,
    points,
    reading,
    units,
    within,
    writing,
)
from lrcourse.lessons import Lesson

CAPSTONE = 14
"""The lesson whose problem is drawn from each student's own seed."""


def marking(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what to weigh how, how an explanation is read, and what every exercise is worth."""
    yield "## Marking scheme"
    yield table(["weight", "what", "how it is marked"], weights(chosen))
    yield (
        "Bets get no marks. `predict` notes them in the learner's own folder, which nobody hands "
        "in, and who is marked for a bet copies a safe one."
    )
    yield "### Reading an explanation"
    yield table(["marks", "the reason names"], RUBRIC)
    texts = CLASS_OF * months(chosen)
    yield (
        f"One a month is {months(chosen)} in this plan: in a class of {CLASS_OF} that is {texts} "
        f"texts, and about {hours(texts * READING)} of reading at {READING} minutes each, for all "
        "markers together. Let two markers read the same ten first and compare."
    )
    yield "### Why points stop at the first broken promise"
    yield (
        "Promises go from plain to deep, and one that comes late can hold for an answer that does "
        "nothing: whoever returns the inputs leaves them as they were. Were each counted alone, "
        "doing nothing would earn points. So an early slip costs much, as the missing half of a "
        "loss does; the page names it, and the answer may be handed in again."
    )
    yield "### What each exercise is worth"
    yield table(
        ["lesson", "exercise", "points", "minutes", "promises"],
        (
            [f"{lesson.number:02d}", f"`{unit.name}`{'' if unit.core else ' ★'}", unit.points]
            + [unit.minutes, len(unit.checks)]
            for lesson in chosen
            for unit in units(lesson)
        ),
    )
    stars = sum(not unit.core for lesson in chosen for unit in units(lesson))
    yield f"Full marks are the {points(chosen)} points without ★." + (
        f" The {stars} with ★ make up for others, up to full marks, and never lower a grade."
        if stars
        else ""
    )


CLASS_OF = 300
"""Students of the class for which the reading of explanations is reckoned."""
READING = 2
"""Minutes that it takes to read half a page and mark it."""
RUBRIC = [
    [2, "the slope, the curvature or the noise that decided, and a number that was printed"],
    [1, "one of the two"],
    [0, "neither"],
]
"""How an explanation is marked."""


def months(chosen: list[Lesson]) -> int:
    """Return in how many months of four weeks the plan of a term goes through the lessons."""
    return ceil(len(parted(TERM, chosen)) / 4)


def drawn(chosen: list[Lesson]) -> bool:
    """Whether a lesson whose problem is each student's own is among the chosen."""
    return bool(within([CAPSTONE], chosen))


def weights(chosen: list[Lesson]) -> Iterator[list[str]]:
    """Yield each part of a mark: its weight, what it is for and how it is marked."""
    practice, explained = (20, 40) if drawn(chosen) else (40, 60)
    yield [
        f"{practice} %",
        f"practice: the {points(chosen)} points of the exercises",
        "`lrcourse grade`: the points of an exercise times the share of its promises kept up to "
        "the first broken one",
    ]
    yield [
        f"{explained} %",
        "explained: once a month a bet that was lost, or a promise that the first version of an "
        "answer broke; half a page, as an assignment of its own",
        "2, 1 or 0, as below",
    ]
    if drawn(chosen):
        yield [
            "40 %",
            f"lesson {CAPSTONE}: the budget problem and the logs, from each student's own seed",
            "the rate chosen, and the runs that were spent on choosing it, in the student's words",
        ]


def honesty(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what marks can mean where answers are public."""
    yield "## Honesty and AI assistants"
    yield (
        "A gradient step is one line of every textbook, Adam and the cosine decay stand in every "
        "framework with their source, and this repository is public and has a folder `solutions`. "
        "The edition that `lrcourse release` makes leaves answers out so that nobody stumbles over "
        "one; it keeps nobody from looking. The course's own library stays in it and holds "
        "schedules and optimizers under the names of the exercises: `lrcourse grade` stops an "
        "answer that calls them, and learners are free to read them."
    )
    own = "a rate that they have to defend for a problem drawn for them alone, and "
    yield (
        "So marks for these exercises measure practice, and get the weight of practice. What tells "
        f"students apart is {own if drawn(chosen) else ''}a bet that went wrong and is explained. "
        "An assistant knows that 2 / L is the cliff; it does not know which bet this student lost, "
        "and what for. Where much hangs on it, ask for two minutes aloud."
    )
    yield (
        "A rule to give out: *Use what you like to write a schedule or an update. Say with each "
        "exercise what helped, and be ready to tell which promise your first version broke.* "
        "`progress()` says at which try an exercise was solved: ask a student to read it out, and "
        "leave it unmarked, or the first try moves to another notebook."
    )
    yield (
        "The checks draw their problems from a seed that `lrcourse grade` chooses and notes in the "
        "gradebook, not from the one that `check` uses at home: an answer that has learnt the "
        "numbers of `check` by heart keeps its promises there and not here."
    )


def extra_time(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what to set for learners and machines that need longer."""
    yield "## Extra time"
    yield (
        f"Nothing here races: a check may take {LIMIT:g} seconds, a hundred times what any answer "
        "needs, and minutes are estimates that no program reads. For sessions with a clock:"
    )
    yield table(
        ["lesson", "planned, with exercises", "a quarter more", "half more", "double"],
        (
            [f"{own[0].number:02d}"] + [hours(factor * total) for factor in (1, 1.25, 1.5, 2)]
            for own in ([lesson] for lesson in chosen)
            for total in [reading(own) + writing(own)]
        ),
    )
    yield (
        "One student's later date is your platform's to know: *Assign To* on Canvas, *Overrides* "
        "on Moodle. Download all again when that work is in, and grade it with the same command: "
        "the others' grades stay."
    )
    yield (
        f"A slow machine is another matter: `lrcourse grade SUBMISSIONS --out DIR --timeout "
        f"{4 * LIMIT:g}` gives every check {4 * LIMIT:g} seconds, for the whole class. A grade is "
        "kept under its limit, so another `--timeout` grades everything anew: choose it before the "
        "first run, or give a second one its own `--out`."
    )


def freezing(chosen: list[Lesson]) -> Iterator[str]:
    """Yield how to keep one version for a term."""
    which = f"{chosen[0].number:02d}-{chosen[-1].number:02d}"
    yield "## One version for a term"
    yield (
        "```\n"
        "git tag autumn\n"
        "git worktree add ../lrcourse-autumn autumn\n"
        "cd ../lrcourse-autumn\n"
        f"python3 -m lrcourse release ../autumn --lessons {which}\n"
        f"python3 -m lrcourse guide --out ../autumn-guide --lessons {which}\n"
        "```"
    )
    yield (
        "Hand out `../autumn/student` and grade from `../lrcourse-autumn` until the term ends. A "
        "grade is kept under its checks, its seed and its NumPy: a `git pull` in the middle of a "
        "term re-grades the exercises whose checks it changed. `requirements.txt` pins every "
        "package by hash, for students and for the grader alike. A lesson that has to be mended "
        "in week 5 is released into a new folder; students who start the new edition keep what "
        "they changed, and find our version beside it."
    )
