"""A graded class in nbgrader: its own programs and pages show our points, and nothing twice."""

import csv
import itertools
import json
import os
import re
import shutil
import signal
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from browser import CHROMIUM, PATIENCE, lab
from submitted import CLIMBS, RIGHT, notebook

from lrcourse.base import BadInput
from lrcourse.classroom import command
from lrcourse.classroom.grading import batch
from lrcourse.classroom.grading.gradebook import Gradebook
from lrcourse.classroom.grading.grader import Grade
from lrcourse.classroom.grading.versions import content
from lrcourse.classroom.handout import release
from lrcourse.classroom.pages import grades_csv
from lrcourse.classroom.platforms.nbgrader import course, grades, student_ids
from lrcourse.classroom.platforms.nbgrader.marks import marks
from lrcourse.exercises import exercise, lessons

LESSON = "00_start_here"
SETTINGS = batch.Settings(["gd_step"], seed=1)
KINDS = (
    "Student",
    "Assignment",
    "Notebook",
    "SourceCell",
    "SubmittedAssignment",
    "Grade",
    "Comment",
)
LATE = """
from nbgrader.plugins import BasePlugin


class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2
"""
EXPLAIN = marks("why", solution=True, points=2)
"""Marks of a question that a teacher added, to be graded by hand."""
EVIL = "</pre><script>window.acted = 1</script>"
DATE = "2026-01-02 10:00:00.000000 UTC"
PROGRAMS = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

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

    def withdraw(self, student):
        shutil.rmtree(self.place / student)

    def enter(self):
        return grades.enter_class(self.book, SETTINGS, self.course)

    def submitted(self, student):
        folder = self.course / "submitted" / student / LESSON
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def run(self, *words):
        """Run nbgrader's program in a fork of this process, to which importing it is no news."""
        from nbgrader.apps.nbgraderapp import NbGraderApp

        said = self.course.with_name("said.txt")

        def program():
            sys.stderr = said.open("w", buffering=1)
            os.chdir(self.course)
            os.environ.update(PROGRAMS)
            NbGraderApp.launch_instance(list(words))

        assert forked(program) == 0, said.read_text("utf-8")

    def exported(self, *words):
        self.run("export", *words)
        with (self.course / "grades.csv").open() as file:
            return {line["student_id"]: line for line in csv.DictReader(file)}


def forked(act):
    """Do something in a fork of this process, which ends there; return how it ended."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        act()
        code = 0
    except SystemExit as end:
        code = int(bool(end.code))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook of nbgrader's without a student: making one takes it seconds."""
    folder = tmp_path_factory.mktemp("course")
    course.check(folder)
    return folder / "gradebook.db"


@pytest.fixture
def group(tmp_path, empty):
    return class_of_four(tmp_path, empty)


def class_of_four(folder, empty):
    group = Class(folder)
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
    with pytest.raises(BadInput, match=r"install -e .*\[nbgrader\].* in the clone"):
        course.check(tmp_path)


@needs_nbgrader
def test_its_export_has_our_points(group):
    group.enter()
    scores = {student: float(line["score"]) for student, line in group.exported().items()}
    assert scores == {"ada": 1.0, "bob": 0.5, "dan": 0.0, "eve": 0.0}


@needs_nbgrader
def test_our_export_has_nothing_where_a_score_is_open_until_it_is_given(group, theirs):
    group.enter()
    words = grades.EXPORT.split()[2:]
    lines = group.exported(*words)
    scores = {student: line["score"] for student, line in lines.items()}
    assert scores == {"ada": "1.0", "bob": "0.5", "dan": "", "eve": ""}
    assert lines["dan"]["raw_score"] == "" and lines["dan"]["max_score"] == "1.0"
    book = theirs()
    grade_of(book, "dan").manual_score = 0.25
    book.db.commit()
    scores = {s: line["score"] for s, line in group.exported(*words, "--student=['dan']").items()}
    assert scores == {"dan": "0.25"}


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
def test_twice_comes_to_the_same(group):
    group.enter()
    before = state_of(group)
    group.enter()
    assert state_of(group) == before and before[0] == [4, 1, 1, 3, 4, 4, 4]


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
def test_a_rule_for_late_submissions_that_the_course_wrote_itself_is_found(group, theirs):
    config = 'c = get_config()\nc.AssignLatePenalties.plugin_class = "late_here.Half"\n'
    (group.course / "nbgrader_config.py").write_text(config)
    (group.course / "late_here.py").write_text(LATE)
    (group.submitted("ada") / "timestamp.txt").write_text(DATE)
    theirs().update_or_create_assignment(LESSON, duedate="2026-01-01")
    path = list(sys.path)
    assert not group.enter().problems and sys.path == path
    assert group.exported()["ada"]["late_submission_penalty"] == "0.5"


