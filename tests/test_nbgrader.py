"""A graded class in nbgrader: its own programs and pages show our points, and nothing twice."""

import csv
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from submitted import CLIMBS, RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.exercises import exercise
from lrcourse.grading import batch, nbgrader_course, nbgrader_grades
from lrcourse.grading.gradebook import Gradebook, content
from lrcourse.grading.grader import Grade

LESSON = "00_start_here"
SETTINGS = batch.Settings(["gd_step"], seed=1)
EVIL = "</pre><script>window.acted = 1</script>"
DATE = "2026-01-02 10:00:00.000000 UTC"
PROGRAMS = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
PATIENCE = 60_000

needs_nbgrader = pytest.mark.skipif(
    not any((Path(path) / "nbgrader" / "api.py").exists() for path in sys.path),
    reason='needs nbgrader, an extra: pip install -e ".[nbgrader]"',
)


class Class:
    """A class whose grades are known without running anything, and its course in nbgrader."""

    def __init__(self, folder):
        self.place, self.course = folder / "handed in", folder / "course"
        self.place.mkdir(), self.course.mkdir()
        self.book = Gradebook(folder / "gradebook.sqlite")

    def hand_in(self, student, data, share=None, state="graded"):
        path = self.place / student / f"{LESSON}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        batch.note(self.place, self.book)
        if share is not None:
            promises = [
                ("It moves.", "holds"),
                ("It descends.", "holds" if share == 1 else "broken"),
            ]
            told = ("", "") if share == 1 else ("gd_step(3) gave 4.", "adds the step")
            possible = exercise("gd_step").points
            grade = Grade("gd_step", share * possible, possible, promises, *told, state)
            self.book.enter(content(data), [grade], [], SETTINGS.versions)

    def enter(self):
        return nbgrader_grades.enter_class(self.place, self.book, SETTINGS, self.course)

    def submitted(self, student):
        folder = self.course / "submitted" / student / LESSON
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(self, *words):
        ask = [sys.executable, "-m", "nbgrader", *words]
        ran = subprocess.run(ask, cwd=self.course, env=PROGRAMS, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran

    def exported(self):
        self.run("export")
        with (self.course / "grades.csv").open() as file:
            return {line["student_id"]: line for line in csv.DictReader(file)}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook of nbgrader's without a student: making one takes it seconds."""
    course = tmp_path_factory.mktemp("course")
    nbgrader_course.check(course)
    return course / "gradebook.db"


@pytest.fixture
def group(tmp_path, empty):
    group = Class(tmp_path)
    shutil.copy(empty, group.course)
    group.hand_in("ada", notebook(RIGHT), 1)
    group.hand_in("bob", notebook(CLIMBS, f"note = '''{EVIL}'''"), 0.5)
    group.hand_in("dan", b"no notebook")
    group.hand_in("eve", notebook(RIGHT, "import os"), 0, "failed")
    return group


@pytest.fixture
def theirs(group):
    """Open nbgrader's gradebook, as often as a test asks."""
    from nbgrader.api import Gradebook as Theirs

    opened = []

    def open_it():
        opened.append(Theirs(f"sqlite:///{group.course / 'gradebook.db'}"))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def grade_of(book, student):
    return book.find_grade("gd-step-check", LESSON, LESSON, student)


def comment_of(book, student):
    return book.find_comment("gd-step", LESSON, LESSON, student)


def test_without_nbgrader_one_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbgrader", None)
    with pytest.raises(BadInput, match=r"install it with .*lrcourse\[nbgrader\]"):
        nbgrader_course.check(tmp_path)


@needs_nbgrader
def test_its_export_has_our_points(group):
    group.enter()
    scores = {student: float(line["score"]) for student, line in group.exported().items()}
    assert scores == {"ada": 1.0, "bob": 0.5, "dan": 0.0, "eve": 0.0}


@needs_nbgrader
def test_what_could_not_be_graded_asks_for_a_score_by_hand(group, theirs):
    told = group.enter()
    assert told.by_hand == [f"dan, {LESSON}", f"eve, {LESSON}"]
    for student in ("dan", "eve"):
        grade = grade_of(theirs(), student)
        assert grade.auto_score is None and grade.needs_manual_grade


@needs_nbgrader
def test_its_feedback_has_score_comment_and_message_and_runs_nothing(group):
    group.enter()
    group.run("generate_feedback", LESSON)
    page = (group.course / "feedback" / "bob" / LESSON / f"{LESSON}.html").read_text("utf-8")
    for words in ("(Score: 0.5 / 1.0)", "1 of 2 promises hold", "gave 4.", "adds the step"):
        assert words in page
    assert EVIL not in page


@needs_nbgrader
def test_twice_comes_to_the_same(group, theirs):
    from nbgrader import api

    kinds = (api.Student, api.Assignment, api.Notebook, api.SubmittedAssignment, api.Grade)

    def state():
        counts = [theirs().db.query(kind).count() for kind in (*kinds, api.Comment)]
        files = sorted(group.course.rglob("*.ipynb"))
        return counts, [(path, path.read_bytes()) for path in files]

    group.enter()
    before = state()
    group.enter()
    assert state() == before and before[0] == [4, 1, 1, 4, 4, 4]


@needs_nbgrader
def test_a_score_and_a_comment_by_hand_stay(group, theirs):
    group.enter()
    book = theirs()
    grade, comment = grade_of(book, "bob"), comment_of(book, "bob")
    grade.manual_score, grade.extra_credit, comment.manual_comment = 0.75, 0.1, "See me."
    book.db.commit()
    assert group.enter().by_hand == [f"dan, {LESSON}", f"eve, {LESSON}"]
    grade = grade_of(theirs(), "bob")
    assert (grade.auto_score, grade.score) == (0.5, 0.85) and not grade.needs_manual_grade
    assert comment_of(theirs(), "bob").comment == "See me."


@needs_nbgrader
def test_another_answer_asks_to_look_again_at_a_score_by_hand(group, theirs):
    group.enter()
    book = theirs()
    grade_of(book, "bob").manual_score = 0.75
    book.db.commit()
    group.hand_in("bob", notebook(RIGHT, "again = True"), 1)
    assert f"bob, {LESSON}" in group.enter().by_hand
    assert (grade_of(theirs(), "bob").auto_score, grade_of(theirs(), "bob").score) == (1.0, 0.75)


@needs_nbgrader
def test_a_grade_that_was_open_is_settled_when_the_file_can_be_read(group, theirs):
    group.enter()
    group.hand_in("dan", notebook(RIGHT, "now = True"), 1)
    assert group.enter().by_hand == [f"eve, {LESSON}"]
    assert not grade_of(theirs(), "dan").needs_manual_grade


@needs_nbgrader
@pytest.mark.parametrize("when", [None, DATE, "2026-01-02 10:00:00 +0200"])
def test_its_pages_take_a_submission_for_graded_whatever_its_timestamp(group, when):
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    if when:
        (group.submitted("ada") / "timestamp.txt").write_text(when)
    group.enter()
    api = NbGraderAPI(coursedir=CourseDirectory(root=str(group.course)))
    ada = next(each for each in api.get_submissions(LESSON) if each["student"] == "ada")
    assert (ada["autograded"], ada["score"]) == (True, 1.0)
    assert bool(ada["timestamp"]) == bool(when)


@needs_nbgrader
def test_a_timestamp_that_is_none_is_told_and_stops_nobody(group):
    (group.submitted("ada") / "timestamp.txt").write_text("yesterday, I think")
    told = group.enter()
    assert told.submissions == 4 and "timestamp.txt holds no time" in told.problems[0]


@needs_nbgrader
def test_the_rule_for_late_submissions_is_the_course_s_own(group, theirs):
    config = 'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (group.course / "nbgrader_config.py").write_text(config)
    (group.submitted("ada") / "timestamp.txt").write_text(DATE)
    theirs().update_or_create_assignment("other")
    group.enter()
    theirs().update_or_create_assignment(LESSON, duedate="2026-01-01")
    group.enter()
    line = group.exported()["ada"]
    assert [float(line[k]) for k in ("raw_score", "late_submission_penalty")] == [1.0, 1.0]


@needs_nbgrader
def test_an_assignment_that_the_teacher_made_keeps_its_name_and_points(group, theirs):
    book = theirs()
    book.add_assignment("ps1")
    book.add_notebook(LESSON, "ps1")
    book.add_grade_cell("gd_step-check", LESSON, "ps1", max_score=10, cell_type="code")
    book.add_solution_cell("gd_step", LESSON, "ps1")
    group.enter()
    line = group.exported()["bob"]
    assert (line["assignment"], line["score"], line["max_score"]) == ("ps1", "5.0", "10.0")


@needs_nbgrader
def test_an_assignment_without_a_cell_for_an_exercise_is_refused(group, theirs):
    book = theirs()
    book.add_assignment("ps1")
    book.add_notebook(LESSON, "ps1")
    with pytest.raises(BadInput, match="ps1 has no cells gd-step and gd-step-check"):
        group.enter()


@needs_nbgrader
def test_nbgrader_takes_the_assignment_that_we_made_for_its_own(group):
    group.enter()
    group.run("generate_assignment", LESSON)
    assert group.exported()["ada"]["score"] == "1.0"


@needs_nbgrader
def test_every_check_reads_as_its_score_to_nbgrader_itself(group):
    from nbgrader import nbgraderformat, utils

    group.enter()
    for student, score in (("ada", 1.0), ("bob", 0.5)):
        path = group.course / "autograded" / student / LESSON / f"{LESSON}.ipynb"
        made = nbgraderformat.read(str(path), as_version=nbformat.current_nbformat)
        (check,) = [cell for cell in made.cells if utils.is_grade(cell)]
        assert utils.determine_grade(check) == (score, 1.0)


@needs_nbgrader
def test_a_settings_file_where_we_happen_to_be_is_not_run(group, tmp_path, monkeypatch):
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    for name in ("nbgrader_config.py", "jupyter_config.py", "alembic.py"):
        (downloads / name).write_text("raise SystemExit('a student ran this')")
    monkeypatch.chdir(downloads)
    path = list(sys.path)
    group.enter()
    assert sys.path == path


@needs_nbgrader
def test_alembic_need_not_be_on_the_path(group, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    (group.course / "gradebook.db").unlink()
    group.enter()
    assert os.environ["PATH"] == "/usr/bin"


@needs_nbgrader
def test_a_gradebook_that_is_none_is_said_in_one_sentence(group):
    (group.course / "gradebook.db").write_text("no database, but long enough to be read as one")
    with pytest.raises(BadInput, match="gradebook .*gradebook.db cannot be used"):
        nbgrader_course.check(group.course)


@needs_nbgrader
def test_no_name_leads_out_of_the_course_and_no_two_are_one(group):
    for name in ("..", "a+b", "a?b", "ada-1"):
        group.hand_in(f"x{name}", notebook(RIGHT), 1)
    found = {nbgrader_course.student_id(*each) for each in (
        ("..", ""), ("../ada", ""), ("a/b", ""), ("a_b", ""), ("ada", "1"), ("ada-1", ""), ("", ""),
    )}  # fmt: skip
    assert len(found) == 7 and not any("/" in each or each.startswith(".") for each in found)
    assert group.enter().submissions == 8
    assert len(list((group.course / "autograded").iterdir())) == 8


@pytest.fixture
def formgrader(group, tmp_path):
    """The address of nbgrader's pages for the class, in a server that ends with the test."""
    group.enter()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    places = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    process = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
         f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
         f"--ServerApp.root_dir={group.course}"],
        cwd=group.course, env=PROGRAMS | places, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said, ready = [], threading.Event()

    def listen():
        for line in process.stderr:
            said.append(line)
            if "is running at" in line:
                ready.set()
        ready.set()

    threading.Thread(target=listen, daemon=True).start()
    assert ready.wait(PATIENCE / 1000) and process.poll() is None, "".join(said)
    yield f"http://127.0.0.1:{port}/formgrader"
    process.terminate()
    process.wait()


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright
    from test_browser import CHROMIUM

    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.route(lambda url: "//127.0.0.1" not in url, lambda route: route.abort())
        yield page
        browser.close()


def rows_of(page, address, waits_for):
    page.goto(address)
    page.wait_for_function(
        "text => document.querySelector('tbody')?.innerText.includes(text)", arg=waits_for
    )
    return [line.split("\t") for line in page.locator("tbody").inner_text().split("\n")]


def open_submission(page, formgrader, student):
    rows_of(page, f"{formgrader}/gradebook/{LESSON}/{LESSON}", "Submission #4")
    ask = "async url => (await (await fetch(url)).json())"
    found = page.evaluate(ask, f"{formgrader}/api/submitted_notebooks/{LESSON}/{LESSON}")
    (id,) = [each["id"] for each in found if each["student"] == student]
    page.goto(f"{formgrader}/submissions/{id}/")
    page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments.loaded")


@needs_nbgrader
def test_the_formgrader_s_pages_show_our_points(page, formgrader):
    (assignment,) = filter(any, rows_of(page, f"{formgrader}/manage_assignments", LESSON))
    assert "4" in assignment
    submissions = rows_of(page, f"{formgrader}/manage_submissions/{LESSON}", "ada")
    shown = {line[1]: line[3:5] for line in submissions if len(line) > 4}
    assert shown["ada"] == ["graded", "1 / 1"] and shown["bob"] == ["graded", "0.5 / 1"]
    assert shown["dan"][0] == shown["eve"][0] == "needs manual grading"
    students = rows_of(page, f"{formgrader}/manage_students", "ada")
    assert {line[1]: line[3] for line in students if len(line) > 3}["bob"] == "0.5 / 1"


@needs_nbgrader
def test_a_submission_s_page_has_score_comment_and_message_and_runs_nothing(page, formgrader):
    open_submission(page, formgrader, "bob")
    assert page.locator("#gd-step-check").get_attribute("placeholder") == "0.5"
    assert "1 of 2 promises" in page.locator("#gd-step-comment").get_attribute("placeholder")
    assert "gave 4." in page.locator(".output_area").first.inner_text()
    assert EVIL in page.locator("#notebook").first.inner_text()
    assert page.evaluate("window.acted") is None


@needs_nbgrader
def test_a_score_typed_into_the_page_outlives_another_run(page, formgrader, group, theirs):
    open_submission(page, formgrader, "bob")
    with page.expect_response(lambda answer: "/api/grade/" in answer.url):
        page.locator("#gd-step-check").fill("0.9")
        page.locator("#gd-step-check").blur()
    group.enter()
    assert grade_of(theirs(), "bob").score == 0.9
    page.reload()
    page.wait_for_function("document.querySelector('#gd-step-check')?.value === '0.9'")
