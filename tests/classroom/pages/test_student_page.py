"""A student reads on the feedback page what the card said, and nothing of a hidden check."""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import chain, repeat

import pytest
from hypothesis import given, strategies as st
from submitted import CLIMBS, RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.checks.card import Card
from lrcourse.checks.examine import examine
from lrcourse.checks.notebook_code import NO_CELLS
from lrcourse.classroom import command
from lrcourse.classroom.command import Options
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.gradebook import NOTHING, File, Gradebook, Row
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.grading.submissions import NO_NOTEBOOK, Handed
from lrcourse.classroom.grading.versions import content
from lrcourse.classroom.outputs import Pages, write_all
from lrcourse.classroom.pages import grades_csv, student_page
from lrcourse.classroom.pages.grades_csv import total
from lrcourse.classroom.pages.student_page import HIDDEN, UNSETTLED, address
from lrcourse.classroom.platforms.export import opened
from lrcourse.exercises import exercise, lessons

STARS = "Full marks are the points without ★; points with ★ make up for others, up to full marks."
STOPS = "Points stop at the first promise that does not hold: mend it, and the rest is looked at."


class Read(HTMLParser):
    """What a page says, and the elements it is made of; every element is closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.open = "", [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def row(report=None, name="gd_step", state="graded", student="ada", number="", **changes):
    """A row of the gradebook, as the grader makes it from a report."""
    outcomes = report.outcomes if report else []
    promises = [[each.check.promise, each.state] for each in outcomes]
    kept = next((k for k, each in enumerate(outcomes) if each.state != "holds"), len(outcomes))
    broken = report.broken if report else None
    message = broken.seen if broken else ""
    mistake = broken.mistake.thought if broken and broken.mistake else ""
    possible = exercise(name).points
    points = possible * kept / max(len(outcomes), 1)
    own = Row(student, number, name, points, possible, state, promises, message, mistake)
    return own._replace(**changes)


def page(own, problems=()):
    """A student's page, all points as they are."""
    return student_page.page(own, total(own), problems)


@pytest.fixture
def climbing():
    """The report of an answer that climbs."""
    names = {}
    exec(CLIMBS, names)
    return examine(exercise("gd_step"), names["gd_step"], hidden=True)


def squeezed(text):
    return re.sub(r"\W+", " ", text)


def test_the_page_says_every_word_of_the_card_but_its_advice(climbing):
    words = squeezed(Read(page([row(climbing)], [])).words)
    card = repr(Card(climbing, None)).splitlines()
    assert "These are the values of an answer that adds the step" in " ".join(card)
    hidden = [each.check.promise for each in climbing.outcomes if each.check.hidden]
    assert HIDDEN in Read(page([row(climbing)], [])).words
    for line in (each for each in card[:-1] if not any(promise in each for promise in hidden)):
        assert squeezed(line).strip() in words, line


def test_points_promises_and_total_are_said_in_words(climbing):
    words = Read(page([row(climbing)], [])).words
    assert "gd_step: 0.11 of 1 point" in words and "0.11 of 1 points." in words
    assert "1 of 9 promises hold. Each is worth 0.11 points." in words
    by_hand = Read(page([row(climbing, reason="Late start.")], [])).words
    assert "promises hold. Each" not in by_hand
    for mark in ("✓ holds", "✗ not yet", "· not looked at yet"):
        assert mark in words


def test_a_solved_a_blank_and_an_absent_exercise_have_their_own_words():
    unit = exercise("gd_step")
    solved = Read(page([row(examine(unit, unit.answer))], [])).words
    assert "gd_step: all 9 promises hold. Solved, 1 point." in solved

    def blank(*_, **__):
        raise NotImplementedError

    unwritten = Read(page([row(examine(unit, blank))], [])).words
    assert unwritten.count("gd_step is not written yet.") == 1 and "not looked at" not in unwritten
    absent = Read(page([row(state="missing")], [])).words
    assert "Not handed in: gd_step." in absent
    undefined = Read(page([row(message="gd_step is not defined.")], [])).words
    assert "gd_step is not defined." in undefined and "Solved" not in undefined