@needs_nbgrader
def test_a_rule_for_late_submissions_that_fails_is_told_once_and_stops_nobody(group, theirs):
    config = 'c = get_config()\nc.AssignLatePenalties.plugin_class = "lost_here.Half"\n'
    (group.course / "nbgrader_config.py").write_text(config)
    theirs().update_or_create_assignment(LESSON, duedate="2026-01-01")
    told = group.enter()
    assert told.submissions == 4 and len(told.problems) == 1
    assert re.search("rule for late submissions failed.*lost_here", told.problems[0])


@needs_nbgrader
def test_a_student_whom_nbgrader_knows_in_another_case_gets_the_score(group, theirs):
    book = theirs()
    book.add_student("Ada")
    book.add_student("Bob"), book.add_student("BOB")
    told = group.enter()
    assert grade_of(theirs(), "Ada").score == 1
    assert {each.id for each in theirs().students} == {"Ada", "Bob", "BOB", "bob", "dan", "eve"}
    assert told.problems == ["bob was graded; nbgrader has BOB, Bob too: is that the same person?"]


@needs_nbgrader
def test_two_students_who_differ_in_case_alone_stay_two(group, theirs):
    theirs().add_student("Ada")
    group.hand_in("Ada", notebook(CLIMBS), 0.5)
    assert not group.enter().problems
    assert [grade_of(theirs(), each).score for each in ("ada", "Ada")] == [1, 0.5]


@needs_nbgrader
def test_a_file_that_a_later_download_leaves_out_keeps_its_page_and_its_score(group, theirs):
    group.enter()
    book = theirs()
    grade_of(book, "bob").manual_score = 0.75
    book.db.commit()
    page = group.course / "autograded" / "bob" / LESSON / f"{LESSON}.ipynb"
    before = page.read_bytes()
    group.withdraw("bob")
    batch.note(group.place, group.book)
    assert f"bob, {LESSON}" not in group.enter().by_hand
    assert page.read_bytes() == before and grade_of(theirs(), "bob").score == 0.75


@needs_nbgrader
def test_the_command_names_whose_score_is_open(group, capsys):
    command.enter_nbgrader(group.book, SETTINGS, group.course)
    said = capsys.readouterr().out
    assert "2 of them ask for a score by hand" in said and grades.EXPORT in said
    assert f"dan, {LESSON}\neve, {LESSON}\n" in said


@needs_nbgrader
def test_a_newer_file_takes_the_place_of_the_one_before(group, theirs):
    group.enter()
    (group.submitted("bob") / "timestamp.txt").write_text(DATE)
    group.hand_in("bob", notebook(RIGHT, "newer = True"), 1)
    assert f"bob, {LESSON}" not in group.enter().by_hand
    page = group.course / "autograded" / "bob" / LESSON / f"{LESSON}.ipynb"
    assert "newer = True" in page.read_text("utf-8") and "w + lr" not in page.read_text("utf-8")
    assert grade_of(theirs(), "bob").score == 1


@needs_nbgrader
def test_points_that_the_teacher_changes_later_count_from_the_next_run_on(group):
    group.enter()
    source = group.course / "source" / LESSON / f"{LESSON}.ipynb"
    source.write_text(source.read_text("utf-8").replace('"points": 1', '"points": 4'))
    group.run("generate_assignment", LESSON, "--force")
    group.enter()
    line = group.exported()["bob"]
    assert (line["score"], line["max_score"]) == ("2.0", "4.0")


@needs_nbgrader
def test_a_course_that_was_released_may_be_moved_and_its_assignments_have_spaces(group, theirs):
    files = release.course([each for each in lessons() if each.stem == LESSON])
    for name, data in files.items():
        path = group.course / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for step in ("source", "release"):
        os.rename(group.course / step / LESSON, group.course / step / "week 1")
    group.run("generate_assignment", "week 1", "--force")
    group.enter()
    group.course = group.course.rename(group.course.with_name("another place"))
    assert group.enter().by_hand == ["dan, week 1", "eve, week 1"]
    group.run("generate_feedback", "week 1")
    assert (group.course / "feedback" / "bob" / "week 1" / f"{LESSON}.html").exists()
    lines = group.exported()
    assert (lines["bob"]["assignment"], lines["dan"]["score"]) == ("week 1", "")


