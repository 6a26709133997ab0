"""One table for every platform: whose a file is, its own table filled in, its feedback's names."""

import csv
import io
import zipfile
from typing import NamedTuple

import pytest
from submitted import RIGHT, notebook, packed

from lrcourse.base import BadInput
from lrcourse.classroom.grading.submissions import handed_in
from lrcourse.classroom.pages.grades_csv import Total
from lrcourse.classroom.platforms.export import known, opened, roster
from lrcourse.classroom.platforms.feedback import write_zips
from lrcourse.classroom.platforms.filling import filled
from lrcourse.classroom.platforms.known import PLATFORMS
from lrcourse.classroom.platforms.platform import Page

ANSWER = notebook(RIGHT)


class Case(NamedTuple):
    """A download and a table of one platform, and what they come to."""

    platform: str
    files: dict[str, tuple[str, str]]
    """Each file's name with the student and the number that it is from."""
    table: str
    column: str = ""
    filled: dict[str, str] = {}  # noqa: RUF012
    """What is written over what, cell by cell in their lines; full points are 10, half are 5."""
    feedback: set[str] = frozenset()
    kind: bytes = ANSWER


CASES = {
    "canvas": Case(
        "canvas",
        {
            "lovelaceada_4711_990011_00_start_here.ipynb": ("lovelaceada", "4711"),
            "lovelaceada_LATE_4711_990012_00_start_here-1.ipynb": ("lovelaceada", "4711"),
            "babbagecharles_4712_990013_00_start_here.ipynb": ("babbagecharles", "4712"),
        },
        "Student,ID,SIS User ID,SIS Login ID,Section,Week 1 (77),Quiz (78)\n"
        "    Points Possible,,,,,10,5\n"
        '"Lovelace, Ada",4711,s1,ada,A,,3\n"Babbage, Charles",4712,s2,cb,A,,4\n',
        "Week 1 (77)",
        {"ada,A,,3": "ada,A,10,3", "cb,A,,4": "cb,A,10,4"},
        {
            "lovelaceada_LATE_4711_990012_00_start_here-1.ipynb",
            "babbagecharles_4712_990013_00_start_here.ipynb",
        },
    ),
    "canvas, names in two columns, semicolons, commas in names": Case(
        "canvas",
        {"lovelaceada_4711_990011_a.ipynb": ("lovelaceada", "4711")},
        "LastName;FirstName;ID;Section;Week 1, Monday, lab (77);Week 2, Tuesday, lab (78)\n"
        "    Points Possible;;;;10;10\nLovelace;Ada;4711;A;;\n",
        "Week 1, Monday, lab",
        {"4711;A;;": "4711;A;10;"},
        {"lovelaceada_4711_990011_a.ipynb"},
    ),
    "canvas, names with underscores": Case(
        "canvas",
        {
            "team_2_555_9001_00_start_here.ipynb": ("team_2", "555"),
            "van_dykanna_556_9002_00_start_here.ipynb": ("van_dykanna", "556"),
            "eve_557_9003_2_9004_x.ipynb": ("eve", "557"),
        },
        "Student,ID,Week 1 (77)\n    Points Possible,,10\n"
        '"2, Team_",555,\n"Van_Dyk, Anna",556,\n"Eve",557,\n"Real, Person",2,\n',
        "",
        {"555,": "555,10", "556,": "556,10", "557,": "557,10"},
        {
            "team_2_555_9001_00_start_here.ipynb",
            "van_dykanna_556_9002_00_start_here.ipynb",
            "eve_557_9003_2_9004_x.ipynb",
        },
    ),
    "canvas, anonymous": Case(
        "canvas",
        {
            "anon_Xk3pQ_991_00_start_here.ipynb": ("Xk3pQ", ""),
            "anon_Xk3pQ_992_01_one_step_downhill.ipynb": ("Xk3pQ", ""),
            "LATE_anon_z9LmN_993_00_start_here.ipynb": ("z9LmN", ""),
        },
        "Student,ID,Week 1 (77)\n    Points Possible,,10\nada,1,\n",
        feedback={
            "anon_Xk3pQ_992_01_one_step_downhill.ipynb",
            "LATE_anon_z9LmN_993_00_start_here.ipynb",
        },
    ),
    "canvas, no notebooks": Case(
        "canvas",
        {
            "bergcy_13_803_answers.pdf": ("bergcy", "13"),
            "bergib_19_text.html": ("bergib", "19"),
            "bergjo_LATE_20_link.html": ("bergjo", "20"),
            "bergmo_23_811_work.zip": ("bergmo", "23"),
        },
        "Student,ID,Week 1 (77)\n    Points Possible,,10\nBerg,13,\n",
        filled={"13,": "13,10"},
        feedback={
            "bergcy_13_803_answers.pdf.html",
            "bergib_19_text.html",
            "bergjo_LATE_20_link.html",
            "bergmo_23_811_work.zip.html",
        },
        kind=b"<a href='https://colab.example/x'>x</a>",
    ),
    "moodle": Case(
        "moodle",
        {
            "Ada Lovelace_123_assignsubmission_file_/a.ipynb": ("Ada Lovelace", "123"),
            "Jo Weiß_124_assignsubmission_file_/a.ipynb": ("Jo Weiß", "124"),
        },
        "\ufeffIdentifier;Full name;Status;Grade;Maximum Grade\r\n"
        'Participant 123;Ada Lovelace;"Submitted; late";;10,00\r\n'
        "Participant 124;Jo Weiß;Submitted;5,00;10,00\r\n",
        "",
        {'late";;': 'late";10;', "Submitted;5,00": "Submitted;10"},
        {
            "Ada Lovelace_123_assignsubmission_file_/feedback.html",
            "Jo Weiß_124_assignsubmission_file_/feedback.html",
        },
    ),
    "blackboard": Case(
        "blackboard",
        {
            "gradebook_2025_LR_Week 1_j_lee_attempt_2025-09-20-14-03-11_a.ipynb": ("j_lee", ""),
            "gradebook_2025_LR_Week 1_m_lee_attempt_2025-09-20-14-05-11_a.ipynb": ("m_lee", ""),
        },
        '"Last Name"\t"First Name"\t"Username"\t"Week 1 [Total Pts: 10 Score] |5011"\n'
        '"Lee"\t"Jo"\t"j_lee"\t""\n"Lee"\t"Mia"\t"M_Lee"\t"1"\n',
        "Week 1",
        {'"j_lee"\t""': '"j_lee"\t"10"', '"M_Lee"\t"1"': '"M_Lee"\t"10"'},
    ),
    "brightspace": Case(
        "brightspace",
        {
            "12004-778 - Jean Dupont - 20 sept. 2025 1403/a.ipynb": ("Jean Dupont", "12004"),
            "12004-778 - Jean Dupont - 21 sept. 2025 0903/a.ipynb": ("Jean Dupont", "12004"),
            "12007-778 - Léa Roy - Oct 5, 2026 1149 AM/a.ipynb": ("Léa Roy", "12007"),
        },
        "OrgDefinedId,Username,Last Name,First Name,"
        "Week 1 Points Grade <Numeric MaxPoints:10 Weight:5>,End-of-Line Indicator\n"
        "#12007,jd,Dupont,Jean,,#\n#99,lr,ROY,LÉA,,#\n",
        "Week 1",
        {"Jean,,": "Jean,10,", "LÉA,,": "LÉA,10,"},
        {
            "12004-778 - Jean Dupont - 21 sept. 2025 0903/feedback.html",
            "12007-778 - Léa Roy - Oct 5, 2026 1149 AM/feedback.html",
        },
    ),
}
EVERY = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def test_every_platform_has_a_row():
    assert {case.platform for case in CASES.values()} == {each.name for each in PLATFORMS}


