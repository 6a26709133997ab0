"""The teacher's pack holds what the lessons hold, whichever they are, and promises no more."""

import re
from html.parser import HTMLParser

import pytest
from typer.main import get_command

from lrcourse.cli import app
from lrcourse.exercises import exercise, lessons
from lrcourse.grading import guide, marking, plans
from lrcourse.grading.chosen import named_lessons
from lrcourse.grading.markdown import page


@pytest.fixture(scope="module")
def pack():
    return guide.guide(lessons())


def part(pack, title):
    """The part of the pack under this heading."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", pack, re.M | re.S)[1]


def cell(text):
    return text.replace("|", "\\|")


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


def test_a_term_has_twelve_weeks_and_every_lesson_once(pack):
    numbers = sum(plans.TERM, [])
    assert len(plans.TERM) == 12 and numbers == list(range(16))
    assert {lesson.number for lesson in lessons()} <= set(numbers)
    plan = part(pack, "Pacing plan for twelve weeks")
    assert all(plan.count(lesson.title) == 1 for lesson in lessons())


def test_the_minutes_of_the_plan_are_those_of_the_lessons(pack):
    lesson = lessons()[0]
    core = sum(exercise(name).minutes for name in lesson.exercises if exercise(name).core)
    assert f"| {lesson.title} | {plans.hours(lesson.minutes)} | {plans.hours(core)} |" in (
        part(pack, "Syllabus").replace("| 00 ", "| ")
    )


def with_a_capstone():
    """The lessons, and one that is numbered as the capstone, whatever there is."""
    known = [lesson for lesson in lessons() if lesson.number != marking.CAPSTONE]
    bare = lessons()[0]._replace(number=marking.CAPSTONE, exercises=[], predictions=[], quiz=[])
    return [*known, bare]


@pytest.mark.parametrize("chosen", [lessons()[:13], with_a_capstone()], ids=["without", "with"])
def test_the_weights_come_to_one_whole_with_and_without_the_capstone(chosen):
    weights = re.findall(r"^\| (\d+) % ", guide.guide(chosen), re.M)
    assert sum(map(int, weights)) == 100
    promised = "own seed, is not in this pack" not in guide.guide(chosen).replace("\n", " ")
    assert promised == any(lesson.number == marking.CAPSTONE for lesson in chosen)


@pytest.mark.parametrize("which", ["00", "05", "10-12", "02,07"])
def test_a_pack_of_some_lessons_is_whole_and_names_no_other(which):
    text = guide.guide(named_lessons(which))
    for lesson in lessons():
        assert (lesson.title in text) == (lesson in named_lessons(which)), lesson.title


def test_a_lesson_without_exercises_or_bets_has_its_place():
    bare = lessons()[0]._replace(exercises=[], predictions=[])
    assert bare.title in guide.guide([bare])


def test_every_command_in_the_pack_is_one_that_the_course_has(pack):
    verbs = get_command(app).commands
    used = re.findall(r"lrcourse (grade|release|guide|[a-z]+)\b((?: [^`\n]*)?)[`\n]", pack)
    assert {"grade", "release", "guide"} <= {verb for verb, _ in used}
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