@pytest.mark.parametrize("state", UNSETTLED)
def test_what_is_not_settled_is_said_first_once_and_is_no_0(state):
    words = Read(page([row(state=state), row(name="regime", state="missing")], [])).words
    assert words.count(f"gd_step: {UNSETTLED[state]}") == 1 and "gd_step: 0" not in words
    assert words.index("Not settled yet") < words.index("Not handed in: regime")


def test_a_total_that_is_open_says_so_and_none_is_no_0():
    assert "Open: your points are not known yet." in page([row(state="unread")])
    some = page([row(points=1.0), row(name="regime", state="waiting")])
    assert "Open: 1 of 3 points so far." in some
    assert "Open" not in page([row(points=1.0), row(name="regime", state="missing")])


def test_why_points_stop_is_said_once_to_who_lost_some_by_a_promise(climbing):
    words = Read(page([row(climbing), row(climbing, name="regime")])).words
    assert words.count(STOPS) == 1 and words.index(STOPS) < words.index("00 Start here")
    solved = row(examine(exercise("gd_step"), exercise("gd_step").answer))
    by_hand = row(climbing, name="regime", reason="A fair point.")
    for own in (solved, row(state="missing"), row(state="unread"), by_hand):
        assert STOPS not in page([own])


def test_the_title_names_the_lessons_and_then_the_student():
    names = [lessons()[number].exercises[0] for number in (0, 1, 3)]
    text = page([row(name=each, state="missing", number="1003") for each in names])
    assert "<title>Feedback, lessons 00-01,03: ada (1003)</title>" in text
    assert "<h1>Feedback, lessons 00-01,03: <bdi>ada (1003)</bdi></h1>" in text
    assert "<title>Feedback, lesson 00: ada</title>" in page([row(state="missing")])


def test_a_star_is_marked_and_its_rule_said(climbing):
    own = [row(climbing), row(name="noise_scale", state="missing", core=False)]
    assert "Not handed in: noise_scale ★." in page(own) and STARS in page(own)
    assert STARS not in page(own[:1])


def test_who_handed_in_one_of_two_notebooks_reads_that_both_are_to_be_uploaded(climbing):
    own = [row(climbing), row(name="regime", state="missing")]
    words = squeezed(Read(page(own)).words)
    both = ["00_exercises ipynb in older folders 00_start_here ipynb"]
    both += ["02_exercises ipynb in older folders 02_too_low_too_high ipynb"]
    assert f"No answer came from {both[1]}" in words
    assert f"Upload both notebooks together {' and '.join(both)}" in words
    of_three = [*own, row(name="ema", state="waiting")]
    assert "Upload all 3 notebooks" in squeezed(Read(page(of_three)).words)
    for others in ([], [row(name="regime")], [row(name="regime", state="unread")]):
        assert "No answer came from" not in page([row(climbing), *others])


def test_of_several_files_each_exercise_says_its_own_and_what_was_left_out_is_named(climbing):
    own = [row(climbing, file="x/ada_LATE_7_1_a.ipynb", answers=2)]
    words = Read(student_page.page(own, total(own), [], (), ["regime"])).words
    assert "The answer is from a.ipynb and came late." in words
    assert "Left out of the marks, for everybody: regime." in words


def test_of_a_hidden_check_neither_sentence_nor_input_is_shown(climbing, monkeypatch):
    unit = exercise("gd_step")
    broken = climbing.broken.check
    hidden = [each._replace(hidden=each == broken) for each in unit.checks]
    monkeypatch.setattr(unit, "checks", hidden)
    text = page([row(climbing)], [])
    assert climbing.broken.seen.split()[0] not in text and broken.promise not in text
    words = Read(text).words
    assert HIDDEN in words and "an answer that adds the step" in words
    assert climbing.outcomes[0].check.promise in words


FOLDER = "Dan O'Brien_1005_assignsubmission_file_"
LESSON = f"{NOTHING} Hand in 01_x.ipynb from the folder exercises: this is the lesson of that name."


