"""Words stand in templates: what is filled in stays text, and a teacher's own come before ours."""

import json

import pytest
from markdown_it import MarkdownIt
from test_student_page import Read, row
from typer.testing import CliRunner

from lrcourse.base import BadInput
from lrcourse.checks.examine import examine
from lrcourse.classroom.grading.gradebook import File, Person
from lrcourse.classroom.grading.lesson_names import named_lessons
from lrcourse.classroom.handout.student_edition import blanks_of, readme
from lrcourse.classroom.pages import templating
from lrcourse.classroom.pages.class_report import Tally, report
from lrcourse.classroom.pages.grades_csv import total
from lrcourse.classroom.pages.student_page import page
from lrcourse.classroom.platforms.feedback import entries
from lrcourse.classroom.platforms.platform import Page
from lrcourse.classroom.teachers_pack.guide import files, guide
from lrcourse.cli import app
from lrcourse.exercises import exercise, lessons

EVIL = (
    "<script>alert(1)</script> {{ 7 * 7 }} {% endif %} [x](http://x.org) *a* `b` _c_ | d &lt; \"e'"
)


def feedback(name, templates=None, framed=True):
    """A page on which all that a student, a platform and a teacher can write is ``name``."""
    told = [row(message=name, student=name, number=name, reason=name), row(state="unread")]
    files = [File(f"{name}.ipynb", "", [], name)]
    came = total(told, files, Person(name, name, name))
    return page(told, came, [("a", name)], files, [name], templates, framed)


def in_canvas(name):
    """That page as Canvas takes it back: a notebook's one cell, up to its end."""
    back = Page(None, lambda: feedback(name, framed=False))
    ((_, _, data),) = entries(back, ("ada", "7"), ["ada_7_1_a.ipynb"])
    return json.loads(data)["cells"][0]["source"]


def of_class(name, templates=None):
    """A report in which all that is not ours is ``name``."""
    unit = exercise("gd_step")
    broken = row(examine(unit, unit.mistakes[0].function), student=name, number=name, mistake=name)
    told, tally = [broken, row(state="failed", student=name, name="regime")], Tally()
    tally.add([broken])
    people = [Person(name, name), Person("ada", "B")]
    each = [total([one], (), who) for one, who in zip(told, people, strict=True)]
    return report(tally, each, 5, [name], templates)


@pytest.mark.parametrize("made", [feedback, in_canvas, of_class])
def test_what_is_filled_into_a_page_stays_text(made):
    evil, plain = Read(made(EVIL)), Read(made("ada"))
    assert [tag for tag, _ in evil.tags] == [tag for tag, _ in plain.tags]
    assert evil.words.count(EVIL) >= 4 and "49" not in evil.words.replace("7 * 7", "")
    for (_, one), (_, other) in zip(evil.tags, plain.tags, strict=True):
        assert one.keys() == other.keys()


def test_a_page_without_its_frame_is_what_stands_in_it(tmp_path):
    whole, part = feedback(EVIL), feedback(EVIL, framed=False)
    assert part.startswith("<h1>Feedback") and f"<main>\n{part}</main>" in whole
    words = templating.originals()["feedback.html.j2"].decode().replace("Feedback, ", "Seen, ")
    (tmp_path / "feedback.html.j2").write_text(words, "utf-8")
    assert feedback("ada", tmp_path, framed=False).startswith("<h1>Seen, ")


def evil_lesson():
    """A lesson that is called what no lesson should be."""
    return lessons()[0]._replace(title=EVIL)


@pytest.mark.parametrize("made", [guide, readme])
def test_what_is_filled_into_markdown_is_no_markup_either(made):
    shown = MarkdownIt("commonmark").enable("table").render(made([evil_lesson()]))
    read = Read(shown.replace(" />", "></img>"))
    assert "script" not in [tag for tag, _ in read.tags]
    assert EVIL in read.words
    assert "http://x.org" not in [attrs.get("href") for _, attrs in read.tags]


def test_the_cell_that_says_how_to_hand_in_is_no_html():
    first, then = lessons()[0], evil_lesson()._replace(number=1)
    told = blanks_of(first, [first, then]).cells[-1].source
    assert "&lt;script>" in told and "<script" not in told and "{{ 7 * 7 }}" in told


def test_words_of_a_lesson_are_markdown_and_no_html():
    lesson = lessons()[0]
    bet = lesson.predictions[0]._replace(because=f"*So* it is {EVIL}")
    told = guide([lesson._replace(predictions=[bet])])
    assert "<script" not in told and "*So* it is &lt;script>" in told


