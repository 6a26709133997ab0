"""The teacher's pack holds what the lessons hold, whichever they are, and promises no more."""

import ast
import copy
import re
from html.parser import HTMLParser
from inspect import signature

import numpy as np
import pytest
from typer.main import get_command

from lrcourse.classroom.grading.lesson_names import named_lessons
from lrcourse.classroom.platforms.known import PLATFORMS
from lrcourse.classroom.teachers_pack import discussions, facts, guide
from lrcourse.classroom.teachers_pack.guide import page
from lrcourse.cli import app
from lrcourse.exercises import exercise, lessons
from lrcourse.inputs import in_words
from lrcourse.setup.environment import CLONE


@pytest.fixture(scope="module")
def pack():
    return guide.guide(lessons())


def part(pack, title):
    """The part of the pack under this heading."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", pack, re.M | re.S)[1]


def cell(text):
    return text.replace("|", "\\|")


def titled(lesson):
    return f"{lesson.number:02d} {lesson.title}"


def test_the_keys_hold_every_bet_every_quiz_question_and_every_story_with_its_answer(pack):
    bets, quizzes = part(pack, "Prediction key"), part(pack, "Quiz key")
    for lesson in lessons():
        for text, questions in ((bets, lesson.questions), (quizzes, lesson.quiz)):
            for each in questions:
                row = next(line for line in text.splitlines() if f"`{each.id}`" in line)
                for said in (each.text, each.choices[each.answer], each.because):
                    assert cell(said) in row
        assert all(cell(exercise(name).turned_out) in bets for name in lesson.exercises)


def test_only_the_pages_that_say_so_hold_answers(pack):
    open_to_all = pack.partition("## Discussion")[0] + pack.partition("## Marking scheme")[2]
    for lesson in lessons():
        for each in [*lesson.questions, *lesson.quiz]:
            assert each.because not in open_to_all, each.id


def test_every_lesson_has_two_or_three_questions_to_discuss_and_no_two_are_alike(pack):
    lists = re.split(r"^### ", part(pack, "Discussion"), flags=re.M)[1:]
    assert len(lists) == len(lessons())
    questions = [re.findall(r"^\d\. (.+)$", each, re.M) for each in lists]
    assert all(2 <= len(each) <= 3 for each in questions)
    flat = sum(questions, [])
    assert len(set(flat)) == len(flat)


def as_given(value):
    """What a call in a lesson's words was made with: its lists were arrays."""
    if isinstance(value, tuple):
        return tuple(map(as_given, value))
    return np.array(value, float) if isinstance(value, list) else value


def asked_in_its_own_words(function, answer, given):
    """What a function returns for inputs that are named as the answer names them."""
    names = dict(zip(signature(answer).parameters, signature(function).parameters, strict=True))
    return function(**{names[name]: copy.deepcopy(value) for name, value in given.items()})


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.stem)
def test_an_input_that_tells_two_mistakes_from_the_answer_gives_just_the_values_it_names(lesson):
    pair = discussions.confusable(lesson)
    if not pair:
        assert lesson.number in WITHOUT_SHORT_INPUTS
        return
    call = ast.parse(pair.call, mode="eval").body
    unit = exercise(call.func.id)
    given = {
        each.arg: as_given(eval(ast.unparse(each.value), {"np": np})) for each in call.keywords
    }
    mistakes = {each.thought: each.function for each in unit.mistakes}
    with np.errstate(all="ignore"):
        answers = [unit.answer, *(mistakes[each] for each in pair.thoughts)]
        values = [in_words(asked_in_its_own_words(each, unit.answer, given)) for each in answers]
    assert values == [pair.right, pair.one, pair.other] and len(set(values)) == 3


WITHOUT_SHORT_INPUTS = {7, 9, 12, 13, 15}
"""Lessons whose exercises are asked for functions, generators, logs or long arrays alone."""


def test_a_pair_that_no_number_tells_apart_is_not_asked_for():
    unit = exercise("gd_step")
    of = {each.function.__name__: each for each in unit.mistakes}
    (check,) = (each for each in unit.checks if each.name == "goes_downhill")
    assert discussions.telling(unit, check, (of["climbs"], of["drops_the_sign"])) == []


def test_every_exercise_has_up_to_three_stumbles_of_different_promises_and_a_question(pack):
    stumbles = part(pack, "Where students stumble")
    for unit in (exercise(name) for lesson in lessons() for name in lesson.exercises):
        line = next(each for each in stumbles.splitlines() if each.startswith(f"- `{unit.name}`: "))
        typical = discussions.typical(unit)
        assert 1 <= len({each.caught_by for each in typical}) == len(typical) <= 3
        assert all(each.thought in line for each in typical) and unit.hints[0] in line


def test_a_term_has_twelve_weeks_and_every_lesson_once():
    numbers = sum(facts.TERM, [])
    assert len(facts.TERM) == 12 and numbers == list(range(16))
    assert {lesson.number for lesson in lessons()} <= set(numbers)


@pytest.mark.parametrize("which", ["", "00-02", "00-08", "02,07"])
def test_plans_are_called_by_what_they_hold_and_weeks_are_counted_from_one(which):
    text = guide.guide(chosen := named_lessons(which))
    weeks = len(facts.parted(facts.TERM, chosen))
    plan = part(text, f"Pacing plan: {facts.several(weeks, 'week')}")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", plan, re.M)
    assert [number for number, _ in rows] == [f"{week}" for week in range(1, weeks + 1)]
    assert [title for _, own in rows for title in own.split("; ")] == [*map(titled, chosen)]
    assert f"**In order**, a class a week: {facts.several(weeks, 'week')}, see" in text
    sessions = len(re.findall(r"^\| \d \|", part(text, "Paths"), re.M))
    assert f"**{facts.several(sessions, 'class session').capitalize()}**" in text