@pytest.mark.parametrize(
    "name, problem, told",
    [
        ("my work.pdf", NO_NOTEBOOK, "A .pdf file cannot be graded: hand in the notebook"),
        ("a.ipynb", f"It is {NO_CELLS}.", "damaged: save your notebook again in JupyterLab"),
        ("01_x.ipynb", LESSON, LESSON.removeprefix(NOTHING).strip()),
        ("b.ipynb", NOTHING, f"{NOTHING} Hand in the notebook (.ipynb) from the folder exercises."),
        ("a.zip", "It is a link.", "It is a link. Hand in the notebook (.ipynb) from the folder"),
    ],
)
def test_who_handed_in_what_cannot_be_used_reads_the_cure_first_and_once(name, problem, told):
    names = [name for lesson in lessons()[:3] for name in lesson.exercises]
    own = [row(name=each, state="unread") for each in names]
    file = File(f"{FOLDER}/{name}", "", [], problem)
    words = Read(student_page.page(own, total(own), [(file.name, problem)], [file])).words
    assert words.index(f"{name}: ") < words.index(told) < words.index(names[0])
    assert words.count(told) == words.count("could not be used") == 1
    assert "assignsubmission" not in words and all(words.count(each) == 1 for each in names)


def test_what_went_wrong_beside_it_is_told_under_the_name_that_the_student_gave(climbing):
    file = File("x/ada_LATE_7_1_a.ipynb", "", ["gd_step"], "")
    pdf = File("x/ada_LATE_7_2_b.pdf", "", [], NO_NOTEBOOK)
    problems = [(file.name, "Code cell 3 failed."), (pdf.name, NO_NOTEBOOK)]
    own = [row(climbing), row(name="regime", state="unread")]
    words = Read(student_page.page(own, total(own), problems, [file, pdf])).words
    assert "a.ipynbCode cell 3 failed." in words and NO_NOTEBOOK not in words
    assert "LATE" not in words and "b.pdf: A .pdf file" in words
    for others in ([], [row(name="regime", state="waiting")]):
        own = [row(climbing), *others]
        words = Read(student_page.page(own, total(own), problems, [file, pdf])).words
        assert f"b.pdf{NO_NOTEBOOK}" in words and "Hand in again" not in words


EVIL = "<script>alert(1)</script>\"'&lt;\u202eevil\x00\ud800 <img src=http://x.org onerror=x>"


def test_what_a_student_wrote_is_shown_and_never_becomes_part_of_the_page(climbing):
    own = row(climbing, student=EVIL, number=EVIL, message=EVIL)
    text = page([own], [(EVIL, EVIL)])
    plain = page([row(climbing)], [("a", "b")])
    tags = [tag for tag, _ in Read(text).tags]
    assert tags == [tag for tag, _ in Read(plain).tags] and "script" not in tags
    assert "<script>alert(1)</script>" in Read(text).words
    text.encode("utf-8")


@given(st.text())
def test_any_text_stays_text(text):
    empty, shown = (Read(page([row(student=name)])) for name in ("", text))
    assert shown.tags == empty.tags
    if text.isalnum():
        assert f"Feedback, lesson 00: {text}" in shown.words


def test_a_page_stands_alone_and_is_made_for_every_reader(climbing):
    read = Read(page([row(climbing)], []))
    tags = dict(read.tags)
    assert tags["html"]["lang"] == "en" and "viewport" in tags["meta"]["name"]
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in read.tags}
    assert all("://" not in str(attrs) for _, attrs in read.tags)
    policies = [attrs.get("content", "") for tag, attrs in read.tags if tag == "meta"]
    assert any(policy.startswith("default-src 'none'") for policy in policies)
    headings = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(headings, headings[1:], strict=False))


def test_of_several_files_it_says_which_answer_counts(class_of_two, tmp_path):
    book, settings = class_of_two
    for name in ("one", "two"):
        book.hand_in(name, [(Handed("ada", "", name, name.encode()), ["gd_step"])])
    write_all(Pages(book, settings, tmp_path))
    told = {who: (tmp_path / address(who, "")).read_text() for who in ("ada", "bob")}
    assert "in your 3 files, the best answer counts" in told["ada"]
    assert "best answer" not in told["bob"]


NAMES = ["ada", "Ada", "../ada", "ada/..", "a" * 300, "李小龍", "李小龙", "CON", "", ".", "%41da",
         'O\'Hara "Jo"', "=1+1", "ada\x00", "\ud800", "-ada-", "Zoë", "Zoe"]  # fmt: skip


def test_every_student_has_a_file_of_his_own_on_any_file_system():
    places = [address(name, number) for name in NAMES for number in ("", "1")]
    assert len({place.casefold() for place in places}) == 2 * len(NAMES)
    for place in places:
        assert re.fullmatch(r"feedback/[a-z0-9李小龍龙][a-z0-9-李小龍龙]{1,60}\.html", place)