def with_cells_of_the_teacher(group):
    """Add to the lesson, as a teacher would in nbgrader, a question to be graded by hand and an
    answer with a test; ada answers them, the others have our cells alone."""
    files = release.course([each for each in lessons() if each.stem == LESSON])
    source = group.course / "source" / LESSON / f"{LESSON}.ipynb"
    made = nbformat.reads(files[f"source/{LESSON}/{LESSON}.ipynb"].decode(), as_version=4)
    made.cells += [
        nbformat.v4.new_markdown_cell("Why?", metadata={"nbgrader": EXPLAIN}),
        nbformat.v4.new_code_cell("mine = 0", metadata={"nbgrader": marks("mine", solution=True)}),
        nbformat.v4.new_code_cell("assert mine", metadata={"nbgrader": marks("test", points=1)}),
    ]
    grades_csv.write(source, nbformat.writes(made))
    group.hand_in("ada", answered("Because."), 1)


def answered(explanation):
    """A notebook that answers ours, and the teacher's own cells."""
    made = json.loads(notebook(RIGHT, explanation, "mine = 1"))
    for cell, name in zip(made["cells"][1:], ("why", "mine"), strict=True):
        cell["metadata"] = {"nbgrader": marks(name, solution=True)}
    made["cells"][1]["cell_type"] = "markdown"
    return json.dumps(made).encode()


def cells_of(book, student):
    own = book.find_submission_notebook(LESSON, LESSON, student)
    return {grade.name: grade for grade in own.grades}


@needs_nbgrader
def test_cells_of_the_teacher_s_own_ask_for_a_score_by_hand_which_stays(group, theirs):
    with_cells_of_the_teacher(group)
    group.run("generate_assignment", LESSON)
    told = group.enter()
    assert f"ada, {LESSON}" not in told.by_hand and len(told.others) == 4
    book = theirs()
    for student in ("ada", "bob"):
        for name, score in (("why", 1.5), ("test", 1.0)):
            cells_of(book, student)[name].manual_score = score
            cells_of(book, student)[name].needs_manual_grade = False
    book.find_comment("why", LESSON, LESSON, "ada").manual_comment = "Well said."
    book.db.commit()
    assert group.enter().others == [f"dan, {LESSON}", f"eve, {LESSON}"]
    scores = {student: line["score"] for student, line in group.exported().items()}
    assert (scores["ada"], scores["bob"]) == ("3.5", "3.0")
    assert theirs().find_comment("why", LESSON, LESSON, "ada").comment == "Well said."
    group.hand_in("ada", answered("Because it is so."), 1)
    assert f"ada, {LESSON}" in group.enter().others
    again = cells_of(theirs(), "ada")["why"]
    assert again.needs_manual_grade and again.score == 1.5


