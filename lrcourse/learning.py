"""What a learner calls in a notebook: check, hint, predict, progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from IPython.display import display

from lrcourse import learner
from lrcourse.checking import Exercise, examine
from lrcourse.exercises import exercise, lessons, question
from lrcourse.feedback import Card

_kept: list[dict] = []
"""The journal of a notebook outside a learner's folder: it lasts as long as the kernel."""


def _record(entry: dict) -> str:
    """Keep an entry; return "" or the sentence that says why it could not be written."""
    if learner.find_folder() is None:
        _kept.append(entry)
        return ""
    return learner.record(entry)


def _journal() -> list[dict]:
    return _kept if learner.find_folder() is None else learner.entries()[0]


def check(function: Callable) -> None:
    """Show which promises your ``function`` keeps, and the first it does not.

    Its name says which exercise it answers. What was found joins your progress.
    """
    if not callable(function) or not hasattr(function, "__name__"):
        print(
            f"check takes the function itself, as in check(gd_step): not its name in quotes and "
            f"not what it returns. You gave {function!r}."
        )
        return
    try:
        unit = exercise(function.__name__)
    except ValueError as error:
        print(error)
        return
    display(checked(unit, function))


def checked(unit: Exercise, function: Callable) -> Card:
    """Try every check, note what was found (a blank is no try), and return the card."""
    report = examine(unit, function)
    if report.broken is not None and report.broken.state == "unwritten":
        return Card(report, function)
    held = [outcome.check.name for outcome in report.outcomes if outcome.state == "holds"]
    entry = {"kind": "check", "exercise": unit.name, "held": held, "solved": report.solved}
    return Card(report, function, _record(entry))


def hint(function: Callable | str) -> None:
    """Print the next hint of the three for your ``function``; after the last, where to look."""
    name = function if isinstance(function, str) else getattr(function, "__name__", str(function))
    try:
        hints = exercise(name).hints
    except ValueError as error:
        print(error)
        return
    given = _count("hint", name)
    if given >= len(hints):
        print(f"That was the last hint. The answer, explained: solution {name!r} in a terminal:")
        print(f"  python -m lrcourse solution {name}")
        return
    _record({"kind": "hint", "exercise": name})
    print(f"Hint {given + 1} of {len(hints)}: {hints[given]}")


def predict(id: str, choice: str | None = None) -> None:
    """Store your prediction before the cell that settles it; without a choice, compare after.

    ``predict(id, "?")`` asks the question, ``predict(id, "b")`` answers it, ``predict(id)``
    says what you thought and what turned out.
    """
    try:
        asked = question(id)
    except ValueError as error:
        print(error)
        return
    stored = _prediction(id)
    if choice is None:
        if stored:
            _record({"kind": "compared", "question": id})
            verdict = "as you predicted" if stored == asked.answer else f"you predicted {stored}"
        else:
            verdict = "you made no prediction here"
        print(f"{asked.answer}: {asked.choices[asked.answer]} ({verdict}).\n{asked.because}")
    elif choice == "?":
        print(asked.text)
        for name, text in asked.choices.items():
            print(f"  {name}: {text}")
        print(f"Your prediction so far: {stored}." if stored else "Put your choice in place of ?")
    elif choice not in asked.choices:
        print(f"The choices are {', '.join(asked.choices)}; you gave {choice!r}.")
    elif _count("compared", id):
        print(f"This one is settled; your prediction stays {stored}.")
    else:
        problem = _record({"kind": "prediction", "question": id, "choice": choice})
        print(problem or f"Noted: {choice}, {asked.choices[choice]}.")


def _prediction(id: str) -> str | None:
    choices = [e.get("choice") for e in _entries("prediction") if e.get("question") == id]
    return choices[-1] if choices else None


def _entries(kind: str) -> list[dict]:
    return [entry for entry in _journal() if entry.get("kind") == kind]


def _count(kind: str, name: str) -> int:
    return sum(name in (entry.get("exercise"), entry.get("question")) for entry in _entries(kind))


class Line(NamedTuple):
    """One exercise in the table of progress."""

    lesson: str
    exercise: str
    state: str
    points: int


class Progress(NamedTuple):
    """How far you are: a line per exercise, and what became of your predictions."""

    lines: list[Line]
    predicted: int
    right: int
    note: str

    def __repr__(self) -> str:
        """Say the table as plain text."""
        rows = [f"  {line.exercise:<24} {line.state}" for line in self.lines]
        return "\n".join([self.summary, *rows, *filter(None, [self.note])])

    @property
    def summary(self) -> str:
        """Say points and predictions in one sentence."""
        earned = sum(line.points for line in self.lines if line.state.startswith("solved"))
        total = sum(line.points for line in self.lines)
        text = f"{earned} of {total} points."
        if self.predicted:
            text += f" {self.right} of {self.predicted} predictions came true."
        return text

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{line.lesson}</td><td><code>{line.exercise}</code></td>"
            f"<td>{line.state}</td></tr>"
            for line in self.lines
        )
        return (
            f"<p><strong>{self.summary}</strong></p><table><thead><tr><th>lesson</th>"
            f"<th>exercise</th><th>state</th></tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{self.note}</p>"
        )


def progress() -> None:
    """Show what you solved, what you tried, and how your predictions fared."""
    display(how_far())


def how_far() -> Progress:
    """Gather your progress from the journal in your folder; lines nobody can read are passed by."""
    note = learner.entries()[1]
    if learner.find_folder() is None:
        note = "This is not a learner's folder: what you do here is forgotten with the kernel."
    tries: dict[str, list[bool]] = {}
    for entry in _entries("check"):
        tries.setdefault(entry.get("exercise", ""), []).append(bool(entry.get("solved")))
    lines = [
        Line(lesson.title, unit.name, _state(unit.core, tries.get(unit.name, [])), unit.points)
        for lesson in lessons()
        for unit in map(exercise, lesson.exercises)
    ]
    choices = {entry.get("question"): entry.get("choice") for entry in _entries("prediction")}
    asked = [question for lesson in lessons() for question in lesson.predictions]
    made = [question for question in asked if question.id in choices]
    right = sum(choices[question.id] == question.answer for question in made)
    return Progress(lines, len(made), right, note)


def _state(core: bool, tries: list[bool]) -> str:
    if any(tries):
        return f"solved at try {tries.index(True) + 1}"
    star = "" if core else "★ optional, "
    count = "once" if len(tries) == 1 else f"{len(tries)} times"
    return star + (f"tried {count}, not solved yet" if tries else "not tried yet")