@given(st.text(), st.text())
def test_a_file_s_name_is_letters_digits_and_dashes_that_any_file_system_takes(student, number):
    folder, _, name = address(student * 9, number * 9).partition("/")
    assert folder == "feedback" and len(name.encode()) <= 255
    assert unicodedata.is_normalized("NFC", name) and not re.search("[A-Z]", name)
    stem = name.removesuffix(".html")
    assert all(each == "-" or unicodedata.category(each)[0] in "LMN" for each in stem)


@pytest.mark.parametrize(
    "student, number, start",
    [
        ("Chen, Li", "1003", "1003-chen-li-"),
        ("Groß", "1006", "1006-gross-"),
        ("Carla Núñez", "", "carla-nunez-"),
        ("王小明", "7", "7-王小明-"),
        ("がく", "8", "8-がく-"),
        ("Андрей", "11", "11-андрей-"),
        ("राम शर्मा", "9", "9-राम-शर्मा-"),
    ],
)
def test_a_file_s_name_begins_with_the_number_and_then_the_name(student, number, start):
    assert re.fullmatch(f"feedback/{start}[0-9a-f]{{10}}.html", address(student, number))


@given(st.text(), st.text())
def test_no_two_students_share_a_file(one, other):
    assert (address(one, "") == address(other, "")) == (one == other)


@pytest.fixture
def class_of_two(tmp_path):
    """A gradebook of ada and bob, and the settings under which it is written out."""
    book, settings = Gradebook(tmp_path / "gradebook.sqlite"), batch.Settings(["gd_step"], 5)
    for student, points in (("ada", 1.0), ("bob", 0.0)):
        files = [(Handed(student, "", f"{student}.ipynb", student.encode()), ["gd_step"])]
        book.hand_in(student, files)
        regrade(book, settings, student, points)
    return book, settings


def regrade(book, settings, student, points):
    told = [("It moves.", "holds" if points else "broken")]
    grade = Grade("gd_step", points, 1, told, "" if points else "It rests.", "", "graded")
    book.enter(content(student.encode()), [grade], [], settings.versions)


def written(out):
    return {path.name: path.stat().st_ino for path in [*out.glob("*.*"), *out.glob("feedback/*")]}


def test_only_pages_whose_content_changed_are_written_again(class_of_two, tmp_path):
    book, settings = class_of_two
    write_all(Pages(book, settings, tmp_path))
    before = written(tmp_path)
    write_all(Pages(book, settings, tmp_path))
    assert written(tmp_path) == before
    regrade(book, settings, "bob", 1.0)
    write_all(Pages(book, settings, tmp_path))
    changed = {name for name, _ in before.items() ^ written(tmp_path).items()}
    assert changed == {address("bob", "")[9:], "grades.csv", "report.html"}


def test_the_summary_says_where_everything_is(class_of_two, tmp_path, capsys):
    write_all(Pages(*class_of_two, tmp_path))
    said = capsys.readouterr().out
    assert "2 students, 2 grades, seed 5" in said
    for place in ("grades.csv", "feedback", "report.html"):
        assert str(tmp_path / place) in said and (tmp_path / place).exists()


def test_the_teachers_own_file_is_never_changed_though_it_lies_there(
    class_of_two, tmp_path, capsys
):
    export = tmp_path / "out" / "canvas.csv"
    export.parent.mkdir()
    text = "Student,ID,Week 1 (77)\n    Points Possible,,10\nada,1,\nbob,2,9\ncy,3,8\n"
    export.write_text(text)
    write_all(Pages(*class_of_two, export.parent, fill=export, export=opened(export)))
    assert "bob keeps 9, though the grades say 0" in capsys.readouterr().out
    assert export.read_text() == text
    filled = export.with_name("filled-canvas.csv").read_text()
    assert filled == text.replace("ada,1,", "ada,1,10")


@pytest.mark.parametrize(
    "name, text, words",
    [
        ("grades.csv", "Student,ID,Week 1 (77)\nada,1,\n", "would be overwritten"),
        ("canvas.csv", "Student\nada\n", "is neither Canvas's"),
    ],
)
def test_an_export_that_cannot_be_filled_is_refused_before_the_long_work(
    tmp_path, name, text, words
):
    export = tmp_path / name
    export.write_text(text)
    with pytest.raises(BadInput, match=words):
        command.grade_class(Options(tmp_path, tmp_path, trust=True, fill=export))
    assert [path.name for path in tmp_path.iterdir()] == [name] and export.read_text() == text


