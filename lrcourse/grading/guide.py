"""The teacher's pack, in the order in which a term needs it: what there is, when, what for, the
keys, how to mark it. Whatever lessons exist, their own words fill it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt

import lrcourse
from lrcourse.checking import LIMIT, Exercise, Mistake
from lrcourse.exercises import exercise
from lrcourse.lessons import Lesson, Question

EVENING = {
    0: "all of it",
    1: "sections 1 to 4",
    2: "sections 1 and 2, and the exercise `regime`",
    4: "sections 4 and 5",
    6: "all of it",
    8: "the unit bug: a schedule in epochs that is asked in steps",
}
"""What of which lesson belongs to one evening."""
SESSIONS = [
    ("From the first step to the best fixed rate", [0, 1, 2]),
    ("What data, networks and mini-batches do to the rate", [3, 4, 5]),
    ("Find a rate, lower it, and what momentum and Adam do with it", [6, 8, 10, 11]),
    ("In teams: the budget problem, and the detective who reads logs", [14]),
]
"""Four class sessions; of lessons 10 and 11 the exercises without a star."""
TERM = [[0, 1], [2, 3], [4], [5], [6], [7], [8, 9], [10], [11], [12, 13], [14], [15]]
"""Twelve weeks."""
CAPSTONE = 14
"""The lesson whose problem is drawn from each student's own seed."""


def files(chosen: list[Lesson]) -> dict[str, bytes]:
    """Return the pack as two files: Markdown to change, and one page to print."""
    text = guide(chosen)
    return {"guide.md": text.encode(), "guide.html": page(text).encode()}


def guide(chosen: list[Lesson]) -> str:
    """Return the whole pack as Markdown."""
    parts = [opening, syllabus, paths, pacing, discussions, keys, quiz_keys, marking, honesty]
    return "\n\n".join("\n\n".join(part(chosen)) for part in [*parts, extra_time, freezing]) + "\n"


def opening(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what the pack is about."""
    points = sum(unit.points for lesson in chosen for unit in units(lesson))
    yield "# Teaching the learning rate"
    yield (
        f"For whoever teaches `lrcourse` {lrcourse.__version__}: {len(chosen)} lessons about one "
        f"number, {hours(sum(lesson.minutes for lesson in chosen))} in all, with "
        f"{sum(len(lesson.exercises) for lesson in chosen)} exercises worth {points} points. "
        "The pages from *Discussion* to *Quiz key* hold answers: do not hand them out."
    )


def units(lesson: Lesson) -> list[Exercise]:
    """Return a lesson's exercises."""
    return [exercise(name) for name in lesson.exercises]


def hours(minutes: float) -> str:
    """Say minutes as people do.

    >>> hours(95), hours(45)
    ('1 h 35', '45 min')
    """
    minutes = round(minutes)
    return f"{minutes // 60} h {minutes % 60:02d}" if minutes >= 60 else f"{minutes} min"


def table(head: list[str], rows: Iterable[list]) -> str:
    """Return a table in Markdown.

    >>> print(table(["rate", "steps"], [["0.1 | 0.2", 26]]))
    | rate | steps |
    |---|---|
    | 0.1 \\| 0.2 | 26 |
    """
    lines = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    top = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*top, *(f"| {' | '.join(line)} |" for line in lines)])


def syllabus(chosen: list[Lesson]) -> Iterator[str]:
    """Yield every lesson with its time, needs, aims and exercises."""
    yield "## Syllabus"
    yield table(
        ["lesson", "reading and trying", "exercises", "★ optional", "points"],
        (
            [
                f"{lesson.number:02d} {lesson.title}",
                hours(lesson.minutes),
                hours(sum(unit.minutes for unit in units(lesson) if unit.core)),
                hours(sum(unit.minutes for unit in units(lesson) if not unit.core)),
                sum(unit.points for unit in units(lesson)),
            ]
            for lesson in chosen
        ),
    )
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        aims = "\n".join(f"- {aim}" for aim in lesson.aims)
        yield f"Builds on: {lesson.needs}. Afterwards a learner can\n\n{aims}"
        names = [f"`{unit.name}`{'' if unit.core else ' ★'}" for unit in units(lesson)]
        yield f"They write: {', '.join(names)}."


def within(numbers: Iterable[int], chosen: list[Lesson]) -> list[Lesson]:
    """Return those of the lessons that have one of these numbers."""
    return [lesson for lesson in chosen if lesson.number in set(numbers)]