@pytest.fixture
def lay_down(tmp_path):
    """A case's download and table, read; the download as a zip or with a folder round it."""

    def read(case, inside=""):
        download, table = tmp_path / "download.zip", tmp_path / "table.csv"
        download.write_bytes(packed({f"{inside}{name}": case.kind for name in case.files}))
        table.write_bytes(case.table.encode())
        export = opened(table, case.column)
        return list(handed_in(download, known(export))), export

    return read


@EVERY
@pytest.mark.parametrize("inside", ["", "week 1/"])
def test_each_file_has_its_student(lay_down, case, inside):
    found, _ = lay_down(case, inside)
    assert {each.student for each in found} == {name for name, _ in case.files.values()}
    got = {each.file.removeprefix(inside): (each.student, each.number) for each in found}
    assert got == case.files
    assert all(bool(each.problem) == (case.kind != ANSWER) for each in found)


@EVERY
def test_the_table_is_filled_and_all_else_stays_byte_for_byte(lay_down, case):
    found, export = lay_down(case)
    students = {(each.student, each.number) for each in found}
    text, _ = filled(export, [Total(*who, 1.0, 1, "") for who in students])
    expected = case.table
    for old, new in case.filled.items():
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert text == expected and export.at.problem == ""
    assert len(roster(export, students)) >= len(case.filled)