def test_who_is_not_in_a_later_download_keeps_the_work_and_is_named(class_of_two, tmp_path, capsys):
    book, settings = class_of_two
    files = [(Handed("bob", "", "new.ipynb", b"new"), ["gd_step"])]
    book.hand_in("ada", files)
    write_all(Pages(book, settings, tmp_path))
    said = capsys.readouterr().out
    assert "counted all the same: ada.\n" in said and "could not be used" not in said
    assert "\nada," in (tmp_path / "grades.csv").read_text()
    assert len([*tmp_path.glob("feedback/*")]) == 2


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
def test_a_limit_that_is_none_is_refused_with_its_value(tmp_path, limit):
    with pytest.raises(BadInput, match=f"--timeout must be .* above 0, got {limit:g}"):
        command.grade_class(Options(tmp_path, tmp_path / "out", timeout=limit, trust=True))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_under_the_gradebook_is_one_sentence_and_what_is_there_stays(
    class_of_two, tmp_path, monkeypatch
):
    book, settings = class_of_two
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "cy.ipynb").write_bytes(notebook("#" * 10**5, RIGHT))

    def small(path):
        whole = Gradebook(path)
        (pages,) = whole.base.execute("pragma page_count").fetchone()
        whole.base.execute(f"pragma max_page_count = {pages}")
        return whole

    monkeypatch.setattr(command, "Gradebook", small)
    monkeypatch.setattr(batch, "work", lambda task: ([graded_at_length()], []))
    monkeypatch.setattr(batch, "processes", ThreadPoolExecutor)
    before = [*book.rows(settings.points, settings.versions)]
    with pytest.raises(BadInput, match="disk is full.*what was graded is kept"):
        command.grade_class(Options(tmp_path / "class", tmp_path, "00", 5, trust=True))
    rows = {row.student: row for row in book.rows(settings.points, settings.versions)}
    assert [rows[row.student] for row in before] == before


def graded_at_length():
    told = [("It moves.", "broken")]
    return Grade("gd_step", 0.0, 1, told, "It rests. " * 10**4, "", "graded")


@pytest.fixture
def graded_here(tmp_path, monkeypatch):
    """A class of one, whose grading is done as soon as it begins: what follows is looked at."""
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "cy.ipynb").write_bytes(notebook(RIGHT))
    monkeypatch.setattr(batch, "grade_all", lambda *_: None)

    def run(out=tmp_path / "out"):
        command.grade_class(Options(tmp_path / "class", out, "00", 5, trust=True))

    return run


@pytest.mark.parametrize("stage", ["note", "grade_all", "write"])
def test_stopped_at_any_stage_it_says_so_in_one_line_and_writes_what_is_known(
    graded_here, monkeypatch, tmp_path, capsys, stage
):
    def stopped(*_):
        raise KeyboardInterrupt

    if stage == "write":  # Only the first of them is stopped.
        turns = chain([stopped], repeat(grades_csv.write))
        monkeypatch.setattr(grades_csv, "write", lambda *given: next(turns)(*given))
    else:
        monkeypatch.setattr(batch, stage, stopped)
    with pytest.raises(SystemExit) as ended:
        graded_here()
    assert ended.value.code == 130 and (tmp_path / "out" / "report.html").exists()
    said = capsys.readouterr().out.splitlines()
    assert [line for line in said if "Stopped" in line] == [
        "Stopped. What is graded is kept: the same command goes on from here."
    ]


def test_a_full_disk_under_a_page_is_one_sentence_and_no_half_page(
    graded_here, monkeypatch, tmp_path
):
    def full(path, data):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(grades_csv, "write_whole", full)
    with pytest.raises(BadInput, match="feedback/cy-.*html cannot be used .No space.* is kept"):
        graded_here()
    assert list((tmp_path / "out").glob("feedback/*")) == []


def test_a_folder_that_is_a_file_is_refused_in_a_sentence(graded_here, tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(BadInput, match="out cannot be used .File exists"):
        graded_here()
    assert (tmp_path / "out").read_text() == "mine"