def test_the_printed_pack_shows_what_looks_like_html():
    shown = files([evil_lesson()])["guide.html"].decode()
    assert "<script" not in shown and "&lt;script&gt;" in shown


SAID = {
    "feedback.html.j2": "Points stop",
    "guide.html.j2": "<body>",
    "guide.md.j2": "Number of lessons",
    "hand_in.md.j2": "To hand in",
    "page.html.j2": "<main>",
    "parts.html.j2": "Full marks are",
    "report.html.j2": "Named mistakes",
    "students_readme.md.j2": "# lrcourse",
}
"""Words of each template."""


def everything(words=None):
    """All that is made of templates, as one text."""
    lesson = lessons()[0]
    star = row(name="noise_scale", state="missing", core=False)
    broken = row(examine(exercise("gd_step"), exercise("gd_step").mistakes[0].function))
    own = [broken, star]
    parts = [page(own, total(own), [], templates=words), of_class("ada", words)]
    parts += [readme([lesson], words), blanks_of(lesson, [lesson], words).cells[-1].source]
    return "\n".join([*parts, *(each.decode() for each in files([lesson], words).values())])


@pytest.mark.parametrize("name", templating.originals())
def test_a_template_of_the_teachers_comes_before_ours_and_what_is_missing_is_ours(name, tmp_path):
    said, ours = SAID[name], everything()
    text = templating.originals()[name].decode().replace(said, f"{said} changed")
    (tmp_path / name).write_text(text, "utf-8")
    told = everything(tmp_path)
    assert f"{said} changed" in told and told.replace(f"{said} changed", said) == ours


@pytest.mark.parametrize(
    "text, told",
    [
        ("one\n{% if %}", r"report.html.j2, line 2: "),
        ("one\ntwo\n{{ nmae }}", r"report.html.j2, line 3: 'nmae' is undefined\. Mend it"),
        ("{{ 1 / 0 }}", r"report.html.j2, line 1: division by zero"),
        ("{% include 'mine.html.j2' %}", r"report.html.j2, line 1: .*mine.html.j2"),
    ],
)
def test_an_error_in_a_template_is_one_sentence_with_file_and_line(text, told, tmp_path):
    (tmp_path / "report.html.j2").write_text(text)
    with pytest.raises(BadInput, match=told) as raised:
        of_class("ada", tmp_path)
    assert str(raised.value).startswith(str(tmp_path)) and "\n" not in str(raised.value)


def test_before_the_long_work_a_template_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no template is in .*lrcourse templates DIR"):
        templating.usable(tmp_path)
    (tmp_path / "report.html.j2").write_text("{% block main %}")
    with pytest.raises(BadInput, match=r"report\.html\.j2, line 1: "):
        templating.usable(tmp_path)
    (tmp_path / "report.html.j2").write_bytes(b"caf\xe9")
    for read in (templating.usable, lambda place: of_class("ada", place)):
        with pytest.raises(BadInput, match=r"report\.html\.j2 is not UTF-8"):
            read(tmp_path)


def test_what_the_command_writes_is_what_pages_are_made_of(tmp_path):
    ended = CliRunner().invoke(app, ["templates", str(tmp_path / "words")])
    assert ended.exit_code == 0, ended.output
    made = {path.name for path in (tmp_path / "words").glob("*.j2")}
    assert made == {*templating.originals()} and "feedback.html.j2" in made
    assert feedback("ada", tmp_path / "words") == feedback("ada")
    chosen = named_lessons("00-02")
    assert files(chosen, tmp_path / "words") == files(chosen)


def test_the_commands_take_a_folder_of_templates(tmp_path):
    words = tmp_path / "words"
    words.mkdir()
    (words / "guide.md.j2").write_text("# {{ chosen | length }} of my own\n")
    given = ["guide", "--out", str(tmp_path / "pack"), "--templates", str(words)]
    ended = CliRunner().invoke(app, [*given, "--lessons", "00-01"])
    assert ended.exit_code == 0, ended.output
    assert (tmp_path / "pack/guide.md").read_text() == "# 2 of my own\n"
    assert "<h1>2 of my own</h1>" in (tmp_path / "pack/guide.html").read_text()


def test_templates_have_names_of_their_own_in_all_rooms():
    names = [path.name for room in templating.ROOMS for path in room.iterdir()]
    assert len(names) == len({*names}) == len(templating.originals()) + 1  # pyproject.toml.j2
