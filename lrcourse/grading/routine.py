"""What a teacher does when: the week before the term, the first session, and every week of it."""

from __future__ import annotations

from collections.abc import Iterator

from lrcourse.grading.markdown import table
from lrcourse.grading.plans import TERM, parted, points, titled, units, within
from lrcourse.lessons import Lesson

BET = 5
"""Minutes for a bet in class: hands up, the cell that settles it, and somebody who lost."""


def week_before(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what to have ready when the term begins."""
    yield "## The week before"
    yield _numbered(
        "**Keep one version** for the whole term, and release it: the commands stand under *One "
        "version for a term*, at the end.",
        "**Try it as a student.** Zip `autumn/student`, unpack it on a machine like theirs, and "
        "say `python3 -m lrcourse` there (`py -m lrcourse` on Windows). The first start needs the "
        "network and up to 850 MB; `python3 -m lrcourse doctor` says what is missing. For those "
        "who have no machine, the README shows how to run a classroom server.",
        "**Make an assignment for each week** that takes files `.ipynb`, as many tries as people "
        "like: the best answer counts. Its full marks are the *points* of the pacing plan. On "
        "Moodle, switch on the feedback types *Offline grading worksheet* and *Feedback files*.",
        "**Hand in and grade.** As the Test Student on Canvas, or a second account on Moodle, "
        "hand in a notebook with one exercise solved. Go through *Every week* below, up to the "
        "page that this student gets. `lrcourse grade` needs Linux; where it cannot wall students' "
        "answers in, it says so and grades nothing.",
        "**Write down the rules** for your platform's first page: what may help (*Honesty and AI "
        "assistants*), until when work may come in, whom to ask about a grade, who gets more time.",
        "**Say where the work is**: in the folder `lrcourse` in each student's home folder, not in "
        "the one that was unpacked. Lesson and exercises share a file name; what is handed in is "
        "the one in `exercises`, and its last cell says so.",
    )


def first_session(chosen: list[Lesson]) -> Iterator[str]:
    """Yield a script for lesson 00 in class; nothing where it is not among the chosen."""
    for lesson in within([0], chosen):
        yield "## The first session"
        steps = list(_script(lesson))
        yield (
            f"Lesson {titled(lesson)}, {sum(minutes for minutes, _, _ in steps)} minutes with "
            "everybody at a keyboard or beside one. Nobody needs to have read anything."
        )
        yield table(["minutes", "what", "how"], ([*step] for step in steps))
        yield (
            "If you have only half of that, let people come with the course open, play for five "
            "minutes, and keep the bets and the handing in."
        )


def _script(lesson: Lesson) -> Iterator[tuple[int, str, str]]:
    """Yield the steps of the first session: minutes, what, how."""
    yield (
        15,
        "everybody opens the course",
        f"`python3 -m lrcourse`, then `notebooks/{lesson.stem}.ipynb`. Who meets an error says "
        "`python3 -m lrcourse doctor` and looks on with a neighbour meanwhile.",
    )
    yield (
        10,
        "play",
        "The two sliders, nobody types. Ask for four rates: one that creeps, one that is there "
        "in one step, one that overshoots and still arrives, one that blows up. Write them on the "
        "board, in order.",
    )
    for bet in lesson.predictions:
        yield (
            BET,
            f"bet `{bet.id}`",
            f"“{bet.text}” Hands up for {', '.join(bet.choices)}; write the counts on the board, "
            "*then* run the cells. Let somebody who lost say what they had seen before them.",
        )
    yield (
        BET,
        f"the claim `{lesson.claim.id}`",
        "Read it aloud, vote on the six verdicts, run the cell. There is such a claim in every "
        "lesson.",
    )
    for unit in units(lesson):
        yield (
            unit.minutes + 5,
            f"write `{unit.name}`",
            f"Show `exercises/{lesson.stem}.ipynb` with a wrong line first, run the check and read "
            "aloud what it says: that is what a check is for. Then everybody writes their own, and "
            "sees it at work in the cell below the check.",
        )
    yield (
        10,
        "hand in, whatever there is",
        "Everybody uploads that notebook now, solved or not. Grade it the same evening: a file in "
        "the wrong place costs nothing today.",
    )


def every_week(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the routine of a week, on Canvas and on Moodle."""
    (own, *_) = parted(TERM, chosen)
    lessons = ",".join(f"{lesson.number:02d}" for lesson in own)
    grade = f"lrcourse grade submissions.zip --out week-1 --lessons {lessons}"
    yield "## Every week"
    yield (
        f"As in week 1, whose assignment is out of {points(own)}. In a clone, say "
        "`python3 -m lrcourse` for `lrcourse`. Give every assignment an `--out` of its own. When "
        "late work comes in, download all again and say the same: what was graded stays graded."
    )
    yield "### On Canvas"
    yield _numbered(
        "In the assignment, *Download Submissions*; in the gradebook, *Export*, *Export Entire "
        "Gradebook*. Rename the two `submissions.zip` and `canvas.csv`.",
        f'`{grade} --fill canvas.csv --column "Week 1 (77)"`, where the column is called as in '
        "the export, with its number.",
        LOOK,
        "In the gradebook, *Import* `week-1/filled-canvas.csv`; Canvas shows what would change "
        "before it does.",
        "In the assignment, *Re-Upload Submissions*: `week-1/feedback-canvas.zip`. Each student "
        f"gets a notebook to read, as a comment; every upload adds one. {NEXT_CLASS}",
    )
    yield "### On Moodle"
    yield _numbered(
        "Set your Moodle language to English. In the assignment's submissions, *Download all "
        "submissions* and *Download grading worksheet*. Rename the two `submissions.zip` and "
        "`moodle.csv`.",
        f"`{grade} --fill moodle.csv`",
        LOOK,
        "*Upload grading worksheet*: `week-1/filled-moodle.csv`.",
        f"*Upload multiple feedback files in a zip*: `week-1/feedback-moodle.zip`. {NEXT_CLASS}",
    )


LOOK = (
    "Read what the command says, and `week-1/problems.txt`: who handed in what is no notebook gets "
    "a line from you, not a 0."
)
NEXT_CLASS = "Open the next class with the commonest mistake of `week-1/report.html`."


def _numbered(*steps: str) -> str:
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