def test_sessions_are_those_of_the_readme():
    readme = (CLONE / "README.md").read_text("utf-8")
    (told,) = re.findall(r"\*\*Four class sessions:\*\* ([^.]+)\.", readme)
    numbers = [re.findall(r"\d\d", each) for each in told.replace("\n", " ").split(";")]
    spans = [
        range(int(a), int(b) + 1) if " to " in each else (int(a), int(b))
        for each, (a, b) in zip(told.split(";"), numbers, strict=True)
    ]
    assert [list(each) for each in spans] == facts.SESSIONS


def test_a_first_session_is_lesson_00_with_its_bets_and_its_minutes_add_up(pack):
    session = part(pack, "The first session")
    minutes = [int(each) for each in re.findall(r"^\| (\d+) \|", session, re.M)]
    assert f"{sum(minutes)} minutes" in session
    assert all(bet.text in session for bet in lessons()[0].predictions)
    assert "The first session" not in guide.guide(named_lessons("01-02"))


@pytest.mark.parametrize("which", ["", "05", "02,07"])
def test_a_week_is_five_lines_on_each_platform_and_grades_the_first_week_of_the_plan(which):
    chosen = named_lessons(which)
    weekly = part(guide.guide(chosen), "Every week")
    sections = re.split(r"^### On ", weekly, flags=re.M)[1:]
    titles = [section.partition("\n")[0] for section in sections]
    assert titles == [*(each.weekly.title for each in PLATFORMS), "Gradescope", "nbgrader"]
    for platform in sections:
        assert re.findall(r"^(\d)\. ", platform, re.M) == list("12345")
        (graded,) = re.findall(r"`lrcourse grade.*?--lessons ([\d,]+)", platform)
        assert named_lessons(graded) == facts.parted(facts.TERM, chosen)[0]


def test_full_marks_are_the_points_without_a_star(pack):
    units = [exercise(name) for lesson in lessons() for name in lesson.exercises]
    full = sum(unit.points for unit in units if unit.core)
    rows = re.findall(r"^\| (\S+) \| `\w+`( ★)? \| (\d+) \|", part(pack, "Marking scheme"), re.M)
    assert len(rows) == len(units)
    assert (
        full == sum(int(points) for _, star, points in rows if not star) == facts.points(lessons())
    )
    assert f"the {full} points of the exercises" in pack and f"the {full} points without ★" in pack


def test_the_minutes_of_the_plan_are_those_of_the_lessons(pack):
    lesson = lessons()[0]
    core = sum(exercise(name).minutes for name in lesson.exercises if exercise(name).core)
    assert f"| {lesson.title} | {facts.hours(lesson.minutes)} | {facts.hours(core)} |" in (
        part(pack, "Syllabus").replace("| 00 ", "| ")
    )


def with_a_capstone():
    """The lessons, and one that is numbered as the capstone, whatever there is."""
    known = [lesson for lesson in lessons() if lesson.number != facts.CAPSTONE]
    bare = lessons()[0]._replace(number=facts.CAPSTONE, exercises=[], predictions=[], quiz=[])
    return [*known, bare]


@pytest.mark.parametrize("chosen", [lessons()[:13], with_a_capstone()], ids=["without", "with"])
def test_the_weights_come_to_one_whole_with_and_without_the_capstone(chosen):
    weights = re.findall(r"^\| (\d+) % ", guide.guide(chosen), re.M)
    assert sum(map(int, weights)) == 100
    there = any(lesson.number == facts.CAPSTONE for lesson in chosen)
    for words in ("own seed", "a problem drawn for them alone"):
        assert (words in guide.guide(chosen)) == there


@pytest.mark.parametrize("which", ["00", "05", "00-08", "10-12", "02,07"])
def test_a_pack_of_some_lessons_is_whole_and_names_no_other(which):
    text = guide.guide(named_lessons(which))
    for lesson in lessons():
        assert (lesson.title in text) == (lesson in named_lessons(which)), lesson.title
    plan = re.search(r"^## Pacing plan.*?(?=^## )", text, re.M | re.S)[0]
    numbers = {lesson.number for lesson in named_lessons(which)}
    assert {int(each) for each in re.findall(r"lesson (\d\d)\b", plan)} <= numbers


def test_a_lesson_without_exercises_or_bets_has_its_place():
    bare = lessons()[0]._replace(exercises=[], predictions=[])
    assert bare.title in guide.guide([bare])


def test_every_command_in_the_pack_is_one_that_the_course_has(pack):
    verbs = get_command(app).commands
    used = re.findall(
        r"lrcourse (grade|release|guide|bench [a-z]+|[a-z]+)\b((?: [^`\n]*)?)[`\n]", pack
    )
    assert {"grade", "release", "guide"} <= {verb for verb, _ in used}
    verbs |= {f"bench {verb}": command for verb, command in verbs["bench"].commands.items()}
    for verb, rest in used:
        assert verb in verbs, verb
        options = {name for each in verbs[verb].params for name in each.opts}
        assert set(re.findall(r"--\w+", rest)) <= options, rest


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def test_the_page_stands_alone_and_has_every_row_and_heading(pack):
    read = Tags()
    read.feed(page(pack))
    tags = [tag for tag, _ in read.tags]
    rows = re.findall(r"^\| ", pack, re.M)
    assert tags.count("tr") == len(rows)
    assert tags.count("h2") == len(re.findall(r"^## ", pack, re.M))
    assert not {"script", "link", "img", "iframe"} & set(tags)
    assert not any("src" in attrs or "href" in attrs for _, attrs in read.tags)