@needs_nbgrader
def test_nbgrader_shows_what_a_student_wrote_into_cells_of_the_teacher_s_own(group, capsys):
    with_cells_of_the_teacher(group)
    command.enter_nbgrader(group.book, SETTINGS, group.course)
    assert "4 have cells of your own that ask for a score by hand" in capsys.readouterr().out
    group.run("generate_feedback", LESSON)
    page = (group.course / "feedback" / "ada" / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "(Score: 1.0 / 4.0)" in page and "Nothing was handed in" not in page
    assert re.search(r"Score: 0\.0 / 2\.0.*# Because\..*Score: 0\.0 / 1\.0", page, re.S)


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
        course.check(group.course)


@needs_nbgrader
def test_no_name_leads_out_of_the_course_and_no_two_are_one(group):
    for name in ("..", "a+b", "a?b", "ada-1"):
        group.hand_in(f"x{name}", notebook(RIGHT), 1)
    found = {student_ids.student_id(*each) for each in (
        ("..", ""), ("../ada", ""), ("a/b", ""), ("a_b", ""), ("ada", "1"), ("ada-1", ""), ("", ""),
    )}  # fmt: skip
    assert len(found) == 7 and not any("/" in each or each.startswith(".") for each in found)
    assert group.enter().submissions == 8
    assert len(list((group.course / "autograded").iterdir())) == 8


def killed(group, step):
    """Kill a run of the class at its nth change, before or after it: a file that is written, or a
    transaction of nbgrader's. False where it came to its end before that."""
    return os.WIFSIGNALED(forked(lambda: run_until(group, step)))


def run_until(group, step):
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session

    changes = itertools.count(1)

    def change(*_):
        if next(changes) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(path, text):
        change()
        grades_csv.write(path, text)
        change()

    event.listen(Engine, "commit", change)
    event.listen(Session, "after_commit", change)
    course.write = grades.write = write
    group.book = Gradebook(group.place.with_name("gradebook.sqlite"))
    group.enter()


def state_of(group):
    """All that nbgrader has of the class, whatever order it came in: how many there are of each
    kind, every score, comment and penalty, every file."""
    from nbgrader import api

    with api.Gradebook(f"sqlite:///{group.course / 'gradebook.db'}") as book:
        counts = [book.db.query(getattr(api, kind)).count() for kind in KINDS]
        told = [each.to_dict() for kind in KINDS[-3:] for each in book.db.query(getattr(api, kind))]
        told += [{each.id: each.max_score} for each in book.db.query(api.Student)]
        told += [
            {each.student.id: each.late_submission_penalty}
            for each in book.db.query(api.SubmittedNotebook)
        ]
    known = [str(sorted((k, v) for k, v in each.items() if k != "id")) for each in told]
    files = [path for path in group.course.rglob("[!.]*") if path.suffix in (".ipynb", ".txt")]
    return counts, sorted(known), {path: path.read_bytes() for path in files}


def changes_that_were_survived(group):
    """Kill a run at each of its changes, and run again: it comes to what one run comes to. Return
    how many changes there are."""
    before = shutil.copytree(group.course, group.course.with_name("before"))
    group.enter()
    wanted = state_of(group)
    for step in itertools.count(1):
        shutil.rmtree(group.course)
        shutil.copytree(before, group.course)
        if not killed(group, step):
            return step - 1
        group.enter()
        assert state_of(group) == wanted, f"killed at change {step}"


@needs_nbgrader
def test_a_first_run_may_be_killed_at_any_change_and_run_again(group):
    with_cells_of_the_teacher(group)
    assert changes_that_were_survived(group) > 50


@needs_nbgrader
def test_a_later_run_may_be_killed_at_any_change_and_scores_by_hand_stay(group, theirs):
    config = 'c = get_config()\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
    (group.course / "nbgrader_config.py").write_text(config)
    group.enter()
    book = theirs()
    grade_of(book, "bob").manual_score = 0.75
    book.update_or_create_assignment(LESSON, duedate="2026-01-01")
    book.close()
    (group.submitted("ada") / "timestamp.txt").write_text(DATE)
    group.hand_in("bob", notebook(CLIMBS, "another = True"), 0.5)
    group.hand_in("dan", notebook(RIGHT, "now = True"), 1)
    assert changes_that_were_survived(group) > 30
    bob = grade_of(theirs(), "bob")
    assert (bob.auto_score, bob.score, bob.needs_manual_grade) == (0.5, 0.75, True)
    assert group.exported()["ada"]["score"] == "0.0" and grade_of(theirs(), "dan").score == 1


@needs_nbgrader
@pytest.mark.parametrize("step", [1, 2])
def test_a_gradebook_that_is_being_made_is_made_whole_or_not_at_all(group, step):
    (group.course / "gradebook.db").unlink()
    assert killed(group, step)
    group.enter()
    group.run("db", "upgrade")


@contextmanager
def serving(group, folder):
    """The address of nbgrader's pages for the class, in a server that ends with the block."""
    group.enter()
    with lab(group.course, folder, PROGRAMS) as address:
        yield f"{address}/formgrader"


@pytest.fixture(scope="module")
def pages_to_read(tmp_path_factory, empty):
    """The pages of a class that no test changes: starting their server takes seconds."""
    folder = tmp_path_factory.mktemp("read")
    with serving(class_of_four(folder, empty), folder) as address:
        yield address


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

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
def test_the_formgrader_s_pages_show_our_points(page, pages_to_read):
    (assignment,) = filter(any, rows_of(page, f"{pages_to_read}/manage_assignments", LESSON))
    assert "4" in assignment
    submissions = rows_of(page, f"{pages_to_read}/manage_submissions/{LESSON}", "ada")
    shown = {line[1]: line[3:5] for line in submissions if len(line) > 4}
    assert shown["ada"] == ["graded", "1 / 1"] and shown["bob"] == ["graded", "0.5 / 1"]
    assert shown["dan"][0] == shown["eve"][0] == "needs manual grading"
    students = rows_of(page, f"{pages_to_read}/manage_students", "ada")
    assert {line[1]: line[3] for line in students if len(line) > 3}["bob"] == "0.5 / 1"


@needs_nbgrader
def test_a_submission_s_page_has_score_comment_and_message_and_runs_nothing(page, pages_to_read):
    open_submission(page, pages_to_read, "bob")
    assert page.locator("#gd-step-check").get_attribute("placeholder") == "0.5"
    assert "1 of 2 promises" in page.locator("#gd-step-comment").get_attribute("placeholder")
    assert "gave 4." in page.locator(".output_area").first.inner_text()
    assert EVIL in page.locator("#notebook").first.inner_text()
    assert page.evaluate("window.acted") is None


@needs_nbgrader
def test_a_score_typed_into_the_page_outlives_another_run(page, tmp_path, group, theirs):
    with serving(group, tmp_path) as address:
        open_submission(page, address, "bob")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url):
            page.locator("#gd-step-check").fill("0.9")
            page.locator("#gd-step-check").blur()
        group.enter()
        assert grade_of(theirs(), "bob").score == 0.9
        page.reload()
        page.wait_for_function("document.querySelector('#gd-step-check')?.value === '0.9'")