def paths(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the three ways through the course, as far as the chosen lessons go."""
    yield "## Three paths"
    parts = [f"{lesson.number:02d} {EVENING[lesson.number]}" for lesson in within(EVENING, chosen)]
    yield f"**One evening**, to see the cliff and the bug: {'; '.join(parts)}."
    yield "**Four class sessions**, for a course on machine learning that has four to give:"
    yield table(
        ["session", "lessons", "reading and trying", "exercises without ★"],
        (
            [title, listed(own), hours(reading(own)), hours(writing(own))]
            for title, numbers in SESSIONS
            if (own := within(numbers, chosen))
        ),
    )
    yield (
        "A session of 90 minutes does not hold three lessons: the predictions and the explorers of "
        "each are for the session, the rest is read before it, and the exercises come after it."
    )
    lost = sorted({number for number in [*sum(TERM, [])]} - {each.number for each in chosen})
    yield "**A term of twelve weeks**, all lessons in order: the plan is on the next page." + (
        f" Lessons {', '.join(f'{number:02d}' for number in lost)} are not in this pack."
        if lost
        else ""
    )


def listed(own: list[Lesson]) -> str:
    """Name lessons by number."""
    return ", ".join(f"{lesson.number:02d}" for lesson in own)


def reading(own: list[Lesson]) -> int:
    """Return the minutes that the lessons take."""
    return sum(lesson.minutes for lesson in own)


def writing(own: list[Lesson]) -> int:
    """Return the minutes that their exercises without a star take."""
    return sum(unit.minutes for lesson in own for unit in units(lesson) if unit.core)


def pacing(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the plan of a term, week by week."""
    yield "## Pacing plan for twelve weeks"
    weeks = [within(numbers, chosen) for numbers in TERM]
    yield table(
        ["week", "lessons", "in class: bets and explorers", "at home", "★ for the quick"],
        (
            [
                week,
                "; ".join(f"{each.number:02d} {each.title}" for each in own),
                f"{sum(len(each.questions) for each in own)} bets, {hours(reading(own))}",
                hours(writing(own)),
                ", ".join(unit.name for each in own for unit in units(each) if not unit.core)
                or "none",
            ]
            for week, own in enumerate(weeks, 1)
            if own
        ),
    )
    known = {lesson.number for lesson in chosen}
    if {1, 2} <= known:
        yield (
            "Who falls behind after week 1 catches up with `gradient_descent` alone: every later "
            "lesson imports the loop from the course, none needs the learner's own."
        )
    if {2, 6} <= known:
        yield (
            "If a week is lost, drop its ★ and never lesson 02: the cliff at 2 / L comes back in "
            "the range test of lesson 06 and with momentum in lesson 10."
        )


CLAIMED = {
    "holds": "Try to break it: which setting of this lesson comes nearest to an exception?",
    "only if": "It holds for one run of this lesson and not for another. Which two, and which "
    "words does the sentence lack?",
    "fails": "Which run of this lesson contradicts it? What did its author probably see?",
    "impossible": "Which two of its parts exclude each other? Write a version that can be tried.",
    "definition": "Nothing in it can be tried. Which claim about the rate is people's reason to "
    "quote it?",
    "uncheckable": "What would have to be named before one run of this lesson could settle it?",
}
"""What to ask about a claim, by its verdict."""


def discussions(chosen: list[Lesson]) -> Iterator[str]:
    """Yield three questions for each lesson, with what the teacher may want to hear."""
    yield "## Discussion"
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        questions = filter(None, [on_claim(lesson), on_bet(lesson), on_mistakes(lesson)])
        yield "\n".join(f"{number}. {text}" for number, text in enumerate(questions, 1))


def on_claim(lesson: Lesson) -> str:
    """Return the question about the claim that a lesson puts on trial."""
    claim = lesson.claim
    return f"“{claim.text}” {CLAIMED[claim.answer]} *To listen for: {claim.because}*"


def on_bet(lesson: Lesson) -> str:
    """Return the question about the bet that has most to explain."""
    if not lesson.predictions:
        return ""
    bet = max(lesson.predictions, key=lambda each: len(each.because))
    wrong = [text for name, text in bet.choices.items() if name != bet.answer]
    return (
        f"{bet.text} Let somebody defend “{max(wrong, key=len)}” until it breaks on a number that "
        f"the lesson prints. *To listen for: {bet.choices[bet.answer]}. {bet.because}*"
    )


def on_mistakes(lesson: Lesson) -> str:
    """Return the question about two wrong answers that one promise catches, or ""."""
    pair = alike(lesson)
    if pair is None:
        return ""
    unit, (one, other) = pair
    promise = next(each.promise for each in unit.checks if each.function is one.caught_by)
    return (
        f"Two answers to `{unit.name}`: one {one.thought}; the other {other.thought}. Find an "
        "input at which they differ from each other and from a right answer. *Both break: "
        f"{promise}*"
    )


def alike(lesson: Lesson) -> tuple[Exercise, list[Mistake]] | None:
    """Return two mistakes that the same promise catches: of the exercise without a star where
    that promise catches most."""
    best, size = None, 1
    for unit in units(lesson):
        for function, count in Counter(each.caught_by for each in unit.mistakes).items():
            if count > size and unit.core:
                found = [each for each in unit.mistakes if each.caught_by is function]
                best, size = (unit, found[:2]), count
    return best


def keys(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what becomes of every claim, bet and prediction."""
    yield "## Prediction key"
    yield (
        "A bet is marked for being made before the cell that settles it, and for its reason; "
        "`progress()` shows a learner's own. In class: hands up for each letter, then run the cell."
    )
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        yield table(["bet", "answer", "because"], (key(each) for each in lesson.questions))
        yield table(
            ["exercise", "how its prediction turns out"],
            ([f"`{unit.name}`", unit.turned_out] for unit in units(lesson)),
        )


def key(question: Question) -> list[str]:
    """Return a question with its answer as the cells of a table."""
    answer = f"**{question.answer}**: {question.choices[question.answer]}"
    return [f"`{question.id}` {question.text}", answer, question.because]


def quiz_keys(chosen: list[Lesson]) -> Iterator[str]:
    """Yield the answers to every quiz."""
    yield "## Quiz key"
    yield (
        "The lessons show these answers folded under each question, so a quiz is for learners to "
        "test themselves with. For marks, change the numbers: each *because* says how to compute "
        "the new ones."
    )
    for lesson in chosen:
        yield f"### {lesson.number:02d} {lesson.title}"
        yield table(["question", "answer", "because"], (key(each) for each in lesson.quiz))


def marking(chosen: list[Lesson]) -> Iterator[str]:
    """Yield what to weigh how, and what every exercise is worth."""
    yield "## Marking scheme"
    bets = sum(len(lesson.questions) for lesson in chosen)
    points = sum(unit.points for lesson in chosen for unit in units(lesson))
    drawn = bool(within([CAPSTONE], chosen))
    yield table(
        ["weight", "what", "how it is marked"],
        [
            [
                "20 %",
                f"practice: the {points} points of the exercises",
                "`lrcourse grade`: the points of an exercise times the share of its promises kept "
                "up to the first broken one",
            ],
            [
                "20 %",
                f"bets: the {bets} claims and predictions",
                "full marks for a bet before the cell and one sentence of reason; coming true adds "
                "nothing, or learners stop betting against the crowd",
            ],
            [
                "20 %" if drawn else "60 %",
                "explained: one bet a week that did not come true, half a page or two minutes "
                "aloud",
                "does the reason name the slope, the curvature or the noise that decided, and a "
                "number the lesson printed?",
            ],
            *(
                [
                    [
                        "40 %",
                        f"lesson {CAPSTONE}: the budget problem and the logs, from each student's "
                        "own seed",
                        "the rate chosen, and the runs that were spent on choosing it, in the "
                        "student's words",
                    ]
                ]
                if drawn
                else []
            ),
        ],
    )
    if not drawn:
        yield (
            f"Lesson {CAPSTONE}, whose logs and budget are drawn from each student's own seed, is "
            "not in this pack: with it, 40 of these 60 % belong to it."
        )
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
    yield (
        f"The {stars} exercises with ★ add to a grade and never lower it: leave their points out "
        "of what counts as full marks."
    )


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
    yield (
        "So marks for these exercises measure practice, and get the weight of practice. What tells "
        "students apart is a rate that they have to defend for a problem drawn for them alone, and "
        "a bet that went wrong and is explained. An assistant knows that 2 / L is the cliff; it "
        "does not know which bet this student lost, and what for."
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


PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Teaching the learning rate</title>
<style>
body {{ font: 11pt/1.45 Georgia, serif; max-width: 46em; margin: 2em auto; padding: 0 1em;
  color: #111; background: #fff }}
table {{ border-collapse: collapse; width: 100%; margin: 0.8em 0 }}
th, td {{ border-bottom: 1px solid #999; padding: 0.25em 0.5em; text-align: left;
  vertical-align: top; overflow-wrap: anywhere }}
code {{ font-size: 0.9em }}
@media print {{
  body {{ font-size: 9.5pt; margin: 0; max-width: none }}
  h2 {{ break-before: page }}
  h2, h3 {{ break-after: avoid }}
  tr, li, pre {{ break-inside: avoid }}
  thead {{ display: table-header-group }}
}}
@page {{ margin: 18mm }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def page(text: str) -> str:
    """Return Markdown as one page that stands alone and prints with a part on each sheet."""
    return PAGE.format(body=MarkdownIt("commonmark", {"html": False}).enable("table").render(text))
