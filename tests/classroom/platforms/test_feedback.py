"""Feedback goes back under the names that the platform gave out, and nobody gets another's."""

import json
import subprocess
import sys
import zipfile

import pytest

from lrcourse.classroom.platforms.canvas import APART
from lrcourse.classroom.platforms.feedback import entries, write_zips
from lrcourse.classroom.platforms.platform import Page


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "ada.html"
    path.write_text("<html><title>x</title><main>\n<h1>Feedback for Ada, é</h1>\n</main></html>")
    return Page(path, lambda: "<h1>Feedback for Ada, é</h1>\n")


LONG = "Ada L_123_assignsubmission_file"
ADA = ("ada", "7")


@pytest.mark.parametrize(
    "file, entry",
    [
        (f"{LONG}/a.ipynb", f"{LONG}/feedback.html"),
        (f"{LONG}_/b/a.ipynb", f"{LONG}_/feedback.html"),
        (f"Week/{LONG}_a.ipynb", f"{LONG}_feedback.html"),
        ("A_1_assignsubmission_onlinetext_/onlinetext.html",)
        + ("A_1_assignsubmission_onlinetext_/feedback.html",),
    ],
)
def test_moodle_gets_a_page_in_the_folder_that_it_named(page, file, entry):
    number = "123" if "_123_" in file else "1"
    assert list(entries(page, ("ada", number), [file])) == [
        ("moodle", entry, page.path.read_bytes())
    ]


def test_canvas_gets_a_notebook_for_the_newest_upload_under_its_own_name(page):
    files = ["adal_LATE_7_99_b-1.ipynb", "week/adal_7_100_a.ipynb", "adal_7_101_work/x.ipynb"]
    ((platform, name, data),) = entries(page, ADA, [*files, "adal_7_102_x.pdf"])
    assert (platform, name) == ("canvas", "adal_7_100_a.ipynb")
    notebook = json.loads(data)
    first, rest = notebook["cells"][0]["source"].split("\n")
    assert (first, rest) == (f"<p><strong>{APART}</strong></p>", "<h1>Feedback for Ada, é</h1>")
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))


def test_what_a_student_wrote_is_no_markdown_and_no_formula_in_the_notebook(page):
    page = page._replace(body=lambda: "<p>it gave\n\n \n**bold** $x$ \\begin{a}</p>\n")
    ((_, _, data),) = entries(page, ADA, ["adal_7_1_a.ipynb"])
    source = json.loads(data)["cells"][0]["source"]
    assert source.endswith("\n<p>it gave\n**bold** &#36;x&#36; &#92;begin{a}</p>")


@pytest.mark.parametrize("own", ["bob_8_9_a.ipynb", "Bob B_8_assignsubmission_file_a.ipynb"])
def test_a_name_that_a_student_chose_puts_no_page_into_anothers_hands(page, own):
    assert list(entries(page, ("eve", ""), [f"eve/{own}"])) == []
    ((_, name, _),) = entries(page, ADA, ["class/eve_7_1_x/a.ipynb", f"mailed/{own}"])
    assert name == "eve_7_1_x.html"


def test_a_number_of_any_length_is_only_a_number(page):
    files = [f"adal_7_{upload}_a.ipynb" for upload in ("9" * 4999, "1" + "0" * 4999, "99")]
    ((_, name, _),) = entries(page, ADA, files)
    assert name == files[1]


def test_no_name_in_a_zip_leads_out_of_a_folder_on_windows(page):
    files = ["adal_7_1_\\..\\..\\a.ipynb", "A\\..\\B_7_assignsubmission_file_/a.ipynb"]
    names = [name for _, name, _ in entries(page, ADA, files)]
    assert names == ["adal_7_1__.._.._a.ipynb", "A_.._B_7_assignsubmission_file_/feedback.html"]


def test_each_platform_has_its_zip_and_the_same_pages_give_the_same_bytes(page, tmp_path):
    pages = [(page, ADA, ["adal_7_1_a.ipynb"]), (page, ("bob", "8"), ["bob_8_2_a.ipynb"])]
    pages.append((page, ("cy", ""), ["cy/a.ipynb"]))
    (made,) = write_zips(tmp_path, pages)
    assert made.name == "feedback-canvas.zip"
    before = made.read_bytes()
    with zipfile.ZipFile(made) as packed:
        assert packed.namelist() == ["adal_7_1_a.ipynb", "bob_8_2_a.ipynb"]
    assert write_zips(tmp_path, pages) == [made] and made.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ada.html", "feedback-canvas.zip"]


def test_a_zip_that_nobody_is_in_any_more_goes(page, tmp_path):
    write_zips(tmp_path, [(page, ADA, ["adal_7_1_a.ipynb"])])
    assert write_zips(tmp_path, [(page, ("cy", ""), ["a.ipynb"])]) == []
    assert [each.name for each in tmp_path.iterdir()] == ["ada.html"]


def test_what_a_killed_run_left_unfinished_is_gone_after_the_next(page, tmp_path):
    killed = (
        "import os, sys; from pathlib import Path\n"
        "from lrcourse.classroom.platforms.feedback import write_zips\n"
        "write_zips(Path(sys.argv[1]), (os._exit(9) for _ in 'x'))"
    )
    assert subprocess.run([sys.executable, "-c", killed, tmp_path]).returncode == 9
    assert len(list(tmp_path.iterdir())) == 4
    write_zips(tmp_path, [(page, ADA, ["adal_7_1_a.ipynb"])])
    assert sorted(each.name for each in tmp_path.iterdir()) == ["ada.html", "feedback-canvas.zip"]


def test_a_run_that_is_stopped_leaves_the_zip_of_before(page, tmp_path):
    (made,) = write_zips(tmp_path, [(page, ADA, ["adal_7_1_a.ipynb"])])
    before = made.read_bytes()

    def stopped():
        yield page, ("bob", "8"), ["bob_8_2_a.ipynb"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_zips(tmp_path, stopped())
    assert made.read_bytes() == before and len(list(tmp_path.iterdir())) == 2
