"""Lines of answers that no student may find, and where they are looked for."""

import ast
import inspect
import json
import re

from lrcourse.classroom.handout.student_edition import STUDENTS
from lrcourse.classroom.handout.unit_code import unit
from lrcourse.exercises import exercise_names
from lrcourse.setup.environment import CLONE


def code_lines(text):
    """The lines that say more than a few words of code, without white space."""
    lines = {re.sub(r"\s", "", line): len(re.findall(r"\w+|[^\w\s]", line)) for line in text}
    return {line for line, tokens in lines.items() if tokens > 8}


def answers_of(own):
    """The lines of a unit that no student may find: bodies of answers, what mistakes think."""
    lines = own.text.splitlines()
    kept = {f for each in own.exercise.checks if not each.hidden for f in [each.name]}
    found = set()
    for node in own.tree.body:
        marks = " ".join(map(ast.unparse, getattr(node, "decorator_list", [])))
        if isinstance(node, ast.FunctionDef) and node.name not in kept:
            if re.match(r"exercise\.(solution|check|accepts|mistake)", marks):
                start = next(
                    (k for k in range(node.lineno, node.end_lineno) if "# solution:" in lines[k]),
                    node.body[0].lineno - 1,
                )
                found |= code_lines(lines[start : node.end_lineno])
        elif isinstance(node, ast.Expr) and ast.unparse(node).startswith("exercise.mistake"):
            found |= code_lines(lines[node.lineno - 1 : node.end_lineno])
    inputs = re.escape(",".join(inspect.signature(own.exercise.answer).parameters))
    called = re.compile(rf"(\w+=|return)?{own.name}\({inputs}\)")
    found = {line for line in found if not called.fullmatch(line)}
    return found | {re.sub(r"\s", "", each.thought) for each in own.exercise.mistakes}


def secrets_of_all():
    """The lines of every unit that no student may find."""
    return set().union(*(answers_of(unit(name)) for name in exercise_names()))


def strings(value):
    """All text in a notebook: cells, outputs, metadata."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from strings(each)
    elif isinstance(value, list):
        yield "".join(each for each in value if isinstance(each, str))
        for each in value:
            yield from strings(each)
    else:
        yield str(value)


def text_of(path):
    """All that can be read in a file, without white space."""
    text = path.read_bytes().decode("utf-8", "ignore")
    if path.suffix == ".ipynb":
        text = "\n".join(strings(json.loads(text)))
    return re.sub(r"\s", "", text)


def public():
    """The files that a learner may read in any case: the library and the lessons."""
    lessons = (CLONE / "notebooks").glob("*.ipynb")
    rooms = [path for room in STUDENTS for path in (CLONE / "lrcourse" / room).glob("*.py")]
    return [*rooms, *lessons, CLONE / "README.md"]


def said_openly():
    """What a unit itself tells a learner: story, promises, hints, of which the last is a first
    line."""
    texts = []
    for own in map(unit, exercise_names()):
        promises = [check.promise for check in own.exercise.checks if not check.hidden]
        told = [ast.get_docstring(own.tree), own.exercise.answer.__doc__, own.exercise.turned_out]
        texts += [*told, *promises, *own.exercise.hints]
    return re.sub(r"\s", "", "\n".join(texts))


def private(secrets):
    """The secret lines that do not stand in the library, a lesson or a story besides."""
    known = "\n".join([*map(text_of, public()), said_openly()])
    found = {line for line in secrets if line not in known}
    assert len(found) > len(secrets) / 2
    return found


def found_in(folders, secrets):
    """Which of the secret lines stand in which file, those of the library and lessons apart."""
    same = {path.read_bytes() for path in public()}
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = ((path.name, text_of(path)) for path in paths if path.read_bytes() not in same)
    return lines_in(texts, private(secrets))


HEAD = 8
"""Signs by which a line is looked for: many megabytes are read once, not once for each line."""


def lines_in(texts, lines):
    """Which of the lines stand in which of the ``(name, text)``, sorted."""
    by_head, found = {}, set()
    for line in lines:
        by_head.setdefault(line[:HEAD], []).append(line)
    for name, text in texts:
        for place in range(len(text) - HEAD + 1):
            for line in by_head.get(text[place : place + HEAD], ()):
                if text.startswith(line, place):
                    found.add((line, name))
    return sorted(found)