@EVERY
def test_feedback_goes_back_under_the_names_that_the_platform_knows(lay_down, case, tmp_path):
    found, _ = lay_down(case)
    page = Page(tmp_path / "page.html", lambda: "<p>Feedback</p>")
    page.path.write_text("<main>Feedback</main>")
    files = {}
    for each in found:
        files.setdefault((each.student, each.number), []).append(each.file)
    made = write_zips(tmp_path, [(page, who, names) for who, names in files.items()])
    assert [each.name for each in made] == [f"feedback-{case.platform}.zip"] * bool(case.feedback)
    names = {name for each in made for name in zipfile.ZipFile(each).namelist()}
    assert names == set(case.feedback)


@EVERY
def test_a_table_in_the_code_page_of_windows_is_told_how_to_be_saved(case, tmp_path):
    (tmp_path / "x.csv").write_bytes(f"{case.table}Müller".encode("cp1252", "replace"))
    with pytest.raises(BadInput, match='save it in Excel as "CSV UTF-8'):
        opened(tmp_path / "x.csv")


@EVERY
def test_a_column_that_is_not_there_is_told_with_those_that_are(case, tmp_path):
    (tmp_path / "x.csv").write_bytes(case.table.encode())
    export = opened(tmp_path / "x.csv", "Week 9")
    assert case.platform == "moodle" or "no column 'Week 9': the assign" in export.at.problem


def test_one_number_in_two_places_of_a_name_is_nobodys_guess(tmp_path):
    """The class knows both numbers, and neither by the name before it."""
    table = "Student,ID,Week 1 (77)\nReal,2,\nOther,555,\n"
    (tmp_path / "x.csv").write_text(table)
    export = opened(tmp_path / "x.csv")
    (tmp_path / "d.zip").write_bytes(packed({"team_2_555_9001_a.ipynb": ANSWER}))
    (found,) = handed_in(tmp_path / "d.zip", known(export))
    text, sentences = filled(export, [Total(found.student, found.number, 1.0, 1, "")])
    assert text == table and "is in no line" in sentences[0]


def test_the_separator_is_told_from_what_stands_in_quotes(tmp_path):
    rows = [["Student", "ID", "Week; 1 (77)"], ["Lovelace, Ada", "1", ""], ["Roy, Léa", "2", ""]]
    for between in ",;\t":
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=between, quoting=csv.QUOTE_ALL).writerows(rows)
        (tmp_path / "x.csv").write_text(out.getvalue(), newline="")
        export = opened(tmp_path / "x.csv")
        assert [export.name(line) for line in export.people] == ["Lovelace, Ada", "Roy, Léa"]
